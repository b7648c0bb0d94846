#include "crypto/tls.h"

#include "base/arena.h"
#include "base/mem.h"
#include "base/must.h"
#include "crypto/internal.h"

struct tls_config {
    SSL_CTX *context;
    bool is_server, verifies;
    unsigned char alpn[512];        /* length-prefixed, as on the wire */
    size_t alpn_len;
    unsigned holds;
};

struct tls {
    struct tls_config *config;
    SSL *ssl;
    BIO *in, *out;                  /* owned by ssl */
    struct buf wire;
    size_t sent;                    /* of wire */
    enum tls_state state;
    const char *error;
    char text[256];
};

static const struct openssl *o;

/* --- configuration */

static void say_openssl(struct buf *why, const char *what) {
    unsigned long code = o->ERR_peek_error();
    const char *reason = code ? o->ERR_reason_error_string(code) : NULL;
    buf_print(why, "%s%s%s", what, reason ? ": " : "", reason ? reason : "");
    o->ERR_clear_error();
}

static BIO *text_bio(str pem) { return o->BIO_new_mem_buf(pem.at, (int)pem.len); }

static bool trust(SSL_CTX *c, str pem) {
    BIO *b = text_bio(pem);
    int n = 0;
    for (X509 *x; (x = o->PEM_read_bio_X509(b, NULL, NULL, NULL)) != NULL; n++) {
        o->X509_STORE_add_cert(o->SSL_CTX_get_cert_store(c), x);
        o->X509_free(x);
    }
    o->BIO_free(b);
    o->ERR_clear_error();
    return n > 0;
}

static int give_passphrase(char *out, int size, int writing, void *user) {
    const str *p = user;
    if ((size_t)size < p->len) return -1;
    memcpy(out, p->at, p->len);
    return (int)p->len;
}

static bool set_identity(SSL_CTX *c, const struct tls_options *opts, struct buf *why) {
    if (!opts->certificate.len && !opts->key.len) return true;
    BIO *b = text_bio(opts->certificate);
    X509 *first = o->PEM_read_bio_X509(b, NULL, NULL, NULL);
    bool ok = first && o->SSL_CTX_use_certificate(c, first) == 1;
    if (first) o->X509_free(first);
    for (X509 *x; ok && (x = o->PEM_read_bio_X509(b, NULL, NULL, NULL)) != NULL;)
        if (o->SSL_CTX_ctrl(c, SSL_CTRL_CHAIN_CERT, 0, x) != 1) o->X509_free(x);
    o->BIO_free(b);
    if (!ok) return say_openssl(why, "the certificate cannot be read"), false;
    o->ERR_clear_error();
    b = text_bio(opts->key);
    str passphrase = opts->passphrase;
    EVP_PKEY *key = o->PEM_read_bio_PrivateKey(b, NULL, give_passphrase, &passphrase);
    o->BIO_free(b);
    ok = key && o->SSL_CTX_use_PrivateKey(c, key) == 1 && o->SSL_CTX_check_private_key(c) == 1;
    if (key) o->EVP_PKEY_free(key);
    if (!ok) say_openssl(why, "the key cannot be read, or is not the certificate's");
    return ok;
}

static int choose_alpn(SSL *ssl, const unsigned char **out, unsigned char *len, const unsigned char *in,
                       unsigned in_len, void *user) {
    const struct tls_config *c = user;
    unsigned char *chosen;
    int r = o->SSL_select_next_proto(&chosen, len, c->alpn, (unsigned)c->alpn_len, in, in_len);
    *out = chosen;
    return r == OPENSSL_NPN_NEGOTIATED ? SSL_TLSEXT_ERR_OK : SSL_TLSEXT_ERR_ALERT_FATAL;
}

static bool set_alpn(struct tls_config *c, const struct tls_options *opts, struct buf *why) {
    for (size_t i = 0; i < opts->n_alpn; i++) {
        str p = opts->alpn[i];
        if (!p.len || p.len > 255 || c->alpn_len + p.len + 1 > sizeof c->alpn)
            return buf_lit(why, "a protocol's name is empty or too long"), false;
        c->alpn[c->alpn_len++] = (unsigned char)p.len;
        memcpy(c->alpn + c->alpn_len, p.at, p.len);
        c->alpn_len += p.len;
    }
    if (!c->alpn_len) return true;
    if (c->is_server) o->SSL_CTX_set_alpn_select_cb(c->context, choose_alpn, c);
    else o->SSL_CTX_set_alpn_protos(c->context, c->alpn, (unsigned)c->alpn_len);
    return true;
}

static int version_code(int v) { return v == TLS_1_2 ? TLS1_2_VERSION : v == TLS_1_3 ? TLS1_3_VERSION : 0; }

