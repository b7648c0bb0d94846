#include "http/ws_client.h"

#include <sys/random.h>

#include "base/mem.h"
#include "base/must.h"
#include "net/stream.h"

enum { CLOSE_SECONDS = 30 };

struct ws_client {
    const struct ws_client_events *events;
    void *user;
    struct net_loop *loop;
    struct net_soon failed;         /* the handshake was given up: told from the loop */
    struct http_fetch *fetch;       /* while the handshake lasts */
    struct net_stream *stream;
    struct ws_reader reader;
    char accept[WS_ACCEPT_LEN];
    bool sent_close, got_close;
    int code;
    struct buf reason;
};

static void random_bytes(uint8_t *at, size_t n) {
    static _Thread_local uint8_t pool[256];
    static _Thread_local size_t left;
    for (size_t i = 0; i < n; i++) {
        if (!left) {
            must(getrandom(pool, sizeof pool, 0) == (ssize_t)sizeof pool);
            left = sizeof pool;
        }
        at[i] = pool[--left];
    }
}

static void gone(struct ws_client *w, int code, str reason, bool was_clean) {
    w->events->closed(w->user, code, reason, was_clean);
    ws_reader_done(&w->reader);
    buf_free(&w->reason);
    net_loop_drop(w->loop);
    mem_free(w);
}

static void send_frame(struct ws_client *w, enum ws_kind kind, str data) {
    uint8_t mask[4];
    char head[WS_HEAD_MAX];
    random_bytes(mask, sizeof mask);
    struct buf masked = {0};
    buf_add(&masked, data);
    ws_mask((uint8_t *)masked.at, masked.len, mask, 0);
    str parts[2] = {{head, ws_head(head, kind, true, false, data.len, mask)}, buf_view(&masked)};
    net_send_late(w->stream, parts, 2);
    buf_free(&masked);
}

bool ws_client_send(struct ws_client *w, enum ws_kind kind, str data) {
    if (!w->stream || w->sent_close || !net_is_open(w->stream)) return false;
    send_frame(w, kind, data);
    return true;
}

void ws_client_close(struct ws_client *w, int code, str reason) {
    if (!w->stream) {
        ws_client_terminate(w);
        return;
    }
    if (w->sent_close || !net_is_open(w->stream)) return;
    char payload[125];
    size_t n = 0;
    if (code) {
        payload[n++] = (char)(code >> 8);
        payload[n++] = (char)code;
        reason = str_upto(reason, sizeof payload - 2);
        if (reason.len) memcpy(payload + n, reason.at, reason.len);
        n += reason.len;
    }
    send_frame(w, WS_CLOSE, str_of(payload, n));
    w->sent_close = true;
    net_deadline(w->stream, CLOSE_SECONDS);
}

static void tell_failed(struct net_soon *t) {
    gone((struct ws_client *)((char *)t - offsetof(struct ws_client, failed)), WS_ABNORMAL, STR("Failed to connect"),
         false);
}

void ws_client_terminate(struct ws_client *w) {
    if (w->fetch) {
        http_fetch_cancel(w->fetch);
        w->fetch = NULL;
        net_soon(w->loop, &w->failed);
    } else if (w->stream) net_close(w->stream, ERR_CLOSED);
}

size_t ws_client_queued(const struct ws_client *w) { return w->stream ? net_queued(w->stream) : 0; }

static void on_received(struct net_stream *s, str data) {
    struct ws_client *w = net_user(s);
    while (net_is_open(s) && !w->got_close) {
        struct ws_message m;
        int code = 0;
        const char *why = "";
        int got = ws_read(&w->reader, &data, &m, &code, &why);
        if (got == 0) return;
        if (got < 0) {
            ws_client_close(w, code, str_c(why));
            w->got_close = true;
            buf_clear(&w->reason);
            buf_add(&w->reason, str_c(why));
            net_end(s);
        } else if (m.kind == WS_CLOSE) {
            w->got_close = true;
            w->code = m.code;
            buf_clear(&w->reason);
            buf_add(&w->reason, m.data);
            if (!w->sent_close) ws_client_close(w, m.code == WS_NO_STATUS ? 0 : m.code, m.data);
            net_deadline(s, CLOSE_SECONDS);              /* the server closes first; then so do we */
        } else {
            if (m.kind == WS_PING && !w->sent_close) send_frame(w, WS_PONG, m.data);
            w->events->message(w->user, m.kind, m.data);
        }
    }
}

