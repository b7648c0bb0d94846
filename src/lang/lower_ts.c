/* lang/lower_ts.c: what TypeScript adds to the language at run time: enums, namespaces, import aliases; and the erasing
 * of types. */
#include "lang/lex.h"
#include "lang/lower.h"

/* --- erasing ------------------------------------------------------------------------------------------------------ */

static bool is_as(const struct lower *l, uint32_t at) {
    str s = str_from(l->t->source, at);
    return (str_starts(s, STR("as")) && s.len > 2 && !lex_is_id_part((unsigned char)s.at[2])) ||
           str_starts(s, STR("satisfies"));
}

/* `x as T` at the end of a statement without a semicolon: what follows on the next line must not become a call. */
static bool needs_semicolon(const struct lower *l, const struct mark *m) {
    char c = l->t->source.at[m->start];
    if (c != 'a' && c != 's') return false;
    if (!is_as(l, m->start)) return false;
    uint32_t next = lower_skip_space(l, m->end);
    if (next >= l->t->source.len || !strchr("([`", l->t->source.at[next])) return false;
    return emit_has_line_end(&l->e, m->end, next);
}

/* `get: T` without a semicolon would become the beginning of a getter. */
static bool is_bare_word_field(const struct lower *l, const struct mark *m) {
    const struct node *n = m->node && m->node + 1 < l->t->nodes.len ? NODE(m->node + 1) : NULL;
    if (!n || n->kind != N_MEMBER || n->d != m->node || n->b || NODE(n->a)->kind != N_KEY) return false;
    uint32_t name = NODE(n->a)->a;
    return name == NAME_GET || name == NAME_SET || name == NAME_STATIC || name == NAME_ASYNC || name == NAME_ACCESSOR;
}

/* `private [a]`, `readonly *b`: without the word the member could go on with a field before it that has no
 * semicolon. */
static bool bares_member(const struct lower *l, const struct mark *m) {
    char c = l->t->source.at[m->start];
    str text = str_from(l->t->source, m->start);
    if (c < 'a' || c > 'z' || is_as(l, m->start) || str_starts(text, STR("static")) ||
        str_starts(text, STR("accessor")))
        return false;
    uint32_t next = lower_skip_space(l, m->end);
    if (next >= l->t->source.len || (l->t->source.at[next] != '[' && l->t->source.at[next] != '*')) return false;
    return !lower_word_before(l, m->start, "static");
}

void lower_erase(struct lower *l, const struct mark *m) {
    emit_to(&l->e, m->start);
    if (needs_semicolon(l, m) || bares_member(l, m) || (l->t->source.at[m->start] == ':' && is_bare_word_field(l, m))) {
        emit_lit(&l->e, ";");
        l->e.at++;
    }
    if (m->kind == MARK_ERASE_OPERATOR) emit_drop_operator(&l->e, m->end);
    else emit_blank(&l->e, m->end);
}

/* No line may end between `)` and `=>`: the line ends around the type go behind the arrow. */
void lower_erase_arrow(struct lower *l, const struct mark *m) {
    uint32_t arrow = lower_skip_space(l, m->end), from = m->start;
    while (from > l->e.at && strchr(" \t\r\n", l->t->source.at[from - 1])) from--;
    if (!emit_has_line_end(&l->e, from, arrow)) {
        emit_to(&l->e, m->start);
        emit_blank(&l->e, m->end);
        return;
    }
    emit_to(&l->e, from);
    emit_lit(&l->e, "=>");
    emit_drop(&l->e, arrow);
    l->e.at = arrow + 2;
}

/* <T>x: after `return` and its like, line ends inside or behind <T> need parentheses. */
void lower_ts_assert(struct lower *l, const struct mark *m) {
    const struct node *n = NODE(m->node);
    emit_to(&l->e, m->start);
    if (n->kind != N_TS_ASSERT || !emit_has_line_end(&l->e, m->start, NODE(n->a)->start)) {
        emit_blank(&l->e, m->end);
        return;
    }
    emit_lit(&l->e, "(");
    lower_skip_to(l, m->end);
    lower_to(l, NODE(n->a)->start);
    lower_node(l, n->a);
    emit_lit(&l->e, ")");
}

/* --- constant values of enum members ------------------------------------------------------------------------------ */

enum value_kind { VALUE_NONE, VALUE_NUMBER, VALUE_STRING };
struct value { enum value_kind kind; double number; str text; };
struct member { uint32_t symbol; nid node; str name; struct value value; };
static struct value no_value(void) { return (struct value){0}; }
static struct value number(double d) { return (struct value){VALUE_NUMBER, d, {0}}; }

