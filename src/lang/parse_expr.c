/* lang/parse_expr.c: expressions: operators, member chains, primaries. Chains of operators are loops, not recursion. */
#include "lang/parser.h"

/* Above 0: a binary operator; higher binds tighter. */
static const uint8_t precedence[T_COUNT] = {
    [T_NULLISH] = 1, [T_OR] = 2, [T_AND] = 3, [T_BIT_OR] = 4, [T_BIT_XOR] = 5, [T_BIT_AND] = 6,
    [T_EQ] = 7, [T_NE] = 7, [T_EQ_STRICT] = 7, [T_NE_STRICT] = 7,
    [T_LT] = 8, [T_GT] = 8, [T_LE] = 8, [T_GE] = 8, [T_INSTANCEOF] = 8, [T_IN] = 8,
    [T_SHL] = 9, [T_SHR] = 9, [T_USHR] = 9, [T_PLUS] = 10, [T_MINUS] = 10,
    [T_STAR] = 11, [T_SLASH] = 11, [T_PERCENT] = 11, [T_POW] = 12,
};

/* --- names */

bool parse_is_reserved(struct parser *p, uint32_t name) {
    if (name >= NAME_FIRST_FREE || name > NAME_AWAIT) return false;
    if (name < NAME_RESERVED_END) return true;
    if (name == NAME_AWAIT) return p->ctx.await || p->is_module || p->ctx.in_static_block;
    if (name == NAME_YIELD && p->ctx.yield) return true;
    return parse_is_strict(p);
}

static void check_name(struct parser *p, uint32_t name, uint32_t start, uint32_t end) {
    if (name > NAME_AWAIT) return;
    if (name == NAME_AWAIT && p->ctx.func && !p->ctx.await && !p->ctx.in_static_block && p->is_module)
        parse_fail(p, start, end, "await-outside",
                   "await can be used only in async functions and at the top level of modules");
    if (parse_is_reserved(p, name))
        parse_fail(p, start, end, "name-reserved", "\"%.*s\" is a reserved word here and cannot be a name",
                   STR_FMT(name_text(&p->tree->names, name)));
    if (name != NAME_AWAIT) parse_strict_fail(p, start, end, "name-reserved", "this word is reserved in strict code");
    else if (p->is_detect && p->ctx.func) p->await_is_ambiguous = true;
}

static void uses_arguments(struct parser *p, uint32_t start, uint32_t end) {
    if (p->ctx.in_field || p->ctx.in_static_block)
        parse_fail(p, start, end, "arguments-in-field",
                   "\"arguments\" cannot be used in a field's initializer or a static block");
    for (uint32_t f = p->ctx.func;; f = p->tree->funcs.at[f].parent) {
        p->tree->funcs.at[f].flags |= FUNC_HAS_ARGUMENTS;
        if (!(p->tree->funcs.at[f].flags & FUNC_ARROW)) break;
    }
}

nid parse_ident_at(struct parser *p, const struct token_state *t) {
    check_name(p, t->name, t->start, t->end);
    if (t->name == NAME_ARGUMENTS) uses_arguments(p, t->start, t->end);
    nid id = node_new(p, N_IDENT, t->start, t->end, t->name, 0);
    NODE(id)->b = ref_add(p, id, t->start, t->name, REF_READ);
    if (t->flags & TF_ESCAPED) NODE(id)->flags |= NF_ESCAPED;
    if (t->flags & TF_NON_ASCII) mark_non_ascii(p, t->start, t->end, id);
    return id;
}

nid parse_ident_reference(struct parser *p) {
    if (!at(p, T_IDENT)) parse_fail_here(p, "an identifier");
    nid id = parse_ident_at(p, &p->t);
    lex_next(p);
    return id;
}

/* The variable that `id` names, through parentheses and what TypeScript erases; or NULL. */
static struct ref *ref_of(struct parser *p, nid id) {
    for (;;) {
        const struct node *n = NODE(id);
        switch (n->kind) {
        case N_IDENT: return &p->tree->refs.at[n->b];
        case N_PAREN: case N_TS_NON_NULL: case N_TS_AS: case N_TS_INSTANCE: id = n->a; break;
        case N_TS_ASSERT: id = n->a; break;
        default: return NULL;
        }
    }
}

static void ref_is(struct parser *p, nid id, uint32_t flags) {
    struct ref *r = ref_of(p, id);
    if (r) r->flags |= flags;
}

/* --- assignment level */

/* Yield -> 'yield' ('*'? Assign)? */
static nid parse_yield(struct parser *p) {
    uint32_t start = p->t.start;
    if (p->ctx.in_params_generator)
        parse_fail(p, start, p->t.end, "yield-in-params",
                   "a yield expression cannot stand in the parameters of a generator");
    if (p->t.flags & TF_ESCAPED) parse_fail(p, start, p->t.end, "keyword-escaped", "a keyword cannot have escapes");
    p->ctx.last_yield = start + 1;
    struct func *f = &p->tree->funcs.at[p->ctx.func];
    f->flags |= FUNC_HAS_YIELD;
    uint32_t mark = f->flags & FUNC_ASYNC ? mark_add(p, MARK_YIELD, start, 0, 0) : UINT32_MAX;
    uint32_t end = p->t.end;
    lex_next(p);
    nid argument = 0;
    bool delegate = false;
    if (!newline_before(p)) {
        if (at(p, T_STAR)) {
            delegate = true;
            lex_next(p);
            argument = parse_assign(p);
        } else if (parse_starts_expression(p)) argument = parse_assign(p);
        if (argument) end = p->t.prev_end;
    }
    if (!argument && newline_before(p)) p->tree->flags |= TREE_AWKWARD;      /* a statement may end here */
    nid id = node_new(p, N_YIELD, start, end, argument, 0);
    if (delegate) NODE(id)->flags |= NF_DELEGATE;
    if (mark != UINT32_MAX) p->tree->marks.at[mark] = (struct mark){start, end, MARK_YIELD, id};
    p->made_arrow = id;                 /* no operator follows it either */
    return id;
}

