/* Connecting: the name is looked up in the pool, then each address is tried in turn; a slow one (250 ms) is overtaken
 * by the next, and the first that answers wins (as RFC 8305 has it). */
#include "net/connect.h"

#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>
#include <uv.h>

#include "base/mem.h"
#include "base/must.h"

enum { MAX_TRIES = 16, OVERTAKE_MS = 250 };

struct try {
    uv_poll_t poll;
    struct net_connect *of;
    int fd;
};
struct net_connect {
    struct net_loop *loop;
    void (*done)(void *user, int fd, err e);
    void *user;
    uv_getaddrinfo_t lookup;
    uv_timer_t timer;
    struct net_sockaddr addrs[MAX_TRIES];
    bool is_localhost;
    size_t n_addrs, n_started, n_running, n_handles;
    struct try tries[MAX_TRIES];
    err last;
    unsigned port;
    bool is_over, looks_up;
};

static void release(uv_handle_t *h) {
    struct net_connect *c = h->data;
    must(c->n_handles > 0);
    if (--c->n_handles || c->looks_up) return;
    net_loop_drop(c->loop);
    mem_free(c);
}

static void released_try(uv_handle_t *h) {
    struct try *t = h->data;
    h->data = t->of;
    release(h);
}

static void stop_try(struct try *t, bool keep_fd) {
    if (t->fd < 0) return;
    uv_poll_stop(&t->poll);
    uv_close((uv_handle_t *)&t->poll, released_try);
    if (!keep_fd) close(t->fd);
    t->fd = -1;
}

static void over(struct net_connect *c, int fd, err e) {
    if (c->is_over) return;
    c->is_over = true;
    for (size_t i = 0; i < c->n_started; i++) stop_try(&c->tries[i], c->tries[i].fd == fd);
    uv_close((uv_handle_t *)&c->timer, release);
    if (c->done) c->done(c->user, fd, e);
    else if (fd >= 0) close(fd);
}

static void start_next(struct net_connect *c);

static void on_answer(uv_poll_t *p, int status, int events) {
    struct try *t = p->data;
    struct net_connect *c = t->of;
    int e = 0;
    socklen_t len = sizeof e;
    if (getsockopt(t->fd, SOL_SOCKET, SO_ERROR, &e, &len) < 0) e = errno;
    if (!e && status < 0) e = ECONNREFUSED;
    if (!e) {
        over(c, t->fd, 0);
        return;
    }
    c->last = -e;
    c->n_running--;
    stop_try(t, false);
    start_next(c);
}

static void on_slow(uv_timer_t *t) { start_next(t->data); }

