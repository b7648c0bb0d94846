/* data/base64.c: 24 bytes <-> 32 characters in one vector, the rest by table. */
#include "data/base64.h"

#if defined(__x86_64__)
#include <immintrin.h>
#include "base/cpu.h"
#define HAS_AVX2 cpu_has_avx2()
#define AVX2 __attribute__((target("avx2")))
#define TWICE(...) _mm256_setr_epi8(__VA_ARGS__, __VA_ARGS__)
#endif

static const char alphabet[2][65] = {
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/",
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_",
};

enum { SKIP = 64, END = 65, SPACE = 66 };                   /* what a character is when it is no digit */

static inline unsigned value_of(unsigned char c) {
    static const uint8_t values[256] = {                    /* value + 1, so that 0 is "no digit" */
#define TEN(c, v) \
    [c] = v, [c + 1] = v + 1, [c + 2] = v + 2, [c + 3] = v + 3, [c + 4] = v + 4, [c + 5] = v + 5, [c + 6] = v + 6, \
    [c + 7] = v + 7, [c + 8] = v + 8, [c + 9] = v + 9
#define SIX(c, v) [c] = v, [c + 1] = v + 1, [c + 2] = v + 2, [c + 3] = v + 3, [c + 4] = v + 4, [c + 5] = v + 5
        TEN('A', 1), TEN('K', 11), SIX('U', 21), TEN('a', 27), TEN('k', 37), SIX('u', 47), TEN('0', 53),
        ['+'] = 63, ['-'] = 63, ['/'] = 64, ['_'] = 64, ['='] = END + 1,
        [' '] = SPACE + 1, ['\t'] = SPACE + 1, ['\n'] = SPACE + 1, ['\f'] = SPACE + 1, ['\r'] = SPACE + 1,
    };
    return values[c] ? values[c] - 1u : SKIP;
}

size_t base64_len(size_t n, enum base64_kind kind) {
    return kind == BASE64 ? (n + 2) / 3 * 4 : n / 3 * 4 + (n % 3 ? n % 3 + 1 : 0);
}

#if defined(__x86_64__)
AVX2 static size_t write_avx2(const uint8_t *at, size_t n, char *to, enum base64_kind kind) {
    const __m256i spread = TWICE(1, 0, 2, 1, 4, 3, 5, 4, 7, 6, 8, 7, 10, 9, 11, 10);
    const char plus = kind == BASE64 ? '+' - 62 : '-' - 62, slash = (char)(kind == BASE64 ? '/' - 63 : '_' - 63);
    const __m256i shift = TWICE('a' - 26, '0' - 52, '0' - 52, '0' - 52, '0' - 52, '0' - 52, '0' - 52, '0' - 52,
                                '0' - 52, '0' - 52, '0' - 52, plus, slash, 'A', 0, 0);
    size_t i = 0;
    for (; i + 28 <= n; i += 24, to += 32) {
        __m256i x = _mm256_inserti128_si256(_mm256_castsi128_si256(_mm_loadu_si128((const __m128i *)(at + i))),
                                            _mm_loadu_si128((const __m128i *)(at + i + 12)), 1);
        x = _mm256_shuffle_epi8(x, spread);
        __m256i high = _mm256_mulhi_epu16(_mm256_and_si256(x, _mm256_set1_epi32(0x0fc0fc00)),
                                          _mm256_set1_epi32(0x04000040));
        __m256i low = _mm256_mullo_epi16(_mm256_and_si256(x, _mm256_set1_epi32(0x003f03f0)),
                                         _mm256_set1_epi32(0x01000010));
        __m256i v = _mm256_or_si256(high, low);             /* 32 values of six bits */
        __m256i range = _mm256_subs_epu8(v, _mm256_set1_epi8(51));
        __m256i is_upper = _mm256_cmpgt_epi8(_mm256_set1_epi8(26), v);
        range = _mm256_or_si256(range, _mm256_and_si256(is_upper, _mm256_set1_epi8(13)));
        _mm256_storeu_si256((__m256i *)to, _mm256_add_epi8(v, _mm256_shuffle_epi8(shift, range)));
    }
    return i;
}

