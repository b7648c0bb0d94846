#include <stdlib.h>

#include "data/json.h"
#include "data/semver.h"
#include "pkg/plan_parts.h"

/* --- what changed, by the paths of the tree */

struct seen { const struct pkg_package *package; bool is_there; };

static str key_of(struct arena *a, const struct pkg_node *n, str name) {
    return n->depth ? arena_print(a, "%.*s/%.*s", STR_FMT(n->key), STR_FMT(name)) : name;
}

static bool is_same(const struct pkg_package *a, const struct pkg_package *b) {
    if (a->source != b->source || !str_eq(a->name, b->name)) return false;
    return a->source == PKG_NPM ? str_eq(a->version, b->version)
                                : str_eq(a->place, b->place) && str_eq(a->commit, b->commit);
}

static str what_of(const struct pkg_package *p) {
    return p->version.len ? p->version : p->commit.len ? p->commit : p->place;
}

struct changes { LIST(struct pkg_change) list; };

/* The old tree, in which optional peers find theirs as they do in the new one. */
static void make_before(struct pkg_plan *p, struct arena *a, struct pkg_tree *before) {
    struct pkg_lock old = *p->o.old;
    old.packages = arena_alloc(a, (old.n_packages + 1) * sizeof *old.packages);
    for (size_t i = 0; i < old.n_packages; i++) {
        struct pkg_package *o = &old.packages[i];
        *o = p->o.old->packages[i];
        o->edges = arena_alloc(a, (o->n_edges + 1) * sizeof *o->edges);
        if (o->n_edges) memcpy(o->edges, p->o.old->packages[i].edges, o->n_edges * sizeof *o->edges);
    }
    pkg_tree_bind_peers(a, &old);
    pkg_tree_make(a, &old, NULL, before);
}

static void collect(struct pkg_plan *p, const struct pkg_lock *now, struct changes *c) {
    struct arena own = {0};
    struct pkg_tree before, after;
    make_before(p, &own, &before);
    pkg_tree_make(&own, now, NULL, &after);
    struct map old = {0};
    for (size_t i = 0; i < before.count; i++)
        for (size_t k = 0; k < before.nodes[i].n_entries; k++) {
            struct seen *s = ARENA_NEW(&own, struct seen);
            s->package = &p->o.old->packages[before.nodes[i].entries[k].id];
            map_put(&old, key_of(&own, &before.nodes[i], before.nodes[i].entries[k].name), s);
        }
    for (size_t i = 0; i < after.count; i++)
        for (size_t k = 0; k < after.nodes[i].n_entries; k++) {
            const struct pkg_package *package = &now->packages[after.nodes[i].entries[k].id];
            str key = key_of(p->a, &after.nodes[i], after.nodes[i].entries[k].name);
            struct seen *s = map_get(&old, key);
            if (!s) *LIST_ADD(&c->list) = (struct pkg_change){'+', key, STR(""), what_of(package)};
            else if (!is_same(s->package, package))
                *LIST_ADD(&c->list) = (struct pkg_change){'~', key, what_of(s->package), what_of(package)};
            if (s) s->is_there = true;
        }
    for (struct map_entry *e = map_next(&old, NULL); e; e = map_next(&old, e)) {
        struct seen *s = e->value;
        if (!s->is_there)
            *LIST_ADD(&c->list) = (struct pkg_change){'-', arena_str(p->a, e->key), what_of(s->package), STR("")};
    }
    map_free(&old);
    arena_free(&own);
}

/* A changed declaration says more to a person than what followed from it: those come first. */
static void declared(struct pkg_plan *p, const struct pkg_lock *now, struct changes *c) {
    for (size_t i = 0; i < now->n_packages; i++) {
        if (!plan_is_local(p, (pkg_id)i)) break;
        const struct pkg_package *m = &now->packages[i], *was = NULL;
        for (size_t k = 0; k < p->o.old->n_packages && !was; k++) {
            const struct pkg_package *o = &p->o.old->packages[k];
            if (i ? o->source == PKG_WORKSPACE && str_eq(o->place, m->place) : o->source == PKG_ROOT) was = o;
        }
        for (size_t e = 0; e < m->n_edges; e++) {
            const struct pkg_edge *before = NULL;
            for (size_t k = 0; was && k < was->n_edges && !before; k++)
                if (str_eq(was->edges[k].name, m->edges[e].name)) before = &was->edges[k];
            if (!before) *LIST_ADD(&c->list) = (struct pkg_change){'+', m->edges[e].name, STR(""), m->edges[e].spec};
            else if (!str_eq(before->spec, m->edges[e].spec))
                *LIST_ADD(&c->list) = (struct pkg_change){'~', m->edges[e].name, before->spec, m->edges[e].spec};
        }
        for (size_t k = 0; was && k < was->n_edges; k++) {
            bool is_there = false;
            for (size_t e = 0; e < m->n_edges && !is_there; e++)
                is_there = str_eq(was->edges[k].name, m->edges[e].name);
            if (!is_there)
                *LIST_ADD(&c->list) = (struct pkg_change){'-', was->edges[k].name, was->edges[k].spec, STR("")};
        }
    }
}

