#include "sys/file.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "sys/internal.h"

#ifndef FICLONE
#define FICLONE _IOW(0x94, 9, int)
#endif

#define PATH_C(path, name) \
    char name[PATH_MAX]; \
    TRY(file_path_c(path, name))

err file_path_c(str path, char *room) {
    if (path.len >= PATH_MAX) return -ENAMETOOLONG;
    if (path.len && memchr(path.at, 0, path.len)) return -EINVAL;
    if (path.len) memcpy(room, path.at, path.len);
    room[path.len] = 0;
    return 0;
}

enum file_kind file_kind_of_mode(uint64_t mode) {
    switch (mode & S_IFMT) {
    case S_IFREG: return FILE_REGULAR;
    case S_IFDIR: return FILE_DIR;
    case S_IFLNK: return FILE_LINK;
    case S_IFIFO: return FILE_FIFO;
    case S_IFSOCK: return FILE_SOCKET;
    case S_IFCHR: return FILE_CHAR;
    case S_IFBLK: return FILE_BLOCK;
    default: return FILE_UNKNOWN;
    }
}

static struct file_time time_of(struct statx_timestamp t) { return (struct file_time){t.tv_sec, t.tv_nsec}; }

static err stat_by(int fd, const char *path, int flags, struct file_stat *out) {
    struct statx s;
    if (statx(fd, path, flags | AT_STATX_SYNC_AS_STAT, STATX_BASIC_STATS | STATX_BTIME, &s) != 0) return -errno;
    *out = (struct file_stat){
        .dev = makedev(s.stx_dev_major, s.stx_dev_minor), .mode = s.stx_mode, .nlink = s.stx_nlink,
        .uid = s.stx_uid, .gid = s.stx_gid, .rdev = makedev(s.stx_rdev_major, s.stx_rdev_minor),
        .blksize = s.stx_blksize, .ino = s.stx_ino, .size = s.stx_size, .blocks = s.stx_blocks,
        .atime = time_of(s.stx_atime), .mtime = time_of(s.stx_mtime), .ctime = time_of(s.stx_ctime),
        .birthtime = time_of(s.stx_btime),
    };
    return 0;
}

err file_stat(str path, struct file_stat *out) {
    PATH_C(path, c);
    return stat_by(AT_FDCWD, c, 0, out);
}

err file_lstat(str path, struct file_stat *out) {
    PATH_C(path, c);
    return stat_by(AT_FDCWD, c, AT_SYMLINK_NOFOLLOW, out);
}

err sys_stat_at(int dir, const char *name, struct file_stat *out) {
    return stat_by(dir, name, AT_SYMLINK_NOFOLLOW, out);
}

err file_fstat(int fd, struct file_stat *out) { return stat_by(fd, "", AT_EMPTY_PATH, out); }

enum file_kind file_kind(str path) {
    char c[PATH_MAX];
    struct stat s;
    if (file_path_c(path, c) != 0 || stat(c, &s) != 0) return FILE_NONE;
    return file_kind_of_mode(s.st_mode);
}

err file_access(str path, int mode) {
    PATH_C(path, c);
    return access(c, mode) == 0 ? 0 : -errno;
}

bool file_exists(str path) { return file_access(path, F_OK) == 0; }

err file_open(str path, int flags, uint32_t mode, int *fd) {
    PATH_C(path, c);
    do *fd = open(c, flags | O_CLOEXEC, (mode_t)mode);
    while (*fd < 0 && errno == EINTR);
    return *fd < 0 ? -errno : 0;
}

err file_close(int fd) {
    if (close(fd) == 0 || errno == EINTR || errno == EINPROGRESS) return 0;
    return -errno;
}

