#include "base/buf.h"
#include "base/test.h"
#include "data/tar.h"

struct seen { struct buf log; };
static err on_begin(void *user, const struct tar_entry *e) {
    struct seen *s = user;
    buf_print(&s->log, "%d %.*s>%.*s %o %llu:", e->kind, STR_FMT(e->path), STR_FMT(e->link), e->mode,
              (unsigned long long)e->size);
    return 0;
}
static err on_data(void *user, str bytes) { buf_add(&((struct seen *)user)->log, bytes); return 0; }
static err on_end(void *user) { buf_lit(&((struct seen *)user)->log, "\n"); return 0; }
static const struct tar_events events = {on_begin, on_data, on_end};

static err read_all(str archive, size_t step, struct seen *s) {
    struct tar_reader t;
    tar_reader_init(&t, &events, s);
    err e = 0;
    for (size_t at = 0; at < archive.len && !e; at += step) e = tar_reader_push(&t, str_cut(archive, at, at + step));
    if (!e) e = tar_reader_finish(&t);
    tar_reader_done(&t);
    return e;
}

static void write_one(struct buf *b, enum tar_kind kind, str path, str link, str data) {
    struct tar_entry e = {kind, path, link, kind == TAR_FILE ? 0644 : 0755, data.len, 499162500};
    tar_write_header(b, &e);
    buf_add(b, data);
    tar_write_padding(b, data.len);
}

TEST(tar_written_is_read_back_in_pieces_of_any_size) {
    struct buf b = {0};
    char name[300];
    memset(name, 'n', sizeof name);
    write_one(&b, TAR_DIR, STR("package/"), STR(""), STR(""));
    write_one(&b, TAR_FILE, STR("package/a.js"), STR(""), STR("hello"));
    write_one(&b, TAR_FILE, str_of(name, sizeof name), STR(""), STR("long"));
    write_one(&b, TAR_SYMLINK, STR("package/l"), str_of(name, 150), STR(""));
    write_one(&b, TAR_FILE, STR("package/empty"), STR(""), STR(""));
    tar_write_end(&b);
    struct seen whole = {0};
    CHECK_INT(read_all(buf_view(&b), b.len, &whole), 0);
    CHECK(str_find(buf_view(&whole.log), STR("1 package/> 755 0:\n0 package/a.js> 644 5:hello\n")) == 0);
    CHECK(str_find(buf_view(&whole.log), STR("> 644 4:long\n2 package/l>nnn")) > 0);
    static const size_t steps[] = {1, 7, 511, 512, 513};
    for (size_t i = 0; i < 5; i++) {
        struct seen s = {0};
        CHECK_INT(read_all(buf_view(&b), steps[i], &s), 0);
        CHECK_STR(buf_view(&s.log), buf_view(&whole.log));
        buf_free(&s.log);
    }
    for (size_t cut = 1; cut < b.len - 1024; cut += 37) {
        struct seen s = {0};
        err e = read_all(str_upto(buf_view(&b), cut), 512, &s);
        if (cut % 512) CHECK(e == ERR_TRUNCATED || e == 0);
        buf_free(&s.log);
    }
    buf_free(&whole.log);
    buf_free(&b);
}

TEST(tar_refuses_wrong_checksums_sizes_and_records) {
    struct buf b = {0};
    struct seen s = {0};
    write_one(&b, TAR_FILE, STR("a"), STR(""), STR("x"));
    b.at[0] = 'b';
    CHECK_INT(read_all(buf_view(&b), 512, &s), ERR_MALFORMED);
    CHECK_INT(read_all(STR(""), 512, &s), ERR_TRUNCATED);
    CHECK_INT(read_all(STR("not a tar"), 512, &s), ERR_TRUNCATED);
    buf_free(&b);
    buf_free(&s.log);
}
