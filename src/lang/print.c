/* lang/print.c: tokens, statements, functions, classes and modules as text. */
#include "lang/printer.h"

#include "lang/lower_emit.h"
#include "lang/scan.h"

/* --- tokens */

static void add_mark(struct printer *p) {
    p->next.out = (uint32_t)p->out->len;
    *LIST_ADD(&p->o.marks->list) = p->next;
    p->next.start = PRINT_UNMARKED;
}

void print_raw(struct printer *p, str s) {
    if (p->next.start != PRINT_UNMARKED) add_mark(p);
    buf_add(p->out, s);
}

static bool is_word(uint8_t c) { return scan_is_part[c] || c >= 0x80 || c == '\\'; }

void print_token(struct printer *p, str s) {
    if (p->out->len && s.len) {
        uint8_t last = (uint8_t)p->out->at[p->out->len - 1], first = (uint8_t)s.at[0];
        uint8_t before = p->out->len > 1 ? (uint8_t)p->out->at[p->out->len - 2] : 0;
        bool gap = (is_word(last) && (is_word(first) || first == '#')) ||
                   ((last == '+' || last == '-') && first == last) ||
                   (last == '/' && (first == '/' || is_word(first))) || (last == '<' && first == '!') ||
                   (last == '-' && before == '-' && first == '>') || (last == '.' && first >= '0' && first <= '9');
        if (gap) {
            size_t at = p->out->len;
            buf_add_char(p->out, ' ');
            /* what begins here still begins here */
            if (p->statement_start == at) p->statement_start++;
            if (p->arrow_start == at) p->arrow_start++;
            if (p->export_start == at) p->export_start++;
            if (p->for_start == at) p->for_start++;
        }
    }
    if (s.len) print_raw(p, s);
}

void print_space(struct printer *p) {
    if (!p->o.compact && p->out->len && p->out->at[p->out->len - 1] != ' ') buf_add_char(p->out, ' ');
}

void print_line(struct printer *p) {
    if (p->o.compact || !p->out->len) return;
    buf_add_char(p->out, '\n');
    buf_add_many(p->out, ' ', p->depth * (p->o.indent ? p->o.indent : 2));
}

static void add_ascii(struct printer *p, str s, bool is_name) {
    for (size_t i = 0; i < s.len;) {
        uint8_t c = (uint8_t)s.at[i];
        if (c < 0x80) {
            buf_add_char(p->out, (char)c);
            i++;
            continue;
        }
        size_t len;
        uint32_t code = emit_decode(s.at + i, s.at + s.len, &len);
        if (code < 0x10000) buf_print(p->out, "\\u%04X", (unsigned)code);
        else if (is_name) buf_print(p->out, "\\u{%X}", (unsigned)code);
        else buf_print(p->out, "\\u%04X\\u%04X", 0xD800 + (unsigned)((code - 0x10000) >> 10),
                       0xDC00 + (unsigned)((code - 0x10000) & 0x3FF));
        i += len;
    }
}

void print_text(struct printer *p, nid id) {
    print_mark_node(p, id);
    str text = ast_text(p->t, id);
    uint8_t kind = print_node(p, id)->kind;
    if (!p->o.ascii || !scan_has_non_ascii(text.at, text.at + text.len)) {
        print_token(p, text);
        return;
    }
    print_token(p, STR(""));
    if (kind == N_STRING || kind == N_KEY || kind == N_IDENT || kind == N_BINDING || kind == N_PRIVATE) {
        if (kind != N_STRING && p->out->len && is_word((uint8_t)p->out->at[p->out->len - 1])) buf_add_char(p->out, ' ');
        print_raw(p, STR(""));                                  /* the mark stands here */
        add_ascii(p, text, kind != N_STRING);
    } else print_token(p, text);
}

void print_list(struct printer *p, nid first, void (*item)(struct printer *, nid)) {
    for (nid at = first; at; at = print_node(p, at)->next) {
        item(p, at);
        if (print_node(p, at)->next) {
            print_raw(p, STR(","));
            print_space(p);
        }
    }
}

