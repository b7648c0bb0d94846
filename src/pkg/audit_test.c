#include "pkg/audit.h"

#include "base/buf.h"
#include "base/diag.h"
#include "base/test.h"

/* root -> lodash ^4.17.0, mkdirp; mkdirp -> minimist 0.0.8; packages/w -> lodash ~4.17.20, left (not of a registry) */
static struct pkg_edge root_edges[] = {
    {.name = STR_INIT("lodash"), .spec = STR_INIT("^4.17.0"), .to = 2},
    {.name = STR_INIT("mkdirp"), .spec = STR_INIT("0.5.1"), .to = 3},
};
static struct pkg_edge w_edges[] = {
    {.name = STR_INIT("lodash"), .spec = STR_INIT("~4.17.20"), .to = 2},
    {.name = STR_INIT("other"), .spec = STR_INIT("1"), .to = 5},
};
static struct pkg_edge mkdirp_edges[] = {{.name = STR_INIT("minimist"), .spec = STR_INIT("0.0.8"), .to = 4}};
static struct pkg_package packages[] = {
    {.name = STR_INIT("app"), .source = PKG_ROOT, .edges = root_edges, .n_edges = 2},
    {.name = STR_INIT("w"), .source = PKG_WORKSPACE, .place = STR_INIT("packages/w"), .edges = w_edges, .n_edges = 2},
    {.name = STR_INIT("lodash"), .source = PKG_NPM, .version = STR_INIT("4.17.20")},
    {.name = STR_INIT("mkdirp"), .source = PKG_NPM, .version = STR_INIT("0.5.1"), .edges = mkdirp_edges, .n_edges = 1},
    {.name = STR_INIT("minimist"), .source = PKG_NPM, .version = STR_INIT("0.0.8")},
    {.name = STR_INIT("other"), .source = PKG_NPM, .version = STR_INIT("1.0.0")},
    {.name = STR_INIT("left"), .source = PKG_GITHUB, .place = STR_INIT("a/left")},
};
static const struct pkg_lock lock = {.packages = packages, .n_packages = sizeof packages / sizeof *packages};

static const char answer[] =
    "{\"lodash\":[{\"id\":1,\"url\":\"https://h.test/advisories/GHSA-29mw-wpgm-hmr9\",\"title\":\"slow\",\"severity\":\"moderate\","
    "\"vulnerable_versions\":\"<4.17.21\"},{\"id\":2,\"title\":\"injection\",\"severity\":\"high\",\"vulnerable_versions\":\"<4.17.21\"}],"
    "\"minimist\":[{\"id\":3,\"title\":\"later ones only\",\"severity\":\"critical\",\"vulnerable_versions\":\">=1.0.0 <1.2.6\"}],"
    "\"other\":[{\"id\":4,\"title\":\"no range, no severity\"}]}";

TEST(audit_asks_for_every_version_of_a_registry_once) {
    struct buf out = {0};
    pkg_audit_ask(&out, &lock, NULL);
    CHECK_STR(buf_view(&out),
              STR("{\"lodash\":[\"4.17.20\"],\"minimist\":[\"0.0.8\"],\"mkdirp\":[\"0.5.1\"],\"other\":[\"1.0.0\"]}"));
    buf_free(&out);
}

TEST(audit_finds_only_versions_that_are_in_range) {
    struct arena a = {0};
    struct pkg_advisories known;
    struct pkg_findings found;
    CHECK(pkg_audit_read(&a, str_c(answer), STR("answer"), NULL, &known));
    CHECK_INT(known.count, 4);
    CHECK_STR(known.at[0].ghsa, STR("GHSA-29mw-wpgm-hmr9"));
    pkg_audit_match(&a, &lock, &known, &(struct pkg_audit_choice){0}, &found);
    CHECK_INT(found.count, 2);
    CHECK_INT(found.at[0].id, 2);
    CHECK_INT(found.at[0].count, 2);
    CHECK_INT(found.at[1].id, 5);
    CHECK_INT(found.by_severity[PKG_SEVERITY_HIGH], 2);
    str ignored[] = {STR("ghsa-29mw-wpgm-hmr9"), STR("4")};
    pkg_audit_match(&a, &lock, &known, &(struct pkg_audit_choice){.ignored = ignored, .n_ignored = 2}, &found);
    CHECK_INT(found.count, 1);
    CHECK_INT(found.at[0].count, 1);
    CHECK_INT(found.n_ignored, 2);
    pkg_audit_match(&a, &lock, &known, &(struct pkg_audit_choice){.least = PKG_SEVERITY_CRITICAL}, &found);
    CHECK_INT(found.count, 0);
    arena_free(&a);
}

TEST(audit_tells_the_shortest_way_to_a_package) {
    struct arena a = {0};
    CHECK_STR(pkg_audit_path(&a, &lock, 2), STR(""));
    CHECK_STR(pkg_audit_path(&a, &lock, 4), STR("mkdirp > minimist"));
    CHECK_STR(pkg_audit_path(&a, &lock, 5), STR("w > other"));
    arena_free(&a);
}

TEST(audit_mends_with_the_lowest_safe_version_that_all_accept) {
    struct arena a = {0};
    struct pkg_advisories known;
    str versions[] = {STR("4.17.20"), STR("4.18.0"), STR("4.17.22"), STR("4.17.21"), STR("5.0.0"), STR("4.17.19")};
    str later[] = {STR("0.2.4")};
    CHECK(pkg_audit_read(&a, str_c(answer), STR("answer"), NULL, &known));
    CHECK_STR(pkg_audit_fix(&a, &lock, 2, versions, 6, &known, false), STR("4.17.21"));
    CHECK_STR(pkg_audit_fix(&a, &lock, 2, versions, 2, &known, false), STR(""));
    CHECK_STR(pkg_audit_fix(&a, &lock, 4, later, 1, &known, false), STR(""));
    CHECK_STR(pkg_audit_fix(&a, &lock, 2, (str[]){STR("5.0.0")}, 1, &known, false), STR(""));
    CHECK_STR(pkg_audit_fix(&a, &lock, 2, (str[]){STR("5.0.0")}, 1, &known, true), STR("5.0.0"));
    CHECK_STR(pkg_audit_fix(&a, &lock, 4, later, 1, &known, true), STR(""));
    arena_free(&a);
}

TEST(audit_refuses_what_is_no_list_of_advisories) {
    static const char *const bad[] = {"", "[]", "{\"a\":1}", "{\"a\":[", "null"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct arena a = {0};
        struct diag d = {0};
        struct pkg_advisories known;
        CHECK(!pkg_audit_read(&a, str_c(bad[i]), STR("answer"), &d, &known));
        CHECK_INT(d.n_errors, 1);
        diag_free(&d);
        arena_free(&a);
    }
}
