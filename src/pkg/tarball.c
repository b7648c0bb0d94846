/* pkg/tarball.c: tarballs from the network (or a file) through a thread into the store. What comes is collected until
 * it is worth a thread's while; a socket whose tarball is not unpacked as fast as it comes is paused. */
#include <errno.h>

#include "base/buf.h"
#include "crypto/digest.h"
#include "data/gzip.h"
#include "http/request.h"
#include "http/response.h"
#include "pkg/fetch.h"
#include "pkg/internal.h"
#include "sys/file.h"
#include "sys/loop.h"

enum { WORTH = 256 << 10, MOST_OWN = 512 << 10, MOST_ALL = 4 << 20, STEP = 1 << 20, LONG = 1 << 20 };
static const double patience_ms = 500; /* what comes slowly is looked at all the same: it may be nothing worth having */

struct asker {
    struct asker *next;
    pkg_got_tarball done;
    void *user;
};
struct tarball {
    struct pkg_fetch *fetch;
    struct arena arena;
    struct pkg_tarball t;
    bool is_github;                 /* t.name is the repository then, and t.version the commit when it is known */
    struct pkg_transfer *transfer;
    struct pkg_unpack *unpack;
    struct buf in, at_work;         /* what came; what the job reads */
    bool runs, is_last, has_ended, starts_anew, is_done;     /* is_last: the job has the end of it */
    bool is_long;                   /* goes before others: what takes longest must not be begun last */
    double worked_ms;               /* when a job began, or the answer */
    int status;
    struct buf said;                /* by the job, when the unpacking has not said it */
    struct pkg_stored stored;
    err failed, lost;               /* by the job; by the network while the job ran */
    str why, lost_why;
    struct asker *askers, **last_asker;
};

static void answer_all(struct tarball *w) {
    w->is_done = true;
    struct asker *first = w->askers;
    w->askers = NULL;
    w->last_asker = &w->askers;
    for (struct asker *k = first; k; k = k->next) k->done(k->user, w->failed ? NULL : &w->stored, w->failed, w->why);
}

static void give_up(struct tarball *w, err e, str why) {
    if (w->transfer) pkg_transfer_cancel(w->transfer);
    w->transfer = NULL;
    w->fetch->queued -= w->in.len;
    buf_free(&w->in);
    w->failed = e ? e : ERR_PROTOCOL;
    w->why = arena_str(&w->arena, why);
    pkg_unpack_free(w->unpack);
    w->unpack = NULL;
    answer_all(w);
}

/* --- on a thread */

/* The arena is the loop's: nothing here takes from it. */
static err read_file(struct tarball *w) {
    str path = str_starts(w->t.url, STR("file:")) ? str_from(w->t.url, 5) : w->t.url;
    int fd;
    err e = file_open(path, 0, 0, &fd);
    if (e) {
        buf_print(&w->said, "%.*s: the tarball \"%.*s\" cannot be read: %s", STR_FMT(w->t.name), STR_FMT(path),
                  err_text(e));
        return e;
    }
    char *room = mem_alloc(STEP);
    for (;;) {
        int64_t n = file_read_some(fd, room, STEP);
        if (n < 0) {
            e = (err)n;
            buf_print(&w->said, "%.*s: the tarball \"%.*s\" cannot be read: %s", STR_FMT(w->t.name), STR_FMT(path),
                err_text(e));
        }
        if (n <= 0 || (e = pkg_unpack_push(w->unpack, str_of(room, (size_t)n)))) break;
    }
    mem_free(room);
    file_close(fd);
    return e;
}

static void work(struct pkg_job *j) {
    struct tarball *w = j->user;
    if (!w->unpack && w->is_github) w->unpack = pkg_unpack_new_git(w->fetch->store, w->t.name, w->t.version, STR(""));
    else if (!w->unpack) w->unpack = pkg_unpack_new(w->fetch->store, w->t.name, w->t.version, w->t.integrity);
    w->failed = w->status ? pkg_unpack_push(w->unpack, buf_view(&w->at_work)) : read_file(w);
    if (!w->failed && w->is_last) w->failed = pkg_unpack_finish(w->unpack, &w->stored);
    if (w->failed || !w->is_last) return;
    pkg_unpack_free(w->unpack);
    w->unpack = NULL;
}

