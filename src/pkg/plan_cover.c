#include "data/semver.h"
#include "pkg/plan_parts.h"

/* No version stays that another one covers: of each name the fewest versions are kept that satisfy all who depend on
 * it, found greedily, newest first. The project's own choices, what was locked before and what is asked for by a tag
 * stay as they are; whoever has a range goes to the newest of those, else to the newest of what was kept, whatever it
 * had. Who has what does not fit counts for what does. What is bundled comes with its bundle, alone: it neither is
 * one for others nor has a say. A package that falls away has no say, so those who have one are made fewer until the
 * outcome agrees with them; should one come back thereby, it goes where the others are, or is asked after them. */

/* now: index into the group's candidates; who has no say goes where the others' choice leads, or is asked after them */
struct vote { pkg_id package; uint32_t edge; bool is_fixed, has_say; uint32_t now; };

struct group {                      /* one name with more than one version */
    struct plan_name *name;
    pkg_id *candidates; size_t n;   /* newest first */
    LIST(struct vote) votes;
};

struct cover {
    struct pkg_plan *p;
    struct arena *a;
    struct group *groups; size_t n_groups;
    uint32_t *group_of;             /* by package: index + 1 */
    pkg_id **to;                    /* by package and edge: as it stands */
};

/* --- who is reached */

static void mark(pkg_id id, bool *is, pkg_id *queue, size_t *n) {
    if (id == PKG_NONE || is[id]) return;
    is[id] = true;
    queue[(*n)++] = id;
}

/* `to`: as it stands in this vote, where what is bundled leads nowhere; NULL: as it is bound. */
static bool *reach(struct pkg_plan *p, struct arena *a, pkg_id **to, pkg_id *order, size_t *count) {
    size_t n = 0, n_packages = p->lock.n_packages;
    bool *is = arena_zero(a, n_packages + 1);
    pkg_id *queue = order ? order : arena_alloc(a, (n_packages + 1) * sizeof *queue);
    for (pkg_id m = 0; m < p->o.project->count; m++) mark(m, is, queue, &n);
    for (size_t i = 0; i < n; i++) {
        const struct pkg_package *o = &p->lock.packages[queue[i]];
        for (size_t k = 0; k < o->n_edges; k++)
            if (!to || !o->edges[k].is_bundled) mark(to ? to[queue[i]][k] : o->edges[k].to, is, queue, &n);
    }
    if (count) *count = n;
    return is;
}

bool *plan_reachable(struct pkg_plan *p, struct arena *a, pkg_id *order, size_t *n) {
    return reach(p, a, NULL, order, n);
}

/* --- one vote */

struct ballot { bool *does; bool *covered, *kept; size_t n, m; };        /* does: m votes by n candidates */

static size_t keep(struct ballot *b, size_t c) {
    size_t newly = 0;
    b->kept[c] = true;
    for (size_t v = 0; v < b->m; v++)
        if (!b->covered[v] && b->does[v * b->n + c]) b->covered[v] = true, newly++;
    return newly;
}

static void count_votes(struct ballot *b, const bool *required) {
    size_t open = 0;
    for (size_t v = 0; v < b->m; v++) open += !b->covered[v];
    for (size_t c = 0; c < b->n; c++)
        if (required[c]) open -= keep(b, c);
    while (open) {
        size_t best = b->n, most = 0;
        for (size_t c = 0; c < b->n; c++) {
            size_t n = 0;
            for (size_t v = 0; v < b->m && !b->kept[c]; v++) n += !b->covered[v] && b->does[v * b->n + c];
            if (n > most) best = c, most = n;
        }
        if (best == b->n) break;     /* what is left has a version that does not do: it has no say */
        open -= keep(b, best);
    }
}

/* Where it goes, whatever it had: to the newest of those that have to be, else to the newest that was kept. */
static size_t placed(const struct ballot *b, size_t v, const bool *required) {
    size_t place = b->n;
    for (size_t c = 0; c < b->n; c++) {
        if (!b->kept[c] || !b->does[v * b->n + c]) continue;
        if (required[c]) return c;
        if (place == b->n) place = c;
    }
    return place;
}

static bool is_fixed(struct cover *c, pkg_id package, uint32_t edge, pkg_id to) {
    struct pkg_plan *p = c->p;
    const struct pkg_edge *e = &p->lock.packages[package].edges[edge];
    if (plan_is_local(p, package) || p->packages.at[to].is_old) return true;
    const struct plan_want *now = plan_effective(p, package, e, p->packages.at[package].wants[edge]);
    return now->spec.kind != PKG_SPEC_RANGE;
}

static void collect(struct cover *c, const bool *live, const bool *voters, bool *voted) {
    for (size_t g = 0; g < c->n_groups; g++) c->groups[g].votes.len = 0;
    for (pkg_id i = 0; i < c->p->lock.n_packages; i++) {
        if (!live[i]) continue;
        for (uint32_t k = 0; k < c->p->lock.packages[i].n_edges; k++) {
            pkg_id to = c->to[i][k];
            if (to == PKG_NONE || !c->group_of[to] || c->p->lock.packages[i].edges[k].is_bundled) continue;
            *LIST_ADD(&c->groups[c->group_of[to] - 1].votes) = (struct vote){i, k, is_fixed(c, i, k, to), voters[i], 0};
            voted[i] = voters[i];
        }
    }
}

/* Those who have a say, or those who have none. */
static void place(const struct group *g, const struct ballot *b, const pkg_id *candidates, const bool *required,
                  bool have_say, pkg_id **next) {
    for (size_t v = 0; v < b->m; v++) {
        const struct vote *vote = &g->votes.at[v];
        if (vote->is_fixed || vote->has_say != have_say) continue;
        size_t at = placed(b, v, required);
        if (at < b->n) next[vote->package][vote->edge] = candidates[at];
    }
}

