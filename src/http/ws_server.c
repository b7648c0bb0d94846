/* The websocket half of a server's connection: messages out of frames, closing, topics. */
#include "http/internal.h"

#include "base/must.h"

enum { CLOSE_SECONDS = 5, MESSAGE_ROOM = 125 };

struct topic {
    struct http_server *server;
    struct topic *next;             /* of the same bucket */
    uint64_t hash;
    LIST(struct http_conn *) members;
    size_t len;
    char name[];
};

bool http_can_upgrade(const struct http_conn *c) {
    return c->stage == STAGE_EXCHANGE && !c->began && c->can_upgrade && !c->server->is_stopping;
}
bool http_is_ws(const struct http_conn *c) { return c->stage == STAGE_WS; }

/* An offer is refused when it wants a smaller window of ours than zlib's largest. */
bool http_ws_offer_is_good(str extensions) {
    str offer, part;
    while (str_next(&extensions, ',', &offer)) {
        bool is_first = true, is_good = true;
        while (str_next(&offer, ';', &part)) {
            str name, value;
            str_split(part, '=', &name, &value);
            name = str_trim(name);
            value = str_trim(value);
            if (is_first) is_good = str_eq_nocase(name, STR("permessage-deflate"));
            else if (str_eq_nocase(name, STR("server_max_window_bits"))) is_good = is_good && str_is(value, "15");
            else if (!str_eq_nocase(name, STR("client_max_window_bits")) &&
                     !str_eq_nocase(name, STR("server_no_context_takeover")) &&
                     !str_eq_nocase(name, STR("client_no_context_takeover")))
                is_good = false;
            is_first = false;
        }
        if (is_good && !is_first) return true;
    }
    return false;
}

static err keep(void *user, str bytes) {
    buf_add(user, bytes);
    return 0;
}

/* One message out of its compressed form; the text is borrowed until the next. */
static err inflate_message(struct http_server *s, str data, str *out) {
    if (!s->inflater.state) TRY(gzip_reader_init(&s->inflater, GZIP_RAW, s->o.ws.max_message, keep, &s->inflated));
    if (s->inflated.cap > 1 << 20) buf_free(&s->inflated);
    buf_clear(&s->inflated);
    gzip_reader_again(&s->inflater);
    TRY(gzip_reader_push(&s->inflater, data));
    TRY(gzip_reader_push(&s->inflater, STR("\0\0\xff\xff")));
    *out = buf_view(&s->inflated);
    return 0;
}

static str deflate_message(struct http_server *s, str data) {
    if (!s->deflater.state) must(gzip_writer_init(&s->deflater, GZIP_RAW, 1, keep, &s->deflated) == 0);
    if (s->deflated.cap > 1 << 20) buf_free(&s->deflated);
    buf_clear(&s->deflated);
    gzip_writer_again(&s->deflater);
    gzip_writer_push(&s->deflater, data);
    gzip_writer_flush(&s->deflater);
    return str_upto(buf_view(&s->deflated), s->deflated.len - 4);
}

void http_ws_server_done(struct http_server *s) {
    must(s->n_topics == 0);
    mem_free(s->topics);
    if (s->inflater.state) gzip_reader_done(&s->inflater);
    if (s->deflater.state) gzip_writer_done(&s->deflater);
    buf_free(&s->inflated);
    buf_free(&s->deflated);
}

void http_upgrade(struct http_conn *c, str headers) {
    must(http_can_upgrade(c));
    struct http_server *s = c->server;
    char accept[WS_ACCEPT_LEN];
    ws_accept(str_of(c->key, sizeof c->key), accept);
    str parts[] = {
        STR("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: "),
        str_of(accept, sizeof accept),
        STR("\r\n"),
        headers,
        c->offers_deflate
            ? STR("Sec-WebSocket-Extensions: permessage-deflate; server_no_context_takeover; client_no_context_takeover\r\n")
            : (str){0},
        http_date_line(),
        STR("\r\n"),
    };
    http_conn_out(c, parts, 7, false);
    s->n_exchanges--;
    s->n_ws++;
    c->stage = STAGE_WS;
    c->ended = true;
    c->ws = NEW(struct ws_conn);
    c->ws->reader.max = s->o.ws.max_message;
    c->ws->code = WS_ABNORMAL;
    c->ws->deflates = c->ws->reader.allows_deflate = c->offers_deflate;
    c->idle_seconds = s->o.ws.idle_seconds;
    http_conn_touch(c);
    if (c->in.len && !c->is_processing) net_soon(s->loop, &c->soon);
}

