#include "data/json.h"

#include "base/diag.h"
#include "base/test.h"

/* Reads `source` and writes it back compactly; "line:column id" when it is refused. */
static str through(struct arena *a, const char *source, size_t len, enum json_flags flags) {
    struct diag d = {0};
    struct buf out = {0};
    struct json *tree = json_parse(a, str_of(source, len), flags, &d, STR("x.json"));
    if (tree) json_write(&out, tree, STR(""));
    else buf_print(&out, "%u:%u %s", d.first->line, d.first->column, d.first->id);
    CHECK((tree != NULL) == (d.n_errors == 0));
    str result = arena_str(a, buf_view(&out));
    buf_free(&out);
    diag_free(&d);
    return result;
}
#define THROUGH(source, flags, want) CHECK_STR(through(&a, source, sizeof source - 1, flags), STR(want))

TEST(json_is_read_and_written_back) {
    struct arena a = {0};
    THROUGH("null", JSON_STRICT, "null");
    THROUGH(" [ ] ", JSON_STRICT, "[]");
    THROUGH("{}", JSON_STRICT, "{}");
    THROUGH("{\"b\":1,\"a\":[true,false,null,{}],\"c\":{\"d\":[[[]]]}}", JSON_STRICT,
            "{\"b\":1,\"a\":[true,false,null,{}],\"c\":{\"d\":[[[]]]}}");
    THROUGH("[0,-0,1.50,1e400,-1E-7,123456789012345678901234567890]", JSON_STRICT,
            "[0,-0,1.50,1e400,-1E-7,123456789012345678901234567890]");
    THROUGH("\"\\u0041\\n\\\"\\\\\\/\\u00e9\\ud83d\\ude00\"", JSON_STRICT, "\"A\\n\\\"\\\\/\xc3\xa9\xf0\x9f\x98\x80\"");
    THROUGH("[\"\\ud800\",\"\\udc00x\",\"\\ud800\\u0041\"]", JSON_STRICT, "[\"\\ud800\",\"\\udc00x\",\"\\ud800A\"]");
    THROUGH("\"\\b\\f\\n\\r\\t\\u000b\\u0001\\u001f\x7f\"", JSON_STRICT,
            "\"\\b\\f\\n\\r\\t\\u000b\\u0001\\u001f\x7f\"");
    THROUGH("\"0123456789abcdef0123456789abcdef\\t0123456789abcdef\"", JSON_STRICT,
            "\"0123456789abcdef0123456789abcdef\\t0123456789abcdef\"");
    THROUGH("\xef\xbb\xbf{}", JSON_STRICT, "{}");
    arena_free(&a);
}

TEST(json_that_is_wrong_is_refused_at_its_place) {
    struct arena a = {0};
    THROUGH("", JSON_STRICT, "1:1 json-end");
    THROUGH("  ", JSON_STRICT, "1:3 json-end");
    THROUGH("[1,]", JSON_STRICT, "1:3 json-comma");
    THROUGH("{\"a\":1,}", JSON_STRICT, "1:7 json-comma");
    THROUGH("[1,,2]", JSONC, "1:4 json-unexpected");
    THROUGH("[,]", JSONC, "1:2 json-unexpected");
    THROUGH("{\n  \"a\" 1\n}", JSON_STRICT, "2:7 json-colon");
    THROUGH("{\n  a: 1\n}", JSON_STRICT, "2:3 json-key");
    THROUGH("{\"a\":1\n\"b\":2}", JSON_STRICT, "2:1 json-expected");
    THROUGH("[1 2]", JSON_STRICT, "1:4 json-expected");
    THROUGH("[1", JSON_STRICT, "1:1 json-end");
    THROUGH("{\"a\":[1", JSON_STRICT, "1:6 json-end");
    THROUGH("{\"a\":", JSON_STRICT, "1:6 json-end");
    THROUGH("{\"a\"", JSON_STRICT, "1:5 json-colon");
    THROUGH("{\"a", JSON_STRICT, "1:2 json-string");
    THROUGH("{", JSON_STRICT, "1:2 json-end");
    THROUGH("[1}", JSON_STRICT, "1:3 json-expected");
    THROUGH("1 2", JSON_STRICT, "1:3 json-trailing");
    THROUGH("nul", JSON_STRICT, "1:1 json-unexpected");
    THROUGH("'a'", JSON_STRICT, "1:1 json-quote");
    THROUGH("01", JSON_STRICT, "1:1 json-number");
    THROUGH("-", JSON_STRICT, "1:1 json-number");
    THROUGH("1.", JSON_STRICT, "1:1 json-number");
    THROUGH("1e", JSON_STRICT, "1:1 json-number");
    THROUGH("1e+", JSON_STRICT, "1:1 json-number");
    THROUGH("+1", JSON_STRICT, "1:1 json-unexpected");
    THROUGH("NaN", JSON_STRICT, "1:1 json-unexpected");
    THROUGH("\"a\nb\"", JSON_STRICT, "1:3 json-control");
    THROUGH("\"a\\x\"", JSON_STRICT, "1:3 json-escape");
    THROUGH("\"\\u12g4\"", JSON_STRICT, "1:2 json-escape");
    THROUGH("\"\\u12", JSON_STRICT, "1:2 json-escape");
    THROUGH("\"a\\", JSON_STRICT, "1:3 json-string");
    THROUGH("\"", JSON_STRICT, "1:1 json-string");
    THROUGH("// x\n1", JSON_STRICT, "1:1 json-unexpected");
    arena_free(&a);
}

