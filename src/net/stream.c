#include "net/stream.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>
#include <uv.h>

#include "base/buf.h"
#include "base/list.h"
#include "base/must.h"

enum { SLAB_SIZE = 256 * 1024, MAX_PARTS = 16, FILE_STEP = 1 << 20, QUEUE_KEEP = 8 * 1024, LATE_MAX = 64 * 1024 };

struct net_loop {
    uv_loop_t *uv;
    size_t holders;
    struct ring streams;
    size_t n_streams;
    uint32_t seconds;
    uv_timer_t tick;
    uv_prepare_t before_wait;
    uv_idle_t no_wait;              /* runs while something is to be done soon */
    int n_open;                     /* of these three handles */
    struct net_soon *soon, **last_soon;
    struct net_stream *late;        /* streams that hold bytes back until the turn ends */
    char *slab;
    bool slab_is_lent;              /* a `received` is on the stack: a nested loop turn must not overwrite it */
    struct net_loop *next;
};

enum state { CONNECTING, OPEN, CLOSING };
struct net_stream {
    uv_poll_t poll;
    struct ring ring;
    struct net_loop *loop;
    const struct net_events *events;
    void *user;
    struct net_filter *top, *bottom;
    struct buf out;
    size_t out_at;                  /* what of `out` has left */
    int fd, file;                   /* file: -1 = none */
    uint64_t file_from, file_left;
    uint32_t deadline;              /* in loop seconds; 0 = none */
    err why;
    uint8_t state, polling;
    bool is_paused, is_ending, has_sent_fin, has_eof, tells_drained, is_late, is_stuck;
    struct net_stream *next_late;
};

static __thread struct net_loop *loops;

static void on_before_wait(uv_prepare_t *p);

static void freed_loop(uv_handle_t *h) {
    struct net_loop *l = h->data;
    if (--l->n_open) return;
    mem_free(l->slab);
    mem_free(l);
}

struct net_loop *net_loop_hold(struct uv_loop_s *loop) {
    for (struct net_loop *l = loops; l; l = l->next)
        if (l->uv == loop) return l->holders++, l;
    struct net_loop *l = NEW(struct net_loop);
    l->uv = loop;
    l->holders = 1;
    l->seconds = 1;
    ring_init(&l->streams);
    l->slab = mem_alloc(SLAB_SIZE);
    l->last_soon = &l->soon;
    must(uv_timer_init(loop, &l->tick) == 0 && uv_prepare_init(loop, &l->before_wait) == 0 &&
         uv_idle_init(loop, &l->no_wait) == 0);
    l->tick.data = l->before_wait.data = l->no_wait.data = l;
    l->n_open = 3;
    uv_unref((uv_handle_t *)&l->tick);
    uv_unref((uv_handle_t *)&l->before_wait);
    l->next = loops;
    loops = l;
    return l;
}

void net_loop_drop(struct net_loop *l) {
    must(l->holders > 0);
    if (--l->holders) return;
    for (struct net_loop **p = &loops; *p; p = &(*p)->next)
        if (*p == l) {
            *p = l->next;
            break;
        }
    uv_close((uv_handle_t *)&l->tick, freed_loop);
    uv_close((uv_handle_t *)&l->before_wait, freed_loop);
    uv_close((uv_handle_t *)&l->no_wait, freed_loop);
}

static void on_no_wait(uv_idle_t *p) {
    struct net_loop *l = p->data;
    struct net_soon *all = l->soon, *next;
    l->soon = NULL;
    l->last_soon = &l->soon;
    uv_idle_stop(p);
    l->holders++;
    for (struct net_soon *t = all; t; t = next) {
        next = t->next;
        if (!t->is_waiting) continue;                    /* cancelled meanwhile: its memory must outlive the turn */
        t->is_waiting = false;
        t->call(t);
    }
    net_loop_drop(l);
}

void net_soon(struct net_loop *l, struct net_soon *what) {
    if (what->is_waiting) return;
    what->is_waiting = true;
    what->next = NULL;
    *l->last_soon = what;
    l->last_soon = &what->next;
    must(uv_idle_start(&l->no_wait, on_no_wait) == 0);
}

