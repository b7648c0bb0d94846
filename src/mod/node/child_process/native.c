/* mod/node/child_process/native.c: the door of node:child_process: programs that are started, fed and waited for. */
#include <errno.h>

#include "base/mem.h"
#include "engine/js.h"
#include "engine/js_handle.h"
#include "engine/js_op.h"
#include "sys/file.h"
#include "sys/loop.h"
#include "sys/os.h"
#include "sys/proc.h"

static char **texts_of(struct js_call *c, js_val array) {
    if (!js_is_array(array)) return NULL;
    uint32_t n = (uint32_t)js_to_num(js_get(array, "length"));
    char **out = ARENA_ARRAY(js_arena(c), char *, n + 1u);
    for (uint32_t i = 0; i < n; i++) out[i] = (char *)(uintptr_t)js_to_str(js_arena(c), js_get_at(array, i)).at;
    return out;
}

/* (file, args, env or null, cwd or null, fds, detached, uid, gid): shared by both ways */
static struct proc_spec spec_of(struct js_call *c) {
    int n = (int)js_to_num(js_get(js_arg(c, 4), "length"));
    int *fds = ARENA_ARRAY(js_arena(c), int, (size_t)n + 3);
    for (int i = 0; i < n; i++) fds[i] = (int)js_to_num(js_get_at(js_arg(c, 4), (uint32_t)i));
    return (struct proc_spec){
        .file = js_str(c, 0).at, .argv = texts_of(c, js_arg(c, 1)), .env = texts_of(c, js_arg(c, 2)),
        .cwd = js_has(c, 3) ? js_str(c, 3).at : NULL, .fds = fds, .n_fds = n,
        .is_detached = js_bool(c, 5), .uid = js_int(c, 6), .gid = js_int(c, 7),
    };
}

/* --- with news: spawn(..., ended(code, signal)) -> handle or err */

struct child {
    struct loop_poll poll;
    pid_t pid;
    int watch;
    js_val ended;
    double handle;
};
static void close_child(void *thing) {
    struct child *ch = thing;
    loop_poll_close(&ch->poll);
    file_close(ch->watch);
    js_drop(ch->ended);
    mem_free(ch);
}
static const struct js_handle_type child_type = {"child", close_child};

static void on_end(struct loop_poll *p, err e, int events) {
    struct child *ch = (struct child *)p;
    struct proc_end end;
    if (proc_reap(ch->pid, &end) == -EAGAIN) return;
    js_val fn = js_hold(ch->ended);
    js_handle_take(ch->handle, &child_type);
    close_child(ch);
    js_enter();
    js_val args[] = {js_make_num(end.code), js_make_num(end.signal)};
    js_callback(fn, NULL, 2, args);
    js_drop(fn);
    js_leave();
}

NATIVE(child_spawn) {
    struct proc_spec s = spec_of(c);
    pid_t pid;
    err e = proc_spawn(&s, &pid);
    if (e) return js_make_num(e);
    struct child *ch = NEW(struct child);
    ch->pid = pid;
    ch->poll.call = on_end;
    ch->watch = proc_watch(pid);
    e = ch->watch < 0 ? ch->watch : loop_poll_open(c->loop, &ch->poll, ch->watch);
    if (e) {
        mem_free(ch);
        return js_make_num(e);
    }
    loop_poll_start(&ch->poll, LOOP_READABLE);
    ch->ended = js_hold(js_arg(c, 8));
    ch->handle = js_handle_number(&child_type, ch);
    js_val both[] = {js_make_num(ch->handle), js_make_num(pid)};
    return js_make_array(2, both);
}
NATIVE(child_kill) {
    struct child *ch = js_handle(c, 0, &child_type);
    return js_make_num(ch ? os_kill(ch->pid, js_int(c, 1)) : -ESRCH);
}
NATIVE(child_ref) {
    struct child *ch = js_handle(c, 0, &child_type);
    if (ch) loop_poll_ref(&ch->poll, js_bool(c, 1));
    return NULL;
}

