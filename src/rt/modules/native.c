/* rt/modules/native.c: the door of rt:modules, and what rt calls. */
#include <stdio.h>

#include "engine/js_realm.h"
#include "load/made.h"
#include "rt/builtin.h"
#include "rt/modules/module.h"
#include "rt/modules/modules.h"
#include "rt/modules/names.h"
#include "sys/env.h"
#include "sys/file.h"
#include "sys/path.h"
#include "sys/program.h"
#include "sys/pool.h"
#include "sys/thread.h"

static _Thread_local js_val face;                                      /* rt:modules; held */
static _Thread_local struct load_unit *entry_unit;
static _Thread_local js_val printed;

js_val modules_helper(const char *name) {
    if (!face) {
        js_val made = rt_builtin(STR("rt:modules"));
        if (!made) return NULL;
        face = js_hold(made);
    }
    return js_get(face, name);
}

js_val modules_call(const char *name, size_t n, const js_val args[]) {
    js_val fn = modules_helper(name);
    return fn ? js_invoke(fn, NULL, n, args) : NULL;
}

/* --- modules that are no ES modules ------------------------------------------------------------------------------- */

static str name_of(const struct load_unit *u) { return u->path.len ? u->path : u->url; }

js_val module_compiled(struct module *m) {
    if (m->compiled) return m->compiled;
    js_val args[] = {js_make_bytes_copy(m->unit->text.at, m->unit->text.len), js_make_str(name_of(m->unit))};
    js_val made = modules_call("compileWasm", 2, args);
    return made ? m->compiled = js_hold(made) : NULL;
}

static js_val path_value(str path) { return js_make_str(path); }

static bool fill_value(struct module *m) {
    struct load_unit *u = m->unit;
    js_val args[] = {m->binding, NULL, js_make_str(name_of(u)),
                     u->fixes.len ? js_make_str(buf_view(&u->fixes)) : js_make_undefined()};
    switch (u->format) {
    case LOAD_PATH: args[1] = path_value(u->path); break;
    case LOAD_TEXT: args[1] = js_make_str(buf_view(&u->text)); break;
    case LOAD_JSON:
    case LOAD_JSONC:
    case LOAD_JSON5:
    case LOAD_TOML:
    case LOAD_YAML:
        args[1] = js_make_str(str_starts(buf_view(&u->text), STR("\xEF\xBB\xBF")) ? str_from(buf_view(&u->text), 3)
                                                                                  : buf_view(&u->text));
        if (!modules_call("fillJson", 4, args)) return false;
        return m->is_filled = true;
    case LOAD_WASM:
        args[1] = module_compiled(m);
        return m->is_filled = args[1] && modules_call("fillWasm", 3, args) != NULL;
    default:
        js_throw(JS_ERROR, "ERR_NOT_IMPLEMENTED", "Importing '%.*s' is not implemented: its format is not there yet",
                 STR_FMT(u->path));
        return false;
    }
    return m->is_filled = js_set(m->binding, "default", args[1]);
}

static bool fill_commonjs(struct module *m) {
    struct lang_unit *text = &m->unit->lang;
    js_val names = js_make_array(0, NULL), path = js_make_str(m->unit->name);
    for (uint32_t i = 0; i < text->n_cjs_exports; i++) js_set_at(names, i, js_make_str(text->cjs_exports[i]));
    js_val exports = modules_call("runCommonJS", 1, &path);
    if (!exports) return false;
    js_val args[] = {m->binding, exports, names}, loose = modules_call("fillCommonJS", 3, args);
    if (!loose) return false;
    if (js_is_object(loose)) m->loose = js_hold(loose);
    return m->is_filled = true;
}

bool modules_fill(struct module *m) {
    if (m->is_filled) return true;
    if (m->has_error) return js_throw_value(m->error), false;
    if (m->kind == MODULE_CJS ? fill_commonjs(m) : fill_value(m)) return true;
    js_val error = js_take_thrown();
    m->has_error = true;
    m->error = js_hold(error ? error : js_make_undefined());
    js_throw_value(m->error);
    return false;
}

/* --- natives ------------------------------------------------------------------------------------------------------ */

static js_val failure_value(const struct resolve_failure *why) {
    js_val error = error_of_failure(why);
    if (why->path.len) js_set(error, "path", js_make_str(why->path));
    if (why->request_path.len) js_set(error, "requestPath", js_make_str(why->request_path));
    return error;
}

