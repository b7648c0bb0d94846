/* Any text as a package.json: what comes out keeps to its claims; every dependency's spec is told apart. */
#include "base/diag.h"
#include "base/must.h"
#include "pkg/manifest.h"
#include "pkg/spec.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct arena a = {0};
    struct diag d = {0};
    struct pkg_manifest m;
    bool ok = pkg_manifest_read(&a, str_of((const char *)data, size), STR("package.json"), &d, &m);
    must(ok == (d.n_errors == 0));
    for (size_t i = 0; ok && i < m.n_dependencies; i++) {
        struct pkg_spec s;
        must(pkg_name_is_valid(m.dependencies[i].name));
        pkg_spec_parse(&a, m.dependencies[i].name, m.dependencies[i].spec, &s);
        must(s.kind != PKG_SPEC_RANGE || s.range);
    }
    for (size_t i = 0; ok && i < m.n_bins; i++) must(m.bins[i].path.len && str_find(m.bins[i].path, STR("..//")) < 0);
    diag_free(&d);
    arena_free(&a);
    return 0;
}