/* `plain_len`: what the sender counts, when `data` is compressed. */
static int send_frame_as(struct http_conn *c, enum ws_kind kind, str data, bool is_deflated, size_t plain_len,
                         bool late) {
    struct ws_conn *w = c->ws;
    struct http_server *s = c->server;
    if (!net_is_open(c->stream) || w->sent_close) return 0;
    size_t queued = net_queued(c->stream), limit = s->o.ws.max_queued;
    if (limit && kind < WS_CLOSE && queued + data.len > limit) {
        if (s->o.ws.closes_on_queue) net_close(c->stream, ERR_TOO_LARGE);
        return 0;
    }
    char head[WS_HEAD_MAX];
    str parts[2] = {{head, ws_head(head, kind, true, is_deflated, data.len, NULL)}, data};
    http_conn_out(c, parts, 2, late);
    if (!net_is_blocked(c->stream)) return (int)plain_len;
    w->was_queued = true;
    return -1;
}

static int send_frame(struct http_conn *c, enum ws_kind kind, str data, bool late) {
    return send_frame_as(c, kind, data, false, data.len, late);
}

int http_ws_send(struct http_conn *c, enum ws_kind kind, str data, bool deflate) {
    bool late = c->server->corked != c;
    if (!deflate || !c->ws->deflates || kind >= WS_CLOSE || !data.len) return send_frame(c, kind, data, late);
    return send_frame_as(c, kind, deflate_message(c->server, data), true, data.len, late);
}

static void tell_closed(struct http_conn *c, int code, str reason) {
    if (c->ws->told_closed) return;
    c->ws->told_closed = true;
    c->server->events->closed(c->server->user, c, code, reason);
}

void http_ws_close(struct http_conn *c, int code, str reason) {
    struct ws_conn *w = c->ws;
    if (w->sent_close || !net_is_open(c->stream)) return;
    char payload[MESSAGE_ROOM];
    size_t n = 0;
    bool says_code = code && code != WS_NO_STATUS && code != WS_ABNORMAL;
    if (says_code) {
        payload[n++] = (char)(code >> 8);
        payload[n++] = (char)code;
        reason = str_upto(reason, sizeof payload - 2);
        while (reason.len && !ws_is_utf8(reason)) reason.len--;
        if (reason.len) memcpy(payload + n, reason.at, reason.len);
        n += reason.len;
    }
    send_frame(c, WS_CLOSE, str_of(payload, n), false);
    w->sent_close = true;
    w->code = says_code ? code : WS_NO_STATUS;
    buf_clear(&w->reason);
    if (says_code) buf_add(&w->reason, reason);
    net_deadline(c->stream, CLOSE_SECONDS);
}

void http_ws_terminate(struct http_conn *c) {
    c->ws->code = WS_ABNORMAL;
    buf_clear(&c->ws->reason);
    http_conn_uncork(c);
    net_close(c->stream, ERR_CLOSED);
}

void http_ws_pause(struct http_conn *c, bool on) {
    c->ws->is_paused = on;
    if (on) net_pause(c->stream);
    else {
        net_resume(c->stream);
        if (c->in.len) net_soon(c->server->loop, &c->soon);
    }
}

