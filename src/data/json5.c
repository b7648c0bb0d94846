/* data/json5.c: one loop over values; the collections around them are kept in a list. */
#include <math.h>

#include "data/json5.h"

#include "base/diag.h"
#include "base/list.h"
#include "base/must.h"
#include "base/utf8.h"
#ifdef __SSE2__
#include <emmintrin.h>
#endif

struct reader {
    struct arena *arena;
    str source, file;
    const char *at, *end;
    struct diag *diag;
};

static bool fail(struct reader *r, const char *at, const char *id, const char *what) {
    if (r->diag) diag_add(r->diag, DIAG_ERROR, id, r->file, r->source, (size_t)(at - r->source.at), 1, "%s", what);
    return false;
}

static bool is_digit(char c) { return c >= '0' && c <= '9'; }
static int hex(char c) { return is_digit(c) ? c - '0' : (c | 32) >= 'a' && (c | 32) <= 'f' ? (c | 32) - 'a' + 10 : -1; }
static char peek(const struct reader *r, size_t n) { return (size_t)(r->end - r->at) > n ? r->at[n] : 0; }

/* --- white space -------------------------------------------------------------------------------------------------- */

static bool is_wide_space(uint32_t c) {
    return c == 0xa0 || c == 0x1680 || (c >= 0x2000 && c <= 0x200a) || c == 0x2028 || c == 0x2029 || c == 0x202f ||
           c == 0x205f || c == 0x3000 || c == 0xfeff;
}

/* The length of the line's end at `p`; 0 when there is none. */
static size_t break_len(const char *p, const char *end) {
    if (p == end) return 0;
    if (*p == '\r') return p + 1 < end && p[1] == '\n' ? 2 : 1;
    if (*p == '\n') return 1;
    return end - p >= 3 && p[0] == '\xe2' && p[1] == '\x80' && (p[2] == '\xa8' || p[2] == '\xa9') ? 3 : 0;
}

static size_t space_len(const char *p, const char *end) {
    if (*p == ' ' || (*p >= '\t' && *p <= '\r')) return 1;
    if (!(*p & 0x80)) return 0;
    const char *next = p;
    return is_wide_space(utf8_next(&next, end)) ? (size_t)(next - p) : 0;
}

static bool skip_comment(struct reader *r) {
    const char *start = r->at;
    bool is_block = peek(r, 1) == '*';
    if (!is_block && peek(r, 1) != '/') return fail(r, start, "json5-character", "this character has no meaning here");
    for (r->at += 2; r->at < r->end; r->at++) {
        if (is_block ? *r->at == '*' && peek(r, 1) == '/' : break_len(r->at, r->end) != 0) {
            if (is_block) r->at += 2;
            return true;
        }
    }
    return !is_block || fail(r, start, "json5-comment", "this comment is never closed");
}

static bool skip_space(struct reader *r) {
    while (r->at < r->end) {
        if (*r->at == ' ' || *r->at == '\n') {
            r->at++;
            continue;
        }
        if (*r->at > '/' && !(*r->at & 0x80)) break;
        size_t n = space_len(r->at, r->end);
        r->at += n;
        if (!n && *r->at != '/') break;
        if (!n && !skip_comment(r)) return false;
    }
    return true;
}

/* --- strings and names -------------------------------------------------------------------------------------------- */

static bool read_hex(struct reader *r, int n, uint32_t *code) {
    *code = 0;
    for (; n > 0; n--, r->at++) {
        int digit = hex(peek(r, 0));
        if (digit < 0)
            return fail(r, r->at < r->end ? r->at : r->end - 1, "json5-escape",
                        "a hexadecimal digit was expected here");
        *code = *code << 4 | (uint32_t)digit;
    }
    return true;
}

/* After "\u": a character, or half of one when its other half does not follow. */
static bool read_unit(struct reader *r, uint32_t *code) {
    uint32_t low;
    if (!read_hex(r, 4, code)) return false;
    if (*code < 0xd800 || *code > 0xdbff || peek(r, 0) != '\\' || peek(r, 1) != 'u') return true;
    const char *before = r->at;
    r->at += 2;
    if (!read_hex(r, 4, &low)) return false;
    if (low >= 0xdc00 && low <= 0xdfff) *code = 0x10000 + ((*code - 0xd800) << 10 | (low - 0xdc00));
    else r->at = before;
    return true;
}

