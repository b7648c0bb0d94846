#include "http/server.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>
#include <uv.h>

#include "base/mem.h"
#include "base/test.h"

/* A server on its own loop and blocking clients beside it: one thread, the loop is turned while a client waits. */
struct fixture {
    uv_loop_t loop;
    struct http_server *server;
    struct buf log, body;
    double held;                    /* an exchange that is answered later */
    int mode;
    unsigned port;
    bool is_stopped;
};
enum { SAY, HOLD, COLLECT, STREAM, FILE_BODY, UPGRADE };

static void answer(struct http_conn *c, int status, str body) {
    struct http_response r = {.status = status, .flags = HTTP_HAS_DATE};
    http_respond(c, &r, body);
}

static void on_request(void *user, struct http_conn *c, const struct http_request *r) {
    struct fixture *f = user;
    buf_print(&f->log, "%.*s %.*s;", STR_FMT(r->method), STR_FMT(r->target));
    if (f->mode == SAY) answer(c, 200, r->target);
    else if (f->mode == HOLD) f->held = http_id(c);
    else if (f->mode == COLLECT) {
        if (http_body_is_whole(c)) answer(c, 200, http_body_view(c));
        else http_body_want(c, HTTP_WANT_ALL);
    } else if (f->mode == STREAM) {
        struct http_response head = {.status = 200, .flags = HTTP_HAS_DATE};
        http_respond_begin(c, &head, HTTP_LENGTH_CHUNKED);
        http_respond_write(c, STR("one"));
        http_respond_write(c, STR("twelve chars"));
        http_respond_end(c);
    } else if (f->mode == FILE_BODY) {
        char path[] = "/tmp/http_server_test_XXXXXX";
        int fd = mkstemp(path);
        unlink(path);
        for (int i = 0; i < 100000; i++)
            if (write(fd, "0123456789", 10) != 10) test_fail(__FILE__, __LINE__, "write");
        struct http_response head = {.status = 200, .flags = HTTP_HAS_DATE};
        http_respond_file(c, &head, fd, 5, str_is(r->target, "/small") ? 10 : 999995);
    } else if (http_can_upgrade(c)) {
        http_upgrade(c, STR("X-Extra: 1\r\n"));
        http_ws_subscribe(c, STR("all"));
        f->held = http_id(c);
    } else answer(c, 400, (str){0});
}

static void on_body(void *user, struct http_conn *c) {
    struct fixture *f = user;
    buf_print(&f->log, "body %zu;", http_body_view(c).len);
    if (http_body_is_whole(c)) answer(c, 200, http_body_view(c).len > 100 ? STR("long") : http_body_view(c));
}
static void on_writable(void *user, struct http_conn *c) {}
static void on_gone(void *user, struct http_conn *c, err why) {
    buf_print(&((struct fixture *)user)->log, "gone %s;", err_name(why));
}
static void on_stopped(void *user) { ((struct fixture *)user)->is_stopped = true; }
static void on_message(void *user, struct http_conn *c, enum ws_kind kind, str data) {
    struct fixture *f = user;
    buf_print(&f->log, "%d:%zu;", kind, data.len);
    if (str_is(data, "publish")) http_ws_publish(f->server, NULL, STR("all"), WS_TEXT, STR("news"), false);
    else if (kind <= WS_BINARY) http_ws_send(c, kind, data, true);
}
static void on_ws_closed(void *user, struct http_conn *c, int code, str reason) {
    buf_print(&((struct fixture *)user)->log, "closed %d %.*s;", code, STR_FMT(reason));
}

static const struct http_server_events events = {
    .request = on_request, .body = on_body, .writable = on_writable, .gone = on_gone, .stopped = on_stopped,
    .message = on_message, .closed = on_ws_closed,
};

static void start(struct fixture *f, int mode) {
    *f = (struct fixture){.mode = mode};
    uv_loop_init(&f->loop);
    struct http_server_options o = {
        .listen = {.host = STR("127.0.0.1")}, .max_body = 1000, .idle_seconds = 10,
        .ws = {.max_message = 1000, .idle_seconds = 120, .deflates = true},
    };
    CHECK_INT(http_server_new(&f->loop, &o, &events, f, &f->server), 0);
    struct net_addr where;
    http_server_where(f->server, &where);
    f->port = where.port;
}