bool parse_starts_expression(const struct parser *p) {
    switch (p->t.kind) {
    case T_END: case T_RPAREN: case T_RBRACKET: case T_RBRACE: case T_COMMA: case T_SEMICOLON: case T_COLON: case T_IN:
    case T_QUESTION: case T_QUESTION_DOT: case T_ARROW: case T_DOT: return false;
    case T_IDENT: return !(p->t.name == NAME_OF && 0);
    default: return true;
    }
}

nid parse_assign(struct parser *p) {
    struct cover c = {0};
    nid id = parse_assign_cover(p, &c);
    if (c.initialized_name)
        parse_fail(p, c.initialized_name - 1, c.initialized_name, "object-default",
                   "\"=\" cannot stand in an object, only in a pattern; write \":\"");
    if (c.duplicate_proto)
        parse_fail(p, c.duplicate_proto - 1, c.duplicate_proto + 8, "duplicate-proto",
                   "an object can set __proto__ only once");
    return id;
}

static nid parse_binary(struct parser *p, unsigned least);

/* Conditional -> Binary ('?' Assign ':' Assign)? */
static nid parse_conditional(struct parser *p, uint32_t start) {
    nid test = parse_binary(p, 0);
    if (!at(p, T_QUESTION) || test == p->made_arrow) return test;
    if (p->is_ts && p->paren_item == start + 1) {
        uint8_t kind = NODE(test)->kind;
        if (kind == N_IDENT || kind == N_OBJECT || kind == N_ARRAY || kind == N_THIS) {
            uint32_t c = lex_peek_char(p);
            if (c == ',' || c == ')' || c == ':' || c == '=') return test;
        }
    }
    struct context saved = p->ctx;
    lex_next(p);
    p->ctx.no_in = false;
    p->ctx.in_conditional = true;
    nid yes = parse_assign(p);
    p->ctx.no_in = saved.no_in;
    p->ctx.in_conditional = saved.in_conditional;
    parse_expect(p, T_COLON);
    nid no = parse_assign(p);
    nid id = node_new(p, N_CONDITIONAL, start, p->t.prev_end, test, yes);
    NODE(id)->c = no;
    return id;
}

static bool is_call(struct parser *p, nid id) {
    while (NODE(id)->kind == N_PAREN) id = NODE(id)->a;
    return NODE(id)->kind == N_CALL;
}

nid parse_assign_cover(struct parser *p, struct cover *c) {
    parse_depth(p);
    uint32_t start = p->t.start;
    if (at(p, T_IDENT) && p->t.name == NAME_YIELD && p->ctx.yield) return parse_yield(p);
    struct cover *outer = p->cover, before = *c;
    p->cover = c;
    p->arrow_start = start;
    nid left = parse_conditional(p, start);
    if (p->t.kind >= T_ASSIGN && left != p->made_arrow) {
        enum token op = (enum token)p->t.kind;
        uint8_t kind = NODE(left)->kind;
        if (op == T_ASSIGN) {
            if (kind == N_ARRAY || kind == N_OBJECT) *c = before;
            parse_to_assignment(p, left, false);
            struct ref *r = ref_of(p, left);
            if (r) r->flags = (r->flags & ~(uint32_t)REF_READ) | REF_WRITE;
        } else {
            parse_check_simple_target(p, left, "the left side of this assignment");
            bool logical = op == T_ASSIGN_NULLISH || op == T_ASSIGN_LOGICAL_OR || op == T_ASSIGN_LOGICAL_AND;
            if (logical && is_call(p, left))
                parse_fail(p, start, NODE(left)->end, "assign-target", "what a call gives cannot be assigned to");
            ref_is(p, left, REF_WRITE);
        }
        lex_next(p);
        nid right = parse_assign(p);
        left = node_new(p, N_ASSIGN, start, p->t.prev_end, left, right);
        NODE(left)->op = op;
    }
    p->cover = outer;
    return left;
}

/* Expression -> Assign (',' Assign)* */
nid parse_expression(struct parser *p) {
    uint32_t start = p->t.start;
    nid first = parse_assign(p);
    if (!at(p, T_COMMA)) return first;
    struct list l = {0};
    list_add(p, &l, first);
    while (eat(p, T_COMMA)) list_add(p, &l, parse_assign(p));
    return node_new(p, N_SEQUENCE, start, p->t.prev_end, l.first, 0);
}

/* --- operators */

static nid ts_as(struct parser *p, nid left, uint32_t start) {
    uint32_t word = p->t.name, from = p->t.start;
    lex_next(p);
    nid type;
    if (word == NAME_AS && at(p, T_CONST)) {
        type = node_new(p, N_TYPE, p->t.start, p->t.end, 0, 0);
        lex_next(p);
    } else type = parse_type_node(p);
    p->tree->flags |= TREE_HAS_TS;
    mark_add(p, MARK_ERASE_OPERATOR, from, p->t.prev_end, type);
    left = node_new(p, N_TS_AS, start, p->t.prev_end, left, type);
    NODE(left)->op = (uint8_t)word;
    /* the type ended before a token that its own rules may have read differently */
    return left;
}

static bool is_logical(struct parser *p, nid id, bool nullish) {
    const struct node *n = NODE(id);
    if (n->kind != N_BINARY) return false;
    return nullish ? n->op == T_NULLISH : n->op == T_OR || n->op == T_AND;
}

