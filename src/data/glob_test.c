#include "data/glob.h"

#include "base/buf.h"
#include "base/test.h"

static void check(const char *pattern, const char *path, bool want, int line) {
    if (glob_match(str_c(pattern), str_c(path)) != want)
        test_fail(__FILE__, line, "%s %s %s", pattern, want ? "refuses" : "takes", path);
}
#define TAKES(pattern, path) check(pattern, path, true, __LINE__)
#define REFUSES(pattern, path) check(pattern, path, false, __LINE__)

TEST(glob_stars_stay_in_their_segment_but_for_two) {
    TAKES("*.ts", "a.ts");
    TAKES("*.ts", ".ts");
    REFUSES("*.ts", "a/b.ts");
    TAKES("**/*.ts", "a.ts");
    TAKES("**/*.ts", "a/b/c.ts");
    TAKES("a/**/b", "a/b");
    TAKES("a/**/b", "a/x/y/b");
    REFUSES("a/**/b", "ab");
    TAKES("a/**", "a/b/c");
    REFUSES("a/**", "b/a");
    TAKES("**", "a/b");
    TAKES("**/a*/**/c", "x/ab/y/ab/z/c");
    REFUSES("a?c", "a/c");
    TAKES("a?c", "a\xc3\xa9" "c");
    TAKES("a*b*c", "axbxbxc");
    REFUSES("a*b*c", "axbxb");
    TAKES("", "");
    REFUSES("", "a");
}

TEST(glob_sets_and_escapes) {
    TAKES("[a-c]x", "bx");
    REFUSES("[a-c]x", "dx");
    TAKES("[^a]", "b");
    REFUSES("[!a]", "a");
    TAKES("[]a]", "]");
    TAKES("[\\]]", "]");
    TAKES("\\*", "*");
    REFUSES("\\*", "a");
    TAKES("[\xc3\xa9-\xc3\xab]", "\xc3\xaa");
    REFUSES("[a", "a");
}

TEST(glob_braces_and_negation) {
    TAKES("*.{js,ts}", "a.ts");
    REFUSES("*.{js,ts}", "a.css");
    TAKES("{a,b/{c,d}}/e", "b/d/e");
    TAKES("a{,b}c", "ac");
    TAKES("{a", "{a");
    TAKES("a\\{b", "a{b");
    TAKES("[{]a,b}", "{a,b}");
    REFUSES("!*.ts", "a.ts");
    TAKES("!*.ts", "a.js");
    TAKES("!!*.ts", "a.ts");
}

TEST(glob_of_many_ways_ends) {
    struct buf pattern = {0}, path = {0};
    for (int i = 0; i < 40; i++) buf_lit(&pattern, "{a,b}");
    buf_add_many(&path, 'c', 40);
    CHECK(!glob_match(buf_view(&pattern), buf_view(&path)));
    buf_clear(&pattern);
    buf_clear(&path);
    for (int i = 0; i < 200; i++) buf_lit(&pattern, "*a");
    buf_add_many(&path, 'a', 5000);
    buf_add_char(&path, 'b');
    CHECK(!glob_match(buf_view(&pattern), buf_view(&path)));
    buf_free(&pattern);
    buf_free(&path);
    CHECK(glob_is_plain(STR("a/b.c")) && !glob_is_plain(STR("a/*.c")));
}
