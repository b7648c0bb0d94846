#include "base/str.h"

static char lower(char c) { return c >= 'A' && c <= 'Z' ? (char)(c + 32) : c; }
static bool is_space(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

bool str_eq_nocase(str a, str b) {
    if (a.len != b.len) return false;
    for (size_t i = 0; i < a.len; i++)
        if (lower(a.at[i]) != lower(b.at[i])) return false;
    return true;
}

int str_cmp(str a, str b) {
    size_t n = a.len < b.len ? a.len : b.len;
    int d = n ? memcmp(a.at, b.at, n) : 0;
    return d ? d : (a.len > b.len) - (a.len < b.len);
}

ptrdiff_t str_find(str s, str what) {
    if (what.len == 0) return 0;
    const char *hit = s.len ? memmem(s.at, s.len, what.at, what.len) : NULL;
    return hit ? hit - s.at : -1;
}

ptrdiff_t str_find_char(str s, char what) {
    const char *hit = s.len ? memchr(s.at, what, s.len) : NULL;
    return hit ? hit - s.at : -1;
}

ptrdiff_t str_rfind_char(str s, char what) {
    const char *hit = s.len ? memrchr(s.at, what, s.len) : NULL;
    return hit ? hit - s.at : -1;
}

str str_trim(str s) {
    while (s.len && is_space(s.at[0])) s = str_from(s, 1);
    while (s.len && is_space(s.at[s.len - 1])) s.len--;
    return s;
}

bool str_split(str s, char at, str *left, str *right) {
    ptrdiff_t i = str_find_char(s, at);
    *left = i < 0 ? s : str_upto(s, (size_t)i);
    *right = i < 0 ? str_of(s.at + s.len, 0) : str_from(s, (size_t)i + 1);
    return i >= 0;
}

bool str_next(str *rest, char at, str *part) {
    if (!rest->at) return false;
    if (!str_split(*rest, at, part, rest)) *rest = str_of(NULL, 0);
    return true;
}

bool str_to_int(str s, int64_t *out) {
    bool negative = s.len && s.at[0] == '-';
    if (s.len && (s.at[0] == '-' || s.at[0] == '+')) s = str_from(s, 1);
    if (!s.len) return false;
    uint64_t n = 0, most = (uint64_t)INT64_MAX + negative;
    for (size_t i = 0; i < s.len; i++) {
        unsigned digit = (unsigned char)s.at[i] - '0';
        if (digit > 9 || n > (most - digit) / 10) return false;
        n = n * 10 + digit;
    }
    *out = negative ? (int64_t)(0 - n) : (int64_t)n;
    return true;
}

/* Multiply and fold over 8-byte words (the mixing step of wyhash, W. Yi 2019). */
static uint64_t mix(uint64_t a, uint64_t b) {
    unsigned __int128 m = (unsigned __int128)a * b;
    return (uint64_t)m ^ (uint64_t)(m >> 64);
}

uint64_t str_hash(str s) {
    uint64_t h = 0x9e3779b97f4a7c15u ^ s.len, w;
    const char *p = s.at;
    size_t n = s.len;
    for (; n >= 8; p += 8, n -= 8) {
        memcpy(&w, p, 8);
        h = mix(h ^ w, 0xa0761d6478bd642fu);
    }
    w = 0;
    if (n) memcpy(&w, p, n);
    return mix(h ^ w, 0xe7037ed1a0b428dbu);
}
