/* cli/many_run.c: many scripts on one loop. Each leads a session of its own, so that what is sent to it reaches all
 * that it started, and nothing reaches it twice. */
#include "cli/many.h"

#include <errno.h>

#include "sys/file.h"
#include "sys/os.h"

enum { READ_MOST = 65536, LINE_MOST = 1 << 20, PATIENCE_MS = 10000, SAME_SIGNAL_MS = 1000 };

static double now_ms(void) { return (double)loop_clock_ns() / 1e6; }

/* --- what they say */

/* A carriage return begins the line anew, as on a terminal. */
static void say_line(struct many_task *t, int stream, str line) {
    while (line.len && line.at[line.len - 1] == '\r') line.len--;
    ptrdiff_t again = str_rfind_char(line, '\r');
    many_view_line(t, stream, again >= 0 ? str_from(line, (size_t)again + 1) : line);
}

static void take(struct many_task *t, int stream, str text) {
    struct buf *part = &t->out[stream].part;
    for (str line, rest = text; rest.len;) {
        bool is_whole = str_split(rest, '\n', &line, &rest);
        if (is_whole && !part->len) {
            say_line(t, stream, line);
            continue;
        }
        buf_add(part, line);
        if (!is_whole && part->len < LINE_MOST) return;
        say_line(t, stream, buf_view(part));
        buf_clear(part);
    }
}

static void close_stream(struct many_stream *s) {
    if (s->fd < 0) return;
    loop_poll_close(&s->poll);
    file_close(s->fd);
    s->fd = -1;
}

/* false when there is nothing to read now */
static bool read_some(struct many_task *t, int stream) {
    char room[READ_MOST];
    struct many_stream *s = &t->out[stream];
    int64_t n = file_read_some(s->fd, room, sizeof room);
    if (n == -EAGAIN || n == -EINTR) return false;
    if (n <= 0) close_stream(s);
    else take(t, stream, str_of(room, (size_t)n));
    return n > 0;
}

static void on_readable(struct loop_poll *p, err e, int events) {
    struct many_task *t = p->user;
    read_some(t, p == &t->out[1].poll);
    many_view_flush(t->all);
}

/* --- starting and ending */

static void tell(struct many_task *t, int signal) {
    if (t->state == MANY_RUNS) os_kill(-t->pid, signal);
}

static void ask_all(struct many *m, int signal) {
    for (size_t i = 0; i < m->count; i++) {
        if (m->tasks[i].state != MANY_RUNS) continue;
        m->tasks[i].was_asked = true;
        tell(&m->tasks[i], signal);
    }
}

static void on_patience(struct loop_timer *timer) { ask_all(timer->user, proc_signal_number(STR("SIGKILL"))); }

static void note_failure(struct many_task *t) {
    struct many *m = t->all;
    int code = t->failed ? 127 : t->end.signal ? 128 + t->end.signal : t->end.code;
    if (!code) return;
    if (!m->code) m->code = code;
    if (m->goes_on || m->stops) return;
    m->stops = true;
    if (!m->ends_others) return;
    ask_all(m, proc_signal_number(STR("SIGINT")));
    loop_timer_start(&m->patience, PATIENCE_MS);
}

static void start_ready(struct many *m);

static void ended(struct many_task *t) {
    t->state = MANY_ENDED;
    t->took_ms = now_ms() - t->began_ms;
    many_view_changed(t);
    note_failure(t);
}

static void on_end(struct loop_poll *p, err e, int events) {
    struct many_task *t = p->user;
    if (proc_reap(t->pid, &t->end) == -EAGAIN) return;
    loop_poll_close(&t->ends);
    file_close(t->pid_fd);
    /* What it left behind may hold its outputs open for ever: what is there now is all. */
    for (int i = 0; i < 2; i++) {
        while (t->out[i].fd >= 0 && read_some(t, i)) {}
        close_stream(&t->out[i]);
        if (t->out[i].part.len) say_line(t, i, buf_view(&t->out[i].part));
        buf_free(&t->out[i].part);
    }
    if (t->was_asked) os_kill(-t->pid, proc_signal_number(STR("SIGTERM")));
    t->all->n_running--;
    ended(t);
    start_ready(t->all);
    many_view_flush(t->all);
}

static err open_streams(struct many_task *t, int fds[3]) {
    fds[0] = fds[1] = fds[2] = t->out[0].fd = t->out[1].fd = -1;
    for (int i = 0; i < 2; i++) {
        int ends[2];
        TRY(proc_pipe(false, ends));
        t->out[i].fd = ends[0];
        fds[i + 1] = ends[1];
    }
    return 0;
}

