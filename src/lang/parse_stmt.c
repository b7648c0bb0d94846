/* lang/parse_stmt.c: statements and variable declarations. */
#include "lang/parser.h"

void parse_statement_list(struct parser *p, struct list *l, enum token close, unsigned where) {
    uint32_t open = p->t.prev_end;
    while (!at(p, close)) {
        if (at(p, T_END)) parse_fail_unclosed(p, open && p->source[open - 1] == '{' ? open - 1 : UINT32_MAX);
        nid id = parse_statement(p, where);
        list_add(p, l, id);
    }
}

nid parse_block(struct parser *p) {
    uint32_t start = p->t.start;
    struct list l = {0};
    if (!at(p, T_LBRACE)) parse_fail_here(p, "\"{\"");
    scope_open(p, SCOPE_BLOCK, start);
    lex_next(p);
    parse_statement_list(p, &l, T_RBRACE, STMT_LIST);
    scope_close(p, p->t.end);
    lex_next(p);
    return node_new(p, N_BLOCK, start, p->t.prev_end, l.first, 0);
}

/* --- variables */

static const enum symbol_kind symbol_of[] = {[VAR_VAR] = SYMBOL_VAR, [VAR_LET] = SYMBOL_LET, [VAR_CONST] = SYMBOL_CONST,
                                             [VAR_USING] = SYMBOL_USING, [VAR_AWAIT_USING] = SYMBOL_USING};

/* Var -> Target '!'? (':' Type)? ('=' Assign)? (',' ...)*; the token is the first target. In `for`, initializers may be
 * absent. */
nid parse_var(struct parser *p, uint32_t start, enum ast_var kind, bool in_for) {
    struct list l = {0};
    uint32_t mark = UINT32_MAX;
    if (kind >= VAR_USING) {
        mark = mark_add(p, MARK_USING, start, 0, 0);
        p->tree->funcs.at[p->ctx.func].flags |= FUNC_HAS_TRY;               /* it becomes one */
        p->tree->flags |= TREE_HAS_USING;
        if (kind == VAR_AWAIT_USING) p->tree->funcs.at[p->ctx.func].flags |= FUNC_HAS_AWAIT;
        if (kind == VAR_AWAIT_USING && p->ctx.func == 0) p->tree->flags |= TREE_HAS_TLA;
    }
    do {
        uint32_t from = p->t.start;
        bool is_name = at(p, T_IDENT) || !(at(p, T_LBRACE) || at(p, T_LBRACKET));
        nid target = kind < VAR_USING ? parse_binding_target(p, symbol_of[kind]) : parse_binding_ident(p, SYMBOL_USING);
        nid type = 0, value = 0;
        uint32_t erase = p->t.start;
        uint16_t flags = 0;
        if (p->is_ts) {
            if (at(p, T_NOT) && is_name && !newline_before(p)) {
                flags |= NF_DEFINITE;
                lex_next(p);
                if (!at(p, T_COLON)) parse_fail_here(p, "a type after \"!\"");
            }
            if (at(p, T_COLON)) type = parse_annotation(p, erase);
        } else parse_no_type_here(p);
        if (at(p, T_ASSIGN)) {
            bool is_ident = NODE(target)->kind == N_BINDING;
            lex_next(p);
            value = parse_assign(p);
            if (is_ident && NODE(target)->b) {
                struct symbol *s = &p->tree->symbols.at[NODE(target)->b];
                if (s->flags & SYM_MERGED) s->flags |= SYM_REASSIGNED;
            }
        } else if (!(in_for && (at(p, T_IN) || at_word(p, NAME_OF))) && !p->ctx.in_ambient) {
            if (!is_name) parse_fail_here(p, "\"=\" and a value for this pattern");
            if (kind >= VAR_CONST)
                parse_fail_here(p, kind == VAR_CONST ? "\"=\" and a value for this constant"
                                                     : "\"=\" and a value to be used");
        }
        nid id = node_new(p, N_DECLARATOR, from, p->t.prev_end, target, value);
        NODE(id)->c = type;
        NODE(id)->flags = flags;
        list_add(p, &l, id);
    } while (eat(p, T_COMMA));
    nid id = node_new(p, N_VAR, start, p->t.prev_end, l.first, 0);
    NODE(id)->op = kind;
    if (mark != UINT32_MAX) {
        p->tree->marks.at[mark].end = p->t.prev_end;
        p->tree->marks.at[mark].node = id;
    }
    return id;
}

