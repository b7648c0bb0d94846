#include "http/request.h"

#include "base/arena.h"
#include "base/mem.h"
#include "base/test.h"
#include "http/chunked.h"

static ptrdiff_t parse(str in, struct http_request *out) {
    static struct arena a;
    arena_reset(&a);
    char *copy = mem_alloc(in.len ? in.len : 1);        /* exact size: the sanitizer sees every byte past it */
    memcpy(copy, in.at, in.len);
    ptrdiff_t n = http_request_parse(&a, str_of(copy, in.len), out);
    mem_free(copy);
    arena_free(&a);
    return n;
}

TEST(request_heads_are_read_into_spans) {
    struct arena a = {0};
    struct http_request r;
    str in = STR("\r\nPOST /a/b?c=d%20e HTTP/1.1\r\nHost: x.test:80\r\nContent-Length:  12 \r\nX-Empty:\r\n\r\nbody");
    CHECK_INT(http_request_parse(&a, in, &r), in.len - 4);
    CHECK_STR(r.method, STR("POST"));
    CHECK_INT(r.verb, HTTP_POST);
    CHECK_STR(r.target, STR("/a/b?c=d%20e"));
    CHECK_INT(r.minor, 1);
    CHECK_INT(r.count, 3);
    CHECK_STR(r.headers[0].name, STR("Host"));
    CHECK_STR(r.host, STR("x.test:80"));
    CHECK_STR(r.headers[1].value, STR("12"));
    CHECK_INT(r.length, 12);
    CHECK_STR(r.headers[2].value, STR(""));
    CHECK(r.keeps_alive && !r.upgrades && !r.expects_continue);
    CHECK(http_find(r.headers, r.count, "x-empty").at != NULL);
    CHECK(http_find(r.headers, r.count, "x-none").at == NULL);
    arena_free(&a);
}

TEST(request_heads_that_are_not_whole_wait_at_every_byte) {
    struct http_request r;
    str in = STR(
        "GET /path/that/is/long/enough/for/a/vector HTTP/1.1\r\nHost: a\r\nUser-Agent: abcdefghijklmnopqrstuvwxyz\r\n\r\n");
    for (size_t i = 0; i < in.len; i++) CHECK_INT(parse(str_upto(in, i), &r), 0);
    CHECK_INT(parse(in, &r), in.len);
}

