/* lang/lower_module.c: imports and exports become tables, objects in parameters and assignments to the binding
 * object. */
#include "lang/lex.h"
#include "lang/lower.h"

/* --- tables ------------------------------------------------------------------------------------------------------- */

static struct lang_request *add_request(struct lower *l) {
    struct lang_unit *u = l->u;
    u->requests = arena_grow(&u->arena, u->requests, u->n_requests * sizeof *u->requests,
                             (u->n_requests + 1) * sizeof *u->requests);
    struct lang_request *r = &u->requests[u->n_requests++];
    *r = (struct lang_request){0};
    return r;
}

/* The unit's number of a request of the tree; the first use decides the order. */
static uint32_t use_request(struct lower *l, uint32_t id) {
    if (l->request_of[id] != NO_REQUEST) return l->request_of[id];
    const struct request *q = &l->t->requests.at[id];
    struct lang_request *r = add_request(l);
    r->specifier = lower_key_value(l, q->source);
    r->phase = (enum lang_phase)q->phase;
    r->side_effects_only = true;
    lower_place_of_table(l, NODE(q->source)->start, &r->line, &r->column);
    for (nid a = q->attributes; a; a = NODE(a)->next) r->n_attributes++;
    r->attributes = arena_alloc(&l->u->arena, r->n_attributes * sizeof *r->attributes);
    uint32_t i = 0;
    for (nid a = q->attributes; a; a = NODE(a)->next)
        r->attributes[i++] = (struct lang_attribute){lower_key_value(l, NODE(a)->a), lower_key_value(l, NODE(a)->b)};
    return l->request_of[id] = l->u->n_requests - 1;
}

uint32_t lower_request(struct lower *l, str specifier) {
    for (uint32_t i = 0; i < l->u->n_requests; i++)
        if (str_eq(l->u->requests[i].specifier, specifier) && !l->u->requests[i].n_attributes &&
            l->u->requests[i].phase == LANG_EVALUATE)
            return i;
    struct lang_request *r = add_request(l);
    r->specifier = specifier;
    r->line = r->column = 1;
    return l->u->n_requests - 1;
}

static bool keeps_import(const struct lower *l, const struct symbol *s) {
    if (l->keeps) return lower_keeps_import(l, s);
    if (s->flags & SYM_TYPE_ONLY) return false;
    if (!l->is_ts || l->o->verbatim_imports || l->o->keep_unused_imports) return true;
    return (s->flags & SYM_USED) || lower_jsx_uses(l, s);
}

static nid spec_binding(const struct lower *l, nid spec) {
    return NODE(spec)->kind == N_IMPORT_NAMED ? NODE(spec)->b : NODE(spec)->a;
}

static void read_import(struct lower *l, const struct node *n) {
    if (n->flags & NF_TYPE) return;
    bool keep = !n->a || (!l->is_ts && !l->o->trim_imports) || l->o->verbatim_imports;
    for (nid s = n->a; s && !keep; s = NODE(s)->next)
        keep = keeps_import(l, &l->t->symbols.at[NODE(spec_binding(l, s))->b]);
    if (!keep) return;
    uint32_t request = use_request(l, n->d);
    for (nid s = n->a; s; s = NODE(s)->next) {
        const struct node *spec = NODE(s), *binding = NODE(spec_binding(l, s));
        const struct symbol *y = &l->t->symbols.at[binding->b];
        if (!keeps_import(l, y)) continue;
        l->u->requests[request].side_effects_only = false;
        bool only_exported = y->flags & SYM_EXPORTED && !(y->flags & SYM_USED_NOT_EXPORT);
        /* it may turn out to be a type */
        if (only_exported && l->is_ts && !l->keeps && !l->o->verbatim_imports) continue;
        if (lower_is_macro(l, y)) continue;     /* its calls are a table of their own */
        struct lang_import *im = LIST_ADD(&l->imports);
        *im = (struct lang_import){.request = request, .local = name_text(&l->t->names, binding->a)};
        im->may_be_type = y->flags & SYM_METADATA;
        if (spec->kind == N_IMPORT_STAR) im->is_namespace = true;
        else im->imported = spec->kind == N_IMPORT_DEFAULT ? STR("default") : lower_key_value(l, spec->a);
        lower_place_of_table(l, spec->start, &im->line, &im->column);
    }
}

