#include "pkg/fetch.h"

#include <errno.h>

#include "base/buf.h"
#include "base/must.h"
#include "data/gzip.h"
#include "data/url.h"
#include "http/request.h"
#include "http/response.h"
#include "pkg/internal.h"
#include "sys/at.h"
#include "sys/env.h"
#include "sys/loop.h"

enum { MOST_FRESH_S = 300, MOST_THREADS = 8, MOST_USUAL_RATIO = 40, MOST_RATIO = 200, PROBE_FROM = 1 << 18 };
static const uint64_t most_answer = (uint64_t)256 << 20;         /* of a registry's answer, inflated */
static const uint64_t ratio_from = (uint64_t)16 << 20;           /* below that it may have any ratio */

/* --- work on other threads */

static void job_run(struct pool_job *p) {
    struct pkg_job *j = (struct pkg_job *)((char *)p - offsetof(struct pkg_job, pool));
    struct pkg_fetch *f = j->fetch;
    j->run(j);
    thread_lock(&f->lock);
    f->n_jobs--;
    thread_wake_all(&f->idle);
    thread_unlock(&f->lock);
}

static void job_done(struct pool_job *p) {
    struct pkg_job *j = (struct pkg_job *)((char *)p - offsetof(struct pkg_job, pool));
    ring_remove(&j->ring);
    if (j->fetch) j->done(j);
    mem_free(j);
}

struct pkg_job *pkg_job_start(struct pkg_fetch *f, bool is_urgent, void (*run)(struct pkg_job *),
    void (*done)(struct pkg_job *), void (*drop)(struct pkg_job *), void *user) {
    struct pkg_job *j = NEW(struct pkg_job);
    *j = (struct pkg_job){.fetch = f, .run = run, .done = done, .drop = drop, .user = user};
    ring_add(&f->jobs, &j->ring);
    j->pool.run = job_run;
    j->pool.done = job_done;
    j->pool.is_urgent = is_urgent;
    thread_lock(&f->lock);
    f->n_jobs++;
    thread_unlock(&f->lock);
    pool_start_on(f->loop, &j->pool);
    return j;
}

static void stop_jobs(struct pkg_fetch *f) {
    LIST(struct pkg_job *) cancelled = {0};
    for (struct ring *r = f->jobs.next, *next; r != &f->jobs; r = next) {
        struct pkg_job *j = (struct pkg_job *)r;
        next = r->next;
        if (!pool_cancel(&j->pool)) continue;
        ring_remove(r);
        *LIST_ADD(&cancelled) = j;
    }
    thread_lock(&f->lock);
    f->n_jobs -= (unsigned)cancelled.len;
    while (f->n_jobs) thread_wait(&f->idle, &f->lock);
    thread_unlock(&f->lock);
    /* ended, but the loop has not said so yet: freed when it does */
    while (!ring_is_empty(&f->jobs)) {
        struct pkg_job *j = (struct pkg_job *)f->jobs.next;
        ring_remove(&j->ring);
        if (j->drop) j->drop(j);
        j->fetch = NULL;
    }
    for (size_t i = 0; i < cancelled.len; i++) {
        if (cancelled.at[i]->drop) cancelled.at[i]->drop(cancelled.at[i]);
        mem_free(cancelled.at[i]);
    }
    LIST_FREE(&cancelled);
}

/* --- a body that may be gzip */

struct body {
    struct buf bytes;
    bool is_gzip;
    size_t probed;                  /* packed bytes that were looked at before they were all there */
};

static err keep(void *user, str bytes) {
    buf_add(user, bytes);
    return 0;
}

/* Room for what the packed bytes say of their length at the end, if that can be. */
static size_t room_for(str packed) {
    const unsigned char *end = (const unsigned char *)packed.at + packed.len - 4;
    if (packed.len < 18) return 0;
    size_t said = end[0] | (size_t)end[1] << 8 | (size_t)end[2] << 16 | (size_t)end[3] << 24;
    return said < packed.len * MOST_USUAL_RATIO ? said : packed.len * 6;
}

static uint64_t most_of(size_t packed) {
    uint64_t most = (uint64_t)packed * MOST_RATIO;
    return most < ratio_from ? ratio_from : most < most_answer ? most : most_answer;
}

