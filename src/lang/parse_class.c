/* lang/parse_class.c: classes, their members, decorators. */
#include "lang/parser.h"

/* Decorator -> '@' (Name ('.' Name)* Arguments? | '(' Expression ')') */
nid parse_decorators(struct parser *p) {
    struct list l = {0};
    while (at(p, T_AT)) {
        uint32_t start = p->t.start;
        uint32_t mark = mark_add(p, MARK_DECORATOR, start, 0, 0);
        bool no_in = p->ctx.no_in;
        p->ctx.no_in = false;
        lex_next(p);
        nid value;
        if (at(p, T_LPAREN)) {
            p->arrow_start = UINT32_MAX - 1;
            value = parse_paren(p);
            p->ctx.in_decorator = p->is_ts;
            if (p->is_ts) value = parse_subscripts(p, value, false);
            p->ctx.in_decorator = false;
        } else if (p->is_ts) {
            p->arrow_start = UINT32_MAX - 1;
            p->ctx.in_decorator = true;
            value = parse_left_hand_side(p);
            p->ctx.in_decorator = false;
        } else {
            value = parse_ident_reference(p);
            while (at(p, T_DOT)) {
                uint32_t from = NODE(value)->start;
                lex_next(p);
                if (!at_name(p) && !at(p, T_PRIVATE_NAME)) parse_fail_here(p, "a property name");
                uint32_t name = p->t.name, name_start = p->t.start;
                bool is_private = at(p, T_PRIVATE_NAME);
                if (is_private) *TABLE_ADD(&p->private_refs) = (struct private_name){name, name_start, 0};
                value = node_new(p, N_DOT, from, p->t.end, value, name);
                NODE(value)->c = name_start;
                if (is_private) NODE(value)->flags |= NF_PRIVATE;
                lex_next(p);
            }
            if (at(p, T_LPAREN)) {
                uint16_t flags = 0;
                uint32_t from = NODE(value)->start;
                lex_next(p);
                nid arguments = parse_arguments(p, &flags);
                value = parse_call_of(p, value, from, flags, arguments);
            }
        }
        p->ctx.no_in = no_in;
        nid id = node_new(p, N_DECORATOR, start, p->t.prev_end, value, 0);
        p->tree->marks.at[mark].end = p->t.prev_end;
        p->tree->marks.at[mark].node = id;
        p->tree->flags |= TREE_HAS_DECORATORS;
        list_add(p, &l, id);
    }
    return l.first;
}

/* --- private names */

static void declare_private(struct parser *p, uint32_t base, uint32_t name, uint32_t start, uint8_t kind) {
    if (name == NAME_HASH_CONSTRUCTOR)
        parse_fail(p, start, start + 12, "private-constructor", "a class cannot have a member #constructor");
    for (uint32_t i = base; i < p->privates.len; i++) {
        struct private_name *other = &p->privates.at[i];
        if (other->name != name) continue;
        bool accessors = (other->kind ^ kind) == 3;             /* one get, one set, both static or both not */
        if (!accessors)
            parse_fail(p, start, start + name_text(&p->tree->names, name).len, "private-twice",
                       "this class already declares %.*s", STR_FMT(name_text(&p->tree->names, name)));
        other->kind |= kind | 8;
        return;
    }
    *TABLE_ADD(&p->privates) = (struct private_name){name, start, kind};
}

/* At a class's end: what it declares is found; the rest is left to the class around it. */
static void resolve_privates(struct parser *p, uint32_t base, uint32_t refs_base) {
    uint32_t kept = refs_base;
    struct names *names = &p->tree->names;
    for (uint32_t i = base; i < p->privates.len; i++) names->at[p->privates.at[i].name].symbol = 1;
    for (uint32_t i = refs_base; i < p->private_refs.len; i++)
        if (!names->at[p->private_refs.at[i].name].symbol) p->private_refs.at[kept++] = p->private_refs.at[i];
    for (uint32_t i = base; i < p->privates.len; i++) names->at[p->privates.at[i].name].symbol = 0;
    p->privates.len = base;
    p->private_refs.len = kept;
}

/* --- members */

struct member {
    uint32_t start;
    uint16_t flags;
    uint8_t op;
    uint32_t func_flags;
    bool accessor;
    nid decorators;
};

