#include "base/mem.h"

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
