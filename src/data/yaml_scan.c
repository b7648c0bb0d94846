/* data/yaml_scan.c: YAML 1.2.2 chapters 5 to 8 below the level of nodes: lines, comments, the five kinds of scalars. */
#include "data/yaml_scan.h"

#include "base/diag.h"

bool yaml_fail(struct yaml_reader *r, const char *at, const char *id, const char *what) {
    if (!r->was_failed && r->diag)
        diag_add(r->diag, DIAG_ERROR, id, r->file, r->source, (size_t)(at - r->source.at), 1, "%s", what);
    r->was_failed = true;
    return false;
}

void yaml_start_line(struct yaml_reader *r) {
    const char *p = r->line = r->at;
    while (p < r->end && *p == ' ') p++;
    r->spaces = (int)(p - r->at);
    while (p < r->end && yaml_is_blank(*p)) p++;
    r->first = p;
}

static void take_break(struct yaml_reader *r) {
    r->at += *r->at == '\r' && r->at + 1 < r->end && r->at[1] == '\n' ? 2 : 1;
    yaml_start_line(r);
}

bool yaml_at_marker(const struct yaml_reader *r, const char *marker) {
    return r->at == r->line && r->end - r->at >= 3 && memcmp(r->at, marker, 3) == 0 && yaml_is_space(r, 3);
}

bool yaml_at_document_end(const struct yaml_reader *r) {
    return r->at == r->end || yaml_at_marker(r, "---") || yaml_at_marker(r, "...");
}

void yaml_skip_blanks(struct yaml_reader *r) {
    while (r->at < r->end && yaml_is_blank(*r->at)) r->at++;
}

/* To the end of the line, when only white space and a comment are left of it. */
static bool skip_comment(struct yaml_reader *r) {
    const char *from = r->at;
    yaml_skip_blanks(r);
    if (r->at == r->end || *r->at != '#') return true;
    if (r->at == from && r->at != r->line && !yaml_is_blank(r->at[-1]))
        return yaml_fail(r, r->at, "yaml-comment", "white space must be before a comment");
    while (r->at < r->end && !yaml_is_break(*r->at)) r->at++;
    return true;
}

bool yaml_skip(struct yaml_reader *r) {
    for (;;) {
        if (!skip_comment(r)) return false;
        if (r->at == r->end || !yaml_is_break(*r->at)) return true;
        take_break(r);
    }
}

/* --- scalars in several lines ------------------------------------------------------------------------------------- */

/* At a line's end: over it and the empty lines after it, to where the next text begins. How many line ends there
 * were. */
static size_t fold(struct yaml_reader *r) {
    size_t n = 0;
    while (r->at < r->end && yaml_is_break(*r->at)) {
        take_break(r);
        r->at = r->first;
        n++;
    }
    return n;
}

static void add_folded(struct buf *text, size_t n_breaks) {
    if (n_breaks == 1) buf_add_char(text, ' ');
    else buf_add_many(text, '\n', n_breaks - 1);
}

static str keep(struct yaml_reader *r) {
    str kept = arena_str(r->arena, buf_view(&r->text));
    buf_clear(&r->text);
    return kept;
}

/* --- plain -------------------------------------------------------------------------------------------------------- */

bool yaml_can_start_plain(const struct yaml_reader *r, bool in_flow) {
    if (r->at == r->end) return false;
    switch (*r->at) {
    case '-': case '?': case ':': return !yaml_is_space(r, 1) && !(in_flow && yaml_is_flow(yaml_peek(r, 1)));
    case ',': case '[': case ']': case '{': case '}': case '#': case '&': case '*': case '!': case '|': case '>':
    case '\'':
    case '"': case '%': case '@': case '`': return false;
    default: return true;
    }
}

/* Characters that may end a plain scalar: outside of flow collections, inside. */
static const uint8_t may_end[256] = {
    ['\n'] = 3, ['\r'] = 3, [':'] = 3, ['#'] = 3, [','] = 2, ['['] = 2, [']'] = 2, ['{'] = 2, ['}'] = 2,
};

/* What is left of the line, up to where a plain scalar may go; without blanks at its end. */
static str plain_line(struct yaml_reader *r, bool in_flow) {
    const char *from = r->at, *p = from, *end = r->end;
    uint8_t where = in_flow ? 2 : 1;
    for (; p < end; p++) {
        unsigned char c = (unsigned char)*p;
        if (!(may_end[c] & where)) continue;
        if (c == ':') {
            char next = p + 1 < end ? p[1] : '\n';
            if (yaml_is_blank(next) || yaml_is_break(next) || (in_flow && yaml_is_flow(next))) break;
        } else if (c == '#') {
            if (p > from && yaml_is_blank(p[-1])) break;
        } else break;
    }
    while (p > from && yaml_is_blank(p[-1])) p--;
    r->at = p;
    return str_of(from, (size_t)(p - from));
}

