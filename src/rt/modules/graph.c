/* rt/modules/graph.c: module records, the graph, and linking: cycles are found, wrappers chosen, every import is looked
 * up. */
#include "rt/modules/module.h"

#include <stdio.h>

#include "rt/builtin.h"
#include "rt/modules/modules.h"
#include "sys/path.h"
#include "sys/program.h"

_Thread_local struct loader *modules_loader;

static _Thread_local LIST(struct module *) all;                    /* by number */
static _Thread_local struct map builtins;                          /* id -> module */

static struct module *add(enum module_kind kind) {
    struct module *m = NEW(struct module);
    m->kind = kind;
    m->number = (uint32_t)all.len;
    m->next_in_cycle = m;
    *LIST_ADD(&all) = m;
    return m;
}

void modules_free_graph(void) {
    for (size_t i = 0; i < all.len; i++) {
        struct module *m = all.at[i];
        map_free(&m->exports);
        map_free(&m->forwarded);
        LIST_FREE(&m->waiting);
        mem_free(m->deps);
        mem_free(m);
    }
    LIST_FREE(&all);
    map_free(&builtins);
    builtins = (struct map){0};
}

struct module *module_by_number(uint32_t n) { return n < all.len ? all.at[n] : NULL; }

static bool is_loose(const struct load_unit *u) {
    str ext = path_extname(u->path);
    if (str_is(ext, ".mjs") || str_is(ext, ".mts") || !u->path.len) return false;
    const struct resolve_package *p = resolve_scope(modules_loader ? load_resolver(modules_loader) : NULL, u->path);
    return !p || !str_is(p->type, "module");
}

struct module *module_of_object(js_val binding) {
    struct module *m = add(MODULE_BUILTIN);
    m->id = STR("object");
    m->binding = js_hold(binding);
    m->is_filled = true;
    m->status = MODULE_EVALUATED;
    return m;
}

/* The unit is ready (load_wait). */
struct module *module_of_unit(struct load_unit *u) {
    if (u->user) return u->user;
    bool is_esm = u->format == LOAD_SCRIPT && u->lang.kind == LANG_KIND_ESM;
    struct module *m = add(is_esm                                                ? MODULE_ESM
                           : u->format == LOAD_SCRIPT || u->format == LOAD_ADDON ? MODULE_CJS
                                                                                 : MODULE_VALUE);
    m->unit = u;
    m->binding = js_hold(js_make_null_object());
    if (is_esm) m->is_loose = is_loose(u);
    u->user = m;
    return m;
}

struct module *module_of_builtin(str id) {
    struct module *m = map_get(&builtins, id);
    if (m) return m;
    int face = rt_builtin_find(id);
    js_val made = face >= 0 ? rt_builtin_at(face) : js_make_str(id);
    js_val exposed = made ? modules_call(face >= 0 ? "expose" : "absentBinding", 1, &made) : NULL;
    if (!exposed) return NULL;
    m = add(MODULE_BUILTIN);
    m->id = id;                                      /* lives in the resolver */
    m->binding = js_hold(exposed);
    m->is_filled = true;
    m->status = MODULE_EVALUATED;
    map_put(&builtins, m->id, m);
    return m;
}

/* --- errors ------------------------------------------------------------------------------------------------------ */

/* A SyntaxError that stands at a place in a file. */
static js_val throw_syntax(struct load_unit *u, uint32_t line, uint32_t column, str message) {
    js_val error = js_make_error(JS_SYNTAX_ERROR, NULL, message);
    struct arena a = {0};
    str name = u->goal == LANG_ESM ? u->url : u->name;
    str stack = arena_print(&a, "SyntaxError: %.*s\n    at %.*s:%u:%u", STR_FMT(message), STR_FMT(name), line, column);
    js_define(error, "stack", js_make_str(stack), JS_HIDDEN);
    arena_free(&a);
    return js_throw_value(error);
}

js_val throw_at(struct load_unit *u, uint32_t line, uint32_t column, const char *format, ...) {
    struct arena a = {0};
    va_list list;
    va_start(list, format);
    str message = arena_vprint(&a, format, list);
    va_end(list);
    throw_syntax(u, line, column, message);
    arena_free(&a);
    return NULL;
}

