/* lang/lex.c: white space, comments, names, numbers, punctuation. One token at a time, none of them allocated. */
#include "base/buf.h"
#include "lang/parser.h"
#include "lang/scan.h"

const char *const lex_token_text[T_COUNT] = {
    "nothing",
#define X(id, text) text,
    NAME_RESERVED(X)
    TOKENS(X)
#undef X
};

#define OFFSET(p, s) ((uint32_t)((s) - (p)->source))

_Noreturn static void fail_at(struct parser *p, const char *s, size_t len, const char *id, const char *text) {
    parse_fail(p, OFFSET(p, s), OFFSET(p, s) + (uint32_t)len, id, "%s", text);
}

uint32_t lex_utf8(const char *s, const char *end, size_t *len) {
    const uint8_t *u = (const uint8_t *)s;
    size_t left = (size_t)(end - s);
    if (left >= 2 && u[0] >= 0xC2 && u[0] < 0xE0 && (u[1] & 0xC0) == 0x80) {
        *len = 2;
        return (u[0] & 0x1Fu) << 6 | (u[1] & 0x3Fu);
    }
    if (left >= 3 && (u[0] & 0xF0) == 0xE0 && (u[1] & 0xC0) == 0x80 && (u[2] & 0xC0) == 0x80 &&
        (u[0] != 0xE0 || u[1] >= 0xA0)) {
        *len = 3;
        return (u[0] & 0x0Fu) << 12 | (u[1] & 0x3Fu) << 6 | (u[2] & 0x3Fu);
    }
    if (left >= 4 && (u[0] & 0xF8) == 0xF0 && (u[1] & 0xC0) == 0x80 && (u[2] & 0xC0) == 0x80 && (u[3] & 0xC0) == 0x80) {
        uint32_t c = (u[0] & 0x07u) << 18 | (u[1] & 0x3Fu) << 12 | (u[2] & 0x3Fu) << 6 | (u[3] & 0x3Fu);
        *len = 4;
        if (c >= 0x10000 && c <= 0x10FFFF) return c;
    }
    *len = left && u[0] < 0x80 ? 1 : 0;
    return *len ? u[0] : 0xFFFD;
}

static bool is_space(uint32_t c) {
    return c == 0xA0 || c == 0xFEFF || c == 0x1680 || (c >= 0x2000 && c <= 0x200A) || c == 0x202F || c == 0x205F ||
           c == 0x3000;
}

/* --- comments */

static bool begins(const char *s, const char *end, const char *word) {
    size_t len = strlen(word);
    return (size_t)(end - s) >= len && memcmp(s, word, len) == 0;
}

/* What the words behind an @ or # of a block comment make of it. */
static enum comment_kind kind_of_block(const char *text, const char *end) {
    enum comment_kind kind = COMMENT_PLAIN;
    for (const char *s = text; s < end; s++) {
        while (s < end && *s != '@' && *s != '#') s++;
        if (s < end && begins(s + 1, end, "__PURE__") && kind == COMMENT_PLAIN) kind = COMMENT_PURE;
        if (s == end || *s != '@') continue;
        if (begins(s + 1, end, "jsx")) return COMMENT_JSX_PRAGMA;
        if (begins(s + 1, end, "license") || begins(s + 1, end, "preserve")) kind = COMMENT_LEGAL;
    }
    return kind;
}

/* `end` is where the text of the comment ends: a block's star, the end of a line. */
static void note_comment(struct parser *p, const char *s, const char *end, bool is_block) {
    enum comment_kind kind = COMMENT_PLAIN;
    const char *text = s + 2;
    if (is_block && *text == '!') kind = COMMENT_LEGAL;
    else if (end - text > 16 && (*text == '#' || *text == '@') && memcmp(text + 1, " sourceMappingUR", 16) == 0)
        kind = COMMENT_SOURCE_MAP;
    else if (is_block) kind = kind_of_block(text, end);
    if (kind == COMMENT_PLAIN && !p->notes_all) return;
    struct comment *c = TABLE_ADD(&p->tree->comments);
    *c = (struct comment){OFFSET(p, s), OFFSET(p, end), (uint8_t)kind};
}

static const char *skip_line_comment(struct parser *p, const char *s) {
    const char *end = scan_line_end(s + 2, p->end);
    if (s[2] == '#' || s[2] == '@' || p->notes_all) note_comment(p, s, end, false);
    return end;
}

