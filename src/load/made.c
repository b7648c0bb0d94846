#include "load/made.h"

#include "base/mem.h"

/* The oldest texts go when there are more than this. */
enum { MOST = 512, MOST_BYTES = 8 << 20 };

struct made {
    struct lang_unit unit;
    struct lang_options options;     /* their texts are in the arena, as `source` */
    struct arena arena;
    str source;
    struct lang_shown *shown;
    bool is_shown;
};
static _Thread_local struct { struct made *ring[MOST]; uint32_t first, n; size_t bytes; } here;

static struct made *at(uint32_t i) { return here.ring[(here.first + i) % MOST]; }

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

static bool is_kept(str source, str code) {
    for (uint32_t i = here.n; i-- > 0;)
        if (str_eq(buf_view(&at(i)->unit.code), code) && str_eq(at(i)->source, source)) return true;
    return false;
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

void load_made_keep(str source, const struct lang_options *options, struct lang_unit *u) {
    str code = buf_view(&u->code);
    if (str_eq(code, source) || source.len + code.len > MOST_BYTES / 2 || is_kept(source, code)) return;
    while (here.n && (here.n == MOST || here.bytes + source.len + code.len > MOST_BYTES)) drop_first();
    struct made *m = NEW(struct made);
    m->source = arena_str(&m->arena, source);
    keep_options(m, options);
    m->unit = *u;
    *u = (struct lang_unit){0};
    here.ring[(here.first + here.n++) % MOST] = m;
    here.bytes += size_of(m);
}

static const struct lang_shown *shown_of(struct made *m) {
    if (!m->is_shown) m->shown = lang_shown_new(STR("eval"), m->source, &m->options, &m->unit);
    m->is_shown = true;
    return m->shown;
}

bool load_made_find(str function, uint32_t end, str *shown) {
    for (uint32_t i = here.n; i-- > 0;) {
        str code = buf_view(&at(i)->unit.code);
        ptrdiff_t start = end == UINT32_MAX ? str_find(code, function)
                          : end <= code.len && end >= function.len ? (ptrdiff_t)(end - function.len) : -1;
        if (start < 0 || !str_starts(str_from(code, (size_t)start), function)) continue;
        const struct lang_shown *s = shown_of(at(i));
        if (s && lang_shown_function(s, (uint32_t)start, (uint32_t)(start + function.len), shown)) return true;
    }
    return false;
}