static nid parse_binary(struct parser *p, unsigned least) {
    uint32_t start = p->t.start;
    nid left;
    if (at(p, T_PRIVATE_NAME)) {
        left = node_new(p, N_PRIVATE, p->t.start, p->t.end, p->t.name, 0);
        if (!p->class_depth)
            parse_fail(p, p->t.start, p->t.end, "private-outside",
                       "a private name can be used only in a class that declares it");
        struct private_name *r = TABLE_ADD(&p->private_refs);
        *r = (struct private_name){p->t.name, p->t.start, 0};
        lex_next(p);
        if (!at(p, T_IN) || p->ctx.no_in || least >= 8) parse_fail_here(p, "\"in\" after a private name");
    } else left = parse_unary(p);
    for (;;) {
        unsigned power = precedence[p->t.kind];
        if (left == p->made_arrow && power) return left;
        if (!power) {
            if (p->t.kind != T_IDENT || !p->is_ts || least >= 8 || newline_before(p) || left == p->made_arrow)
                return left;
            if (!at_word(p, NAME_AS) && !at_word(p, NAME_SATISFIES)) return left;
            left = ts_as(p, left, start);
            continue;
        }
        enum token op = (enum token)p->t.kind;
        if (power <= least || (op == T_IN && p->ctx.no_in)) return left;
        if (op == T_POW) {
            uint8_t kind = NODE(left)->kind;
            if (kind == N_UNARY || kind == N_AWAIT)
                parse_fail(p, NODE(left)->start, NODE(left)->end, "unary-power",
                           "put parentheses around the left side of ** or around the whole");
        }
        lex_next(p);
        if (at(p, T_PRIVATE_NAME) && power >= 8) parse_fail_here(p, "an expression");
        if (op == T_POW) parse_depth(p);
        nid right = parse_binary(p, op == T_POW ? power - 1 : power);
        if (op == T_NULLISH ? is_logical(p, left, false) || is_logical(p, right, false)
                            : (op == T_OR || op == T_AND) && (is_logical(p, left, true) || is_logical(p, right, true)))
            parse_fail(p, start, p->t.prev_end, "nullish-mixed", "put parentheses where ?? meets || or &&");
        left = node_new(p, N_BINARY, start, p->t.prev_end, left, right);
        NODE(left)->op = op;
    }
}

static nid parse_await(struct parser *p) {
    uint32_t start = p->t.start;
    if (p->ctx.in_params_async)
        parse_fail(p, start, p->t.end, "await-in-params",
                   "an await expression cannot stand in the parameters of an async function");
    if (p->t.flags & TF_ESCAPED) parse_fail(p, start, p->t.end, "keyword-escaped", "a keyword cannot have escapes");
    p->ctx.last_await = start + 1;
    p->tree->funcs.at[p->ctx.func].flags |= FUNC_HAS_AWAIT;
    if (p->ctx.func == 0) p->tree->flags |= TREE_HAS_TLA;
    uint32_t mark = mark_add(p, MARK_AWAIT, start, 0, 0);
    lex_next(p);
    nid argument = parse_unary(p);
    nid id = node_new(p, N_AWAIT, start, p->t.prev_end, argument, 0);
    p->tree->marks.at[mark].end = p->t.prev_end;
    p->tree->marks.at[mark].node = id;
    return id;
}

/* The file's kind is not known and `await` stands outside every function: an operator where nothing else makes
 * sense. */
static bool await_is_operator(struct parser *p) {
    struct token_state next;
    if (!lex_peek(p, &next)) next.kind = T_SLASH;
    if (!(next.flags & TF_NEWLINE)) {
        switch (next.kind) {
        case T_IDENT:
            if (next.name == NAME_OF || next.name == NAME_AS || next.name == NAME_SATISFIES) break;
            /* fallthrough */
        case T_NUMBER:
        case T_BIGINT:
        case T_STRING:
        case T_NEW:
        case T_THIS:
        case T_NULL:
        case T_TRUE:
        case T_FALSE:
        case T_FUNCTION:
        case T_CLASS: case T_TYPEOF: case T_VOID: case T_IMPORT: case T_LBRACE: case T_TILDE:
            parse_saw_module(p);
            return true;
        case T_NOT:
            if (!p->is_ts) {
                parse_saw_module(p);
                return true;
            }
            break;
        case T_LPAREN:
        case T_LBRACKET:
        case T_PLUS:
        case T_MINUS:
        case T_SLASH:
        case T_TEMPLATE:
        case T_TEMPLATE_HEAD:
        case T_ASSIGN_DIV: p->await_used = true; break;
        default: break;
        }
    } else p->await_used = p->await_used || next.kind == T_IDENT;
    p->await_is_ambiguous = true;
    return false;
}

static void check_delete(struct parser *p, uint32_t start, nid operand) {
    nid id = operand;
    while (NODE(id)->kind == N_PAREN) id = NODE(id)->a;
    const struct node *n = NODE(id);
    if (n->kind == N_IDENT) {
        parse_strict_fail(p, start, n->end, "delete-name", "a variable cannot be deleted in strict code");
        p->tree->refs.at[n->b].flags |= REF_DELETE;
    }
    if (n->flags & (NF_OPTIONAL | NF_CHAIN)) p->tree->flags |= TREE_AWKWARD;
    if (n->kind == N_DOT && n->flags & NF_PRIVATE)
        parse_fail(p, start, n->end, "delete-private", "a private member cannot be deleted");
}

nid parse_unary(struct parser *p) {
    uint32_t start = p->t.start;
    enum token op = (enum token)p->t.kind;
    nid id;
    switch (op) {
    case T_NOT: case T_TILDE: case T_PLUS: case T_MINUS: case T_TYPEOF: case T_VOID: case T_DELETE:
        parse_depth(p);
        lex_next(p);
        id = parse_unary(p);
        if (op == T_DELETE) check_delete(p, start, id);
        else if (op == T_TYPEOF) ref_is(p, id, REF_TYPEOF);
        id = node_new(p, N_UNARY, start, p->t.prev_end, id, 0);
        NODE(id)->op = op;
        return id;
    case T_INC: case T_DEC:
        parse_depth(p);
        lex_next(p);
        id = parse_unary(p);
        parse_check_simple_target(p, id, op == T_INC ? "the operand of ++" : "the operand of --");
        ref_is(p, id, REF_WRITE);
        id = node_new(p, N_UPDATE, start, p->t.prev_end, id, 0);
        NODE(id)->op = op;
        NODE(id)->flags |= NF_PREFIX;
        return id;
    case T_LT:
        if (p->is_ts && !p->is_jsx) return parse_ts_assert(p);
        break;
    case T_IDENT:
        if (p->t.name != NAME_AWAIT) break;
        parse_depth(p);
        if (p->ctx.await || (p->is_module && p->ctx.func == 0)) return parse_await(p);
        if (p->is_detect && p->ctx.func == 0 && !(p->t.flags & TF_ESCAPED) && await_is_operator(p))
            return parse_await(p);
        break;
    default: break;
    }
    id = parse_left_hand_side(p);
    if ((at(p, T_INC) || at(p, T_DEC)) && !newline_before(p) && id != p->made_arrow) {
        parse_check_simple_target(p, id, at(p, T_INC) ? "the operand of ++" : "the operand of --");
        ref_is(p, id, REF_WRITE);
        op = (enum token)p->t.kind;
        lex_next(p);
        id = node_new(p, N_UPDATE, start, p->t.prev_end, id, 0);
        NODE(id)->op = op;
    }
    return id;
}

