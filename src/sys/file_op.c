#include "sys/file_op.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <math.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "base/list.h"

const struct file_op_type file_op_types[FILE_OP_COUNT] = {
#define X(name, syscall, takes, gives) {syscall, takes, gives},
    FILE_OPS(X)
#undef X
};

#define PATH_C(name) \
    char name[PATH_MAX]; \
    TRY(file_path_c(op->path, name))
#define PATHS_C(one, two) \
    char one[PATH_MAX], two[PATH_MAX]; \
    TRY(file_path_c(op->path, one)); \
    TRY(file_path_c(op->dest, two))

static err code(long result) { return result < 0 ? -errno : 0; }

static err count(struct file_op *op, ssize_t n) {
    if (n < 0) return -errno;
    op->n = n;
    return 0;
}

static err run_access(struct file_op *op) { return file_access(op->path, op->number[0]); }
static err run_open(struct file_op *op) {
    int fd;
    TRY(file_open(op->path, op->number[0], (uint32_t)op->number[1], &fd));
    op->n = fd;
    return 0;
}
static err run_close(struct file_op *op) { return file_close(op->fd); }

static err run_read(struct file_op *op) {
    ssize_t n;
    do n = op->at >= 0 ? pread(op->fd, op->bytes.at, op->bytes.len, op->at) : read(op->fd, op->bytes.at, op->bytes.len);
    while (n < 0 && errno == EINTR);
    return count(op, n);
}
static err run_write(struct file_op *op) {
    ssize_t n;
    do
        n = op->at >= 0 ? pwrite(op->fd, op->bytes.at, op->bytes.len, op->at)
                        : write(op->fd, op->bytes.at, op->bytes.len);
    while (n < 0 && errno == EINTR);
    return count(op, n);
}

_Static_assert(sizeof(struct iovec) == sizeof *((struct file_op *)0)->parts, "parts are an iovec");
static err run_readv(struct file_op *op) {
    const struct iovec *parts = (const struct iovec *)(void *)op->parts;
    ssize_t n;
    do n = op->at >= 0 ? preadv(op->fd, parts, (int)op->n_parts, op->at) : readv(op->fd, parts, (int)op->n_parts);
    while (n < 0 && errno == EINTR);
    return count(op, n);
}
static err run_writev(struct file_op *op) {
    const struct iovec *parts = (const struct iovec *)(void *)op->parts;
    ssize_t n;
    do n = op->at >= 0 ? pwritev(op->fd, parts, (int)op->n_parts, op->at) : writev(op->fd, parts, (int)op->n_parts);
    while (n < 0 && errno == EINTR);
    return count(op, n);
}

static err run_stat(struct file_op *op) { return file_stat(op->path, &op->stat); }
static err run_lstat(struct file_op *op) { return file_lstat(op->path, &op->stat); }
static err run_fstat(struct file_op *op) { return file_fstat(op->fd, &op->stat); }
static err run_statfs(struct file_op *op) {
    PATH_C(path);
    struct statfs s;
    if (statfs(path, &s) != 0) return -errno;
    op->statfs = (struct file_statfs){(uint64_t)s.f_type, (uint64_t)s.f_bsize, s.f_blocks, s.f_bfree,
                                      s.f_bavail,         s.f_files,           s.f_ffree};
    return 0;
}

static err run_mkdir(struct file_op *op) {
    if (!op->number[1]) return dir_make(op->path, (uint32_t)op->number[0]);
    size_t first = 0;
    TRY(dir_make_all(op->path, (uint32_t)op->number[0], &first));
    buf_add(&op->out, str_upto(op->path, first));
    return 0;
}

static err out_of(struct file_op *op, err (*get)(struct arena *, str, str *)) {
    struct arena a = {0};
    str text;
    err e = get(&a, op->path, &text);
    if (!e) buf_add(&op->out, text);
    arena_free(&a);
    return e;
}
/* The path ends with the XXXXXX that errors show. */
static err make_temp(struct arena *a, str path, str *out) {
    return dir_make_temp(a, str_upto(path, path.len - 6), out);
}
static err run_mkdtemp(struct file_op *op) { return out_of(op, make_temp); }
static err run_readlink(struct file_op *op) { return out_of(op, file_readlink); }
static err run_realpath(struct file_op *op) { return out_of(op, file_realpath); }

