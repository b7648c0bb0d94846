/* sys/interrupt.h: SIGINT that is only remembered for a while: what it would do otherwise waits. Any thread. */
#pragma once
#include <stdbool.h>

void interrupt_hold(void);                               /* they nest */
bool interrupt_came(void);                               /* since the outermost hold */
bool interrupt_release(void);                            /* did one come? it is forgotten then */
