/* lang/parse.c: the parser's start and end: options, errors, trying and taking back, what kind of file it is. */
#include "lang/parse.h"

#include <stdarg.h>

#include "base/mem.h"
#include "base/must.h"
#include "lang/parser.h"
#include "lang/scan.h"

#ifdef __SANITIZE_ADDRESS__
#define STACK_BYTES (5u << 20)
#else
#define STACK_BYTES (2560u << 10)
#endif

void parse_table_grow(void **at, uint32_t *cap, size_t size) {
    *cap = *cap ? *cap * 2 : 64;
    *at = mem_resize(*at, *cap * size);
    if (*cap * size >= 8u << 20) mem_huge(*at, *cap * size);
}

/* Room for what a source of this length usually needs, so that little is moved. */
static void reserve(void **at, uint32_t *cap, size_t size, size_t want) {
    if (*cap >= want || want < 64) return;
    mem_free(*at);
    *cap = (uint32_t)want;
    *at = mem_alloc(want * size);
    if (want * size >= 8u << 20) mem_huge(*at, want * size);
}
#define RESERVE(t, want) reserve((void **)&(t)->at, &(t)->cap, sizeof *(t)->at, want)

/* --- errors */

_Noreturn void parse_fail(struct parser *p, uint32_t start, uint32_t end, const char *id, const char *format, ...) {
    if (!p->speculating && !(p->is_detect && p->await_is_ambiguous)) {
        va_list list;
        va_start(list, format);
        struct arena a = {0};
        str text = arena_vprint(&a, format, list);
        va_end(list);
        diag_add(p->diag, DIAG_ERROR, id, p->options->file, p->tree->source, start, end > start ? end - start : 1,
                 "%.*s", STR_FMT(text));
        arena_free(&a);
    }
    must(p->catch != NULL);
    longjmp(*p->catch, 1);
}

static str token_as_found(struct parser *p, struct arena *a) {
    str text = str_of(p->source + p->t.start, p->t.end - p->t.start);
    switch (p->t.kind) {
    case T_END: return STR("the end of the file");
    case T_STRING: return STR("a string");
    case T_TEMPLATE: case T_TEMPLATE_HEAD: return STR("a template");
    default:
        if (text.len > 40) text = arena_print(a, "%.*s...", 37, text.at);
        return arena_print(a, "\"%.*s\"", STR_FMT(text));
    }
}

/* The file ends inside the { at `open` (UINT32_MAX: who knows where). */
_Noreturn void parse_fail_unclosed(struct parser *p, uint32_t open) {
    if (!p->speculating && !(p->is_detect && p->await_is_ambiguous)) {
        diag_add(p->diag, DIAG_ERROR, "parse-expected", p->options->file, p->tree->source, p->t.start, 1,
                 "expected \"}\" but found the end of the file");
        if (open != UINT32_MAX)
            diag_add(p->diag, DIAG_NOTE, "parse-expected", p->options->file, p->tree->source, open, 1,
                     "it would close this \"{\"");
    }
    longjmp(*p->catch, 1);
}

_Noreturn void parse_fail_here(struct parser *p, const char *expected) {
    struct arena a = {0};
    str found = p->speculating ? (str){0} : token_as_found(p, &a);
    char text[200];
    snprintf(text, sizeof text, "expected %s but found %.*s", expected, (int)(found.len < 100 ? found.len : 100),
             found.at ? found.at : "");
    arena_free(&a);
    parse_fail(p, p->t.start, p->t.end, "parse-expected", "%s", text);
}

void parse_strict_fail(struct parser *p, uint32_t start, uint32_t end, const char *id, const char *text) {
    if (parse_is_strict(p)) parse_fail(p, start, end, id, "%s", text);
    if (p->is_detect && !p->strict_error.id) p->strict_error = (struct late_error){start, end, id, text};
}

void parse_deep(struct parser *p) {
    parse_fail(p, p->t.start, p->t.end, "parse-depth", "this is nested too deeply");
}

