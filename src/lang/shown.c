/* lang/shown.c: from a function in a lowered text to its source. The source is lowered again, this time keeping where
 * every stretch was copied from, so that a program pays for it only when it asks. */
#include <ctype.h>

#include "lang/lower.h"
#include "lang/parse.h"

struct shown_function {
    uint32_t start, end;                                      /* in the text */
    uint32_t source, source_end;
    bool owns_end;                                            /* its last character is nobody else's */
};

struct lang_shown {
    struct buf lowered, text;
    struct lower_copies copies;                               /* of `lowered` */
    LIST(struct shown_function) functions;                    /* by source */
};

/* --- the functions of a text -------------------------------------------------------------------------------------- */

static bool is_name_char(char c) { return isalnum((unsigned char)c) || c == '_'; }

static bool is_word(str s, uint32_t at, const char *word) {
    str rest = str_from(s, at);
    size_t n = strlen(word);
    return str_starts(rest, str_c(word)) && (rest.len == n || !is_name_char(rest.at[n]));
}

/* A method begins behind its decorators and `static`. */
static uint32_t method_start(const struct lower *l, const struct node *n) {
    uint32_t at = n->start, key = NODE(n->a)->start;
    for (nid d = n->c; d; d = NODE(d)->next) at = lower_skip_space(l, NODE(d)->end);
    return at < key && is_word(l->t->source, at, "static") ? lower_skip_space(l, at + 6) : at;
}

static bool function_span(const struct lower *l, nid id, struct shown_function *f) {
    const struct node *n = NODE(id);
    *f = (struct shown_function){.start = n->start, .end = n->end, .owns_end = n->kind != N_FUNCTION};
    switch (n->kind) {
    case N_CLASS: return f->start = lower_class_keyword(l, n), true;
    case N_FUNCTION: return !(l->t->funcs.at[n->d].flags & FUNC_METHOD);
    case N_PROPERTY: return n->op >= PROP_METHOD;
    case N_MEMBER:
        f->start = method_start(l, n);
        return n->op == MEMBER_METHOD || n->op == MEMBER_GET || n->op == MEMBER_SET;
    default: return false;
    }
}

static int by_source(const void *pa, const void *pb) {
    const struct shown_function *a = pa, *b = pb;
    return a->source < b->source ? -1 : a->source > b->source;
}

/* `copies`: where s->text was copied from; NULL: it is the source, byte for byte. */
static void list_functions(struct lang_shown *s, struct tree *t, const struct lower_copies *copies) {
    struct lower l = {.t = t};
    for (nid id = 1; id < t->nodes.len; id++) {
        struct shown_function f;
        if (!function_span(&l, id, &f)) continue;
        f.source = copies ? lower_source_of(copies, f.start) : f.start;
        f.source_end = copies ? lower_source_of(copies, f.end - 1) + 1 : f.end;
        *LIST_ADD(&s->functions) = f;
    }
    if (s->functions.len) qsort(s->functions.at, s->functions.len, sizeof *s->functions.at, by_source);
}

/* --- the text ----------------------------------------------------------------------------------------------------- */

/* The source, or the source without types. false: it must be lowered. */
static bool show_source(struct lang_shown *s, str source, const struct parse_options *po) {
    struct diag d = {0};
    struct tree t = {0};
    struct parse_options plain = *po;
    bool fine = true;
    plain.is_ts = false;
    if (po->is_ts) fine = lower_blank(&s->text, source, po, &d) == LANG_BLANKED;
    else buf_add(&s->text, source);
    fine = fine && parse_source(&t, buf_view(&s->text), &plain, &d) && !(t.flags & TREE_HAS_JSX);
    if (fine) list_functions(s, &t, NULL);
    ast_free(&t);
    diag_free(&d);
    return fine;
}

