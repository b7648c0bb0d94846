/* pkg/migrate_run.h: a project's foreign lockfile from its folder, made whole by what registries say. */
#pragma once
#include "base/err.h"
#include "pkg/migrate.h"

struct pkg_session;

/* The first of pkg_migrate_files that can be read; *file says which. A warning in `d` for each that could not;
 * ERR_NOT_FOUND when there is none. Other errors: the registry cannot be asked (see the session's `why`). */
err pkg_migrate_project(struct arena *a, struct pkg_session *s, const struct pkg_project *p, struct diag *d,
                        struct pkg_migration *out, str *file);
