#include "pkg/signature.h"

#include "base/test.h"
#include "data/json.h"

static const char keys_text[] =
    "{\"keys\":[{\"keyid\":\"SHA256:ours\",\"keytype\":\"ecdsa-sha2-nistp256\",\"scheme\":\"ecdsa-sha2-nistp256\",\"expires\":null,\"key\":"
    "\"MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE5tpuS1yIBuCmfJ3rRAPlccYKhB4XFKYlysCO2EgKnfil7g1R/FpYETFH0bsCe1dnKUtS17KTrv34k5/zgxM7wQ==\"},"
    "{\"keyid\":\"SHA256:old\",\"expires\":\"2025-01-29T00:00:00.000Z\",\"key\":"
    "\"MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE5tpuS1yIBuCmfJ3rRAPlccYKhB4XFKYlysCO2EgKnfil7g1R/FpYETFH0bsCe1dnKUtS17KTrv34k5/zgxM7wQ==\"}]}";
#define GOOD "MEYCIQDrY/gaVLnCUAr8yA8gi+R/IxiH5mvHHVOFO7w/zIZKtgIhAPXc3OJasjjHkvLdXBYDthZgjv81S+bm3ZNmxzi2Q+g4"

static err check(const char *signatures, const char *version, double published_s, str *why) {
    static struct arena a;
    struct pkg_keys keys;
    arena_free(&a);
    CHECK(pkg_keys_read(&a, str_c(keys_text), STR("keys"), NULL, &keys));
    const struct json *list = json_parse(&a, str_c(signatures), JSON_STRICT, NULL, STR(""));
    err e = pkg_signature_check(&a, &keys, STR("left-pad"), str_c(version), STR("sha512-abc"), list, published_s, why);
    if (!e) arena_free(&a);
    return e;
}

TEST(signature_of_a_registry_is_checked_against_its_keys) {
    str why;
    CHECK_INT(check("[{\"keyid\":\"SHA256:ours\",\"sig\":\"" GOOD "\"}]", "1.3.0", 0, &why), 0);
    CHECK_INT(check("[{\"keyid\":\"SHA256:other\",\"sig\":\"x\"},{\"keyid\":\"SHA256:ours\",\"sig\":\"" GOOD "\"}]",
                    "1.3.0", 0, &why),
              0);
    CHECK_INT(check("[{\"keyid\":\"SHA256:ours\",\"sig\":\"" GOOD "\"}]", "1.3.1", 0, &why), ERR_INTEGRITY);
    CHECK_STR(why,
              STR("left-pad@1.3.1 has a signature that does not fit its name, version and integrity; key SHA256:ours"));
    CHECK_INT(check("[{\"keyid\":\"SHA256:ours\",\"sig\":\"%%\"}]", "1.3.0", 0, &why), ERR_INTEGRITY);
    CHECK_INT(check("[{\"keyid\":\"SHA256:other\",\"sig\":\"" GOOD "\"}]", "1.3.0", 0, &why), ERR_NOT_FOUND);
    CHECK_STR(why, STR("left-pad@1.3.0 is signed by a key that is not configured: SHA256:other"));
    CHECK_INT(check("[]", "1.3.0", 0, &why), ERR_NOT_FOUND);
    CHECK_INT(check("null", "1.3.0", 0, &why), ERR_NOT_FOUND);
    CHECK_INT(check("[{\"keyid\":\"SHA256:old\",\"sig\":\"" GOOD "\"}]", "1.3.0", 1735689600, &why), 0);
    CHECK_INT(check("[{\"keyid\":\"SHA256:old\",\"sig\":\"" GOOD "\"}]", "1.3.0", 1767225600, &why), ERR_REFUSED);
    check("[]", "1.3.0", 0, NULL);
    static struct arena none;
    arena_free(&none);
}
