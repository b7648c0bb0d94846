/* data/url_chars.h: what each byte means in a URL: the sets of url.h and a few more bits. Only for url*.c. */
#pragma once
#include "data/url.h"

enum {
    URL_CHAR_SCHEME = 128,              /* may stand in a scheme */
    URL_CHAR_DROPPED = 256,             /* tab and line ends */
    URL_CHAR_FORBIDDEN_HOST = 512,
    URL_CHAR_FORBIDDEN_DOMAIN = 1024,
    URL_CHAR_PLAIN_HOST = 2048,         /* lower-case letters, digits, - and . */
    URL_CHAR_BACKSLASH = 4096,
};
extern const uint16_t url_chars[256];

static inline bool url_is_alpha(char c) { return (c | 32) >= 'a' && (c | 32) <= 'z'; }
static inline char url_lower(char c) { return c >= 'A' && c <= 'Z' ? (char)(c | 32) : c; }
size_t url_encode_to(char *to, str text, enum url_set set);     /* room for 3 * text.len */
