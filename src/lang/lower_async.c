/* lang/lower_async.c: the async context travels over every await: it is read when the operand is there and set again when
 * the function goes on. One variable pair per function; the engine keeps them in registers or in the generator's frame. */
#include "lang/lower.h"

/* Behind the directives of a body; `after` is the text that must come first when one of them has no semicolon. */
static uint32_t body_start(const struct lower *l, nid block, const char **separator) {
    uint32_t at = NODE(block)->start + 1;
    *separator = "";
    for (nid s = NODE(block)->a; s && NODE(s)->kind == N_DIRECTIVE; s = NODE(s)->next) {
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

static void declare_pair(struct lower *l, const struct func *f) {
    const struct node *n = NODE(f->node);
    if (n->kind != N_FUNCTION || !n->c) return;
    bool tries = f->flags & FUNC_HAS_TRY;
    str pair = tries ? arena_print(l->a, "var %.*s=%.*s.x,%.*s;", STR_FMT(l->s), STR_FMT(l->ctx), STR_FMT(l->t1))
                     : arena_print(l->a, "var %.*s,%.*s;", STR_FMT(l->s), STR_FMT(l->t1));
    const struct node *body = NODE(n->c);
    if (n->flags & NF_EXPR_BODY) {
        if (body->kind == N_AWAIT && !has_await_in(l, n->c)) return;
        lower_text_before(l, body->start, body->end, arena_print(l->a, "{%.*sreturn ", STR_FMT(pair)));
        lower_text_after(l, body->end, body->start, STR("}"));
        return;
    }
    const char *separator;
    uint32_t at = body_start(l, n->c, &separator);
    lower_text_before(l, at, body->end, arena_print(l->a, "%s%.*s", separator, STR_FMT(pair)));
}

static void for_await_edits(struct lower *l, nid id, str restore) {
    const struct node *n = NODE(id), *right = NODE(n->b), *body = NODE(n->c);
    lower_text_before(l, right->start, right->end, arena_print(l->a, "(%.*s=%.*s.x,", STR_FMT(l->s), STR_FMT(l->ctx)));
    lower_text_after(l, right->end, right->start, STR(")"));
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

/* Whether the innermost function around `at` has the pair of variables. */
static bool has_pair(const struct lower *l, uint32_t at) {
    const struct func *inner = NULL;
    for (uint32_t i = 1; i < l->t->funcs.len; i++) {
        const struct func *f = &l->t->funcs.at[i];
        if (NODE(f->node)->start > at || NODE(f->node)->end <= at) continue;
        if (!inner || NODE(f->node)->start >= NODE(inner->node)->start) inner = f;
    }
    return inner ? inner->flags & FUNC_ASYNC : l->u->has_tla;
}

void lower_async_edits(struct lower *l) {
    const struct tree *t = l->t;
    l->top_await = l->u->has_tla;
    if (!(t->flags & (TREE_HAS_ASYNC | TREE_HAS_TLA))) return;
    for (uint32_t i = 1; i < t->funcs.len; i++) {
        const struct func *f = &t->funcs.at[i];
        if (f->flags & FUNC_ASYNC && f->flags & (FUNC_HAS_AWAIT | FUNC_HAS_TRY)) declare_pair(l, f);
    }
    str restore = arena_print(l->a, "%.*s.x=%.*s;", STR_FMT(l->ctx), STR_FMT(l->s));
    for (uint32_t i = 0; i < t->marks.len; i++) {
        const struct mark *m = &t->marks.at[i];
        if (m->kind == MARK_FOR_AWAIT) for_await_edits(l, m->node, restore);
        else if (m->kind == MARK_TRY && has_pair(l, m->start)) {
            block_start(l, NODE(m->node)->c, restore);
            block_start(l, NODE(m->node)->d, restore);
        }
    }
}

static bool is_simple(const struct node *n) {
    return n->kind == N_IDENT || n->kind == N_THIS || n->kind == N_NULL || n->kind == N_TRUE || n->kind == N_FALSE ||
           n->kind == N_NUMBER || n->kind == N_STRING;
}

void lower_await(struct lower *l, const struct mark *m) {
    const struct node *n = NODE(m->node), *arg = NODE(n->a), *up = m->node + 1 < l->t->nodes.len ? NODE(m->node + 1) : NULL;
    struct emit *e = &l->e;
    emit_to(e, m->start);
    if (up && ((up->kind == N_RETURN && up->a == m->node) || (up->kind == N_FUNCTION && up->c == m->node && up->flags & NF_EXPR_BODY)))
        return;                                         /* nothing of the function runs after it, or a finally that restores */
    bool alone = up && up->kind == N_EXPR && up->a == m->node, simple = is_simple(arg);
    if (!alone && lower_starts_statement(l, m->node)) emit_lit(e, "0,");
    if (!alone) emit_lit(e, "(");
    if (simple) {
        buf_print(e->out, "%.*s=%.*s.x,", STR_FMT(l->s), STR_FMT(l->ctx));
        if (!alone) buf_print(e->out, "%.*s=", STR_FMT(l->t1));
        lower_to(l, arg->start);
        lower_node(l, n->a);
    } else if (alone) {
        buf_print(e->out, "%.*s=", STR_FMT(l->t1));
        lower_node(l, n->a);
        buf_print(e->out, ",%.*s=%.*s.x,await %.*s", STR_FMT(l->s), STR_FMT(l->ctx), STR_FMT(l->t1));
    } else {
        buf_print(e->out, "%.*s=", STR_FMT(l->t1));
        lower_to(l, arg->start);
        buf_print(e->out, "(%.*s=", STR_FMT(l->t1));
        lower_node(l, n->a);
        buf_print(e->out, ",%.*s=%.*s.x,%.*s)", STR_FMT(l->s), STR_FMT(l->ctx), STR_FMT(l->t1));
    }
    buf_print(e->out, ",%.*s.x=%.*s", STR_FMT(l->ctx), STR_FMT(l->s));
    if (!alone) buf_print(e->out, ",%.*s)", STR_FMT(l->t1));
}