/* Is the word that was just passed the member's name itself? */
static bool was_name(const struct parser *p) {
    switch (p->t.kind) {
    case T_LPAREN: case T_ASSIGN: case T_SEMICOLON: case T_RBRACE: case T_AT: case T_END: return true;
    case T_COLON: case T_QUESTION: case T_NOT: case T_LT: return p->is_ts;
    default: return false;
    }
}

static uint16_t ts_modifier(const struct parser *p) {
    if (!p->is_ts) return 0;
    switch (p->t.name) {
    case NAME_PUBLIC: return NF_PUBLIC;
    case NAME_PRIVATE: return NF_PRIVATE;
    case NAME_PROTECTED: return NF_PROTECTED;
    case NAME_READONLY: return NF_READONLY;
    case NAME_OVERRIDE: return NF_OVERRIDE;
    case NAME_ABSTRACT: return NF_ABSTRACT;
    case NAME_DECLARE: return NF_DECLARE;
    default: return 0;
    }
}

/* Reads modifiers; 0, or the key when a word that might have been one was the name. */
static nid modifiers(struct parser *p, struct member *m) {
    while (at(p, T_IDENT) && !(p->t.flags & TF_ESCAPED)) {
        struct token_state word = p->t;
        uint16_t flag = ts_modifier(p);
        bool known = flag || word.name == NAME_STATIC || word.name == NAME_ASYNC || word.name == NAME_GET ||
            word.name == NAME_SET ||
                     word.name == NAME_ACCESSOR;
        if (!known || m->op == MEMBER_GET || m->op == MEMBER_SET || m->func_flags & FUNC_ASYNC) return 0;
        if (m->accessor && !flag) return 0;
        lex_next(p);
        bool is_name = was_name(p);
        if (newline_before(p) && (flag || word.name == NAME_ASYNC || word.name == NAME_ACCESSOR)) is_name = true;
        if (at(p, T_STAR) && word.name != NAME_STATIC && word.name != NAME_ASYNC && !flag) is_name = true;
        if (word.name == NAME_STATIC && m->flags & NF_STATIC) is_name = true;
        if (is_name) {
            nid key = node_new(p, N_KEY, word.start, word.end, word.name, 0);
            return key;
        }
        if (flag) {
            if (m->flags & flag) parse_fail(p, word.start, word.end, "modifier-twice", "this modifier stands twice");
            m->flags |= flag;
            mark_add(p, MARK_ERASE, word.start, p->t.start, 0);
            p->tree->flags |= TREE_HAS_TS;
        } else if (word.name == NAME_STATIC) m->flags |= NF_STATIC;
        else if (word.name == NAME_ASYNC) m->func_flags |= FUNC_ASYNC;
        else if (word.name == NAME_ACCESSOR) m->accessor = true;
        else {
            m->op = word.name == NAME_GET ? MEMBER_GET : MEMBER_SET;
            m->func_flags |= word.name == NAME_GET ? FUNC_GETTER : FUNC_SETTER;
        }
    }
    return 0;
}

static bool is_index_signature(struct parser *p) {
    struct token_state saved = p->t;
    uint32_t late = p->late_marks.len;
    lex_next(p);
    bool yes = at(p, T_IDENT);
    if (yes) {
        uint32_t c = lex_peek_char(p);
        yes = c == ':';
    }
    p->t = saved;
    p->late_marks.len = late;
    return yes;
}

static nid static_block(struct parser *p, struct member *m) {
    struct context saved = p->ctx;
    uint32_t func = func_open(p, 0, FUNC_FIELD | FUNC_STRICT);
    p->ctx.in_static_block = true;
    p->ctx.can_return = false;
    uint32_t start = p->t.start;
    struct func *f = &p->tree->funcs.at[func];
    f->params_start = f->params_end = start;
    uint32_t scope = scope_open(p, SCOPE_CLASS_FIELD, start);
    p->tree->funcs.at[func].scope = p->tree->funcs.at[func].body_scope = scope;
    struct list l = {0};
    lex_next(p);
    parse_statement_list(p, &l, T_RBRACE, STMT_LIST);
    uint32_t end = p->t.end;
    scope_close(p, end);
    parse_leave_function(p, &saved);
    nid block = node_new(p, N_BLOCK, start, end, l.first, 0);
    lex_next(p);
    nid id = node_new(p, N_MEMBER, m->start, end, 0, block);
    NODE(id)->op = MEMBER_STATIC_BLOCK;
    NODE(id)->flags = NF_STATIC;
    p->tree->funcs.at[func].node = id;
    return id;
}

