/* pkg/unpack.c: a tarball as it comes: inflated, hashed, read and written in one pass; judged before anything is
 * written. */
#include <errno.h>

#include "base/buf.h"
#include "base/diag.h"
#include "base/map.h"
#include "crypto/digest.h"
#include "data/gzip.h"
#include "data/json.h"
#include "data/tar.h"
#include "pkg/internal.h"
#include "pkg/manifest.h"
#include "sys/at.h"
#include "sys/os.h"
#include "sys/loop.h"
#include "sys/path.h"

/* What no package has, but a bomb: far above the largest that are published. */
enum { MOST_ITEMS = 500000, MOST_PATH = 1024, MOST_PART = 255, MOST_RATIO = 400, MOST_MANIFEST = 8 << 20 };
static const uint64_t most_entry = (uint64_t)4 << 30, most_all = (uint64_t)8 << 30, ratio_from = (uint64_t)64 << 20;

struct seen { str path; enum pkg_item_kind kind; };
struct pkg_unpack {
    struct pkg_store *store;
    struct arena arena;
    /* top: the first folder, which tells the commit of a host's tarball */
    str name, version, integrity, commit, tag, top;
    struct pkg_sum wanted[PKG_SUMS];
    size_t n_wanted;
    struct crypto_digest sha512, other;                  /* other: when it is asked for a weaker one */
    bool has_digest, has_other, is_gzip, knows_form, is_git;
    unsigned char first[2];
    size_t n_first;
    struct gzip_reader gzip;
    struct tar_reader tar;
    char temp[24];
    int folder_fd, files_fd, fd;                         /* fd: of the file that is being written */
    struct map seen;                                     /* lower-cased path -> struct seen */
    str last_dir;                                        /* its folders are there */
    LIST(struct pkg_item) items;
    struct buf manifest;
    bool in_manifest, compares, has_gyp;
    str path;                                            /* of the entry that is being read */
    uint64_t taken, bytes;          /* of the tarball; of its entries */
    uint64_t on_disk;
    uint32_t n_dirs, n_files;
    err failed;
    str why;
};

static err __attribute__((format(printf, 3, 4))) refuse(struct pkg_unpack *u, err e, const char *format, ...) {
    va_list list;
    if (u->failed) return u->failed;
    va_start(list, format);
    str text = arena_vprint(&u->arena, format, list);
    va_end(list);
    u->failed = e;
    u->why = arena_print(&u->arena, "%.*s%s%.*s: %.*s", STR_FMT(u->name), u->version.len ? "@" : "",
        STR_FMT(u->version), STR_FMT(text));
    return e;
}

static err broken(struct pkg_unpack *u, err e, const char *what, str path) {
    return refuse(u, e, "%s \"%.*s\" of its tarball could not be written: %s", what, STR_FMT(path), err_text(e));
}

/* --- what is in it */

/* Without the first folder, "." and "//"; false when nothing is left. */
static bool inner_path(struct pkg_unpack *u, str written, str *out, err *e) {
    *e = 0;
    if (written.len > MOST_PATH) {
        *e = refuse(u, ERR_REFUSED, "its tarball has a path of %zu bytes, \"%.*s...\"", written.len, 60, written.at);
        return false;
    }
    char *to = arena_alloc(&u->arena, written.len + 1);
    size_t len = 0, n = 0;
    str rest = written;
    if (written.len && written.at[0] == '/') goto leaves;
    for (str part; str_next(&rest, '/', &part);) {
        if (!part.len || str_is(part, ".")) continue;
        if (str_is(part, "..")) goto leaves;
        if (part.len > MOST_PART) {
            *e = refuse(u, ERR_REFUSED, "its tarball has a name of %zu bytes, \"%.*s...\"", part.len, 60, part.at);
            return false;
        }
        if (n++ == 0) {
            if (u->is_git && !u->top.len) u->top = arena_str(&u->arena, part);
            continue;
        }
        if (len) to[len++] = '/';
        memcpy(to + len, part.at, part.len);
        len += part.len;
    }
    to[len] = 0;
    *out = str_of(to, len);
    return len > 0;
leaves:
    *e = refuse(u, ERR_REFUSED, "its tarball has an entry that leaves the package, \"%.*s\"", STR_FMT(written));
    return false;
}