static struct lang_export *add_export(struct lower *l, enum lang_export_kind kind, str name, uint32_t at) {
    struct lang_export *x = LIST_ADD(&l->exports);
    *x = (struct lang_export){.kind = kind, .name = name};
    lower_place_of_table(l, at, &x->line, &x->column);
    return x;
}

static void export_local(struct lower *l, uint32_t symbol, str name, uint32_t at) {
    static const uint8_t kinds[SYMBOL_VAR_PASSES + 1] = {
        [SYMBOL_VAR] = EXPORT_VAR, [SYMBOL_FUNCTION] = EXPORT_FUNCTION, [SYMBOL_ENUM] = EXPORT_VAR,
        [SYMBOL_NAMESPACE] = EXPORT_VAR};
    const struct symbol *s = &l->t->symbols.at[symbol];
    add_export(l, (enum lang_export_kind)kinds[s->kind], name, at)->local = name_text(&l->t->names, s->name);
    struct export_name *e = arena_alloc(l->a, sizeof *e);
    *e = (struct export_name){(uint32_t)l->exports.len - 1, NULL};
    struct export_name **to = &l->exports_of[symbol];
    while (*to) to = &(*to)->next;
    *to = e;
}

static void each_binding(struct lower *l, nid id, void (*f)(struct lower *, nid, void *), void *user) {
    if (!id) return;
    const struct node *n = NODE(id);
    switch (n->kind) {
    case N_BINDING: f(l, id, user); return;
    case N_ARRAY_PATTERN:
    case N_OBJECT_PATTERN: for (nid k = n->a; k; k = NODE(k)->next) each_binding(l, k, f, user); return;
    case N_PROPERTY: each_binding(l, n->b, f, user); return;
    case N_DEFAULT:
    case N_REST: each_binding(l, n->a, f, user); return;
    default: return;
    }
}

static void export_binding(struct lower *l, nid id, void *user) {
    export_local(l, NODE(id)->b, name_text(&l->t->names, NODE(id)->a), NODE(id)->start);
}

static void read_export_names(struct lower *l, const struct node *n) {
    bool typed = l->is_ts && !l->o->verbatim_imports;
    bool any = !typed || !n->a;
    if (n->flags & NF_TYPE) return;
    for (nid s = n->a; s && !any; s = NODE(s)->next) any = !(NODE(s)->flags & NF_TYPE);
    if (!any) return;
    uint32_t request = n->b ? use_request(l, n->d) : NO_REQUEST;
    if (n->b && n->a) l->u->requests[request].side_effects_only = false;
    for (nid s = n->a; s; s = NODE(s)->next) {
        const struct node *spec = NODE(s);
        if (spec->flags & NF_TYPE) continue;
        str name = lower_key_value(l, spec->b ? spec->b : spec->a);
        if (n->b) {
            struct lang_export *x = add_export(l, EXPORT_INDIRECT, name, spec->start);
            x->imported = lower_key_value(l, spec->a);
            x->request = request;
            continue;
        }
        uint32_t symbol = NODE(spec->a)->kind == N_IDENT ? l->t->refs.at[NODE(spec->a)->b].symbol : 0;
        if (!symbol) continue;                              /* TypeScript: a type */
        const struct symbol *y = &l->t->symbols.at[symbol];
        if (y->flags & SYM_TYPE_ONLY) continue;
        if (y->kind != SYMBOL_IMPORT) {
            export_local(l, symbol, name, spec->start);
            continue;
        }
        struct lang_export *x = add_export(l, y->flags & SYM_STAR ? EXPORT_NAMESPACE : EXPORT_INDIRECT, name,
                                           spec->start);
        x->request = use_request(l, y->request);
        if (!(y->flags & SYM_STAR))
            x->imported = y->flags & SYM_DEFAULT ? STR("default") : lower_key_value(l, NODE(y->decl)->a);
    }
}

/* The next word of a text of words and white space. */
static bool take_word(str *rest, str *word) {
    size_t from = 0;
    while (from < rest->len && !lex_is_id_part((unsigned char)rest->at[from]) && (unsigned char)rest->at[from] <= ' ')
        from++;
    size_t to = from;
    while (to < rest->len && (lex_is_id_part((unsigned char)rest->at[to]) || (signed char)rest->at[to] < 0)) to++;
    *word = str_cut(*rest, from, to);
    *rest = str_from(*rest, to);
    return to > from;
}

