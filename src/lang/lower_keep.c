/* lang/lower_keep.c: files for tools: types go and TypeScript is lowered, but imports and exports stay as they are. */
#include "lang/lower.h"

#include "base/must.h"

bool lower_keeps_import(const struct lower *l, const struct symbol *s) {
    if (s->flags & SYM_TYPE_ONLY) return false;
    if (!l->o->trim_imports && (!l->is_ts || l->o->verbatim_imports || l->o->keep_unused_imports)) return true;
    return (s->flags & SYM_USED) || lower_jsx_uses(l, s);
}

static void put_nothing(struct lower *l, const struct mark *m) {
    emit_lit(&l->e, ";");
    l->e.at++;
    emit_blank(&l->e, m->end);
}

str lower_metadata_object(struct lower *l, const struct symbol *s) {
    return lower_fresh(l, arena_print(l->a, "$b%u", s->request).at);
}

static const struct symbol *symbol_of_spec(const struct lower *l, nid spec) {
    const struct node *n = NODE(spec), *binding = NODE(n->kind == N_IMPORT_NAMED ? n->b : n->a);
    return &l->t->symbols.at[binding->b];
}

/* Only metadata names it. */
static bool may_be_type(const struct lower *l, nid spec) {
    return NODE(spec)->kind != N_IMPORT_STAR && symbol_of_spec(l, spec)->flags & SYM_METADATA;
}

static bool keeps_spec(const struct lower *l, nid spec) {
    return !may_be_type(l, spec) && lower_keeps_import(l, symbol_of_spec(l, spec));
}

/* Parts of `import a, {b, c} from`: what is not kept leaves nothing. */
static void put_specs(struct lower *l, const struct node *n) {
    bool any = false, open = false;
    for (nid s = n->a; s; s = NODE(s)->next) {
        const struct node *spec = NODE(s);
        lower_skip_to(l, spec->start);
        if (keeps_spec(l, s)) {
            bool named = spec->kind == N_IMPORT_NAMED;
            if (any) emit_lit(&l->e, ",");
            if (named && !open) emit_lit(&l->e, "{");
            open |= named;
            any = true;
            lower_to(l, spec->end);
        }
        lower_skip_to(l, spec->end);
    }
    if (open) emit_lit(&l->e, "}");
    if (any) emit_lit(&l->e, " from ");
    lower_skip_to(l, NODE(n->b)->start);
}

enum keep { KEEP_NONE, KEEP_OBJECT, KEEP_SOME, KEEP_ALL };

static bool has_metadata(const struct lower *l, const struct node *n) {
    bool any = false;
    for (nid s = n->a; s && !(n->flags & NF_TYPE); s = NODE(s)->next) any |= may_be_type(l, s);
    return any;
}

/* import*as $b0 from "./b"; once for a file, by the first statement that needs it. */
static void put_object(struct lower *l, nid import) {
    const struct node *n = NODE(import);
    for (nid id = NODE(l->t->root)->a; id != import; id = NODE(id)->next)
        if (NODE(id)->kind == N_IMPORT && NODE(id)->d == n->d && has_metadata(l, NODE(id))) return;
    struct symbol s = {.request = n->d};
    buf_print(l->e.out, "import*as %.*s from%.*s", STR_FMT(lower_metadata_object(l, &s)),
              STR_FMT(lower_quoted(l, lower_key_value(l, n->b))));
    for (nid at = n->c; at; at = NODE(at)->next)
        buf_print(l->e.out, "%s%.*s:%.*s%s", at == n->c ? " with{" : ",",
                  STR_FMT(lower_quoted(l, lower_key_value(l, NODE(at)->a))), STR_FMT(ast_text(l->t, NODE(at)->b)),
                  NODE(at)->next ? "" : "}");
    emit_lit(&l->e, ";");
}

static enum keep keeps_import(const struct lower *l, const struct node *n) {
    uint32_t kept = 0, all = 0;
    for (nid s = n->a; s; s = NODE(s)->next, all++) kept += keeps_spec(l, s);
    if (all && !kept && has_metadata(l, n)) return KEEP_OBJECT;
    if ((n->flags & NF_TYPE) || (all && !kept && !l->o->verbatim_imports)) return KEEP_NONE;
    return kept < all ? KEEP_SOME : KEEP_ALL;
}