static void got_close(struct http_conn *c, const struct ws_message *m) {
    struct ws_conn *w = c->ws;
    if (!w->sent_close) {
        w->code = m->code;
        buf_clear(&w->reason);
        buf_add(&w->reason, m->data);
        int code = m->code == WS_NO_STATUS ? 0 : m->code;
        struct buf reason = buf_take(&w->reason);
        http_ws_close(c, code, m->data);
        w->code = m->code;
        buf_free(&w->reason);
        w->reason = reason;
    }
    http_conn_uncork(c);
    net_end(c->stream);
    if (!net_queued(c->stream)) net_close(c->stream, 0);
}

/* The peer broke the rules: it is told how, the handler hears 1006, for it was not the peer's choice. */
static void break_off(struct http_conn *c, int code, const char *why) {
    struct ws_conn *w = c->ws;
    bool is_first = !w->sent_close;
    http_ws_close(c, code, str_c(why));
    if (is_first) {
        w->code = WS_ABNORMAL;
        buf_clear(&w->reason);
        buf_add(&w->reason, str_c(why));
    }
    http_conn_uncork(c);
    net_end(c->stream);
    if (!net_queued(c->stream)) net_close(c->stream, ERR_PROTOCOL);
}

void http_ws_received(struct http_conn *c, str *in) {
    struct http_server *s = c->server;
    struct ws_conn *w = c->ws;
    w->sent_ping = false;
    while (net_is_open(c->stream) && !w->is_paused) {
        struct ws_message m;
        int code = 0;
        const char *why = "";
        int got = ws_read(&w->reader, in, &m, &code, &why);
        if (got == 0) return;
        if (got < 0) {
            break_off(c, code, why);
            *in = (str){0};
            return;
        }
        if (m.is_deflated) {
            err e = inflate_message(s, m.data, &m.data);
            code = e == ERR_TOO_LARGE ? WS_TOO_BIG : WS_BAD_TEXT;
            why = e == ERR_TOO_LARGE ? "Received too big message" : "Received a broken compressed message";
            if (!e && m.kind == WS_TEXT && !ws_is_utf8(m.data)) e = ERR_MALFORMED;
            if (e) got = e;
        }
        if (got < 0) {
            break_off(c, code, why);
            *in = (str){0};
            return;
        }
        if (m.kind == WS_CLOSE) {
            got_close(c, &m);
            *in = (str){0};
            return;
        }
        if (m.kind == WS_PING) send_frame(c, WS_PONG, m.data, false);
        if (!w->sent_close) s->events->message(s->user, c, m.kind, m.data);
    }
}

void http_ws_expired(struct http_conn *c) {
    struct ws_conn *w = c->ws;
    if (w->sent_close || w->sent_ping || !c->server->o.ws.sends_pings) {
        if (!w->sent_close) buf_add(&w->reason, STR("WebSocket timed out from inactivity"));
        net_close(c->stream, ERR_TIMEOUT);
        return;
    }
    send_frame(c, WS_PING, (str){0}, false);
    w->sent_ping = true;
    net_deadline(c->stream, c->idle_seconds < 8 ? c->idle_seconds : 8);
}

void http_ws_drained(struct http_conn *c) {
    struct ws_conn *w = c->ws;
    if (!w->was_queued) return;
    w->was_queued = false;
    if (!w->sent_close && c->server->events->drain) c->server->events->drain(c->server->user, c);
}

/* --- topics --- */

/* A chained table: topics come and go by the thousand, and their names go with them. */
static struct topic **place_of(const struct http_server *s, str name, uint64_t hash) {
    struct topic **at = &s->topics[hash & (s->n_buckets - 1)];
    while (*at && !((*at)->hash == hash && str_eq(str_of((*at)->name, (*at)->len), name))) at = &(*at)->next;
    return at;
}

static struct topic *find(const struct http_server *s, str name) {
    return s->n_topics ? *place_of(s, name, str_hash(name)) : NULL;
}

