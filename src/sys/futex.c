#include "sys/futex.h"

#include <math.h>
#include <string.h>

#include "sys/loop.h"
#include "sys/thread.h"

enum { STOP_CHECK_MS = 50 };
struct sleeper { struct futex_waiter waiter; struct thread_cond cond; };
static struct thread_lock lock;
static struct futex_waiter *first, **last = &first;

static int64_t value_at(const void *at, size_t size) {
    if (size == 8) return __atomic_load_n((const int64_t *)at, __ATOMIC_SEQ_CST);
    return __atomic_load_n((const int32_t *)at, __ATOMIC_SEQ_CST);
}

static void put_on(struct futex_waiter *w) {
    w->next = NULL;
    *last = w;
    last = &w->next;
}
static void take_off(struct futex_waiter *w) {
    struct futex_waiter **p = &first;
    while (*p != w) p = &(*p)->next;
    *p = w->next;
    if (!w->next) last = p;
}

static void wake_sleeper(struct futex_waiter *w) { thread_wake_all(&((struct sleeper *)w)->cond); }

enum futex_end futex_wait(const void *at, size_t size, int64_t expected, double ms, bool (*stops)(void *user),
                          void *user) {
    struct sleeper s = {.waiter = {.at = at, .woken = wake_sleeper}};
    struct futex_waiter *w = &s.waiter;
    double end = (double)loop_clock_ns() / 1e6 + ms;
    enum futex_end how = FUTEX_OK;
    thread_lock(&lock);
    if (value_at(at, size) != expected) {
        thread_unlock(&lock);
        return FUTEX_NOT_EQUAL;
    }
    put_on(w);
    while (!w->is_woken) {
        double left = end - (double)loop_clock_ns() / 1e6;
        if (left <= 0) how = FUTEX_TIMED_OUT;
        else if (stops && stops(user)) how = FUTEX_STOPPED;
        if (how != FUTEX_OK) break;
        thread_wait_for(&s.cond, &lock, stops && left > STOP_CHECK_MS ? STOP_CHECK_MS : left < 1e9 ? left : 1e9);
    }
    if (w->is_woken) how = FUTEX_OK;
    else take_off(w);
    thread_unlock(&lock);
    return how;
}

enum futex_end futex_wait_async(struct futex_waiter *w, const void *at, size_t size, int64_t expected) {
    thread_lock(&lock);
    bool waits = value_at(at, size) == expected;
    w->at = at;
    w->is_woken = false;
    if (waits) put_on(w);
    thread_unlock(&lock);
    return waits ? FUTEX_OK : FUTEX_NOT_EQUAL;
}

bool futex_cancel(struct futex_waiter *w) {
    thread_lock(&lock);
    bool waited = !w->is_woken;
    if (waited) take_off(w);
    thread_unlock(&lock);
    return waited;
}

unsigned futex_notify(const void *at, unsigned most) {
    unsigned n = 0;
    thread_lock(&lock);
    for (struct futex_waiter *w = first, *next; w && n < most; w = next) {
        next = w->next;
        if (w->at != at) continue;
        take_off(w);
        w->is_woken = true;
        w->woken(w);
        n++;
    }
    thread_unlock(&lock);
    return n;
}
