/* Any bytes are read or refused with one error; what was read can be written as JSON and read again, also as JSON5. */
#include "base/diag.h"
#include "base/must.h"
#include "data/json5.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct arena a = {0};
    struct diag d = {0};
    struct buf out = {0}, again = {0};
    struct json *tree = json5_parse(&a, str_of((const char *)data, size), &d, STR("fuzz.json5"));
    must((tree != NULL) == (d.n_errors == 0));
    if (tree) {
        json_write(&out, tree, STR(""));
        must(json_parse(&a, buf_view(&out), JSON_STRICT, &d, STR("again.json")));
        struct json *copy = json5_parse(&a, buf_view(&out), &d, STR("again.json5"));
        must(copy);
        json_write(&again, copy, STR(""));
        bool has_escapes = str_find_char(buf_view(&out), 0x5c) >= 0; /* halves of a character, side by side, may join */
        must(has_escapes || str_eq(buf_view(&out), buf_view(&again)));
    }
    buf_free(&out);
    buf_free(&again);
    diag_free(&d);
    arena_free(&a);
    return 0;
}
