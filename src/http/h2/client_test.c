/* The client against a server of nghttp2's own, over TLS on one loop. */
#include <uv.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/test.h"
#include "crypto/test_key.h"
#include "http/client.h"
#include "http/h2/internal.h"
#include "net/listen.h"
#include "net/tls.h"

enum { BIG = 3 << 20 };
struct place {
    uv_loop_t loop;
    struct net_loop *net;
    struct net_listener *listener;
    struct tls_config *server, *offers;
    struct http_client *client;
    unsigned port;
    int n_open, n_connections, n_refused, n_streams, most_streams;
    uint32_t max_streams;
    struct net_stream *waits;
    bool speaks_1_only;
};
static struct place p;

/* --- the server */

struct asked {
    char path[64];
    struct buf body;
    size_t sent;
    bool is_post;
};

static ssize_t give_body(nghttp2_session *n, int32_t id, uint8_t *to, size_t room, uint32_t *flags,
                         nghttp2_data_source *source, void *user) {
    struct asked *q = source->ptr;
    size_t all = q->is_post ? q->body.len : BIG, len = all - q->sent < room ? all - q->sent : room;
    for (size_t i = 0; i < len; i++)
        to[i] = q->is_post ? (uint8_t)q->body.at[q->sent + i] : (uint8_t)((q->sent + i) * 31 >> 5);
    q->sent += len;
    if (!strcmp(q->path, "/reset") && q->sent > 100000) return NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE;
    if (q->sent == all) *flags |= NGHTTP2_DATA_FLAG_EOF;
    return (ssize_t)len;
}
static nghttp2_nv field(const char *name, const char *value) {
    return (nghttp2_nv){(uint8_t *)(uintptr_t)name, (uint8_t *)(uintptr_t)value, strlen(name), strlen(value), 0};
}
static int on_field(nghttp2_session *n, const nghttp2_frame *f, const uint8_t *name, size_t name_len,
                    const uint8_t *value, size_t value_len, uint8_t flags, void *user) {
    struct asked *q = h2_lib()->session_get_stream_user_data(n, f->hd.stream_id);
    str key = str_of((const char *)name, name_len);
    if (!q) {
        q = NEW(struct asked);
        h2_lib()->session_set_stream_user_data(n, f->hd.stream_id, q);
        if (++p.n_streams > p.most_streams) p.most_streams = p.n_streams;
    }
    if (str_is(key, ":path")) snprintf(q->path, sizeof q->path, "%.*s", (int)value_len, value);
    if (str_is(key, ":method")) q->is_post = value[0] == 'P';
    CHECK(!str_is(key, "host") && !str_is(key, "connection"));
    for (size_t i = 0; i < name_len; i++) CHECK(name[i] < 'A' || name[i] > 'Z');
    return 0;
}
static int on_frame(nghttp2_session *n, const nghttp2_frame *f, void *user) {
    if (!(f->hd.flags & NGHTTP2_FLAG_END_STREAM) || (f->hd.type != NGHTTP2_HEADERS && f->hd.type != NGHTTP2_DATA))
        return 0;
    struct asked *q = h2_lib()->session_get_stream_user_data(n, f->hd.stream_id);
    if (!strcmp(q->path, "/refused") && !p.n_refused++)
        return h2_lib()->submit_rst_stream(n, 0, f->hd.stream_id, NGHTTP2_REFUSED_STREAM);
    if (!strcmp(q->path, "/never")) return 0;
    nghttp2_nv nv[] = {field(":status", q->is_post ? "201" : "200"), field("x-path", q->path)};
    nghttp2_data_provider from = {.source.ptr = q, .read_callback = give_body};
    bool has_body = q->is_post || !strcmp(q->path, "/big") || !strcmp(q->path, "/reset");
    h2_lib()->submit_response(n, f->hd.stream_id, nv, 2, has_body ? &from : NULL);
    if (!strcmp(q->path, "/last")) h2_lib()->submit_goaway(n, 0, f->hd.stream_id, 0, NULL, 0);
    return 0;
}
static int on_body(nghttp2_session *n, uint8_t flags, int32_t id, const uint8_t *at, size_t len, void *user) {
    struct asked *q = h2_lib()->session_get_stream_user_data(n, id);
    buf_add(&q->body, str_of((const char *)at, len));
    return 0;
}
static int on_over(nghttp2_session *n, int32_t id, uint32_t code, void *user) {
    struct asked *q = h2_lib()->session_get_stream_user_data(n, id);
    if (q) buf_free(&q->body), mem_free(q), p.n_streams--;
    return 0;
}
static void flush(struct net_stream *s) {
    const uint8_t *at;
    for (ssize_t n; (n = h2_lib()->session_mem_send(net_user(s), &at)) > 0;)
        net_send_one(s, str_of((const char *)at, (size_t)n));
}
static void server_received(struct net_stream *s, str data) {
    if (!net_user(s)) {        /* the HTTP/1.1 server of the last test: it waits for a second one */
        if (p.n_connections > 1) net_send_one(s, STR("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\none"));
        else p.waits = s;
        return;
    }
    CHECK(h2_lib()->session_mem_recv(net_user(s), (const uint8_t *)data.at, data.len) >= 0);
    flush(s);
}
static void server_opened(struct net_stream *s) {
    if (net_user(s)) flush(s);
    else if (p.waits && p.n_connections > 1) server_received(p.waits, STR("")), p.waits = NULL;
}
static void server_closed(struct net_stream *s, err why) {
    if (net_user(s)) h2_lib()->session_del(net_user(s));
}
static void server_ended(struct net_stream *s) { net_end(s); }
static const struct net_events server_events = {
    .opened = server_opened, .received = server_received, .ended = server_ended, .closed = server_closed,
};
static void on_accepted(struct net_listener *l, int fd, void *user) {
    nghttp2_session *n = NULL;
    p.n_connections++;
    if (!p.speaks_1_only) {
        nghttp2_session_callbacks *cb;
        nghttp2_settings_entry settings = {NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS, p.max_streams};
        const struct h2_lib *lib = h2_lib();
        lib->session_callbacks_new(&cb);
        lib->session_callbacks_set_on_header_callback(cb, on_field);
        lib->session_callbacks_set_on_frame_recv_callback(cb, on_frame);
        lib->session_callbacks_set_on_data_chunk_recv_callback(cb, on_body);
        lib->session_callbacks_set_on_stream_close_callback(cb, on_over);
        lib->session_server_new2(&n, cb, NULL, NULL);
        lib->session_callbacks_del(cb);
        lib->submit_settings(n, 0, &settings, 1);
    }
    net_tls_push(net_stream_new(p.net, fd, &server_events, n), p.server, STR(""));
}
static void on_listener_closed(struct net_listener *l, void *user) {}
static const struct net_listen_events listen_events = {on_accepted, on_listener_closed};

