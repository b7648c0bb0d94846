#include "base/test.h"
#include "cli/flags.h"

static int read_all(struct flags *f, int argc, const char **argv) {
    return flags_read(f, flags_run, flags_n_run, argc, (char **)(uintptr_t)argv, 1, "bao");
}
static void done(struct flags *f) { LIST_FREE(&f->list); }

TEST(flags_end_at_the_first_word) {
    const char *argv[] = {"bao", "--silent", "--cwd", "/x", "-r", "./a", "--import=./b", "run.ts", "--silent"};
    struct flags f = {0};
    CHECK_INT(read_all(&f, 9, argv), 0);
    CHECK_INT(f.next, 7);
    CHECK_INT(f.list.len, 4);
    CHECK_STR(flags_value(&f, "cwd"), STR("/x"));
    CHECK_STR(flags_value(&f, "preload"), STR("./b"));
    CHECK(flags_has(&f, "silent") && !flags_has(&f, "eval"));
    done(&f);
}

TEST(flags_of_one_letter_take_what_follows) {
    const char *argv[] = {"bao", "-p1+1", "-b", "--", "-x"};
    struct flags f = {0};
    CHECK_INT(read_all(&f, 5, argv), 0);
    CHECK_STR(flags_value(&f, "print"), STR("1+1"));
    CHECK(f.ended && f.next == 4 && flags_has(&f, "bun"));
    done(&f);
}

TEST(flags_split_as_a_shell_does) {
    struct arena a = {0};
    char **words;
    CHECK_INT(flags_split(&a, STR("  --a='x y'  \"b \\\" c\" d\\ e ''"), &words), 4);
    CHECK_STR(str_c(words[0]), STR("--a=x y"));
    CHECK_STR(str_c(words[1]), STR("b \" c"));
    CHECK_STR(str_c(words[2]), STR("d e"));
    CHECK_STR(str_c(words[3]), STR(""));
    arena_free(&a);
}

TEST(the_letter_r_is_a_module_or_pnpms_recursive) {
    const char *module[] = {"bao", "-r", "./a", "x.ts"}, *last[] = {"bao", "-r", "build"};
    const char *run[] = {"bao", "-r", "run", "build"}, *flag[] = {"bao", "-r", "--if-present", "build"};
    const struct { const char **argv; int argc, next; const char *has; } cases[] = {
        {module, 4, 3, "preload"}, {last, 3, 2, "recursive"}, {run, 4, 2, "recursive"}, {flag, 4, 3, "recursive"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct flags f = {0};
        CHECK_INT(read_all(&f, cases[i].argc, cases[i].argv), 0);
        CHECK(flags_has(&f, cases[i].has));
        CHECK_INT(f.next, cases[i].next);
        done(&f);
    }
}
