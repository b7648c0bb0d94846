#include "lang/ast_same.h"

static nid strip(const struct tree *t, nid id) {
    for (;;) {
        const struct node *n = ast_node(t, id);
        bool wrapper = n->kind == N_PAREN || n->kind == N_TS_AS || n->kind == N_TS_ASSERT || n->kind == N_TS_NON_NULL ||
            n->kind == N_TS_INSTANCE;
        if (!wrapper) return id;
        id = n->a;
    }
}

static nid next_kept(const struct tree *t, nid id) {
    while (id && (ast_node(t, id)->kind == N_TS_ERASED ||
                  (ast_node(t, id)->kind == N_MEMBER && ast_node(t, id)->op == MEMBER_ERASED) ||
                  ((ast_node(t, id)->kind == N_IMPORT_NAMED || ast_node(t, id)->kind == N_EXPORT_NAME) &&
                   ast_node(t, id)->flags & NF_TYPE)))
        id = ast_node(t, id)->next;
    return id;
}

bool ast_same(const struct tree *t, nid i, const struct tree *u, nid k, uint32_t *at) {
    if (!i || !k) return i == k;
    i = strip(t, i);
    k = strip(u, k);
    const struct node *a = ast_node(t, i), *b = ast_node(u, k);
    *at = a->start;
    if (a->kind == N_TYPE || a->kind == N_TYPE_ARGS) return true;
    if (a->kind != b->kind || a->op != b->op) return false;
    uint16_t kept = a->kind == N_DOT || a->kind == N_INDEX || a->kind == N_CALL ? NF_OPTIONAL | NF_CHAIN | NF_PRIVATE
                    : a->kind == N_MEMBER ? NF_STATIC : a->kind == N_SPREAD ? 0 : NF_REST;
    if ((a->flags ^ b->flags) & kept && a->kind != N_TS_IMPORT_EQUALS && a->kind != N_TS_ENUM &&
        a->kind != N_TS_NAMESPACE)
        return false;
    const uint32_t x[4] = {a->a, a->b, a->c, a->d}, y[4] = {b->a, b->b, b->c, b->d};
    for (int c = 0; c < 4; c++) {
        switch (ast_shapes[a->kind][c]) {
        case 'i': if (!str_eq(name_text(&t->names, x[c]), name_text(&u->names, y[c]))) return false; break;
        case 'n': if (ast_shapes[a->kind][3] == 'n' && c == 3 && a->kind != N_FOR && a->kind != N_TRY) break;
            if (c == 2 && (a->kind == N_CALL || a->kind == N_NEW || a->kind == N_DECLARATOR)) break;
            if (!ast_same(t, x[c], u, y[c], at)) return false;
            break;
        case 'l': {
            nid p = next_kept(t, x[c]), q = next_kept(u, y[c]);
            for (; p && q; p = next_kept(t, ast_node(t, p)->next), q = next_kept(u, ast_node(u, q)->next))
                if (!ast_same(t, p, u, q, at)) return false;
            if (p || q) return false;
            break;
        }
        default: break;
        }
    }
    if (a->kind == N_FUNCTION &&
        (t->funcs.at[a->d].flags ^ u->funcs.at[b->d].flags) & (FUNC_ASYNC | FUNC_GENERATOR | FUNC_ARROW | FUNC_STRICT))
        return false;
    if (a->kind == N_NUMBER || a->kind == N_BIGINT || a->kind == N_STRING || a->kind == N_REGEXP ||
        a->kind == N_TEMPLATE_PART || a->kind == N_JSX_TEXT)
        return str_eq(ast_text(t, i), ast_text(u, k));
    return true;
}
