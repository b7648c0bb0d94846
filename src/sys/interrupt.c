#include "sys/interrupt.h"

#include <signal.h>
#include <stdatomic.h>

#include "sys/thread.h"

static struct thread_lock lock;
static unsigned n_holds;
static _Atomic bool came;
static struct sigaction before;

static void remember(int signal) { atomic_store(&came, true); }

void interrupt_hold(void) {
    thread_lock(&lock);
    if (n_holds++ == 0) {
        struct sigaction act = {.sa_handler = remember, .sa_flags = SA_RESTART};
        atomic_store(&came, false);
        sigaction(SIGINT, &act, &before);
    }
    thread_unlock(&lock);
}

bool interrupt_came(void) { return atomic_load(&came); }

bool interrupt_release(void) {
    thread_lock(&lock);
    bool is_ours = atomic_exchange(&came, false);
    if (--n_holds == 0) sigaction(SIGINT, &before, NULL);
    thread_unlock(&lock);
    return is_ours;
}
