#include "base/must.h"
#include "pkg/plan_parts.h"

static bool is_optional_peer(const struct pkg_edge *e) { return e->group == PKG_PEER && e->is_optional_peer; }
static bool is_required(const struct pkg_edge *e) { return e->group != PKG_OPTIONAL && e->group != PKG_PEER; }

static struct pkg_edge *edge_of(struct pkg_plan *p, uint32_t node, uint32_t edge) {
    return &p->lock.packages[p->nodes.at[node].package].edges[edge];
}

static void fail(struct pkg_plan *p, uint32_t node, uint32_t edge, str why) {
    const struct pkg_edge *e = edge_of(p, node, edge);
    p->packages.at[p->nodes.at[node].package].flags[edge] |= PLAN_FAILED;
    if (is_required(e)) *LIST_ADD(&p->missing) = (struct pkg_missing){e->name, e->spec, p->nodes.at[node].package, why};
    else plan_warn(p, "%.*s (%s of %.*s)", STR_FMT(why), e->group == PKG_PEER ? "a peer" : "optional",
                   STR_FMT(p->lock.packages[p->nodes.at[node].package].name));
}

static void bind(struct pkg_plan *p, uint32_t node, uint32_t edge, pkg_id to) {
    p->has_decided = true;
    edge_of(p, node, edge)->to = to;
}

/* --- questions */

