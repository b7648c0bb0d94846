/* rt/rt.c: a running program: the realm and the loop are made, the entry is run, the loop turns until nothing is
 * left. */
#include "rt/rt.h"

#include <stdio.h>

#include "base/mem.h"
#include "base/must.h"
#include "engine/js_op.h"
#include "rt/core.h"
#include "rt/builtin.h"
#include "rt/modules/modules.h"
#include "rt/worker/worker.h"
#include "sys/crash.h"
#include "sys/program.h"
#include "sys/tty.h"

_Thread_local struct rt *rt_here;

_Noreturn void rt_leave(int code) {
    tty_restore();
    fflush(NULL);
    _Exit(code);
}

/* A worker that was told to end: nothing of it is called any more. */
static bool is_stopped(const struct rt *rt) { return rt->worker && rt_worker_is_stopped(rt->worker); }

static js_val hook(enum rt_hook which, size_t n, const js_val args[]) {
    js_val fn = is_stopped(rt_here) ? NULL : rt_here->hooks[which];
    return fn ? js_callback(fn, NULL, n, args) : NULL;
}

/* --- news from the engine ----------------------------------------------------------------------------------------- */

/* An error before or within the reporter itself: no more than its text can be said. */
static void last_words(js_val error) {
    struct arena a = {0};
    str stack = js_is_object(error) ? js_to_str(&a, js_get(error, "stack")) : STR("");
    js_take_thrown();
    str text = js_to_str(&a, error);
    fprintf(stderr, "Uncaught %.*s\n%.*s\n", STR_FMT(text), STR_FMT(stack));
    if (!rt_here->worker) rt_leave(7);
    arena_free(&a);
    rt_worker_exit(rt_here->worker, 7);
}

static void report(struct rt *rt, js_val error, bool is_module) {
    if (is_stopped(rt)) return;     /* what it threw is its end */
    if (!rt->hooks[RT_UNCAUGHT]) last_words(error);
    js_val args[] = {error, js_make_bool(is_module)};
    if (!js_invoke(rt->hooks[RT_UNCAUGHT], NULL, 2, args)) {
        js_val second = js_take_thrown();
        if (second && !is_stopped(rt)) last_words(second);
    }
}

static void on_uncaught(void *user, js_val error) { report(user, error, false); }

static void on_rejected(void *user, js_val promise, js_val reason) {
    struct rt *rt = user;
    js_val args[] = {promise, reason};
    if (rt->hooks[RT_REJECTED] && !is_stopped(rt)) js_invoke(rt->hooks[RT_REJECTED], NULL, 2, args);
}

static void run_ticks(void *user) {
    struct rt *rt = user;
    must(rt->hooks[RT_RUN_TICKS]);      /* internal:rt sets the flag, and is there then */
    if (is_stopped(rt)) {
        js_flags()[JS_FLAG_TICK] = js_flags()[JS_FLAG_REJECTION] = 0;
        return;
    }
    if (!js_invoke(rt->hooks[RT_RUN_TICKS], NULL, 0, NULL) && js_has_thrown()) on_uncaught(user, js_take_thrown());
}

static void watch_rejections(void *user) {
    struct rt *rt = user;
    if (!js_invoke(rt->hooks[RT_WATCH], NULL, 0, NULL) && js_has_thrown()) on_uncaught(user, js_take_thrown());
}

static js_val trace_op(void *user, js_val fn, const char *type) {
    js_val args[] = {fn, js_make_str(str_c(type))},
           made = js_invoke(((struct rt *)user)->hooks[RT_TRACE], NULL, 2, args);
    if (!made) on_uncaught(user, js_take_thrown());
    return made ? made : fn;
}

static const struct js_hooks realm_hooks = {
    .trace = trace_op,
    .run_ticks = run_ticks, .rejected = on_rejected, .watch = watch_rejections, .uncaught = on_uncaught,
};

/* --- timers and immediates ---------------------------------------------------------------------------------------- */

void rt_schedule(double ms) { loop_timer_start(&rt_here->timer, ms < 1 ? 1 : ms); }

static void on_timer(struct loop_timer *t) {
    for (;;) {
        js_val now = js_make_num(loop_now_ms(rt_here->loop)), next = hook(RT_RUN_TIMER, 1, &now);
        double ms = next ? js_to_num(next) : 0;
        if (ms > 0) rt_schedule(ms);
        if (ms != 0) return;        /* NaN too: nobody runs timers */
        loop_update_now(rt_here->loop);
    }
}

