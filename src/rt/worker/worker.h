/* rt/worker/worker.h: realms on threads of their own. A worker is started by a realm, runs as rt_main does, and its
 * starter is told its exit code. */
#pragma once
#include <stdbool.h>

struct rt;
struct rt_worker;

/* Of a worker's own thread: it ends with this code as soon as it runs JS again; nothing more of JS is called from C. */
void rt_worker_exit(struct rt_worker *w, int code);
bool rt_worker_is_stopped(const struct rt_worker *w);
void rt_worker_end_children(struct rt *rt);              /* stops all that this realm started, and waits for them */