/* --- the client */

struct answer {
    struct http_fetch *fetch;
    int status;
    struct buf text;
    bool ended, pauses;
    err failed;
};
static void one_less(void) {
    if (--p.n_open) return;
    net_listen_close(p.listener);
    http_client_free(p.client);
}
static void on_head(void *user, const struct http_reply *r) { ((struct answer *)user)->status = r->status; }
static void go_on(uv_timer_t *t) {
    http_fetch_pause(t->data, false);
    uv_close((uv_handle_t *)t, (uv_close_cb)(void (*)(void))mem_free);
}
static void on_data(void *user, str bytes) {
    struct answer *a = user;
    buf_add(&a->text, bytes);
    if (!a->pauses) return;
    a->pauses = false;
    http_fetch_pause(a->fetch, true);
    uv_timer_t *t = NEW(uv_timer_t);
    t->data = a->fetch;
    uv_timer_init(&p.loop, t);
    uv_timer_start(t, go_on, 20, 0);
}
static void on_ended(void *user) {
    ((struct answer *)user)->ended = true;
    one_less();
}
static void on_failed(void *user, err e, const char *why) {
    ((struct answer *)user)->failed = e;
    one_less();
}
static const struct http_fetch_events fetch_events = {
    .head = on_head, .data = on_data, .ended = on_ended, .failed = on_failed};

static void begin(uint32_t max_streams, bool speaks_1_only) {
    static const str both[] = {STR_INIT("h2"), STR_INIT("http/1.1")};
    struct buf why = {0};
    struct net_addr where;
    p = (struct place){.max_streams = max_streams, .speaks_1_only = speaks_1_only};
    p.server = tls_config_new(&(struct tls_options){.is_server = true,
                                                    .certificate = str_c(test_certificate),
                                                    .key = str_c(test_key),
                                                    .alpn = both + speaks_1_only,
                                                    .n_alpn = 1},
                              &why);
    p.offers = tls_config_new(&(struct tls_options){.ca = str_c(test_certificate), .alpn = both, .n_alpn = 2}, &why);
    uv_loop_init(&p.loop);
    p.net = net_loop_hold(&p.loop);
    CHECK_INT(
        net_listen(p.net, &(struct net_listen_options){.host = STR("127.0.0.1")}, &listen_events, NULL, &p.listener),
        0);
    net_listen_where(p.listener, &where);
    p.port = where.port;
    p.client = http_client_new(&p.loop, NULL);
    buf_free(&why);
}
static struct http_fetch_options options(const char *method, const char *target) {
    return (struct http_fetch_options){
        .host = STR("localhost"),
        .port = p.port,
        .tls = p.offers,
        .offers_h2 = true,
        .method = str_c(method),
        .target = str_c(target),
        .headers = STR("Host: localhost\r\nX-Mixed-Case: yes\r\nConnection: keep-alive\r\n"),
        .idle_seconds = 10,
    };
}
static void ask(struct answer *a, const char *method, const char *target, str body) {
    struct http_fetch_options o = options(method, target);
    o.body = body;
    o.has_body = body.at != NULL;
    p.n_open++;
    a->fetch = http_fetch_start(p.client, &o, &fetch_events, a);
}
static void end(void) {
    uv_run(&p.loop, UV_RUN_DEFAULT);
    net_loop_drop(p.net);
    uv_run(&p.loop, UV_RUN_DEFAULT);
    CHECK_INT(uv_loop_close(&p.loop), 0);
    tls_config_drop(p.server);
    tls_config_drop(p.offers);
}
static bool is_big(const struct answer *a) {
    bool same = a->ended && a->text.len == BIG;
    for (size_t i = 0; same && i < BIG; i++) same = (uint8_t)a->text.at[i] == (uint8_t)(i * 31 >> 5);
    return same;
}