static void ask(struct pkg_plan *p, struct plan_name *n) {
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

static bool is_elsewhere(enum pkg_spec_kind k) {
    return k == PKG_SPEC_FILE || k == PKG_SPEC_LINK || k == PKG_SPEC_TARBALL_FILE || k == PKG_SPEC_TARBALL_URL ||
           k == PKG_SPEC_GIT || k == PKG_SPEC_GITHUB;
}

/* What paths of this dependency are relative to. An override is written in the root's package.json. */
static str base_of(struct pkg_plan *p, pkg_id owner, bool is_overridden) {
    return is_overridden || p->lock.packages[owner].source != PKG_WORKSPACE ? STR("") : p->lock.packages[owner].place;
}

static bool is_inner_folder(struct pkg_plan *p, pkg_id owner, const struct plan_want *now, const struct plan_want *w) {
    return (now->spec.kind == PKG_SPEC_FILE || now->spec.kind == PKG_SPEC_LINK || now->spec.kind == PKG_SPEC_TARBALL_FILE) &&
           !plan_is_local(p, owner) && now == w;
}

static uint32_t start_of(const struct pkg_plan *p, uint32_t node, const struct pkg_edge *e) {
    return e->group == PKG_PEER && node ? p->nodes.at[node].parent : node;
}

/* Asked before it is this dependency's turn, so that answers are on their way together. What the tree has already is not asked
 * for; nor are peers, which others mostly bring. */
static void look_ahead(struct pkg_plan *p, uint32_t node, uint32_t edge) {
    pkg_id owner = p->nodes.at[node].package;
    struct pkg_edge *e = edge_of(p, node, edge);
    const struct plan_want *w = p->packages.at[owner].wants[edge], *now = plan_effective(p, owner, e, w);
    if (e->to != PKG_NONE || e->group == PKG_PEER || (p->packages.at[owner].flags[edge] & (PLAN_SETTLED | PLAN_FAILED))) return;
    if (now->spec.kind == PKG_SPEC_RANGE) {
        if (now->real->state != PLAN_UNASKED || plan_walk_range(p, node, now, w->folder).is == PLAN_BOUND) return;
        if (now->real->old.len && plan_present(p, now, plan_is_updated(p, w)) != PKG_NONE) return;
        ask(p, now->real);
    } else if (now->spec.kind == PKG_SPEC_TAG) {
        ask(p, now->real);
    } else if (is_elsewhere(now->spec.kind) && !is_inner_folder(p, owner, now, w)) {
        ask_source(p, plan_source_of(p, &now->spec, base_of(p, owner, now != w)));
    }
}

/* --- deciding one dependency */

enum step { DONE, BLOCKED };

static void place_found(struct pkg_plan *p, uint32_t node, uint32_t edge, struct plan_walk walk, pkg_id to) {
    plan_place_found(p, walk, node, p->packages.at[p->nodes.at[node].package].wants[edge]->folder, to);
}

static struct plan_walk walk_exact(struct pkg_plan *p, uint32_t node, uint32_t edge, pkg_id to) {
    const struct pkg_edge *e = edge_of(p, node, edge);
    return plan_walk_exact(p, start_of(p, node, e), p->packages.at[p->nodes.at[node].package].wants[edge]->folder, to);
}

static void warn_of_peer(struct pkg_plan *p, uint32_t node, uint32_t edge, pkg_id occupant) {
    const struct pkg_package *o = &p->lock.packages[occupant], *by = &p->lock.packages[p->nodes.at[node].package];
    const struct pkg_edge *e = edge_of(p, node, edge);
    plan_warn(p, "incorrect peer dependency: %.*s wants %.*s@%.*s, but %.*s@%.*s is there", STR_FMT(by->name), STR_FMT(e->name),
              STR_FMT(e->spec), STR_FMT(o->name), STR_FMT(o->version));
}

static enum step bind_and_place(struct pkg_plan *p, uint32_t node, uint32_t edge, pkg_id to) {
    bind(p, node, edge, to);
    struct plan_walk walk = walk_exact(p, node, edge, to);
    if (walk.is == PLAN_CONFLICT && walk.is_same_kind && edge_of(p, node, edge)->group == PKG_PEER)
        warn_of_peer(p, node, edge, walk.occupant);
    place_found(p, node, edge, walk, to);
    return DONE;
}

/* A package for a range or a tag: *to, or PKG_NONE when that failed. */
static enum step find_release(struct pkg_plan *p, uint32_t node, uint32_t edge, const struct plan_want *now, pkg_id *to) {
    const struct pkg_edge *e = edge_of(p, node, edge);
    const struct plan_want *w = p->packages.at[p->nodes.at[node].package].wants[edge];
    *to = PKG_NONE;
    bool is_update = plan_is_updated(p, w);
    if (e->group != PKG_PEER && now->spec.kind == PKG_SPEC_RANGE) {
        *to = plan_present(p, now, is_update);
        if (*to != PKG_NONE) return DONE;
    }
    struct plan_name *n = now->real;
    ask(p, n);
    if (n->state == PLAN_ASKED) return BLOCKED;
    if (n->state == PLAN_ABSENT) {
        if (n->member != PKG_NONE && now->spec.kind == PKG_SPEC_TAG) *to = n->member;
        else fail(p, node, edge, n->why);
        return DONE;
    }
    struct plan_pick pick = plan_pick(p, n, now);
    if (pick.release) *to = plan_add_release(p, n, pick.release);
    else if (n->member != PKG_NONE && now->spec.kind == PKG_SPEC_TAG) *to = n->member;
    else fail(p, node, edge, plan_why_none(p, n, now, pick.is_too_young));
    return DONE;
}

static enum step decide_range(struct pkg_plan *p, uint32_t node, uint32_t edge, const struct plan_want *now) {
    const struct pkg_edge *e = edge_of(p, node, edge);
    const struct plan_want *w = p->packages.at[p->nodes.at[node].package].wants[edge];
    bool is_peer = e->group == PKG_PEER;
    struct plan_walk walk = plan_walk_range(p, start_of(p, node, e), now, w->folder);
    if (walk.is == PLAN_BOUND) { bind(p, node, edge, walk.occupant); return DONE; }
    if (walk.is == PLAN_CONFLICT && walk.is_same_kind && is_peer) {
        warn_of_peer(p, node, edge, walk.occupant);
        bind(p, node, edge, walk.occupant);
        return DONE;
    }
    pkg_id to;
    if (find_release(p, node, edge, now, &to) == BLOCKED) return BLOCKED;
    if (to == PKG_NONE) return DONE;
    bind(p, node, edge, to);
    place_found(p, node, edge, walk, to);
    return DONE;
}

static enum step decide_tag(struct pkg_plan *p, uint32_t node, uint32_t edge, const struct plan_want *now) {
    const struct pkg_edge *e = edge_of(p, node, edge);
    if (e->group == PKG_PEER) {
        struct plan_walk walk = plan_walk_name(p, start_of(p, node, e), p->packages.at[p->nodes.at[node].package].wants[edge]->folder);
        if (walk.is == PLAN_CONFLICT && walk.is_same_kind) {
            warn_of_peer(p, node, edge, walk.occupant);
            bind(p, node, edge, walk.occupant);
            return DONE;
        }
    }
    pkg_id to;
    if (find_release(p, node, edge, now, &to) == BLOCKED) return BLOCKED;
    return to == PKG_NONE ? DONE : bind_and_place(p, node, edge, to);
}

/* "packages/x/../y" -> "packages/y"; empty when it leads out of the project. */
static str tidy(struct arena *a, str path) {
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

/* workspace:* | ^ | ~ | range | ../path | name@range */
static pkg_id find_member(struct pkg_plan *p, pkg_id owner, const struct plan_want *now) {
    str text = now->spec.text, name, rest;
    if (str_find_char(text, '/') >= 0 && text.at[0] != '@') {
        str base = p->lock.packages[owner].source == PKG_WORKSPACE ? p->lock.packages[owner].place : STR("");
        str own = tidy(p->a, arena_print(p->a, "%.*s/%.*s", STR_FMT(base), STR_FMT(text))), root = tidy(p->a, text);
        pkg_id found = PKG_NONE;
        for (size_t i = 1; i < p->lock.n_packages && p->lock.packages[i].source == PKG_WORKSPACE; i++) {
            if (own.len && str_eq(p->lock.packages[i].place, own)) return (pkg_id)i;
            if (root.len && str_eq(p->lock.packages[i].place, root)) found = (pkg_id)i;
        }
        return found;
    }
    pkg_spec_split(text, &name, &rest);
    bool is_named = name.len && str_find_char(str_from(text, 1), '@') >= 0;
    str wanted = is_named ? name : now->folder->text;
    struct plan_name *n = map_get(&p->names, wanted);
    if (n && n->member != PKG_NONE) return n->member;
    return p->lock.packages[0].name.len && str_eq(p->lock.packages[0].name, wanted) ? 0 : PKG_NONE;
}

static enum step decide_member(struct pkg_plan *p, uint32_t node, uint32_t edge, const struct plan_want *now) {
    pkg_id to = find_member(p, p->nodes.at[node].package, now);
    if (to != PKG_NONE) return bind_and_place(p, node, edge, to);
    fail(p, node, edge, arena_print(p->a, "no workspace is called %.*s, which %.*s wants as \"%.*s\"", STR_FMT(now->folder->text),
                                    STR_FMT(p->lock.packages[p->nodes.at[node].package].name), STR_FMT(now->spec.raw)));
    return DONE;
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

static enum step decide_inner(struct pkg_plan *p, uint32_t node, uint32_t edge, const struct plan_want *now) {
    const struct pkg_package *by = &p->lock.packages[p->nodes.at[node].package];
    pkg_id owner = p->nodes.at[node].package;
    if (now->spec.kind == PKG_SPEC_FILE && (by->source == PKG_FOLDER || !leads_out(now->spec.text)))
        return bind_and_place(p, node, edge, plan_add_inner_folder(p, owner, now->folder->text, now->spec.text));
    fail(p, node, edge,
         arena_print(p->a, "%.*s wants \"%.*s\", but only the root and workspaces may name files", STR_FMT(by->name),
                     STR_FMT(now->spec.raw)));
    return DONE;
}

static enum step decide_elsewhere(struct pkg_plan *p, uint32_t node, uint32_t edge, const struct plan_want *now) {
    pkg_id owner = p->nodes.at[node].package;
    const struct plan_want *w = p->packages.at[owner].wants[edge];
    if (is_inner_folder(p, owner, now, w)) return decide_inner(p, node, edge, now);
    struct plan_source *s = plan_source_of(p, &now->spec, base_of(p, owner, now != w));
    ask_source(p, s);
    if (s->state == PLAN_ASKED) return BLOCKED;
    if (s->state == PLAN_ABSENT) { fail(p, node, edge, s->why); return DONE; }
    if (s->id == PKG_NONE) s->id = plan_add_source(p, s, w->folder->text);
    return bind_and_place(p, node, edge, s->id);
}

static enum step decide(struct pkg_plan *p, uint32_t node, uint32_t edge) {
    pkg_id owner = p->nodes.at[node].package;
    struct pkg_edge *e = edge_of(p, node, edge);
    const struct plan_want *w = p->packages.at[owner].wants[edge];
    if (e->to != PKG_NONE) {                             /* bound before; only its place is open */
        place_found(p, node, edge, walk_exact(p, node, edge, e->to), e->to);
        return DONE;
    }
    if (p->packages.at[owner].flags[edge] & PLAN_FAILED) return DONE;
    const struct plan_want *now = plan_effective(p, owner, e, w);
    switch (now->spec.kind) {
    case PKG_SPEC_RANGE: return decide_range(p, node, edge, now);
    case PKG_SPEC_TAG: return decide_tag(p, node, edge, now);
    case PKG_SPEC_WORKSPACE: return decide_member(p, node, edge, now);
    case PKG_SPEC_CATALOG:
        fail(p, node, edge,
             arena_print(p->a, "%.*s is not in the catalog \"%.*s\" of the root", STR_FMT(w->folder->text),
                         STR_FMT(now->spec.text)));
        return DONE;
    case PKG_SPEC_BAD:
        fail(p, node, edge, arena_print(p->a, "\"%.*s\" says nothing that is known of %.*s: a range, a tag, a URL or a path is expected",
                                        STR_FMT(now->spec.raw), STR_FMT(w->folder->text)));
        return DONE;
    default: return decide_elsewhere(p, node, edge, now);
    }
}

/* --- the cursor */

static void open_node(struct pkg_plan *p, uint32_t node) {
    pkg_id owner = p->nodes.at[node].package;
    bool places = !p->is_deciding || !p->nodes.at[node].is_placed;
    plan_open(p, owner);
    p->nodes.at[node].is_placed = true;
    p->edges.len = p->edge_at = 0;
    p->at_node = node;
    for (size_t i = 0; i < p->lock.packages[owner].n_edges; i++) {
        const struct pkg_edge *e = &p->lock.packages[owner].edges[i];
        if (is_optional_peer(e)) continue;               /* they take what the tree has, when it is made */
        bool is_bound = e->to != PKG_NONE, is_settled = p->packages.at[owner].flags[i] & PLAN_SETTLED;
        if (is_bound ? places : p->is_deciding && !is_settled) *LIST_ADD(&p->edges) = (uint32_t)i;
    }
    if (p->is_deciding) for (size_t i = 0; i < p->edges.len; i++) look_ahead(p, node, p->edges.at[i]);
}

/* The next node: first those that are placed by what was bound, breadth first; then all, in the order in which they came. */
static bool next_node(struct pkg_plan *p) {
    if (p->queue_at < p->queue.len) { open_node(p, p->queue.at[p->queue_at++]); return true; }
    if (!p->is_deciding) {
        p->is_deciding = true;
        open_node(p, p->sweep = 0);
        return true;
    }
    if (p->sweep + 1 >= p->nodes.len) return false;
    open_node(p, ++p->sweep);
    return true;
}

static void run(struct pkg_plan *p) {
    if (p->is_running || p->is_done) return;
    p->is_running = true;
    for (;;) {
        if (p->at_node == PLAN_NO_NODE && !next_node(p)) { p->is_done = true; break; }
        if (p->edge_at == p->edges.len) { p->at_node = PLAN_NO_NODE; continue; }
        if (decide(p, p->at_node, p->edges.at[p->edge_at]) == BLOCKED) break;
        p->edge_at++;
    }
    p->is_running = false;
}

/* --- the world's side */

struct pkg_plan *pkg_plan_new(struct arena *a, const struct pkg_plan_options *o, const struct pkg_world *world, void *user) {
    struct pkg_plan *p = ARENA_NEW(a, struct pkg_plan);
    p->a = a;
    p->o = *o;
    p->world = *world;
    p->user = user;
    p->at_node = PLAN_NO_NODE;
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
    run(p);
}

void pkg_plan_packument(struct pkg_plan *p, uint32_t ticket, const struct pkg_packument *found, str why) {
    must(ticket < p->name_list.len && p->name_list.at[ticket]->state == PLAN_ASKED);
    struct plan_name *n = p->name_list.at[ticket];
    n->state = found ? PLAN_HERE : PLAN_ABSENT;
    n->packument = found;
    n->why = why;
    p->n_asked--;
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
    run(p);
}

bool pkg_plan_is_done(const struct pkg_plan *p) { return p->is_done && !p->n_asked; }

void pkg_plan_finish(struct pkg_plan *p, struct pkg_plan_result *out) {
    must(pkg_plan_is_done(p));
    plan_report(p, out);
}

void pkg_plan_free(struct pkg_plan *p) {
    for (size_t i = 0; i < p->name_list.len; i++) {
        LIST_FREE(&p->name_list.at[i]->present);
        LIST_FREE(&p->name_list.at[i]->old);
    }
    LIST_FREE(&p->name_list);
    LIST_FREE(&p->source_list);
    LIST_FREE(&p->packages);
    LIST_FREE(&p->nodes);
    LIST_FREE(&p->queue);
    LIST_FREE(&p->edges);
    LIST_FREE(&p->missing);
    LIST_FREE(&p->warnings);
    mem_free(p->slots);
    map_free(&p->names);
    map_free(&p->wants);
    map_free(&p->sources);
    map_free(&p->warned);
    buf_free(&p->key);
}
