/* engine/internal.h: inside the room only: the looked-up functions of JavaScriptCore and the realm's state.
 * The engine's types are named by their tags, so no header of it is needed here; jsc_load.c proves that they agree. */
#pragma once
#include "base/map.h"
#include "engine/js_handle.h"
#include "engine/js_op.h"
#include "engine/js_realm.h"
#include "sys/image.h"

struct OpaqueJSString;
struct OpaqueJSContextGroup;
struct OpaqueJSWeak;
typedef struct OpaqueJSValue *js_obj;           /* JSObjectRef */
typedef struct OpaqueJSContext *js_gctx;        /* JSGlobalContextRef */
typedef const struct OpaqueJSContextGroup *js_group;
typedef struct OpaqueJSString *js_string;
typedef js_val (*js_raw_fn)(js_ctx, js_obj, js_obj, size_t, const js_val[], js_val *);
typedef void (*js_raw_release)(void *, void *);
typedef void (*js_rejection_fn)(void);

/* JSClassDefinition, as JSObjectRef.h has had it since version 0. */
struct jsc_class_definition {
    int version;
    unsigned attributes;
    const char *name;
    void *parent;
    const void *values, *functions;
    void (*initialize)(js_ctx, js_obj);
    void (*finalize)(js_obj);
    bool (*has)(js_ctx, js_obj, js_string);
    js_val (*get)(js_ctx, js_obj, js_string, js_val *);
    bool (*set)(js_ctx, js_obj, js_string, js_val, js_val *);
    bool (*remove)(js_ctx, js_obj, js_string, js_val *);
    void (*names)(js_ctx, js_obj, void *);
    void *call, *construct, *instance, *convert;
};

