/* data/yaml_scalar.c: YAML 1.2.2 chapter 10.3: what a plain scalar is; and what it is called as a key. */
#include <math.h>

#include "data/yaml_scan.h"

#include "base/diag.h"

static bool is_one_of(str text, const char *words) {         /* "true True TRUE" */
    str rest = str_c(words), word;
    while (str_next(&rest, ' ', &word)) if (str_eq(text, word)) return true;
    return false;
}

static void set_number(struct json *value, double number, str spelling) {
    value->kind = JSON_NUMBER;
    value->number = number;
    value->text = spelling;
}

static bool read_special(struct json *value, str text) {
    switch (text.at[0]) {
    case '~': case 'n': case 'N':
        if (text.len > 1 && !is_one_of(text, "null Null NULL")) return false;
        if (text.len == 1 && text.at[0] != '~') return false;
        value->kind = JSON_NULL;
        return true;
    case 't': case 'T':
        if (!is_one_of(text, "true True TRUE")) return false;
        value->kind = JSON_TRUE;
        return true;
    case 'f': case 'F':
        if (!is_one_of(text, "false False FALSE")) return false;
        value->kind = JSON_FALSE;
        return true;
    default: return false;
    }
}

/* 0x and 0o, as long as 64 bits hold them. */
static bool read_radix(struct json *value, str digits, unsigned base, bool is_negative) {
    uint64_t n = 0;
    if (!digits.len) return false;
    for (size_t i = 0; i < digits.len; i++) {
        char c = digits.at[i];
        bool is_letter = (c | 32) >= 'a' && (c | 32) <= 'f';
        unsigned digit = c >= '0' && c <= '9' ? (unsigned)(c - '0') : is_letter ? (unsigned)((c | 32) - 'a' + 10) : 99;
        if (digit >= base || n > (UINT64_MAX - digit) / base) return false;
        n = n * base + digit;
    }
    set_number(value, is_negative ? -(double)n : (double)n, (str){0});
    return true;
}

static bool read_number(struct json *value, str text) {
    const char *p = text.at, *end = p + text.len, *from;
    bool is_negative = *p == '-', is_signed = is_negative || *p == '+';
    if (is_signed) p++;
    str rest = str_of(p, (size_t)(end - p));
    if (is_one_of(rest, ".inf .Inf .INF"))
        return set_number(value, is_negative ? -(double)INFINITY : (double)INFINITY,
                          is_negative ? STR("-1e999") : STR("1e999")),
               true;
    if (!is_signed && is_one_of(rest, ".nan .NaN .NAN")) return set_number(value, (double)NAN, (str){0}), true;
    if (rest.len > 2 && rest.at[0] == '0' && (rest.at[1] == 'x' || rest.at[1] == 'o'))
        return read_radix(value, str_from(rest, 2), rest.at[1] == 'x' ? 16 : 8, is_negative);
    size_t whole = 0, part = 0;
    for (from = p; p < end && *p >= '0' && *p <= '9'; p++) whole++;
    bool is_json = whole == 1 || (whole && *from != '0'), is_float = false;
    if (p < end && *p == '.') {
        for (p++; p < end && *p >= '0' && *p <= '9'; p++) part++;
        is_json = is_json && part;
        is_float = true;
    }
    if (!whole && !part) return false;
    if (p < end && (*p | 32) == 'e') {
        is_float = true;
        p++;
        if (p < end && (*p == '-' || *p == '+')) p++;
        for (from = p; p < end && *p >= '0' && *p <= '9';) p++;
        if (p == from) return false;
    }
    if (p != end) return false;
    double number;
    if (is_float || text.len > 15) {
        char some[64], *copy = text.len < sizeof some ? some : mem_alloc(text.len + 1);
        memcpy(copy, text.at, text.len);
        copy[text.len] = 0;
        number = strtod(copy, NULL);
        if (copy != some) mem_free(copy);
    } else {
        number = 0;
        for (const char *d = text.at + is_signed; d < end; d++) number = number * 10 + (*d - '0');
        if (is_negative) number = -number;
    }
    /* A spelling that JSON has too is kept. */
    if (isinf(number)) set_number(value, number, is_negative ? STR("-1e999") : STR("1e999"));
    else if (is_json && text.at[0] != '+') set_number(value, number, text);
    else set_number(value, number, number == 0 && is_negative ? STR("-0") : (str){0});
    return true;
}

void yaml_resolve(struct json *value, str text) {
    if (!text.len) {
        value->kind = JSON_NULL;
        return;
    }
    char c = text.at[0];
    if ((c >= '0' && c <= '9') || c == '.' || c == '-' || c == '+' ? read_number(value, text)
                                                                   : read_special(value, text))
        return;
    value->kind = JSON_STRING;
    value->text = text;
}

enum { MOST_KEY = 1 << 20, MOST_KEY_DEPTH = 64 };

static bool add_key(struct yaml_reader *r, const struct json *key, int depth) {
    if (json_is_alias(key)) key = key->first;
    if (r->text.len > MOST_KEY || depth > MOST_KEY_DEPTH) return false;
    switch (key->kind) {
    case JSON_NULL:   if (!depth) buf_lit(&r->text, "null"); break;          /* [null].join() is empty */
    case JSON_TRUE:   buf_lit(&r->text, "true"); break;
    case JSON_FALSE:  buf_lit(&r->text, "false"); break;
    case JSON_STRING: buf_add(&r->text, key->text); break;
    case JSON_NUMBER:
        if (isnan(key->number)) buf_lit(&r->text, "NaN");
        else if (isinf(key->number)) buf_add(&r->text, key->number < 0 ? STR("-Infinity") : STR("Infinity"));
        else json_write_number(&r->text, key->number);
        break;
    case JSON_OBJECT: buf_lit(&r->text, "[object Object]"); break;
    case JSON_ARRAY:
        for JSON_EACH(item, key) {
            if (!add_key(r, item, depth + 1)) return false;
            if (item->next) buf_add_char(&r->text, ',');
        }
        break;
    }
    return true;
}

bool yaml_key_of(struct yaml_reader *r, const struct json *key, str *out) {
    if (key->kind == JSON_STRING) return *out = key->text, true;
    buf_clear(&r->text);
    if (!add_key(r, key, 0))
        return yaml_fail(r, r->source.at + key->at, "yaml-key", "this collection is too large to be a key");
    *out = arena_str(r->arena, buf_view(&r->text));
    buf_clear(&r->text);
    return true;
}
