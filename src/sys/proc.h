/* sys/proc.h: other programs. Started by vfork, so that the cost does not grow with our memory; descriptors are closed
 * on exec but those given. */
#pragma once
#include <sys/types.h>

#include "base/arena.h"
#include "base/buf.h"
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
    bool dies_with_us;               /* is killed when the thread that started it is gone, however it went */
    int uid, gid;                    /* -1 = ours */
};

/* fails with what exec failed with; ENOENT for a missing cwd too */
err proc_spawn(const struct proc_spec *s, pid_t *pid);

struct proc_end {
    int code;                        /* of exit, when signal is 0 */
    int signal;
};
/* A pipe for a child's descriptor: ends[0] is ours (not blocking), ends[1] the child's. Both are closed on exec. */
err proc_pipe(bool child_reads, int ends[2]);
err proc_channel(int ends[2]);                                   /* both ways; ends[0] is ours (not blocking) */
void proc_adopt(int fd);        /* a channel that we were started with: ours alone from now on */
int proc_watch(pid_t pid);        /* a descriptor that is readable when it has ended; or an err */
err proc_reap(pid_t pid, struct proc_end *end);                  /* without waiting: UV_EAGAIN while it runs */

/* Runs to the end while feeding and reading it. */
struct proc_run {
    str input;                       /* for its standard input, when has_input */
    bool has_input, takes[2];        /* which of its outputs are collected */
    double timeout_ms;               /* 0 = none */
    int kill_signal;
    size_t most;                     /* bytes of each output; more ends it */
    struct buf out[2];
    struct proc_end end;
    bool is_late, is_too_much;
};
/* s->fds is filled by it where pipes are wanted */
err proc_run(const struct proc_spec *s, struct proc_run *r, pid_t *pid);

err proc_wait(pid_t pid, struct proc_end *end);                  /* blocks */

/* Waits, and passes to it what this process is sent meanwhile: SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGUSR1, SIGUSR2,
 * SIGCONT, SIGWINCH. What the terminal sends to the whole group is not sent twice. */
err proc_wait_passing_signals(pid_t pid, struct proc_end *end);

/* The same of a program that does not outlive who started this process, and of which nothing is left when it returns:
 * what it started, and what that did, is killed. This process becomes the parent of all of them: for one that does
 * nothing else. ENOSYS and kin where the system cannot. */
err proc_guard(const struct proc_spec *s, struct proc_end *end);

_Noreturn void proc_die_by(int signal);                          /* ends this process as that signal would have */
err proc_exec(const struct proc_spec *s);                        /* becomes that program; returns only when it failed */

/* The file that `name` means on a PATH; false when there is none. */
bool proc_find(struct arena *a, str name, str path, str *out);

const char *proc_signal_name(int signal);                        /* "SIGTERM"; NULL when unknown */
int proc_signal_number(str name);                                /* 0 when unknown */
