#include <stdlib.h>

#include "base/buf.h"
#include "base/map.h"
#include "data/json.h"
#include "pkg/lock.h"
#include "pkg/tree.h"

struct writing {
    struct buf *out;
    const struct pkg_lock *l;
    const struct pkg_tree *t;
    struct arena a;
    struct map names;               /* of all packages: which of the unresolved optional ones are said */
};

static void line(struct writing *w, int depth) {
    buf_add_char(w->out, '\n');
    buf_add_many(w->out, ' ', (size_t)depth * 2);
}

static void pair(struct writing *w, str key, str value) {
    json_write_text(w->out, key);
    buf_lit(w->out, ": ");
    json_write_text(w->out, value);
}

static int by_text(const void *l, const void *r) { return str_cmp(*(const str *)l, *(const str *)r); }

/* --- what a package says of itself */

/* os, cpu, libc as Bun keeps them: names that it knows, in its order; the shorter of "these" and "all but these". */
static const char *const systems[] = {"aix",     "linux",   "sunos",   "win32", "darwin",
                                      "android", "freebsd", "openbsd", NULL};
static const char *const processors[] = {"arm",  "ppc",   "x32",   "x64",   "ia32",   "mips",
                                         "s390", "arm64", "ppc64", "s390x", "mipsel", NULL};
static const char *const libraries[] = {"musl", "glibc", NULL};

static unsigned platform_bits(const struct pkg_texts *list, const char *const *known, unsigned *all) {
    unsigned added = 0, removed = 0;
    bool is_any = false, has_unknown = false;
    *all = 0;
    for (int k = 0; known[k]; k++) *all |= 1u << k;
    for (size_t i = 0; i < list->count; i++) {
        str s = list->at[i];
        if (!s.len) continue;
        bool refuses = s.at[0] == '!';
        if (refuses) s = str_from(s, 1);
        unsigned bit = 0;
        for (int k = 0; known[k]; k++)
            if (str_is(s, known[k])) bit = 1u << k;
        if (str_is(list->at[i], "any")) is_any = true;
        else if (refuses) removed |= bit;
        else if (bit) added |= bit;
        else has_unknown = true;
    }
    if (is_any) added = *all;
    if (!added && !removed) return has_unknown ? 0 : *all;
    return added ? added & ~removed : *all & ~removed;
}

static void platforms(struct writing *w, const char *key, const struct pkg_texts *list, const char *const *known,
                      bool *any) {
    if (!list->count) return;
    unsigned all, bits = platform_bits(list, known, &all);
    if (bits == all) return;
    bool is_library = known == libraries;
    if (!bits && is_library) return;
    buf_print(w->out, "%s \"%s\": ", *any ? "," : "", key);
    *any = true;
    if (!bits) { buf_lit(w->out, "\"none\""); return; }
    int n_in = __builtin_popcount(bits), n_out = __builtin_popcount(all & ~bits);
    bool says_in = n_out > n_in || is_library;
    unsigned said = says_in ? bits : all & ~bits;
    bool is_one = (says_in ? n_in : n_out) == 1;
    if (!is_one) buf_lit(w->out, "[ ");
    for (int k = 0; known[k]; k++)
        if (said & 1u << k) buf_print(w->out, "\"%s%s\"%s", says_in ? "" : "!", known[k], is_one ? "" : ", ");
    if (!is_one) buf_add_char(w->out, ']');
}

static const char *bin_key(const struct pkg_package *p) { return p->n_bins ? "bin" : p->bin_dir.len ? "binDir" : NULL; }

static void bin_value(struct writing *w, const struct pkg_package *p, int depth) {   /* depth 0: on one line */
    if (!p->n_bins) { json_write_text(w->out, p->bin_dir); return; }
    if (!p->bins[0].name.len) { json_write_text(w->out, p->bins[0].path); return; }
    buf_add_char(w->out, '{');
    for (size_t i = 0; i < p->n_bins; i++) {
        if (depth) line(w, depth + 1);
        else buf_add_char(w->out, ' ');
        pair(w, p->bins[i].name, p->bins[i].path);
        if (depth || i + 1 < p->n_bins) buf_add_char(w->out, ',');
    }
    if (depth) line(w, depth);
    else buf_add_char(w->out, ' ');
    buf_add_char(w->out, '}');
}

