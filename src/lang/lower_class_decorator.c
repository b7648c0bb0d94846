/* lang/lower_class_decorator.c: standard decorators. A key is where a class evaluates something in order, so the
 * decorators of a member go there: @d m(){} -> [$k0.add(0,[d],"m")](){}; the first static block applies them; fields
 * are given through $k0.init. The realm's half is mod/internal/decorators.ts. */
#include "lang/lower.h"

enum { DECORATED_STATIC = 8, DECORATED_PRIVATE = 16, DECORATED_ASSIGNED = 32 };

bool lower_awkward_accessor(const struct lower *l, const struct node *m) {
    if (m->kind != N_MEMBER || m->op != MEMBER_ACCESSOR || NODE(m->a)->kind != N_COMPUTED) return false;
    const struct node *key = NODE(NODE(m->a)->a);
    return key->kind != N_STRING && key->kind != N_NUMBER;
}

static bool is_member(const struct lower *l, const struct node *m) {
    return m->kind == N_MEMBER && ((m->c && !(m->flags & NF_OLDER)) || lower_awkward_accessor(l, m));
}

/* Fields that are given to what stands there, in the constructor: useDefineForClassFields: false. */
static bool assigns(const struct lower *l) { return l->is_ts && l->o->assign_class_fields; }
static bool is_assigned(const struct lower *l, const struct node *m) { return assigns(l) && m->op == MEMBER_FIELD; }

bool lower_gives_field(const struct lower *l, const struct node *m) {
    return assigns(l) && (m->op == MEMBER_FIELD || m->op == MEMBER_ACCESSOR) && is_member(l, m);
}

str lower_given_name(struct lower *l, nid member) { return lower_fresh(l, arena_print(l->a, "#$g%u", member).at); }

static int kind_of(const struct node *m) {
    switch (m->op) {
    case MEMBER_GET: return 1;
    case MEMBER_SET: return 2;
    case MEMBER_FIELD: return 3;
    case MEMBER_ACCESSOR: return 4;
    default: return 0;
    }
}

static void put_list(struct lower *l, const struct node *owner, nid list) {
    emit_lit(&l->e, "[");
    for (nid d = owner->flags & NF_OLDER ? 0 : list; d; d = NODE(d)->next) {
        lower_moved(l, NODE(d)->a);
        if (NODE(d)->next) emit_lit(&l->e, ",");
    }
    emit_lit(&l->e, "]");
}

/* How the decorators reach a private member: {has:o=>#p in o,get:o=>o.#p}; one of a class that may be replaced is kept
 * by the class as it was written. */
static void put_access(struct lower *l, const struct decorated *x) {
    const struct node *m = NODE(x->member);
    str p = ast_text(l->t, m->a), k = x->scope;
    bool moves = x->replaces && m->flags & NF_STATIC;
    str at = moves ? arena_print(l->a, "%.*s.at(o)", STR_FMT(k)) : STR("o");
    buf_print(l->e.out, ",{has:o=>%.*s in ", STR_FMT(p));
    if (moves) buf_print(l->e.out, "%.*s.own(o)", STR_FMT(k));
    else emit_lit(&l->e, "o");
    if (m->op != MEMBER_SET) buf_print(l->e.out, ",get:o=>%.*s.%.*s", STR_FMT(at), STR_FMT(p));
    if (m->op == MEMBER_SET || m->op == MEMBER_FIELD || m->op == MEMBER_ACCESSOR)
        buf_print(l->e.out, ",set:(o,v)=>{%.*s.%.*s=v}", STR_FMT(at), STR_FMT(p));
    emit_lit(&l->e, "}");
}

static void put_add(struct lower *l, const struct decorated *x) {
    const struct node *m = NODE(x->member), *key = NODE(m->a);
    bool is_private = key->kind == N_PRIVATE;
    int flags = kind_of(m) | (m->flags & NF_STATIC ? DECORATED_STATIC : 0) | (is_private ? DECORATED_PRIVATE : 0) |
                (is_assigned(l, m) ? DECORATED_ASSIGNED : 0);
    buf_print(l->e.out, "[%.*s.add(%d,", STR_FMT(x->scope), flags);
    put_list(l, m, m->c);
    emit_lit(&l->e, ",");
    if (key->kind == N_COMPUTED) lower_moved(l, key->a);
    else if (is_private) emit_quote(l->e.out, ast_text(l->t, m->a));
    else if (key->kind == N_NUMBER || key->kind == N_BIGINT) emit_put(&l->e, ast_text(l->t, m->a));
    else emit_quote(l->e.out, lower_key_value(l, m->a));
    if (is_private) put_access(l, x);
    emit_lit(&l->e, ")]");
}