/* `size` is a guess: one more byte is asked for, so that a right guess needs one read only. */
static err read_rest(int fd, size_t size, bool is_regular, struct buf *out) {
    size_t want = size + 1;
    for (;;) {
        char *into = buf_room(out, want);
        ssize_t n = read(fd, into, want);
        if (n < 0 && errno == EINTR) continue;
        if (n < 0 && errno == EAGAIN) {
            struct pollfd p = {.fd = fd, .events = POLLIN};
            poll(&p, 1, -1);
            continue;
        }
        if (n < 0) return -errno;
        out->len += (size_t)n;
        if (n == 0 || (is_regular && size > 0 && (size_t)n < want)) return 0;
        want = want > 65536 ? want : 65536;
        size = 0;
    }
}

err file_read_small(str path, void *into, size_t room, size_t *n, const char **syscall) {
    int fd;
    *syscall = "open";
    TRY(file_open(path, O_RDONLY, 0, &fd));
    *syscall = "read";
    struct stat s;
    err e = fstat(fd, &s) == 0 ? 0 : -errno;
    if (!e && (!S_ISREG(s.st_mode) || s.st_size <= 0 || (size_t)s.st_size >= room)) e = ERR_TOO_LARGE;
    if (!e) {
        int64_t got = file_read_some(fd, into, (size_t)s.st_size + 1);
        if (got < 0) e = (err)got;
        else if (got > s.st_size) e = ERR_TOO_LARGE;             /* it grew meanwhile */
        else *n = (size_t)got;
    }
    close(fd);
    return e;
}

int64_t file_read_some(int fd, void *into, size_t most) {
    ssize_t n;
    do n = read(fd, into, most);
    while (n < 0 && errno == EINTR);
    return n < 0 ? -errno : n;
}

err file_read_fd(int fd, struct buf *out) {
    struct stat s;
    if (fstat(fd, &s) != 0) return -errno;
    if (S_ISDIR(s.st_mode)) return -EISDIR;
    bool is_regular = S_ISREG(s.st_mode);
    size_t size = 8191;
    if (is_regular && s.st_size > 0) {
        off_t at = lseek(fd, 0, SEEK_CUR);
        size = at > 0 ? (at < s.st_size ? (size_t)(s.st_size - at) : 0) : (size_t)s.st_size;
    }
    return read_rest(fd, size, is_regular && s.st_size > 0, out);
}

err file_read_all(str path, struct buf *out) {
    int fd;
    TRY(file_open(path, O_RDONLY, 0, &fd));
    struct stat s;
    err e = fstat(fd, &s) == 0 ? 0 : -errno;
    if (!e && S_ISDIR(s.st_mode)) e = -EISDIR;
    bool has_size = !e && S_ISREG(s.st_mode) && s.st_size > 0;
    if (!e) e = read_rest(fd, has_size ? (size_t)s.st_size : 8191, has_size, out);
    close(fd);
    return e;
}

int64_t file_write_some(int fd, const void *from, size_t len) {
    ssize_t n;
    do n = write(fd, from, len);
    while (n < 0 && errno == EINTR);
    return n < 0 ? -errno : n;
}

err file_write_fd(int fd, str bytes) {
    while (bytes.len > 0) {
        ssize_t n = write(fd, bytes.at, bytes.len);
        if (n < 0 && errno == EINTR) continue;
        if (n < 0 && errno == EAGAIN) {
            struct pollfd p = {.fd = fd, .events = POLLOUT};
            poll(&p, 1, -1);
            continue;
        }
        if (n < 0) return -errno;
        bytes = str_from(bytes, (size_t)n);
    }
    return 0;
}

err file_write_all(str path, str bytes, uint32_t mode) {
    int fd;
    TRY(file_open(path, O_WRONLY | O_CREAT, mode, &fd));
    struct stat s;
    err e = fstat(fd, &s) == 0 ? 0 : -errno;
    if (!e) e = file_write_fd(fd, bytes);
    if (!e && S_ISREG(s.st_mode) && s.st_size > (off_t)bytes.len && ftruncate(fd, (off_t)bytes.len) != 0) e = -errno;
    close(fd);
    return e;
}

err file_sync(str path) {
    int fd;
    TRY(file_open(path, O_RDONLY, 0, &fd));
    err e = fsync(fd) == 0 ? 0 : -errno;
    close(fd);
    return e;
}

