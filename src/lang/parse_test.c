#include "lang/parse.h"

#include "base/buf.h"
#include "base/diag.h"
#include "base/test.h"
#include "lang/lex.h"

static struct tree tree;
static struct diag diag;

static bool parse(const char *file, enum parse_goal goal, str text) {
    struct parse_options o = parse_options_for(str_c(file));
    o.goal = goal;
    diag_free(&diag);
    return parse_source(&tree, text, &o, &diag);
}

static const char *first_error(void) {
    static char line[300];
    if (!diag.first) return "(none)";
    snprintf(line, sizeof line, "%u:%u %.*s", diag.first->line, diag.first->column, STR_FMT(diag.first->text));
    return line;
}

static void accepts(int at, const char *file, enum parse_goal goal, const char *const *texts) {
    for (; *texts; texts++)
        if (!parse(file, goal, str_c(*texts))) test_fail(__FILE__, at, "refused: %s\n  %s", *texts, first_error());
}
static void refuses(int at, const char *file, enum parse_goal goal, const char *const *texts) {
    for (; *texts; texts++)
        if (parse(file, goal, str_c(*texts))) test_fail(__FILE__, at, "accepted: %s", *texts);
}
#define ACCEPTS(file, goal, ...) accepts(__LINE__, file, goal, (const char *const[]){__VA_ARGS__, NULL})
#define REFUSES(file, goal, ...) refuses(__LINE__, file, goal, (const char *const[]){__VA_ARGS__, NULL})

static void check_tree(int at, const char *file, const char *text, const char *want) {
    struct buf out = {0};
    if (!parse(file, PARSE_DETECT, str_c(text))) test_fail(__FILE__, at, "refused: %s\n  %s", text, first_error());
    else {
        for (nid id = ast_node(&tree, tree.root)->a; id; id = ast_node(&tree, id)->next) ast_dump(&tree, id, &out);
        if (!str_eq(buf_view(&out), str_c(want)))
            test_fail(__FILE__, at, "%s is\n  %s, not\n  %s", text, buf_c(&out), want);
    }
    buf_free(&out);
}
#define TREE(file, text, want) check_tree(__LINE__, file, text, want)

/* Marks as "kind:text|kind:text". */
static void check_marks(int at, const char *file, const char *text, const char *want) {
    struct buf out = {0};
    if (!parse(file, PARSE_DETECT, str_c(text))) test_fail(__FILE__, at, "refused: %s\n  %s", text, first_error());
    else {
        for (uint32_t i = 0; i < tree.marks.len; i++) {
            const struct mark *m = &tree.marks.at[i];
            buf_print(&out, "%s%u:%.*s", i ? "|" : "", m->kind, (int)(m->end - m->start), tree.source.at + m->start);
        }
        if (!str_eq(buf_view(&out), str_c(want)))
            test_fail(__FILE__, at, "marks of %s are\n  %s, not\n  %s", text, buf_c(&out), want);
    }
    buf_free(&out);
}

static const struct symbol *symbol_of(const char *name) {
    uint32_t id = name_find(&tree.names, str_c(name));
    for (uint32_t i = 1; id && i < tree.symbols.len; i++)
        if (tree.symbols.at[i].name == id && tree.symbols.at[i].kind != SYMBOL_VAR_PASSES) return &tree.symbols.at[i];
    return NULL;
}
static uint32_t flags_of(const char *name) {
    const struct symbol *s = symbol_of(name);
    return s ? s->flags : UINT32_MAX;
}
/* Flags of the n-th live reference (from 0) to a name. */
static uint32_t ref_flags(const char *name, unsigned n) {
    uint32_t id = name_find(&tree.names, str_c(name));
    for (uint32_t i = 1; i < tree.refs.len; i++)
        if (tree.refs.at[i].name == id && !(tree.refs.at[i].flags & REF_DEAD) && n-- == 0) return tree.refs.at[i].flags;
    return UINT32_MAX;
}