/* The private name itself, whose function the decorators may have replaced: get #m(){return $k0.value(2,this)} */
static void put_private(struct lower *l, const struct decorated *x) {
    const struct node *m = NODE(x->member);
    str p = ast_text(l->t, m->a), k = x->scope;
    const char *fixed = m->flags & NF_STATIC ? "static " : "";
    if (m->op != MEMBER_SET)
        buf_print(l->e.out, "%sget %.*s(){return %.*s.%s(%u,this)}", fixed, STR_FMT(p), STR_FMT(k),
                  m->op == MEMBER_METHOD ? "value" : "get", x->index);
    if (m->op == MEMBER_SET || m->op == MEMBER_ACCESSOR)
        buf_print(l->e.out, "%sset %.*s($v){%.*s.set(%u,this,$v)}", fixed, STR_FMT(p), STR_FMT(k), x->index);
}

/* #p;#$g7(){this.#p  or  #$g7(){this[$k0.name(2)]: the value that follows is put there when the constructor asks. */
static void put_given(struct lower *l, const struct decorated *x, str private_name) {
    const struct node *m = NODE(x->member);
    bool is_static = m->flags & NF_STATIC;
    str object = is_static && x->replaces && !private_name.len ? arena_print(l->a, "%.*s.self", STR_FMT(x->scope))
                                                               : STR("this");
    if (private_name.len && m->op == MEMBER_FIELD)
        buf_print(l->e.out, "%s%.*s", is_static ? "static " : "", STR_FMT(private_name));
    if (private_name.len) emit_lit(&l->e, ";");
    if (is_static) emit_lit(&l->e, "static{");
    else buf_print(l->e.out, "%.*s(){", STR_FMT(lower_given_name(l, x->member)));
    if (private_name.len) buf_print(l->e.out, "%.*s.%.*s", STR_FMT(object), STR_FMT(private_name));
    else buf_print(l->e.out, "%.*s[%.*s.name(%u)]", STR_FMT(object), STR_FMT(x->scope), x->index);
}

static void put_accessor(struct lower *l, const struct decorated *x) {
    const struct node *m = NODE(x->member);
    const char *fixed = m->flags & NF_STATIC ? "static " : "";
    str s = x->storage, object = STR("this");
    if (x->replaces && m->flags & NF_STATIC) object = arena_print(l->a, "%.*s.at(this)", STR_FMT(x->scope));
    buf_print(l->e.out, "%sget ", fixed);
    put_add(l, x);
    buf_print(l->e.out, "(){return %.*s.%.*s}%sset [%.*s.key(%u)]($v){%.*s.%.*s=$v}%s%.*s", STR_FMT(object), STR_FMT(s),
              fixed, STR_FMT(x->scope), x->index, STR_FMT(object), STR_FMT(s), fixed, STR_FMT(s));
    if (assigns(l)) put_given(l, x, s);
}

/* In place of a member's key; what a private member or an accessor has in front of it comes along. */
void lower_decorated_key(struct lower *l, const struct mark *m) {
    const struct decorated *x = &l->decorated.at[m->node];
    const struct node *n = NODE(x->member), *key = NODE(n->a);
    const char *fixed = n->flags & NF_STATIC ? "static " : "";
    bool is_private = key->kind == N_PRIVATE;
    emit_to(&l->e, m->start);
    if (is_private && n->op != MEMBER_FIELD) put_private(l, x);
    if (n->op == MEMBER_ACCESSOR) put_accessor(l, x);
    else if (is_assigned(l, n)) {
        emit_lit(&l->e, "static ");
        put_add(l, x);
        emit_lit(&l->e, "(){}");
        put_given(l, x, is_private ? ast_text(l->t, n->a) : STR(""));
    } else if (is_private && n->op == MEMBER_FIELD) {
        buf_print(l->e.out, "%s", n->flags & NF_STATIC ? "" : "static ");
        put_add(l, x);
        buf_print(l->e.out, "(){}%s%.*s", fixed, STR_FMT(ast_text(l->t, n->a)));
    } else {
        if (is_private) lower_to(l, key->start);              /* static async * */
        put_add(l, x);
    }
    lower_skip_to(l, key->end);
}

/* In front of a decorated class. */
void lower_decorated_class(struct lower *l, const struct mark *m) {
    const struct decorated *x = &l->decorated.at[m->node];
    const struct node *n = NODE(x->class);
    nid decorators = l->t->classes.at[n->d].decorators;
    emit_to(&l->e, m->start);
    if (x->is_statement || x->pauses) {
        buf_print(l->e.out, "%s%.*s=%.*s.define(", x->is_statement ? "let " : "(", STR_FMT(x->scope), STR_FMT(l->ctx));
        put_list(l, n, decorators);
        emit_lit(&l->e, ")");
        if (x->is_statement && decorators) buf_print(l->e.out, ",%.*s;(", STR_FMT(x->self));
        else emit_put(&l->e, x->is_statement ? STR(";") : STR(","));
    } else {
        if (lower_is_under_new(l, x->class)) emit_lit(&l->e, "(");
        buf_print(l->e.out, "((%.*s%s%.*s)=>(", STR_FMT(x->scope), x->self.len ? "," : "", STR_FMT(x->self));
    }
    if (!x->self.len) return;
    emit_lit(&l->e, "class");
    lower_skip_to(l, NODE(n->a)->end);
}

