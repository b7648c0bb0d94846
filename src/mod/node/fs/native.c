/* mod/node/fs/native.c: the door of node:fs. Arguments were checked in TS; here they are only unpacked. Every operation
 * takes `done` after its own arguments: with it the work is done on the pool and the result goes there, without it the
 * work is done at once and the result returned (or the error thrown). */
#include "base/mem.h"
#include "base/must.h"
#include "engine/js.h"
#include "engine/js_handle.h"
#include "engine/js_op.h"
#include "sys/constants.h"
#include "sys/file_op.h"
#include "sys/watch.h"

/* What stat gives, without making an object here: doubles for Stats, integers for BigIntStats. */
static _Thread_local double *stat_numbers;
static _Thread_local int64_t *stat_integers;
/* Bytes of small files on their way into a JS array. */
static _Thread_local struct js_bytes slab;

struct fs_work {
    struct file_op op;
    struct js_op *js;
};

static void tell_stat(const struct file_stat *s) {
    const uint64_t plain[10] = {s->dev,  s->mode,    s->nlink, s->uid,  s->gid,
                                s->rdev, s->blksize, s->ino,   s->size, s->blocks};
    const struct file_time times[4] = {s->atime, s->mtime, s->ctime, s->birthtime};
    for (int i = 0; i < 10; i++) {
        stat_numbers[i] = (double)plain[i];
        stat_integers[i] = (int64_t)plain[i];
    }
    for (int i = 0; i < 4; i++) {
        stat_numbers[10 + i] = (double)times[i].sec * 1000 + times[i].nsec / 1e6;
        stat_numbers[14 + i] = times[i].nsec;
        stat_integers[10 + i] = times[i].sec * 1000000000 + times[i].nsec;
    }
}

static void tell_statfs(const struct file_statfs *s) {
    const uint64_t plain[7] = {s->type, s->bsize, s->blocks, s->bfree, s->bavail, s->files, s->ffree};
    for (int i = 0; i < 7; i++) {
        stat_numbers[i] = (double)plain[i];
        stat_integers[i] = (int64_t)plain[i];
    }
}

/* The bytes as an ArrayBuffer; few go through the slab: then their number is the result. */
static js_val data_of(struct buf *b) {
    if (b->len <= slab.len) {
        memcpy(slab.at, b->at, b->len);
        double n = (double)b->len;
        buf_free(b);
        return js_make_num(n);
    }
    struct buf taken = buf_take(b);
    return js_make_buffer_adopt(taken.at, taken.len, js_release_mem, NULL);
}

static js_val result_of(struct file_op *op) {
    js_val v = NULL;
    switch (file_op_types[op->kind].gives) {
    case 'n': return js_make_num((double)op->n);
    case 's': tell_stat(&op->stat); return NULL;
    case 'f': tell_statfs(&op->statfs); return NULL;
    case 't':
        if (op->out.len) v = js_make_str(buf_view(&op->out));
        else if (op->kind == FILE_OP_READDIR) v = js_make_str(STR(""));
        break;
    case 'b':
        v = op->number[0] == 1 ? js_make_str(buf_view(&op->out)) : data_of(&op->out);
        break;
    }
    buf_free(&op->out);
    return v;
}

static void work_ended(struct pool_job *job) {
    struct fs_work *w = (struct fs_work *)job;
    js_enter();
    bool has_path = w->op.syscall == file_op_types[w->op.kind].syscall;
    if (w->op.e) js_op_named(w->js, w->op.syscall, has_path ? w->op.path : NO_STR, w->op.dest);
    js_val v = w->op.e ? NULL : result_of(&w->op);
    if (w->op.e) buf_free(&w->op.out);
    js_op_settle(w->js, w->op.e, v);
    js_leave();
}

static void take_bytes(struct js_call *c, struct js_op *js, struct file_op *op, size_t i) {
    struct js_bytes b;
    if (js_is_string(js_arg(c, i))) {
        str text = js ? js_op_str(js, i) : js_str(c, i);
        op->bytes.at = (void *)(uintptr_t)text.at;
        op->bytes.len = text.len;
        return;
    }
    b = js ? js_op_pin(js, i) : js_bytes(c, i);
    op->bytes.at = b.at;
    op->bytes.len = b.len;
}

