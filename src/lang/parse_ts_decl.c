/* lang/parse_ts_decl.c: TypeScript's declarations and assertions. What leaves nothing becomes TS_ERASED. */
#include "lang/parser.h"

nid parse_erased(struct parser *p, const struct snapshot *s, uint32_t start) {
    uint32_t exported = p->tree->flags & TREE_HAS_EXPORT;
    parse_rollback(p, s);
    p->tree->flags |= TREE_HAS_TS | exported;
    nid id = node_new(p, N_TS_ERASED, start, p->t.prev_end, 0, 0);
    mark_add(p, MARK_ERASE_STATEMENT, start, p->t.prev_end, id);
    return id;
}

/* --- enum */

static nid enum_key(struct parser *p) {
    if (at(p, T_LBRACKET)) {
        uint32_t start = p->t.start;
        lex_next(p);
        nid inner = at(p, T_STRING) ? parse_string(p) : at(p, T_TEMPLATE) ? parse_template(p, false) : 0;
        if (!inner) parse_fail_here(p, "a string");
        parse_expect(p, T_RBRACKET);
        return node_new(p, N_COMPUTED, start, p->t.prev_end, inner, 0);
    }
    if (!at_name(p) && !at(p, T_STRING)) parse_fail_here(p, "the name of an enum member");
    return parse_property_key(p);
}

nid parse_ts_enum(struct parser *p, uint32_t start, uint16_t flags) {
    uint32_t mark = mark_add(p, MARK_ENUM, start, 0, 0);
    struct list l = {0};
    lex_next(p);
    nid name = parse_binding_ident_undeclared(p);
    scope_declare(p, SYMBOL_ENUM, name, false);
    scope_open(p, SCOPE_ENUM, p->t.start);
    parse_expect(p, T_LBRACE);
    while (!at(p, T_RBRACE)) {
        uint32_t from = p->t.start;
        nid key = enum_key(p), value = 0;
        uint8_t kind = NODE(key)->kind;
        if (kind == N_KEY) scope_declare_name(p, SYMBOL_ENUM_MEMBER, NODE(key)->a, key);
        else if (kind == N_STRING) scope_declare_name(p, SYMBOL_ENUM_MEMBER, lex_intern_value(p, key), key);
        if (eat(p, T_ASSIGN)) value = parse_assign(p);
        list_add(p, &l, node_new(p, N_TS_ENUM_MEMBER, from, p->t.prev_end, key, value));
        if (!at(p, T_RBRACE) && !eat(p, T_COMMA)) parse_fail_here(p, "\",\" or \"}\"");
    }
    scope_close(p, p->t.end);
    lex_next(p);
    nid id = node_new(p, N_TS_ENUM, start, p->t.prev_end, name, l.first);
    NODE(id)->flags = flags;
    p->tree->flags |= TREE_HAS_TS | TREE_HAS_ENUM;
    p->tree->marks.at[mark].end = p->t.prev_end;
    p->tree->marks.at[mark].node = id;
    return id;
}

/* --- namespace */

static bool is_instantiated(struct parser *p, nid first) {
    for (nid at = first; at; at = NODE(at)->next) {
        uint8_t kind = NODE(at)->kind;
        if (kind == N_TS_ERASED || kind == N_TS_IMPORT_EQUALS || kind == N_EMPTY) continue;
        return true;
    }
    return false;
}

/* Namespace -> Name ('.' Namespace | '{' Statement* '}') */
static nid namespace_rest(struct parser *p, uint32_t start, bool is_outer, bool *instantiated) {
    parse_depth(p);
    nid name = parse_binding_ident_undeclared(p), body;
    if (is_outer) scope_declare(p, SYMBOL_NAMESPACE, name, false);
    uint32_t from = p->t.start;
    scope_open(p, SCOPE_NAMESPACE, from);
    if (eat(p, T_DOT)) {
        struct token_state t = p->t;
        uint32_t inner_start = t.start;
        body = namespace_rest(p, inner_start, true, instantiated);
        p->tree->symbols.at[NODE(NODE(body)->a)->b].flags |= SYM_EXPORTED;
        scope_close(p, p->t.prev_end);
    } else {
        struct list l = {0};
        parse_expect(p, T_LBRACE);
        parse_statement_list(p, &l, T_RBRACE, STMT_TOP | STMT_LIST);
        scope_close(p, p->t.end);
        lex_next(p);
        body = node_new(p, N_BLOCK, from, p->t.prev_end, l.first, 0);
        *instantiated = is_instantiated(p, l.first);
    }
    return node_new(p, N_TS_NAMESPACE, start, p->t.prev_end, name, body);
}

