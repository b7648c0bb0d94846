#include "http/h2/client.h"

#include "base/arena.h"
#include "base/buf.h"
#include "base/list.h"
#include "base/must.h"
#include "http/h2/internal.h"

enum {
    STREAM_WINDOW = 1 << 20,        /* bytes that a server may send before it must hear from us, for one reply */
    ALL_WINDOW = 1 << 24,           /* and for all replies of the connection */
    FIELDS_MAX = 64 * 1024,         /* bytes of a reply's fields */
    MOST_UNTOLD = 100,        /* streams at a time for a server that did not say how many it takes (RFC 9113, 6.5.2) */
};

struct stream {
    struct ring ring;
    struct h2_session *session;
    int32_t id;
    void *fetch;                    /* NULL after it was cancelled */
    struct buf out;                 /* of the request's body, as far as it came */
    size_t out_at;
    struct arena arena;             /* fields of the reply, until its head is whole */
    LIST(struct http_header) fields;
    size_t fields_len, unread;      /* unread: bytes that came and were not told to be consumed, while paused */
    int status;
    err failed;
    bool is_paused, body_ended, is_waiting, had_head, is_whole;
};

struct h2_session {
    const struct h2_lib *lib;
    nghttp2_session *session;
    const struct h2_events *events;
    void *owner;
    struct ring streams;
    size_t n_streams;
    struct buf wire;
    uint32_t most_at_first;
    bool is_receiving, is_going;    /* going: the server said GOAWAY */
    bool has_told;                  /* the server sent its settings */
};

static struct stream *stream_of(const struct h2_session *s, int32_t id) {
    return s->lib->session_get_stream_user_data(s->session, id);
}

static void stream_free(struct stream *t) {
    ring_remove(&t->ring);
    t->session->n_streams--;
    buf_free(&t->out);
    arena_free(&t->arena);
    LIST_FREE(&t->fields);
    mem_free(t);
}

/* All frames that are ready leave as one piece. Not from inside of nghttp2_session_mem_recv, which forbids it. */
void h2_session_flush(struct h2_session *s) {
    if (s->is_receiving) return;
    const uint8_t *at;
    for (ssize_t n; (n = s->lib->session_mem_send(s->session, &at)) > 0;)
        buf_add(&s->wire, str_of((const char *)at, (size_t)n));
    if (s->wire.len) s->events->send(s->owner, buf_view(&s->wire));
    buf_clear(&s->wire);
}

static int fail(struct stream *t, err e) {
    if (!t->failed) t->failed = e;
    t->session->lib->submit_rst_stream(t->session->session, NGHTTP2_FLAG_NONE, t->id, NGHTTP2_INTERNAL_ERROR);
    return 0;
}

static int on_field(nghttp2_session *n, const nghttp2_frame *f, const uint8_t *name, size_t name_len,
                    const uint8_t *value, size_t value_len, uint8_t flags, void *user) {
    struct stream *t = stream_of(user, f->hd.stream_id);
    if (!t || !t->fetch || t->had_head) return 0;        /* trailers are not told */
    str key = str_of((const char *)name, name_len), text = str_of((const char *)value, value_len);
    if (str_is(key, ":status")) {
        int64_t status;
        if (str_to_int(text, &status) && status >= 100 && status < 1000) t->status = (int)status;
        return 0;
    }
    t->fields_len += name_len + value_len;
    if (t->fields_len > FIELDS_MAX || t->fields.len >= HTTP_HEADERS_MAX) return fail(t, ERR_TOO_LARGE);
    struct http_header *h = LIST_ADD(&t->fields);
    h->name = arena_str(&t->arena, key);
    h->value = arena_str(&t->arena, text);
    return 0;
}

static void give_head(struct stream *t) {
    if (t->status < 200) {                               /* 100, 103: the final one follows */
        t->fields.len = 0;
        t->fields_len = 0;
        return;
    }
    int64_t length = HTTP_LENGTH_CLOSE;
    str said = http_find(t->fields.at, t->fields.len, "content-length");
    if (said.at && (!str_to_int(said, &length) || length < 0)) {
        fail(t, ERR_PROTOCOL);
        return;
    }
    struct http_reply r = {
        .status = t->status, .minor = 1, .count = t->fields.len, .headers = t->fields.at, .length = length,
        .keeps_alive = true,
    };
    t->had_head = true;
    t->session->events->head(t->fetch, &r);
    arena_free(&t->arena);
    t->arena = (struct arena){0};
    LIST_FREE(&t->fields);
}

