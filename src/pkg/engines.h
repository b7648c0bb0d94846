/* pkg/engines.h: --engine-strict: packages that say they are for another version of Node than Bao is. */
#pragma once
#include "pkg/lock.h"
#include "pkg/project.h"
#include "pkg/store.h"

/* Reads "engines" of the project's members and of what is stored (by pkg_id; an empty path is passed over).
 * `user_agent` names the version: "... node/v26.1.0 ...". ERR_REFUSED after an error in `d` for each that does not fit;
 * those of optional packages are warnings. */
err pkg_engines_check(struct arena *a, const struct pkg_project *p, const struct pkg_lock *l,
                      const struct pkg_stored *stored, str user_agent, struct diag *d);
