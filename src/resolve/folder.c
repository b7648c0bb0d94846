/* resolve/folder.c: what is known of folders: what lies in them, where they really are, their package.json.
 *
 * Asking for a few names costs a system call each; from the fifth question in a turn on the folder is listed once,
 * which answers all further ones. A listing is trusted within its turn only (resolve_fresh begins one). */
#include "base/diag.h"
#include "data/json.h"
#include "resolve/internal.h"
#include "sys/path.h"

enum { PROBES_BEFORE_LIST = 4, KEYS_BEFORE_MAP = 12 };

str part_dirname(str path) {
    ptrdiff_t at = str_rfind_char(path, '/');
    return at <= 0 ? STR("/") : str_upto(path, (size_t)at);
}

str part_basename(str path) { return str_from(path, (size_t)(str_rfind_char(path, '/') + 1)); }

struct folder *folder_get(struct resolver *r, str path) {
    if (path.len > 1 && path.at[path.len - 1] == '/') path = str_upto(path, path.len - 1);
    struct folder *f = map_get(&r->folders, path);
    if (f) return f;
    f = ARENA_NEW(&r->arena, struct folder);
    f->path = arena_str(&r->arena, path);
    if (path.len > 1) f->parent = folder_get(r, part_dirname(path));
    map_put(&r->folders, f->path, f);
    return f;
}

bool is_module_folder(const struct folder *f) { return str_is(part_basename(f->path), "node_modules"); }

static str inside(struct resolver *r, struct arena *a, struct folder *f, str name) {
    return f->path.len == 1 ? arena_join(a, f->path, name)
                            : arena_print(a, "%.*s/%.*s", STR_FMT(f->path), STR_FMT(name));
}

bool folder_is_there(struct resolver *r, struct folder *f) {
    if (f->kind_known == KNOWN_YES) return true;
    if (f->kind_known == KNOWN_NONE && f->kind_turn == r->turn) return false;
    bool there;
    if (!f->parent) there = true;
    else if (f->parent->kind_known == KNOWN_NONE && f->parent->kind_turn == r->turn) there = false;
    else there = folder_kind(r, f->parent, part_basename(f->path)) == FILE_DIR;
    f->kind_known = there ? KNOWN_YES : KNOWN_NONE;
    f->kind_turn = r->turn;
    return there;
}

static void list(struct resolver *r, struct folder *f) {
    struct arena a = {0};
    struct dir_entry *entries;
    size_t count;
    map_free(&f->names);
    arena_reset(&f->name_arena);
    f->has_list = true;
    if (view_list(r->view, &a, f->path, &entries, &count) == 0)
        for (size_t i = 0; i < count; i++) {
            void *kind = (void *)(uintptr_t)(entries[i].kind + 1);
            map_put(&f->names, arena_str(&f->name_arena, entries[i].name), kind);
        }
    arena_free(&a);
}

static void turn_of(struct resolver *r, struct folder *f) {
    if (f->turn == r->turn) return;
    f->turn = r->turn;
    f->probes = 0;
    f->has_list = false;
}

enum file_kind folder_kind(struct resolver *r, struct folder *f, str name) {
    turn_of(r, f);
    if (f->has_list || f->probes++ >= PROBES_BEFORE_LIST) {
        if (!f->has_list) list(r, f);
        uintptr_t found = (uintptr_t)map_get(&f->names, name);
        if (!found) return FILE_NONE;
        enum file_kind kind = (enum file_kind)(found - 1);
        if (kind != FILE_LINK && kind != FILE_UNKNOWN) return kind;
    }
    struct arena a = {0};
    enum file_kind kind = view_kind(r->view, inside(r, &a, f, name));
    arena_free(&a);
    return kind;
}

str folder_real(struct resolver *r, struct folder *f) {
    if (f->real.at) return f->real;
    struct arena a = {0};
    str real;
    if (!f->parent) f->real = f->path;
    else if (view_real(r->view, &a, f->path, &real) == 0)
        f->real = str_eq(real, f->path) ? f->path : arena_str(&r->arena, real);
    else f->real = f->path;
    arena_free(&a);
    return f->real;
}

str folder_real_of(struct resolver *r, struct folder *f, str name) {
    if (r->options.preserve_symlinks) return inside(r, &r->arena, f, name);
    turn_of(r, f);
    if (f->has_list && (uintptr_t)map_get(&f->names, name) - 1 == FILE_REGULAR)
        return inside(r, &r->arena, folder_get(r, folder_real(r, f)), name);
    struct arena a = {0};
    str real, path = inside(r, &a, f, name);
    if (view_real(r->view, &a, path, &real) != 0) real = path;
    real = arena_str(&r->arena, real);
    arena_free(&a);
    return real;
}

static const struct resolve_package *read_package(struct resolver *r, struct folder *f) {
    struct buf text = {0};
    str path = inside(r, &r->arena, f, STR("package.json"));
    if (view_read(r->view, path, &text) != 0) {
        buf_free(&text);
        return NULL;
    }
    struct resolve_package *p = ARENA_NEW(&r->arena, struct resolve_package);
    p->folder = f->path;
    p->file = path;
    struct diag d = {0};
    str kept = arena_str(&r->arena, buf_view(&text));
    struct json *root = json_parse(&r->arena, kept, JSON_STRICT, &d, path);
    if (!root) p->bad = arena_str(&r->arena, d.first ? d.first->text : STR("it is not JSON"));
    else if (json_is(root, JSON_OBJECT)) {
        p->root = root;
        p->name = json_text(json_get_c(root, "name"));
        p->type = json_text(json_get_c(root, "type"));
        p->main = json_text(json_get_c(root, "main"));
        p->module = json_text(json_get_c(root, "module"));
        p->exports = json_get_c(root, "exports");
        p->imports = json_get_c(root, "imports");
        if (json_is(p->exports, JSON_NULL)) p->exports = NULL;
        if (!json_is(p->imports, JSON_OBJECT)) p->imports = NULL;
        if (json_is(p->exports, JSON_OBJECT) && p->exports->count >= KEYS_BEFORE_MAP)
            for JSON_EACH(m, p->exports) map_put(&p->by_key, m->key, m);
    }
    diag_free(&d);
    buf_free(&text);
    return p;
}

const struct resolve_package *folder_package(struct resolver *r, struct folder *f) {
    if (f->package_known == KNOWN_YES) return f->package;
    if (f->package_known == KNOWN_NONE && f->package_turn == r->turn) return NULL;
    turn_of(r, f);
    bool absent = f->has_list && !map_get(&f->names, STR("package.json"));
    f->package = absent ? NULL : read_package(r, f);
    f->package_known = f->package ? KNOWN_YES : KNOWN_NONE;
    f->package_turn = r->turn;
    return f->package;
}

const struct resolve_package *folder_scope(struct resolver *r, struct folder *f) {
    for (; f && !is_module_folder(f); f = f->parent) {
        const struct resolve_package *p = folder_package(r, f);
        if (p) return p;
    }
    return NULL;
}