/* 32 values of six bits -> 24 bytes; 32 are written. */
AVX2 static inline void store_values(uint8_t *to, __m256i v) {
    v = _mm256_maddubs_epi16(v, _mm256_set1_epi32(0x01400140));
    v = _mm256_madd_epi16(v, _mm256_set1_epi32(0x00011000));
    v = _mm256_shuffle_epi8(v, TWICE(2, 1, 0, 6, 5, 4, 10, 9, 8, 14, 13, 12, -1, -1, -1, -1));
    v = _mm256_permutevar8x32_epi32(v, _mm256_setr_epi32(0, 1, 2, 4, 5, 6, 3, 7));
    _mm256_storeu_si256((__m256i *)to, v);
}

/* Characters that were taken, a multiple of 32; stops before a vector with anything but digits. */
AVX2 static size_t read_avx2(const uint8_t *at, size_t n, uint8_t *to) {
    /* Whether a character is a digit of the usual alphabet, and what to add to it, by its upper and lower four bits. */
    const __m256i upper_bits = TWICE(16, 16, 1, 2, 4, 8, 4, 8, 16, 16, 16, 16, 16, 16, 16, 16);
    const __m256i lower_bits = TWICE(21, 17, 17, 17, 17, 17, 17, 17, 17, 17, 19, 26, 27, 27, 27, 26);
    const __m256i shift = TWICE(0, 16, 19, 4, -65, -65, -71, -71, 0, 0, 0, 0, 0, 0, 0, 0);
    size_t i = 0;
    for (; i + 48 <= n; i += 32, to += 24) {                /* 48: that 32 bytes may be stored */
        __m256i x = _mm256_loadu_si256((const __m256i *)(at + i));
        __m256i upper = _mm256_and_si256(_mm256_srli_epi32(x, 4), _mm256_set1_epi8(15));
        __m256i wrong = _mm256_and_si256(_mm256_shuffle_epi8(upper_bits, upper),
                                         _mm256_shuffle_epi8(lower_bits, _mm256_and_si256(x, _mm256_set1_epi8(15))));
        if (_mm256_testz_si256(wrong, wrong)) {
            __m256i v = _mm256_add_epi8(upper, _mm256_cmpeq_epi8(x, _mm256_set1_epi8('/')));
            store_values(to, _mm256_add_epi8(x, _mm256_shuffle_epi8(shift, v)));
            continue;
        }
        __m256i lower = _mm256_or_si256(x, _mm256_set1_epi8(0x20));
        __m256i is_letter = _mm256_and_si256(_mm256_cmpgt_epi8(lower, _mm256_set1_epi8('a' - 1)),
                                             _mm256_cmpgt_epi8(_mm256_set1_epi8('z' + 1), lower));
        __m256i is_low = _mm256_cmpgt_epi8(x, _mm256_set1_epi8('a' - 1));
        __m256i is_digit = _mm256_and_si256(_mm256_cmpgt_epi8(x, _mm256_set1_epi8('0' - 1)),
                                            _mm256_cmpgt_epi8(_mm256_set1_epi8('9' + 1), x));
        __m256i is_62 = _mm256_or_si256(_mm256_cmpeq_epi8(x, _mm256_set1_epi8('+')),
                                        _mm256_cmpeq_epi8(x, _mm256_set1_epi8('-')));
        __m256i is_63 = _mm256_or_si256(_mm256_cmpeq_epi8(x, _mm256_set1_epi8('/')),
                                        _mm256_cmpeq_epi8(x, _mm256_set1_epi8('_')));
        __m256i is_any = _mm256_or_si256(_mm256_or_si256(is_letter, is_digit), _mm256_or_si256(is_62, is_63));
        if (_mm256_movemask_epi8(is_any) != -1) break;
        __m256i letter = _mm256_sub_epi8(x,
                                         _mm256_blendv_epi8(_mm256_set1_epi8('A'), _mm256_set1_epi8('a' - 26), is_low));
        __m256i v = _mm256_add_epi8(x, _mm256_set1_epi8(4));
        v = _mm256_blendv_epi8(v, letter, is_letter);
        v = _mm256_blendv_epi8(v, _mm256_set1_epi8(62), is_62);
        v = _mm256_blendv_epi8(v, _mm256_set1_epi8(63), is_63);
        store_values(to, v);
    }
    return i;
}
#endif

