#include "pkg/lockb.h"

#include "base/buf.h"
#include "base/diag.h"
#include "base/test.h"
#include "sys/file.h"

/* Both were written by Bun itself for the same project, but for a catalog that only the newer one knows. */
static str seed(struct arena *a, const char *path) {
    struct buf bytes = {0};
    CHECK_INT(file_read_all(str_c(path), &bytes), 0);
    str all = arena_str(a, buf_view(&bytes));
    buf_free(&bytes);
    return all;
}

static bool convert(struct arena *a, str bytes, str *text) {
    struct diag d = {0};
    struct pkg_texts trusted = {0};
    bool ok = pkg_lockb_text(a, bytes, &trusted, &d, text);
    CHECK(ok || d.n_errors == 1);
    diag_free(&d);
    return ok;
}

static void check_common(struct arena *a, str text) {
    struct diag d = {0};
    struct pkg_lock l;
    CHECK(pkg_lock_read(a, text, STR("bun.lock"), &d, &l));
    diag_free(&d);
    CHECK(str_find(text, STR("\"a\": [\"a@1.0.0\", \"http://127.0.0.1:49999/a/-/a-1.0.0.tgz\", { \"dependencies\": { "
                             "\"@s/c\": \"~2.1.0\", \"b\": \"^1.0.0\" }, \"peerDependencies\": { \"p\": \">=1\", \"q\": "
                             "\"*\" }, \"optionalPeers\": [\"q\"], \"bin\": \"cli.js\" }, \"sha512-bsa1nWupeDqkhoHiqx+t/"
                             "fNIzoAOXxee99MZaGP4G4SmJUK/Ff8AZk5xKsf2lg9DcDVNtK4yejP5i7YvgR2NeQ==\"]")) >= 0);
    CHECK(str_find(text, STR("\"other\": [\"@s/c@2.1.7\"")) >= 0);
    CHECK(str_find(text, STR("\"bin\": { \"b-one\": \"one.js\", \"b-two\": \"./two.js\" }")) >= 0);
    CHECK(str_find(text, STR("\"binDir\": \"bins\"")) >= 0);
    CHECK(str_find(text, STR("{ \"os\": \"!win32\", \"cpu\": \"!ia32\" }")) >= 0);
    CHECK(str_find(text, STR("\"local\": [\"local@file:vendor/local\", { \"dependencies\": { \"b\": \"1.0.0\" } }]")) >= 0);
    CHECK(str_find(text, STR("\"x\": [\"x@workspace:packages/x\"]")) >= 0);
    CHECK(str_find(text, STR("\"hasInstallScript\": true")) >= 0);
}

TEST(lockb_of_both_formats_is_the_text_of_bun_lock) {
    struct arena a = {0};
    str text;
    CHECK(convert(&a, seed(&a, "fuzz/seeds/lockb/format2"), &text));
    check_common(&a, text);
    CHECK(str_find(text, STR("\"overrides\": {\n    \"b\": \"^1.0.0\",\n  }")) >= 0);
    CHECK(str_find(text, STR("\"configVersion\": 0")) >= 0);
    CHECK(convert(&a, seed(&a, "fuzz/seeds/lockb/format3"), &text));
    check_common(&a, text);
    CHECK(str_find(text, STR("\"b@1.2.3-beta.4.long+build.5\"")) >= 0);
    CHECK(str_find(text, STR("\"bundler/b\": [\"b@1.0.0\"")) >= 0 && str_find(text, STR("{ \"bundled\": true }")) >= 0);
    CHECK(str_find(text, STR("\"catalogs\": {\n    \"old\": {\n      \"@s/c\": \"2.1.7\",\n      \"b\": \"1.0.0\",")) >= 0);
    CHECK(str_find(text, STR("\"libc\": \"glibc\"")) >= 0);
    CHECK(str_find(text, STR("\"configVersion\": 1")) >= 0);
    arena_free(&a);
}

TEST(lockb_that_is_cut_off_or_damaged_is_refused_in_words) {
    struct arena keep = {0};
    str whole = seed(&keep, "fuzz/seeds/lockb/format3");
    size_t end = 0;                                 /* zeroes at the end belong to nothing */
    for (size_t i = 0; i < whole.len; i++) if (whole.at[i]) end = i;
    for (size_t len = 0; len < end; len += 1 + len / 64) {
        struct arena a = {0};
        str text;
        CHECK(!convert(&a, str_upto(whole, len), &text));
        arena_free(&a);
    }
    for (size_t i = 0; i < whole.len; i += 3) {      /* whatever is made of it: nothing is read beyond its end */
        struct arena a = {0};
        str copy = arena_str(&a, whole), text;
        ((char *)copy.at)[i] = (char)(copy.at[i] ^ 0x81);
        convert(&a, copy, &text);
        arena_free(&a);
    }
    arena_free(&keep);
}
