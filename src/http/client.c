#include "http/client.h"

#include <uv.h>

#include "base/arena.h"
#include "base/list.h"
#include "base/map.h"
#include "base/must.h"
#include "http/chunked.h"
#include "http/h2/client.h"
#include "net/connect.h"
#include "net/tls.h"

enum { MOST_PER_HOST = 64, IDLE_SECONDS = 5 };

struct conn;
struct host {
    struct http_client *client;
    str key;
    struct ring idle;               /* of conns; the newest last */
    struct ring shared;             /* of conns that speak HTTP/2: many fetches at a time on each */
    struct ring waiting;            /* of fetches without a conn */
    unsigned n_conns, n_opening;
    uint32_t most_streams;    /* that an HTTP/2 connection took at a time, so that a new one is not asked for more */
    bool speaks_1;                  /* the server chose HTTP/1.1 before */
    struct map_entry *entry;
};

struct http_client {
    struct net_loop *loop;
    struct http_client_options o;
    struct map hosts;               /* key -> struct host */
    struct ring conns;              /* all of them */
    struct net_soon pump;
    bool is_freed;
};

struct http_fetch {
    struct ring ring;               /* in host->waiting, or in conn->fetches */
    struct host *host;
    struct conn *conn;              /* NULL while it waits */
    const struct http_fetch_events *events;
    void *user;
    struct arena arena;
    struct http_fetch_options o;    /* its texts live in the arena */
    struct buf out;                 /* the head and a whole body: kept for a retry */
    struct buf body;                /* of streams_body, until the connection is there */
    int32_t stream;                 /* of HTTP/2 */
    uint32_t heard;                 /* of HTTP/2: when something came or went, in net_loop_seconds */
    size_t head_len;                /* of `out` */
    bool is_retried, can_retry, is_paused, body_ended, had_head;
};

enum stage { CONNECTING, TUNNEL, HANDSHAKE, IDLE, HEAD, BODY, SHARED, CLOSED };
struct conn {
    struct ring ring, idle_ring;
    struct host *host;
    enum stage stage;
    struct net_connect *connecting;
    struct net_stream *stream;
    struct http_fetch *fetch;
    struct h2_session *h2;          /* of a SHARED one */
    struct ring fetches;            /* of a SHARED one */
    uint32_t checked;               /* when its fetches were looked through for slow ones */
    struct http_fetch_options way;  /* how to get there; texts live in the arena */
    struct arena arena;
    struct buf in;
    struct http_chunked chunked;
    int64_t left;
    bool is_reused, got_bytes, keeps_alive;
};

static void pump(struct host *h);

/* --- fetches */

static void fetch_free(struct http_fetch *f) {
    arena_free(&f->arena);
    buf_free(&f->out);
    buf_free(&f->body);
    mem_free(f);
}

static void fetch_failed(struct http_fetch *f, err e, const char *why) {
    ring_remove(&f->ring);
    if (f->conn) f->conn->fetch = NULL;
    f->events->failed(f->user, e, why);
    fetch_free(f);
}

/* --- connections */

/* The client goes with its last connection once it is no longer wanted. */
static void client_release(struct http_client *c) {
    for (struct map_entry *e = map_next(&c->hosts, NULL); e; e = map_next(&c->hosts, e)) {
        mem_free((void *)(uintptr_t)((struct host *)e->value)->key.at);
        mem_free(e->value);
    }
    map_free(&c->hosts);
    net_loop_drop(c->loop);
    mem_free(c);
}

static void conn_free(struct conn *c) {
    struct http_client *client = c->host->client;
    ring_remove(&c->ring);
    ring_remove(&c->idle_ring);
    c->host->n_conns--;
    h2_session_free(c->h2);
    arena_free(&c->arena);
    buf_free(&c->in);
    mem_free(c);
    if (client->is_freed && ring_is_empty(&client->conns)) client_release(client);
}

