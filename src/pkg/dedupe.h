/* pkg/dedupe.h: fewer versions of a package: dependencies go to the newest locked version that their range allows.
 * Pure. */
#pragma once
#include "pkg/lock.h"

struct pkg_duplicate { str name, version; };
struct pkg_dedupe { struct pkg_duplicate *gone; size_t count; };         /* versions that nothing depends on any more */
/* `out` is the smaller graph; `l` is not changed. */
void pkg_dedupe(struct arena *a, const struct pkg_lock *l, struct pkg_lock *out, struct pkg_dedupe *result);