/* Is `name` what `{a, b as name} from "x"` binds? */
static bool binds(str text, str name) {
    str last = STR("");
    for (size_t i = 0, n; i < text.len; i = n) {
        for (n = i; n < text.len && lex_is_id_part((unsigned char)text.at[n]); n++) {}
        str word = str_cut(text, i, n);
        char c = text.at[i];
        if (n == i) {
            n++;
            if (c == '"' || c == '\'') while (n < text.len && text.at[n++] != c) {}
        } else {
            if (!str_is(word, "as") && str_eq(last, name)) return true;
            last = word;
        }
    }
    return false;
}

bool lower_is_erased_type(const struct lower *l, str name) {
    for (nid id = NODE(l->t->root)->a; id; id = NODE(id)->next) {
        if (NODE(id)->kind != N_TS_ERASED) continue;
        str word, rest = ast_text(l->t, id);
        while (take_word(&rest, &word) &&
               (str_is(word, "export") || str_is(word, "declare") || str_is(word, "default"))) {}
        if (str_is(word, "import") && take_word(&rest, &word) && binds(rest, name)) return true;
        bool typed = str_is(word, "interface") || str_is(word, "type");
        bool space = (str_is(word, "namespace") || str_is(word, "module")) &&       /* of types; or one elsewhere */
                     !str_starts(ast_text(l->t, id), STR("declare")) &&
                     !str_starts(ast_text(l->t, id), STR("export declare"));
        if ((typed || space) && take_word(&rest, &word) && str_eq(word, name)) return true;
    }
    return false;
}

bool lower_exports_type(const struct lower *l, const struct node *n) {
    const struct node *v = NODE(n->a);
    if (v->kind == N_TS_ERASED) return true;
    if (!l->is_ts || v->kind != N_IDENT) return false;
    uint32_t symbol = l->t->refs.at[v->b].symbol;
    if (symbol) return l->t->symbols.at[symbol].kind == SYMBOL_IMPORT_EQUALS &&
                       l->t->symbols.at[symbol].flags & SYM_TYPE_ONLY;
    return lower_is_erased_type(l, name_text(&l->t->names, v->a));
}

static void read_export_default(struct lower *l, const struct node *n) {
    const struct node *v = NODE(n->a);
    if (lower_exports_type(l, n)) return;
    bool declared = (v->kind == N_FUNCTION || v->kind == N_CLASS) &&
                    (n->flags & NF_DECLARATION || v->flags & NF_DECLARATION);
    if (declared && v->a) export_local(l, NODE(v->a)->b, STR("default"), n->start);
    else add_export(l, declared && v->kind == N_FUNCTION ? EXPORT_FUNCTION : EXPORT_LEXICAL, STR("default"), n->start);
}

static void read_export_decl(struct lower *l, const struct node *n) {
    const struct node *v = NODE(n->a);
    if (v->flags & NF_DECLARE && v->kind != N_CLASS && v->kind != N_FUNCTION) return;
    switch (v->kind) {
    case N_VAR: for (nid k = v->a; k; k = NODE(k)->next) each_binding(l, NODE(k)->a, export_binding, NULL); return;
    case N_TS_NAMESPACE: if (v->flags & NF_UNINSTANTIATED) return; /* fallthrough */
    case N_TS_ENUM: {
        uint32_t symbol = NODE(v->a)->b;
        if (!l->exports_of[symbol]) export_binding(l, v->a, NULL);   /* merged ones are exported once */
        return;
    }
    case N_FUNCTION:
    case N_CLASS: if (v->a) export_binding(l, v->a, NULL); return;
    case N_TS_IMPORT_EQUALS:
        if (!(v->flags & NF_TYPE) && !(l->t->symbols.at[NODE(v->a)->b].flags & SYM_TYPE_ONLY))
            export_binding(l, v->a, NULL);
        return;
    default: return;
    }
}

static void read_export_star(struct lower *l, const struct node *n) {
    if (n->flags & NF_TYPE) return;
    uint32_t request = use_request(l, n->d);
    l->u->requests[request].side_effects_only = false;
    struct lang_export *x = add_export(l, n->a ? EXPORT_NAMESPACE : EXPORT_STAR,
                                       n->a ? lower_key_value(l, n->a) : (str){0}, n->start);
    x->request = request;
}

/* --- exports of the file's own bindings --------------------------------------------------------------------------- */

