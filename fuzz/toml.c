/* Any bytes are read or refused with one error; what was read can be written as JSON and read again. */
#include "base/diag.h"
#include "base/must.h"
#include "data/toml.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct arena a = {0};
    struct diag d = {0};
    struct buf out = {0};
    struct json *tree = toml_parse(&a, str_of((const char *)data, size), &d, STR("fuzz.toml"));
    must((tree != NULL) == (d.n_errors == 0));
    if (tree) {
        json_write(&out, tree, STR("  "));
        must(json_parse(&a, buf_view(&out), JSON_STRICT, &d, STR("again.json")));
    }
    buf_free(&out);
    diag_free(&d);
    arena_free(&a);
    return 0;
}
