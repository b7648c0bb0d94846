/* base/arena.h: memory that is freed all at once. Alignment is 8. A zeroed struct arena is empty and ready.
 * One arena per request, per parsed file, per native call. */
#pragma once
#include <stdarg.h>

#include "base/mem.h"
#include "base/str.h"

struct arena_block;
struct arena {
    char *at, *end;                 /* what is free in the newest block */
    struct arena_block *newest;
    size_t used_before;             /* bytes in the older blocks */
};

void arena_free(struct arena *a);   /* gives all back; empty and ready again after */
void arena_reset(struct arena *a);  /* forgets everything but keeps the largest block for reuse */
size_t arena_used(const struct arena *a);
void arena_back(struct arena *a, struct arena mark);     /* `mark` is a copy of *a from before: forgets what came after */
void *arena_more(struct arena *a, size_t size);          /* slow path of arena_alloc */

static inline void *arena_alloc(struct arena *a, size_t size) {           /* uninitialised */
    size = (size + 7) & ~(size_t)7;
    if (size >= (size_t)(a->end - a->at)) return arena_more(a, size);      /* >=: never NULL + 0 */
    void *p = a->at;
    a->at += size;
    return p;
}
void *arena_zero(struct arena *a, size_t size);
void *arena_grow(struct arena *a, void *at, size_t old_size, size_t size);   /* in place when it was the newest */
str arena_str(struct arena *a, str s);                                       /* a copy, with a NUL after it */
str arena_join(struct arena *a, str left, str right);
str arena_print(struct arena *a, const char *format, ...) __attribute__((format(printf, 2, 3)));
str arena_vprint(struct arena *a, const char *format, va_list list);
static inline const char *arena_c(struct arena *a, str s) { return arena_str(a, s).at; }

#define ARENA_NEW(a, type)          ((type *)arena_zero(a, sizeof(type)))
#define ARENA_ARRAY(a, type, n)     ((type *)arena_zero(a, sizeof(type) * (n)))
