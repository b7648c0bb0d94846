/* Lowering, by pairs of text (test/lang/lower) and by what holds for every file: lines stay, columns can be found. */
#include "lang/lang.h"

#include "base/test.h"

static bool read_file(const char *path, struct buf *b) {
    FILE *f = fopen(path, "rb");
    if (!f) return false;
    for (size_t n; (n = fread(buf_room(b, 65536), 1, 65536, f)) > 0;) b->len += n;
    fclose(f);
    return true;
}

static struct lang_options options_of(str words) {
    struct lang_options o = {.dialect = LANG_TSX};
    for (str w; str_next(&words, ' ', &w);) {
        if (str_is(w, "js")) o.dialect = LANG_JS;
        else if (str_is(w, "ts")) o.dialect = LANG_TS;
        else if (str_is(w, "esm")) o.goal = LANG_ESM;
        else if (str_is(w, "cjs")) o.goal = LANG_CJS;
        else if (str_is(w, "script")) o.goal = LANG_SCRIPT;
        else if (str_is(w, "classic")) o.jsx = LANG_JSX_CLASSIC;
        else if (str_is(w, "dev")) o.jsx_dev = true;
        else if (str_is(w, "assign")) o.assign_class_fields = true;
        else if (str_is(w, "verbatim")) o.verbatim_imports = true;
        else if (str_is(w, "plain")) o.no_async_context = true;
    }
    return o;
}

static size_t count_lines(str s) {
    size_t n = 0;
    for (size_t i = 0; i < s.len; i++) n += s.at[i] == '\n';
    return n;
}

/* One case: "name [options]\nsource==>\nlowered". */
static void run_case(const char *file, str text) {
    str head, body, name, words = {0};
    str_split(text, '\n', &head, &body);
    if (str_split(head, '[', &name, &words)) words = str_upto(words, words.len - 1);
    ptrdiff_t at = str_find(body, STR("==>\n"));
    if (at < 0) return;
    str source = str_upto(body, (size_t)at), want = str_trim(str_from(body, (size_t)at + 4));
    struct lang_options o = options_of(words);
    struct lang_unit u;
    struct diag d = {0};
    struct buf got = {0};
    if (lang_lower(&u, STR("t.tsx"), source, &o, &d)) buf_add(&got, buf_view(&u.code));
    else diag_print(&d, &got, false);
    str trimmed = str_trim(buf_view(&got));
    if (!str_eq(trimmed, want))
        test_fail(file, 0, "%.*s is\n%.*s\nnot\n%.*s", STR_FMT(head), STR_FMT(trimmed), STR_FMT(want));
    if (d.n_errors == 0 && u.kind != LANG_KIND_SCRIPT)
        CHECK_INT(count_lines(buf_view(&u.code)), count_lines(source) + 1);
    lang_unit_done(&u);
    diag_free(&d);
    buf_free(&got);
}

static void run_file(const char *path) {
    struct buf b = {0};
    if (!read_file(path, &b)) {
        test_fail(path, 0, "the file is not there");
        return;
    }
    str rest = buf_view(&b);
    for (;;) {
        ptrdiff_t at = str_find(rest, STR("=== "));
        if (at < 0) break;
        rest = str_from(rest, (size_t)at + 4);
        ptrdiff_t end = str_find(rest, STR("\n=== "));
        run_case(path, end < 0 ? rest : str_upto(rest, (size_t)end + 1));
    }
    buf_free(&b);
}

TEST(modules_are_lowered_as_written_down) { run_file("test/lang/lower/module.txt"); }
TEST(types_are_erased_as_written_down) { run_file("test/lang/lower/types.txt"); }
TEST(typescript_is_lowered_as_written_down) { run_file("test/lang/lower/typescript.txt"); }
TEST(jsx_is_lowered_as_written_down) { run_file("test/lang/lower/jsx.txt"); }
TEST(awaits_are_lowered_as_written_down) { run_file("test/lang/lower/async.txt"); }
TEST(stacks_are_lowered_as_written_down) { run_file("test/lang/lower/stack.txt"); }

static str joined(struct arena *a, const str *list, uint32_t n) {
    str s = STR("");
    for (uint32_t i = 0; i < n; i++) s = arena_print(a, "%.*s%s%.*s", STR_FMT(s), i ? " " : "", STR_FMT(list[i]));
    return s;
}

/* Names, then what is re-exported. */
static void check_names(const char *source, const char *names, const char *reexports) {
    struct lang_unit u;
    struct diag d = {0};
    struct lang_options o = {.goal = LANG_CJS};
    CHECK(lang_lower(&u, STR("a.js"), str_c(source), &o, &d));
    CHECK_STR(joined(&u.arena, u.cjs_exports, u.n_cjs_exports), str_c(names));
    CHECK_STR(joined(&u.arena, u.cjs_reexports, u.n_cjs_reexports), str_c(reexports));
    lang_unit_done(&u);
    diag_free(&d);
}