/* resolve(from, specifier, isRequire): the path or "node:x"; an Error that says why not. */
NATIVE(modules_resolve) {
    struct resolve_result to;
    struct resolve_failure why;
    enum resolve_mode mode = js_bool(c, 2) ? RESOLVE_REQUIRE : RESOLVE_IMPORT;
    if (resolve_specifier(load_resolver(modules_loader), js_arena(c), js_str(c, 0), js_str(c, 1), mode, &to, &why))
        return js_make_str(to.suffix.len && mode == RESOLVE_IMPORT ? arena_join(js_arena(c), to.path, to.suffix)
                                                                   : to.path);
    return failure_value(&why);
}

/* resolveUrl(from, specifier): for import.meta.resolve: a URL even when nothing is there. */
NATIVE(modules_resolve_url) {
    struct resolve_result to;
    struct resolve_failure why;
    struct arena *a = js_arena(c);
    if (resolve_specifier(load_resolver(modules_loader), a, js_str(c, 0), js_str(c, 1), RESOLVE_IMPORT, &to, &why))
        return js_make_str(to.kind == RESOLVE_FILE ? arena_join(a, resolve_path_to_url(a, to.path), to.suffix)
                                                   : to.path);
    if (!strcmp(why.code, "ERR_UNSUPPORTED_ESM_URL_SCHEME") || !strcmp(why.code, "ERR_UNKNOWN_BUILTIN_MODULE"))
        return js_make_str(js_str(c, 1));
    if (why.path.len && (!strcmp(why.code, "ERR_MODULE_NOT_FOUND") || !strcmp(why.code, "ERR_UNSUPPORTED_DIR_IMPORT")))
        return js_make_str(resolve_path_to_url(a, why.path));
    return js_throw_value(error_of_failure(&why));
}

/* fresh(): from now on files that were absent are looked for again. */
NATIVE(modules_fresh) { return resolve_fresh(load_resolver(modules_loader)), NULL; }

static js_val result_of(struct module *m) {
    js_val both[] = {module_is_waiting(m) ? module_promise(m) : js_make_undefined(), js_make_num(m->number)};
    return js_make_array(2, both);
}

/* The module that a request leads to; NULL: it threw. Arguments: from, specifier, type. */
static struct module *requested(struct js_call *c) {
    struct resolve_result to;
    struct resolve_failure why;
    resolve_fresh(load_resolver(modules_loader));
    if (!resolve_specifier(load_resolver(modules_loader), js_arena(c), js_str(c, 0), js_str(c, 1), RESOLVE_IMPORT, &to,
                           &why))
        return js_throw_value(error_of_failure(&why)), NULL;
    str url = to.kind == RESOLVE_FILE ? resolve_path_to_url(js_arena(c), to.path) : to.path;
    if (!modules_check_type(js_str(c, 2), url, to.kind == RESOLVE_BUILTIN)) return NULL;
    if (to.kind == RESOLVE_BUILTIN) return module_of_builtin(to.path);
    struct load_unit *u = load_file(modules_loader, to.path, to.suffix, js_str(c, 2), RESOLVE_IMPORT);
    load_wait(u);
    return u->failed ? throw_unit(u), NULL : module_of_unit(u);
}

/* importModule(from, specifier, type) => [promise | undefined, number]: evaluation has begun or ended. */
NATIVE(modules_import) {
    struct module *m = requested(c);
    return m && module_link(m) && module_evaluate(m) ? result_of(m) : NULL;
}

/* openModule(from, specifier, type) => its number; nothing is evaluated. */
NATIVE(modules_open) {
    struct module *m = requested(c);
    return m ? js_make_num(m->number) : NULL;
}

/* sourceOf(number) => what import.source gives. */
NATIVE(modules_source_of) {
    struct module *m = module_by_number(js_uint(c, 0)), *source = m ? module_source(m) : NULL;
    return source ? js_get(source->binding, "default") : NULL;
}

/* deferModule(number) => [the namespace for later, promises of what has to wait before it can be asked]. */
NATIVE(modules_defer) {
    struct module *m = module_by_number(js_uint(c, 0)), *later = m && module_link(m) ? module_later(m) : NULL;
    struct modules below = {0};
    if (!later) return NULL;
    js_val promises = js_make_array(0, NULL), both[] = {later->binding, promises};
    bool fine = true;
    module_async_below(m, &below);
    for (size_t i = 0; fine && i < below.len; i++) {
        fine = module_evaluate(below.at[i]);
        if (fine && module_is_waiting(below.at[i])) js_set_at(promises, (uint32_t)i, module_promise(below.at[i]));
    }
    LIST_FREE(&below);
    return fine ? js_make_array(2, both) : NULL;
}

