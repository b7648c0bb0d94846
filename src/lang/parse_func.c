/* lang/parse_func.c: functions, methods, arrow functions and the parentheses that may begin one. */
#include "base/mem.h"
#include "lang/parser.h"

uint32_t func_open(struct parser *p, nid node, uint32_t flags) {
    struct func *f = TABLE_ADD(&p->tree->funcs);
    uint32_t id = p->tree->funcs.len - 1;
    *f = (struct func){.node = node, .parent = p->ctx.func, .flags = flags, .first_await = p->tree->marks.len};
    struct context *c = &p->ctx;
    c->func = id;
    c->no_in = c->in_conditional = c->in_decorator = false;
    c->can_return = true;
    c->first_label = p->labels.len;
    c->in_loop = c->in_switch = 0;
    c->await = flags & FUNC_ASYNC;
    c->yield = flags & FUNC_GENERATOR;
    c->in_params_async = c->in_params_generator = false;
    if (!(flags & FUNC_ARROW)) {
        c->in_field = c->in_static_block = false;
        c->can_new_target = true;
        c->can_super_call = flags & FUNC_DERIVED;
        c->can_super_member = flags & (FUNC_METHOD | FUNC_CONSTRUCTOR | FUNC_GETTER | FUNC_SETTER | FUNC_FIELD);
    }
    if (flags & FUNC_ASYNC) p->tree->flags |= TREE_HAS_ASYNC;
    return id;
}

/* Directives -> (String ';')* */
bool parse_body_directives(struct parser *p, struct list *l, bool *strict) {
    bool found = false;
    uint32_t octal = 0;
    while (at(p, T_STRING)) {
        uint32_t start = p->t.start, end = p->t.end;
        bool is_octal = p->t.flags & TF_OCTAL;
        str text = str_of(p->source + start + 1, end - start - 2);
        struct token_state next;
        if (!lex_peek(p, &next)) break;
        if (next.kind != T_SEMICOLON && next.kind != T_RBRACE && next.kind != T_END) {
            if (!(next.flags & TF_NEWLINE)) break;
            /* A line end does not end the statement when what follows goes on with the expression. */
            if (next.kind > T_END && next.kind != T_IDENT && next.kind != T_PRIVATE_NAME && next.kind != T_NUMBER &&
                next.kind != T_BIGINT &&
                next.kind != T_STRING && next.kind != T_LBRACE && next.kind != T_AT && next.kind != T_HASH &&
                    next.kind != T_TILDE &&
                next.kind != T_NOT && next.kind != T_INC && next.kind != T_DEC && next.kind != T_ESCAPED_WORD) break;
            if (next.kind == T_IN || next.kind == T_INSTANCEOF) break;
            if (p->is_ts && (next.kind == T_IDENT) && 0) break;
        }
        if (is_octal && !octal) octal = start + 1;
        bool was_strict = p->ctx.strict;
        if (str_eq(text, STR("use strict"))) {
            found = true;
            *strict = true;
            p->ctx.strict = true;
        }
        if (octal && parse_is_strict(p))
            parse_fail(p, octal - 1, octal, "octal-escape", "an octal escape cannot stand in strict code; write \\xHH");
        nid string = parse_string(p);
        p->ctx.strict = was_strict || *strict;
        parse_semicolon(p);
        list_add(p, l, node_new(p, N_DIRECTIVE, start, p->t.prev_end, string, 0));
    }
    return found;
}

/* --- parameters */

static uint16_t modifiers(struct parser *p, uint32_t *start) {
    uint16_t flags = 0;
    for (;;) {
        if (!at(p, T_IDENT)) return flags;
        uint16_t flag = 0;
        switch (p->t.name) {
        case NAME_PUBLIC: flag = NF_PUBLIC; break;
        case NAME_PRIVATE: flag = NF_PRIVATE; break;
        case NAME_PROTECTED: flag = NF_PROTECTED; break;
        case NAME_READONLY: flag = NF_READONLY; break;
        case NAME_OVERRIDE: flag = NF_OVERRIDE; break;
        default: return flags;
        }
        struct token_state next;
        if (!lex_peek(p, &next)) return flags;
        if (next.kind != T_IDENT && next.kind != T_LBRACE && next.kind != T_LBRACKET && next.kind != T_THIS &&
            next.kind != T_DOTS)
            return flags;
        if (!flags) *start = p->t.start;
        flags |= flag;
        lex_next(p);
    }
}

