/* pkg/cache_pack.h: the entries of the store that a lockfile needs as one file, for caches of build machines. It is as
 * trusted as the store itself: its sum shows damage, no tampering. */
#pragma once
#include "pkg/lock.h"
#include "pkg/store.h"

struct pkg_cache_pack {
    size_t n_packages, n_files;
    size_t n_new, n_known;          /* unpacking: not there before; there already */
    uint64_t bytes;                 /* of files that were packed, or are new */
    struct pkg_texts absent;        /* packing: "name@version" of what is not in the store */
    str why;                        /* after an error */
};
/* `file` empty: only looks. Optional packages of other machines are not missed. */
err pkg_cache_pack_write(struct arena *a, struct pkg_store *s, const struct pkg_lock *l, str file,
                         struct pkg_cache_pack *out);
/* A file that is damaged, cut short or none of ours is refused as a whole; what the store has stays. is_dry: only
 * looks. */
err pkg_cache_pack_read(struct arena *a, struct pkg_store *s, str file, bool is_dry, struct pkg_cache_pack *out);
