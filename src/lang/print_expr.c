/* lang/print_expr.c: expressions and patterns as text. Left-deep chains are loops. */
#include "base/mem.h"
#include "lang/printer.h"

static const uint8_t precedence[T_COUNT] = {
    [T_NULLISH] = 1, [T_OR] = 2, [T_AND] = 3, [T_BIT_OR] = 4, [T_BIT_XOR] = 5, [T_BIT_AND] = 6,
    [T_EQ] = 7, [T_NE] = 7, [T_EQ_STRICT] = 7, [T_NE_STRICT] = 7,
    [T_LT] = 8, [T_GT] = 8, [T_LE] = 8, [T_GE] = 8, [T_INSTANCEOF] = 8, [T_IN] = 8,
    [T_SHL] = 9, [T_SHR] = 9, [T_USHR] = 9, [T_PLUS] = 10, [T_MINUS] = 10,
    [T_STAR] = 11, [T_SLASH] = 11, [T_PERCENT] = 11, [T_POW] = 12,
};

nid print_strip(const struct printer *p, nid id) {
    for (;;) {
        const struct node *n = print_node(p, id);
        switch (n->kind) {
        case N_PAREN: case N_TS_AS: case N_TS_ASSERT: case N_TS_NON_NULL: case N_TS_INSTANCE: id = n->a; break;
        default: return id;
        }
    }
}

static enum level level_of(const struct printer *p, const struct node *n) {
    switch (n->kind) {
    case N_SEQUENCE: return LEVEL_COMMA;
    case N_ASSIGN: case N_YIELD: return LEVEL_ASSIGN;
    case N_FUNCTION: return p->t->funcs.at[n->d].flags & FUNC_ARROW ? LEVEL_ASSIGN : LEVEL_PRIMARY;
    case N_CONDITIONAL: return LEVEL_CONDITIONAL;
    case N_BINARY: return (enum level)(LEVEL_BINARY + precedence[n->op]);
    case N_UNARY: case N_AWAIT: return LEVEL_UNARY;
    case N_UPDATE: return n->flags & NF_PREFIX ? LEVEL_UNARY : LEVEL_POSTFIX;
    case N_CALL: case N_NEW: case N_DOT: case N_INDEX: case N_TAGGED: case N_IMPORT_CALL: return LEVEL_CALL;
    default: return LEVEL_PRIMARY;
    }
}

static void wrapped(struct printer *p, nid id) {
    bool no_in = p->no_in;
    p->no_in = false;
    PRINT(p, "(");
    print_expr(p, id, LEVEL_COMMA);
    print_raw(p, STR(")"));
    p->no_in = no_in;
}

void print_assign(struct printer *p, nid id) { print_expr(p, id, LEVEL_ASSIGN); }

/* --- chains of members and calls */

static bool in_chain(const struct node *n) {
    return (n->kind == N_DOT || n->kind == N_INDEX || n->kind == N_CALL) && n->flags & (NF_OPTIONAL | NF_CHAIN);
}

static bool is_member(const struct node *n) {
    return n->kind == N_DOT || n->kind == N_INDEX || n->kind == N_CALL || n->kind == N_TAGGED;
}

/* May the object stand bare before this link? (a?.b)?.c is a chain behind a chain. */
static bool object_is_bare(const struct printer *p, const struct node *link, const struct node *object) {
    if (!in_chain(object)) return true;
    const struct node *wrapped = print_node(p, link->a);
    while (wrapped->kind == N_TS_NON_NULL) wrapped = print_node(p, wrapped->a);
    return wrapped->kind != N_PAREN && link->flags & (NF_CHAIN | NF_OPTIONAL);
}

static bool has_call(const struct printer *p, nid id) {
    for (;;) {
        const struct node *n = print_node(p, id = print_strip(p, id));
        if (n->kind == N_CALL || n->kind == N_IMPORT_CALL || in_chain(n)) return true;
        if (n->kind != N_DOT && n->kind != N_INDEX && n->kind != N_TAGGED) return false;
        id = n->a;
    }
}

