/* sys/tty.h: what a descriptor is to a person. */
#pragma once
#include <stdbool.h>

#include "base/err.h"

bool tty_is(int fd);
bool tty_size(int fd, int *columns, int *rows);          /* false when it is no terminal */

/* Raw: keys come one by one, unechoed. What was set before is put back at `false`, and by tty_restore at the end. */
err tty_set_raw(int fd, bool raw);
void tty_restore(void);
