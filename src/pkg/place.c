#include "pkg/place.h"

#include "base/map.h"
#include "data/hash.h"
#include "sys/at.h"
#include "sys/path.h"

void pkg_places_free(struct pkg_places *p) {
    LIST_FREE(&p->list);
    if (p->isolated) pkg_places_isolated_free(p->isolated);
}

static const struct pkg_package *package(const struct pkg_places *p, pkg_id id) { return &p->in->lock->packages[id]; }

static uint64_t sum(uint64_t so_far, str text) { return hash_xx64(text, so_far * 31 + text.len); }

static uint64_t key_of(const struct pkg_places *p, const struct pkg_place *at) {
    uint64_t key = sum((uint64_t)at->kind, at->target);
    if (at->kind == PKG_PLACE_LINK || at->kind == PKG_PLACE_BIN) return key;
    const struct pkg_package *k = package(p, at->id);
    key = sum(sum(sum(key + k->source, k->name), k->version), k->integrity);
    key = sum(sum(key, k->place), k->commit);
    for (size_t i = 0; i < p->in->lock->n_patches; i++) {
        str package, version;
        str label = p->in->lock->patches[i].package;
        ptrdiff_t sign = str_rfind_char(label, '@');
        package = str_upto(label, sign < 0 ? 0 : (size_t)sign);
        version = str_from(label, (size_t)(sign + 1));
        if (str_eq(package, k->name) && str_eq(version, k->version)) key = sum(key, p->in->lock->patches[i].file);
    }
    return key;
}

void pkg_place_add(struct pkg_places *p, enum pkg_place_kind kind, str path, pkg_id id, str target) {
    struct pkg_place *at = LIST_ADD(&p->list);
    *at = (struct pkg_place){.path = path, .kind = kind, .id = id, .target = target};
    at->key = key_of(p, at);
    str entry = kind == PKG_PLACE_ENTRY && p->in->stored ? p->in->stored[id].path : STR("");
    if (entry.len) at->entry = hash_xx64(entry, 1);
}

str pkg_place_relative(struct arena *a, str from_folder, str to) {
    while (from_folder.len && to.len) {                          /* without what both begin with */
        str f, t, f_rest, t_rest;
        str_split(from_folder, '/', &f, &f_rest);
        str_split(to, '/', &t, &t_rest);
        if (!str_eq(f, t)) break;
        from_folder = f_rest;
        to = t_rest;
    }
    str out = STR("");
    for (str part; from_folder.len && str_next(&from_folder, '/', &part);) out = arena_join(a, out, STR("../"));
    if (!to.len) return out.len ? arena_str(a, str_upto(out, out.len - 1)) : STR(".");
    return arena_join(a, out, to);
}

/* Where link: leads: a path, or what `link` registered under that name. */
str pkg_place_link_target(struct pkg_places *p, str folder, str place) {
    bool is_path = place.len && (place.at[0] == '.' || place.at[0] == '/');
    str registered = pkg_config_linked(p->a, p->in->config, place);
    if (!is_path && p->in->config->global_dir.len && file_exists(registered)) return registered;
    if (path_is_absolute(place)) return place;
    str clean = path_normalize(p->a, place);
    if (str_starts(clean, STR(".."))) {        /* outside of the project: up from here, and then the rest */
        str up = pkg_place_relative(p->a, folder, STR(""));
        return path_join(p->a, up, clean);
    }
    return pkg_place_relative(p->a, folder, str_is(clean, ".") ? STR("") : clean);
}

void pkg_place_package(struct pkg_places *p, str path, pkg_id id) {
    const struct pkg_package *k = package(p, id);
    ptrdiff_t slash = str_rfind_char(path, '/');
    str folder = slash < 0 ? STR("") : str_upto(path, (size_t)slash);
    switch (k->source) {
    case PKG_ROOT: pkg_place_add(p, PKG_PLACE_LINK, path, id, pkg_place_relative(p->a, folder, STR(""))); break;
    case PKG_WORKSPACE: pkg_place_add(p, PKG_PLACE_LINK, path, id, pkg_place_relative(p->a, folder, k->place)); break;
    case PKG_LINK: pkg_place_add(p, PKG_PLACE_LINK, path, id, pkg_place_link_target(p, folder, k->place)); break;
    case PKG_FOLDER:
        pkg_place_add(p, PKG_PLACE_FOLDER, path, id, arena_str(p->a, path_normalize(p->a, k->place)));
        p->list.at[p->list.len - 1].bins = k->bins;
        p->list.at[p->list.len - 1].n_bins = k->n_bins;
        break;
    default: pkg_place_add(p, PKG_PLACE_ENTRY, path, id, STR(""));
    }
}

