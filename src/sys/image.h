/* sys/image.h: a large shared library and what it needs, brought in by our own hand in a fraction of the dynamic
 * linker's time.
 *
 * The linker looks up every reference by name through every library, 13,000 of them for the engine, almost all to what
 * the library itself defines. Here those are bound at once (as with -Bsymbolic), pages that are going to be written
 * come in one go, and libraries that are hardly ever called are opened by the linker at the first call. Source: the ELF
 * and x86-64 psABI documents. Whatever is not as expected (another processor, a preloaded library, a relocation that is
 * not known, a name that is missing) makes image_open give up before anything has run: the caller then asks the dynamic
 * linker. */
#pragma once
#include <stdbool.h>

#include "base/str.h"

/* What the library that is asked for gets from the program and from no other library: functions, or variables'
 * places. */
struct image_given { const char *name; void *at; };

/* Memory that a library is known to map when it starts, `len` bytes of it, and what it then touches, as pages from the
 * first multiple of `align`: it is fetched beforehand by another thread. A wrong guess costs no more than the pages. */
struct image_ahead {
    size_t len, align;
    struct { size_t first, n; } pages[8];
};

struct image_plan {
    const char *const *lazy; /* starts of sonames: opened when one of their functions is first called; closed by NULL */
    const char *const *later;           /* likewise, but as images, so that they share the others: closed by NULL */
    const str *absent;    /* libraries as bytes that are never loaded: their functions give 0; closed by at = NULL */
    const struct image_given *given;    /* closed by name = NULL */
    const struct image_ahead *ahead;    /* in the order in which they are asked for; closed by len = 0 */
};

/* Once per process, from the main thread; the plan must stay. `soname` as it stands in the linker's cache. */
bool image_open(const char *soname, const struct image_plan *plan);

/* mmap for the images: gives out what was fetched ahead (plan.given may name it). */
void *image_mmap(void *at, size_t len, int protection, int flags, int fd, long offset);

/* What an opened image defines under that name; NULL when none does, or nothing was opened. */
void *image_find(const char *name);

/* Gives back the memory of what image_open and image_find read; it comes again when it is wanted. */
void image_trim(void);

/* The n-th image; false when there are no more. For crash reports. */
struct image_place {
    const char *name;
    const void *at;
    size_t len;
    const void *frames;                 /* its .eh_frame: what an unwinder must be told; may be NULL */
};
bool image_at(size_t n, struct image_place *out);