static void end(struct fixture *f) {
    http_server_stop(f->server, true);
    while (!f->is_stopped) uv_run(&f->loop, UV_RUN_NOWAIT);
    http_server_free(f->server);
    while (uv_run(&f->loop, UV_RUN_NOWAIT)) {}
    CHECK_INT(uv_loop_close(&f->loop), 0);
    buf_free(&f->log);
}

static int dial(struct fixture *f) {
    struct sockaddr_in a = {.sin_family = AF_INET, .sin_port = htons((uint16_t)f->port)};
    a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    CHECK_INT(connect(fd, (struct sockaddr *)&a, sizeof a), 0);
    return fd;
}

/* Turns the loop until `n` bytes (or the end, n == 0) came; gives up after 5 seconds. */
static str receive(struct fixture *f, int fd, size_t n) {
    static struct buf got;
    buf_clear(&got);
    uint64_t limit = uv_hrtime() + 5000000000u;
    while ((n == 0 || got.len < n) && uv_hrtime() < limit) {
        uv_run(&f->loop, UV_RUN_NOWAIT);
        ssize_t r = recv(fd, buf_room(&got, 65536), n && n - got.len < 65536 ? n - got.len : 65536, MSG_DONTWAIT);
        if (r > 0) got.len += (size_t)r;
        else if (r == 0 || errno != EAGAIN) break;
    }
    return buf_view(&got);
}
static void put(int fd, str s) { CHECK_INT(send(fd, s.at, s.len, MSG_NOSIGNAL), s.len); }
static void turn(struct fixture *f, int n) {
    while (n--) uv_run(&f->loop, UV_RUN_NOWAIT);
}
#define OK(length, body) "HTTP/1.1 200 OK\r\nContent-Length: " length "\r\n\r\n" body
#define WANT(f, fd, text) CHECK_STR(receive(f, fd, sizeof text - 1), STR(text))

TEST(server_answers_one_by_one_and_pipelined) {
    struct fixture f;
    start(&f, SAY);
    int fd = dial(&f);
    put(fd, STR("GET /a HTTP/1.1\r\nHost: x\r\n\r\n"));
    WANT(&f, fd, OK("2", "/a"));
    put(fd, STR("GET /b HTTP/1.1\r\nHost: x\r\n\r\nHEAD /cc HTTP/1.1\r\nHost: x\r\n\r\nGET /d HTTP/1.1\r\nHo"));
    WANT(&f, fd, OK("2", "/b") OK("3", ""));
    put(fd, STR("st: x\r\nConnection: close\r\n\r\n"));
    CHECK_STR(receive(&f, fd, 0), STR("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\n/d"));
    close(fd);
    fd = dial(&f);
    put(fd, STR("GET /e HTTP/1.0\r\n\r\n"));
    CHECK_STR(receive(&f, fd, 0), STR("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\n/e"));
    close(fd);
    end(&f);
}

TEST(server_keeps_the_order_when_answers_come_late) {
    struct fixture f;
    start(&f, HOLD);
    int fd = dial(&f);
    put(fd, STR("GET /a HTTP/1.1\r\nHost: x\r\n\r\nGET /b HTTP/1.1\r\nHost: x\r\n\r\n"));
    for (int i = 0; i < 1000 && f.log.len < 7; i++) turn(&f, 1);
    CHECK_STR(buf_view(&f.log), STR("GET /a;"));
    CHECK_INT(http_server_pending(f.server), 1);
    double first = f.held;
    answer(http_conn_find(f.server, first), 200, STR("1"));
    CHECK(!http_conn_find(f.server, first));
    for (int i = 0; i < 1000 && f.log.len < 14; i++) turn(&f, 1);
    CHECK_STR(buf_view(&f.log), STR("GET /a;GET /b;"));
    answer(http_conn_find(f.server, f.held), 200, STR("2"));
    WANT(&f, fd, OK("1", "1") OK("1", "2"));
    put(fd, STR("GET /c HTTP/1.1\r\nHost: x\r\n\r\n"));
    for (int i = 0; i < 1000 && f.log.len < 21; i++) turn(&f, 1);
    close(fd);
    for (int i = 0; i < 1000 && f.log.len < 22; i++) turn(&f, 1);
    CHECK_STR(buf_view(&f.log), STR("GET /a;GET /b;GET /c;gone ERR_BAO_CLOSED;"));
    CHECK(!http_conn_find(f.server, f.held));
    end(&f);
}

