/* pkg/migrate.c: what the readers of foreign lockfiles share. */
#include "pkg/migrate_parts.h"

#include <stdarg.h>

#include "base/buf.h"
#include "base/diag.h"
#include "pkg/yarn_settings.h"

const char *const pkg_migrate_files[] = {"npm-shrinkwrap.json", "package-lock.json", "yarn.lock", "pnpm-lock.yaml",
                                         NULL};

bool migrate_fail(struct migrating *m, size_t at, const char *id, const char *format, ...) {
    va_list list;
    va_start(list, format);
    str text = arena_vprint(m->a, format, list);
    va_end(list);
    if (m->d) diag_add(m->d, DIAG_ERROR, id, m->file, m->source, at, 1, "%.*s", STR_FMT(text));
    m->is_wrong = true;
    return false;
}

void migrate_warn(struct migrating *m, const char *format, ...) {
    struct pkg_texts *w = &m->out->warnings;
    va_list list;
    va_start(list, format);
    str text = arena_vprint(m->a, format, list);
    va_end(list);
    w->at = arena_grow(m->a, w->at, w->count * sizeof *w->at, (w->count + 1) * sizeof *w->at);
    w->at[w->count++] = text;
}

/* --- packages */

static struct pkg_package *add(struct migrating *m, pkg_id *id) {
    struct pkg_package *p = pkg_lock_add(m->lock, id);
    if (m->lock->cap_packages > m->cap_partial) {
        m->out->is_partial = arena_grow(m->a, m->out->is_partial, m->cap_partial, m->lock->cap_packages);
        memset(m->out->is_partial + m->cap_partial, 0, m->lock->cap_packages - m->cap_partial);
        m->cap_partial = m->lock->cap_packages;
    }
    return p;
}

static void add_members(struct migrating *m) {
    for (size_t i = 0; i < m->project->count; i++) {
        const struct pkg_member *member = &m->project->members[i];
        pkg_id id;
        struct pkg_package *p = add(m, &id);
        p->source = i ? PKG_WORKSPACE : PKG_ROOT;
        p->name = member->manifest.name;
        p->version = member->manifest.version;
        p->place = member->path;
        pkg_package_take(m->a, member->manifest.json, p);
        p->os = p->cpu = p->libc = (struct pkg_texts){0};
        p->has_install_script = false;
        p->edges = ARENA_ARRAY(m->a, struct pkg_edge, member->manifest.n_dependencies + 1);
        for (size_t k = 0; k < member->manifest.n_dependencies; k++) {
            const struct pkg_dependency *d = &member->manifest.dependencies[k];
            p->edges[p->n_edges++] = (struct pkg_edge){
                .name = d->name,
                .spec = d->spec,
                .group = d->group,
                .is_optional_peer = d->is_optional_peer,
                .to = PKG_NONE,
            };
        }
    }
}

pkg_id migrate_member(const struct migrating *m, str path) {
    for (size_t i = 0; i < m->project->count; i++)
        if (str_eq(m->project->members[i].path, path)) return (pkg_id)i;
    return PKG_NONE;
}

pkg_id migrate_package(struct migrating *m, str resolution, bool *is_new) {
    void **at = map_at(&m->by_resolution, resolution, is_new);
    pkg_id id;
    if (!*is_new) return (pkg_id)((uintptr_t)*at - 1);
    add(m, &id);
    *at = (void *)(uintptr_t)(id + 1);
    return id;
}

void migrate_set_partial(struct migrating *m, pkg_id id) { m->out->is_partial[id] = true; }

/* --- dependencies */

static struct pkg_edge *find_edge(const struct pkg_package *p, str name) {
    for (size_t i = 0; i < p->n_edges; i++)
        if (str_eq(p->edges[i].name, name)) return &p->edges[i];
    return NULL;
}

static bool has_text(const struct pkg_texts *list, str text) {
    for (size_t i = 0; i < list->count; i++)
        if (str_eq(list->at[i], text)) return true;
    return false;
}

