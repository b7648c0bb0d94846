/* data/idna.h: domain names of all scripts <-> ASCII (UTS #46, non-transitional) and the Punycode of RFC 3492. */
#pragma once
#include "base/arena.h"

/* false: not a domain. With `is_strict` also the rules of DNS: hyphens, lengths, only letters, digits and hyphens. */
bool idna_to_ascii(struct arena *a, str domain, bool is_strict, str *out);

/* Gives the best that can be shown; false when something in it was wrong. */
bool idna_to_unicode(struct arena *a, str domain, str *out);

/* Code points <-> Punycode without "xn--". false: overflow or not Punycode. */
bool idna_punycode_write(struct arena *a, const uint32_t *at, size_t n, str *out);
bool idna_punycode_read(struct arena *a, str text, uint32_t **out, size_t *n);
