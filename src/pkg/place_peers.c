/* pkg/place_peers.c: which peers each package has, wherever it is used. Depth first from the project: a package's peer
 * is what the nearest of those above it has under that name, or is itself; when none has, what the lock says. Each that
 * was passed on the way up is another package with another peer. */
#include "base/buf.h"
#include "base/map.h"
#include "pkg/place.h"

#define NONE UINT32_MAX

struct job { uint32_t parent, name; pkg_id id; bool is_implied; };
struct uses {
    struct arena *a;
    const struct pkg_lock *lock;
    const struct pkg_tree_choice *choice;
    struct pkg_uses *out;
    struct map names;               /* of dependencies -> number + 1 */
    uint32_t *first, *number;       /* number[first[p] + i]: the name of the i-th dependency of package p */
    uint32_t *own;                  /* by package: the number of its own name; NONE: nobody depends on that name */
    bool *is_aliased;               /* by package: somebody has it under another name, or under none that leads to it */
    uint32_t *bit_of, *name_of, n_bits;      /* of the names that are some package's peers */
    uint64_t *leaks; size_t words;  /* by package: peers that it, or what is below it, looks for above it */
    LIST(struct job) stack;
    struct map seen;
    struct buf key;
};

static const struct pkg_package *package(const struct uses *u, pkg_id id) { return &u->lock->packages[id]; }

static bool is_of_project(const struct pkg_package *k) { return k->source == PKG_ROOT || k->source == PKG_WORKSPACE; }

static bool is_used(const struct uses *u, pkg_id owner, const struct pkg_edge *e) {
    const struct pkg_package *k = package(u, owner);
    if (e->to == PKG_NONE) return e->group == PKG_PEER && e->is_optional_peer && !u->choice->no_peer;
    if (e->group == PKG_DEV && !is_of_project(k) && k->source != PKG_FOLDER) return false;
    if (!owner && u->choice->wanted_workspaces && !u->choice->wanted_workspaces[0]) return false;
    return pkg_tree_chooses(u->choice, e, package(u, e->to));
}

static uint32_t number_of(struct uses *u, str name) {
    bool is_new;
    void **at = map_at(&u->names, name, &is_new);
    if (is_new) *at = (void *)(uintptr_t)u->names.count;
    return (uint32_t)(uintptr_t)*at - 1;
}

static void number_names(struct uses *u) {
    size_t n = 0, packages = u->lock->n_packages;
    for (size_t p = 0; p < packages; p++) n += package(u, (pkg_id)p)->n_edges;
    u->first = arena_alloc(u->a, (packages + 1) * sizeof *u->first);
    u->own = arena_alloc(u->a, (packages + 1) * sizeof *u->own);
    u->is_aliased = arena_zero(u->a, packages + 1);
    u->number = arena_alloc(u->a, (n + 1) * sizeof *u->number);
    n = 0;
    for (pkg_id p = 0; p < packages; p++) {
        u->first[p] = (uint32_t)n;
        for (size_t i = 0; i < package(u, p)->n_edges; i++) u->number[n++] = number_of(u, package(u, p)->edges[i].name);
    }
    for (pkg_id p = 0; p < packages; p++) {
        uintptr_t at = (uintptr_t)map_get(&u->names, package(u, p)->name);
        u->own[p] = at ? (uint32_t)at - 1 : NONE;
    }
    for (pkg_id p = 0; p < packages; p++)
        for (size_t i = 0; i < package(u, p)->n_edges; i++) {
            const struct pkg_edge *e = &package(u, p)->edges[i];
            if (e->to != PKG_NONE && u->number[u->first[p] + i] != u->own[e->to]) u->is_aliased[e->to] = true;
        }
    for (pkg_id p = 0; p < packages; p++)                /* declared twice: one of them is not found by its name */
        for (size_t i = 0; is_of_project(package(u, p)) && i < package(u, p)->n_edges; i++)
            for (size_t k = 0; k < i; k++) {
                const struct pkg_edge *one = &package(u, p)->edges[i], *other = &package(u, p)->edges[k];
                if (u->number[u->first[p] + i] != u->number[u->first[p] + k] || one->to == other->to) continue;
                if (one->to != PKG_NONE) u->is_aliased[one->to] = true;
                if (other->to != PKG_NONE) u->is_aliased[other->to] = true;
            }
    u->bit_of = arena_alloc(u->a, (u->names.count + 1) * sizeof *u->bit_of);
    u->name_of = arena_alloc(u->a, (u->names.count + 1) * sizeof *u->name_of);
    for (size_t i = 0; i < u->names.count; i++) u->bit_of[i] = NONE;
    for (pkg_id p = 0; p < packages; p++)
        for (size_t i = 0; i < package(u, p)->n_edges; i++) {
            uint32_t name = u->number[u->first[p] + i];
            if (package(u, p)->edges[i].group != PKG_PEER || u->bit_of[name] != NONE) continue;
            u->name_of[u->n_bits] = name;
            u->bit_of[name] = u->n_bits++;
        }
}