static err kind_when_unknown(str folder, struct dir_entry *e) {
    char path[PATH_MAX];
    struct stat s;
    int n = snprintf(path, sizeof path, "%.*s/%.*s", STR_FMT(folder), STR_FMT(e->name));
    if (n < 0 || (size_t)n >= sizeof path) return -ENAMETOOLONG;
    if (lstat(path, &s) == 0) e->kind = file_kind_of_mode(s.st_mode);
    return 0;
}

static int by_name(const void *a, const void *b) {
    return str_cmp(((const struct dir_entry *)a)->name, ((const struct dir_entry *)b)->name);
}

/* Folder by folder, as node does it: what a folder holds stands together, sorted by bytes. */
static err run_readdir(struct file_op *op) {
    struct arena a = {0};
    LIST(str) folders = {0};                     /* relative to the first */
    *LIST_ADD(&folders) = (str){0};
    bool kinds = op->number[0] & FILE_LIST_KINDS, deep = op->number[0] & FILE_LIST_DEEP;
    err e = 0;
    for (size_t i = 0; i < folders.len && !e; i++) {
        str within = folders.at[i];
        str path = within.len ? arena_print(&a, "%.*s/%.*s", STR_FMT(op->path), STR_FMT(within)) : op->path;
        struct dir_entry *list = NULL;
        size_t n = 0;
        e = dir_list(&a, path, &list, &n);
        if (e && i > 0 && (e == -ENOENT || e == -ENOTDIR)) e = 0;        /* gone meanwhile */
        if (!e && n > 1 && !(op->number[0] & FILE_LIST_UNSORTED)) qsort(list, n, sizeof *list, by_name);
        for (size_t k = 0; k < n && !e; k++) {
            if ((kinds || deep) && list[k].kind == FILE_UNKNOWN) e = kind_when_unknown(path, &list[k]);
            if (kinds) buf_add_char(&op->out, (char)('0' + list[k].kind));
            size_t start = op->out.len;
            if (within.len) {
                buf_add(&op->out, within);
                buf_add_char(&op->out, '/');
            }
            buf_add(&op->out, list[k].name);
            if (deep && list[k].kind == FILE_DIR) {
                str found = arena_str(&a, str_from(buf_view(&op->out), start));
                *LIST_ADD(&folders) = found;
            }
            buf_add_char(&op->out, 0);
        }
    }
    LIST_FREE(&folders);
    arena_free(&a);
    return e;
}

static err run_rename(struct file_op *op) { return file_rename(op->path, op->dest); }
static err run_copy(struct file_op *op) {
    if (op->number[0] & FILE_COPY_CLONE_ONLY) return -ENOTSUP;
    return file_copy(op->path, op->dest, op->number[0] & FILE_COPY_EXCL);
}
static err run_link(struct file_op *op) {
    PATHS_C(path, dest);
    return code(link(path, dest));
}
static err run_symlink(struct file_op *op) { return file_symlink(op->path, op->dest); }
static err run_unlink(struct file_op *op) { return file_unlink(op->path); }
static err run_rmdir(struct file_op *op) { return dir_remove(op->path); }
static err run_remove(struct file_op *op) { return dir_remove_all(op->path); }

static err run_chmod(struct file_op *op) {
    PATH_C(path);
    return code(chmod(path, (mode_t)op->number[0]));
}
static err run_fchmod(struct file_op *op) { return code(fchmod(op->fd, (mode_t)op->number[0])); }
static err run_chown(struct file_op *op) {
    PATH_C(path);
    return code(chown(path, (uid_t)op->number[0], (gid_t)op->number[1]));
}
static err run_lchown(struct file_op *op) {
    PATH_C(path);
    return code(lchown(path, (uid_t)op->number[0], (gid_t)op->number[1]));
}
static err run_fchown(struct file_op *op) { return code(fchown(op->fd, (uid_t)op->number[0], (gid_t)op->number[1])); }

static struct timespec time_of(double seconds) {
    double whole = floor(seconds);
    double ns = floor((seconds - whole) * 1e6 + 0.5) * 1e3;              /* a double holds microseconds */
    if (ns >= 1e9) {
        ns -= 1e9;
        whole += 1;
    }
    return (struct timespec){(time_t)whole, (long)ns};
}
static err touch(struct file_op *op, int flags) {
    PATH_C(path);
    struct timespec times[2] = {time_of(op->time[0]), time_of(op->time[1])};
    return code(utimensat(AT_FDCWD, path, times, flags));
}
static err run_utimes(struct file_op *op) { return touch(op, 0); }
static err run_lutimes(struct file_op *op) { return touch(op, AT_SYMLINK_NOFOLLOW); }
static err run_futimes(struct file_op *op) {
    struct timespec times[2] = {time_of(op->time[0]), time_of(op->time[1])};
    return code(futimens(op->fd, times));
}

