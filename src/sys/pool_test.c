#include "base/test.h"
#include "sys/loop.h"
#include "sys/pool.h"
#include "sys/thread.h"

struct sum_job {
    struct pool_job job;
    long from, to, sum;
    int *n_done;
};

static void sum(struct pool_job *job) {
    struct sum_job *j = (struct sum_job *)job;
    for (long i = j->from; i < j->to; i++) j->sum += i;
}
static void done(struct pool_job *job) { ++*((struct sum_job *)job)->n_done; }

TEST(pool_jobs_that_are_waited_for) {
    struct sum_job jobs[50] = {0};
    for (int i = 0; i < 50; i++) {
        jobs[i] = (struct sum_job){.job.run = sum, .from = i * 10, .to = i * 10 + 10};
        pool_start(&jobs[i].job);
    }
    long all = 0;
    for (int i = 49; i >= 0; i--) {
        pool_wait(&jobs[i].job);
        all += jobs[i].sum;
    }
    CHECK_INT(all, 499 * 500 / 2);
}

TEST(pool_jobs_whose_end_is_news_on_a_loop) {
    struct loop *l = loop_new();
    struct sum_job jobs[50] = {0};
    int n_done = 0, n_off = 0;
    for (int i = 0; i < 50; i++) {
        jobs[i] = (struct sum_job){.job.run = sum, .job.done = done, .to = 1000, .n_done = &n_done};
        pool_start_on(l, &jobs[i].job);
    }
    if (pool_cancel(&jobs[49].job)) n_off++;
    while (loop_is_alive(l)) loop_run_once(l, LOOP_WAIT);
    CHECK_INT(n_done + n_off, 50);
    loop_free(l);
}

struct order_job {
    struct pool_job job;
    struct gate {
        struct thread_lock lock;
        struct thread_cond opened, passed;
        bool is_open, urgent_ran, was_late;
        int n;
    } *gate;
};

static void pass(struct pool_job *job) {
    struct gate *g = ((struct order_job *)job)->gate;
    thread_lock(&g->lock);
    bool was_open = g->is_open;
    while (!g->is_open) thread_wait(&g->opened, &g->lock);
    if (job->is_urgent) {
        g->urgent_ran = true;
        thread_wake_all(&g->passed);
    }
    /* what begins behind the opened gate is behind the urgent one, which some thread has taken if it has not run */
    while (was_open && !g->urgent_ran && !g->was_late)
        if (!thread_wait_for(&g->passed, &g->lock, 10000)) g->was_late = true;
    g->n++;
    thread_unlock(&g->lock);
}
static void passed(struct pool_job *job) { (void)job; }

TEST(pool_jobs_that_are_urgent_go_before_those_that_wait) {
    enum { JOBS = 200 };
    static struct order_job jobs[JOBS];
    struct loop *l = loop_new();
    struct gate gate = {0};
    for (int i = 0; i < JOBS; i++) {
        jobs[i] = (struct order_job){.job.run = pass, .job.done = passed, .gate = &gate};
        jobs[i].job.is_urgent = i == JOBS - 1;
        pool_start_on(l, &jobs[i].job);
    }
    thread_lock(&gate.lock);
    gate.is_open = true;
    thread_wake_all(&gate.opened);
    thread_unlock(&gate.lock);
    while (loop_is_alive(l)) loop_run_once(l, LOOP_WAIT);
    CHECK_INT(gate.n, JOBS);
    CHECK(!gate.was_late);
    loop_free(l);
}

static void on_timer(struct loop_timer *t) {
    int *n = t->user;
    if (++*n < 3) loop_timer_start(t, 1);
    else loop_timer_close(t);
}

TEST(loop_ends_when_its_timer_is_closed) {
    struct loop *l = loop_new();
    int n = 0;
    struct loop_timer t = {.call = on_timer, .user = &n};
    loop_timer_open(l, &t);
    loop_timer_start(&t, 1);
    while (loop_is_alive(l)) loop_run_once(l, LOOP_WAIT);
    CHECK_INT(n, 3);
    loop_hold(l);
    CHECK(loop_is_alive(l));
    loop_drop(l);
    CHECK(!loop_is_alive(l));
    loop_free(l);
}
