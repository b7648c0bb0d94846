/* lang/lex_string.c: strings and templates: where they end, whether their escapes are right, and the values behind
 * them. */
#include "base/buf.h"
#include "lang/parser.h"
#include "lang/scan.h"

#define OFFSET(p, s) ((uint32_t)((s) - (p)->source))

const uint8_t scan_is_part[256] = {
    ['$'] = 1, ['_'] = 1, ['0' ... '9'] = 1, ['A' ... 'Z'] = 1, ['a' ... 'z'] = 1,
};
const uint8_t scan_hex_digit[256] = {
    ['0'] = 1, ['1'] = 2, ['2'] = 3, ['3'] = 4, ['4'] = 5, ['5'] = 6, ['6'] = 7, ['7'] = 8, ['8'] = 9, ['9'] = 10,
    ['a'] = 11, ['b'] = 12, ['c'] = 13, ['d'] = 14, ['e'] = 15, ['f'] = 16,
    ['A'] = 11, ['B'] = 12, ['C'] = 13, ['D'] = 14, ['E'] = 15, ['F'] = 16,
};

/* One escape, after its backslash: the code point in *code (or -1 for a line continuation, -2 when it is not
 * well-formed), 1 in *octal for legacy forms. */
static const char *escape(const char *s, const char *end, int32_t *code, bool *octal) {
    uint8_t c = (uint8_t)*s++;
    *octal = false;
    switch (c) {
    case 'n': *code = '\n'; return s;
    case 't': *code = '\t'; return s;
    case 'r': *code = '\r'; return s;
    case 'b': *code = '\b'; return s;
    case 'f': *code = '\f'; return s;
    case 'v': *code = '\v'; return s;
    case '\r':
        *code = -1;
        return *s == '\n' ? s + 1 : s;
    case '\n': *code = -1; return s;
    case 'x':
        if (scan_hex(s[0]) < 0 || scan_hex(s[1]) < 0) {
            *code = -2;
            return s;
        }
        *code = scan_hex(s[0]) << 4 | scan_hex(s[1]);
        return s + 2;
    case 'u': {
        int32_t v = 0;
        if (*s == '{') {
            const char *from = ++s;
            while (scan_hex(*s) >= 0 && v <= 0x10FFFF) v = v << 4 | scan_hex(*s++);
            *code = s == from || *s != '}' || v > 0x10FFFF ? -2 : v;
            return *code == -2 ? s : s + 1;
        }
        for (int i = 0; i < 4; i++) {
            if (scan_hex(s[i]) < 0) {
                *code = -2;
                return s + i;
            }
            v = v << 4 | scan_hex(s[i]);
        }
        *code = v;
        return s + 4;
    }
    case '0': case '1': case '2': case '3': case '4': case '5': case '6': case '7': {
        int32_t v = c - '0';
        *octal = c != '0' || (*s >= '0' && *s <= '9');
        if (*s >= '0' && *s <= '7') {
            v = v * 8 + (*s++ - '0');
            if (v < 32 && *s >= '0' && *s <= '7') v = v * 8 + (*s++ - '0');
        }
        *code = v;
        return s;
    }
    case '8': case '9':
        *octal = true;
        *code = c;
        return s;
    default:
        if (c == 0xE2 && (uint8_t)s[0] == 0x80 && ((uint8_t)s[1] & 0xFE) == 0xA8) {
            *code = -1;
            return s + 2;
        }
        if (c >= 0x80) {
            size_t len;
            uint32_t v = lex_utf8(s - 1, end, &len);
            *code = (int32_t)v;
            return s - 1 + (len ? len : 1);
        }
        *code = c;
        return s;
    }
}

