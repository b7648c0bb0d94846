/* mod/web/encoding/native.c: the door of web:encoding: bytes <-> text of the encodings that keep no state. */
#include "engine/js.h"

#include "base/mem.h"
#include "base/utf16.h"
#include "base/utf8.h"
#include "data/base64.h"
#include "data/codepage.h"
#include "sys/dso.h"

enum { FATAL = 1, KEEP_BOM = 2 };       /* as in encoding.ts */

static _Thread_local struct js_bytes counts;    /* two numbers, held for ever */

NATIVE(encoding_share) {
    js_hold(js_arg(c, 0));
    counts = js_bytes(c, 0);
    return NULL;
}

/* All of the text, or nothing and how many bytes it needs. */
NATIVE(encoding_encode) {
    struct js_bytes to = js_bytes(c, 0);
    struct js_text t = js_text(c, 1);
    bool is_plain = t.narrow ? utf8_is_ascii(str_of((const char *)t.narrow, t.len)) : utf16_is_ascii(t.wide, t.len);
    size_t needed = is_plain   ? t.len
                    : t.narrow ? utf8_len_of_latin1(t.narrow, t.len)
                               : utf8_len_of_utf16(t.wide, t.len);
    if (needed > to.len) return js_make_num((double)needed);
    if (!t.len) return js_make_num(0);
    size_t n_read;
    if (t.narrow) utf8_from_latin1_some(t.narrow, t.len, (char *)to.at, to.len, &n_read);
    else if (is_plain) utf16_to_latin1(t.wide, t.len, to.at);
    else utf8_from_utf16_some(t.wide, t.len, (char *)to.at, to.len, &n_read);
    return js_make_num(0);
}

NATIVE(encoding_encode_into) {
    struct js_bytes to = js_bytes(c, 0);
    struct js_text t = js_text(c, 1);
    size_t n_read = 0, n = 0;
    if (t.narrow && to.len) n = utf8_from_latin1_some(t.narrow, t.len, (char *)to.at, to.len, &n_read);
    else if (t.len && to.len) n = utf8_from_utf16_some(t.wide, t.len, (char *)to.at, to.len, &n_read);
    uint32_t *out = (uint32_t *)(void *)counts.at;
    out[0] = (uint32_t)n_read;
    out[1] = (uint32_t)n;
    return NULL;
}

/* null: malformed, and that is fatal. */
NATIVE(encoding_decode_utf8) {
    struct js_bytes b = js_bytes(c, 0);
    int flags = js_int(c, 1);
    str s = str_of((const char *)b.at, b.len);
    if (!(flags & KEEP_BOM) && str_starts(s, STR("\xef\xbb\xbf"))) s = str_from(s, 3);
    if (utf8_is_ascii(s)) return js_make_latin1(s);
    if (flags & FATAL && !utf8_is_valid(s)) return js_make_null();
    uint16_t *units = s.len <= 4096 ? arena_alloc(js_arena(c), s.len * 2) : mem_alloc(s.len * 2);
    js_val made = js_make_utf16(units, utf8_to_utf16(s, units));
    if (s.len > 4096) mem_free(units);
    return made;
}

NATIVE(encoding_decode_utf16) {
    struct js_bytes b = js_bytes(c, 0);
    int flags = js_int(c, 1);
    bool is_big = js_bool(c, 2), has_half = b.len % 2;
    size_t n = b.len / 2, from = 0;
    if (has_half && flags & FATAL) return js_make_null();
    uint16_t *units = mem_alloc((n + 1) * 2);
    if (n) memcpy(units, b.at, n * 2);
    if (is_big) utf16_swap(units, n);
    /* half a pair and half a unit: one mistake */
    if (has_half && !(n && (units[n - 1] & 0xfc00) == 0xd800)) units[n++] = 0xfffd;
    if (n && units[0] == 0xfeff && !(flags & KEEP_BOM)) from = 1;
    bool is_bad = false;
    for (size_t i = from; i < n;) {
        i += utf16_well_formed_len(units + i, n - i);
        if (i == n) break;
        is_bad = true;
        units[i++] = 0xfffd;
    }
    js_val made = is_bad && flags & FATAL ? js_make_null() : js_make_utf16(units + from, n - from);
    mem_free(units);
    return made;
}

static const uint16_t *units_of(str name) {
    for (size_t i = 0; i < n_codepages; i++)
        if (str_is(name, codepages[i].name)) return codepages[i].units;
    return NULL;
}

NATIVE(encoding_decode_single) {
    struct js_bytes b = js_bytes(c, 0);
    if (utf8_is_ascii(str_of((const char *)b.at, b.len))) return js_make_latin1(str_of((const char *)b.at, b.len));
    str name = js_str(c, 2);
    if (str_is(name, "iso-8859-8-i")) name = STR("iso-8859-8");
    const uint16_t *table = units_of(name);                 /* none: x-user-defined */
    uint16_t *units = mem_alloc(b.len * 2);
    bool is_bad = false;
    for (size_t i = 0; i < b.len; i++) {
        units[i] = b.at[i] < 0x80 ? b.at[i] : table ? table[b.at[i] - 0x80] : (uint16_t)(0xf700 | b.at[i]);
        is_bad |= units[i] == 0xfffd;
    }
    js_val made = is_bad && js_int(c, 1) & FATAL ? js_make_null() : js_make_utf16(units, b.len);
    mem_free(units);
    return made;
}

