/* sys/futex.h: waiting at a place in shared memory until another thread calls: Atomics.wait and Atomics.notify
 * (ECMA-262 25.4.3), for memory that is known to more than one engine of this process. Any thread. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum futex_end { FUTEX_OK, FUTEX_NOT_EQUAL, FUTEX_TIMED_OUT, FUTEX_STOPPED };

/* Sleeps when the `size` bytes (4 or 8) at `at` are `expected`, until a notify or for `ms` (INFINITY: for ever).
 * `stops` (may be NULL) is asked now and then; true ends the wait. */
enum futex_end futex_wait(const void *at, size_t size, int64_t expected, double ms, bool (*stops)(void *user),
                          void *user);
/* The same without sleeping (Atomics.waitAsync): FUTEX_OK means that `w` waits from now on, and that `woken` is called
 * once on the thread that notifies, which must not wait or notify in it; unless futex_cancel came first, which says
 * whether it still waited. `w` is the caller's memory until either. */
struct futex_waiter {
    struct futex_waiter *next;      /* private */
    const void *at;
    void (*woken)(struct futex_waiter *w);
    bool is_woken;
};
enum futex_end futex_wait_async(struct futex_waiter *w, const void *at, size_t size, int64_t expected);
bool futex_cancel(struct futex_waiter *w);
/* Wakes at most `most` that wait there, the longest waiting first; how many. */
unsigned futex_notify(const void *at, unsigned most);