/* --- its dependencies */

static int by_group(const void *l, const void *r) {
    const struct pkg_edge *a = *(const struct pkg_edge *const *)l, *b = *(const struct pkg_edge *const *)r;
    return a->group != b->group ? (int)a->group - (int)b->group : str_cmp(a->name, b->name);
}

static const struct pkg_edge **sorted_edges(struct writing *w, const struct pkg_package *p) {
    const struct pkg_edge **list = arena_alloc(&w->a, (p->n_edges + 1) * sizeof *list);
    bool is_sorted = true;
    for (size_t i = 0; i < p->n_edges; i++) {
        list[i] = &p->edges[i];
        if (i && by_group(&list[i - 1], &list[i]) > 0) is_sorted = false;
    }
    if (!is_sorted) qsort(list, p->n_edges, sizeof *list, by_group);
    return list;
}

/* An optional dependency that could not be had, while another package has its name: a reader would take that one for
 * it. */
static bool is_unresolved(struct writing *w, const struct pkg_edge *e) {
    return e->group == PKG_OPTIONAL && e->to == PKG_NONE && map_get(&w->names, e->name);
}
static bool is_optional_peer(struct writing *w, const struct pkg_edge *e) {
    return e->group == PKG_PEER && e->is_optional_peer;
}

typedef bool (*edge_is)(struct writing *w, const struct pkg_edge *e);

static void name_list(struct writing *w, const char *key, const struct pkg_edge **edges, size_t n, edge_is is,
                      int depth, bool *any) {
    bool is_first = true;
    for (size_t i = 0; i < n; i++) {
        if (!is(w, edges[i])) continue;
        if (is_first && depth) {
            buf_lit(w->out, ",");
            line(w, depth);
            buf_print(w->out, "\"%s\": [", key);
        } else if (is_first) {
            buf_print(w->out, "%s \"%s\": [", *any ? "," : "", key);
        }
        if (depth) {
            line(w, depth + 1);
        } else if (!is_first) {
            buf_lit(w->out, ", ");
        }
        json_write_text(w->out, edges[i]->name);
        if (depth) buf_add_char(w->out, ',');
        is_first = false;
    }
    if (is_first) return;
    if (depth) line(w, depth);
    buf_add_char(w->out, ']');
    *any = true;
}

static void info(struct writing *w, const struct pkg_package *p, bool is_bundled) {
    const struct pkg_edge **edges = sorted_edges(w, p);
    bool any = false;
    buf_add_char(w->out, '{');
    for (size_t i = 0; i < p->n_edges; i++) {
        bool is_first = !i || edges[i - 1]->group != edges[i]->group;
        if (is_first) buf_print(w->out, "%s \"%s\": { ", any ? "," : "", pkg_group_names[edges[i]->group]);
        else buf_lit(w->out, ", ");
        any = true;
        pair(w, edges[i]->name, edges[i]->spec);
        if (i + 1 == p->n_edges || edges[i + 1]->group != edges[i]->group) buf_lit(w->out, " }");
    }
    name_list(w, "optionalPeers", edges, p->n_edges, is_optional_peer, 0, &any);
    name_list(w, "unresolved", edges, p->n_edges, is_unresolved, 0, &any);
    if (is_bundled) buf_print(w->out, "%s \"bundled\": true", any ? "," : ""), any = true;
    platforms(w, "os", &p->os, systems, &any);
    platforms(w, "cpu", &p->cpu, processors, &any);
    platforms(w, "libc", &p->libc, libraries, &any);
    if (p->has_install_script) buf_print(w->out, "%s \"hasInstallScript\": true", any ? "," : ""), any = true;
    if (bin_key(p)) {
        buf_print(w->out, "%s \"%s\": ", any ? "," : "", bin_key(p));
        bin_value(w, p, 0);
        any = true;
    }
    buf_add(w->out, any ? STR(" }") : STR("}"));
}

/* --- the parts of the file */