static void arguments(struct printer *p, nid first) {
    bool no_in = p->no_in;
    p->no_in = false;
    print_raw(p, STR("("));
    print_list(p, first, print_assign);
    print_raw(p, STR(")"));
    p->no_in = no_in;
}

static void link_of(struct printer *p, const struct node *n) {
    bool optional = n->flags & NF_OPTIONAL;
    switch (n->kind) {
    case N_DOT:
        print_raw(p, optional ? STR("?.") : STR("."));
        print_mark(p, n->c, 0);
        if (p->o.ascii && n->end - n->c != name_text(&p->t->names, n->b).len)
            print_raw(p, str_of(p->t->source.at + n->c, n->end - n->c));
        else print_raw(p, str_of(p->t->source.at + n->c, n->end - n->c));
        break;
    case N_INDEX: {
        bool no_in = p->no_in;
        p->no_in = false;
        print_raw(p, optional ? STR("?.[") : STR("["));
        print_expr(p, n->b, LEVEL_COMMA);
        print_raw(p, STR("]"));
        p->no_in = no_in;
        break;
    }
    case N_CALL:
        if (optional) print_raw(p, STR("?."));
        arguments(p, n->b);
        break;
    default: print_expr(p, n->b, LEVEL_PRIMARY);
    }
}

static void member_chain(struct printer *p, nid id) {
    AST_TABLE(nid) spine = {0};
    nid at = id;
    for (;;) {
        const struct node *n = print_node(p, at);
        if (spine.len == spine.cap) {
            spine.cap = spine.cap ? spine.cap * 2 : 16;
            spine.at = mem_resize(spine.at, spine.cap * sizeof *spine.at);
        }
        spine.at[spine.len++] = at;
        nid object = print_strip(p, n->a);
        const struct node *o = print_node(p, object);
        if (is_member(o) && object_is_bare(p, n, o)) {
            at = object;
            continue;
        }
        if (o->kind == N_NUMBER || (in_chain(o) && !object_is_bare(p, n, o))) wrapped(p, object);
        else print_expr(p, object, LEVEL_CALL);
        break;
    }
    while (spine.len) link_of(p, print_node(p, spine.at[--spine.len]));
    mem_free(spine.at);
}

/* --- operators */

static bool mixes(const struct printer *p, const struct node *n, nid operand) {
    const struct node *o = print_node(p, operand);
    if (o->kind != N_BINARY) return false;
    bool nullish = n->op == T_NULLISH, logical = n->op == T_OR || n->op == T_AND;
    return (nullish && (o->op == T_OR || o->op == T_AND)) || (logical && o->op == T_NULLISH);
}

static void operand(struct printer *p, const struct node *n, nid id, enum level least) {
    if (mixes(p, n, id)) wrapped(p, id);
    else print_expr(p, id, least);
}

static void binary(struct printer *p, nid id) {
    AST_TABLE(nid) spine = {0};
    nid at = id;
    for (;;) {                                          /* down the left side as long as no parentheses are needed */
        const struct node *n = print_node(p, at);
        if (spine.len == spine.cap) {
            spine.cap = spine.cap ? spine.cap * 2 : 16;
            spine.at = mem_resize(spine.at, spine.cap * sizeof *spine.at);
        }
        spine.at[spine.len++] = at;
        nid left = print_strip(p, n->a);
        const struct node *l = print_node(p, left);
        bool right_assoc = n->op == T_POW;
        if (l->kind == N_BINARY && !right_assoc && precedence[l->op] >= precedence[n->op] && !mixes(p, n, left) &&
            !(p->no_in && l->op == T_IN)) {
            at = left;
            continue;
        }
        if (l->kind == N_PRIVATE) print_text(p, left);
        else operand(p, n, left, right_assoc ? LEVEL_POSTFIX : (enum level)(LEVEL_BINARY + precedence[n->op]));
        break;
    }
    while (spine.len) {
        const struct node *n = print_node(p, spine.at[--spine.len]);
        print_space(p);
        print_token(p, str_c(lex_token_text[n->op]));
        print_space(p);
        operand(p, n, print_strip(p, n->b), (enum level)(LEVEL_BINARY + precedence[n->op] + (n->op == T_POW ? 0 : 1)));
    }
    mem_free(spine.at);
}

