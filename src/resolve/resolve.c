/* resolve/resolve.c: the way of a specifier: builtin, path, url, #import, own name, tsconfig paths, node_modules. */
#include "resolve/resolve.h"

#include "data/json.h"
#include "resolve/internal.h"
#include "sys/path.h"

/* Extensions that are tried after a name, in Bun's order; in node_modules what Node tries comes first for `require`. */
static const char *const import_ends[] = {".tsx", ".jsx", ".mts", ".ts", ".mjs", ".js", ".cts", ".cjs", ".json", NULL};
static const char *const require_ends[] = {".tsx", ".ts",  ".jsx",  ".cts",  ".cjs", ".js",
                                           ".mts", ".mjs", ".json", ".node", NULL};
static const char *const import_module_ends[] = {".mjs", ".jsx", ".mts", ".js",   ".cjs",
                                                 ".tsx", ".ts",  ".cts", ".json", NULL};
static const char *const require_module_ends[] = {".js",  ".json", ".node", ".cjs", ".jsx", ".mjs",
                                                  ".mts", ".tsx",  ".ts",   ".cts", NULL};
static const char *const node_ends[] = {".js", ".json", ".node", NULL};
static const char *const no_ends[] = {NULL};

static const char *const *ends_of(const struct ask *k) {
    if (k->r->options.node_only) return k->mode == RESOLVE_REQUIRE || k->is_main ? node_ends : no_ends;
    if (k->in_modules) return k->mode == RESOLVE_REQUIRE || k->is_main ? require_module_ends : import_module_ends;
    return k->mode == RESOLVE_REQUIRE ? require_ends : import_ends;
}

bool fail(struct ask *k, const char *code, bool is_type_error, const char *format, ...) {
    va_list list;
    va_start(list, format);
    *k->why = (struct resolve_failure){
        .code = code, .is_type_error = is_type_error, .message = arena_vprint(k->a, format, list)};
    va_end(list);
    return false;
}

bool resolve_in_node_modules(str path) { return str_find(path, STR("/node_modules/")) >= 0; }

/* --- urls ------------------------------------------------------------------------------------------------------ */

static int hex(char c) {
    return c >= '0' && c <= '9' ? c - '0' : (c | 32) >= 'a' && (c | 32) <= 'f' ? (c | 32) - 'a' + 10 : -1;
}

static str percent_decode(struct arena *a, str s) {
    if (str_find_char(s, '%') < 0) return s;
    char *out = arena_alloc(a, s.len + 1);
    size_t n = 0;
    for (size_t i = 0; i < s.len; i++) {
        if (s.at[i] == '%' && i + 2 < s.len && hex(s.at[i + 1]) >= 0 && hex(s.at[i + 2]) >= 0) {
            out[n++] = (char)(hex(s.at[i + 1]) * 16 + hex(s.at[i + 2]));
            i += 2;
        } else out[n++] = s.at[i];
    }
    out[n] = 0;
    return str_of(out, n);
}

static bool has_encoded_slash(str s) {
    for (size_t i = 0; i + 2 < s.len; i++)
        if (s.at[i] == '%' &&
            ((s.at[i + 1] == '2' && (s.at[i + 2] | 32) == 'f') || (s.at[i + 1] == '5' && (s.at[i + 2] | 32) == 'c')))
            return true;
    return false;
}

str resolve_path_to_url(struct arena *a, str path) {
    static const char keep[] = "/-_.!~*'();:@&=+$,[]{}|^`";      /* less those that pathToFileURL encodes */
    struct buf b = {0};
    buf_lit(&b, "file://");
    for (size_t i = 0; i < path.len; i++) {
        unsigned char c = (unsigned char)path.at[i];
        bool plain = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                     (c && strchr(keep, c) && !strchr("{}|^`", c));
        if (c == '[' || c == ']') plain = true;
        if (plain) buf_add_char(&b, (char)c);
        else buf_print(&b, "%%%02X", c);
    }
    str s = arena_str(a, buf_view(&b));
    buf_free(&b);
    return s;
}

bool resolve_url_to_path(struct arena *a, str url, str *out) {
    if (!str_starts(url, STR("file:"))) return false;
    str rest = str_from(url, 5);
    if (str_starts(rest, STR("//"))) {
        rest = str_from(rest, 2);
        if (str_starts(rest, STR("localhost/"))) rest = str_from(rest, 9);
    }
    if (!str_starts(rest, STR("/"))) return false;
    *out = path_normalize(a, percent_decode(a, rest));
    return true;
}