/* Again, first in the queue, where nothing can have happened twice: nothing did, or it may. */
static bool tries_anew(struct http_fetch *f, bool was_refused) {
    if (f->is_retried || !(f->can_retry || (was_refused && !f->o.streams_body))) return false;
    f->is_retried = true;
    f->conn = NULL;
    ring_remove(&f->ring);
    ring_add(f->host->waiting.next, &f->ring);
    return true;
}

/* The connection is of no more use. Its fetch, if any, is tried anew once where nothing can have happened twice. */
static void conn_lost(struct conn *c, err e, const char *why) {
    struct http_fetch *f = c->fetch;
    struct host *h = c->host;
    bool was_opening = c->stage < IDLE;
    if (was_opening) h->n_opening--;
    c->stage = CLOSED;
    c->fetch = NULL;
    ring_remove(&c->idle_ring);
    while (!ring_is_empty(&c->fetches)) {
        struct http_fetch *shared = (struct http_fetch *)c->fetches.next;
        if (!c->is_reused || shared->had_head || !tries_anew(shared, false))
            fetch_failed(shared, e ? e : UV_ECONNRESET, why);
    }
    if (f) {
        f->conn = NULL;
        if (!c->is_reused || c->got_bytes || !tries_anew(f, false)) fetch_failed(f, e ? e : UV_ECONNRESET, why);
    } else if (was_opening && !ring_is_empty(&h->waiting))
        fetch_failed((struct http_fetch *)h->waiting.next, e ? e : UV_ECONNRESET, why);
}

static void on_closed(struct net_stream *s, err e) {
    struct conn *c = net_user(s);
    const struct tls *tls = net_tls(s);
    const char *why = tls ? tls_error(tls) : NULL;
    struct host *h = c->host;
    if (c->stage == BODY && c->left == HTTP_LENGTH_CLOSE && c->fetch && !e) {
        struct http_fetch *f = c->fetch;
        c->fetch = NULL;
        f->events->ended(f->user);
        fetch_free(f);
    }
    if (c->stage != CLOSED) conn_lost(c, e, why);
    bool goes_on = !h->client->is_freed;
    conn_free(c);
    if (goes_on) pump(h);
}

static void drop(struct conn *c, err e) {
    if (c->stage != CLOSED) conn_lost(c, e, NULL);
    net_close(c->stream, e);
}

static void send_chunk(struct http_fetch *f, str bytes) {
    char head[HTTP_CHUNK_HEAD_MAX];
    if (!bytes.len) return;                                      /* an empty chunk would be the end */
    str parts[] = {str_of(head, http_chunk_head(head, bytes.len)), bytes, STR("\r\n")};
    net_send(f->conn->stream, parts, 3);
}

static void give(struct conn *c, struct http_fetch *f) {
    ring_remove(&f->ring);
    ring_remove(&c->idle_ring);
    f->conn = c;
    c->fetch = f;
    c->stage = HEAD;
    c->got_bytes = c->keeps_alive = false;
    c->chunked = (struct http_chunked){0};
    net_ref(c->stream, true);
    net_deadline(c->stream, f->o.idle_seconds);
    net_send_one(c->stream, buf_view(&f->out));
    if (!f->can_retry) buf_clear(&f->out);
    if (f->o.streams_body) {
        send_chunk(f, buf_view(&f->body));
        buf_free(&f->body);
        if (f->body_ended) net_send_one(c->stream, STR("0\r\n\r\n"));
    }
    if (f->is_paused) net_pause(c->stream);
    else net_resume(c->stream);                                  /* the one before may have ended while it was paused */
}

static void rest(struct conn *c) {
    struct host *h = c->host;
    if (c->stage < IDLE) h->n_opening--;
    c->stage = IDLE;
    if (!ring_is_empty(&h->waiting)) {
        give(c, (struct http_fetch *)h->waiting.next);
        return;
    }
    ring_remove(&c->idle_ring);
    ring_add(&h->idle, &c->idle_ring);
    net_ref(c->stream, false);
    net_resume(c->stream);
    net_deadline(c->stream, h->client->o.idle_seconds);
}