/* --- literals */

static void template(struct printer *p, const struct node *n) {
    print_token(p, STR("`"));
    for (nid at = n->a; at; at = print_node(p, at)->next) {
        if (print_node(p, at)->kind == N_TEMPLATE_PART) print_raw(p, ast_text(p->t, at));
        else {
            bool no_in = p->no_in;
            p->no_in = false;
            print_raw(p, STR("${"));
            print_expr(p, at, LEVEL_COMMA);
            print_raw(p, STR("}"));
            p->no_in = no_in;
        }
    }
    print_raw(p, STR("`"));
}

static void array(struct printer *p, const struct node *n) {
    bool no_in = p->no_in;
    p->no_in = false;
    PRINT(p, "[");
    for (nid at = n->a; at; at = print_node(p, at)->next) {
        const struct node *item = print_node(p, at);
        if (item->kind != N_HOLE) print_target(p, at);
        if (item->next || item->kind == N_HOLE) print_raw(p, STR(","));
        if (item->next) print_space(p);
    }
    print_raw(p, STR("]"));
    p->no_in = no_in;
}

void print_key(struct printer *p, nid id) {
    const struct node *n = print_node(p, id);
    if (n->kind != N_COMPUTED) {
        print_text(p, id);
        return;
    }
    PRINT(p, "[");
    print_assign(p, n->a);
    print_raw(p, STR("]"));
}

static void property(struct printer *p, nid id) {
    const struct node *n = print_node(p, id);
    switch (n->kind) {
    case N_SPREAD: case N_REST:
        PRINT(p, "...");
        print_target(p, n->a);
        return;
    default: break;
    }
    if (n->op == PROP_SHORTHAND) print_target(p, n->b);
    else if (n->op == PROP_INIT) {
        print_key(p, n->a);
        print_raw(p, STR(":"));
        print_space(p);
        print_target(p, n->b);
    } else print_method(p, n->a, n->b, n->op == PROP_GET, n->op == PROP_SET);
}

static void object(struct printer *p, const struct node *n) {
    bool no_in = p->no_in,
         wrap = n->kind == N_OBJECT && (p->out->len == p->statement_start || p->out->len == p->arrow_start);
    p->no_in = false;
    if (wrap) PRINT(p, "(");
    PRINT(p, "{");
    if (n->a) print_space(p);
    print_list(p, n->a, property);
    if (n->a) print_space(p);
    print_raw(p, STR("}"));
    if (wrap) print_raw(p, STR(")"));
    p->no_in = no_in;
}

void print_target(struct printer *p, nid id) {
    const struct node *n = print_node(p, id);
    switch (n->kind) {
    case N_BINDING: print_text(p, id); return;
    case N_DEFAULT:
        print_target(p, n->a);
        print_space(p);
        PRINT(p, "=");
        print_space(p);
        print_assign(p, n->b);
        return;
    case N_SPREAD: case N_REST:
        PRINT(p, "...");
        print_target(p, n->a);
        return;
    case N_ARRAY_PATTERN: array(p, n); return;
    case N_OBJECT_PATTERN: object(p, n); return;
    default: print_assign(p, id);
    }
}

/* --- JSX */

