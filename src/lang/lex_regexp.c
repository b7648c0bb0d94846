/* lang/lex_regexp.c: where a regular expression ends, and whether it is one: ECMA-262 22.2.1, with Annex B when neither
 * u nor v is set. */
#include "lang/lex_regexp.h"

#include "base/mem.h"
#include "lang/parser.h"
#include "lang/scan.h"

void lex_regexp(struct parser *p) {
    const char *start = p->source + p->t.start, *s = start + 1;
    bool in_class = false;
    for (;; s++) {
        uint8_t c = (uint8_t)*s;
        if (c == '\\') c = (uint8_t)*++s;
        else if (c == '[') in_class = true;
        else if (c == ']') in_class = false;
        else if (c == '/' && !in_class) break;
        if (c == '\n' || c == '\r' || s >= p->end ||
            (c == 0xE2 && (uint8_t)s[1] == 0x80 && ((uint8_t)s[2] & 0xFE) == 0xA8))
            parse_fail(p, p->t.start, (uint32_t)((s < p->end ? s : p->end) - p->source), "regexp",
                       "this regular expression has no end on its line");
    }
    const char *e = scan_name(s + 1);
    if (*e == '\\' || (uint8_t)*e >= 0x80) {
        size_t len = 1;
        uint32_t c = *e == '\\' ? '$' : lex_utf8(e, p->end, &len);
        if (lex_is_id_part(c))
            parse_fail(p, (uint32_t)(e - p->source), (uint32_t)(e - p->source) + 1, "regexp",
                       "this is not a flag of a regular expression");
    }
    p->t.kind = T_REGEXP;
    p->t.at = e;
    p->t.end = (uint32_t)(e - p->source);
    if (p->tree->flags & TREE_NON_ASCII && scan_has_non_ascii(start, e)) p->t.flags |= TF_NON_ASCII;
}

uint32_t lex_flags_start(const struct parser *p) {
    const char *s = p->t.at;
    while (s[-1] != '/') s--;
    return (uint32_t)(s - p->source);
}

/* --- checking */

struct group { const char *at; size_t len; uint32_t depth, alternative; };
struct pattern {
    const char *start, *s, *end;
    bool u, v, named;                   /* u: full code points (u or v); named: \k is a reference */
    const char *wrong, *wrong_at;
    uint32_t n_groups, max_reference;
    const char *reference_at;
    AST_TABLE(struct group) names;
    AST_TABLE(struct group) references;
    /* Where in the tree of alternatives we are: two groups may share a name in different alternatives. */
    uint32_t path[256];                 /* for each open group: its id and the number of its alternative */
    uint32_t depth, next_group;
    AST_TABLE(uint32_t) name_paths;     /* for each name: depth, then path (group id, alternative) pairs */
    uint32_t nesting;
    bool of_strings;                    /* the property that was just read is one: told to the class around it */
};

static bool fail(struct pattern *r, const char *at, const char *text) {
    if (!r->wrong) r->wrong = text, r->wrong_at = at;
    return false;
}

static bool disjunction(struct pattern *r);

static uint32_t peek_code(struct pattern *r, size_t *len) {
    if (r->s >= r->end) {
        *len = 0;
        return UINT32_MAX;
    }
    uint32_t c = lex_utf8(r->s, r->end, len);
    if (!*len) *len = 1;
    return c;
}

static bool eat_char(struct pattern *r, char c) {
    if (r->s >= r->end || *r->s != c) return false;
    r->s++;
    return true;
}
static bool looking_at(struct pattern *r, const char *text) {
    size_t n = strlen(text);
    return (size_t)(r->end - r->s) >= n && memcmp(r->s, text, n) == 0;
}

/* Digits; saturates. false: there were none. */
static bool decimal(struct pattern *r, uint64_t *value) {
    const char *from = r->s;
    *value = 0;
    for (; r->s < r->end && *r->s >= '0' && *r->s <= '9'; r->s++)
        if (*value < (1ull << 53)) *value = *value * 10 + (uint64_t)(*r->s - '0');
    return r->s > from;
}

static int hex_digits(struct pattern *r, int n) {
    int v = 0;
    if (r->end - r->s < n) return -1;
    for (int i = 0; i < n; i++) {
        int d = scan_hex(r->s[i]);
        if (d < 0) return -1;
        v = v << 4 | d;
    }
    r->s += n;
    return v;
}

