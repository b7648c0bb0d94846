/* engine/jsc_value.c: values, objects, calls, arguments. */
#include <math.h>

#include "base/must.h"
#include "engine/internal.h"

/* --- the word of a value (engine.md 5.1): used only while jsc_value_test has found it to be so ------------------- */

enum { BOX_NULL = 2, BOX_FALSE = 6, BOX_TRUE = 7, BOX_UNDEFINED = 10 };
static const uint64_t BOX_NUMBER = 0xfffe000000000000u, BOX_OFFSET = 1ull << 49;

static inline uint64_t word_of(js_val v) { return (uint64_t)(uintptr_t)v; }
static inline js_val of_word(uint64_t w) { return (js_val)(uintptr_t)w; }
static inline bool word_is_int(uint64_t w) { return (w & BOX_NUMBER) == BOX_NUMBER; }
static inline bool word_is_number(uint64_t w) { return (w & BOX_NUMBER) != 0; }
static inline double word_to_num(uint64_t w) {
    if (word_is_int(w)) return (int32_t)w;
    w -= BOX_OFFSET;
    double d;
    memcpy(&d, &w, sizeof d);
    return d;
}
static inline uint64_t num_to_word(double d) {
    int32_t i = (int32_t)d;
    if (d >= -2147483648.0 && d <= 2147483647.0 && (double)i == d && (i != 0 || !signbit(d)))
        return BOX_NUMBER | (uint32_t)i;
    if (d != d) d = (double)NAN;
    uint64_t w;
    memcpy(&w, &d, sizeof w);
    return w + BOX_OFFSET;
}

void jsc_value_test(void) {
    js_ctx x = js_here->ctx;
    static const double samples[] = {
        0, 1, -1, 3.25, -0.5, 2147483647, -2147483648.0, 2147483648.0, 1e300, 4294967296.5, 1e-310};
    bool ok = word_of(jsc.JSValueMakeUndefined(x)) == BOX_UNDEFINED && word_of(jsc.JSValueMakeNull(x)) == BOX_NULL &&
              word_of(jsc.JSValueMakeBoolean(x, true)) == BOX_TRUE &&
              word_of(jsc.JSValueMakeBoolean(x, false)) == BOX_FALSE;
    for (size_t i = 0; ok && i < sizeof samples / sizeof *samples; i++) {
        js_val made = jsc.JSValueMakeNumber(x, samples[i]);
        ok = word_is_number(word_of(made)) && word_to_num(word_of(made)) == samples[i] &&
             word_to_num(word_of(of_word(num_to_word(samples[i])))) ==
                 jsc.JSValueToNumber(x, of_word(num_to_word(samples[i])), NULL) &&
             word_of(made) == num_to_word(samples[i]);
    }
    double minus = jsc.JSValueToNumber(x, of_word(num_to_word(-0.0)), NULL),
           nan = jsc.JSValueToNumber(x, of_word(num_to_word(NAN)), NULL);
    jsc.boxed_numbers = ok && signbit(minus) && nan != nan;
}

static inline bool is_cell(uint64_t w) { return !(w & (BOX_NUMBER | 2)) && w; }

enum js_kind js_kind(js_val v) {
    if (!v) return JS_UNDEFINED;
    if (jsc.boxed_numbers && !is_cell(word_of(v))) {
        uint64_t w = word_of(v);
        if (word_is_number(w)) return JS_NUMBER;
        if (w == BOX_UNDEFINED) return JS_UNDEFINED;
        if (w == BOX_NULL) return JS_NULL;
        return w == BOX_TRUE || w == BOX_FALSE ? JS_BOOLEAN : JS_BIGINT;
    }
    static const enum js_kind kinds[] = {JS_UNDEFINED, JS_NULL,   JS_BOOLEAN, JS_NUMBER,
                                         JS_STRING,    JS_OBJECT, JS_SYMBOL,  JS_BIGINT};
    int type = jsc.JSValueGetType(js_here->ctx, v);
    return type >= 0 && type < 8 ? kinds[type] : JS_UNDEFINED;
}

bool js_is_object(js_val v) { return v && js_kind(v) == JS_OBJECT; }
bool js_is_function(js_val v) { return js_is_object(v) && jsc.JSObjectIsFunction(js_here->ctx, OBJ(v)); }
bool js_is_array(js_val v) { return js_is_object(v) && jsc.JSValueIsArray(js_here->ctx, v); }

static inline js_val real(js_val v) { return v ? v : js_here->undefined; }

bool js_same(js_val a, js_val b) { return jsc.JSValueIsStrictEqual(js_here->ctx, real(a), real(b)); }

