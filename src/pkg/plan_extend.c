#include "data/json.h"
#include "data/semver.h"
#include "pkg/plan_parts.h"

/* packageExtensions of the root: dependencies that packages of registries forgot to declare. What a package declares
 * itself is never touched; the first key that names a dependency wins. */

static const struct json *extensions(const struct pkg_plan *p) {
    const struct json *root = p->o.project->members[0].manifest.json, *j = json_get_c(root, "packageExtensions");
    if (!j) j = json_get_c(json_get_c(root, "pnpm"), "packageExtensions");
    return json_is(j, JSON_OBJECT) ? j : NULL;
}

static bool is_meant(struct pkg_plan *p, str key, const struct pkg_package *package) {
    str name, range;
    pkg_spec_split(key, &name, &range);
    if (!str_eq(name, package->name)) return false;
    if (!range.len || str_is(range, "*")) return true;
    struct plan_want *w = plan_want_of(p, name, range);
    return w->spec.kind == PKG_SPEC_RANGE && plan_version_is(package, w->spec.range);
}

/* What another program's lock says was added before is taken away first: the keys may have changed since. */
static void take_back(struct pkg_plan *p, struct pkg_package *package) {
    if (!p->o.old) return;
    str key = arena_print(p->a, "%.*s@%.*s", STR_FMT(package->name), STR_FMT(package->version));
    for (size_t i = 0; i < p->o.old->n_extensions; i++) {
        const struct pkg_extension *x = &p->o.old->extensions[i];
        if (!str_eq(x->package, key)) continue;
        for (size_t k = 0; k < x->count; k++)
            for (size_t e = 0; e < package->n_edges; e++) {
                struct pkg_edge *edge = &package->edges[e];
                if (!str_eq(edge->name, x->dependencies[k].name)) continue;
                if (x->dependencies[k].is_optional_peer) edge->is_optional_peer = false;
                else edge->is_taken_back = true;
            }
    }
}

static struct pkg_edge *find(struct pkg_package *package, str name) {
    for (size_t i = 0; i < package->n_edges; i++)
        if (str_eq(package->edges[i].name, name)) return &package->edges[i];
    return NULL;
}

struct added { struct pkg_extension extension; size_t room; };

static void note(struct pkg_plan *p, struct added *all, struct pkg_dependency d) {
    if (all->extension.count == all->room) {
        size_t room = all->room ? all->room * 2 : 4;
        all->extension.dependencies = arena_grow(p->a, all->extension.dependencies, all->room * sizeof d,
                                                 room * sizeof d);
        all->room = room;
    }
    all->extension.dependencies[all->extension.count++] = d;
}

static void add(struct pkg_plan *p, struct pkg_package *package, struct added *all, str name, str spec,
                enum pkg_group group, bool is_optional) {
    struct pkg_edge *there = find(package, name);
    if (there && !there->is_taken_back) {
        if (group == PKG_PEER && is_optional && there->group == PKG_PEER && !there->is_optional_peer && !spec.len) {
            there->is_optional_peer = true;
            note(p, all, (struct pkg_dependency){.name = name, .group = PKG_PEER, .is_optional_peer = true});
        }
        return;
    }
    struct plan_want *w = plan_want_of(p, name, spec.len ? spec : STR("*"));
    if (!pkg_name_is_valid(name) || w->spec.kind == PKG_SPEC_FILE || w->spec.kind == PKG_SPEC_LINK ||
        w->spec.kind == PKG_SPEC_WORKSPACE || w->spec.kind == PKG_SPEC_CATALOG ||
        w->spec.kind == PKG_SPEC_TARBALL_FILE || w->spec.kind == PKG_SPEC_BAD) {
        plan_warn(p, "packageExtensions: \"%.*s\": \"%.*s\" cannot be added to %.*s", STR_FMT(name), STR_FMT(spec),
                  STR_FMT(package->name));
        return;
    }
    struct pkg_edge e = {.name = name,
                         .spec = w->spec.raw,
                         .group = group,
                         .is_optional_peer = group == PKG_PEER && is_optional,
                         .to = PKG_NONE,
                         .is_new = true};
    if (there && str_eq(there->spec, e.spec) && there->group == e.group)
        e.to = there->to, e.is_new = there->to == PKG_NONE;
    if (there) *there = e;
    else {
        package->edges = arena_grow(p->a, package->edges, package->n_edges * sizeof e,
                                    (package->n_edges + 1) * sizeof e);
        package->edges[package->n_edges++] = e;
    }
    note(p, all, (struct pkg_dependency){.name = name, .group = group});
}

static bool is_optional(const struct json *x, str name) {
    return json_bool(json_get_c(json_get(json_get_c(x, "peerDependenciesMeta"), name), "optional"), false);
}

void plan_extend(struct pkg_plan *p, pkg_id id) {
    static const enum pkg_group groups[] = {PKG_DEPENDENCIES, PKG_OPTIONAL, PKG_PEER};
    struct pkg_package *package = &p->lock.packages[id];
    const struct json *all = extensions(p);
    bool had_some = p->o.old && p->o.old->n_extensions;
    if (!all && !had_some) return;
    take_back(p, package);
    struct added added = {0};
    if (all) for JSON_EACH(x, all) {
        if (!is_meant(p, x->key, package)) continue;
        for (int g = 0; g < 3; g++) {
            const struct json *group = json_get_c(x, pkg_group_names[groups[g]]);
            if (json_is(group, JSON_OBJECT)) for JSON_EACH(d, group)
                        if (d->kind == JSON_STRING)
                            add(p, package, &added, d->key, d->text, groups[g],
                                groups[g] == PKG_PEER && is_optional(x, d->key));
        }
        const struct json *meta = json_get_c(x, "peerDependenciesMeta");
        if (json_is(meta, JSON_OBJECT)) for JSON_EACH(d, meta)
            if (is_optional(x, d->key)) add(p, package, &added, d->key, STR(""), PKG_PEER, true);
    }
    size_t kept = 0;
    for (size_t i = 0; i < package->n_edges; i++)
        if (!package->edges[i].is_taken_back) package->edges[kept++] = package->edges[i];
    package->n_edges = kept;
    if (!added.extension.count) return;
    added.extension.package = arena_print(p->a, "%.*s@%.*s", STR_FMT(package->name), STR_FMT(package->version));
    struct pkg_lock *l = &p->lock;
    l->extensions = arena_grow(p->a, l->extensions, l->n_extensions * sizeof *l->extensions,
                               (l->n_extensions + 1) * sizeof *l->extensions);
    l->extensions[l->n_extensions++] = added.extension;
}
