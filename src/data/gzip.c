#include "data/gzip.h"

#include <zlib.h>

#include "base/mem.h"

enum { PIECE = 64 << 10 };
struct state {
    z_stream z;
    unsigned char piece[PIECE];
};

static int window_bits(enum gzip_form form) {
    switch (form) {
    case GZIP_GZIP: return 15 + 16;
    case GZIP_ZLIB: return 15;
    case GZIP_RAW: return -15;
    case GZIP_ANY: return 15 + 32;
    }
    return 15;
}

err gzip_reader_init(struct gzip_reader *g, enum gzip_form form, uint64_t most, gzip_out out, void *user) {
    struct state *s = NEW(struct state);
    *g = (struct gzip_reader){.state = s, .out = out, .user = user, .most = most};
    return inflateInit2(&s->z, window_bits(form)) == Z_OK ? 0 : ERR_UNSUPPORTED;
}

err gzip_reader_push(struct gzip_reader *g, str bytes) {
    if (g->is_fast) return gzip_fast_push(g, bytes);
    struct state *s = g->state;
    s->z.next_in = (unsigned char *)(uintptr_t)bytes.at;
    s->z.avail_in = (unsigned)bytes.len;
    while (s->z.avail_in || s->z.avail_out == 0) {
        if (g->ended) {        /* another member, or padding that tools leave behind */
            if (!s->z.avail_in || s->z.next_in[0] != 0x1f) return 0;
            if (inflateReset(&s->z) != Z_OK) return ERR_MALFORMED;
            g->ended = false;
        }
        s->z.next_out = s->piece;
        s->z.avail_out = PIECE;
        int r = inflate(&s->z, Z_NO_FLUSH);
        if (r != Z_OK && r != Z_STREAM_END && r != Z_BUF_ERROR) return ERR_MALFORMED;
        size_t n = PIECE - s->z.avail_out;
        g->made += n;
        if (g->most && g->made > g->most) return ERR_TOO_LARGE;
        if (n) TRY(g->out(g->user, str_of((char *)s->piece, n)));
        if (r == Z_STREAM_END) g->ended = true;
        if (r == Z_BUF_ERROR || (g->ended && !s->z.avail_in)) break;
    }
    return 0;
}

err gzip_reader_finish(struct gzip_reader *g) { return g->ended ? 0 : ERR_TRUNCATED; }

void gzip_reader_again(struct gzip_reader *g) {
    inflateReset(&((struct state *)g->state)->z);
    g->made = 0;
    g->ended = false;
}

void gzip_reader_done(struct gzip_reader *g) {
    if (g->is_fast) {
        gzip_fast_done(g);
        return;
    }
    struct state *s = g->state;
    if (s) inflateEnd(&s->z);
    mem_free(s);
    g->state = NULL;
}

err gzip_writer_init(struct gzip_writer *g, enum gzip_form form, int level, gzip_out out, void *user) {
    struct state *s = NEW(struct state);
    *g = (struct gzip_writer){s, out, user};
    return deflateInit2(&s->z, level, Z_DEFLATED, window_bits(form), 8, Z_DEFAULT_STRATEGY) == Z_OK ? 0
                                                                                                    : ERR_UNSUPPORTED;
}

static err run(struct gzip_writer *g, str bytes, int flush) {
    struct state *s = g->state;
    s->z.next_in = (unsigned char *)(uintptr_t)bytes.at;
    s->z.avail_in = (unsigned)bytes.len;
    do {
        s->z.next_out = s->piece;
        s->z.avail_out = PIECE;
        deflate(&s->z, flush);
        size_t n = PIECE - s->z.avail_out;
        if (n) TRY(g->out(g->user, str_of((char *)s->piece, n)));
    } while (s->z.avail_out == 0);
    return 0;
}

err gzip_writer_push(struct gzip_writer *g, str bytes) { return run(g, bytes, Z_NO_FLUSH); }
err gzip_writer_flush(struct gzip_writer *g) { return run(g, STR(""), Z_SYNC_FLUSH); }
err gzip_writer_finish(struct gzip_writer *g) { return run(g, STR(""), Z_FINISH); }

void gzip_writer_again(struct gzip_writer *g) { deflateReset(&((struct state *)g->state)->z); }

void gzip_writer_done(struct gzip_writer *g) {
    struct state *s = g->state;
    if (s) deflateEnd(&s->z);
    mem_free(s);
    g->state = NULL;
}
