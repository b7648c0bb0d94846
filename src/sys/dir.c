#include "sys/dir.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/list.h"
#include "sys/internal.h"
#include "sys/path.h"

struct linux_dirent64 {
    uint64_t ino;
    int64_t off;
    unsigned short len;
    unsigned char type;
    char name[];
};

static enum file_kind kind_of_type(unsigned char type) {
    switch (type) {
    case DT_REG: return FILE_REGULAR;
    case DT_DIR: return FILE_DIR;
    case DT_LNK: return FILE_LINK;
    case DT_FIFO: return FILE_FIFO;
    case DT_SOCK: return FILE_SOCKET;
    case DT_CHR: return FILE_CHAR;
    case DT_BLK: return FILE_BLOCK;
    default: return FILE_UNKNOWN;
    }
}

static bool is_self_or_parent(const char *name) {
    return name[0] == '.' && (name[1] == 0 || (name[1] == '.' && name[2] == 0));
}

err dir_list(struct arena *a, str path, struct dir_entry **out, size_t *count) {
    int fd;
    TRY(file_open(path, O_RDONLY | O_DIRECTORY, 0, &fd));
    err e = sys_list_fd(a, fd, out, count);
    close(fd);
    return e;
}

err sys_list_fd(struct arena *a, int fd, struct dir_entry **out, size_t *count) {
    LIST(struct dir_entry) found = {0};
    _Alignas(8) char room[32768];
    err e = 0;
    for (;;) {
        long n = syscall(SYS_getdents64, fd, room, sizeof room);
        if (n < 0) e = -errno;
        if (n <= 0) break;
        for (long at = 0; at < n;) {
            struct linux_dirent64 *d = (struct linux_dirent64 *)(room + at);
            at += d->len;
            if (is_self_or_parent(d->name)) continue;
            *LIST_ADD(&found) = (struct dir_entry){arena_str(a, str_c(d->name)), kind_of_type(d->type)};
        }
    }
    if (!e) {
        *out = arena_alloc(a, found.len * sizeof **out + 1);
        if (found.len) memcpy(*out, found.at, found.len * sizeof **out);
        *count = found.len;
    }
    LIST_FREE(&found);
    return e;
}

err dir_make(str path, uint32_t mode) {
    char c[PATH_MAX];
    TRY(file_path_c(path, c));
    return mkdir(c, (mode_t)mode) == 0 ? 0 : -errno;
}

err dir_make_all(str path, uint32_t mode, size_t *first_made) {
    char c[PATH_MAX];
    TRY(file_path_c(path, c));
    size_t len = path.len, first = 0;
    while (len > 1 && c[len - 1] == '/') c[--len] = 0;
    size_t end = len;                            /* what is being made: c[0..end) */
    for (;;) {
        char kept = c[end];
        c[end] = 0;
        err e = mkdir(c, (mode_t)mode) == 0 ? 0 : -errno;
        if (e == -ENOENT) {
            size_t up = end;
            while (up > 0 && c[up - 1] != '/') up--;
            while (up > 1 && c[up - 1] == '/') up--;
            if (up == 0 || up == end) return e;
            c[end] = kept;
            end = up;
            continue;
        }
        if (e == -EEXIST || e == -EROFS || e == -EISDIR) {
            struct stat s;
            if (stat(c, &s) != 0) return e == -EEXIST ? -EEXIST : e;
            if (!S_ISDIR(s.st_mode)) return end == len ? -EEXIST : -ENOTDIR;
        } else if (e) {
            return e;
        } else if (!first) {
            first = end;
        }
        c[end] = kept;
        if (end == len) break;
        while (c[end] == '/') end++;
        while (end < len && c[end] != '/') end++;
    }
    if (first_made) *first_made = first;
    return 0;
}

err dir_remove(str path) {
    char c[PATH_MAX];
    TRY(file_path_c(path, c));
    return rmdir(c) == 0 ? 0 : -errno;
}

static err remove_at(int parent, const char *name, bool may_be_dir);

static err remove_inside(int fd) {
    _Alignas(8) char room[4096];
    err e = 0;
    bool again = true;
    /* Removing while reading may skip entries on some file systems: read anew until a round finds nothing. */
    while (!e && again) {
        again = false;
        if (lseek(fd, 0, SEEK_SET) < 0) return -errno;
        for (;;) {
            long n = syscall(SYS_getdents64, fd, room, sizeof room);
            if (n < 0) return -errno;
            if (n == 0) break;
            for (long at = 0; at < n && !e;) {
                struct linux_dirent64 *d = (struct linux_dirent64 *)(room + at);
                at += d->len;
                if (is_self_or_parent(d->name)) continue;
                e = remove_at(fd, d->name, d->type == DT_DIR || d->type == DT_UNKNOWN);
                if (e == -ENOENT) e = 0;
                again = true;
            }
            if (e) return e;
        }
    }
    return e;
}

static err remove_at(int parent, const char *name, bool may_be_dir) {
    if (!may_be_dir) return unlinkat(parent, name, 0) == 0 ? 0 : -errno;
    if (unlinkat(parent, name, AT_REMOVEDIR) == 0) return 0;
    if (errno == ENOTDIR) return unlinkat(parent, name, 0) == 0 ? 0 : -errno;
    if (errno != ENOTEMPTY && errno != EEXIST) return -errno;
    int fd = openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (fd < 0) return -errno;
    err e = remove_inside(fd);
    close(fd);
    if (e) return e;
    return unlinkat(parent, name, AT_REMOVEDIR) == 0 ? 0 : -errno;
}

err sys_remove_at(int dir, const char *name) { return remove_at(dir, name, true); }

err dir_remove_all(str path) {
    char c[PATH_MAX];
    TRY(file_path_c(path, c));
    if (unlink(c) == 0) return 0;
    if (errno != EISDIR && errno != EPERM) return -errno;
    return remove_at(AT_FDCWD, c, true);
}

err dir_make_temp(struct arena *a, str prefix, str *out) {
    char c[PATH_MAX];
    if (prefix.len + 7 > sizeof c) return -ENAMETOOLONG;
    TRY(file_path_c(prefix, c));
    memcpy(c + prefix.len, "XXXXXX", 7);
    if (!mkdtemp(c)) return -errno;
    *out = arena_str(a, str_of(c, prefix.len + 6));
    return 0;
}