/* runDeferred(number) => the namespace of a module that is evaluated by now. */
NATIVE(modules_run_deferred) {
    struct module *m = module_by_number(js_uint(c, 0));
    return m && module_run_deferred(m) ? module_namespace(m) : NULL;
}

/* importFresh(path): as importModule, of a file evaluated anew. */
NATIVE(modules_import_fresh) {
    struct load_unit *u = load_again(modules_loader, js_str(c, 0), RESOLVE_IMPORT);
    load_wait(u);
    if (u->failed) return throw_unit(u);
    struct module *m = module_of_unit(u);
    if (!module_link(m) || !module_evaluate(m)) return NULL;
    return result_of(m);
}

NATIVE(modules_namespace_of) {
    struct module *m = module_by_number(js_uint(c, 0));
    return m ? module_namespace(m) : NULL;
}

/* settled(number), failed(number, error): the top level of a module ended. */
NATIVE(modules_settled) {
    struct module *m = module_by_number(js_uint(c, 0));
    if (m) module_settled(m, NULL);
    return NULL;
}
NATIVE(modules_failed) {
    struct module *m = module_by_number(js_uint(c, 0));
    if (m) module_settled(m, js_arg(c, 1) ? js_arg(c, 1) : js_make_undefined());
    return NULL;
}

enum { COMPILED_ESM = 1, COMPILED_JSON, COMPILED_VALUE, COMPILED_ADDON, COMPILED_PATH };

/* The wrapper, called with what it needs beyond the five: [fn, needs import, needs meta]; or the function itself. */
static js_val wrapper_of(struct load_unit *u) {
    js_val fn = modules_eval(u);
    if (!fn || (!u->lang.has_import_call && !u->lang.has_import_meta)) return fn;
    js_val all[] = {fn, js_make_bool(u->lang.has_import_call), js_make_bool(u->lang.has_import_meta)};
    return js_make_array(3, all);
}

/* compile(path) => CommonJS: see wrapper_of; otherwise a number of enum COMPILED. */
NATIVE(modules_compile) {
    str path = js_str(c, 0);
    struct load_unit *u = load_file(modules_loader, path, NO_STR, NO_STR, RESOLVE_REQUIRE);
    if (u->is_taken) {        /* deleted from require.cache: the file may be another by now */
        load_forget(modules_loader, path);
        u = load_file(modules_loader, path, NO_STR, NO_STR, RESOLVE_REQUIRE);
    }
    load_wait(u);
    if (u->failed) return throw_unit(u);
    u->is_taken = u->format == LOAD_SCRIPT && u->lang.kind == LANG_KIND_CJS;
    switch (u->format) {
    case LOAD_SCRIPT: return u->lang.kind == LANG_KIND_ESM ? js_make_num(COMPILED_ESM) : wrapper_of(u);
    case LOAD_ADDON: return js_make_num(COMPILED_ADDON);
    case LOAD_PATH: return js_make_num(COMPILED_PATH);
    case LOAD_JSON: return js_make_num(COMPILED_JSON);
    default: return js_make_num(COMPILED_VALUE);
    }
}

/* --- for rt:modules/hooks: modules by number ---------------------------------------------------------------------- */

NATIVE(modules_set_hooked) { return modules_hooked = js_bool(c, 0), NULL; }

/* resolveImport(from, specifier): a URL or "node:x"; an Error that says why not. */
NATIVE(modules_resolve_import) {
    struct resolve_result to;
    struct resolve_failure why;
    struct arena *a = js_arena(c);
    resolve_fresh(load_resolver(modules_loader));
    if (resolve_specifier(load_resolver(modules_loader), a, js_str(c, 0), js_str(c, 1), RESOLVE_IMPORT, &to, &why))
        return js_make_str(to.kind == RESOLVE_FILE ? arena_join(a, resolve_path_to_url(a, to.path), to.suffix)
                                                   : to.path);
    return failure_value(&why);
}

/* openFile(path, suffix, type) => number. */
NATIVE(modules_open_file) {
    struct load_unit *u = load_file(modules_loader, js_str(c, 0), js_str(c, 1), js_str(c, 2), RESOLVE_IMPORT);
    load_wait(u);
    return u->failed ? throw_unit(u) : js_make_num(module_of_unit(u)->number);
}

