/* sys/proc_run.c: a program run to its end, by one poll over its pipes and its end. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "sys/file.h"
#include "sys/loop.h"
#include "sys/proc.h"

err proc_pipe(bool child_reads, int ends[2]) {
    int p[2];
    if (pipe2(p, O_CLOEXEC) != 0) return -errno;
    ends[0] = child_reads ? p[1] : p[0];
    ends[1] = child_reads ? p[0] : p[1];
    fcntl(ends[0], F_SETFL, O_NONBLOCK);
    return 0;
}

err proc_channel(int ends[2]) {
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0) return -errno;
    fcntl(ends[0], F_SETFL, O_NONBLOCK);
    return 0;
}

void proc_adopt(int fd) {
    fcntl(fd, F_SETFD, FD_CLOEXEC);
    fcntl(fd, F_SETFL, O_NONBLOCK);
}

int proc_watch(pid_t pid) {
    int fd = (int)syscall(SYS_pidfd_open, pid, 0);
    return fd < 0 ? -errno : fd;
}

err proc_reap(pid_t pid, struct proc_end *end) {
    int status;
    pid_t got = waitpid(pid, &status, WNOHANG);
    if (got < 0) return -errno;
    if (got == 0) return -EAGAIN;
    *end = (struct proc_end){WIFEXITED(status) ? WEXITSTATUS(status) : 0, WIFSIGNALED(status) ? WTERMSIG(status) : 0};
    return 0;
}

static void close_one(int *fd) {
    if (*fd >= 0) close(*fd);
    *fd = -1;
}

/* One read; false at the end of it. */
static bool take(struct proc_run *r, int which, int fd) {
    char *room = buf_room(&r->out[which], 65536);
    int64_t n = file_read_some(fd, room, 65536);
    if (n == -EAGAIN) return true;
    if (n <= 0) return false;
    r->out[which].len += (size_t)n;
    if (r->out[which].len > r->most) {
        r->out[which].len = r->most;
        r->is_too_much = true;
        return false;
    }
    return true;
}

static void feed(str *input, int *fd) {
    ssize_t n = write(*fd, input->at, input->len);
    if (n < 0 && (errno == EAGAIN || errno == EINTR)) return;
    if (n > 0) *input = str_from(*input, (size_t)n);
    if (n < 0 || !input->len) close_one(fd);
}

static void converse(struct proc_run *r, pid_t pid, int *ours) {
    uint64_t begin = loop_clock_ns();
    int watch = proc_watch(pid);
    bool has_ended = false, is_killed = false;
    str input = r->input;
    if (ours[0] >= 0 && !input.len) close_one(&ours[0]);
    while (!has_ended || ours[1] >= 0 || ours[2] >= 0) {
        struct pollfd p[4] = {
            {ours[0], POLLOUT, 0}, {ours[1], POLLIN, 0}, {ours[2], POLLIN, 0}, {has_ended ? -1 : watch, POLLIN, 0}};
        int wait = -1;
        if (r->timeout_ms > 0 && !is_killed) {
            double left = r->timeout_ms - (double)(loop_clock_ns() - begin) / 1e6;
            wait = left > 0 ? (int)left + 1 : 0;
        }
        int n = poll(p, 4, wait);
        if (n < 0 && errno != EINTR) break;
        if (n == 0 && !is_killed) {
            r->is_late = is_killed = true;
            kill(pid, r->kill_signal);
            continue;
        }
        if (p[0].revents) feed(&input, &ours[0]);
        for (int i = 0; i < 2; i++)
            if (ours[i + 1] >= 0 && p[i + 1].revents && !take(r, i, ours[i + 1])) close_one(&ours[i + 1]);
        if (r->is_too_much && !is_killed) {
            is_killed = true;
            kill(pid, r->kill_signal);
        }
        if (!has_ended && p[3].revents) {
            has_ended = true;
            close_one(&ours[0]);
            if (is_killed) {         /* whatever it left behind may keep the pipes open for ever */
                close_one(&ours[1]);
                close_one(&ours[2]);
            }
        }
    }
    if (watch >= 0) close(watch);
}

err proc_run(const struct proc_spec *given, struct proc_run *r, pid_t *pid) {
    struct proc_spec s = *given;
    struct arena a = {0};
    int ours[3] = {-1, -1, -1}, theirs[3] = {-1, -1, -1};
    int *fds = ARENA_ARRAY(&a, int, (size_t)s.n_fds + 1);
    for (int i = 0; i < s.n_fds; i++) fds[i] = s.fds[i];
    err e = 0;
    const bool wanted[3] = {r->has_input, r->takes[0], r->takes[1]};
    for (int i = 0; i < 3 && !e; i++) {
        int ends[2];
        if (!wanted[i]) continue;
        e = proc_pipe(i == 0, ends);
        if (e) break;
        ours[i] = ends[0];
        fds[i] = theirs[i] = ends[1];
    }
    s.fds = fds;
    if (!e) e = proc_spawn(&s, pid);
    for (int i = 0; i < 3; i++) close_one(&theirs[i]);
    if (!e) {
        converse(r, *pid, ours);
        e = proc_wait(*pid, &r->end);
    }
    for (int i = 0; i < 3; i++) close_one(&ours[i]);
    arena_free(&a);
    return e;
}