static err watch(struct many_task *t) {
    for (int i = 0; i < 2; i++) {
        t->out[i].poll = (struct loop_poll){.call = on_readable, .user = t};
        TRY(loop_poll_open(t->all->loop, &t->out[i].poll, t->out[i].fd));
        TRY(loop_poll_start(&t->out[i].poll, LOOP_READABLE));
    }
    t->pid_fd = proc_watch(t->pid);
    if (t->pid_fd < 0) return t->pid_fd;
    t->ends = (struct loop_poll){.call = on_end, .user = t};
    TRY(loop_poll_open(t->all->loop, &t->ends, t->pid_fd));
    return loop_poll_start(&t->ends, LOOP_READABLE);
}

static void start(struct many_task *t) {
    struct many *m = t->all;
    int fds[3];
    t->began_ms = now_ms();
    t->failed = open_streams(t, fds);
    if (!t->failed)
        t->failed = script_start(m->c, t->set, t->script, t->text, t->argc, t->argv, m->f, fds, &t->pid);
    for (int i = 1; i < 3; i++)
        if (fds[i] >= 0) file_close(fds[i]);
    if (!t->failed) {
        t->state = MANY_RUNS;
        m->n_running++;
        err e = watch(t);
        if (e) {                     /* out of descriptors, or of memory: it cannot be followed */
            cmd_error("%.*s: %s", STR_FMT(t->label), err_text(e));
            ask_all(m, proc_signal_number(STR("SIGKILL")));
            _Exit(1);
        }
        many_view_changed(t);
        return;
    }
    for (int i = 0; i < 2; i++)
        if (t->out[i].fd >= 0) file_close(t->out[i].fd);
    many_view_line(t, 1, str_c(err_text(t->failed)));
    ended(t);
}

static bool has_ended(const struct many_task *t) { return t->state == MANY_ENDED || t->state == MANY_SKIPPED; }

static bool has_succeeded(const struct many_task *t) {
    return t->state == MANY_ENDED && !t->failed && !t->end.code && !t->end.signal;
}

static bool is_ready(const struct many *m, const struct many_task *t) {
    for (size_t i = 0; i < t->n_after; i++)
        if (!has_ended(&m->tasks[t->after[i]])) return false;
    return true;
}

/* What became ready is started; one that is skipped, or cannot be started, makes others ready. */
static void start_ready(struct many *m) {
    for (bool more = true; more;) {
        more = false;
        for (size_t i = 0; i < m->count; i++) {
            struct many_task *t = &m->tasks[i];
            if (t->state != MANY_WAITS || !is_ready(m, t)) continue;
            if (m->stops || (t->before != SIZE_MAX && !has_succeeded(&m->tasks[t->before]))) {
                t->state = MANY_SKIPPED;
                many_view_changed(t);
            } else if (m->n_running < m->most) {
                start(t);
            }
            more |= has_ended(t);
        }
    }
}

/* The first is passed on, and waited for; another one of them, later on, ends all at once. */
static void on_signal(struct loop_signal *s, int number) {
    struct many *m = s->user;
    bool is_first = !m->signal, is_again = !is_first && now_ms() - m->signalled_ms < SAME_SIGNAL_MS;
    if (is_again) return;            /* npm sends what the terminal has sent already */
    m->signal = number;
    m->signalled_ms = now_ms();
    m->stops = true;
    ask_all(m, is_first ? number : proc_signal_number(STR("SIGKILL")));
}

int many_run(struct many *m) {
    static const char *const passed[] = {"SIGINT", "SIGTERM", "SIGHUP"};
    m->loop = loop_new();
    m->patience = (struct loop_timer){.call = on_patience, .user = m};
    loop_timer_open(m->loop, &m->patience);
    loop_timer_ref(&m->patience, false);
    for (size_t i = 0; i < 3; i++) {
        m->signals[i] = (struct loop_signal){.call = on_signal, .user = m};
        err e = loop_signal_open(m->loop, &m->signals[i], proc_signal_number(str_c(passed[i])));
        if (e) return cmd_error("%s: %s", passed[i], err_text(e));
        loop_signal_ref(&m->signals[i], false);
    }
    many_view_open(m);
    start_ready(m);
    while (m->n_running) loop_run_once(m->loop, LOOP_WAIT);
    many_view_close(m);
    for (size_t i = 0; i < 3; i++) loop_signal_close(&m->signals[i]);
    loop_timer_close(&m->patience);
    loop_free(m->loop);
    return m->signal ? 128 + m->signal : m->code;
}
