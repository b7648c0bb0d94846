#include "base/test.h"
#include "lang/lang.h"

static bool is_text(const char *source, const char *expected, struct lang_options o, bool compact) {
    struct buf out = {0};
    struct diag d = {0};
    bool made = lang_text(&out, STR("x.ts"), str_c(source), &o, compact, &d),
         same = made && str_is(buf_view(&out), expected);
    if (!same) fprintf(stderr, "%s\n-> %.*s\n", source, STR_FMT(buf_view(&out)));
    buf_free(&out);
    diag_free(&d);
    return same;
}

static const struct lang_options ts = {.dialect = LANG_TS, .keep_unused_imports = true};

TEST(imports_and_exports_stay) {
    CHECK(is_text("import a, { type b, c } from 'x' with { type: 'y' }", "import a,{c} from 'x' with { type: 'y' }", ts,
                  false));
    static const char stars[] = "import * as a from 'x'; import 'z'\nexport * from 'y'";
    CHECK(is_text(stars, stars, ts, false));
    CHECK(is_text("export { type a }", "export {};", ts, false));
    CHECK(is_text("#!/bin/x\nimport.meta.url; import('y')", "#!/bin/x\nimport.meta.url; import('y')", ts, false));
    CHECK(is_text("export enum E { A }", "export var E;(function(E){E[E[\"A\"]=0]=\"A\";})(E||(E={}));", ts, false));
    CHECK(is_text("export default async function f(a: 1) { await a }", "export default async function f(a) { await a }",
                  ts, false));
}

TEST(comments_go_and_lines_stay) {
    CHECK(is_text("/** a\n * b\n */\nlet a = 1 // c\n  // d\nlet b", "\n\n\nlet a = 1\n\nlet b", ts, false));
    CHECK(is_text("typeof/**/a", "typeof a", ts, false));
    CHECK(is_text("return_: for (;;) { break /* x\n */ return_ }", "return_: for (;;) { break\n return_ }", ts, false));
    CHECK(is_text("f(/* a */ 1, /* b */)", "f( 1,)", ts, false));
    CHECK(is_text("/*! c */ f(/* @__PURE__ */ g()) // @license", "/*! c */ f(/* @__PURE__ */ g())", ts, false));
    CHECK(is_text("`${ a /* b */ }// c`; '/* d */'; /\\/\\* e *\\/ /", "`${ a }// c`; '/* d */'; /\\/\\* e *\\/ /", ts,
                  false));
    CHECK(is_text("/** \xc3\xa9\n */ a = '\xc3\xa9' // \xe2\x86\x92", "\n a = '\\u00e9'", ts, false));
    struct lang_options jsx = {.dialect = LANG_TSX, .jsx = LANG_JSX_PRESERVE, .keep_unused_imports = true};
    CHECK(is_text("/** @jsx h */ /* x */ a = <b>{/* c */} // d</b>", "/** @jsx h */ a = <b>{ } // d</b>", jsx, false));
}

TEST(types_leave_what_parts_tokens) {
    CHECK(is_text("a = x!in y", "a = x in y", ts, false));
    CHECK(is_text("a = -<any>-d", "a = - -d", ts, false));
    CHECK(is_text("a = (x as any as number)!/2", "a = (x)/2", ts, false));
    CHECK(is_text("abstract class A<T> { private readonly x: number = 1 }", "class A { x = 1 }", ts, false));
}

TEST(compact_text) {
    CHECK(is_text("export const  a : number = 1 ;", "export const a=1;\n", ts, true));
    CHECK(is_text("import { a } from 'x'", "import{a}from'x';\n", ts, true));
}

TEST(defines_replace_free_names) {
    static const struct lang_define defines[] = {{STR_INIT("a.b"), STR_INIT("1")}, {STR_INIT("c"), STR_INIT("d")}};
    struct lang_options o = ts;
    o.defines = defines;
    o.n_defines = 2;
    CHECK(is_text("f(a.b, a.c, {c}, c); a.b = 2; (c) => c", "f(1, a.c, {c:d}, d); a.b = 2; (c) => c", o, false));
}
