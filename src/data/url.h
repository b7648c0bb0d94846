/* data/url.h: URLs as the URL Standard (WHATWG) reads, changes and writes them, in UTF-8. Lone surrogates and malformed
 * bytes are the business of who makes the UTF-8. */
#pragma once
#include "base/arena.h"

/* all but the first are "special" */
enum url_scheme { URL_OTHER, URL_HTTP, URL_HTTPS, URL_WS, URL_WSS, URL_FTP, URL_FILE };

struct url {                        /* texts borrow from the input or live in the arena */
    str scheme;                     /* without the colon */
    str username, password;
    str host;                       /* as written: "[::1]" with brackets */
    str path;                       /* "/a/b"; anything when it is opaque */
    str query, fragment;            /* without ? and # */
    int32_t port;                   /* -1 = none, or the default of the scheme */
    enum url_scheme kind;
    bool has_host, has_opaque_path, has_query, has_fragment;
};

/* Where the parts of a serialized URL lie:
 *   https://user:pass@example.com:1234/foo/bar?baz#quux
 *         |     |    |          |     |       |   hash_start
 *         |     |    |          |     |       search_start
 *         |     |    |          |     pathname_start
 *         |     |    |          host_end
 *         |     |    host_start: at the "@", else where the host starts
 *         |     username_end
 *         protocol_end
 * Without a host the second to fourth are protocol_end. search_start and hash_start are the end when there is none;
 * whether there is one, the character there tells. */
struct url_parts {
    uint32_t protocol_end, username_end, host_start, host_end, pathname_start, search_start, hash_start;
};

/* false: not a URL. `base` may be NULL. `input` must live as long as the result. */
bool url_parse(struct arena *a, str input, const struct url *base, struct url *out);
str url_write(struct arena *a, const struct url *u, struct url_parts *parts);   /* parts may be NULL */

/* The setters of the URL class; a value that does not fit changes nothing. */
enum url_part {
    URL_PROTOCOL,
    URL_USERNAME,
    URL_PASSWORD,
    URL_HOST,
    URL_HOSTNAME,
    URL_PORT,
    URL_PATHNAME,
    URL_SEARCH,
    URL_HASH
};
void url_set(struct arena *a, struct url *u, enum url_part part, str value);

/* Hosts. false: not one. */
bool url_host_parse(struct arena *a, str text, bool is_special, str *out);

/* Percent-encoding: the bytes of each set (they grow from left to right, but for the fragment's) become %XX. */
enum url_set {
    URL_SET_C0 = 1, URL_SET_FRAGMENT = 2, URL_SET_QUERY = 4, URL_SET_SPECIAL_QUERY = 8, URL_SET_PATH = 16,
    URL_SET_USERINFO = 32,
    URL_SET_COMPONENT = 64,
};
str url_encode(struct arena *a, str text, enum url_set set);    /* `text` itself when there is nothing to do */
str url_decode(struct arena *a, str text);                      /* %XX to bytes */

str url_from_path(struct arena *a, str absolute_path);          /* file:///... as pathToFileURL makes it */
/* false: no file URL, or it has a host or an encoded slash */
bool url_to_path(struct arena *a, str file_url, str *path);
