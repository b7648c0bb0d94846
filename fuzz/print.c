/* fuzz/print.c: whatever parses is printed, indented or compact, and read again: the same tree. The first byte of an
 * input chooses the dialect and the form. */
#include "base/buf.h"
#include "base/diag.h"
#include "base/must.h"
#include "lang/ast_same.h"
#include "lang/parse.h"
#include "lang/print.h"

static struct tree tree, again;

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    if (size < 1) return 0;
    struct parse_options o = {.file = STR("fuzz"),
                              .goal = (enum parse_goal)(data[0] & 3),
                              .is_ts = data[0] & 4,
                              .is_jsx = data[0] & 8,
                              .is_strict = data[0] & 32};
    struct print_options how = {.compact = data[0] & 64, .ascii = data[0] & 128};
    struct diag d = {0}, why = {0};
    struct buf out = {0};
    if (parse_source(&tree, str_of((const char *)data + 1, size - 1), &o, &d)) {
        print_tree(&tree, &how, &out);
        o.goal = tree.kind == SOURCE_MODULE     ? PARSE_MODULE
                 : tree.kind == SOURCE_COMMONJS ? PARSE_COMMONJS
                                                : PARSE_SCRIPT;
        uint32_t at = 0;
        bool deep = false, whole = parse_source(&again, buf_view(&out), &o, &why);
        if (o.is_ts && (!whole || (!how.ascii && !ast_same(&tree, tree.root, &again, again.root, &at)))) {
            o.is_ts = false;                                  /* what is left is JavaScript, where a<b>(c) compares */
            diag_free(&why);
            whole = parse_source(&again, buf_view(&out), &o, &why);
        }
        /* the same nesting may cost more stack in another form */
        if (!whole) deep = str_is(str_c(why.first->id), "parse-depth");
        if (!deep && (!whole || (!how.ascii && !ast_same(&tree, tree.root, &again, again.root, &at)))) {
            struct buf text = {0};
            if (!whole) diag_print(&why, &text, false);
            fprintf(stderr, "%.*s--- from %u\n%.*s\n--- printed\n%.*s\n", STR_FMT(buf_view(&text)), at, (int)size - 1,
                    (const char *)data + 1, STR_FMT(buf_view(&out)));
            must(!"what is printed says the same");
        }
    }
    buf_free(&out);
    diag_free(&d);
    diag_free(&why);
    return 0;
}
