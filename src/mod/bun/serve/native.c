/* mod/bun/serve/native.c: the door of Bun.serve: http/server <-> serve.ts. One call into JS per request, with its
 * number, a few bits and the head's text; its result is the answer when that is a string, and nothing else has to
 * cross. */
#include "base/list.h"
#include "base/must.h"
#include "engine/js.h"
#include "engine/js_handle.h"
#include "engine/js_op.h"
#include "http/server.h"
#include "sys/loop.h"

enum { ON_REQUEST, ON_BODY, ON_WRITABLE, ON_GONE, ON_STOPPED, ON_MESSAGE, ON_DRAIN, ON_CLOSED, N_HANDLERS };
enum { SHARED_STATUS, SHARED_FLAGS, N_SHARED = 8 };
enum { N_HEADS = 64, HEAD_KEEP = 512 };

/* Heads come again and again: clients that poll, proxies, probes. Their strings are kept, by hash. */
struct kept_head { str bytes; js_val text; };

struct serve {
    struct http_server *server;
    js_val on[N_HANDLERS];
    double handle;
    struct arena arena;
    struct kept_head heads[N_HEADS];
    bool is_stopped;
};
static const struct js_handle_type serve_type = {.name = "server"};
static _Thread_local int32_t shared[N_SHARED];

static js_val head_text(struct serve *s, str head) {
    if (head.len > HEAD_KEEP) return js_make_latin1(head);
    struct kept_head *k = &s->heads[str_hash(head) % N_HEADS];
    if (k->text && str_eq(k->bytes, head)) return k->text;
    js_val text = js_make_latin1(head);
    js_drop(k->text);
    k->text = js_hold(text);
    k->bytes.at = mem_resize((char *)(uintptr_t)k->bytes.at, head.len);
    memcpy((char *)(uintptr_t)k->bytes.at, head.at, head.len);
    k->bytes.len = head.len;
    return text;
}

static void on_request(void *user, struct http_conn *c, const struct http_request *r) {
    struct serve *s = user;
    double id = http_id(c);
    bool has_body = r->length == HTTP_LENGTH_CHUNKED || r->length > 0;
    js_enter();
    js_val args[3] = {js_make_num(id), js_make_num(r->verb | has_body << 4 | r->upgrades << 5), head_text(s, r->head)};
    js_val v = js_callback(s->on[ON_REQUEST], NULL, 3, args);
    if (v && js_is_string(v) && http_conn_find(s->server, id) == c && !http_is_ws(c)) {
        struct http_response answer = {.status = shared[SHARED_STATUS], .flags = (unsigned)shared[SHARED_FLAGS]};
        arena_reset(&s->arena);
        http_respond(c, &answer, js_to_str(&s->arena, v));
    }
    js_leave();
}

static void tell(struct serve *s, int which, size_t n, const js_val args[]) {
    js_callback(s->on[which], NULL, n, args);
}

static void tell_id(struct serve *s, int which, struct http_conn *c) {
    js_enter();
    js_val id = js_make_num(http_id(c));
    tell(s, which, 1, &id);
    js_leave();
}
static void on_body(void *user, struct http_conn *c) { tell_id(user, ON_BODY, c); }
static void on_writable(void *user, struct http_conn *c) { tell_id(user, ON_WRITABLE, c); }
static void on_drain(void *user, struct http_conn *c) { tell_id(user, ON_DRAIN, c); }
static void on_gone(void *user, struct http_conn *c, err why) { tell_id(user, ON_GONE, c); }

static void on_stopped(void *user) {
    struct serve *s = user;
    s->is_stopped = true;
    js_enter();
    tell(s, ON_STOPPED, 0, NULL);
    for (int i = 0; i < N_HANDLERS; i++) js_drop(s->on[i]);
    for (int i = 0; i < N_HEADS; i++) {
        js_drop(s->heads[i].text);
        mem_free((char *)(uintptr_t)s->heads[i].bytes.at);
    }
    js_handle_take(s->handle, &serve_type);
    js_leave();
    http_server_free(s->server);
    arena_free(&s->arena);
    mem_free(s);
}

