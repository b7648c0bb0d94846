/* sys/dir.h: folders, at once and blocking, on any thread. */
#pragma once
#include "base/arena.h"
#include "base/err.h"
#include "sys/file.h"

struct dir_entry {
    str name;
    enum file_kind kind;             /* FILE_UNKNOWN when the file system does not tell */
};

/* Entries in the order of the file system, without "." and "..". Names and table live in the arena. */
err dir_list(struct arena *a, str path, struct dir_entry **out, size_t *count);

err dir_make(str path, uint32_t mode);
/* as mkdir -p; `first_made`: length of the first new path, 0 = none */
err dir_make_all(str path, uint32_t mode, size_t *first_made);
err dir_remove(str path);                                        /* an empty folder */
err dir_remove_all(str path);        /* a file or a whole tree, never through links; absent = ENOENT */
err dir_make_temp(struct arena *a, str prefix, str *out);        /* prefix + six random letters */
