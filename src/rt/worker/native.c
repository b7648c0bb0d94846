/* rt/worker/native.c: workers: a thread, its realm and its loop; and the door by which a realm starts them. */
#include "rt/worker/worker.h"

#include <stdatomic.h>

#include "base/mem.h"
#include "base/must.h"
#include "engine/js_handle.h"
#include "engine/js_op.h"
#include "rt/builtin.h"
#include "rt/core.h"
#include "sys/thread.h"

enum { MB = 1 << 20, WATCH_MS = 50 };

struct rt_worker {
    _Atomic int holds;              /* its starter and its thread */
    struct arena arena;             /* texts of the options */
    struct rt_options options;
    str boot;
    _Atomic bool stops;
    int exit_code;
    double heap_limit;              /* bytes; 0 = none */
    bool is_out_of_memory;          /* that is why it ends */
    struct rt *starter;
    struct rt_worker *next;         /* of the starter's running ones */
    struct loop_wake ended;         /* on the starter's loop */
    js_val on_ended;                /* of the starter; held */
    struct thread_lock lock;        /* over the two below */
    struct thread_cond over;
    struct loop_wake *nudge;        /* on the worker's own loop, while it has one */
    bool is_over;                   /* its realm is gone */
};

static void worker_drop(struct rt_worker *w) {
    if (atomic_fetch_sub(&w->holds, 1) > 1) return;
    arena_free(&w->arena);
    mem_free(w);
}

bool rt_worker_is_stopped(const struct rt_worker *w) { return atomic_load(&w->stops); }

void rt_worker_exit(struct rt_worker *w, int code) {
    if (!atomic_exchange(&w->stops, true)) w->exit_code = code;
    js_realm_stop();
}

/* --- on the worker's thread */

/* What counts is what a collection leaves. */
static bool is_over_limit(struct rt_worker *w) {
    if (w->heap_limit == 0 || (double)js_memory().heap_used < w->heap_limit) return false;
    js_gc();
    return (double)js_memory().heap_used >= w->heap_limit;
}

static bool is_stopped(void *user) {
    struct rt_worker *w = user;
    if (rt_worker_is_stopped(w)) return true;
    if (!is_over_limit(w)) return false;
    w->is_out_of_memory = true;
    if (!atomic_exchange(&w->stops, true)) w->exit_code = 1;
    return true;
}
static void nudged(struct loop_wake *wake) {}

static void release(struct rt *rt) {
    js_realm_watch(0, NULL, NULL);
    rt_worker_end_children(rt);
    js_realm_close();                                    /* from here on nothing of JS is called; ops end silently */
    loop_free(rt->loop);
    js_realm_free(rt->realm);
    rt_builtin_end();
    rt_modules_end();
    mem_free(rt);
    rt_here = NULL;
}

static void run(void *argument) {
    struct rt_worker *w = argument;
    struct loop_wake nudge = {.call = nudged};
    thread_name("bao worker");
    struct rt *rt = rt_here = NEW(struct rt);
    rt->worker = w;
    rt->options = &w->options;
    rt_modules_begin(rt->options);
    rt_open(rt);
    if (loop_wake_open(rt->loop, &nudge) == 0) loop_wake_ref(&nudge, false);
    thread_lock(&w->lock);
    w->nudge = &nudge;
    thread_unlock(&w->lock);
    js_enter();
    js_realm_watch(WATCH_MS, is_stopped, w);
    js_leave();
    int code = rt_run(rt);
    if (!atomic_exchange(&w->stops, true)) w->exit_code = code;
    thread_lock(&w->lock);
    w->nudge = NULL;
    thread_unlock(&w->lock);
    loop_wake_close(&nudge);
    release(rt);
    thread_lock(&w->lock);
    w->is_over = true;
    if (w->starter) loop_wake_send(&w->ended);
    thread_wake_all(&w->over);
    thread_unlock(&w->lock);
    worker_drop(w);
}

/* --- on the starter's thread */

static void forget(struct rt_worker *w) {
    struct rt_worker **at = &w->starter->workers;
    while (*at != w) at = &(*at)->next;
    *at = w->next;
    w->starter = NULL;
}

static void stop(struct rt_worker *w, int code) {
    if (!atomic_exchange(&w->stops, true)) w->exit_code = code;
    thread_lock(&w->lock);
    if (w->nudge) loop_wake_send(w->nudge);
    thread_unlock(&w->lock);
}

static void on_ended(struct loop_wake *wake) {
    struct rt_worker *w = wake->user;
    js_enter();
    js_val fn = w->on_ended, told[] = {js_make_num(w->exit_code), js_make_bool(w->is_out_of_memory)}, more;
    thread_lock(&w->lock);
    forget(w);
    thread_unlock(&w->lock);
    loop_wake_close(&w->ended);
    js_drop(fn);                                         /* it lives on the stack */
    do more = js_callback(fn, NULL, 2, told);
    while (more && js_truthy(more));
    js_leave();
    worker_drop(w);
}

