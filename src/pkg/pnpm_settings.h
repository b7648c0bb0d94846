/* pkg/pnpm_settings.h: what pnpm keeps outside of the common fields of package.json, moved into them: workspaces and
 * catalogs of pnpm-workspace.yaml; overrides, patches, package extensions and allowed build scripts of it and of the
 * field "pnpm". Pure. */
#pragma once
#include "base/arena.h"

struct diag;

/* package.json anew; empty when it already says all, or after an error in `d`. `yaml` may be empty. Fields that are
 * there stay. */
str pkg_pnpm_settings(struct arena *a, str package_json, str yaml, struct diag *d);