/* --- functions and classes */

static void statement(struct printer *p, nid id);

static void statements(struct printer *p, nid first) {
    for (nid at = first; at; at = print_node(p, at)->next) {
        if (print_node(p, at)->kind == N_TS_ERASED) continue;
        print_line(p);
        statement(p, at);
    }
}

static void braces(struct printer *p, nid first) {
    bool no_in = p->no_in;
    p->no_in = false;
    PRINT(p, "{");
    if (first) {
        p->depth++;
        statements(p, first);
        p->depth--;
        print_line(p);
    }
    print_raw(p, STR("}"));
    p->no_in = no_in;
}

void print_block(struct printer *p, nid id) { braces(p, print_node(p, id)->a); }

static void decorators(struct printer *p, nid first, bool lines) {
    for (nid at = first; at; at = print_node(p, at)->next) {
        nid value = print_strip(p, print_node(p, at)->a), call = value;
        bool plain = true;
        if (print_node(p, value)->kind == N_CALL) value = print_strip(p, print_node(p, value)->a);
        while (print_node(p, value)->kind == N_DOT && !(print_node(p, value)->flags & NF_OPTIONAL))
            value = print_strip(p, print_node(p, value)->a);
        plain = print_node(p, value)->kind == N_IDENT && !(print_node(p, call)->flags & NF_OPTIONAL);
        PRINT(p, "@");
        if (!plain) print_raw(p, STR("("));
        print_expr(p, call, LEVEL_COMMA);
        if (!plain) print_raw(p, STR(")"));
        if (lines && !p->o.compact) print_line(p);
        else print_raw(p, STR(" "));
    }
}

static void modifiers(struct printer *p, uint16_t flags) {
    if (flags & NF_PUBLIC) PRINT(p, "public");
    if (flags & NF_PRIVATE) PRINT(p, "private");
    if (flags & NF_PROTECTED) PRINT(p, "protected");
    if (flags & NF_OVERRIDE) PRINT(p, "override");
    if (flags & NF_READONLY) PRINT(p, "readonly");
}

static void param(struct printer *p, nid id) {
    const struct node *n = print_node(p, id);
    decorators(p, n->c, false);
    modifiers(p, n->flags & NF_MODIFIERS);
    if (n->flags & NF_REST) PRINT(p, "...");
    if (n->flags & NF_MODIFIERS) print_raw(p, STR(" "));
    print_target(p, n->a);
    if (!n->b) return;
    print_space(p);
    PRINT(p, "=");
    print_space(p);
    print_assign(p, n->b);
}

static void params(struct printer *p, nid first) {
    bool no_in = p->no_in;
    p->no_in = false;
    PRINT(p, "(");
    print_list(p, first, param);
    print_raw(p, STR(")"));
    p->no_in = no_in;
}

void print_function(struct printer *p, nid id) {
    const struct node *n = print_node(p, id);
    const struct func *f = &p->t->funcs.at[n->d];
    if (f->flags & FUNC_ASYNC) PRINT(p, "async");
    if (f->flags & FUNC_ARROW) {
        if (f->flags & FUNC_ASYNC) print_space(p);
        params(p, n->b);
        print_space(p);
        print_raw(p, STR("=>"));
        print_space(p);
        if (n->flags & NF_EXPR_BODY) {
            p->arrow_start = p->out->len;
            print_assign(p, n->c);
        } else print_block(p, n->c);
        return;
    }
    PRINT(p, "function");
    if (f->flags & FUNC_GENERATOR) print_raw(p, STR("*"));
    if (n->a) {
        print_raw(p, STR(" "));
        print_text(p, n->a);
    }
    params(p, n->b);
    print_space(p);
    if (n->c) print_block(p, n->c);
}

void print_method(struct printer *p, nid key, nid function, bool getter, bool setter) {
    const struct node *n = print_node(p, function);
    uint32_t flags = p->t->funcs.at[n->d].flags;
    if (getter) PRINT(p, "get");
    if (setter) PRINT(p, "set");
    if (flags & FUNC_ASYNC) PRINT(p, "async");
    if (getter || setter || flags & FUNC_ASYNC) print_space(p);
    if (flags & FUNC_GENERATOR) PRINT(p, "*");
    print_key(p, key);
    params(p, n->b);
    print_space(p);
    print_block(p, n->c);
}

