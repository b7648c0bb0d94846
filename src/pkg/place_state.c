#include "base/buf.h"
#include "base/map.h"
#include "pkg/place.h"
#include "sys/at.h"
#include "sys/os.h"

/* node_modules/.bao.state, in this machine's byte order: head, records, paths. It is only believed about what lies in
 * node_modules folders of this project. */
struct head {
    char magic[8];
    uint64_t len;
    uint32_t count, boot;           /* boot: when it was written (os_boot); 0: it was looked through since */
};
struct record {
    uint64_t key, entry, ino, bytes;
    int64_t changed_s;
    uint32_t changed_ns, path_at, path_len;
    uint8_t kind, is_right, needs_scripts, has_bundle;
};
static const char magic[8] = {'B', 'a', 'o', 'S', 't', 'a', '3', '\n'};
#define STATE "node_modules/.bao.state"

void pkg_state_open(struct pkg_state *s, int root_fd) {
    struct file_map map;
    struct file_time changed;
    struct head h;
    *s = (struct pkg_state){0};
    if (file_map_at(root_fd, STATE, &map, &changed) != 0) return;
    s->text = map.text;
    if (map.text.len >= sizeof h) {
        memcpy(&h, map.text.at, sizeof h);
        bool is_good = memcmp(h.magic, magic, sizeof magic) == 0 && h.len == map.text.len;
        if (is_good && h.count <= (map.text.len - sizeof h) / sizeof(struct record)) {
            s->count = h.count;
            s->is_doubtful = h.boot && h.boot != os_boot();
            s->used = NEW_ARRAY(bool, h.count + 1);
            return;
        }
    }
    pkg_state_close(s);
}

void pkg_state_close(struct pkg_state *s) {
    struct file_map map = {s->text};
    file_unmap(&map);
    mem_free(s->used);
    *s = (struct pkg_state){0};
}

static const struct record *record_at(const struct pkg_state *s, size_t i) {
    return (const struct record *)(const void *)(s->text.at + sizeof(struct head)) + i;
}

/* Empty when it is none that an install may touch: below node_modules, and nowhere upwards. */
static str path_of(const struct pkg_state *s, const struct record *r) {
    if (r->path_at > s->text.len || r->path_len >= s->text.len - r->path_at ||
        s->text.at[r->path_at + r->path_len]) return STR("");
    str path = str_of(s->text.at + r->path_at, r->path_len), rest = path;
    bool is_below = false;
    if (!path.len || path.at[0] == '/' || memchr(path.at, 0, path.len)) return STR("");
    for (str part; str_next(&rest, '/', &part);) {
        if (!part.len || str_is(part, ".") || str_is(part, "..")) return STR("");
        if (is_below && !rest.len) return path;
        is_below |= str_is(part, "node_modules");
    }
    return is_below && !str_ends(path, STR("node_modules")) ? path : STR("");
}

/* The sizes of a package's files, without the packages that were installed below it. */
static uint64_t weigh(int root_fd, const char *path, bool has_bundle, int depth) {
    struct arena a = {0};
    struct dir_entry *list;
    size_t n;
    uint64_t bytes = 0;
    if (depth > 100 || dir_list_at(&a, root_fd, path, &list, &n) != 0) n = 0;
    for (size_t i = 0; i < n; i++) {
        struct file_stat is;
        if (str_is(list[i].name, "node_modules") && !depth && !has_bundle) continue;
        const char *below = arena_print(&a, "%s/%.*s", path, STR_FMT(list[i].name)).at;
        if (file_stat_at(root_fd, below, &is) != 0) continue;
        if (file_kind_of_mode(is.mode) == FILE_DIR) bytes += weigh(root_fd, below, has_bundle, depth + 1);
        if (file_kind_of_mode(is.mode) == FILE_REGULAR) bytes += is.size;
    }
    arena_free(&a);
    return bytes;
}

static bool stat_place(const struct pkg_place *p, int root_fd, struct file_stat *s) {
    char name[4096];
    int n = snprintf(name, sizeof name, "%s/package.json", p->path.at);
    if (n < (int)sizeof name && file_stat_at(root_fd, name, s) == 0) return true;
    return file_stat_at(root_fd, p->path.at, s) == 0;
}

