/* engine/jsc_given.c: what the engine finds here and in no library. */
#include <dlfcn.h>

#include "base/must.h"
#include "engine/internal.h"

#if defined __x86_64__

/* Those of libatomic, which the allocator calls for pairs of words at every start. Opening the library for them would
 * ask the processor what it can, 0.1 ms in a virtual machine; what follows every x86-64 processor has had since
 * 2006. */
typedef unsigned __int128 pair;

static bool is_pair(size_t size, const volatile void *at) {
    return size == sizeof(pair) && (uintptr_t)at % sizeof(pair) == 0;
}

/* Anything else has no lock-free form: the library keeps a table of locks. */
static void *of_library(const char *name) {
    void *library = dlopen("libatomic.so.1", RTLD_NOW | RTLD_LOCAL), *function = library ? dlsym(library, name) : NULL;
    must(function);
    return function;
}

__attribute__((target("cx16"))) static bool swap(volatile void *at, pair *expected, pair wanted) {
    pair before = __sync_val_compare_and_swap((volatile pair *)at, *expected, wanted);
    bool same = before == *expected;
    *expected = before;
    return same;
}

static bool compare_exchange(size_t size, void *at, void *expected, void *wanted, int succeeded, int failed) {
    if (!is_pair(size, at))
        return ((bool (*)(size_t, void *, void *, void *, int, int))of_library("__atomic_compare_exchange"))(
            size, at, expected, wanted, succeeded, failed);
    pair before, after;
    memcpy(&before, expected, sizeof before);
    memcpy(&after, wanted, sizeof after);
    bool same = swap(at, &before, after);
    if (!same) memcpy(expected, &before, sizeof before);
    return same;
}

static void load(size_t size, void *at, void *into, int order) {
    pair value = 0;
    if (!is_pair(size, at)) ((void (*)(size_t, void *, void *, int))of_library("__atomic_load"))(size, at, into, order);
    else {
        swap(at, &value, 0);
        memcpy(into, &value, sizeof value);
    }
}

static void store(size_t size, void *at, void *from, int order) {
    pair value, before = 0;
    if (!is_pair(size, at))
        ((void (*)(size_t, void *, void *, int))of_library("__atomic_store"))(size, at, from, order);
    else {
        memcpy(&value, from, sizeof value);
        while (!swap(at, &before, value)) {}
    }
}

#endif

char **jsc_environ;

const struct image_given jsc_given[] = {
#if defined __x86_64__
    {"__atomic_compare_exchange", (void *)compare_exchange},
    {"__atomic_load", (void *)load},
    {"__atomic_store", (void *)store},
#endif
    {"mmap", (void *)image_mmap},
    {"environ", &jsc_environ},
    {"__environ", &jsc_environ},
    {NULL, NULL},
};
