#include "pkg/lock.h"

#include "base/list.h"
#include "data/json.h"
#include "gen/registry.h"
#include "pkg/spec.h"

/* Dev before optional before plain before peers: an optional peer is a peer. */
static int rank(const struct pkg_edge *e) {
    static const int ranks[PKG_GROUPS] = {[PKG_DEV] = 0, [PKG_OPTIONAL] = 1, [PKG_DEPENDENCIES] = 2, [PKG_PEER] = 3};
    return ranks[e->group];
}

int pkg_edge_order(const struct pkg_edge *a, const struct pkg_edge *b) {
    int ra = rank(a), rb = rank(b);
    if (ra != rb) return ra < rb ? -1 : 1;
    int by_name = str_cmp(a->name, b->name);
    return by_name < 0 ? -1 : by_name > 0;
}

static str unscoped(str name) {
    ptrdiff_t slash = str_rfind_char(name, '/');
    return slash < 0 ? name : str_from(name, (size_t)slash + 1);
}

str pkg_bin_named(const struct pkg_package *p, size_t i) {
    str name = unscoped(p->bins[i].name.len ? p->bins[i].name : p->name);
    return pkg_name_is_valid(name) ? name : STR("");
}

bool pkg_url_is_usual(str url) {
    str usual = STR(PKG_DEFAULT_REGISTRY);
    if (usual.len && usual.at[usual.len - 1] == '/') usual.len--;
    return str_starts(url, usual) && (url.len == usual.len || url.at[usual.len] == '/');
}

bool pkg_url_is_public(str url) {
    return pkg_url_is_usual(url) || str_starts(url, STR("https://registry.npmjs.")) ||
           str_starts(url, STR("https://registry.yarnpkg."));
}

static void take_bins(struct arena *a, const struct json *manifest, struct pkg_package *to) {
    const struct json *bin = json_get_c(manifest, "bin");
    if (json_is(bin, JSON_STRING) && bin->text.len) {
        to->bins = ARENA_NEW(a, struct pkg_bin);
        to->bins[to->n_bins++].path = bin->text;
    } else if (json_is(bin, JSON_OBJECT)) {
        to->bins = ARENA_ARRAY(a, struct pkg_bin, bin->count + 1);
        for JSON_EACH(m, bin)
            if (m->kind == JSON_STRING && m->key.len) to->bins[to->n_bins++] = (struct pkg_bin){m->key, m->text};
    }
    if (!to->n_bins && !json_is(bin, JSON_OBJECT))
        to->bin_dir = json_text(json_get_c(json_get_c(manifest, "directories"), "bin"));
}

void pkg_package_take(struct arena *a, const struct json *manifest, struct pkg_package *to) {
    take_bins(a, manifest, to);
    to->os = pkg_texts_read(a, json_get_c(manifest, "os"));
    to->cpu = pkg_texts_read(a, json_get_c(manifest, "cpu"));
    to->libc = pkg_texts_read(a, json_get_c(manifest, "libc"));
    static const char *const scripts[] = {"preinstall", "install", "postinstall"};
    to->has_install_script = json_bool(json_get_c(manifest, "hasInstallScript"), false);
    for (size_t i = 0; i < 3; i++)                       /* not every registry sums it up */
        to->has_install_script |= json_text(json_get_c(json_get_c(manifest, "scripts"), scripts[i])).len > 0;
}

void pkg_lock_init(struct pkg_lock *l, struct arena *a) {
    *l = (struct pkg_lock){.arena = a, .version = 3, .config_version = 1};
}

struct pkg_package *pkg_lock_add(struct pkg_lock *l, pkg_id *id) {
    if (l->n_packages == l->cap_packages) {
        size_t cap = l->cap_packages ? l->cap_packages * 2 : 64;
        l->packages = arena_grow(l->arena, l->packages, l->cap_packages * sizeof *l->packages,
                                 cap * sizeof *l->packages);
        l->cap_packages = cap;
    }
    *id = (pkg_id)l->n_packages;
    struct pkg_package *p = &l->packages[l->n_packages++];
    *p = (struct pkg_package){0};
    return p;
}

bool pkg_lock_is_optional(const struct pkg_lock *l, pkg_id id) {
    bool any = false;
    for (size_t i = 0; i < l->n_packages; i++)
        for (size_t k = 0; k < l->packages[i].n_edges; k++) {
            const struct pkg_edge *e = &l->packages[i].edges[k];
            if (e->to != id) continue;
            if (e->group != PKG_OPTIONAL) return false;
            any = true;
        }
    return any;
}

void pkg_lock_reach(const struct pkg_lock *l, pkg_id from, bool no_dev, bool no_optional, bool no_peer, bool *reached) {
    LIST(pkg_id) todo = {0};
    memset(reached, 0, l->n_packages);
    for (pkg_id i = 0; i < l->n_packages; i++) {
        bool is_start = from == PKG_NONE ? l->packages[i].source == PKG_ROOT || l->packages[i].source == PKG_WORKSPACE
                                         : i == from;
        if (is_start) reached[i] = true, *LIST_ADD(&todo) = i;
    }
    while (todo.len) {
        const struct pkg_package *p = &l->packages[todo.at[--todo.len]];
        for (size_t i = 0; i < p->n_edges; i++) {
            const struct pkg_edge *e = &p->edges[i];
            bool is_out = (e->group == PKG_DEV && no_dev) || (e->group == PKG_OPTIONAL && no_optional) ||
                          (e->group == PKG_PEER && no_peer);
            if (is_out || e->to == PKG_NONE || reached[e->to]) continue;
            reached[e->to] = true;
            *LIST_ADD(&todo) = e->to;
        }
    }
    LIST_FREE(&todo);
}

str pkg_lock_base(const struct pkg_lock *l, pkg_id id) {
    for (size_t i = 0; i < l->n_packages; i++) {
        const struct pkg_package *p = &l->packages[i];
        if (p->source != PKG_ROOT && p->source != PKG_WORKSPACE) continue;
        for (size_t k = 0; k < p->n_edges; k++) {
            str spec = p->edges[k].spec;
            if (str_starts(spec, STR("file:"))) spec = str_from(spec, 5);
            if (p->edges[k].to == id && str_eq(spec, l->packages[id].place))
                return p->source == PKG_ROOT ? STR("") : p->place;
        }
    }
    return STR("");
}
