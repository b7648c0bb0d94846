/* engine/jsc_realm.c: the realm of a thread: made, run, drained, served and ended. */
#include <signal.h>

#include <stdatomic.h>

#include "base/must.h"
#include "engine/internal.h"

_Thread_local struct js_realm *js_here;

enum { TYPE_INT32 = 2 };

struct js_realm *js_realm_here(void) { return js_here; }
js_ctx js_realm_ctx(struct js_realm *r) { return r->ctx; }
volatile int32_t *js_flags(void) { return js_here->flags; }
js_val js_flags_array(void) { return js_here->flags_array; }

static js_val rejected(js_ctx ctx, js_obj fn, js_obj self, size_t n, const js_val args[], js_val *thrown) {
    struct js_realm *r = js_here;
    unsigned depth = r->depth;
    r->depth = 0;                   /* the lock is dropped while C runs below JS */
    if (n >= 2) r->hooks->rejected(r->user, args[0], args[1]);
    r->depth = depth;
    return r->undefined;
}

static js_obj function_of(js_raw_fn fn) { return OBJ(js_make_function("bao:hook", (js_native_fn *)fn)); }

static js_obj held(js_obj o) {
    must(o);
    js_hold(o);
    return o;
}

struct js_realm *js_realm_new(const struct js_hooks *hooks, void *user, struct loop *loop) {
    must(!js_here && hooks && hooks->run_ticks && hooks->rejected && hooks->uncaught);
    struct js_realm *r = js_here = NEW(struct js_realm);
    r->hooks = hooks;
    r->user = user;
    r->loop = loop;
    r->last_failed = &r->failed;
    sigset_t of_gc;                 /* threads of ours block signals; the collector stops its mutator by one */
    sigemptyset(&of_gc);
    sigaddset(&of_gc, SIGRTMIN + JSC_GC_SIGNAL);
    pthread_sigmask(SIG_UNBLOCK, &of_gc, NULL);
    r->main_context = jsc.g_main_context_new();
    jsc.g_main_context_push_thread_default(r->main_context);
    jsc.g_main_context_acquire(r->main_context);
    r->ctx = jsc.JSGlobalContextCreate(NULL);
    must(r->ctx);
    r->group = jsc.JSContextGetGroup(r->ctx);
    js_enter();
    if (jsc.JSGlobalContextSetIncludesNativeCallStackWhenReportingExceptions)
        jsc.JSGlobalContextSetIncludesNativeCallStackWhenReportingExceptions(r->ctx, false);
    r->undefined = jsc.JSValueMakeUndefined(r->ctx);
    r->global = held(jsc.JSContextGetGlobalObject(r->ctx));
    if (!getenv("BAO_ENGINE_PLAIN")) {
        jsc_value_test();
        jsc_string_test();
    }
    r->flags = mem_zero(JS_N_FLAGS * sizeof *r->flags);
    js_val e = NULL;
    r->flags_array = held(jsc.JSObjectMakeTypedArrayWithBytesNoCopy(r->ctx, TYPE_INT32, r->flags,
                                                                    JS_N_FLAGS * sizeof *r->flags, NULL, NULL, &e));
    r->context = held(OBJ(js_get(js_helper(JS_HELP_BOOT), "context")));
    jsc.JSGlobalContextSetUnhandledRejectionCallback(r->ctx, function_of(rejected), &e);
    must(!e);
    js_leave();
    static _Atomic bool trimmed;
    if (!atomic_exchange(&trimmed, true)) image_trim();         /* again: calls that had waited were bound meanwhile */
    return r;
}

void js_realm_use_context(js_val object) {
    js_val before = (js_val)js_here->context;
    js_here->context = held(OBJ(object));
    js_drop(before);
}

void js_realm_close(void) {
    js_here->is_closed = true;
    js_handle_close_all();
}

void js_realm_free(struct js_realm *r) {
    must(r == js_here && r->depth == 0);
    for (struct js_op *op = r->failed, *next; op; op = next) {
        next = *(struct js_op **)op;
        js_op_forget(op);
    }
    js_take_thrown();
    for (size_t i = 0; i < sizeof r->helpers / sizeof *r->helpers; i++) js_drop(r->helpers[i]);
    js_drop(r->context);
    js_drop(r->flags_array);
    js_drop(r->global);
    for (size_t i = 0; i < r->n_name_slots; i++)
        if (r->names[i].at) jsc.JSStringRelease(r->names[i].string);
    jsc.JSGlobalContextRelease(r->ctx);
    jsc.g_main_context_release(r->main_context);
    jsc.g_main_context_pop_thread_default(r->main_context);
    jsc.g_main_context_unref(r->main_context);
    js_ops_free(r);
    arena_free(&r->arena);
    mem_free(r->names);
    mem_free(r->slots);
    mem_free(r->others);
    mem_free(r->flags);
    mem_free(r);
    js_here = NULL;
}

/* --- evaluating --------------------------------------------------------------------------------------------------- */