static err drop(void *user, str bytes) { return 0; }

/* A few kilobytes a second may be gigabytes, and never end: what is long is looked at while it comes. */
static err probe(struct body *b) {
    struct gzip_reader g;
    if (!b->is_gzip || b->bytes.len < PROBE_FROM || b->bytes.len / 4 < b->probed) return 0;
    b->probed = b->bytes.len;
    TRY(gzip_reader_init_fast(&g, most_of(b->bytes.len), drop, NULL));
    err e = gzip_reader_push(&g, buf_view(&b->bytes));
    gzip_reader_done(&g);
    return e == ERR_TOO_LARGE ? e : 0;
}

/* ERR_TOO_LARGE: it is longer than an answer may be, or grows to that. */
static err body_add(struct body *b, str bytes) {
    if (b->bytes.len + bytes.len > most_answer) return ERR_TOO_LARGE;
    buf_add(&b->bytes, bytes);
    return probe(b);
}

static str too_large(struct arena *a, str url, const struct body *b) {
    if (b->is_gzip) return arena_print(a, "GET %.*s: the answer grows to more than %d times its size, as bombs do",
                                       STR_FMT(url), MOST_RATIO);
    return arena_print(a, "GET %.*s: the answer is longer than %u MiB", STR_FMT(url), (unsigned)(most_answer >> 20));
}

static err inflate(str packed, struct buf *out) {
    struct gzip_reader g;
    TRY(gzip_reader_init_fast(&g, most_of(packed.len), keep, out));
    buf_room(out, room_for(packed));
    err e = gzip_reader_push(&g, packed);
    if (!e) e = gzip_reader_finish(&g);
    gzip_reader_done(&g);
    return e;
}

/* Is the coding one that was asked for? */
static bool body_begins(struct body *b, const struct http_reply *r) {
    str coding = str_trim(http_find(r->headers, r->count, "content-encoding"));
    buf_clear(&b->bytes);
    b->probed = 0;
    b->is_gzip = str_eq_nocase(coding, STR("gzip")) || str_eq_nocase(coding, STR("x-gzip"));
    if (r->length > 0 && (uint64_t)r->length < most_answer) buf_room(&b->bytes, (size_t)r->length);
    return b->is_gzip || !coding.len || str_eq_nocase(coding, STR("identity"));
}

static str text_of_status(struct arena *a, int status) {
    str reason = http_reason(status);
    return arena_print(a, "%d%s%.*s", status, reason.len ? " " : "", STR_FMT(reason));
}

/* --- packuments */

struct asker {
    struct asker *next;
    pkg_got_packument done;
    void *user;
};
struct answer {
    struct pkg_fetch *fetch;
    str name, url;
    bool is_full, is_done, is_stale_good;        /* the stored one may be used when the registry cannot be asked */
    bool was_not_asked;                                  /* the stored one was young enough */
    struct answer *older;                                /* of the same name, doubted; its texts are still in use */
    char file[PKG_ANSWER_NAME];
    struct pkg_answer stored;                            /* mapped, when there is one */
    struct pkg_transfer *transfer;
    struct arena arena;
    struct body body;
    struct buf text;        /* JSON that `found` points into, when it is not the stored one */
    int status;
    double fresh_s;
    str etag, modified;
    struct pkg_packument found;
    err failed;
    str why;
    struct asker *askers, **last_asker;
};

static void answer_all(struct answer *w) {
    w->is_done = true;
    struct asker *first = w->askers;
    w->askers = NULL;
    w->last_asker = &w->askers;
    for (struct asker *k = first; k; k = k->next) k->done(k->user, w->failed ? NULL : &w->found, w->failed, w->why);
}

static void answer_failed(struct answer *w, err e, str why) {
    w->failed = e ? e : ERR_PROTOCOL;
    w->why = arena_str(&w->arena, why);
    answer_all(w);
}

static void use_stored(struct answer *w) {
    pkg_answer_read(&w->arena, &w->stored, &w->found);
    answer_all(w);
}

