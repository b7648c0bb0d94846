#include "base/test.h"
#include "sys/path.h"

TEST(path_normalize_is_as_node_does_it) {
    struct arena a = {0};
    CHECK_STR(path_normalize(&a, STR("/a/./b//../c/")), STR("/a/c/"));
    CHECK_STR(path_normalize(&a, STR("")), STR("."));
    CHECK_STR(path_normalize(&a, STR("a/..")), STR("."));
    CHECK_STR(path_normalize(&a, STR("a/../")), STR("./"));
    CHECK_STR(path_normalize(&a, STR("../../a/../..")), STR("../../.."));
    CHECK_STR(path_normalize(&a, STR("/../..")), STR("/"));
    CHECK_STR(path_normalize(&a, STR("//")), STR("/"));
    CHECK_STR(path_normalize(&a, STR("./a")), STR("a"));
    CHECK_STR(path_normalize(&a, STR("..a/../b")), STR("b"));
    arena_free(&a);
}

TEST(path_join_skips_empty_sides) {
    struct arena a = {0};
    CHECK_STR(path_join(&a, STR("/a"), STR("../b")), STR("/b"));
    CHECK_STR(path_join(&a, STR(""), STR("b")), STR("b"));
    CHECK_STR(path_join(&a, STR(""), STR("")), STR("."));
    CHECK_STR(path_join3(&a, STR("a"), STR("node_modules"), STR("x")), STR("a/node_modules/x"));
    arena_free(&a);
}

TEST(path_resolve_and_relative) {
    struct arena a = {0};
    CHECK_STR(path_resolve(&a, STR("/a/b"), STR("../c/")), STR("/a/c"));
    CHECK_STR(path_resolve(&a, STR("/a"), STR("/x/../y")), STR("/y"));
    CHECK_STR(path_resolve(&a, STR("/"), STR("..")), STR("/"));
    CHECK_STR(path_relative(&a, STR("/a/b/c"), STR("/a/d")), STR("../../d"));
    CHECK_STR(path_relative(&a, STR("/a/b"), STR("/a/b/c/d")), STR("c/d"));
    CHECK_STR(path_relative(&a, STR("/a/bc"), STR("/a/b")), STR("../b"));
    CHECK_STR(path_relative(&a, STR("/a/b"), STR("/a")), STR(".."));
    CHECK_STR(path_relative(&a, STR("/"), STR("/a")), STR("a"));
    CHECK_STR(path_relative(&a, STR("/a"), STR("/")), STR(".."));
    CHECK_STR(path_relative(&a, STR("/a"), STR("/a")), STR(""));
    arena_free(&a);
}

TEST(path_parts) {
    CHECK_STR(path_dirname(STR("/a/b/")), STR("/a"));
    CHECK_STR(path_dirname(STR("a")), STR("."));
    CHECK_STR(path_dirname(STR("/a")), STR("/"));
    CHECK_STR(path_dirname(STR("/")), STR("/"));
    CHECK_STR(path_dirname(STR("")), STR("."));
    CHECK_STR(path_dirname(STR("a//b")), STR("a/"));
    CHECK_STR(path_dirname(STR("//a")), STR("//"));
    CHECK_STR(path_basename(STR("/a/b/")), STR("b"));
    CHECK_STR(path_basename(STR("/")), STR(""));
    CHECK_STR(path_extname(STR("a.d.ts")), STR(".ts"));
    CHECK_STR(path_extname(STR(".env")), STR(""));
    CHECK_STR(path_extname(STR("a/.b.c")), STR(".c"));
    CHECK(path_is_inside(STR("/a/b"), STR("/a")) && !path_is_inside(STR("/ab"), STR("/a")) &&
          path_is_inside(STR("/a"), STR("/")));
    CHECK(path_is_dotted(STR("./a")) && path_is_dotted(STR("..")) && !path_is_dotted(STR(".a")) &&
          !path_is_dotted(STR("...")));
}
