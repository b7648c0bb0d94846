#include "base/test.h"
#include "crypto/digest.h"
#include "crypto/test_key.h"
#include "crypto/tls.h"

TEST(crypto_digests_are_those_of_the_standards) {
    unsigned char out[CRYPTO_DIGEST_MOST];
    CHECK_INT(crypto_digest("sha1", STR("abc"), out), 20);
    CHECK(memcmp(out, "\xa9\x99\x3e\x36\x47\x06\x81\x6a", 8) == 0);
    CHECK_INT(crypto_digest("sha512", STR("abc"), out), 64);
    CHECK(memcmp(out, "\xdd\xaf\x35\xa1\x93\x61\x7a\xba", 8) == 0);
    CHECK_INT(crypto_digest("no-such", STR("abc"), out), 0);
}

static void exchange(struct tls *a, struct tls *b) {
    for (int i = 0; i < 20; i++) {
        struct tls *from = i % 2 ? b : a, *to = i % 2 ? a : b;
        str wire = tls_wire(from);
        struct buf copy = {0};
        buf_add(&copy, wire);
        tls_wire_sent(from, wire.len);
        tls_push(to, buf_view(&copy));
        buf_free(&copy);
    }
}

static struct tls_config *server_config(void) {
    static const str protocols[] = {STR_INIT("h2"), STR_INIT("http/1.1")};
    struct buf why = {0};
    struct tls_options o = {.is_server = true,
                            .certificate = str_c(test_certificate), .key = str_c(test_key), .alpn = protocols,
                            .n_alpn = 2};
    struct tls_config *c = tls_config_new(&o, &why);
    CHECK_STR(buf_view(&why), STR(""));
    return c;
}

TEST(tls_talks_over_memory_and_agrees_on_a_protocol) {
    static const str protocols[] = {STR_INIT("http/1.1")};
    struct buf why = {0};
    struct tls_options o = {.ca = str_c(test_certificate), .alpn = protocols, .n_alpn = 1};
    struct tls_config *sc = server_config(), *cc = tls_config_new(&o, &why);
    CHECK(cc && sc);
    static const str hosts[] = {STR_INIT("localhost"), STR_INIT("127.0.0.1")};
    for (int i = 0; i < 2; i++) {
        struct tls *s = tls_new(sc, STR("")), *c = tls_new(cc, hosts[i]);
        char got[64];
        tls_push(c, STR(""));
        exchange(c, s);
        CHECK_INT(tls_state(c), TLS_OPEN);
        CHECK_INT(tls_state(s), TLS_OPEN);
        CHECK_STR(tls_alpn(c), STR("http/1.1"));
        CHECK(tls_write(c, STR("hello")));
        exchange(c, s);
        CHECK_STR(str_of(got, tls_read(s, got, sizeof got)), STR("hello"));
        tls_close(s);
        exchange(c, s);
        CHECK_INT(tls_read(c, got, sizeof got), 0);
        CHECK_INT(tls_state(c), TLS_PEER_CLOSED);
        tls_free(s);
        tls_free(c);
    }
    tls_config_drop(sc);
    tls_config_drop(cc);
}

TEST(tls_refuses_who_is_not_trusted_or_has_another_name) {
    static const struct { bool trusts; const char *host, *error; } cases[] = {
        {false, "localhost", "DEPTH_ZERO_SELF_SIGNED_CERT"},
        {true, "example.org", "ERR_TLS_CERT_ALTNAME_INVALID"},
        {true, "127.0.0.2", "ERR_TLS_CERT_ALTNAME_INVALID"},
    };
    struct tls_config *sc = server_config();
    for (int i = 0; i < 3; i++) {
        struct buf why = {0};
        struct tls_options o = {.ca = cases[i].trusts ? str_c(test_certificate) : STR("")};
        struct tls_config *cc = tls_config_new(&o, &why);
        struct tls *s = tls_new(sc, STR("")), *c = tls_new(cc, str_c(cases[i].host));
        tls_push(c, STR(""));
        exchange(c, s);
        CHECK_INT(tls_state(c), TLS_FAILED);
        CHECK_STR(str_c(tls_error(c)), str_c(cases[i].error));
        CHECK(!tls_write(c, STR("secret")));
        tls_free(s);
        tls_free(c);
        tls_config_drop(cc);
    }
    tls_config_drop(sc);
}

TEST(tls_says_what_is_wrong_with_its_options_and_with_noise) {
    struct buf why = {0};
    struct tls_options o = {.is_server = true, .certificate = str_c(test_certificate), .key = STR("nonsense")};
    CHECK(!tls_config_new(&o, &why));
    CHECK(str_find(buf_view(&why), STR("key")) >= 0);
    buf_free(&why);
    struct tls_config *sc = server_config();
    struct tls *s = tls_new(sc, STR(""));
    CHECK_INT(tls_push(s, STR("GET / HTTP/1.1\r\n\r\n")), TLS_FAILED);
    CHECK_STR(str_c(tls_error(s)), STR("EPROTO"));
    tls_free(s);
    tls_config_drop(sc);
}
