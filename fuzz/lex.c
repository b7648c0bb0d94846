/* fuzz/lex.c: the values of literals and the check of regular expressions, fed with what the lexer lets through, and
 * with any bytes where the contract allows them. The input is one literal. */
#include "base/diag.h"
#include "base/must.h"
#include "lang/lex.h"
#include "lang/parse.h"

static struct tree tree;

static void values(const struct tree *t) {
    struct buf out = {0};
    for (uint32_t i = 1; i < t->nodes.len; i++) {
        str text = ast_text(t, i);
        buf_clear(&out);
        switch (ast_node(t, i)->kind) {
        case N_STRING: (ast_node(t, i)->flags & NF_JSX ? lex_jsx_string_value : lex_string_value)(text, &out); break;
        case N_TEMPLATE_PART:
            lex_template_value(text, &out);
            lex_template_raw(text, &out);
            break;
        case N_JSX_TEXT: lex_jsx_text_value(text, &out); break;
        case N_NUMBER: must(lex_number_value(text) >= 0); break;
        case N_IDENT: lex_ident_value(text, &out); break;
        default: break;
        }
        must(out.len <= text.len * 4 + 8);
    }
    buf_free(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    if (size < 2) return 0;
    str text = str_of((const char *)data + 1, size - 1);
    static const char *const flags[] = {"", "u", "v", "gimsy", "iu", "dv", "uv", "gg"};
    size_t at = 0;
    const char *wrong = lex_regexp_check(text, str_c(flags[data[0] & 7]), &at);
    must(!wrong || at <= text.len + 9);
    lex_is_name(text);
    struct parse_options o = {.file = STR("fuzz"), .goal = data[0] & 8 ? PARSE_MODULE : PARSE_SCRIPT, .is_jsx = true,
                              .keep_regexps = data[0] & 16};
    struct diag d = {0};
    if (parse_source(&tree, text, &o, &d)) values(&tree);
    diag_free(&d);
    return 0;
}
