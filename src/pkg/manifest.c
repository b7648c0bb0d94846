#include "pkg/manifest.h"

#include "base/diag.h"
#include "base/list.h"
#include "data/json.h"
#include "pkg/spec.h"

const char *const pkg_group_names[PKG_GROUPS] = {"dependencies", "devDependencies", "optionalDependencies",
                                                 "peerDependencies"};

#define KEEP(arena, list, to, n) ( \
    (n) = (list).len, (to) = arena_alloc(arena, ((list).len + 1) * sizeof *(to)), \
    (list).len ? (void)memcpy((to), (list).at, (list).len * sizeof *(to)) : (void)0, LIST_FREE(&(list)))

struct reading {
    struct arena *a;
    struct diag *d;
    str source, file;
    struct pkg_manifest *out;
    LIST(struct pkg_dependency) dependencies;
    LIST(struct pkg_override) overrides;
    bool failed;
};

static void wrong(struct reading *r, const struct json *at, const char *id, str text) {
    r->failed = true;
    if (r->d) diag_add(r->d, DIAG_ERROR, id, r->file, r->source, at->at, at->end - at->at, "%.*s", STR_FMT(text));
}

struct pkg_texts pkg_texts_read(struct arena *a, const struct json *j) {
    struct pkg_texts t = {.is_there = j != NULL};
    if (json_is(j, JSON_STRING)) {
        t.at = ARENA_NEW(a, str);
        t.at[t.count++] = j->text;
    } else if (json_is(j, JSON_ARRAY)) {
        t.at = ARENA_ARRAY(a, str, j->count + 1);
        for JSON_EACH(e, j) if (e->kind == JSON_STRING) t.at[t.count++] = e->text;
    }
    return t;
}

static void add_dependency(struct reading *r, const struct json *m, enum pkg_group group) {
    if (m->kind != JSON_STRING || !pkg_name_is_valid(m->key)) {
        const char *what = m->kind != JSON_STRING ? "what is asked of a dependency must be a text"
                                                  : "is no name of a package";
        wrong(r, m, "manifest-dependency",
              arena_print(r->a, "%s: \"%.*s\" %s", pkg_group_names[group], STR_FMT(m->key), what));
        return;
    }
    struct pkg_dependency d = {.name = m->key, .spec = m->text, .group = group};
    if (group == PKG_PEER) {
        const struct json *meta = json_get(json_get_c(r->out->json, "peerDependenciesMeta"), m->key);
        d.is_optional_peer = json_bool(json_get_c(meta, "optional"), false);
    }
    if (json_get(json_get_c(r->out->json, pkg_group_names[group]), m->key) != m) return; /* the last of a name counts */
    *LIST_ADD(&r->dependencies) = d;
}

str pkg_bin_inside(struct arena *a, str path) {
    struct buf out = {0};
    bool is_out = path.len && memchr(path.at, 0, path.len);
    for (str rest = path, part; str_next(&rest, '/', &part);) {
        if (!part.len || str_is(part, ".")) continue;
        if (str_is(part, "..") || str_find_char(part, '\\') >= 0) { is_out = true; break; }
        if (out.len) buf_add_char(&out, '/');
        buf_add(&out, part);
    }
    str kept = is_out || !out.len ? STR("") : arena_str(a, buf_view(&out));
    buf_free(&out);
    return kept;
}

static void read_bins(struct reading *r) {
    LIST(struct pkg_bin) bins = {0};
    const struct json *bin = json_get_c(r->out->json, "bin");
    str own = r->out->name;
    ptrdiff_t slash = str_rfind_char(own, '/');
    if (slash >= 0) own = str_from(own, (size_t)slash + 1);
    if (json_is(bin, JSON_STRING)) {
        struct pkg_bin b = {own, pkg_bin_inside(r->a, bin->text)};
        if (b.name.len && b.path.len) *LIST_ADD(&bins) = b;
    } else if (json_is(bin, JSON_OBJECT)) {
        for JSON_EACH(m, bin) {
            slash = str_rfind_char(m->key, '/');
            struct pkg_bin b = {slash < 0 ? m->key : str_from(m->key, (size_t)slash + 1),
                                pkg_bin_inside(r->a, json_text(m))};
            if (b.path.len && pkg_name_is_valid(b.name) && b.name.at[0] != '@') *LIST_ADD(&bins) = b;
        }
    }
    KEEP(r->a, bins, r->out->bins, r->out->n_bins);
}

