/* pkg/migrate_yarn.c: yarn.lock of both kinds. Version 1 is a format of its own, later ones are YAML; in both an entry
 * says which "name@range" patterns it answers, so who gets what is looked up by what is declared. */
#include "pkg/migrate_parts.h"

#include "base/diag.h"
#include "data/semver.h"
#include "data/url.h"
#include "data/yaml.h"
#include "pkg/yarn_settings.h"

struct patterns {
    struct map all;                 /* "name@range" -> id + 1 */
    struct map by_name;             /* name -> id + 1 when it is the only one, SEVERAL when not */
    struct map members;             /* name of a workspace -> id + 1 */
    bool is_berry;
};
#define SEVERAL ((void *)UINTPTR_MAX)

static void add_pattern(struct patterns *p, struct migrating *m, str pattern, pkg_id id) {
    str name, range;
    bool is_new;
    pkg_spec_split(pattern, &name, &range);
    map_put(&p->all, pattern, (void *)(uintptr_t)(id + 1));
    void **at = map_at(&p->by_name, name, &is_new);
    if (is_new) *at = (void *)(uintptr_t)(id + 1);
    else if (*at != (void *)(uintptr_t)(id + 1)) *at = SEVERAL;
}

static bool has_protocol(str range) {
    ptrdiff_t colon = str_find_char(range, ':');
    return colon > 0 && str_find_char(str_upto(range, (size_t)colon), ' ') < 0;
}

static pkg_id look_up(struct patterns *p, struct migrating *m, str name, str range) {
    const char *protocol = p->is_berry && !has_protocol(range) ? "npm:" : "";
    str pattern = arena_print(m->a, "%.*s@%s%.*s", STR_FMT(name), protocol, STR_FMT(range));
    uintptr_t found = (uintptr_t)map_get(&p->all, pattern);
    return found ? (pkg_id)(found - 1) : PKG_NONE;
}

/* What an edge is resolved to: by what it declares, by an override of it, as the workspace of that name, or as the only
 * one that is locked under it. */
static pkg_id resolve(struct patterns *p, struct migrating *m, const struct pkg_edge *e) {
    pkg_id id = look_up(p, m, e->name, e->spec);
    for (size_t i = 0; i < m->lock->n_overrides && id == PKG_NONE; i++)
        if (str_eq(m->lock->overrides[i].name, e->name)) id = look_up(p, m, e->name, m->lock->overrides[i].spec);
    uintptr_t member = (uintptr_t)map_get(&p->members, e->name);
    if (id == PKG_NONE && member) return (pkg_id)(member - 1);
    void *only = map_get(&p->by_name, e->name);
    bool is_sure = e->group == PKG_PEER || m->lock->n_overrides;
    if (id == PKG_NONE && is_sure && only && only != SEVERAL) return (pkg_id)((uintptr_t)only - 1);
    return id;
}

static void bind_all(struct patterns *p, struct migrating *m) {
    struct buf missing = {0};
    for (size_t i = 0; i < m->lock->n_packages; i++)
        for (size_t k = 0; k < m->lock->packages[i].n_edges; k++) {
            struct pkg_edge *e = &m->lock->packages[i].edges[k];
            e->to = resolve(p, m, e);
            bool is_needed = e->group == PKG_DEPENDENCIES || e->group == PKG_DEV;
            struct pkg_spec spec;
            pkg_spec_parse(m->a, e->name, e->spec, &spec);
            if (e->to != PKG_NONE || !is_needed || spec.kind == PKG_SPEC_LINK) continue;
            buf_print(&missing, "%s%.*s@%.*s", missing.len ? ", " : "", STR_FMT(e->name), STR_FMT(e->spec));
        }
    if (missing.len)
        migrate_warn(m, "yarn.lock is older than package.json: it has no %.*s", STR_FMT(buf_view(&missing)));
    buf_free(&missing);
}

static void add_members(struct patterns *p, struct migrating *m) {
    for (pkg_id i = 1; i < m->project->count; i++)
        map_put(&p->members, m->lock->packages[i].name, (void *)(uintptr_t)(i + 1));
}

/* A package of a registry is its name and version; what else it is the URL tells. Says its edges the first time. */
static pkg_id package_of(struct migrating *m, const struct pkg_package *made, bool *is_new) {
    str key = made->source == PKG_NPM
                  ? arena_print(m->a, "%.*s@%.*s", STR_FMT(made->name), STR_FMT(made->version))
                  : arena_print(m->a, "%d:%.*s#%.*s", (int)made->source, STR_FMT(made->place), STR_FMT(made->commit));
    pkg_id id = migrate_package(m, key, is_new);
    if (*is_new) {
        m->lock->packages[id] = *made;
        if (made->source == PKG_NPM) migrate_set_partial(m, id);
    }
    return id;
}

