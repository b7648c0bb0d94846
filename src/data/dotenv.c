/* data/dotenv.c: reading is a pass over lines, expanding a pass over entries in their order. */
#include "data/dotenv.h"

#include "base/buf.h"

void dotenv_free(struct dotenv *d) {
    map_free(&d->by_name);
    arena_free(&d->arena);
}

str dotenv_get(const struct dotenv *d, str name, bool *is_found) {
    struct dotenv_entry *entry = map_get(&d->by_name, name);
    if (is_found) *is_found = entry != NULL;
    return entry ? entry->value : STR("");
}

static bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\v' || c == '\f' || c == '\r'; }
static bool is_word(char c) { return (c >= '0' && c <= '9') || ((c | 32) >= 'a' && (c | 32) <= 'z') || c == '_'; }
static bool is_name(char c) { return is_word(c) || c == '.' || c == '-'; }

static const char *skip_blank(const char *p, const char *end) {
    while (p < end && is_blank(*p)) p++;
    return p;
}
static const char *line_end(const char *p, const char *end) {
    const char *stop = p < end ? memchr(p, '\n', (size_t)(end - p)) : NULL;
    return stop ? stop : end;
}

/* The text inside of quotes at `p`; NULL when they never close. */
static const char *read_quoted(struct arena *a, const char *p, const char *end, str *value) {
    char quote = *p++;
    const char *stop = p;
    while (stop < end && *stop != quote) stop += *stop == '\\' && stop + 1 < end ? 2 : 1;
    if (stop >= end) return NULL;
    char *text = arena_alloc(a, (size_t)(stop - p) + 1), *to = text;
    while (p < stop) {
        if (quote == '"' && *p == '\\' && p + 1 < stop && (p[1] == 'n' || p[1] == 'r')) {
            *to++ = p[1] == 'n' ? '\n' : '\r';
            p += 2;
        } else if (*p == '\r' && p[1] == '\n') {            /* p + 1 <= stop, which is inside of the source */
            p++;
        } else {
            if (*p == '\\' && p + 1 < stop) *to++ = *p++;
            *to++ = *p++;
        }
    }
    *value = str_of(text, (size_t)(to - text));
    return stop + 1;
}

/* One line (or more, when quoted text spans them) from `p`; gives where the next one starts. */
static const char *read_line(struct dotenv *d, const char *p, const char *end) {
    p = skip_blank(p, end);
    const char *stop = line_end(p, end), *name = p;
    while (p < stop && is_name(*p)) p++;
    str key = str_of(name, (size_t)(p - name));
    const char *gap = skip_blank(p, stop);
    if (str_eq(key, STR("export")) && gap > p && gap < stop && is_name(*gap)) {
        for (name = p = gap; p < stop && is_name(*p);) p++;
        key = str_of(name, (size_t)(p - name));
        gap = skip_blank(p, stop);
    }
    bool is_assigning = gap < stop && (*gap == '=' || (*gap == ':' && gap + 1 < stop && is_blank(gap[1])));
    if (!key.len || !is_assigning) return stop < end ? stop + 1 : end;
    p = skip_blank(gap + 1, stop);
    str value;
    const char *after = p < stop && (*p == '"' || *p == '\'' || *p == '`') ? read_quoted(&d->arena, p, end, &value)
                                                                           : NULL;
    if (after) {
        stop = line_end(after, end);
    } else {
        str raw = str_of(p, (size_t)(stop - p));
        ptrdiff_t comment = str_find_char(raw, '#');
        value = arena_str(&d->arena, str_trim(comment < 0 ? raw : str_upto(raw, (size_t)comment)));
    }
    struct dotenv_entry *entry = map_get(&d->by_name, key);
    if (!entry) {
        entry = ARENA_NEW(&d->arena, struct dotenv_entry);
        entry->name = arena_str(&d->arena, key);
        map_put(&d->by_name, entry->name, entry);
    }
    entry->value = value;
    return stop < end ? stop + 1 : end;
}

void dotenv_read(struct dotenv *d, str source) {
    if (!source.len) return;
    const char *p = source.at, *end = p + source.len;
    if (str_starts(source, STR("\xef\xbb\xbf"))) p += 3;
    while (p < end) p = read_line(d, p, end);
}

struct expander {
    struct dotenv *env;
    dotenv_look *look;
    void *user;
    struct buf out;
};

static bool look_up(struct expander *x, str name, str *value) {
    bool is_found = false;
    if (x->look && x->look(x->user, name, value)) return true;
    *value = dotenv_get(x->env, name, &is_found);
    return is_found;
}

/* The end of "${...}" that starts at `p`, past its brace; NULL when it never closes. Inner braces of "${" are
 * counted. */
static const char *close_of(const char *p, const char *end) {
    size_t depth = 0;
    for (; p < end; p++) {
        if (*p == '\\' && p + 1 < end) p++;
        else if (*p == '$' && p + 1 < end && p[1] == '{') depth++, p++;
        else if (*p == '}' && --depth == 0) return p + 1;
    }
    return NULL;
}

static void expand(struct expander *x, str text, int depth);

/* At a dollar sign: writes what it stands for and gives where the text goes on. */
static const char *expand_one(struct expander *x, const char *p, const char *end, int depth) {
    str value;
    const char *name = p + 1, *stop;
    if (name < end && *name == '{') {
        const char *close = close_of(p, end);
        for (stop = ++name; stop < end && is_word(*stop);) stop++;
        bool has_default = close && stop + 1 < close && stop[0] == ':' && stop[1] == '-';
        if (!close || !(has_default || stop + 1 == close)) {
            buf_add_char(&x->out, '$');
            return p + 1;
        }
        bool is_found = look_up(x, str_of(name, (size_t)(stop - name)), &value);
        if (is_found) buf_add(&x->out, value);
        else if (has_default && depth < 64) expand(x, str_of(stop + 2, (size_t)(close - 1 - (stop + 2))), depth + 1);
        return close;
    }
    for (stop = name; stop < end && is_word(*stop);) stop++;
    if (stop == name) buf_add_char(&x->out, '$');
    else if (look_up(x, str_of(name, (size_t)(stop - name)), &value)) buf_add(&x->out, value);
    return stop;
}

static void expand(struct expander *x, str text, int depth) {
    for (const char *p = text.at, *end = p + text.len; p < end;) {
        if (*p == '\\' && p + 1 < end && p[1] == '$') {
            buf_add_char(&x->out, '$');
            p += 2;
        } else if (*p == '$') {
            p = expand_one(x, p, end, depth);
        } else {
            buf_add_char(&x->out, *p++);
        }
    }
}

void dotenv_expand(struct dotenv *d, dotenv_look *look, void *user) {
    struct expander x = {.env = d, .look = look, .user = user};
    for (struct map_entry *e = NULL; (e = map_next(&d->by_name, e));) {
        struct dotenv_entry *entry = e->value;
        if (str_find_char(entry->value, '$') < 0) continue;
        buf_clear(&x.out);
        expand(&x, entry->value, 0);
        entry->value = arena_str(&d->arena, buf_view(&x.out));
    }
    buf_free(&x.out);
}
