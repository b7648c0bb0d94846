#include "sys/loop.h"

#include <signal.h>
#include <stdatomic.h>
#include <time.h>
#include <uv.h>

#include "base/list.h"
#include "base/mem.h"
#include "base/must.h"
#include "sys/internal.h"
#include "sys/pool.h"

struct loop {
    uv_loop_t uv;
    uv_prepare_t prepare;
    uv_check_t check;
    uv_idle_t idle;
    uv_async_t news;                 /* pool jobs that ended */
    uv_async_t keeper;               /* referenced while held */
    bool has_prepare, has_check;
    struct loop_hook *before, *after;
    unsigned n_held, n_jobs;
    uint64_t start_ns;
    _Atomic(struct pool_job *) ended;
};

static void on_prepare(uv_prepare_t *p) {
    struct loop *l = p->data;
    for (struct loop_hook *h = l->before, *next; h; h = next) {
        next = h->next;
        h->call(h);
    }
}

static void on_check(uv_check_t *c) {
    struct loop *l = c->data;
    for (struct loop_hook *h = l->after, *next; h; h = next) {
        next = h->next;
        h->call(h);
    }
}

static void on_idle(uv_idle_t *i) { (void)i; }
static void on_keeper(uv_async_t *a) { (void)a; }

static void on_news(uv_async_t *a) {
    struct loop *l = a->data;
    struct pool_job *job = atomic_exchange(&l->ended, NULL), *in_order = NULL;
    while (job) {                    /* they were pushed on a stack: turn them round */
        struct pool_job *next = job->next;
        job->next = in_order;
        in_order = job;
        job = next;
    }
    while (in_order) {
        struct pool_job *next = in_order->next;
        if (--l->n_jobs == 0) uv_unref((uv_handle_t *)&l->news);
        in_order->done(in_order);
        in_order = next;
    }
}

void loop_job_begins(struct loop *l) {
    if (l->n_jobs++ == 0) uv_ref((uv_handle_t *)&l->news);
}
void loop_job_is_off(struct loop *l) {
    if (--l->n_jobs == 0) uv_unref((uv_handle_t *)&l->news);
}
void loop_job_ended(struct loop *l, struct pool_job *job) {
    struct pool_job *head = atomic_load(&l->ended);
    do job->next = head;
    while (!atomic_compare_exchange_weak(&l->ended, &head, job));
    if (!head) uv_async_send(&l->news);
}

struct loop *loop_new(void) {
    loop_name_errors();
    signal(SIGPIPE, SIG_IGN);        /* a peer that went away is an error of write */
    struct loop *l = NEW(struct loop);
    must(uv_loop_init(&l->uv) == 0);
    uv_loop_configure(&l->uv, UV_METRICS_IDLE_TIME);
    l->uv.data = l;
    uv_prepare_init(&l->uv, &l->prepare);
    uv_check_init(&l->uv, &l->check);
    uv_idle_init(&l->uv, &l->idle);
    must(uv_async_init(&l->uv, &l->news, on_news) == 0);
    must(uv_async_init(&l->uv, &l->keeper, on_keeper) == 0);
    l->prepare.data = l->check.data = l->news.data = l;
    uv_unref((uv_handle_t *)&l->prepare);
    uv_unref((uv_handle_t *)&l->check);
    uv_unref((uv_handle_t *)&l->news);
    uv_unref((uv_handle_t *)&l->keeper);
    return l;
}

static void close_left(uv_handle_t *h, void *unused) {
    (void)unused;
    if (!uv_is_closing(h)) uv_close(h, NULL);
}

void loop_free(struct loop *l) {
    uv_walk(&l->uv, close_left, NULL);
    uv_run(&l->uv, UV_RUN_DEFAULT);
    must(uv_loop_close(&l->uv) == 0);
    mem_free(l);
}

struct uv_loop_s *loop_uv(struct loop *l) { return &l->uv; }
struct loop *loop_of_uv(struct uv_loop_s *uv) { return uv->data; }

void loop_run_once(struct loop *l, enum loop_wait wait) {
    if (!l->start_ns) l->start_ns = loop_clock_ns();
    uv_run(&l->uv, wait == LOOP_WAIT ? UV_RUN_ONCE : UV_RUN_NOWAIT);
}

bool loop_is_alive(struct loop *l) { return uv_loop_alive(&l->uv) != 0; }
void loop_hold(struct loop *l) {
    if (l->n_held++ == 0) uv_ref((uv_handle_t *)&l->keeper);
}
void loop_drop(struct loop *l) {
    must(l->n_held > 0);
    if (--l->n_held == 0) uv_unref((uv_handle_t *)&l->keeper);
}

double loop_now_ms(struct loop *l) { return (double)uv_now(&l->uv); }
uint64_t loop_idle_ns(struct loop *l) { return uv_metrics_idle_time(&l->uv); }
uint64_t loop_start_ns(struct loop *l) { return l->start_ns; }
void loop_update_now(struct loop *l) { uv_update_time(&l->uv); }

