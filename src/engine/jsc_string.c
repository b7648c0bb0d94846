/* engine/jsc_string.c: text in and out. UTF-8 outside, Latin-1 or UTF-16 inside; both directions are done here, many
 * bytes a step, because the engine's own are scalar and want a NUL (engine.md 5.3). */
#include "base/must.h"
#include "base/utf16.h"
#include "base/utf8.h"
#include "engine/internal.h"

/* base/utf8.h does the well-formed; here is what lone surrogates need to come through: WTF-8. */

static bool is_surrogate(const uint8_t *s, size_t left) {
    return left >= 3 && s[0] == 0xed && s[1] >= 0xa0 && (s[2] & 0xc0) == 0x80;
}

static size_t to_utf16(uint16_t *to, str s, bool wtf8) {
    if (!wtf8) return utf8_to_utf16(s, to);
    uint16_t *at = to;
    while (s.len) {
        size_t n = 0;
        while (n < s.len && !is_surrogate((const uint8_t *)s.at + n, s.len - n)) n++;
        at += utf8_to_utf16(str_upto(s, n), at);
        s = str_from(s, n);
        if (!s.len) break;
        *at++ = (uint16_t)(0xd000 | (s.at[1] & 0x3f) << 6 | (s.at[2] & 0x3f));
        s = str_from(s, 3);
    }
    return (size_t)(at - to);
}

static size_t from_utf16(char *to, const uint16_t *s, size_t n, bool wtf8) {
    if (!wtf8) return utf8_from_utf16(s, n, to);
    char *at = to;
    while (n) {
        size_t well = utf16_well_formed_len(s, n);
        at += utf8_from_utf16(s, well, at);
        s += well;
        n -= well;
        if (!n) break;
        at = utf8_put(at, *s++);
        n--;
    }
    return (size_t)(at - to);
}

/* --- in ---------------------------------------------------------------------------------------------------------- */

enum { SHORT = 48, ON_STACK = 512 };

/* Latin-1 straight into an 8-bit string of the engine; NULL when that way is closed. */
static js_string latin1_string(const void *at, size_t n) {
    if (!jsc.impl_create || n == 0 || n > INT32_MAX) return NULL;
    void *impl = NULL, *out = NULL;
    jsc.impl_create(&impl, at, n);
    jsc.string_create(&out, &impl);
    return out;
}

js_string jsc_borrowed_string(str ascii) {
    if (!jsc.impl_borrow || ascii.len == 0 || ascii.len > INT32_MAX || !utf8_is_ascii(ascii)) return NULL;
    void *impl = NULL, *out = NULL;
    jsc.impl_borrow(&impl, ascii.at, ascii.len);
    jsc.string_create(&out, &impl);
    return out;
}

static js_string utf16_string(const uint16_t *at, size_t n) { return jsc.JSStringCreateWithCharacters(at, n); }

static js_string wide_string(str s, bool latin1, bool wtf8) {
    uint16_t stack[ON_STACK] = {0}, *wide = s.len <= ON_STACK ? stack : mem_alloc(s.len * sizeof *wide);
    size_t n = s.len;
    if (latin1) utf16_from_latin1((const uint8_t *)s.at, n, wide);
    else n = to_utf16(wide, s, wtf8);
    js_string made = utf16_string(wide, n);
    if (wide != stack) mem_free(wide);
    return made;
}

static js_string ascii_string(str s) {
    js_string made = latin1_string(s.at, s.len);
    if (made) return made;
    if (s.len < SHORT && (s.len == 0 || !memchr(s.at, 0, s.len))) {
        char copy[SHORT];
        if (s.len) memcpy(copy, s.at, s.len);
        copy[s.len] = 0;
        return jsc.JSStringCreateWithUTF8CString(copy);
    }
    return wide_string(s, true, false);
}

static js_string new_string(str s, bool wtf8) {
    if (utf8_is_ascii(s)) return ascii_string(s);
    return wide_string(s, false, wtf8);
}

js_string js_string_new(str utf8) { return new_string(utf8, true); }

js_val js_string_value(js_string s) {
    js_val v = jsc.JSValueMakeString(js_here->ctx, s);
    jsc.JSStringRelease(s);
    return v;
}

js_val js_make_str(str utf8) { return js_string_value(new_string(utf8, false)); }
js_val js_make_str_wtf8(str wtf8) { return js_string_value(new_string(wtf8, true)); }

static js_val json_value(js_string s) {
    js_val v = jsc.JSValueMakeFromJSONString(js_here->ctx, s);
    jsc.JSStringRelease(s);
    return v;
}
js_val js_make_json(str utf8) { return json_value(new_string(utf8, true)); }
js_val js_parse_json(js_val string) {
    js_val e = NULL;
    js_string s = jsc.JSValueToStringCopy(js_here->ctx, string, &e);
    return s ? json_value(s) : NULL;
}

js_val js_make_utf16(const uint16_t *at, size_t len) { return js_string_value(utf16_string(at, len)); }
js_val js_make_latin1(str bytes) {
    js_string s = latin1_string(bytes.at, bytes.len);
    return js_string_value(s ? s : wide_string(bytes, true, false));
}

/* --- out --------------------------------------------------------------------------------------------------------- */

/* The engine's strings as they lie in memory; trusted only after jsc_string_test. */
struct open_impl { uint32_t refs, len; const void *at; uint32_t flags; };
struct open_string { uint32_t refs; const struct open_impl *impl; };
enum { IS_8_BIT = 4 };