/* On another thread: inflate, look through it, write it down. */
static void answer_read(struct pkg_job *j) {
    struct answer *w = j->user;
    struct pkg_store *s = w->fetch->store;
    if (w->body.is_gzip) {
        w->failed = inflate(buf_view(&w->body.bytes), &w->text);
        buf_free(&w->body.bytes);
    } else w->text = buf_take(&w->body.bytes);
    if (w->failed) {
        buf_free(&w->text);
        w->why = w->failed == ERR_TOO_LARGE
                     ? too_large(&w->arena, w->url, &w->body)
                     : arena_print(&w->arena, "GET %.*s: the answer cannot be read: %s", STR_FMT(w->url),
                                   err_text(w->failed));
        return;
    }
    str json = buf_view(&w->text);
    if (!pkg_packument_read(&w->arena, json, &w->found)) {
        w->failed = ERR_MALFORMED;
        w->why = arena_print(&w->arena,
            "GET %.*s: the answer is not what a registry says about a package (it begins with \"%.*s\")",
                             STR_FMT(w->url), (int)(json.len < 60 ? json.len : 60), json.len ? json.at : "");
        return;
    }
    if (w->fetch->config->no_cache || w->fresh_s < 0) return;
    struct buf out = {0};
    char path[PKG_ANSWER_NAME + 16];
    snprintf(path, sizeof path, PKG_ANSWERS "/%s", w->file);
    pkg_answer_write(&out, &w->found, json, w->url, w->etag, w->modified, w->fresh_s);
    const str parts[] = {buf_view(&out), json};
    if (file_write_parts_at(s->cache_fd, path, parts, 2) == -ENOENT &&
        dir_make_all_at(s->cache_fd, PKG_ANSWERS) == 0)
        file_write_parts_at(s->cache_fd, path, parts, 2);        /* what fails is asked for again next time */
    buf_free(&out);
}

static void answer_was_read(struct pkg_job *j) { answer_all(j->user); }

/* Seconds that an answer may be used unasked, at most five minutes; -1: it may not even be kept. */
static double freshness(const struct http_reply *r) {
    str said = http_find(r->headers, r->count, "cache-control");
    int64_t n;
    if (http_list_has(said, "no-store")) return -1;
    if (http_list_has(said, "no-cache")) return 0;
    for (str part; str_next(&said, ',', &part);) {
        part = str_trim(part);
        if (part.len > 8 && str_eq_nocase(str_upto(part, 8), STR("max-age=")) && str_to_int(str_from(part, 8), &n) &&
            n >= 0)
            return n < MOST_FRESH_S ? (double)n : MOST_FRESH_S;
    }
    return MOST_FRESH_S;
}

static void answer_head(void *user, const struct http_reply *r) {
    struct answer *w = user;
    w->status = r->status;
    w->fresh_s = freshness(r);
    w->etag = arena_str(&w->arena, http_find(r->headers, r->count, "etag"));
    w->modified = arena_str(&w->arena, http_find(r->headers, r->count, "last-modified"));
    if (!body_begins(&w->body, r)) w->status = 0;
}

static void answer_data(void *user, str bytes) {
    struct answer *w = user;
    if (!body_add(&w->body, bytes)) return;
    pkg_transfer_cancel(w->transfer);                    /* it may be without end */
    w->transfer = NULL;
    answer_failed(w, ERR_TOO_LARGE, too_large(&w->arena, w->url, &w->body));
}

static void answer_ended(void *user) {
    struct answer *w = user;
    char path[PKG_ANSWER_NAME + 16];
    w->transfer = NULL;
    if (w->status == 304 && w->stored.text.at) {
        snprintf(path, sizeof path, PKG_ANSWERS "/%s", w->file);
        file_touch_at(w->fetch->store->cache_fd, path);
        use_stored(w);
    } else if (w->status == 200) pkg_job_start(w->fetch, true, answer_read, answer_was_read, NULL, w);
    else if (w->status == 0) answer_failed(w, ERR_PROTOCOL, arena_print(&w->arena,
        "GET %.*s: the answer is in a coding that was not asked for", STR_FMT(w->url)));
    else answer_failed(w, w->status == 404 ? ERR_NOT_FOUND : ERR_REFUSED, arena_print(&w->arena, "GET %.*s - %.*s",
        STR_FMT(w->url),
                       STR_FMT(w->status == 404 ? STR("404") : text_of_status(&w->arena, w->status))));
}

