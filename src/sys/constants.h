/* sys/constants.h: the system's numbers by name, as node:fs, node:os and process know them. */
#pragma once
#include <stddef.h>

struct constant {
    const char *name;
    long value;
};
extern const struct constant constants_fs[], constants_signals[], constants_errno[], constants_priority[],
    constants_dlopen[];
extern const size_t constants_n_fs, constants_n_signals, constants_n_errno, constants_n_priority, constants_n_dlopen;