/* --- version 1 ---------------------------------------------------------------------------------------------------- */

struct line { size_t indent; str words; const char *at; };
struct lines { str rest; struct line now; bool is_end; };

static void next_line(struct lines *l) {
    while (str_next(&l->rest, '\n', &l->now.words)) {
        str s = l->now.words;
        if (s.len && s.at[s.len - 1] == '\r') s.len--;
        l->now.at = s.at;
        size_t indent = 0;
        while (indent < s.len && s.at[indent] == ' ') indent++;
        l->now = (struct line){indent, str_from(s, indent), s.at};
        if (l->now.words.len && l->now.words.at[0] != '#') return;
    }
    l->is_end = true;
}

/* A word, or a text in quotes. */
static bool take_word(struct arena *a, str *rest, str *word) {
    *rest = str_trim(*rest);
    if (!rest->len) return false;
    size_t n = 0;
    if (rest->at[0] != '"') {
        while (n < rest->len && rest->at[n] != ' ' && rest->at[n] != ',') n++;
        if (n && n < rest->len && rest->at[n - 1] == ':') n--;
        else if (n == rest->len && n > 1 && rest->at[n - 1] == ':') n--;
        *word = str_upto(*rest, n);
        *rest = str_from(*rest, n);
        return true;
    }
    for (n = 1; n < rest->len && rest->at[n] != '"';) n += rest->at[n] == '\\' ? 2 : 1;
    if (n >= rest->len) return false;
    struct json *text = json_parse(a, str_upto(*rest, n + 1), JSON_STRICT, NULL, STR(""));
    if (!json_is(text, JSON_STRING)) return false;
    *word = text->text;
    *rest = str_from(*rest, n + 1);
    return true;
}

static bool fail_line(struct migrating *m, const struct line *l, const char *what) {
    return migrate_fail(m, (size_t)(l->at - m->source.at), "migrate-yarn", "%s", what);
}

struct entry {
    LIST(str) patterns;
    str version, resolved, integrity;
    LIST(struct pkg_edge) edges;
    const char *at;
};

static bool read_patterns(struct migrating *m, const struct line *l, struct entry *e) {
    str rest = l->words, word;
    e->at = l->at;
    for (;;) {
        if (!take_word(m->a, &rest, &word))
            return fail_line(m, l, "a pattern such as \"name@range\" was expected here");
        *LIST_ADD(&e->patterns) = word;
        if (str_is(rest, ":")) return true;
        if (!rest.len || rest.at[0] != ',') return fail_line(m, l, "a comma or a colon was expected after the pattern");
        rest = str_from(rest, 1);
    }
}

static bool read_entry(struct migrating *m, struct lines *l, struct entry *e) {
    if (l->now.indent) return fail_line(m, &l->now, "an entry was expected to begin here");
    if (str_starts(l->now.words, STR("<<<<<<<")))
        return fail_line(m, &l->now, "this file has conflicts of a merge that are not solved");
    if (!read_patterns(m, &l->now, e)) return false;
    bool is_optional = false, in_dependencies = false;
    for (next_line(l); !l->is_end && l->now.indent; next_line(l)) {
        str rest = l->now.words, key, value = {0};
        if (!take_word(m->a, &rest, &key)) return fail_line(m, &l->now, "a name was expected here");
        if (l->now.indent > 2) {
            if (!in_dependencies) continue;
            if (!take_word(m->a, &rest, &value)) return fail_line(m, &l->now, "a range was expected after the name");
            if (pkg_name_is_valid(key))
                *LIST_ADD(&e->edges) = (struct pkg_edge){
                    .name = key, .spec = value, .group = is_optional ? PKG_OPTIONAL : PKG_DEPENDENCIES, .to = PKG_NONE};
            continue;
        }
        is_optional = str_is(key, "optionalDependencies");
        in_dependencies = is_optional || str_is(key, "dependencies");
        if (in_dependencies || str_is(rest, ":")) continue;
        take_word(m->a, &rest, &value);
        if (str_is(key, "version")) e->version = value;
        else if (str_is(key, "resolved")) e->resolved = value;
        else if (str_is(key, "integrity")) e->integrity = value;
    }
    return true;
}

static str sha1_of(struct arena *a, str resolved) {          /* "...#<40 hexadecimal digits>" */
    str url, hash;
    if (!resolved.len || !str_split(resolved, '#', &url, &hash) || hash.len != 40) return STR("");
    for (size_t i = 0; i < hash.len; i++) if (!strchr("0123456789abcdefABCDEF", hash.at[i])) return STR("");
    return hash;
}