static str lower(struct arena *a, str path) {
    char *to = arena_alloc(a, path.len + 1);
    for (size_t i = 0; i < path.len; i++)
        to[i] = path.at[i] >= 'A' && path.at[i] <= 'Z' ? (char)(path.at[i] | 32) : path.at[i];
    return str_of(to, path.len);
}

/* *is_new: nothing of that name was there. */
static err see(struct pkg_unpack *u, str path, enum pkg_item_kind kind, bool *is_new) {
    void **at = map_at(&u->seen, lower(&u->arena, path), is_new);
    if (*is_new) {
        if (u->seen.count > MOST_ITEMS) {
            *at = u;                                     /* never looked at */
            return refuse(u, ERR_TOO_LARGE, "its tarball has more than %d entries", MOST_ITEMS);
        }
        struct seen *s = *at = arena_alloc(&u->arena, sizeof *s);
        *s = (struct seen){path, kind};
        return 0;
    }
    const struct seen *s = *at;
    if (!str_eq(s->path, path)) {
        return refuse(u, ERR_REFUSED, "its tarball has two entries that differ in case only, \"%.*s\" and \"%.*s\"",
                      STR_FMT(s->path), STR_FMT(path));
    }
    bool fits = s->kind == PKG_ITEM_DIR ? kind == PKG_ITEM_DIR : s->kind != PKG_ITEM_LINK && kind != PKG_ITEM_DIR &&
        kind != PKG_ITEM_LINK;
    return fits ? 0 : refuse(u, ERR_REFUSED, "its tarball has \"%.*s\" twice, as different things", STR_FMT(path));
}

static err add_dir(struct pkg_unpack *u, str path) {
    bool is_new;
    TRY(see(u, path, PKG_ITEM_DIR, &is_new));
    if (!is_new) return 0;
    err e = dir_make_at(u->files_fd, arena_c(&u->arena, path));
    if (e) return broken(u, e, "the folder", path);
    u->n_dirs++;
    *LIST_ADD(&u->items) = (struct pkg_item){PKG_ITEM_DIR, path, STR("")};
    return 0;
}

/* The folders above `path`. */
static err add_dirs(struct pkg_unpack *u, str path) {
    ptrdiff_t slash = str_rfind_char(path, '/');
    str dir = slash < 0 ? STR("") : str_upto(path, (size_t)slash);
    if (!dir.len || str_eq(dir, u->last_dir)) return 0;
    for (size_t i = 1; i < dir.len; i++)
        if (dir.at[i] == '/') TRY(add_dir(u, arena_str(&u->arena, str_upto(dir, i))));
    TRY(add_dir(u, arena_str(&u->arena, dir)));
    u->last_dir = dir;
    return 0;
}

static err add_symlink(struct pkg_unpack *u, str path, str target) {
    bool is_new;
    int depth = 0;
    for (size_t i = 0; i < path.len; i++) depth += path.at[i] == '/';
    str rest = target;
    bool leaves = !target.len || target.at[0] == '/' || target.len > MOST_PATH;
    for (str part; !leaves && str_next(&rest, '/', &part);) {
        if (str_is(part, "..")) leaves = --depth < 0;
        else if (part.len && !str_is(part, ".")) depth++;
    }
    if (leaves) return refuse(u, ERR_REFUSED, "its tarball has a link that leaves the package, \"%.*s\" to \"%.*s\"",
        STR_FMT(path), STR_FMT(target));
    TRY(see(u, path, PKG_ITEM_LINK, &is_new));
    if (!is_new) return refuse(u, ERR_REFUSED, "its tarball has \"%.*s\" twice, as different things", STR_FMT(path));
    target = arena_str(&u->arena, target);
    err e = file_symlink_at(target.at, u->files_fd, path.at);
    if (e) return broken(u, e, "the link", path);
    u->n_files++;
    *LIST_ADD(&u->items) = (struct pkg_item){PKG_ITEM_LINK, path, target};
    return 0;
}

