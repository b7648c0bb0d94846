/* pkg/migrate_npm.c: package-lock.json and npm-shrinkwrap.json. From version 2 on "packages" has a place for each
 * folder of node_modules, with all that its package.json says of dependencies; version 1 has a tree of names only. Who
 * gets what follows from the places, as node finds modules. */
#include "pkg/migrate_parts.h"

#include "base/diag.h"
#include "data/semver.h"

struct place {
    str path;                       /* "node_modules/a/node_modules/b", "packages/x" */
    str name;                       /* of the folder in node_modules; empty elsewhere */
    const struct json *json;
    str spec;                       /* as the first of those who depend on it declares it */
    pkg_id id;
    bool is_link, is_first;         /* is_first: this place gave the package its edges */
};
struct places {
    LIST(struct place) all;
    struct map by_path;             /* -> index + 1 */
    bool is_old;                    /* version 1 */
};

static str folder_name(str path) {
    str mark = STR("node_modules/");
    for (ptrdiff_t at = (ptrdiff_t)path.len - (ptrdiff_t)mark.len; at >= 0; at--)
        if (str_starts(str_from(path, (size_t)at), mark) && (!at || path.at[at - 1] == '/'))
            return str_from(path, (size_t)at + mark.len);
    return STR("");
}

static void add_place(struct places *p, struct migrating *m, str path, const struct json *json) {
    bool is_new;
    void **at = map_at(&p->by_path, path, &is_new);
    if (!is_new) return;
    struct place *one = LIST_ADD(&p->all);
    *one = (struct place){.path = path, .name = folder_name(path), .json = json, .id = PKG_NONE};
    one->is_link = json_bool(json_get_c(json, "link"), false);
    *at = (void *)(uintptr_t)p->all.len;
}

static struct place *place_at(struct places *p, str path) {
    uintptr_t at = (uintptr_t)map_get(&p->by_path, path);
    return at ? &p->all.at[at - 1] : NULL;
}

/* What a package in `from` gets for `name`: the nearest node_modules that has it; through links. */
static struct place *find(struct places *p, struct migrating *m, str from, str name) {
    struct buf path = {0};
    struct place *found = NULL;
    for (str folder = from;;) {
        if (!str_ends(folder, STR("node_modules"))) {
            buf_clear(&path);
            buf_add(&path, folder);
            if (folder.len) buf_add_char(&path, '/');
            buf_lit(&path, "node_modules/");
            buf_add(&path, name);
            found = place_at(p, buf_view(&path));
        }
        if (found || !folder.len) break;
        ptrdiff_t slash = str_rfind_char(folder, '/');
        folder = slash < 0 ? STR("") : str_upto(folder, (size_t)slash);
    }
    buf_free(&path);
    return found;
}

static struct place *target_of(struct places *p, struct place *link) {
    str to = json_text(json_get_c(link->json, "resolved"));
    return place_at(p, to);
}

/* --- what a place's package depends on */

static bool is_edge_group(const struct places *p, const char *group, bool is_root) {
    return p->is_old ? strcmp(group, "requires") == 0 : is_root || strcmp(group, "devDependencies") != 0;
}

static void note_specs(struct places *p, struct migrating *m) {
    static const char *const groups[] = {"requires", "dependencies", "optionalDependencies", "peerDependencies",
                                         "devDependencies"};
    for (size_t i = 0; i < p->all.len; i++)
        for (size_t g = 0; g < sizeof groups / sizeof *groups; g++) {
            const struct json *group = json_get_c(p->all.at[i].json, groups[g]);
            if (!json_is(group, JSON_OBJECT) || !is_edge_group(p, groups[g], !p->all.at[i].name.len)) continue;
            for JSON_EACH(d, group) {
                struct place *to = find(p, m, p->all.at[i].path, d->key);
                if (to && !to->spec.len) to->spec = json_text(d);
            }
        }
    for (size_t i = 0; i < m->project->count; i++)
        for (size_t k = 0; k < m->lock->packages[i].n_edges; k++) {
            const struct pkg_edge *e = &m->lock->packages[i].edges[k];
            struct place *to = find(p, m, m->lock->packages[i].place, e->name);
            if (to) to->spec = e->spec;             /* the project's own, as it stands in package.json now */
        }
}

static void bind(struct places *p, struct migrating *m, str path, pkg_id id) {
    struct pkg_package *package = &m->lock->packages[id];
    for (size_t i = 0; i < package->n_edges; i++) {
        const struct place *to = find(p, m, path, package->edges[i].name);
        package->edges[i].to = to ? to->id : PKG_NONE;
    }
}

