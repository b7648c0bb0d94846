/* Any bytes as a pack of the cache, of a right sum where the first byte is even: nothing is written outside of the
 * store, an entry is whole or not there, and no link leads out of one. */
#include <stdint.h>

#include "base/must.h"
#include "crypto/digest.h"
#include "pkg/cache_pack.h"
#include "pkg/internal.h"
#include "sys/at.h"
#include "sys/file.h"
#include "sys/path.h"

static struct arena arena;
static struct pkg_store *store;
static str folder;

static void open_store(void) {
    must(dir_make_temp(&arena, STR("/dev/shm/bao-fuzz-"), &folder) == 0 ||
         dir_make_temp(&arena, STR("/tmp/bao-fuzz-"), &folder) == 0);
    must(pkg_store_open(&arena, arena_join(&arena, folder, STR("/cache")), &store) == 0);
}

/* Every link of a folder leads to something below `top`, if to anything. */
static void check_links(struct arena *a, str at, str top) {
    struct dir_entry *list;
    size_t n;
    if (dir_list(a, at, &list, &n) != 0) return;
    for (size_t i = 0; i < n; i++) {
        str path = path_join(a, at, list[i].name), real;
        if (list[i].kind == FILE_DIR) check_links(a, path, top);
        if (list[i].kind != FILE_LINK || file_realpath(a, path, &real) != 0) continue;
        must(str_eq(real, top) || (str_starts(real, top) && real.at[top.len] == '/'));
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct arena a = {0};
    struct buf text = {0};
    struct pkg_cache_pack done;
    unsigned char sum[CRYPTO_DIGEST_MOST];
    if (!store) open_store();
    buf_lit(&text, "BaoPack1");
    if (size) buf_add(&text, str_of((const char *)data + 1, size - 1));
    if (size && data[0] % 2 == 0) {
        crypto_digest("sha256", buf_view(&text), sum);
        buf_add(&text, str_of((const char *)sum, 32));
    }
    str file = arena_join(&a, folder, STR("/pack"));
    must(file_write_all(file, buf_view(&text), 0666) == 0);
    err dry = pkg_cache_pack_read(&a, store, file, true, &done);
    err e = pkg_cache_pack_read(&a, store, file, false, &done);
    must(e == 0 ? dry == 0 : true);
    struct dir_entry *found;
    size_t n, n_out;
    must(dir_list_at(&a, store->cache_fd, "packages", &found, &n) == 0);
    for (size_t i = 0; i < n; i++) {
        struct pkg_stored stored;
        const char *key = arena_c(&a, found[i].name);
        str top, at = path_join3(&a, folder, STR("cache/packages"), found[i].name);
        must(pkg_store_find_key(store, key, &stored));
        must(file_realpath(&a, at, &top) == 0);
        check_links(&a, top, top);
        must(dir_remove_all_at(store->packages_fd, key) == 0);
    }
    must(dir_list(&a, folder, &found, &n_out) == 0 && n_out == 2);
    buf_free(&text);
    arena_free(&a);
    return 0;
}
