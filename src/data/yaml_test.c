/* data/yaml_test.c: YAML that is read, YAML that is refused, and what aliases become. */
#include "data/yaml.h"

#include "base/diag.h"
#include "base/test.h"

/* The JSON of a text, or "line:column id" of what is wrong with it. */
static str read_with(struct arena *a, const char *text, bool is_shared) {
    struct diag d = {0};
    struct buf out = {0};
    struct json *tree = is_shared ? yaml_read(a, str_c(text), &d, STR("a.yaml"))
                                  : yaml_parse(a, str_c(text), &d, STR("a.yaml"));
    CHECK((tree == NULL) == (d.n_errors == 1));
    if (tree && is_shared) {
        struct buf fixes = {0};
        bool has_fixes = json_write_fixes(&fixes, tree);
        json_write(&out, tree, STR(""));
        if (has_fixes) buf_print(&out, " %.*s", STR_FMT(buf_view(&fixes)));
        buf_free(&fixes);
    } else if (tree) json_write(&out, tree, STR(""));
    else buf_print(&out, "%u:%u %s", d.first->line, d.first->column, d.first->id);
    str made = arena_str(a, buf_view(&out));
    buf_free(&out);
    diag_free(&d);
    return made;
}

static void check_all(const char *const cases[][2], size_t n, bool is_shared) {
    for (size_t i = 0; i < n; i++) {
        struct arena a = {0};
        CHECK_STR(read_with(&a, cases[i][0], is_shared), str_c(cases[i][1]));
        arena_free(&a);
    }
}
#define CHECK_ALL(cases, is_shared) check_all(cases, sizeof cases / sizeof *cases, is_shared)

TEST(yaml_scalars_follow_the_core_schema) {
    static const char *const cases[][2] = {
        {"[null, ~, Null, nUll, '']", "[null,null,null,\"nUll\",\"\"]"},
        {"[true, True, FALSE, yes, on]", "[true,true,false,\"yes\",\"on\"]"},
        {"[0, -1, +2, 017, 0x1F, 0o17, 1_0]", "[0,-1,2,17,31,15,\"1_0\"]"},
        {"[1.5, .5, 5., 1e3, -0, .inf, -.INF, 1e, 1.2.3]", "[1.5,0.5,5,1e3,-0,1e999,-1e999,\"1e\",\"1.2.3\"]"},
        {"[12345678901234567890, 0xFFFFFFFFFFFFFFFFF]", "[12345678901234567890,\"0xFFFFFFFFFFFFFFFFF\"]"},
        {"[!!str 1, !!int a, !!bool true, ! 1, !mine 2, !<tag:yaml.org,2002:str> 3]",
         "[\"1\",\"a\",true,\"1\",\"2\",\"3\"]"},
        {"[!!str , !!null , !!int , !x ]", "[\"\",null,null,null]"},
        {"%TAG !e! tag:yaml.org,2002:\n---\n!e!str 1", "\"1\""},
        {"", "null"},
        {"# only a comment", "null"},
    };
    CHECK_ALL(cases, false);
}

TEST(yaml_scalars_of_several_lines_are_folded) {
    static const char *const cases[][2] = {
        {"a: b\n  c\n\n  d", "{\"a\":\"b c\\nd\"}"},
        {"'it''s\n\n  so'", "\"it's\\nso\""},
        {"\"a\\\n   b\\tc \\u00e9\\x41\\U0001F600\\ud83d\\ude00\\\n\\ d\"", "\"ab\\tc \xc3\xa9"
                                                                            "A\xf0\x9f\x98\x80\xf0\x9f\x98\x80 d\""},
        {"a: |\n  x\n   y\n\n  z\n\n", "{\"a\":\"x\\n y\\n\\nz\\n\"}"},
        {"a: >\n  x\n  y\n\n  z\n   w\n  v\n", "{\"a\":\"x y\\nz\\n w\\nv\\n\"}"},
        {"- |-\n x\n\n- |+\n x\n\n- >2-\n   x", "[\"x\",\"x\\n\\n\",\" x\"]"},
        {"--- |\n a\n...\n", "\"a\\n\""},
        {"- |+\n   ", "[\"\\n\"]"},
    };
    CHECK_ALL(cases, false);
}