TEST(jsonc_has_comments_and_trailing_commas) {
    struct arena a = {0};
    THROUGH("// x\n{/* a */\"a\"/**/:/*\n*/1,//\r\"b\":[1,2,/* */],}\n//end", JSONC, "{\"a\":1,\"b\":[1,2]}");
    THROUGH("[\"// no comment\"]", JSONC, "[\"// no comment\"]");
    THROUGH("/* x", JSONC, "1:1 json-comment");
    THROUGH("[1,]", JSON_COMMENTS, "1:3 json-comma");
    THROUGH("[1]/", JSONC, "1:4 json-unexpected");
    arena_free(&a);
}

TEST(json_depth_costs_no_stack) {
    struct arena a = {0};
    struct buf b = {0};
    buf_add_many(&b, '[', 200000);
    CHECK(!json_parse(&a, buf_view(&b), JSON_STRICT, NULL, STR("")));
    buf_add_many(&b, ']', 200000);
    struct json *tree = json_parse(&a, buf_view(&b), JSON_STRICT, NULL, STR(""));
    CHECK(tree);
    struct buf out = {0};
    json_write(&out, json_copy(&a, tree), STR(""));
    CHECK(out.len == b.len);
    buf_free(&b);
    buf_free(&out);
    arena_free(&a);
}

TEST(json_places_and_values_are_kept) {
    struct arena a = {0};
    str source = STR("{ \"name\": \"x\", \"n\": 12.5e1, \"name\": [1] }");
    struct json *tree = json_parse(&a, source, JSON_STRICT, NULL, STR(""));
    CHECK_INT(tree->count, 3);
    CHECK_STR(json_text(tree->first), STR("x"));
    CHECK(json_get_c(tree, "name")->kind == JSON_ARRAY);
    CHECK(json_get_c(tree, "n")->number == 125);
    CHECK_STR(str_cut(source, tree->first->at, tree->first->end), STR("\"x\""));
    CHECK_STR(str_cut(source, json_get_c(tree, "name")->at, json_get_c(tree, "name")->end), STR("[1]"));
    CHECK_INT(tree->first->key_at, 2);
    CHECK(!json_get_c(json_get_c(tree, "none"), "deeper"));
    CHECK_STR(json_text(NULL), STR(""));
    arena_free(&a);
}

