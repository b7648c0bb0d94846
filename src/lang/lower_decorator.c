/* lang/lower_decorator.c: TypeScript's older decorators (experimentalDecorators): blanked where they stand, called
 * behind the class: class K{...};$C.decorate([a,b()],K.prototype,"m",null); and for the class itself let K=class
 * K{...}; K=$C.decorate([...],K); with design:type and its kin when emitDecoratorMetadata asks for them. */
#include "lang/lex.h"
#include "lang/lower.h"

/* --- types as values (metadata) ----------------------------------------------------------------------------------- */

/* Cuts `t` at the first `mark` outside of brackets and quotes; false when there is none. */
static bool cut(str t, char mark, str *left, str *right) {
    int depth = 0;
    for (size_t i = 0; i < t.len; i++) {
        char c = t.at[i];
        if (c == '"' || c == '\'' || c == '`') {
            for (i++; i < t.len && t.at[i] != c; i++) if (t.at[i] == '\\') i++;
            continue;
        }
        if (c == mark && depth == 0) {
            *left = str_trim(str_upto(t, i));
            *right = str_trim(str_from(t, i + 1));
            return true;
        }
        if (strchr("([{<", c)) depth++;
        else if (strchr(")]}", c) || (c == '>' && (i == 0 || t.at[i - 1] != '='))) depth--;
    }
    return false;
}

static bool has_arrow(str t) {
    str left, right;
    while (cut(t, '=', &left, &right)) {
        if (right.len && right.at[0] == '>') return true;
        t = right;
    }
    return false;
}

static bool is_whole_group(str t) {
    str left, right;
    return t.len > 1 && t.at[0] == '(' && t.at[t.len - 1] == ')' && !cut(str_cut(t, 1, t.len - 1), ')', &left, &right);
}

static void put_type(struct lower *l, struct buf *out, str t);

/* The parts of a union or intersection: their common value, or Object. */
static void put_joined(struct lower *l, struct buf *out, str t, char mark) {
    struct buf first = {0}, next = {0};
    bool same = true;
    for (str part, rest = t; same && rest.len; rest = t) {
        if (!cut(t, mark, &part, &t)) part = t, t = (str){0};
        if (mark == '|' && (str_is(part, "null") || str_is(part, "undefined") || str_is(part, "never"))) continue;
        buf_clear(&next);
        put_type(l, &next, part);
        if (!first.len) buf_add(&first, buf_view(&next));
        else same = str_eq(buf_view(&first), buf_view(&next));
    }
    buf_add(out, same && first.len ? buf_view(&first) : STR("Object"));
    buf_free(&first);
    buf_free(&next);
}

/* What stands behind `type NAME =` at the top of the file; empty when nothing does. */
static str alias_text(const struct lower *l, str name) {
    for (nid id = NODE(l->t->root)->a; id; id = NODE(id)->next) {
        if (NODE(id)->kind != N_TS_ERASED) continue;
        str rest = str_trim(ast_text(l->t, id));
        static const char *const before[] = {"export", "declare"};
        for (size_t i = 0; i < 2; i++)
            if (str_starts(rest, str_c(before[i]))) rest = str_trim(str_from(rest, strlen(before[i])));
        if (!str_starts(rest, STR("type "))) continue;
        str left, right;
        if (!str_split(str_from(rest, 5), '=', &left, &right) || !str_eq(str_trim(left), name)) continue;
        right = str_trim(right);
        return str_ends(right, STR(";")) ? str_upto(right, right.len - 1) : right;
    }
    return STR("");
}

/* a.b.c -> a?.b?.c: what is a type there is no object here. */
static str as_chain(struct lower *l, str t) {
    struct buf b = {0};
    for (str part; str_next(&t, '.', &part); buf_lit(&b, "?.")) buf_add(&b, str_trim(part));
    str text = arena_str(l->a, str_upto(buf_view(&b), b.len ? b.len - 2 : 0));
    buf_free(&b);
    return text;
}

static bool is_text(const struct lower *l, nid id) {
    for (; id; id = NODE(id)->a) {
        const struct node *n = NODE(id);
        if (n->kind == N_STRING || n->kind == N_TEMPLATE) return true;
        if (n->kind == N_BINARY && is_text(l, n->b)) return true;
        if (n->kind != N_BINARY && n->kind != N_PAREN) return false;
    }
    return false;
}