TEST(yaml_collections_nest_in_every_way) {
    static const char *const cases[][2] = {
        {"a: 1\nb:\n- x\n- y: 2\n  z: 3\nc: {d: [e, f: g], 'h':i, j}",
         "{\"a\":1,\"b\":[\"x\",{\"y\":2,\"z\":3}],\"c\":{\"d\":[\"e\",{\"f\":\"g\"}],\"h\":\"i\",\"j\":null}}"},
        {"- - a\n  - b\n-\n  - c", "[[\"a\",\"b\"],[\"c\"]]"},
        {"? a\n: b\n? - c\n: - d\n? e", "{\"a\":\"b\",\"c\":[\"d\"],\"e\":null}"},
        {"1: a\n1.50: b\n~: c\ntrue: d\n[x, y]: e\n{}: f\n: g",
         "{\"1\":\"a\",\"1.5\":\"b\",\"null\":\"g\",\"true\":\"d\",\"x,y\":\"e\",\"[object Object]\":\"f\"}"},
        {"a: http://x.y/z#q # c", "{\"a\":\"http://x.y/z#q\"}"},
        {"a: [\n  b,\n  c # d\n]\n", "{\"a\":[\"b\",\"c\"]}"},
        {"a: 1\r\nb: 2\r\n", "{\"a\":1,\"b\":2}"},
        {"\xef\xbb\xbf" "a: 1", "{\"a\":1}"},
        {"a: 1\nb: 2\na: 3", "{\"a\":3,\"b\":2}"},
        {"--- a\n--- b\n...\n%YAML 1.2\n---\nc: d", "[\"a\",\"b\",{\"c\":\"d\"}]"},
        {"&a a: &b b\n*a : *b", "{\"a\":\"b\"}"},
    };
    CHECK_ALL(cases, false);
}

TEST(yaml_large_mappings_keep_the_last_of_a_name) {
    struct arena a = {0};
    struct buf text = {0};
    for (int i = 0; i < 100; i++) buf_print(&text, "k%d: %d\n", i % 60, i);
    struct json *tree = yaml_parse(&a, buf_view(&text), NULL, STR(""));
    CHECK_INT(tree->count, 60);
    CHECK_STR(tree->first->key, STR("k0"));
    CHECK_INT(tree->first->number, 60);
    CHECK_INT(tree->last->number, 59);
    buf_free(&text);
    arena_free(&a);
}

TEST(yaml_mappings_are_merged) {
    static const char *const cases[][2] = {
        {"a: &a {x: 1, y: [2]}\nb: {<<: *a, x: 3}", "{\"a\":{\"x\":1,\"y\":[2]},\"b\":{\"x\":3,\"y\":[2]}}"},
        {"<<: [{a: 1}, {a: 2, b: 3}]\nb: 4", "{\"a\":1,\"b\":4}"},
        {"b: 0\n<<: {b: 1}\n", "{\"b\":0}"},
        {"<<: 1", "{\"<<\":1}"},
    };
    CHECK_ALL(cases, false);
}

