/* resolve/resolve_test.c: resolution over trees in memory. */
#include "base/test.h"
#include "resolve/resolve.h"
#include "sys/view.h"

static struct view_memory tree;
static struct arena scratch;

static bool builtin(str s, str *id) {
    if (str_is(s, "fs") || str_is(s, "node:fs")) return *id = STR("node:fs"), true;
    return false;
}

static void add(const char *path, const char *text) { view_memory_add(&tree, str_c(path), str_c(text)); }

/* The path, or "CODE: message". */
static str ask_with(struct resolve_options o, const char *from, const char *spec, enum resolve_mode mode) {
    o.view = &tree.view;
    o.builtin = builtin;
    struct resolver *r = resolve_new(&o);
    struct resolve_result out;
    struct resolve_failure why;
    str answer;
    if (resolve_specifier(r, &scratch, str_c(from), str_c(spec), mode, &out, &why))
        answer = arena_print(&scratch, "%.*s%.*s", STR_FMT(out.path), STR_FMT(out.suffix));
    else answer = arena_print(&scratch, "%s: %.*s", why.code, STR_FMT(why.message));
    resolve_free(r);
    return answer;
}
static str import(const char *from, const char *spec) {
    return ask_with((struct resolve_options){0}, from, spec, RESOLVE_IMPORT);
}
static str require(const char *from, const char *spec) {
    return ask_with((struct resolve_options){0}, from, spec, RESOLVE_REQUIRE);
}
static void begin(void) { view_memory_init(&tree); }
static void end(void) {
    view_memory_done(&tree);
    arena_free(&scratch);
}

TEST(resolve_finds_files_by_extension_in_bun_s_order) {
    begin();
    add("/p/a.ts", "");
    add("/p/a.js", "");
    add("/p/b/index.json", "{}");
    add("/p/c.mjs", "");
    add("/p/c.cjs", "");
    add("/p/d.ts", "");
    CHECK_STR(import("/p/x.ts", "./a"), STR("/p/a.ts"));
    CHECK_STR(import("/p/x.ts", "./a.js"), STR("/p/a.js"));
    CHECK_STR(import("/p/x.ts", "./b"), STR("/p/b/index.json"));
    CHECK_STR(import("/p/x.ts", "./c"), STR("/p/c.mjs"));
    CHECK_STR(require("/p/x.ts", "./c"), STR("/p/c.cjs"));
    CHECK_STR(import("/p/x.ts", "./d.js"), STR("/p/d.ts"));
    CHECK_STR(import("/p/q/x.ts", "../d?v=1#h"), STR("/p/d.ts?v=1#h"));
    CHECK_STR(import("/p/q/x.ts", "../d?"), STR("/p/d.ts"));
    CHECK_STR(import("/p/q/x.ts", "../d?#"), STR("/p/d.ts"));
    CHECK_STR(import("/p/q/x.ts", "../d?#h"), STR("/p/d.ts#h"));
    CHECK_STR(import("/p/q/x.ts", "../d?v#"), STR("/p/d.ts?v"));
    CHECK_STR(import("/p/q/x.ts", "../d?v#a#"), STR("/p/d.ts?v#a#"));
    CHECK_STR(import("/p/x.ts", "file:///p/%64.ts"), STR("/p/d.ts"));
    CHECK_STR(import("/p/x.ts", "./none"),
              STR("ERR_MODULE_NOT_FOUND: Cannot find module '/p/none' imported from /p/x.ts"));
    CHECK_STR(require("/p/x.ts", "./none"), STR("MODULE_NOT_FOUND: Cannot find module './none'"));
    CHECK_STR(import("/p/x.ts", "fs"), STR("node:fs"));
    CHECK_STR(import("/p/x.ts", "node:nope"), STR("ERR_UNKNOWN_BUILTIN_MODULE: No such built-in module: node:nope"));
    end();
}