/* "./x?a#b" -> "./x", "?a#b"; a query or a fragment without a text is none */
static void cut_suffix(str s, str *path, str *suffix) {
    size_t i = 0;
    while (i < s.len && s.at[i] != '?' && s.at[i] != '#') i++;
    *path = str_upto(s, i);
    s = str_from(s, i);
    if (s.len && s.at[s.len - 1] == '#' && str_find_char(s, '#') == (ptrdiff_t)s.len - 1) s = str_upto(s, s.len - 1);
    if (str_is(s, "?") || str_starts(s, STR("?#"))) s = str_from(s, 1);
    *suffix = s;
}

/* --- files ----------------------------------------------------------------------------------------------------- */

static bool found_file(struct ask *k, struct folder *f, str name, str *out) {
    *out = folder_real_of(k->r, f, name);
    return true;
}

/* `x.js` that is written for `x.ts`. */
static bool try_typescript(struct ask *k, struct folder *f, str name, str *out) {
    static const struct { const char *from, *to[3]; } swaps[] = {
        {".js", {".ts", ".tsx"}}, {".jsx", {".tsx"}}, {".mjs", {".mts"}}, {".cjs", {".cts"}}, {NULL, {NULL}},
    };
    if (k->r->options.node_only) return false;
    for (int s = 0; swaps[s].from; s++) {
        if (!str_ends(name, str_c(swaps[s].from))) continue;
        str stem = str_upto(name, name.len - strlen(swaps[s].from));
        for (int i = 0; swaps[s].to[i]; i++) {
            str with = arena_print(k->a, "%.*s%s", STR_FMT(stem), swaps[s].to[i]);
            if (folder_kind(k->r, f, with) == FILE_REGULAR) return found_file(k, f, with, out);
        }
    }
    return false;
}

static bool try_ends(struct ask *k, struct folder *f, str name, str *out) {
    for (const char *const *end = ends_of(k); *end; end++) {
        str with = arena_print(k->a, "%.*s%s", STR_FMT(name), *end);
        if (folder_kind(k->r, f, with) == FILE_REGULAR) return found_file(k, f, with, out);
    }
    return false;
}

static bool is_file_like(enum file_kind kind) { return kind != FILE_NONE && kind != FILE_DIR; }

/* The file itself, with an extension, or as TypeScript. */
static bool try_file(struct ask *k, str path, str *out) {
    if (str_ends(path, STR("/")) || path.len < 2) return false;
    struct folder *f = folder_get(k->r, part_dirname(path));
    str name = part_basename(path);
    if (str_is(name, ".") || str_is(name, "..") || !folder_is_there(k->r, f)) return false;
    if (is_file_like(folder_kind(k->r, f, name))) return found_file(k, f, name, out);
    return try_ends(k, f, name, out) || try_typescript(k, f, name, out);
}

static bool try_index(struct ask *k, struct folder *f, str *out) {
    return folder_is_there(k->r, f) && try_ends(k, f, STR("index"), out);
}

enum tried { TRIED_NOTHING, TRIED_FOUND, TRIED_FAILED };

/* A folder: what its package.json calls main, else its index. */
static enum tried try_folder(struct ask *k, str path, str *out) {
    struct folder *f = folder_get(k->r, path);
    if (!folder_is_there(k->r, f)) return TRIED_NOTHING;
    const struct resolve_package *p = folder_package(k->r, f);
    if (p && p->bad.len) {
        fail(k, "ERR_INVALID_PACKAGE_CONFIG", false, "Invalid package config %.*s.", STR_FMT(p->file));
        return TRIED_FAILED;
    }
    const str mains[] = {p ? p->main : (str){0}, p && !k->r->options.node_only && !p->main.len ? p->module : (str){0}};
    for (int i = 0; i < 2; i++) {
        if (!mains[i].len) continue;
        str main = path_join(k->a, f->path, mains[i]);
        if (try_file(k, main, out) || try_index(k, folder_get(k->r, main), out)) return TRIED_FOUND;
    }
    if (try_index(k, f, out)) return TRIED_FOUND;
    if (k->mode != RESOLVE_REQUIRE || !mains[0].len) return TRIED_NOTHING;
    str main = path_join(k->a, f->path, mains[0]);
    fail(k, "MODULE_NOT_FOUND", false,
         "Cannot find module '%.*s'. Please verify that the package.json has a valid \"main\" entry", STR_FMT(main));
    k->why->path = p->file;
    k->why->request_path = k->specifier;
    return TRIED_FAILED;
}

