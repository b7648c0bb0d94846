#include <errno.h>

#include "base/buf.h"
#include "base/list.h"
#include "base/map.h"
#include "base/must.h"
#include "crypto/tls.h"
#include "data/base64.h"
#include "data/url.h"
#include "http/client.h"
#include "http/response.h"
#include "pkg/fetch.h"
#include "pkg/internal.h"
#include "sys/env.h"
#include "sys/file.h"
#include "sys/loop.h"

enum { RETRIES = 5, TIMEOUT_RETRIES = 2, MOST_REDIRECTS = 10, LEAST_WIDTH = 4, TICK_MS = 100, BACK_OFF_MS = 50,
    MOST_WAIT_S = 60, LEAST_RATE = 64 };    /* bytes a second, over as long as one may wait for a byte */

struct tls_way { str certificate, key; struct tls_config *config; };
struct pkg_net {
    struct loop *loop;
    const struct pkg_config *c;
    struct http_client *client;
    struct arena arena;
    struct ring urgent, waiting, running, resting;       /* of transfers; resting: until their `again_ms` */
    unsigned n_waiting, n_running, n_resting;
    double width;                                        /* how many may run: halved by trouble, grown by success */
    double narrowed_ms, started_ms;
    struct loop_timer tick;
    LIST(struct tls_way) tls;
    unsigned retries;
    uint64_t n_done, bytes;
    uint32_t dice;
};

struct pkg_transfer {
    struct ring ring;
    struct pkg_net *net;
    struct arena arena;
    struct pkg_transfer_options o;
    const struct pkg_transfer_events *events;
    void *user;
    str url;                                             /* now, after redirects */
    struct http_fetch *fetch;
    int status;
    unsigned n_tries, n_timeouts, n_redirects;
    double begun_ms, moved_ms, again_ms, least_ms;
    double counted_ms;                                   /* since then n_counted bytes of the answer came */
    uint64_t n_counted;
    /* refused: without having been tried; dropped: this answer is not wanted */
    bool is_away;                   /* redirected to another host */
    bool is_paused, is_refused, is_dropped;
    str why, next_url;                                   /* of what is refused or dropped */
};

static void pump(struct pkg_net *n);

/* --- words */

static str without_credentials(struct arena *a, str text) {
    ptrdiff_t scheme = str_find(text, STR("://"));
    if (scheme < 0) return text;
    str rest = str_from(text, (size_t)scheme + 3);
    ptrdiff_t slash = str_find_char(rest, '/'),
              at = str_rfind_char(slash < 0 ? rest : str_upto(rest, (size_t)slash), '@');
    return at < 0 ? text : arena_join(a, str_upto(text, (size_t)scheme + 3), str_from(rest, (size_t)at + 1));
}

str pkg_transfer_url(const struct pkg_transfer *t) {
    return without_credentials((struct arena *)(uintptr_t)&t->arena, t->url);
}

/* --- the end */

static void transfer_free(struct pkg_transfer *t) {
    ring_remove(&t->ring);
    arena_free(&t->arena);
    mem_free(t);
}

static void leave(struct pkg_transfer *t) {
    struct pkg_net *n = t->net;
    if (t->fetch) n->n_running--;
    else if (t->again_ms > 0) n->n_resting--;
    else n->n_waiting--;
    t->again_ms = 0;
    ring_remove(&t->ring);
}

static void fail(struct pkg_transfer *t, err e, str what) {
    struct pkg_net *n = t->net;
    leave(t);
    if (t->fetch) http_fetch_cancel(t->fetch);
    t->fetch = NULL;
    str tries = t->n_tries > 1 ? arena_print(&t->arena, ", tried %u times", t->n_tries) : STR("");
    str why = arena_print(&t->arena, "%.*s %.*s: %.*s%.*s", STR_FMT(t->o.method), STR_FMT(pkg_transfer_url(t)),
        STR_FMT(what), STR_FMT(tries));
    t->events->failed(t->user, e, why);
    transfer_free(t);
    pump(n);
}

/* --- the way to a host */

static str file_of(struct pkg_net *n, str path) {
    struct buf text = {0};
    str out = {0};
    if (path.len && file_read_all(path, &text) == 0) out = arena_str(&n->arena, buf_view(&text));
    buf_free(&text);
    return out;
}