size_t base64_write(str bytes, char *to, enum base64_kind kind) {
    const uint8_t *p = (const uint8_t *)bytes.at, *end = p + bytes.len;
    const char *digits = alphabet[kind], *start = to;
#if defined(__x86_64__)
    if (bytes.len >= 28 && HAS_AVX2) {
        size_t n = write_avx2(p, bytes.len, to, kind);
        p += n;
        to += n / 3 * 4;
    }
#endif
    for (; end - p >= 3; p += 3, to += 4) {
        uint32_t v = (uint32_t)p[0] << 16 | (uint32_t)p[1] << 8 | p[2];
        to[0] = digits[v >> 18];
        to[1] = digits[v >> 12 & 63];
        to[2] = digits[v >> 6 & 63];
        to[3] = digits[v & 63];
    }
    if (end > p) {
        uint32_t v = (uint32_t)p[0] << 16 | (end - p > 1 ? (uint32_t)p[1] << 8 : 0);
        *to++ = digits[v >> 18];
        *to++ = digits[v >> 12 & 63];
        if (end - p > 1) *to++ = digits[v >> 6 & 63];
        else if (kind == BASE64) *to++ = '=';
        if (kind == BASE64) *to++ = '=';
    }
    return (size_t)(to - start);
}

size_t base64_read(str text, uint8_t *to) {
    const uint8_t *p = (const uint8_t *)text.at, *end = p + text.len;
    uint8_t *start = to;
    uint32_t bits = 0;
    unsigned n = 0;
#if defined(__x86_64__)
    bool has_avx2 = text.len >= 48 && HAS_AVX2;
#endif
    while (p < end) {
#if defined(__x86_64__)
        if (n == 0 && has_avx2 && end - p >= 48) {
            size_t taken = read_avx2(p, (size_t)(end - p), to);
            p += taken;
            to += taken / 4 * 3;
        }
#endif
        for (const uint8_t *stop = end - p > 128 ? p + 128 : end; p < stop || (n && p < end);) {
            unsigned v = value_of(*p++);
            if (v >= SKIP) {
                if (v != END) continue;
                p = end;
                break;
            }
            bits = bits << 6 | v;
            if (++n < 4) continue;
            *to++ = (uint8_t)(bits >> 16);
            *to++ = (uint8_t)(bits >> 8);
            *to++ = (uint8_t)bits;
            n = 0;
        }
    }
    if (n >= 2) *to++ = (uint8_t)(n == 3 ? bits >> 10 : bits >> 4);
    if (n == 3) *to++ = (uint8_t)(bits >> 2);
    return (size_t)(to - start);
}

size_t base64_read_strict(str text, uint8_t *to) {
    const uint8_t *p = (const uint8_t *)text.at, *end = p + text.len;
    uint8_t *start = to;
    uint32_t bits = 0;
    size_t n = 0, padding = 0;                              /* n: digits so far; white space does not count */
#if defined(__x86_64__)
    if (text.len >= 48 && HAS_AVX2) {
        if (memchr(p, '-', text.len) || memchr(p, '_', text.len)) return SIZE_MAX;      /* the vectors take them */
        n = read_avx2(p, text.len, to);
        p += n;
        to += n / 4 * 3;
    }
#endif
    for (; p < end; p++) {
        unsigned v = value_of(*p);
        if (v == SPACE) continue;
        if (v == END) {
            padding++;
            continue;
        }
        if (v == SKIP || padding || *p == '-' || *p == '_') return SIZE_MAX;
        bits = bits << 6 | v;
        if (++n % 4) continue;
        *to++ = (uint8_t)(bits >> 16);
        *to++ = (uint8_t)(bits >> 8);
        *to++ = (uint8_t)bits;
    }
    if (n % 4 == 1 || (padding && (n + padding) % 4) || padding > 2) return SIZE_MAX;
    if (n % 4 >= 2) *to++ = (uint8_t)(n % 4 == 3 ? bits >> 10 : bits >> 4);
    if (n % 4 == 3) *to++ = (uint8_t)(bits >> 2);
    return (size_t)(to - start);
}

