#include "pkg/tree.h"

#include <stdlib.h>

#include "base/buf.h"
#include "base/list.h"
#include "base/map.h"
#include "data/semver.h"
#include "pkg/spec.h"

/* Breadth first from the root: each dependency goes up to the root when nothing else of its name is on the way, is left
 * out when the nearest of its name is the same package, and stays with its own package otherwise. Optional peers hold
 * their place until something of their name comes along. What a choice leaves out holds its place too: a package lies
 * where bun.lock says, whatever this machine or these flags do without. */

#define NOWHERE UINT32_MAX
#define MOST_PROBES 64

struct place {                      /* a dependency that lies in some folder */
    uint32_t dep;                   /* index into build.deps */
    uint32_t job;                   /* by which its own dependencies were placed; NOWHERE */
    bool is_chosen;
    bool is_of_bundle;              /* bundled, or put there by what is below that: a tarball brings it */
};
struct dep {
    const struct pkg_edge *edge;
    pkg_id owner, to;               /* `to` is ours: optional peers get theirs while the tree grows */
    uint32_t name;                  /* number of its text */
    uint32_t next_pending;          /* optional peers of one name that wait */
};
struct folder {
    uint32_t parent, via;           /* via: the dependency that brought it; NOWHERE for the root */
    LIST(struct place) places;
};
/* first, n: its dependencies, in build.found */
struct job { uint32_t folder, dep, hoist_root, first, n; };

struct found { uint32_t dep, folder; };                  /* the folder in which a dependency is found */

struct build {
    struct arena *a;                /* of this run */
    const struct pkg_lock *lock;
    const struct pkg_tree_choice *choice;                /* NULL: all */
    struct dep *deps; size_t n_deps;
    uint32_t *first;                /* by package: its dependencies are deps[first[p]] up to deps[first[p + 1]] */
    struct pkg_edge *members;       /* what the root has for its workspaces */
    size_t n_members;
    str circle;
    bool binds;                     /* optional peers find theirs anew */
    bool installs;                  /* what is of a bundle is not installed: nobody else shares it */
    uint32_t *pending; size_t n_names;   /* by name: head of the optional peers that wait */
    LIST(struct folder) folders;
    LIST(struct job) queue;
    size_t next_job;
    LIST(struct found) found;
    struct { uint64_t key; uint32_t place; } *slots; size_t n_slots, n_used;     /* (folder, name) -> place */
};

static uint64_t slot_key(uint32_t folder, uint32_t name) { return ((uint64_t)folder << 32 | name) + 1; }

static size_t slot_of(const struct build *b, uint64_t key) {
    size_t at = (key * 0x9e3779b97f4a7c15u >> 20) & (b->n_slots - 1);
    while (b->slots[at].key && b->slots[at].key != key) at = (at + 1) & (b->n_slots - 1);
    return at;
}

static struct place *find_place(struct build *b, uint32_t folder, uint32_t name) {
    size_t at = slot_of(b, slot_key(folder, name));
    return b->slots[at].key ? &b->folders.at[folder].places.at[b->slots[at].place] : NULL;
}

static void grow_slots(struct build *b) {
    size_t n = b->n_slots;
    __typeof__(b->slots) old = b->slots;
    b->n_slots *= 2;
    b->slots = mem_zero(b->n_slots * sizeof *b->slots);
    for (size_t i = 0; i < n; i++)
        if (old[i].key) b->slots[slot_of(b, old[i].key)] = old[i];
    mem_free(old);
}

static struct place *add_place(struct build *b, uint32_t folder, uint32_t dep) {
    struct folder *f = &b->folders.at[folder];
    if (++b->n_used * 3 > b->n_slots * 2) grow_slots(b);
    size_t at = slot_of(b, slot_key(folder, b->deps[dep].name));
    if (!b->slots[at].key) {        /* bundled ones and folders do not ask what is there: the first is found */
        b->slots[at].key = slot_key(folder, b->deps[dep].name);
        b->slots[at].place = (uint32_t)f->places.len;
    }
    struct place *place = LIST_ADD(&f->places);
    *place = (struct place){.dep = dep, .job = NOWHERE};
    return place;
}

/* --- the dependencies of all packages in one array, each package's in their order */