/* //host:port/path/:certfile and :keyfile, of the longest path that begins the URL's. */
static void find_identity(struct pkg_net *n, struct arena *a, const struct url *u, str *certificate, str *key) {
    const struct pkg_npmrc *c = &n->c->npmrc;
    str host = u->port >= 0 ? arena_print(a, "//%.*s:%d", STR_FMT(u->host), (int)u->port)
                            : arena_join(a, STR("//"), u->host);
    for (size_t end = u->path.len;; end--) {
        if (end && u->path.at[end - 1] != '/') continue;
        str place = arena_join(a, host, end ? str_upto(u->path, end) : STR("/"));
        *certificate = pkg_npmrc_get(c, arena_join(a, place, STR(":certfile")));
        *key = pkg_npmrc_get(c, arena_join(a, place, STR(":keyfile")));
        if (certificate->len && key->len) {
            *certificate = file_of(n, *certificate);
            *key = file_of(n, *key);
            return;
        }
        if (end <= 1) break;
    }
    *certificate = pkg_npmrc_get(c, STR("cert"));
    *key = pkg_npmrc_get(c, STR("key"));
    if (str_is(*certificate, "null") || str_is(*key, "null") || !certificate->len || !key->len)
        *certificate = *key = STR("");
}

static struct tls_config *tls_for(struct pkg_net *n, struct arena *a, const struct url *u, struct buf *why) {
    str certificate, key;
    find_identity(n, a, u, &certificate, &key);
    for (size_t i = 0; i < n->tls.len; i++)
        if (str_eq(n->tls.at[i].certificate, certificate) && str_eq(n->tls.at[i].key, key)) return n->tls.at[i].config;
    static const str both[] = {STR_INIT("h2"), STR_INIT("http/1.1")};
    bool h2 = http_client_has_h2();
    struct tls_options o = {
        .no_verify = !pkg_npmrc_is(&n->c->npmrc, STR("strict-ssl"), true), .ca = n->c->ca, .certificate = certificate,
            .key = key,
        .extra_ca_file = env_or("NODE_EXTRA_CA_CERTS", ""), .alpn = h2 ? both : both + 1, .n_alpn = h2 ? 2 : 1,
    };
    struct tls_config *config = tls_config_new(&o, why);
    if (config)
        *LIST_ADD(&n->tls) = (struct tls_way){arena_str(&n->arena, certificate), arena_str(&n->arena, key), config};
    return config;
}

static str basic(struct arena *a, str user, str password) {
    str pair = arena_print(a, "%.*s:%.*s", STR_FMT(url_decode(a, user)), STR_FMT(url_decode(a, password)));
    char *to = arena_alloc(a, base64_len(pair.len, BASE64) + 1);
    return arena_join(a, STR("Basic "), str_of(to, base64_write(pair, to, BASE64)));
}

static bool is_header_text(str s) {
    for (size_t i = 0; i < s.len; i++)
        if ((unsigned char)s.at[i] < ' ' || s.at[i] == 0x7F) return false;
    return true;
}

static str bare_host(str host) {
    return host.len > 2 && host.at[0] == '[' ? str_of(host.at + 1, host.len - 2) : host;
}

static void add_headers(struct buf *out, const struct pkg_transfer *t) {
    str rest = t->o.headers;
    for (str line; rest.len && str_next(&rest, '\n', &line);)
        if (!t->is_away || str_eq_nocase(str_upto(line, 6), STR("accept"))) buf_print(out, "%.*s\n", STR_FMT(line));
}

static bool is_same_host(const struct url *a, const struct url *b) {
    return a->kind == b->kind && a->port == b->port && str_eq_nocase(a->host, b->host);
}

