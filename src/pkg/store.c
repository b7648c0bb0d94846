#include "pkg/store.h"

#include <errno.h>

#include "base/buf.h"
#include "data/base64.h"
#include "pkg/internal.h"
#include "sys/at.h"
#include "sys/loop.h"
#include "sys/os.h"

/* <cache>/packages/<key>/index and <cache>/packages/<key>/files/...; what is unfinished lies in
 * <cache>/temp/<process>/<n>. */

static err open_inside(int dir, const char *name, int *fd) {
    err e = dir_open_at(dir, name, fd);
    if (e != -ENOENT) return e;
    TRY(dir_make_all_at(dir, name));
    return dir_open_at(dir, name, fd);
}

err pkg_store_open(struct arena *a, str cache, struct pkg_store **out) {
    struct pkg_store *s = NEW(struct pkg_store);             /* with an arena of its own: threads add to it */
    *s = (struct pkg_store){.cache_fd = -1, .packages_fd = -1, .temp_fd = -1, .temp_lock_fd = -1};
    s->cache = arena_str(&s->arena, cache);
    s->packages = arena_print(&s->arena, "%.*s/packages", STR_FMT(cache));
    err e = dir_open(cache, &s->cache_fd);
    if (e == -ENOENT) {
        e = dir_make_all(cache, 0777, NULL);
        if (!e) e = dir_open(cache, &s->cache_fd);
    }
    if (!e) e = open_inside(s->cache_fd, "packages", &s->packages_fd);
    if (e) pkg_store_close(s);
    else *out = s;
    return e;
}

static void close_fd(int *fd) {
    if (*fd >= 0) file_close(*fd);
    *fd = -1;
}

void pkg_store_close(struct pkg_store *s) {
    if (!s) return;
    if (s->temp_fd >= 0) {
        close_fd(&s->temp_fd);
        dir_remove_all_at(s->cache_fd, s->temp_name.at);
        close_fd(&s->temp_lock_fd);
    }
    close_fd(&s->packages_fd);
    close_fd(&s->cache_fd);
    arena_free(&s->arena);
    mem_free(s);
}

str pkg_store_str(struct pkg_store *s, str text) {
    if (!text.len) return STR("");
    thread_lock(&s->lock);
    str copy = arena_str(&s->arena, text);
    thread_unlock(&s->lock);
    return copy;
}

/* --- keys */

static void add_plain(char *key, size_t *len, str text, size_t most) {
    for (size_t i = 0; i < text.len && i < most; i++) {
        char c = text.at[i];
        bool is_plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                        (c && strchr("@._-~", c));
        key[(*len)++] = is_plain ? c : '+';
    }
}

static void make_key(char *key, str name, str version, str hex) {
    size_t len = 0;
    add_plain(key, &len, name, 90);
    key[len++] = '@';
    add_plain(key, &len, version, 40);
    key[len++] = '+';
    add_plain(key, &len, hex, 40);
    key[len] = 0;
}

bool pkg_store_key(str name, str version, str integrity, char key[PKG_STORE_KEY]) {
    struct pkg_sum sums[PKG_SUMS];
    char hex[40];
    if (!pkg_integrity_read(integrity, sums)) return false;
    hex_write(str_of((const char *)sums[0].bytes, 20), hex);
    make_key(key, name, version, str_of(hex, sizeof hex));
    return true;
}

void pkg_store_key_git(str name, str commit, char key[PKG_STORE_KEY]) { make_key(key, name, STR("git"), commit); }

/* --- entries */

/* After a loss of power a file may be shorter than it was written: sizes tell. */
static bool is_short(struct pkg_store *s, const char *key, const struct pkg_index_head *head,
                     struct pkg_index_walk items) {
    char path[4096];
    str folder = STR("");
    uint64_t bytes = 0;
    for (struct pkg_item i; pkg_index_next(&items, &i);) {
        struct file_stat is;
        if (i.kind == PKG_ITEM_DIR) folder = i.path;
        if (i.kind == PKG_ITEM_DIR || i.kind == PKG_ITEM_LINK) continue;
        int n = snprintf(path, sizeof path, "%s/" PKG_STORE_FILES "/%.*s%s%.*s", key, STR_FMT(folder),
                         folder.len ? "/" : "", STR_FMT(i.path));
        if (n >= (int)sizeof path || file_stat_at(s->packages_fd, path, &is) != 0) return true;
        bytes += is.size;
    }
    return bytes < head->bytes;
}

/* Once after each start of the machine: what is whole then came from the disk. */
static bool is_whole(struct pkg_store *s, const char *key, str index, const struct pkg_index_head *head,
                     struct pkg_index_walk items) {
    char path[4096];
    struct buf trusted = {0};
    if (!head->boot || head->boot == os_boot()) return true;
    if (is_short(s, key, head, items)) return false;
    buf_add(&trusted, index);
    pkg_index_mark(&trusted, 0);
    int n = snprintf(path, sizeof path, "%.*s/%s/" PKG_STORE_INDEX, STR_FMT(s->packages), key);
    if (n < (int)sizeof path)                            /* without it the entry is looked through again next time */
        file_write_all(str_of(path, (size_t)n), buf_view(&trusted), 0666);
    buf_free(&trusted);
    return true;
}