static void on_message(void *user, struct http_conn *c, enum ws_kind kind, str data) {
    struct serve *s = user;
    js_enter();
    js_val args[3] = {
        js_make_num(http_id(c)), js_make_num(kind),
        kind == WS_TEXT ? js_make_str(data) : js_make_bytes_copy(data.at, data.len)};
    tell(s, ON_MESSAGE, 3, args);
    js_leave();
}

static void on_ws_closed(void *user, struct http_conn *c, int code, str reason) {
    js_enter();
    js_val args[3] = {js_make_num(http_id(c)), js_make_num(code), js_make_str(reason)};
    tell(user, ON_CLOSED, 3, args);
    js_leave();
}

static const struct http_server_events events = {
    .request = on_request, .body = on_body, .writable = on_writable, .gone = on_gone, .stopped = on_stopped,
    .message = on_message, .drain = on_drain, .closed = on_ws_closed,
};

NATIVE(serve_shared) { return js_make_buffer_adopt(shared, sizeof shared, NULL, NULL); }

NATIVE(serve_start) {
    struct http_server_options o = {
        .listen = {.host = js_str(c, 0), .port = js_uint(c, 1), .path = js_str(c, 2), .reuse_port = js_int(c, 3) & 1,
                   .ipv6_only = js_int(c, 3) >> 1 & 1},
        .max_body = (uint64_t)js_long(c, 4),
        .idle_seconds = js_uint(c, 5),
        .ws = {.max_message = (size_t)js_long(c, 6), .max_queued = (size_t)js_long(c, 7), .idle_seconds = js_uint(c, 8),
               .closes_on_queue = js_int(c, 9) & 1, .sends_pings = js_int(c, 9) >> 1 & 1,
               .publishes_to_self = js_int(c, 9) >> 2 & 1,
               .deflates = js_int(c, 9) >> 3 & 1},
    };
    struct serve *s = NEW(struct serve);
    err e = http_server_new(loop_uv(c->loop), &o, &events, s, &s->server);
    if (e) {
        mem_free(s);
        return js_fail(c, e, "listen", NO_STR, NO_STR);
    }
    for (uint32_t i = 0; i < N_HANDLERS; i++) s->on[i] = js_hold(js_get_at(js_arg(c, 10), i));
    s->handle = js_handle_number(&serve_type, s);
    return js_make_num(s->handle);
}

static struct serve *server_of(struct js_call *c) { return js_handle(c, 0, &serve_type); }
static struct http_conn *conn_of(struct js_call *c, struct serve **out) {
    struct serve *s = js_handle(c, 0, &serve_type);
    if (out) *out = s;
    return s ? http_conn_find(s->server, js_num(c, 1)) : NULL;
}
static struct http_conn *ws_of(struct js_call *c, struct serve **out) {
    struct http_conn *conn = conn_of(c, out);
    return conn && http_is_ws(conn) ? conn : NULL;
}
static str data_of(struct js_call *c, size_t i) {
    js_val v = js_arg(c, i);
    if (!v) return (str){0};
    if (js_is_string(v)) return js_str(c, i);
    struct js_bytes b = js_bytes(c, i);
    return str_of((const char *)b.at, b.len);
}

NATIVE(serve_where) {
    struct serve *s = server_of(c);
    if (!s) return NULL;
    struct net_addr a;
    http_server_where(s->server, &a);
    js_val out[3] = {js_make_num(a.family), js_make_str(str_c(a.text)), js_make_num(a.port)};
    return js_make_array(3, out);
}

NATIVE(serve_stop) {
    struct serve *s = server_of(c);
    if (s) http_server_stop(s->server, js_bool(c, 1));
    return NULL;
}

NATIVE(serve_close_idle) {
    struct serve *s = server_of(c);
    if (s) http_server_close_idle(s->server);
    return NULL;
}

NATIVE(serve_ref) {
    struct serve *s = server_of(c);
    if (s) http_server_ref(s->server, js_bool(c, 1));
    return NULL;
}

