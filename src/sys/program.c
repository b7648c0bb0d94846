#include "sys/program.h"

struct program program;

bool program_has(const char *flag) { return program_values(flag, NULL, 0) > 0; }

str program_value(const char *flag) {
    str value = {0};
    for (size_t i = 0; i < program.n_flags; i++)
        if (strcmp(program.flags[i].name, flag) == 0) value = program.flags[i].value;
    return value;
}

size_t program_values(const char *flag, str *out, size_t most) {
    size_t n = 0;
    for (size_t i = 0; i < program.n_flags; i++) {
        if (strcmp(program.flags[i].name, flag) != 0) continue;
        if (n < most) out[n] = program.flags[i].value;
        n++;
    }
    return n;
}
