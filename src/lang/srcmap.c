#include "lang/srcmap.h"

static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

static void add_vlq(struct buf *b, int64_t n) {
    uint64_t v = n < 0 ? (uint64_t)(-n) << 1 | 1 : (uint64_t)n << 1;
    do {
        unsigned d = v & 31;
        v >>= 5;
        buf_add_char(b, digits[d | (v ? 32 : 0)]);
    } while (v);
}

void srcmap_add(struct srcmap_writer *w, uint32_t line, uint32_t column, struct srcmap_place p) {
    if (line > w->line) {
        buf_add_many(&w->mappings, ';', line - w->line);
        w->line = line;
        w->column = 0;
        w->any_on_line = false;
    }
    if (w->any_on_line) buf_add_char(&w->mappings, ',');
    w->any_on_line = true;
    add_vlq(&w->mappings, (int64_t)column - w->column);
    w->column = column;
    if (p.source == SRCMAP_NONE) return;
    add_vlq(&w->mappings, (int64_t)p.source - w->last.source);
    add_vlq(&w->mappings, (int64_t)p.line - w->last.line);
    add_vlq(&w->mappings, (int64_t)p.column - w->last.column);
    uint32_t name = w->last.name;
    if (p.name != SRCMAP_NONE) {
        add_vlq(&w->mappings, (int64_t)p.name - name);
        name = p.name;
    }
    w->last = (struct srcmap_place){p.source, p.line, p.column, name};
}

void srcmap_done(struct srcmap_writer *w) {
    buf_free(&w->mappings);
    *w = (struct srcmap_writer){0};
}

static void add_json(struct buf *b, str s) {
    buf_add_char(b, '"');
    for (size_t i = 0; i < s.len; i++) {
        unsigned char c = (unsigned char)s.at[i];
        if (c == '"' || c == '\\') buf_print(b, "\\%c", c);
        else if (c == '\n') buf_lit(b, "\\n");
        else if (c < ' ') buf_print(b, "\\u%04x", c);
        else buf_add_char(b, (char)c);
    }
    buf_add_char(b, '"');
}

static void add_list(struct buf *out, const char *name, const str *list, uint32_t n, bool empty_is_null) {
    buf_print(out, ",\"%s\":[", name);
    for (uint32_t i = 0; i < n; i++) {
        if (i) buf_add_char(out, ',');
        if (empty_is_null && !list[i].len) buf_lit(out, "null");
        else add_json(out, list[i]);
    }
    buf_add_char(out, ']');
}

void srcmap_write(const struct srcmap_writer *w, str file, str root, const str *sources, const str *contents,
                  uint32_t n_sources, const str *names, uint32_t n_names, struct buf *out) {
    buf_lit(out, "{\"version\":3");
    if (file.len) buf_lit(out, ",\"file\":"), add_json(out, file);
    if (root.len) buf_lit(out, ",\"sourceRoot\":"), add_json(out, root);
    add_list(out, "sources", sources, n_sources, false);
    if (contents) add_list(out, "sourcesContent", contents, n_sources, true);
    add_list(out, "names", names, n_names, false);
    buf_lit(out, ",\"mappings\":\"");
    buf_add(out, buf_view(&w->mappings));
    buf_lit(out, "\"}");
}

/* --- reading ------------------------------------------------------------------------------------------------------ */

static int digit_value(char c) {
    if (c >= 'A' && c <= 'Z') return c - 'A';
    if (c >= 'a' && c <= 'z') return c - 'a' + 26;
    if (c >= '0' && c <= '9') return c - '0' + 52;
    return c == '+' ? 62 : c == '/' ? 63 : -1;
}

static bool read_vlq(str *s, int64_t *out) {
    uint64_t v = 0;
    for (int shift = 0; shift < 40 && s->len; shift += 5) {
        int d = digit_value(*s->at);
        if (d < 0) return false;
        *s = str_from(*s, 1);
        v |= (uint64_t)(d & 31) << shift;
        if (d & 32) continue;
        *out = v & 1 ? -(int64_t)(v >> 1) : (int64_t)(v >> 1);
        return true;
    }
    return false;
}

static int cmp(const void *pa, const void *pb) {
    const struct srcmap_entry *a = pa, *b = pb;
    if (a->line != b->line) return a->line < b->line ? -1 : 1;
    return a->column < b->column ? -1 : a->column > b->column;
}

bool srcmap_read(struct arena *a, str s, struct srcmap_entry **entries, uint32_t *n) {
    size_t most = s.len ? 1 : 0;
    for (size_t i = 0; i < s.len; i++) most += s.at[i] == ',' || s.at[i] == ';';
    struct srcmap_entry *list = arena_alloc(a, most * sizeof *list);
    uint32_t len = 0, line = 0;
    int64_t at[5] = {0};                                    /* column, source, line, column, name */
    bool sorted = true;
    while (s.len) {
        if (*s.at == ';') line++, at[0] = 0;
        if (*s.at == ';' || *s.at == ',') {
            s = str_from(s, 1);
            continue;
        }
        int fields = 0;
        while (s.len && *s.at != ',' && *s.at != ';') {
            int64_t v;
            if (fields == 5 || !read_vlq(&s, &v)) return false;
            at[fields] += v;
            if (at[fields] > UINT32_MAX || at[fields] < (fields ? -(int64_t)UINT32_MAX : 0)) return false;
            fields++;
        }
        if (fields != 1 && fields != 4 && fields != 5) return false;
        struct srcmap_place p = {SRCMAP_NONE, 0, 0, SRCMAP_NONE};
        bool is_somewhere = fields > 1 && at[1] >= 0 && at[2] >= 0 && at[3] >= 0;       /* else only this one is lost */
        if (is_somewhere) p = (struct srcmap_place){(uint32_t)at[1], (uint32_t)at[2], (uint32_t)at[3], SRCMAP_NONE};
        if (is_somewhere && fields == 5 && at[4] >= 0) p.name = (uint32_t)at[4];
        list[len] = (struct srcmap_entry){line, (uint32_t)at[0], p};
        if (len && cmp(&list[len - 1], &list[len]) > 0) sorted = false;
        len++;
    }
    if (!sorted) qsort(list, len, sizeof *list, cmp);
    *entries = list;
    *n = len;
    return true;
}

const struct srcmap_entry *srcmap_find(const struct srcmap_entry *entries, uint32_t n, uint32_t line, uint32_t column) {
    uint32_t low = 0, high = n;
    while (low < high) {
        uint32_t mid = low + (high - low) / 2;
        if (entries[mid].line < line || (entries[mid].line == line && entries[mid].column <= column)) low = mid + 1;
        else high = mid;
    }
    if (low == 0 || entries[low - 1].line != line) return NULL;
    return &entries[low - 1];
}
