/* lang/lower_jsx.c: JSX becomes calls: of a factory (classic) or of the runtime module (automatic). */
#include "lang/lex.h"
#include "lang/lower.h"

static str pragma(const struct lower *l, const char *name) {
    str found = {0};
    for (uint32_t i = 0; i < l->t->comments.len; i++) {
        const struct comment *c = &l->t->comments.at[i];
        if (c->kind != COMMENT_JSX_PRAGMA) continue;
        str text = str_of(l->t->source.at + c->start, c->end - c->start);
        ptrdiff_t at = str_find(text, str_c(name));
        if (at < 0) continue;
        text = str_from(text, (size_t)at + strlen(name));
        if (text.len == 0 || (text.at[0] != ' ' && text.at[0] != '\t')) continue;
        text = str_trim(text);
        size_t n = 0;
        while (n < text.len && (unsigned char)text.at[n] > ' ' && text.at[n] != '*') n++;
        found = str_upto(text, n);
    }
    return found;
}

bool lower_key_after_spread(const struct lower *l, const struct node *n) {
    bool spread = false;
    for (nid a = n->b; a; a = NODE(a)->next) {
        if (NODE(a)->kind == N_JSX_SPREAD) spread = true;
        else if (spread && NODE(NODE(a)->a)->kind == N_JSX_NAME &&
                 str_is(name_text(&l->t->names, NODE(NODE(a)->a)->a), "key"))
            return true;
    }
    return false;
}

static uint32_t first_word(const struct lower *l, str dotted) {
    str first, rest;
    str_split(dotted, '.', &first, &rest);
    return name_find(&l->t->names, first);
}

static void name_factories(struct lower *l) {
    l->jsx_names[0] = first_word(l, l->jsx_factory);
    for (nid id = 1; id < l->t->nodes.len && !l->jsx_names[1]; id++)
        if (NODE(id)->kind == N_JSX_ELEMENT && !NODE(id)->a) l->jsx_names[1] = first_word(l, l->jsx_fragment);
}

bool lower_jsx_uses(const struct lower *l, const struct symbol *s) {
    return s->name && (s->name == l->jsx_names[0] || s->name == l->jsx_names[1]);
}

static str dotted_or_none(str s) {
    str rest = s, part;
    for (bool first = true; str_next(&rest, '.', &part); first = false)
        if (!lex_is_name(part) || (first && lex_is_reserved(part))) return (str){0};
    return s;
}

void lower_jsx_options(struct lower *l) {
    const struct lang_options *o = l->o;
    l->jsx = o->jsx;
    if (!(l->t->flags & TREE_HAS_JSX) || l->jsx == LANG_JSX_PRESERVE) return;
    str runtime = pragma(l, "@jsxRuntime"), factory = dotted_or_none(pragma(l, "@jsx"));
    str fragment = pragma(l, "@jsxFrag");
    if (!str_is(fragment, "null")) fragment = dotted_or_none(fragment);
    str source = pragma(l, "@jsxImportSource");
    if (str_is(runtime, "classic") || (factory.len && !runtime.len && !source.len)) l->jsx = LANG_JSX_CLASSIC;
    else if (str_is(runtime, "automatic") || source.len) l->jsx = LANG_JSX_AUTOMATIC;
    l->jsx_factory = factory.len ? factory : o->jsx_factory.len ? o->jsx_factory : STR("React.createElement");
    l->jsx_fragment = fragment.len ? fragment : o->jsx_fragment.len ? o->jsx_fragment : STR("React.Fragment");
    if (l->jsx == LANG_JSX_CLASSIC) {
        name_factories(l);
        return;
    }
    source = source.len ? source : o->jsx_import_source.len ? o->jsx_import_source : STR("react");
    l->jsx_source = arena_print(l->a, "%.*s/jsx-%sruntime", STR_FMT(source), o->jsx_dev ? "dev-" : "");
    if (l->keeps) {
        l->jsx_runtime = lower_fresh(l, "$j");
        l->jsx_factory = lower_fresh(l, "$jc");
        return;
    }
    if (l->u->kind == LANG_KIND_CJS) {
        l->jsx_runtime = lower_fresh(l, "$j");
        l->jsx_factory = arena_print(l->a, "require(%.*s).createElement", STR_FMT(lower_quoted(l, source)));
        return;
    }
    if (!l->is_esm) {
        l->jsx_runtime = arena_print(l->a, "require(%.*s)", STR_FMT(lower_quoted(l, l->jsx_source)));
        return;
    }
    l->jsx_runtime = arena_print(l->a, "%.*s%u", STR_FMT(l->slot), lower_request(l, l->jsx_source));
    for (nid id = 1; id < l->t->nodes.len; id++)
        if (NODE(id)->kind == N_JSX_ELEMENT && lower_key_after_spread(l, NODE(id))) {
            l->jsx_factory = arena_print(l->a, "%.*s%u.createElement", STR_FMT(l->slot), lower_request(l, source));
            return;
        }
}

