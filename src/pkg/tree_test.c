#include "base/buf.h"
#include "base/list.h"
#include "base/test.h"
#include "pkg/tree.h"

static struct arena a;
static struct pkg_lock l;

/* "a@1 b@1": adds packages; "a@1>b@1 ": adds a dependency. "." is the root; '?' before a name: a peer, '+': bundled,
 * '!': dev. */
static pkg_id find(str what) {
    if (str_is(what, ".")) return 0;
    ptrdiff_t at = str_find_char(what, '@');
    str name = str_upto(what, (size_t)at), version = str_from(what, (size_t)at + 1);
    for (pkg_id i = 1; i < l.n_packages; i++)
        if (str_eq(l.packages[i].name, name) && str_eq(l.packages[i].version, version)) return i;
    pkg_id id;
    struct pkg_package *p = pkg_lock_add(&l, &id);
    *p = (struct pkg_package){
        .name = name, .version = version, .source = str_is(version, "w") ? PKG_WORKSPACE : PKG_NPM};
    if (p->source == PKG_WORKSPACE) p->place = arena_print(&a, "packages/%.*s", STR_FMT(name));
    p->edges = arena_zero(&a, 16 * sizeof *p->edges);
    return id;
}
static void graph(const char *text) {
    pkg_id root;
    pkg_lock_init(&l, &a);
    if (!l.n_packages) pkg_lock_add(&l, &root);
    l.packages[0].source = PKG_ROOT;
    l.packages[0].edges = arena_zero(&a, 16 * sizeof *l.packages[0].edges);
    for (str rest = str_c(text); rest.len;) {
        ptrdiff_t space = str_find_char(rest, ' ');
        str one = space < 0 ? rest : str_upto(rest, (size_t)space);
        rest = space < 0 ? STR("") : str_from(rest, (size_t)space + 1);
        ptrdiff_t arrow = str_find_char(one, '>');
        if (arrow < 0) { find(one); continue; }
        str to = str_from(one, (size_t)arrow + 1);
        struct pkg_edge e = {.spec = STR("*"), .group = PKG_DEPENDENCIES};
        if (to.at[0] == '?') e.group = PKG_PEER;
        if (to.at[0] == '!') e.group = PKG_DEV;
        e.is_bundled = to.at[0] == '+';
        if (to.at[0] == '?' || to.at[0] == '!' || to.at[0] == '+') to = str_from(to, 1);
        pkg_id from = find(str_upto(one, (size_t)arrow));
        e.to = find(to);
        e.name = l.packages[e.to].name;
        l.packages[from].edges[l.packages[from].n_edges++] = e;
    }
}
static str places(const struct pkg_tree_choice *choice) {
    struct pkg_tree t;
    struct buf out = {0};
    pkg_tree_make(&a, &l, choice, &t);
    for (size_t i = 0; i < t.count; i++)
        for (size_t k = 0; k < t.nodes[i].n_entries; k++) {
            const struct pkg_entry *e = &t.nodes[i].entries[k];
            if (t.nodes[i].key.len) buf_print(&out, "%.*s/", STR_FMT(t.nodes[i].key));
            buf_print(&out, "%.*s@%.*s%s ", STR_FMT(e->name), STR_FMT(l.packages[e->id].version),
                      e->is_bundled ? "+" : "");
        }
    str all = arena_str(&a, str_trim(buf_view(&out)));
    buf_free(&out);
    return all;
}
static void lies(const char *text, const char *want) {
    graph(text);
    CHECK_STR(places(NULL), str_c(want));
    arena_free(&a);
}

TEST(tree_hoists_to_the_root_first_come_first_served) {
    lies(".>a@1 a@1>b@1 b@1>c@1", "a@1 b@1 c@1");
    lies(".>a@1 .>b@1 a@1>c@1 b@1>c@2", "a@1 b@1 c@1 b/c@2");
    lies(".>b@1 .>a@1 a@1>c@1 b@1>c@2", "a@1 b@1 c@1 b/c@2");       /* by name, not as written */
    lies(".>a@1 .>c@3 a@1>b@1 b@1>c@2", "a@1 b@1 c@3 b/c@2");
}
TEST(tree_ends_in_circles) {
    lies(".>a@1 a@1>b@1 b@1>a@1", "a@1 b@1");
    lies(".>a@1 a@1>b@1 b@1>a@2 a@2>b@1", "a@1 b@1 b/a@2");
}
TEST(tree_keeps_a_workspace_apart) {
    lies(".>a@1 .>w@w w@w>a@2 a@2>b@1", "a@1 b@1 w@w w/a@2");
}
TEST(tree_leaves_bundled_ones_where_they_come_from) {
    lies(".>a@1 a@1>+b@1 b@1>c@1", "a@1 a/b@1+ a/c@1");
}
TEST(tree_leaves_out_what_is_not_chosen) {
    str windows = STR("win32");
    graph(".>a@1 .>!b@1 b@1>c@1 a@1>d@1 d@1>?e@1 .>x@1");
    for (size_t i = 0; i < l.n_packages; i++)
        if (str_is(l.packages[i].name, "x")) l.packages[i].os = (struct pkg_texts){.at = &windows, .count = 1};
    CHECK_STR(places(NULL), STR("a@1 b@1 c@1 d@1 e@1 x@1"));
    CHECK_STR(places(&(struct pkg_tree_choice){.no_dev = true, .no_peer = true, .os = "linux"}), STR("a@1 d@1"));
    arena_free(&a);
}

TEST(tree_of_a_dense_circle_ends_soon) {
    enum { N = 40, DEPS = 8 };
    struct arena mine = {0};
    struct pkg_lock dense;
    struct pkg_tree out;
    struct pkg_tree_choice all = {0};
    pkg_id id;
    pkg_lock_init(&dense, &mine);
    for (int i = 0; i < 2 * N + 1; i++) pkg_lock_add(&dense, &id);
    for (int i = 0; i < 2 * N + 1; i++) {
        struct pkg_package *p = &dense.packages[i];
        int name = (i - 1) / 2, version = i ? (i - 1) % 2 : 0, n = i ? DEPS : 2;
        p->source = i ? PKG_NPM : PKG_ROOT;
        p->name = arena_print(&mine, i ? "p%d" : "root", name);
        p->version = version ? STR("2.0.0") : STR("1.0.0");
        p->edges = ARENA_ARRAY(&mine, struct pkg_edge, DEPS);
        p->n_edges = (size_t)n;
        for (int k = 0; k < n; k++) {
            int to = i ? (name * 7 + k * 5 + version + 1) % N : k, of = i ? (k + version + 1) % 2 : k;
            p->edges[k] = (struct pkg_edge){.name = arena_print(&mine, "p%d", to),
                                            .spec = of ? STR("2.0.0") : STR("1.0.0")};
            p->edges[k].to = (pkg_id)(1 + to * 2 + of);
        }
    }
    pkg_tree_make(&mine, &dense, &all, &out);
    CHECK(out.circle.len > 0);
    arena_free(&mine);
}