/* --- packages */

static pkg_id folder(struct places *p, struct migrating *m, struct place *link, struct place *to) {
    str path = to ? to->path : migrate_join(m->a, STR(""), json_text(json_get_c(link->json, "resolved")));
    pkg_id id = migrate_member(m, path);
    if (id != PKG_NONE) return id;
    struct pkg_spec spec;
    bool is_new;
    pkg_spec_parse(m->a, link->name, link->spec, &spec);
    bool is_link = spec.kind == PKG_SPEC_LINK;
    id = migrate_package(m, arena_print(m->a, "%s:%.*s", is_link ? "link" : "file", STR_FMT(path)), &is_new);
    if (!is_new) return id;
    struct pkg_package *package = &m->lock->packages[id];
    package->source = is_link ? PKG_LINK : PKG_FOLDER;
    package->place = path;
    package->name = to ? json_text(json_get_c(to->json, "name")) : STR("");
    if (!pkg_name_is_valid(package->name)) package->name = link->name;
    if (to) package->version = json_text(json_get_c(to->json, "version"));
    return id;
}

/* "npm:real@1.0.0" in a version of the old kind. */
static void take_old_version(struct place *one, str *name, str *version) {
    str text = *version;
    if (!str_starts(text, STR("npm:"))) return;
    pkg_spec_split(str_from(text, 4), name, version);
}

static bool make_package(struct places *p, struct migrating *m, struct place *one) {
    const struct json *j = one->json;
    struct pkg_package made = {.name = json_text(json_get_c(j, "name")),
                               .version = json_text(json_get_c(j, "version"))};
    str resolved = json_text(json_get_c(j, "resolved"));
    struct pkg_spec spec;
    struct semver semver;
    if (!made.name.len) made.name = one->name;
    if (p->is_old) {
        take_old_version(one, &made.name, &made.version);
        if (!semver_parse(made.version, SEMVER_LOOSE, &semver)) resolved = made.version, made.version = STR("");
    }
    if (!pkg_name_is_valid(made.name))
        return migrate_fail(m, j->at, "migrate-name", "\"%.*s\" is no name of a package", STR_FMT(made.name));
    pkg_spec_parse(m->a, one->name, one->spec, &spec);
    if (p->is_old && str_starts(resolved, STR("file:")) && spec.kind == PKG_SPEC_FILE) {
        one->is_link = true;                        /* a folder: nothing else is said of it */
        str path = migrate_join(m->a, STR(""), str_from(resolved, 5));
        one->id = migrate_member(m, path);
        if (one->id != PKG_NONE) return true;
        bool is_new;
        one->id = migrate_package(m, arena_print(m->a, "file:%.*s", STR_FMT(path)), &is_new);
        struct pkg_package *package = &m->lock->packages[one->id];
        if (is_new) *package = (struct pkg_package){.name = made.name, .source = PKG_FOLDER, .place = path};
        return true;
    }
    if (resolved.len && !migrate_take_url(m, resolved, spec.kind, &made))
        return migrate_fail(m, j->at, "migrate-resolved",
                            "\"%.*s\" says nothing that is known about where %.*s comes from", STR_FMT(resolved),
                            STR_FMT(made.name));
    if (!resolved.len) made.source = PKG_NPM;
    if (made.source == PKG_NPM && !semver_parse(made.version, SEMVER_LOOSE, &semver))
        return migrate_fail(m, j->at, "migrate-version", "%.*s has no version", STR_FMT(made.name));
    bool is_new;
    str key = made.source == PKG_NPM ? arena_print(m->a, "%.*s@%.*s", STR_FMT(made.name), STR_FMT(made.version))
                                     : arena_print(m->a, "%.*s#%.*s", STR_FMT(made.place), STR_FMT(made.commit));
    one->id = migrate_package(m, key, &is_new);
    one->is_first = is_new;
    if (!is_new) return true;
    made.integrity = migrate_integrity(m->a, json_text(json_get_c(j, "integrity")));
    migrate_take_rest(m->a, j, &made);
    migrate_take_edges(m->a, j, MIGRATE_PLAIN, &made);
    m->lock->packages[one->id] = made;
    if (p->is_old && made.source == PKG_NPM) migrate_set_partial(m, one->id);
    return true;
}

static void take_requires(struct arena *a, const struct json *requires, struct pkg_package *to) {
    to->edges = ARENA_ARRAY(a, struct pkg_edge, json_is(requires, JSON_OBJECT) ? requires->count + 1 : 1);
    to->n_edges = 0;
    if (json_is(requires, JSON_OBJECT))
        for JSON_EACH(d, requires)
            if (pkg_name_is_valid(d->key))
                to->edges[to->n_edges++] = (struct pkg_edge){.name = d->key, .spec = json_text(d), .to = PKG_NONE};
}

