/* mod/web/blob/native.c: the door of web:blob: text and bytes into each other. Arguments were checked in TS. */
#include "engine/js.h"
#include "base/utf8.h"

/* UTF-8 as TextDecoder reads it: a byte order mark is skipped, what is ill-formed becomes U+FFFD. */
NATIVE(blob_text) {
    struct js_bytes b = js_bytes(c, 0);
    str s = str_of((const char *)b.at, b.len);
    if (s.len >= 3 && memcmp(s.at, "\xef\xbb\xbf", 3) == 0) s = str_from(s, 3);
    return js_make_str(s);
}

NATIVE(blob_bytes) {
    str s = js_str(c, 0);
    return js_make_bytes_copy(s.at, s.len);
}

NATIVE(blob_byte_length) { return js_make_num((double)js_str(c, 0).len); }

/* The offset of `what` in `bytes` from `from`, -1 when absent. */
NATIVE(blob_find) {
    struct js_bytes b = js_bytes(c, 0), what = js_bytes(c, 1);
    size_t from = (size_t)js_uint(c, 2);
    if (from > b.len || what.len == 0) return js_make_num(-1);
    const uint8_t *at = memmem(b.at + from, b.len - from, what.at, what.len);
    return js_make_num(at ? (double)(at - b.at) : -1);
}

static const struct js_native natives[] = {
    {"text", blob_text, "(bytes: ArrayBufferView | ArrayBuffer): string"},
    {"bytes", blob_bytes, "(text: string): Uint8Array<ArrayBuffer>"},
    {"byteLength", blob_byte_length, "(text: string): number"},
    {"find", blob_find, "(bytes: Uint8Array, what: Uint8Array, from: number): number"},
};
JS_DOOR(web_blob, natives)
