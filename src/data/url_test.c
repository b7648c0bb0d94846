#include "data/url.h"

#include "base/test.h"
#include "data/idna.h"

static void reads(const char *input, const char *base, const char *want, int line) {
    struct arena a = {0};
    struct url b, u;
    bool ok = !base || url_parse(&a, str_c(base), NULL, &b);
    ok = ok && url_parse(&a, str_c(input), base ? &b : NULL, &u);
    str got = ok ? url_write(&a, &u, NULL) : STR("no URL");
    if (!str_is(got, want)) test_fail(__FILE__, line, "<%s> is <%.*s>, not <%s>", input, STR_FMT(got), want);
    arena_free(&a);
}
#define READS(input, base, want) reads(input, base, want, __LINE__)

TEST(url_is_written_in_its_normal_form) {
    READS("https://user:pass@example.com:1234/foo/bar?baz#quux", NULL,
          "https://user:pass@example.com:1234/foo/bar?baz#quux");
    READS("  HTTP://EXAMPLE.com:80/a b\t\n?q r'#f`g  ", NULL, "http://example.com/a%20b?q%20r%27#f%60g");
    READS("http://a@b:c@d/", NULL, "http://a%40b:c@d/");
    READS("http:\\\\x\\y", NULL, "http://x/y");
    READS("https:x", NULL, "https://x/");
    READS("http://h/a/./b/../c/%2e%2E/d/.", NULL, "http://h/a/d/");
    READS("non-special://h:80/a/../b", NULL, "non-special://h:80/b");
    READS("web+demo:/.//not-a-host/", NULL, "web+demo:/.//not-a-host/");
    READS("mailto:a@b c", NULL, "mailto:a@b c");
    READS("data:x  ?y", NULL, "data:x %20?y");
    READS("http://h:65536/", NULL, "no URL");
    READS("http://h:8a/", NULL, "no URL");
    READS("http://", NULL, "no URL");
    READS("http://a b/", NULL, "no URL");
    READS("http://u@/", NULL, "no URL");
    READS("x", NULL, "no URL");
    READS("", NULL, "no URL");
}

TEST(url_is_resolved_against_a_base) {
    READS("../d?x", "http://h/a/b/c?q#f", "http://h/a/d?x");
    READS("", "http://h/a/b?q#f", "http://h/a/b?q");
    READS("#g", "mailto:x?q#f", "mailto:x?q#g");
    READS("y", "mailto:x", "no URL");
    READS("//other/p", "https://h/a", "https://other/p");
    READS("\\p", "https://h/a/b", "https://h/p");
    READS("?z", "https://u:p@h:8/a/b?q", "https://u:p@h:8/a/b?z");
    READS("/..//../x", "http://h/a", "http://h/x");
}

TEST(url_of_a_file_knows_drives) {
    READS("file:c|/a/../..", NULL, "file:///c:/");
    READS("file:///a/b", NULL, "file:///a/b");
    READS("file://localhost/a", NULL, "file:///a");
    READS("file://host/a", NULL, "file://host/a");
    READS("/x", "file:///C:/a/b", "file:///C:/x");
    READS("d:/x", "file:///C:/a/b", "d:/x");
    READS("..", "file:///C:/", "file:///C:/");
}

TEST(url_hosts_are_numbers_in_many_guises) {
    READS("http://0x7f.1/", NULL, "http://127.0.0.1/");
    READS("http://0300.168.0xF0/", NULL, "http://192.168.0.240/");
    READS("http://4294967295", NULL, "http://255.255.255.255/");
    READS("http://4294967296", NULL, "no URL");
    READS("http://1.2.3.4.5/", NULL, "no URL");
    READS("http://1.2.3.08/", NULL, "no URL");
    READS("http://a.1b/", NULL, "http://a.1b/");
    READS("http://[1:0:0:2::]/", NULL, "http://[1:0:0:2::]/");
    READS("http://[::FFFF:1.2.3.4]/", NULL, "http://[::ffff:102:304]/");
    READS("http://[1::2::3]/", NULL, "no URL");
    READS("http://[1:2:3:4:5:6:7:8:9]/", NULL, "no URL");
    READS("http://[::1", NULL, "no URL");
    READS("http://[]/", NULL, "no URL");
}

TEST(url_domains_of_all_scripts_become_ascii) {
    READS("http://\xe6\x97\xa5\xe6\x9c\xac.JP/", NULL, "http://xn--wgv71a.jp/");
    READS("http://fa\xc3\x9f.de/", NULL, "http://xn--fa-hia.de/");
    READS("http://%EF%BC%85%EF%BC%94%EF%BC%91.com/", NULL, "no URL");
    READS("http://\xef\xbc\x87.com/", NULL, "http://'.com/");
    READS("http://xn--a/", NULL, "no URL");
    READS("http://a\xcc\x80/", NULL, "http://xn--0ca/");                       /* composed first */
    READS("http://\xe2\x80\x8d/", NULL, "no URL");                             /* a joiner that joins nothing */
    READS("http://\xd7\x90" "a/", NULL, "no URL");                             /* both directions in one label */
    READS("http://%zz/", NULL, "no URL");
}