/* ECMA-262 6.1.6.1.20 for the numbers that enums hold. */
static str number_text(struct lower *l, double d) {
    if (d != d) return STR("NaN");
    if (d == __builtin_inf() || d == -__builtin_inf()) return d > 0 ? STR("Infinity") : STR("-Infinity");
    if (d > -1e15 && d < 1e15 && d == (double)(int64_t)d) {
        if (d == 0 && __builtin_signbit(d)) return STR("-0");
        return arena_print(l->a, "%lld", (long long)d);
    }
    for (int digits = 1; digits <= 17; digits++) {
        str s = arena_print(l->a, "%.*g", digits, d);
        if (strtod(s.at, NULL) == d) return s;
    }
    return STR("NaN");
}

static uint32_t to_uint32(double d) {
    if (d != d || d - d != 0) return 0;
    double t = __builtin_trunc(d), m = t - 4294967296.0 * __builtin_floor(t / 4294967296.0);
    return (uint32_t)m;
}

static struct value add(struct lower *l, struct value a, struct value b) {
    if (a.kind == VALUE_NUMBER && b.kind == VALUE_NUMBER) return number(a.number + b.number);
    str left = a.kind == VALUE_STRING ? a.text : number_text(l, a.number);
    str right = b.kind == VALUE_STRING ? b.text : number_text(l, b.number);
    return (struct value){VALUE_STRING, 0, arena_join(l->a, left, right)};
}

static double power(double a, double b) {
    if (b != b || ((a == 1 || a == -1) && b - b != 0)) return __builtin_nan("");
    return __builtin_pow(a, b);
}

static struct value binary(struct lower *l, uint8_t op, struct value a, struct value b) {
    if (a.kind == VALUE_NONE || b.kind == VALUE_NONE) return no_value();
    if (op == T_PLUS) return add(l, a, b);
    if (a.kind != VALUE_NUMBER || b.kind != VALUE_NUMBER) return no_value();
    uint32_t x = to_uint32(a.number), y = to_uint32(b.number);
    switch (op) {
    case T_MINUS: return number(a.number - b.number);
    case T_STAR: return number(a.number * b.number);
    case T_SLASH: return number(a.number / b.number);
    case T_PERCENT: return number(__builtin_fmod(a.number, b.number));
    case T_POW: return number(power(a.number, b.number));
    case T_BIT_OR: return number((int32_t)(x | y));
    case T_BIT_AND: return number((int32_t)(x & y));
    case T_BIT_XOR: return number((int32_t)(x ^ y));
    case T_SHL: return number((int32_t)(x << (y & 31)));
    case T_SHR: return number((int32_t)x >> (y & 31));
    case T_USHR: return number(x >> (y & 31));
    default: return no_value();
    }
}

struct lower_enums { LIST(struct member) members; size_t seen; };

static struct value member_value(struct lower_enums *e, uint32_t symbol, str name) {
    for (size_t i = e->members.len; i-- > 0;)
        if (e->members.at[i].symbol == symbol && str_eq(e->members.at[i].name, name)) return e->members.at[i].value;
    return no_value();
}

static struct value evaluate(struct lower *l, struct lower_enums *e, uint32_t symbol, nid id, int depth);

static struct value template_value(struct lower *l, struct lower_enums *e, uint32_t symbol, nid id, int depth) {
    struct value sum = {VALUE_STRING, 0, STR("")};
    for (nid p = NODE(id)->a; p; p = NODE(p)->next) {
        struct value v;
        if (NODE(p)->kind == N_TEMPLATE_PART) {
            struct buf b = {0};
            if (!lex_template_value(ast_text(l->t, p), &b)) return no_value();
            v = (struct value){VALUE_STRING, 0, arena_str(l->a, buf_view(&b))};
            buf_free(&b);
        } else v = evaluate(l, e, symbol, p, depth);
        if (v.kind == VALUE_NONE) return v;
        sum = add(l, sum, v);
    }
    return sum;
}

/* `const x = 1` somewhere in the file: its initializer is looked for among the declarators. */
static nid const_initializer(const struct lower *l, uint32_t symbol) {
    const struct symbol *s = &l->t->symbols.at[symbol];
    if (s->kind != SYMBOL_CONST) return 0;
    for (nid id = s->node + 1; id < l->t->nodes.len && id < s->node + 64; id++)
        if (NODE(id)->kind == N_DECLARATOR && NODE(id)->a == s->node) return NODE(id)->b;
    return 0;
}

static struct value ident_value(struct lower *l, struct lower_enums *e, uint32_t symbol, nid id, int depth) {
    str name = name_text(&l->t->names, NODE(id)->a);
    struct value v = member_value(e, symbol, name);
    if (v.kind != VALUE_NONE) return v;
    uint32_t target = l->t->refs.at[NODE(id)->b].symbol;
    if (!target)
        return str_is(name, "Infinity") ? number(__builtin_inf())
               : str_is(name, "NaN")    ? number(__builtin_nan(""))
                                        : no_value();
    nid init = const_initializer(l, target);
    return init ? evaluate(l, e, 0, init, depth + 1) : no_value();
}

