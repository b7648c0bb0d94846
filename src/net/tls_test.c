#include "net/tls.h"

#include <uv.h>

#include "base/test.h"
#include "crypto/test_key.h"
#include "net/connect.h"
#include "net/listen.h"

struct peers {
    uv_loop_t loop;
    struct net_loop *net;
    struct net_listener *listener;
    struct tls_config *server, *client;
    const char *host;
    struct buf got;
    char error[64];
    int n_closed;
};
static struct peers p;

static void server_received(struct net_stream *s, str data) { net_send_one(s, data); }
static void server_ended(struct net_stream *s) { net_end(s); }
static void on_closed(struct net_stream *s, err why) {
    if (++p.n_closed == 2) net_listen_close(p.listener);
    (void)s, (void)why;
}
static const struct net_events server_events = {
    .received = server_received, .ended = server_ended, .closed = on_closed};
static void on_accepted(struct net_listener *l, int fd, void *user) {
    (void)l, (void)user;
    net_tls_push(net_stream_new(p.net, fd, &server_events, NULL), p.server, STR(""));
}
static void on_listener_closed(struct net_listener *l, void *user) { (void)l, (void)user; }
static const struct net_listen_events listen_events = {on_accepted, on_listener_closed};

enum { SIZE = 300000 };
static void client_opened(struct net_stream *s) {
    struct buf big = {0};
    for (int i = 0; i < SIZE; i++) buf_add_char(&big, (char)(i * 7));
    CHECK(net_send_one(s, buf_view(&big)));
    buf_free(&big);
}
static void client_received(struct net_stream *s, str data) {
    buf_add(&p.got, data);
    if (p.got.len == SIZE) net_end(s);
}
static void client_closed(struct net_stream *s, err why) {
    if (tls_error(net_tls(s))) snprintf(p.error, sizeof p.error, "%s", tls_error(net_tls(s)));
    on_closed(s, why);
}
static void client_ended(struct net_stream *s) { net_end(s); }
static const struct net_events client_events = {
    .opened = client_opened, .received = client_received, .ended = client_ended, .closed = client_closed,
};
static void connected(void *user, int fd, err e) {
    (void)user;
    CHECK_INT(e, 0);
    net_tls_push(net_stream_new(p.net, fd, &client_events, NULL), p.client, str_c(p.host));
}

static void run(const char *host) {
    struct buf why = {0};
    struct net_addr where;
    p = (struct peers){.host = host};
    p.server = tls_config_new(&(struct tls_options){.is_server = true,
                                                    .certificate = str_c(test_certificate), .key = str_c(test_key)},
                                                    &why);
    p.client = tls_config_new(&(struct tls_options){.ca = str_c(test_certificate)}, &why);
    uv_loop_init(&p.loop);
    p.net = net_loop_hold(&p.loop);
    CHECK_INT(
        net_listen(p.net, &(struct net_listen_options){.host = STR("127.0.0.1")}, &listen_events, NULL, &p.listener),
        0);
    net_listen_where(p.listener, &where);
    net_connect_tcp(p.net, STR("127.0.0.1"), where.port, connected, NULL);
    uv_run(&p.loop, UV_RUN_DEFAULT);
    net_loop_drop(p.net);
    uv_run(&p.loop, UV_RUN_DEFAULT);
    CHECK_INT(uv_loop_close(&p.loop), 0);
    tls_config_drop(p.server);
    tls_config_drop(p.client);
    buf_free(&why);
}

TEST(net_tls_carries_what_is_sent_both_ways) {
    run("localhost");
    CHECK_INT(p.got.len, SIZE);
    bool same = true;
    for (int i = 0; i < SIZE && p.got.len == SIZE; i++) same &= p.got.at[i] == (char)(i * 7);
    CHECK(same);
    CHECK_STR(str_c(p.error), STR(""));
    buf_free(&p.got);
}

TEST(net_tls_sends_nothing_to_a_host_of_another_name) {
    run("example.org");
    CHECK_INT(p.got.len, 0);
    CHECK_STR(str_c(p.error), STR("ERR_TLS_CERT_ALTNAME_INVALID"));
    buf_free(&p.got);
}