/* Param -> Decorator* Modifier* '...'? Target '?'? (':' Type)? ('=' Assign)? */
static nid parse_param(struct parser *p, bool is_first, bool *is_simple) {
    uint32_t start = p->t.start;
    nid decorators = 0;
    uint16_t flags = 0;
    uint32_t mark = UINT32_MAX;
    if (at(p, T_AT)) {
        if (!p->is_ts)
            parse_fail(p, start, p->t.end, "param-decorator",
                       "a parameter can have decorators only in TypeScript, with experimentalDecorators");
        decorators = parse_decorators(p);
        p->param_decorators++;
    }
    if (p->is_ts && at(p, T_IDENT)) {
        uint32_t from = p->t.start;
        uint32_t marks = p->tree->marks.len;
        flags = modifiers(p, &from);
        if (flags) {
            p->tree->marks.len = marks;
            mark = mark_add(p, MARK_PARAM_PROPERTY, start, 0, 0);
            mark_add(p, MARK_ERASE, from, p->t.start, 0);
        }
    }
    if (p->is_ts && is_first && at(p, T_THIS)) {
        lex_next(p);
        if (at(p, T_COLON)) {
            lex_next(p);
            parse_type(p);
        }
        eat(p, T_COMMA);
        mark_add(p, MARK_ERASE, start, p->t.prev_end, 0);
        return 0;
    }
    if (eat(p, T_DOTS)) flags |= NF_REST;
    nid target = parse_binding_target(p, SYMBOL_PARAM), value = 0, type = 0;
    uint32_t erase = p->t.start;
    if (p->is_ts && at(p, T_QUESTION)) {
        flags |= NF_OPTIONAL;
        lex_next(p);
        if (!at(p, T_COLON)) mark_add(p, MARK_ERASE, erase, p->t.prev_end, 0);
    }
    if (p->is_ts && at(p, T_COLON)) type = parse_annotation(p, erase);
    else parse_no_type_here(p);
    if (at(p, T_ASSIGN)) {
        if (flags & NF_REST)
            parse_fail(p, p->t.start, p->t.end, "rest-default", "a rest parameter cannot have a default");
        lex_next(p);
        value = parse_assign(p);
    }
    if (value || flags & NF_REST || NODE(target)->kind != N_BINDING) *is_simple = false;
    nid id = node_new(p, N_PARAM, start, p->t.prev_end, target, value);
    struct node *n = NODE(id);
    n->c = decorators;
    n->d = type;
    n->flags = flags;
    if (mark != UINT32_MAX) {
        p->tree->marks.at[mark].end = n->end;
        p->tree->marks.at[mark].node = id;
    }
    return id;
}

nid parse_params(struct parser *p, bool *is_simple) {
    struct list l = {0};
    bool is_first = true;
    *is_simple = true;
    if (!at(p, T_LPAREN)) parse_fail_here(p, "\"(\"");
    lex_next(p);
    while (!at(p, T_RPAREN)) {
        nid id = parse_param(p, is_first, is_simple);
        is_first = false;
        if (!id) continue;
        list_add(p, &l, id);
        if (at(p, T_RPAREN)) break;
        if (NODE(id)->flags & NF_REST) {
            if (p->is_ts && at(p, T_COMMA) && lex_peek_char(p) == ')' && p->ctx.in_ambient) {
                lex_next(p);
                break;
            }
            parse_fail_here(p, "\")\" after a rest parameter");
        }
        parse_expect(p, T_COMMA);
    }
    lex_next(p);
    return l.first;
}

/* Once it is known whether the function is strict: names and duplicates. */
static void check_params(struct parser *p, uint32_t func, bool is_simple) {
    struct func *f = &p->tree->funcs.at[func];
    bool unique = !is_simple || f->flags & (FUNC_ARROW | FUNC_METHOD);
    if (p->duplicate_param && unique)
        parse_fail(p, p->duplicate_param - 1, p->duplicate_param, "param-twice", "two parameters have the same name");
    if (p->duplicate_param)
        parse_strict_fail(p, p->duplicate_param - 1, p->duplicate_param, "param-twice",
                          "two parameters have the same name");
    if (!(f->flags & FUNC_USE_STRICT)) return;
    for (uint32_t s = p->tree->scopes.at[f->scope].first_symbol; s; s = p->tree->symbols.at[s].next_in_scope) {
        const struct symbol *sym = &p->tree->symbols.at[s];
        if (sym->kind != SYMBOL_PARAM) continue;
        const struct node *n = NODE(sym->node);
        bind_check_name(p, n->a, n->start, n->end);
    }
}