static void member(struct printer *p, nid id) {
    const struct node *n = print_node(p, id);
    print_line(p);
    print_mark_node(p, id);
    decorators(p, n->c, false);
    if (n->flags & NF_STATIC) {
        PRINT(p, "static");
        print_space(p);
    }
    if (n->op == MEMBER_STATIC_BLOCK) {
        print_block(p, n->b);
        return;
    }
    if (n->op == MEMBER_ACCESSOR) {
        PRINT(p, "accessor");
        print_space(p);
    }
    if (n->op != MEMBER_FIELD && n->op != MEMBER_ACCESSOR) {
        print_method(p, n->a, n->b, n->op == MEMBER_GET, n->op == MEMBER_SET);
        return;
    }
    print_key(p, n->a);
    if (n->b) {
        print_space(p);
        PRINT(p, "=");
        print_space(p);
        print_assign(p, n->b);
    }
    print_raw(p, STR(";"));
}

void print_class(struct printer *p, nid id) {
    const struct node *n = print_node(p, id);
    bool no_in = p->no_in;
    p->no_in = false;
    decorators(p, p->t->classes.at[n->d].decorators, n->flags & NF_DECLARATION);
    PRINT(p, "class");
    if (n->a) {
        print_raw(p, STR(" "));
        print_text(p, n->a);
    }
    if (n->b) {
        print_space(p);
        PRINT(p, "extends");
        print_space(p);
        print_expr(p, n->b, LEVEL_CALL);
    }
    print_space(p);
    PRINT(p, "{");
    p->depth++;
    bool any = false;
    for (nid at = n->c; at; at = print_node(p, at)->next) {
        if (print_node(p, at)->op == MEMBER_ERASED) continue;
        any = true;
        member(p, at);
    }
    p->depth--;
    if (any) print_line(p);
    print_raw(p, STR("}"));
    p->no_in = no_in;
}

/* --- statements */

static void variables(struct printer *p, const struct node *n) {
    static const str words[] = {STR_INIT("var"), STR_INIT("let"), STR_INIT("const"), STR_INIT("using"),
                                STR_INIT("await using")};
    print_token(p, words[n->op]);
    print_raw(p, STR(" "));
    for (nid at = n->a; at; at = print_node(p, at)->next) {
        const struct node *d = print_node(p, at);
        print_target(p, d->a);
        if (d->b) {
            print_space(p);
            PRINT(p, "=");
            print_space(p);
            print_assign(p, d->b);
        }
        if (d->next) {
            print_raw(p, STR(","));
            print_space(p);
        }
    }
}

static void condition(struct printer *p, nid id) {
    print_space(p);
    PRINT(p, "(");
    print_expr(p, id, LEVEL_COMMA);
    print_raw(p, STR(")"));
}

static void body(struct printer *p, nid id) {
    if (print_node(p, id)->kind == N_BLOCK) {
        print_space(p);
        print_block(p, id);
        return;
    }
    p->depth++;
    print_line(p);
    statement(p, id);
    p->depth--;
}

/* Would an `else` after it belong to an `if` inside? */
static bool takes_else(const struct printer *p, nid id) {
    for (;;) {
        const struct node *n = print_node(p, id);
        switch (n->kind) {
        case N_IF:
            if (!n->c) return true;
            id = n->c;
            break;
        case N_FOR: id = n->d; break;
        case N_FOR_IN: case N_FOR_OF: id = n->c; break;
        case N_WHILE: case N_WITH: case N_LABEL: id = n->b; break;
        default: return false;
        }
    }
}

