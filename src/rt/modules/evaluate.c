/* rt/modules/evaluate.c: evaluation in the order of ECMA-262 16.2.1.6.1.3: depth first, modules that wait at their top
 * level hold back those that need them, and cycles settle as one. Functions are named after the specification's
 * steps. */
#include "rt/modules/module.h"

#include "engine/js_realm.h"
#include "rt/builtin.h"
#include "rt/modules/modules.h"
#include "rt/source.h"

struct walk {
    LIST(struct module *) stack;
    uint32_t n;
};
static _Thread_local uint64_t async_count;

static _Thread_local struct map by_name;                               /* what stacks show -> unit */

static js_val eval_unit(struct load_unit *u) {
    static _Thread_local bool wasm_is_counted;
    map_put(&by_name, u->name, u);
    if (u->lang.names_wasm && !wasm_is_counted) {
        wasm_is_counted = true;
        if (!rt_builtin(STR("rt:wasm"))) return NULL;
    }
    bool is_script = u->lang.kind == LANG_KIND_SCRIPT;
    if (is_script) rt_source_of_unit(NULL, u);               /* it runs at once */
    js_val made = u->lang.is_ascii ? js_eval_immortal(buf_view(&u->lang.code), u->name)
                                   : js_eval(buf_view(&u->lang.code), u->name);
    if (made && !is_script) rt_source_of_unit(made, u);
    return made;
}

void modules_free_names(void) {
    map_free(&by_name);
    by_name = (struct map){0};
}

js_val modules_eval(struct load_unit *u) { return eval_unit(u); }

bool rt_modules_place(str url, uint32_t *line, uint32_t *column) {
    struct load_unit *u = map_get(&by_name, url);
    if (!u) return false;
    lang_source_place(u->lang.shifts, u->lang.n_shifts, *line, *column, line, column);
    return true;
}

str rt_modules_source_map(str url) {
    struct load_unit *u = map_get(&by_name, url);
    return u ? u->lang.source_map : STR("");
}

bool rt_modules_line(str url, uint32_t line, str *text) {
    struct load_unit *u = map_get(&by_name, url);
    str rest = u ? buf_view(&u->lang.code) : (str){0};
    while (line-- && str_next(&rest, '\n', text)) if (!line) return true;
    return false;
}

/* --- what a module's text is called with -------------------------------------------------------------------------- */

static bool must_have(struct module *m, const struct lang_import *import, struct module *from) {
    js_val args[] = {from->binding, js_make_str(import->imported)}, has = modules_call("has", 2, args);
    if (!has) return false;
    if (js_truthy(has)) return true;
    struct lang_unit *text = &m->unit->lang;
    str spec = text->requests[import->request].specifier, name = import->imported;
    struct buf names = {0};
    for (uint32_t i = 0; i < text->n_imports; i++) {
        const struct lang_import *each = &text->imports[i];
        if (each->request != import->request || each->is_namespace || str_is(each->imported, "default")) continue;
        if (names.len) buf_lit(&names, ", ");
        buf_add(&names, each->imported);
        if (!str_eq(each->imported, each->local)) buf_print(&names, ": %.*s", STR_FMT(each->local));
    }
    throw_at(
        m->unit, import->line, import->column,
        "Named export '%.*s' not found. The requested module '%.*s' is a CommonJS module, which may not support all module.exports "
        "as named exports.\nCommonJS modules can always be imported via the default export, for example using:\n\n"
        "import pkg from '%.*s';\nconst { %.*s } = pkg;\n",
        STR_FMT(name), STR_FMT(spec), STR_FMT(spec), (int)names.len, names.at);
    buf_free(&names);
    return false;
}

