/* crypto/verify.h: is a signature right? For keys that are given as they are published. */
#pragma once
#include "base/err.h"

/* `key`: a SubjectPublicKeyInfo (RFC 5280) in DER: EC (ECDSA with a DER signature), RSA (PKCS #1 v1.5) or Ed25519
 * (`digest` NULL). 0; ERR_INTEGRITY when the signature is not of this key and message; ERR_MALFORMED when the key
 * cannot be read; ERR_UNSUPPORTED. */
err crypto_verify(str key, const char *digest, str message, str signature);
