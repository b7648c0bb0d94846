#include "net/tls.h"

#include "base/mem.h"

struct tls_filter {
    struct net_filter filter;
    struct tls *tls;
};

static void flush(struct tls_filter *t) {
    str wire = tls_wire(t->tls);
    if (wire.len) net_filter_down(&t->filter, &wire, 1);
    tls_wire_sent(t->tls, wire.len);
}

/* The alert that says why leaves before the stream goes. */
static bool has_failed(struct tls_filter *t) {
    flush(t);
    if (tls_state(t->tls) != TLS_FAILED) return false;
    net_close(t->filter.stream, ERR_PROTOCOL);
    return true;
}

static void start(struct net_filter *f) {
    struct tls_filter *t = (struct tls_filter *)f;
    tls_push(t->tls, STR(""));
    has_failed(t);
}

static void received(struct net_filter *f, str data) {
    struct tls_filter *t = (struct tls_filter *)f;
    char plain[16384];
    tls_push(t->tls, data);
    if (has_failed(t)) return;
    if (!f->is_open && tls_state(t->tls) == TLS_OPEN) net_filter_opened(f);
    for (size_t n; net_is_open(f->stream) && (n = tls_read(t->tls, plain, sizeof plain)) > 0;)
        net_filter_up(f, str_of(plain, n));
    if (net_is_open(f->stream)) has_failed(t);
}

static bool send(struct net_filter *f, const str *parts, size_t n) {
    struct tls_filter *t = (struct tls_filter *)f;
    for (size_t i = 0; i < n; i++)
        if (!tls_write(t->tls, parts[i])) return false;
    str wire = tls_wire(t->tls);
    bool sent = net_filter_down(f, &wire, 1);
    tls_wire_sent(t->tls, wire.len);
    return sent;
}

static void end(struct net_filter *f) {
    struct tls_filter *t = (struct tls_filter *)f;
    tls_close(t->tls);
    flush(t);
}

static void release(struct net_filter *f) {
    struct tls_filter *t = (struct tls_filter *)f;
    tls_free(t->tls);
    mem_free(t);
}

static const struct net_filter_type tls_filter = {
    .name = "tls", .start = start, .received = received, .send = send, .end = end, .free = release,
};

void net_tls_push(struct net_stream *s, struct tls_config *config, str host) {
    struct tls_filter *t = NEW(struct tls_filter);
    t->filter.type = &tls_filter;
    t->tls = tls_new(config, host);
    net_filter_push(s, &t->filter);
}

const struct tls *net_tls(const struct net_stream *s) {
    for (struct net_filter *f = net_filter_top(s); f; f = f->below)
        if (f->type == &tls_filter) return ((struct tls_filter *)f)->tls;
    return NULL;
}
