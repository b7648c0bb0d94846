/* lang/scan.h: runs of bytes, sixteen at a time. All may read PARSE_PAD bytes past the source's end; all stop at a NUL
 * there. */
#pragma once
#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#ifdef __SSE2__
#include <emmintrin.h>
#endif

extern const uint8_t scan_is_part[256];         /* A-Z a-z 0-9 _ $ */
extern const uint8_t scan_hex_digit[256];       /* value + 1; 0 = no digit */
static inline int scan_hex(char c) { return scan_hex_digit[(uint8_t)c] - 1; }

#ifdef __SSE2__
#define SCAN_LOAD(s) _mm_loadu_si128((const __m128i *)(const void *)(s))
#define SCAN_EQ(v, c) _mm_cmpeq_epi8(v, _mm_set1_epi8((char)(c)))
#define SCAN_OR(a, b) _mm_or_si128(a, b)
#define SCAN_MASK(v) ((uint32_t)_mm_movemask_epi8(v))

static inline const char *scan_name(const char *s) {
    for (;;) {
        __m128i v = SCAN_LOAD(s);
        __m128i letter = _mm_sub_epi8(_mm_or_si128(v, _mm_set1_epi8(0x20)), _mm_set1_epi8('a'));
        __m128i digit = _mm_sub_epi8(v, _mm_set1_epi8('0'));
        __m128i ok = SCAN_OR(_mm_cmpeq_epi8(_mm_min_epu8(letter, _mm_set1_epi8(25)), letter),
                             _mm_cmpeq_epi8(_mm_min_epu8(digit, _mm_set1_epi8(9)), digit));
        ok = SCAN_OR(ok, SCAN_OR(SCAN_EQ(v, '_'), SCAN_EQ(v, '$')));
        uint32_t stop = ~SCAN_MASK(ok) & 0xFFFF;
        if (stop) return s + __builtin_ctz(stop);
        s += 16;
    }
}
static inline const char *scan_spaces(const char *s) {
    for (;;) {
        uint32_t stop = ~SCAN_MASK(SCAN_EQ(SCAN_LOAD(s), ' ')) & 0xFFFF;
        if (stop) return s + __builtin_ctz(stop);
        s += 16;
    }
}
static inline const char *scan_char(const char *s, char c) {            /* or NUL */
    for (;; s += 16) {
        __m128i v = SCAN_LOAD(s);
        uint32_t hit = SCAN_MASK(SCAN_OR(SCAN_EQ(v, c), SCAN_EQ(v, 0)));
        if (hit) return s + __builtin_ctz(hit);
    }
}
static inline const char *scan_star_or_line(const char *s) {            /* * \n \r \xE2 NUL */
    for (;; s += 16) {
        __m128i v = SCAN_LOAD(s);
        uint32_t hit = SCAN_MASK(SCAN_OR(SCAN_OR(SCAN_EQ(v, '*'), SCAN_EQ(v, '\n')),
                                         SCAN_OR(SCAN_OR(SCAN_EQ(v, '\r'), SCAN_EQ(v, 0xE2)), SCAN_EQ(v, 0))));
        if (hit) return s + __builtin_ctz(hit);
    }
}
static inline const char *scan_to_line_byte(const char *s) {            /* \n \r \xE2 NUL */
    for (;; s += 16) {
        __m128i v = SCAN_LOAD(s);
        uint32_t hit = SCAN_MASK(
            SCAN_OR(SCAN_OR(SCAN_EQ(v, 0), SCAN_EQ(v, '\n')), SCAN_OR(SCAN_EQ(v, '\r'), SCAN_EQ(v, 0xE2))));
        if (hit) return s + __builtin_ctz(hit);
    }
}
/* The closing quote, a backslash, a line end (CR, LF) or NUL; *non_ascii gathers. */
static inline const char *scan_string(const char *s, char quote, uint32_t *non_ascii) {
    for (;; s += 16) {
        __m128i v = SCAN_LOAD(s);
        uint32_t high = SCAN_MASK(v);
        uint32_t hit = SCAN_MASK(SCAN_OR(SCAN_OR(SCAN_EQ(v, quote), SCAN_EQ(v, '\\')),
                                         SCAN_OR(SCAN_EQ(v, '\n'), SCAN_OR(SCAN_EQ(v, '\r'), SCAN_EQ(v, 0)))));
        if (hit) {
            *non_ascii |= high & (hit ^ (hit - 1));
            return s + __builtin_ctz(hit);
        }
        *non_ascii |= high;
    }
}
static inline const char *scan_template(const char *s, uint32_t *non_ascii) {      /* ` $ \ NUL */
    for (;; s += 16) {
        __m128i v = SCAN_LOAD(s);
        uint32_t high = SCAN_MASK(v);
        uint32_t hit = SCAN_MASK(
            SCAN_OR(SCAN_OR(SCAN_EQ(v, '`'), SCAN_EQ(v, '\\')), SCAN_OR(SCAN_EQ(v, '$'), SCAN_EQ(v, 0))));
        if (hit) {
            *non_ascii |= high & (hit ^ (hit - 1));
            return s + __builtin_ctz(hit);
        }
        *non_ascii |= high;
    }
}
static inline bool scan_has_non_ascii(const char *s, const char *end) {
    __m128i all = _mm_setzero_si128();
    for (; end - s >= 16; s += 16) all = SCAN_OR(all, SCAN_LOAD(s));
    uint32_t high = SCAN_MASK(all);
    for (; s < end; s++) high |= (uint8_t)*s & 0x80;
    return high != 0;
}
/* The first LF, CR or byte beyond ASCII, or `end`: reads no further. */
static inline const char *scan_column(const char *s, const char *end) {
    for (; end - s >= 16; s += 16) {
        __m128i v = SCAN_LOAD(s);
        uint32_t hit = SCAN_MASK(SCAN_OR(v, SCAN_OR(SCAN_EQ(v, '\n'), SCAN_EQ(v, '\r'))));
        if (hit) return s + __builtin_ctz(hit);
    }
    while (s < end && !(*s & 0x80) && *s != '\n' && *s != '\r') s++;
    return s;
}
#else
static inline const char *scan_column(const char *s, const char *end) {
    while (s < end && !(*s & 0x80) && *s != '\n' && *s != '\r') s++;
    return s;
}
static inline const char *scan_name(const char *s) { while (scan_is_part[(uint8_t)*s]) s++; return s; }
static inline const char *scan_spaces(const char *s) { while (*s == ' ') s++; return s; }
static inline const char *scan_char(const char *s, char c) { while (*s != c && *s) s++; return s; }
static inline const char *scan_star_or_line(const char *s) {
    while (*s != '*' && *s != '\n' && *s != '\r' && (uint8_t)*s != 0xE2 && *s) s++;
    return s;
}
static inline const char *scan_to_line_byte(const char *s) {
    while (*s != '\n' && *s != '\r' && (uint8_t)*s != 0xE2 && *s) s++;
    return s;
}
static inline const char *scan_string(const char *s, char quote, uint32_t *non_ascii) {
    for (; *s != quote && *s != '\\' && *s != '\n' && *s != '\r' && *s; s++) *non_ascii |= (uint8_t)*s & 0x80;
    return s;
}
static inline const char *scan_template(const char *s, uint32_t *non_ascii) {
    for (; *s != '`' && *s != '\\' && *s != '$' && *s; s++) *non_ascii |= (uint8_t)*s & 0x80;
    return s;
}
static inline bool scan_has_non_ascii(const char *s, const char *end) {
    for (; s < end; s++) if ((uint8_t)*s & 0x80) return true;
    return false;
}
#endif

/* The LF, CR, U+2028, U+2029 that ends the line, or the end of the source. */
static inline const char *scan_line_end(const char *s, const char *end) {
    for (;; s++) {
        s = scan_to_line_byte(s);
        if (s >= end || *s == '\n' || *s == '\r') return s < end ? s : end;
        if ((uint8_t)*s == 0xE2 && (uint8_t)s[1] == 0x80 && ((uint8_t)s[2] & 0xFE) == 0xA8) return s;
    }
}
