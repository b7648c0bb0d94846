/* pkg/migrate_pnpm.c: pnpm-lock.yaml. "importers" says what the project's packages got; "packages" (and, from version 9
 * on, "snapshots") what is behind a reference such as "1.0.0(react@18.2.0)". Which range a package declares is not
 * said: its manifest is asked for. */
#include "pkg/migrate_parts.h"

#include "base/diag.h"
#include "data/semver.h"
#include "data/yaml.h"

struct references {
    struct map all;                 /* "name@1.0.0" and such, without peers -> id + 1 */
    bool is_old;                    /* version 5: "/name/1.0.0_peers" */
};

/* Without what tells one set of peers from another. */
static str without_peers(const struct references *r, str reference) {
    ptrdiff_t at = str_find_char(reference, '(');
    if (at > 0) return str_upto(reference, (size_t)at);
    if (!r->is_old || str_find_char(reference, ':') >= 0) return reference;
    ptrdiff_t slash = str_rfind_char(reference, '/');
    at = str_find_char(str_from(reference, (size_t)(slash + 1)), '_');
    return at < 0 ? reference : str_upto(reference, (size_t)(slash + 1 + at));
}

/* "/@s/name/1.0.0_peers", "/@s/name@1.0.0(peers)", "@s/name@1.0.0" -> "@s/name@1.0.0" */
static str key_of(const struct references *r, struct migrating *m, str reference) {
    str key = without_peers(r, reference);
    if (!str_starts(key, STR("/"))) return key;
    key = str_from(key, 1);
    ptrdiff_t slash = str_rfind_char(key, '/');
    if (!r->is_old || slash <= 0) return key;
    return arena_print(m->a, "%.*s@%.*s", (int)slash, key.at, STR_FMT(str_from(key, (size_t)slash + 1)));
}

static pkg_id find(const struct references *r, struct migrating *m, str name, str reference) {
    str plain = without_peers(r, reference);
    uintptr_t id = (uintptr_t)map_get(&r->all, arena_print(m->a, "%.*s@%.*s", STR_FMT(name), STR_FMT(plain)));
    if (!id) id = (uintptr_t)map_get(&r->all, key_of(r, m, reference));
    return id ? (pkg_id)(id - 1) : PKG_NONE;
}

/* --- packages ----------------------------------------------------------------------------------------------------- */

static bool take_resolution(struct migrating *m, const struct json *entry, str rest, struct pkg_package *to) {
    const struct json *resolution = json_get_c(entry, "resolution");
    str type = json_text(json_get_c(resolution, "type")), url = json_text(json_get_c(resolution, "tarball"));
    struct semver semver;
    to->integrity = migrate_integrity(m->a, json_text(json_get_c(resolution, "integrity")));
    if (str_is(type, "directory")) {
        to->source = PKG_FOLDER;
        to->place = migrate_join(m->a, STR(""), json_text(json_get_c(resolution, "directory")));
        return true;
    }
    if (str_is(type, "git")) {
        str repo = json_text(json_get_c(resolution, "repo")), commit = json_text(json_get_c(resolution, "commit"));
        url = arena_print(m->a, "%.*s#%.*s", STR_FMT(repo), STR_FMT(commit));
        return migrate_take_url(m, url, PKG_SPEC_GITHUB, to);
    }
    bool is_version = semver_parse(rest, SEMVER_LOOSE, &semver);
    if (is_version && !url.len) return to->source = PKG_NPM, true;
    if (!url.len) url = rest;
    return migrate_take_url(m, url, is_version ? PKG_SPEC_RANGE : PKG_SPEC_TARBALL_URL, to);
}

static bool is_runtime(str rest) { return str_starts(rest, STR("runtime:")); }

static bool add_package(struct references *r, struct migrating *m, const struct json *entry) {
    str key = key_of(r, m, entry->key), name, rest;
    pkg_spec_split(key, &name, &rest);
    struct pkg_package made = {.name = json_text(json_get_c(entry, "name")),
                               .version = json_text(json_get_c(entry, "version"))};
    if (!made.name.len) made.name = name;
    if (!rest.len) rest = key;                      /* "github.com/user/repo/0123abc": the entry has its name */
    if (is_runtime(rest)) {
        migrate_warn(m, "pnpm-lock.yaml: %.*s is a program that pnpm installs; it is left out", STR_FMT(key));
        return true;
    }
    if (!pkg_name_is_valid(made.name)) return migrate_fail(m, entry->at, "migrate-name", "\"%.*s\" is no name of a "
        "package", STR_FMT(made.name));
    if (!take_resolution(m, entry, rest, &made))
        return migrate_fail(m, entry->at, "migrate-resolved",
                            "\"%.*s\" says nothing that is known about where it comes "
                            "from",
                            STR_FMT(key));
    if (made.source == PKG_NPM) made.version = rest;
    bool is_new;
    str own = made.source == PKG_NPM
                  ? arena_print(m->a, "%.*s@%.*s", STR_FMT(made.name), STR_FMT(made.version))
                  : arena_print(m->a, "%d:%.*s#%.*s", (int)made.source, STR_FMT(made.place), STR_FMT(made.commit));
    pkg_id id = migrate_package(m, own, &is_new);
    map_put(&r->all, key, (void *)(uintptr_t)(id + 1));
    if (!is_new) return true;
    pkg_package_take(m->a, entry, &made);
    made.has_install_script = json_bool(json_get_c(entry, "requiresBuild"), false);
    m->lock->packages[id] = made;
    if (made.source == PKG_NPM) migrate_set_partial(m, id);
    return true;
}