/* --- member chains */

/* Arguments -> (Assign | '...' Assign) (',' ...)* ','? ')' */
nid parse_arguments(struct parser *p, uint16_t *flags) {
    struct list l = {0};
    bool no_in = p->ctx.no_in, in_conditional = p->ctx.in_conditional;
    p->ctx.no_in = p->ctx.in_conditional = false;
    while (!at(p, T_RPAREN)) {
        if (at(p, T_DOTS)) {
            uint32_t start = p->t.start;
            lex_next(p);
            nid value = parse_assign(p);
            list_add(p, &l, node_new(p, N_SPREAD, start, p->t.prev_end, value, 0));
            *flags |= NF_REST;
        } else list_add(p, &l, parse_assign(p));
        if (!eat(p, T_COMMA)) break;
    }
    p->ctx.no_in = no_in;
    p->ctx.in_conditional = in_conditional;
    if (!at(p, T_RPAREN)) parse_fail_here(p, "\",\" or \")\"");
    lex_next(p);
    return l.first;
}

static void direct_eval(struct parser *p, nid call) {
    for (uint32_t s = p->scope; s; s = p->tree->scopes.at[s].parent) p->tree->scopes.at[s].flags |= SCOPE_HAS_EVAL;
    for (uint32_t f = p->ctx.func;; f = p->tree->funcs.at[f].parent) {
        p->tree->funcs.at[f].flags |= FUNC_HAS_EVAL;
        if (!f) break;
    }
    p->tree->flags |= TREE_HAS_EVAL;
    mark_add_late(p, MARK_EVAL, NODE(call)->start, NODE(call)->end, call);
}

/* Makes the call node: the arguments were read. */
nid parse_call_of(struct parser *p, nid callee, uint32_t start, uint16_t flags, nid arguments) {
    ref_is(p, callee, REF_CALL);
    nid id = node_new(p, N_CALL, start, p->t.prev_end, callee, arguments);
    NODE(id)->flags |= flags;
    return id;
}

static nid call(struct parser *p, nid callee, uint32_t start, uint16_t flags, nid type_args) {
    const struct node *n = NODE(callee);
    bool is_eval = n->kind == N_IDENT && n->a == NAME_EVAL && !(flags & NF_OPTIONAL);
    ref_is(p, callee, flags & NF_OPTIONAL ? REF_CALL | REF_OPTIONAL_CALL : REF_CALL);
    bool in_decorator = p->ctx.in_decorator;
    p->ctx.in_decorator = false;
    lex_next(p);
    nid arguments = parse_arguments(p, &flags);
    p->ctx.in_decorator = in_decorator;
    nid id = node_new(p, N_CALL, start, p->t.prev_end, callee, arguments);
    NODE(id)->c = type_args;
    NODE(id)->flags |= flags;
    if (is_eval) direct_eval(p, id);
    return id;
}

/* After . or ?. : the name. */
static nid dot(struct parser *p, nid object, uint32_t start, uint16_t flags) {
    if (!at_name(p)) {
        if (!at(p, T_PRIVATE_NAME)) parse_fail_here(p, "a property name");
        flags |= NF_PRIVATE;
        if (NODE(object)->kind == N_SUPER)
            parse_fail(p, p->t.start, p->t.end, "super-private", "super has no private members");
        if (!p->class_depth)
            parse_fail(p, p->t.start, p->t.end, "private-outside",
                       "a private name can be used only in a class that declares it");
        struct private_name *r = TABLE_ADD(&p->private_refs);
        *r = (struct private_name){p->t.name, p->t.start, 0};
    }
    struct node *o = NODE(object);
    if (o->kind == N_IDENT) p->tree->refs.at[o->b].flags |= REF_OBJECT;
    nid id = node_new(p, N_DOT, start, p->t.end, object, p->t.name);
    NODE(id)->c = p->t.start;
    NODE(id)->flags = flags;
    if (p->t.flags & TF_NON_ASCII) mark_non_ascii(p, p->t.start, p->t.end, 0);
    if (p->t.name == NAME_EVAL) p->tree->flags |= TREE_NAMES_EVAL;
    if (p->t.name == NAME_STACK) mark_add_late(p, MARK_STACK, start, p->t.end, id);
    lex_next(p);
    return id;
}

static nid index_of(struct parser *p, nid object, uint32_t start, uint16_t flags) {
    bool no_in = p->ctx.no_in, in_conditional = p->ctx.in_conditional;
    p->ctx.no_in = p->ctx.in_conditional = false;
    lex_next(p);
    nid index = parse_expression(p);
    p->ctx.no_in = no_in;
    p->ctx.in_conditional = in_conditional;
    parse_expect(p, T_RBRACKET);
    ref_is(p, object, REF_OBJECT);
    nid id = node_new(p, N_INDEX, start, p->t.prev_end, object, index);
    NODE(id)->flags = flags;
    return id;
}

