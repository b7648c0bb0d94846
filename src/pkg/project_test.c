#include "base/diag.h"
#include "base/test.h"
#include "pkg/project.h"
#include "sys/dir.h"
#include "sys/file.h"
#include "sys/path.h"

static struct arena a;
static str folder;

static void put(const char *path, const char *text) {
    str at = path_join(&a, folder, str_c(path));
    dir_make_all(path_dirname(at), 0777, NULL);
    CHECK_INT(file_write_all(at, str_c(text), 0666), 0);
}
static void begin(void) { CHECK_INT(dir_make_temp(&a, STR("/tmp/bao-project-"), &folder), 0); }
static void end(struct diag *d) {
    dir_remove_all(folder);
    diag_free(d);
    arena_free(&a);
}

TEST(project_takes_the_workspaces_that_globs_name_and_none_that_a_later_one_takes_away) {
    struct diag d = {0};
    struct pkg_project p;
    begin();
    put("package.json",
        "{\"name\":\"r\",\"workspaces\":[\"packages/*\",\"!packages/old\",\"deep/**\",\"./one/\",\"gone\"]}");
    put("packages/b/package.json", "{\"name\":\"b\"}");
    put("packages/a/package.json", "{\"name\":\"a\"}");
    put("packages/old/package.json", "{\"name\":\"old\"}");
    put("packages/.hidden/package.json", "{\"name\":\"hidden\"}");
    put("packages/empty/readme", "");
    put("deep/x/y/package.json", "{\"name\":\"y\"}");
    put("deep/x/node_modules/z/package.json", "{\"name\":\"z\"}");
    put("one/package.json", "{\"name\":\"one\"}");
    CHECK_INT(pkg_project_read(&a, path_join(&a, folder, STR("packages/b")), &d, &p), 0);
    CHECK_STR(p.root, folder);
    CHECK_STR(p.here, STR("packages/b"));
    CHECK_INT(p.count, 5);
    CHECK_STR(p.members[1].path, STR("deep/x/y"));
    CHECK_STR(p.members[2].path, STR("one"));
    CHECK_STR(p.members[3].path, STR("packages/a"));
    CHECK_STR(p.members[4].path, STR("packages/b"));
    CHECK(pkg_project_find(&p, STR("b")) == &p.members[4]);
    CHECK(!pkg_project_find(&p, STR("old")));
    CHECK(d.first && d.first->level == DIAG_NOTE);       /* "gone" is not there */
    end(&d);
}

TEST(project_of_a_folder_that_no_workspace_names_is_its_own) {
    struct diag d = {0};
    struct pkg_project p;
    begin();
    put("package.json", "{\"workspaces\":[\"packages/*\"]}");
    put("other/package.json", "{}");
    put("other/src/x", "");
    CHECK_INT(pkg_project_read(&a, path_join(&a, folder, STR("other/src")), &d, &p), 0);
    CHECK_STR(p.root, path_join(&a, folder, STR("other")));
    CHECK_STR(p.here, STR(""));
    end(&d);
}

TEST(project_with_two_workspaces_of_one_name_is_refused) {
    struct diag d = {0};
    struct pkg_project p;
    begin();
    put("package.json", "{\"workspaces\":{\"packages\":[\"a\",\"b\"]}}");
    put("a/package.json", "{\"name\":\"same\"}");
    put("b/package.json", "{\"name\":\"same\"}");
    CHECK_INT(pkg_project_read(&a, folder, &d, &p), ERR_MALFORMED);
    CHECK_INT(d.n_errors, 1);
    end(&d);
}

TEST(project_needs_a_package_json) {
    struct diag d = {0};
    struct pkg_project p;
    begin();
    put("package.json", "{ \"name\": ");
    CHECK_INT(pkg_project_read(&a, folder, &d, &p), ERR_MALFORMED);
    CHECK_INT(d.n_errors, 1);
    end(&d);
}