static void name_and_range(str text, str *name, str *range) {
    ptrdiff_t at = text.len > 1 ? str_find_char(str_from(text, 1), '@') : -1;
    *name = at < 0 ? text : str_upto(text, (size_t)at + 1);
    *range = at < 0 ? STR("") : str_from(text, (size_t)at + 2);
    if (at >= 0 && !range->len) *range = STR("@");       /* it has none, and so is none */
    if (str_starts(*range, STR("npm:"))) *range = str_from(*range, 4);   /* as yarn spells it */
}

/* "a@1>b", "a/b", "**" "/a", "@s/a/b@2": the last name is what is replaced, the one before it its parent. */
static void override_key(str key, struct pkg_override *o) {
    ptrdiff_t arrow = str_rfind_char(key, '>');
    if (arrow > 0 && key.at[arrow - 1] != '@' && arrow + 1 < (ptrdiff_t)key.len && key.at[arrow + 1] != '=') {
        str left = str_upto(key, (size_t)arrow);
        ptrdiff_t before = str_rfind_char(left, '>');
        if (before >= 0) left = str_from(left, (size_t)before + 1);
        name_and_range(str_trim(left), &o->parent, &o->parent_range);
        name_and_range(str_trim(str_from(key, (size_t)arrow + 1)), &o->name, &o->range);
        return;
    }
    str last = STR(""), parent = STR("");
    for (str rest = key, part; str_next(&rest, '/', &part);) {
        if (str_is(part, "**") || !part.len) continue;
        if (part.at[0] == '@' && rest.len) {             /* a scope and its name are one part */
            str name;
            str_next(&rest, '/', &name);
            part = str_of(part.at, part.len + 1 + name.len);
        }
        parent = last;
        last = part;
    }
    name_and_range(parent, &o->parent, &o->parent_range);
    name_and_range(last, &o->name, &o->range);
}

static bool selects(struct reading *r, const struct json *at, str name, str range) {
    struct pkg_spec spec;
    if (!range.len || str_starts(range, STR("catalog:"))) return true;
    pkg_spec_parse(r->a, name, range, &spec);
    if (spec.kind == PKG_SPEC_RANGE) return true;
    if (r->d)
        diag_add(r->d, DIAG_WARNING, "manifest-override", r->file, r->source, at->at, at->end - at->at,
                 "an override of \"%.*s\" is bound to \"%.*s\", which is no range: it is passed over", STR_FMT(name),
                 STR_FMT(range));
    return false;
}

static void add_override(struct reading *r, const struct json *at, struct pkg_override o) {
    if (!selects(r, at, o.parent, o.parent_range) || !selects(r, at, o.name, o.range)) return;
    if (o.spec.len > 1 && o.spec.at[0] == '$') {
        str from = str_from(o.spec, 1), found = STR("");
        for (int g = 0; g < PKG_GROUPS && !found.len; g++)
            found = json_text(json_get(json_get_c(r->out->json, pkg_group_names[g]), from));
        if (!found.len) {
            wrong(r, at, "manifest-override",
                  arena_print(r->a, "\"%.*s\" is no dependency of this package", STR_FMT(from)));
            return;
        }
        o.spec = found;
    }
    if (pkg_name_is_valid(o.name)) *LIST_ADD(&r->overrides) = o;
    else wrong(r, at, "manifest-override", arena_print(r->a, "\"%.*s\" is no name of a package", STR_FMT(o.name)));
}

static void read_overrides(struct reading *r, const struct json *table) {
    if (!json_is(table, JSON_OBJECT)) return;
    for JSON_EACH(m, table) {
        struct pkg_override o = {0};
        override_key(m->key, &o);
        if (m->kind == JSON_STRING) {
            o.spec = m->text;
            add_override(r, m, o);
        } else if (m->kind == JSON_OBJECT) {
            for JSON_EACH(n, m) {
                struct pkg_override in = {.parent = o.name, .parent_range = o.range, .spec = json_text(n)};
                if (str_is(n->key, ".")) in = o, in.spec = json_text(n);
                else name_and_range(n->key, &in.name, &in.range);
                if (n->kind == JSON_STRING) add_override(r, n, in);
                else wrong(r, n, "manifest-override", STR("an override reaches through one parent only"));
            }
        } else wrong(r, m, "manifest-override", STR("an override must be a text or an object"));
    }
}

