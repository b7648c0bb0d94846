/* mod/internal/native.c: what the engine knows of an object and does not tell JavaScript: its type, the first internal
 * fields of promises, proxies and iterators. A cell is laid out as {u32 structure, u8 indexing, u8 type, u8 flags, u8
 * state} and a butterfly; then come the fields. types.ts asks native:probe whether that is so before it reads any. */
#include <string.h>

#include "engine/js.h"

enum { TYPE_AT = 5, FIELDS_AT = 16 };
#define TAG_NUMBER 0xfffe000000000000ull        /* an int32 is this and its 32 bits */

static uint64_t word_at(js_val cell, size_t at) {
    uint64_t w;
    memcpy(&w, (const char *)cell + at, sizeof w);
    return w;
}

static uint8_t type_of(js_val v) {
    return js_is_object(v) ? ((const uint8_t *)v)[TYPE_AT] : 0;
}

static js_val field_of(js_val cell, size_t i) {
    uint64_t w = word_at(cell, FIELDS_AT + 8 * i);
    js_val v;
    if (!w) return NULL;
    memcpy(&v, &w, sizeof v);
    return v;
}

/* The structure's number times 256, and the type: what the object is, and which set of properties it has. */
NATIVE(header) {
    js_val v = js_arg(c, 0);
    uint32_t structure;
    if (!js_is_object(v)) return js_make_num(0);
    memcpy(&structure, v, sizeof structure);
    return js_make_num((double)structure * 256 + type_of(v));
}

/* (a promise fulfilled with `value`, value, a proxy, its target, its handler): do the words say so? */
NATIVE(probe) {
    for (size_t i = 0; i < 5; i++) if (!js_is_object(js_arg(c, i))) return js_make_bool(false);
    uint64_t flags = word_at(c->args[0], FIELDS_AT);
    return js_make_bool((flags & TAG_NUMBER) == TAG_NUMBER && (flags & 3) == 1 &&
                        field_of(c->args[0], 1) == c->args[1] && field_of(c->args[2], 0) == c->args[3] &&
                        field_of(c->args[2], 1) == c->args[4]);
}

NATIVE(promiseState) { return js_make_num((double)(word_at(js_arg(c, 0), FIELDS_AT) & 3)); }

NATIVE(field) { return field_of(js_arg(c, 0), js_uint(c, 1) & 1); }

/* An iterator's fields are (place, object, storage, kind), in an order that is the engine's: all four are taken over.
 * The twin is fresh, and what its fields point to is kept alive by the first as long as this is being looked at. */
enum { ITERATOR_FIELDS = 4 };

NATIVE(copyIterator) {
    js_val from = js_arg(c, 0), to = js_arg(c, 1);
    if (!type_of(from) || type_of(from) != type_of(to)) return js_make_bool(false);
    memcpy((char *)to + FIELDS_AT, (const char *)from + FIELDS_AT, 8 * ITERATOR_FIELDS);
    return js_make_bool(true);
}

/* The one field that two iterators over different things share if they are of the same kind: small ints, told apart as
 * text. */
NATIVE(iteratorKind) {
    uint64_t w = word_at(js_arg(c, 0), FIELDS_AT + 8 * (ITERATOR_FIELDS - 1));
    return js_make_num((double)(w & 0xff));
}

static const struct js_native natives[] = {
    {"header", header, "(value: unknown): number"},
    {"probe", probe, "(promise: object, value: object, proxy: object, target: object, handler: object): boolean"},
    {"promiseState", promiseState, "(promise: object): number"},
    {"field", field, "(cell: object, i: number): any"},
    {"copyIterator", copyIterator, "(from: object, to: object): boolean"},
    {"iteratorKind", iteratorKind, "(iterator: object): number"},
};
JS_DOOR(internal, natives)