static err add_hardlink(struct pkg_unpack *u, str path, str written) {
    str target;
    err e;
    bool is_new;
    if (!inner_path(u, written, &target, &e)) return e ? e : refuse(u, ERR_REFUSED,
        "its tarball links \"%.*s\" to nothing", STR_FMT(path));
    const struct seen *s = map_get(&u->seen, lower(&u->arena, target));
    if (!s || !str_eq(s->path, target) || (s->kind != PKG_ITEM_FILE && s->kind != PKG_ITEM_PROGRAM))
        return refuse(u, ERR_REFUSED, "its tarball links \"%.*s\" to \"%.*s\", which is no file of it", STR_FMT(path),
            STR_FMT(target));
    TRY(see(u, path, s->kind, &is_new));
    if (!is_new) return refuse(u, ERR_REFUSED, "its tarball has \"%.*s\" twice, as different things", STR_FMT(path));
    e = file_link_at(u->files_fd, target.at, u->files_fd, path.at);
    struct file_stat is;
    if (!e) e = file_stat_at(u->files_fd, path.at, &is);
    if (e) return broken(u, e, "the link", path);
    u->on_disk += is.size;
    u->n_files++;
    *LIST_ADD(&u->items) = (struct pkg_item){s->kind, path, STR("")};
    return 0;
}

static err begin_file(struct pkg_unpack *u, str path, const struct tar_entry *t) {
    bool is_new, is_program = (t->mode & 0111) != 0;
    if (t->size > most_entry) return refuse(u, ERR_TOO_LARGE, "the entry \"%.*s\" of its tarball has %llu bytes",
        STR_FMT(path), (unsigned long long)t->size);
    if ((u->bytes += t->size) > most_all) return refuse(u, ERR_TOO_LARGE, "its tarball has more than %llu bytes",
        (unsigned long long)most_all);
    u->on_disk += t->size;
    enum pkg_item_kind kind = is_program ? PKG_ITEM_PROGRAM : PKG_ITEM_FILE;
    TRY(see(u, path, kind, &is_new));
    if (!is_new) {                                       /* written twice: harmless only when it is the same */
        u->compares = true;
        u->on_disk -= t->size;
        err e = file_open_at(u->files_fd, path.at, &u->fd);
        return e ? broken(u, e, "the file", path) : 0;
    }
    err e = file_new_at(u->files_fd, path.at, is_program, &u->fd);
    if (e) return broken(u, e, "the file", path);
    u->n_files++;
    *LIST_ADD(&u->items) = (struct pkg_item){kind, path, STR("")};
    u->in_manifest = str_is(path, "package.json") && t->size <= MOST_MANIFEST;
    if (str_is(path, "binding.gyp")) u->has_gyp = true;
    return 0;
}

static err on_begin(void *user, const struct tar_entry *t) {
    struct pkg_unpack *u = user;
    str path;
    err e;
    if (!inner_path(u, t->path, &path, &e)) return e;
    if (t->kind == TAR_DEVICE) return refuse(u, ERR_REFUSED, "its tarball has a device, \"%.*s\"", STR_FMT(path));
    TRY(add_dirs(u, path));
    u->path = path;
    switch (t->kind) {
    case TAR_DIR: return add_dir(u, path);
    case TAR_SYMLINK: return add_symlink(u, path, t->link);
    case TAR_HARDLINK: return add_hardlink(u, path, t->link);
    default: return begin_file(u, path, t);
    }
}

static err same(struct pkg_unpack *u, str bytes) {
    char room[4096];
    while (bytes.len) {
        int64_t n = file_read_some(u->fd, room, bytes.len < sizeof room ? bytes.len : sizeof room);
        if (n <= 0 || memcmp(room, bytes.at, (size_t)n) != 0)
            return refuse(u, ERR_REFUSED, "its tarball has two different files \"%.*s\"", STR_FMT(u->path));
        bytes = str_from(bytes, (size_t)n);
    }
    return 0;
}

static err on_data(void *user, str bytes) {
    struct pkg_unpack *u = user;
    if (u->fd < 0) return 0;
    if (u->compares) return same(u, bytes);
    if (u->in_manifest) buf_add(&u->manifest, bytes);
    err e = file_write_fd(u->fd, bytes);
    return e ? broken(u, e, "the file", u->path) : 0;
}

static err on_end(void *user) {
    struct pkg_unpack *u = user;
    if (u->fd < 0) return 0;
    char more;
    err e = u->compares && file_read_some(u->fd, &more, 1) != 0 ?
            refuse(u, ERR_REFUSED, "its tarball has two different files \"%.*s\"", STR_FMT(u->path)) : 0;
    err closed = file_close(u->fd);
    u->fd = -1;
    u->compares = u->in_manifest = false;
    return e ? e : closed ? broken(u, closed, "the file", u->path) : 0;
}
static const struct tar_events tar_events = {on_begin, on_data, on_end};

