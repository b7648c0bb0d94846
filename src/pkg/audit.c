#include "pkg/audit.h"

#include <stdlib.h>

#include "base/buf.h"
#include "base/diag.h"
#include "base/list.h"
#include "data/json.h"
#include "data/semver.h"
#include "pkg/spec.h"

const char *const pkg_severity_names[5] = {"info", "low", "moderate", "high", "critical"};

static int by_name(const void *a, const void *b) {
    const struct pkg_package *x = *(const struct pkg_package *const *)a, *y = *(const struct pkg_package *const *)b;
    struct semver v, w;
    int c = str_cmp(x->name, y->name);
    if (c) return c;
    if (semver_parse(x->version, SEMVER_LOOSE, &v) && semver_parse(y->version, SEMVER_LOOSE, &w) &&
        (c = semver_cmp(&v, &w)) != 0)
        return c;
    return str_cmp(x->version, y->version);
}

/* The wanted packages of registries, by name and version. Freed by the caller. */
static const struct pkg_package **sorted(const struct pkg_lock *l, const bool *wanted, size_t *n) {
    const struct pkg_package **list = NEW_ARRAY(const struct pkg_package *, l->n_packages + 1);
    *n = 0;
    for (pkg_id i = 0; i < l->n_packages; i++)
        if (l->packages[i].source == PKG_NPM && (!wanted || wanted[i])) list[(*n)++] = &l->packages[i];
    qsort(list, *n, sizeof *list, by_name);
    return list;
}

void pkg_audit_ask(struct buf *out, const struct pkg_lock *l, const bool *wanted) {
    size_t n;
    const struct pkg_package **list = sorted(l, wanted, &n);
    buf_add_char(out, '{');
    for (size_t i = 0; i < n; i++) {
        bool is_first = !i || !str_eq(list[i]->name, list[i - 1]->name);
        if (!is_first && str_eq(list[i]->version, list[i - 1]->version)) continue;
        if (is_first) {
            if (i) buf_lit(out, "],");
            json_write_text(out, list[i]->name);
            buf_lit(out, ":[");
        } else buf_add_char(out, ',');
        json_write_text(out, list[i]->version);
    }
    buf_add(out, n ? STR("]}") : STR("}"));
    mem_free(list);
}

static enum pkg_severity severity_of(str name) {
    for (int i = 0; i < 5; i++)
        if (str_is(name, pkg_severity_names[i])) return (enum pkg_severity)i;
    return PKG_SEVERITY_HIGH;
}

/* "GHSA-xxxx-xxxx-xxxx" at the end of an advisory's URL. */
static str ghsa_of(str url) {
    ptrdiff_t at = str_find(url, STR("GHSA-"));
    return at < 0 || url.len - (size_t)at < 19 ? STR("") : str_cut(url, (size_t)at, (size_t)at + 19);
}

bool pkg_audit_read(struct arena *a, str source, str file, struct diag *d, struct pkg_advisories *out) {
    *out = (struct pkg_advisories){0};
    struct json *j = json_parse(a, source, JSON_STRICT, d, file);
    if (!j) return false;
    if (j->kind != JSON_OBJECT) {
        diag_add(d, DIAG_ERROR, "audit-form", file, source, j->at, j->end - j->at,
                 "advisories must be an object, a list for each package");
        return false;
    }
    LIST(struct pkg_advisory) list = {0};
    bool ok = true;
    for JSON_EACH(m, j) {
        if (m->kind != JSON_ARRAY) {
            diag_add(d, DIAG_ERROR, "audit-form", file, source, m->at, m->end - m->at,
                     "the advisories of \"%.*s\" must be a list", STR_FMT(m->key));
            ok = false;
            continue;
        }
        for JSON_EACH(e, m) {
            const struct json *id = json_get_c(e, "id");
            struct pkg_advisory v = {
                .package = m->key, .title = json_text(json_get_c(e, "title")), .url = json_text(json_get_c(e, "url")),
                .range = json_text(json_get_c(e, "vulnerable_versions")), .json = e,
                .severity = severity_of(json_text(json_get_c(e, "severity"))),
            };
            v.id = json_is(id, JSON_NUMBER) || json_is(id, JSON_STRING) ? id->text : STR("");
            v.ghsa = ghsa_of(v.url.len ? v.url : v.id);
            if (!v.range.len) v.range = STR("*");
            *LIST_ADD(&list) = v;
        }
    }
    out->count = list.len;
    out->at = ARENA_ARRAY(a, struct pkg_advisory, list.len + 1);
    if (list.len) memcpy(out->at, list.at, list.len * sizeof *list.at);
    LIST_FREE(&list);
    return ok;
}

