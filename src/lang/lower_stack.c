/* lang/lower_stack.c: reads of `.stack` ask the realm, which makes the engine's raw text into V8's when it is first
 * read: x.stack -> $C.stack(x), a?.stack -> $C.stackq(a), {stack} = e -> {stack} = $C.fix(e). */
#include "lang/lower.h"

static bool is_read(const struct lower *l, nid id) {
    return NODE(NODE(id)->a)->kind != N_SUPER && !lower_is_written(l, id) && !lower_is_callee(l, id);
}

void lower_stack(struct lower *l, const struct mark *m) {
    const struct node *n = NODE(m->node);
    if (n->kind != N_DOT || !is_read(l, m->node)) return;
    bool optional = n->flags & (NF_OPTIONAL | NF_CHAIN);
    emit_to(&l->e, m->start);
    buf_print(l->e.out, optional ? "%.*s.stackq(" : "%.*s.stack(", STR_FMT(l->ctx));
    lower_node(l, n->a);
    emit_lit(&l->e, ")");
    lower_skip_to(l, n->end);
    if (!optional) return;
    const struct node *up = m->node + 1 < l->t->nodes.len ? NODE(m->node + 1) : n;
    /* it is asked for the same way */
    if (up->kind == N_DOT && up->a == m->node && up->b == NAME_STACK && is_read(l, m->node + 1)) return;
    uint32_t next = lower_skip_space(l, n->end);
    str s = str_from(l->t->source, next);
    if (s.len < 2 || (s.at[0] != '.' && s.at[0] != '[')) return;
    lower_skip_to(l, next);
    emit_put(&l->e, s.at[0] == '.' ? STR("?") : STR("?."));
}

/* The right side of the pattern that has `stack`. */
static nid right_side(const struct lower *l, nid property) {
    nid pattern = 0;
    for (nid id = property + 1; id < l->t->nodes.len; id++) {
        const struct node *n = NODE(id);
        if (!pattern) {
            bool around = n->start <= NODE(property)->start && n->end >= NODE(property)->end;
            if ((n->kind == N_OBJECT_PATTERN || n->kind == N_OBJECT) && around) pattern = id;
            continue;
        }
        bool has = n->kind == N_DECLARATOR || n->kind == N_ASSIGN || n->kind == N_DEFAULT || n->kind == N_PARAM;
        if (has && n->a == pattern) return n->b;
        if (n->end < NODE(pattern)->start) return 0;
    }
    return 0;
}

void lower_stack_edits(struct lower *l) {
    for (uint32_t i = 0; i < l->t->marks.len; i++) {
        const struct mark *m = &l->t->marks.at[i];
        if (m->kind != MARK_STACK || NODE(m->node)->kind != N_PROPERTY) continue;
        nid right = right_side(l, m->node);
        if (!right) continue;
        lower_text_before(l, NODE(right)->start, NODE(right)->end, arena_print(l->a, "%.*s.fix(", STR_FMT(l->ctx)));
        lower_text_after(l, NODE(right)->end, NODE(right)->start, STR(")"));
    }
}