void net_soon_cancel(struct net_loop *l, struct net_soon *what) {
    what->is_waiting = false;
    for (struct net_soon **t = &l->soon; *t; t = &(*t)->next)
        if (*t == what) {
            *t = what->next;
            if (l->last_soon == &what->next) l->last_soon = t;
            return;
        }
}

struct uv_loop_s *net_loop_uv(struct net_loop *l) { return l->uv; }
uint32_t net_loop_seconds(struct net_loop *l) { return l->seconds; }

static void on_tick(uv_timer_t *t) {
    struct net_loop *l = t->data;
    l->seconds++;
    for (struct ring *r = l->streams.next, *next; r != &l->streams; r = next) {
        struct net_stream *s = (struct net_stream *)((char *)r - offsetof(struct net_stream, ring));
        next = r->next;                                  /* streams leave the ring only in their close callback */
        if (!s->deadline || s->deadline > l->seconds || s->state == CLOSING) continue;
        s->deadline = 0;
        if (s->state == CONNECTING) net_close(s, ERR_TIMEOUT);
        else if (s->events->expired) s->events->expired(s);
        else net_close(s, ERR_TIMEOUT);
    }
}

/* --- the socket at the bottom --- */

static void on_poll(uv_poll_t *p, int status, int events);

static void poll_what_is_needed(struct net_stream *s) {
    if (s->state == CLOSING) return;
    int want = 0;
    if (s->state == CONNECTING) want = UV_WRITABLE;
    else {
        if (!s->has_eof) want |= s->is_paused ? UV_DISCONNECT : UV_READABLE;
        if (!s->is_late && (s->out.len > s->out_at || s->file >= 0)) want |= UV_WRITABLE;
    }
    if (want == s->polling) return;
    s->polling = (uint8_t)want;
    if (want) must(uv_poll_start(&s->poll, want, on_poll) == 0);
    else uv_poll_stop(&s->poll);
}

static void opened(struct net_stream *s) {
    if (s->bottom && !s->bottom->is_open) s->bottom->type->start(s->bottom);
    else if (s->events->opened) s->events->opened(s);
}

static void finish(struct net_stream *s) {
    if (s->is_ending && !s->is_late && !s->has_sent_fin && s->out.len == s->out_at && s->file < 0 && s->state == OPEN) {
        s->has_sent_fin = true;
        shutdown(s->fd, SHUT_WR);
        if (s->has_eof) net_close(s, 0);
    }
}

/* Gives the kernel what it takes of the queue. */
static void flush(struct net_stream *s) {
    while (s->out_at < s->out.len) {
        ssize_t n = send(s->fd, s->out.at + s->out_at, s->out.len - s->out_at,
                         MSG_NOSIGNAL | (s->file >= 0 ? MSG_MORE : 0));
        if (n < 0 && errno == EINTR) continue;
        if (n < 0 && errno == EAGAIN) return;
        if (n < 0) {
            net_close(s, -errno);
            return;
        }
        s->out_at += (size_t)n;
    }
    if (s->out.cap > QUEUE_KEEP) buf_free(&s->out);
    s->out.len = s->out_at = 0;
}

/* Moves the file on; through the slab when filters must see it. False when the peer has to be waited for. */
static void flush_file(struct net_stream *s) {
    while (s->file >= 0 && s->out_at == s->out.len && s->state == OPEN) {
        size_t step = s->file_left < FILE_STEP ? (size_t)s->file_left : FILE_STEP;
        ssize_t n = 0;
        if (s->top && step) {
            if (step > SLAB_SIZE / 2) step = SLAB_SIZE / 2;
            char *at = mem_alloc(step);
            n = pread(s->file, at, step, (off_t)s->file_from);
            if (n > 0) s->top->type->send(s->top, &(str){at, (size_t)n}, 1);
            mem_free(at);
        } else if (step) {
            off_t from = (off_t)s->file_from;
            n = sendfile(s->fd, s->file, &from, step);
        }
        if (n < 0 && errno == EINTR) continue;
        if (n < 0 && errno == EAGAIN) return;
        if (n < 0 || (n == 0 && step)) {                 /* the file is shorter than was promised to the peer */
            net_close(s, n < 0 ? -errno : ERR_TRUNCATED);
            return;
        }
        s->file_from += (uint64_t)n;
        s->file_left -= (uint64_t)n;
        if (s->file_left == 0) {
            close(s->file);
            s->file = -1;
        }
    }
}

