#include "base/mem.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/must.h"

#ifdef BAO_TEST
static size_t fail_in;
void mem_fail_after(size_t n) { fail_in = n; }
#endif

_Noreturn void must_failed(const char *claim, const char *file, int line) {
    fprintf(stderr, "bao: internal error: %s does not hold (%s:%d)\n"
                    "This is a fault of Bao's own. Please report it with what was run.\n", claim, file, line);
    abort();
}

static void *or_abort(void *at, size_t size) {
    if (at || !size) return at;
    fprintf(stderr, "bao: out of memory (%zu bytes asked for)\n", size);
    abort();
}

void *mem_alloc(size_t size) { return or_abort(malloc(size), size); }
void *mem_zero(size_t size) { return or_abort(calloc(1, size), size); }
void *mem_resize(void *at, size_t size) { return or_abort(realloc(at, size), size); }
void mem_free(void *at) { free(at); }

void *mem_try(size_t size) {
#ifdef BAO_TEST
    if (fail_in && --fail_in == 0) return NULL;
#endif
    return malloc(size);
}

/* Linux's madvise, MADV_HUGEPAGE; its header is another room's. Where it is not known it fails, and nothing is lost. */
int madvise(void *at, size_t size, int advice);
void mem_huge(void *at, size_t size) {
    uintptr_t huge = (uintptr_t)2 << 20, from = ((uintptr_t)at + huge - 1) & ~(huge - 1),
              to = ((uintptr_t)at + size) & ~(huge - 1);
    if (to > from) (void)madvise((void *)from, to - from, 14);
}
