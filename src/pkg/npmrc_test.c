#include "base/diag.h"
#include "base/test.h"
#include "pkg/npmrc.h"

static bool var(void *user, str name, str *value) {
    (void)user;
    if (str_is(name, "TOKEN")) return *value = STR("s3cret"), true;
    if (str_is(name, "HTTPS_PROXY")) return *value = STR("http://envproxy:3128"), true;
    return false;
}
static struct arena a;
static struct pkg_npmrc c;
static void begin(const char *source) {
    pkg_npmrc_init(&c, &a, var, NULL);
    pkg_npmrc_add(&c, str_c(source), STR(".npmrc"), NULL);
}
static void end(void) { pkg_npmrc_done(&c); arena_free(&a); }
#define GET(key) pkg_npmrc_get(&c, STR(key))
#define AUTH(url) pkg_npmrc_authorization(&c, &a, STR(url))
#define PROXY(url) pkg_npmrc_proxy(&c, &a, STR(url))

TEST(npmrc_variables) {
    begin("a=${TOKEN}\nb=x${NOPE}y\nc=x${NOPE?}y\nd=${TOKEN?}!\ne=\\\\${TOKEN}\nf=${}\ng=${TOKEN\n${TOKEN}k=v");
    CHECK_STR(GET("a"), STR("s3cret"));
    CHECK_STR(GET("b"), STR("x${NOPE}y"));
    CHECK_STR(GET("c"), STR("xy"));
    CHECK_STR(GET("d"), STR("s3cret!"));
    CHECK_STR(GET("e"), STR("${TOKEN}"));
    CHECK_STR(GET("f"), STR("${}"));
    CHECK_STR(GET("g"), STR("${TOKEN"));
    CHECK_STR(GET("s3cretk"), STR("v"));
    end();
}
TEST(npmrc_what_is_added_later_wins) {
    begin("registry=https://one/\nomit[]=dev\nomit[]=peer\nsave-exact=false\nbare");
    CHECK_INT(pkg_npmrc_all(&c, STR("omit"))->count, 2);
    pkg_npmrc_add(&c, STR("registry=https://two\nomit[]=optional"), STR("p"), NULL);
    CHECK_STR(pkg_npmrc_registry(&c, STR("x"), STR("https://zero/")), STR("https://two/"));
    CHECK_INT(pkg_npmrc_all(&c, STR("omit"))->count, 1);
    CHECK(pkg_npmrc_add_var(&c, STR("NPM_CONFIG_REGISTRY"), STR("https://three/r")));
    CHECK(pkg_npmrc_add_var(&c, STR("npm_config_save_exact"), STR("")));
    CHECK(!pkg_npmrc_add_var(&c, STR("PATH"), STR("x")));
    CHECK_STR(pkg_npmrc_registry(&c, STR("x"), STR("")), STR("https://three/r/"));
    CHECK(pkg_npmrc_is(&c, STR("save-exact"), false) && pkg_npmrc_is(&c, STR("bare"), false) &&
          !pkg_npmrc_is(&c, STR("no"), false));
    end();
}
TEST(npmrc_scopes_have_their_registry) {
    begin("@s:registry=https://s.example/npm");
    CHECK_STR(pkg_npmrc_registry(&c, STR("@s/x"), STR("https://zero/")), STR("https://s.example/npm/"));
    CHECK_STR(pkg_npmrc_registry(&c, STR("@sx/x"), STR("https://zero/")), STR("https://zero/"));
    CHECK_STR(pkg_npmrc_registry(&c, STR("s"), STR("https://zero/")), STR("https://zero/"));
    end();
}
TEST(npmrc_credentials_stay_with_their_host) {
    begin("//R.example/:_authToken=root\n//r.example/deep/er:_authToken=${TOKEN}\n//b.example:8443/:_auth=dTpw\n"
          "//u.example/:username=me\n//u.example/:_password=cGFzcw==\n//d.example:443/:_authToken=d\n"
          "//bad.example/:_authToken=\"a\\r\\nX: y\"");
    CHECK_STR(AUTH("https://r.example/x"), STR("Bearer root"));
    CHECK_STR(AUTH("https://R.EXAMPLE"), STR("Bearer root"));
    CHECK_STR(AUTH("https://r.example/deep/er/x/-/x.tgz"), STR("Bearer s3cret"));
    CHECK_STR(AUTH("https://r.example/deep/erx"), STR("Bearer root"));
    CHECK_STR(AUTH("https://r.example/deep/er/../../x"), STR("Bearer root"));
    CHECK_STR(AUTH("https://r.example:8080/x"), STR(""));
    CHECK_STR(AUTH("https://r.example.evil/x"), STR(""));
    CHECK_STR(AUTH("https://r.example@evil/x"), STR(""));
    CHECK_STR(AUTH("https://evil\\@r.example/x"), STR(""));
    CHECK_STR(AUTH("https://xr.example/x"), STR(""));
    CHECK_STR(AUTH("ftp://r.example/x"), STR(""));
    CHECK_STR(AUTH("https://b.example:8443/x"), STR("Basic dTpw"));
    CHECK_STR(AUTH("https://b.example/x"), STR(""));
    CHECK_STR(AUTH("https://u.example/x"), STR("Basic bWU6cGFzcw=="));
    CHECK_STR(AUTH("https://d.example/x"), STR("Bearer d"));
    CHECK_STR(AUTH("http://d.example/x"), STR(""));
    CHECK_STR(AUTH("https://bad.example/x"), STR(""));
    end();
}
TEST(npmrc_credentials_without_a_host_are_refused) {
    struct diag d = {0};
    pkg_npmrc_init(&c, &a, var, NULL);
    pkg_npmrc_add(&c, STR("_authToken=x\nregistry=https://evil/"), STR(".npmrc"), &d);
    CHECK(pkg_npmrc_add_var(&c, STR("npm_config__auth"), STR("x")));
    CHECK_INT(d.n_warnings, 1);
    CHECK_STR(AUTH("https://evil/"), STR(""));
    CHECK_STR(GET("_authToken"), STR(""));
    diag_free(&d);
    end();
}
TEST(npmrc_proxies) {
    begin("proxy=http://p:1\nnoproxy=localhost, .inner.example,10.0.0.1");
    CHECK_STR(PROXY("https://x.example/"), STR("http://envproxy:3128"));
    CHECK_STR(PROXY("http://x.example/"), STR("http://p:1"));
    CHECK_STR(PROXY("http://localhost:99/"), STR(""));
    CHECK_STR(PROXY("https://a.inner.example/"), STR(""));
    CHECK_STR(PROXY("https://inner.example/"), STR(""));
    CHECK_STR(PROXY("http://xinner.example/"), STR("http://p:1"));
    pkg_npmrc_set(&c, STR("https-proxy"), STR("http://q:2"));
    CHECK_STR(PROXY("https://x.example/"), STR("http://q:2"));
    end();
}
TEST(npmrc_ca) {
    begin("ca[]=\"one\\nline\"\nca[]=two\\nline");
    CHECK_STR(pkg_npmrc_ca(&c, &a), STR("one\nline\ntwo\nline\n"));
    end();
}

TEST(npmrc_with_a_nul_in_a_host_stays_inside_of_its_key) {
    struct arena mine = {0};
    struct pkg_npmrc rc;
    pkg_npmrc_init(&rc, &mine, NULL, NULL);
    pkg_npmrc_add(&rc, STR("//ab\0cdefgh.example.test/x/:username=u\n"), STR(".npmrc"), NULL);
    CHECK_STR(pkg_npmrc_authorization(&rc, &mine, STR("https://ab/x/")), STR(""));
    pkg_npmrc_done(&rc);
    arena_free(&mine);
}
