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
    check("{\n  \"name\": \"x\"\n}\n", "packages:\n  - a/*\n", "{\n  \"name\": \"x\",\n  \"workspaces\": [\n    \"a/*\"\n  ]\n}\n");
    check("{\n\t\"name\": \"x\"\n}\n",
          "packages: [a]\ncatalog: {r: ^1}\ncatalogs: {}\noverrides: {s: 1.0.0}\nonlyBuiltDependencies: [e]\n"
          "packageExtensions: {x@1: {dependencies: {y: '1'}}}",
          "{\n\t\"name\": \"x\",\n\t\"workspaces\": {\n\t\t\"packages\": [\n\t\t\t\"a\"\n\t\t],\n\t\t\"catalog\": {\n"
          "\t\t\t\"r\": \"^1\"\n\t\t}\n\t},\n"
          "\t\"overrides\": {\n\t\t\"s\": \"1.0.0\"\n\t},\n\t\"packageExtensions\": {\n\t\t\"x@1\": {\n"
          "\t\t\t\"dependencies\": {\n\t\t\t\t\"y\": \"1\"\n\t\t\t}\n\t\t}\n\t},\n"
          "\t\"trustedDependencies\": [\n\t\t\"e\"\n\t]\n}\n");
    check("{\n  \"pnpm\": {\"overrides\": {\"a\": \"1\"}},\n  \"overrides\": {\"b\": \"2\"}\n}", "",
          "{\n  \"pnpm\": {\n    \"overrides\": {\n      \"a\": \"1\"\n    }\n  },\n  \"overrides\": {\n    \"b\": \"2\",\n"
          "    \"a\": \"1\"\n  }\n}\n");
}

TEST(pnpm_settings_leave_what_is_there) {
    check("{\"workspaces\":[\"b\"],\"overrides\":{\"s\":\"2\"}}", "packages: [a]\noverrides: {s: 1.0.0}\n", "");
    check("{\"name\":\"x\"}", "", "");
    check("{\"name\":\"x\"}", "# nothing\n", "");
}