bool lower_is_anonymous(const struct lower *l, nid id) {
    const struct node *n = NODE(id);
    switch (n->kind) {
    case N_PAREN:
    case N_TS_AS:
    case N_TS_ASSERT:
    case N_TS_NON_NULL:
    case N_TS_INSTANCE: return lower_is_anonymous(l, n->a);
    case N_FUNCTION: case N_CLASS: return !n->a;
    default: return false;
    }
}

/* "$m.a=$m.b=" */
static str assign_chain(struct lower *l, uint32_t symbol) {
    str s = STR("");
    for (struct export_name *e = l->exports_of[symbol]; e; e = e->next) {
        str member = lower_member(l, l->m, l->exports.at[e->index].name);
        s = arena_print(l->a, "%.*s%.*s=", STR_FMT(s), STR_FMT(member));
    }
    return s;
}

static bool is_live(const struct lower *l, uint32_t symbol) {
    struct export_name *e = l->exports_of[symbol];
    return e && l->exports.at[e->index].is_live;
}

static void set_live(struct lower *l, uint32_t symbol) {
    for (struct export_name *e = l->exports_of[symbol]; e; e = e->next) l->exports.at[e->index].is_live = true;
}

static void decide_live(struct lower *l, bool *found) {
    for (uint32_t i = 1; i < l->t->symbols.len; i++) {
        if (!l->exports_of[i]) continue;
        const struct symbol *s = &l->t->symbols.at[i];
        bool own = s->kind == SYMBOL_ENUM || s->kind == SYMBOL_NAMESPACE || s->kind == SYMBOL_IMPORT_EQUALS;
        bool merged = (s->kind == SYMBOL_VAR) && (s->flags & SYM_MERGED);
        if (own) continue;
        if ((s->flags & SYM_REASSIGNED) || merged || (!found[i] && s->kind != SYMBOL_FUNCTION) ||
            ((l->t->flags & TREE_HAS_EVAL) && s->kind != SYMBOL_CONST)) set_live(l, i);
    }
}

static void find_binding(struct lower *l, nid id, void *user) { ((bool *)user)[NODE(id)->b] = true; }

static const struct node *statement_decl(const struct lower *l, nid id) {
    const struct node *n = NODE(id);
    return n->kind == N_EXPORT_DECL || n->kind == N_EXPORT_DEFAULT ? NODE(n->a) : n;
}

static void find_declared(struct lower *l, bool *found) {
    for (nid id = NODE(l->t->root)->a; id; id = NODE(id)->next) {
        const struct node *n = statement_decl(l, id);
        if (n->kind == N_VAR) for (nid k = n->a; k; k = NODE(k)->next) each_binding(l, NODE(k)->a, find_binding, found);
        else if ((n->kind == N_CLASS || n->kind == N_FUNCTION) && n->a && NODE(n->a)->kind == N_BINDING)
            found[NODE(n->a)->b] = true;
    }
}

struct appended { str text; };

static void append_binding(struct lower *l, nid id, void *user) {
    struct appended *to = user;
    uint32_t symbol = NODE(id)->b;
    if (!l->exports_of[symbol] || is_live(l, symbol)) return;
    str chain = assign_chain(l, symbol), name = lower_name(l, NODE(id)->a);
    to->text = arena_print(l->a, "%.*s%s%.*s%.*s", STR_FMT(to->text), to->text.len ? "," : "", STR_FMT(chain),
                           STR_FMT(name));
}

static void var_edits(struct lower *l, const struct node *n) {
    struct appended after = {0};
    for (nid k = n->a; k; k = NODE(k)->next) {
        const struct node *d = NODE(k);
        uint32_t symbol = NODE(d->a)->kind == N_BINDING ? NODE(d->a)->b : 0;
        if (symbol && d->b && !lower_is_anonymous(l, d->b)) {
            if (!l->exports_of[symbol] || is_live(l, symbol)) continue;
            lower_text_before(l, NODE(d->b)->start, NODE(d->b)->end, assign_chain(l, symbol));
        } else each_binding(l, d->a, append_binding, &after);
    }
    if (!after.text.len) return;
    bool ended = n->end > 0 && l->t->source.at[n->end - 1] == ';';
    lower_text_after(l, n->end, n->start, arena_print(l->a, "%s%.*s;", ended ? "" : ";", STR_FMT(after.text)));
}

