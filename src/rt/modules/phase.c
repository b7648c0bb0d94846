/* rt/modules/phase.c: `import source` and `import defer`: in place of a module another stands that has what was asked
 * for, what its file was compiled to or a namespace that evaluates the module when a name of it is asked for. */
#include "rt/modules/module.h"

static js_val no_source(const struct module *m) {
    str url = m->unit ? m->unit->url : m->id;
    return js_throw(JS_SYNTAX_ERROR, "ERR_SOURCE_PHASE_NOT_DEFINED",
                    "Source phase import object is not defined for module '%.*s'", STR_FMT(url));
}

struct module *module_source(struct module *m) {
    if (m->source) return m->source;
    if (m->kind != MODULE_VALUE || m->unit->format != LOAD_WASM) return no_source(m), NULL;
    js_val compiled = module_compiled(m), binding = compiled ? js_make_null_object() : NULL;
    if (!binding || !js_set(binding, "default", compiled)) return NULL;
    return m->source = module_of_object(binding);
}

struct module *module_later(struct module *m) {
    if (m->later) return m->later;
    js_val number = js_make_num(m->number), namespace = modules_call("deferredNamespace", 1, &number);
    if (!namespace) return NULL;
    m->later = module_of_object(namespace);
    m->later->namespace = js_hold(namespace);
    m->later->deferred = m;
    return m->later;
}

static struct module *meant(struct module *m) { return m->deferred ? m->deferred : m; }

static bool is_in(const struct modules *list, const struct module *m) {
    for (size_t i = 0; i < list->len; i++) if (list->at[i] == m) return true;
    return false;
}

static void gather(struct module *m, struct modules *seen, struct modules *out) {
    if (m->kind != MODULE_ESM || m->status == MODULE_EVALUATING || m->status == MODULE_EVALUATED || is_in(seen, m))
        return;
    *LIST_ADD(seen) = m;
    if (m->unit->lang.has_tla) {
        if (!is_in(out, m)) *LIST_ADD(out) = m;
        return;
    }
    for (uint32_t i = 0; i < m->unit->lang.n_requests; i++) gather(meant(m->deps[i]), seen, out);
}

void module_async_below(struct module *m, struct modules *out) {
    struct modules seen = {0};
    gather(m, &seen, out);
    LIST_FREE(&seen);
}

static bool is_ready(struct module *m, struct modules *seen) {
    if (m->kind != MODULE_ESM || m->status == MODULE_EVALUATED || is_in(seen, m)) return true;
    if (m->status != MODULE_LINKED || m->unit->lang.has_tla) return false;
    *LIST_ADD(seen) = m;
    for (uint32_t i = 0; i < m->unit->lang.n_requests; i++)
        if (!m->deps[i]->deferred && !is_ready(m->deps[i], seen)) return false;
    return true;
}

bool module_run_deferred(struct module *m) {
    struct modules seen = {0};
    bool ready = is_ready(m, &seen);
    LIST_FREE(&seen);
    if (ready) return module_evaluate(m);
    js_throw(JS_TYPE_ERROR, "ERR_MODULE_NOT_READY",
             "The deferred module '%.*s' cannot be evaluated now: it, or a module that it imports, is being evaluated",
             STR_FMT(m->unit->url));
    return false;
}
