/* lang/parse_jsx.c: JSX elements. While inside a tag, > is always a token of its own (in_type). */
#include "lang/parser.h"

static bool is_intrinsic(str name) {
    if (name.len && name.at[0] >= 'a' && name.at[0] <= 'z') return true;
    return memchr(name.at, '-', name.len) != NULL;
}

static nid plain_name(struct parser *p) {
    if (!at_name(p)) parse_fail_here(p, "a name");
    lex_jsx_name(p);
    nid id = node_new(p, N_JSX_NAME, p->t.start, p->t.end, p->t.name, 0);
    if (p->t.flags & TF_NON_ASCII) mark_non_ascii(p, p->t.start, p->t.end, id);
    lex_next(p);
    return id;
}

/* Tag -> Name | Name ':' Name | Name ('.' Name)* */
static nid tag_name(struct parser *p, bool is_opening) {
    uint32_t start = p->t.start;
    if (!at_name(p)) parse_fail_here(p, "the name of a tag");
    lex_jsx_name(p);
    struct token_state first = p->t;
    nid id;
    lex_next(p);
    if (at(p, T_COLON)) {
        lex_next(p);
        nid left = node_new(p, N_JSX_NAME, start, first.end, first.name, 0), right = plain_name(p);
        return node_new(p, N_JSX_NAMESPACED, start, p->t.prev_end, left, right);
    }
    bool is_member = at(p, T_DOT);
    if (first.kind == T_THIS) {
        id = node_new(p, N_THIS, start, first.end, 0, 0);
        if (is_opening) {
            uint32_t f = p->ctx.func;
            for (;; f = p->tree->funcs.at[f].parent) {
                p->tree->funcs.at[f].flags |= FUNC_HAS_THIS;
                if (!(p->tree->funcs.at[f].flags & FUNC_ARROW)) break;
            }
            if (f == 0) mark_add(p, MARK_THIS, start, first.end, id);
        }
    } else if (!is_opening || (!is_member && is_intrinsic(name_text(&p->tree->names, first.name)))) {
        id = node_new(p, N_JSX_NAME, start, first.end, first.name, 0);
    } else {
        if (first.kind != T_IDENT)
            parse_fail(p, first.start, first.end, "name-reserved", "this is a reserved word and cannot be a name");
        id = node_new(p, N_IDENT, start, first.end, first.name, 0);
        NODE(id)->b = ref_add(p, id, start, first.name, REF_READ | REF_JSX | (is_member ? REF_OBJECT : 0));
        if (first.flags & TF_NON_ASCII) mark_non_ascii(p, start, first.end, id);
    }
    while (at(p, T_DOT)) {
        lex_next(p);
        if (!at_name(p)) parse_fail_here(p, "a name");
        id = node_new(p, N_DOT, start, p->t.end, id, p->t.name);
        NODE(id)->c = p->t.start;
        lex_next(p);
    }
    return id;
}

static bool same_name(struct parser *p, nid left, nid right) {
    if (!left || !right) return left == right;
    const struct node *a = NODE(left), *b = NODE(right);
    if (a->kind == N_DOT || b->kind == N_DOT) return a->kind == b->kind && a->b == b->b && same_name(p, a->a, b->a);
    if (a->kind == N_JSX_NAMESPACED || b->kind == N_JSX_NAMESPACED)
        return a->kind == b->kind && same_name(p, a->a, b->a) && same_name(p, a->b, b->b);
    if (a->kind == N_THIS || b->kind == N_THIS)
        return (a->kind == N_THIS || a->a == NAME_RESERVED_THIS) && (b->kind == N_THIS || b->a == NAME_RESERVED_THIS);
    return a->a == b->a;
}

static nid element(struct parser *p, uint32_t start);

/* Token: {. Leaves the } as token. */
static nid braces(struct parser *p, bool is_attribute) {
    uint32_t start = p->t.start;
    struct context saved = p->ctx;
    uint8_t kind = N_JSX_EXPR;
    nid value = 0;
    p->in_type = false;
    p->ctx.no_in = p->ctx.in_conditional = false;
    lex_next(p);
    if (at(p, T_DOTS)) {
        kind = N_JSX_SPREAD;
        lex_next(p);
        value = parse_assign(p);
    } else if (!at(p, T_RBRACE)) value = parse_expression(p);
    else if (is_attribute) parse_fail_here(p, "an expression");
    p->in_type = true;
    p->ctx.no_in = saved.no_in;
    p->ctx.in_conditional = saved.in_conditional;
    if (!at(p, T_RBRACE)) parse_fail_here(p, "\"}\"");
    return node_new(p, (enum ast_kind)kind, start, p->t.end, value, 0);
}

