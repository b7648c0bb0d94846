/* data/diff_test.c: lines that differ, and the hunks that say so. */
#include "data/diff.h"

#include "base/test.h"

static void shows(const char *from, const char *to, size_t context, const char *want) {
    struct arena a = {0};
    struct buf out = {0};
    struct diff d;
    diff_lines(&a, str_c(from), str_c(to), &d);
    diff_print(&d, context, &out);
    CHECK_STR(buf_view(&out), str_c(want));
    buf_free(&out);
    arena_free(&a);
}

TEST(what_is_the_same_has_no_hunk) {
    shows("", "", 3, "");
    shows("a\nb\n", "a\nb\n", 3, "");
}

TEST(hunks_have_context_and_places) {
    shows("a\nb\nc\n", "a\nX\nc\n", 3, "@@ -1,3 +1,3 @@\n a\n-b\n+X\n c\n");
    shows("1\n2\n3\n4\n5\n6\n7\n8\n", "1\n2\n3\n4\nx\n5\n6\n7\n8\n", 1, "@@ -4,2 +4,3 @@\n 4\n+x\n 5\n");
    shows("1\n2\n3\n", "1\n2\nx\n3\n", 0, "@@ -2,0 +3,1 @@\n+x\n");
    shows("", "a\n", 3, "@@ -0,0 +1,1 @@\n+a\n");
    shows("a\n", "", 3, "@@ -1,1 +0,0 @@\n-a\n");
    shows("1\n2\n3\n4\n5\n6\n", "x\n2\n3\n4\n5\ny\n", 1, "@@ -1,2 +1,2 @@\n-1\n+x\n 2\n@@ -5,2 +5,2 @@\n 5\n-6\n+y\n");
    shows("1\n2\n3\n4\n", "x\n2\n3\ny\n", 1, "@@ -1,4 +1,4 @@\n-1\n+x\n 2\n 3\n-4\n+y\n");
}

TEST(a_last_line_without_its_end_is_another_one) {
    shows("a\nb", "a\nb\n", 3, "@@ -1,2 +1,2 @@\n a\n-b\n\\ No newline at end of file\n+b\n");
    shows("x\nb", "y\nb", 3, "@@ -1,2 +1,2 @@\n-x\n+y\n b\n\\ No newline at end of file\n");
}

/* What is left of both without the changed lines is the same, and as long as the longest that can be. */
TEST(random_texts_differ_in_the_fewest_lines) {
    uint32_t state = 1;
    for (int round = 0; round < 300; round++) {
        struct arena a = {0};
        char text[2][64];
        size_t len[2], longest[33][33] = {{0}};
        for (int t = 0; t < 2; t++) {
            len[t] = 0;
            for (int n = (int)((state = state * 1664525 + 1013904223) >> 27); n > 0; n--) {
                text[t][len[t]++] = (char)('a' + ((state = state * 1664525 + 1013904223) >> 30));
                text[t][len[t]++] = '\n';
            }
        }
        struct diff d;
        diff_lines(&a, str_of(text[0], len[0]), str_of(text[1], len[1]), &d);
        size_t n = d.from.count, m = d.to.count, i = 0, k = 0, kept = 0;
        for (size_t x = n; x-- > 0;)
            for (size_t y = m; y-- > 0;) {
                size_t down = longest[x + 1][y], right = longest[x][y + 1];
                bool is_same = text[0][2 * x] == text[1][2 * y];
                longest[x][y] = is_same ? longest[x + 1][y + 1] + 1 : down > right ? down : right;
            }
        while (i < n || k < m) {
            if (i < n && d.from.is_changed[i]) i++;
            else if (k < m && d.to.is_changed[k]) k++;
            else {
                CHECK(i < n && k < m && str_eq(d.from.lines[i], d.to.lines[k]));
                i++, k++, kept++;
            }
        }
        CHECK_INT(kept, longest[0][0]);
        CHECK_INT(d.n_deleted, n - kept);
        arena_free(&a);
    }
}
