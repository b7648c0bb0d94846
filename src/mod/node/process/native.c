/* mod/node/process/native.c: the door of node:process, and of the standard streams. */
#include <errno.h>
#include <time.h>

#include "base/buf.h"
#include "base/mem.h"
#include "engine/js.h"
#include "engine/js_handle.h"
#include "engine/js_op.h"
#include "sys/env.h"
#include "sys/file.h"
#include "sys/loop.h"
#include "sys/os.h"
#include "sys/path.h"
#include "sys/program.h"
#include "sys/tty.h"

static js_val list_of(const str *list, size_t n) {
    js_val all = js_make_array(0, NULL);
    for (size_t i = 0; i < n; i++) js_set_at(all, (uint32_t)i, js_make_str(list[i]));
    return all;
}

#if defined(__x86_64__)
#define ARCH "x64"
#elif defined(__aarch64__)
#define ARCH "arm64"
#else
#define ARCH "unknown"
#endif

/* [execPath, argv0, script or null, args, execArgs, pid, BAO_VERSION, arch, whether warnings are printed] */
NATIVE(started_as) {
    js_val all[] = {
        js_make_str(program.exec_path), js_make_str(program.argv0),
        program.script.len ? js_make_str(program.script) : js_make_null(),
        list_of(program.args, program.n_args), list_of(program.exec_args, program.n_exec_args), js_make_num(os_pid()),
        js_make_str(STR(BAO_VERSION)), js_make_str(STR(ARCH)),
        js_make_bool(!program_has("no-warnings") && !str_is(env_or("NODE_NO_WARNINGS", ""), "1")),
    };
    return js_make_array(9, all);
}

/* All values of a flag; NULL when it was not given. */
NATIVE(flag) {
    str values[64];
    size_t n = program_values(js_str(c, 0).at, values, 64);
    return n ? list_of(values, n < 64 ? n : 64) : NULL;
}

NATIVE(cwd) {
    str at;
    err e = path_cwd(js_arena(c), &at);
    return e ? js_fail(c, e, "uv_cwd", NO_STR, NO_STR) : js_make_str(at);
}
NATIVE(chdir) {
    str to = js_str(c, 0), at = STR("");
    err e = path_enter(to);
    if (!e) return NULL;
    path_cwd(js_arena(c), &at);
    return js_fail(c, e, "chdir", at, to);
}
NATIVE(umask) { return js_make_num(os_umask(js_has(c, 0) ? js_int(c, 0) : -1)); }

/* [name, value, name, value, ...] */
NATIVE(env_all) {
    js_val all = js_make_array(0, NULL);
    uint32_t n = 0;
    for (char **e = environ; *e; e++) {
        str name, value;
        if (!str_split(str_c(*e), '=', &name, &value) || !name.len) continue;
        js_set_at(all, n++, js_make_str(name));
        js_set_at(all, n++, js_make_str(value));
    }
    return all;
}
NATIVE(env_put) {
    str name = js_str(c, 0);
    if (!name.len || str_find_char(name, '=') >= 0) return NULL;         /* setenv would refuse it */
    if (js_has(c, 1)) env_set(name, js_str(c, 1));
    else env_unset(name);
    if (str_is(name, "TZ")) tzset();
    return NULL;
}

NATIVE(ppid) { return js_make_num(os_ppid()); }
NATIVE(kill_) { return js_make_num(os_kill(js_int(c, 0), js_int(c, 1))); }
NATIVE(id) { return js_make_num((double)os_id((enum os_id)js_int(c, 0))); }
static long find(struct js_call *c, size_t i, long (*by_name)(const char *)) {
    return js_is_string(js_arg(c, i)) ? by_name(js_str(c, i).at) : (long)js_num(c, i);
}
/* False: there is no such user or group. */
NATIVE(set_id) {
    static const char *const names[] = {"setuid", "seteuid", "setgid", "setegid"};
    int which = js_int(c, 0) & 3;
    long to = find(c, 1, which < 2 ? os_find_user : os_find_group);
    if (to < 0) return js_make_bool(false);
    err e = os_set_id((enum os_id)which, to);
    return e ? js_fail(c, e, names[which], NO_STR, NO_STR) : js_make_bool(true);
}
NATIVE(groups) {
    long ids[1024];
    int n = os_groups(ids, 1024);
    js_val all = js_make_array(0, NULL);
    for (int i = 0; i < n; i++) js_set_at(all, (uint32_t)i, js_make_num((double)ids[i]));
    return all;
}
/* -1: done; else the place of the name that is no group. */
NATIVE(set_groups) {
    long ids[1024];
    int n = (int)js_to_num(js_get(js_arg(c, 0), "length"));
    for (int i = 0; i < n && i < 1024; i++) {
        js_val v = js_get_at(js_arg(c, 0), (uint32_t)i);
        ids[i] = js_is_string(v) ? os_find_group(js_to_str(js_arena(c), v).at) : (long)js_to_num(v);
        if (ids[i] < 0) return js_make_num(i);
    }
    err e = os_set_groups(ids, n);
    return e ? js_fail(c, e, "setgroups", NO_STR, NO_STR) : js_make_num(-1);
}

