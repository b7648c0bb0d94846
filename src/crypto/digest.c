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

size_t crypto_digest_size(const char *name) {
    const struct openssl *o = crypto_openssl(false);
    const EVP_MD *kind = o ? o->EVP_get_digestbyname(name) : NULL;
    return kind ? (size_t)o->EVP_MD_get_size(kind) : 0;
}

err crypto_digest_copy(struct crypto_digest *to, const struct crypto_digest *from) {
    const struct openssl *o = crypto_openssl(false);
    to->state = o->EVP_MD_CTX_new();
    must(to->state);
    return o->EVP_MD_CTX_copy_ex(to->state, from->state) == 1 ? 0 : ERR_UNSUPPORTED;
}

void crypto_digest_end_long(struct crypto_digest *d, unsigned char *out, size_t len) {
    must(crypto_openssl(false)->EVP_DigestFinalXOF(d->state, out, len) == 1);
    crypto_digest_drop(d);
}

err crypto_hmac_init(struct crypto_hmac *h, const char *name, str key) {
    const struct openssl *o = crypto_openssl(false);
    const EVP_MD *kind = o ? o->EVP_get_digestbyname(name) : NULL;
    unsigned char block[256] = {0};
    size_t size = kind ? (size_t)o->EVP_MD_get_block_size(kind) : 0;
    *h = (struct crypto_hmac){0};
    if (!size || size > sizeof block) return ERR_UNSUPPORTED;
    if (key.len > size) crypto_digest(name, key, block);
    else if (key.len) memcpy(block, key.at, key.len);
    TRY(crypto_digest_init(&h->inner, name));
    TRY(crypto_digest_init(&h->outer, name));
    for (size_t i = 0; i < size; i++) block[i] ^= 0x36;
    crypto_digest_add(&h->inner, str_of((char *)block, size));
    for (size_t i = 0; i < size; i++) block[i] ^= 0x36 ^ 0x5c;
    crypto_digest_add(&h->outer, str_of((char *)block, size));
    return 0;
}

void crypto_hmac_add(struct crypto_hmac *h, str bytes) { crypto_digest_add(&h->inner, bytes); }

size_t crypto_hmac_end(struct crypto_hmac *h, unsigned char *out) {
    size_t n = crypto_digest_end(&h->inner, out);
    crypto_digest_add(&h->outer, str_of((char *)out, n));
    return crypto_digest_end(&h->outer, out);
}

void crypto_hmac_drop(struct crypto_hmac *h) {
    crypto_digest_drop(&h->inner);
    crypto_digest_drop(&h->outer);
}

err crypto_random(void *out, size_t len) {
    const struct openssl *o = crypto_openssl(false);
    return o && o->RAND_bytes(out, (int)len) == 1 ? 0 : ERR_UNSUPPORTED;
}
