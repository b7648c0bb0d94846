#include <errno.h>

#include "pkg/test_store.h"

static err unpack_as(str bytes, str integrity, size_t step, struct pkg_stored *out, str *why) {
    struct pkg_unpack *u = pkg_unpack_new(store, STR("thing"), STR("1.0.0"), integrity);
    err e = 0;
    for (size_t at = 0; at < bytes.len && !e; at += step) e = pkg_unpack_push(u, str_cut(bytes, at, at + step));
    if (!e) e = pkg_unpack_finish(u, out);
    *why = arena_str(&arena, pkg_unpack_why(u));
    pkg_unpack_free(u);
    return e;
}

static err refused(struct buf *tar, str *why) {
    struct buf gz = packed(tar);
    struct pkg_stored s;
    err e = unpack_as(buf_view(&gz), STR(""), 100, &s, why);
    buf_free(&gz);
    return e;
}

static str text_of(const struct pkg_stored *s, const char *name) {
    struct buf b = {0};
    str out = STR("(absent)");
    if (file_read_all(arena_print(&arena, "%.*s/%s", STR_FMT(s->path), name), &b) == 0)
        out = arena_str(&arena, buf_view(&b));
    buf_free(&b);
    return out;
}

static bool is_empty(const char *name) {
    struct dir_entry *found;
    size_t n = 0;
    dir_list_at(&arena, store->cache_fd, name, &found, &n);
    return n == 0;
}

TEST(unpack_makes_an_entry_that_is_found_again) {
    open_store();
    for (size_t step = 1; step < 3000; step = step * 37) {
        struct buf tar = {0};
        struct pkg_stored s = {0}, again = {0};
        str why;
        add_entry(&tar, TAR_DIR, "package/", "", 0755);
        add_file(&tar, "package/package.json",
                 "{\"bin\": {\"a\": \"./bin/a.js\"}, \"scripts\": {\"postinstall\": \"x\"}}");
        add_file(&tar, "package/bin/a.js", "#!/usr/bin/env node\r\nrun()\r\n");
        add_entry(&tar, TAR_FILE, "package/run.sh", "#!/bin/sh\n", 0755);
        add_file(&tar, "package/lib//./deep/x.js", "x");
        add_entry(&tar, TAR_SYMLINK, "package/lib/y.js", "deep/x.js", 0777);
        struct buf gz = packed(&tar);
        CHECK_INT(unpack_as(buf_view(&gz), STR(""), step, &s, &why), 0);
        CHECK_STR(why, STR(""));
        CHECK(str_starts(s.integrity, STR("sha512-")));
        CHECK_STR(text_of(&s, "bin/a.js"), STR("#!/usr/bin/env node\nrun()\r\n"));
        CHECK_STR(text_of(&s, "lib/deep/x.js"), STR("x"));
        CHECK_STR(text_of(&s, "lib/y.js"), STR("x"));
        CHECK(pkg_store_find(store, STR("thing"), STR("1.0.0"), s.integrity, &again));
        CHECK_STR(again.path, s.path);
        CHECK_STR(again.index, s.index);
        struct pkg_index_head head;
        struct pkg_index_walk items;
        struct file_stat st;
        CHECK(pkg_index_read(again.index, &head, &items));
        CHECK_INT(head.n_files, 5);
        CHECK_INT(head.n_dirs, 3);
        CHECK(head.has_scripts);
        CHECK_INT(file_stat(arena_join(&arena, s.path, STR("/bin/a.js")), &st), 0);
        CHECK_INT(st.mode & 0111, 0111);
        struct buf list = {0};
        for (struct pkg_item i; pkg_index_next(&items, &i);) buf_print(&list, "%c %s\n", i.kind, i.path.at);
        CHECK_STR(buf_view(&list),
            STR("f package.json\nx run.sh\nd bin\nf a.js\nd lib\nl y.js\nd lib/deep\nf x.js\n"));
        buf_free(&list);
        buf_free(&gz);
    }
    close_store();
}

