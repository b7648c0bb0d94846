/* lang/names.c: the table of interned names. */
#include "lang/names.h"

#include "base/mem.h"

static const struct { const char *at; uint8_t len; } known[NAME_FIRST_FREE] = {
    {"", 0},
#define X(id, text) {text, sizeof text - 1},
    NAME_RESERVED(X)
    NAME_KNOWN(X)
#undef X
};

static inline uint64_t load64(const char *at) { uint64_t v; memcpy(&v, at, 8); return v; }
static inline uint32_t load32(const char *at) { uint32_t v; memcpy(&v, at, 4); return v; }

static inline uint64_t mix(uint64_t a, uint64_t b) {
    __uint128_t m = (__uint128_t)a * b;
    return (uint64_t)m ^ (uint64_t)(m >> 64);
}

static inline uint32_t hash_of(const char *at, size_t len) {
    uint64_t a, b, h = 0;
    while (len > 16) {
        h = mix(load64(at) ^ h ^ 0x9E3779B97F4A7C15u, load64(at + 8) ^ 0xD6E8FEB86659FD93u);
        at += 16;
        len -= 16;
    }
    if (len >= 8) a = load64(at), b = load64(at + len - 8);
    else if (len >= 4) a = load32(at), b = load32(at + len - 4);
    else if (len > 0)
        a = (uint64_t)(uint8_t)at[0] << 16 | (uint64_t)(uint8_t)at[len >> 1] << 8 | (uint8_t)at[len - 1], b = len;
    else a = b = 0;
    h = mix(a ^ h ^ 0xA0761D6478BD642Fu, b ^ len << 56 ^ 0xE7037ED1A0B428DBu);
    return (uint32_t)(h ^ h >> 32);
}

static void place(struct names *n, uint32_t id) {
    uint32_t i = n->at[id].hash & n->mask;
    while (n->slots[i]) i = (i + 1) & n->mask;
    n->slots[i] = (uint64_t)n->at[id].hash << 32 | id;
}

static void rehash(struct names *n, uint32_t size) {
    mem_free(n->slots);
    n->slots = mem_zero(size * sizeof *n->slots);
    n->mask = size - 1;
    for (uint32_t id = 1; id < n->len; id++) place(n, id);
}

/* Takes the names of the last file out again, the last one first: so each is found where it was put. A table that grew
 * with a large file is much larger than what small ones use of it. */
static void forget(struct names *n) {
    while (n->len > NAME_FIRST_FREE) {
        uint32_t id = --n->len, i = n->at[id].hash & n->mask;
        while ((uint32_t)n->slots[i] != id) i = (i + 1) & n->mask;
        n->slots[i] = 0;
    }
    for (uint32_t id = 1; id < n->len; id++) n->at[id].symbol = 0;
}

void name_init(struct names *n, size_t source_len) {
    size_t want = 512;
    while (want < source_len / 48 && want < (1u << 22)) want *= 2;
    if (n->at) {
        forget(n);
    } else {
        n->cap = (uint32_t)want;
        n->at = mem_alloc(n->cap * sizeof *n->at);
        n->len = NAME_FIRST_FREE;
        n->at[0] = (struct name){.at = ""};
        for (uint32_t id = 1; id < NAME_FIRST_FREE; id++)
            n->at[id] = (struct name){known[id].at, known[id].len, hash_of(known[id].at, known[id].len), 0};
    }
    if (n->mask + 1 < want * 2 || n->mask + 1 > want * 64) rehash(n, (uint32_t)want * 2);
}

void name_free(struct names *n) {
    mem_free(n->at);
    mem_free(n->slots);
    *n = (struct names){0};
}

static uint32_t add(struct names *n, const char *at, size_t len, uint32_t hash) {
    if (n->len == n->cap) {
        n->cap *= 2;
        n->at = mem_resize(n->at, n->cap * sizeof *n->at);
    }
    uint32_t id = n->len++;
    n->at[id] = (struct name){at, (uint32_t)len, hash, 0};
    if (n->len > (n->mask + 1) / 2) rehash(n, (n->mask + 1) * 2);
    else place(n, id);
    return id;
}

static inline bool same(const struct name *n, const char *at, size_t len) {
    return n->len == len && memcmp(n->at, at, len) == 0;
}

uint32_t name_intern(struct names *n, const char *at, size_t len) {
    uint32_t hash = hash_of(at, len);
    for (uint32_t i = hash & n->mask;; i = (i + 1) & n->mask) {
        uint64_t slot = n->slots[i];
        if (!slot) return add(n, at, len, hash);
        if (slot >> 32 == hash && same(&n->at[(uint32_t)slot], at, len)) return (uint32_t)slot;
    }
}

uint32_t name_find(const struct names *n, str text) {
    uint32_t hash = hash_of(text.at, text.len);
    for (uint32_t i = hash & n->mask;; i = (i + 1) & n->mask) {
        uint64_t slot = n->slots[i];
        if (!slot) return 0;
        if (slot >> 32 == hash && same(&n->at[(uint32_t)slot], text.at, text.len)) return (uint32_t)slot;
    }
}
