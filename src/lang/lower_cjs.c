/* lang/lower_cjs.c: the names that a CommonJS file exports, as far as its text shows them: assignments to exports and
 * module.exports, Object.defineProperty, object literals, and the re-exports that compilers write. */
#include "lang/lower.h"

static void add_name(struct lower *l, str name) {
    if (str_is(name, "__esModule")) l->u->cjs_is_es_module = true;
    if (map_get(&l->seen, name)) return;
    map_put(&l->seen, name, l);
    *LIST_ADD(&l->cjs_exports) = name;
}

static void add_reexport(struct lower *l, str specifier) {
    for (size_t i = 0; i < l->cjs_reexports.len; i++) if (str_eq(l->cjs_reexports.at[i], specifier)) return;
    *LIST_ADD(&l->cjs_reexports) = specifier;
}

static bool is_kind(const struct lower *l, nid id, enum ast_kind kind) {
    return id && id < l->t->nodes.len && NODE(id)->kind == kind;
}

static bool assigned(const struct lower *l, nid id) {
    uint32_t at = lower_skip_space(l, NODE(id)->end);
    str s = str_from(l->t->source, at);
    return s.len > 1 && s.at[0] == '=' && s.at[1] != '=' && s.at[1] != '>';
}

/* require('x'), also inside an interop helper's call; the specifier or 0. */
static nid require_of(const struct lower *l, nid id, int depth) {
    if (depth > 4 || !is_kind(l, id, N_CALL)) return 0;
    const struct node *n = NODE(id);
    if (is_kind(l, n->a, N_IDENT) && NODE(n->a)->a == NAME_REQUIRE) return is_kind(l, n->b, N_STRING) ? n->b : 0;
    return require_of(l, n->b, depth + 1);
}

/* A variable that holds require('x'). */
static nid required_by(const struct lower *l, nid ident) {
    if (!is_kind(l, ident, N_IDENT)) return 0;
    uint32_t symbol = l->t->refs.at[NODE(ident)->b].symbol;
    if (!symbol) return 0;
    nid binding = l->t->symbols.at[symbol].node;
    for (nid id = binding + 1; id < l->t->nodes.len && id < binding + 16; id++)
        if (NODE(id)->kind == N_DECLARATOR && NODE(id)->a == binding) return require_of(l, NODE(id)->b, 0);
    return 0;
}

static void read_value(struct lower *l, nid id);

static void read_object(struct lower *l, const struct node *n) {
    for (nid p = n->a; p; p = NODE(p)->next) {
        const struct node *m = NODE(p);
        if (m->kind == N_SPREAD) {
            nid s = require_of(l, m->a, 0);
            if (!s) s = required_by(l, m->a);
            if (s) add_reexport(l, lower_key_value(l, s));
        } else if (m->kind == N_PROPERTY && (NODE(m->a)->kind == N_KEY || NODE(m->a)->kind == N_STRING))
            add_name(l, lower_key_value(l, m->a));
    }
}

/* What stands right of `module.exports =`. */
static void read_value(struct lower *l, nid id) {
    const struct node *n = NODE(id);
    nid s;
    switch (n->kind) {
    case N_OBJECT: read_object(l, n); return;
    case N_ASSIGN: read_value(l, n->b); return;
    case N_PAREN: read_value(l, n->a); return;
    case N_CALL:
        s = require_of(l, id, 0);
        if (s) add_reexport(l, lower_key_value(l, s));
        return;
    default: return;
    }
}

static void read_assignment(struct lower *l, nid target) {
    for (nid id = target + 1; id < l->t->nodes.len; id++)
        if (NODE(id)->kind == N_ASSIGN && NODE(id)->a == target) {
            read_value(l, NODE(id)->b);
            return;
        }
}