static void start_next(struct net_connect *c) {
    if (c->is_over) return;
    while (c->n_started < c->n_addrs) {
        struct try *t = &c->tries[c->n_started];
        const struct net_sockaddr *a = &c->addrs[c->n_started++];
        const struct sockaddr *sa = (const void *)a->u.bytes;
        t->of = c;
        t->poll.data = t;
        t->fd = socket(sa->sa_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
        if (t->fd < 0) {
            c->last = -errno;
            continue;
        }
        if (sa->sa_family != AF_UNIX) setsockopt(t->fd, IPPROTO_TCP, TCP_NODELAY, &(int){1}, sizeof(int));
        if (connect(t->fd, sa, a->len) < 0 && errno != EINPROGRESS) {
            c->last = -errno;
            close(t->fd);
            t->fd = -1;
            continue;
        }
        must(uv_poll_init(net_loop_uv(c->loop), &t->poll, t->fd) == 0);
        must(uv_poll_start(&t->poll, UV_WRITABLE, on_answer) == 0);
        c->n_handles++;
        c->n_running++;
        if (c->n_started < c->n_addrs) uv_timer_start(&c->timer, on_slow, OVERTAKE_MS, 0);
        return;
    }
    if (c->n_running == 0) over(c, -1, c->last ? c->last : UV_EAI_NONAME);
}

/* Families take turns, so that a broken IPv6 costs one wait at most. */
static void take_addresses(struct net_connect *c, struct addrinfo *found) {
    int first = found ? found->ai_family : 0;
    struct addrinfo *same = found, *other = found;
    while (c->n_addrs < MAX_TRIES && (same || other)) {
        while (same && same->ai_family != first) same = same->ai_next;
        while (other && other->ai_family == first) other = other->ai_next;
        struct addrinfo **turn = c->n_addrs % 2 == 0 ? (same ? &same : &other) : (other ? &other : &same);
        if (!*turn) break;
        struct net_sockaddr *a = &c->addrs[c->n_addrs++];
        a->len = (*turn)->ai_addrlen;
        memcpy(a->u.bytes, (*turn)->ai_addr, a->len);
        if ((*turn)->ai_family == AF_INET) ((struct sockaddr_in *)a->u.bytes)->sin_port = htons((uint16_t)c->port);
        else ((struct sockaddr_in6 *)a->u.bytes)->sin6_port = htons((uint16_t)c->port);
        *turn = (*turn)->ai_next;
    }
}

static void on_lookup(uv_getaddrinfo_t *r, int status, struct addrinfo *found) {
    struct net_connect *c = r->data;
    c->looks_up = false;
    if (c->is_over) {
        if (c->n_handles == 0) {
            net_loop_drop(c->loop);
            mem_free(c);
        }
    } else if (status < 0 && c->is_localhost) {        /* RFC 6761, 6.3: it is loopback whatever the resolver knows */
        net_addr_parse(STR("127.0.0.1"), c->port, &c->addrs[c->n_addrs++]);
        net_addr_parse(STR("::1"), c->port, &c->addrs[c->n_addrs++]);
        start_next(c);
    } else if (status < 0) over(c, -1, status == UV_EAI_NODATA ? UV_EAI_NONAME : status);
    else {
        take_addresses(c, found);
        start_next(c);
    }
    uv_freeaddrinfo(found);
}

static void on_start(uv_timer_t *t) { start_next(t->data); }

static struct net_connect *connect_new(struct net_loop *l, void (*done)(void *, int, err), void *user) {
    struct net_connect *c = NEW(struct net_connect);
    c->loop = net_loop_hold(net_loop_uv(l));
    c->done = done;
    c->user = user;
    must(uv_timer_init(net_loop_uv(l), &c->timer) == 0);
    c->timer.data = c;
    c->n_handles = 1;
    return c;
}

struct net_connect *net_connect_tcp(struct net_loop *l, str host, unsigned port, void (*done)(void *, int, err),
                                    void *user) {
    struct net_connect *c = connect_new(l, done, user);
    c->port = port;
    if (host.len > 2 && host.at[0] == '[') host = str_of(host.at + 1, host.len - 2);
    if (net_addr_parse(host, port, &c->addrs[0])) {
        c->n_addrs = 1;
        uv_timer_start(&c->timer, on_start, 0, 0);
        return c;
    }
    char name[256];
    if (host.len >= sizeof name || memchr(host.at, 0, host.len)) {
        c->last = UV_EAI_NONAME;
        uv_timer_start(&c->timer, on_start, 0, 0);
        return c;
    }
    memcpy(name, host.at, host.len);
    name[host.len] = 0;
    struct addrinfo hints = {.ai_socktype = SOCK_STREAM, .ai_flags = AI_ADDRCONFIG};
    c->is_localhost = str_eq_nocase(host, STR("localhost"));
    c->lookup.data = c;
    c->looks_up = true;
    if (uv_getaddrinfo(net_loop_uv(l), &c->lookup, on_lookup, name, NULL, &hints) < 0) {
        c->looks_up = false;
        c->last = UV_EAI_NONAME;
        uv_timer_start(&c->timer, on_start, 0, 0);
    }
    return c;
}

struct net_connect *net_connect_unix(struct net_loop *l, str path, void (*done)(void *, int, err), void *user) {
    struct net_connect *c = connect_new(l, done, user);
    c->last = net_addr_unix(path, &c->addrs[0]);
    if (!c->last) c->n_addrs = 1;
    uv_timer_start(&c->timer, on_start, 0, 0);
    return c;
}

void net_connect_cancel(struct net_connect *c) {
    c->done = NULL;
    if (c->looks_up) uv_cancel((uv_req_t *)&c->lookup);
    over(c, -1, ERR_CLOSED);
}
