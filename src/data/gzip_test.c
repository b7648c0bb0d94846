#include "base/buf.h"
#include "base/test.h"
#include "data/gzip.h"

static err collect(void *user, str bytes) {
    buf_add(user, bytes);
    return 0;
}
static void pack(struct buf *out, str text, enum gzip_form form) {
    struct gzip_writer w;
    CHECK_INT(gzip_writer_init(&w, form, -1, collect, out), 0);
    CHECK_INT(gzip_writer_push(&w, text), 0);
    CHECK_INT(gzip_writer_finish(&w), 0);
    gzip_writer_done(&w);
}
static bool is_fast;
static err unpack(struct buf *out, str packed, enum gzip_form form, size_t step, uint64_t most) {
    struct gzip_reader r;
    err e = is_fast ? gzip_reader_init_fast(&r, most, collect, out) : gzip_reader_init(&r, form, most, collect, out);
    for (size_t at = 0; at < packed.len && !e; at += step) e = gzip_reader_push(&r, str_cut(packed, at, at + step));
    if (!e) e = gzip_reader_finish(&r);
    gzip_reader_done(&r);
    return e;
}

TEST(gzip_packed_is_unpacked_in_pieces_of_any_size) {
    struct buf text = {0}, packed = {0}, back = {0};
    for (int i = 0; i < 30000; i++) buf_print(&text, "line %d\n", i * 7919 % 1000);
    pack(&packed, buf_view(&text), GZIP_GZIP);
    pack(&packed, STR("second member"), GZIP_GZIP);
    buf_lit(&text, "second member");
    static const size_t steps[] = {1, 100, 1 << 20};
    for (size_t i = 0; i < 3; i++) {
        buf_clear(&back);
        CHECK_INT(unpack(&back, buf_view(&packed), GZIP_ANY, steps[i], 0), 0);
        CHECK_STR(buf_view(&back), buf_view(&text));
    }
    buf_free(&text);
    buf_free(&packed);
    buf_free(&back);
}

TEST(gzip_tells_of_truncation_damage_and_bombs) {
    struct buf text = {0}, packed = {0}, back = {0};
    buf_add_many(&text, 0, 1 << 22);
    pack(&packed, buf_view(&text), GZIP_GZIP);
    CHECK_INT(unpack(&back, str_upto(buf_view(&packed), packed.len - 3), GZIP_GZIP, 4096, 0), ERR_TRUNCATED);
    CHECK_INT(unpack(&back, buf_view(&packed), GZIP_GZIP, 4096, 1 << 20), ERR_TOO_LARGE);
    packed.at[packed.len - 6] ^= 1;
    CHECK_INT(unpack(&back, buf_view(&packed), GZIP_GZIP, 4096, 0), ERR_MALFORMED);
    CHECK_INT(unpack(&back, STR("plain text"), GZIP_ANY, 4, 0), ERR_MALFORMED);
    CHECK_INT(unpack(&back, STR(""), GZIP_ANY, 4, 0), ERR_TRUNCATED);
    buf_free(&text);
    buf_free(&packed);
    buf_free(&back);
}

/* Another library reads them, where it is installed, with the same answers. */
TEST(gzip_read_fast_is_read_the_same) {
    is_fast = true;
    gzip_packed_is_unpacked_in_pieces_of_any_size();
    struct buf packed = {0}, back = {0};
    pack(&packed, STR("some text that is packed"), GZIP_GZIP);
    for (size_t len = 0; len < packed.len; len++)
        CHECK_INT(unpack(&back, str_upto(buf_view(&packed), len), GZIP_GZIP, 7, 0), ERR_TRUNCATED);
    packed.at[packed.len - 6] ^= 1;
    CHECK_INT(unpack(&back, buf_view(&packed), GZIP_GZIP, 7, 0), ERR_MALFORMED);
    packed.at[packed.len - 6] ^= 1;
    buf_lit(&packed, "\0\0\0 padding");
    CHECK_INT(unpack(&back, buf_view(&packed), GZIP_GZIP, 7, 0), 0);
    buf_clear(&back);
    CHECK_INT(unpack(&back, buf_view(&packed), GZIP_GZIP, 7, 10), ERR_TOO_LARGE);
    buf_free(&packed);
    buf_free(&back);
    is_fast = false;
}