static bool is_about(const struct pkg_advisory *v, str name, str version) {
    return str_eq(v->package, name) && semver_satisfies(version, v->range, SEMVER_LOOSE | SEMVER_PRERELEASE);
}

static bool is_ignored(const struct pkg_advisory *v, const struct pkg_audit_choice *choice) {
    for (size_t i = 0; i < choice->n_ignored; i++)
        if (str_eq(choice->ignored[i], v->id) || (v->ghsa.len && str_eq_nocase(choice->ignored[i], v->ghsa)))
            return true;
    return false;
}

void pkg_audit_match(struct arena *a, const struct pkg_lock *l, const struct pkg_advisories *known,
                     const struct pkg_audit_choice *choice, struct pkg_findings *out) {
    size_t n;
    const struct pkg_package **list = sorted(l, choice->wanted, &n);
    *out = (struct pkg_findings){.at = ARENA_ARRAY(a, struct pkg_finding, n + 1)};
    for (size_t i = 0; i < n; i++) {
        if (i && str_eq(list[i]->name, list[i - 1]->name) && str_eq(list[i]->version, list[i - 1]->version)) continue;
        struct pkg_finding f = {.id = (pkg_id)(list[i] - l->packages), .at = NULL};
        for (size_t k = 0; k < known->count; k++) {
            const struct pkg_advisory *v = &known->at[k];
            if (!is_about(v, list[i]->name, list[i]->version)) continue;
            if (is_ignored(v, choice)) {
                out->n_ignored++;
                continue;
            }
            if (v->severity < choice->least) continue;
            if (!f.at) f.at = ARENA_ARRAY(a, const struct pkg_advisory *, known->count);
            f.at[f.count++] = v;
            out->by_severity[v->severity]++;
        }
        if (f.count) out->at[out->count++] = f;
    }
    mem_free(list);
}

/* --- the way to a package */

static str own_name(const struct pkg_package *p) {
    return p->source == PKG_WORKSPACE ? (p->name.len ? p->name : p->place) : STR("");
}

str pkg_audit_path(struct arena *a, const struct pkg_lock *l, pkg_id to) {
    pkg_id *from = NEW_ARRAY(pkg_id, l->n_packages), *queue = NEW_ARRAY(pkg_id, l->n_packages);
    size_t n = 0;
    for (pkg_id i = 0; i < l->n_packages; i++) {
        bool is_own = l->packages[i].source == PKG_ROOT || l->packages[i].source == PKG_WORKSPACE;
        from[i] = is_own ? i : PKG_NONE;
        if (is_own) queue[n++] = i;
    }
    for (size_t at = 0; at < n && from[to] == PKG_NONE; at++) {
        const struct pkg_package *p = &l->packages[queue[at]];
        for (size_t i = 0; i < p->n_edges; i++) {
            pkg_id next = p->edges[i].to;
            if (next == PKG_NONE || from[next] != PKG_NONE) continue;
            from[next] = queue[at];
            queue[n++] = next;
        }
    }
    str path = STR("");
    if (from[to] != PKG_NONE) {
        pkg_id i = to;
        size_t steps = 0;
        for (; from[i] != i; i = from[i], steps++)
            path = path.len ? arena_print(a, "%.*s > %.*s", STR_FMT(l->packages[i].name), STR_FMT(path))
                            : l->packages[i].name;
        str start = own_name(&l->packages[i]);
        if (start.len) path = arena_print(a, "%.*s > %.*s", STR_FMT(start), STR_FMT(path));
        else if (steps == 1) path = STR("");
    }
    mem_free(from);
    mem_free(queue);
    return path;
}

/* --- what would mend it */

static bool is_own(const struct pkg_package *p) { return p->source == PKG_ROOT || p->source == PKG_WORKSPACE; }

