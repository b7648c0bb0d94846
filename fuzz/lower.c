/* fuzz/lower.c: whatever parses is lowered; its lines stay, and what comes out parses as plain JavaScript again.
 * The first byte of an input chooses the options. */
#include "base/must.h"
#include "lang/lang.h"
#include "lang/parse.h"

static size_t line_ends(str s) {
    size_t n = 0;
    for (size_t i = 0; i < s.len; i++) {
        if (s.at[i] == '\n') n++;
        else if (s.at[i] == '\r') n += i + 1 == s.len || s.at[i + 1] != '\n';
        else if (s.len - i >= 3 && s.at[i] == '\xe2' && s.at[i + 1] == '\x80' && (s.at[i + 2] == '\xa8' ||
                                                                                  s.at[i + 2] == '\xa9')) n++;
    }
    return n;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    if (size < 1 || data[size - 1] == '\r') return 0;        /* a last CR would join the LF behind the body */
    str source = str_of((const char *)data + 1, size - 1);
    struct lang_options o = {.dialect = (enum lang_dialect)(data[0] & 3), .assign_class_fields = data[0] & 4,
                             .legacy_decorators = data[0] & 8,
                             .jsx = data[0] & 16 ? LANG_JSX_CLASSIC : LANG_JSX_AUTOMATIC, .no_async_context = data[0] & 32,
                             .verbatim_imports = data[0] & 64, .strict = data[0] & 128};
    struct lang_unit u;
    struct diag d = {0}, again = {0};
    struct tree t = {0};
    if (lang_lower(&u, STR("f"), source, &o, &d)) {
        str text = buf_view(&u.code);
        if (u.has_tla) lang_wrap(&u, true, LANG_ACYCLIC);
        for (uint32_t i = 1; i < u.n_shifts; i++)
            must(u.shifts[i - 1].line < u.shifts[i].line ||
                 (u.shifts[i - 1].line == u.shifts[i].line && u.shifts[i - 1].column < u.shifts[i].column));
        struct parse_options p = {.file = STR("lowered"), .goal = PARSE_SCRIPT};
        if (!parse_source(&t, text, &p, &again)) {
            struct buf b = {0};
            diag_print(&again, &b, false);
            fprintf(stderr, "%.*s\n--- from\n%.*s\n--- text\n%.*s\n", STR_FMT(buf_view(&b)), STR_FMT(source), STR_FMT(text));
            must(!"the text parses again");
        }
        if (line_ends(text) != line_ends(source) + 1) {
            fprintf(stderr, "%zu lines, not %zu\n--- from\n%.*s\n--- text\n%.*s\n", line_ends(text), line_ends(source) + 1,
                    STR_FMT(source),
                    STR_FMT(text));
            must(!"the lines stay");
        }
    }
    ast_free(&t);
    lang_unit_done(&u);
    diag_free(&d);
    diag_free(&again);
    return 0;
}
