/* sys/at.h: files named relative to an open folder, which spares the kernel the long way from the root for each of
 * thousands. Names end in NUL; links are never followed in the last part of a name. Any thread. */
#pragma once
#include "sys/dir.h"

enum { AT_HERE = -100 };        /* as folder: names are relative to the working folder, or absolute */

err dir_open(str path, int *fd);
err dir_open_at(int dir, const char *name, int *fd);
/* only for names relative to it: it cannot be listed, and costs less */
err dir_hold_at(int dir, const char *name, int *fd);
err dir_make_at(int dir, const char *name);              /* 0777 without the umask */
err dir_make_all_at(int dir, const char *name);          /* with the folders above it; one that is there is fine */
err dir_remove_at(int dir, const char *name);            /* an empty folder */
err dir_remove_all_at(int dir, const char *name);    /* a file or a whole tree, never through links; absent is fine */
err dir_list_at(struct arena *a, int dir, const char *name, struct dir_entry **out, size_t *count);
/* and leaves it open */
err dir_open_list_at(struct arena *a, int dir, const char *name, int *fd, struct dir_entry **out, size_t *count);

err file_new_at(int dir, const char *name, bool is_program, int *fd);    /* EEXIST; 0777 or 0666 without the umask */
err file_open_at(int dir, const char *name, int *fd);                    /* to read */
err file_read_at(int dir, const char *name, struct buf *out);            /* adds all of it; links are followed */
/* by one read: all of it when *n is less than `room` and the file a regular one */
err file_read_some_at(int dir, const char *name, void *into, size_t room, size_t *n);
/* written beside it and renamed: old or new, never half */
err file_write_at(int dir, const char *name, str bytes);
err file_write_parts_at(int dir, const char *name, const str *parts, size_t n);
err file_link_at(int from, const char *name, int to, const char *as);    /* a hard link */
/* EEXIST; must_clone: or EOPNOTSUPP */
err file_copy_at(int from, const char *name, int to, const char *as, bool must_clone);
err file_symlink_at(const char *target, int dir, const char *name);
ptrdiff_t file_readlink_at(int dir, const char *name, char *into, size_t room);    /* bytes without a NUL, or an err */
err file_rename_at(int from, const char *name, int to, const char *as);
err file_unlink_at(int dir, const char *name);
err file_stat_at(int dir, const char *name, struct file_stat *out);
enum file_kind file_kind_at(int dir, const char *name);                  /* of the link itself; FILE_NONE when absent */
err file_set_mode_at(int dir, const char *name, uint32_t mode);
err file_set_mode(int fd, uint32_t mode);

/* A lock between processes, let go by closing (or dying). Without `waits`: EAGAIN when another has it. */
err file_lock_at(int dir, const char *name, bool waits, int *fd);
/* as file_map; and when it was changed */
err file_map_at(int dir, const char *name, struct file_map *out, struct file_time *changed);
err file_touch_at(int dir, const char *name);                            /* it was changed just now */