TEST(json_trees_are_changed_and_written_with_indents) {
    struct arena a = {0};
    struct buf out = {0};
    str source = STR("{\n\t\"b\": 1,\n\t\"a\": [1, {}],\n\t\"e\": {}\n}\n");
    struct json *tree = json_parse(&a, source, JSON_STRICT, NULL, STR(""));
    json_set(tree, STR("b"), json_new_text(&a, STR("two")));
    json_set(tree, STR("z"), json_new_number(&a, 0.1));
    json_add(json_get_c(tree, "a"), json_new(&a, JSON_TRUE));
    CHECK(json_remove(tree, STR("e")));
    CHECK(!json_remove(tree, STR("e")));
    json_write(&out, tree, json_indent(source));
    CHECK_STR(buf_view(&out),
              STR("{\n\t\"b\": \"two\",\n\t\"a\": [\n\t\t1,\n\t\t{},\n\t\ttrue\n\t],\n\t\"z\": 0.1\n}"));
    buf_clear(&out);
    json_sort_keys(tree);
    json_write(&out, tree, STR(""));
    CHECK_STR(buf_view(&out), STR("{\"a\":[1,{},true],\"b\":\"two\",\"z\":0.1}"));
    buf_free(&out);
    arena_free(&a);
}

TEST(json_numbers_are_printed_as_javascript_does) {
    static const struct { double number; str text; } cases[] = {
        {0, STR_INIT("0")}, {-0.0, STR_INIT("0")}, {1, STR_INIT("1")}, {-1.5, STR_INIT("-1.5")},
        {1e21, STR_INIT("1e+21")},
        {123456789012345680000.0, STR_INIT("123456789012345680000")}, {1e-7, STR_INIT("1e-7")},
        {0.000001, STR_INIT("0.000001")},
        {5e-324, STR_INIT("5e-324")}, {1.7976931348623157e308, STR_INIT("1.7976931348623157e+308")},
        {0.1 + 0.2, STR_INIT("0.30000000000000004")},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct buf out = {0};
        json_write_number(&out, cases[i].number);
        CHECK_STR(buf_view(&out), cases[i].text);
        buf_free(&out);
    }
}

TEST(json_string_that_never_ends_is_refused_at_any_length) {
    struct arena a = {0};
    struct buf b = {0};
    buf_add_char(&b, '"');
    buf_add_many(&b, 'x', 100000);
    CHECK(!json_parse(&a, buf_view(&b), JSON_STRICT, NULL, STR("")));
    buf_lit(&b, "\\n");
    buf_add_many(&b, 'y', 100000);
    CHECK(!json_parse(&a, buf_view(&b), JSON_STRICT, NULL, STR("")));
    buf_free(&b);
    arena_free(&a);
}

TEST(json_cut_anywhere_is_refused_or_whole) {
    struct arena a = {0};
    static const char text[] = "{\"a\":[1,-2.5e+3,\"\\u00e9\\n\",null,true],\"b\":{}} ";
    for (size_t n = 0; n < sizeof text - 2; n++) {
        char *cut = mem_alloc(n + 1);                       /* exact, so that the sanitizer sees every overrun */
        memcpy(cut, text, n);
        CHECK(!json_parse(&a, str_of(cut, n), JSONC, NULL, STR("")));
        mem_free(cut);
    }
    arena_free(&a);
}

TEST(json_decimals_are_read_to_the_last_bit) {
    static const char *const texts[] = {
        "0.1", "-0", "-2.5e-3", "123456789012345e22", "0.000001", "1e23", "5e-324", "1.7976931348623157e308",
        "9007199254740993", "0.1234567890123456789", "00000000000000000000.5", "1e1000",
    };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        double read = json_decimal(str_c(texts[i])), want = strtod(texts[i], NULL);
        CHECK(memcmp(&read, &want, sizeof read) == 0);
    }
}

TEST(json_lines_become_an_array) {
    static const char *const cases[][2] = {
        {"", "[\n]"}, {"1", "[1 ]"}, {"{\"a\":[1,2]}\r\n\n\"x\\\",\"\n", "[{\"a\":[1,2]}\r,\n\"x\\\",\" \n]"},
        {"1,2\n", NULL}, {"[1\n2]\n", NULL}, {"\"a\nb\"\n", NULL}, {"]\n", NULL}, {"\"a\\", NULL},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct buf out = {0};
        bool ok = json_join_lines(&out, str_c(cases[i][0]));
        CHECK(ok == (cases[i][1] != NULL));
        if (ok) CHECK_STR(buf_view(&out), str_c(cases[i][1]));
        buf_free(&out);
    }
}