nid parse_body(struct parser *p, uint32_t func, bool is_simple) {
    uint32_t start = p->t.start;
    parse_no_type_here(p);
    if (!at(p, T_LBRACE)) parse_fail_here(p, "\"{\"");
    uint32_t body_scope = is_simple ? p->scope : scope_open(p, SCOPE_FUNCTION_BODY, start);
    struct func *f = &p->tree->funcs.at[func];
    f->body_scope = body_scope;
    if (is_simple) f->flags |= FUNC_SIMPLE_PARAMS;
    uint32_t duplicate = p->duplicate_param;
    bool outer_strict = p->ctx.strict, strict = outer_strict;
    struct list l = {0};
    p->ctx.in_params_async = p->ctx.in_params_generator = false;
    p->ctx.strict = outer_strict;
    struct token_state first;
    lex_next(p);
    first = p->t;
    if (parse_body_directives(p, &l, &strict)) {
        if (!is_simple)
            parse_fail(p, first.start, first.end, "use-strict-params",
                       "\"use strict\" needs a function whose parameters are plain names");
        p->tree->funcs.at[func].flags |= FUNC_USE_STRICT;
    }
    p->ctx.strict = strict;
    p->duplicate_param = duplicate;
    check_params(p, func, is_simple);
    p->duplicate_param = 0;
    if (parse_is_strict(p)) p->tree->funcs.at[func].flags |= FUNC_STRICT;
    parse_statement_list(p, &l, T_RBRACE, STMT_LIST);
    uint32_t end = p->t.end;
    if (!is_simple) scope_close(p, end);
    return node_new(p, N_BLOCK, start, end, l.first, 0);     /* the } is the token: eaten in the outer context */
}

/* --- function declarations and expressions */

static nid finish_function(struct parser *p, uint32_t start, nid name, nid params, nid body, uint32_t func) {
    nid id = node_new(p, N_FUNCTION, start, p->t.prev_end, name, params);
    struct node *n = NODE(id);
    n->c = body;
    n->d = func;
    p->tree->funcs.at[func].node = id;
    return id;
}

void parse_leave_function(struct parser *p, const struct context *saved) {
    p->ctx = *saved;
    if (p->is_module && p->ctx.func == 0 && !p->ctx.in_ambient) p->ctx.await = true;
}