static const char *skip_block_comment(struct parser *p, const char *from, unsigned *flags) {
    const char *s = from + 2;
    for (;; s++) {
        if (!(*flags & TF_NEWLINE)) s = scan_star_or_line(s);
        else s = scan_char(s, '*');
        if (*s == '*') {
            if (s[1] == '/') break;
        } else if (*s == '\n' || *s == '\r') *flags |= TF_NEWLINE;
        else if (*s == 0) {
            if (s >= p->end) fail_at(p, from, 2, "lex-comment", "this comment has no end");
        } else if ((uint8_t)s[1] == 0x80 && ((uint8_t)s[2] & 0xFE) == 0xA8) *flags |= TF_NEWLINE;
    }
    note_comment(p, from, s, true);
    return s + 2;
}

static void saw_html_comment(struct parser *p, const char *s) {
    if (p->is_detect) p->await_is_ambiguous = true;
    (void)s;
}

/* --- names */

/* A name with escapes or characters beyond ASCII, from `from`, whose first `s - from` bytes are plain. */
static const char *slow_name(struct parser *p, const char *from, const char *s, unsigned *flags) {
    struct buf text = {0};
    bool first = s == from || (*from == '#' && s == from + 1);
    buf_add(&text, str_of(from, (size_t)(s - from)));
    for (;; first = false) {
        uint8_t c = (uint8_t)*s;
        uint32_t code = c;
        const char *start = s;
        if (c == '\\') {
            if (s[1] != 'u') break;
            *flags |= TF_ESCAPED;
            s += 2;
            code = 0;
            int digits = 0;
            bool braces = *s == '{';
            if (braces) s++;
            while (scan_hex(*s) >= 0 && (braces || digits < 4)) {
                code = code << 4 | (uint32_t)scan_hex(*s++);
                if (code > 0x10FFFF) break;
                digits++;
            }
            if (code > 0x10FFFF || !digits || (braces ? *s != '}' : digits < 4)) {
                buf_free(&text);
                fail_at(p, start, (size_t)(s - start), "lex-escape",
                        "a name may hold \\uXXXX or \\u{X...} escapes only");
            }
            if (braces) s++;
        } else if (c >= 0x80) {
            size_t len;
            code = lex_utf8(s, p->end, &len);
            if (len == 0) {
                buf_free(&text);
                fail_at(p, s, 1, "lex-utf8", "this byte is not UTF-8");
            }
            if (!(first ? lex_is_id_start(code) : lex_is_id_part(code))) break;
            s += len;
            *flags |= TF_NON_ASCII;
        } else if (scan_is_part[c]) s++;
        else break;
        if (!(first ? lex_is_id_start(code) : lex_is_id_part(code))) {
            buf_free(&text);
            fail_at(p, start, (size_t)(s - start), "lex-name", "this character cannot stand in a name");
        }
        buf_add_utf8(&text, code);
    }
    if (s == from || (*from == '#' && s == from + 1)) {
        buf_free(&text);
        size_t len;
        uint32_t code = lex_utf8(s, p->end, &len);
        parse_fail(p, OFFSET(p, s), OFFSET(p, s) + (len ? (uint32_t)len : 1), "lex-character",
                   len ? "the character U+%04X cannot stand here" : "this byte is not UTF-8", (unsigned)code);
    }
    if (*flags & TF_ESCAPED) {
        str kept = arena_str(&p->tree->arena, buf_view(&text));
        p->t.name = name_intern(&p->tree->names, kept.at, kept.len);
    } else p->t.name = name_intern(&p->tree->names, from, (size_t)(s - from));
    buf_free(&text);
    return s;
}

static inline const char *name_end(const char *s) { return scan_name(s); }

/* --- numbers */

static const char *digits(struct parser *p, const char *s, int radix, bool separators) {
    const char *from = s;
    for (;; s++) {
        if (*s == '_') {
            if (!separators || s == from || s[-1] == '_' || s[-1] == '.')
                fail_at(p, s, 1, "lex-number", "a _ in a number must stand between two digits");
            continue;
        }
        int v = scan_hex(*s);
        if (v < 0 || v >= radix) break;
    }
    if (s > from && s[-1] == '_') fail_at(p, s - 1, 1, "lex-number", "a _ in a number must stand between two digits");
    return s;
}

