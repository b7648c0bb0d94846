/* crypto/digest.h: message digests (FIPS 180-4, RFC 1321) by OpenSSL's names: "md5", "sha1", "sha256", "sha512",
 * "blake2b512", ... */
#pragma once
#include "base/err.h"

enum { CRYPTO_DIGEST_MOST = 64 };                                /* bytes of the longest digest */

struct crypto_digest { void *state; };

err crypto_digest_init(struct crypto_digest *d, const char *name); /* ERR_UNSUPPORTED when there is none of that name */
void crypto_digest_add(struct crypto_digest *d, str bytes);
/* bytes written, at most CRYPTO_DIGEST_MOST; frees it */
size_t crypto_digest_end(struct crypto_digest *d, unsigned char *out);
void crypto_digest_drop(struct crypto_digest *d);                        /* frees it without an answer */

size_t crypto_digest_size(const char *name);                             /* 0 = there is none of that name */
err crypto_digest_copy(struct crypto_digest *to, const struct crypto_digest *from);
/* of shake128, shake256: any length */
void crypto_digest_end_long(struct crypto_digest *d, unsigned char *out, size_t len);

/* HMAC (RFC 2104) of the same digests. */
struct crypto_hmac { struct crypto_digest inner, outer; };
err crypto_hmac_init(struct crypto_hmac *h, const char *name, str key);
void crypto_hmac_add(struct crypto_hmac *h, str bytes);
size_t crypto_hmac_end(struct crypto_hmac *h, unsigned char *out);       /* frees it */
void crypto_hmac_drop(struct crypto_hmac *h);

size_t crypto_digest(const char *name, str bytes, unsigned char *out); /* all at once; 0 = there is none of that name */
err crypto_random(void *out, size_t len);
