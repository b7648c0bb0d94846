/* lang/bind.c: declarations while parsing (and their conflicts), then one pass that gives every reference its
 * symbol. */
#include "base/mem.h"
#include "lang/parser.h"

uint32_t scope_open(struct parser *p, enum scope_kind kind, uint32_t start) {
    struct scope *s = TABLE_ADD(&p->tree->scopes);
    *s = (struct scope){
        .parent = p->scope, .func = p->ctx.func, .start = start, .kind = (uint8_t)kind, .flags = SCOPE_OPEN};
    p->scope = p->tree->scopes.len - 1;
    return p->scope;
}

void scope_close(struct parser *p, uint32_t end) {
    struct scope *s = &p->tree->scopes.at[p->scope];
    s->end = end;
    s->flags &= (uint8_t)~SCOPE_OPEN;
    p->scope = s->parent;
}

uint32_t ref_add(struct parser *p, nid node, uint32_t start, uint32_t name, uint32_t flags) {
    struct ref *r = TABLE_ADD(&p->tree->refs);
    *r = (struct ref){start, name, node, 0, flags};
    return p->tree->refs.len - 1;
}

/* --- declarations. While parsing, name.symbol heads a chain (symbol.shadowed) of what was declared under that name;
 * symbols of closed scopes are dropped from its head when met. */

static uint32_t find(struct parser *p, uint32_t name, uint32_t scope) {
    struct tree *t = p->tree;
    uint32_t s = t->names.at[name].symbol;
    while (s && !(t->scopes.at[t->symbols.at[s].scope].flags & SCOPE_OPEN)) s = t->symbols.at[s].shadowed;
    t->names.at[name].symbol = s;
    while (s && t->symbols.at[s].scope != scope) s = t->symbols.at[s].shadowed;
    return s;
}

static uint32_t add(struct parser *p, enum symbol_kind kind, uint32_t name, uint32_t scope, nid node) {
    struct tree *t = p->tree;
    struct symbol *s = TABLE_ADD(&t->symbols);
    uint32_t id = t->symbols.len - 1;
    *s = (struct symbol){.name = name, .scope = scope, .node = node, .next_in_scope = t->scopes.at[scope].first_symbol,
                         .shadowed = t->names.at[name].symbol, .kind = (uint8_t)kind,
                         .flags = scope == 1 ? SYM_TOP : 0};
    t->scopes.at[scope].first_symbol = id;
    t->names.at[name].symbol = id;
    return id;
}

static bool is_var_scope(const struct scope *s) {
    switch (s->kind) {
    case SCOPE_PROGRAM:
    case SCOPE_FUNCTION:
    case SCOPE_FUNCTION_BODY:
    case SCOPE_CLASS_FIELD:
    case SCOPE_NAMESPACE: return true;
    default: return false;
    }
}

static bool is_lexical(const struct parser *p, const struct symbol *s) {
    switch (s->kind) {
    case SYMBOL_LET: case SYMBOL_CONST: case SYMBOL_USING: case SYMBOL_CLASS: case SYMBOL_IMPORT: case SYMBOL_ENUM:
    case SYMBOL_NAMESPACE: case SYMBOL_IMPORT_EQUALS: return true;
    case SYMBOL_FUNCTION: {
        const struct scope *scope = &p->tree->scopes.at[s->scope];
        return !is_var_scope(scope) || (scope->kind == SCOPE_PROGRAM && p->is_module);
    }
    default: return false;
    }
}

_Noreturn static void conflict(struct parser *p, nid binding, uint32_t with) {
    const struct node *n = NODE(binding);
    uint32_t line = 0, column;
    str text;
    const struct node *first = NODE(p->tree->symbols.at[with].node);
    if (!p->speculating) diag_place(p->tree->source, first->start, &line, &column, &text);
    parse_fail(p, n->start, n->end, "declared-twice", "\"%.*s\" is already declared, on line %u",
               STR_FMT(name_text(&p->tree->names, n->a)), (unsigned)line);
}

/* TypeScript: declarations that make one thing together, and imports that may stand for a type only. */
static bool merges(struct parser *p, struct symbol *s, enum symbol_kind kind) {
    if (!p->is_ts) return false;
    enum symbol_kind other = (enum symbol_kind)s->kind;
    if (other == SYMBOL_IMPORT || other == SYMBOL_IMPORT_EQUALS) {
        if (kind == SYMBOL_IMPORT) return false;
        s->kind = (uint8_t)kind;
        s->node = 0;
        return true;
    }
    if (kind == SYMBOL_NAMESPACE || other == SYMBOL_NAMESPACE) {
        if (other == SYMBOL_NAMESPACE) s->kind = (uint8_t)kind;
        return true;
    }
    return (kind == SYMBOL_ENUM && other == SYMBOL_ENUM) || kind == SYMBOL_IMPORT_EQUALS || (kind == SYMBOL_IMPORT &&
                                                                                             other != SYMBOL_IMPORT) ||
           p->ctx.in_ambient;
}