TEST(server_collects_bodies_of_both_framings) {
    struct fixture f;
    start(&f, COLLECT);
    int fd = dial(&f);
    put(fd, STR("POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhelloGET /b HTTP/1.1\r\nHost: x\r\n\r\n"));
    WANT(&f, fd, OK("5", "hello") OK("0", ""));
    put(fd, STR("POST /c HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n"));
    turn(&f, 3);
    put(fd,
        STR("2\r\nde\r\n0\r\n\r\nPOST /d HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n"));
    WANT(&f, fd, OK("5", "abcde") "HTTP/1.1 100 Continue\r\n\r\n");
    put(fd, STR("ok"));
    WANT(&f, fd, OK("2", "ok"));
    close(fd);
    end(&f);
}

TEST(server_refuses_what_is_too_much_or_wrong) {
    static const struct { str in; const char *status;
    } cases[] = {
        {STR_INIT("GET / HTTP/1.1\r\n\r\n"), "HTTP/1.1 400 Bad Request"},
        {STR_INIT("GET / HTTP/3.1\r\n\r\n"), "HTTP/1.1 505 HTTP Version Not Supported"},
        {STR_INIT("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip\r\n\r\n"), "HTTP/1.1 501 Not Implemented"},
        {STR_INIT("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1001\r\n\r\n"), "HTTP/1.1 413 Payload Too Large"},
        {STR_INIT("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3e8\r\n"), NULL},
        {STR_INIT("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"),
         "HTTP/1.1 400 Bad Request"},
    };
    struct fixture f;
    start(&f, COLLECT);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        int fd = dial(&f);
        put(fd, cases[i].in);
        if (!cases[i].status) {
            static char long_body[1002];
            memset(long_body, 'a', sizeof long_body);
            memcpy(long_body + 1000, "\r\n", 2);
            put(fd, str_of(long_body, sizeof long_body));
            put(fd, STR("1\r\na\r\n"));
        }
        str got = receive(&f, fd, 0);
        str want = str_c(cases[i].status ? cases[i].status : "HTTP/1.1 413 Payload Too Large");
        CHECK_STR(str_upto(got, want.len), want);
        close(fd);
    }
    int fd = dial(&f);
    put(fd, STR("GET / HTTP/1.1\r\nHost: x\r\nA: "));
    static char big[20000];
    memset(big, 'a', sizeof big);
    put(fd, str_of(big, sizeof big));
    str got = receive(&f, fd, 0);
    CHECK_STR(str_upto(got, 12), STR("HTTP/1.1 431"));
    close(fd);
    end(&f);
}

