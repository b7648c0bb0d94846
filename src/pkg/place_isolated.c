/* pkg/place_isolated.c: every package in a folder of its own, beside links to what it depends on and to nothing else:
 *   node_modules/.bun/<name>@<version>[+<peers>]/node_modules/<name>
 * One that has peers, or depends on what has, is there once for each set of peers that it is used with; the set is part
 * of its folder's name, as Bun writes it. In .bun/node_modules lies a link to each package, for those that look for
 * what they do not declare. */
#include "base/buf.h"
#include "base/map.h"
#include "data/glob.h"
#include "data/hash.h"
#include "pkg/internal.h"
#include "pkg/place.h"
#include "sys/path.h"

#define HOME "node_modules/.bun"

/* A peer that is looked for in whoever depends on a package; `otherwise` when none of them has it. */
struct peer { str name; pkg_id otherwise; };
struct peers { struct peer *at; size_t count; };         /* sorted by name */

struct instance {
    pkg_id id;
    pkg_id *peers;                  /* what each of the package's peers is here; PKG_NONE: nothing */
    str folder;                     /* HOME/<key>/node_modules, where it and the links lie */
};
struct pkg_isolated {
    struct pkg_places *p;
    const struct pkg_lock *lock;
    bool *is_in_tree;
    struct peers *peers;            /* by pkg_id */
    LIST(struct instance *) all;    /* in the order in which they were met */
    struct map by_key, fallbacks;
};

static const struct pkg_package *package(const struct pkg_isolated *t, pkg_id id) { return &t->lock->packages[id]; }

static bool has_folder(const struct pkg_package *k) { return k->source != PKG_ROOT && k->source != PKG_WORKSPACE &&
    k->source != PKG_LINK; }

static bool is_wanted(const struct pkg_isolated *t, const struct pkg_package *owner, const struct pkg_edge *e) {
    const struct pkg_config *c = t->p->in->config;
    bool is_own = !has_folder(owner);
    if (e->is_bundled || (e->group == PKG_DEV && (!is_own || c->no_dev)) || (e->group == PKG_OPTIONAL &&
        c->no_optional)) return false;
    return e->group != PKG_PEER || !c->no_peer;
}

/* What a package has of its own under that name, peers apart; PKG_NONE when nothing. */
static pkg_id own(const struct pkg_isolated *t, const struct pkg_package *k, str name) {
    for (size_t i = 0; i < k->n_edges; i++) {
        const struct pkg_edge *e = &k->edges[i];
        if (e->group != PKG_PEER && str_eq(e->name, name) && is_wanted(t, k, e)) return e->to;
    }
    return PKG_NONE;
}

/* --- which peers a package looks for */

static bool add_peer(struct arena *a, struct peers *s, str name, pkg_id otherwise) {
    size_t at = 0;
    while (at < s->count && str_cmp(s->at[at].name, name) < 0) at++;
    if (at < s->count && str_eq(s->at[at].name, name)) {
        if (s->at[at].otherwise == PKG_NONE && otherwise != PKG_NONE) {
            s->at[at].otherwise = otherwise;
            return true;
        }
        return false;
    }
    s->at = arena_grow(a, s->at, s->count * sizeof *s->at, (s->count + 1) * sizeof *s->at);
    memmove(s->at + at + 1, s->at + at, (s->count - at) * sizeof *s->at);
    s->at[at] = (struct peer){name, otherwise};
    s->count++;
    return true;
}

static bool find_peers_of(struct pkg_isolated *t, pkg_id id) {
    const struct pkg_package *k = package(t, id);
    struct arena *a = t->p->a;
    bool any = false;
    for (size_t i = 0; i < k->n_edges; i++) {
        const struct pkg_edge *e = &k->edges[i];
        if (!is_wanted(t, k, e)) continue;
        if (e->group == PKG_PEER && own(t, k, e->name) == PKG_NONE) any |= add_peer(a, &t->peers[id], e->name, e->to);
        if (e->to == PKG_NONE || e->to == id) continue;
        const struct peers *theirs = &t->peers[e->to];
        for (size_t n = 0; n < theirs->count; n++)
            if (own(t, k, theirs->at[n].name) == PKG_NONE && !str_eq(theirs->at[n].name, k->name))
                any |= add_peer(a, &t->peers[id], theirs->at[n].name, theirs->at[n].otherwise);
    }
    return any;
}