static uint32_t merged(struct parser *p, uint32_t id, nid binding, bool with_value) {
    struct symbol *s = &p->tree->symbols.at[id];
    s->flags |= SYM_MERGED;
    if (with_value) s->flags |= SYM_REASSIGNED;
    if (!s->node) s->node = binding;
    return id;
}

static uint32_t declare_var(struct parser *p, enum symbol_kind kind, uint32_t name, nid binding) {
    struct tree *t = p->tree;
    for (uint32_t scope = p->scope;; scope = t->scopes.at[scope].parent) {
        uint32_t id = find(p, name, scope);
        bool last = is_var_scope(&t->scopes.at[scope]);
        if (id) {
            struct symbol *s = &t->symbols.at[id];
            if (is_lexical(p, s) && !(last && merges(p, s, kind))) conflict(p, binding, id);
            if (last) {
                if (p->is_detect && scope == 1 && (s->kind == SYMBOL_FUNCTION || kind == SYMBOL_FUNCTION))
                    parse_strict_fail(p, NODE(binding)->start, NODE(binding)->end, "declared-twice",
                                      "this function is declared twice, in a module");
                if (kind == SYMBOL_FUNCTION && s->kind == SYMBOL_VAR) s->kind = SYMBOL_FUNCTION;
                return merged(p, id, binding, kind == SYMBOL_FUNCTION);
            }
            continue;
        }
        if (last) return add(p, kind, name, scope, binding);
        add(p, SYMBOL_VAR_PASSES, name, scope, binding);
    }
}

/* Annex B: a function in a block of sloppy code is a `var` outside too, where nothing lexical forbids it. */
static void hoist_function(struct parser *p, uint32_t name, nid binding) {
    struct tree *t = p->tree;
    for (uint32_t scope = t->scopes.at[p->scope].parent; scope; scope = t->scopes.at[scope].parent) {
        uint32_t id = find(p, name, scope);
        bool last = is_var_scope(&t->scopes.at[scope]);
        if (id && t->symbols.at[id].kind != SYMBOL_VAR_PASSES && t->symbols.at[id].kind != SYMBOL_CATCH) return;
        if (last) {
            t->symbols.at[add(p, SYMBOL_VAR, name, scope, binding)].flags |= SYM_HOISTED;
            return;
        }
    }
}

uint32_t scope_declare(struct parser *p, enum symbol_kind kind, nid binding, bool is_sloppy_function) {
    struct tree *t = p->tree;
    uint32_t name = NODE(binding)->a, id;
    const struct scope *scope = &t->scopes.at[p->scope];
    if (kind == SYMBOL_VAR) id = declare_var(p, kind, name, binding);
    else if (kind == SYMBOL_FUNCTION && is_var_scope(scope) && !(scope->kind == SCOPE_PROGRAM && p->is_module)) {
        id = declare_var(p, kind, name, binding);
    } else if (kind == SYMBOL_PARAM) {
        id = find(p, name, p->scope);
        if (id && !p->duplicate_param) p->duplicate_param = NODE(binding)->start + 1;
        if (!id) id = add(p, kind, name, p->scope, binding);
        else merged(p, id, binding, true);
    } else {
        id = find(p, name, p->scope);
        if (!id && scope->kind == SCOPE_FUNCTION_BODY) {
            uint32_t outer = find(p, name, scope->parent);
            if (outer && t->symbols.at[outer].kind == SYMBOL_PARAM) conflict(p, binding, outer);
        }
        if (id) {
            struct symbol *s = &t->symbols.at[id];
            bool two_functions = is_sloppy_function && s->kind == SYMBOL_FUNCTION && s->flags & SYM_SLOPPY_FUNCTION;
            if (s->flags & SYM_HOISTED) {
                s->kind = (uint8_t)kind;
                s->node = binding;
                s->flags &= (uint16_t)~SYM_HOISTED;
            } else if (two_functions || merges(p, s, kind)) merged(p, id, binding, true);
            else conflict(p, binding, id);
        } else id = add(p, kind, name, p->scope, binding);
        if (kind == SYMBOL_FUNCTION && is_sloppy_function) {
            t->symbols.at[id].flags |= SYM_SLOPPY_FUNCTION;
            hoist_function(p, name, binding);
        }
    }
    NODE(binding)->b = id;
    return id;
}

uint32_t scope_declare_name(struct parser *p, enum symbol_kind kind, uint32_t name, nid node) {
    uint32_t id = find(p, name, p->scope);
    return id ? id : add(p, kind, name, p->scope, node);
}

/* --- resolution: scopes and references are met in source order; each name knows what it means at the moment. */

struct walk {
    struct tree *t;
    uint32_t *order, n_order, next;     /* scopes by start */
    uint32_t current;
};