nid parse_subscripts(struct parser *p, nid base, bool no_call) {
    uint32_t start = NODE(base)->start;
    uint16_t chain = 0;
    if (p->t.kind == T_LBRACKET || p->t.kind == T_DOT || p->t.kind == T_LPAREN || p->t.kind == T_QUESTION_DOT) {
        uint8_t kind = NODE(base)->kind;
        if ((kind == N_OBJECT || kind == N_ARRAY) && p->cover->initialized_name > start)
            parse_fail(p, p->cover->initialized_name - 1, p->cover->initialized_name, "object-default",
                       "\"=\" cannot stand in an object, only in a pattern; write \":\"");
    }
    for (;;) {
        switch (p->t.kind) {
        case T_DOT:
            lex_next(p);
            base = dot(p, base, start, chain);
            break;
        case T_QUESTION_DOT: {
            if (no_call)
                parse_fail(p, p->t.start, p->t.end, "new-optional",
                           "an optional chain cannot stand in the callee of new");
            if (NODE(base)->kind == N_SUPER) parse_fail_here(p, "\".\" or \"[\" after super");
            lex_next(p);
            chain = NF_CHAIN;
            if (at(p, T_LPAREN)) base = call(p, base, start, NF_OPTIONAL, 0);
            else if (at(p, T_LBRACKET)) base = index_of(p, base, start, NF_OPTIONAL);
            else if (at(p, T_TEMPLATE) || at(p, T_TEMPLATE_HEAD))
                parse_fail_here(p, "no template in an optional chain");
            else if (p->is_ts && (at(p, T_LT) || at(p, T_SHL))) {
                if (at(p, T_SHL)) lex_split_lt(p);
                nid args = parse_type_args(p);
                if (!at(p, T_LPAREN)) parse_fail_here(p, "\"(\" after type arguments");
                mark_add(p, MARK_ERASE_OPERATOR, NODE(args)->start, NODE(args)->end, args);
                base = call(p, base, start, NF_OPTIONAL, args);
            } else base = dot(p, base, start, NF_OPTIONAL);
            break;
        }
        case T_LBRACKET: {
            if (p->ctx.in_decorator) return base;           /* @d() ['name']() {}: the member's name */
            base = index_of(p, base, start, chain);
            break;
        }
        case T_LPAREN:
            if (no_call) return base;
            base = call(p, base, start, chain, 0);
            break;
        case T_TEMPLATE: case T_TEMPLATE_HEAD: {
            if (chain)
                parse_fail(p, p->t.start, p->t.end, "template-optional", "a template cannot follow an optional chain");
            ref_is(p, base, REF_TAG);
            nid text = parse_template(p, true);
            base = node_new(p, N_TAGGED, start, p->t.prev_end, base, text);
            break;
        }
        case T_NOT:
            if (!p->is_ts || newline_before(p)) return base;
            mark_add(p, MARK_ERASE_OPERATOR, p->t.start, p->t.end, 0);
            p->tree->flags |= TREE_HAS_TS;
            base = node_new(p, N_TS_NON_NULL, start, p->t.end, base, 0);
            lex_next(p);
            break;
        case T_LT: case T_SHL: {
            if (!p->is_ts) return base;
            nid args = parse_type_args_in_expression(p);
            if (!args) return base;
            mark_add(p, MARK_ERASE_OPERATOR, NODE(args)->start, NODE(args)->end, args);
            if (at(p, T_LPAREN) && !no_call) base = call(p, base, start, chain, args);
            else if (at(p, T_TEMPLATE) || at(p, T_TEMPLATE_HEAD)) {
                if (chain)
                    parse_fail(p, p->t.start, p->t.end, "template-optional",
                               "a template cannot follow an optional chain");
                ref_is(p, base, REF_TAG);
                nid text = parse_template(p, true);
                base = node_new(p, N_TAGGED, start, p->t.prev_end, base, text);
            } else if (no_call && at(p, T_LPAREN)) {
                return node_new(p, N_TS_INSTANCE, start, NODE(args)->end, base, args);
            } else {
                if (at(p, T_DOT) || (at(p, T_QUESTION_DOT) && lex_peek_char(p) != '('))
                    parse_fail(p, p->t.start, p->t.end, "instance-member",
                               "put parentheses around the instantiation expression before its member");
                base = node_new(p, N_TS_INSTANCE, start, NODE(args)->end, base, args);
            }
            break;
        }
        default: return base;
        }
    }
}

/* New -> 'new' '.' 'target' | 'new' Member Arguments? */
static nid parse_new(struct parser *p) {
    uint32_t start = p->t.start;
    parse_depth(p);
    lex_next(p);
    if (at(p, T_DOT)) {
        lex_next(p);
        if (!at_word(p, NAME_TARGET)) parse_fail_here(p, "\"target\" after \"new.\"");
        if (!p->ctx.can_new_target)
            parse_fail(p, start, p->t.end, "new-target", "new.target can be used only in functions and class bodies");
        for (uint32_t f = p->ctx.func;; f = p->tree->funcs.at[f].parent) {
            p->tree->funcs.at[f].flags |= FUNC_HAS_NEW_TARGET;
            if (!(p->tree->funcs.at[f].flags & FUNC_ARROW)) break;
        }
        lex_next(p);
        return node_new(p, N_NEW_TARGET, start, p->t.prev_end, 0, 0);
    }
    if (at(p, T_IMPORT) && lex_peek_char(p) != '.')
        parse_fail(p, p->t.start, p->t.end, "new-import", "import() cannot be called with new");
    p->arrow_start = UINT32_MAX;
    nid callee = parse_left_hand_side(p);
    ref_is(p, callee, REF_NEW);
    nid type_args = 0;
    if (NODE(callee)->kind == N_TS_INSTANCE && NODE(callee)->end == p->t.prev_end) {
        type_args = NODE(callee)->b;
        callee = NODE(callee)->a;
        ref_is(p, callee, REF_NEW);
    }
    uint16_t flags = 0;
    nid arguments = 0;
    if (at(p, T_LPAREN)) {
        lex_next(p);
        arguments = parse_arguments(p, &flags);
    }
    nid id = node_new(p, N_NEW, start, p->t.prev_end, callee, arguments);
    NODE(id)->c = type_args;
    NODE(id)->flags = flags;
    return id;
}

