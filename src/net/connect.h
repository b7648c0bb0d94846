/* net/connect.h: client streams: to a name and port, or to a unix path. */
#pragma once
#include "net/stream.h"

struct net_connect;                 /* an attempt in progress */

/* `done` is called once, from the loop: with a stream (its `opened` follows) or with the error. Cancelling forbids the
 * call. */
struct net_connect *net_connect_tcp(struct net_loop *l, str host, unsigned port,
                                    void (*done)(void *user, int fd, err e), void *user);
struct net_connect *net_connect_unix(struct net_loop *l, str path, void (*done)(void *user, int fd, err e), void *user);
void net_connect_cancel(struct net_connect *c);
