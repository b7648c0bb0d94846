#include "base/test.h"
#include "base/buf.h"
#include "data/semver.h"

/* Answers are npm's semver 7.8.6. */
TEST(semver_ranges_mean_what_npm_means) {
    static const struct { const char *range, *version; int flags; bool is_in; } cases[] = {
        {"^1.2.3", "1.9.0", 0, true},        {"^1.2.3", "2.0.0", 0, false},          {"^0.2.3", "0.3.0", 0, false},
        {"^0.0.3", "0.0.4", 0, false},       {"~1.2", "1.2.99", 0, true},            {"~1.2", "1.3.0", 0, false},
        {"1.2.3 - 2.3", "2.3.9", 0, true}, {"1.2.3 - 2.3", "2.4.0", 0, false}, {">=1 <2 || 3.x", "3.7.1", 0, true},
        {"*", "1.0.0-beta", 0, false},       {"*", "1.0.0-beta", SEMVER_PRERELEASE, true}, {"", "1.0.0", 0, true},
        {">1.2.3-alpha", "1.2.3-beta", 0, true}, {">1.2.3-alpha", "1.2.4-beta", 0, false},
        {"^1.0.0", "v1.2.3", 0, true}, {"^1.0.0", "=1.2.3", 0, false}, {"^1.0.0", "=1.2.3", SEMVER_LOOSE, true},
        {"* || ^1.0.0-beta", "1.0.0-rc", 0, false}, {"1.2.34.5", "1.2.3-4.5", SEMVER_LOOSE, true},
        {"rubbish +2", "1.0.0", SEMVER_LOOSE, true}, {"^ +build <3.2.3beta", "0.2.2", SEMVER_LOOSE, true},
        {"> 1.2 <= 1.x", "1.3.0", 0, true},  {"<0.0.0-0 || 1", "1.0.0", 0, true},    {"~>2", "2.9.9", 0, true},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        bool got = semver_satisfies(str_c(cases[i].version), str_c(cases[i].range), cases[i].flags);
        if (got != cases[i].is_in)
            test_fail(__FILE__, __LINE__, "%s in %s is %d", cases[i].version, cases[i].range, got);
    }
}

/* With a "v" before its numbers a range is read step by step, and means the same. */
TEST(semver_usual_ranges_are_what_the_steps_make_of_them) {
    static const char *const signs[] = {"", "=", "^", "~", ">", ">=", "<", "<="};
    static const char *const versions[] = {"0.0.0",   "0.0.0-0", "0.0.1", "0.1.0",   "0.1.2-a.1", "0.2.0-0",
                                           "1.0.0-0", "1.0.0",   "1.2.3", "1.2.3-b", "2.0.0-0",   "2.0.0"};
    enum { SIGNS = sizeof signs / sizeof *signs, VERSIONS = sizeof versions / sizeof *versions };
    for (int i = 0; i < SIGNS * VERSIONS * VERSIONS * 4; i++) {
        const char *sign = signs[i % SIGNS], *of = versions[i / SIGNS % VERSIONS];
        str v = str_c(versions[i / SIGNS / VERSIONS % VERSIONS]);
        int flags = i / SIGNS / VERSIONS / VERSIONS;
        char usual[64], stepped[64];
        snprintf(usual, sizeof usual, "%s%s <=2.0.0", sign, of);
        snprintf(stepped, sizeof stepped, "%sv%s <=v2.0.0", sign, of);
        bool got = semver_satisfies(v, str_c(usual), flags);
        if (got != semver_satisfies(v, str_c(stepped), flags))
            test_fail(__FILE__, __LINE__, "%.*s in %s is %d", STR_FMT(v), usual, got);
    }
}

TEST(semver_refuses_what_is_no_version_or_range) {
    struct semver v;
    struct arena a = {0};
    static const char *const versions[] = {
        "", "1", "1.2", "01.2.3", "1.2.3-01", "1.2.3-", "1.2.3-a..b", "1.2.3+",
        "9007199254740992.0.0", "1.2.3 4"};
    for (size_t i = 0; i < sizeof versions / sizeof *versions; i++)
        if (semver_parse(str_c(versions[i]), 0, &v)) test_fail(__FILE__, __LINE__, "\"%s\" was read", versions[i]);
    static const char *const ranges[] = {"latest",   "1.2.3.4", ">",         "^9007199254740991.0.0",
                                         "1 || foo", "=>1",     "1.2.3 beta"};
    for (size_t i = 0; i < sizeof ranges / sizeof *ranges; i++)
        if (semver_range_parse(&a, str_c(ranges[i]), 0)) test_fail(__FILE__, __LINE__, "\"%s\" was read", ranges[i]);
    arena_free(&a);
}

TEST(semver_prints_what_loose_rules_made_of_a_version) {
    static const char *const pairs[][2] = {
        {"= v1.2.34.5", "1.2.3-4.5"}, {"1.2.3beta.00", "1.2.3-beta.0"}, {"01.02.03-00.x", "1.2.3-0.x"}, {"1.2.3", "1.2.3"}};
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
        struct semver v;
        struct buf out = {0};
        CHECK(semver_parse(str_c(pairs[i][0]), SEMVER_LOOSE, &v));
        semver_print(&out, &v);
        CHECK_STR(buf_view(&out), str_c(pairs[i][1]));
        buf_free(&out);
    }
}

TEST(semver_orders_prereleases_by_their_parts) {
    static const char *const sorted[] = {"1.0.0-0",   "1.0.0-2", "1.0.0-10", "1.0.0-a",
                                         "1.0.0-a.b", "1.0.0-b", "1.0.0",    "1.0.1-0"};
    for (size_t i = 0; i + 1 < sizeof sorted / sizeof *sorted; i++) {
        struct semver a, b;
        CHECK(semver_parse(str_c(sorted[i]), 0, &a) && semver_parse(str_c(sorted[i + 1]), 0, &b));
        CHECK_INT(semver_cmp(&a, &b), -1);
        CHECK_INT(semver_cmp(&b, &a), 1);
    }
}