static void jsx_name(struct printer *p, nid id) {
    const struct node *n = print_node(p, id);
    if (n->kind == N_JSX_NAMESPACED) {
        jsx_name(p, n->a);
        print_raw(p, STR(":"));
        jsx_name(p, n->b);
    } else if (n->kind == N_DOT) {
        jsx_name(p, n->a);
        print_raw(p, STR("."));
        print_raw(p, name_text(&p->t->names, n->b));
    } else print_raw(p, ast_text(p->t, id));
}

static void jsx_braces(struct printer *p, const struct node *n) {
    print_raw(p, n->kind == N_JSX_SPREAD ? STR("{...") : STR("{"));
    if (n->a) print_expr(p, n->a, n->kind == N_JSX_SPREAD ? LEVEL_ASSIGN : LEVEL_COMMA);
    print_raw(p, STR("}"));
}

static void jsx(struct printer *p, nid id) {
    const struct node *n = print_node(p, id);
    bool no_in = p->no_in;
    p->no_in = false;
    PRINT(p, "<");
    if (n->a) jsx_name(p, n->a);
    for (nid at = n->b; at; at = print_node(p, at)->next) {
        const struct node *a = print_node(p, at);
        print_raw(p, STR(" "));
        if (a->kind == N_JSX_SPREAD) {
            jsx_braces(p, a);
            continue;
        }
        jsx_name(p, a->a);
        if (!a->b) continue;
        print_raw(p, STR("="));
        const struct node *v = print_node(p, a->b);
        if (v->kind == N_STRING) print_raw(p, ast_text(p->t, a->b));
        else if (v->kind == N_JSX_ELEMENT) jsx(p, a->b);
        else jsx_braces(p, v);
    }
    if (!n->d) print_raw(p, STR("/>"));
    else {
        print_raw(p, STR(">"));
        for (nid at = n->c; at; at = print_node(p, at)->next) {
            const struct node *c = print_node(p, at);
            if (c->kind == N_JSX_TEXT) print_raw(p, ast_text(p->t, at));
            else if (c->kind == N_JSX_ELEMENT) jsx(p, at);
            else jsx_braces(p, c);
        }
        print_raw(p, STR("</"));
        if (n->a) jsx_name(p, n->a);
        print_raw(p, STR(">"));
    }
    p->no_in = no_in;
}

/* --- all of them */

static void unary(struct printer *p, const struct node *n) {
    print_token(p, str_c(lex_token_text[n->op]));
    if (n->op == T_TYPEOF || n->op == T_VOID || n->op == T_DELETE) print_space(p);
    print_expr(p, n->a, LEVEL_UNARY);
}

static void ident(struct printer *p, nid id, const struct node *n) {
    str name = name_text(&p->t->names, n->a);
    bool wrap = (str_is(name, "let") && (p->out->len == p->statement_start || p->out->len == p->for_start)) ||
                (str_is(name, "async") && p->out->len == p->for_start);
    if (wrap) PRINT(p, "(");
    print_text(p, id);
    if (wrap) print_raw(p, STR(")"));
}