static bool read_escape(struct reader *r, char **to) {
    static const char names[] = "bfnrtv", values[] = "\b\f\n\r\t\v";
    const char *start = r->at++;
    size_t n = break_len(r->at, r->end);
    if (n) {                                        /* the string goes on in the next line */
        r->at += n;
        return true;
    }
    char c = peek(r, 0);
    const char *found = c ? strchr(names, c) : NULL;
    uint32_t code;
    if (r->at == r->end) return fail(r, start, "json5-string", "this string is never closed");
    if (is_digit(c) && (c != '0' || is_digit(peek(r, 1))))
        return fail(r, start, "json5-escape", "there are no octal escapes in JSON5");
    if (c == 'x' || c == 'u') {
        r->at++;
        if (c == 'x' ? !read_hex(r, 2, &code) : !read_unit(r, &code)) return false;
    } else if (found || c == '0') {
        r->at++;
        code = found ? (uint32_t)values[found - names] : 0;
    } else {
        *(*to)++ = *r->at++;        /* any other character is itself; its further bytes are taken as they come */
        return true;
    }
    *to = utf8_put(*to, code);
    return true;
}

/* The first quote of that kind, backslash or line end from `at` on, or `end`. */
static const char *skip_plain(const char *at, const char *end, char quote) {
#ifdef __SSE2__
    const __m128i q = _mm_set1_epi8(quote), slash = _mm_set1_epi8('\\');
    const __m128i lf = _mm_set1_epi8('\n'), cr = _mm_set1_epi8('\r');
    for (; end - at >= 16; at += 16) {
        __m128i x = _mm_loadu_si128((const __m128i *)at);
        __m128i hit = _mm_or_si128(_mm_or_si128(_mm_cmpeq_epi8(x, q), _mm_cmpeq_epi8(x, slash)),
                                   _mm_or_si128(_mm_cmpeq_epi8(x, lf), _mm_cmpeq_epi8(x, cr)));
        int mask = _mm_movemask_epi8(hit);
        if (mask) return at + __builtin_ctz((unsigned)mask);
    }
#endif
    while (at < end && *at != quote && *at != '\\' && *at != '\n' && *at != '\r') at++;
    return at;
}

static bool read_string(struct reader *r, str *out) {
    const char *start = r->at, *stop = start + 1;
    bool is_plain = true;
    for (;;) {
        stop = skip_plain(stop, r->end, *start);
        if (stop == r->end) return fail(r, start, "json5-string", "this string is never closed");
        if (*stop == *start) break;
        if (*stop == '\\') is_plain = false, stop++;
        if (stop < r->end) stop++;
    }
    r->at++;
    char *text = is_plain ? NULL : arena_alloc(r->arena, (size_t)(stop - start) + 4), *to = text;
    for (;;) {
        const char *from = r->at;
        r->at = skip_plain(from, r->end, *start);
        if (to) memcpy(to, from, (size_t)(r->at - from)), to += r->at - from;
        if (*r->at == *start) break;
        if (*r->at != '\\')
            return fail(r, start, "json5-string",
                        "this string is not closed on its line; a backslash at the end continues it");
        if (!read_escape(r, &to)) return false;
    }
    *out = is_plain ? str_of(start + 1, (size_t)(r->at - start - 1)) : str_of(text, (size_t)(to - text));
    r->at++;
    return true;
}

static bool may_be_in_name(uint32_t c, bool is_first) {
    if (c < 0x80)
        return c == '$' || c == '_' || ((c | 32) >= 'a' && (c | 32) <= 'z') || (!is_first && c >= '0' && c <= '9');
    return !is_wide_space(c) && !(is_first && (c == 0x200c || c == 0x200d)) && c != 0x85;
}

