/* mod/web/console/native.c: the door of console: whole lines to a descriptor, at once; is it a terminal; what time is
 * it. */
#include <time.h>

#include "engine/js.h"
#include "sys/env.h"
#include "sys/file.h"
#include "sys/tty.h"

/* (fd, text): the text and a line feed, in one write. Failing is silent: a console has nowhere to say so. */
NATIVE(writeLine) {
    str text = js_str(c, 1);
    char *end = (char *)text.at + text.len;     /* the NUL after it, in the scratch arena */
    if (text.len == 0) return file_write_fd(js_int(c, 0), STR("\n")), NULL;
    *end = '\n';
    file_write_fd(js_int(c, 0), str_of(text.at, text.len + 1));
    *end = 0;
    return NULL;
}

/* (fd, text or bytes): as it is; gives the number of bytes. */
NATIVE(writeRaw) {
    js_val v = js_arg(c, 1);
    str text;
    if (v && !js_is_string(v)) {
        struct js_bytes b = js_bytes(c, 1);
        text = str_of((const char *)b.at, b.len);
    } else {
        text = js_str(c, 1);
    }
    err e = text.len ? file_write_fd(js_int(c, 0), text) : 0;
    return e ? js_fail(c, e, "write", NO_STR, NO_STR) : js_make_num((double)text.len);
}

NATIVE(mayColour) {
    str unused;
    return js_make_bool(tty_is(js_int(c, 0)) || env_get("FORCE_COLOR", &unused));
}
NATIVE(isTerminal) { return js_make_bool(tty_is(js_int(c, 0))); }

NATIVE(now) {
    struct timespec t;
    (void)c;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return js_make_num((double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6);
}

static const struct js_native natives[] = {
    {"writeLine", writeLine, "(fd: number, text: string): void"},
    {"writeRaw", writeRaw, "(fd: number, data: string | ArrayBufferView | ArrayBuffer): number"},
    {"mayColour", mayColour, "(fd: number): boolean"},
    {"isTerminal", isTerminal, "(fd: number): boolean"},
    {"now", now, "(): number"},
};
JS_DOOR(web_console, natives)
