/* base/utf8.c: plain text goes 16 or 32 bytes at a time; what is left is read character by character. */
#include "base/utf8.h"

#if defined(__x86_64__)
#include <immintrin.h>
#include "base/cpu.h"
#define HAS_AVX2 cpu_has_avx2()
#define AVX2 __attribute__((target("avx2")))
#endif

#define REPLACEMENT 0xfffd

char *utf8_put(char *to, uint32_t c) {
    if (c < 0x80) {
        *to++ = (char)c;
        return to;
    }
    if (c < 0x800) {
        *to++ = (char)(0xc0 | c >> 6);
    } else {
        if (c < 0x10000) {
            *to++ = (char)(0xe0 | c >> 12);
        } else {
            *to++ = (char)(0xf0 | c >> 18);
            *to++ = (char)(0x80 | (c >> 12 & 63));
        }
        *to++ = (char)(0x80 | (c >> 6 & 63));
    }
    *to++ = (char)(0x80 | (c & 63));
    return to;
}

/* One character at `p`. `*is_bad` when it is malformed; then what is passed over is the longest part that could have
 * begun a character, at least one byte. */
static inline uint32_t read_one(const uint8_t **at, const uint8_t *end, bool *is_bad) {
    const uint8_t *p = *at;
    uint32_t c = *p++;
    if (c >= 0x80) {
        uint32_t low = 0x80, high = 0xbf;
        int more = 1;
        if (c >= 0xc2 && c <= 0xdf) {
            c &= 31;
        } else if (c >= 0xe0 && c <= 0xef) {
            low = c == 0xe0 ? 0xa0 : 0x80;
            high = c == 0xed ? 0x9f : 0xbf;
            c &= 15;
            more = 2;
        } else if (c >= 0xf0 && c <= 0xf4) {
            low = c == 0xf0 ? 0x90 : 0x80;
            high = c == 0xf4 ? 0x8f : 0xbf;
            c &= 7;
            more = 3;
        } else {
            more = -1;
        }
        for (; more > 0; more--) {
            if (p == end || *p < low || *p > high) {
                more = -1;
                break;
            }
            c = c << 6 | (*p++ & 63);
            low = 0x80;
            high = 0xbf;
        }
        if (more < 0) {
            *is_bad = true;
            c = REPLACEMENT;
        }
    }
    *at = p;
    return c;
}

uint32_t utf8_next(const char **at, const char *end) {
    bool is_bad = false;
    return read_one((const uint8_t **)at, (const uint8_t *)end, &is_bad);
}

size_t utf8_ascii_len(const char *at, size_t len) {
    size_t i = 0;
#if defined(__x86_64__)
    for (; i + 64 <= len; i += 64) {
        const __m128i *p = (const __m128i *)(at + i);
        __m128i any = _mm_or_si128(_mm_or_si128(_mm_loadu_si128(p), _mm_loadu_si128(p + 1)),
                                   _mm_or_si128(_mm_loadu_si128(p + 2), _mm_loadu_si128(p + 3)));
        if (_mm_movemask_epi8(any)) break;
    }
    for (; i + 16 <= len; i += 16) {
        int mask = _mm_movemask_epi8(_mm_loadu_si128((const __m128i *)(at + i)));
        if (mask) return i + (size_t)__builtin_ctz((unsigned)mask);
    }
#endif
    while (i < len && !(at[i] & 0x80)) i++;
    return i;
}

#if defined(__x86_64__)
/* Well-formedness by three look-ups a byte: the high and low half of the byte before and the high half of the byte each
 * give the set of mistakes that they allow; what all three allow is a mistake (Keiser and Lemire, 2020). */
enum {
    TOO_SHORT = 1,          /* lead byte before ASCII or another lead */
    TOO_LONG = 2,           /* continuation after ASCII */
    OVERLONG_3 = 4,
    TOO_LARGE = 8,
    SURROGATE = 16,
    OVERLONG_2 = 32,
    TOO_LARGE_1000 = 64,    /* F5.. 80..8F */
    OVERLONG_4 = 64,
    TWO_CONTS = 128,
    CARRY = TOO_SHORT | TOO_LONG | TWO_CONTS,
};
#define TWICE(...) _mm256_setr_epi8(__VA_ARGS__, __VA_ARGS__)

