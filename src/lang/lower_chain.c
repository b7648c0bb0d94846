/* lang/lower_chain.c: (a?.b)() and (a?.b)`...`: parentheses end the chain, so that what is called may be undefined; the
 * engine goes on with the chain, and forgets `this` for a template: ((a??{__proto__:null}).b)(). */
#include "lang/lower.h"

/* From behind a `?.`: does the parenthesis around it end where something is called? Only a reason to look closer. */
static bool may_be_called(str s, size_t at) {
    int depth = 0;
    for (size_t end = at + 1000 < s.len ? at + 1000 : s.len; at < end; at++) {
        char c = s.at[at];
        if (c == '(' || c == '[') depth++;
        else if ((c == ')' || c == ']') && depth) depth--;
        else if (c == ')') break;
        else if (!depth && (c == ';' || c == '{' || c == '}' || c == ']')) return false;
    }
    while (at < s.len && (s.at[at] == ')' || s.at[at] <= ' ')) at++;
    return at < s.len && (s.at[at] == '(' || s.at[at] == '`' || s.at[at] == '/' || s.at[at] == '!' || s.at[at] == '<' ||
                          str_starts(str_from(s, (uint32_t)at), STR("as ")) ||
                          str_starts(str_from(s, (uint32_t)at), STR("satisfies ")));
}

static bool has_called(const struct lower *l) {
    str s = l->t->source;
    for (size_t at = 0; at < s.len;) {
        const char *p = memmem(s.at + at, s.len - at, "?.", 2);
        if (!p) return false;
        at = (size_t)(p - s.at) + 2;
        if (may_be_called(s, at)) return true;
    }
    return false;
}

static void end_chain(struct lower *l, nid id) {
    const struct node *n = NODE(id), *object = NODE(n->a);
    if (object->kind == N_SUPER) return;
    lower_text_before(l, object->start, object->end, STR("("));
    lower_text_after(l, object->end, object->start, STR("??{__proto__:null})"));
    if (!(n->flags & NF_OPTIONAL)) return;
    uint32_t at = lower_skip_space(l, object->end);
    *LIST_ADD(&l->drops) = (struct mark){at, at + (n->kind == N_DOT ? 1 : 2), MARK_ERASE, 0};
}

void lower_chain_edits(struct lower *l) {
    if (!has_called(l)) return;
    for (nid id = 1; id < l->t->nodes.len; id++) {
        uint8_t user = NODE(id)->kind;                 /* (a?.b)?.() is what the engine takes it for */
        if (user != N_TAGGED && (user != N_CALL || NODE(id)->flags & NF_OPTIONAL)) continue;
        nid callee = NODE(id)->a;
        bool ends = false;
        for (;; callee = NODE(callee)->a) {
            uint8_t kind = NODE(callee)->kind;
            ends |= kind == N_PAREN;
            if (kind != N_PAREN && kind != N_TS_AS && kind != N_TS_ASSERT && kind != N_TS_NON_NULL &&
                kind != N_TS_INSTANCE) break;
        }
        const struct node *n = NODE(callee);
        bool member = n->kind == N_DOT || n->kind == N_INDEX;
        if (ends && member && n->flags & (NF_OPTIONAL | NF_CHAIN)) end_chain(l, callee);
    }
}
