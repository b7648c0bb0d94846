#include <stdlib.h>

#include "base/buf.h"
#include "data/json.h"
#include "data/semver.h"
#include "pkg/plan_parts.h"
#include "sys/path.h"

/* --- a package and what the plan keeps beside it */

static int by_edge(const void *l, const void *r) { return pkg_edge_order(l, r); }

static void sort_edges(struct pkg_edge *e, size_t n) {
    for (size_t i = 1; i < n; i++)
        if (pkg_edge_order(&e[i - 1], &e[i]) > 0) { qsort(e, n, sizeof *e, by_edge); return; }
}

static void attach(struct pkg_plan *p, pkg_id id) {
    struct pkg_package *package = &p->lock.packages[id];
    struct plan_package more = {0};
    more.wants = arena_alloc(p->a, (package->n_edges + 1) * sizeof *more.wants);
    more.flags = arena_zero(p->a, package->n_edges + 1);
    for (size_t i = 0; i < package->n_edges; i++)
        more.wants[i] = plan_want_of(p, package->edges[i].name, package->edges[i].spec);
    while (p->packages.len <= id) *LIST_ADD(&p->packages) = (struct plan_package){0};
    p->packages.at[id] = more;
    if (package->source == PKG_NPM) *LIST_ADD(&plan_name_of(p, package->name)->known) = id;
}

void plan_show(struct pkg_plan *p, pkg_id id) {
    const struct pkg_package *package = &p->lock.packages[id];
    if (p->packages.at[id].is_present) return;
    p->packages.at[id].is_present = true;
    if (package->source == PKG_NPM) *LIST_ADD(&plan_name_of(p, package->name)->present) = id;
    if (package->source != PKG_ROOT && package->source != PKG_WORKSPACE && p->world.chosen)
        p->world.chosen(p->user, &p->lock, id);
}

static pkg_id known(const struct pkg_plan *p, const struct plan_name *n, str version) {
    for (size_t i = 0; i < n->known.len; i++)
        if (str_eq(p->lock.packages[n->known.at[i]].version, version)) return n->known.at[i];
    return PKG_NONE;
}

/* Edges as the old lock has them; whom they go to waits until the package is opened. */
static pkg_id *old_targets(struct pkg_plan *p, const struct pkg_package *package) {
    pkg_id *to = arena_alloc(p->a, (package->n_edges + 1) * sizeof *to);
    for (size_t i = 0; i < package->n_edges; i++) to[i] = PKG_NONE;
    return to;
}

/* --- dependencies of a manifest */

struct edge_list { struct pkg_edge *at; size_t n; };

static struct pkg_edge *find_edge(struct edge_list *l, str name) {
    for (size_t i = 0; i < l->n; i++)
        if (str_eq(l->at[i].name, name)) return &l->at[i];
    return NULL;
}

/* A path can hide in what is no name: nobody looks for such a package. */
static void refuse_name(struct pkg_plan *p, const struct json *d, enum pkg_group group, str who,
                        const struct pkg_package *by) {
    str why = arena_print(p->a, "%.*s depends on \"%.*s\", which is no name of a package", STR_FMT(who),
                          STR_FMT(d->key));
    if (group != PKG_DEPENDENCIES) plan_warn(p, "%.*s", STR_FMT(why));
    else *LIST_ADD(&p->missing) = (struct pkg_missing){d->key, d->text, (pkg_id)(by - p->lock.packages), why};
}

/* What a package of a registry declares, in which an author's mistakes should not stop anybody: a name is in one group
 * only (optional wins over plain, both over peers), and what is no text is left out. */
