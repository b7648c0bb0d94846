#include "base/map.h"

#include "base/mem.h"
#include "base/must.h"

void map_free(struct map *m) {
    mem_free(m->entries);
    mem_free(m->slots);
    *m = (struct map){.seed = m->seed};
}

static uint64_t hash_of(const struct map *m, str key) {
    uint64_t h = str_hash(key) ^ m->seed;
    return m->seed ? h * 0x9e3779b97f4a7c15u ^ h >> 29 : h;
}

static void rebuild(struct map *m, size_t n_slots) {
    mem_free(m->slots);
    m->slots = NEW_ARRAY(uint32_t, n_slots);
    m->n_slots = n_slots;
    size_t kept = 0;
    for (size_t i = 0; i < m->n_entries; i++) {
        if (!m->entries[i].value) continue;
        m->entries[kept] = m->entries[i];
        size_t s = m->entries[kept].hash & (n_slots - 1);
        while (m->slots[s]) s = (s + 1) & (n_slots - 1);
        m->slots[s] = (uint32_t)++kept;
    }
    m->n_entries = kept;
}

static struct map_entry *find(const struct map *m, str key, uint64_t hash) {
    if (!m->n_slots) return NULL;
    for (size_t s = hash & (m->n_slots - 1); m->slots[s]; s = (s + 1) & (m->n_slots - 1)) {
        struct map_entry *e = &m->entries[m->slots[s] - 1];
        if (e->hash == hash && str_eq(e->key, key)) return e;
    }
    return NULL;
}

void *map_get(const struct map *m, str key) {
    struct map_entry *e = find(m, key, hash_of(m, key));
    return e ? e->value : NULL;
}

void **map_at(struct map *m, str key, bool *is_new) {
    uint64_t hash = hash_of(m, key);
    struct map_entry *e = find(m, key, hash);
    *is_new = !e || !e->value;
    if (e) {
        if (!e->value) m->count++;
        return &e->value;
    }
    must(m->n_entries < UINT32_MAX / 2);
    if ((m->n_entries + 1) * 4 > m->n_slots * 3) {
        bool mostly_removed = m->n_slots && m->count * 2 < m->n_slots;
        rebuild(m, mostly_removed ? m->n_slots : m->n_slots ? m->n_slots * 2 : 16);
    }
    if (m->n_entries == m->cap) {
        m->cap = m->cap ? m->cap * 2 : 12;
        m->entries = mem_resize(m->entries, m->cap * sizeof *m->entries);
    }
    size_t s = hash & (m->n_slots - 1);
    while (m->slots[s]) s = (s + 1) & (m->n_slots - 1);
    e = &m->entries[m->n_entries++];
    *e = (struct map_entry){key, NULL, hash};
    m->slots[s] = (uint32_t)m->n_entries;
    m->count++;
    return &e->value;
}

void map_put(struct map *m, str key, void *value) {
    bool is_new;
    must(value);
    *map_at(m, key, &is_new) = value;
}

bool map_remove(struct map *m, str key) {
    struct map_entry *e = find(m, key, hash_of(m, key));
    if (!e || !e->value) return false;
    e->value = NULL;
    m->count--;
    return true;
}

struct map_entry *map_next(const struct map *m, struct map_entry *before) {
    size_t i = before ? (size_t)(before - m->entries) + 1 : 0;
    for (; i < m->n_entries; i++)
        if (m->entries[i].value) return &m->entries[i];
    return NULL;
}
