/* cli/guard.c: --no-orphans: this process stays in between: it starts itself again, and outlives what that started. */
#include "cli/cmd.h"
#include "sys/env.h"
#include "sys/os.h"
#include "sys/path.h"
#include "sys/proc.h"
#include "sys/program.h"

#define MARK "BAO_GUARDED"           /* the pid of the one in between */

static bool is_guarded(void) {
    str text;
    int64_t pid;
    bool is = env_get(MARK, &text) && str_to_int(text, &pid) && pid == os_ppid();
    env_unset(STR(MARK));            /* not for what we start */
    return is;
}

static bool is_wanted(struct cmd *c, const struct flags *f) {
    str text;
    if (env_get("BUN_FEATURE_FLAG_NO_ORPHANS", &text) && (str_is(text, "1") || str_is(text, "true"))) return true;
    return flags_has(script_flags(c, f), "no-orphans");
}

bool cmd_guard(struct cmd *c, const struct flags *f, str from, int *code) {
    if (is_guarded() || !is_wanted(c, f)) return false;
    const str mark[][2] = {{STR(MARK), arena_print(&c->arena, "%d", os_pid())}};
    struct proc_spec spec = {.file = arena_c(&c->arena, program.exec_path), .argv = c->typed,
                             .env = env_with(&c->arena, mark, 1), .cwd = from.len ? arena_c(&c->arena, from) : NULL,
                             .uid = -1, .gid = -1};
    struct proc_end end = {0};
    err e = proc_guard(&spec, &end);
    if (e) *code = cmd_error("--no-orphans: %s", err_text(e));
    else if (end.signal) proc_die_by(end.signal);
    else *code = end.code;
    return true;
}