/* openText(url, path, suffix, text, dialect, isModule) => number. */
NATIVE(modules_open_text) {
    struct load_unit *u = load_in_place(modules_loader, js_str(c, 0), js_str(c, 1), js_str(c, 2), js_str(c, 3),
                                        (enum lang_dialect)js_uint(c, 4),
                                        js_has(c, 5) ? js_bool(c, 5) ? LANG_ESM : LANG_CJS : LANG_DETECT);
    load_wait(u);
    return u->failed ? throw_unit(u) : js_make_num(module_of_unit(u)->number);
}
/* openWasm(url, path, suffix, bytes) => number. */
NATIVE(modules_open_wasm) {
    struct js_bytes b = js_bytes(c, 3);
    str bytes = str_of((const char *)b.at, b.len);
    struct load_unit *u = load_bytes_in_place(modules_loader, js_str(c, 0), js_str(c, 1), js_str(c, 2), bytes,
                                              LOAD_WASM);
    load_wait(u);
    return js_make_num(module_of_unit(u)->number);
}
NATIVE(modules_open_builtin) {
    str id;
    if (!rt_module_builtin(js_str(c, 0), &id))
        return js_throw(JS_ERROR, "ERR_UNKNOWN_BUILTIN_MODULE", "No such built-in module: %.*s", STR_FMT(js_str(c, 0)));
    struct module *m = module_of_builtin(id);
    return m ? js_make_num(m->number) : NULL;
}
NATIVE(modules_open_object) { return js_make_num(module_of_object(js_arg(c, 0))->number); }

/* knownFile(path, suffix, type) => its number when it was linked or filled already. */
NATIVE(modules_known_file) {
    struct load_unit *u = load_find(modules_loader, js_str(c, 0), js_str(c, 1), js_str(c, 2), RESOLVE_IMPORT);
    struct module *m = u ? u->user : NULL;
    return m && (m->is_filled || m->status != MODULE_NEW) ? js_make_num(m->number) : NULL;
}

/* kindOf(number): enum module_kind. */
NATIVE(modules_kind_of) {
    struct module *m = module_by_number(js_uint(c, 0));
    return m ? js_make_num(m->kind) : NULL;
}

NATIVE(modules_evaluate_number) {
    struct module *m = module_by_number(js_uint(c, 0));
    return m && module_link(m) && module_evaluate(m) ? result_of(m) : NULL;
}

/* exportNames(from, specifier) => what an ES module that was read exports by itself, without its stars. */
NATIVE(modules_export_names) {
    struct resolve_result to;
    struct resolve_failure why;
    if (!resolve_specifier(load_resolver(modules_loader), js_arena(c), js_str(c, 0), js_str(c, 1), RESOLVE_IMPORT, &to,
                           &why))
        return NULL;
    struct load_unit *u = to.kind == RESOLVE_FILE
                              ? load_find(modules_loader, to.path, to.suffix, NO_STR, RESOLVE_IMPORT)
                              : NULL;
    struct module *m = u ? u->user : NULL;
    if (!m || m->kind != MODULE_ESM) return NULL;
    js_val names = js_make_array(0, NULL);
    uint32_t n = 0;
    for (struct map_entry *e = NULL; (e = map_next(&m->exports, e));) js_set_at(names, n++, js_make_str(e->key));
    return names;
}

/* runJobs(): promise jobs, while JS is on the stack. */
NATIVE(modules_run_jobs) { return js_drain(), NULL; }

/* requestsOf(number) => [url, [specifier, attributes], ...] */
NATIVE(modules_requests_of) {
    struct module *m = module_by_number(js_uint(c, 0));
    js_val all = js_make_array(0, NULL);
    js_set_at(all, 0, js_make_str(m && m->unit ? m->unit->url : NO_STR));
    for (uint32_t i = 0; m && m->kind == MODULE_ESM && i < m->unit->lang.n_requests; i++) {
        const struct lang_request *q = &m->unit->lang.requests[i];
        js_val attributes = js_make_object(), both[] = {js_make_str(q->specifier), attributes};
        for (uint32_t k = 0; k < q->n_attributes; k++)
            js_set_of(attributes, q->attributes[k].key, js_make_str(q->attributes[k].value));
        js_set_at(all, i + 1, js_make_array(2, both));
    }
    return all;
}

NATIVE(modules_compile_number) {
    struct module *m = module_by_number(js_uint(c, 0));
    return m && m->unit ? wrapper_of(m->unit) : NULL;
}

/* compileText(text, path): a text given to module._compile. */
NATIVE(modules_compile_text) {
    str path = arena_str(js_arena(c), js_str(c, 1)), ext = path_extname(path);
    bool is_ts = str_is(ext, ".ts") || str_is(ext, ".cts") || str_is(ext, ".tsx");
    struct load_unit *u = load_text(modules_loader, path, js_str(c, 0), is_ts ? LANG_TS : LANG_JS, LANG_CJS);
    load_wait(u);
    return u->failed ? throw_unit(u) : wrapper_of(u);
}