static int on_frame(nghttp2_session *n, const nghttp2_frame *f, void *user) {
    struct h2_session *s = user;
    if (f->hd.type == NGHTTP2_GOAWAY) s->is_going = true;
    if (f->hd.type == NGHTTP2_SETTINGS && !(f->hd.flags & NGHTTP2_FLAG_ACK)) s->has_told = true;
    if (f->hd.type != NGHTTP2_HEADERS && f->hd.type != NGHTTP2_DATA) return 0;
    struct stream *t = stream_of(s, f->hd.stream_id);
    if (!t) return 0;
    if (f->hd.type == NGHTTP2_HEADERS && t->fetch && !t->had_head && !t->failed) give_head(t);
    if (f->hd.flags & NGHTTP2_FLAG_END_STREAM) t->is_whole = true;
    return 0;
}

static int on_data(nghttp2_session *n, uint8_t flags, int32_t id, const uint8_t *at, size_t len, void *user) {
    struct h2_session *s = user;
    struct stream *t = stream_of(s, id);
    s->lib->session_consume_connection(n, len);          /* one slow reader must not stop the others */
    if (!t || !t->fetch) return 0;
    t->unread += len;
    s->events->data(t->fetch, str_of((const char *)at, len));
    if (!t->is_paused) h2_session_pause(s, id, false);
    return 0;
}

static int on_stream_close(nghttp2_session *n, int32_t id, uint32_t code, void *user) {
    struct stream *t = stream_of(user, id);
    if (!t) return 0;
    void *fetch = t->fetch;
    const struct h2_events *events = t->session->events;
    bool is_good = t->is_whole && t->had_head && !t->failed && (code == NGHTTP2_NO_ERROR || code == NGHTTP2_CANCEL);
    err e = is_good ? 0 : t->failed ? t->failed : ERR_PROTOCOL;
    stream_free(t);
    if (fetch) events->over(fetch, e, code == NGHTTP2_REFUSED_STREAM);
    return 0;
}

struct h2_session *h2_session_new(const struct h2_events *events, void *owner, uint32_t most_at_first) {
    const struct h2_lib *lib = h2_lib();
    if (!lib) return NULL;
    struct h2_session *s = NEW(struct h2_session);
    s->lib = lib;
    s->events = events;
    s->owner = owner;
    s->most_at_first = most_at_first ? most_at_first : MOST_UNTOLD;
    ring_init(&s->streams);
    nghttp2_session_callbacks *cb;
    nghttp2_option *o;
    must(lib->session_callbacks_new(&cb) == 0 && lib->option_new(&o) == 0);
    lib->session_callbacks_set_on_header_callback(cb, on_field);
    lib->session_callbacks_set_on_frame_recv_callback(cb, on_frame);
    lib->session_callbacks_set_on_data_chunk_recv_callback(cb, on_data);
    lib->session_callbacks_set_on_stream_close_callback(cb, on_stream_close);
    lib->option_set_no_auto_window_update(o, 1);
    must(lib->session_client_new2(&s->session, cb, s, o) == 0);
    lib->session_callbacks_del(cb);
    lib->option_del(o);
    nghttp2_settings_entry settings[] = {
        {NGHTTP2_SETTINGS_ENABLE_PUSH, 0}, {NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE, STREAM_WINDOW},
        {NGHTTP2_SETTINGS_MAX_HEADER_LIST_SIZE, FIELDS_MAX},
    };
    must(lib->submit_settings(s->session, NGHTTP2_FLAG_NONE, settings, sizeof settings / sizeof *settings) == 0);
    must(lib->session_set_local_window_size(s->session, NGHTTP2_FLAG_NONE, 0, ALL_WINDOW) == 0);
    h2_session_flush(s);
    return s;
}

void h2_session_free(struct h2_session *s) {
    if (!s) return;
    must(!s->is_receiving);
    while (!ring_is_empty(&s->streams)) stream_free((struct stream *)s->streams.next);
    s->lib->session_del(s->session);
    buf_free(&s->wire);
    mem_free(s);
}

err h2_session_received(struct h2_session *s, str bytes) {
    s->is_receiving = true;
    ssize_t n = s->lib->session_mem_recv(s->session, (const uint8_t *)bytes.at, bytes.len);
    s->is_receiving = false;
    h2_session_flush(s);
    return n < 0 || (!s->lib->session_want_read(s->session) && !s->lib->session_want_write(s->session)) ? ERR_PROTOCOL
                                                                                                        : 0;
}

uint32_t h2_session_most(const struct h2_session *s) {
    if (!s->has_told) return s->most_at_first;
    uint32_t most = s->lib->session_get_remote_settings(s->session, NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS);
    return most <= INT32_MAX ? most : MOST_UNTOLD;
}

bool h2_session_has_room(const struct h2_session *s) {
    return !s->is_going && s->lib->session_want_read(s->session) && s->n_streams < h2_session_most(s);
}