void migrate_take_edges(struct arena *a, const struct json *manifest, enum migrate_edges which,
                        struct pkg_package *to) {
    static const enum pkg_group groups[] = {PKG_DEPENDENCIES, PKG_OPTIONAL, PKG_PEER, PKG_DEV};
    const struct json *meta = json_get_c(manifest, "peerDependenciesMeta"),
                      *bundled = json_get_c(manifest, "bundleDependencies");
    if (!bundled) bundled = json_get_c(manifest, "bundledDependencies");
    struct pkg_texts bundle = pkg_texts_read(a, bundled);
    size_t room = json_is(meta, JSON_OBJECT) ? meta->count : 0;
    for (int g = 0; g < PKG_GROUPS; g++) {
        const struct json *group = json_get_c(manifest, pkg_group_names[g]);
        if (json_is(group, JSON_OBJECT)) room += group->count;
    }
    to->edges = ARENA_ARRAY(a, struct pkg_edge, room + 1);
    to->n_edges = 0;
    for (int g = 0; g < (which & MIGRATE_DEV ? 4 : 3); g++) {
        const struct json *group = json_get_c(manifest, pkg_group_names[groups[g]]);
        if (!json_is(group, JSON_OBJECT)) continue;
        for JSON_EACH(d, group) {
            if (d->kind != JSON_STRING || !pkg_name_is_valid(d->key)) continue;
            struct pkg_edge e = {.name = d->key, .spec = d->text, .group = groups[g], .to = PKG_NONE};
            e.is_optional_peer = e.group == PKG_PEER &&
                                 json_bool(json_get_c(json_get(meta, d->key), "optional"), false);
            e.is_bundled = json_is(bundled, JSON_TRUE) || has_text(&bundle, d->key);
            struct pkg_edge *same = e.group == PKG_OPTIONAL || e.group == PKG_PEER ? find_edge(to, d->key) : NULL;
            if (!same) to->edges[to->n_edges++] = e;
            else if (e.group == PKG_OPTIONAL) *same = e;
        }
    }
    if (!(which & MIGRATE_META) || !json_is(meta, JSON_OBJECT)) return;
    for JSON_EACH(d, meta)                          /* named there only: any version, should there be one */
        if (json_bool(json_get_c(d, "optional"), false) && pkg_name_is_valid(d->key) && !find_edge(to, d->key))
            to->edges[to->n_edges++] = (struct pkg_edge){
                .name = d->key, .spec = STR("*"), .group = PKG_PEER, .is_optional_peer = true, .to = PKG_NONE};
}

void migrate_take_rest(struct arena *a, const struct json *manifest, struct pkg_package *to) {
    pkg_package_take(a, manifest, to);
    if (to->n_bins == 1 && str_eq(to->bins[0].name, to->name)) to->bins[0].name = STR("");
}

void pkg_migration_fill(struct pkg_migration *m, pkg_id id, const struct json *manifest) {
    struct pkg_package *p = &m->lock.packages[id], old = *p;
    struct arena *a = m->lock.arena;
    migrate_take_edges(a, manifest, MIGRATE_META, p);
    p->edges = arena_grow(a, p->edges, (p->n_edges + 1) * sizeof *p->edges,
                          (p->n_edges + old.n_edges + 1) * sizeof *p->edges);
    for (size_t i = 0; i < old.n_edges; i++)        /* peers that the other program knew better */
        if (old.edges[i].group == PKG_PEER && !find_edge(p, old.edges[i].name)) p->edges[p->n_edges++] = old.edges[i];
    for (size_t i = 0; i < p->n_edges; i++) {
        const struct pkg_edge *before = find_edge(&old, p->edges[i].name);
        if (before) p->edges[i].to = before->to;
        /* The file does not say who has a peer: it is looked for as if it were asked for now. */
        else p->edges[i].is_new = p->edges[i].group == PKG_PEER && !p->edges[i].is_optional_peer;
    }
    p->bins = NULL;
    p->n_bins = 0;
    p->bin_dir = STR("");
    pkg_package_take(a, manifest, p);
    static const char *const scripts[] = {"preinstall", "install", "postinstall"};
    for (size_t i = 0; i < sizeof scripts / sizeof *scripts; i++)
        if (json_text(json_get_c(json_get_c(manifest, "scripts"), scripts[i])).len) p->has_install_script = true;
    if (old.has_install_script) p->has_install_script = true;
    const struct json *dist = json_get_c(manifest, "dist");
    if (!p->integrity.len) p->integrity = migrate_integrity(a, json_text(json_get_c(dist, "integrity")));
    if (!p->integrity.len) p->integrity = json_text(json_get_c(dist, "shasum"));
    str tarball = json_text(json_get_c(dist, "tarball"));
    if (!p->place.len && !pkg_url_is_usual(tarball)) p->place = tarball;
    m->is_partial[id] = false;
}

/* --- texts */

str migrate_integrity(struct arena *a, str text) {
    static const char *const strong[] = {"sha512-", "sha384-", "sha256-", "sha1-"};
    if (!text.len) return STR("");
    for (size_t i = 0; i < sizeof strong / sizeof *strong; i++)
        for (str rest = text, one; str_next(&rest, ' ', &one);)
            if (str_starts(one, str_c(strong[i]))) return one;
    return STR("");
}

str migrate_join(struct arena *a, str base, str path) {
    struct buf out = {0};
    str whole = arena_print(a, "%.*s/%.*s", STR_FMT(base), STR_FMT(path));
    if (path.len && path.at[0] == '/') whole = path, buf_add_char(&out, '/');
    for (str rest = whole, part; str_next(&rest, '/', &part);) {
        if (!part.len || str_is(part, ".")) continue;
        str so_far = buf_view(&out);
        ptrdiff_t slash = str_rfind_char(so_far, '/');
        str last = out.len ? str_from(so_far, (size_t)(slash + 1)) : STR("");
        if (str_is(part, "..") && last.len && !str_is(last, "..")) {
            out.len = slash > 0 ? (size_t)slash : 0;
            continue;
        }
        if (out.len && out.at[out.len - 1] != '/') buf_add_char(&out, '/');
        buf_add(&out, part);
    }
    str joined = arena_str(a, buf_view(&out));
    buf_free(&out);
    return joined;
}

