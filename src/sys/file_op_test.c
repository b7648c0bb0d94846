#include "base/test.h"
#include "sys/file_op.h"
#include "sys/loop.h"
#include "sys/path.h"
#include "sys/watch.h"

#include <errno.h>
#include <fcntl.h>

static struct file_op op_of(enum file_op_kind kind, str path) { return (struct file_op){.kind = kind, .path = path}; }

static err run(struct file_op *op) {
    file_op_run(op);
    return op->e;
}

TEST(file_op_lists_deep_sorted_and_with_kinds) {
    struct arena a = {0};
    str d;
    CHECK_INT(dir_make_temp(&a, STR("/tmp/bao-unit-"), &d), 0);
    dir_make_all(path_join(&a, d, STR("b/c")), 0777, NULL);
    file_write_all(path_join(&a, d, STR("a")), STR(""), 0644);
    file_write_all(path_join(&a, d, STR("b/z")), STR(""), 0644);
    struct file_op op = op_of(FILE_OP_READDIR, d);
    op.number[0] = FILE_LIST_KINDS | FILE_LIST_DEEP;
    CHECK_INT(run(&op), 0);
    CHECK_STR(buf_view(&op.out), str_of("1a\0" "2b\0" "2b/c\0" "1b/z\0", 16));
    buf_free(&op.out);
    op = op_of(FILE_OP_READDIR, STR("/nope"));
    CHECK_INT(run(&op), -ENOENT);
    CHECK_STR(str_c(op.syscall), STR("scandir"));
    buf_free(&op.out);
    dir_remove_all(d);
    arena_free(&a);
}

TEST(file_op_names_the_step_that_failed) {
    struct file_op op = op_of(FILE_OP_READ_FILE, STR("/"));
    CHECK_INT(run(&op), -EISDIR);
    CHECK_STR(str_c(op.syscall), STR("read"));
    buf_free(&op.out);
    op = op_of(FILE_OP_READ_FILE, STR("/nope"));
    CHECK_INT(run(&op), -ENOENT);
    CHECK_STR(str_c(op.syscall), STR("open"));
    buf_free(&op.out);
}

TEST(file_op_writes_over_and_appends) {
    struct arena a = {0};
    str d, f;
    CHECK_INT(dir_make_temp(&a, STR("/tmp/bao-unit-"), &d), 0);
    f = path_join(&a, d, STR("f"));
    struct file_op op = op_of(FILE_OP_WRITE_FILE, f);
    op.number[0] = O_WRONLY | O_CREAT | O_TRUNC;
    op.number[1] = 0644;
    op.bytes.at = (void *)(uintptr_t)"longer text";
    op.bytes.len = 11;
    CHECK_INT(run(&op), 0);
    op.bytes.len = 4;
    CHECK_INT(run(&op), 0);
    op.number[0] = O_WRONLY | O_APPEND;
    CHECK_INT(run(&op), 0);
    struct buf b = {0};
    CHECK_INT(file_read_all(f, &b), 0);
    CHECK_STR(buf_view(&b), STR("longlong"));
    buf_free(&b);
    dir_remove_all(d);
    arena_free(&a);
}

static void on_done(struct pool_job *job) { ((struct file_op *)job)->n = 77; }

TEST(file_op_runs_on_the_pool) {
    struct loop *l = loop_new();
    struct file_op op = op_of(FILE_OP_STAT, STR("/"));
    op.job.done = on_done;
    file_op_start(l, &op);
    while (loop_is_alive(l)) loop_run_once(l, LOOP_WAIT);
    CHECK_INT(op.e, 0);
    CHECK_INT(op.n, 77);
    CHECK(file_kind_of_mode(op.stat.mode) == FILE_DIR);
    loop_free(l);
}

static void on_change(struct watch *w, err e, enum watch_kind kind, str name) {
    int *n = w->user;
    if (str_is(name, "new")) ++*n;
    watch_close(w);
}

TEST(watch_tells_of_a_new_file) {
    struct arena a = {0};
    str d;
    int n = 0;
    struct loop *l = loop_new();
    CHECK_INT(dir_make_temp(&a, STR("/tmp/bao-unit-"), &d), 0);
    struct watch w = {.call = on_change, .user = &n};
    CHECK_INT(watch_open(l, &w, STR("/nope")), -ENOENT);
    CHECK_INT(watch_open(l, &w, d), 0);
    file_write_all(path_join(&a, d, STR("new")), STR("x"), 0644);
    while (loop_is_alive(l)) loop_run_once(l, LOOP_WAIT);
    CHECK_INT(n, 1);
    dir_remove_all(d);
    loop_free(l);
    arena_free(&a);
}