static void write_ready(struct net_stream *s) {
    flush(s);
    if (s->file >= 0) flush_file(s);
    if (s->state != OPEN || s->out_at < s->out.len || s->file >= 0) return;
    poll_what_is_needed(s);
    finish(s);
    if (s->tells_drained && s->state == OPEN) {
        s->tells_drained = false;
        if (s->events->drained) s->events->drained(s);
    }
}

static bool socket_send(struct net_stream *s, const str *parts, size_t n) {
    if (s->state == CLOSING || s->has_sent_fin) return false;
    if (s->is_late) {                                    /* the turn's last word: in order, and together */
        for (size_t i = 0; i < n; i++) buf_add(&s->out, parts[i]);
        if (s->out.len - s->out_at > LATE_MAX && !s->is_stuck) {
            flush(s);
            s->is_stuck = s->state == OPEN && s->out.len > s->out_at;
        }
        return s->state == OPEN;
    }
    size_t skip = 0;
    if (s->out.len == s->out_at && s->state == OPEN) {
        struct iovec iov[MAX_PARTS];
        size_t count = n < MAX_PARTS ? n : MAX_PARTS;
        for (size_t i = 0; i < count; i++) iov[i] = (struct iovec){(void *)parts[i].at, parts[i].len};
        struct msghdr m = {.msg_iov = iov, .msg_iovlen = count};
        ssize_t sent;
        do
            sent = count == 1 ? send(s->fd, iov->iov_base, iov->iov_len, MSG_NOSIGNAL)
                              : sendmsg(s->fd, &m, MSG_NOSIGNAL);
        while (sent < 0 && errno == EINTR);
        if (sent < 0 && errno != EAGAIN) {
            net_close(s, -errno);
            return false;
        }
        skip = sent > 0 ? (size_t)sent : 0;
    }
    for (size_t i = 0; i < n; i++) {
        if (skip >= parts[i].len) {
            skip -= parts[i].len;
            continue;
        }
        buf_add(&s->out, str_from(parts[i], skip));
        skip = 0;
    }
    if (s->out.len > s->out_at) {
        s->tells_drained = true;
        poll_what_is_needed(s);
    }
    return true;
}

static void on_before_wait(uv_prepare_t *p) {
    struct net_loop *l = p->data;
    struct net_stream *all = l->late, *next;
    l->late = NULL;
    uv_prepare_stop(p);
    for (struct net_stream *s = all; s; s = next) {
        next = s->next_late;
        s->is_late = s->is_stuck = false;
        if (s->state == OPEN) {
            flush(s);
            if (s->state == OPEN && s->out.len > s->out_at) s->tells_drained = true;
            poll_what_is_needed(s);
            finish(s);
        }
    }
}

bool net_send_late(struct net_stream *s, const str *parts, size_t n) {
    if (s->is_ending || s->state == CLOSING || s->has_sent_fin) return false;
    must(s->file < 0);
    if (!s->top && s->state == OPEN && !s->is_late && s->out.len == s->out_at) {
        struct net_loop *l = s->loop;
        if (!l->late) must(uv_prepare_start(&l->before_wait, on_before_wait) == 0);
        s->is_late = true;
        s->next_late = l->late;
        l->late = s;
    }
    return net_send(s, parts, n);
}

static void deliver(struct net_stream *s, str data) {
    if (s->bottom) s->bottom->type->received(s->bottom, data);
    else s->events->received(s, data);
}

static void got_eof(struct net_stream *s) {
    s->has_eof = true;
    poll_what_is_needed(s);
    if (s->bottom && s->bottom->type->ended) s->bottom->type->ended(s->bottom);
    if (s->state != CLOSING && s->events->ended) s->events->ended(s);
    if (s->state != CLOSING && s->has_sent_fin) net_close(s, 0);
}