static nid var_statement(struct parser *p, enum ast_var kind) {
    uint32_t start = p->t.start;
    if (kind >= VAR_USING) {
        uint8_t scope = p->tree->scopes.at[p->scope].kind;
        if (scope == SCOPE_SWITCH || (scope == SCOPE_PROGRAM && p->options->goal == PARSE_SCRIPT))
            parse_fail(p, start, p->t.end, "using-place",
                       "a using declaration can stand only in a block, a function or a module");
    }
    lex_next(p);
    if (kind == VAR_AWAIT_USING) lex_next(p);
    nid id = parse_var(p, start, kind, false);
    parse_semicolon(p);
    NODE(id)->end = p->t.prev_end;
    return id;
}

bool parse_is_let_declaration(struct parser *p) {
    struct token_state next;
    if (!at_word(p, NAME_LET) || !lex_peek(p, &next)) return false;
    return next.kind == T_IDENT || next.kind == T_LBRACKET || next.kind == T_LBRACE ||
           (next.kind <= T_WITH && next.kind != T_IN && next.kind != T_INSTANCEOF && !(next.flags & TF_NEWLINE)) ||
           next.kind == T_ESCAPED_WORD;
}

/* `using x`, `await using x` on one line. */
static enum ast_var is_using(struct parser *p, bool in_for) {
    struct token_state saved = p->t, next;
    enum ast_var kind = VAR_VAR;
    uint32_t late = p->late_marks.len;
    bool awaits = at_word(p, NAME_AWAIT);
    if (awaits) {
        if (!p->ctx.await && !(p->is_module && p->ctx.func == 0) && !(p->is_detect && p->ctx.func == 0)) return VAR_VAR;
        if (!lex_peek(p, &next) || next.kind != T_IDENT || next.name != NAME_USING ||
            next.flags & (TF_NEWLINE | TF_ESCAPED))
            return VAR_VAR;
        lex_next(p);
    } else if (!at_word(p, NAME_USING)) return VAR_VAR;
    if (lex_peek(p, &next) && next.kind == T_IDENT && !(next.flags & TF_NEWLINE)) {
        kind = awaits ? VAR_AWAIT_USING : VAR_USING;
        /* for (using of x) names `using`; for (using of = x;;) declares */
        if (in_for && next.name == NAME_OF && !awaits) {
            lex_next(p);
            if (!lex_peek(p, &next) || next.kind != T_ASSIGN) kind = VAR_VAR;
        }
    }
    p->t = saved;
    p->late_marks.len = late;
    if (kind == VAR_AWAIT_USING && !p->ctx.await) parse_saw_module(p);
    return kind;
}

/* --- loops and jumps */

static nid body_of_loop(struct parser *p) {
    p->ctx.in_loop++;
    nid id = parse_statement(p, 0);
    p->ctx.in_loop--;
    return id;
}

static void check_for_binding(struct parser *p, nid left, bool is_of) {
    const struct node *var = NODE(left), *d = NODE(var->a);
    if (d->next)
        parse_fail(p, NODE(d->next)->start, NODE(d->next)->end, "for-many", "a for-%s loop declares one variable",
                   is_of ? "of" : "in");
    if (!d->b) return;
    if (!is_of && var->op == VAR_VAR && NODE(d->a)->kind == N_BINDING && !parse_is_strict(p)) {
        parse_strict_fail(p, d->start, d->end, "for-value", "the variable of a for-in loop cannot have a value");
        return;
    }
    parse_fail(p, d->start, d->end, "for-value", "the variable of a for-%s loop cannot have a value",
               is_of ? "of" : "in");
}

