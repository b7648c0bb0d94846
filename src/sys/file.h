/* sys/file.h: files, at once and blocking. Everything may be called on any thread. Errors are negative errno, which are
 * libuv's codes. Paths are any str without a NUL byte inside (UV_EINVAL otherwise); they are copied to the stack, never
 * to the heap. */
#pragma once
#include <sys/types.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"

struct file_time {
    int64_t sec;
    uint32_t nsec;
};
struct file_stat {
    uint64_t dev, mode, nlink, uid, gid, rdev, blksize, ino, size, blocks;
    struct file_time atime, mtime, ctime, birthtime;
};

enum file_kind {
    FILE_NONE,
    FILE_REGULAR,
    FILE_DIR,
    FILE_LINK,
    FILE_FIFO,
    FILE_SOCKET,
    FILE_CHAR,
    FILE_BLOCK,
    FILE_UNKNOWN
};
enum file_kind file_kind_of_mode(uint64_t mode);
enum file_kind file_kind(str path);                      /* follows links; FILE_NONE when absent or out of reach */

err file_stat(str path, struct file_stat *out);
err file_lstat(str path, struct file_stat *out);
err file_fstat(int fd, struct file_stat *out);
bool file_exists(str path);                              /* follows links */
err file_access(str path, int mode);

/* Adds the whole file to `out`: one open, one fstat, one read when it is a regular file. EISDIR for folders. */
err file_read_all(str path, struct buf *out);
/* A regular file of at most `room` bytes: open, fstat, read, close and no memory. ERR_TOO_LARGE for all else (it was
 * not read then); *syscall names what failed. */
err file_read_small(str path, void *into, size_t room, size_t *n, const char **syscall);
err file_read_fd(int fd, struct buf *out);               /* from where the fd stands to the end */

int64_t file_read_some(int fd, void *into, size_t most);   /* what is there: bytes, 0 at the end, or an err */

int64_t file_write_some(int fd, const void *from, size_t len);    /* what goes now: bytes, or an err */

/* The file becomes exactly `bytes`. An existing file is written over and cut to length after, which costs a thirtieth
 * of truncating it first on ext4. */
err file_write_all(str path, str bytes, uint32_t mode);
err file_sync(str path);                                 /* waits until its bytes are on the disk */
err file_write_fd(int fd, str bytes);        /* all of it; waits when a pipe is full, also when it is non-blocking */

/* A file mapped read-only; text.at is NULL for an empty file. */
struct file_map {
    str text;
};
err file_map(str path, struct file_map *out);
void file_unmap(struct file_map *m);

err file_open(str path, int flags, uint32_t mode, int *fd);      /* always close-on-exec */
err file_close(int fd);
err file_realpath(struct arena *a, str path, str *out);
err file_readlink(struct arena *a, str path, str *out);
err file_symlink(str target, str at);
err file_rename(str from, str to);
err file_unlink(str path);
err file_copy(str from, str to, bool fail_if_there);     /* by reflink or in the kernel where it can */

/* Copies the path and a NUL into `room` of 4096 bytes: UV_EINVAL for a NUL byte inside, UV_ENAMETOOLONG when it does
 * not fit. */
err file_path_c(str path, char *room);