/* Buffers go round, as fresh memory costs a fault for each page. */
static void give_back(struct pkg_fetch *f, struct buf *b) {
    enum { KEPT = sizeof f->spare / sizeof *f->spare };
    buf_clear(b);
    for (size_t i = 0; i < KEPT && b->cap; i++) {
        if (f->spare[i].cap) continue;
        f->spare[i] = buf_take(b);
        return;
    }
    buf_free(b);
}

static struct buf take_spare(struct pkg_fetch *f, size_t room) {
    enum { KEPT = sizeof f->spare / sizeof *f->spare };
    for (size_t i = 0; i < KEPT; i++)
        if (f->spare[i].cap >= room) return buf_take(&f->spare[i]);
    struct buf b = {0};
    buf_room(&b, room);
    return b;
}

static void start_work(struct tarball *w);

static void worked(struct pkg_job *j) {
    struct tarball *w = j->user;
    struct pkg_fetch *f = w->fetch;
    w->runs = false;
    f->queued -= w->at_work.len;
    buf_clear(&w->at_work);
    if (w->is_last || w->in.cap) give_back(f, &w->at_work);
    if (w->starts_anew) {
        w->starts_anew = w->is_last = false;
        w->failed = 0;
        pkg_unpack_free(w->unpack);
        w->unpack = NULL;
    }
    if (w->lost) give_up(w, w->lost, w->lost_why);
    else if (w->failed) give_up(w, w->failed, w->said.len ? buf_view(&w->said) : pkg_unpack_why(w->unpack));
    else if (w->is_last) answer_all(w);
    else if (w->has_ended || w->in.len >= WORTH) start_work(w);
    /* the last: what waits in the socket may come from inside of it */
    if (w->transfer) pkg_transfer_pause(w->transfer, false);
}

static void start_work(struct tarball *w) {
    struct buf free_one = buf_take(&w->at_work);
    w->at_work = buf_take(&w->in);
    w->in = free_one;
    w->runs = true;
    w->worked_ms = loop_now_ms(w->fetch->loop);
    w->is_last = w->has_ended;
    pkg_job_start(w->fetch, w->is_long, work, worked, NULL, w);
}

/* --- from the network */

/* A new try: what came of the last one is void. */
static void on_head(void *user, const struct http_reply *r) {
    struct tarball *w = user;
    w->status = r->status;
    w->worked_ms = loop_now_ms(w->fetch->loop);
    w->fetch->queued -= w->in.len;
    buf_clear(&w->in);
    if (w->runs) w->starts_anew = true;
    else {
        pkg_unpack_free(w->unpack);
        w->unpack = NULL;
    }
    w->is_long = r->length >= LONG;
    if (r->status == 200 && r->length > 0 && !w->in.cap)
        w->in = take_spare(w->fetch, r->length < WORTH * 2 ? (size_t)r->length : WORTH * 2);
}

static void on_data(void *user, str bytes) {
    struct tarball *w = user;
    struct pkg_fetch *f = w->fetch;
    if (w->status != 200) return;
    buf_add(&w->in, bytes);
    f->queued += bytes.len;
    if (!w->runs && (w->in.len >= WORTH || loop_now_ms(f->loop) - w->worked_ms > patience_ms)) start_work(w);
    else if (w->in.len >= MOST_OWN || (w->runs && f->queued >= MOST_ALL))
        pkg_transfer_pause(w->transfer, true);           /* until the job that runs has ended */
}

/* Told when the thread has let go. */
static void lose(struct tarball *w, err e, str why) {
    if (w->runs) {
        w->lost = e ? e : ERR_PROTOCOL;
        w->lost_why = why;
    } else give_up(w, e, why);
}

static void on_ended(void *user) {
    struct tarball *w = user;
    str url = arena_str(&w->arena, pkg_transfer_url(w->transfer));
    w->transfer = NULL;
    w->has_ended = true;
    if (w->status == 200) {
        if (!w->runs) start_work(w);
        return;
    }
    str reason = http_reason(w->status);
    lose(w, w->status == 404 ? ERR_NOT_FOUND : ERR_REFUSED, arena_print(&w->arena, "%.*s@%.*s: GET %.*s - %d%s%.*s",
        STR_FMT(w->t.name),
         STR_FMT(w->t.version), STR_FMT(url), w->status, reason.len ? " " : "", STR_FMT(reason)));
}