static bool make_all(struct places *p, struct migrating *m) {
    for (size_t i = 0; i < p->all.len; i++) {       /* what lies in node_modules, before links to it */
        struct place *one = &p->all.at[i];
        if (one->name.len && !one->is_link && !make_package(p, m, one)) return false;
    }
    for (size_t i = 0; i < p->all.len; i++) {
        struct place *one = &p->all.at[i];
        if (!one->is_link || !one->name.len || one->id != PKG_NONE) continue;
        if (!pkg_name_is_valid(one->name))
            return migrate_fail(m, one->json->at, "migrate-name", "\"%.*s\" is no name of a package",
                                STR_FMT(one->name));
        struct place *to = target_of(p, one);
        one->id = folder(p, m, one, to);
        if (!to || to->name.len || to->id != PKG_NONE) continue;
        to->id = one->id;
        to->is_first = true;
        struct pkg_package *package = &m->lock->packages[one->id];
        bool is_member = package->source == PKG_WORKSPACE || package->source == PKG_ROOT;
        if (!is_member) migrate_take_rest(m->a, to->json, package);
        if (package->source == PKG_LINK) continue;
        migrate_take_edges(m->a, to->json, MIGRATE_DEV, package);
    }
    return true;
}

static void bind_all(struct places *p, struct migrating *m) {
    for (size_t i = 0; i < p->all.len; i++) {
        const struct place *one = &p->all.at[i];
        if (!one->is_first || one->id == PKG_NONE) continue;
        if (p->is_old) take_requires(m->a, json_get_c(one->json, "requires"), &m->lock->packages[one->id]);
        bind(p, m, one->path, one->id);
    }
    struct place *root = p->is_old ? NULL : place_at(p, STR(""));
    if (root) migrate_take_edges(m->a, root->json, MIGRATE_DEV, &m->lock->packages[0]);
    for (pkg_id i = 0; i < m->project->count; i++) {
        str path = m->lock->packages[i].place;
        /* no other place is there */
        if (p->is_old && i) path = arena_join(m->a, STR("node_modules/"), m->lock->packages[i].name);
        bind(p, m, path, i);
    }
}

/* Of the old kind: { "a": { "dependencies": { "b": ... } } } */
static bool add_tree(struct places *p, struct migrating *m, str path, const struct json *tree, int depth) {
    if (!json_is(tree, JSON_OBJECT)) return true;
    if (depth > 200) return migrate_fail(m, tree->at, "migrate-depth", "dependencies are nested too deeply");
    for JSON_EACH(one, tree) {
        if (one->kind != JSON_OBJECT) continue;
        str inner = arena_print(m->a, "%.*s%snode_modules/%.*s", STR_FMT(path), path.len ? "/" : "", STR_FMT(one->key));
        add_place(p, m, inner, one);
        if (!add_tree(p, m, inner, json_get_c(one, "dependencies"), depth + 1)) return false;
    }
    return true;
}

static bool read_places(struct places *p, struct migrating *m, const struct json *root) {
    const struct json *version = json_get_c(root, "lockfileVersion"), *packages = json_get_c(root, "packages");
    if (json_is(version, JSON_NUMBER) && version->number > 4)
        return migrate_fail(m, version->at, "migrate-version",
                            "version %.*s of npm's lockfile is not known here, only 1 to 4", STR_FMT(version->text));
    p->is_old = !json_is(packages, JSON_OBJECT);
    if (p->is_old) return add_tree(p, m, STR(""), json_get_c(root, "dependencies"), 0);
    for JSON_EACH(one, packages) {
            if (one->kind != JSON_OBJECT)
                return migrate_fail(m, one->at, "migrate-package", "what is said of a package must be an object");
            add_place(p, m, one->key, one);
    }
    return true;
}

bool migrate_npm(struct migrating *m) {
    struct places p = {0};
    struct json *root = json_parse(m->a, m->source, JSON_STRICT, m->d, m->file);
    bool ok = root &&
              (root->kind == JSON_OBJECT || migrate_fail(m, 0, "migrate-object", "a lockfile must be an object"));
    ok = ok && read_places(&p, m, root);
    if (ok) note_specs(&p, m);
    ok = ok && make_all(&p, m);
    if (ok) bind_all(&p, m);
    LIST_FREE(&p.all);
    map_free(&p.by_path);
    return ok;
}
