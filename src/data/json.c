/* data/json.c: the reader: one pass, no recursion, strings scanned 16 bytes at a time. */
#include "data/json.h"

#include "base/diag.h"
#include "base/mem.h"
#include "base/must.h"
#ifdef __SSE2__
#include <emmintrin.h>
#endif

struct reader {
    struct arena *arena;
    str source, file;
    const char *at, *end;
    enum json_flags flags;
    struct diag *diag;
};

static bool fail(struct reader *r, const char *at, size_t span, const char *id, const char *what) {
    if (r->diag) diag_add(r->diag, DIAG_ERROR, id, r->file, r->source, (size_t)(at - r->source.at), span, "%s", what);
    return false;
}

static bool skip_comment(struct reader *r) {                /* at a slash */
    const char *start = r->at;
    if (r->end - start > 1 && start[1] == '/') {
        while (r->at < r->end && *r->at != '\n' && *r->at != '\r') r->at++;
        return true;
    }
    if (r->end - start > 1 && start[1] == '*') {
        ptrdiff_t close = str_find(str_of(start + 2, (size_t)(r->end - start - 2)), STR("*/"));
        if (close < 0) return fail(r, start, 2, "json-comment", "this comment is never closed");
        r->at = start + 2 + close + 2;
        return true;
    }
    return fail(r, start, 1, "json-unexpected", "a value was expected here, not \"/\"");
}

static bool skip_space(struct reader *r) {
    for (;;) {
        while (r->at < r->end && (*r->at == ' ' || *r->at == '\n' || *r->at == '\r' || *r->at == '\t')) r->at++;
        if (r->at == r->end || *r->at != '/' || !(r->flags & JSON_COMMENTS)) return true;
        if (!skip_comment(r)) return false;
    }
}

/* The first quote, backslash or control character from `at` on, or `end`. */
static const char *scan_plain(const char *at, const char *end) {
#ifdef __SSE2__
    const __m128i quote = _mm_set1_epi8('"'), slash = _mm_set1_epi8('\\'), low = _mm_set1_epi8(0x1f);
    while (end - at >= 16) {
        __m128i x = _mm_loadu_si128((const __m128i *)at);
        __m128i hit = _mm_or_si128(_mm_or_si128(_mm_cmpeq_epi8(x, quote), _mm_cmpeq_epi8(x, slash)),
                                   _mm_cmpeq_epi8(_mm_min_epu8(x, low), x));
        int mask = _mm_movemask_epi8(hit);
        if (mask) return at + __builtin_ctz((unsigned)mask);
        at += 16;
    }
#endif
    while (at < end && *at != '"' && *at != '\\' && (unsigned char)*at >= 0x20) at++;
    return at;
}

static int hex4(const char *at, const char *end) {
    if (end - at < 4) return -1;
    int value = 0;
    for (int i = 0; i < 4; i++) {
        char c = at[i];
        int digit = c >= '0' && c <= '9' ? c - '0' : (c | 32) >= 'a' && (c | 32) <= 'f' ? (c | 32) - 'a' + 10 : -1;
        if (digit < 0) return -1;
        value = value << 4 | digit;
    }
    return value;
}

static char *put_utf8(char *to, uint32_t c) {
    if (c < 0x80) {
        *to++ = (char)c;
    } else if (c < 0x800) {
        *to++ = (char)(0xc0 | c >> 6);
        *to++ = (char)(0x80 | (c & 63));
    } else if (c < 0x10000) {
        *to++ = (char)(0xe0 | c >> 12);
        *to++ = (char)(0x80 | (c >> 6 & 63));
        *to++ = (char)(0x80 | (c & 63));
    } else {
        *to++ = (char)(0xf0 | c >> 18);
        *to++ = (char)(0x80 | (c >> 12 & 63));
        *to++ = (char)(0x80 | (c >> 6 & 63));
        *to++ = (char)(0x80 | (c & 63));
    }
    return to;
}