TEST(names_of_commonjs_files_are_seen) {
    check_names("exports.a = 1; exports['b'] = 2; module.exports.c = exports.d = 3", "a b c d", "");
    check_names("if (exports.a == 1) exports.b; exports.c === 2; (exports) => 1", "", "");
    check_names("Object.defineProperty(exports, '__esModule', { value: true }); exports.default = 1;",
                "__esModule default", "");
    check_names("Object.defineProperty(exports, 'x', { enumerable: true, get: function () { return y.x } })", "x", "");
    check_names("module.exports = { a, 'b': 1, c() {}, get d() { return 1 }, ...require('./e') }", "a b c d", "./e");
    check_names("module.exports = require('./lib/x.js')", "", "./lib/x.js");
    check_names("0 && (module.exports = { a, b, ...require('c') });", "a b", "c");
    check_names("__exportStar(require('./a'), exports); tslib_1.__exportStar(require('./b'), exports)", "", "./a ./b");
    check_names("var _foo = _interopRequireWildcard(require('./foo')); Object.keys(_foo).forEach(function (key) {"
                " if (key === 'default' || key === '__esModule') return; exports[key] = _foo[key]; });", "", "./foo");
    check_names(
        "var _foo = require('./foo'); Object.keys(_foo).forEach(function (key) { Object.defineProperty(exports, key, {"
        " enumerable: true, get: function () { return _foo[key]; } }); });",
        "", "./foo");
    check_names("(function (root, factory) { factory(exports) })(this, function (exports) { exports.q = 1 })", "q", "");
    check_names("const exports_ = {}; exports_.a = 1; let e = { exports: 1 }; e.exports = { z: 1 }", "", "");
    check_names("exports.a = exports.b = void 0; exports.a = 1", "a b", "");
}

TEST(a_place_in_the_text_is_found_in_the_source) {
    const char *source = "import { a } from 'x'; a(); f(a.b)\nlet q: number = g(a)\n";
    struct lang_unit u;
    struct diag d = {0};
    struct lang_options o = {.dialect = LANG_TS};
    CHECK(lang_lower(&u, STR("a.ts"), str_c(source), &o, &d));
    const char *words[] = {"f(", "();", ".b)", "g("};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        ptrdiff_t out = str_find(buf_view(&u.code), str_c(words[i])), src = str_find(str_c(source), str_c(words[i]));
        if (out < 0) { test_fail(__FILE__, __LINE__, "%s is gone", words[i]); continue; }
        uint32_t line, column, want_line, want_column, got_line, got_column;
        str text;
        diag_place(buf_view(&u.code), (size_t)out, &line, &column, &text);
        diag_place(str_c(source), (size_t)src, &want_line, &want_column, &text);
        lang_source_place(u.shifts, u.n_shifts, line, column, &got_line, &got_column);
        CHECK_INT(got_line, want_line);
        CHECK_INT(got_column, want_column);
    }
    lang_unit_done(&u);
    diag_free(&d);
}

static bool fails_with(const char *source, struct lang_options o, const char *id) {
    struct lang_unit u;
    struct diag d = {0};
    bool fails = !lang_lower(&u, STR("x.ts"), str_c(source), &o, &d) && d.first && !strcmp(d.first->id, id);
    lang_unit_done(&u);
    diag_free(&d);
    return fails;
}

TEST(decorators_that_cannot_be_are_refused_by_name) {
    struct lang_options o = {.dialect = LANG_TS}, older = {.dialect = LANG_TS, .legacy_decorators = true};
    CHECK(fails_with("class A { m(@d x) {} }", o, "param-decorator"));
    CHECK(!fails_with("class A { m(@d x) {} }", older, "param-decorator"));
    CHECK(fails_with("(class { m(@d x) {} })", older, "param-decorator"));
    CHECK(fails_with("class A { #m(@d x) {} }", older, "param-decorator"));
    CHECK(!fails_with("(@d class {})", older, "param-decorator"));
}

/* An erased type's line ends are LF; what stood before it may end with a CR. */
TEST(line_ends_that_meet_stay_two) {
    static const char *const sources[] = {"class A { m(@d c\r\r:\r\r any) { return a } }\nb\n", "let a\r:\rB\n= 1\n",
                                          "let \xc3\xa9\r\xe2\x80\xa8:\r\xe2\x80\xa8" "B\r\n= 1\n"};
    struct lang_options o = {.dialect = LANG_TS, .legacy_decorators = true};
    for (size_t i = 0; i < sizeof sources / sizeof *sources; i++) {
        struct lang_unit u;
        struct diag d = {0};
        size_t ends = 1;
        CHECK(lang_lower(&u, STR("x.ts"), str_c(sources[i]), &o, &d));
        for (const char *p = sources[i]; *p; p++)
            ends += *p == '\n' || (*p == '\r' && p[1] != '\n') || (*p == '\xe2' && p[2] == '\xa8');
        for (const char *p = buf_c(&u.code); *p; p++) ends -= *p == '\n' || (*p == '\r' && p[1] != '\n');
        CHECK(ends == 0);
        lang_unit_done(&u);
        diag_free(&d);
    }
}