static bool is_link_to(int root_fd, const struct pkg_place *p) {
    char target[4096];
    ptrdiff_t n = file_readlink_at(root_fd, p->path.at, target, sizeof target);
    return n > 0 && str_eq(str_of(target, (size_t)n), p->target);
}

static bool holds(const struct pkg_places *all, struct pkg_place *p, const struct record *r) {
    struct file_stat s;
    if (!r->is_right || r->key != p->key || p->kind == PKG_PLACE_FOLDER) return false;
    if (p->entry && p->entry != r->entry) return false;
    if (r->kind == PKG_PLACE_NO_BIN && p->kind == PKG_PLACE_BIN) {
        p->kind = PKG_PLACE_NO_BIN;
        return !pkg_place_has_program(all, p);
    }
    if (r->kind != (uint8_t)p->kind) return false;
    if (p->kind != PKG_PLACE_ENTRY) return is_link_to(all->root_fd, p);
    if (!stat_place(p, all->root_fd, &s)) return false;
    return s.ino == r->ino && (file_kind_of_mode(s.mode) == FILE_DIR || (s.mtime.sec == r->changed_s &&
        s.mtime.nsec == r->changed_ns));
}

static void note(struct pkg_place *p, const struct file_stat *s) {
    p->ino = s->ino;
    p->changed_s = s->mtime.sec;
    p->changed_ns = s->mtime.nsec;
}

void pkg_place_look(struct pkg_place *p, int root_fd) {
    struct file_stat s;
    if (stat_place(p, root_fd, &s)) note(p, &s);
}

void pkg_place_look_in(struct pkg_place *p, int root_fd, int folder_fd) {
    struct file_stat s;
    if (file_stat_at(folder_fd, "package.json", &s) == 0) note(p, &s);
    else pkg_place_look(p, root_fd);
}

/* Both lists are usually in the same order. */
bool pkg_state_needs_scripts(const struct pkg_state *s) {
    for (size_t i = 0; i < s->count; i++)
        if (record_at(s, i)->needs_scripts) return true;
    return false;
}

void pkg_state_compare(struct pkg_state *s, struct pkg_places *all, size_t from) {
    struct map by_path = {0};
    bool is_new, is_mapped = false;
    size_t next = 0;
    while (next < s->count && s->used[next]) next++;
    for (size_t i = from; s->count && i < all->list.len; i++) {
        struct pkg_place *p = &all->list.at[i];
        const struct record *r = next < s->count ? record_at(s, next) : NULL;
        if (!r || !str_eq(path_of(s, r), p->path)) {
            for (size_t k = 0; !is_mapped && k < s->count; k++)
                *map_at(&by_path, path_of(s, record_at(s, k)), &is_new) = (void *)(uintptr_t)record_at(s, k);
            is_mapped = true;
            r = map_get(&by_path, p->path);
            if (!r) continue;
        }
        next = (size_t)(r - record_at(s, 0)) + 1;
        s->used[next - 1] = true;
        p->is_right = holds(all, p, r);
        p->bytes = r->bytes;
        p->has_bundle = r->has_bundle;
        bool is_doubtful = s->is_doubtful && p->is_right && p->kind == PKG_PLACE_ENTRY;
        if (is_doubtful && weigh(all->root_fd, p->path.at, p->has_bundle, 0) < p->bytes) p->is_right = false;
        if (!p->entry) p->entry = r->entry;
        p->needs_scripts = r->needs_scripts && r->key == p->key;
        p->ino = r->ino;
        p->changed_s = r->changed_s;
        p->changed_ns = r->changed_ns;
    }
    map_free(&by_path);
}

void pkg_state_keep(struct pkg_state *s, struct pkg_places *all, const struct map *paths, bool bins) {
    bool is_isolated = all->in->linker == PKG_LINKER_ISOLATED;
    for (size_t i = 0; i < s->count; i++) {
        const struct record *r = record_at(s, i);
        str path = path_of(s, r);
        bool is_bin = r->kind == PKG_PLACE_BIN || r->kind == PKG_PLACE_NO_BIN;
        if (s->used[i] || !path.len || !r->is_right || is_bin != bins) continue;
        bool is_in_store = is_isolated && str_starts(path, STR(PKG_ISOLATED_HOME "/"));
        if (!is_in_store && !map_get(paths, path)) continue;
        s->used[i] = true;
        *LIST_ADD(&all->list) = (struct pkg_place){
            .path = arena_str(all->a, path), .kind = (enum pkg_place_kind)r->kind, .key = r->key, .entry = r->entry,
            .is_right = true, .needs_scripts = r->needs_scripts, .ino = r->ino, .changed_s = r->changed_s,
            .changed_ns = r->changed_ns, .bytes = r->bytes, .has_bundle = r->has_bundle,
        };
    }
}

