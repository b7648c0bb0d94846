#include "data/toml.h"

#include "base/diag.h"
#include "base/test.h"

static void check(const char *source, const char *want, int line) {
    struct arena a = {0};
    struct diag d = {0};
    struct buf out = {0};
    size_t n = strlen(source);
    char *exact = mem_alloc(n + !n);
    memcpy(exact, source, n);
    struct json *tree = toml_parse(&a, str_of(exact, n), &d, STR("x.toml"));
    if (tree) json_write(&out, tree, STR(""));
    else buf_print(&out, "%u:%u %s", d.first->line, d.first->column, d.first->id);
    if (!str_is(buf_view(&out), want))
        test_fail(__FILE__, line, "%s\n  is %.*s, not\n     %s", source, STR_FMT(buf_view(&out)), want);
    mem_free(exact);
    buf_free(&out);
    diag_free(&d);
    arena_free(&a);
}
#define GIVES(source, want) check(source, want, __LINE__)

TEST(toml_tables_of_many_keys_know_them_all) {
    struct buf text = {0}, want = {0};
    struct arena a = {0};
    struct diag d = {0};
    for (int i = 0; i < 40; i++) buf_print(&text, "[t%d]\na = %d\n", i, i);
    for (int i = 0; i < 40; i++) buf_print(&text, "[t%d.b]\n", i);
    struct json *tree = toml_parse(&a, buf_view(&text), &d, STR(""));
    CHECK_INT(tree->count, 40);
    json_write(&want, tree->last, STR(""));
    CHECK_STR(buf_view(&want), STR("{\"a\":39,\"b\":{}}"));
    buf_lit(&text, "[t30]\n");
    CHECK(!toml_parse(&a, buf_view(&text), &d, STR("")));
    CHECK_STR(str_c(d.first->id), STR("toml-again"));
    CHECK_INT(d.first->line, 121);
    buf_free(&text);
    buf_free(&want);
    diag_free(&d);
    arena_free(&a);
}

TEST(toml_values_of_all_kinds) {
    GIVES("", "{}");
    GIVES("a = 1 # c\r\n\n  b.c = true\nb.\"d e\" = 'x\\y'", "{\"a\":1,\"b\":{\"c\":true,\"d e\":\"x\\\\y\"}}");
    GIVES("a = \"\\b\\t\\n\\f\\r\\\"\\\\\\u00e9\\U0001F600\"",
          "{\"a\":\"\\b\\t\\n\\f\\r\\\"\\\\\xc3\xa9\xf0\x9f\x98\x80\"}");
    GIVES("a = \"\"\"\nx\\\n   \n  y\"\"\"\"\"", "{\"a\":\"xy\\\"\\\"\"}");
    GIVES("a = '''\n'x''y'\n'''", "{\"a\":\"'x''y'\\n\"}");
    GIVES("a = [1, [2, 'x'],\n # c\n {b = 1, c.d = 2},]", "{\"a\":[1,[2,\"x\"],{\"b\":1,\"c\":{\"d\":2}}]}");
    GIVES("a = [+1_000, -0, 0xdead_BEEF, 0o17, 0b101]", "{\"a\":[1000,0,3735928559,15,5]}");
    GIVES("a = [1.5, -1e3, 6.6_2e-1_0, +0.0]", "{\"a\":[1.5,-1e3,6.62e-10,0.0]}");
    GIVES("a = 9223372036854775807\nb = -9223372036854775808",
          "{\"a\":9223372036854775807,\"b\":-9223372036854775808}");
    GIVES(
        "a = [1979-05-27, 07:32:00.5, 1979-05-27 07:32:00, 1979-05-27T00:32:00.9-07:00, 2020-02-29t01:02:03z]",
        "{\"a\":[\"1979-05-27\",\"07:32:00.5\",\"1979-05-27 07:32:00\",\"1979-05-27T00:32:00.9-07:00\",\"2020-02-29t01:02:03z\"]}");
    GIVES("a = inf\nb = -inf\nc = nan", "{\"a\":1e999,\"b\":-1e999,\"c\":null}");
    GIVES("a = {}\n'' = 1\n1234 = 2\n3.14 = 3", "{\"a\":{},\"\":1,\"1234\":2,\"3\":{\"14\":3}}");
}

TEST(toml_tables_and_arrays_of_them) {
    GIVES("[a]\nb = 1\n[a.c]\nd = 2\n[e . 'f']\n", "{\"a\":{\"b\":1,\"c\":{\"d\":2}},\"e\":{\"f\":{}}}");
    GIVES("[[a]]\nb = 1\n[a.c]\n[[a]]\n[[a.d]]\n[[a.d]]\nx = 1", "{\"a\":[{\"b\":1,\"c\":{}},{\"d\":[{},{\"x\":1}]}]}");
    GIVES("[a.b]\n[a]\nc = 1", "{\"a\":{\"b\":{},\"c\":1}}");
    GIVES("[f]\na.b = 1\n[f.a.c]\nd = 1", "{\"f\":{\"a\":{\"b\":1,\"c\":{\"d\":1}}}}");
}

TEST(toml_says_where_it_is_wrong) {
    GIVES("a = 1\na = 2", "2:1 toml-again");
    GIVES("[a]\n[a]", "2:2 toml-again");
    GIVES("a = {}\n[a.b]", "2:2 toml-again");
    GIVES("a = []\n[[a]]", "2:3 toml-again");
    GIVES("[[a]]\n[a]", "2:2 toml-again");
    GIVES("a.b = 1\n[a]", "2:2 toml-again");
    GIVES("[a.b.c]\nz = 9\n[a]\nb.c.t = 1", "4:3 toml-again");
    GIVES("a = {b = 1}\na.c = 2", "2:1 toml-again");
    GIVES("a = {b = 1,}", "1:12 toml-key");
    GIVES("a = {b = 1\n}", "1:11 toml-inline");
    GIVES("a", "1:2 toml-equals");
    GIVES("a = ", "1:5 toml-value");
    GIVES("a = 01", "1:5 toml-value");
    GIVES("a = 1__0", "1:5 toml-value");
    GIVES("a = 1.", "1:5 toml-value");
    GIVES("a = .5", "1:5 toml-value");
    GIVES("a = +0x1", "1:5 toml-value");
    GIVES("a = 9223372036854775808", "1:5 toml-range");
    GIVES("a = 1979-02-29", "1:5 toml-value");
    GIVES("a = 1 b = 2", "1:7 toml-line");
    GIVES("a = \"x\ny\"", "1:5 toml-string");
    GIVES("a = \"\\x\"", "1:6 toml-escape");
    GIVES("a = \"\\ud800\"", "1:6 toml-escape");
    GIVES("a = \"\"\"x", "1:5 toml-string");
    GIVES("a = \"\x01\"", "1:6 toml-control");
    GIVES("# \x7f", "1:3 toml-control");
    GIVES("a = [1 2]", "1:8 toml-array");
    GIVES("a = [1", "1:5 toml-array");
    GIVES("[a", "1:3 toml-header");
    GIVES("= 1", "1:1 toml-key");
    GIVES("a = \xff", "1:5 toml-utf8");
    GIVES("a = truely", "1:9 toml-value");
}

TEST(toml_depth_is_limited) {
    struct arena a = {0};
    struct buf b = {0};
    buf_lit(&b, "a = ");
    buf_add_many(&b, '[', 100000);
    CHECK(!toml_parse(&a, buf_view(&b), NULL, STR("")));
    buf_free(&b);
    arena_free(&a);
}