static void answer_lost(void *user, err e, str why) {
    struct answer *w = user;
    w->transfer = NULL;
    if (w->is_stale_good && w->stored.text.at) use_stored(w);
    else answer_failed(w, e, why);
}
static const struct pkg_transfer_events answer_events = {answer_head, answer_data, answer_ended, answer_lost};

static str packument_url(struct pkg_fetch *f, str name) {
    str registry = pkg_npmrc_registry(&f->config->npmrc, name, f->config->registry);
    ptrdiff_t slash = name.len && name.at[0] == '@' ? str_find_char(name, '/') : -1;
    if (slash < 0) return arena_join(&f->arena, registry, url_encode(&f->arena, name, URL_SET_COMPONENT));
    str scope = url_encode(&f->arena, str_cut(name, 1, (size_t)slash), URL_SET_COMPONENT);
    str rest = url_encode(&f->arena, str_from(name, (size_t)slash + 1), URL_SET_COMPONENT);
    return arena_print(&f->arena, "%.*s@%.*s%%2f%.*s", STR_FMT(registry), STR_FMT(scope), STR_FMT(rest));
}

static void ask_registry(struct answer *w) {
    struct pkg_fetch *f = w->fetch;
    struct buf headers = {0};
    buf_print(&headers, "Accept: %s\r\nAccept-Encoding: gzip\r\n",
              w->is_full ? "application/json"
                         : "application/vnd.npm.install-v1+json; q=1.0, application/json; q=0.8, */*");
    if (w->stored.etag.len) buf_print(&headers, "If-None-Match: %.*s\r\n", STR_FMT(w->stored.etag));
    else if (w->stored.modified.len) buf_print(&headers, "If-Modified-Since: %.*s\r\n", STR_FMT(w->stored.modified));
    struct pkg_transfer_options o = {
        .method = STR("GET"), .url = w->url, .headers = buf_view(&headers), .is_urgent = true};
    w->transfer = pkg_transfer_start(f->net, &o, &answer_events, w);
    buf_free(&headers);
}

static void answer_open(struct answer *w) {
    const struct pkg_config *c = w->fetch->config;
    bool has = !c->no_cache && pkg_answer_open(w->fetch->store, w->file, w->url, &w->stored);
    bool is_fresh = has && w->stored.age_s >= 0 && w->stored.age_s <= w->stored.fresh_s && !c->force;
    if (has && (c->offline || (!w->older && (is_fresh || c->prefer_offline)))) {
        w->was_not_asked = true;
        use_stored(w);
    } else if (c->offline) answer_failed(w, ERR_NOT_FOUND, arena_print(&w->arena,
        "%.*s is not in the cache, and --offline forbids to ask %.*s",
                                                                   STR_FMT(w->name), STR_FMT(w->url)));
    else ask_registry(w);
}

void pkg_fetch_packument(struct pkg_fetch *f, str name, bool full, pkg_got_packument done, void *user) {
    bool is_new;
    str key = full ? arena_join(&f->arena, name, STR("?full")) : name;
    struct answer *w = map_get(&f->answers, key);
    bool is_doubted = w && w->is_done && w->was_not_asked && f->doubts;
    if (w && w->is_done && !is_doubted) {
        done(user, w->failed ? NULL : &w->found, w->failed, w->why);
        return;
    }
    if (!w || is_doubted) {
        struct answer *older = w;
        w = NEW(struct answer);
        w->older = older;
        w->fetch = f;
        w->name = arena_str(&f->arena, name);
        w->url = packument_url(f, w->name);
        w->is_full = full;
        w->last_asker = &w->askers;
        pkg_answer_name(w->name, w->url, full, w->file);
        *map_at(&f->answers, full ? key : w->name, &is_new) = w;
    }
    bool is_first = !w->askers;
    struct asker *k = *w->last_asker = ARENA_NEW(&f->arena, struct asker);
    *k = (struct asker){NULL, done, user};
    w->last_asker = &k->next;
    if (is_first) answer_open(w);
}

bool pkg_fetch_doubt(struct pkg_fetch *f) {
    bool any = false;
    for (struct map_entry *e = map_next(&f->answers, NULL); e; e = map_next(&f->answers, e))
        if (((struct answer *)e->value)->was_not_asked) any = true;
    bool is_news = any && !f->doubts && !f->config->offline;
    f->doubts = true;
    return is_news;
}