void parse_expect(struct parser *p, enum token kind) {
    if (p->t.kind == kind) {
        lex_next(p);
        return;
    }
    char text[80];
    snprintf(text, sizeof text, kind > T_REGEXP ? "\"%s\"" : "%s", lex_token_text[kind]);
    parse_fail_here(p, text);
}

/* A statement goes on where it cannot. The word before often tells what was meant. */
_Noreturn static void no_semicolon(struct parser *p) {
    uint32_t end = p->t.prev_end, start = end;
    while (start > 0 && scan_is_part[(uint8_t)p->source[start - 1]]) start--;
    str word = str_of(p->source + start, end - start);
    bool name_follows = p->t.kind == T_IDENT || p->t.kind == T_LBRACE || p->t.kind == T_STRING;
    if (str_is(word, "await") && p->t.kind != T_COLON)
        parse_fail(p, start, end, "await-outside",
                   "await can be used only in async functions and at the top level of modules");
    if (!p->is_ts && name_follows &&
        (str_is(word, "interface") || str_is(word, "type") || str_is(word, "declare") || str_is(word, "namespace") ||
         str_is(word, "abstract")))
        parse_fail(p, start, end, "typescript-only", "\"%.*s\" begins a declaration only in TypeScript (.ts files)",
                   STR_FMT(word));
    if (!p->is_ts && (at_word(p, NAME_AS) || at_word(p, NAME_SATISFIES)))
        parse_fail(p, p->t.start, p->t.end, "typescript-only", "types can be used only in TypeScript (.ts files)");
    parse_fail_here(p, "\";\" or a new line");
}

void parse_semicolon(struct parser *p) {
    if (p->t.kind == T_SEMICOLON) lex_next(p);
    else if (p->t.kind != T_RBRACE && p->t.kind != T_END && !newline_before(p)) no_semicolon(p);
}

void parse_no_type_here(struct parser *p) {
    if (at(p, T_COLON) && !p->is_ts)
        parse_fail(p, p->t.start, p->t.end, "typescript-only", "types can be used only in TypeScript (.ts files)");
}

/* --- trying, and taking back */

void parse_snapshot(struct parser *p, struct snapshot *s) {
    const struct tree *t = p->tree;
    *s = (struct snapshot){
        .t = p->t,
        .ctx = p->ctx,
        .scope = p->scope,
        .nodes = t->nodes.len,
        .marks = t->marks.len,
        .funcs = t->funcs.len,
        .classes = t->classes.len,
        .requests = t->requests.len,
        .scopes = t->scopes.len,
        .symbols = t->symbols.len,
        .refs = t->refs.len,
        .comments = t->comments.len,
        .labels = p->labels.len,
        .privates = p->privates.len,
        .private_refs = p->private_refs.len,
        .exported = p->exported.len,
        .late_marks = p->late_marks.len,
        .class_depth = p->class_depth,
        .tree_flags = t->flags,
        .strict_error = p->strict_error,
        .in_type = p->in_type,
        .await_is_ambiguous = p->await_is_ambiguous,
        .cover = p->cover,
        .arrow_start = p->arrow_start,
        .made_arrow = p->made_arrow,
        .paren_item = p->paren_item,
        .open_types = p->open_types.len,
    };
}

void parse_rollback(struct parser *p, const struct snapshot *s) {
    struct tree *t = p->tree;
    while (t->symbols.len > s->symbols) {
        struct symbol *sym = &t->symbols.at[--t->symbols.len];
        struct scope *scope = &t->scopes.at[sym->scope];
        if (t->names.at[sym->name].symbol == t->symbols.len) t->names.at[sym->name].symbol = sym->shadowed;
        if (scope->first_symbol == t->symbols.len) scope->first_symbol = sym->next_in_scope;
    }
    t->marks.len = s->marks;
    t->funcs.len = s->funcs;
    t->classes.len = s->classes;
    t->requests.len = s->requests;
    t->scopes.len = s->scopes;
    t->refs.len = s->refs;
    t->flags = s->tree_flags;
    p->ctx = s->ctx;
    p->scope = s->scope;
    p->labels.len = s->labels;
    p->privates.len = s->privates;
    p->private_refs.len = s->private_refs;
    p->exported.len = s->exported;
    p->late_marks.len = s->late_marks;
    p->class_depth = s->class_depth;
    p->strict_error = s->strict_error;
    p->in_type = s->in_type;
    p->await_is_ambiguous = s->await_is_ambiguous;
    p->cover = s->cover;
    p->arrow_start = s->arrow_start;
    p->made_arrow = s->made_arrow;
    p->paren_item = s->paren_item;
}

