#include "http/internal.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/must.h"

static void process(struct http_conn *c, str *in);
static void settle(struct http_conn *c);

/* --- slots: numbers for JS --- */

double http_id(const struct http_conn *c) { return (double)c->generation * 1048576.0 + c->slot; }

struct http_conn *http_conn_find(struct http_server *s, double id) {
    if (!(id >= 0 && id < 4503599627370496.0)) return NULL;
    uint64_t n = (uint64_t)id;
    uint32_t slot = (uint32_t)(n & 1048575);
    if (slot >= s->n_slots) return NULL;
    struct http_conn *c = s->slots[slot];
    if (!c || c->generation != (uint32_t)(n >> 20)) return NULL;
    return (c->stage == STAGE_EXCHANGE && !c->ended) || c->stage == STAGE_WS ? c : NULL;
}

static bool take_slot(struct http_server *s, struct http_conn *c) {
    if (s->n_free == 0) {
        uint32_t cap = s->n_slots ? s->n_slots * 2 : 64;
        if (cap > 1048576) return false;
        s->slots = mem_resize(s->slots, cap * sizeof *s->slots);
        s->free_slots = mem_resize(s->free_slots, cap * sizeof *s->free_slots);
        memset(s->slots + s->n_slots, 0, (cap - s->n_slots) * sizeof *s->slots);
        for (uint32_t i = cap; i-- > s->n_slots;) s->free_slots[s->n_free++] = i;
        s->n_slots = cap;
    }
    c->slot = s->free_slots[--s->n_free];
    s->slots[c->slot] = c;
    return true;
}

/* --- sending --- */

void http_conn_touch(struct http_conn *c) { net_deadline(c->stream, c->idle_seconds); }

void http_conn_uncork(struct http_conn *c) {
    struct buf *out = &c->server->out;
    if (c->server->corked != c || !out->len) return;
    net_send_one(c->stream, buf_view(out));
    buf_clear(out);
}

void http_conn_out(struct http_conn *c, const str *parts, size_t n, bool late) {
    struct http_server *s = c->server;
    size_t len = 0;
    for (size_t i = 0; i < n; i++) len += parts[i].len;
    if (s->corked != c) {
        if (late) net_send_late(c->stream, parts, n);
        else net_send(c->stream, parts, n);
        return;
    }
    if (len <= GATHER_MAX) {
        for (size_t i = 0; i < n; i++) buf_add(&s->out, parts[i]);
        if (s->out.len > CORK_MAX) http_conn_uncork(c);
        return;
    }
    str all[8];
    must(n < 8);
    all[0] = buf_view(&s->out);
    memcpy(all + 1, parts, n * sizeof *parts);
    net_send(c->stream, all, n + 1);
    buf_clear(&s->out);
}

/* Borrowed until the next answer of any connection. */
static str print_head(struct http_conn *c, struct http_response *r) {
    struct buf *head = &c->server->head;
    buf_clear(head);
    r->minor = c->minor;
    if (r->flags & HTTP_CLOSES || c->server->is_stopping || (c->wants_continue && !c->is_whole)) c->keeps_alive = false;
    r->keeps_alive = c->keeps_alive;
    http_response_print(head, r);
    return buf_view(head);
}

/* --- the exchange --- */

static void exchange_over(struct http_conn *c) {
    if (c->stage == STAGE_EXCHANGE) c->server->n_exchanges--;
    c->generation++;
    c->stage = STAGE_HEAD;
    c->want = HTTP_WANT_NOTHING;
    if (c->body.cap > 4096) buf_free(&c->body);
    buf_clear(&c->body);
}

static void tell_gone(struct http_conn *c, err why) {
    if (c->stage != STAGE_EXCHANGE || c->told_gone) return;
    c->told_gone = true;
    if (!c->ended) c->server->events->gone(c->server->user, c, why);
    exchange_over(c);
}

