/* lang/parse_pattern.c: binding patterns, and expressions that turn out to be patterns. */
#include "lang/parser.h"

void bind_check_name(struct parser *p, uint32_t name, uint32_t start, uint32_t end) {
    if (name >= NAME_FIRST_FREE || p->ctx.in_ambient) return;     /* declarations may describe what cannot be written */
    if (name == NAME_EVAL || name == NAME_ARGUMENTS) {
        parse_strict_fail(p, start, end, "name-strict",
                          "eval and arguments cannot be declared or assigned in strict code");
        return;
    }
    if (name > NAME_AWAIT) return;
    if (parse_is_reserved(p, name))
        parse_fail(p, start, end, "name-reserved", "\"%.*s\" is a reserved word here and cannot be a name",
                   STR_FMT(name_text(&p->tree->names, name)));
    if (name != NAME_AWAIT) parse_strict_fail(p, start, end, "name-reserved", "this word is reserved in strict code");
    else if (p->is_detect) p->await_is_ambiguous = true;
}

/* The name alone: it is not declared yet. */
nid parse_binding_ident_undeclared(struct parser *p) {
    if (!at(p, T_IDENT)) {
        if (at_name(p) && !at(p, T_IDENT))
            parse_fail(p, p->t.start, p->t.end, "name-reserved", "\"%.*s\" is a reserved word and cannot be a name",
                       STR_FMT(name_text(&p->tree->names, p->t.name)));
        parse_fail_here(p, "a name");
    }
    bind_check_name(p, p->t.name, p->t.start, p->t.end);
    nid id = node_new(p, N_BINDING, p->t.start, p->t.end, p->t.name, 0);
    if (p->t.flags & TF_ESCAPED) NODE(id)->flags |= NF_ESCAPED;
    if (p->t.flags & TF_NON_ASCII) mark_non_ascii(p, p->t.start, p->t.end, id);
    lex_next(p);
    return id;
}

nid parse_binding_ident(struct parser *p, enum symbol_kind kind) {
    nid id = parse_binding_ident_undeclared(p);
    const struct node *n = NODE(id);
    if (n->a == NAME_LET &&
        (kind == SYMBOL_LET || kind == SYMBOL_CONST || kind == SYMBOL_USING || kind == SYMBOL_CLASS))
        parse_fail(p, n->start, n->end, "name-let", "\"let\" cannot be the name of a let or const variable or a class");
    scope_declare(p, kind, id, false);
    return id;
}

/* Target ('=' Assign)? inside a pattern. */
static nid element(struct parser *p, enum symbol_kind kind) {
    uint32_t start = p->t.start;
    nid target = parse_binding_target(p, kind);
    if (!eat(p, T_ASSIGN)) return target;
    bool no_in = p->ctx.no_in;
    p->ctx.no_in = false;
    nid value = parse_assign(p);
    p->ctx.no_in = no_in;
    return node_new(p, N_DEFAULT, start, p->t.prev_end, target, value);
}

static nid array_pattern(struct parser *p, enum symbol_kind kind) {
    uint32_t start = p->t.start;
    struct list l = {0};
    lex_next(p);
    while (!at(p, T_RBRACKET)) {
        uint32_t from = p->t.start;
        if (eat(p, T_COMMA)) {
            list_add(p, &l, node_new(p, N_HOLE, from, from, 0, 0));
            continue;
        }
        if (eat(p, T_DOTS)) {
            nid target = parse_binding_target(p, kind);
            list_add(p, &l, node_new(p, N_REST, from, p->t.prev_end, target, 0));
            if (!at(p, T_RBRACKET)) parse_fail_here(p, "\"]\" after a rest element");
        } else list_add(p, &l, element(p, kind));
        if (!at(p, T_RBRACKET)) parse_expect(p, T_COMMA);
    }
    lex_next(p);
    return node_new(p, N_ARRAY_PATTERN, start, p->t.prev_end, l.first, 0);
}

