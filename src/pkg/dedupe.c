#include "pkg/dedupe.h"

#include "base/map.h"
#include "data/semver.h"
#include "pkg/spec.h"

/* The newest of the same package that the edge's own range allows; its target stays when that is no range. */
static pkg_id best(struct arena *a, const struct pkg_lock *l, const struct pkg_edge *e, const pkg_id *next,
                   const struct semver *versions) {
    const struct pkg_package *now = &l->packages[e->to];
    struct pkg_spec spec;
    if (now->source != PKG_NPM || e->is_bundled) return e->to;
    pkg_spec_parse(a, e->name, e->spec, &spec);
    if (spec.kind != PKG_SPEC_RANGE || !str_eq(spec.name, now->name)) return e->to;
    /* An override put it where its range does not reach: it stays. */
    if (!semver_range_has(spec.range, &versions[e->to], 0)) return e->to;
    pkg_id found = e->to;
    for (pkg_id i = next[e->to]; i != e->to; i = next[i])
        if (semver_range_has(spec.range, &versions[i], 0) && semver_cmp(&versions[i], &versions[found]) > 0) found = i;
    return found;
}

void pkg_dedupe(struct arena *a, const struct pkg_lock *l, struct pkg_lock *out, struct pkg_dedupe *result) {
    size_t n = l->n_packages;
    pkg_id *next = ARENA_ARRAY(a, pkg_id, n + 1), *renamed = ARENA_ARRAY(a, pkg_id, n + 1);
    struct semver *versions = ARENA_ARRAY(a, struct semver, n + 1);
    bool *is_reached = ARENA_ARRAY(a, bool, n + 1);
    struct map last = {0};
    *out = *l;
    out->packages = ARENA_ARRAY(a, struct pkg_package, n + 1);
    out->cap_packages = n + 1;
    memcpy(out->packages, l->packages, n * sizeof *l->packages);
    for (pkg_id i = 0; i < n; i++) {                     /* those of one name are a ring */
        next[i] = i;
        if (l->packages[i].source != PKG_NPM || !semver_parse(l->packages[i].version, SEMVER_LOOSE, &versions[i]))
            continue;
        bool is_new;
        void **at = map_at(&last, l->packages[i].name, &is_new);
        if (!is_new) {
            pkg_id before = (pkg_id)(uintptr_t)*at - 1;
            next[i] = next[before];
            next[before] = i;
        }
        *at = (void *)(uintptr_t)(i + 1);
    }
    map_free(&last);
    for (pkg_id i = 0; i < n; i++) {
        struct pkg_package *p = &out->packages[i];
        struct pkg_edge *edges = ARENA_ARRAY(a, struct pkg_edge, p->n_edges + 1);
        if (p->n_edges) memcpy(edges, p->edges, p->n_edges * sizeof *edges);
        p->edges = edges;
        for (size_t k = 0; k < p->n_edges; k++)
            if (edges[k].to != PKG_NONE && next[edges[k].to] != edges[k].to)
                edges[k].to = best(a, l, &edges[k], next, versions);
    }
    pkg_lock_reach(out, PKG_NONE, false, false, false, is_reached);
    *result = (struct pkg_dedupe){.gone = ARENA_ARRAY(a, struct pkg_duplicate, n + 1)};
    size_t kept = 0;
    for (pkg_id i = 0; i < n; i++) {
        if (is_reached[i]) renamed[i] = (pkg_id)kept, out->packages[kept++] = out->packages[i];
        else result->gone[result->count++] = (struct pkg_duplicate){l->packages[i].name, l->packages[i].version};
    }
    out->n_packages = kept;
    for (pkg_id i = 0; i < kept; i++)
        for (size_t k = 0; k < out->packages[i].n_edges; k++)
            if (out->packages[i].edges[k].to != PKG_NONE)
                out->packages[i].edges[k].to = renamed[out->packages[i].edges[k].to];
}
