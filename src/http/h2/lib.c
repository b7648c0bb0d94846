#include <dlfcn.h>
#include <stdatomic.h>

#include "http/h2/client.h"
#include "http/h2/internal.h"

static struct h2_lib table;

static bool open_library(void) {
    static const char *const names[] = {
#define X(name) "nghttp2_" #name,
        H2_FUNCTIONS(X)
#undef X
    };
    _Static_assert(sizeof table == sizeof names, "the table is nothing but pointers, in the order of the list");
    void **slots = (void **)(void *)&table, *library = dlopen("libnghttp2.so.14", RTLD_NOW | RTLD_LOCAL);
    for (size_t i = 0; library && i < sizeof names / sizeof *names; i++)
        if (!(slots[i] = dlsym(library, names[i]))) return false;
    return library != NULL;
}

const struct h2_lib *h2_lib(void) {
    enum { CLOSED, OPENING, OPEN, FAILED };
    static _Atomic int state;
    int closed = CLOSED;
    if (atomic_compare_exchange_strong(&state, &closed, OPENING)) atomic_store(&state, open_library() ? OPEN : FAILED);
    while (atomic_load(&state) == OPENING) {}            /* another thread opens it: a fraction of a millisecond */
    return atomic_load(&state) == OPEN ? &table : NULL;
}

bool h2_is_there(void) { return h2_lib() != NULL; }
