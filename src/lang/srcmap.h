/* lang/srcmap.h: source maps, version 3 (ECMA-426): written as the output grows, read back for stacks. Lines and
 * columns count from 0 here, columns in UTF-16 units. */
#pragma once
#include "base/arena.h"
#include "base/buf.h"

#define SRCMAP_NONE UINT32_MAX

struct srcmap_place { uint32_t source, line, column, name; };    /* source or name may be SRCMAP_NONE */

/* A zeroed writer is ready. Places are added in order of the output. */
struct srcmap_writer {
    struct buf mappings;
    uint32_t line, column;
    struct srcmap_place last;
    bool any_on_line;
};
void srcmap_add(struct srcmap_writer *w, uint32_t line, uint32_t column, struct srcmap_place place);
void srcmap_done(struct srcmap_writer *w);

/* The whole file as JSON. `contents` may be NULL; an empty str in it is written as null. `file` and `root` may be
 * empty. */
void srcmap_write(const struct srcmap_writer *w, str file, str root, const str *sources, const str *contents,
                  uint32_t n_sources, const str *names, uint32_t n_names, struct buf *out);

struct srcmap_entry { uint32_t line, column; struct srcmap_place place; };
/* Decodes "mappings": entries in the arena, sorted by place in the output; false when it is malformed. */
bool srcmap_read(struct arena *a, str mappings, struct srcmap_entry **entries, uint32_t *n);
/* The entry that covers (line, column); NULL when none does. */
const struct srcmap_entry *srcmap_find(const struct srcmap_entry *entries, uint32_t n, uint32_t line, uint32_t column);
