/* pkg/plan_peers.c: peers, in rounds: each after all that does not depend on one is decided, and what a round brings is
 * decided before the next. The project's own first; then by the names of those that have them. A peer takes what is
 * there and does, else what those have who depend on its package, however far up; and what nobody has is the best there
 * is. Where no one version would do for all who seek it so, the first that got one decides: better a wrong one than
 * two. */
#include <stdlib.h>

#include "data/semver.h"
#include "pkg/plan_parts.h"

static struct pkg_edge *edge_of(struct pkg_plan *p, struct plan_edge at) {
    return &p->lock.packages[at.package].edges[at.edge];
}
static const struct plan_want *want_now(struct pkg_plan *p, struct plan_edge at) {
    return plan_effective(p, at.package, edge_of(p, at), p->packages.at[at.package].wants[at.edge]);
}

/* --- who has it above */

struct ancestors { pkg_id *at; size_t n, end_of_level; bool *is_seen; };

/* Who depends on any of those that are listed, behind them. */
static void add_dependents(struct pkg_plan *p, struct ancestors *a, size_t from, const pkg_id *order, size_t n) {
    size_t end = a->n;
    for (size_t i = 0; i < n; i++) {
        const struct pkg_package *d = &p->lock.packages[order[i]];
        for (size_t k = 0; k < d->n_edges && !a->is_seen[order[i]]; k++)
            for (size_t c = from; c < end && !a->is_seen[order[i]]; c++)
                if (d->edges[k].to == a->at[c]) a->is_seen[order[i]] = true, a->at[a->n++] = order[i];
    }
    a->end_of_level = end;
}

/* What ancestor `id` has of that name: a dependency that it does not bundle, or itself. */
static pkg_id its_own(struct pkg_plan *p, pkg_id id, const struct plan_want *now) {
    const struct pkg_package *d = &p->lock.packages[id];
    for (size_t k = 0; k < d->n_edges; k++) {
        const struct pkg_edge *e = &d->edges[k];
        bool is_its = (e->group != PKG_PEER || plan_is_local(p, id)) && !e->is_bundled;
        if (is_its && e->to != PKG_NONE && str_eq(e->name, now->folder->text)) return e->to;
    }
    return d->source == PKG_NPM && str_eq(d->name, now->real->text) ? id : PKG_NONE;
}

/* The nearest on the way up that has one; of those that are as near, one that does. */
static pkg_id from_ancestors(struct pkg_plan *p, struct plan_edge at, const struct plan_want *now) {
    struct arena own = {0};
    struct ancestors a = {
        arena_alloc(&own, (p->n_reached + 1) * sizeof(pkg_id)), 0, 0, arena_zero(&own, p->lock.n_packages + 1)};
    a.at[a.n++] = at.package;
    a.is_seen[at.package] = true;
    pkg_id found = PKG_NONE;
    bool does = false;
    for (size_t from = 0; from < a.n && found == PKG_NONE; from = a.end_of_level) {
        add_dependents(p, &a, from, p->reached, p->n_reached);
        for (size_t i = a.end_of_level; i < a.n && !does; i++) {
            pkg_id its = its_own(p, a.at[i], now);
            if (its == PKG_NONE || p->lock.packages[its].source != PKG_NPM) continue;
            does = now->spec.kind == PKG_SPEC_RANGE && plan_fits(now, p->lock.packages[its].version);
            if (does || found == PKG_NONE) found = its;
        }
    }
    arena_free(&own);
    return found;
}

/* What those above have, or the project itself in whatever way. */
static pkg_id provided(struct pkg_plan *p, struct plan_edge at, const struct plan_want *now) {
    pkg_id to = from_ancestors(p, at, now);
    const struct pkg_package *root = &p->lock.packages[0];
    for (size_t i = 0; i < root->n_edges && to == PKG_NONE; i++)
        if (str_eq(root->edges[i].name, now->folder->text)) to = root->edges[i].to;
    return to;
}

/* --- those who seek the same */