static const char *number(struct parser *p, const char *from, unsigned *flags, uint8_t *kind) {
    const char *s = from;
    *kind = T_NUMBER;
    bool big = true;
    int radix = 10;
    if (*s == '0') {
        char x = (char)(s[1] | 0x20);
        if (x == 'x') radix = 16;
        else if (x == 'o') radix = 8;
        else if (x == 'b') radix = 2;
    }
    if (radix != 10) {
        s = digits(p, from + 2, radix, true);
        if (s == from + 2) fail_at(p, from, 2, "lex-number", "digits are missing after this prefix");
    } else if (*s == '0' && ((s[1] >= '0' && s[1] <= '9') || s[1] == '_')) {
        const char *q = s + 1;
        bool octal = true;
        for (; *q >= '0' && *q <= '9'; q++) octal = octal && *q < '8';
        if (*q == '_') fail_at(p, q, 1, "lex-number", "a number that starts with 0 cannot have a _");
        s = q;
        big = false;
        *flags |= octal ? TF_OCTAL : TF_OCTAL | TF_LEADING_ZERO;
        if (octal) radix = 8;
    } else if (*s != '.') {
        s = digits(p, s, 10, true);
    }
    if (radix == 10) {
        if (*s == '.') {
            big = false;
            s++;
            if (*s == '_') fail_at(p, s, 1, "lex-number", "a _ in a number must stand between two digits");
            s = digits(p, s, 10, true);
        }
        if ((*s | 0x20) == 'e') {
            big = false;
            const char *e = s + 1;
            if (*e == '+' || *e == '-') e++;
            s = digits(p, e, 10, true);
            if (s == e) fail_at(p, from, (size_t)(s - from), "lex-number", "digits are missing in the exponent");
        }
    }
    if (*s == 'n' && big) {
        s++;
        *kind = T_BIGINT;
    }
    if (scan_is_part[(uint8_t)*s] || *s == '\\' || (uint8_t)*s >= 0x80) {
        size_t len = 1;
        uint32_t c = (uint8_t)*s >= 0x80 ? lex_utf8(s, p->end, &len) : '$';
        if ((uint8_t)*s < 0x80 || lex_is_id_start(c))
            fail_at(p, s, len ? len : 1, "lex-number", "a name or digit cannot follow a number directly");
    }
    return s;
}

/* --- tokens */

#define TOKEN(k, n) do { kind = (k); s += (n); goto done; } while (0)