static const struct { const char *what; str in; ptrdiff_t want;
} hostile[] = {
    {"bare LF after the request line", STR_INIT("GET / HTTP/1.1\nHost: a\r\n\r\n"), ERR_MALFORMED},
    {"bare LF after a header", STR_INIT("GET / HTTP/1.1\r\nHost: a\n\r\n"), ERR_MALFORMED},
    {"bare CR in a value", STR_INIT("GET / HTTP/1.1\r\nHost: a\rb\r\n\r\n"), ERR_MALFORMED},
    {"bare CR before the end", STR_INIT("GET / HTTP/1.1\r\nHost: a\r\n\rX\r\n"), ERR_MALFORMED},
    {"folded line", STR_INIT("GET / HTTP/1.1\r\nHost: a\r\nX: b\r\n c\r\n\r\n"), ERR_MALFORMED},
    {"folded line with a tab", STR_INIT("GET / HTTP/1.1\r\nHost: a\r\nX: b\r\n\tc\r\n\r\n"), ERR_MALFORMED},
    {"space before the colon", STR_INIT("GET / HTTP/1.1\r\nHost : a\r\n\r\n"), ERR_MALFORMED},
    {"space before the first header", STR_INIT("GET / HTTP/1.1\r\n Host: a\r\n\r\n"), ERR_MALFORMED},
    {"empty header name", STR_INIT("GET / HTTP/1.1\r\nHost: a\r\n: b\r\n\r\n"), ERR_MALFORMED},
    {"header without a colon", STR_INIT("GET / HTTP/1.1\r\nHost: a\r\nabc\r\n\r\n"), ERR_MALFORMED},
    {"NUL in a value", STR_INIT("GET / HTTP/1.1\r\nHost: a\0b\r\n\r\n"), ERR_MALFORMED},
    {"NUL in a name", STR_INIT("GET / HTTP/1.1\r\nHo\0st: a\r\n\r\n"), ERR_MALFORMED},
    {"DEL in a value", STR_INIT("GET / HTTP/1.1\r\nHost: a\x7f\r\n\r\n"), ERR_MALFORMED},
    {"a header name above 127", STR_INIT("GET / HTTP/1.1\r\nHost: a\r\nX\xe9: b\r\n\r\n"), ERR_MALFORMED},
    {"CL and TE", STR_INIT("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n"),
     ERR_MALFORMED},
    {"TE and CL", STR_INIT("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n"),
     ERR_MALFORMED},
    {"two CL that differ", STR_INIT("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\nContent-Length: 5\r\n\r\n"),
     ERR_MALFORMED},
    {"two CL that agree", STR_INIT("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\nContent-Length: 4\r\n\r\n"),
     ERR_MALFORMED},
    {"a list of CL", STR_INIT("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 4, 4\r\n\r\n"), ERR_MALFORMED},
    {"CL with a sign", STR_INIT("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: +4\r\n\r\n"), ERR_MALFORMED},
    {"negative CL", STR_INIT("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: -4\r\n\r\n"), ERR_MALFORMED},
    {"hexadecimal CL", STR_INIT("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0x4\r\n\r\n"), ERR_MALFORMED},
    {"empty CL", STR_INIT("POST / HTTP/1.1\r\nHost: a\r\nContent-Length:\r\n\r\n"), ERR_MALFORMED},
    {"CL past 64 bits", STR_INIT("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 99999999999999999999\r\n\r\n"),
     ERR_MALFORMED},
    {"TE twice",
     STR_INIT("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n"),
     ERR_MALFORMED},
    {"TE chunked, chunked", STR_INIT("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked, chunked\r\n\r\n"),
     ERR_MALFORMED},
    {"TE gzip, chunked", STR_INIT("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip, chunked\r\n\r\n"),
     ERR_MALFORMED},
    {"TE unknown", STR_INIT("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: xchunked\r\n\r\n"), ERR_REFUSED},
    {"TE with a vertical tab",
     STR_INIT("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: \x0b"
              "chunked\r\n\r\n"),
     ERR_MALFORMED},
    {"TE in 1.0", STR_INIT("POST / HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"), ERR_MALFORMED},
    {"no host", STR_INIT("GET / HTTP/1.1\r\n\r\n"), ERR_MALFORMED},
    {"two hosts", STR_INIT("GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n"), ERR_MALFORMED},
    {"no target", STR_INIT("GET HTTP/1.1\r\nHost: a\r\n\r\n"), ERR_MALFORMED},
    {"two spaces", STR_INIT("GET  / HTTP/1.1\r\nHost: a\r\n\r\n"), ERR_MALFORMED},
    {"tab for a space", STR_INIT("GET\t/ HTTP/1.1\r\nHost: a\r\n\r\n"), ERR_MALFORMED},
    {"control in the target", STR_INIT("GET /\x01 HTTP/1.1\r\nHost: a\r\n\r\n"), ERR_MALFORMED},
    {"relative target", STR_INIT("GET a HTTP/1.1\r\nHost: a\r\n\r\n"), ERR_MALFORMED},
    {"0.9", STR_INIT("GET /\r\n"), ERR_MALFORMED},
    {"2.0", STR_INIT("PRI * HTTP/2.0\r\n\r\n"), ERR_UNSUPPORTED},
    {"version with more digits", STR_INIT("GET / HTTP/1.11\r\nHost: a\r\n\r\n"), ERR_MALFORMED},
    {"lower-case version", STR_INIT("GET / http/1.1\r\nHost: a\r\n\r\n"), ERR_MALFORMED},
    {"tls hello", STR_INIT("\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03"), ERR_MALFORMED},
};