static nid object_pattern(struct parser *p, enum symbol_kind kind) {
    uint32_t start = p->t.start;
    struct list l = {0};
    lex_next(p);
    while (!at(p, T_RBRACE)) {
        uint32_t from = p->t.start;
        if (eat(p, T_DOTS)) {
            nid target = parse_binding_ident(p, kind);
            list_add(p, &l, node_new(p, N_REST, from, p->t.prev_end, target, 0));
            if (!at(p, T_RBRACE)) parse_fail_here(p, "\"}\" after a rest property");
            break;
        }
        struct token_state first = p->t;
        if (at(p, T_PRIVATE_NAME)) parse_fail_here(p, "a property name");
        nid key = parse_property_key(p), value;
        uint8_t op = PROP_INIT;
        if (eat(p, T_COLON)) value = element(p, kind);
        else {
            if (first.kind != T_IDENT) {
                if (first.kind <= T_WITH)
                    parse_fail(p, first.start, first.end, "name-reserved",
                               "\"%.*s\" is a reserved word and cannot be a name",
                               STR_FMT(name_text(&p->tree->names, first.name)));
                parse_fail_here(p, "\":\" after a property name");
            }
            struct token_state after = p->t;
            uint32_t late = p->late_marks.len;
            p->t = first;
            value = parse_binding_ident(p, kind);
            p->late_marks.len = late;           /* the key has that mark */
            p->t = after;
            op = PROP_SHORTHAND;
            if (eat(p, T_ASSIGN)) {
                bool no_in = p->ctx.no_in;
                p->ctx.no_in = false;
                nid right = parse_assign(p);
                p->ctx.no_in = no_in;
                value = node_new(p, N_DEFAULT, from, p->t.prev_end, value, right);
            }
        }
        nid id = node_new(p, N_PROPERTY, from, p->t.prev_end, key, value);
        NODE(id)->op = op;
        if (NODE(key)->kind == N_KEY && NODE(key)->a == NAME_STACK)
            mark_add_late(p, MARK_STACK, from, p->t.prev_end, id);
        list_add(p, &l, id);
        if (!at(p, T_RBRACE)) parse_expect(p, T_COMMA);
    }
    parse_expect(p, T_RBRACE);
    return node_new(p, N_OBJECT_PATTERN, start, p->t.prev_end, l.first, 0);
}

nid parse_binding_target(struct parser *p, enum symbol_kind kind) {
    if (at(p, T_IDENT)) return parse_binding_ident(p, kind);
    parse_depth(p);
    if (at(p, T_LBRACKET)) return array_pattern(p, kind);
    if (at(p, T_LBRACE)) return object_pattern(p, kind);
    return parse_binding_ident(p, kind);
}

/* --- expressions that become targets */

_Noreturn static void no_target(struct parser *p, nid id, const char *what) {
    const struct node *n = NODE(id);
    parse_fail(p, n->start, n->end, "assign-target", "%s must be a variable, a property or a pattern", what);
}

void parse_check_simple_target(struct parser *p, nid id, const char *what) {
    const struct node *n = NODE(id);
    switch (n->kind) {
    case N_IDENT:
        if (n->a == NAME_EVAL || n->a == NAME_ARGUMENTS) bind_check_name(p, n->a, n->start, n->end);
        return;
    case N_DOT: case N_INDEX:
        if (n->flags & (NF_OPTIONAL | NF_CHAIN))
            parse_fail(p, n->start, n->end, "assign-optional", "an optional chain cannot be assigned to");
        return;
    case N_PAREN: case N_TS_AS: case N_TS_NON_NULL: case N_TS_ASSERT: parse_check_simple_target(p, n->a, what); return;
    case N_CALL:                                            /* Annex B: in sloppy code it is an error when it runs */
        if (n->flags & (NF_OPTIONAL | NF_CHAIN) || NODE(n->a)->kind == N_SUPER) break;
        parse_strict_fail(p, n->start, n->end, "assign-target", "what a call gives cannot be assigned to");
        return;
    default: break;
    }
    parse_fail(p, n->start, n->end, "assign-target", "%s must be a variable or a property", what);
}

