/* lang/parse_ts_type.c: the types of TypeScript. They are checked and leave one TYPE node each; no value comes of
 * them. */
#include "lang/parser.h"

static bool enter(struct parser *p) {
    bool before = p->in_type;
    p->in_type = true;
    return before;
}

/* Outside types a > may be the start of >> or >=: the token is read again. */
static void leave(struct parser *p, bool before) {
    p->in_type = before;
    if (before || !at(p, T_GT)) return;
    uint32_t prev_end = p->t.prev_end;
    uint8_t flags = p->t.flags;
    p->t.at = p->source + p->t.start;
    lex_next(p);
    p->t.prev_end = prev_end;
    p->t.flags |= flags;
}

static void type_no_conditional(struct parser *p);
static void union_type(struct parser *p);


/* Nothing that an expression inside a type made stays: no reference, no function. */
static void erased_expression(struct parser *p) {
    struct snapshot s;
    parse_snapshot(p, &s);
    p->in_type = false;
    p->ctx.no_in = p->ctx.in_conditional = false;
    nid value = parse_assign(p);
    (void)value;
    struct token_state t = p->t;
    parse_rollback(p, &s);
    p->t = t;
}

/* A binding pattern in a signature: it declares nothing. */
static void erased_pattern(struct parser *p) {
    struct snapshot s;
    parse_snapshot(p, &s);
    p->in_type = false;
    p->ctx.no_in = p->ctx.in_conditional = false;
    scope_open(p, SCOPE_BLOCK, p->t.start);
    uint32_t duplicate = p->duplicate_param;
    parse_binding_target(p, SYMBOL_PARAM);
    p->duplicate_param = duplicate;
    struct token_state t = p->t;
    parse_rollback(p, &s);
    p->t = t;
}

/* --- signatures */

/* TypeParam -> ('const' | 'in' | 'out')* Name ('extends' Type)? ('=' Type)? */
void parse_type_params(struct parser *p, bool erase) {
    uint32_t start = p->t.start;
    bool before = enter(p);
    if (at(p, T_SHL)) lex_split_lt(p);
    parse_expect(p, T_LT);
    if (at(p, T_GT)) parse_fail_here(p, "the name of a type parameter");
    do {
        if (at(p, T_GT)) break;
        for (;;) {
            struct token_state next;
            if (at(p, T_CONST) || at(p, T_IN)) lex_next(p);
            else if (at_word(p, NAME_OUT) && lex_peek(p, &next) && (next.kind == T_IDENT || next.kind == T_IN))
                lex_next(p);
            else break;
        }
        if (!at(p, T_IDENT)) parse_fail_here(p, "the name of a type parameter");
        lex_next(p);
        if (eat(p, T_EXTENDS)) parse_type(p);
        if (eat(p, T_ASSIGN)) parse_type(p);
    } while (eat(p, T_COMMA));
    if (!at(p, T_GT)) parse_fail_here(p, "\",\" or \">\"");
    p->in_type = before;
    lex_next(p);
    p->tree->flags |= TREE_HAS_TS;
    if (erase) mark_add(p, MARK_ERASE, start, p->t.prev_end, 0);
}

/* '(' ('...'? (Name | 'this' | Pattern) '?'? (':' Type)?),* ')' */
static void signature_params(struct parser *p) {
    parse_expect(p, T_LPAREN);
    while (!at(p, T_RPAREN)) {
        while (at(p, T_AT)) {
            lex_next(p);
            erased_expression(p);
            p->in_type = true;
        }
        if (at(p, T_IDENT)) {                           /* modifiers: the checker refuses them, not the parser */
            struct token_state next;
            while ((at_word(p, NAME_PUBLIC) || at_word(p, NAME_PRIVATE) || at_word(p, NAME_PROTECTED) ||
                    at_word(p, NAME_READONLY)) &&
                   lex_peek(p, &next) && (next.kind == T_IDENT || next.kind == T_LBRACE || next.kind == T_LBRACKET))
                lex_next(p);
        }
        eat(p, T_DOTS);
        if (at(p, T_LBRACE) || at(p, T_LBRACKET)) erased_pattern(p);
        else if (at(p, T_IDENT) || at(p, T_THIS)) lex_next(p);
        else parse_fail_here(p, "a parameter");
        eat(p, T_QUESTION);
        if (eat(p, T_COLON)) parse_type(p);
        if (eat(p, T_ASSIGN)) {
            erased_expression(p);
            p->in_type = true;
        }
        if (!at(p, T_RPAREN)) parse_expect(p, T_COMMA);
    }
    lex_next(p);
}