static void run_immediates(void) {
    js_val begin = js_make_bool(true);
    volatile int32_t *flags = js_flags();
    if (!flags[JS_FLAG_IMMEDIATES]) return;
    for (;;) {
        if (is_stopped(rt_here)) return;        /* they stay: nobody runs them */
        js_val more = hook(RT_RUN_IMMEDIATE, 1, &begin);
        if (more ? !js_truthy(more) : !flags[JS_FLAG_IMMEDIATES]) return;    /* NULL: it threw, and the batch goes on */
        begin = js_make_bool(false);
    }
}

/* --- the engine's run loop, served from ours (engine.md 4) -------------------------------------------------------- */

static void engine_is_ready(struct loop_poll *p, err e, int events) { rt_here->engine_fired = true; }
static void engine_is_due(struct loop_timer *t) { rt_here->engine_fired = true; }

static void wait_for_engine(struct rt *rt) {
    int ms = js_run_loop_prepare();
    if (!rt->engine_polls) {
        int fd = js_run_loop_fd();
        rt->engine_poll.call = engine_is_ready;
        if (fd >= 0 && loop_poll_open(rt->loop, &rt->engine_poll, fd) == 0) {
            loop_poll_start(&rt->engine_poll, LOOP_READABLE);
            loop_poll_ref(&rt->engine_poll, false);
        }
        rt->engine_polls = true;
    }
    if (ms > 0) loop_timer_start(&rt->engine_timer, ms);
    if (ms == 0) rt->engine_fired = true;
}

static void serve_engine(struct rt *rt) {
    if (!rt->engine_fired) return;
    rt->engine_fired = false;
    js_enter();
    js_run_loop_dispatch();
    js_settle_all();
    js_leave();
}

/* --- garbage when idle: allocation collects by itself, but what was freed is given back only after a full one */

enum { GC_IDLE_MS = 2000, GC_LEAST_GROWTH = 16 << 20, GC_SMALL_IDLE_MS = 200, GC_SMALL_GROWTH = 1 << 20 };

static size_t resident(void) {
    char text[128];
    unsigned long pages = 0;
    FILE *f = fopen("/proc/self/statm", "re");
    if (!f) return 0;
    if (!fgets(text, sizeof text, f) || sscanf(text, "%*u %lu", &pages) != 1) pages = 0;
    fclose(f);
    return pages * 4096;
}

static void on_gc_timer(struct loop_timer *t) {
    struct rt *rt = rt_here;
    uint64_t turns = rt->n_turns - rt->gc_turns;
    rt->gc_armed = false;
    if (turns > 20) return;         /* not idle: armed again by the next turn */
    size_t now = resident();
    bool is_small = rt->options->is_small;
    if (now < rt->rss_after_gc + (is_small ? GC_SMALL_GROWTH : GC_LEAST_GROWTH)) return;
    if (!is_small && now < rt->rss_after_gc / 10 * 13) return;
    js_gc();
    rt->rss_after_gc = resident();
}

static void arm_gc(struct rt *rt) {
    if (rt->gc_armed || rt->n_turns == rt->gc_turns) return;
    rt->gc_armed = true;
    rt->gc_turns = rt->n_turns;
    loop_timer_start(&rt->gc_timer, rt->options->is_small ? GC_SMALL_IDLE_MS : GC_IDLE_MS);
}

/* --- the turn: timers, what waited, poll, immediates, closing ----------------------------------------------------- */

/* What JS said through the shared flags becomes what the loop does. */
static void heed_flags(struct rt *rt) {
    volatile int32_t *flags = js_flags();
    bool timer_keeps = flags[JS_FLAG_TIMERS_REF] > 0, pending_keeps = flags[JS_FLAG_PENDING] > 0;
    bool spins = flags[JS_FLAG_IMMEDIATES] > 0 || js_realm_has_turn() || rt->engine_fired;
    bool spin_keeps = flags[JS_FLAG_IMMEDIATES_REF] > 0 || js_realm_has_turn();
    if (timer_keeps != rt->timer_keeps) loop_timer_ref(&rt->timer, rt->timer_keeps = timer_keeps);
    if (pending_keeps != rt->pending_keeps) {
        if (pending_keeps) loop_hold(rt->loop);
        else loop_drop(rt->loop);
        rt->pending_keeps = pending_keeps;
    }
    if (spins != rt->spins || spin_keeps != rt->spin_keeps)
        loop_spin(rt->loop, rt->spins = spins, rt->spin_keeps = spin_keeps);
}