/* An enum of texts, of numbers, or of both, by how its members are written. */
static str enum_type(const struct lower *l, nid name) {
    nid id = name;
    while (id < l->t->nodes.len && (NODE(id)->kind != N_TS_ENUM || NODE(id)->a != name)) id++;
    if (id == l->t->nodes.len) return STR("Number");
    bool texts = false, numbers = false;
    for (nid m = NODE(id)->b; m; m = NODE(m)->next) *(is_text(l, NODE(m)->b) ? &texts : &numbers) = true;
    return texts && numbers ? STR("Object") : texts ? STR("String") : STR("Number");
}

static void put_reference(struct lower *l, struct buf *out, str t) {
    str name, rest, first, tail = {0};
    if (cut(t, '<', &name, &rest)) t = name;
    str alias = alias_text(l, t);
    if (alias.len && l->alias_depth < 8) {
        l->alias_depth++;
        put_type(l, out, alias);
        l->alias_depth--;
        return;
    }
    bool dotted = str_split(t, '.', &first, &tail);
    if (!lex_is_name(str_trim(first))) {
        buf_lit(out, "Object");
        return;
    }
    uint32_t symbol = lower_symbol_at(l, first, l->type_at, true);
    const struct symbol *s = symbol ? &l->t->symbols.at[symbol] : NULL;
    bool is_type = s ? s->flags & SYM_TYPE_ONLY : lower_is_erased_type(l, first);
    if (is_type) buf_lit(out, "Object");
    else if (s && s->kind == SYMBOL_IMPORT) {
        const struct node *spec = s->decl ? NODE(s->decl) : NULL;
        str text = first, member;
        if (l->is_esm && l->request_of[s->request] != NO_REQUEST) text = lower_import_text(l, symbol, !dotted);
        else if (l->keeps && spec && spec->kind != N_IMPORT_STAR && s->flags & SYM_METADATA) {
            member = spec->kind == N_IMPORT_DEFAULT ? STR("default") : lower_key_value(l, spec->a);
            text = lower_member(l, lower_metadata_object(l, s), member);
        }
        str chain = text;
        if (dotted) {
            chain = arena_print(l->a, "%.*s?.%.*s", STR_FMT(text), STR_FMT(as_chain(l, tail)));
            text = arena_print(l->a, "%.*s.%.*s", STR_FMT(text), STR_FMT(tail));
        }
        buf_print(out, "typeof %.*s===\"function\"?%.*s:Object", STR_FMT(chain), STR_FMT(text));
    } else if (s && s->kind == SYMBOL_ENUM) buf_add(out, enum_type(l, s->node));
    else if (s && s->kind == SYMBOL_NAMESPACE && dotted)
        buf_print(out, "typeof %.*s!==\"undefined\"&&typeof %.*s===\"function\"?%.*s:Object", STR_FMT(first),
                  STR_FMT(t), STR_FMT(t));
    else if (s && (s->kind == SYMBOL_CLASS || s->kind == SYMBOL_NAMESPACE)) buf_add(out, t);
    else if (s) buf_lit(out, "Object");
    else if (dotted)
        buf_print(out, "typeof %.*s!==\"undefined\"&&typeof %.*s===\"function\"?%.*s:Object", STR_FMT(first),
                  STR_FMT(as_chain(l, t)), STR_FMT(t));
    else buf_print(out, "typeof %.*s===\"function\"?%.*s:Object", STR_FMT(t), STR_FMT(t));
}

/* T extends U ? X : Y, as far as it is one: X and Y. */
static bool cut_conditional(str t, str *then, str *otherwise) {
    str left, right;
    if (!cut(t, '?', &left, &right)) return false;
    ptrdiff_t at = str_find(left, STR(" extends "));
    if (at < 0 || has_arrow(str_upto(left, (size_t)at))) return false;
    int depth = 0, nested = 0;
    for (size_t i = 0; i < right.len; i++) {
        char c = right.at[i];
        if (c == '"' || c == '\'' || c == '`') {
            for (i++; i < right.len && right.at[i] != c; i++) if (right.at[i] == '\\') i++;
            continue;
        }
        if (strchr("([{<", c)) depth++;
        else if (strchr(")]}", c) || (c == '>' && (i == 0 || right.at[i - 1] != '='))) depth--;
        else if (depth == 0 && c == '?') nested++;
        else if (depth == 0 && c == ':' && nested-- == 0) {
            *then = str_trim(str_upto(right, i));
            *otherwise = str_trim(str_from(right, i + 1));
            return true;
        }
    }
    return false;
}