static void read_edges(struct pkg_plan *p, const struct json *m, str who, struct pkg_package *to) {
    static const enum pkg_group groups[] = {PKG_DEPENDENCIES, PKG_OPTIONAL, PKG_PEER, PKG_DEV};
    int n_groups = to->source == PKG_FOLDER ? 4 : 3;     /* who works on a folder wants what its work needs */
    const struct json *meta = json_get_c(m, "peerDependenciesMeta"), *bundled = json_get_c(m, "bundleDependencies");
    if (!bundled) bundled = json_get_c(m, "bundledDependencies");
    struct pkg_texts bundle = pkg_texts_read(p->a, bundled);
    size_t room = json_is(meta, JSON_OBJECT) ? meta->count : 0;
    for (int g = 0; g < n_groups; g++) {
        const struct json *group = json_get_c(m, pkg_group_names[groups[g]]);
        room += json_is(group, JSON_OBJECT) ? group->count : 0;
    }
    if (!room) return;
    struct edge_list list = {arena_alloc(p->a, room * sizeof *list.at), 0};
    for (int g = 0; g < n_groups; g++) {
        const struct json *group = json_get_c(m, pkg_group_names[groups[g]]);
        if (!json_is(group, JSON_OBJECT)) continue;
        for JSON_EACH(d, group) {
            if (d->kind != JSON_STRING) continue;
            if (!pkg_name_is_valid(d->key)) {
                refuse_name(p, d, groups[g], who, to);
                continue;
            }
            struct pkg_edge e = {.name = d->key, .spec = d->text, .group = groups[g], .to = PKG_NONE};
            e.is_optional_peer = e.group == PKG_PEER &&
                                 json_bool(json_get_c(json_get(meta, d->key), "optional"), false);
            e.is_bundled = json_is(bundled, JSON_TRUE);
            for (size_t i = 0; i < bundle.count; i++) e.is_bundled |= str_eq(bundle.at[i], d->key);
            struct pkg_edge *same = g && e.group != PKG_DEV ? find_edge(&list, d->key) : NULL;
            if (!same) list.at[list.n++] = e;
            else if (e.group == PKG_OPTIONAL) *same = e;
        }
    }
    if (json_is(meta, JSON_OBJECT)) for JSON_EACH(d, meta)    /* named there only: any version, should there be one */
        if (json_bool(json_get_c(d, "optional"), false) && pkg_name_is_valid(d->key) && !find_edge(&list, d->key))
            list.at[list.n++] = (struct pkg_edge){
                .name = d->key, .spec = STR("*"), .group = PKG_PEER, .is_optional_peer = true, .to = PKG_NONE};
    sort_edges(list.at, list.n);
    to->edges = list.at;
    to->n_edges = list.n;
}

static int hex(char c) {
    return c >= '0' && c <= '9'   ? c - '0'
           : c >= 'a' && c <= 'f' ? c - 'a' + 10
           : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                  : -1;
}

/* The checksum of older packages, 40 hexadecimal digits, as the lockfile says it. */
static str sha1_of(struct arena *a, str digits) {
    static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    unsigned char bytes[21] = {0};
    if (digits.len != 40) return STR("");
    for (size_t i = 0; i < 40; i++) {
        int d = hex(digits.at[i]);
        if (d < 0) return STR("");
        bytes[i / 2] = (unsigned char)(bytes[i / 2] << 4 | d);
    }
    char text[29] = "";
    for (size_t i = 0, o = 0; i < 20; i += 3) {
        unsigned v = (unsigned)bytes[i] << 16 | (unsigned)bytes[i + 1] << 8 | (i + 2 < 20 ? bytes[i + 2] : 0u);
        for (int k = 0; k < 4; k++) text[o++] = letters[v >> (18 - 6 * k) & 63];
    }
    text[27] = '=';
    return arena_print(a, "sha1-%.28s", text);
}

/* The first sum that is known of "sha512-... sha1-...": only one is kept. */
static str known_sum(str integrity) {
    static const char *const kinds[] = {"sha512-", "sha384-", "sha256-", "sha1-"};
    for (size_t k = 0; k < 4; k++)
        for (str rest = integrity, part; str_next(&rest, ' ', &part);)
            if (str_starts(part, str_c(kinds[k]))) {
                ptrdiff_t options = str_find_char(part, '?');
                return options < 0 ? part : str_upto(part, (size_t)options);
            }
    return STR("");
}