TEST(http2_carries_many_requests_on_one_connection) {
    enum { N = 60 };
    struct answer a[N] = {0};
    begin(10, false);
    for (int i = 0; i < N; i++)
        ask(&a[i], i % 2 ? "POST" : "GET", i % 2 ? "/echo" : "/x", i % 2 ? STR("sent") : (str){0});
    end();
    for (int i = 0; i < N; i++) {
        CHECK_INT(a[i].failed, 0);
        CHECK_INT(a[i].status, i % 2 ? 201 : 200);
        CHECK_STR(buf_view(&a[i].text), i % 2 ? STR("sent") : STR(""));
        buf_free(&a[i].text);
    }
    CHECK(p.n_connections >= 1 && p.n_connections <= N / 10);
    CHECK(p.most_streams > 1);
}

TEST(http2_gives_big_replies_whole_also_to_one_that_pauses) {
    struct answer a[3] = {{.pauses = true}, {0}, {0}};
    begin(100, false);
    for (int i = 0; i < 3; i++) ask(&a[i], "GET", "/big", (str){0});
    end();
    for (int i = 0; i < 3; i++) {
        CHECK(is_big(&a[i]));
        buf_free(&a[i].text);
    }
    CHECK_INT(p.n_connections, 1);
}

TEST(http2_tries_a_refused_request_again_and_tells_of_a_broken_reply) {
    struct answer a[2] = {0};
    begin(100, false);
    ask(&a[0], "GET", "/refused", (str){0});
    ask(&a[1], "GET", "/reset", (str){0});
    end();
    CHECK(a[0].ended && a[0].status == 200 && p.n_refused == 2);
    CHECK(!a[1].ended && a[1].failed == ERR_PROTOCOL);
    buf_free(&a[1].text);
}

TEST(http2_goes_to_a_new_connection_after_goaway) {
    struct answer a[1] = {0}, b[1] = {0};
    begin(1, false);
    ask(a, "GET", "/last", (str){0});
    ask(b, "GET", "/x", (str){0});
    end();
    CHECK(a->ended && b->ended && b->status == 200);
    CHECK_INT(p.n_connections, 2);
}

TEST(http2_streams_a_body_and_forgets_what_is_cancelled) {
    struct answer a = {0}, never = {0};
    begin(100, false);
    ask(&never, "GET", "/never", (str){0});
    struct http_fetch_options o = options("POST", "/echo");
    o.streams_body = true;
    p.n_open++;
    struct http_fetch *f = http_fetch_start(p.client, &o, &fetch_events, &a);
    http_fetch_write(f, STR("first "));
    for (int i = 0; i < 200 && p.n_streams < 1; i++) uv_run(&p.loop, UV_RUN_ONCE);
    http_fetch_cancel(never.fetch);
    p.n_open--;
    http_fetch_write(f, STR("second"));
    http_fetch_write_end(f);
    end();
    CHECK(a.ended && !never.ended && !never.failed);
    CHECK_STR(buf_view(&a.text), STR("first second"));
    buf_free(&a.text);
}

TEST(http2_that_is_not_chosen_leaves_many_connections_of_http1) {
    enum { N = 6 };
    struct answer a[N] = {0};
    begin(0, true);
    for (int i = 0; i < N; i++) ask(&a[i], "GET", "/x", (str){0});
    end();
    for (int i = 0; i < N; i++) {
        CHECK(a[i].ended);
        CHECK_STR(buf_view(&a[i].text), STR("one"));
        buf_free(&a[i].text);
    }
    CHECK(p.n_connections > 1);
}
