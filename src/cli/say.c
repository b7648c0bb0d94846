/* cli/say.c: messages for a person, on standard error. */
#include <stdarg.h>

#include "base/buf.h"
#include "cli/cmd.h"
#include "sys/env.h"
#include "sys/file.h"
#include "sys/tty.h"

bool cmd_has_colour(int fd) {
    str force;
    if (env_get("FORCE_COLOR", &force)) return !str_is(force, "0") && !str_is(force, "false");
    if (env_is_set("NO_COLOR") || str_is(env_or("TERM", ""), "dumb")) return false;
    return tty_is(fd);
}

static void say(const char *prefix, const char *colour, const char *format, va_list list) {
    struct buf b = {0};
    struct arena a = {0};
    bool on = cmd_has_colour(2);
    str text = arena_vprint(&a, format, list);
    if (on) buf_print(&b, "\x1b[%sm%s\x1b[0m\x1b[2m:\x1b[0m %.*s\n", colour, prefix, STR_FMT(text));
    else buf_print(&b, "%s: %.*s\n", prefix, STR_FMT(text));
    file_write_fd(2, buf_view(&b));
    buf_free(&b);
    arena_free(&a);
}

int cmd_error(const char *format, ...) {
    va_list list;
    va_start(list, format);
    say("error", "31", format, list);
    va_end(list);
    return 1;
}

int cmd_later(const char *format, ...) {
    char what[256];
    va_list list;
    va_start(list, format);
    vsnprintf(what, sizeof what, format, list);
    va_end(list);
    return cmd_error("%s is not there yet (ERR_NOT_IMPLEMENTED)", what);
}

void cmd_note(const char *format, ...) {
    va_list list;
    va_start(list, format);
    say("note", "34", format, list);
    va_end(list);
}

void cmd_note_ca(void) {
    cmd_note("--use-bundled-ca: no certificate authorities are brought along; those of this system are trusted");
}