/* After \u: XXXX, a surrogate pair \uXXXX\uXXXX (in full mode), {X...} (in full mode). -1: none of them. */
static int32_t unicode_escape(struct pattern *r, bool full) {
    const char *from = r->s;
    if (full && eat_char(r, '{')) {
        uint32_t v = 0;
        const char *first = r->s;
        while (r->s < r->end && scan_hex(*r->s) >= 0 && v <= 0x10FFFF) v = v << 4 | (uint32_t)scan_hex(*r->s++);
        if (r->s == first || v > 0x10FFFF || !eat_char(r, '}')) {
            r->s = from;
            return -1;
        }
        return (int32_t)v;
    }
    int v = hex_digits(r, 4);
    if (v < 0) return -1;
    if (full && v >= 0xD800 && v < 0xDC00 && looking_at(r, "\\u")) {
        const char *back = r->s;
        r->s += 2;
        int low = hex_digits(r, 4);
        if (low >= 0xDC00 && low < 0xE000) return 0x10000 + ((v - 0xD800) << 10) + (low - 0xDC00);
        r->s = back;
    }
    return v;
}

static bool group_name(struct pattern *r, struct group *out) {
    const char *from = r->s;
    bool first = true;
    for (; r->s < r->end && *r->s != '>'; first = false) {
        size_t len;
        uint32_t c = peek_code(r, &len);
        r->s += len;
        if (c == '\\') {
            if (!eat_char(r, 'u')) return fail(r, from, "a group's name may hold \\u escapes only");
            int32_t v = unicode_escape(r, true);
            if (v < 0) return fail(r, from, "this escape in a group's name is not complete");
            c = (uint32_t)v;
        }
        if (!(first ? lex_is_id_start(c) : lex_is_id_part(c)))
            return fail(r, r->s - len, "this character cannot stand in a group's name");
    }
    *out = (struct group){.at = from, .len = (size_t)(r->s - from)};
    if (first || !eat_char(r, '>')) return fail(r, from, "the name of a group wants a > after it");
    return true;
}

static bool same_name(const struct group *a, const struct group *b) {
    if (a->len == b->len && memcmp(a->at, b->at, a->len) == 0) return true;
    if (!memchr(a->at, '\\', a->len) && !memchr(b->at, '\\', b->len)) return false;
    struct buf left = {0}, right = {0};
    lex_ident_value(str_of(a->at, a->len), &left);
    lex_ident_value(str_of(b->at, b->len), &right);
    bool same = str_eq(buf_view(&left), buf_view(&right));
    buf_free(&left);
    buf_free(&right);
    return same;
}

/* Two names may be equal when some group around both holds them in different alternatives. */
static bool may_share(struct pattern *r, const struct group *old) {
    const uint32_t *path = &r->name_paths.at[old->alternative];
    for (uint32_t i = 0; i < old->depth && i < r->depth; i++) {
        if (path[i * 2] != r->path[i * 2]) return false;
        if (path[i * 2 + 1] != r->path[i * 2 + 1]) return true;
    }
    return false;
}

static bool add_name(struct pattern *r, struct group name) {
    for (uint32_t i = 0; i < r->names.len; i++)
        if (same_name(&r->names.at[i], &name) && !may_share(r, &r->names.at[i]))
            return fail(r, name.at, "two groups have this name");
    name.depth = r->depth;
    name.alternative = r->name_paths.len;
    for (uint32_t i = 0; i < r->depth * 2; i++) *TABLE_ADD(&r->name_paths) = r->path[i];
    *TABLE_ADD(&r->names) = name;
    return true;
}

static bool is_syntax(uint32_t c) { return c < 128 && c && strchr("^$\\.*+?()[]{}|/", (int)c) != NULL; }

/* \p{...}, \P{...} after the p. */
static bool property(struct pattern *r, bool negated) {
    const char *from = r->s;
    if (!eat_char(r, '{')) return fail(r, from, "\\p wants a property in braces");
    const char *start = r->s;
    while (r->s < r->end && *r->s != '}') r->s++;
    if (r->s >= r->end) return fail(r, from, "\\p wants a property in braces");
    str all = str_of(start, (size_t)(r->s - start)), name, value;
    bool has_value = str_split(all, '=', &name, &value), of_strings;
    r->s++;
    if (!lex_regexp_property(name, value, has_value, r->v, &of_strings))
        return fail(r, start, "there is no such Unicode property");
    if (of_strings && negated) return fail(r, start, "a property of strings cannot be negated");
    r->of_strings = of_strings;
    return true;
}