static err on_inflated(void *user, str bytes) { return tar_reader_push(&((struct pkg_unpack *)user)->tar, bytes); }

/* --- from outside */

static struct pkg_unpack *start(struct pkg_store *s, str name, str version) {
    struct pkg_unpack *u = NEW(struct pkg_unpack);
    u->store = s;
    u->folder_fd = u->files_fd = u->fd = -1;
    u->name = arena_str(&u->arena, name);
    u->version = arena_str(&u->arena, version);
    u->seen.seed = loop_clock_ns() | 1;
    tar_reader_init(&u->tar, &tar_events, u);
    return u;
}

struct pkg_unpack *pkg_unpack_new(struct pkg_store *s, str name, str version, str integrity) {
    struct pkg_unpack *u = start(s, name, version);
    u->integrity = arena_str(&u->arena, integrity);
    u->n_wanted = pkg_integrity_read(integrity, u->wanted);
    if (integrity.len && !u->n_wanted)
        refuse(u, ERR_INTEGRITY,
            "its integrity \"%.*s\" names no algorithm that is known (sha512, sha384, sha256, sha1)",
            STR_FMT(str_upto(integrity, 100)));
    return u;
}

struct pkg_unpack *pkg_unpack_new_git(struct pkg_store *s, str name, str commit, str tag) {
    struct pkg_unpack *u = start(s, name, STR(""));
    u->is_git = true;
    u->commit = arena_str(&u->arena, commit);
    u->tag = arena_str(&u->arena, tag);
    return u;
}

static err prepare(struct pkg_unpack *u) {
    struct pkg_store *s = u->store;
    err e = pkg_store_temp(s, u->temp);
    if (!e) e = dir_open_at(s->temp_fd, u->temp, &u->folder_fd);
    if (!e) e = dir_make_at(u->folder_fd, PKG_STORE_FILES);
    if (!e) e = dir_open_at(u->folder_fd, PKG_STORE_FILES, &u->files_fd);
    if (e) return refuse(u, e, "the store \"%.*s\" could not be written: %s", STR_FMT(s->cache), err_text(e));
    if (!u->is_git) {
        if (crypto_digest_init(&u->sha512, "sha512")) return refuse(u, ERR_UNSUPPORTED,
            "its integrity cannot be checked: libcrypto.so.3 is not installed");
        u->has_digest = true;
        if (u->n_wanted && u->wanted[0].algorithm != PKG_SHA512) {
            u->has_other = true;
            if (crypto_digest_init(&u->other, pkg_algorithm_names[u->wanted[0].algorithm])) return refuse(u,
                ERR_UNSUPPORTED, "its integrity cannot be checked");
        }
    }
    u->is_gzip = u->first[0] == 0x1f && u->first[1] == 0x8b;
    return u->is_gzip ? gzip_reader_init_fast(&u->gzip, most_all + ((uint64_t)1 << 30), on_inflated, u) : 0;
}

static err feed(struct pkg_unpack *u, str bytes) {
    u->taken += bytes.len;
    if (u->has_digest) crypto_digest_add(&u->sha512, bytes);
    if (u->has_other) crypto_digest_add(&u->other, bytes);
    err e = u->is_gzip ? gzip_reader_push(&u->gzip, bytes) : tar_reader_push(&u->tar, bytes);
    if (!e && u->is_gzip && u->gzip.made > ratio_from && u->gzip.made / MOST_RATIO > u->taken)
        return refuse(u, ERR_TOO_LARGE, "its tarball grows to more than %d times its size, as bombs do", MOST_RATIO);
    if (e == ERR_TOO_LARGE) return refuse(u, e, "its tarball grows beyond all measure");
    return e ? refuse(u, e, "its tarball cannot be read: %s", err_text(e)) : 0;
}

err pkg_unpack_push(struct pkg_unpack *u, str bytes) {
    if (u->failed) return u->failed;
    if (!u->knows_form) {
        while (u->n_first < 2 && bytes.len) {
            u->first[u->n_first++] = (unsigned char)bytes.at[0];
            bytes = str_from(bytes, 1);
        }
        if (u->n_first < 2) return 0;
        u->knows_form = true;
        TRY(prepare(u));
        TRY(feed(u, str_of((const char *)u->first, 2)));
    }
    /* Little by little, so that a bomb is seen before it has gone off. */
    while (bytes.len) {
        str part = str_upto(bytes, 1 << 20);
        TRY(feed(u, part));
        bytes = str_from(bytes, part.len);
    }
    return 0;
}

