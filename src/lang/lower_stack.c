/* lang/lower_stack.c: reads of `.stack` ask the realm, which makes the engine's raw text into V8's when it is first
 * read: x.stack and x['stack'] -> $C.stack(x), a?.stack -> $C.stackq(a), {stack} = e -> {stack} = $C.fix(e). A pattern
 * whose object has no expression (of a catch, a parameter, a loop) asks the object itself first: {stack} ->
 * {[$C.k]:{}=1,stack}. */
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

static bool is_around(const struct node *n, const struct node *inner) {
    return n->start <= inner->start && n->end >= inner->end;
}

/* The right side of the pattern that has `stack`. 0: there is none, or it is only a default, which may not be what
 * comes: of a parameter, too, that was read as an assignment at first. */
static nid right_side(const struct lower *l, nid property) {
    nid pattern = 0, right = 0;
    for (nid id = property + 1; id < l->t->nodes.len; id++) {
        const struct node *n = NODE(id);
        if (!pattern) {
            if ((n->kind == N_OBJECT_PATTERN || n->kind == N_OBJECT) && is_around(n, NODE(property))) pattern = id;
            continue;
        }
        if (n->a == pattern && (n->kind == N_DEFAULT || n->kind == N_PARAM)) return 0;
        if (n->a == pattern && n->kind == N_DECLARATOR) return n->b;
        if (n->a == pattern && n->kind == N_ASSIGN) right = n->b;
        else if (!right && n->end < NODE(pattern)->start) break;
        bool may_be_parameters = n->kind == N_PAREN || n->kind == N_SEQUENCE || n->kind == N_CALL;
        if (right && n->b != right && is_around(n, NODE(pattern)) && !may_be_parameters) break;
    }
    return right;
}

/* x['stack'], as it is written when a name is made into a text. */
static void index_edits(struct lower *l) {
    str s = l->t->source;
    if (!memmem(s.at, s.len, "'stack']", 8) && !memmem(s.at, s.len, "\"stack\"]", 8)) return;
    for (nid id = 1; id < l->t->nodes.len; id++) {
        const struct node *n = NODE(id);
        if (n->kind != N_INDEX || n->flags & (NF_OPTIONAL | NF_CHAIN) || NODE(n->b)->kind != N_STRING) continue;
        if (!str_is(str_cut(s, NODE(n->b)->start + 1, NODE(n->b)->end - 1), "stack")) continue;
        if (!is_read(l, id) || lower_is_under_new(l, id)) continue;
        const struct node *object = NODE(n->a);
        lower_text_before(l, object->start, object->end, arena_print(l->a, "%.*s.stack(", STR_FMT(l->ctx)));
        lower_text_after(l, object->end, object->start, STR(")"));
        *LIST_ADD(&l->drops) = (struct mark){object->end, n->end, MARK_ERASE, 0};
    }
}

void lower_stack_edits(struct lower *l) {
    index_edits(l);
    for (uint32_t i = 0; i < l->t->marks.len; i++) {
        const struct mark *m = &l->t->marks.at[i];
        if (m->kind != MARK_STACK || NODE(m->node)->kind != N_PROPERTY) continue;
        nid right = right_side(l, m->node);
        const struct node *property = NODE(m->node);
        if (!right) {
            str text = arena_print(l->a, "[%.*s.k]:{}=1,", STR_FMT(l->ctx));
            lower_text_before(l, property->start, property->end, text);
            continue;
        }
        lower_text_before(l, NODE(right)->start, NODE(right)->end, arena_print(l->a, "%.*s.fix(", STR_FMT(l->ctx)));
        lower_text_after(l, NODE(right)->end, NODE(right)->start, STR(")"));
    }
}
