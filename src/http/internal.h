/* http/internal.h: what server.c and ws_server.c share. */
#pragma once
#include "base/arena.h"
#include "base/list.h"
#include "data/gzip.h"
#include "http/chunked.h"
#include "http/server.h"
#include "net/stream.h"

enum {
    READ_AHEAD = 256 * 1024,        /* of a body nobody asked for, and of pipelined requests */
    DISCARD_MAX = 1024 * 1024,      /* of a body nobody will ask for any more; past it the connection is closed */
    CORK_MAX = 64 * 1024,           /* small answers are gathered up to here */
    GATHER_MAX = 16 * 1024,         /* a body up to here is copied behind its head */
    LINGER_SECONDS = 5,
};

struct topic;
struct ws_conn {
    struct ws_reader reader;
    LIST(struct topic *) topics;
    LIST(str) names;                /* for http_ws_topics */
    bool sent_close, is_paused, was_queued, sent_ping, told_closed, deflates;
    int code;                       /* of the peer's close frame, or ours */
    struct buf reason;
};

enum stage { STAGE_HEAD, STAGE_EXCHANGE, STAGE_LINGER, STAGE_WS };
struct http_conn {
    struct http_server *server;
    struct net_stream *stream;
    struct ring ring;
    struct net_soon soon;
    uint32_t slot, generation;
    uint8_t stage, want, verb, minor;
    bool keeps_alive, wants_continue, is_whole, began, ended, is_chunked_out, sends_nothing, is_processing, told_gone,
        has_eof;
    bool can_upgrade, offers_deflate, is_read_paused;
    char key[24];
    uint32_t idle_seconds;
    int64_t body_left;              /* or HTTP_LENGTH_CHUNKED */
    uint64_t body_total;
    struct http_chunked chunked;
    struct buf in, body;            /* bytes read too early; the body as far as it came */
    struct ws_conn *ws;
};

struct http_server {
    struct net_loop *loop;
    struct net_listener *listener;
    struct http_server_options o;
    const struct http_server_events *events;
    void *user;
    struct net_addr where;
    struct ring conns;
    struct http_conn **slots;
    uint32_t n_slots, n_free, *free_slots;
    size_t n_conns, n_exchanges, n_ws;
    struct buf out;                 /* answers of the connection that is being processed */
    struct buf head;                /* of the answer that is being printed */
    struct http_conn *corked;
    struct arena arena;
    struct topic **topics;          /* a table of chains */
    size_t n_topics, n_buckets;
    struct gzip_reader inflater;    /* for one message at a time; made when first needed */
    struct gzip_writer deflater;
    struct buf inflated, deflated;
    struct net_soon stopped;
    bool is_stopping, is_unref;
};

void http_conn_touch(struct http_conn *c);
void http_conn_out(struct http_conn *c, const str *parts, size_t n, bool late);   /* through the cork when it is ours */
void http_conn_uncork(struct http_conn *c);
void http_ws_received(struct http_conn *c, str *data);
void http_ws_expired(struct http_conn *c);
void http_ws_drained(struct http_conn *c);
bool http_ws_offer_is_good(str extensions);              /* permessage-deflate on terms that we can keep */
void http_ws_server_done(struct http_server *s);
void http_ws_lost(struct http_conn *c, err why);         /* the stream is closed */
