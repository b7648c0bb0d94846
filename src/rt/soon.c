/* rt/soon.c: stands in until modules are linked: a file is evaluated as a script. */
#include "base/buf.h"
#include "engine/js_realm.h"
#include "rt/core.h"
#include "rt/rt.h"
#include "sys/file.h"

__attribute__((weak)) void rt_modules_begin(const struct rt_options *o) {}
__attribute__((weak)) js_val rt_modules_printed(void) { return NULL; }
__attribute__((weak)) bool rt_modules_place(str url, uint32_t *line, uint32_t *column) { return false; }
__attribute__((weak)) bool rt_modules_line(str url, uint32_t line, str *text) { return false; }
__attribute__((weak)) js_val rt_modules_run(const struct rt_options *o) {
    struct buf text = {0};
    if (o->kind != RT_FILE) return js_eval(o->entry, o->name);
    err e = file_read_all(o->entry, &text);
    if (e) return js_throw(JS_ERROR, NULL, "cannot read %.*s", STR_FMT(o->entry));
    js_val v = js_eval(buf_view(&text), o->entry);
    buf_free(&text);
    return v ? js_make_undefined() : NULL;
}