static const struct open_impl *open_8_bit(js_string s) {
    if (!jsc.open_strings) return NULL;
    const struct open_impl *impl = ((const struct open_string *)s)->impl;
    return impl && impl->flags & IS_8_BIT ? impl : NULL;
}

str js_string_utf8(struct arena *a, js_string s, bool wtf8) {
    size_t n = jsc.JSStringGetLength(s), len;
    const struct open_impl *impl = open_8_bit(s);
    char *to;
    if (impl) {
        size_t plain = utf8_ascii_len(impl->at, n);
        to = arena_alloc(a, (plain == n ? n : n * 2 - plain) + 1);
        if (n) memcpy(to, impl->at, plain);
        len = plain == n ? n : plain + utf8_from_latin1((const uint8_t *)impl->at + plain, n - plain, to + plain);
    } else {
        const uint16_t *wide = jsc.JSStringGetCharactersPtr(s);
        to = arena_alloc(a, n * 3 + 1);
        len = from_utf16(to, wide, n, wtf8);
        if (to + ((n * 3 + 8) & ~(size_t)7) == a->at) a->at = to + ((len + 8) & ~(size_t)7);   /* gives back */
    }
    to[len] = 0;
    return str_of(to, len);
}

static str value_text(struct arena *a, js_val v, bool wtf8) {
    js_val e = NULL;
    js_string s = jsc.JSValueToStringCopy(js_here->ctx, v ? v : js_here->undefined, &e);
    if (!s) {
        if (e) js_pend(e);
        return STR("");
    }
    str text = js_string_utf8(a, s, wtf8);
    jsc.JSStringRelease(s);
    return text;
}

str js_to_str(struct arena *a, js_val v) { return value_text(a, v, false); }

str js_str_wtf8(struct js_call *c, size_t i) {
    return js_has(c, i) ? value_text(js_arena(c), js_arg(c, i), true) : STR("");
}

/* The value keeps the units alive, and a string that was made flat stays so: the js_string may go at once. Where
 * strings cannot be read in place, its own copy may not, so that is copied again. */
struct js_text js_text(struct js_call *c, size_t i) {
    js_val v = js_arg(c, i), e = NULL;
    js_string s = v && js_is_string(v) ? jsc.JSValueToStringCopy(js_here->ctx, v, &e) : NULL;
    if (!s) return (struct js_text){0};
    struct js_text text = {.len = jsc.JSStringGetLength(s)};
    const struct open_impl *impl = open_8_bit(s);
    if (impl) {
        text.narrow = impl->at;
    } else if (jsc.open_strings) {
        text.wide = jsc.JSStringGetCharactersPtr(s);
    } else {
        uint16_t *copy = arena_alloc(js_arena(c), text.len * sizeof *copy + 2);
        memcpy(copy, jsc.JSStringGetCharactersPtr(s), text.len * sizeof *copy);
        text.wide = copy;
    }
    jsc.JSStringRelease(s);
    return text;
}

/* --- self-test ---------------------------------------------------------------------------------------------------- */

static bool reads_as(js_string s, const char *text, bool is_8_bit) {
    struct open_string open;
    struct open_impl impl;
    char bytes[64];
    size_t n = strlen(text), size = is_8_bit ? n : n * 2;
    if (!jsc_read(s, &open, sizeof open) || !jsc_read(open.impl, &impl, sizeof impl)) return false;
    if (impl.len != n || ((impl.flags & IS_8_BIT) != 0) != is_8_bit || size > sizeof bytes) return false;
    if (!jsc_read(impl.at, bytes, size)) return false;
    for (size_t i = 0; i < n; i++)
        if (bytes[is_8_bit ? i : i * 2] != text[i]) return false;
    return true;
}

static bool value_is(js_string s, const char *text) {
    size_t n = strlen(text);
    const uint16_t *wide = jsc.JSStringGetCharactersPtr(s);
    if (jsc.JSStringGetLength(s) != n) return false;
    for (size_t i = 0; i < n; i++)
        if (wide[i] != (uint8_t)text[i]) return false;
    return true;
}

void jsc_string_test(void) {
    static const char text[] = "as it lies in memory";
    uint16_t wide[sizeof text];
    utf16_from_latin1((const uint8_t *)text, sizeof text, wide);
    js_string narrow_one = jsc.JSStringCreateWithUTF8CString(text), wide_one = utf16_string(wide, sizeof text - 1);
    jsc.open_strings = reads_as(narrow_one, text, true) && reads_as(wide_one, text, false);
    jsc.JSStringRelease(narrow_one);
    jsc.JSStringRelease(wide_one);
    if (!jsc.open_strings) {        /* the mangled makers are of the same make: without the one no trust in the other */
        jsc.impl_create = NULL;
        jsc.impl_borrow = NULL;
        return;
    }
    js_string lent = jsc_borrowed_string(str_c(text));
    if (!lent || !value_is(lent, text) || ((const struct open_string *)lent)->impl->at != text) jsc.impl_borrow = NULL;
    if (lent) jsc.JSStringRelease(lent);
    static const char accents[] = "Latin-1: \xe9\xff";
    js_string made = latin1_string(accents, sizeof accents - 1);
    bool ok = made && value_is(made, accents) && ((const struct open_string *)made)->impl->refs <= 4;
    if (made) jsc.JSStringRelease(made);
    if (!ok) jsc.impl_create = NULL;
}
