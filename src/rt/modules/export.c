/* rt/modules/export.c: where an exported name comes from, bindings that lead on, and namespace objects. */
#include "rt/modules/module.h"

#include "rt/modules/modules.h"

/* What is being resolved already: stars can lead in circles. */
struct seen {
    const struct module *module;
    str name;
    const struct seen *before;
};

static enum export_found find(struct module *m, str name, const struct seen *before, struct export_target *out);

static bool is_seen(const struct seen *s, const struct module *m, str name) {
    for (; s; s = s->before) if (s->module == m && str_eq(s->name, name)) return true;
    return false;
}

/* Modules without a table: what their binding has, or will have. */
static enum export_found find_other(struct module *m, str name, bool by_star, struct export_target *out) {
    *out = (struct export_target){m, name, false};
    if (str_is(name, "default")) return EXPORT_FOUND;
    if (m->kind == MODULE_CJS && !m->is_filled) {
        if (!by_star) return EXPORT_FOUND;               /* asked again when it has run */
        struct lang_unit *text = &m->unit->lang;
        for (uint32_t i = 0; i < text->n_cjs_exports; i++) if (str_eq(text->cjs_exports[i], name)) return EXPORT_FOUND;
        return text->n_cjs_reexports ? EXPORT_FOUND : EXPORT_NONE;
    }
    if (m->kind == MODULE_VALUE && !m->is_filled && !modules_fill(m)) return EXPORT_NONE;
    struct arena a = {0};
    js_val args[] = {m->binding, js_make_str(name)}, has = modules_call("has", 2, args);
    arena_free(&a);
    return has && js_truthy(has) ? EXPORT_FOUND : EXPORT_NONE;
}

static enum export_found find_star(struct module *m, str name, const struct seen *here, struct export_target *out) {
    struct lang_unit *text = &m->unit->lang;
    enum export_found found = EXPORT_NONE;
    for (uint32_t i = 0; i < text->n_exports; i++) {
        if (text->exports[i].kind != EXPORT_STAR) continue;
        struct export_target to;
        struct module *dep = m->deps[text->exports[i].request];
        enum export_found one = dep->kind == MODULE_ESM ? find(dep, name, here, &to) : find_other(dep, name, true, &to);
        if (one == EXPORT_AMBIGUOUS) return one;
        if (one == EXPORT_NONE) continue;
        if (found == EXPORT_NONE) *out = to;
        else if (out->module != to.module || !str_eq(out->name, to.name) || out->is_namespace != to.is_namespace) return EXPORT_AMBIGUOUS;
        found = EXPORT_FOUND;
    }
    return found;
}

static enum export_found find(struct module *m, str name, const struct seen *before, struct export_target *out) {
    if (m->kind != MODULE_ESM) return find_other(m, name, false, out);
    if (is_seen(before, m, name)) return EXPORT_NONE;
    struct seen here = {m, name, before};
    const struct lang_export *e = map_get(&m->exports, name);
    if (!e) return str_is(name, "default") ? EXPORT_NONE : find_star(m, name, &here, out);
    *out = (struct export_target){m, name, false};
    if (e->kind == EXPORT_INDIRECT) return find(m->deps[e->request], e->imported, &here, out);
    if (e->kind == EXPORT_NAMESPACE) *out = (struct export_target){m->deps[e->request], STR("*"), true};
    return EXPORT_FOUND;
}

enum export_found module_export(struct module *m, str name, struct export_target *out) { return find(m, name, NULL, out); }

/* Builtins too: module.syncBuiltinESMExports changes them. */
static bool is_live(const struct export_target *to) {
    if (to->module->kind == MODULE_BUILTIN) return true;
    if (to->module->kind != MODULE_ESM) return false;
    const struct lang_export *e = map_get(&to->module->exports, to->name);
    return e && e->is_live;
}

static bool is_settled(const struct module *m) { return m->kind == MODULE_ESM ? m->status == MODULE_EVALUATED : m->is_filled; }

bool module_forward(struct module *m, str name) {
    struct export_target to;
    if (m->kind != MODULE_ESM || map_get(&m->forwarded, name)) return true;
    if (module_export(m, name, &to) != EXPORT_FOUND) return true;
    if (to.module == m && !to.is_namespace) return true;
    if (to.is_namespace) {
        js_val ns = module_namespace(to.module);
        if (!ns || !js_set_of(m->binding, name, ns)) return false;
    } else if (is_settled(to.module) && !is_live(&to)) {
        js_val value = js_get_of(to.module->binding, to.name);
        if (!value || !js_set_of(m->binding, name, value)) return false;
    } else {
        js_val args[] = {m->binding, js_make_str(name), to.module->binding, js_make_str(to.name)};
        if (!modules_call("forward", 4, args)) return false;
        if (!is_live(&to)) return true;                  /* made a value as soon as it is one */
    }
    map_put(&m->forwarded, arena_str(&m->unit->arena, name), m);
    return true;
}