static nid parse_import_expression(struct parser *p) {
    uint32_t start = p->t.start;
    uint8_t phase = PHASE_EVALUATION;
    uint32_t mark = mark_add(p, MARK_IMPORT_CALL, start, 0, 0);
    lex_next(p);
    if (at(p, T_DOT)) {
        lex_next(p);
        if (at_word(p, NAME_META)) {
            if (!p->is_module) {
                if (!p->is_detect)
                    parse_fail(p, start, p->t.end, "import-meta", "import.meta can be used only in a module");
                parse_saw_module(p);
            }
            p->tree->flags |= TREE_HAS_META;
            lex_next(p);
            nid id = node_new(p, N_IMPORT_META, start, p->t.prev_end, 0, 0);
            p->tree->marks.at[mark] = (struct mark){start, p->t.prev_end, MARK_IMPORT_META, id};
            return id;
        }
        if (at_word(p, NAME_DEFER)) phase = PHASE_DEFER;
        else if (at_word(p, NAME_SOURCE)) phase = PHASE_SOURCE;
        else parse_fail_here(p, "\"meta\" after \"import.\"");
        lex_next(p);
    }
    parse_expect(p, T_LPAREN);
    bool no_in = p->ctx.no_in;
    p->ctx.no_in = false;
    if (at(p, T_DOTS)) parse_fail_here(p, "a module specifier");
    nid specifier = parse_assign(p), options = 0;
    if (eat(p, T_COMMA) && !at(p, T_RPAREN)) {
        options = parse_assign(p);
        eat(p, T_COMMA);
    }
    p->ctx.no_in = no_in;
    parse_expect(p, T_RPAREN);
    p->tree->flags |= TREE_HAS_DYNAMIC_IMPORT;
    nid id = node_new(p, N_IMPORT_CALL, start, p->t.prev_end, specifier, options);
    NODE(id)->op = phase;
    p->tree->marks.at[mark].end = p->t.prev_end;
    p->tree->marks.at[mark].node = id;
    return id;
}

static nid parse_super(struct parser *p) {
    uint32_t start = p->t.start, end = p->t.end;
    lex_next(p);
    if (at(p, T_LPAREN)) {
        if (!p->ctx.can_super_call)
            parse_fail(p, start, end, "super-call",
                       "super() can be called only in the constructor of a class that extends another");
    } else if (at(p, T_DOT) || at(p, T_LBRACKET)) {
        if (!p->ctx.can_super_member)
            parse_fail(p, start, end, "super-member", "super can be used only in methods and class members");
    } else parse_fail_here(p, "\"(\", \".\" or \"[\" after super");
    for (uint32_t f = p->ctx.func;; f = p->tree->funcs.at[f].parent) {
        p->tree->funcs.at[f].flags |= at(p, T_LPAREN) ? FUNC_HAS_SUPER_CALL | FUNC_HAS_THIS
                                                      : FUNC_HAS_SUPER_MEMBER | FUNC_HAS_THIS;
        if (!(p->tree->funcs.at[f].flags & FUNC_ARROW)) break;
    }
    return node_new(p, N_SUPER, start, end, 0, 0);
}

static nid parse_this(struct parser *p) {
    nid id = node_new(p, N_THIS, p->t.start, p->t.end, 0, 0);
    uint32_t f = p->ctx.func;
    for (;; f = p->tree->funcs.at[f].parent) {
        p->tree->funcs.at[f].flags |= FUNC_HAS_THIS;
        if (!(p->tree->funcs.at[f].flags & FUNC_ARROW)) break;
    }
    if (f == 0) mark_add(p, MARK_THIS, p->t.start, p->t.end, id);
    lex_next(p);
    return id;
}

/* --- primaries */

nid parse_string(struct parser *p) {
    if (!at(p, T_STRING)) parse_fail_here(p, "a string");
    nid id = node_new(p, N_STRING, p->t.start, p->t.end, 0, 0);
    if (p->t.flags & TF_ESCAPED) NODE(id)->flags |= NF_ESCAPED;
    if (p->t.flags & TF_OCTAL) {
        NODE(id)->flags |= NF_LEGACY;
        parse_strict_fail(p, p->t.start, p->t.end, "octal-escape",
                          "an octal escape cannot stand in strict code; write \\xHH");
    }
    if (p->t.flags & TF_NON_ASCII) mark_non_ascii(p, p->t.start, p->t.end, id);
    lex_next(p);
    return id;
}

static nid parse_number(struct parser *p) {
    nid id = node_new(p, at(p, T_BIGINT) ? N_BIGINT : N_NUMBER, p->t.start, p->t.end, 0, 0);
    if (p->t.flags & (TF_OCTAL | TF_LEADING_ZERO)) {
        NODE(id)->flags |= NF_LEGACY;
        parse_strict_fail(p, p->t.start, p->t.end, "octal-number",
                          "a number cannot start with 0 in strict code; write 0o for octal");
    }
    lex_next(p);
    return id;
}

static nid parse_regexp(struct parser *p) {
    lex_regexp(p);
    uint32_t flags = lex_flags_start(p);
    nid id = node_new(p, N_REGEXP, p->t.start, p->t.end, flags, 0);
    if (p->t.flags & TF_NON_ASCII) mark_non_ascii(p, p->t.start, p->t.end, id);
    if (!p->options->keep_regexps) {
        size_t where = 0;
        str body = str_of(p->source + p->t.start + 1, flags - p->t.start - 2);
        const char *wrong = lex_regexp_check(body, str_of(p->source + flags, p->t.end - flags), &where);
        if (wrong)
            parse_fail(p, p->t.start + 1 + (uint32_t)where, p->t.start + 2 + (uint32_t)where, "regexp", "%s", wrong);
    }
    lex_next(p);
    return id;
}

static void template_part(struct parser *p, struct list *l, uint32_t from, bool tagged) {
    uint32_t end = p->t.end - (at(p, T_TEMPLATE) ? 1 : 2);
    if (p->t.flags & TF_BAD_ESCAPE && !tagged)
        parse_fail(p, from, end, "template-escape", "this template has an escape that means nothing");
    nid id = node_new(p, N_TEMPLATE_PART, from, end, 0, 0);
    if (p->t.flags & TF_ESCAPED) NODE(id)->flags |= NF_ESCAPED;
    if (p->t.flags & TF_NON_ASCII) mark_non_ascii(p, from, end, id);
    list_add(p, l, id);
}