/* Type | Name 'is' Type | 'asserts' Name ('is' Type)? */
static void return_type(struct parser *p) {
    struct token_state next;
    if (at_word(p, NAME_ASSERTS) && lex_peek(p, &next) && (next.kind == T_IDENT || next.kind == T_THIS) &&
        !(next.flags & TF_NEWLINE) &&
        !(next.kind == T_IDENT && next.name == NAME_IS && 0)) {
        struct token_state saved = p->t;
        lex_next(p);
        lex_next(p);
        if (at_word(p, NAME_IS) && !newline_before(p)) {
            lex_next(p);
            parse_type(p);
            return;
        }
        if (next.name == NAME_IS && next.kind == T_IDENT) {     /* a parameter named `asserts`: asserts is T */
            p->t = saved;
            lex_next(p);
            lex_next(p);
            parse_type(p);
        }
        return;
    }
    if ((at(p, T_IDENT) || at(p, T_THIS)) && lex_peek_char(p) == 'i' && lex_peek(p, &next) && next.kind == T_IDENT &&
        next.name == NAME_IS &&
        !(next.flags & TF_NEWLINE)) {
        lex_next(p);
        lex_next(p);
        parse_type(p);
        return;
    }
    parse_type(p);
}

static void signature(struct parser *p) {
    if (at(p, T_LT)) parse_type_params(p, false);
    p->in_type = true;
    signature_params(p);
    if (eat(p, T_COLON)) return_type(p);
}

static void function_type(struct parser *p) {
    bool no_conditional = p->ctx.no_conditional_type;
    p->ctx.no_conditional_type = false;
    if (at(p, T_LT)) parse_type_params(p, false);
    p->in_type = true;
    signature_params(p);
    parse_expect(p, T_ARROW);
    return_type(p);
    p->ctx.no_conditional_type = no_conditional;
}

/* Is the ( the start of a function type? */
static bool starts_function_type(struct parser *p) {
    struct token_state saved = p->t;
    uint32_t late = p->late_marks.len;
    bool yes = false;
    lex_next(p);
    if (at(p, T_RPAREN) || at(p, T_DOTS)) yes = true;
    else {
        bool known = true;
        while ((at_word(p, NAME_PUBLIC) || at_word(p, NAME_PRIVATE) || at_word(p, NAME_PROTECTED) ||
                at_word(p, NAME_READONLY))) {
            struct token_state next;
            if (!lex_peek(p, &next) || next.kind != T_IDENT) break;
            lex_next(p);
        }
        if (at(p, T_LBRACE) || at(p, T_LBRACKET)) {
            unsigned depth = 0;
            do {
                if (at(p, T_LBRACE) || at(p, T_LBRACKET) || at(p, T_LPAREN)) depth++;
                else if (at(p, T_RBRACE) || at(p, T_RBRACKET) || at(p, T_RPAREN)) depth--;
                else if (at(p, T_END) || at(p, T_TEMPLATE_HEAD)) known = false;
                if (known) lex_next(p);
            } while (depth && known);
        } else if (at(p, T_IDENT) || at(p, T_THIS)) lex_next(p);
        else known = false;
        if (known) {
            if (at(p, T_COLON) || at(p, T_COMMA) || at(p, T_QUESTION) || at(p, T_ASSIGN)) {
                yes = true;
            } else if (at(p, T_RPAREN)) {
                lex_next(p);
                yes = at(p, T_ARROW);
            }
        }
    }
    p->t = saved;
    p->late_marks.len = late;
    return yes;
}

/* --- members of interfaces, type literals */

static void member_end(struct parser *p) {
    if (eat(p, T_COMMA) || eat(p, T_SEMICOLON)) return;
    if (!at(p, T_RBRACE) && !newline_before(p)) parse_fail_here(p, "\";\", \",\" or \"}\"");
}

static bool ends_member_name(const struct parser *p) {
    switch (p->t.kind) {
    case T_LPAREN: case T_LT: case T_COLON: case T_QUESTION: case T_COMMA: case T_SEMICOLON: case T_RBRACE: return true;
    default: return newline_before(p);
    }
}

