/* rt/core.h: inside rt: the state of the running program, shared by rt.c (the loop turn), native.c (the door) and the
 * loader's files. */
#pragma once
#include "engine/js_realm.h"
#include "rt/modules/modules.h"
#include "sys/loop.h"

/* Functions of internal:rt that the core calls; handed over once by rt:boot through the door. */
enum rt_hook {
    RT_RUN_TICKS,                   /* () */
    RT_REJECTED,                    /* (promise, reason) */
    RT_UNCAUGHT,                    /* (error, does the body of an ES module throw it?) */
    RT_RUN_TIMER,                   /* (now) => 0: again; ms until the next; -1: none */
    RT_RUN_IMMEDIATE,               /* (begin) => more of the batch */
    RT_BEFORE_EXIT,                 /* (): nothing is left to do */
    RT_EXIT,                        /* () => exit code: the loop has ended */
    RT_ENTRY,                       /* (promise | undefined, value of -p): the entry was evaluated */
    RT_WATCH,                       /* (): reported rejections may have found a handler */
    RT_TRACE,                       /* (callback of an op, its type) => what is called in its place */
    RT_N_HOOKS,
};

struct rt {
    struct js_realm *realm;
    struct loop *loop;
    js_val hooks[RT_N_HOOKS];
    struct loop_timer timer;        /* the earliest of the JS timers */
    struct loop_timer engine_timer; /* what the engine's run loop waits for */
    struct loop_timer gc_timer;
    struct loop_poll engine_poll;
    struct loop_hook before, after;
    bool timer_keeps, pending_keeps, spins, spin_keeps, engine_polls, engine_fired, gc_armed;
    bool in_entry;                       /* the body of the main module is running */
    uint64_t n_turns, gc_turns;
    size_t rss_after_gc;
    const struct rt_options *options;
    struct rt_worker *worker;            /* this realm is one; NULL for the main one */
    struct rt_worker *workers;           /* that this realm started and that still run */
    int exit_code;
};
extern _Thread_local struct rt *rt_here;


bool rt_turn(void);                 /* one turn of the loop; false: nothing keeps it alive */
void rt_schedule(double ms);        /* arms the JS timer */
_Noreturn void rt_leave(int code);  /* what was written is out; _exit */
/* The realm and the loop of rt, on this thread; then its entry and the loop until nothing is left, which gives the exit
 * code. */
void rt_open(struct rt *rt);
int rt_run(struct rt *rt);
