/* sys/tty.h: what a descriptor is to a person. */
#pragma once
#include <stdbool.h>

bool tty_is(int fd);
bool tty_size(int fd, int *columns, int *rows);          /* false when it is no terminal */