static void member_key(struct parser *p) {
    switch (p->t.kind) {
    case T_STRING: case T_NUMBER: case T_BIGINT: case T_PRIVATE_NAME: lex_next(p); return;
    case T_LBRACKET: {
        p->in_type = false;
        lex_next(p);
        erased_expression(p);
        p->in_type = true;
        parse_expect(p, T_RBRACKET);
        return;
    }
    default:
        if (!at_name(p)) parse_fail_here(p, "the name of a member");
        lex_next(p);
    }
}

static bool index_signature(struct parser *p) {
    struct token_state saved = p->t;
    lex_next(p);
    if (at(p, T_IDENT) && lex_peek_char(p) == ':') {
        lex_next(p);
        lex_next(p);
        parse_type(p);
        parse_expect(p, T_RBRACKET);
        if (eat(p, T_COLON)) parse_type(p);
        return true;
    }
    p->t = saved;
    return false;
}

static void member(struct parser *p) {
    struct token_state next;
    if (at(p, T_LPAREN) || at(p, T_LT)) {
        signature(p);
        member_end(p);
        return;
    }
    if (at(p, T_NEW) && lex_peek(p, &next) && (next.kind == T_LPAREN || next.kind == T_LT)) {
        lex_next(p);
        signature(p);
        member_end(p);
        return;
    }
    bool named = false, accessor = false;
    while (at_word(p, NAME_READONLY) || at_word(p, NAME_GET) || at_word(p, NAME_SET) || at_word(p, NAME_PUBLIC) ||
           at_word(p, NAME_PRIVATE) || at_word(p, NAME_PROTECTED) || at_word(p, NAME_STATIC) ||
           at_word(p, NAME_DECLARE)) {
        bool is_accessor = p->t.name == NAME_GET || p->t.name == NAME_SET;
        lex_next(p);
        if (ends_member_name(p) && !(is_accessor && (at_name(p) || at(p, T_STRING) || at(p, T_LBRACKET)))) {
            named = true;
            break;
        }
        accessor = accessor || is_accessor;
    }
    if (!named) {
        if (at(p, T_LBRACKET) && index_signature(p)) {
            member_end(p);
            return;
        }
        member_key(p);
    }
    eat(p, T_QUESTION);
    if (at(p, T_LPAREN) || at(p, T_LT)) signature(p);
    else if (accessor) parse_fail_here(p, "\"(\"");
    else if (eat(p, T_COLON)) parse_type(p);
    member_end(p);
}

void parse_erased_members(struct parser *p) {
    bool before = enter(p), no_conditional = p->ctx.no_conditional_type;
    p->ctx.no_conditional_type = false;
    parse_depth(p);
    parse_expect(p, T_LBRACE);
    while (!at(p, T_RBRACE)) member(p);
    p->ctx.no_conditional_type = no_conditional;
    p->in_type = before;
    lex_next(p);
}

/* { ('+' | '-')? 'readonly'? [ K in T ('as' U)? ] (('+' | '-')? '?')? (':' V)? ';'? } */
static bool mapped_type(struct parser *p) {
    struct token_state saved = p->t, next;
    uint32_t late = p->late_marks.len;
    lex_next(p);
    if (at(p, T_PLUS) || at(p, T_MINUS)) lex_next(p);
    if (at_word(p, NAME_READONLY)) lex_next(p);
    if (at(p, T_LBRACKET)) {
        lex_next(p);
        if (at(p, T_IDENT) && lex_peek(p, &next) && next.kind == T_IN) {
            bool no_conditional = p->ctx.no_conditional_type;
            p->ctx.no_conditional_type = false;
            lex_next(p);
            lex_next(p);
            parse_type(p);
            if (eat_word(p, NAME_AS)) parse_type(p);
            parse_expect(p, T_RBRACKET);
            if (at(p, T_PLUS) || at(p, T_MINUS)) lex_next(p);
            eat(p, T_QUESTION);
            if (eat(p, T_COLON)) parse_type(p);
            if (!eat(p, T_SEMICOLON)) eat(p, T_COMMA);
            p->ctx.no_conditional_type = no_conditional;
            if (!at(p, T_RBRACE)) parse_fail_here(p, "\"}\"");
            lex_next(p);
            return true;
        }
    }
    p->t = saved;
    p->late_marks.len = late;
    return false;
}

