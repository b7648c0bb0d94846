/* crypto/tls.h: TLS 1.2 and 1.3 (RFC 5246, 8446) as an engine over memory. Bytes of the wire are pushed in and taken
 * out; no socket is known here. A config is shared by many connections; both are for one thread at a time. */
#pragma once
#include "base/buf.h"
#include "base/err.h"

enum { TLS_1_2 = 12, TLS_1_3 = 13 };

struct tls_options {
    bool is_server;
    bool no_verify;                 /* client: accept any certificate; server: see asks_client */
    bool asks_client;    /* server: ask for the client's certificate, and refuse without no_verify when it is wrong */
    str ca;        /* PEM certificates that are trusted instead of the system's; empty = the system's */
    str extra_ca_file;              /* PEM file of more that are trusted (NODE_EXTRA_CA_CERTS); empty = none */
    str certificate, key;           /* PEM; the chain follows its first certificate. Servers need both */
    str passphrase;                 /* of the key; empty = none */
    str ciphers;                    /* OpenSSL's list for TLS 1.2; empty = its default */
    const str *alpn;                /* protocols in order of preference (RFC 7301), each of 1 to 255 bytes */
    size_t n_alpn;
    int least, most;                /* TLS_1_2 or TLS_1_3; 0 = both */
};

struct tls_config;
/* NULL with a message in `why` (static or in the config's own memory: copy it) when the options do not fit together. */
struct tls_config *tls_config_new(const struct tls_options *o, struct buf *why);
struct tls_config *tls_config_hold(struct tls_config *c);
void tls_config_drop(struct tls_config *c);

enum tls_state { TLS_HANDSHAKE, TLS_OPEN, TLS_PEER_CLOSED, TLS_FAILED };
struct tls;
/* Client: `host` is asked for by SNI and must be named by the certificate (a name or an IP address). Server: empty. */
struct tls *tls_new(struct tls_config *c, str host);
void tls_free(struct tls *t);

enum tls_state tls_state(const struct tls *t);
enum tls_state tls_push(struct tls *t, str wire);        /* bytes from the peer; empty starts a client's handshake */
str tls_wire(struct tls *t);                             /* bytes for the peer, borrowed until the next call */
void tls_wire_sent(struct tls *t, size_t n);             /* so many of them are gone */
size_t tls_read(struct tls *t, char *at, size_t len);    /* plain bytes that are there; 0 = none now */
bool tls_write(struct tls *t, str plain);                /* false before TLS_OPEN and after the end */
void tls_close(struct tls *t);                           /* close_notify into the wire */

const char *tls_error(const struct tls *t);    /* after TLS_FAILED, as Node names them: "CERT_HAS_EXPIRED", "EPROTO" */
const char *tls_error_text(const struct tls *t);
str tls_alpn(const struct tls *t);                       /* the protocol agreed on; empty = none */
const char *tls_version(const struct tls *t);            /* "TLSv1.3" */
const char *tls_cipher(const struct tls *t);
