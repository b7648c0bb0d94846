#include "net/stream.h"

#include <errno.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>
#include <uv.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/test.h"
#include "net/connect.h"
#include "net/listen.h"

/* Two ends on one loop: `near` was connected, `far` accepted; what each hears is kept. */
struct side {
    struct net_stream *stream;
    struct buf got;
    bool is_open, has_ended, is_drained, is_closed;
    err why;
};
struct pair {
    uv_loop_t uv;
    struct net_loop *loop;
    struct net_listener *listener;
    struct side near, far;
    bool listener_closed, connect_done;
    err connect_error;
};
static struct pair p;

static void on_received(struct net_stream *s, str data) { buf_add(&((struct side *)net_user(s))->got, data); }
static void on_ended(struct net_stream *s) { ((struct side *)net_user(s))->has_ended = true; }
static void on_drained(struct net_stream *s) { ((struct side *)net_user(s))->is_drained = true; }
static void on_closed(struct net_stream *s, err why) {
    struct side *side = net_user(s);
    side->is_closed = true;
    side->why = why;
    side->stream = NULL;
}
static const struct net_events side_events = {
    .received = on_received, .ended = on_ended, .drained = on_drained, .closed = on_closed,
};
static void on_accepted(struct net_listener *l, int fd, void *user) {
    if (p.far.stream) close(fd);                         /* a second server asks whether the first is alive */
    else p.far.stream = net_stream_new(p.loop, fd, &side_events, &p.far);
}
static void on_listener_closed(struct net_listener *l, void *user) { p.listener_closed = true; }
static const struct net_listen_events listen_events = {.accepted = on_accepted, .closed = on_listener_closed};
static void on_connected(void *user, int fd, err e) {
    p.connect_done = true;
    p.connect_error = e;
    if (!e) p.near.stream = net_stream_new(p.loop, fd, &side_events, &p.near);
}

/* Turns the loop until the claim holds, five seconds at most. */
#define UNTIL(claim) do { \
    uint64_t limit_ = uv_hrtime() + 5000000000u; \
    while (!(claim) && uv_hrtime() < limit_) uv_run(&p.uv, UV_RUN_NOWAIT); \
    CHECK(claim); } while (0)

static void start(str path) {
    p = (struct pair){0};
    uv_loop_init(&p.uv);
    p.loop = net_loop_hold(&p.uv);
    struct net_listen_options o = {.host = path.len ? (str){0} : STR("localhost"), .path = path};
    struct net_addr where;
    CHECK_INT(net_listen(p.loop, &o, &listen_events, NULL, &p.listener), 0);
    net_listen_where(p.listener, &where);
    if (path.len) net_connect_unix(p.loop, path, on_connected, NULL);
    else net_connect_tcp(p.loop, STR("localhost"), where.port, on_connected, NULL);
    UNTIL(p.near.stream && p.far.stream);
}

static void finish(void) {
    if (p.near.stream) net_close(p.near.stream, 0);
    if (p.far.stream) net_close(p.far.stream, 0);
    net_listen_close(p.listener);
    UNTIL(!p.near.stream && !p.far.stream && p.listener_closed);
    net_loop_drop(p.loop);
    while (uv_run(&p.uv, UV_RUN_NOWAIT)) {}
    CHECK_INT(uv_loop_close(&p.uv), 0);
    buf_free(&p.near.got);
    buf_free(&p.far.got);
}

TEST(streams_carry_bytes_both_ways_and_end) {
    start((str){0});
    str parts[] = {STR("he"), STR(""), STR("llo")};
    CHECK(net_send(p.near.stream, parts, 3));
    CHECK(net_send_one(p.far.stream, STR("back")));
    UNTIL(p.far.got.len == 5 && p.near.got.len == 4);
    CHECK_STR(buf_view(&p.far.got), STR("hello"));
    struct net_addr a, b;
    CHECK(net_peer(p.near.stream, &a) && net_local(p.far.stream, &b));
    CHECK_INT(a.port, b.port);
    CHECK_STR(str_c(a.text), str_c(b.text));
    net_end(p.near.stream);
    CHECK(!net_send_one(p.near.stream, STR("late")));
    UNTIL(p.far.has_ended);
    CHECK(net_send_one(p.far.stream, STR(", still open")));
    net_end(p.far.stream);
    UNTIL(p.near.is_closed && p.far.is_closed);
    CHECK_STR(buf_view(&p.near.got), STR("back, still open"));
    CHECK_INT(p.near.why, 0);
    finish();
}