void print_expr(struct printer *p, nid id, enum level least) {
    id = print_strip(p, id);
    const struct node *n = print_node(p, id);
    if (level_of(p, n) < least || (p->no_in && n->kind == N_BINARY && n->op == T_IN)) {
        wrapped(p, id);
        return;
    }
    print_mark_node(p, id);
    switch (n->kind) {
    case N_IDENT: ident(p, id, n); break;
    case N_THIS: PRINT(p, "this"); break;
    case N_SUPER: PRINT(p, "super"); break;
    case N_NULL: PRINT(p, "null"); break;
    case N_TRUE: PRINT(p, "true"); break;
    case N_FALSE: PRINT(p, "false"); break;
    case N_NUMBER: case N_BIGINT: case N_STRING: case N_REGEXP: case N_PRIVATE: print_text(p, id); break;
    case N_TEMPLATE: template(p, n); break;
    case N_ARRAY: case N_ARRAY_PATTERN: array(p, n); break;
    case N_OBJECT: object(p, n); break;
    case N_OBJECT_PATTERN: object(p, n); break;
    case N_FUNCTION: {
        bool wrap = !(p->t->funcs.at[n->d].flags & FUNC_ARROW) && (p->out->len == p->statement_start ||
                                                                   p->out->len == p->export_start);
        if (wrap) PRINT(p, "(");
        print_function(p, id);
        if (wrap) print_raw(p, STR(")"));
        break;
    }
    case N_CLASS: {
        bool wrap = p->out->len == p->statement_start || p->out->len == p->export_start;
        if (wrap) PRINT(p, "(");
        print_class(p, id);
        if (wrap) print_raw(p, STR(")"));
        break;
    }
    case N_UNARY: unary(p, n); break;
    case N_UPDATE:
        if (n->flags & NF_PREFIX) print_token(p, str_c(lex_token_text[n->op]));
        print_expr(p, n->a, n->flags & NF_PREFIX ? LEVEL_UNARY : LEVEL_CALL);
        if (!(n->flags & NF_PREFIX)) print_raw(p, str_c(lex_token_text[n->op]));
        break;
    case N_BINARY: binary(p, id); break;
    case N_SEQUENCE: print_list(p, n->a, print_assign); break;
    case N_ASSIGN: {
        size_t from = p->out->len;
        bool wrap = print_node(p, n->a)->kind == N_OBJECT_PATTERN &&
                    (from == p->statement_start || from == p->arrow_start);
        if (wrap) {
            PRINT(p, "(");
            p->statement_start = p->arrow_start = SIZE_MAX;
        }
        if (print_node(p, n->a)->kind == N_ARRAY_PATTERN || print_node(p, n->a)->kind == N_OBJECT_PATTERN)
            print_target(p, n->a);
        else print_expr(p, n->a, LEVEL_CALL);
        print_space(p);
        print_token(p, str_c(lex_token_text[n->op]));
        print_space(p);
        print_assign(p, n->b);
        if (wrap) print_raw(p, STR(")"));
        break;
    }
    case N_CONDITIONAL:
        print_expr(p, n->a, LEVEL_BINARY);
        print_space(p);
        PRINT(p, "?");
        print_space(p);
        bool no_in = p->no_in;
        p->no_in = false;
        print_assign(p, n->b);
        p->no_in = no_in;
        print_space(p);
        PRINT(p, ":");
        print_space(p);
        print_assign(p, n->c);
        break;
    case N_CALL: case N_DOT: case N_INDEX: case N_TAGGED: member_chain(p, id); break;
    case N_NEW:
        PRINT(p, "new");
        print_raw(p, STR(" "));
        if (has_call(p, n->a)) wrapped(p, n->a);
        else print_expr(p, n->a, LEVEL_CALL);
        arguments(p, n->b);
        break;
    case N_AWAIT:
        PRINT(p, "await");
        print_space(p);
        print_expr(p, n->a, LEVEL_UNARY);
        break;
    case N_YIELD:
        PRINT(p, "yield");
        if (n->flags & NF_DELEGATE) print_raw(p, STR("*"));
        if (n->a) {
            print_space(p);
            print_assign(p, n->a);
        }
        break;
    case N_IMPORT_CALL:
        print_token(p, n->op == PHASE_DEFER    ? STR("import.defer(")
                       : n->op == PHASE_SOURCE ? STR("import.source(")
                                               : STR("import("));
        print_assign(p, n->a);
        if (n->b) {
            print_raw(p, STR(","));
            print_space(p);
            print_assign(p, n->b);
        }
        print_raw(p, STR(")"));
        break;
    case N_IMPORT_META: PRINT(p, "import.meta"); break;
    case N_NEW_TARGET: PRINT(p, "new.target"); break;
    case N_JSX_ELEMENT: jsx(p, id); break;
    default: print_target(p, id);
    }
}
