#include "sys/futex.h"

#include <math.h>
#include <string.h>

#include "sys/loop.h"
#include "sys/thread.h"

enum { STOP_CHECK_MS = 50 };
struct waiter {
    struct waiter *next;
    const void *at;
    struct thread_cond cond;
    bool is_woken;
};
static struct thread_lock lock;
static struct waiter *first, **last = &first;

static int64_t value_at(const void *at, size_t size) {
    if (size == 8) return __atomic_load_n((const int64_t *)at, __ATOMIC_SEQ_CST);
    return __atomic_load_n((const int32_t *)at, __ATOMIC_SEQ_CST);
}

static void take_off(struct waiter *w) {
    struct waiter **p = &first;
    while (*p != w) p = &(*p)->next;
    *p = w->next;
    if (!w->next) last = p;
}

enum futex_end futex_wait(const void *at, size_t size, int64_t expected, double ms, bool (*stops)(void *user),
                          void *user) {
    struct waiter w = {.at = at};
    double end = (double)loop_clock_ns() / 1e6 + ms;
    enum futex_end how = FUTEX_OK;
    thread_lock(&lock);
    if (value_at(at, size) != expected) {
        thread_unlock(&lock);
        return FUTEX_NOT_EQUAL;
    }
    *last = &w;
    last = &w.next;
    while (!w.is_woken) {
        double left = end - (double)loop_clock_ns() / 1e6;
        if (left <= 0) how = FUTEX_TIMED_OUT;
        else if (stops && stops(user)) how = FUTEX_STOPPED;
        if (how != FUTEX_OK) break;
        thread_wait_for(&w.cond, &lock, stops && left > STOP_CHECK_MS ? STOP_CHECK_MS : left < 1e9 ? left : 1e9);
    }
    if (w.is_woken) how = FUTEX_OK;
    else take_off(&w);
    thread_unlock(&lock);
    return how;
}

unsigned futex_notify(const void *at, unsigned most) {
    unsigned n = 0;
    thread_lock(&lock);
    for (struct waiter *w = first, *next; w && n < most; w = next) {
        next = w->next;
        if (w->at != at) continue;
        take_off(w);
        w->is_woken = true;
        thread_wake_all(&w->cond);
        n++;
    }
    thread_unlock(&lock);
    return n;
}
