/* sys/crash.h: what is said when the process dies of a fault: one line, the addresses, and the signal's own end. */
#pragma once

/* Must come before the engine's first realm: the engine takes faults first and passes on those that are not its own. */
void crash_catch(const char *version);