void lower_kept_import(struct lower *l, const struct mark *m) {
    const struct node *n = NODE(m->node);
    enum keep keep = keeps_import(l, n);
    emit_to(&l->e, m->start);
    if (keep == KEEP_OBJECT) put_object(l, m->node);
    if (keep <= KEEP_OBJECT) {
        put_nothing(l, m);
        return;
    }
    if (keep == KEEP_SOME) {
        emit_lit(&l->e, "import ");
        put_specs(l, n);
    }
    emit_to(&l->e, m->end);
    lower_skip_to(l, m->end);
    if (!has_metadata(l, n)) return;
    emit_lit(&l->e, ";");
    put_object(l, m->node);
}

static bool keeps_name(const struct lower *l, const struct node *n, nid spec) {
    if (NODE(spec)->flags & NF_TYPE) return false;
    if (n->b || !l->is_ts || NODE(NODE(spec)->a)->kind != N_IDENT) return true;
    uint32_t symbol = l->t->refs.at[NODE(NODE(spec)->a)->b].symbol;
    return symbol && !(l->t->symbols.at[symbol].flags & SYM_TYPE_ONLY);
}

static enum keep keeps_names(const struct lower *l, const struct node *n) {
    uint32_t kept = 0, all = 0;
    for (nid s = n->a; s; s = NODE(s)->next, all++) kept += keeps_name(l, n, s);
    if ((n->flags & NF_TYPE) || (all && !kept && n->b && !l->o->verbatim_imports)) return KEEP_NONE;
    return kept < all ? KEEP_SOME : KEEP_ALL;
}

static void kept_names(struct lower *l, const struct mark *m, const struct node *n) {
    enum keep keep = keeps_names(l, n);
    if (keep == KEEP_NONE) {
        put_nothing(l, m);
        return;
    }
    if (keep == KEEP_SOME) {
        bool any = false;
        emit_lit(&l->e, "export {");
        for (nid s = n->a; s; s = NODE(s)->next) {
            lower_skip_to(l, NODE(s)->start);
            if (keeps_name(l, n, s)) {
                if (any) emit_lit(&l->e, ",");
                any = true;
                lower_to(l, NODE(s)->end);
            }
            lower_skip_to(l, NODE(s)->end);
        }
        emit_put(&l->e, n->b ? STR("} from ") : STR("};"));
        if (n->b) lower_skip_to(l, NODE(n->b)->start);
        else lower_skip_to(l, m->end);
    }
    emit_to(&l->e, m->end);
    lower_skip_to(l, m->end);
}

/* export enum E, export namespace E: only the first of a name declares it. */
static bool declares(const struct lower *l, const struct node *v) {
    if (v->kind == N_TS_ERASED || v->flags & NF_DECLARE) return false;
    if (v->kind == N_FUNCTION) return v->c != 0;
    if (v->kind == N_TS_NAMESPACE && v->flags & NF_UNINSTANTIATED) return false;
    if (v->kind != N_TS_ENUM && v->kind != N_TS_NAMESPACE) return true;
    return l->t->symbols.at[NODE(v->a)->b].node == v->a;
}

bool lower_kept_export(struct lower *l, const struct mark *m) {
    const struct node *n = NODE(m->node);
    const struct node *v = n->kind == N_EXPORT_DECL || n->kind == N_EXPORT_DEFAULT ? NODE(n->a) : NULL;
    emit_to(&l->e, m->start);
    switch (n->kind) {
    case N_EXPORT_DECL:
        if (!declares(l, v)) return false;
        if (lower_is_defined_class(l, n->a)) emit_blank(&l->e, v->start);
        return true;
    case N_EXPORT_DEFAULT:
        if (v->kind == N_TS_ERASED || lower_exports_type(l, n)) return false;
        if (v->kind == N_FUNCTION && !v->c) emit_blank(&l->e, v->start);
        else if (v->kind == N_CLASS && (lower_is_defined_class(l, n->a) || lower_is_let_class(l, n->a)))
            emit_blank(&l->e, v->start);
        return true;
    case N_EXPORT_NAMED: kept_names(l, m, n); return true;
    case N_EXPORT_STAR:
        if (n->flags & NF_TYPE) return false;
        emit_to(&l->e, m->end);
        return true;
    default: return false;
    }
}