/* --- parts of an element ------------------------------------------------------------------------------------------ */

static str jsx_name(struct lower *l, nid id) {
    const struct node *n = NODE(id);
    if (n->kind == N_JSX_NAMESPACED)
        return arena_print(l->a, "%.*s:%.*s", STR_FMT(jsx_name(l, n->a)), STR_FMT(jsx_name(l, n->b)));
    return name_text(&l->t->names, n->a);
}

static void put_element(struct lower *l, nid id);

/* A factory by name: an import when its first word is one at that place. */
static void put_factory(struct lower *l, str text, uint32_t at) {
    str first, rest;
    bool dotted = str_split(text, '.', &first, &rest);
    uint32_t symbol = l->jsx == LANG_JSX_CLASSIC ? lower_symbol_at(l, first, at, false) : 0;
    if (!lower_put_import(l, symbol, !dotted)) {
        emit_put(&l->e, text);
        return;
    }
    if (dotted) buf_print(l->e.out, ".%.*s", STR_FMT(rest));
}

static void put_type(struct lower *l, const struct node *n) {
    if (!n->a) {
        if (l->jsx == LANG_JSX_CLASSIC) put_factory(l, l->jsx_fragment, n->start);
        else buf_print(l->e.out, "%.*s.Fragment", STR_FMT(l->jsx_runtime));
        return;
    }
    const struct node *tag = NODE(n->a);
    if (tag->kind == N_JSX_NAME || tag->kind == N_JSX_NAMESPACED) {
        emit_quote(l->e.out, jsx_name(l, n->a));
        lower_skip_to(l, tag->end);
    } else lower_node(l, n->a);
}

static void put_quoted_value(struct lower *l, str raw, void (*value)(str, struct buf *)) {
    struct buf b = {0};
    value(raw, &b);
    emit_quote(l->e.out, buf_view(&b));
    buf_free(&b);
}

/* A comma between would begin the next argument. */
static void put_expression(struct lower *l, nid id) {
    bool has_comma = NODE(id)->kind == N_SEQUENCE;
    if (has_comma) emit_lit(&l->e, "(");
    lower_node(l, id);
    if (has_comma) emit_lit(&l->e, ")");
}

static void put_value(struct lower *l, nid id) {
    const struct node *n = NODE(id);
    lower_skip_to(l, n->start);
    switch (n->kind) {
    case N_STRING: put_quoted_value(l, ast_text(l->t, id), lex_jsx_string_value); break;
    case N_JSX_TEXT: put_quoted_value(l, ast_text(l->t, id), lex_jsx_text_value); break;
    case N_JSX_ELEMENT: put_element(l, id); break;
    case N_JSX_SPREAD: emit_lit(&l->e, "..."); put_expression(l, n->a); break;
    case N_JSX_EXPR:
        if (NODE(n->a)->kind == N_JSX_ELEMENT) lower_skip_to(l, NODE(n->a)->start), put_element(l, n->a);
        else put_expression(l, n->a);
        break;
    default: lower_node(l, id); break;
    }
    lower_skip_to(l, n->end);
}

static bool is_key(struct lower *l, nid attribute) {
    return NODE(attribute)->kind == N_JSX_ATTRIBUTE && NODE(NODE(attribute)->a)->kind == N_JSX_NAME &&
           str_is(jsx_name(l, NODE(attribute)->a), "key");
}

