/* http/chunked.h: the chunked transfer coding, incremental. Sizes are hexadecimal digits only, lines end in CRLF,
 * extensions and trailers are read past within limits. A zeroed struct is ready. */
#pragma once
#include "base/err.h"
#include "base/str.h"

struct http_chunked {
    uint64_t left;                  /* of the chunk that is being read */
    uint32_t n_aside;               /* bytes of extensions and trailers so far */
    uint8_t state, n_digits;
};

/* Moves `in` on past what it could read. 1: `data` is the next run of the body (never empty). 0: it wants more bytes
 * (`in` is used up). 2: the body has ended; `in` begins after it. Negative: ERR_MALFORMED or ERR_TOO_LARGE. */
int http_chunked_read(struct http_chunked *c, str *in, str *data);

enum { HTTP_CHUNK_HEAD_MAX = 20 };
size_t http_chunk_head(char out[HTTP_CHUNK_HEAD_MAX], size_t len);      /* "1f\r\n" */