TEST(streams_queue_what_the_peer_does_not_take) {
    start((str){0});
    size_t len = 16 << 20;
    char *big = mem_alloc(len);
    for (size_t i = 0; i < len; i++) big[i] = (char)(i * 31);
    net_pause(p.far.stream);
    CHECK(net_send_one(p.near.stream, str_of(big, len)));
    CHECK(net_is_blocked(p.near.stream) && net_queued(p.near.stream) > 0);
    for (int i = 0; i < 20; i++) uv_run(&p.uv, UV_RUN_NOWAIT);
    CHECK(!p.near.is_drained);
    CHECK_INT(p.far.got.len, 0);
    net_resume(p.far.stream);
    UNTIL(p.near.is_drained && p.far.got.len == len);
    CHECK(memcmp(p.far.got.at, big, len) == 0);
    mem_free(big);
    finish();
}

TEST(streams_send_late_bytes_together_and_in_order) {
    start((str){0});
    str one = STR("1"), two = STR("2"), three = STR("3");
    net_send_late(p.near.stream, &one, 1);
    net_send(p.near.stream, &two, 1);
    net_send_late(p.near.stream, &three, 1);
    CHECK_INT(net_queued(p.near.stream), 3);
    CHECK(!net_is_blocked(p.near.stream));
    UNTIL(p.far.got.len == 3);
    CHECK_STR(buf_view(&p.far.got), STR("123"));
    net_send_late(p.near.stream, &one, 1);
    net_end(p.near.stream);
    UNTIL(p.far.has_ended);
    CHECK_STR(buf_view(&p.far.got), STR("1231"));
    finish();
}

TEST(streams_send_files_after_their_head) {
    start((str){0});
    char name[] = "/tmp/net_test_XXXXXX";
    int fd = mkstemp(name);
    unlink(name);
    CHECK_INT(write(fd, "0123456789", 10), 10);
    net_send_late(p.near.stream, &STR("late "), 1);
    CHECK(net_send_file(p.near.stream, STR("head "), fd, 2, 5));
    UNTIL(p.far.got.len == 15);
    CHECK_STR(buf_view(&p.far.got), STR("late head 23456"));
    UNTIL(!net_has_file(p.near.stream));
    net_reset(p.far.stream);
    UNTIL(p.near.is_closed);
    CHECK_INT(p.near.why, -ECONNRESET);
    finish();
}

TEST(listeners_take_over_a_path_that_was_left_behind) {
    char path[64];
    snprintf(path, sizeof path, "/tmp/net_test_%d.sock", (int)getpid());
    start(str_c(path));
    struct net_listener *second = NULL;
    struct net_listen_options o = {.path = str_c(path)};
    CHECK_INT(net_listen(p.loop, &o, &listen_events, NULL, &second), -EADDRINUSE);
    net_send_one(p.near.stream, STR("unix"));
    UNTIL(p.far.got.len == 4);
    finish();
    CHECK(access(path, F_OK) != 0);
    struct net_sockaddr a;                               /* a server that died leaves its path */
    CHECK_INT(net_addr_unix(str_c(path), &a), 0);
    int dead = socket(AF_UNIX, SOCK_STREAM, 0);
    CHECK_INT(bind(dead, (struct sockaddr *)a.u.bytes, a.len), 0);
    close(dead);
    start(str_c(path));
    finish();
}

TEST(connections_fail_with_what_the_system_says) {
    start((str){0});
    struct net_addr where;
    net_listen_where(p.listener, &where);
    net_close(p.near.stream, 0);
    net_close(p.far.stream, 0);
    net_listen_close(p.listener);
    UNTIL(p.listener_closed && !p.near.stream && !p.far.stream);
    p.connect_done = false;
    net_connect_tcp(p.loop, STR("127.0.0.1"), where.port, on_connected, NULL);
    UNTIL(p.connect_done);
    CHECK_INT(p.connect_error, -ECONNREFUSED);
    p.connect_done = false;
    net_connect_unix(p.loop, STR("/tmp/there/is/no/such.sock"), on_connected, NULL);
    UNTIL(p.connect_done);
    CHECK_INT(p.connect_error, -ENOENT);
    p.connect_done = false;
    net_connect_cancel(net_connect_tcp(p.loop, STR("127.0.0.1"), where.port, on_connected, NULL));
    for (int i = 0; i < 20; i++) uv_run(&p.uv, UV_RUN_NOWAIT);
    CHECK(!p.connect_done);
    net_loop_drop(p.loop);
    while (uv_run(&p.uv, UV_RUN_NOWAIT)) {}
    CHECK_INT(uv_loop_close(&p.uv), 0);
}
