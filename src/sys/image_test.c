#include "sys/image.h"

#include <sanitizer/lsan_interface.h>

#include "base/test.h"

/* GLib: wants libpcre2 for its regular expressions only, and thread-local variables of nobody. */
TEST(image_binds_a_library_as_the_linker_does) {
    static const char *const lazy[] = {NULL}, *const later[] = {"libpcre2-8.so.", NULL};
    static const str none[1];
    static const struct image_given given[1];
    static const struct image_ahead ahead[1];
    static const struct image_plan plan = {lazy, later, none, given, ahead};
    struct image_place place;
    CHECK(!image_open("libnobody.so.9", &plan));
    CHECK(!image_at(0, &place) && !image_find("g_utf8_strlen"));
    __lsan_disable();        /* what its variables point to is no leak, but they are not known to the check */
    bool is_open = image_open("libglib-2.0.so.0", &plan);
#if defined __x86_64__
    CHECK(is_open);
    CHECK(image_at(0, &place) && str_is(STR("libglib-2.0.so.0"), place.name) && place.frames);
    long (*length)(const char *, long) = (long (*)(const char *, long))image_find("g_utf8_strlen");
    int (*matches)(const char *, const char *, int, int);
    matches = (int (*)(const char *, const char *, int, int))image_find("g_regex_match_simple");
    CHECK(length && length("a\xc3\xa4z", -1) == 3);
    image_trim();
    CHECK(!image_at(1, &place));
    CHECK(matches && matches("^a+$", "aaa", 0, 0) && !matches("^a+$", "aab", 0, 0));
    /* It came with the first call; or another test had the linker load it, and that one serves. */
    CHECK(!image_at(1, &place) || str_starts(str_c(place.name), STR("libpcre2-8.so.")));
    CHECK(!image_find("g_no_such_function"));
    CHECK(!image_open("libglib-2.0.so.0", &plan));
#endif
    __lsan_enable();
}