static void reply_ended(struct conn *c) {
    struct http_fetch *f = c->fetch;
    bool keeps = c->keeps_alive && !c->in.len && f->body_ended;
    c->fetch = NULL;
    f->conn = NULL;
    c->is_reused = true;
    if (keeps) rest(c);
    else {
        c->stage = CLOSED;
        net_close(c->stream, 0);
    }
    f->events->ended(f->user);
    fetch_free(f);
}

/* Gives what is there of the body. False when the fetch or the connection is gone. */
static bool read_body(struct conn *c, str *in) {
    struct http_fetch *f = c->fetch;
    while (c->fetch == f && c->stage == BODY) {
        if (c->left == HTTP_LENGTH_CHUNKED) {
            str data;
            int r = http_chunked_read(&c->chunked, in, &data);
            if (r == 1) f->events->data(f->user, data);
            else if (r == 0) return true;
            else if (r == 2) c->left = 0;
            else {
                drop(c, ERR_PROTOCOL);
                return false;
            }
            if (c->fetch != f) return false;
        }
        if (c->left == 0) {
            buf_clear(&c->in);
            if (in->len) buf_add(&c->in, *in);        /* bytes nobody asked for: such a connection is not kept */
            reply_ended(c);
            return false;
        }
        if (c->left == HTTP_LENGTH_CHUNKED) continue;
        if (!in->len) return true;
        str data = c->left > 0 ? str_upto(*in, (size_t)c->left) : *in;
        *in = str_from(*in, data.len);
        if (c->left > 0) c->left -= (int64_t)data.len;
        f->events->data(f->user, data);
    }
    return false;
}

enum head { HEAD_GONE, HEAD_MORE, HEAD_WHOLE };

/* Takes heads from *in up to the final one: the body follows. GONE: the connection, or its fetch. */
static enum head read_head(struct conn *c, str *in) {
    struct http_fetch *f = c->fetch;
    for (;;) {
        struct arena a = {0};
        struct http_reply r;
        ptrdiff_t n = http_reply_parse(&a, *in, &r);
        if (n <= 0) {
            arena_free(&a);
            if (n < 0) drop(c, ERR_PROTOCOL);
            return n < 0 ? HEAD_GONE : HEAD_MORE;
        }
        str behind = str_from(*in, (size_t)n);
        if (r.status == 101 && f->events->upgraded) {
            struct net_stream *s = c->stream;
            c->fetch = NULL;
            c->stage = CLOSED;
            net_resume(s);
            f->events->upgraded(f->user, &r, s, behind);
            conn_free(c);
            arena_free(&a);
            fetch_free(f);
            return HEAD_GONE;
        }
        bool is_final = r.status >= 200;
        if (is_final) {
            bool has_none = str_is(f->o.method, "HEAD") || r.status == 204 || r.status == 304;
            c->left = has_none ? 0 : r.length == HTTP_LENGTH_NONE ? HTTP_LENGTH_CLOSE : r.length;
            c->keeps_alive = r.keeps_alive && c->left != HTTP_LENGTH_CLOSE;
            c->stage = BODY;
            f->events->head(f->user, &r);
        }
        arena_free(&a);
        if (c->fetch != f) return HEAD_GONE;
        *in = behind;
        if (is_final) return HEAD_WHOLE;
        if (r.status == 101) {
            drop(c, ERR_PROTOCOL);
            return HEAD_GONE;
        }
    }
}

static void start_tls(struct conn *c) {
    c->stage = HANDSHAKE;
    net_tls_push(c->stream, c->way.tls, c->way.host);
}

/* The proxy's answer to CONNECT: 200, and nothing behind it. */
static void read_tunnel(struct conn *c) {
    struct arena a = {0};
    struct http_reply r;
    ptrdiff_t n = http_reply_parse(&a, buf_view(&c->in), &r);
    arena_free(&a);
    if (n == 0) return;
    if (n < 0 || r.status != 200 || (size_t)n != c->in.len) {
        drop(c, ERR_REFUSED);
        return;
    }
    buf_clear(&c->in);
    start_tls(c);
}

/* --- many fetches on one connection: HTTP/2 */

static void h2_send(void *owner, str bytes) { net_send_one(((struct conn *)owner)->stream, bytes); }

