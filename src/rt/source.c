#include "rt/source.h"

#include "base/list.h"
#include "engine/js_realm.h"
#include "load/load.h"
#include "load/made.h"
#include "rt/faces.h"

/* One text that was evaluated. `text` is the engine's name for it; NULL when it has none. */
struct origin {
    const void *text;
    struct load_unit *unit;          /* NULL: a builtin module */
    int face;
};
static _Thread_local LIST(struct origin) origins;
static _Thread_local size_t last;                        /* that was found */

static void add(js_val fn, size_t len, struct load_unit *u, int face) {
    last = SIZE_MAX;
    *LIST_ADD(&origins) = (struct origin){fn ? js_text_of_wrapper(fn, len) : NULL, u, face};
}

void rt_source_of_unit(js_val fn, struct load_unit *u) { add(fn, u->lang.code.len, u, 0); }
void rt_source_of_face(js_val fn, int face) { add(fn, rt_faces[face].len, NULL, face); }

void rt_source_end(void) {
    LIST_FREE(&origins);
    load_made_forget();
}

/* --- in which text it stands, and where --------------------------------------------------------------------------- */

static str code_of(const struct origin *o) {
    return o->unit ? buf_view(&o->unit->lang.code) : str_of(rt_faces[o->face].text, rt_faces[o->face].len);
}

/* Places count in UTF-16 units: in other texts than ASCII the function is looked for. */
static bool counts_bytes(const struct origin *o) { return !o->unit || o->unit->lang.is_ascii; }

/* A function ends where the place ends; a class begins before it and ends behind it. */
static ptrdiff_t find(const struct origin *o, const struct js_place *p, str function) {
    str code = code_of(o);
    if (!p || !counts_bytes(o)) return str_find(code, function);
    if (p->end > code.len) return -1;
    size_t first = p->end > function.len ? p->end - function.len : 0, most = p->start + function.len;
    if (str_starts(str_from(code, first), function)) return (ptrdiff_t)first;
    ptrdiff_t at = str_find(str_cut(code, first, most), function);
    return at < 0 ? -1 : (ptrdiff_t)first + at;
}

static js_val as_it_is(void) { return js_make_bool(false); }

static js_val as_a_native(void) { return js_make_bool(true); }

/* The function around a CommonJS file, which has its name from nowhere in the source. */
static js_val wrapper(const struct lang_shown *s) {
    struct buf b = {0};
    buf_lit(&b, "function (exports, require, module, __filename, __dirname) {\n");
    buf_add(&b, lang_shown_text(s));
    buf_lit(&b, "\n}");
    js_val text = js_make_str_wtf8(buf_view(&b));
    buf_free(&b);
    return text;
}

/* A function whose text stands at `at`, or whose place is not known (-1). */
static js_val shown_in(const struct origin *o, ptrdiff_t at, str function) {
    const struct lang_shown *s;
    struct load_unit *u = o->unit;
    bool is_wrapper = u && at == 1 && u->lang.kind == LANG_KIND_CJS;
    str shown;
    if (!u) return as_a_native();
    if (!is_wrapper && u->lang.changes_show && !lang_shows_change(function)) return as_it_is();
    if (at < 0 || !(s = load_shown(u))) return as_it_is();
    if (is_wrapper) return wrapper(s);
    return lang_shown_function(s, (uint32_t)at, (uint32_t)((size_t)at + function.len), &shown) ? js_make_str_wtf8(shown)
                                                                                               : as_a_native();
}

/* Functions of one text are often asked for in a row. A later text may have the name of one that is gone. */
static const struct origin *origin_of(const void *text) {
    if (last < origins.len && origins.at[last].text == text) return &origins.at[last];
    for (last = origins.len; last-- > 0;)
        if (origins.at[last].text == text) return &origins.at[last];
    return NULL;
}

/* Programs come before builtin modules: a builtin's classes are longer than what a program says by chance. */
static js_val search(const struct js_place *p, str function) {
    str shown;
    for (int of_builtins = 0; of_builtins < 2; of_builtins++) {
        for (size_t i = origins.len; i-- > 0;) {
            const struct origin *o = &origins.at[i];
            bool is_builtin = !o->unit;
            if (is_builtin != of_builtins || (p && o->text)) continue;
            ptrdiff_t at = find(o, p, function);
            if (at >= 0) return shown_in(o, at, function);
        }
        if (!of_builtins && load_made_find(function, p ? p->end : UINT32_MAX, &shown)) return js_make_str_wtf8(shown);
    }
    return as_it_is();
}

js_val rt_source_by_place(js_val fn, size_t len) {
    struct js_place p;
    const struct origin *o = js_place_of(fn, &p) ? origin_of(p.text) : NULL;
    str code = o ? code_of(o) : NO_STR;
    if (!o || !counts_bytes(o) || p.end > code.len || p.end < len) return NULL;
    return shown_in(o, (ptrdiff_t)(p.end - len), str_cut(code, p.end - len, p.end));
}

js_val rt_source_by_text(js_val fn, str function) {
    struct js_place p;
    const struct origin *o = js_place_of(fn, &p) ? origin_of(p.text) : NULL;
    if (o) return shown_in(o, find(o, &p, function), function);
    /* a class without a constructor has one of the engine's, whose place is none of ours */
    bool has_place = js_place_of(fn, &p) && !str_starts(function, STR("class"));
    return search(has_place ? &p : NULL, function);
}
