#include "pkg/inventory.h"

#include <stdlib.h>

#include "base/buf.h"
#include "base/list.h"
#include "base/map.h"
#include "data/json.h"
#include "data/semver.h"
#include "pkg/link.h"
#include "sys/dir.h"
#include "sys/file.h"
#include "sys/path.h"

static bool is_own(const struct pkg_package *p) { return p->source == PKG_ROOT || p->source == PKG_WORKSPACE; }

/* --- what a package says of itself */

/* "MIT", {"type": "MIT"}, or the old list of such: "(MIT OR Apache-2.0)". */
static str license_of(struct arena *a, const struct json *manifest) {
    const struct json *j = json_get_c(manifest, "license");
    if (!j) j = json_get_c(manifest, "licenses");
    if (json_is(j, JSON_STRING)) return j->text;
    if (json_is(j, JSON_OBJECT)) return json_text(json_get_c(j, "type"));
    if (!json_is(j, JSON_ARRAY)) return STR("");
    struct buf out = {0};
    size_t n = 0;
    for JSON_EACH(e, j) {
        str one = e->kind == JSON_STRING ? e->text : json_text(json_get_c(e, "type"));
        if (!one.len) continue;
        if (n++) buf_lit(&out, " OR ");
        buf_add(&out, one);
    }
    str all = n > 1 ? arena_print(a, "(%.*s)", STR_FMT(buf_view(&out))) : arena_str(a, buf_view(&out));
    buf_free(&out);
    return all;
}

static str author_of(struct arena *a, const struct json *manifest) {
    const struct json *j = json_get_c(manifest, "author");
    if (json_is(j, JSON_STRING)) return j->text;
    str name = json_text(json_get_c(j, "name")), mail = json_text(json_get_c(j, "email")),
        url = json_text(json_get_c(j, "url"));
    if (!name.len) return STR("");
    return arena_print(a, "%.*s%s%.*s%s%s%.*s%s", STR_FMT(name), mail.len ? " <" : "", STR_FMT(mail),
                       mail.len ? ">" : "", url.len ? " (" : "", STR_FMT(url), url.len ? ")" : "");
}

/* The repository's address where there is no homepage, as a browser takes it. */
static str homepage_of(struct arena *a, const struct json *manifest) {
    str page = json_text(json_get_c(manifest, "homepage"));
    if (page.len) return page;
    const struct json *j = json_get_c(manifest, "repository");
    str url = json_is(j, JSON_STRING) ? j->text : json_text(json_get_c(j, "url"));
    if (str_starts(url, STR("git+"))) url = str_from(url, 4);
    if (str_starts(url, STR("git://"))) return arena_print(a, "https://%.*s", STR_FMT(str_from(url, 6)));
    if (str_starts(url, STR("ssh://git@"))) return arena_print(a, "https://%.*s", STR_FMT(str_from(url, 10)));
    return str_starts(url, STR("http://")) || str_starts(url, STR("https://")) ? url : STR("");
}

static void read_manifest(struct arena *a, str root, str path, struct pkg_component *item) {
    struct arena scratch = {0};
    struct buf text = {0};
    str file = arena_print(&scratch, "%.*s/%.*s/package.json", STR_FMT(root), STR_FMT(path));
    struct json *j = file_read_all(file, &text) == 0 ? json_parse(&scratch, buf_view(&text), JSONC, NULL, file) : NULL;
    if (json_is(j, JSON_OBJECT)) {
        item->is_there = true;
        item->folder = path_join(a, root, path);
        item->license = arena_str(a, license_of(&scratch, j));
        item->author = arena_str(a, author_of(&scratch, j));
        item->description = arena_str(a, json_text(json_get_c(j, "description")));
        item->homepage = arena_str(a, homepage_of(&scratch, j));
    }
    buf_free(&text);
    arena_free(&scratch);
}

/* --- where packages lie */

/* An isolated node_modules: names of folders, with and without the sum of their peers -> the folder's whole name. */
static void read_isolated(struct arena *a, str root, struct map *out) {
    struct dir_entry *e;
    size_t n;
    if (dir_list(a, arena_print(a, "%.*s/node_modules/.bun", STR_FMT(root)), &e, &n)) return;
    for (size_t i = 0; i < n; i++) {
        map_put(out, e[i].name, (void *)(uintptr_t)arena_c(a, e[i].name));
        bool is_new;
        void **at = map_at(out, pkg_isolated_without_peers(e[i].name), &is_new);
        if (is_new) *at = (void *)(uintptr_t)arena_c(a, e[i].name);
    }
}