static err check_integrity(struct pkg_unpack *u, struct pkg_sum *computed) {
    *computed = (struct pkg_sum){.algorithm = PKG_SHA512};
    computed->len = crypto_digest_end(&u->sha512, computed->bytes);
    u->has_digest = false;
    struct pkg_sum other = *computed;
    if (u->has_other) {
        other = (struct pkg_sum){.algorithm = u->wanted[0].algorithm};
        other.len = crypto_digest_end(&u->other, other.bytes);
        u->has_other = false;
    }
    for (size_t i = 0; i < u->n_wanted; i++)
        if (u->wanted[i].len == other.len && memcmp(u->wanted[i].bytes, other.bytes, other.len) == 0) return 0;
    if (!u->n_wanted) return 0;
    return refuse(u, ERR_INTEGRITY, "its tarball is not the one that was asked for: it has %.*s, wanted is %.*s",
                  STR_FMT(pkg_integrity_write(&u->arena, &other)), STR_FMT(u->integrity));
}

/* A program's first line must not end in CR: the system would look for an interpreter of that name. */
static err mend_program(struct pkg_unpack *u, str path) {
    const char *name = arena_c(&u->arena, path);
    struct file_stat s;
    struct buf text = {0};
    char head[512];
    int fd;
    if (file_stat_at(u->files_fd, name, &s) || file_kind_of_mode(s.mode) != FILE_REGULAR) return 0;
    TRY(file_open_at(u->files_fd, name, &fd));
    int64_t n = file_read_some(fd, head, sizeof head);
    file_close(fd);
    str line = str_of(head, n > 0 ? (size_t)n : 0);
    ptrdiff_t end = str_starts(line, STR("#!")) ? str_find_char(line, '\n') : -1;
    bool needs_mode = (s.mode & 0100) == 0;
    if (end > 0 && head[end - 1] == '\r') {
        err e = file_read_at(u->files_fd, name, &text);
        if (!e) {
            memmove(text.at + end - 1, text.at + end, text.len - (size_t)end);
            text.len--;
            u->on_disk--;
            e = file_write_at(u->files_fd, name, buf_view(&text));
            needs_mode = true;
        }
        buf_free(&text);
        TRY(e);
    }
    if (!needs_mode) return 0;
    return file_set_mode_at(u->files_fd, name, (uint32_t)(s.mode & 0777) | ((uint32_t)s.mode & 0444) >> 2);
}

static err mend_folder(struct pkg_unpack *u, str folder) {
    for (size_t n = 0; n < u->items.len; n++) {
        const struct pkg_item *i = &u->items.at[n];
        bool is_in = i->path.len > folder.len + 1 && str_starts(i->path, folder) && i->path.at[folder.len] == '/';
        if (is_in && (i->kind == PKG_ITEM_FILE || i->kind == PKG_ITEM_PROGRAM)) TRY(mend_program(u, i->path));
    }
    return 0;
}

/* What package.json says about programs is made true here, while no one else shares these files yet. */
static err mend(struct pkg_unpack *u, bool *has_scripts) {
    struct pkg_manifest m;
    if (!pkg_manifest_read(&u->arena, buf_view(&u->manifest), STR("package.json"), NULL, &m) && !m.json) return 0;
    for (size_t i = 0; i < m.n_bins; i++) TRY(mend_program(u, m.bins[i].path));
    str folder = json_text(json_get_c(json_get_c(m.json, "directories"), "bin"));
    if (str_starts(folder, STR("./"))) folder = str_from(folder, 2);
    while (folder.len && folder.at[folder.len - 1] == '/') folder.len--;
    if (folder.len && !m.n_bins) TRY(mend_folder(u, folder));
    *has_scripts = pkg_manifest_script(&m, STR("preinstall")).len || pkg_manifest_script(&m, STR("install")).len ||
                   pkg_manifest_script(&m, STR("postinstall")).len;
    if (pkg_manifest_script(&m, STR("install")).len || pkg_manifest_script(&m, STR("preinstall")).len ||
        json_is(json_get_c(m.json, "gypfile"), JSON_FALSE)) u->has_gyp = false;
    return 0;
}

