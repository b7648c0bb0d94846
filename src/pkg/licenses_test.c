#include "pkg/licenses.h"

#include "base/test.h"

static bool permits(const char *allow, const char *deny, const char *license) {
    str allowed[8], denied[8];
    struct pkg_license_policy p = {.allow = allowed, .deny = denied};
    for (str rest = str_c(allow), one; str_next(&rest, ',', &one);) if (one.len) allowed[p.n_allow++] = one;
    for (str rest = str_c(deny), one; str_next(&rest, ',', &one);) if (one.len) denied[p.n_deny++] = one;
    return pkg_license_permits(&p, str_c(license));
}

TEST(licence_policies_look_into_expressions) {
    CHECK(permits("MIT,ISC", "", "MIT"));
    CHECK(permits("MIT,ISC", "", "(GPL-3.0-only OR MIT)"));
    CHECK(!permits("MIT,ISC", "", "MIT AND GPL-3.0-only"));
    CHECK(!permits("MIT,ISC", "", "Unknown"));
    CHECK(!permits("MIT,ISC", "", ""));
    CHECK(!permits("MIT", "", "SEE LICENSE IN x.txt"));
    CHECK(permits("MIT,SEE LICENSE IN x.txt", "", "SEE LICENSE IN x.txt"));
    CHECK(permits("", "GPL-3.0-only", "MIT"));
    CHECK(permits("", "GPL-3.0-only", "MIT OR GPL-3.0-only"));
    CHECK(!permits("", "GPL-3.0-only", "MIT AND GPL-3.0-only"));
    CHECK(!permits("", "gpl-3.0-only", "GPL-3.0-only"));
    CHECK(permits("", "GPL-3.0-only", ""));
    CHECK(!permits("", "Unknown", ""));
    CHECK(permits("", "", "anything"));
}

TEST(licences_group_what_is_installed_and_count_what_is_not) {
    struct arena a = {0};
    struct pkg_component items[] = {
        {.id = 1, .is_there = true, .license = STR("MIT")}, {.id = 2, .is_there = true},
        {.id = 3, .license = STR("MIT")},
        {.id = 4, .is_there = true, .license = STR("(BSD-2-Clause OR MIT)")},
        {.id = 5, .is_there = true, .license = STR("MIT")},
        {.id = 6, .is_there = true, .license = STR("ISC")},
    };
    struct pkg_inventory inventory = {items, 6};
    bool wanted[7] = {0, 1, 1, 1, 1, 1, 0};
    struct pkg_licenses out;
    pkg_licenses_group(&a, &inventory, wanted, &out);
    CHECK_INT(out.count, 3);
    CHECK_INT(out.n_items, 4);
    CHECK_INT(out.n_absent, 1);
    CHECK_STR(out.groups[0].license, STR("(BSD-2-Clause OR MIT)"));
    CHECK_STR(out.groups[1].license, STR("MIT"));
    CHECK_INT(out.groups[1].count, 2);
    CHECK_STR(out.groups[2].license, STR("Unknown"));
    arena_free(&a);
}