/* --- which peers a package looks for above itself, with all that may be below it */

static uint64_t *leaks_of(struct uses *u, pkg_id id) { return u->leaks + id * u->words; }
static bool has_bit(const uint64_t *set, uint32_t bit) { return set[bit / 64] >> (bit % 64) & 1; }

static bool unite(uint64_t *to, const uint64_t *from, size_t words) {
    bool any = false;
    for (size_t i = 0; i < words; i++) any |= (from[i] & ~to[i]) != 0, to[i] |= from[i];
    return any;
}

struct target { pkg_id id; struct target *next; };

/* A peer may become whatever anybody has under that name. */
static struct target **targets_of(struct uses *u) {
    struct target **all = ARENA_ARRAY(u->a, struct target *, u->n_bits + 1);
    for (pkg_id p = 0; p < u->lock->n_packages; p++)
        for (size_t i = 0; i < package(u, p)->n_edges; i++) {
            uint32_t bit = u->bit_of[u->number[u->first[p] + i]];
            pkg_id to = package(u, p)->edges[i].to;
            if (bit == NONE || to == PKG_NONE) continue;
            struct target *t = all[bit];
            while (t && t->id != to) t = t->next;
            if (t) continue;
            t = ARENA_NEW(u->a, struct target);
            *t = (struct target){to, all[bit]};
            all[bit] = t;
        }
    return all;
}

static bool find_leaks_of(struct uses *u, pkg_id id, struct target **targets, uint64_t *now) {
    const struct pkg_package *k = package(u, id);
    memset(now, 0, u->words * sizeof *now);
    for (size_t i = 0; i < k->n_edges; i++) {
        uint32_t bit = u->bit_of[u->number[u->first[id] + i]];
        if (k->edges[i].group == PKG_PEER) {
            now[bit / 64] |= 1ull << (bit % 64);
            for (struct target *t = targets[bit]; t; t = t->next) unite(now, leaks_of(u, t->id), u->words);
        } else if (k->edges[i].to != PKG_NONE) unite(now, leaks_of(u, k->edges[i].to), u->words);
    }
    for (size_t i = 0; i < k->n_edges; i++) {
        uint32_t bit = u->bit_of[u->number[u->first[id] + i]];
        if (bit != NONE && k->edges[i].group != PKG_PEER && is_used(u, id, &k->edges[i]))
            now[bit / 64] &= ~(1ull << (bit % 64));
    }
    if (u->own[id] != NONE && !u->is_aliased[id] && u->bit_of[u->own[id]] != NONE) {
        uint32_t bit = u->bit_of[u->own[id]];
        now[bit / 64] &= ~(1ull << (bit % 64));
    }
    return unite(leaks_of(u, id), now, u->words);
}