static void h2_head(void *fetch, const struct http_reply *r) {
    struct http_fetch *f = fetch;
    f->had_head = true;
    f->heard = net_loop_seconds(f->host->client->loop);
    f->events->head(f->user, r);
}

static void h2_data(void *fetch, str bytes) {
    struct http_fetch *f = fetch;
    f->heard = net_loop_seconds(f->host->client->loop);
    f->events->data(f->user, bytes);
}

static void h2_over(void *fetch, err e, bool was_refused) {
    struct http_fetch *f = fetch;
    struct http_client *c = f->host->client;
    if (e && was_refused && !f->had_head && tries_anew(f, true)) {
        net_soon(c->loop, &c->pump);
        return;
    }
    ring_remove(&f->ring);
    if (!ring_is_empty(&f->host->waiting)) net_soon(c->loop, &c->pump);
    if (e) f->events->failed(f->user, e, NULL);
    else f->events->ended(f->user);
    fetch_free(f);
}
static const struct h2_events h2_events = {.send = h2_send, .head = h2_head, .data = h2_data, .over = h2_over};

/* Ends what heard nothing for too long; the deadline is set to when the next one may have. */
static void check_shared(struct conn *c) {
    struct host *h = c->host;
    uint32_t now = net_loop_seconds(h->client->loop), next = 0;
    bool is_idle = ring_is_empty(&c->fetches);
    c->checked = now;
    struct ring *after;
    for (struct ring *r = c->fetches.next; r != &c->fetches; r = after) {
        struct http_fetch *f = (struct http_fetch *)r;
        uint32_t most = f->o.idle_seconds, quiet = now - f->heard;
        after = r->next;
        if (!most) continue;
        if (quiet > most) {
            h2_session_cancel(c->h2, f->stream);
            fetch_failed(f, UV_ETIMEDOUT, NULL);
        } else if (!next || most - quiet + 1 < next) next = most - quiet + 1;
    }
    net_ref(c->stream, !is_idle);
    net_deadline(c->stream, is_idle ? h->client->o.idle_seconds : next);
}

static void give_shared(struct conn *c, struct http_fetch *f) {
    ring_remove(&f->ring);
    f->conn = c;
    f->heard = net_loop_seconds(c->host->client->loop);
    str all = buf_view(&f->out), head = str_upto(all, f->head_len);
    bool streams = f->o.streams_body;
    str body = streams ? buf_view(&f->body) : str_from(all, f->head_len);
    f->stream = h2_session_request(c->h2, head, body, streams && !f->body_ended, f);
    if (f->stream < 0) {
        ring_init(&f->ring);
        fetch_failed(f, (err)f->stream, NULL);
        return;
    }
    ring_add(&c->fetches, &f->ring);
    buf_free(&f->body);
    if (f->is_paused) h2_session_pause(c->h2, f->stream, true);
}

#define CONN_OF_IDLE(r) ((struct conn *)(void *)((char *)(r) - offsetof(struct conn, idle_ring)))

static void start_shared(struct conn *c) {
    c->stage = SHARED;
    c->host->n_opening--;
    ring_add(&c->host->shared, &c->idle_ring);
    c->h2 = h2_session_new(&h2_events, c, c->host->most_streams);
    must(c->h2);                                                 /* it was offered, so the library is there */
    pump(c->host);
    check_shared(c);
}

static void received_shared(struct conn *c, str data) {
    err e = h2_session_received(c->h2, data);
    if (c->stage != SHARED) return;
    c->is_reused = true;
    c->host->most_streams = h2_session_most(c->h2);
    if (e) drop(c, e);
    else if (ring_is_empty(&c->fetches) || net_loop_seconds(c->host->client->loop) != c->checked) check_shared(c);
}

