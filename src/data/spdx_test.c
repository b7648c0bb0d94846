#include "data/spdx.h"

#include "base/test.h"

TEST(spdx_knows_the_list_and_its_grammar) {
    static const char *const good[] = {
        "MIT", "0BSD", "zlib-acknowledgement", "GPL-2.0", "GPL-2.0+", "(MIT OR Apache-2.0)",
        "MIT AND (BSD-2-Clause OR ISC)",
        "GPL-2.0-only WITH Classpath-exception-2.0", "LicenseRef-ours", "DocumentRef-x:LicenseRef-y", " MIT ",
        "((((MIT))))",
    };
    static const char *const bad[] = {
        "", "mit", "MIT OR", "OR MIT", "MIT Apache-2.0", "(MIT", "MIT)", "UNLICENSED", "SEE LICENSE IN x.txt",
        "LicenseRef-", "MIT WITH",
        "MIT/X11", "DocumentRef-x:MIT", "MIT\nOR ISC",
    };
    for (size_t i = 0; i < sizeof good / sizeof *good; i++)
        if (!spdx_is_expression(str_c(good[i]))) test_fail(__FILE__, __LINE__, "%s is refused", good[i]);
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        if (spdx_is_expression(str_c(bad[i]))) test_fail(__FILE__, __LINE__, "%s is taken", bad[i]);
    char deep[400];
    memset(deep, '(', 199);
    memcpy(deep + 199, "MIT", 3);
    memset(deep + 202, ')', 198);
    CHECK(!spdx_is_expression(str_of(deep, 399)));
}

static bool is_mit_or_isc(void *user, str id) { return str_is(id, "MIT") || str_is(id, "ISC"); }
TEST(spdx_or_needs_one_and_and_needs_both) {
    CHECK(spdx_satisfies(STR("MIT OR GPL-3.0-only"), is_mit_or_isc, NULL));
    CHECK(spdx_satisfies(STR("GPL-3.0-only OR ISC AND MIT"), is_mit_or_isc, NULL));
    CHECK(!spdx_satisfies(STR("MIT AND GPL-3.0-only"), is_mit_or_isc, NULL));
    CHECK(!spdx_satisfies(STR("GPL-3.0-only"), is_mit_or_isc, NULL));
    CHECK(!spdx_satisfies(STR("Unknown"), is_mit_or_isc, NULL));
}
