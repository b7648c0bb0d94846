/* pkg/yarn_write.h: a lock as yarn's first lockfile, for tools that read nothing else (--yarn). Pure. */
#pragma once
#include "pkg/lock.h"

struct buf;

/* `url_of` tells where a registry's tarball is when the lock does not name it. Workspaces are not in such a file, nor
 * are links. */
void pkg_yarn_write(struct arena *a, struct buf *out, const struct pkg_lock *l,
                    str (*url_of)(void *user, const struct pkg_package *p), void *user);