TEST(resolve_reads_exports_with_conditions_and_patterns) {
    begin();
    add("/p/node_modules/e/package.json",
        "{\"exports\": {\".\": {\"require\": \"./r.cjs\", \"import\": \"./i.mjs\"}, \"./f/*.js\": \"./lib/*.js\", \"./f/no/*\": null,"
        "\"./bad\": \"../up.js\", \"./list\": [\"bad\", \"./i.mjs\"], \"./gone\": \"./gone.js\"}}");
    add("/p/node_modules/e/r.cjs", "");
    add("/p/node_modules/e/i.mjs", "");
    add("/p/node_modules/e/lib/a/b.js", "");
    CHECK_STR(import("/p/x.js", "e"), STR("/p/node_modules/e/i.mjs"));
    CHECK_STR(require("/p/x.js", "e"), STR("/p/node_modules/e/r.cjs"));
    CHECK_STR(import("/p/x.js", "e/f/a/b.js"), STR("/p/node_modules/e/lib/a/b.js"));
    CHECK_STR(import("/p/x.js", "e/list"), STR("/p/node_modules/e/i.mjs"));
    CHECK_STR(import("/p/x.js", "e/f/no/a.js"),
              STR("ERR_PACKAGE_PATH_NOT_EXPORTED: Package subpath './f/no/a.js' is not defined by "
                  "\"exports\" in /p/node_modules/e/package.json imported from /p/x.js"));
    CHECK_STR(require("/p/x.js", "e/r.cjs"),
              STR("ERR_PACKAGE_PATH_NOT_EXPORTED: Package subpath './r.cjs' is not defined by "
                  "\"exports\" in /p/node_modules/e/package.json"));
    CHECK_STR(
        import("/p/x.js", "e/bad"),
        STR("ERR_INVALID_PACKAGE_TARGET: Invalid \"exports\" target \"../up.js\" defined for './bad' in "
            "the package config /p/node_modules/e/package.json imported from /p/x.js; targets must start with \"./\""));
    CHECK_STR(
        import("/p/x.js", "e/f/../b.js"),
        STR("ERR_INVALID_MODULE_SPECIFIER: Invalid module \"./f/../b.js\" request is not a valid "
            "match in pattern \"./f/*.js\" for the \"exports\" resolution of /p/node_modules/e/package.json imported from /p/x.js"));
    CHECK_STR(import("/p/x.js", "e/gone"),
        STR("ERR_MODULE_NOT_FOUND: Cannot find module '/p/node_modules/e/gone.js' imported from /p/x.js"));
    CHECK_STR(import("/p/x.js", "absent"),
              STR("ERR_MODULE_NOT_FOUND: Cannot find package 'absent' imported from /p/x.js"));
    end();
}

TEST(resolve_reads_imports_and_its_own_name) {
    begin();
    add("/p/package.json",
        "{\"name\": \"self\", \"exports\": {\".\": \"./main.js\", \"./x\": {\"bun\": \"./bun.js\", \"default\": \"./d.js\"}},"
        "\"imports\": {\"#a\": \"./a.js\", \"#dep\": \"dep\", \"#fs\": \"fs\", \"#d/*\": \"./d/*.js\"}}");
    add("/p/main.js", "");
    add("/p/bun.js", "");
    add("/p/d.js", "");
    add("/p/a.js", "");
    add("/p/d/q.js", "");
    add("/p/node_modules/dep/package.json", "{\"main\": \"./lib\"}");
    add("/p/node_modules/dep/lib/index.js", "");
    CHECK_STR(import("/p/x.js", "self"), STR("/p/main.js"));
    CHECK_STR(import("/p/x.js", "self/x"), STR("/p/bun.js"));
    CHECK_STR(import("/p/sub/x.js", "#a"), STR("/p/a.js"));
    CHECK_STR(import("/p/x.js", "#dep"), STR("/p/node_modules/dep/lib/index.js"));
    CHECK_STR(import("/p/x.js", "#fs"), STR("node:fs"));
    CHECK_STR(import("/p/x.js", "#d/q"), STR("/p/d/q.js"));
    CHECK_STR(import("/p/x.js", "#no"),
              STR("ERR_PACKAGE_IMPORT_NOT_DEFINED: Package import specifier \"#no\" is not defined in package "
                  "/p/package.json imported from /p/x.js"));
    CHECK_STR(ask_with((struct resolve_options){.node_only = true}, "/p/x.js", "self/x", RESOLVE_IMPORT),
              STR("/p/d.js"));
    end();
}

