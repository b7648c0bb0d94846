#include "base/test.h"
#include "sys/view.h"

#include <errno.h>

TEST(view_of_memory_has_folders_files_and_links) {
    struct view_memory m;
    struct arena a = {0};
    struct buf b = {0};
    struct dir_entry *list;
    size_t n;
    str real;
    view_memory_init(&m);
    view_memory_add(&m, STR("/p/src/a.ts"), STR("1"));
    view_memory_add(&m, STR("/store/x/index.js"), STR("2"));
    view_memory_link(&m, STR("/p/node_modules/x"), STR("/store/x"));
    const struct view *v = &m.view;
    CHECK_INT(view_kind(v, STR("/p/src")), FILE_DIR);
    CHECK_INT(view_kind(v, STR("/p/node_modules/x")), FILE_DIR);
    CHECK_INT(view_kind(v, STR("/p/none")), FILE_NONE);
    CHECK_INT(view_read(v, STR("/p/node_modules/x/index.js"), &b), 0);
    CHECK_STR(buf_view(&b), STR("2"));
    CHECK_INT(view_read(v, STR("/p/src"), &b), -EISDIR);
    CHECK_INT(view_real(v, &a, STR("/p/node_modules/x/index.js"), &real), 0);
    CHECK_STR(real, STR("/store/x/index.js"));
    CHECK_INT(view_list(v, &a, STR("/p"), &list, &n), 0);
    CHECK_INT(n, 2);
    buf_free(&b);
    arena_free(&a);
    view_memory_done(&m);
}