static struct topic *make(struct http_server *s, str name) {
    if (s->n_topics >= s->n_buckets) {
        size_t had = s->n_buckets, n = had ? had * 2 : 16;
        struct topic **table = NEW_ARRAY(struct topic *, n);
        for (size_t i = 0; i < had; i++)
            for (struct topic *t = s->topics[i], *next; t; t = next) {
                next = t->next;
                t->next = table[t->hash & (n - 1)];
                table[t->hash & (n - 1)] = t;
            }
        mem_free(s->topics);
        s->topics = table;
        s->n_buckets = n;
    }
    struct topic *t = mem_zero(sizeof *t + name.len);
    t->server = s;
    t->hash = str_hash(name);
    t->len = name.len;
    if (name.len) memcpy(t->name, name.at, name.len);
    struct topic **bucket = &s->topics[t->hash & (s->n_buckets - 1)];
    t->next = *bucket;
    *bucket = t;
    s->n_topics++;
    return t;
}

bool http_ws_is_subscribed(const struct http_conn *c, str topic) {
    for (size_t i = 0; i < c->ws->topics.len; i++)
        if (str_eq(str_of(c->ws->topics.at[i]->name, c->ws->topics.at[i]->len), topic)) return true;
    return false;
}

bool http_ws_subscribe(struct http_conn *c, str name) {
    if (!net_is_open(c->stream)) return false;
    if (http_ws_is_subscribed(c, name)) return true;
    struct topic *t = find(c->server, name);
    if (!t) t = make(c->server, name);
    *LIST_ADD(&t->members) = c;
    *LIST_ADD(&c->ws->topics) = t;
    return true;
}

static void leave(struct http_conn *c, size_t i) {
    struct topic *t = c->ws->topics.at[i];
    c->ws->topics.at[i] = c->ws->topics.at[--c->ws->topics.len];
    for (size_t m = 0; m < t->members.len; m++)
        if (t->members.at[m] == c) {
            t->members.at[m] = t->members.at[--t->members.len];
            break;
        }
    if (t->members.len) return;
    *place_of(t->server, str_of(t->name, t->len), t->hash) = t->next;
    t->server->n_topics--;
    LIST_FREE(&t->members);
    mem_free(t);
}

bool http_ws_unsubscribe(struct http_conn *c, str name) {
    for (size_t i = 0; i < c->ws->topics.len; i++)
        if (str_eq(str_of(c->ws->topics.at[i]->name, c->ws->topics.at[i]->len), name)) return leave(c, i), true;
    return false;
}

size_t http_ws_topics(const struct http_conn *c, const str **out) {
    struct ws_conn *w = c->ws;
    w->names.len = 0;
    for (size_t i = 0; i < w->topics.len; i++)
        *LIST_ADD(&w->names) = str_of(w->topics.at[i]->name, w->topics.at[i]->len);
    *out = w->names.at;
    return w->names.len;
}

int http_ws_publish(struct http_server *s, struct http_conn *from, str name, enum ws_kind kind, str data,
                    bool deflate) {
    struct topic *t = find(s, name);
    if (!t) return 0;
    size_t n_told = 0;
    str small = {0};                                     /* compressed once, for all who agreed */
    for (size_t i = 0; i < t->members.len; i++) {
        if (t->members.at[i] == from && !s->o.ws.publishes_to_self) continue;
        if (deflate && data.len && t->members.at[i]->ws->deflates) {
            if (!small.at) small = deflate_message(s, data);
            send_frame_as(t->members.at[i], kind, small, true, data.len, true);
        } else send_frame(t->members.at[i], kind, data, true);
        n_told++;
    }
    return n_told ? (int)data.len : 0;
}

size_t http_ws_subscribers(const struct http_server *s, str name) {
    struct topic *t = find(s, name);
    return t ? t->members.len : 0;
}

void http_ws_lost(struct http_conn *c, err why) {
    struct ws_conn *w = c->ws;
    while (w->topics.len) leave(c, w->topics.len - 1);
    tell_closed(c, w->code, buf_view(&w->reason));
    c->server->n_ws--;
    c->generation++;
    c->stage = STAGE_LINGER;
    LIST_FREE(&w->topics);
    LIST_FREE(&w->names);
    buf_free(&w->reason);
    ws_reader_done(&w->reader);
    mem_free(w);
    c->ws = NULL;
}
