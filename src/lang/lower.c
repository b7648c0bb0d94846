/* lang/lower.c: a file from source to runnable text: parse, tables, head, one pass over the marks. */
#include "lang/lower.h"

#include "lang/lex.h"
#include "lang/parse.h"
#include "lang/scan.h"

/* --- tools for the parts ------------------------------------------------------------------------------------------ */

void lower_fail(struct lower *l, uint32_t start, uint32_t end, const char *id, const char *text) {
    diag_add(l->d, DIAG_ERROR, id, l->t->file, l->t->source, start, end > start ? end - start : 1, "%s", text);
    l->failed = true;
}

static void add_edit(struct lower *l, uint32_t at, uint8_t kind, uint32_t other, str text) {
    *LIST_ADD(&l->texts) = text;
    uint32_t order = (uint32_t)l->edits.len;
    *LIST_ADD(&l->edits) = (struct edit){
        {at, kind == EDIT_AFTER ? other : at, kind, (nid)(l->texts.len - 1)}, other, order};
}

static void slow_place(struct place_cursor *c, const char *s, uint32_t at, uint32_t *column) {
    if (at < c->start) *c = (struct place_cursor){0, 0, 1};
    if (at < c->at) c->at = c->start;
    for (;; c->at++) {
        if (c->at < at) c->at = (uint32_t)(scan_column(s + c->at, s + at) - s);
        if (c->at >= at) break;
        const unsigned char *p = (const unsigned char *)s + c->at;
        bool separator = (*p == 0xa8 || *p == 0xa9) && c->at >= 2 && p[-1] == 0x80 && p[-2] == 0xe2;
        if (*p == '\n' || (*p == '\r' && p[1] != '\n') || separator) c->line++, c->start = c->at + 1;
    }
    *column = 1;
    for (const char *p = s + c->start, *q; p < s + at; p = q + 1) {
        q = scan_column(p, s + at);
        *column += (uint32_t)(q - p);
        if (q == s + at) break;
        unsigned char b = (unsigned char)*q;
        if ((b & 0xc0) != 0x80) *column += b >= 0xf0 ? 2 : 1;
    }
}

/* As diag_place, but from the last place asked for on, or back. */
void lower_place(struct lower *l, uint32_t at, uint32_t *line, uint32_t *column) {
    struct place_cursor *c = &l->place;
    const char *s = l->t->source.at;
    if (c->line == 0) c->line = 1;
    if (!l->plain_lines) {
        slow_place(c, s, at, column);
        *line = c->line;
        return;
    }
    while (at < c->start) {
        const char *p = memrchr(s, '\n', c->start - 1);
        c->start = p ? (uint32_t)(p + 1 - s) : 0;
        c->line--;
    }
    for (const char *p; (p = memchr(s + c->start, '\n', at - c->start)) != NULL; c->line++)
        c->start = (uint32_t)(p + 1 - s);
    *line = c->line;
    *column = at - c->start + 1;
}

void lower_text_after(struct lower *l, uint32_t at, uint32_t start, str text) {
    add_edit(l, at, EDIT_AFTER, start, text);
}
void lower_text_before(struct lower *l, uint32_t at, uint32_t end, str text) {
    add_edit(l, at, EDIT_BEFORE, end, text);
}

/* Nodes are made when they are whole, so what begins with node `id` comes after it, and what comes after it begins at
 * or behind its start until the first node that surrounds it from further left. */
bool lower_starts_statement(const struct lower *l, nid id) {
    uint32_t start = NODE(id)->start;
    for (nid n = id + 1; n < l->t->nodes.len && NODE(n)->start >= start; n++)
        if (NODE(n)->kind == N_EXPR && NODE(n)->start == start) return true;
    return false;
}

str lower_name(struct lower *l, uint32_t name) {
    str text = name_text(&l->t->names, name);
    if (l->e.is_ascii) return text;
    struct buf b = {0};
    emit_name(&b, text, l->e.escape);
    text = arena_str(l->a, buf_view(&b));
    buf_free(&b);
    return text;
}

str lower_key_value(struct lower *l, nid key) {
    const struct node *n = NODE(key);
    if (n->kind == N_KEY || n->kind == N_IDENT || n->kind == N_BINDING) return name_text(&l->t->names, n->a);
    struct buf b = {0};
    lex_string_value(ast_text(l->t, key), &b);
    str text = arena_str(&l->u->arena, buf_view(&b));
    buf_free(&b);
    return text;
}

str lower_quoted(struct lower *l, str text) {
    struct buf b = {0};
    emit_quote(&b, text);
    text = arena_str(l->a, buf_view(&b));
    buf_free(&b);
    return text;
}

str lower_member(struct lower *l, str object, str name) {
    if (!lex_is_name(name)) return arena_print(l->a, "%.*s[%.*s]", STR_FMT(object), STR_FMT(lower_quoted(l, name)));
    struct buf b = {0};
    buf_add(&b, object);
    buf_add_char(&b, '.');
    emit_name(&b, name, true);
    name = arena_str(l->a, buf_view(&b));
    buf_free(&b);
    return name;
}

uint32_t lower_skip_comment(const struct lower *l, uint32_t at) {
    const char *s = l->t->source.at;
    uint32_t end = (uint32_t)l->t->source.len;
    if (s[at + 1] == '/') {
        for (; at < end && s[at] != '\n' && s[at] != '\r'; at++)
            if (s[at] == '\xe2' && at + 2 < end && s[at + 1] == '\x80' && (s[at + 2] & ~1) == '\xa8') break;
        return at;
    }
    ptrdiff_t n = str_find(str_of(s + at + 2, end - at - 2), STR("*/"));
    return n < 0 ? end : at + (uint32_t)n + 4;
}