AVX2 static inline __m256i before(__m256i x, __m256i previous, const int n) {
    __m256i seam = _mm256_permute2x128_si256(previous, x, 0x21);
    return n == 1   ? _mm256_alignr_epi8(x, seam, 15)
           : n == 2 ? _mm256_alignr_epi8(x, seam, 14)
                    : _mm256_alignr_epi8(x, seam, 13);
}

/* How many bytes from the start are in blocks without a mistake; the last three of them may begin an unfinished
 * character. */
AVX2 static size_t valid_blocks_avx2(const uint8_t *at, size_t len) {
    const __m256i half = _mm256_set1_epi8(15);
    const __m256i first_high = TWICE(TOO_LONG, TOO_LONG, TOO_LONG, TOO_LONG, TOO_LONG, TOO_LONG, TOO_LONG, TOO_LONG,
        (char)TWO_CONTS, (char)TWO_CONTS, (char)TWO_CONTS, (char)TWO_CONTS, TOO_SHORT | OVERLONG_2, TOO_SHORT,
        TOO_SHORT | OVERLONG_3 | SURROGATE, TOO_SHORT | TOO_LARGE | TOO_LARGE_1000 | OVERLONG_4);
    const char large = (char)(CARRY | TOO_LARGE | TOO_LARGE_1000);
    const __m256i first_low = TWICE((char)(CARRY | OVERLONG_3 | OVERLONG_2 | OVERLONG_4), (char)(CARRY | OVERLONG_2),
                                    (char)CARRY, (char)CARRY, (char)(CARRY | TOO_LARGE), large, large, large, large,
                                    large, large, large, large, (char)(CARRY | TOO_LARGE | TOO_LARGE_1000 | SURROGATE),
                                    large, large);
    const char any = (char)(TOO_LONG | OVERLONG_2 | TWO_CONTS);
    const __m256i second_high = TWICE(TOO_SHORT, TOO_SHORT, TOO_SHORT, TOO_SHORT, TOO_SHORT, TOO_SHORT, TOO_SHORT,
                                      TOO_SHORT, (char)(any | OVERLONG_3 | TOO_LARGE_1000 | OVERLONG_4),
                                      (char)(any | OVERLONG_3 | TOO_LARGE), (char)(any | SURROGATE | TOO_LARGE),
                                      (char)(any | SURROGATE | TOO_LARGE), TOO_SHORT, TOO_SHORT, TOO_SHORT, TOO_SHORT);
    __m256i previous = _mm256_setzero_si256();
    bool is_plain_before = true;
    size_t i = 0;
    for (; i + 32 <= len; i += 32) {
        __m256i x = _mm256_loadu_si256((const __m256i *)(at + i));
        bool is_plain = !_mm256_movemask_epi8(x);
        if (is_plain && is_plain_before) continue;
        __m256i p1 = before(x, previous, 1);
        __m256i high1 = _mm256_and_si256(_mm256_srli_epi16(p1, 4), half),
                high = _mm256_and_si256(_mm256_srli_epi16(x, 4), half);
        __m256i wrong = _mm256_and_si256(_mm256_and_si256(_mm256_shuffle_epi8(first_high, high1),
                                                          _mm256_shuffle_epi8(first_low, _mm256_and_si256(p1, half))),
                                         _mm256_shuffle_epi8(second_high, high));
        __m256i third = _mm256_subs_epu8(before(x, previous, 2), _mm256_set1_epi8((char)(0xe0 - 0x80)));
        __m256i fourth = _mm256_subs_epu8(before(x, previous, 3), _mm256_set1_epi8((char)(0xf0 - 0x80)));
        __m256i must_continue = _mm256_and_si256(_mm256_or_si256(third, fourth), _mm256_set1_epi8((char)0x80));
        wrong = _mm256_xor_si256(wrong, must_continue);
        if (!_mm256_testz_si256(wrong, wrong)) break;
        previous = x;
        is_plain_before = is_plain;
    }
    return i;
}
#endif