TEST(unpack_refuses_what_is_not_the_tarball_asked_for) {
    open_store();
    struct buf tar = {0};
    struct pkg_stored s;
    str why;
    add_file(&tar, "package/package.json", "{}");
    struct buf gz = packed(&tar);
    CHECK_INT(unpack_as(buf_view(&gz), STR("sha512-AAAA"), 50, &s, &why), ERR_INTEGRITY);
    CHECK(str_find(why, STR("thing@1.0.0: its integrity")) == 0);
    str wrong = STR("sha1-AAAAAAAAAAAAAAAAAAAAAAAAAAA=");
    CHECK_INT(unpack_as(buf_view(&gz), wrong, 50, &s, &why), ERR_INTEGRITY);
    CHECK(str_find(why, STR("is not the one that was asked for: it has sha1-")) > 0);
    CHECK(!pkg_store_find(store, STR("thing"), STR("1.0.0"), wrong, &s));
    CHECK(is_empty("packages"));
    CHECK_INT(unpack_as(str_upto(buf_view(&gz), gz.len - 9), STR(""), 50, &s, &why), ERR_TRUNCATED);
    CHECK_INT(unpack_as(STR(""), STR(""), 50, &s, &why), ERR_TRUNCATED);
    CHECK_INT(unpack_as(STR("<html>no</html>"), STR(""), 50, &s, &why), ERR_TRUNCATED);
    gz.at[gz.len / 2] ^= 0x55;
    CHECK(unpack_as(buf_view(&gz), STR(""), 50, &s, &why) < 0);
    CHECK(is_empty("packages"));
    buf_free(&gz);
    close_store();
}

TEST(unpack_refuses_entries_that_are_tricks) {
    open_store();
    str why;
    struct { enum tar_kind kind; const char *path, *text; } tricks[][2] = {
        {{TAR_FILE, "package/../../evil", "x"}, {0}},
        {{TAR_FILE, "/etc/evil", "x"}, {0}},
        {{TAR_FILE, "package/a/../../../evil", "x"}, {0}},
        {{TAR_SYMLINK, "package/out", "../../evil"}, {0}},
        {{TAR_SYMLINK, "package/out", "/etc"}, {0}},
        {{TAR_SYMLINK, "package/in", "lib"}, {TAR_FILE, "package/in/x", "x"}},
        {{TAR_SYMLINK, "package/x", "lib"}, {TAR_FILE, "package/x", "x"}},
        {{TAR_HARDLINK, "package/x", "package/../../etc/passwd"}, {0}},
        {{TAR_HARDLINK, "package/x", "package/y"}, {0}},
        {{TAR_FILE, "package/A.js", "x"}, {TAR_FILE, "package/a.js", "x"}},
        {{TAR_FILE, "package/Lib/a.js", "x"}, {TAR_FILE, "package/lib/b.js", "x"}},
        {{TAR_FILE, "package/a", "x"}, {TAR_FILE, "package/a/b", "x"}},
        {{TAR_FILE, "package/a", "one"}, {TAR_FILE, "package/a", "two"}},
        {{TAR_DEVICE, "package/null", ""}, {0}},
    };
    for (size_t i = 0; i < sizeof tricks / sizeof *tricks; i++) {
        struct buf tar = {0};
        for (int k = 0; k < 2 && tricks[i][k].path; k++) add_entry(&tar, tricks[i][k].kind, tricks[i][k].path,
            tricks[i][k].text, 0644);
        err e = refused(&tar, &why);
        if (e != ERR_REFUSED) test_fail(__FILE__, __LINE__, "%s gave %d", tricks[i][0].path, e);
        if (!str_starts(why, STR("thing@1.0.0: its tarball"))) test_fail(__FILE__, __LINE__, "%s: %.*s",
            tricks[i][0].path, STR_FMT(why));
    }
    CHECK(is_empty("packages"));
    close_store();
}

TEST(unpack_takes_the_same_file_twice) {
    open_store();
    struct buf tar = {0};
    str why;
    add_file(&tar, "package/a.js", "same");
    add_file(&tar, "package/a.js", "same");
    CHECK_INT(refused(&tar, &why), 0);
    close_store();
}