static int by_order(const void *l, const void *r) {
    return pkg_edge_order(((const struct dep *)l)->edge, ((const struct dep *)r)->edge);
}

static void sort_deps(struct dep *d, size_t n) {
    for (size_t i = 1; i < n; i++)
        if (by_order(&d[i - 1], &d[i]) > 0) { qsort(d, n, sizeof *d, by_order); return; }
}

static uint32_t name_number(struct build *b, struct map *names, str name) {
    bool is_new;
    void **at = map_at(names, name, &is_new);
    if (is_new) *at = (void *)(uintptr_t)(++b->n_names);
    return (uint32_t)(uintptr_t)*at;
}

static void add_dep(struct build *b, const struct pkg_edge *e, pkg_id owner) {
    bool is_open = e->to >= b->lock->n_packages || (b->binds && e->group == PKG_PEER && e->is_optional_peer);
    pkg_id to = is_open ? PKG_NONE : e->to;
    b->deps[b->n_deps++] = (struct dep){.edge = e, .owner = owner, .to = to, .next_pending = NOWHERE};
}

static void flatten(struct build *b) {
    const struct pkg_lock *l = b->lock;
    size_t n_edges = 0, n_members = 0;
    for (size_t p = 0; p < l->n_packages; p++)
        n_edges += l->packages[p].n_edges, n_members += l->packages[p].source == PKG_WORKSPACE;
    b->deps = arena_alloc(b->a, (n_edges + n_members + 1) * sizeof *b->deps);
    b->first = arena_alloc(b->a, (l->n_packages + 1) * sizeof *b->first);
    b->members = arena_alloc(b->a, (n_members + 1) * sizeof *b->members);
    struct map names = {0};
    for (size_t p = 0; p < l->n_packages; p++) {
        const struct pkg_package *package = &l->packages[p];
        size_t from = b->first[p] = (uint32_t)b->n_deps;
        if (p == 0) {
            for (size_t w = 1; w < l->n_packages; w++) {
                if (l->packages[w].source != PKG_WORKSPACE) continue;
                struct pkg_edge *m = &b->members[b->n_members++];
                *m = (struct pkg_edge){.name = l->packages[w].name, .to = (pkg_id)w};
                add_dep(b, m, 0);
            }
            sort_deps(b->deps, b->n_deps);
            from = b->n_deps;
        }
        for (size_t i = 0; i < package->n_edges; i++) add_dep(b, &package->edges[i], (pkg_id)p);
        sort_deps(b->deps + from, b->n_deps - from);
    }
    b->first[l->n_packages] = (uint32_t)b->n_deps;
    for (size_t i = 0; i < b->n_deps; i++) b->deps[i].name = name_number(b, &names, b->deps[i].edge->name);
    map_free(&names);
    b->pending = arena_alloc(b->a, (b->n_names + 1) * sizeof *b->pending);
    for (size_t i = 0; i <= b->n_names; i++) b->pending[i] = NOWHERE;
}

static bool is_member(const struct build *b, const struct dep *d) {
    return d->edge >= b->members && d->edge < b->members + b->n_members;
}

static size_t n_deps_of(const struct build *b, pkg_id p) { return b->first[p + 1] - b->first[p]; }

/* --- one dependency: where does it go? */

enum answer { LOOP, IS_THERE, TAKE, REPLACE, LATER, PUT };
struct hoisted { enum answer is; uint32_t folder; pkg_id to; struct place *place; };

static bool is_optional_peer(const struct dep *d) { return d->edge->group == PKG_PEER && d->edge->is_optional_peer; }
static bool is_dev(const struct build *b, const struct dep *d) { return d->edge->group == PKG_DEV && !is_member(b, d); }
static bool is_peer(const struct build *b, const struct dep *d) {
    return d->edge->group == PKG_PEER && !is_member(b, d);
}

static pkg_id owner_of(const struct build *b, uint32_t folder) {
    return b->folders.at[folder].via == NOWHERE ? 0 : b->deps[b->folders.at[folder].via].to;
}

