#include "base/test.h"
#include "sys/dir.h"
#include "sys/file.h"
#include "sys/path.h"

#include <errno.h>
#include <sys/stat.h>
#include <unistd.h>

static str temp(struct arena *a) {
    str at;
    CHECK_INT(dir_make_temp(a, STR("/tmp/bao-unit-"), &at), 0);
    return at;
}

TEST(file_written_over_is_cut_to_length) {
    struct arena a = {0};
    struct buf b = {0};
    str d = temp(&a), f = path_join(&a, d, STR("x"));
    CHECK_INT(file_write_all(f, STR("a long text"), 0644), 0);
    CHECK_INT(file_write_all(f, STR("short"), 0644), 0);
    CHECK_INT(file_read_all(f, &b), 0);
    CHECK_STR(buf_view(&b), STR("short"));
    CHECK_INT(file_read_all(d, &b), -EISDIR);
    CHECK_INT(file_read_all(path_join(&a, d, STR("none")), &b), -ENOENT);
    CHECK_INT(file_read_all(str_of("a\0b", 3), &b), -EINVAL);
    buf_free(&b);
    CHECK_INT(dir_remove_all(d), 0);
    arena_free(&a);
}

TEST(file_that_reports_no_size_is_read_whole) {
    struct buf b = {0};
    CHECK_INT(file_read_all(STR("/proc/self/maps"), &b), 0);
    CHECK(b.len > 1000);
    buf_free(&b);
}

TEST(file_copy_keeps_mode_and_refuses_when_told) {
    struct arena a = {0};
    struct buf b = {0};
    struct file_stat s;
    str d = temp(&a), from = path_join(&a, d, STR("from")), to = path_join(&a, d, STR("to"));
    CHECK_INT(file_write_all(from, STR("text"), 0600), 0);
    CHECK_INT(file_copy(from, to, true), 0);
    CHECK_INT(file_copy(from, to, true), -EEXIST);
    CHECK_INT(file_write_all(to, STR("longer than before"), 0600), 0);
    CHECK_INT(file_copy(from, to, false), 0);
    CHECK_INT(file_copy(from, from, false), 0);
    CHECK_INT(file_read_all(to, &b), 0);
    CHECK_STR(buf_view(&b), STR("text"));
    CHECK_INT(file_stat(to, &s), 0);
    CHECK_INT(s.mode & 0777, 0600);
    CHECK_INT(s.size, 4);
    buf_free(&b);
    dir_remove_all(d);
    arena_free(&a);
}

TEST(dir_make_all_tells_the_first_that_it_made) {
    struct arena a = {0};
    size_t first = 0, n = 0;
    struct dir_entry *list;
    str d = temp(&a), deep = path_join(&a, d, STR("a/b/c")), file = path_join(&a, deep, STR("f"));
    CHECK_INT(dir_make_all(deep, 0777, &first), 0);
    CHECK_STR(str_upto(deep, first), path_join(&a, d, STR("a")));
    CHECK_INT(dir_make_all(deep, 0777, &first), 0);
    CHECK_INT(first, 0);
    CHECK_INT(file_write_all(file, STR("x"), 0644), 0);
    CHECK_INT(dir_make_all(file, 0777, &first), -EEXIST);
    CHECK_INT(dir_make_all(path_join(&a, file, STR("g")), 0777, &first), -ENOTDIR);
    CHECK_INT(dir_list(&a, deep, &list, &n), 0);
    CHECK(n == 1 && list[0].kind == FILE_REGULAR && str_is(list[0].name, "f"));
    CHECK_INT(dir_remove(d), -ENOTEMPTY);
    CHECK_INT(dir_remove_all(d), 0);
    CHECK(!file_exists(d));
    CHECK_INT(dir_remove_all(d), -ENOENT);
    arena_free(&a);
}

TEST(dir_remove_all_does_not_follow_links) {
    struct arena a = {0};
    str d = temp(&a), kept = path_join(&a, d, STR("kept")), gone = path_join(&a, d, STR("gone"));
    CHECK_INT(dir_make(kept, 0777), 0);
    CHECK_INT(dir_make(gone, 0777), 0);
    CHECK_INT(file_write_all(path_join(&a, kept, STR("f")), STR("x"), 0644), 0);
    CHECK_INT(symlink(kept.at, path_join(&a, gone, STR("link")).at), 0);
    CHECK_INT(dir_remove_all(gone), 0);
    CHECK(file_exists(path_join(&a, kept, STR("f"))));
    CHECK_INT(dir_remove_all(d), 0);
    arena_free(&a);
}