/* An array of views; TS made the array for us and changes it no more. */
static void take_parts(struct js_call *c, struct js_op *js, struct file_op *op, size_t i) {
    js_val array = js_arg(c, i);
    size_t n = (size_t)js_to_num(js_get(array, "length"));
    if (n > FILE_MOST_PARTS) n = FILE_MOST_PARTS;
    op->parts = arena_alloc(js ? js_op_arena(js) : js_arena(c), (n + 1) * sizeof *op->parts);
    op->n_parts = n;
    for (size_t k = 0; k < n; k++) {
        struct js_bytes b = js_to_bytes(js_get_at(array, (uint32_t)k));
        op->parts[k].at = b.at;
        op->parts[k].len = b.len;
    }
    if (js) js_op_keep(js, array);
}

static void take(struct js_call *c, struct js_op *js, struct file_op *op) {
    size_t n_numbers = 0, n_times = 0, i = 0;
    for (const char *t = file_op_types[op->kind].takes; *t; t++, i++) {
        switch (*t) {
        case 'p': op->path = js ? js_op_str(js, i) : js_str(c, i); break;
        case 'q': op->dest = js ? js_op_str(js, i) : js_str(c, i); break;
        case 'f': op->fd = js_int(c, i); break;
        case 'i': op->number[n_numbers++] = js_int(c, i); break;
        case 'd': op->time[n_times++] = js_num(c, i); break;
        case 'n': op->at = js_off(c, i); break;
        case 'b': take_bytes(c, js, op, i); break;
        case 'v': take_parts(c, js, op, i); break;
        }
    }
}

static js_val run(struct js_call *c, enum file_op_kind kind) {
    size_t done = strlen(file_op_types[kind].takes);
    if (!js_has(c, done)) {
        struct file_op op = {.kind = kind};
        take(c, NULL, &op);
        file_op_run(&op);
        if (!op.e) return result_of(&op);
        buf_free(&op.out);
        bool has_path = op.syscall == file_op_types[kind].syscall;       /* a later step names no path, as in node */
        return js_fail(c, op.e, op.syscall, has_path ? op.path : NO_STR, op.dest);
    }
    struct js_op *js = js_op_begin_as(c, done, "FSREQCALLBACK");
    struct fs_work *w = arena_zero(js_op_arena(js), sizeof *w);
    w->op.kind = kind;
    w->op.job.done = work_ended;
    w->js = js;
    take(c, js, &w->op);
    file_op_start(c->loop, &w->op);
    return js_op_start(js, 0);
}

NATIVE(fs_access) { return run(c, FILE_OP_ACCESS); }
NATIVE(fs_open) { return run(c, FILE_OP_OPEN); }
NATIVE(fs_close) { return run(c, FILE_OP_CLOSE); }
NATIVE(fs_read) { return run(c, FILE_OP_READ); }
NATIVE(fs_write) { return run(c, FILE_OP_WRITE); }
NATIVE(fs_readv) { return run(c, FILE_OP_READV); }
NATIVE(fs_writev) { return run(c, FILE_OP_WRITEV); }
NATIVE(fs_lstat) { return run(c, FILE_OP_LSTAT); }
NATIVE(fs_stat) { return run(c, FILE_OP_STAT); }
NATIVE(fs_fstat) { return run(c, FILE_OP_FSTAT); }
NATIVE(fs_statfs) { return run(c, FILE_OP_STATFS); }
NATIVE(fs_mkdir) { return run(c, FILE_OP_MKDIR); }
NATIVE(fs_mkdtemp) { return run(c, FILE_OP_MKDTEMP); }
NATIVE(fs_readdir) { return run(c, FILE_OP_READDIR); }
NATIVE(fs_readlink) { return run(c, FILE_OP_READLINK); }
NATIVE(fs_realpath) { return run(c, FILE_OP_REALPATH); }
NATIVE(fs_rename) { return run(c, FILE_OP_RENAME); }
NATIVE(fs_copy) { return run(c, FILE_OP_COPY); }
NATIVE(fs_link) { return run(c, FILE_OP_LINK); }
NATIVE(fs_symlink) { return run(c, FILE_OP_SYMLINK); }
NATIVE(fs_unlink) { return run(c, FILE_OP_UNLINK); }
NATIVE(fs_rmdir) { return run(c, FILE_OP_RMDIR); }
NATIVE(fs_remove) { return run(c, FILE_OP_REMOVE); }
NATIVE(fs_chmod) { return run(c, FILE_OP_CHMOD); }
NATIVE(fs_fchmod) { return run(c, FILE_OP_FCHMOD); }
NATIVE(fs_chown) { return run(c, FILE_OP_CHOWN); }
NATIVE(fs_lchown) { return run(c, FILE_OP_LCHOWN); }
NATIVE(fs_fchown) { return run(c, FILE_OP_FCHOWN); }
NATIVE(fs_utimes) { return run(c, FILE_OP_UTIMES); }
NATIVE(fs_lutimes) { return run(c, FILE_OP_LUTIMES); }
NATIVE(fs_futimes) { return run(c, FILE_OP_FUTIMES); }
NATIVE(fs_ftruncate) { return run(c, FILE_OP_FTRUNCATE); }
NATIVE(fs_fsync) { return run(c, FILE_OP_FSYNC); }
NATIVE(fs_fdatasync) { return run(c, FILE_OP_FDATASYNC); }
/* At once and small, as most are: straight into the slab. */
NATIVE(fs_read_file) {
    if (js_has(c, 2)) return run(c, FILE_OP_READ_FILE);
    size_t n = 0;
    const char *syscall;
    str path = js_str(c, 0);
    err e = file_read_small(path, slab.at, slab.len, &n, &syscall);
    if (e == ERR_TOO_LARGE) return run(c, FILE_OP_READ_FILE);
    if (e) return js_fail(c, e, syscall, strcmp(syscall, "open") == 0 ? path : NO_STR, NO_STR);
    return js_int(c, 1) == 1 ? js_make_str(str_of((const char *)slab.at, n)) : js_make_num((double)n);
}
NATIVE(fs_read_rest) { return run(c, FILE_OP_READ_REST); }
NATIVE(fs_write_file) { return run(c, FILE_OP_WRITE_FILE); }
NATIVE(fs_write_rest) { return run(c, FILE_OP_WRITE_REST); }