static void write_binding(struct parser *p, nid id) {
    const struct node *n = NODE(id);
    if (n->kind == N_BINDING) p->tree->symbols.at[n->b].flags |= SYM_REASSIGNED;
    else if (n->kind == N_DEFAULT || n->kind == N_REST) write_binding(p, n->a);
    else if (n->kind == N_PROPERTY) write_binding(p, n->b);
    else if (n->kind == N_ARRAY_PATTERN || n->kind == N_OBJECT_PATTERN)
        for (nid at = n->a; at; at = NODE(at)->next) write_binding(p, at);
}

/* For -> 'for' 'await'? '(' (Var | Expression)? (';' ... | 'in' Expression | 'of' Assign) ')' Statement */
static nid parse_for(struct parser *p) {
    uint32_t start = p->t.start, mark = UINT32_MAX;
    bool is_await = false;
    lex_next(p);
    if (at_word(p, NAME_AWAIT)) {
        if (!p->ctx.await && p->is_detect && p->ctx.func == 0) parse_saw_module(p);
        if (!p->ctx.await) parse_fail_here(p, "\"(\"");
        if (p->ctx.in_static_block) parse_fail_here(p, "\"(\"");
        is_await = true;
        mark = mark_add(p, MARK_FOR_AWAIT, start, 0, 0);
        p->tree->funcs.at[p->ctx.func].flags |= FUNC_HAS_AWAIT;
        if (p->ctx.func == 0) p->tree->flags |= TREE_HAS_TLA;
        lex_next(p);
    }
    scope_open(p, SCOPE_FOR, p->t.start);
    parse_expect(p, T_LPAREN);
    nid left = 0, id;
    uint32_t from = p->t.start;
    bool is_declaration = false, starts_let = at_word(p, NAME_LET), starts_async = at_word(p, NAME_ASYNC);
    enum ast_var using = at(p, T_IDENT) ? is_using(p, true) : VAR_VAR;
    p->ctx.no_in = true;
    if (at(p, T_VAR) || at(p, T_CONST) || using || (starts_let && parse_is_let_declaration(p))) {
        enum ast_var kind = using ? using : at(p, T_VAR) ? VAR_VAR : at(p, T_CONST) ? VAR_CONST : VAR_LET;
        struct token_state next;
        bool plain_let = starts_let && kind == VAR_LET && lex_peek(p, &next) && next.kind == T_IDENT &&
                         next.name == NAME_OF;
        if (plain_let) {        /* `let of`: a declaration unless it is `for (let of x)`, which is wrong */
            struct token_state saved = p->t;
            lex_next(p);
            uint32_t c = lex_peek_char(p);
            if (c != '=' && c != ';' && c != ',' && c != ':' &&
                !(lex_peek(p, &next) && (next.kind == T_IN || (next.kind == T_IDENT && next.name == NAME_OF))))
                parse_fail(p, from, p->t.end, "for-let-of", "\"let\" cannot be the variable of a for-of loop");
            p->t = saved;
        }
        is_declaration = true;
        lex_next(p);
        if (kind == VAR_AWAIT_USING) lex_next(p);
        left = parse_var(p, from, kind, true);
        if (kind >= VAR_USING && at(p, T_IN)) parse_fail_here(p, "\"of\"");
    } else if (!at(p, T_SEMICOLON)) {
        struct cover c = {0}, *outer = p->cover;
        if (starts_let || starts_async) p->tree->flags |= TREE_AWKWARD;
        left = parse_assign_cover(p, &c);
        p->cover = outer;
        bool is_in = at(p, T_IN), is_of = at_word(p, NAME_OF);
        if (is_in || is_of) {
            if (is_of && starts_let)
                parse_fail(p, from, from + 3, "for-let-of", "\"let\" cannot begin the target of a for-of loop");
            if (is_of && starts_async && !is_await && NODE(left)->kind == N_IDENT && NODE(left)->end - from == 5)
                parse_fail(p, from, from + 5, "for-async-of", "\"async\" cannot be the target of a for-of loop");
            parse_to_assignment(p, left, false);
        } else {
            if (c.initialized_name)
                parse_fail(p, c.initialized_name - 1, c.initialized_name, "object-default",
                           "\"=\" cannot stand in an object, only in a pattern; write \":\"");
            if (c.duplicate_proto)
                parse_fail(p, c.duplicate_proto - 1, c.duplicate_proto, "duplicate-proto",
                           "an object can set __proto__ only once");
            if (at(p, T_COMMA)) {
                struct list l = {0};
                list_add(p, &l, left);
                while (eat(p, T_COMMA)) list_add(p, &l, parse_assign(p));
                left = node_new(p, N_SEQUENCE, from, p->t.prev_end, l.first, 0);
                if (at(p, T_IN) || at_word(p, NAME_OF)) parse_to_assignment(p, left, false);
            }
        }
    }
    p->ctx.no_in = false;
    if (left && (at(p, T_IN) || at_word(p, NAME_OF))) {
        bool is_of = !at(p, T_IN);
        if (is_await && !is_of) parse_fail_here(p, "\"of\" in a for await loop");
        if (is_declaration) {
            check_for_binding(p, left, is_of);
            if (NODE(left)->op == VAR_VAR) write_binding(p, NODE(NODE(left)->a)->a);
        }
        lex_next(p);
        nid right = is_of ? parse_assign(p) : parse_expression(p);
        if (is_of && is_declaration && NODE(left)->op == VAR_VAR) {
            /* Annex B lets `catch (e) { var e }` be, but not as the variable of a for-of loop. */
            nid binding = NODE(NODE(left)->a)->a;
            if (NODE(binding)->kind == N_BINDING) {
                for (uint32_t s = p->scope; s; s = p->tree->scopes.at[s].parent) {
                    if (p->tree->scopes.at[s].kind == SCOPE_FUNCTION ||
                        p->tree->scopes.at[s].kind == SCOPE_FUNCTION_BODY)
                        break;
                    if (p->tree->scopes.at[s].kind != SCOPE_CATCH) continue;
                    for (uint32_t y = p->tree->scopes.at[s].first_symbol; y; y = p->tree->symbols.at[y].next_in_scope)
                        if (p->tree->symbols.at[y].kind == SYMBOL_CATCH &&
                            p->tree->symbols.at[y].name == NODE(binding)->a)
                            parse_fail(p, NODE(binding)->start, NODE(binding)->end, "declared-twice",
                                       "this name is already that of the caught error");
                }
            }
        }
        parse_expect(p, T_RPAREN);
        nid body = body_of_loop(p);
        id = node_new(p, is_of ? N_FOR_OF : N_FOR_IN, start, p->t.prev_end, left, right);
        NODE(id)->c = body;
        if (is_await) NODE(id)->flags |= NF_AWAIT;
    } else {
        if (is_await) parse_fail_here(p, "\"of\" in a for await loop");
        parse_expect(p, T_SEMICOLON);
        nid test = at(p, T_SEMICOLON) ? 0 : parse_expression(p);
        parse_expect(p, T_SEMICOLON);
        nid update = at(p, T_RPAREN) ? 0 : parse_expression(p);
        parse_expect(p, T_RPAREN);
        nid body = body_of_loop(p);
        id = node_new(p, N_FOR, start, p->t.prev_end, left, test);
        NODE(id)->c = update;
        NODE(id)->d = body;
    }
    scope_close(p, p->t.prev_end);
    if (mark != UINT32_MAX) {
        p->tree->marks.at[mark].end = p->t.prev_end;
        p->tree->marks.at[mark].node = id;
    }
    return id;
}