static enum tried try_path(struct ask *k, str path, str *out) {
    if (try_file(k, path, out)) return TRIED_FOUND;
    if (k->r->options.node_only && k->mode == RESOLVE_IMPORT) return TRIED_NOTHING;
    return try_folder(k, path, out);
}

static bool not_found(struct ask *k, str path) {
    if (k->mode == RESOLVE_REQUIRE)
        return fail(k, "MODULE_NOT_FOUND", false, "Cannot find module '%.*s'", STR_FMT(k->specifier));
    struct folder *f = folder_get(k->r, path);
    if (folder_is_there(k->r, f))
        fail(k, "ERR_UNSUPPORTED_DIR_IMPORT", false,
             "Directory import '%.*s' is not supported resolving ES modules imported from %.*s", STR_FMT(path),
             STR_FMT(k->from));
    else
        fail(k, "ERR_MODULE_NOT_FOUND", false, "Cannot find module '%.*s' imported from %.*s", STR_FMT(path),
             STR_FMT(k->from));
    k->why->path = path;
    return false;
}

static bool resolve_path(struct ask *k, str path, str *out) {
    switch (try_path(k, path, out)) {
    case TRIED_FOUND: return true;
    case TRIED_FAILED: return false;
    default: return not_found(k, path);
    }
}

static bool refuse_slash(struct ask *k, str path) {
    return fail(k, "ERR_INVALID_MODULE_SPECIFIER", true,
                "Invalid module \"%.*s\" must not include encoded \"/\" or \"\\\" characters"
                "%s%.*s",
                STR_FMT(path), k->mode == RESOLVE_IMPORT ? " imported from " : "",
                STR_FMT(k->mode == RESOLVE_IMPORT ? k->from : (str){0}));
}

/* What a map of package.json names must be there as it is. */
static bool resolve_target(struct ask *k, str path, str *out) {
    if (has_encoded_slash(path)) return refuse_slash(k, path);
    path = percent_decode(k->a, path);
    struct folder *f = folder_get(k->r, part_dirname(path));
    str name = part_basename(path);
    if (folder_is_there(k->r, f)) {
        if (is_file_like(folder_kind(k->r, f, name))) return found_file(k, f, name, out);
        if (try_typescript(k, f, name, out)) return true;
    }
    if (k->mode == RESOLVE_REQUIRE) {
        fail(k, "MODULE_NOT_FOUND", false, "Cannot find module '%.*s'", STR_FMT(path));
        k->why->path = path;
        return false;
    }
    return not_found(k, path);
}

/* --- packages -------------------------------------------------------------------------------------------------- */

/* "@a/b/c" -> "@a/b", "./c". false: not a package name. */
static bool cut_package(struct arena *a, str spec, str *name, str *subpath) {
    ptrdiff_t at = str_find_char(spec, '/');
    if (spec.len && spec.at[0] == '@') {
        if (at < 0) return false;
        ptrdiff_t more = str_find_char(str_from(spec, (size_t)at + 1), '/');
        at = more < 0 ? -1 : at + 1 + more;
    }
    *name = at < 0 ? spec : str_upto(spec, (size_t)at);
    *subpath = arena_join(a, STR("."), at < 0 ? (str){0} : str_from(spec, (size_t)at));
    return name->len && name->at[0] != '.' && str_find_char(*name, '\\') < 0 && str_find_char(*name, '%') < 0;
}

