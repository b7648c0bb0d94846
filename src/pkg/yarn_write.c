/* pkg/yarn_write.c: an entry for each package with the patterns of all who depend on it, sorted; as yarn 1 writes and
 * reads it. */
#include "pkg/yarn_write.h"

#include <stdlib.h>

#include "base/buf.h"
#include "base/list.h"
#include "data/json.h"
#include "data/semver.h"

struct entry {
    const struct pkg_package *package;
    str *patterns;
    size_t n, cap;
};

static int by_text(const void *l, const void *r) { return str_cmp(*(const str *)l, *(const str *)r); }

static int by_package(const void *l, const void *r) {
    const struct pkg_package *a = ((const struct entry *)l)->package, *b = ((const struct entry *)r)->package;
    struct semver left, right;
    int order = str_cmp(a->name, b->name);
    if (order) return order;
    bool are_versions = semver_parse(a->version, SEMVER_LOOSE, &left) && semver_parse(b->version, SEMVER_LOOSE, &right);
    order = are_versions ? semver_cmp(&left, &right) : 0;
    return order ? order : str_cmp(a->place, b->place);
}

/* What could be read as something else stands in quotes. */
static void write_word(struct buf *out, str word) {
    bool is_plain = word.len && ((word.at[0] | 32) >= 'a' && (word.at[0] | 32) <= 'z') &&
                    !str_starts(word, STR("true")) && !str_starts(word, STR("false"));
    for (size_t i = 0; i < word.len && is_plain; i++) is_plain = !strchr(" :\t\n\r\"\\,[]", word.at[i]) && word.at[i];
    if (is_plain) buf_add(out, word);
    else json_write_text(out, word);
}

static bool is_listed(const struct pkg_package *p) {
    return p->source != PKG_ROOT && p->source != PKG_WORKSPACE && p->source != PKG_LINK;
}

static str resolved(struct arena *a, const struct pkg_package *p,
                    str (*url_of)(void *user, const struct pkg_package *p), void *user) {
    switch (p->source) {
    case PKG_NPM: return p->place.len ? p->place : url_of(user, p);
    case PKG_TARBALL_URL: return p->place;
    case PKG_TARBALL_FILE: return arena_join(a, STR("file:"), p->place);
    case PKG_GIT: return arena_print(a, "%.*s#%.*s", STR_FMT(p->place), STR_FMT(p->commit));
    case PKG_GITHUB:
        return arena_print(a, "https://codeload.github.com/%.*s/tar.gz/%.*s", STR_FMT(p->place), STR_FMT(p->commit));
    default: return STR("");
    }
}

static int by_name(const void *l, const void *r) {
    return str_cmp((*(const struct pkg_edge *const *)l)->name, (*(const struct pkg_edge *const *)r)->name);
}

static void write_group(struct buf *out, const struct pkg_package *p, enum pkg_group group) {
    LIST(const struct pkg_edge *) edges = {0};
    for (size_t i = 0; i < p->n_edges; i++) if (p->edges[i].group == group) *LIST_ADD(&edges) = &p->edges[i];
    if (edges.len) {
        qsort(edges.at, edges.len, sizeof *edges.at, by_name);
        buf_print(out, "  %s:\n", pkg_group_names[group]);
    }
    for (size_t i = 0; i < edges.len; i++) {
        buf_lit(out, "    ");
        write_word(out, edges.at[i]->name);
        buf_add_char(out, ' ');
        json_write_text(out, edges.at[i]->spec);
        buf_add_char(out, '\n');
    }
    LIST_FREE(&edges);
}

static void write_entry(struct buf *out, const struct entry *e, str url) {
    const struct pkg_package *p = e->package;
    for (size_t i = 0; i < e->n; i++) {
        if (i) buf_lit(out, ", ");
        write_word(out, e->patterns[i]);
    }
    buf_print(out, ":\n  version \"%.*s\"\n", STR_FMT(p->version.len ? p->version : STR("0.0.0")));
    if (url.len) buf_print(out, "  resolved \"%.*s\"\n", STR_FMT(url));
    if (str_find_char(p->integrity, '-') > 0) buf_print(out, "  integrity %.*s\n", STR_FMT(p->integrity));
    write_group(out, p, PKG_OPTIONAL);
    write_group(out, p, PKG_DEPENDENCIES);
}

/* The patterns of all edges, each once, with the package that it stands for. */
static void add_patterns(struct arena *a, const struct pkg_lock *l, struct entry *entries) {
    for (size_t i = 0; i < l->n_packages; i++)
        for (size_t k = 0; k < l->packages[i].n_edges; k++) {
            const struct pkg_edge *edge = &l->packages[i].edges[k];
            if (edge->to == PKG_NONE || !is_listed(&l->packages[edge->to])) continue;
            struct entry *e = &entries[edge->to];
            if (e->n == e->cap) {
                size_t cap = e->cap ? e->cap * 2 : 4;
                e->patterns = arena_grow(a, e->patterns, e->cap * sizeof *e->patterns, cap * sizeof *e->patterns);
                e->cap = cap;
            }
            e->patterns[e->n++] = arena_print(a, "%.*s@%.*s", STR_FMT(edge->name), STR_FMT(edge->spec));
        }
    for (size_t i = 0; i < l->n_packages; i++) {
        struct entry *e = &entries[i];
        size_t n = 0;
        if (e->n) qsort(e->patterns, e->n, sizeof *e->patterns, by_text);
        for (size_t k = 0; k < e->n; k++)
            if (!n || !str_eq(e->patterns[n - 1], e->patterns[k])) e->patterns[n++] = e->patterns[k];
        e->n = n;
    }
}

void pkg_yarn_write(struct arena *a, struct buf *out, const struct pkg_lock *l,
                    str (*url_of)(void *user, const struct pkg_package *p), void *user) {
    struct entry *entries = ARENA_ARRAY(a, struct entry, l->n_packages + 1);
    size_t n = 0;
    for (size_t i = 0; i < l->n_packages; i++) entries[i].package = &l->packages[i];
    add_patterns(a, l, entries);
    for (size_t i = 0; i < l->n_packages; i++) if (entries[i].n) entries[n++] = entries[i];
    if (n) qsort(entries, n, sizeof *entries, by_package);
    buf_lit(out, "# THIS IS AN AUTOGENERATED FILE. DO NOT EDIT THIS FILE DIRECTLY.\n# yarn lockfile v1\n\n");
    for (size_t i = 0; i < n; i++) {
        buf_add_char(out, '\n');
        write_entry(out, &entries[i], resolved(a, entries[i].package, url_of, user));
    }
}
