#include "base/buf.h"
#include "pkg/plan_parts.h"

struct plan_name *plan_name_of(struct pkg_plan *p, str text) {
    bool is_new;
    void **at = map_at(&p->names, text, &is_new);
    if (is_new) {
        struct plan_name *n = ARENA_NEW(p->a, struct plan_name);
        n->text = text;
        n->number = (uint32_t)p->name_list.len;
        n->member = PKG_NONE;
        *LIST_ADD(&p->name_list) = n;
        *at = n;
    }
    return *at;
}

static str pair_key(struct pkg_plan *p, str left, str right) {
    buf_clear(&p->key);
    buf_add(&p->key, left);
    buf_add_char(&p->key, 0);
    buf_add(&p->key, right);
    return buf_view(&p->key);
}

struct plan_want *plan_want_of(struct pkg_plan *p, str name, str spec) {
    str key = pair_key(p, name, spec);
    struct plan_want *w = map_get(&p->wants, key);
    if (w) return w;
    w = ARENA_NEW(p->a, struct plan_want);
    map_put(&p->wants, arena_str(p->a, key), w);
    pkg_spec_parse(p->a, name, spec, &w->spec);
    w->folder = plan_name_of(p, name);
    w->real = plan_name_of(p, w->spec.name);
    if (w->spec.kind == PKG_SPEC_RANGE && !w->spec.text.len) {               /* nothing said: what is tagged so */
        w->spec.kind = PKG_SPEC_TAG;
        w->spec.tag = STR("latest");
    }
    str text = w->spec.text;
    w->is_any = w->spec.kind == PKG_SPEC_RANGE && (str_is(text, "*") || str_is(text, "x") || str_is(text, "X"));
    return w;
}

struct plan_source *plan_source_of(struct pkg_plan *p, const struct pkg_spec *spec, str base) {
    bool is_path = spec->kind == PKG_SPEC_FILE || spec->kind == PKG_SPEC_LINK || spec->kind == PKG_SPEC_TARBALL_FILE;
    str key = pair_key(p, is_path ? base : STR(""), spec->raw);
    struct plan_source *s = map_get(&p->sources, key);
    if (s) return s;
    s = ARENA_NEW(p->a, struct plan_source);
    map_put(&p->sources, arena_str(p->a, key), s);
    *s = (struct plan_source){.spec = *spec, .base = base, .id = PKG_NONE};
    *LIST_ADD(&p->source_list) = s;
    return s;
}

void plan_warn(struct pkg_plan *p, const char *format, ...) {
    va_list list;
    va_start(list, format);
    str text = arena_vprint(p->a, format, list);
    va_end(list);
    bool is_new;
    void **at = map_at(&p->warned, text, &is_new);
    *at = p;
    if (is_new) *LIST_ADD(&p->warnings) = text;
}

bool plan_is_pinned(const struct pkg_plan *p, const struct pkg_package *locked) {
    for (size_t i = 0; i < p->o.n_pins; i++)
        if (str_eq(p->o.pins[i].name, locked->name) && str_eq(p->o.pins[i].from, locked->version))
            return locked->source == PKG_NPM;
    return false;
}

bool plan_is_updated(const struct pkg_plan *p, const struct plan_want *w) {
    if (p->o.update_all) return true;
    for (size_t i = 0; i < p->o.n_update; i++)
        if (str_eq(p->o.update[i], w->folder->text) || str_eq(p->o.update[i], w->real->text)) return true;
    return false;
}
