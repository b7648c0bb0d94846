/* data/gzip_fast.c: reading gzip by ISA-L, which takes two fifths of zlib's time. It is opened when it is first needed,
 * and where it is not installed gzip_reader_init_fast is gzip_reader_init. */
#include <dlfcn.h>
#include <isa-l/igzip_lib.h>
#include <stdatomic.h>

#include "base/mem.h"
#include "data/gzip.h"

enum { PIECE = 256 << 10 };
struct state {
    struct inflate_state z;
    unsigned char piece[PIECE];
};
static struct {
    __typeof__(&isal_inflate_init) init;
    __typeof__(&isal_inflate) inflate;
} isal;

bool gzip_has_fast(void) {
    enum { CLOSED, OPENING, OPEN, FAILED };
    static _Atomic int state;
    int closed = CLOSED;
    if (atomic_compare_exchange_strong(&state, &closed, OPENING)) {
        void *library = dlopen("libisal.so.2", RTLD_NOW | RTLD_LOCAL);
        if (library) {
            isal.init = (__typeof__(isal.init))dlsym(library, "isal_inflate_init");
            isal.inflate = (__typeof__(isal.inflate))dlsym(library, "isal_inflate");
        }
        atomic_store(&state, isal.init && isal.inflate ? OPEN : FAILED);
    }
    while (atomic_load(&state) == OPENING) {}        /* another thread opens it: a fraction of a millisecond */
    return atomic_load(&state) == OPEN;
}

/* A state has a third of a megabyte, and a package's tarball often less: a few are kept, so that no pages are asked
 * for anew. */
enum { KEPT = 4 };
static _Atomic(struct state *) kept[KEPT];

static struct state *state_new(void) {
    for (int i = 0; i < KEPT; i++) {
        struct state *s = atomic_exchange(&kept[i], NULL);
        if (s) return s;
    }
    return mem_alloc(sizeof(struct state));
}

static void state_free(struct state *s) {
    for (int i = 0; i < KEPT && s; i++) s = atomic_exchange(&kept[i], s);
    mem_free(s);
}

static void again(struct state *s) {
    isal.init(&s->z);
    s->z.crc_flag = ISAL_GZIP;
}

err gzip_reader_init_fast(struct gzip_reader *g, uint64_t most, gzip_out out, void *user) {
    if (!gzip_has_fast()) return gzip_reader_init(g, GZIP_GZIP, most, out, user);
    struct state *s = state_new();
    *g = (struct gzip_reader){.state = s, .out = out, .user = user, .most = most, .is_fast = true};
    again(s);
    return 0;
}

err gzip_fast_push(struct gzip_reader *g, str bytes) {
    struct state *s = g->state;
    if (bytes.len > UINT32_MAX) return ERR_TOO_LARGE;
    s->z.next_in = (unsigned char *)(uintptr_t)bytes.at;
    s->z.avail_in = (uint32_t)bytes.len;
    for (;;) {
        if (g->ended) {        /* another member, or padding that tools leave behind */
            if (!s->z.avail_in || s->z.next_in[0] != 0x1f) return 0;
            unsigned char *in = s->z.next_in;
            uint32_t left = s->z.avail_in;
            again(s);
            s->z.next_in = in;
            s->z.avail_in = left;
            g->ended = false;
        }
        s->z.next_out = s->piece;
        s->z.avail_out = PIECE;
        if (isal.inflate(&s->z) != ISAL_DECOMP_OK) return ERR_MALFORMED;
        size_t n = PIECE - s->z.avail_out;
        g->made += n;
        if (g->most && g->made > g->most) return ERR_TOO_LARGE;
        if (n) TRY(g->out(g->user, str_of((char *)s->piece, n)));
        if (s->z.block_state == ISAL_BLOCK_FINISH) g->ended = true;
        else if (s->z.avail_out) return 0;                       /* it wants more */
    }
}

void gzip_fast_done(struct gzip_reader *g) {
    state_free(g->state);
    g->state = NULL;
}
