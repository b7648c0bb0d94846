#include "data/json.h"
#include "data/semver.h"
#include "pkg/plan_parts.h"

/* --- do two ranges have a version in common? Bounds of each set as an interval; prereleases are no matter here. */

struct end { bool is_set, is_open; struct semver at; };
struct interval { struct end low, high; bool is_empty; };

static void raise_low(struct interval *i, const struct semver *v, bool is_open) {
    int d = i->low.is_set ? semver_cmp(v, &i->low.at) : 1;
    if (d > 0 || (!d && is_open)) i->low = (struct end){true, is_open, *v};
}
static void lower_high(struct interval *i, const struct semver *v, bool is_open) {
    int d = i->high.is_set ? semver_cmp(v, &i->high.at) : -1;
    if (d < 0 || (!d && is_open)) i->high = (struct end){true, is_open, *v};
}

static void narrow(struct interval *i, const struct semver_set *s) {
    for (size_t k = 0; k < s->count; k++) {
        const struct semver_bound *b = &s->bounds[k];
        if (b->is_any) continue;
        if (b->op == SEMVER_EQ || b->op == SEMVER_GE || b->op == SEMVER_GT)
            raise_low(i, &b->version, b->op == SEMVER_GT);
        if (b->op == SEMVER_EQ || b->op == SEMVER_LE || b->op == SEMVER_LT)
            lower_high(i, &b->version, b->op == SEMVER_LT);
    }
}

static bool meets(const struct semver_set *a, const struct semver_set *b) {
    struct interval i = {0};
    narrow(&i, a);
    narrow(&i, b);
    if (!i.low.is_set || !i.high.is_set) return true;
    int d = semver_cmp(&i.low.at, &i.high.at);
    return d < 0 || (!d && !i.low.is_open && !i.high.is_open);
}

static bool ranges_meet(const struct semver_range *a, const struct semver_range *b) {
    for (size_t i = 0; i < a->count; i++)
        for (size_t k = 0; k < b->count; k++)
            if (meets(&a->sets[i], &b->sets[k])) return true;
    return false;
}

/* --- rules */

/* Compared with what is declared, never with what it was resolved to. */
static bool selector_takes(struct pkg_plan *p, const struct pkg_override *o, const struct plan_want *w) {
    str range = o->range;
    if (str_starts(range, STR("catalog:")))
        return w->spec.kind == PKG_SPEC_CATALOG && str_eq(str_trim(str_from(range, 8)), w->spec.text);
    if (str_starts(range, STR("npm:"))) {
        struct plan_want *alias = plan_want_of(p, o->name, range);
        return w->spec.is_alias && w->spec.kind == PKG_SPEC_RANGE && alias->spec.kind == PKG_SPEC_RANGE &&
               alias->real == w->real && ranges_meet(alias->spec.range, w->spec.range);
    }
    if (w->spec.kind != PKG_SPEC_RANGE) return false;
    struct plan_want *s = plan_want_of(p, o->name, range);
    return s->spec.kind == PKG_SPEC_RANGE && ranges_meet(s->spec.range, w->spec.range);
}

static bool parent_is(struct pkg_plan *p, const struct pkg_override *o, pkg_id owner) {
    const struct pkg_package *parent = &p->lock.packages[owner];
    if (!str_eq(o->parent, parent->name)) return false;
    if (!o->parent_range.len) return true;
    struct plan_want *s = plan_want_of(p, o->parent, o->parent_range);
    return s->spec.kind == PKG_SPEC_RANGE && (s->is_any || plan_version_is(parent, s->spec.range));
}

static const struct pkg_override *rule_for(struct pkg_plan *p, const struct pkg_override *rules, size_t n, pkg_id owner,
                                           const struct plan_want *w) {
    const struct pkg_override *best = NULL;
    int best_rank = -1;
    bool is_ranged_alias = w->spec.is_alias && w->spec.kind == PKG_SPEC_RANGE;
    for (size_t i = 0; i < n; i++) {
        const struct pkg_override *o = &rules[i];
        bool by_alias = str_starts(o->range, STR("npm:"));
        if (is_ranged_alias != by_alias || !str_eq(o->name, by_alias ? w->folder->text : w->real->text)) continue;
        if (o->parent.len && !parent_is(p, o, owner)) continue;
        if (o->range.len && !selector_takes(p, o, w)) continue;
        int rank = (o->parent.len ? o->parent_range.len ? 4 : 2 : 0) + (o->range.len > 0);
        if (rank > best_rank) best = o, best_rank = rank;
    }
    return best;
}

/* --- catalogs */

str plan_catalog(const struct pkg_catalog *catalogs, size_t n, str catalog, str name) {
    for (size_t i = 0; i < n; i++) {
        if (!str_eq(catalogs[i].name, catalog)) continue;
        for (size_t k = 0; k < catalogs[i].count; k++)
            if (str_eq(catalogs[i].entries[k].name, name)) return catalogs[i].entries[k].spec;
    }
    return STR("");
}

