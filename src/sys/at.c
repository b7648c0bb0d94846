#include "sys/at.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdatomic.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "sys/internal.h"

_Static_assert(AT_HERE == AT_FDCWD, "the system's own number");

static err last(int result) { return result == 0 ? 0 : -errno; }

static err open_at(int dir, const char *name, int flags, mode_t mode, int *fd) {
    do *fd = openat(dir, name, flags | O_CLOEXEC, mode);
    while (*fd < 0 && errno == EINTR);
    return *fd < 0 ? -errno : 0;
}

err dir_open(str path, int *fd) {
    char c[PATH_MAX];
    TRY(file_path_c(path, c));
    return open_at(AT_FDCWD, c, O_RDONLY | O_DIRECTORY, 0, fd);
}

err dir_open_at(int dir, const char *name, int *fd) {
    return open_at(dir, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW, 0, fd);
}
err dir_hold_at(int dir, const char *name, int *fd) {
    return open_at(dir, name, O_PATH | O_DIRECTORY | O_NOFOLLOW, 0, fd);
}
err dir_make_at(int dir, const char *name) { return last(mkdirat(dir, name, 0777)); }
err dir_remove_at(int dir, const char *name) { return last(unlinkat(dir, name, AT_REMOVEDIR)); }

err dir_make_all_at(int dir, const char *name) {
    char c[PATH_MAX];
    err e = dir_make_at(dir, name);
    if (e == -EEXIST) return 0;
    if (e != -ENOENT) return e;
    TRY(file_path_c(str_c(name), c));
    for (char *slash = strchr(c + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
        *slash = 0;
        if (mkdirat(dir, c, 0777) != 0 && errno != EEXIST) return -errno;
        *slash = '/';
    }
    e = dir_make_at(dir, name);
    return e == -EEXIST ? 0 : e;
}

err dir_remove_all_at(int dir, const char *name) {
    if (unlinkat(dir, name, 0) == 0 || errno == ENOENT) return 0;
    if (errno != EISDIR && errno != EPERM) return -errno;
    err e = sys_remove_at(dir, name);
    return e == -ENOENT ? 0 : e;
}

err dir_open_list_at(struct arena *a, int dir, const char *name, int *fd, struct dir_entry **out, size_t *count) {
    TRY(dir_open_at(dir, name, fd));
    err e = sys_list_fd(a, *fd, out, count);
    if (e) close(*fd);
    return e;
}

err dir_list_at(struct arena *a, int dir, const char *name, struct dir_entry **out, size_t *count) {
    int fd;
    TRY(dir_open_list_at(a, dir, name, &fd, out, count));
    close(fd);
    return 0;
}

err file_new_at(int dir, const char *name, bool is_program, int *fd) {
    return open_at(dir, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, is_program ? 0777 : 0666, fd);
}
err file_open_at(int dir, const char *name, int *fd) { return open_at(dir, name, O_RDONLY | O_NOFOLLOW, 0, fd); }

err file_read_at(int dir, const char *name, struct buf *out) {
    int fd;
    TRY(open_at(dir, name, O_RDONLY, 0, &fd));
    err e = file_read_fd(fd, out);
    close(fd);
    return e;
}

err file_read_some_at(int dir, const char *name, void *into, size_t room, size_t *n) {
    int fd;
    *n = 0;
    TRY(open_at(dir, name, O_RDONLY, 0, &fd));
    int64_t got = file_read_some(fd, into, room);
    close(fd);
    if (got > 0) *n = (size_t)got;
    return got < 0 ? (err)got : 0;
}

err file_write_parts_at(int dir, const char *name, const str *parts, size_t count) {
    static atomic_uint counter;
    char temp[PATH_MAX];
    int n = snprintf(temp, sizeof temp, "%s.%d-%u.tmp", name, (int)getpid(), atomic_fetch_add(&counter, 1)), fd;
    if (n >= (int)sizeof temp) return -ENAMETOOLONG;
    TRY(open_at(dir, temp, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW, 0666, &fd));
    err e = 0;
    for (size_t i = 0; i < count && !e; i++) e = file_write_fd(fd, parts[i]);
    if (close(fd) != 0 && !e) e = -errno;
    if (!e) e = file_rename_at(dir, temp, dir, name);
    if (e) unlinkat(dir, temp, 0);
    return e;
}

err file_write_at(int dir, const char *name, str bytes) { return file_write_parts_at(dir, name, &bytes, 1); }

err file_link_at(int from, const char *name, int to, const char *as) { return last(linkat(from, name, to, as, 0)); }

err file_copy_at(int from, const char *name, int to, const char *as, bool must_clone) {
    int in, out;
    struct stat s;
    TRY(open_at(from, name, O_RDONLY | O_NOFOLLOW, 0, &in));
    err e = last(fstat(in, &s));
    if (!e) e = open_at(to, as, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, s.st_mode & 0777, &out);
    if (!e) {
        e = must_clone ? sys_clone_fd(in, out) : sys_copy_fd(in, out, s.st_size);
        if (close(out) != 0 && !e) e = -errno;
        if (e) unlinkat(to, as, 0);
    }
    close(in);
    return e;
}

err file_symlink_at(const char *target, int dir, const char *name) { return last(symlinkat(target, dir, name)); }

ptrdiff_t file_readlink_at(int dir, const char *name, char *into, size_t room) {
    ssize_t n = readlinkat(dir, name, into, room);
    return n < 0 ? -errno : n;
}

err file_rename_at(int from, const char *name, int to, const char *as) { return last(renameat(from, name, to, as)); }
err file_unlink_at(int dir, const char *name) { return last(unlinkat(dir, name, 0)); }
err file_stat_at(int dir, const char *name, struct file_stat *out) { return sys_stat_at(dir, name, out); }

enum file_kind file_kind_at(int dir, const char *name) {
    struct stat s;
    return fstatat(dir, name, &s, AT_SYMLINK_NOFOLLOW) == 0 ? file_kind_of_mode(s.st_mode) : FILE_NONE;
}

err file_set_mode_at(int dir, const char *name, uint32_t mode) { return last(fchmodat(dir, name, (mode_t)mode, 0)); }
err file_set_mode(int fd, uint32_t mode) { return last(fchmod(fd, (mode_t)mode)); }

err file_lock_at(int dir, const char *name, bool waits, int *fd) {
    TRY(open_at(dir, name, O_RDWR | O_CREAT | O_NOFOLLOW, 0666, fd));
    /* of the open file: closing another one does not let it go */
    struct flock whole = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
    int r;
    do r = fcntl(*fd, waits ? F_OFD_SETLKW : F_OFD_SETLK, &whole);
    while (r != 0 && errno == EINTR);
    if (r == 0) return 0;
    err e = -errno;
    close(*fd);
    *fd = -1;
    return e;
}

err file_map_at(int dir, const char *name, struct file_map *out, struct file_time *changed) {
    int fd;
    struct stat s;
    *out = (struct file_map){0};
    TRY(open_at(dir, name, O_RDONLY | O_NOFOLLOW, 0, &fd));
    err e = last(fstat(fd, &s));
    if (!e && !S_ISREG(s.st_mode)) e = -EINVAL;
    if (!e && s.st_size > 0) {
        void *at = mmap(NULL, (size_t)s.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
        if (at == MAP_FAILED) e = -errno;
        else out->text = str_of(at, (size_t)s.st_size);
    }
    close(fd);
    if (!e) *changed = (struct file_time){s.st_mtim.tv_sec, (uint32_t)s.st_mtim.tv_nsec};
    return e;
}

err file_touch_at(int dir, const char *name) { return last(utimensat(dir, name, NULL, AT_SYMLINK_NOFOLLOW)); }
