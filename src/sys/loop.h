/* sys/loop.h: one event loop for one thread, over libuv. Callbacks run on the loop's thread, inside loop_run_once.
 * Order of a turn, as libuv's: timers, `prepare` hooks, I/O (files, sockets, pool news), `check` hooks, closing. */
#pragma once
#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"

struct uv_loop_s;
struct loop;

/* Errors of the system are named and worded as libuv does it from then on; loop_new does it too. */
void loop_name_errors(void);

struct loop *loop_new(void);
void loop_free(struct loop *l);                          /* closes what is left; callbacks of closed things still run */
struct uv_loop_s *loop_uv(struct loop *l);               /* for rooms that own handles of libuv */

enum loop_wait { LOOP_WAIT, LOOP_NO_WAIT };
void loop_run_once(struct loop *l, enum loop_wait wait); /* one turn; LOOP_WAIT sleeps until something happens */
bool loop_is_alive(struct loop *l);                      /* something that is referenced is left */
void loop_hold(struct loop *l);                          /* counted: alive while held */
void loop_drop(struct loop *l);

double loop_now_ms(struct loop *l);                      /* monotonic, with fractions, cached at the turn's begin */
void loop_update_now(struct loop *l);
uint64_t loop_idle_ns(struct loop *l);                   /* spent waiting, in all */
uint64_t loop_start_ns(struct loop *l);                  /* loop_clock_ns of the first turn; 0 before it */
uint64_t loop_clock_ns(void);                            /* monotonic, asked anew */

/* Hooks of every turn. They do not keep the loop alive. */
struct loop_hook {
    void (*call)(struct loop_hook *);
    void *user;
    struct loop_hook *next;                              /* private */
};
void loop_before_wait(struct loop *l, struct loop_hook *h);      /* libuv's prepare */
void loop_after_wait(struct loop *l, struct loop_hook *h);       /* libuv's check */

/* While on, the loop never sleeps (an idle handle of libuv). It is alive too when `alive`. */
void loop_spin(struct loop *l, bool on, bool alive);

/* One-shot timer. Starting again moves it; ms counts from loop_now_ms. Close before freeing the memory, free in
 * `closed`. */
struct loop_timer {
    void *handle;                                        /* private */
    void (*call)(struct loop_timer *);
    void *user;
};
void loop_timer_open(struct loop *l, struct loop_timer *t);
void loop_timer_start(struct loop_timer *t, double ms);
void loop_timer_stop(struct loop_timer *t);
void loop_timer_ref(struct loop_timer *t, bool keeps_alive);
void loop_timer_close(struct loop_timer *t);             /* memory may go at once */

/* Readiness of an fd. */
enum { LOOP_READABLE = 1, LOOP_WRITABLE = 2, LOOP_HANGUP = 4 };
struct loop_poll {
    void *handle;                                        /* private */
    void (*call)(struct loop_poll *, err e, int events);
    void *user;
};
err loop_poll_open(struct loop *l, struct loop_poll *p, int fd);
err loop_poll_start(struct loop_poll *p, int events);    /* 0 stops */
void loop_poll_ref(struct loop_poll *p, bool keeps_alive);
void loop_poll_close(struct loop_poll *p);               /* memory may go at once; the fd is the caller's */

/* Wakes the loop from any thread; calls fall together when they come faster than turns. */
struct loop_wake {
    void *handle;                                        /* private */
    void (*call)(struct loop_wake *);
    void *user;
};
err loop_wake_open(struct loop *l, struct loop_wake *w);
void loop_wake_send(struct loop_wake *w);                /* any thread */
void loop_wake_ref(struct loop_wake *w, bool keeps_alive);
void loop_wake_close(struct loop_wake *w);

/* A signal of the OS, delivered on the loop. */
struct loop_signal {
    void *handle;                                        /* private */
    void (*call)(struct loop_signal *, int number);
    void *user;
};
err loop_signal_open(struct loop *l, struct loop_signal *s, int number);
void loop_signal_ref(struct loop_signal *s, bool keeps_alive);
void loop_signal_close(struct loop_signal *s);           /* memory may go at once */