pkg_id plan_add_release(struct pkg_plan *p, struct plan_name *n, const struct pkg_release *r) {
    pkg_id id = known(p, n, r->version);
    if (id != PKG_NONE) return id;
    struct pkg_package *package = pkg_lock_add(&p->lock, &id);
    struct json *m = json_parse(p->a, r->text, JSON_STRICT, NULL, STR("")), *dist = json_get_c(m, "dist");
    package->source = PKG_NPM;
    package->name = n->text;
    package->version = r->version;
    if (package->version.len && (package->version.at[0] == 'v' || package->version.at[0] == '='))
        package->version = str_from(package->version, 1);
    package->place = json_text(json_get_c(dist, "tarball"));
    if (pkg_url_is_usual(package->place)) package->place = STR("");
    package->integrity = known_sum(json_text(json_get_c(dist, "integrity")));
    if (!package->integrity.len) package->integrity = sha1_of(p->a, json_text(json_get_c(dist, "shasum")));
    pkg_package_take(p->a, m, package);
    read_edges(p, m, n->text, package);
    plan_extend(p, id);
    sort_edges(p->lock.packages[id].edges, p->lock.packages[id].n_edges);
    attach(p, id);
    p->packages.at[id].deprecated = json_text(json_get_c(m, "deprecated"));
    p->packages.at[id].engine = json_text(json_get_c(json_get_c(m, "engines"), "node"));
    return id;
}

/* --- from elsewhere */

static pkg_id same_place(struct pkg_plan *p, const struct pkg_elsewhere *e) {
    for (size_t i = 1; i < p->lock.n_packages; i++) {
        const struct pkg_package *o = &p->lock.packages[i];
        if (o->source != e->source || !str_eq(o->place, e->place) || !str_eq(o->commit, e->commit)) continue;
        /* seen from another folder */
        if (o->source == PKG_TARBALL_FILE && !str_eq(o->integrity, e->integrity)) continue;
        return (pkg_id)i;
    }
    return PKG_NONE;
}

static pkg_id same_in_old(struct pkg_plan *p, const struct pkg_package *package) {
    if (p->o.old) for (size_t i = 1; i < p->o.old->n_packages; i++) {
        const struct pkg_package *o = &p->o.old->packages[i];
        if (o->source == package->source && str_eq(o->place, package->place) && str_eq(o->commit, package->commit))
            return (pkg_id)i;
    }
    return PKG_NONE;
}

/* What its dependencies were resolved to before, for those that are declared as they were. */
static void keep_targets(struct pkg_plan *p, pkg_id id, pkg_id old) {
    struct pkg_package *package = &p->lock.packages[id];
    const struct pkg_package *was = &p->o.old->packages[old];
    struct plan_package *more = &p->packages.at[id];
    more->old_to = old_targets(p, package);
    for (size_t i = 0; i < package->n_edges; i++)
        for (size_t k = 0; k < was->n_edges; k++) {
            const struct pkg_edge *e = &package->edges[i], *w = &was->edges[k];
            if (!str_eq(e->name, w->name) || !str_eq(e->spec, w->spec)) continue;
            more->old_to[i] = w->to;
            if (w->to == PKG_NONE && (w->group == PKG_OPTIONAL || w->group == PKG_PEER)) more->flags[i] |= PLAN_SETTLED;
        }
}

/* "./a//b/../c/" -> "a/c"; what leads out of the project keeps its "..". */
static str tidy(struct arena *a, str path) {
    struct buf out = {0};
    if (path.len && path.at[0] == '/') buf_add_char(&out, '/');
    for (str rest = path, part; str_next(&rest, '/', &part);) {
        if (!part.len || str_is(part, ".")) continue;
        str so_far = buf_view(&out);
        ptrdiff_t slash = str_rfind_char(so_far, '/');
        str last = str_from(so_far, (size_t)(slash + 1));
        if (str_is(part, "..") && last.len && !str_is(last, "..")) {
            out.len = slash > 0 ? (size_t)slash : 0;
            continue;
        }
        if (out.len && out.at[out.len - 1] != '/') buf_add_char(&out, '/');
        buf_add(&out, part);
    }
    str kept = arena_str(a, buf_view(&out));
    buf_free(&out);
    return kept;
}

