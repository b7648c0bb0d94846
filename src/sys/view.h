/* sys/view.h: a file tree to read from: the disk, or memory. Paths are absolute and normalized. What is written over a
 * view (resolve, bundle) can be tried without a disk. A view is used by one thread at a time, view_disk by any. */
#pragma once
#include "base/arena.h"
#include "base/buf.h"
#include "base/map.h"
#include "sys/dir.h"
#include "sys/file.h"

struct view {
    enum file_kind (*kind)(const struct view *, str path);               /* follows links; FILE_NONE = absent */
    err (*read)(const struct view *, str path, struct buf *out);         /* adds the whole file */
    err (*list)(const struct view *, struct arena *, str path, struct dir_entry **out, size_t *count);
    /* without links; the path itself when it has none */
    err (*real)(const struct view *, struct arena *, str path, str *out);
};
extern const struct view view_disk;

/* A tree in memory. Files are added with their whole path; folders come to be by themselves. */
struct view_memory {
    struct view view;
    struct arena arena;
    struct map files;
};
void view_memory_init(struct view_memory *m);
void view_memory_add(struct view_memory *m, str path, str text);         /* both are copied */
void view_memory_link(struct view_memory *m, str path, str target);      /* target: absolute */
void view_memory_done(struct view_memory *m);

static inline enum file_kind view_kind(const struct view *v, str path) { return v->kind(v, path); }
static inline err view_read(const struct view *v, str path, struct buf *out) { return v->read(v, path, out); }
static inline err view_list(const struct view *v, struct arena *a, str path, struct dir_entry **out, size_t *count) {
    return v->list(v, a, path, out, count);
}
static inline err view_real(const struct view *v, struct arena *a, str path, str *out) {
    return v->real(v, a, path, out);
}