/* --- primaries */

static void tuple(struct parser *p) {
    bool no_conditional = p->ctx.no_conditional_type;
    p->ctx.no_conditional_type = false;
    lex_next(p);
    while (!at(p, T_RBRACKET)) {
        struct token_state next;
        eat(p, T_DOTS);
        if (at_name(p) && lex_peek(p, &next)) {
            if (next.kind == T_COLON) {
                lex_next(p);
                lex_next(p);
            } else if (next.kind == T_QUESTION) {
                struct token_state saved = p->t;
                lex_next(p);
                if (lex_peek_char(p) == ':') {
                    lex_next(p);
                    lex_next(p);
                } else p->t = saved;
            }
        }
        eat(p, T_DOTS);
        parse_type(p);
        eat(p, T_QUESTION);
        if (!at(p, T_RBRACKET)) parse_expect(p, T_COMMA);
    }
    p->ctx.no_conditional_type = no_conditional;
    lex_next(p);
}

static void entity(struct parser *p) {
    if (!at_name(p)) parse_fail_here(p, "a type");
    lex_next(p);
    while (at(p, T_DOT)) {
        lex_next(p);
        if (!at_name(p) && !at(p, T_PRIVATE_NAME)) parse_fail_here(p, "a name");
        lex_next(p);
    }
}

static void type_args(struct parser *p) {
    if (at(p, T_SHL)) lex_split_lt(p);
    if (at(p, T_LT) && !newline_before(p)) parse_type_args(p);
}

/* import("x", { with: {...} }).A.B<C> */
static void import_type(struct parser *p) {
    lex_next(p);
    parse_expect(p, T_LPAREN);
    bool no_conditional = p->ctx.no_conditional_type;
    p->ctx.no_conditional_type = false;
    parse_type(p);
    if (eat(p, T_COMMA) && !at(p, T_RPAREN)) {
        erased_expression(p);
        p->in_type = true;
        eat(p, T_COMMA);
    }
    p->ctx.no_conditional_type = no_conditional;
    parse_expect(p, T_RPAREN);
    while (eat(p, T_DOT)) {
        if (!at_name(p)) parse_fail_here(p, "a name");
        lex_next(p);
    }
    type_args(p);
}

static void template_type(struct parser *p) {
    while (at(p, T_TEMPLATE_HEAD)) {
        lex_next(p);
        parse_type(p);
        if (!at(p, T_RBRACE)) parse_fail_here(p, "\"}\"");
        p->t.at = p->source + p->t.end;
        lex_template_continue(p);
    }
    lex_next(p);
}

/* These take no arguments: x as number < 3 compares. */
static bool is_type_word(const struct parser *p) {
    switch (p->t.name) {
    case NAME_ANY: case NAME_UNKNOWN: case NAME_NEVER: case NAME_NUMBER: case NAME_STRING: case NAME_BOOLEAN:
    case NAME_BIGINT: case NAME_SYMBOL: case NAME_OBJECT: case NAME_UNDEFINED:
        return true;
    default: return false;
    }
}

static void primary_type(struct parser *p) {
    switch (p->t.kind) {
    case T_IDENT:
        if (is_type_word(p) && lex_peek_char(p) != '.') {
            lex_next(p);
            return;
        }
        entity(p);
        type_args(p);
        return;
    case T_VOID: case T_NULL: case T_TRUE: case T_FALSE: case T_THIS: case T_STRING: case T_NUMBER: case T_BIGINT:
        lex_next(p);
        return;
    case T_MINUS:
        lex_next(p);
        if (!at(p, T_NUMBER) && !at(p, T_BIGINT)) parse_fail_here(p, "a number");
        lex_next(p);
        return;
    case T_TEMPLATE: case T_TEMPLATE_HEAD: template_type(p); return;
    case T_TYPEOF:
        lex_next(p);
        if (at(p, T_IMPORT)) import_type(p);
        else {
            entity(p);
            type_args(p);
        }
        return;
    case T_IMPORT: import_type(p); return;
    case T_LBRACE:
        if (!mapped_type(p)) parse_erased_members(p);
        return;
    case T_LBRACKET: tuple(p); return;
    case T_LPAREN: {
        bool no_conditional = p->ctx.no_conditional_type;
        p->ctx.no_conditional_type = false;
        lex_next(p);
        parse_type(p);
        p->ctx.no_conditional_type = no_conditional;
        parse_expect(p, T_RPAREN);
        return;
    }
    default: parse_fail_here(p, "a type");
    }
}

