/* lang/text.c: the text of a file for tools, and its source map. What a printer notes of the lowered text, place by
 * place, is followed back through what lowering copied. */
#include "base/map.h"
#include "lang/lower.h"
#include "lang/parse.h"
#include "lang/print.h"
#include "lang/scan.h"

void lang_map_done(struct lang_map *map) {
    srcmap_done(&map->mappings);
    arena_free(&map->arena);
    *map = (struct lang_map){0};
}

/* Lines and columns of a text, cheap for offsets that mostly grow. */
struct places { str text; struct emit_reader r; LIST(uint32_t) lines; };

static void places_open(struct places *p, str text) {
    struct emit_reader r = {text.at, text.at + text.len, text.at, 0, 0};
    *p = (struct places){.text = text, .r = r};
    *LIST_ADD(&p->lines) = 0;
    while (r.at < r.end) {
        const char *at = r.at;
        while (at < r.end && *at != '\n' && *at != '\r' && *at != '\xe2') at++;
        emit_read_to(&r, at < r.end ? at + 1 : at);          /* over the whole of a line end of several characters */
        if (r.line == p->lines.len) *LIST_ADD(&p->lines) = (uint32_t)(r.line_start - text.at);
    }
}

static void place_at(struct places *p, uint32_t offset) {
    const char *to = p->text.at + offset;
    size_t next = p->r.line + 1;
    if (to < p->r.at || (next < p->lines.len && offset >= p->lines.at[next])) {
        size_t low = 0, high = p->lines.len;
        while (high - low > 1) {
            size_t mid = low + (high - low) / 2;
            if (p->lines.at[mid] <= offset) low = mid;
            else high = mid;
        }
        const char *start = p->text.at + p->lines.at[low];
        p->r = (struct emit_reader){start, p->r.end, start, (uint32_t)low, 0};
    }
    emit_read_to(&p->r, to);
}

/* --- marks -> mappings */

struct mapper {
    struct lang_map *map;
    str source;
    const struct tree *tree;                                /* of what was lowered */
    const struct lower_copies *copies;
    struct map names;                                       /* name -> its index + 1 */
    LIST(str) all;
};

static str name_at(str text, uint32_t at) {
    uint32_t end = at;
    while (end < text.len && (scan_is_part[(uint8_t)text.at[end]] || (uint8_t)text.at[end] >= 0x80)) end++;
    return str_of(text.at + at, end - at);
}

/* The variable's name, when it is the same in the source: what else stands there did not become it. */
static uint32_t name_of(struct mapper *m, uint32_t id, uint32_t from) {
    str name = name_text(&m->tree->names, id);
    if (!str_eq(name, name_at(m->source, from))) return SRCMAP_NONE;
    if (from && scan_is_part[(uint8_t)m->source.at[from - 1]]) return SRCMAP_NONE;
    bool is_new;
    void **index = map_at(&m->names, name, &is_new);
    if (is_new) {
        *LIST_ADD(&m->all) = arena_str(&m->map->arena, name);
        *index = (void *)(uintptr_t)m->all.len;
    }
    return (uint32_t)(uintptr_t)*index - 1;
}

static void write_map(struct mapper *m, const struct print_marks *marks, str out) {
    struct places to, from;
    places_open(&to, out);
    places_open(&from, m->source);
    uint32_t last = UINT32_MAX;
    for (size_t i = 0; i < marks->list.len; i++) {
        struct print_mark mark = marks->list.at[i];
        if (mark.out == last) continue;                     /* an outer node was first: it begins here too */
        last = mark.out;
        uint32_t source = lower_source_of(m->copies, mark.start);
        if (source > m->source.len) source = (uint32_t)m->source.len;
        place_at(&to, mark.out);
        place_at(&from, source);
        for (size_t k = i + 1; !mark.name && k < marks->list.len && marks->list.at[k].out == last; k++)
            mark.name = marks->list.at[k].name;
        uint32_t name = mark.name ? name_of(m, mark.name, source) : SRCMAP_NONE;
        struct srcmap_place place = {0, from.r.line, from.r.column, name};
        srcmap_add(&m->map->mappings, to.r.line, to.r.column, place);
    }
    LIST_FREE(&to.lines);
    LIST_FREE(&from.lines);
    m->map->n_names = (uint32_t)m->all.len;
    str *names = ARENA_ARRAY(&m->map->arena, str, m->all.len);
    for (size_t i = 0; i < m->all.len; i++) names[i] = m->all.at[i];
    m->map->names = names;
    LIST_FREE(&m->all);
    map_free(&m->names);
}

static int by_place(const void *pa, const void *pb) {
    const struct print_mark *a = pa, *b = pb;
    return a->out < b->out ? -1 : a->out > b->out;
}

/* Of a text that is left as lowering wrote it. */
static void mark_nodes(struct print_marks *marks, const struct tree *t) {
    for (nid id = 1; id < t->nodes.len; id++) {
        const struct node *n = ast_node(t, id);
        if (n->start >= n->end || n->kind == N_PROGRAM || n->kind == N_TS_ERASED) continue;
        uint32_t name = n->kind == N_IDENT || n->kind == N_BINDING ? n->a : 0;
        *LIST_ADD(&marks->list) = (struct print_mark){n->start, n->start, name};
        if (n->kind == N_DOT) *LIST_ADD(&marks->list) = (struct print_mark){n->c, n->c, 0};
    }
    if (marks->list.len) qsort(marks->list.at, marks->list.len, sizeof *marks->list.at, by_place);
}

bool lang_text(struct buf *out, struct lang_map *map, str file, str source, const struct lang_options *options,
               bool compact, struct diag *d) {
    struct lang_unit u;
    struct lang_options o = *options;
    struct lower_copies copies = {0};
    o.keep_modules = o.for_reading = true;
    bool made = lower_file(&u, file, source, &o, d, map ? &copies : NULL);
    if (made && (compact || map)) {
        struct tree t = {0};
        struct print_marks marks = {0};
        struct parse_options po = {.file = file, .goal = u.kind == LANG_KIND_ESM ? PARSE_MODULE : PARSE_DETECT,
                                   .is_jsx = o.jsx == LANG_JSX_PRESERVE, .keep_regexps = true};
        made = parse_source(&t, buf_view(&u.code), &po, d);
        struct print_options how = {.compact = true, .marks = map ? &marks : NULL};
        if (made && compact) print_tree(&t, &how, out);
        else if (made) mark_nodes(&marks, &t);
        str text = compact ? buf_view(out) : buf_view(&u.code);
        if (made && map) write_map(&(struct mapper){map, source, &t, &copies, {0}, {0}}, &marks, text);
        LIST_FREE(&marks.list);
        ast_free(&t);
    }
    if (made && !compact) *out = buf_take(&u.code);
    LIST_FREE(&copies);
    lang_unit_done(&u);
    return made;
}