struct tls_config *tls_config_new(const struct tls_options *opts, struct buf *why) {
    o = crypto_openssl(true);
    if (!o) {
        buf_lit(why, "OpenSSL 3 (libssl3) is not installed");
        return NULL;
    }
    struct tls_config *c = NEW(struct tls_config);
    c->holds = 1;
    c->is_server = opts->is_server;
    c->context = o->SSL_CTX_new(o->TLS_method());
    must(c->context);
    o->SSL_CTX_ctrl(c->context, SSL_CTRL_SET_MIN_PROTO_VERSION,
                    opts->least ? version_code(opts->least) : TLS1_2_VERSION, NULL);
    o->SSL_CTX_ctrl(c->context, SSL_CTRL_SET_MAX_PROTO_VERSION, version_code(opts->most), NULL);
    long modes = SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER | SSL_MODE_RELEASE_BUFFERS;
    o->SSL_CTX_ctrl(c->context, SSL_CTRL_MODE, modes, NULL);
    o->SSL_CTX_set_options(c->context, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION | SSL_OP_IGNORE_UNEXPECTED_EOF);
    bool ok = true;
    if (opts->ciphers.len) {
        struct arena a = {0};
        ok = o->SSL_CTX_set_cipher_list(c->context, arena_c(&a, opts->ciphers)) == 1;
        if (!ok) say_openssl(why, "no cipher of the list is known");
        arena_free(&a);
    }
    if (ok && opts->ca.len) {
        ok = trust(c->context, opts->ca);
        if (!ok) buf_lit(why, "no certificate is in the trusted ones that were given");
    } else if (ok && (!opts->is_server || opts->asks_client)) o->SSL_CTX_set_default_verify_paths(c->context);
    if (ok && opts->extra_ca_file.len) {
        struct arena a = {0};
        o->X509_STORE_load_file(o->SSL_CTX_get_cert_store(c->context), arena_c(&a, opts->extra_ca_file));
        o->ERR_clear_error();
        arena_free(&a);
    }
    c->verifies = opts->is_server ? opts->asks_client && !opts->no_verify : !opts->no_verify;
    int mode = c->verifies || opts->asks_client ? SSL_VERIFY_PEER : SSL_VERIFY_NONE;
    if (c->verifies && opts->is_server) mode |= SSL_VERIFY_FAIL_IF_NO_PEER_CERT;
    o->SSL_CTX_set_verify(c->context, mode, NULL);
    ok = ok && set_identity(c->context, opts, why) && set_alpn(c, opts, why);
    if (ok) return c;
    tls_config_drop(c);
    return NULL;
}

struct tls_config *tls_config_hold(struct tls_config *c) {
    c->holds++;
    return c;
}
void tls_config_drop(struct tls_config *c) {
    if (!c || --c->holds) return;
    o->SSL_CTX_free(c->context);
    mem_free(c);
}

/* --- one connection */

static bool is_address(str host) {
    bool colon = false, dots = false;
    for (size_t i = 0; i < host.len; i++) {
        char ch = host.at[i];
        if (ch == ':') colon = true;
        else if (ch == '.') dots = true;
        else if (!(ch >= '0' && ch <= '9') && !((ch | 32) >= 'a' && (ch | 32) <= 'f')) return false;
        else if (!(ch >= '0' && ch <= '9') && !colon && !str_find_char(host, ':')) return false;
    }
    if (colon) return true;
    for (size_t i = 0; i < host.len; i++)
        if (host.at[i] != '.' && (host.at[i] < '0' || host.at[i] > '9')) return false;
    return dots;
}

struct tls *tls_new(struct tls_config *c, str host) {
    struct tls *t = NEW(struct tls);
    t->config = tls_config_hold(c);
    t->ssl = o->SSL_new(c->context);
    must(t->ssl);
    t->in = o->BIO_new(o->BIO_s_mem());
    t->out = o->BIO_new(o->BIO_s_mem());
    o->BIO_ctrl(t->in, BIO_C_SET_BUF_MEM_EOF_RETURN, -1, NULL);  /* empty means "later", not the end */
    o->SSL_set_bio(t->ssl, t->in, t->out);
    if (c->is_server) o->SSL_set_accept_state(t->ssl);
    else o->SSL_set_connect_state(t->ssl);
    if (!c->is_server && host.len) {
        struct arena a = {0};
        bool bracketed = host.at[0] == '[';
        str name = bracketed ? str_cut(host, 1, host.len - 1) : host;
        if (is_address(name)) o->X509_VERIFY_PARAM_set1_ip_asc(o->SSL_get0_param(t->ssl), arena_c(&a, name));
        else {
            o->SSL_ctrl(t->ssl, SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name,
                        (void *)(uintptr_t)arena_c(&a, name));
            o->X509_VERIFY_PARAM_set1_host(o->SSL_get0_param(t->ssl), name.at, name.len);
        }
        arena_free(&a);
    }
    return t;
}

void tls_free(struct tls *t) {
    if (!t) return;
    o->SSL_free(t->ssl);
    tls_config_drop(t->config);
    buf_free(&t->wire);
    mem_free(t);
}

enum tls_state tls_state(const struct tls *t) { return t->state; }

static void collect(struct tls *t) {
    for (long n; (n = o->BIO_ctrl(t->out, BIO_CTRL_PENDING, 0, NULL)) > 0;) {
        int got = o->BIO_read(t->out, buf_room(&t->wire, (size_t)n), (int)n);
        if (got <= 0) return;
        t->wire.len += (size_t)got;
    }
}

