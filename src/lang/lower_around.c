/* lang/lower_around.c: names that lowering declares around a class expression. An arrow function around it gives them,
 * new for each evaluation; but what yields or awaits while the class is made (its heritage, keys, decorators) must stay
 * in the function that it is written in: then the block around declares them. */
#include "lang/lower.h"

bool lower_class_pauses(const struct lower *l, nid class) {
    uint32_t start = NODE(class)->start, skip_start = UINT32_MAX, skip_end = 0;
    for (nid i = class - 1; i > 0 && NODE(i)->start >= start; i--) {     /* what is in it was made before it */
        const struct node *n = NODE(i);
        if (n->start >= skip_start && n->end <= skip_end) continue;
        if (n->kind == N_FUNCTION) skip_start = n->start, skip_end = n->end;
        else if (n->kind == N_YIELD || n->kind == N_AWAIT) return true;
    }
    return false;
}

static nid loop_body(const struct node *n) {
    switch (n->kind) {
    case N_WHILE: return n->b;
    case N_DO: return n->a;
    case N_FOR: return n->d;
    case N_FOR_IN: case N_FOR_OF: return n->c;
    default: return 0;
    }
}

static void declare_at_top(struct lower *l, str text) {
    nid first = NODE(l->t->root)->a;
    while (first && NODE(first)->kind == N_DIRECTIVE) first = NODE(first)->next;
    lower_text_before(l, NODE(first)->start, UINT32_MAX, text);
}

void lower_declare_around(struct lower *l, nid id, str names) {
    str text = arena_print(l->a, "let %.*s;", STR_FMT(names));
    nid child = id;
    for (nid up = id + 1; up < l->t->nodes.len; up++) {                  /* what surrounds it was made after it */
        const struct node *n = NODE(up);
        if (n->start > NODE(child)->start || n->end < NODE(child)->end) continue;
        if (n->kind == N_BLOCK) {
            const char *separator;
            uint32_t at = lower_body_start(l, n->a, n->start + 1, &separator);
            lower_text_before(l, at, n->end, arena_print(l->a, "%s%.*s", separator, STR_FMT(text)));
            return;
        }
        if (n->kind == N_FUNCTION) {
            *LIST_ADD(&l->lets) = (struct let){up, text};
            return;
        }
        if (loop_body(n) == child) {
            lower_text_before(l, NODE(child)->start, NODE(child)->end, arena_print(l->a, "{%.*s", STR_FMT(text)));
            lower_text_after(l, NODE(child)->end, NODE(child)->start, STR("}"));
            return;
        }
        if (lower_in_loop_head(l, up, child, names)) return;
        child = up;
    }
    declare_at_top(l, text);
}

str lower_lets_of(struct lower *l, nid function) {
    str text = STR("");
    for (size_t i = 0; i < l->lets.len; i++)
        if (l->lets.at[i].function == function) text = arena_join(l->a, text, l->lets.at[i].text);
    return text;
}

/* async () => class {...}  ->  async () => {let $k0;return class {...}}: for functions that lower_async.c does not
 * give a body. */
void lower_lets_edits(struct lower *l) {
    for (size_t i = 0; i < l->lets.len; i++) {
        nid function = l->lets.at[i].function;
        const struct node *body = NODE(NODE(function)->c);
        bool done = false;
        for (size_t k = 0; k < i; k++) done |= l->lets.at[k].function == function;
        if (done) continue;
        lower_text_before(l, body->start, body->end,
                          arena_print(l->a, "{%.*sreturn ", STR_FMT(lower_lets_of(l, function))));
        lower_text_after(l, body->end, body->start, STR("}"));
    }
}
