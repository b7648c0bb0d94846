/* engine/jsc_source.c: where the text of a function stands in what was evaluated, by a mangled symbol. It may be called
 * for the engine's own type of functions only, whose number is that of the first one that was seen to answer well. */
#include "engine/internal.h"

struct open_source { const void *provider; int32_t start, end; };
enum { TYPE_AT = 5 };                                    /* in the head of a cell */

static _Thread_local struct { bool is_tested, is_open; uint8_t type; } here;

static uint8_t type_of(js_val cell) { return ((const uint8_t *)cell)[TYPE_AT]; }

bool js_place_of(js_val fn, struct js_place *out) {
    if (!here.is_open || !js_is_object(fn) || type_of(fn) != here.type) return false;
    const struct open_source *s = jsc.function_source(fn);
    if (!s || !s->provider || s->start < 0 || s->end < s->start) return false;
    *out = (struct js_place){s->provider, (uint32_t)s->start, (uint32_t)s->end};
    return true;
}

const void *js_text_of_wrapper(js_val fn, size_t len) {
    struct js_place p;
    if (!here.is_tested) {
        const struct open_source *s = jsc.function_source ? jsc.function_source(fn) : NULL;
        struct open_source is = {0};
        here.is_tested = true;
        bool is_read = s && jsc_read(s, &is, sizeof is);
        here.is_open = is_read && is.start > 0 && is.start < is.end && (size_t)is.end + 1 == len;
        here.type = type_of(fn);
    }
    return js_place_of(fn, &p) ? p.text : NULL;
}
