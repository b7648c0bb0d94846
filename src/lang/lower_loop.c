/* lang/lower_loop.c: names that lowering declares anew for each turn of a loop, for what stands in the loop's head.
 * The variables of `for (let ...)` are new for each test, so a `while` becomes one; what is bound by `for ... of` moves
 * into the body. */
#include "lang/lower.h"

static nid outer_label(const struct lower *l, nid id) {
    while (id + 1 < l->t->nodes.len && NODE(id + 1)->kind == N_LABEL && NODE(id + 1)->b == id) id++;
    return id;
}

static void drop(struct lower *l, uint32_t start, uint32_t end) {
    *LIST_ADD(&l->drops) = (struct mark){start, end, MARK_ERASE, 0};
}

/* while (test) -> for(let $k0;test;) */
static void while_edits(struct lower *l, const struct node *n, str names) {
    const struct node *test = NODE(n->a);
    lower_text_before(l, n->start, n->end, arena_print(l->a, "for(let %.*s;", STR_FMT(names)));
    drop(l, n->start, test->start);
    lower_text_after(l, test->end, n->start, STR(";"));
}

/* In the body of a loop, `continue` that goes on with this one. */
static void continue_edits(struct lower *l, nid loop, str label) {
    nid outer = outer_label(l, loop);
    const struct node *body = NODE(NODE(loop)->a);
    LIST(struct emit_cut) within = {0};                     /* loops and functions, whose `continue` is their own */
    for (nid i = loop - 1; i > 0 && NODE(i)->start >= body->start; i--) {
        const struct node *n = NODE(i);
        bool is_function = n->kind == N_FUNCTION || (n->kind == N_MEMBER && n->op == MEMBER_STATIC_BLOCK);
        bool is_loop = n->kind == N_FOR || n->kind == N_FOR_IN || n->kind == N_FOR_OF || n->kind == N_WHILE ||
                       n->kind == N_DO;
        if (is_function || is_loop) *LIST_ADD(&within) = (struct emit_cut){n->start, n->end};
        if (n->kind != N_CONTINUE) continue;
        bool own = n->a != 0, goes = false;
        for (size_t k = 0; k < within.len && !own; k++)
            goes |= within.at[k].start < n->start && n->end <= within.at[k].end;
        if (!own && goes) continue;
        for (nid x = loop; own && x < outer && !goes; x++) goes = NODE(x + 1)->a == n->a;
        if (own && !goes) continue;
        bool ends = l->t->source.at[n->end - 1] == ';';
        lower_text_before(l, n->start, n->end, arena_print(l->a, "break %.*s", STR_FMT(label)));
        drop(l, n->start, n->end - ends);
    }
    LIST_FREE(&within);
}

/* do body while (test) -> do{let $k0;$l:body;if(!(test))break}while(true) */
static void do_edits(struct lower *l, nid loop, str names) {
    const struct node *n = NODE(loop), *body = NODE(n->a), *test = NODE(n->b);
    str label = lower_fresh(l, "$l");
    lower_text_before(l, body->start, n->end,
                      arena_print(l->a, "{let %.*s;%.*s:", STR_FMT(names), STR_FMT(label)));
    lower_text_after(l, body->end, n->start, STR(";if(!("));
    drop(l, body->end, test->start);
    lower_text_after(l, test->end, n->start, STR("))break}while(true"));
    continue_edits(l, loop, label);
}

/* for(let i=0,$k0;...). Other variables are the same for all turns, and go in front:
 * a:for(const x=1;...)  ->  {const x=1;a:for(let $k0;...)} */
static void for_edits(struct lower *l, nid loop, str names) {
    const struct node *n = NODE(loop), *init = n->a ? NODE(n->a) : NULL;
    if (!init) {
        uint32_t at = lower_skip_space(l, n->start + 3) + 1;
        lower_text_before(l, at, n->end, arena_print(l->a, "let %.*s", STR_FMT(names)));
        return;
    }
    if (init->kind == N_VAR && init->op == VAR_LET) {
        lower_text_after(l, init->end, n->start, arena_print(l->a, ",%.*s", STR_FMT(names)));
        return;
    }
    nid outer = outer_label(l, loop);
    uint32_t start = NODE(outer)->start;
    str labels = STR(""), closing = init->kind == N_VAR ? STR("") : STR(")");
    for (nid x = outer; x > loop; x--)
        labels = arena_print(l->a, "%.*s%.*s:", STR_FMT(labels), STR_FMT(lower_name(l, NODE(x)->a)));
    lower_text_before(l, start, n->end, STR("{"));
    drop(l, start, init->start);
    if (closing.len) lower_text_before(l, init->start, n->end, STR("("));
    lower_text_after(l, init->end, n->start,
                     arena_print(l->a, "%.*s;%.*sfor(let %.*s", STR_FMT(closing), STR_FMT(labels), STR_FMT(names)));
    lower_text_after(l, n->end, start, STR("}"));
}

