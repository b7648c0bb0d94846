/* Any text as an .npmrc: a credential is given only to a URL whose host the file names. */
#include "base/diag.h"
#include "base/must.h"
#include "pkg/npmrc.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool var(void *user, str name, str *value) {
    *value = name;
    return name.len % 2;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct arena a = {0};
    struct diag d = {0};
    struct pkg_npmrc c;
    str text = str_of((const char *)data, size);
    pkg_npmrc_init(&c, &a, var, NULL);
    pkg_npmrc_add(&c, text, STR(".npmrc"), &d);
    str registry = pkg_npmrc_registry(&c, STR("@scope/x"), STR("https://default.test/"));
    must(registry.len && registry.at[registry.len - 1] == '/');
    pkg_npmrc_authorization(&c, &a, registry);
    pkg_npmrc_proxy(&c, &a, registry);
    pkg_npmrc_ca(&c, &a);
    bool has_variable = str_find(text, STR("${")) >= 0;
    str secret = pkg_npmrc_authorization(&c, &a, STR("https://never.named.test/x"));
    must(!secret.len || has_variable || str_find(text, STR("never.named.test")) >= 0);
    pkg_npmrc_done(&c);
    diag_free(&d);
    arena_free(&a);
    return 0;
}