static bool read_name(struct reader *r, str *out) {
    const char *start = r->at;
    struct buf text = {0};
    bool ok = true, has_escape = false;
    while (r->at < r->end && may_be_in_name((unsigned char)*r->at & 0x80 ? 0 : (unsigned char)*r->at, r->at == start))
        r->at++;
    bool is_short = r->at == r->end || (!(*r->at & 0x80) && *r->at != '\\');
    if (is_short && r->at > start) return *out = str_of(start, (size_t)(r->at - start)), true;
    r->at = start;
    while (r->at < r->end) {
        const char *from = r->at;
        bool is_escape = *from == '\\';
        uint32_t c;
        if (is_escape) {
            r->at++;
            ok = peek(r, 0) == 'u' ? (r->at++, read_unit(r, &c))
                                   : fail(r, from, "json5-escape", "\\u was expected in this name");
            if (!ok) break;
        } else c = utf8_next(&r->at, r->end);
        if (!may_be_in_name(c, from == start)) {
            r->at = from;
            if (is_escape) ok = fail(r, from, "json5-name", "this cannot be in a name without quotes");
            break;
        }
        has_escape = has_escape || is_escape;
        buf_add_utf8(&text, c);
    }
    if (ok && r->at == start) ok = fail(r, start, "json5-name", "a name was expected here");
    *out = has_escape ? arena_str(r->arena, buf_view(&text)) : str_of(start, (size_t)(r->at - start));
    buf_free(&text);
    return ok;
}

/* --- values ------------------------------------------------------------------------------------------------------- */

static bool take_word(struct reader *r, const char *word) {
    size_t n = strlen(word);
    if ((size_t)(r->end - r->at) < n || memcmp(r->at, word, n) != 0) return false;
    if (n < (size_t)(r->end - r->at)) {
        const char *next = r->at + n;
        if (*next == '\\' || may_be_in_name(utf8_next(&next, r->end), false)) return false;
    }
    r->at += n;
    return true;
}

static bool set_number(struct json *value, double number, bool is_negative, str spelling) {
    value->kind = JSON_NUMBER;
    value->number = is_negative ? -number : number;
    value->text = isinf(number) ? is_negative ? STR("-1e999") : STR("1e999")
                : spelling.len ? spelling : number == 0 && is_negative ? STR("-0") : (str){0};
    return true;
}

static bool read_hexadecimal(struct reader *r, struct json *value, bool is_negative) {
    double number = 0;
    const char *from = r->at += 2;
    for (; hex(peek(r, 0)) >= 0; r->at++) number = number * 16 + hex(*r->at);
    if (r->at == from)
        return fail(r, from < r->end ? from : from - 1, "json5-number", "a hexadecimal digit was expected here");
    return set_number(value, number, is_negative, (str){0});
}

static size_t skip_digits(struct reader *r) {
    const char *from = r->at;
    while (is_digit(peek(r, 0))) r->at++;
    return (size_t)(r->at - from);
}

static bool read_decimal(struct reader *r, struct json *value, const char *start, bool is_negative) {
    const char *from = r->at;
    size_t whole = skip_digits(r), part = 0;
    bool has_point = peek(r, 0) == '.', is_json;
    if (whole > 1 && *from == '0')
        return fail(r, from, "json5-number", "a number does not begin with more than one zero");
    if (has_point) {
        r->at++;
        part = skip_digits(r);
    }
    if (!whole && !part) return fail(r, start, "json5-value", "a value was expected here");
    is_json = whole && (!has_point || part) && *start != '+';
    if ((peek(r, 0) | 32) == 'e') {
        r->at++;
        if (peek(r, 0) == '+' || peek(r, 0) == '-') r->at++;
        if (!skip_digits(r)) return fail(r, start, "json5-number", "the exponent of this number has no digits");
    }
    str text = str_of(from, (size_t)(r->at - from));
    if (text.len == whole && whole <= 15) {                 /* that many digits are exact */
        double number = 0;
        for (const char *digit = from; digit < r->at; digit++) number = number * 10 + (*digit - '0');
        return set_number(value, number, is_negative, is_json ? str_of(start, (size_t)(r->at - start)) : (str){0});
    }
    return set_number(value, json_decimal(text), is_negative,
                      is_json ? str_of(start, (size_t)(r->at - start)) : (str){0});
}

