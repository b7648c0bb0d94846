/* data/gzip.h: gzip (RFC 1952), zlib (RFC 1950) and raw deflate (RFC 1951) streams, by zlib. Bytes are pushed in, bytes
 * come out through a callback in pieces of at most 64 KiB. A gzip file may have several members, as `cat a.gz b.gz`
 * makes. */
#pragma once
#include "base/err.h"
#include "base/str.h"

enum gzip_form { GZIP_GZIP, GZIP_ZLIB, GZIP_RAW, GZIP_ANY };  /* ANY, for reading: gzip or zlib by their first bytes */
typedef err (*gzip_out)(void *user, str bytes);                  /* an error ends the stream with it */

struct gzip_reader {
    void *state;                    /* z_stream */
    gzip_out out;
    void *user;
    uint64_t most, made;            /* a limit on what may come out; 0 = none */
    bool ended, is_fast;
};
err gzip_reader_init(struct gzip_reader *g, enum gzip_form form, uint64_t most, gzip_out out, void *user);
/* For gzip only, much of it, and no _again: by ISA-L where that is installed. Pieces of at most 128 KiB. */
bool gzip_has_fast(void);  /* opens it, which takes a fraction of a millisecond: best before threads need it at once */
err gzip_reader_init_fast(struct gzip_reader *g, uint64_t most, gzip_out out, void *user);
err gzip_reader_push(struct gzip_reader *g, str bytes);          /* ERR_MALFORMED, ERR_TOO_LARGE, or what `out` gave */
err gzip_reader_finish(struct gzip_reader *g);                   /* ERR_TRUNCATED when the stream is not whole */
void gzip_reader_again(struct gzip_reader *g);                   /* forgets everything: a new stream begins */
void gzip_reader_done(struct gzip_reader *g);

struct gzip_writer {
    void *state;
    gzip_out out;
    void *user;
};
/* level 0 to 9, -1 = 6 */
err gzip_writer_init(struct gzip_writer *g, enum gzip_form form, int level, gzip_out out, void *user);
err gzip_writer_push(struct gzip_writer *g, str bytes);
err gzip_writer_flush(struct gzip_writer *g);        /* all so far comes out, ended by an empty block (00 00 ff ff) */
err gzip_writer_finish(struct gzip_writer *g);
void gzip_writer_again(struct gzip_writer *g);
void gzip_writer_done(struct gzip_writer *g);

/* for gzip.c */
err gzip_fast_push(struct gzip_reader *g, str bytes);
void gzip_fast_done(struct gzip_reader *g);