/* Looks into one node_modules folder (or one of NODE_PATH). */
static enum tried try_modules(struct ask *k, struct folder *modules, str name, str subpath, str *out) {
    struct resolver *r = k->r;
    struct folder *p_folder = folder_get(r, arena_print(k->a, "%.*s/%.*s", STR_FMT(modules->path), STR_FMT(name)));
    if (folder_is_there(r, p_folder)) {
        const struct resolve_package *p = folder_package(r, p_folder);
        if (p && p->bad.len) {
            str asked = k->mode == RESOLVE_IMPORT ? arena_print(k->a, " while importing \"%.*s\" from %.*s",
                                                                STR_FMT(k->specifier), STR_FMT(k->from))
                                                  : STR("");
            fail(k, "ERR_INVALID_PACKAGE_CONFIG", false, "Invalid package config %.*s%.*s.", STR_FMT(p->file),
                 STR_FMT(asked));
            return TRIED_FAILED;
        }
        if (p && p->exports) {
            str target;
            if (exports_resolve(k, p, subpath, k->mode == RESOLVE_IMPORT, &target) != TARGET_FOUND) return TRIED_FAILED;
            return resolve_target(k, target, out) ? TRIED_FOUND : TRIED_FAILED;
        }
        if (subpath.len == 1) {
            if (k->mode == RESOLVE_REQUIRE && try_file(k, p_folder->path, out)) return TRIED_FOUND;
            k->is_main = true;
            enum tried tried = try_folder(k, p_folder->path, out);
            k->is_main = false;
            return tried;
        }
        str path = path_join(k->a, p_folder->path, subpath);
        if (k->mode == RESOLVE_IMPORT) {
            if (has_encoded_slash(subpath)) return refuse_slash(k, path), TRIED_FAILED;
            path = percent_decode(k->a, path);
        }
        return try_path(k, path, out);
    }
    if (k->mode == RESOLVE_IMPORT && r->options.node_only) return TRIED_NOTHING;
    return try_file(k, path_join3(k->a, modules->path, name, subpath), out) ? TRIED_FOUND : TRIED_NOTHING;
}

static enum tried try_list(struct ask *k, str list, str name, str subpath, str *out) {
    for (str part; str_next(&list, ':', &part);) {
        if (!path_is_absolute(part)) continue;
        enum tried tried = try_modules(k, folder_get(k->r, path_normalize(k->a, part)), name, subpath, out);
        if (tried) return tried;
    }
    return TRIED_NOTHING;
}

static enum tried walk_modules(struct ask *k, str name, str subpath, str *out) {
    const struct resolve_options *o = &k->r->options;
    k->in_modules = true;
    for (struct folder *f = k->folder; f; f = f->parent) {
        if (is_module_folder(f)) continue;
        str path = f->path.len == 1 ? STR("/node_modules") : arena_print(k->a, "%.*s/node_modules", STR_FMT(f->path));
        struct folder *modules = folder_get(k->r, path);
        if (!folder_is_there(k->r, modules)) continue;
        enum tried tried = try_modules(k, modules, name, subpath, out);
        if (tried) return tried;
    }
    enum tried tried = TRIED_NOTHING;
    if (o->node_path.len && (k->mode == RESOLVE_REQUIRE || !o->node_only))
        tried = try_list(k, o->node_path, name, subpath, out);
    if (!tried && o->home.len && k->mode == RESOLVE_REQUIRE)
        tried = try_list(
            k, arena_print(k->a, "%.*s/.node_modules:%.*s/.node_libraries", STR_FMT(o->home), STR_FMT(o->home)), name,
            subpath, out);
    return tried;
}

/* --- tsconfig paths -------------------------------------------------------------------------------------------- */

static bool try_mapped(struct ask *k, const struct resolve_tsconfig *t, const struct json *targets, str match,
                       str *out) {
    str base = t->base_url.len ? t->base_url : t->paths_folder;
    for JSON_EACH(each, targets) {
        str target = json_text(each), left, right;
        if (str_starts(target, STR("${configDir}"))) target = arena_join(k->a, t->folder, str_from(target, 12));
        if (str_split(target, '*', &left, &right))
            target = arena_print(k->a, "%.*s%.*s%.*s", STR_FMT(left), STR_FMT(match), STR_FMT(right));
        if (target.len && try_path(k, path_resolve(k->a, base, target), out) == TRIED_FOUND) return true;
    }
    return false;
}

static bool try_tsconfig(struct ask *k, str spec, str *out) {
    if (k->r->options.node_only || resolve_in_node_modules(k->folder->path)) return false;
    const struct resolve_tsconfig *t = folder_tsconfig(k->r, k->folder);
    if (!t || (!t->paths && !t->base_url.len)) return false;
    if (t->paths) {
        const struct json *exact = json_get(t->paths, spec), *best = NULL;
        if (exact) {
            if (try_mapped(k, t, exact, (str){0}, out)) return true;
        } else {
            size_t best_len = 0;
            str match = {0};
            for JSON_EACH(each, t->paths) {
                str left, right;
                if (!str_split(each->key, '*', &left, &right) || spec.len < left.len + right.len) continue;
                if (!str_starts(spec, left) || !str_ends(spec, right) || (best && left.len <= best_len)) continue;
                best = each;
                best_len = left.len;
                match = str_cut(spec, left.len, spec.len - right.len);
            }
            if (best && try_mapped(k, t, best, match, out)) return true;
        }
    }
    return t->base_url.len && try_path(k, path_join(k->a, t->base_url, spec), out) == TRIED_FOUND;
}