/* Does package `to` do for what `e` declares? */
static bool does(const struct build *b, const struct pkg_edge *e, pkg_id to) {
    const struct pkg_package *p = &b->lock->packages[to];
    if (p->source != PKG_NPM) return false;
    struct arena mark = *b->a;
    struct pkg_spec spec;
    struct semver v;
    pkg_spec_parse(b->a, e->name, e->spec, &spec);
    bool is = spec.kind == PKG_SPEC_RANGE && semver_parse(p->version, SEMVER_LOOSE, &v) &&
              semver_range_has(spec.range, &v, SEMVER_LOOSE);
    arena_back(b->a, mark);
    return is;
}

static bool peer_is_content(const struct build *b, const struct dep *d, const struct dep *there) {
    return there->owner == 0 || does(b, d->edge, there->to);         /* what the root has was chosen by a person */
}

/* A package with peers does not rise above (or become the one in) a folder whose version of a peer it rejects, when
 * the nearest one below is one that it takes. */
struct probe { uint32_t dep; bool is_provided, is_rejected; };

static size_t begin_probes(struct build *b, uint32_t own, uint32_t dep, struct probe *probes) {
    size_t n = 0;
    pkg_id to = b->deps[dep].to, owner = owner_of(b, own);
    for (uint32_t i = to == PKG_NONE ? 0 : b->first[to]; to != PKG_NONE && i < b->first[to + 1] && n < MOST_PROBES;
         i++) {
        struct dep *peer = &b->deps[i];
        if (peer->edge->group != PKG_PEER || peer->edge->is_optional_peer || peer->to == PKG_NONE) continue;
        struct probe *p = &probes[n++];
        *p = (struct probe){.dep = i};
        for (uint32_t k = b->first[owner]; k < b->first[owner + 1] && !p->is_provided; k++) {
            struct dep *have = &b->deps[k];
            if (have->name == peer->name && !is_peer(b, have) && have->to != PKG_NONE)
                p->is_provided = does(b, peer->edge, have->to);
        }
    }
    return n;
}

static bool is_kept_below(struct build *b, uint32_t folder, struct probe *probes, size_t n) {
    for (size_t i = 0; i < n; i++) {
        struct place *place = find_place(b, folder, b->deps[probes[i].dep].name);
        if (!place || b->deps[place->dep].to == PKG_NONE) continue;
        bool it_does = does(b, b->deps[probes[i].dep].edge, b->deps[place->dep].to);
        if (it_does) probes[i].is_provided |= !probes[i].is_rejected;
        else if (probes[i].is_provided) return true;
        else probes[i].is_rejected = true;
    }
    return false;
}

/* A workspace may declare a name in several groups: the first of them is meant. */
static bool is_said_again(const struct build *b, const struct dep *there, const struct dep *d) {
    bool is_of_project = d->owner == 0 || b->lock->packages[d->owner].source == PKG_WORKSPACE;
    return there->owner == d->owner && is_of_project && !is_member(b, there) && !is_member(b, d);
}

/* A peer that the project's package depends on itself, too: that one is meant, wherever it lies. */
static bool is_own_peer(const struct build *b, const struct dep *d) {
    bool is_of_project = d->owner == 0 || b->lock->packages[d->owner].source == PKG_WORKSPACE;
    if (!is_of_project || !is_peer(b, d)) return false;
    for (uint32_t i = b->first[d->owner]; i < b->first[d->owner + 1]; i++) {
        const struct dep *other = &b->deps[i];
        if (other->name == d->name && other->to != PKG_NONE && !is_peer(b, other) && !is_member(b, other)) return true;
    }
    return false;
}

static struct hoisted meet(struct build *b, uint32_t folder, struct place *place, uint32_t dep, bool is_own) {
    struct dep *d = &b->deps[dep], *there = &b->deps[place->dep];
    if (there->to == PKG_NONE && d->to == PKG_NONE) return (struct hoisted){LATER, folder, PKG_NONE, place};
    if (there->to == PKG_NONE) return (struct hoisted){REPLACE, folder, d->to, place};
    if (d->to == PKG_NONE) return (struct hoisted){TAKE, folder, there->to, place};
    if (there->to == d->to) return (struct hoisted){IS_THERE, folder, d->to, place};
    if (is_said_again(b, there, d) || (is_own && is_dev(b, there) != is_dev(b, d)))
        return (struct hoisted){IS_THERE, folder, d->to, place};
    if (is_own_peer(b, d) || (is_peer(b, d) && peer_is_content(b, d, there)))
        return (struct hoisted){IS_THERE, folder, d->to, place};
    return (struct hoisted){LOOP, folder, d->to, place};
}