TEST(parse_trees) {
    TREE("a.js", "a + b * c", "(EXPR (BINARY op84 (IDENT a) (BINARY op86 (IDENT b) (IDENT c))))");
    TREE("a.js", "a ** b ** c", "(EXPR (BINARY op89 (IDENT a) (BINARY op89 (IDENT b) (IDENT c))))");
    TREE("a.js", "(a, b) => c",
         "(EXPR (FUNCTION f10 - [(PARAM (BINDING a) - [] -)(PARAM (BINDING b) - [] -)] (IDENT c)))");
    TREE("a.js", "[a, {b = 1}] = c",
         "(EXPR (ASSIGN op90 (ARRAY_PATTERN [(IDENT a)(OBJECT_PATTERN [(PROPERTY op1 (KEY b) (DEFAULT (IDENT b) "
         "(NUMBER 1)))])]) (IDENT c)))");
    TREE("a.js", "a?.b.c", "(EXPR (DOT f2 (DOT f1 (IDENT a) b) c))");
    TREE("a.js", "if (a) b; else if (c) d", "(IF (IDENT a) (EXPR (IDENT b)) (IF (IDENT c) (EXPR (IDENT d)) -))");
    TREE("a.ts", "f<T>(x)", "(EXPR (CALL (IDENT f) [(IDENT x)] (TYPE_ARGS [])))");
    TREE("a.ts", "f < T > x", "(EXPR (BINARY op78 (BINARY op77 (IDENT f) (IDENT T)) (IDENT x)))");
    TREE("a.ts", "a ? (b) : c => d",
         "(EXPR (CONDITIONAL (IDENT a) (PAREN (IDENT b)) (FUNCTION f10 - [(PARAM (BINDING c) - [] -)] (IDENT d))))");
    TREE("a.ts", "a ? (b): c => d : e",
         "(EXPR (CONDITIONAL (IDENT a) (FUNCTION f10 - [(PARAM (BINDING b) - [] -)] (IDENT d)) (IDENT e)))");
    TREE("a.ts", "interface A {} type B = A", "(TS_ERASED)(TS_ERASED)");
    TREE("a.tsx", "<a b='c'>d{e}</a>",
         "(EXPR (JSX_ELEMENT (JSX_NAME a) [(JSX_ATTRIBUTE (JSX_NAME b) (STRING f10 'c'))] "
         "[(JSX_TEXT)(JSX_EXPR (IDENT e))] (JSX_NAME a)))");
}