/* The escape of one character or class, after the backslash. *code: its code point, or UINT32_MAX for a class. */
static bool escape(struct pattern *r, bool in_class, uint32_t *code) {
    const char *from = r->s;
    size_t len;
    uint32_t c = peek_code(r, &len);
    if (!len) return fail(r, from, "a backslash cannot be the last character");
    r->s += len;
    *code = UINT32_MAX;
    switch (c) {
    case 'd': case 'D': case 's': case 'S': case 'w': case 'W': return true;
    case 'p': case 'P':
        if (r->u) return property(r, c == 'P');
        *code = c;
        return true;
    case 't': *code = '\t'; return true;
    case 'n': *code = '\n'; return true;
    case 'v': *code = '\v'; return true;
    case 'f': *code = '\f'; return true;
    case 'r': *code = '\r'; return true;
    case 'c': {
        char l = r->s < r->end ? *r->s : 0;
        if ((l | 32) >= 'a' && (l | 32) <= 'z') {
            r->s++;
            *code = (uint32_t)l & 31;
            return true;
        }
        if (!r->u && in_class && ((l >= '0' && l <= '9') || l == '_')) {
            r->s++;
            *code = (uint32_t)l & 31;
            return true;
        }
        if (r->u) return fail(r, from, "\\c wants a letter");
        r->s = from;                    /* the backslash itself */
        *code = '\\';
        return true;
    }
    case '0':
        if (r->s < r->end && *r->s >= '0' && *r->s <= '9') {
            if (r->u) return fail(r, from, "an octal escape cannot stand here");
            r->s = from;
            break;
        }
        *code = 0;
        return true;
    case 'x': {
        int v = hex_digits(r, 2);
        if (v < 0 && r->u) return fail(r, from, "\\x wants two hexadecimal digits");
        *code = v < 0 ? 'x' : (uint32_t)v;
        return true;
    }
    case 'u': {
        int32_t v = unicode_escape(r, r->u);
        if (v < 0 && r->u) return fail(r, from, "\\u wants four hexadecimal digits, or a code point in braces");
        *code = v < 0 ? 'u' : (uint32_t)v;
        return true;
    }
    case 'b':
        if (in_class) {
            *code = 8;
            return true;
        }
        break;
    case '-':
        if (r->u && !in_class) return fail(r, from, "this escape means nothing");
        *code = '-';
        return true;
    default: break;
    }
    if (c >= '0' && c <= '9') {                         /* legacy octal, or \8 \9 */
        if (r->u) return fail(r, from, "this escape means nothing");
        r->s = from;
        uint32_t v = 0;
        if (c >= '8') {
            r->s++;
            *code = c;
            return true;
        }
        for (int i = 0;
             i < 3 && r->s < r->end && *r->s >= '0' && *r->s <= '7' && v * 8 + (uint32_t)(*r->s - '0') <= 255; i++)
            v = v * 8 + (uint32_t)(*r->s++ - '0');
        *code = v;
        return true;
    }
    if (r->u) {
        bool ok = is_syntax(c) || (r->v && in_class && c < 128 && strchr("&-!#%,:;<=>@`~", (int)c));
        if (!ok) return fail(r, from, "this escape means nothing");
    } else if (c == 'k' && r->named) return fail(r, from, "\\k wants the name of a group in < >");
    *code = c;
    return true;
}

/* --- classes */

static bool class_set(struct pattern *r, bool *strings);

