#include "base/test.h"
#include "data/semver.h"
#include "pkg/spec.h"

static const struct { const char *spec; enum pkg_spec_kind kind; const char *name, *text, *commit; } cases[] = {
    {"^1.2.0", PKG_SPEC_RANGE, "x", "^1.2.0", ""},
    {"", PKG_SPEC_RANGE, "x", "", ""},
    {" >=1 <2 || 3 ", PKG_SPEC_RANGE, "x", ">=1 <2 || 3", ""},
    {"v1.0.0", PKG_SPEC_RANGE, "x", "v1.0.0", ""},
    {"next", PKG_SPEC_TAG, "x", "next", ""},
    {"a b", PKG_SPEC_BAD, "x", "a b", ""},
    {"npm:other@^2", PKG_SPEC_RANGE, "other", "^2", ""},
    {"npm:@s/other@beta", PKG_SPEC_TAG, "@s/other", "beta", ""},
    {"npm:@s/other", PKG_SPEC_RANGE, "@s/other", "", ""},
    {"npm:../evil@1", PKG_SPEC_BAD, "x", "npm:../evil@1", ""},
    {"npm:1.2.3", PKG_SPEC_RANGE, "x", "1.2.3", ""},
    {"workspace:*", PKG_SPEC_WORKSPACE, "x", "*", ""},
    {"catalog:", PKG_SPEC_CATALOG, "x", "", ""},
    {"catalog:react19", PKG_SPEC_CATALOG, "x", "react19", ""},
    {"file:../y", PKG_SPEC_FILE, "x", "../y", ""},
    {"file:///a/y", PKG_SPEC_FILE, "x", "/a/y", ""},
    {"../y", PKG_SPEC_FILE, "x", "../y", ""},
    {"file:y.tgz", PKG_SPEC_TARBALL_FILE, "x", "y.tgz", ""},
    {"./y.tar.gz", PKG_SPEC_TARBALL_FILE, "x", "./y.tar.gz", ""},
    {"link:../y", PKG_SPEC_LINK, "x", "../y", ""},
    {"https://h/y.tgz", PKG_SPEC_TARBALL_URL, "x", "https://h/y.tgz", ""},
    {"https://h/y.git#v1", PKG_SPEC_GIT, "x", "https://h/y.git", "v1"},
    {"git+ssh://git@h/y.git#semver:^1", PKG_SPEC_GIT, "x", "ssh://git@h/y.git", "semver:^1"},
    {"git@h:a/y.git", PKG_SPEC_GIT, "x", "git@h:a/y.git", ""},
    {"github:a/b#abc", PKG_SPEC_GITHUB, "x", "a/b", "abc"},
    {"a/b", PKG_SPEC_GITHUB, "x", "a/b", ""},
    {"a/b#feature/x", PKG_SPEC_GITHUB, "x", "a/b", "feature/x"},
    {"https://github.com/a/b.git", PKG_SPEC_GITHUB, "x", "a/b", ""},
    {"a/b/c", PKG_SPEC_BAD, "x", "a/b/c", ""},
};

TEST(spec_kinds) {
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct arena a = {0};
        struct pkg_spec s;
        pkg_spec_parse(&a, STR("x"), str_c(cases[i].spec), &s);
        if (s.kind != cases[i].kind)
            test_fail(__FILE__, __LINE__, "%s: kind %d, not %d", cases[i].spec, s.kind, cases[i].kind);
        CHECK_STR(s.name, str_c(cases[i].name));
        CHECK_STR(s.text, str_c(cases[i].text));
        CHECK_STR(s.commit, str_c(cases[i].commit));
        CHECK((s.range != NULL) == (s.kind == PKG_SPEC_RANGE));
        arena_free(&a);
    }
}
TEST(spec_names_hide_no_path) {
    const char *good[] = {"x", "@s/x", "JSONStream", "a.b-c_d", "x~"},
               *bad[] = {"",        ".",     "..",     ".x",   "_x",  "a/b",          "@s",    "@/x",  "@s/",
                         "@s/../x", "@../x", "@s/x/y", "a\\b", "a b", "node_modules", "a%2fb", "@s/.x"};
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) CHECK(pkg_name_is_valid(str_c(good[i])));
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        if (pkg_name_is_valid(str_c(bad[i]))) test_fail(__FILE__, __LINE__, "\"%s\" is taken for a name", bad[i]);
    CHECK(!pkg_name_is_valid(str_of("a\0b", 3)));
}
TEST(spec_split_of_what_is_typed) {
    str n, s;
    pkg_spec_split(STR("x@^1"), &n, &s); CHECK_STR(n, STR("x")); CHECK_STR(s, STR("^1"));
    pkg_spec_split(STR("@s/x@next"), &n, &s); CHECK_STR(n, STR("@s/x")); CHECK_STR(s, STR("next"));
    pkg_spec_split(STR("@s/x"), &n, &s); CHECK_STR(n, STR("@s/x")); CHECK_STR(s, STR(""));
    pkg_spec_split(STR("y@npm:x@1"), &n, &s); CHECK_STR(n, STR("y")); CHECK_STR(s, STR("npm:x@1"));
    pkg_spec_split(STR("./x.tgz"), &n, &s); CHECK_STR(n, STR("")); CHECK_STR(s, STR("./x.tgz"));
}
