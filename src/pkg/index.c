#include "base/buf.h"
#include "base/mem.h"
#include "pkg/internal.h"

/* As it lies in the file, in this machine's byte order: a store is not carried between machines. Texts follow, each
 * ended by NUL: integrity, commit, tag; then the items: kind, path, NUL, and for a link its target, NUL. */
struct head {
    char magic[8];
    uint64_t len, bytes;
    uint32_t n_dirs, n_files, flags, boot;
};
enum { HAS_GYP = 1, HAS_SCRIPTS = 2 };
static const char magic[8] = {'B', 'a', 'o', 'I', 'd', 'x', '3', '\n'};

static bool take(struct pkg_index_walk *w, str *out) {
    const char *nul = memchr(w->at, 0, (size_t)(w->end - w->at));
    if (!nul) return false;
    *out = str_of(w->at, (size_t)(nul - w->at));
    w->at = nul + 1;
    return true;
}

bool pkg_index_read(str index, struct pkg_index_head *out, struct pkg_index_walk *items) {
    struct head h;
    if (index.len < sizeof h) return false;
    memcpy(&h, index.at, sizeof h);
    if (memcmp(h.magic, magic, sizeof magic) != 0 || h.len != index.len) return false;
    *out = (struct pkg_index_head){
        .n_dirs = h.n_dirs, .n_files = h.n_files, .bytes = h.bytes, .boot = h.boot, .has_gyp = h.flags & HAS_GYP,
            .has_scripts = h.flags & HAS_SCRIPTS,
    };
    *items = (struct pkg_index_walk){index.at + sizeof h, index.at + index.len};
    return take(items, &out->integrity) && take(items, &out->commit) && take(items, &out->tag);
}

bool pkg_index_next(struct pkg_index_walk *w, struct pkg_item *out) {
    *out = (struct pkg_item){0};
    if (w->at == w->end) return false;
    out->kind = (enum pkg_item_kind)(unsigned char)*w->at++;
    if (take(w, &out->path) && (out->kind != PKG_ITEM_LINK || take(w, &out->target))) return true;
    w->at = w->end;
    return false;
}

void pkg_index_mark(struct buf *index, uint32_t boot) {
    struct head h;
    memcpy(&h, index->at, sizeof h);
    h.boot = boot;
    memcpy(index->at, &h, sizeof h);
}

static str folder_of(const struct pkg_item *i) {
    ptrdiff_t slash = i->kind == PKG_ITEM_DIR ? -2 : str_rfind_char(i->path, '/');
    return slash == -2 ? i->path : slash < 0 ? STR("") : str_upto(i->path, (size_t)slash);
}

/* By folder, a folder before what is in it, and else in the order in which they came. */
static int by_folder(const void *a, const void *b) {
    const struct pkg_item *x = *(const struct pkg_item *const *)a, *y = *(const struct pkg_item *const *)b;
    int order = str_cmp(folder_of(x), folder_of(y));
    if (order) return order;
    if ((x->kind == PKG_ITEM_DIR) != (y->kind == PKG_ITEM_DIR)) return x->kind == PKG_ITEM_DIR ? -1 : 1;
    return x < y ? -1 : 1;
}

static void add_item(struct buf *out, const struct pkg_item *i) {
    ptrdiff_t slash = i->kind == PKG_ITEM_DIR ? -1 : str_rfind_char(i->path, '/');
    buf_add_char(out, (char)i->kind);
    buf_add(out, str_from(i->path, (size_t)(slash + 1)));
    buf_add_char(out, 0);
    if (i->kind != PKG_ITEM_LINK) return;
    buf_add(out, i->target);
    buf_add_char(out, 0);
}

void pkg_index_write(struct buf *out, const struct pkg_index_head *in, const struct pkg_item *items, size_t count) {
    struct head h = {
        .n_dirs = in->n_dirs, .n_files = in->n_files, .bytes = in->bytes, .boot = in->boot,
        .flags = (in->has_gyp ? HAS_GYP : 0) | (in->has_scripts ? HAS_SCRIPTS : 0),
    };
    const struct pkg_item **sorted = NEW_ARRAY(const struct pkg_item *, count + 1);
    const str texts[] = {in->integrity, in->commit, in->tag};
    for (size_t i = 0; i < count; i++) sorted[i] = &items[i];
    qsort(sorted, count, sizeof *sorted, by_folder);
    memcpy(h.magic, magic, sizeof magic);
    buf_add(out, str_of((const char *)&h, sizeof h));
    for (int i = 0; i < 3; i++) {
        buf_add(out, texts[i]);
        buf_add_char(out, 0);
    }
    for (size_t i = 0; i < count; i++) add_item(out, sorted[i]);
    mem_free(sorted);
    h.len = out->len;
    memcpy(out->at, &h, sizeof h);
}