static bool legacy_class(struct pattern *r) {
    while (r->s < r->end && *r->s != ']') {
        uint32_t code[2];
        const char *from = r->s;
        for (int i = 0; i < 2; i++) {
            size_t len;
            uint32_t c = peek_code(r, &len);
            if (!len) return fail(r, from, "this class has no end");
            r->s += len;
            if (c == '\\') {
                if (!escape(r, true, &code[i])) return false;
            } else {
                /* without u, a character beyond U+FFFF is two: the second one stands before a dash */
                code[i] = !r->u && c > 0xFFFF
                              ? (i == 0 ? 0xDC00 + ((c - 0x10000) & 0x3FF) : 0xD800 + ((c - 0x10000) >> 10))
                              : c;
            }
            if (i == 1) break;
            if (!(r->end - r->s >= 2 && r->s[0] == '-' && r->s[1] != ']')) {
                code[0] = UINT32_MAX;
                break;
            }
            r->s++;
            code[1] = 0;
            if (i == 0 && code[0] == UINT32_MAX) {
                if (r->u) return fail(r, from, "a class cannot begin a range");
                code[0] = UINT32_MAX - 1;
            }
        }
        if (code[0] == UINT32_MAX) continue;
        if (code[1] == UINT32_MAX) {
            if (r->u) return fail(r, from, "a class cannot end a range");
            continue;
        }
        if (code[0] == UINT32_MAX - 1) continue;
        if (code[0] > code[1]) return fail(r, from, "this range is out of order");
    }
    if (!eat_char(r, ']')) return fail(r, r->s, "this class has no end");
    return true;
}

static bool set_character(struct pattern *r, uint32_t *code) {
    size_t len;
    const char *from = r->s;
    uint32_t c = peek_code(r, &len);
    if (!len) return fail(r, from, "this class has no end");
    if (c == '\\') {
        r->s++;
        return escape(r, true, code);
    }
    if (c < 128 && c && strchr("()[]{}/-|", (int)c))
        return fail(r, from, "this character needs a backslash in a class with the flag v");
    if (r->end - r->s >= 2 && r->s[0] == r->s[1] && c < 128 && c && strchr("&!#$%*+,.:;<=>?@^`~", (int)c))
        return fail(r, from, "this double punctuator is reserved in a class with the flag v");
    r->s += len;
    *code = c;
    return true;
}

/* \q{abc|d} after the q. */
static bool string_disjunction(struct pattern *r, bool *strings) {
    if (!eat_char(r, '{')) return fail(r, r->s, "\\q wants strings in braces");
    uint32_t count = 0;
    for (;;) {
        if (r->s >= r->end) return fail(r, r->s, "\\q wants a } after its strings");
        if (*r->s == '}' || *r->s == '|') {
            if (count != 1) *strings = true;
            count = 0;
            if (*r->s++ == '}') return true;
            continue;
        }
        uint32_t code;
        if (!set_character(r, &code)) return false;
        count++;
    }
}

/* One operand: nested class, escape of a class, \q{}, character. *code is UINT32_MAX when it cannot begin a range. */
static bool set_operand(struct pattern *r, uint32_t *code, bool *strings) {
    *code = UINT32_MAX;
    *strings = false;
    if (looking_at(r, "\\q")) {
        r->s += 2;
        return string_disjunction(r, strings);
    }
    if (eat_char(r, '[')) return class_set(r, strings);
    r->of_strings = false;
    if (!set_character(r, code)) return false;
    *strings = r->of_strings;
    return true;
}

static bool class_set(struct pattern *r, bool *strings) {
    const char *from = r->s;
    bool negated = eat_char(r, '^'), may = false;
    *strings = false;
    if (++r->nesting > 200) return fail(r, from, "this class is nested too deeply");
    enum { UNKNOWN, UNION, INTERSECTION, SUBTRACTION } kind = UNKNOWN;
    bool first = true;
    while (r->s < r->end && *r->s != ']') {
        uint32_t code;
        bool s;
        if (!first) {
            bool both = looking_at(r, "&&"), minus = looking_at(r, "--");
            if (both || minus) {
                if (kind != UNKNOWN && kind != (both ? INTERSECTION : SUBTRACTION))
                    return fail(r, r->s, "put a class around one of the set operations");
                kind = both ? INTERSECTION : SUBTRACTION;
                r->s += 2;
                if (both && r->s < r->end && *r->s == '&')
                    return fail(r, r->s, "this character needs a backslash in a class with the flag v");
                if (!set_operand(r, &code, &s)) return false;
                if (kind == INTERSECTION) may = may && s;
                continue;
            }
            if (kind == INTERSECTION || kind == SUBTRACTION)
                return fail(r, r->s, "put a class around one of the set operations");
            kind = UNION;
        }
        const char *at = r->s;
        if (!set_operand(r, &code, &s)) return false;
        may = may || s;
        if (r->end - r->s >= 2 && r->s[0] == '-' && r->s[1] != '-') {
            if (code == UINT32_MAX) return fail(r, at, "a class cannot begin a range");
            uint32_t to;
            r->s++;
            if (r->s < r->end && (*r->s == '[')) return fail(r, at, "a class cannot end a range");
            if (!set_character(r, &to)) return false;
            if (to == UINT32_MAX) return fail(r, at, "a class cannot end a range");
            if (code > to) return fail(r, at, "this range is out of order");
            kind = UNION;
        }
        first = false;
    }
    if (!eat_char(r, ']')) return fail(r, from, "this class has no end");
    r->nesting--;
    if (negated && may) return fail(r, from, "a class that may match strings cannot be negated");
    *strings = may && !negated;
    return true;
}