/* At a backslash: writes what the escape stands for and moves *to. */
static bool read_escape(struct reader *r, char **to) {
    static const char simple[] = "\"\"\\\\//b\bf\fn\nr\rt\t";
    const char *start = r->at;
    if (r->end - start < 2) return fail(r, start, 1, "json-string", "this string is never closed");
    if (start[1] != 'u') {
        for (size_t i = 0; i + 1 < sizeof simple; i += 2) {
            if (simple[i] != start[1]) continue;
            r->at += 2;
            *(*to)++ = simple[i + 1];
            return true;
        }
        return fail(r, start, 2, "json-escape", "there is no such escape in JSON");
    }
    int unit = hex4(start + 2, r->end);
    if (unit < 0) return fail(r, start, 2, "json-escape", "four hexadecimal digits must follow \"\\u\"");
    r->at += 6;
    if (unit >= 0xd800 && unit < 0xdc00 && r->end - r->at >= 6 && r->at[0] == '\\' && r->at[1] == 'u') {
        int low = hex4(r->at + 2, r->end);
        if (low >= 0xdc00 && low < 0xe000) {
            r->at += 6;
            *to = put_utf8(*to, 0x10000 + ((uint32_t)(unit - 0xd800) << 10) + (uint32_t)(low - 0xdc00));
            return true;
        }
    }
    *to = put_utf8(*to, (uint32_t)unit);
    return true;
}

static bool read_string(struct reader *r, str *out) {       /* at the opening quote */
    const char *start = r->at++, *stop = scan_plain(r->at, r->end);
    if (stop < r->end && *stop == '"') {
        *out = str_of(start + 1, (size_t)(stop - start - 1));
        r->at = stop + 1;
        return true;
    }
    if (stop == r->end) return fail(r, start, 1, "json-string", "this string is never closed");
    size_t room = (size_t)(stop - start);                   /* what an escape stands for is shorter than the escape */
    for (const char *p = stop; p < r->end && *p != '"'; p++)
        if (*p == '\\' && p + 1 < r->end) p++, room = (size_t)(p - start);
        else room = (size_t)(p - start);
    char *to = arena_alloc(r->arena, room + 1), *text = to;
    for (;;) {
        size_t n = (size_t)(stop - r->at);
        if (n) memcpy(to, r->at, n);
        to += n;
        r->at = stop;
        if (stop == r->end) return fail(r, start, 1, "json-string", "this string is never closed");
        if (*stop == '"') break;
        if (*stop != '\\')
            return fail(r, stop, 1, "json-control", *stop == '\n' || *stop == '\r'
                    ? "this string is not closed on its line" : "control characters must be escaped in a string");
        if (!read_escape(r, &to)) return false;
        stop = scan_plain(r->at, r->end);
    }
    r->at++;
    *out = str_of(text, (size_t)(to - text));
    return true;
}

static bool is_digit(char c) { return c >= '0' && c <= '9'; }

static double slow_decimal(str spelling) {
    char small[64], *copy = spelling.len < sizeof small ? small : mem_alloc(spelling.len + 1);
    memcpy(copy, spelling.at, spelling.len);
    copy[spelling.len] = 0;
    double number = strtod(copy, NULL);
    if (copy != small) mem_free(copy);
    return number;
}

/* Up to fifteen digits and ten's powers up to 22 are exact, and one operation on them is rounded once. */
double json_decimal(str spelling) {
    static const double powers[] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,  1e8,  1e9,  1e10, 1e11,
                                    1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};
    const char *p = spelling.at, *end = p + spelling.len;
    bool is_negative = p < end && *p == '-';
    uint64_t digits = 0;
    int n = 0, power = 0, exponent = 0;
    if (p < end && (*p == '-' || *p == '+')) p++;
    for (; p < end && is_digit(*p); p++, n += digits != 0) digits = digits * 10 + (uint64_t)(*p - '0');
    if (p < end && *p == '.')
        for (p++; p < end && is_digit(*p); p++, power--, n += digits != 0) digits = digits * 10 + (uint64_t)(*p - '0');
    if (p < end && (*p | 32) == 'e') {
        bool is_small = ++p < end && *p == '-';
        if (p < end && (*p == '-' || *p == '+')) p++;
        for (; p < end && is_digit(*p) && exponent < 1000; p++) exponent = exponent * 10 + (*p - '0');
        power += is_small ? -exponent : exponent;
    }
    if (n > 15 || power < -22 || power > 22) return slow_decimal(spelling);
    double number = power < 0 ? (double)digits / powers[-power] : (double)digits * powers[power];
    return is_negative ? -number : number;
}

