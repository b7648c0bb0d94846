/* lang/parse_module.c: import and export declarations, and finding out that a file is a module. */
#include "lang/parser.h"

/* Something that only modules have: the file is one, and strict from its first byte on. */
void parse_saw_module(struct parser *p) {
    if (p->is_module || p->ctx.in_namespace) return;
    if (!p->is_detect) {
        if (p->options->goal == PARSE_SCRIPT || p->options->goal == PARSE_COMMONJS)
            parse_fail(p, p->t.start, p->t.end, "not-a-module", "import and export can be used only in a module");
    }
    p->is_module = true;
    p->ctx.strict = true;
    if (p->ctx.func == 0) p->ctx.await = true;
    if (p->strict_error.id && !p->await_is_ambiguous)
        parse_fail(p, p->strict_error.start, p->strict_error.end, p->strict_error.id, "%s", p->strict_error.text);
}

/* ModuleExportName -> IdentifierName | String */
static nid export_name(struct parser *p) {
    if (at(p, T_STRING)) {
        uint32_t start = p->t.start, end = p->t.end;
        nid id = parse_string(p);
        str value = name_text(&p->tree->names, lex_intern_value(p, id));
        for (size_t i = 0; i + 2 < value.len; i++)
            if ((uint8_t)value.at[i] == 0xED && (uint8_t)value.at[i + 1] >= 0xA0)
                parse_fail(p, start, end, "export-surrogate",
                           "the name of an export cannot hold half of a surrogate pair");
        return id;
    }
    if (!at_name(p)) parse_fail_here(p, "a name");
    nid id = node_new(p, N_KEY, p->t.start, p->t.end, p->t.name, 0);
    if (p->t.flags & TF_ESCAPED) NODE(id)->flags |= NF_ESCAPED;
    if (p->t.flags & TF_NON_ASCII) mark_non_ascii(p, p->t.start, p->t.end, id);
    lex_next(p);
    return id;
}

/* Attributes -> 'with' '{' (Key ':' String),* '}' */
static nid attributes(struct parser *p) {
    if (!at(p, T_WITH) && !(at_word(p, NAME_WITH_ASSERT) && !newline_before(p))) return 0;
    struct list l = {0};
    lex_next(p);
    parse_expect(p, T_LBRACE);
    while (!at(p, T_RBRACE)) {
        uint32_t start = p->t.start;
        nid key = export_name(p);
        uint32_t name = NODE(key)->kind == N_KEY ? NODE(key)->a : lex_intern_value(p, key);
        for (nid at = l.first; at; at = NODE(at)->next) {
            nid other = NODE(at)->a;
            if (name == (NODE(other)->kind == N_KEY ? NODE(other)->a : lex_intern_value(p, other)))
                parse_fail(p, start, NODE(key)->end, "attribute-twice", "this import attribute stands twice");
        }
        parse_expect(p, T_COLON);
        nid value = parse_string(p);
        list_add(p, &l, node_new(p, N_ATTRIBUTE, start, p->t.prev_end, key, value));
        if (!at(p, T_RBRACE)) parse_expect(p, T_COMMA);
    }
    lex_next(p);
    return l.first;
}

static bool same_attributes(struct parser *p, nid a, nid b) {
    for (; a && b; a = NODE(a)->next, b = NODE(b)->next)
        if (!str_eq(ast_text(p->tree, a), ast_text(p->tree, b))) return false;
    return !a && !b;
}

static uint32_t request(struct parser *p, nid source, nid attribute, uint8_t phase, bool is_type) {
    uint32_t name = lex_intern_value(p, source);
    for (uint32_t i = 1; i < p->tree->requests.len; i++) {
        struct request *r = &p->tree->requests.at[i];
        if (r->name != name || r->phase != phase || !same_attributes(p, r->attributes, attribute)) continue;
        r->is_type_only = r->is_type_only && is_type;
        return i;
    }
    *TABLE_ADD(&p->tree->requests) = (struct request){
        .source = source, .attributes = attribute, .name = name, .phase = phase, .is_type_only = is_type};
    return p->tree->requests.len - 1;
}

static uint32_t declare_import(struct parser *p, nid binding, uint16_t flags) {
    uint32_t id = scope_declare(p, SYMBOL_IMPORT, binding, false);
    if (p->tree->symbols.at[id].kind == SYMBOL_IMPORT) p->tree->symbols.at[id].flags |= flags;
    return id;
}