static js_val require_module(struct module *m, str from) {
    str path = m->unit ? m->unit->path.len ? m->unit->path : m->unit->key : m->id;
    if (!module_link(m)) return NULL;
    if (module_is_waiting(m) || module_is_async(m))
        return js_throw(JS_ERROR, "ERR_REQUIRE_ASYNC_MODULE",
                        "require() cannot be used on an ESM graph with top-level await. Use import() "
                        "instead. To see where the top-level await comes from, use --experimental-print-required-tla.\n"
                        "  From %.*s \n  Requiring %.*s ",
                        STR_FMT(from), STR_FMT(path));
    if (m->kind == MODULE_ESM && m->status == MODULE_EVALUATING)
        return js_throw(
            JS_ERROR, "ERR_REQUIRE_CYCLE_MODULE",
            "Cannot require() ES Module %.*s in a cycle. A cycle involving require(esm) "
            "is not allowed to maintain invariants mandated by the ECMAScript specification. Try making at least part of the "
            "dependency in the graph lazily loaded. (From %.*s)",
            STR_FMT(path), STR_FMT(from));
    return module_evaluate(m) ? module_namespace(m) : NULL;
}

/* requireModule(path, fromPath) => the namespace of an ES module that waits nowhere. */
NATIVE(modules_require) {
    struct load_unit *u = load_file(modules_loader, js_str(c, 0), NO_STR, NO_STR, RESOLVE_IMPORT);
    load_wait(u);
    return u->failed ? throw_unit(u) : require_module(module_of_unit(u), js_str(c, 1));
}
NATIVE(modules_require_number) {
    struct module *m = module_by_number(js_uint(c, 0));
    return m ? require_module(m, js_str(c, 1)) : NULL;
}

/* readText(path): a file as text, without a byte-order mark. */
NATIVE(modules_read_text) {
    struct buf text = {0};
    str path = js_str(c, 0);
    err e = file_read_all(path, &text);
    str s = buf_view(&text);
    js_val result = e ? js_fail(c, e, "open", path, NO_STR)
                      : js_make_str(str_starts(s, STR("\xEF\xBB\xBF")) ? str_from(s, 3) : s);
    buf_free(&text);
    return result;
}

/* forget(path): what failed is read anew when it is required again; but an ES module that ran keeps its error. */
NATIVE(modules_forget) {
    str path = js_str(c, 0);
    struct load_unit *u = load_find(modules_loader, path, NO_STR, NO_STR, RESOLVE_IMPORT);
    if (!u || u->failed || u->format != LOAD_SCRIPT || u->lang.kind != LANG_KIND_ESM) load_forget(modules_loader, path);
    return NULL;
}

NATIVE(modules_node_modules) {
    str *paths;
    size_t n = resolve_node_modules(js_arena(c), js_str(c, 0), &paths);
    js_val list = js_make_array(0, NULL);
    for (size_t i = 0; i < n; i++) js_set_at(list, (uint32_t)i, js_make_str(paths[i]));
    return list;
}

/* builtin(specifier) => the id of a public builtin, or undefined. */
NATIVE(modules_builtin_id) {
    str id;
    return rt_module_builtin(js_str(c, 0), &id) ? js_make_str(id) : NULL;
}
NATIVE(modules_builtin) {
    js_val m = rt_builtin(js_str(c, 0));
    return m;
}
NATIVE(modules_has_builtin) { return js_make_bool(rt_builtin_find(js_str(c, 0)) >= 0); }
NATIVE(modules_names) {
    js_val list = js_make_array(0, NULL);
    for (uint32_t i = 0; rt_module_names[i]; i++) js_set_at(list, i, js_make_str(str_c(rt_module_names[i])));
    return list;
}

/* scopeFile(path) => the nearest package.json's path; packageFile(folder) => the folder's own. */
NATIVE(modules_scope_file) {
    str path = path_normalize(js_arena(c), js_str(c, 0));
    const struct resolve_package *p = resolve_scope(load_resolver(modules_loader), path);
    return p ? js_make_str(p->file) : NULL;
}
NATIVE(modules_package_file) {
    str file = arena_print(js_arena(c), "%.*s/package.json", STR_FMT(js_str(c, 0)));
    return file_kind(file) == FILE_REGULAR ? js_make_str(file) : NULL;
}
NATIVE(modules_to_url) { return js_make_str(resolve_path_to_url(js_arena(c), js_str(c, 0))); }
NATIVE(modules_from_url) {
    str path;
    return resolve_url_to_path(js_arena(c), js_str(c, 0), &path) ? js_make_str(path) : NULL;
}
NATIVE(modules_eval_text) { return js_eval(js_str(c, 0), js_str(c, 1)); }
/* The text of eval or of a function's constructor, lowered so that its awaits carry the context; undefined when it does
 * not parse. */
