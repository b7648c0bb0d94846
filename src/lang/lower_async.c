/* lang/lower_async.c: the async context travels over every await: it is read when the operand is there and set again
 * when the function goes on. One variable pair per function; the engine keeps them in registers or in the generator's
 * frame. */
#include "lang/lower.h"

/* Behind the directives of a list of statements that begins at `at`; the separator is what must stand between when the
 * last of them has no semicolon. */
uint32_t lower_body_start(const struct lower *l, nid list, uint32_t at, const char **separator) {
    *separator = "";
    for (nid s = list; s && NODE(s)->kind == N_DIRECTIVE; s = NODE(s)->next) {
        at = NODE(s)->end;
        *separator = l->t->source.at[at - 1] == ';' ? "" : ";";
    }
    return at;
}

static bool has_await_in(const struct lower *l, nid id) {
    uint32_t first, n = ast_marks_in(l->t, NODE(id)->start + 1, NODE(id)->end, &first);
    for (uint32_t i = first; i < first + n; i++) if (l->t->marks.at[i].kind == MARK_AWAIT) return true;
    return false;
}

static bool declares_pair(const struct func *f) {
    return f->flags & FUNC_ASYNC && f->flags & (FUNC_HAS_AWAIT | FUNC_HAS_TRY | FUNC_HAS_YIELD);
}

/* Could the value be an object with a `then` that is no promise? The engine calls that in a job of its own, outside the
 * context; $C.r gives such a one a `then` that brings the context along. */
static bool may_be_thenable(const struct node *n) {
    switch (n->kind) {
    case N_IDENT:
    case N_THIS:
    case N_CALL:
    case N_NEW:
    case N_DOT:
    case N_INDEX:
    case N_TAGGED:
    case N_PAREN:
    case N_SEQUENCE:
    case N_CONDITIONAL: case N_BINARY: case N_ASSIGN: case N_OBJECT: case N_TS_AS: case N_TS_ASSERT: case N_TS_NON_NULL:
        return true;
    default:
        return false;
    }
}

static void guard_value(struct lower *l, nid id) {
    const struct node *n = NODE(id);
    lower_text_before(l, n->start, n->end, arena_print(l->a, "%.*s.r((", STR_FMT(l->ctx)));
    lower_text_after(l, n->end, n->start, STR("))"));
}

/* What an async function returns, and what it awaits in the same breath. Nodes come after what is in them, so from the
 * last one down every function is met before its returns. */
static void return_edits(struct lower *l) {
    struct tree *t = l->t;
    nid *open = arena_alloc(l->a, t->funcs.len * sizeof *open);
    uint32_t depth = 0;
    for (nid i = (nid)t->nodes.len - 1; i > 0; i--) {
        const struct node *n = NODE(i);
        if (n->kind != N_FUNCTION && n->kind != N_RETURN) continue;
        while (depth && NODE(open[depth - 1])->start > n->start) depth--;
        if (n->kind == N_FUNCTION) {
            if (!n->c) continue;
            open[depth++] = i;
            if (!(n->flags & NF_EXPR_BODY)) continue;
        }
        if (!depth) continue;
        const struct func *f = &t->funcs.at[NODE(open[depth - 1])->d];
        if ((f->flags & (FUNC_ASYNC | FUNC_GENERATOR)) != FUNC_ASYNC) continue;
        nid value = n->kind == N_RETURN ? n->a : n->c;
        if (!value) continue;
        if (NODE(value)->kind == N_AWAIT) {
            if (f->flags & FUNC_HAS_TRY) continue;
            NODE(value)->flags |= NF_TAIL;
            value = NODE(value)->a;
        } else if (n->kind == N_FUNCTION && declares_pair(f)) continue;       /* declare_pair does it */
        if (may_be_thenable(NODE(value))) guard_value(l, value);
    }
}

