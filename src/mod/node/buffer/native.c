/* mod/node/buffer/native.c: the door of node:buffer: text <-> bytes and what looks at many bytes. Ranges were checked
 * in TS. */
#include "engine/js.h"

#include "base/mem.h"
#include "base/must.h"
#include "base/utf16.h"
#include "base/utf8.h"
#include "data/base64.h"

/* as in encodings.ts */
enum kind { KIND_UTF8, KIND_LATIN1, KIND_ASCII, KIND_UTF16LE, KIND_BASE64, KIND_BASE64URL, KIND_HEX };

static struct js_bytes part(struct js_call *c, size_t view, size_t from, size_t length) {
    struct js_bytes b = js_bytes(c, view);
    size_t at = (size_t)js_long(c, from), n = (size_t)js_long(c, length);
    if (at > b.len) at = b.len;        /* a resizable buffer may have shrunk since it was checked */
    return (struct js_bytes){b.at + at, n < b.len - at ? n : b.len - at};
}

/* --- text to bytes */

static size_t utf8_len(struct js_text t) {
    return t.narrow ? utf8_len_of_latin1(t.narrow, t.len) : utf8_len_of_utf16(t.wide, t.len);
}

static size_t put_utf8(struct js_text t, struct js_bytes to) {
    size_t n_read;
    return t.narrow ? utf8_from_latin1_some(t.narrow, t.len, (char *)to.at, to.len, &n_read)
                    : utf8_from_utf16_some(t.wide, t.len, (char *)to.at, to.len, &n_read);
}

static size_t put_latin1(struct js_text t, struct js_bytes to) {
    size_t n = t.len < to.len ? t.len : to.len;
    if (t.narrow) memcpy(to.at, t.narrow, n);
    else utf16_to_latin1(t.wide, n, to.at);
    return n;
}

static size_t put_utf16(struct js_text t, struct js_bytes to) {
    size_t n = t.len < to.len / 2 ? t.len : to.len / 2;
    if (t.wide) {
        memcpy(to.at, t.wide, n * 2);
    } else if (((uintptr_t)to.at & 1) == 0) {
        utf16_from_latin1(t.narrow, n, (uint16_t *)(void *)to.at);
    } else {
        for (size_t i = 0; i < n; i++) to.at[2 * i] = t.narrow[i], to.at[2 * i + 1] = 0;
    }
    return n * 2;
}

static str narrow_text(struct js_call *c, struct js_text t) {
    if (t.narrow) return str_of((const char *)t.narrow, t.len);
    uint8_t *copy = arena_alloc(js_arena(c), t.len + 1);
    utf16_to_latin1(t.wide, t.len, copy);
    return str_of((const char *)copy, t.len);
}

static size_t put_digits(struct js_call *c, struct js_text t, struct js_bytes to, bool is_hex) {
    str text = narrow_text(c, t);
    if (is_hex) return hex_read(str_upto(text, to.len * 2), to.at);
    if (to.len >= base64_room(text)) return base64_read(text, to.at);
    uint8_t *all = arena_alloc(js_arena(c), base64_room(text) + 1);
    size_t n = base64_read(text, all);
    if (n > to.len) n = to.len;
    if (n) memcpy(to.at, all, n);
    return n;
}

NATIVE(buffer_write) {
    struct js_bytes to = part(c, 0, 3, 4);
    struct js_text t = js_text(c, 1);
    size_t n = 0;
    if (!to.len || !t.len) return js_make_num(0);
    switch ((enum kind)js_int(c, 2)) {
    case KIND_UTF8:      n = put_utf8(t, to); break;
    case KIND_LATIN1:
    case KIND_ASCII:     n = put_latin1(t, to); break;
    case KIND_UTF16LE:   n = put_utf16(t, to); break;
    case KIND_BASE64:
    case KIND_BASE64URL: n = put_digits(c, t, to, false); break;
    case KIND_HEX:       n = put_digits(c, t, to, true); break;
    }
    return js_make_num((double)n);
}

