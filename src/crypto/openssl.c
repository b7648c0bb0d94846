/* crypto/openssl.c: opens libcrypto.so.3 and libssl.so.3 when they are first needed. */
#include <dlfcn.h>
#include <stdatomic.h>
#include <stdbool.h>

#include "crypto/internal.h"

static struct openssl table;

static bool open_library(const char *name, const char *const *names, void **slots, size_t n) {
    void *library = dlopen(name, RTLD_NOW | RTLD_LOCAL);
    for (size_t i = 0; library && i < n; i++) {
        slots[i] = dlsym(library, names[i]);
        if (!slots[i]) return false;
    }
    return library != NULL;
}

#define NAME(name) #name,
static const char *const crypto_names[] = {CRYPTO_FUNCTIONS(NAME)};
static const char *const tls_names[] = {TLS_FUNCTIONS(NAME)};
enum { N_CRYPTO = sizeof crypto_names / sizeof *crypto_names, N_TLS = sizeof tls_names / sizeof *tls_names };
_Static_assert(sizeof table == (N_CRYPTO + N_TLS) * sizeof(void *),
               "the table is nothing but pointers, in the order of the lists");

const struct openssl *crypto_openssl(bool with_tls) {
    enum { CLOSED, OPENING, OPEN, FAILED };
    static _Atomic int states[2];
    for (int i = 0; i <= (int)with_tls; i++) {
        int closed = CLOSED;
        if (atomic_compare_exchange_strong(&states[i], &closed, OPENING)) {
            void **slots = (void **)(void *)&table;
            bool ok = i ? open_library("libssl.so.3", tls_names, slots + N_CRYPTO, N_TLS)
                        : open_library("libcrypto.so.3", crypto_names, slots, N_CRYPTO);
            atomic_store(&states[i], ok ? OPEN : FAILED);
        }
        while (atomic_load(&states[i]) == OPENING) {}            /* another thread opens it: milliseconds */
        if (atomic_load(&states[i]) == FAILED) return NULL;
    }
    return &table;
}
