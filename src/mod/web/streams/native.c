/* mod/web/streams/native.c: the door of CompressionStream and its reverse: data/gzip, one piece at a time. */
#include "base/buf.h"
#include "base/mem.h"
#include "data/gzip.h"
#include "engine/js.h"
#include "engine/js_handle.h"

struct codec {
    bool is_writer;
    struct gzip_reader reader;
    struct gzip_writer writer;
    struct buf out;
};
static void codec_free(void *thing) {
    struct codec *k = thing;
    if (k->is_writer) gzip_writer_done(&k->writer);
    else gzip_reader_done(&k->reader);
    buf_free(&k->out);
    mem_free(k);
}
static const struct js_handle_type codec_type = {.name = "codec", .close = codec_free};

static err keep(void *user, str bytes) {
    buf_add(&((struct codec *)user)->out, bytes);
    return 0;
}

NATIVE(streams_open) {
    struct codec *k = NEW(struct codec);
    enum gzip_form form = (enum gzip_form)js_int(c, 0);
    k->is_writer = js_bool(c, 1);
    err e = k->is_writer ? gzip_writer_init(&k->writer, form, -1, keep, k)
                         : gzip_reader_init(&k->reader, form, 0, keep, k);
    if (!e) return js_handle_make(&codec_type, k);
    codec_free(k);
    return js_fail(c, e, "open", NO_STR, NO_STR);
}

/* Bytes in, bytes out; without bytes the stream ends. */
NATIVE(streams_push) {
    struct codec *k = js_handle(c, 0, &codec_type);
    if (!k) return js_throw(JS_TYPE_ERROR, "ERR_INVALID_STATE", "The stream has ended");
    struct js_bytes b = js_bytes(c, 1);
    str in = str_of((const char *)b.at, b.len);
    bool ends = !js_has(c, 1);
    err e = k->is_writer ? (ends ? gzip_writer_finish(&k->writer) : gzip_writer_push(&k->writer, in))
                         : (ends ? gzip_reader_finish(&k->reader) : gzip_reader_push(&k->reader, in));
    if (!e && !k->is_writer && !ends && k->reader.ended && b.len == 0) e = ERR_MALFORMED;
    js_val out = e == ERR_TRUNCATED ? js_throw(JS_TYPE_ERROR, "Z_BUF_ERROR", "unexpected end of file")
                 : e                ? js_throw(JS_TYPE_ERROR, "Z_DATA_ERROR", "%s", err_text(e))
                                    : js_make_bytes_copy(k->out.at, k->out.len);
    buf_clear(&k->out);
    return out;
}

NATIVE(streams_close) {
    struct codec *k = js_handle_take(js_num(c, 0), &codec_type);
    if (k) codec_free(k);
    return NULL;
}

static const struct js_native natives[] = {
    {"open", streams_open, "(form: number, compresses: boolean): number"},
    {"push", streams_push, "(codec: number, bytes?: ArrayBufferView | ArrayBuffer): Uint8Array<ArrayBuffer>"},
    {"close", streams_close, "(codec: number): void"},
};
JS_DOOR(web_streams, natives)
