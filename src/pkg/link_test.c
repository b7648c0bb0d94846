#include "pkg/link.h"

#include "pkg/scripts.h"
#include "pkg/test_store.h"
#include "sys/dir.h"
#include "sys/path.h"

/* A project of one root, a workspace, a folder, and packages of the store, linked hoisted. */
static struct pkg_config config;
static struct pkg_lock lock;
static struct pkg_tree tree;
static struct pkg_stored *stored;
static str root;
static enum pkg_linker linker = PKG_LINKER_HOISTED;

static void begin(void) {
    open_store();
    root = arena_join(&arena, folder, STR("/project"));
    dir_make_all(root, 0777, NULL);
    config = (struct pkg_config){.total_s = 10};
    lock = (struct pkg_lock){.arena = &arena, .packages = ARENA_ARRAY(&arena, struct pkg_package, 16), .n_packages = 1};
    config.silent = true;
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

static pkg_id add_npm_with(const char *name, const char *text, const char *manifest) {
    struct buf tar = {0};
    pkg_id id = add(name, PKG_NPM, "");
    add_file(&tar, "package/package.json", manifest);
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

static pkg_id add_npm(const char *name, const char *text) { return add_npm_with(name, text, "{\"name\": \"x\"}"); }

static struct pkg_node *node(const char *path) {
    struct pkg_node *n = &tree.nodes[tree.count++];
    *n = (struct pkg_node){.path = str_c(path), .entries = ARENA_ARRAY(&arena, struct pkg_entry, 8)};
    return n;
}
static void put(struct pkg_node *n, const char *name,
    pkg_id id) { n->entries[n->n_entries++] = (struct pkg_entry){str_c(name), id, false}; }

static struct pkg_link_input input(void) {
    return (struct pkg_link_input){root, &lock, &tree, NULL, &config, linker, stored, NULL, NULL};
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

TEST(link_leads_the_bin_of_esbuild_to_this_machine_s_program) {
    static str os = STR_INIT("linux"), x64 = STR_INIT("x64"), other = STR_INIT("riscv64");
    begin();
    pkg_id esbuild = add_npm("esbuild", "JS"), one = add_npm("@esbuild/riscv64", "R"),
           two = add_npm("@esbuild/x64", "X");
    config.os = "linux", config.cpu = "x64";
    lock.packages[one].os = lock.packages[two].os = (struct pkg_texts){&os, 1, true};
    lock.packages[one].cpu = (struct pkg_texts){&other, 1, true};
    lock.packages[two].cpu = (struct pkg_texts){&x64, 1, true};
    struct pkg_edge edges[] = {{.name = STR("@esbuild/riscv64"), .group = PKG_OPTIONAL, .to = one},
                               {.name = STR("@esbuild/x64"), .group = PKG_OPTIONAL, .to = two}};
    lock.packages[esbuild].edges = edges, lock.packages[esbuild].n_edges = 2;
    add_bin(esbuild, "esbuild", "lib/index.js");
    struct pkg_node *top = node("");
    put(top, "@esbuild/x64", two);
    put(top, "esbuild", esbuild);
    run();
    CHECK_STR(link_at("node_modules/.bin/esbuild"), STR("../@esbuild/x64/lib/index.js"));
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
    write_file("node_modules/.bao.state.1-0.tmp", "of an install that was killed while it wrote");
    tree.count = 0;
    top = node("");
    put(top, "a", a);
    struct pkg_link_result r = run();
    CHECK_INT(r.n_removed, 2);
    CHECK(file_kind(at("node_modules/@s")) == FILE_NONE);
    CHECK(file_kind(at("node_modules/a/node_modules")) == FILE_NONE);
    CHECK(file_kind(at("node_modules/.bin")) == FILE_NONE);
    CHECK(file_kind(at("node_modules/.bao.state.1-0.tmp")) == FILE_NONE);
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

/* Two members use one package with a peer of two versions: it is there twice, each beside its own. */
TEST(link_isolated_has_a_package_once_for_each_set_of_peers) {
    begin();
    pkg_id a = add("a", PKG_WORKSPACE, "packages/a"), b = add("b", PKG_WORKSPACE, "packages/b"),
           lib = add_npm("lib", "L"), one = add_npm("react", "R1"), two = add_npm("react", "R2"),
           user = add_npm("user", "U");
    lock.packages[two].version = STR("2.0.0");
    struct pkg_edge of_lib[] = {{.name = STR("react"), .group = PKG_PEER, .to = one}};
    struct pkg_edge of_user[] = {{.name = STR("lib"), .to = lib}};
    struct pkg_edge of_a[] = {{.name = STR("react"), .to = one}, {.name = STR("user"), .to = user}};
    struct pkg_edge of_b[] = {{.name = STR("react"), .to = two}, {.name = STR("user"), .to = user}, {.name = STR("a"),
        .to = a}};
    lock.packages[lib].edges = of_lib, lock.packages[lib].n_edges = 1;
    lock.packages[user].edges = of_user, lock.packages[user].n_edges = 1;
    lock.packages[a].edges = of_a, lock.packages[a].n_edges = 2;
    lock.packages[b].edges = of_b, lock.packages[b].n_edges = 3;
    add_bin(lib, "lib", "lib/index.js");
    struct pkg_node *top = node("");
    put(top, "a", a);
    put(top, "b", b);
    put(top, "lib", lib);
    put(top, "react", one);
    put(top, "user", user);
    put(node("b"), "react", two);
    linker = PKG_LINKER_ISOLATED;
    run();
    linker = PKG_LINKER_HOISTED;
    CHECK_STR(text("packages/a/node_modules/react/lib/index.js"), STR("R1"));
    CHECK_STR(text("packages/b/node_modules/react/lib/index.js"), STR("R2"));
    CHECK_STR(link_at("packages/b/node_modules/a"), STR("../../a"));
    str of_one = link_at("packages/a/node_modules/user"), of_two = link_at("packages/b/node_modules/user");
    CHECK(!str_eq(of_one, of_two));
    str path = arena_print(&arena, "packages/b/node_modules/%.*s/../react/lib/index.js", STR_FMT(of_two));
    CHECK_STR(text(path.at), STR("(absent)"));           /* only what it declares */
    path = arena_print(&arena, "packages/b/node_modules/%.*s/../lib", STR_FMT(of_two));
    str of_lib_two = link_at(path.at);
    path = arena_print(&arena, "packages/b/node_modules/%.*s/../%.*s/../react/lib/index.js", STR_FMT(of_two),
        STR_FMT(of_lib_two));
    CHECK_STR(text(path.at), STR("R2"));
    path = arena_print(&arena, "packages/a/node_modules/%.*s/../.bin/lib", STR_FMT(of_one));
    CHECK_STR(text(path.at), STR("L"));
    CHECK(str_starts(link_at("node_modules/.bun/node_modules/lib"), STR("../lib@1.0.0+")));
    CHECK(file_kind(at("node_modules/lib")) == FILE_NONE);
    close_store();
}

TEST(link_takes_another_entry_for_the_same_package) {
    bool needed[16];
    begin();
    pkg_id a = add_npm("a", "A");
    put(node(""), "a", a);
    run();
    struct pkg_stored plain = stored[a];
    pkg_id patched = add_npm("a", "A, patched");
    stored[a] = stored[patched];
    lock.n_packages--;
    lock.patches = &(struct pkg_patch){STR("a@1.0.0"), STR("patches/a.patch")};
    lock.n_patches = 1;
    CHECK(is_needed(needed) && needed[a]);
    run();
    CHECK_STR(text("node_modules/a/lib/index.js"), STR("A, patched"));
    stored[a].path = STR("");                            /* not asked: what is there stays */
    struct pkg_link_result r = run();
    CHECK_INT(r.n_kept, 1);
    lock.n_patches = 0;
    CHECK(is_needed(needed) && needed[a]);
    stored[a] = plain;
    run();
    CHECK_STR(text("node_modules/a/lib/index.js"), STR("A"));
    config.force = true;
    r = run();
    CHECK_INT(r.n_installed, 1);
    close_store();
}

/* --- scripts */

static err run_scripts(const struct pkg_link_result *linked, struct pkg_scripts_result *out) {
    struct pkg_link_input in = input();
    err e = pkg_scripts_run(&arena, &in, linked, out);
    return e ? e : pkg_scripts_run_project(&arena, &in, out);
}

static void trust(const char *one, const char *other) {
    lock.trusted = (struct pkg_texts){.at = ARENA_ARRAY(&arena, str, 2), .count = 2, .is_there = true};
    lock.trusted.at[0] = str_c(one);
    lock.trusted.at[1] = str_c(other);
}

TEST(scripts_run_once_and_after_those_of_dependencies) {
    struct pkg_scripts_result r;
    bool needed[16];
    begin();
    pkg_id a = add_npm_with(
        "a", "A",
        "{\"name\": \"a\", \"version\": \"1.0.0\", \"scripts\": {\"postinstall\": \"cat ../b/made > made; echo own >> lib/index.js\"}}");
    pkg_id b = add_npm_with("b", "B",
                            "{\"name\": \"b\", \"scripts\": {\"preinstall\": \"sleep 0.1\", \"install\": \"echo "
                            "$npm_package_name $npm_lifecycle_event $INIT_CWD > made; echo , "
                            "$npm_config_local_prefix >> made\"}}");
    pkg_id c = add_npm_with("c", "C", "{\"name\": \"c\", \"scripts\": {\"postinstall\": \"echo no > made\"}}");
    struct pkg_edge edge = {.name = STR("b"), .to = b};
    lock.packages[a].edges = &edge;
    lock.packages[a].n_edges = 1;
    struct pkg_node *top = node("");
    put(top, "a", a);
    put(top, "b", b);
    put(top, "c", c);
    trust("a", "b");
    struct pkg_link_result linked = run();
    CHECK_INT(run_scripts(&linked, &r), 0);
    CHECK_STR(r.why, STR(""));
    CHECK_INT(r.n_run, 3);
    CHECK_INT(r.n_blocked, 1);
    CHECK_INT(r.blocked[0], c);
    str cwd;
    CHECK_INT(path_cwd(&arena, &cwd), 0);
    CHECK_STR(text("node_modules/a/made"),
              arena_print(&arena, "b install %.*s\n, %.*s\n", STR_FMT(cwd), STR_FMT(root)));
    CHECK_STR(text("node_modules/a/lib/index.js"), STR("Aown\n"));
    struct buf in_store = {0};
    CHECK_INT(file_read_all(arena_join(&arena, stored[a].path, STR("/lib/index.js")), &in_store), 0);
    CHECK_STR(buf_view(&in_store), STR("A"));
    buf_free(&in_store);
    CHECK_STR(text("node_modules/c/made"), STR("(absent)"));
    CHECK(!is_needed(needed));
    linked.n_installed = 0;
    CHECK_INT(run_scripts(&linked, &r), 0);
    CHECK_INT(r.n_run, 0);
    close_store();
}

TEST(scripts_that_fail_say_so_and_run_again) {
    struct pkg_scripts_result r;
    begin();
    pkg_id a = add_npm_with("a", "A",
        "{\"name\": \"a\", \"scripts\": {\"install\": \"echo hello; echo there >&2; test -e ../../go || exit 3\"}}");
    put(node(""), "a", a);
    trust("a", "-");
    struct pkg_link_result linked = run();
    CHECK_INT(run_scripts(&linked, &r), ERR_REFUSED);
    CHECK_STR(r.why, STR("hello\nthere\ninstall script of \"a\" exited with 3"));
    CHECK_INT(r.n_failed, 1);
    write_file("go", "");
    linked.n_installed = 0;
    CHECK_INT(run_scripts(&linked, &r), 0);
    CHECK_INT(r.n_run, 1);
    write_file("package.json", "{\"scripts\": {\"prepare\": \"exit 7\"}}");
    CHECK_INT(run_scripts(&linked, &r), ERR_REFUSED);
    CHECK_STR(r.why, STR("prepare script of the project exited with 7"));
    close_store();
}

TEST(scripts_are_trusted_by_list_or_by_default) {
    begin();
    pkg_id a = add("esbuild", PKG_NPM, ""), b = add("esbuild", PKG_GIT, ""), c = add("unknown", PKG_NPM, "");
    CHECK(pkg_scripts_trusts(&lock, a) && !pkg_scripts_trusts(&lock, b) && !pkg_scripts_trusts(&lock, c));
    for (size_t i = 1; i < pkg_n_trusted_names; i++) CHECK(strcmp(pkg_trusted_names[i - 1], pkg_trusted_names[i]) < 0);
    trust("unknown", "-");
    CHECK(!pkg_scripts_trusts(&lock, a) && pkg_scripts_trusts(&lock, c));
    close_store();
}
