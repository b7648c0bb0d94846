/* fuzz/parse.c: any bytes as a source, in every dialect. The first byte chooses it. A tree that came out is walked:
 * every node lies inside the text, marks are in order, references know their symbols. */
#include "base/buf.h"
#include "base/diag.h"
#include "base/must.h"
#include "lang/parse.h"
#include "lang/print.h"

static struct tree tree, again;

static void check(const struct tree *t) {
    for (uint32_t i = 1; i < t->nodes.len; i++) {
        const struct node *n = ast_node(t, i);
        must(n->start <= n->end && n->end <= t->source.len);
        must(n->kind < N_COUNT && n->next < t->nodes.len);
    }
    for (uint32_t i = 0; i < t->marks.len; i++) {
        const struct mark *m = &t->marks.at[i];
        must(m->kind != MARK_DEAD && m->start <= m->end && m->end <= t->source.len && m->node < t->nodes.len);
        must(!i || t->marks.at[i - 1].start <= m->start);
    }
    for (uint32_t i = 1; i < t->refs.len; i++) {
        const struct ref *r = &t->refs.at[i];
        if (r->flags & REF_DEAD) continue;
        must(ast_node(t, r->node)->b == i && r->symbol < t->symbols.len);
        must(!r->symbol || t->symbols.at[r->symbol].name == r->name);
    }
    for (uint32_t i = 1; i < t->scopes.len; i++) must(t->scopes.at[i].start <= t->scopes.at[i].end &&
                                                      t->scopes.at[i].parent < t->scopes.len);
    for (uint32_t i = 1; i < t->funcs.len; i++)
        must(t->funcs.at[i].parent < t->funcs.len && t->funcs.at[i].node < t->nodes.len);
}

/* JavaScript: what is printed is read again, and printed the same. */
static void print_and_read(const struct tree *t, struct parse_options o, bool compact) {
    struct buf once = {0}, twice = {0};
    struct diag d = {0};
    struct print_options how = {.compact = compact};
    print_tree(t, &how, &once);
    o.goal = t->kind == SOURCE_MODULE ? PARSE_MODULE : t->kind == SOURCE_COMMONJS ? PARSE_COMMONJS : PARSE_SCRIPT;
    if (!parse_source(&again, buf_view(&once), &o, &d)) {
        must(d.first != NULL);
        must(str_is(str_c(d.first->id), "parse-depth"));    /* the same nesting may cost more stack in another form */
    } else {
        print_tree(&again, &how, &twice);
        must(str_eq(buf_view(&once), buf_view(&twice)));
    }
    buf_free(&once);
    buf_free(&twice);
    diag_free(&d);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    if (size < 1) return 0;
    struct parse_options o = {
        .file = STR("fuzz"), .goal = (enum parse_goal)(data[0] & 3), .is_ts = data[0] & 4, .is_jsx = data[0] & 8,
        .is_declaration = (data[0] & 0x14) == 0x14, .is_strict = data[0] & 0x20, .in_function = data[0] & 0x40,
    };
    struct diag d = {0};
    if (parse_source(&tree, str_of((const char *)data + 1, size - 1), &o, &d)) {
        struct buf out = {0};
        check(&tree);
        ast_dump(&tree, tree.root, &out);
        buf_free(&out);
        if (!o.is_ts) print_and_read(&tree, o, data[0] & 0x80);
    } else must(d.n_errors > 0 && d.first != NULL);
    diag_free(&d);
    return 0;
}