static nid parse_jump(struct parser *p) {
    uint32_t start = p->t.start;
    bool is_break = at(p, T_BREAK), found = false;
    lex_next(p);
    uint32_t name = 0;
    if (at(p, T_IDENT) && !newline_before(p)) {
        name = p->t.name;
        for (uint32_t i = p->labels.len; i-- > p->ctx.first_label && !found;)
            if (p->labels.at[i].name == name) {
                found = true;
                if (!is_break && !p->labels.at[i].is_loop)
                    parse_fail(p, p->t.start, p->t.end, "continue-label", "continue needs the label of a loop");
            }
        if (!found)
            parse_fail(p, p->t.start, p->t.end, "label-unknown", "there is no label \"%.*s\" around this",
                       STR_FMT(name_text(&p->tree->names, name)));
        lex_next(p);
    } else if (!p->ctx.in_loop && !(is_break && p->ctx.in_switch))
        parse_fail(p, start, p->t.prev_end, "jump-outside",
                   is_break ? "break can stand only in a loop or a switch" : "continue can stand only in a loop");
    parse_semicolon(p);
    return node_new(p, is_break ? N_BREAK : N_CONTINUE, start, p->t.prev_end, name, 0);
}

static nid parse_condition(struct parser *p) {
    parse_expect(p, T_LPAREN);
    nid id = parse_expression(p);
    parse_expect(p, T_RPAREN);
    return id;
}