TEST(resolve_follows_links_unless_told_not_to) {
    begin();
    add("/store/pkg/index.js", "");
    add("/store/node_modules/beside/index.js", "");
    view_memory_link(&tree, STR("/p/node_modules/pkg"), STR("/store/pkg"));
    CHECK_STR(require("/p/x.js", "pkg"), STR("/store/pkg/index.js"));
    CHECK_STR(require("/store/pkg/index.js", "beside"), STR("/store/node_modules/beside/index.js"));
    CHECK_STR(ask_with((struct resolve_options){.preserve_symlinks = true}, "/p/x.js", "pkg", RESOLVE_REQUIRE),
              STR("/p/node_modules/pkg/index.js"));
    end();
}

TEST(resolve_takes_tsconfig_paths) {
    begin();
    add("/p/tsconfig.json",
        "{ // a comment\n \"extends\": \"./base.json\", \"compilerOptions\": {\"paths\": {\"@/*\": [\"./none/*\", \"./src/*\"],"
        "\"exact\": [\"./src/e.ts\"], \"@/deep/*\": [\"./deep/*\"],}}}");
    add("/p/base.json",
        "{\"compilerOptions\": {\"baseUrl\": \".\", \"jsx\": \"react\", \"experimentalDecorators\": true}}");
    add("/p/src/e.ts", "");
    add("/p/deep/q.ts", "");
    add("/p/lib/z.ts", "");
    CHECK_STR(import("/p/src/x.ts", "@/e"), STR("/p/src/e.ts"));
    CHECK_STR(import("/p/src/x.ts", "exact"), STR("/p/src/e.ts"));
    CHECK_STR(import("/p/src/x.ts", "@/deep/q"), STR("/p/deep/q.ts"));
    CHECK_STR(import("/p/src/x.ts", "lib/z"), STR("/p/lib/z.ts"));
    struct resolve_options o = {.view = &tree.view};
    struct resolver *r = resolve_new(&o);
    const struct resolve_tsconfig *t = resolve_tsconfig(r, STR("/p/src/x.ts"));
    CHECK(t && t->jsx == RESOLVE_JSX_REACT && t->legacy_decorators);
    resolve_free(r);
    end();
}

TEST(resolve_looks_up_the_tree_and_in_node_path) {
    begin();
    add("/node_modules/root/index.js", "");
    add("/a/node_modules/near/package.json", "{\"main\": \"gone.js\"}");
    add("/a/node_modules/near/index.js", "");
    add("/a/node_modules/broken/package.json", "{\"main\": \"gone.js\"}");
    add("/a/node_modules/bad/package.json", "{");
    add("/a/node_modules/one.js", "");
    add("/extra/np.js", "");
    CHECK_STR(require("/a/b/c.js", "root"), STR("/node_modules/root/index.js"));
    CHECK_STR(require("/a/b/c.js", "near"), STR("/a/node_modules/near/index.js"));
    CHECK_STR(require("/a/b/c.js", "one"), STR("/a/node_modules/one.js"));
    CHECK_STR(require("/a/b/c.js", "broken"),
        STR("MODULE_NOT_FOUND: Cannot find module '/a/node_modules/broken/gone.js'. Please verify that "
                                                  "the package.json has a valid \"main\" entry"));
    CHECK_STR(str_upto(require("/a/b/c.js", "bad"), 26), STR("ERR_INVALID_PACKAGE_CONFIG"));
    CHECK_STR(ask_with((struct resolve_options){.node_path = STR("/extra")}, "/a/x.js", "np", RESOLVE_REQUIRE),
              STR("/extra/np.js"));
    end();
}
