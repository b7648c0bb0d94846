#include "net/listen.h"

#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>
#include <uv.h>

#include "base/mem.h"
#include "base/must.h"

enum { ACCEPTS_A_TURN = 64 };

struct net_listener {
    uv_poll_t poll;
    struct net_loop *loop;
    const struct net_listen_events *events;
    void *user;
    int fd, spare;                  /* spare: a descriptor kept to refuse politely when there are no more */
    struct net_addr where;
};

/* Out of descriptors the connection would stay in the queue and wake us for ever: it is taken and dropped. */
static void refuse_one(struct net_listener *l) {
    if (l->spare < 0) return;
    close(l->spare);
    int fd = accept(l->fd, NULL, NULL);
    if (fd >= 0) close(fd);
    l->spare = open("/dev/null", O_RDONLY | O_CLOEXEC);
}

static void on_ready(uv_poll_t *p, int status, int events) {
    struct net_listener *l = p->data;
    for (int i = 0; i < ACCEPTS_A_TURN && l->fd >= 0; i++) {
        int fd = accept4(l->fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
        if (fd < 0) {
            if (errno == EINTR || errno == ECONNABORTED) continue;
            if (errno == EMFILE || errno == ENFILE) refuse_one(l);
            return;
        }
        if (l->where.family != NET_UNIX) setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &(int){1}, sizeof(int));
        l->events->accepted(l, fd, l->user);
    }
}

static err bind_to(const struct net_sockaddr *a, const struct net_listen_options *o, bool dual, int *out) {
    const struct sockaddr *sa = (const void *)a->u.bytes;
    int fd = socket(sa->sa_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0) return -errno;
    int e = 0;
    if (sa->sa_family != AF_UNIX) setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &(int){1}, sizeof(int));
    if (o->reuse_port && setsockopt(fd, SOL_SOCKET, SO_REUSEPORT, &(int){1}, sizeof(int)) < 0) e = -errno;
    if (!e && sa->sa_family == AF_INET6 && setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &(int){!dual}, sizeof(int)) < 0)
        e = -errno;
    if (!e && bind(fd, sa, a->len) < 0) e = -errno;
    if (!e && listen(fd, o->backlog ? o->backlog : 511) < 0) e = -errno;
    if (e) close(fd);
    else *out = fd;
    return e;
}

static err bind_name(const struct net_listen_options *o, int *out) {
    char name[256];
    if (o->host.len >= sizeof name) return UV_EAI_NONAME;
    memcpy(name, o->host.at, o->host.len);
    name[o->host.len] = 0;
    struct addrinfo hints = {.ai_socktype = SOCK_STREAM, .ai_flags = AI_PASSIVE}, *found = NULL;
    int e = getaddrinfo(name, NULL, &hints, &found);
    if (e && str_eq_nocase(o->host, STR("localhost"))) {    /* RFC 6761, 6.3: loopback whatever the resolver knows */
        struct net_sockaddr a;
        net_addr_parse(STR("127.0.0.1"), o->port, &a);
        return bind_to(&a, o, false, out);
    }
    if (e) return e == EAI_SYSTEM ? -errno : UV_EAI_NONAME;
    e = UV_EAI_NONAME;
    for (struct addrinfo *i = found; i; i = i->ai_next) {
        struct net_sockaddr a = {.len = i->ai_addrlen};
        if (i->ai_addrlen > sizeof a.u) continue;
        memcpy(a.u.bytes, i->ai_addr, i->ai_addrlen);
        if (i->ai_family == AF_INET) ((struct sockaddr_in *)a.u.bytes)->sin_port = htons((uint16_t)o->port);
        else if (i->ai_family == AF_INET6) ((struct sockaddr_in6 *)a.u.bytes)->sin6_port = htons((uint16_t)o->port);
        e = bind_to(&a, o, false, out);
        if (!e || e == -EADDRINUSE) break;
    }
    freeaddrinfo(found);
    return e;
}

static err bind_any(const struct net_listen_options *o, int *out) {
    struct net_sockaddr a;
    if (o->path.len) {
        TRY(net_addr_unix(o->path, &a));
        err e = bind_to(&a, o, false, out);
        if (e != -EADDRINUSE || o->path.at[0] == 0) return e;
        int probe = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);     /* left behind by a server that is gone? */
        if (probe < 0) return e;
        bool is_dead = connect(probe, (struct sockaddr *)a.u.bytes, a.len) < 0 && errno == ECONNREFUSED;
        close(probe);
        if (!is_dead || unlink(((struct sockaddr_un *)a.u.bytes)->sun_path) < 0) return e;
        return bind_to(&a, o, false, out);
    }
    if (o->host.len == 0) {
        must(net_addr_parse(STR("::"), o->port, &a));
        err e = bind_to(&a, o, !o->ipv6_only, out);
        if (e != -EAFNOSUPPORT && e != -EADDRNOTAVAIL) return e;
        must(net_addr_parse(STR("0.0.0.0"), o->port, &a));
        return bind_to(&a, o, false, out);
    }
    if (net_addr_parse(o->host, o->port, &a)) return bind_to(&a, o, str_is(o->host, "::") && !o->ipv6_only, out);
    return bind_name(o, out);
}

err net_listen(struct net_loop *loop, const struct net_listen_options *o, const struct net_listen_events *events,
               void *user, struct net_listener **out) {
    int fd = -1;
    TRY(bind_any(o, &fd));
    struct net_listener *l = NEW(struct net_listener);
    l->fd = fd;
    l->loop = net_loop_hold(net_loop_uv(loop));
    l->events = events;
    l->user = user;
    l->spare = open("/dev/null", O_RDONLY | O_CLOEXEC);
    struct net_sockaddr a;
    socklen_t len = sizeof a.u;
    getsockname(fd, (struct sockaddr *)a.u.bytes, &len);
    a.len = len;
    net_addr_of(&a, &l->where);
    l->poll.data = l;
    must(uv_poll_init(net_loop_uv(loop), &l->poll, fd) == 0);
    must(uv_poll_start(&l->poll, UV_READABLE, on_ready) == 0);
    *out = l;
    return 0;
}

static void on_closed(uv_handle_t *h) {
    struct net_listener *l = h->data;
    if (l->events->closed) l->events->closed(l, l->user);
    net_loop_drop(l->loop);
    mem_free(l);
}

void net_listen_close(struct net_listener *l) {
    if (l->fd < 0) return;
    uv_poll_stop(&l->poll);
    uv_close((uv_handle_t *)&l->poll, on_closed);
    close(l->fd);
    l->fd = -1;
    if (l->spare >= 0) close(l->spare);
    if (l->where.family == NET_UNIX && l->where.text[0]) unlink(l->where.text);
}

void net_listen_ref(struct net_listener *l, bool keeps_alive) {
    if (keeps_alive) uv_ref((uv_handle_t *)&l->poll);
    else uv_unref((uv_handle_t *)&l->poll);
}

void net_listen_where(const struct net_listener *l, struct net_addr *out) { *out = l->where; }
