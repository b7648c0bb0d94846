#include "net/addr.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stddef.h>
#include <sys/socket.h>
#include <sys/un.h>

_Static_assert(sizeof(struct net_sockaddr) >= sizeof(struct sockaddr_un), "every address fits");

bool net_addr_parse(str host, unsigned port, struct net_sockaddr *out) {
    char text[64];
    if (host.len >= 2 && host.at[0] == '[' && host.at[host.len - 1] == ']') host = str_of(host.at + 1, host.len - 2);
    if (host.len == 0 || host.len >= sizeof text) return false;
    memcpy(text, host.at, host.len);
    text[host.len] = 0;
    memset(out, 0, sizeof *out);
    struct sockaddr_in *four = (void *)out->u.bytes;
    if (inet_pton(AF_INET, text, &four->sin_addr) == 1) {
        four->sin_family = AF_INET;
        four->sin_port = htons((uint16_t)port);
        out->len = sizeof *four;
        return true;
    }
    struct sockaddr_in6 *six = (void *)out->u.bytes;
    memset(out, 0, sizeof *out);
    if (inet_pton(AF_INET6, text, &six->sin6_addr) != 1) return false;
    six->sin6_family = AF_INET6;
    six->sin6_port = htons((uint16_t)port);
    out->len = sizeof *six;
    return true;
}

err net_addr_unix(str path, struct net_sockaddr *out) {
    memset(out, 0, sizeof *out);
    struct sockaddr_un *un = (void *)out->u.bytes;
    if (path.len == 0 || path.len >= sizeof un->sun_path) return ERR_TOO_LARGE;
    un->sun_family = AF_UNIX;
    memcpy(un->sun_path, path.at, path.len);
    out->len = (unsigned)(offsetof(struct sockaddr_un, sun_path) + path.len + (path.at[0] != 0));
    return 0;
}

void net_addr_of(const struct net_sockaddr *from, struct net_addr *out) {
    *out = (struct net_addr){0};
    const struct sockaddr *any = (const void *)from->u.bytes;
    if (from->len < sizeof any->sa_family) return;
    if (any->sa_family == AF_INET) {
        const struct sockaddr_in *four = (const void *)any;
        out->family = NET_IP4;
        out->port = ntohs(four->sin_port);
        inet_ntop(AF_INET, &four->sin_addr, out->text, sizeof out->text);
    } else if (any->sa_family == AF_INET6) {
        const struct sockaddr_in6 *six = (const void *)any;
        out->family = NET_IP6;
        out->port = ntohs(six->sin6_port);
        inet_ntop(AF_INET6, &six->sin6_addr, out->text, sizeof out->text);
    } else if (any->sa_family == AF_UNIX) {
        const struct sockaddr_un *un = (const void *)any;
        out->family = NET_UNIX;
        size_t len = from->len > offsetof(struct sockaddr_un, sun_path)
                         ? from->len - offsetof(struct sockaddr_un, sun_path)
                         : 0;
        if (len >= sizeof out->text) len = sizeof out->text - 1;
        memcpy(out->text, un->sun_path, len);
    }
}