js_val throw_unit(struct load_unit *u) {
    if (u->diag.first) return throw_syntax(u, u->diag.first->line, u->diag.first->column, u->diag.first->text);
    if (str_starts(u->key, STR("data:")) && u->format == LOAD_UNKNOWN) {
        str type = str_from(u->key, 5);
        size_t n = 0;
        while (n < type.len && type.at[n] != ',' && type.at[n] != ';') n++;
        return js_throw(JS_RANGE_ERROR, "ERR_UNKNOWN_MODULE_FORMAT", "Unknown module format: %.*s for URL %.*s",
                        STR_FMT(str_upto(type, n)), STR_FMT(u->key));
    }
    if (str_starts(u->key, STR("data:"))) return js_throw(JS_TYPE_ERROR, "ERR_INVALID_URL", "Invalid URL");
    return js_throw_value(js_make_system_error(u->read_error, "open", u->path, NO_STR));
}

js_val error_of_failure(const struct resolve_failure *why) {
    js_val error = js_make_error(why->is_type_error ? JS_TYPE_ERROR : JS_ERROR, why->code, why->message);
    if (why->path.len && str_starts(str_c(why->code), STR("ERR_"))) {
        struct arena a = {0};
        js_set(error, "url", js_make_str(resolve_path_to_url(&a, why->path)));
        arena_free(&a);
    }
    return error;
}

/* --- the graph: loaded depth first; cycles are the strongly connected components (Tarjan) ------------------------- */

struct walk {
    LIST(struct module *) stack, found;              /* found: those that are linked now, dependencies first */
    uint32_t n;
};

_Thread_local bool modules_hooked;

/* The hooks say where a request leads (rt:modules/hooks). */
static struct module *follow_hooked(struct load_unit *u, const struct lang_request *q) {
    js_val locate = rt_builtin_get(STR("rt:modules/hooks"), "locate"), attributes = js_make_object();
    for (uint32_t i = 0; i < q->n_attributes; i++)
        js_set_of(attributes, q->attributes[i].key, js_make_str(q->attributes[i].value));
    js_val args[] = {js_make_str(u->url), js_make_str(q->specifier), attributes};
    js_val number = locate ? js_invoke(locate, NULL, 3, args) : NULL;
    return number ? module_by_number((uint32_t)js_to_num(number)) : NULL;
}

bool modules_check_type(str type, str url, bool is_builtin) {
    if (is_builtin && type.len && !str_is(type, "macro"))
        return js_throw(JS_TYPE_ERROR, "ERR_IMPORT_ATTRIBUTE_TYPE_INCOMPATIBLE",
                        "Module \"%.*s\" is not of type \"%.*s\"", STR_FMT(url), STR_FMT(type)),
               false;
    if (load_knows_type(type)) return true;
    js_throw(JS_TYPE_ERROR, "ERR_IMPORT_ATTRIBUTE_UNSUPPORTED",
             "Import attribute \"type\" with value \"%.*s\" is not supported in %.*s", STR_FMT(type), STR_FMT(url));
    return false;
}

static bool check_attributes(struct load_unit *u, uint32_t i) {
    const struct lang_request *q = &u->lang.requests[i];
    const struct load_edge *e = &u->edges[i];
    for (uint32_t k = 0; k < q->n_attributes; k++) {
        if (!str_is(q->attributes[k].key, "type")) continue;
        bool is_builtin = e->to == LOAD_TO_BUILTIN;
        return modules_check_type(q->attributes[k].value,
                                  is_builtin ? e->builtin
                                  : e->unit  ? e->unit->url
                                             : q->specifier,
                                  is_builtin);
    }
    return true;
}

/* A failure to find stands at the import that asked. */
static struct module *throw_failure(struct load_unit *u, uint32_t i) {
    const struct resolve_failure *why = &u->edges[i].why;
    const struct lang_request *q = &u->lang.requests[i];
    js_val error = error_of_failure(why);
    struct arena a = {0};
    str name = u->goal == LANG_ESM ? u->url : u->name;
    str stack = arena_print(&a, "%s [%s]: %.*s\n    at %.*s:%u:%u", why->is_type_error ? "TypeError" : "Error",
                            why->code, STR_FMT(why->message), STR_FMT(name), q->line, q->column);
    js_define(error, "stack", js_make_str(stack), JS_HIDDEN);
    arena_free(&a);
    return js_throw_value(error), NULL;
}

