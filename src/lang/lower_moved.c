/* lang/lower_moved.c: nodes that are put elsewhere, decorators above all. Their line ends must not come along, for the
 * lines of what follows would move; so before the pass what ends with a line, or holds one, is written another way:
 * comments go, strings and templates get escapes, tagged templates (whose raw text an escape would change) are called
 * with $C.raw([..],[..]). */
#include "lang/lex.h"
#include "lang/lower.h"

static bool has_end(str text) {
    for (size_t i = 0; i < text.len; i++) {
        if (text.at[i] == '\n' || text.at[i] == '\r') return true;
        if (text.at[i] == '\xe2' && i + 2 < text.len && text.at[i + 1] == '\x80' && (text.at[i + 2] & ~1) == '\xa8')
            return true;
    }
    return false;
}

static void replace(struct lower *l, uint32_t start, uint32_t end, str text) {
    *LIST_ADD(&l->texts) = text;
    uint32_t order = (uint32_t)l->edits.len;
    *LIST_ADD(&l->edits) = (struct edit){{start, end, EDIT_MOVED, (nid)(l->texts.len - 1)}, 0, order};
}

/* The raw text of a template part on one line: the value stays. */
static str one_line(struct lower *l, str raw) {
    struct buf b = {0};
    for (size_t i = 0; i < raw.len; i++) {
        char c = raw.at[i];
        bool escaped = c == '\\' && i + 1 < raw.len;
        if (escaped) c = raw.at[++i];
        bool wide = c == '\xe2' && i + 2 < raw.len && raw.at[i + 1] == '\x80' && (raw.at[i + 2] & ~1) == '\xa8';
        if (c == '\r' && i + 1 < raw.len && raw.at[i + 1] == '\n') i++;
        if (c == '\n' || c == '\r') {
            if (!escaped) buf_lit(&b, "\\n");
        } else if (wide) {
            if (!escaped) buf_add(&b, raw.at[i + 2] == '\xa8' ? STR("\\u2028") : STR("\\u2029"));
            i += 2;
        } else {
            if (escaped) buf_add_char(&b, '\\');
            buf_add_char(&b, c);
        }
    }
    str text = arena_str(l->a, buf_view(&b));
    buf_free(&b);
    return text;
}

static void raw_list(struct lower *l, const struct node *template, struct buf *out, bool raw) {
    buf_lit(out, "[");
    for (nid p = template->a; p; p = NODE(p)->next) {
        if (NODE(p)->kind != N_TEMPLATE_PART) continue;
        struct buf b = {0};
        if (p != template->a) buf_lit(out, ",");
        str text = ast_text(l->t, p);
        if (raw) {
            for (size_t i = 0; i < text.len; i++)                /* CR and CR LF are LF in raw text */
                if (text.at[i] != '\r') buf_add_char(&b, text.at[i]);
                else if (i + 1 == text.len || text.at[i + 1] != '\n') buf_lit(&b, "\n");
        }
        if (raw || lex_template_value(text, &b)) emit_quote(out, buf_view(&b));
        else buf_lit(out, "void 0");
        buf_free(&b);
    }
    buf_lit(out, "]");
}

/* tag`a${x}b` -> tag($C.raw(["a","b"],["a","b"]),(x)) */
static void tagged_edits(struct lower *l, const struct node *template) {
    struct buf b = {0};
    l->calls_raw = true;
    buf_print(&b, "(%.*s.raw(", STR_FMT(l->ctx));
    raw_list(l, template, &b, false);
    buf_lit(&b, ",");
    raw_list(l, template, &b, true);
    buf_lit(&b, ")");
    uint32_t at = template->start;
    str text = arena_str(l->a, buf_view(&b));
    for (nid p = template->a; p; p = NODE(p)->next) {
        if (NODE(p)->kind == N_TEMPLATE_PART) continue;
        replace(l, at, NODE(p)->start, arena_join(l->a, text, STR(",(")));
        text = STR(")");
        at = NODE(p)->end;
    }
    replace(l, at, template->end, arena_join(l->a, text, STR(")")));
    buf_free(&b);
}

/* Is this part one of a tagged template's? The template is the first that is made behind it and lists it. */
static bool is_tagged(const struct lower *l, nid part, nid last) {
    for (nid i = part + 1; i <= last; i++) {
        if (NODE(i)->kind != N_TEMPLATE) continue;
        for (nid p = NODE(i)->a; p; p = NODE(p)->next)
            if (p == part) return i < last && NODE(i + 1)->kind == N_TAGGED && NODE(i + 1)->b == i;
    }
    return false;
}

struct opaque { uint32_t start, end; };

