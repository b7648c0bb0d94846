#include "base/arena.h"
#include "base/test.h"
#include "pkg/patch.h"

static struct arena a;

static str applied(str patch, str before) {
    struct pkg_patch_set set;
    str why, after = STR("?");
    if (!pkg_patch_read(&a, patch, &set, &why)) return arena_join(&a, STR("unread: "), why);
    if (!pkg_patch_apply(&a, &set.files[0], before, &after, &why)) return arena_join(&a, STR("refused: "), why);
    return after;
}

#define HEAD "diff --git a/x.js b/x.js\nindex 1..2 100644\n--- a/x.js\n+++ b/x.js\n"

TEST(patch_changes_adds_and_takes_lines) {
    CHECK_STR(applied(STR(HEAD "@@ -1,3 +1,3 @@ f\n one\n-two\n+2\n three\n"), STR("one\ntwo\nthree\nfour\n")),
              STR("one\n2\nthree\nfour\n"));
    CHECK_STR(applied(STR(HEAD "@@ -1 +1,2 @@\n one\n+two\n"), STR("one\n")), STR("one\ntwo\n"));
    CHECK_STR(applied(STR(HEAD "@@ -1,2 +1 @@\n-one\n two\n@@ -4,0 +4 @@\n+five\n"), STR("one\ntwo\nthree\nfour\n")),
              STR("two\nthree\nfour\nfive\n"));
    arena_free(&a);
}

TEST(patch_is_found_where_lines_have_moved) {
    CHECK_STR(applied(STR(HEAD "@@ -1,2 +1,2 @@\n a\n-b\n+c\n"), STR("0\n0\na\nb\n")), STR("0\n0\na\nc\n"));
    arena_free(&a);
}

TEST(patch_keeps_line_ends_and_their_absence) {
    CHECK_STR(
        applied(STR(HEAD "@@ -1,2 +1,2 @@\n a\n-b\n\\ No newline at end of file\n+c\n\\ No newline at end of file\n"),
                STR("a\nb")),
        STR("a\nc"));
    CHECK_STR(applied(STR(HEAD "@@ -1,2 +1,2 @@\n a\n-b\n+c\n"), STR("a\r\nb\r\n")), STR("a\r\nc\n"));
    arena_free(&a);
}

TEST(patch_that_fits_nowhere_is_refused) {
    CHECK_STR(applied(STR(HEAD "@@ -1 +1 @@\n-x\n+y\n"), STR("a\n")),
              STR("refused: the part at line 1 of \"x.js\" fits nowhere"));
    arena_free(&a);
}

TEST(patch_out_of_the_package_or_of_a_binary_is_not_read) {
    CHECK_STR(applied(STR("--- a/../x\n+++ b/../x\n@@ -1 +1 @@\n-x\n+y\n"), STR("")),
              STR("unread: the path \"../x\" leads out of the package"));
    CHECK_STR(applied(STR("diff --git a/x b/x\nGIT binary patch\n"), STR("")),
              STR("unread: \"x\" is a binary: patches change texts only"));
    CHECK_STR(applied(STR(HEAD "@@ -1,9 +1 @@\n-x\n"), STR("")),
              STR("unread: a part of the diff of \"x.js\" is not whole"));
    CHECK_STR(applied(STR("hello"), STR("")), STR("unread: it is no diff"));
    arena_free(&a);
}

TEST(patch_says_which_files_come_and_go) {
    struct pkg_patch_set set;
    str why;
    CHECK(pkg_patch_read(
        &a,
        STR("diff --git a/n b/n\nnew file mode 100755\nindex 0..1\n--- /dev/null\n+++ b/n\n@@ -0,0 +1 @@\n+x\n"
            "diff --git a/o b/o\ndeleted file mode 100644\n--- a/o\n+++ /dev/null\n@@ -1 +0,0 @@\n-x\n"
            "diff --git a/m b/m\nold mode 100644\nnew mode 100755\n"),
        &set, &why));
    CHECK_INT(set.count, 3);
    CHECK_INT(set.files[0].kind, PKG_PATCH_NEW);
    CHECK(set.files[0].is_program);
    CHECK_INT(set.files[1].kind, PKG_PATCH_DELETE);
    CHECK_STR(set.files[1].old_path, STR("o"));
    CHECK(set.files[2].changes_mode && set.files[2].is_program);
    arena_free(&a);
}