bool parse_speculate(struct parser *p, bool (*parse)(struct parser *, void *), void *user) {
    struct snapshot s;
    parse_snapshot(p, &s);
    jmp_buf here, *before = p->catch;
    volatile bool ok = false;
    p->speculating++;
    p->catch = &here;
    if (_setjmp(here) == 0) ok = parse(p, user);
    p->catch = before;
    p->speculating--;
    if (!ok) {
        /* What was being read when it went wrong goes wrong at the same place wherever it is tried again. */
        for (uint32_t i = s.open_types; i < p->open_types.len; i++)
            parse_note_place(&p->not_types, p->open_types.at[i]);
        p->open_types.len = s.open_types;
        parse_rollback(p, &s);
        p->tree->nodes.len = s.nodes;
        p->tree->comments.len = s.comments;
        p->t = s.t;
    }
    return ok;
}

void parse_note_place(struct places *list, uint32_t offset) {
    uint32_t *last = TABLE_ADD(list);
    *last = offset;
    for (; last > list->at && last[-1] > offset; last--) {
        last[0] = last[-1];
        last[-1] = offset;
    }
}

bool parse_is_place(const struct places *list, uint32_t offset) {
    uint32_t low = 0, high = list->len;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (list->at[middle] < offset) low = middle + 1;
        else high = middle;
    }
    return low < list->len && list->at[low] == offset;
}

/* --- marks */

void mark_add_late(struct parser *p, enum mark_kind kind, uint32_t start, uint32_t end, nid node) {
    struct mark *m = TABLE_ADD(&p->late_marks);
    *m = (struct mark){start, end, (uint8_t)kind, node};
}

void mark_non_ascii(struct parser *p, uint32_t start, uint32_t end, nid node) {
    mark_add_late(p, MARK_NON_ASCII, start, end, node);
}

static int mark_order(const void *left, const void *right) {
    const struct mark *a = left, *b = right;
    if (a->start != b->start) return a->start < b->start ? -1 : 1;
    if (a->end != b->end) return a->end > b->end ? -1 : 1;
    return a->node < b->node ? -1 : a->node > b->node;
}

/* Drops the dead, and lays the late marks and the uses of imports between the others. */
static void finish_marks(struct parser *p) {
    struct tree *t = p->tree;
    uint32_t alive = 0;
    bool sorted = true;
    for (uint32_t i = 0; i < t->marks.len; i++) {
        struct mark m = t->marks.at[i];
        if (m.kind == MARK_DEAD) continue;
        if (alive && mark_order(&t->marks.at[alive - 1], &m) > 0) sorted = false;
        t->marks.at[alive++] = m;
    }
    t->marks.len = alive;
    if (!sorted) qsort(t->marks.at, alive, sizeof *t->marks.at, mark_order);
    for (uint32_t i = 0; i < t->refs.len; i++) {
        const struct ref *r = &t->refs.at[i];
        if (!r->symbol || r->flags & REF_DEAD) continue;
        const struct symbol *s = &t->symbols.at[r->symbol];
        if (s->kind == SYMBOL_IMPORT) mark_add_late(p, MARK_REF, r->start, NODE(r->node)->end, r->node);
    }
    if (!p->late_marks.len) return;
    qsort(p->late_marks.at, p->late_marks.len, sizeof *p->late_marks.at, mark_order);
    uint32_t left = alive, right = p->late_marks.len, to = left + right;
    while (t->marks.cap < to) parse_table_grow((void **)&t->marks.at, &t->marks.cap, sizeof *t->marks.at);
    t->marks.len = to;
    while (right) {
        if (left && mark_order(&t->marks.at[left - 1], &p->late_marks.at[right - 1]) > 0)
            t->marks.at[--to] = t->marks.at[--left];
        else t->marks.at[--to] = p->late_marks.at[--right];
    }
}