err file_map(str path, struct file_map *out) {
    int fd;
    *out = (struct file_map){0};
    TRY(file_open(path, O_RDONLY, 0, &fd));
    struct stat s;
    err e = fstat(fd, &s) == 0 ? 0 : -errno;
    if (!e && S_ISDIR(s.st_mode)) e = -EISDIR;
    if (!e && s.st_size > 0) {
        void *at = mmap(NULL, (size_t)s.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
        if (at == MAP_FAILED) e = -errno;
        else out->text = str_of(at, (size_t)s.st_size);
    }
    close(fd);
    return e;
}

void file_unmap(struct file_map *m) {
    if (m->text.at) munmap((void *)(uintptr_t)m->text.at, m->text.len);
    *m = (struct file_map){0};
}

err file_realpath(struct arena *a, str path, str *out) {
    PATH_C(path, c);
    char room[PATH_MAX];
    if (!realpath(c, room)) return -errno;
    *out = arena_str(a, str_c(room));
    return 0;
}

err file_readlink(struct arena *a, str path, str *out) {
    PATH_C(path, c);
    char room[PATH_MAX];
    ssize_t n = readlink(c, room, sizeof room);
    if (n < 0) return -errno;
    *out = arena_str(a, str_of(room, (size_t)n));
    return 0;
}

err file_symlink(str target, str at) {
    PATH_C(target, t);
    PATH_C(at, c);
    return symlink(t, c) == 0 ? 0 : -errno;
}

err file_rename(str from, str to) {
    PATH_C(from, f);
    PATH_C(to, t);
    return rename(f, t) == 0 ? 0 : -errno;
}

err file_unlink(str path) {
    PATH_C(path, c);
    return unlink(c) == 0 ? 0 : -errno;
}

err sys_clone_fd(int in, int out) { return ioctl(out, FICLONE, in) == 0 ? 0 : -errno; }

err sys_copy_fd(int in, int out, int64_t size) {
    if (sys_clone_fd(in, out) == 0) return 0;
    off_t left = size;
    while (left > 0) {
        ssize_t n = copy_file_range(in, NULL, out, NULL, (size_t)left, 0);
        if (n > 0) left -= n;
        else if (n == 0) return 0;
        else if (errno != EINTR) break;
    }
    if (size > 0 && left == 0) return 0;
    /* /proc files, other file systems, old kernels: by hand from where it stopped. */
    static const size_t step = 1 << 16;
    char *room = mem_alloc(step);
    err e = 0;
    for (;;) {
        ssize_t n = read(in, room, step);
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) e = -errno;
        if (n <= 0) break;
        e = file_write_fd(out, str_of(room, (size_t)n));
        if (e) break;
    }
    mem_free(room);
    return e;
}

err file_copy(str from, str to, bool fail_if_there) {
    int in, out;
    struct stat s, t;
    TRY(file_open(from, O_RDONLY, 0, &in));
    err e = fstat(in, &s) == 0 ? 0 : -errno;
    if (!e && S_ISDIR(s.st_mode)) e = -EISDIR;
    if (!e) e = file_open(to, O_WRONLY | O_CREAT | (fail_if_there ? O_EXCL : 0), s.st_mode & 07777, &out);
    if (e) {
        close(in);
        return e;
    }
    e = fstat(out, &t) == 0 ? 0 : -errno;
    bool is_same = !e && s.st_dev == t.st_dev && s.st_ino == t.st_ino;
    if (!e && !is_same) {
        if (S_ISREG(t.st_mode) && t.st_size > 0 && ftruncate(out, 0) != 0) e = -errno;
        if (!e && S_ISREG(t.st_mode) && fchmod(out, s.st_mode & 07777) != 0 && errno != EPERM) e = -errno;
        if (!e) e = sys_copy_fd(in, out, s.st_size);
    }
    close(in);
    close(out);
    return e;
}
