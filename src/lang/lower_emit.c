#include "lang/lower_emit.h"

#include "lang/lang.h"
#include "lang/scan.h"

void emit_init(struct emit *e, str src, struct buf *out) {
    *e = (struct emit){.src = src, .out = out, .is_ascii = true, .delta = INT64_MIN};
}

void emit_done(struct emit *e) { LIST_FREE(&e->syncs); }

/* A CR that was copied and an LF must stay two line ends when they come together. */
static void part_ends(struct emit *e) {
    if (e->out->len && e->out->at[e->out->len - 1] == '\r') buf_lit(e->out, " ");
}

static void end_line(struct emit *e) {
    part_ends(e);
    buf_lit(e->out, "\n");
}

/* Takes back the end of what was written. Places in it are places of its end from now on: they never go back. */
static void shorten(struct emit *e, size_t len) {
    e->out->len = len;
    for (size_t i = e->syncs.len; i-- && e->syncs.at[i].out > len;) e->syncs.at[i].out = (uint32_t)len;
}

void emit_note(struct emit *e) {
    if (e->at && e->src.at[e->at] == '\n' && e->src.at[e->at - 1] != '\r') part_ends(e);
    e->delta = (int64_t)e->out->len - e->at;
    *LIST_ADD(&e->syncs) = (struct emit_sync){(uint32_t)e->out->len, e->at};
}

/* Length of the line end at `p`, 0 when there is none: LF, CR LF, CR, U+2028, U+2029. */
static inline size_t line_end(const char *p, const char *end) {
    if (*p == '\n') return 1;
    if (*p == '\r') return p + 1 < end && p[1] == '\n' ? 2 : 1;
    if (*p == '\xe2' && end - p >= 3 && p[1] == '\x80' && (p[2] == '\xa8' || p[2] == '\xa9')) return 3;
    return 0;
}

uint32_t emit_decode(const char *p, const char *end, size_t *len) {
    const unsigned char *s = (const unsigned char *)p;
    unsigned char c = s[0];
    size_t n = c < 0x80 ? 1 : c >= 0xc2 && c < 0xe0 ? 2 : c >= 0xe0 && c < 0xf0 ? 3 : c >= 0xf0 && c < 0xf5 ? 4 : 0;
    *len = 1;
    if (n == 1) return c;
    if (n == 0 || n > (size_t)(end - p)) return 0xfffd;
    uint32_t v = n == 2 ? c & 0x1f : n == 3 ? c & 0x0f : c & 0x07;
    for (size_t i = 1; i < n; i++) {
        if ((s[i] & 0xc0) != 0x80) return 0xfffd;
        v = v << 6 | (s[i] & 0x3f);
    }
    if (v > 0x10ffff || (n == 3 && v < 0x800) || (n == 4 && v < 0x10000)) return 0xfffd;
    *len = n;
    return v;
}

static void put_escape(struct buf *out, uint32_t c, bool pairs) {
    static const char hex[] = "0123456789abcdef";
    if (c > 0xffff && !pairs) {
        buf_print(out, "\\u{%x}", c);
        return;
    }
    uint32_t units[2] = {c, 0};
    int n = 1;
    if (c > 0xffff) {
        units[0] = 0xd800 + ((c - 0x10000) >> 10);
        units[1] = 0xdc00 + ((c - 0x10000) & 0x3ff);
        n = 2;
    }
    for (int i = 0; i < n; i++) {
        char *p = buf_room(out, 6);
        p[0] = '\\', p[1] = 'u';
        p[2] = hex[units[i] >> 12], p[3] = hex[units[i] >> 8 & 15], p[4] = hex[units[i] >> 4 & 15],
        p[5] = hex[units[i] & 15];
        out->len += 6;
    }
}

static const struct emit_wide *wide_at(const struct emit *e, uint32_t at) {
    uint32_t low = 0, high = e->n_wide;
    while (low < high) {
        uint32_t mid = low + (high - low) / 2;
        if (e->wide[mid].end <= at) low = mid + 1;
        else high = mid;
    }
    return low < e->n_wide && e->wide[low].start <= at ? &e->wide[low] : NULL;
}

static bool is_space(uint32_t c) {
    return c == 0xa0 || c == 0xfeff || c == 0x1680 || (c >= 0x2000 && c <= 0x200a) || c == 0x202f || c == 0x205f ||
           c == 0x3000;
}

