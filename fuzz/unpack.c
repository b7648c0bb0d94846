/* Any bytes as a tarball: nothing may be written outside of the store, and what is refused leaves nothing behind. */
#include <stdint.h>

#include "base/must.h"
#include "pkg/internal.h"
#include "sys/at.h"
#include "sys/os.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static struct arena arena;
    static struct pkg_store *store;
    static str folder;
    if (!store) {
        must(dir_make_temp(&arena, STR("/dev/shm/bao-fuzz-"), &folder) == 0 ||
             dir_make_temp(&arena, STR("/tmp/bao-fuzz-"), &folder) == 0);
        must(pkg_store_open(&arena, arena_join(&arena, folder, STR("/cache")), &store) == 0);
    }
    size_t step = size ? 1 + data[0] : 1;
    str bytes = size ? str_of((const char *)data + 1, size - 1) : STR("");
    struct pkg_unpack *u = pkg_unpack_new(store, STR("fuzz"), STR("1.0.0"), STR(""));
    struct pkg_stored stored;
    err e = 0;
    for (size_t at = 0; at < bytes.len && !e; at += step) e = pkg_unpack_push(u, str_cut(bytes, at, at + step));
    if (!e) e = pkg_unpack_finish(u, &stored);
    must(!e == !pkg_unpack_why(u).len);
    pkg_unpack_free(u);
    if (!e) {
        struct pkg_index_head head;
        struct pkg_index_walk items;
        uint32_t n_dirs = 0, n_files = 0;
        must(pkg_index_read(stored.index, &head, &items));
        for (struct pkg_item i; pkg_index_next(&items, &i);) {
            must(i.path.len && i.path.at[0] != '/');
            i.kind == PKG_ITEM_DIR ? n_dirs++ : n_files++;
        }
        must(n_dirs == head.n_dirs && n_files == head.n_files);
        pkg_store_forget(store, &stored);
    }
    struct arena a = {0};
    struct dir_entry *found;
    size_t n;
    must(dir_list_at(&a, store->cache_fd, "packages", &found, &n) == 0 && n == 0);
    must(dir_list(&a, folder, &found, &n) == 0 && n == 1);
    arena_free(&a);
    return 0;
}