static str in_catalog(const struct pkg_lock *l, str catalog, str name) {
    for (size_t i = 0; i < l->n_catalogs; i++)
        for (size_t k = 0; str_eq(l->catalogs[i].name, catalog) && k < l->catalogs[i].count; k++)
            if (str_eq(l->catalogs[i].entries[k].name, name)) return l->catalogs[i].entries[k].spec;
    return STR("");
}

bool pkg_audit_own_accepts(const struct pkg_lock *l, str name, str range, str version, bool is_latest) {
    struct arena scratch = {0};
    struct pkg_spec spec;
    struct semver v, pin;
    pkg_spec_parse(&scratch, name, range, &spec);
    if (spec.kind == PKG_SPEC_CATALOG) pkg_spec_parse(&scratch, name, in_catalog(l, spec.text, name), &spec);
    if (spec.kind == PKG_SPEC_RANGE && semver_parse(spec.text, SEMVER_LOOSE, &pin))
        pkg_spec_parse(&scratch, name, arena_print(&scratch, "^%.*s", STR_FMT(spec.text)), &spec);
    bool ok = spec.kind == PKG_SPEC_RANGE && semver_parse(version, SEMVER_LOOSE, &v) &&
              (is_latest || semver_range_has(spec.range, &v, 0));
    arena_free(&scratch);
    return ok;
}

static bool is_direct(const struct pkg_lock *l, pkg_id id) {
    for (pkg_id i = 0; i < l->n_packages; i++)
        for (size_t k = 0; is_own(&l->packages[i]) && k < l->packages[i].n_edges; k++)
            if (l->packages[i].edges[k].to == id) return true;
    return false;
}

static bool accepts(const struct pkg_edge *e, const struct semver *v) {
    struct arena scratch = {0};
    struct pkg_spec spec;
    pkg_spec_parse(&scratch, e->name, e->spec, &spec);
    bool ok = spec.kind == PKG_SPEC_RANGE && semver_range_has(spec.range, v, 0);
    arena_free(&scratch);
    return ok;
}

/* An override stands for what the packages declare. */
static bool all_accept(const struct pkg_lock *l, pkg_id id, str version, const struct semver *v, bool is_latest) {
    str name = l->packages[id].name;
    bool is_ours = is_direct(l, id), is_overridden = false, ok = true;
    for (size_t i = 0; i < l->n_overrides && ok; i++)
        if (str_eq(l->overrides[i].name, name)) {
            bool is_plain = !l->overrides[i].parent.len;         /* a nested one is not rewritten */
            ok = pkg_audit_own_accepts(l, name, l->overrides[i].spec, version, is_latest && is_plain);
            is_overridden |= is_plain && !l->overrides[i].range.len;
        }
    for (pkg_id i = 0; i < l->n_packages && ok && !is_overridden; i++) {
        const struct pkg_package *p = &l->packages[i];
        for (size_t k = 0; k < p->n_edges && ok; k++) {
            const struct pkg_edge *e = &p->edges[k];
            if (e->to != id) continue;
            if (is_own(p)) ok = pkg_audit_own_accepts(l, e->name, e->spec, version, is_latest);
            else ok = (e->group == PKG_PEER && is_ours) || accepts(e, v);
        }
    }
    return ok;
}

str pkg_audit_fix(struct arena *a, const struct pkg_lock *l, pkg_id id, const str *versions, size_t n,
                  const struct pkg_advisories *known, bool is_latest) {
    const struct pkg_package *p = &l->packages[id];
    struct semver now, best = {0}, v;
    str found = STR("");
    if (!semver_parse(p->version, SEMVER_LOOSE, &now)) return found;
    for (size_t i = 0; i < n; i++) {
        if (!semver_parse(versions[i], SEMVER_LOOSE, &v) || semver_cmp(&v, &now) <= 0) continue;
        if (found.len && semver_cmp(&v, &best) >= 0) continue;
        bool is_safe = true;
        for (size_t k = 0; k < known->count && is_safe; k++) is_safe = !is_about(&known->at[k], p->name, versions[i]);
        if (!is_safe || !all_accept(l, id, versions[i], &v, is_latest)) continue;
        found = arena_str(a, versions[i]);
        best = v;
    }
    return found;
}
