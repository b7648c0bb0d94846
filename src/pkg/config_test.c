#include "base/diag.h"
#include "base/test.h"
#include "pkg/config.h"
#include "sys/dir.h"
#include "sys/env.h"
#include "sys/file.h"
#include "sys/path.h"

static struct arena a;
static str folder;

static void put(const char *path, const char *text) {
    CHECK_INT(file_write_all(path_join(&a, folder, str_c(path)), str_c(text), 0666), 0);
}
static bool read(struct diag *d, struct pkg_config *c) {
    env_set(STR("HOME"), folder);
    static const char *const unset[] = {"BUN_CONFIG_REGISTRY",  "NPM_CONFIG_REGISTRY", "npm_config_registry",
                                        "XDG_CONFIG_HOME",      "XDG_CACHE_HOME",      "BUN_INSTALL_CACHE_DIR",
                                        "npm_config_userconfig"};
    for (size_t i = 0; i < sizeof unset / sizeof *unset; i++) env_unset(str_c(unset[i]));
    return pkg_config_read(&a, path_join(&a, folder, STR("p")), d, c);
}
static void begin(void) {
    CHECK_INT(dir_make_temp(&a, STR("/tmp/bao-config-"), &folder), 0);
    dir_make(path_join(&a, folder, STR("p")), 0777);
}
static void end(struct diag *d, struct pkg_config *c) {
    dir_remove_all(folder);
    pkg_config_done(c);
    diag_free(d);
    arena_free(&a);
}

TEST(config_of_the_project_goes_before_the_users_and_bunfig_before_npmrc) {
    struct diag d = {0};
    struct pkg_config c;
    begin();
    put(".npmrc", "registry=http://user.test/\nsave-exact=true\n//user.test/:_authToken=u\n");
    put("p/.npmrc", "@s:registry=http://scope.test/\nomit[]=dev\nnode-linker=isolated\n");
    put("p/bunfig.toml",
        "[install]\nregistry = { url = \"http://bunfig.test/npm\", token = \"$T_TOKEN\" }\nlinker = \"hoisted\"\n"
        "minimumReleaseAge = \"3d\"\n[install.cache]\ndir = \"../cache\"\n");
    env_set(STR("T_TOKEN"), STR("secret"));
    CHECK(read(&d, &c));
    CHECK_STR(c.registry, STR("http://bunfig.test/npm/"));
    CHECK_STR(pkg_npmrc_registry(&c.npmrc, STR("@s/x"), c.registry), STR("http://scope.test/"));
    CHECK_STR(pkg_npmrc_authorization(&c.npmrc, &a, STR("http://bunfig.test/npm/x")), STR("Bearer secret"));
    CHECK_STR(pkg_npmrc_authorization(&c.npmrc, &a, STR("http://scope.test/x")), STR(""));
    CHECK(c.exact);
    CHECK(c.no_dev);
    CHECK_INT(c.linker, PKG_LINKER_HOISTED);
    CHECK_INT(c.minimum_age_s, 259200);
    CHECK_STR(c.cache, path_join(&a, folder, STR("cache")));
    end(&d, &c);
}

TEST(config_in_the_environment_goes_before_all_files) {
    struct diag d = {0};
    struct pkg_config c;
    begin();
    put("p/bunfig.toml", "[install]\nregistry = \"http://bunfig.test\"\nexact = true\n");
    env_set(STR("npm_config_save_exact"), STR("false"));
    env_set(STR("BAO_CONFIG_REGISTRY"), STR("http://user:pass@env.test/r"));
    CHECK(read(&d, &c));
    CHECK_STR(c.registry, STR("http://env.test/r/"));
    CHECK_STR(pkg_npmrc_authorization(&c.npmrc, &a, STR("http://env.test/r/x")), STR("Basic dXNlcjpwYXNz"));
    CHECK(!c.exact);
    env_unset(STR("BAO_CONFIG_REGISTRY"));
    env_unset(STR("npm_config_save_exact"));
    end(&d, &c);
}

TEST(config_that_is_wrong_is_named) {
    struct diag d = {0};
    struct pkg_config c;
    begin();
    put("p/bunfig.toml", "[install]\nlinker = \"magic\"\nexact = \"yes\"\nbackend = \"x\"\n");
    CHECK(!read(&d, &c));
    CHECK_INT(d.n_errors, 3);
    end(&d, &c);
}

TEST(config_times_have_units) {
    CHECK_INT(pkg_config_seconds(STR("90")), 90);
    CHECK_INT(pkg_config_seconds(STR("2h")), 7200);
    CHECK_INT(pkg_config_seconds(STR("soon")), -1);
}