NATIVE(fs_exists) { return js_make_bool(file_exists(js_str(c, 0))); }

/* stat and lstat that do not throw: 0 or the negative code; -ENOENT and -ENOTDIR are daily bread of resolvers. */
NATIVE(fs_try_stat) {
    struct file_stat s;
    err e = js_bool(c, 1) ? file_lstat(js_str(c, 0), &s) : file_stat(js_str(c, 0), &s);
    if (!e) tell_stat(&s);
    return js_make_num(e);
}

NATIVE(fs_share) {
    struct js_bytes numbers = js_bytes(c, 0), integers = js_bytes(c, 1);
    must(numbers.len >= 18 * sizeof(double) && integers.len >= 14 * sizeof(int64_t));
    js_hold(js_arg(c, 0));
    js_hold(js_arg(c, 1));
    js_hold(js_arg(c, 2));
    stat_numbers = (double *)(void *)numbers.at;
    stat_integers = (int64_t *)(void *)integers.at;
    slab = js_bytes(c, 2);
    return NULL;
}

/* --- watching: open(path, fn(error, kind, name)) -> handle */

struct watcher {
    struct watch watch;
    js_val fn;
};
static void close_watcher(void *thing) {
    struct watcher *w = thing;
    watch_close(&w->watch);
    js_drop(w->fn);
    mem_free(w);
}
static const struct js_handle_type watcher_type = {"watcher", close_watcher};

static void on_watch(struct watch *watch, err e, enum watch_kind kind, str name) {
    struct watcher *w = (struct watcher *)watch;
    js_enter();
    js_val args[] = {e ? js_make_system_error(e, "watch", NO_STR, NO_STR) : js_make_null(), js_make_num(kind),
                     name.len ? js_make_str(name) : js_make_null()};
    js_callback(w->fn, NULL, 3, args);
    js_leave();
}
NATIVE(fs_watch) {
    struct watcher *w = NEW(struct watcher);
    w->watch.call = on_watch;
    err e = watch_open(c->loop, &w->watch, js_str(c, 0));
    if (e) {
        mem_free(w);
        return js_make_num(e);
    }
    w->fn = js_hold(js_arg(c, 1));
    return js_handle_make(&watcher_type, w);
}
NATIVE(fs_watch_ref) {
    struct watcher *w = js_handle(c, 0, &watcher_type);
    if (w) watch_ref(&w->watch, js_bool(c, 1));
    return NULL;
}
NATIVE(fs_watch_close) {
    void *w = js_handle_take(js_num(c, 0), &watcher_type);
    if (w) close_watcher(w);
    return NULL;
}

NATIVE(fs_constants) {
    js_val o = js_make_null_object();
    for (size_t i = 0; i < constants_n_fs; i++)
        js_define(o, constants_fs[i].name, js_make_num((double)constants_fs[i].value), JS_READ_ONLY | JS_LASTING);
    return o;
}