/* --- bins */

bool pkg_place_has_program(const struct pkg_places *p, const struct pkg_place *bin) {
    struct file_stat s;
    str folder = path_dirname(path_join(p->a, p->in->root, bin->path));
    return file_stat(path_join(p->a, folder, bin->target), &s) == 0 && file_kind_of_mode(s.mode) == FILE_REGULAR;
}

static void add_bin(struct pkg_places *p, struct map *names, str folder, str at, pkg_id id, str name, str path) {
    bool is_new;
    void **taken = map_at(names, name, &is_new);
    if (!is_new) return;
    *taken = p;
    str bin_folder = arena_join(p->a, folder, STR("/.bin"));
    str file = arena_print(p->a, "%.*s/%.*s", STR_FMT(at), STR_FMT(path));
    str link = arena_print(p->a, "%.*s/%.*s", STR_FMT(bin_folder), STR_FMT(name));
    pkg_place_add(p, PKG_PLACE_BIN, link, id, pkg_place_relative(p->a, bin_folder, file));
}

/* Every file of directories.bin. */
static void add_folder_bins(struct pkg_places *p, struct map *names, str folder, str at, pkg_id id, str bin_dir) {
    struct dir_entry *found;
    size_t n;
    str dir = path_normalize(p->a, bin_dir);
    while (dir.len && dir.at[dir.len - 1] == '/') dir.len--;
    if (path_is_absolute(dir) || str_starts(dir, STR("..")) || str_is(dir, ".")) return;
    const char *whole = arena_print(p->a, "%.*s/%.*s", STR_FMT(at), STR_FMT(dir)).at;
    if (dir_list_at(p->a, p->root_fd, whole, &found, &n) != 0) return;
    for (size_t i = 0; i < n; i++)
        if (found[i].kind == FILE_REGULAR) add_bin(p, names, folder, at, id, found[i].name, path_join(p->a, dir,
            found[i].name));
}

static str unscoped(str name) {
    ptrdiff_t slash = str_rfind_char(name, '/');
    return slash < 0 ? name : str_from(name, (size_t)slash + 1);
}

/* "_mocha" is one, though no package may be called so. */
static bool is_file_name(str name) {
    for (size_t i = 0; i < name.len; i++)
        if ((unsigned char)name.at[i] < ' ' || name.at[i] == '\\') return false;
    return name.len && name.len < 256 && !str_is(name, ".") && !str_is(name, "..");
}

pkg_id pkg_place_native(const struct pkg_places *p, pkg_id id) {
    const struct pkg_package *k = package(p, id);
    const struct pkg_config *c = p->in->config;
    if (k->source != PKG_NPM || !str_is(k->name, "esbuild") || !c->os || !c->cpu) return PKG_NONE;
    for (size_t i = 0; i < k->n_edges; i++) {
        const struct pkg_edge *e = &k->edges[i];
        if (e->group != PKG_OPTIONAL || e->to == PKG_NONE) continue;
        const struct pkg_package *is = package(p, e->to);
        if (is->os.count && is->cpu.count && pkg_platform_allows(&is->os, str_c(c->os)) && pkg_platform_allows(&is->cpu,
            str_c(c->cpu)))
            return e->to;
    }
    return PKG_NONE;
}

static bool has_file(const struct pkg_places *p, str folder, str path) {
    str whole = arena_print(p->a, "%.*s/%.*s", STR_FMT(folder), STR_FMT(path));
    return file_kind_at(p->root_fd, whole.at) == FILE_REGULAR;
}

/* A bin without a name is called as the folder that the package lies in, which an alias decides. What would leave the
 * package, or the folder of the bins, is left out: no link is better than that one. */