static void on_received(struct net_stream *s, str data) {
    struct conn *c = net_user(s);
    if (c->stage == SHARED) {
        received_shared(c, data);
        return;
    }
    if (c->stage == TUNNEL) {
        buf_add(&c->in, data);
        read_tunnel(c);
        return;
    }
    if (!c->fetch) {                                             /* nothing was asked */
        if (c->stage != CLOSED) drop(c, ERR_PROTOCOL);
        return;
    }
    c->got_bytes = true;
    net_deadline(s, c->fetch->o.idle_seconds);
    if (c->stage != HEAD) {
        read_body(c, &data);
        return;
    }
    struct buf held = buf_take(&c->in);              /* of a head that came in parts */
    if (held.len) {
        buf_add(&held, data);
        data = buf_view(&held);
    }
    enum head is = read_head(c, &data);
    if (is == HEAD_WHOLE) read_body(c, &data);
    else if (is == HEAD_MORE && held.len && data.at == held.at) c->in = buf_take(&held);
    else if (is == HEAD_MORE) buf_add(&c->in, data);
    buf_free(&held);
}

static void on_opened(struct net_stream *s) {
    struct conn *c = net_user(s);
    const struct tls *tls = net_tls(s);
    if (tls && str_is(tls_alpn(tls), "h2")) {
        start_shared(c);
        return;
    }
    bool is_news = c->way.offers_h2 && !c->host->speaks_1;
    c->host->speaks_1 = true;
    rest(c);
    if (is_news) pump(c->host);                                  /* now as many as there are to be */
}
static void on_ended(struct net_stream *s) { net_close(s, 0); }
static void on_expired(struct net_stream *s) {
    struct conn *c = net_user(s);
    if (c->stage == SHARED && !ring_is_empty(&c->fetches)) check_shared(c);
    else drop(c, c->stage == IDLE || c->stage == SHARED ? 0 : UV_ETIMEDOUT);
}
static const struct net_events stream_events = {
    .opened = on_opened, .received = on_received, .ended = on_ended, .expired = on_expired, .closed = on_closed,
};

static void connected(void *user, int fd, err e) {
    struct conn *c = user;
    struct host *h = c->host;
    c->connecting = NULL;
    if (e) {
        conn_lost(c, e, NULL);
        bool goes_on = !h->client->is_freed;
        conn_free(c);
        if (goes_on) pump(h);
        return;
    }
    c->stream = net_stream_new(h->client->loop, fd, &stream_events, c);
    if (c->way.proxy_host.len && c->way.tls) {
        struct arena a = {0};
        bool is_ip6 = str_find_char(c->way.host, ':') >= 0;
        str auth = c->way.proxy_authorization;
        str at = arena_print(&a, is_ip6 ? "[%.*s]:%u" : "%.*s:%u", STR_FMT(c->way.host), c->way.port);
        c->stage = TUNNEL;
        net_send_one(c->stream,
                     arena_print(&a, "CONNECT %.*s HTTP/1.1\r\nHost: %.*s\r\n%s%.*s%s\r\n", STR_FMT(at), STR_FMT(at),
                                 auth.len ? "Proxy-Authorization: " : "", STR_FMT(auth), auth.len ? "\r\n" : ""));
        arena_free(&a);
    } else if (c->way.tls) start_tls(c);
    else rest(c);
}

static void open_conn(struct host *h, const struct http_fetch_options *o) {
    struct conn *c = NEW(struct conn);
    c->host = h;
    c->stage = CONNECTING;
    c->way = *o;
    c->way.host = arena_str(&c->arena, o->host);
    c->way.proxy_host = arena_str(&c->arena, o->proxy_host);
    c->way.proxy_authorization = arena_str(&c->arena, o->proxy_authorization);
    ring_init(&c->idle_ring);
    ring_init(&c->fetches);
    ring_add(&h->client->conns, &c->ring);
    h->n_conns++;
    h->n_opening++;
    struct net_loop *l = h->client->loop;
    if (o->path.len) c->connecting = net_connect_unix(l, o->path, connected, c);
    else if (o->proxy_host.len) c->connecting = net_connect_tcp(l, o->proxy_host, o->proxy_port, connected, c);
    else c->connecting = net_connect_tcp(l, o->host, o->port, connected, c);
}

