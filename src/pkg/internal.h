/* pkg/internal.h: what the files of this room that touch disk and network tell each other: the store's entries and
 * their lists of files, integrity texts. */
#pragma once
#include "base/buf.h"
#include "base/list.h"
#include "base/map.h"
#include "pkg/store.h"
#include "sys/pool.h"
#include "sys/thread.h"

/* --- integrity.c: Subresource Integrity as npm uses it: "sha512-<base64> sha1-<base64>"; a bare sha1 in hexadecimal is
 * taken too */
enum pkg_algorithm { PKG_SHA1, PKG_SHA256, PKG_SHA384, PKG_SHA512, PKG_ALGORITHMS };
extern const char *const pkg_algorithm_names[PKG_ALGORITHMS];

struct pkg_sum { enum pkg_algorithm algorithm; unsigned char bytes[64]; size_t len; };
enum { PKG_SUMS = 8 };
/* Those of the strongest algorithm that is named; one of them must match. 0: there is none that is known. */
size_t pkg_integrity_read(str text, struct pkg_sum out[PKG_SUMS]);
str pkg_integrity_write(struct arena *a, const struct pkg_sum *s);

/* --- index.c: an entry's list of folders and files, read by the linker straight from memory: the files of the
 * package's own folder, then each folder (its whole path, after those above it) followed by the files in it (their
 * names only). Texts end in NUL. */
enum pkg_item_kind { PKG_ITEM_DIR = 'd', PKG_ITEM_FILE = 'f', PKG_ITEM_PROGRAM = 'x', PKG_ITEM_LINK = 'l' };
struct pkg_item {
    enum pkg_item_kind kind;
    /* reading: of a folder its path, of all else the name in the folder that came last; making: the path */
    str path;
    str target;                     /* of a symbolic link */
};
struct pkg_index_head {
    uint32_t n_dirs, n_files;       /* links count as files */
    uint64_t bytes;                 /* of all files as they lie on disk, links not counted */
    /* When it was written (os_boot): under another start of the machine it may not be whole, as nothing waits for the
     * disk. 0: it was looked through since. */
    uint32_t boot;
    bool has_gyp;                   /* binding.gyp, and no script that replaces what npm does about it */
    bool has_scripts;               /* preinstall, install or postinstall */
    str integrity, commit, tag;
};
struct pkg_index_walk { const char *at, *end; };
bool pkg_index_read(str index, struct pkg_index_head *head, struct pkg_index_walk *items);      /* false: it is none */
bool pkg_index_next(struct pkg_index_walk *w, struct pkg_item *out);
void pkg_index_mark(struct buf *index, uint32_t boot);
void pkg_index_write(struct buf *out, const struct pkg_index_head *head, const struct pkg_item *items, size_t count);

/* --- store.c */
struct pkg_store {
    struct arena arena;             /* only while `lock` is held */
    struct thread_lock lock;
    str cache, packages;            /* absolute folders */
    int cache_fd, packages_fd;      /* packages_fd: -1 until there is such a folder */
    int temp_fd, temp_lock_fd;      /* of this process: made when it is first needed */
    str temp_name;
    unsigned n_temps;
    bool replaces;                  /* --force: what is unpacked takes the place of what is there */
};
#define PKG_STORE_FILES "files"
#define PKG_STORE_INDEX "index"
enum { PKG_STORE_KEY = 200 };
/* The folder's name of an entry; false: `integrity` says nothing that is known. */
bool pkg_store_key(str name, str version, str integrity, char key[PKG_STORE_KEY]);
void pkg_store_key_git(str name, str commit, char key[PKG_STORE_KEY]);
bool pkg_store_find_key(struct pkg_store *s, const char *key, struct pkg_stored *out);
/* A folder of our own for something unfinished; `name` (24 bytes of room) is relative to s->temp_fd. */
err pkg_store_temp(struct pkg_store *s, char *name);
/* What lies there becomes the entry, unless another was quicker. */
err pkg_store_keep(struct pkg_store *s, const char *temp, const char *key);
/* An entry that lacks a file is none. */
void pkg_store_forget(struct pkg_store *s, const struct pkg_stored *e);
str pkg_store_str(struct pkg_store *s, str text);                        /* a copy that lives as long as the store */

/* --- unpack.c */
struct pkg_unpack *pkg_unpack_new_git(struct pkg_store *s, str name, str commit, str tag);

/* --- transfer.c: one request until it is answered for good: retried with back-off, redirected, with the credentials of
 * its host, by a proxy where one is set, with a bound on every wait. Loop's thread. */
