/* sys/dso.c: which ICU there is, is found out once; a thread that comes too early finds it out again. */
#include "sys/dso.h"

#include <dlfcn.h>
#include <stdio.h>

#include "sys/image.h"

enum { NEWEST = 90, OLDEST = 60 };

static void *open_icu(int flags, int *version) {
    for (int v = NEWEST; v >= OLDEST; v--) {
        char file[32];
        snprintf(file, sizeof file, "libicuuc.so.%d", v);
        void *library = dlopen(file, flags);
        if (library) {
            *version = v;
            return library;
        }
    }
    return NULL;
}

/* The engine brings one along. */
static void *icu_of_images(const char *name) {
    char symbol[64];
    void *found = NULL;
    for (int v = NEWEST; v >= OLDEST && !found; v--) {
        snprintf(symbol, sizeof symbol, "%s_%d", name, v);
        found = image_find(symbol);
    }
    return found;
}

void *dso_icu(const char *name) {
    static _Thread_local void *library;
    static _Thread_local int version;
    char symbol[64];
    void *found = icu_of_images(name);
    if (found) return found;
    if (!library) library = open_icu(RTLD_LAZY | RTLD_NOLOAD, &version);
    if (!library) library = open_icu(RTLD_LAZY, &version);
    if (!library) return NULL;
    snprintf(symbol, sizeof symbol, "%s_%d", name, version);
    return dlsym(library, symbol);
}