/* Refuses what cannot be understood or is too much, and hangs up. */
static void refuse(struct http_conn *c, int status) {
    if (!(c->stage == STAGE_EXCHANGE && c->began)) {
        struct http_response r = {
            .status = status, .flags = HTTP_HAS_DATE, .length = 0, .minor = 1, .keeps_alive = false};
        struct buf head = {0};
        http_response_print(&head, &r);
        str part = buf_view(&head);
        http_conn_out(c, &part, 1, false);
        http_conn_uncork(c);
        buf_free(&head);
    }
    tell_gone(c, ERR_PROTOCOL);
    c->stage = STAGE_LINGER;
    net_end(c->stream);
    net_deadline(c->stream, LINGER_SECONDS);
}

/* The answer has been given to the stream whole. */
static void answered(struct http_conn *c) {
    must(!c->ended);
    c->ended = true;
    http_conn_touch(c);
    if (!c->is_processing) settle(c);
}

static void linger(struct http_conn *c) {
    http_conn_uncork(c);
    exchange_over(c);
    c->stage = STAGE_LINGER;
    net_end(c->stream);
    net_deadline(c->stream, LINGER_SECONDS);
    if (c->is_read_paused) {
        c->is_read_paused = false;
        net_resume(c->stream);
    }
}

/* After an answer that was given outside of process(): the next request waits in `in` perhaps. */
static void settle(struct http_conn *c) {
    if (c->stage != STAGE_EXCHANGE || !c->ended || net_has_file(c->stream)) return;
    if (!c->keeps_alive || c->has_eof) {
        linger(c);
        return;
    }
    if (c->is_whole) exchange_over(c);
    if (c->in.len) net_soon(c->server->loop, &c->soon);
    else if (c->is_read_paused) {
        c->is_read_paused = false;
        net_resume(c->stream);
    }
}

static void again(struct net_soon *t) {
    struct http_conn *c = (struct http_conn *)((char *)t - offsetof(struct http_conn, soon));
    if (!net_is_open(c->stream)) return;
    struct buf had = buf_take(&c->in);
    str rest = buf_view(&had);
    process(c, &rest);
    if (rest.len && net_is_open(c->stream) && c->stage != STAGE_LINGER) buf_insert(&c->in, 0, rest);
    buf_free(&had);
    if (c->is_read_paused && c->in.len < READ_AHEAD && net_is_open(c->stream)) {
        c->is_read_paused = false;
        net_resume(c->stream);
    }
}

static void take_body(struct http_conn *c, str *in) {
    while (!c->is_whole && net_is_open(c->stream)) {
        str data = {0};
        int more = 0;
        if (c->body_left == HTTP_LENGTH_CHUNKED) {
            more = http_chunked_read(&c->chunked, in, &data);
            if (more < 0) {
                refuse(c, 400);
                return;
            }
            if (more == 2) c->is_whole = true;
        } else {
            size_t n = in->len < (uint64_t)c->body_left ? in->len : (size_t)c->body_left;
            data = str_upto(*in, n);
            *in = str_from(*in, n);
            c->body_left -= (int64_t)n;
            if (c->body_left == 0) c->is_whole = true;
        }
        c->body_total += data.len;
        if (c->ended) {
            if (c->body_total > DISCARD_MAX) c->keeps_alive = false;
            if (!c->keeps_alive) return;
        } else {
            if (c->body_total > c->server->o.max_body) {
                refuse(c, 413);
                return;
            }
            buf_add(&c->body, data);
        }
        if (more != 1) break;
    }
}

static void tell_body(struct http_conn *c) {
    if (c->stage != STAGE_EXCHANGE || c->ended || c->want == HTTP_WANT_NOTHING) return;
    if (c->is_whole || (c->want == HTTP_WANT_SOME && c->body.len)) {
        if (c->is_whole) c->want = HTTP_WANT_NOTHING;
        c->server->events->body(c->server->user, c);
    }
}

