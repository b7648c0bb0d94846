/* http/server.h: an HTTP/1.1 server without handlers: connections in, one event per request out, one call per answer
 * back. A connection carries one exchange at a time; pipelined requests wait for their turn. After an upgrade it
 * carries a websocket. Events come from the loop only, never out of a call into this file. */
#pragma once
#include "http/request.h"
#include "http/response.h"
#include "http/ws.h"
#include "net/listen.h"

struct http_server;
struct http_conn;

struct http_server_options {
    struct net_listen_options listen;
    uint64_t max_body;              /* of a request: more is answered with 413 */
    uint32_t idle_seconds;          /* without a byte in either direction; 0 = for ever */
    struct {
        size_t max_message;         /* 0 = no limit */
        size_t max_queued;          /* more is dropped; 0 = no limit */
        uint32_t idle_seconds;
        bool closes_on_queue, sends_pings, publishes_to_self;
        bool deflates;              /* agrees to permessage-deflate, without context takeover */
    } ws;
};

struct http_server_events {
    void (*request)(void *user, struct http_conn *c, const struct http_request *r);  /* answer now or later */
    void (*body)(void *user, struct http_conn *c);       /* what was wanted is there: see http_body_want */
    void (*writable)(void *user, struct http_conn *c);   /* all of a streamed answer so far has left */
    void (*gone)(void *user, struct http_conn *c, err why);   /* the exchange ends unanswered; or not wholly answered */
    void (*stopped)(void *user);        /* after http_server_stop: nothing is left; may free the server */
    void (*message)(void *user, struct http_conn *c, enum ws_kind kind, str data);   /* text, binary, ping, pong */
    void (*drain)(void *user, struct http_conn *c);
    void (*closed)(void *user, struct http_conn *c, int code, str reason);           /* of a websocket; its last */
};

err http_server_new(struct uv_loop_s *loop, const struct http_server_options *o,
                    const struct http_server_events *events, void *user, struct http_server **out);
void http_server_stop(struct http_server *s, bool at_once);
void http_server_close_idle(struct http_server *s);      /* connections between two requests */
void http_server_free(struct http_server *s);            /* stopped only */
void http_server_ref(struct http_server *s, bool keeps_alive);
void http_server_where(const struct http_server *s, struct net_addr *out);
size_t http_server_pending(const struct http_server *s);      /* exchanges that are not answered yet */
size_t http_server_pending_ws(const struct http_server *s);

/* An exchange or a websocket by number: never reused (slot and generation), NULL when it is over. */
double http_id(const struct http_conn *c);
struct http_conn *http_conn_find(struct http_server *s, double id);
void http_conn_timeout(struct http_conn *c, uint32_t seconds);          /* instead of the server's, from now on */
bool http_conn_peer(const struct http_conn *c, struct net_addr *out);

/* The request's body. Nothing wanted: some is read ahead, then the peer has to wait. */
enum http_want { HTTP_WANT_NOTHING, HTTP_WANT_ALL, HTTP_WANT_SOME };
void http_body_want(struct http_conn *c, enum http_want want);  /* `body` once it is whole, or whenever there is some */
bool http_body_is_whole(const struct http_conn *c);
str http_body_view(const struct http_conn *c);           /* what has come and was not taken */
struct buf http_body_take(struct http_conn *c);          /* the same, and the memory with it; reading goes on */

/* Answers. `keeps_alive`, `minor` and `length` of `r` are filled in here; HEAD and statuses without a body send
 * none. */
void http_respond(struct http_conn *c, struct http_response *r, str body);
/* fd is given */
void http_respond_file(struct http_conn *c, struct http_response *r, int fd, uint64_t from, uint64_t len);
/* The same by name (or, path NULL, a copy of `fd`): from..to of it, to < 0: to its end. Negative: nothing was sent. */
err http_respond_path(struct http_conn *c, struct http_response *r, const char *path, int fd, int64_t from, int64_t to);
void http_respond_begin(struct http_conn *c, struct http_response *r, int64_t length);   /* or HTTP_LENGTH_CHUNKED */
bool http_respond_write(struct http_conn *c, str data);  /* false: better wait for `writable` */
void http_respond_end(struct http_conn *c);
void http_respond_abort(struct http_conn *c);    /* cuts the connection, so that the peer sees that it is not whole */
size_t http_respond_queued(const struct http_conn *c);

/* Websocket. */
bool http_can_upgrade(const struct http_conn *c);        /* a good RFC 6455 handshake that is not answered yet */
void http_upgrade(struct http_conn *c, str headers);     /* 101; `headers`: further whole lines */
bool http_is_ws(const struct http_conn *c);
/* Bytes sent, -1: queued behind others, 0: dropped. `deflate` where that was agreed on. */
int http_ws_send(struct http_conn *c, enum ws_kind kind, str data, bool deflate);
void http_ws_close(struct http_conn *c, int code, str reason);
void http_ws_terminate(struct http_conn *c);
void http_ws_pause(struct http_conn *c, bool on);
bool http_ws_subscribe(struct http_conn *c, str topic);
bool http_ws_unsubscribe(struct http_conn *c, str topic);
bool http_ws_is_subscribed(const struct http_conn *c, str topic);
size_t http_ws_topics(const struct http_conn *c, const str **out);      /* borrowed until the next change */
/* To all subscribers, but not `from` (may be NULL). Bytes, 0 when nobody listens. */
int http_ws_publish(struct http_server *s, struct http_conn *from, str topic, enum ws_kind kind, str data,
                    bool deflate);
size_t http_ws_subscribers(const struct http_server *s, str topic);