static bool has_dependencies(const struct pkg_package *p) { return p->edges != NULL; }

/* The edges of a package, once: another set of peers has the same dependencies. */
static void take_dependencies(struct references *r, struct migrating *m, const struct json *package,
                              const struct json *snapshot, pkg_id id) {
    static const struct { const char *name; enum pkg_group group; } groups[] = {
        {"dependencies", PKG_DEPENDENCIES}, {"optionalDependencies", PKG_OPTIONAL},
    };
    struct pkg_package *p = &m->lock->packages[id];
    if (has_dependencies(p)) return;
    const struct json *peers = json_get_c(package, "peerDependencies"),
                      *meta = json_get_c(package, "peerDependenciesMeta");
    size_t room = json_is(peers, JSON_OBJECT) ? peers->count : 0;
    for (size_t g = 0; g < 2; g++) {
        const struct json *group = json_get_c(snapshot, groups[g].name);
        if (json_is(group, JSON_OBJECT)) room += group->count;
    }
    p->edges = ARENA_ARRAY(m->a, struct pkg_edge, room + 1);
    if (json_is(peers, JSON_OBJECT))
        for JSON_EACH(d, peers) {
            bool is_optional = json_bool(json_get_c(json_get(meta, d->key), "optional"), false);
            if (pkg_name_is_valid(d->key))
                p->edges[p->n_edges++] = (struct pkg_edge){.name = d->key,
                                                           .spec = json_text(d),
                                                           .group = PKG_PEER,
                                                           .is_optional_peer = is_optional,
                                                           .to = PKG_NONE};
        }
    size_t n_peers = p->n_edges;
    for (size_t g = 0; g < 2; g++) {
        const struct json *group = json_get_c(snapshot, groups[g].name);
        if (!json_is(group, JSON_OBJECT)) continue;
        for JSON_EACH(d, group) {
            pkg_id to = find(r, m, d->key, json_text(d));
            struct pkg_edge *peer = NULL;
            for (size_t i = 0; i < n_peers; i++) if (str_eq(p->edges[i].name, d->key)) peer = &p->edges[i];
            if (peer) peer->to = to;
            else if (pkg_name_is_valid(d->key))
                p->edges[p->n_edges++] = (struct pkg_edge){
                    .name = d->key, .spec = without_peers(r, json_text(d)), .group = groups[g].group, .to = to};
        }
    }
}

static bool read_packages(struct references *r, struct migrating *m, const struct json *root) {
    const struct json *packages = json_get_c(root, "packages"), *snapshots = json_get_c(root, "snapshots");
    if (json_is(packages, JSON_OBJECT))
        for JSON_EACH(entry, packages) if (!add_package(r, m, entry)) return false;
    const struct json *edges = json_is(snapshots, JSON_OBJECT) ? snapshots : packages;
    if (!json_is(edges, JSON_OBJECT)) return true;
    for JSON_EACH(entry, edges) {
        str key = key_of(r, m, entry->key);
        uintptr_t id = (uintptr_t)map_get(&r->all, key);
        const struct json *package = edges == snapshots ? json_get(packages, key) : entry;
        if (id) take_dependencies(r, m, package, entry, (pkg_id)(id - 1));
    }
    return true;
}

/* --- the project's packages --------------------------------------------------------------------------------------- */

static pkg_id target(struct references *r, struct migrating *m, str folder, str name, str version) {
    if (!str_starts(version, STR("link:"))) return find(r, m, name, version);
    str path = migrate_join(m->a, folder, str_from(version, 5));
    pkg_id id = migrate_member(m, path);
    bool is_new;
    if (id != PKG_NONE) return id;
    id = migrate_package(m, arena_print(m->a, "link:%.*s", STR_FMT(path)), &is_new);
    if (is_new) m->lock->packages[id] = (struct pkg_package){.name = name, .source = PKG_LINK, .place = path};
    return id;
}

static bool is_in(const struct pkg_package *p, str name, enum pkg_group group) {
    for (size_t i = 0; i < p->n_edges; i++)
        if (str_eq(p->edges[i].name, name) && p->edges[i].group == group) return true;
    return false;
}