static struct value evaluate(struct lower *l, struct lower_enums *e, uint32_t symbol, nid id, int depth) {
    const struct node *n = NODE(id);
    if (depth > 200) return no_value();
    switch (n->kind) {
    case N_NUMBER: return number(lex_number_value(ast_text(l->t, id)));
    case N_STRING: return (struct value){VALUE_STRING, 0, lower_key_value(l, id)};
    case N_TEMPLATE: return template_value(l, e, symbol, id, depth + 1);
    case N_PAREN: case N_TS_AS: case N_TS_ASSERT: case N_TS_NON_NULL: return evaluate(l, e, symbol, n->a, depth + 1);
    case N_IDENT: return ident_value(l, e, symbol, id, depth);
    case N_UNARY: {
        struct value v = evaluate(l, e, symbol, n->a, depth + 1);
        if (v.kind != VALUE_NUMBER) return no_value();
        if (n->op == T_MINUS) return number(-v.number);
        if (n->op == T_PLUS) return v;
        return n->op == T_TILDE ? number((int32_t)~to_uint32(v.number)) : no_value();
    }
    case N_BINARY:
        return binary(l, n->op, evaluate(l, e, symbol, n->a, depth + 1), evaluate(l, e, symbol, n->b, depth + 1));
    case N_DOT:
    case N_INDEX: {
        if (NODE(n->a)->kind != N_IDENT) return no_value();
        uint32_t object = l->t->refs.at[NODE(n->a)->b].symbol;
        if (n->kind == N_DOT) return object ? member_value(e, object, name_text(&l->t->names, n->b)) : no_value();
        return object && NODE(n->b)->kind == N_STRING ? member_value(e, object, lower_key_value(l, n->b)) : no_value();
    }
    default: return no_value();
    }
}

/* --- enums -------------------------------------------------------------------------------------------------------- */

static str member_name(struct lower *l, const struct node *member) {
    nid key = NODE(member->a)->kind == N_COMPUTED ? NODE(member->a)->a : member->a;
    return lower_key_value(l, key);
}

static bool is_text(const struct lower *l, nid id) {
    const struct node *n = NODE(id);
    if (n->kind == N_PAREN || n->kind == N_TS_AS) return is_text(l, n->a);
    if (n->kind == N_BINARY && n->op == T_PLUS) return is_text(l, n->a) || is_text(l, n->b);
    return n->kind == N_STRING || n->kind == N_TEMPLATE;
}

/* Evaluates all members of all enums in source order, once. */
static struct lower_enums *read_enums(struct lower *l) {
    struct lower_enums *e = arena_zero(l->a, sizeof *e);
    for (uint32_t i = 0; i < l->t->marks.len; i++) {
        if (l->t->marks.at[i].kind != MARK_ENUM) continue;
        const struct node *n = NODE(l->t->marks.at[i].node);
        uint32_t symbol = NODE(n->a)->b;
        struct value before = number(-1);
        for (nid k = n->b; k; k = NODE(k)->next) {
            struct value v = NODE(k)->b ? evaluate(l, e, symbol, NODE(k)->b, 0)
                                        : before.kind == VALUE_NUMBER ? number(before.number + 1) : no_value();
            *LIST_ADD(&e->members) = (struct member){symbol, k, member_name(l, NODE(k)), v};
            before = v;
        }
    }
    return e;
}

static void head_of_scope(struct lower *l, nid binding, str name) {
    const struct symbol *s = &l->t->symbols.at[NODE(binding)->b];
    if (s->node == binding) {
        uint8_t kind = l->t->scopes.at[s->scope].kind;
        bool block = kind == SCOPE_BLOCK || kind == SCOPE_SWITCH || kind == SCOPE_CATCH || kind == SCOPE_FOR;
        buf_print(l->e.out, "%s %.*s", block ? "let" : "var", STR_FMT(name));
    }
    emit_lit(&l->e, ";");                                    /* also against a line before it that has none */
    buf_print(l->e.out, "(function(");
}

/* "(E||(E={}))", with the places it is exported to. */
static void tail_of_scope(struct lower *l, nid binding, str name, str object) {
    struct buf *out = l->e.out;
    if (object.len) {
        str member = lower_member(l, object, name_text(&l->t->names, NODE(binding)->a));
        buf_print(out, "})(%.*s=%.*s||(%.*s={}));", STR_FMT(name), STR_FMT(member), STR_FMT(member));
        return;
    }
    buf_print(out, "})(%.*s||(%.*s=", STR_FMT(name), STR_FMT(name));
    for (struct export_name *e = l->exports_of[NODE(binding)->b]; e; e = e->next)
        buf_print(out, "%.*s=", STR_FMT(lower_member(l, l->m, l->exports.at[e->index].name)));
    buf_lit(out, "{}));");
}