/* What is bundled rises no further than its bundle, whose own dependencies lie above: it must not hide one of those. */
static bool would_hide(const struct build *b, uint32_t folder, const struct dep *d) {
    pkg_id owner = owner_of(b, folder);
    for (uint32_t i = b->first[owner]; i < b->first[owner + 1]; i++)
        if (b->deps[i].name == d->name && b->deps[i].to != d->to) return true;
    return false;
}

static struct hoisted hoist(struct build *b, uint32_t own, uint32_t hoist_root, uint32_t dep) {
    uint32_t name = b->deps[dep].name;
    struct probe probes[MOST_PROBES];
    size_t n_probes = begin_probes(b, own, dep, probes);
    for (uint32_t f = own;; f = b->folders.at[f].parent) {
        struct place *place = find_place(b, f, name);
        bool is_own = place && f == own;
        if (!is_own && n_probes && is_kept_below(b, f, probes, n_probes))
            return (struct hoisted){PUT, own, b->deps[dep].to, NULL};
        if (place) {
            struct hoisted h = meet(b, f, place, dep, f == own);
            bool is_kept_away = b->installs && place->is_of_bundle && hoist_root == NOWHERE && h.is == IS_THERE;
            if ((h.is == LOOP || is_kept_away) && f != own) return (struct hoisted){PUT, own, h.to, NULL};
            return h;
        }
        if (f && f == hoist_root && owner_of(b, f) == b->deps[dep].to && b->deps[b->folders.at[f].via].name == name)
            return (struct hoisted){IS_THERE, f, b->deps[dep].to, NULL};         /* the package that bundles it */
        if (f && f == hoist_root && would_hide(b, f, &b->deps[dep]))
            return (struct hoisted){PUT, own, b->deps[dep].to, NULL};
        if (f == 0 || f == hoist_root) return (struct hoisted){PUT, f, b->deps[dep].to, NULL};
    }
}

static uint32_t enqueue(struct build *b, uint32_t folder, uint32_t dep, uint32_t hoist_root) {
    pkg_id to = b->deps[dep].to;
    if (to == PKG_NONE || !n_deps_of(b, to)) return NOWHERE;
    *LIST_ADD(&b->queue) = (struct job){folder, dep, hoist_root, 0, 0};
    return (uint32_t)(b->queue.len - 1);
}

static void settle_pending(struct build *b, uint32_t name, pkg_id to) {
    for (uint32_t i = b->pending[name]; i != NOWHERE; i = b->deps[i].next_pending) b->deps[i].to = to;
    b->pending[name] = NOWHERE;
}

static void place_dep(struct build *b, uint32_t own, uint32_t hoist_root, uint32_t dep) {
    struct dep *d = &b->deps[dep];
    struct hoisted h;
    if (d->edge->is_bundled) h = (struct hoisted){PUT, own, d->to, NULL};
    else if (d->to == PKG_NONE && !is_optional_peer(d)) return;
    else if (d->to != PKG_NONE && b->lock->packages[d->to].source == PKG_FOLDER)
        h = (struct hoisted){PUT, own, d->to, NULL};
    else h = hoist(b, own, hoist_root, dep);
    *LIST_ADD(&b->found) = (struct found){dep, h.folder};
    switch (h.is) {
    case LOOP: case IS_THERE:
        break;
    case TAKE:
        d->to = h.to;
        settle_pending(b, d->name, h.to);
        break;
    case REPLACE:
        b->deps[h.place->dep].to = d->to;
        settle_pending(b, d->name, d->to);
        h.place->dep = dep;
        h.place->job = enqueue(b, h.folder, dep, hoist_root);
        break;
    case LATER:
        for (uint32_t i = b->pending[d->name]; i != NOWHERE; i = b->deps[i].next_pending)
            if (i == dep) return;
        d->next_pending = b->pending[d->name];
        b->pending[d->name] = dep;
        break;
    case PUT:
        h.place = add_place(b, h.folder, dep);
        h.place->is_of_bundle = hoist_root != NOWHERE || d->edge->is_bundled;
        h.place->job = enqueue(b, h.folder, dep, d->edge->is_bundled ? h.folder : hoist_root);
        break;
    }
}