/* A stretch of a source that is not ASCII. */
void emit_slow(struct emit *e, uint32_t to) {
    const char *p = e->src.at + e->at, *end = e->src.at + to;
    if (!e->escape) {
        buf_add(e->out, str_of(p, (size_t)(end - p)));
        e->at = to;
        return;
    }
    while (p < end) {
        const char *q = p;
        while (q < end && (signed char)*q >= 0) q++;
        buf_add(e->out, str_of(p, (size_t)(q - p)));
        e->at += (uint32_t)(q - p);
        p = q;
        if (p == end) return;
        size_t n;
        uint32_t c = emit_decode(p, end, &n);
        const struct emit_wide *in = wide_at(e, e->at);
        if (!in && (c == 0x2028 || c == 0x2029)) end_line(e);
        else if (!in && is_space(c)) buf_lit(e->out, " ");
        else {
            size_t slashes = 0;                       /* an identity escape \é: its backslash serves */
            while (slashes < e->out->len && e->out->at[e->out->len - 1 - slashes] == '\\') slashes++;
            if (in && slashes % 2 == 1 && (c == 0x2028 || c == 0x2029) && in->kind != EMIT_REGEXP)
                buf_lit(e->out, "\n");
            else {
                if (in && slashes % 2 == 1) shorten(e, e->out->len - 1);
                put_escape(e->out, c, in && in->kind != EMIT_NAME);
            }
        }
        p += n;
        e->at += (uint32_t)n;
        emit_note(e);
    }
}

/* At most one space where something was between two tokens, none where they may touch. */
static void part_tokens(struct emit *e, uint32_t to) {
    char before = e->out->len ? e->out->at[e->out->len - 1] : '\n', after = to < e->src.len ? e->src.at[to] : '\n';
    bool is_apart = after == ' ' || after == '\n' || after == ')' || after == ',' || after == ';';
    if (is_apart && before == ' ') shorten(e, e->out->len - 1);
    else if (!is_apart && before != ' ' && before != '\t' && before != '\n' && before != '(') buf_lit(e->out, " ");
}

static bool is_word(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '$' ||
           c == '#' || c == '\\' || (signed char)c < 0;
}

void emit_drop_operator(struct emit *e, uint32_t to) {
    if (to <= e->at) return;
    size_t len = e->out->len;
    emit_drop(e, to);
    if (e->out->len != len || len == 0) return;               /* a line ended in it */
    char before = e->out->at[len - 1], after = to < e->src.len ? e->src.at[to] : '\n';
    if (before == ' ' && !is_word(after)) shorten(e, len - 1);
    else if (is_word(before) && is_word(after)) buf_lit(e->out, " ");
    else if (before >= '0' && before <= '9' && after == '.') buf_lit(e->out, " ");     /* `1!.x` is not `1.x` */
}

/* Nothing of the stretch but its line ends; where nobody looks at columns the white space before it goes too when
 * nothing else is left of its line. */
static void cut(struct emit *e, uint32_t to) {
    if (!e->narrow) {
        emit_drop(e, to);
        return;
    }
    size_t before = e->out->len, len = before;
    bool ends_line = to == e->src.len || e->src.at[to] == '\n' || e->src.at[to] == '\r' ||
                     emit_has_line_end(e, e->at, to);
    while (ends_line && len && (e->out->at[len - 1] == ' ' || e->out->at[len - 1] == '\t')) len--;
    shorten(e, len);
    emit_lines(e, e->at, to);
    if (e->out->len == len) part_tokens(e, to);
    e->at = to;
}

void emit_to_cut(struct emit *e, uint32_t to) {
    uint32_t n = e->n_cuts;
    e->n_cuts = 0;                                            /* for the copies between them */
    while (e->next_cut < n && e->cuts[e->next_cut].start < to) {
        const struct emit_cut *c = &e->cuts[e->next_cut++];
        if (c->start < e->at) continue;
        emit_to(e, c->start);
        cut(e, c->end);
    }
    emit_to(e, to);
    e->n_cuts = n;
}

void emit_lines(struct emit *e, uint32_t from, uint32_t to) {
    const char *p = e->src.at + from, *end = e->src.at + to;
    if (p >= end) return;
    if (e->plain) {
        for (; (p = memchr(p, '\n', (size_t)(end - p))) != NULL; p++) buf_lit(e->out, "\n");
        return;
    }
    while (p < end) {
        size_t n = line_end(p, e->src.at + e->src.len);
        if (n) end_line(e);
        p += n ? n : 1;
    }
}

bool emit_has_line_end(const struct emit *e, uint32_t from, uint32_t to) {
    for (const char *p = e->src.at + from, *end = e->src.at + to; p < end; p++) if (line_end(p, end)) return true;
    return false;
}

void emit_drop(struct emit *e, uint32_t to) {
    if (to <= e->at) return;
    emit_lines(e, e->at, to);
    e->at = to;
}