static void to_rest(struct parser *p, nid id, bool is_object) {
    struct node *n = NODE(id);
    if (n->next || n->flags & NF_REST)
        parse_fail(p, n->start, n->end, "rest-last", "a rest element must be the last, without a comma after it");
    n->kind = N_REST;
    uint8_t kind = NODE(n->a)->kind;
    if (kind == N_ASSIGN) parse_fail(p, n->start, n->end, "rest-default", "a rest element cannot have a default");
    if (is_object && kind != N_IDENT && kind != N_DOT && kind != N_INDEX && kind != N_PAREN && kind != N_TS_AS &&
        kind != N_TS_NON_NULL)
        no_target(p, n->a, "the target of a rest property");
    parse_to_assignment(p, n->a, true);
}

static void to_element(struct parser *p, nid id) {
    struct node *n = NODE(id);
    if (n->kind == N_ASSIGN && n->op == T_ASSIGN) {
        n->kind = N_DEFAULT;                /* its left side became a target when it was read, but for {a = 1} */
        n->op = 0;
        if (NODE(n->a)->kind == N_IDENT) parse_to_assignment(p, n->a, true);
    } else parse_to_assignment(p, id, true);
}

void parse_to_assignment(struct parser *p, nid id, bool in_pattern) {
    struct node *n = NODE(id);
    parse_depth(p);
    switch (n->kind) {
    case N_IDENT: {
        struct ref *r = &p->tree->refs.at[n->b];
        parse_check_simple_target(p, id, "");
        r->flags = (r->flags & ~(uint32_t)REF_READ) | REF_WRITE;
        return;
    }
    case N_DOT: case N_INDEX: parse_check_simple_target(p, id, ""); return;
    case N_CALL:
        if (in_pattern) no_target(p, id, "what is assigned to");
        parse_check_simple_target(p, id, "what is assigned to");
        return;
    case N_PAREN: case N_TS_AS: case N_TS_NON_NULL: case N_TS_ASSERT: {
        nid inner = n->a;
        while (NODE(inner)->kind == N_PAREN || NODE(inner)->kind == N_TS_AS || NODE(inner)->kind == N_TS_NON_NULL ||
               NODE(inner)->kind == N_TS_ASSERT)
            inner = NODE(inner)->a;
        parse_check_simple_target(p, inner, "what is assigned to");
        parse_to_assignment(p, inner, in_pattern);
        return;
    }
    case N_ARRAY:
        n->kind = N_ARRAY_PATTERN;
        for (nid at = n->a; at; at = NODE(at)->next) {
            uint8_t kind = NODE(at)->kind;
            if (kind == N_SPREAD) to_rest(p, at, false);
            else if (kind != N_HOLE) to_element(p, at);
        }
        return;
    case N_OBJECT:
        n->kind = N_OBJECT_PATTERN;
        for (nid at = n->a; at; at = NODE(at)->next) {
            struct node *m = NODE(at);
            if (m->kind == N_SPREAD) to_rest(p, at, true);
            else {
                if (m->op != PROP_INIT && m->op != PROP_SHORTHAND) no_target(p, at, "what is assigned to");
                if (NODE(m->a)->kind == N_KEY && NODE(m->a)->a == NAME_STACK)
                    mark_add_late(p, MARK_STACK, m->start, m->end, at);
                to_element(p, m->b);
            }
        }
        return;
    default: no_target(p, id, "what is assigned to");
    }
}

/* --- expressions that become parameters */