size_t utf8_valid_len(str s) {
    const uint8_t *start = (const uint8_t *)s.at, *p = start, *end = start + s.len;
#if defined(__x86_64__)
    if (s.len >= 64 && HAS_AVX2) {
        p += valid_blocks_avx2(start, s.len);
        for (int back = 0; back < 3 && p > start && p[-1] >= 0x80; back++) {
            p--;
            if (*p >= 0xc0) break;
        }
        while (p > start && p < end && (*p & 0xc0) == 0x80) p--;    /* never inside of a character */
    }
#endif
    while (p < end) {
        size_t plain = utf8_ascii_len((const char *)p, (size_t)(end - p));
        p += plain;
        const uint8_t *stop = end - p > 16 ? p + 16 : end;
        while (p < stop) {
            const uint8_t *here = p;
            bool is_bad = false;
            read_one(&p, end, &is_bad);
            if (is_bad) return (size_t)(here - start);
        }
    }
    return s.len;
}

#if defined(__x86_64__)
AVX2 static size_t widen_ascii_avx2(const uint8_t *at, size_t len, uint16_t *to) {
    size_t i = 0;
    for (; i + 32 <= len; i += 32) {
        __m256i x = _mm256_loadu_si256((const __m256i *)(at + i));
        if (_mm256_movemask_epi8(x)) break;
        _mm256_storeu_si256((__m256i *)(to + i), _mm256_cvtepu8_epi16(_mm256_castsi256_si128(x)));
        _mm256_storeu_si256((__m256i *)(to + i + 16), _mm256_cvtepu8_epi16(_mm256_extracti128_si256(x, 1)));
    }
    return i;
}

/* 16 bytes that are 8 characters of two bytes each; false when they are not. */
static inline bool widen_pairs(const uint8_t *at, uint16_t *to) {
    __m128i x = _mm_loadu_si128((const __m128i *)at);               /* unit = cont << 8 | lead */
    __m128i shape = _mm_cmpeq_epi16(_mm_and_si128(x, _mm_set1_epi16((short)0xc0e0)), _mm_set1_epi16((short)0x80c0));
    __m128i lead = _mm_and_si128(x, _mm_set1_epi16(0x1f));
    __m128i is_short = _mm_cmpgt_epi16(_mm_set1_epi16(2), lead);    /* C0 and C1 */
    if (_mm_movemask_epi8(_mm_andnot_si128(is_short, shape)) != 0xffff) return false;
    __m128i low = _mm_and_si128(_mm_srli_epi16(x, 8), _mm_set1_epi16(0x3f));
    _mm_storeu_si128((__m128i *)to, _mm_or_si128(_mm_slli_epi16(lead, 6), low));
    return true;
}

/* 12 bytes (16 are read) that are 4 characters of three bytes each; false when they are not, or for E0 and ED. */
__attribute__((target("ssse3,sse4.1"))) static bool widen_threes(const uint8_t *at, uint16_t *to) {
    __m128i x = _mm_loadu_si128((const __m128i *)at);
    /* 00 lead cont cont */
    x = _mm_shuffle_epi8(x, _mm_setr_epi8(2, 1, 0, -1, 5, 4, 3, -1, 8, 7, 6, -1, 11, 10, 9, -1));
    __m128i shape = _mm_cmpeq_epi32(_mm_and_si128(x, _mm_set1_epi32(0xf0c0c0)), _mm_set1_epi32(0xe08080));
    __m128i lead = _mm_and_si128(x, _mm_set1_epi32(0x0f0000));
    __m128i special = _mm_or_si128(_mm_cmpeq_epi32(lead, _mm_setzero_si128()),
                                   _mm_cmpeq_epi32(lead, _mm_set1_epi32(0x0d0000)));
    if (_mm_movemask_epi8(_mm_andnot_si128(special, shape)) != 0xffff) return false;
    __m128i value = _mm_or_si128(_mm_srli_epi32(lead, 4),
                                 _mm_or_si128(_mm_srli_epi32(_mm_and_si128(x, _mm_set1_epi32(0x3f00)), 2),
                                              _mm_and_si128(x, _mm_set1_epi32(0x3f))));
    _mm_storel_epi64((__m128i *)to, _mm_packus_epi32(value, value));
    return true;
}
#endif