void lex_next(struct parser *p) {
    const char *s = p->t.at, *start;
    unsigned flags = 0;
    uint8_t kind;
    p->t.prev_end = p->t.end;
again:
    start = s;
    switch ((uint8_t)*s) {
    case ' ':
        if (*++s != ' ') goto again;
        s = scan_spaces(s);
        goto again;
    case '\t': case '\v': case '\f':
        s++;
        goto again;
    case '\n': case '\r':
        flags |= TF_NEWLINE;
        s = scan_spaces(s + 1);
        goto again;
    case 0:
        if (s < p->end) fail_at(p, s, 1, "lex-character", "the character U+0000 cannot stand here");
        kind = T_END;
        goto done;
    case 'a': case 'b': case 'c': case 'd': case 'e': case 'f': case 'g': case 'h': case 'i': case 'j': case 'k':
    case 'l': case 'm':
    case 'n': case 'o': case 'p': case 'q': case 'r': case 's': case 't': case 'u': case 'v': case 'w': case 'x':
    case 'y': case 'z':
    case 'A': case 'B': case 'C': case 'D': case 'E': case 'F': case 'G': case 'H': case 'I': case 'J': case 'K':
    case 'L': case 'M':
    case 'N': case 'O': case 'P': case 'Q': case 'R': case 'S': case 'T': case 'U': case 'V': case 'W': case 'X':
    case 'Y': case 'Z':
    case '$': case '_':
        s = name_end(s);
        if ((uint8_t)*s >= 0x80 || *s == '\\') s = slow_name(p, start, s, &flags);
        else p->t.name = name_intern(&p->tree->names, start, (size_t)(s - start));
        kind = p->t.name >= NAME_RESERVED_END ? T_IDENT : flags & TF_ESCAPED ? T_ESCAPED_WORD : (uint8_t)p->t.name;
        goto done;
    case '0': case '1': case '2': case '3': case '4': case '5': case '6': case '7': case '8': case '9':
        s = number(p, s, &flags, &kind);
        goto done;
    case '"': case '\'':
        p->t.flags = (uint8_t)flags;
        p->t.start = OFFSET(p, start);
        p->t.at = s;
        lex_string(p, *s);
        return;
    case '`':
        p->t.flags = (uint8_t)flags;
        p->t.start = OFFSET(p, start);
        p->t.at = s + 1;
        lex_template_continue(p);
        return;
    case '/':
        if (s[1] == '/') {
            s = skip_line_comment(p, s);
            goto again;
        }
        if (s[1] == '*') {
            s = skip_block_comment(p, s, &flags);
            goto again;
        }
        if (s[1] == '=') TOKEN(T_ASSIGN_DIV, 2);
        TOKEN(T_SLASH, 1);
    case '{': TOKEN(T_LBRACE, 1);
    case '}': TOKEN(T_RBRACE, 1);
    case '(': TOKEN(T_LPAREN, 1);
    case ')': TOKEN(T_RPAREN, 1);
    case '[': TOKEN(T_LBRACKET, 1);
    case ']': TOKEN(T_RBRACKET, 1);
    case ';': TOKEN(T_SEMICOLON, 1);
    case ',': TOKEN(T_COMMA, 1);
    case ':': TOKEN(T_COLON, 1);
    case '@': TOKEN(T_AT, 1);
    case '~': TOKEN(T_TILDE, 1);
    case '.':
        if (s[1] >= '0' && s[1] <= '9') {
            s = number(p, s, &flags, &kind);
            goto done;
        }
        if (s[1] == '.' && s[2] == '.') TOKEN(T_DOTS, 3);
        TOKEN(T_DOT, 1);
    case '?':
        if (s[1] == '?') {
            if (s[2] == '=') TOKEN(T_ASSIGN_NULLISH, 3);
            TOKEN(T_NULLISH, 2);
        }
        if (s[1] == '.' && !(s[2] >= '0' && s[2] <= '9')) TOKEN(T_QUESTION_DOT, 2);
        TOKEN(T_QUESTION, 1);
    case '=':
        if (s[1] == '=') {
            if (s[2] == '=') TOKEN(T_EQ_STRICT, 3);
            TOKEN(T_EQ, 2);
        }
        if (s[1] == '>') TOKEN(T_ARROW, 2);
        TOKEN(T_ASSIGN, 1);
    case '!':
        if (s[1] == '=') {
            if (s[2] == '=') TOKEN(T_NE_STRICT, 3);
            TOKEN(T_NE, 2);
        }
        TOKEN(T_NOT, 1);
    case '+':
        if (s[1] == '+') TOKEN(T_INC, 2);
        if (s[1] == '=') TOKEN(T_ASSIGN_ADD, 2);
        TOKEN(T_PLUS, 1);
    case '-':
        if (s[1] == '-') {
            if (s[2] == '>' && p->html_comments && !p->is_module && (flags & TF_NEWLINE || p->t.prev_end == 0)) {
                p->tree->flags |= TREE_ONLY_SCRIPT;
                saw_html_comment(p, s);
                s = scan_line_end(s, p->end);
                goto again;
            }
            TOKEN(T_DEC, 2);
        }
        if (s[1] == '=') TOKEN(T_ASSIGN_SUB, 2);
        TOKEN(T_MINUS, 1);
    case '*':
        if (s[1] == '*') {
            if (s[2] == '=') TOKEN(T_ASSIGN_POW, 3);
            TOKEN(T_POW, 2);
        }
        if (s[1] == '=') TOKEN(T_ASSIGN_MUL, 2);
        TOKEN(T_STAR, 1);
    case '%':
        if (s[1] == '=') TOKEN(T_ASSIGN_MOD, 2);
        TOKEN(T_PERCENT, 1);
    case '^':
        if (s[1] == '=') TOKEN(T_ASSIGN_XOR, 2);
        TOKEN(T_BIT_XOR, 1);
    case '|':
        if (s[1] == '|') {
            if (s[2] == '=') TOKEN(T_ASSIGN_LOGICAL_OR, 3);
            TOKEN(T_OR, 2);
        }
        if (s[1] == '=') TOKEN(T_ASSIGN_OR, 2);
        TOKEN(T_BIT_OR, 1);
    case '&':
        if (s[1] == '&') {
            if (s[2] == '=') TOKEN(T_ASSIGN_LOGICAL_AND, 3);
            TOKEN(T_AND, 2);
        }
        if (s[1] == '=') TOKEN(T_ASSIGN_AND, 2);
        TOKEN(T_BIT_AND, 1);
    case '<':
        if (s[1] == '!' && s[2] == '-' && s[3] == '-' && p->html_comments && !p->is_module) {
            p->tree->flags |= TREE_ONLY_SCRIPT;
            saw_html_comment(p, s);
            s = scan_line_end(s, p->end);
            goto again;
        }
        if (s[1] == '<') {
            if (s[2] == '=') TOKEN(T_ASSIGN_SHL, 3);
            TOKEN(T_SHL, 2);
        }
        if (s[1] == '=') TOKEN(T_LE, 2);
        TOKEN(T_LT, 1);
    case '>':
        if (p->in_type) TOKEN(T_GT, 1);
        if (s[1] == '>') {
            if (s[2] == '>') {
                if (s[3] == '=') TOKEN(T_ASSIGN_USHR, 4);
                TOKEN(T_USHR, 3);
            }
            if (s[2] == '=') TOKEN(T_ASSIGN_SHR, 3);
            TOKEN(T_SHR, 2);
        }
        if (s[1] == '=') TOKEN(T_GE, 2);
        TOKEN(T_GT, 1);
    case '#':
        s = name_end(s + 1);
        if (s[0] == '\\' || (uint8_t)*s >= 0x80 || s == start + 1 || (start[1] >= '0' && start[1] <= '9'))
            s = slow_name(p, start, start + 1, &flags);
        else p->t.name = name_intern(&p->tree->names, start, (size_t)(s - start));
        TOKEN(T_PRIVATE_NAME, 0);
    case '\\':
        s = slow_name(p, start, s, &flags);
        kind = p->t.name >= NAME_RESERVED_END ? T_IDENT : T_ESCAPED_WORD;
        goto done;
    default:
        if ((uint8_t)*s >= 0x80) {
            size_t len;
            uint32_t c = lex_utf8(s, p->end, &len);
            if (c == 0x2028 || c == 0x2029) flags |= TF_NEWLINE;
            if (c == 0x2028 || c == 0x2029 || is_space(c)) {
                s += len;
                goto again;
            }
            s = slow_name(p, start, s, &flags);
            kind = p->t.name >= NAME_RESERVED_END ? T_IDENT : T_ESCAPED_WORD;
            goto done;
        }
        parse_fail(p, OFFSET(p, s), OFFSET(p, s) + 1, "lex-character", "the character U+%04X cannot stand here",
                   (unsigned)(uint8_t)*s);
    }
done:
    p->t.kind = kind;
    p->t.flags = (uint8_t)flags;
    p->t.start = OFFSET(p, start);
    p->t.end = OFFSET(p, s);
    p->t.at = s;
}

