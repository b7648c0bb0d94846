/* pkg/absent.c: what stands in for floors of the install that have not landed; weak, so that the real ones take their place. The
 * file goes with the last of them. */
#include "pkg/install.h"

#include "base/diag.h"

#define WEAK __attribute__((weak))
WEAK void pkg_fetch_git(struct pkg_fetch *f, const struct pkg_spec *spec, str commit, pkg_got_tarball done, void *user) {}
