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
        else if (out->module != to.module || !str_eq(out->name, to.name) || out->is_namespace != to.is_namespace)
            return EXPORT_AMBIGUOUS;
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

enum export_found module_export(struct module *m, str name, struct export_target *out) {
    return find(m, name, NULL, out);
}

/* Builtins too: module.syncBuiltinESMExports changes them. */
static bool is_live(const struct export_target *to) {
    if (to->module->kind == MODULE_BUILTIN) return true;
    if (to->module->kind != MODULE_ESM) return false;
    const struct lang_export *e = map_get(&to->module->exports, to->name);
    return e && e->is_live;
}

static bool is_settled(const struct module *m) {
    return m->kind == MODULE_ESM ? m->status == MODULE_EVALUATED : m->is_filled;
}

/* Whether any of its exports is another module's. */
static bool leads_on(const struct module *m) {
    const struct lang_unit *text = &m->unit->lang;
    for (uint32_t i = 0; i < text->n_exports; i++) if (text->exports[i].kind >= EXPORT_INDIRECT) return true;
    return false;
}

bool module_forward(struct module *m, str name) {
    struct export_target to;
    if (m->kind != MODULE_ESM || m->forwards_all || map_get(&m->forwarded, name)) return true;
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

/* --- all names ---------------------------------------------------------------------------------------------------- */

/* Where a name was first met. Met again, it is looked up as the specification says; most are met once. */
struct origin {
    struct module *module;
    const struct lang_export *export;                    /* NULL: of a module without a table */
    bool again;
};
struct names {
    struct map names;                                    /* name -> struct origin */
    LIST(struct module *) seen;
    struct arena arena;
};

static void add_name(struct names *n, str name, struct module *m, const struct lang_export *e) {
    bool is_new;
    void **at = map_at(&n->names, name, &is_new);
    if (!is_new) {
        ((struct origin *)*at)->again = true;
        return;
    }
    struct origin *o = *at = ARENA_NEW(&n->arena, struct origin);
    o->module = m;
    o->export = e;
}

static bool collect_other(struct names *n, struct module *m, bool by_star) {
    if (m->kind == MODULE_CJS && !m->is_filled) {
        for (uint32_t i = 0; i < m->unit->lang.n_cjs_exports; i++) add_name(n, m->unit->lang.cjs_exports[i], m, NULL);
        return true;
    }
    if (!m->is_filled && !modules_fill(m)) return false;
    js_val keys = modules_call("keys", 1, &m->binding);
    uint32_t count = keys ? (uint32_t)js_to_num(js_get(keys, "length")) : 0;
    for (uint32_t i = 0; i < count; i++) {
        str name = js_to_str(&n->arena, js_get_at(keys, i));
        if (!by_star || !str_is(name, "default")) add_name(n, name, m, NULL);
    }
    return keys != NULL;
}

static bool collect(struct names *n, struct module *m, bool by_star) {
    for (size_t i = 0; i < n->seen.len; i++) if (n->seen.at[i] == m) return true;
    *LIST_ADD(&n->seen) = m;
    if (m->kind != MODULE_ESM) return collect_other(n, m, by_star);
    struct lang_unit *text = &m->unit->lang;
    for (uint32_t i = 0; i < text->n_exports; i++) {
        const struct lang_export *e = &text->exports[i];
        if (e->kind != EXPORT_STAR && !(by_star && str_is(e->name, "default"))) add_name(n, e->name, m, e);
    }
    for (uint32_t i = 0; i < text->n_exports; i++)
        if (text->exports[i].kind == EXPORT_STAR && !collect(n, m->deps[text->exports[i].request], true)) return false;
    return true;
}

static enum export_found follow(struct module *m, str name, const struct origin *o, struct export_target *out) {
    const struct lang_export *e = o->export;
    if (o->again || (e && e->kind == EXPORT_INDIRECT)) return module_export(o->again ? m : o->module, name, out);
    *out = (struct export_target){o->module, name, false};
    if (e && e->kind == EXPORT_NAMESPACE) *out = (struct export_target){o->module->deps[e->request], STR("*"), true};
    return EXPORT_FOUND;
}

static void names_done(struct names *n) {
    map_free(&n->names);
    LIST_FREE(&n->seen);
    arena_free(&n->arena);
}

/* The binding gets all names that lead elsewhere, in one call; `names` and `fixed`, when given, all that lead
 * somewhere, and whether what they lead to can no longer change. */
static bool forward_names(struct module *m, struct names *n, js_val names, js_val fixed) {
    js_val args[] = {m->binding, js_make_array(0, NULL), js_make_array(0, NULL), js_make_array(0, NULL),
                     js_make_array(0, NULL)};
    uint32_t count = 0, all = 0;
    bool done = m->kind != MODULE_ESM || m->forwards_all;
    for (struct map_entry *e = NULL; (e = map_next(&n->names, e));) {
        struct export_target to;
        if (follow(m, e->key, e->value, &to) != EXPORT_FOUND) continue;
        js_val name = js_make_str(e->key),
               is_fixed = js_make_bool((to.is_namespace || is_settled(to.module)) && !is_live(&to));
        if (names) {
            js_set_at(names, all, name);
            js_set_at(fixed, all++, is_fixed);
        }
        if (done || (to.module == m && !to.is_namespace)) continue;
        if (to.is_namespace) {
            if (!module_forward(m, e->key)) return false;
            continue;
        }
        js_set_at(args[1], count, name);
        js_set_at(args[2], count, to.module->binding);
        js_set_at(args[3], count, str_eq(to.name, e->key) ? name : js_make_str(to.name));
        js_set_at(args[4], count++, is_fixed);
    }
    return !count || modules_call("forwardAll", 5, args) != NULL;
}

bool module_forward_all(struct module *m) {
    struct names n = {0};
    if (m->kind != MODULE_ESM || m->forwards_all || !leads_on(m)) return true;
    bool fine = collect(&n, m, false) && forward_names(m, &n, NULL, NULL);
    m->forwards_all = fine && m->status == MODULE_EVALUATED;
    names_done(&n);
    return fine;
}

/* The names that lead somewhere, and whether what they lead to can still change: rt:modules makes the object. */
js_val module_namespace(struct module *m) {
    if (m->namespace) return m->namespace;
    if (m->kind != MODULE_ESM && !m->is_filled && !modules_fill(m)) return NULL;
    struct names n = {0};
    /* Known from now on: a namespace that leads to itself is being made. */
    js_val made = modules_call("emptyNamespace", 0, NULL), names = js_make_array(0, NULL),
           fixed = js_make_array(0, NULL);
    if (!made) return NULL;
    m->namespace = js_hold(made);
    js_val args[] = {made, m->binding, names, fixed};
    bool fine = collect(&n, m, false) && forward_names(m, &n, names, fixed) && modules_call("fillNamespace", 4, args);
    names_done(&n);
    if (fine) return made;
    js_drop(m->namespace);
    return m->namespace = NULL;
}