static int opaque_cmp(const void *pa, const void *pb) {
    const struct opaque *a = pa, *b = pb;
    return a->start != b->start ? (a->start < b->start ? -1 : 1) : 0;
}

/* Comments stand only between what has nodes of its own: there every slash that is followed by another begins one. */
static void comment_edits(struct lower *l, uint32_t start, uint32_t end) {
    const char *s = l->t->source.at;
    for (uint32_t at = start; at + 1 < end; at++) {
        if (s[at] != '/' || (s[at + 1] != '/' && s[at + 1] != '*')) continue;
        uint32_t from = at;
        at = lower_skip_comment(l, at);
        if (at > end) at = end;
        *LIST_ADD(&l->drops) = (struct mark){from, at, MARK_ERASE, 0};
        at--;
    }
}

static void moved_edits(struct lower *l, nid id) {
    const struct node *root = NODE(id);
    if (!has_end(ast_text(l->t, id))) return;
    LIST(struct opaque) opaque = {0};
    for (nid i = id; i > 0 && NODE(i)->start >= root->start; i--) {
        const struct node *n = NODE(i);
        switch (n->kind) {
        case N_TAGGED:
            if (has_end(ast_text(l->t, n->b))) tagged_edits(l, NODE(n->b));
            break;
        case N_STRING:
            if (!(n->flags & NF_JSX) && has_end(ast_text(l->t, i)))
                replace(l, n->start, n->end, lower_quoted(l, lower_key_value(l, i)));
            *LIST_ADD(&opaque) = (struct opaque){n->start, n->end};
            break;
        case N_TEMPLATE_PART:
            *LIST_ADD(&opaque) = (struct opaque){n->start, n->end};
            if (!has_end(ast_text(l->t, i))) break;
            if (!is_tagged(l, i, id)) replace(l, n->start, n->end, one_line(l, ast_text(l->t, i)));
            break;
        case N_REGEXP:
        case N_JSX_TEXT:
        case N_TYPE:
        case N_TYPE_ARGS: *LIST_ADD(&opaque) = (struct opaque){n->start, n->end}; break;
        default: break;
        }
    }
    qsort(opaque.at, opaque.len, sizeof *opaque.at, opaque_cmp);
    uint32_t at = root->start;
    for (size_t i = 0; i < opaque.len; i++) {
        if (opaque.at[i].start > at) comment_edits(l, at, opaque.at[i].start);
        if (opaque.at[i].end > at) at = opaque.at[i].end;
    }
    comment_edits(l, at, root->end);
    LIST_FREE(&opaque);
}

/* What is put elsewhere of this node. */
static nid moved_of(const struct lower *l, nid id) {
    const struct node *n = NODE(id);
    switch (n->kind) {
    case N_FOR_IN:
    case N_FOR_OF:
        for (size_t i = 0; i < l->heads.len; i++) if (l->heads.at[i].loop == id) return n->a;
        return 0;
    case N_DECORATOR: return l->o->for_showing ? 0 : n->a;
    case N_MEMBER:
        if (l->o->for_showing) return 0;
        if (n->op == MEMBER_STATIC_BLOCK || n->op == MEMBER_ERASED || NODE(n->a)->kind != N_COMPUTED) return 0;
        return (n->c && !(n->flags & NF_OLDER)) || lower_awkward_accessor(l, n) ? NODE(n->a)->a : 0;
    case N_JSX_ATTRIBUTE:
        if (!n->b || NODE(n->a)->kind != N_JSX_NAME || !str_is(name_text(&l->t->names, NODE(n->a)->a), "key")) return 0;
        return NODE(n->b)->kind == N_JSX_EXPR ? NODE(n->b)->a : NODE(n->b)->kind == N_STRING ? 0 : n->b;
    default: return 0;
    }
}

void lower_moved_edits(struct lower *l) {
    bool any = l->t->flags & (TREE_HAS_DECORATORS | TREE_HAS_JSX) || l->heads.len;
    for (uint32_t i = 1; i < l->t->classes.len && !any; i++) any = l->t->classes.at[i].has_accessor;
    if (!any) return;
    LIST(nid) open = {0};        /* a node comes after what is in it: from the last one down */
    for (nid i = (nid)l->t->nodes.len - 1; i > 0; i--) {
        if (open.len && open.at[open.len - 1] == i) {        /* what is in it came along */
            open.len--;
            for (uint32_t start = NODE(i)->start; i > 1 && NODE(i - 1)->start >= start;) i--;
            continue;
        }
        nid moved = moved_of(l, i);
        if (!moved) continue;
        moved_edits(l, moved);
        *LIST_ADD(&open) = moved;
    }
    LIST_FREE(&open);
}