/* "<key>/<name>" into `path`, which has room for it. */
static void path_in(char *path, const char *key, const char *name) {
    size_t len = strlen(key);
    memcpy(path, key, len);
    path[len] = '/';
    memcpy(path + len + 1, name, strlen(name) + 1);
}

static void keep_found(struct pkg_store *s, const char *key, str text, struct pkg_stored *out) {
    struct pkg_index_head head;
    struct pkg_index_walk items;
    thread_lock(&s->lock);
    str index = arena_str(&s->arena, text);
    char *files = arena_alloc(&s->arena, s->packages.len + strlen(key) + sizeof "//" PKG_STORE_FILES);
    thread_unlock(&s->lock);
    memcpy(files, s->packages.at, s->packages.len);
    files[s->packages.len] = '/';
    path_in(files + s->packages.len + 1, key, PKG_STORE_FILES);
    pkg_index_read(index, &head, &items);
    *out = (struct pkg_stored){str_c(files), head.integrity, head.commit, head.tag, index};
}

/* Most lists are short: read at one go, without asking how long they are. */
bool pkg_store_find_key(struct pkg_store *s, const char *key, struct pkg_stored *out) {
    char path[PKG_STORE_KEY + 16], room[8192];
    struct buf text = {0};
    struct pkg_index_head head;
    struct pkg_index_walk items;
    size_t n;
    path_in(path, key, PKG_STORE_INDEX);
    err e = file_read_some_at(s->packages_fd, path, room, sizeof room, &n);
    str all = str_of(room, n);
    if (!e && n == sizeof room) {
        e = file_read_at(s->packages_fd, path, &text);
        all = buf_view(&text);
    }
    bool is_one = !e && pkg_index_read(all, &head, &items) && is_whole(s, key, all, &head, items);
    if (is_one) keep_found(s, key, all, out);
    buf_free(&text);
    if (!is_one && e != -ENOENT && e != -ENOTDIR && file_kind_at(s->packages_fd, key) != FILE_NONE)
        dir_remove_all_at(s->packages_fd, key);
    return is_one;
}

bool pkg_store_find(struct pkg_store *s, str name, str version, str integrity, struct pkg_stored *out) {
    char key[PKG_STORE_KEY];
    return pkg_store_key(name, version, integrity, key) && pkg_store_find_key(s, key, out);
}

void pkg_store_forget(struct pkg_store *s, const struct pkg_stored *e) {
    str folder = str_upto(e->path, e->path.len - sizeof PKG_STORE_FILES);
    dir_remove_all(folder);
}

/* --- what is unfinished */

/* Folders of processes that died: their lock is free. */
static void remove_dead(struct pkg_store *s) {
    struct arena a = {0};
    struct dir_entry *found;
    size_t n;
    if (dir_list_at(&a, s->cache_fd, "temp", &found, &n) == 0) {
        for (size_t i = 0; i < n; i++) {
            int fd;
            if (found[i].kind != FILE_DIR) continue;
            const char *folder = arena_print(&a, "temp/%.*s", STR_FMT(found[i].name)).at;
            err e = file_lock_at(s->cache_fd, arena_print(&a, "%s/lock", folder).at, false, &fd);
            if (e) continue;
            dir_remove_all_at(s->cache_fd, folder);
            file_close(fd);
        }
    }
    arena_free(&a);
}

static err make_own_temp(struct pkg_store *s) {
    s->temp_name = arena_print(&s->arena, "temp/%d-%llx", os_pid(), (unsigned long long)loop_clock_ns());
    TRY(dir_make_all_at(s->cache_fd, s->temp_name.at));
    str lock = arena_print(&s->arena, "%.*s/lock", STR_FMT(s->temp_name));
    TRY(file_lock_at(s->cache_fd, lock.at, false, &s->temp_lock_fd));
    return dir_open_at(s->cache_fd, s->temp_name.at, &s->temp_fd);
}

static err make_temp(struct pkg_store *s) {
    int guard;
    TRY(dir_make_all_at(s->cache_fd, "temp"));
    /* a folder without its lock is not a dead one while this is held */
    TRY(file_lock_at(s->cache_fd, "temp.lock", true, &guard));
    remove_dead(s);
    err e = make_own_temp(s);
    file_close(guard);
    return e;
}

err pkg_store_temp(struct pkg_store *s, char *name) {
    thread_lock(&s->lock);
    err e = s->temp_fd < 0 ? make_temp(s) : 0;
    snprintf(name, 24, "%u", s->n_temps++);
    thread_unlock(&s->lock);
    return e ? e : dir_make_at(s->temp_fd, name);
}

err pkg_store_keep(struct pkg_store *s, const char *temp, const char *key) {
    if (s->replaces) dir_remove_all_at(s->packages_fd, key);
    for (int tries = 0;; tries++) {
        err e = file_rename_at(s->temp_fd, temp, s->packages_fd, key);
        if (e != -EEXIST && e != -ENOTEMPTY && e != -ENOTDIR) return e;
        struct pkg_stored other;
        if (tries == 3 || pkg_store_find_key(s, key, &other)) {
            dir_remove_all_at(s->temp_fd, temp);
            return tries == 3 ? e : 0;
        }
        dir_remove_all_at(s->packages_fd, key);          /* it is not whole: without its list it is none */
    }
}