TEST(parse_javascript) {
    ACCEPTS("a.js", PARSE_SCRIPT, "a\n++b", "var let, yield, await, async, of, static", "async\nfunction f(){}",
            "with(a)b", "010 + 08.5", "'\\08'", "<!-- comment", "a\n--> comment", "if (1) function f(){}",
            "label: function f(){}", "for (var a = 1 in b);", "for (let in {});", "async () => await 1", "(a, b,) => 1",
            "async(a, ...b)", "({async *a(){}, get b(){return 1}, set b(c){}, [d]: 1, __proto__: e})", "x = {if: 1}.if",
            "`a${`b${1}`}c`", "tag`\\u`", "/[/]/g", "a / b / c", "try{}catch{}", "let\nx",
            "({a, b: [c = 1], ...d} = e)", "for (const {a} of b);", "async function* a(){for await (x of y) yield* z}",
            "class A { static async *#m(){} }", "class A { 'constructor'(){} }",
            "class A { #a; m(o) { return #a in o } }", "class A { get; set; static; async; accessor }",
            "function f() { return }", "1..a", "0b11n, 0xFn, 1_000.5e1_0", "x = a ? b : c ? d : e", "\\u0061b",
            "var \xC3\xA9", "a?.[b]?.(c)", "a ?\?= b ||= c &&= d",
            "({ __proto__: a, ['__proto__']: b, __proto__(){} })", "{ function a(){} function a(){} }",
            "function f(a, a){}", "try{}catch(e){var e}", "@d class A { @e() f; @(g) static h(){} }",
            "for (async of => 1;;);", "using\nx");
    REFUSES("a.js", PARSE_SCRIPT, "a b", "let a; let a", "let a; var a", "{ let a; { var a } }", "const a", "let let",
            "yield => { 'use strict' }",
            "'use strict'; with(a)b", "'use strict'; 010", "function f(){ '\\01'; 'use strict' }", "new.target",
            "return", "break", "continue", "a: a: ;", "for (let of a);", "for (async of a);", "for (a, b of c);",
            "for (a, b in c);", "({a = 1})",
            "({a = 1}).b",
                "[{a = 1}].b", "(a, b) = c",
            "({a}) = b", "a?.b = 1", "new a?.b", "a?.`b`", "super.a", "class A { constructor(){ super() } }",
                "class A extends B { m(){ super() } }",
            "delete this.#a", "class A { #a; #a }", "class A { m(){ this.#b } }",
            "class A { constructor(){} constructor(){} }",
                "a ?? b || c",
            "-1 ** 2", "async () => { await => 1 }", "function* f(){ (a = yield) => 1 }", "async (a = await 1) => 1",
                "(...a, b) => 1", "(a\n) \n=> 1",
            "`${}`", "'\n'", "/a", "/(/", "/a/gg", "1_", "1__0", "0_1", "0b2", "1n.5", "3in []", "\\u{110000}",
            "import a from 'b'",
                "import.meta",
            "class A { static prototype(){} }", "class A { get constructor(){} }", "function f(a){ let a }",
                "function f(a = 1){ 'use strict' }",
            "({ __proto__: a, __proto__: b })", "({ get a(b){} })", "({ set a(){} })", "if (1) class A {}",
            "if (1) let a",
                "while (1) function f(){}",
            "try {}", "switch (1) { default: default: }", "throw\na", "v\\u0061r a", "()", "(a,)", "({ async\nf(){} })",
                "class A { a = arguments }",
            "class A { static { await } }", "try{}catch(e){let e}", "for (const a of b, c);", "`\\u`", "\xFF",
                "a\\", "@d function f(){}", "'use strict'; eval = 1");
}

TEST(parse_modules) {
    ACCEPTS("a.mjs", PARSE_MODULE, "import a, * as b from 'c'", "import {a as b, default as c, 'd e' as f} from 'g'",
            "export * as default from 'a'",
            "export {a as 'b c'} from 'd'", "import x from 'y' with {type: 'json'}", "import defer * as a from 'b'",
                "import source a from 'b'",
            "import source from 'b'", "import defer from 'b'", "await 1", "for await (const a of b);",
            "import.meta.url",
                "export default class {}",
            "export default async () => 1", "let a; export {a, a as b}", "import('a', {with: {}})", "using a = b",
                "await using c = d", "export {}",
            "import.defer('a')", "export default function* () {}", "@a export class B {}", "export @a class B {}");
    REFUSES("a.mjs", PARSE_MODULE, "export {a}", "let a; export {a, a}", "export default 1; export default 2",
            "import {a, a} from 'b'", "import a from 'b'; let a",
            "import {default} from 'a'", "if (1) { import 'a' }", "await: 1", "let await", "var a; function a(){}",
            "<!-- a",
                "export {if}", "with (a) b",
            "import {'a'} from 'b'", "export {'a'}", "import 'a' with {a: 'b', a: 'c'}", "export 'a'",
                "export {'\\uD800'} from 'a'", "return");
    CHECK(parse("a.js", PARSE_DETECT, STR("with (a) b")) && tree.kind == SOURCE_COMMONJS);
    CHECK(parse("a.js", PARSE_DETECT, STR("exports.a = 1; return")) && tree.kind == SOURCE_COMMONJS &&
          tree.flags & TREE_USES_COMMONJS);
    CHECK(parse("a.js", PARSE_DETECT, STR("let a; export {a}")) && tree.kind == SOURCE_MODULE);
    CHECK(parse("a.js", PARSE_DETECT, STR("const a = await b()")) && tree.kind == SOURCE_MODULE &&
          tree.flags & TREE_HAS_TLA);
    CHECK(parse("a.js", PARSE_DETECT, STR("await (a)")) && tree.kind == SOURCE_MODULE);
    CHECK(parse("a.js", PARSE_DETECT, STR("function await(){} await (a)")) && tree.kind == SOURCE_COMMONJS);
    CHECK(parse("a.js", PARSE_DETECT, STR("await (a); import 'b'")) && tree.kind == SOURCE_MODULE &&
          tree.flags & TREE_HAS_TLA);
    CHECK(parse("a.js", PARSE_DETECT, STR("for await (const a of b);")) && tree.kind == SOURCE_MODULE);
    CHECK(parse("a.js", PARSE_DETECT, STR("console.log(import.meta.url)")) && tree.kind == SOURCE_MODULE);
    CHECK(!parse("a.js", PARSE_DETECT, STR("with (a) b; export {}")));
    CHECK(!parse("a.js", PARSE_DETECT, STR("return; export {}")));
    CHECK(parse("a.ts", PARSE_DETECT, STR("import a = require('b'); export = a")) && tree.kind == SOURCE_COMMONJS);
    CHECK(parse("a.ts", PARSE_DETECT, STR("import type A from 'b'")) && tree.kind == SOURCE_MODULE);
}