static void put_member(struct lower *l, str name, nid id, struct value v) {
    const struct node *n = NODE(id);
    struct buf *out = l->e.out;
    bool text = v.kind == VALUE_STRING || (v.kind == VALUE_NONE && n->b && is_text(l, n->b));
    str key = lower_quoted(l, member_name(l, n));
    lower_skip_to(l, n->start);
    buf_print(out, text ? "%.*s[%.*s]=" : "%.*s[%.*s[%.*s]=", STR_FMT(name), STR_FMT(text ? key : name), STR_FMT(key));
    if (v.kind == VALUE_NUMBER) emit_put(&l->e, number_text(l, v.number));
    else if (v.kind == VALUE_STRING) emit_quote(out, v.text);
    else if (n->b) lower_node(l, n->b);
    else emit_lit(&l->e, "void 0");             /* behind a computed one: wrong for the checker alone */
    if (text) buf_lit(out, ";");
    else buf_print(out, "]=%.*s;", STR_FMT(key));
    lower_skip_to(l, n->end);
}

static struct value value_of(struct lower_enums *e, nid member) {
    for (size_t n = e->members.len; n; n--, e->seen++) {               /* they come in order */
        if (e->seen >= e->members.len) e->seen = 0;
        if (e->members.at[e->seen].node == member) return e->members.at[e->seen++].value;
    }
    return no_value();
}

/* The parameter of the innermost namespace around `at`; empty at the top. */
static str object_at(const struct lower *l, uint32_t at) {
    str object = {0};
    for (size_t i = 0; i < l->spaces.len && l->spaces.at[i].start <= at; i++)
        if (at < l->spaces.at[i].end) object = l->spaces.at[i].object;
    return object;
}

void lower_enum(struct lower *l, const struct mark *m) {
    const struct node *n = NODE(m->node);
    str name = lower_name(l, NODE(n->a)->a), object = n->flags & NF_EXPORT ? object_at(l, m->start) : (str){0};
    emit_to(&l->e, m->start);
    head_of_scope(l, n->a, name);
    buf_print(l->e.out, "%.*s){", STR_FMT(name));
    lower_skip_to(l, NODE(n->a)->end);
    for (nid k = n->b; k; k = NODE(k)->next) put_member(l, name, k, value_of(l->enums, k));
    lower_skip_to(l, n->end);
    tail_of_scope(l, n->a, name, object);
}

/* --- namespaces --------------------------------------------------------------------------------------------------- */

static void put_binding_target(struct lower *l, nid id, str object);

static void put_list(struct lower *l, nid list, str object) {
    for (nid k = list; k; k = NODE(k)->next) put_binding_target(l, k, object);
}

/* A declared pattern as an assignment pattern whose leaves are members of `object`. */
static void put_binding_target(struct lower *l, nid id, str object) {
    const struct node *n = NODE(id);
    lower_to(l, n->start);
    switch (n->kind) {
    case N_BINDING:
        emit_put(&l->e, lower_member(l, object, name_text(&l->t->names, n->a)));
        lower_skip_to(l, n->end);
        return;
    case N_ARRAY_PATTERN:
    case N_OBJECT_PATTERN: put_list(l, n->a, object); break;
    case N_PROPERTY:
        if (n->op == PROP_SHORTHAND) {
            emit_put(&l->e, lower_name(l, NODE(n->a)->a));
            emit_lit(&l->e, ":");
        } else lower_to(l, NODE(n->b)->start);
        put_binding_target(l, n->b, object);
        break;
    case N_DEFAULT: put_binding_target(l, n->a, object); break;
    case N_REST: put_binding_target(l, n->a, object); break;
    default: break;
    }
    lower_to(l, n->end);
}

static void put_exported_var(struct lower *l, const struct node *v, str object) {
    bool any = false;
    emit_lit(&l->e, ";");
    for (nid k = v->a; k; k = NODE(k)->next) {
        const struct node *d = NODE(k), *target = NODE(d->a);
        lower_skip_to(l, d->start);
        if (!d->b) {
            lower_skip_to(l, d->end);
            continue;
        }
        if (any) emit_lit(&l->e, ",");
        any = true;
        if (target->kind != N_BINDING) emit_lit(&l->e, "(");
        put_binding_target(l, d->a, object);
        lower_to(l, NODE(d->b)->start);
        lower_node(l, d->b);
        if (target->kind != N_BINDING) emit_lit(&l->e, ")");
        lower_skip_to(l, d->end);
    }
    emit_lit(&l->e, ";");
    lower_skip_to(l, v->end);
}

