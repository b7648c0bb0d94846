/* load/load_test.c: units made by threads from a real folder. */
#include "load/load.h"

#include "base/test.h"
#include "sys/dir.h"
#include "sys/file.h"
#include "sys/path.h"

static struct arena scratch;
static str folder;

static void begin(void) {
    str temp;
    CHECK_INT(dir_make_temp(&scratch, STR("/tmp/load-test-"), &temp), 0);
    if (file_realpath(&scratch, temp, &folder) != 0) folder = temp;
}
static void end(void) {
    dir_remove_all(folder);
    arena_free(&scratch);
}
static void add(str name, str text) { CHECK_INT(file_write_all(path_join(&scratch, folder, name), text, 0644), 0); }
static bool builtin(str s, str *id) { return str_is(s, "fs") ? (*id = STR("node:fs"), true) : false; }
static struct loader *new_loader(void) {
    struct load_options o = {.resolve = {.builtin = builtin}};
    return load_new(&o);
}
static struct load_unit *unit(struct loader *l, str name, enum resolve_mode mode) {
    struct load_unit *u = load_file(l, path_join(&scratch, folder, name), (str){0}, (str){0}, mode);
    load_wait(u);
    return u;
}

TEST(load_makes_a_whole_graph_once) {
    enum { N = 120 };
    begin();
    for (int i = 0; i < N; i++)
        add(arena_print(&scratch, "m%d.mjs", i),
            arena_print(&scratch, "import * as a from './m%d.mjs'\nimport './m%d.mjs'\nexport const v%d = %d\n",
                        (i * 2 + 1) % N, (i * 3) % N, i, i));
    for (int round = 0; round < 4; round++) {
        struct loader *l = new_loader();
        struct load_unit *first = unit(l, STR("m0.mjs"), RESOLVE_IMPORT);
        CHECK(!first->failed && first->lang.kind == LANG_KIND_ESM);
        for (int i = 0; i < N; i++) {
            struct load_unit *u = unit(l, arena_print(&scratch, "m%d.mjs", i), RESOLVE_IMPORT);
            struct load_unit *to = unit(l, arena_print(&scratch, "m%d.mjs", (i * 2 + 1) % N), RESOLVE_IMPORT);
            CHECK_INT(u->lang.n_requests, (i * 2 + 1) % N == (i * 3) % N ? 1 : 2);
            CHECK(u->edges[0].to == LOAD_TO_UNIT && u->edges[0].unit == to);
        }
        load_free(l);
    }
    end();
}

TEST(load_chooses_by_name_and_by_what_a_file_says) {
    begin();
    add(STR("a.js"), STR("import fs from 'fs'\nexport {}"));
    add(STR("b.js"), STR("exports.x = 1"));
    add(STR("c.json"), STR("{}"));
    add(STR("d.jsonc"), STR("{ /* c */ \"a\": [1,], }"));
    add(STR("e.ts"), STR("const x: number = 1"));
    add(STR("f.cjs"), STR("\xEF\xBB\xBFmodule.exports = 1"));
    struct loader *l = new_loader();
    struct load_unit *a = unit(l, STR("a.js"), RESOLVE_IMPORT);
    CHECK(a->lang.kind == LANG_KIND_ESM && a->edges[0].to == LOAD_TO_BUILTIN);
    CHECK_STR(a->edges[0].builtin, STR("node:fs"));
    CHECK(str_starts(a->name, STR("file:///")));
    CHECK(unit(l, STR("b.js"), RESOLVE_IMPORT)->lang.kind == LANG_KIND_CJS);
    CHECK_INT(unit(l, STR("c.json"), RESOLVE_IMPORT)->format, LOAD_JSON);
    CHECK_STR(buf_view(&unit(l, STR("d.jsonc"), RESOLVE_IMPORT)->text), STR("{\"a\":[1]}"));
    CHECK(unit(l, STR("e.ts"), RESOLVE_REQUIRE)->lang.kind == LANG_KIND_CJS);
    CHECK(!unit(l, STR("f.cjs"), RESOLVE_REQUIRE)->failed);
    add(STR("package.json"), STR("{\"type\": \"module\"}"));
    load_free(l);
    l = new_loader();
    CHECK(unit(l, STR("e.ts"), RESOLVE_IMPORT)->lang.kind == LANG_KIND_ESM);
    CHECK(unit(l, STR("b.js"), RESOLVE_IMPORT)->lang.kind == LANG_KIND_CJS);
    load_free(l);
    end();
}

TEST(load_tells_what_is_wrong) {
    begin();
    add(STR("bad.mjs"), STR("let a = 1\nlet b c\n"));
    add(STR("far.mjs"), STR("import './absent.mjs'\nimport 'nothing'"));
    struct loader *l = new_loader();
    struct load_unit *bad = unit(l, STR("bad.mjs"), RESOLVE_IMPORT), *far = unit(l, STR("far.mjs"), RESOLVE_IMPORT);
    CHECK(bad->failed && bad->diag.first && bad->diag.first->line == 2);
    CHECK(!far->failed && far->edges[0].to == LOAD_TO_NOTHING && far->edges[1].to == LOAD_TO_NOTHING);
    CHECK_STR(str_c(far->edges[1].why.code), STR("ERR_MODULE_NOT_FOUND"));
    CHECK(unit(l, STR("none.mjs"), RESOLVE_IMPORT)->read_error < 0);
    load_free(l);
    end();
}

TEST(load_reads_data_urls) {
    struct loader *l = new_loader();
    str urls[] = {STR("data:text/javascript,export const x = 1"),
                  STR("data:text/javascript;base64,ZXhwb3J0IGRlZmF1bHQgMw=="),
                  STR("data:application/json,{\"a\":%201}")};
    for (int i = 0; i < 3; i++) {
        struct load_unit *u = load_file(l, urls[i], (str){0}, (str){0}, RESOLVE_IMPORT);
        load_wait(u);
        CHECK(!u->failed);
        CHECK_INT(u->format, i == 2 ? LOAD_JSON : LOAD_SCRIPT);
        if (i < 2) CHECK_INT(u->lang.n_exports, 1);
    }
    load_free(l);
}
