#include "sys/thread.h"

#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <time.h>

#include "base/mem.h"
#include "base/must.h"

_Static_assert(sizeof(pthread_mutex_t) <= sizeof(struct thread_lock), "the lock fits");
_Static_assert(sizeof(pthread_cond_t) <= sizeof(struct thread_cond), "the condition fits");

struct start {
    void (*run)(void *);
    void *argument;
};

static void *enter(void *p) {
    struct start s = *(struct start *)p;
    mem_free(p);
    s.run(s.argument);
    return NULL;
}

err thread_start(struct thread *t, void (*run)(void *), void *argument, size_t stack) {
    struct start *s = NEW(struct start);
    *s = (struct start){run, argument};
    pthread_attr_t attr;
    pthread_attr_init(&attr);
    pthread_attr_setstacksize(&attr, stack ? stack : 1 << 20);
    sigset_t all, before;
    sigfillset(&all);
    sigdelset(&all, SIGSEGV);
    sigdelset(&all, SIGBUS);
    pthread_sigmask(SIG_SETMASK, &all, &before);         /* signals of the process are the main thread's */
    pthread_t id;
    int e = pthread_create(&id, &attr, enter, s);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    pthread_attr_destroy(&attr);
    if (e) mem_free(s);
    else t->id = (unsigned long)id;
    return -e;
}

void thread_join(struct thread *t) { must(pthread_join((pthread_t)t->id, NULL) == 0); }
void thread_detach(struct thread *t) { must(pthread_detach((pthread_t)t->id) == 0); }
void thread_name(const char *name) { pthread_setname_np(pthread_self(), name); }

void thread_lock(struct thread_lock *l) { must(pthread_mutex_lock((pthread_mutex_t *)l) == 0); }
void thread_unlock(struct thread_lock *l) { must(pthread_mutex_unlock((pthread_mutex_t *)l) == 0); }
void thread_wait(struct thread_cond *c, struct thread_lock *l) {
    must(pthread_cond_wait((pthread_cond_t *)c, (pthread_mutex_t *)l) == 0);
}

bool thread_wait_for(struct thread_cond *c, struct thread_lock *l, double ms) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    if (ms > 1e12) ms = 1e12;
    int64_t ns = t.tv_nsec + (int64_t)(ms * 1e6);
    t.tv_sec += ns / 1000000000;
    t.tv_nsec = ns % 1000000000;
    return pthread_cond_clockwait((pthread_cond_t *)c, (pthread_mutex_t *)l, CLOCK_MONOTONIC, &t) != ETIMEDOUT;
}

void thread_wake_one(struct thread_cond *c) { pthread_cond_signal((pthread_cond_t *)c); }
void thread_wake_all(struct thread_cond *c) { pthread_cond_broadcast((pthread_cond_t *)c); }

unsigned thread_cores(void) {
    cpu_set_t set;
    if (sched_getaffinity(0, sizeof set, &set) != 0) return 1;
    int n = CPU_COUNT(&set);
    return n > 0 ? (unsigned)n : 1;
}