static nid initializer(struct parser *p, uint32_t *func) {
    struct context saved = p->ctx;
    *func = func_open(p, 0, FUNC_FIELD | FUNC_STRICT);
    p->ctx.in_field = true;
    p->ctx.can_return = false;
    lex_next(p);
    struct func *f = &p->tree->funcs.at[*func];
    f->params_start = f->params_end = p->t.start;
    uint32_t scope = scope_open(p, SCOPE_CLASS_FIELD, p->t.start);
    p->tree->funcs.at[*func].scope = p->tree->funcs.at[*func].body_scope = scope;
    nid value = parse_assign(p);
    scope_close(p, p->t.prev_end);
    parse_leave_function(p, &saved);
    return value;
}

static nid erased_member(struct parser *p, const struct snapshot *s, uint32_t start) {
    uint32_t depth = p->class_depth;
    parse_rollback(p, s);
    p->class_depth = depth;
    p->tree->flags |= TREE_HAS_TS;
    nid id = node_new(p, N_MEMBER, start, p->t.prev_end, 0, 0);
    NODE(id)->op = MEMBER_ERASED;
    mark_add(p, MARK_ERASE_MEMBER, start, p->t.prev_end, id);
    return id;
}

static void check_key(struct parser *p, const struct member *m, nid key, bool is_method, bool *is_constructor) {
    const struct node *n = NODE(key);
    uint32_t name = n->kind == N_KEY      ? n->a
                    : n->kind == N_STRING ? lex_intern_value(p, key)
                                          : 0,
             start = NODE(key)->start, end = NODE(key)->end;
    if (name == NAME_CONSTRUCTOR) {
        if (!is_method) parse_fail(p, start, end, "field-constructor", "a field cannot have the name \"constructor\"");
        if (!(m->flags & NF_STATIC)) {
            if (m->op != MEMBER_METHOD || m->func_flags & (FUNC_ASYNC | FUNC_GENERATOR))
                parse_fail(p, start, end, "constructor-kind",
                           "the constructor cannot be a getter, a setter, a generator or async");
            *is_constructor = true;
        }
    }
    if (name == NAME_PROTOTYPE && m->flags & NF_STATIC)
        parse_fail(p, start, end, "static-prototype", "a static member cannot have the name \"prototype\"");
}