bool pkg_manifest_read(struct arena *a, str source, str file, struct diag *d, struct pkg_manifest *out) {
    struct reading r = {.a = a, .d = d, .source = source, .file = file, .out = out};
    *out = (struct pkg_manifest){0};
    struct json *j = out->json = json_parse(a, source, JSONC, d, file);
    if (!j) return false;
    if (j->kind != JSON_OBJECT) {
        wrong(&r, j, "manifest-object", STR("a package.json must be an object"));
        return false;
    }
    out->name = json_text(json_get_c(j, "name"));
    out->version = json_text(json_get_c(j, "version"));
    out->is_private = json_bool(json_get_c(j, "private"), false);
    for (int g = 0; g < PKG_GROUPS; g++) {
        const struct json *group = json_get_c(j, pkg_group_names[g]);
        if (json_is(group, JSON_OBJECT)) for JSON_EACH(m, group) add_dependency(&r, m, (enum pkg_group)g);
    }
    read_bins(&r);
    LIST(struct pkg_script) scripts = {0};
    const struct json *table = json_get_c(j, "scripts");
    if (json_is(table, JSON_OBJECT))
        for JSON_EACH(m, table) if (m->kind == JSON_STRING) *LIST_ADD(&scripts) = (struct pkg_script){m->key, m->text};
    KEEP(a, scripts, out->scripts, out->n_scripts);
    const struct json *overrides = json_get_c(j, "overrides");
    if (!overrides) overrides = json_get_c(json_get_c(j, "pnpm"), "overrides");
    read_overrides(&r, overrides ? overrides : json_get_c(j, "resolutions"));
    const struct json *workspaces = json_get_c(j, "workspaces"), *bundled = json_get_c(j, "bundleDependencies");
    if (json_is(workspaces, JSON_OBJECT)) workspaces = json_get_c(workspaces, "packages");
    out->workspaces = pkg_texts_read(a, workspaces);
    out->bundled = pkg_texts_read(a, bundled ? bundled : json_get_c(j, "bundledDependencies"));
    out->trusted = pkg_texts_read(a, json_get_c(j, "trustedDependencies"));
    out->os = pkg_texts_read(a, json_get_c(j, "os"));
    out->cpu = pkg_texts_read(a, json_get_c(j, "cpu"));
    out->libc = pkg_texts_read(a, json_get_c(j, "libc"));
    KEEP(a, r.dependencies, out->dependencies, out->n_dependencies);
    KEEP(a, r.overrides, out->overrides, out->n_overrides);
    return !r.failed;
}

static const struct pkg_dependency *find_in(const struct pkg_manifest *m, str name, enum pkg_group group) {
    for (size_t i = 0; i < m->n_dependencies; i++)
        if (m->dependencies[i].group == group && str_eq(m->dependencies[i].name, name)) return &m->dependencies[i];
    return NULL;
}

void pkg_manifest_drop_replaced(struct pkg_manifest *m) {
    size_t kept = 0;
    for (size_t i = 0; i < m->n_dependencies; i++) {
        struct pkg_dependency d = m->dependencies[i];
        bool is_first = d.group == PKG_DEPENDENCIES ||
                        (d.group == PKG_DEV && !json_get(json_get_c(m->json, "dependencies"), d.name));
        if (!is_first || !find_in(m, d.name, PKG_OPTIONAL)) m->dependencies[kept++] = d;
    }
    m->n_dependencies = kept;
}

const struct pkg_dependency *pkg_manifest_find(const struct pkg_manifest *m, str name) {
    for (size_t i = 0; i < m->n_dependencies; i++)
        if (str_eq(m->dependencies[i].name, name)) return &m->dependencies[i];
    return NULL;
}

str pkg_manifest_script(const struct pkg_manifest *m, str name) {
    for (size_t i = m->n_scripts; i-- > 0;)
        if (str_eq(m->scripts[i].name, name)) return m->scripts[i].command;
    return STR("");
}

bool pkg_platform_allows(const struct pkg_texts *list, str value) {
    bool only_refusals = true;
    for (size_t i = 0; i < list->count; i++) {
        str s = list->at[i];
        bool refuses = s.len && s.at[0] == '!';
        if (refuses && str_eq(str_from(s, 1), value)) return false;
        if (!refuses) only_refusals = false;
    }
    for (size_t i = 0; i < list->count; i++)
        if (str_eq(list->at[i], value) || (list->count == 1 && str_is(list->at[i], "any"))) return true;
    return only_refusals;
}