static void put_type(struct lower *l, struct buf *out, str t) {
    static const struct { const char *word, *value; } words[] = {
        {"string", "String"}, {"number", "Number"}, {"boolean", "Boolean"}, {"bigint", "BigInt"}, {"symbol", "Symbol"},
        {"any", "Object"},
        {"unknown", "Object"}, {"object", "Object"}, {"void", "void 0"}, {"undefined", "void 0"}, {"null", "void 0"},
        {"never", "void 0"},
        {"true", "Boolean"}, {"false", "Boolean"}, {"this", "Object"}, {"unique symbol", "Object"}, {"", "Object"}};
    str left, right;
    t = str_trim(t);
    while (t.len && (t.at[0] == '|' || t.at[0] == '&')) t = str_trim(str_from(t, 1));
    while (is_whole_group(t)) t = str_trim(str_cut(t, 1, t.len - 1));
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (str_is(t, words[i].word)) {
            buf_add(out, str_c(words[i].value));
            return;
        }
    if (cut_conditional(t, &left, &right))
        put_joined(l, out, arena_print(l->a, "(%.*s)|(%.*s)", STR_FMT(left), STR_FMT(right)), '|');
    else if (has_arrow(t) || str_starts(t, STR("new "))) buf_lit(out, "Function");
    else if (str_find(t, STR(" extends ")) >= 0) buf_lit(out, "Object");
    else if (cut(t, '|', &left, &right)) put_joined(l, out, t, '|');
    else if (cut(t, '&', &left, &right)) put_joined(l, out, t, '&');
    else if (str_ends(t, STR("[]")) || t.at[0] == '[') buf_lit(out, "Array");
    else if (t.at[0] == '"' || t.at[0] == '\'' || t.at[0] == '`') buf_lit(out, "String");
    else if ((t.at[0] >= '0' && t.at[0] <= '9') || t.at[0] == '-')
        buf_add(out, str_ends(t, STR("n")) ? STR("BigInt") : STR("Number"));
    else if (str_starts(t, STR("asserts ")) || str_find(t, STR(" is ")) >= 0) buf_lit(out, "Boolean");
    else if (str_starts(t, STR("readonly "))) put_type(l, out, str_from(t, 9));
    else if (t.at[0] == '{' || str_ends(t, STR("]"))) buf_lit(out, "Object");
    else if (str_find_char(cut(t, '<', &left, &right) ? left : t, ' ') >= 0) buf_lit(out, "Object");
    else put_reference(l, out, t);
}

static void put_type_node(struct lower *l, nid type) {
    if (!type) {
        emit_lit(&l->e, "Object");
        return;
    }
    l->type_at = NODE(type)->start;
    put_type(l, l->e.out, ast_text(l->t, type));
}

/* Imports that only metadata names are values all the same. */
static void use_type(struct lower *l, nid type) {
    if (!type) return;
    str t = ast_text(l->t, type);
    for (size_t i = 0; i < t.len;) {
        size_t n = i;
        while (n < t.len && lex_is_id_part((unsigned char)t.at[n])) n++;
        uint32_t symbol = n > i ? lower_symbol_at(l, str_cut(t, i, n), NODE(type)->start, true) : 0;
        if (symbol && !(l->t->symbols.at[symbol].flags & (SYM_USED | SYM_TYPE_ONLY)))
            l->t->symbols.at[symbol].flags |= SYM_USED | SYM_METADATA;
        i = n > i ? n : i + 1;
    }
}

/* --- what is decorated -------------------------------------------------------------------------------------------- */

static bool has_param_decorators(const struct lower *l, nid function) {
    if (NODE(function)->kind != N_FUNCTION) return false;
    for (nid p = NODE(function)->b; p; p = NODE(p)->next) if (NODE(p)->c) return true;
    return false;
}

