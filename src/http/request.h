/* http/request.h: the head of one message, as spans into the connection's buffer, and what it says about framing.
 * Strict where leniency is how requests are smuggled: lines end in CRLF, no folded lines, no space before the colon,
 * one way of telling the body's length. */
#pragma once
#include "base/err.h"
#include "base/str.h"

struct arena;
struct http_header { str name, value; };

enum http_method {
    HTTP_GET, HTTP_HEAD, HTTP_POST, HTTP_PUT, HTTP_DELETE, HTTP_OPTIONS, HTTP_PATCH, HTTP_CONNECT, HTTP_TRACE,
    HTTP_OTHER
};
enum { HTTP_LENGTH_NONE = -1, HTTP_LENGTH_CHUNKED = -2, HTTP_LENGTH_CLOSE = -3 };

struct http_request {
    str method, target;
    int minor;                      /* HTTP/1.<minor> */
    size_t count;
    struct http_header *headers;    /* in the caller's arena */
    str head;                       /* the whole head, from the method to the CRLF of the last header line */

    enum http_method verb;
    int64_t length;                 /* of the body, or HTTP_LENGTH_NONE or _CHUNKED */
    bool keeps_alive, expects_continue, upgrades;       /* upgrades: `Connection: upgrade` with an Upgrade header */
    str host, upgrade;              /* empty when absent */
};

/* Reads one head from `in`: the bytes it took, 0 when more must come, or an err: ERR_MALFORMED (400), ERR_UNSUPPORTED
 * (a version that is not 1.x: 505), ERR_REFUSED (a transfer coding we do not speak: 501), ERR_TOO_LARGE (431).
 * Every str in `out` borrows from `in` and dies with it. */
ptrdiff_t http_request_parse(struct arena *a, str in, struct http_request *out);

struct http_reply {                 /* what a client reads */
    int status, minor;
    str reason;
    size_t count;
    struct http_header *headers;
    int64_t length;    /* or HTTP_LENGTH_CHUNKED, or _CLOSE: until the peer closes; not yet counted: HEAD, 204, 304 */
    bool keeps_alive;
};
ptrdiff_t http_reply_parse(struct arena *a, str in, struct http_reply *out);

/* the first; at == NULL when absent */
str http_find(const struct http_header *headers, size_t count, const char *lower_name);
bool http_list_has(str list, const char *lower_token);          /* a comma-separated list holds this token */

enum { HTTP_HEAD_MAX = 16 * 1024, HTTP_HEADERS_MAX = 256 };