/* --- all names ----------------------------------------------------------------------------------------------------------- */

struct names {
    struct map names;                                    /* each once */
    LIST(struct module *) seen;
    struct arena arena;
};

static void add_name(struct names *n, str name) {
    if (!map_get(&n->names, name)) map_put(&n->names, arena_str(&n->arena, name), n);
}

static bool collect_other(struct names *n, struct module *m) {
    if (m->kind == MODULE_CJS && !m->is_filled) {
        for (uint32_t i = 0; i < m->unit->lang.n_cjs_exports; i++) add_name(n, m->unit->lang.cjs_exports[i]);
        return true;
    }
    if (!m->is_filled && !modules_fill(m)) return false;
    js_val keys = modules_call("keys", 1, &m->binding);
    uint32_t count = keys ? (uint32_t)js_to_num(js_get(keys, "length")) : 0;
    for (uint32_t i = 0; i < count; i++) {
        struct arena a = {0};
        add_name(n, js_to_str(&a, js_get_at(keys, i)));
        arena_free(&a);
    }
    return keys != NULL;
}

static bool collect(struct names *n, struct module *m, bool by_star) {
    for (size_t i = 0; i < n->seen.len; i++) if (n->seen.at[i] == m) return true;
    *LIST_ADD(&n->seen) = m;
    if (m->kind != MODULE_ESM) return collect_other(n, m);
    struct lang_unit *text = &m->unit->lang;
    for (uint32_t i = 0; i < text->n_exports; i++) {
        const struct lang_export *e = &text->exports[i];
        if (e->kind != EXPORT_STAR && !(by_star && str_is(e->name, "default"))) add_name(n, e->name);
    }
    for (uint32_t i = 0; i < text->n_exports; i++) {
        if (text->exports[i].kind != EXPORT_STAR) continue;
        bool had_default = map_get(&n->names, STR("default")) != NULL;
        if (!collect(n, m->deps[text->exports[i].request], true)) return false;
        if (!had_default) map_remove(&n->names, STR("default"));
    }
    return true;
}

static void names_done(struct names *n) {
    map_free(&n->names);
    LIST_FREE(&n->seen);
    arena_free(&n->arena);
}

bool module_forward_all(struct module *m) {
    struct names n = {0};
    if (m->kind != MODULE_ESM || m->forwards_all) return true;
    bool fine = collect(&n, m, false);
    for (struct map_entry *e = NULL; fine && (e = map_next(&n.names, e));) fine = module_forward(m, e->key);
    m->forwards_all = fine && m->status == MODULE_EVALUATED;
    names_done(&n);
    return fine;
}

/* The names that lead somewhere, and whether what they lead to can still change: rt:modules makes the object. */
js_val module_namespace(struct module *m) {
    if (m->namespace) return m->namespace;
    if (m->kind != MODULE_ESM && !m->is_filled && !modules_fill(m)) return NULL;
    struct names n = {0};
    js_val names = js_make_array(0, NULL), fixed = js_make_array(0, NULL);
    uint32_t count = 0;
    /* Known from now on: a namespace that leads to itself is being made. */
    js_val made = modules_call("emptyNamespace", 0, NULL);
    bool fine = made && collect(&n, m, false);
    if (made) m->namespace = js_hold(made);
    for (struct map_entry *e = NULL; fine && (e = map_next(&n.names, e));) {
        struct export_target to;
        if (module_export(m, e->key, &to) != EXPORT_FOUND) continue;
        fine = module_forward(m, e->key);
        js_set_at(names, count, js_make_str(e->key));
        js_set_at(fixed, count++, js_make_bool((to.is_namespace || is_settled(to.module)) && !is_live(&to)));
    }
    names_done(&n);
    js_val args[] = {made, m->binding, names, fixed};
    if (fine) fine = modules_call("fillNamespace", 4, args) != NULL;
    if (!fine && made) {
        js_drop(m->namespace);
        m->namespace = NULL;
    }
    return fine ? made : NULL;
}