nid parse_function(struct parser *p, uint32_t start, unsigned how) {
    bool is_declaration = how & FN_DECLARATION;
    uint32_t flags = how & FN_ASYNC ? FUNC_ASYNC : 0;
    struct snapshot s;
    if (p->is_ts && is_declaration) parse_snapshot(p, &s);
    parse_depth(p);
    lex_next(p);
    if (at(p, T_STAR)) {
        flags |= FUNC_GENERATOR;
        if (how & FN_SINGLE_STATEMENT)
            parse_fail(p, p->t.start, p->t.end, "function-single",
                       "a generator cannot be declared here; put it in a block");
        lex_next(p);
    }
    struct context saved = p->ctx;
    uint32_t saved_duplicate = p->duplicate_param;
    nid name = 0;
    bool named = false;
    struct token_state name_token = p->t;
    if (is_declaration) {
        if (at(p, T_IDENT) || !(how & FN_DEFAULT)) {
            name = parse_binding_ident_undeclared(p);
            bool sloppy = !parse_is_strict(p) && !flags;
            if (!(how & FN_DECLARE)) scope_declare(p, SYMBOL_FUNCTION, name, sloppy &&
                                                   p->tree->scopes.at[p->scope].kind != SCOPE_PROGRAM);
        }
    } else if (at(p, T_IDENT) || (at_name(p) && !at(p, T_LPAREN))) {
        named = true;
        p->ctx.await = flags & FUNC_ASYNC;
        p->ctx.yield = flags & FUNC_GENERATOR;
        bool in_static_block = p->ctx.in_static_block;
        p->ctx.in_static_block = false;
        scope_open(p, SCOPE_FUNCTION_NAME, start);
        name = parse_binding_ident_undeclared(p);
        p->ctx.in_static_block = in_static_block;
        scope_declare(p, SYMBOL_FUNCTION_NAME, name, false);
    }
    uint32_t func = func_open(p, 0, flags);
    p->ctx.in_params_async = flags & FUNC_ASYNC;
    p->ctx.in_params_generator = flags & FUNC_GENERATOR;
    p->duplicate_param = 0;
    if (p->is_ts && at(p, T_LT)) parse_type_params(p, true);
    uint32_t params_start = p->t.start;
    p->tree->funcs.at[func].scope = scope_open(p, SCOPE_FUNCTION, params_start);
    bool is_simple;
    nid params = parse_params(p, &is_simple);
    p->tree->funcs.at[func].params_start = params_start;
    p->tree->funcs.at[func].params_end = p->t.prev_end;
    if (p->is_ts && at(p, T_COLON)) {
        nid type = parse_return_annotation(p, false);
        p->tree->funcs.at[func].return_type = type;
    }
    if (p->is_ts && is_declaration && !at(p, T_LBRACE)) {        /* an overload, or ambient */
        if (!at(p, T_SEMICOLON) && !at(p, T_RBRACE) && !at(p, T_END) && !newline_before(p)) parse_fail_here(p, "\"{\"");
        eat(p, T_SEMICOLON);
        return parse_erased(p, &s, start);
    }
    if (p->is_ts && p->ctx.in_ambient && !at(p, T_LBRACE)) {     /* export = function f(): T; */
        scope_close(p, p->t.prev_end);
        if (named) scope_close(p, p->t.prev_end);
        parse_leave_function(p, &saved);
        p->duplicate_param = saved_duplicate;
        return finish_function(p, start, name, params, 0, func);
    }
    nid body = parse_body(p, func, is_simple);
    if (p->tree->funcs.at[func].flags & FUNC_USE_STRICT && name)
        bind_check_name(p, name_token.name, name_token.start, name_token.end);
    uint32_t end = p->t.end;
    scope_close(p, end);
    if (named) scope_close(p, end);
    parse_leave_function(p, &saved);
    p->duplicate_param = saved_duplicate;
    lex_next(p);
    nid id = finish_function(p, start, name, params, body, func);
    if (is_declaration) NODE(id)->flags |= NF_DECLARATION;
    return id;
}

/* Method -> TypeParams? Params Return? Body; a BLOCK of 0 when TypeScript allows that there is none. */
nid parse_method(struct parser *p, uint32_t start, uint32_t flags, nid key) {
    struct context saved = p->ctx;
    uint32_t saved_duplicate = p->duplicate_param;
    (void)key;
    uint32_t func = func_open(p, 0, flags);
    p->ctx.in_params_async = flags & FUNC_ASYNC;
    p->ctx.in_params_generator = flags & FUNC_GENERATOR;
    p->duplicate_param = 0;
    if (p->is_ts && at(p, T_LT)) parse_type_params(p, true);
    uint32_t params_start = p->t.start;
    p->tree->funcs.at[func].scope = scope_open(p, SCOPE_FUNCTION, params_start);
    bool is_simple;
    nid params = parse_params(p, &is_simple);
    p->tree->funcs.at[func].params_start = params_start;
    p->tree->funcs.at[func].params_end = p->t.prev_end;
    if (flags & FUNC_GETTER && params)
        parse_fail(p, params_start, p->t.prev_end, "getter-params", "a getter has no parameters");
    if (flags & FUNC_SETTER && (!params || NODE(params)->next || NODE(params)->flags & NF_REST))
        parse_fail(p, params_start, p->t.prev_end, "setter-params", "a setter has exactly one parameter");
    if (p->is_ts && at(p, T_COLON)) {
        nid type = parse_return_annotation(p, false);
        p->tree->funcs.at[func].return_type = type;
    }
    nid body = 0;
    uint32_t end = p->t.prev_end;
    if (!p->is_ts || at(p, T_LBRACE)) {
        body = parse_body(p, func, is_simple);
        end = p->t.end;
    }
    scope_close(p, end);
    parse_leave_function(p, &saved);
    p->duplicate_param = saved_duplicate;
    if (body) lex_next(p);
    return finish_function(p, start, 0, params, body, func);
}