TEST(request_heads_that_mean_harm_are_refused) {
    struct http_request r;
    for (size_t i = 0; i < sizeof hostile / sizeof *hostile; i++) {
        ptrdiff_t got = parse(hostile[i].in, &r);
        if (got != hostile[i].want)
            test_fail(__FILE__, __LINE__, "%s: %td, not %td", hostile[i].what, got, hostile[i].want);
    }
}

TEST(request_heads_past_the_limit_are_too_large) {
    struct http_request r;
    static char big[HTTP_HEAD_MAX + 100];
    memset(big, 'a', sizeof big);
    memcpy(big, "GET /", 5);
    CHECK_INT(parse(str_of(big, HTTP_HEAD_MAX - 1), &r), 0);
    CHECK_INT(parse(str_of(big, sizeof big), &r), ERR_TOO_LARGE);
    static char many[HTTP_HEAD_MAX];
    size_t n = 0;
    memcpy(many, "GET / HTTP/1.1\r\nHost: a\r\n", 25);
    n = 25;
    for (int i = 0; i < 300; i++, n += 6) memcpy(many + n, "a: b\r\n", 6);
    memcpy(many + n, "\r\n", 2);
    CHECK_INT(parse(str_of(many, n + 2), &r), ERR_TOO_LARGE);
    memcpy(many + 25 + 200 * 6, "\r\n", 2);
    CHECK_INT(parse(str_of(many, 25 + 200 * 6 + 2), &r), 25 + 200 * 6 + 2);
    CHECK_INT(r.count, 201);
}