/* --- terms */

/* { n } { n , } { n , m } after the brace; false and nothing read when it is none. */
static bool braces(struct pattern *r, bool *bad_order) {
    const char *from = r->s;
    uint64_t low, high;
    *bad_order = false;
    if (decimal(r, &low)) {
        high = low;
        if (eat_char(r, ',') && !decimal(r, &high)) high = UINT64_MAX;
        if (eat_char(r, '}')) {
            *bad_order = high < low;
            return true;
        }
    }
    r->s = from;
    return false;
}

static bool modifiers(struct pattern *r) {
    const char *from = r->s;
    unsigned seen = 0, count = 0;
    bool minus = false;
    for (; r->s < r->end && *r->s != ':'; r->s++) {
        if (*r->s == '-') {
            if (minus) return fail(r, from, "this group begins wrongly");
            minus = true;
            continue;
        }
        unsigned bit = *r->s == 'i' ? 1 : *r->s == 'm' ? 2 : *r->s == 's' ? 4 : 0;
        if (!bit) return fail(r, from, "this group begins wrongly");
        if (seen & bit) return fail(r, from, "a modifier of a group can stand only once");
        seen |= bit;
        count++;
    }
    if (!count && minus) return fail(r, from, "a modifier is missing after -");
    if (!eat_char(r, ':')) return fail(r, from, "this group begins wrongly");
    return true;
}

/* Group after its (; *can_repeat: may a quantifier follow? */
static bool group(struct pattern *r, bool *can_repeat) {
    const char *from = r->s;
    *can_repeat = true;
    bool captures = false;
    struct group name = {0};
    if (eat_char(r, '?')) {
        if (looking_at(r, "=") || looking_at(r, "!")) {
            r->s++;
            *can_repeat = !r->u;
        } else if (looking_at(r, "<=") || looking_at(r, "<!")) {
            r->s += 2;
            *can_repeat = false;
        } else if (eat_char(r, '<')) {
            if (!group_name(r, &name)) return false;
            captures = true;
            if (!add_name(r, name)) return false;
        } else if (!modifiers(r)) return false;
    } else captures = true;
    if (captures) r->n_groups++;
    if (r->depth >= 120 || ++r->nesting > 400) return fail(r, from, "this is nested too deeply");
    r->path[r->depth * 2] = ++r->next_group;
    r->path[r->depth * 2 + 1] = 0;
    r->depth++;
    if (!disjunction(r)) return false;
    r->depth--;
    r->nesting--;
    if (!eat_char(r, ')')) return fail(r, from - 1, "this group wants a ) at its end");
    return true;
}

static bool back_reference(struct pattern *r, const char *from) {
    uint64_t n;
    decimal(r, &n);
    if (r->u) {
        if (n > r->max_reference) r->max_reference = n > 100000000 ? 100000000 : (uint32_t)n, r->reference_at = from;
        return true;
    }
    r->s = from;        /* Annex B: a reference only when there is such a group; both forms are well-formed */
    uint32_t code;
    return escape(r, false, &code);
}

