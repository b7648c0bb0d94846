/* pkg/pnpm_settings.c: only what is missing is added; what package.json says stays, byte for byte. */
#include "pkg/pnpm_settings.h"

#include "base/buf.h"
#include "base/diag.h"
#include "data/json.h"
#include "data/json_edit.h"
#include "data/yaml.h"

struct edit {
    struct arena *a;
    str text;                       /* of package.json as it is now */
    const struct json *root;        /* as it was */
    bool is_changed;
};

static bool is_filled(const struct json *j) { return j && j->kind >= JSON_ARRAY && j->count; }

/* As package managers write it: an array of one is on one line. */
static void write_value(struct buf *out, const struct json *value, int depth) {
    bool is_array = value->kind == JSON_ARRAY, is_wide = value->kind == JSON_OBJECT || value->count > 1;
    if (!is_filled(value)) {
        json_write(out, value, STR(""));
        return;
    }
    buf_add_char(out, is_array ? '[' : '{');
    for JSON_EACH(child, value) {
        if (is_wide) buf_add_char(out, '\n'), buf_add_many(out, ' ', (size_t)(depth + 1) * 2);
        if (!is_array) json_write_text(out, child->key), buf_lit(out, ": ");
        write_value(out, child, depth + 1);
        if (child->next) buf_add_char(out, ',');
    }
    if (is_wide) buf_add_char(out, '\n'), buf_add_many(out, ' ', (size_t)depth * 2);
    buf_add_char(out, is_array ? ']' : '}');
}

static void set(struct edit *e, const str *path, size_t n, const struct json *value) {
    struct buf out = {0};
    write_value(&out, value, 0);
    if (json_edit_set(e->a, &e->text, path, n, arena_str(e->a, buf_view(&out)), JSON_AT_END)) e->is_changed = true;
    buf_free(&out);
}

/* Members of an object that the field `name` of package.json lacks. */
static void add_missing(struct edit *e, const char *name, const struct json *from) {
    const struct json *to = json_get_c(e->root, name);
    if (!json_is(from, JSON_OBJECT) || (to && to->kind != JSON_OBJECT)) return;
    for
        JSON_EACH(m, from)
        if (!json_get(to, m->key) && m->kind != JSON_NULL) set(e, (str[]){str_c(name), m->key}, 2, m);
}

static bool has_text(const struct json *array, str text) {
    for JSON_EACH(e, array) if (str_eq(json_text(e), text)) return true;
    return false;
}

static void add_trusted(struct edit *e, const struct json *names) {
    const struct json *to = json_get_c(e->root, "trustedDependencies");
    if (!json_is(names, JSON_ARRAY) || !names->count || (to && to->kind != JSON_ARRAY)) return;
    struct json *all = to ? json_copy(e->a, to) : json_new(e->a, JSON_ARRAY);
    size_t before = all->count;
    for
        JSON_EACH(n, names)
        if (n->kind == JSON_STRING && !has_text(all, n->text)) json_add(all, json_new_text(e->a, n->text));
    if (all->count > before) set(e, (str[]){STR("trustedDependencies")}, 1, all);
}

static void add_workspaces(struct edit *e, const struct json *settings) {
    static const char *const names[] = {"catalog", "catalogs"};
    const struct json *packages = json_get_c(settings, "packages");
    bool has_catalogs = is_filled(json_get_c(settings, "catalog")) || is_filled(json_get_c(settings, "catalogs"));
    if (!json_is(packages, JSON_ARRAY)) packages = json_new(e->a, JSON_ARRAY);
    if (json_get_c(e->root, "workspaces") || (!has_catalogs && !packages->count)) return;
    struct json *workspaces = has_catalogs ? json_new(e->a, JSON_OBJECT) : json_copy(e->a, packages);
    if (has_catalogs) json_set(workspaces, STR("packages"), json_copy(e->a, packages));
    for (size_t i = 0; i < 2 && has_catalogs; i++) {
        const struct json *catalog = json_get_c(settings, names[i]);
        if (is_filled(catalog)) json_set(workspaces, str_c(names[i]), json_copy(e->a, catalog));
    }
    set(e, (str[]){STR("workspaces")}, 1, workspaces);
}

static void add_settings(struct edit *e, const struct json *settings) {
    if (!json_get_c(e->root, "resolutions")) add_missing(e, "overrides", json_get_c(settings, "overrides"));
    add_missing(e, "patchedDependencies", json_get_c(settings, "patchedDependencies"));
    add_missing(e, "packageExtensions", json_get_c(settings, "packageExtensions"));
    add_trusted(e, json_get_c(settings, "onlyBuiltDependencies"));
    if (e->is_changed) e->root = json_parse(e->a, e->text, JSONC, NULL, STR(""));
}

str pkg_pnpm_settings(struct arena *a, str package_json, str yaml, struct diag *d) {
    struct edit e = {.a = a, .text = package_json};
    e.root = json_parse(a, package_json, JSONC, d, STR("package.json"));
    const struct json *settings = yaml.len ? yaml_parse(a, yaml, d, STR("pnpm-workspace.yaml")) : NULL;
    if (!json_is(e.root, JSON_OBJECT)) return STR("");
    add_workspaces(&e, settings);
    add_settings(&e, settings);
    add_settings(&e, json_get_c(e.root, "pnpm"));
    return e.is_changed ? e.text : STR("");
}