static err run_ftruncate(struct file_op *op) { return code(ftruncate(op->fd, op->at > 0 ? op->at : 0)); }
static err run_fsync(struct file_op *op) { return code(fsync(op->fd)); }
static err run_fdatasync(struct file_op *op) { return code(fdatasync(op->fd)); }

static err run_read_file(struct file_op *op) {
    int fd;
    TRY(file_open(op->path, O_RDONLY, 0, &fd));
    op->syscall = "read";
    op->fd = fd;
    err e = file_read_fd(fd, &op->out);
    close(fd);
    return e;
}
static err run_read_rest(struct file_op *op) { return file_read_fd(op->fd, &op->out); }

/* number: flags of open, mode. A file that is written anew is not truncated first: see file_write_all. */
static err run_write_file(struct file_op *op) {
    int fd, flags = op->number[0];
    TRY(file_open(op->path, flags & ~O_TRUNC, (uint32_t)op->number[1], &fd));
    op->syscall = "write";
    struct stat s;
    err e = code(fstat(fd, &s));
    if (!e) e = file_write_fd(fd, str_of(op->bytes.at, op->bytes.len));
    if (!e && (flags & O_TRUNC) && S_ISREG(s.st_mode) && s.st_size > (off_t)op->bytes.len)
        e = code(ftruncate(fd, (off_t)op->bytes.len));
    close(fd);
    return e;
}
static err run_write_rest(struct file_op *op) { return file_write_fd(op->fd, str_of(op->bytes.at, op->bytes.len)); }

void file_op_run(struct file_op *op) {
    static err (*const runs[FILE_OP_COUNT])(struct file_op *) = {
        [FILE_OP_ACCESS] = run_access, [FILE_OP_OPEN] = run_open, [FILE_OP_CLOSE] = run_close,
        [FILE_OP_READ] = run_read, [FILE_OP_WRITE] = run_write,
        [FILE_OP_READV] = run_readv, [FILE_OP_WRITEV] = run_writev, [FILE_OP_STAT] = run_stat,
        [FILE_OP_LSTAT] = run_lstat, [FILE_OP_FSTAT] = run_fstat,
        [FILE_OP_STATFS] = run_statfs, [FILE_OP_MKDIR] = run_mkdir, [FILE_OP_MKDTEMP] = run_mkdtemp,
        [FILE_OP_READDIR] = run_readdir,
        [FILE_OP_READLINK] = run_readlink, [FILE_OP_REALPATH] = run_realpath, [FILE_OP_RENAME] = run_rename,
        [FILE_OP_COPY] = run_copy,
        [FILE_OP_LINK] = run_link, [FILE_OP_SYMLINK] = run_symlink, [FILE_OP_UNLINK] = run_unlink,
        [FILE_OP_RMDIR] = run_rmdir,
        [FILE_OP_REMOVE] = run_remove, [FILE_OP_CHMOD] = run_chmod, [FILE_OP_FCHMOD] = run_fchmod,
        [FILE_OP_CHOWN] = run_chown,
        [FILE_OP_LCHOWN] = run_lchown, [FILE_OP_FCHOWN] = run_fchown, [FILE_OP_UTIMES] = run_utimes,
        [FILE_OP_LUTIMES] = run_lutimes,
        [FILE_OP_FUTIMES] = run_futimes, [FILE_OP_FTRUNCATE] = run_ftruncate,
        [FILE_OP_FSYNC] = run_fsync, [FILE_OP_FDATASYNC] = run_fdatasync,
        [FILE_OP_READ_FILE] = run_read_file, [FILE_OP_READ_REST] = run_read_rest, [FILE_OP_WRITE_FILE] = run_write_file,
        [FILE_OP_WRITE_REST] = run_write_rest,
    };
    op->syscall = file_op_types[op->kind].syscall;
    op->e = runs[op->kind](op);
}

static void run_job(struct pool_job *job) { file_op_run((struct file_op *)job); }

void file_op_start(struct loop *loop, struct file_op *op) {
    op->job.run = run_job;
    pool_start_on(loop, &op->job);
}
