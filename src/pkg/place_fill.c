#include <errno.h>

#include "base/buf.h"
#include "pkg/internal.h"
#include "pkg/place.h"
#include "sys/at.h"

static void fail(struct pkg_filler *f, err e, const char *format, str path, const char *name) {
    err none = 0;
    if (!atomic_compare_exchange_strong(&f->failed, &none, e)) return;
    thread_lock(&f->lock);
    f->why = arena_print(f->a, format, STR_FMT(path), name, err_text(e));
    thread_unlock(&f->lock);
}

/* Hard links where they can be; a copy where scripts may write to it. A file that has too many of
 * them (EMLINK), or lies on another file system, is copied. */
static err place_file(struct pkg_filler *f, const struct pkg_place *p, int from, const char *name, int to,
                      const char *as) {
    err e = -EXDEV;
    if (p->needs_scripts) return file_copy_at(from, name, to, as, false);
    if (f->backend == PKG_BACKEND_CLONE) {
        e = file_copy_at(from, name, to, as, true);
        if (e && e != -EEXIST && e != -ENOENT) e = -EXDEV;
    } else if (f->backend != PKG_BACKEND_COPY && !atomic_load_explicit(&f->copies, memory_order_relaxed)) {
        e = file_link_at(from, name, to, as);
        if (e == -EXDEV || e == -EPERM || e == -EOPNOTSUPP) atomic_store(&f->copies, true);
        if (e == -EPERM || e == -EOPNOTSUPP || e == -EMLINK) e = -EXDEV;
    }
    return e == -EXDEV ? file_copy_at(from, name, to, as, false) : e;
}

static err over(struct pkg_filler *f, const struct pkg_place *p, int from, const char *name, int to, const char *as) {
    err e = place_file(f, p, from, name, to, as);
    if (e != -EEXIST) return e;
    TRY(dir_remove_all_at(to, as));                      /* of a run that was interrupted */
    return place_file(f, p, from, name, to, as);
}

static err link_over(const char *target, int to, const char *name) {
    err e = file_symlink_at(target, to, name);
    if (e != -EEXIST) return e;
    TRY(dir_remove_all_at(to, name));
    return file_symlink_at(target, to, name);
}

static err make_dir(int dir, const char *name) {
    err e = dir_make_at(dir, name);
    if (e != -EEXIST) return e;
    if (file_kind_at(dir, name) == FILE_DIR) return 0;
    TRY(dir_remove_all_at(dir, name));
    return dir_make_at(dir, name);
}

/* Folders with many files are opened, so that no file's way is walked from the package's folder; for those with few,
 * the walks cost less than opening and closing. */
enum { FEW = 8, MOST_WAY = 4096 };
struct filling {
    struct pkg_filler *f;
    struct pkg_place *p;
    const struct pkg_stored *from;
    int source, to;                 /* the package's folders */
    int source_at, to_at;           /* what names are relative to: the same, or the folder that is being filled */
    str folder;                     /* its path; empty = the package's own */
    size_t n_way;                   /* of way: the folder and its slash, where it is not open */
    char way[MOST_WAY];
};

static void leave_folder(struct filling *w) {
    if (w->source_at != w->source && w->source_at >= 0) file_close(w->source_at);
    if (w->to_at != w->to && w->to_at >= 0) file_close(w->to_at);
    w->source_at = w->to_at = -1;
    w->n_way = 0;
}

static bool has_few(struct pkg_index_walk rest) {
    struct pkg_item i;
    for (int n = 0; n <= FEW; n++)
        if (!pkg_index_next(&rest, &i) || i.kind == PKG_ITEM_DIR) return true;
    return false;
}

static err enter_folder(struct filling *w, str path, const struct pkg_index_walk *rest) {
    leave_folder(w);
    w->folder = path;
    TRY(make_dir(w->to, path.at));
    if (has_few(*rest) && path.len + 1 < MOST_WAY) {
        memcpy(w->way, path.at, path.len);
        w->way[path.len] = '/';
        w->n_way = path.len + 1;
        w->source_at = w->source;
        w->to_at = w->to;
        return 0;
    }
    if (w->f->backend != PKG_BACKEND_SYMLINK) TRY(dir_hold_at(w->source, path.at, &w->source_at));
    return dir_hold_at(w->to, path.at, &w->to_at);
}

static err fill_item(struct filling *w, const struct pkg_item *i, const struct pkg_index_walk *rest) {
    char target[4096];
    const char *name = i->path.at;
    if (i->kind == PKG_ITEM_DIR) return enter_folder(w, i->path, rest);
    if (w->n_way) {
        if (w->n_way + i->path.len >= MOST_WAY) return -ENAMETOOLONG;
        memcpy(w->way + w->n_way, name, i->path.len + 1);
        name = w->way;
    }
    if (i->kind == PKG_ITEM_LINK) return link_over(i->target.at, w->to_at, name);
    if (w->f->backend != PKG_BACKEND_SYMLINK) return over(w->f, w->p, w->source_at, name, w->to_at, name);
    int n = snprintf(target, sizeof target, "%.*s/%.*s%s%s", STR_FMT(w->from->path), STR_FMT(w->folder),
        w->folder.len ? "/" : "", i->path.at);
    return n < (int)sizeof target ? link_over(target, w->to_at, name) : -ENAMETOOLONG;
}

/* Someone took a file out of the store: the next install fetches the package anew. */
static void drop_entry(const struct pkg_stored *e) {
    struct arena a = {0};
    file_unlink(arena_print(&a, "%.*s" PKG_STORE_INDEX, (int)(e->path.len - sizeof PKG_STORE_FILES + 1), e->path.at));
    arena_free(&a);
}