static bool is_decorated(const struct lower *l, const struct node *member) {
    if (member->kind != N_MEMBER || member->op == MEMBER_CONSTRUCTOR || member->op == MEMBER_STATIC_BLOCK) return false;
    return member->c || (member->b && member->op != MEMBER_FIELD && has_param_decorators(l, member->b));
}

static bool decorates_class(const struct lower *l, const struct class_info *k) {
    return k->decorators ||
           (k->constructor && NODE(k->constructor)->b && has_param_decorators(l, NODE(k->constructor)->b));
}

static void put_exprs(struct lower *l, nid list, bool *any) {
    for (nid d = list; d; d = NODE(d)->next) {
        if (*any) emit_lit(&l->e, ",");
        *any = true;
        lower_moved(l, NODE(d)->a);
    }
}

static void put_params(struct lower *l, nid function, bool *any) {
    uint32_t index = 0;
    for (nid p = NODE(function)->b; p; p = NODE(p)->next, index++) {
        for (nid d = NODE(p)->c; d; d = NODE(d)->next) {
            buf_print(l->e.out, "%s%.*s.param(%u,", *any ? "," : "", STR_FMT(l->ctx), index);
            *any = true;
            lower_moved(l, NODE(d)->a);
            emit_lit(&l->e, ")");
        }
    }
}

static void put_meta(struct lower *l, const char *key) {
    buf_print(l->e.out, ",%.*s.metadata(\"design:%s\",", STR_FMT(l->ctx), key);
}

/* ...rest: T[] tells T. */
static str element_type(str t) {
    str left, right;
    t = str_trim(t);
    if (str_ends(t, STR("[]"))) return str_upto(t, t.len - 2);
    if (cut(t, '<', &left, &right) && (str_is(left, "Array") || str_is(left, "ReadonlyArray")) &&
        str_ends(right, STR(">")))
        return str_upto(right, right.len - 1);
    return STR("any");
}

static void put_param_types(struct lower *l, nid function) {
    put_meta(l, "paramtypes");
    emit_lit(&l->e, "[");
    for (nid p = NODE(function)->b; p; p = NODE(p)->next) {
        if (p != NODE(function)->b) emit_lit(&l->e, ",");
        if (NODE(p)->d) l->type_at = NODE(NODE(p)->d)->start;
        if (NODE(p)->flags & NF_REST && NODE(p)->d) put_type(l, l->e.out, element_type(ast_text(l->t, NODE(p)->d)));
        else put_type_node(l, NODE(p)->d);
    }
    emit_lit(&l->e, "])");
}

/* The other half of a pair of accessors. */
static const struct node *other_accessor(const struct lower *l, const struct node *class, const struct node *m) {
    if (m->op != MEMBER_GET && m->op != MEMBER_SET) return NULL;
    uint8_t wanted = m->op == MEMBER_GET ? MEMBER_SET : MEMBER_GET;
    for (nid id = class->c; id; id = NODE(id)->next) {
        const struct node *n = NODE(id);
        if (n->kind == N_MEMBER && n->op == wanted && (n->flags & NF_STATIC) == (m->flags & NF_STATIC) &&
            str_eq(ast_text(l->t, n->a), ast_text(l->t, m->a)))
            return n;
    }
    return NULL;
}

/* What the setter takes, or else what the getter gives. */
static nid accessor_type(const struct lower *l, const struct node *get, const struct node *set) {
    nid param = set ? NODE(set->b)->b : 0;
    if (param && NODE(param)->d) return NODE(param)->d;
    return get ? l->t->funcs.at[NODE(get->b)->d].return_type : 0;
}

static void put_metadata(struct lower *l, const struct node *class, const struct node *m) {
    if (!l->o->decorator_metadata) return;
    const struct node *f = m->b ? NODE(m->b) : NULL, *other = other_accessor(l, class, m);
    bool function = f && f->kind == N_FUNCTION && m->op != MEMBER_FIELD && m->op != MEMBER_ACCESSOR;
    put_meta(l, "type");
    if (function && m->op == MEMBER_GET) put_type_node(l, accessor_type(l, m, other));
    else if (function && m->op == MEMBER_SET) put_type_node(l, accessor_type(l, other, m));
    else if (function) emit_lit(&l->e, "Function");
    else put_type_node(l, m->d);
    emit_lit(&l->e, ")");
    if (!function) return;
    put_param_types(l, m->op == MEMBER_GET && other ? other->b : m->b);
    if (m->op != MEMBER_METHOD) return;
    put_meta(l, "returntype");
    nid type = l->t->funcs.at[f->d].return_type;
    if (type) put_type_node(l, type);
    else emit_put(&l->e, l->t->funcs.at[f->d].flags & FUNC_ASYNC ? STR("Promise") : STR("void 0"));
    emit_lit(&l->e, ")");
}