nid parse_template(struct parser *p, bool tagged) {
    struct list l = {0};
    uint32_t start = p->t.start;
    bool no_in = p->ctx.no_in, in_conditional = p->ctx.in_conditional;
    p->ctx.no_in = p->ctx.in_conditional = false;
    template_part(p, &l, start + 1, tagged);
    while (at(p, T_TEMPLATE_HEAD)) {
        lex_next(p);
        list_add(p, &l, parse_expression(p));
        if (!at(p, T_RBRACE)) parse_fail_here(p, "\"}\" in a template");
        uint32_t from = p->t.end;
        p->t.at = p->source + from;
        lex_template_continue(p);
        template_part(p, &l, from, tagged);
    }
    p->ctx.no_in = no_in;
    p->ctx.in_conditional = in_conditional;
    lex_next(p);
    return node_new(p, N_TEMPLATE, start, p->t.prev_end, l.first, 0);
}

/* Array -> '[' (Assign | '...' Assign | ',')* ']' */
static nid parse_array(struct parser *p) {
    uint32_t start = p->t.start;
    struct list l = {0};
    uint16_t flags = 0;
    bool no_in = p->ctx.no_in, in_conditional = p->ctx.in_conditional;
    struct cover *c = p->cover;
    p->ctx.no_in = p->ctx.in_conditional = false;
    lex_next(p);
    while (!at(p, T_RBRACKET)) {
        uint32_t from = p->t.start;
        if (at(p, T_COMMA)) {
            list_add(p, &l, node_new(p, N_HOLE, from, from, 0, 0));
            lex_next(p);
            continue;
        }
        if (at(p, T_DOTS)) {
            lex_next(p);
            nid value = parse_assign_cover(p, c);
            nid id = node_new(p, N_SPREAD, from, p->t.prev_end, value, 0);
            list_add(p, &l, id);
            flags |= NF_REST;
            if (at(p, T_COMMA)) NODE(id)->flags |= NF_REST;       /* a comma follows: no rest element of a pattern */
        } else list_add(p, &l, parse_assign_cover(p, c));
        if (!at(p, T_RBRACKET)) parse_expect(p, T_COMMA);
    }
    p->ctx.no_in = no_in;
    p->ctx.in_conditional = in_conditional;
    lex_next(p);
    nid id = node_new(p, N_ARRAY, start, p->t.prev_end, l.first, 0);
    NODE(id)->flags = flags;
    return id;
}

nid parse_property_key(struct parser *p) {
    nid id;
    switch (p->t.kind) {
    case T_STRING: return parse_string(p);
    case T_NUMBER: case T_BIGINT: return parse_number(p);
    case T_LBRACKET: {
        uint32_t start = p->t.start;
        bool no_in = p->ctx.no_in, in_conditional = p->ctx.in_conditional;
        p->ctx.no_in = p->ctx.in_conditional = false;
        lex_next(p);
        nid value = parse_assign(p);
        p->ctx.no_in = no_in;
        p->ctx.in_conditional = in_conditional;
        parse_expect(p, T_RBRACKET);
        return node_new(p, N_COMPUTED, start, p->t.prev_end, value, 0);
    }
    case T_PRIVATE_NAME:
        id = node_new(p, N_PRIVATE, p->t.start, p->t.end, p->t.name, 0);
        break;
    default:
        if (!at_name(p)) parse_fail_here(p, "a property name");
        id = node_new(p, N_KEY, p->t.start, p->t.end, p->t.name, 0);
    }
    if (p->t.flags & TF_ESCAPED) NODE(id)->flags |= NF_ESCAPED;
    if (p->t.flags & TF_NON_ASCII) mark_non_ascii(p, p->t.start, p->t.end, id);
    lex_next(p);
    return id;
}

static bool is_proto(struct parser *p, nid key) {
    const struct node *n = NODE(key);
    if (n->kind == N_KEY) return n->a == NAME_PROTO;
    return n->kind == N_STRING && lex_intern_value(p, key) == NAME_PROTO;
}

static bool ends_key(const struct parser *p) {
    switch (p->t.kind) {
    case T_LPAREN: case T_COMMA: case T_COLON: case T_RBRACE: case T_ASSIGN: return true;
    case T_LT: return p->is_ts;
    default: return false;
    }
}

/* Property -> '...' Assign | ('async' '*'? | '*' | 'get' | 'set')? Key Method | Key ':' Assign | Ident ('=' Assign)? */
static nid parse_property(struct parser *p, bool *has_proto) {
    uint32_t start = p->t.start, func_flags = 0;
    uint8_t op = PROP_METHOD;
    struct cover *c = p->cover;
    struct token_state first = p->t;
    if (at(p, T_DOTS)) {
        lex_next(p);
        nid value = parse_assign_cover(p, c);
        nid id = node_new(p, N_SPREAD, start, p->t.prev_end, value, 0);
        if (at(p, T_COMMA)) NODE(id)->flags |= NF_REST;
        return id;
    }
    nid key = 0;
    if (at(p, T_IDENT) && !(p->t.flags & TF_ESCAPED) && (p->t.name == NAME_GET || p->t.name == NAME_SET ||
                                                         p->t.name == NAME_ASYNC)) {
        uint32_t word = p->t.name;
        lex_next(p);
        if (ends_key(p)) key = node_new(p, N_KEY, first.start, first.end, first.name, 0);
        else if (word == NAME_ASYNC) {
            if (newline_before(p)) parse_fail_here(p, "the name of the async method on the same line");
            func_flags |= FUNC_ASYNC;
        } else {
            op = word == NAME_GET ? PROP_GET : PROP_SET;
            func_flags |= word == NAME_GET ? FUNC_GETTER : FUNC_SETTER;
        }
    }
    if (!key && at(p, T_STAR) && op == PROP_METHOD) {
        func_flags |= FUNC_GENERATOR;
        lex_next(p);
    }
    bool plain = !func_flags;
    if (!key) {
        first = p->t;
        if (at(p, T_PRIVATE_NAME))
            parse_fail(p, p->t.start, p->t.end, "private-outside", "an object cannot have private members");
        key = parse_property_key(p);
    }
    if (!plain || at(p, T_LPAREN) || (p->is_ts && at(p, T_LT))) {
        nid function = parse_method(p, p->t.start, func_flags | FUNC_METHOD, key);
        if (!NODE(function)->c) parse_fail_here(p, "\"{\"");       /* only classes have overloads */
        nid id = node_new(p, N_PROPERTY, start, p->t.prev_end, key, function);
        NODE(id)->op = op;
        return id;
    }
    if (eat(p, T_COLON)) {
        if (is_proto(p, key)) {
            if (*has_proto && !c->duplicate_proto) {
                c->duplicate_proto = start + 1;
                p->tree->flags |= TREE_AWKWARD;
            }
            *has_proto = true;
        }
        nid value = parse_assign_cover(p, c);
        return node_new(p, N_PROPERTY, start, p->t.prev_end, key, value);
    }
    if (first.kind != T_IDENT) parse_fail_here(p, "\":\" after a property name");
    nid value = parse_ident_at(p, &first);
    p->tree->refs.at[NODE(value)->b].flags |= REF_SHORTHAND;
    if (at(p, T_ASSIGN)) {
        if (!c->initialized_name) c->initialized_name = p->t.start + 1;
        if (first.name == NAME_ASYNC) p->tree->flags |= TREE_AWKWARD;
        lex_next(p);
        nid right = parse_assign(p);
        value = node_new(p, N_ASSIGN, first.start, p->t.prev_end, value, right);
        NODE(value)->op = T_ASSIGN;
    }
    nid id = node_new(p, N_PROPERTY, start, p->t.prev_end, key, value);
    NODE(id)->op = PROP_SHORTHAND;
    return id;
}

