/* crypto/digest.h: message digests (FIPS 180-4, RFC 1321) by OpenSSL's names: "md5", "sha1", "sha256", "sha512", "blake2b512", ... */
#pragma once
#include "base/err.h"

enum { CRYPTO_DIGEST_MOST = 64 };                                /* bytes of the longest digest */

struct crypto_digest { void *state; };

err crypto_digest_init(struct crypto_digest *d, const char *name);       /* ERR_UNSUPPORTED when there is none of that name */
void crypto_digest_add(struct crypto_digest *d, str bytes);
size_t crypto_digest_end(struct crypto_digest *d, unsigned char *out);   /* bytes written, at most CRYPTO_DIGEST_MOST; frees it */
void crypto_digest_drop(struct crypto_digest *d);                        /* frees it without an answer */

size_t crypto_digest(const char *name, str bytes, unsigned char *out);   /* all at once; 0 = there is none of that name */
err crypto_random(void *out, size_t len);
