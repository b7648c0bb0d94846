#include "base/diag.h"

#include <stdarg.h>

void diag_free(struct diag *d) {
    arena_free(&d->arena);
    *d = (struct diag){.most_errors = d->most_errors};
}

/* Length in bytes of the line end at p, 0 when there is none. */
static size_t line_end_at(const char *p, const char *end) {
    if (*p == '\n') return 1;
    if (*p == '\r') return p + 1 < end && p[1] == '\n' ? 2 : 1;
    if ((unsigned char)*p == 0xe2 && end - p >= 3 && (unsigned char)p[1] == 0x80 &&
        ((unsigned char)p[2] & 0xfe) == 0xa8)
        return 3;
    return 0;
}

void diag_place(str source, size_t at, uint32_t *line, uint32_t *column, str *line_text) {
    const char *p = source.at, *end = source.at + source.len, *start = p;
    if (at > source.len) at = source.len;
    uint32_t n = 1;
    while (p < source.at + at) {
        size_t k = line_end_at(p, end);
        if (k && p + k <= source.at + at) {
            n++;
            start = p + k;
        }
        p += k ? k : 1;
    }
    uint32_t col = 1;
    for (p = start; p < source.at + at; p++) {
        unsigned char c = (unsigned char)*p;
        if ((c & 0xc0) != 0x80) col += c >= 0xf0 ? 2 : 1;
    }
    for (p = start; p < end && !line_end_at(p, end); p++) {}
    *line = n;
    *column = col;
    *line_text = str_of(start, (size_t)(p - start));
}

void diag_add(struct diag *d, enum diag_level level, const char *id, str file, str source, size_t at, size_t span,
              const char *format, ...) {
    if (level == DIAG_ERROR && d->n_errors++ >= (d->most_errors ? d->most_errors : 100)) return;
    if (level == DIAG_WARNING) d->n_warnings++;
    struct diag_message *m = ARENA_NEW(&d->arena, struct diag_message);
    m->level = level;
    m->id = id;
    m->file = arena_str(&d->arena, file);
    m->span = (uint32_t)span;
    if (source.at) {
        diag_place(source, at, &m->line, &m->column, &m->line_text);
        m->line_text = arena_str(&d->arena, m->line_text);
    }
    va_list list;
    va_start(list, format);
    m->text = arena_vprint(&d->arena, format, list);
    va_end(list);
    if (d->last) d->last->next = m;
    else d->first = m;
    d->last = m;
}

static size_t columns_of(str s) {
    size_t n = 0;
    for (size_t i = 0; i < s.len; i++) n += ((unsigned char)s.at[i] & 0xc0) != 0x80;
    return n;
}

/* Long lines (minified code) are shown as a window around the caret. */
static void print_line(const struct diag_message *m, struct buf *out, bool colour) {
    enum { WINDOW = 160 };
    str text = m->line_text;
    size_t byte = 0;
    for (uint32_t col = 1; byte < text.len && col < m->column;) {
        col += (unsigned char)text.at[byte] >= 0xf0 ? 2 : 1;
        do byte++;
        while (byte < text.len && ((unsigned char)text.at[byte] & 0xc0) == 0x80);
    }
    size_t from = 0, to = text.len;
    if (text.len > WINDOW) {
        from = byte > WINDOW / 2 ? byte - WINDOW / 2 : 0;
        while (from < text.len && ((unsigned char)text.at[from] & 0xc0) == 0x80) from++;
        to = from + WINDOW < text.len ? from + WINDOW : text.len;
        while (to < text.len && ((unsigned char)text.at[to] & 0xc0) == 0x80) to++;
    }
    buf_print(out, "%5u | ", m->line);
    buf_add(out, str_cut(text, from, to));
    buf_lit(out, "\n      | ");
    str before = str_cut(text, from, byte);
    for (size_t i = 0; i < before.len; i++) {
        unsigned char c = (unsigned char)before.at[i];
        if (c == '\t') buf_add_char(out, '\t');
        else if ((c & 0xc0) != 0x80) buf_add_char(out, ' ');
    }
    size_t marks = columns_of(str_cut(text, byte, byte + m->span < to ? byte + m->span : to));
    if (colour) buf_lit(out, "\033[31m");
    buf_add_many(out, '^', marks ? marks : 1);
    if (colour) buf_lit(out, "\033[0m");
    buf_add_char(out, '\n');
}

void diag_print(const struct diag *d, struct buf *out, bool colour) {
    static const char *const names[] = {"error", "warning", "note"};
    static const char *const colours[] = {"\033[1;31m", "\033[1;33m", "\033[1;36m"};
    for (const struct diag_message *m = d->first; m; m = m->next) {
        if (m->file.len) buf_print(out, "%.*s:", STR_FMT(m->file));
        if (m->line) buf_print(out, "%u:%u:", m->line, m->column);
        if (m->file.len || m->line) buf_add_char(out, ' ');
        buf_print(out, "%s%s:%s %.*s\n", colour ? colours[m->level] : "", names[m->level], colour ? "\033[0m" : "",
                  STR_FMT(m->text));
        if (m->line) print_line(m, out, colour);
    }
    uint32_t most = d->most_errors ? d->most_errors : 100;
    if (d->n_errors > most) buf_print(out, "and %u more errors\n", d->n_errors - most);
}
