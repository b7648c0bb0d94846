/* sys/file_op.h: one file operation as a struct: run at once, or on the pool. What it needs goes in, what came of it
 * comes out; nothing in it belongs to a thread. */
#pragma once
#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "sys/dir.h"
#include "sys/file.h"
#include "sys/pool.h"

/* name, system call as errors name it, what it takes (in order), what comes out of it:
 *   p path   q dest   f fd   i number[]   n at (-1 = where the file stands)   d time[]   b bytes   v parts
 *   u nothing   n n   s stat   f statfs   t text (empty: nothing)   b data, or text when number[0] is 1 */
#define FILE_OPS(X) \
    X(ACCESS, "access", "pi", 'u') \
    X(OPEN, "open", "pii", 'n') X(CLOSE, "close", "f", 'u') X(READ, "read", "fbn", 'n') X(WRITE, "write", "fbn", 'n') \
        X(READV, "read", "fvn", 'n') X(WRITEV, "write", "fvn", 'n') X(STAT, "stat", "p", 's') \
            X(LSTAT, "lstat", "p", 's') X(FSTAT, "fstat", "f", 's') X(STATFS, "statfs", "p", 'f') \
                X(MKDIR, "mkdir", "pii", 't') X(MKDTEMP, "mkdtemp", "p", 't') X(READDIR, "scandir", "pi", 't') \
                    X(READLINK, "readlink", "p", 't') X(REALPATH, "realpath", "p", 't') X(RENAME, "rename", "pq", 'u') \
                        X(COPY, "copyfile", "pqi", 'u') X(LINK, "link", "pq", 'u') X(SYMLINK, "symlink", "pq", 'u') \
                            X(UNLINK, "unlink", "p", 'u') X(RMDIR, "rmdir", "p", 'u') X(REMOVE, "rm", "p", 'u') \
                                X(CHMOD, "chmod", "pi", 'u') X(FCHMOD, "fchmod", "fi", 'u') \
                                    X(CHOWN, "chown", "pii", 'u') X(LCHOWN, "lchown", "pii", 'u') \
                                        X(FCHOWN, "fchown", "fii", 'u') X(UTIMES, "utime", "pdd", 'u') \
                                            X(LUTIMES, "lutime", "pdd", 'u') X(FUTIMES, "futime", "fdd", 'u') \
                                                X(FTRUNCATE, "ftruncate", "fn", 'u') X(FSYNC, "fsync", "f", 'u') \
                                                    X(FDATASYNC, "fdatasync", "f", 'u') \
                                                        X(READ_FILE, "open", "pi", 'b') \
                                                            X(READ_REST, "read", "fi", 'b') \
                                                                X(WRITE_FILE, "open", "pbii", 'u') \
                                                                    X(WRITE_REST, "write", "fb", 'u')

enum file_op_kind {
#define X(name, syscall, takes, gives) FILE_OP_##name,
    FILE_OPS(X)
#undef X
    FILE_OP_COUNT,
};
struct file_op_type {
    const char *syscall, *takes;
    char gives;
};
extern const struct file_op_type file_op_types[FILE_OP_COUNT];

enum { FILE_LIST_KINDS = 1, FILE_LIST_DEEP = 2, FILE_LIST_UNSORTED = 4 };      /* number[0] of READDIR */
enum { FILE_COPY_EXCL = 1, FILE_COPY_CLONE = 2, FILE_COPY_CLONE_ONLY = 4 };      /* number[0] of COPY */
enum { FILE_MOST_PARTS = 1024 };

struct file_statfs {
    uint64_t type, bsize, blocks, bfree, bavail, files, ffree;
};

struct file_op {
    struct pool_job job;             /* its run is set by file_op_start; `done` and `loop` are the caller's */
    enum file_op_kind kind;
    str path, dest;
    int fd;
    int32_t number[2];
    int64_t at;
    double time[2];                  /* seconds since the epoch */
    struct { void *at; size_t len; } bytes, *parts;
    size_t n_parts;

    err e;
    const char *syscall;             /* which one failed */
    int64_t n;
    struct file_stat stat;
    struct file_statfs statfs;
    struct buf out;                  /* data or text; buf_free it. READDIR: names with a NUL after each, before each its
                                        enum file_kind as a digit when FILE_LIST_KINDS */
};

void file_op_run(struct file_op *op);                    /* here and now */
void file_op_start(struct loop *loop, struct file_op *op);       /* on the pool; op->job.done when it ended */