/* Object.defineProperty(exports, 'x', {...}): only what an importer could read. */
static bool is_descriptor(struct lower *l, nid id) {
    if (!is_kind(l, id, N_OBJECT)) return false;
    for (nid p = NODE(id)->a; p; p = NODE(p)->next) {
        if (NODE(p)->kind != N_PROPERTY || NODE(NODE(p)->a)->kind == N_COMPUTED) continue;
        str key = NODE(NODE(p)->a)->kind == N_KEY || NODE(NODE(p)->a)->kind == N_STRING ? lower_key_value(l, NODE(p)->a)
                                                                                        : (str){0};
        if (str_is(key, "value") || str_is(key, "get")) return true;
    }
    return false;
}

/* Babel's loop over the keys of another module: exports[key] = _x[key], or a getter that reads _x[key]. */
static void read_loop(struct lower *l, nid from) {
    for (nid id = from; id < l->t->nodes.len && id < from + 16; id++) {
        if (NODE(id)->kind != N_INDEX) continue;
        nid s = required_by(l, NODE(id)->a);
        if (s) {
            add_reexport(l, lower_key_value(l, s));
            return;
        }
    }
}

/* `id` stands for the exports object: an IDENT `exports` or the DOT `module.exports`; `first` is its first node. */
static void read_use(struct lower *l, nid first, nid id) {
    nid up = id + 1;
    if (is_kind(l, up, N_DOT) && NODE(up)->a == id) {
        if (assigned(l, up)) add_name(l, name_text(&l->t->names, NODE(up)->b));
        return;
    }
    if (is_kind(l, id + 2, N_INDEX) && NODE(id + 2)->a == id) {
        if (!assigned(l, id + 2)) return;
        if (NODE(up)->kind == N_STRING) add_name(l, lower_key_value(l, up));
        else read_loop(l, id + 3);
        return;
    }
    if (is_kind(l, first - 1, N_DOT) && str_is(name_text(&l->t->names, NODE(first - 1)->b), "defineProperty")) {
        nid key = NODE(id)->next;
        if (is_kind(l, key, N_STRING)) {
            if (is_descriptor(l, NODE(key)->next)) add_name(l, lower_key_value(l, key));
        } else if (key) read_loop(l, key + 1);
        return;
    }
    if (is_kind(l, first - 1, N_CALL) && is_kind(l, up, N_CALL)) {       /* __exportStar(require('x'), exports) */
        nid s = require_of(l, first - 1, 0), callee = NODE(up)->a;
        uint32_t name = is_kind(l, callee, N_IDENT) ? NODE(callee)->a : is_kind(l, callee, N_DOT) ? NODE(callee)->b : 0;
        if (s && name &&
            (str_is(name_text(&l->t->names, name), "__exportStar") ||
             str_is(name_text(&l->t->names, name), "__reExport")))
            add_reexport(l, lower_key_value(l, s));
    }
}

void lower_cjs_names(struct lower *l) {
    const struct tree *t = l->t;
    uint32_t star = name_find(&t->names, STR("__export"));
    if (!l->u->uses_exports && !l->u->uses_module) return;
    for (uint32_t i = 0; i < t->refs.len; i++) {
        const struct ref *r = &t->refs.at[i];
        if (r->flags & REF_DEAD || (r->name != NAME_EXPORTS && r->name != NAME_MODULE && (r->name != star || !star)))
            continue;
        if (r->symbol && t->symbols.at[r->symbol].kind != SYMBOL_PARAM && r->name != star) continue;
        if (r->name == NAME_EXPORTS) read_use(l, r->node, r->node);
        else if (r->name == NAME_MODULE) {
            nid dot = r->node + 1;
            if (!is_kind(l, dot, N_DOT) || NODE(dot)->a != r->node || NODE(dot)->b != NAME_EXPORTS) continue;
            if (assigned(l, dot)) read_assignment(l, dot);
            else read_use(l, r->node, dot);
        } else if (r->flags & REF_CALL) {                               /* __export(require('x')) of older TypeScript */
            nid s = require_of(l, r->node + 3, 0);
            if (s) add_reexport(l, lower_key_value(l, s));
        }
    }
}
