/* base/buf.h: owned, growing bytes. A zeroed struct buf is empty and ready. `at` always has room for a NUL after `len`
 * once anything was added (buf_c puts it there). */
#pragma once
#include "base/str.h"

struct buf {
    char *at;
    size_t len, cap;
};

void buf_free(struct buf *b);                            /* empty and ready again after */
char *buf_room(struct buf *b, size_t more);        /* room for `more` bytes at the end; `len` is the caller's to move */
void buf_add(struct buf *b, str s);
void buf_add_char(struct buf *b, char c);
void buf_add_many(struct buf *b, char c, size_t n);
void buf_add_int(struct buf *b, int64_t n);
void buf_add_utf8(struct buf *b, uint32_t code_point);   /* a lone surrogate becomes its three-byte form (WTF-8) */
void buf_print(struct buf *b, const char *format, ...) __attribute__((format(printf, 2, 3)));
void buf_insert(struct buf *b, size_t at, str s);
const char *buf_c(struct buf *b);                        /* NUL-terminated, borrowed until the next change */
static inline str buf_view(const struct buf *b) { return str_of(b->at, b->len); }
static inline void buf_clear(struct buf *b) { b->len = 0; }
static inline struct buf buf_take(struct buf *b) { struct buf t = *b; *b = (struct buf){0}; return t; }
#define buf_lit(b, literal) buf_add(b, STR(literal))