static bool starts_type(uint8_t kind) {
    switch (kind) {
    case T_IDENT:
    case T_VOID:
    case T_NULL:
    case T_TRUE:
    case T_FALSE:
    case T_THIS:
    case T_STRING:
    case T_NUMBER:
    case T_BIGINT:
    case T_MINUS:
    case T_TEMPLATE: case T_TEMPLATE_HEAD: case T_TYPEOF: case T_IMPORT: case T_LBRACE: case T_LBRACKET: case T_LPAREN:
    case T_NEW: case T_LT:
        return true;
    default: return false;
    }
}

static bool infer_constraint(struct parser *p, void *user) {
    (void)user;
    lex_next(p);
    type_no_conditional(p);
    return p->ctx.no_conditional_type || !at(p, T_QUESTION);
}

/* ('keyof' | 'unique' | 'readonly' | 'infer') ... | Primary ('[' Type? ']')* */
static void operator_type(struct parser *p) {
    if (at(p, T_IDENT) && p->t.name < NAME_FIRST_FREE && !(p->t.flags & TF_ESCAPED)) {
        switch (p->t.name) {
        case NAME_KEYOF: case NAME_UNIQUE: case NAME_READONLY:
            parse_depth(p);
            lex_next(p);
            operator_type(p);
            return;
        case NAME_INFER:
            lex_next(p);
            if (!at(p, T_IDENT)) parse_fail_here(p, "a name after infer");
            lex_next(p);
            if (at(p, T_EXTENDS)) parse_speculate(p, infer_constraint, NULL);
            return;
        default: break;
        }
    }
    primary_type(p);
    while (!newline_before(p)) {
        if (at(p, T_LBRACKET)) {
            lex_next(p);
            if (!at(p, T_RBRACKET)) parse_type(p);
            parse_expect(p, T_RBRACKET);
        } else if (at(p, T_NOT) && lex_peek_char(p) != '=' && 0) lex_next(p);
        else break;
    }
}

static bool function_or_constructor(struct parser *p) {
    struct token_state next;
    if (at(p, T_LT) || (at(p, T_LPAREN) && starts_function_type(p))) {
        function_type(p);
        return true;
    }
    if (at(p, T_NEW)) {
        lex_next(p);
        function_type(p);
        return true;
    }
    if (at_word(p, NAME_ABSTRACT) && lex_peek(p, &next) && next.kind == T_NEW) {
        lex_next(p);
        lex_next(p);
        function_type(p);
        return true;
    }
    return false;
}

/* A function type may not stand bare among others. */
static void member_of(struct parser *p, bool among_others) {
    uint32_t start = p->t.start;
    if (!among_others || !function_or_constructor(p)) {
        operator_type(p);
        return;
    }
    parse_fail(p, start, p->t.prev_end, "type-function", "put parentheses around a function type among other types");
}

static void intersection_type(struct parser *p, bool in_union) {
    bool among_others = eat(p, T_BIT_AND) || in_union;
    member_of(p, among_others);
    while (eat(p, T_BIT_AND)) member_of(p, true);
}

static void union_type(struct parser *p) {
    intersection_type(p, eat(p, T_BIT_OR));
    while (eat(p, T_BIT_OR)) intersection_type(p, true);
}

static void type_no_conditional(struct parser *p) {
    bool before = p->ctx.no_conditional_type;
    p->ctx.no_conditional_type = true;
    parse_type(p);
    p->ctx.no_conditional_type = before;
}

/* Type -> Function | Union ('extends' Type '?' Type ':' Type)? ; chains of conditional types are a loop. */
void parse_type(struct parser *p) {
    bool before = enter(p);
    parse_depth(p);
    for (;;) {
        if (function_or_constructor(p)) break;
        union_type(p);
        if (p->ctx.no_conditional_type || !at(p, T_EXTENDS) || newline_before(p)) break;
        lex_next(p);
        type_no_conditional(p);
        parse_expect(p, T_QUESTION);
        parse_type(p);
        parse_expect(p, T_COLON);
    }
    leave(p, before);
}

