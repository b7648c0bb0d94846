/* pkg/absent.c: what stands in for floors of the install that have not landed; weak, so that the real ones take their place. The
 * file goes with the last of them. */
#include "pkg/install.h"

#include "base/diag.h"

#define WEAK __attribute__((weak))
WEAK err pkg_store_open(struct arena *a, str cache, struct pkg_store **out) { return ERR_UNSUPPORTED; }
WEAK void pkg_store_close(struct pkg_store *s) {}
WEAK bool pkg_store_find(struct pkg_store *s, str name, str version, str integrity, struct pkg_stored *out) { return false; }
WEAK struct pkg_unpack *pkg_unpack_new(struct pkg_store *s, str name, str version, str integrity) { return NULL; }
WEAK err pkg_unpack_push(struct pkg_unpack *u, str bytes) { return ERR_UNSUPPORTED; }
WEAK err pkg_unpack_finish(struct pkg_unpack *u, struct pkg_stored *out) { return ERR_UNSUPPORTED; }
WEAK str pkg_unpack_why(const struct pkg_unpack *u) { return STR(""); }
WEAK void pkg_unpack_free(struct pkg_unpack *u) {}
WEAK struct pkg_fetch *pkg_fetch_new(struct loop *loop, const struct pkg_config *c, struct pkg_store *store) { return NULL; }
WEAK void pkg_fetch_free(struct pkg_fetch *f) {}
WEAK void pkg_fetch_packument(struct pkg_fetch *f, str name, bool full, pkg_got_packument done, void *user) {}
WEAK void pkg_fetch_document(struct pkg_fetch *f, str method, str url, str headers, str body, pkg_got_answer done, void *user) {}
WEAK void pkg_fetch_tarball(struct pkg_fetch *f, const struct pkg_tarball *t, pkg_got_tarball done, void *user) {}
WEAK void pkg_fetch_git(struct pkg_fetch *f, const struct pkg_spec *spec, str commit, pkg_got_tarball done, void *user) {}
WEAK void pkg_fetch_news(const struct pkg_fetch *f, struct pkg_fetch_news *out) {}
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
WEAK bool pkg_link_needed(struct arena *a, const struct pkg_link_input *in, bool *needed) { return false; }
WEAK err pkg_link_run(struct arena *a, const struct pkg_link_input *in, struct pkg_link_result *out) { return ERR_UNSUPPORTED; }
WEAK bool pkg_scripts_trusts(const struct pkg_lock *l, pkg_id id) { return false; }
WEAK err pkg_scripts_run(struct arena *a, struct loop *loop, const struct pkg_link_input *in,
    const struct pkg_link_result *linked, struct pkg_scripts_result *out) { return ERR_UNSUPPORTED; }