static void export_edits(struct lower *l) {
    for (nid id = NODE(l->t->root)->a; id; id = NODE(id)->next) {
        const struct node *n = statement_decl(l, id);
        if (n->kind == N_VAR && !(n->flags & NF_DECLARE)) var_edits(l, n);
        else if (n->kind == N_CLASS && n->a && NODE(n->a)->kind == N_BINDING && (NODE(id)->kind != N_EXPR)) {
            uint32_t symbol = NODE(n->a)->b;
            if (!l->exports_of[symbol] || is_live(l, symbol)) continue;
            str text = arena_print(l->a, "%.*s%.*s;", STR_FMT(assign_chain(l, symbol)),
                                   STR_FMT(lower_name(l, NODE(n->a)->a)));
            lower_text_after(l, n->end, n->start, text);
        }
    }
}

/* What the head does: functions at once, accessors for what is reassigned. */
static void head_texts(struct lower *l) {
    struct buf hoisted = {0}, live = {0};
    for (uint32_t i = 0; i < l->exports.len; i++) {
        const struct lang_export *x = &l->exports.at[i];
        if (x->kind > EXPORT_FUNCTION) continue;
        struct buf local = {0};
        emit_name(&local, x->local, l->e.escape);
        if (x->is_live) {
            str name = lex_is_name(x->name) ? x->name : lower_quoted(l, x->name);
            buf_lit(&live, "get ");
            emit_name(&live, name, true);
            buf_print(&live, "(){return %.*s},", STR_FMT(buf_view(&local)));
        } else if (x->kind == EXPORT_FUNCTION) {
            str member = lower_member(l, l->m, x->name);
            if (x->local.len) buf_print(&hoisted, "%.*s=%.*s;", STR_FMT(member), STR_FMT(buf_view(&local)));
            else
                buf_print(&hoisted, "%.*s=%.*s.name(%.*s,\"default\");", STR_FMT(member), STR_FMT(l->ctx),
                          STR_FMT(l->dflt));
        }
        buf_free(&local);
    }
    l->hoisted = arena_str(l->a, buf_view(&hoisted));
    l->live = arena_str(l->a, buf_view(&live));
    buf_free(&hoisted);
    buf_free(&live);
}

/* --- references to imports ---------------------------------------------------------------------------------------- */

/* Children are made before their parent: the first node from `id` on that reaches over it. */
static nid parent_of(const struct lower *l, nid id) {
    const struct node *n = NODE(id);
    for (nid up = id + 1; up < l->t->nodes.len; up++)
        if (NODE(up)->start <= n->start && NODE(up)->end >= n->end) return up;
    return l->t->root;
}

/* The node around `id` that does something with it: neither parentheses nor a type's assertion. */
static nid user_of(const struct lower *l, nid *id) {
    for (nid up = parent_of(l, *id);; up = parent_of(l, up)) {
        switch (NODE(up)->kind) {
        case N_PAREN: case N_TS_AS: case N_TS_ASSERT: case N_TS_NON_NULL: case N_TS_INSTANCE: *id = up; break;
        default: return up;
        }
    }
}

bool lower_is_written(const struct lower *l, nid id) {
    const struct node *up = NODE(user_of(l, &id));
    switch (up->kind) {
    case N_ASSIGN: case N_DEFAULT: case N_FOR_IN: case N_FOR_OF: return up->a == id;
    case N_UPDATE: case N_REST: case N_ARRAY_PATTERN: return true;
    case N_UNARY: return up->op == T_DELETE;
    case N_PROPERTY: return up->b == id && NODE(parent_of(l, (nid)(up - l->t->nodes.at)))->kind == N_OBJECT_PATTERN;
    default: return false;
    }
}

bool lower_is_under_new(const struct lower *l, nid id) {
    for (;;) {
        nid up = parent_of(l, id);
        const struct node *n = NODE(up);
        if (n->a != id) return false;
        switch (n->kind) {
        case N_NEW: return true;
        case N_DOT: case N_INDEX: case N_TAGGED: case N_TS_NON_NULL: case N_TS_INSTANCE: id = up; break;
        default: return false;
        }
    }
}

bool lower_is_callee(const struct lower *l, nid id) {
    const struct node *up = NODE(user_of(l, &id));
    return (up->kind == N_CALL || up->kind == N_TAGGED) && up->a == id;
}