/* *why is set when there is no way. */
static void find_way(struct pkg_transfer *t, struct arena *a, struct http_fetch_options *o, str *why) {
    struct pkg_net *n = t->net;
    struct url u, p;
    struct buf headers = {0}, said = {0};
    if (!url_parse(a, t->url, NULL, &u) || (u.kind != URL_HTTP && u.kind != URL_HTTPS)) {
        *why = STR("this is no http or https URL");
        return;
    }
    o->host = bare_host(u.host);
    o->port = u.port >= 0 ? (unsigned)u.port : u.kind == URL_HTTPS ? 443 : 80;
    if (u.kind == URL_HTTPS) {
        o->tls = tls_for(n, a, &u, &said);
        o->offers_h2 = o->tls && http_client_has_h2();
        if (!o->tls) *why = arena_print(a, "TLS is not possible: %.*s", STR_FMT(buf_view(&said)));
        buf_free(&said);
        if (why->len) return;
    }
    str proxy = pkg_npmrc_proxy(&n->c->npmrc, a, t->url);
    if (proxy.len) {
        if (str_find(proxy, STR("://")) < 0) proxy = arena_join(a, STR("http://"), proxy);
        if (!url_parse(a, proxy, NULL, &p) || p.kind != URL_HTTP) {
            *why = arena_print(a, "its proxy \"%.*s\" is no http URL", STR_FMT(without_credentials(a, proxy)));
            return;
        }
        o->proxy_host = bare_host(p.host);
        o->proxy_port = p.port >= 0 ? (unsigned)p.port : 80;
        if (p.username.len) o->proxy_authorization = basic(a, p.username, p.password);
    }
    o->method = t->o.method;
    o->target = arena_print(a, "%.*s%s%.*s", STR_FMT(u.path), u.has_query ? "?" : "", STR_FMT(u.query));
    o->body = t->o.body;
    o->has_body = t->o.has_body;
    if (u.port >= 0) buf_print(&headers, "Host: %.*s:%d\r\n", STR_FMT(u.host), (int)u.port);
    else buf_print(&headers, "Host: %.*s\r\n", STR_FMT(u.host));
    if (n->c->user_agent.len && is_header_text(n->c->user_agent)) buf_print(&headers, "User-Agent: %.*s\r\n",
        STR_FMT(n->c->user_agent));
    str authorization = pkg_npmrc_authorization(&n->c->npmrc, a, t->url);
    if (!authorization.len && u.username.len) authorization = basic(a, u.username, u.password);
    if (authorization.len) buf_print(&headers, "Authorization: %.*s\r\n", STR_FMT(authorization));
    else if (t->o.authorization.len && !t->is_away)
        buf_print(&headers, "Authorization: %.*s\r\n", STR_FMT(t->o.authorization));
    add_headers(&headers, t);
    o->headers = arena_str(a, buf_view(&headers));
    buf_free(&headers);
}

/* --- trouble */

static void narrow(struct pkg_net *n) {
    double now = loop_now_ms(n->loop);
    if (n->narrowed_ms && now - n->narrowed_ms < 1000) return;   /* one storm is one reason */
    n->narrowed_ms = now;
    n->width = n->width / 2 < LEAST_WIDTH ? LEAST_WIDTH : n->width / 2;
}

static double back_off(struct pkg_transfer *t) {
    struct pkg_net *n = t->net;
    n->dice = n->dice * 1664525u + 1013904223u;
    double spread = 0.8 + 0.4 * (n->dice >> 8) / (double)(1 << 24);
    return BACK_OFF_MS * (double)(1u << (t->n_tries - 1)) * spread;
}

/* Tried anew after a while, unless it was tried often enough. */
static void again_or_fail(struct pkg_transfer *t, err e, str what, double least_ms) {
    struct pkg_net *n = t->net;
    bool may = str_is(t->o.method, "GET") || str_is(t->o.method, "HEAD");
    if (e == ERR_TIMEOUT) t->n_timeouts++;
    narrow(n);
    if (!may || t->n_tries > n->retries || t->n_timeouts > TIMEOUT_RETRIES) {
        fail(t, e, what);
        return;
    }
    leave(t);
    t->fetch = NULL;
    t->is_dropped = false;
    double wait = back_off(t);
    t->again_ms = loop_now_ms(n->loop) + (wait > least_ms ? wait : least_ms);
    ring_add(&n->resting, &t->ring);
    n->n_resting++;
    pump(n);
}

/* --- what the connection tells; the fetch is gone with `ended` and `failed` */