void lex_string(struct parser *p, char quote) {
    const char *start = p->t.at, *s = start + 1;
    uint32_t non_ascii = 0;
    unsigned flags = p->t.flags;
    for (;;) {
        s = scan_string(s, quote, &non_ascii);
        if (*s == quote) break;
        if (*s == '\\') {
            int32_t code;
            bool octal;
            const char *from = s;
            flags |= TF_ESCAPED;
            if (s + 1 >= p->end) break;
            s = escape(s + 1, p->end, &code, &octal);
            if ((uint8_t)from[1] >= 0x80) non_ascii = 1;
            if (octal) flags |= TF_OCTAL;
            if (code == -2)
                parse_fail(p, OFFSET(p, from), OFFSET(p, s), "lex-escape", "this escape wants %s",
                           from[1] == 'x' ? "two hexadecimal digits"
                                          : "four hexadecimal digits, or a code point up to 10FFFF in braces");
        } else if (*s == 0 && s < p->end) s++;
        else break;
    }
    if (*s != quote || s >= p->end)
        parse_fail(p, OFFSET(p, start), OFFSET(p, s < p->end ? s : p->end), "lex-string",
                   "this string has no end on its line");
    if (non_ascii) flags |= TF_NON_ASCII;
    p->t.kind = T_STRING;
    p->t.flags = (uint8_t)flags;
    p->t.at = s + 1;
    p->t.end = OFFSET(p, s + 1);
}

/* From t.at, after ` or }: sets the token to TEMPLATE (ended by `) or TEMPLATE_HEAD (ended by ${). t.start stays. */
void lex_template_continue(struct parser *p) {
    const char *s = p->t.at;
    uint32_t non_ascii = 0;
    unsigned flags = p->t.flags & ~(unsigned)(TF_ESCAPED | TF_BAD_ESCAPE | TF_NON_ASCII | TF_OCTAL);
    for (;;) {
        s = scan_template(s, &non_ascii);
        if (*s == '`') {
            p->t.kind = T_TEMPLATE;
            s++;
            break;
        }
        if (*s == '$') {
            if (s[1] == '{') {
                p->t.kind = T_TEMPLATE_HEAD;
                s += 2;
                break;
            }
            s++;
        } else if (*s == '\\') {
            int32_t code;
            bool octal;
            flags |= TF_ESCAPED;
            if (s + 1 >= p->end) s = p->end;
            else {
                if ((uint8_t)s[1] >= 0x80) non_ascii = 1;
                s = escape(s + 1, p->end, &code, &octal);
                if (code == -2 || octal) flags |= TF_BAD_ESCAPE;
            }
        } else s++;
        if (s >= p->end) parse_fail(p, p->t.start, p->t.start + 1, "lex-template", "this template has no end");
    }
    if (non_ascii) flags |= TF_NON_ASCII;
    p->t.flags = (uint8_t)flags;
    p->t.at = s;
    p->t.end = OFFSET(p, s);
}

static void add_code(struct buf *out, int32_t code, int32_t *high) {
    if (code < 0) return;
    if (code >= 0xDC00 && code <= 0xDFFF && *high) {
        out->len -= 3;
        code = 0x10000 + ((*high - 0xD800) << 10) + (code - 0xDC00);
    }
    *high = code >= 0xD800 && code <= 0xDBFF ? code : 0;
    buf_add_utf8(out, (uint32_t)code);
}

static bool cook(str text, struct buf *out, bool is_template) {
    const char *s = text.at, *end = s + text.len;
    int32_t high = 0;
    while (s < end) {
        const char *from = s;
        while (s < end && *s != '\\' && !(is_template && *s == '\r')) s++;
        if (s > from) {
            buf_add(out, str_of(from, (size_t)(s - from)));
            high = 0;
        }
        if (s >= end) break;
        if (*s == '\r') {
            buf_add_char(out, '\n');
            s += s + 1 < end && s[1] == '\n' ? 2 : 1;
            continue;
        }
        int32_t code;
        bool octal;
        s = escape(s + 1, end, &code, &octal);
        if (code == -2 || (is_template && octal)) return false;
        add_code(out, code, &high);
    }
    return true;
}

void lex_string_value(str quoted, struct buf *out) { cook(str_of(quoted.at + 1, quoted.len - 2), out, false); }
bool lex_template_value(str part, struct buf *out) { return cook(part, out, true); }