/* A computed key is evaluated once, in the class: [$q12=(key)](){}, and told by that name behind it. */
static str key_name(struct lower *l, nid key) { return lower_fresh(l, arena_print(l->a, "$q%u", key).at); }

static void put_key(struct lower *l, nid key) {
    const struct node *n = NODE(key);
    if (n->kind == N_KEY) emit_quote(l->e.out, name_text(&l->t->names, n->a));
    else if (n->kind == N_COMPUTED) emit_put(&l->e, key_name(l, key));
    else if (n->kind == N_STRING) emit_quote(l->e.out, lower_key_value(l, key));
    else emit_put(&l->e, ast_text(l->t, key));
}

static void put_member(struct lower *l, str name, const struct node *class, const struct node *m) {
    bool any = false, is_field = m->op == MEMBER_FIELD;
    buf_print(l->e.out, ";%.*s.decorate([", STR_FMT(l->ctx));
    put_exprs(l, m->c, &any);
    if (m->b && !is_field && NODE(m->b)->kind == N_FUNCTION) put_params(l, m->b, &any);
    put_metadata(l, class, m);
    buf_print(l->e.out, "],%.*s%s,", STR_FMT(name), m->flags & NF_STATIC ? "" : ".prototype");
    put_key(l, m->a);
    emit_put(&l->e, is_field ? STR(",void 0)") : STR(",null)"));
}

static str class_name(struct lower *l, const struct node *n) {
    return n->a && NODE(n->a)->kind == N_BINDING ? lower_name(l, NODE(n->a)->a) : l->dflt;
}

/* Behind the class: node is the CLASS. */
void lower_decorate(struct lower *l, nid id) {
    const struct node *n = NODE(id);
    const struct class_info *k = &l->t->classes.at[n->d];
    str name = class_name(l, n);
    for (nid m = n->c; m; m = NODE(m)->next)
        if (is_decorated(l, NODE(m)) && NODE(NODE(m)->a)->kind == N_COMPUTED)
            buf_print(l->e.out, ";var %.*s", STR_FMT(key_name(l, NODE(m)->a)));
    for (int statics = 0; statics < 2; statics++)
        for (nid m = n->c; m; m = NODE(m)->next)
            if (is_decorated(l, NODE(m)) && !(NODE(m)->flags & NF_STATIC) == !statics) put_member(l, name, n, NODE(m));
    if (decorates_class(l, k)) {
        bool any = false;
        buf_print(l->e.out, ";%.*s=%.*s.decorate([", STR_FMT(name), STR_FMT(l->ctx));
        put_exprs(l, k->decorators, &any);
        nid constructor = k->constructor ? NODE(k->constructor)->b : 0;
        if (constructor) put_params(l, constructor, &any);
        if (constructor && l->o->decorator_metadata) put_param_types(l, constructor);
        buf_print(l->e.out, "],%.*s)", STR_FMT(name));
    }
    emit_lit(&l->e, ";");
}

/* --- before the pass ---------------------------------------------------------------------------------------------- */

static bool any_decorated(const struct lower *l, const struct node *n) {
    if (decorates_class(l, &l->t->classes.at[n->d])) return true;
    for (nid m = n->c; m; m = NODE(m)->next) if (is_decorated(l, NODE(m))) return true;
    return false;
}

static bool decorates_private(const struct lower *l, const struct node *n) {
    for (nid m = n->c; m; m = NODE(m)->next)
        if (is_decorated(l, NODE(m)) && NODE(NODE(m)->a)->kind == N_PRIVATE) return true;
    return false;
}

