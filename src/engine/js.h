/* engine/js.h: how a native function is written. Every door includes this and nothing else of the engine.
 *
 * A thread has at most one realm (js_realm.h); everything here speaks to the realm of the calling thread.
 * Values (js_val) are borrowed: valid until the native returns, because the stack is scanned; to outlive that: js_hold.
 * A function that runs JS or makes objects may throw: it then returns NULL and the exception stays pending; a native
 * just returns, and it is thrown to its caller. NULL without a pending exception is `undefined`. */
#pragma once
#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"

struct OpaqueJSValue;
struct OpaqueJSContext;
typedef const struct OpaqueJSValue *js_val;
typedef const struct OpaqueJSContext *js_ctx;

struct loop;                        /* sys/loop.h */
struct js_realm;

/* --- natives ------------------------------------------------------------------------------------------------- */

struct js_call {
    js_ctx ctx;                     /* the global object of the function; engine's own business */
    struct js_realm *realm;
    struct loop *loop;
    js_val self;                    /* `this` */
    size_t n;                       /* arguments that were passed; the accessors below may look beyond */
    const js_val *args;
    struct arena mark;              /* where the scratch arena stood */
    bool used_arena;
};

typedef js_val js_native_fn(js_ctx ctx, js_val fn, js_val self, size_t n, const js_val args[], js_val *thrown);
typedef js_val js_body_fn(struct js_call *c);

js_val js_native_run(js_body_fn *body, js_ctx ctx, js_val self, size_t n, const js_val args[], js_val *thrown);

