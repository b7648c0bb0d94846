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

struct fields { str calls, keys; uint32_t n; };

/* A key that is the same whenever it is read: literals, constants, Symbol.x. */
static bool is_constant_key(const struct lower *l, const struct node *key) {
    const struct node *k = NODE(key->a);
    if (k->kind == N_DOT && NODE(k->a)->kind == N_IDENT) {
        const struct ref *r = &l->t->refs.at[NODE(k->a)->b];
        return !r->symbol && str_is(name_text(&l->t->names, r->name), "Symbol");
    }
    if (k->kind != N_IDENT) return k->kind == N_STRING || k->kind == N_NUMBER;
    uint32_t symbol = l->t->refs.at[k->b].symbol;
    return symbol && l->t->symbols.at[symbol].kind == SYMBOL_CONST;
}

/* The method that an instance's constructor calls for one field. */
static str field_call(struct lower *l, struct fields *f) {
    str name = lower_fresh(l, arena_print(l->a, "#$f%u", f->n++).at);
    f->calls = arena_print(l->a, "%.*sthis.%.*s();", STR_FMT(f->calls), STR_FMT(name));
    return name;
}

/* [key] = v  ->  static [($q7=(key),"$q7")](){}: keys are evaluated with the class, once. */
static str key_edits(struct lower *l, const struct node *n, const struct node *key, struct fields *f) {
    str name = lower_fresh(l, arena_print(l->a, "$q%u", n->a).at);
    const struct node *value = NODE(key->a);
    f->keys = arena_print(l->a, "%.*s%s%.*s", STR_FMT(f->keys), f->keys.len ? "," : "", STR_FMT(name));
    lower_text_before(l, n->start, n->end, STR(";static "));
    if (key->start > n->start) *LIST_ADD(&l->drops) = (struct mark){n->start, key->start, MARK_ERASE, 0};
    lower_text_before(l, value->start, value->end, arena_print(l->a, "(%.*s=(", STR_FMT(name)));
    lower_text_after(l, value->end, value->start, arena_print(l->a, "),\"%.*s\")", STR_FMT(name)));
    return arena_print(l->a, "(){}static{delete this.%.*s}", STR_FMT(name));
}

/* x = v -> #$f0(){this.x = v} in its place: each initializer stays on its line, the constructor calls them in order.
 * What is private keeps its field and is given its value in the same order. */
static void assign_field(struct lower *l, nid id, struct fields *f) {
    const struct node *n = NODE(id), *key = NODE(n->a);
    bool is_static = n->flags & NF_STATIC, is_private = key->kind == N_PRIVATE;
    uint32_t end = n->end - (l->t->source.at[n->end - 1] == ';');
    if (lower_gives_field(l, n)) {
        str name = lower_given_name(l, id);
        if (!is_static) f->calls = arena_print(l->a, "%.*sthis.%.*s();", STR_FMT(f->calls), STR_FMT(name));
        return;
    }
    if (n->op == MEMBER_ACCESSOR && n->b && !is_static && lower_accessor_storage(l, id).len) {
        str storage = lower_accessor_storage(l, id), name = field_call(l, f);
        const struct node *value = NODE(n->b);
        lower_text_before(l, key->end, n->end, arena_print(l->a, ";%.*s(){this.%.*s", STR_FMT(name), STR_FMT(storage)));
        lower_text_after(l, value->end, value->start, STR("}"));
        return;
    }
    if (n->op != MEMBER_FIELD || (is_private && (is_static || !n->b))) return;
    if (!n->b) {
        *LIST_ADD(&l->drops) = (struct mark){n->start, n->end, MARK_ERASE_MEMBER, id};
        return;
    }
    if (is_private) {
        str p = ast_text(l->t, n->a), name = field_call(l, f);
        lower_text_before(l, n->start, n->end, arena_print(l->a, "%.*s;%.*s(){this.", STR_FMT(p), STR_FMT(name)));
        lower_text_after(l, end, n->start, STR("}"));
        return;
    }
    bool dotted = key->kind == N_KEY, computed = key->kind == N_COMPUTED;
    str call = is_static ? STR("") : field_call(l, f);
    str head = is_static ? STR("static{this") : arena_print(l->a, "%.*s(){this", STR_FMT(call));
    if (computed && !is_constant_key(l, key)) {
        str then = key_edits(l, n, key, f);
        str name = lower_fresh(l, arena_print(l->a, "$q%u", n->a).at);
        lower_text_after(l, key->end, key->start,
                         arena_print(l->a, "%.*s%.*s[%.*s]", STR_FMT(then), STR_FMT(head), STR_FMT(name)));
        lower_text_after(l, end, n->start, STR("}"));
        return;
    }
    lower_text_before(l, n->start, n->end,
                      arena_print(l->a, "%.*s%s", STR_FMT(head),
                                  dotted     ? "."
                                  : computed ? ""
                                             : "["));
    if (key->start > n->start) *LIST_ADD(&l->drops) = (struct mark){n->start, key->start, MARK_ERASE, id};
    if (!dotted && !computed) lower_text_after(l, key->end, key->start, STR("]"));
    lower_text_after(l, end, n->start, STR("}"));
}

