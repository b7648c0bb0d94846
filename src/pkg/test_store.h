/* pkg/test_store.h: for this room's tests: a store in a folder of its own, and tarballs for it. */
#pragma once
#include "base/buf.h"
#include "base/test.h"
#include "data/gzip.h"
#include "data/tar.h"
#include "pkg/internal.h"
#include "sys/at.h"
#include "sys/os.h"

#define UNUSED __attribute__((unused))
static struct arena arena;
static struct pkg_store *store;
static str folder;

UNUSED static void open_store(void) {
    str base;
    os_tmpdir(&arena, &base);
    dir_make_temp(&arena, arena_join(&arena, base, STR("/bao-store-")), &folder);
    CHECK_INT(pkg_store_open(&arena, arena_join(&arena, folder, STR("/cache")), &store), 0);
}

UNUSED static void close_store(void) {
    pkg_store_close(store);
    dir_remove_all(folder);
    arena_free(&arena);
}

UNUSED static void add_entry(struct buf *tar, enum tar_kind kind, const char *path, const char *text, uint32_t mode) {
    bool is_file = kind == TAR_FILE;
    str data = str_c(text);
    struct tar_entry e = {.kind = kind, .path = str_c(path), .mode = mode, .size = is_file ? data.len : 0,
                          .link = is_file ? STR("") : data};
    tar_write_header(tar, &e);
    if (!is_file) return;
    buf_add(tar, data);
    tar_write_padding(tar, data.len);
}
UNUSED static void add_file(struct buf *tar, const char *path, const char *text) {
    add_entry(tar, TAR_FILE, path, text, 0644);
}

UNUSED static err add_bytes(void *user, str bytes) {
    buf_add(user, bytes);
    return 0;
}

UNUSED static struct buf packed(struct buf *tar) {
    struct buf out = {0};
    struct gzip_writer w;
    tar_write_end(tar);
    CHECK_INT(gzip_writer_init(&w, GZIP_GZIP, -1, add_bytes, &out), 0);
    CHECK_INT(gzip_writer_push(&w, buf_view(tar)), 0);
    CHECK_INT(gzip_writer_finish(&w), 0);
    gzip_writer_done(&w);
    buf_free(tar);
    return out;
}