static js_val evaluate(js_ctx x, js_string text, js_string url, int line) {
    js_val e = NULL, v = jsc.JSEvaluateScript(x, text, NULL, url, line, &e);
    return js_check(v, e);
}

js_val js_eval_in(js_val global, str text, str url, int line) {
    struct js_realm *r = js_here;
    js_ctx x = r->ctx;
    for (size_t i = 0; global && i < r->n_others; i++)
        if (r->others[i].global == global) x = r->others[i].ctx;
    js_string code = js_string_new(text), name = js_string_new(url);
    js_val v = evaluate(x, code, name, line);
    jsc.JSStringRelease(code);
    jsc.JSStringRelease(name);
    return v;
}

js_val js_eval(str text, str url) { return js_eval_in(NULL, text, url, 1); }
js_val js_eval_at(str text, str url, int line) { return js_eval_in(NULL, text, url, line); }

js_val js_eval_immortal(str text, str url) {
    js_string code = jsc_borrowed_string(text);
    if (!code) return js_eval(text, url);
    js_string name = js_string_new(url);
    js_val v = evaluate(js_here->ctx, code, name, 1);
    jsc.JSStringRelease(code);
    jsc.JSStringRelease(name);
    return v;
}

/* --- further global objects --------------------------------------------------------------------------------------- */

/* Names of one are first those of another object, by callbacks of the global object's class; not those that scripts
 * declared: the engine reads these without asking. */
static js_obj names_of(js_obj global, js_string name) {
    struct js_realm *r = js_here;
    for (size_t i = 0; i < r->n_others; i++) {
        /* a context is its global object; callers have another */
        if ((void *)r->others[i].ctx != (void *)global) continue;
        js_obj declared = r->others[i].declared;
        return name && declared && jsc.JSObjectHasProperty(r->ctx, declared, name) ? NULL : r->others[i].names;
    }
    return NULL;
}

static bool has_name(js_ctx x, js_obj global, js_string name) {
    js_obj names = names_of(global, name);
    return names && jsc.JSObjectHasProperty(js_here->ctx, names, name);
}
static js_val get_name(js_ctx x, js_obj global, js_string name, js_val *thrown) {
    js_obj names = names_of(global, name);
    return names && jsc.JSObjectHasProperty(js_here->ctx, names, name)
               ? jsc.JSObjectGetProperty(js_here->ctx, names, name, thrown)
               : NULL;
}
static bool set_name(js_ctx x, js_obj global, js_string name, js_val value, js_val *thrown) {
    js_obj names = names_of(global, name);
    if (names) jsc.JSObjectSetProperty(js_here->ctx, names, name, value, 0, thrown);
    return names != NULL;
}
static bool remove_name(js_ctx x, js_obj global, js_string name, js_val *thrown) {
    js_obj names = names_of(global, name);
    return names && jsc.JSObjectHasProperty(js_here->ctx, names, name) &&
           jsc.JSObjectDeleteProperty(js_here->ctx, names, name, thrown);
}
static void list_names(js_ctx x, js_obj global, void *list) {
    js_obj names = names_of(global, NULL);
    if (!names) return;
    void *all = jsc.JSObjectCopyPropertyNames(js_here->ctx, names);
    for (size_t i = 0, n = jsc.JSPropertyNameArrayGetCount(all); i < n; i++)
        jsc.JSPropertyNameAccumulatorAddName(list, jsc.JSPropertyNameArrayGetNameAtIndex(all, i));
    jsc.JSPropertyNameArrayRelease(all);
}

/* During a collection: nothing of the engine may be called. */
static void forget(js_obj global) {
    struct js_realm *r = js_here;
    for (size_t i = 0; r && i < r->n_others; i++)
        if ((void *)r->others[i].ctx == (void *)global) r->others[i] = (struct js_other){0};
}

js_val js_realm_another(void) {
    struct js_realm *r = js_here;
    static const struct jsc_class_definition definition = {
        .name = "Object", .has = has_name, .get = get_name, .set = set_name, .remove = remove_name, .names = list_names,
        .finalize = forget,
    };
    void *class = jsc.JSClassCreate(&definition);
    js_gctx x = jsc.JSGlobalContextCreateInGroup(r->group, class);
    jsc.JSClassRelease(class);
    if (jsc.JSGlobalContextSetIncludesNativeCallStackWhenReportingExceptions)
        jsc.JSGlobalContextSetIncludesNativeCallStackWhenReportingExceptions(x, false);
    js_obj global = jsc.JSContextGetGlobalObject(x);
    size_t at = r->n_others;
    for (size_t i = r->n_others; i-- > 0;) {             /* one that is gone may have stood at the same addresses */
        if (r->others[i].ctx == x || r->others[i].global == global) r->others[i] = (struct js_other){0};
        if (!r->others[i].ctx) at = i;
    }
    if (at == r->n_others) r->others = mem_resize(r->others, ++r->n_others * sizeof *r->others);
    r->others[at] = (struct js_other){x, global, NULL, NULL};
    jsc.JSGlobalContextRelease(x);                       /* `global` on this stack keeps it, then JS does */
    return global;
}

