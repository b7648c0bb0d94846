/* pkg/yarn_settings.c: "patch:a@npm%3A1.0.0#~/.yarn/patches/a.patch" and its like. A patch's source is a locator of its
 * own, encoded once for each patch that lies around it; several files are joined by "&". */
#include "pkg/yarn_settings.h"

#include "base/buf.h"
#include "base/diag.h"
#include "data/json.h"
#include "data/json_edit.h"
#include "data/semver.h"
#include "data/url.h"
#include "pkg/manifest.h"
#include "pkg/spec.h"

struct reading {
    struct arena *a;
    struct diag *d;
    str file, folder;               /* of messages; where relative patches begin */
    struct pkg_yarn_patches *patches;
    bool is_wrong, has_builtin;
};

/* "patch:..." taken apart; file is empty when only what yarn has built in is applied. */
struct patched { str name, range, version, file; };

bool pkg_yarn_is_berry(str text) {
    return str_starts(text, STR("__metadata:")) || str_find(text, STR("\n__metadata:")) >= 0;
}

bool pkg_yarn_speaks(str text, bool in_migration) {
    return str_find(text, STR("\"patch:")) >= 0 || str_find(text, STR("\"portal:")) >= 0 ||
           (in_migration && str_find(text, STR("\"npm:")) >= 0);
}

static void wrong(struct reading *r, const char *format, ...) __attribute__((format(printf, 2, 3)));
static void wrong(struct reading *r, const char *format, ...) {
    va_list list;
    va_start(list, format);
    str text = arena_vprint(r->a, format, list);
    va_end(list);
    r->is_wrong = true;
    if (r->d) diag_add(r->d, DIAG_ERROR, "yarn-patch", r->file, (str){0}, 0, 0, "%.*s", STR_FMT(text));
}

/* "~/x" lies below the root, all else below the package that asks. Empty: not inside of the project. */
static str place_of(struct reading *r, str path) {
    bool is_root = str_starts(path, STR("~/"));
    str parts[64], part;
    size_t n = 0;
    if (path.len && path.at[0] == '/') return STR("");
    for (size_t i = 0; i < path.len; i++)               /* a name that ends early would be another one */
        if ((unsigned char)path.at[i] < ' ') return STR("");
    for (size_t i = 0; i < r->folder.len; i++)
        if ((unsigned char)r->folder.at[i] < ' ') return STR("");
    str whole = is_root || !r->folder.len ? str_from(path, is_root ? 2 : 0)
                                          : arena_print(r->a, "%.*s/%.*s", STR_FMT(r->folder), STR_FMT(path));
    while (str_next(&whole, '/', &part)) {
        if (!part.len || str_is(part, ".")) continue;
        if (str_is(part, "..") && !n--) return STR("");
        if (str_is(part, "..")) continue;
        if (n == sizeof parts / sizeof *parts) return STR("");
        parts[n++] = part;
    }
    struct buf out = {0};
    for (size_t i = 0; i < n; i++) buf_print(&out, "%s%.*s", i ? "/" : "", STR_FMT(parts[i]));
    str place = arena_str(r->a, buf_view(&out));
    buf_free(&out);
    return place;
}

static bool take_file(struct reading *r, str one, struct patched *out) {
    ptrdiff_t flags = str_rfind_char(one, '!');          /* "optional!" */
    str path = str_from(one, (size_t)(flags + 1));
    if (str_starts(path, STR("~builtin<")) || str_starts(path, STR("builtin<"))) return r->has_builtin = true;
    str place = place_of(r, path);
    if (!place.len) wrong(r, "the patch \"%.*s\" of %.*s is no file inside of the project", STR_FMT(path),
                          STR_FMT(out->name));
    else if (out->file.len && !str_eq(out->file, place))
        wrong(r, "%.*s has several patches (\"%.*s\" and \"%.*s\"): join them to one file", STR_FMT(out->name),
              STR_FMT(out->file), STR_FMT(place));
    else out->file = place;
    return place.len && !r->is_wrong;
}

/* "::version=1.0.0&locator=..." goes off the end. */
static str take_parameters(str *text) {
    ptrdiff_t at = str_find(*text, STR("::"));
    str parameters = at < 0 ? STR("") : str_from(*text, (size_t)at + 2);
    if (at >= 0) *text = str_upto(*text, (size_t)at);
    return parameters;
}

static str parameter(str parameters, const char *name) {
    for (str one, key, value; str_next(&parameters, '&', &one);)
        if (str_split(one, '=', &key, &value) && str_is(key, name)) return value;
    return STR("");
}

