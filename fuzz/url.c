/* A URL that was written must read as itself, also after a setter; its parts must lie in order. */
#include "base/must.h"
#include "base/utf8.h"
#include "data/url.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    if (size < 2) return 0;
    struct arena a = {0};
    struct url base, u, again;
    str text = str_of((const char *)data + 2, size - 2), first, second;
    str_split(text, 0, &first, &second);
    bool has_base = url_parse(&a, second, NULL, &base);
    if (url_parse(&a, first, has_base && data[0] & 1 ? &base : NULL, &u)) {
        if (data[0] & 2) url_set(&a, &u, (enum url_part)(data[1] % (URL_HASH + 1)), second);
        struct url_parts p;
        str href = url_write(&a, &u, &p);
        must(p.protocol_end <= p.username_end && p.username_end <= p.host_start && p.host_start <= p.host_end);
        must(p.host_end <= p.pathname_start && p.pathname_start <= p.search_start && p.search_start <= p.hash_start);
        must(p.hash_start <= href.len && utf8_is_ascii(href));
        must(url_parse(&a, href, NULL, &again));
        must(str_eq(url_write(&a, &again, NULL), href));
    }
    arena_free(&a);
    return 0;
}