/* --- the whole way --------------------------------------------------------------------------------------------- */

static bool as_builtin(struct ask *k, str spec, struct resolve_result *out) {
    str id;
    if (!k->r->options.builtin || !k->r->options.builtin(spec, &id)) return false;
    *out = (struct resolve_result){.kind = RESOLVE_BUILTIN, .path = arena_str(&k->r->arena, id)};
    return true;
}

static bool resolve_bare(struct ask *k, str spec, struct resolve_result *out);

static bool resolve_hash(struct ask *k, str spec, struct resolve_result *out) {
    const struct resolve_package *scope = folder_scope(k->r, k->folder);
    if ((!scope || !scope->imports) && try_tsconfig(k, spec, &out->path)) return true;
    if (k->mode == RESOLVE_REQUIRE && (!scope || !scope->imports))
        return fail(k, "MODULE_NOT_FOUND", false, "Cannot find module '%.*s'", STR_FMT(spec));
    str target;
    switch (imports_resolve(k, scope, spec, &target)) {
    case TARGET_FOUND: k->in_modules = resolve_in_node_modules(target); return resolve_target(k, target, &out->path);
    case TARGET_BARE: return resolve_bare(k, target, out);
    default: {
        struct resolve_failure why = *k->why;
        if (try_tsconfig(k, spec, &out->path)) return true;
        *k->why = why;
        return false;
    }
    }
}

static bool resolve_bare(struct ask *k, str spec, struct resolve_result *out) {
    if (as_builtin(k, spec, out)) return true;
    if (try_tsconfig(k, spec, &out->path)) return true;
    str name, subpath;
    if (!cut_package(k->a, spec, &name, &subpath)) {
        if (k->mode == RESOLVE_REQUIRE)
            return fail(k, "MODULE_NOT_FOUND", false, "Cannot find module '%.*s'", STR_FMT(k->specifier));
        return fail(k, "ERR_INVALID_MODULE_SPECIFIER", true,
                    "Invalid module \"%.*s\" is not a valid package name imported from %.*s", STR_FMT(spec),
                    STR_FMT(k->from));
    }
    const struct resolve_package *scope = folder_scope(k->r, k->folder);
    if (scope && scope->exports && str_eq(scope->name, name)) {
        str target;
        if (exports_resolve(k, scope, subpath, true, &target) != TARGET_FOUND) return false;
        return resolve_target(k, target, &out->path);
    }
    switch (walk_modules(k, name, subpath, &out->path)) {
    case TRIED_FOUND: return true;
    case TRIED_FAILED: return false;
    default: break;
    }
    if (k->mode == RESOLVE_REQUIRE)
        return fail(k, "MODULE_NOT_FOUND", false, "Cannot find module '%.*s'", STR_FMT(k->specifier));
    /* Was the package there, and only its file absent? */
    for (struct folder *f = k->folder; f; f = f->parent) {
        str path = arena_print(k->a, "%.*s/node_modules/%.*s", STR_FMT(f->path.len == 1 ? (str){0} : f->path),
                               STR_FMT(name));
        if (is_module_folder(f) || !folder_is_there(k->r, folder_get(k->r, path))) continue;
        if (subpath.len > 1) return not_found(k, path_join(k->a, path, subpath));
        const struct resolve_package *p = folder_package(k->r, folder_get(k->r, path));
        bool says = p && json_is(json_get_c(p->root, "main"), JSON_STRING);
        str main = path_join(k->a, path, says ? p->main : STR("index.js"));
        return fail(k, "ERR_MODULE_NOT_FOUND", false, "Cannot find package '%.*s' imported from %.*s", STR_FMT(main),
                    STR_FMT(k->from));
    }
    return fail(k, "ERR_MODULE_NOT_FOUND", false, "Cannot find package '%.*s' imported from %.*s", STR_FMT(name),
                STR_FMT(k->from));
}