static void import_list(struct parser *p, struct list *l) {
    lex_next(p);
    while (!at(p, T_RBRACE)) {
        uint32_t start = p->t.start;
        bool is_type = false;
        if (p->is_ts && at_word(p, NAME_TYPE)) {
            /* type x | type as x | type as as x | type (alone) | type as (alone: type named as... `as` then) */
            struct token_state saved = p->t, next;
            uint32_t late = p->late_marks.len;
            lex_next(p);
            if (at_word(p, NAME_AS)) {
                lex_peek(p, &next);
                if (next.kind == T_IDENT && next.name == NAME_AS) {        /* type as as x: x is a type named `as` */
                    is_type = true;
                } else if (next.kind == T_IDENT || next.kind <= T_WITH) {       /* type as x: `type` imported as x */
                    p->t = saved;
                } else is_type = true;                                          /* type as: a type named `as` */
            } else if (at_name(p) || at(p, T_STRING)) is_type = true;
            else p->t = saved;
            p->late_marks.len = late;
        }
        bool is_string = at(p, T_STRING);
        struct token_state name = p->t;
        nid imported = export_name(p), binding;
        if (eat_word(p, NAME_AS)) binding = parse_binding_ident_undeclared(p);
        else {
            if (is_string) parse_fail_here(p, "\"as\" and a name");
            if (name.kind != T_IDENT)
                parse_fail(p, name.start, name.end, "name-reserved", "\"%.*s\" is a reserved word and cannot be a name",
                           STR_FMT(name_text(&p->tree->names, name.name)));
            bind_check_name(p, name.name, name.start, name.end);
            binding = node_new(p, N_BINDING, name.start, name.end, name.name, 0);
            NODE(binding)->flags = NODE(imported)->flags;
        }
        declare_import(p, binding, is_type ? SYM_TYPE_ONLY : 0);
        nid id = node_new(p, N_IMPORT_NAMED, start, p->t.prev_end, imported, binding);
        if (is_type) NODE(id)->flags |= NF_TYPE;
        list_add(p, l, id);
        if (!at(p, T_RBRACE)) parse_expect(p, T_COMMA);
    }
    lex_next(p);
}

static void import_star(struct parser *p, struct list *l) {
    uint32_t start = p->t.start;
    lex_next(p);
    if (!eat_word(p, NAME_AS)) parse_fail_here(p, "\"as\"");
    nid binding = parse_binding_ident_undeclared(p);
    declare_import(p, binding, SYM_STAR);
    list_add(p, l, node_new(p, N_IMPORT_STAR, start, p->t.prev_end, binding, 0));
}

static void import_default(struct parser *p, struct list *l) {
    uint32_t start = p->t.start;
    nid binding = parse_binding_ident_undeclared(p);
    declare_import(p, binding, SYM_DEFAULT);
    list_add(p, l, node_new(p, N_IMPORT_DEFAULT, start, p->t.prev_end, binding, 0));
}

static void finish_import(struct parser *p, nid id, uint32_t mark, uint32_t request_id, nid list) {
    p->tree->marks.at[mark].end = NODE(id)->end;
    p->tree->marks.at[mark].node = id;
    for (nid at = list; at; at = NODE(at)->next) {
        const struct node *n = NODE(at);
        nid binding = n->kind == N_IMPORT_NAMED ? n->b : n->a;
        struct symbol *s = &p->tree->symbols.at[NODE(binding)->b];
        if (s->kind != SYMBOL_IMPORT) continue;
        s->request = request_id;
        s->decl = at;
    }
}

/* Is the word `type`, `defer` or `source` after `import` a modifier? */
static bool import_modifier(struct parser *p, bool is_type) {
    struct token_state next, saved = p->t;
    if (!lex_peek(p, &next)) return false;
    if (next.kind == T_STAR || next.kind == T_LBRACE) return is_type || next.kind == T_STAR;
    if (next.kind != T_IDENT) return false;
    if (next.name != NAME_FROM) return true;
    uint32_t late = p->late_marks.len;    /* import type from "x" | import type from from "x" | import type from = */
    lex_next(p);
    bool yes = lex_peek(p, &next) && ((next.kind == T_IDENT && next.name == NAME_FROM) || next.kind == T_ASSIGN);
    p->t = saved;
    p->late_marks.len = late;
    return yes;
}

