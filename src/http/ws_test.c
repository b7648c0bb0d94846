#include "http/ws.h"

#include "base/mem.h"
#include "base/test.h"

/* Feeds `in` in pieces and writes what comes out as text: kind:length:data;... and !code at the end of a refusal. */
static void run(struct ws_reader *r, str in, size_t step, struct buf *out) {
    buf_clear(out);
    for (size_t at = 0; at < in.len; at += step) {
        size_t len = in.len - at < step ? in.len - at : step;
        char *copy = mem_alloc(len);
        memcpy(copy, in.at + at, len);
        str piece = str_of(copy, len);
        struct ws_message m;
        int code, got;
        const char *why;
        while ((got = ws_read(r, &piece, &m, &code, &why)) == 1) {
            buf_print(out, "%d:%zu:", m.kind, m.data.len);
            if (m.data.len < 40) buf_add(out, m.data);
            if (m.kind == WS_CLOSE) buf_print(out, "/%d", m.code);
            buf_add_char(out, ';');
        }
        mem_free(copy);
        if (got < 0) {
            buf_print(out, "!%d", code);
            return;
        }
    }
}

static void add_frame(struct buf *b, int first, str data, bool masked) {
    static const uint8_t mask[4] = {0x12, 0x34, 0x56, 0x78};
    char head[WS_HEAD_MAX];
    size_t n = ws_head(head, (enum ws_kind)(first & 15), first >> 7, first >> 6 & 1, data.len, masked ? mask : NULL);
    head[0] = (char)first;
    buf_add(b, str_of(head, n));
    size_t at = b->len;
    buf_add(b, data);
    if (masked) ws_mask((uint8_t *)b->at + at, data.len, mask, 0);
}

TEST(ws_messages_come_out_whole_however_they_are_cut) {
    struct buf in = {0}, out = {0};
    add_frame(&in, 0x81, STR("Hello"), true);
    add_frame(&in, 0x02, STR("ab"), true);
    add_frame(&in, 0x89, STR("ping"), true);
    add_frame(&in, 0x00, STR(""), true);
    add_frame(&in, 0x80, STR("cd"), true);
    add_frame(&in, 0x81, STR(""), true);
    add_frame(&in, 0x8a, STR(""), true);
    static char long_text[70000];
    memset(long_text, 'x', sizeof long_text);
    add_frame(&in, 0x82, str_of(long_text, 200), true);
    add_frame(&in, 0x81, str_of(long_text, sizeof long_text), true);
    add_frame(&in, 0x88, STR("\x03\xe8" "bye"), true);
    for (size_t step = 1; step < 40; step++) {
        struct ws_reader r = {.max = 100000};
        run(&r, buf_view(&in), step, &out);
        CHECK_STR(buf_view(&out), STR("1:5:Hello;9:4:ping;2:4:abcd;1:0:;10:0:;2:200:;1:70000:;8:3:bye/1000;"));
        ws_reader_done(&r);
    }
    struct ws_reader r = {0};
    run(&r, buf_view(&in), in.len, &out);
    CHECK_STR(buf_view(&out), STR("1:5:Hello;9:4:ping;2:4:abcd;1:0:;10:0:;2:200:;1:70000:;8:3:bye/1000;"));
    ws_reader_done(&r);
    buf_free(&in);
    buf_free(&out);
}

