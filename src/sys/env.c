#include "sys/env.h"

#include <unistd.h>

bool env_get(const char *name, str *out) {
    const char *value = getenv(name);
    *out = str_c(value);
    return value != NULL;
}

str env_or(const char *name, const char *otherwise) {
    const char *value = getenv(name);
    return str_c(value ? value : otherwise);
}

bool env_is_set(const char *name) {
    const char *value = getenv(name);
    return value && *value;
}

void env_set(str name, str value) {
    struct arena a = {0};
    setenv(arena_c(&a, name), arena_c(&a, value), 1);
    arena_free(&a);
}

void env_unset(str name) {
    struct arena a = {0};
    unsetenv(arena_c(&a, name));
    arena_free(&a);
}

unsigned env_uid(void) { return getuid(); }

void env_set_default(const char *name, const char *value) { setenv(name, value, 0); }