static void read_ready(struct net_stream *s) {
    struct net_loop *l = s->loop;
    char *into = l->slab_is_lent ? mem_alloc(SLAB_SIZE) : l->slab;
    ssize_t n;
    do n = recv(s->fd, into, SLAB_SIZE, 0);
    while (n < 0 && errno == EINTR);
    if (n > 0) {
        bool was_lent = l->slab_is_lent;
        l->slab_is_lent = true;
        deliver(s, str_of(into, (size_t)n));
        l->slab_is_lent = was_lent;
    } else if (n == 0) got_eof(s);
    else if (errno != EAGAIN) net_close(s, -errno);
    if (into != l->slab) mem_free(into);
}

static void on_poll(uv_poll_t *p, int status, int events) {
    struct net_stream *s = p->data;
    if (s->state == CLOSING) return;
    if (status < 0) s->polling = 0;                      /* libuv stopped the watch: an error waits on the socket */
    if (s->state == CONNECTING) {
        int e = 0;
        socklen_t len = sizeof e;
        if (getsockopt(s->fd, SOL_SOCKET, SO_ERROR, &e, &len) < 0) e = errno;
        if (e) {
            net_close(s, -e);
            return;
        }
        s->state = OPEN;
        poll_what_is_needed(s);
        opened(s);
        if (s->state == OPEN) write_ready(s);
        return;
    }
    if (status < 0) {
        int e = 0;
        socklen_t len = sizeof e;
        getsockopt(s->fd, SOL_SOCKET, SO_ERROR, &e, &len);
        net_close(s, e ? -e : -ECONNRESET);
        return;
    }
    if (events & UV_READABLE && !s->is_paused) read_ready(s);
    else if (events & UV_DISCONNECT) got_eof(s);
    if (events & UV_WRITABLE && s->state == OPEN) write_ready(s);
}

/* --- what users call --- */

static struct net_stream *stream_new(struct net_loop *l, int fd, const struct net_events *events, void *user,
                                     enum state state) {
    struct net_stream *s = NEW(struct net_stream);
    s->loop = l;
    s->fd = fd;
    s->file = -1;
    s->events = events;
    s->user = user;
    s->state = (uint8_t)state;
    s->poll.data = s;
    must(uv_poll_init(l->uv, &s->poll, fd) == 0);
    ring_add(&l->streams, &s->ring);
    l->holders++;
    if (l->n_streams++ == 0) must(uv_timer_start(&l->tick, on_tick, 1000, 1000) == 0);
    poll_what_is_needed(s);
    return s;
}

struct net_stream *net_stream_new(struct net_loop *l, int fd, const struct net_events *events, void *user) {
    return stream_new(l, fd, events, user, OPEN);
}

struct net_stream *net_stream_connecting(struct net_loop *l, int fd, const struct net_events *events, void *user) {
    return stream_new(l, fd, events, user, CONNECTING);
}

void net_stream_use(struct net_stream *s, const struct net_events *events, void *user) {
    s->events = events;
    s->user = user;
}

void *net_user(const struct net_stream *s) { return s->user; }
bool net_is_open(const struct net_stream *s) { return s->state != CLOSING; }

bool net_send(struct net_stream *s, const str *parts, size_t n) {
    must(s->file < 0);
    if (s->is_ending) return false;
    return s->top ? s->top->type->send(s->top, parts, n) : socket_send(s, parts, n);
}

bool net_is_blocked(const struct net_stream *s) {
    return s->state != CLOSING && s->out.len > s->out_at && (!s->is_late || s->is_stuck);
}

bool net_has_file(const struct net_stream *s) { return s->file >= 0; }

bool net_send_file(struct net_stream *s, str head, int fd, uint64_t from, uint64_t len) {
    if (s->state == CLOSING || s->is_ending || len == 0) {
        close(fd);
        return len == 0 ? net_send_one(s, head) : false;
    }
    must(s->file < 0);
    if (s->top) net_send_one(s, head);
    else buf_add(&s->out, head);
    if (s->state == CLOSING) {
        close(fd);
        return false;
    }
    s->file = fd;
    s->file_from = from;
    s->file_left = len;
    s->tells_drained = true;
    if (s->state == OPEN && !s->is_late) flush(s);
    if (s->state == OPEN && s->out.len == s->out_at) flush_file(s);
    if (s->state == CLOSING) return false;
    if (s->file < 0 && s->out.len == s->out_at) s->tells_drained = false;
    poll_what_is_needed(s);
    return true;
}