TEST(yaml_aliases_are_copies_or_the_same) {
    static const char *const copies[][2] = {
        {"a: &a [1]\nb: *a\nc: &a x\nd: *a", "{\"a\":[1],\"b\":[1],\"c\":\"x\",\"d\":\"x\"}"},
        {"&a [*a]", "1:5 yaml-cycle"},
        {"&a\n<<: *a", "2:5 yaml-cycle"},
    };
    static const char *const same[][2] = {
        {"a: &a [1]\nb: *a", "{\"a\":[1],\"b\":null} [[[0,\"b\"],[0,\"a\"]]]"},
        {"&a [*a, .nan]", "[null,null] [[[0,0],[0]],[[0,1]]]"},
        {"a: &a {x: [1]}\nb: {<<: *a}", "{\"a\":{\"x\":[1]},\"b\":{\"x\":null}} [[[0,\"b\",\"x\"],[0,\"a\",\"x\"]]]"},
        /* what only aliases hold moves to the first of them */
        {"a: &a [1]\na: &b [*a]\na: 2\nb: *b\nc: *a", "{\"a\":2,\"b\":[[1]],\"c\":null} [[[0,\"c\"],[0,\"b\",0]]]"},
    };
    CHECK_ALL(copies, false);
    CHECK_ALL(same, true);
}

TEST(yaml_bombs_are_refused_where_aliases_are_copied) {
    struct arena a = {0};
    struct buf text = {0};
    buf_lit(&text, "a0: &a0 [1,2,3,4,5,6,7,8,9]\n");
    for (int i = 1; i < 30; i++) {
        buf_print(&text, "a%d: &a%d [", i, i);
        for (int k = 0; k < 9; k++) buf_print(&text, "%s*a%d", k ? ", " : "", i - 1);
        buf_lit(&text, "]\n");
    }
    struct diag d = {0};
    CHECK(!yaml_parse(&a, buf_view(&text), &d, STR("")));
    CHECK_STR(str_c(d.first->id), STR("yaml-aliases"));
    CHECK(yaml_read(&a, buf_view(&text), NULL, STR("")));
    diag_free(&d);
    buf_free(&text);
    arena_free(&a);
}

TEST(yaml_mistakes_are_told_with_their_place) {
    static const char *const cases[][2] = {
        {"a: b: c", "1:4 yaml-nested"}, {"a: - b", "1:4 yaml-nested"}, {"a:\n\tb: c", "2:2 yaml-tab"},
        {"\ta: b", "1:2 yaml-tab"},
        {"a: 1\n b: 2", "1:4 yaml-key"}, {"a:\n  b: 1\n c: 2", "3:2 yaml-indent"}, {"a: 1\n- b", "2:1 yaml-expected"},
        {"[a", "1:1 yaml-flow"}, {"[a, , b]", "1:5 yaml-expected"}, {"{a: 1]", "1:6 yaml-expected"},
        {"a: [\nb]", "2:1 yaml-indent"},
        {"'a", "1:1 yaml-string"}, {"\"\\q\"", "1:2 yaml-escape"}, {"\"\\ud800\"", "1:2 yaml-escape"},
        {"a: 'b\nc'", "2:1 yaml-indent"},
        {"*a", "1:1 yaml-alias"}, {"&a &b c", "1:4 yaml-anchor"}, {"!x!y z", "1:1 yaml-tag"},
        {"@a", "1:1 yaml-expected"},
        {"a: |#b\n c", "1:5 yaml-block"}, {"a: |\n    \n  x", "2:1 yaml-indent"}, {"a\nb: c", "1:1 yaml-key"},
        {"[a]#b", "1:4 yaml-comment"},
        {"%YAML 1.2\na", "2:1 yaml-expected"}, {"a: \xff", "1:4 yaml-utf8"}, {"a: 'b' c", "1:8 yaml-expected"},
        {"--- a: b", "1:5 yaml-nested"},
    };
    CHECK_ALL(cases, false);
}

TEST(yaml_depth_is_limited) {
    struct arena a = {0};
    struct diag d = {0};
    struct buf text = {0};
    buf_add_many(&text, '[', 100000);
    CHECK(!yaml_parse(&a, buf_view(&text), &d, STR("")));
    CHECK_STR(str_c(d.first->id), STR("yaml-depth"));
    diag_free(&d);
    buf_free(&text);
    arena_free(&a);
}
