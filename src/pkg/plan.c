#include <stdlib.h>

#include "base/must.h"
#include "data/semver.h"
#include "pkg/plan_parts.h"

static bool is_optional_peer(const struct pkg_edge *e) { return e->group == PKG_PEER && e->is_optional_peer; }

static struct pkg_edge *edge_of(struct pkg_plan *p, struct plan_edge at) {
    return &p->lock.packages[at.package].edges[at.edge];
}
static struct plan_want *want_of(struct pkg_plan *p, struct plan_edge at) {
    return p->packages.at[at.package].wants[at.edge];
}

static void fail(struct pkg_plan *p, struct plan_edge at, str why) {
    const struct pkg_edge *e = edge_of(p, at);
    p->packages.at[at.package].flags[at.edge] |= PLAN_FAILED;
    *LIST_ADD(&p->missing) = (struct pkg_missing){e->name, e->spec, at.package, why};
}

/* What will be looked at before it is its turn: the dependencies of what was chosen, or probably will be. */
static void foresee(struct pkg_plan *p, pkg_id package) {
    if (p->packages.at[package].is_foreseen) return;
    p->packages.at[package].is_foreseen = true;
    for (uint32_t i = 0; i < p->lock.packages[package].n_edges; i++)
        *LIST_ADD(&p->ahead) = (struct plan_edge){package, i};
}

void plan_bind(struct pkg_plan *p, struct plan_edge at, pkg_id to) {
    edge_of(p, at)->to = to;
    struct plan_package *more = &p->packages.at[to];
    if (plan_is_local(p, at.package)) more->is_direct = true;
    if (more->is_queued) return;
    more->is_queued = true;
    *LIST_ADD(&p->queue) = to;
    plan_show(p, to);
    if (!p->packages.at[to].old_to) foresee(p, to);
}

/* --- questions */

void plan_ask(struct pkg_plan *p, struct plan_name *n) {
    if (n->state != PLAN_UNASKED) return;
    n->state = PLAN_ASKED;
    p->n_asked++;
    p->world.packument(p->user, n->text, p, n->number);
}

#define SOURCE_TICKET 0x80000000u

static void ask_source(struct pkg_plan *p, struct plan_source *s) {
    if (s->state != PLAN_UNASKED) return;
    s->state = PLAN_ASKED;
    p->n_asked++;
    uint32_t ticket = 0;
    while (p->source_list.at[ticket] != s) ticket++;
    p->world.elsewhere(p->user, &s->spec, s->base, p, ticket | SOURCE_TICKET);
}

static bool is_file(enum pkg_spec_kind k) {
    return k == PKG_SPEC_FILE || k == PKG_SPEC_LINK || k == PKG_SPEC_TARBALL_FILE;
}
static bool is_elsewhere(enum pkg_spec_kind k) {
    return is_file(k) || k == PKG_SPEC_TARBALL_URL || k == PKG_SPEC_GIT || k == PKG_SPEC_GITHUB;
}

/* What paths of this dependency are relative to. An override is written in the root's package.json. */
static str base_of(struct pkg_plan *p, pkg_id owner, bool is_overridden) {
    return is_overridden || p->lock.packages[owner].source != PKG_WORKSPACE ? STR("") : p->lock.packages[owner].place;
}

static bool is_inner(struct pkg_plan *p, pkg_id owner, const struct plan_want *now, const struct plan_want *w) {
    return is_file(now->spec.kind) && !plan_is_local(p, owner) && now == w;
}

/* The release that this dependency will probably get, for its own dependencies to be looked at. */
static void guess(struct pkg_plan *p, const struct plan_want *now) {
    if (now->real->state != PLAN_HERE || now->real->old.len) return;
    plan_want_of(p, now->folder->text, now->spec.raw)->is_guessed = true;
    struct plan_pick pick = plan_pick(p, now->real, now);
    if (pick.release) foresee(p, plan_add_release(p, now->real, pick.release));
}

static void ask_ahead(struct pkg_plan *p, struct plan_edge at, const struct plan_want *now) {
    struct plan_name *n = now->real;
    plan_ask(p, n);
    if (n->state == PLAN_ASKED) *LIST_ADD(&n->waiting) = at;
    else guess(p, now);
}

/* Asked before it is this dependency's turn, so that answers are on their way together; what will hardly be looked at
 * is not. */