static bool read_number(struct reader *r, struct json *value) {
    const char *start = r->at, *p = start, *end = r->end;
    if (*p == '-') p++;
    if (p == end || !is_digit(*p)) return fail(r, start, 1, "json-number", "a digit must follow \"-\"");
    uint64_t whole = 0;
    const char *digits = p;
    if (*p == '0') p++;
    else while (p < end && is_digit(*p)) whole = whole * 10 + (uint64_t)(*p++ - '0');
    if (p < end && is_digit(*p))
        return fail(r, start, (size_t)(p - start) + 1, "json-number", "numbers have no leading zeros in JSON");
    bool is_whole = p - digits <= 15;
    if (p < end && *p == '.') {
        is_whole = false;
        if (++p == end || !is_digit(*p))
            return fail(r, start, (size_t)(p - start), "json-number", "a digit must follow the decimal point");
        while (p < end && is_digit(*p)) p++;
    }
    if (p < end && (*p | 32) == 'e') {
        is_whole = false;
        if (++p < end && (*p == '+' || *p == '-')) p++;
        if (p == end || !is_digit(*p))
            return fail(r, start, (size_t)(p - start), "json-number", "the exponent has no digits");
        while (p < end && is_digit(*p)) p++;
    }
    value->text = str_of(start, (size_t)(p - start));
    if (is_whole) value->number = *start == '-' ? -(double)whole : (double)whole;
    else value->number = json_decimal(value->text);
    r->at = p;
    return true;
}

static bool read_word(struct reader *r, struct json *value) {
    static const struct { str word; enum json_kind kind; } words[] = {
        {STR_INIT("null"), JSON_NULL}, {STR_INIT("true"), JSON_TRUE}, {STR_INIT("false"), JSON_FALSE},
    };
    str rest = str_of(r->at, (size_t)(r->end - r->at));
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        if (!str_starts(rest, words[i].word)) continue;
        r->at += words[i].word.len;
        value->kind = words[i].kind;
        return true;
    }
    size_t span = 0;
    while (span < rest.len && (((rest.at[span] | 32) >= 'a' && (rest.at[span] | 32) <= 'z') || rest.at[span] == '_'))
        span++;
    if (*r->at == '\'') return fail(r, r->at, 1, "json-quote", "strings are written in double quotes in JSON");
    return fail(r, r->at, span ? span : 1, "json-unexpected", "a value was expected here");
}

static bool read_key(struct reader *r, struct json *member) {
    if (r->at == r->end) return fail(r, r->at, 1, "json-end", "the text ends inside of an object");
    if (*r->at != '"') return fail(r, r->at, 1, "json-key", "a key in double quotes was expected here");
    member->key_at = (uint32_t)(r->at - r->source.at);
    if (!read_string(r, &member->key) || !skip_space(r)) return false;
    if (r->at == r->end || *r->at != ':') return fail(r, r->at, 1, "json-colon", "a colon was expected after this key");
    r->at++;
    return skip_space(r);
}

static bool read_scalar(struct reader *r, struct json *value) {
    if (*r->at == '"') {
        value->kind = JSON_STRING;
        return read_string(r, &value->text);
    }
    if (*r->at == '-' || is_digit(*r->at)) {
        value->kind = JSON_NUMBER;
        return read_number(r, value);
    }
    return read_word(r, value);
}

/* After a value: the comma before the next one, or the brackets that close. Leaves `*inside` at what is still open. */
static bool read_between(struct reader *r, struct json **inside, struct json **parents, size_t *depth, bool *more) {
    *more = true;
    for (;;) {
        if (!skip_space(r)) return false;
        struct json *in = *inside;
        if (!in) return *more = false, true;
        char closer = in->kind == JSON_ARRAY ? ']' : '}';
        if (r->at == r->end)
            return fail(r, r->source.at + in->at, 1, "json-end",
                        closer == ']' ? "this array is never closed" : "this object is never closed");
        if (*r->at == ',') {
            const char *comma = r->at++;
            if (!skip_space(r)) return false;
            if (r->at == r->end || *r->at != closer) return true;
            if (!(r->flags & JSON_TRAILING_COMMAS))
                return fail(r, comma, 1, "json-comma", "there is nothing after this comma");
        }
        if (*r->at != closer)
            return fail(r, r->at, 1, "json-expected",
                        closer == ']' ? "a comma or \"]\" was expected here" : "a comma or \"}\" was expected here");
        in->end = (uint32_t)(++r->at - r->source.at);
        *inside = parents[--*depth];
    }
}

static struct json *add_child(struct reader *r, struct json *inside) {
    struct json *value = ARENA_NEW(r->arena, struct json);
    if (inside) json_append(inside, value);
    return value;
}

