/* data/semver.h: versions and ranges exactly as npm's `semver` 7 has them (Semantic Versioning 2.0.0 and node-semver's
 * range grammar). Pure: texts in, answers out. */
#pragma once
#include "base/arena.h"
#include "base/str.h"

enum semver_flags {
    SEMVER_LOOSE = 1,               /* also "v1.2.3", "=1.2.3", "1.2.3beta", leading zeros */
    SEMVER_PRERELEASE = 2,          /* prereleases count as any other version (includePrerelease) */
};

struct buf;

struct semver {
    uint64_t major, minor, patch;   /* at most 2^53 - 1 */
    str pre;                        /* "beta.1"; empty = a release; borrows from the text */
    str build;                      /* without '+'; ignored by comparing */
};

/* The whole text, white space around it apart. False when it is no version. */
bool semver_parse(str text, enum semver_flags flags, struct semver *out);
int semver_cmp(const struct semver *a, const struct semver *b);          /* -1, 0, 1 by precedence; build is ignored */
void semver_print(struct buf *out, const struct semver *v);  /* major.minor.patch[-pre]; build left out, as npm does */

enum semver_op { SEMVER_EQ, SEMVER_LT, SEMVER_LE, SEMVER_GT, SEMVER_GE };
struct semver_bound {
    enum semver_op op;
    bool is_any;                    /* "*": every version; the rest is unset */
    struct semver version;
};
struct semver_set { struct semver_bound *bounds; size_t count; };        /* all must hold */
struct semver_range { struct semver_set *sets; size_t count; };          /* one must hold; lives in its arena */

/* NULL when the text is no range. "" and "*" are the range of all releases. */
struct semver_range *semver_range_parse(struct arena *a, str text, enum semver_flags flags);
bool semver_range_has(const struct semver_range *r, const struct semver *v, enum semver_flags flags);

/* Is the version text `v` in the range text? False when either is malformed. */
bool semver_satisfies(str v, str range, enum semver_flags flags);