static void member(struct writing *w, const struct pkg_package *p, str path) {
    const struct pkg_edge **edges = sorted_edges(w, p);
    bool any = false;
    line(w, 2);
    json_write_text(w->out, path);
    buf_lit(w->out, ": {");
    if (path.len || p->name.len) line(w, 3), pair(w, STR("name"), p->name), any = true;
    if (path.len && p->version.len) buf_add_char(w->out, ','), line(w, 3), pair(w, STR("version"), p->version);
    if (path.len && bin_key(p)) {
        buf_add_char(w->out, ',');
        line(w, 3);
        buf_print(w->out, "\"%s\": ", bin_key(p));
        bin_value(w, p, 3);
    }
    for (size_t i = 0; i < p->n_edges; i++) {
        if (!i || edges[i - 1]->group != edges[i]->group) {
            if (any) buf_add_char(w->out, ',');
            line(w, 3);
            buf_print(w->out, "\"%s\": {", pkg_group_names[edges[i]->group]);
        }
        any = true;
        line(w, 4);
        pair(w, edges[i]->name, edges[i]->spec);
        buf_add_char(w->out, ',');
        if (i + 1 == p->n_edges || edges[i + 1]->group != edges[i]->group) line(w, 3), buf_add_char(w->out, '}');
    }
    name_list(w, "optionalPeers", edges, p->n_edges, is_optional_peer, 3, &any);
    name_list(w, "unresolved", edges, p->n_edges, is_unresolved, 3, &any);
    if (any) buf_add_char(w->out, ','), line(w, 2);
    buf_lit(w->out, "},");
}

static int by_place(const void *l, const void *r) {
    return str_cmp((*(const struct pkg_package *const *)l)->place, (*(const struct pkg_package *const *)r)->place);
}

static void members(struct writing *w) {
    const struct pkg_package **list = arena_alloc(&w->a, (w->l->n_packages + 1) * sizeof *list);
    size_t n = 0;
    for (size_t i = 1; i < w->l->n_packages; i++)
        if (w->l->packages[i].source == PKG_WORKSPACE) list[n++] = &w->l->packages[i];
    qsort(list, n, sizeof *list, by_place);
    line(w, 1);
    buf_lit(w->out, "\"workspaces\": {");
    member(w, &w->l->packages[0], STR(""));
    for (size_t i = 0; i < n; i++) member(w, list[i], list[i]->place);
    line(w, 1);
    buf_lit(w->out, "},");
}

static bool is_in_tree(struct writing *w, str name) {
    for (size_t i = 0; i < w->t->count; i++)
        for (size_t k = 0; k < w->t->nodes[i].n_entries; k++)
            if (str_eq(w->t->nodes[i].entries[k].name, name)) return true;
    return false;
}

static void trusted(struct writing *w) {
    const struct pkg_texts *t = &w->l->trusted;
    if (!t->is_there) return;
    str *list = arena_alloc(&w->a, (t->count + 1) * sizeof *list);
    size_t n = 0;
    for (size_t i = 0; i < t->count; i++)
        if (is_in_tree(w, t->at[i])) list[n++] = t->at[i];
    qsort(list, n, sizeof *list, by_text);
    if (!n && t->count) return;
    line(w, 1);
    buf_lit(w->out, "\"trustedDependencies\": [");
    for (size_t i = 0; i < n; i++) {
        if (i && str_eq(list[i], list[i - 1])) continue;
        line(w, 2);
        json_write_text(w->out, list[i]);
        buf_add_char(w->out, ',');
    }
    if (n) line(w, 1);
    buf_lit(w->out, "],");
}

static bool is_of_package(const struct pkg_lock *l, str name_and_version) {
    for (size_t i = 1; i < l->n_packages; i++) {
        const struct pkg_package *p = &l->packages[i];
        str s = name_and_version;
        if (!str_starts(s, p->name) || s.len == p->name.len || s.at[p->name.len] != '@') continue;
        str what = str_from(s, p->name.len + 1);
        if (str_eq(what, p->version.len ? p->version : p->place)) return true;
    }
    return false;
}

static int by_patch(const void *l, const void *r) {
    return str_cmp(((const struct pkg_patch *)l)->package, ((const struct pkg_patch *)r)->package);
}