struct pkg_net;
struct pkg_config;
struct loop;
struct http_reply;
struct pkg_transfer;
struct pkg_transfer_events {
    /* A final answer begins, of a status that is not tried anew. What came before of an earlier try is void. */
    void (*head)(void *user, const struct http_reply *r);
    void (*data)(void *user, str bytes);
    void (*ended)(void *user);                           /* whole; the transfer is gone */
    void (*failed)(void *user, err e, str why);  /* the transfer is gone; `why` is a sentence, borrowed for the call */
};
struct pkg_transfer_options {
    str method, url;
    /* Lines; Host, User-Agent and Authorization are added. To another host than the URL's only Accept lines go. */
    str headers;
    str authorization;                                   /* for the URL's host, when .npmrc has none */
    str body;
    bool has_body, is_urgent;        /* urgent: goes before what waits, as others wait for its answer */
};
struct pkg_net *pkg_net_new(struct loop *loop, const struct pkg_config *c);
void pkg_net_free(struct pkg_net *n);                    /* no event follows */
struct pkg_transfer *pkg_transfer_start(struct pkg_net *n, const struct pkg_transfer_options *o,
    const struct pkg_transfer_events *e, void *user);
void pkg_transfer_cancel(struct pkg_transfer *t);        /* no event follows */
void pkg_transfer_pause(struct pkg_transfer *t, bool pause);
str pkg_transfer_url(const struct pkg_transfer *t);      /* without credentials, where it stands now */
struct pkg_fetch_news;
void pkg_net_news(const struct pkg_net *n, struct pkg_fetch_news *out);

/* --- answers.c: registry answers on disk, with an index of their versions in front so that reading one looks at
 * nothing else. */
struct pkg_packument;
struct pkg_answer {
    str text;                       /* the whole file, mapped */
    str etag, modified;             /* validators; empty when the server gave none */
    double age_s, fresh_s;          /* since it was asked for; how long it may be used unasked */
};
#define PKG_ANSWERS "answers"
enum { PKG_ANSWER_NAME = 160 };
void pkg_answer_name(str name, str url, bool full, char out[PKG_ANSWER_NAME]);
bool pkg_answer_open(struct pkg_store *s, const char *name, str url, struct pkg_answer *out); /* false: there is none */
void pkg_answer_close(struct pkg_answer *a);
void pkg_answer_read(struct arena *a, const struct pkg_answer *from, struct pkg_packument *out);
/* What stands before `json`, which `p` was read from, in the file. Any thread. */
void pkg_answer_write(struct buf *out, const struct pkg_packument *p, str json, str url, str etag, str modified,
    double fresh_s);

/* --- what fetch.c, tarball.c and git.c share */
struct pkg_job;
struct pkg_fetch {
    struct loop *loop;
    const struct pkg_config *config;
    struct pkg_store *store;
    struct pkg_net *net;
    struct arena arena;
    struct map answers;             /* name (or name + "?full") -> struct answer */
    bool doubts;                    /* stored answers are not believed unasked any more */
    struct map tarballs;            /* integrity or URL -> struct tarball */
    struct map gits;                /* URL#ref -> struct git */
    struct ring documents;
    bool opens;                     /* the libraries that unpacking needs */
    struct buf spare[8];            /* of tarballs that were unpacked */
    uint64_t queued;                /* bytes of tarballs that wait for a thread */
    struct ring jobs;               /* of struct pkg_job: what runs on other threads */
    struct thread_lock lock;
    struct thread_cond idle;
    unsigned n_jobs;                /* under lock: begun and not ended */
};
/* Work on a thread that outlives its owner when it must: pkg_fetch_free waits for what runs, and `done` is then not
 * called. */
struct pkg_job {
    struct ring ring;
    struct pool_job pool;
    struct pkg_fetch *fetch;        /* NULL: it is gone */
    void (*run)(struct pkg_job *);
    void (*done)(struct pkg_job *); /* loop's thread; frees the job's own parts, not the job */
    void (*drop)(struct pkg_job *); /* instead of `done`; frees likewise; may be NULL */
    void *user;
};
struct pkg_job *pkg_job_start(struct pkg_fetch *f, bool is_urgent, void (*run)(struct pkg_job *),
    void (*done)(struct pkg_job *), void (*drop)(struct pkg_job *), void *user);
void pkg_tarballs_free(struct pkg_fetch *f);
void pkg_gits_free(struct pkg_fetch *f);
bool pkg_is_commit(str text);                            /* 7 to 40 hexadecimal digits */
/* A host's tarball of a commit; t.name of messages is `repository`. */
void pkg_fetch_github(struct pkg_fetch *f, str repository, str ref, str url, str authorization,
                      void (*done)(void *user, const struct pkg_stored *stored, err e, str why), void *user);