/* If -> 'if' '(' Expression ')' Statement ('else' Statement)?; a chain of else-ifs is a loop. */
static nid parse_if(struct parser *p) {
    nid first = 0, last = 0;
    for (;;) {
        uint32_t start = p->t.start;
        lex_next(p);
        nid test = parse_condition(p), yes = parse_statement(p, STMT_IF);
        nid id = node_new(p, N_IF, start, p->t.prev_end, test, yes);
        if (last) NODE(last)->c = id;
        else first = id;
        last = id;
        if (!eat(p, T_ELSE)) break;
        if (at(p, T_IF)) continue;
        nid no = parse_statement(p, STMT_IF);
        NODE(id)->c = no;
        break;
    }
    uint32_t end = p->t.prev_end;
    for (nid id = first; id; id = NODE(id)->c && NODE(NODE(id)->c)->kind == N_IF ? NODE(id)->c : 0) {
        NODE(id)->end = end;
        if (id == last) break;
    }
    return first;
}

static nid parse_switch(struct parser *p) {
    uint32_t start = p->t.start;
    struct list cases = {0};
    bool has_default = false;
    lex_next(p);
    nid value = parse_condition(p);
    scope_open(p, SCOPE_SWITCH, p->t.start);
    parse_expect(p, T_LBRACE);
    p->ctx.in_switch++;
    while (!at(p, T_RBRACE)) {
        uint32_t from = p->t.start;
        nid test = 0;
        if (eat(p, T_CASE)) test = parse_expression(p);
        else if (at(p, T_DEFAULT)) {
            if (has_default) parse_fail(p, p->t.start, p->t.end, "default-twice", "a switch can have only one default");
            has_default = true;
            lex_next(p);
        } else parse_fail_here(p, "\"case\", \"default\" or \"}\"");
        parse_expect(p, T_COLON);
        struct list l = {0};
        while (!at(p, T_CASE) && !at(p, T_DEFAULT) && !at(p, T_RBRACE)) {
            if (at(p, T_END)) parse_fail_here(p, "\"}\"");
            list_add(p, &l, parse_statement(p, STMT_LIST));
        }
        list_add(p, &cases, node_new(p, N_CASE, from, p->t.prev_end, test, l.first));
    }
    p->ctx.in_switch--;
    scope_close(p, p->t.end);
    lex_next(p);
    return node_new(p, N_SWITCH, start, p->t.prev_end, value, cases.first);
}