static str isolated_path(struct arena *a, const struct map *isolated, const struct pkg_package *p) {
    const char *folder = map_get(isolated, pkg_isolated_name(a, p));
    return folder ? arena_print(a, "node_modules/.bun/%s/node_modules/%.*s", folder, STR_FMT(p->name)) : STR("");
}

/* An isolated node_modules has links to where packages lie, inside of the same project. */
static void follow(struct arena *a, str root, struct pkg_component *item) {
    str real, top;
    if (file_realpath(a, item->folder, &real) != 0 || file_realpath(a, root, &top) != 0) return;
    bool is_inside = str_starts(real, top) && real.len > top.len && real.at[top.len] == '/';
    if (is_inside) item->folder = path_join(a, root, str_from(real, top.len + 1));
}

static int by_text(const void *a, const void *b) { return str_cmp(*(const str *)a, *(const str *)b); }

struct sorted { struct pkg_component item; str name, version; };
static int by_name(const void *a, const void *b) {
    const struct sorted *x = a, *y = b;
    struct semver v, w;
    int c = str_cmp(x->name, y->name);
    if (c) return c;
    if (semver_parse(x->version, SEMVER_LOOSE, &v) && semver_parse(y->version, SEMVER_LOOSE, &w) &&
        (c = semver_cmp(&v, &w)) != 0)
        return c;
    c = str_cmp(x->version, y->version);
    return c ? c : x->item.id < y->item.id ? -1 : 1;
}

void pkg_inventory_make(struct arena *a, str root, const struct pkg_lock *l, const struct pkg_tree *t,
                        struct pkg_inventory *out) {
    size_t n = l->n_packages;
    size_t *counts = NEW_ARRAY(size_t, n + 1);
    str **paths = NEW_ARRAY(str *, n + 1);
    bool *all = NEW_ARRAY(bool, n + 1), *plain = NEW_ARRAY(bool, n + 1), *firm = NEW_ARRAY(bool, n + 1);
    struct map isolated = {0};
    for (size_t i = 0; i < t->count; i++)
        for (size_t k = 0; k < t->nodes[i].n_entries; k++) counts[t->nodes[i].entries[k].id]++;
    for (pkg_id i = 0; i < n; i++) paths[i] = ARENA_ARRAY(a, str, counts[i] + 1), counts[i] = 0;
    for (size_t i = 0; i < t->count; i++) {
        const struct pkg_node *node = &t->nodes[i];
        for (size_t k = 0; k < node->n_entries; k++) {
            pkg_id id = node->entries[k].id;
            const char *in = node->is_workspace || !node->path.len ? "" : "node_modules/";
            paths[id][counts[id]++] = arena_print(a, "%s%.*s%snode_modules/%.*s", in, STR_FMT(node->path),
                                                  node->path.len ? "/" : "", STR_FMT(node->entries[k].name));
        }
    }
    pkg_lock_reach(l, PKG_NONE, false, false, false, all);
    pkg_lock_reach(l, PKG_NONE, true, false, false, plain);
    pkg_lock_reach(l, PKG_NONE, false, true, false, firm);
    read_isolated(a, root, &isolated);
    LIST(struct sorted) list = {0};
    for (pkg_id i = 0; i < n; i++) {
        const struct pkg_package *p = &l->packages[i];
        if (is_own(p) || !counts[i]) continue;
        struct pkg_component item = {.id = i, .paths = paths[i], .n_paths = counts[i]};
        item.is_dev = all[i] && !plain[i];
        item.is_optional = all[i] && !firm[i];
        qsort(item.paths, item.n_paths, sizeof *item.paths, by_text);
        for (size_t k = 0; k < item.n_paths && !item.is_there; k++) read_manifest(a, root, item.paths[k], &item);
        str other = item.is_there ? STR("") : isolated_path(a, &isolated, p);
        if (other.len) item.paths[0] = other, item.n_paths = 1, read_manifest(a, root, other, &item);
        if (item.is_there && isolated.count) follow(a, root, &item);
        *LIST_ADD(&list) = (struct sorted){item, p->name, p->version};
    }
    qsort(list.at, list.len, sizeof *list.at, by_name);
    out->count = list.len;
    out->items = ARENA_ARRAY(a, struct pkg_component, list.len + 1);
    for (size_t i = 0; i < list.len; i++) out->items[i] = list.at[i].item;
    LIST_FREE(&list);
    map_free(&isolated);
    mem_free(counts), mem_free(paths), mem_free(all), mem_free(plain), mem_free(firm);
}