static nid parse_member(struct parser *p, uint32_t class, uint32_t privates_base, bool is_derived) {
    struct member m = {.start = p->t.start, .op = MEMBER_METHOD};
    struct snapshot s;
    if (p->is_ts) parse_snapshot(p, &s);
    m.decorators = at(p, T_AT) ? parse_decorators(p) : 0;
    if (at_word(p, NAME_STATIC) && lex_peek_char(p) == '{') {
        lex_next(p);
        if (m.decorators) parse_fail_here(p, "a member that can have decorators");
        p->tree->classes.at[class].has_static_block = true;
        return static_block(p, &m);
    }
    uint32_t accessor_mark = UINT32_MAX;
    if (at(p, T_IDENT)) accessor_mark = mark_add(p, MARK_DEAD, m.start, 0, 0);
    nid key = modifiers(p, &m);
    if (p->is_ts && !key && at(p, T_LBRACKET) && is_index_signature(p)) {
        lex_next(p);
        lex_next(p);
        parse_expect(p, T_COLON);
        parse_type(p);
        parse_expect(p, T_RBRACKET);
        if (eat(p, T_COLON)) parse_type(p);
        if (!eat(p, T_COMMA)) parse_semicolon(p);
        return erased_member(p, &s, m.start);
    }
    if (!key && at(p, T_STAR)) {
        if (m.op != MEMBER_METHOD || m.accessor) parse_fail_here(p, "a name");
        m.func_flags |= FUNC_GENERATOR;
        lex_next(p);
    }
    if (!key) key = parse_property_key(p);
    uint32_t erase = p->t.start;
    if (p->is_ts && at(p, T_QUESTION)) {
        m.flags |= NF_OPTIONAL;
        lex_next(p);
    }
    bool is_method = at(p, T_LPAREN) || (p->is_ts && at(p, T_LT));
    bool is_constructor = false;
    if (m.accessor && is_method) parse_fail_here(p, "a field after \"accessor\"");
    check_key(p, &m, key, is_method || m.op != MEMBER_METHOD, &is_constructor);
    bool no_body_needed = p->is_ts && (m.flags & (NF_ABSTRACT | NF_DECLARE) || p->ctx.in_ambient);
    struct class_info *info = &p->tree->classes.at[class];
    if (m.decorators) info->has_decorators = true;
    if (NODE(key)->kind == N_PRIVATE) {
        info->has_private = true;
        if (!no_body_needed) {
            uint8_t kind = m.op == MEMBER_GET ? 1 : m.op == MEMBER_SET ? 2 : 8;
            if (m.flags & NF_STATIC) kind |= 4;
            uint32_t before = p->privates.len;
            bool overload = false;
            if (p->is_ts && is_method && m.op == MEMBER_METHOD)         /* overloads of one private method */
                for (uint32_t i = privates_base; i < before; i++)
                    overload = overload || p->privates.at[i].name == NODE(key)->a;
            if (!overload) declare_private(p, privates_base, NODE(key)->a, NODE(key)->start, kind);
        }
    }
    if (is_method || m.op == MEMBER_GET || m.op == MEMBER_SET || m.func_flags) {
        if (m.flags & NF_OPTIONAL) mark_add(p, MARK_ERASE, erase, erase + 1, 0);
        uint32_t method_flags = is_constructor ? FUNC_CONSTRUCTOR | (is_derived ? FUNC_DERIVED : 0) : 0;
        nid function = parse_method(p, p->t.start, m.func_flags | FUNC_METHOD | FUNC_STRICT | method_flags, key);
        info = &p->tree->classes.at[class];
        if (!NODE(function)->c) {
            parse_semicolon(p);
            return erased_member(p, &s, m.start);
        }
        if (m.flags & NF_ABSTRACT)
            parse_fail(p, NODE(function)->start, NODE(function)->end, "abstract-body",
                       "an abstract method cannot have a body");
        nid id = node_new(p, N_MEMBER, m.start, p->t.prev_end, key, function);
        NODE(id)->op = is_constructor ? MEMBER_CONSTRUCTOR : m.op;
        NODE(id)->flags = m.flags;
        NODE(id)->c = m.decorators;
        if (is_constructor) {
            if (info->constructor)
                parse_fail(p, NODE(key)->start, NODE(key)->end, "constructor-twice",
                           "a class can have only one constructor");
            if (m.decorators && !p->is_ts)
                parse_fail(p, m.start, NODE(key)->end, "constructor-decorator", "a constructor cannot have decorators");
            info->constructor = id;
            for (nid at = NODE(function)->b; at; at = NODE(at)->next)
                if (NODE(at)->flags & NF_MODIFIERS) info->has_parameter_properties = true;
        }
        return id;
    }
    info->has_fields = true;
    nid type = 0, value = 0;
    uint32_t func = 0;
    if (p->is_ts && !(m.flags & NF_OPTIONAL) && at(p, T_NOT) && !newline_before(p)) {
        m.flags |= NF_DEFINITE;
        lex_next(p);
    }
    if (p->is_ts && at(p, T_COLON)) type = parse_annotation(p, erase);
    else if (m.flags & (NF_OPTIONAL | NF_DEFINITE)) mark_add(p, MARK_ERASE, erase, p->t.prev_end, 0);
    if (at(p, T_ASSIGN)) value = initializer(p, &func);
    if (p->is_ts && at(p, T_COMMA)) parse_fail_here(p, "\";\"");
    parse_semicolon(p);
    if (m.flags & (NF_DECLARE | NF_ABSTRACT)) return erased_member(p, &s, m.start);
    nid id = node_new(p, N_MEMBER, m.start, p->t.prev_end, key, value);
    struct node *n = NODE(id);
    if (!value && NODE(key)->kind == N_KEY && (NODE(key)->a == NAME_STATIC || NODE(key)->a == NAME_ASYNC))
        p->tree->flags |= TREE_AWKWARD;
    n->op = m.accessor ? MEMBER_ACCESSOR : MEMBER_FIELD;
    n->flags = m.flags;
    n->c = m.decorators;
    n->d = type;
    if (func) p->tree->funcs.at[func].node = id;
    if (m.accessor) {
        p->tree->classes.at[class].has_accessor = true;
        if (accessor_mark != UINT32_MAX)
            p->tree->marks.at[accessor_mark] = (struct mark){m.start, n->end, MARK_ACCESSOR, id};
        else mark_add_late(p, MARK_ACCESSOR, m.start, n->end, id);
    }
    return id;
}

