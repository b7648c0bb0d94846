/* engine/jsc_limit.c: JS that is ended from outside: a realm that is told to stop, and what a native calls for a
 * limited time.
 *
 * The engine's clock asks a callback now and then; when that says yes, everything unwinds to where the engine was
 * entered first, and no catch or finally runs. It remembers this in a byte of its VM until it is left altogether. A
 * limit ends only what one native called: at its end that byte is cleared, and the callers go on. Where the byte lies
 * is found out on a VM that is made for that and thrown away (2 ms, when the first limit of the process begins). */
#include <math.h>
#include <stdatomic.h>

#include "base/must.h"
#include "engine/internal.h"
#include "sys/loop.h"

enum { PAGE = 4096, MOST = 56 * PAGE, N_ROUNDS = 3, MOST_PLACES = 4, MOST_STEP_MS = 50 };

static double now_ms(void) { return (double)loop_clock_ns() / 1e6; }

/* --- the engine's clock */

static bool is_reached(const struct js_limit *l, double now) {
    return now >= l->until_ms || (l->check && l->check(l->user));
}
static bool any_is_reached(const struct js_limit *l) {
    for (double now = l ? now_ms() : 0; l; l = l->outer)
        if (is_reached(l, now)) return true;
    return false;
}

bool js_realm_is_stopped(void) {
    struct js_realm *r = js_here;
    return (r->watch && r->watch(r->watch_user)) || any_is_reached(r->limits);
}

static void arm(struct js_realm *r, double ms);

static bool on_limit(js_ctx x, void *user) {
    struct js_realm *r = user;
    if (r->is_helping) {
        arm(r, 1);
        return false;
    }
    if (js_realm_is_stopped()) return r->is_ending = true;
    double ms = r->watch ? r->watch_ms : INFINITY, now = now_ms();
    for (struct js_limit *l = r->limits; l; l = l->outer) ms = fmin(ms, fmin(l->until_ms - now, MOST_STEP_MS));
    if (ms < INFINITY) arm(r, ms);                       /* else it fires once */
    return false;
}

/* It counts processor time: the steps are small, and on_limit looks at the wall's. */
static void arm(struct js_realm *r, double ms) {
    jsc.JSContextGroupSetExecutionTimeLimit(r->group, fmax(ms, 0) / 1000, on_limit, r);
}

void js_realm_stop(void) {
    if (jsc.JSContextGroupSetExecutionTimeLimit) arm(js_here, 0);
}

void js_realm_watch(double ms, bool (*check)(void *user), void *user) {
    struct js_realm *r = js_here;
    r->watch = check;
    r->watch_user = user;
    r->watch_ms = ms;
    if (!check || !jsc.JSContextGroupSetExecutionTimeLimit) return;
    arm(r, ms);
    r->has_watchdog = true;         /* the engine is entered later than this */
}

/* A native is given what ended the JS that it called as a mere value, which its callers could catch. */
void js_end_on(void) {
    struct js_realm *r = js_here;
    void *vm = (void *)(uintptr_t)r->group;
    if (jsc.vm_ending && jsc.vm_set_exception) jsc.vm_set_exception(vm, jsc.vm_ending(vm));
}

/* --- where the engine remembers that it ends */

struct probe {
    js_group group;
    char *vm, *before, *after;
    size_t len, *places, n, cleared;
    bool chooses, ends;
};
static _Thread_local struct probe *probing;

static size_t copy_of(const char *vm, char *into) {
    size_t n = 0;
    while (n < MOST && jsc_read(vm + n, into + n, PAGE)) n += PAGE;
    return n;
}

static bool once(js_ctx x, void *user) {
    struct probe *p = user;
    bool is_first = p->ends;
    p->ends = false;
    return is_first;
}

static js_val end_inside(js_ctx ctx, js_obj fn, js_obj self, size_t n, const js_val args[], js_val *thrown) {
    struct probe *p = probing;
    js_string text = jsc.JSStringCreateWithUTF8CString("for(;;);");
    js_val e = NULL;
    p->len = copy_of(p->vm, p->before);
    p->ends = true;
    jsc.JSContextGroupSetExecutionTimeLimit(p->group, 0, once, p);
    jsc.JSEvaluateScript(ctx, text, NULL, NULL, 1, &e);
    jsc.JSStringRelease(text);
    if (p->chooses) copy_of(p->vm, p->after);
    else p->vm[p->cleared] = 0;
    return jsc.JSValueMakeUndefined(ctx);
}

/* Ends something within a run: does that run go on? */
static bool goes_on(js_gctx x) {
    js_string text = jsc.JSStringCreateWithUTF8CString("end();5");
    js_val e = NULL, v = jsc.JSEvaluateScript(x, text, NULL, NULL, 1, &e);
    jsc.JSStringRelease(text);
    return !e && v && jsc.JSValueToNumber(x, v, &e) == 5;
}

