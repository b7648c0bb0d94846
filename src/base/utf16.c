/* base/utf16.c: the loops are written so that the compiler can turn them into vectors of the width it is told. */
#include "base/utf16.h"

#include <string.h>

#if defined(__x86_64__)
#include <immintrin.h>
#include "base/cpu.h"
#define HAS_AVX2 cpu_has_avx2()
#define AVX2 __attribute__((target("avx2")))
#endif

#if defined(__x86_64__)
AVX2 static size_t widen_avx2(const uint8_t *at, size_t n, uint16_t *to) {
    size_t i = 0;
    for (; i + 32 <= n; i += 32) {
        __m128i low = _mm_loadu_si128((const __m128i *)(at + i)),
                high = _mm_loadu_si128((const __m128i *)(at + i + 16));
        _mm256_storeu_si256((__m256i *)(to + i), _mm256_cvtepu8_epi16(low));
        _mm256_storeu_si256((__m256i *)(to + i + 16), _mm256_cvtepu8_epi16(high));
    }
    return i;
}

AVX2 static size_t narrow_avx2(const uint16_t *at, size_t n, uint8_t *to) {
    const __m256i low_byte = _mm256_set1_epi16(0xff);
    size_t i = 0;
    for (; i + 32 <= n; i += 32) {
        __m256i a = _mm256_and_si256(_mm256_loadu_si256((const __m256i *)(at + i)), low_byte);
        __m256i b = _mm256_and_si256(_mm256_loadu_si256((const __m256i *)(at + i + 16)), low_byte);
        __m256i packed = _mm256_permute4x64_epi64(_mm256_packus_epi16(a, b), 0xd8);
        _mm256_storeu_si256((__m256i *)(to + i), packed);
    }
    return i;
}
#endif

void utf16_from_latin1(const uint8_t *at, size_t n, uint16_t *to) {
    size_t i = 0;
#if defined(__x86_64__)
    if (n >= 64 && HAS_AVX2) i = widen_avx2(at, n, to);
    for (; i + 16 <= n; i += 16) {
        __m128i x = _mm_loadu_si128((const __m128i *)(at + i)), zero = _mm_setzero_si128();
        _mm_storeu_si128((__m128i *)(to + i), _mm_unpacklo_epi8(x, zero));
        _mm_storeu_si128((__m128i *)(to + i + 8), _mm_unpackhi_epi8(x, zero));
    }
#endif
    for (; i < n; i++) to[i] = at[i];
}

void utf16_to_latin1(const uint16_t *at, size_t n, uint8_t *to) {
    size_t i = 0;
#if defined(__x86_64__)
    if (n >= 64 && HAS_AVX2) i = narrow_avx2(at, n, to);
    const __m128i low_byte = _mm_set1_epi16(0xff);
    for (; i + 16 <= n; i += 16) {
        __m128i a = _mm_and_si128(_mm_loadu_si128((const __m128i *)(at + i)), low_byte);
        __m128i b = _mm_and_si128(_mm_loadu_si128((const __m128i *)(at + i + 8)), low_byte);
        _mm_storeu_si128((__m128i *)(to + i), _mm_packus_epi16(a, b));
    }
#endif
    for (; i < n; i++) to[i] = (uint8_t)at[i];
}

/* Whether no unit has a bit of `mask`, in blocks so that a long text with an early hit is not read whole. */
static bool has_none(const uint16_t *at, size_t n, uint16_t mask) {
    size_t i = 0;
#if defined(__x86_64__)
    const __m128i bits = _mm_set1_epi16((short)mask), zero = _mm_setzero_si128();
    for (; i + 32 <= n; i += 32) {
        const __m128i *p = (const __m128i *)(at + i);
        __m128i any = _mm_or_si128(_mm_or_si128(_mm_loadu_si128(p), _mm_loadu_si128(p + 1)),
                                   _mm_or_si128(_mm_loadu_si128(p + 2), _mm_loadu_si128(p + 3)));
        if (_mm_movemask_epi8(_mm_cmpeq_epi16(_mm_and_si128(any, bits), zero)) != 0xffff) return false;
    }
#endif
    uint16_t any = 0;
    for (; i < n; i++) any |= at[i];
    return !(any & mask);
}

bool utf16_is_latin1(const uint16_t *at, size_t n) { return has_none(at, n, 0xff00); }
bool utf16_is_ascii(const uint16_t *at, size_t n) { return has_none(at, n, 0xff80); }

size_t utf16_well_formed_len(const uint16_t *at, size_t n) {
    for (size_t i = 0; i < n; i++) {
#if defined(__x86_64__)
        const __m128i top = _mm_set1_epi16((short)0xf800), surrogate = _mm_set1_epi16((short)0xd800);
        while (i + 8 <= n) {
            __m128i x = _mm_and_si128(_mm_loadu_si128((const __m128i *)(at + i)), top);
            int mask = _mm_movemask_epi8(_mm_cmpeq_epi16(x, surrogate));
            if (mask) {
                i += (size_t)__builtin_ctz((unsigned)mask) / 2;
                break;
            }
            i += 8;
        }
        if (i >= n) break;
#endif
        if ((at[i] & 0xf800) != 0xd800) continue;
        if (at[i] >= 0xdc00 || i + 1 == n || (at[i + 1] & 0xfc00) != 0xdc00) return i;
        i++;
    }
    return n;
}

void utf16_swap(uint16_t *at, size_t n) {
    for (size_t i = 0; i < n; i++) at[i] = (uint16_t)(at[i] << 8 | at[i] >> 8);
}