static nid parse_try(struct parser *p) {
    uint32_t start = p->t.start, mark = mark_add(p, MARK_TRY, start, 0, 0);
    nid target = 0, handler = 0, finalizer = 0;
    for (uint32_t f = p->ctx.func;; f = p->tree->funcs.at[f].parent) {
        p->tree->funcs.at[f].flags |= FUNC_HAS_TRY;
        break;
    }
    lex_next(p);
    nid block = parse_block(p);
    if (at(p, T_CATCH)) {
        lex_next(p);
        scope_open(p, SCOPE_CATCH, p->t.start);
        if (eat(p, T_LPAREN)) {
            target = parse_binding_target(p, at(p, T_LBRACE) || at(p, T_LBRACKET) ? SYMBOL_LET : SYMBOL_CATCH);
            if (p->is_ts && at(p, T_COLON)) parse_annotation(p, p->t.start);
            parse_expect(p, T_RPAREN);
        }
        uint32_t from = p->t.start;
        struct list l = {0};
        parse_expect(p, T_LBRACE);
        parse_statement_list(p, &l, T_RBRACE, STMT_LIST);
        scope_close(p, p->t.end);
        lex_next(p);
        handler = node_new(p, N_BLOCK, from, p->t.prev_end, l.first, 0);
    }
    if (eat(p, T_FINALLY)) finalizer = parse_block(p);
    if (!handler && !finalizer) parse_fail_here(p, "\"catch\" or \"finally\"");
    nid id = node_new(p, N_TRY, start, p->t.prev_end, block, target);
    NODE(id)->c = handler;
    NODE(id)->d = finalizer;
    p->tree->marks.at[mark].end = p->t.prev_end;
    p->tree->marks.at[mark].node = id;
    return id;
}

static void check_label_body(struct parser *p, nid body) {
    const struct node *n = NODE(body);
    if (n->kind != N_FUNCTION) return;
    if (p->tree->funcs.at[n->d].flags & (FUNC_ASYNC | FUNC_GENERATOR))
        parse_fail(p, n->start, n->end, "label-function", "a generator or async function cannot have a label");
}

static nid parse_label(struct parser *p, nid ident, unsigned where) {
    const struct node n = *NODE(ident);
    p->tree->refs.at[n.b].flags = REF_DEAD;
    for (uint32_t i = p->ctx.first_label; i < p->labels.len; i++)
        if (p->labels.at[i].name == n.a)
            parse_fail(p, n.start, n.end, "label-twice", "the label \"%.*s\" is already in use here",
                       STR_FMT(name_text(&p->tree->names, n.a)));
    lex_next(p);
    for (uint32_t i = p->labels.len; i-- > p->ctx.first_label &&
         p->labels.at[i].statement == n.start;) p->labels.at[i].statement = p->t.start;
    *TABLE_ADD(&p->labels) = (struct label){n.a, p->t.start, false};
    if (at(p, T_FOR) || at(p, T_WHILE) || at(p, T_DO))
        for (uint32_t i = p->labels.len; i-- > p->ctx.first_label &&
             p->labels.at[i].statement == p->t.start;) p->labels.at[i].is_loop = true;
    nid body = parse_statement(p, where & (STMT_LIST | STMT_TOP | STMT_LABELLED) ? STMT_LABELLED : 0);
    check_label_body(p, body);
    p->labels.len--;
    return node_new(p, N_LABEL, n.start, p->t.prev_end, n.a, body);
}

