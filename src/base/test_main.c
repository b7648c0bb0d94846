/* base/test_main.c: runs the registered C unit tests: build/unit [part of a path or name]... */
#include <stdarg.h>
#include <string.h>

#include "base/test.h"

extern const struct test_case *const __start_bao_tests[], *const __stop_bao_tests[];
int test_failures;

void test_fail(const char *file, int line, const char *format, ...) {
    va_list list;
    va_start(list, format);
    fprintf(stderr, "%s:%d: ", file, line);
    vfprintf(stderr, format, list);
    fputc('\n', stderr);
    va_end(list);
    test_failures++;
}

static bool is_wanted(const struct test_case *t, int argc, char **argv) {
    for (int i = 1; i < argc; i++)
        if (strstr(t->file, argv[i]) || strstr(t->name, argv[i])) return true;
    return argc < 2;
}

int main(int argc, char **argv) {
    int n_passed = 0, n_failed = 0;
    for (const struct test_case *const *t = __start_bao_tests; t < __stop_bao_tests; t++) {
        if (!is_wanted(*t, argc, argv)) continue;
        test_failures = 0;
        (*t)->run();
        if (test_failures) fprintf(stderr, "(fail) %s: %s\n", (*t)->file, (*t)->name);
        test_failures ? n_failed++ : n_passed++;
    }
    printf("%d passed, %d failed\n", n_passed, n_failed);
    return n_failed || !n_passed;
}
