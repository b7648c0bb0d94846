/* pkg/yarn_settings_test.c: what only yarn understands, as all do. */
#include "pkg/yarn_settings.h"

#include "base/diag.h"
#include "base/test.h"

static struct arena a;

static str settings(const char *package, const char *folder, const char *lock, str *patches) {
    struct diag d = {0};
    struct pkg_yarn_patches found = {0};
    str text = STR("");
    if (pkg_yarn_lock_patches(&a, str_c(lock), &d, &found))
        text = pkg_yarn_settings(&a, str_c(package), str_c(folder), true, &found, &d);
    if (d.n_errors) text = arena_str(&a, d.first->text);
    if (patches) *patches = pkg_yarn_add_patches(&a, STR("{}"), &found);
    diag_free(&d);
    return text;
}

TEST(yarn_settings_put_specs_as_all_know_them) {
    CHECK_STR(settings("{\"dependencies\":{\"a\":\"npm:^1.0.0\",\"b\":\"npm:x@^1\",\"c\":\"npm:@s/x@1\"}}", "", "", NULL),
              STR("{\"dependencies\":{\"a\":\"^1.0.0\",\"b\":\"npm:x@^1\",\"c\":\"npm:@s/x@1\"}}"));
    CHECK_STR(settings("{\"devDependencies\":{\"p\":\"portal:../p\"}}", "", "", NULL),
              STR("{\"devDependencies\":{\"p\":\"file:../p\"}}"));
    CHECK_STR(settings("{\"dependencies\":{\"a\":\"^1.0.0\"}}", "", "", NULL), STR(""));
    CHECK_STR(settings("{\"dependencies\":{\"a\":\"patch:a@npm%3A1.0.0#builtin<compat/a>\"}}", "", "", NULL),
              STR("{\"dependencies\":{\"a\":\"1.0.0\"}}"));
}

TEST(yarn_settings_take_patches) {
    str patches;
    CHECK_STR(settings("{\"dependencies\":{\"al\":\"patch:@s/a@npm%3A1.0.0#~/p/a.patch\"}}", "packages/x", "", &patches),
              STR("{\"dependencies\":{\"al\":\"npm:@s/a@1.0.0\"}}"));
    CHECK_STR(patches, STR("{\n  \"patchedDependencies\": {\n    \"@s/a@1.0.0\": \"p/a.patch\"\n  }\n}"));
    CHECK_STR(settings("{\"resolutions\":{\"x/@s/a@npm:^1\":\"patch:@s/a@1.0.0#optional!../a.patch\"}}", "packages/x", "",
                       &patches),
              STR("{\"resolutions\":{\"x/@s/a@npm:^1\":\"1.0.0\"}}"));
    CHECK_STR(patches, STR("{\n  \"patchedDependencies\": {\n    \"@s/a@1.0.0\": \"packages/a.patch\"\n  }\n}"));
    /* a patch around one that is built in */
    CHECK_STR(settings("{\"dependencies\":{\"a\":\"patch:a@patch%3Aa@npm%253A~1.0.0%23optional!builtin<compat/a>%3A%3A"
                       "version=1.0.2&hash=1#~/a.patch\"}}", "",
                       "\"a\":\n  resolution: \"a@patch:a@patch%3Aa@npm%253A1.0.2%23optional!builtin<compat/a>%3A%3Aversion="
                       "1.0.2&hash=1#~/a.patch::version=1.0.2&hash=2\"\n", &patches),
              STR("{\"dependencies\":{\"a\":\"~1.0.0\"}}"));
    CHECK_STR(patches, STR("{\n  \"patchedDependencies\": {\n    \"a@1.0.2\": \"a.patch\"\n  }\n}"));
}

TEST(yarn_settings_refuse_what_cannot_be_kept) {
    static const struct { const char *spec, *says;
    } cases[] = {
        {"patch:a@npm%3A1.0.0#../x.patch", "the patch \"../x.patch\" of a is no file inside of the project"},
        {"patch:a@npm%3A1.0.0#~/../x.patch", "the patch \"~/../x.patch\" of a is no file inside of the project"},
        {"patch:a@npm%3A1.0.0#..\\u0000/..\\u0000/x", "the patch \"..\" of a is no file inside of the project"},
        {"patch:a@npm%3A1.0.0#/etc/passwd", "the patch \"/etc/passwd\" of a is no file inside of the project"},
        {"patch:a@npm%3A1.0.0#x&y", "a has several patches (\"x\" and \"y\"): join them to one file"},
        {"patch:a@npm%3A^1#x", "a is patched by \"x\" for \"^1\", and no yarn.lock says which version that is: write the "
                               "version"},
        {"patch:..%2Fa@npm%3A1#x", "\"patch:..%2Fa@npm%3A1#x\" names no package"},
        {"patch:", "\"patch:\" names no package"},
        {"patch:a@https%3A//h.test/a.git#x", "a is patched, and comes from \"https://h.test/a.git\": only packages of a "
                                             "registry can be patched so"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        CHECK_STR(settings(arena_print(&a, "{\"dependencies\":{\"a\":\"%s\"}}", cases[i].spec).at, "", "", NULL),
                  str_c(cases[i].says));
    arena_free(&a);
}