/* `text` without "patch:". */
static bool read_patch(struct reading *r, str text, int depth, struct patched *out) {
    str source, files, parameters;
    str_split(text, '#', &source, &files);
    parameters = take_parameters(&files);
    str locator = url_decode(r->a, parameter(parameters, "locator"));
    ptrdiff_t at = str_find(locator, STR("@workspace:"));
    if (at > 0) r->folder = str_from(locator, (size_t)at + 11);
    pkg_spec_split(url_decode(r->a, source), &out->name, &out->range);
    take_parameters(&out->range);
    if (!depth) out->version = parameter(parameters, "version");
    if (!pkg_name_is_valid(out->name) || depth > 8) {
        wrong(r, "\"patch:%.*s\" names no package", STR_FMT(text));
        return false;
    }
    for (str one; str_next(&files, '&', &one);)
        if (!take_file(r, one, out)) return false;
    if (str_starts(out->range, STR("patch:"))) return read_patch(r, str_from(out->range, 6), depth + 1, out);
    if (str_starts(out->range, STR("npm:"))) out->range = str_from(out->range, 4);
    if (!out->range.len) out->range = STR("*");
    if (str_find_char(out->range, ':') >= 0) {
        wrong(r, "%.*s is patched, and comes from \"%.*s\": only packages of a registry can be patched so",
              STR_FMT(out->name), STR_FMT(out->range));
        return false;
    }
    return true;
}

static void add_patch(struct reading *r, const struct patched *p, str version) {
    struct pkg_yarn_patches *list = r->patches;
    str package = arena_print(r->a, "%.*s@%.*s", STR_FMT(p->name), STR_FMT(version));
    for (size_t i = 0; i < list->count; i++) {
        if (!str_eq(list->at[i].package, package)) continue;
        if (!str_eq(list->at[i].file, p->file))
            wrong(r, "%.*s has several patches (\"%.*s\" and \"%.*s\"): join them to one file", STR_FMT(package),
                  STR_FMT(list->at[i].file), STR_FMT(p->file));
        return;
    }
    list->at = arena_grow(r->a, list->at, list->count * sizeof *list->at, (list->count + 1) * sizeof *list->at);
    list->at[list->count++] = (struct pkg_yarn_patch){package, p->file};
}

bool pkg_yarn_lock_patches(struct arena *a, str text, struct diag *d, struct pkg_yarn_patches *out) {
    struct reading r = {.a = a, .d = d, .file = STR("yarn.lock"), .folder = STR(""), .patches = out};
    static const char before[] = "  resolution: \"";
    *out = (struct pkg_yarn_patches){0};
    for (str rest = text, line, name, reference; str_next(&rest, '\n', &line);) {
        struct patched p = {0};
        if (!str_starts(line, str_c(before))) continue;
        line = str_from(line, sizeof before - 1);
        ptrdiff_t end = str_rfind_char(line, '"');
        if (end < 0) continue;
        pkg_spec_split(str_upto(line, (size_t)end), &name, &reference);
        r.folder = STR("");
        if (!str_starts(reference, STR("patch:")) || !read_patch(&r, str_from(reference, 6), 0, &p)) continue;
        if (p.file.len) add_patch(&r, &p, p.version.len ? p.version : p.range);
    }
    return !r.is_wrong;
}

/* The version that a patch in package.json is for: the range itself, or what yarn.lock has for that file. */
static void note_patch(struct reading *r, const struct patched *p) {
    struct semver version;
    if (!p->file.len) return;
    if (semver_parse(p->range, 0, &version)) {
        add_patch(r, p, p->range);
        return;
    }
    for (size_t i = 0; i < r->patches->count; i++) {
        str name, of;
        pkg_spec_split(r->patches->at[i].package, &name, &of);
        if (str_eq(name, p->name) && str_eq(r->patches->at[i].file, p->file)) return;
    }
    wrong(r, "%.*s is patched by \"%.*s\" for \"%.*s\", and no yarn.lock says which version that is: write the version",
          STR_FMT(p->name), STR_FMT(p->file), STR_FMT(p->range));
}