static ssize_t read_out(nghttp2_session *n, int32_t id, uint8_t *to, size_t room, uint32_t *flags,
                        nghttp2_data_source *source, void *user) {
    struct stream *t = source->ptr;
    size_t len = t->out.len - t->out_at;
    if (len > room) len = room;
    if (len) memcpy(to, t->out.at + t->out_at, len);
    t->out_at += len;
    if (t->out_at == t->out.len) {
        buf_clear(&t->out);
        t->out_at = 0;
        if (t->body_ended) *flags |= NGHTTP2_DATA_FLAG_EOF;
        else if (!len) {
            t->is_waiting = true;
            return NGHTTP2_ERR_DEFERRED;
        }
    }
    return (ssize_t)len;
}

/* Fields that speak about one HTTP/1.1 connection have no place in HTTP/2 (RFC 9113, 8.2.2). */
static bool is_of_connection(str name) {
    static const char *const names[] = {
        "connection", "host", "keep-alive", "proxy-connection", "transfer-encoding", "upgrade", "te", "http2-settings",
    };
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (str_eq_nocase(name, str_c(names[i]))) return true;
    return false;
}

static nghttp2_nv field(const char *name, str value) {
    return (nghttp2_nv){(uint8_t *)(uintptr_t)name, (uint8_t *)(uintptr_t)value.at, strlen(name), value.len,
                        NGHTTP2_NV_FLAG_NONE};
}

int32_t h2_session_request(struct h2_session *s, str head, str body, bool body_follows, void *fetch) {
    struct arena a = {0};
    struct http_request r;
    if (http_request_parse(&a, head, &r) <= 0) {
        arena_free(&a);
        return ERR_MALFORMED;
    }
    nghttp2_nv *nv = ARENA_ARRAY(&a, nghttp2_nv, r.count + 4);
    size_t n = 0;
    nv[n++] = field(":method", r.method);
    nv[n++] = field(":scheme", STR("https"));
    nv[n++] = field(":authority", r.host);
    nv[n++] = field(":path", r.target);
    for (size_t i = 0; i < r.count; i++) {
        if (is_of_connection(r.headers[i].name)) continue;
        str lower = arena_str(&a, r.headers[i].name);
        for (size_t k = 0; k < lower.len; k++)
            if (lower.at[k] >= 'A' && lower.at[k] <= 'Z') ((char *)(uintptr_t)lower.at)[k] |= 0x20;
        nv[n] = field("", r.headers[i].value);
        nv[n].name = (uint8_t *)(uintptr_t)lower.at;
        nv[n++].namelen = lower.len;
    }
    struct stream *t = NEW(struct stream);
    t->session = s;
    t->fetch = fetch;
    t->body_ended = !body_follows;
    buf_add(&t->out, body);
    ring_add(&s->streams, &t->ring);
    s->n_streams++;
    nghttp2_data_provider from = {.source.ptr = t, .read_callback = read_out};
    t->id = s->lib->submit_request(s->session, NULL, nv, n, body.len || body_follows ? &from : NULL, t);
    int32_t id = t->id;
    if (id < 0) stream_free(t);
    arena_free(&a);
    return id < 0 ? ERR_PROTOCOL : id;
}

static void go_on(struct stream *t) {
    if (t->is_waiting) {
        t->is_waiting = false;
        t->session->lib->session_resume_data(t->session->session, t->id);
    }
    h2_session_flush(t->session);
}

void h2_session_write(struct h2_session *s, int32_t id, str bytes) {
    struct stream *t = stream_of(s, id);
    if (!t) return;
    buf_add(&t->out, bytes);
    go_on(t);
}

void h2_session_write_end(struct h2_session *s, int32_t id) {
    struct stream *t = stream_of(s, id);
    if (!t) return;
    t->body_ended = true;
    go_on(t);
}

size_t h2_session_queued(const struct h2_session *s, int32_t id) {
    struct stream *t = stream_of(s, id);
    return t ? t->out.len - t->out_at : 0;
}

void h2_session_pause(struct h2_session *s, int32_t id, bool pause) {
    struct stream *t = stream_of(s, id);
    if (!t) return;
    t->is_paused = pause;
    if (pause || !t->unread) return;
    s->lib->session_consume_stream(s->session, id, t->unread);
    t->unread = 0;
    h2_session_flush(s);
}

void h2_session_cancel(struct h2_session *s, int32_t id) {
    struct stream *t = stream_of(s, id);
    if (!t) return;
    t->fetch = NULL;                                     /* it goes with its last frame */
    s->lib->submit_rst_stream(s->session, NGHTTP2_FLAG_NONE, id, NGHTTP2_CANCEL);
    h2_session_flush(s);
}
