/* pkg/migrate.h: the lockfiles of npm (package-lock.json and npm-shrinkwrap.json, versions 1 to 4), yarn (1, and 2 to
 * 4) and pnpm (6 to 9) as the graph of lock.h: every version that they chose is kept. Pure: knows no network and no
 * disk. */
#pragma once
#include "pkg/lock.h"

struct pkg_project;

struct pkg_migration {
    struct pkg_lock lock;
    bool *is_partial;               /* by package: the file says too little of it; pkg_migration_fill is to be called */
    struct pkg_texts warnings;      /* whole sentences */
};

/* What foreign lockfiles are called, in the order they are looked for; NULL ends. */
extern const char *const pkg_migrate_files[];

/* `file` is one of those names. False after errors in `d`. Texts borrow from `text` and from the project or live in
 * `a`. */
bool pkg_migrate_read(struct arena *a, const struct pkg_project *project, str file, str text, struct diag *d,
                      struct pkg_migration *out);

/* What the registry says of a package that is partial: its groups, peers, bins, platforms. */
void pkg_migration_fill(struct pkg_migration *m, pkg_id id, const struct json *manifest);
