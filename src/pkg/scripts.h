/* pkg/scripts.h: lifecycle scripts (preinstall, install, postinstall, prepare) of the root, of workspaces and of
 * trusted packages. The only place of this room that starts processes (git apart). */
#pragma once
#include "pkg/link.h"

struct pkg_scripts_result {
    size_t n_run, n_failed, n_blocked;       /* blocked: packages with scripts that are not trusted */
    pkg_id *blocked;
    str why;                        /* of the first failure: package, script, exit code */
    int exit_code;                  /* of the first script that failed; 0 when it could not even be run */
};
extern const char *const pkg_trusted_names[];            /* the built-in list, sorted */
extern const size_t pkg_n_trusted_names;
/* Is this package's script allowed? trustedDependencies when it is there, else the built-in list and npm only. */
bool pkg_scripts_trusts(const struct pkg_lock *l, pkg_id id);
/* Those of packages and workspaces. */
err pkg_scripts_run(struct arena *a, const struct pkg_link_input *in, const struct pkg_link_result *linked,
                    struct pkg_scripts_result *out);
/* The root's own, afterwards; `out` goes on. */
err pkg_scripts_run_project(struct arena *a, const struct pkg_link_input *in, struct pkg_scripts_result *out);
