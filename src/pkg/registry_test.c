#include "base/test.h"
#include "pkg/registry.h"

static const char answer[] =
    "{\"name\":\"x\", \"odd\\\\\":[{\"}\":\"\\\"]\"}], \"dist-tags\":{\"latest\":\"1.2.0\",\"next\":\"2.0.0-rc.1\"},\"versions\":{"
    "\"1.0.0\":{\"dist\":{\"tarball\":\"https://r/x-1.0.0.tgz\",\"integrity\":\"sha512-AA==\"}},"
    "\"1.3.0\":{\"deprecated\":\"broken\"}, \"1.2.0\" : {}, \"1.10.0\":{\"deprecated\":true},\"bad\":{},"
    "\"2.0.0-rc.1\":{},\"2.0.0-beta.2\":{\"deprecated\":\"\"}}}";

static struct arena a;
static void picks(const char *range, enum pkg_pick how, const char *want) {
    struct pkg_packument p;
    struct pkg_spec spec;
    CHECK(pkg_packument_read(&a, str_c(answer), &p));
    CHECK_INT(p.count, 6);
    pkg_spec_parse(&a, STR("x"), str_c(range), &spec);
    const struct pkg_release *r = pkg_packument_pick(&p, &spec, how);
    CHECK_STR(r ? r->version : STR("none"), str_c(want));
    arena_free(&a);
}
TEST(registry_picks_versions) {
    picks("", 0, "1.2.0");
    picks("^1.0.0", 0, "1.2.0");
    picks("1.0.0", 0, "1.0.0");
    picks(">1.2.0", 0, "1.10.0");
    picks(">1.2.0", PKG_PICK_NOT_DEPRECATED, "1.10.0");
    picks(">1.2.0-0 <3", PKG_PICK_NOT_DEPRECATED, "1.2.0");
    picks("^2.0.0-0", 0, "2.0.0-rc.1");
    picks("2", 0, "none");
    picks("next", 0, "2.0.0-rc.1");
    picks("nope", 0, "none");
    picks("<1.2.0", PKG_PICK_NOT_DEPRECATED, "1.0.0");
}
TEST(registry_reads_what_was_chosen) {
    struct pkg_packument p;
    struct pkg_dist d;
    CHECK(pkg_packument_read(&a, str_c(answer), &p));
    CHECK_STR(p.name, STR("x"));
    CHECK(pkg_release_dist(&a, pkg_packument_find(&p, STR("1.0.0")), &d));
    CHECK_STR(d.tarball, STR("https://r/x-1.0.0.tgz"));
    CHECK_STR(d.integrity, STR("sha512-AA=="));
    CHECK(!pkg_release_dist(&a, pkg_packument_find(&p, STR("1.2.0")), &d));
    arena_free(&a);
}
TEST(registry_every_cut_of_an_answer_is_refused) {
    for (size_t n = 0; n < sizeof answer - 1; n++) {
        struct pkg_packument p;
        char *cut = mem_alloc(n + 1);                    /* exactly as long, so that an overrun is seen */
        memcpy(cut, answer, n);
        cut = mem_resize(cut, n ? n : 1);
        if (pkg_packument_read(&a, str_of(cut, n), &p)) test_fail(__FILE__, __LINE__, "%zu bytes of it are taken", n);
        mem_free(cut);
    }
    arena_free(&a);
}