/* --- hexadecimal */

#if defined(__x86_64__)
AVX2 static size_t hex_write_avx2(const uint8_t *at, size_t n, char *to) {
    const __m256i digits = TWICE('0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f');
    size_t i = 0;
    for (; i + 16 <= n; i += 16) {
        __m256i x = _mm256_cvtepu8_epi16(_mm_loadu_si128((const __m128i *)(at + i)));
        __m256i halves = _mm256_or_si256(_mm256_srli_epi16(x, 4), _mm256_slli_epi16(x, 8));
        halves = _mm256_and_si256(halves, _mm256_set1_epi8(15));
        _mm256_storeu_si256((__m256i *)(to + 2 * i), _mm256_shuffle_epi8(digits, halves));
    }
    return i;
}

/* Pairs that were read, a multiple of 16; stops before a vector with anything but digits. */
AVX2 static size_t hex_read_avx2(const uint8_t *at, size_t n, uint8_t *to) {
    size_t i = 0;
    for (; 2 * i + 32 <= n; i += 16) {
        __m256i x = _mm256_loadu_si256((const __m256i *)(at + 2 * i));
        __m256i lower = _mm256_or_si256(x, _mm256_set1_epi8(0x20));
        __m256i is_digit = _mm256_and_si256(_mm256_cmpgt_epi8(x, _mm256_set1_epi8('0' - 1)),
                                            _mm256_cmpgt_epi8(_mm256_set1_epi8('9' + 1), x));
        __m256i is_letter = _mm256_and_si256(_mm256_cmpgt_epi8(lower, _mm256_set1_epi8('a' - 1)),
                                             _mm256_cmpgt_epi8(_mm256_set1_epi8('f' + 1), lower));
        if (_mm256_movemask_epi8(_mm256_or_si256(is_digit, is_letter)) != -1) break;
        __m256i v = _mm256_and_si256(x, _mm256_set1_epi8(15));
        v = _mm256_add_epi8(v, _mm256_and_si256(is_letter, _mm256_set1_epi8(9)));
        v = _mm256_maddubs_epi16(v, _mm256_set1_epi16(0x0110));
        v = _mm256_permute4x64_epi64(_mm256_packus_epi16(v, v), 0xd8);
        _mm_storeu_si128((__m128i *)(to + i), _mm256_castsi256_si128(v));
    }
    return i;
}
#endif

void hex_write(str bytes, char *to) {
    size_t i = 0;
#if defined(__x86_64__)
    if (bytes.len >= 16 && HAS_AVX2) i = hex_write_avx2((const uint8_t *)bytes.at, bytes.len, to);
#endif
    for (; i < bytes.len; i++) {
        uint8_t b = (uint8_t)bytes.at[i];
        to[2 * i] = "0123456789abcdef"[b >> 4];
        to[2 * i + 1] = "0123456789abcdef"[b & 15];
    }
}

static inline unsigned hex_value(unsigned char c) {
    unsigned digit = c - '0', letter = (c | 32u) - 'a';
    return digit < 10 ? digit : letter < 6 ? letter + 10 : 16;
}

size_t hex_read(str text, uint8_t *to) {
    size_t i = 0;
#if defined(__x86_64__)
    if (text.len >= 32 && HAS_AVX2) i = hex_read_avx2((const uint8_t *)text.at, text.len, to);
#endif
    for (; 2 * i + 1 < text.len; i++) {
        unsigned high = hex_value((unsigned char)text.at[2 * i]), low = hex_value((unsigned char)text.at[2 * i + 1]);
        if (high > 15 || low > 15) break;
        to[i] = (uint8_t)(high << 4 | low);
    }
    return i;
}