/* --- names that stand for something else -------------------------------------------------------------------------- */

static nid match(struct lower *l, const struct ref *r, str path) {
    str part;
    nid id = r->node;
    if (!str_next(&path, '.', &part) || !str_eq(part, name_text(&l->t->names, r->name))) return 0;
    while (str_next(&path, '.', &part)) {
        nid up = id + 1;
        if (up >= l->t->nodes.len || NODE(up)->kind != N_DOT || NODE(up)->a != id) return 0;
        if (!str_eq(name_text(&l->t->names, NODE(up)->b), part)) return 0;
        id = up;
    }
    if (id != r->node && lower_is_written(l, id)) return 0;
    return id;
}

void lower_define(struct lower *l, const struct mark *m) {
    emit_to(&l->e, m->start);
    emit_put(&l->e, l->texts.at[m->node]);
    lower_skip_to(l, m->end);
}

void lower_define_edits(struct lower *l) {
    for (uint32_t i = 0; i < l->t->refs.len; i++) {
        const struct ref *r = &l->t->refs.at[i];
        if (r->symbol || r->flags & (REF_DEAD | REF_WRITE | REF_EXPORT | REF_WITH | REF_JSX)) continue;
        nid best = 0;
        str text = {0};
        for (uint32_t k = 0; k < l->o->n_defines; k++) {
            nid id = match(l, r, l->o->defines[k].name);
            if (id > best) best = id, text = l->o->defines[k].text;
        }
        if (!best) continue;
        if (r->flags & REF_SHORTHAND)
            text = arena_print(l->a, "%.*s:%.*s", STR_FMT(lower_name(l, r->name)), STR_FMT(text));
        else if (text.at[0] == '(' && lower_starts_statement(l, best)) text = arena_join(l->a, STR("0,"), text);
        *LIST_ADD(&l->texts) = text;
        uint32_t order = (uint32_t)l->edits.len;
        struct mark mark = {r->start, NODE(best)->end, EDIT_DEFINE, (nid)(l->texts.len - 1)};
        *LIST_ADD(&l->edits) = (struct edit){mark, 0, order};
    }
}

/* --- the imports of JSX ------------------------------------------------------------------------------------------- */

static void jsx_edits(struct lower *l) {
    if (!l->jsx_runtime.len) {
        bool classic = l->t->flags & TREE_HAS_JSX && l->jsx == LANG_JSX_CLASSIC;
        if (classic) l->u->jsx_source = STR("react/jsx-dev-runtime");        /* as Bun scans it */
        return;
    }
    nid first = NODE(l->t->root)->a;
    while (first && NODE(first)->kind == N_DIRECTIVE) first = NODE(first)->next;
    /* an import would make a module of it */
    bool required = l->t->kind != SOURCE_MODULE && (l->o->goal == LANG_CJS ||
                                                    l->t->flags & (TREE_USES_COMMONJS | TREE_ONLY_SCRIPT));
    bool creates = false;
    for (nid id = 1; id < l->t->nodes.len && !creates; id++)
        creates = NODE(id)->kind == N_JSX_ELEMENT && lower_key_after_spread(l, NODE(id));
    str runtime = lower_quoted(l, l->jsx_source), react = STR("");
    str source = str_upto(l->jsx_source, (size_t)str_rfind_char(l->jsx_source, '/'));
    if (creates) {
        const char *format = required ? "const{createElement:%.*s}=require(%.*s);"
                                      : "import{createElement as %.*s}from%.*s;";
        react = arena_print(l->a, format, STR_FMT(l->jsx_factory), STR_FMT(lower_quoted(l, source)));
    }
    const char *format = required ? "const %.*s=require(%.*s);%.*s" : "import*as %.*s from%.*s;%.*s";
    str text = arena_print(l->a, format, STR_FMT(l->jsx_runtime), STR_FMT(runtime), STR_FMT(react));
    lower_text_before(l, NODE(first)->start, UINT32_MAX, text);
    l->u->jsx_source = arena_str(&l->u->arena, l->jsx_source);
}