nid parse_import(struct parser *p) {
    uint32_t start = p->t.start;
    struct snapshot s;
    if (p->is_ts) parse_snapshot(p, &s);
    uint32_t mark = mark_add(p, MARK_IMPORT, start, 0, 0);
    lex_next(p);
    struct list l = {0};
    nid source;
    if (at(p, T_STRING)) {
        parse_saw_module(p);
        source = parse_string(p);
        nid with = attributes(p);
        parse_semicolon(p);
        nid id = node_new(p, N_IMPORT, start, p->t.prev_end, 0, source);
        uint32_t r = request(p, source, with, PHASE_EVALUATION, false);
        p->tree->requests.at[r].is_bare = true;
        NODE(id)->c = with;
        NODE(id)->d = r;
        p->tree->flags |= TREE_HAS_IMPORT;
        finish_import(p, id, mark, r, 0);
        return id;
    }
    uint8_t phase = PHASE_EVALUATION;
    bool is_type = false;
    if (p->is_ts && at_word(p, NAME_TYPE) && import_modifier(p, true)) {
        is_type = true;
        lex_next(p);
    } else if (at_word(p, NAME_DEFER) && lex_peek_char(p) == '*') {
        phase = PHASE_DEFER;
        lex_next(p);
    } else if (at_word(p, NAME_SOURCE) && import_modifier(p, false) && lex_peek_char(p) != '*') {
        phase = PHASE_SOURCE;
        lex_next(p);
    }
    if (p->is_ts && at(p, T_IDENT) && lex_peek_char(p) == '=') {
        p->tree->marks.at[mark].kind = MARK_DEAD;
        nid id = parse_ts_import_equals(p, start, is_type ? NF_TYPE : 0);
        return is_type ? parse_erased(p, &s, start) : id;
    }
    parse_saw_module(p);
    if (p->is_ts) s.ctx = p->ctx;
    if (at(p, T_STAR)) import_star(p, &l);
    else if (at(p, T_LBRACE)) import_list(p, &l);
    else {
        import_default(p, &l);
        if (phase != PHASE_SOURCE && eat(p, T_COMMA)) {
            if (at(p, T_STAR)) import_star(p, &l);
            else if (at(p, T_LBRACE)) import_list(p, &l);
            else parse_fail_here(p, "\"*\" or \"{\"");
        }
    }
    if (!eat_word(p, NAME_FROM)) parse_fail_here(p, "\"from\"");
    source = parse_string(p);
    nid with = attributes(p);
    parse_semicolon(p);
    if (is_type) return parse_erased(p, &s, start);
    nid id = node_new(p, N_IMPORT, start, p->t.prev_end, l.first, source);
    bool only_types = l.first != 0;
    for (nid at = l.first; at; at = NODE(at)->next) only_types = only_types && NODE(at)->flags & NF_TYPE;
    uint32_t r = request(p, source, with, phase, only_types);
    NODE(id)->c = with;
    NODE(id)->d = r;
    NODE(id)->op = phase;
    if (!l.first) p->tree->requests.at[r].is_bare = true;
    p->tree->flags |= TREE_HAS_IMPORT;
    finish_import(p, id, mark, r, l.first);
    return id;
}

/* --- exports */

static void note_export(struct parser *p, uint32_t name, uint32_t start, uint32_t end) {
    if (p->ctx.in_namespace) return;
    *TABLE_ADD(&p->exported) = (struct exported){name, start, end};
}

static uint32_t name_of(struct parser *p, nid id) {
    return NODE(id)->kind == N_KEY ? NODE(id)->a : lex_intern_value(p, id);
}

static void export_bindings(struct parser *p, nid id) {
    if (!id) return;
    const struct node n = *NODE(id);
    switch (n.kind) {
    case N_BINDING:
        if (n.b) p->tree->symbols.at[n.b].flags |= SYM_EXPORTED;
        if (!p->is_ts) note_export(p, n.a, n.start, n.end);
        break;
    case N_VAR:
        for (nid at = n.a; at; at = NODE(at)->next) export_bindings(p, NODE(at)->a);
        break;
    case N_ARRAY_PATTERN: case N_OBJECT_PATTERN:
        for (nid at = n.a; at; at = NODE(at)->next) export_bindings(p, at);
        break;
    case N_PROPERTY: export_bindings(p, n.b); break;
    case N_DEFAULT:
    case N_REST:
    case N_FUNCTION:
    case N_CLASS:
    case N_TS_ENUM:
    case N_TS_NAMESPACE:
    case N_TS_IMPORT_EQUALS: export_bindings(p, n.a); break;
    default: break;
    }
}

