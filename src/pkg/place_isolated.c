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

#define HOME PKG_ISOLATED_HOME

struct instance;
struct link { uint32_t name; struct instance *to; };
/* A package with one set of peers. */
struct instance {
    pkg_id id;
    str folder;                     /* where it and the links lie: HOME/<key>/node_modules, or node_modules */
    LIST(struct link) links;        /* of each name the first */
};
struct job { uint32_t use; struct instance *owner; };
struct pkg_isolated {
    struct pkg_places *p;
    const struct pkg_lock *lock;
    struct pkg_uses uses;
    LIST(struct instance *) all;    /* in the order in which they were met, breadth first */
    LIST(struct job) queue; size_t next_job;
    struct map by_key, fallbacks;
};

static const struct pkg_package *package(const struct pkg_isolated *t, pkg_id id) { return &t->lock->packages[id]; }

static bool has_folder(const struct pkg_package *k) { return k->source != PKG_ROOT && k->source != PKG_WORKSPACE &&
    k->source != PKG_LINK; }

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

static str key_of(struct pkg_isolated *t, const struct pkg_use *n) {
    struct buf key = {0}, set = {0};
    buf_add(&key, pkg_isolated_name(t->p->a, package(t, n->id)));
    for (size_t i = 0; i < n->peers.len; i++) {
        const struct pkg_package *is = package(t, n->peers.at[i].id);
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

static struct instance *new_instance(struct pkg_isolated *t, pkg_id id, str folder) {
    struct instance *n = ARENA_NEW(t->p->a, struct instance);
    *n = (struct instance){.id = id, .folder = folder};
    *LIST_ADD(&t->all) = n;
    return n;
}

static struct instance *instance_of(struct pkg_isolated *t, const struct pkg_use *n, bool *is_new) {
    const struct pkg_package *k = package(t, n->id);
    struct arena *a = t->p->a;
    *is_new = true;
    if (n->is_implied) {
        bool is_root = k->source == PKG_ROOT || !k->place.len;
        return new_instance(t, n->id, is_root ? STR("node_modules") : arena_join(a, k->place, STR("/node_modules")));
    }
    /* A workspace that --filter leaves out, and one that is installed needs: what it depends on lies where it is. */
    bool is_own = k->source == PKG_WORKSPACE;
    str key = is_own ? arena_join(a, k->place, STR("/node_modules")) : key_of(t, n);
    void **at = map_at(&t->by_key, key, is_new);
    if (*is_new)
        *at = new_instance(t, n->id, is_own ? key : arena_print(a, HOME "/%.*s/node_modules", STR_FMT(key)));
    return *at;
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

static str in_folder(struct pkg_isolated *t, const struct instance *n, str name) {
    return arena_print(t->p->a, "%.*s/%.*s", STR_FMT(n->folder), STR_FMT(name));
}

static bool is_roots_own(const struct pkg_isolated *t, str name) {
    const struct pkg_package *root = package(t, 0);
    for (size_t i = 0; i < root->n_edges; i++)
        if (root->edges[i].group != PKG_PEER && str_eq(root->edges[i].name, name)) return true;
    return false;
}

/* The first that is met under a name is what others find who do not declare it. */
static void add_fallback(struct pkg_isolated *t, str name, struct instance *n) {
    const struct pkg_config *c = t->p->in->config;
    bool is_new;
    if (!has_folder(package(t, n->id)) || package(t, n->id)->source == PKG_FOLDER) return;
    void **at = map_at(&t->fallbacks, name, &is_new);
    if (!is_new) return;
    *at = n;
    str there = in_folder(t, n, package(t, n->id)->name);
    for (int is_public = 0; is_public < 2; is_public++) {
        if (!fits(is_public ? &c->public_hoist_patterns : &c->hoist_patterns, name, !is_public)) continue;
        if (is_public && is_roots_own(t, name)) continue;
        str path = arena_print(t->p->a, "%s/%.*s", is_public ? "node_modules" : HOME "/node_modules", STR_FMT(name));
        pkg_place_add(t->p, PKG_PLACE_LINK, path, n->id, pkg_place_relative(t->p->a, folder_of(path), there));
    }
}

/* A package that depends on its own name has that one in a node_modules of its own. */
static str link_path(struct pkg_isolated *t, const struct instance *owner, str name) {
    str own = package(t, owner->id)->name;
    bool is_own = has_folder(package(t, owner->id)) && str_eq(own, name);
    return is_own ? arena_print(t->p->a, "%.*s/%.*s/node_modules/%.*s", STR_FMT(owner->folder), STR_FMT(own),
                                STR_FMT(name))
                  : in_folder(t, owner, name);
}

static void add_link(struct pkg_isolated *t, struct instance *owner, uint32_t name, struct instance *to) {
    for (size_t i = 0; i < owner->links.len; i++)
        if (owner->links.at[i].name == name) return;
    *LIST_ADD(&owner->links) = (struct link){name, to};
    str path = link_path(t, owner, t->uses.names[name]);
    const struct pkg_package *is = package(t, to->id);
    if (!has_folder(is)) {
        pkg_place_package(t->p, path, to->id);
        return;
    }
    str there = in_folder(t, to, is->name);
    pkg_place_add(t->p, PKG_PLACE_LINK, path, to->id, pkg_place_relative(t->p->a, folder_of(path), there));
    add_fallback(t, t->uses.names[name], to);
}

static void place(struct pkg_isolated *t, const struct job *j) {
    const struct pkg_use *n = &t->uses.at[j->use];
    bool is_new;
    struct instance *is = instance_of(t, n, &is_new);
    if (is_new && has_folder(package(t, n->id)))
        pkg_place_package(t->p, in_folder(t, is, package(t, n->id)->name), n->id);
    if (!n->is_implied) add_link(t, j->owner, n->name, is);
    if (!is_new) return;
    for (size_t i = 0; i < n->below.len; i++) *LIST_ADD(&t->queue) = (struct job){n->below.at[i], is};
}

void pkg_places_isolated(struct pkg_places *p) {
    struct pkg_isolated *t = p->isolated = ARENA_NEW(p->a, struct pkg_isolated);
    *t = (struct pkg_isolated){.p = p, .lock = p->in->lock};
    pkg_uses_find(p->a, t->lock, p->in->choice, &t->uses);
    *LIST_ADD(&t->queue) = (struct job){0, NULL};
    while (t->next_job < t->queue.len) {
        struct job j = t->queue.at[t->next_job++];
        place(t, &j);
    }
}

static void add_bins_of(struct pkg_isolated *t, struct map *names, const struct instance *n, str at, str folder) {
    pkg_id native = has_folder(package(t, n->id)) ? pkg_place_native(t->p, n->id) : PKG_NONE;
    str native_at = STR("");
    for (size_t i = 0; i < n->links.len; i++)
        if (n->links.at[i].to->id == native)
            native_at = in_folder(t, n->links.at[i].to, package(t, native)->name);
    pkg_place_bins(t->p, names, folder, at, n->id, native_at);
}

static void add_bins(struct pkg_isolated *t, const struct instance *owner) {
    struct map names = {0};
    for (size_t i = 0; i < owner->links.len; i++)
        add_bins_of(t, &names, owner->links.at[i].to, link_path(t, owner, t->uses.names[owner->links.at[i].name]),
                    owner->folder);
    const struct pkg_package *k = package(t, owner->id);
    if (has_folder(k))
        add_bins_of(t, &names, owner, in_folder(t, owner, k->name), owner->folder);
    map_free(&names);
}

void pkg_places_isolated_bins(struct pkg_places *p) {
    struct pkg_isolated *t = p->isolated;
    for (size_t n = 0; n < t->all.len; n++) add_bins(t, t->all.at[n]);
}

void pkg_places_isolated_free(struct pkg_isolated *t) {
    for (size_t n = 0; n < t->all.len; n++) LIST_FREE(&t->all.at[n]->links);
    LIST_FREE(&t->all);
    LIST_FREE(&t->queue);
    pkg_uses_free(&t->uses);
    map_free(&t->by_key);
    map_free(&t->fallbacks);
}
