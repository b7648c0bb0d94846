#include "base/buf.h"
#include "base/diag.h"
#include "base/list.h"
#include "base/map.h"
#include "data/json.h"
#include "data/semver.h"
#include "pkg/lock.h"
#include "pkg/spec.h"

struct row { const struct json *json; pkg_id id; bool is_bundled; };       /* an entry of "packages" */

struct reading {
    struct arena *a;
    struct diag *d;
    str source, file;
    struct pkg_lock *out;
    bool failed;
    LIST(struct row) rows;
    struct map by_key;              /* key of packages -> index into rows + 1 */
    struct map by_resolution;       /* "name@1.0.0" -> id + 1 */
    struct buf key;
};

__attribute__((format(printf, 4, 5))) static void wrong(struct reading *r, const struct json *at, const char *id,
                                                        const char *format, ...) {
    r->failed = true;
    if (!r->d) return;
    va_list list;
    va_start(list, format);
    str text = arena_vprint(r->a, format, list);
    va_end(list);
    size_t from = at ? at->at : 0, span = at && at->end > at->at ? at->end - at->at : 1;
    const char *end = memchr(r->source.at + from, '\n', r->source.len - from < span ? r->source.len - from : span);
    if (end) span = (size_t)(end - r->source.at) - from;
    diag_add(r->d, DIAG_ERROR, id, r->file, r->source, from, span ? span : 1, "%.*s", STR_FMT(text));
}

/* NULL when it is absent, or no object (then that was said). */
static const struct json *object(struct reading *r, const struct json *of, const char *key) {
    const struct json *j = json_get_c(of, key);
    if (!j || j->kind == JSON_OBJECT) return j;
    wrong(r, j, "lock-object", "\"%s\" must be an object", key);
    return NULL;
}

static bool text(struct reading *r, const struct json *j, const char *what, str *out) {
    *out = json_text(j);
    if (json_is(j, JSON_STRING)) return true;
    wrong(r, j, "lock-text", "%s must be a text", what);
    return false;
}

static struct pkg_texts names(struct reading *r, const struct json *of, const char *key) {
    const struct json *j = json_get_c(of, key);
    if (j && j->kind != JSON_ARRAY) wrong(r, j, "lock-array", "\"%s\" must be an array of texts", key);
    if (json_is(j, JSON_ARRAY)) for JSON_EACH(e, j)
        if (e->kind != JSON_STRING) wrong(r, e, "lock-array", "\"%s\" must be an array of texts", key);
    return pkg_texts_read(r->a, j);
}

static bool has(const struct pkg_texts *list, str name) {
    for (size_t i = 0; i < list->count; i++)
        if (str_eq(list->at[i], name)) return true;
    return false;
}

/* --- what a package says of itself */

static void read_edges(struct reading *r, const struct json *info, struct pkg_package *p) {
    struct pkg_texts optional_peers = names(r, info, "optionalPeers"), unresolved = names(r, info, "unresolved");
    size_t n = 0;
    for (int g = 0; g < PKG_GROUPS; g++) {
        const struct json *group = json_get_c(info, pkg_group_names[g]);
        if (json_is(group, JSON_OBJECT)) n += group->count;
    }
    p->edges = ARENA_ARRAY(r->a, struct pkg_edge, n + 1);
    for (int g = 0; g < PKG_GROUPS; g++) {
        const struct json *group = object(r, info, pkg_group_names[g]);
        if (!group) continue;
        for JSON_EACH(m, group) {
            struct pkg_edge e = {.name = m->key, .group = (enum pkg_group)g, .to = PKG_NONE};
            if (!text(r, m, "what is asked of a dependency", &e.spec)) continue;
            if (!pkg_name_is_valid(m->key)) {
                wrong(r, m, "lock-name", "\"%.*s\" is no name of a package", STR_FMT(m->key));
                continue;
            }
            e.is_optional_peer = g == PKG_PEER && has(&optional_peers, m->key);
            e.is_unresolved = g == PKG_OPTIONAL && has(&unresolved, m->key);
            p->edges[p->n_edges++] = e;
        }
    }
}

