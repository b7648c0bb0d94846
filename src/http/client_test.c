#include "http/client.h"

#include <uv.h>

#include "base/buf.h"
#include "base/test.h"
#include "http/server.h"

/* Client and server on one loop: the server says what it was asked, by several framings. */
struct place {
    uv_loop_t loop;
    struct http_server *server;
    struct http_client *client;
    unsigned port;
    int n_open, n_connections;
    bool server_closes;
};
static struct place p;

static void on_request(void *user, struct http_conn *c, const struct http_request *r) {
    struct http_response head = {.status = 200};
    (void)user;
    if (r->verb == HTTP_POST && !http_body_is_whole(c)) {
        http_body_want(c, HTTP_WANT_ALL);
        return;
    }
    if (r->verb == HTTP_POST) {
        head.status = 201;
        http_respond(c, &head, http_body_view(c));
    } else if (str_is(r->target, "/chunked")) {
        http_respond_begin(c, &head, HTTP_LENGTH_CHUNKED);
        http_respond_write(c, STR("one,"));
        http_respond_write(c, STR("two"));
        http_respond_end(c);
    } else if (str_is(r->target, "/abort")) {
        http_respond_begin(c, &head, 100);
        http_respond_write(c, STR("half"));
        http_respond_abort(c);
    } else http_respond(c, &head, r->target);
}
static void on_body(void *user, struct http_conn *c) {
    struct http_response head = {.status = 201};
    (void)user;
    http_respond(c, &head, http_body_view(c));
}
static void on_stopped(void *user) {
    (void)user;
    http_server_free(p.server);
}
static const struct http_server_events server_events = {.request = on_request, .body = on_body, .stopped = on_stopped};

struct answer {
    struct http_fetch *fetch;
    int status;
    struct buf text;
    bool ended, pauses;
    err failed;
};
static void one_less(void) {
    if (--p.n_open) return;
    http_server_stop(p.server, true);
    http_client_free(p.client);
}
static void on_head(void *user, const struct http_reply *r) { ((struct answer *)user)->status = r->status; }
static void on_data(void *user, str bytes) {
    struct answer *a = user;
    buf_add(&a->text, bytes);
    if (a->pauses) http_fetch_pause(a->fetch, true);
}
static void on_ended(void *user) {
    ((struct answer *)user)->ended = true;
    one_less();
}
static void on_failed(void *user, err e, const char *why) {
    (void)why;
    ((struct answer *)user)->failed = e;
    one_less();
}
static const struct http_fetch_events fetch_events = {
    .head = on_head, .data = on_data, .ended = on_ended, .failed = on_failed};

static void begin(unsigned most) {
    struct http_server_options o = {.listen = {.host = STR("127.0.0.1")}, .max_body = 1 << 20};
    struct net_addr where;
    p = (struct place){0};
    uv_loop_init(&p.loop);
    CHECK_INT(http_server_new(&p.loop, &o, &server_events, NULL, &p.server), 0);
    http_server_where(p.server, &where);
    p.port = where.port;
    p.client = http_client_new(&p.loop, &(struct http_client_options){.most_per_host = most});
}
static void ask(struct answer *a, const char *method, const char *target, str body) {
    struct http_fetch_options o = {
        .host = STR("127.0.0.1"), .port = p.port, .method = str_c(method), .target = str_c(target),
        .headers = STR("Host: test\r\n"), .body = body, .has_body = body.at != NULL, .idle_seconds = 10,
    };
    *a = (struct answer){0};
    p.n_open++;
    a->fetch = http_fetch_start(p.client, &o, &fetch_events, a);
}
static void end(void) {
    uv_run(&p.loop, UV_RUN_DEFAULT);
    CHECK_INT(uv_loop_close(&p.loop), 0);
}

TEST(http_client_reads_every_framing_and_sends_bodies) {
    static struct answer a[4];
    begin(0);
    ask(&a[0], "GET", "/plain?x", (str){0});
    ask(&a[1], "GET", "/chunked", (str){0});
    ask(&a[2], "POST", "/", STR("sent"));
    ask(&a[3], "HEAD", "/plain", (str){0});
    end();
    static const char *const texts[] = {"/plain?x", "one,two", "sent", ""};
    for (int i = 0; i < 4; i++) {
        CHECK(a[i].ended);
        CHECK_INT(a[i].status, i == 2 ? 201 : 200);
        CHECK_STR(buf_view(&a[i].text), str_c(texts[i]));
        buf_free(&a[i].text);
    }
}

TEST(http_client_shares_few_connections_among_many_requests) {
    enum { N = 100 };
    static struct answer a[N];
    begin(2);
    for (int i = 0; i < N; i++) ask(&a[i], "GET", i % 2 ? "/chunked" : "/x", (str){0});
    end();
    for (int i = 0; i < N; i++) {
        CHECK(a[i].ended);
        CHECK_STR(buf_view(&a[i].text), i % 2 ? STR("one,two") : STR("/x"));
        buf_free(&a[i].text);
    }
}

TEST(http_client_reads_on_after_a_reply_that_ended_while_it_was_paused) {
    static struct answer a[2];
    begin(1);
    ask(&a[0], "GET", "/x", (str){0});
    ask(&a[1], "GET", "/y", (str){0});
    a[0].pauses = true;
    end();
    CHECK(a[0].ended && a[1].ended);
    CHECK_STR(buf_view(&a[1].text), STR("/y"));
    for (int i = 0; i < 2; i++) buf_free(&a[i].text);
}

TEST(http_client_streams_a_body_in_chunks) {
    static struct answer a;
    begin(0);
    struct http_fetch_options o = {
        .host = STR("127.0.0.1"), .port = p.port, .method = STR("POST"), .target = STR("/"),
        .headers = STR("Host: t\r\n"), .streams_body = true,
    };
    a = (struct answer){0};
    p.n_open = 1;
    struct http_fetch *f = http_fetch_start(p.client, &o, &fetch_events, &a);
    http_fetch_write(f, STR("first "));
    http_fetch_write(f, STR(""));
    http_fetch_write(f, STR("second"));
    http_fetch_write_end(f);
    end();
    CHECK(a.ended);
    CHECK_STR(buf_view(&a.text), STR("first second"));
    buf_free(&a.text);
}

TEST(http_client_tells_of_refused_and_broken_connections) {
    static struct answer a[2];
    begin(0);
    ask(&a[0], "GET", "/abort", (str){0});
    struct http_fetch_options o = {
        .host = STR("127.0.0.1"), .port = 1, .method = STR("GET"), .target = STR("/"), .headers = STR("Host: t\r\n"),
    };
    a[1] = (struct answer){0};
    p.n_open++;
    http_fetch_start(p.client, &o, &fetch_events, &a[1]);
    end();
    CHECK(!a[0].ended && a[0].failed);
    CHECK_INT(a[1].failed, UV_ECONNREFUSED);
    buf_free(&a[0].text);
}

TEST(http_client_forgets_what_is_cancelled) {
    static struct answer a[3];
    begin(1);
    for (int i = 0; i < 3; i++) ask(&a[i], "GET", "/x", (str){0});
    http_fetch_cancel(a[1].fetch);
    p.n_open--;
    end();
    CHECK(a[0].ended && !a[1].ended && a[2].ended);
    for (int i = 0; i < 3; i++) buf_free(&a[i].text);
}