static void to_binding(struct parser *p, nid id) {
    struct node *n = NODE(id);
    parse_depth(p);
    switch (n->kind) {
    case N_IDENT:
        bind_check_name(p, n->a, n->start, n->end);
        p->tree->refs.at[n->b].flags = REF_DEAD;
        n->kind = N_BINDING;
        scope_declare(p, SYMBOL_PARAM, id, false);
        return;
    case N_ASSIGN:
        if (n->op != T_ASSIGN) break;
        n->kind = N_DEFAULT;
        n->op = 0;
        /* fallthrough */
    case N_DEFAULT: to_binding(p, n->a); return;
    case N_SPREAD:
        if (n->next || n->flags & NF_REST)
            parse_fail(p, n->start, n->end, "rest-last", "a rest element must be the last, without a comma after it");
        if (NODE(n->a)->kind == N_ASSIGN)
            parse_fail(p, n->start, n->end, "rest-default", "a rest element cannot have a default");
        n->kind = N_REST;
        /* fallthrough */
    case N_REST: to_binding(p, n->a); return;
    case N_ARRAY: case N_ARRAY_PATTERN:
        n->kind = N_ARRAY_PATTERN;
        for (nid at = n->a; at; at = NODE(at)->next)
            if (NODE(at)->kind != N_HOLE) to_binding(p, at);
        return;
    case N_OBJECT: case N_OBJECT_PATTERN: {
        bool was_object = n->kind == N_OBJECT;
        n->kind = N_OBJECT_PATTERN;
        for (nid at = n->a; at; at = NODE(at)->next) {
            struct node *m = NODE(at);
            if (m->kind == N_SPREAD || m->kind == N_REST) {
                uint8_t kind = NODE(m->a)->kind;
                if (kind != N_IDENT) no_target(p, m->a, "the target of a rest property");
                to_binding(p, at);
            } else {
                if (m->op != PROP_INIT && m->op != PROP_SHORTHAND) no_target(p, at, "a parameter");
                if (was_object && NODE(m->a)->kind == N_KEY && NODE(m->a)->a == NAME_STACK)
                    mark_add_late(p, MARK_STACK, m->start, m->end, at);
                to_binding(p, m->b);
            }
        }
        return;
    }
    default: break;
    }
    parse_fail(p, n->start, n->end, "param-target", "a parameter must be a name or a pattern");
}

nid parse_to_params(struct parser *p, nid first, bool *is_simple) {
    struct list l = {0};
    *is_simple = true;
    for (nid at = first, next; at; at = next) {
        struct node *n = NODE(at);
        next = n->next;
        uint32_t start = n->start, end = n->end;
        nid param;
        if (n->kind == N_PARAM) {                       /* with a type: made by the items of the parentheses */
            param = at;
            n->next = 0;
            if (n->flags & NF_REST && n->b)
                parse_fail(p, start, end, "rest-default", "a rest parameter cannot have a default");
        } else if (n->kind == N_ASSIGN && n->op == T_ASSIGN) {
            param = node_new(p, N_PARAM, start, end, n->a, n->b);
        } else if (n->kind == N_SPREAD) {
            if (NODE(n->a)->kind == N_ASSIGN)
                parse_fail(p, start, end, "rest-default", "a rest parameter cannot have a default");
            if (next || n->flags & NF_REST)
                parse_fail(p, start, end, "rest-last", "a rest parameter must be the last, without a comma after it");
            param = node_new(p, N_PARAM, start, end, n->a, 0);
            NODE(param)->flags |= NF_REST;
        } else param = node_new(p, N_PARAM, start, end, at, 0);
        struct node *m = NODE(param);
        if (m->flags & NF_REST && next) parse_fail(p, start, end, "rest-last", "a rest parameter must be the last");
        NODE(m->a)->next = 0;
        if (NODE(m->a)->kind == N_THIS && p->is_ts) {    /* `this: T`: types only */
            if (at != first) parse_fail(p, start, end, "this-param", "a this parameter must be the first");
            uint32_t to = next ? NODE(next)->start : end;
            if (next) while (p->source[to - 1] != ',') to--;
            mark_add_late(p, MARK_ERASE, start, to, 0);
            continue;
        }
        if (m->b || m->flags & NF_REST || NODE(m->a)->kind != N_IDENT) *is_simple = false;
        to_binding(p, m->a);
        list_add(p, &l, param);
    }
    return l.first;
}
