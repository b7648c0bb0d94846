/* What json_parse takes must survive being written and read again. */
#include "base/diag.h"
#include "base/must.h"
#include "data/json.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    if (!size) return 0;
    struct arena a = {0};
    struct diag d = {0};
    struct buf once = {0}, twice = {0}, thrice = {0};
    struct json *tree = json_parse(&a, str_of((const char *)data + 1, size - 1), data[0] & 3, &d, STR("fuzz.json"));
    if (tree) {
        json_write(&once, tree, data[0] & 4 ? STR("  ") : STR(""));
        struct json *again = json_parse(&a, buf_view(&once), JSON_STRICT, &d, STR("again.json"));
        must(again);
        json_write(&twice, again, data[0] & 4 ? STR("  ") : STR(""));
        again = json_parse(&a, buf_view(&twice), JSON_STRICT, &d, STR("again.json"));
        must(again);        /* twice: a raw pair of surrogates is joined the first time */
        json_write(&thrice, again, data[0] & 4 ? STR("  ") : STR(""));
        must(str_eq(buf_view(&twice), buf_view(&thrice)));
    } else {
        must(d.n_errors == 1);
    }
    buf_free(&once);
    buf_free(&twice);
    buf_free(&thrice);
    diag_free(&d);
    arena_free(&a);
    return 0;
}