/* A request for macros: they run now, and the text gets what they gave. */
static js_val macros_for(struct module *m, uint32_t request) {
    struct lang_unit *text = &m->unit->lang;
    struct module *dep = m->deps[request];
    uint32_t n = 0;
    js_val calls = js_make_array(0, NULL), run = NULL;
    for (uint32_t i = 0; i < text->n_macros; i++) {
        const struct lang_macro *macro = &text->macros[i];
        if (macro->request != request) continue;
        js_val call = js_make_object();
        js_set(call, "index", js_make_num(i));
        js_set(call, "name", js_make_str(macro->imported));
        js_set(call, "args", js_make_str(macro->args));
        js_set(call, "line", js_make_num(macro->line));
        js_set(call, "column", js_make_num(macro->column));
        js_set_at(calls, n++, call);
    }
    if (!module_evaluate(dep) || !module_forward_all(dep) ||
        !(run = rt_builtin_get(STR("rt:modules/macros"), "runMacros")))
        return NULL;
    str from = !dep->unit ? dep->id : dep->unit->path.len ? dep->unit->path : dep->unit->key;
    js_val args[] = {dep->binding, calls, js_make_str(m->unit->goal == LANG_ESM ? m->unit->url : m->unit->name),
                     js_make_str(from)};
    return js_invoke(run, NULL, 4, args);
}

static bool asks_macros(const struct lang_request *q) {
    for (uint32_t i = 0; i < q->n_attributes; i++)
        if (str_is(q->attributes[i].key, "type")) return str_is(q->attributes[i].value, "macro");
    return false;
}

static js_val binding_for(struct module *m, uint32_t request) {
    struct lang_unit *text = &m->unit->lang;
    if (asks_macros(&text->requests[request])) return macros_for(m, request);
    struct module *dep = m->deps[request], *direct = m->direct[request];
    for (uint32_t i = 0; i < text->n_imports; i++) {
        const struct lang_import *import = &text->imports[i];
        if (import->request != request) continue;
        if (import->is_namespace ? !module_forward_all(dep) : direct == dep && !module_forward(dep, import->imported))
            return NULL;
        if (direct->kind == MODULE_CJS && !import->is_namespace && !must_have(m, import, direct)) return NULL;
    }
    return m->is_loose && direct->loose ? direct->loose : direct->binding;
}

static js_val meta_of(struct module *m) {
    if (m->meta) return m->meta;
    struct load_unit *u = m->unit;
    js_val args[] = {js_make_str(u->path.len ? u->path : u->key), js_make_str(u->url), js_make_bool(u->path.len != 0)};
    js_val meta = modules_call("makeMeta", 3, args);
    if (meta) m->meta = js_hold(meta);
    return meta;
}

/* Calls the text: runs an acyclic module, instantiates a member of a cycle. NULL: it threw. */
static js_val call_text(struct module *m) {
    struct load_unit *u = m->unit;
    struct lang_unit *text = &u->lang;
    bool needs_meta = text->has_import_meta || text->uses_require || text->uses_filename || text->uses_dirname;
    uint32_t n = 3 + text->n_requests + text->n_namespaces, at = 3 + text->n_requests;
    js_val room[40], *args = n > 40 ? NEW_ARRAY(js_val, n) : room, result = NULL;
    args[0] = m->binding;
    args[1] = needs_meta ? meta_of(m) : js_make_undefined();
    args[2] = js_make_undefined();
    if (text->has_import_call) {
        js_val from = js_make_str(u->path.len ? u->path : u->key);
        args[2] = modules_call("importer", 1, &from);
        if (args[2]) js_hold(args[2]);        /* args may be on the heap, which is not scanned; the others are held */
    }
    bool fine = args[1] && args[2];
    for (uint32_t i = 0; fine && i < text->n_requests; i++) {
        fine = (args[3 + i] = binding_for(m, i)) != NULL;
        if (fine && text->requests[i].wants_namespace) fine = (args[at++] = module_namespace(m->deps[i])) != NULL;
    }
    if (fine) {
        js_val fn = eval_unit(u);
        result = fn ? js_invoke(fn, NULL, n, args) : NULL;
    }
    if (text->has_import_call && args[2]) js_drop(args[2]);
    if (args != room) mem_free(args);
    return result;
}