TEST(parse_typescript) {
    ACCEPTS(
        "a.ts", PARSE_MODULE, "let a: string | number = 1 as any satisfies B",
        "function f<const T extends U = V>(this: A, b?: C, ...d: E[]): asserts b is F {}",
        "function f(a): a is B;\nfunction f(a) {}",
        "abstract class A<T> extends B<T> implements C, D { abstract m(): void; declare a: B; readonly b!:"
        " C; private static c?; [k: string]: any; "
        "constructor(public readonly x = 1, protected override y?: Z) { super() } get a(): B { return 1 } accessor"
        " q = 1; static { } m?(): void }",
        "enum A { B = 1 << 2, 'c', D = B | A.B, ['e'] } const enum F {} declare enum G { H }",
        "namespace A.B { export const c = 1; namespace D {} }",
        "declare module 'a' { export default b; import c from 'd' } declare global { var e: f } declare function"
        " g(): h; declare const i: j, k: l",
        "import a = b.c; export import d = e.f; import type G from 'h'; import {type i, type as as j, type as} from 'k'",
        "export type {A} from 'b'; export type * from 'c'; export as namespace D",
        "type A<T> = T extends (infer U extends string)[] ? {readonly [K in keyof T as `a${K}`]?: T[K]} : T extends"
        " new (...a: any) => infer R ? R : never",
        "type A = unique symbol | keyof typeof b.c | import('d').E<F> | [a?: b, ...c: d[]] | `a${b}` | -1 | (() =>"
        " void) | asserts | (abstract new () => A)",
        "type A = {get a(): b; set a(c); new (): d; <T>(e): f; [g]: h; i?<J>(): k; readonly [l: string]: m}",
        "let a = <T,>(b: T): T => b, c = <T extends U>(d) => e, f = async <T>(g: T) => g",
        "a = b as const as C; d!.e![f]!(); <G>h; a! = 1; (a as b) = c; [a as b] = c; ({a: b!} = c)",
        "f<T>; new A<B>; a<b>?.(); f<T>`x`; a < b > c; (a < b, c > d); a?.<b>(c)",
        "export default interface A {} export default abstract class B {}",
        "let x = y as any as (a: b) => c; let z = <any>(d) => e; for (const a of b as c) ;",
        "let a = (b: c, {d}: e = {}, [f]: g = []): h => i",
        "type as = 1; let type = 2; type = 3; declare\nlet x; abstract\nclass A {} namespace\nb; module\nc",
        "let async: any; async = (1); class A { async; get; readonly; declare; static readonly = 1; abstract() {} }",
        "a ? (b) : c; a ? (b, c) : d; a ? (b): c => d : e; a ? b : (c): d => e", "export = a",
        "import a, {type B} from 'c'",
        "class A { declare readonly a: string; static accessor b = 1; constructor(); constructor(a?) {} }",
        "function f(@a b: c, @d() public e?) {}", "let a: typeof b<c>; let d: A.B.C<D>[]; let e: (new () => f)[]",
        "type A<in out T, const U> = T", "let x: (a, b?) => void, y: ({a}: B, [c]) => d, z: (this: E) => f",
        "type X = A extends B ? C extends D ? 1 : 2 : 3; type Y = A extends () => infer R extends S ? 1 : 2 ? 3 : 4",
        "@a class A { @b c: d; @e() f(@g h: i) {} }", "using a = b, c = d",
        "export declare const a: b; export abstract class A {}", "let a: A<B<C>>= d, e: F<G<H<I>>>= j",
        "if (a < b && c > d) {}", "const x = a < b ? c : d", "import {} from 'a'; export {}",
        "label: for (;;) { break label }",
        "let f = function <T>(this: T) {}, g = { m<T>(): T {}, get a(): b { return 1 } }");
    REFUSES("a.ts", PARSE_MODULE, "let a: ", "type A =", "interface A", "enum A { 1 }", "enum A { a b }",
            "let a: {b c}", "class A { private private b }", "abstract class A { abstract m() {} }", "a as",
            "let x: (a => b", "class A { constructor() {} constructor() {} }", "function f(): a b {}", "namespace A {",
            "import type a, {b} = c", "let a!", "type A<> = 1", "interface A extends {}", "class A extends B, C {}");
    ACCEPTS("a.d.ts", PARSE_MODULE, "export function f(): void; export const a: b; export default function g(): h",
            "declare class A { m(): void; constructor(a: b) }", "export = function (): void",
            "export {a} from 'b'; export let c");
    ACCEPTS("a.tsx", PARSE_MODULE, "const a = <T,>(b: T) => <div<T> {...c} d:e='f' g-h={i}>&amp; {/* */}{...j}</div>",
            "<></>", "<a.b.c/>", "<this.a/>", "<a b=<c/> />", "a = <T extends U>(b) => c", "<A<B> c />", "x < y > z");
    REFUSES("a.tsx", PARSE_MODULE, "<a></b>", "<a", "<a>}</a>", "<a b=c />", "<a.b:c />", "<a>{</a>", "<T>(b) => c");
}