static void read_bins(struct reading *r, const struct json *info, struct pkg_package *p) {
    const struct json *bin = json_get_c(info, "bin");
    if (json_is(bin, JSON_STRING)) {
        p->bins = ARENA_NEW(r->a, struct pkg_bin);
        p->bins[p->n_bins++].path = bin->text;
    } else if (json_is(bin, JSON_OBJECT)) {
        p->bins = ARENA_ARRAY(r->a, struct pkg_bin, bin->count + 1);
        for JSON_EACH(m, bin) {
            struct pkg_bin b = {.name = m->key};
            if (text(r, m, "the path of a bin", &b.path)) p->bins[p->n_bins++] = b;
        }
    } else if (bin) {
        wrong(r, bin, "lock-bin", "\"bin\" must be a text or an object");
    }
    p->bin_dir = json_text(json_get_c(info, "binDir"));
}

static void read_info(struct reading *r, const struct json *info, struct pkg_package *p) {
    read_edges(r, info, p);
    read_bins(r, info, p);
    p->os = pkg_texts_read(r->a, json_get_c(info, "os"));
    p->cpu = pkg_texts_read(r->a, json_get_c(info, "cpu"));
    p->libc = pkg_texts_read(r->a, json_get_c(info, "libc"));
    p->has_install_script = json_bool(json_get_c(info, "hasInstallScript"), false);
}

/* --- workspaces */

static void read_workspaces(struct reading *r, const struct json *all) {
    pkg_id id;
    pkg_lock_add(r->out, &id)->source = PKG_ROOT;
    bool has_root = false;
    for JSON_EACH(m, all) {
        if (m->kind != JSON_OBJECT) { wrong(r, m, "lock-workspace", "a workspace must be an object"); continue; }
        if (m->key.len) pkg_lock_add(r->out, &id);
        else if (has_root) { wrong(r, m, "lock-workspace", "the root is there twice"); continue; }
        else id = 0, has_root = true;
        struct pkg_package *p = &r->out->packages[id];
        p->name = json_text(json_get_c(m, "name"));
        p->version = json_text(json_get_c(m, "version"));
        read_edges(r, m, p);
        read_bins(r, m, p);
        if (!id) continue;
        p->source = PKG_WORKSPACE;
        p->place = m->key;
        if (!pkg_name_is_valid(p->name))
            wrong(r, m, "lock-workspace", "workspace \"%.*s\" needs a name", STR_FMT(m->key));
        bool is_new;
        void **at = map_at(&r->by_resolution,
                           arena_print(r->a, "%.*s@workspace:%.*s", STR_FMT(p->name), STR_FMT(p->place)), &is_new);
        *at = (void *)(uintptr_t)(id + 1);
    }
    if (!has_root) wrong(r, all, "lock-workspace", "\"workspaces\" must have the root as \"\"");
}

/* --- packages */

static bool is_tarball(str s) {
    return str_ends(s, STR(".tgz")) || str_ends(s, STR(".tar.gz")) || str_ends(s, STR(".tar"));
}
static bool after(str *s, str prefix) {
    bool is = str_starts(*s, prefix);
    if (is) *s = str_from(*s, prefix.len);
    return is;
}