TEST(server_streams_and_sends_files) {
    struct fixture f;
    start(&f, STREAM);
    int fd = dial(&f);
    put(fd, STR("GET /a HTTP/1.1\r\nHost: x\r\n\r\n"));
    WANT(&f, fd, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\none\r\nc\r\ntwelve chars\r\n0\r\n\r\n");
    put(fd, STR("HEAD /a HTTP/1.1\r\nHost: x\r\n\r\n"));
    WANT(&f, fd, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
    put(fd, STR("GET /a HTTP/1.0\r\nConnection: keep-alive\r\n\r\n"));
    CHECK_STR(receive(&f, fd, 0), STR("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nonetwelve chars"));
    close(fd);
    f.mode = FILE_BODY;
    fd = dial(&f);
    put(fd,
        STR("GET /small HTTP/1.1\r\nHost: x\r\n\r\nGET /big HTTP/1.1\r\nHost: x\r\n\r\nGET /small HTTP/1.1\r\nHost: x\r\n\r\n"));
    WANT(&f, fd, OK("10", "5678901234") "HTTP/1.1 200 OK\r\nContent-Length: 999995\r\n\r\n");
    str got = receive(&f, fd, 999995);
    CHECK_INT(got.len, 999995);
    CHECK_STR(str_upto(got, 10), STR("5678901234"));
    CHECK_STR(str_from(got, 999990), STR("56789"));
    WANT(&f, fd, OK("10", "5678901234"));
    close(fd);
    end(&f);
}

TEST(server_stops_when_the_last_answer_is_given) {
    struct fixture f;
    start(&f, HOLD);
    int busy = dial(&f), idle = dial(&f);
    put(busy, STR("GET /a HTTP/1.1\r\nHost: x\r\n\r\n"));
    for (int i = 0; i < 1000 && f.log.len < 7; i++) turn(&f, 1);
    http_server_stop(f.server, false);
    CHECK_INT(receive(&f, idle, 0).len, 0);
    turn(&f, 5);
    CHECK(!f.is_stopped);
    answer(http_conn_find(f.server, f.held), 200, STR("1"));
    CHECK_STR(receive(&f, busy, 0), STR("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 1\r\n\r\n1"));
    close(busy);
    close(idle);
    for (int i = 0; i < 1000 && !f.is_stopped; i++) turn(&f, 1);
    CHECK(f.is_stopped);
    end(&f);
}

TEST(server_speaks_websocket) {
    struct fixture f;
    start(&f, UPGRADE);
    int fd = dial(&f);
    put(fd,
        STR("GET /ws HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
            "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"));
    turn(&f, 5);
    str got = receive(&f, fd, 199);
    CHECK(str_starts(got, STR("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                              "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\nX-Extra: 1\r\nDate: ")));
    CHECK(str_ends(got, STR(" GMT\r\n\r\n")));
    put(fd, STR("\x81\x85\0\0\0\0hello\x89\x82\0\0\0\0hi\x82\x80\0\0\0\0\x81\x87\0\0\0\0publish"));
    WANT(&f, fd, "\x81\x05hello\x8a\x02hi\x82\0\x81\x04news");
    CHECK_STR(buf_view(&f.log), STR("GET /ws;1:5;9:2;2:0;1:7;"));
    put(fd, STR("\x88\x85\0\0\0\0\x03\xe8" "bye"));
    CHECK_STR(receive(&f, fd, 0), STR("\x88\x05\x03\xe8" "bye"));
    turn(&f, 5);
    CHECK(str_ends(buf_view(&f.log), STR("closed 1000 bye;")));
    close(fd);
    end(&f);
}

TEST(server_agrees_to_compress_and_does) {
    struct fixture f;
    start(&f, UPGRADE);
    int fd = dial(&f);
    put(fd,
        STR("GET /ws HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
            "Sec-WebSocket-Extensions: other, permessage-deflate; client_max_window_bits\r\n"
            "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"));
    str got = receive(&f, fd, 301);
    CHECK(
        str_find(
            got,
            STR("Sec-WebSocket-Extensions: permessage-deflate; server_no_context_takeover; client_no_context_takeover")) >
        0);
    CHECK(str_ends(got, STR(" GMT\r\n\r\n")));
    put(fd, STR("\xc1\x87\0\0\0\0\xf2\x48\xcd\xc9\xc9\x07\0"));       /* RFC 7692, 7.2.3.1: "Hello" */
    got = receive(&f, fd, 9);
    CHECK_INT((uint8_t)got.at[0], 0xc1);
    CHECK_INT(got.at[1], 7);
    put(fd, STR("\x81\x82\0\0\0\0hi\xc1\x81\0\0\0\0\xff"));            /* plain among them; then nonsense */
    got = receive(&f, fd, 0);
    CHECK(got.len > 4 && (uint8_t)got.at[0] == 0xc1);
    CHECK(str_find(got, STR("\x03\xef")) > 0);
    turn(&f, 5);
    CHECK(str_find(buf_view(&f.log), STR("1:5;1:2;closed 1006 Received a broken compressed message;")) > 0);
    close(fd);
    end(&f);
}
