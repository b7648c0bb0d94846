/* lang/lower_using.c: `using` and `await using`: the block is put into try/catch/finally around a scope of the realm
 * that disposes of what was given to it: { const $u=$C.using();try{const x=$u.use(v);...}catch($e){$u.fail($e)}
 * finally{$u.done()}}. What is waited for is awaited in the function itself, for as many turns as elsewhere:
 * finally{while($u.more())try{await $u.result}catch($e){$u.fail($e)}$u.end()}. */
#include "lang/lower.h"

struct owner { nid node; bool is_async; };

static bool lists(const struct lower *l, nid list, nid child) {
    for (nid k = list; k; k = NODE(k)->next) if (k == child) return true;
    return false;
}

/* Parents are made after their children. */
static nid parent_of(const struct lower *l, nid id) {
    for (nid n = id + 1; n < l->t->nodes.len; n++) {
        const struct node *p = NODE(n);
        switch (p->kind) {
        case N_BLOCK: if (lists(l, p->a, id)) return n; break;
        case N_FOR: case N_FOR_OF: case N_FOR_IN: if (p->a == id) return n; break;
        case N_CASE: if (lists(l, p->b, id)) return n; break;
        default: break;
        }
    }
    return l->t->root;
}

static const struct func *function_around(const struct lower *l, uint32_t at) {
    const struct func *found = NULL;
    for (uint32_t i = 1; i < l->t->funcs.len; i++) {
        const struct func *f = &l->t->funcs.at[i];
        const struct node *n = NODE(f->node), *best = found ? NODE(found->node) : NULL;
        if (n->start <= at && n->end > at && (!best || n->end - n->start <= best->end - best->start)) found = f;
    }
    return found;
}

/* What an await that failed, or a return that waits, leaves of the context. */
static str restored(struct lower *l, uint32_t at) {
    const struct func *f = function_around(l, at);
    if (!l->async || !(f ? f->flags & FUNC_ASYNC : l->top_await)) return STR("");
    if (f && f->flags & FUNC_HAS_YIELD) return arena_join(l->a, lower_resumed(l), STR(";"));
    return arena_print(l->a, "%.*s.x=%.*s;", STR_FMT(l->ctx), STR_FMT(l->s));
}

static str closing(struct lower *l, bool is_async, uint32_t at) {
    str u = l->using_scope, e = l->using_error, back = restored(l, at);
    if (!is_async)
        return arena_print(l->a, "}catch(%.*s){%.*s.fail(%.*s)}finally{%.*s%.*s.done()}", STR_FMT(e), STR_FMT(u),
                           STR_FMT(e), STR_FMT(back), STR_FMT(u));
    str kept = STR(""), awaited = arena_print(l->a, "%.*s.result", STR_FMT(u)), after = STR("");
    if (l->async) {
        str s = l->s;
        kept = arena_print(l->a, "%.*s%.*s=%.*s.x;", STR_FMT(back), STR_FMT(s), STR_FMT(l->ctx));
        awaited = arena_print(l->a, "(%.*s===undefined?%.*s:%.*s.w(%.*s))", STR_FMT(s), STR_FMT(awaited),
                              STR_FMT(l->ctx), STR_FMT(awaited));
        after = arena_print(l->a, "finally{%.*s.x=%.*s}", STR_FMT(l->ctx), STR_FMT(s));
    }
    return arena_print(l->a,
                       "}catch(%.*s){%.*s.fail(%.*s)}finally{%.*swhile(%.*s.more())try{await %.*s}"
                       "catch(%.*s){%.*s.fail(%.*s)}%.*s%.*s.end()}",
                       STR_FMT(e), STR_FMT(u), STR_FMT(e), STR_FMT(kept), STR_FMT(u), STR_FMT(awaited), STR_FMT(e),
                       STR_FMT(u), STR_FMT(e), STR_FMT(after), STR_FMT(u));
}

static str opening(struct lower *l, const char *before) {
    return arena_print(l->a, "%sconst %.*s=%.*s.using();try{", before, STR_FMT(l->using_scope), STR_FMT(l->ctx));
}

static nid first_name(const struct lower *l, const struct node *var) { return NODE(var->a)->a; }