/* The names that the head binds and that the list to walk names too: it must not find another variable. */
static str hidden_names(struct lower *l, const struct node *n) {
    const struct node *left = NODE(n->a), *right = NODE(n->b);
    str names = STR("");
    if (left->kind != N_VAR || left->op == VAR_VAR) return names;
    for (nid id = n->a; id > 0 && NODE(id)->start >= left->start; id--) {
        if (NODE(id)->kind != N_BINDING) continue;
        bool named = false;
        for (uint32_t i = 1; i < l->t->refs.len && !named; i++) {
            const struct ref *r = &l->t->refs.at[i];
            named = r->name == NODE(id)->a && r->start >= right->start && r->start < right->end &&
                    r->symbol == NODE(id)->b;
        }
        if (named) names = arena_print(l->a, "%.*s%s%.*s", STR_FMT(names), names.len ? "," : "",
                                       STR_FMT(lower_name(l, NODE(id)->a)));
    }
    return names;
}

/* for(const P of list)body  ->  for(const $h of list){let $k0;const P=$h;body} */
static void for_each_edits(struct lower *l, nid loop, uint32_t index) {
    const struct node *n = NODE(loop), *left = NODE(n->a), *body = NODE(n->c), *outer = NODE(outer_label(l, loop));
    str names = hidden_names(l, n);
    uint32_t order = (uint32_t)l->edits.len;
    *LIST_ADD(&l->edits) = (struct edit){{left->start, left->end, EDIT_LOOP_LEFT, index}, 0, order};
    *LIST_ADD(&l->edits) = (struct edit){{body->start, body->start, EDIT_LOOP_BODY, index}, n->end, order + 1};
    lower_text_after(l, body->end, n->start, STR("}"));
    if (!names.len) return;
    lower_text_before(l, outer->start, outer->end, STR("switch(0){case 0:"));
    lower_text_after(l, outer->end, outer->start, arena_print(l->a, "break;default:let %.*s}", STR_FMT(names)));
}

void lower_loop_left(struct lower *l, const struct mark *m) {
    if (l->heads.at[m->node].moves) return;                /* it is being put into the body */
    emit_to(&l->e, m->start);
    buf_print(l->e.out, "const %.*s", STR_FMT(lower_fresh(l, "$h")));
    lower_skip_node(l, NODE(l->heads.at[m->node].loop)->a);
}

void lower_loop_body(struct lower *l, const struct mark *m) {
    struct loop_head *h = &l->heads.at[m->node];
    const struct node *n = NODE(h->loop);
    bool is_var = NODE(n->a)->kind == N_VAR;
    emit_to(&l->e, m->start);
    emit_lit(&l->e, "{");
    if (n->flags & NF_AWAIT && l->async) buf_print(l->e.out, "%.*s.x=%.*s;", STR_FMT(l->ctx), STR_FMT(l->s));
    buf_print(l->e.out, "let %.*s;%s", STR_FMT(h->names), is_var ? "" : "(");
    h->moves = true;
    lower_moved(l, n->a);
    h->moves = false;
    buf_print(l->e.out, "=%.*s%s;", STR_FMT(lower_fresh(l, "$h")), is_var ? "" : ")");
}

bool lower_in_loop_head(struct lower *l, nid loop, nid part, str names) {
    const struct node *n = NODE(loop);
    switch (n->kind) {
    case N_FOR: if (part == n->a) return false; break;
    case N_FOR_IN:
    case N_FOR_OF:
        if (part == n->b) return false;
        if (NODE(part)->kind == N_VAR && NODE(NODE(part)->a)->b) return false;  /* for (var a = once in ...) */
        break;
    case N_WHILE: case N_DO: break;
    default: return false;
    }
    for (size_t i = 0; i < l->heads.len; i++) {
        if (l->heads.at[i].loop != loop) continue;
        l->heads.at[i].names = arena_print(l->a, "%.*s,%.*s", STR_FMT(l->heads.at[i].names), STR_FMT(names));
        return true;
    }
    *LIST_ADD(&l->heads) = (struct loop_head){loop, names, false};
    return true;
}

void lower_loop_edits(struct lower *l) {
    for (uint32_t i = 0; i < l->heads.len; i++) {
        nid loop = l->heads.at[i].loop;
        str names = l->heads.at[i].names;
        switch (NODE(loop)->kind) {
        case N_WHILE: while_edits(l, NODE(loop), names); break;
        case N_DO: do_edits(l, loop, names); break;
        case N_FOR: for_edits(l, loop, names); break;
        default: for_each_edits(l, loop, i);
        }
    }
}