/* function in a statement position. */
static nid function_statement(struct parser *p, uint32_t start, unsigned where, bool is_async) {
    if (where & (STMT_LIST | STMT_TOP)) return parse_function(p, start, FN_DECLARATION | (is_async ? FN_ASYNC : 0));
    if (is_async)
        parse_fail(p, start, p->t.end, "function-single",
                   "an async function cannot be declared here; put it in a block");
    if (!(where & (STMT_IF | STMT_LABELLED)))
        parse_fail(p, start, p->t.end, "function-single", "a function cannot be declared here; put it in a block");
    parse_strict_fail(p, start, p->t.end, "function-single",
                      "a function cannot be declared here in strict code; put it in a block");
    if (where & STMT_IF) scope_open(p, SCOPE_BLOCK, start);
    nid id = parse_function(p, start, FN_DECLARATION | FN_SINGLE_STATEMENT);
    if (where & STMT_IF) scope_close(p, p->t.prev_end);
    return id;
}

static nid expression_statement(struct parser *p, unsigned where) {
    uint32_t start = p->t.start;
    bool may_be_label = at(p, T_IDENT);
    nid value = parse_expression(p);
    if (may_be_label && at(p, T_COLON) && NODE(value)->kind == N_IDENT) return parse_label(p, value, where);
    parse_semicolon(p);
    return node_new(p, N_EXPR, start, p->t.prev_end, value, 0);
}

/* A statement that begins with a name. */
static nid word_statement(struct parser *p, unsigned where) {
    uint32_t start = p->t.start;
    if (p->t.name < NAME_FIRST_FREE && !(p->t.flags & TF_ESCAPED)) {
        struct token_state next;
        switch (p->t.name) {
        case NAME_LET:
            if (where & (STMT_LIST | STMT_TOP)) {
                if (parse_is_let_declaration(p)) return var_statement(p, VAR_LET);
            } else if (lex_peek(p, &next) &&
                       (next.kind == T_LBRACKET || (next.kind == T_IDENT && !(next.flags & TF_NEWLINE)) ||
                        (next.kind == T_LBRACE && !(next.flags & TF_NEWLINE))))
                parse_fail(p, start, p->t.end, "let-single", "a let declaration cannot stand here; put it in a block");
            break;
        case NAME_ASYNC:
            if (lex_peek(p, &next) && next.kind == T_FUNCTION && !(next.flags & TF_NEWLINE)) {
                lex_next(p);
                return function_statement(p, start, where, true);
            }
            break;
        case NAME_USING: case NAME_AWAIT: {
            enum ast_var kind = is_using(p, false);
            if (kind && !(where & (STMT_LIST | STMT_TOP)))
                parse_fail(p, start, p->t.end, "using-single",
                           "a using declaration cannot stand here; put it in a block");
            if (kind) return var_statement(p, kind);
            break;
        }
        default: break;
        }
        if (p->is_ts) {
            nid id = parse_ts_statement(p, where);
            if (id) return id;
        }
    }
    return expression_statement(p, where);
}