void pkg_state_stale(const struct pkg_state *s, pkg_paths *out) {
    for (size_t i = 0; i < s->count; i++) {
        str path = path_of(s, record_at(s, i));
        if (!s->used[i] && path.len) *LIST_ADD(out) = path;
    }
}

err pkg_state_trust(const struct pkg_state *s, int root_fd) {
    struct buf out = {0};
    struct head h;
    buf_add(&out, s->text);
    memcpy(&h, out.at, sizeof h);
    h.boot = 0;
    memcpy(out.at, &h, sizeof h);
    err e = file_write_at(root_fd, STATE, buf_view(&out));
    buf_free(&out);
    return e;
}

static void add_record(struct buf *records, struct buf *paths, size_t base, const struct pkg_place *p, bool is_right) {
    struct record r = {
        .key = p->key, .entry = p->entry, .ino = p->ino, .changed_s = p->changed_s, .changed_ns = p->changed_ns,
            .bytes = p->bytes, .path_at = (uint32_t)(base + paths->len),
        .path_len = (uint32_t)p->path.len, .kind = (uint8_t)p->kind, .is_right = is_right,
        .needs_scripts = p->needs_scripts, .has_bundle = p->has_bundle,
    };
    buf_add(records, str_of((const char *)&r, sizeof r));
    buf_add(paths, p->path);
    buf_add_char(paths, 0);
}

err pkg_state_write(const struct pkg_places *all, const pkg_paths *also, bool is_done) {
    struct buf out = {0}, paths = {0};
    struct head h = {.count = (uint32_t)(all->list.len + (also ? also->len : 0)), .boot = os_boot()};
    memcpy(h.magic, magic, sizeof magic);
    buf_add(&out, str_of((const char *)&h, sizeof h));
    size_t base = sizeof h + h.count * sizeof(struct record);
    for (size_t i = 0; i < all->list.len; i++) add_record(&out, &paths, base, &all->list.at[i], is_done ||
        all->list.at[i].is_right);
    for (size_t i = 0; also && i < also->len; i++) add_record(&out, &paths, base,
        &(struct pkg_place){.path = also->at[i]}, false);
    buf_add(&out, buf_view(&paths));
    h.len = out.len;
    memcpy(out.at, &h, sizeof h);
    err e = file_write_at(all->root_fd, STATE, buf_view(&out));
    buf_free(&out);
    buf_free(&paths);
    return e;
}

err pkg_state_scripts_ran(const struct pkg_places *all) {
    struct pkg_state old;
    struct map ran = {0};
    bool is_new;
    pkg_state_open(&old, all->root_fd);
    if (!old.count) return 0;
    struct buf out = {0};
    buf_add(&out, old.text);
    for (size_t i = 0; i < all->list.len; i++)
        if (!all->list.at[i].needs_scripts) *map_at(&ran, all->list.at[i].path, &is_new) = &all->list.at[i];
    for (size_t i = 0; i < old.count; i++) {
        struct record r = *record_at(&old, i);
        const struct pkg_place *p = r.needs_scripts ? map_get(&ran, path_of(&old, &r)) : NULL;
        if (!p || p->key != r.key) continue;
        r.needs_scripts = 0;
        r.bytes = weigh(all->root_fd, p->path.at, r.has_bundle, 0);
        r.ino = p->ino;
        r.changed_s = p->changed_s;
        r.changed_ns = p->changed_ns;
        memcpy(out.at + sizeof(struct head) + i * sizeof r, &r, sizeof r);
    }
    err e = file_write_at(all->root_fd, STATE, buf_view(&out));
    buf_free(&out);
    map_free(&ran);
    pkg_state_close(&old);
    return e;
}