size_t net_queued(const struct net_stream *s) { return s->out.len - s->out_at + (s->file >= 0 ? s->file_left : 0); }

void net_pause(struct net_stream *s) {
    s->is_paused = true;
    poll_what_is_needed(s);
}

void net_resume(struct net_stream *s) {
    s->is_paused = false;
    poll_what_is_needed(s);
}

void net_end(struct net_stream *s) {
    if (s->is_ending || s->state == CLOSING) return;
    if (s->top && s->top->type->end) s->top->type->end(s->top);
    s->is_ending = true;
    finish(s);
}

static void on_closed(uv_handle_t *h) {
    struct net_stream *s = h->data;
    struct net_loop *l = s->loop;
    if (s->is_late)
        for (struct net_stream **at = &l->late; *at; at = &(*at)->next_late)
            if (*at == s) {
                *at = s->next_late;
                break;
            }
    ring_remove(&s->ring);
    if (--l->n_streams == 0) uv_timer_stop(&l->tick);
    if (s->events->closed) s->events->closed(s, s->why);
    for (struct net_filter *f = s->bottom, *above; f; f = above) {
        above = f->above;
        f->type->free(f);
    }
    buf_free(&s->out);
    mem_free(s);
    net_loop_drop(l);
}

void net_close(struct net_stream *s, err why) {
    if (s->state == CLOSING) return;
    s->state = CLOSING;
    s->why = why;
    uv_poll_stop(&s->poll);
    uv_close((uv_handle_t *)&s->poll, on_closed);
    close(s->fd);
    s->fd = -1;
    if (s->file >= 0) close(s->file);
    s->file = -1;
}

void net_reset(struct net_stream *s) {
    if (s->state == CLOSING) return;
    struct linger now = {.l_onoff = 1};
    setsockopt(s->fd, SOL_SOCKET, SO_LINGER, &now, sizeof now);
    net_close(s, ERR_CLOSED);
}

void net_deadline(struct net_stream *s, uint32_t seconds) {
    s->deadline = seconds ? s->loop->seconds + seconds + 1 : 0;
}

void net_ref(struct net_stream *s, bool keeps_alive) {
    if (keeps_alive) uv_ref((uv_handle_t *)&s->poll);
    else uv_unref((uv_handle_t *)&s->poll);
}

bool net_peer(const struct net_stream *s, struct net_addr *out) {
    struct net_sockaddr a;
    socklen_t len = sizeof a.u;
    if (s->fd < 0 || getpeername(s->fd, (struct sockaddr *)a.u.bytes, &len) < 0) return false;
    a.len = len;
    net_addr_of(&a, out);
    return true;
}

bool net_local(const struct net_stream *s, struct net_addr *out) {
    struct net_sockaddr a;
    socklen_t len = sizeof a.u;
    if (s->fd < 0 || getsockname(s->fd, (struct sockaddr *)a.u.bytes, &len) < 0) return false;
    a.len = len;
    net_addr_of(&a, out);
    return true;
}

/* --- filters --- */

void net_filter_push(struct net_stream *s, struct net_filter *f) {
    f->stream = s;
    f->above = NULL;
    f->below = s->top;
    f->is_open = false;
    bool floor_is_open = s->top ? s->top->is_open : s->state == OPEN;
    if (s->top) s->top->above = f;
    else s->bottom = f;
    s->top = f;
    if (floor_is_open) f->type->start(f);
}

struct net_filter *net_filter_top(const struct net_stream *s) { return s->top; }

void net_filter_up(struct net_filter *f, str data) {
    if (f->stream->state == CLOSING) return;
    if (f->above) f->above->type->received(f->above, data);
    else f->stream->events->received(f->stream, data);
}

bool net_filter_down(struct net_filter *f, const str *parts, size_t n) {
    return f->below ? f->below->type->send(f->below, parts, n) : socket_send(f->stream, parts, n);
}

void net_filter_opened(struct net_filter *f) {
    f->is_open = true;
    if (f->above && !f->above->is_open) f->above->type->start(f->above);
    else if (!f->above && f->stream->events->opened) f->stream->events->opened(f->stream);
}
