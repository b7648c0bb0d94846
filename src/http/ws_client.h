/* http/ws_client.h: the client's side of a websocket: a handshake by http/client, then frames both ways. */
#pragma once
#include "http/client.h"
#include "http/ws.h"

struct ws_client;
struct ws_client_options {
    str host, path, target;         /* as in http_fetch_options */
    unsigned port;
    struct tls_config *tls;
    str headers;                    /* with Host; without the handshake's own */
    size_t max_message;             /* 0 = no limit */
};
struct ws_client_events {
    void (*opened)(void *user, str protocol);
    void (*message)(void *user, enum ws_kind kind, str data);    /* text, binary, ping, pong; borrowed */
    void (*drained)(void *user);
    void (*closed)(void *user, int code, str reason, bool was_clean);    /* the last, once; the socket is gone after */
};

struct ws_client *ws_client_new(struct uv_loop_s *loop, struct http_client *c, const struct ws_client_options *o,
                                const struct ws_client_events *events, void *user);   /* `c` is of the same loop */
bool ws_client_send(struct ws_client *w, enum ws_kind kind, str data);   /* false: not open */
void ws_client_close(struct ws_client *w, int code, str reason);        /* code 0 = none; before it is open: it fails */
void ws_client_terminate(struct ws_client *w);
size_t ws_client_queued(const struct ws_client *w);
