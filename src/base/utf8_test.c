#include "base/utf8.h"

#include "base/mem.h"
#include "base/test.h"
#include "base/utf16.h"

/* The slow, obvious reading that the fast one is held against: Unicode 15, table 3-7. */
static size_t slow_to_utf16(const uint8_t *p, size_t n, uint16_t *to) {
    size_t i = 0, len = 0;
    while (i < n) {
        uint8_t b = p[i++], low = 0x80, high = 0xbf;
        int more = b < 0x80 ? 0 : b < 0xc2 ? -1 : b < 0xe0 ? 1 : b < 0xf0 ? 2 : b < 0xf5 ? 3 : -1;
        if (b == 0xe0) low = 0xa0;
        if (b == 0xed) high = 0x9f;
        if (b == 0xf0) low = 0x90;
        if (b == 0xf4) high = 0x8f;
        uint32_t c = more == 0 ? b : more == 1 ? b & 31 : more == 2 ? b & 15 : b & 7;
        for (; more > 0; more--, low = 0x80, high = 0xbf) {
            if (i == n || p[i] < low || p[i] > high) break;
            c = c << 6 | (p[i++] & 63);
        }
        if (more) c = 0xfffd;
        if (c > 0xffff) to[len++] = (uint16_t)(0xd7c0 + (c >> 10)), c = 0xdc00 | (c & 1023);
        to[len++] = (uint16_t)c;
    }
    return len;
}

static uint32_t seed = 1;
static uint32_t random_below(uint32_t n) {
    seed = seed * 1664525 + 1013904223;
    return (uint32_t)(((uint64_t)seed * n) >> 32);
}

/* Random text of a mix of widths, sometimes damaged, in memory of exactly its size. */
static size_t random_text(char *to, size_t most, int kind, bool is_damaged) {
    size_t len = 0, want = random_below((uint32_t)most - 4);
    while (len < want) {
        int width = kind < 4 && random_below(8) ? kind : (int)random_below(4);
        uint32_t c = width == 0 ? random_below(0x80) : width == 1 ? 0x80 + random_below(0x780)
                   : width == 2 ? 0x800 + random_below(0xf800) : 0x10000 + random_below(0x100000);
        if (c >= 0xd800 && c < 0xe000) c = 0xe000;
        if (kind == 5) c = random_below(0x100);
        len = (size_t)(utf8_put(to + len, c) - to);
    }
    if (is_damaged && len)
        for (uint32_t n = 1 + random_below(3); n--;) to[random_below((uint32_t)len)] = (char)random_below(256);
    return is_damaged && len ? len - random_below(2) : len;
}

TEST(utf8_is_read_as_the_slow_reader_reads_it) {
    char text[700];
    for (int round = 0; round < 6000; round++) {
        size_t len = random_text(text, sizeof text, round % 6, round & 64);
        char *exact = mem_alloc(len + !len);
        memcpy(exact, text, len);
        uint16_t *want = mem_alloc(len * 2 + 2), *got = mem_alloc(len * 2 + !len);
        size_t n_want = slow_to_utf16((uint8_t *)text, len, want);
        size_t n_got = utf8_to_utf16(str_of(exact, len), got);
        if (n_got != n_want || memcmp(got, want, n_got * 2)) test_fail(__FILE__, __LINE__, "round %d differs", round);
        size_t valid = utf8_valid_len(str_of(exact, len));
        CHECK(valid <= len && (valid == len) == utf8_is_valid(str_of(exact, len)));
        bool has_bad = false;
        size_t first = 0;
        for (const char *p = exact; p < exact + len && !has_bad;) {
            const char *here = p;
            uint32_t c = utf8_next(&p, exact + len);
            has_bad = c == 0xfffd && !(p - here == 3 && !memcmp(here, "\xef\xbf\xbd", 3));
            first = has_bad ? (size_t)(here - exact) : len;
        }
        if (len && valid != first)
            test_fail(__FILE__, __LINE__, "round %d: valid to %zu, not %zu", round, valid, first);
        if (!has_bad) {
            char *back = mem_alloc(n_got * 3 + 1);
            CHECK_STR(str_of(back, utf8_from_utf16(got, n_got, back)), str_of(exact, len));
            CHECK_INT(utf8_len_of_utf16(got, n_got), len);
            CHECK_INT(utf16_well_formed_len(got, n_got), n_got);
            bool is_latin1 = utf16_is_latin1(got, n_got);
            uint8_t *narrow = mem_alloc(len + 1);
            size_t n_narrow = utf8_to_latin1(str_of(exact, len), narrow);
            CHECK((n_narrow != SIZE_MAX) == is_latin1);
            if (is_latin1) {
                CHECK_INT(n_narrow, n_got);
                CHECK_INT(utf8_len_of_latin1(narrow, n_narrow), len);
                CHECK_STR(str_of(back, utf8_from_latin1(narrow, n_narrow, back)), str_of(exact, len));
                utf16_to_latin1(got, n_got, (uint8_t *)back);
                CHECK(!memcmp(back, narrow, n_got));
                utf16_from_latin1(narrow, n_narrow, want);
                CHECK(!memcmp(got, want, n_got * 2));
            }
            CHECK(utf16_is_ascii(got, n_got) == utf8_is_ascii(str_of(exact, len)));
            mem_free(narrow);
            mem_free(back);
        }
        mem_free(exact);
        mem_free(want);
        mem_free(got);
    }
}

