/* pkg/store.h: unpacked packages on disk, shared by all projects, addressed by what is in them: an entry's name has
 * the integrity of its tarball. An entry appears by one rename when it is whole and checked, so that readers, other
 * installs and kill -9 never see half of one. */
#pragma once
#include "base/arena.h"
#include "base/err.h"

struct pkg_store;
struct pkg_stored {                 /* an entry */
    str path;                       /* absolute folder with the package's files, without the tarball's first folder */
    str integrity;                  /* "sha512-..." of the tarball, computed */
    str commit, tag;                /* of git */
    /* its list of folders and files, as the linker reads it (store.c says how); lives as long as the store */
    str index;
};

err pkg_store_open(struct arena *a, str cache, struct pkg_store **out);
void pkg_store_close(struct pkg_store *s);
/* The entry of that tarball; false when it is not there (or is not whole: then it was removed). Any thread. */
bool pkg_store_find(struct pkg_store *s, str name, str version, str integrity, struct pkg_stored *out);

/* A tarball as it comes. Refused, with the package and the entry named in `why`: paths that leave the package, links
 * out of it, devices, entries or sums above the limits, two entries that differ in case only. Any thread, one at a
 * time for each writer. */
struct pkg_unpack;
struct pkg_unpack *pkg_unpack_new(struct pkg_store *s, str name, str version, str integrity);
err pkg_unpack_push(struct pkg_unpack *u, str bytes);
/* ERR_INTEGRITY, ERR_TRUNCATED, ...; frees nothing */
err pkg_unpack_finish(struct pkg_unpack *u, struct pkg_stored *out);
str pkg_unpack_why(const struct pkg_unpack *u);                          /* a sentence, after an error */
/* what was not finished leaves nothing behind */
void pkg_unpack_free(struct pkg_unpack *u);