/* Node's names of what X509_verify_cert found. */
static const char *verify_name(long code) {
    switch (code) {
    case X509_V_ERR_HOSTNAME_MISMATCH: case X509_V_ERR_IP_ADDRESS_MISMATCH: return "ERR_TLS_CERT_ALTNAME_INVALID";
    case X509_V_ERR_CERT_HAS_EXPIRED: return "CERT_HAS_EXPIRED";
    case X509_V_ERR_CERT_NOT_YET_VALID: return "CERT_NOT_YET_VALID";
    case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT: return "DEPTH_ZERO_SELF_SIGNED_CERT";
    case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN: return "SELF_SIGNED_CERT_IN_CHAIN";
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT: return "UNABLE_TO_GET_ISSUER_CERT";
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY: return "UNABLE_TO_GET_ISSUER_CERT_LOCALLY";
    case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE: return "UNABLE_TO_VERIFY_LEAF_SIGNATURE";
    case X509_V_ERR_CERT_REVOKED: return "CERT_REVOKED";
    case X509_V_ERR_INVALID_PURPOSE: return "INVALID_PURPOSE";
    case X509_V_ERR_CERT_UNTRUSTED: return "CERT_UNTRUSTED";
    case X509_V_ERR_CERT_REJECTED: return "CERT_REJECTED";
    }
    return "ERR_SSL_CERTIFICATE_VERIFY_FAILED";
}

static void fail(struct tls *t) {
    long verdict = o->SSL_get_verify_result(t->ssl);
    unsigned long code = o->ERR_get_error();
    t->state = TLS_FAILED;
    if (t->config->verifies && verdict != X509_V_OK) {
        t->error = verify_name(verdict);
        snprintf(t->text, sizeof t->text, "%s", o->X509_verify_cert_error_string(verdict));
    } else {
        t->error = "EPROTO";
        if (code) o->ERR_error_string_n(code, t->text, sizeof t->text);
        else snprintf(t->text, sizeof t->text, "the TLS connection broke off");
    }
    o->ERR_clear_error();
}

/* What a call of OpenSSL that did not succeed means for the connection. */
static void judge(struct tls *t, int result) {
    switch (o->SSL_get_error(t->ssl, result)) {
    case SSL_ERROR_WANT_READ: case SSL_ERROR_WANT_WRITE: break;
    case SSL_ERROR_ZERO_RETURN: t->state = TLS_PEER_CLOSED; break;
    default: fail(t);
    }
}

enum tls_state tls_push(struct tls *t, str wire) {
    if (t->state == TLS_FAILED) return t->state;
    if (wire.len) must(o->BIO_write(t->in, wire.at, (int)wire.len) == (int)wire.len);
    if (t->state == TLS_HANDSHAKE) {
        int r = o->SSL_do_handshake(t->ssl);
        if (r == 1) t->state = TLS_OPEN;
        else judge(t, r);
        collect(t);
    }
    return t->state;
}

str tls_wire(struct tls *t) { return str_from(buf_view(&t->wire), t->sent); }
void tls_wire_sent(struct tls *t, size_t n) {
    t->sent += n;
    must(t->sent <= t->wire.len);
    if (t->sent < t->wire.len) return;
    t->sent = 0;
    buf_clear(&t->wire);
}

size_t tls_read(struct tls *t, char *at, size_t len) {
    size_t n = 0;
    if (t->state != TLS_OPEN || !len) return 0;
    int r = o->SSL_read_ex(t->ssl, at, len, &n);
    if (r != 1) judge(t, r);
    collect(t);                                                  /* key updates are answered */
    return r == 1 ? n : 0;
}

bool tls_write(struct tls *t, str plain) {
    while (plain.len) {
        size_t n = 0;
        if (t->state != TLS_OPEN && t->state != TLS_PEER_CLOSED) return false;
        int r = o->SSL_write_ex(t->ssl, plain.at, plain.len, &n);
        if (r != 1) {
            judge(t, r);
            return false;
        }
        collect(t);
        plain = str_from(plain, n);
    }
    return t->state != TLS_FAILED;
}

void tls_close(struct tls *t) {
    if (t->state != TLS_OPEN && t->state != TLS_PEER_CLOSED) return;
    o->SSL_shutdown(t->ssl);
    o->ERR_clear_error();
    collect(t);
}

const char *tls_error(const struct tls *t) { return t->error; }
const char *tls_error_text(const struct tls *t) { return t->text; }
str tls_alpn(const struct tls *t) {
    const unsigned char *at = NULL;
    unsigned len = 0;
    o->SSL_get0_alpn_selected(t->ssl, &at, &len);
    return str_of((const char *)at, len);
}
const char *tls_version(const struct tls *t) { return o->SSL_get_version(t->ssl); }
const char *tls_cipher(const struct tls *t) { return o->SSL_CIPHER_get_name(o->SSL_get_current_cipher(t->ssl)); }