/* All members of a cycle are instantiated before the first is evaluated: their functions are live. */
static bool instantiate_cycle(struct module *m) {
    struct module *member = m;
    do {
        if (!member->generator) {
            js_val generator = call_text(member);
            if (!generator) return false;
            member->generator = js_hold(generator);
            if (!modules_call("step", 1, &generator)) return false;
        }
        member = member->next_in_cycle;
    } while (member != m);
    return true;
}

/* Runs the body. A module that waits gives its promise, others anything. NULL: it threw. */
static js_val run_body(struct module *m) {
    if (!m->in_cycle) return call_text(m);
    if (!instantiate_cycle(m)) return NULL;
    js_val generator = m->generator;
    js_val result = modules_call("step", 1, &generator);
    if (result) js_drop(m->generator);
    return result;
}

/* --- the specification's algorithm -------------------------------------------------------------------------------- */

static bool execute_async(struct module *m) {
    js_val args[] = {run_body(m), js_make_num(m->number)};
    if (!args[0]) args[0] = modules_call("rejected", 1, (js_val[]){js_take_thrown()});
    return args[0] && modules_call("whenSettled", 2, args) != NULL;
}

static bool throw_again(struct module *m) { return js_throw_value(m->error), false; }

static bool inner_evaluation(struct walk *w, struct module *m);

/* One that `m` needs: evaluated before it, or `m` waits for it. */
static bool evaluate_needed(struct walk *w, struct module *m, struct module *dep) {
    if (!inner_evaluation(w, dep)) return false;
    if (dep->kind != MODULE_ESM) return true;
    if (dep->status == MODULE_EVALUATING) {
        if (dep->dfs_low < m->dfs_low) m->dfs_low = dep->dfs_low;
    } else {
        dep = dep->root;
        if (dep->has_error) return throw_again(dep);
    }
    if (!dep->async_order || dep->status == MODULE_EVALUATED) return true;
    m->n_pending++;
    *LIST_ADD(&dep->waiting) = m;
    return true;
}

/* Of a module that is imported for later only what waits at its top level is evaluated now. */
static bool evaluate_async_of(struct walk *w, struct module *m, struct module *deferred) {
    struct modules below = {0};
    bool fine = true;
    module_async_below(deferred, &below);
    for (size_t i = 0; fine && i < below.len; i++) fine = evaluate_needed(w, m, below.at[i]);
    LIST_FREE(&below);
    return fine;
}

/* What is imported is evaluated once, CommonJS too: `require` tries again, another import throws the same. */
static bool fill_once(struct module *m) {
    if (m->has_error) return throw_again(m);
    if (modules_fill(m)) return true;
    if (m->kind != MODULE_CJS) return false;
    js_val error = js_take_thrown();
    if (!error) error = js_make_undefined();
    m->has_error = true;
    m->error = js_hold(error);
    return throw_again(m);
}

static bool inner_evaluation(struct walk *w, struct module *m) {
    if (m->kind != MODULE_ESM) return fill_once(m);
    if (m->status >= MODULE_WAITING) return m->has_error ? throw_again(m) : true;
    if (m->status == MODULE_EVALUATING) return true;
    m->status = MODULE_EVALUATING;
    m->dfs = m->dfs_low = ++w->n;
    m->n_pending = 0;
    *LIST_ADD(&w->stack) = m;
    for (uint32_t i = 0; i < m->unit->lang.n_requests; i++) {
        struct module *dep = m->deps[i];
        if (!(dep->deferred ? evaluate_async_of(w, m, dep->deferred) : evaluate_needed(w, m, dep))) return false;
    }
    if (m->n_pending || m->unit->lang.has_tla) {
        m->async_order = ++async_count;
        if (!m->n_pending && !execute_async(m)) return false;
    } else if (!run_body(m)) return false;
    if (m->dfs_low != m->dfs) return true;
    struct module *member;
    do {
        member = w->stack.at[--w->stack.len];
        member->status = member->async_order ? MODULE_WAITING : MODULE_EVALUATED;
        member->root = m;
    } while (member != m);
    return true;
}

