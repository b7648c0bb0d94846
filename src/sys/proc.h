/* sys/proc.h: other programs. Started by vfork, so that the cost does not grow with our memory; descriptors are closed on
 * exec but those given. */
#pragma once
#include <sys/types.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"

struct proc_spec {
    const char *file;                /* with a slash: this file; else looked for on the PATH of `env` */
    char *const *argv;
    char *const *env;                /* NULL = ours */
    const char *cwd;                 /* NULL = ours */
    const int *fds;                  /* child's fd i is our fds[i]; -1 = /dev/null; NULL = 0, 1, 2 as ours */
    int n_fds;
    bool is_detached;                /* its own session */
    int uid, gid;                    /* -1 = ours */
};

err proc_spawn(const struct proc_spec *s, pid_t *pid);           /* fails with what exec failed with; ENOENT for a missing cwd too */

struct proc_end {
    int code;                        /* of exit, when signal is 0 */
    int signal;
};
err proc_wait(pid_t pid, struct proc_end *end);                  /* blocks */

/* Waits, and passes to it what this process is sent meanwhile: SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGUSR1, SIGUSR2, SIGCONT, SIGWINCH.
 * What the terminal sends to the whole group is not sent twice. */
err proc_wait_passing_signals(pid_t pid, struct proc_end *end);

_Noreturn void proc_die_by(int signal);                          /* ends this process as that signal would have */
err proc_exec(const struct proc_spec *s);                        /* becomes that program; returns only when it failed */

/* The file that `name` means on a PATH; false when there is none. */
bool proc_find(struct arena *a, str name, str path, str *out);

const char *proc_signal_name(int signal);                        /* "SIGTERM"; NULL when unknown */
int proc_signal_number(str name);                                /* 0 when unknown */