/* --- arrow functions */

/* What stands in parentheses: expressions, or the parameters of an arrow function. */
struct items {
    nid first;
    uint32_t bad_start, bad_end;        /* the first thing that only parameters may have; bad_end 0 = none */
    bool trailing_comma, has_type;
    struct cover cover;
};

static void only_params(struct items *it, uint32_t start, uint32_t end) {
    if (!it->bad_end) it->bad_start = start, it->bad_end = end;
}

/* Only a name, a pattern or `this` can have a type: in `(a = b: T)` the value comes after the type. */
static bool can_have_type(struct parser *p, nid item) {
    if (NODE(item)->kind == N_SPREAD) item = NODE(item)->a;
    uint8_t kind = NODE(item)->kind;
    return kind == N_IDENT || kind == N_THIS || kind == N_OBJECT || kind == N_ARRAY;
}

/* Items -> (Assign | '...' Target) (',' ...)* ','? ')'; in TypeScript each with ? : type = default. */
static void parse_items(struct parser *p, struct items *it) {
    struct list l = {0};
    struct context saved = p->ctx;
    uint32_t saved_item = p->paren_item;
    *it = (struct items){0};
    p->ctx.no_in = p->ctx.in_conditional = false;
    lex_next(p);
    while (!at(p, T_RPAREN)) {
        uint32_t start = p->t.start;
        p->paren_item = start + 1;
        nid item;
        uint16_t flags = 0;
        if (at(p, T_DOTS)) {
            only_params(it, start, p->t.end);
            lex_next(p);
            nid value = parse_assign_cover(p, &it->cover);
            item = node_new(p, N_SPREAD, start, p->t.prev_end, value, 0);
            flags = NF_REST;
        } else item = parse_assign_cover(p, &it->cover);
        if (p->is_ts && (at(p, T_QUESTION) || at(p, T_COLON)) && can_have_type(p, item)) {
            uint32_t from = p->t.start;
            only_params(it, from, p->t.end);
            it->has_type = true;
            nid type = 0, value = 0;
            if (eat(p, T_QUESTION)) {
                flags |= NF_OPTIONAL;
                if (!at(p, T_COLON)) mark_add(p, MARK_ERASE, from, p->t.prev_end, 0);
            }
            if (at(p, T_COLON)) type = parse_annotation(p, from);
            if (eat(p, T_ASSIGN)) value = parse_assign(p);
            nid target = item;
            if (NODE(item)->kind == N_SPREAD) target = NODE(item)->a;
            item = node_new(p, N_PARAM, start, p->t.prev_end, target, value);
            NODE(item)->d = type;
            NODE(item)->flags = flags;
        }
        list_add(p, &l, item);
        if (!at(p, T_COMMA)) break;
        uint32_t comma = p->t.start;
        lex_next(p);
        if (at(p, T_RPAREN)) {
            it->trailing_comma = true;
            only_params(it, comma, comma + 1);
            if (NODE(item)->kind == N_SPREAD) NODE(item)->flags |= NF_REST;
            else if (flags & NF_REST)
                parse_fail(p, comma, comma + 1, "rest-last", "no comma can follow a rest parameter");
        }
    }
    it->first = l.first;
    p->paren_item = saved_item;
    p->ctx.no_in = saved.no_in;
    p->ctx.in_conditional = saved.in_conditional;
    if (!at(p, T_RPAREN)) parse_fail_here(p, "\",\" or \")\"");
}

static nid arrow_body(struct parser *p, uint32_t func, bool is_simple, uint32_t *end) {
    if (at(p, T_LBRACE)) {
        nid body = parse_body(p, func, is_simple);
        *end = p->t.end;
        return body;
    }
    check_params(p, func, is_simple);
    p->duplicate_param = 0;
    struct func *f = &p->tree->funcs.at[func];
    f->body_scope = f->scope;
    if (is_simple) f->flags |= FUNC_SIMPLE_PARAMS;
    if (parse_is_strict(p)) f->flags |= FUNC_STRICT;
    nid body = parse_assign(p);
    *end = p->t.prev_end;
    return body;
}

