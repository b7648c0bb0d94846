/* pkg/licenses.h: what was installed by its licence, and whether a policy permits it. Pure. */
#pragma once
#include "pkg/inventory.h"

/* "Unknown" where none is declared */
struct pkg_license_group { str license; const struct pkg_component **items; size_t count; };
struct pkg_licenses {
    struct pkg_license_group *groups; size_t count;  /* by letters, without a parenthesis before them; "Unknown" last */
    size_t n_items, n_absent;        /* absent: in the lockfile, for this machine, but not in node_modules */
};
/* `wanted` by pkg_id; NULL = all. What is not installed is counted only. */
void pkg_licenses_group(struct arena *a, const struct pkg_inventory *inventory, const bool *wanted,
                        struct pkg_licenses *out);

/* Names of SPDX, or whole texts as they are declared. An expression is permitted when one of its choices has only names
 * that are allowed (everything, when `allow` is empty) and none that is denied. */
struct pkg_license_policy { const str *allow; size_t n_allow; const str *deny; size_t n_deny; };
bool pkg_license_permits(const struct pkg_license_policy *p, str license);