/* What an entry says to everybody; it as it is when that is the same. */
static str plain_spec(struct reading *r, str key, str spec, bool in_migration) {
    struct patched p = {0};
    if (str_starts(spec, STR("patch:"))) {
        str folder = r->folder;
        bool is_read = read_patch(r, str_from(spec, 6), 0, &p);
        r->folder = folder;
        if (!is_read) return spec;
        note_patch(r, &p);
        return str_eq(key, p.name) ? p.range : arena_print(r->a, "npm:%.*s@%.*s", STR_FMT(p.name), STR_FMT(p.range));
    }
    if (str_starts(spec, STR("portal:"))) {
        if (r->d) diag_add(r->d, DIAG_WARNING, "yarn-portal", r->file, (str){0}, 0, 0,
                           "%.*s: \"%.*s\" becomes \"file:\": the folder is copied; make it a workspace to have it linked",
                           STR_FMT(key), STR_FMT(spec));
        return arena_print(r->a, "file:%.*s", STR_FMT(str_from(spec, 7)));
    }
    return in_migration ? pkg_yarn_range(spec) : spec;
}

str pkg_yarn_range(str spec) {
    str name, rest;
    if (!str_starts(spec, STR("npm:"))) return spec;
    rest = str_from(spec, 4);
    bool is_range = str_starts(rest, STR("^")) || str_starts(rest, STR("~"));
    pkg_spec_split(rest, &name, &rest);
    bool is_alias = rest.len && name.len && str_find_char(name, ' ') < 0 && !is_range;
    return is_alias || str_find_char(spec, '/') >= 0 ? spec : str_from(spec, 4);
}

/* The name at the end of a key of resolutions: "a/@s/b@npm:^1" -> "@s/b". */
static str last_name(str key) {
    str last = key;
    for (str rest = key, part; str_next(&rest, '/', &part);) {
        const char *from = part.at;
        if (part.len && part.at[0] == '@' && rest.len) str_next(&rest, '/', &part);
        last = str_of(from, (size_t)(part.at + part.len - from));
    }
    str name, range;
    pkg_spec_split(last, &name, &range);
    return name;
}

static bool change_group(struct reading *r, str *text, const struct json *root, const char *group, bool in_migration) {
    const struct json *entries = json_get_c(root, group);
    bool is_changed = false, is_resolutions = strcmp(group, "resolutions") == 0;
    if (!json_is(entries, JSON_OBJECT)) return false;
    for JSON_EACH(m, entries) {
        if (m->kind != JSON_STRING) continue;
        str spec = plain_spec(r, is_resolutions ? last_name(m->key) : m->key, m->text, in_migration);
        if (str_eq(spec, m->text)) continue;
        struct buf value = {0};
        json_write_text(&value, spec);
        is_changed |= json_edit_set(r->a, text, (str[]){str_c(group), m->key}, 2,
                                    arena_str(r->a, buf_view(&value)), JSON_AT_END);
        buf_free(&value);
    }
    return is_changed;
}

str pkg_yarn_settings(struct arena *a, str package_json, str folder, bool in_migration,
                      struct pkg_yarn_patches *patches, struct diag *d) {
    static const char *const more[] = {"resolutions", "overrides"};
    str text = package_json;
    struct reading r = {.a = a, .d = d, .folder = folder, .patches = patches};
    r.file = folder.len ? arena_print(a, "%.*s/package.json", STR_FMT(folder)) : STR("package.json");
    const struct json *root = json_parse(a, package_json, JSONC, NULL, r.file);
    bool is_changed = false;
    for (int g = 0; g < PKG_GROUPS; g++) is_changed |= change_group(&r, &text, root, pkg_group_names[g], in_migration);
    for (size_t i = 0; i < sizeof more / sizeof *more; i++)
        is_changed |= change_group(&r, &text, root, more[i], in_migration);
    if (r.has_builtin && d)
        diag_add(d, DIAG_NOTE, "yarn-builtin", r.file, (str){0}, 0, 0,
                 "patches that yarn has built in are for its own way to install, and left out");
    return is_changed && !r.is_wrong ? text : STR("");
}

str pkg_yarn_add_patches(struct arena *a, str package_json, const struct pkg_yarn_patches *patches) {
    str text = package_json;
    const struct json *there = json_get_c(json_parse(a, package_json, JSONC, NULL, STR("")), "patchedDependencies");
    for (size_t i = 0; i < patches->count; i++) {
        struct buf value = {0};
        if (json_get(there, patches->at[i].package)) continue;
        json_write_text(&value, patches->at[i].file);
        json_edit_set(a, &text, (str[]){STR("patchedDependencies"), patches->at[i].package}, 2,
                      arena_str(a, buf_view(&value)), JSON_AT_END);
        buf_free(&value);
    }
    return text;
}