static double retry_after_ms(const struct http_reply *r) {
    int64_t seconds;
    if (!str_to_int(str_trim(http_find(r->headers, r->count, "retry-after")), &seconds) || seconds < 0) return 0;
    return 1000.0 * (double)(seconds > MOST_WAIT_S ? MOST_WAIT_S : seconds);
}

static bool is_trouble(int status) { return status == 408 || status == 429 || (status >= 500 && status != 501 &&
    status != 505); }

static str status_text(struct pkg_transfer *t, int status) {
    str reason = http_reason(status);
    return arena_print(&t->arena, "the answer was %d%s%.*s", status, reason.len ? " " : "", STR_FMT(reason));
}

/* Where a redirect leads; empty, with `why`, when it is not followed. */
static void redirect(struct pkg_transfer *t, const struct http_reply *r) {
    struct url base, to;
    str place = http_find(r->headers, r->count, "location");
    t->is_dropped = true;
    t->next_url = (str){0};
    bool is_url = place.len && url_parse(&t->arena, t->url, NULL, &base) && url_parse(&t->arena, arena_str(&t->arena,
        place), &base, &to);
    if (!is_url || (to.kind != URL_HTTP && to.kind != URL_HTTPS)) t->why = STR("it redirects to no http or https URL");
    else if (base.kind == URL_HTTPS &&
        to.kind == URL_HTTP) t->why = STR("it redirects from https to plain http, which is not followed");
    else if (++t->n_redirects > MOST_REDIRECTS) t->why = arena_print(&t->arena, "it redirects more than %d times",
        MOST_REDIRECTS);
    else {
        t->next_url = url_write(&t->arena, &to, NULL);
        t->is_away |= !is_same_host(&base, &to);
    }
}

static void on_head(void *user, const struct http_reply *r) {
    struct pkg_transfer *t = user;
    bool is_get = str_is(t->o.method, "GET") || str_is(t->o.method, "HEAD");
    t->moved_ms = t->counted_ms = loop_now_ms(t->net->loop);
    t->n_counted = 0;
    t->status = r->status;
    t->least_ms = 0;
    if (r->status == 307 || r->status == 308 || (is_get && r->status >= 301 && r->status <= 303)) redirect(t, r);
    else if (is_get && is_trouble(r->status)) {
        t->is_dropped = true;
        t->next_url = (str){0};
        t->why = STR("");
        t->least_ms = retry_after_ms(r);
    } else t->events->head(t->user, r);
}

static void on_data(void *user, str bytes) {
    struct pkg_transfer *t = user;
    t->moved_ms = loop_now_ms(t->net->loop);
    t->net->bytes += bytes.len;
    t->n_counted += bytes.len;
    if (!t->is_dropped) t->events->data(t->user, bytes);
}

static void on_ended(void *user) {
    struct pkg_transfer *t = user;
    struct pkg_net *n = t->net;
    leave(t);
    t->fetch = NULL;
    n->n_waiting++;                                              /* as fail and again_or_fail find it */
    if (!t->is_dropped) {
        n->n_waiting--;
        n->n_done++;
        if (n->width < n->c->n_connections) n->width += 1 / n->width;
        t->events->ended(t->user);
        transfer_free(t);
        pump(n);
    } else if (t->next_url.len) {
        t->url = t->next_url;
        t->is_dropped = false;
        t->n_tries = 0;
        ring_add(&n->urgent, &t->ring);
        pump(n);
    } else if (t->why.len) fail(t, ERR_PROTOCOL, t->why);
    else again_or_fail(t, ERR_PROTOCOL, status_text(t, t->status), t->least_ms);
}

static void on_failed(void *user, err e, const char *why) {
    struct pkg_transfer *t = user;
    leave(t);
    t->fetch = NULL;
    t->net->n_waiting++;
    /* asking again does not mend it */
    if (why && e != -ECONNRESET) fail(t, e, arena_print(&t->arena, "TLS failed: %s", why));
    else if (e == -ECONNRESET && t->moved_ms > t->begun_ms) again_or_fail(t, e,
        STR("the connection was closed before all had come"), 0);
    else again_or_fail(t, e, str_c(err_text(e)), 0);
}
static const struct http_fetch_events fetch_events = {
    .head = on_head, .data = on_data, .ended = on_ended, .failed = on_failed};

/* --- the queue */