static bool seeks(struct pkg_plan *p, struct plan_edge at) {
    return p->packages.at[at.package].flags[at.edge] & PLAN_SEEKS;
}

static void seek(struct pkg_plan *p, struct plan_edge at, struct plan_name *n) {
    p->packages.at[at.package].flags[at.edge] |= PLAN_SEEKS;
    if (n->peers_round == p->round) return;
    n->peers_round = p->round;
    n->peers_best = PKG_NONE;
    n->peers_are = PEERS_UNKNOWN;
}

static void found(struct pkg_plan *p, struct plan_edge at, struct plan_name *n) {
    pkg_id to = edge_of(p, at)->to;
    if (!seeks(p, at) || to == PKG_NONE) return;
    bool is_newer = n->peers_best == PKG_NONE ||
                    plan_compare(p->lock.packages[to].version, p->lock.packages[n->peers_best].version) > 0;
    if (is_newer) n->peers_best = to;
}

static bool does_for_all(struct pkg_plan *p, const struct plan_name *n, str version) {
    for (size_t i = p->peers_own; i < p->peers.len; i++) {
        const struct plan_want *w = want_now(p, p->peers.at[i]);
        if (w->real == n && seeks(p, p->peers.at[i]) && !plan_fits(w, version)) return false;
    }
    return true;
}

static bool disagree(struct pkg_plan *p, struct plan_name *n) {
    if (n->peers_are == PEERS_UNKNOWN) {
        n->peers_are = PEERS_DISAGREE;
        for (size_t i = 0; i < n->packument->count && n->peers_are == PEERS_DISAGREE; i++)
            if (does_for_all(p, n, n->packument->releases[i].version)) n->peers_are = PEERS_AGREE;
    }
    return n->peers_are == PEERS_DISAGREE;
}

/* --- one peer */

static void bind_what_fits(struct pkg_plan *p, struct plan_edge at) {
    const struct plan_want *now = want_now(p, at);
    bool is_range = now->spec.kind == PKG_SPEC_RANGE;
    if (!is_range && now->spec.kind != PKG_SPEC_TAG) return;
    pkg_id to = plan_known(p, at, now);
    if (to != PKG_NONE) { plan_bind(p, at, to); return; }
    pkg_id above = provided(p, at, now), fits = is_range ? plan_present(p, now, false) : PKG_NONE;
    if (above == PKG_NONE && is_range && !plan_is_local(p, at.package)) seek(p, at, now->real);
    to = fits != PKG_NONE ? fits : above;
    if (to == PKG_NONE) return;
    plan_bind(p, at, to);
    found(p, at, now->real);
}

static enum plan_step decide_other(struct pkg_plan *p, struct plan_edge at) {
    const struct plan_want *now = want_now(p, at);
    struct plan_name *n = now->real;
    pkg_id to = now->spec.kind == PKG_SPEC_RANGE ? plan_present(p, now, false) : PKG_NONE;
    if (to == PKG_NONE && seeks(p, at) && n->peers_best != PKG_NONE) {
        plan_ask(p, n);
        if (n->state == PLAN_ASKED) return PLAN_BLOCKED;
        if (n->state == PLAN_HERE && disagree(p, n)) to = n->peers_best;
    }
    if (to != PKG_NONE) plan_bind(p, at, to);
    else if (plan_decide(p, at) == PLAN_BLOCKED) return PLAN_BLOCKED;
    found(p, at, n);
    return PLAN_DONE;
}

/* --- a round */

static int by_owner(const void *l, const void *r, void *plan) {
    const struct plan_edge *a = l, *b = r;
    const struct pkg_package *pa = &((struct pkg_plan *)plan)->lock.packages[a->package];
    const struct pkg_package *pb = &((struct pkg_plan *)plan)->lock.packages[b->package];
    bool a_is_local = plan_is_local(plan, a->package), b_is_local = plan_is_local(plan, b->package);
    if (a_is_local != b_is_local) return a_is_local ? -1 : 1;
    bool is_root = !a->package || !b->package;
    int d = is_root ? 0 : str_cmp(pa->name, pb->name);
    if (!d && !a_is_local) d = plan_compare(pa->version, pb->version);
    if (!d) d = a->package < b->package ? -1 : a->package > b->package;
    return d ? d : a->edge < b->edge ? -1 : 1;
}

