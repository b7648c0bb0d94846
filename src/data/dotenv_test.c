#include "data/dotenv.h"

#include "base/buf.h"
#include "base/test.h"

static bool look(void *user, str name, str *value) {
    *value = STR("real$A");
    return str_eq(name, STR("REAL"));
}

static void check(const char *source, const char *name, const char *want, int line) {
    struct dotenv d = {0};
    bool is_found;
    char *exact = mem_alloc(strlen(source) + 1);
    memcpy(exact, source, strlen(source));
    dotenv_read(&d, str_of(exact, strlen(source)));
    mem_free(exact);                                        /* nothing may borrow from the source */
    dotenv_expand(&d, look, NULL);
    str got = dotenv_get(&d, str_c(name), &is_found);
    if (!want ? is_found : !is_found || !str_is(got, want))
        test_fail(__FILE__, line, "%s is \"%.*s\", not \"%s\"", source, STR_FMT(got), want ? want : "absent");
    dotenv_free(&d);
}
#define GIVES(source, name, want) check(source, name, want, __LINE__)

TEST(dotenv_values_are_read_as_bun_reads_them) {
    GIVES("A=1", "A", "1");
    GIVES("  A = spaced value  \n", "A", "spaced value");
    GIVES("export A=two", "A", "two");
    GIVES("export\tA=two", "A", "two");
    GIVES("export=5", "export", "5");
    GIVES("P: colon", "P", "colon");
    GIVES("P:colon", "P", NULL);
    GIVES("A=un # comment", "A", "un");
    GIVES("A=un#comment", "A", "un");
    GIVES("A=", "A", "");
    GIVES("A=\nB=1", "A", "");
    GIVES("A", "A", NULL);
    GIVES("# A=1\n  #A=2", "A", NULL);
    GIVES("A B=3", "A", NULL);
    GIVES("bad!key=3", "key", NULL);
    GIVES("X.y-z=dash", "X.y-z", "dash");
    GIVES("A==v", "A", "=v");
    GIVES("A=1\nA=2", "A", "2");
    GIVES("\xef\xbb\xbf" "A=1", "A", "1");
    GIVES("A=1\r\nB=2\r\n", "A", "1");
    GIVES("A=a\\nb", "A", "a\\nb");
    GIVES("=x\nA=1", "A", "1");
}

TEST(dotenv_quotes_hold_lines_and_few_escapes) {
    GIVES("A=\"a\\nb\\rc\\t\\\"d\"", "A", "a\nb\rc\\t\\\"d");
    GIVES("A='a\\nb'", "A", "a\\nb");
    GIVES("A=`a'b\"c`", "A", "a'b\"c");
    GIVES("A=\"multi\nline\"\nB=1", "A", "multi\nline");
    GIVES("A=\"multi\r\nline\"\nB=1", "A", "multi\nline");
    GIVES("A=\"multi\nline\"\nB=1", "B", "1");
    GIVES("A=\"a\" trailing # c\nB=2", "A", "a");
    GIVES("A='it''s'", "A", "it");
    GIVES("A=1'2'", "A", "1'2'");
    GIVES("A=\" spaced \"", "A", " spaced ");
    GIVES("A=\"a\\\\\"\nB=2", "A", "a\\\\");
    GIVES("A='a\\'b'", "A", "a\\'b");
    GIVES("A=\"#x\"", "A", "#x");
    GIVES("A=\"abc\nB=1", "A", "\"abc");
    GIVES("A=\"abc\nB=1", "B", "1");
    GIVES("A=\"abc\\", "A", "\"abc\\");
}

TEST(dotenv_references_are_replaced_once) {
    GIVES("A=1\nB=$A${A}x", "B", "11x");
    GIVES("B=$A\nA=later", "B", "later");
    GIVES("B=$C\nC=$D\nD=1", "B", "$D");
    GIVES("A='$B'\nB=2", "A", "2");
    GIVES("A=\\$B\nB=2", "A", "$B");
    GIVES("A=$NONE-x", "A", "-x");
    GIVES("A=${NONE:-def}", "A", "def");
    GIVES("A=${B:-def}\nB=", "A", "");
    GIVES("B=1\nA=${NONE:-${B}}z", "A", "1z");
    GIVES("B=1\nA=${NONE:-$B}", "A", "1");
    GIVES("A=${NONE:-}", "A", "");
    GIVES("A=${NONE-x}", "A", "${NONE-x}");
    GIVES("A=${ A }", "A", "${ A }");
    GIVES("A=${A", "A", "${A");
    GIVES("A=${}x", "A", "x");
    GIVES("B=1\nA=$$B$", "A", "$1$");
    GIVES("A=$REAL\nREAL=file", "A", "real$A");
    GIVES("SELF=$SELF-x", "SELF", "$SELF-x-x");
}

TEST(dotenv_later_files_win) {
    struct dotenv d = {0};
    dotenv_read(&d, STR("A=1\nB=x$A"));
    dotenv_read(&d, STR("A=4"));
    dotenv_read(&d, STR(""));
    dotenv_expand(&d, NULL, NULL);
    CHECK_STR(dotenv_get(&d, STR("B"), NULL), STR("x4"));
    dotenv_free(&d);
}