static void rest(struct pkg_transfer *t, double until_ms) {
    t->again_ms = until_ms;
    ring_add(&t->net->resting, &t->ring);
    t->net->n_resting++;
}

static void begin(struct pkg_transfer *t) {
    struct pkg_net *n = t->net;
    struct arena a = {0};
    struct http_fetch_options o = {0};
    str why = {0};
    find_way(t, &a, &o, &why);
    if (why.len) {                                               /* told from the loop, as every failure */
        t->is_refused = true;
        t->why = arena_str(&t->arena, why);
        rest(t, 1);
    } else {
        t->n_tries++;
        t->begun_ms = t->moved_ms = loop_now_ms(n->loop);
        t->counted_ms = 0;
        t->fetch = http_fetch_start(n->client, &o, &fetch_events, t);
        if (t->is_paused) http_fetch_pause(t->fetch, true);
        ring_add(&n->running, &t->ring);
        n->n_running++;
    }
    arena_free(&a);
}

static void set_tick(struct pkg_net *n) {
    if (!n->n_running && !n->n_resting) {
        loop_timer_stop(&n->tick);
        return;
    }
    double now = loop_now_ms(n->loop), wait = TICK_MS;
    for (struct ring *r = n->resting.next; r != &n->resting; r = r->next) {
        double left = ((struct pkg_transfer *)r)->again_ms - now;
        if (left < wait) wait = left < 0 ? 0 : left;
    }
    /* never 0: the loop's clock stands still while timers run, so that a part of a millisecond would be waited for for
     * ever */
    loop_timer_start(&n->tick, wait < 1 ? 1 : wait);
}

static void pump(struct pkg_net *n) {
    while (n->n_waiting && n->n_running < (unsigned)n->width) {
        struct ring *r = ring_is_empty(&n->urgent) ? n->waiting.next : n->urgent.next;
        ring_remove(r);
        n->n_waiting--;
        begin((struct pkg_transfer *)r);
    }
    set_tick(n);
}

/* A byte now and then is not enough: such an answer would go on until all the time is over. */
static bool is_slow(struct pkg_transfer *t, double now) {
    double most_ms = t->net->c->request_s * 1000;
    if (t->counted_ms <= 0 || now - t->counted_ms <= most_ms) return false;
    if ((double)t->n_counted < LEAST_RATE * (now - t->counted_ms) / 1000) return true;
    t->counted_ms = now;
    t->n_counted = 0;
    return false;
}

static struct pkg_transfer *find_late(struct pkg_net *n, double now, str *what) {
    for (struct ring *r = n->running.next; r != &n->running; r = r->next) {
        struct pkg_transfer *t = (struct pkg_transfer *)r;
        if (t->is_paused) continue;
        if (now - t->moved_ms > n->c->request_s * 1000) {
            *what = arena_print(&t->arena, "nothing came for %.4g seconds", n->c->request_s);
            return t;
        }
        if (!is_slow(t, now)) continue;
        *what = arena_print(&t->arena, "it comes too slowly: %llu bytes in %.4g seconds",
                            (unsigned long long)t->n_counted, (now - t->counted_ms) / 1000);
        return t;
    }
    return NULL;
}

/* News may start and end any transfer, so that each search begins anew. */
static void on_tick(struct loop_timer *timer) {
    struct pkg_net *n = timer->user;
    double now = loop_now_ms(n->loop);
    bool is_over = now - n->started_ms > n->c->total_s * 1000;
    str what = {0};
    for (struct pkg_transfer *t; (t = find_late(n, now, &what)) != NULL;) {
        http_fetch_cancel(t->fetch);
        leave(t);
        t->fetch = NULL;
        n->n_waiting++;
        again_or_fail(t, ERR_TIMEOUT, what, 0);
    }
    while (is_over && (n->n_running || n->n_waiting || n->n_resting)) {
        struct ring *from = n->n_running ? &n->running : n->n_resting ? &n->resting : !ring_is_empty(&n->urgent) ?
            &n->urgent : &n->waiting;
        struct pkg_transfer *t = (struct pkg_transfer *)from->next;
        fail(t, ERR_TIMEOUT, arena_print(&t->arena, "all of it took longer than %.4g seconds", n->c->total_s));
    }
    for (struct ring *r = n->resting.next, *next; r != &n->resting; r = next) {
        struct pkg_transfer *t = (struct pkg_transfer *)r;
        next = r->next;
        if (t->again_ms > now) continue;
        if (t->is_refused) {
            fail(t, ERR_REFUSED, t->why);
            next = n->resting.next;
            continue;
        }
        ring_remove(r);
        n->n_resting--;
        t->again_ms = 0;
        ring_add(&n->urgent, r);
        n->n_waiting++;
    }
    pump(n);
}