static void look_ahead(struct pkg_plan *p, struct plan_edge at) {
    const struct pkg_edge *e = edge_of(p, at);
    const struct plan_want *w = want_of(p, at), *now = plan_effective(p, at.package, e, w);
    bool is_local = plan_is_local(p, at.package);
    if (e->to != PKG_NONE || (e->group == PKG_PEER && !is_local) || now->is_guessed ||
        (p->packages.at[at.package].flags[at.edge] & PLAN_SETTLED))
        return;
    if (now->spec.kind == PKG_SPEC_RANGE) {
        if (now->real->old.len && !plan_is_updated(p, w)) return;
        if (!is_local && p->is_spreading && plan_present(p, now, true) != PKG_NONE) return;
        if (now->real->member != PKG_NONE && p->o.config->links_workspaces) return;
        ask_ahead(p, at, now);
    } else if (now->spec.kind == PKG_SPEC_TAG) {
        ask_ahead(p, at, now);
    } else if (is_elsewhere(now->spec.kind) && !is_inner(p, at.package, now, w)) {
        ask_source(p, plan_source_of(p, &now->spec, base_of(p, at.package, now != w)));
    }
}

/* --- deciding one dependency */

static bool is_member(const struct pkg_plan *p, const struct plan_want *now) {
    const struct plan_name *n = now->real;
    if (!p->o.config->links_workspaces || n->member == PKG_NONE || now->spec.is_alias) return false;
    return now->is_any || plan_version_is(&p->lock.packages[n->member], now->spec.range);
}

pkg_id plan_known(struct pkg_plan *p, struct plan_edge at, const struct plan_want *now) {
    if (now->spec.kind != PKG_SPEC_RANGE) return PKG_NONE;
    if (is_member(p, now)) return now->real->member;
    return plan_is_updated(p, want_of(p, at)) ? PKG_NONE : plan_locked(p, now);
}

/* What one has without asking: a workspace, what was locked, what is there and shared whatever the best would be. */
static pkg_id at_hand(struct pkg_plan *p, struct plan_edge at, const struct plan_want *now) {
    pkg_id to = plan_known(p, at, now);
    bool is_its_own = to != PKG_NONE || now->spec.kind != PKG_SPEC_RANGE || plan_is_local(p, at.package);
    return is_its_own ? to : plan_instead(p, now, NULL, edge_of(p, at)->is_bundled);
}

static bool is_exact(const struct plan_want *w) {
    const struct semver_range *r = w->spec.range;
    return w->spec.kind == PKG_SPEC_RANGE && r->count == 1 && r->sets[0].count == 1 && !r->sets[0].bounds[0].is_any &&
           r->sets[0].bounds[0].op == SEMVER_EQ;
}

static enum plan_step decide_release(struct pkg_plan *p, struct plan_edge at, const struct plan_want *now) {
    pkg_id to = at_hand(p, at, now);
    if (to != PKG_NONE) { plan_bind(p, at, to); return PLAN_DONE; }
    struct plan_name *n = now->real;
    plan_ask(p, n);
    if (n->state == PLAN_ASKED) return PLAN_BLOCKED;
    bool is_tag = now->spec.kind == PKG_SPEC_TAG;
    struct plan_pick pick = {0};
    if (n->state == PLAN_HERE) pick = plan_pick(p, n, now);
    if (pick.release) {
        bool shares = !is_tag && edge_of(p, at)->group != PKG_PEER;
        bool is_own = plan_is_local(p, at.package) || edge_of(p, at)->is_bundled;
        to = shares ? plan_instead(p, now, pick.release, is_own) : PKG_NONE;
        if (to == PKG_NONE) {
            to = plan_add_release(p, n, pick.release);
            if (!p->packages.at[to].is_present && is_exact(now)) p->packages.at[to].is_exact = true;
        }
        plan_bind(p, at, to);
    } else if (is_tag && n->member != PKG_NONE) {
        plan_bind(p, at, n->member);
    } else if (edge_of(p, at)->group == PKG_PEER && (to = plan_newest(p, n)) != PKG_NONE) {
        plan_bind(p, at, to);                                 /* none that would do: better a wrong one than none */
    } else {
        fail(p, at, n->state == PLAN_HERE ? plan_why_none(p, n, now, pick.is_too_young) : n->why);
    }
    return PLAN_DONE;
}

