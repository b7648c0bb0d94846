/* http/client.h: requests to servers over HTTP/1.1 (RFC 9110, 9112), and over HTTP/2 (RFC 9113) where a server chooses
 * it: connections are kept and used again, TLS and proxies are stacked as filters. Redirects, cookies, codings and
 * caches are the caller's. One client for each loop; all on its thread. */
#pragma once
#include "http/request.h"

struct net_stream;
struct tls_config;
struct uv_loop_s;

struct http_client;
struct http_client_options {
    unsigned most_per_host;         /* connections to one host at a time; 0 = 64; further requests wait */
    unsigned idle_seconds;          /* how long an unused connection is kept; 0 = 5 */
};
bool http_client_has_h2(void);                           /* the library that speaks it can be opened */
struct http_client *http_client_new(struct uv_loop_s *loop, const struct http_client_options *o);
void http_client_free(struct http_client *c);    /* what runs is cancelled; closing ends with the loop's next turns */

struct http_fetch;
struct http_fetch_options {
    str host;                       /* name or literal address, without brackets */
    unsigned port;
    str path;                       /* of a unix socket, instead of host and port for connecting; empty = none */
    struct tls_config *tls;    /* NULL = plain; held for the connection's life. One config = one pool of connections */
    str proxy_host;                 /* empty = none */
    unsigned proxy_port;
    str proxy_authorization;        /* value of the header; empty = none */
    str method, target;             /* target in origin form: "/path?query" */
    str headers;        /* lines "Name: value\r\n"; with Host, without Content-Length and Transfer-Encoding */
    str body;                       /* sent with Content-Length when has_body */
    bool has_body;
    bool streams_body;              /* chunked, by http_fetch_write, instead of `body` */
    /* The config's ALPN names "h2" before "http/1.1": one connection is opened first, to learn which of them the server
     * speaks. http_client_has_h2 says whether it may be offered. */
    bool offers_h2;
    unsigned idle_seconds;          /* fails with UV_ETIMEDOUT when nothing comes or goes for so long; 0 = never */
};
struct http_fetch_events {
    void (*head)(void *user, const struct http_reply *r);        /* of the final reply; borrowed for the call */
    void (*data)(void *user, str bytes);                         /* borrowed for the call */
    void (*ended)(void *user);                                   /* the reply is whole; the fetch is gone */
    /* The fetch is gone. `why` is a code such as "CERT_HAS_EXPIRED" where TLS knows more than `e`; else NULL. */
    void (*failed)(void *user, err e, const char *why);
    /* 101: the connection is the caller's from here on (NULL: such a reply is a failure). `rest` came behind the
     * head. */
    void (*upgraded)(void *user, const struct http_reply *r, struct net_stream *s, str rest);
};

/* All texts are copied. No event is called from inside this call. */
struct http_fetch *http_fetch_start(struct http_client *c, const struct http_fetch_options *o,
                                    const struct http_fetch_events *events, void *user);
void http_fetch_cancel(struct http_fetch *f);            /* no event follows; the fetch is gone */
void http_fetch_pause(struct http_fetch *f, bool pause); /* the server feels it */
void http_fetch_write(struct http_fetch *f, str bytes);  /* with streams_body */
void http_fetch_write_end(struct http_fetch *f);
size_t http_fetch_queued(const struct http_fetch *f);    /* bytes of the request that wait for the server */