static void patches(struct writing *w) {
    struct pkg_patch *list = arena_alloc(&w->a, (w->l->n_patches + 1) * sizeof *list);
    size_t n = 0;
    for (size_t i = 0; i < w->l->n_patches; i++)
        if (is_of_package(w->l, w->l->patches[i].package)) list[n++] = w->l->patches[i];
    if (!n) return;
    qsort(list, n, sizeof *list, by_patch);
    line(w, 1);
    buf_lit(w->out, "\"patchedDependencies\": {");
    for (size_t i = 0; i < n; i++) line(w, 2), pair(w, list[i].package, list[i].file), buf_add_char(w->out, ',');
    line(w, 1);
    buf_lit(w->out, "},");
}

/* --- overrides: plain ones as texts; with a parent or a range in objects, a plain one of the same name as "." in it */

static bool is_scoped(const struct pkg_override *o) { return o->parent.len || o->range.len; }
static str group_name(const struct pkg_override *o) { return o->parent.len ? o->parent : o->name; }
static str group_range(const struct pkg_override *o) { return o->parent.len ? o->parent_range : o->range; }

static int by_rule(const void *l, const void *r) {
    const struct pkg_override *a = l, *b = r;
    int d = str_cmp(group_name(a), group_name(b));
    if (!d) d = str_cmp(group_range(a), group_range(b));
    if (!d) d = (a->parent.len != 0) - (b->parent.len != 0);
    if (!d) d = str_cmp(a->name, b->name);
    return d ? d : str_cmp(a->range, b->range);
}

static str selector(struct writing *w, str name, str range) {
    return range.len ? arena_print(&w->a, "%.*s@%.*s", STR_FMT(name), STR_FMT(range)) : name;
}

static void overrides(struct writing *w) {
    size_t n = w->l->n_overrides;
    if (!n) return;
    struct pkg_override *list = arena_alloc(&w->a, n * sizeof *list);
    memcpy(list, w->l->overrides, n * sizeof *list);
    qsort(list, n, sizeof *list, by_rule);
    line(w, 1);
    buf_lit(w->out, "\"overrides\": {");
    for (size_t i = 0; i < n;) {
        size_t end = i + 1;
        while (end < n && str_eq(group_name(&list[i]), group_name(&list[end])) &&
               str_eq(group_range(&list[i]), group_range(&list[end])))
            end++;
        line(w, 2);
        if (end == i + 1 && !is_scoped(&list[i])) {
            pair(w, list[i].name, list[i].spec);
        } else {
            json_write_text(w->out, selector(w, group_name(&list[i]), group_range(&list[i])));
            buf_lit(w->out, ": {");
            for (size_t k = i; k < end; k++) {
                line(w, 3);
                pair(w, list[k].parent.len ? selector(w, list[k].name, list[k].range) : STR("."), list[k].spec);
                buf_add_char(w->out, ',');
            }
            line(w, 2);
            buf_add_char(w->out, '}');
        }
        buf_add_char(w->out, ',');
        i = end;
    }
    line(w, 1);
    buf_lit(w->out, "},");
}

/* --- catalogs and extensions */

static int by_dependency(const void *l, const void *r) {
    return str_cmp(((const struct pkg_dependency *)l)->name, ((const struct pkg_dependency *)r)->name);
}
static int by_catalog(const void *l, const void *r) {
    return str_cmp(((const struct pkg_catalog *)l)->name, ((const struct pkg_catalog *)r)->name);
}

static void catalog(struct writing *w, const struct pkg_catalog *c, int depth) {
    struct pkg_dependency *list = arena_alloc(&w->a, (c->count + 1) * sizeof *list);
    if (c->count) memcpy(list, c->entries, c->count * sizeof *list);
    qsort(list, c->count, sizeof *list, by_dependency);
    for (size_t i = 0; i < c->count; i++)
        line(w, depth), pair(w, list[i].name, list[i].spec), buf_add_char(w->out, ',');
}