static void decide_group(struct cover *c, struct group *g, const bool *live, pkg_id **next) {
    struct arena own = {0};
    struct pkg_plan *p = c->p;
    pkg_id *candidates = arena_alloc(&own, g->n * sizeof *candidates);
    struct ballot b = {.m = g->votes.len};
    for (size_t i = 0; i < g->n; i++)
        if (live[g->candidates[i]]) candidates[b.n++] = g->candidates[i];
    if (b.n > 1) {
        b.does = arena_zero(&own, b.m * b.n + 1);
        b.covered = arena_zero(&own, b.m + 1);
        b.kept = arena_zero(&own, b.n + 1);
        bool *required = arena_zero(&own, b.n + 1);
        for (size_t v = 0; v < b.m; v++) {
            struct vote *vote = &g->votes.at[v];
            pkg_id to = c->to[vote->package][vote->edge];
            while (candidates[vote->now] != to) vote->now++;
            b.covered[v] = !vote->has_say;
            if (vote->is_fixed) {
                b.does[v * b.n + vote->now] = true;
                required[vote->now] |= vote->has_say;
                continue;
            }
            const struct pkg_edge *e = &p->lock.packages[vote->package].edges[vote->edge];
            const struct plan_want *now = plan_effective(p, vote->package, e,
                                                         p->packages.at[vote->package].wants[vote->edge]);
            for (size_t k = 0; k < b.n; k++)
                b.does[v * b.n + k] = plan_fits(now, p->lock.packages[candidates[k]].version);
        }
        count_votes(&b, required);
        place(g, &b, candidates, required, true, next);
        for (size_t v = 0; v < b.m; v++) b.covered[v] = g->votes.at[v].has_say || placed(&b, v, required) < b.n;
        count_votes(&b, required);
        place(g, &b, candidates, required, false, next);
    }
    arena_free(&own);
}

static pkg_id **copy(struct cover *c, pkg_id **from) {
    size_t n = c->p->lock.n_packages;
    pkg_id **to = arena_alloc(c->a, (n + 1) * sizeof *to);
    for (size_t i = 0; i < n; i++) {
        size_t edges = c->p->lock.packages[i].n_edges;
        to[i] = arena_alloc(c->a, (edges + 1) * sizeof **to);
        for (size_t k = 0; k < edges; k++) to[i][k] = from ? from[i][k] : c->p->lock.packages[i].edges[k].to;
    }
    return to;
}

static pkg_id **settle(struct cover *c, const bool *live) {
    size_t n = c->p->lock.n_packages;
    bool *voters = arena_zero(c->a, n + 1);
    memcpy(voters, live, n);
    for (;;) {
        bool *voted = arena_zero(c->a, n + 1), any = false;
        collect(c, live, voters, voted);
        pkg_id **next = copy(c, c->to);
        for (size_t g = 0; g < c->n_groups; g++) decide_group(c, &c->groups[g], live, next);
        bool *after = reach(c->p, c->a, next, NULL, NULL);
        for (size_t i = 0; i < n; i++)
            if (voted[i] && !after[i]) voters[i] = false, any = true;
        if (!any) return next;
    }
}

/* --- all names */

static void sort_newest_first(struct pkg_plan *p, pkg_id *list, size_t n) {
    for (size_t i = 1; i < n; i++)
        for (size_t k = i; k; k--) {
            struct semver a, b;
            if (!semver_parse(p->lock.packages[list[k - 1]].version, SEMVER_LOOSE, &a)) break;
            if (!semver_parse(p->lock.packages[list[k]].version, SEMVER_LOOSE, &b) || semver_cmp(&a, &b) >= 0) break;
            pkg_id swap = list[k];
            list[k] = list[k - 1];
            list[k - 1] = swap;
        }
}

static void find_groups(struct cover *c) {
    struct pkg_plan *p = c->p;
    c->groups = arena_alloc(c->a, (p->name_list.len + 1) * sizeof *c->groups);
    c->group_of = arena_zero(c->a, (p->lock.n_packages + 1) * sizeof *c->group_of);
    for (size_t i = 0; i < p->name_list.len; i++) {
        struct plan_name *n = p->name_list.at[i];
        if (n->present.len < 2) continue;
        struct group *g = &c->groups[c->n_groups++];
        *g = (struct group){
            .name = n, .n = n->present.len, .candidates = arena_alloc(c->a, n->present.len * sizeof(pkg_id))};
        memcpy(g->candidates, n->present.at, n->present.len * sizeof(pkg_id));
        sort_newest_first(p, g->candidates, g->n);
        for (size_t k = 0; k < g->n; k++) c->group_of[g->candidates[k]] = (uint32_t)c->n_groups;
    }
}

void plan_cover(struct pkg_plan *p) {
    struct arena own = {0};
    struct cover c = {.p = p, .a = &own};
    find_groups(&c);
    if (c.n_groups) {
        c.to = copy(&c, NULL);
        for (bool *live = reach(p, &own, c.to, NULL, NULL);;) {
            c.to = settle(&c, live);
            bool *after = reach(p, &own, c.to, NULL, NULL), is_same = !memcmp(after, live, p->lock.n_packages);
            if (is_same) break;
            live = after;
        }
        for (size_t i = 0; i < p->lock.n_packages; i++)
            for (size_t k = 0; k < p->lock.packages[i].n_edges; k++) p->lock.packages[i].edges[k].to = c.to[i][k];
        for (size_t g = 0; g < c.n_groups; g++) LIST_FREE(&c.groups[g].votes);
    }
    arena_free(&own);
}
