/* pkg/wanted.h: entries of the store that an install wants: found there, or fetched; each once, as soon as it is asked
 * for. Also what no registry has: folders, links, tarballs and repositories, for the plan. */
#pragma once
#include "base/map.h"
#include "pkg/plan.h"
#include "pkg/session.h"

struct pkg_wanted {
    struct pkg_stored stored;       /* path empty: not there (yet) */
    bool is_done;
    err failed;
    str why;                        /* a sentence, after an error */
};
struct pkg_wants {
    struct arena *arena;
    struct pkg_session *session;
    str root;                       /* of the project */
    struct map by_key;              /* -> struct pkg_wanted */
    size_t n_asked, n_done;
    bool verifies;                  /* integrity; false = --no-verify */
};
void pkg_wants_init(struct pkg_wants *w, struct arena *a, struct pkg_session *s, str root);
void pkg_wants_done(struct pkg_wants *w);

/* NULL: such a package has no entry (root, workspace, folder, link). */
struct pkg_wanted *pkg_want(struct pkg_wants *w, const struct pkg_lock *l, pkg_id id);
err pkg_wants_wait(struct pkg_wants *w);                 /* until all that is wanted is there or failed */

/* Answers the plan (pkg_world's `elsewhere`), perhaps from inside the call. */
void pkg_want_elsewhere(struct pkg_wants *w, const struct pkg_spec *spec, str base, struct pkg_plan *p,
                        uint32_t ticket);