static void if_chain(struct printer *p, const struct node *n) {
    for (;;) {
        PRINT(p, "if");
        condition(p, n->a);
        if (n->c && takes_else(p, n->b)) {
            PRINT(p, "{");
            statement(p, n->b);
            print_raw(p, STR("}"));
        } else body(p, n->b);
        if (!n->c) return;
        if (print_node(p, n->b)->kind == N_BLOCK) print_space(p);
        else print_line(p);
        PRINT(p, "else");
        const struct node *no = print_node(p, n->c);
        if (no->kind != N_IF) {
            body(p, n->c);
            return;
        }
        print_raw(p, STR(" "));
        n = no;
    }
}

static void for_left(struct printer *p, nid id) {
    const struct node *n = print_node(p, id);
    if (n->kind == N_VAR) variables(p, n);
    else {
        p->for_start = p->out->len;
        if (n->kind == N_ARRAY_PATTERN || n->kind == N_OBJECT_PATTERN) print_target(p, id);
        else print_expr(p, id, LEVEL_CALL);
    }
}

static void for_loop(struct printer *p, const struct node *n) {
    PRINT(p, "for");
    if (n->flags & NF_AWAIT) PRINT(p, "await");
    print_space(p);
    PRINT(p, "(");
    p->no_in = true;
    if (n->kind == N_FOR) {
        if (n->a && print_node(p, n->a)->kind == N_VAR) variables(p, print_node(p, n->a));
        else if (n->a) {
            p->for_start = p->out->len;
            print_expr(p, n->a, LEVEL_COMMA);
        }
        p->no_in = false;
        print_raw(p, STR(";"));
        print_space(p);
        if (n->b) print_expr(p, n->b, LEVEL_COMMA);
        print_raw(p, STR(";"));
        print_space(p);
        if (n->c) print_expr(p, n->c, LEVEL_COMMA);
        print_raw(p, STR(")"));
        body(p, n->d);
        return;
    }
    for_left(p, n->a);
    p->no_in = false;
    print_space(p);
    print_token(p, n->kind == N_FOR_OF ? STR("of") : STR("in"));
    print_space(p);
    print_expr(p, n->b, n->kind == N_FOR_OF ? LEVEL_ASSIGN : LEVEL_COMMA);
    print_raw(p, STR(")"));
    body(p, n->c);
}

static void switch_of(struct printer *p, const struct node *n) {
    PRINT(p, "switch");
    condition(p, n->a);
    print_space(p);
    PRINT(p, "{");
    p->depth++;
    for (nid at = n->b; at; at = print_node(p, at)->next) {
        const struct node *c = print_node(p, at);
        print_line(p);
        if (c->a) {
            PRINT(p, "case");
            print_space(p);
            print_expr(p, c->a, LEVEL_COMMA);
        } else PRINT(p, "default");
        print_raw(p, STR(":"));
        p->depth++;
        statements(p, c->b);
        p->depth--;
    }
    p->depth--;
    print_line(p);
    print_raw(p, STR("}"));
}

static void attributes(struct printer *p, nid first) {
    if (!first) return;
    print_space(p);
    PRINT(p, "with");
    print_space(p);
    PRINT(p, "{");
    for (nid at = first; at; at = print_node(p, at)->next) {
        const struct node *n = print_node(p, at);
        print_text(p, n->a);
        print_raw(p, STR(":"));
        print_text(p, n->b);
        if (n->next) print_raw(p, STR(","));
    }
    print_raw(p, STR("}"));
}

static void specifiers(struct printer *p, nid first, bool is_export) {
    bool any = false;
    PRINT(p, "{");
    for (nid at = first; at; at = print_node(p, at)->next) {
        const struct node *n = print_node(p, at);
        if (n->flags & NF_TYPE || (!is_export && n->kind != N_IMPORT_NAMED)) continue;
        if (any) print_raw(p, STR(","));
        print_space(p);
        any = true;
        print_text(p, n->a);
        if (print_node(p, n->a)->start != print_node(p, n->b)->start) {
            PRINT(p, "as");
            print_raw(p, STR(" "));
            print_text(p, n->b);
        }
    }
    if (any) print_space(p);
    print_raw(p, STR("}"));
}

