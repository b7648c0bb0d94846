/* Any text as a licence expression: reading it ends, and a well-formed one is satisfied when everything is allowed. */
#include "base/must.h"
#include "data/spdx.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool none(void *user, str id) { return false; }
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    str text = str_of((const char *)data, size);
    spdx_is_id(text);
    spdx_is_expression(text);
    must(!spdx_satisfies(text, none, NULL));
    return 0;
}