static void begin_exchange(struct http_conn *c, const struct http_request *r, str *in) {
    struct http_server *s = c->server;
    c->stage = STAGE_EXCHANGE;
    s->n_exchanges++;
    c->verb = (uint8_t)r->verb;
    c->minor = (uint8_t)(r->minor > 0);
    c->keeps_alive = r->keeps_alive;
    c->wants_continue = r->expects_continue;
    c->began = c->ended = c->told_gone = c->is_chunked_out = false;
    c->sends_nothing = r->verb == HTTP_HEAD;
    c->body_left = r->length;
    c->body_total = 0;
    c->chunked = (struct http_chunked){0};
    c->is_whole = r->length == HTTP_LENGTH_NONE || r->length == 0;
    c->can_upgrade = false;
    if (r->upgrades && r->verb == HTTP_GET && c->is_whole && http_list_has(r->upgrade, "websocket")) {
        str key = http_find(r->headers, r->count, "sec-websocket-key");
        str version = http_find(r->headers, r->count, "sec-websocket-version");
        if (ws_key_is_valid(key) && str_is(version, "13")) {
            memcpy(c->key, key.at, 24);
            c->can_upgrade = true;
            c->offers_deflate = s->o.ws.deflates &&
                                http_ws_offer_is_good(http_find(r->headers, r->count, "sec-websocket-extensions"));
        }
    }
    if (r->length > 0 && (uint64_t)r->length > s->o.max_body) {
        refuse(c, 413);
        return;
    }
    if (!c->is_whole) {
        if (in->len) c->wants_continue = false;
        take_body(c, in);
        if (c->stage != STAGE_EXCHANGE) return;
    }
    s->events->request(s->user, c, r);
}

static void process(struct http_conn *c, str *in) {
    struct http_server *s = c->server;
    struct http_conn *was_corked = s->corked;
    bool was_processing = c->is_processing;
    if (was_corked && was_corked != c) http_conn_uncork(was_corked);
    s->corked = c;
    c->is_processing = true;
    while (net_is_open(c->stream)) {
        if (c->stage == STAGE_WS) {
            http_ws_received(c, in);
            break;
        }
        if (c->stage == STAGE_LINGER) {
            *in = (str){0};
            break;
        }
        if (c->stage == STAGE_HEAD) {
            if (in->len == 0) break;
            struct http_request r;
            arena_reset(&s->arena);
            ptrdiff_t n = http_request_parse(&s->arena, *in, &r);
            if (n == 0) break;
            if (n < 0) {
                refuse(c, n == ERR_TOO_LARGE ? 431 : n == ERR_UNSUPPORTED ? 505 : n == ERR_REFUSED ? 501 : 400);
                continue;
            }
            *in = str_from(*in, (size_t)n);
            begin_exchange(c, &r, in);
        } else if (!c->is_whole) {
            if (in->len == 0) break;
            c->wants_continue = false;
            take_body(c, in);
            tell_body(c);
        } else if (!c->ended) break;                     /* the rest waits until this one is answered */
        if (c->stage != STAGE_EXCHANGE || !c->ended) continue;
        if (net_has_file(c->stream)) break;
        if (!c->keeps_alive || c->has_eof) linger(c);
        else if (c->is_whole) exchange_over(c);
    }
    http_conn_uncork(c);
    c->is_processing = was_processing;
    s->corked = was_corked == c ? c : NULL;
}

/* --- events of the stream --- */

static void on_received(struct net_stream *st, str data) {
    struct http_conn *c = net_user(st);
    if (c->stage != STAGE_LINGER) http_conn_touch(c);
    if (c->is_processing || c->soon.is_waiting) {        /* a turn of the loop inside a handler: later */
        buf_add(&c->in, data);
        return;
    }
    if (!c->in.len) {
        process(c, &data);
        if (data.len && net_is_open(st) && c->stage != STAGE_LINGER) buf_add(&c->in, data);
    } else {
        buf_add(&c->in, data);
        struct buf had = buf_take(&c->in);
        str rest = buf_view(&had);
        process(c, &rest);
        if (rest.len == 0 || !net_is_open(st) || c->stage == STAGE_LINGER) buf_free(&had);
        else if (!c->in.len) {
            memmove(had.at, rest.at, rest.len);
            had.len = rest.len;
            c->in = had;
        } else {
            buf_insert(&c->in, 0, rest);
            buf_free(&had);
        }
    }
    if (!net_is_open(st) || c->stage == STAGE_WS || c->stage == STAGE_LINGER) return;
    bool is_full = c->stage == STAGE_EXCHANGE && c->want != HTTP_WANT_ALL && !c->ended && c->body.len > READ_AHEAD;
    if ((is_full || c->in.len > READ_AHEAD) && !c->is_read_paused) {
        c->is_read_paused = true;
        net_pause(st);
    }
}