/* --- the whole file */

static void check_exported(struct parser *p) {
    for (uint32_t i = 1; i < p->tree->names.len; i++) p->tree->names.at[i].symbol = 0;
    for (uint32_t i = 0; i < p->exported.len; i++) {
        const struct exported *e = &p->exported.at[i];
        uint32_t *seen = &p->tree->names.at[e->name].symbol;
        if (*seen)
            parse_fail(p, e->start, e->end, "export-duplicate", "\"%.*s\" is exported twice",
                       STR_FMT(name_text(&p->tree->names, e->name)));
        *seen = 1;
    }
}

enum outcome { PARSED, FAILED, AGAIN_AS_MODULE, PERHAPS_MODULE };    /* PERHAPS: whole as a script, too */
enum reading { AS_IT_SEEMS, AS_MODULE, AS_SCRIPT };

static void parse_program(struct parser *p) {
    struct tree *t = p->tree;
    *TABLE_ADD(&t->nodes) = (struct node){0};
    *TABLE_ADD(&t->scopes) = (struct scope){0};
    *TABLE_ADD(&t->symbols) = (struct symbol){0};
    *TABLE_ADD(&t->refs) = (struct ref){0};
    *TABLE_ADD(&t->classes) = (struct class_info){0};
    *TABLE_ADD(&t->requests) = (struct request){0};
    *TABLE_ADD(&t->funcs) = (struct func){0};
    t->root = node_new(p, N_PROGRAM, 0, (uint32_t)t->source.len, 0, 0);
    t->funcs.at[0].node = t->root;
    t->funcs.at[0].scope = t->funcs.at[0].body_scope = scope_open(p, SCOPE_PROGRAM, 0);
    lex_start(p);
    struct list body = {0};
    bool strict = p->ctx.strict;
    if (parse_body_directives(p, &body, &strict)) t->funcs.at[0].flags |= FUNC_USE_STRICT;
    p->ctx.strict = strict;
    parse_statement_list(p, &body, T_END, STMT_TOP | STMT_LIST);
    NODE(t->root)->a = body.first;
    scope_close(p, (uint32_t)t->source.len + 1);
    if (p->private_refs.len) {
        const struct private_name *r = &p->private_refs.at[0];
        parse_fail(p, r->start, r->start + name_text(&t->names, r->name).len, "private-undeclared",
                   "the private name %.*s is declared in no class around this", STR_FMT(name_text(&t->names, r->name)));
    }
    if (parse_is_strict(p)) t->funcs.at[0].flags |= FUNC_STRICT;
    if (!p->is_module && (p->strict_error.id || p->await_is_ambiguous)) t->flags |= TREE_ONLY_SCRIPT;
    check_exported(p);
}

static enum outcome attempt(struct tree *t, const struct parse_options *o, struct diag *d, enum reading how) {
    struct parser p = {
        .source = t->source.at, .end = t->source.at + t->source.len, .tree = t, .options = o, .diag = d,
        .is_ts = o->is_ts, .is_jsx = o->is_jsx, .is_module = how == AS_MODULE || o->goal == PARSE_MODULE,
        .is_detect = o->goal == PARSE_DETECT && how != AS_MODULE,
    };
    jmp_buf here;
    volatile enum outcome outcome = FAILED;
    p.stack_limit = (const char *)__builtin_frame_address(0) - STACK_BYTES;
    p.catch = &here;
    p.html_comments = !p.is_module && !p.is_ts;
    p.notes_all = o->notes_comments;
    p.ctx.strict = p.is_module || o->is_strict;
    p.ctx.await = p.is_module;
    p.ctx.can_return = p.ctx.can_new_target = o->goal == PARSE_COMMONJS || p.is_detect || o->in_function;
    p.ctx.can_super_member = o->in_function;
    p.ctx.in_ambient = o->is_declaration;
    struct cover cover = {0};
    p.cover = &cover;
    name_init(&t->names, t->source.len);
    if (_setjmp(here) == 0) {
        parse_program(&p);
        t->kind = p.is_module ? SOURCE_MODULE : o->goal == PARSE_SCRIPT ? SOURCE_SCRIPT : SOURCE_COMMONJS;
        uint32_t await = NAME_AWAIT;
        bool declared = false;
        for (uint32_t i = 1; p.await_used && i < t->symbols.len; i++)
            declared = declared || t->symbols.at[i].name == await;
        if (p.is_detect && p.is_module && p.await_is_ambiguous) outcome = AGAIN_AS_MODULE;
        else if (p.is_detect && !p.is_module && p.await_used && !declared && how != AS_SCRIPT) outcome = PERHAPS_MODULE;
        else {
            if (bind_tree(&p)) outcome = PARSED;
            finish_marks(&p);
        }
    } else if (p.is_detect && p.await_is_ambiguous) outcome = AGAIN_AS_MODULE;
    mem_free(p.labels.at);
    mem_free(p.privates.at);
    mem_free(p.private_refs.at);
    mem_free(p.exported.at);
    mem_free(p.late_marks.at);
    mem_free(p.not_arrows.at);
    mem_free(p.not_types.at);
    mem_free(p.open_types.at);
    return outcome;
}

