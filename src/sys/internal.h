/* sys/internal.h: what the files of this room tell each other. */
#pragma once

struct loop;
struct pool_job;
struct uv_loop_s;

void loop_job_begins(struct loop *l);                            /* loop's thread */
void loop_job_is_off(struct loop *l);                            /* loop's thread: it was cancelled */
void loop_job_ended(struct loop *l, struct pool_job *job);       /* any thread: `done` shall be called */
struct loop *loop_of_uv(struct uv_loop_s *uv);
