/* mod/node/crypto/native.c: the door of node:crypto. Data is bytes, or a string that is taken as UTF-8. */
#include "engine/js.h"

#include "base/mem.h"
#include "crypto/digest.h"
#include "engine/js_handle.h"

struct hash {
    bool is_hmac;
    struct crypto_digest digest;
    struct crypto_hmac hmac;
};

static void hash_close(void *thing) {
    struct hash *h = thing;
    if (h->is_hmac) crypto_hmac_drop(&h->hmac);
    else crypto_digest_drop(&h->digest);
    mem_free(h);
}
static const struct js_handle_type hash_type = {"hash", hash_close};

static str data_of(struct js_call *c, size_t i) {
    if (js_is_string(js_arg(c, i))) return js_str(c, i);
    struct js_bytes b = js_bytes(c, i);
    return str_of((char *)b.at, b.len);
}

static js_val give(struct hash *h, err e) {
    if (!e) return js_handle_make(&hash_type, h);
    hash_close(h);
    return NULL;
}

NATIVE(crypto_hash_open) {
    struct hash *h = NEW(struct hash);
    return give(h, crypto_digest_init(&h->digest, js_str(c, 0).at));
}

NATIVE(crypto_hmac_open) {
    struct hash *h = NEW(struct hash);
    h->is_hmac = true;
    return give(h, crypto_hmac_init(&h->hmac, js_str(c, 0).at, data_of(c, 1)));
}

NATIVE(crypto_hash_fork) {
    struct hash *from = js_handle(c, 0, &hash_type), *h = NEW(struct hash);
    return give(h, from ? crypto_digest_copy(&h->digest, &from->digest) : ERR_CLOSED);
}

NATIVE(crypto_hash_update) {
    struct hash *h = js_handle(c, 0, &hash_type);
    if (!h) return js_make_bool(false);
    if (h->is_hmac) crypto_hmac_add(&h->hmac, data_of(c, 1));
    else crypto_digest_add(&h->digest, data_of(c, 1));
    return js_make_bool(true);
}

static js_val end_hash(struct hash *h, int64_t len) {
    unsigned char out[CRYPTO_DIGEST_MOST];
    if (len >= 0) {
        unsigned char *at = mem_try((size_t)len + 1);
        if (!at) return js_throw(JS_RANGE_ERROR, "ERR_OUT_OF_RANGE", "the digest is too long to be kept");
        crypto_digest_end_long(&h->digest, at, (size_t)len);
        return js_make_bytes_adopt(at, (size_t)len, js_release_mem, NULL);
    }
    size_t n = h->is_hmac ? crypto_hmac_end(&h->hmac, out) : crypto_digest_end(&h->digest, out);
    return js_make_bytes_copy(out, n);
}

NATIVE(crypto_hash_digest) {
    struct hash *h = js_handle_take(js_num(c, 0), &hash_type);
    if (!h) return NULL;
    js_val bytes = end_hash(h, js_off(c, 1));
    mem_free(h);
    return bytes;
}

NATIVE(crypto_hash_drop) {
    struct hash *h = js_handle_take(js_num(c, 0), &hash_type);
    if (h) hash_close(h);
    return NULL;
}

NATIVE(crypto_hash_once) {
    unsigned char out[CRYPTO_DIGEST_MOST];
    size_t n = crypto_digest(js_str(c, 0).at, data_of(c, 1), out);
    return n ? js_make_bytes_copy(out, n) : NULL;
}

NATIVE(crypto_hash_size) { return js_make_num((double)crypto_digest_size(js_str(c, 0).at)); }

NATIVE(crypto_random_fill) {
    struct js_bytes b = js_bytes(c, 0);
    size_t from = (size_t)js_long(c, 1), len = (size_t)js_long(c, 2);
    if (from > b.len || len > b.len - from)
        return js_throw(JS_RANGE_ERROR, "ERR_OUT_OF_RANGE", "the range is outside of the bytes");
    return js_fail(c, crypto_random(b.at + from, len), "getrandom", NO_STR, NO_STR);
}

/* The time does not tell where they differ. */
NATIVE(crypto_equal) {
    struct js_bytes a = js_bytes(c, 0), b = js_bytes(c, 1);
    volatile uint8_t d = 0;
    for (size_t i = 0; i < a.len && i < b.len; i++) d |= a.at[i] ^ b.at[i];
    return js_make_bool(d == 0 && a.len == b.len);
}

static const struct js_native natives[] = {
    {"hashOpen", crypto_hash_open, "(name: string): number | undefined"},
    {"hmacOpen", crypto_hmac_open, "(name: string, key: string | Uint8Array): number | undefined"},
    {"hashFork", crypto_hash_fork, "(handle: number): number | undefined"},
    {"hashUpdate", crypto_hash_update, "(handle: number, data: string | Uint8Array): boolean"},
    {"hashDigest", crypto_hash_digest, "(handle: number, length: number): Uint8Array"},
    {"hashDrop", crypto_hash_drop, "(handle: number): void"},
    {"hashOnce", crypto_hash_once, "(name: string, data: string | Uint8Array): Uint8Array | undefined"},
    {"hashSize", crypto_hash_size, "(name: string): number"},
    {"randomFill", crypto_random_fill, "(bytes: Uint8Array, from: number, length: number): void"},
    {"equal", crypto_equal, "(a: Uint8Array, b: Uint8Array): boolean"},
};
JS_DOOR(node_crypto, natives)