bool lower_word_before(const struct lower *l, uint32_t at, const char *word) {
    while (at > 0 && (l->t->source.at[at - 1] == ' ' || l->t->source.at[at - 1] == '(')) at--;
    return str_ends(str_upto(l->t->source, at), str_c(word));
}

/* ns.name that is only read: the binding object serves, no namespace object is needed. */
static bool is_static_member(const struct lower *l, const struct ref *r) {
    if (!(r->flags & REF_OBJECT) && !(r->flags & REF_JSX)) return false;
    nid up = r->node + 1;
    if (up >= l->t->nodes.len || NODE(up)->kind != N_DOT || NODE(up)->a != r->node) return false;
    if (r->flags & (REF_WRITE | REF_SHORTHAND)) return false;
    return !lower_is_written(l, up);
}

static void find_namespaces(struct lower *l) {
    for (uint32_t i = 0; l->t->flags & TREE_HAS_EVAL && i < l->imports.len; i++)
        if (l->imports.at[i].is_namespace) l->u->requests[l->imports.at[i].request].wants_namespace = true;
    for (uint32_t i = 0; i < l->t->marks.len; i++) {
        const struct mark *m = &l->t->marks.at[i];
        if (m->kind != MARK_REF || NODE(m->node)->kind != N_IDENT) continue;
        const struct ref *r = &l->t->refs.at[NODE(m->node)->b];
        const struct symbol *s = &l->t->symbols.at[r->symbol];
        if (s->kind != SYMBOL_IMPORT || (r->flags & REF_EXPORT) || lower_is_macro(l, s)) continue;
        if (!(r->flags & REF_WRITE) && (!(s->flags & SYM_STAR) || is_static_member(l, r))) continue;
        if (l->request_of[s->request] != NO_REQUEST) l->u->requests[l->request_of[s->request]].wants_namespace = true;
    }
    for (uint32_t i = 0; i < l->u->n_requests; i++) l->u->n_namespaces += l->u->requests[i].wants_namespace;
}

/* `whole`: as a value of its own; otherwise the object of a member that is only read. */
static str import_text(struct lower *l, const struct symbol *s, bool whole, bool write) {
    uint32_t request = l->request_of[s->request];
    if (s->flags & SYM_STAR) return arena_print(l->a, "%.*s%u", STR_FMT(whole ? l->ns : l->slot), request);
    str object = arena_print(l->a, "%.*s%u", STR_FMT(write ? l->ns : l->slot), request);
    return lower_member(l, object, s->flags & SYM_DEFAULT ? STR("default") : lower_key_value(l, NODE(s->decl)->a));
}

str lower_import_text(struct lower *l, uint32_t symbol, bool whole) {
    return import_text(l, &l->t->symbols.at[symbol], whole, false);
}

bool lower_put_import(struct lower *l, uint32_t symbol, bool whole) {
    const struct symbol *s = &l->t->symbols.at[symbol];
    if (!symbol || s->kind != SYMBOL_IMPORT || !l->is_esm || l->request_of[s->request] == NO_REQUEST) return false;
    emit_put(&l->e, import_text(l, s, whole, false));
    return true;
}

void lower_import_ref(struct lower *l, const struct mark *m) {
    if (NODE(m->node)->kind != N_IDENT || l->keeps) return;
    const struct ref *r = &l->t->refs.at[NODE(m->node)->b];
    const struct symbol *s = &l->t->symbols.at[r->symbol];
    if (s->kind != SYMBOL_IMPORT || (r->flags & (REF_EXPORT | REF_DEAD)) || l->request_of[s->request] == NO_REQUEST)
        return;
    emit_to(&l->e, m->start);
    if (lower_is_macro(l, s)) {
        lower_macro(l, m);
        return;
    }
    if (r->flags & REF_SHORTHAND) {
        emit_put(&l->e, lower_name(l, r->name));
        emit_lit(&l->e, ":");
    }
    str text = import_text(l, s, !is_static_member(l, r), r->flags & REF_WRITE);
    if ((r->flags & (REF_CALL | REF_TAG | REF_OPTIONAL_CALL)) && !(s->flags & SYM_STAR)) {
        if (lower_starts_statement(l, m->node)) emit_lit(&l->e, "0,");    /* `(` would go on with the line before */
        emit_lit(&l->e, "(0,");
        emit_put(&l->e, text);
        emit_lit(&l->e, ")");
    } else emit_put(&l->e, text);
    lower_skip_to(l, m->end);
}

