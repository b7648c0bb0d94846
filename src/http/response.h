/* http/response.h: the one printer of response heads. */
#pragma once
#include "base/buf.h"

/* What the given header block holds already, or what the body is: the printer adds the rest. */
enum http_head_flag {
    HTTP_HAS_DATE = 1, HTTP_HAS_LENGTH = 2, HTTP_HAS_CODING = 4, HTTP_HAS_CONNECTION = 8, HTTP_HAS_TYPE = 16,
    HTTP_TYPE_TEXT = 32,            /* content-type: text/plain;charset=utf-8, unless HTTP_HAS_TYPE */
    HTTP_TYPE_JSON = 64,            /* content-type: application/json;charset=utf-8, unless HTTP_HAS_TYPE */
    HTTP_CLOSES = 256,              /* the block says `Connection: close` */
    HTTP_TYPE_BYTES = 128,          /* content-type: application/octet-stream, unless HTTP_HAS_TYPE */
};
struct http_response {
    int status;
    unsigned flags;
    str reason;                     /* empty = the status's own */
    str headers;                    /* whole lines "Name: value\r\n", checked by the caller */
    int64_t length;                 /* of the body; HTTP_LENGTH_NONE: say nothing; HTTP_LENGTH_CHUNKED */
    int minor;                      /* of the request */
    bool keeps_alive;
};

void http_response_print(struct buf *out, const struct http_response *r);
str http_reason(int status);        /* "Not Found"; empty when unknown */
bool http_status_has_body(int status);
str http_date_line(void);           /* "Date: Sat, 21 Nov 2026 04:02:32 GMT\r\n", of this thread, good to a second */
void http_date_print(char out[29], int64_t unix_seconds);
