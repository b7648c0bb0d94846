/* lang/lower_class_decorator.c: standard decorators. A key is where a class evaluates something in order, so the decorators
 * of a member go there: @d m(){}  ->  [$k0.add(0,[d],"m")](){}; the first static block applies them; fields are given
 * through $k0.init. The realm's half is mod/internal/decorators.ts. */
#include "lang/lower.h"

enum { DECORATED_STATIC = 8, DECORATED_PRIVATE = 16 };

static bool is_member(const struct node *m) { return m->kind == N_MEMBER && m->c; }

static int kind_of(const struct node *m) {
    switch (m->op) {
    case MEMBER_GET: return 1;
    case MEMBER_SET: return 2;
    case MEMBER_FIELD: return 3;
    case MEMBER_ACCESSOR: return 4;
    default: return 0;
    }
}

static void put_list(struct lower *l, nid list) {
    emit_lit(&l->e, "[");
    for (nid d = list; d; d = NODE(d)->next) {
        lower_moved(l, NODE(d)->a);
        if (NODE(d)->next) emit_lit(&l->e, ",");
    }
    emit_lit(&l->e, "]");
}

static void put_add(struct lower *l, const struct decorated *x) {
    const struct node *m = NODE(x->member), *key = NODE(m->a);
    bool is_private = key->kind == N_PRIVATE;
    int flags = kind_of(m) | (m->flags & NF_STATIC ? DECORATED_STATIC : 0) | (is_private ? DECORATED_PRIVATE : 0);
    buf_print(l->e.out, "[%.*s.add(%d,", STR_FMT(x->scope), flags);
    put_list(l, m->c);
    emit_lit(&l->e, ",");
    if (key->kind == N_COMPUTED) lower_moved(l, key->a);
    else if (is_private) emit_quote(l->e.out, ast_text(l->t, m->a));
    else if (key->kind == N_NUMBER || key->kind == N_BIGINT) emit_put(&l->e, ast_text(l->t, m->a));
    else emit_quote(l->e.out, lower_key_value(l, m->a));
    if (is_private) {
        str p = ast_text(l->t, m->a);
        buf_print(l->e.out, ",{has:o=>%.*s in o,get:o=>o.%.*s,set:(o,v)=>{o.%.*s=v}}", STR_FMT(p), STR_FMT(p), STR_FMT(p));
    }
    emit_lit(&l->e, ")]");
}

/* In place of a member's key. */
void lower_decorated_key(struct lower *l, const struct mark *m) {
    const struct decorated *x = &l->decorated.at[m->node];
    const struct node *n = NODE(x->member), *key = NODE(n->a);
    const char *fixed = n->flags & NF_STATIC ? "static " : "";
    emit_to(&l->e, m->start);
    if (n->op == MEMBER_ACCESSOR) {
        str s = x->storage;
        buf_print(l->e.out, "%sget ", fixed);
        put_add(l, x);
        buf_print(l->e.out, "(){return this.%.*s}%sset [%.*s.key(%u)]($v){this.%.*s=$v}%s%.*s", STR_FMT(s), fixed,
                  STR_FMT(x->scope), x->index, STR_FMT(s), fixed, STR_FMT(s));
    } else if (key->kind == N_PRIVATE) {
        buf_print(l->e.out, "%s", n->flags & NF_STATIC ? "" : "static ");
        put_add(l, x);
        buf_print(l->e.out, "(){}%s%.*s", fixed, STR_FMT(ast_text(l->t, n->a)));
    } else put_add(l, x);
    lower_skip_to(l, key->end);
}

/* In front of a decorated class. */
void lower_decorated_class(struct lower *l, const struct mark *m) {
    const struct decorated *x = &l->decorated.at[m->node];
    const struct node *n = NODE(x->class);
    nid decorators = l->t->classes.at[n->d].decorators;
    emit_to(&l->e, m->start);
    if (!x->is_statement) {
        buf_print(l->e.out, "((%.*s)=>(", STR_FMT(x->scope));
        return;
    }
    buf_print(l->e.out, "let %.*s=%.*s.define(", STR_FMT(x->scope), STR_FMT(l->ctx));
    put_list(l, decorators);
    emit_lit(&l->e, ")");
    if (decorators) buf_print(l->e.out, ",%.*s;(class", STR_FMT(lower_name(l, NODE(n->a)->a)));
    else emit_lit(&l->e, ";");
    if (decorators) lower_skip_to(l, NODE(n->a)->end);
}

/* Behind it. */
void lower_decorated_end(struct lower *l, const struct mark *m) {
    const struct decorated *x = &l->decorated.at[m->node];
    const struct node *n = NODE(x->class);
    nid decorators = l->t->classes.at[n->d].decorators;
    emit_to(&l->e, m->start);
    if (x->is_statement) {
        if (decorators) buf_print(l->e.out, ");%.*s=%.*s.end();", STR_FMT(lower_name(l, NODE(n->a)->a)), STR_FMT(x->scope));
        return;
    }
    buf_print(l->e.out, ",%.*s.end()))(%.*s.define(", STR_FMT(x->scope), STR_FMT(l->ctx));
    put_list(l, decorators);
    emit_lit(&l->e, "))");
}

/* --- before the pass ----------------------------------------------------------------------------------------------- */

static uint32_t add_decorated(struct lower *l, struct decorated x) {
    *LIST_ADD(&l->decorated) = x;
    return (uint32_t)l->decorated.len - 1;
}

