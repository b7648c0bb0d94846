/* fuzz/chunked.c: a chunked body read at once and byte by byte means the same. */
#include "base/buf.h"
#include "base/must.h"
#include "http/chunked.h"

static int read_all(str in, size_t step, struct buf *out) {
    struct http_chunked c = {0};
    int r = 0;
    while (in.len && r != 2) {
        str piece = str_upto(in, step), data;
        size_t had = piece.len;
        do {
            r = http_chunked_read(&c, &piece, &data);
            if (r == 1) buf_add(out, data);
        } while (r == 1);
        if (r < 0) return r;
        in = str_from(in, had - piece.len);
    }
    return r;
}

int LLVMFuzzerTestOneInput(const uint8_t *at, size_t len);
int LLVMFuzzerTestOneInput(const uint8_t *at, size_t len) {
    struct buf whole = {0}, cut = {0};
    str in = str_of((const char *)at, len);
    int a = read_all(in, len, &whole), b = read_all(in, 1, &cut);
    must(a == b && str_eq(buf_view(&whole), buf_view(&cut)));
    buf_free(&whole);
    buf_free(&cut);
    return 0;
}
