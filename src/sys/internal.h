/* sys/internal.h: what the files of this room tell each other. */
#pragma once
#include "sys/dir.h"
#include <stdbool.h>
#include <stddef.h>

struct loop;
struct pool_job;
struct uv_loop_s;

void loop_job_begins(struct loop *l);                            /* loop's thread */
void loop_job_is_off(struct loop *l);                            /* loop's thread: it was cancelled */
void loop_job_ended(struct loop *l, struct pool_job *job);       /* any thread: `done` shall be called */
struct loop *loop_of_uv(struct uv_loop_s *uv);

err sys_stat_at(int dir, const char *name, struct file_stat *out);       /* of the link itself */
err sys_clone_fd(int in, int out);
err sys_copy_fd(int in, int out, int64_t size);                          /* a reflink, in the kernel, or by hand */
err sys_list_fd(struct arena *a, int fd, struct dir_entry **out, size_t *count);
err sys_remove_at(int dir, const char *name);                            /* a whole tree, never through links */

/* The dynamic linker's table of libraries, mapped. */
struct image_cache {
    const char *at;
    size_t len, texts_end;
};
bool image_cache_open(struct image_cache *c);
void image_cache_close(struct image_cache *c);
/* its path, borrowed; NULL when absent */
const char *image_cache_find(const struct image_cache *c, const char *soname);

/* A function that jumps to the one an image wants under that symbol, which is looked up at the first call. NULL when
 * there are too many of them. */
void *image_lazy_slot(const void *image, size_t symbol);
void *image_find_call(const void *image, size_t symbol);                         /* for the slots; NULL: said why */