size_t utf8_to_utf16(str s, uint16_t *to) {
    const uint8_t *p = (const uint8_t *)s.at, *end = p + s.len;
    uint16_t *start = to;
    bool is_bad = false;
#if defined(__x86_64__)
    bool has_avx2 = s.len >= 32 && HAS_AVX2;
#endif
    while (p < end) {
#if defined(__x86_64__)
        if (has_avx2) {
            size_t n = widen_ascii_avx2(p, (size_t)(end - p), to);
            p += n;
            to += n;
        }
        while (end - p >= 16) {                             /* the text has as many units or fewer: 16 always fit */
            __m128i x = _mm_loadu_si128((const __m128i *)p), zero = _mm_setzero_si128();
            int mask = _mm_movemask_epi8(x);
            _mm_storeu_si128((__m128i *)to, _mm_unpacklo_epi8(x, zero));
            _mm_storeu_si128((__m128i *)(to + 8), _mm_unpackhi_epi8(x, zero));
            size_t n = mask ? (size_t)__builtin_ctz((unsigned)mask) : 16;
            p += n;
            to += n;
            if (mask) break;
        }
        for (;;) {
            if (end - p >= 16 && *p >= 0xc2) {
                if (*p < 0xe0 && widen_pairs(p, to)) {
                    p += 16;
                    to += 8;
                    continue;
                }
                if (has_avx2 && (*p & 0xf0) == 0xe0 && widen_threes(p, to)) {
                    p += 12;
                    to += 4;
                    continue;
                }
            }
            break;
        }
#endif
        const uint8_t *stop = end - p > 12 ? p + 12 : end;
        while (p < stop) {
            uint32_t c = read_one(&p, end, &is_bad);
            if (c >= 0x10000) {
                *to++ = (uint16_t)(0xd7c0 + (c >> 10));
                c = 0xdc00 | (c & 0x3ff);
            }
            *to++ = (uint16_t)c;
        }
    }
    return (size_t)(to - start);
}

size_t utf8_to_latin1(str s, uint8_t *to) {
    const uint8_t *p = (const uint8_t *)s.at, *end = p + s.len;
    uint8_t *start = to;
    while (p < end) {
        size_t plain = utf8_ascii_len((const char *)p, (size_t)(end - p));
        if (plain) memcpy(to, p, plain);
        p += plain;
        to += plain;
        const uint8_t *stop = end - p > 16 ? p + 16 : end;
        while (p < stop) {
            if (*p < 0x80) {
                *to++ = *p++;
                continue;
            }
            if (*p < 0xc2 || *p > 0xc3 || end - p < 2 || (p[1] & 0xc0) != 0x80) return SIZE_MAX;
            *to++ = (uint8_t)(p[0] << 6 | (p[1] & 63));
            p += 2;
        }
    }
    return (size_t)(to - start);
}

size_t utf8_from_latin1(const uint8_t *at, size_t n, char *to) {
    const uint8_t *end = at + n;
    char *start = to;
    while (at < end) {
#if defined(__x86_64__)
        while (end - at >= 16) {
            __m128i x = _mm_loadu_si128((const __m128i *)at);
            int mask = _mm_movemask_epi8(x);
            _mm_storeu_si128((__m128i *)to, x);
            size_t plain = mask ? (size_t)__builtin_ctz((unsigned)mask) : 16;
            at += plain;
            to += plain;
            if (mask) break;
        }
#endif
        const uint8_t *stop = end - at > 16 ? at + 16 : end;
        while (at < stop) {
            uint8_t c = *at++;
            if (c >= 0x80) {
                *to++ = (char)(0xc0 | c >> 6);
                c = 0x80 | (c & 63);
            }
            *to++ = (char)c;
        }
    }
    return (size_t)(to - start);
}

size_t utf8_from_latin1_some(const uint8_t *at, size_t n, char *to, size_t room, size_t *n_read) {
    const uint8_t *p = at, *end = at + n;
    char *start = to, *limit = to + room;
    for (;;) {
        size_t left = (size_t)(end - p), sure = (size_t)(limit - to) / 2 < left ? (size_t)(limit - to) / 2 : left;
        if (sure < 16) break;                               /* those fit whatever they are */
        to += utf8_from_latin1(p, sure, to);
        p += sure;
    }
    for (; p < end && limit - to >= (*p < 0x80 ? 1 : 2); p++) to = utf8_put(to, *p);
    *n_read = (size_t)(p - at);
    return (size_t)(to - start);
}