static nid finish_export(struct parser *p, uint32_t mark, nid id) {
    p->tree->marks.at[mark].end = NODE(id)->end;
    p->tree->marks.at[mark].node = id;
    if (!p->ctx.in_namespace) p->tree->flags |= TREE_HAS_EXPORT;
    return id;
}

/* export { a as b, type c } (from "x")? */
static nid export_named(struct parser *p, uint32_t start, uint32_t mark, bool is_type, const struct snapshot *s) {
    struct list l = {0};
    uint32_t refs = p->tree->refs.len, reserved_start = 0, reserved_end = 0;
    bool has_string = false;
    lex_next(p);
    while (!at(p, T_RBRACE)) {
        uint32_t from = p->t.start;
        bool type = false;
        if (p->is_ts && at_word(p, NAME_TYPE)) {
            struct token_state saved = p->t, next;
            uint32_t late = p->late_marks.len;
            lex_next(p);
            if (at_word(p, NAME_AS)) {
                lex_peek(p, &next);
                if (next.kind == T_IDENT && next.name == NAME_AS) type = true;
                else if (next.kind == T_IDENT || next.kind <= T_WITH || next.kind == T_STRING) p->t = saved;
                else type = true;
            } else if (at_name(p) || at(p, T_STRING)) type = true;
            else p->t = saved;
            p->late_marks.len = late;
        }
        struct token_state first = p->t;
        nid local = export_name(p), exported;
        if (NODE(local)->kind == N_STRING) {
            has_string = true;
            reserved_start = first.start, reserved_end = first.end;
        } else if ((first.kind != T_IDENT || parse_is_reserved(p, first.name)) && !reserved_end &&
                   !type) reserved_start = first.start, reserved_end = first.end;
        if (eat_word(p, NAME_AS)) exported = export_name(p);
        else {
            exported = node_new(p, NODE(local)->kind, first.start, first.end, first.name, 0);
            NODE(exported)->flags = NODE(local)->flags;
            if (NODE(local)->kind == N_STRING) NODE(exported)->a = 0;
        }
        if (!type && !is_type) note_export(p, name_of(p, exported), NODE(exported)->start, NODE(exported)->end);
        nid id = node_new(p, N_EXPORT_NAME, from, p->t.prev_end, local, exported);
        if (type) NODE(id)->flags |= NF_TYPE;
        list_add(p, &l, id);
        if (!at(p, T_RBRACE)) parse_expect(p, T_COMMA);
    }
    lex_next(p);
    nid source = 0, with = 0;
    uint32_t r = 0;
    if (eat_word(p, NAME_FROM)) {
        source = parse_string(p);
        with = attributes(p);
        bool only_types = l.first != 0;
        for (nid at = l.first; at; at = NODE(at)->next) only_types = only_types && NODE(at)->flags & NF_TYPE;
        r = request(p, source, with, PHASE_EVALUATION, only_types);
        if (!l.first) p->tree->requests.at[r].is_bare = true;
    } else {
        if (reserved_end)
            parse_fail(p, reserved_start, reserved_end, "export-name",
                       has_string ? "a string can name an export only with \"from\""
                                  : "a reserved word cannot be exported without \"from\"");
        (void)refs;
        for (nid at = l.first; at; at = NODE(at)->next) {
            if (NODE(at)->flags & NF_TYPE) continue;
            nid local = NODE(at)->a;
            struct node *n = NODE(local);
            n->kind = N_IDENT;
            n->b = ref_add(p, local, n->start, n->a, REF_READ | REF_EXPORT);
        }
    }
    parse_semicolon(p);
    if (is_type) return parse_erased(p, s, start);
    nid id = node_new(p, N_EXPORT_NAMED, start, p->t.prev_end, l.first, source);
    NODE(id)->c = with;
    NODE(id)->d = r;
    return finish_export(p, mark, id);
}