bool js_truthy(js_val v) {
    if (!v) return false;
    if (jsc.boxed_numbers && !is_cell(word_of(v))) {
        uint64_t w = word_of(v);
        if (word_is_number(w)) {
            double d = word_to_num(w);
            return d == d && d != 0;
        }
        if (w <= BOX_UNDEFINED) return w == BOX_TRUE;
    }
    return jsc.JSValueToBoolean(js_here->ctx, v);
}

double js_to_num(js_val v) {
    if (!v) return (double)NAN;
    if (jsc.boxed_numbers) return word_is_number(word_of(v)) ? word_to_num(word_of(v)) : (double)NAN;
    return js_kind(v) == JS_NUMBER ? jsc.JSValueToNumber(js_here->ctx, v, NULL) : (double)NAN;
}

/* --- arguments ------------------------------------------------------------------------------------------------ */

static int32_t wrap(double d) {
    if (d >= -2147483648.0 && d <= 2147483647.0) return (int32_t)d;
    if (!isfinite(d)) return 0;
    d = fmod(trunc(d), 4294967296.0);
    return (int32_t)(uint32_t)(int64_t)d;
}

int32_t js_int(struct js_call *c, size_t i) { return wrap(js_to_num(js_arg(c, i))); }
uint32_t js_uint(struct js_call *c, size_t i) { return (uint32_t)wrap(js_to_num(js_arg(c, i))); }
double js_num(struct js_call *c, size_t i) { return js_to_num(js_arg(c, i)); }
bool js_bool(struct js_call *c, size_t i) { return js_truthy(js_arg(c, i)); }

int64_t js_long(struct js_call *c, size_t i) {
    js_val v = js_arg(c, i);
    if (v && js_kind(v) == JS_BIGINT) return jsc.JSValueToInt64(js_here->ctx, v, NULL);
    double d = js_to_num(v);
    if (d != d) return 0;
    if (d >= 9223372036854775807.0) return INT64_MAX;
    return d <= -9223372036854775808.0 ? INT64_MIN : (int64_t)d;
}

int64_t js_off(struct js_call *c, size_t i) {
    js_val v = js_arg(c, i);
    enum js_kind k = js_kind(v);
    if (k == JS_BIGINT) return js_long(c, i);
    double d = js_to_num(v);
    return k == JS_NUMBER && d == d ? js_long(c, i) : -1;
}

bool js_has(struct js_call *c, size_t i) {
    enum js_kind k = js_kind(js_arg(c, i));
    return k != JS_UNDEFINED && k != JS_NULL;
}

struct arena *js_arena(struct js_call *c) {
    if (!c->used_arena) {
        c->used_arena = true;
        c->mark = c->realm->arena;
    }
    return &c->realm->arena;
}

str js_str(struct js_call *c, size_t i) {
    return js_has(c, i) ? js_to_str(js_arena(c), js_arg(c, i)) : STR("");
}

js_val js_native_run(js_body_fn *body, js_ctx ctx, js_val self, size_t n, const js_val args[], js_val *thrown) {
    struct js_realm *r = js_here;
    unsigned depth = r->depth;
    struct js_call c = {.ctx = ctx, .realm = r, .loop = r->loop, .self = self, .n = n, .args = args};
    r->depth = 0;
    r->n_natives++;
    js_val v = body(&c);
    must(r->depth == 0);
    r->depth = depth;
    r->n_natives--;
    if (c.used_arena) arena_back(&r->arena, c.mark);
    js_val e = r->thrown ? js_take_thrown() : NULL;
    if (r->is_ending) js_end_on();
    else if (e) *thrown = e;
    return v ? v : r->undefined;
}

/* --- making ---------------------------------------------------------------------------------------------------- */

js_val js_make_undefined(void) { return js_here->undefined; }
js_val js_make_null(void) { return jsc.boxed_numbers ? of_word(BOX_NULL) : jsc.JSValueMakeNull(js_here->ctx); }
js_val js_make_bool(bool b) {
    return jsc.boxed_numbers ? of_word(b ? BOX_TRUE : BOX_FALSE) : jsc.JSValueMakeBoolean(js_here->ctx, b);
}
js_val js_make_num(double d) {
    return jsc.boxed_numbers ? of_word(num_to_word(d)) : jsc.JSValueMakeNumber(js_here->ctx, d);
}

