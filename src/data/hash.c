#include "data/hash.h"

#include <zlib.h>

static inline uint32_t read4(const uint8_t *p) {
    uint32_t x;
    memcpy(&x, p, 4);
    return x;
}
static inline uint64_t read8(const uint8_t *p) {
    uint64_t x;
    memcpy(&x, p, 8);
    return x;
}
static inline uint32_t left32(uint32_t x, int n) { return x << n | x >> (32 - n); }
static inline uint64_t left64(uint64_t x, int n) { return x << n | x >> (64 - n); }

/* --- wyhash */

static const uint64_t secret[] = {0xa0761d6478bd642f, 0xe7037ed1a0b428db, 0x8ebc6af09c88c6e3, 0x589965cc75374cc3};

static inline uint64_t mix(uint64_t a, uint64_t b) {
    __extension__ typedef unsigned __int128 wide;
    wide product = (wide)a * b;
    return (uint64_t)product ^ (uint64_t)(product >> 64);
}

uint64_t hash_wy(str s, uint64_t seed) {
    const uint8_t *p = (const uint8_t *)s.at;
    size_t n = s.len;
    uint64_t state = seed ^ mix(seed ^ secret[0], secret[1]), a = 0, b = 0;
    if (n > 16) {
        size_t i = 0;
        if (n >= 48) {
            uint64_t second = state, third = state;
            for (; i + 48 < n; i += 48) {
                state = mix(read8(p + i) ^ secret[1], read8(p + i + 8) ^ state);
                second = mix(read8(p + i + 16) ^ secret[2], read8(p + i + 24) ^ second);
                third = mix(read8(p + i + 32) ^ secret[3], read8(p + i + 40) ^ third);
            }
            state ^= second ^ third;
        }
        for (; i + 16 < n; i += 16) state = mix(read8(p + i) ^ secret[1], read8(p + i + 8) ^ state);
        a = read8(p + n - 16);
        b = read8(p + n - 8);
    } else if (n >= 4) {
        size_t quarter = n >> 3 << 2;
        a = (uint64_t)read4(p) << 32 | read4(p + quarter);
        b = (uint64_t)read4(p + n - 4) << 32 | read4(p + n - 4 - quarter);
    } else if (n) {
        a = (uint64_t)p[0] << 16 | (uint64_t)p[n >> 1] << 8 | p[n - 1];
    }
    __extension__ unsigned __int128 product = (unsigned __int128)(a ^ secret[1]) * (b ^ state);
    return mix((uint64_t)product ^ secret[0] ^ n, (uint64_t)(product >> 64) ^ secret[1]);
}

/* --- the older one */

static uint64_t tail_of(const uint8_t *p, size_t n) {            /* 1 to 8 bytes; eight as two swapped halves */
    switch (n) {
    case 1: return p[0];
    case 2: return (uint64_t)p[0] | (uint64_t)p[1] << 8;
    case 3: return tail_of(p, 2) << 8 | p[2];
    case 4: return read4(p);
    case 8: return (uint64_t)read4(p) << 32 | read4(p + 4);
    default: return (uint64_t)read4(p) << (n - 4) * 8 | tail_of(p + 4, n - 4);
    }
}
static uint64_t low(uint64_t a, uint64_t b, uint64_t seed) { return mix(a ^ seed ^ secret[0], b ^ seed ^ secret[1]); }
static uint64_t high(uint64_t a, uint64_t b, uint64_t seed) { return mix(a ^ seed ^ secret[2], b ^ seed ^ secret[3]); }

uint64_t hash_wy_old(str s, uint64_t seed) {
    static const uint64_t last = 0x1d8e4e27c47d124f;
    const uint8_t *p = (const uint8_t *)s.at;
    size_t left = s.len;
    for (; left >= 32; left -= 32, p += 32)
        seed = low(read8(p), read8(p + 8), seed) ^ high(read8(p + 16), read8(p + 24), seed);
    if (left > 24) seed = low(tail_of(p, 8), tail_of(p + 8, 8), seed) ^ high(tail_of(p + 16, 8), tail_of(p + 24,
        left - 24), seed);
    else if (left > 16)
        seed = low(tail_of(p, 8), tail_of(p + 8, 8), seed) ^ high(tail_of(p + 16, left - 16), last, seed);
    else if (left > 8) seed = low(tail_of(p, 8), tail_of(p + 8, left - 8), seed);
    else if (left) seed = low(tail_of(p, left), last, seed);
    return mix(seed ^ s.len, last);
}

/* --- checksums */

uint32_t hash_crc32(str s, uint32_t before) {
    return s.len ? (uint32_t)crc32_z(before, (const Bytef *)s.at, s.len) : before;
}
uint32_t hash_adler32(str s, uint32_t before) { return s.len ? (uint32_t)adler32_z(before, (const Bytef *)s.at,
    s.len) : before; }

/* --- xxHash */