NATIVE(serve_pending) {
    struct serve *s = server_of(c);
    if (!s) return js_make_num(0);
    return js_make_num((double)(js_bool(c, 1) ? http_server_pending_ws(s->server) : http_server_pending(s->server)));
}

NATIVE(serve_peer) {
    struct http_conn *conn = conn_of(c, NULL);
    struct net_addr a;
    if (!conn || !http_conn_peer(conn, &a)) return js_make_null();
    js_val out[3] = {js_make_num(a.family), js_make_str(str_c(a.text)), js_make_num(a.port)};
    return js_make_array(3, out);
}

NATIVE(serve_timeout) {
    struct http_conn *conn = conn_of(c, NULL);
    if (conn) http_conn_timeout(conn, js_uint(c, 2));
    return NULL;
}

/* --- the request's body --- */

NATIVE(serve_want) {
    struct http_conn *conn = conn_of(c, NULL);
    if (!conn || http_is_ws(conn)) return js_make_num(-1);
    if (!http_body_is_whole(conn)) http_body_want(conn, (enum http_want)js_int(c, 2));
    return js_make_num(http_body_is_whole(conn));
}

NATIVE(serve_body_text) {
    struct http_conn *conn = conn_of(c, NULL);
    if (!conn) return NULL;
    str body = http_body_view(conn);
    if (str_starts(body, STR("\xef\xbb\xbf"))) body = str_from(body, 3);
    return js_make_str(body);
}

/* The same, when all of it is there; undefined when it is not. */
NATIVE(serve_body_now) {
    struct http_conn *conn = conn_of(c, NULL);
    if (!conn || http_is_ws(conn) || !http_body_is_whole(conn)) return NULL;
    str body = http_body_view(conn);
    if (str_starts(body, STR("\xef\xbb\xbf"))) body = str_from(body, 3);
    return js_make_str(body);
}

NATIVE(serve_body_bytes) {
    struct http_conn *conn = conn_of(c, NULL);
    if (!conn) return NULL;
    struct buf body = http_body_take(conn);
    if (body.len < 64 * 1024) {
        js_val v = js_make_bytes_copy(body.at, body.len);
        buf_free(&body);
        return v;
    }
    return js_make_bytes_adopt(body.at, body.len, js_release_mem, NULL);
}

/* --- answers: true when the exchange was still there --- */

static struct http_response head_of(struct js_call *c) {
    return (struct http_response){
        .status = js_int(c, 2), .flags = js_uint(c, 3), .reason = js_str(c, 4), .headers = js_str(c, 5)};
}

/* Header text is Latin-1 in JS and bytes on the wire. */
static str latin1_of(struct js_call *c, str utf8) {
    size_t n = 0;
    for (size_t i = 0; i < utf8.len; i++) n += (uint8_t)utf8.at[i] >= 0x80;
    if (n == 0) return utf8;
    char *at = arena_alloc(js_arena(c), utf8.len), *to = at;
    for (size_t i = 0; i < utf8.len; i++) {
        uint8_t b = (uint8_t)utf8.at[i];
        if (b < 0x80) *to++ = (char)b;
        else if (i + 1 < utf8.len && b < 0xc4) *to++ = (char)((b & 3) << 6 | ((uint8_t)utf8.at[++i] & 63));
    }
    return str_of(at, (size_t)(to - at));
}

static bool answers(struct js_call *c, struct http_conn **conn, struct http_response *r) {
    *conn = conn_of(c, NULL);
    if (!*conn || http_is_ws(*conn)) return false;
    *r = head_of(c);
    r->reason = latin1_of(c, r->reason);
    r->headers = latin1_of(c, r->headers);
    return true;
}

NATIVE(serve_respond) {
    struct http_conn *conn;
    struct http_response r;
    if (!answers(c, &conn, &r)) return js_make_bool(false);
    http_respond(conn, &r, data_of(c, 6));
    return js_make_bool(true);
}