static void import(struct printer *p, const struct node *n) {
    PRINT(p, "import");
    if (n->op == PHASE_DEFER) PRINT(p, "defer");
    if (n->op == PHASE_SOURCE) PRINT(p, "source");
    bool named = false, any = false;
    for (nid at = n->a; at; at = print_node(p, at)->next) {
        const struct node *s = print_node(p, at);
        if (s->kind == N_IMPORT_NAMED) {
            named = named || !(s->flags & NF_TYPE);
            continue;
        }
        if (any) print_raw(p, STR(","));
        print_space(p);
        if (s->kind == N_IMPORT_STAR) {
            PRINT(p, "*");
            print_space(p);
            PRINT(p, "as");
            print_raw(p, STR(" "));
        }
        print_text(p, s->a);
        any = true;
    }
    if (named) {
        if (any) print_raw(p, STR(","));
        print_space(p);
        specifiers(p, n->a, false);
        any = true;
    }
    if (any) {
        print_space(p);
        PRINT(p, "from");
    }
    print_space(p);
    print_text(p, n->b);
    attributes(p, n->c);
    print_raw(p, STR(";"));
}

static void export(struct printer *p, const struct node *n) {
    PRINT(p, "export");
    switch (n->kind) {
    case N_EXPORT_NAMED:
        print_space(p);
        specifiers(p, n->a, true);
        break;
    case N_EXPORT_STAR:
        print_space(p);
        PRINT(p, "*");
        if (n->a) {
            print_space(p);
            PRINT(p, "as");
            print_space(p);
            print_text(p, n->a);
        }
        break;
    case N_EXPORT_DECL:
        print_raw(p, STR(" "));
        statement(p, n->a);
        return;
    default:
        PRINT(p, "default");
        print_raw(p, STR(" "));
        if (n->flags & NF_DECLARATION) {
            statement(p, n->a);
            return;
        }
        p->export_start = p->out->len;
        print_assign(p, n->a);
        print_raw(p, STR(";"));
        return;
    }
    if (n->b) {
        print_space(p);
        PRINT(p, "from");
        print_space(p);
        print_text(p, n->b);
        attributes(p, n->c);
    }
    print_raw(p, STR(";"));
}

static void enum_of(struct printer *p, const struct node *n) {
    if (n->flags & NF_CONST) PRINT(p, "const");
    PRINT(p, "enum");
    print_raw(p, STR(" "));
    print_text(p, n->a);
    print_space(p);
    PRINT(p, "{");
    for (nid at = n->b; at; at = print_node(p, at)->next) {
        const struct node *m = print_node(p, at);
        print_key(p, m->a);
        if (m->b) {
            PRINT(p, "=");
            print_assign(p, m->b);
        }
        if (m->next) print_raw(p, STR(","));
    }
    print_raw(p, STR("}"));
}

static void simple(struct printer *p, str word, nid value) {
    print_token(p, word);
    if (value) {
        print_space(p);
        print_expr(p, value, LEVEL_COMMA);
    }
    print_raw(p, STR(";"));
}