static const uint32_t X1 = 2654435761u, X2 = 2246822519u, X3 = 3266489917u, X4 = 668265263u, X5 = 374761393u;
static const uint64_t P1 = 11400714785074694791u, P2 = 14029467366897019727u, P3 = 1609587929392839161u,
                      P4 = 9650029242287828579u, P5 = 2870177450012600261u;

uint32_t hash_xx32(str s, uint32_t seed) {
    const uint8_t *p = (const uint8_t *)s.at, *end = p + s.len;
    uint32_t h = seed + X5;
    if (s.len >= 16) {
        uint32_t v[4] = {seed + X1 + X2, seed + X2, seed, seed - X1};
        for (; end - p >= 16; p += 16)
            for (int i = 0; i < 4; i++) v[i] = left32(v[i] + read4(p + 4 * i) * X2, 13) * X1;
        h = left32(v[0], 1) + left32(v[1], 7) + left32(v[2], 12) + left32(v[3], 18);
    }
    h += (uint32_t)s.len;
    for (; end - p >= 4; p += 4) h = left32(h + read4(p) * X3, 17) * X4;
    for (; p < end; p++) h = left32(h + *p * X5, 11) * X1;
    h = (h ^ h >> 15) * X2;
    h = (h ^ h >> 13) * X3;
    return h ^ h >> 16;
}

static inline uint64_t xx_round(uint64_t v, uint64_t x) { return left64(v + x * P2, 31) * P1; }

uint64_t hash_xx64(str s, uint64_t seed) {
    const uint8_t *p = (const uint8_t *)s.at, *end = p + s.len;
    uint64_t h = seed + P5;
    if (s.len >= 32) {
        uint64_t v[4] = {seed + P1 + P2, seed + P2, seed, seed - P1};
        for (; end - p >= 32; p += 32)
            for (int i = 0; i < 4; i++) v[i] = xx_round(v[i], read8(p + 8 * i));
        h = left64(v[0], 1) + left64(v[1], 7) + left64(v[2], 12) + left64(v[3], 18);
        for (int i = 0; i < 4; i++) h = (h ^ xx_round(0, v[i])) * P1 + P4;
    }
    h += s.len;
    for (; end - p >= 8; p += 8) h = left64(h ^ xx_round(0, read8(p)), 27) * P1 + P4;
    if (end - p >= 4) {
        h = left64(h ^ read4(p) * P1, 23) * P2 + P3;
        p += 4;
    }
    for (; p < end; p++) h = left64(h ^ *p * P5, 11) * P1;
    h = (h ^ h >> 33) * P2;
    h = (h ^ h >> 29) * P3;
    return h ^ h >> 32;
}

/* --- murmur */

uint32_t hash_murmur32v2(str s, uint32_t seed) {
    const uint32_t m = 0x5bd1e995;
    const uint8_t *p = (const uint8_t *)s.at, *end = p + s.len;
    uint32_t h = seed ^ (uint32_t)s.len;
    for (; end - p >= 4; p += 4) {
        uint32_t k = read4(p) * m;
        h = h * m ^ (k ^ k >> 24) * m;
    }
    if (end - p >= 3) h ^= (uint32_t)p[2] << 16;
    if (end - p >= 2) h ^= (uint32_t)p[1] << 8;
    if (end - p >= 1) h = (h ^ p[0]) * m;
    h = (h ^ h >> 13) * m;
    return h ^ h >> 15;
}

uint32_t hash_murmur32v3(str s, uint32_t seed) {
    const uint32_t c1 = 0xcc9e2d51, c2 = 0x1b873593;
    const uint8_t *p = (const uint8_t *)s.at, *end = p + s.len;
    uint32_t h = seed, k = 0;
    for (; end - p >= 4; p += 4) h = left32(h ^ left32(read4(p) * c1, 15) * c2, 13) * 5 + 0xe6546b64;
    if (end - p >= 3) k ^= (uint32_t)p[2] << 16;
    if (end - p >= 2) k ^= (uint32_t)p[1] << 8;
    if (end - p >= 1) h ^= left32((k ^ p[0]) * c1, 15) * c2;
    h ^= (uint32_t)s.len;
    h = (h ^ h >> 16) * 0x85ebca6b;
    h = (h ^ h >> 13) * 0xc2b2ae35;
    return h ^ h >> 16;
}

uint64_t hash_murmur64v2(str s, uint64_t seed) {
    const uint64_t m = 0xc6a4a7935bd1e995;
    const uint8_t *p = (const uint8_t *)s.at, *end = p + s.len;
    uint64_t h = seed ^ s.len * m, rest = 0;
    for (; end - p >= 8; p += 8) {
        uint64_t k = read8(p) * m;
        h = (h ^ (k ^ k >> 47) * m) * m;
    }
    for (int i = 0; p + i < end; i++) rest |= (uint64_t)p[i] << 8 * i;
    if (p < end) h = (h ^ rest) * m;
    h = (h ^ h >> 47) * m;
    return h ^ h >> 47;
}