static void put_space_statement(struct lower *l, nid id, str object) {
    const struct node *n = NODE(id), *v = n->kind == N_EXPORT_DECL ? NODE(n->a) : NULL;
    if (!v || v->kind == N_TS_ERASED || (v->flags & NF_DECLARE && v->kind == N_VAR)) {
        lower_node(l, id);
        return;
    }
    lower_skip_to(l, n->start);
    if (v->kind == N_VAR) {
        put_exported_var(l, v, object);
        lower_skip_to(l, n->end);
        return;
    }
    emit_blank(&l->e, v->start);
    if (v->kind == N_TS_IMPORT_EQUALS) {
        const struct symbol *s = &l->t->symbols.at[NODE(v->a)->b];
        if (s->kind && !(s->flags & SYM_TYPE_ONLY) && !(v->flags & NF_TYPE)) {
            emit_put(&l->e, lower_member(l, object, name_text(&l->t->names, NODE(v->a)->a)));
            emit_lit(&l->e, "=");
            lower_node(l, v->b);
            emit_lit(&l->e, ";");
        }
        lower_skip_to(l, n->end);
        return;
    }
    lower_node(l, n->a);
    if ((v->kind == N_CLASS || (v->kind == N_FUNCTION && v->c)) && v->a) {
        str name = name_text(&l->t->names, NODE(v->a)->a);
        buf_print(l->e.out, "%.*s=%.*s;", STR_FMT(lower_member(l, object, name)),
                  STR_FMT(lower_name(l, NODE(v->a)->a)));
    }
    lower_to(l, n->end);
}

static void put_space(struct lower *l, nid id, str outer) {
    const struct node *n = NODE(id), *body = NODE(n->b);
    str name = lower_name(l, NODE(n->a)->a);
    head_of_scope(l, n->a, name);
    if (body->kind != N_BLOCK) {                             /* namespace a.b */
        buf_print(l->e.out, "%.*s){", STR_FMT(name));
        lower_skip_to(l, body->start);
        put_space(l, n->b, name);
    } else {
        str object = object_at(l, body->start);
        buf_print(l->e.out, "%.*s){", STR_FMT(object));
        lower_skip_to(l, body->start + 1);
        for (nid s = body->a; s; s = NODE(s)->next) {
            lower_to(l, NODE(s)->start);
            put_space_statement(l, s, object);
        }
        lower_to(l, body->end - 1);
        lower_skip_to(l, body->end);
    }
    lower_skip_to(l, n->end);
    tail_of_scope(l, n->a, name, outer);
}

void lower_namespace(struct lower *l, const struct mark *m) {
    const struct node *n = NODE(m->node);
    emit_to(&l->e, m->start);
    if (n->flags & (NF_UNINSTANTIATED | NF_DECLARE)) {
        emit_lit(&l->e, ";");
        l->e.at++;
        emit_blank(&l->e, m->end);
        return;
    }
    put_space(l, m->node, n->flags & NF_EXPORT ? object_at(l, m->start) : (str){0});
}

/* --- names that belong to namespaces and enums -------------------------------------------------------------------- */

static void scope_ref(struct lower *l, uint32_t ref, str object) {
    const struct ref *r = &l->t->refs.at[ref];
    *LIST_ADD(&l->scoped) = (struct scoped){ref, object};
    uint32_t end = NODE(r->node)->end, order = (uint32_t)l->edits.len;
    *LIST_ADD(&l->edits) = (struct edit){{r->start, end, EDIT_SCOPED, (nid)(l->scoped.len - 1)}, 0, order};
}

void lower_scoped_ref(struct lower *l, const struct mark *m) {
    const struct scoped *s = &l->scoped.at[m->node];
    const struct ref *r = &l->t->refs.at[s->ref];
    emit_to(&l->e, m->start);
    if (r->flags & REF_SHORTHAND) {
        emit_put(&l->e, lower_name(l, r->name));
        emit_lit(&l->e, ":");
    }
    /* a call gives it `this`, as in TypeScript's text */
    emit_put(&l->e, lower_member(l, s->object, name_text(&l->t->names, r->name)));
    lower_skip_to(l, NODE(r->node)->end);
}

struct owned { uint32_t space; uint32_t name; bool is_var; };

/* The first reference at or behind `at`. */
static uint32_t ref_at(const struct lower *l, uint32_t at) {
    uint32_t low = 0, high = l->t->refs.len;
    while (low < high) {
        uint32_t mid = low + (high - low) / 2;
        if (l->t->refs.at[mid].start < at) low = mid + 1;
        else high = mid;
    }
    return low;
}

static bool is_outside(const struct lower *l, const struct ref *r, uint32_t start) {
    return !r->symbol || l->t->scopes.at[l->t->symbols.at[r->symbol].scope].start < start;
}

/* Blocks of the same name in blocks of the same identity are one namespace. */
static void put_new_space(struct lower *l, struct space s) {
    uint32_t parent = 0;
    for (size_t i = 0; i < l->spaces.len; i++)
        if (s.start > l->spaces.at[i].start && s.end <= l->spaces.at[i].end) parent = l->spaces.at[i].identity;
    s.parent = parent;
    s.identity = (uint32_t)l->spaces.len + 1;
    for (size_t i = 0; i < l->spaces.len; i++)
        if (l->spaces.at[i].parent == parent && l->spaces.at[i].name == s.name) s.identity = l->spaces.at[i].identity;
    *LIST_ADD(&l->spaces) = s;
}