static bool add_entry(struct patterns *p, struct migrating *m, struct entry *e) {
    str name, range;
    struct pkg_spec spec;
    struct semver semver;
    pkg_spec_split(e->patterns.at[0], &name, &range);
    if (!pkg_name_is_valid(name))
        return migrate_fail(m, (size_t)(e->at - m->source.at), "migrate-name",
                            "\"%.*s\" is no name "
                            "of a package",
                            STR_FMT(name));
    pkg_spec_parse(m->a, name, range, &spec);
    bool is_folder = !e->resolved.len && (spec.kind == PKG_SPEC_FILE || spec.kind == PKG_SPEC_LINK);
    struct pkg_package made = {.name = spec.is_alias ? spec.name : name, .version = e->version};
    if (is_folder) {
        made.source = spec.kind == PKG_SPEC_LINK ? PKG_LINK : PKG_FOLDER;
        made.place = migrate_join(m->a, STR(""), spec.text);
    } else if (e->resolved.len && !migrate_take_url(m, e->resolved, spec.kind, &made)) {
        return migrate_fail(m, (size_t)(e->at - m->source.at), "migrate-resolved",
                            "\"%.*s\" says nothing that is known about where %.*s comes from", STR_FMT(e->resolved),
                            STR_FMT(name));
    } else if (!e->resolved.len) made.source = PKG_NPM;
    if (made.source == PKG_NPM && !semver_parse(made.version, SEMVER_LOOSE, &semver))
        return migrate_fail(m, (size_t)(e->at - m->source.at), "migrate-version", "%.*s has no version", STR_FMT(name));
    made.integrity = migrate_integrity(m->a, e->integrity);
    if (!made.integrity.len && made.source == PKG_NPM) made.integrity = sha1_of(m->a, e->resolved);
    made.n_edges = e->edges.len;
    made.edges = arena_alloc(m->a, (e->edges.len + 1) * sizeof *made.edges);
    if (e->edges.len) memcpy(made.edges, e->edges.at, e->edges.len * sizeof *made.edges);
    bool is_new;
    pkg_id id = package_of(m, &made, &is_new);
    for (size_t i = 0; i < e->patterns.len; i++) add_pattern(p, m, e->patterns.at[i], id);
    return true;
}

bool migrate_yarn(struct migrating *m) {
    struct patterns p = {0};
    struct lines l = {.rest = m->source};
    bool ok = true;
    add_members(&p, m);
    for (next_line(&l); !l.is_end && ok;) {
        struct entry e = {0};
        ok = read_entry(m, &l, &e) && add_entry(&p, m, &e);
        LIST_FREE(&e.patterns);
        LIST_FREE(&e.edges);
    }
    if (ok) bind_all(&p, m);
    map_free(&p.all);
    map_free(&p.by_name);
    map_free(&p.members);
    return ok;
}

/* --- version 2 and later ------------------------------------------------------------------------------------------ */

/* "name@npm:1.2.3::__archiveUrl=..." -> what is behind the name, and the parameters. */
static void split_locator(str locator, str *name, str *reference, str *parameters) {
    pkg_spec_split(locator, name, reference);
    ptrdiff_t at = str_find(*reference, STR("::"));
    *parameters = at < 0 ? STR("") : str_from(*reference, (size_t)at + 2);
    if (at >= 0) *reference = str_upto(*reference, (size_t)at);
}

static str parameter(str parameters, const char *name) {
    for (str rest = parameters, one, key, value; str_next(&rest, '&', &one);)
        if (str_split(one, '=', &key, &value) && str_is(key, name)) return value;
    return STR("");
}

static bool strip(str *s, const char *prefix) {
    if (!str_starts(*s, str_c(prefix))) return false;
    *s = str_from(*s, strlen(prefix));
    return true;
}

/* What is patched: patchedDependencies has the patch. Each patch around another encodes it once more. */
static str unpatched(struct migrating *m, str reference, str *parameters) {
    str name, source, files;
    for (int depth = 0; depth < 8 && strip(&reference, "patch:"); depth++) {
        str_split(reference, '#', &source, &files);
        split_locator(url_decode(m->a, source), &name, &reference, parameters);
    }
    return reference;
}

