/* pkg/cache_pack.c: in this machine's byte order, as the store's own lists are: "BaoPack1"; of each entry the lengths
 * of its key and its list, both, then size and bytes of each of its files in the list's order; zeros; a SHA-256 of all
 * that. */
#include "pkg/cache_pack.h"

#include <errno.h>

#include "base/buf.h"
#include "crypto/digest.h"
#include "pkg/internal.h"
#include "sys/at.h"
#include "sys/os.h"

static const char magic[8] = {'B', 'a', 'o', 'P', 'a', 'c', 'k', '1'};
struct lengths { uint32_t key, index; };
enum { SUM = 32 };
#define PROGRAM (UINT64_C(1) << 63)  /* in a size: the file is one, also when only a bin made it so */

/* --- writing */

struct packing {
    struct arena *a;
    struct pkg_store *s;
    struct pkg_cache_pack *out;
    int fd;                         /* -1: only looks */
    struct crypto_digest sum;
};

static err put(struct packing *p, str bytes) {
    if (p->fd < 0) return 0;
    crypto_digest_add(&p->sum, bytes);
    return file_write_fd(p->fd, bytes);
}

/* "lib" and "a.js" -> "lib/a.js" */
static const char *path_of(struct arena *a, str folder, const struct pkg_item *i) {
    return arena_print(a, "%.*s%s%.*s", STR_FMT(folder), folder.len ? "/" : "", STR_FMT(i->path)).at;
}

static err put_files(struct packing *p, int files_fd, struct pkg_index_walk items) {
    str folder = STR("");
    err e = 0;
    for (struct pkg_item i; !e && pkg_index_next(&items, &i);) {
        struct buf bytes = {0};
        if (i.kind == PKG_ITEM_DIR) folder = i.path;
        if (i.kind == PKG_ITEM_DIR || i.kind == PKG_ITEM_LINK) continue;
        e = file_read_at(files_fd, path_of(p->a, folder, &i), &bytes);
        struct file_stat is = {0};
        if (!e) e = file_stat_at(files_fd, path_of(p->a, folder, &i), &is);
        uint64_t size = bytes.len, written = size | (is.mode & 0100 ? PROGRAM : 0);
        if (!e) e = put(p, str_of((const char *)&written, sizeof written));
        if (!e) e = put(p, buf_view(&bytes));
        p->out->n_files++;
        p->out->bytes += size;
        buf_free(&bytes);
    }
    return e;
}

static err put_entry(struct packing *p, const char *key, const struct pkg_stored *stored) {
    struct pkg_index_head head;
    struct pkg_index_walk items;
    struct lengths n = {(uint32_t)strlen(key), (uint32_t)stored->index.len};
    int files_fd;
    if (!pkg_index_read(stored->index, &head, &items)) return ERR_MALFORMED;
    TRY(dir_open(stored->path, &files_fd));
    err e = put(p, str_of((const char *)&n, sizeof n));
    if (!e) e = put(p, str_c(key));
    if (!e) e = put(p, stored->index);
    if (!e) e = put_files(p, files_fd, items);
    file_close(files_fd);
    p->out->n_packages++;
    return e;
}

static bool key_of(struct arena *a, const struct pkg_package *k, char key[PKG_STORE_KEY]) {
    if (k->source == PKG_GITHUB)
        pkg_store_key_git(arena_print(a, "github:%.*s", STR_FMT(k->place)), k->commit, key);
    return k->source == PKG_GITHUB || pkg_store_key(k->name, k->version, k->integrity, key);
}

static void miss(struct packing *p, const struct pkg_package *k) {
    struct pkg_texts *t = &p->out->absent;
    t->at = arena_grow(p->a, t->at, t->count * sizeof *t->at, (t->count + 1) * sizeof *t->at);
    str version = k->version.len ? k->version : k->place;
    t->at[t->count++] = arena_print(p->a, "%.*s@%.*s", STR_FMT(k->name), STR_FMT(version));
}

static err put_all(struct packing *p, const struct pkg_lock *l) {
    char key[PKG_STORE_KEY];
    TRY(put(p, str_of(magic, sizeof magic)));
    for (pkg_id i = 0; i < l->n_packages; i++) {
        const struct pkg_package *k = &l->packages[i];
        struct pkg_stored stored;
        bool is_kept = k->source == PKG_NPM || k->source == PKG_GITHUB || k->source == PKG_GIT ||
                       k->source == PKG_TARBALL_URL;
        if (!is_kept) continue;
        if (key_of(p->a, k, key) && pkg_store_find_key(p->s, key, &stored)) TRY(put_entry(p, key, &stored));
        else if (!pkg_lock_is_optional(l, i)) miss(p, k);
    }
    return put(p, str_of((const char *)&(struct lengths){0}, sizeof(struct lengths)));
}