uint32_t lower_skip_space(const struct lower *l, uint32_t at) {
    const char *s = l->t->source.at;
    uint32_t end = (uint32_t)l->t->source.len;
    while (at < end) {
        char c = s[at];
        if (c == ' ' || c == '\n' || c == '\t' || c == '\r' || c == '\v' || c == '\f') at++;
        else if (c == '/' && at + 1 < end && (s[at + 1] == '/' || s[at + 1] == '*')) at = lower_skip_comment(l, at);
        else break;
    }
    return at;
}

str lower_numbered(char *to, str stem, uint32_t n) {
    char digits[12];
    size_t k = sizeof digits, len = stem.len < 16 ? stem.len : 16;
    do digits[--k] = (char)('0' + n % 10); while (n /= 10);
    memcpy(to, stem.at, len);
    memcpy(to + len, digits + k, sizeof digits - k);
    return str_of(to, len + sizeof digits - k);
}

str lower_fresh(struct lower *l, const char *stem) {
    str name = str_c(stem);
    for (int i = 1; name_find(&l->t->names, name); i++) name = arena_print(l->a, "%s_%d", stem, i);
    return name;
}

static uint32_t symbol_of(const struct lower *l, uint32_t scope, uint32_t name) {
    for (uint32_t s = l->t->scopes.at[scope].first_symbol; s; s = l->t->symbols.at[s].next_in_scope)
        if (l->t->symbols.at[s].name == name) return s;
    return 0;
}

static bool may_be_type(const struct symbol *s) {
    return s->kind == SYMBOL_CLASS || s->kind == SYMBOL_ENUM || s->kind == SYMBOL_NAMESPACE ||
           s->kind == SYMBOL_IMPORT || s->kind == SYMBOL_IMPORT_EQUALS || s->flags & SYM_TOP;
}

uint32_t lower_symbol_at(const struct lower *l, str name, uint32_t at, bool as_type) {
    uint32_t id = name_find(&l->t->names, name), found = 0, start = 0;
    for (uint32_t i = 1; id && i < l->t->symbols.len; i++) {    /* of the innermost scope */
        const struct symbol *s = &l->t->symbols.at[i];
        const struct scope *scope = &l->t->scopes.at[s->scope];
        if (s->name != id || !s->scope || scope->start > at || scope->end <= at) continue;
        if ((as_type && !may_be_type(s)) || symbol_of(l, s->scope, id) != i) continue;
        if (found && scope->start < start) continue;
        found = i;
        start = scope->start;
    }
    return found;
}

/* --- the pass ----------------------------------------------------------------------------------------------------- */

static void erase_statement(struct lower *l, const struct mark *m) {
    emit_to(&l->e, m->start);
    emit_lit(&l->e, ";");
    l->e.at++;
    emit_blank(&l->e, m->end);
}

static void lower_mark(struct lower *l, const struct mark *m) {
    switch (m->kind) {
    case MARK_ERASE: case MARK_ERASE_OPERATOR: lower_erase(l, m); return;
    case MARK_ERASE_STATEMENT:
    case MARK_ERASE_MEMBER: erase_statement(l, m); return;
    case MARK_ERASE_ARROW: lower_erase_arrow(l, m); return;
    case MARK_TS_ASSERT: lower_ts_assert(l, m); return;
    case MARK_REF: lower_import_ref(l, m); return;
    case MARK_IMPORT:
        if (NODE(m->node)->kind == N_TS_IMPORT_EQUALS) lower_import_equals(l, m->node);
        else if (l->keeps) lower_kept_import(l, m);
        else lower_import(l, m);
        return;
    case MARK_EXPORT: if (!l->keeps || !lower_kept_export(l, m)) lower_export(l, m); return;
    case MARK_IMPORT_META:
        if (l->keeps) return;
        emit_to(&l->e, m->start);
        if (l->is_esm || l->u->kind == LANG_KIND_CJS) emit_instead(&l->e, m->end, l->meta);
        return;
    case MARK_IMPORT_CALL:
        if (l->keeps) return;
        emit_to(&l->e, m->start);
        if (l->u->kind == LANG_KIND_SCRIPT && NODE(m->node)->op != PHASE_EVALUATION)
            buf_print(l->e.out, "%.*s.phases()", STR_FMT(l->ctx));
        else emit_put(&l->e, l->import);                 /* import.defer() is $import.defer() */
        l->e.at += 6;
        return;
    case MARK_AWAIT: if (l->async) lower_await(l, m); return;
    case MARK_YIELD: if (l->async) lower_yield(l, m); return;
    case MARK_ENUM: lower_enum(l, m); return;
    case MARK_NAMESPACE: lower_namespace(l, m); return;
    case MARK_JSX: if (l->jsx != LANG_JSX_PRESERVE) lower_jsx(l, m); return;
    case MARK_THIS:
        if (!l->is_esm) return;
        emit_to(&l->e, m->start);
        emit_instead(&l->e, m->end, STR("undefined"));
        return;
    case MARK_STACK: if (!l->keeps) lower_stack(l, m); return;
    case MARK_USING: if (!l->keeps) lower_using(l, m); return;
    case EDIT_DEFINE: lower_define(l, m); return;
    case EDIT_MOVED:
        emit_to(&l->e, m->start);
        emit_put(&l->e, l->texts.at[m->node]);
        l->e.at = m->end;
        return;
    case MARK_DECORATOR: lower_decorator(l, m); return;
    case EDIT_DECORATED_KEY: lower_decorated_key(l, m); return;
    case EDIT_DECORATED_CLASS: lower_decorated_class(l, m); return;
    case EDIT_DECORATED_END: lower_decorated_end(l, m); return;
    case EDIT_DECORATE:
        emit_to(&l->e, m->start);
        lower_decorate(l, m->node);
        return;
    case EDIT_LOOP_LEFT: lower_loop_left(l, m); return;
    case EDIT_LOOP_BODY: lower_loop_body(l, m); return;
    case EDIT_AFTER:
    case EDIT_BEFORE:
        emit_to(&l->e, m->start);
        emit_put(&l->e, l->texts.at[m->node]);
        return;
    case EDIT_SCOPED: lower_scoped_ref(l, m); return;
    default: return;
    }
}