static void add_space(struct lower *l, nid id) {
    const struct node *n = NODE(id), *body = NODE(n->b);
    if (n->flags & (NF_UNINSTANTIATED | NF_DECLARE)) return;
    if (body->kind != N_BLOCK) {
        put_new_space(l, (struct space){body->start, n->end, NODE(n->a)->a, 0, id, lower_name(l, NODE(n->a)->a)});
        add_space(l, n->b);
        return;
    }
    str object = lower_name(l, NODE(n->a)->a);
    for (uint32_t s = 1; s < l->t->symbols.len; s++) {        /* the block has such a name itself */
        const struct symbol *y = &l->t->symbols.at[s];
        uint32_t at = l->t->scopes.at[y->scope].start;
        if (y->name != NODE(n->a)->a || at < body->start || at >= body->end) continue;
        object = lower_fresh(l, arena_print(l->a, "%.*s_1", STR_FMT(object)).at);
        break;
    }
    put_new_space(l, (struct space){body->start, body->end, NODE(n->a)->a, 0, n->b, object});
}

typedef LIST(struct owned) owned_list;
struct owner { owned_list *list; uint32_t space; };

static void own_binding(struct lower *l, nid id, struct owner *o, bool is_var) {
    const struct node *n = NODE(id);
    if (!id) return;
    switch (n->kind) {
    case N_BINDING:
        *LIST_ADD(o->list) = (struct owned){o->space, n->a, is_var};
        if (is_var) l->scoped_object[n->b] = l->spaces.at[o->space].object;
        return;
    case N_ARRAY_PATTERN:
    case N_OBJECT_PATTERN:
        for (nid k = n->a; k; k = NODE(k)->next) own_binding(l, k, o, is_var);
        return;
    case N_PROPERTY: own_binding(l, n->b, o, is_var); return;
    case N_DEFAULT: case N_REST: own_binding(l, n->a, o, is_var); return;
    default: return;
    }
}

static void own_exports(struct lower *l, uint32_t space, owned_list *list) {
    struct owner o = {list, space};
    const struct node *block = NODE(l->spaces.at[space].block);
    if (block->kind != N_BLOCK) {
        own_binding(l, NODE(block->b)->a, &o, false);
        return;
    }
    for (nid s = block->a; s; s = NODE(s)->next) {
        if (NODE(s)->kind != N_EXPORT_DECL) continue;
        const struct node *v = NODE(NODE(s)->a);
        if (v->kind == N_VAR) for (nid k = v->a; k; k = NODE(k)->next) own_binding(l, NODE(k)->a, &o, true);
        else if (v->kind == N_TS_IMPORT_EQUALS) own_binding(l, v->a, &o, true);
        else if (v->kind == N_FUNCTION || v->kind == N_CLASS || v->kind == N_TS_ENUM || v->kind == N_TS_NAMESPACE)
            own_binding(l, v->a, &o, false);
    }
}

static bool is_edited(const struct lower *l, uint32_t ref) {
    for (size_t i = 0; i < l->scoped.len; i++) if (l->scoped.at[i].ref == ref) return true;
    return false;
}

/* Names that another block of the same namespace exports. */
static void merged_refs(struct lower *l, owned_list *list) {
    for (size_t i = l->spaces.len; i-- > 0;) {                /* inner ones first */
        const struct space *b = &l->spaces.at[i];
        for (uint32_t k = ref_at(l, b->start); k < l->t->refs.len && l->t->refs.at[k].start < b->end; k++) {
            const struct ref *r = &l->t->refs.at[k];
            if ((r->flags & REF_DEAD) || !is_outside(l, r, b->start)) continue;
            for (size_t j = 0; j < list->len; j++) {
                const struct owned *o = &list->at[j];
                if (o->name != r->name || o->space == i || l->spaces.at[o->space].identity != b->identity ||
                    is_edited(l, k))
                    continue;
                scope_ref(l, k, b->object);
                break;
            }
        }
    }
}

/* So does an enum. */
static void refuse_awaits_in_enums(struct lower *l) {
    for (uint32_t i = 0; i < l->t->marks.len; i++) {
        const struct mark *e = &l->t->marks.at[i], *m;
        if (e->kind != MARK_ENUM) continue;
        for (uint32_t k = i + 1; k < l->t->marks.len && (m = &l->t->marks.at[k])->start < e->end; k++) {
            bool own = m->kind == MARK_AWAIT;
            for (uint32_t f = 1; f < l->t->funcs.len && own; f++) {
                const struct node *n = NODE(l->t->funcs.at[f].node);
                own = !(n->start >= e->start && n->start <= m->start && m->start < n->end);
            }
            if (own) lower_fail(l, m->start, m->start + 5, "await-in-enum", "`await` cannot stand in an enum");
        }
    }
}

