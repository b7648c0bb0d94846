/* pkg/pnpm_settings.c: only what is missing is added; what package.json says stays. */
#include "pkg/pnpm_settings.h"

#include "base/buf.h"
#include "base/diag.h"
#include "data/json.h"
#include "data/yaml.h"

static bool is_filled(const struct json *j) { return j && j->kind >= JSON_ARRAY && j->count; }

/* What `to` lacks of an object's members. */
static bool add_missing(struct arena *a, struct json *root, const char *name, const struct json *from) {
    if (!json_is(from, JSON_OBJECT) || !from->count) return false;
    struct json *to = json_get_c(root, name);
    if (to && to->kind != JSON_OBJECT) return false;
    if (!to) json_set(root, str_c(name), to = json_new(a, JSON_OBJECT));
    bool is_changed = false;
    for JSON_EACH(m, from) {
        if (json_get(to, m->key) || m->kind == JSON_NULL) continue;
        json_set(to, m->key, json_copy(a, m));
        is_changed = true;
    }
    return is_changed;
}

static bool has_text(const struct json *array, str text) {
    for JSON_EACH(e, array) if (str_eq(json_text(e), text)) return true;
    return false;
}

static bool add_trusted(struct arena *a, struct json *root, const struct json *names) {
    if (!json_is(names, JSON_ARRAY) || !names->count) return false;
    struct json *to = json_get_c(root, "trustedDependencies");
    bool is_changed = !to;
    if (to && to->kind != JSON_ARRAY) return false;
    if (!to) json_set(root, STR("trustedDependencies"), to = json_new(a, JSON_ARRAY));
    for JSON_EACH(n, names)
        if (n->kind == JSON_STRING && !has_text(to, n->text)) json_add(to, json_new_text(a, n->text)), is_changed = true;
    return is_changed;
}

static bool add_workspaces(struct arena *a, struct json *root, const struct json *settings) {
    static const char *const names[] = {"catalog", "catalogs"};
    const struct json *packages = json_get_c(settings, "packages");
    if (json_get_c(root, "workspaces")) return false;
    bool has_catalogs = is_filled(json_get_c(settings, "catalog")) || is_filled(json_get_c(settings, "catalogs"));
    if (!json_is(packages, JSON_ARRAY)) packages = json_new(a, JSON_ARRAY);
    if (!has_catalogs && !packages->count) return false;
    struct json *workspaces = has_catalogs ? json_new(a, JSON_OBJECT) : json_copy(a, packages);
    if (has_catalogs) json_set(workspaces, STR("packages"), json_copy(a, packages));
    for (size_t i = 0; i < 2 && has_catalogs; i++)
        if (is_filled(json_get_c(settings, names[i]))) json_set(workspaces, str_c(names[i]), json_copy(a, json_get_c(settings, names[i])));
    json_set(root, STR("workspaces"), workspaces);
    return true;
}

static bool add_settings(struct arena *a, struct json *root, const struct json *settings) {
    bool is_changed = false;
    if (!json_get_c(root, "resolutions")) is_changed |= add_missing(a, root, "overrides", json_get_c(settings, "overrides"));
    is_changed |= add_missing(a, root, "patchedDependencies", json_get_c(settings, "patchedDependencies"));
    is_changed |= add_missing(a, root, "packageExtensions", json_get_c(settings, "packageExtensions"));
    return is_changed | add_trusted(a, root, json_get_c(settings, "onlyBuiltDependencies"));
}

str pkg_pnpm_settings(struct arena *a, str package_json, str yaml, struct diag *d) {
    struct json *root = json_parse(a, package_json, JSONC, d, STR("package.json"));
    const struct json *settings = yaml.len ? yaml_parse(a, yaml, d, STR("pnpm-workspace.yaml")) : NULL;
    if (!json_is(root, JSON_OBJECT)) return STR("");
    bool is_changed = add_workspaces(a, root, settings);
    is_changed |= add_settings(a, root, settings);
    is_changed |= add_settings(a, root, json_get_c(root, "pnpm"));
    if (!is_changed) return STR("");
    struct buf out = {0};
    str indent = json_indent(package_json);
    json_write(&out, root, indent.len ? indent : STR("  "));
    buf_add_char(&out, '\n');
    str text = arena_str(a, buf_view(&out));
    buf_free(&out);
    return text;
}