static bool take_reference(struct migrating *m, const struct json *at, str reference, str parameters,
                           struct pkg_package *to) {
    str s = unpatched(m, reference, &parameters), commit;
    if (strip(&s, "npm:")) {
        to->source = PKG_NPM;
        if (!to->version.len) to->version = s;
        if (parameter(parameters, "__archiveUrl").len) to->place = STR("");
        return true;
    }
    str path = s, rest;
    if (strip(&path, "link:")) {
        to->source = PKG_LINK;
        str_split(path, '#', &path, &rest);
        to->place = migrate_join(m->a, STR(""), path);
        return true;
    }
    if (strip(&path, "file:") || strip(&path, "portal:")) {
        str_split(path, '#', &path, &rest);
        bool is_tarball = str_ends(path, STR(".tgz")) || str_ends(path, STR(".tar.gz"));
        to->source = is_tarball ? PKG_TARBALL_FILE : PKG_FOLDER;
        to->place = migrate_join(m->a, STR(""), path);
        return true;
    }
    ptrdiff_t hash = str_find(s, STR("#commit="));
    if (hash >= 0) {
        commit = str_from(s, (size_t)hash + 8);
        s = arena_print(m->a, "%.*s#%.*s", (int)hash, s.at, STR_FMT(commit));
        return migrate_take_url(m, s, PKG_SPEC_GITHUB, to);
    }
    if (migrate_take_url(m, s, PKG_SPEC_TARBALL_URL, to)) return true;
    return migrate_fail(m, at->at, "migrate-resolved",
                        "\"%.*s\" says nothing that is known about where %.*s comes from", STR_FMT(reference),
                        STR_FMT(to->name));
}

static void take_berry_edges(struct migrating *m, const struct json *entry, struct pkg_package *to) {
    migrate_take_edges(m->a, entry, MIGRATE_META, to);
    const struct json *meta = json_get_c(entry, "dependenciesMeta");
    for (size_t i = 0; i < to->n_edges; i++) {
        struct pkg_edge *e = &to->edges[i];
        e->spec = pkg_yarn_range(e->spec);
        if (e->group == PKG_DEPENDENCIES && json_bool(json_get_c(json_get(meta, e->name), "optional"), false))
            e->group = PKG_OPTIONAL;
    }
}

/* As package.json spells it now: without whose folder it begins in, and "portal:" is "file:". */
static void add_berry_pattern(struct patterns *p, struct migrating *m, str pattern, pkg_id id) {
    str name, range, parameters;
    split_locator(pattern, &name, &range, &parameters);
    if (strip(&range, "portal:")) range = arena_join(m->a, STR("file:"), range);
    add_pattern(p, m, arena_print(m->a, "%.*s@%.*s", STR_FMT(name), STR_FMT(range)), id);
}

static bool add_berry_entry(struct patterns *p, struct migrating *m, const struct json *entry) {
    str locator = json_text(json_get_c(entry, "resolution")), name, reference, parameters;
    split_locator(locator, &name, &reference, &parameters);
    if (!pkg_name_is_valid(name))
        return migrate_fail(m, entry->at, "migrate-name", "\"%.*s\" is no name of a package", STR_FMT(name));
    const struct json *version = json_get_c(entry, "version");
    struct pkg_package made = {.name = name};
    if (version) made.version = version->kind == JSON_NUMBER ? version->text : json_text(version);
    pkg_id id;
    str path = reference;
    if (strip(&path, "workspace:")) {
        id = migrate_member(m, str_is(path, ".") ? STR("") : path);
        if (id == PKG_NONE)
            return migrate_fail(m, entry->at, "migrate-workspace", "%.*s is no workspace of this project",
                                STR_FMT(path));
    } else {
        struct semver semver;
        if (!take_reference(m, entry, reference, parameters, &made)) return false;
        if (made.source == PKG_NPM && !semver_parse(made.version, SEMVER_LOOSE, &semver))
            return migrate_fail(m, entry->at, "migrate-version", "%.*s has no version", STR_FMT(name));
        bool is_new;
        take_berry_edges(m, entry, &made);
        pkg_package_take(m->a, entry, &made);
        id = package_of(m, &made, &is_new);
    }
    for (str rest = entry->key, one; str_next(&rest, ',', &one);) add_berry_pattern(p, m, str_trim(one), id);
    return true;
}

bool migrate_berry(struct migrating *m) {
    struct patterns p = {.is_berry = true};
    struct json *root = yaml_parse(m->a, m->source, m->d, m->file);
    bool ok = root &&
              (root->kind == JSON_OBJECT || migrate_fail(m, 0, "migrate-object", "a lockfile must be a mapping"));
    add_members(&p, m);
    if (ok)
        for JSON_EACH(entry, root)
    if (ok && !str_is(entry->key, "__metadata") && entry->kind == JSON_OBJECT) ok = add_berry_entry(&p, m, entry);
    if (ok) bind_all(&p, m);
    map_free(&p.all);
    map_free(&p.by_name);
    map_free(&p.members);
    return ok;
}
