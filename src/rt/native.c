/* rt/native.c: the door of the running core: rt:boot opens it, internal:rt gives it to the faces. */

#include "base/must.h"
#include "engine/js_op.h"
#include "engine/js_realm.h"
#include "load/made.h"
#include "rt/core.h"
#include "rt/modules/modules.h"
#include "rt/source.h"
#include "rt/worker/worker.h"
#include "sys/file.h"
#include "sys/program.h"

NATIVE(rt_hook) {
    int which = js_int(c, 0);
    must(which >= 0 && which < RT_N_HOOKS);
    js_drop(rt_here->hooks[which]);
    rt_here->hooks[which] = js_hold(js_arg(c, 1));
    return NULL;
}

NATIVE(rt_flags) { return js_flags_array(); }

NATIVE(rt_schedule_timer) {
    rt_schedule(js_num(c, 0));
    return NULL;
}

NATIVE(rt_now) { return js_make_num(loop_now_ms(c->loop)); }

NATIVE(rt_update_now) {
    loop_update_now(c->loop);
    return js_make_num(loop_now_ms(c->loop));
}

NATIVE(rt_exit) {
    struct rt_worker *w = rt_here->worker;
    if (!w) rt_leave(js_int(c, 0) & 255);
    rt_worker_exit(w, js_int(c, 0) & 255);
    /* unwinds what the engine has not stopped yet */
    return js_throw(JS_ERROR, "ERR_WORKER_EXITED", "The worker has ended");
}

NATIVE(rt_write_error) {
    file_write_fd(2, js_str(c, 0));
    return NULL;
}

NATIVE(rt_collect) {
    js_gc();
    return NULL;
}

NATIVE(rt_memory) {
    struct js_memory m = js_memory();
    js_val values[] = {js_make_num((double)m.heap_used), js_make_num((double)m.heap_size), js_make_num((double)m.extra),
                       js_make_num((double)m.objects)};
    return js_make_array(4, values);
}

/* shownText(fn, length of its text), shownText(fn, length, text): see rt/source.h. */
NATIVE(rt_shown_text) {
    js_val fn = js_arg(c, 0);
    return js_has(c, 2) ? rt_source_by_text(fn, js_str_wtf8(c, 2)) : rt_source_by_place(fn, js_uint(c, 1));
}

NATIVE(rt_engine_version) { return js_make_str(js_engine_version()); }

NATIVE(rt_is_handled) { return js_make_bool(js_promise_is_handled(js_arg(c, 0))); }

static bool is_word(char ch) {
    return (ch >= 'a' && ch <= 'z') || (ch >= 'A' && ch <= 'Z') || (ch >= '0' && ch <= '9') || ch == '_' || ch == '$' ||
           (ch & 0x80);
}

/* Where a use of an imported name stands ($0.x, or (0,$0.x) where it is called) whose x stands at `start`; else
 * `start`. */
static size_t import_start(str text, size_t start) {
    size_t at = start;
    if (at < 3 || text.at[--at] != '.') return start;
    while (at > 0 && text.at[at - 1] >= '0' && text.at[at - 1] <= '9') at--;
    if (at == start - 1 || at == 0 || text.at[at - 1] != '$' || (at > 1 && is_word(text.at[at - 2]))) return start;
    at--;
    if (at >= 3 && memcmp(text.at + at - 3, "(0,", 3) == 0) at -= 3;
    if (at >= 2 && text.at[at] == '(' && memcmp(text.at + at - 2, "0,", 2) == 0) at -= 2;
    return at >= 6 && memcmp(text.at + at - 6, "$C.r((", 6) == 0 ? at - 6 : at;      /* of an await */
}

/* The engine names the place of a call by its parenthesis, V8 by the callee's last name, or by `new`. `text` is the
 * line as it was evaluated, *column counts from 1. */
static bool to_callee(str text, uint32_t *column) {
    size_t at = *column - 1;
    if (at > text.len) return false;
    bool reads = at < text.len && text.at[at] == '.';
    if (reads) at++;               /* null.x: V8 names the property */
    while (at > 0 && text.at[at - 1] == ' ' && at < text.len && text.at[at] == '(') at--;
    size_t start = at;
    if (at >= text.len || !is_word(text.at[at])) while (start > 0 && is_word(text.at[start - 1])) start--;
    if (start == at && at > 1 && text.at[at - 1] == ')') {      /* (0,$0.x)(): the name that it was */
        size_t name = at - 1;
        while (name > 0 && is_word(text.at[name - 1])) name--;
        size_t whole = import_start(text, name);
        if (whole < name && text.at[name - 1] == '.' && (text.at[whole] != '$' || text.at[whole + 1] == 'C'))
            start = whole;
    }
    size_t chain = start;
    while (chain > 1 && text.at[chain - 1] == '.') {
        chain--;
        while (chain > 0 && is_word(text.at[chain - 1])) chain--;
    }
    if (chain >= 4 && memcmp(text.at + chain - 4, "new ", 4) == 0 && (chain == 4 || !is_word(text.at[chain - 5]))) {
        *column = (uint32_t)chain - 3;
        return true;
    }
    *column = (uint32_t)(reads ? import_start(text, start) : start) + 1;
    return str_starts(str_from(text, start), STR("new ")) ;
}

/* An async function has two frames until its first await: its body, and itself at the place behind its closing
 * brace. */