static bool show_lowered(struct lang_shown *s, str file, str source, const struct lang_options *options) {
    struct lang_unit u;
    struct lang_options o = *options;
    struct diag d = {0};
    struct tree t = {0};
    struct lower_copies copies = {0};
    o.keep_modules = o.for_showing = true;
    bool fine = lower_file(&u, file, source, &o, &d, &copies);
    buf_free(&s->text);
    if (fine) s->text = buf_take(&u.code);
    fine = fine && parse_source(&t, buf_view(&s->text), &(struct parse_options){.file = file}, &d);
    if (fine) list_functions(s, &t, &copies);
    ast_free(&t);
    diag_free(&d);
    lang_unit_done(&u);
    LIST_FREE(&copies);
    return fine;
}

/* The wrapper's kind was set in place when the graph was known. */
static bool is_same_text(const struct lang_unit *u, const struct lang_unit *again) {
    if (again->code.len != u->code.len || again->kind != u->kind) return false;
    if (u->kind == LANG_KIND_ESM) {
        memcpy(again->code.at + u->async_at, u->code.at + u->async_at, 6);
        memcpy(again->code.at + u->yield_at, u->code.at + u->yield_at, 6);
        again->code.at[u->star_at] = u->code.at[u->star_at];
    }
    return memcmp(again->code.at, u->code.at, u->code.len) == 0;
}

struct lang_shown *lang_shown_new(str file, str source, const struct lang_options *options, const struct lang_unit *u) {
    static const enum parse_goal goals[] = {PARSE_MODULE, PARSE_COMMONJS, PARSE_SCRIPT};
    struct lang_shown *s = NEW(struct lang_shown);
    struct lang_unit again;
    struct diag d = {0};
    struct parse_options po = {.file = file, .goal = goals[u->kind],
                               .is_ts = options->dialect == LANG_TS || options->dialect == LANG_TSX,
                               .is_jsx = options->dialect == LANG_JSX || options->dialect == LANG_TSX};
    bool fine = lower_file(&again, file, source, options, &d, &s->copies) && is_same_text(u, &again) &&
                (show_source(s, source, &po) || show_lowered(s, file, source, options));
    s->lowered = buf_take(&again.code);
    lang_unit_done(&again);
    diag_free(&d);
    if (fine) return s;
    lang_shown_free(s);
    return NULL;
}

void lang_shown_free(struct lang_shown *s) {
    if (!s) return;
    buf_free(&s->lowered);
    buf_free(&s->text);
    LIST_FREE(&s->copies);
    LIST_FREE(&s->functions);
    mem_free(s);
}

static const struct shown_function *begins_at(const struct lang_shown *s, uint32_t source) {
    size_t low = 0, high = s->functions.len;
    while (low < high) {
        size_t mid = low + (high - low) / 2;
        if (s->functions.at[mid].source < source) low = mid + 1;
        else high = mid;
    }
    return low < s->functions.len && s->functions.at[low].source == source ? &s->functions.at[low] : NULL;
}

/* What has decorators begins with a text of ours. */
static const struct shown_function *ends_at(const struct lang_shown *s, uint32_t source) {
    for (size_t i = 0; i < s->functions.len; i++)
        if (s->functions.at[i].source_end == source && s->functions.at[i].owns_end) return &s->functions.at[i];
    return NULL;
}

bool lang_shown_function(const struct lang_shown *s, uint32_t start, uint32_t end, str *text) {
    const struct shown_function *f = begins_at(s, lower_source_of(&s->copies, start));
    if (!f || s->text.at[f->start] != s->lowered.at[start]) f = ends_at(s, lower_source_of(&s->copies, end - 1) + 1);
    if (f) *text = str_of(s->text.at + f->start, f->end - f->start);
    return f != NULL;
}

str lang_shown_text(const struct lang_shown *s) { return buf_view(&s->text); }

bool lang_shows_change(str text) {
    const char *end = text.at + text.len;
    for (const char *p = text.at; (p = memchr(p, '$', (size_t)(end - p))) != NULL; p++)
        if (p + 1 < end && is_name_char(p[1]) && (p == text.at || (!is_name_char(p[-1]) && p[-1] != '$'))) return true;
    return false;
}