nid parse_object(struct parser *p) {
    uint32_t start = p->t.start;
    struct list l = {0};
    bool no_in = p->ctx.no_in, in_conditional = p->ctx.in_conditional, has_proto = false;
    struct cover *c = p->cover;
    p->ctx.no_in = p->ctx.in_conditional = false;
    lex_next(p);
    while (!at(p, T_RBRACE)) {
        p->cover = c;
        list_add(p, &l, parse_property(p, &has_proto));
        if (!at(p, T_RBRACE) && !eat(p, T_COMMA)) parse_fail_here(p, "\",\" or \"}\"");
    }
    p->ctx.no_in = no_in;
    p->ctx.in_conditional = in_conditional;
    lex_next(p);
    p->cover = c;
    return node_new(p, N_OBJECT, start, p->t.prev_end, l.first, 0);
}

/* Identifier, or what the contextual word `async` begins, or an arrow function's single parameter. */
static nid parse_word(struct parser *p) {
    uint32_t start = p->t.start;
    bool may_be_arrow = p->arrow_start == start;
    struct token_state word = p->t;
    lex_next(p);
    if (word.name == NAME_ASYNC && !(word.flags & TF_ESCAPED) && !newline_before(p)) {
        if (at(p, T_FUNCTION)) return parse_function(p, start, FN_ASYNC);
        if (may_be_arrow) {
            if (at(p, T_IDENT)) {
                struct token_state next;
                if (lex_peek(p, &next) && next.kind == T_ARROW) return parse_arrow_from_ident(p, start, true);
            }
            if (at(p, T_LPAREN)) return parse_async_paren(p, &word);
            if (p->is_ts && at(p, T_LT)) {
                nid id = parse_arrow_typed(p, start, true);
                if (id) return id;
            }
        }
    }
    if (at(p, T_ARROW) && may_be_arrow && !newline_before(p)) {
        p->t = word;
        return parse_arrow_from_ident(p, start, false);
    }
    return parse_ident_at(p, &word);
}

static nid parse_primary(struct parser *p) {
    uint32_t start = p->t.start;
    nid id;
    switch (p->t.kind) {
    case T_IDENT: return parse_word(p);
    case T_NUMBER: case T_BIGINT: return parse_number(p);
    case T_STRING: return parse_string(p);
    case T_TEMPLATE: case T_TEMPLATE_HEAD: return parse_template(p, false);
    case T_SLASH: case T_ASSIGN_DIV: return parse_regexp(p);
    case T_LPAREN: return parse_paren(p);
    case T_LBRACKET: return parse_array(p);
    case T_LBRACE: return parse_object(p);
    case T_FUNCTION: return parse_function(p, start, 0);
    case T_CLASS: return parse_class(p, start, 0, 0, false);
    case T_THIS: return parse_this(p);
    case T_NEW: return parse_new(p);
    case T_SUPER: return parse_super(p);
    case T_IMPORT: return parse_import_expression(p);
    case T_NULL: case T_TRUE: case T_FALSE:
        id = node_new(p, at(p, T_NULL) ? N_NULL : at(p, T_TRUE) ? N_TRUE : N_FALSE, start, p->t.end, 0, 0);
        lex_next(p);
        return id;
    case T_AT: {
        nid decorators = parse_decorators(p);
        if (!at(p, T_CLASS)) parse_fail_here(p, "a class after decorators");
        return parse_class(p, start, decorators, 0, false);
    }
    case T_LT:
        if (p->is_jsx) {
            if (p->is_ts && p->arrow_start == start) {
                id = parse_arrow_typed(p, start, false);
                if (id) return id;
            }
            return parse_jsx(p);
        }
        parse_fail_here(p, "an expression");
    case T_ESCAPED_WORD: parse_fail(p, start, p->t.end, "keyword-escaped", "a keyword cannot have escapes");
    case T_PRIVATE_NAME: parse_fail_here(p, "an expression");
    default: parse_fail_here(p, "an expression");
    }
}

nid parse_left_hand_side(struct parser *p) {
    bool is_callee = p->arrow_start == UINT32_MAX;      /* of new: no call, no arrow */
    if (is_callee) p->arrow_start--;
    nid id = parse_primary(p);
    if (id == p->made_arrow) return id;
    if (is_callee && at(p, T_LPAREN) && NODE(id)->kind == N_SUPER) parse_fail_here(p, "\".\" or \"[\" after super");
    switch (p->t.kind) {
    case T_DOT: case T_LPAREN: case T_LBRACKET: case T_QUESTION_DOT: case T_TEMPLATE: case T_TEMPLATE_HEAD:
    case T_NOT: case T_LT: case T_SHL:
        return parse_subscripts(p, id, is_callee);
    default: return id;
    }
}
