/* resolve/tsconfig.c: tsconfig.json and jsconfig.json with what they extend. */
#include "data/json.h"
#include "resolve/internal.h"
#include "sys/path.h"

static const struct resolve_tsconfig *read_config(struct resolver *r, str path, int depth);

/* The file that "extends" names: a path, or a package's file. */
static str extended(struct resolver *r, str folder, str name) {
    struct arena *a = &r->arena;
    if (path_is_dotted(name) || path_is_absolute(name)) {
        str path = path_resolve(a, folder, name);
        if (view_kind(r->view, path) == FILE_REGULAR) return path;
        return arena_print(a, "%.*s.json", STR_FMT(path));
    }
    for (struct folder *f = folder_get(r, folder); f; f = f->parent) {
        if (is_module_folder(f)) continue;
        str base = arena_print(a, "%.*s/node_modules/%.*s", STR_FMT(f->path.len == 1 ? (str){0} : f->path),
                               STR_FMT(name));
        if (view_kind(r->view, base) == FILE_REGULAR) return base;
        str json = arena_print(a, "%.*s.json", STR_FMT(base));
        if (view_kind(r->view, json) == FILE_REGULAR) return json;
        if (view_kind(r->view, base) != FILE_DIR) continue;
        const struct resolve_package *p = folder_package(r, folder_get(r, base));
        str named = p ? json_text(json_get_c(p->root, "tsconfig")) : (str){0};
        str path = path_resolve(a, base, named.len ? named : STR("tsconfig.json"));
        if (view_kind(r->view, path) == FILE_REGULAR) return path;
    }
    return (str){0};
}

static void take_bool(const struct json *options, const char *name, bool *into) {
    const struct json *value = json_get_c(options, name);
    if (value) *into = json_bool(value, false);
}

static void take_text(const struct json *options, const char *name, str *into) {
    str text = json_text(json_get_c(options, name));
    if (text.len) *into = text;
}

static void take_options(struct resolver *r, struct resolve_tsconfig *t, const struct json *root) {
    const struct json *o = json_get_c(root, "compilerOptions"), *fields = json_get_c(o, "useDefineForClassFields");
    str base = json_text(json_get_c(o, "baseUrl"));
    str folder = t->folder;
    if (str_starts(base, STR("${configDir}"))) base = arena_join(&r->arena, STR("."), str_from(base, 12));
    if (base.len) t->base_url = path_resolve(&r->arena, folder, base);
    const struct json *paths = json_get_c(o, "paths");
    if (json_is(paths, JSON_OBJECT)) {
        t->paths = paths;
        t->paths_folder = folder;
    }
    str jsx = json_text(json_get_c(o, "jsx"));
    if (str_is(jsx, "react")) t->jsx = RESOLVE_JSX_REACT;
    else if (str_is(jsx, "react-jsx")) t->jsx = RESOLVE_JSX_AUTOMATIC;
    else if (str_is(jsx, "react-jsxdev")) t->jsx = RESOLVE_JSX_DEV;
    else if (str_is(jsx, "preserve") || str_is(jsx, "react-native")) t->jsx = RESOLVE_JSX_PRESERVE;
    take_text(o, "jsxFactory", &t->jsx_factory);
    take_text(o, "jsxFragmentFactory", &t->jsx_fragment);
    take_text(o, "jsxImportSource", &t->jsx_import_source);
    take_bool(o, "experimentalDecorators", &t->legacy_decorators);
    take_bool(o, "emitDecoratorMetadata", &t->decorator_metadata);
    take_bool(o, "verbatimModuleSyntax", &t->verbatim_imports);
    take_bool(o, "alwaysStrict", &t->strict);
    if (fields) t->assign_class_fields = !json_bool(fields, true);
}

static void extend(struct resolver *r, struct resolve_tsconfig *t, str name, int depth) {
    str path = extended(r, t->folder, name);
    const struct resolve_tsconfig *base = path.len ? read_config(r, path, depth + 1) : NULL;
    if (!base) return;
    str file = t->file, folder = t->folder;
    struct resolve_tsconfig before = *t;
    *t = *base;
    t->file = file;
    t->folder = folder;
    /* several bases */
    if (!base->paths && before.paths) t->paths = before.paths, t->paths_folder = before.paths_folder;
    if (!base->base_url.len) t->base_url = before.base_url;
}

static const struct resolve_tsconfig *read_config(struct resolver *r, str path, int depth) {
    const struct resolve_tsconfig *known = map_get(&r->configs, path);
    if (known || depth > 16) return known;
    struct buf text = {0};
    if (view_read(r->view, path, &text) != 0) {
        buf_free(&text);
        return NULL;
    }
    struct resolve_tsconfig *t = ARENA_NEW(&r->arena, struct resolve_tsconfig);
    t->file = arena_str(&r->arena, path);
    t->folder = part_dirname(t->file);
    map_put(&r->configs, t->file, t);
    struct json *root = json_parse(&r->arena, arena_str(&r->arena, buf_view(&text)), JSONC, NULL, path);
    const struct json *bases = json_get_c(root, "extends");
    if (json_is(bases, JSON_STRING)) extend(r, t, json_text(bases), depth);
    if (json_is(bases, JSON_ARRAY)) for JSON_EACH(base, bases) extend(r, t, json_text(base), depth);
    if (root) take_options(r, t, root);
    buf_free(&text);
    return t;
}

const struct resolve_tsconfig *folder_tsconfig(struct resolver *r, struct folder *f) {
    if (r->options.tsconfig.len) return read_config(r, r->options.tsconfig, 0);
    if (!f || is_module_folder(f)) return NULL;
    if (f->tsconfig_known) return f->tsconfig;
    static const char *const names[] = {"tsconfig.json", "jsconfig.json"};
    f->tsconfig_known = KNOWN_YES;
    for (int i = 0; i < 2 && !f->tsconfig; i++) {
        if (folder_kind(r, f, str_c(names[i])) != FILE_REGULAR) continue;
        f->tsconfig = read_config(
            r, arena_print(&r->arena, "%.*s/%s", STR_FMT(f->path.len == 1 ? (str){0} : f->path), names[i]), 0);
    }
    if (!f->tsconfig) f->tsconfig = folder_tsconfig(r, f->parent);
    return f->tsconfig;
}