static void fill_entry(struct pkg_filler *f, struct pkg_place *p, const struct pkg_stored *from, int to) {
    struct pkg_index_head head;
    struct pkg_index_walk items;
    struct filling w;
    w.f = f;
    w.p = p;
    w.from = from;
    w.to = w.to_at = to;
    w.folder = STR("");
    w.n_way = 0;
    err e = pkg_index_read(from->index, &head, &items) ? dir_hold_at(AT_HERE, from->path.at, &w.source) : ERR_MALFORMED;
    if (e) {
        fail(f, e, "the store's \"%.*s\"%s cannot be read: %s", from->path, "");
        return;
    }
    w.source_at = w.source;
    for (struct pkg_item i; !e && pkg_index_next(&items, &i);) {
        p->has_bundle |= i.kind == PKG_ITEM_DIR && str_is(i.path, "node_modules");
        e = fill_item(&w, &i, &items);
        if (!e) continue;
        struct arena a = {0};
        const char *path = arena_print(&a, "%.*s%s%.*s", STR_FMT(w.folder),
                                       w.folder.len && i.kind != PKG_ITEM_DIR ? "/" : "",
                                       i.kind == PKG_ITEM_DIR ? 0 : (int)i.path.len, i.path.at)
                               .at;
        bool is_gone = e == -ENOENT && file_kind_at(w.source, path) == FILE_NONE;
        if (is_gone) drop_entry(from);
        if (is_gone)
            fail(f, e, "the store's \"%.*s\" lacks \"%s\" (%s); it was dropped: install again", from->path, path);
        else fail(f, e, "\"%.*s/%s\" cannot be made: %s", p->path, path);
        arena_free(&a);
    }
    p->bytes = f->backend == PKG_BACKEND_SYMLINK ? 0 : head.bytes;
    leave_folder(&w);
    file_close(w.source);
}

static void fill_folder(struct pkg_filler *f, struct pkg_place *p, int from, int to) {
    struct arena a = {0};
    struct dir_entry *found;
    size_t n;
    err e = dir_list_at(&a, from, ".", &found, &n);
    if (e) fail(f, e, "\"%.*s\"%s cannot be read: %s", p->target, "");
    for (size_t i = 0; !e && i < n; i++) {
        const char *name = found[i].name.at;
        enum file_kind kind = found[i].kind == FILE_UNKNOWN ? file_kind_at(from, name) : found[i].kind;
        int below_from, below_to;
        if (str_is(found[i].name, "node_modules")) continue;
        if (kind == FILE_REGULAR) e = over(f, p, from, name, to, name);
        else if (kind == FILE_LINK) {
            char target[4097];
            ptrdiff_t len = file_readlink_at(from, name, target, sizeof target - 1);
            e = len < 0 ? (err)len : 0;
            if (!e) {
                target[len] = 0;
                e = link_over(target, to, name);
            }
        } else if (kind == FILE_DIR) {
            e = make_dir(to, name);
            if (!e) e = dir_open_at(from, name, &below_from);
            if (e) continue;
            e = dir_open_at(to, name, &below_to);
            if (!e) {
                fill_folder(f, p, below_from, below_to);
                file_close(below_to);
            }
            file_close(below_from);
        }                                                /* sockets and devices stay where they are */
        if (e) fail(f, e, "\"%.*s/%s\" cannot be made: %s", p->path, name);
    }
    arena_free(&a);
}

/* A program of the project itself: its own file here, so that the original keeps its mode and its line ends. */
static void mend_program(struct pkg_filler *f, int folder, str path) {
    char name[4096];
    struct buf text = {0};
    struct file_stat s;
    if (file_path_c(path, name) || file_stat_at(folder, name, &s) || file_kind_of_mode(s.mode) != FILE_REGULAR) return;
    if (file_read_at(folder, name, &text) == 0) {
        str all = buf_view(&text);
        ptrdiff_t end = str_starts(all, STR("#!")) ? str_find_char(str_upto(all, 512), '\n') : -1;
        bool is_cr = end > 0 && text.at[end - 1] == '\r';
        if (is_cr) {
            memmove(text.at + end - 1, text.at + end, text.len - (size_t)end);
            text.len--;
        }
        if ((is_cr || (s.mode & 0100) == 0) && file_write_at(folder, name, buf_view(&text)) == 0)
            file_set_mode_at(folder, name, (uint32_t)(s.mode & 0777) | 0100 | ((uint32_t)s.mode & 0044) >> 2);
    }
    buf_free(&text);
}

void pkg_place_fill(struct pkg_filler *f, struct pkg_place *p, const struct pkg_stored *from) {
    int to, source;
    err e = make_dir(f->root_fd, p->path.at);
    if (e == -ENOENT) e = dir_make_all_at(f->root_fd, p->path.at);
    if (!e) e = dir_hold_at(f->root_fd, p->path.at, &to);
    if (e) {
        fail(f, e, "\"%.*s\"%s cannot be made: %s", p->path, "");
        return;
    }
    if (p->kind == PKG_PLACE_ENTRY) fill_entry(f, p, from, to);
    else {
        e = dir_open_at(f->root_fd, p->target.at, &source);
        if (e) fail(f, e, "the folder \"%.*s\"%s cannot be read: %s", p->target, "");
        else {
            fill_folder(f, p, source, to);
            file_close(source);
            for (size_t i = 0; i < p->n_bins; i++) mend_program(f, to, p->bins[i].path);
        }
    }
    pkg_place_look_in(p, f->root_fd, to);
    file_close(to);
}