/* What experimental decorators have no words for (class expressions, private members) has standard ones, as in bun. */
void lower_older_decorators(struct lower *l) {
    if (!l->o->legacy_decorators) return;
    for (uint32_t i = 0; i < l->t->marks.len; i++) {
        if (l->t->marks.at[i].kind != MARK_CLASS) continue;
        struct node *n = NODE(l->t->marks.at[i].node);
        if (!(n->flags & NF_DECLARATION) || decorates_private(l, n)) continue;
        n->flags |= NF_OLDER;
        for (nid m = n->c; m; m = NODE(m)->next) if (NODE(m)->kind == N_MEMBER) NODE(m)->flags |= NF_OLDER;
        l->older_decorators |= any_decorated(l, n);
    }
}

bool lower_is_let_class(const struct lower *l, nid class) {
    const struct node *n = NODE(class);
    if (!(n->flags & NF_OLDER) || !any_decorated(l, n)) return false;
    return decorates_class(l, &l->t->classes.at[n->d]) || !n->a;
}

/* Types of decorated members name values: their imports stay. Before the tables are made. */
void lower_decorator_types(struct lower *l) {
    if (!l->o->decorator_metadata || !(l->t->flags & TREE_HAS_DECORATORS)) return;
    for (uint32_t i = 0; i < l->t->funcs.len; i++) {
        const struct func *f = &l->t->funcs.at[i];
        if (NODE(f->node)->kind != N_FUNCTION ||
            !(f->flags & (FUNC_METHOD | FUNC_CONSTRUCTOR | FUNC_GETTER | FUNC_SETTER)))
            continue;
        for (nid p = NODE(f->node)->b; p; p = NODE(p)->next) use_type(l, NODE(p)->d);
        use_type(l, f->return_type);
    }
    for (nid id = 1; id < l->t->nodes.len; id++)
        if (NODE(id)->kind == N_MEMBER && NODE(id)->c) use_type(l, NODE(id)->d);
}

/* let A;A=class{static{A=this}...}: what is inside means the class that the decorators give, once they have. */
static void class_head(struct lower *l, const struct node *n, uint32_t start) {
    const struct class_info *k = &l->t->classes.at[n->d];
    str name = class_name(l, n);
    if (!n->a) {                                           /* export default @d class {...}: so is its name */
        lower_text_before(l, start, n->end, arena_print(l->a, "let %.*s={default:", STR_FMT(name)));
        lower_text_after(l, n->end, n->start + 2, STR("}.default"));
        if (!l->is_esm) return;
        str exported = lower_member(l, l->m, STR("default"));
        lower_text_after(l, n->end, n->start,
                         arena_print(l->a, "%.*s=%.*s;", STR_FMT(exported), STR_FMT(name)));
        return;
    }
    if (NODE(n->a)->kind != N_BINDING || !decorates_class(l, k)) {
        lower_text_before(l, start, n->end, arena_print(l->a, "let %.*s=", STR_FMT(name)));
        return;
    }
    lower_text_before(l, start, n->end, arena_print(l->a, "let %.*s;%.*s=", STR_FMT(name), STR_FMT(name)));
    *LIST_ADD(&l->drops) = (struct mark){NODE(n->a)->start, NODE(n->a)->end, MARK_ERASE, n->a};
    lower_text_before(l, k->body_start + 1, k->body_end, arena_print(l->a, "static{%.*s=this}", STR_FMT(name)));
}

static void refuse_param_decorators(struct lower *l, const struct node *class) {
    for (nid m = class->c; m; m = NODE(m)->next) {
        const struct node *n = NODE(m);
        if (n->kind != N_MEMBER || !n->b || NODE(n->b)->kind != N_FUNCTION || n->op == MEMBER_FIELD) continue;
        for (nid p = NODE(n->b)->b; p; p = NODE(p)->next) {
            if (!NODE(p)->c) continue;
            lower_fail(l, NODE(NODE(p)->c)->start, NODE(NODE(p)->c)->end, "param-decorator",
                       l->o->legacy_decorators
                           ? "a parameter can have decorators only in a class declaration that decorates nothing private"
                           : "a parameter can have decorators only with experimentalDecorators in tsconfig.json");
            return;
        }
    }
}

