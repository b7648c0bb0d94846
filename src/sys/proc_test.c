#include "base/test.h"
#include "sys/proc.h"

#include <errno.h>
#include <signal.h>

static char *shell(char **words, const char *text) {
    words[0] = (char *)(uintptr_t)"/bin/sh";
    words[1] = (char *)(uintptr_t)"-c";
    words[2] = (char *)(uintptr_t)text;
    words[3] = NULL;
    return words[0];
}

static struct proc_run run(const char *text, str input, double timeout) {
    char *words[4];
    static const int none[3] = {-1, -1, -1};
    struct proc_run r = {.has_input = true,
                         .input = input,
                         .takes = {true, true},
                         .most = 1 << 20,
                         .timeout_ms = timeout,
                         .kill_signal = SIGTERM};
    pid_t pid;
    struct proc_spec s = {.file = shell(words, text), .argv = words, .fds = none, .n_fds = 3, .uid = -1, .gid = -1};
    CHECK_INT(proc_run(&s, &r, &pid), 0);
    return r;
}

TEST(proc_run_feeds_and_collects) {
    struct proc_run r = run("cat; echo bad >&2; exit 3", STR("hello"), 0);
    CHECK_STR(buf_view(&r.out[0]), STR("hello"));
    CHECK_STR(buf_view(&r.out[1]), STR("bad\n"));
    CHECK_INT(r.end.code, 3);
    buf_free(&r.out[0]);
    buf_free(&r.out[1]);
}

TEST(proc_run_ends_what_takes_too_long) {
    struct proc_run r = run("exec sleep 10", STR(""), 20);
    CHECK(r.is_late && r.end.signal == SIGTERM);
    buf_free(&r.out[0]);
    buf_free(&r.out[1]);
}

TEST(proc_spawn_says_why_not) {
    char *words[] = {(char *)(uintptr_t)"/nope/none", NULL};
    pid_t pid;
    struct proc_spec s = {.file = words[0], .argv = words, .uid = -1, .gid = -1};
    CHECK_INT(proc_spawn(&s, &pid), -ENOENT);
    s.file = "/bin/true";
    s.cwd = "/nope";
    CHECK_INT(proc_spawn(&s, &pid), -ENOENT);
    s.file = "surely-no-such-program";
    CHECK_INT(proc_spawn(&s, &pid), -ENOENT);
}

TEST(proc_signals_have_names) {
    CHECK_INT(proc_signal_number(STR("SIGTERM")), SIGTERM);
    CHECK_INT(proc_signal_number(STR("SIGNOPE")), 0);
    CHECK(strcmp(proc_signal_name(SIGKILL), "SIGKILL") == 0);
}
