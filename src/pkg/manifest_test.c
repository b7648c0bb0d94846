#include "base/diag.h"
#include "base/test.h"
#include "pkg/manifest.h"

static struct arena a;
static struct pkg_manifest m;
static bool read(const char *source) { return pkg_manifest_read(&a, str_c(source), STR("package.json"), NULL, &m); }

TEST(manifest_groups) {
    CHECK(read(
        "{\"name\":\"@s/p\",\"version\":\"1.0.0\",\"dependencies\":{\"x\":\"1\",\"y\":\"2\",\"y\":\"3\",\"o\":\"1\"},"
        "\"optionalDependencies\":{\"o\":\"2\"},"
        "\"peerDependencies\":{\"q\":\"*\"},\"peerDependenciesMeta\":{\"q\":{\"optional\":true}}}"));
    CHECK_STR(m.name, STR("@s/p"));
    CHECK_INT(m.n_dependencies, 5);
    CHECK_STR(pkg_manifest_find(&m, STR("y"))->spec, STR("3"));
    CHECK_INT(pkg_manifest_find(&m, STR("o"))->group, PKG_DEPENDENCIES);
    pkg_manifest_drop_replaced(&m);
    CHECK_INT(m.n_dependencies, 4);
    CHECK_INT(pkg_manifest_find(&m, STR("o"))->group, PKG_OPTIONAL);
    CHECK(pkg_manifest_find(&m, STR("q"))->is_optional_peer);
    CHECK(!pkg_manifest_find(&m, STR("z")));
    arena_free(&a);
}
TEST(manifest_errors_are_told) {
    const char *bad[] = {"", "[]", "{", "{\"dependencies\":{\"../x\":\"1\"}}", "{\"dependencies\":{\"x\":1}}",
        "{\"overrides\":{\"x\":\"$y\"}}", "{\"overrides\":{\"x\":3}}"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct diag d = {0};
        if (pkg_manifest_read(&a, str_c(bad[i]), STR("package.json"), &d, &m))
            test_fail(__FILE__, __LINE__, "%s is taken", bad[i]);
        CHECK_INT(d.n_errors, 1);
        diag_free(&d);
    }
    arena_free(&a);
}
TEST(manifest_bins_stay_inside) {
    CHECK(read("{\"name\":\"@s/p\",\"bin\":\"./cli.js\"}"));
    CHECK_INT(m.n_bins, 1);
    CHECK_STR(m.bins[0].name, STR("p"));
    CHECK_STR(m.bins[0].path, STR("cli.js"));
    CHECK(
        read("{\"bin\":{\"a\":\"/bin//a\",\"b\":\"../../b\",\"../../c\":\"c.js\",\"..\":\"d\",\"e\":\"x/../../e\"}}"));
    CHECK_INT(m.n_bins, 2);
    CHECK_STR(m.bins[0].path, STR("bin/a"));
    CHECK_STR(m.bins[1].name, STR("c"));
    arena_free(&a);
}
static void one_override(const char *source, const char *want) {
    struct pkg_override *o;
    if (!read(source) || m.n_overrides != 1) {
        test_fail(__FILE__, __LINE__, "%s: %zu overrides", source, m.n_overrides);
        return;
    }
    o = m.overrides;
    CHECK_STR(arena_print(&a, "%.*s|%.*s|%.*s|%.*s|%.*s", STR_FMT(o->parent), STR_FMT(o->parent_range),
                          STR_FMT(o->name), STR_FMT(o->range), STR_FMT(o->spec)),
              str_c(want));
    arena_free(&a);
}
TEST(manifest_overrides_in_every_spelling) {
    one_override("{\"overrides\":{\"x\":\"1\"}}", "||x||1");
    one_override("{\"overrides\":{\"@s/x@<2\":\"1\"}}", "||@s/x|<2|1");
    one_override("{\"overrides\":{\"x@>=2\":\"1\"}}", "||x|>=2|1");
    one_override("{\"overrides\":{\"x@>2\":\"1\"}}", "||x|>2|1");
    one_override("{\"overrides\":{\"a\":{\"b@1\":\"2\"}}}", "a||b|1|2");
    one_override("{\"overrides\":{\"a\":{\".\":\"2\"}}}", "||a||2");
    one_override("{\"overrides\":{\"a@^4>b\":\"2\"}}", "a|^4|b||2");
    one_override("{\"pnpm\":{\"overrides\":{\"a>b\":\"2\"}}}", "a||b||2");
    one_override("{\"resolutions\":{\"**/a/**/@s/b\":\"2\"}}", "a||@s/b||2");
    one_override("{\"resolutions\":{\"**/b\":\"2\"}}", "||b||2");
    one_override("{\"overrides\":{\"x\":\"1\"},\"resolutions\":{\"x\":\"2\"}}", "||x||1");
    one_override("{\"dependencies\":{\"y\":\"^7\"},\"overrides\":{\"x\":\"$y\"}}", "||x||^7");
}
TEST(manifest_lists) {
    CHECK(read(
        "{\"workspaces\":{\"packages\":[\"a/*\",\"!a/b\"]},\"os\":\"linux\",\"cpu\":[\"!arm64\"],\"trustedDependencies\":[],"
        "\"scripts\":{\"test\":\"t\"}}"));
    CHECK_INT(m.workspaces.count, 2);
    CHECK(m.trusted.is_there && !m.trusted.count && !m.bundled.is_there);
    CHECK(pkg_platform_allows(&m.os, STR("linux")) && !pkg_platform_allows(&m.os, STR("darwin")));
    CHECK(pkg_platform_allows(&m.cpu, STR("x64")) && !pkg_platform_allows(&m.cpu, STR("arm64")));
    CHECK(pkg_platform_allows(&m.libc, STR("musl")));
    CHECK_STR(pkg_manifest_script(&m, STR("test")), STR("t"));
    arena_free(&a);
}
