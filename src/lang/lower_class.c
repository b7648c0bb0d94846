/* lang/lower_class.c: parameter properties, and class fields that are assigned instead of defined. */
#include "lang/lower.h"

static str this_member(struct lower *l, str name) { return lower_member(l, STR("this"), name); }

/* "this.a=a;this.b=b;" */
static str parameter_text(struct lower *l, const struct node *function, str *fields) {
    str text = STR("");
    for (nid p = function->b; p; p = NODE(p)->next) {
        const struct node *n = NODE(p);
        if (!(n->flags & NF_MODIFIERS)) continue;
        const struct node *target = NODE(n->a)->kind == N_DEFAULT ? NODE(NODE(n->a)->a) : NODE(n->a);
        if (target->kind != N_BINDING) continue;
        str name = lower_name(l, target->a);
        str member = this_member(l, name_text(&l->t->names, target->a));
        text = arena_print(l->a, "%.*s%.*s=%.*s;", STR_FMT(text), STR_FMT(member), STR_FMT(name));
        *fields = arena_print(l->a, "%.*s%.*s;", STR_FMT(*fields), STR_FMT(name));
    }
    return text;
}

/* Where the body goes on when `this` is there: behind super(...), or behind the directives. */
static uint32_t after_super(const struct lower *l, nid block, bool derived, bool *separate) {
    uint32_t at = NODE(block)->start + 1;
    *separate = false;
    for (nid s = NODE(block)->a; s; s = NODE(s)->next) {
        const struct node *n = NODE(s);
        bool super = derived && n->kind == N_EXPR && NODE(n->a)->kind == N_CALL && NODE(NODE(n->a)->a)->kind == N_SUPER;
        if (n->kind == N_DIRECTIVE || super) {
            at = n->end;
            *separate = l->t->source.at[at - 1] != ';';
            if (super) return at;
        } else if (!derived) break;
    }
    return at;
}

struct fields { str calls; uint32_t n; };

/* x = v  ->  #$f0(){this.x = v}  in its place: each initializer stays on its line, the constructor calls them in order. */
static void assign_field(struct lower *l, nid id, struct fields *f) {
    const struct node *n = NODE(id), *key = NODE(n->a);
    bool is_static = n->flags & NF_STATIC;
    if (n->op != MEMBER_FIELD || key->kind == N_PRIVATE) return;
    uint32_t end = n->end - (l->t->source.at[n->end - 1] == ';');
    if (!n->b) {
        *LIST_ADD(&l->drops) = (struct mark){n->start, n->end, MARK_ERASE_MEMBER, id};
        return;
    }
    str head = STR("static{this");
    if (!is_static) {
        str name = lower_fresh(l, arena_print(l->a, "#$f%u", f->n++).at);
        head = arena_print(l->a, "%.*s(){this", STR_FMT(name));
        f->calls = arena_print(l->a, "%.*sthis.%.*s();", STR_FMT(f->calls), STR_FMT(name));
    }
    bool dotted = key->kind == N_KEY, computed = key->kind == N_COMPUTED;
    lower_text_before(l, n->start, n->end, arena_print(l->a, "%.*s%s", STR_FMT(head), dotted ? "." : computed ? "" : "["));
    if (key->start > n->start) *LIST_ADD(&l->drops) = (struct mark){n->start, key->start, MARK_ERASE, id};
    if (!dotted && !computed) lower_text_after(l, key->end, key->start, STR("]"));
    lower_text_after(l, end, n->start, STR("}"));
}

static void class_edits(struct lower *l, nid id) {
    const struct node *n = NODE(id);
    const struct class_info *k = &l->t->classes.at[n->d];
    bool assigns = l->is_ts && l->o->assign_class_fields && k->has_fields;
    if (!k->has_parameter_properties && !assigns) return;
    struct fields f = {STR(""), 0};
    str declared = STR(""), text = STR("");
    if (assigns) for (nid m = n->c; m; m = NODE(m)->next) if (NODE(m)->kind == N_MEMBER) assign_field(l, m, &f);
    nid function = k->constructor ? NODE(k->constructor)->b : 0;
    if (function) text = parameter_text(l, NODE(function), &declared);
    text = arena_join(l->a, text, f.calls);
    if (!text.len) return;
    if (!function) {
        str rest = lower_fresh(l, "$a");
        lower_text_before(l, k->body_start + 1, k->body_end, n->b
            ? arena_print(l->a, "constructor(...%.*s){super(...%.*s);%.*s}", STR_FMT(rest), STR_FMT(rest), STR_FMT(text))
            : arena_print(l->a, "constructor(){%.*s}", STR_FMT(text)));
        return;
    }
    if (declared.len && !l->o->assign_class_fields) lower_text_before(l, k->body_start + 1, k->body_end, declared);
    bool separate;
    nid block = NODE(function)->c;
    uint32_t at = after_super(l, block, n->b != 0, &separate);
    lower_text_before(l, at, NODE(block)->end, arena_print(l->a, "%s%.*s", separate ? ";" : "", STR_FMT(text)));
}

uint32_t lower_class_keyword(const struct lower *l, const struct node *n) {
    uint32_t at = n->start;
    for (nid d = l->t->classes.at[n->d].decorators; d; d = NODE(d)->next)
        if (NODE(d)->end > at && NODE(d)->end <= l->t->classes.at[n->d].body_start) at = lower_skip_space(l, NODE(d)->end);
    return at;
}

void lower_class_edits(struct lower *l) {
    if (!l->is_ts || !l->t->classes.len) return;
    for (uint32_t i = 0; i < l->t->marks.len; i++)
        if (l->t->marks.at[i].kind == MARK_CLASS) class_edits(l, l->t->marks.at[i].node);
}
