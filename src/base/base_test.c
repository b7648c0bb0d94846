#include "base/arena.h"
#include "base/buf.h"
#include "base/diag.h"
#include "base/err.h"
#include "base/list.h"
#include "base/map.h"
#include "base/test.h"

TEST(str_next_gives_the_empty_parts_too) {
    str rest = STR("a,,b"), part;
    CHECK(str_next(&rest, ',', &part)); CHECK_STR(part, STR("a"));
    CHECK(str_next(&rest, ',', &part)); CHECK_STR(part, STR(""));
    CHECK(str_next(&rest, ',', &part)); CHECK_STR(part, STR("b"));
    CHECK(!str_next(&rest, ',', &part));
}

TEST(str_to_int_refuses_what_does_not_fit) {
    int64_t n = 0;
    CHECK(str_to_int(STR("-9223372036854775808"), &n)); CHECK(n == INT64_MIN);
    CHECK(!str_to_int(STR("9223372036854775808"), &n));
    CHECK(!str_to_int(STR(""), &n)); CHECK(!str_to_int(STR("-"), &n)); CHECK(!str_to_int(STR("1x"), &n));
}

TEST(map_keeps_order_through_growth_and_removal) {
    struct map m = {0};
    struct arena a = {0};
    for (int i = 0; i < 1000; i++) map_put(&m, arena_print(&a, "key%d", i), (void *)(intptr_t)(i + 1));
    for (int i = 0; i < 1000; i += 2) CHECK(map_remove(&m, arena_print(&a, "key%d", i)));
    for (int i = 1000; i < 3000; i++) map_put(&m, arena_print(&a, "key%d", i), (void *)(intptr_t)(i + 1));
    CHECK_INT(m.count, 2500);
    CHECK(map_get(&m, STR("key500")) == NULL);
    CHECK(map_get(&m, STR("key501")) == (void *)(intptr_t)502);
    intptr_t last = 0;
    for (struct map_entry *e = map_next(&m, NULL); e; e = map_next(&m, e)) {
        CHECK((intptr_t)e->value > last);
        last = (intptr_t)e->value;
    }
    map_free(&m);
    arena_free(&a);
}

TEST(arena_grow_extends_in_place_or_copies) {
    struct arena a = {0};
    char *p = arena_alloc(&a, 16);
    memcpy(p, "0123456789abcdef", 16);
    CHECK(arena_grow(&a, p, 16, 64) == (void *)p);
    arena_alloc(&a, 8);
    char *q = arena_grow(&a, p, 64, 128);
    CHECK(q != p); CHECK(memcmp(q, "0123456789abcdef", 16) == 0);
    arena_free(&a);
}

TEST(diag_counts_columns_in_utf16_units_and_marks_the_span) {
    struct diag d = {0};
    struct buf out = {0};
    diag_add(&d, DIAG_ERROR, "test", STR("a.ts"), STR("x\r\n\xf0\x9f\x98\x80 bad;\n"), 8, 3, "expected %s", "good");
    diag_print(&d, &out, false);
    CHECK_STR(buf_view(&out), STR("a.ts:2:4: error: expected good\n    2 | \xf0\x9f\x98\x80 bad;\n      |   ^^^\n"));
    buf_free(&out);
    diag_free(&d);
}

TEST(err_names_its_own_and_the_systems_codes) {
    CHECK_STR(str_c(err_name(ERR_TRUNCATED)), STR("ERR_BAO_TRUNCATED"));
    CHECK_STR(str_c(err_name(-2)), STR("ENOENT"));
}