/* lowerScript(text, [name, expression, ...]) => the text; undefined when it does not parse. */
NATIVE(modules_lower_script) {
    struct lang_unit unit = {0};
    struct diag why = {0};
    struct lang_options o = {.dialect = LANG_JS, .goal = LANG_SCRIPT};
    js_val text = NULL, names = js_arg(c, 1);
    uint32_t n = (uint32_t)js_to_num(js_get(names, "length"));
    struct lang_define *defines = ARENA_ARRAY(js_arena(c), struct lang_define, n / 2 + 1);
    for (uint32_t i = 0; i + 1 < n; i += 2)
        defines[i / 2] = (struct lang_define){js_to_str(js_arena(c), js_get_at(names, i)),
                                              js_to_str(js_arena(c), js_get_at(names, i + 1))};
    o.defines = defines;
    o.n_defines = n / 2;
    if (lang_lower(&unit, STR("eval"), js_str_wtf8(c, 0), &o, &why)) {
        text = js_make_str_wtf8(buf_view(&unit.code));
        load_made_keep(js_str_wtf8(c, 0), &o, &unit, NULL);
    }
    lang_unit_done(&unit);
    diag_free(&why);
    return text;
}
/* blankTypes(text) => the text; a number of enum lang_blanked when it cannot be. */
NATIVE(modules_blank_types) {
    struct buf out = {0};
    struct diag why = {0};
    enum lang_blanked done = lang_blank_types(&out, js_str_wtf8(c, 0), &why);
    js_val result = done == LANG_BLANKED ? js_make_str_wtf8(buf_view(&out)) : js_make_num(done);
    diag_free(&why);
    buf_free(&out);
    return result;
}
NATIVE(modules_cwd) {
    str path;
    return js_make_str(path_cwd(js_arena(c), &path) == 0 ? path : STR("/"));
}
NATIVE(modules_entry) { return entry_unit ? js_make_str(entry_unit->path) : NULL; }

/* --- from start to end -------------------------------------------------------------------------------------------- */

static _Thread_local struct load_unit *text_unit;

void rt_modules_begin(const struct rt_options *o) {
    static _Thread_local str conditions[64];
    struct load_options options = {
        .resolve = {
            .builtin = rt_module_builtin,
            .conditions = conditions,
            .n_conditions = program_values("conditions", conditions, 64),
            .no_addons = program_has("no-addons"),
            .preserve_symlinks = program_has("preserve-symlinks"),
            .tsconfig = program_value("tsconfig-override"),
            .node_path = env_or("NODE_PATH", ""),
            .home = env_or("HOME", ""),
        },
        .jsx_development = !str_is(env_or("NODE_ENV", ""), "production"),
    };
    modules_loader = load_new(&options);
    /* the main thread starts the engine meanwhile: leave it its core */
    pool_set_most(thread_cores() > 2 ? thread_cores() - 1 : 1);
    if (o->kind == RT_FILE) {
        struct resolve_result to;
        struct resolve_failure why;
        struct arena a = {0};
        if (resolve_entry(load_resolver(modules_loader), &a, o->entry, program_has("preserve-symlinks-main"), &to,
                          &why))
            entry_unit = load_file(modules_loader, to.path, NO_STR, NO_STR, RESOLVE_REQUIRE);
        arena_free(&a);
    } else if (o->kind != RT_BUILTIN) text_unit = load_text(modules_loader, o->name, o->entry, LANG_TS, LANG_DETECT);
}

void rt_modules_end(void) {
    modules_free_graph();
    modules_free_names();
    load_free(modules_loader);
    modules_loader = NULL;
    entry_unit = text_unit = NULL;
    face = printed = NULL;
}

static _Thread_local bool text_prints_itself;
js_val rt_modules_printed(void) { return text_prints_itself ? NULL : printed ? printed : js_make_undefined(); }

static js_val run_module(struct load_unit *u) {
    struct module *m = module_of_unit(u);
    if (!module_link(m) || !module_evaluate(m)) return NULL;
    return module_is_waiting(m) ? module_promise(m) : js_make_undefined();
}