static void find_leaks(struct uses *u) {
    u->words = (u->n_bits + 63) / 64;
    if (!u->words) return;
    u->leaks = ARENA_ARRAY(u->a, uint64_t, u->lock->n_packages * u->words);
    uint64_t *now = ARENA_ARRAY(u->a, uint64_t, u->words);
    struct target **targets = targets_of(u);
    for (bool again = true; again;) {
        again = false;
        for (pkg_id id = (pkg_id)u->lock->n_packages; id-- > 0;) again |= find_leaks_of(u, id, targets, now);
    }
}

/* --- the uses */

static struct pkg_use *use(struct uses *u, uint32_t at) { return &u->out->at[at]; }

static const struct pkg_had *find_had(const struct pkg_use *n, uint32_t name) {
    for (size_t i = 0; i < n->had.len; i++)
        if (n->had.at[i].name == name) return &n->had.at[i];
    return NULL;
}

static const struct pkg_peer *find_peer(const struct pkg_use *n, uint32_t name) {
    for (size_t i = 0; i < n->peers.len; i++)
        if (n->peers.at[i].name == name) return &n->peers.at[i];
    return NULL;
}

/* One of a name is enough: the first. */
static void add_peer(struct uses *u, uint32_t to, const struct pkg_peer *peer) {
    struct pkg_use *n = use(u, to);
    size_t at = 0;
    for (; at < n->peers.len; at++) {
        if (n->peers.at[at].id == peer->id) return;
        int order = str_cmp(package(u, peer->id)->name, package(u, n->peers.at[at].id)->name);
        if (!order) return;
        if (order < 0) break;
    }
    struct pkg_peer new = *peer;                         /* it may be in the list that grows */
    (void)LIST_ADD(&n->peers);
    memmove(n->peers.at + at + 1, n->peers.at + at, (n->peers.len - 1 - at) * sizeof *n->peers.at);
    n->peers.at[at] = new;
}

/* Is that one what is looked for? Whoever has it under another name has none of its own; of a name that the project
 * declares in two groups only one is found. */
static bool is_called(struct uses *u, uint32_t at, uint32_t name) {
    const struct pkg_use *n = use(u, at);
    if (u->own[n->id] != name || n->name != name) return false;
    const struct pkg_had *had = n->parent == NONE ? NULL : find_had(use(u, n->parent), name);
    return !had || had->id == n->id;
}

/* What those above have under that name, without what was only taken because nobody had it. */
static pkg_id found_above(struct uses *u, uint32_t from, uint32_t name) {
    for (uint32_t at = from; at != NONE; at = use(u, at)->parent) {
        const struct pkg_had *had = find_had(use(u, at), name);
        if (had) return had->id;
        const struct pkg_peer *peer = find_peer(use(u, at), name);
        if (peer && !peer->is_otherwise) return peer->id;
        if (is_called(u, at, name)) return use(u, at)->id;
    }
    return PKG_NONE;
}

/* The same package among the same peers was met already: it is that one. */
static uint32_t *seen_before(struct uses *u, const struct job *j) {
    buf_clear(&u->key);
    buf_add(&u->key, str_of((const char *)&j->id, sizeof j->id));
    buf_add(&u->key, str_of((const char *)&j->name, sizeof j->name));
    for (uint32_t bit = 0; u->words && bit < u->n_bits; bit++) {
        if (!has_bit(leaks_of(u, j->id), bit)) continue;
        pkg_id is = found_above(u, j->parent, u->name_of[bit]);
        buf_add(&u->key, str_of((const char *)&is, sizeof is));
    }
    bool is_new;
    void **at = map_at(&u->seen, arena_str(u->a, buf_view(&u->key)), &is_new);
    if (is_new) {
        uint32_t *place = *at = ARENA_NEW(u->a, uint32_t);
        *place = NONE;
    }
    return *at;
}

/* A circle closes: the one above is meant. */
static uint32_t above_with(struct uses *u, const struct job *j) {
    for (uint32_t at = j->parent; at != NONE; at = use(u, at)->parent)
        if (use(u, at)->id == j->id && use(u, at)->name == j->name && !use(u, at)->is_implied) return at;
    return NONE;
}

