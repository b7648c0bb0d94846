#include "crypto/verify.h"

#include "crypto/internal.h"

err crypto_verify(str key, const char *digest, str message, str signature) {
    const struct openssl *o = crypto_openssl(false);
    if (!o) return ERR_UNSUPPORTED;
    const unsigned char *der = (const unsigned char *)key.at;
    const EVP_MD *md = digest ? o->EVP_get_digestbyname(digest) : NULL;
    if (digest && !md) return ERR_UNSUPPORTED;
    EVP_PKEY *k = o->d2i_PUBKEY(NULL, &der, (long)key.len);
    EVP_MD_CTX *c = o->EVP_MD_CTX_new();
    err e = !k || der != (const unsigned char *)key.at + key.len ? ERR_MALFORMED : 0;
    if (!e && o->EVP_DigestVerifyInit(c, NULL, md, NULL, k) != 1) e = ERR_UNSUPPORTED;
    const unsigned char *sig = (const unsigned char *)signature.at, *text = (const unsigned char *)message.at;
    if (!e && o->EVP_DigestVerify(c, sig, signature.len, text, message.len) != 1) e = ERR_INTEGRITY;
    o->EVP_MD_CTX_free(c);
    o->EVP_PKEY_free(k);
    o->ERR_clear_error();
    return e;
}
