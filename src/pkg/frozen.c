#include "pkg/frozen.h"

#include "base/buf.h"

struct saying {
    struct buf *out;
    size_t n;
    str path;                            /* of the member; empty for the root */
};

static void say(struct saying *s, str name, const char *what, str from, str to) {
    enum { MOST = 10 };
    if (s->n++ >= MOST) return;
    buf_print(s->out, "%s%.*s %s", s->n > 1 ? ", " : "", STR_FMT(name), what);
    if (to.len) buf_print(s->out, " from %.*s to %.*s", STR_FMT(from), STR_FMT(to));
    if (s->path.len) buf_print(s->out, " in %.*s", STR_FMT(s->path));
}

static const struct pkg_package *locked(const struct pkg_lock *l, const struct pkg_member *m) {
    for (size_t i = 0; i < l->n_packages; i++) {
        const struct pkg_package *p = &l->packages[i];
        if (m->path.len ? p->source == PKG_WORKSPACE && str_eq(p->place, m->path) : p->source == PKG_ROOT) return p;
    }
    return NULL;
}

static const struct pkg_edge *edge(const struct pkg_package *p, str name) {
    for (size_t i = 0; i < p->n_edges; i++)
        if (str_eq(p->edges[i].name, name)) return &p->edges[i];
    return NULL;
}

static void compare(struct saying *s, const struct pkg_member *m, const struct pkg_package *p) {
    for (size_t i = 0; i < m->manifest.n_dependencies; i++) {
        const struct pkg_dependency *d = &m->manifest.dependencies[i];
        const struct pkg_edge *e = edge(p, d->name);
        if (!e) say(s, d->name, "was added", STR(""), STR(""));
        else if (!str_eq(e->spec, d->spec)) say(s, d->name, "changed", e->spec, d->spec);
    }
    for (size_t i = 0; i < p->n_edges; i++)
        if (!pkg_manifest_find(&m->manifest, p->edges[i].name))
            say(s, p->edges[i].name, "was removed", STR(""), STR(""));
}

static bool same_overrides(const struct pkg_manifest *m, const struct pkg_lock *l) {
    if (m->n_overrides != l->n_overrides) return false;
    for (size_t i = 0; i < m->n_overrides; i++) {
        bool is_there = false;
        for (size_t k = 0; k < l->n_overrides; k++) {
            const struct pkg_override *a = &m->overrides[i], *b = &l->overrides[k];
            is_there |= str_eq(a->name, b->name) && str_eq(a->parent, b->parent) && str_eq(a->range, b->range) &&
                        str_eq(a->spec, b->spec);
        }
        if (!is_there) return false;
    }
    return true;
}

str pkg_frozen_changes(struct arena *a, const struct pkg_project *p, const struct pkg_lock *l) {
    struct buf list = {0}, all = {0};
    struct saying s = {.out = &list};
    for (size_t i = 0; i < p->count; i++) {
        const struct pkg_package *there = locked(l, &p->members[i]);
        s.path = p->members[i].path;
        if (there) compare(&s, &p->members[i], there);
        else {
            s.path = STR("");
            say(&s, p->members[i].path, "is a new workspace", STR(""), STR(""));
        }
    }
    s.path = STR("");
    for (size_t i = 0; i < l->n_packages; i++) {
        bool is_there = l->packages[i].source != PKG_WORKSPACE;
        for (size_t k = 0; k < p->count && !is_there; k++) is_there = str_eq(p->members[k].path, l->packages[i].place);
        if (!is_there) say(&s, l->packages[i].place, "is no workspace any more", STR(""), STR(""));
    }
    if (s.n)
        buf_print(&all, "dependencies in package.json changed since bun.lock was saved: %.*s",
                  STR_FMT(buf_view(&list)));
    if (s.n > 10) buf_print(&all, ", and %zu more", s.n - 10);
    if (!same_overrides(&p->members[0].manifest, l))
        buf_print(&all, "%soverrides in package.json changed since bun.lock was saved", s.n ? "; " : "");
    str text = arena_str(a, buf_view(&all));
    buf_free(&list);
    buf_free(&all);
    return text;
}
