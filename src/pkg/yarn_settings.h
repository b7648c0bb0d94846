/* pkg/yarn_settings.h: what only yarn (2 and later) understands in package.json, in the words that all do: "patch:"
 * becomes what is patched and an entry of patchedDependencies, "portal:" a folder, "npm:^1" the range. Patches that yarn
 * has built in are for its own way to install: what is patched is taken as it is. Pure. */
#pragma once
#include "base/arena.h"

struct diag;

/* Which file changes which version: "a@1.0.0" -> ".yarn/patches/a.patch", relative to the root. */
struct pkg_yarn_patch { str package, file; };
struct pkg_yarn_patches { struct pkg_yarn_patch *at; size_t count; };

bool pkg_yarn_is_berry(str lock_text);
/* "npm:^1.0.0" -> "^1.0.0"; another name ("npm:x@^1") stays. */
str pkg_yarn_range(str spec);
/* Is there anything in this package.json that only yarn understands? `in_migration`: ranges of "npm:" too. */
bool pkg_yarn_speaks(str package_json, bool in_migration);
/* Those of yarn.lock, which knows the versions of ranges. false after errors in `d`: two files for one version, a file
 * that is not inside of the project. */
bool pkg_yarn_lock_patches(struct arena *a, str lock_text, struct diag *d, struct pkg_yarn_patches *out);
/* package.json anew, empty when it says nothing to yarn alone or after an error in `d`; `folder`: where it lies,
 * relative to the root. What it patches is added to `patches`. */
str pkg_yarn_settings(struct arena *a, str package_json, str folder, bool in_migration,
                      struct pkg_yarn_patches *patches, struct diag *d);
/* The root's package.json with patchedDependencies; those that are there stay. */
str pkg_yarn_add_patches(struct arena *a, str package_json, const struct pkg_yarn_patches *patches);
