#include "lang/print.h"

#include "base/buf.h"
#include "base/diag.h"
#include "base/test.h"
#include "lang/parse.h"

static void prints(int at, const char *file, const char *text, const char *want) {
    static struct tree t;
    struct diag d = {0};
    struct buf out = {0};
    struct parse_options o = parse_options_for(str_c(file));
    if (!parse_source(&t, str_c(text), &o, &d)) test_fail(__FILE__, at, "refused: %s", text);
    else {
        print_tree(&t, &(struct print_options){.compact = true, .ascii = true}, &out);
        if (!str_eq(buf_view(&out), str_c(want)))
            test_fail(__FILE__, at, "%s is\n  %s, not\n  %s", text, buf_c(&out), want);
    }
    buf_free(&out);
    diag_free(&d);
}
#define PRINTS(text, want) prints(__LINE__, "a.js", text, want "\n")

TEST(print_puts_parentheses_where_they_are_needed) {
    PRINTS("((a + b)) * c", "(a+b)*c;");
    PRINTS("a - (b - c)", "a-(b-c);");
    PRINTS("(a ** b) ** c; a ** (b ** c)", "(a**b)**c;a**b**c;");
    PRINTS("(-1) ** 2", "(-1)**2;");
    PRINTS("(a, b), c", "(a,b),c;");
    PRINTS("(a && b) ?? c", "(a&&b)??c;");
    PRINTS("({}).x; ({} = a); (function () {})()", "({}).x;({}=a);(function(){})();");
    PRINTS("() => ({}); () => ({}).x; () => { }", "()=>({});()=>({}).x;()=>{};");
    PRINTS("new (a())(); new (a.b()).c; new a.b", "new (a())();new (a.b().c)();new a.b();");
    PRINTS("(a?.b).c; a?.b.c; (a?.b)()", "(a?.b).c;a?.b.c;(a?.b)();");
    PRINTS("(a?.b)?.c; a?.b?.c; (a?.b)?.()", "(a?.b)?.c;a?.b?.c;(a?.b)?.();");
    PRINTS("a = (b, c)", "a=(b,c);");
    PRINTS("(a ? b : c) ? d : e", "(a?b:c)?d:e;");
    PRINTS("(() => a)(); a || (() => b)", "(()=>a)();a||(()=>b);");
    PRINTS("for (var i = ('a' in b); ;);", "for(var i=('a'in b);;);");
    PRINTS("('use strict')", "('use strict');");
    PRINTS("export default (function () {})", "export default (function(){});");
}

TEST(print_keeps_tokens_apart) {
    PRINTS("a + +b; a - -b; a+ ++b; - -a; +-a", "a+ +b;a- -b;a+ ++b;- -a;+-a;");
    PRINTS("typeof a; void 0; delete a.b; typeof (a)", "typeof a;void 0;delete a.b;typeof a;");
    PRINTS("a in b; a instanceof b", "a in b;a instanceof b;");
    PRINTS("1..a; 1.5.b; (1).c", "(1.).a;(1.5).b;(1).c;");
    PRINTS("a / /b/.c", "a/ /b/.c;");
    PRINTS("return_: for (;;) break return_", "return_:for(;;)break return_;");
    PRINTS("x = '\xC3\xA9\xF0\x9F\x98\x80', \xC3\xA9", "x='\\u00E9\\uD83D\\uDE00',\\u00E9;");
    PRINTS("x = '\x97\xF0\xFF'", "x='\\uFFFD\\uFFFD\\uFFFD';");
    PRINTS("if (a) if (b) c; else d", "if(a)if(b)c;else d;");
    PRINTS("if (a) { if (b) c } else d", "if(a){if(b)c;}else d;");
    PRINTS("async function* a() { yield* await b }", "async function* a(){yield*await b;}");
    PRINTS("class A extends (b, c) { static async *[d]() {} get e() {} #f = 1; static {} }",
           "class A extends(b,c){static async*[d](){}get e(){}#f=1;static{}}");
    PRINTS("import a, {b as c, default as d} from 'e'; export * as f from 'g'",
           "import a,{b as c,default as d}from'e';export*as f from'g';");
    PRINTS("({a, b: c, ...d} = e); [a, , b = 1] = c", "({a,b:c,...d}=e);[a,,b=1]=c;");
}

TEST(print_drops_types) {
    prints(__LINE__, "a.ts", "interface A {} let a: B = <C>d as E; f<G>(h!); class I { declare j; k?: L = 1 }",
           "let a=d;f(h);class I{k=1;}\n");
    prints(__LINE__, "a.ts", "import type { A } from 'a'; import b, { type C } from 'b'", "import b from'b';\n");
    prints(__LINE__, "a.tsx", "x = <a b='c' {...d}>e{f}<></></a>", "x=<a b='c' {...d}>e{f}<></></a>;\n");
}

TEST(print_indented_parts_words_by_one_space) {
    static struct tree t;
    struct diag d = {0};
    struct buf out = {0};
    struct parse_options o = parse_options_for(STR("a.mjs"));
    CHECK(parse_source(&t, STR("import a,*as b from 'c';import d,{e}from 'f'"), &o, &d));
    print_tree(&t, &(struct print_options){0}, &out);
    CHECK(str_is(buf_view(&out), "import a, * as b from 'c';\nimport d, { e } from 'f';\n"));
    buf_free(&out);
    diag_free(&d);
}