/* "packages/x/../y" -> "packages/y"; empty when it leads out of the project. */
static str inside(struct arena *a, str path) {
    str parts[64];
    size_t n = 0;
    for (str rest = path, part; str_next(&rest, '/', &part);) {
        if (!part.len || str_is(part, ".")) continue;
        if (str_is(part, "..")) { if (!n) return STR(""); n--; continue; }
        if (n == 64) return STR("");
        parts[n++] = part;
    }
    str out = STR("");
    for (size_t i = 0; i < n; i++) out = i ? arena_print(a, "%.*s/%.*s", STR_FMT(out), STR_FMT(parts[i])) : parts[i];
    return out;
}

static pkg_id member_at(struct pkg_plan *p, str place) {
    for (size_t i = 1; place.len && i < p->o.project->count; i++)
        if (str_eq(p->lock.packages[i].place, place)) return (pkg_id)i;
    return PKG_NONE;
}

/* workspace:* | ^ | ~ | range | ../path | name@range */
static pkg_id find_member(struct pkg_plan *p, pkg_id owner, const struct plan_want *now) {
    str text = now->spec.text, name, rest;
    if (str_find_char(text, '/') >= 0 && text.at[0] != '@') {
        str base = p->lock.packages[owner].source == PKG_WORKSPACE ? p->lock.packages[owner].place : STR("");
        pkg_id found = member_at(p, inside(p->a, arena_print(p->a, "%.*s/%.*s", STR_FMT(base), STR_FMT(text))));
        return found != PKG_NONE ? found : member_at(p, inside(p->a, text));
    }
    pkg_spec_split(text, &name, &rest);
    bool is_named = name.len && str_find_char(str_from(text, 1), '@') >= 0;
    str wanted = is_named ? name : now->folder->text;
    struct plan_name *n = map_get(&p->names, wanted);
    if (n && n->member != PKG_NONE) return n->member;
    return p->lock.packages[0].name.len && str_eq(p->lock.packages[0].name, wanted) ? 0 : PKG_NONE;
}

static enum plan_step decide_member(struct pkg_plan *p, struct plan_edge at, const struct plan_want *now) {
    pkg_id to = find_member(p, at.package, now);
    if (to != PKG_NONE) plan_bind(p, at, to);
    else
        fail(p, at,
             arena_print(p->a, "no workspace is called %.*s, which is wanted as \"%.*s\"", STR_FMT(now->folder->text),
                         STR_FMT(now->spec.raw)));
    return PLAN_DONE;
}

static bool leads_out(str path) {
    if (path.len && path.at[0] == '/') return true;
    int depth = 0;
    for (str rest = path, part; str_next(&rest, '/', &part);) {
        if (!part.len || str_is(part, ".")) continue;
        depth += str_is(part, "..") ? -1 : 1;
        if (depth < 0) return true;
    }
    return false;
}

static enum plan_step decide_inner(struct pkg_plan *p, struct plan_edge at, const struct plan_want *now) {
    bool is_of_folder = p->lock.packages[at.package].source == PKG_FOLDER;
    if (now->spec.kind == PKG_SPEC_FILE && (is_of_folder || !leads_out(now->spec.text)))
        plan_bind(p, at, plan_add_inner_folder(p, at.package, now->folder->text, now->spec.text));
    else
        fail(p, at,
             arena_print(p->a, "\"%.*s\" is a file of a package that no project may name", STR_FMT(now->spec.raw)));
    return PLAN_DONE;
}

static enum plan_step decide_elsewhere(struct pkg_plan *p, struct plan_edge at, const struct plan_want *now) {
    const struct plan_want *w = want_of(p, at);
    if (is_inner(p, at.package, now, w)) return decide_inner(p, at, now);
    struct plan_source *s = plan_source_of(p, &now->spec, base_of(p, at.package, now != w));
    ask_source(p, s);
    if (s->state == PLAN_ASKED) return PLAN_BLOCKED;
    if (s->state == PLAN_ABSENT) { fail(p, at, s->why); return PLAN_DONE; }
    if (s->id == PKG_NONE) s->id = plan_add_source(p, s, w->folder->text);
    plan_bind(p, at, s->id);
    return PLAN_DONE;
}

