/* data/json5_test.c: JSON5 that is read and JSON5 that is refused. */
#include "data/json5.h"

#include "base/diag.h"
#include "base/test.h"

static void check(const char *text, const char *want) {
    struct arena a = {0};
    struct diag d = {0};
    struct buf out = {0};
    struct json *tree = json5_parse(&a, str_c(text), &d, STR("a.json5"));
    CHECK((tree == NULL) == (d.n_errors == 1));
    if (tree) json_write(&out, tree, STR(""));
    else buf_print(&out, "%u:%u %s", d.first->line, d.first->column, d.first->id);
    CHECK_STR(buf_view(&out), str_c(want));
    buf_free(&out);
    diag_free(&d);
    arena_free(&a);
}

TEST(json5_is_read) {
    check("{ // c\n a: 1, $b_: 'x', \"c\": [1, 2,], \\u0064\xc3\xa9: null, /* e */ }",
          "{\"a\":1,\"$b_\":\"x\",\"c\":[1,2],\"d\xc3\xa9\":null}");
    check("[+1, -1, .5, -.5, 5., 5.e2, 0x1F, -0xa, -0, 1e400, Infinity, -Infinity, 0xfffffffffffffffffff]",
          "[1,-1,0.5,-0.5,5,500,31,-10,-0,1e999,1e999,-1e999,7.555786372591432e+22]");
    check("['a\"b', \"a'b\", 'a\\'\\x41\\u0041\\v\\0\\a', 'a\\\nb\\\r\nc\\\xe2\x80\xa8" "d']",
          "[\"a\\\"b\",\"a'b\",\"a'AA\\u000b\\u0000a\",\"abcd\"]");
    check("\xef\xbb\xbf\xc2\xa0\v'\\ud83d\\ude00\\ud800'\xe2\x80\xa9", "\"\xf0\x9f\x98\x80\\ud800\"");
    check("{null: [[[]], {}], true: {}}", "{\"null\":[[[]],{}],\"true\":{}}");
}

TEST(json5_mistakes_are_told_with_their_place) {
    check("", "1:1 json5-end");
    check("{a:1,,}", "1:6 json5-name");
    check("{a-b:1}", "1:3 json5-colon");
    check("{1a:1}", "1:2 json5-name");
    check("[1 2]", "1:4 json5-expected");
    check("[,]", "1:2 json5-value");
    check("[1}", "1:3 json5-expected");
    check("[1", "1:1 json5-end");
    check("'a\nb'", "1:1 json5-string");
    check("'\\1'", "1:2 json5-escape");
    check("'\\xg'", "1:4 json5-escape");
    check("010", "1:1 json5-number");
    check("1e", "1:1 json5-number");
    check("0x", "1:2 json5-number");
    check("- 1", "1:1 json5-value");
    check("undefined", "1:1 json5-value");
    check("nullx", "1:1 json5-value");
    check("1 1", "1:3 json5-trailing");
    check("/* a", "1:1 json5-comment");
    check("1 / 2", "1:3 json5-character");
}

TEST(json5_that_is_no_utf8_stays_as_it_is) {
    struct arena a = {0};
    struct json *tree = json5_parse(&a, STR("'\\\xf0\\\xf0\\\xf0\\\xf0\\\xf0\\\xf0\\\xf0\\\xf0'"), NULL, STR(""));
    CHECK_STR(json_text(tree), STR("\xf0\xf0\xf0\xf0\xf0\xf0\xf0\xf0"));
    arena_free(&a);
}

TEST(json5_of_any_depth_is_read) {
    struct arena a = {0};
    struct buf text = {0};
    buf_add_many(&text, '[', 100000);
    buf_add_many(&text, ']', 100000);
    CHECK(json5_parse(&a, buf_view(&text), NULL, STR("")));
    buf_free(&text);
    arena_free(&a);
}

TEST(json_fixes_name_the_last_of_twins) {
    struct arena a = {0};
    struct buf out = {0};
    struct json *tree = json5_parse(&a, STR("{a: {x: NaN}, b: NaN, a: 1}"), NULL, STR(""));
    CHECK(json_write_fixes(&out, tree));
    CHECK_STR(buf_view(&out), STR("[[[0,\"b\"]]]"));
    buf_clear(&out);
    json_write(&out, tree, STR(""));
    CHECK_STR(buf_view(&out), STR("{\"a\":1,\"b\":null}"));
    CHECK(!json_write_fixes(&out, json5_parse(&a, STR("[1]"), NULL, STR(""))));
    CHECK(!json_write_fixes(&out, json5_parse(&a, STR("{a: NaN, a: 1}"), NULL, STR(""))));
    buf_free(&out);
    arena_free(&a);
}