static void declare_pair(struct lower *l, const struct func *f) {
    const struct node *n = NODE(f->node);
    if (n->kind != N_FUNCTION || !n->c) return;
    bool tries = f->flags & FUNC_HAS_TRY;
    str lets = n->flags & NF_EXPR_BODY ? lower_lets_of(l, f->node) : STR("");
    str pair = tries ? arena_print(l->a, "var %.*s=%.*s.x,%.*s;", STR_FMT(l->s), STR_FMT(l->ctx), STR_FMT(l->t1))
                     : arena_print(l->a, "var %.*s,%.*s;", STR_FMT(l->s), STR_FMT(l->t1));
    const struct node *body = NODE(n->c);
    if (n->flags & NF_EXPR_BODY) {
        if (body->kind == N_AWAIT && !has_await_in(l, n->c)) return;
        bool guard = may_be_thenable(body);
        pair = arena_join(l->a, lets, pair);
        if (guard) pair = arena_print(l->a, "%.*sreturn %.*s.r((", STR_FMT(pair), STR_FMT(l->ctx));
        else pair = arena_print(l->a, "%.*sreturn ", STR_FMT(pair));
        lower_text_before(l, body->start, body->end, arena_print(l->a, "{%.*s", STR_FMT(pair)));
        lower_text_after(l, body->end, body->start, guard ? STR("))}") : STR("}"));
        return;
    }
    const char *separator;
    uint32_t at = lower_body_start(l, body->a, body->start + 1, &separator);
    lower_text_before(l, at, body->end, arena_print(l->a, "%s%.*s", separator, STR_FMT(pair)));
}

static void for_await_edits(struct lower *l, nid id, str restore) {
    const struct node *n = NODE(id), *right = NODE(n->b), *body = NODE(n->c);
    lower_text_before(l, right->start, right->end, arena_print(l->a, "(%.*s=", STR_FMT(l->t1)));
    lower_text_after(l, right->end, right->start,
                     arena_print(l->a, ",%.*s=%.*s.x,%.*s.each(%.*s===undefined?%.*s:%.*s.i(%.*s)))", STR_FMT(l->s),
                                 STR_FMT(l->ctx), STR_FMT(l->ctx), STR_FMT(l->s), STR_FMT(l->t1), STR_FMT(l->ctx),
                                 STR_FMT(l->t1)));
    if (body->kind == N_BLOCK) lower_text_before(l, body->start + 1, body->end, restore);
    else {
        lower_text_before(l, body->start, body->end, arena_print(l->a, "{%.*s", STR_FMT(restore)));
        lower_text_after(l, body->end, body->start, STR("}"));
    }
    nid outer = id;                                    /* labels belong to the loop: the block goes around them */
    while (outer + 1 < l->t->nodes.len && NODE(outer + 1)->kind == N_LABEL && NODE(outer + 1)->b == outer) outer++;
    lower_text_before(l, NODE(outer)->start, NODE(outer)->end, STR("{"));
    lower_text_after(l, NODE(outer)->end, NODE(outer)->start, arena_print(l->a, "%.*s}", STR_FMT(restore)));
}

static void block_start(struct lower *l, nid block, str text) {
    if (block) lower_text_before(l, NODE(block)->start + 1, NODE(block)->end, text);
}

/* The functions of the file by where they start, to find the one around a place. */
struct around { uint32_t start, end; bool awaits, yields; };

static int around_cmp(const void *pa, const void *pb) {
    const struct around *a = pa, *b = pb;
    return a->start != b->start ? (a->start < b->start ? -1 : 1) : a->end > b->end ? -1 : a->end < b->end;
}