void lower_decorator_edits(struct lower *l) {
    if (!(l->t->flags & TREE_HAS_DECORATORS)) return;
    for (uint32_t i = 0; i < l->t->marks.len; i++) {
        if (l->t->marks.at[i].kind != MARK_CLASS) continue;
        nid id = l->t->marks.at[i].node;
        const struct node *n = NODE(id);
        if (!any_decorated(l, n)) continue;
        if (!(n->flags & NF_OLDER)) {
            refuse_param_decorators(l, n);
            continue;
        }
        for (nid m = n->c; m; m = NODE(m)->next) {
            if (!is_decorated(l, NODE(m))) continue;         /* blanked, `x = 1 @d [k](){}` would be one field */
            if (NODE(m)->c) lower_text_before(l, NODE(NODE(m)->c)->start, NODE(m)->end, STR(";"));
            const struct node *key = NODE(NODE(m)->a);
            if (key->kind != N_COMPUTED) continue;
            const struct node *value = NODE(key->a);
            lower_text_before(l, value->start, value->end,
                              arena_print(l->a, "%.*s=(", STR_FMT(key_name(l, NODE(m)->a))));
            lower_text_after(l, value->end, value->start, STR(")"));
        }
        uint32_t start = lower_class_keyword(l, n);
        if (lower_is_let_class(l, id)) class_head(l, n, start);
        uint32_t order = (uint32_t)l->edits.len;
        *LIST_ADD(&l->edits) = (struct edit){{n->end, n->start + 1, EDIT_DECORATE, id}, n->start + 1, order};
    }
}

/* One of a parameter is no JavaScript. */
static bool is_of_param(const struct lower *l, nid decorator) {
    for (nid id = decorator + 1; id < l->t->nodes.len && NODE(id)->kind != N_MEMBER; id++)
        for (nid d = NODE(id)->kind == N_PARAM ? NODE(id)->c : 0; d; d = NODE(d)->next) if (d == decorator) return true;
    return false;
}

void lower_decorator(struct lower *l, const struct mark *m) {
    if (l->o->for_showing && !is_of_param(l, m->node)) return;
    emit_to(&l->e, m->start);
    emit_blank(&l->e, m->end);
    while (l->i < l->n_marks && l->marks[l->i].start < m->end) l->i++;
}

/* --- accessor x = v ----------------------------------------------------------------------------------------------- */

static bool has_own_storage(const struct lower *l, const struct node *n) {
    return (n->c && !(n->flags & NF_OLDER)) || lower_awkward_accessor(l, n);
}

str lower_accessor_storage(struct lower *l, nid member) {
    return has_own_storage(l, NODE(member)) ? STR("") : lower_fresh(l, arena_print(l->a, "#$a%u", member).at);
}

/* #$a0 = v;get x(){return this.#$a0}set x($v){this.#$a0=$v} */
void lower_accessor_edits(struct lower *l) {
    for (uint32_t i = 0; i < l->t->marks.len; i++) {
        const struct mark *m = &l->t->marks.at[i];
        if (m->kind != MARK_ACCESSOR) continue;
        const struct node *n = NODE(m->node), *key = NODE(n->a);
        if (has_own_storage(l, n)) continue;
        str object = STR("this"),
            scope = n->flags & NF_STATIC && key->kind != N_PRIVATE ? lower_replaced_scope(l, m->node) : STR("");
        if (scope.len) object = arena_print(l->a, "%.*s.at(this)", STR_FMT(scope));
        str name = lower_accessor_storage(l, m->node), text = ast_text(l->t, n->a);
        const char *fixed = n->flags & NF_STATIC ? "static " : "";
        uint32_t end = n->end - (l->t->source.at[n->end - 1] == ';'), start = n->start;
        for (nid d = n->c; d; d = NODE(d)->next) start = lower_skip_space(l, NODE(d)->end);
        *LIST_ADD(&l->drops) = (struct mark){start, key->end, MARK_ERASE, m->node};
        lower_text_before(l, start, n->end, arena_print(l->a, "%s%.*s", fixed, STR_FMT(name)));
        lower_text_after(l, end, n->start,
                         arena_print(l->a, ";%sget %.*s(){return %.*s.%.*s}%sset %.*s($v){%.*s.%.*s=$v}", fixed,
                                     STR_FMT(text), STR_FMT(object), STR_FMT(name), fixed, STR_FMT(text),
                                     STR_FMT(object), STR_FMT(name)));
    }
}