TEST(unpack_refuses_a_bomb) {
    open_store();
    struct gzip_writer w;
    struct buf tar = {0}, gz = {0};
    struct pkg_stored s;
    str why;
    struct tar_entry e = {.kind = TAR_FILE, .path = STR("package/zero"), .mode = 0644, .size = (uint64_t)300 << 20};
    tar_write_header(&tar, &e);
    CHECK_INT(gzip_writer_init(&w, GZIP_GZIP, 9, add_bytes, &gz), 0);
    gzip_writer_push(&w, buf_view(&tar));
    char *zero = mem_zero(1 << 20);
    for (int i = 0; i < 300; i++) gzip_writer_push(&w, str_of(zero, 1 << 20));
    gzip_writer_finish(&w);
    gzip_writer_done(&w);
    CHECK_INT(unpack_as(buf_view(&gz), STR(""), 16384, &s, &why), ERR_TOO_LARGE);
    CHECK(str_find(why, STR("as bombs do")) > 0);
    CHECK(is_empty("packages"));
    mem_free(zero);
    buf_free(&gz);
    buf_free(&tar);
    close_store();
}

TEST(store_removes_an_entry_that_is_not_whole) {
    open_store();
    struct buf tar = {0};
    struct pkg_stored s;
    str why;
    add_file(&tar, "package/a.js", "x");
    struct buf gz = packed(&tar);
    CHECK_INT(unpack_as(buf_view(&gz), STR(""), 50, &s, &why), 0);
    str index = arena_print(&arena, "%.*s/" PKG_STORE_INDEX, (int)(s.path.len - sizeof PKG_STORE_FILES), s.path.at);
    CHECK_INT(file_write_all(index, STR("half"), 0644), 0);
    CHECK(!pkg_store_find(store, STR("thing"), STR("1.0.0"), s.integrity, &s));
    CHECK(is_empty("packages"));
    CHECK_INT(unpack_as(buf_view(&gz), STR(""), 50, &s, &why), 0);
    CHECK_INT(file_unlink(index), 0);
    CHECK_INT(unpack_as(buf_view(&gz), STR(""), 50, &s, &why), 0);       /* twice at once: the second finds it there */
    CHECK_STR(text_of(&s, "a.js"), STR("x"));
    buf_free(&gz);
    close_store();
}

TEST(store_removes_what_a_dead_process_left) {
    open_store();
    dir_make_all_at(store->cache_fd, "temp/1-dead/7/files");
    file_write_at(store->cache_fd, "temp/1-dead/lock", STR(""));
    char name[24];
    CHECK_INT(pkg_store_temp(store, name), 0);
    CHECK(file_kind_at(store->cache_fd, "temp/1-dead") == FILE_NONE);
    struct pkg_store *other;
    CHECK_INT(pkg_store_open(&arena, store->cache, &other), 0);
    CHECK_INT(pkg_store_temp(other, name), 0);
    /* ours lives: its lock is held */
    CHECK(file_kind_at(store->cache_fd, arena_c(&arena, store->temp_name)) == FILE_DIR);
    pkg_store_close(other);
    close_store();
}

TEST(integrity_takes_the_strongest_that_is_named) {
    struct pkg_sum s[PKG_SUMS];
    struct arena a = {0};
    str sha1 = STR("da39a3ee5e6b4b0d3255bfef95601890afd80709");
    CHECK_INT(pkg_integrity_read(sha1, s), 1);
    CHECK_STR(pkg_integrity_write(&a, s), STR("sha1-2jmj7l5rSw0yVb/vlWAYkK/YBwk="));
    str both = STR(
        "sha1-2jmj7l5rSw0yVb/vlWAYkK/YBwk= sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=?x  sha1-AAAA");
    CHECK_INT(pkg_integrity_read(both, s), 1);
    CHECK_INT(s[0].algorithm, PKG_SHA256);
    CHECK_INT(pkg_integrity_read(STR("md5-1B2M2Y8AsgTpgAmY7PhCfg== sha512-short"), s), 0);
    arena_free(&a);
}
