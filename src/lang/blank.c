/* lang/blank.c: types become blanks: every other byte stays in its place (module.stripTypeScriptTypes). */
#include <string.h>

#include "lang/lower.h"
#include "lang/parse.h"

/* A blank for each character, of as many bytes: columns stay, in bytes and in UTF-16 units. */
static void blank(struct buf *b, uint32_t from, uint32_t to) {
    for (uint32_t i = from, size; i < to; i += size) {
        unsigned char c = (unsigned char)b->at[i];
        size = c < 0xC0 ? 1 : c < 0xE0 ? 2 : c < 0xF0 ? 3 : 4;
        if (size == 1 && c != '\n' && c != '\r') b->at[i] = ' ';
        else if (size == 2) memcpy(b->at + i, "\xC2\xA0", 2);
        else if (size == 3) memcpy(b->at + i, "\xE2\x80\x82", 3);
        else if (size == 4) memcpy(b->at + i, " \xEF\xBB\xBF", 4);
    }
}

static uint32_t after_space(str s, uint32_t at, bool *line) {
    for (; at < s.len && strchr(" \t\r\n", s.at[at]); at++) *line |= s.at[at] == '\n';
    return at;
}

/* `x as T` at the end of a line, before what would go on with x. */
static bool needs_semicolon(str s, const struct mark *m) {
    bool line = false;
    str text = str_of(s.at + m->start, m->end - m->start);
    if (!str_starts(text, STR("as")) && !str_starts(text, STR("satisfies"))) return false;
    uint32_t next = after_space(s, m->end, &line);
    return line && next < s.len && strchr("([`/+-*", s.at[next]);
}

static void blank_arrow(struct buf *b, str s, const struct mark *m) {
    bool line = memchr(s.at + m->start, '\n', m->end - m->start) != NULL;
    uint32_t from = m->start;
    while (from > 0 && strchr(" \t\r\n", s.at[from - 1])) line |= s.at[--from] == '\n';
    blank(b, m->start, m->end);
    if (!line || !from || s.at[from - 1] != ')') return;
    b->at[from - 1] = ' ';
    b->at[m->end - 1] = ')';
}

/* Names under `type` in a list that stays, with their commas. */
static void blank_names(struct buf *b, const struct tree *t, nid first) {
    for (nid id = first; id; id = ast_node(t, id)->next) {
        const struct node *n = ast_node(t, id);
        if ((n->kind != N_IMPORT_NAMED && n->kind != N_EXPORT_NAME) || !(n->flags & NF_TYPE)) continue;
        bool line = false;
        uint32_t end = after_space(t->source, n->end, &line);
        blank(b, n->start, n->end);
        if (end < t->source.len && t->source.at[end] == ',') blank(b, end, end + 1);
    }
}

/* false: it cannot be blanked. */
static bool blank_mark(struct buf *b, const struct tree *t, const struct mark *m) {
    const struct node *n = m->node ? ast_node(t, m->node) : NULL;
    switch (m->kind) {
    case MARK_ERASE: case MARK_ERASE_OPERATOR:
        blank(b, m->start, m->end);
        if (needs_semicolon(t->source, m)) b->at[m->start] = ';';
        return true;
    case MARK_ERASE_STATEMENT:
    case MARK_ERASE_MEMBER: return blank(b, m->start, m->end), true;
    case MARK_ERASE_ARROW: return blank_arrow(b, t->source, m), true;
    case MARK_NAMESPACE:
        if (!(n->flags & NF_UNINSTANTIATED)) return false;
        return blank(b, n->start, n->end), true;
    case MARK_ENUM:
    case MARK_PARAM_PROPERTY:
    case MARK_TS_ASSERT: return false;
    case MARK_IMPORT:
        if (n->kind == N_TS_IMPORT_EQUALS) {
            if (n->flags & NF_TYPE) blank(b, n->start, n->end);
            return n->flags & NF_TYPE;
        }
        if (n->flags & NF_TYPE) blank(b, n->start, n->end);
        else blank_names(b, t, n->a);
        return true;
    case MARK_EXPORT:
        if (n->kind == N_TS_EXPORT_EQUALS) return false;
        if (n->flags & NF_TYPE) blank(b, n->start, n->end);
        else if (n->kind == N_EXPORT_NAMED) blank_names(b, t, n->a);
        return true;
    default: return true;
    }
}

/* Behind a field without a semicolon `*`, `[` and `in` would go on with its value: one stands where modifiers were. */
static void part_members(struct buf *b, const struct tree *t) {
    for (nid id = 1; id < t->nodes.len; id++) {
        const struct node *n = ast_node(t, id);
        if (n->kind != N_MEMBER || n->c || !(n->flags & NF_MODIFIERS)) continue;
        if (n->flags & NF_STATIC || n->op == MEMBER_ERASED) continue;
        const struct node *key = ast_node(t, n->a), *value = n->b ? ast_node(t, n->b) : NULL;
        bool starts_so = key->kind == N_COMPUTED || str_is(ast_text(t, n->a), "in");
        if (value && value->kind == N_FUNCTION && n->op == MEMBER_METHOD)
            starts_so = starts_so || t->funcs.at[value->d].flags & FUNC_GENERATOR;
        if (starts_so) b->at[n->start] = ';';
    }
}

enum lang_blanked lang_blank_types(struct buf *out, str source, struct diag *d) {
    return lower_blank(out, source,
                       &(struct parse_options){.file = STR("input.ts"), .goal = PARSE_MODULE, .is_ts = true}, d);
}

enum lang_blanked lower_blank(struct buf *out, str source, const struct parse_options *options, struct diag *d) {
    struct tree t = {0};
    enum lang_blanked result = LANG_BLANKED;
    buf_clear(out);
    if (!parse_source(&t, source, options, d)) {
        ast_free(&t);
        return LANG_BLANK_SYNTAX;
    }
    buf_add(out, t.source);
    for (uint32_t i = 0; i < t.marks.len && result == LANG_BLANKED; i++)
        if (!blank_mark(out, &t, &t.marks.at[i])) result = LANG_BLANK_UNSUPPORTED;
    part_members(out, &t);
    ast_free(&t);
    return result;
}