void lex_template_raw(str part, struct buf *out) {
    for (size_t i = 0; i < part.len; i++) {
        if (part.at[i] != '\r') buf_add_char(out, part.at[i]);
        else {
            buf_add_char(out, '\n');
            if (i + 1 < part.len && part.at[i + 1] == '\n') i++;
        }
    }
}

void lex_ident_value(str text, struct buf *out) { cook(text, out, false); }

uint32_t lex_intern_value(struct parser *p, nid id) {
    const struct node *n = NODE(id);
    str text = ast_text(p->tree, id);
    if (n->kind == N_STRING && !(n->flags & NF_ESCAPED)) return name_intern(&p->tree->names, text.at + 1, text.len - 2);
    struct buf value = {0};
    if (n->kind == N_STRING) lex_string_value(text, &value);
    else buf_add(&value, text);
    str kept = arena_str(&p->tree->arena, buf_view(&value));
    buf_free(&value);
    return name_intern(&p->tree->names, kept.at, kept.len);
}

double lex_number_value(str text) {
    char digits[400];
    size_t n = 0;
    int radix = 10;
    const char *s = text.at, *end = s + text.len;
    if (text.len > 1 && s[0] == '0') {
        char x = (char)(s[1] | 0x20);
        bool octal = s[1] >= '0' && s[1] <= '9';
        for (const char *q = s + 1; octal && q < end; q++) octal = *q >= '0' && *q <= '7';
        if (x == 'x') radix = 16;
        else if (x == 'o') radix = 8;
        else if (x == 'b') radix = 2;
        else if (octal) radix = -8;
    }
    if (radix != 10) {
        /* Exact up to 53 bits, then rounded to even by hand: no form of strtod reads octal or binary. */
        double value = 0;
        s += radix > 0 ? 2 : 1;
        if (radix < 0) radix = 8;
        int bits = radix == 16 ? 4 : radix == 8 ? 3 : 1;
        uint64_t mantissa = 0;
        int dropped = 0;
        bool sticky = false, round = false;
        for (; s < end; s++) {
            if (*s == '_') continue;
            int digit = scan_hex(*s);
            if (digit < 0) break;
            for (int b = bits - 1; b >= 0; b--) {
                uint64_t bit = (uint64_t)(digit >> b & 1);
                if (mantissa >> 52) {
                    sticky = sticky || round;
                    round = bit;
                    dropped++;
                } else mantissa = mantissa << 1 | bit;
            }
        }
        if (round && (sticky || (mantissa & 1))) mantissa++;
        value = (double)mantissa;
        for (; dropped > 0 && value <= 1.7e308; dropped--) value *= 2;
        return value;
    }
    for (; s < end && n < sizeof digits - 1; s++)
        if (*s != '_') digits[n++] = *s;
    digits[n] = 0;
    if (s < end) {                                      /* hundreds of digits: on the heap */
        struct buf long_digits = {0};
        for (s = text.at; s < end; s++) if (*s != '_') buf_add_char(&long_digits, *s);
        double value = strtod(buf_c(&long_digits), NULL);
        buf_free(&long_digits);
        return value;
    }
    return strtod(digits, NULL);
}

bool lex_is_name(str text) {
    const char *s = text.at, *end = s + text.len;
    if (s >= end) return false;
    for (bool first = true; s < end; first = false) {
        size_t len;
        uint32_t c = lex_utf8(s, end, &len);
        if (!len || !(first ? lex_is_id_start(c) : lex_is_id_part(c))) return false;
        s += len;
    }
    return true;
}

static const str reserved[] = {
#define X(id, text) STR_INIT(text),
    NAME_RESERVED(X)
#undef X
    STR_INIT("implements"), STR_INIT("interface"), STR_INIT("let"), STR_INIT("package"), STR_INIT("private"),
    STR_INIT("protected"), STR_INIT("public"), STR_INIT("static"), STR_INIT("yield"), STR_INIT("await"),
    STR_INIT("eval"), STR_INIT("arguments"),
};
bool lex_is_reserved(str name) {
    for (size_t i = 0; i < sizeof reserved / sizeof *reserved; i++)
        if (str_eq(reserved[i], name)) return true;
    return false;
}
