/* pkg/filter_test.c: which packages --filter means. */
#include "pkg/filter.h"

#include "base/buf.h"
#include "base/test.h"

/* web -> ui -> core; api -> core; docs; the root is "app" */
static const char *const sources[] = {
    "{\"name\":\"app\"}", "{\"name\":\"api\",\"dependencies\":{\"@s/core\":\"*\"}}",
    "{\"name\":\"web\",\"devDependencies\":{\"ui\":\"workspace:*\"}}", "{\"name\":\"@s/core\"}", "{\"name\":\"docs\"}",
    "{\"name\":\"ui\",\"peerDependencies\":{\"@s/core\":\"1\"}}",
};
static const char *const paths[] = {"", "apps/api", "apps/web", "libs/core", "libs/docs", "libs/ui"};

static const char *from = "";

static void check(const char *filters, const char *want) {
    struct arena a = {0};
    struct pkg_member members[6];
    struct pkg_project p = {.root = STR("/r"), .members = members, .count = 6, .from = str_c(from)};
    str list[8], all = str_c(filters);
    struct pkg_names names = {list, 0};
    for (size_t i = 0; i < 6; i++) {
        members[i] = (struct pkg_member){.path = str_c(paths[i])};
        CHECK(pkg_manifest_read(&a, str_c(sources[i]), STR("package.json"), NULL, &members[i].manifest));
    }
    while (str_next(&all, ' ', &list[names.count])) names.count++;
    const bool *is_meant = pkg_filter_members(&a, &p, &names);
    struct buf got = {0};
    for (size_t i = 0; i < 6; i++)
        if (is_meant[i]) buf_print(&got, "%s%.*s", got.len ? " " : "", STR_FMT(members[i].manifest.name));
    CHECK_STR(buf_view(&got), str_c(want));
    buf_free(&got);
    arena_free(&a);
}

TEST(filters_are_names_folders_and_what_is_related) {
    check("*", "app api web @s/core docs ui");
    check("a*", "app api");
    check("core", "");
    check("@s/*", "@s/core");
    check("./libs/*", "@s/core docs ui");
    check("./", "app");
    check("libs/ui", "ui");
    from = "libs/ui";
    check("./", "ui");
    check("./*", "");
    check("{.}", "ui");
    check("{..}", "@s/core docs ui");
    check("{../../..}", "");
    check("{/r/apps}", "api web");
    from = "libs";
    check("./*", "@s/core docs ui");
    check("./ui", "ui");
    check("../apps/*", "api web");
    check("..", "app");
    check("../..", "");
    check("./libs/ui", "");
    check("./", "app");
    check("web...", "web @s/core ui");
    check("web^...", "@s/core ui");
    check("...@s/core", "api web @s/core ui");
    check("...^@s/core", "api web ui");
    from = "libs/ui";
    check("...^{.}", "web");
    from = "";
    check("!docs", "app api web @s/core ui");
    check("!...@s/core", "app docs");
    check("./libs/* !docs", "@s/core ui");
    check("web... !ui", "web @s/core");
    check("nothing", "");
}