enum plan_step plan_decide(struct pkg_plan *p, struct plan_edge at) {
    const struct plan_want *w = want_of(p, at), *now = plan_effective(p, at.package, edge_of(p, at), w);
    switch (now->spec.kind) {
    case PKG_SPEC_RANGE: case PKG_SPEC_TAG: return decide_release(p, at, now);
    case PKG_SPEC_WORKSPACE: return decide_member(p, at, now);
    case PKG_SPEC_CATALOG:
        fail(p, at,
             arena_print(p->a, "%.*s is not in the catalog \"%.*s\" of the root", STR_FMT(w->folder->text),
                         STR_FMT(now->spec.text)));
        return PLAN_DONE;
    case PKG_SPEC_BAD:
        fail(p, at,
             arena_print(p->a,
                         "\"%.*s\" says nothing that is known of %.*s: a range, a tag, a URL or a path is expected",
                         STR_FMT(now->spec.raw), STR_FMT(w->folder->text)));
        return PLAN_DONE;
    default: return decide_elsewhere(p, at, now);
    }
}

/* --- what follows from what */

bool plan_is_open_edge(struct pkg_plan *p, struct plan_edge at) {
    const struct pkg_edge *e = edge_of(p, at);
    return e->to == PKG_NONE && !is_optional_peer(e) &&
           !(p->packages.at[at.package].flags[at.edge] & (PLAN_SETTLED | PLAN_FAILED));
}

/* What one that is bound already brings with it. */
static void queue_bound(struct pkg_plan *p, pkg_id package) {
    for (uint32_t i = 0; i < p->lock.packages[package].n_edges; i++) {
        pkg_id to = p->lock.packages[package].edges[i].to;
        if (to != PKG_NONE) plan_bind(p, (struct plan_edge){package, i}, to);
    }
}

/* Breadth first; false: something must be answered first. */
static bool spread(struct pkg_plan *p) {
    for (; p->queue_at < p->queue.len; p->queue_at++, p->edge_at = 0) {
        pkg_id package = p->queue.at[p->queue_at];
        if (plan_is_local(p, package)) continue;
        if (!p->packages.at[package].is_open) {
            plan_open(p, package);
            queue_bound(p, package);
            foresee(p, package);
        }
        for (; p->edge_at < p->lock.packages[package].n_edges; p->edge_at++) {
            struct plan_edge at = {package, p->edge_at};
            bool is_its_turn = plan_is_open_edge(p, at) && edge_of(p, at)->group != PKG_PEER;
            if (is_its_turn && plan_decide(p, at) == PLAN_BLOCKED) return false;
        }
    }
    return true;
}

/* --- the steps */

static int by_name(const void *l, const void *r, void *plan) {
    const struct pkg_package *packages = ((struct pkg_plan *)plan)->lock.packages;
    pkg_id a = *(const pkg_id *)l, b = *(const pkg_id *)r;
    int d = str_cmp(packages[a].name, packages[b].name);
    return d ? d : a < b ? -1 : 1;
}

/* The root's, then those of the workspaces, which are called by their names. */
static void list_direct(struct pkg_plan *p) {
    size_t n = p->o.project->count;
    pkg_id *members = arena_alloc(p->a, n * sizeof *members);
    for (pkg_id m = 0; m < n; m++) members[m] = m;
    qsort_r(members + 1, n - 1, sizeof *members, by_name, p);
    for (size_t k = 0; k < n; k++) {
        pkg_id m = members[k];
        plan_open(p, m);
        queue_bound(p, m);
        for (uint32_t i = 0; i < p->lock.packages[m].n_edges; i++)
            if (plan_is_open_edge(p, (struct plan_edge){m, i}) && p->lock.packages[m].edges[i].group != PKG_PEER)
                *LIST_ADD(&p->direct) = (struct plan_edge){m, i};
    }
    for (size_t i = 0; i < p->direct.len; i++) *LIST_ADD(&p->ahead) = p->direct.at[i];
}

static bool decide_direct(struct pkg_plan *p) {
    for (; p->direct_at < p->direct.len; p->direct_at++)
        if (plan_decide(p, p->direct.at[p->direct_at]) == PLAN_BLOCKED) return false;
    return true;
}