void rt_worker_end_children(struct rt *rt) {
    for (struct rt_worker *w = rt->workers; w; w = w->next) stop(w, 1);
    while (rt->workers) {
        struct rt_worker *w = rt->workers;
        thread_lock(&w->lock);
        while (!w->is_over) thread_wait(&w->over, &w->lock);
        forget(w);
        thread_unlock(&w->lock);
        loop_wake_close(&w->ended);
        js_drop(w->on_ended);
        worker_drop(w);
    }
}

static const struct js_handle_type worker_type = {.name = "worker"};

static void take_preload(struct rt_worker *w, js_val list) {
    size_t n = js_is_object(list) ? (size_t)js_to_num(js_get(list, "length")) : 0;
    str *at = n ? arena_alloc(&w->arena, n * sizeof *at) : NULL;
    for (size_t i = 0; i < n; i++) at[i] = js_to_str(&w->arena, js_get_at(list, (uint32_t)i));
    w->options.preload = at;
    w->options.n_preload = n;
}

/* start(form, entry, its name, boot, ended, preloaded modules, small?, MB of heap (0: as much as there is), MB of
 * stack): entry is an absolute path (0), a text with the name that stacks show (1),
 * or a builtin module whose `main` is given what the name is as JSON (2). */
NATIVE(worker_start) {
    struct rt_worker *w = NEW(struct rt_worker);
    struct rt *rt = rt_here;
    static const enum rt_entry kinds[] = {RT_FILE, RT_EVAL, RT_BUILTIN};
    unsigned form = js_uint(c, 0);
    must(form < sizeof kinds / sizeof *kinds);
    w->holds = 2;
    w->options.kind = kinds[form];
    w->options.entry = arena_str(&w->arena, js_str(c, 1));
    w->options.name = arena_str(&w->arena, js_str(c, 2));
    w->boot = arena_str(&w->arena, js_str(c, 3));
    take_preload(w, js_arg(c, 5));
    w->options.is_small = js_bool(c, 6);
    w->heap_limit = js_num(c, 7) * MB;
    size_t stack = (size_t)(js_num(c, 8) * MB);
    w->ended.call = on_ended;
    w->ended.user = w;
    if (loop_wake_open(rt->loop, &w->ended)) {
        w->holds = 1;
        worker_drop(w);
        return js_throw(JS_ERROR, "ERR_WORKER_INIT_FAILED", "Worker initialization failure: EMFILE");
    }
    w->on_ended = js_hold(js_arg(c, 4));
    w->starter = rt;
    w->next = rt->workers;
    rt->workers = w;
    struct thread t;
    err e = thread_start(&t, run, w, stack);
    if (!e) {
        thread_detach(&t);
        return js_handle_make(&worker_type, w);
    }
    forget(w);
    loop_wake_close(&w->ended);
    js_drop(w->on_ended);
    w->holds = 1;
    worker_drop(w);
    return js_throw(JS_ERROR, "ERR_WORKER_INIT_FAILED", "Worker initialization failure: %s", err_name(e));
}

/* The handle is given up when its end was told. */
NATIVE(worker_stop) {
    struct rt_worker *w = js_handle(c, 0, &worker_type);
    if (w) stop(w, 1);
    return NULL;
}
NATIVE(worker_ref) {
    struct rt_worker *w = js_handle(c, 0, &worker_type);
    if (w) loop_wake_ref(&w->ended, js_bool(c, 1));
    return NULL;
}
NATIVE(worker_forget) {
    js_handle_take(js_num(c, 0), &worker_type);
    return NULL;
}
NATIVE(worker_boot) { return rt_here->worker ? js_make_str(rt_here->worker->boot) : NULL; }

/* Of threads; the main one is 0. */
NATIVE(worker_next_id) {
    static _Atomic uint32_t last;
    return js_make_num(atomic_fetch_add(&last, 1) + 1);
}

static const struct js_native natives[] = {
    {"start", worker_start,
     "(form: number, entry: string, name: string, boot: string, ended: (code: number, isOutOfMemory: boolean) => void, "
     "preload: string[], isSmall: boolean, heapMb: number, stackMb: number): number"},
    {"stop", worker_stop, "(worker: number): void"},
    {"ref", worker_ref, "(worker: number, keepsAlive: boolean): void"},
    {"forget", worker_forget, "(worker: number): void"},
    {"boot", worker_boot, "(): string | undefined"},
    {"nextId", worker_next_id, "(): number"},
};
JS_DOOR(rt_worker, natives)