static void tell_circle(struct build *b, uint32_t folder, pkg_id first) {
    const struct pkg_package *p = &b->lock->packages[first];
    str all = arena_print(b->a, "%.*s@%.*s", STR_FMT(p->name), STR_FMT(p->version));
    for (uint32_t f = folder; f; f = b->folders.at[f].parent) {
        pkg_id owner = owner_of(b, f);
        p = &b->lock->packages[owner];
        all = arena_print(b->a, "%.*s@%.*s > %.*s", STR_FMT(p->name), STR_FMT(p->version), STR_FMT(all));
        if (owner == first) break;
    }
    b->circle = all;
}

/* Did the same dependency make folder after folder on the way down? Then it would go on making them: trees that end
 * have had one thrice below itself. */
static bool is_below_itself(const struct build *b, uint32_t folder, uint32_t via) {
    int n = 0;
    for (uint32_t f = folder; f && via != NOWHERE; f = b->folders.at[f].parent) n += b->folders.at[f].via == via;
    return n >= 6;
}

/* A dense circle opens folders by the million before one lies six times below itself: the lockfile may be a stranger's.
 * Trees of real projects have fewer folders than packages. */
static size_t folders_at_most(const struct build *b) { return 1000 + 16 * b->lock->n_packages; }

/* The folder of the package behind `via`, whose dependencies are placed now. */
static void open_folder(struct build *b, uint32_t parent, uint32_t via, uint32_t hoist_root) {
    pkg_id owner = via == NOWHERE ? 0 : b->deps[via].to;
    if (owner == PKG_NONE || !n_deps_of(b, owner)) return;
    if (is_below_itself(b, parent, via) || b->folders.len > folders_at_most(b)) {
        tell_circle(b, parent, owner);
        b->next_job = b->queue.len;
        return;
    }
    uint32_t own = (uint32_t)b->folders.len;
    *LIST_ADD(&b->folders) = (struct folder){.parent = parent, .via = via};
    for (uint32_t i = b->first[owner]; i < b->first[owner + 1]; i++) place_dep(b, own, hoist_root, i);
    if (own && !b->folders.at[own].places.len) b->folders.len--;
}

static void grow(struct build *b, struct arena *a, const struct pkg_lock *l, bool binds, bool installs) {
    *b = (struct build){.a = a, .lock = l, .binds = binds, .installs = installs, .n_slots = 1024};
    b->slots = mem_zero(b->n_slots * sizeof *b->slots);
    flatten(b);
    *LIST_ADD(&b->queue) = (struct job){0, NOWHERE, NOWHERE, 0, 0};
    while (b->next_job < b->queue.len) {
        size_t at = b->next_job++;
        struct job j = b->queue.at[at];
        j.first = (uint32_t)b->found.len;
        open_folder(b, j.folder, j.dep, j.hoist_root);
        j.n = (uint32_t)b->found.len - j.first;
        b->queue.at[at] = j;
    }
}

static void build_done(struct build *b) {
    for (size_t i = 0; i < b->folders.len; i++) LIST_FREE(&b->folders.at[i].places);
    LIST_FREE(&b->folders);
    LIST_FREE(&b->queue);
    LIST_FREE(&b->found);
    mem_free(b->slots);
}

/* --- what is chosen of it: what the project's own dependencies lead to */

static bool allows(const struct pkg_texts *list, const char *value) {
    return !value || pkg_platform_allows(list, str_c(value));
}

/* Another libc alone is no reason to do without what is needed: much that says so runs on both. */
bool pkg_tree_chooses(const struct pkg_tree_choice *c, const struct pkg_edge *e, const struct pkg_package *to) {
    if (e->is_bundled || !allows(&to->os, c->os) || !allows(&to->cpu, c->cpu)) return false;
    switch (e->group) {
    case PKG_DEV: return !c->no_dev;
    case PKG_OPTIONAL: return !c->no_optional && allows(&to->libc, c->libc);
    case PKG_PEER: return !c->no_peer;
    default: return true;
    }
}