static void find_peers(struct pkg_isolated *t) {
    bool again = true;
    t->peers = ARENA_ARRAY(t->p->a, struct peers, t->lock->n_packages);
    while (again) {
        again = false;
        for (pkg_id id = (pkg_id)t->lock->n_packages; id-- > 0;)
            if (t->is_in_tree[id] && has_folder(package(t, id))) again |= find_peers_of(t, id);
    }
}

/* --- names of folders */

static str where(struct arena *a, const struct pkg_package *k) {
    switch (k->source) {
    case PKG_NPM: return k->version;
    case PKG_FOLDER: return arena_join(a, STR("file:"), k->place);
    case PKG_GIT: case PKG_GITHUB: return arena_print(a, "%.*s#%.*s", STR_FMT(k->place), STR_FMT(k->commit));
    case PKG_WORKSPACE: return arena_join(a, STR("workspace:"), k->place);
    default: return k->place;
    }
}

static void add_plain(struct buf *b, str text) {
    for (size_t i = 0; i < text.len; i++) {
        char c = text.at[i];
        buf_add_char(b, (unsigned char)c <= ' ' || strchr("/\\:*?\"<>|#", c) ? '+' : c);
    }
}

static void add_sum(struct buf *b, uint64_t sum) { buf_print(b, "+%016llx", (unsigned long long)sum); }

str pkg_isolated_name(struct arena *a, const struct pkg_package *k) {
    struct buf out = {0};
    struct pkg_sum sums[PKG_SUMS];
    add_plain(&out, k->name);
    buf_add_char(&out, '@');
    size_t from = out.len;
    add_plain(&out, where(a, k));
    if (out.len - from > 80) {
        uint64_t sum = hash_wy(str_from(buf_view(&out), from), 0);
        out.len = from + 63;
        add_sum(&out, sum);
    }
    if ((k->source == PKG_TARBALL_FILE || k->source == PKG_TARBALL_URL) && pkg_integrity_read(k->integrity, sums)) {
        uint64_t first = 0;                              /* one place may give another tarball tomorrow */
        for (size_t i = 0; i < sizeof first; i++) first = first << 8 | sums[0].bytes[i];
        add_sum(&out, first);
    }
    str name = arena_str(a, buf_view(&out));
    buf_free(&out);
    return name;
}

str pkg_isolated_without_peers(str folder) {
    if (folder.len < 17 || folder.at[folder.len - 17] != '+') return folder;
    for (size_t i = folder.len - 16; i < folder.len; i++)
        if (!strchr("0123456789abcdef", folder.at[i])) return folder;
    return str_upto(folder, folder.len - 17);
}

static str key_of(struct pkg_isolated *t, pkg_id id, const pkg_id *peers) {
    struct buf key = {0}, set = {0};
    buf_add(&key, pkg_isolated_name(t->p->a, package(t, id)));
    for (size_t i = 0; i < t->peers[id].count; i++) {
        if (peers[i] == PKG_NONE) continue;
        const struct pkg_package *is = package(t, peers[i]);
        buf_add(&set, is->name);
        buf_add(&set, where(t->p->a, is));
    }
    if (set.len) add_sum(&key, hash_wy_old(buf_view(&set), 0));
    str out = arena_str(t->p->a, buf_view(&key));
    buf_free(&key);
    buf_free(&set);
    return out;
}

/* --- instances */

/* `owner`: the instance that depends on it; NULL for the root and workspaces, `k` being theirs. */
static pkg_id peer_for(const struct pkg_isolated *t, const struct pkg_package *k, const struct instance *owner,
    const struct peer *peer) {
    pkg_id found = own(t, k, peer->name);
    if (found != PKG_NONE) return found;
    if (owner) {
        const struct peers *s = &t->peers[owner->id];
        for (size_t i = 0; i < s->count; i++)
            if (str_eq(s->at[i].name, peer->name)) return owner->peers[i];
        if (str_eq(k->name, peer->name)) return owner->id;
    }
    return peer->otherwise;
}

