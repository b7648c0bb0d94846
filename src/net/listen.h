/* net/listen.h: a listening socket, tcp or unix, that hands out streams. */
#pragma once
#include "net/stream.h"

struct net_listener;
struct net_listen_options {
    str host;                       /* a literal address or a name; empty = every address, IPv6 and IPv4 */
    unsigned port;                  /* 0 = any free one */
    str path;                       /* unix: a path instead of host and port */
    int backlog;                    /* 0 = 511 */
    bool reuse_port, ipv6_only;
};
struct net_listen_events {
    void (*accepted)(struct net_listener *l, int fd, void *user);    /* the socket is non-blocking and the callee's */
    void (*closed)(struct net_listener *l, void *user);                 /* the last: it is gone when this returns */
};

err net_listen(struct net_loop *loop, const struct net_listen_options *o, const struct net_listen_events *events,
               void *user, struct net_listener **out);
void net_listen_close(struct net_listener *l);        /* no more connections; a unix path is removed */
void net_listen_ref(struct net_listener *l, bool keeps_alive);
void net_listen_where(const struct net_listener *l, struct net_addr *out);
