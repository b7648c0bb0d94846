/* net/addr.h: addresses as people and sockets write them. */
#pragma once
#include "base/err.h"
#include "base/str.h"

struct sockaddr;

enum net_family { NET_NONE, NET_IP4, NET_IP6, NET_UNIX };
struct net_addr {
    enum net_family family;
    unsigned port;                  /* 0 for NET_UNIX */
    char text[110];                 /* "127.0.0.1", "::1", or the path; NUL-terminated */
};

/* Sockets' form, big enough for all families, and its length in use. */
struct net_sockaddr {
    union { char bytes[128]; long long aligned; } u;
    unsigned len;
};

/* Only literal addresses; false when `host` is a name. */
bool net_addr_parse(str host, unsigned port, struct net_sockaddr *out);
/* A path, or an abstract name when it starts with NUL. ERR_TOO_LARGE past 107 bytes. */
err net_addr_unix(str path, struct net_sockaddr *out);
void net_addr_of(const struct net_sockaddr *from, struct net_addr *out);