/* Those between a use and who has its peers are told of them, as if it had been walked anew. */
static void tell_above(struct uses *u, uint32_t parent, uint32_t seen) {
    for (size_t i = 0; i < use(u, seen)->peers.len; i++) {
        struct pkg_peer peer = use(u, seen)->peers.at[i];
        for (uint32_t at = parent; at != NONE; at = use(u, at)->parent) {
            if (find_had(use(u, at), peer.name) || is_called(u, at, peer.name)) break;
            if (use(u, at)->id != peer.id) add_peer(u, at, &peer);
        }
    }
}

static void push(struct uses *u, uint32_t parent, uint32_t name, pkg_id id, bool is_implied) {
    *LIST_ADD(&u->stack) = (struct job){parent, name, id, is_implied};
}

static void have(struct uses *u, uint32_t at, uint32_t name, pkg_id id) {
    *LIST_ADD(&use(u, at)->had) = (struct pkg_had){name, id};
    push(u, at, name, id, false);
}

static void settle_peer(struct uses *u, uint32_t from, uint32_t name, pkg_id otherwise) {
    struct pkg_peer peer = {name, otherwise, true};
    uint32_t at = from, end = NONE;                      /* told: from `from` up to, without, `end` */
    for (; at != NONE; at = use(u, at)->parent) {
        const struct pkg_had *had = find_had(use(u, at), name);
        if (had) { peer = (struct pkg_peer){name, had->id, false}; break; }
        const struct pkg_peer *known = find_peer(use(u, at), name);
        if (known && !known->is_otherwise) { peer = *known; break; }
        if (known && (otherwise == PKG_NONE || otherwise == known->id)) break;
        if (known) { at = NONE; break; }
        if (is_called(u, at, name)) { peer = (struct pkg_peer){name, use(u, at)->id, false}; break; }
    }
    end = at;
    if (peer.id == PKG_NONE) return;
    bool is_itself = end == from && is_called(u, from, name) && !find_had(use(u, from), name);
    if (is_itself && otherwise != PKG_NONE && use(u, from)->name == name) *LIST_ADD(&use(u, from)->below) = from;
    else if (is_itself && otherwise != PKG_NONE) push(u, from, name, peer.id, false);
    for (at = from; at != end && at != NONE; at = use(u, at)->parent)
        if (use(u, at)->id != peer.id) add_peer(u, at, &peer);
    if (end != from) have(u, from, name, peer.id);
}

/* What the package at `at` depends on. */
static void open(struct uses *u, uint32_t at) {
    pkg_id id = use(u, at)->id;
    const struct pkg_package *k = package(u, id);
    size_t mark = u->stack.len;
    struct pkg_edge **edges = arena_alloc(u->a, (k->n_edges + 1) * sizeof *edges);
    for (size_t i = 0; i < k->n_edges; i++) edges[i] = &k->edges[i];
    for (size_t i = 1; i < k->n_edges; i++)              /* mostly sorted already */
        for (size_t n = i; n && pkg_edge_order(edges[n - 1], edges[n]) > 0; n--) {
            struct pkg_edge *swap = edges[n];
            edges[n] = edges[n - 1];
            edges[n - 1] = swap;
        }
    for (int peers = 0; peers < 2; peers++)
        for (size_t i = 0; i < k->n_edges; i++) {
            if ((edges[i]->group == PKG_PEER) != peers || !is_used(u, id, edges[i])) continue;
            uint32_t name = u->number[u->first[id] + (size_t)(edges[i] - k->edges)];
            if (peers) settle_peer(u, at, name, edges[i]->to);
            else have(u, at, name, edges[i]->to);
        }
    for (size_t i = mark, n = u->stack.len; i + 1 < n; i++, n--) {       /* the first is to be on top */
        struct job swap = u->stack.at[i];
        u->stack.at[i] = u->stack.at[n - 1];
        u->stack.at[n - 1] = swap;
    }
}