static void answer_free(struct answer *w) {
    if (w->older) answer_free(w->older);
    pkg_answer_close(&w->stored);
    buf_free(&w->body.bytes);
    buf_free(&w->text);
    arena_free(&w->arena);
    mem_free(w);
}

/* --- documents */

struct document {
    struct ring ring;
    struct pkg_fetch *fetch;
    struct pkg_transfer *transfer;
    struct arena arena;
    struct body body;
    int status;
    pkg_got_answer done;
    void *user;
};

static void document_free(struct document *d) {
    ring_remove(&d->ring);
    buf_free(&d->body.bytes);
    arena_free(&d->arena);
    mem_free(d);
}

static void document_head(void *user, const struct http_reply *r) {
    struct document *d = user;
    d->status = body_begins(&d->body, r) ? r->status : 0;
}

static void document_data(void *user, str bytes) {
    struct document *d = user;
    if (!body_add(&d->body, bytes)) return;
    pkg_transfer_cancel(d->transfer);
    d->done(d->user, 0, STR(""), STR("the answer is too long"));
    document_free(d);
}

static void document_ended(void *user) {
    struct document *d = user;
    struct buf plain = {0};
    bool is_good = d->status != 0;
    if (is_good && d->body.is_gzip) is_good = inflate(buf_view(&d->body.bytes), &plain) == 0;
    str body = d->body.is_gzip ? buf_view(&plain) : buf_view(&d->body.bytes);
    if (is_good) d->done(d->user, d->status, body, STR(""));
    else d->done(d->user, 0, STR(""), STR("the answer cannot be read"));
    buf_free(&plain);
    document_free(d);
}

static void document_lost(void *user, err e, str why) {
    struct document *d = user;
    d->done(d->user, 0, STR(""), why);
    document_free(d);
}
static const struct pkg_transfer_events document_events = {document_head, document_data, document_ended, document_lost};

void pkg_fetch_document(struct pkg_fetch *f, str method, str url, str headers, str body, pkg_got_answer done,
                        void *user) {
    struct document *d = NEW(struct document);
    d->fetch = f;
    d->done = done;
    d->user = user;
    ring_add(&f->documents, &d->ring);
    bool has_body = body.len > 0 || str_is(method, "POST") || str_is(method, "PUT");
    struct pkg_transfer_options o = {
        .method = method, .url = url, .headers = arena_join(&d->arena, STR("Accept-Encoding: gzip\r\n"), headers),
        .body = body,
        .has_body = has_body, .is_urgent = true,
    };
    d->transfer = pkg_transfer_start(f->net, &o, &document_events, d);
}

/* --- all of it */

/* One thread for each processor: the work never waits for anything but them. */
static void set_threads(void) {
    str said;
    unsigned n = thread_cores();
    if (!env_get("UV_THREADPOOL_SIZE", &said)) pool_set_most(n < 2 ? 2 : n > MOST_THREADS ? MOST_THREADS : n);
}

struct pkg_fetch *pkg_fetch_new(struct loop *loop, const struct pkg_config *c, struct pkg_store *store) {
    struct pkg_fetch *f = NEW(struct pkg_fetch);
    f->loop = loop;
    f->config = c;
    f->store = store;
    store->replaces = c->force;
    ring_init(&f->documents);
    ring_init(&f->jobs);
    f->net = pkg_net_new(loop, c);
    set_threads();
    return f;
}

void pkg_fetch_free(struct pkg_fetch *f) {
    if (!f) return;
    pkg_net_free(f->net);
    stop_jobs(f);
    pool_set_most(0);
    /* connections close with the loop's turns */
    for (int turns = 0; turns < 4; turns++) loop_run_once(f->loop, LOOP_NO_WAIT);
    pkg_tarballs_free(f);
    pkg_gits_free(f);
    for (struct map_entry *e = map_next(&f->answers, NULL); e; e = map_next(&f->answers, e)) answer_free(e->value);
    map_free(&f->answers);
    while (!ring_is_empty(&f->documents)) document_free((struct document *)f->documents.next);
    arena_free(&f->arena);
    mem_free(f);
}

void pkg_fetch_news(const struct pkg_fetch *f, struct pkg_fetch_news *out) { pkg_net_news(f->net, out); }