/* Token: =>. The parameters stand as expressions in `items`. */
static nid finish_arrow(struct parser *p, uint32_t start, uint32_t params_start, uint32_t params_end, nid items,
                        bool is_async, nid return_type) {
    struct context saved = p->ctx;
    uint32_t saved_duplicate = p->duplicate_param, flags = FUNC_ARROW | (is_async ? FUNC_ASYNC : 0);
    if (p->ctx.last_await > params_start)
        parse_fail(p, p->ctx.last_await - 1, p->ctx.last_await, "await-in-params",
                   "an await expression cannot stand in the parameters of an arrow function");
    if (p->ctx.last_yield > params_start)
        parse_fail(p, p->ctx.last_yield - 1, p->ctx.last_yield, "yield-in-params",
                   "a yield expression cannot stand in the parameters of an arrow function");
    if (is_async) {
        for (uint32_t i = p->tree->refs.len; i-- > 1 && p->tree->refs.at[i].start >= params_start;) {
            const struct ref *r = &p->tree->refs.at[i];
            if (r->name == NAME_AWAIT)
                parse_fail(p, r->start, r->start + 5, "await-in-params",
                           "await cannot stand in the parameters of an async function");
        }
    }
    uint32_t func = func_open(p, 0, flags);
    struct func *f = &p->tree->funcs.at[func];
    p->ctx.no_in = saved.no_in;
    f->params_start = params_start;
    f->params_end = params_end;
    f->return_type = return_type;
    f->arrow = p->t.start;
    p->duplicate_param = 0;
    uint32_t scope = scope_open(p, SCOPE_FUNCTION, params_start);
    p->tree->funcs.at[func].scope = scope;
    bool is_simple, strict_before = p->ctx.strict;
    nid params = parse_to_params(p, items, &is_simple);
    lex_next(p);
    p->ctx.strict = strict_before;
    bool is_block = at(p, T_LBRACE);
    uint32_t end;
    if (is_block && saved.no_in) p->tree->flags |= TREE_AWKWARD;
    if (is_block) p->ctx.no_in = false;
    nid body = arrow_body(p, func, is_simple, &end);
    scope_close(p, end);
    parse_leave_function(p, &saved);
    p->duplicate_param = saved_duplicate;
    if (is_block) lex_next(p);
    nid id = finish_function(p, start, 0, params, body, func);
    if (!is_block) NODE(id)->flags |= NF_EXPR_BODY;
    p->made_arrow = id;
    return id;
}

nid parse_arrow_from_ident(struct parser *p, uint32_t start, bool is_async) {
    if (is_async && p->t.name == NAME_AWAIT)
        parse_fail(p, p->t.start, p->t.end, "await-in-params", "await cannot be the parameter of an async function");
    nid item = parse_ident_at(p, &p->t);
    uint32_t from = NODE(item)->start, to = NODE(item)->end;
    lex_next(p);
    if (newline_before(p))
        parse_fail(p, p->t.start, p->t.end, "arrow-newline", "\"=>\" must stand on the line of the parameters");
    return finish_arrow(p, start, from, to, item, is_async, 0);
}

static bool return_type_then_arrow(struct parser *p, void *type) {
    *(nid *)type = parse_return_annotation(p, true);
    return at(p, T_ARROW) && !newline_before(p);
}

struct tentative { uint32_t start; bool is_async, in_conditional; nid result; };

/* TypeParams? Items (':' Type)? '=>' Body; between ? and : also a ':' after it. */
static bool tentative_arrow(struct parser *p, void *user) {
    struct tentative *t = user;
    struct items it;
    if (at(p, T_LT)) {
        if (p->is_jsx) {                        /* .tsx: <T,> or <T extends ...> only */
            struct token_state saved = p->t, next;
            lex_next(p);
            if (at(p, T_CONST)) lex_next(p);
            bool ok = at(p, T_IDENT) && lex_peek(p, &next) && (next.kind == T_COMMA || next.kind == T_EXTENDS ||
                                                               next.kind == T_ASSIGN);
            p->t = saved;
            if (!ok) return false;
        }
        parse_type_params(p, true);
    }
    uint32_t params_start = p->t.start;
    if (!at(p, T_LPAREN)) return false;
    parse_items(p, &it);
    uint32_t params_end = p->t.end;
    lex_next(p);
    nid type = 0;
    if (at(p, T_COLON)) type = parse_return_annotation(p, true);
    if (!at(p, T_ARROW) || newline_before(p)) return false;
    t->result = finish_arrow(p, t->start, params_start, params_end, it.first, t->is_async, type);
    return !t->in_conditional || at(p, T_COLON);
}