void lower_to(struct lower *l, uint32_t end) {
    while (l->i < l->n_marks && l->marks[l->i].start < end) {
        const struct mark *m = &l->marks[l->i++];
        if (m->start >= l->e.at) lower_mark(l, m);
    }
    emit_to(&l->e, end);
}

/* The first mark at or behind `at`. */
static uint32_t mark_at(const struct lower *l, uint32_t at) {
    uint32_t low = 0, high = l->n_marks;
    while (low < high) {
        uint32_t mid = low + (high - low) / 2;
        if (l->marks[mid].start < at) low = mid + 1;
        else high = mid;
    }
    return low;
}

void lower_skip_to(struct lower *l, uint32_t at) {
    emit_drop(&l->e, at);
    while (l->i < l->n_marks && l->marks[l->i].start < at) l->i++;
}

static bool is_after(uint8_t kind) { return kind == EDIT_AFTER || kind == EDIT_DECORATE || kind == EDIT_DECORATED_END; }

/* Text that belongs to the end of something inside. */
static bool ends_inside(const struct mark *m, uint32_t start, uint32_t end) {
    return m->start == end && is_after(m->kind) && m->end >= start;
}

void lower_node(struct lower *l, nid id) {
    uint32_t start = NODE(id)->start, end = NODE(id)->end;
    lower_skip_to(l, start);
    lower_to(l, end);
    while (l->i < l->n_marks && ends_inside(&l->marks[l->i], start, end)) lower_mark(l, &l->marks[l->i++]);
}

void lower_skip_node(struct lower *l, nid id) {
    uint32_t start = NODE(id)->start, end = NODE(id)->end;
    lower_skip_to(l, end);
    while (l->i < l->n_marks && ends_inside(&l->marks[l->i], start, end)) l->i++;
}

void lower_moved(struct lower *l, nid id) {
    uint32_t at = l->e.at, i = l->i;
    size_t from = l->e.out->len;
    l->e.at = NODE(id)->start;
    l->i = mark_at(l, l->e.at);
    lower_node(l, id);
    for (size_t k = from; k < l->e.out->len; k++)        /* white space by now: lower_moved_edits saw to the rest */
        if (l->e.out->at[k] == '\n' || l->e.out->at[k] == '\r') l->e.out->at[k] = ' ';
    l->e.at = at;
    l->i = i;
    l->e.delta = INT64_MIN;
}

/* --- marks and edits in one list ---------------------------------------------------------------------------------- */

static int class_of(const struct edit *e) {
    if (is_after(e->mark.kind)) return 0;
    uint8_t kind = e->mark.kind;
    return kind == EDIT_BEFORE || kind == EDIT_DECORATED_CLASS || kind == EDIT_LOOP_BODY ? 1 : 2;
}

static int edit_cmp(const void *pa, const void *pb) {
    const struct edit *a = pa, *b = pb;
    if (a->mark.start != b->mark.start) return a->mark.start < b->mark.start ? -1 : 1;
    if (class_of(a) != class_of(b)) return class_of(a) - class_of(b);
    /* AFTER: later start = inner first; BEFORE: outer first */
    if (a->other != b->other) return a->other > b->other ? -1 : 1;
    return (a->order < b->order) == (class_of(a) != 0) ? -1 : 1;   /* around the same: what came first is outside */
}

static void merge_edits(struct lower *l) {
    const struct mark *m = l->t->marks.at;
    uint32_t n = l->t->marks.len;
    l->marks = m;
    l->n_marks = n;
    for (size_t i = 0; i < l->drops.len; i++) {
        uint32_t order = (uint32_t)l->edits.len;
        *LIST_ADD(&l->edits) = (struct edit){l->drops.at[i], 0, order};
    }
    if (l->edits.len == 0) return;
    qsort(l->edits.at, l->edits.len, sizeof *l->edits.at, edit_cmp);
    struct mark *all = arena_alloc(l->a, (n + l->edits.len) * sizeof *all);
    uint32_t i = 0, len = 0;
    size_t k = 0;
    while (i < n || k < l->edits.len) {
        if (k < l->edits.len && (i == n || l->edits.at[k].mark.start <= m[i].start)) all[len++] = l->edits.at[k++].mark;
        else all[len++] = m[i++];
    }
    l->marks = all;
    l->n_marks = len;
}

/* --- sources that are not ASCII ----------------------------------------------------------------------------------- */

static bool is_ascii(str s) {
    const char *p = s.at, *end = p + s.len;
    uint64_t seen = 0;
    for (; end - p >= 32; p += 32) {
        uint64_t w[4];
        memcpy(w, p, 32);
        seen |= w[0] | w[1] | w[2] | w[3];
    }
    for (; p < end; p++) seen |= (uint64_t)(unsigned char)*p;
    return !(seen & 0x8080808080808080u);
}

/* Escapes keep the meaning everywhere but in the raw text of tagged templates. */
static bool has_wide_raw(const struct lower *l) {
    for (nid id = 1; id < l->t->nodes.len; id++) {
        const struct node *n = NODE(id);
        if (n->kind != N_TAGGED) continue;
        for (nid part = NODE(n->b)->a; part; part = NODE(part)->next)
            if (NODE(part)->kind == N_TEMPLATE_PART && !is_ascii(ast_text(l->t, part))) return true;
    }
    return false;
}