/* What lowered text asks of the realm ($C) stands in the text itself: older decorators, tagged templates that were put
 * elsewhere, and standard decorators, whose text is the module that the realm has (lang_decorators). */
static const char older[] = "param:(i,d)=>(t,k)=>d(t,k,i),metadata:(k,v)=>Reflect.metadata?.(k,v),decorate(ds,t,k,p){"
                            "const n=arguments.length;if(n>2&&p===null)p=Object.getOwnPropertyDescriptor(t,k);"
                            "let r=n<3?t:p;if(typeof Reflect.decorate==='function')r=n<3?Reflect.decorate(ds,t):"
                            "Reflect.decorate(ds,t,k,p);else for(let i=ds.length-1;i>=0;i--)if(ds[i])"
                            "r=(n<3?ds[i](r):ds[i](t,k,r))||r;if(n>2&&r)Object.defineProperty(t,k,r);return r},";
static const char raw[] = "raw:(c,r)=>Object.freeze(Object.defineProperty(c,'raw',{value:Object.freeze(r)})),";

static void realm_edits(struct lower *l) {
    bool legacy = l->older_decorators, defines = l->decorated.len;
    nid first = NODE(l->t->root)->a;
    if (!legacy && !defines && !l->calls_raw) return;
    while (first && NODE(first)->kind == N_DIRECTIVE) first = NODE(first)->next;
    if (!first) return;
    str text = arena_print(l->a, "const %.*s={%s%s};", STR_FMT(l->ctx), legacy ? older : "", l->calls_raw ? raw : "");
    if (defines) {
        must(l->o->decorators.len);
        text = arena_print(l->a, "%.*s%.*s(%.*s);", STR_FMT(text), STR_FMT(l->o->decorators), STR_FMT(l->ctx));
    }
    lower_text_before(l, NODE(first)->start, UINT32_MAX, text);
}

static void class_export_edits(struct lower *l) {
    for (nid id = NODE(l->t->root)->a; id; id = NODE(id)->next) {
        const struct node *n = NODE(id), *v = NODE(n->a);
        if ((n->kind != N_EXPORT_DEFAULT && n->kind != N_EXPORT_DECL) || v->kind != N_CLASS) continue;
        bool is_default = n->kind == N_EXPORT_DEFAULT;
        if (!lower_is_defined_class(l, n->a) && !(is_default && lower_is_let_class(l, n->a))) continue;
        str name = v->a ? lower_name(l, NODE(v->a)->a) : l->dflt;
        lower_text_after(l, n->end, 0,
                         arena_print(l->a, ";export{%.*s%s};", STR_FMT(name), is_default ? " as default" : ""));
    }
}

/* Each statement that names another file, however often it does. */
static void list_statements(struct lower *l) {
    for (nid id = NODE(l->t->root)->a; id; id = NODE(id)->next) {
        const struct node *n = NODE(id);
        if (n->kind == N_EXPORT_DECL) n = NODE(n->a);
        bool required = n->kind == N_TS_IMPORT_EQUALS && n->flags & NF_REQUIRE && !(n->flags & NF_TYPE);
        bool named = n->kind == N_IMPORT         ? keeps_import(l, n) != KEEP_NONE
                     : n->kind == N_EXPORT_NAMED ? n->b && keeps_names(l, n) != KEEP_NONE
                                                 : n->kind == N_EXPORT_STAR && !(n->flags & NF_TYPE);
        if (!required && !named) continue;
        struct lang_call *c = LIST_ADD(&l->calls);
        *c = (struct lang_call){.specifier = lower_key_value(l, n->b), .is_statement = named};
        lower_place_of_table(l, NODE(n->b)->start, &c->line, &c->column);
    }
}

void lower_keep_edits(struct lower *l) {
    list_statements(l);
    lower_define_edits(l);
    jsx_edits(l);
    realm_edits(l);
    class_export_edits(l);
}
