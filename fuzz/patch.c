/* fuzz/patch.c: any bytes as a patch, applied to a text; what comes out is freed with its arena. */
#include "pkg/patch.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct arena a = {0};
    struct pkg_patch_set set;
    str why, after;
    if (pkg_patch_read(&a, str_of((const char *)data, size), &set, &why))
        for (size_t i = 0; i < set.count; i++)
            pkg_patch_apply(&a, &set.files[i], STR("one\ntwo\nthree\n\nfive\n"), &after, &why);
    arena_free(&a);
    return 0;
}