static void wide_tokens(struct lower *l) {
    struct emit_wide *w = arena_alloc(l->a, l->t->marks.len * sizeof *w);
    uint32_t n = 0;
    for (uint32_t i = 0; i < l->t->marks.len; i++) {
        const struct mark *m = &l->t->marks.at[i];
        if (m->kind != MARK_NON_ASCII) continue;
        char c = l->t->source.at[m->start];
        uint8_t kind = m->node ? NODE(m->node)->kind : N_NONE;
        w[n++] = (struct emit_wide){m->start, m->end,
                                    kind == N_TEMPLATE_PART                     ? EMIT_TEMPLATE
                                    : kind == N_REGEXP || c == '/'              ? EMIT_REGEXP
                                    : kind == N_STRING || c == '"' || c == '\'' ? EMIT_STRING
                                    : kind == N_NONE && c == '`'                ? EMIT_TEMPLATE
                                                                                : EMIT_NAME};
    }
    l->e.wide = w;
    l->e.n_wide = n;
}

/* --- the head ----------------------------------------------------------------------------------------------------- */

/* A stem that gives fresh names with every number of a request behind it. */
static str fresh_stem(struct lower *l, str stem) {
    char name[32];
    for (uint32_t i = 0; i <= l->t->requests.len + 1; i++) {
        if (!name_find(&l->t->names, lower_numbered(name, stem, i))) continue;
        stem = arena_join(l->a, stem, STR("_"));
        i = UINT32_MAX;
    }
    return stem;
}

static void internal_names(struct lower *l) {
    l->m = lower_fresh(l, "$m");
    l->meta = lower_fresh(l, "$meta");
    l->import = lower_fresh(l, "$import");
    l->s = lower_fresh(l, "$s");
    l->t1 = lower_fresh(l, "$t");
    l->value = lower_fresh(l, "$v");
    l->dflt = lower_fresh(l, "$d");
    l->ctx = name_find(&l->t->names, STR("$C")) ? STR("$C_") : STR("$C");
    if (l->keeps) l->ctx = lower_fresh(l, "$C");
    if (l->o->import_from.len)
        l->import = arena_print(l->a, "%.*s.importFrom(%.*s)", STR_FMT(l->ctx), STR_FMT(l->o->import_from));
    l->slot = fresh_stem(l, STR("$"));
    l->ns = fresh_stem(l, STR("$s"));
}

static void esm_head(struct lower *l) {
    struct lang_unit *u = l->u;
    struct buf *out = &u->code;
    buf_lit(out, "(      function (");
    u->async_at = 1;
    u->star_at = 15;
    buf_print(out, "%.*s,%.*s,%.*s", STR_FMT(l->m), STR_FMT(l->meta), STR_FMT(l->import));
    char name[32];
    for (uint32_t i = 0; i < u->n_requests; i++) {
        buf_add_char(out, ',');
        buf_add(out, lower_numbered(name, l->slot, i));
    }
    for (uint32_t i = 0; i < u->n_requests; i++)
        if (u->requests[i].wants_namespace) buf_print(out, ",%.*s%u", STR_FMT(l->ns), i);
    buf_lit(out, "){\"use strict\";");
    if (u->uses_require) buf_print(out, "const require=%.*s.require;", STR_FMT(l->meta));
    if (u->uses_filename) buf_print(out, "const __filename=%.*s.filename;", STR_FMT(l->meta));
    if (u->uses_dirname) buf_print(out, "const __dirname=%.*s.dirname;", STR_FMT(l->meta));
    if (l->top_await) buf_print(out, "var %.*s=%.*s.x,%.*s;", STR_FMT(l->s), STR_FMT(l->ctx), STR_FMT(l->t1));
    buf_add(out, l->opening);
    if (l->live.len) buf_print(out, "%.*s.live(%.*s,{%.*s});", STR_FMT(l->ctx), STR_FMT(l->m), STR_FMT(l->live));
    buf_add(out, l->hoisted);
    u->yield_at = (uint32_t)out->len;
    buf_lit(out, "      ");
}

static void cjs_head(struct lower *l) {
    struct buf *out = &l->u->code;
    buf_lit(out, "(function(exports,require,module,__filename,__dirname");
    if (l->u->has_import_call) buf_print(out, ",%.*s", STR_FMT(l->import));
    if (l->u->has_import_meta) buf_print(out, ",%.*s", STR_FMT(l->meta));
    buf_lit(out, "){");
    if (l->o->strict) buf_lit(out, "\"use strict\";");
    if (l->jsx_runtime.len)
        buf_print(out, "const %.*s=require(%.*s);", STR_FMT(l->jsx_runtime), STR_FMT(lower_quoted(l, l->jsx_source)));
}

/* --- facts of the file -------------------------------------------------------------------------------------------- */

static void read_flags(struct lower *l) {
    struct tree *t = l->t;
    struct lang_unit *u = l->u;
    u->has_tla = t->flags & TREE_HAS_TLA;
    u->has_direct_eval = t->flags & TREE_HAS_EVAL;
    u->has_import_meta = t->flags & TREE_HAS_META;
    /* what is evaluated may import, as the file that evaluates it does */
    u->has_import_call = t->flags & (TREE_HAS_DYNAMIC_IMPORT | (l->keeps ? 0 : TREE_HAS_EVAL));
    u->has_esm_syntax = t->flags & (TREE_HAS_IMPORT | TREE_HAS_EXPORT | TREE_HAS_META | TREE_HAS_TLA);
    u->has_shebang = t->hashbang_end > 0;
    u->names_wasm = name_find(&t->names, STR("WebAssembly")) != 0;
    for (uint32_t i = 0; i < t->comments.len; i++) {
        const struct comment *c = &t->comments.at[i];
        if (c->kind == COMMENT_SOURCE_MAP)
            u->source_map = arena_str(&u->arena, str_of(t->source.at + c->start, c->end - c->start));
    }
}