/* With status and flags in the shared array, as a handler's result has them. */
NATIVE(serve_respond_text) {
    struct http_conn *conn = conn_of(c, NULL);
    if (!conn || http_is_ws(conn)) return NULL;
    struct http_response r = {.status = shared[SHARED_STATUS], .flags = (unsigned)shared[SHARED_FLAGS]};
    http_respond(conn, &r, js_str(c, 2));
    return NULL;
}

/* Answers with a file, or a part of it: 0 done, 1 the exchange is gone, negative: it cannot be read and nothing was
 * sent. */
NATIVE(serve_respond_file) {
    struct http_conn *conn;
    struct http_response r;
    if (!answers(c, &conn, &r)) return js_make_num(1);
    bool by_name = js_is_string(js_arg(c, 6));
    const char *path = by_name ? js_str(c, 6).at : NULL;
    return js_make_num(http_respond_path(conn, &r, path, by_name ? -1 : js_int(c, 6), js_long(c, 7), js_off(c, 8)));
}

NATIVE(serve_begin) {
    struct http_conn *conn;
    struct http_response r;
    if (!answers(c, &conn, &r)) return js_make_bool(false);
    int64_t length = js_off(c, 6);
    http_respond_begin(conn, &r, length < 0 ? HTTP_LENGTH_CHUNKED : length);
    return js_make_bool(true);
}

/* 0: go on; 1: better wait for the writable event; -1: the exchange is gone. */
NATIVE(serve_write) {
    struct http_conn *conn = conn_of(c, NULL);
    if (!conn) return js_make_num(-1);
    http_respond_write(conn, data_of(c, 2));
    return js_make_num(http_respond_queued(conn) > 64 * 1024);
}

NATIVE(serve_end) {
    struct http_conn *conn = conn_of(c, NULL);
    if (conn) http_respond_end(conn);
    return NULL;
}

NATIVE(serve_abort) {
    struct http_conn *conn = conn_of(c, NULL);
    if (conn) http_respond_abort(conn);
    return NULL;
}

/* --- websockets --- */

NATIVE(serve_upgrade) {
    struct http_conn *conn = conn_of(c, NULL);
    if (!conn || http_is_ws(conn) || !http_can_upgrade(conn)) return js_make_bool(false);
    http_upgrade(conn, latin1_of(c, js_str(c, 2)));
    return js_make_bool(true);
}

NATIVE(serve_ws_send) {
    struct http_conn *conn = ws_of(c, NULL);
    return js_make_num(conn ? http_ws_send(conn, (enum ws_kind)js_int(c, 2), data_of(c, 3), js_bool(c, 4)) : 0);
}

NATIVE(serve_ws_close) {
    struct http_conn *conn = ws_of(c, NULL);
    if (conn && js_int(c, 2) < 0) http_ws_terminate(conn);
    else if (conn) http_ws_close(conn, js_int(c, 2), js_str(c, 3));
    return NULL;
}

NATIVE(serve_ws_pause) {
    struct http_conn *conn = ws_of(c, NULL);
    if (conn) http_ws_pause(conn, js_bool(c, 2));
    return NULL;
}

NATIVE(serve_ws_queued) {
    struct http_conn *conn = ws_of(c, NULL);
    return js_make_num(conn ? (double)http_respond_queued(conn) : 0);
}

enum { TOPIC_JOIN, TOPIC_LEAVE, TOPIC_ASK };
NATIVE(serve_ws_topic) {
    struct http_conn *conn = ws_of(c, NULL);
    if (!conn) return js_make_bool(false);
    str name = js_str(c, 3);
    switch (js_int(c, 2)) {
    case TOPIC_JOIN: return js_make_bool(http_ws_subscribe(conn, name));
    case TOPIC_LEAVE: return js_make_bool(http_ws_unsubscribe(conn, name));
    default: return js_make_bool(http_ws_is_subscribed(conn, name));
    }
}