static void on_ended(struct net_stream *s) { net_end(s); }
static void on_drained(struct net_stream *s) {
    struct ws_client *w = net_user(s);
    if (w->events->drained) w->events->drained(w->user);
}
static void on_expired(struct net_stream *s) { net_close(s, ERR_TIMEOUT); }
static void on_closed(struct net_stream *s, err why) {
    struct ws_client *w = net_user(s);
    bool was_clean = w->got_close && w->sent_close && w->code != WS_ABNORMAL;
    gone(w, w->code, buf_view(&w->reason), was_clean);
}
static const struct net_events stream_events = {
    .received = on_received, .ended = on_ended, .drained = on_drained, .expired = on_expired, .closed = on_closed,
};

/* --- the handshake --- */

static void on_upgraded(void *user, const struct http_reply *r, struct net_stream *s, str rest) {
    struct ws_client *w = user;
    w->fetch = NULL;
    w->stream = s;
    net_stream_use(s, &stream_events, w);
    net_deadline(s, 0);
    str accept = http_find(r->headers, r->count, "sec-websocket-accept");
    if (!http_list_has(http_find(r->headers, r->count, "upgrade"), "websocket") ||
        !str_eq(accept, str_of(w->accept, sizeof w->accept)) ||
        http_find(r->headers, r->count, "sec-websocket-extensions").at) {
        buf_add(&w->reason, STR("Mismatch of the handshake"));
        net_close(s, ERR_PROTOCOL);
        return;
    }
    w->events->opened(w->user, http_find(r->headers, r->count, "sec-websocket-protocol"));
    if (rest.len && net_is_open(s)) {
        struct buf copy = {0};                           /* frames are unmasked in place */
        buf_add(&copy, rest);
        on_received(s, buf_view(&copy));
        buf_free(&copy);
    }
}

static void on_head(void *user, const struct http_reply *r) {
    struct ws_client *w = user;
    buf_clear(&w->reason);
    buf_print(&w->reason, "Expected 101 status code, received %d", r->status);
}
static void on_data(void *user, str bytes) {}
static void on_over(struct ws_client *w, str why) {
    w->fetch = NULL;
    if (!w->reason.len) buf_add(&w->reason, why);
    bool was_refused = str_starts(buf_view(&w->reason), STR("Expected 101"));
    gone(w, was_refused ? WS_PROTOCOL : WS_ABNORMAL, buf_view(&w->reason), false);
}
static void on_whole(void *user) { on_over(user, STR("Expected 101 status code")); }
static void on_failed(void *user, err e, const char *why) { on_over(user, STR("Failed to connect")); }

static const struct http_fetch_events fetch_events = {
    .head = on_head, .data = on_data, .ended = on_whole, .failed = on_failed, .upgraded = on_upgraded,
};

static str base64_of(const uint8_t raw[16], char out[24]) {
    static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    uint8_t d[18] = {0};
    memcpy(d, raw, 16);
    for (int i = 0, o = 0; i < 18; i += 3, o += 4) {
        uint32_t x = (uint32_t)d[i] << 16 | (uint32_t)d[i + 1] << 8 | d[i + 2];
        for (int k = 0; k < 4; k++) out[o + k] = letters[x >> (18 - 6 * k) & 63];
    }
    out[22] = out[23] = '=';
    return str_of(out, 24);
}

struct ws_client *ws_client_new(struct uv_loop_s *loop, struct http_client *c, const struct ws_client_options *o,
                                const struct ws_client_events *events, void *user) {
    struct ws_client *w = NEW(struct ws_client);
    w->events = events;
    w->user = user;
    w->loop = net_loop_hold(loop);
    w->failed.call = tell_failed;
    w->code = WS_ABNORMAL;
    w->reader.is_client = true;
    w->reader.max = o->max_message;
    uint8_t raw[16];
    char key[24];
    random_bytes(raw, sizeof raw);
    str text = base64_of(raw, key);
    ws_accept(text, w->accept);
    struct buf headers = {0};
    buf_add(&headers, o->headers);
    buf_lit(&headers, "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ");
    buf_add(&headers, text);
    buf_lit(&headers, "\r\n");
    struct http_fetch_options f = {
        .host = o->host, .port = o->port, .path = o->path, .tls = o->tls, .method = STR("GET"), .target = o->target,
        .headers = buf_view(&headers), .idle_seconds = 30,
    };
    w->fetch = http_fetch_start(c, &f, &fetch_events, w);
    buf_free(&headers);
    return w;
}