static nid export_star(struct parser *p, uint32_t start, uint32_t mark, bool is_type, const struct snapshot *s) {
    nid name = 0;
    lex_next(p);
    if (eat_word(p, NAME_AS)) {
        name = export_name(p);
        if (!is_type) note_export(p, name_of(p, name), NODE(name)->start, NODE(name)->end);
    }
    if (!eat_word(p, NAME_FROM)) parse_fail_here(p, "\"from\"");
    nid source = parse_string(p), with = attributes(p);
    parse_semicolon(p);
    if (is_type) return parse_erased(p, s, start);
    nid id = node_new(p, N_EXPORT_STAR, start, p->t.prev_end, name, source);
    uint32_t r = request(p, source, with, PHASE_EVALUATION, false);
    NODE(id)->c = with;
    NODE(id)->d = r;
    return finish_export(p, mark, id);
}

static nid export_default(struct parser *p, uint32_t start, uint32_t mark, nid decorators, const struct snapshot *s) {
    uint32_t from = p->t.start, word_start = p->t.prev_end - 7, word_end = p->t.prev_end;
    nid value;
    uint16_t flags = 0;
    struct token_state next;
    if (at(p, T_FUNCTION)) {
        value = parse_function(p, from, FN_DECLARATION | FN_DEFAULT);
        flags = NF_DECLARATION;
    } else if (at_word(p, NAME_ASYNC) && lex_peek(p, &next) && next.kind == T_FUNCTION && !(next.flags & TF_NEWLINE)) {
        lex_next(p);
        value = parse_function(p, from, FN_DECLARATION | FN_DEFAULT | FN_ASYNC);
        flags = NF_DECLARATION;
    } else if (at(p, T_CLASS) || at(p, T_AT)) {
        nid more = at(p, T_AT) ? parse_decorators(p) : decorators;
        if (p->is_ts && at_word(p, NAME_ABSTRACT)) goto abstract_class;
        if (!at(p, T_CLASS)) parse_fail_here(p, "a class after decorators");
        value = parse_class(p, from, more, FN_DECLARATION | FN_DEFAULT, false);
        flags = NF_DECLARATION;
    } else if (p->is_ts && at_word(p, NAME_ABSTRACT) && lex_peek(p, &next) && next.kind == T_CLASS &&
               !(next.flags & TF_NEWLINE)) {
    abstract_class:;
        uint32_t word = p->t.start;
        lex_next(p);
        mark_add(p, MARK_ERASE, word, p->t.start, 0);
        value = parse_class(p, from, decorators, FN_DECLARATION | FN_DEFAULT, true);
        flags = NF_DECLARATION;
        } else if (p->is_ts && at_word(p, NAME_INTERFACE) && lex_peek(p, &next) && next.kind == T_IDENT &&
                   !(next.flags & TF_NEWLINE)) {
            parse_ts_statement(p, STMT_TOP);
            return parse_erased(p, s, start);
        } else {
            value = parse_assign(p);
            parse_semicolon(p);
        }
    if (NODE(value)->kind == N_TS_ERASED) return parse_erased(p, s, start);     /* an overload */
    note_export(p, NAME_RESERVED_DEFAULT, word_start, word_end);
    if (flags) {
        nid name = NODE(value)->a;
        if (name && NODE(name)->b) p->tree->symbols.at[NODE(name)->b].flags |= SYM_EXPORTED;
    }
    nid id = node_new(p, N_EXPORT_DEFAULT, start, p->t.prev_end, value, 0);
    NODE(id)->flags |= flags;
    return finish_export(p, mark, id);
}