static void try_edits(struct lower *l, str restore) {
    const struct tree *t = l->t;
    uint32_t n = t->funcs.len, k = 0, depth = 0;
    str resumed = arena_join(l->a, lower_resumed(l), STR(";"));
    struct around *all = arena_alloc(l->a, n * sizeof *all), **open = arena_alloc(l->a, n * sizeof *open);
    for (uint32_t i = 1; i < n; i++) {
        const struct node *node = NODE(t->funcs.at[i].node);
        all[i - 1] = (struct around){node->start, node->end, declares_pair(&t->funcs.at[i]),
                                     t->funcs.at[i].flags & FUNC_HAS_YIELD};
    }
    qsort(all, n - 1, sizeof *all, around_cmp);
    for (uint32_t i = 0; i < t->marks.len; i++) {
        const struct mark *m = &t->marks.at[i];
        if (m->kind != MARK_TRY) continue;
        for (; k < n - 1 && all[k].start <= m->start; k++) {
            while (depth && open[depth - 1]->end <= all[k].start) depth--;
            open[depth++] = &all[k];
        }
        while (depth && open[depth - 1]->end <= m->start) depth--;
        if (!(depth ? open[depth - 1]->awaits : l->top_await)) continue;
        str text = depth && open[depth - 1]->yields ? resumed : restore;
        block_start(l, NODE(m->node)->c, text);
        block_start(l, NODE(m->node)->d, text);
    }
}

static bool is_hidden_at(const struct lower *l, uint32_t name, uint32_t at) {
    for (uint32_t i = 2; i < l->t->scopes.len; i++) {                    /* 1: the file's own */
        const struct scope *s = &l->t->scopes.at[i];
        if (at < s->start || at >= s->end) continue;
        for (uint32_t y = s->first_symbol; y; y = l->t->symbols.at[y].next_in_scope)
            if (l->t->symbols.at[y].name == name) return true;
    }
    return false;
}

/* What the text of an eval can name of the imports: ,"a","(0,$0.a)","ns","(0,$s1)" */
static str names_for_eval(struct lower *l, uint32_t at) {
    struct buf b = {0};
    for (uint32_t y = l->is_esm ? l->t->scopes.at[1].first_symbol : 0; y; y = l->t->symbols.at[y].next_in_scope) {
        const struct symbol *s = &l->t->symbols.at[y];
        if (s->kind != SYMBOL_IMPORT || l->request_of[s->request] == NO_REQUEST || lower_is_macro(l, s)) continue;
        if (s->flags & SYM_TYPE_ONLY || is_hidden_at(l, s->name, at)) continue;
        buf_lit(&b, ",");
        emit_quote(&b, name_text(&l->t->names, s->name));
        buf_lit(&b, ",");
        emit_quote(&b, arena_print(l->a, "(0,%.*s)", STR_FMT(lower_import_text(l, y, true))));
    }
    str text = arena_str(l->a, buf_view(&b));
    buf_free(&b);
    return text;
}

/* The engine keeps `arguments` of an asynchronous function or a generator only where something in it names them, and
 * what eval's text names comes too late. */
static void arguments_for_eval(struct lower *l) {
    const struct tree *t = l->t;
    for (uint32_t i = 1; i < t->funcs.len; i++) {
        const struct func *f = &t->funcs.at[i];
        const struct node *n = NODE(f->node), *body = NODE(n->c);
        if (n->kind != N_FUNCTION || !n->c || !(f->flags & FUNC_HAS_EVAL)) continue;
        if (f->flags & FUNC_ARROW || !(f->flags & (FUNC_ASYNC | FUNC_GENERATOR))) continue;
        const char *separator;
        uint32_t at = lower_body_start(l, body->a, body->start + 1, &separator);
        lower_text_before(l, at, body->end, arena_print(l->a, "%svoid(()=>arguments);", separator));
    }
}

/* eval(text) -> eval($C.e(text)): with a context in use the text is lowered too, and always where it may name an
 * import, which is no variable. */
