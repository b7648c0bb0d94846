/* engine/jsc_string.c: text in and out. UTF-8 outside, Latin-1 or UTF-16 inside; both directions are done here, many
 * bytes a step, because the engine's own are scalar and want a NUL (engine.md 5.3). */
#include "base/must.h"
#include "engine/internal.h"

#ifdef __SSE2__
#include <emmintrin.h>
#endif

/* --- transcoding ------------------------------------------------------------------------------------------------ */

static size_t ascii_prefix(const uint8_t *s, size_t n) {
    size_t i = 0;
#ifdef __SSE2__
    for (; i + 16 <= n; i += 16) {
        int high = _mm_movemask_epi8(_mm_loadu_si128((const __m128i *)(s + i)));
        if (high) return i + (size_t)__builtin_ctz((unsigned)high);
    }
#endif
    while (i < n && s[i] < 0x80) i++;
    return i;
}

static void widen(uint16_t *to, const uint8_t *s, size_t n) {
    size_t i = 0;
#ifdef __SSE2__
    const __m128i zero = _mm_setzero_si128();
    for (; i + 16 <= n; i += 16) {
        __m128i v = _mm_loadu_si128((const __m128i *)(s + i));
        _mm_storeu_si128((__m128i *)(to + i), _mm_unpacklo_epi8(v, zero));
        _mm_storeu_si128((__m128i *)(to + i + 8), _mm_unpackhi_epi8(v, zero));
    }
#endif
    for (; i < n; i++) to[i] = s[i];
}

/* Code units that were ASCII and are now bytes in `to`. */
static size_t narrow(uint8_t *to, const uint16_t *s, size_t n) {
    size_t i = 0;
#ifdef __SSE2__
    const __m128i high = _mm_set1_epi16((short)0xff80), zero = _mm_setzero_si128();
    for (; i + 16 <= n; i += 16) {
        __m128i a = _mm_loadu_si128((const __m128i *)(s + i)), b = _mm_loadu_si128((const __m128i *)(s + i + 8));
        __m128i any = _mm_and_si128(_mm_or_si128(a, b), high);
        if (_mm_movemask_epi8(_mm_cmpeq_epi8(any, zero)) != 0xffff) break;
        _mm_storeu_si128((__m128i *)(to + i), _mm_packus_epi16(a, b));
    }
#endif
    for (; i < n && s[i] < 0x80; i++) to[i] = (uint8_t)s[i];
    return i;
}

/* One code point from s[*i..n): moves *i. Ill-formed bytes: U+FFFD for each maximal part, as the Encoding Standard has it. */
static uint32_t decode(const uint8_t *s, size_t n, size_t *i, bool wtf8) {
    uint8_t b = s[(*i)++];
    uint32_t c, low = 0x80, high = 0xbf;
    int more;
    if (b < 0x80) return b;
    if (b >= 0xc2 && b <= 0xdf) c = b & 0x1f, more = 1;
    else if (b >= 0xe0 && b <= 0xef) {
        c = b & 0xf, more = 2;
        if (b == 0xe0) low = 0xa0;
        if (b == 0xed && !wtf8) high = 0x9f;
    } else if (b >= 0xf0 && b <= 0xf4) {
        c = b & 7, more = 3;
        if (b == 0xf0) low = 0x90;
        if (b == 0xf4) high = 0x8f;
    } else return 0xfffd;
    for (; more; more--) {
        if (*i >= n || s[*i] < low || s[*i] > high) return 0xfffd;
        c = c << 6 | (s[(*i)++] & 0x3f);
        low = 0x80, high = 0xbf;
    }
    return c;
}

static size_t utf8_to_utf16(uint16_t *to, const uint8_t *s, size_t n, bool wtf8) {
    uint16_t *at = to;
    for (size_t i = 0; i < n;) {
        if (s[i] < 0x80) {
            size_t run = ascii_prefix(s + i, n - i);
            widen(at, s + i, run);
            at += run;
            i += run;
            continue;
        }
        uint32_t c = decode(s, n, &i, wtf8);
        if (c >= 0x10000) {
            *at++ = (uint16_t)(0xd7c0 + (c >> 10));
            *at++ = (uint16_t)(0xdc00 + (c & 0x3ff));
        } else *at++ = (uint16_t)c;
    }
    return (size_t)(at - to);
}

