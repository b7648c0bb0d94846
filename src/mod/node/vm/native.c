/* mod/node/vm/native.c: the door of node:vm: global objects beside the realm's own, and texts evaluated in one of
 * them. */
#include <math.h>

#include "base/mem.h"
#include "data/hash.h"
#include "engine/js_handle.h"
#include "engine/js_op.h"
#include "engine/js_realm.h"
#include "load/made.h"
#include "sys/interrupt.h"

/* another() => the globalThis of a new global object; names(global, sandbox or null): whose names come first there. */
NATIVE(vm_another) { return js_realm_another(); }
NATIVE(vm_names) {
    js_realm_names(js_arg(c, 0), js_is_object(js_arg(c, 1)) ? js_arg(c, 1) : NULL, js_arg(c, 2));
    return NULL;
}

/* Arguments `from` and on: the text's name, its first line, what is added to the columns of that line. */
static struct load_made_place place_of(struct js_call *c, size_t from) {
    return (struct load_made_place){js_str(c, from), (uint32_t)js_int(c, from + 1), js_int(c, from + 2)};
}

/* lower(text, whence import() asks, name, line, columns) => [what is evaluated, names that it declares by var and
 * function ...]; [line, column] in the text when it does not parse. */
NATIVE(vm_lower) {
    struct lang_unit unit = {0};
    struct diag why = {0};
    struct lang_options o = {.dialect = LANG_JS, .goal = LANG_SCRIPT, .import_from = js_str_wtf8(c, 1)};
    struct load_made_place place = place_of(c, 2);
    js_val parts = js_make_array(0, NULL);
    if (lang_lower(&unit, STR("vm"), js_str_wtf8(c, 0), &o, &why)) {
        js_set_at(parts, 0, js_make_str_wtf8(buf_view(&unit.code)));
        for (uint32_t i = 0; i < unit.n_script_names; i++) js_set_at(parts, i + 1, js_make_str(unit.script_names[i]));
        load_made_keep(js_str_wtf8(c, 0), &o, &unit, &place);
    } else {
        js_set_at(parts, 0, js_make_num(why.first ? why.first->line : 0));
        js_set_at(parts, 1, js_make_num(why.first ? why.first->column : 0));
    }
    lang_unit_done(&unit);
    diag_free(&why);
    return parts;
}

/* keep(text, whence import() asks, what it was lowered to, name, line, columns): its functions show `text`. */
NATIVE(vm_keep) {
    struct lang_unit unit = {.kind = LANG_KIND_SCRIPT};
    struct lang_options o = {.dialect = LANG_JS, .goal = LANG_SCRIPT, .import_from = js_str_wtf8(c, 1)};
    struct load_made_place place = place_of(c, 3);
    buf_add(&unit.code, js_str_wtf8(c, 2));
    load_made_keep(js_str_wtf8(c, 0), &o, &unit, &place);
    lang_unit_done(&unit);
    return NULL;
}

/* --- promise jobs of a context */

static void jobs_close(void *jobs) { js_jobs_free(jobs); }
static const struct js_handle_type jobs_type = {.name = "jobs", .close = jobs_close};

NATIVE(vm_jobs) {
    struct js_jobs *jobs = js_jobs_new();
    return jobs ? js_handle_make(&jobs_type, jobs) : NULL;
}
NATIVE(vm_forget_jobs) {
    struct js_jobs *jobs = js_handle_take(js_num(c, 0), &jobs_type);
    if (jobs) js_jobs_free(jobs);
    return NULL;
}

/* --- evaluating */

struct running {
    js_val global;
    str text, url;
    int line;
    struct js_jobs *jobs;
};

static js_val evaluate(const struct running *r) {
    if (!r->jobs) return js_eval_in(r->global, r->text, r->url, r->line);
    js_jobs_swap(r->jobs);
    js_val v = js_eval_in(r->global, r->text, r->url, r->line), e = js_take_thrown();
    js_drain();
    js_jobs_swap(r->jobs);
    return e ? js_throw_value(e) : v;
}

static bool was_interrupted(void *user) { return interrupt_came(); }

static js_val told(enum js_limit_end end, double ms) {
    if (end == JS_LIMIT_TIME)
        return js_throw(JS_ERROR, "ERR_SCRIPT_EXECUTION_TIMEOUT", "Script execution timed out after %.0fms", ms);
    return js_throw(JS_ERROR, "ERR_SCRIPT_EXECUTION_INTERRUPTED", "Script execution was interrupted by `SIGINT`");
}

static js_val evaluate_limited(const struct running *r, double ms, bool by_signal) {
    struct js_limit limit;
    if (by_signal) interrupt_hold();
    if (!js_limit_begin(&limit, ms, by_signal ? was_interrupted : NULL, NULL)) {
        if (by_signal) interrupt_release();
        return js_throw(JS_TYPE_ERROR, "ERR_FEATURE_UNAVAILABLE_ON_PLATFORM", "The installed JavaScriptCore cannot end a "
                        "script and go on, as options.timeout and options.breakOnSigint of vm ask: install version 2.50");
    }
    js_val v = evaluate(r);
    enum js_limit_end end = js_limit_end(&limit);
    bool came = by_signal && interrupt_release();
    if (came && end == JS_LIMIT_KEPT && !js_has_thrown() && !js_realm_is_stopped()) end = JS_LIMIT_CHECK;
    return end == JS_LIMIT_KEPT ? v : told(end, ms);
}

/* evaluate(global or null, text, url, line, ms or undefined, does SIGINT end it, jobs or undefined) => its value. */
NATIVE(vm_evaluate) {
    struct running r = {
        .global = js_is_object(js_arg(c, 0)) ? js_arg(c, 0) : NULL,
        .text = js_str_wtf8(c, 1), .url = js_str(c, 2), .line = js_int(c, 3), .jobs = js_handle(c, 6, &jobs_type),
    };
    bool by_signal = js_bool(c, 5);
    if (!by_signal && !js_has(c, 4)) return evaluate(&r);
    return evaluate_limited(&r, js_has(c, 4) ? js_num(c, 4) : INFINITY, by_signal);
}

/* forbid(global, message): texts are no code there. */
NATIVE(vm_forbid) { return js_make_bool(js_realm_forbid_eval(js_arg(c, 0), js_str(c, 1))); }

/* hash(text) => 16 hex digits */
NATIVE(vm_hash) {
    char digits[17];
    snprintf(digits, sizeof digits, "%016llx", (unsigned long long)hash_wy(js_str_wtf8(c, 0), 0));
    return js_make_str(str_c(digits));
}

static const struct js_native natives[] = {
    {"another", vm_another, "(): any"},
    {"names", vm_names, "(global: object, names: object | null, declared: object): void"},
    {"lower", vm_lower,
     "(text: string, importFrom: string, url: string, line: number, columns: number): string[] | [number, number]"},
    {"keep", vm_keep,
     "(text: string, importFrom: string, lowered: string, url: string, line: number, columns: number): void"},
    {"evaluate", vm_evaluate,
     "(global: object | null, text: string, url: string, line: number, ms?: number, bySignal?: boolean, "
     "jobs?: number): any"},
    {"forbid", vm_forbid, "(global: object, message: string): boolean"},
    {"hash", vm_hash, "(text: string): string"},
    {"jobs", vm_jobs, "(): number | undefined"},
    {"forgetJobs", vm_forget_jobs, "(jobs: number): void"},
};
JS_DOOR(node_vm, natives)