static void enter(struct walk *w, uint32_t id) {
    struct tree *t = w->t;
    struct scope *s = &t->scopes.at[id];
    s->parent = w->current;
    w->current = id;
    const struct scope *outer = &t->scopes.at[s->parent];
    if (s->parent && outer->flags & SCOPE_IN_WITH) s->flags |= SCOPE_IN_WITH;
    if (s->kind == SCOPE_WITH) s->flags |= SCOPE_IN_WITH;
    for (uint32_t i = s->first_symbol; i; i = t->symbols.at[i].next_in_scope) {
        struct symbol *sym = &t->symbols.at[i];
        if (sym->kind == SYMBOL_VAR_PASSES) continue;
        sym->shadowed = t->names.at[sym->name].symbol;
        t->names.at[sym->name].symbol = i;
    }
}

static void leave(struct walk *w) {
    struct tree *t = w->t;
    const struct scope *s = &t->scopes.at[w->current];
    for (uint32_t i = s->first_symbol; i; i = t->symbols.at[i].next_in_scope) {
        const struct symbol *sym = &t->symbols.at[i];
        if (sym->kind != SYMBOL_VAR_PASSES) t->names.at[sym->name].symbol = sym->shadowed;
    }
    w->current = s->parent;
}

static void advance(struct walk *w, uint32_t to) {
    struct tree *t = w->t;
    while (w->next < w->n_order && t->scopes.at[w->order[w->next]].start <= to) {
        uint32_t id = w->order[w->next++];
        while (w->current && t->scopes.at[w->current].end <= t->scopes.at[id].start) leave(w);
        enter(w, id);
    }
    while (w->current && t->scopes.at[w->current].end <= to) leave(w);
}

static int ref_order(const void *left, const void *right) {
    const struct ref *a = left, *b = right;
    return a->start < b->start ? -1 : a->start > b->start;
}

static void order_scopes(struct walk *w) {
    struct tree *t = w->t;
    w->order = mem_alloc(sizeof *w->order * t->scopes.len);
    for (uint32_t i = 1; i < t->scopes.len; i++) {
        uint32_t j = w->n_order++;
        while (j && t->scopes.at[w->order[j - 1]].start > t->scopes.at[i].start) {
            w->order[j] = w->order[j - 1];
            j--;
        }
        w->order[j] = i;
    }
}

static void use(struct tree *t, struct ref *r, uint32_t current) {
    struct symbol *s = &t->symbols.at[r->symbol];
    if (!(r->flags & REF_ENTITY)) s->flags |= SYM_USED;
    if (!(r->flags & (REF_EXPORT | REF_ENTITY))) s->flags |= SYM_USED_NOT_EXPORT;
    if (r->flags & (REF_WRITE | REF_DELETE)) s->flags |= SYM_REASSIGNED;
    if (t->scopes.at[s->scope].func != t->scopes.at[current].func) s->flags |= SYM_CAPTURED;
    if (r->flags & REF_EXPORT) s->flags |= SYM_EXPORTED;
}

bool bind_tree(struct parser *p) {
    struct tree *t = p->tree;
    struct walk w = {.t = t};
    for (uint32_t i = 1; i < t->names.len; i++) t->names.at[i].symbol = 0;
    order_scopes(&w);
    for (uint32_t i = 2; i < t->refs.len; i++)
        if (t->refs.at[i].start < t->refs.at[i - 1].start) {
            qsort(t->refs.at + 1, t->refs.len - 1, sizeof *t->refs.at, ref_order);
            for (uint32_t k = 1; k < t->refs.len; k++)
                if (!(t->refs.at[k].flags & REF_DEAD)) NODE(t->refs.at[k].node)->b = k;
            break;
        }
    const struct ref *missing = NULL;
    for (uint32_t i = 1; i < t->refs.len; i++) {
        struct ref *r = &t->refs.at[i];
        if (r->flags & REF_DEAD) continue;
        advance(&w, r->start);
        r->symbol = t->names.at[r->name].symbol;
        if (t->scopes.at[w.current].flags & SCOPE_IN_WITH) r->flags |= REF_WITH;
        if (r->symbol) use(t, r, w.current);
        else {
            if (r->name == NAME_MODULE || r->name == NAME_EXPORTS || r->name == NAME_REQUIRE)
                t->flags |= TREE_USES_COMMONJS;
            if (r->name == NAME_EVAL) t->flags |= TREE_NAMES_EVAL;
            if (r->flags & REF_EXPORT && !missing) missing = r;
        }
    }
    advance(&w, UINT32_MAX);
    while (w.current) leave(&w);
    mem_free(w.order);
    /* Functions in the parameters of an arrow were met before it: their parents are told by the scopes around them. */
    for (uint32_t i = 1; i < t->funcs.len; i++) {
        struct func *f = &t->funcs.at[i];
        if (f->scope) f->parent = t->scopes.at[t->scopes.at[f->scope].parent].func;
        if (p->is_module) f->flags |= FUNC_STRICT;
    }
    if (missing && !p->is_ts) {
        const struct node *n = NODE(missing->node);
        diag_add(p->diag, DIAG_ERROR, "export-undeclared", p->options->file, t->source, n->start, n->end - n->start,
                 "\"%.*s\" is exported but not declared in this module", STR_FMT(name_text(&t->names, missing->name)));
        return false;
    }
    return true;
}
