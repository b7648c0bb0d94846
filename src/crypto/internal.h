/* crypto/internal.h: OpenSSL's functions, looked up once. Each has OpenSSL's own type. */
#pragma once
#include <stdbool.h>

#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#define CRYPTO_FUNCTIONS(F) \
    F(EVP_MD_CTX_new) \
    F(EVP_MD_CTX_free) F(EVP_MD_CTX_copy_ex) F(EVP_DigestInit_ex) F(EVP_DigestUpdate) F(EVP_DigestFinal_ex) \
        F(EVP_get_digestbyname) F(EVP_MD_get_size) F(EVP_MD_get_block_size) F(EVP_DigestFinalXOF) \
            F(EVP_DigestVerifyInit) F(EVP_DigestVerify) F(d2i_PUBKEY) F(RAND_bytes) F(ERR_get_error) F(ERR_peek_error) \
                F(ERR_clear_error) F(ERR_error_string_n) F(ERR_reason_error_string) F(BIO_new) F(BIO_s_mem) \
                    F(BIO_new_mem_buf) F(BIO_free) F(BIO_write) F(BIO_read) F(BIO_ctrl) F(PEM_read_bio_X509) \
                        F(PEM_read_bio_PrivateKey) F(X509_free) F(EVP_PKEY_free) F(X509_STORE_add_cert) \
                            F(X509_STORE_load_file) F(X509_verify_cert_error_string) F(X509_VERIFY_PARAM_set1_host) \
                                F(X509_VERIFY_PARAM_set1_ip_asc)

#define TLS_FUNCTIONS(F) \
    F(TLS_method) \
    F(SSL_CTX_new) F(SSL_CTX_free) F(SSL_CTX_ctrl) F(SSL_CTX_set_options) F(SSL_CTX_set_verify) \
        F(SSL_CTX_set_default_verify_paths) F(SSL_CTX_get_cert_store) F(SSL_CTX_use_certificate) \
            F(SSL_CTX_use_PrivateKey) F(SSL_CTX_check_private_key) F(SSL_CTX_set_alpn_protos) \
                F(SSL_CTX_set_alpn_select_cb) F(SSL_CTX_set_cipher_list) F(SSL_new) F(SSL_free) F(SSL_set_bio) \
                    F(SSL_set_accept_state) F(SSL_set_connect_state) F(SSL_ctrl) F(SSL_do_handshake) F(SSL_read_ex) \
                        F(SSL_write_ex) F(SSL_get_error) F(SSL_shutdown) F(SSL_get_verify_result) F(SSL_get0_param) \
                            F(SSL_get0_alpn_selected) F(SSL_get_version) F(SSL_get_current_cipher) \
                                F(SSL_CIPHER_get_name) F(SSL_select_next_proto)

struct openssl {
#define F(name) __typeof__(&name) name;
    CRYPTO_FUNCTIONS(F) TLS_FUNCTIONS(F)
#undef F
};

/* NULL when libcrypto (or, with_tls, libssl) of version 3 cannot be opened. Any thread. */
const struct openssl *crypto_openssl(bool with_tls);
