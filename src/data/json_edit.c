#include "data/json_edit.h"

#include "data/json.h"

static struct json *step(const struct json *in, str key) {
    if (json_is(in, JSON_OBJECT)) return json_get(in, key);
    int64_t at;
    if (!json_is(in, JSON_ARRAY) || !str_to_int(key, &at) || at < 0) return NULL;
    struct json *e = in->first;
    while (e && at--) e = e->next;
    return e;
}

/* White space that the line of text[at] begins with. */
static str line_indent(str text, size_t at) {
    size_t from = at;
    while (from && text.at[from - 1] != '\n') from--;
    size_t to = from;
    while (to < at && (text.at[to] == ' ' || text.at[to] == '\t')) to++;
    return str_cut(text, from, to);
}

static bool spans_lines(str text, const struct json *of) {
    uint32_t until = of->kind == JSON_OBJECT && of->first ? of->first->key_at : of->first ? of->first->at : of->end;
    return memchr(text.at + of->at, '\n', until - of->at) != NULL;
}

/* `value` with its further lines below `indent`. */
static void add_value(struct buf *out, str value, str indent) {
    for (size_t i = 0; i < value.len; i++) {
        buf_add_char(out, value.at[i]);
        if (value.at[i] == '\n') buf_add(out, indent);
    }
}

static void add_member(struct buf *out, bool has_key, str key, str value, str indent) {
    if (has_key) {
        json_write_text(out, key);
        buf_lit(out, ": ");
    }
    add_value(out, value, indent);
}

/* {"a": {"b": value}} for the steps that are not there yet. */
static str nested(struct arena *a, const str *path, size_t n, str value, str unit) {
    if (!n) return value;
    struct buf out = {0};
    str inner = nested(a, path + 1, n - 1, value, unit);
    buf_lit(&out, "{\n");
    buf_add(&out, unit);
    add_member(&out, true, path[0], inner, unit);
    buf_lit(&out, "\n}");
    str made = arena_str(a, buf_view(&out));
    buf_free(&out);
    return made;
}

static uint32_t start_of(const struct json *of, const struct json *m) {
    return of->kind == JSON_OBJECT ? m->key_at : m->at;
}

static void replace(struct arena *a, str *text, size_t from, size_t to, str by) {
    struct buf b = {0};                                  /* not by printf, which ends at a NUL */
    buf_add(&b, str_upto(*text, from));
    buf_add(&b, by);
    buf_add(&b, str_from(*text, to));
    *text = arena_str(a, buf_view(&b));
    buf_free(&b);
}

static void insert(struct arena *a, str *text, const struct json *into, str key, str value, str unit,
                   enum json_place place) {
    struct buf b = {0};
    bool has_key = into->kind == JSON_OBJECT;
    str own = line_indent(*text, into->at);
    if (!into->first) {
        str indent = arena_join(a, own, unit);
        buf_print(&b, "%c\n%.*s", has_key ? '{' : '[', STR_FMT(indent));
        add_member(&b, has_key, key, value, indent);
        buf_print(&b, "\n%.*s%c", STR_FMT(own), has_key ? '}' : ']');
        replace(a, text, into->at, into->end, buf_view(&b));
        buf_free(&b);
        return;
    }
    bool lines = spans_lines(*text, into);
    str indent = lines ? line_indent(*text, start_of(into, into->first)) : own;
    str gap = lines ? arena_join(a, STR("\n"), indent) : STR(" ");
    const struct json *before = NULL;                    /* the member that the new one comes before */
    if (place == JSON_SORTED && has_key)
        for (before = into->first; before && str_cmp(before->key, key) < 0; before = before->next) continue;
    if (before) {
        add_member(&b, has_key, key, value, indent);
        buf_add_char(&b, ',');
        buf_add(&b, gap);
        replace(a, text, before->key_at, before->key_at, buf_view(&b));
    } else {
        buf_add_char(&b, ',');
        buf_add(&b, gap);
        add_member(&b, has_key, key, value, indent);
        replace(a, text, into->last->end, into->last->end, buf_view(&b));
    }
    buf_free(&b);
}

bool json_edit_set(struct arena *a, str *text, const str *path, size_t n_path, str value, enum json_place place) {
    const struct json *at = json_parse(a, *text, JSONC, NULL, STR(""));
    if (!at) return false;
    str unit = json_indent(*text);
    if (!unit.len) unit = STR("  ");
    for (size_t i = 0; i < n_path; i++) {
        const struct json *next = step(at, path[i]);
        if (!next) {
            int64_t index;
            bool is_place = json_is(at, JSON_ARRAY) && (!path[i].len || (str_to_int(path[i], &index) && index >= 0));
            if (!json_is(at, JSON_OBJECT) && !is_place) return false;
            insert(a, text, at, path[i], nested(a, path + i + 1, n_path - i - 1, value, unit), unit,
                   i + 1 == n_path ? place : JSON_AT_END);
            return true;
        }
        at = next;
    }
    struct buf b = {0};
    add_value(&b, value, line_indent(*text, at->at));
    replace(a, text, at->at, at->end, buf_view(&b));
    buf_free(&b);
    return true;
}

bool json_edit_remove(struct arena *a, str *text, const str *path, size_t n_path) {
    const struct json *of = json_parse(a, *text, JSONC, NULL, STR("")), *before = NULL;
    for (size_t i = 0; of && i + 1 < n_path; i++) of = step(of, path[i]);
    const struct json *gone = of && n_path ? step(of, path[n_path - 1]) : NULL;
    if (!gone) return false;
    for (const struct json *m = of->first; m != gone; m = m->next) before = m;
    if (before) replace(a, text, before->end, gone->end, STR(""));
    else if (gone->next) replace(a, text, start_of(of, gone), start_of(of, gone->next), STR(""));
    else replace(a, text, of->at + 1, of->end - 1, STR(""));
    return true;
}