/* The face of CommonJS is called without rt:modules: most programs need only one of them. */
static js_val cjs_call(const char *name, js_val path) {
    js_val fn = rt_builtin_get(STR("rt:modules/cjs"), name);
    return fn ? js_invoke(fn, NULL, 1, &path) : NULL;
}

/* -p of an expression that awaits: a module has no value, so it is made to print. */
static void print_awaited(const struct rt_options *o) {
    static _Thread_local struct buf text;
    buf_print(&text, "console.log((%.*s\n))", STR_FMT(o->entry));
    struct load_unit *u = load_text(modules_loader, o->name, buf_view(&text), LANG_TS, LANG_ESM);
    load_wait(u);
    if (u->failed) return;
    text_unit = u;
    text_prints_itself = true;
}

static js_val run_text(const struct rt_options *o) {
    load_wait(text_unit);
    if (text_unit->failed) return throw_unit(text_unit);
    if (!cjs_call("nameBuiltins", js_make_undefined())) return NULL;
    if (text_unit->lang.kind == LANG_KIND_ESM) {
        if (o->kind == RT_PRINT) print_awaited(o);
        return run_module(text_unit);
    }
    struct load_unit *u = load_text(modules_loader, o->name, o->entry, LANG_TS, LANG_SCRIPT);
    load_wait(u);
    if (u->failed) return throw_unit(u);
    js_val path = js_make_str(o->name);
    if (!cjs_call("beginText", path)) return NULL;
    js_val value = modules_eval(u);
    if (!value) return NULL;
    printed = js_hold(value);
    return js_make_undefined();
}

/* A program that uses nothing of CommonJS runs without it. */
static bool is_plain(const struct lang_unit *u) {
    return !u->uses_require && !u->uses_module && !u->uses_exports && !u->uses_filename && !u->uses_dirname &&
           !u->uses_top_this && !u->has_direct_eval && !u->has_import_call && !u->has_import_meta &&
           !u->has_cjs_syntax && str_find(buf_view(&u->code), STR("require(")) < 0 &&
           str_find(buf_view(&u->code), STR("arguments")) < 0;
}

static js_val run_plain(struct load_unit *u) {
    js_val fn = modules_eval(u);
    return fn && js_invoke(fn, NULL, 0, NULL) ? js_make_undefined() : NULL;
}

static _Thread_local const struct rt_options *options_here;

/* As in Bun: when the entry's default export has a `fetch`, it is a server. */
static js_val serve_default(struct module *m, js_val result) {
    if (!result || !map_get(&m->exports, STR("default"))) return result;
    if (module_is_waiting(m)) {
        js_val later = rt_builtin_get(STR("bun:serve/entry"), "serveLater"), args[] = {result, m->binding};
        return later ? js_invoke(later, NULL, 2, args) : NULL;
    }
    js_val value = js_get(m->binding, "default");
    if (!value || !js_is_object(value) || js_is_function(value)) return js_has_thrown() ? NULL : result;
    js_val fetch = js_get(value, "fetch");
    if (!fetch || !js_is_function(fetch)) return js_has_thrown() ? NULL : result;
    js_val serve = rt_builtin_get(STR("bun:serve/entry"), "serveDefault");
    return serve && js_invoke(serve, NULL, 1, &value) ? result : NULL;
}

/* The entry goes through the hooks that preloaded modules registered. */
static js_val run_hooked(void) {
    js_val fn = rt_builtin_get(STR("rt:modules/hooks"), "runEntry"), path = js_make_str(entry_unit->path);
    return fn ? js_invoke(fn, NULL, 1, &path) : NULL;
}

static js_val run_entry(void) {
    if (options_here->kind != RT_FILE) return run_text(options_here);
    if (!entry_unit) {
        js_val path = js_make_str(options_here->entry);
        return cjs_call("throwMissing", path);
    }
    load_wait(entry_unit);
    if (modules_hooked) return run_hooked();
    if (entry_unit->failed) return throw_unit(entry_unit);
    struct module *m = module_of_unit(entry_unit);
    if (m->kind == MODULE_ESM) return serve_default(m, run_module(entry_unit));
    if (is_plain(&entry_unit->lang)) return run_plain(entry_unit);
    js_val path = js_make_str(entry_unit->path);
    return cjs_call("runMain", path) ? js_make_undefined() : NULL;
}

/* runEntry(): the entry, after what is preloaded. */
NATIVE(modules_run_entry) { return run_entry(); }