NATIVE(title) {
    str s = {0};
    if (js_has(c, 0)) {
        os_set_title(js_str(c, 0));
        return NULL;
    }
    return os_title(js_arena(c), &s) ? js_make_str(program.argv0) : js_make_str(s);
}

/* hrtime: nanoseconds of the monotonic clock, as a double of seconds and one of the rest, or as a BigInt */
static _Thread_local double *hrtime_room;     /* a Float64Array that is never given up */
NATIVE(hrtime_share) {
    hrtime_room = (double *)(void *)js_bytes(c, 0).at;
    js_hold(js_arg(c, 0));
    return NULL;
}
NATIVE(hrtime) {
    uint64_t ns = loop_clock_ns();
    hrtime_room[0] = (double)(ns / 1000000000);
    hrtime_room[1] = (double)(ns % 1000000000);
    return NULL;
}
NATIVE(hrtime_big) { return js_make_bigint((int64_t)loop_clock_ns()); }
NATIVE(uptime) { return js_make_num((double)(loop_clock_ns() - program.start_ns) / 1e9); }
NATIVE(usage) {
    os_usage((double *)(void *)js_bytes(c, 0).at, js_bool(c, 1));
    return NULL;
}
/* [resident, constrained, available] */
NATIVE(memory) {
    js_val all[] = {js_make_num(os_resident_memory()), js_make_num(os_constrained_memory()),
                    js_make_num(os_available_memory())};
    return js_make_array(3, all);
}
NATIVE(resident) { return js_make_num(os_resident_memory()); }
NATIVE(abort_) {
    os_abort();
    return NULL;
}

/* --- signals: open(number, fn) -> handle, or an err */

struct signal_watch {
    struct loop_signal signal;
    js_val fn;
};
static void close_signal(void *thing) {
    struct signal_watch *w = thing;
    loop_signal_close(&w->signal);
    js_drop(w->fn);
    mem_free(w);
}
static const struct js_handle_type signal_type = {"signal", close_signal};

static void on_signal(struct loop_signal *s, int number) {
    struct signal_watch *w = (struct signal_watch *)s;
    js_enter();
    js_val v = js_make_num(number);
    js_callback(w->fn, NULL, 1, &v);
    js_leave();
}
NATIVE(signal_open) {
    struct signal_watch *w = NEW(struct signal_watch);
    w->signal.call = on_signal;
    err e = loop_signal_open(c->loop, &w->signal, js_int(c, 0));
    if (e) {
        mem_free(w);
        return js_make_num(e);
    }
    loop_signal_ref(&w->signal, false);
    w->fn = js_hold(js_arg(c, 1));
    return js_handle_make(&signal_type, w);
}
NATIVE(signal_close) {
    void *w = js_handle_take(js_num(c, 0), &signal_type);
    if (w) close_signal(w);
    return NULL;
}

/* --- descriptors of the standard streams */

/* "FILE", "TTY", "PIPE", "CHAR", "UNKNOWN" */
NATIVE(fd_kind) {
    struct file_stat s;
    int fd = js_int(c, 0);
    if (tty_is(fd)) return js_make_str(STR("TTY"));
    if (file_fstat(fd, &s) != 0) return js_make_str(STR("UNKNOWN"));
    switch (file_kind_of_mode(s.mode)) {
    case FILE_REGULAR: return js_make_str(STR("FILE"));
    case FILE_FIFO: case FILE_SOCKET: return js_make_str(STR("PIPE"));
    case FILE_CHAR: return js_make_str(STR("CHAR"));
    default: return js_make_str(STR("UNKNOWN"));
    }
}
/* All of it, waiting when a pipe is full: the error, or undefined. */
NATIVE(fd_write) {
    str text;
    if (js_is_string(js_arg(c, 1))) {
        text = js_str(c, 1);
    } else {
        struct js_bytes b = js_bytes(c, 1);
        text = str_of((const char *)b.at, b.len);
    }
    err e = file_write_fd(js_int(c, 0), text);
    return e ? js_make_system_error(e, "write", NO_STR, NO_STR) : NULL;
}

/* Reading: open(fd, fn(error, buffer | null)) -> handle; start and stop; null is the end. */
struct reader {
    struct loop_poll poll;
    int fd;
    js_val fn;
    double handle;
};
static void close_reader(void *thing) {
    struct reader *r = thing;
    loop_poll_close(&r->poll);
    js_drop(r->fn);
    mem_free(r);
}
static const struct js_handle_type reader_type = {"reader", close_reader};