nid parse_type_node(struct parser *p) {
    uint32_t start = p->t.start;
    bool no_conditional = p->ctx.no_conditional_type;
    p->ctx.no_conditional_type = false;
    parse_type(p);
    p->ctx.no_conditional_type = no_conditional;
    return node_new(p, N_TYPE, start, p->t.prev_end, 0, 0);
}

nid parse_annotation(struct parser *p, uint32_t erase_from) {
    bool before = enter(p);
    lex_next(p);
    nid id = parse_type_node(p);
    leave(p, before);
    p->tree->flags |= TREE_HAS_TS;
    mark_add(p, MARK_ERASE, erase_from, NODE(id)->end, id);
    return id;
}

nid parse_return_annotation(struct parser *p, bool is_arrow) {
    uint32_t from = p->t.start;
    bool before = enter(p);
    lex_next(p);
    uint32_t start = p->t.start;
    return_type(p);
    leave(p, before);
    nid id = node_new(p, N_TYPE, start, p->t.prev_end, 0, 0);
    p->tree->flags |= TREE_HAS_TS;
    mark_add(p, is_arrow ? MARK_ERASE_ARROW : MARK_ERASE, from, p->t.prev_end, id);
    return id;
}

/* TypeArgs -> '<' Type (',' Type)* '>' */
nid parse_type_args(struct parser *p) {
    uint32_t start = p->t.start;
    bool before = enter(p), no_conditional = p->ctx.no_conditional_type;
    p->ctx.no_conditional_type = false;
    if (p->speculating) *TABLE_ADD(&p->open_types) = start;
    parse_expect(p, T_LT);
    do parse_type(p); while (eat(p, T_COMMA));
    if (!at(p, T_GT)) parse_fail_here(p, "\",\" or \">\"");
    if (p->speculating) p->open_types.len--;
    p->ctx.no_conditional_type = no_conditional;
    p->in_type = before;
    lex_next(p);
    p->tree->flags |= TREE_HAS_TS;
    return node_new(p, N_TYPE_ARGS, start, p->t.prev_end, 0, 0);
}

static bool can_follow(const struct parser *p) {
    switch (p->t.kind) {
    case T_LPAREN: case T_TEMPLATE: case T_TEMPLATE_HEAD: return true;
    case T_LT: case T_GT: case T_PLUS: case T_MINUS: return false;
    default: break;
    }
    if (newline_before(p)) return true;
    switch (p->t.kind) {
    case T_IDENT: return at_word(p, NAME_AS) || at_word(p, NAME_SATISFIES);
    case T_NUMBER: case T_BIGINT: case T_STRING: case T_REGEXP: case T_LBRACE: case T_LBRACKET: case T_THIS:
    case T_SUPER: case T_NULL: case T_TRUE:
    case T_FALSE:
    case T_FUNCTION:
    case T_CLASS:
    case T_NEW:
    case T_NOT:
    case T_TILDE:
    case T_INC:
    case T_DEC:
    case T_TYPEOF:
    case T_VOID:
    case T_DELETE: case T_IMPORT: case T_PRIVATE_NAME: case T_AT: case T_ESCAPED_WORD: return false;
    default: return true;
    }
}

static bool tentative_args(struct parser *p, void *result) {
    if (at(p, T_SHL)) lex_split_lt(p);
    uint32_t start = p->t.start;
    *TABLE_ADD(&p->open_types) = start;
    p->in_type = true;
    bool no_conditional = p->ctx.no_conditional_type;
    p->ctx.no_conditional_type = false;
    lex_next(p);
    if (!starts_type(p->t.kind) && !at(p, T_BIT_OR) && !at(p, T_BIT_AND)) return false;
    do parse_type(p); while (eat(p, T_COMMA));
    if (!at(p, T_GT)) return false;
    p->open_types.len--;
    char c = p->source[p->t.end];
    if (c == '>' || c == '=') return false;
    p->ctx.no_conditional_type = no_conditional;
    p->in_type = false;
    lex_next(p);
    if (!can_follow(p)) return false;
    *(nid *)result = node_new(p, N_TYPE_ARGS, start, p->t.prev_end, 0, 0);
    return true;
}

nid parse_type_args_in_expression(struct parser *p) {
    nid id = 0;
    if (parse_is_place(&p->not_types, p->t.start)) return 0;
    return parse_speculate(p, tentative_args, &id) ? id : 0;
}
