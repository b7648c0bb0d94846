/* pkg/pnpm_settings_test.c: from pnpm's files into package.json. */
#include "pkg/pnpm_settings.h"

#include "base/diag.h"
#include "base/test.h"

static void check(const char *package, const char *yaml, const char *want) {
    struct arena a = {0};
    struct diag d = {0};
    CHECK_STR(pkg_pnpm_settings(&a, str_c(package), str_c(yaml), &d), str_c(want));
    CHECK_INT(d.n_errors, 0);
    diag_free(&d);
    arena_free(&a);
}

TEST(pnpm_settings_go_where_all_look_for_them) {
    check("{\n  \"name\": \"x\"\n}\n", "packages:\n  - a/*\n",
          "{\n  \"name\": \"x\",\n  \"workspaces\": [\"a/*\"]\n}\n");
    check("{\n  \"name\": \"x\"\n}\n", "packages: [a, b]\n",
          "{\n  \"name\": \"x\",\n  \"workspaces\": [\n    \"a\",\n    \"b\"\n  ]\n}\n");
    check(
        "{\n  \"name\": \"x\"\n}\n",
        "packages: [a]\ncatalog: {r: ^1}\ncatalogs: {}\noverrides: {s: 1.0.0}\nonlyBuiltDependencies: [e]\n"
        "packageExtensions: {x@1: {dependencies: {y: '1'}}}",
        "{\n  \"name\": \"x\",\n  \"workspaces\": {\n    \"packages\": [\"a\"],\n    \"catalog\": {\n      \"r\": \"^1\"\n    }\n  },\n"
        "  \"overrides\": {\n    \"s\": \"1.0.0\"\n  },\n  \"packageExtensions\": {\n    \"x@1\": {\n"
        "      \"dependencies\": {\n        \"y\": \"1\"\n"
        "      }\n    }\n  },\n  \"trustedDependencies\": [\"e\"]\n}\n");
    check("{\n  \"pnpm\": {\"overrides\": {\"a\": \"1\"}},\n  \"overrides\": {\"b\": \"2\"}\n}", "",
          "{\n  \"pnpm\": {\"overrides\": {\"a\": \"1\"}},\n  \"overrides\": {\"b\": \"2\", \"a\": \"1\"}\n}");
}

TEST(pnpm_settings_leave_what_is_there) {
    check("{\"workspaces\":[\"b\"],\"overrides\":{\"s\":\"2\"}}", "packages: [a]\noverrides: {s: 1.0.0}\n", "");
    check("{\"name\":\"x\"}", "", "");
    check("{\"name\":\"x\"}", "# nothing\n", "");
}