/* The units of a string as bytes; false when one does not fit. */
static bool bytes_of(struct js_call *c, struct js_text t, str *out) {
    *out = str_of((const char *)t.narrow, t.len);
    if (t.narrow || !t.len) return true;
    if (!utf16_is_latin1(t.wide, t.len)) return false;
    uint8_t *narrow = arena_alloc(js_arena(c), t.len);
    utf16_to_latin1(t.wide, t.len, narrow);
    *out = str_of((const char *)narrow, t.len);
    return true;
}

NATIVE(encoding_atob) {
    str text;
    if (!bytes_of(c, js_text(c, 0), &text)) return js_make_null();
    uint8_t *bytes = arena_alloc(js_arena(c), base64_room(text) + 1);
    size_t n = base64_read_strict(text, bytes);
    return n == SIZE_MAX ? js_make_null() : js_make_latin1(str_of((const char *)bytes, n));
}

NATIVE(encoding_btoa) {
    str bytes;
    if (!bytes_of(c, js_text(c, 0), &bytes)) return js_make_null();
    char *text = arena_alloc(js_arena(c), base64_len(bytes.len, BASE64) + 1);
    return js_make_latin1(str_of(text, base64_write(bytes, text, BASE64)));
}

/* --- indexes of the multi-byte encodings: asked of ICU once, pair by pair; multibyte.ts mends where the standard
 * differs */

struct icu {
    void *converter;
    int32_t (*to_uchars)(void *converter, uint16_t *to, int32_t room, const char *from, int32_t n, int *status);
    void (*close)(void *converter);
};

static bool icu_open(struct icu *icu, str name) {
    void *(*open)(const char *, int *) = (void *(*)(const char *, int *))dso_icu("ucnv_open");
    icu->to_uchars = (int32_t (*)(void *, uint16_t *, int32_t, const char *, int32_t, int *))dso_icu("ucnv_toUChars");
    icu->close = (void (*)(void *))dso_icu("ucnv_close");
    int status = 0;
    icu->converter = open && icu->to_uchars && icu->close ? open(name.at, &status) : NULL;
    return icu->converter && status <= 0;
}

/* The one character that these bytes are; 0 when they are none, or more than one. */
static uint32_t icu_read(struct icu *icu, const char *bytes, int32_t n) {
    uint16_t units[16];
    int status = 0;
    int32_t len = icu->to_uchars(icu->converter, units, 16, bytes, n, &status);
    if (status > 0 || len < 1 || units[0] == 0xfffd || units[0] == 0x1a) return 0;
    if (len == 1) return units[0];
    if (len == 2 && (units[0] & 0xfc00) == 0xd800) return 0x10000 + ((units[0] & 0x3ffu) << 10) + (units[1] & 0x3ffu);
    return 0;
}

/* Fills `index` with the pairs of bytes from `first` to `last` each, after `prefix` when it is not 0; or with the
 * four-byte characters of GB 18030 below 39420 when `first` is 0. */
NATIVE(encoding_index) {
    struct js_bytes b = js_bytes(c, 0);
    struct icu icu;
    uint32_t *index = (uint32_t *)(void *)b.at;
    size_t room = b.len / sizeof *index, n = 0;
    if (!icu_open(&icu, js_str(c, 1))) return js_make_bool(false);
    int prefix = js_int(c, 2), first = js_int(c, 3), last = js_int(c, 4);
    for (int lead = first; first && lead <= last; lead++)
        for (int trail = 0x30; trail <= 0xff && n < room; trail++, n++) {
            char bytes[3] = {(char)prefix, (char)lead, (char)trail};
            index[n] = prefix ? icu_read(&icu, bytes, 3) : icu_read(&icu, bytes + 1, 2);
        }
    for (; !first && n < room; n++) {
        char bytes[4] = {(char)(0x81 + n / 12600), (char)(0x30 + n / 1260 % 10), (char)(0x81 + n / 10 % 126),
                         (char)(0x30 + n % 10)};
        index[n] = icu_read(&icu, bytes, 4);
    }
    icu.close(icu.converter);
    return js_make_bool(true);
}

static const struct js_native natives[] = {
    {"share", encoding_share, "(counts: Uint32Array): void"},
    {"encode", encoding_encode, "(into: Uint8Array, text: string): number"},
    {"encodeInto", encoding_encode_into, "(into: Uint8Array, text: string): void"},
    {"decodeUtf8", encoding_decode_utf8, "(bytes: Uint8Array, flags: number): string | null"},
    {"decodeUtf16", encoding_decode_utf16, "(bytes: Uint8Array, flags: number, isBig: boolean): string | null"},
    {"decodeSingle", encoding_decode_single, "(bytes: Uint8Array, flags: number, encoding: string): string | null"},
    {"index", encoding_index,
     "(index: Uint32Array, converter: string, prefix: number, first: number, last: number): boolean"},
    {"atob", encoding_atob, "(text: string): string | null"},
    {"btoa", encoding_btoa, "(text: string): string | null"},
};
JS_DOOR(web_encoding, natives)