static struct json *read_tree(struct reader *r) {
    struct json *root = NULL, *inside = NULL, *some[64], **parents = some;
    size_t depth = 0, cap = sizeof some / sizeof *some;
    bool more = true, ok = true;
    if (!skip_space(r)) return NULL;
    while (more) {
        struct json *value = add_child(r, inside);
        if (!root) root = value;
        if (inside && inside->kind == JSON_OBJECT && !read_key(r, value)) { ok = false; break; }
        if (r->at == r->end) {
            ok = fail(r, r->at, 1, "json-end", "the text ends where a value was expected");
            break;
        }
        value->at = (uint32_t)(r->at - r->source.at);
        if (*r->at == '[' || *r->at == '{') {
            value->kind = *r->at == '[' ? JSON_ARRAY : JSON_OBJECT;
            char closer = *r->at++ == '[' ? ']' : '}';
            if (!skip_space(r)) { ok = false; break; }
            if (r->at == r->end || *r->at != closer) {
                if (depth == cap) {
                    struct json **wider = mem_alloc(cap * 2 * sizeof *wider);
                    memcpy(wider, parents, cap * sizeof *wider);
                    if (parents != some) mem_free(parents);
                    parents = wider;
                    cap *= 2;
                }
                parents[depth++] = inside;
                inside = value;
                continue;
            }
            r->at++;
        } else if (!read_scalar(r, value)) {
            ok = false;
            break;
        }
        value->end = (uint32_t)(r->at - r->source.at);
        ok = read_between(r, &inside, parents, &depth, &more);
        if (!ok) break;
    }
    if (parents != some) mem_free(parents);
    if (ok && r->at != r->end) ok = fail(r, r->at, 1, "json-trailing", "there is more text after the value");
    return ok ? root : NULL;
}

struct json *json_parse(struct arena *a, str source, enum json_flags flags, struct diag *d, str file) {
    must(source.len < UINT32_MAX);
    struct reader r = {.arena = a, .source = source, .file = file, .flags = flags, .diag = d};
    r.at = source.at;
    r.end = source.at + source.len;
    if (str_starts(source, STR("\xef\xbb\xbf"))) r.at += 3;
    return read_tree(&r);
}

/* Behind the string that begins at `p`; NULL when it is not closed on its line. */
static const char *skip_string(const char *p, const char *end) {
    for (p = scan_plain(p + 1, end); p < end && *p == '\\'; p = scan_plain(p, end))
        if ((p += 2) > end) return NULL;
    return p < end && *p == '"' ? p + 1 : NULL;
}

bool json_join_lines(struct buf *out, str text) {
    char *to = buf_room(out, text.len + 3), *end = to + 1 + text.len, *comma = NULL;
    size_t depth = 0;
    bool has_value = false;
    *to = '[';
    if (text.len) memcpy(to + 1, text.at, text.len);
    *end = '\n';                                            /* also behind the last line */
    for (char *p = to + 1; p <= end; p++) {
        char c = *p;
        if (c == '"') {
            const char *behind = skip_string(p, end);
            if (!behind) return false;
            p = to + (behind - to) - 1;
            has_value = true;
        } else if (c == '{' || c == '[') {
            depth++;
            has_value = true;
        } else if (c == '}' || c == ']') {
            if (!depth--) return false;
        } else if (c == '\n') {
            if (depth) return false;
            if (has_value) *(comma = p) = ',';
            has_value = false;
        } else if (c == ',') {
            if (!depth) return false;
        } else if (c != ' ' && c != '\t' && c != '\r') has_value = true;
    }
    if (comma) *comma = ' ';
    end[1] = ']';
    out->len += text.len + 3;
    return true;
}

struct json *json_get(const struct json *object, str key) {
    struct json *found = NULL;
    if (object && object->kind == JSON_OBJECT)
        for JSON_EACH(member, object)
            if (str_eq(member->key, key)) found = member;
    return found;
}
struct json *json_get_c(const struct json *object, const char *key) { return json_get(object, str_c(key)); }
str json_text(const struct json *string) { return string && string->kind == JSON_STRING ? string->text : STR(""); }
bool json_is(const struct json *value, enum json_kind kind) { return value && value->kind == kind; }
bool json_bool(const struct json *value, bool otherwise) {
    return json_is(value, JSON_TRUE) ? true : json_is(value, JSON_FALSE) ? false : otherwise;
}