static bool is_chosen(const struct build *b, const struct dep *d, const struct place *place) {
    const struct pkg_tree_choice *c = b->choice;
    const struct dep *there = &b->deps[place->dep];
    if (d->to == PKG_NONE || there->to == PKG_NONE || there->edge->is_bundled) return false;
    if (is_member(b, d)) return !c->wanted_workspaces || c->wanted_workspaces[d->to];
    if (d->owner == 0 && c->wanted_workspaces && !c->wanted_workspaces[0]) return false;
    return pkg_tree_chooses(c, d->edge, &b->lock->packages[there->to]);
}

static void choose(struct build *b, const struct pkg_tree_choice *choice) {
    LIST(uint32_t) jobs = {0};
    b->choice = choice;
    *LIST_ADD(&jobs) = 0;
    for (size_t i = 0; i < jobs.len; i++) {
        struct job j = b->queue.at[jobs.at[i]];
        for (uint32_t k = j.first; k < j.first + j.n; k++) {
            const struct found *f = &b->found.at[k];
            struct place *place = find_place(b, f->folder, b->deps[f->dep].name);
            if (!place || place->is_chosen || !is_chosen(b, &b->deps[f->dep], place)) continue;
            place->is_chosen = true;
            if (place->job != NOWHERE) *LIST_ADD(&jobs) = place->job;
        }
    }
    LIST_FREE(&jobs);
}

/* --- the result */

static int by_name(const void *l, const void *r) {
    return str_cmp(((const struct pkg_entry *)l)->name, ((const struct pkg_entry *)r)->name);
}

static void fill(struct build *b, struct arena *a, struct pkg_node *nodes, uint32_t i) {
    const struct folder *f = &b->folders.at[i];
    struct pkg_node *n = &nodes[i];
    *n = (struct pkg_node){.parent = f->parent};
    if (f->via != NOWHERE) {
        const struct dep *via = &b->deps[f->via];
        const struct pkg_package *p = &b->lock->packages[via->to];
        const struct pkg_node *up = &nodes[f->parent];
        str name = via->edge->name;
        n->owner = via->to;
        n->depth = up->depth + 1;
        n->key = up->depth ? arena_print(a, "%.*s/%.*s", STR_FMT(up->key), STR_FMT(name)) : name;
        n->is_workspace = p->source == PKG_WORKSPACE || (up->is_workspace && up->depth);
        n->path = p->source == PKG_WORKSPACE ? p->place
                  : up->depth ? arena_print(a, "%.*s/node_modules/%.*s", STR_FMT(up->path), STR_FMT(name)) : name;
    }
    n->entries = arena_alloc(a, (f->places.len + 1) * sizeof *n->entries);
    for (size_t k = 0; k < f->places.len; k++) {
        const struct dep *d = &b->deps[f->places.at[k].dep];
        if (d->to != PKG_NONE && (!b->choice || f->places.at[k].is_chosen))
            n->entries[n->n_entries++] = (struct pkg_entry){d->edge->name, d->to, d->edge->is_bundled};
    }
    qsort(n->entries, n->n_entries, sizeof *n->entries, by_name);
}

void pkg_tree_make(struct arena *a, const struct pkg_lock *l, const struct pkg_tree_choice *choice,
                   struct pkg_tree *out) {
    struct build b;
    struct arena own = {0};
    grow(&b, &own, l, false, choice != NULL);
    if (choice) choose(&b, choice);
    out->count = b.folders.len ? b.folders.len : 1;
    out->nodes = ARENA_ARRAY(a, struct pkg_node, out->count);
    for (size_t i = 0; i < b.folders.len; i++) fill(&b, a, out->nodes, (uint32_t)i);
    out->circle = arena_str(a, b.circle);
    build_done(&b);
    arena_free(&own);
}

str pkg_tree_bind_peers(struct arena *a, struct pkg_lock *l) {
    struct build b;
    grow(&b, a, l, true, false);
    for (size_t i = 0; i < b.n_deps; i++)
        if (is_optional_peer(&b.deps[i])) ((struct pkg_edge *)b.deps[i].edge)->to = b.deps[i].to;
    build_done(&b);
    return b.circle;
}