/* "workspace:packages/a", "github:user/repo#abc", "1.2.3", ... */
static bool read_resolution(struct reading *r, str s, struct pkg_package *p) {
    p->place = s;
    struct semver v;
    if (after(&p->place, STR("workspace:"))) p->source = PKG_WORKSPACE;
    else if (after(&p->place, STR("root:"))) p->source = PKG_ROOT;
    else if (after(&p->place, STR("file:"))) p->source = PKG_FOLDER;
    else if (after(&p->place, STR("link:"))) p->source = PKG_LINK;
    else if (after(&p->place, STR("github:"))) p->source = PKG_GITHUB;
    else if (str_starts(s, STR("git+"))) p->source = PKG_GIT;
    else if (str_starts(s, STR("https://")) || str_starts(s, STR("http://"))) p->source = PKG_TARBALL_URL;
    else if (semver_parse(s, SEMVER_LOOSE, &v)) p->source = PKG_NPM, p->version = s, p->place = STR("");
    else if (is_tarball(s) || str_starts(s, STR("./")) || str_starts(s, STR("../")) || str_starts(s, STR("/")))
        p->source = PKG_TARBALL_FILE;
    else return false;
    if (p->source == PKG_GIT || p->source == PKG_GITHUB) {
        ptrdiff_t at = str_rfind_char(p->place, '#');
        if (at >= 0) p->commit = str_from(p->place, (size_t)at + 1), p->place = str_upto(p->place, (size_t)at);
    }
    return true;
}

/* Bun's name for the folder of a commit: it becomes the name of a folder here as well. */
static bool is_plain(str s) {
    if (!s.len || s.at[0] == '.') return false;
    for (size_t i = 0; i < s.len; i++)
        if ((unsigned char)s.at[i] <= ' ' || strchr("/\\:", s.at[i])) return false;
    return true;
}

static const struct json *nth(const struct json *array, int n) {
    const struct json *e = array->first;
    while (e && n--) e = e->next;
    return e;
}

static void split_name(str whole, str *name, str *rest) {
    ptrdiff_t at = whole.len > 1 ? str_find_char(str_from(whole, 1), '@') : -1;
    *name = at < 0 ? whole : str_upto(whole, (size_t)at + 1);
    *rest = at < 0 ? STR("") : str_from(whole, (size_t)at + 2);
}

static bool read_package(struct reading *r, const struct json *m, struct pkg_package *p) {
    str whole, what;
    if (!text(r, m->first, "what a package is resolved to", &whole)) return false;
    if (str_starts(whole, STR("@root:"))) p->name = STR(""), what = str_from(whole, 1);
    else split_name(whole, &p->name, &what);
    if ((p->name.len || !str_starts(what, STR("root:"))) && !pkg_name_is_valid(p->name)) {
        wrong(r, m->first, "lock-name", "\"%.*s\" is no name of a package", STR_FMT(p->name));
        return false;
    }
    if (!what.len || !read_resolution(r, what, p)) {
        wrong(r, m->first, "lock-resolution",
              "\"%.*s\" says nothing that is known: a version, a URL or a path is expected behind the name",
              STR_FMT(whole));
        return false;
    }
    int next = 1;
    const struct json *e;
    if (p->source == PKG_NPM && !text(r, nth(m, next++), "the registry of a package", &p->place)) return false;
    if (p->source == PKG_WORKSPACE) return true;
    e = nth(m, next++);
    if (!json_is(e, JSON_OBJECT)) {
        wrong(r, e ? e : m, "lock-info", "what \"%.*s\" depends on must be an object", STR_FMT(whole));
        return false;
    }
    if (p->source == PKG_ROOT) return true;
    read_info(r, e, p);
    if (p->source == PKG_GIT || p->source == PKG_GITHUB) {
        if (!text(r, nth(m, next++), "the tag of a commit", &p->tag)) return false;
        if (!is_plain(p->tag)) {
            wrong(r, nth(m, next - 1), "lock-tag", "\"%.*s\" cannot be the name of a folder", STR_FMT(p->tag));
            return false;
        }
    }
    e = nth(m, next);
    if (p->source == PKG_NPM && !text(r, e, "the checksum of a package", &p->integrity)) return false;
    if (e && e->kind == JSON_STRING) p->integrity = e->text;
    return true;
}