/* --- from outside */

struct pkg_net *pkg_net_new(struct loop *loop, const struct pkg_config *c) {
    struct pkg_net *n = NEW(struct pkg_net);
    int64_t retries;
    n->loop = loop;
    n->c = c;
    n->width = c->n_connections ? c->n_connections : 64;
    n->retries = str_to_int(pkg_npmrc_get(&c->npmrc, STR("fetch-retries")), &retries) && retries >= 0 &&
        retries < 100 ? (unsigned)retries : RETRIES;
    n->client = http_client_new(loop_uv(loop), &(struct http_client_options){.most_per_host = (unsigned)n->width});
    n->started_ms = loop_now_ms(loop);
    n->dice = (uint32_t)loop_clock_ns();
    ring_init(&n->urgent);
    ring_init(&n->waiting);
    ring_init(&n->running);
    ring_init(&n->resting);
    n->tick.call = on_tick;
    n->tick.user = n;
    loop_timer_open(loop, &n->tick);
    return n;
}

void pkg_net_free(struct pkg_net *n) {
    struct ring *all[] = {&n->urgent, &n->waiting, &n->running, &n->resting};
    for (int i = 0; i < 4; i++)
        while (!ring_is_empty(all[i])) transfer_free((struct pkg_transfer *)all[i]->next);
    http_client_free(n->client);
    loop_timer_close(&n->tick);
    for (size_t i = 0; i < n->tls.len; i++) tls_config_drop(n->tls.at[i].config);
    LIST_FREE(&n->tls);
    arena_free(&n->arena);
    mem_free(n);
}

struct pkg_transfer *pkg_transfer_start(struct pkg_net *n, const struct pkg_transfer_options *o,
    const struct pkg_transfer_events *e, void *user) {
    struct pkg_transfer *t = NEW(struct pkg_transfer);
    t->net = n;
    t->events = e;
    t->user = user;
    t->o = *o;
    t->o.method = arena_str(&t->arena, o->method);
    t->url = arena_str(&t->arena, o->url);
    t->o.headers = arena_str(&t->arena, o->headers);
    t->o.body = arena_str(&t->arena, o->body);
    t->o.authorization = arena_str(&t->arena, o->authorization);
    ring_add(o->is_urgent ? &n->urgent : &n->waiting, &t->ring);
    n->n_waiting++;
    pump(n);
    return t;
}

void pkg_transfer_cancel(struct pkg_transfer *t) {
    struct pkg_net *n = t->net;
    leave(t);
    if (t->fetch) http_fetch_cancel(t->fetch);
    transfer_free(t);
    pump(n);
}

void pkg_transfer_pause(struct pkg_transfer *t, bool pause) {
    if (t->is_paused == pause) return;
    t->is_paused = pause;
    t->moved_ms = loop_now_ms(t->net->loop);
    if (t->counted_ms > 0) t->counted_ms = t->moved_ms, t->n_counted = 0;
    if (t->fetch) http_fetch_pause(t->fetch, pause);
}

void pkg_net_news(const struct pkg_net *n, struct pkg_fetch_news *out) {
    *out = (struct pkg_fetch_news){
        .running = n->n_running, .waiting = n->n_waiting + n->n_resting, .n_done = n->n_done, .bytes = n->bytes};
    double now = loop_now_ms(n->loop), first = now;
    for (struct ring *r = n->running.next; r != &n->running; r = r->next) {
        struct pkg_transfer *t = (struct pkg_transfer *)r;
        if (t->begun_ms > first) continue;
        first = t->begun_ms;
        out->longest_url = pkg_transfer_url(t);
    }
    out->longest_s = (now - first) / 1000;
}