TEST(url_setters_change_or_leave) {
    static const struct { const char *href; enum url_part part; const char *value, *want; } cases[] = {
        {"http://h/", URL_PROTOCOL, "https", "https://h/"}, {"http://h/", URL_PROTOCOL, "mailto", "http://h/"},
        {"http://h:443/", URL_PROTOCOL, "https:x", "https://h/"}, {"http://h/", URL_USERNAME, "a:b", "http://a%3Ab@h/"},
        {"http://u@h/", URL_PASSWORD, "p", "http://u:p@h/"}, {"file:///x", URL_USERNAME, "a", "file:///x"},
        {"http://h:1/", URL_HOST, "g:2/x", "http://g:2/"}, {"http://h:1/", URL_HOSTNAME, "g:2", "http://h:1/"},
        {"http://h:1/", URL_HOST, "", "http://h:1/"}, {"x://h/", URL_HOST, "", "x:///"},
        {"http://h/", URL_PORT, "90a", "http://h:90/"},
        {"http://h:90/", URL_PORT, "", "http://h/"}, {"http://h/", URL_PORT, "x", "http://h/"},
        {"http://h/", URL_PORT, "80", "http://h/"},
        {"http://h/a", URL_PATHNAME, "b/../c?#", "http://h/c%3F%23"}, {"mailto:a", URL_PATHNAME, "b", "mailto:a"},
        {"x:/a", URL_PATHNAME, "//b", "x:/.//b"}, {"http://h/?a", URL_SEARCH, "?b#c", "http://h/?b%23c"},
        {"http://h/?a", URL_SEARCH, "", "http://h/"}, {"http://h/#a", URL_HASH, "#", "http://h/#"},
        {"http://h/#a", URL_HASH, "", "http://h/"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct arena a = {0};
        struct url u;
        CHECK(url_parse(&a, str_c(cases[i].href), NULL, &u));
        url_set(&a, &u, cases[i].part, str_c(cases[i].value));
        CHECK_STR(url_write(&a, &u, NULL), str_c(cases[i].want));
        arena_free(&a);
    }
}

TEST(url_parts_are_where_they_are_said_to_be) {
    struct arena a = {0};
    struct url u;
    struct url_parts p;
    CHECK(url_parse(&a, STR("https://user:pass@example.com:1234/foo/bar?baz#quux"), NULL, &u));
    str href = url_write(&a, &u, &p);
    CHECK_STR(str_cut(href, 0, p.protocol_end), STR("https:"));
    CHECK_STR(str_cut(href, p.protocol_end + 2, p.username_end), STR("user"));
    CHECK_STR(str_cut(href, p.username_end, p.host_start), STR(":pass"));
    CHECK_STR(str_cut(href, p.host_start, p.host_end), STR("@example.com"));
    CHECK_STR(str_cut(href, p.host_end, p.pathname_start), STR(":1234"));
    CHECK_STR(str_cut(href, p.pathname_start, p.search_start), STR("/foo/bar"));
    CHECK_STR(str_cut(href, p.search_start, p.hash_start), STR("?baz"));
    CHECK_STR(str_from(href, p.hash_start), STR("#quux"));
    arena_free(&a);
}

TEST(url_of_a_path_comes_back) {
    struct arena a = {0};
    str path, odd = STR("/a b/%25#?\\\n\t\xc3\xa9");
    CHECK_STR(url_from_path(&a, STR("/a b/c.ts")), STR("file:///a%20b/c.ts"));
    CHECK(url_to_path(&a, url_from_path(&a, odd), &path));
    CHECK_STR(path, odd);
    CHECK(!url_to_path(&a, STR("file:///a%2Fb"), &path));
    CHECK(!url_to_path(&a, STR("file://host/a"), &path));
    CHECK(!url_to_path(&a, STR("http:///a"), &path));
    arena_free(&a);
}

TEST(idna_reads_and_writes_punycode) {
    struct arena a = {0};
    str out;
    CHECK(idna_to_unicode(&a, STR("xn--fa-hia.de"), &out));
    CHECK_STR(out, STR("fa\xc3\x9f.de"));
    CHECK(!idna_to_unicode(&a, STR("xn--a.de"), &out));
    CHECK(idna_to_ascii(&a, STR("a-.b_c"), false, &out));
    CHECK(!idna_to_ascii(&a, STR("a-.b"), true, &out));
    CHECK(!idna_to_ascii(&a, STR("a_b"), true, &out));
    uint32_t *at;
    size_t n;
    CHECK(!idna_punycode_read(&a, STR("99999999"), &at, &n));
    CHECK(!idna_punycode_read(&a, STR("a-\xc3"), &at, &n));
    arena_free(&a);
}