/* All of the text as UTF-8, or nothing and how many bytes it needs. */
NATIVE(buffer_write_whole) {
    struct js_bytes to = js_bytes(c, 0);
    struct js_text t = js_text(c, 1);
    bool is_plain = t.narrow ? utf8_is_ascii(str_of((const char *)t.narrow, t.len)) : utf16_is_ascii(t.wide, t.len);
    size_t needed = is_plain ? t.len : utf8_len(t);
    if (needed > to.len) return js_make_num((double)needed);
    if (is_plain) put_latin1(t, to);
    else put_utf8(t, to);
    return js_make_num(0);
}

NATIVE(buffer_utf8_length) { return js_make_num((double)utf8_len(js_text(c, 0))); }

/* --- bytes to text */

static js_val utf8_text(struct js_call *c, str s) {
    if (utf8_is_ascii(s)) return js_make_latin1(s);
    uint16_t *units = s.len <= 4096 ? arena_alloc(js_arena(c), s.len * 2) : mem_alloc(s.len * 2);
    js_val made = js_make_utf16(units, utf8_to_utf16(s, units));
    if (s.len > 4096) mem_free(units);
    return made;
}

static js_val utf16_text(struct js_call *c, struct js_bytes b) {
    size_t n = b.len / 2;
    if (((uintptr_t)b.at & 1) == 0) return js_make_utf16((const uint16_t *)(void *)b.at, n);
    uint16_t *units = arena_alloc(js_arena(c), n * 2 + 2);
    memcpy(units, b.at, n * 2);
    return js_make_utf16(units, n);
}

static js_val ascii_text(struct js_call *c, str s) {
    if (utf8_is_ascii(s)) return js_make_latin1(s);
    char *copy = arena_alloc(js_arena(c), s.len);
    for (size_t i = 0; i < s.len; i++) copy[i] = s.at[i] & 0x7f;
    return js_make_latin1(str_of(copy, s.len));
}

static js_val digits_text(struct js_call *c, str s, enum kind kind) {
    enum base64_kind base = kind == KIND_BASE64 ? BASE64 : BASE64_URL;
    size_t n = kind == KIND_HEX ? s.len * 2 : base64_len(s.len, base);
    char *digits = arena_alloc(js_arena(c), n + 1);
    if (kind == KIND_HEX) hex_write(s, digits);
    else base64_write(s, digits, base);
    return js_make_latin1(str_of(digits, n));
}

NATIVE(buffer_text) {
    struct js_bytes all = js_bytes(c, 0);
    size_t start = (size_t)js_long(c, 2), end = (size_t)js_long(c, 3);
    if (end > all.len) end = all.len;
    if (start >= end) return js_make_latin1(STR(""));
    struct js_bytes b = {all.at + start, end - start};
    str s = str_of((const char *)b.at, b.len);
    enum kind kind = (enum kind)js_int(c, 1);
    if ((kind == KIND_HEX ? s.len * 2 : kind >= KIND_BASE64 ? base64_len(s.len, BASE64) : s.len) > 536870888)
        return js_throw(JS_ERROR, "ERR_STRING_TOO_LONG", "Cannot create a string longer than 0x1fffffe8 characters");
    switch (kind) {
    case KIND_UTF8:    return utf8_text(c, s);
    case KIND_LATIN1:  return js_make_latin1(s);
    case KIND_ASCII:   return ascii_text(c, s);
    case KIND_UTF16LE: return utf16_text(c, b);
    default:           return digits_text(c, s, kind);
    }
}

/* --- many bytes */

/* The first byte is looked for by itself, which is fastest while it is rare; then memmem, which does not mind. */
static ptrdiff_t find_forward(str hay, str needle, size_t from, size_t step) {
    size_t last = hay.len - needle.len;
    for (int misses = 0; misses < 16 && from <= last; misses++) {
        const char *hit = memchr(hay.at + from, needle.at[0], last - from + 1);
        if (!hit) return -1;
        from = (size_t)(hit - hay.at);
        if (from % step == 0 && memcmp(hit, needle.at, needle.len) == 0) return (ptrdiff_t)from;
        from++;
    }
    for (size_t at = from; at + needle.len <= hay.len;) {
        const char *hit = memmem(hay.at + at, hay.len - at, needle.at, needle.len);
        if (!hit) return -1;
        at = (size_t)(hit - hay.at);
        if (at % step == 0) return (ptrdiff_t)at;
        at++;
    }
    return -1;
}

