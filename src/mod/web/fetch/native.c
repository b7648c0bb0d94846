/* mod/web/fetch/native.c: the door of fetch: http/client <-> client.ts. One handle per request; its one callback hears
 * (kind, ...): HEAD with status, reason, head text; BODY, when what was wanted is there; OVER with an error or null. */
#include "base/buf.h"
#include "base/mem.h"
#include "crypto/tls.h"
#include "data/gzip.h"
#include "engine/js.h"
#include "engine/js_handle.h"
#include "engine/js_op.h"
#include "http/client.h"
#include "sys/loop.h"

enum { ON_HEAD, ON_BODY, ON_OVER };
enum { BIT_STREAMS = 1, BIT_HAS_BODY = 2, BIT_TLS = 4, BIT_NO_VERIFY = 8, BIT_RAW = 16 };
enum { READ_AHEAD = 1024 * 1024 };  /* of a body nobody asked for: then the server has to wait */

struct fetch {
    struct http_fetch *http;        /* NULL once it is over */
    js_val on;
    double handle;
    struct buf body;
    struct gzip_reader gzip;
    bool is_raw, is_coded, is_whole, wants_all, wants_some, is_paused;
    err broken;
};
static const struct js_handle_type fetch_type = {.name = "fetch"};
static _Thread_local struct http_client *client;
static _Thread_local struct tls_config *usual[2];        /* verifying, and not */

static err decoded(void *user, str bytes) {
    buf_add(&((struct fetch *)user)->body, bytes);
    return 0;
}

static void call(struct fetch *f, int kind, js_val a, js_val b, js_val c) {
    js_val args[4] = {js_make_num(kind), a, b, c};
    js_callback(f->on, NULL, 4, args);
}

static void on_head(void *user, const struct http_reply *r) {
    struct fetch *f = user;
    struct buf head = {0};
    buf_lit(&head, "HTTP\r\n");
    for (size_t i = 0; i < r->count; i++) {
        buf_add(&head, r->headers[i].name);
        buf_lit(&head, ":");
        buf_add(&head, r->headers[i].value);
        buf_lit(&head, "\r\n");
    }
    str coding = http_find(r->headers, r->count, "content-encoding");
    if (!f->is_raw &&
        (http_list_has(coding, "gzip") || http_list_has(coding, "x-gzip") || http_list_has(coding, "deflate")))
        f->is_coded = gzip_reader_init(&f->gzip, GZIP_ANY, 0, decoded, f) == 0;
    js_enter();
    call(f, ON_HEAD, js_make_num(r->status), js_make_latin1(r->reason), js_make_latin1(buf_view(&head)));
    js_leave();
    buf_free(&head);
}

static void tell_body(struct fetch *f) {
    if (!(f->wants_all ? f->is_whole : f->wants_some && (f->is_whole || f->body.len))) return;
    f->wants_all = f->wants_some = false;
    js_enter();
    call(f, ON_BODY, js_make_undefined(), js_make_undefined(), js_make_undefined());
    js_leave();
}

static void on_data(void *user, str bytes) {
    struct fetch *f = user;
    if (!f->is_coded) buf_add(&f->body, bytes);
    else if (!f->broken) f->broken = gzip_reader_push(&f->gzip, bytes);
    if (!f->wants_all && f->body.len > READ_AHEAD && !f->is_paused) {
        f->is_paused = true;
        http_fetch_pause(f->http, true);
    }
    if (f->wants_some) tell_body(f);                     /* may free the handle: the last thing */
}

static void over(struct fetch *f, err e, const char *why) {
    f->http = NULL;
    f->is_whole = !e;
    double handle = f->handle;
    if (!e) tell_body(f);
    if (js_handle_find(handle, &fetch_type) != f) return;
    js_enter();
    js_val error = e ? js_make_system_error(e, "connect", NO_STR, NO_STR) : js_make_null();
    call(f, ON_OVER, error, js_make_str(str_c(why ? why : e ? err_name(e) : "")), js_make_undefined());
    js_leave();
}
static void on_ended(void *user) { over(user, 0, NULL); }
static void on_failed(void *user, err e, const char *why) { over(user, e, why); }

static const struct http_fetch_events events = {
    .head = on_head, .data = on_data, .ended = on_ended, .failed = on_failed};

static struct tls_config *config_of(struct js_call *c, int bits, str ca, struct buf *why) {
    static const str alpn[] = {STR_INIT("http/1.1")};
    bool no_verify = bits & BIT_NO_VERIFY;
    if (!ca.len && usual[no_verify]) return tls_config_hold(usual[no_verify]);
    struct tls_options o = {.no_verify = no_verify, .ca = ca, .alpn = alpn, .n_alpn = 1};
    struct tls_config *t = tls_config_new(&o, why);
    if (t && !ca.len) usual[no_verify] = tls_config_hold(t);
    return t;
}