static void read_resolve(struct lower *l, const struct ref *r) {
    nid dot = r->node + 1;
    if (dot + 2 >= l->t->nodes.len || NODE(dot)->kind != N_DOT || NODE(dot)->a != r->node) return;
    if (NODE(dot + 1)->kind != N_STRING || NODE(dot + 2)->kind != N_CALL || NODE(dot + 2)->a != dot) return;
    if (!str_is(name_text(&l->t->names, NODE(dot)->b), "resolve")) return;
    struct lang_call *c = LIST_ADD(&l->calls);
    *c = (struct lang_call){.specifier = lower_key_value(l, dot + 1), .is_resolve = true};
    lower_place_of_table(l, r->start, &c->line, &c->column);
}

/* Free names that the wrapper gives, and calls with a literal specifier. */
static void read_refs(struct lower *l) {
    struct tree *t = l->t;
    struct lang_unit *u = l->u;
    uint32_t filename = name_find(&t->names, STR("__filename")), dirname = name_find(&t->names, STR("__dirname"));
    if (!(t->flags & TREE_USES_COMMONJS) && !filename && !dirname) return;
    for (uint32_t i = 0; i < t->refs.len; i++) {
        const struct ref *r = &t->refs.at[i];
        if (r->symbol || (r->flags & REF_DEAD)) continue;
        if (r->name == NAME_REQUIRE) {
            u->uses_require = true;
            if ((r->flags & REF_CALL) && r->node + 2 < t->nodes.len && NODE(r->node + 1)->kind == N_STRING) {
                struct lang_call *c = LIST_ADD(&l->calls);
                *c = (struct lang_call){.specifier = lower_key_value(l, r->node + 1)};
                lower_place_of_table(l, r->start, &c->line, &c->column);
            }
            read_resolve(l, r);
        } else if (r->name == NAME_MODULE) u->uses_module = true;
        else if (r->name == NAME_EXPORTS) u->uses_exports = true;
        else if (r->name == filename && filename) u->uses_filename = true;
        else if (r->name == dirname && dirname) u->uses_dirname = true;
    }
    u->has_cjs_syntax = u->uses_require || u->uses_module || u->uses_exports || u->uses_filename || u->uses_dirname;
}

static void read_marks(struct lower *l) {
    for (uint32_t i = 0; i < l->t->marks.len; i++) {
        const struct mark *m = &l->t->marks.at[i];
        if (m->kind == MARK_THIS) l->u->uses_top_this = true;
        if (m->kind != MARK_IMPORT_CALL) continue;
        l->u->has_import_call = true;
        nid s = NODE(m->node)->a;
        if (!s || NODE(s)->kind != N_STRING) continue;
        struct lang_call *c = LIST_ADD(&l->calls);
        *c = (struct lang_call){.specifier = lower_key_value(l, s), .is_import = true};
        lower_place_of_table(l, NODE(s)->start, &c->line, &c->column);
    }
}

#define KEEP(list, field, count) \
    (l->u->field = arena_alloc(&l->u->arena, (list).len * sizeof *(list).at), l->u->count = (uint32_t)(list).len, \
     (list).len ? (void)memcpy(l->u->field, (list).at, (list).len * sizeof *(list).at) : (void)0)

static str kept(struct lower *l, str s) { return s.len ? arena_str(&l->u->arena, s) : s; }

static void keep_script_names(struct lower *l) {
    LIST(str) names = {0};
    for (uint32_t i = 1; i < l->t->symbols.len; i++) {
        const struct symbol *s = &l->t->symbols.at[i];
        if (!(s->flags & SYM_TOP) || (s->kind != SYMBOL_VAR && s->kind != SYMBOL_FUNCTION)) continue;
        *LIST_ADD(&names) = name_text(&l->t->names, s->name);
    }
    KEEP(names, script_names, n_script_names);
    for (uint32_t i = 0; i < l->u->n_script_names; i++) l->u->script_names[i] = kept(l, l->u->script_names[i]);
    LIST_FREE(&names);
}

/* The tables outlive the source and the tree. */
static void keep_tables(struct lower *l) {
    struct lang_unit *u = l->u;
    if (l->o->goal == LANG_SCRIPT) keep_script_names(l);
    KEEP(l->imports, imports, n_imports);
    KEEP(l->exports, exports, n_exports);
    KEEP(l->calls, calls, n_calls);
    KEEP(l->macros, macros, n_macros);
    for (uint32_t i = 0; i < u->n_macros; i++) {
        u->macros[i].imported = kept(l, u->macros[i].imported);
        u->macros[i].args = kept(l, u->macros[i].args);
    }
    KEEP(l->cjs_exports, cjs_exports, n_cjs_exports);
    KEEP(l->cjs_reexports, cjs_reexports, n_cjs_reexports);
    for (uint32_t i = 0; i < u->n_imports; i++) {
        u->imports[i].imported = kept(l, u->imports[i].imported);
        u->imports[i].local = kept(l, u->imports[i].local);
    }
    for (uint32_t i = 0; i < u->n_exports; i++) {
        u->exports[i].name = kept(l, u->exports[i].name);
        u->exports[i].local = kept(l, u->exports[i].local);
        u->exports[i].imported = kept(l, u->exports[i].imported);
    }
    for (uint32_t i = 0; i < u->n_requests; i++) {
        u->requests[i].specifier = kept(l, u->requests[i].specifier);
        for (uint32_t k = 0; k < u->requests[i].n_attributes; k++) {
            u->requests[i].attributes[k].key = kept(l, u->requests[i].attributes[k].key);
            u->requests[i].attributes[k].value = kept(l, u->requests[i].attributes[k].value);
        }
    }
    for (uint32_t i = 0; i < u->n_cjs_exports; i++) u->cjs_exports[i] = kept(l, u->cjs_exports[i]);
    for (uint32_t i = 0; i < u->n_cjs_reexports; i++) u->cjs_reexports[i] = kept(l, u->cjs_reexports[i]);
}

/* --- entry -------------------------------------------------------------------------------------------------------- */