static void set_error(struct module *m, js_val error) {
    m->status = MODULE_EVALUATED;
    m->has_error = true;
    m->error = js_hold(error);
    if (!m->root) m->root = m;
}

bool module_evaluate(struct module *m) {
    struct walk w = {0};
    if (m->kind == MODULE_ESM && m->status >= MODULE_WAITING && m->root) m = m->root;
    bool fine = inner_evaluation(&w, m);
    if (!fine) {
        js_val error = js_take_thrown();
        if (!error) error = js_make_undefined();
        for (size_t i = 0; i < w.stack.len; i++) set_error(w.stack.at[i], error);
        js_throw_value(error);
    }
    LIST_FREE(&w.stack);
    return fine;
}

bool module_is_waiting(struct module *m) {
    return m->kind == MODULE_ESM && m->root && m->root->status == MODULE_WAITING;
}

js_val module_promise(struct module *m) {
    m = m->root;
    if (!m->promise) {
        js_val resolve, reject, promise = js_make_promise(&resolve, &reject);
        m->promise = js_hold(promise);
        m->resolve = js_hold(resolve);
        m->reject = js_hold(reject);
    }
    return m->promise;
}

static void settle(struct module *m, js_val fn, js_val value) {
    if (!fn) return;
    js_invoke(fn, NULL, value ? 1 : 0, &value);
    js_drop(m->resolve);
    js_drop(m->reject);
    m->resolve = m->reject = NULL;                       /* the promise stays: it may be asked for again */
}

static void rejected(struct module *m, js_val error) {
    if (m->status == MODULE_EVALUATED) return;
    set_error(m, error);
    for (size_t i = 0; i < m->waiting.len; i++) rejected(m->waiting.at[i], error);
    settle(m, m->reject, error);
}

static void gather_available(struct module *m, struct walk *list) {
    for (size_t i = 0; i < m->waiting.len; i++) {
        struct module *up = m->waiting.at[i];
        bool is_in = false;
        for (size_t k = 0; k < list->stack.len; k++) is_in |= list->stack.at[k] == up;
        if (is_in || (up->root && up->root->has_error)) continue;
        if (--up->n_pending) continue;
        *LIST_ADD(&list->stack) = up;
        if (!up->unit->lang.has_tla) gather_available(up, list);
    }
}

static int by_order(const void *a, const void *b) {
    const struct module *one = *(struct module *const *)a, *two = *(struct module *const *)b;
    return one->async_order < two->async_order ? -1 : one->async_order > two->async_order;
}

static void fulfilled(struct module *m) {
    struct walk list = {0};
    if (m->status == MODULE_EVALUATED) return;
    m->status = MODULE_EVALUATED;
    settle(m, m->resolve, NULL);
    gather_available(m, &list);
    if (list.stack.len) qsort(list.stack.at, list.stack.len, sizeof *list.stack.at, by_order);
    for (size_t i = 0; i < list.stack.len; i++) {
        struct module *up = list.stack.at[i];
        if (up->status == MODULE_EVALUATED) continue;
        if (up->unit->lang.has_tla) {
            if (!execute_async(up)) rejected(up, js_take_thrown());
        } else if (!run_body(up)) {
            rejected(up, js_take_thrown());
        } else {
            up->status = MODULE_EVALUATED;
            settle(up, up->resolve, NULL);
        }
    }
    LIST_FREE(&list.stack);
}

void module_settled(struct module *m, js_val error) {
    if (error) rejected(m, error);
    else fulfilled(m);
}