bool plan_is_local(const struct pkg_plan *p, pkg_id package) {
    enum pkg_source s = p->lock.packages[package].source;
    return s == PKG_ROOT || s == PKG_WORKSPACE;
}

struct rules {
    const struct pkg_override *overrides;
    size_t n_overrides;
    const struct pkg_catalog *catalogs;
    size_t n_catalogs;
};

static const struct plan_want *effective(struct pkg_plan *p, const struct rules *r, pkg_id owner,
                                         const struct plan_want *w) {
    const struct pkg_override *o = r->n_overrides ? rule_for(p, r->overrides, r->n_overrides, owner, w) : NULL;
    if (o) {
        str name = str_starts(o->range, STR("npm:")) ? w->folder->text : o->name;
        const struct plan_want *new = plan_want_of(p, name, o->spec);
        if (new->spec.kind != PKG_SPEC_CATALOG) return new;
        str spec = plan_catalog(r->catalogs, r->n_catalogs, new->spec.text, name);
        return spec.len ? plan_want_of(p, name, spec) : new;
    }
    if (w->spec.kind != PKG_SPEC_CATALOG || !plan_is_local(p, owner)) return w;
    str spec = plan_catalog(r->catalogs, r->n_catalogs, w->spec.text, w->folder->text);
    return spec.len ? plan_want_of(p, w->folder->text, spec) : w;
}

const struct plan_want *plan_effective(struct pkg_plan *p, pkg_id owner, const struct pkg_edge *e,
                                       const struct plan_want *w) {
    (void)e;
    if (!p->n_overrides && w->spec.kind != PKG_SPEC_CATALOG) return w;
    struct rules r = {p->overrides, p->n_overrides, p->catalogs, p->n_catalogs};
    return effective(p, &r, owner, w);
}

bool plan_was_the_same(struct pkg_plan *p, pkg_id owner, const struct pkg_edge *e, const struct plan_want *w) {
    if (!p->o.old || (!p->overrides_changed && !p->catalogs_changed)) return true;
    struct rules before = {p->o.old->overrides, p->o.old->n_overrides, p->o.old->catalogs, p->o.old->n_catalogs};
    return effective(p, &before, owner, w) == plan_effective(p, owner, e, w);
}

/* --- what the root's package.json says */

static void read_catalog(struct pkg_plan *p, str name, const struct json *j) {
    if (!json_is(j, JSON_OBJECT)) return;
    struct pkg_catalog *c = &p->catalogs[p->n_catalogs++];
    *c = (struct pkg_catalog){.name = name, .entries = ARENA_ARRAY(p->a, struct pkg_dependency, j->count + 1)};
    for JSON_EACH(m, j)
        if (m->kind == JSON_STRING) c->entries[c->count++] = (struct pkg_dependency){.name = m->key, .spec = m->text};
}

static bool same_overrides(const struct pkg_override *a, size_t n, const struct pkg_override *b, size_t m) {
    if (n != m) return false;
    for (size_t i = 0; i < n; i++) {
        bool is_there = false;
        for (size_t k = 0; k < m && !is_there; k++)
            is_there = str_eq(a[i].parent, b[k].parent) && str_eq(a[i].parent_range, b[k].parent_range) &&
                       str_eq(a[i].name, b[k].name) && str_eq(a[i].range, b[k].range) && str_eq(a[i].spec, b[k].spec);
        if (!is_there) return false;
    }
    return true;
}

static size_t n_entries(const struct pkg_catalog *c, size_t n) {
    size_t sum = 0;
    for (size_t i = 0; i < n; i++) sum += c[i].count;
    return sum;
}

static bool same_catalogs(const struct pkg_catalog *a, size_t n, const struct pkg_catalog *b, size_t m) {
    if (n_entries(a, n) != n_entries(b, m)) return false;
    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; k < a[i].count; k++)
            if (!str_eq(plan_catalog(b, m, a[i].name, a[i].entries[k].name), a[i].entries[k].spec)) return false;
    return true;
}

void plan_read_rules(struct pkg_plan *p) {
    const struct pkg_manifest *root = &p->o.project->members[0].manifest;
    p->overrides = root->overrides;
    p->n_overrides = root->n_overrides;
    const struct json *workspaces = json_get_c(root->json, "workspaces");
    const struct json *one = json_get_c(workspaces, "catalog"), *more = json_get_c(workspaces, "catalogs");
    if (!one) one = json_get_c(root->json, "catalog");
    if (!more) more = json_get_c(root->json, "catalogs");
    p->catalogs = ARENA_ARRAY(p->a, struct pkg_catalog, (json_is(more, JSON_OBJECT) ? more->count : 0) + 2);
    read_catalog(p, STR(""), one);
    if (json_is(more, JSON_OBJECT)) for JSON_EACH(m, more) read_catalog(p, m->key, m);
    if (!p->o.old) return;
    p->overrides_changed = !same_overrides(p->overrides, p->n_overrides, p->o.old->overrides, p->o.old->n_overrides);
    p->catalogs_changed = !same_catalogs(p->catalogs, p->n_catalogs, p->o.old->catalogs, p->o.old->n_catalogs);
}