NATIVE(serve_ws_topics) {
    struct http_conn *conn = ws_of(c, NULL);
    if (!conn) return js_make_array(0, NULL);
    const str *names;
    size_t n = http_ws_topics(conn, &names);
    js_val *out = ARENA_ARRAY(js_arena(c), js_val, n);
    for (size_t i = 0; i < n; i++) out[i] = js_make_str(names[i]);
    return js_make_array(n, out);
}

NATIVE(serve_ws_publish) {
    struct serve *s;
    struct http_conn *from = ws_of(c, &s);
    if (!s) return js_make_num(0);
    return js_make_num(
        http_ws_publish(s->server, from, js_str(c, 2), (enum ws_kind)js_int(c, 3), data_of(c, 4), js_bool(c, 5)));
}

NATIVE(serve_ws_subscribers) {
    struct serve *s = server_of(c);
    return js_make_num(s ? (double)http_ws_subscribers(s->server, js_str(c, 1)) : 0);
}

static const struct js_native natives[] = {
    {"shared", serve_shared, "(): ArrayBuffer"},
    {"start", serve_start,
     "(host: string, port: number, path: string, listenBits: number, maxBody: number, idle: number, wsMax: number, "
     "wsQueue: number, wsIdle: number, wsBits: number, handlers: Function[]): number"},
    {"where", serve_where, "(server: number): [family: number, address: string, port: number]"},
    {"stop", serve_stop, "(server: number, atOnce: boolean): void"},
    {"closeIdle", serve_close_idle, "(server: number): void"},
    {"ref", serve_ref, "(server: number, keepsAlive: boolean): void"},
    {"pending", serve_pending, "(server: number, websockets: boolean): number"},
    {"peer", serve_peer, "(server: number, id: number): [family: number, address: string, port: number] | null"},
    {"timeout", serve_timeout, "(server: number, id: number, seconds: number): void"},
    {"want", serve_want, "(server: number, id: number, want: number): number"},
    {"bodyText", serve_body_text, "(server: number, id: number): string | undefined"},
    {"bodyNow", serve_body_now, "(server: number, id: number): string | undefined"},
    {"bodyBytes", serve_body_bytes, "(server: number, id: number): Uint8Array<ArrayBuffer> | undefined"},
    {"respond", serve_respond,
     "(server: number, id: number, status: number, flags: number, reason: string, headers: string, "
     "body?: string | Uint8Array): boolean"},
    {"respondText", serve_respond_text, "(server: number, id: number, text: string): void"},
    {"respondFile", serve_respond_file,
     "(server: number, id: number, status: number, flags: number, reason: string, headers: string, "
     "file: string | number, from: number, to: number): number"},
    {"begin", serve_begin,
     "(server: number, id: number, status: number, flags: number, reason: string, headers: string, "
     "length: number): boolean"},
    {"write", serve_write, "(server: number, id: number, data: string | Uint8Array): number"},
    {"end", serve_end, "(server: number, id: number): void"},
    {"abort", serve_abort, "(server: number, id: number): void"},
    {"upgrade", serve_upgrade, "(server: number, id: number, headers: string): boolean"},
    {"wsSend", serve_ws_send,
     "(server: number, id: number, kind: number, data: string | ArrayBufferView | ArrayBuffer, "
     "deflate?: boolean): number"},
    {"wsClose", serve_ws_close, "(server: number, id: number, code: number, reason: string): void"},
    {"wsPause", serve_ws_pause, "(server: number, id: number, on: boolean): void"},
    {"wsQueued", serve_ws_queued, "(server: number, id: number): number"},
    {"wsTopic", serve_ws_topic, "(server: number, id: number, what: number, topic: string): boolean"},
    {"wsTopics", serve_ws_topics, "(server: number, id: number): string[]"},
    {"wsPublish", serve_ws_publish,
     "(server: number, from: number, topic: string, kind: number, "
     "data: string | ArrayBufferView | ArrayBuffer, deflate?: boolean): number"},
    {"wsSubscribers", serve_ws_subscribers, "(server: number, topic: string): number"},
};
JS_DOOR(bun_serve, natives)