static err write_index(struct pkg_unpack *u, str integrity, bool has_scripts) {
    struct buf out = {0};
    struct pkg_index_head head = {
        .n_dirs = u->n_dirs, .n_files = u->n_files, .bytes = u->on_disk, .has_gyp = u->has_gyp,
        .has_scripts = has_scripts, .boot = os_boot(),
        .integrity = integrity, .commit = u->commit, .tag = u->tag,
    };
    pkg_index_write(&out, &head, u->items.at, u->items.len);
    int fd;
    err e = file_new_at(u->folder_fd, PKG_STORE_INDEX, false, &fd);
    if (!e) {
        e = file_write_fd(fd, buf_view(&out));
        err closed = file_close(fd);
        if (!e) e = closed;
    }
    buf_free(&out);
    return e ? broken(u, e, "the list of files", STR(PKG_STORE_INDEX)) : 0;
}

/* A host's tarball says in its folder's name ("owner-repo-0123abc") of which commit it is. Bun looks for the tag in a
 * file. */
static err finish_git(struct pkg_unpack *u) {
    if (!u->tag.len) u->tag = u->top;
    ptrdiff_t dash = str_rfind_char(u->tag, '-');
    if (!u->commit.len) u->commit = str_from(u->tag, (size_t)(dash + 1));
    if (!u->commit.len) return refuse(u, ERR_MALFORMED, "its tarball does not say of which commit it is");
    void *known = map_get(&u->seen, STR(".bun-tag"));
    if (known) return 0;
    int fd;
    err e = file_new_at(u->files_fd, ".bun-tag", false, &fd);
    if (!e) {
        e = file_write_fd(fd, u->tag);
        file_close(fd);
    }
    u->n_files++;
    u->on_disk += u->tag.len;
    *LIST_ADD(&u->items) = (struct pkg_item){PKG_ITEM_FILE, STR(".bun-tag"), STR("")};
    return e ? broken(u, e, "the file", STR(".bun-tag")) : 0;
}

err pkg_unpack_finish(struct pkg_unpack *u, struct pkg_stored *out) {
    char key[PKG_STORE_KEY];
    struct pkg_sum computed = {0};
    str integrity = {0};
    bool has_scripts = false;
    if (u->failed) return u->failed;
    if (!u->knows_form) return refuse(u, ERR_TRUNCATED, "its tarball is empty");
    if (!u->is_git) {
        TRY(check_integrity(u, &computed));
        integrity = pkg_integrity_write(&u->arena, &computed);
    }
    err e = u->is_gzip ? gzip_reader_finish(&u->gzip) : 0;
    if (!e) e = tar_reader_finish(&u->tar);
    if (e) return refuse(u, e, "its tarball cannot be read: %s", err_text(e));
    if (u->is_git) TRY(finish_git(u));
    if (u->manifest.len) e = mend(u, &has_scripts);
    if (e) return broken(u, e, "a program", STR(""));
    TRY(write_index(u, integrity, has_scripts));
    if (u->is_git) pkg_store_key_git(u->name, u->commit, key);
    else pkg_store_key(u->name, u->version, u->n_wanted ? u->integrity : integrity, key);
    e = pkg_store_keep(u->store, u->temp, key);
    if (e) return refuse(u, e, "the store \"%.*s\" could not be written: %s", STR_FMT(u->store->cache), err_text(e));
    u->temp[0] = 0;
    if (!pkg_store_find_key(u->store, key, out)) return refuse(u, ERR_NOT_FOUND,
        "its entry in the store \"%.*s\" vanished", STR_FMT(u->store->cache));
    return 0;
}

str pkg_unpack_why(const struct pkg_unpack *u) { return u->why; }

void pkg_unpack_free(struct pkg_unpack *u) {
    if (!u) return;
    if (u->fd >= 0) file_close(u->fd);
    if (u->files_fd >= 0) file_close(u->files_fd);
    if (u->folder_fd >= 0) file_close(u->folder_fd);
    if (u->temp[0] && u->store->temp_fd >= 0) dir_remove_all_at(u->store->temp_fd, u->temp);
    if (u->has_digest) crypto_digest_drop(&u->sha512);
    if (u->has_other) crypto_digest_drop(&u->other);
    if (u->gzip.state) gzip_reader_done(&u->gzip);
    tar_reader_done(&u->tar);
    map_free(&u->seen);
    LIST_FREE(&u->items);
    buf_free(&u->manifest);
    arena_free(&u->arena);
    mem_free(u);
}
