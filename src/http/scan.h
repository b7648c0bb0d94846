/* http/scan.h: finding the end of a run of allowed bytes, 16 at a time where the machine can. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#ifdef __SSE2__
#include <emmintrin.h>
#endif

extern const uint8_t http_class[256];
enum { HTTP_TOKEN = 1, HTTP_VALUE = 2, HTTP_TARGET = 4, HTTP_HEX = 8 };
static inline bool http_is(char c, int class) { return http_class[(uint8_t)c] & class; }

/* The first byte in [at, end) that may not stand in a field value: a control other than tab, or DEL; `end` when all
 * may. */
static inline const char *http_scan_value(const char *at, const char *end) {
#ifdef __SSE2__
    const __m128i tab = _mm_set1_epi8('\t'), del = _mm_set1_epi8(127), top = _mm_set1_epi8(31);
    while (end - at >= 16) {
        __m128i x = _mm_loadu_si128((const __m128i *)at);
        __m128i low = _mm_cmpeq_epi8(_mm_min_epu8(x, top), x);                    /* x <= 31, unsigned */
        __m128i bad = _mm_or_si128(_mm_andnot_si128(_mm_cmpeq_epi8(x, tab), low), _mm_cmpeq_epi8(x, del));
        int mask = _mm_movemask_epi8(bad);
        if (mask) return at + __builtin_ctz((unsigned)mask);
        at += 16;
    }
#endif
    while (at < end && http_is(*at, HTTP_VALUE)) at++;
    return at;
}

/* The same for a request target: stops at a space too. */
static inline const char *http_scan_target(const char *at, const char *end) {
#ifdef __SSE2__
    const __m128i del = _mm_set1_epi8(127), top = _mm_set1_epi8(32);
    while (end - at >= 16) {
        __m128i x = _mm_loadu_si128((const __m128i *)at);
        int mask = _mm_movemask_epi8(_mm_or_si128(_mm_cmpeq_epi8(_mm_min_epu8(x, top), x), _mm_cmpeq_epi8(x, del)));
        if (mask) return at + __builtin_ctz((unsigned)mask);
        at += 16;
    }
#endif
    while (at < end && http_is(*at, HTTP_TARGET)) at++;
    return at;
}

static inline const char *http_scan_token(const char *at, const char *end) {
    while (at < end && http_is(*at, HTTP_TOKEN)) at++;
    return at;
}
