/* lang/printer.h: what print.c and print_expr.c share. */
#pragma once
#include "base/buf.h"
#include "lang/lex.h"
#include "lang/print.h"

/* How tightly an expression binds: it needs parentheses where more is asked. */
enum level {
    LEVEL_COMMA,
    LEVEL_ASSIGN,
    LEVEL_CONDITIONAL,
    LEVEL_BINARY /* + precedence 1..12 */,
    LEVEL_UNARY = 16,
    LEVEL_POSTFIX,
    LEVEL_CALL,
    LEVEL_PRIMARY
};

#define PRINT_UNMARKED UINT32_MAX
struct printer {
    const struct tree *t;
    struct buf *out;
    struct print_options o;
    unsigned depth;
    bool no_in;                         /* in the head of a for: `in` needs parentheses */
    struct print_mark next;             /* of the text that comes next; PRINT_UNMARKED: it needs none */
    size_t statement_start, arrow_start, export_start, for_start;       /* what begins here may need parentheses */
};
static inline const struct node *print_node(const struct printer *p, nid id) { return &p->t->nodes.at[id]; }

/* What is printed next stands at `start` in the source. */
static inline void print_mark(struct printer *p, uint32_t start, uint32_t name) {
    if (p->o.marks) p->next = (struct print_mark){0, start, name};
}
static inline void print_mark_node(struct printer *p, nid id) {
    if (!p->o.marks) return;
    const struct node *n = print_node(p, id);
    print_mark(p, n->start, n->kind == N_IDENT || n->kind == N_BINDING ? n->a : 0);
}

void print_raw(struct printer *p, str s);
void print_token(struct printer *p, str s);     /* with a space before it when the last token would run into it */
void print_space(struct printer *p);            /* unless compact */
void print_line(struct printer *p);
void print_text(struct printer *p, nid id);     /* the node's own source text: names, numbers, strings */
void print_list(struct printer *p, nid first, void (*item)(struct printer *, nid));
#define PRINT(p, literal) print_token(p, STR(literal))

void print_expr(struct printer *p, nid id, enum level least);
void print_assign(struct printer *p, nid id);
void print_target(struct printer *p, nid id);   /* binding or assignment target: patterns too */
void print_function(struct printer *p, nid id);
void print_method(struct printer *p, nid key, nid function, bool getter, bool setter);
void print_class(struct printer *p, nid id);
void print_key(struct printer *p, nid id);
void print_block(struct printer *p, nid id);
nid print_strip(const struct printer *p, nid id);   /* without parentheses and what types wrap around it */
