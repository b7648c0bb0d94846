/* sys/pool.h: work for other threads: a struct with no engine value in it. Threads start when there is work and none is
 * idle.
 *
 *   struct parse_job { struct pool_job job; str text; ... };
 *   j->job.run = parse_run;  pool_start(&j->job);  ...  pool_wait(&j->job);      // waited for by the one that needs it
 *   j->job.run = ...; j->job.done = ...;  pool_start_on(loop, &j->job);          // or news on the loop's thread
 *
 * The memory is the caller's and must stay until pool_wait returned, or until `done` is called. */
#pragma once
#include <stdatomic.h>
#include <stdbool.h>

struct loop;
struct pool_job {
    void (*run)(struct pool_job *);                      /* on any thread, once */
    void (*done)(struct pool_job *);        /* on the loop's thread, after run; the job may be freed there */
    struct loop *loop;
    bool is_urgent;                                      /* goes before those that wait */
    struct pool_job *next, *before;                      /* private */
    _Atomic int state;                                   /* private */
};

void pool_start(struct pool_job *job);
void pool_start_on(struct loop *loop, struct pool_job *job);     /* keeps the loop alive until done was called */
bool pool_is_done(struct pool_job *job);

/* Returns when `run` has ended. A job that no thread has begun is run here, so waiting never idles behind a queue. */
void pool_wait(struct pool_job *job);

/* Takes a job back that no thread has begun: false when it is too late. `done` is not called then. */
bool pool_cancel(struct pool_job *job);

void pool_set_most(unsigned threads);                    /* 0, the default: UV_THREADPOOL_SIZE, else 4 */
