/* Any pattern against any path ends and stays inside of both. */
#include "data/glob.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    str pattern, path;
    str_split(str_of((const char *)data, size), 0, &pattern, &path);
    glob_match(pattern, path);
    return 0;
}
