/* base/str.h: a str is borrowed bytes: a pointer and a length, no NUL, never owned. It dies with what it points into.
 * Text is UTF-8 unless a function says otherwise; nothing here checks that. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

typedef struct str {
    const char *at;
    size_t len;
} str;

#define STR(literal)      ((str){"" literal, sizeof(literal) - 1})
#define STR_INIT(literal) {"" literal, sizeof(literal) - 1}          /* for static initialisers */
#define STR_FMT(s)        (int)(s).len, (s).at                       /* printf("%.*s", STR_FMT(s)) */

static inline str str_of(const char *at, size_t len) { return (str){at, len}; }
static inline str str_c(const char *c) { return (str){c, c ? strlen(c) : 0}; }
static inline bool str_eq(str a, str b) { return a.len == b.len && (a.len == 0 || memcmp(a.at, b.at, a.len) == 0); }
static inline bool str_is(str a, const char *c) { return str_eq(a, str_c(c)); }
static inline bool str_starts(str s, str prefix) {
    return s.len >= prefix.len && (prefix.len == 0 || memcmp(s.at, prefix.at, prefix.len) == 0);
}
static inline bool str_ends(str s, str suffix) {
    return s.len >= suffix.len && (suffix.len == 0 || memcmp(s.at + s.len - suffix.len, suffix.at, suffix.len) == 0);
}
/* Both are clamped to the text: never out of range. */
static inline str str_from(str s, size_t at) {
    return at < s.len ? str_of(s.at + at, s.len - at) : str_of(s.at + s.len, 0);
}
static inline str str_upto(str s, size_t len) { return str_of(s.at, len < s.len ? len : s.len); }
static inline str str_cut(str s, size_t from, size_t to) { return str_from(str_upto(s, to), from); }

bool str_eq_nocase(str a, str b);                        /* ASCII letters only */
int str_cmp(str a, str b);                               /* by bytes, as memcmp; a prefix comes first */
ptrdiff_t str_find(str s, str what);                     /* offset of the first, -1 when absent */
ptrdiff_t str_find_char(str s, char what);
ptrdiff_t str_rfind_char(str s, char what);
str str_trim(str s);                                     /* without ASCII white space at both ends */
/* at the first `at`; false (left = s, right empty) when absent */
bool str_split(str s, char at, str *left, str *right);
bool str_next(str *rest, char at, str *part);            /* takes the parts between `at` one by one; false at the end */
bool str_to_int(str s, int64_t *out);        /* decimal, optional sign, the whole text; false when it is not */
uint64_t str_hash(str s);        /* 64 bits, seedless: not for tables that a peer can fill at will */
