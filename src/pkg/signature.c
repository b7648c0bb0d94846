#include "pkg/signature.h"

#include <time.h>

#include "base/diag.h"
#include "base/list.h"
#include "crypto/verify.h"
#include "data/base64.h"
#include "data/json.h"

/* "2025-01-29T00:00:00.000Z" -> seconds since the epoch; 0 when it is none. */
static double seconds_of(str text) {
    char room[32];
    struct tm tm = {0};
    if (text.len < 19 || text.len >= sizeof room) return 0;
    memcpy(room, text.at, text.len);
    room[text.len] = 0;
    return strptime(room, "%Y-%m-%dT%H:%M:%S", &tm) ? (double)timegm(&tm) : 0;
}

bool pkg_keys_read(struct arena *a, str source, str file, struct diag *d, struct pkg_keys *out) {
    *out = (struct pkg_keys){0};
    struct json *j = json_parse(a, source, JSON_STRICT, d, file), *list = json_get_c(j, "keys");
    if (!j) return false;
    if (!json_is(list, JSON_ARRAY)) {
        diag_add(d, DIAG_ERROR, "keys-form", file, source, j->at, j->end - j->at,
                 "keys must be an object with a list \"keys\"");
        return false;
    }
    out->at = ARENA_ARRAY(a, struct pkg_key, list->count + 1);
    for JSON_EACH(e, list) {
        str key = json_text(json_get_c(e, "key"));
        struct pkg_key k = {.id = json_text(json_get_c(e, "keyid")), .type = json_text(json_get_c(e, "keytype"))};
        uint8_t *der = arena_alloc(a, base64_room(key) + 4);
        size_t n = base64_read_strict(key, der);
        if (n == SIZE_MAX || !n || !k.id.len) {
            diag_add(d, DIAG_ERROR, "keys-form", file, source, e->at, e->end - e->at,
                     "a key must have \"keyid\", and \"key\" in base64");
            return false;
        }
        k.der = str_of((const char *)der, n);
        k.expires_s = seconds_of(json_text(json_get_c(e, "expires")));
        out->at[out->count++] = k;
    }
    return true;
}

static const struct pkg_key *key_of(const struct pkg_keys *keys, str id) {
    for (size_t i = 0; i < keys->count; i++)
        if (str_eq(keys->at[i].id, id)) return &keys->at[i];
    return NULL;
}

err pkg_signature_check(struct arena *a, const struct pkg_keys *keys, str name, str version, str integrity,
                        const struct json *signatures, double published_s, str *why) {
    str message = arena_print(a, "%.*s@%.*s:%.*s", STR_FMT(name), STR_FMT(version), STR_FMT(integrity)),
        unknown = STR("");
    err e = ERR_NOT_FOUND;
    const char *text = "has no signature of its registry";
    if (json_is(signatures, JSON_ARRAY)) for JSON_EACH(s, signatures) {
        str id = json_text(json_get_c(s, "keyid")), sig = json_text(json_get_c(s, "sig"));
        const struct pkg_key *k = key_of(keys, id);
        if (!k) {
            if (e == ERR_NOT_FOUND) unknown = id, text = "is signed by a key that is not configured:";
            continue;
        }
        uint8_t *der = arena_alloc(a, base64_room(sig) + 4);
        size_t n = base64_read_strict(sig, der);
        e = n == SIZE_MAX ? ERR_INTEGRITY : crypto_verify(k->der, "sha256", message, str_of((const char *)der, n));
        unknown = id;
        text = "has a signature that does not fit its name, version and integrity; key";
        if (!e && k->expires_s > 0 && published_s > k->expires_s)
            e = ERR_REFUSED, text = "was signed after its key had expired:";
        if (e) break;
        return 0;
    }
    if (why)
        *why = arena_print(a, "%.*s@%.*s %s%s%.*s", STR_FMT(name), STR_FMT(version), text, unknown.len ? " " : "",
                           STR_FMT(unknown));
    return e;
}