void lex_start(struct parser *p) {
    p->t = (struct token_state){.at = p->source};
    if (p->source[0] == '#' && p->source[1] == '!') {
        p->t.at = scan_line_end(p->source, p->end);
        p->tree->hashbang_end = OFFSET(p, p->t.at);
        p->tree->flags |= TREE_HAS_HASHBANG;
    }
    lex_next(p);
}

void lex_split_gt(struct parser *p) {
    p->t.kind = T_GT;
    p->t.end = p->t.start + 1;
    p->t.at = p->source + p->t.end;
}

void lex_split_lt(struct parser *p) {
    p->t.kind = T_LT;
    p->t.end = p->t.start + 1;
    p->t.at = p->source + p->t.end;
}

/* The first byte of the next token. Comments are skipped without being noted. */
uint32_t lex_peek_char(const struct parser *p) {
    const char *s = p->t.at;
    for (;;) {
        if (*s == ' ' || *s == '\t' || *s == '\n' || *s == '\r' || *s == '\v' || *s == '\f') s++;
        else if (*s == '/' && s[1] == '/') s = scan_line_end(s, p->end);
        else if (*s == '/' && s[1] == '*') {
            const char *e = s + 2;
            while (e < p->end && !(e[0] == '*' && e[1] == '/')) e = scan_char(e + (*e == '*' || *e == 0), '*');
            if (e >= p->end) return 0;
            s = e + 2;
        } else if ((uint8_t)*s >= 0x80) {
            size_t len;
            uint32_t c = lex_utf8(s, p->end, &len);
            if (!len || !(is_space(c) || c == 0x2028 || c == 0x2029)) return (uint8_t)*s;
            s += len;
        } else return (uint8_t)*s;
    }
}