err pkg_cache_pack_write(struct arena *a, struct pkg_store *s, const struct pkg_lock *l, str file,
                         struct pkg_cache_pack *out) {
    struct packing p = {.a = a, .s = s, .out = out, .fd = -1};
    unsigned char sum[CRYPTO_DIGEST_MOST];
    *out = (struct pkg_cache_pack){.why = STR("")};
    str temp = arena_print(a, "%.*s.%d.tmp", STR_FMT(file), os_pid());
    if (file.len) {
        file_unlink(temp);
        TRY(file_new_at(AT_HERE, temp.at, false, &p.fd));
        crypto_digest_init(&p.sum, "sha256");
    }
    err e = put_all(&p, l);
    if (p.fd < 0) return e;
    crypto_digest_end(&p.sum, sum);
    if (!e) e = file_write_fd(p.fd, str_of((const char *)sum, SUM));
    err closed = file_close(p.fd);
    if (!e) e = closed;
    if (!e) e = file_rename(temp, file);
    if (e) file_unlink(temp);
    return e;
}

/* --- reading */

struct unpacking {
    struct arena *a;
    struct pkg_store *s;
    struct pkg_cache_pack *out;
    bool is_dry;
    const char *at, *end;
    LIST(str) links;                /* of the entry: nothing of it may lie behind one */
};

static bool take(struct unpacking *u, uint64_t n, str *bytes) {
    if (n > (uint64_t)(u->end - u->at)) return false;
    *bytes = str_of(u->at, (size_t)n);
    u->at += n;
    return true;
}

static bool is_key(str key) {
    if (!key.len || key.len >= PKG_STORE_KEY || key.at[0] == '.') return false;
    for (size_t i = 0; i < key.len; i++) {
        char c = key.at[i];
        bool is_plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                        (c && strchr("@._-~+", c));
        if (!is_plain) return false;
    }
    return true;
}

/* Below the package, and `depth` folders deep; -1: it leads out. A link's target may go up as far as that. */
static int depth_of(str path, int depth, bool may_rise) {
    if (!path.len || path.at[0] == '/') return -1;
    for (str part; str_next(&path, '/', &part);) {
        bool rises = str_is(part, "..");
        if (rises && (!may_rise || --depth < 0)) return -1;
        if (!may_rise && (!part.len || str_is(part, "."))) return -1;
        if (!rises && part.len && !str_is(part, ".")) depth++;
    }
    return depth;
}

/* A path is judged by its text, which says nothing of where it leads through a link. */
static bool is_behind_link(const struct unpacking *u, str path) {
    for (size_t i = 0; i < u->links.len; i++) {
        str l = u->links.at[i];
        if (path.len > l.len && str_starts(path, l) && path.at[l.len] == '/') return true;
    }
    return false;
}

static err put_item(struct unpacking *u, int files_fd, str folder, const struct pkg_item *i, bool is_program,
                    str bytes) {
    const char *path = i->kind == PKG_ITEM_DIR ? arena_c(u->a, i->path) : path_of(u->a, folder, i);
    int depth = depth_of(str_c(path), 0, false), fd;
    if (depth < 0 || is_behind_link(u, str_c(path))) return ERR_MALFORMED;
    if (i->kind == PKG_ITEM_DIR) return dir_make_at(files_fd, path);
    if (i->kind == PKG_ITEM_LINK) {
        if (depth_of(i->target, depth - 1, true) < 0) return ERR_MALFORMED;
        *LIST_ADD(&u->links) = str_c(path);
        return file_symlink_at(arena_c(u->a, i->target), files_fd, path);
    }
    TRY(file_new_at(files_fd, path, is_program, &fd));
    err e = file_write_fd(fd, bytes), closed = file_close(fd);
    return e ? e : closed;
}

/* What a list may have: those who link by it rely on that. */
static bool is_item(const struct pkg_item *i) {
    switch (i->kind) {
    case PKG_ITEM_DIR: return i->path.len > 0;
    case PKG_ITEM_LINK: case PKG_ITEM_FILE: case PKG_ITEM_PROGRAM: break;
    default: return false;
    }
    return i->path.len > 0 && str_find_char(i->path, '/') < 0;
}