static bool read_scalar(struct reader *r, struct json *value) {
    const char *start = r->at;
    bool is_negative = *start == '-';
    if (*start == '"' || *start == '\'') {
        value->kind = JSON_STRING;
        return read_string(r, &value->text);
    }
    if (is_negative || *start == '+') r->at++;
    else if (take_word(r, "null")) return value->kind = JSON_NULL, true;
    else if (take_word(r, "true")) return value->kind = JSON_TRUE, true;
    else if (take_word(r, "false")) return value->kind = JSON_FALSE, true;
    if (take_word(r, "Infinity")) return set_number(value, (double)INFINITY, is_negative, (str){0});
    if (take_word(r, "NaN")) return set_number(value, (double)NAN, false, (str){0});
    if (peek(r, 0) == '0' && (peek(r, 1) | 32) == 'x') return read_hexadecimal(r, value, is_negative);
    return read_decimal(r, value, start, is_negative);
}

/* Adds a value to what is around it, with its key when that is an object. */
static struct json *add_value(struct reader *r, struct json *inside) {
    struct json *value = ARENA_NEW(r->arena, struct json);
    if (inside && inside->kind == JSON_OBJECT) {
        value->key_at = (uint32_t)(r->at - r->source.at);
        if (peek(r, 0) == '"' || peek(r, 0) == '\'' ? !read_string(r, &value->key) : !read_name(r, &value->key))
            return NULL;
        if (!skip_space(r)) return NULL;
        const char *here = r->at < r->end ? r->at : r->end - 1;
        if (peek(r, 0) != ':') return fail(r, here, "json5-colon", "a colon was expected after the name"), NULL;
        r->at++;
        if (!skip_space(r)) return NULL;
    }
    if (inside) json_append(inside, value);
    return value;
}

struct parents { struct json **at; size_t len, cap; };

/* After a value: closes what ends here. *is_done when nothing is open any more. */
static bool read_between(struct reader *r, struct parents *open, bool *is_done) {
    bool may_close = false;                         /* right after an opening bracket, or a comma */
    if (open->len && open->at[open->len - 1]->count == 0) may_close = true;
    for (;;) {
        if (!skip_space(r)) return false;
        *is_done = open->len == 0;
        if (*is_done) return true;
        struct json *inside = open->at[open->len - 1];
        bool is_array = inside->kind == JSON_ARRAY;
        char c = peek(r, 0);
        if (r->at == r->end)
            return fail(r, r->source.at + inside->at, "json5-end",
                        is_array ? "this array is never closed" : "this object is never closed");
        if (c == (is_array ? ']' : '}')) {
            inside->end = (uint32_t)(++r->at - r->source.at);
            open->len--;
            may_close = false;
            continue;
        }
        if (may_close) return true;
        if (c != ',')
            return fail(r, r->at, "json5-expected",
                        is_array ? "a comma or \"]\" was expected here" : "a comma or \"}\" was expected here");
        r->at++;
        may_close = true;
    }
}

static struct json *read_tree(struct reader *r, struct parents *open) {
    struct json *root = NULL;
    bool is_done = false;
    if (!skip_space(r)) return NULL;
    while (!is_done) {
        struct json *value = add_value(r, open->len ? open->at[open->len - 1] : NULL);
        if (!value) return NULL;
        if (!root) root = value;
        if (r->at == r->end) return fail(r, r->at, "json5-end", "the text ends where a value was expected"), NULL;
        value->at = (uint32_t)(r->at - r->source.at);
        if (*r->at == '[' || *r->at == '{') {
            value->kind = *r->at++ == '[' ? JSON_ARRAY : JSON_OBJECT;
            *LIST_ADD(open) = value;
        } else {
            if (!read_scalar(r, value)) return NULL;
            value->end = (uint32_t)(r->at - r->source.at);
        }
        if (!read_between(r, open, &is_done)) return NULL;
    }
    if (r->at < r->end) return fail(r, r->at, "json5-trailing", "there is more text after the value"), NULL;
    return root;
}

struct json *json5_parse(struct arena *a, str source, struct diag *d, str file) {
    must(source.len < UINT32_MAX);
    struct reader r = {
        .arena = a, .source = source, .file = file, .diag = d, .at = source.at, .end = source.at + source.len};
    struct parents open = {0};
    struct json *root = read_tree(&r, &open);
    LIST_FREE(&open);
    return root;
}