/* pipe(childReads) -> [ours, theirs] */
NATIVE(child_pipe) {
    int ends[2];
    err e = proc_pipe(js_bool(c, 0), ends);
    if (e) return js_fail(c, e, "pipe2", NO_STR, NO_STR);
    js_val both[] = {js_make_num(ends[0]), js_make_num(ends[1])};
    return js_make_array(2, both);
}
NATIVE(child_channel) {
    int ends[2];
    err e = proc_channel(ends);
    if (e) return js_fail(c, e, "socketpair", NO_STR, NO_STR);
    js_val both[] = {js_make_num(ends[0]), js_make_num(ends[1])};
    return js_make_array(2, both);
}
NATIVE(child_adopt) {
    proc_adopt(js_int(c, 0));
    return NULL;
}
NATIVE(child_close) {
    file_close(js_int(c, 0));
    return NULL;
}

/* --- writing to a pipe that may be full: some now, a call when there is room */
NATIVE(child_write) {
    struct js_bytes b = js_bytes(c, 1);
    return js_make_num((double)file_write_some(js_int(c, 0), b.at, b.len));
}
struct room {
    struct loop_poll poll;
    struct js_op *op;
};
static void on_room(struct loop_poll *p, err e, int events) {
    struct room *r = (struct room *)p;
    struct js_op *op = r->op;
    loop_poll_close(&r->poll);
    mem_free(r);
    js_op_settle(op, 0, NULL);
}
NATIVE(child_when_writable) {
    struct js_op *op = js_op_begin(c, 1);
    struct room *r = NEW(struct room);
    r->op = op;
    r->poll.call = on_room;
    err e = loop_poll_open(c->loop, &r->poll, js_int(c, 0));
    if (e) mem_free(r);
    else loop_poll_start(&r->poll, LOOP_WRITABLE);
    return js_op_start(op, e);
}

/* --- to the end: run(..., input or null, takes, timeout, killSignal, most) -> err, or [pid, code, signal, out, err,
 * late, tooMuch] */
NATIVE(child_run) {
    struct proc_spec s = spec_of(c);
    int takes = js_int(c, 9);
    struct js_bytes input = js_bytes(c, 8);
    double most = js_num(c, 12);
    struct proc_run r = {
        .has_input = js_has(c, 8), .input = str_of((const char *)input.at, input.len), .takes = {takes & 1, takes & 2},
        .timeout_ms = js_num(c, 10), .kill_signal = js_int(c, 11), .most = most < 1e15 ? (size_t)most : SIZE_MAX,
    };
    pid_t pid = 0;
    err e = proc_run(&s, &r, &pid);
    js_val out[2];
    for (int i = 0; i < 2; i++) {
        out[i] = r.takes[i] ? js_make_buffer_copy(r.out[i].at, r.out[i].len) : js_make_null();
        buf_free(&r.out[i]);
    }
    if (e) return js_make_num(e);
    js_val all[] = {js_make_num(pid), js_make_num(r.end.code), js_make_num(r.end.signal), out[0], out[1],
                    js_make_bool(r.is_late), js_make_bool(r.is_too_much)};
    return js_make_array(7, all);
}

#define SPEC "(file: string, args: string[], env: string[] | null, cwd: string | null, fds: number[], " \
             "detached: boolean, uid: number, gid: number, "
static const struct js_native natives[] = {
    {"spawn", child_spawn, SPEC "ended: (code: number, signal: number) => void): any"},
    {"kill", child_kill, "(handle: number, signal: number): number"},
    {"ref", child_ref, "(handle: number, on: boolean): void"},
    {"pipe", child_pipe, "(childReads: boolean): [number, number]"},
    {"channel", child_channel, "(): [number, number]"},
    {"adopt", child_adopt, "(fd: number): void"},
    {"close", child_close, "(fd: number): void"},
    {"write", child_write, "(fd: number, data: Uint8Array): number"},
    {"whenWritable", child_when_writable, "(fd: number, done: (error: Error | null) => void): void"},
    {"run", child_run,
     SPEC "input: Uint8Array | null, takes: number, timeout: number, killSignal: number, "
          "most: number): any"},
};
JS_DOOR(node_child_process, natives)