/* A line that begins with --> is a comment in sloppy code; behind the head it would be none. */
static void hide_close_comment(struct lower *l) {
    uint32_t at = lower_skip_space(l, l->e.at);
    if (l->is_esm || !str_starts(str_from(l->t->source, at), STR("-->")) || emit_has_line_end(&l->e, l->e.at, at))
        return;
    emit_to(&l->e, at);
    emit_lit(&l->e, "//");
    l->e.at = at + 2;
}

/* a<!--b in a module or in TypeScript is an operator, but the engine is given a script: a< !--b. */
static void part_open_comments(struct lower *l) {
    if ((l->t->kind != SOURCE_MODULE && !l->is_ts) || str_find(l->t->source, STR("<!--")) < 0) return;
    for (nid id = 1; id < l->t->nodes.len; id++) {
        const struct node *n = NODE(id);
        if (n->kind != N_UPDATE || !(n->flags & NF_PREFIX) || n->start < 2) continue;
        if (str_starts(str_from(l->t->source, n->start - 2), STR("<!--")))
            lower_text_before(l, n->start - 1, n->end, STR(" "));
    }
}

/* Is it the first thing in the head of a `for`? */
static bool begins_head(const struct lower *l, nid id) {
    uint32_t start = NODE(id)->start;
    for (nid up = id + 1; up < l->t->nodes.len; up++) {
        const struct node *n = NODE(up);
        if (n->start > start || (n->start == start && n->kind != N_EXPR)) continue;
        return (n->kind == N_FOR || n->kind == N_FOR_IN || n->kind == N_FOR_OF) && n->a && NODE(n->a)->start == start;
    }
    return false;
}

static void in_parentheses(struct lower *l, nid id) {
    lower_text_before(l, NODE(id)->start, NODE(id)->end, STR("("));
    lower_text_after(l, NODE(id)->end, NODE(id)->start, STR(")"));
}

/* for (let f = () => { a in b };;): the outermost arrow functions of what stands first. */
static void arrows_in_head(struct lower *l, nid head) {
    uint32_t start = NODE(head)->start, until = UINT32_MAX;
    for (nid id = head; id > 0 && NODE(id)->start >= start; id--) {          /* what is in it was made before it */
        const struct node *n = NODE(id);
        if (n->kind != N_FUNCTION || n->end > until) continue;
        until = n->start;
        if (l->t->funcs.at[n->d].flags & FUNC_ARROW && !(n->flags & NF_EXPR_BODY)) in_parentheses(l, id);
    }
}

/* ({__proto__: a, __proto__: b} = x): only the first is a name. */
static void protos_in_pattern(struct lower *l, const struct node *pattern) {
    bool any = false;
    for (nid id = pattern->a; id; id = NODE(id)->next) {
        const struct node *n = NODE(id), *key = NODE(n->a);
        if (n->kind != N_PROPERTY || n->op != PROP_INIT || (key->kind != N_KEY && key->kind != N_STRING)) continue;
        if (!str_is(lower_key_value(l, n->a), "__proto__")) continue;
        if (any) {
            lower_text_before(l, key->start, key->end, key->kind == N_KEY ? STR("[\"") : STR("["));
            lower_text_after(l, key->end, key->start, key->kind == N_KEY ? STR("\"]") : STR("]"));
        }
        any = true;
    }
}

/* A bare yield takes nothing from the next line; what it is lowered to would go on there. */
static bool ends_statement(const struct lower *l, const struct node *yield) {
    uint32_t at = lower_skip_space(l, yield->end);
    return at < l->t->source.len && strchr("([`+-/", l->t->source.at[at]);
}

/* The engine reads the field instead: class { x = delete a?.b } */
static bool is_chain_deleted(const struct lower *l, nid value) {
    while (NODE(value)->kind == N_PAREN) value = NODE(value)->a;
    const struct node *n = NODE(value);
    if (n->kind != N_UNARY || n->op != T_DELETE) return false;
    nid operand = n->a;
    while (NODE(operand)->kind == N_PAREN) operand = NODE(operand)->a;
    return NODE(operand)->flags & (NF_OPTIONAL | NF_CHAIN);
}

/* {async = 1}, unless it is to be {async: N.async = 1} anyway. */
static bool is_async_default(const struct lower *l, const struct node *n) {
    if (n->kind != N_PROPERTY || n->op != PROP_SHORTHAND || !n->b || NODE(n->b)->kind != N_DEFAULT) return false;
    const struct node *target = NODE(NODE(n->b)->a);
    if (target->kind != N_IDENT || target->a != NAME_ASYNC) return false;
    return !l->scoped_object || !l->scoped_object[l->t->refs.at[target->b].symbol].len;
}

/* What the engine does not read: for (let in x), for (let = 0;;), for await (async of x) without parentheses; `in` in
 * the body of an arrow function in the head of a `for`; a last field of a class `static` or `async` without a
 * semicolon; two __proto__, or {async = 1}, in a pattern that is assigned to; an arrow function on the line behind a
 * bare yield. And what it takes for something else: the delete of an optional chain as a field. */
