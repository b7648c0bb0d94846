/* lang/print.h: a tree -> source text, printed anew: every token from the nodes, parentheses where the operators need
 * them. Types leave nothing; enums, namespaces, parameter properties and JSX come out as they went in (lowering is
 * lower's). Comments are dropped. */
#pragma once
#include "base/list.h"
#include "lang/ast.h"

struct buf;
/* Offsets in the output and in the tree's source; name: of a variable, else 0. */
struct print_mark { uint32_t out, start, name; };
struct print_marks { LIST(struct print_mark) list; };
struct print_options {
    bool compact;                       /* no white space that is not needed */
    bool ascii;                         /* \u escapes for what is not ASCII, where the language allows it */
    unsigned indent;                    /* spaces a level; 0 = 2 */
    struct print_marks *marks;          /* where what was printed stood, by place in the output; NULL: nobody asks */
};
void print_tree(const struct tree *t, const struct print_options *o, struct buf *out);