enum {
    A_HOST,
    A_PORT,
    A_PATH,
    A_METHOD,
    A_TARGET,
    A_HEADERS,
    A_BODY,
    A_BITS,
    A_IDLE,
    A_PROXY,
    A_PROXY_PORT,
    A_PROXY_AUTH,
    A_CA,
    A_ON
};
NATIVE(fetch_start) {
    if (!client) client = http_client_new(loop_uv(c->loop), &(struct http_client_options){.most_per_host = 256});
    int bits = js_int(c, A_BITS);
    struct js_bytes bytes = js_bytes(c, A_BODY);
    js_val text = js_arg(c, A_BODY);
    struct http_fetch_options o = {
        .host = js_str(c, A_HOST), .port = js_uint(c, A_PORT), .path = js_str(c, A_PATH), .method = js_str(c, A_METHOD),
        .target = js_str(c, A_TARGET), .headers = js_str(c, A_HEADERS),
        .body = text && js_is_string(text) ? js_str(c, A_BODY) : str_of((const char *)bytes.at, bytes.len),
        .has_body = bits & BIT_HAS_BODY, .streams_body = bits & BIT_STREAMS, .idle_seconds = js_uint(c, A_IDLE),
        .proxy_host = js_str(c, A_PROXY), .proxy_port = js_uint(c, A_PROXY_PORT),
        .proxy_authorization = js_str(c, A_PROXY_AUTH),
    };
    if (bits & BIT_TLS) {
        struct buf why = {0};
        o.tls = config_of(c, bits, js_str(c, A_CA), &why);
        if (!o.tls) return js_throw(JS_ERROR, "ERR_TLS_INVALID_CONTEXT", "%s", buf_c(&why));
        buf_free(&why);
    }
    struct fetch *f = NEW(struct fetch);
    f->is_raw = bits & BIT_RAW;
    f->on = js_hold(js_arg(c, A_ON));
    f->handle = js_handle_number(&fetch_type, f);
    f->http = http_fetch_start(client, &o, &events, f);
    if (o.tls) tls_config_drop(o.tls);
    return js_make_num(f->handle);
}

static struct fetch *fetch_of(struct js_call *c) { return js_handle(c, 0, &fetch_type); }

NATIVE(fetch_free) {
    struct fetch *f = js_handle_take(js_num(c, 0), &fetch_type);
    if (!f) return NULL;
    if (f->http) http_fetch_cancel(f->http);
    js_drop(f->on);
    if (f->is_coded) gzip_reader_done(&f->gzip);
    buf_free(&f->body);
    mem_free(f);
    return NULL;
}

static void go_on(struct fetch *f) {
    if (!f->is_paused || !f->http) return;
    f->is_paused = false;
    http_fetch_pause(f->http, false);
}

/* 0: not all of it is there yet, 1: it is, -1: the handle is closed. */
NATIVE(fetch_want) {
    struct fetch *f = fetch_of(c);
    if (!f) return js_make_num(-1);
    if (!f->is_whole) {
        f->wants_all = js_bool(c, 1);
        f->wants_some = !f->wants_all;
        go_on(f);
    }
    return js_make_num(f->is_whole);
}

static struct buf take(struct fetch *f) {
    struct buf taken = buf_take(&f->body);
    go_on(f);
    return taken;
}

static js_val broken(struct fetch *f) {
    return js_throw(JS_TYPE_ERROR, "Z_DATA_ERROR", "Decompression error: %s", err_text(f->broken));
}

NATIVE(fetch_body_text) {
    struct fetch *f = fetch_of(c);
    if (!f) return NULL;
    struct buf body = take(f);
    str s = buf_view(&body);
    if (str_starts(s, STR("\xef\xbb\xbf"))) s = str_from(s, 3);
    js_val v = f->broken ? broken(f) : js_make_str(s);
    buf_free(&body);
    return v;
}

NATIVE(fetch_body_bytes) {
    struct fetch *f = fetch_of(c);
    if (!f) return NULL;
    struct buf body = take(f);
    if (f->broken) {
        buf_free(&body);
        return broken(f);
    }
    if (body.len >= 64 * 1024) return js_make_bytes_adopt(body.at, body.len, js_release_mem, NULL);
    js_val v = js_make_bytes_copy(body.at, body.len);
    buf_free(&body);
    return v;
}

/* Bytes that wait for the server; -1: it is over. */
NATIVE(fetch_write) {
    struct fetch *f = fetch_of(c);
    if (!f || !f->http) return js_make_num(-1);
    js_val v = js_arg(c, 1);
    struct js_bytes b = js_bytes(c, 1);
    if (v) http_fetch_write(f->http, js_is_string(v) ? js_str(c, 1) : str_of((const char *)b.at, b.len));
    return js_make_num((double)http_fetch_queued(f->http));
}

NATIVE(fetch_end) {
    struct fetch *f = fetch_of(c);
    if (f && f->http) http_fetch_write_end(f->http);
    return NULL;
}

static const struct js_native natives[] = {
    {"start", fetch_start,
     "(host: string, port: number, path: string, method: string, target: string, headers: string, "
     "body: string | Uint8Array | undefined, bits: number, idle: number, proxy: string, proxyPort: number, proxyAuth: string, "
     "ca: string, on: (kind: number, a: any, b: any, c: any) => void): number"},
    {"free", fetch_free, "(handle: number): void"},
    {"want", fetch_want, "(handle: number, all: boolean): number"},
    {"bodyText", fetch_body_text, "(handle: number): string | undefined"},
    {"bodyBytes", fetch_body_bytes, "(handle: number): Uint8Array<ArrayBuffer> | undefined"},
    {"write", fetch_write, "(handle: number, data?: string | Uint8Array): number"},
    {"end", fetch_end, "(handle: number): void"},
};
JS_DOOR(web_fetch, natives)
