/* Any text as a bun.lock: what is read leads nowhere outside, can be laid out and written, and that can be read. */
#include "base/buf.h"
#include "base/diag.h"
#include "base/must.h"
#include "pkg/tree.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool write(struct arena *a, str text, struct buf *out) {
    struct diag d = {0};
    struct pkg_lock l;
    struct pkg_tree t;
    struct pkg_tree_choice all = {0};
    bool ok = pkg_lock_read(a, text, STR("bun.lock"), &d, &l);
    must(ok || d.n_errors);
    diag_free(&d);
    if (!ok) return false;
    for (size_t i = 0; i < l.n_packages; i++)
        for (size_t k = 0; k < l.packages[i].n_edges; k++)
            must(l.packages[i].edges[k].to == PKG_NONE || l.packages[i].edges[k].to < l.n_packages);
    pkg_tree_make(a, &l, &all, &t);
    pkg_lock_write(out, &l, &t);
    return true;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct arena a = {0};
    struct buf once = {0}, twice = {0};
    if (write(&a, str_of((const char *)data, size), &once)) write(&a, buf_view(&once), &twice);
    buf_free(&once);
    buf_free(&twice);
    arena_free(&a);
    return 0;
}
