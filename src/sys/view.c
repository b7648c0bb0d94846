#include "sys/view.h"

#include <errno.h>

#include "base/list.h"
#include "sys/path.h"

static enum file_kind disk_kind(const struct view *v, str path) { return file_kind(path); }
static err disk_read(const struct view *v, str path, struct buf *out) { return file_read_all(path, out); }
static err disk_list(const struct view *v, struct arena *a, str path, struct dir_entry **out, size_t *count) {
    return dir_list(a, path, out, count);
}
static err disk_real(const struct view *v, struct arena *a, str path, str *out) { return file_realpath(a, path, out); }

const struct view view_disk = {disk_kind, disk_read, disk_list, disk_real};

/* --- memory */
struct memory_node {
    enum file_kind kind;
    str text;                        /* of a file; the target of a link */
};

static const struct view_memory *memory(const struct view *v) { return (const struct view_memory *)v; }

static err memory_real(const struct view *v, struct arena *a, str path, str *out) {
    struct arena own = {0};
    str done = STR("/"), rest = path;
    err e = 0;
    int hops = 0;
    /* Part by part: a link is replaced by its target and the walk begins anew. */
    while (!e) {
        while (rest.len && rest.at[0] == '/') rest = str_from(rest, 1);
        if (!rest.len) break;
        ptrdiff_t slash = str_find_char(rest, '/');
        str part = slash < 0 ? rest : str_upto(rest, (size_t)slash);
        rest = str_from(rest, part.len);
        str next = path_resolve(&own, done, part);
        const struct memory_node *node = map_get(&memory(v)->files, next);
        if (!node && next.len > 1) e = -ENOENT;
        else if (node && node->kind == FILE_LINK) {
            rest = path_join(&own, node->text, rest);
            done = STR("/");
            if (++hops > 40) e = -ELOOP;
        } else done = next;
    }
    if (!e) *out = arena_str(a, done);
    arena_free(&own);
    return e;
}

static const struct memory_node *memory_node(const struct view *v, str path) {
    const struct memory_node *node = map_get(&memory(v)->files, path);
    if (node && node->kind != FILE_LINK) return node;
    struct arena a = {0};
    str real;
    node = memory_real(v, &a, path, &real) == 0 ? map_get(&memory(v)->files, real) : NULL;
    arena_free(&a);
    return node;
}

static enum file_kind memory_kind(const struct view *v, str path) {
    if (str_is(path, "/")) return FILE_DIR;
    const struct memory_node *node = memory_node(v, path);
    return node ? node->kind : FILE_NONE;
}

static err memory_read(const struct view *v, str path, struct buf *out) {
    const struct memory_node *node = memory_node(v, path);
    if (!node) return -ENOENT;
    if (node->kind != FILE_REGULAR) return -EISDIR;
    buf_add(out, node->text);
    return 0;
}

static err memory_list(const struct view *v, struct arena *a, str path, struct dir_entry **out, size_t *count) {
    enum file_kind kind = memory_kind(v, path);
    if (kind != FILE_DIR) return kind == FILE_NONE ? -ENOENT : -ENOTDIR;
    str real;
    TRY(memory_real(v, a, path, &real));
    LIST(struct dir_entry) found = {0};
    for (struct map_entry *m = map_next(&memory(v)->files, NULL); m; m = map_next(&memory(v)->files, m))
        if (str_eq(path_dirname(m->key), real))
            *LIST_ADD(&found) = (struct dir_entry){path_basename(m->key), ((struct memory_node *)m->value)->kind};
    *out = arena_alloc(a, found.len * sizeof **out + 1);
    if (found.len) memcpy(*out, found.at, found.len * sizeof **out);
    *count = found.len;
    LIST_FREE(&found);
    return 0;
}

void view_memory_init(struct view_memory *m) {
    *m = (struct view_memory){.view = {memory_kind, memory_read, memory_list, memory_real}};
}

static void put(struct view_memory *m, str path, enum file_kind kind, str text) {
    struct memory_node *node = ARENA_NEW(&m->arena, struct memory_node);
    *node = (struct memory_node){kind, arena_str(&m->arena, text)};
    str key = arena_str(&m->arena, path);
    map_put(&m->files, key, node);
    for (str up = path_dirname(key); up.len > 1 && !map_get(&m->files, up); up = path_dirname(up)) {
        struct memory_node *folder = ARENA_NEW(&m->arena, struct memory_node);
        folder->kind = FILE_DIR;
        map_put(&m->files, up, folder);
    }
}

void view_memory_add(struct view_memory *m, str path, str text) { put(m, path, FILE_REGULAR, text); }
void view_memory_link(struct view_memory *m, str path, str target) { put(m, path, FILE_LINK, target); }

void view_memory_done(struct view_memory *m) {
    map_free(&m->files);
    arena_free(&m->arena);
}