TEST(ws_frames_that_break_the_rules_are_refused) {
    static const struct { const char *what; int first; str data; bool masked; const char *want; } bad[] = {
        {"unmasked", 0x81, STR_INIT("a"), false, "!1002"},
        {"reserved bit", 0xa1, STR_INIT("a"), true, "!1002"},
        {"compressed, not agreed", 0xc1, STR_INIT("a"), true, "!1002"},
        {"kind 3", 0x83, STR_INIT("a"), true, "!1002"},
        {"kind 11", 0x8b, STR_INIT("a"), true, "!1002"},
        {"fragmented ping", 0x09, STR_INIT("a"), true, "!1002"},
        {"continuation first", 0x80, STR_INIT("a"), true, "!1002"},
        {"close with one byte", 0x88, STR_INIT("\x03"), true, "!1002"},
        {"close 1005", 0x88, STR_INIT("\x03\xed"), true, "!1002"},
        {"close 999", 0x88, STR_INIT("\x03\xe7"), true, "!1002"},
        {"close 5000", 0x88, STR_INIT("\x13\x88"), true, "!1002"},
        {"close reason not UTF-8", 0x88, STR_INIT("\x03\xe8\xff"), true, "!1007"},
        {"text not UTF-8", 0x81, STR_INIT("\xc0\xaf"), true, "!1007"},
        {"surrogate", 0x81, STR_INIT("\xed\xa0\x80"), true, "!1007"},
        {"cut character", 0x81, STR_INIT("abc\xe2\x82"), true, "!1007"},
        {"too long", 0x82, STR_INIT("0123456789012345678901234567890123456789"), true, "!1009"},
    };
    struct buf in = {0}, out = {0};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct ws_reader r = {.max = 32};
        buf_clear(&in);
        add_frame(&in, bad[i].first, bad[i].data, bad[i].masked);
        run(&r, buf_view(&in), 1 + i % 3, &out);
        if (!str_is(buf_view(&out), bad[i].want)) test_fail(__FILE__, __LINE__, "%s: %s", bad[i].what, buf_c(&out));
        ws_reader_done(&r);
    }
    struct ws_reader r = {.max = 10};
    buf_clear(&in);
    add_frame(&in, 0x01, STR("12345678"), true);
    add_frame(&in, 0x80, STR("90a"), true);
    run(&r, buf_view(&in), in.len, &out);
    CHECK_STR(buf_view(&out), STR("!1009"));
    ws_reader_done(&r);
    buf_clear(&in);
    add_frame(&in, 0x01, STR("1"), true);
    add_frame(&in, 0x81, STR("2"), true);
    run(&r, buf_view(&in), in.len, &out);
    CHECK_STR(buf_view(&out), STR("!1002"));
    ws_reader_done(&r);
    buf_free(&in);
    buf_free(&out);
}

TEST(ws_text_in_pieces_is_checked_as_a_whole) {
    struct buf in = {0}, out = {0};
    struct ws_reader r = {0};
    add_frame(&in, 0x01, STR("\xe2\x82"), true);
    add_frame(&in, 0x80, STR("\xac"), true);
    run(&r, buf_view(&in), 1, &out);
    CHECK_STR(buf_view(&out), STR("1:3:\xe2\x82\xac;"));
    ws_reader_done(&r);
    buf_free(&in);
    buf_free(&out);
}

TEST(ws_handshake_answers_the_key) {
    char out[WS_ACCEPT_LEN];
    ws_accept(STR("dGhlIHNhbXBsZSBub25jZQ=="), out);
    CHECK_STR(str_of(out, sizeof out), STR("s3pPLMBiTxaQ9kYGzzhZRbK+xOo="));
    CHECK(ws_key_is_valid(STR("dGhlIHNhbXBsZSBub25jZQ==")));
    CHECK(!ws_key_is_valid(STR("dGhlIHNhbXBsZSBub25jZQ=")));
    CHECK(!ws_key_is_valid(STR("dGhlIHNhbXBsZSBub25jZ!==")));
}

TEST(ws_utf8_is_checked_exactly) {
    CHECK(ws_is_utf8(STR("")) && ws_is_utf8(STR("0123456789abcdef\xf0\x9f\x98\x80 tail of the text \xc3\xa9")));
    CHECK(!ws_is_utf8(STR("0123456789abcdef\xf5\x80\x80\x80")) && !ws_is_utf8(STR("\xf4\x90\x80\x80")));
    CHECK(!ws_is_utf8(STR("\xe0\x9f\xbf")) && !ws_is_utf8(STR("\xf0\x8f\xbf\xbf")) && !ws_is_utf8(STR("\x80")));
}
