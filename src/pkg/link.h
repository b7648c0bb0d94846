/* pkg/link.h: entries of the store -> node_modules. What is right already is left alone; what is in the way is
 * replaced by rename; nothing is written outside of the project's node_modules folders. An interrupted run is
 * completed by the next one. On the pool's threads. */
#pragma once
#include "pkg/config.h"
#include "pkg/store.h"
#include "pkg/tree.h"

struct pkg_link_input {
    str root;                       /* the project's folder */
    const struct pkg_lock *lock;
    const struct pkg_tree *tree;
    const struct pkg_tree_choice *choice;    /* what the tree was made with; NULL = all */
    const struct pkg_config *config;
    enum pkg_linker linker;         /* decided: HOISTED or ISOLATED */
    /* by pkg_id; path empty: it has no entry (workspace, folder, link, or not for this machine) */
    const struct pkg_stored *stored;
    /* Tree and choice without --filter: what is there of it is neither linked nor removed. NULL = nothing. */
    const struct pkg_tree *rest;
    const struct pkg_tree_choice *rest_choice;
};
struct pkg_link_result {
    size_t n_installed, n_kept, n_removed;   /* packages */
    /* n_installed of them, in the tree's order: `+ name@version` is printed of the root's own */
    pkg_id *installed;
    str why;                        /* after an error: the path and what failed */
};
/* Which packages are not yet in node_modules as they should be? Cheap: reads what the last install noted there and
 * looks whether the folders are still there. false = all is there, nothing needs to be fetched or linked. `needed`
 * is by pkg_id. */
bool pkg_link_needed(struct arena *a, const struct pkg_link_input *in, bool *needed);
err pkg_link_run(struct arena *a, const struct pkg_link_input *in, struct pkg_link_result *out);

/* place_isolated.c: the name of a package's folder in node_modules/.bun, as Bun writes it: "@s+x@1.0.0". Of one that
 * has peers it goes on: "+" and a sum of them in 16 hexadecimal digits; the second function takes off what looks so. */
str pkg_isolated_name(struct arena *a, const struct pkg_package *k);
str pkg_isolated_without_peers(str folder);
