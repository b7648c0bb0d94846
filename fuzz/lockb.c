/* Any bytes as a bun.lockb: refused with an error, or its text is judged as any bun.lock is. */
#include "base/buf.h"
#include "base/diag.h"
#include "base/must.h"
#include "pkg/lockb.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct arena a = {0};
    struct diag d = {0};
    struct pkg_texts trusted = {0};
    struct pkg_lock l;
    str text;
    bool ok = pkg_lockb_text(&a, str_of((const char *)data, size), &trusted, &d, &text);
    must(ok || d.n_errors);
    if (ok && !pkg_lock_read(&a, text, STR("bun.lockb"), &d, &l)) must(d.n_errors);
    diag_free(&d);
    arena_free(&a);
    return 0;
}