/* What the lockfile says, and the peers of the manifest, which it has among the dependencies or not at all. */
static bool read_importer(struct references *r, struct migrating *m, str path, const struct json *importer, pkg_id id) {
    const struct json *specifiers = json_get_c(importer, "specifiers");
    struct pkg_edge *manifest = m->lock->packages[id].edges;
    size_t n_manifest = m->lock->packages[id].n_edges, n = 0, room = n_manifest;
    for (int g = 0; g < PKG_PEER; g++) {
        const struct json *group = json_get_c(importer, pkg_group_names[g]);
        if (json_is(group, JSON_OBJECT)) room += group->count;
    }
    struct pkg_edge *edges = ARENA_ARRAY(m->a, struct pkg_edge, room + 1);
    for (int g = 0; g < PKG_PEER; g++) {
        const struct json *group = json_get_c(importer, pkg_group_names[g]);
        if (!json_is(group, JSON_OBJECT)) continue;
        for JSON_EACH(d, group) {
            bool is_object = d->kind == JSON_OBJECT;
            str spec = json_text(is_object ? json_get_c(d, "specifier") : json_get(specifiers, d->key));
            str version = json_text(is_object ? json_get_c(d, "version") : d);
            if (!pkg_name_is_valid(d->key)) return migrate_fail(m, d->at, "migrate-name", "\"%.*s\" is no name of a "
            "package", STR_FMT(d->key));
            pkg_id to = target(r, m, path, d->key, version);
            edges[n++] = (struct pkg_edge){.name = d->key, .spec = spec, .group = (enum pkg_group)g, .to = to};
        }
    }
    struct pkg_package *p = &m->lock->packages[id];
    p->edges = edges;
    p->n_edges = n;
    for (size_t i = 0; i < n_manifest; i++) {
        struct pkg_edge *e = &manifest[i];
        if (e->group != PKG_PEER) continue;
        for (size_t k = 0; k < n; k++) if (str_eq(edges[k].name, e->name)) e->to = edges[k].to;
        bool is_declared = false;                   /* pnpm lists peers that it installed as plain dependencies */
        for (size_t k = 0; k < n_manifest; k++)
            is_declared |= manifest[k].group != PKG_PEER && str_eq(manifest[k].name, e->name);
        for (size_t k = 0; k < n && !is_declared; k++)
            if (str_eq(edges[k].name, e->name)) edges[k] = edges[--n], k--;
        p->n_edges = n;
    }
    for (size_t i = 0; i < n_manifest; i++)
        if (manifest[i].group == PKG_PEER && !is_in(p, manifest[i].name, PKG_PEER))
            p->edges[p->n_edges++] = manifest[i];
    return true;
}

static bool read_importers(struct references *r, struct migrating *m, const struct json *root) {
    const struct json *importers = json_get_c(root, "importers");
    if (!json_is(importers, JSON_OBJECT)) return read_importer(r, m, STR(""), root, 0);
    for JSON_EACH(importer, importers) {
        str path = str_is(importer->key, ".") ? STR("") : importer->key;
        pkg_id id = migrate_member(m, path);
        if (id == PKG_NONE)
            return migrate_fail(
                m, importer->at, "migrate-workspace",
                "\"%.*s\" is no workspace of this project: its package.json must be there, and \"workspaces\" "
                "must name it",
                STR_FMT(path));
        if (!read_importer(r, m, path, importer, id)) return false;
    }
    return true;
}

static double version_of(const struct json *root) {
    const struct json *v = json_get_c(root, "lockfileVersion");
    if (json_is(v, JSON_NUMBER)) return v->number;
    str text = json_text(v);
    int64_t major;
    str whole, part;
    str_split(text.len ? text : STR("-1"), '.', &whole, &part);
    return str_to_int(whole, &major) ? (double)major : -1;
}

/* Later pnpm keeps documents about itself in the same file: the project's is the last. */
static const struct json *document_of(const struct json *root) {
    if (!json_is(root, JSON_ARRAY)) return root;
    const struct json *found = NULL;
    for JSON_EACH(one, root) if (json_get_c(one, "importers")) found = one;
    return found ? found : root->last;
}

bool migrate_pnpm(struct migrating *m) {
    struct references r = {0};
    const struct json *all = yaml_parse(m->a, m->source, m->d, m->file), *root = all ? document_of(all) : NULL;
    if (!all) return false;
    if (!json_is(root, JSON_OBJECT)) return migrate_fail(m, 0, "migrate-object", "a lockfile must be a mapping");
    double version = version_of(root);
    if (version < 5 || version >= 10)
        return migrate_fail(m, 0, "migrate-version", "this version of pnpm's lockfile is not known here, only 5 to 9");
    r.is_old = version < 6;
    bool ok = read_packages(&r, m, root) && read_importers(&r, m, root);
    map_free(&r.all);
    return ok;
}