bool parse_source(struct tree *t, str source, const struct parse_options *o, struct diag *d) {
    if (source.len >= 3 && memcmp(source.at, "\xEF\xBB\xBF", 3) == 0) source = str_from(source, 3);
    enum reading how = AS_IT_SEEMS;
    for (bool is_sure = true;;) {
        struct diag unsure = {0};
        ast_reset(t);
        if (source.len >= 1u << 30) {
            diag_add(d, DIAG_ERROR, "parse-size", o->file, (str){0}, 0, 0,
                     "a source of more than 1 GiB is not accepted");
            return false;
        }
        str text = source;
        if (!o->is_padded) {
            char *copy = arena_alloc(&t->arena, source.len + PARSE_PAD + 1);
            if (source.len) memcpy(copy, source.at, source.len);
            memset(copy + source.len, 0, PARSE_PAD + 1);
            text.at = copy;
        }
        t->source = text;
        t->file = o->file;
        RESERVE(&t->nodes, text.len / 9);
        RESERVE(&t->refs, text.len / 32);
        RESERVE(&t->symbols, text.len / 128);
        uint32_t n_errors = d->n_errors;
        if (scan_has_non_ascii(text.at, text.at + text.len)) t->flags |= TREE_NON_ASCII;
        switch (attempt(t, o, is_sure ? d : &unsure, how)) {
        case PARSED: return true;
        case FAILED:
            if (is_sure) return must(d->n_errors > n_errors), false;
            diag_free(&unsure);
            is_sure = true;
            how = AS_SCRIPT;
            break;
        case PERHAPS_MODULE: is_sure = false;
            /* fallthrough */
        case AGAIN_AS_MODULE: how = AS_MODULE; break;
        }
    }
}

struct parse_options parse_options_for(str file) {
    struct parse_options o = {.file = file, .is_jsx = true};
    static const struct { str end; bool ts, jsx, declaration; enum parse_goal goal; } kinds[] = {
        {STR_INIT(".d.ts"), true, false, true, PARSE_DETECT}, {STR_INIT(".d.mts"), true, false, true, PARSE_MODULE},
        {STR_INIT(".d.cts"), true, false, true, PARSE_DETECT},
        {STR_INIT(".ts"), true, false, false, PARSE_DETECT}, {STR_INIT(".tsx"), true, true, false, PARSE_DETECT},
        {STR_INIT(".mts"), true, false, false, PARSE_MODULE}, {STR_INIT(".cts"), true, false, false, PARSE_DETECT},
        {STR_INIT(".mjs"), false, true, false, PARSE_MODULE}, {STR_INIT(".cjs"), false, true, false, PARSE_COMMONJS},
    };
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (str_ends(file, kinds[i].end)) {
            o.is_ts = kinds[i].ts;
            o.is_jsx = kinds[i].jsx;
            o.is_declaration = kinds[i].declaration;
            o.goal = kinds[i].goal;
            break;
        }
    return o;
}
