/* cli/main.c: argv -> command. Nothing here maps the engine: only what runs a program does. */
#include <malloc.h>
#include <time.h>

#include "cli/many.h"
#include "sys/env.h"
#include "sys/file.h"
#include "sys/loop.h"
#include "sys/os.h"
#include "sys/path.h"
#include "sys/program.h"
#include "sys/tty.h"

static void say(const char *text) { file_write_fd(1, str_c(text)); }

static int version(void) {
    say(BAO_VERSION "\n");
    return 0;
}

static int revision(void) {
    say("bao " BAO_VERSION "\nbun 1.4.5\nnode v26.10.0\n");
    return 0;
}

static void fill_program(struct arena *a, int argc, char **argv) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    program.start_ns = (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
    clock_gettime(CLOCK_REALTIME, &t);
    program.start_wall_us = (uint64_t)t.tv_sec * 1000000u + (uint64_t)t.tv_nsec / 1000;
    program.argv0 = str_c(argc ? argv[0] : "bao");
    if (file_readlink(a, STR("/proc/self/exe"), &program.exec_path) != 0) program.exec_path = program.argv0;
}

/* BUN_OPTIONS stands before what was typed. */
static void add_options(struct cmd *c, int *argc, char ***argv) {
    str text;
    char **words;
    if (!env_get("BUN_OPTIONS", &text) || !text.len) return;
    size_t n = flags_split(&c->arena, text, &words);
    char **all = ARENA_ARRAY(&c->arena, char *, n + (size_t)*argc + 1);
    all[0] = (*argv)[0];
    memcpy(all + 1, words, n * sizeof *all);
    memcpy(all + 1 + n, *argv + 1, (size_t)(*argc - 1) * sizeof *all);
    *argc += (int)n;
    *argv = all;
}

static bool is_help(const char *word) { return strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0; }

static bool is_called(const char *name) { return str_is(path_basename(program.argv0), name); }

/* pnpm's -w before a command: the flag takes no value then. */
static bool means_root(struct flags *f) {
    struct flag *last = f->list.len ? &f->list.at[f->list.len - 1] : NULL;
    const struct flag_spec *root = flags_find(flags_run, flags_n_run, STR("workspace-root"));
    if (!last || f->ended || !last->has_next || strcmp(last->typed, "-w") != 0 || !cmd_named(last->value.at))
        return false;
    *last = (struct flag){.spec = root, .typed = last->typed};
    return true;
}

static int dispatch(struct cmd *c, int argc, char **argv) {
    if (is_called("baox") || is_called("bunx")) {
        c->argc = argc - 1;
        c->argv = argv + 1;
        return cmd_x(c);
    }
    if (argc == 1) return cmd_help(c);
    if (strcmp(argv[1], "--version") == 0 || strcmp(argv[1], "-v") == 0) return version();
    if (strcmp(argv[1], "--revision") == 0) return revision();
    if (is_help(argv[1])) return cmd_help(c);
    int code = flags_read(&c->flags, flags_run, flags_n_run, argc, argv, 1, "bao");
    if (code) return code;
    int next = c->flags.next;
    c->argc = argc - next;
    c->argv = argv + next;
    bool is_text = flags_has(&c->flags, "eval") || flags_has(&c->flags, "print");
    if (flags_has(&c->flags, "help")) return cmd_help(c);
    if (means_root(&c->flags)) {
        c->argc = argc - --next;
        c->argv = argv + next;
    }
    bool is_script = next < argc && many_is_wanted(&c->flags) && strcmp(argv[next], "run") != 0 &&
                     many_has(c, &c->flags, str_c(argv[next]));
    if (!is_text && next < argc && !c->flags.ended && !is_called("node") && !is_script) {
        const struct cmd_known *known = cmd_named(argv[next]);
        if (known && !known->run) return cmd_later("`bao %s`", known->name);
        if (known) {
            c->argc--;
            c->argv++;
            return known->run(c);
        }
    }
    if (!is_text && next >= argc && !many_is_wanted(&c->flags)) return cmd_help(c);
    return cmd_auto(c);
}

int main(int argc, char **argv) {
    mallopt(M_ARENA_MAX, 1);         /* the C library's other arenas grow by a page and a system call at a time */
    static struct cmd c;             /* its arena holds texts that the program keeps for ever */
    loop_name_errors();
    argv = os_keep_arguments(argc, argv);
    fill_program(&c.arena, argc, argv);
    c.typed = argv;
    if (argc > 1) add_options(&c, &argc, &argv);
    int code = dispatch(&c, argc, argv);
    fflush(NULL);
    tty_restore();
    _Exit(code);
}