static void before_wait(struct loop_hook *h) {
    struct rt *rt = h->user;
    if (js_realm_has_turn()) js_realm_turn();
    wait_for_engine(rt);
    heed_flags(rt);
    if (!rt->spins) arm_gc(rt);
}

static void after_wait(struct loop_hook *h) {
    struct rt *rt = h->user;
    rt->n_turns++;
    serve_engine(rt);
    run_immediates();
    js_settle_owed();
    heed_flags(rt);
}

bool rt_turn(void) {
    heed_flags(rt_here);
    if (!loop_is_alive(rt_here->loop)) return false;
    loop_run_once(rt_here->loop, LOOP_WAIT);
    return true;
}

static void run_loop(struct rt *rt) {
    for (;;) {
        heed_flags(rt);
        if (is_stopped(rt)) return;
        if (loop_is_alive(rt->loop)) {
            loop_run_once(rt->loop, LOOP_WAIT);
            continue;
        }
        if (js_run_loop_prepare() == 0) {       /* the engine has news that JS waits for */
            rt->engine_fired = true;
            serve_engine(rt);
        }
        hook(RT_BEFORE_EXIT, 0, NULL);
        heed_flags(rt);
        if (!loop_is_alive(rt->loop)) return;
    }
}

/* --- from start to end -------------------------------------------------------------------------------------------- */

static js_val run_hosted(const struct rt_options *o) {
    js_val run = rt_builtin_get(STR("rt:hosted"), "run");
    js_val args[] = {js_make_str(o->entry), js_make_str(o->name)};
    return run ? js_invoke(run, NULL, 2, args) : NULL;
}

static void run_entry(struct rt *rt) {
    js_enter();
    rt->in_entry = true;
    js_val value = rt->options->kind == RT_BUILTIN ? run_hosted(rt->options) : rt_modules_run(rt->options);
    if (!value && js_has_thrown()) report(rt, js_take_thrown(), rt_modules_entry_is_esm());
    else if (js_is_object(value) || rt->options->kind == RT_PRINT) {
        js_val args[] = {value ? value : js_make_undefined(),
                         rt->options->kind == RT_PRINT ? rt_modules_printed() : NULL};
        js_invoke(rt->hooks[RT_ENTRY], NULL, args[1] ? 2 : 1, args);
        if (js_has_thrown()) on_uncaught(rt, js_take_thrown());
    }
    rt->in_entry = false;
    if (rt_modules_entry_is_esm()) js_drain();
    js_settle_all();
    js_leave();
}

static void run(void *user) {
    struct rt *rt = user;
    if (!is_stopped(rt)) run_entry(rt);
    run_loop(rt);
    js_val code = hook(RT_EXIT, 0, NULL);
    volatile int32_t *flags = js_flags();
    double n = code ? js_to_num(code) : flags[JS_FLAG_HAS_EXIT_CODE] ? flags[JS_FLAG_EXIT_CODE] : 0;
    rt->exit_code = n == n ? (int)n & 255 : 0;
}

static void open_loop(struct rt *rt) {
    rt->timer.call = on_timer;
    rt->engine_timer.call = engine_is_due;
    rt->gc_timer.call = on_gc_timer;
    struct loop_timer *timers[] = {&rt->timer, &rt->engine_timer, &rt->gc_timer};
    for (size_t i = 0; i < sizeof timers / sizeof *timers; i++) {
        loop_timer_open(rt->loop, timers[i]);
        loop_timer_ref(timers[i], false);
    }
    rt->before = (struct loop_hook){before_wait, rt, NULL};
    rt->after = (struct loop_hook){after_wait, rt, NULL};
    loop_before_wait(rt->loop, &rt->before);
    loop_after_wait(rt->loop, &rt->after);
}

void rt_open(struct rt *rt) {
    rt->loop = loop_new();
    rt->realm = js_realm_new(&realm_hooks, rt, rt->loop);
    open_loop(rt);
    js_enter();
    if (!rt_builtin(STR("rt:boot"))) last_words(js_take_thrown());
    js_leave();
}

int rt_run(struct rt *rt) {
    js_realm_inside(run, rt);
    return rt->exit_code;
}

int rt_main(const struct rt_options *o) {
    const char *why;
    rt_modules_begin(o);
    crash_catch(BAO_VERSION);
    if (!js_engine_load(&why)) {
        fprintf(stderr, "error: %s\n", why);
        return 1;
    }
    struct rt *rt = rt_here = NEW(struct rt);
    rt->options = o;
    rt_open(rt);
    int code = rt_run(rt);
    fflush(NULL);
    return code;
}