js_val js_make_bigint(int64_t i) {
    js_val e = NULL, v = jsc.JSBigIntCreateWithInt64(js_here->ctx, i, &e);
    return js_check(v, e);
}
js_val js_make_ubigint(uint64_t u) {
    js_val e = NULL, v = jsc.JSBigIntCreateWithUInt64(js_here->ctx, u, &e);
    return js_check(v, e);
}
js_val js_make_object(void) { return jsc.JSObjectMake(js_here->ctx, NULL, NULL); }
js_val js_make_null_object(void) { return js_invoke(js_helper(JS_HELP_NULL_OBJECT), NULL, 0, NULL); }
js_val js_make_array(size_t n, const js_val values[]) {
    js_val e = NULL, v = jsc.JSObjectMakeArray(js_here->ctx, n, values, &e);
    return js_check(v, e);
}
js_val js_make_function(const char *name, js_native_fn *fn) {
    return jsc.JSObjectMakeFunctionWithCallback(js_here->ctx, js_name_string(name), (js_raw_fn)fn);
}
js_val js_make_symbol(str description) {
    js_string s = js_string_new(description);
    js_val v = jsc.JSValueMakeSymbol(js_here->ctx, s);
    jsc.JSStringRelease(s);
    return v;
}
js_val js_make_date(double ms) {
    js_val e = NULL, at = js_make_num(ms), v = jsc.JSObjectMakeDate(js_here->ctx, 1, &at, &e);
    return js_check(v, e);
}
js_val js_make_promise(js_val *resolve, js_val *reject) {
    js_val e = NULL;
    js_obj yes = NULL, no = NULL, v = jsc.JSObjectMakeDeferredPromise(js_here->ctx, &yes, &no, &e);
    if (resolve) *resolve = yes;
    if (reject) *reject = no;
    return js_check(v, e);
}

/* A promise as it lies in memory: its flags say whether a reaction was ever attached. Tested when first asked. */
struct open_promise { uint64_t cell, butterfly, flags; };
enum { PROMISE_STATE = 3, PROMISE_FULFILLED = 1, PROMISE_HANDLED = 4 };

static uint64_t promise_flags(js_val promise) {
    struct open_promise p;
    return promise && jsc_read(promise, &p, sizeof p) && word_is_int(p.flags) ? p.flags & 0xffffffff : 0x80;
}

static bool promises_are_open(void) {
    js_val list = js_invoke(js_helper(JS_HELP_PROMISES), NULL, 0, NULL);
    if (!list) return js_take_thrown(), false;
    uint64_t plain = promise_flags(js_get_at(list, 0)), reacted = promise_flags(js_get_at(list, 1)),
             done = promise_flags(js_get_at(list, 2));
    return jsc.boxed_numbers && plain == 0 && reacted == PROMISE_HANDLED &&
           (done & PROMISE_STATE) == PROMISE_FULFILLED && !(done & PROMISE_HANDLED);
}

bool js_promise_is_handled(js_val promise) {
    static int known;               /* 1 no, 2 yes; the same for every thread */
    if (!known) known = promises_are_open() ? 2 : 1;
    return known == 2 && promise_flags(promise) & PROMISE_HANDLED;
}

/* --- objects --------------------------------------------------------------------------------------------------- */

static size_t name_slot(const struct js_realm *r, const char *at) {
    size_t i = ((uintptr_t)at * 0x9e3779b97f4a7c15u >> 32) & (r->n_name_slots - 1);
    while (r->names[i].at && r->names[i].at != at) i = (i + 1) & (r->n_name_slots - 1);
    return i;
}

static void grow_names(struct js_realm *r) {
    struct js_name *old = r->names;
    size_t n = r->n_name_slots;
    r->n_name_slots = n ? n * 2 : 256;
    r->names = NEW_ARRAY(struct js_name, r->n_name_slots);
    for (size_t i = 0; i < n; i++)
        if (old[i].at) r->names[name_slot(r, old[i].at)] = old[i];
    mem_free(old);
}

js_string js_name_string(const char *literal) {
    struct js_realm *r = js_here;
    if (r->n_names * 2 >= r->n_name_slots) grow_names(r);
    struct js_name *name = &r->names[name_slot(r, literal)];
    if (!name->at) {
        *name = (struct js_name){literal, jsc.JSStringCreateWithUTF8CString(literal)};
        r->n_names++;
    }
    return name->string;
}

js_val js_get(js_val object, const char *name) {
    js_val e = NULL, v = jsc.JSObjectGetProperty(js_here->ctx, OBJ(object), js_name_string(name), &e);
    return js_check(v, e);
}
js_val js_get_of(js_val object, str name) {
    js_string s = js_string_new(name);
    js_val e = NULL, v = jsc.JSObjectGetProperty(js_here->ctx, OBJ(object), s, &e);
    jsc.JSStringRelease(s);
    return js_check(v, e);
}
js_val js_get_at(js_val object, uint32_t i) {
    js_val e = NULL, v = jsc.JSObjectGetPropertyAtIndex(js_here->ctx, OBJ(object), i, &e);
    return js_check(v, e);
}
js_val js_get_key(js_val object, js_val key) {
    js_val e = NULL, v = jsc.JSObjectGetPropertyForKey(js_here->ctx, OBJ(object), key, &e);
    return js_check(v, e);
}