static uint32_t add_use(struct uses *u, const struct job *j) {
    *LIST_ADD(u->out) = (struct pkg_use){
        .id = j->id, .name = j->name, .parent = j->parent, .is_implied = j->is_implied};
    uint32_t at = (uint32_t)(u->out->len - 1);
    if (j->parent != NONE) *LIST_ADD(&use(u, j->parent)->below) = at;
    return at;
}

/* What a workspace depends on belongs to the one that the root has of it. */
static void visit(struct uses *u, const struct job *j) {
    bool is_left_out = u->choice->wanted_workspaces && !u->choice->wanted_workspaces[j->id];
    bool is_whole = j->is_implied || !is_of_project(package(u, j->id)) ||
                    (package(u, j->id)->source == PKG_WORKSPACE && is_left_out);
    if (!j->is_implied && is_whole) {
        uint32_t above = above_with(u, j);
        if (above != NONE) {
            *LIST_ADD(&use(u, j->parent)->below) = above;
            return;
        }
        uint32_t *before = seen_before(u, j);
        if (*before != NONE) {
            tell_above(u, j->parent, *before);
            *LIST_ADD(&use(u, j->parent)->below) = *before;
            return;
        }
        *before = (uint32_t)u->out->len;
    }
    uint32_t at = add_use(u, j);
    if (is_whole) open(u, at);
}

static int by_name(const void *l, const void *r, void *lock) {
    const struct pkg_package *k = ((const struct pkg_lock *)lock)->packages;
    return str_cmp(k[((const struct job *)l)->id].name, k[((const struct job *)r)->id].name);
}

/* The root, and its workspaces before what it depends on. */
static void visit_root(struct uses *u) {
    struct job root = {NONE, NONE, 0, true};
    add_use(u, &root);
    LIST(struct job) members = {0};
    for (pkg_id id = 1; id < u->lock->n_packages; id++) {
        bool is_left_out = u->choice->wanted_workspaces && !u->choice->wanted_workspaces[id];
        if (package(u, id)->source != PKG_WORKSPACE || is_left_out) continue;
        uint32_t name = number_of(u, package(u, id)->name);
        *LIST_ADD(&members) = (struct job){0, name, id, true};
        *LIST_ADD(&use(u, 0)->had) = (struct pkg_had){name, id};
    }
    if (members.len) qsort_r(members.at, members.len, sizeof *members.at, by_name, (void *)u->lock);
    open(u, 0);
    for (size_t i = members.len; i-- > 0;) *LIST_ADD(&u->stack) = members.at[i];
    LIST_FREE(&members);
}

void pkg_uses_find(struct arena *a, const struct pkg_lock *l, const struct pkg_tree_choice *choice,
                   struct pkg_uses *out) {
    static const struct pkg_tree_choice all = {0};
    struct uses u = {.a = a, .lock = l, .choice = choice ? choice : &all, .out = out};
    *out = (struct pkg_uses){0};
    number_names(&u);
    find_leaks(&u);
    visit_root(&u);
    while (u.stack.len) {
        struct job j = u.stack.at[--u.stack.len];
        visit(&u, &j);
    }
    out->names = ARENA_ARRAY(a, str, u.names.count + 1);
    for (struct map_entry *e = map_next(&u.names, NULL); e; e = map_next(&u.names, e))
        out->names[(uintptr_t)e->value - 1] = e->key;
    LIST_FREE(&u.stack);
    map_free(&u.names);
    map_free(&u.seen);
    buf_free(&u.key);
}

void pkg_uses_free(struct pkg_uses *u) {
    for (size_t i = 0; i < u->len; i++) {
        LIST_FREE(&u->at[i].below);
        LIST_FREE(&u->at[i].had);
        LIST_FREE(&u->at[i].peers);
    }
    LIST_FREE(u);
}
