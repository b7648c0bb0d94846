/* base/test.h: C unit tests that register themselves: TEST(json_with_a_lone_surrogate_is_refused) { CHECK(...); }
 * They live beside the code in <file>_test.c and are linked into build/unit. */
#pragma once
#include <stdbool.h>
#include <stdio.h>

#include "base/str.h"

struct test_case {
    const char *file, *name;
    void (*run)(void);
};
extern int test_failures;                                   /* of the running test */
void test_fail(const char *file, int line, const char *format, ...) __attribute__((format(printf, 3, 4)));

#define TEST(test_name) \
    static void test_name(void); \
    static const struct test_case test_name##_case = {__FILE__, #test_name, test_name}; \
    __attribute__((used, \
                   section("bao_tests"))) static const struct test_case *const test_name##_entry = &test_name##_case; \
    static void test_name(void)

#define CHECK(claim) ((claim) ? (void)0 : test_fail(__FILE__, __LINE__, "%s", #claim))
#define CHECK_INT(got, want) do { \
    long long got_ = (long long)(got), want_ = (long long)(want); \
    if (got_ != want_) test_fail(__FILE__, __LINE__, "%s is %lld, not %lld", #got, got_, want_); } while (0)
#define CHECK_STR(got, want) \
    do { \
        str got_ = (got), want_ = (want); \
        if (!str_eq(got_, want_)) \
            test_fail(__FILE__, __LINE__, "%s is\n  \"%.*s\", not\n  \"%.*s\"", #got, STR_FMT(got_), STR_FMT(want_)); \
    } while (0)
