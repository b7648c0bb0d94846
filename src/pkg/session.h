/* pkg/session.h: the network and the store of one command, opened when they are first needed: a command that needs
 * neither pays for neither. Asking here waits for the answers; all that is asked for together is fetched together. */
#pragma once
#include "base/map.h"
#include "pkg/fetch.h"

struct pkg_session {
    struct arena *arena;
    const struct pkg_config *config;
    struct loop *loop;              /* all NULL until they are needed */
    struct pkg_store *store;
    struct pkg_fetch *fetch;
    str why;                        /* after an error */
    struct map seen;                /* name -> const struct pkg_packument: all answers of this session */
};
void pkg_session_init(struct pkg_session *s, struct arena *a, const struct pkg_config *c);
void pkg_session_done(struct pkg_session *s);
err pkg_session_open_store(struct pkg_session *s);       /* the store alone */
err pkg_session_open(struct pkg_session *s);             /* the store, a loop and what fetches */
struct loop *pkg_session_loop(struct pkg_session *s);
void pkg_session_saw(struct pkg_session *s, const struct pkg_packument *p);

/* found[i] is NULL where it failed, and whys[i] then says why. */
err pkg_session_packuments(struct pkg_session *s, const str *names, size_t n, bool full,
                           const struct pkg_packument **found, str *whys);
struct pkg_reply { int status; str body, why; };    /* status 0: it failed, see `why`; the body lives in the arena */
err pkg_session_ask(struct pkg_session *s, str method, str url, str headers, str body, struct pkg_reply *out);
void pkg_session_wait(struct pkg_session *s, const bool *is_done);    /* until it is, or nothing is left that could */

/* Where the tarball of a version is when its registry's answer is not at hand. */
str pkg_tarball_url(struct arena *a, const struct pkg_config *c, str name, str version);
