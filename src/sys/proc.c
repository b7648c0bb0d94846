#include "sys/proc.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <limits.h>
#include <pthread.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "sys/env.h"
#include "sys/file.h"

static const struct { const char *name; int number;
} signals[] = {
#define S(name) {#name, name}
    S(SIGHUP),  S(SIGINT),   S(SIGQUIT), S(SIGILL),  S(SIGTRAP), S(SIGABRT), S(SIGIOT),  S(SIGBUS),  S(SIGFPE),
    S(SIGKILL), S(SIGUSR1),  S(SIGSEGV), S(SIGUSR2), S(SIGPIPE), S(SIGALRM), S(SIGTERM), S(SIGCHLD), S(SIGSTKFLT),
    S(SIGCONT), S(SIGSTOP),  S(SIGTSTP), S(SIGTTIN), S(SIGTTOU), S(SIGURG),  S(SIGXCPU), S(SIGXFSZ), S(SIGVTALRM),
    S(SIGPROF), S(SIGWINCH), S(SIGIO),   S(SIGPOLL), S(SIGPWR),  S(SIGSYS),
#undef S
};

const char *proc_signal_name(int number) {
    for (size_t i = 0; i < sizeof signals / sizeof *signals; i++)
        if (signals[i].number == number) return signals[i].name;
    return NULL;
}

int proc_signal_number(str name) {
    for (size_t i = 0; i < sizeof signals / sizeof *signals; i++)
        if (str_is(name, signals[i].name)) return signals[i].number;
    return 0;
}

bool proc_find(struct arena *a, str name, str path, str *out) {
    char room[PATH_MAX];
    str folder;
    if (name.len == 0) return false;
    for (bool more = true; more;) {
        more = str_split(path, ':', &folder, &path);
        int n = snprintf(room, sizeof room, "%.*s/%.*s", folder.len ? (int)folder.len : 1, folder.len ? folder.at : ".",
                         STR_FMT(name));
        struct stat s;
        if (n > 0 && (size_t)n < sizeof room && stat(room, &s) == 0 && S_ISREG(s.st_mode) && access(room, X_OK) == 0) {
            *out = arena_str(a, str_of(room, (size_t)n));
            return true;
        }
    }
    return false;
}

static const char *env_of(char *const *env, const char *name) {
    size_t len = strlen(name);
    for (; *env; env++)
        if (strncmp(*env, name, len) == 0 && (*env)[len] == '=') return *env + len + 1;
    return NULL;
}

/* After vfork: only system calls, and only the child's own stack. Returns the errno of what failed. */
static int become(const struct proc_spec *s, const char *file, int *moved) {
    for (int i = 1; i < NSIG; i++) {
        struct sigaction a;
        if (i == SIGKILL || i == SIGSTOP || i == 32 || i == 33 || sigaction(i, NULL, &a) != 0) continue;
        if (a.sa_handler != SIG_DFL) signal(i, SIG_DFL);
    }
    if (s->is_detached && setsid() < 0) return errno;
    if (s->dies_with_us && prctl(PR_SET_PDEATHSIG, SIGKILL) != 0) return errno;
    if (s->fds) {
        /* Sources below n_fds that are no place of their own would be overwritten: lift them above first. */
        for (int i = 0; i < s->n_fds; i++) {
            moved[i] = s->fds[i];
            if (moved[i] < 0) moved[i] = open("/dev/null", O_RDWR);
            if (moved[i] < 0) return errno;
            if (moved[i] < s->n_fds && moved[i] != i) {
                moved[i] = fcntl(moved[i], F_DUPFD_CLOEXEC, s->n_fds);
                if (moved[i] < 0) return errno;
            }
        }
        for (int i = 0; i < s->n_fds; i++) {
            if (moved[i] == i) {
                if (fcntl(i, F_SETFD, 0) < 0) return errno;
            } else if (dup2(moved[i], i) < 0) {
                return errno;
            }
            if (i < 3) fcntl(i, F_SETFL, fcntl(i, F_GETFL) & ~O_NONBLOCK);
        }
    }
    if (s->cwd && chdir(s->cwd) != 0) return errno;
    if (s->gid >= 0) {
        if (getuid() == 0) syscall(SYS_setgroups, 0, NULL);
        if (syscall(SYS_setgid, s->gid) != 0) return errno;
    }
    if (s->uid >= 0 && syscall(SYS_setuid, s->uid) != 0) return errno;
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    execve(file, s->argv, s->env ? s->env : environ);
    return errno;
}

/* Which file is meant; `file` is given back when a slash is in it. */
static const char *which(struct arena *a, const struct proc_spec *s) {
    if (strchr(s->file, '/')) return s->file;
    const char *path = env_of(s->env ? s->env : environ, "PATH");
    str found;
    return proc_find(a, str_c(s->file), str_c(path ? path : "/usr/local/bin:/bin:/usr/bin"), &found) ? found.at : NULL;
}

static __attribute__((noinline)) pid_t start(const struct proc_spec *s, const char *file, int *moved,
                                             volatile int *failed) {
    pid_t pid = vfork();
    if (pid == 0) {
        *failed = become(s, file, moved);
        _exit(127);
    }
    if (pid < 0) *failed = errno;
    return pid;
}

err proc_spawn(const struct proc_spec *s, pid_t *pid) {
    struct arena a = {0};
    const char *file = which(&a, s);
    if (!file) {
        arena_free(&a);
        return -ENOENT;
    }
    int *moved = ARENA_ARRAY(&a, int, (size_t)s->n_fds + 1);
    volatile int failed = 0;
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);         /* no handler of ours may run in the child */
    pid_t child = start(s, file, moved, &failed);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    if (failed && child > 0) {
        while (waitpid(child, NULL, 0) < 0 && errno == EINTR) {}
    }
    arena_free(&a);
    *pid = child;
    return -failed;
}

err proc_exec(const struct proc_spec *s) {
    struct arena a = {0};
    const char *file = which(&a, s);
    int e = ENOENT;
    if (file) {
        int *moved = ARENA_ARRAY(&a, int, (size_t)s->n_fds + 1);
        e = become(s, file, moved);
    }
    arena_free(&a);
    return -e;
}

err proc_wait(pid_t pid, struct proc_end *end) {
    int status;
    while (waitpid(pid, &status, 0) < 0)
        if (errno != EINTR) return -errno;
    *end = (struct proc_end){WIFEXITED(status) ? WEXITSTATUS(status) : 0, WIFSIGNALED(status) ? WTERMSIG(status) : 0};
    return 0;
}

static volatile pid_t passed_to;
static void pass(int number, siginfo_t *info, void *unused) {
    (void)unused;
    int saved = errno;
    if (info->si_code != SI_KERNEL) kill(passed_to, number);
    errno = saved;
}

err proc_wait_passing_signals(pid_t pid, struct proc_end *end) {
    static const int passed[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGUSR1, SIGUSR2, SIGCONT, SIGWINCH};
    enum { N = sizeof passed / sizeof *passed };
    struct sigaction before[N], now = {.sa_sigaction = pass, .sa_flags = SA_SIGINFO | SA_RESTART};
    passed_to = pid;
    for (int i = 0; i < N; i++) sigaction(passed[i], &now, &before[i]);
    err e = proc_wait(pid, end);
    for (int i = 0; i < N; i++) sigaction(passed[i], &before[i], NULL);
    return e;
}

void proc_die_by(int number) {
    sigset_t one;
    signal(number, SIG_DFL);
    sigemptyset(&one);
    sigaddset(&one, number);
    raise(number);
    sigprocmask(SIG_UNBLOCK, &one, NULL);
    _exit(128 + number);
}