/* Of the places: those that went from 0 to 1 when it ended, and are 0 again outside. */
static void choose(struct probe *p, js_gctx x, bool is_first) {
    size_t n = 0;
    goes_on(x);
    if (is_first)
        for (size_t i = 0; i < p->len; i++) p->places[p->n++] = i;
    for (size_t i = 0; i < p->n; i++) {
        size_t at = p->places[i];
        if (p->before[at] == 0 && p->after[at] == 1 && p->vm[at] == 0) p->places[n++] = at;
    }
    p->n = n;
}

static size_t find_place(void) {
    js_gctx x = jsc.JSGlobalContextCreate(NULL);
    struct probe p = {.group = jsc.JSContextGetGroup(x), .chooses = true};
    js_val e = NULL;
    size_t found = 0;
    p.vm = (char *)(uintptr_t)p.group;
    p.before = mem_alloc(MOST);
    p.after = mem_alloc(MOST);
    p.places = mem_alloc(MOST * sizeof *p.places);
    probing = &p;
    jsc.JSContextGroupSetExecutionTimeLimit(p.group, 1e6, once, &p);        /* known before it is entered */
    js_string name = jsc.JSStringCreateWithUTF8CString("end");
    js_obj end = jsc.JSObjectMakeFunctionWithCallback(x, name, end_inside);
    jsc.JSObjectSetProperty(x, jsc.JSContextGetGlobalObject(x), name, (js_val)end, 0, &e);
    jsc.JSStringRelease(name);
    for (int i = 0; i < N_ROUNDS; i++) choose(&p, x, i == 0);
    p.chooses = false;
    for (size_t i = p.n <= MOST_PLACES ? p.n : 0; i-- > 0 && !found;) {
        p.cleared = p.places[i];
        if (goes_on(x)) found = p.cleared;
    }
    probing = NULL;
    jsc.JSGlobalContextRelease(x);
    mem_free(p.before);
    mem_free(p.after);
    mem_free(p.places);
    return found;
}

/* 0: it cannot be told. */
static size_t place(void) {
    static _Atomic size_t known;
    enum { NOT_FOUND = 1 };
    size_t at = atomic_load(&known);
    if (at == 0) {
        at = find_place();
        atomic_store(&known, at == 0 ? NOT_FOUND : at);
    }
    return at == NOT_FOUND ? 0 : at;
}

/* The engine starts its clock where it is entered, and this realm was entered without one. It is told once more, with a
 * scope of ours; then it is given back the one that it had. */
static bool start_clock(struct js_realm *r) {
    if (r->has_watchdog) return true;
    char *vm = (char *)(uintptr_t)r->group, *before = mem_alloc(2 * MOST), *after = before + MOST;
    size_t len = copy_of(vm, before), found = 0, n = 0;
    void *ours = r->scope;
    r->scope[0] = vm;
    r->scope[1] = r->global;
    arm(r, 1e6);
    jsc.scope_enter(r->scope);
    copy_of(vm, after);
    for (size_t i = 0; i + sizeof ours <= len; i += sizeof ours)
        if (memcmp(after + i, &ours, sizeof ours) == 0 && memcmp(before + i, &ours, sizeof ours) != 0) found = i, n++;
    if (n == 1) memcpy(vm + found, before + found, sizeof ours);
    mem_free(before);
    return r->has_watchdog = n == 1;
}

bool js_limit_begin(struct js_limit *l, double ms, bool (*check)(void *user), void *user) {
    struct js_realm *r = js_here;
    if (!jsc.JSContextGroupSetExecutionTimeLimit || !jsc.scope_enter || !jsc.vm_ending ||
        !jsc.vm_set_exception)
        return false;
    js_enter();
    bool ok = place() != 0 && start_clock(r);
    if (ok) {
        *l = (struct js_limit){now_ms() + ms, check, user, r->limits};
        r->limits = l;
        arm(r, fmin(ms, MOST_STEP_MS));
    }
    js_leave();
    return ok;
}

/* What ends leaves requests to end behind, where it unwound through natives: they are heard here. */
static void go_on(struct js_realm *r) {
    enum { MOST_REQUESTS = 8 };
    for (int i = 0; i < MOST_REQUESTS; i++) {
        js_val e = NULL;
        ((volatile char *)(uintptr_t)r->group)[place()] = 0;
        js_string text = jsc.JSStringCreateWithUTF8CString("for(let i=0;i<2;i++);");
        jsc.JSEvaluateScript(r->ctx, text, NULL, NULL, 1, &e);
        jsc.JSStringRelease(text);
        if (!e) return;
    }
}

enum js_limit_end js_limit_end(struct js_limit *l) {
    struct js_realm *r = js_here;
    must(r->limits == l);
    r->limits = l->outer;
    bool is_over = r->is_ending || is_reached(l, now_ms());      /* a native that waits ends without the engine */
    if (!is_over || js_realm_is_stopped()) return JS_LIMIT_KEPT;
    if (r->is_ending) {
        r->is_ending = false;
        js_enter();
        go_on(r);
        js_leave();
    }
    js_take_thrown();
    return l->check && l->check(l->user) ? JS_LIMIT_CHECK : JS_LIMIT_TIME;
}
