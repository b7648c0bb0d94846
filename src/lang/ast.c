/* lang/ast.c: the tree's tables: freeing, finding marks, printing for tests. */
#include "lang/ast.h"

#include "base/buf.h"
#include "base/mem.h"

const char ast_shapes[N_COUNT][5] = {
#define X(kind, shape) shape,
    AST_KINDS(X)
#undef X
};
const char *const ast_names[N_COUNT] = {
#define X(kind, shape) #kind,
    AST_KINDS(X)
#undef X
};

void ast_free(struct tree *t) {
    mem_free(t->nodes.at);
    mem_free(t->marks.at);
    mem_free(t->funcs.at);
    mem_free(t->classes.at);
    mem_free(t->requests.at);
    mem_free(t->scopes.at);
    mem_free(t->symbols.at);
    mem_free(t->refs.at);
    mem_free(t->comments.at);
    name_free(&t->names);
    arena_free(&t->arena);
    *t = (struct tree){0};
}

void ast_reset(struct tree *t) {
    t->nodes.len = t->marks.len = t->funcs.len = t->classes.len = t->requests.len = 0;
    t->scopes.len = t->symbols.len = t->refs.len = t->comments.len = 0;
    arena_reset(&t->arena);
    t->source = t->file = (str){0};
    t->kind = SOURCE_SCRIPT;
    t->flags = 0;
    t->root = 0;
    t->hashbang_end = 0;
}

uint32_t ast_mark_at(const struct tree *t, uint32_t offset) {
    uint32_t low = 0, high = t->marks.len;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (t->marks.at[middle].start < offset) low = middle + 1;
        else high = middle;
    }
    return low;
}

uint32_t ast_marks_in(const struct tree *t, uint32_t start, uint32_t end, uint32_t *first) {
    uint32_t i = ast_mark_at(t, start), last = ast_mark_at(t, end);
    if (first) *first = i;
    return last - i;
}

static void dump(const struct tree *t, nid id, struct buf *out, unsigned depth) {
    const struct node *n = ast_node(t, id);
    buf_add_char(out, '(');
    buf_add(out, str_c(ast_names[n->kind]));
    if (n->op) buf_print(out, " op%u", n->op);
    if (n->flags) buf_print(out, " f%x", n->flags);
    if (depth > 1000) {
        buf_lit(out, " ...)");
        return;
    }
    const uint32_t part[4] = {n->a, n->b, n->c, n->d};
    for (int i = 0; i < 4; i++) {
        char shape = ast_shapes[n->kind][i];
        if (shape == 'i') {
            buf_add_char(out, ' ');
            buf_add(out, name_text(&t->names, part[i]));
        } else if (shape == 'n') {
            buf_add_char(out, ' ');
            if (part[i]) dump(t, part[i], out, depth + 1);
            else buf_add_char(out, '-');
        } else if (shape == 'l') {
            buf_lit(out, " [");
            for (nid at = part[i]; at; at = ast_node(t, at)->next) dump(t, at, out, depth + 1);
            buf_add_char(out, ']');
        }
    }
    if (n->kind == N_NUMBER || n->kind == N_STRING || n->kind == N_BIGINT || n->kind == N_REGEXP ||
        n->kind == N_TEMPLATE_PART) {
        buf_add_char(out, ' ');
        buf_add(out, ast_text(t, id));
    }
    buf_add_char(out, ')');
}

void ast_dump(const struct tree *t, nid id, struct buf *out) { dump(t, id, out, 0); }