static bool split_commit(str url, str *place, str *commit) {
    ptrdiff_t at = str_rfind_char(url, '#');
    if (at < 0) return false;
    *place = str_upto(url, (size_t)at);
    *commit = str_from(url, (size_t)at + 1);
    return commit->len != 0;
}

/* ".../name/-/name-1.0.0.tgz" */
static bool is_of_registry(str url, const struct pkg_package *p) {
    ptrdiff_t at = str_find(url, STR("/-/"));
    str name = p->name;
    ptrdiff_t slash = str_rfind_char(name, '/');
    if (slash >= 0) name = str_from(name, (size_t)slash + 1);
    return at >= 0 && str_starts(str_from(url, (size_t)at + 3), name);
}

static bool take_github(struct migrating *m, str place, struct pkg_package *to) {
    static const char *const before[] = {
        "git+ssh://git@github.com/", "git+https://github.com/", "git://github.com/",        "https://github.com/",
        "git@github.com:",           "ssh://git@github.com/",   "git+ssh://git@github.com:"};
    for (size_t i = 0; i < sizeof before / sizeof *before; i++) {
        if (!str_starts(place, str_c(before[i]))) continue;
        to->source = PKG_GITHUB;
        to->place = str_from(place, strlen(before[i]));
        if (str_ends(to->place, STR(".git"))) to->place.len -= 4;
        return true;
    }
    return false;
}

bool migrate_take_url(struct migrating *m, str url, enum pkg_spec_kind declared, struct pkg_package *to) {
    str place, commit, rest;
    bool is_web = str_starts(url, STR("https://")) || str_starts(url, STR("http://"));
    if (is_web && str_starts(url, STR("https://codeload.github.com/"))) {          /* .../user/repo/tar.gz/commit */
        ptrdiff_t at = str_find(url, STR("/tar.gz/"));
        if (at >= 28) {
            to->source = PKG_GITHUB;
            to->place = str_cut(url, 28, (size_t)at);
            to->commit = to->tag = str_from(url, (size_t)at + 8);
            return to->commit.len != 0;
        }
    }
    bool is_git_spec = declared == PKG_SPEC_GIT || declared == PKG_SPEC_GITHUB;
    bool is_git = split_commit(url, &place, &commit) && (str_ends(place, STR(".git")) || is_git_spec);
    if (is_web && !is_git) {
        if (str_split(url, '#', &rest, &commit)) url = rest;                        /* yarn: the checksum */
        bool is_tarball = declared == PKG_SPEC_TARBALL_URL || !is_of_registry(url, to);
        to->source = is_tarball && declared != PKG_SPEC_RANGE && declared != PKG_SPEC_TAG ? PKG_TARBALL_URL : PKG_NPM;
        to->place = to->source == PKG_NPM && pkg_url_is_public(url) ? STR("") : url;
        return true;
    }
    if (str_starts(url, STR("file:"))) {
        to->source = PKG_TARBALL_FILE;
        to->place = migrate_join(m->a, STR(""), str_from(url, 5));
        return true;
    }
    if (!split_commit(url, &place, &commit)) return false;
    to->commit = to->tag = commit;
    if (declared != PKG_SPEC_GIT && take_github(m, place, to)) return true;
    to->source = PKG_GIT;
    to->place = str_starts(place, STR("git+")) ? place : arena_join(m->a, STR("git+"), place);
    return true;
}

/* --- the whole */

bool pkg_migrate_read(struct arena *a, const struct pkg_project *project, str file, str text, struct diag *d,
                      struct pkg_migration *out) {
    struct migrating m = {
        .a = a, .project = project, .d = d, .source = text, .file = file, .out = out, .lock = &out->lock};
    *out = (struct pkg_migration){0};
    pkg_lock_init(&out->lock, a);
    out->lock.config_version = str_is(file, "pnpm-lock.yaml");
    const struct pkg_manifest *root = &project->members[0].manifest;
    out->lock.overrides = root->overrides;
    out->lock.n_overrides = root->n_overrides;
    out->lock.trusted = root->trusted;
    add_members(&m);
    bool ok = str_ends(file, STR(".json")) ? migrate_npm(&m) : str_is(file, "pnpm-lock.yaml") ? migrate_pnpm(&m)
            : pkg_yarn_is_berry(text) ? migrate_berry(&m) : migrate_yarn(&m);
    map_free(&m.by_resolution);
    return ok && !m.is_wrong;
}