static void on_readable(struct loop_poll *p, err e, int events) {
    struct reader *r = (struct reader *)p;
    enum { MOST = 65536 };
    char *room = mem_alloc(MOST);
    int64_t n = e ? e : file_read_some(r->fd, room, MOST);
    if (n == -EAGAIN) {
        mem_free(room);
        return;
    }
    js_enter();
    js_val args[2] = {js_make_null(), js_make_null()};
    if (n < 0) args[0] = js_make_system_error((err)n, "read", NO_STR, NO_STR);
    if (n > 0) args[1] = js_make_buffer_copy(room, (size_t)n);
    mem_free(room);
    if (n <= 0) loop_poll_start(&r->poll, 0);
    js_callback(r->fn, NULL, 2, args);
    js_leave();
}
NATIVE(reader_open) {
    struct reader *r = NEW(struct reader);
    r->fd = js_int(c, 0);
    r->poll.call = on_readable;
    err e = loop_poll_open(c->loop, &r->poll, r->fd);
    if (e) {
        mem_free(r);
        return NULL;                 /* such as a file: then it is read as one */
    }
    r->fn = js_hold(js_arg(c, 1));
    r->handle = js_handle_number(&reader_type, r);
    return js_make_num(r->handle);
}
NATIVE(reader_set) {
    struct reader *r = js_handle(c, 0, &reader_type);
    if (r) loop_poll_start(&r->poll, js_bool(c, 1) ? LOOP_READABLE : 0);
    return NULL;
}
NATIVE(reader_ref) {
    struct reader *r = js_handle(c, 0, &reader_type);
    if (r) loop_poll_ref(&r->poll, js_bool(c, 1));
    return NULL;
}
NATIVE(reader_close) {
    void *r = js_handle_take(js_num(c, 0), &reader_type);
    if (r) close_reader(r);
    return NULL;
}

NATIVE(is_tty) { return js_make_bool(tty_is(js_int(c, 0))); }
NATIVE(tty_window) {
    int columns, rows;
    if (!tty_size(js_int(c, 0), &columns, &rows)) return NULL;
    js_val all[] = {js_make_num(columns), js_make_num(rows)};
    return js_make_array(2, all);
}
NATIVE(tty_raw) { return js_make_num(tty_set_raw(js_int(c, 0), js_bool(c, 1))); }

static const struct js_native natives[] = {
    {"startedAs",   started_as,   "(): any[]"},
    {"flag",        flag,         "(name: string): string[] | undefined"},
    {"cwd",         cwd,          "(): string"},
    {"chdir",       chdir,        "(to: string): void"},
    {"umask",       umask,        "(mask?: number): number"},
    {"envAll",      env_all,      "(): string[]"},
    {"envPut",      env_put,      "(name: string, value?: string): void"},
    {"ppid",        ppid,         "(): number"},
    {"kill",        kill_,        "(pid: number, signal: number): number"},
    {"id",          id,           "(which: number): number"},
    {"setId",       set_id,       "(which: number, to: number | string): boolean"},
    {"groups",      groups,       "(): number[]"},
    {"setGroups",   set_groups,   "(groups: any[]): number"},
    {"title",       title,        "(title?: string): string"},
    {"hrtimeShare", hrtime_share, "(room: Float64Array): void"},
    {"hrtime",      hrtime,       "(): void"},
    {"hrtimeBig",   hrtime_big,   "(): bigint"},
    {"uptime",      uptime,       "(): number"},
    {"usage",       usage,        "(out: Float64Array, ofThread: boolean): void"},
    {"memory",      memory,       "(): number[]"},
    {"resident",    resident,     "(): number"},
    {"abort",       abort_,       "(): never"},
    {"signalOpen",  signal_open,  "(signal: number, fn: (signal: number) => void): number"},
    {"signalClose", signal_close, "(handle: number): void"},
    {"fdKind",      fd_kind,      "(fd: number): string"},
    {"fdWrite",     fd_write,     "(fd: number, data: string | ArrayBufferView): Error | undefined"},
    {"readerOpen",  reader_open,
     "(fd: number, fn: (error: Error | null, data: ArrayBuffer | null) => void): number | undefined"},
    {"readerSet",   reader_set,   "(handle: number, on: boolean): void"},
    {"readerRef",   reader_ref,   "(handle: number, on: boolean): void"},
    {"readerClose", reader_close, "(handle: number): void"},
    {"isTty",       is_tty,       "(fd: number): boolean"},
    {"ttyWindow",   tty_window,   "(fd: number): [number, number] | undefined"},
    {"ttyRaw",      tty_raw,      "(fd: number, on: boolean): number"},
};
JS_DOOR(node_process, natives)