static nid parse_namespace(struct parser *p, uint32_t start) {
    struct snapshot s;
    struct context saved = p->ctx;
    parse_snapshot(p, &s);
    uint32_t mark = mark_add(p, MARK_NAMESPACE, start, 0, 0);
    bool instantiated = false;
    p->ctx.in_namespace = true;
    p->ctx.can_return = false;
    p->ctx.first_label = p->labels.len;
    p->ctx.in_loop = p->ctx.in_switch = 0;
    lex_next(p);
    if (at(p, T_STRING)) {                              /* declare module "x" { } or ; */
        lex_next(p);
        if (at(p, T_LBRACE)) {
            struct list l = {0};
            scope_open(p, SCOPE_NAMESPACE, p->t.start);
            lex_next(p);
            parse_statement_list(p, &l, T_RBRACE, STMT_TOP | STMT_LIST);
            scope_close(p, p->t.end);
            p->ctx = saved;
            lex_next(p);
        } else parse_semicolon(p);
        p->ctx = saved;
        return parse_erased(p, &s, start);
    }
    nid id = namespace_rest(p, start, true, &instantiated);
    p->ctx = saved;
    if (!instantiated) return parse_erased(p, &s, start);
    p->tree->flags |= TREE_HAS_TS | TREE_HAS_NAMESPACE;
    p->tree->marks.at[mark].end = p->t.prev_end;
    p->tree->marks.at[mark].node = id;
    return id;
}

/* --- import x = */

nid parse_ts_import_equals(struct parser *p, uint32_t start, uint16_t flags) {
    uint32_t mark = mark_add(p, MARK_IMPORT, start, 0, 0);
    nid name = parse_binding_ident_undeclared(p), value;
    if (!(flags & NF_TYPE)) scope_declare(p, SYMBOL_IMPORT_EQUALS, name, false);
    parse_expect(p, T_ASSIGN);
    if (at_word(p, NAME_REQUIRE) && lex_peek_char(p) == '(') {
        lex_next(p);
        lex_next(p);
        value = parse_string(p);
        parse_expect(p, T_RPAREN);
        flags |= NF_REQUIRE;
    } else {
        uint32_t from = p->t.start;
        if (!at(p, T_IDENT)) parse_fail_here(p, "a name or require(...)");
        value = node_new(p, N_IDENT, from, p->t.end, p->t.name, 0);
        NODE(value)->b = ref_add(p, value, from, p->t.name, REF_READ | REF_ENTITY);
        lex_next(p);
        while (eat(p, T_DOT)) {
            if (!at_name(p)) parse_fail_here(p, "a name");
            p->tree->refs.at[p->tree->refs.len - 1].flags |= REF_OBJECT;
            value = node_new(p, N_DOT, from, p->t.end, value, p->t.name);
            NODE(value)->c = p->t.start;
            lex_next(p);
        }
    }
    parse_semicolon(p);
    nid id = node_new(p, N_TS_IMPORT_EQUALS, start, p->t.prev_end, name, value);
    NODE(id)->flags = flags;
    p->tree->flags |= TREE_HAS_TS;
    p->tree->marks.at[mark].end = p->t.prev_end;
    p->tree->marks.at[mark].node = id;
    return id;
}

/* --- declarations that begin with a word */

static nid type_alias(struct parser *p, uint32_t start) {
    struct snapshot s;
    parse_snapshot(p, &s);
    lex_next(p);
    lex_next(p);
    if (at(p, T_LT)) parse_type_params(p, false);
    p->in_type = true;
    parse_expect(p, T_ASSIGN);
    parse_type(p);
    p->in_type = s.in_type;
    parse_semicolon(p);
    return parse_erased(p, &s, start);
}

static nid interface(struct parser *p, uint32_t start) {
    struct snapshot s;
    parse_snapshot(p, &s);
    lex_next(p);
    lex_next(p);
    if (at(p, T_LT)) parse_type_params(p, false);
    while (at(p, T_EXTENDS) || at_word(p, NAME_IMPLEMENTS)) {
        lex_next(p);
        do parse_type(p); while (eat(p, T_COMMA));
    }
    parse_erased_members(p);
    return parse_erased(p, &s, start);
}

