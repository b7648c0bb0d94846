/* Any bytes are a .env file: nothing may be read outside of it, and the names must be names. */
#include "base/must.h"
#include "data/dotenv.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct dotenv d = {0};
    dotenv_read(&d, str_of((const char *)data, size));
    dotenv_expand(&d, NULL, NULL);
    for (struct map_entry *e = NULL; (e = map_next(&d.by_name, e));) must(e->key.len);
    dotenv_free(&d);
    return 0;
}
