/* base/map.h: text -> pointer, insertion order kept. Keys are borrowed: they must live as long as the map.
 * A zeroed struct map is empty and ready. Hash flooding is answered by `seed` (set it before the first put when a peer
 * chooses the keys). */
#pragma once
#include "base/str.h"

struct map_entry {
    str key;
    void *value;                    /* NULL after map_remove: such entries are skipped by map_next */
    uint64_t hash;
};
struct map {
    struct map_entry *entries;      /* in insertion order */
    uint32_t *slots;                /* index + 1 into entries, 0 = free; a power of two of them */
    size_t count, n_entries, cap, n_slots;
    uint64_t seed;
};

void map_free(struct map *m);
void *map_get(const struct map *m, str key);                  /* NULL when absent */
void map_put(struct map *m, str key, void *value);            /* value must not be NULL; replaces */
void **map_at(struct map *m, str key, bool *is_new);          /* the place of the value; must be filled when new */
bool map_remove(struct map *m, str key);
struct map_entry *map_next(const struct map *m, struct map_entry *before);   /* NULL starts; NULL ends */