/* P: public; the engine does not work without them. */
#define JSC_PUBLIC(X) \
    X(js_gctx, JSGlobalContextCreate, (void *)) \
    X(js_gctx, JSGlobalContextCreateInGroup, (js_group, void *)) \
    X(void, JSGlobalContextRelease, (js_gctx)) \
    X(void *, JSClassCreate, (const struct jsc_class_definition *)) \
    X(void, JSClassRelease, (void *)) \
    X(void *, JSObjectCopyPropertyNames, (js_ctx, js_obj)) \
    X(size_t, JSPropertyNameArrayGetCount, (void *)) \
    X(js_string, JSPropertyNameArrayGetNameAtIndex, (void *, size_t)) \
    X(void, JSPropertyNameArrayRelease, (void *)) \
    X(void, JSPropertyNameAccumulatorAddName, (void *, js_string)) \
    X(js_group, JSContextGetGroup, (js_ctx)) \
    X(js_obj, JSContextGetGlobalObject, (js_ctx)) \
    X(js_val, JSEvaluateScript, (js_ctx, js_string, js_obj, js_string, int, js_val *)) \
    X(void, JSGarbageCollect, (js_ctx)) \
    X(int, JSValueGetType, (js_ctx, js_val)) \
    X(bool, JSValueIsObject, (js_ctx, js_val)) \
    X(bool, JSValueIsArray, (js_ctx, js_val)) \
    X(bool, JSValueIsStrictEqual, (js_ctx, js_val, js_val)) \
    X(bool, JSValueIsInstanceOfConstructor, (js_ctx, js_val, js_obj, js_val *)) \
    X(int, JSValueGetTypedArrayType, (js_ctx, js_val, js_val *)) \
    X(bool, JSValueToBoolean, (js_ctx, js_val)) \
    X(double, JSValueToNumber, (js_ctx, js_val, js_val *)) \
    X(int64_t, JSValueToInt64, (js_ctx, js_val, js_val *)) \
    X(js_string, JSValueToStringCopy, (js_ctx, js_val, js_val *)) \
    X(js_val, JSValueMakeUndefined, (js_ctx)) \
    X(js_val, JSValueMakeNull, (js_ctx)) \
    X(js_val, JSValueMakeBoolean, (js_ctx, bool)) \
    X(js_val, JSValueMakeNumber, (js_ctx, double)) \
    X(js_val, JSValueMakeString, (js_ctx, js_string)) \
    X(js_val, JSValueMakeSymbol, (js_ctx, js_string)) \
    X(js_val, JSBigIntCreateWithInt64, (js_ctx, int64_t, js_val *)) \
    X(js_val, JSBigIntCreateWithUInt64, (js_ctx, uint64_t, js_val *)) \
    X(void, JSValueProtect, (js_ctx, js_val)) \
    X(void, JSValueUnprotect, (js_ctx, js_val)) \
    X(js_string, JSStringCreateWithCharacters, (const uint16_t *, size_t)) \
    X(js_string, JSStringCreateWithUTF8CString, (const char *)) \
    X(void, JSStringRelease, (js_string)) \
    X(size_t, JSStringGetLength, (js_string)) \
    X(const uint16_t *, JSStringGetCharactersPtr, (js_string)) \
    X(js_obj, JSObjectMake, (js_ctx, void *, void *)) \
    X(js_obj, JSObjectMakeArray, (js_ctx, size_t, const js_val[], js_val *)) \
    X(js_obj, JSObjectMakeDate, (js_ctx, size_t, const js_val[], js_val *)) \
    X(js_obj, JSObjectMakeFunctionWithCallback, (js_ctx, js_string, js_raw_fn)) \
    X(js_obj, JSObjectMakeDeferredPromise, (js_ctx, js_obj *, js_obj *, js_val *)) \
    X(js_obj, JSObjectMakeTypedArray, (js_ctx, int, size_t, js_val *)) \
    X(js_obj, JSObjectMakeTypedArrayWithBytesNoCopy, (js_ctx, int, void *, size_t, js_raw_release, void *, js_val *)) \
    X(js_obj, JSObjectMakeArrayBufferWithBytesNoCopy, (js_ctx, void *, size_t, js_raw_release, void *, js_val *)) \
    X(void *, JSObjectGetTypedArrayBytesPtr, (js_ctx, js_obj, js_val *)) \
    X(size_t, JSObjectGetTypedArrayByteLength, (js_ctx, js_obj, js_val *)) \
    X(size_t, JSObjectGetTypedArrayByteOffset, (js_ctx, js_obj, js_val *)) \
    X(void *, JSObjectGetArrayBufferBytesPtr, (js_ctx, js_obj, js_val *)) \
    X(size_t, JSObjectGetArrayBufferByteLength, (js_ctx, js_obj, js_val *)) \
    X(js_val, JSObjectGetPrototype, (js_ctx, js_obj)) \
    X(void, JSObjectSetPrototype, (js_ctx, js_obj, js_val)) \
    X(bool, JSObjectHasProperty, (js_ctx, js_obj, js_string)) \
    X(js_val, JSObjectGetProperty, (js_ctx, js_obj, js_string, js_val *)) \
    X(void, JSObjectSetProperty, (js_ctx, js_obj, js_string, js_val, unsigned, js_val *)) \
    X(bool, JSObjectDeleteProperty, (js_ctx, js_obj, js_string, js_val *)) \
    X(js_val, JSObjectGetPropertyForKey, (js_ctx, js_obj, js_val, js_val *)) \
    X(void, JSObjectSetPropertyForKey, (js_ctx, js_obj, js_val, js_val, unsigned, js_val *)) \
    X(js_val, JSObjectGetPropertyAtIndex, (js_ctx, js_obj, unsigned, js_val *)) \
    X(void, JSObjectSetPropertyAtIndex, (js_ctx, js_obj, unsigned, js_val, js_val *)) \
    X(js_val, JSValueMakeFromJSONString, (js_ctx, js_string)) \
    X(bool, JSObjectIsFunction, (js_ctx, js_obj)) \
    X(js_val, JSObjectCallAsFunction, (js_ctx, js_obj, js_obj, size_t, const js_val[], js_val *)) \
    X(js_obj, JSObjectCallAsConstructor, (js_ctx, js_obj, size_t, const js_val[], js_val *)) \
    X(int, jsc_options_set_boolean, (const char *, int)) \
    X(int, jsc_options_set_int, (const char *, int)) \
    X(int, jsc_options_set_uint, (const char *, unsigned)) \
    X(int, jsc_options_set_double, (const char *, double)) \
    X(int, jsc_options_set_string, (const char *, const char *)) \
    X(unsigned, jsc_get_major_version, (void)) \
    X(unsigned, jsc_get_minor_version, (void)) \
    X(unsigned, jsc_get_micro_version, (void)) \
    X(void *, g_main_context_new, (void)) \
    X(void, g_main_context_unref, (void *)) \
    X(void, g_main_context_push_thread_default, (void *)) \
    X(void, g_main_context_pop_thread_default, (void *)) \
    X(int, g_main_context_acquire, (void *)) \
    X(void, g_main_context_release, (void *)) \
    X(int, g_main_context_prepare, (void *, int *)) \
    X(int, g_main_context_query, (void *, int, int *, void *, int)) \
    X(int, g_main_context_iteration, (void *, int))

