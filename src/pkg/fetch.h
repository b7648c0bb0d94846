/* pkg/fetch.h: the network side of an install: registry answers and tarballs, with the cache in front, over kept
 * connections; retries with back-off, Retry-After, a deadline for each request and for all. Credentials go to the
 * host they belong to and nowhere else. Loop's thread. */
#pragma once
#include "pkg/config.h"
#include "pkg/registry.h"
#include "pkg/store.h"

struct loop;
struct pkg_fetch;
struct pkg_fetch *pkg_fetch_new(struct loop *loop, const struct pkg_config *c, struct pkg_store *store);
void pkg_fetch_free(struct pkg_fetch *f);        /* what runs is cancelled, without news; not from inside of the loop */

/* The answer lives as long as `f`; asked twice, answered from memory. From inside the call when the cache holds a
 * fresh one. NULL: `why` is a whole sentence with the URL, the status or error, and how often it was tried. `full`:
 * with "time" (minimumReleaseAge, info). */
typedef void (*pkg_got_packument)(void *user, const struct pkg_packument *found, err e, str why);
void pkg_fetch_packument(struct pkg_fetch *f, str name, bool full, pkg_got_packument done, void *user);

/* From now on stored answers are not believed unasked. true: one was, and so the registry may know more than was
 * said. */
bool pkg_fetch_doubt(struct pkg_fetch *f);

/* Any small document (audit, whoami, publish): method, headers and body as given, Authorization added for its host.
 * Status 0 = it failed, see `why`. */
typedef void (*pkg_got_answer)(void *user, int status, str body, str why);
void pkg_fetch_document(struct pkg_fetch *f, str method, str url, str headers, str body, pkg_got_answer done,
                        void *user);

/* A tarball into the store: inflated, hashed, checked and unpacked as it comes, on other threads. `integrity` empty
 * = none is known: the sum that it has is given. Asked for the same twice, fetched once. */
struct pkg_tarball { str name, version, url, integrity; };
typedef void (*pkg_got_tarball)(void *user, const struct pkg_stored *stored, err e, str why);
void pkg_fetch_tarball(struct pkg_fetch *f, const struct pkg_tarball *t, pkg_got_tarball done, void *user);
/* git and github: by the `git` program into a bare clone of the cache, then a checkout packed into the store; or the
 * host's tarball for github. */
void pkg_fetch_git(struct pkg_fetch *f, const struct pkg_spec *spec, str commit, pkg_got_tarball done, void *user);

/* what progress shows */
struct pkg_fetch_news { unsigned running, waiting; uint64_t n_done, bytes; str longest_url; double longest_s; };
void pkg_fetch_news(const struct pkg_fetch *f, struct pkg_fetch_news *out);
