#include "base/buf.h"
#include "base/test.h"
#include "data/ini.h"

static void same(const char *source, const char *want) {
    struct arena a = {0};
    struct ini i;
    struct buf b = {0};
    ini_read(&a, str_c(source), &i);
    for (size_t n = 0; n < i.count; n++) {
        struct ini_entry *e = &i.entries[n];
        buf_print(&b, "%.*s|%.*s%s=%.*s\n", STR_FMT(e->section), STR_FMT(e->key), e->is_array ? "[]" : "",
                  STR_FMT(e->value));
    }
    CHECK_STR(buf_view(&b), str_c(want));
    buf_free(&b);
    arena_free(&a);
}

TEST(ini_keys_values_and_comments) {
    same("a=b\n  c = d e \n; no\n# no\n\nbare\n=x\nempty=", "|a=b\n|c=d e\n|bare=true\n|empty=\n");
    same("k = v ; rest\nh=a#b\nkeep=a\\;b\\#c\\\\d\\e", "|k=v\n|h=a\n|keep=a;b#c\\d\\e\n");
    same("\xEF\xBB\xBFx=1\r\ny=a=b==\rz=3", "|x=1\n|y=a=b==\n|z=3\n");
}
TEST(ini_quotes_keep_what_is_inside) {
    same("a=\"x;y\\n\"\nb='x # y'\nc='\"in\"'\nd=\"bad\nf=\"a\\qb\"",
         "|a=x;y\n\n|b=x # y\n|c=in\n|d=\"bad\n|f=\"a\\qb\"\n");
}
TEST(ini_sections_and_arrays) {
    same("[s]\nl[]=1\nl[] = 2\n[t u]\nk", "s|l[]=1\ns|l[]=2\nt u|k=true\n");
    same("//host/:_authToken=abc==", "|//host/:_authToken=abc==\n");
}