/* What is wrong with a request stands at the specifier. */
static struct module *throw_source(struct load_unit *u, const struct lang_request *q) {
    js_val error = js_take_thrown(), text = js_get(error, "message");
    struct arena a = {0};
    str name = u->goal == LANG_ESM ? u->url : u->name;
    js_define(error, "stack",
              js_make_str(arena_print(&a, "SyntaxError [ERR_SOURCE_PHASE_NOT_DEFINED]: %.*s\n    at %.*s:%u:%u",
                                      STR_FMT(js_to_str(&a, text)), STR_FMT(name), q->line, q->column)),
              JS_HIDDEN);
    arena_free(&a);
    return js_throw_value(error), NULL;
}

static struct module *follow_whole(struct load_unit *u, uint32_t i) {
    const struct load_edge *e = &u->edges[i];
    if (!check_attributes(u, i)) return NULL;
    if (modules_hooked) return follow_hooked(u, &u->lang.requests[i]);
    if (e->to == LOAD_TO_BUILTIN) return module_of_builtin(e->builtin);
    if (e->to == LOAD_TO_NOTHING) return throw_failure(u, i);
    load_wait(e->unit);
    if (e->unit->failed) return throw_unit(e->unit), NULL;
    return module_of_unit(e->unit);
}

/* In the phase that is asked for. */
static struct module *follow_edge(struct load_unit *u, uint32_t i) {
    const struct lang_request *q = &u->lang.requests[i];
    struct module *to = follow_whole(u, i);
    if (!to || q->phase == LANG_EVALUATE) return to;
    if (q->phase == LANG_DEFER) return module_later(to);
    struct module *source = module_source(to);
    return source || to->kind == MODULE_VALUE ? source : throw_source(u, q);
}

static void end_cycle(struct walk *w, struct module *m) {
    struct module *first = NULL, *last = NULL, *member;
    bool many = w->stack.at[w->stack.len - 1] != m;
    do {
        member = w->stack.at[--w->stack.len];
        member->status = MODULE_LINKED;
        member->in_cycle |= many;
        if (!first) first = member;
        if (last) last->next_in_cycle = member;
        last = member;
    } while (member != m);
    last->next_in_cycle = first;
}

static bool visit(struct walk *w, struct module *m) {
    m->status = MODULE_LINKING;
    m->index = m->low = ++w->n;
    *LIST_ADD(&w->stack) = m;
    *LIST_ADD(&w->found) = m;
    struct lang_unit *text = &m->unit->lang;
    if (!m->deps) {
        m->deps = NEW_ARRAY(struct module *, text->n_requests * 2u + 1);
        m->direct = m->deps + text->n_requests;
    }
    for (uint32_t i = 0; i < text->n_requests; i++) {
        struct module *to = m->deps[i] = follow_edge(m->unit, i);
        if (!to) return false;
        if (to->deferred) to = to->deferred;             /* linked now, evaluated later */
        if (to->kind != MODULE_ESM) continue;
        if (to == m) m->in_cycle = true;
        if (to->status == MODULE_NEW) {
            if (!visit(w, to)) return false;
            if (to->low < m->low) m->low = to->low;
        } else if (to->status == MODULE_LINKING && to->index < m->low) m->low = to->index;
    }
    if (m->low == m->index) end_cycle(w, m);
    return true;
}

static void index_exports(struct module *m) {
    struct lang_unit *text = &m->unit->lang;
    for (uint32_t i = 0; i < text->n_exports; i++)
        if (text->exports[i].kind != EXPORT_STAR) map_put(&m->exports, text->exports[i].name, &text->exports[i]);
}

/* --- every import leads somewhere --------------------------------------------------------------------------------- */

static bool complain(struct module *m, struct module *dep, str name, uint32_t request, uint32_t line, uint32_t column,
                     enum export_found found) {
    str spec = m->unit->lang.requests[request].specifier;
    if (found == EXPORT_AMBIGUOUS)
        throw_at(m->unit, line, column, "The requested module '%.*s' contains conflicting star exports for name '%.*s'",
                 STR_FMT(spec), STR_FMT(name));
    else
        throw_at(m->unit, line, column, "The requested module '%.*s' does not provide an export named '%.*s'",
                 STR_FMT(spec), STR_FMT(name));
    return false;
}

static bool is_typescript(const struct load_unit *u) {
    str ext = path_extname(u->path);
    return str_is(ext, ".ts") || str_is(ext, ".tsx") || str_is(ext, ".mts") || str_is(ext, ".cts");
}

