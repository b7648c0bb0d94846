#include "pkg/link.h"

#include "pkg/test_store.h"
#include "sys/dir.h"
#include "sys/path.h"

/* A project of one root, a workspace, a folder, and packages of the store, linked hoisted. */
static struct pkg_config config;
static struct pkg_lock lock;
static struct pkg_tree tree;
static struct pkg_stored *stored;
static str root;

static void begin(void) {
    open_store();
    root = arena_join(&arena, folder, STR("/project"));
    dir_make_all(root, 0777, NULL);
    config = (struct pkg_config){.total_s = 10};
    lock = (struct pkg_lock){.arena = &arena, .packages = ARENA_ARRAY(&arena, struct pkg_package, 16), .n_packages = 1};
    tree = (struct pkg_tree){.nodes = ARENA_ARRAY(&arena, struct pkg_node, 8)};
    stored = ARENA_ARRAY(&arena, struct pkg_stored, 16);
}

static pkg_id add(const char *name, enum pkg_source source, const char *place) {
    lock.packages[lock.n_packages] = (struct pkg_package){.name = str_c(name), .source = source, .place = str_c(place),
        .version = STR("1.0.0")};
    return (pkg_id)lock.n_packages++;
}

static void add_bin(pkg_id id, const char *name, const char *path) {
    struct pkg_package *p = &lock.packages[id];
    if (!p->bins) p->bins = ARENA_ARRAY(&arena, struct pkg_bin, 4);
    p->bins[p->n_bins++] = (struct pkg_bin){str_c(name), str_c(path)};
}

static pkg_id add_npm(const char *name, const char *text) {
    struct buf tar = {0};
    pkg_id id = add(name, PKG_NPM, "");
    add_file(&tar, "package/package.json", "{\"name\": \"x\"}");
    add_file(&tar, "package/lib/index.js", text);
    add_entry(&tar, TAR_SYMLINK, "package/main.js", "lib/index.js", 0777);
    struct buf gz = packed(&tar);
    struct pkg_unpack *u = pkg_unpack_new(store, str_c(name), str_c(text), STR(""));
    CHECK_INT(pkg_unpack_push(u, buf_view(&gz)), 0);
    CHECK_INT(pkg_unpack_finish(u, &stored[id]), 0);
    lock.packages[id].integrity = stored[id].integrity;
    pkg_unpack_free(u);
    buf_free(&gz);
    return id;
}

static struct pkg_node *node(const char *path) {
    struct pkg_node *n = &tree.nodes[tree.count++];
    *n = (struct pkg_node){.path = str_c(path), .entries = ARENA_ARRAY(&arena, struct pkg_entry, 8)};
    return n;
}
static void put(struct pkg_node *n, const char *name,
    pkg_id id) { n->entries[n->n_entries++] = (struct pkg_entry){str_c(name), id, false}; }

static struct pkg_link_input input(void) {
    return (struct pkg_link_input){root, &lock, &tree, &config, PKG_LINKER_HOISTED, stored};
}

static bool is_needed(bool needed[16]) {
    struct pkg_link_input in = input();
    memset(needed, 0, 16 * sizeof *needed);
    return pkg_link_needed(&arena, &in, needed);
}

static struct pkg_link_result run(void) {
    struct pkg_link_input in = input();
    struct pkg_link_result r;
    bool needed[16];
    CHECK_INT(pkg_link_run(&arena, &in, &r), 0);
    CHECK_STR(r.why, STR(""));
    CHECK(!is_needed(needed));
    return r;
}

static str at(const char *path) { return arena_print(&arena, "%.*s/%s", STR_FMT(root), path); }
static void write_file(const char *path, const char *text) {
    dir_make_all(path_dirname(at(path)), 0777, NULL);
    CHECK_INT(file_write_all(at(path), str_c(text), 0644), 0);
}
static str text(const char *path) {
    struct buf b = {0};
    str out = STR("(absent)");
    if (file_read_all(at(path), &b) == 0) out = arena_str(&arena, buf_view(&b));
    buf_free(&b);
    return out;
}
static str link_at(const char *path) {
    str out = STR("(no link)");
    file_readlink(&arena, at(path), &out);
    return out;
}

