/* sys/program.h: what this process was started as. cli fills it once before anything else runs; all others read. */
#pragma once
#include "base/arena.h"

struct program_flag {
    const char *name;                /* long name without dashes: "conditions"; static */
    str value;                       /* empty for a switch; "--no-x" of a switch x is the flag "no-x" */
};
struct program {
    str exec_path;                   /* absolute */
    str argv0;                       /* as typed */
    str script;        /* process.argv[1]: absolute path; empty for -e, -p (then argv has no such element) */
    const str *args;                 /* process.argv from [2] on */
    size_t n_args;
    const str *exec_args;            /* process.execArgv */
    size_t n_exec_args;
    const struct program_flag *flags;        /* in the order typed; a name may come again */
    size_t n_flags;
    uint64_t start_ns;               /* monotonic */
    uint64_t start_wall_us;          /* since the epoch */
};
extern struct program program;

bool program_has(const char *flag);
str program_value(const char *flag);             /* the last one's; empty when absent */
size_t program_values(const char *flag, str *out, size_t most);      /* all of that name; returns how many there are */

/* A folder whose `node` and `bun` are this program, and whose `node-gyp` is `bao x node-gyp`: for the end of a PATH
 * that lacks them. Empty when it cannot be made. */
str program_shim(struct arena *a);