static void on_ended(struct net_stream *st) {
    struct http_conn *c = net_user(st);
    c->has_eof = true;
    if (c->stage == STAGE_WS) net_close(st, ERR_CLOSED);
    else if (c->stage != STAGE_EXCHANGE || c->ended) net_end(st);         /* what is queued may still arrive */
    else {
        tell_gone(c, ERR_CLOSED);
        net_close(st, ERR_CLOSED);
    }
}

static void on_drained(struct net_stream *st) {
    struct http_conn *c = net_user(st);
    if (c->stage == STAGE_LINGER) return;
    http_conn_touch(c);
    if (c->stage == STAGE_WS) http_ws_drained(c);
    else if (c->stage == STAGE_EXCHANGE && c->ended) settle(c);
    else if (c->stage == STAGE_EXCHANGE && c->began) c->server->events->writable(c->server->user, c);
}

static void on_expired(struct net_stream *st) {
    struct http_conn *c = net_user(st);
    if (c->stage == STAGE_WS) http_ws_expired(c);
    else {
        tell_gone(c, ERR_TIMEOUT);
        net_close(st, ERR_TIMEOUT);
    }
}

static void tell_stopped(struct net_soon *t) {
    struct http_server *s = (struct http_server *)((char *)t - offsetof(struct http_server, stopped));
    s->events->stopped(s->user);
}

static void perhaps_stopped(struct http_server *s) {
    if (s->is_stopping && !s->listener && s->n_conns == 0) net_soon(s->loop, &s->stopped);
}

static void on_closed(struct net_stream *st, err why) {
    struct http_conn *c = net_user(st);
    struct http_server *s = c->server;
    if (c->stage == STAGE_WS) http_ws_lost(c, why);
    else tell_gone(c, why ? why : ERR_CLOSED);
    net_soon_cancel(s->loop, &c->soon);
    s->slots[c->slot] = NULL;
    s->free_slots[s->n_free++] = c->slot;
    if (s->corked == c) s->corked = NULL;
    ring_remove(&c->ring);
    s->n_conns--;
    buf_free(&c->in);
    buf_free(&c->body);
    mem_free(c);
    perhaps_stopped(s);
}

static const struct net_events stream_events = {
    .received = on_received, .ended = on_ended, .drained = on_drained, .expired = on_expired, .closed = on_closed,
};

static void on_accepted(struct net_listener *l, int fd, void *user) {
    static _Thread_local uint32_t generations;
    struct http_server *s = user;
    struct http_conn *c = NEW(struct http_conn);
    c->server = s;
    if (!take_slot(s, c)) {
        close(fd);
        mem_free(c);
        return;
    }
    c->generation = ++generations;                       /* a slot's next tenant starts elsewhere */
    generations += 1024;
    c->idle_seconds = s->o.idle_seconds;
    c->soon.call = again;
    c->stream = net_stream_new(s->loop, fd, &stream_events, c);
    ring_add(&s->conns, &c->ring);
    s->n_conns++;
    if (s->is_unref) net_ref(c->stream, false);
    http_conn_touch(c);
}

static void on_listener_closed(struct net_listener *l, void *user) {
    struct http_server *s = user;
    s->listener = NULL;
    perhaps_stopped(s);
}

static const struct net_listen_events listen_events = {.accepted = on_accepted, .closed = on_listener_closed};

/* --- the server --- */