/* Before anything of the graph runs. */
static bool check_macros(struct module *m) {
    if (!m->unit->lang.n_macros) return true;
    const struct lang_macro *first = m->unit->lang.macros;
    bool is_foreign = resolve_in_node_modules(m->unit->path);
    if (!is_foreign && !program_has("no-macros")) return true;
    throw_at(m->unit, first->line, first->column, "%s",
             is_foreign ? "for security reasons, macros cannot be run from node_modules"
                        : "macros are disabled: --no-macros was given");
    return false;
}

static bool check_imports(struct module *m) {
    struct lang_unit *text = &m->unit->lang;
    if (!check_macros(m)) return false;
    for (uint32_t i = 0; i < text->n_requests; i++) m->direct[i] = NULL;
    for (uint32_t i = 0; i < text->n_imports; i++) {
        const struct lang_import *import = &text->imports[i];
        struct module *dep = m->deps[import->request], **direct = &m->direct[import->request];
        struct export_target to = {dep, import->imported, false};
        if (import->is_namespace) {
            *direct = dep;
            continue;
        }
        enum export_found found = module_export(dep, import->imported, &to);
        if (found != EXPORT_FOUND && import->may_be_type) continue;
        if (found != EXPORT_FOUND)
            return complain(m, dep, import->imported, import->request, import->line, import->column, found);
        bool plain = !to.is_namespace && str_eq(to.name, import->imported);
        if (!*direct && plain) *direct = to.module;
        else if (*direct != to.module || !plain) *direct = dep;
    }
    for (uint32_t i = 0; i < text->n_requests; i++) if (!m->direct[i]) m->direct[i] = m->deps[i];
    for (uint32_t i = 0; i < text->n_exports; i++) {
        const struct lang_export *e = &text->exports[i];
        struct export_target to;
        if (e->kind != EXPORT_INDIRECT) continue;
        enum export_found found = module_export(m, e->name, &to);
        if (found == EXPORT_NONE && is_typescript(m->unit)) continue;    /* a type, most likely: nothing is exported */
        if (found != EXPORT_FOUND)
            return complain(m, m->deps[e->request], e->imported, e->request, e->line, e->column, found);
    }
    return true;
}

static bool prepare(struct module *m) {
    struct lang_unit *text = &m->unit->lang;
    if (text->has_tla || m->in_cycle) lang_wrap(text, text->has_tla, m->in_cycle ? LANG_CYCLIC : LANG_ACYCLIC);
    if (!m->in_cycle) return true;
    js_val args[2] = {m->binding, js_make_array(0, NULL)};
    uint32_t n = 0;
    for (uint32_t i = 0; i < text->n_exports; i++)
        if (text->exports[i].kind == EXPORT_LEXICAL && !text->exports[i].is_live)
            js_set_at(args[1], n++, js_make_str(text->exports[i].name));
    return n == 0 || modules_call("tdz", 2, args) != NULL;
}

bool module_link(struct module *m) {
    if (m->kind != MODULE_ESM || m->status != MODULE_NEW) return true;
    struct walk w = {0};
    bool fine = visit(&w, m);
    if (fine) for (size_t i = 0; i < w.found.len; i++) if (!w.found.at[i]->exports.count) index_exports(w.found.at[i]);
    for (size_t i = w.found.len; fine && i-- > 0;) fine = check_imports(w.found.at[i]);
    for (size_t i = 0; fine && i < w.found.len; i++) fine = prepare(w.found.at[i]);
    if (!fine)
        for (size_t i = 0; i < w.found.len; i++) {       /* the next one to ask fails by itself */
            w.found.at[i]->status = MODULE_NEW;
            w.found.at[i]->next_in_cycle = w.found.at[i];
            w.found.at[i]->in_cycle = false;
        }
    LIST_FREE(&w.stack);
    LIST_FREE(&w.found);
    return fine;
}

static bool any_async(struct module *m, uint32_t mark) {
    if (m->deferred) m = m->deferred;                    /* what waits below it does not wait to be asked */
    if (m->kind != MODULE_ESM || m->index == mark) return false;
    if (m->status == MODULE_EVALUATED) return false;
    m->index = mark;
    if (m->unit->lang.has_tla) return true;
    for (uint32_t i = 0; i < m->unit->lang.n_requests; i++) if (any_async(m->deps[i], mark)) return true;
    return false;
}

bool module_is_async(struct module *m) {
    static uint32_t mark = UINT32_MAX;
    return any_async(m, mark--);
}
