#include "sys/pool.h"

#include "base/mem.h"
#include "base/must.h"
#include "sys/env.h"
#include "sys/internal.h"
#include "sys/thread.h"

enum { JOB_NEW, JOB_QUEUED, JOB_RUNS, JOB_DONE };

/* A thread without work. Each waits for a condition of its own: where several wait for one, glibc before 2.41 may lose
 * the signal (its bug 25847), and a job would lie until the next one comes. */
struct sleeper { struct sleeper *next; struct thread_cond wake; bool is_called; };

static struct thread_lock lock;
static struct thread_cond ended;
static struct sleeper *sleepers;                 /* the last to have had work comes first: its memory is still warm */
static struct pool_job *first, *last;
static unsigned n_threads, n_called, n_queued, most;       /* called: no sleeper any more, and not yet at a job */

static void unqueue(struct pool_job *job) {
    *(job->before ? &job->before->next : &first) = job->next;
    *(job->next ? &job->next->before : &last) = job->before;
    job->next = job->before = NULL;
    n_queued--;
}

/* The job may be gone as soon as its state is JOB_DONE or its loop was told. */
static void run(struct pool_job *job) {
    struct loop *loop = job->done ? job->loop : NULL;
    job->run(job);
    if (loop) {
        atomic_store(&job->state, JOB_DONE);
        loop_job_ended(loop, job);
        return;
    }
    thread_lock(&lock);
    atomic_store(&job->state, JOB_DONE);
    thread_wake_all(&ended);
    thread_unlock(&lock);
}

static void serve(void *unused) {
    (void)unused;
    thread_name("bao-pool");
    thread_lock(&lock);
    for (;;) {
        while (!first) {
            struct sleeper me = {.next = sleepers};
            sleepers = &me;
            while (!me.is_called) thread_wait(&me.wake, &lock);
            n_called--;
        }
        struct pool_job *job = first;
        unqueue(job);
        atomic_store(&job->state, JOB_RUNS);
        thread_unlock(&lock);
        run(job);
        thread_lock(&lock);
    }
}

static unsigned most_by_default(void) {
    int64_t n;
    str text;
    if (env_get("UV_THREADPOOL_SIZE", &text) && str_to_int(text, &n) && n > 0) return n > 1024 ? 1024 : (unsigned)n;
    return 4;
}

static void add(struct pool_job *job) {
    thread_lock(&lock);
    bool goes_first = job->is_urgent && first;
    job->next = goes_first ? first : NULL;
    job->before = goes_first ? NULL : last;
    *(job->before ? &job->before->next : &first) = job;
    *(job->next ? &job->next->before : &last) = job;
    n_queued++;
    atomic_store(&job->state, JOB_QUEUED);
    if (!most) most = most_by_default();
    struct sleeper *s = sleepers;
    bool needs_thread = !s && n_queued > n_called && n_threads < most;
    if (needs_thread) n_threads++;
    else if (s) {
        sleepers = s->next;
        s->is_called = true;
        n_called++;
        thread_wake_one(&s->wake);
    }
    thread_unlock(&lock);
    if (!needs_thread) return;
    struct thread t;
    if (thread_start(&t, serve, NULL, 4 << 20) == 0) return;
    thread_lock(&lock);
    n_threads--;                                 /* others will do it, or pool_wait */
    must(n_threads > 0 || !job->done);
    thread_unlock(&lock);
}

void pool_start(struct pool_job *job) {
    job->done = NULL;
    job->loop = NULL;
    add(job);
}

void pool_start_on(struct loop *loop, struct pool_job *job) {
    must(job->done);
    job->loop = loop;
    loop_job_begins(loop);
    add(job);
}

bool pool_is_done(struct pool_job *job) { return atomic_load(&job->state) == JOB_DONE; }

void pool_wait(struct pool_job *job) {
    thread_lock(&lock);
    if (atomic_load(&job->state) == JOB_QUEUED) {
        unqueue(job);
        atomic_store(&job->state, JOB_RUNS);
        thread_unlock(&lock);
        job->run(job);
        atomic_store(&job->state, JOB_DONE);
        return;
    }
    while (atomic_load(&job->state) != JOB_DONE) thread_wait(&ended, &lock);
    thread_unlock(&lock);
}

bool pool_cancel(struct pool_job *job) {
    thread_lock(&lock);
    bool is_off = atomic_load(&job->state) == JOB_QUEUED;
    if (is_off) {
        unqueue(job);
        atomic_store(&job->state, JOB_NEW);
    }
    thread_unlock(&lock);
    if (is_off && job->done) loop_job_is_off(job->loop);
    return is_off;
}

void pool_set_most(unsigned threads) {
    thread_lock(&lock);
    most = threads;                              /* 0: asked anew when there is work */
    thread_unlock(&lock);
}
