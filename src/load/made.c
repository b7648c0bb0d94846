#include "load/made.h"

#include "base/mem.h"

/* The oldest texts go when there are more than this. */
enum { MOST = 512, MOST_BYTES = 8 << 20 };

struct made {
    struct lang_unit unit;
    struct lang_options options;     /* their texts are in the arena, as `source` */
    struct arena arena;
    str source, code, source_map;
    struct load_made_place place;
    const struct lang_shift *shifts;
    uint32_t n_shifts;
    struct lang_shown *shown;
    bool is_shown, has_shifts;
};
static _Thread_local struct { struct made *ring[MOST]; uint32_t first, n; size_t bytes; } here;

static struct made *at(uint32_t i) { return here.ring[(here.first + i) % MOST]; }

/* The unit is empty where the source is the code. */
static size_t size_of(const struct made *m) { return m->source.len + m->unit.code.len; }

static void drop_first(void) {
    struct made *m = at(0);
    here.bytes -= size_of(m);
    lang_shown_free(m->shown);
    lang_unit_done(&m->unit);
    arena_free(&m->arena);
    mem_free(m);
    here.first = (here.first + 1) % MOST;
    here.n--;
}

void load_made_forget(void) {
    while (here.n) drop_first();
}

static struct made *find_kept(str source, str code, str url) {
    for (uint32_t i = here.n; i-- > 0;)
        if (str_eq(at(i)->code, code) && str_eq(at(i)->source, source) && str_eq(at(i)->place.url, url)) return at(i);
    return NULL;
}

static void keep_options(struct made *m, const struct lang_options *o) {
    struct lang_define *defines = ARENA_ARRAY(&m->arena, struct lang_define, o->n_defines);
    for (uint32_t i = 0; i < o->n_defines; i++)
        defines[i] = (struct lang_define){arena_str(&m->arena, o->defines[i].name),
                                          arena_str(&m->arena, o->defines[i].text)};
    m->options = *o;
    m->options.import_from = arena_str(&m->arena, o->import_from);
    m->options.defines = defines;
    m->options.scratch = NULL;
}

void load_made_keep(str source, const struct lang_options *options, struct lang_unit *u,
                    const struct load_made_place *place) {
    str code = buf_view(&u->code);
    bool same = str_eq(code, source);
    struct load_made_place at_place = place ? *place : (struct load_made_place){0};
    if ((same && !place) || source.len + code.len > MOST_BYTES / 2) return;
    struct made *m = find_kept(source, code, at_place.url);
    if (m) {
        m->place.line = at_place.line;
        m->place.columns = at_place.columns;
        return;
    }
    while (here.n && (here.n == MOST || here.bytes + source.len + code.len > MOST_BYTES)) drop_first();
    m = NEW(struct made);
    m->source = m->code = arena_str(&m->arena, source);
    at_place.url = arena_str(&m->arena, at_place.url);
    m->place = at_place;
    m->source_map = arena_str(&m->arena, u->source_map);
    keep_options(m, options);
    m->has_shifts = same || u->shifts;
    m->shifts = same ? NULL : u->shifts;
    m->n_shifts = same ? 0 : u->n_shifts;
    if (!same) {
        m->unit = *u;
        m->code = buf_view(&m->unit.code);
        *u = (struct lang_unit){0};
    }
    here.ring[(here.first + here.n++) % MOST] = m;
    here.bytes += size_of(m);
}

static const struct lang_shown *shown_of(struct made *m) {
    if (!m->is_shown && m->unit.code.len) m->shown = lang_shown_new(STR("eval"), m->source, &m->options, &m->unit);
    m->is_shown = true;
    return m->shown;
}

/* A text that came from elsewhere as it was lowered: its columns are found by lowering it again. */
static void find_shifts(struct made *m) {
    struct lang_unit u = {0};
    struct diag why = {0};
    m->has_shifts = true;
    if (lang_lower(&u, STR("eval"), m->source, &m->options, &why) && str_eq(buf_view(&u.code), m->code)) {
        struct lang_shift *shifts = ARENA_ARRAY(&m->arena, struct lang_shift, u.n_shifts);
        if (u.n_shifts) memcpy(shifts, u.shifts, u.n_shifts * sizeof *shifts);
        m->shifts = shifts;
        m->n_shifts = u.n_shifts;
    }
    lang_unit_done(&u);
    diag_free(&why);
}

static struct made *placed(str url) {
    for (uint32_t i = here.n; url.len && i-- > 0;) if (str_eq(at(i)->place.url, url)) return at(i);
    return NULL;
}

str load_made_source_map(str url) {
    const struct made *m = placed(url);
    return m ? m->source_map : STR("");
}

bool load_made_line(str url, uint32_t line, str *text) {
    const struct made *m = placed(url);
    if (!m || line < m->place.line) return false;
    str rest = m->code;
    for (line -= m->place.line - 1; line-- && str_next(&rest, '\n', text);) if (!line) return true;
    return false;
}

bool load_made_source_place(str url, uint32_t *line, uint32_t *column) {
    struct made *m = placed(url);
    if (!m || *line < m->place.line) return false;
    if (!m->has_shifts) find_shifts(m);
    lang_source_place(m->shifts, m->n_shifts, *line - m->place.line + 1, *column, line, column);
    if (*line == 1) {
        int64_t moved = (int64_t)*column + m->place.columns;
        *column = moved > 1 ? (uint32_t)moved : 1;
    }
    *line += m->place.line - 1;
    return true;
}

bool load_made_find(str function, uint32_t end, str *shown) {
    for (uint32_t i = here.n; i-- > 0;) {
        str code = at(i)->code;
        ptrdiff_t start = end == UINT32_MAX ? str_find(code, function)
                          : end <= code.len && end >= function.len ? (ptrdiff_t)(end - function.len) : -1;
        if (start < 0 || !str_starts(str_from(code, (size_t)start), function)) continue;
        const struct lang_shown *s = shown_of(at(i));
        if (s && lang_shown_function(s, (uint32_t)start, (uint32_t)(start + function.len), shown)) return true;
    }
    return false;
}
