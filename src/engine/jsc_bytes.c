/* engine/jsc_bytes.c: typed arrays and array buffers as memory. */
#include "base/must.h"
#include "engine/internal.h"

enum { TYPE_UINT8 = 3, TYPE_ARRAY_BUFFER = 9, TYPE_NONE = 10, TYPE_LAST = 12 };    /* JSTypedArrayType */

/* A Uint8Array as it lies in memory; trusted only after test_views, when first asked. Asking the engine costs 90 ns
 * more, gives a small array a buffer of its own and pins it, so that it can never be transferred: for a look within a
 * native that is too much. */
struct open_view { uint8_t cell[5], type; uint8_t rest[10]; uint8_t *at; uint64_t len, offset; uint8_t mode, more[7]; };
static uint8_t uint8_type;
static bool known_modes[256];       /* how memory is held, of those ways that the test has seen */
static enum { VIEWS_UNTESTED, VIEWS_CLOSED, VIEWS_OPEN } views;

static void test_views(void);

static const struct open_view *open_uint8(js_val v) {
    if (views != VIEWS_OPEN) {
        if (views == VIEWS_CLOSED) return NULL;
        test_views();
        if (views == VIEWS_CLOSED) return NULL;
    }
    if (((uint64_t)(uintptr_t)v & 0xfffe000000000002u) || !v) return NULL;
    const struct open_view *o = (const struct open_view *)v;
    return o->type == uint8_type && known_modes[o->mode] && o->at ? o : NULL;
}

static struct js_bytes pinned(js_val v, int type) {
    js_ctx x = js_here->ctx;
    js_val e = NULL;
    struct js_bytes b = {0};
    if (type == TYPE_ARRAY_BUFFER) {
        b.at = jsc.JSObjectGetArrayBufferBytesPtr(x, OBJ(v), &e);
        b.len = jsc.JSObjectGetArrayBufferByteLength(x, OBJ(v), &e);
    } else {
        b.at = jsc.JSObjectGetTypedArrayBytesPtr(x, OBJ(v), &e);
        b.len = jsc.JSObjectGetTypedArrayByteLength(x, OBJ(v), &e);
        if (b.at) b.at += jsc.JSObjectGetTypedArrayByteOffset(x, OBJ(v), &e);
    }
    if (e || !b.at) return (struct js_bytes){0};
    return b;
}

static struct js_bytes bytes_of(js_val v) {
    js_val e = NULL;
    if (!js_is_object(v)) return (struct js_bytes){0};
    int type = jsc.JSValueGetTypedArrayType(js_here->ctx, v, &e);
    if (type == TYPE_NONE) {        /* a DataView, or nothing of ours */
        v = js_invoke(js_helper(JS_HELP_VIEW), NULL, 1, &v);
        if (!v || !js_is_object(v)) return (struct js_bytes){0};
        type = TYPE_UINT8;
    }
    return pinned(v, type);
}

struct js_bytes js_to_bytes(js_val v) {
    const struct open_view *o = open_uint8(v);
    if (o) return (struct js_bytes){o->at, o->len};
    return v ? bytes_of(v) : (struct js_bytes){0};
}

struct js_bytes js_pinned_bytes(js_val v) { return v ? bytes_of(v) : (struct js_bytes){0}; }
struct js_bytes js_bytes(struct js_call *c, size_t i) { return js_to_bytes(js_arg(c, i)); }

/* --- making ------------------------------------------------------------------------------------------------------- */

struct adopted { js_release_fn *release; void *user; };

static void released(void *at, void *user) {
    struct adopted *a = user;
    a->release(at, a->user);
    mem_free(a);
}

void js_release_mem(void *at, void *user) { mem_free(at); }


static js_val adopt(bool is_view, void *at, size_t len, js_release_fn *release, void *user) {
    js_val e = NULL, v;
    js_raw_release fn = release == js_release_mem || !release ? (js_raw_release)release : released;
    void *with = user;
    static char nothing[1];
    if (fn == released) {
        struct adopted *a = NEW(struct adopted);
        *a = (struct adopted){release, user};
        with = a;
    }
    if (!at) at = nothing, fn = NULL;
    if (is_view) v = jsc.JSObjectMakeTypedArrayWithBytesNoCopy(js_here->ctx, TYPE_UINT8, at, len, fn, with, &e);
    else v = jsc.JSObjectMakeArrayBufferWithBytesNoCopy(js_here->ctx, at, len, fn, with, &e);
    if (fn == released && at == nothing) mem_free(with);
    return js_check(v, e);
}

js_val js_make_bytes(size_t len) {
    js_val e = NULL, v = jsc.JSObjectMakeTypedArray(js_here->ctx, TYPE_UINT8, len, &e);
    return js_check(v, e);
}
static js_val copy(bool is_view, const void *at, size_t len) {
    void *mem = mem_try(len ? len : 1);
    if (!mem) return js_throw(JS_RANGE_ERROR, "ERR_BUFFER_TOO_LARGE", "Array buffer allocation failed");
    if (len) memcpy(mem, at, len);
    return adopt(is_view, mem, len, js_release_mem, NULL);
}
js_val js_make_bytes_copy(const void *at, size_t len) { return copy(true, at, len); }
js_val js_make_buffer_copy(const void *at, size_t len) { return copy(false, at, len); }
js_val js_make_bytes_adopt(void *at, size_t len, js_release_fn *release, void *user) {
    return adopt(true, at, len, release, user);
}
js_val js_make_buffer_adopt(void *at, size_t len, js_release_fn *release, void *user) {
    return adopt(false, at, len, release, user);
}

/* --- self-test ---------------------------------------------------------------------------------------------------- */

static bool view_is(js_val v, const uint8_t *at, size_t len) {
    struct open_view o;
    uint8_t first;
    if (!v || !jsc_read(v, &o, sizeof o) || o.len != len || !jsc_read(o.at, &first, 1) || first != *at) return false;
    if (uint8_type && o.type != uint8_type) return false;
    uint8_type = o.type;
    known_modes[o.mode] = true;
    return true;
}

static void test_views(void) {
    views = VIEWS_CLOSED;           /* for what is asked on the way */
    static uint8_t outside[4] = {77, 78, 79, 80};
    js_val e = NULL, x = js_invoke(js_helper(JS_HELP_VIEWS), NULL, 0, NULL);
    bool ok = jsc.boxed_numbers && x && view_is(js_get_at(x, 0), (const uint8_t[]){5}, 3) &&        /* small */
              view_is(js_get_at(x, 1), (const uint8_t[]){6}, 5000) && view_is(js_get_at(x, 2), (const uint8_t[]){7}, 2);
    js_val adopted = jsc.JSObjectMakeTypedArrayWithBytesNoCopy(js_here->ctx, TYPE_UINT8, outside, 4, NULL, NULL, &e);
    struct open_view o, other;
    ok = ok && view_is(adopted, outside, 4) && jsc_read(adopted, &o, sizeof o) && o.at == outside;
    /* Views that follow a resizable buffer keep no length of their own: theirs must be another mode, and so must other
     * types'. */
    ok = ok && jsc_read(js_get_at(x, 3), &other, sizeof other) && !known_modes[other.mode] &&
         jsc_read(js_get_at(x, 4), &other, sizeof other) && other.type != uint8_type;
    views = ok ? VIEWS_OPEN : VIEWS_CLOSED;
}

bool jsc_views_are_open(void) {
    open_uint8(NULL);
    return views == VIEWS_OPEN;
}