nid parse_arrow_typed(struct parser *p, uint32_t start, bool is_async) {
    struct tentative t = {start, is_async, false, 0};
    uint32_t from = p->t.start;
    if (parse_is_place(&p->not_arrows, from)) return 0;
    if (parse_speculate(p, tentative_arrow, &t)) return t.result;
    parse_note_place(&p->not_arrows, from);
    return 0;
}

static nid paren_or_arrow(struct parser *p, const struct token_state *async) {
    uint32_t paren = p->t.start, start = async ? async->start : paren;
    bool may_be_arrow = async || p->arrow_start == paren, tentative = p->is_ts && may_be_arrow && p->ctx.in_conditional;
    struct snapshot s;
    struct items it;
    if (tentative) parse_snapshot(p, &s);
    parse_depth(p);
    parse_items(p, &it);
    uint32_t end = p->t.end;
    lex_next(p);
    if (may_be_arrow && at(p, T_ARROW) && !newline_before(p))
        return finish_arrow(p, start, paren, end, it.first, async != NULL, 0);
    nid type = 0;
    if (may_be_arrow && p->is_ts && at(p, T_COLON) && !(tentative && parse_is_place(&p->not_arrows, paren))) {
        if (it.bad_end && !tentative && !it.trailing_comma) {
            type = parse_return_annotation(p, true);
            if (!at(p, T_ARROW)) parse_fail_here(p, "\"=>\"");
            return finish_arrow(p, start, paren, end, it.first, async != NULL, type);
        }
        if (parse_speculate(p, return_type_then_arrow, &type)) {
            if (!tentative) return finish_arrow(p, start, paren, end, it.first, async != NULL, type);
            parse_rollback(p, &s);
            p->t = s.t;
            p->tree->comments.len = s.comments;
            struct tentative t = {start, async != NULL, true, 0};
            if (parse_speculate(p, tentative_arrow, &t)) return t.result;
            parse_note_place(&p->not_arrows, paren);
            parse_items(p, &it);
            lex_next(p);
        }
    }
    if (it.cover.initialized_name)
        parse_fail(p, it.cover.initialized_name - 1, it.cover.initialized_name, "object-default",
                   "\"=\" cannot stand in an object, only in a pattern; write \":\"");
    if (it.cover.duplicate_proto)
        parse_fail(p, it.cover.duplicate_proto - 1, it.cover.duplicate_proto, "duplicate-proto",
                   "an object can set __proto__ only once");
    if (async) {
        if (it.has_type)
            parse_fail(p, it.bad_start, it.bad_end, "arrow-expected",
                       "this can stand only in the parameters of an arrow function");
        nid callee = parse_ident_at(p, async);
        uint16_t flags = 0;
        for (nid at = it.first; at; at = NODE(at)->next)
            if (NODE(at)->kind == N_SPREAD) {
                flags |= NF_REST;
                NODE(at)->flags = 0;
            }
        return parse_call_of(p, callee, start, flags, it.first);
    }
    if (!it.first) parse_fail_here(p, "\"=>\" after empty parentheses");
    if (it.bad_end)
        parse_fail(p, it.bad_start, it.bad_end, "arrow-expected",
                   "this can stand only in the parameters of an arrow function");
    nid inner = it.first;
    if (NODE(inner)->next) {
        uint32_t from = NODE(inner)->start, to = from;
        for (nid at = inner; at; at = NODE(at)->next) to = NODE(at)->end;
        inner = node_new(p, N_SEQUENCE, from, to, inner, 0);
    }
    return node_new(p, N_PAREN, paren, end, inner, 0);
}

nid parse_paren(struct parser *p) { return paren_or_arrow(p, NULL); }
nid parse_async_paren(struct parser *p, const struct token_state *async) { return paren_or_arrow(p, async); }