/* Behind it. */
void lower_decorated_end(struct lower *l, const struct mark *m) {
    const struct decorated *x = &l->decorated.at[m->node];
    const struct node *n = NODE(x->class);
    nid decorators = l->t->classes.at[n->d].decorators;
    emit_to(&l->e, m->start);
    if (x->is_statement) {
        if (decorators)
            buf_print(l->e.out, ");%.*s=%.*s.end();", STR_FMT(x->self), STR_FMT(x->scope));
        return;
    }
    if (x->pauses) {
        buf_print(l->e.out, ",%.*s.end())", STR_FMT(x->scope));
        return;
    }
    buf_print(l->e.out, ",%.*s.end()))(%.*s.define(", STR_FMT(x->scope), STR_FMT(l->ctx));
    put_list(l, n, decorators);
    emit_put(&l->e, lower_is_under_new(l, x->class) ? STR(")))") : STR("))"));
}

/* --- before the pass ---------------------------------------------------------------------------------------------- */

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
    bool is_static = m->flags & NF_STATIC;
    const char *fixed = is_static ? "static " : "";
    uint32_t end = m->end - (l->t->source.at[m->end - 1] == ';');
    str scope = x->scope, extra = lower_fresh(l, arena_print(l->a, "#$x%u", (*hidden)++).at), object = STR("this");
    if (is_static && x->replaces) object = arena_print(l->a, "%.*s.self", STR_FMT(scope));
    str behind = arena_print(l->a, ";%s%.*s=%.*s.extra(%u,%.*s)", fixed, STR_FMT(extra), STR_FMT(scope), x->index,
                             STR_FMT(object));
    if (assigns(l)) behind = arena_print(l->a, ";%.*s.extra(%u,%.*s)}", STR_FMT(scope), x->index, STR_FMT(object));
    if (m->b) {
        const struct node *init = NODE(m->b), *name = NODE(m->a);
        bool named = lower_is_anonymous(l, m->b) &&
                     (name->kind == N_KEY || name->kind == N_PRIVATE || name->kind == N_STRING);
        str key = !named ? STR("")
                         : lower_quoted(l, name->kind == N_PRIVATE ? ast_text(l->t, m->a) : lower_key_value(l, m->a));
        lower_text_before(l, init->start, init->end,
                          arena_print(l->a, "%.*s.init(%u,%.*s,%s%.*s%s", STR_FMT(scope), x->index, STR_FMT(object),
                                      named ? "{" : "", STR_FMT(key), named ? ":" : ""));
        lower_text_after(l, init->end, init->start, named ? arena_print(l->a, "}[%.*s])", STR_FMT(key)) : STR(")"));
        lower_text_after(l, end, m->start, behind);
        return;
    }
    behind = arena_print(l->a, "=%.*s.init(%u,%.*s,void 0)%.*s", STR_FMT(scope), x->index, STR_FMT(object),
                         STR_FMT(behind));
    lower_text_after(l, end, m->start, behind);
}

/* Where a member begins behind its decorators. */
static uint32_t member_start(const struct lower *l, const struct node *m) {
    uint32_t start = m->start;
    for (nid d = m->c; d; d = NODE(d)->next) start = lower_skip_space(l, NODE(d)->end);
    return start;
}

static void member_edits(struct lower *l, const struct decorated *class, nid id, uint32_t index, uint32_t *hidden) {
    const struct node *m = NODE(id), *key = NODE(m->a);
    struct decorated x = *class;
    x.member = id;
    x.index = index;
    uint32_t first = m->c && !(m->flags & NF_OLDER) ? NODE(m->c)->start : m->start;
    lower_text_before(l, first, m->end, STR(";"));          /* `[` would go on with a field before it */
    bool whole = m->op == MEMBER_ACCESSOR || is_assigned(l, m) || (key->kind == N_PRIVATE && m->op != MEMBER_FIELD);
    if (m->op == MEMBER_ACCESSOR) x.storage = lower_fresh(l, arena_print(l->a, "#$y%u", (*hidden)++).at);
    if (m->op == MEMBER_FIELD || m->op == MEMBER_ACCESSOR) field_edits(l, &x, hidden);
    add_mark(l, EDIT_DECORATED_KEY, whole ? member_start(l, m) : key->start, key->end, 0, add_decorated(l, x));
}

/* What is in a class means by its name the class that the decorators give, so the name becomes a variable: of the
 * arrow function around an expression, or of the block around, where it needs a name of its own. */