static struct instance *instance_of(struct pkg_isolated *t, const struct pkg_package *k, const struct instance *owner,
    pkg_id id) {
    const struct peers *s = &t->peers[id];
    struct arena *a = t->p->a;
    pkg_id *peers = ARENA_ARRAY(a, pkg_id, s->count + 1);
    bool is_new;
    for (size_t i = 0; i < s->count; i++) {
        peers[i] = peer_for(t, k, owner, &s->at[i]);
        if (peers[i] != PKG_NONE && !t->is_in_tree[peers[i]]) peers[i] = PKG_NONE;
    }
    str key = key_of(t, id, peers);
    void **at = map_at(&t->by_key, key, &is_new);
    if (!is_new) return *at;
    struct instance *n = *at = ARENA_NEW(a, struct instance);
    *n = (struct instance){id, peers, arena_print(a, HOME "/%.*s/node_modules", STR_FMT(key))};
    *LIST_ADD(&t->all) = n;
    return n;
}

/* What an edge leads to, from a package or from one of its instances. PKG_NONE: nothing is to be linked. */
static pkg_id target_of(const struct pkg_isolated *t, const struct pkg_package *k, const struct instance *owner,
    const struct pkg_edge *e) {
    pkg_id to = e->to;
    if (!is_wanted(t, k, e)) return PKG_NONE;
    if (e->group == PKG_PEER && owner) to = peer_for(t, k, owner, &(struct peer){e->name, e->to});
    return to != PKG_NONE && t->is_in_tree[to] ? to : PKG_NONE;
}

static str folder_of(str path) {
    ptrdiff_t slash = str_rfind_char(path, '/');
    return slash < 0 ? STR("") : str_upto(path, (size_t)slash);
}

static bool fits(const struct pkg_names *patterns, str name, bool otherwise) {
    bool fits_one = otherwise && !patterns->count;
    for (size_t i = 0; i < patterns->count; i++) {
        str one = patterns->at[i];
        if (one.len && one.at[0] == '!') {
            if (glob_match(str_from(one, 1), name)) return false;
        } else fits_one |= str_is(one, "*") || glob_match(one, name);
    }
    return fits_one;
}

/* The first that is met under a name is what others find who do not declare it. */
static void add_fallback(struct pkg_isolated *t, str name, struct instance *n) {
    const struct pkg_config *c = t->p->in->config;
    bool is_new;
    if (package(t, n->id)->source == PKG_FOLDER) return;
    void **at = map_at(&t->fallbacks, name, &is_new);
    if (!is_new) return;
    *at = n;
    str there = arena_print(t->p->a, "%.*s/%.*s", STR_FMT(n->folder), STR_FMT(package(t, n->id)->name));
    for (int is_public = 0; is_public < 2; is_public++) {
        if (!fits(is_public ? &c->public_hoist_patterns : &c->hoist_patterns, name, !is_public)) continue;
        if (is_public && own(t, package(t, 0), name) != PKG_NONE) continue;
        str path = arena_print(t->p->a, "%s/%.*s", is_public ? "node_modules" : HOME "/node_modules", STR_FMT(name));
        pkg_place_add(t->p, PKG_PLACE_LINK, path, n->id, pkg_place_relative(t->p->a, folder_of(path), there));
    }
}

/* The link under `folder` for an edge of `k`. */
static void add_link(struct pkg_isolated *t, const struct pkg_package *k, const struct instance *owner, str folder,
    const struct pkg_edge *e) {
    pkg_id to = target_of(t, k, owner, e);
    if (to == PKG_NONE || (owner && str_eq(e->name, k->name))) return;
    str path = arena_print(t->p->a, "%.*s/%.*s", STR_FMT(folder), STR_FMT(e->name));
    const struct pkg_package *is = package(t, to);
    if (!has_folder(is)) {
        pkg_place_package(t->p, path, to);
        return;
    }
    struct instance *n = instance_of(t, k, owner, to);
    str there = arena_print(t->p->a, "%.*s/%.*s", STR_FMT(n->folder), STR_FMT(is->name));
    pkg_place_add(t->p, PKG_PLACE_LINK, path, to, pkg_place_relative(t->p->a, folder_of(path), there));
    add_fallback(t, e->name, n);
}