static bool went_well(js_val e) {
    if (e) js_pend(e);
    return !e;
}
bool js_set(js_val object, const char *name, js_val v) { return js_define(object, name, v, 0); }
bool js_define(js_val object, const char *name, js_val v, int attributes) {
    js_val e = NULL;
    jsc.JSObjectSetProperty(js_here->ctx, OBJ(object), js_name_string(name), real(v), (unsigned)attributes, &e);
    return went_well(e);
}
bool js_set_of(js_val object, str name, js_val v) {
    js_val e = NULL;
    js_string s = js_string_new(name);
    jsc.JSObjectSetProperty(js_here->ctx, OBJ(object), s, real(v), 0, &e);
    jsc.JSStringRelease(s);
    return went_well(e);
}
bool js_set_at(js_val object, uint32_t i, js_val v) {
    js_val e = NULL;
    jsc.JSObjectSetPropertyAtIndex(js_here->ctx, OBJ(object), i, real(v), &e);
    return went_well(e);
}
bool js_set_key(js_val object, js_val key, js_val v) {
    js_val e = NULL;
    jsc.JSObjectSetPropertyForKey(js_here->ctx, OBJ(object), key, real(v), 0, &e);
    return went_well(e);
}
bool js_has_property(js_val object, const char *name) {
    return jsc.JSObjectHasProperty(js_here->ctx, OBJ(object), js_name_string(name));
}
bool js_delete(js_val object, const char *name) {
    js_val e = NULL;
    bool gone = jsc.JSObjectDeleteProperty(js_here->ctx, OBJ(object), js_name_string(name), &e);
    return went_well(e) && gone;
}
js_val js_prototype(js_val object) { return jsc.JSObjectGetPrototype(js_here->ctx, OBJ(object)); }
void js_set_prototype(js_val object, js_val prototype) {
    jsc.JSObjectSetPrototype(js_here->ctx, OBJ(object), prototype);
}
js_val js_global(void) { return js_here->global; }

js_val js_invoke(js_val fn, js_val self, size_t n, const js_val args[]) {
    js_val e = NULL, v = jsc.JSObjectCallAsFunction(js_here->ctx, OBJ(fn), OBJ(self), n, args, &e);
    return js_check(v, e);
}
js_val js_construct(js_val fn, size_t n, const js_val args[]) {
    js_val e = NULL, v = jsc.JSObjectCallAsConstructor(js_here->ctx, OBJ(fn), n, args, &e);
    return js_check(v, e);
}

/* --- keeping ---------------------------------------------------------------------------------------------------- */

js_val js_hold(js_val v) {
    if (v) jsc.JSValueProtect(js_here->ctx, v);
    return v;
}
void js_drop(js_val v) {
    if (v) jsc.JSValueUnprotect(js_here->ctx, v);
}

/* Without JSWeak* a weak reference is a strong one: nothing dangles, something stays. */
struct js_weak { struct OpaqueJSWeak *ref; js_val strong; };

struct js_weak *js_weak_new(js_val object) {
    struct js_weak *w = NEW(struct js_weak);
    if (jsc.JSWeakCreate && jsc.JSWeakGetObject && jsc.JSWeakRelease)
        w->ref = jsc.JSWeakCreate(js_here->group, OBJ(object));
    else w->strong = js_hold(object);
    return w;
}
js_val js_weak_get(struct js_weak *w) { return w->ref ? jsc.JSWeakGetObject(w->ref) : w->strong; }
void js_weak_free(struct js_weak *w) {
    if (w->ref) jsc.JSWeakRelease(js_here->group, w->ref);
    js_drop(w->strong);
    mem_free(w);
}
void js_report_memory(size_t bytes) {
    if (jsc.JSReportExtraMemoryCost) jsc.JSReportExtraMemoryCost(js_here->ctx, bytes);
}

/* --- doors ------------------------------------------------------------------------------------------------------- */

extern const struct js_door *const __start_bao_doors[] __attribute__((weak));
extern const struct js_door *const __stop_bao_doors[] __attribute__((weak));

const struct js_door *js_door_next(size_t *i) {
    size_t n = (size_t)(__stop_bao_doors - __start_bao_doors);
    return *i < n ? __start_bao_doors[(*i)++] : NULL;
}
const struct js_door *js_door_find(str id) {
    size_t i = 0;
    for (const struct js_door *d = js_door_next(&i); d; d = js_door_next(&i))
        if (str_is(id, d->id)) return d;
    return NULL;
}
js_val js_door_open(const struct js_door *door) {
    js_enter();
    js_val o = js_make_null_object();
    for (size_t i = 0; o && i < door->n; i++)
        js_set(o, door->natives[i].name, js_make_function(door->natives[i].name, door->natives[i].fn));
    js_leave();
    return o;
}