static void step(struct pkg_plan *p) {
    if (!p->is_spreading) {
        if (!decide_direct(p)) return;
        p->is_spreading = true;
    }
    for (;;) {
        if (p->peers_at == p->peers.len) {
            if (!spread(p)) return;
            plan_peers_begin(p);
            if (!p->peers.len) break;
        }
        if (!plan_peers_go_on(p)) return;
    }
    if (p->n_asked) return;                              /* asked in vain, but their answers have to come */
    plan_cover(p);
    p->is_done = true;
}

static void run(struct pkg_plan *p) {
    if (p->is_running || p->is_done) return;
    p->is_running = true;
    do {
        p->has_news = false;
        while (p->ahead_at < p->ahead.len) look_ahead(p, p->ahead.at[p->ahead_at++]);
        step(p);
    } while (!p->is_done && (p->has_news || p->ahead_at < p->ahead.len));
    p->is_running = false;
}

/* --- the world's side */

struct pkg_plan *pkg_plan_new(struct arena *a, const struct pkg_plan_options *o, const struct pkg_world *world,
                              void *user) {
    struct pkg_plan *p = ARENA_NEW(a, struct pkg_plan);
    p->a = a;
    p->o = *o;
    p->world = *world;
    p->user = user;
    pkg_lock_init(&p->lock, a);
    if (o->old) p->lock.version = o->old->version, p->lock.config_version = o->old->config_version;
    ptrdiff_t node = str_find(o->config->user_agent, STR("node/v"));
    if (node >= 0) {
        str text = str_from(o->config->user_agent, (size_t)node + 6), rest;
        str_split(text, ' ', &text, &rest);
        p->has_node = semver_parse(text, SEMVER_LOOSE, &p->node);
    }
    return p;
}

void pkg_plan_start(struct pkg_plan *p) {
    plan_read_rules(p);
    plan_start_project(p);
    p->is_running = true;
    list_direct(p);
    p->is_running = false;
    run(p);
}

void pkg_plan_packument(struct pkg_plan *p, uint32_t ticket, const struct pkg_packument *found, str why) {
    must(ticket < p->name_list.len && p->name_list.at[ticket]->state == PLAN_ASKED);
    struct plan_name *n = p->name_list.at[ticket];
    n->state = found ? PLAN_HERE : PLAN_ABSENT;
    n->packument = found;
    n->why = why;
    p->n_asked--;
    p->has_news = true;
    for (size_t i = 0; i < n->waiting.len; i++) *LIST_ADD(&p->ahead) = n->waiting.at[i];
    LIST_FREE(&n->waiting);
    run(p);
}

void pkg_plan_elsewhere(struct pkg_plan *p, uint32_t ticket, const struct pkg_elsewhere *found, str why) {
    ticket &= ~SOURCE_TICKET;
    must(ticket < p->source_list.len && p->source_list.at[ticket]->state == PLAN_ASKED);
    struct plan_source *s = p->source_list.at[ticket];
    s->state = found ? PLAN_HERE : PLAN_ABSENT;
    if (found) s->found = *found;
    s->why = why;
    p->n_asked--;
    p->has_news = true;
    run(p);
}

bool pkg_plan_is_done(const struct pkg_plan *p) { return p->is_done; }

void pkg_plan_finish(struct pkg_plan *p, struct pkg_plan_result *out) {
    must(pkg_plan_is_done(p));
    plan_report(p, out);
}

void pkg_plan_free(struct pkg_plan *p) {
    for (size_t i = 0; i < p->name_list.len; i++) {
        LIST_FREE(&p->name_list.at[i]->known);
        LIST_FREE(&p->name_list.at[i]->present);
        LIST_FREE(&p->name_list.at[i]->old);
        LIST_FREE(&p->name_list.at[i]->waiting);
    }
    LIST_FREE(&p->name_list);
    LIST_FREE(&p->source_list);
    LIST_FREE(&p->packages);
    LIST_FREE(&p->direct);
    LIST_FREE(&p->queue);
    LIST_FREE(&p->ahead);
    LIST_FREE(&p->peers);
    LIST_FREE(&p->missing);
    LIST_FREE(&p->warnings);
    map_free(&p->names);
    map_free(&p->wants);
    map_free(&p->sources);
    map_free(&p->warned);
    buf_free(&p->key);
}
