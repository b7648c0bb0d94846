#include "pkg/package_files.h"

#include <stdlib.h>

#include "pkg/internal.h"
#include "pkg/pack.h"
#include "sys/file.h"
#include "sys/path.h"

static int by_path(const void *a, const void *b) {
    return str_cmp(((const struct pkg_file *)a)->path, ((const struct pkg_file *)b)->path);
}

static void sort(struct pkg_files *f) { qsort(f->at, f->count, sizeof *f->at, by_path); }

err pkg_files_stored(struct arena *a, const struct pkg_stored *stored, struct pkg_files *out) {
    struct pkg_index_head head;
    struct pkg_index_walk items;
    str folder = STR("");
    if (!pkg_index_read(stored->index, &head, &items)) return ERR_MALFORMED;
    *out = (struct pkg_files){.folder = stored->path, .at = ARENA_ARRAY(a, struct pkg_file, head.n_files + 1)};
    for (struct pkg_item i; pkg_index_next(&items, &i) && out->count < head.n_files;) {
        if (i.kind == PKG_ITEM_DIR) folder = i.path;
        if (i.kind != PKG_ITEM_FILE && i.kind != PKG_ITEM_PROGRAM) continue;
        str path = folder.len ? path_join(a, folder, i.path) : i.path;
        out->at[out->count++] = (struct pkg_file){path, i.kind == PKG_ITEM_PROGRAM};
    }
    sort(out);
    return 0;
}

err pkg_files_folder(struct arena *a, str folder, const struct pkg_manifest *m, struct pkg_files *out, str *why) {
    struct pkg_pack pack = {.manifest = STR("")};
    TRY(pkg_pack_list(a, folder, m, &pack, why));
    *out = (struct pkg_files){.folder = folder, .at = ARENA_ARRAY(a, struct pkg_file, pack.count + 1)};
    for (size_t i = 0; i < pack.count; i++) {
        struct file_stat is;
        bool is_program = file_stat(path_join(a, folder, pack.files[i].path), &is) == 0 && (is.mode & 0111);
        if (!pack.files[i].is_bundled) out->at[out->count++] = (struct pkg_file){pack.files[i].path, is_program};
    }
    sort(out);
    return 0;
}
