/* data/tar.h: archives as npm packs them: POSIX ustar, pax extended headers (POSIX.1-2001, "path", "linkpath", "size"),
 * GNU long names ('L', 'K') and base-256 sizes. Pure: bytes are pushed in, entries come out; no path is judged here. */
#pragma once
#include "base/arena.h"
#include "base/err.h"

enum tar_kind { TAR_FILE, TAR_DIR, TAR_SYMLINK, TAR_HARDLINK, TAR_DEVICE };  /* DEVICE: character, block, fifo */

struct tar_entry {
    enum tar_kind kind;
    str path;                       /* as written, NUL-free; dies when the next entry begins */
    str link;                       /* target of links */
    uint32_t mode;                  /* permission bits, 07777 */
    uint64_t size;                  /* bytes of data that follow; 0 for all but files */
    int64_t mtime;                  /* seconds since the epoch */
};

struct tar_events {
    err (*begin)(void *user, const struct tar_entry *e);         /* an error ends the reading with it */
    err (*data)(void *user, str bytes);                          /* of the entry that began; together e->size bytes */
    err (*end)(void *user);                                      /* the entry is whole */
};

struct tar_reader {
    const struct tar_events *events;
    void *user;
    struct arena arena;             /* names of the current entry */
    struct tar_entry next;          /* what extended headers said of the entry to come */
    bool has_path, has_link, has_size;
    char block[512];
    size_t n_block;                 /* bytes of a header that came so far */
    uint64_t left, padding;         /* data and padding of the current entry still to come */
    char *meta;                     /* an extended header's data, while it comes */
    size_t meta_len, meta_at;
    char meta_kind;
    bool in_entry, ended, seen_any;
};

void tar_reader_init(struct tar_reader *t, const struct tar_events *events, void *user);
void tar_reader_done(struct tar_reader *t);
err tar_reader_push(struct tar_reader *t, str bytes);        /* ERR_MALFORMED, ERR_TOO_LARGE, or what an event gave */
err tar_reader_finish(struct tar_reader *t);        /* ERR_TRUNCATED when an entry or the header is not whole */

/* Writing, for packing: a header (with a pax header before it where ustar cannot say it), then `size` bytes by the
 * caller, then tar_write_padding; tar_write_end closes the archive. */
struct buf;
void tar_write_header(struct buf *out, const struct tar_entry *e);
void tar_write_padding(struct buf *out, uint64_t size);
void tar_write_end(struct buf *out);