err http_server_new(struct uv_loop_s *loop, const struct http_server_options *o,
                    const struct http_server_events *events, void *user, struct http_server **out) {
    struct http_server *s = NEW(struct http_server);
    s->loop = net_loop_hold(loop);
    s->o = *o;
    s->o.listen = (struct net_listen_options){0};        /* its texts were borrowed */
    s->events = events;
    s->user = user;
    s->stopped.call = tell_stopped;
    ring_init(&s->conns);
    err e = net_listen(s->loop, &o->listen, &listen_events, s, &s->listener);
    if (e) {
        net_loop_drop(s->loop);
        mem_free(s);
        return e;
    }
    net_listen_where(s->listener, &s->where);
    *out = s;
    return 0;
}

void http_server_close_idle(struct http_server *s) {
    for (struct ring *r = s->conns.next; r != &s->conns; r = r->next) {
        struct http_conn *c = (struct http_conn *)((char *)r - offsetof(struct http_conn, ring));
        if (c->stage == STAGE_HEAD && !c->is_processing && !c->in.len) net_close(c->stream, 0);
    }
}

void http_server_stop(struct http_server *s, bool at_once) {
    bool was_stopping = s->is_stopping;
    s->is_stopping = true;
    if (s->listener) net_listen_close(s->listener);
    for (struct ring *r = s->conns.next, *next; r != &s->conns; r = next) {
        struct http_conn *c = (struct http_conn *)((char *)r - offsetof(struct http_conn, ring));
        next = r->next;
        if (c->stage == STAGE_HEAD && !c->is_processing) net_close(c->stream, 0);
        else if (at_once && c->stage == STAGE_WS) {
            http_ws_close(c, WS_GOING_AWAY, (str){0});
            http_conn_uncork(c);
            net_close(c->stream, 0);
        } else if (at_once) net_close(c->stream, ERR_CLOSED);
    }
    if (!was_stopping) perhaps_stopped(s);
}

void http_server_free(struct http_server *s) {
    must(s->is_stopping && !s->listener && s->n_conns == 0);
    net_soon_cancel(s->loop, &s->stopped);
    http_ws_server_done(s);
    buf_free(&s->out);
    buf_free(&s->head);
    arena_free(&s->arena);
    mem_free(s->slots);
    mem_free(s->free_slots);
    net_loop_drop(s->loop);
    mem_free(s);
}

void http_server_ref(struct http_server *s, bool keeps_alive) {
    s->is_unref = !keeps_alive;
    if (s->listener) net_listen_ref(s->listener, keeps_alive);
    for (struct ring *r = s->conns.next; r != &s->conns; r = r->next)
        net_ref(((struct http_conn *)((char *)r - offsetof(struct http_conn, ring)))->stream, keeps_alive);
}

void http_server_where(const struct http_server *s, struct net_addr *out) { *out = s->where; }
size_t http_server_pending(const struct http_server *s) { return s->n_exchanges; }
size_t http_server_pending_ws(const struct http_server *s) { return s->n_ws; }

void http_conn_timeout(struct http_conn *c, uint32_t seconds) {
    c->idle_seconds = seconds;
    http_conn_touch(c);
}
bool http_conn_peer(const struct http_conn *c, struct net_addr *out) { return net_peer(c->stream, out); }

/* --- the request's body --- */

static void say_continue(struct http_conn *c) {
    if (!c->wants_continue || c->is_whole || c->began) return;
    c->wants_continue = false;
    str line = STR("HTTP/1.1 100 Continue\r\n\r\n");
    http_conn_out(c, &line, 1, false);
}

static void body_now(struct http_conn *c) {
    if (c->is_read_paused && !c->ended && (c->want == HTTP_WANT_ALL || c->body.len <= READ_AHEAD)) {
        c->is_read_paused = false;
        net_resume(c->stream);
    }
}

void http_body_want(struct http_conn *c, enum http_want want) {
    c->want = (uint8_t)want;
    if (want == HTTP_WANT_NOTHING) return;
    say_continue(c);
    body_now(c);
}

bool http_body_is_whole(const struct http_conn *c) { return c->is_whole; }
str http_body_view(const struct http_conn *c) { return buf_view(&c->body); }

struct buf http_body_take(struct http_conn *c) {
    struct buf taken = buf_take(&c->body);
    body_now(c);
    return taken;
}

