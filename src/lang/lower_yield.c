/* lang/lower_yield.c: the async context in async generators. Who asks for the next value goes on inside with its own
 context,
 * when the generator waited for nothing else: then $C.n is set (mod/internal/generator_context.ts),
 for as long as the resumed
 * code needs to see it. What was asked while the generator was busy is served by a job, in the context that the
 generator had.
 *
 *   yield v   ->  ($t=yield ($t=v,$s=$C.x,$s===undefined?$t:$C.w($t)),$C.n?($C.n=void 0,$s=$C.x):$C.x=$s,$t)
 *   yield* v  ->  ($t=v,$s=$C.x,$t=yield*($C.y===undefined?$t:$C.y($t,v=>v===$C?$s:$s=v)),$C.x=$s,$t)
 * where $C.y is there once a context is used: it lets `$s` follow who asks while the other iterator is walked. */
#include "lang/lower.h"

str lower_resumed(struct lower *l) {
    str c = l->ctx, s = l->s;
    return arena_print(l->a, "%.*s.n?(%.*s.n=void 0,%.*s=%.*s.x):%.*s.x=%.*s", STR_FMT(c), STR_FMT(c), STR_FMT(s),
                       STR_FMT(c), STR_FMT(c), STR_FMT(s));
}

static void put_plain(struct lower *l, const struct node *n, const char *yielded) {
    struct buf *out = l->e.out;
    str c = l->ctx, s = l->s, t = l->t1;
    buf_print(out, "%syield ", yielded);
    if (n->a) {
        buf_print(out, "(%.*s=", STR_FMT(t));
        lower_to(l, NODE(n->a)->start);
        lower_node(l, n->a);
        buf_print(out, ",%.*s=%.*s.x,%.*s===undefined?%.*s:%.*s.w(%.*s))", STR_FMT(s), STR_FMT(c), STR_FMT(s),
                  STR_FMT(t), STR_FMT(c), STR_FMT(t));
    } else {
        buf_print(out, "(%.*s=%.*s.x,void 0)", STR_FMT(s), STR_FMT(c));
        lower_skip_to(l, n->end);
    }
    str resumed = lower_resumed(l);
    buf_print(out, ",%.*s", STR_FMT(resumed));
}

static void put_delegate(struct lower *l, const struct node *n, const char *yielded) {
    struct buf *out = l->e.out;
    str c = l->ctx, s = l->s, t = l->t1, v = l->value;
    buf_print(out, "%.*s=", STR_FMT(t));
    lower_to(l, NODE(n->a)->start);
    lower_node(l, n->a);
    buf_print(
        out, ",%.*s=%.*s.x,%syield*(%.*s.y===undefined?%.*s:%.*s.y(%.*s,%.*s=>%.*s===%.*s?%.*s:%.*s=%.*s)),%.*s.x=%.*s",
        STR_FMT(s), STR_FMT(c), yielded, STR_FMT(c), STR_FMT(t), STR_FMT(c), STR_FMT(t), STR_FMT(v), STR_FMT(v),
        STR_FMT(c), STR_FMT(s), STR_FMT(s), STR_FMT(v), STR_FMT(c), STR_FMT(s));
}

void lower_yield(struct lower *l, const struct mark *m) {
    const struct node *n = NODE(m->node), *up = m->node + 1 < l->t->nodes.len ? NODE(m->node + 1) : NULL;
    emit_to(&l->e, m->start);
    bool alone = up && up->kind == N_EXPR && up->a == m->node;
    if (!alone && lower_starts_statement(l, m->node)) emit_lit(&l->e, "0,");
    if (!alone) emit_lit(&l->e, "(");
    const char *yielded = alone ? "" : arena_print(l->a, "%.*s=", STR_FMT(l->t1)).at;
    if (l->e.at < m->start + 5) l->e.at = m->start + 5;     /* the word comes from here; line ends behind it stay */
    if (n->flags & NF_DELEGATE) {
        uint32_t star = lower_skip_space(l, l->e.at) + 1;
        lower_skip_to(l, star);
        put_delegate(l, n, yielded);
    } else put_plain(l, n, yielded);
    if (!alone && lower_is_read_late(l, m->node))
        buf_print(l->e.out, ",%.*s??%.*s)", STR_FMT(l->t1), STR_FMT(l->t1));
    else if (!alone) buf_print(l->e.out, ",%.*s)", STR_FMT(l->t1));
    else if (!n->a && l->t->source.at[up->end - 1] != ';')
        emit_lit(&l->e, ";"); /* what the next line begins with is not its */
}
