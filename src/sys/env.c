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

static bool is_variable(const char *variable, str name) {
    return strncmp(variable, name.at, name.len) == 0 && variable[name.len] == '=';
}

char **env_with(struct arena *a, const str (*changes)[2], size_t n) {
    size_t count = 0, kept = 0;
    while (environ[count]) count++;
    char **env = ARENA_ARRAY(a, char *, count + n + 1);
    for (char **e = environ; *e; e++) {
        bool is_changed = false;
        for (size_t i = 0; i < n && !is_changed; i++) is_changed = is_variable(*e, changes[i][0]);
        if (!is_changed) env[kept++] = *e;
    }
    for (size_t i = 0; i < n; i++) {
        bool is_late = true;
        for (size_t k = i + 1; k < n && is_late; k++) is_late = !str_eq(changes[i][0], changes[k][0]);
        if (is_late)
            env[kept++] = (char *)(uintptr_t)arena_print(a, "%.*s=%.*s", STR_FMT(changes[i][0]),
                                                         STR_FMT(changes[i][1])).at;
    }
    return env;
}

unsigned env_uid(void) { return getuid(); }

void env_set_default(const char *name, const char *value) { setenv(name, value, 0); }
