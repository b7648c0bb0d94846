/* pkg/migrate_parts.h: what the readers of foreign lockfiles share. Only for pkg/migrate*.c. */
#pragma once
#include "base/list.h"
#include "base/map.h"
#include "data/json.h"
#include "pkg/migrate.h"
#include "pkg/project.h"
#include "pkg/spec.h"

struct migrating {
    struct arena *a;
    const struct pkg_project *project;
    struct diag *d;
    str source, file;
    struct pkg_migration *out;
    struct pkg_lock *lock;          /* of `out` */
    struct map by_resolution;       /* "name@1.0.0" and such -> id + 1 */
    size_t cap_partial;
    bool is_wrong;
};

bool migrate_npm(struct migrating *m);
bool migrate_yarn(struct migrating *m);         /* version 1 */
bool migrate_berry(struct migrating *m);        /* yarn 2 and later */
bool migrate_pnpm(struct migrating *m);

/* False, after an error about source[at]. */
bool migrate_fail(struct migrating *m, size_t at, const char *id, const char *format, ...)
    __attribute__((format(printf, 4, 5)));
void migrate_warn(struct migrating *m, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* The project's own packages are there before a reader begins, numbered as project->members; their edges as the
 * manifests have them, unresolved. PKG_NONE: no folder of the project. */
pkg_id migrate_member(const struct migrating *m, str path);

/* The package of a resolution such as "name@1.0.0"; zeroed when it is new. */
pkg_id migrate_package(struct migrating *m, str resolution, bool *is_new);
void migrate_set_partial(struct migrating *m, pkg_id id);

/* dependencies, optionalDependencies and peerDependencies of an object as edges to nobody. */
enum migrate_edges {
    MIGRATE_PLAIN = 0,
    MIGRATE_DEV = 1,                /* devDependencies, too */
    MIGRATE_META = 2,               /* and peers that only peerDependenciesMeta names */
};
void migrate_take_edges(struct arena *a, const struct json *manifest, enum migrate_edges which, struct pkg_package *to);
/* pkg_package_take, but a single bin that is called as its package has no name of its own, as in a manifest. */
void migrate_take_rest(struct arena *a, const struct json *manifest, struct pkg_package *to);

/* Fills source, place, commit and tag from a URL: of a registry's tarball, another tarball, or git. False: it is none
 * of them. */
bool migrate_take_url(struct migrating *m, str url, enum pkg_spec_kind declared, struct pkg_package *to);
str migrate_integrity(struct arena *a, str text);       /* the strongest of "sha1-... sha512-..." */
/* base + "/" + path, without "." and ".."; relative to the root */
str migrate_join(struct arena *a, str base, str path);