void plan_peers_begin(struct pkg_plan *p) {
    p->round++;
    p->peers.len = p->peers_at = p->peers_own = 0;
    p->peers_fit = false;
    for (size_t i = 0; i < p->packages.len; i++) p->packages.at[i].is_settled = true;
    p->reached = arena_alloc(p->a, p->lock.n_packages * sizeof *p->reached);
    plan_reachable(p, p->a, p->reached, &p->n_reached);
    for (size_t i = 0; i < p->n_reached; i++)
        for (uint32_t k = 0; k < p->lock.packages[p->reached[i]].n_edges; k++) {
            struct plan_edge at = {p->reached[i], k};
            if (edge_of(p, at)->group != PKG_PEER || !plan_is_open_edge(p, at)) continue;
            *LIST_ADD(&p->peers) = at;
            p->peers_own += plan_is_local(p, at.package);
        }
    if (p->peers.len) qsort_r(p->peers.at, p->peers.len, sizeof *p->peers.at, by_owner, p);
}

/* What the project itself has goes before what is better, for all that it does for: also when it came late. */
static void share_own(struct pkg_plan *p, struct plan_edge own) {
    pkg_id to = edge_of(p, own)->to;
    const struct pkg_package *there = to == PKG_NONE ? NULL : &p->lock.packages[to];
    for (size_t i = 0; there && there->source == PKG_NPM && i < p->n_reached; i++)
        for (uint32_t k = 0; k < p->lock.packages[p->reached[i]].n_edges; k++) {
            struct plan_edge at = {p->reached[i], k};
            const struct pkg_edge *e = edge_of(p, at);
            bool may_move = e->group != PKG_PEER && !e->is_bundled && e->to != PKG_NONE && e->to != to &&
                            !plan_is_local(p, at.package);
            if (!may_move || p->packages.at[e->to].is_direct || p->packages.at[e->to].is_old) continue;
            const struct plan_want *now = want_now(p, at);
            bool is_same = now->spec.kind == PKG_SPEC_RANGE && str_eq(now->real->text, there->name);
            if (is_same && plan_fits(now, there->version)) plan_bind(p, at, to);
        }
}

/* Those that nothing fits are asked for together. */
static void bind_those_that_fit(struct pkg_plan *p) {
    for (size_t i = p->peers_own; i < p->peers.len; i++) bind_what_fits(p, p->peers.at[i]);
    for (size_t i = p->peers_own; i < p->peers.len; i++) {
        const struct plan_want *now = want_now(p, p->peers.at[i]);
        bool is_release = now->spec.kind == PKG_SPEC_RANGE || now->spec.kind == PKG_SPEC_TAG;
        if (is_release && plan_is_open_edge(p, p->peers.at[i])) plan_ask(p, now->real);
    }
}

bool plan_peers_go_on(struct pkg_plan *p) {
    for (; p->peers_at < p->peers_own; p->peers_at++) {
        struct plan_edge at = p->peers.at[p->peers_at];
        bind_what_fits(p, at);
        if (plan_is_open_edge(p, at) && decide_other(p, at) == PLAN_BLOCKED) return false;
    }
    if (!p->peers_fit) {
        for (size_t i = 0; i < p->peers_own; i++) share_own(p, p->peers.at[i]);
        bind_those_that_fit(p);
        p->peers_fit = true;
    }
    for (; p->peers_at < p->peers.len; p->peers_at++) {
        struct plan_edge at = p->peers.at[p->peers_at];
        if (plan_is_open_edge(p, at) && decide_other(p, at) == PLAN_BLOCKED) return false;
    }
    return true;
}