static bool is_shadowed(const struct pkg_isolated *t, const struct pkg_package *k, size_t at) {
    return k->edges[at].group == PKG_PEER && own(t, k, k->edges[at].name) != PKG_NONE;
}

static str member_folder(struct pkg_isolated *t, pkg_id id) {
    const struct pkg_package *k = package(t, id);
    return k->source == PKG_ROOT || !k->place.len ? STR("node_modules")
                                                  : arena_join(t->p->a, k->place, STR("/node_modules"));
}

static bool is_member(const struct pkg_isolated *t, pkg_id id) {
    return id == 0 || (package(t, id)->source == PKG_WORKSPACE && t->is_in_tree[id]);
}

void pkg_places_isolated(struct pkg_places *p) {
    struct pkg_isolated *t = p->isolated = ARENA_NEW(p->a, struct pkg_isolated);
    *t = (struct pkg_isolated){.p = p, .lock = p->in->lock};
    t->is_in_tree = ARENA_ARRAY(p->a, bool, t->lock->n_packages + 1);
    for (size_t i = 0; i < p->in->tree->count; i++)
        for (size_t k = 0; k < p->in->tree->nodes[i].n_entries; k++)
            t->is_in_tree[p->in->tree->nodes[i].entries[k].id] = true;
    find_peers(t);
    for (pkg_id id = 0; id < t->lock->n_packages; id++) {
        const struct pkg_package *k = package(t, id);
        for (size_t i = 0; is_member(t, id) && i < k->n_edges; i++)
            if (!is_shadowed(t, k, i)) add_link(t, k, NULL, member_folder(t, id), &k->edges[i]);
    }
    for (size_t n = 0; n < t->all.len; n++) {            /* grows while it is walked */
        const struct instance *is = t->all.at[n];
        const struct pkg_package *k = package(t, is->id);
        pkg_place_package(p, arena_print(p->a, "%.*s/%.*s", STR_FMT(is->folder), STR_FMT(k->name)), is->id);
        for (size_t i = 0; i < k->n_edges; i++)
            if (!is_shadowed(t, k, i)) add_link(t, k, is, is->folder, &k->edges[i]);
    }
}

static void add_bins_of(struct pkg_isolated *t, struct map *names, const struct instance *n, str folder, str name,
                        pkg_id id) {
    pkg_id native = n ? pkg_place_native(t->p, id) : PKG_NONE;
    str at = STR("");
    if (native != PKG_NONE && t->is_in_tree[native]) {
        struct instance *is = instance_of(t, package(t, id), n, native);
        at = arena_print(t->p->a, "%.*s/%.*s", STR_FMT(is->folder), STR_FMT(package(t, native)->name));
    }
    pkg_place_bins(t->p, names, folder, arena_print(t->p->a, "%.*s/%.*s", STR_FMT(folder), STR_FMT(name)), id, at);
}

static void add_bins(struct pkg_isolated *t, const struct pkg_package *k, const struct instance *owner, str folder) {
    struct map names = {0};
    for (size_t i = 0; i < k->n_edges; i++) {
        pkg_id to = is_shadowed(t, k, i) ? PKG_NONE : target_of(t, k, owner, &k->edges[i]);
        if (to == PKG_NONE || (owner && str_eq(k->edges[i].name, k->name))) continue;
        add_bins_of(t, &names, has_folder(package(t, to)) ? instance_of(t, k, owner, to) : NULL, folder,
                    k->edges[i].name, to);
    }
    if (owner) add_bins_of(t, &names, owner, folder, k->name, owner->id);
    map_free(&names);
}

void pkg_places_isolated_bins(struct pkg_places *p) {
    struct pkg_isolated *t = p->isolated;
    for (pkg_id id = 0; id < t->lock->n_packages; id++)
        if (is_member(t, id)) add_bins(t, package(t, id), NULL, member_folder(t, id));
    for (size_t n = 0; n < t->all.len; n++)
        add_bins(t, package(t, t->all.at[n]->id), t->all.at[n], t->all.at[n]->folder);
}

void pkg_places_isolated_free(struct pkg_isolated *t) {
    LIST_FREE(&t->all);
    map_free(&t->by_key);
    map_free(&t->fallbacks);
}