static void read_row(struct reading *r, const struct json *m) {
    if (m->kind != JSON_ARRAY || !m->first) { wrong(r, m, "lock-package", "a package must be an array"); return; }
    struct pkg_package p = {0};
    size_t at_edges = r->out->n_packages;
    if (!read_package(r, m, &p)) return;
    bool is_new;
    pkg_id id = 0;
    str resolution = p.source == PKG_ROOT ? STR("@root:") : m->first->text;
    /* Two workspaces may each have a "./x.tgz" of their own. */
    if (p.source == PKG_TARBALL_FILE)
        resolution = arena_print(r->a, "%.*s %.*s", STR_FMT(resolution), STR_FMT(p.integrity));
    void **at = map_at(&r->by_resolution, resolution, &is_new);
    if (p.source == PKG_ROOT) {
        *at = (void *)1;
    } else if (is_new && p.source == PKG_WORKSPACE) {
        *at = (void *)1;
        wrong(r, m->first, "lock-workspace", "\"%.*s\" is no workspace of this file", STR_FMT(p.place));
    } else if (is_new) {
        *pkg_lock_add(r->out, &id) = p;
        *at = (void *)(uintptr_t)(at_edges + 1);
    }
    id = (pkg_id)((uintptr_t)*at - 1);
    at = map_at(&r->by_key, m->key, &is_new);
    if (!is_new) { wrong(r, m, "lock-key", "\"%.*s\" is there twice", STR_FMT(m->key)); return; }
    *LIST_ADD(&r->rows) = (struct row){
        m, id, json_bool(json_get_c(p.source == PKG_NPM ? nth(m, 2) : nth(m, 1), "bundled"), false)};
    *at = (void *)(uintptr_t)r->rows.len;
}

/* --- who gets what: the nearest of a name on the way up from a key to the root */

static const struct row *find_row(struct reading *r, str key, str name) {
    buf_clear(&r->key);
    buf_add(&r->key, key);
    if (key.len) buf_add_char(&r->key, '/');
    buf_add(&r->key, name);
    uintptr_t at = (uintptr_t)map_get(&r->by_key, buf_view(&r->key));
    return at ? &r->rows.at[at - 1] : NULL;
}

/* "a/@s/b" -> "a"; "@s/b" -> "" */
static str up(str key) {
    ptrdiff_t slash = str_rfind_char(key, '/');
    if (slash < 0) return STR("");
    str left = str_upto(key, (size_t)slash);
    ptrdiff_t before = str_rfind_char(left, '/');
    str last = str_from(left, (size_t)(before + 1));
    if (!last.len || last.at[0] != '@') return left;
    return before < 0 ? STR("") : str_upto(left, (size_t)before);
}

static const struct row *nearest(struct reading *r, str key, str name) {
    for (;; key = up(key)) {
        const struct row *row = find_row(r, key, name);
        if (row || !key.len) return row;
    }
}

static bool is_overridden(const struct reading *r, str name) {
    for (size_t i = 0; i < r->out->n_overrides; i++)
        if (str_eq(r->out->overrides[i].name, name)) return true;
    return false;
}

/* A peer that says a range has the newest that does, wherever it lies; PKG_NONE: what lies nearest is meant. */
static pkg_id fitting_peer(struct reading *r, const struct pkg_edge *e) {
    pkg_id best = PKG_NONE;
    struct semver v, of_best;
    struct pkg_spec spec;
    if (e->group != PKG_PEER || e->is_optional_peer || is_overridden(r, e->name)) return PKG_NONE;
    struct arena mark = *r->a;
    pkg_spec_parse(r->a, e->name, e->spec, &spec);
    bool is_range = spec.kind == PKG_SPEC_RANGE && !spec.is_alias && !str_is(spec.text, "*");
    for (pkg_id i = 1; is_range && i < r->out->n_packages; i++) {
        const struct pkg_package *p = &r->out->packages[i];
        if (p->source != PKG_NPM || !str_eq(p->name, e->name) || !semver_parse(p->version, SEMVER_LOOSE, &v)) continue;
        if (!semver_range_has(spec.range, &v, SEMVER_LOOSE)) continue;
        if (best == PKG_NONE || semver_cmp(&v, &of_best) > 0) best = i, of_best = v;
    }
    arena_back(r->a, mark);
    return best;
}

