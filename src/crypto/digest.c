#include "crypto/digest.h"

#include "base/must.h"
#include "crypto/internal.h"

err crypto_digest_init(struct crypto_digest *d, const char *name) {
    const struct openssl *o = crypto_openssl(false);
    d->state = NULL;
    const EVP_MD *kind = o ? o->EVP_get_digestbyname(name) : NULL;
    if (!kind) return ERR_UNSUPPORTED;
    d->state = o->EVP_MD_CTX_new();
    must(d->state);
    return o->EVP_DigestInit_ex(d->state, kind, NULL) == 1 ? 0 : ERR_UNSUPPORTED;
}

void crypto_digest_add(struct crypto_digest *d, str bytes) {
    must(crypto_openssl(false)->EVP_DigestUpdate(d->state, bytes.at, bytes.len) == 1);
}

size_t crypto_digest_end(struct crypto_digest *d, unsigned char *out) {
    unsigned len = 0;
    must(crypto_openssl(false)->EVP_DigestFinal_ex(d->state, out, &len) == 1);
    crypto_digest_drop(d);
    return len;
}

void crypto_digest_drop(struct crypto_digest *d) {
    if (d->state) crypto_openssl(false)->EVP_MD_CTX_free(d->state);
    d->state = NULL;
}

size_t crypto_digest(const char *name, str bytes, unsigned char *out) {
    struct crypto_digest d;
    if (crypto_digest_init(&d, name)) {
        crypto_digest_drop(&d);
        return 0;
    }
    crypto_digest_add(&d, bytes);
    return crypto_digest_end(&d, out);
}

err crypto_random(void *out, size_t len) {
    const struct openssl *o = crypto_openssl(false);
    return o && o->RAND_bytes(out, (int)len) == 1 ? 0 : ERR_UNSUPPORTED;
}