/* --- answers --- */

void http_respond(struct http_conn *c, struct http_response *r, str body) {
    must(c->stage == STAGE_EXCHANGE && !c->began);
    c->began = true;
    r->length = (int64_t)body.len;
    str parts[2] = {print_head(c, r), body};
    bool has_body = body.len && !c->sends_nothing && http_status_has_body(r->status);
    http_conn_out(c, parts, has_body ? 2 : 1, false);
    answered(c);
}

void http_respond_file(struct http_conn *c, struct http_response *r, int fd, uint64_t from, uint64_t len) {
    must(c->stage == STAGE_EXCHANGE && !c->began);
    c->began = true;
    r->length = (int64_t)len;
    str head = print_head(c, r);
    struct buf *out = &c->server->out;
    if (c->sends_nothing || len == 0 || !http_status_has_body(r->status)) {
        close(fd);
        http_conn_out(c, &head, 1, false);
    } else if (c->server->corked == c && len <= GATHER_MAX) {
        buf_add(out, head);
        ssize_t n = pread(fd, buf_room(out, (size_t)len), (size_t)len, (off_t)from);
        close(fd);
        if (n > 0) out->len += (size_t)n;
        if (n < (ssize_t)len) {                          /* shorter than was promised a moment ago */
            http_conn_uncork(c);
            c->ended = true;
            net_reset(c->stream);
            return;
        }
    } else {
        http_conn_uncork(c);
        net_send_file(c->stream, head, fd, from, len);
    }
    answered(c);
}

err http_respond_path(struct http_conn *c, struct http_response *r, const char *path, int fd, int64_t from,
                      int64_t to) {
    fd = path ? open(path, O_RDONLY | O_CLOEXEC) : fcntl(fd, F_DUPFD_CLOEXEC, 3);
    if (fd < 0) return -errno;
    struct stat st;
    if (fstat(fd, &st) < 0 || !S_ISREG(st.st_mode)) {
        close(fd);
        return -EISDIR;
    }
    if (to < 0 || to > st.st_size) to = st.st_size;
    if (from > to) from = to;
    http_respond_file(c, r, fd, (uint64_t)from, (uint64_t)(to - from));
    return 0;
}

void http_respond_begin(struct http_conn *c, struct http_response *r, int64_t length) {
    must(c->stage == STAGE_EXCHANGE && !c->began);
    c->began = true;
    if (length == HTTP_LENGTH_CHUNKED && (c->minor == 0 || (r->flags & HTTP_HAS_LENGTH))) {
        if (!(r->flags & HTTP_HAS_LENGTH)) c->keeps_alive = false;
        length = HTTP_LENGTH_NONE;
    }
    c->is_chunked_out = length == HTTP_LENGTH_CHUNKED;
    if (!http_status_has_body(r->status)) c->sends_nothing = true;
    r->length = length;
    str head = print_head(c, r);
    http_conn_out(c, &head, 1, true);
}

bool http_respond_write(struct http_conn *c, str data) {
    must(c->began && !c->ended);
    if (data.len && !c->sends_nothing) {
        char size[HTTP_CHUNK_HEAD_MAX];
        str parts[3] = {{size, c->is_chunked_out ? http_chunk_head(size, data.len) : 0}, data, STR("\r\n")};
        http_conn_touch(c);
        if (c->is_chunked_out) http_conn_out(c, parts, 3, false);
        else http_conn_out(c, parts + 1, 1, false);
    }
    return http_respond_queued(c) == 0;
}

void http_respond_end(struct http_conn *c) {
    must(c->began && !c->ended);
    str last = STR("0\r\n\r\n");
    if (c->is_chunked_out && !c->sends_nothing) http_conn_out(c, &last, 1, false);
    answered(c);
}

void http_respond_abort(struct http_conn *c) {
    c->ended = true;
    if (c->server->corked == c) buf_clear(&c->server->out);
    net_reset(c->stream);
}

size_t http_respond_queued(const struct http_conn *c) { return net_queued(c->stream); }
