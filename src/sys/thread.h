/* sys/thread.h: threads, locks, conditions. A zeroed lock or condition is ready for use. */
#pragma once
#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"

struct thread_lock { union { char room[40]; long align; } as; };
struct thread_cond { union { char room[48]; long align; } as; };
struct thread { unsigned long id; };

err thread_start(struct thread *t, void (*run)(void *), void *argument, size_t stack);   /* stack: bytes, 0 = 1 MB */
void thread_join(struct thread *t);
void thread_detach(struct thread *t);                    /* nobody will join it */
void thread_name(const char *name);                      /* of the calling thread; at most 15 letters */

void thread_lock(struct thread_lock *l);
void thread_unlock(struct thread_lock *l);
void thread_wait(struct thread_cond *c, struct thread_lock *l);
bool thread_wait_for(struct thread_cond *c, struct thread_lock *l, double ms);   /* false when the time ran out */
void thread_wake_one(struct thread_cond *c);
void thread_wake_all(struct thread_cond *c);

unsigned thread_cores(void);                             /* that this process may use; at least 1 */