bool lex_peek(struct parser *p, struct token_state *next) {
    struct token_state saved = p->t;
    uint32_t n_comments = p->tree->comments.len;
    jmp_buf here, *before = p->catch;
    bool ok = false;
    p->speculating++;
    p->catch = &here;
    if (_setjmp(here) == 0) {
        lex_next(p);
        ok = true;
    }
    p->catch = before;
    p->speculating--;
    *next = p->t;
    p->t = saved;
    p->tree->comments.len = n_comments;
    return ok;
}

void lex_jsx_name(struct parser *p) {
    const char *s = p->t.at;
    if (p->t.flags & TF_ESCAPED) fail_at(p, p->source + p->t.start, 1, "jsx-name", "a name in JSX cannot have escapes");
    if (*s != '-') return;
    unsigned flags = p->t.flags;
    for (;;) {
        s = name_end(s);
        if (*s == '-') s++;
        else if ((uint8_t)*s >= 0x80) {
            size_t len;
            uint32_t c = lex_utf8(s, p->end, &len);
            if (!len || !lex_is_id_part(c)) break;
            s += len;
            flags |= TF_NON_ASCII;
        } else break;
    }
    p->t.kind = T_IDENT;
    p->t.flags = (uint8_t)flags;
    p->t.at = s;
    p->t.end = OFFSET(p, s);
    p->t.name = name_intern(&p->tree->names, p->source + p->t.start, p->t.end - p->t.start);
}

/* Only white space and comments, then the value: a string without escapes. */
void lex_jsx_attribute_value(struct parser *p) {
    uint32_t c = lex_peek_char(p);
    if (c != '"' && c != '\'') {
        lex_next(p);
        return;
    }
    const char *s = p->t.at;
    while (*s != '"' && *s != '\'') {           /* what stands between is white space and comments */
        if (*s == '/') {
            unsigned flags = 0;
            s = s[1] == '/' ? skip_line_comment(p, s) : skip_block_comment(p, s, &flags);
        } else s++;
    }
    const char *start = s, *e = scan_char(s + 1, *s);
    while (*e != *s) {
        if (e >= p->end) fail_at(p, start, 1, "lex-string", "this string has no end");
        e = scan_char(e + 1, *s);
    }
    p->t.prev_end = p->t.end;
    p->t.kind = T_STRING;
    p->t.flags = scan_has_non_ascii(start, e) ? TF_NON_ASCII : 0;
    p->t.start = OFFSET(p, start);
    p->t.at = e + 1;
    p->t.end = OFFSET(p, e + 1);
}

/* Text between tags, from the end of the present token. false when there is none. The token { or < follows. */
bool lex_jsx_text(struct parser *p, uint32_t *start, uint32_t *end) {
    const char *from = p->t.at, *s = from;
    for (;; s++) {
        if (*s == '{' || *s == '<') break;
        if (*s == 0 && s >= p->end) fail_at(p, s, 1, "jsx-end", "a closing tag is missing at the end of the file");
        if (*s == '}' || *s == '>')
            parse_fail(p, OFFSET(p, s), OFFSET(p, s) + 1, "jsx-text",
                       "write {\"%c\"}: a bare %c cannot stand in the text of JSX", *s, *s);
    }
    p->t.prev_end = OFFSET(p, s);
    *start = OFFSET(p, from);
    *end = OFFSET(p, s);
    p->t.flags = 0;
    p->t.start = OFFSET(p, s);
    p->t.kind = *s == '{' ? T_LBRACE : T_LT;
    p->t.at = s + 1;
    p->t.end = OFFSET(p, s) + 1;
    return s > from;
}
