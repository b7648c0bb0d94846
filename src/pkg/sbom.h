/* pkg/sbom.h: a bill of materials of what an install brought: CycloneDX 1.6 (ECMA-424) or SPDX 2.3 (ISO/IEC 5962), as
 * JSON. Pure. */
#pragma once
#include "pkg/inventory.h"

enum pkg_sbom_format { PKG_SBOM_CYCLONEDX, PKG_SBOM_SPDX };
struct pkg_sbom_options {
    enum pkg_sbom_format format;
    const struct pkg_lock *lock;
    const struct pkg_inventory *inventory;
    const struct pkg_manifest *root;
    str registry;                   /* where packages came from when the lock does not say; with a slash at its end */
    bool is_library;                /* the root is one, not an application */
    const char *uuid;               /* 36 characters, of version 4 or 5 */
    double now_s;                   /* seconds since the epoch */
    const bool *wanted;             /* by pkg_id; NULL = every item of the inventory */
};
void pkg_sbom_write(struct buf *out, const struct pkg_sbom_options *o);

/* "pkg:npm/%40scope/name@1.0.0" (purl-spec); with what tells a package that no registry has: vcs_url, download_url. */
str pkg_sbom_purl(struct arena *a, const struct pkg_package *p);