static void compare(struct pkg_plan *p, struct pkg_plan_result *out) {
    if (!p->o.old) { out->is_changed = true; return; }
    struct changes packages = {0}, texts = {0};
    collect(p, &out->lock, &packages);
    out->is_changed = packages.list.len > 0;
    if (out->is_changed) declared(p, &out->lock, &texts);
    size_t n = texts.list.len + packages.list.len;
    out->changes = arena_alloc(p->a, (n + 1) * sizeof *out->changes);
    if (texts.list.len) memcpy(out->changes, texts.list.at, texts.list.len * sizeof *out->changes);
    if (packages.list.len)
        memcpy(out->changes + texts.list.len, packages.list.at, packages.list.len * sizeof *out->changes);
    out->n_changes = n;
    LIST_FREE(&packages.list);
    LIST_FREE(&texts.list);
}

/* --- what the root's package.json says besides */

static void read_patches(struct pkg_plan *p) {
    const struct json *root = p->o.project->members[0].manifest.json, *j = json_get_c(root, "patchedDependencies");
    if (!j) j = json_get_c(json_get_c(root, "pnpm"), "patchedDependencies");
    if (!json_is(j, JSON_OBJECT)) return;
    p->lock.patches = ARENA_ARRAY(p->a, struct pkg_patch, j->count + 1);
    for JSON_EACH(m, j)
        if (m->kind == JSON_STRING) p->lock.patches[p->lock.n_patches++] = (struct pkg_patch){m->key, m->text};
}

static void mark_unresolved(struct pkg_plan *p) {
    for (size_t i = 0; i < p->lock.n_packages; i++)
        for (size_t k = 0; k < p->lock.packages[i].n_edges; k++) {
            struct pkg_edge *e = &p->lock.packages[i].edges[k];
            e->is_new = e->is_taken_back = false;
            e->is_unresolved = e->group == PKG_OPTIONAL && e->to == PKG_NONE;
        }
}

/* --- what a person should know */

static void look_at(struct pkg_plan *p, pkg_id id) {
    const struct pkg_package *package = &p->lock.packages[id];
    const struct plan_package *more = &p->packages.at[id];
    if (more->deprecated.len)
        plan_warn(p, "deprecated %.*s@%.*s: %.*s", STR_FMT(package->name), STR_FMT(package->version),
                  STR_FMT(more->deprecated));
    if (!more->engine.len || !p->has_node) return;
    struct arena mark = *p->a;
    struct semver_range *range = semver_range_parse(p->a, more->engine, SEMVER_LOOSE);
    bool is_met = !range || semver_range_has(range, &p->node, SEMVER_LOOSE | SEMVER_PRERELEASE);
    arena_back(p->a, mark);
    if (!is_met)
        plan_warn(p, "%.*s@%.*s is made for node %.*s; this is %d.%d.%d", STR_FMT(package->name),
                  STR_FMT(package->version), STR_FMT(more->engine), (int)p->node.major, (int)p->node.minor,
                  (int)p->node.patch);
}

static size_t look_at_peers(struct pkg_plan *p, pkg_id id) {
    size_t n_bad = 0;
    const struct pkg_package *package = &p->lock.packages[id];
    for (size_t i = 0; i < package->n_edges; i++) {
        const struct pkg_edge *e = &package->edges[i];
        if (e->group != PKG_PEER || e->is_optional_peer || e->to == PKG_NONE) continue;
        const struct plan_want *now = plan_effective(p, id, e, p->packages.at[id].wants[i]);
        const struct pkg_package *to = &p->lock.packages[e->to];
        if (now->spec.kind != PKG_SPEC_RANGE || to->source != PKG_NPM || plan_fits(now, to->version)) continue;
        n_bad++;
        plan_warn(p, "incorrect peer dependency: %.*s wants %.*s@%.*s, but %.*s@%.*s is there",
                  STR_FMT(package->name), STR_FMT(e->name), STR_FMT(e->spec), STR_FMT(to->name), STR_FMT(to->version));
    }
    return n_bad;
}

/* A peer may be without a version that does, not without its package. */
static bool is_wanted(struct pkg_plan *p, pkg_id by, const struct pkg_edge *e) {
    if (e->group != PKG_PEER) return e->group != PKG_OPTIONAL;
    const struct plan_want *declared = p->packages.at[by].wants[e - p->lock.packages[by].edges];
    return plan_effective(p, by, e, declared)->real->state == PLAN_ABSENT;
}