TEST(parse_declarations_name_what_code_cannot) {
    ACCEPTS("a.d.ts", PARSE_MODULE, "declare namespace e { var static: number; function yield(): void }",
            "export class A { static min(arguments: B | C, eval?: D): E }");
    REFUSES("a.ts", PARSE_MODULE, "var static: number", "class A { min(arguments: B) {} }");
    ACCEPTS("a.ts", PARSE_MODULE, "class A { get\n@d m() {} }");
}

TEST(parse_marks) {
    check_marks(__LINE__, "a.ts", "let a: b = c as d", "1:: b|2:as d");
    check_marks(__LINE__, "a.ts", "interface A {}\nlet a", "3:interface A {}");
    check_marks(__LINE__, "a.ts", "import {a} from 'b'; a(a.c, {a})", "9:import {a} from 'b';|8:a|8:a|8:a");
    check_marks(__LINE__, "a.ts", "import {a} from 'b'; a.stack", "9:import {a} from 'b';|26:a.stack|8:a");
    check_marks(__LINE__, "a.ts", "f<T>(a!)", "2:<T>|2:!");
    check_marks(__LINE__, "a.js", "async () => { await a; try {} finally {} }", "13:await a|16:try {} finally {}");
    check_marks(__LINE__, "a.ts", "(a?: b): c => d", "1:?: b|5:: c");
}