static void loop_body(struct lower *l, const struct node *loop, const struct node *var) {
    const struct node *body = NODE(loop->c);
    bool is_async = var->op == VAR_AWAIT_USING;
    str text = arena_print(l->a, "%.*sconst %.*s=%.*s.use%s(%.*s);", STR_FMT(opening(l, "")),
                           STR_FMT(ast_text(l->t, first_name(l, var))), STR_FMT(l->using_scope),
                           is_async ? "Async" : "", STR_FMT(l->value));
    if (body->kind == N_BLOCK) {
        /* with a block of its own: what it declares may have the same name, and may be disposed of first */
        lower_text_before(l, body->start + 1, body->end, arena_join(l->a, text, STR("{")));
        lower_text_after(l, body->end - 1, body->start, arena_join(l->a, STR("}"), closing(l, is_async, body->start)));
    } else {
        lower_text_before(l, body->start, body->end, arena_print(l->a, "{%.*s", STR_FMT(text)));
        lower_text_after(l, body->end, body->start, arena_print(l->a, "%.*s}", STR_FMT(closing(l, is_async, body->start))));
    }
}

static void wrap(struct lower *l, nid id, bool is_async) {
    const struct node *n = NODE(id);
    const char *separator;
    uint32_t at;
    switch (n->kind) {
    case N_BLOCK:
        at = lower_body_start(l, n->a, n->start + 1, &separator);
        lower_text_before(l, at, n->end, opening(l, separator));
        lower_text_after(l, n->end - 1, n->start, closing(l, is_async, n->start));
        return;
    case N_FOR: {
        nid outer = id;
        while (outer + 1 < l->t->nodes.len && NODE(outer + 1)->kind == N_LABEL && NODE(outer + 1)->b == outer) outer++;
        lower_text_before(l, NODE(outer)->start, NODE(outer)->end, opening(l, "{"));
        lower_text_after(l, NODE(outer)->end, NODE(outer)->start,
                         arena_print(l->a, "%.*s}", STR_FMT(closing(l, is_async, n->start))));
        return;
    }
    case N_CASE:
        lower_fail(l, n->start, n->end, "using-in-case", "`using` cannot stand directly in a case; put it in a block");
        return;
    default:        /* the file: the head of a module opens it, before functions are exported */
        if (l->is_esm) l->opening = opening(l, "");
        else {
            at = lower_body_start(l, n->a, l->t->hashbang_end, &separator);
            lower_text_before(l, at, n->end + 1, opening(l, separator));
        }
        l->closing = arena_print(l->a, "\n%.*s", STR_FMT(closing(l, is_async, UINT32_MAX)));
    }
}

void lower_using_edits(struct lower *l) {
    if (!(l->t->flags & TREE_HAS_USING)) return;
    LIST(struct owner) owners = {0};
    l->using_scope = lower_fresh(l, "$u");
    l->using_error = lower_fresh(l, "$e");
    for (uint32_t i = 0; i < l->t->marks.len; i++) {
        const struct mark *m = &l->t->marks.at[i];
        if (m->kind != MARK_USING) continue;
        const struct node *var = NODE(m->node);
        nid parent = parent_of(l, m->node);
        if (NODE(parent)->kind == N_FOR_OF || NODE(parent)->kind == N_FOR_IN) {
            loop_body(l, NODE(parent), var);
            continue;
        }
        bool is_async = var->op == VAR_AWAIT_USING;
        for (nid d = var->a; d; d = NODE(d)->next) {
            if (!NODE(d)->b) continue;
            const struct node *init = NODE(NODE(d)->b);
            str head = arena_print(l->a, "%.*s.use%s(", STR_FMT(l->using_scope), is_async ? "Async" : "");
            lower_text_before(l, init->start, init->end, head);
            lower_text_after(l, init->end, init->start, STR(")"));
        }
        struct owner *o = NULL;
        for (size_t k = 0; k < owners.len && !o; k++) if (owners.at[k].node == parent) o = &owners.at[k];
        if (!o) {
            o = LIST_ADD(&owners);
            *o = (struct owner){parent, false};
        }
        o->is_async |= is_async;
    }
    for (size_t i = 0; i < owners.len; i++) wrap(l, owners.at[i].node, owners.at[i].is_async);
    LIST_FREE(&owners);
}

void lower_using(struct lower *l, const struct mark *m) {
    const struct node *var = NODE(m->node);
    const struct node *parent = NODE(parent_of(l, m->node));
    emit_to(&l->e, m->start);
    emit_lit(&l->e, "const ");
    if (parent->kind == N_FOR_OF || parent->kind == N_FOR_IN) {
        emit_put(&l->e, l->value);
        lower_skip_to(l, NODE(var->a)->end);
    } else lower_skip_to(l, NODE(var->a)->start);
}