static size_t utf16_to_utf8(uint8_t *to, const uint16_t *s, size_t n, bool wtf8) {
    uint8_t *at = to;
    for (size_t i = 0; i < n;) {
        if (s[i] < 0x80) {
            size_t run = narrow(at, s + i, n - i);
            at += run;
            i += run;
            continue;
        }
        uint32_t c = s[i++];
        if (c >= 0xd800 && c <= 0xdfff) {
            if (c < 0xdc00 && i < n && s[i] >= 0xdc00 && s[i] <= 0xdfff) c = 0x10000 + ((c - 0xd800) << 10) + (s[i++] - 0xdc00u);
            else if (!wtf8) c = 0xfffd;
        }
        if (c < 0x800) *at++ = (uint8_t)(0xc0 | c >> 6);
        else {
            if (c < 0x10000) *at++ = (uint8_t)(0xe0 | c >> 12);
            else {
                *at++ = (uint8_t)(0xf0 | c >> 18);
                *at++ = (uint8_t)(0x80 | (c >> 12 & 0x3f));
            }
            *at++ = (uint8_t)(0x80 | (c >> 6 & 0x3f));
        }
        *at++ = (uint8_t)(0x80 | (c & 0x3f));
    }
    return (size_t)(at - to);
}

static size_t latin1_to_utf8(uint8_t *to, const uint8_t *s, size_t n) {
    uint8_t *at = to;
    for (size_t i = 0; i < n;) {
        if (s[i] < 0x80) {
            size_t run = ascii_prefix(s + i, n - i);
            memcpy(at, s + i, run);
            at += run;
            i += run;
            continue;
        }
        *at++ = (uint8_t)(0xc0 | s[i] >> 6);
        *at++ = (uint8_t)(0x80 | (s[i++] & 0x3f));
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

static js_string utf16_string(const uint16_t *at, size_t n) { return jsc.JSStringCreateWithCharacters(at, n); }

static js_string wide_string(str s, bool latin1, bool wtf8) {
    uint16_t stack[ON_STACK], *wide = s.len <= ON_STACK ? stack : mem_alloc(s.len * sizeof *wide);
    size_t n = s.len;
    if (latin1) widen(wide, (const uint8_t *)s.at, n);
    else n = utf8_to_utf16(wide, (const uint8_t *)s.at, s.len, wtf8);
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
    if (ascii_prefix((const uint8_t *)s.at, s.len) == s.len) return ascii_string(s);
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
    uint8_t *to;
    if (impl) {
        size_t plain = ascii_prefix(impl->at, n);
        to = arena_alloc(a, (plain == n ? n : n * 2 - plain) + 1);
        memcpy(to, impl->at, plain);
        len = plain == n ? n : plain + latin1_to_utf8(to + plain, (const uint8_t *)impl->at + plain, n - plain);
    } else {
        const uint16_t *wide = jsc.JSStringGetCharactersPtr(s);
        to = arena_alloc(a, n * 3 + 1);
        len = utf16_to_utf8(to, wide, n, wtf8);
        if ((char *)to + ((n * 3 + 8) & ~(size_t)7) == a->at) a->at = (char *)to + ((len + 8) & ~(size_t)7);   /* gives back */
    }
    to[len] = 0;
    return str_of((char *)to, len);
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

/* The value keeps the units alive, and a string that was made flat stays so: the js_string may go at once. Where strings
 * cannot be read in place, its own copy may not, so that is copied again. */
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

/* --- self-test ----------------------------------------------------------------------------------------------------- */

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
    widen(wide, (const uint8_t *)text, sizeof text);
    js_string narrow_one = jsc.JSStringCreateWithUTF8CString(text), wide_one = utf16_string(wide, sizeof text - 1);
    jsc.open_strings = reads_as(narrow_one, text, true) && reads_as(wide_one, text, false);
    jsc.JSStringRelease(narrow_one);
    jsc.JSStringRelease(wide_one);
    if (!jsc.open_strings) {        /* the mangled makers are of the same make: without the one no trust in the other */
        jsc.impl_create = NULL;
        return;
    }
    static const char accents[] = "Latin-1: \xe9\xff";
    js_string made = latin1_string(accents, sizeof accents - 1);
    bool ok = made && value_is(made, accents) && ((const struct open_string *)made)->impl->refs <= 4;
    if (made) jsc.JSStringRelease(made);
    if (!ok) jsc.impl_create = NULL;
}