nid parse_statement(struct parser *p, unsigned where) {
    uint32_t start = p->t.start;
    nid id, a, b;
    parse_depth(p);
    switch (p->t.kind) {
    case T_IDENT: return word_statement(p, where);
    case T_LBRACE: return parse_block(p);
    case T_VAR: return var_statement(p, VAR_VAR);
    case T_CONST:
        if (p->is_ts && lex_peek_char(p) == 'e') {
            struct token_state next;
            if (lex_peek(p, &next) && next.kind == T_ENUM) {
                lex_next(p);
                return parse_ts_enum(p, start, NF_CONST);
            }
        }
        if (!(where & (STMT_LIST | STMT_TOP)))
            parse_fail(p, start, p->t.end, "const-single", "a const declaration cannot stand here; put it in a block");
        return var_statement(p, VAR_CONST);
    case T_FUNCTION: return function_statement(p, start, where, false);
    case T_CLASS:
        if (!(where & (STMT_LIST | STMT_TOP)))
            parse_fail(p, start, p->t.end, "class-single", "a class cannot be declared here; put it in a block");
        return parse_class(p, start, 0, FN_DECLARATION, false);
    case T_AT: {
        nid decorators = parse_decorators(p);
        if (at(p, T_EXPORT)) return parse_export(p, decorators, start);
        bool is_abstract = false;
        if (p->is_ts && at_word(p, NAME_ABSTRACT)) {
            uint32_t from = p->t.start;
            lex_next(p);
            mark_add(p, MARK_ERASE, from, p->t.start, 0);
            is_abstract = true;
        }
        if (!at(p, T_CLASS)) parse_fail_here(p, "a class after decorators");
        return parse_class(p, start, decorators, FN_DECLARATION, is_abstract);
    }
    case T_IF: return parse_if(p);
    case T_FOR: return parse_for(p);
    case T_WHILE:
        lex_next(p);
        a = parse_condition(p);
        b = body_of_loop(p);
        return node_new(p, N_WHILE, start, p->t.prev_end, a, b);
    case T_DO:
        lex_next(p);
        a = body_of_loop(p);
        parse_expect(p, T_WHILE);
        b = parse_condition(p);
        eat(p, T_SEMICOLON);
        return node_new(p, N_DO, start, p->t.prev_end, a, b);
    case T_BREAK: case T_CONTINUE: return parse_jump(p);
    case T_RETURN:
        if (!p->ctx.can_return) parse_fail(p, start, p->t.end, "return-outside", "return can stand only in a function");
        if (p->is_detect && p->ctx.func == 0 && !p->strict_error.id)
            p->strict_error = (struct late_error){start, p->t.end, "return-outside",
                                                  "return can stand only in a function"};
        if (p->is_module && p->ctx.func == 0 && !p->options->in_function)
            parse_fail(p, start, p->t.end, "return-outside", "return can stand only in a function");
        lex_next(p);
        a = 0;
        if (!at(p, T_SEMICOLON) && !at(p, T_RBRACE) && !at(p, T_END) && !newline_before(p)) a = parse_expression(p);
        parse_semicolon(p);
        return node_new(p, N_RETURN, start, p->t.prev_end, a, 0);
    case T_WITH:
        parse_strict_fail(p, start, p->t.end, "with-strict", "with cannot be used in strict code");
        p->tree->flags |= TREE_HAS_WITH;
        lex_next(p);
        a = parse_condition(p);
        scope_open(p, SCOPE_WITH, p->t.start);
        b = parse_statement(p, 0);
        scope_close(p, p->t.prev_end);
        return node_new(p, N_WITH, start, p->t.prev_end, a, b);
    case T_SWITCH: return parse_switch(p);
    case T_THROW:
        lex_next(p);
        if (newline_before(p)) parse_fail_here(p, "what is thrown on the line of throw");
        a = parse_expression(p);
        parse_semicolon(p);
        return node_new(p, N_THROW, start, p->t.prev_end, a, 0);
    case T_TRY: return parse_try(p);
    case T_DEBUGGER:
        lex_next(p);
        parse_semicolon(p);
        return node_new(p, N_DEBUGGER, start, p->t.prev_end, 0, 0);
    case T_SEMICOLON:
        lex_next(p);
        return node_new(p, N_EMPTY, start, p->t.prev_end, 0, 0);
    case T_IMPORT: {
        uint32_t c = lex_peek_char(p);
        if (c == '(' || c == '.') return expression_statement(p, where);
        if (!(where & STMT_TOP))
            parse_fail(p, start, p->t.end, "import-inside",
                       "an import declaration can stand only at the top level of a module");
        return parse_import(p);
    }
    case T_EXPORT:
        if (!(where & STMT_TOP))
            parse_fail(p, start, p->t.end, "export-inside",
                       "an export declaration can stand only at the top level of a module");
        return parse_export(p, 0, start);
    case T_ENUM:
        if (p->is_ts) return parse_ts_enum(p, start, 0);
        return expression_statement(p, where);
    case T_ELSE: case T_CATCH: case T_FINALLY: case T_CASE: case T_DEFAULT: parse_fail_here(p, "a statement");
    default:
        id = expression_statement(p, where);
        return id;
    }
}