static void statement(struct printer *p, nid id) {
    const struct node *n = print_node(p, id);
    p->no_in = false;
    print_mark_node(p, id);
    switch (n->kind) {
    case N_EMPTY: print_raw(p, STR(";")); break;
    case N_DIRECTIVE:
        print_text(p, n->a);
        print_raw(p, STR(";"));
        break;
    case N_EXPR:
        p->statement_start = p->out->len;
        if (print_node(p, print_strip(p, n->a))->kind == N_STRING) {
            PRINT(p, "(");
            print_expr(p, n->a, LEVEL_COMMA);
            print_raw(p, STR(")"));
        } else print_expr(p, n->a, LEVEL_COMMA);
        print_raw(p, STR(";"));
        break;
    case N_BLOCK: print_block(p, id); break;
    case N_VAR:
        variables(p, n);
        print_raw(p, STR(";"));
        break;
    case N_FUNCTION: print_function(p, id); break;
    case N_CLASS: print_class(p, id); break;
    case N_IF: if_chain(p, n); break;
    case N_FOR: case N_FOR_IN: case N_FOR_OF: for_loop(p, n); break;
    case N_WHILE:
        PRINT(p, "while");
        condition(p, n->a);
        body(p, n->b);
        break;
    case N_DO:
        PRINT(p, "do");
        body(p, n->a);
        if (print_node(p, n->a)->kind == N_BLOCK) print_space(p);
        else print_line(p);
        PRINT(p, "while");
        condition(p, n->b);
        print_raw(p, STR(";"));
        break;
    case N_CONTINUE: case N_BREAK:
        print_token(p, n->kind == N_BREAK ? STR("break") : STR("continue"));
        if (n->a) print_token(p, name_text(&p->t->names, n->a));
        print_raw(p, STR(";"));
        break;
    case N_RETURN: simple(p, STR("return"), n->a); break;
    case N_THROW: simple(p, STR("throw"), n->a); break;
    case N_DEBUGGER: simple(p, STR("debugger"), 0); break;
    case N_WITH:
        PRINT(p, "with");
        condition(p, n->a);
        body(p, n->b);
        break;
    case N_SWITCH: switch_of(p, n); break;
    case N_LABEL:
        print_token(p, name_text(&p->t->names, n->a));
        print_raw(p, STR(":"));
        print_space(p);
        statement(p, n->b);
        break;
    case N_TRY:
        PRINT(p, "try");
        print_space(p);
        print_block(p, n->a);
        if (n->c) {
            print_space(p);
            PRINT(p, "catch");
            if (n->b) {
                print_space(p);
                PRINT(p, "(");
                print_target(p, n->b);
                print_raw(p, STR(")"));
            }
            print_space(p);
            print_block(p, n->c);
        }
        if (n->d) {
            print_space(p);
            PRINT(p, "finally");
            print_space(p);
            print_block(p, n->d);
        }
        break;
    case N_IMPORT: import(p, n); break;
    case N_EXPORT_NAMED: case N_EXPORT_STAR: case N_EXPORT_DECL: case N_EXPORT_DEFAULT: export(p, n); break;
    case N_TS_ENUM: enum_of(p, n); break;
    case N_TS_NAMESPACE:
        if (p->out->len && p->out->at[p->out->len - 1] == '.') (void)0;
        else PRINT(p, "namespace ");
        print_raw(p, ast_text(p->t, n->a));
        if (print_node(p, n->b)->kind == N_TS_NAMESPACE) {
            print_raw(p, STR("."));
            statement(p, n->b);
        } else print_block(p, n->b);
        break;
    case N_TS_IMPORT_EQUALS:
        PRINT(p, "import ");
        print_raw(p, ast_text(p->t, n->a));
        print_raw(p, STR("="));
        if (n->flags & NF_REQUIRE) print_raw(p, STR("require("));
        print_raw(p, ast_text(p->t, n->b));
        if (n->flags & NF_REQUIRE) print_raw(p, STR(")"));
        print_raw(p, STR(";"));
        break;
    case N_TS_EXPORT_EQUALS:
        PRINT(p, "export=");
        print_assign(p, n->a);
        print_raw(p, STR(";"));
        break;
    default: break;                     /* TS_ERASED */
    }
}

void print_tree(const struct tree *t, const struct print_options *o, struct buf *out) {
    struct printer p = {.t = t,
                        .out = out,
                        .o = *o,
                        .next = {.start = PRINT_UNMARKED},
                        .statement_start = SIZE_MAX,
                        .arrow_start = SIZE_MAX,
                        .export_start = SIZE_MAX,
                        .for_start = SIZE_MAX};
    if (t->hashbang_end) buf_add(out, str_upto(t->source, t->hashbang_end));
    size_t from = out->len;
    for (nid at = ast_node(t, t->root)->a; at; at = ast_node(t, at)->next) {
        if (ast_node(t, at)->kind == N_TS_ERASED) continue;
        if (out->len > from && !o->compact) buf_add_char(out, '\n');
        else if (out->len == from && from) buf_add_char(out, '\n');
        statement(&p, at);
    }
    buf_add_char(out, '\n');
}
