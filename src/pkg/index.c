#include "base/buf.h"
#include "pkg/internal.h"

/* As it lies in the file, in this machine's byte order: a store is not carried between machines. Texts follow, each ended by
 * NUL: integrity, commit, tag; then the items: kind, path, NUL, and for a link its target, NUL. */
struct head {
    char magic[8];
    uint64_t len, bytes;
    uint32_t n_dirs, n_files, flags, unused;
};
enum { HAS_GYP = 1, HAS_SCRIPTS = 2 };
static const char magic[8] = {'B', 'a', 'o', 'I', 'd', 'x', '1', '\n'};

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
        .n_dirs = h.n_dirs, .n_files = h.n_files, .bytes = h.bytes, .has_gyp = h.flags & HAS_GYP,
            .has_scripts = h.flags & HAS_SCRIPTS,
    };
    *items = (struct pkg_index_walk){index.at + sizeof h, index.at + index.len};
    return take(items, &out->integrity) && take(items, &out->commit) && take(items, &out->tag);
}

bool pkg_index_next(struct pkg_index_walk *w, struct pkg_item *out) {
    str path, target = {0};
    if (w->at == w->end) return false;
    char kind = *w->at++;
    if (!take(w, &path) || (kind == PKG_ITEM_LINK && !take(w, &target))) {
        w->at = w->end;
        return false;
    }
    *out = (struct pkg_item){(enum pkg_item_kind)kind, path.at, path.len, target.at};
    return true;
}

void pkg_index_write(struct buf *out, const struct pkg_index_head *in, str items) {
    struct head h = {
        .n_dirs = in->n_dirs, .n_files = in->n_files, .bytes = in->bytes,
        .flags = (in->has_gyp ? HAS_GYP : 0) | (in->has_scripts ? HAS_SCRIPTS : 0),
        .len = sizeof h + in->integrity.len + in->commit.len + in->tag.len + 3 + items.len,
    };
    memcpy(h.magic, magic, sizeof magic);
    buf_add(out, str_of((const char *)&h, sizeof h));
    const str texts[] = {in->integrity, in->commit, in->tag};
    for (int i = 0; i < 3; i++) {
        buf_add(out, texts[i]);
        buf_add_char(out, 0);
    }
    buf_add(out, items);
}

void pkg_index_add(struct buf *items, enum pkg_item_kind kind, str path, str target) {
    buf_add_char(items, (char)kind);
    buf_add(items, path);
    buf_add_char(items, 0);
    if (kind != PKG_ITEM_LINK) return;
    buf_add(items, target);
    buf_add_char(items, 0);
}