/* A namespace becomes a plain function: nothing of the file may wait in it. */
static void refuse_awaits(struct lower *l) {
    for (uint32_t i = 0; i < l->t->marks.len; i++) {
        const struct mark *m = &l->t->marks.at[i];
        if (m->kind != MARK_AWAIT && m->kind != MARK_FOR_AWAIT) continue;
        const struct space *inner = NULL;
        for (size_t k = 0; k < l->spaces.len; k++)
            if (l->spaces.at[k].start <= m->start && m->start < l->spaces.at[k].end) inner = &l->spaces.at[k];
        bool in_function = !inner;
        for (uint32_t f = 1; f < l->t->funcs.len && !in_function; f++) {
            const struct node *n = NODE(l->t->funcs.at[f].node);
            in_function = n->start >= inner->start && n->start <= m->start && m->start < n->end;
        }
        if (!in_function)
            lower_fail(l, m->start, m->start + 5, "await-in-namespace", "`await` cannot stand in a namespace");
    }
}

static void space_edits(struct lower *l) {
    owned_list list = {0};
    l->scoped_object = ARENA_ARRAY(l->a, str, l->t->symbols.len + 1);
    for (uint32_t i = 0; i < l->t->marks.len; i++)
        if (l->t->marks.at[i].kind == MARK_NAMESPACE) add_space(l, l->t->marks.at[i].node);
    for (uint32_t i = 0; i < l->spaces.len; i++) own_exports(l, i, &list);
    for (uint32_t i = 0; i < l->t->refs.len; i++) {
        const struct ref *r = &l->t->refs.at[i];
        if (r->symbol && !(r->flags & REF_DEAD) && l->scoped_object[r->symbol].len)
            scope_ref(l, i, l->scoped_object[r->symbol]);
    }
    merged_refs(l, &list);
    if (l->u->has_tla) refuse_awaits(l);
    LIST_FREE(&list);
}

/* Members that a computed initializer names: E.member. */
static void enum_edits(struct lower *l) {
    for (size_t i = 0; i < l->enums->members.len; i++) {
        const struct member *m = &l->enums->members.at[i];
        nid init = NODE(m->node)->b;
        if (!init || m->value.kind != VALUE_NONE) continue;
        for (uint32_t k = ref_at(l, NODE(init)->start); k < l->t->refs.len && l->t->refs.at[k].start < NODE(init)->end;
             k++) {
            const struct ref *r = &l->t->refs.at[k];
            if ((r->flags & REF_DEAD) || !is_outside(l, r, NODE(m->node)->start)) continue;
            str name = name_text(&l->t->names, r->name);
            for (size_t j = 0; j < l->enums->members.len; j++)
                if (l->enums->members.at[j].symbol == m->symbol && str_eq(l->enums->members.at[j].name, name)) {
                    scope_ref(l, k, lower_name(l, l->t->symbols.at[m->symbol].name));
                    break;
                }
        }
    }
}

/* Does the namespace `space` declare what the entity a.b names? What merges with a class, a function or an enum is no
 * namespace alone: its members are not known. */
static bool is_space_of(const struct lower *l, nid space, nid entity) {
    const struct node *n = NODE(space), *e = NODE(entity);
    if (n->kind != N_TS_NAMESPACE || l->t->symbols.at[NODE(n->a)->b].kind != SYMBOL_NAMESPACE) return false;
    if (e->kind == N_IDENT) return l->t->refs.at[e->b].symbol == NODE(n->a)->b;
    if (NODE(n->a)->a != e->b) return false;
    for (nid id = space + 1; id < l->t->nodes.len; id++) {        /* children are made before their parent */
        if (!is_space_of(l, id, e->a)) continue;
        if (NODE(id)->b == space) return true;
        if (NODE(NODE(id)->b)->kind != N_BLOCK) continue;
        for (nid s = NODE(NODE(id)->b)->a; s; s = NODE(s)->next)
            if (NODE(s)->kind == N_EXPORT_DECL && NODE(s)->a == space) return true;
    }
    return false;
}

static bool declares_value(const struct lower *l, const struct node *v, uint32_t name) {
    switch (v->kind) {
    case N_VAR:
        for (nid k = v->a; k; k = NODE(k)->next)
            if (NODE(NODE(k)->a)->kind != N_BINDING || NODE(NODE(k)->a)->a == name) return true;
        return false;
    case N_FUNCTION: case N_CLASS: case N_TS_ENUM: case N_TS_NAMESPACE: case N_TS_IMPORT_EQUALS:
        return v->a && NODE(v->a)->a == name;
    default: return v->kind != N_TS_ERASED;
    }
}

static bool space_has_value(const struct lower *l, nid space, uint32_t name) {
    nid body = NODE(space)->b;
    if (NODE(body)->kind != N_BLOCK) return NODE(NODE(body)->a)->a == name;
    for (nid s = NODE(body)->a; s; s = NODE(s)->next)
        if (NODE(s)->kind == N_EXPORT_DECL && declares_value(l, NODE(NODE(s)->a), name)) return true;
    return false;
}

