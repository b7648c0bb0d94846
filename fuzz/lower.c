/* fuzz/lower.c: whatever parses is lowered; its lines stay, and what comes out parses as plain JavaScript again.
 * The text for tools means the same with comments and without. Functions show their source. The first byte of an input
 * chooses the options. */
#include "base/must.h"
#include "lang/lang.h"
#include "lang/parse.h"
#include "lang/print.h"

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

/* The compact print of the text for tools; false when there is none. */
static bool print_kept(str source, struct lang_options o, bool for_reading, struct buf *out) {
    struct lang_unit u;
    struct diag d = {0};
    struct tree t = {0};
    o.keep_modules = true;
    o.decorators = STR("(()=>{})");
    o.for_reading = for_reading;
    bool made = lang_lower(&u, STR("f"), source, &o, &d);
    if (made) {
        struct parse_options p = {
            .file = STR("kept"), .goal = u.kind == LANG_KIND_ESM ? PARSE_MODULE : PARSE_DETECT, .keep_regexps = true};
        if (!parse_source(&t, buf_view(&u.code), &p, &d)) {
            fprintf(stderr, "--- from\n%.*s\n--- text\n%.*s\n", STR_FMT(source), STR_FMT(buf_view(&u.code)));
            must(!"the text for tools parses");
        }
        print_tree(&t, &(struct print_options){.compact = true}, out);
    }
    ast_free(&t);
    lang_unit_done(&u);
    diag_free(&d);
    return made;
}

/* The map of the text for tools can be read, and tells of places that are there. */
static void check_map(str source, struct lang_options o) {
    struct buf out = {0};
    struct diag d = {0};
    struct lang_map map = {0};
    struct srcmap_entry *e;
    uint32_t n, most = (uint32_t)line_ends(source) + 1;
    o.decorators = STR("(()=>{})");
    if (lang_text(&out, &map, STR("f"), source, &o, source.len & 1, &d)) {
        must(srcmap_read(&map.arena, buf_view(&map.mappings.mappings), &e, &n));
        for (uint32_t i = 0; i < n; i++) {
            must(e[i].place.source == 0 && e[i].place.line < most && e[i].place.column <= source.len * 2);
            must(e[i].column <= out.len * 2 && (e[i].place.name == SRCMAP_NONE || e[i].place.name < map.n_names));
        }
    }
    lang_map_done(&map);
    buf_free(&out);
    diag_free(&d);
}

static void compare_kept(str source, const struct lang_options *o) {
    struct buf with = {0}, without = {0};
    bool made = print_kept(source, *o, false, &with);
    must(print_kept(source, *o, true, &without) == made);
    if (!str_eq(buf_view(&with), buf_view(&without))) {
        fprintf(stderr, "--- from\n%.*s\n--- with\n%.*s\n--- without\n%.*s\n", STR_FMT(source),
                STR_FMT(buf_view(&with)), STR_FMT(buf_view(&without)));
        must(!"comments mean nothing");
    }
    buf_free(&with);
    buf_free(&without);
}

/* What is asked of any stretch of the text is answered from within the source; JavaScript always has an answer. */
static void check_shown(str source, const struct lang_options *o, const struct lang_unit *u,
                        const struct tree *t) {
    struct lang_shown *s = lang_shown_new(STR("f"), source, o, u);
    bool is_script = o->dialect == LANG_JS;
    if (is_script && !s) fprintf(stderr, "--- from\n%.*s\n", STR_FMT(source));
    must(s || !is_script);
    for (uint32_t id = 1; s && id < t->nodes.len; id++) {
        const struct node *n = ast_node(t, id);
        str shown;
        if (n->end == n->start || !lang_shown_function(s, n->start, n->end, &shown)) continue;
        must(shown.len > 0);
        if (is_script) must(str_find(source, shown) >= 0);
    }
    lang_shown_free(s);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    if (size < 1 || data[size - 1] == '\r') return 0;        /* a last CR would join the LF behind the body */
    str source = str_of((const char *)data + 1, size - 1);
    struct lang_options o = {.dialect = (enum lang_dialect)(data[0] & 3), .assign_class_fields = data[0] & 4,
                             .legacy_decorators = data[0] & 8,
                             .jsx = data[0] & 16 ? LANG_JSX_CLASSIC : LANG_JSX_AUTOMATIC,
                             .no_async_context = data[0] & 32,
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
            fprintf(stderr, "%.*s\n--- from\n%.*s\n--- text\n%.*s\n", STR_FMT(buf_view(&b)), STR_FMT(source),
                    STR_FMT(text));
            must(!"the text parses again");
        }
        if (line_ends(text) != line_ends(source) + 1) {
            fprintf(stderr, "%zu lines, not %zu\n--- from\n%.*s\n--- text\n%.*s\n", line_ends(text),
                    line_ends(source) + 1, STR_FMT(source), STR_FMT(text));
            must(!"the lines stay");
        }
        check_shown(source, &o, &u, &t);
    }
    ast_free(&t);
    lang_unit_done(&u);
    diag_free(&d);
    diag_free(&again);
    compare_kept(source, &o);
    check_map(source, o);
    return 0;
}