/* NATIVE(fs_close) { return js_fail(c, file_close(js_int(c, 0)), "close", NO_STR, NO_STR); } */
#define NATIVE(name) \
    static js_val name##_body(struct js_call *c); \
    static js_val name(js_ctx ctx_, js_val fn_, js_val self_, size_t n_, const js_val args_[], js_val *thrown_) { \
        return js_native_run(name##_body, ctx_, self_, n_, args_, thrown_); \
    } \
    static js_val name##_body(struct js_call *c)

struct js_native {
    const char *name;
    js_native_fn *fn;
    const char *type;               /* TypeScript signature, read by tools/natives: "(fd: number): void" */
};
struct js_door {
    const char *id;                 /* the folder below mod/ (or "rt"), '/' as '_': node_fs, web_url */
    const struct js_native *natives;
    size_t n;
};

/* Closes a native.c. The door registers itself: nothing else is edited. */
#define JS_DOOR(folder_id, natives_) \
    static const struct js_door folder_id##_door = {#folder_id, natives_, sizeof natives_ / sizeof *natives_}; \
    __attribute__(( \
        used, retain, \
        section("bao_doors"))) static const struct js_door *const folder_id##_door_entry = &folder_id##_door;

const struct js_door *js_door_find(str id);              /* NULL when there is none */
const struct js_door *js_door_next(size_t *i);           /* walks all doors; NULL at the end */
js_val js_door_open(const struct js_door *door);         /* an object with the door's functions; a new one each time */

/* --- arguments: of the n-th; absent ones read as undefined ----------------------------------------------------- */

static inline js_val js_arg(struct js_call *c, size_t i) { return i < c->n ? c->args[i] : NULL; }
int32_t js_int(struct js_call *c, size_t i);             /* as `x | 0` */
uint32_t js_uint(struct js_call *c, size_t i);           /* as `x >>> 0` */
int64_t js_long(struct js_call *c, size_t i);            /* a number or a BigInt, clamped; NaN is 0 */
int64_t js_off(struct js_call *c, size_t i);             /* js_long, but absent, null and NaN are -1 */
double js_num(struct js_call *c, size_t i);              /* NaN when it is not a number */
bool js_bool(struct js_call *c, size_t i);               /* truthy */
bool js_has(struct js_call *c, size_t i);                /* neither absent nor undefined nor null */
str js_str(struct js_call *c, size_t i);                 /* String(x) as UTF-8, NUL after it, in the scratch arena; lone
                                                            surrogates become U+FFFD; undefined and null read as "" */
str js_str_wtf8(struct js_call *c, size_t i);            /* the same, but lone surrogates keep their three bytes */
struct js_text { const uint8_t *narrow; const uint16_t *wide; size_t len; };
struct js_text js_text(struct js_call *c,
                       size_t i); /* the units of a string where they lie: Latin-1 in `narrow`, or else
                                     UTF-16 in `wide`; borrowed for the call; not for other values */
struct js_bytes { uint8_t *at; size_t len; };
struct js_bytes js_bytes(struct js_call *c, size_t i); /* the memory of a typed array, DataView or (Shared)ArrayBuffer,
                                                          no copy; borrowed for the call; {NULL, 0} for anything else */
struct arena *js_arena(struct js_call *c);               /* scratch memory of this call: gone when it returns */

/* --- looking at values ------------------------------------------------------------------------------------------ */

enum js_kind { JS_UNDEFINED, JS_NULL, JS_BOOLEAN, JS_NUMBER, JS_STRING, JS_OBJECT, JS_SYMBOL, JS_BIGINT };
enum js_kind js_kind(js_val v);
static inline bool js_is_string(js_val v) { return js_kind(v) == JS_STRING; }
static inline bool js_is_number(js_val v) { return js_kind(v) == JS_NUMBER; }
bool js_is_object(js_val v);                             /* functions too */
bool js_is_function(js_val v);
bool js_is_array(js_val v);
bool js_is_error(js_val v);                              /* instanceof Error of the main realm */
bool js_same(js_val a, js_val b);                        /* === */
bool js_truthy(js_val v);
double js_to_num(js_val v);                              /* NaN when it is not a number */
str js_to_str(struct arena *a, js_val v);    /* String(v) as UTF-8 with a NUL after it; "" (and pending) if it throws */
struct js_bytes js_to_bytes(js_val v);                   /* as js_bytes */

/* --- making values: none of them needs a realm argument ---------------------------------------------------------- */

js_val js_make_undefined(void);
js_val js_make_null(void);
js_val js_make_bool(bool b);
js_val js_make_num(double d);
js_val js_make_bigint(int64_t i);
js_val js_make_ubigint(uint64_t u);
js_val js_make_str(str utf8);                            /* ill-formed bytes become U+FFFD, as TextDecoder does */
js_val js_make_json(str utf8);            /* the value of a JSON text; NULL, and nothing thrown, when it is none */
js_val js_parse_json(js_val string);      /* the same, of a string of the engine */
js_val js_make_str_wtf8(str wtf8);                       /* three-byte surrogates stay surrogates */
js_val js_make_latin1(str bytes);                        /* each byte is one code unit */
js_val js_make_utf16(const uint16_t *at, size_t len);
js_val js_make_object(void);
js_val js_make_null_object(void);                        /* without prototype */
js_val js_make_array(size_t n, const js_val values[]);
js_val js_make_function(const char *name, js_native_fn *fn);
js_val js_make_symbol(str description);
js_val js_make_date(double ms);

/* Bytes: Uint8Array and ArrayBuffer. `copy` takes a copy; `adopt` becomes owner: release(user) is called, on this
 * thread or another, when the memory is no longer needed; it must not call js_*. */
typedef void js_release_fn(void *at, void *user);
js_val js_make_bytes(size_t len);                        /* zeroed Uint8Array */
js_val js_make_bytes_copy(const void *at, size_t len);
js_val js_make_bytes_adopt(void *at, size_t len, js_release_fn *release, void *user);
js_val js_make_buffer_copy(const void *at, size_t len);  /* ArrayBuffer */
js_val js_make_buffer_adopt(void *at, size_t len, js_release_fn *release, void *user);
void js_release_mem(void *at, void *user);               /* a js_release_fn for memory of mem_alloc */

bool js_promise_is_handled(js_val promise);              /* a reaction was attached; false when this cannot be told */
js_val js_make_promise(js_val *resolve, js_val *reject); /* hold the two functions if they outlive the call */

/* --- objects: names are string literals (cached by address); js_get_of takes any text ---------------------------- */

js_val js_get(js_val object, const char *name);
js_val js_get_of(js_val object, str name);
js_val js_get_at(js_val object, uint32_t i);
js_val js_get_key(js_val object, js_val key);            /* any property key; the fastest when the key value is kept */
bool js_set(js_val object, const char *name, js_val v);  /* false: it threw */
bool js_set_of(js_val object, str name, js_val v);
bool js_set_at(js_val object, uint32_t i, js_val v);
bool js_set_key(js_val object, js_val key, js_val v);
bool js_define(js_val object, const char *name, js_val v, int attributes);
enum { JS_READ_ONLY = 2, JS_HIDDEN = 4, JS_LASTING = 8 };   /* not writable, not enumerable, not configurable */
bool js_has_property(js_val object, const char *name);
bool js_delete(js_val object, const char *name);
js_val js_prototype(js_val object);
void js_set_prototype(js_val object, js_val prototype);
js_val js_global(void);

/* --- calls into JS: from within a native only (events of the loop use js_callback of js_op.h) --------------------- */

js_val js_invoke(js_val fn, js_val self, size_t n, const js_val args[]);    /* self may be NULL; NULL: it threw */
js_val js_construct(js_val fn, size_t n, const js_val args[]);

/* --- keeping values ----------------------------------------------------------------------------------------------- */

js_val js_hold(js_val v);                                /* alive until js_drop; counted */
void js_drop(js_val v);                                  /* NULL is allowed */
struct js_weak;
struct js_weak *js_weak_new(js_val object);
js_val js_weak_get(struct js_weak *w);                   /* NULL when it was collected */
void js_weak_free(struct js_weak *w);
void js_report_memory(size_t bytes);                     /* memory outside the heap that objects keep alive */

/* --- failing: each returns NULL, to be returned by the native ----------------------------------------------------- */

#define NO_STR ((str){0})
/* Node's system error: `ENOENT: no such file or directory, open 'path' -> 'dest'` with errno, code, syscall, path,
 * dest. e == 0 is no failure: nothing is thrown. */
js_val js_fail(struct js_call *c, err e, const char *syscall, str path, str dest);
enum js_error_kind { JS_ERROR, JS_TYPE_ERROR, JS_RANGE_ERROR, JS_SYNTAX_ERROR, JS_REFERENCE_ERROR };
js_val js_throw(enum js_error_kind kind, const char *code, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
js_val js_throw_value(js_val v);
js_val js_make_error(enum js_error_kind kind, const char *code, str message);           /* code may be NULL */
js_val js_make_system_error(err e, const char *syscall, str path, str dest);
bool js_has_thrown(void);
js_val js_take_thrown(void);        /* the pending exception, no longer pending; NULL when none is */