static void eval_edits(struct lower *l) {
    const struct tree *t = l->t;
    if (t->flags & TREE_HAS_EVAL) arguments_for_eval(l);
    for (uint32_t i = 0; i < t->marks.len; i++) {
        if (t->marks.at[i].kind != MARK_EVAL) continue;
        nid arg = NODE(t->marks.at[i].node)->b;
        if (!arg || NODE(arg)->next || NODE(arg)->kind == N_SPREAD) continue;
        lower_text_before(l, NODE(arg)->start, NODE(arg)->end, arena_print(l->a, "%.*s.e(", STR_FMT(l->ctx)));
        lower_text_after(l, NODE(arg)->end, NODE(arg)->start,
                         arena_print(l->a, "%.*s)", STR_FMT(names_for_eval(l, NODE(arg)->start))));
    }
}

static void put_instead(struct lower *l, uint32_t start, uint32_t end, str text) {
    *LIST_ADD(&l->texts) = text;
    uint32_t order = (uint32_t)l->edits.len;
    *LIST_ADD(&l->edits) = (struct edit){{start, end, EDIT_DEFINE, (nid)(l->texts.len - 1)}, 0, order};
}

static void other_eval(struct lower *l, uint32_t start, uint32_t end, bool shorthand) {
    put_instead(l, start, end, arena_print(l->a, "%s%.*s.v(%s)", shorthand ? "eval:" : "", STR_FMT(l->ctx),
                                           l->o->import_from.len ? "globalThis" : ""));
}

static bool is_global(const struct lower *l, nid id) {
    if (NODE(id)->kind != N_IDENT || l->t->refs.at[NODE(id)->b].symbol) return false;
    str name = name_text(&l->t->names, NODE(id)->a);
    return str_is(name, "globalThis") || str_is(name, "global");
}

/* (0, eval)(text), globalThis.eval: what is evaluated apart from the place. $C.v() gives a function that lowers the
 * text first; a direct eval must stay the engine's own. */
static void indirect_eval_edits(struct lower *l) {
    const struct tree *t = l->t;
    for (uint32_t i = 1; i < t->refs.len; i++) {
        const struct ref *r = &t->refs.at[i];
        if (r->name != NAME_EVAL || r->symbol ||
            r->flags & (REF_DEAD | REF_WRITE | REF_DELETE | REF_WITH | REF_EXPORT | REF_JSX))
            continue;
        if (r->flags & REF_CALL && !(r->flags & REF_OPTIONAL_CALL)) continue;
        other_eval(l, r->start, NODE(r->node)->end, r->flags & REF_SHORTHAND);
    }
    for (nid id = 1; id < t->nodes.len; id++) {
        const struct node *n = NODE(id);
        if (n->kind == N_DOT && n->b == NAME_EVAL && !(n->flags & NF_PRIVATE) && is_global(l, n->a) &&
            !lower_is_written(l, id))
            other_eval(l, n->start, n->end, false);
    }
}

/* Two things of fields' initializers and static blocks that the engine does not find: new.target, which is undefined
 * there, in a block with an arrow function around the class; the label of a break that is in no loop. */
static void field_edits(struct lower *l) {
    const struct tree *t = l->t;
    for (uint32_t i = 1; i < t->funcs.len; i++) {
        const struct func *f = &t->funcs.at[i];
        bool is_block = f->flags & FUNC_FIELD && NODE(f->node)->op == MEMBER_STATIC_BLOCK;
        if (!is_block && !(f->flags & FUNC_FIELD && f->flags & FUNC_HAS_NEW_TARGET)) continue;
        uint32_t start = NODE(NODE(f->node)->b)->start, skip_start = UINT32_MAX, skip_end = 0;
        for (nid id = f->node - 1; id > 0 && NODE(id)->start >= start; id--) {
            const struct node *n = NODE(id);
            if (n->start >= skip_start && n->end <= skip_end) continue;
            bool has_own = n->kind == N_CLASS || (n->kind == N_FUNCTION && !(t->funcs.at[n->d].flags & FUNC_ARROW));
            if (has_own) skip_start = n->start, skip_end = n->end;
            else if (n->kind == N_NEW_TARGET) put_instead(l, n->start, n->end, STR("(void 0)"));
            else if (n->kind == N_BREAK && n->a && is_block) lower_text_before(l, n->start, n->end, STR("for(;;)"));
        }
    }
}

