#include "base/test.h"
#include "data/json_edit.h"

static struct arena a;
static bool set(str *t, str one, str two, const char *value, enum json_place place) {
    str path[2] = {one, two};
    return json_edit_set(&a, t, path, two.len ? 2 : 1, str_c(value), place);
}

TEST(json_edit_keeps_all_other_bytes) {
    str t = STR("{\n\t\"name\": \"x\",  // mine\n\t\"dependencies\": { \"b\": \"1\", \"d\": \"2\" }\n}\n");
    CHECK(set(&t, STR("dependencies"), STR("c"), "\"3\"", JSON_SORTED));
    CHECK_STR(
        t,
        STR("{\n\t\"name\": \"x\",  // mine\n\t\"dependencies\": { \"b\": \"1\", \"c\": \"3\", \"d\": \"2\" }\n}\n"));
    CHECK(set(&t, STR("dependencies"), STR("b"), "\"9\"", JSON_SORTED));
    CHECK_STR(
        t,
        STR("{\n\t\"name\": \"x\",  // mine\n\t\"dependencies\": { \"b\": \"9\", \"c\": \"3\", \"d\": \"2\" }\n}\n"));
    arena_free(&a);
}

TEST(json_edit_makes_what_is_missing_with_the_files_indentation) {
    str t = STR("{\n    \"name\": \"x\"\n}");
    CHECK(set(&t, STR("devDependencies"), STR("ms"), "\"^2\"", JSON_SORTED));
    CHECK_STR(t, STR("{\n    \"name\": \"x\",\n    \"devDependencies\": {\n        \"ms\": \"^2\"\n    }\n}"));
    CHECK(set(&t, STR("devDependencies"), STR("a"), "\"1\"", JSON_SORTED));
    CHECK_STR(
        t,
        STR("{\n    \"name\": \"x\",\n    \"devDependencies\": {\n        \"a\": \"1\",\n        \"ms\": \"^2\"\n    }\n}"));
    t = STR("{}");
    CHECK(set(&t, STR("a"), STR("b"), "[1]", JSON_AT_END));
    CHECK_STR(t, STR("{\n  \"a\": {\n    \"b\": [1]\n  }\n}"));
    arena_free(&a);
}

TEST(json_edit_removes_first_middle_last_and_only) {
    str t = STR("{\n  \"a\": 1,\n  \"b\": 2,\n  \"c\": 3\n}\n"), b = STR("b"), x = STR("a"), c = STR("c");
    CHECK(json_edit_remove(&a, &t, &b, 1));
    CHECK_STR(t, STR("{\n  \"a\": 1,\n  \"c\": 3\n}\n"));
    CHECK(json_edit_remove(&a, &t, &x, 1));
    CHECK_STR(t, STR("{\n  \"c\": 3\n}\n"));
    CHECK(json_edit_remove(&a, &t, &c, 1));
    CHECK_STR(t, STR("{}\n"));
    CHECK(!json_edit_remove(&a, &t, &c, 1));
    arena_free(&a);
}

TEST(json_edit_steps_into_arrays) {
    str t = STR("{\"a\": [1, 2]}"), more[2] = {STR("a"), STR("")}, one[2] = {STR("a"), STR("1")};
    CHECK(json_edit_set(&a, &t, more, 2, STR("3"), JSON_AT_END));
    CHECK_STR(t, STR("{\"a\": [1, 2, 3]}"));
    CHECK(json_edit_remove(&a, &t, one, 2));
    CHECK_STR(t, STR("{\"a\": [1, 3]}"));
    CHECK(!set(&t, STR("a"), STR("b"), "1", JSON_AT_END));
    arena_free(&a);
}

TEST(json_edit_keeps_what_stands_behind_a_nul) {
    str t = STR("{ /* \0 */ \"a\": 1 }");
    CHECK(set(&t, STR("b"), STR(""), "2", JSON_AT_END));
    CHECK_STR(t, STR("{ /* \0 */ \"a\": 1, \"b\": 2 }"));
    arena_free(&a);
}

TEST(json_edit_refuses_what_is_no_json) {
    str t = STR("{"), deep = STR("{\"a\": 1}");
    CHECK(!set(&t, STR("a"), STR(""), "1", JSON_AT_END));
    CHECK(!set(&deep, STR("a"), STR("b"), "1", JSON_AT_END));
    CHECK_STR(deep, STR("{\"a\": 1}"));
    arena_free(&a);
}