static bool has_scheme(str s, str *scheme) {
    size_t i = 0;
    for (; i < s.len; i++) {
        char c = s.at[i];
        bool letter = (c | 32) >= 'a' && (c | 32) <= 'z',
             other = (c >= '0' && c <= '9') || c == '+' || c == '-' || c == '.';
        if (!letter && !(i && other)) break;
    }
    *scheme = str_upto(s, i);
    return i > 1 && i < s.len && s.at[i] == ':';
}

static bool resolve_url(struct ask *k, str scheme, struct resolve_result *out) {
    str spec = k->specifier, path;
    if (as_builtin(k, spec, out)) return true;
    if (str_is(scheme, "node"))
        return fail(k, "ERR_UNKNOWN_BUILTIN_MODULE", false, "No such built-in module: %.*s", STR_FMT(spec));
    if (str_is(scheme, "data") && k->mode == RESOLVE_IMPORT) {
        *out = (struct resolve_result){.kind = RESOLVE_DATA, .path = arena_str(&k->r->arena, spec)};
        return true;
    }
    if (str_is(scheme, "file") && (k->mode == RESOLVE_IMPORT || !k->r->options.node_only)) {
        cut_suffix(spec, &path, &out->suffix);
        out->suffix = arena_str(&k->r->arena, out->suffix);
        if (has_encoded_slash(path))
            return refuse_slash(k, str_starts(path, STR("file://")) ? str_from(path, 7) : path);
        if (!resolve_url_to_path(k->a, path, &path))
            return fail(k, "ERR_INVALID_FILE_URL_HOST", true, "File URL host must be \"localhost\" or empty on linux");
        return resolve_path(k, path, &out->path);
    }
    if (k->mode == RESOLVE_REQUIRE || str_is(scheme, "bun")) return resolve_bare(k, spec, out);
    bool is_web = str_is(scheme, "http") || str_is(scheme, "https");
    return fail(k, "ERR_UNSUPPORTED_ESM_URL_SCHEME", false,
                "Only URLs with a scheme in: %s are supported by the "
                "default ESM loader. Received protocol '%.*s:'",
                is_web ? "file and data" : "file, data, and node", STR_FMT(scheme));
}

static bool answer(struct ask *k, struct resolve_result *out) {
    str spec = k->specifier, scheme;
    bool dotted = path_is_dotted(spec);
    if (dotted || path_is_absolute(spec)) {
        str path = spec;
        if (k->mode == RESOLVE_IMPORT) {
            cut_suffix(spec, &path, &out->suffix);
            if (has_encoded_slash(path)) return refuse_slash(k, dotted ? path_join(k->a, k->folder->path, path) : path);
            out->suffix = arena_str(&k->r->arena, out->suffix);
            path = percent_decode(k->a, path);
        }
        if (dotted) {
            str last = part_basename(path);
            bool as_folder = !last.len || str_is(last, ".") || str_is(last, "..");
            path = path_join(k->a, k->folder->path, path);
            if (as_folder && !str_ends(path, STR("/"))) path = arena_join(k->a, path, STR("/"));
        } else path = path_normalize(k->a, path);
        if (str_find_char(path, 0) >= 0)
            return fail(k, "ERR_INVALID_ARG_VALUE", true, "The argument 'path' must be a string without null bytes");
        return resolve_path(k, path, &out->path);
    }
    if (!spec.len) {
        if (k->mode == RESOLVE_REQUIRE)
            return fail(k, "ERR_INVALID_ARG_VALUE", true, "The argument 'id' must be a non-empty string. Received ''");
        return fail(k, "ERR_MODULE_NOT_FOUND", false, "Cannot find package '' imported from %.*s", STR_FMT(k->from));
    }
    if (spec.at[0] == '#') return resolve_hash(k, spec, out);
    if (has_scheme(spec, &scheme)) return resolve_url(k, scheme, out);
    return resolve_bare(k, spec, out);
}

/* Answers that were found are kept for good, as Node keeps them: key "r\0folder\0specifier". */
static struct resolve_result *kept(struct resolver *r, struct arena *a, str folder, str spec, enum resolve_mode mode,
                                   str *key) {
    char *at = arena_alloc(a, folder.len + spec.len + 2);
    at[0] = mode == RESOLVE_IMPORT ? 'i' : 'r';
    memcpy(at + 1, folder.at, folder.len);
    at[folder.len + 1] = 0;
    if (spec.len) memcpy(at + folder.len + 2, spec.at, spec.len);
    *key = str_of(at, folder.len + spec.len + 2);
    return map_get(&r->answers, *key);
}