size_t utf8_len_of_latin1(const uint8_t *at, size_t n) {
    size_t high = 0, i = 0;
#if defined(__x86_64__)
    const __m128i zero = _mm_setzero_si128();
    while (i + 16 <= n) {        /* 255 vectors at most, or the counts of a byte would run over */
        __m128i counts = zero;
        for (size_t stop = n - i > 255 * 16 ? i + 255 * 16 : n; i + 16 <= stop; i += 16)
            counts = _mm_sub_epi8(counts, _mm_cmplt_epi8(_mm_loadu_si128((const __m128i *)(at + i)), zero));
        __m128i sums = _mm_sad_epu8(counts, zero);
        high += (size_t)_mm_cvtsi128_si64(sums) + (size_t)_mm_cvtsi128_si64(_mm_unpackhi_epi64(sums, sums));
    }
#endif
    for (; i < n; i++) high += at[i] >> 7;
    return n + high;
}

static inline uint32_t read_unit(const uint16_t **at, const uint16_t *end) {
    uint32_t c = *(*at)++;
    if ((c & 0xf800) != 0xd800) return c;
    if (c >= 0xdc00 || *at == end || (**at & 0xfc00) != 0xdc00) return REPLACEMENT;
    return 0x10000 + ((c & 0x3ff) << 10) + (*(*at)++ & 0x3ff);
}

#if defined(__x86_64__)
AVX2 static size_t narrow_ascii_avx2(const uint16_t *at, size_t n, char *to) {
    const __m256i high = _mm256_set1_epi16((short)0xff80);
    size_t i = 0;
    for (; i + 32 <= n; i += 32) {
        __m256i a = _mm256_loadu_si256((const __m256i *)(at + i)),
                b = _mm256_loadu_si256((const __m256i *)(at + i + 16));
        if (!_mm256_testz_si256(_mm256_or_si256(a, b), high)) break;
        _mm256_storeu_si256((__m256i *)(to + i), _mm256_permute4x64_epi64(_mm256_packus_epi16(a, b), 0xd8));
    }
    return i;
}

/* 8 units that become three bytes each; false when one is below 0x800 or a surrogate. Writes up to 28 bytes, 24 do. */
__attribute__((target("ssse3,sse4.1"))) static bool narrow_threes(const uint16_t *at, char *to) {
    __m128i x = _mm_loadu_si128((const __m128i *)at);
    __m128i top = _mm_and_si128(x, _mm_set1_epi16((short)0xf800));
    __m128i special = _mm_or_si128(_mm_cmpeq_epi16(top, _mm_setzero_si128()),
                                   _mm_cmpeq_epi16(top, _mm_set1_epi16((short)0xd800)));
    if (_mm_movemask_epi8(special)) return false;
    __m128i zero = _mm_setzero_si128();
    for (int i = 0; i < 2; i++) {
        __m128i c = i ? _mm_unpackhi_epi16(x, zero) : _mm_unpacklo_epi16(x, zero);
        __m128i lead = _mm_srli_epi32(c, 12), middle = _mm_slli_epi32(_mm_and_si128(c, _mm_set1_epi32(0xfc0)), 2);
        __m128i last = _mm_slli_epi32(_mm_and_si128(c, _mm_set1_epi32(0x3f)), 16);
        __m128i bytes = _mm_or_si128(_mm_or_si128(_mm_or_si128(lead, middle), last), _mm_set1_epi32(0x8080e0));
        bytes = _mm_shuffle_epi8(bytes, _mm_setr_epi8(0, 1, 2, 4, 5, 6, 8, 9, 10, 12, 13, 14, -1, -1, -1, -1));
        _mm_storeu_si128((__m128i *)(to + 12 * i), bytes);
    }
    return true;
}
#endif

