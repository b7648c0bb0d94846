/* fuzz/ws.c: frames read at once and byte by byte give the same messages. The first byte chooses the role. */
#include "base/buf.h"
#include "base/mem.h"
#include "base/must.h"
#include "http/ws.h"

static int read_all(str in, size_t step, bool is_client, struct buf *out) {
    struct ws_reader r = {.max = 1 << 16, .is_client = is_client};
    int got = 0, code = 0;
    const char *why;
    for (size_t at = 0; at < in.len && got >= 0; at += step) {
        size_t len = in.len - at < step ? in.len - at : step;
        char *copy = mem_alloc(len);
        memcpy(copy, in.at + at, len);
        str piece = str_of(copy, len);
        struct ws_message m;
        while ((got = ws_read(&r, &piece, &m, &code, &why)) == 1) {
            buf_print(out, "%d %d %zu ", m.kind, m.code, m.data.len);
            buf_add(out, m.data);
        }
        mem_free(copy);
    }
    ws_reader_done(&r);
    return got < 0 ? code : 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *at, size_t len);
int LLVMFuzzerTestOneInput(const uint8_t *at, size_t len) {
    if (len < 2) return 0;
    struct buf whole = {0}, cut = {0};
    str in = str_of((const char *)at + 1, len - 1);
    int a = read_all(in, len, at[0] & 1, &whole), b = read_all(in, 1, at[0] & 1, &cut);
    must(a == b && str_eq(buf_view(&whole), buf_view(&cut)));
    buf_free(&whole);
    buf_free(&cut);
    return 0;
}