bool resolve_specifier(struct resolver *r, struct arena *a, str from, str specifier, enum resolve_mode mode,
                       struct resolve_result *out, struct resolve_failure *why) {
    str key, folder = part_dirname(from);
    thread_lock(&r->lock);
    struct resolve_result *known = kept(r, a, folder, specifier, mode, &key);
    bool found = known != NULL;
    if (known) *out = *known;
    else {
        *why = (struct resolve_failure){0};
        *out = (struct resolve_result){.kind = RESOLVE_FILE};
        bool inside = resolve_in_node_modules(from);
        struct ask k = {r, a, from, specifier, folder_get(r, folder), mode, inside, false, why};
        found = answer(&k, out);
        if (!found && str_find(str_c(why->code), STR("MODULE_NOT_FOUND")) >= 0) {
            r->turn++;                                       /* it may have come since its folder was listed */
            *out = (struct resolve_result){.kind = RESOLVE_FILE};
            k = (struct ask){r, a, from, specifier, folder_get(r, folder), mode, inside, false, why};
            found = answer(&k, out);
        }
        if (found) {
            known = ARENA_NEW(&r->arena, struct resolve_result);
            *known = *out;
            map_put(&r->answers, arena_str(&r->arena, key), known);
        }
    }
    thread_unlock(&r->lock);
    return found;
}

bool resolve_entry(struct resolver *r, struct arena *a, str path, bool keep_links, struct resolve_result *out,
                   struct resolve_failure *why) {
    thread_lock(&r->lock);
    *why = (struct resolve_failure){0};
    *out = (struct resolve_result){.kind = RESOLVE_FILE};
    bool preserve = r->options.preserve_symlinks;
    r->options.preserve_symlinks = keep_links;
    struct ask k = {
        r,     a,  path, path, folder_get(r, part_dirname(path)), RESOLVE_REQUIRE, resolve_in_node_modules(path),
        false, why};
    bool found = resolve_path(&k, path, &out->path);
    r->options.preserve_symlinks = preserve;
    thread_unlock(&r->lock);
    return found;
}

const struct resolve_package *resolve_scope(struct resolver *r, str path) {
    thread_lock(&r->lock);
    const struct resolve_package *p = folder_scope(r, folder_get(r, part_dirname(path)));
    thread_unlock(&r->lock);
    return p;
}

const struct resolve_tsconfig *resolve_tsconfig(struct resolver *r, str path) {
    thread_lock(&r->lock);
    const struct resolve_tsconfig *t = resolve_in_node_modules(path)
                                           ? NULL
                                           : folder_tsconfig(r, folder_get(r, part_dirname(path)));
    thread_unlock(&r->lock);
    return t;
}

size_t resolve_node_modules(struct arena *a, str folder, str **out) {
    size_t n = 1, count = 0;
    for (size_t i = 0; i < folder.len; i++) n += folder.at[i] == '/';
    *out = ARENA_ARRAY(a, str, n + 1);
    for (str at = folder; at.len > 1; at = part_dirname(at))
        if (!str_is(part_basename(at), "node_modules"))
            (*out)[count++] = arena_print(a, "%.*s/node_modules", STR_FMT(at));
    (*out)[count++] = STR("/node_modules");
    return count;
}

struct resolver *resolve_new(const struct resolve_options *options) {
    struct resolver *r = NEW(struct resolver);
    r->options = *options;
    r->view = options->view ? options->view : &view_disk;
    r->turn = 1;
    return r;
}

void resolve_fresh(struct resolver *r) {
    thread_lock(&r->lock);
    r->turn++;
    thread_unlock(&r->lock);
}

void resolve_free(struct resolver *r) {
    if (!r) return;
    for (struct map_entry *e = NULL; (e = map_next(&r->folders, e));) {
        struct folder *f = e->value;
        map_free(&f->names);
        arena_free(&f->name_arena);
        if (f->package) map_free((struct map *)&f->package->by_key);
    }
    map_free(&r->folders);
    map_free(&r->answers);
    map_free(&r->configs);
    arena_free(&r->arena);
    mem_free(r);
}