/* S: exported without a header for ten years and more; X: mangled C++. Each may be absent (NULL). */
#define JSC_OPTIONAL(X) \
    X(void, JSLock, (js_ctx)) \
    X(void, JSUnlock, (js_ctx)) \
    X(bool, JSConfigureSignalForGC, (int)) \
    X(void, JSDisableGCTimer, (void)) \
    X(void, JSGlobalContextSetIncludesNativeCallStackWhenReportingExceptions, (js_gctx, bool)) \
    X(void, JSGlobalContextSetUnhandledRejectionCallback, (js_gctx, js_obj, js_val *)) \
    X(struct OpaqueJSWeak *, JSWeakCreate, (js_group, js_obj)) \
    X(js_obj, JSWeakGetObject, (struct OpaqueJSWeak *)) \
    X(void, JSWeakRelease, (js_group, struct OpaqueJSWeak *)) \
    X(void, JSSynchronousGarbageCollectForDebugging, (js_ctx)) \
    X(void, JSSynchronousEdenCollectForDebugging, (js_ctx)) \
    X(void, JSReportExtraMemoryCost, (js_ctx, size_t)) \
    X(js_obj, JSGetMemoryUsageStatistics, (js_ctx)) \
    X(void, JSGlobalContextSetEvalEnabled, (js_gctx, bool, js_string)) \
    X(void, JSContextGroupSetExecutionTimeLimit, (js_group, double, bool (*)(js_ctx, void *), void *))

#define JSC_MANGLED(X) \
    X(void, scope_enter, (void *scope), "_ZN3JSC12VMEntryScope9setUpSlowEv") \
    X(void *, vm_ending, (void *vm), "_ZN3JSC2VM26ensureTerminationExceptionEv") \
    X(void, vm_set_exception, (void *vm, void *exception), "_ZN3JSC2VM12setExceptionEPNS_9ExceptionE") \
    X(void, queue_init, (void *queue, void *vm), "_ZN3JSC14MicrotaskQueueC1ERNS_2VME") \
    X(void, queue_done, (void *queue), "_ZN3JSC14MicrotaskQueueD1Ev") \
    X(void, vm_drain, (void *vm), "_ZN3JSC2VM15drainMicrotasksEv") \
    X(void, impl_create, (void **impl, const void *at, size_t len), \
      "_ZN3WTF10StringImpl6createESt4spanIKhLm18446744073709551615EE") \
    X(void, impl_borrow, (void **impl, const void *at, size_t len), \
      "_ZN3WTF10StringImpl28createWithoutCopyingNonEmptyESt4spanIKhLm18446744073709551615EE") \
    X(void, string_create, (void **out, void **impl), "_ZN14OpaqueJSString9tryCreateEON3WTF6StringE") \
    X(const void *, function_source, (js_val fn), "_ZNK3JSC10JSFunction10sourceCodeEv")

struct jsc {
#define X(type, name, args) type (*name) args;
    JSC_PUBLIC(X)
    JSC_OPTIONAL(X)
#undef X
#define X(type, name, args, symbol) type (*name) args;
    JSC_MANGLED(X)
#undef X
    bool boxed_numbers;        /* numbers, booleans, null and undefined may be read from and written into the word */
    bool open_strings;              /* 8-bit strings may be read in place */
};
extern struct jsc jsc;