static bool is_end_of_function(str text, uint32_t column) {
    size_t at = column - 1;
    return at > 0 && at <= text.len && text.at[at - 1] == '}' && (at == text.len || !strchr("(`.[", text.at[at]));
}

/* place(url, line, column): in the source as it was written: line << 20 | column, plus 2^52 at a `new`; -1: not known,
 * -2: the outer half of an async function, which V8 does not show; -3: that of a module. */
NATIVE(rt_place) {
    str url = js_str(c, 0), text;
    uint32_t line = js_uint(c, 1), column = js_uint(c, 2);
    bool is_file = column > 0 && rt_modules_line(url, line, &text);
    bool is_known = is_file || (column > 0 && load_made_line(url, line, &text));
    /* A module that waits at its top level is such a function too; its outer half stands at its head. */
    bool is_module = is_file && line == 1 && column < 24 && str_starts(text, STR("(async function"));
    if (is_module) return js_make_num(-3);
    if (is_known && is_end_of_function(text, column)) return js_make_num(-2);
    bool is_new = is_known && to_callee(text, &column);
    if (!rt_modules_place(url, &line, &column) && !load_made_source_place(url, &line, &column)) return js_make_num(-1);
    return js_make_num((double)line * 1048576 + (column < 1048576 ? column : 1048575) + (is_new ? 0x1p52 : 0));
}

/* sourceLine(path, line): of a file, or of the text that -e gave. */
NATIVE(rt_source_line) {
    const struct rt_options *o = rt_here->options;
    struct file_map map = {0};
    str path = js_str(c, 0), rest, part = {0};
    int64_t line = js_int(c, 1);
    bool is_text = (o->kind == RT_EVAL || o->kind == RT_PRINT) && str_ends(o->name, path);
    if (!is_text && file_map(path, &map) < 0) return NULL;
    rest = is_text ? o->entry : map.text;
    while (line > 0 && str_next(&rest, '\n', &part)) line--;
    if (part.len && part.at[part.len - 1] == '\r') part.len--;
    js_val v = line == 0 ? js_make_str(part) : NULL;
    if (!is_text) file_unmap(&map);
    return v;
}

NATIVE(rt_enables_source_maps) { return js_make_bool(program_has("enable-source-maps")); }

NATIVE(rt_source_map_comment) {
    str name = js_str(c, 0), comment = rt_modules_source_map(name);
    if (!comment.len) comment = load_made_source_map(name);
    return comment.len ? js_make_str(comment) : NULL;
}

NATIVE(rt_read_mappings) {
    struct arena a = {0};
    struct srcmap_entry *entries;
    uint32_t n;
    js_val made = NULL;
    _Static_assert(sizeof *entries == 6 * sizeof(uint32_t), "six numbers each");
    if (srcmap_read(&a, js_str(c, 0), &entries, &n)) made = js_make_buffer_copy(entries, n * sizeof *entries);
    arena_free(&a);
    return made;
}

NATIVE(rt_in_entry) { return js_make_bool(rt_here->in_entry); }

NATIVE(rt_entry_is_esm) { return js_make_bool(rt_modules_entry_is_esm()); }

NATIVE(rt_use_context) { return js_realm_use_context(js_arg(c, 0)), NULL; }

NATIVE(rt_is_worker) { return js_make_bool(rt_here->worker != NULL); }
/* turn(): one turn of the loop, while JS is on the stack; false: nothing is left to do. */
NATIVE(rt_turn_once) { return js_make_bool(rt_turn()); }
NATIVE(rt_run_jobs) { return js_drain(), NULL; }

NATIVE(rt_exposes_gc) { return js_make_bool(program_has("expose-gc")); }

NATIVE(rt_rejection_mode) { return js_make_str(program_value("unhandled-rejections")); }

static const struct js_native natives[] = {
    {"hook", rt_hook, "(which: number, fn: Function): void"},
    {"flags", rt_flags, "(): Int32Array"},
    {"scheduleTimer", rt_schedule_timer, "(ms: number): void"},
    {"now", rt_now, "(): number"},
    {"updateNow", rt_update_now, "(): number"},
    {"exit", rt_exit, "(code: number): never"},
    {"writeError", rt_write_error, "(text: string): void"},
    {"collect", rt_collect, "(): void"},
    {"memory", rt_memory, "(): number[]"},
    {"shownText", rt_shown_text, "(fn: Function, length: number, text?: string): string | boolean | undefined"},
    {"engineVersion", rt_engine_version, "(): string"},
    {"place", rt_place, "(url: string, line: number, column: number): number"},
    {"sourceLine", rt_source_line, "(path: string, line: number): string | undefined"},
    {"enablesSourceMaps", rt_enables_source_maps, "(): boolean"},
    {"sourceMapComment", rt_source_map_comment, "(name: string): string | undefined"},
    {"readMappings", rt_read_mappings, "(text: string): ArrayBuffer | undefined"},
    {"inEntry", rt_in_entry, "(): boolean"},
    {"entryIsEsm", rt_entry_is_esm, "(): boolean"},
    {"useContext", rt_use_context, "(object: { x: any }): void"},
    {"isWorker", rt_is_worker, "(): boolean"},
    {"turn", rt_turn_once, "(): boolean"},
    {"runJobs", rt_run_jobs, "(): void"},
    {"exposesGc", rt_exposes_gc, "(): boolean"},
    {"rejectionMode", rt_rejection_mode, "(): string"},
    {"isHandled", rt_is_handled, "(promise: Promise<unknown>): boolean"},
};
JS_DOOR(rt, natives)