static void awkward_edits(struct lower *l) {
    if (!(l->t->flags & TREE_AWKWARD)) return;
    for (nid id = 1; id < l->t->nodes.len; id++) {
        const struct node *n = NODE(id);
        bool word = n->kind == N_IDENT && (n->a == NAME_LET || n->a == NAME_ASYNC);
        word |= n->kind == N_FUNCTION && l->t->funcs.at[n->d].flags & FUNC_ARROW &&
                str_starts(ast_text(l->t, id), STR("let")) &&
                !lex_is_id_part((unsigned char)l->t->source.at[n->start + 3]);
        if (word && begins_head(l, id)) in_parentheses(l, id);
        if (n->kind == N_FOR && n->a) arrows_in_head(l, n->a);
        if (n->kind == N_YIELD && !n->a && ends_statement(l, n)) lower_text_after(l, n->end, 0, STR(";"));
        if (n->kind == N_MEMBER && n->b && (n->op == MEMBER_FIELD || n->op == MEMBER_ACCESSOR) &&
            is_chain_deleted(l, n->b)) {
            lower_text_before(l, NODE(n->b)->start, NODE(n->b)->end, STR("(0,"));
            lower_text_after(l, NODE(n->b)->end, NODE(n->b)->start, STR(")"));
        }
        if (is_async_default(l, n)) lower_text_before(l, n->start, n->end, STR("async:"));
        if (n->kind == N_OBJECT_PATTERN) protos_in_pattern(l, n);
        bool is_bare = n->kind == N_MEMBER && n->op == MEMBER_FIELD && !n->b && (!n->c || n->flags & NF_OLDER);
        if (is_bare && NODE(n->a)->kind == N_KEY &&
            (NODE(n->a)->a == NAME_STATIC || NODE(n->a)->a == NAME_ASYNC))
            lower_text_after(l, n->end, n->start, STR(";"));
    }
}

/* Text for tools goes without comments but for those that mean something, and keeps lines but not columns. */
static void cut_comments(struct lower *l) {
    const struct tree *t = l->t;
    struct emit_cut *cuts = ARENA_ARRAY(l->a, struct emit_cut, t->comments.len);
    uint32_t n = 0;
    for (uint32_t i = 0; i < t->comments.len; i++) {
        const struct comment *c = &t->comments.at[i];
        bool is_block = t->source.at[c->start + 1] == '*';
        if (c->kind != COMMENT_PLAIN && c->kind != COMMENT_SOURCE_MAP) continue;
        if (n && c->start < cuts[n - 1].end) continue;
        cuts[n++] = (struct emit_cut){c->start, is_block ? c->end + 2 : c->end};
    }
    l->e.cuts = cuts;
    l->e.n_cuts = n;
    l->e.narrow = true;
}

/* Of white space and comments from `from` to `to`: the place behind the last line end, when a comment lies before it.
 * Otherwise, or where there is anything else, `from`. */
static uint32_t comment_lines(const struct lower *l, uint32_t from, uint32_t to) {
    const char *s = l->t->source.at, *end = s + to, *p = s + from, *line = NULL, *behind = NULL;
    while (p < end) {
        if (*p == '\n' || *p == '\r') behind = line ? p + 1 : NULL, p++;
        else if (*p == ' ' || *p == '\t') p++;
        else if (*p == '/' && (p[1] == '/' || p[1] == '*')) line = p, p = s + lower_skip_comment(l, (uint32_t)(p - s));
        else return from;
    }
    return behind ? (uint32_t)(behind - s) : from;
}

/* Comments between the statements of the top level are no function's text; only their lines are kept. The engine reads
 * what it is given several times. */
static void cut_top_comments(struct lower *l) {
    const struct tree *t = l->t;
    uint32_t n = 0, at = t->hashbang_end;
    for (nid id = NODE(t->root)->a; id; id = NODE(id)->next) n++;
    struct emit_cut *cuts = ARENA_ARRAY(l->a, struct emit_cut, n + 1);
    n = 0;
    for (nid id = NODE(t->root)->a;; id = NODE(id)->next) {
        uint32_t to = id ? NODE(id)->start : (uint32_t)t->source.len, end = to > at + 4 ? comment_lines(l, at, to) : at;
        if (end > at) cuts[n++] = (struct emit_cut){at, end};
        if (!id) break;
        at = NODE(id)->end;
    }
    l->e.cuts = cuts;
    l->e.n_cuts = n;
}

/* Types, JSX, accessors and decorators leave text without a name of ours, as do escapes, `this` that is undefined, and
 * what parts < from !--. */
static bool changes_show(const struct lower *l) {
    const uint32_t quiet = TREE_HAS_JSX | TREE_HAS_DECORATORS;
    bool shows = !l->is_ts && l->e.is_ascii && !(l->t->flags & quiet) && !(l->is_esm && l->u->uses_top_this) &&
                 str_find(l->t->source, STR("<!--")) < 0;
    for (uint32_t i = 0; shows && i < l->t->marks.len; i++) shows = l->t->marks.at[i].kind != MARK_ACCESSOR;
    return shows;
}

static void lower_tree(struct lower *l) {
    struct tree *t = l->t;
    struct lang_unit *u = l->u;
    l->keeps = l->o->keep_modules;
    l->is_esm = t->kind == SOURCE_MODULE && !l->keeps;
    u->kind = t->kind == SOURCE_MODULE ? LANG_KIND_ESM : t->kind == SOURCE_SCRIPT ? LANG_KIND_SCRIPT : LANG_KIND_CJS;
    emit_init(&l->e, t->source, &u->code);
    l->e.is_ascii = !(t->flags & TREE_NON_ASCII) && is_ascii(t->source);
    l->plain_lines = l->e.plain = l->e.is_ascii && !memchr(t->source.at, '\r', t->source.len);
    if (!l->e.is_ascii) {
        l->e.escape = !has_wide_raw(l);
        wide_tokens(l);
    }
    u->is_ascii = l->e.is_ascii || l->e.escape;
    internal_names(l);
    read_flags(l);
    read_refs(l);
    read_marks(l);
    lower_ts_aliases(l);
    if (!l->o->for_showing) {
        lower_older_decorators(l);
        lower_decorator_types(l);
    }
    lower_jsx_options(l);
    lower_module_tables(l);
    if (u->kind == LANG_KIND_CJS) lower_cjs_names(l);
    lower_ts_edits(l);
    if (!l->o->for_showing) {
        lower_decorator_edits(l);
        lower_class_decorator_edits(l);
        lower_accessor_edits(l);
    }
    lower_class_edits(l);
    lower_loop_edits(l);
    lower_moved_edits(l);
    part_open_comments(l);
    awkward_edits(l);
    if (l->keeps) {
        lower_keep_edits(l);
        if (l->o->for_reading) cut_comments(l);
    } else {
        lower_define_edits(l);
        lower_stack_edits(l);
        lower_chain_edits(l);
        if (l->async) lower_async_edits(l);
        lower_using_edits(l);
        cut_top_comments(l);
    }
    if (!l->async) lower_lets_edits(l);
    merge_edits(l);

    buf_room(&u->code, t->source.len + t->source.len / 16 + 1024);
    if (l->is_esm) esm_head(l);
    else if (u->kind == LANG_KIND_CJS && !l->keeps) cjs_head(l);
    if (t->hashbang_end && !l->keeps) {
        emit_lit(&l->e, "//");
        l->e.at = 2;
    }
    if (!l->keeps) hide_close_comment(l);
    lower_to(l, (uint32_t)t->source.len);
    while (l->i < l->n_marks) lower_mark(l, &l->marks[l->i++]);            /* text behind the last character */
    buf_add(&u->code, l->closing);
    if (u->kind != LANG_KIND_SCRIPT && !l->keeps) buf_lit(&u->code, "\n})");
    buf_c(&u->code);
    if (!l->o->for_reading) u->shifts = emit_shifts(&l->e, &u->arena, &u->n_shifts);
    u->changes_show = changes_show(l);
    keep_tables(l);
}

