#include "base/buf.h"
#include "base/diag.h"
#include "base/test.h"
#include "pkg/lock.h"
#include "pkg/tree.h"

static struct arena a;
static struct pkg_lock l;

static bool read(const char *text) { return pkg_lock_read(&a, str_c(text), STR("bun.lock"), NULL, &l); }
static str write(void) {
    struct pkg_tree t;
    struct buf out = {0};
    pkg_tree_make(&a, &l, NULL, &t);
    pkg_lock_write(&out, &l, &t);
    str text = arena_str(&a, buf_view(&out));
    buf_free(&out);
    return text;
}

static const char sample[] =
    "{\n"
    "  \"lockfileVersion\": 2,\n"
    "  \"configVersion\": 1,\n"
    "  \"workspaces\": {\n"
    "    \"\": {\n"
    "      \"name\": \"r\",\n"
    "      \"dependencies\": {\n"
    "        \"a\": \"^1.0.0\",\n"
    "        \"b\": \"1\",\n"
    "        \"g\": \"github:user/g\",\n"
    "      },\n"
    "      \"devDependencies\": {\n"
    "        \"t\": \"https://example.com/t.tgz\",\n"
    "      },\n"
    "    },\n"
    "    \"packages/w\": {\n"
    "      \"name\": \"w\",\n"
    "      \"version\": \"1.0.0\",\n"
    "      \"bin\": {\n"
    "        \"w\": \"cli.js\",\n"
    "      },\n"
    "      \"dependencies\": {\n"
    "        \"a\": \"2\",\n"
    "      },\n"
    "    },\n"
    "  },\n"
    "  \"overrides\": {\n"
    "    \"z\": \"1.0.0\",\n"
    "  },\n"
    "  \"packages\": {\n"
    "    \"a\": [\"a@1.0.0\", \"\", { \"dependencies\": { \"b\": \"*\" }, \"os\": \"linux\", \"cpu\": [ \"x64\", \"arm64\", ] }, "
    "\"sha512-YQ==\"],\n"
    "\n"
    "    \"b\": [\"b@1.0.0\", \"\", { \"bin\": { \"b\": \"b.js\" } }, \"sha512-Yg==\"],\n"
    "\n"
    "    \"g\": [\"g@github:user/g#0123abc\", {}, \"user-g-0123abc\", \"sha512-Zw==\"],\n"
    "\n"
    "    \"t\": [\"t@https://example.com/t.tgz\", {}, \"sha512-dA==\"],\n"
    "\n"
    "    \"w\": [\"w@workspace:packages/w\"],\n"
    "\n"
    "    \"w/a\": [\"a@2.0.0\", \"\", {}, \"sha512-YTI=\"],\n"
    "  }\n"
    "}\n";

TEST(lock_comes_out_as_it_went_in) {
    CHECK(read(sample));
    CHECK_STR(write(), str_c(sample));
    CHECK_INT(l.n_packages, 7);
    CHECK_STR(l.packages[0].name, STR("r"));
    for (size_t i = 0; i < l.n_packages; i++) {
        const struct pkg_package *p = &l.packages[i];
        for (size_t k = 0; k < p->n_edges; k++) CHECK(p->edges[k].to != PKG_NONE);
        if (p->source == PKG_WORKSPACE) CHECK_STR(l.packages[p->edges[0].to].version, STR("2.0.0"));
        if (p->source == PKG_GITHUB) CHECK_STR(p->commit, STR("0123abc"));
    }
    arena_free(&a);
}
TEST(lock_says_where_a_text_is_wrong) {
    static const struct { const char *text; uint32_t line;
    } bad[] = {
        {"", 1},
        {"[]", 1},
        {"{", 1},
        {"{\n\"lockfileVersion\": 9\n}", 2},
        {"{\n\"lockfileVersion\": \"1\"\n}", 2},
        {"{}", 1},
        {"{\"lockfileVersion\": 1,\n\"workspaces\": []}", 2},
        {"{\"lockfileVersion\": 1, \"workspaces\": {\"\": {}},\n\n\"packages\": {\"a\": 1}}", 3},
        {"{\"lockfileVersion\": 1, \"workspaces\": {\"\": {}}, \"packages\": {\n\"a\": []}}", 2},
        {"{\"lockfileVersion\": 1, \"workspaces\": {\"\": {}}, \"packages\": {\n\"a\": [\"a\"]}}", 2},
        {"{\"lockfileVersion\": 1, \"workspaces\": {\"\": {}}, \"packages\": {\n\"../a\": [\"../a@1.0.0\", \"\", {}, \"\"]}}",
         2},
        {"{\"lockfileVersion\": 1, \"workspaces\": {\"\": {\"dependencies\": {\n\"../a\": \"1\"}}}, \"packages\": {}}",
         2},
        {"{\"lockfileVersion\": 1, \"workspaces\": {\"\": {\n\"dependencies\": {\"a\": 1}}}, \"packages\": {}}", 2},
        {"{\"lockfileVersion\": 1, \"workspaces\": {\n\"\": {\"dependencies\": {\"a\": \"1\"}}}, \"packages\": {}}", 1},
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct diag d = {0};
        if (pkg_lock_read(&a, str_c(bad[i].text), STR("bun.lock"), &d, &l))
            test_fail(__FILE__, __LINE__, "%s is taken", bad[i].text);
        CHECK_INT(d.n_errors, 1);
        struct buf b = {0};
        diag_print(&d, &b, false);
        str want = arena_print(&a, "bun.lock:%u:", bad[i].line);
        if (str_find(buf_view(&b), want) < 0)
            test_fail(__FILE__, __LINE__, "%s: not in line %u: %.*s", bad[i].text, bad[i].line, STR_FMT(buf_view(&b)));
        buf_free(&b);
        diag_free(&d);
    }
    arena_free(&a);
}
TEST(lock_cut_anywhere_is_refused) {
    for (size_t n = 0; n + 3 < sizeof sample; n++) {
        struct diag d = {0};
        if (pkg_lock_read(&a, str_of(sample, n), STR("bun.lock"), &d, &l))
            test_fail(__FILE__, __LINE__, "%zu bytes are taken", n);
        diag_free(&d);
        arena_free(&a);
    }
}
TEST(lock_of_an_older_version_keeps_its_number) {
    CHECK(read("{\"lockfileVersion\": 1, \"workspaces\": {\"\": {\"dependencies\": {\"a\": \"1\"}}}, "
               "\"packages\": {\"a\": [\"a@1.0.0\", \"\", {}, \"\"]}}"));
    CHECK_INT(l.version, 1);
    CHECK(str_find(write(), STR("\"lockfileVersion\": 1,")) >= 0);
    arena_free(&a);
}