/* The members of the props object, without its braces; the place of `key` is given back when it is taken out. */
static bool put_attributes(struct lower *l, const struct node *n, bool take_key, nid *key) {
    bool any = false;
    for (nid a = n->b; a; a = NODE(a)->next) {
        const struct node *at = NODE(a);
        if (take_key && is_key(l, a)) {
            *key = a;
            lower_skip_to(l, at->end);
            continue;
        }
        if (any) emit_lit(&l->e, ",");
        any = true;
        lower_skip_to(l, at->start);
        if (at->kind == N_JSX_SPREAD) {
            emit_lit(&l->e, "...");
            put_expression(l, at->a);
            lower_skip_to(l, at->end);
            continue;
        }
        str name = jsx_name(l, at->a);
        if (str_is(name, "__proto__")) emit_lit(&l->e, "[\"__proto__\"]");
        else if (lex_is_name(name)) emit_name(l->e.out, name, true);
        else emit_quote(l->e.out, name);
        emit_lit(&l->e, ":");
        if (at->b) put_value(l, at->b);
        else emit_lit(&l->e, "true");
        lower_skip_to(l, at->end);
    }
    return any;
}

static bool is_child(struct lower *l, nid id) {
    const struct node *n = NODE(id);
    if (n->kind == N_JSX_EXPR) return n->a != 0;
    if (n->kind != N_JSX_TEXT) return true;
    struct buf b = {0};
    lex_jsx_text_value(ast_text(l->t, id), &b);
    bool any = b.len > 0;
    buf_free(&b);
    return any;
}

static void put_children(struct lower *l, const struct node *n, bool first) {
    for (nid c = n->c; c; c = NODE(c)->next) {
        if (!is_child(l, c)) continue;
        if (!first) emit_lit(&l->e, ",");
        first = false;
        put_value(l, c);
    }
}

static void put_place(struct lower *l, const struct node *n) {
    uint32_t line, column;
    lower_place(l, n->start, &line, &column);
    emit_lit(&l->e, "{fileName:");
    emit_quote(l->e.out, l->t->file);
    buf_print(l->e.out, ",lineNumber:%u,columnNumber:%u},void 0", line, column);
}

static void put_key(struct lower *l, nid key) {
    const struct node *at = NODE(key);
    if (!at->b) emit_lit(&l->e, "true");
    else if (NODE(at->b)->kind == N_STRING) put_quoted_value(l, ast_text(l->t, at->b), lex_jsx_string_value);
    else {
        nid value = NODE(at->b)->kind == N_JSX_EXPR ? NODE(at->b)->a : at->b;
        bool has_comma = NODE(value)->kind == N_SEQUENCE;
        if (has_comma) emit_lit(&l->e, "(");
        lower_moved(l, value);
        if (has_comma) emit_lit(&l->e, ")");
    }
}

static void put_element(struct lower *l, nid id) {
    const struct node *n = NODE(id);
    struct emit *e = &l->e;
    uint32_t count = 0;
    bool spread_child = false;
    for (nid c = n->c; c; c = NODE(c)->next) {
        count += is_child(l, c);
        spread_child |= NODE(c)->kind == N_JSX_SPREAD;
    }
    if (l->jsx == LANG_JSX_CLASSIC || lower_key_after_spread(l, n)) {
        put_factory(l, l->jsx_factory, n->start);
        emit_lit(e, "(");
        put_type(l, n);
        emit_lit(e, ",");
        if (n->b) {
            emit_lit(e, "{");
            put_attributes(l, n, false, NULL);
            emit_lit(e, "}");
        } else emit_lit(e, "null");
        if (count) {
            emit_lit(e, ",");
            put_children(l, n, true);
        }
    } else {
        bool many = count > 1 || spread_child;
        nid key = 0;
        buf_print(e->out, "%.*s.%s(", STR_FMT(l->jsx_runtime), l->o->jsx_dev ? "jsxDEV" : many ? "jsxs" : "jsx");
        put_type(l, n);
        emit_lit(e, ",{");
        bool any = put_attributes(l, n, true, &key);
        if (count) {
            buf_print(e->out, "%schildren:%s", any ? "," : "", many ? "[" : "");
            put_children(l, n, true);
            if (many) emit_lit(e, "]");
        }
        emit_lit(e, "}");
        if (key || l->o->jsx_dev) {
            emit_lit(e, ",");
            if (key) put_key(l, key);
            else emit_lit(e, "void 0");
        }
        if (l->o->jsx_dev) {
            emit_put(e, many ? STR(",true,") : STR(",false,"));
            put_place(l, n);
        }
    }
    emit_lit(e, ")");
    lower_skip_to(l, n->end);
}

void lower_jsx(struct lower *l, const struct mark *m) {
    emit_to(&l->e, m->start);
    put_element(l, m->node);
}