/* --- statements --------------------------------------------------------------------------------------------------- */

void lower_import(struct lower *l, const struct mark *m) {
    emit_to(&l->e, m->start);
    if (!l->is_esm) return;
    emit_lit(&l->e, ";");
    l->e.at++;
    emit_blank(&l->e, m->end);
}

static void lower_export_default(struct lower *l, const struct mark *m, const struct node *n) {
    const struct node *v = NODE(n->a);
    struct emit *e = &l->e;
    bool declared = (v->kind == N_FUNCTION || v->kind == N_CLASS) &&
                    (n->flags & NF_DECLARATION || v->flags & NF_DECLARATION);
    if (declared && (v->a || lower_is_let_class(l, n->a))) {
        emit_blank(e, v->start);
        return;
    }
    if (declared && v->kind == N_FUNCTION) {
        emit_blank(e, v->start);
        uint32_t at = v->start;
        str s = l->t->source;
        if (str_starts(str_from(s, at), STR("async"))) at = lower_skip_space(l, at + 5);
        at += 8;                                                /* function */
        if (s.at[lower_skip_space(l, at)] == '*') at = lower_skip_space(l, at) + 1;
        lower_to(l, at);
        emit_lit(e, " ");
        emit_put(e, l->dflt);
        return;
    }
    emit_put(e, lower_member(l, l->m, STR("default")));
    emit_lit(e, "=");
    bool anonymous = lower_is_anonymous(l, n->a);
    if (anonymous) emit_lit(e, "{default:");
    lower_node(l, n->a);
    if (anonymous) emit_lit(e, "}.default");
    emit_lit(e, ";");
    if (m->end > v->end) {
        lower_to(l, l->t->source.at[m->end - 1] == ';' ? m->end - 1 : m->end);
        lower_skip_to(l, m->end);
    }
}

void lower_export(struct lower *l, const struct mark *m) {
    const struct node *n = NODE(m->node);
    emit_to(&l->e, m->start);
    switch (n->kind) {
    case N_EXPORT_DECL: emit_blank(&l->e, NODE(n->a)->start); return;
    case N_EXPORT_DEFAULT:
        if (lower_exports_type(l, n)) break;
        lower_export_default(l, m, n);
        return;
    case N_TS_EXPORT_EQUALS:
        if (lower_exports_type(l, n)) break;
        if (l->is_esm) {
            emit_put(&l->e, lower_member(l, l->m, STR("default")));
            emit_lit(&l->e, "=");
        } else emit_lit(&l->e, "module.exports=");
        lower_skip_to(l, NODE(n->a)->start);
        return;
    default: break;
    }
    emit_lit(&l->e, ";");
    l->e.at++;
    emit_blank(&l->e, m->end);
}

/* --- all of it ---------------------------------------------------------------------------------------------------- */

void lower_module_tables(struct lower *l) {
    struct tree *t = l->t;
    l->exports_of = ARENA_ARRAY(l->a, struct export_name *, t->symbols.len + 1);
    if (t->kind != SOURCE_MODULE) return;
    l->request_of = arena_alloc(l->a, (t->requests.len + 1) * sizeof *l->request_of);
    memset(l->request_of, 0xff, (t->requests.len + 1) * sizeof *l->request_of);
    for (nid id = NODE(t->root)->a; id; id = NODE(id)->next) {
        const struct node *n = NODE(id);
        switch (n->kind) {
        case N_IMPORT: read_import(l, n); break;
        case N_EXPORT_NAMED: read_export_names(l, n); break;
        case N_EXPORT_DEFAULT: read_export_default(l, n); break;
        case N_EXPORT_DECL: read_export_decl(l, n); break;
        case N_EXPORT_STAR: read_export_star(l, n); break;
        case N_TS_EXPORT_EQUALS: if (!lower_exports_type(l, n)) add_export(l, EXPORT_LEXICAL, STR("default"), n->start); break;
        default: break;
        }
    }
    if (l->keeps) {
        memset(l->exports_of, 0, (t->symbols.len + 1) * sizeof *l->exports_of);      /* nothing is assigned */
        return;
    }
    find_namespaces(l);
    if (l->exports.len) {
        bool *found = ARENA_ARRAY(l->a, bool, t->symbols.len + 1);
        find_declared(l, found);
        decide_live(l, found);
        export_edits(l);
        head_texts(l);
    }
}