TEST(parse_symbols_and_references) {
    CHECK(parse(
        "a.mjs", PARSE_MODULE,
        STR("import a, {b, c as d, e} from 'f'; import * as g from 'h'; a(); b`x`; new d; g.x; ({b} = 1); { let a; a } export {e}")));
    CHECK(symbol_of("a")->kind == SYMBOL_IMPORT && flags_of("a") & SYM_DEFAULT && flags_of("a") & SYM_USED);
    CHECK(flags_of("b") & SYM_REASSIGNED);
    CHECK(flags_of("g") & SYM_STAR && flags_of("e") & SYM_EXPORTED && !(flags_of("e") & SYM_USED_NOT_EXPORT));
    CHECK_INT(ref_flags("a", 0), REF_READ | REF_CALL);
    CHECK_INT(ref_flags("b", 0), REF_READ | REF_TAG);
    CHECK_INT(ref_flags("b", 1), REF_WRITE | REF_SHORTHAND);
    CHECK_INT(ref_flags("d", 0), REF_READ | REF_NEW);
    CHECK_INT(ref_flags("g", 0), REF_READ | REF_OBJECT);
    uint32_t name = name_find(&tree.names, STR("a")), n = 0, last = 0;
    for (uint32_t i = 1; i < tree.refs.len; i++)
        if (tree.refs.at[i].name == name) n++, last = tree.refs.at[i].symbol;
    CHECK_INT(n, 2);
    CHECK(tree.symbols.at[last].kind == SYMBOL_LET);
    CHECK(!name_find(&tree.names, STR("nowhere")));
    CHECK(parse(
        "a.js", PARSE_SCRIPT,
        STR("var v; function f(p) { p = v; eval('x') } for (v of w); (p, q = p) => q; (x = () => y) => { var y }")));
    CHECK(flags_of("v") & SYM_REASSIGNED && flags_of("v") & SYM_CAPTURED && tree.flags & TREE_HAS_EVAL);
    CHECK(tree.funcs.at[0].flags & FUNC_HAS_EVAL);
    for (uint32_t i = 1; i < tree.refs.len; i++)        /* a parameter's default does not see the body's var */
        if (tree.refs.at[i].name == name_find(&tree.names, STR("y"))) CHECK_INT(tree.refs.at[i].symbol, 0);
    CHECK(parse("a.ts", PARSE_MODULE, STR("import {T, V, W} from 'a'; let x: T = V as W; export {T}; type Q = W")));
    CHECK(!(flags_of("W") & SYM_USED) && flags_of("V") & SYM_USED && !(flags_of("T") & SYM_USED_NOT_EXPORT));
    CHECK(parse(
        "a.ts", PARSE_MODULE,
        STR("enum E { A, B = A, C = D } namespace N { export let a } class N2 {} namespace N2 { export let b }")));
    CHECK(symbol_of("A")->kind == SYMBOL_ENUM_MEMBER && symbol_of("N")->kind == SYMBOL_NAMESPACE &&
          flags_of("N2") & SYM_MERGED);
}

