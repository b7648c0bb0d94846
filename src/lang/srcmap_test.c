#include "lang/srcmap.h"

#include "base/test.h"

TEST(a_source_map_reads_back_what_was_written) {
    struct srcmap_writer w = {0};
    struct arena a = {0};
    struct buf out = {0};
    struct srcmap_place p = {0, 0, 0, SRCMAP_NONE};
    srcmap_add(&w, 0, 0, p);
    srcmap_add(&w, 0, 7, (struct srcmap_place){1, 40, 1000, 2});
    srcmap_add(&w, 3, 2, (struct srcmap_place){SRCMAP_NONE, 0, 0, SRCMAP_NONE});
    srcmap_add(&w, 3, 9, (struct srcmap_place){0, 5, 6, 0});
    struct srcmap_entry *e;
    uint32_t n;
    CHECK(srcmap_read(&a, buf_view(&w.mappings), &e, &n));
    CHECK_INT(n, 4);
    CHECK(e[1].column == 7 && e[1].place.source == 1 && e[1].place.line == 40 && e[1].place.column == 1000 &&
          e[1].place.name == 2);
    CHECK(e[2].line == 3 && e[2].place.source == SRCMAP_NONE);
    CHECK(srcmap_find(e, n, 3, 100) == &e[3] && srcmap_find(e, n, 3, 1) == NULL && srcmap_find(e, n, 1, 0) == NULL);
    str sources[] = {STR("a.ts"), STR("b\".ts")}, contents[] = {STR("x\n"), STR("")}, names[] = {STR("n")};
    srcmap_write(&w, STR("o.js"), STR(""), sources, contents, 2, names, 1, &out);
    CHECK_STR(
        buf_view(&out),
        STR("{\"version\":3,\"file\":\"o.js\",\"sources\":[\"a.ts\",\"b\\\".ts\"],\"sourcesContent\":[\"x\\n\",null],"
            "\"names\":[\"n\"],\"mappings\":\"AAAA,OCwCw+BE;;;E,ODnCl+BF\"}"));
    srcmap_done(&w);
    buf_free(&out);
    arena_free(&a);
}

TEST(a_malformed_source_map_is_refused) {
    struct arena a = {0};
    struct srcmap_entry *e;
    uint32_t n;
    CHECK(!srcmap_read(&a, STR("A!"), &e, &n));
    CHECK(!srcmap_read(&a, STR("AA"), &e, &n));
    CHECK(!srcmap_read(&a, STR("D"), &e, &n));
    CHECK(!srcmap_read(&a, STR("AAAAAAA"), &e, &n));
    CHECK(srcmap_read(&a, STR("AADA,CADA"), &e, &n) && n == 2 && e[0].place.source == SRCMAP_NONE);
    CHECK(srcmap_read(&a, STR(";;,A"), &e, &n) && n == 1 && e[0].line == 2);
    arena_free(&a);
}
