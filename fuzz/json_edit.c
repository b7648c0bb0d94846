/* fuzz/json_edit.c: a text that is JSON is JSON after a change as well, and has what was set. */
#include "base/must.h"
#include "data/json.h"
#include "data/json_edit.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct arena a = {0};
    str text = str_of((const char *)data, size), path[2] = {STR("a"), STR("b")};
    if (json_edit_set(&a, &text, path, 2, STR("\"x\""), JSON_SORTED)) {
        const struct json *j = json_parse(&a, text, JSONC, NULL, STR(""));
        must(j);
        must(json_is(json_get_c(j, "a"), JSON_ARRAY) || str_is(json_text(json_get_c(json_get_c(j, "a"), "b")), "x"));
        if (json_edit_remove(&a, &text, path, 2)) must(json_parse(&a, text, JSONC, NULL, STR("")));
    }
    arena_free(&a);
    return 0;
}