TEST(parse_errors_say_where_and_what) {
    static const struct { const char *text, *error; } cases[] = {
        {"let a = ;", "1:9 expected an expression but found \";\""},
        {"if (a {", "1:7 expected \")\" but found \"{\""},
        {"function f() {\n  return 1\n", "3:1 expected \"}\" but found the end of the file"},
        {"let a;\nlet a;", "2:5 \"a\" is already declared, on line 1"},
        {"const a;", "1:8 expected \"=\" and a value for this constant but found \";\""},
        {"\xF0\x9F\x98\x80 = 1", "1:1 the character U+1F600 cannot stand here"},
        {"x = 'abc", "1:5 this string has no end on its line"},
        {"/(/", "1:2 this group wants a ) at its end"},
        {"class A { m() { this.#x } }", "1:22 the private name #x is declared in no class around this"},
        {"a ?? b || c", "1:1 put parentheses where ?? meets || or &&"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        CHECK(!parse("a.js", PARSE_DETECT, str_c(cases[i].text)));
        CHECK_STR(str_c(first_error()), str_c(cases[i].error));
    }
}

TEST(parse_depth_is_bounded_and_chains_are_not) {
    static const struct { const char *file, *head, *part, *tail; bool ok; } cases[] = {
        {"a.js", "", "(", "", false}, {"a.js", "", "[", "", false}, {"a.js", "x=", "{a:", "", false},
        {"a.js", "", "{", "", false},
        {"a.js", "", "a=>", "1", false}, {"a.js", "", "`${", "", false}, {"a.js", "", "class A extends ", "", false},
        {"a.js", "", "new ", "a", false}, {"a.ts", "type A=", "Array<", "", false}, {"a.ts", "type A=", "(", "", false},
        {"a.ts", "", "a<b>(", "", false}, {"a.tsx", "x=", "<a>", "", false},
        {"a.ts", "", "a<", "b", true}, {"a.js", "1", "+1", "", true}, {"a.js", "a", ".b", "", true},
        {"a.js", "a", "()", "", true},
        {"a.js", "", "if(1);else ", ";", true}, {"a.ts", "type A=", "a extends b?c:", "d", true},
        {"a.js", "1", ",1", "", true},
        {"a.js", "", "{let a}", "var a", true},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct buf b = {0};
        buf_add(&b, str_c(cases[i].head));
        for (int k = 0; k < 30000; k++) buf_add(&b, str_c(cases[i].part));
        buf_add(&b, str_c(cases[i].tail));
        bool ok = parse(cases[i].file, PARSE_DETECT, buf_view(&b));
        if (ok != cases[i].ok) test_fail(__FILE__, __LINE__, "30000 times %s: %s", cases[i].part, first_error());
        if (!ok && cases[i].ok == false) CHECK(diag.n_errors == 1);
        buf_free(&b);
    }
}

TEST(lex_values) {
    static const struct { const char *text; double value;
    } numbers[] = {
        {"0", 0},
        {"1_000.5", 1000.5},
        {"0x1F", 31},
        {"0o17", 15},
        {"0b101", 5},
        {"017", 15},
        {"089.5", 89.5},
        {"1e3", 1000},
        {".5", .5},
        {"0x20000000000001", 9007199254740992.0},
        {"0x20000000000003", 9007199254740996.0},
        {"9007199254740993", 9007199254740992.0},
        {"5.", 5},
    };
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
        if (lex_number_value(str_c(numbers[i].text)) != numbers[i].value)
            test_fail(__FILE__, __LINE__, "%s", numbers[i].text);
    struct buf out = {0};
    lex_string_value(STR("'a\\n\\x41\\u0042\\u{1F600}\\uD83D\\uDE00\\101\\0\\\nb'"), &out);
    CHECK_STR(buf_view(&out), ((str){"a\nAB\xF0\x9F\x98\x80\xF0\x9F\x98\x80" "A\0b", 15}));
    buf_clear(&out);
    lex_string_value(STR("'\\uD800'"), &out);
    CHECK_STR(buf_view(&out), STR("\xED\xA0\x80"));
    buf_clear(&out);
    CHECK(lex_template_value(STR("a\r\nb\\n"), &out));
    CHECK_STR(buf_view(&out), STR("a\nb\n"));
    buf_clear(&out);
    CHECK(!lex_template_value(STR("\\u"), &out));
    buf_free(&out);
    CHECK(lex_is_name(STR("a1")) && !lex_is_name(STR("1a")) && lex_is_name(STR("\xC3\xA9")) &&
          lex_is_reserved(STR("await")) && !lex_is_reserved(STR("async")));
}

TEST(lex_regular_expressions) {
    static const struct { const char *body, *flags; bool ok; } cases[] = {
        {"a{1,2}?", "", true}, {"a{2,1}", "", false}, {"a{", "", true}, {"a{", "u", false}, {"]", "", true},
        {"]", "u", false},
            {"\\1", "", true},
        {"\\1", "u", false}, {"(a)\\1", "u", true}, {"(?<a>b)\\k<a>", "", true}, {"\\k<a>", "", true},
        {"(?<b>c)\\k<a>", "", false},
        {"(?<a>b)|(?<a>c)", "", true}, {"(?<a>b)(?<a>c)", "", false}, {"(?:(?<a>b)|c)(?<a>d)", "", false},
        {"[b-a]", "", false},
            {"[\\d-a]", "", true},
        {"[\\d-a]", "u", false}, {"\\p{L}", "u", true}, {"\\p{Nope}", "u", false}, {"\\p{Script=Greek}", "u", true},
            {"\\p{RGI_Emoji}", "v", true},
        {"\\p{RGI_Emoji}", "u", false}, {"[^\\p{RGI_Emoji}]", "v", false}, {"[a--[b]]", "v", true},
        {"[a&&b--c]", "v", false},
            {"[(]", "v", false}, {"[(]", "u", true},
        {"(?i-m:a)", "", true}, {"(?ii:a)", "", false}, {"(?-:a)", "", false}, {"(?<=a)*", "", false},
        {"(?=a)*", "", true},
            {"(?=a)*", "u", false},
        {"\\u{110000}", "u", false}, {"\\c", "", true}, {"\\c", "u", false}, {"a**", "", false}, {"(", "", false},
        {")", "", false},
            {"[", "", false}, {"\\-", "u", false},
        {"[\\-]", "u", true}, {"a", "uv", false}, {"a", "dgimsy", true}, {"[\\q{ab|c}]", "v", true},
        {"(?<\\u0061>b)\\k<a>", "",
                                                                                                      true},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        size_t at;
        const char *wrong = lex_regexp_check(str_c(cases[i].body), str_c(cases[i].flags), &at);
        if (!wrong != cases[i].ok) test_fail(__FILE__, __LINE__, "/%s/%s: %s", cases[i].body, cases[i].flags,
                                             wrong ? wrong : "accepted");
    }
}

TEST(parse_rest_parameters_with_types_have_no_default) {
    REFUSES("a.ts", PARSE_MODULE, "const f = (...a: any = []) => a", "function g(...a: any = []) {}",
            "const f = async (...a: T = x) => a");
    ACCEPTS("a.ts", PARSE_MODULE, "const f = (x: number, ...a: any[]) => a", "const f = (a: any = []) => a");
}

TEST(parse_await_is_a_name_where_no_module_can_be) {
    CHECK(parse("a.js", PARSE_DETECT, STR("await\na\nb; await\n")) && tree.kind == SOURCE_COMMONJS);
    CHECK(parse("a.js", PARSE_DETECT, STR("await\na\nb\n")) && tree.kind == SOURCE_MODULE);
    CHECK(!parse("a.js", PARSE_DETECT, STR("await a; await\n")) && diag.n_errors == 1);
}

TEST(parse_methods_of_objects_have_bodies) {
    REFUSES("a.ts", PARSE_MODULE, "x = { m() }", "x = { get m() }", "x = { async m(): T, n() {} }");
    ACCEPTS("a.ts", PARSE_MODULE, "class A { m(): T; m() {} get g(); }");
}

TEST(parse_computed_names_stand_behind_decorators) {
    ACCEPTS("a.ts", PARSE_MODULE, "class A { @(a) [b]() {} @c.d [e]; @f() ['g'] = 1 }",
            "class A { @(a[0]) m() {} @f(class { @(a[0]) [b]() {} }) n() {} }");
}

TEST(parse_types_stand_behind_names_and_patterns) {
    REFUSES("a.ts", PARSE_MODULE, "(a = 1: T) => a", "(a = b => c: T) => a", "(a = <T,>(b: T) => c < d < e > -f: T) => a",
            "([a] = b: T) => a", "(...a = b: T) => a", "(a = 1?) => a");
    ACCEPTS("a.ts", PARSE_MODULE, "(a: T = 1) => a", "({ a }: T, [b]: U, c?: V, ...d: W[]) => a",
            "function f() { return (this: T, a?) => a }", "(a = b ? c : d) => a");
}