/* Only the last line keeps its columns: on the ones before nothing stands any more. */
void emit_blank(struct emit *e, uint32_t to) {
    if (to <= e->at) return;
    if (e->narrow) {
        size_t before = e->out->len;
        emit_drop(e, to);
        if (e->out->len == before) part_tokens(e, to);
        return;
    }
    const char *p = e->src.at + e->at, *end = e->src.at + to, *line = p;
    size_t wide = 0;                                          /* bytes on this line that are no column of their own */
    if ((int64_t)e->out->len - e->at != e->delta) emit_note(e);
    if (e->plain) {
        for (; (p = memchr(p, '\n', (size_t)(end - p))) != NULL; line = ++p) buf_lit(e->out, "\n");
        p = end;
    }
    while (p < end) {
        size_t n = line_end(p, e->src.at + e->src.len);
        if (n) {
            end_line(e);
            p += n;
            line = p;
            wide = 0;
            continue;
        }
        if ((signed char)*p < 0) {
            if (((unsigned char)*p & 0xc0) == 0x80) wide++;    /* trail bytes; a four-byte form has two columns */
            else if ((unsigned char)*p >= 0xf0 && wide) wide--;
            else if ((unsigned char)*p >= 0xf0) buf_lit(e->out, " ");
        }
        p++;
    }
    if (p > line) buf_add_many(e->out, ' ', (size_t)(p - line) - wide);
    e->at = to;
    if ((int64_t)e->out->len - e->at != e->delta) emit_note(e);
}

void emit_quote(struct buf *out, str text) {
    const char *p = text.len ? text.at : "", *end = p + text.len;
    buf_add_char(out, '"');
    while (p < end) {
        const char *q = p;
        while (q < end && *q >= ' ' && *q != '"' && *q != '\\' && *q != 127) q++;
        buf_add(out, str_of(p, (size_t)(q - p)));
        p = q;
        if (p == end) break;
        size_t n;
        uint32_t c = emit_decode(p, end, &n);
        p += n;
        if (c == '\n') buf_lit(out, "\\n");
        else if (c == '\r') buf_lit(out, "\\r");
        else if (c == '\t') buf_lit(out, "\\t");
        else if (c == '"') buf_lit(out, "\\\"");
        else if (c == '\\') buf_lit(out, "\\\\");
        else put_escape(out, c, true);
    }
    buf_add_char(out, '"');
}

void emit_name(struct buf *out, str name, bool escape) {
    if (!escape || !name.len) {
        buf_add(out, name);
        return;
    }
    const char *p = name.at, *end = p + name.len;
    while (p < end) {
        size_t n;
        uint32_t c = emit_decode(p, end, &n);
        if (c < 0x80) buf_add_char(out, (char)c);
        else put_escape(out, c, false);
        p += n;
    }
}

/* --- columns ------------------------------------------------------------------------------------------------------ */

/* Text whose lines end with LF alone, all ASCII. */
static void read_plain(struct emit_reader *r, const char *to) {
    for (const char *n; (n = memchr(r->at, '\n', (size_t)(to - r->at))) != NULL; r->at = n + 1) {
        r->line++;
        r->line_start = n + 1;
    }
    r->at = to;
    r->column = (uint32_t)(to - r->line_start);
}

/* The same when only the column is wanted. */
static void find_column(struct emit_reader *r, const char *to) {
    const char *n = memrchr(r->at, '\n', (size_t)(to - r->at));
    if (n) r->line_start = n + 1;
    r->at = to;
    r->column = (uint32_t)(to - r->line_start);
}

void emit_read_to(struct emit_reader *r, const char *to) {
    for (;;) {
        const char *stop = scan_column(r->at, to);
        r->column += (uint32_t)(stop - r->at);
        r->at = stop;
        if (r->at >= to) break;
        size_t n = line_end(r->at, r->end);
        if (n) {
            r->at += n;
            r->line++;
            r->line_start = r->at;
            r->column = 0;
        } else {
            unsigned char c = (unsigned char)*r->at++;
            r->column += (c & 0xc0) != 0x80 ? 1 + (c >= 0xf0) : 0;
        }
    }
}

struct lang_shift *emit_shifts(struct emit *e, struct arena *a, uint32_t *n) {
    struct lang_shift *list = arena_alloc(a, e->syncs.len * sizeof *list);
    struct emit_reader out = {e->out->at, e->out->at + e->out->len, e->out->at, 1, 0};
    struct emit_reader src = {e->src.at, e->src.at + e->src.len, e->src.at, 1, 0};
    uint32_t len = 0;
    for (size_t i = 0; i < e->syncs.len; i++) {
        const char *to = e->src.at + e->syncs.at[i].src;
        const char *out_to = e->out->at + e->syncs.at[i].out;
        if (e->plain) read_plain(&out, out_to);
        else emit_read_to(&out, out_to);
        if (to < src.at)                                        /* text was moved */
            src = (struct emit_reader){e->src.at, e->src.at + e->src.len, e->src.at, 1, 0};
        if (e->plain) find_column(&src, to);
        else emit_read_to(&src, to);
        uint32_t column = out.column;
        int32_t delta = (int32_t)src.column - (int32_t)column;
        bool same_line = len && list[len - 1].line == out.line;
        if (same_line ? list[len - 1].delta == delta : delta == 0) continue;
        if (same_line && list[len - 1].column == column) len--;
        list[len++] = (struct lang_shift){out.line, column, delta};
    }
    *n = len;
    return list;
}