bool yaml_read_plain(struct yaml_reader *r, int indent, bool in_flow, str *out) {
    *out = plain_line(r, in_flow);
    bool is_joined = false;
    for (;;) {
        struct { const char *at, *line, *first; int spaces; } before = {r->at, r->line, r->first, r->spaces};
        yaml_skip_blanks(r);
        size_t n = fold(r);
        const char *here = r->at;
        r->at = r->line;
        bool is_end = !n || here == r->end || yaml_at_document_end(r) || r->spaces <= indent || *here == '#';
        r->at = here;
        char c = is_end ? '#' : *here;
        if (c == ':' ? yaml_is_space(r, 1) || (in_flow && yaml_is_flow(yaml_peek(r, 1)))
                     : c == '#' || (in_flow && yaml_is_flow(c))) {
            r->at = before.at;
            r->line = before.line;
            r->first = before.first;
            r->spaces = before.spaces;
            break;
        }
        if (!is_joined) buf_add(&r->text, *out);
        is_joined = true;
        add_folded(&r->text, n);
        buf_add(&r->text, plain_line(r, in_flow));
    }
    if (is_joined) *out = keep(r);
    return true;
}

/* --- quoted ------------------------------------------------------------------------------------------------------- */

static int hex(char c) {
    return c >= '0' && c <= '9' ? c - '0' : (c | 32) >= 'a' && (c | 32) <= 'f' ? (c | 32) - 'a' + 10 : -1;
}

static bool read_code(struct yaml_reader *r, int digits, uint32_t *code) {
    *code = 0;
    for (; digits > 0; digits--, r->at++) {
        int digit = r->at < r->end ? hex(*r->at) : -1;
        if (digit < 0) return false;
        *code = *code << 4 | (uint32_t)digit;
    }
    return *code <= 0x10ffff;
}

static bool read_escape(struct yaml_reader *r) {
    static const char names[] = "0abt\tnvfre \"/\\N_LP";
    static const uint16_t codes[] = {0,  7,   8,   9,   9,    10,   11,   12,     13,
                                     27, ' ', '"', '/', '\\', 0x85, 0xa0, 0x2028, 0x2029};
    const char *start = r->at++;
    if (r->at == r->end) return yaml_fail(r, start, "yaml-string", "this string is never closed");
    char c = *r->at++;
    const char *found = c ? strchr(names, c) : NULL;
    if (found) {
        buf_add_utf8(&r->text, codes[found - names]);
        return true;
    }
    uint32_t code, low;
    if (c != 'x' && c != 'u' && c != 'U') return yaml_fail(r, start, "yaml-escape", "there is no such escape in YAML");
    if (!read_code(r, c == 'x' ? 2 : c == 'u' ? 4 : 8, &code))
        return yaml_fail(r, start, "yaml-escape", "the hexadecimal digits of a character must follow here");
    /* as JSON pairs them */
    if (code >= 0xd800 && code < 0xdc00 && r->end - r->at >= 6 && r->at[0] == '\\' && r->at[1] == 'u') {
        r->at += 2;
        if (!read_code(r, 4, &low) || low < 0xdc00 || low > 0xdfff)
            return yaml_fail(r, start, "yaml-escape", "this is half a character");
        code = 0x10000 + ((code - 0xd800) << 10 | (low - 0xdc00));
    }
    if (code >= 0xd800 && code < 0xe000) return yaml_fail(r, start, "yaml-escape", "this is half a character");
    buf_add_utf8(&r->text, code);
    return true;
}

/* At the end of a line in a quoted scalar. `kept` bytes of the text are no blanks that fall away. */
static bool fold_quoted(struct yaml_reader *r, const char *start, int indent, size_t kept, bool is_escaped) {
    while (r->text.len > kept && yaml_is_blank(r->text.at[r->text.len - 1])) r->text.len--;
    size_t n = fold(r);
    if (r->at == r->end) return yaml_fail(r, start, "yaml-string", "this string is never closed");
    if (r->spaces <= indent)
        return yaml_fail(r, r->first, "yaml-indent", "this line of the string must be indented further");
    const char *here = r->at;
    r->at = r->line;
    bool is_end = yaml_at_document_end(r);
    r->at = here;
    if (is_end) return yaml_fail(r, start, "yaml-string", "this string is not closed in its document");
    if (!is_escaped) add_folded(&r->text, n);
    else buf_add_many(&r->text, '\n', n - 1);
    return true;
}

/* When there is nothing to do but take what is between the quotes. */
static bool read_simple(struct yaml_reader *r, char quote, str *out) {
    const char *p = r->at + 1;
    for (; p < r->end && *p != quote; p++) if (*p == '\\' ? quote == '"' : yaml_is_break(*p)) return false;
    if (p == r->end || (quote == '\'' && p + 1 < r->end && p[1] == '\'')) return false;
    *out = str_of(r->at + 1, (size_t)(p - r->at - 1));
    r->at = p + 1;
    return true;
}

