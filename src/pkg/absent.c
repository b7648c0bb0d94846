/* pkg/absent.c: what stands in for floors of the install that have not landed; weak, so that the real ones take their place. The
 * file goes with the last of them. */
#include "pkg/install.h"

#include "base/diag.h"

#define WEAK __attribute__((weak))
WEAK void pkg_fetch_git(struct pkg_fetch *f, const struct pkg_spec *spec, str commit, pkg_got_tarball done, void *user) {}
WEAK struct pkg_plan *pkg_plan_new(struct arena *a, const struct pkg_plan_options *o, const struct pkg_world *world,
    void *user) { return NULL; }
WEAK void pkg_plan_start(struct pkg_plan *p) {}
WEAK void pkg_plan_packument(struct pkg_plan *p, uint32_t ticket, const struct pkg_packument *found, str why) {}
WEAK void pkg_plan_elsewhere(struct pkg_plan *p, uint32_t ticket, const struct pkg_elsewhere *found, str why) {}
WEAK bool pkg_plan_is_done(const struct pkg_plan *p) { return true; }
WEAK void pkg_plan_finish(struct pkg_plan *p, struct pkg_plan_result *out) {
    static struct pkg_missing missing = {.why = STR_INIT("resolving is not there yet (ERR_NOT_IMPLEMENTED)"), .by = PKG_NONE};
    *out = (struct pkg_plan_result){.missing = &missing, .n_missing = 1};
}
WEAK void pkg_plan_free(struct pkg_plan *p) {}
WEAK bool pkg_lock_read(struct arena *a, str text, str file, struct diag *d, struct pkg_lock *out) {
    diag_add(d, DIAG_ERROR, "lock", file, STR(""), 0, 0, "reading it is not there yet (ERR_NOT_IMPLEMENTED)");
    return false;
}
WEAK void pkg_lock_write(struct buf *out, const struct pkg_lock *l, const struct pkg_tree *t) {}
WEAK void pkg_tree_make(struct arena *a, const struct pkg_lock *l, const struct pkg_tree_choice *choice, struct pkg_tree *out) {}
