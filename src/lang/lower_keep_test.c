#include "base/test.h"
#include "lang/lang.h"

static bool is_text(const char *source, const char *expected, struct lang_options o, bool compact) {
    struct buf out = {0};
    struct diag d = {0};
    bool made = lang_text(&out, NULL, STR("x.ts"), str_c(source), &o, compact, &d),
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

static struct lang_options with_decorators(struct lang_options o) {
    o.decorators = STR("(D)");
    return o;
}

TEST(decorators_bring_what_they_need) {
    struct lang_options o = with_decorators(ts);
    CHECK(is_text("'use strict'\n@d class A {}", "'use strict'\nconst $C={};(D)($C); let $k0=$C.define([d]),A;(class "
                  "{static{A=$k0.apply(this,\"A\")}});A=$k0.end();", o, false));
    CHECK(is_text("export class A { accessor [b] = 1 }", "const $C={};D($C);let $k1=$C.define([]);class A{static{"
                  "$k1.apply(this);}get[$k1.add(4,[],b)](){return this.#$y0;}set[$k1.key(0)]($v){this.#$y0=$v;}"
                  "#$y0=$k1.init(0,this,1);#$x1=$k1.extra(0,this);};export{A};\n", o, true));
    CHECK(is_text("class A {}", "class A {}", o, false));
}

TEST(exports_of_decorated_classes_stand_behind_them) {
    struct lang_options o = with_decorators(ts), older = o;
    older.legacy_decorators = true;
    CHECK(is_text("@d export default class A {}", "const $C={};D($C);let $k2=$C.define([d]),A;(class{static{"
                  "A=$k2.apply(this,\"A\");}});A=$k2.end();;export{A as default};\n", o, true));
    CHECK(is_text("export default @d class {}", "const $C={};D($C);export default (($k1)=>(class{static{"
                  "$k1.apply(this,\"default\");}},$k1.end()))($C.define([d]));\n", o, true));
    struct buf out = {0};
    struct diag d = {0};
    CHECK(lang_text(&out, NULL, STR("x.ts"), STR("export default class A { constructor(@d b) {} }"), &older, true, &d));
    CHECK(str_ends(buf_view(&out), STR("A=$C.decorate([$C.param(0,d)],A);;export{A as default};\n")));
    CHECK(str_find(buf_view(&out), STR("export default")) < 0);
    buf_free(&out);
    diag_free(&d);
}

TEST(only_types_are_not_exported_by_default) {
    CHECK(is_text("interface I {}\nexport default I", ";\n;", ts, false));
    CHECK(is_text("export {}; x<!--y", "export {}; x< !--y", ts, false));
}

TEST(jsx_makes_no_module_of_a_script) {
    struct lang_options o = {.dialect = LANG_JSX}, common = {.dialect = LANG_JSX, .goal = LANG_CJS};
    CHECK(is_text("<a/>", "import*as $j from\"react/jsx-runtime\";$j.jsx(\"a\",{});\n", o, true));
    CHECK(is_text("010;<a/>", "const $j=require(\"react/jsx-runtime\");010;$j.jsx(\"a\",{});\n", o, true));
    CHECK(is_text("await;<a/>", "const $j=require(\"react/jsx-runtime\");await;$j.jsx(\"a\",{});\n", o, true));
    CHECK(is_text("b<!--c\n;<a/>", "const $j=require(\"react/jsx-runtime\");b;$j.jsx(\"a\",{});\n", o, true));
    CHECK(is_text("<a/>", "const $j=require(\"react/jsx-runtime\");$j.jsx(\"a\",{});\n", common, true));
}
