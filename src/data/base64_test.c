#include "data/base64.h"

#include "base/mem.h"
#include "base/test.h"

static str read(const char *text, bool is_strict) {
    static uint8_t out[64];
    str s = str_c(text);
    size_t n = is_strict ? base64_read_strict(s, out) : base64_read(s, out);
    return n == SIZE_MAX ? STR("malformed") : str_of((char *)out, n);
}

TEST(base64_of_node_passes_over_what_is_no_digit) {
    CHECK_STR(read("YQ==YQ==", false), STR("a"));
    CHECK_STR(read("YWI=YWJj", false), STR("ab"));
    CHECK_STR(read("Y", false), STR(""));
    CHECK_STR(read("YW\nI=", false), STR("ab"));
    CHECK_STR(read("Y!W@I", false), STR("ab"));
    CHECK_STR(read("=YWJj", false), STR(""));
    CHECK_STR(read("YW-_", false), STR("ao\xbf"));
    CHECK_STR(read("YW+/", false), STR("ao\xbf"));
    CHECK_STR(read("YWJjZ", false), STR("abc"));
    CHECK_STR(read("YW\xc4\x80Jj", false), STR("abc"));
}

TEST(base64_of_the_web_is_forgiving_only_about_space_and_padding) {
    CHECK_STR(read(" Y Q = =\n", true), STR("a"));
    CHECK_STR(read("YQ", true), STR("a"));
    CHECK_STR(read("YWI", true), STR("ab"));
    CHECK_STR(read("", true), STR(""));
    CHECK_STR(read("YQ=", true), STR("malformed"));
    CHECK_STR(read("Y", true), STR("malformed"));
    CHECK_STR(read("YWJj=", true), STR("malformed"));
    CHECK_STR(read("YWJj====", true), STR("malformed"));
    CHECK_STR(read("A===", true), STR("malformed"));
    CHECK_STR(read("=", true), STR("malformed"));
    CHECK_STR(read("Y=Q=", true), STR("malformed"));
    CHECK_STR(read("YW-_", true), STR("malformed"));
    CHECK_STR(read("YW\vJj", true), STR("malformed"));
}

TEST(base64_and_hex_come_back_at_every_length) {
    for (size_t n = 0; n < 300; n++) {
        char *bytes = mem_alloc(n + 1), *text = mem_alloc(base64_len(n, BASE64) + 1);
        for (size_t i = 0; i < n; i++) bytes[i] = (char)(i * 131 + n * 17 + (i >> 3));
        for (int kind = BASE64; kind <= BASE64_URL; kind++) {
            size_t len = base64_write(str_of(bytes, n), text, (enum base64_kind)kind);
            CHECK_INT(len, base64_len(n, (enum base64_kind)kind));
            uint8_t *back = mem_alloc(base64_room(str_of(text, len)) + !n);
            CHECK_INT(base64_room(str_of(text, len)), n);
            CHECK_STR(str_of((char *)back, base64_read(str_of(text, len), back)), str_of(bytes, n));
            if (kind == BASE64)
                CHECK_STR(str_of((char *)back, base64_read_strict(str_of(text, len), back)), str_of(bytes, n));
            mem_free(back);
            CHECK_STR(str_of(text, base64_read(str_of(text, len), (uint8_t *)text)), str_of(bytes, n));  /* in place */
        }
        char *digits = mem_alloc(2 * n + 1), *back = mem_alloc(n + !n);
        hex_write(str_of(bytes, n), digits);
        CHECK_INT(hex_read(str_of(digits, 2 * n), (uint8_t *)back), n);
        CHECK_STR(str_of(back, n), str_of(bytes, n));
        digits[2 * n] = 'f';
        CHECK_INT(hex_read(str_of(digits, 2 * n + 1), (uint8_t *)back), n);
        if (n > 40) {
            digits[70] = 'g';
            CHECK_INT(hex_read(str_of(digits, 2 * n), (uint8_t *)back), 35);
        }
        mem_free(digits);
        mem_free(back);
        mem_free(bytes);
        mem_free(text);
    }
}

TEST(base64_with_a_stray_character_anywhere_is_read_around_it) {
    char bytes[150], text[220];
    uint8_t back[220];
    for (size_t i = 0; i < sizeof bytes; i++) bytes[i] = (char)(i * 7);
    for (size_t at = 0; at <= 200; at++) {
        base64_write(str_of(bytes, 150), text, BASE64);
        memmove(text + at + 1, text + at, 200 - at);
        text[at] = '\n';
        CHECK_STR(str_of((char *)back, base64_read(str_of(text, 201), back)), str_of(bytes, 150));
        CHECK_STR(str_of((char *)back, base64_read_strict(str_of(text, 201), back)), str_of(bytes, 150));
        text[at] = '*';
        CHECK(base64_read_strict(str_of(text, 201), back) == SIZE_MAX);
        text[at] = '-';
        CHECK(base64_read_strict(str_of(text, 201), back) == SIZE_MAX);
    }
}