extern const struct image_given jsc_given[];        /* what it finds here and in no library */
extern char **jsc_environ;                          /* what it takes for the environment */
enum { JSC_GC_SIGNAL = 6 };         /* behind SIGRTMIN: by which the collector stops threads */

struct js_handle_slot {
    void *thing;
    const struct js_handle_type *type;
    uint32_t generation, next;      /* next free slot */
};

struct js_name { const char *at; js_string string; };

/* The one realm of a thread. */
struct js_realm {
    js_gctx ctx;
    js_group group;                 /* also the VM's address */
    struct loop *loop;
    const struct js_hooks *hooks;
    void *user;
    js_obj global;
    int32_t *flags;
    js_obj flags_array;
    js_obj context;                 /* $C */
    js_val undefined;
    js_val thrown;                  /* pending exception, protected */
    struct arena arena;             /* scratch of natives */
    struct js_name *names;          /* by address, open addressing */
    size_t n_names, n_name_slots;
    js_obj helpers[16];             /* by enum js_helper; NULL until used */
    struct js_handle_slot *slots;
    size_t n_slots, n_handles;
    uint32_t first_free, last_free;
    unsigned depth;                 /* js_enter without js_leave, since the last entry from JS */
    unsigned n_natives;             /* natives that are running: JS is on the stack above the loop */
    bool inside;                    /* the loop runs below a frame of JS: vm_drain is the way */
    bool settling;
    bool is_helping;                /* evaluates one of its own texts, which must not be ended */
    bool is_closed;                 /* nothing of JS is called from C any more */
    bool owes;                      /* a callback threw: ticks and jobs are still to be run */
    struct js_op *failed, **last_failed;
    struct js_op *free_ops;
    size_t n_ops;
    /* not held: JS does; ctx lives as its global */
    struct js_other { js_gctx ctx; js_obj global, names, declared; } *others;
    size_t n_others;
    void *main_context;
    int run_loop_priority;
    bool (*watch)(void *user);
    void *watch_user;
    double watch_ms;
    struct js_limit *limits;        /* the innermost first */
    bool is_ending;                 /* a limit or the watch was told to the engine, which now unwinds */
    bool has_watchdog;              /* the engine's clock runs in this realm */
    void *scope[2];                 /* what is told to the engine once for that */
};
extern _Thread_local struct js_realm *js_here;

#define OBJ(v) ((js_obj)(v))

js_string js_name_string(const char *literal);                   /* cached, borrowed */
js_string js_string_new(str utf8);                               /* owned */
str js_string_utf8(struct arena *a, js_string s, bool wtf8);     /* with a NUL after it */
js_val js_string_value(js_string s);                             /* releases s */
void js_pend(js_val exception);
static inline js_val js_check(js_val v, js_val exception) { return exception ? js_pend(exception), NULL : v; }

/* Small functions written in JS, compiled when first used. */
enum js_helper {
    JS_HELP_ERROR, JS_HELP_SYSTEM_ERROR, JS_HELP_VIEW, JS_HELP_NULL_OBJECT, JS_HELP_IS_ERROR, JS_HELP_BOOT,
    JS_HELP_PROMISES, JS_HELP_VIEWS,
};
js_obj js_helper(enum js_helper which);

void js_ops_free(struct js_realm *r);                             /* those that wait for reuse */
struct js_bytes js_pinned_bytes(js_val v);        /* stays attached: the engine pins what it was asked for */

void js_end_on(void);           /* a native returns while the engine unwinds: so does its caller, uncatchably */

/* A string of the engine that borrows its characters for ever; NULL where that is not open or the text is not ASCII. */
js_string jsc_borrowed_string(str ascii);
void jsc_string_test(void);          /* self-tests of the shortcuts; each switches its own off when it does not hold */
void jsc_value_test(void);
bool jsc_views_are_open(void);       /* tested when first needed */
bool jsc_read(const void *at, void *into, size_t len);           /* false instead of a fault */