static void bind(struct reading *r, pkg_id id, str key, const struct json *at) {
    struct pkg_package *p = &r->out->packages[id];
    for (size_t i = 0; i < p->n_edges; i++) {
        struct pkg_edge *e = &p->edges[i];
        if (e->to != PKG_NONE || e->is_unresolved) continue;
        const struct row *own = find_row(r, key, e->name), *row = own ? own : nearest(r, up(key), e->name);
        if (own && own->is_bundled) e->is_bundled = true;
        e->to = p->source == PKG_NPM ? fitting_peer(r, e) : PKG_NONE;
        if (e->to != PKG_NONE) continue;
        if (row) e->to = row->id;
        else if (e->group != PKG_OPTIONAL && e->group != PKG_PEER)
            wrong(r, at, "lock-missing", "\"%.*s\", which \"%.*s\" depends on, is no package of this file",
                  STR_FMT(e->name), STR_FMT(key.len ? key : STR("the root")));
    }
}

static void bind_all(struct reading *r, const struct json *workspaces) {
    bind(r, 0, STR(""), workspaces);
    for (size_t i = 1; i < r->out->n_packages; i++) {
        str name = r->out->packages[i].name;
        if (r->out->packages[i].source == PKG_WORKSPACE) bind(r, (pkg_id)i, name, workspaces);
    }
    for (size_t i = 0; i < r->rows.len; i++)
        if (r->out->packages[r->rows.at[i].id].source != PKG_WORKSPACE && r->rows.at[i].id)
            bind(r, r->rows.at[i].id, r->rows.at[i].json->key, r->rows.at[i].json);
}

/* --- the rest */

static void read_overrides(struct reading *r, const struct json *all) {
    LIST(struct pkg_override) list = {0};
    if (all) for JSON_EACH(m, all) {
        struct pkg_override o = {0};
        split_name(m->key, &o.name, &o.range);
        if (m->kind == JSON_STRING) {
            *LIST_ADD(&list) = (struct pkg_override){.name = m->key, .spec = m->text};
        } else if (m->kind == JSON_OBJECT) {
            for JSON_EACH(n, m) {
                struct pkg_override in = {.parent = o.name, .parent_range = o.range};
                if (str_is(n->key, ".")) in = o;
                else split_name(n->key, &in.name, &in.range);
                if (text(r, n, "an override", &in.spec)) *LIST_ADD(&list) = in;
            }
        } else wrong(r, m, "lock-override", "an override must be a text or an object");
    }
    r->out->overrides = arena_alloc(r->a, (list.len + 1) * sizeof *list.at);
    if (list.len) memcpy(r->out->overrides, list.at, list.len * sizeof *list.at);
    r->out->n_overrides = list.len;
    LIST_FREE(&list);
}

static void read_catalog(struct reading *r, str name, const struct json *j) {
    struct pkg_catalog *c = &r->out->catalogs[r->out->n_catalogs++];
    *c = (struct pkg_catalog){.name = name, .entries = ARENA_ARRAY(r->a, struct pkg_dependency, j->count + 1)};
    for JSON_EACH(m, j) {
        struct pkg_dependency *d = &c->entries[c->count];
        d->name = m->key;
        if (text(r, m, "an entry of a catalog", &d->spec)) c->count++;
    }
}

static void read_catalogs(struct reading *r, const struct json *root) {
    const struct json *one = object(r, root, "catalog"), *more = object(r, root, "catalogs");
    r->out->catalogs = ARENA_ARRAY(r->a, struct pkg_catalog, (more ? more->count : 0) + 2);
    if (one) read_catalog(r, STR(""), one);
    if (more) for JSON_EACH(m, more) {
        if (m->kind == JSON_OBJECT) read_catalog(r, m->key, m);
        else wrong(r, m, "lock-catalog", "a catalog must be an object");
    }
}