static str tidy_place(struct pkg_plan *p, enum pkg_source source, str place) {
    if (source == PKG_FOLDER) return tidy(p->a, place);
    if (source != PKG_LINK || str_find_char(place, '/') < 0 || place.at[0] == '@') return place;
    str tidied = tidy(p->a, place);
    return str_starts(tidied, STR("../")) || str_starts(tidied, STR("/")) ? tidied
                                                                          : arena_join(p->a, STR("./"), tidied);
}

static bool has_scripts(const struct json *manifest) {
    static const char *const names[] = {"preinstall", "install", "postinstall", "preprepare", "prepare", "postprepare"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (json_text(json_get_c(json_get_c(manifest, "scripts"), names[i])).len) return true;
    return false;
}

pkg_id plan_add_source(struct pkg_plan *p, struct plan_source *s, str name) {
    s->found.place = tidy_place(p, s->found.source, s->found.place);
    pkg_id id = same_place(p, &s->found);
    if (id != PKG_NONE) return id;
    struct json *m = s->found.manifest.len ? json_parse(p->a, s->found.manifest, JSONC, NULL, STR("")) : NULL;
    struct pkg_package *package = pkg_lock_add(&p->lock, &id);
    package->source = s->found.source;
    package->place = s->found.place;
    package->commit = s->found.commit;
    package->tag = s->found.tag;
    package->integrity = s->found.integrity;
    str own = json_text(json_get_c(m, "name"));
    bool is_link = package->source == PKG_LINK;
    if (is_link && !pkg_name_is_valid(own)) own = path_basename(package->place);
    package->name = pkg_name_is_valid(own) ? own : name;
    if (!is_link) package->version = json_text(json_get_c(m, "version"));
    if (m) pkg_package_take(p->a, m, package);
    package->os = package->cpu = package->libc = (struct pkg_texts){0};          /* whoever named it wants it here */
    package->has_install_script = has_scripts(m);
    if (m && !is_link) read_edges(p, m, package->name, package);
    attach(p, id);
    pkg_id old = same_in_old(p, &p->lock.packages[id]);
    if (old != PKG_NONE) keep_targets(p, id, old);
    plan_show(p, id);
    return id;
}

/* A folder that a folder or a package of a registry names: nothing but its path is known. */
pkg_id plan_add_inner_folder(struct pkg_plan *p, pkg_id owner, str name, str place) {
    pkg_id id;
    if (p->lock.packages[owner].source == PKG_FOLDER)
        place = tidy(p->a, arena_print(p->a, "%.*s/%.*s", STR_FMT(p->lock.packages[owner].place), STR_FMT(place)));
    struct pkg_package *package = pkg_lock_add(&p->lock, &id);
    package->source = PKG_FOLDER;
    package->name = name;
    package->place = place;
    attach(p, id);
    plan_show(p, id);
    return id;
}

/* --- from the old lock */

static pkg_id member_like(struct pkg_plan *p, const struct pkg_package *old) {
    if (old->source == PKG_ROOT) return 0;
    for (size_t i = 1; i < p->lock.n_packages && p->lock.packages[i].source == PKG_WORKSPACE; i++)
        if (str_eq(p->lock.packages[i].place, old->place)) return (pkg_id)i;
    return PKG_NONE;
}

pkg_id plan_import(struct pkg_plan *p, pkg_id old) {
    const struct pkg_package *was = &p->o.old->packages[old];
    if (p->imported[old] != PKG_NONE) return p->imported[old];
    if (was->source == PKG_WORKSPACE || was->source == PKG_ROOT) return p->imported[old] = member_like(p, was);
    if (was->source == PKG_NPM) {
        pkg_id same = known(p, plan_name_of(p, was->name), was->version);
        if (same != PKG_NONE) return p->imported[old] = same;
    }
    pkg_id id;
    struct pkg_package *package = pkg_lock_add(&p->lock, &id);
    *package = *was;
    package->edges = arena_alloc(p->a, (was->n_edges + 1) * sizeof *package->edges);
    if (was->n_edges) memcpy(package->edges, was->edges, was->n_edges * sizeof *was->edges);
    if (was->source == PKG_NPM) plan_extend(p, id);
    package = &p->lock.packages[id];
    sort_edges(package->edges, package->n_edges);
    attach(p, id);
    struct plan_package *more = &p->packages.at[id];
    more->old_to = old_targets(p, package);
    for (size_t i = 0; i < package->n_edges; i++) {
        more->old_to[i] = package->edges[i].to;
        if (package->edges[i].to == PKG_NONE &&
            (package->edges[i].group == PKG_OPTIONAL || package->edges[i].group == PKG_PEER) &&
            !package->edges[i].is_new)
            more->flags[i] |= PLAN_SETTLED;
        package->edges[i].to = PKG_NONE;
    }
    more->is_old = true;
    p->imported[old] = id;
    plan_show(p, id);
    return id;
}

static bool is_optional_peer(const struct pkg_edge *e) { return e->group == PKG_PEER && e->is_optional_peer; }

/* Before a package's first dependency is decided: those are bound whose old target still is what is asked for. */
void plan_open(struct pkg_plan *p, pkg_id id) {
    if (p->packages.at[id].is_open) return;
    p->packages.at[id].is_open = true;
    pkg_id *old_to = p->packages.at[id].old_to;
    if (!old_to) return;
    for (size_t i = 0; i < p->lock.packages[id].n_edges; i++) {
        struct pkg_edge *e = &p->lock.packages[id].edges[i];
        if (old_to[i] == PKG_NONE || is_optional_peer(e)) continue;
        struct plan_want *w = p->packages.at[id].wants[i];
        const struct pkg_package *was = &p->o.old->packages[old_to[i]];
        const struct plan_want *now = plan_effective(p, id, e, w);
        bool is_kept = !plan_is_updated(p, w) && !plan_is_pinned(p, was) && now;
        if (is_kept && now->spec.kind == PKG_SPEC_RANGE && was->source == PKG_NPM) {
            bool does = now->is_any || plan_version_is(was, now->spec.range);
            is_kept = str_eq(was->name, now->real->text) &&
                      (does || (plan_was_the_same(p, id, e, w) && (e->group == PKG_PEER || now == w)));
        } else if (is_kept) {
            is_kept = plan_was_the_same(p, id, e, w);
        }
        if (was->source == PKG_FOLDER || was->source == PKG_LINK) is_kept = is_kept && !plan_is_local(p, id);
        if (is_kept) {
            pkg_id to = plan_import(p, old_to[i]);       /* moves the arrays of packages */
            p->lock.packages[id].edges[i].to = to;
        }
    }
}

/* --- the project */

static void add_member(struct pkg_plan *p, const struct pkg_member *m) {
    pkg_id id;
    struct pkg_package *package = pkg_lock_add(&p->lock, &id);
    package->source = m->path.len ? PKG_WORKSPACE : PKG_ROOT;
    package->name = m->manifest.name;
    struct semver v;
    if (semver_parse(m->manifest.version, SEMVER_LOOSE, &v)) package->version = m->manifest.version;
    package->place = m->path;
    pkg_package_take(p->a, m->manifest.json, package);
    package->has_install_script = false;
    package->os = package->cpu = package->libc = (struct pkg_texts){0};
    package->edges = arena_alloc(p->a, (m->manifest.n_dependencies + 1) * sizeof *package->edges);
    for (size_t i = 0; i < m->manifest.n_dependencies; i++) {
        const struct pkg_dependency *d = &m->manifest.dependencies[i];
        package->edges[package->n_edges++] = (struct pkg_edge){.name = d->name,
                                                               .spec = d->spec,
                                                               .group = d->group,
                                                               .is_optional_peer = d->is_optional_peer,
                                                               .to = PKG_NONE};
    }
    sort_edges(package->edges, package->n_edges);
    attach(p, id);
    if (id) plan_name_of(p, package->name)->member = id;
}

/* The edge of the old lock that this one was: of the same group, else of any. */
static const struct pkg_edge *edge_before(const struct pkg_package *was, const struct pkg_edge *e) {
    const struct pkg_edge *found = NULL;
    for (size_t i = 0; i < was->n_edges; i++) {
        if (!str_eq(was->edges[i].name, e->name)) continue;
        if (was->edges[i].group == e->group) return &was->edges[i];
        if (!found) found = &was->edges[i];
    }
    return found;
}

/* A workspace that a plain range means goes before what the lock had. */
static bool means_member(struct pkg_plan *p, const struct plan_want *w) {
    if (w->spec.kind != PKG_SPEC_RANGE || !p->o.config->links_workspaces || w->real->member == PKG_NONE ||
        w->spec.is_alias)
        return false;
    return w->is_any || plan_version_is(&p->lock.packages[w->real->member], w->spec.range);
}

static void keep_member_targets(struct pkg_plan *p, pkg_id id) {
    const struct pkg_package *was = NULL;
    struct pkg_package *package = &p->lock.packages[id];
    for (size_t i = 0; i < p->o.old->n_packages; i++) {
        const struct pkg_package *o = &p->o.old->packages[i];
        if (id ? o->source == PKG_WORKSPACE && str_eq(o->place, package->place) : o->source == PKG_ROOT) {
            was = o;
            break;
        }
    }
    if (!was) return;
    struct plan_package *more = &p->packages.at[id];
    more->old_to = old_targets(p, package);
    for (size_t i = 0; i < package->n_edges; i++) {
        const struct pkg_edge *e = &package->edges[i], *before = edge_before(was, e);
        if (!before) continue;
        const struct pkg_package *to = before->to < p->o.old->n_packages ? &p->o.old->packages[before->to] : NULL;
        bool is_same = str_eq(before->spec, e->spec);
        struct plan_want *w = more->wants[i];
        if (!to) {
            if (is_same && before->group == e->group && (e->group == PKG_OPTIONAL || e->group == PKG_PEER) &&
                !plan_is_updated(p, w))
                more->flags[i] |= PLAN_SETTLED;
            continue;
        }
        bool is_member = to->source == PKG_WORKSPACE || to->source == PKG_ROOT;
        if (!is_member && means_member(p, w)) continue;
        bool fits = w->spec.kind == PKG_SPEC_RANGE && (to->source == PKG_NPM || to->source == PKG_WORKSPACE) &&
                    str_eq(to->name, w->real->text) &&
                    (w->is_any ||
                     plan_version_is(is_member && w->real->member != PKG_NONE ? &p->lock.packages[w->real->member] : to,
                                     w->spec.range));
        bool is_declared = is_same && (!is_member || w->spec.kind != PKG_SPEC_RANGE || means_member(p, w));
        const struct plan_want *now = plan_effective(p, id, e, w);
        if (is_declared || fits || (now && now != w)) more->old_to[i] = before->to;
    }
}

void plan_start_project(struct pkg_plan *p) {
    const struct pkg_project *project = p->o.project;
    for (size_t i = 0; i < project->count; i++) add_member(p, &project->members[i]);
    if (p->o.old) {
        p->imported = arena_alloc(p->a, (p->o.old->n_packages + 1) * sizeof *p->imported);
        for (size_t i = 0; i < p->o.old->n_packages; i++) {
            p->imported[i] = PKG_NONE;
            const struct pkg_package *o = &p->o.old->packages[i];
            if (o->source == PKG_NPM) *LIST_ADD(&plan_name_of(p, o->name)->old) = (pkg_id)i;
        }
        for (pkg_id i = 0; i < project->count; i++) keep_member_targets(p, i);
    }
}