static void catalogs(struct writing *w) {
    size_t n = w->l->n_catalogs, named = 0;
    struct pkg_catalog *list = arena_alloc(&w->a, (n + 1) * sizeof *list);
    if (n) memcpy(list, w->l->catalogs, n * sizeof *list);
    qsort(list, n, sizeof *list, by_catalog);
    for (size_t i = 0; i < n; i++) {
        if (list[i].name.len) { named++; continue; }
        if (!list[i].count) continue;
        line(w, 1);
        buf_lit(w->out, "\"catalog\": {");
        catalog(w, &list[i], 2);
        line(w, 1);
        buf_lit(w->out, "},");
    }
    if (!named) return;
    line(w, 1);
    buf_lit(w->out, "\"catalogs\": {");
    for (size_t i = 0; i < n; i++) {
        if (!list[i].name.len) continue;
        line(w, 2);
        json_write_text(w->out, list[i].name);
        buf_lit(w->out, ": {");
        catalog(w, &list[i], 3);
        line(w, 2);
        buf_lit(w->out, "},");
    }
    line(w, 1);
    buf_lit(w->out, "},");
}

static int by_extension(const void *l, const void *r) {
    return str_cmp(((const struct pkg_extension *)l)->package, ((const struct pkg_extension *)r)->package);
}

static void extension_names(struct writing *w, const struct pkg_extension *x, const char *key, bool is_peer,
                            bool is_flag, bool *any) {
    bool is_first = true;
    for (size_t i = 0; i < x->count; i++) {
        const struct pkg_dependency *d = &x->dependencies[i];
        if ((d->group == PKG_PEER) != is_peer || d->is_optional_peer != is_flag) continue;
        if (is_first) buf_print(w->out, "%s \"%s\": [", *any ? "," : "", key);
        else buf_lit(w->out, ", ");
        json_write_text(w->out, d->name);
        is_first = false;
    }
    if (is_first) return;
    buf_add_char(w->out, ']');
    *any = true;
}

static void extensions(struct writing *w) {
    size_t n = w->l->n_extensions;
    if (!n) return;
    struct pkg_extension *list = arena_alloc(&w->a, n * sizeof *list);
    memcpy(list, w->l->extensions, n * sizeof *list);
    qsort(list, n, sizeof *list, by_extension);
    line(w, 1);
    buf_lit(w->out, "\"packageExtensions\": {");
    for (size_t i = 0; i < n; i++) {
        bool any = false;
        line(w, 2);
        json_write_text(w->out, list[i].package);
        buf_lit(w->out, ": {");
        qsort(list[i].dependencies, list[i].count, sizeof *list[i].dependencies, by_dependency);
        extension_names(w, &list[i], "dependencies", false, false, &any);
        extension_names(w, &list[i], "peerDependencies", true, false, &any);
        extension_names(w, &list[i], "optionalPeers", true, true, &any);
        buf_lit(w->out, " },");
    }
    line(w, 1);
    buf_lit(w->out, "},");
}

/* --- packages */

static void resolved(struct writing *w, const struct pkg_package *p) {
    static const char *const before[] = {
        [PKG_WORKSPACE] = "workspace:", [PKG_FOLDER] = "file:", [PKG_LINK] = "link:", [PKG_GIT] = "",
        [PKG_GITHUB] = "github:",
        [PKG_ROOT] = "root:",           [PKG_TARBALL_URL] = "", [PKG_TARBALL_FILE] = "", [PKG_NPM] = ""};
    str s = arena_print(&w->a, "%.*s@%s%.*s%s%.*s", STR_FMT(p->name), before[p->source],
                        STR_FMT(p->source == PKG_NPM ? p->version : p->source == PKG_ROOT ? STR("") : p->place),
                        p->commit.len ? "#" : "", STR_FMT(p->commit));
    json_write_text(w->out, s);
}