/* let, const or class with the name of a parameter of the CommonJS wrapper: as Node, such a file must be a module. */
static bool takes_wrapper_name(const struct tree *t) {
    static const char *const names[] = {"exports", "require", "module", "__filename", "__dirname"};
    for (uint32_t s = t->scopes.at[1].first_symbol; s; s = t->symbols.at[s].next_in_scope) {
        const struct symbol *y = &t->symbols.at[s];
        if (y->kind != SYMBOL_LET && y->kind != SYMBOL_CONST && y->kind != SYMBOL_CLASS && y->kind != SYMBOL_USING)
            continue;
        for (size_t i = 0; i < sizeof names / sizeof *names; i++)
            if (str_is(name_text(&t->names, y->name), names[i])) return true;
    }
    return false;
}

#define MOST_KEPT_NODES (1u << 16)               /* memory of a large file goes back at once */
struct lang_scratch { struct tree tree; struct arena arena; };

static void scratch_clear(struct lang_scratch *s) {
    ast_free(&s->tree);
    arena_free(&s->arena);
    *s = (struct lang_scratch){0};
}

struct lang_scratch *lang_scratch_new(void) { return NEW(struct lang_scratch); }

void lang_scratch_free(struct lang_scratch *s) {
    if (!s) return;
    scratch_clear(s);
    mem_free(s);
}

bool lang_lower(struct lang_unit *u, str file, str source, const struct lang_options *options, struct diag *d) {
    return lower_file(u, file, source, options, d, NULL);
}

uint32_t lower_source_of(const struct lower_copies *c, uint32_t at) {
    size_t low = 0, high = c->len;
    while (low < high) {
        size_t mid = low + (high - low) / 2;
        if (c->at[mid].out <= at) low = mid + 1;
        else high = mid;
    }
    struct emit_sync before = low ? c->at[low - 1] : (struct emit_sync){0};
    uint32_t from = before.src + (at - before.out);
    /* what lowering wrote itself lies before what was copied next */
    bool is_past = low < c->len && c->at[low].src >= before.src && from > c->at[low].src;
    return is_past ? c->at[low].src : from;
}

bool lower_file(struct lang_unit *u, str file, str source, const struct lang_options *options, struct diag *d,
                struct lower_copies *copies) {
    *u = (struct lang_unit){0};
    struct lang_scratch own = {0}, *scratch = options->scratch ? options->scratch : &own;
    struct lower l = {.t = &scratch->tree, .u = u, .o = options, .d = d, .a = &scratch->arena};
    l.is_ts = options->dialect == LANG_TS || options->dialect == LANG_TSX;
    l.async = !options->no_async_context && !options->keep_modules;
    static const enum parse_goal goals[] = {PARSE_DETECT, PARSE_MODULE, PARSE_COMMONJS, PARSE_SCRIPT};
    struct parse_options po = {.file = file,
                               .goal = goals[options->goal],
                               .is_ts = l.is_ts,
                               .is_jsx = options->dialect != LANG_TS && options->dialect != LANG_JS,
                               .is_strict = options->strict,
                               .notes_comments = options->for_reading};
    bool whole = parse_source(l.t, source, &po, d);
    if (whole && options->goal == LANG_DETECT && l.t->kind == SOURCE_COMMONJS && takes_wrapper_name(l.t)) {
        ast_reset(l.t);
        po.goal = PARSE_MODULE;
        whole = parse_source(l.t, source, &po, d);
    }
    if (whole) lower_tree(&l);
    if (copies) {
        *copies = (struct lower_copies){l.e.syncs.at, l.e.syncs.len, l.e.syncs.cap};
        l.e.syncs.at = NULL;
    }
    emit_done(&l.e);
    lower_ts_done(&l);
    LIST_FREE(&l.edits);
    LIST_FREE(&l.texts);
    LIST_FREE(&l.scoped);
    LIST_FREE(&l.exports);
    LIST_FREE(&l.imports);
    LIST_FREE(&l.calls);
    LIST_FREE(&l.macros);
    LIST_FREE(&l.cjs_exports);
    LIST_FREE(&l.cjs_reexports);
    LIST_FREE(&l.drops);
    LIST_FREE(&l.decorated);
    LIST_FREE(&l.lets);
    LIST_FREE(&l.heads);
    map_free(&l.seen);
    if (scratch == &own || scratch->tree.nodes.cap > MOST_KEPT_NODES) scratch_clear(scratch);
    else {
        ast_reset(&scratch->tree);
        arena_reset(&scratch->arena);
    }
    return whole && !l.failed;
}