static void implements(struct parser *p) {
    uint32_t start = p->t.start;
    lex_next(p);
    do parse_type(p); while (eat(p, T_COMMA));
    mark_add(p, MARK_ERASE, start, p->t.prev_end, 0);
}

/* Class -> 'class' Name? TypeParams? ('extends' LeftHandSide TypeArgs?)? ('implements' Type, ...)? '{' Member* '}' */
nid parse_class(struct parser *p, uint32_t start, nid decorators, unsigned how, bool is_abstract) {
    bool is_declaration = how & FN_DECLARATION;
    struct context saved = p->ctx;
    parse_depth(p);
    struct class_info *info = TABLE_ADD(&p->tree->classes);
    uint32_t class = p->tree->classes.len - 1;
    *info = (struct class_info){
        .decorators = decorators, .is_abstract = is_abstract, .has_decorators = decorators != 0};
    uint32_t mark = mark_add(p, MARK_DEAD, start, 0, 0), param_decorators = p->param_decorators;
    p->ctx.strict = true;
    lex_next(p);
    nid name = 0;
    bool has_name = at(p, T_IDENT) && !(p->is_ts && at_word(p, NAME_IMPLEMENTS));
    if (has_name || (is_declaration && !(how & FN_DEFAULT)) ||
        (at_name(p) && !at(p, T_EXTENDS) && !at_word(p, NAME_IMPLEMENTS))) {
        name = parse_binding_ident_undeclared(p);
        const struct node n = *NODE(name);
        if (n.a == NAME_LET)
            parse_fail(p, n.start, n.end, "name-let",
                       "\"let\" cannot be the name of a let or const variable or a class");
        if (is_declaration && !(how & FN_DECLARE)) scope_declare(p, SYMBOL_CLASS, name, false);
    }
    uint32_t scope = scope_open(p, SCOPE_CLASS, start);
    p->tree->classes.at[class].scope = scope;
    if (name) {
        const struct node n = *NODE(name);
        nid inner = is_declaration ? node_new(p, N_BINDING, n.start, n.end, n.a, 0) : name;
        scope_declare(p, SYMBOL_CLASS_NAME, inner, false);
    }
    if (p->is_ts && at(p, T_LT)) parse_type_params(p, true);
    nid super = 0;
    if (eat(p, T_EXTENDS)) {
        p->arrow_start = UINT32_MAX - 1;
        super = parse_left_hand_side(p);
        if (NODE(super)->kind == N_IDENT) p->tree->refs.at[NODE(super)->b].flags |= REF_EXTENDS;
        if (p->is_ts && at(p, T_LT)) {
            nid args = parse_type_args(p);
            mark_add(p, MARK_ERASE, NODE(args)->start, NODE(args)->end, args);
        }
    }
    if (p->is_ts && at_word(p, NAME_IMPLEMENTS)) implements(p);
    uint32_t base = p->privates.len, refs_base = p->private_refs.len;
    p->class_depth++;
    p->tree->classes.at[class].body_start = p->t.start;
    if (!at(p, T_LBRACE)) parse_fail_here(p, "\"{\"");
    lex_next(p);
    struct list l = {0};
    while (!at(p, T_RBRACE)) {
        if (eat(p, T_SEMICOLON)) continue;
        list_add(p, &l, parse_member(p, class, base, super != 0));
    }
    uint32_t end = p->t.end;
    resolve_privates(p, base, refs_base);
    p->class_depth--;
    scope_close(p, end);
    bool was_module = p->is_module;
    p->ctx = saved;
    if (was_module && p->ctx.func == 0 && !p->ctx.in_ambient && !p->ctx.in_static_block && !p->ctx.in_field)
        p->ctx.await = true;
    lex_next(p);
    nid id = node_new(p, N_CLASS, start, end, name, super);
    struct node *n = NODE(id);
    n->c = l.first;
    n->d = class;
    if (is_declaration) n->flags |= NF_DECLARATION;
    info = &p->tree->classes.at[class];
    info->body_end = end;
    info->has_decorators |= p->param_decorators != param_decorators;
    if (info->has_decorators || info->has_accessor || info->has_parameter_properties || (p->is_ts && info->has_fields))
        p->tree->marks.at[mark] = (struct mark){start, end, MARK_CLASS, id};
    return id;
}
