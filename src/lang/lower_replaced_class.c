/* lang/lower_replaced_class.c: a class decorator may put another class in place of the one that was written. What is
 * static then belongs to the new class: `this` of initializers and static blocks is it, and private static names are
 * reached through it. The engine keeps those on the class as written, so C.#p becomes $k0.at(C).#p and `this` of their
 * functions $k0.me(this); the definition (mod/internal/decorators.ts) knows both classes. */
#include "lang/lower.h"

static bool has_private(const struct lower *l, nid class, uint32_t name, bool only_static) {
    for (nid m = NODE(class)->c; m; m = NODE(m)->next) {
        const struct node *n = NODE(m);
        if (n->kind == N_MEMBER && n->op != MEMBER_STATIC_BLOCK && n->op != MEMBER_ERASED &&
            NODE(n->a)->kind == N_PRIVATE && NODE(n->a)->a == name && (!only_static || n->flags & NF_STATIC))
            return true;
    }
    return false;
}

/* The uses of private static names. Nodes come after what is in them: from the class down, everything that begins
 * inside. */
static void private_edits(struct lower *l, nid class, str scope) {
    nid *inner = arena_alloc(l->a, l->t->classes.len * sizeof *inner);
    uint32_t depth = 0;
    for (nid i = class - 1; i > 0 && NODE(i)->start >= NODE(class)->start; i--) {
        const struct node *n = NODE(i);
        while (depth && n->start < NODE(inner[depth - 1])->start) depth--;
        if (n->kind == N_CLASS) inner[depth++] = i;
        bool dot = n->kind == N_DOT && n->flags & NF_PRIVATE, in = n->kind == N_BINARY && NODE(n->a)->kind == N_PRIVATE;
        if (!dot && !in) continue;
        uint32_t name = dot ? n->b : NODE(n->a)->a;
        bool shadowed = false;
        for (uint32_t k = 0; k < depth; k++)
            shadowed |= n->end <= NODE(inner[k])->end && has_private(l, inner[k], name, false);
        if (shadowed || !has_private(l, class, name, true)) continue;
        const struct node *object = NODE(dot ? n->a : n->b);
        lower_text_before(l, object->start, object->end,
                          arena_print(l->a, "%.*s.%s(", STR_FMT(scope), dot ? "at" : "own"));
        lower_text_after(l, object->end, object->start, STR(")"));
    }
}

/* `this` between two nodes of one function, those of functions and classes inside apart. */
static void this_edits(struct lower *l, nid root, str text) {
    uint32_t start = NODE(root)->start, skip_start = UINT32_MAX, skip_end = 0;
    for (nid i = root; i > 0 && NODE(i)->start >= start; i--) {
        const struct node *n = NODE(i);
        if (n->start >= skip_start && n->end <= skip_end) continue;
        bool own = n->kind == N_FUNCTION && !(l->t->funcs.at[n->d].flags & FUNC_ARROW) && i != root;
        if (n->kind == N_MEMBER && n->b && NODE(n->b)->kind != N_FUNCTION)
            skip_start = NODE(n->b)->start, skip_end = NODE(n->b)->end;
        else if (own) skip_start = n->start, skip_end = n->end;
        else if (n->kind == N_THIS) {
            lower_text_before(l, n->start, n->end, text);
            *LIST_ADD(&l->drops) = (struct mark){n->start, n->end, MARK_ERASE, i};
        }
    }
}

void lower_replaced_class_edits(struct lower *l, nid class, str scope) {
    bool any = false;
    str self = arena_print(l->a, "%.*s.self", STR_FMT(scope)), me = arena_print(l->a, "%.*s.me(this)", STR_FMT(scope));
    for (nid m = NODE(class)->c; m; m = NODE(m)->next) {
        const struct node *n = NODE(m);
        any |= n->kind == N_MEMBER && n->flags & NF_STATIC && n->a && NODE(n->a)->kind == N_PRIVATE;
    }
    if (any) private_edits(l, class, scope);                 /* first: it goes around `this` */
    for (nid m = NODE(class)->c; m; m = NODE(m)->next) {
        const struct node *n = NODE(m);
        if (n->kind != N_MEMBER || !(n->flags & NF_STATIC) || !n->b || n->op == MEMBER_ERASED) continue;
        bool is_value = n->op == MEMBER_FIELD || n->op == MEMBER_ACCESSOR || n->op == MEMBER_STATIC_BLOCK;
        bool is_function = NODE(n->b)->kind == N_FUNCTION && !(l->t->funcs.at[NODE(n->b)->d].flags & FUNC_ARROW);
        if (is_value && !is_function) this_edits(l, n->b, self);
        else if (!is_value && NODE(n->a)->kind == N_PRIVATE) this_edits(l, n->b, me);
    }
}

/* const C = class {}, x = class {}, {a: class {}}, [x = class {}] = ..., export default class {} */
str lower_class_name_text(struct lower *l, nid class) {
    nid child = class, up = class + 1;
    while (up < l->t->nodes.len && NODE(up)->kind == N_PAREN && NODE(up)->a == child) child = up++;
    if (up >= l->t->nodes.len) return STR("");
    const struct node *n = NODE(up), *name = NULL;
    switch (n->kind) {
    case N_DECLARATOR:
    case N_DEFAULT:
        if (n->b == child && NODE(n->a)->kind != N_ARRAY_PATTERN) name = NODE(n->a);
        break;
    case N_ASSIGN: if (n->b == child && NODE(n->a)->kind == N_IDENT) name = NODE(n->a); break;
    case N_PROPERTY: case N_MEMBER: if (n->b == child) name = NODE(n->a); break;
    case N_EXPORT_DEFAULT: return STR("\"default\"");
    default: break;
    }
    if (!name) return STR("");
    if (name->kind == N_KEY || name->kind == N_IDENT || name->kind == N_BINDING || name->kind == N_PRIVATE)
        return lower_quoted(l, name_text(&l->t->names, name->a));
    return name->kind == N_STRING ? lower_quoted(l, lower_key_value(l, n->a)) : STR("");
}