static void read_patches(struct reading *r, const struct json *all) {
    if (!all) return;
    r->out->patches = ARENA_ARRAY(r->a, struct pkg_patch, all->count + 1);
    for JSON_EACH(m, all) {
        struct pkg_patch p = {.package = m->key};
        if (text(r, m, "the path of a patch", &p.file)) r->out->patches[r->out->n_patches++] = p;
    }
}

static void read_extensions(struct reading *r, const struct json *all) {
    if (!all) return;
    r->out->extensions = ARENA_ARRAY(r->a, struct pkg_extension, all->count + 1);
    for JSON_EACH(m, all) {
        struct pkg_extension *x = &r->out->extensions[r->out->n_extensions++];
        x->package = m->key;
        struct pkg_texts groups[3] = {names(r, m, "dependencies"), names(r, m, "peerDependencies"),
                                      names(r, m, "optionalPeers")};
        x->dependencies = ARENA_ARRAY(r->a, struct pkg_dependency,
                                      groups[0].count + groups[1].count + groups[2].count + 1);
        for (int g = 0; g < 3; g++)
            for (size_t i = 0; i < groups[g].count; i++)
                x->dependencies[x->count++] = (struct pkg_dependency){
                    .name = groups[g].at[i], .group = g ? PKG_PEER : PKG_DEPENDENCIES, .is_optional_peer = g == 2};
    }
}

static bool read_version(struct reading *r, const struct json *root) {
    const struct json *v = json_get_c(root, "lockfileVersion"), *c = json_get_c(root, "configVersion");
    if (!json_is(v, JSON_NUMBER) || v->number < 0 || v->number != (double)(int)v->number) {
        wrong(r, v ? v : root, "lock-version", "\"lockfileVersion\" must be a number");
        return false;
    }
    if (v->number > 3) {
        wrong(r, v, "lock-version",
              "version %.*s of the lockfile is not known here, only 0 to 3: a newer program wrote it",
              STR_FMT(v->text));
        return false;
    }
    r->out->version = (int)v->number;
    r->out->config_version = json_is(c, JSON_NUMBER) ? c->number >= 1 : 0;
    if (c && c->kind != JSON_NUMBER) wrong(r, c, "lock-version", "\"configVersion\" must be a number");
    return true;
}

bool pkg_lock_read(struct arena *a, str source, str file, struct diag *d, struct pkg_lock *out) {
    struct reading r = {.a = a, .d = d, .source = source, .file = file, .out = out};
    pkg_lock_init(out, a);
    struct json *root = json_parse(a, source, JSONC, d, file);
    if (!root) return false;
    if (root->kind != JSON_OBJECT) { wrong(&r, root, "lock-object", "a lockfile must be an object"); return false; }
    if (!read_version(&r, root)) return false;
    const struct json *workspaces = object(&r, root, "workspaces"), *packages = object(&r, root, "packages");
    if (!workspaces && !r.failed) wrong(&r, root, "lock-workspace", "\"workspaces\" is missing");
    out->trusted = names(&r, root, "trustedDependencies");
    read_patches(&r, object(&r, root, "patchedDependencies"));
    read_overrides(&r, object(&r, root, "overrides"));
    read_catalogs(&r, root);
    read_extensions(&r, object(&r, root, "packageExtensions"));
    if (workspaces) read_workspaces(&r, workspaces);
    if (packages && !r.failed) for JSON_EACH(m, packages) read_row(&r, m);
    if (!r.failed) bind_all(&r, workspaces);
    LIST_FREE(&r.rows);
    map_free(&r.by_key);
    map_free(&r.by_resolution);
    buf_free(&r.key);
    return !r.failed;
}