void lower_async_edits(struct lower *l) {
    const struct tree *t = l->t;
    field_edits(l);
    l->top_await = l->u->has_tla;
    eval_edits(l);
    if (t->flags & TREE_NAMES_EVAL) indirect_eval_edits(l);
    if (!(t->flags & (TREE_HAS_ASYNC | TREE_HAS_TLA))) return;
    for (uint32_t i = 1; i < t->funcs.len; i++) {
        const struct func *f = &t->funcs.at[i];
        if (declares_pair(f)) declare_pair(l, f);
    }
    return_edits(l);
    str restore = arena_print(l->a, "%.*s.x=%.*s;", STR_FMT(l->ctx), STR_FMT(l->s));
    for (uint32_t i = 0; i < t->marks.len; i++) {
        const struct mark *m = &t->marks.at[i];
        if (m->kind == MARK_FOR_AWAIT) for_await_edits(l, m->node, restore);
    }
    try_edits(l, restore);
}

/* The engine takes the variable itself for what a switch compares and for the object of a delete, and reads it when
 * what stands behind it was evaluated. */
bool lower_is_read_late(const struct lower *l, nid id) {
    if (lower_word_before(l, NODE(id)->start, "delete")) return true;
    for (nid up = id + 1; up < l->t->nodes.len; up++) {
        const struct node *n = NODE(up);
        if (n->start > NODE(id)->start || n->end < NODE(id)->end) continue;
        if (n->kind == N_SWITCH) return n->a == id;
        bool passes = n->kind == N_PAREN || n->kind == N_TS_AS || n->kind == N_TS_ASSERT || n->kind == N_TS_NON_NULL ||
                      (n->kind == N_SEQUENCE && !NODE(id)->next);
        if (!passes) return false;
        id = up;
    }
    return false;
}

void lower_await(struct lower *l, const struct mark *m) {
    const struct node *n = NODE(m->node), *arg = NODE(n->a),
                      *up = m->node + 1 < l->t->nodes.len ? NODE(m->node + 1) : NULL;
    struct emit *e = &l->e;
    emit_to(e, m->start);
    if (n->flags & NF_TAIL) return;
    bool alone = up && up->kind == N_EXPR && up->a == m->node;
    if (!alone && lower_starts_statement(l, m->node)) emit_lit(e, "0,");
    if (!alone) emit_lit(e, "(");
    /* the pair's value on its way into the await: only with a context is it looked at */
    str value = arena_print(l->a, "(%.*s===undefined?%.*s:%.*s.w(%.*s))", STR_FMT(l->s), STR_FMT(l->t1),
                            STR_FMT(l->ctx), STR_FMT(l->t1));
    if (alone) {
        buf_print(e->out, "%.*s=", STR_FMT(l->t1));
        lower_node(l, n->a);
        buf_print(e->out, ",%.*s=%.*s.x,await %.*s", STR_FMT(l->s), STR_FMT(l->ctx), STR_FMT(value));
    } else {
        buf_print(e->out, "%.*s=", STR_FMT(l->t1));
        lower_to(l, arg->start);
        buf_print(e->out, "(%.*s=", STR_FMT(l->t1));
        lower_node(l, n->a);
        buf_print(e->out, ",%.*s=%.*s.x,%.*s)", STR_FMT(l->s), STR_FMT(l->ctx), STR_FMT(value));
    }
    buf_print(e->out, ",%.*s.x=%.*s", STR_FMT(l->ctx), STR_FMT(l->s));
    if (!alone && lower_is_read_late(l, m->node)) buf_print(e->out, ",%.*s??%.*s)", STR_FMT(l->t1), STR_FMT(l->t1));
    else if (!alone) buf_print(e->out, ",%.*s)", STR_FMT(l->t1));
}