void pkg_place_bins(struct pkg_places *p, struct map *names, str folder, str at, pkg_id id, str native_at) {
    const struct pkg_package *k = package(p, id);
    for (size_t i = 0; i < k->n_bins; i++) {
        str name = unscoped(k->bins[i].name.len ? k->bins[i].name : at), path = path_normalize(p->a, k->bins[i].path);
        if (!is_file_name(name) || path_is_absolute(path) || str_starts(path, STR("..")) || str_is(path, ".")) continue;
        add_bin(p, names, folder, native_at.len && has_file(p, native_at, path) ? native_at : at, id, name, path);
    }
    if (!k->n_bins && k->bin_dir.len) add_folder_bins(p, names, folder, at, id, k->bin_dir);
}

/* --- hoisted */

static str node_folder(struct pkg_places *p, const struct pkg_node *n) {
    if (n->is_workspace) return arena_join(p->a, n->path, STR("/node_modules"));
    return n->path.len ? arena_print(p->a, "node_modules/%.*s/node_modules", STR_FMT(n->path)) : STR("node_modules");
}

void pkg_places_hoisted(struct pkg_places *p) {
    const struct pkg_tree *t = p->in->tree;
    for (size_t i = 0; i < t->count; i++) {
        const struct pkg_node *n = &t->nodes[i];
        str folder = node_folder(p, n);
        for (size_t k = 0; k < n->n_entries; k++) {
            const struct pkg_entry *e = &n->entries[k];
            if (!e->is_bundled)
                pkg_place_package(p, arena_print(p->a, "%.*s/%.*s", STR_FMT(folder), STR_FMT(e->name)), e->id);
        }
    }
}

static bool depends_on(const struct pkg_package *owner, const struct pkg_entry *e) {
    for (size_t i = 0; i < owner->n_edges; i++)
        if (owner->edges[i].to == e->id && owner->edges[i].group != PKG_PEER && str_eq(owner->edges[i].name, e->name))
            return true;
    return false;
}

/* What the folder's owner depends on goes before what only lies there, peers among it; the root's folder is that of its
 * workspaces too. */
static bool is_direct(const struct pkg_places *p, pkg_id owner, const struct pkg_entry *e) {
    if (depends_on(package(p, owner), e)) return true;
    for (pkg_id id = 1; !owner && id < p->in->lock->n_packages; id++)
        if (package(p, id)->source == PKG_WORKSPACE && depends_on(package(p, id), e)) return true;
    return false;
}

/* Where a package is found from a place in node `at`: below it, or in the nearest node_modules above that has it. */
static str find_from(struct pkg_places *p, size_t at, str path, pkg_id id) {
    const struct pkg_tree *t = p->in->tree;
    str below = arena_join(p->a, path, STR("/node_modules"));
    for (size_t i = 0; i < t->count; i++) {
        bool is_above = i == at;
        for (size_t up = at; !is_above &&
            up != t->nodes[up].parent; up = t->nodes[up].parent) is_above = t->nodes[up].parent == i;
        str folder = node_folder(p, &t->nodes[i]);
        if (!is_above && !str_eq(folder, below)) continue;
        for (size_t k = 0; k < t->nodes[i].n_entries; k++)
            if (t->nodes[i].entries[k].id == id) return arena_print(p->a, "%.*s/%.*s", STR_FMT(folder),
                STR_FMT(t->nodes[i].entries[k].name));
    }
    return STR("");
}

void pkg_places_hoisted_bins(struct pkg_places *p) {
    const struct pkg_tree *t = p->in->tree;
    for (size_t i = 0; i < t->count; i++) {
        const struct pkg_node *n = &t->nodes[i];
        struct map names = {0};
        str folder = node_folder(p, n);
        for (int others = 0; others < 2; others++)
            for (size_t k = 0; k < n->n_entries; k++) {
                const struct pkg_entry *e = &n->entries[k];
                const struct pkg_package *is = package(p, e->id);
                if ((!is->n_bins && !is->bin_dir.len) || is_direct(p, n->owner, e) == others) continue;
                str at = arena_print(p->a, "%.*s/%.*s", STR_FMT(folder), STR_FMT(e->name));
                pkg_id native = pkg_place_native(p, e->id);
                pkg_place_bins(p, &names, folder, at, e->id,
                               native == PKG_NONE ? STR("") : find_from(p, i, at, native));
            }
        map_free(&names);
    }
}