TEST(request_heads_say_whether_the_connection_stays) {
    struct http_request r;
    static const struct { str in; bool keeps, upgrades, expects;
    } cases[] = {
        {STR_INIT("GET / HTTP/1.1\r\nHost: a\r\n\r\n"), true, false, false},
        {STR_INIT("GET / HTTP/1.1\r\nHost: a\r\nConnection: Foo , CLOSE\r\n\r\n"), false, false, false},
        {STR_INIT("GET / HTTP/1.0\r\n\r\n"), false, false, false},
        {STR_INIT("GET / HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n"), true, false, false},
        {STR_INIT("GET / HTTP/1.1\r\nHost: a\r\nConnection: keep-alive, Upgrade\r\nUpgrade: websocket\r\n\r\n"), true,
         true, false},
        {STR_INIT("GET / HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\n\r\n"), true, false, false},
        {STR_INIT("PUT / HTTP/1.1\r\nHost: a\r\nExpect: 100-Continue\r\nContent-Length: 1\r\n\r\n"), true, false, true},
        {STR_INIT("OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n"), true, false, false},
        {STR_INIT("GET http://a/b HTTP/1.1\r\nHost: a\r\n\r\n"), true, false, false},
        {STR_INIT("CONNECT a:443 HTTP/1.1\r\nHost: a\r\n\r\n"), true, false, false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        CHECK_INT(parse(cases[i].in, &r), cases[i].in.len);
        CHECK_INT(r.keeps_alive, cases[i].keeps);
        CHECK_INT(r.upgrades, cases[i].upgrades);
        CHECK_INT(r.expects_continue, cases[i].expects);
    }
}

TEST(replies_are_read_into_spans) {
    struct arena a = {0};
    struct http_reply r;
    str in = STR("HTTP/1.1 404 Not Found\r\nContent-Length: 3\r\n\r\nabc");
    CHECK_INT(http_reply_parse(&a, in, &r), in.len - 3);
    CHECK_INT(r.status, 404);
    CHECK_STR(r.reason, STR("Not Found"));
    CHECK_INT(r.length, 3);
    for (size_t i = 0; i < in.len - 3; i++) CHECK_INT(http_reply_parse(&a, str_upto(in, i), &r), 0);
    CHECK_INT(http_reply_parse(&a, STR("HTTP/1.1 200\r\n\r\n"), &r), 16);
    CHECK_INT(r.length, HTTP_LENGTH_CLOSE);
    CHECK_INT(http_reply_parse(&a, STR("HTTP/1.1 20 OK\r\n\r\n"), &r), ERR_MALFORMED);
    arena_free(&a);
}

/* Reads `in` in pieces of `step` bytes: the body into `out`; the last result. */
static int dechunk(str in, size_t step, struct arena *a, str *out, size_t *rest) {
    struct http_chunked c = {0};
    *out = (str){0};
    int r = 0;
    for (size_t at = 0; at < in.len && r != 2; at += step) {
        size_t len = in.len - at < step ? in.len - at : step;
        char *copy = mem_alloc(len);
        memcpy(copy, in.at + at, len);
        str piece = str_of(copy, len), data;
        do {
            r = http_chunked_read(&c, &piece, &data);
            if (r == 1) *out = arena_join(a, *out, data);
        } while (r == 1);
        *rest = in.len - at - (len - piece.len);
        mem_free(copy);
        if (r < 0) return r;
    }
    return r;
}

TEST(chunked_bodies_are_joined_however_they_are_cut) {
    struct arena a = {0};
    str out,
        in = STR("4\r\nWiki\r\n6;ext=\"a b\"\r\npedia \r\nE\r\nin \r\n\r\nchunks.\r\n000\r\nTrailer: x\r\n\r\nGET /");
    for (size_t step = 1; step <= in.len; step++) {
        size_t rest = 0;
        CHECK_INT(dechunk(in, step, &a, &out, &rest), 2);
        CHECK_STR(out, STR("Wikipedia in \r\n\r\nchunks."));
        CHECK_INT(rest, 5);
    }
    arena_free(&a);
}

TEST(chunked_bodies_that_mean_harm_are_refused) {
    static const struct { const char *what; str in; } bad[] = {
        {"no digits", STR_INIT("\r\n")},          {"sign", STR_INIT("+4\r\nWiki\r\n")},
        {"0x", STR_INIT("0x4\r\nWiki\r\n")},      {"space after the size", STR_INIT("4 \r\nWiki\r\n")},
        {"space before it", STR_INIT(" 4\r\nWiki\r\n")}, {"bare LF", STR_INIT("4\nWiki\r\n")},
        {"bare LF after data", STR_INIT("4\r\nWiki\n0\r\n\r\n")}, {"data too long", STR_INIT("4\r\nWikip\r\n")},
        {"size past 64 bits", STR_INIT("fffffffffffffffff\r\n")}, {"huge", STR_INIT("ffffffffffffffff0\r\n")},
        {"LF in an extension", STR_INIT("4;a\nb\r\nWiki\r\n")}, {"CR in an extension", STR_INIT("4;a\rb\r\nWiki\r\n")},
        {"bare LF at the end", STR_INIT("0\r\n\n")}, {"folded trailer", STR_INIT("0\r\na: b\r\n c\r\n\r\n")},
        {"LF in a trailer", STR_INIT("0\r\na: b\n\r\n")},
        {"leading zeros without end", STR_INIT("00000000000000000\r\n")},
    };
    struct arena a = {0};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        str out;
        size_t rest = 0;
        int got = dechunk(bad[i].in, 3, &a, &out, &rest);
        if (got >= 0) test_fail(__FILE__, __LINE__, "%s: %d", bad[i].what, got);
    }
    arena_free(&a);
}

TEST(chunk_heads_are_hexadecimal) {
    char out[HTTP_CHUNK_HEAD_MAX];
    CHECK_STR(str_of(out, http_chunk_head(out, 0)), STR("0\r\n"));
    CHECK_STR(str_of(out, http_chunk_head(out, 31)), STR("1f\r\n"));
    CHECK_STR(str_of(out, http_chunk_head(out, 0x123456789abcdef0)), STR("123456789abcdef0\r\n"));
}