/* global { ... } */
static void global_body(struct parser *p) {
    struct list l = {0};
    lex_next(p);
    p->ctx.in_namespace = true;
    scope_open(p, SCOPE_NAMESPACE, p->t.start);
    parse_expect(p, T_LBRACE);
    parse_statement_list(p, &l, T_RBRACE, STMT_TOP | STMT_LIST);
    scope_close(p, p->t.end);
    lex_next(p);
}

static nid ambient_global(struct parser *p, uint32_t start) {
    struct snapshot s;
    parse_snapshot(p, &s);
    global_body(p);
    return parse_erased(p, &s, start);
}

static nid ambient(struct parser *p, uint32_t start) {
    struct snapshot s;
    parse_snapshot(p, &s);
    lex_next(p);
    p->ctx.in_ambient = true;
    if (at_word(p, NAME_GLOBAL)) {
        global_body(p);
    } else if (at_word(p, NAME_ABSTRACT)) {
        lex_next(p);
        parse_class(p, p->t.start, 0, FN_DECLARATION, true);
    } else parse_statement(p, STMT_TOP | STMT_LIST);
    return parse_erased(p, &s, start);
}

nid parse_ts_statement(struct parser *p, unsigned where) {
    uint32_t start = p->t.start;
    struct token_state next;
    if (p->t.name >= NAME_FIRST_FREE || p->t.flags & TF_ESCAPED) return 0;
    switch (p->t.name) {
    case NAME_TYPE: case NAME_INTERFACE: case NAME_NAMESPACE: case NAME_MODULE: case NAME_DECLARE: case NAME_ABSTRACT:
    case NAME_GLOBAL: break;
    default: return 0;
    }
    if (!lex_peek(p, &next) || (next.flags & TF_NEWLINE && p->t.name != NAME_GLOBAL)) return 0;
    bool name_follows = next.kind == T_IDENT || (next.kind == T_ESCAPED_WORD && 0);
    switch (p->t.name) {
    case NAME_TYPE: return name_follows ? type_alias(p, start) : 0;
    case NAME_INTERFACE: return name_follows ? interface(p, start) : 0;
    case NAME_NAMESPACE: return name_follows ? parse_namespace(p, start) : 0;
    case NAME_MODULE: return name_follows || next.kind == T_STRING ? parse_namespace(p, start) : 0;
    case NAME_ABSTRACT:
        if (next.kind != T_CLASS) return 0;
        lex_next(p);
        mark_add(p, MARK_ERASE, start, p->t.start, 0);
        p->tree->flags |= TREE_HAS_TS;
        return parse_class(p, start, 0, FN_DECLARATION, true);
    case NAME_GLOBAL: return next.kind == T_LBRACE && p->ctx.in_ambient ? ambient_global(p, start) : 0;
    default: break;
    }
    switch (next.kind) {
    case T_VAR: case T_CONST: case T_FUNCTION: case T_CLASS: case T_ENUM: case T_IMPORT: return ambient(p, start);
    case T_IDENT:
        switch (next.name) {
        case NAME_LET: case NAME_TYPE: case NAME_INTERFACE: case NAME_NAMESPACE: case NAME_MODULE: case NAME_ABSTRACT:
        case NAME_GLOBAL:
        case NAME_ASYNC: case NAME_USING: case NAME_AWAIT: return ambient(p, start);
        default: return 0;
        }
    default: return 0;
    }
}

/* --- <T>expr */

nid parse_ts_assert(struct parser *p) {
    uint32_t start = p->t.start;
    if (p->arrow_start == start) {
        nid arrow = parse_arrow_typed(p, start, false);
        if (arrow) return arrow;
    }
    parse_depth(p);
    bool before = p->in_type;
    p->in_type = true;
    lex_next(p);
    uint32_t from = p->t.start;
    if (at(p, T_CONST)) lex_next(p);
    else parse_type(p);
    nid type = node_new(p, N_TYPE, from, p->t.prev_end, 0, 0);
    if (!at(p, T_GT)) parse_fail_here(p, "\">\"");
    p->in_type = before;
    uint32_t mark = mark_add(p, MARK_TS_ASSERT, start, p->t.end, 0);
    lex_next(p);
    nid value = parse_unary(p);
    nid id = node_new(p, N_TS_ASSERT, start, p->t.prev_end, value, type);
    p->tree->flags |= TREE_HAS_TS;
    p->tree->marks.at[mark].node = id;
    return id;
}