static nid attribute(struct parser *p) {
    uint32_t start = p->t.start;
    if (at(p, T_LBRACE)) {
        nid id = braces(p, true);
        if (NODE(id)->kind != N_JSX_SPREAD)
            parse_fail(p, start, p->t.end, "jsx-attribute", "only {...props} can stand in braces among attributes");
        lex_next(p);
        return id;
    }
    nid name = plain_name(p), value = 0;
    if (at(p, T_COLON)) {
        lex_next(p);
        nid right = plain_name(p);
        name = node_new(p, N_JSX_NAMESPACED, start, p->t.prev_end, name, right);
    }
    if (at(p, T_ASSIGN)) {
        lex_jsx_attribute_value(p);
        if (at(p, T_STRING)) {
            value = node_new(p, N_STRING, p->t.start, p->t.end, 0, 0);
            NODE(value)->flags |= NF_JSX;
            if (p->t.flags & TF_NON_ASCII) mark_non_ascii(p, p->t.start, p->t.end, value);
            lex_next(p);
        } else if (at(p, T_LBRACE)) {
            value = braces(p, true);
            if (NODE(value)->kind == N_JSX_SPREAD)
                parse_fail(p, NODE(value)->start, NODE(value)->end, "jsx-attribute",
                           "an attribute's value cannot be spread");
            lex_next(p);
        } else if (at(p, T_LT)) {
            uint32_t from = p->t.start;
            lex_next(p);
            value = element(p, from);
            lex_next(p);
        } else parse_fail_here(p, "a string, \"{\" or an element");
    }
    return node_new(p, N_JSX_ATTRIBUTE, start, p->t.prev_end, name, value);
}

/* After < : the tag and all up to the > that ends the element, which stays as token. */
static nid element(struct parser *p, uint32_t start) {
    parse_depth(p);
    nid tag = 0, closing = 0;
    struct list attributes = {0}, children = {0};
    if (!at(p, T_GT)) {
        tag = tag_name(p, true);
        if (p->is_ts && at(p, T_LT)) {
            nid args = parse_type_args(p);
            mark_add(p, MARK_ERASE, NODE(args)->start, NODE(args)->end, args);
            p->in_type = true;
        }
        while (!at(p, T_GT) && !at(p, T_SLASH)) list_add(p, &attributes, attribute(p));
        if (at(p, T_SLASH)) {
            lex_next(p);
            if (!at(p, T_GT)) parse_fail_here(p, "\">\" after \"/\"");
            nid id = node_new(p, N_JSX_ELEMENT, start, p->t.end, tag, attributes.first);
            return id;
        }
    }
    uint32_t opening_end = p->t.end;
    for (;;) {
        uint32_t from, to;
        if (lex_jsx_text(p, &from, &to)) {
            nid text = node_new(p, N_JSX_TEXT, from, to, 0, 0);
            list_add(p, &children, text);
            if (p->tree->flags & TREE_NON_ASCII) mark_non_ascii(p, from, to, text);
        }
        if (at(p, T_LBRACE)) {
            list_add(p, &children, braces(p, false));
            continue;
        }
        from = p->t.start;
        lex_next(p);
        if (at(p, T_SLASH)) {
            lex_next(p);
            uint32_t name_start = p->t.start;
            if (!at(p, T_GT)) closing = tag_name(p, false);
            if (!same_name(p, tag, closing))
                parse_fail(p, name_start, p->t.prev_end > name_start ? p->t.prev_end : name_start + 1, "jsx-closing",
                           tag ? "expected the closing tag </%.*s>" : "expected the closing tag of a fragment, </>%.*s",
                           tag ? (int)ast_text(p->tree, tag).len : 0, tag ? ast_text(p->tree, tag).at : "");
            if (!at(p, T_GT)) parse_fail_here(p, "\">\"");
            break;
        }
        list_add(p, &children, element(p, from));
    }
    (void)opening_end;
    nid id = node_new(p, N_JSX_ELEMENT, start, p->t.end, tag, attributes.first);
    NODE(id)->c = children.first;
    NODE(id)->d = closing ? closing : node_new(p, N_NONE, p->t.start, p->t.end, 0, 0);
    return id;
}

nid parse_jsx(struct parser *p) {
    uint32_t start = p->t.start, mark = mark_add(p, MARK_JSX, start, 0, 0);
    bool in_type = p->in_type;
    p->in_type = true;
    p->tree->flags |= TREE_HAS_JSX;
    lex_next(p);
    nid id = element(p, start);
    p->in_type = in_type;
    p->tree->marks.at[mark].end = p->t.end;
    p->tree->marks.at[mark].node = id;
    lex_next(p);
    if (at(p, T_LT) && !newline_before(p) && lex_peek_char(p) != ' ' && !p->is_ts)
        (void)0;                        /* two elements side by side are told by the operator < that follows */
    return id;
}