/* Everyone who waits gets a connection, or one is on its way, as far as the limit goes. */
static void pump(struct host *h) {
    unsigned n_waiting = 0;
    for (struct ring *r = h->shared.next; r != &h->shared; r = r->next) {
        struct conn *c = CONN_OF_IDLE(r);
        bool was_idle = ring_is_empty(&c->fetches);
        while (!ring_is_empty(&h->waiting) && h2_session_has_room(c->h2))
            give_shared(c, (struct http_fetch *)h->waiting.next);
        h2_session_flush(c->h2);
        if (was_idle && !ring_is_empty(&c->fetches)) check_shared(c);
    }
    while (!ring_is_empty(&h->waiting) && !ring_is_empty(&h->idle))
        give(CONN_OF_IDLE(h->idle.prev), (struct http_fetch *)h->waiting.next);
    for (struct ring *r = h->waiting.next; r != &h->waiting; r = r->next) {
        struct http_fetch_options *o = &((struct http_fetch *)r)->o;
        if (o->offers_h2 && !h->speaks_1 && h->n_opening) return;
        if (++n_waiting > h->n_opening && h->n_conns < h->client->o.most_per_host) open_conn(h, o);
    }
}

/* --- the client */

bool http_client_has_h2(void) { return h2_is_there(); }

static void pump_all(struct net_soon *s) {
    struct http_client *c = (struct http_client *)(void *)((char *)s - offsetof(struct http_client, pump));
    for (struct map_entry *e = map_next(&c->hosts, NULL); e; e = map_next(&c->hosts, e)) pump(e->value);
}

struct http_client *http_client_new(struct uv_loop_s *loop, const struct http_client_options *o) {
    struct http_client *c = NEW(struct http_client);
    c->loop = net_loop_hold(loop);
    if (o) c->o = *o;
    if (!c->o.most_per_host) c->o.most_per_host = MOST_PER_HOST;
    if (!c->o.idle_seconds) c->o.idle_seconds = IDLE_SECONDS;
    c->pump.call = pump_all;
    ring_init(&c->conns);
    return c;
}

void http_client_free(struct http_client *c) {
    if (!c) return;
    c->is_freed = true;
    net_soon_cancel(c->loop, &c->pump);
    for (struct map_entry *e = map_next(&c->hosts, NULL); e; e = map_next(&c->hosts, e)) {
        struct ring *waiting = &((struct host *)e->value)->waiting;
        while (!ring_is_empty(waiting)) {
            struct http_fetch *f = (struct http_fetch *)waiting->next;
            ring_remove(&f->ring);
            fetch_free(f);
        }
    }
    if (ring_is_empty(&c->conns)) {
        client_release(c);
        return;
    }
    struct ring *next;
    for (struct ring *r = c->conns.next;; r = next) {
        struct conn *conn = (struct conn *)r;
        bool is_last = r == c->conns.prev;
        next = r->next;
        if (conn->fetch) fetch_free(conn->fetch);
        conn->fetch = NULL;
        while (!ring_is_empty(&conn->fetches)) {
            struct http_fetch *f = (struct http_fetch *)conn->fetches.next;
            h2_session_cancel(conn->h2, f->stream);
            ring_remove(&f->ring);
            fetch_free(f);
        }
        conn->stage = CLOSED;
        if (conn->connecting) net_connect_cancel(conn->connecting);
        if (conn->stream) net_close(conn->stream, 0);
        else if (conn->connecting) conn_free(conn);              /* otherwise connected() is running, and frees it */
        if (is_last) return;
    }
}

static struct host *host_of(struct http_client *c, const struct http_fetch_options *o) {
    struct buf key = {0};
    bool is_new;
    buf_print(&key, "%.*s|%u|%.*s|%p|%.*s|%u|%.*s", STR_FMT(o->host), o->port, STR_FMT(o->path), (void *)o->tls,
              STR_FMT(o->proxy_host), o->proxy_port, STR_FMT(o->proxy_authorization));
    void **at = map_at(&c->hosts, buf_view(&key), &is_new);
    if (!is_new) {
        buf_free(&key);
        return *at;
    }
    struct host *h = *at = NEW(struct host);
    h->client = c;
    h->key = buf_view(&key);                                     /* the map borrows it; freed with the client */
    ring_init(&h->idle);
    ring_init(&h->shared);
    ring_init(&h->waiting);
    return h;
}