nid parse_export(struct parser *p, nid decorators, uint32_t start) {
    struct snapshot s;
    parse_snapshot(p, &s);
    uint32_t mark = mark_add(p, MARK_EXPORT, start, 0, 0);
    if (decorators) p->tree->marks.at[mark].start = p->t.start;
    lex_next(p);
    if (p->is_ts && at(p, T_ASSIGN)) {                                  /* export = expr */
        lex_next(p);
        nid value = parse_expression(p);
        parse_semicolon(p);
        p->tree->flags |= TREE_HAS_EXPORT_EQUALS;
        return finish_export(p, mark, node_new(p, N_TS_EXPORT_EQUALS, start, p->t.prev_end, value, 0));
    }
    if (p->is_ts && at(p, T_IMPORT)) {                                  /* export import a = b */
        lex_next(p);
        uint16_t flags = NF_EXPORT;
        if (at_word(p, NAME_TYPE) && lex_peek_char(p) != '=') {
            flags |= NF_TYPE;
            lex_next(p);
        }
        nid inner = parse_ts_import_equals(p, start, flags);
        if (flags & NF_TYPE) return parse_erased(p, &s, start);
        export_bindings(p, inner);
        parse_saw_module(p);
        return finish_export(p, mark, node_new(p, N_EXPORT_DECL, start, p->t.prev_end, inner, 0));
    }
    if (p->is_ts && at_word(p, NAME_AS)) {                              /* export as namespace X */
        lex_next(p);
        if (!eat_word(p, NAME_NAMESPACE)) parse_fail_here(p, "\"namespace\"");
        parse_binding_ident_undeclared(p);
        parse_semicolon(p);
        return parse_erased(p, &s, start);
    }
    parse_saw_module(p);
    s.ctx = p->ctx;
    if (decorators && !at(p, T_CLASS) && !at(p, T_DEFAULT) && !at_word(p, NAME_ABSTRACT))
        parse_fail_here(p, "a class after decorators");
    if (at(p, T_LBRACE)) return export_named(p, start, mark, false, &s);
    if (at(p, T_STAR)) return export_star(p, start, mark, false, &s);
    if (eat(p, T_DEFAULT)) return export_default(p, start, mark, decorators, &s);
    if (p->is_ts && at_word(p, NAME_TYPE)) {
        uint32_t c = lex_peek_char(p);
        if (c == '{' || c == '*') {
            lex_next(p);
            return c == '{' ? export_named(p, start, mark, true, &s) : export_star(p, start, mark, true, &s);
        }
    }
    nid inner;
    switch (p->t.kind) {
    case T_VAR: case T_CONST: case T_FUNCTION: inner = parse_statement(p, STMT_LIST); break;
    case T_AT: case T_CLASS: {
        uint32_t from = p->t.start;
        if (at(p, T_AT)) {
            decorators = parse_decorators(p);
            if (p->is_ts && at_word(p, NAME_ABSTRACT)) {
                uint32_t word = p->t.start;
                lex_next(p);
                mark_add(p, MARK_ERASE, word, p->t.start, 0);
            }
        }
        if (!at(p, T_CLASS)) parse_fail_here(p, "a class after decorators");
        inner = parse_class(p, from, decorators, FN_DECLARATION, false);
        break;
    }
    case T_IDENT:
        if (p->t.flags & TF_ESCAPED)
            parse_fail(p, p->t.start, p->t.end, "keyword-escaped", "a keyword cannot have escapes");
        if (p->t.name == NAME_LET || p->t.name == NAME_ASYNC) {
            inner = parse_statement(p, STMT_LIST);
            uint8_t kind = NODE(inner)->kind;
            if (kind != N_VAR && kind != N_FUNCTION && kind != N_TS_ERASED)
                parse_fail(p, NODE(inner)->start, NODE(inner)->end, "export-what",
                           "only a declaration can follow export");
            break;
        }
        if (p->is_ts) {
            inner = 0;
            if (at_word(p, NAME_ABSTRACT) && decorators) {
                uint32_t from = p->t.start;
                lex_next(p);
                mark_add(p, MARK_ERASE, from, p->t.start, 0);
                if (!at(p, T_CLASS)) parse_fail_here(p, "a class");
                inner = parse_class(p, from, decorators, FN_DECLARATION, true);
            } else inner = parse_ts_statement(p, STMT_TOP | STMT_LIST);
            if (inner) break;
        }
        parse_fail_here(p, "a declaration, \"{\", \"*\" or \"default\"");
    case T_ENUM:
        if (p->is_ts) {
            inner = parse_ts_enum(p, p->t.start, NF_EXPORT);
            break;
        }
        parse_fail_here(p, "a declaration, \"{\", \"*\" or \"default\"");
    default: parse_fail_here(p, "a declaration, \"{\", \"*\" or \"default\"");
    }
    if (NODE(inner)->kind == N_TS_ERASED) return parse_erased(p, &s, start);
    if (NODE(inner)->kind == N_TS_ENUM || NODE(inner)->kind == N_TS_NAMESPACE) NODE(inner)->flags |= NF_EXPORT;
    export_bindings(p, inner);
    return finish_export(p, mark, node_new(p, N_EXPORT_DECL, start, p->t.prev_end, inner, 0));
}
