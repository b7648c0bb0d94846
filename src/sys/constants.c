#include "sys/constants.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#define S(name) {#name, (long)name}
#define N(name, value) {name, value}

const struct constant constants_fs[] = {
    N("UV_FS_SYMLINK_DIR", 1), N("UV_FS_SYMLINK_JUNCTION", 2), S(O_RDONLY), S(O_WRONLY), S(O_RDWR),
    N("UV_DIRENT_UNKNOWN", 0), N("UV_DIRENT_FILE", 1), N("UV_DIRENT_DIR", 2), N("UV_DIRENT_LINK", 3),
    N("UV_DIRENT_FIFO", 4), N("UV_DIRENT_SOCKET", 5), N("UV_DIRENT_CHAR", 6), N("UV_DIRENT_BLOCK", 7), S(S_IFMT),
    S(S_IFREG), S(S_IFDIR), S(S_IFCHR), S(S_IFBLK), S(S_IFIFO), S(S_IFLNK), S(S_IFSOCK), S(O_CREAT), S(O_EXCL),
    N("UV_FS_O_FILEMAP", 0), N("UV_FS_O_TEMPORARY", 0), N("UV_FS_O_SHORT_LIVED", 0), N("UV_FS_O_SEQUENTIAL", 0),
    N("UV_FS_O_RANDOM", 0), S(O_NOCTTY), S(O_TRUNC), S(O_APPEND), S(O_DIRECTORY), S(O_NOATIME), S(O_NOFOLLOW),
    S(O_SYNC), S(O_DSYNC), S(O_DIRECT), S(O_NONBLOCK), S(S_IRWXU), S(S_IRUSR), S(S_IWUSR), S(S_IXUSR), S(S_IRWXG),
    S(S_IRGRP), S(S_IWGRP), S(S_IXGRP), S(S_IRWXO), S(S_IROTH), S(S_IWOTH), S(S_IXOTH), S(F_OK), S(R_OK), S(W_OK),
    S(X_OK), N("UV_FS_COPYFILE_EXCL", 1), N("COPYFILE_EXCL", 1), N("UV_FS_COPYFILE_FICLONE", 2),
    N("COPYFILE_FICLONE", 2), N("UV_FS_COPYFILE_FICLONE_FORCE", 4), N("COPYFILE_FICLONE_FORCE", 4),
};
const size_t constants_n_fs = sizeof constants_fs / sizeof *constants_fs;

const struct constant constants_signals[] = {
    S(SIGHUP), S(SIGINT), S(SIGQUIT), S(SIGILL), S(SIGTRAP), S(SIGABRT), S(SIGIOT), S(SIGBUS), S(SIGFPE), S(SIGKILL),
    S(SIGUSR1), S(SIGSEGV), S(SIGUSR2), S(SIGPIPE), S(SIGALRM), S(SIGTERM), S(SIGCHLD), S(SIGSTKFLT), S(SIGCONT),
    S(SIGSTOP), S(SIGTSTP), S(SIGTTIN), S(SIGTTOU), S(SIGURG), S(SIGXCPU), S(SIGXFSZ), S(SIGVTALRM), S(SIGPROF),
    S(SIGWINCH), S(SIGIO), S(SIGPOLL), S(SIGPWR), S(SIGSYS),
};
const size_t constants_n_signals = sizeof constants_signals / sizeof *constants_signals;

const struct constant constants_errno[] = {
    S(E2BIG), S(EACCES), S(EADDRINUSE), S(EADDRNOTAVAIL), S(EAFNOSUPPORT), S(EAGAIN), S(EALREADY), S(EBADF),
    S(EBADMSG), S(EBUSY), S(ECANCELED), S(ECHILD), S(ECONNABORTED), S(ECONNREFUSED), S(ECONNRESET), S(EDEADLK),
    S(EDESTADDRREQ), S(EDOM), S(EDQUOT), S(EEXIST), S(EFAULT), S(EFBIG), S(EHOSTUNREACH), S(EIDRM), S(EILSEQ),
    S(EINPROGRESS), S(EINTR), S(EINVAL), S(EIO), S(EISCONN), S(EISDIR), S(ELOOP), S(EMFILE), S(EMLINK), S(EMSGSIZE),
    S(EMULTIHOP), S(ENAMETOOLONG), S(ENETDOWN), S(ENETRESET), S(ENETUNREACH), S(ENFILE), S(ENOBUFS), S(ENODATA),
    S(ENODEV), S(ENOENT), S(ENOEXEC), S(ENOLCK), S(ENOLINK), S(ENOMEM), S(ENOMSG), S(ENOPROTOOPT), S(ENOSPC),
    S(ENOSR), S(ENOSTR), S(ENOSYS), S(ENOTCONN), S(ENOTDIR), S(ENOTEMPTY), S(ENOTSOCK), S(ENOTSUP), S(ENOTTY),
    S(ENXIO), S(EOPNOTSUPP), S(EOVERFLOW), S(EPERM), S(EPIPE), S(EPROTO), S(EPROTONOSUPPORT), S(EPROTOTYPE),
    S(ERANGE), S(EROFS), S(ESPIPE), S(ESRCH), S(ESTALE), S(ETIME), S(ETIMEDOUT), S(ETXTBSY), S(EWOULDBLOCK), S(EXDEV),
};
const size_t constants_n_errno = sizeof constants_errno / sizeof *constants_errno;

const struct constant constants_priority[] = {
    N("PRIORITY_LOW", 19), N("PRIORITY_BELOW_NORMAL", 10), N("PRIORITY_NORMAL", 0), N("PRIORITY_ABOVE_NORMAL", -7),
    N("PRIORITY_HIGH", -14), N("PRIORITY_HIGHEST", -20),
};
const size_t constants_n_priority = sizeof constants_priority / sizeof *constants_priority;

const struct constant constants_dlopen[] = {
    S(RTLD_LAZY), S(RTLD_NOW), S(RTLD_GLOBAL), S(RTLD_LOCAL), S(RTLD_DEEPBIND),
};
const size_t constants_n_dlopen = sizeof constants_dlopen / sizeof *constants_dlopen;