TEST(link_makes_what_the_tree_says_and_leaves_it_alone_after) {
    bool needed[16];
    begin();
    write_file("packages/w/package.json", "{}");
    write_file("vendor/f/cli.js", "#!/usr/bin/env node\r\n1\r\n");
    write_file("vendor/f/node_modules/no.js", "");
    pkg_id a = add_npm("a", "A"), b = add_npm("@s/b", "B"), b2 = add_npm("@s/b", "B2"), w = add("w", PKG_WORKSPACE,
        "packages/w"),
           f = add("f", PKG_FOLDER, "vendor/f"), k = add("k", PKG_LINK, "../elsewhere");
    add_bin(a, "a-cli", "lib/index.js");
    add_bin(a, "absent", "lib/absent.js");
    add_bin(f, "f-cli", "cli.js");
    struct pkg_node *top = node("");
    put(top, "@s/b", b);
    put(top, "a", a);
    put(top, "f", f);
    put(top, "k", k);
    put(top, "w", w);
    put(node("a"), "@s/b", b2);
    CHECK(is_needed(needed));
    CHECK(needed[a] && needed[b] && needed[b2]);
    struct pkg_link_input in = input();
    struct pkg_link_result r;
    CHECK_INT(pkg_link_run(&arena, &in, &r), 0);
    CHECK_INT(r.n_installed, 6);
    CHECK_STR(text("node_modules/a/main.js"), STR("A"));
    CHECK_STR(text("node_modules/@s/b/lib/index.js"), STR("B"));
    CHECK_STR(text("node_modules/a/node_modules/@s/b/lib/index.js"), STR("B2"));
    CHECK_STR(link_at("node_modules/w"), STR("../packages/w"));
    CHECK_STR(link_at("node_modules/k"), STR("../../elsewhere"));
    CHECK_STR(link_at("node_modules/.bin/a-cli"), STR("../a/lib/index.js"));
    CHECK_STR(link_at("node_modules/.bin/absent"), STR("(no link)"));
    CHECK_STR(text("node_modules/.bin/f-cli"), STR("#!/usr/bin/env node\n1\r\n"));
    CHECK_STR(text("vendor/f/cli.js"), STR("#!/usr/bin/env node\r\n1\r\n"));
    CHECK_STR(text("node_modules/f/node_modules/no.js"), STR("(absent)"));
    struct file_stat s, t;
    CHECK_INT(file_stat(at("node_modules/a/package.json"), &s), 0);
    CHECK_INT(file_stat(arena_join(&arena, stored[a].path, STR("/package.json")), &t), 0);
    CHECK(s.ino == t.ino);
    CHECK(is_needed(needed));                            /* a folder may have changed: it is looked at each time */
    CHECK(!needed[a] && needed[f]);
    close_store();
}

TEST(link_mends_what_was_changed_and_only_that) {
    bool needed[16];
    begin();
    pkg_id a = add_npm("a", "A"), b = add_npm("b", "B"), c = add_npm("c", "C");
    struct pkg_node *top = node("");
    put(top, "a", a);
    put(top, "b", b);
    put(node("a"), "c", c);
    add_bin(b, "b", "lib/index.js");
    run();
    dir_remove_all(at("node_modules/a/package.json"));
    CHECK(is_needed(needed));
    CHECK(needed[a] && !needed[b] && !needed[c]);
    write_file("node_modules/a/node_modules/c/mine", "kept");
    struct pkg_link_result r = run();
    CHECK_INT(r.n_installed, 1);
    CHECK_INT(r.n_kept, 2);
    CHECK_STR(text("node_modules/a/lib/index.js"), STR("A"));
    CHECK_STR(text("node_modules/a/node_modules/c/mine"), STR("kept"));
    CHECK_INT(dir_remove_all(at("node_modules/.bin/b")), 0);
    CHECK(is_needed(needed));
    run();
    CHECK_STR(link_at("node_modules/.bin/b"), STR("../b/lib/index.js"));
    CHECK_INT(dir_remove_all(at("node_modules/b")), 0);
    CHECK_INT(file_symlink(STR("/"), at("node_modules/b")), 0);
    run();
    CHECK_STR(text("node_modules/b/lib/index.js"), STR("B"));
    close_store();
}

TEST(link_removes_what_is_no_longer_wanted) {
    begin();
    pkg_id a = add_npm("a", "A"), b = add_npm("@s/b", "B"), c = add_npm("c", "C");
    struct pkg_node *top = node("");
    put(top, "@s/b", b);
    put(top, "a", a);
    put(node("a"), "c", c);
    add_bin(b, "b", "lib/index.js");
    run();
    write_file("node_modules/.cache/mine", "kept");
    tree.count = 0;
    top = node("");
    put(top, "a", a);
    struct pkg_link_result r = run();
    CHECK_INT(r.n_removed, 2);
    CHECK(file_kind(at("node_modules/@s")) == FILE_NONE);
    CHECK(file_kind(at("node_modules/a/node_modules")) == FILE_NONE);
    CHECK(file_kind(at("node_modules/.bin")) == FILE_NONE);
    CHECK_STR(text("node_modules/.cache/mine"), STR("kept"));
    close_store();
}

TEST(link_writes_through_no_link_out_of_node_modules) {
    begin();
    pkg_id b = add_npm("@s/b", "B");
    struct pkg_node *top = node("");
    put(top, "@s/b", b);
    dir_make_all(at("outside"), 0777, NULL);
    dir_make_all(at("node_modules"), 0777, NULL);
    CHECK_INT(file_symlink(STR("../outside"), at("node_modules/@s")), 0);
    CHECK_INT(file_symlink(STR("../outside"), at("node_modules/.bin")), 0);
    run();
    CHECK_STR(text("node_modules/@s/b/lib/index.js"), STR("B"));
    CHECK(file_kind(at("outside/b")) == FILE_NONE);
    close_store();
}

TEST(link_believes_no_note_about_what_lies_elsewhere) {
    begin();
    pkg_id a = add_npm("a", "A"), b = add_npm("b", "B");
    struct pkg_node *top = node("");
    put(top, "a", a);
    put(top, "b", b);
    run();
    write_file("xx_modules/b/precious", "kept");
    struct buf note = {0};
    CHECK_INT(file_read_all(at("node_modules/.bao.state"), &note), 0);
    ptrdiff_t place = str_find(buf_view(&note), STR("node_modules/b"));
    CHECK(place > 0);
    memcpy(note.at + place, "xx", 2);
    CHECK_INT(file_write_all(at("node_modules/.bao.state"), buf_view(&note), 0644), 0);
    buf_free(&note);
    tree.count = 0;
    top = node("");
    put(top, "a", a);
    run();
    CHECK_STR(text("xx_modules/b/precious"), STR("kept"));
    close_store();
}
