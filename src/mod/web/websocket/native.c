/* mod/web/websocket/native.c: the door of WebSocket: http/ws_client <-> websocket.ts. One callback per socket hears
 * (kind, a, b, c): OPEN with the protocol; MESSAGE with its kind and data; DRAIN; CLOSED with code, reason, cleanly. */
#include "base/mem.h"
#include "crypto/tls.h"
#include "engine/js.h"
#include "engine/js_handle.h"
#include "engine/js_op.h"
#include "http/ws_client.h"
#include "sys/loop.h"

enum { ON_OPEN, ON_MESSAGE, ON_DRAIN, ON_CLOSED };
enum { BIT_TLS = 1, BIT_NO_VERIFY = 2 };

struct socket {
    struct ws_client *ws;
    js_val on;
    double handle;
};
static const struct js_handle_type socket_type = {.name = "websocket"};
static _Thread_local struct http_client *client;

static void call(struct socket *s, int kind, js_val a, js_val b, js_val c) {
    js_val args[4] = {js_make_num(kind), a, b, c};
    js_callback(s->on, NULL, 4, args);
}

static void on_opened(void *user, str protocol) {
    js_enter();
    call(user, ON_OPEN, js_make_str(protocol), js_make_undefined(), js_make_undefined());
    js_leave();
}
static void on_message(void *user, enum ws_kind kind, str data) {
    js_enter();
    js_val value = kind == WS_TEXT ? js_make_str(data) : js_make_bytes_copy(data.at, data.len);
    call(user, ON_MESSAGE, js_make_num(kind), value, js_make_undefined());
    js_leave();
}
static void on_drained(void *user) {
    js_enter();
    call(user, ON_DRAIN, js_make_undefined(), js_make_undefined(), js_make_undefined());
    js_leave();
}
static void on_closed(void *user, int code, str reason, bool was_clean) {
    struct socket *s = user;
    js_enter();
    js_handle_take(s->handle, &socket_type);
    call(s, ON_CLOSED, js_make_num(code), js_make_str(reason), js_make_bool(was_clean));
    js_drop(s->on);
    js_leave();
    mem_free(s);
}
static const struct ws_client_events events = {
    .opened = on_opened, .message = on_message, .drained = on_drained, .closed = on_closed,
};

NATIVE(websocket_open) {
    if (!client) client = http_client_new(loop_uv(c->loop), &(struct http_client_options){.most_per_host = 65535});
    int bits = js_int(c, 5);
    struct ws_client_options o = {
        .host = js_str(c, 0), .port = js_uint(c, 1), .path = js_str(c, 2), .target = js_str(c, 3),
        .headers = js_str(c, 4),
        .max_message = 512u << 20,
    };
    if (bits & BIT_TLS) {
        static const str alpn[] = {STR_INIT("http/1.1")};
        struct buf why = {0};
        struct tls_options t = {.no_verify = bits & BIT_NO_VERIFY, .ca = js_str(c, 6), .alpn = alpn, .n_alpn = 1};
        o.tls = tls_config_new(&t, &why);
        if (!o.tls) return js_throw(JS_ERROR, "ERR_TLS_INVALID_CONTEXT", "%s", buf_c(&why));
        buf_free(&why);
    }
    struct socket *s = NEW(struct socket);
    s->on = js_hold(js_arg(c, 7));
    s->handle = js_handle_number(&socket_type, s);
    s->ws = ws_client_new(loop_uv(c->loop), client, &o, &events, s);
    if (o.tls) tls_config_drop(o.tls);
    return js_make_num(s->handle);
}

NATIVE(websocket_send) {
    struct socket *s = js_handle(c, 0, &socket_type);
    if (!s) return js_make_num(-1);
    js_val v = js_arg(c, 2);
    struct js_bytes b = js_bytes(c, 2);
    ws_client_send(s->ws, (enum ws_kind)js_int(c, 1),
                   v && js_is_string(v) ? js_str(c, 2) : str_of((const char *)b.at, b.len));
    return js_make_num((double)ws_client_queued(s->ws));
}

/* A negative code cuts the connection; CLOSED is told from the loop. */
NATIVE(websocket_close) {
    struct socket *s = js_handle(c, 0, &socket_type);
    if (!s) return NULL;
    if (js_int(c, 1) < 0) ws_client_terminate(s->ws);
    else ws_client_close(s->ws, js_int(c, 1), js_str(c, 2));
    return NULL;
}

NATIVE(websocket_queued) {
    struct socket *s = js_handle(c, 0, &socket_type);
    return js_make_num(s ? (double)ws_client_queued(s->ws) : 0);
}

static const struct js_native natives[] = {
    {"open", websocket_open,
     "(host: string, port: number, path: string, target: string, headers: string, bits: number, ca: string, "
     "on: (kind: number, a: any, b: any, c: any) => void): number"},
    {"send", websocket_send, "(socket: number, kind: number, data: string | ArrayBufferView | ArrayBuffer): number"},
    {"close", websocket_close, "(socket: number, code: number, reason: string): void"},
    {"queued", websocket_queued, "(socket: number): number"},
};
JS_DOOR(web_websocket, natives)