static void add_mark(struct lower *l, uint8_t kind, uint32_t start, uint32_t end, uint32_t other, nid node) {
    uint32_t order = (uint32_t)l->edits.len;
    *LIST_ADD(&l->edits) = (struct edit){{start, end, kind, node}, other, order};
}

static void field_edits(struct lower *l, const struct decorated *x, uint32_t *hidden) {
    const struct node *m = NODE(x->member);
    const char *fixed = m->flags & NF_STATIC ? "static " : "";
    uint32_t end = m->end - (l->t->source.at[m->end - 1] == ';');
    str scope = x->scope, extra = lower_fresh(l, arena_print(l->a, "#$x%u", (*hidden)++).at);
    str behind = arena_print(l->a, ";%s%.*s=%.*s.extra(%u,this)", fixed, STR_FMT(extra), STR_FMT(scope), x->index);
    if (m->b) {
        const struct node *init = NODE(m->b);
        bool named = lower_is_anonymous(l, m->b) && NODE(m->a)->kind == N_KEY;
        str key = named ? lower_quoted(l, lower_key_value(l, m->a)) : STR("");
        lower_text_before(l, init->start, init->end, arena_print(l->a, "%.*s.init(%u,this,%s%.*s%s", STR_FMT(scope), x->index,
                                                                 named ? "{" : "", STR_FMT(key), named ? ":" : ""));
        lower_text_after(l, init->end, init->start, named ? arena_print(l->a, "}[%.*s])", STR_FMT(key)) : STR(")"));
        lower_text_after(l, end, m->start, behind);
        return;
    }
    behind = arena_print(l->a, "=%.*s.init(%u,this,void 0)%.*s", STR_FMT(scope), x->index, STR_FMT(behind));
    lower_text_after(l, end, m->start, behind);
}

static void member_edits(struct lower *l, nid class, nid id, str scope, uint32_t index, uint32_t *hidden) {
    const struct node *m = NODE(id), *key = NODE(m->a);
    if (key->kind == N_PRIVATE && m->op != MEMBER_FIELD) {
        lower_fail(l, m->start, m->end, "lower-not-yet", "decorators of private methods and accessors are not there yet");
        return;
    }
    struct decorated x = {.class = class, .member = id, .index = index, .scope = scope};
    lower_text_before(l, NODE(m->c)->start, m->end, STR(";"));          /* `[` would go on with a field before it */
    uint32_t start = key->start;
    if (m->op == MEMBER_ACCESSOR) {
        x.storage = lower_fresh(l, arena_print(l->a, "#$y%u", (*hidden)++).at);
        start = m->start;
        for (nid d = m->c; d; d = NODE(d)->next) start = lower_skip_space(l, NODE(d)->end);
    }
    if (m->op == MEMBER_FIELD || m->op == MEMBER_ACCESSOR) field_edits(l, &x, hidden);
    add_mark(l, EDIT_DECORATED_KEY, start, key->end, 0, add_decorated(l, x));
}

static void class_edits(struct lower *l, nid id, uint32_t number, uint32_t *hidden) {
    const struct node *n = NODE(id);
    const struct class_info *k = &l->t->classes.at[n->d];
    bool any = k->decorators, runs = false;
    for (nid m = n->c; m; m = NODE(m)->next) any |= is_member(NODE(m));
    if (!any) return;
    str scope = lower_fresh(l, arena_print(l->a, "$k%u", number).at);
    struct decorated x = {.class = id, .scope = scope};
    x.is_statement = n->flags & NF_DECLARATION && n->a && NODE(n->a)->kind == N_BINDING;
    uint32_t index = 0;
    for (nid m = n->c; m; m = NODE(m)->next) {
        if (!is_member(NODE(m))) continue;
        runs |= !(NODE(m)->flags & NF_STATIC) && NODE(m)->op != MEMBER_FIELD && NODE(m)->op != MEMBER_ACCESSOR;
        member_edits(l, id, m, scope, index++, hidden);
    }
    str text = arena_print(l->a, "static{%.*s.apply(this)}", STR_FMT(scope)), hide = STR("");
    if (x.is_statement && k->decorators) {
        str name = lower_name(l, NODE(n->a)->a);
        text = arena_print(l->a, "static{%.*s=%.*s.apply(this,\"%.*s\")}", STR_FMT(name), STR_FMT(scope), STR_FMT(name));
    }
    if (runs) {
        hide = lower_fresh(l, arena_print(l->a, "#$r%u", number).at);
        text = arena_print(l->a, "%.*s%.*s=%.*s.run(this);", STR_FMT(text), STR_FMT(hide), STR_FMT(scope));
    }
    lower_text_before(l, k->body_start + 1, k->body_end, text);
    uint32_t what = add_decorated(l, x);
    uint32_t start = lower_class_keyword(l, n);
    add_mark(l, EDIT_DECORATED_CLASS, start, start, n->end, what);
    add_mark(l, EDIT_DECORATED_END, n->end, n->start + 1, n->start + 1, what);
}

void lower_class_decorator_edits(struct lower *l) {
    uint32_t hidden = 0;
    if (!(l->t->flags & TREE_HAS_DECORATORS) || l->o->legacy_decorators) return;
    for (uint32_t i = 0; i < l->t->marks.len; i++)
        if (l->t->marks.at[i].kind == MARK_CLASS) class_edits(l, l->t->marks.at[i].node, i, &hidden);
}
