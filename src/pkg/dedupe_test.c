#include "base/test.h"
#include "pkg/dedupe.h"

static struct arena a;

static struct pkg_package npm(const char *name, const char *version, struct pkg_edge *edges, size_t n) {
    return (struct pkg_package){
        .name = str_c(name), .version = str_c(version), .source = PKG_NPM, .edges = edges, .n_edges = n};
}

TEST(dedupe_takes_the_newest_locked_version_that_a_range_allows) {
    struct pkg_edge root[] = {{.name = STR("a"), .spec = STR("^1.0.0"), .to = 1},
                              {.name = STR("b"), .spec = STR("1"), .to = 2},
                              {.name = STR("c"), .spec = STR("1.0.0"), .to = 4}};
    struct pkg_edge b[] = {{.name = STR("a"), .spec = STR("^1.2.0"), .to = 3}};
    struct pkg_edge old[] = {{.name = STR("only"), .spec = STR("*"), .to = 5}};
    struct pkg_package all[] = {{.source = PKG_ROOT, .edges = root, .n_edges = 3},
                                npm("a", "1.1.0", old, 1),
                                npm("b", "1.0.0", b, 1),
                                npm("a", "1.2.5", NULL, 0),
                                npm("c", "1.0.0", NULL, 0),
                                npm("only", "1.0.0", NULL, 0)};
    struct pkg_lock l = {.packages = all, .n_packages = 6}, out;
    struct pkg_dedupe result;
    pkg_dedupe(&a, &l, &out, &result);
    CHECK_INT(out.n_packages, 4);
    CHECK_INT(result.count, 2);                          /* a@1.1.0, and what only it needed */
    CHECK_STR(result.gone[0].version, STR("1.1.0"));
    CHECK_STR(result.gone[1].name, STR("only"));
    CHECK_STR(out.packages[out.packages[0].edges[0].to].version, STR("1.2.5"));
    CHECK_INT(l.packages[0].edges[0].to, 1);
    arena_free(&a);
}

TEST(dedupe_leaves_ranges_that_exclude_each_other_and_overrides) {
    struct pkg_edge root[] = {{.name = STR("a"), .spec = STR("^1.0.0"), .to = 1},
                              {.name = STR("x"), .spec = STR("^1.0.0"), .to = 2},
                              {.name = STR("z"), .spec = STR("npm:a@^2.0.0"), .to = 2}};
    struct pkg_package all[] = {
        {.source = PKG_ROOT, .edges = root, .n_edges = 3}, npm("a", "1.1.0", NULL, 0), npm("a", "2.0.0", NULL, 0)};
    struct pkg_lock l = {.packages = all, .n_packages = 3}, out;
    struct pkg_dedupe result;
    pkg_dedupe(&a, &l, &out, &result);
    CHECK_INT(out.n_packages, 3);
    CHECK_INT(result.count, 0);
    arena_free(&a);
}
