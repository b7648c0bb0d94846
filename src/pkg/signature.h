/* pkg/signature.h: signatures by which a registry vouches for a version: ECDSA over "name@version:integrity" with a key
 * that the registry publishes (npm's /-/npm/v1/keys). Verified when keys are configured, and by `audit signatures`.
 * Pure. */
#pragma once
#include "base/arena.h"
#include "base/err.h"

struct diag;
struct json;

struct pkg_key { str id, type, der; double expires_s; };        /* expires_s: seconds since the epoch; 0 = never */
struct pkg_keys { struct pkg_key *at; size_t count; };

/* {"keys": [{keyid, keytype, key (base64 of DER), expires (ISO 8601 or null)}]}. false after an error in `d` about
 * `file`. */
bool pkg_keys_read(struct arena *a, str source, str file, struct diag *d, struct pkg_keys *out);

/* `signatures` is the list `dist.signatures` of a version: [{keyid, sig}]. One good signature is enough; one that is
 * wrong is an error. 0; ERR_NOT_FOUND: none, or none by a known key; ERR_INTEGRITY: it does not fit; ERR_REFUSED: the
 * key had expired when it was published. `published_s`: 0 = unknown. `why` (may be NULL) gets a sentence that names the
 * version. */
err pkg_signature_check(struct arena *a, const struct pkg_keys *keys, str name, str version, str integrity,
                        const struct json *signatures, double published_s, str *why);