static void package(struct writing *w, pkg_id id, bool is_bundled) {
    const struct pkg_package *p = &w->l->packages[id];
    buf_add_char(w->out, '[');
    resolved(w, p);
    switch (p->source) {
    case PKG_WORKSPACE:
        break;
    case PKG_ROOT:
        buf_lit(w->out, ", {");
        if (bin_key(p)) buf_print(w->out, " \"%s\": ", bin_key(p)), bin_value(w, p, 0), buf_add_char(w->out, ' ');
        buf_add_char(w->out, '}');
        break;
    case PKG_NPM:
        buf_lit(w->out, ", ");
        json_write_text(w->out, pkg_url_is_usual(p->place) ? STR("") : p->place);
        buf_lit(w->out, ", ");
        info(w, p, is_bundled);
        buf_lit(w->out, ", ");
        json_write_text(w->out, p->integrity);
        break;
    default:
        buf_lit(w->out, ", ");
        info(w, p, is_bundled);
        if (p->source == PKG_GIT || p->source == PKG_GITHUB) buf_lit(w->out, ", "), json_write_text(w->out, p->tag);
        if (p->integrity.len && p->source != PKG_FOLDER && p->source != PKG_LINK)
            buf_lit(w->out, ", "), json_write_text(w->out, p->integrity);
        break;
    }
    buf_add_char(w->out, ']');
}

static int by_depth(const void *l, const void *r) {
    const struct pkg_node *a = *(const struct pkg_node *const *)l, *b = *(const struct pkg_node *const *)r;
    return a->depth != b->depth ? (a->depth < b->depth ? -1 : 1) : str_cmp(a->key, b->key);
}

static void packages(struct writing *w) {
    const struct pkg_node **nodes = arena_alloc(&w->a, (w->t->count + 1) * sizeof *nodes);
    for (size_t i = 0; i < w->t->count; i++) nodes[i] = &w->t->nodes[i];
    qsort(nodes, w->t->count, sizeof *nodes, by_depth);
    bool is_first = true;
    line(w, 1);
    buf_lit(w->out, "\"packages\": {");
    for (size_t i = 0; i < w->t->count; i++) {
        for (size_t k = 0; k < nodes[i]->n_entries; k++) {
            const struct pkg_entry *e = &nodes[i]->entries[k];
            if (!is_first) buf_lit(w->out, ",\n");
            is_first = false;
            line(w, 2);
            str key = nodes[i]->depth ? arena_print(&w->a, "%.*s/%.*s", STR_FMT(nodes[i]->key), STR_FMT(e->name))
                                      : e->name;
            json_write_text(w->out, key);
            buf_lit(w->out, ": ");
            package(w, e->id, e->is_bundled);
        }
    }
    if (!is_first) buf_add_char(w->out, ','), line(w, 1);
    buf_lit(w->out, "}\n}\n");
}

/* What reads at version 2 everywhere: a checksum wherever the URL is not the usual one, tags of git that are plain
 * names. */
static bool is_strict(const struct pkg_lock *l) {
    for (size_t i = 1; i < l->n_packages; i++) {
        const struct pkg_package *p = &l->packages[i];
        if (p->source == PKG_NPM && !p->integrity.len && p->place.len && !pkg_url_is_usual(p->place)) return false;
        if (p->source == PKG_GIT &&
            (!p->tag.len || str_find_char(p->tag, '/') >= 0 || str_find(p->tag, STR("..")) >= 0))
            return false;
    }
    return true;
}

static int version_of(const struct pkg_lock *l) {
    bool is_nested = false;
    for (size_t i = 0; i < l->n_overrides; i++) is_nested |= is_scoped(&l->overrides[i]);
    if (!is_nested && l->version < 3) return l->version < 1 ? 1 : l->version;
    return !is_strict(l) ? 1 : is_nested ? 3 : 2;
}

void pkg_lock_write(struct buf *out, const struct pkg_lock *l, const struct pkg_tree *t) {
    struct writing w = {.out = out, .l = l, .t = t};
    static char there;
    for (size_t i = 0; i < t->count; i++)
        for (size_t k = 0; k < t->nodes[i].n_entries; k++) map_put(&w.names, t->nodes[i].entries[k].name, &there);
    buf_print(out, "{\n  \"lockfileVersion\": %d,\n  \"configVersion\": %d,", version_of(l), l->config_version);
    members(&w);
    trusted(&w);
    patches(&w);
    overrides(&w);
    catalogs(&w);
    extensions(&w);
    packages(&w);
    map_free(&w.names);
    arena_free(&w.a);
}
