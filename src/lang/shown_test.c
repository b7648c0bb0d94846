#include "base/test.h"
#include "lang/lang.h"

/* What the function shows whose lowered text holds `part` between `from` and the end of `to`. */
static bool shows(struct lang_options o, const char *source, const char *from, const char *to, const char *expected) {
    struct lang_unit u;
    struct diag d = {0};
    str shown = STR("(lowering made it)");
    bool made = lang_lower(&u, STR("x"), str_c(source), &o, &d);
    struct lang_shown *s = made ? lang_shown_new(STR("x"), str_c(source), &o, &u) : NULL;
    str code = buf_view(&u.code);
    ptrdiff_t start = str_find(code, str_c(from));
    ptrdiff_t end = start < 0 ? -1 : str_find(str_from(code, (size_t)start), str_c(to));
    if (s && end >= 0) lang_shown_function(s, (uint32_t)start, (uint32_t)(start + end) + (uint32_t)strlen(to), &shown);
    bool same = s && end >= 0 && str_is(shown, expected);
    if (!same) fprintf(stderr, "%.*s\n-> %.*s\n", STR_FMT(code), STR_FMT(shown));
    lang_shown_free(s);
    lang_unit_done(&u);
    diag_free(&d);
    return same;
}

static const struct lang_options js = {.dialect = LANG_JS}, ts = {.dialect = LANG_TS}, jsx = {.dialect = LANG_JSX};

TEST(functions_show_their_source) {
    CHECK(shows(js, "1; async function f(a) { await a /* b */ } // c", "async", "*/ }",
                "async function f(a) { await a /* b */ }"));
    CHECK(shows(js, "import x from 'y'; (a => b => x)", "b =>", "default", "b => x"));
    CHECK(shows(js, "import x from 'y'; (a => b => x)", "a =>", "default", "a => b => x"));
    CHECK(shows(js, "export let f = () => this; f = 1", "() =>", "undefined", "() => this"));
    CHECK(shows(js, "f = () => '\xc3\xa9'", "()", "'\\u00e9'", "() => '\xc3\xa9'"));
    CHECK(shows(js, "class A { static async * [x]() { await 1 } }", "async", "} ", "async * [x]() { await 1 }"));
    CHECK(shows(js, "export let a = 1; a = 2", "get a", "}", "(lowering made it)"));
}

TEST(decorated_members_are_known_by_their_end) {
    CHECK(shows(js, "@d class A { @e m() { return 1 } }", "[$k", "1 }", "m() { return 1 }"));
    CHECK(shows(js, "@d class A { @e m() { return 1 } }", "class", "} }", "class A { @e m() { return 1 } }"));
}

TEST(types_are_blank_and_what_has_a_value_is_lowered) {
    CHECK(shows(ts, "async function f(a: 1): 2 { await a as 3 }", "async", "}", "async function f(a   )    { await a      }"));
    CHECK(shows(ts, "function f() { enum E { A } }", "function f", "})(E||(E={})); }",
                "function f() { var E;(function(E){E[E[\"A\"]=0]=\"A\";})(E||(E={})); }"));
    CHECK(shows(jsx, "async function f() { await 1; return <a/> }", "async function", "}) }",
                "async function f() { await 1; return $j.jsx(\"a\",{}) }"));
}

TEST(decorators_show_where_types_have_values) {
    struct lang_options older = {.dialect = LANG_TS, .legacy_decorators = true, .assign_class_fields = true};
    const char *source = "enum E { A } @d class A { a: 1 = 1; constructor(@e private x: 1) {} @f accessor y = 1 }";
    CHECK(shows(ts, "enum E { A } @d class A { @e m() { return 1 } }", "[$k", "1 }", "m() { return 1 }"));
    CHECK(shows(ts, "enum E { A } @d class A { @e m(): 1 { return 1 } constructor(private x: 1) {} }", "class", "} }",
                "class A {x; @e m()    { return 1 } constructor(        x   ) {this.x=x;} }"));
    CHECK(shows(older, source, "class", "$v} }",
                "class A { a    = 1; constructor(           x   ) {this.x=x;} @f accessor y = 1 }"));
}

TEST(another_source_is_seen) {
    struct lang_unit u;
    struct diag d = {0};
    CHECK(lang_lower(&u, STR("x"), STR("async () => { await 1 }"), &js, &d));
    CHECK(!lang_shown_new(STR("x"), STR("async () => { await 2 }"), &js, &u));
    CHECK(!lang_shown_new(STR("x"), STR("async () => { await"), &js, &u));
    lang_unit_done(&u);
    diag_free(&d);
}

TEST(names_that_lowering_may_have_made) {
    CHECK(lang_shows_change(STR("$C.x")) && lang_shows_change(STR("($0.default)")) && lang_shows_change(STR("[$k1")));
    CHECK(!lang_shows_change(STR("`${a}`")) && !lang_shows_change(STR("$.a($)")) && !lang_shows_change(STR("a$b")));
    CHECK(!lang_shows_change(STR("")) && !lang_shows_change(STR("$")));
}