/* files_fd -1: only walks over them. */
static err take_files(struct unpacking *u, int files_fd, const struct pkg_index_head *h, struct pkg_index_walk items) {
    str folder = STR(""), head, bytes = STR("");
    uint32_t n_dirs = 0, n_others = 0;
    u->links.len = 0;
    for (struct pkg_item i; pkg_index_next(&items, &i);) {
        bool is_file = i.kind == PKG_ITEM_FILE || i.kind == PKG_ITEM_PROGRAM;
        uint64_t size = 0;
        if (!is_item(&i)) return ERR_MALFORMED;
        i.kind == PKG_ITEM_DIR ? n_dirs++ : n_others++;
        if (is_file) {
            if (!take(u, sizeof size, &head)) return ERR_TRUNCATED;
            memcpy(&size, head.at, sizeof size);
            if (!take(u, size & ~PROGRAM, &bytes)) return ERR_TRUNCATED;
            u->out->n_files++;
            u->out->bytes += bytes.len;
        }
        if (files_fd >= 0) TRY(put_item(u, files_fd, folder, &i, (size & PROGRAM) != 0, bytes));
        if (i.kind == PKG_ITEM_DIR) folder = i.path;
    }
    return n_dirs == h->n_dirs && n_others == h->n_files ? 0 : ERR_MALFORMED;
}

static err write_index(int folder_fd, str index) {
    struct buf text = {0};
    int fd;
    buf_add(&text, index);
    pkg_index_mark(&text, os_boot());
    err e = file_new_at(folder_fd, PKG_STORE_INDEX, false, &fd);
    if (!e) {
        e = file_write_fd(fd, buf_view(&text));
        err closed = file_close(fd);
        if (!e) e = closed;
    }
    buf_free(&text);
    return e;
}

static err make_entry(struct unpacking *u, const char *key, str index, const struct pkg_index_head *head,
                      struct pkg_index_walk items) {
    char temp[24];
    int folder_fd, files_fd;
    TRY(pkg_store_temp(u->s, temp));
    TRY(dir_open_at(u->s->temp_fd, temp, &folder_fd));
    err e = dir_make_at(folder_fd, PKG_STORE_FILES);
    if (!e) e = dir_open_at(folder_fd, PKG_STORE_FILES, &files_fd);
    if (!e) {
        e = take_files(u, files_fd, head, items);
        file_close(files_fd);
    }
    if (!e) e = write_index(folder_fd, index);
    file_close(folder_fd);
    if (!e) return pkg_store_keep(u->s, temp, key);
    dir_remove_all_at(u->s->temp_fd, temp);
    return e;
}

static err take_entry(struct unpacking *u, struct lengths n) {
    str key, index;
    struct pkg_index_head head;
    struct pkg_index_walk items;
    struct pkg_stored stored;
    if (!take(u, n.key, &key) || !take(u, n.index, &index)) return ERR_TRUNCATED;
    if (!is_key(key) || !pkg_index_read(index, &head, &items)) return ERR_MALFORMED;
    const char *name = arena_c(u->a, key);
    bool is_known = pkg_store_find_key(u->s, name, &stored);
    struct pkg_cache_pack before = *u->out;
    err e = is_known || u->is_dry ? take_files(u, -1, &head, items) : make_entry(u, name, index, &head, items);
    if (is_known) *u->out = before;
    u->out->n_packages++;
    if (is_known) u->out->n_known++;
    else u->out->n_new++;
    return e;
}

static bool is_whole(str text) {
    unsigned char sum[CRYPTO_DIGEST_MOST];
    if (text.len < sizeof magic + sizeof(struct lengths) + SUM) return false;
    if (memcmp(text.at, magic, sizeof magic) != 0) return false;
    crypto_digest("sha256", str_upto(text, text.len - SUM), sum);
    return memcmp(sum, text.at + text.len - SUM, SUM) == 0;
}

err pkg_cache_pack_read(struct arena *a, struct pkg_store *s, str file, bool is_dry, struct pkg_cache_pack *out) {
    struct file_map map;
    str head;
    struct lengths n = {1, 1};
    *out = (struct pkg_cache_pack){.why = STR("")};
    TRY(file_map(file, &map));
    err e = is_whole(map.text) ? 0 : ERR_MALFORMED;
    struct unpacking u = {.a = a, .s = s, .out = out, .is_dry = is_dry};
    if (!e) {                                                   /* else there may be nothing to point into */
        u.at = map.text.at + sizeof magic;
        u.end = map.text.at + map.text.len - SUM;
    }
    while (!e && n.key) {
        if (!take(&u, sizeof n, &head)) {
            e = ERR_TRUNCATED;
            break;
        }
        memcpy(&n, head.at, sizeof n);
        if (n.key) e = take_entry(&u, n);
    }
    if (e == ERR_MALFORMED || e == ERR_TRUNCATED) out->why = STR("it is damaged, or no pack of this store");
    LIST_FREE(&u.links);
    file_unmap(&map);
    return e;
}