static const struct js_native natives[] = {
    {"access",    fs_access,     "(path: string, mode: number, done?: Done): void"},
    {"open",      fs_open,       "(path: string, flags: number, mode: number, done?: Done<number>): number"},
    {"close",     fs_close,      "(fd: number, done?: Done): void"},
    {"read",      fs_read,       "(fd: number, into: ArrayBufferView, at: number, done?: Done<number>): number"},
    {"write",     fs_write,
     "(fd: number, from: ArrayBufferView | string, at: number, done?: Done<number>): number"},
    {"readv",     fs_readv,      "(fd: number, into: ArrayBufferView[], at: number, done?: Done<number>): number"},
    {"writev",    fs_writev,     "(fd: number, from: ArrayBufferView[], at: number, done?: Done<number>): number"},
    {"stat",      fs_stat,       "(path: string, done?: Done): void"},
    {"lstat",     fs_lstat,      "(path: string, done?: Done): void"},
    {"fstat",     fs_fstat,      "(fd: number, done?: Done): void"},
    {"statfs",    fs_statfs,     "(path: string, done?: Done): void"},
    {"mkdir",     fs_mkdir,
     "(path: string, mode: number, recursive: number, done?: Done<string | undefined>): string | undefined"},
    {"mkdtemp",   fs_mkdtemp,    "(template: string, done?: Done<string>): string"},
    {"readdir",   fs_readdir,    "(path: string, flags: number, done?: Done<string>): string"},
    {"readlink",  fs_readlink,   "(path: string, done?: Done<string>): string"},
    {"realpath",  fs_realpath,   "(path: string, done?: Done<string>): string"},
    {"rename",    fs_rename,     "(from: string, to: string, done?: Done): void"},
    {"copy",      fs_copy,       "(from: string, to: string, mode: number, done?: Done): void"},
    {"link",      fs_link,       "(there: string, path: string, done?: Done): void"},
    {"symlink",   fs_symlink,    "(target: string, path: string, done?: Done): void"},
    {"unlink",    fs_unlink,     "(path: string, done?: Done): void"},
    {"rmdir",     fs_rmdir,      "(path: string, done?: Done): void"},
    {"remove",    fs_remove,     "(path: string, done?: Done): void"},
    {"chmod",     fs_chmod,      "(path: string, mode: number, done?: Done): void"},
    {"fchmod",    fs_fchmod,     "(fd: number, mode: number, done?: Done): void"},
    {"chown",     fs_chown,      "(path: string, uid: number, gid: number, done?: Done): void"},
    {"lchown",    fs_lchown,     "(path: string, uid: number, gid: number, done?: Done): void"},
    {"fchown",    fs_fchown,     "(fd: number, uid: number, gid: number, done?: Done): void"},
    {"utimes",    fs_utimes,     "(path: string, atime: number, mtime: number, done?: Done): void"},
    {"lutimes",   fs_lutimes,    "(path: string, atime: number, mtime: number, done?: Done): void"},
    {"futimes",   fs_futimes,    "(fd: number, atime: number, mtime: number, done?: Done): void"},
    {"ftruncate", fs_ftruncate,  "(fd: number, length: number, done?: Done): void"},
    {"fsync",     fs_fsync,      "(fd: number, done?: Done): void"},
    {"fdatasync", fs_fdatasync,  "(fd: number, done?: Done): void"},
    {"readFile",  fs_read_file,  "(path: string, asText: number, done?: Done<any>): any"},
    {"readRest",  fs_read_rest,  "(fd: number, asText: number, done?: Done<any>): any"},
    {"writeFile", fs_write_file,
     "(path: string, data: ArrayBufferView | string, flags: number, mode: number, done?: Done): void"},
    {"writeRest", fs_write_rest, "(fd: number, data: ArrayBufferView | string, done?: Done): void"},
    {"exists",    fs_exists,     "(path: string): boolean"},
    {"tryStat",   fs_try_stat,   "(path: string, ofLink: boolean): number"},
    {"share",     fs_share,      "(numbers: Float64Array, integers: BigInt64Array, slab: Uint8Array): void"},
    {"watch",     fs_watch,
     "(path: string, fn: (error: Error | null, kind: number, name: string | null) => void): number"},
    {"watchRef",  fs_watch_ref,  "(handle: number, on: boolean): void"},
    {"watchClose", fs_watch_close, "(handle: number): void"},
    {"constants", fs_constants,  "(): Record<string, number>"},
};
JS_DOOR(node_fs, natives)
