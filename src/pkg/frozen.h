/* pkg/frozen.h: what changed in package.json files since a lockfile was written, in words, for those whose install is
 * frozen. */
#pragma once
#include "pkg/lock.h"
#include "pkg/project.h"

/* "dependencies in package.json changed since bun.lock was saved: ms was added, is-odd changed from ^3.0.0 to ^2.0.0 in
 * packages/w"; empty when no package.json says anything else than the lock. Pure. */
str pkg_frozen_changes(struct arena *a, const struct pkg_project *p, const struct pkg_lock *l);
