/* data/json_fix.c: which places of a tree are NaN or one object, told by paths, for a reader of its JSON. */
#include <math.h>

#include "data/json.h"

#include "base/list.h"

struct target { struct json *node; struct buf path; };
struct level { struct json *parent, *child; uint32_t index; };
struct walk {
    LIST(struct target) targets;
    LIST(struct level) levels;
    bool has_nan;
};

static int by_node(const void *left, const void *right) {
    const struct target *l = left, *r = right;
    return l->node < r->node ? -1 : l->node > r->node;
}

static struct target *find(struct walk *w, struct json *node) {
    struct target key = {.node = node};
    return w->targets.len ? bsearch(&key, w->targets.at, w->targets.len, sizeof key, by_node) : NULL;
}

static struct json *start(struct walk *w, struct json *root) {
    w->levels.len = 0;
    *LIST_ADD(&w->levels) = (struct level){NULL, root, 0};
    return root;
}

/* The next node of the tree, parents first; an alias is a leaf. */
static struct json *step(struct walk *w) {
    struct level *top = &w->levels.at[w->levels.len - 1];
    if (top->child->kind >= JSON_ARRAY && top->child->first) {
        struct json *parent = top->child;
        *LIST_ADD(&w->levels) = (struct level){parent, parent->first, 0};
        return parent->first;
    }
    for (;;) {
        if (top->child->next && top->parent) {
            top->index++;
            return top->child = top->child->next;
        }
        if (--w->levels.len == 0) return NULL;
        top = &w->levels.at[w->levels.len - 1];
    }
}

static void write_path(struct walk *w, struct buf *out) {
    buf_lit(out, "[0");
    for (size_t i = 1; i < w->levels.len; i++) {
        struct level *l = &w->levels.at[i];
        buf_add_char(out, ',');
        if (l->parent->kind == JSON_ARRAY) buf_add_int(out, l->index);
        else json_write_text(out, l->child->key);
    }
    buf_add_char(out, ']');
}

static struct json *behind(struct json *alias) {
    struct json *to = alias->first;
    while (json_is_alias(to)) to = to->first;       /* what it refers to may have moved: see adopt */
    return to;
}

static void collect(struct walk *w, struct json *root) {
    for (struct json *n = start(w, root); n; n = step(w)) {
        if (n->kind == JSON_NUMBER && isnan(n->number)) w->has_nan = true;
        if (json_is_alias(n)) *LIST_ADD(&w->targets) = (struct target){.node = behind(n)};
    }
}

static void sort_targets(struct walk *w) {
    if (!w->targets.len) return;
    qsort(w->targets.at, w->targets.len, sizeof *w->targets.at, by_node);
    size_t n = 1;
    for (size_t i = 1; i < w->targets.len; i++)
        if (w->targets.at[i].node != w->targets.at[n - 1].node) w->targets.at[n++] = w->targets.at[i];
    w->targets.len = n;
}

enum { IS_THERE = -1 };             /* in the place of `at`, which no text is long enough for */

/* A collection that only aliases hold (it was merged, or a later key replaced it) moves to the first of them. */
static void adopt(struct walk *w, struct json *root) {
    for (struct json *n = start(w, root); n; n = step(w)) if (n->kind >= JSON_ARRAY) n->at = (uint32_t)IS_THERE;
    for (struct json *n = start(w, root); n; n = step(w)) {
        struct json *from = json_is_alias(n) ? behind(n) : n;
        if (from->kind < JSON_ARRAY || from->at == (uint32_t)IS_THERE) continue;
        from->at = (uint32_t)IS_THERE;
        if (from == n) continue;
        n->kind = from->kind;
        n->at = from->at;
        n->count = from->count;
        n->first = from->first;
        n->last = from->last;
        from->kind = JSON_NULL;                     /* what else refers to it does so through it */
        from->first = n;
    }
}

static void write_all(struct walk *w, struct json *root, struct buf *out) {
    for (struct json *n = start(w, root); n; n = step(w)) {
        struct target *t = find(w, n);
        if (t && !t->path.len) write_path(w, &t->path);
    }
    char before = '[';
    for (struct json *n = start(w, root); n; n = step(w)) {
        bool is_nan = n->kind == JSON_NUMBER && isnan(n->number);
        if (!is_nan && !json_is_alias(n)) continue;
        buf_add_char(out, before);
        buf_add_char(out, '[');
        write_path(w, out);
        if (!is_nan) {
            buf_add_char(out, ',');
            buf_add(out, buf_view(&find(w, behind(n))->path));
        }
        buf_add_char(out, ']');
        before = ',';
    }
    buf_add_char(out, ']');
}

bool json_write_fixes(struct buf *out, struct json *root) {
    struct walk w = {0};
    collect(&w, root);
    if (w.has_nan || w.targets.len) {
        for (struct json *n = start(&w, root); n; n = step(&w)) if (n->kind == JSON_OBJECT) json_drop_twins(n);
        adopt(&w, root);
        w.targets.len = w.has_nan = 0;
        collect(&w, root);
        sort_targets(&w);
    }
    bool has_some = w.has_nan || w.targets.len;
    if (has_some) write_all(&w, root, out);
    for (size_t i = 0; i < w.targets.len; i++) buf_free(&w.targets.at[i].path);
    LIST_FREE(&w.targets);
    LIST_FREE(&w.levels);
    return has_some;
}