/* Is what import x = a.b.c names a type and nothing else, as far as this file tells? */
static bool names_type(const struct lower *l, nid entity) {
    const struct node *n = NODE(entity);
    if (n->kind == N_IDENT) {
        uint32_t symbol = l->t->refs.at[n->b].symbol;
        return symbol ? l->t->symbols.at[symbol].flags & SYM_TYPE_ONLY
                      : lower_is_erased_type(l, name_text(&l->t->names, n->a));
    }
    if (n->kind != N_DOT) return false;
    if (names_type(l, n->a)) return true;
    bool any = false;
    for (nid id = 1; id < l->t->nodes.len; id++) {
        if (!is_space_of(l, id, n->a)) continue;
        if (space_has_value(l, id, n->b)) return false;
        any = true;
    }
    return any;
}

static bool is_kept(const struct lower *l, const struct node *n) {
    const struct symbol *s = &l->t->symbols.at[NODE(n->a)->b];
    if (n->flags & NF_TYPE || s->flags & SYM_TYPE_ONLY) return false;
    if (l->keeps && n->flags & NF_REQUIRE && l->o->keep_unused_imports) return true;
    return (s->flags & (SYM_USED | SYM_EXPORTED)) || n->flags & NF_EXPORT || l->o->verbatim_imports;
}

/* import y = x.z uses x when y is used itself. */
void lower_ts_aliases(struct lower *l) {
    if (!l->is_ts) return;
    for (uint32_t i = 0; i < l->t->marks.len; i++) {
        const struct mark *m = &l->t->marks.at[i];
        if (m->kind != MARK_IMPORT || NODE(m->node)->kind != N_TS_IMPORT_EQUALS) continue;
        const struct node *n = NODE(m->node);
        if (!(n->flags & (NF_REQUIRE | NF_TYPE)) && names_type(l, n->b))
            l->t->symbols.at[NODE(n->a)->b].flags |= SYM_TYPE_ONLY;
    }
    for (uint32_t i = l->t->marks.len; i-- > 0;) {
        const struct mark *m = &l->t->marks.at[i];
        if (m->kind != MARK_IMPORT || NODE(m->node)->kind != N_TS_IMPORT_EQUALS) continue;
        const struct node *n = NODE(m->node);
        if (!is_kept(l, n)) continue;
        if (n->flags & NF_REQUIRE) {
            if (l->is_esm) l->u->uses_require = true;
            continue;
        }
        nid root = n->b;
        while (NODE(root)->kind == N_DOT) root = NODE(root)->a;
        uint32_t symbol = NODE(root)->kind == N_IDENT ? l->t->refs.at[NODE(root)->b].symbol : 0;
        if (symbol) l->t->symbols.at[symbol].flags |= SYM_USED;
    }
}

void lower_ts_edits(struct lower *l) {
    if (!l->is_ts) return;
    l->enums = arena_zero(l->a, sizeof *l->enums);
    if (l->t->flags & TREE_HAS_ENUM) l->enums = read_enums(l);
    if (l->t->flags & TREE_HAS_NAMESPACE) space_edits(l);
    if (l->enums->members.len) enum_edits(l);
    if (l->enums->members.len && l->t->flags & (TREE_HAS_ASYNC | TREE_HAS_TLA)) refuse_awaits_in_enums(l);
}

void lower_ts_done(struct lower *l) {
    if (l->enums) LIST_FREE(&l->enums->members);
    LIST_FREE(&l->spaces);
}

/* import x = require('y'), import x = a.b.c */
void lower_import_equals(struct lower *l, nid id) {
    const struct node *n = NODE(id);
    emit_to(&l->e, n->start);
    if (!is_kept(l, n)) {
        emit_lit(&l->e, ";");
        l->e.at++;
        emit_blank(&l->e, n->end);
        return;
    }
    if (l->keeps && str_starts(str_from(l->t->source, n->start), STR("export"))) emit_lit(&l->e, "export ");
    emit_lit(&l->e, "const  ");
    l->e.at = lower_skip_space(l, n->start + 6);
    emit_lines(&l->e, n->start + 6, l->e.at);
    emit_put(&l->e, lower_name(l, NODE(n->a)->a));
    emit_lit(&l->e, "=");
    for (struct export_name *e = l->exports_of[NODE(n->a)->b]; e; e = e->next)
        buf_print(l->e.out, "%.*s=", STR_FMT(lower_member(l, l->m, l->exports.at[e->index].name)));
    lower_skip_to(l, NODE(n->a)->end);
    if (n->flags & NF_REQUIRE) {
        buf_print(l->e.out, "require(%.*s)", STR_FMT(lower_quoted(l, lower_key_value(l, n->b))));
        lower_skip_to(l, n->end);
    } else lower_node(l, n->b);
    emit_lit(&l->e, ";");
    lower_skip_to(l, n->end);
}