static void on_lost(void *user, err e, str why) {
    struct tarball *w = user;
    w->transfer = NULL;
    lose(w, e, arena_print(&w->arena, "%.*s@%.*s: %.*s", STR_FMT(w->t.name), STR_FMT(w->t.version), STR_FMT(why)));
}
static const struct pkg_transfer_events events = {on_head, on_data, on_ended, on_lost};

/* --- from outside */

static void open_run(struct pkg_job *j) {
    (void)j;
    gzip_has_fast();
    crypto_digest_size("sha512");
}
static void opened(struct pkg_job *j) { (void)j; }

/* While requests are made and the network is waited for. */
static void open_libraries(struct pkg_fetch *f) {
    if (f->opens) return;
    f->opens = true;
    pkg_job_start(f, true, open_run, opened, NULL, NULL);
}

static void fetch(struct pkg_fetch *f, const struct pkg_tarball *t, str authorization, bool is_github,
    pkg_got_tarball done, void *user) {
    bool is_new;
    str key = t->integrity.len ? t->integrity : t->url;
    struct tarball *w = map_get(&f->tarballs, key);
    if (w && w->is_done) {
        done(user, w->failed ? NULL : &w->stored, w->failed, w->why);
        return;
    }
    if (w) {
        struct asker *more = *w->last_asker = ARENA_NEW(&f->arena, struct asker);
        *more = (struct asker){NULL, done, user};
        w->last_asker = &more->next;
        return;
    }
    w = NEW(struct tarball);
    w->fetch = f;
    w->is_github = is_github;
    w->t = (struct pkg_tarball){arena_str(&w->arena, t->name), arena_str(&w->arena, t->version), arena_str(&w->arena,
        t->url), arena_str(&w->arena, t->integrity)};
    struct asker *k = w->askers = ARENA_NEW(&f->arena, struct asker);
    *k = (struct asker){NULL, done, user};
    w->last_asker = &k->next;
    *map_at(&f->tarballs, t->integrity.len ? w->t.integrity : w->t.url, &is_new) = w;
    if (t->integrity.len && !f->config->force &&
        pkg_store_find(f->store, t->name, t->version, t->integrity, &w->stored)) {
        answer_all(w);
        return;
    }
    if (str_starts(t->url, STR("/")) || str_starts(t->url, STR("file:"))) {
        w->has_ended = true;
        start_work(w);
    } else if (f->config->offline) {
        give_up(w, ERR_NOT_FOUND, arena_print(&w->arena,
            "%.*s@%.*s is not in the store, and --offline forbids to fetch %.*s", STR_FMT(w->t.name),
                                              STR_FMT(w->t.version), STR_FMT(w->t.url)));
    } else {
        open_libraries(f);
        struct pkg_transfer_options o = {
            .method = STR("GET"), .url = w->t.url, .headers = STR("Accept: */*\r\n"), .authorization = authorization};
        w->transfer = pkg_transfer_start(f->net, &o, &events, w);
    }
}

void pkg_fetch_tarball(struct pkg_fetch *f, const struct pkg_tarball *t, pkg_got_tarball done, void *user) {
    fetch(f, t, STR(""), false, done, user);
}

void pkg_fetch_github(struct pkg_fetch *f, str repository, str ref, str url, str authorization, pkg_got_tarball done,
    void *user) {
    bool is_commit = pkg_is_commit(ref);
    struct pkg_tarball t = {.name = repository, .version = is_commit ? ref : STR(""), .url = url};
    fetch(f, &t, authorization, true, done, user);
}

void pkg_tarballs_free(struct pkg_fetch *f) {
    for (size_t i = 0; i < sizeof f->spare / sizeof *f->spare; i++) buf_free(&f->spare[i]);
    for (struct map_entry *e = map_next(&f->tarballs, NULL); e; e = map_next(&f->tarballs, e)) {
        struct tarball *w = e->value;
        pkg_unpack_free(w->unpack);
        buf_free(&w->in);
        buf_free(&w->at_work);
        buf_free(&w->said);
        arena_free(&w->arena);
        mem_free(w);
    }
    map_free(&f->tarballs);
}