/* What could not be had matters only to those who stayed. */
static void keep_missing(struct pkg_plan *p, const bool *is_kept) {
    size_t kept = 0;
    for (size_t i = 0; i < p->missing.len; i++) {
        struct pkg_missing m = p->missing.at[i];
        if (!is_kept[m.by]) continue;
        const struct pkg_edge *e = NULL;
        const struct pkg_package *by = &p->lock.packages[m.by];
        for (size_t k = 0; k < by->n_edges && !e; k++)
            if (str_eq(by->edges[k].name, m.name) && str_eq(by->edges[k].spec, m.spec)) e = &by->edges[k];
        if (!e || is_wanted(p, m.by, e)) p->missing.at[kept++] = m;
        else
            plan_warn(p, "%.*s (%s of %.*s)", STR_FMT(m.why), e->group == PKG_PEER ? "a peer" : "optional",
                      STR_FMT(by->name));
    }
    p->missing.len = kept;
}

/* Only what is reached stays, breadth first from the root: the same numbers whatever the order of answers was. */
static void compact(struct pkg_plan *p, const pkg_id *order, size_t n) {
    struct pkg_package *packages = arena_alloc(p->a, (n + 1) * sizeof *packages);
    pkg_id *now = arena_alloc(p->a, (p->lock.n_packages + 1) * sizeof *now);
    for (size_t i = 0; i < p->lock.n_packages; i++) now[i] = PKG_NONE;
    for (size_t i = 0; i < n; i++) packages[i] = p->lock.packages[order[i]], now[order[i]] = (pkg_id)i;
    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; k < packages[i].n_edges; k++)
            if (packages[i].edges[k].to != PKG_NONE) packages[i].edges[k].to = now[packages[i].edges[k].to];
    for (size_t i = 0; i < p->missing.len; i++) p->missing.at[i].by = now[p->missing.at[i].by];
    p->lock.packages = packages;
    p->lock.n_packages = p->lock.cap_packages = n;
}

static int by_who(const void *l, const void *r) {
    const struct pkg_missing *a = l, *b = r;
    return a->by != b->by ? (a->by < b->by ? -1 : 1) : str_cmp(a->name, b->name);
}

static void keep_extensions(struct pkg_plan *p) {
    size_t kept = 0;
    for (size_t i = 0; i < p->lock.n_extensions; i++) {
        bool is_there = false;
        for (size_t k = 0; k < p->lock.n_packages && !is_there; k++) {
            const struct pkg_package *o = &p->lock.packages[k];
            str key = p->lock.extensions[i].package;
            is_there = o->source == PKG_NPM && key.len == o->name.len + 1 + o->version.len &&
                       str_starts(key, o->name) && str_ends(key, o->version);
        }
        if (is_there) p->lock.extensions[kept++] = p->lock.extensions[i];
    }
    p->lock.n_extensions = kept;
}

void plan_report(struct pkg_plan *p, struct pkg_plan_result *out) {
    *out = (struct pkg_plan_result){0};
    pkg_id *order = arena_alloc(p->a, (p->lock.n_packages + 1) * sizeof *order);
    size_t n;
    bool *is_kept = plan_reachable(p, p->a, order, &n);
    keep_missing(p, is_kept);
    for (size_t i = 0; i < n; i++) look_at(p, order[i]), out->n_bad_peers += look_at_peers(p, order[i]);
    compact(p, order, n);
    keep_extensions(p);
    p->lock.trusted = p->o.project->members[0].manifest.trusted;
    p->lock.overrides = (struct pkg_override *)p->overrides;
    p->lock.n_overrides = p->n_overrides;
    p->lock.catalogs = p->catalogs;
    p->lock.n_catalogs = p->n_catalogs;
    read_patches(p);
    mark_unresolved(p);
    str circle = pkg_tree_bind_peers(p->a, &p->lock);
    if (circle.len)
        *LIST_ADD(&p->missing) = (struct pkg_missing){
            p->lock.packages[0].name, STR(""), 0,
            arena_print(
                p->a,
                "these need a copy of the next below them, without end: %.*s; \"overrides\" can hold one to one version",
                STR_FMT(circle))};
    if (p->missing.len) qsort(p->missing.at, p->missing.len, sizeof *p->missing.at, by_who);
    out->lock = p->lock;
    out->n_missing = p->missing.len;
    out->missing = arena_alloc(p->a, (p->missing.len + 1) * sizeof *out->missing);
    if (p->missing.len) memcpy(out->missing, p->missing.at, p->missing.len * sizeof *out->missing);
    out->warnings.count = p->warnings.len;
    out->warnings.at = arena_alloc(p->a, (p->warnings.len + 1) * sizeof *out->warnings.at);
    if (p->warnings.len) memcpy(out->warnings.at, p->warnings.at, p->warnings.len * sizeof *out->warnings.at);
    compare(p, out);
}