bool yaml_read_quoted(struct yaml_reader *r, int indent, str *out) {
    const char *start = r->at;
    char quote = *start;
    if (read_simple(r, quote, out)) return true;
    buf_clear(&r->text);
    size_t kept = 0;                                /* what an escape or a line end gave is no blank */
    for (r->at++;;) {
        if (r->at == r->end) return yaml_fail(r, start, "yaml-string", "this string is never closed");
        char c = *r->at;
        if (c == quote) {
            r->at++;
            if (quote == '"' || r->at == r->end || *r->at != '\'') break;
            buf_add_char(&r->text, c);
            r->at++;
        } else if (c == '\\' && quote == '"') {
            bool is_break = r->at + 1 < r->end && yaml_is_break(r->at[1]);
            if (is_break) r->at++;
            if (is_break ? !fold_quoted(r, start, indent, r->text.len, true) : !read_escape(r)) return false;
            kept = r->text.len;
        } else if (yaml_is_break(c)) {
            if (!fold_quoted(r, start, indent, kept, false)) return false;
            kept = r->text.len;
        } else {
            const char *from = r->at;
            while (r->at < r->end && *r->at != quote && *r->at != '\\' && !yaml_is_break(*r->at)) r->at++;
            if (r->at == from) r->at++;             /* a backslash between single quotes */
            buf_add(&r->text, str_of(from, (size_t)(r->at - from)));
        }
    }
    *out = keep(r);
    return true;
}

/* --- block scalars ------------------------------------------------------------------------------------------------ */

struct header { bool is_folded; char chomp; int indent; };

static bool read_header(struct yaml_reader *r, struct header *h) {
    *h = (struct header){.is_folded = *r->at++ == '>'};
    for (; r->at < r->end && !yaml_is_blank(*r->at) && !yaml_is_break(*r->at); r->at++) {
        char c = *r->at;
        if ((c == '+' || c == '-') && !h->chomp) h->chomp = c;
        else if (c >= '1' && c <= '9' && !h->indent) h->indent = c - '0';
        else
            return yaml_fail(r, r->at, "yaml-block",
                             "only +, - and a digit from 1 to 9 may follow the sign of a block scalar");
    }
    if (!skip_comment(r)) return false;
    return r->at == r->end || yaml_is_break(*r->at)
        || yaml_fail(r, r->at, "yaml-block", "the text of a block scalar begins on the next line");
}

/* The indentation of the first line that is not empty; the lines before must not have more. -1: there is no text. */
static bool detect_indent(struct yaml_reader *r, int indent, int *out) {
    struct yaml_reader ahead = *r;
    int most = 0;
    const char *widest = r->at;
    *out = -1;
    while (ahead.at < ahead.end) {
        if (yaml_at_document_end(&ahead)) break;
        const char *text = ahead.line + ahead.spaces;
        if (text < ahead.end && !yaml_is_break(*text)) {
            if (ahead.spaces <= indent) break;
            *out = ahead.spaces;
            return ahead.spaces >= most ||
                   yaml_fail(r, widest, "yaml-indent",
                             "this empty line is indented further than the first line of the text");
        }
        if (ahead.spaces > most) most = ahead.spaces, widest = ahead.line;
        ahead.at = text;
        if (ahead.at < ahead.end) take_break(&ahead);
    }
    return true;
}

bool yaml_read_block(struct yaml_reader *r, int indent, str *out) {
    struct header h;
    if (!read_header(r, &h)) return false;
    if (r->at < r->end) take_break(r);
    int inner = (indent > 0 ? indent : 0) + h.indent;
    if (!h.indent && !detect_indent(r, indent, &inner)) return false;
    buf_clear(&r->text);
    size_t breaks = 0;                              /* line ends since the last text */
    bool has_text = false, was_wide = false;        /* the last line of text began with a blank */
    while (r->at < r->end && !yaml_at_document_end(r)) {
        const char *text = r->line + r->spaces;
        bool is_empty = text == r->end || yaml_is_break(*text);
        if (is_empty && (inner < 0 || r->spaces <= inner)) {
            r->at = text;
            if (text > r->line || text < r->end) breaks++;
            if (text < r->end) take_break(r);
            continue;
        }
        if (r->spaces < inner || inner < 0) {
            bool is_tabs = !has_text && (r->first == r->end || yaml_is_break(*r->first));
            if (is_tabs) return yaml_fail(r, text, "yaml-tab", "tabs cannot indent in YAML; use spaces");
            break;
        }
        r->at = r->line + inner;
        const char *from = r->at;
        while (r->at < r->end && !yaml_is_break(*r->at)) r->at++;
        bool is_wide = from < r->at && yaml_is_blank(*from);
        if (h.is_folded && has_text && !is_wide && !was_wide) add_folded(&r->text, breaks);
        else buf_add_many(&r->text, '\n', breaks);
        buf_add(&r->text, str_of(from, (size_t)(r->at - from)));
        has_text = true;
        was_wide = is_wide;
        breaks = 1;
        if (r->at < r->end) take_break(r);
    }
    if (h.chomp == '+') buf_add_many(&r->text, '\n', breaks);
    else if (h.chomp != '-' && has_text) buf_add_char(&r->text, '\n');
    *out = keep(r);
    return true;
}
