/* lang/lower_macro.c: calls of macros, functions that are imported with {type: "macro"}: they run before the file does,
 * and the text has `$N[K]()` where they stood. What they are given must be known without running anything. */
#include "lang/lower.h"

#include "lang/scope.h"

bool lower_is_macro(const struct lower *l, const struct symbol *s) {
    if (s->kind != SYMBOL_IMPORT || l->keeps || l->request_of[s->request] == NO_REQUEST) return false;
    const struct lang_request *q = &l->u->requests[l->request_of[s->request]];
    for (uint32_t i = 0; i < q->n_attributes; i++)
        if (str_is(q->attributes[i].key, "type")) return str_is(q->attributes[i].value, "macro");
    return false;
}

static bool is_known(const struct lower *l, nid id);

static bool are_known(const struct lower *l, nid list) {
    for (nid n = list; n; n = NODE(n)->next) if (!is_known(l, n)) return false;
    return true;
}

/* Literals, and what is made of them. */
static bool is_known(const struct lower *l, nid id) {
    const struct node *n = NODE(id);
    switch (n->kind) {
    case N_NULL:
    case N_HOLE:
    case N_TRUE:
    case N_FALSE:
    case N_NUMBER:
    case N_BIGINT:
    case N_STRING:
    case N_KEY: return true;
    case N_IDENT: return str_is(name_text(&l->t->names, n->a), "undefined");
    case N_PAREN: case N_UNARY: return is_known(l, n->a);
    case N_BINARY: case N_PROPERTY: return is_known(l, n->a) && n->b && is_known(l, n->b);
    case N_ARRAY: case N_OBJECT: return are_known(l, n->a);
    case N_TEMPLATE: return NODE(n->a)->next == 0;
    default: return false;
    }
}

/* The call whose callee is the node: nodes come after what is in them. */
static nid call_of(const struct lower *l, nid callee) {
    for (nid i = callee + 1; i < l->t->nodes.len && NODE(i)->start >= NODE(callee)->start; i++)
        if (NODE(i)->kind == N_CALL && NODE(i)->a == callee) return i;
    return 0;
}

void lower_macro(struct lower *l, const struct mark *m) {
    const struct ref *r = &l->t->refs.at[NODE(m->node)->b];
    const struct symbol *s = &l->t->symbols.at[r->symbol];
    nid callee = m->node, up = callee + 1;
    bool is_star = s->flags & SYM_STAR;
    if (is_star && up < l->t->nodes.len && NODE(up)->kind == N_DOT && NODE(up)->a == callee) callee = up;
    nid call = is_star && callee == m->node ? 0 : call_of(l, callee);
    if (!call) {
        lower_fail(l, m->start, m->end, "macro", "a macro can only be called: it has run before the program does");
        return;
    }
    const struct node *n = NODE(call), *last = NULL;
    if (!are_known(l, n->b)) {
        lower_fail(l, n->start, n->end, "macro",
                   "what a macro is given must be known beforehand: literals, and arrays and objects of them");
        return;
    }
    for (nid arg = n->b; arg; arg = NODE(arg)->next) last = NODE(arg);
    struct lang_macro *macro = LIST_ADD(&l->macros);
    *macro = (struct lang_macro){.request = l->request_of[s->request]};
    macro->imported = callee != m->node ? name_text(&l->t->names, NODE(callee)->b)
                    : s->flags & SYM_DEFAULT ? STR("default") : lower_key_value(l, NODE(s->decl)->a);
    if (last) macro->args = str_cut(l->t->source, NODE(n->b)->start, last->end);
    lower_place(l, n->start, &macro->line, &macro->column);
    emit_put(&l->e, arena_print(l->a, "%.*s%u[%u]()", STR_FMT(l->slot), macro->request, (uint32_t)l->macros.len - 1));
    lower_skip_to(l, n->end);
}