/* Where the class keeps its keys: let $q7;class A{...}  or  (($q7)=>class{...})(). */
static void key_scope(struct lower *l, nid id, str keys) {
    const struct node *n = NODE(id);
    uint32_t start = lower_class_keyword(l, n);
    if (n->flags & NF_DECLARATION && n->a) {
        lower_text_before(l, start, n->end, arena_print(l->a, "let %.*s;", STR_FMT(keys)));
        return;
    }
    if (lower_class_pauses(l, id)) {
        lower_declare_around(l, id, keys);
        return;
    }
    str name = n->a ? STR("") : lower_class_name_text(l, id);
    bool is_new = lower_is_under_new(l, id);
    lower_text_before(l, start, n->end,
                      arena_print(l->a, "%s((%.*s)=>(%s%.*s%s", is_new ? "(" : "", STR_FMT(keys), name.len ? "{" : "",
                                  STR_FMT(name), name.len ? ":" : ""));
    lower_text_after(l, n->end, start, arena_print(l->a, "%s%.*s%s))()%s", name.len ? "}[" : "", STR_FMT(name),
                                                   name.len ? "]" : "", is_new ? ")" : ""));
}

static void class_edits(struct lower *l, nid id) {
    const struct node *n = NODE(id);
    const struct class_info *k = &l->t->classes.at[n->d];
    bool assigns = l->is_ts && l->o->assign_class_fields && k->has_fields && !l->o->for_showing;
    if (!k->has_parameter_properties && !assigns) return;
    struct fields f = {STR(""), STR(""), 0};
    str declared = STR(""), text = STR("");
    if (assigns) for (nid m = n->c; m; m = NODE(m)->next) if (NODE(m)->kind == N_MEMBER) assign_field(l, m, &f);
    if (f.keys.len) key_scope(l, id, f.keys);
    nid function = k->constructor ? NODE(k->constructor)->b : 0;
    if (function) text = parameter_text(l, NODE(function), &declared);
    text = arena_join(l->a, text, f.calls);
    if (!text.len) return;
    if (!function) {
        str rest = lower_fresh(l, "$a");
        lower_text_before(l, k->body_start + 1, k->body_end,
                          n->b ? arena_print(l->a, "constructor(...%.*s){super(...%.*s);%.*s}", STR_FMT(rest),
                                             STR_FMT(rest), STR_FMT(text))
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
        if (NODE(d)->end > at && NODE(d)->end <= l->t->classes.at[n->d].body_start)
            at = lower_skip_space(l, NODE(d)->end);
    return at;
}

void lower_class_edits(struct lower *l) {
    if (!l->is_ts || !l->t->classes.len) return;
    for (uint32_t i = 0; i < l->t->marks.len; i++)
        if (l->t->marks.at[i].kind == MARK_CLASS) class_edits(l, l->t->marks.at[i].node);
}
