/* net/stream.h: a two-way stream of bytes: a socket at the bottom, filters (tls, proxy) stacked on it.
 * All streams of a thread share one loop and one buffer for what comes in. Sending tries the kernel at once and queues
 * a copy of what it does not take. Nothing here calls back from inside a call, except `received` out of net_resume. */
#pragma once
#include "base/err.h"
#include "base/str.h"
#include "net/addr.h"

struct uv_loop_s;
struct net_loop;
struct net_stream;
struct net_filter;

/* What a loop's streams share. Counted: hold once per user (a server, a client pool). */
struct net_loop *net_loop_hold(struct uv_loop_s *loop);
void net_loop_drop(struct net_loop *l);
struct uv_loop_s *net_loop_uv(struct net_loop *l);
uint32_t net_loop_seconds(struct net_loop *l);                  /* a slow clock, good to a second */

struct net_events {
    void (*opened)(struct net_stream *s);                       /* a client's way (and its filters) is open */
    void (*received)(struct net_stream *s, str data);           /* borrowed for the call */
    void (*ended)(struct net_stream *s);                        /* the peer will send no more */
    void (*drained)(struct net_stream *s);                      /* all that was queued has left */
    void (*expired)(struct net_stream *s);                      /* the deadline passed; it is off now */
    void (*closed)(struct net_stream *s, err why);              /* the last: `s` is gone when this returns */
};

/* Takes over a connected socket. */
struct net_stream *net_stream_new(struct net_loop *l, int fd, const struct net_events *events, void *user);
/* e.g. http becomes websocket */
void net_stream_use(struct net_stream *s, const struct net_events *events, void *user);
void *net_user(const struct net_stream *s);

/* False when the stream is closed or ended already. `parts` are borrowed for the call. */
bool net_send(struct net_stream *s, const str *parts, size_t n);
static inline bool net_send_one(struct net_stream *s, str data) { return net_send(s, &data, 1); }
/* The same, but it leaves with the end of the loop's turn, together with what follows it. */
bool net_send_late(struct net_stream *s, const str *parts, size_t n);
/* After what is queued `head`, then `len` bytes of the file; the descriptor is given away. When it does not leave at
 * once, nothing more may be sent before `drained`: net_has_file says so. */
bool net_send_file(struct net_stream *s, str head, int fd, uint64_t from, uint64_t len);
bool net_has_file(const struct net_stream *s);
size_t net_queued(const struct net_stream *s);                  /* bytes that wait for the peer */
bool net_is_blocked(const struct net_stream *s);        /* something waits because the peer does not read fast enough */
bool net_is_open(const struct net_stream *s);                   /* neither closed nor closing */

void net_pause(struct net_stream *s);                           /* read no more for now: the peer feels it */
void net_resume(struct net_stream *s);
void net_end(struct net_stream *s);                             /* FIN once the queue has left */
void net_close(struct net_stream *s, err why);                  /* at once; `closed` follows from the loop */
void net_reset(struct net_stream *s);                           /* at once, as RST */
void net_deadline(struct net_stream *s, uint32_t seconds);      /* `expired` after so long; 0 = never */
void net_ref(struct net_stream *s, bool keeps_alive);
bool net_peer(const struct net_stream *s, struct net_addr *out);
bool net_local(const struct net_stream *s, struct net_addr *out);

/* Something to do in the next turn of the loop, out of everyone's calls. Adding it again is one call still. */
struct net_soon {
    void (*call)(struct net_soon *);
    struct net_soon *next;
    bool is_waiting;
};
void net_soon(struct net_loop *l, struct net_soon *what);
void net_soon_cancel(struct net_loop *l, struct net_soon *what);

/* Filters: the first member of their own struct. Data climbs by net_filter_up, falls by net_filter_down. */
struct net_filter_type {
    const char *name;
    void (*start)(struct net_filter *f);        /* the floor below is open; ends with net_filter_opened */
    void (*received)(struct net_filter *f, str data);
    bool (*send)(struct net_filter *f, const str *parts, size_t n);
    void (*end)(struct net_filter *f);                          /* say goodbye below; the FIN follows */
    void (*ended)(struct net_filter *f);                        /* FIN from below; may be NULL */
    void (*free)(struct net_filter *f);
};
struct net_filter {
    const struct net_filter_type *type;
    struct net_stream *stream;
    struct net_filter *above, *below;
    bool is_open;
};
void net_filter_push(struct net_stream *s, struct net_filter *f);  /* on top; starts it when the floor below is open */
struct net_filter *net_filter_top(const struct net_stream *s);                 /* NULL when there is none */
void net_filter_up(struct net_filter *f, str data);
bool net_filter_down(struct net_filter *f, const str *parts, size_t n);
void net_filter_opened(struct net_filter *f);

/* For net's own files. */
struct net_stream *net_stream_connecting(struct net_loop *l, int fd, const struct net_events *events, void *user);