static str self_name(struct lower *l, const struct decorated *x, uint32_t number) {
    const struct node *n = NODE(x->class);
    if (!x->replaces || !n->a || NODE(n->a)->kind != N_BINDING) return STR("");
    if (!x->pauses) return lower_name(l, NODE(n->a)->a);
    str self = lower_fresh(l, arena_print(l->a, "$c%u", number).at);
    for (uint32_t i = 0; i < l->t->refs.len; i++) {
        const struct ref *r = &l->t->refs.at[i];
        if (r->symbol != NODE(n->a)->b || r->flags & REF_DEAD) continue;
        const struct node *ref = NODE(r->node);
        bool shorthand = r->flags & REF_SHORTHAND;
        *LIST_ADD(&l->texts) = !shorthand ? self
                                          : arena_print(l->a, "%.*s:%.*s", STR_FMT(lower_name(l, r->name)),
                                                        STR_FMT(self));
        add_mark(l, EDIT_MOVED, ref->start, ref->end, 0, (nid)(l->texts.len - 1));
    }
    return self;
}

static void class_edits(struct lower *l, nid id, uint32_t number, uint32_t *hidden) {
    const struct node *n = NODE(id);
    const struct class_info *k = &l->t->classes.at[n->d];
    bool replaces = k->decorators && !(n->flags & NF_OLDER), any = replaces, runs = false;
    for (nid m = n->c; m; m = NODE(m)->next) any |= is_member(l, NODE(m));
    if (!any) return;
    struct decorated x = {
        .class = id, .scope = lower_fresh(l, arena_print(l->a, "$k%u", number).at), .replaces = replaces};
    x.is_statement = n->flags & NF_DECLARATION && n->a && NODE(n->a)->kind == N_BINDING;
    x.pauses = !x.is_statement && lower_class_pauses(l, id);
    x.self = self_name(l, &x, number);
    if (x.pauses)
        lower_declare_around(l, id, arena_print(l->a, "%.*s%s%.*s", STR_FMT(x.scope), x.self.len ? "," : "",
                                                STR_FMT(x.self)));
    uint32_t index = 0;
    for (nid m = n->c; m; m = NODE(m)->next) {
        if (!is_member(l, NODE(m))) continue;
        runs |= !(NODE(m)->flags & NF_STATIC) && NODE(m)->op != MEMBER_FIELD && NODE(m)->op != MEMBER_ACCESSOR;
        member_edits(l, &x, m, index++, hidden);
    }
    str scope = x.scope, text;
    if (x.self.len) {
        text = arena_print(l->a, "static{%.*s=%.*s.apply(this,\"%.*s\")}", STR_FMT(x.self), STR_FMT(scope),
                           STR_FMT(lower_name(l, NODE(n->a)->a)));
    } else {
        str name = n->a || !replaces ? STR("") : lower_class_name_text(l, id);
        text = arena_print(l->a, "static{%.*s.apply(this%s%.*s)}", STR_FMT(scope), name.len ? "," : "", STR_FMT(name));
    }
    if (runs) {
        str hide = lower_fresh(l, arena_print(l->a, "#$r%u", number).at);
        text = arena_print(l->a, "%.*s%.*s=%.*s.run(this);", STR_FMT(text), STR_FMT(hide), STR_FMT(scope));
    }
    lower_text_before(l, k->body_start + 1, k->body_end, text);
    if (replaces) lower_replaced_class_edits(l, id, scope);
    uint32_t what = add_decorated(l, x);
    uint32_t start = lower_class_keyword(l, n);
    add_mark(l, EDIT_DECORATED_CLASS, start, start, n->end, what);
    add_mark(l, EDIT_DECORATED_END, n->end, n->start + 1, n->start + 1, what);
}

bool lower_is_defined_class(const struct lower *l, nid class) {
    for (size_t i = 0; i < l->decorated.len; i++) {
        const struct decorated *x = &l->decorated.at[i];
        if (x->class == class && !x->member) return x->is_statement;
    }
    return false;
}

str lower_replaced_scope(const struct lower *l, nid member) {
    for (size_t i = 0; i < l->decorated.len; i++) {
        const struct decorated *x = &l->decorated.at[i];
        if (x->member || !x->replaces) continue;
        for (nid m = NODE(x->class)->c; m; m = NODE(m)->next) if (m == member) return x->scope;
    }
    return STR("");
}

void lower_class_decorator_edits(struct lower *l) {
    uint32_t hidden = 0;
    if (!(l->t->flags & TREE_HAS_DECORATORS) && !l->t->classes.len) return;
    for (uint32_t i = 0; i < l->t->marks.len; i++)
        if (l->t->marks.at[i].kind == MARK_CLASS) class_edits(l, l->t->marks.at[i].node, i, &hidden);
}