bool rt_modules_entry_is_esm(void) {
    struct load_unit *u = entry_unit ? entry_unit : text_unit;
    if (u) load_wait(u);
    return u && !u->failed && module_of_unit(u)->kind == MODULE_ESM;
}

static js_val run_all(const struct rt_options *o) {
    if (!o->n_preload) return run_entry();
    js_val list = js_make_array(0, NULL);
    for (size_t i = 0; i < o->n_preload; i++) js_set_at(list, (uint32_t)i, js_make_str(o->preload[i]));
    return modules_call("runPreloaded", 1, &list);
}

js_val rt_modules_run(const struct rt_options *o) {
    options_here = o;
    js_val result = run_all(o);
    pool_set_most(0);
    return result;
}

static const struct js_native natives[] = {
    {"resolve", modules_resolve, "(from: string, specifier: string, isRequire: boolean): string | Error"},
    {"resolveUrl", modules_resolve_url, "(from: string, specifier: string): string"},
    {"fresh", modules_fresh, "(): void"},
    {"importModule", modules_import,
     "(from: string, specifier: string, type: string): [Promise<void> | undefined, number]"},
    {"openModule", modules_open, "(from: string, specifier: string, type: string): number"},
    {"sourceOf", modules_source_of, "(number: number): unknown"},
    {"deferModule", modules_defer, "(number: number): [object, Promise<void>[]]"},
    {"runDeferred", modules_run_deferred, "(number: number): object"},
    {"importFresh", modules_import_fresh, "(path: string): [Promise<void> | undefined, number]"},
    {"namespaceOf", modules_namespace_of, "(number: number): object"},
    {"settled", modules_settled, "(number: number): void"},
    {"failed", modules_failed, "(number: number, error: unknown): void"},
    {"compile", modules_compile, "(path: string): Function | [Function, boolean, boolean] | number"},
    {"compileText", modules_compile_text, "(text: string, path: string): Function | [Function, boolean, boolean]"},
    {"requireModule", modules_require, "(path: string, from: string): object"},
    {"setHooked", modules_set_hooked, "(on: boolean): void"},
    {"resolveImport", modules_resolve_import, "(from: string, specifier: string): string | Error"},
    {"openFile", modules_open_file, "(path: string, suffix: string, type: string): number"},
    {"openText", modules_open_text,
     "(url: string, path: string, suffix: string, text: string, dialect: number, isModule?: boolean): number"},
    {"openWasm", modules_open_wasm, "(url: string, path: string, suffix: string, bytes: Uint8Array): number"},
    {"openBuiltin", modules_open_builtin, "(id: string): number"},
    {"openObject", modules_open_object, "(binding: object): number"},
    {"knownFile", modules_known_file, "(path: string, suffix: string, type: string): number | undefined"},
    {"kindOf", modules_kind_of, "(number: number): number"},
    {"evaluateNumber", modules_evaluate_number, "(number: number): [Promise<void> | undefined, number]"},
    {"requireNumber", modules_require_number, "(number: number, from: string): object"},
    {"exportNames", modules_export_names, "(from: string, specifier: string): string[] | undefined"},
    {"runJobs", modules_run_jobs, "(): void"},
    {"requestsOf", modules_requests_of, "(number: number): unknown[]"},
    {"compileNumber", modules_compile_number, "(number: number): Function | [Function, boolean, boolean]"},
    {"readText", modules_read_text, "(path: string): string"},
    {"forget", modules_forget, "(path: string): void"},
    {"nodeModules", modules_node_modules, "(folder: string): string[]"},
    {"builtinId", modules_builtin_id, "(specifier: string): string | undefined"},
    {"builtin", modules_builtin, "(id: string): any"},
    {"hasBuiltin", modules_has_builtin, "(id: string): boolean"},
    {"names", modules_names, "(): string[]"},
    {"scopeFile", modules_scope_file, "(path: string): string | undefined"},
    {"packageFile", modules_package_file, "(folder: string): string | undefined"},
    {"toUrl", modules_to_url, "(path: string): string"},
    {"fromUrl", modules_from_url, "(url: string): string | undefined"},
    {"evalText", modules_eval_text, "(text: string, path: string): any"},
    {"lowerScript", modules_lower_script, "(text: string, names: string[]): string | undefined"},
    {"blankTypes", modules_blank_types, "(text: string): string | number"},
    {"cwd", modules_cwd, "(): string"},
    {"runEntry", modules_run_entry, "(): Promise<void> | undefined"},
    {"entry", modules_entry, "(): string | undefined"},
};
JS_DOOR(rt_modules, natives)