static ptrdiff_t find_backward(str hay, str needle, size_t from, size_t step) {
    size_t last = hay.len - needle.len;
    for (size_t at = from < last ? from : last;; at--) {
        const char *hit = memrchr(hay.at, needle.at[0], at + 1);
        if (!hit) return -1;
        at = (size_t)(hit - hay.at);
        if (at % step == 0 && memcmp(hit, needle.at, needle.len) == 0) return (ptrdiff_t)at;
        if (at == 0) return -1;
    }
}

NATIVE(buffer_find) {
    struct js_bytes hay = js_bytes(c, 0), needle = js_bytes(c, 1);
    str h = str_of((const char *)hay.at, hay.len), n = str_of((const char *)needle.at, needle.len);
    size_t from = (size_t)js_long(c, 2), step = js_int(c, 4) == 2 ? 2 : 1;
    if (step == 2) {
        h.len &= ~(size_t)1;
        n.len &= ~(size_t)1;
        from &= ~(size_t)1;
    }
    if (!n.len || n.len > h.len) return js_make_num(-1);
    return js_make_num((double)(js_bool(c, 3) ? find_forward(h, n, from, step) : find_backward(h, n, from, step)));
}

NATIVE(buffer_compare) {
    struct js_bytes a = js_bytes(c, 0), b = js_bytes(c, 3);
    size_t a_start = (size_t)js_long(c, 1), a_end = (size_t)js_long(c, 2), b_start = (size_t)js_long(c, 4),
           b_end = (size_t)js_long(c, 5);
    str left = str_cut(str_of((const char *)a.at, a.len), a_start, a_end);
    int order = str_cmp(left, str_cut(str_of((const char *)b.at, b.len), b_start, b_end));
    return js_make_num(order < 0 ? -1 : order > 0);
}

NATIVE(buffer_swap) {
    struct js_bytes b = js_bytes(c, 0);
    size_t width = (size_t)js_int(c, 1);
    for (size_t i = 0; i + width <= b.len; i += width) {
        uint8_t *at = b.at + i;
        if (width == 2) {
            uint16_t x;
            memcpy(&x, at, 2);
            x = __builtin_bswap16(x);
            memcpy(at, &x, 2);
        } else if (width == 4) {
            uint32_t x;
            memcpy(&x, at, 4);
            x = __builtin_bswap32(x);
            memcpy(at, &x, 4);
        } else {
            uint64_t x;
            memcpy(&x, at, 8);
            x = __builtin_bswap64(x);
            memcpy(at, &x, 8);
        }
    }
    return NULL;
}

NATIVE(buffer_is_utf8) {
    struct js_bytes b = js_bytes(c, 0);
    return js_make_bool(utf8_is_valid(str_of((const char *)b.at, b.len)));
}

NATIVE(buffer_is_ascii) {
    struct js_bytes b = js_bytes(c, 0);
    return js_make_bool(utf8_is_ascii(str_of((const char *)b.at, b.len)));
}

static const struct js_native natives[] = {
    {"write", buffer_write, "(into: Uint8Array, text: string, kind: number, offset: number, length: number): number"},
    {"writeWhole", buffer_write_whole, "(into: Uint8Array, text: string): number"},
    {"utf8Length", buffer_utf8_length, "(text: string): number"},
    {"text", buffer_text, "(from: Uint8Array, kind: number, start: number, end: number): string"},
    {"find", buffer_find,
     "(bytes: Uint8Array, needle: Uint8Array, from: number, isForward: boolean, step: number): number"},
    {"compare", buffer_compare,
     "(a: Uint8Array, aStart: number, aEnd: number, b: Uint8Array, bStart: number, bEnd: number): number"},
    {"swap", buffer_swap, "(bytes: Uint8Array, width: number): void"},
    {"isUtf8", buffer_is_utf8, "(bytes: Uint8Array): boolean"},
    {"isAscii", buffer_is_ascii, "(bytes: Uint8Array): boolean"},
};
JS_DOOR(node_buffer, natives)