size_t utf8_from_utf16(const uint16_t *at, size_t n, char *to) {
    const uint16_t *end = at + n;
    char *start = to;
#if defined(__x86_64__)
    bool has_avx2 = n >= 32 && HAS_AVX2;
#endif
    while (at < end) {
#if defined(__x86_64__)
        if (has_avx2) {
            size_t plain = narrow_ascii_avx2(at, (size_t)(end - at), to);
            at += plain;
            to += plain;
        }
        while (end - at >= 8) {
            __m128i x = _mm_loadu_si128((const __m128i *)at);
            __m128i high = _mm_and_si128(x, _mm_set1_epi16((short)0xff80));
            if (_mm_movemask_epi8(_mm_cmpeq_epi16(high, _mm_setzero_si128())) != 0xffff) break;
            _mm_storel_epi64((__m128i *)to, _mm_packus_epi16(x, x));
            at += 8;
            to += 8;
        }
        /* 10 units have 30 bytes of room */
        while (has_avx2 && end - at >= 10 && *at >= 0x800 && narrow_threes(at, to)) {
            at += 8;
            to += 24;
        }
#endif
        const uint16_t *stop = end - at > 8 ? at + 8 : end;
        while (at < stop) to = utf8_put(to, read_unit(&at, end));
    }
    return (size_t)(to - start);
}

size_t utf8_from_utf16_some(const uint16_t *at, size_t n, char *to, size_t room, size_t *n_read) {
    const uint16_t *p = at, *end = at + n;
    char *start = to, *limit = to + room;
    size_t sure = room / 3 < n ? room / 3 : n;              /* these fit whatever they are */
    while (sure >= 16) {
        if (sure < (size_t)(end - p) && (p[sure - 1] & 0xfc00) == 0xd800) sure--;
        to += utf8_from_utf16(p, sure, to);
        p += sure;
        sure = (size_t)(limit - to) / 3 < (size_t)(end - p) ? (size_t)(limit - to) / 3 : (size_t)(end - p);
    }
    while (p < end) {
        const uint16_t *next = p;
        uint32_t c = read_unit(&next, end);
        size_t width = c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
        if ((size_t)(limit - to) < width) break;
        to = utf8_put(to, c);
        p = next;
    }
    *n_read = (size_t)(p - at);
    return (size_t)(to - start);
}

size_t utf8_len_of_utf16(const uint16_t *at, size_t n) {
    size_t len = 0, i = 0;
    while (i < n) {
#if defined(__x86_64__)
        const __m128i zero = _mm_setzero_si128();
        __m128i fewer = zero;        /* three for each unit, less one below 0x800 and one below 0x80 */
        size_t start = i, stop = n - i > 8 * 8192 ? i + 8 * 8192 : n;
        while (i + 8 <= stop) {
            __m128i x = _mm_loadu_si128((const __m128i *)(at + i));
            __m128i top = _mm_and_si128(x, _mm_set1_epi16((short)0xf800));
            if (_mm_movemask_epi8(_mm_cmpeq_epi16(top, _mm_set1_epi16((short)0xd800)))) break;
            __m128i is_plain = _mm_cmpeq_epi16(_mm_and_si128(x, _mm_set1_epi16((short)0xff80)), zero);
            fewer = _mm_add_epi16(fewer, _mm_add_epi16(is_plain, _mm_cmpeq_epi16(top, zero)));      /* -1 each */
            i += 8;
        }
        __m128i pairs = _mm_madd_epi16(fewer, _mm_set1_epi16(-1));
        pairs = _mm_add_epi32(pairs, _mm_shuffle_epi32(pairs, 0x4e));
        pairs = _mm_add_epi32(pairs, _mm_shuffle_epi32(pairs, 0xb1));
        len += 3 * (i - start) - (size_t)_mm_cvtsi128_si32(pairs);
        if (i == n) break;
        if (i == stop) continue;
#endif
        for (size_t some = i + 8 < n ? i + 8 : n; i < some; i++) {
            uint16_t c = at[i];
            bool is_pair = (c & 0xfc00) == 0xd800 && i + 1 < n && (at[i + 1] & 0xfc00) == 0xdc00;
            len += is_pair ? 4 : c < 0x80 ? 1 : c < 0x800 ? 2 : 3;
            i += is_pair;
        }
    }
    return len;
}