void js_realm_names(js_val global, js_val names, js_val declared) {
    struct js_realm *r = js_here;
    for (size_t i = 0; i < r->n_others; i++) {
        if (r->others[i].global != global) continue;
        r->others[i].names = OBJ(names);
        r->others[i].declared = OBJ(declared);
    }
}

bool js_realm_forbid_eval(js_val global, str message) {
    struct js_realm *r = js_here;
    js_string text = js_string_new(message);
    bool found = false;
    for (size_t i = 0; jsc.JSGlobalContextSetEvalEnabled && i < r->n_others; i++) {
        if (r->others[i].global != global) continue;
        jsc.JSGlobalContextSetEvalEnabled(r->others[i].ctx, false, text);
        found = true;
    }
    jsc.JSStringRelease(text);
    return found;
}

/* --- the loop below a frame of JS (engine.md 14) ------------------------------------------------------------------ */

static _Thread_local struct { void (*fn)(void *); void *user; } inner;

/* Releases on which vm_drain was seen to do its work; the first promise of a process costs 0.5 ms, so they are
 * believed. */
static bool is_known_release(void) { return jsc.jsc_get_major_version() == 2 && jsc.jsc_get_minor_version() == 50; }

static bool drains_inside(struct js_realm *r) {
    if (!jsc.vm_drain) return false;
    if (is_known_release()) return true;
    js_val args[] = {r->flags_array};
    js_val probe = js_get(js_helper(JS_HELP_BOOT), "probe");
    r->flags[31] = 0;
    if (!probe || !js_invoke(probe, NULL, 1, args)) return false;
    js_enter();
    jsc.vm_drain((void *)(uintptr_t)r->group);
    js_leave();
    return r->flags[31] == 1;
}

static js_val run_inside(js_ctx ctx, js_obj fn, js_obj self, size_t n, const js_val args[], js_val *thrown) {
    struct js_realm *r = js_here;
    r->inside = drains_inside(r);
    if (r->inside) inner.fn(inner.user);
    return r->undefined;
}

void js_realm_inside(void (*fn)(void *user), void *user) {
    struct js_realm *r = js_here;
    must(r->depth == 0 && !r->inside);
    inner.fn = fn;
    inner.user = user;
    js_val e = NULL;
    bool went_in = false;
    if (jsc.vm_drain) {
        js_obj frame = OBJ(js_make_function("bao:run", (js_native_fn *)run_inside));
        jsc.JSObjectCallAsFunction(r->ctx, frame, NULL, 0, NULL, &e);
        went_in = r->inside;
        r->inside = false;
    }
    if (!went_in) fn(user);
}

/* --- the engine's run loop ---------------------------------------------------------------------------------------- */

struct poll_fd { int fd; unsigned short events, revents; };     /* GPollFD */

static int query(struct poll_fd *fds, int most, int *timeout) {
    struct js_realm *r = js_here;
    return jsc.g_main_context_query(r->main_context, r->run_loop_priority, timeout, fds, most);
}

int js_run_loop_fd(void) {
    struct poll_fd fds[8];
    int timeout;
    jsc.g_main_context_prepare(js_here->main_context, &js_here->run_loop_priority);
    return query(fds, 8, &timeout) > 0 ? fds[0].fd : -1;
}

int js_run_loop_prepare(void) {
    struct poll_fd fds[8];
    int timeout = -1;
    if (jsc.g_main_context_prepare(js_here->main_context, &js_here->run_loop_priority)) return 0;
    query(fds, 8, &timeout);
    return timeout;
}

void js_run_loop_dispatch(void) {
    while (jsc.g_main_context_iteration(js_here->main_context, 0)) {}
}

/* --- garbage ------------------------------------------------------------------------------------------------------ */

void js_gc(void) {
    if (jsc.JSSynchronousGarbageCollectForDebugging) jsc.JSSynchronousGarbageCollectForDebugging(js_here->ctx);
    else jsc.JSGarbageCollect(js_here->ctx);
}
void js_gc_eden(void) {
    if (jsc.JSSynchronousEdenCollectForDebugging) jsc.JSSynchronousEdenCollectForDebugging(js_here->ctx);
    else js_gc();
}

static size_t statistic(js_val o, const char *name) {
    double d = js_to_num(js_get(o, name));
    return d > 0 ? (size_t)d : 0;
}
struct js_memory js_memory(void) {
    struct js_memory m = {0};
    if (!jsc.JSGetMemoryUsageStatistics) return m;
    js_enter();
    js_val o = jsc.JSGetMemoryUsageStatistics(js_here->ctx);
    if (o) {
        m = (struct js_memory){statistic(o, "heapSize"), statistic(o, "heapCapacity"), statistic(o, "extraMemorySize"),
                               statistic(o, "objectCount")};
    }
    js_leave();
    return m;
}