static bool atom(struct pattern *r, bool *can_repeat) {
    size_t len;
    const char *from = r->s;
    uint32_t c = peek_code(r, &len), code;
    r->s += len;
    *can_repeat = true;
    switch (c) {
    case '^': case '$': *can_repeat = false; return true;
    case '(': return group(r, can_repeat);
    case '.': return true;
    case '[': {
        bool strings;
        if (r->v) return class_set(r, &strings);
        eat_char(r, '^');
        return legacy_class(r);
    }
    case '\\': {
        char e = r->s < r->end ? *r->s : 0;
        if (e == 'b' || e == 'B') {
            r->s++;
            *can_repeat = false;
            return true;
        }
        if (e >= '1' && e <= '9') return back_reference(r, r->s);
        if (e == 'k' && (r->u || r->named)) {
            struct group name;
            r->s++;
            if (!eat_char(r, '<')) return fail(r, from, "\\k wants the name of a group in < >");
            if (!group_name(r, &name)) return false;
            *TABLE_ADD(&r->references) = name;
            return true;
        }
        return escape(r, false, &code);
    }
    case '*': case '+': case '?': return fail(r, from, "there is nothing to repeat before this");
    case '{': {
        bool bad_order;
        if (r->u) return fail(r, from, "this { needs a backslash");
        if (braces(r, &bad_order)) return fail(r, from, "there is nothing to repeat before this");
        return true;
    }
    case '}': case ']':
        if (r->u) return fail(r, from, "this bracket needs a backslash");
        return true;
    default: return true;
    }
}

static bool quantifier(struct pattern *r, bool can_repeat) {
    const char *from = r->s;
    bool bad_order = false;
    if (r->s >= r->end) return true;
    if (*r->s == '*' || *r->s == '+' || *r->s == '?') r->s++;
    else if (*r->s == '{') {
        r->s++;
        if (!braces(r, &bad_order)) {
            if (r->u) return fail(r, from, "this { needs a backslash, or numbers and a }");
            r->s = from;
            return true;
        }
    } else return true;
    if (!can_repeat) return fail(r, from, "there is nothing to repeat before this");
    if (bad_order) return fail(r, from, "the numbers of this quantifier are out of order");
    eat_char(r, '?');
    return true;
}

static bool disjunction(struct pattern *r) {
    while (r->s < r->end) {
        if (*r->s == '|') {
            r->s++;
            if (r->depth) r->path[r->depth * 2 - 1]++;
            continue;
        }
        if (*r->s == ')') return true;
        bool can_repeat;
        if (!atom(r, &can_repeat) || !quantifier(r, can_repeat)) return false;
    }
    return true;
}

static const char *check_flags(str flags, struct pattern *r, size_t *at) {
    static const char all[] = "dgimsuvy";
    unsigned seen = 0;
    for (size_t i = 0; i < flags.len; i++) {
        const char *found = strchr(all, flags.at[i]);
        *at = i;
        if (!found || !flags.at[i]) return "this is not a flag of a regular expression";
        unsigned bit = 1u << (found - all);
        if (seen & bit) return "a flag of a regular expression can stand only once";
        seen |= bit;
        r->u = r->u || flags.at[i] == 'u' || flags.at[i] == 'v';
        r->v = r->v || flags.at[i] == 'v';
    }
    if ((seen & 1u << 5) && (seen & 1u << 6)) return "the flags u and v exclude each other";
    return NULL;
}

const char *lex_regexp_check(str body, str flags, size_t *at) {
    struct pattern r = {.start = body.at, .s = body.at, .end = body.at + body.len};
    const char *wrong = check_flags(flags, &r, at);
    if (wrong) {
        *at += body.len + 1;
        return wrong;
    }
    r.named = r.u;
    for (const char *s = body.at; !r.named && s + 3 < r.end; s++)       /* any group with a name makes \k a reference */
        r.named = s[0] == '(' && s[1] == '?' && s[2] == '<' && s[3] != '=' && s[3] != '!';
    r.path[0] = 0;
    r.path[1] = 0;
    r.depth = 1;                        /* the pattern itself counts as a group: its alternatives */
    if (disjunction(&r) && r.s < r.end) fail(&r, r.s, "this ) has no ( before it");
    if (!r.wrong && r.max_reference > r.n_groups) fail(&r, r.reference_at, "there is no group with this number");
    for (uint32_t i = 0; !r.wrong && i < r.references.len; i++) {
        bool found = false;
        for (uint32_t k = 0; k < r.names.len && !found; k++) found = same_name(&r.names.at[k], &r.references.at[i]);
        if (!found) fail(&r, r.references.at[i].at, "there is no group with this name");
    }
    mem_free(r.names.at);
    mem_free(r.references.at);
    mem_free(r.name_paths.at);
    *at = r.wrong ? (size_t)(r.wrong_at - r.start) : 0;
    return r.wrong;
}