TEST(utf8_of_damaged_utf16_has_replacements) {
    for (int round = 0; round < 3000; round++) {
        size_t n = random_below(120);
        uint16_t *units = mem_alloc(n * 2 + !n);
        for (size_t i = 0; i < n; i++)
            units[i] = (uint16_t)(random_below(3) ? 0xd7f0 + random_below(0x820)
                                                  : random_below(round % 2 ? 0x80 : 0x10000));
        char *want = mem_alloc(n * 3 + 1), *to = want, *got = mem_alloc(n * 3 + !n);
        size_t well = n;
        for (size_t i = 0; i < n; i++) {
            uint32_t c = units[i];
            bool is_pair = c >= 0xd800 && c < 0xdc00 && i + 1 < n && units[i + 1] >= 0xdc00 && units[i + 1] < 0xe000;
            if (is_pair) c = 0x10000 + ((c - 0xd800) << 10) + (units[++i] - 0xdc00u);
            else if (c >= 0xd800 && c < 0xe000) well = well < i ? well : i, c = 0xfffd;
            to = utf8_put(to, c);
        }
        str whole = str_of(want, (size_t)(to - want));
        CHECK_STR(str_of(got, utf8_from_utf16(units, n, got)), whole);
        CHECK_INT(utf8_len_of_utf16(units, n), whole.len);
        CHECK_INT(utf16_well_formed_len(units, n), well);
        size_t room = random_below((uint32_t)whole.len + 2), n_read;
        char *some = mem_alloc(room + !room);
        size_t len = utf8_from_utf16_some(units, n, some, room, &n_read);
        CHECK_STR(str_of(some, len), str_upto(whole, len));
        CHECK(n_read <= n && room - len < 4);
        CHECK_INT(utf8_len_of_utf16(units, n_read), len);
        mem_free(some);
        mem_free(units);
        mem_free(want);
        mem_free(got);
    }
}

TEST(utf8_of_latin1_stops_where_the_room_ends) {
    for (size_t n = 0; n < 90; n++) {
        uint8_t *text = mem_alloc(n + !n);
        for (size_t i = 0; i < n; i++) text[i] = (uint8_t)(random_below(4) ? 0x40 + i % 0x40 : 0xc0 + i % 0x40);
        char *whole = mem_alloc(2 * n + !n);
        size_t len = utf8_from_latin1(text, n, whole);
        for (size_t room = 0; room <= len; room++) {
            char *some = mem_alloc(room + !room);
            size_t n_read, got = utf8_from_latin1_some(text, n, some, room, &n_read);
            CHECK_STR(str_of(some, got), str_upto(str_of(whole, len), got));
            CHECK(room - got < 2 && utf8_len_of_latin1(text, n_read) == got);
            mem_free(some);
        }
        mem_free(whole);
        mem_free(text);
    }
}

TEST(utf16_bytes_are_swapped) {
    uint16_t units[] = {0x1234, 0x00ff};
    utf16_swap(units, 2);
    CHECK_INT(units[0], 0x3412);
    CHECK_INT(units[1], 0xff00);
}