uint64_t loop_clock_ns(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

static void add_hook(struct loop_hook **at, struct loop_hook *h) {
    while (*at) at = &(*at)->next;
    h->next = NULL;
    *at = h;
}

void loop_before_wait(struct loop *l, struct loop_hook *h) {
    add_hook(&l->before, h);
    if (l->has_prepare) return;
    l->has_prepare = true;
    uv_prepare_start(&l->prepare, on_prepare);
}

void loop_after_wait(struct loop *l, struct loop_hook *h) {
    add_hook(&l->after, h);
    if (l->has_check) return;
    l->has_check = true;
    uv_check_start(&l->check, on_check);
}

void loop_spin(struct loop *l, bool on, bool alive) {
    if (on) uv_idle_start(&l->idle, on_idle);
    else uv_idle_stop(&l->idle);
    if (alive) uv_ref((uv_handle_t *)&l->idle);
    else uv_unref((uv_handle_t *)&l->idle);
}

/* --- handles: the memory libuv needs is ours, so that the caller's may go at once on close */
static void free_handle(uv_handle_t *h) { mem_free(h); }
static void close_handle(void **at) {
    uv_handle_t *h = *at;
    *at = NULL;
    if (!h) return;
    h->data = NULL;
    uv_close(h, free_handle);
}
static void ref_handle(uv_handle_t *h, bool keeps_alive) {
    if (keeps_alive) uv_ref(h);
    else uv_unref(h);
}

static void on_timer(uv_timer_t *h) {
    struct loop_timer *t = h->data;
    t->call(t);
}
void loop_timer_open(struct loop *l, struct loop_timer *t) {
    uv_timer_t *h = NEW(uv_timer_t);
    uv_timer_init(&l->uv, h);
    h->data = t;
    t->handle = h;
}
void loop_timer_start(struct loop_timer *t, double ms) {
    uv_timer_start(t->handle, on_timer, ms > 0 ? (uint64_t)ms : 0, 0);
}
void loop_timer_stop(struct loop_timer *t) { uv_timer_stop(t->handle); }
void loop_timer_ref(struct loop_timer *t, bool keeps_alive) { ref_handle(t->handle, keeps_alive); }
void loop_timer_close(struct loop_timer *t) { close_handle(&t->handle); }

static void on_poll(uv_poll_t *h, int status, int events) {
    struct loop_poll *p = h->data;
    int ours = (events & UV_READABLE ? LOOP_READABLE : 0) | (events & UV_WRITABLE ? LOOP_WRITABLE : 0) |
               (events & UV_DISCONNECT ? LOOP_HANGUP : 0);
    p->call(p, status < 0 ? status : 0, ours);
}
err loop_poll_open(struct loop *l, struct loop_poll *p, int fd) {
    uv_poll_t *h = NEW(uv_poll_t);
    err e = uv_poll_init(&l->uv, h, fd);
    if (e) {
        mem_free(h);
        return e;
    }
    h->data = p;
    p->handle = h;
    return 0;
}
err loop_poll_start(struct loop_poll *p, int events) {
    if (!events) return uv_poll_stop(p->handle);
    return uv_poll_start(p->handle,
                         (events & LOOP_READABLE ? UV_READABLE : 0) | (events & LOOP_WRITABLE ? UV_WRITABLE : 0) |
                             (events & LOOP_HANGUP ? UV_DISCONNECT : 0),
                         on_poll);
}
void loop_poll_ref(struct loop_poll *p, bool keeps_alive) { ref_handle(p->handle, keeps_alive); }
void loop_poll_close(struct loop_poll *p) { close_handle(&p->handle); }

static void on_wake(uv_async_t *h) {
    struct loop_wake *w = h->data;
    if (w) w->call(w);
}
err loop_wake_open(struct loop *l, struct loop_wake *w) {
    uv_async_t *h = NEW(uv_async_t);
    err e = uv_async_init(&l->uv, h, on_wake);
    if (e) {
        mem_free(h);
        return e;
    }
    h->data = w;
    w->handle = h;
    return 0;
}
void loop_wake_send(struct loop_wake *w) { uv_async_send(w->handle); }
void loop_wake_ref(struct loop_wake *w, bool keeps_alive) { ref_handle(w->handle, keeps_alive); }
void loop_wake_close(struct loop_wake *w) { close_handle(&w->handle); }

static void on_signal(uv_signal_t *h, int number) {
    struct loop_signal *s = h->data;
    if (s) s->call(s, number);
}
err loop_signal_open(struct loop *l, struct loop_signal *s, int number) {
    uv_signal_t *h = NEW(uv_signal_t);
    uv_signal_init(&l->uv, h);
    h->data = s;
    err e = uv_signal_start(h, on_signal, number);
    if (e) {
        uv_close((uv_handle_t *)h, free_handle);
        return e;
    }
    s->handle = h;
    return 0;
}
void loop_signal_ref(struct loop_signal *s, bool keeps_alive) { ref_handle(s->handle, keeps_alive); }
void loop_signal_close(struct loop_signal *s) { close_handle(&s->handle); }

/* --- names and texts of the system's errors, as libuv words them */
static const char *name_of(err e) {
#define X(name, text) case UV_##name: return #name;
    switch (e) { UV_ERRNO_MAP(X) }
#undef X
    return NULL;
}
static const char *text_of(err e) {
#define X(name, text) case UV_##name: return text;
    switch (e) { UV_ERRNO_MAP(X) }
#undef X
    return NULL;
}
void loop_name_errors(void) { err_set_system(name_of, text_of); }