static bool is_idempotent(str method) {
    static const char *const names[] = {"GET", "HEAD", "PUT", "DELETE", "OPTIONS", "TRACE"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (str_is(method, names[i])) return true;
    return false;
}

struct http_fetch *http_fetch_start(struct http_client *c, const struct http_fetch_options *o,
                                    const struct http_fetch_events *events, void *user) {
    struct http_fetch *f = NEW(struct http_fetch);
    f->host = host_of(c, o);
    f->events = events;
    f->user = user;
    f->o = *o;
    f->o.host = arena_str(&f->arena, o->host);
    f->o.path = arena_str(&f->arena, o->path);
    f->o.proxy_host = arena_str(&f->arena, o->proxy_host);
    f->o.proxy_authorization = arena_str(&f->arena, o->proxy_authorization);
    f->o.method = arena_str(&f->arena, o->method);
    f->can_retry = is_idempotent(o->method) && !o->streams_body;
    f->body_ended = !o->streams_body;
    bool by_proxy = o->proxy_host.len && !o->tls;
    buf_print(&f->out, "%.*s ", STR_FMT(o->method));
    if (by_proxy)
        buf_print(&f->out, str_find_char(o->host, ':') >= 0 ? "http://[%.*s]:%u" : "http://%.*s:%u", STR_FMT(o->host),
                  o->port);
    buf_print(&f->out, "%.*s HTTP/1.1\r\n", STR_FMT(o->target));
    buf_add(&f->out, o->headers);
    if (by_proxy && o->proxy_authorization.len)
        buf_print(&f->out, "Proxy-Authorization: %.*s\r\n", STR_FMT(o->proxy_authorization));
    if (o->streams_body) buf_lit(&f->out, "Transfer-Encoding: chunked\r\n");
    else if (o->has_body) buf_print(&f->out, "Content-Length: %zu\r\n", o->body.len);
    buf_lit(&f->out, "\r\n");
    f->head_len = f->out.len;
    if (o->has_body && !o->streams_body) buf_add(&f->out, o->body);
    f->o.headers = f->o.target = f->o.body = (str){0};
    ring_add(&f->host->waiting, &f->ring);
    net_soon(c->loop, &c->pump);
    return f;
}

void http_fetch_cancel(struct http_fetch *f) {
    struct conn *c = f->conn;
    ring_remove(&f->ring);
    if (c && c->h2) {
        h2_session_cancel(c->h2, f->stream);
        if (ring_is_empty(&c->fetches)) check_shared(c);
    } else if (c) {
        c->fetch = NULL;
        c->stage = CLOSED;
        net_close(c->stream, 0);
    }
    fetch_free(f);
}

void http_fetch_pause(struct http_fetch *f, bool pause) {
    f->is_paused = pause;
    if (!f->conn) return;
    if (f->conn->h2) h2_session_pause(f->conn->h2, f->stream, pause);
    else if (pause) net_pause(f->conn->stream);
    else net_resume(f->conn->stream);
}

void http_fetch_write(struct http_fetch *f, str bytes) {
    must(f->o.streams_body && !f->body_ended);
    if (!f->conn) buf_add(&f->body, bytes);
    else if (f->conn->h2) h2_session_write(f->conn->h2, f->stream, bytes);
    else send_chunk(f, bytes);
}

void http_fetch_write_end(struct http_fetch *f) {
    must(f->o.streams_body && !f->body_ended);
    f->body_ended = true;
    if (f->conn && f->conn->h2) h2_session_write_end(f->conn->h2, f->stream);
    else if (f->conn) net_send_one(f->conn->stream, STR("0\r\n\r\n"));
}

size_t http_fetch_queued(const struct http_fetch *f) {
    if (!f->conn) return f->out.len + f->body.len;
    return f->conn->h2 ? h2_session_queued(f->conn->h2, f->stream) : net_queued(f->conn->stream);
}
