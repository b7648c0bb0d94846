/* fuzz/request.c: heads of requests and replies, read whole and cut. */
#include "base/arena.h"
#include "base/must.h"
#include "http/request.h"

int LLVMFuzzerTestOneInput(const uint8_t *at, size_t len);
int LLVMFuzzerTestOneInput(const uint8_t *at, size_t len) {
    struct arena a = {0};
    struct http_request r;
    str in = str_of((const char *)at, len);
    ptrdiff_t n = http_request_parse(&a, in, &r);
    must(n <= (ptrdiff_t)len);
    if (n > 0) {
        size_t sum = r.method.len + r.target.len;
        for (size_t i = 0; i < r.count; i++) sum += r.headers[i].name.len + r.headers[i].value.len;
        must(sum <= (size_t)n);
        struct http_request again;
        must(http_request_parse(&a, str_upto(in, (size_t)n - 1), &again) == 0);       /* what is cut waits */
    }
    struct http_reply reply;
    http_reply_parse(&a, in, &reply);
    arena_free(&a);
    return 0;
}
