#include "http/chunked.h"

#include "http/scan.h"

enum { SIZE, SIZE_DONE, EXTENSION, SIZE_LF, DATA, DATA_CR, DATA_LF, LINE, TRAILER, TRAILER_LF, LAST_LF, END };
enum { ASIDE_MAX = 16 * 1024 };

static int hex(char c) { return c <= '9' ? c - '0' : (c | 32) - 'a' + 10; }

int http_chunked_read(struct http_chunked *c, str *in, str *data) {
    const char *at = in->at, *end = at + in->len;
    int result = 0;
    while (result == 0) {
        if (c->state == END) {
            result = 2;
            break;
        }
        if (at == end) break;
        char b = *at;
        switch (c->state) {
        case SIZE:
            if (http_is(b, HTTP_HEX)) {
                if (c->left >> 59) return ERR_TOO_LARGE;
                c->left = c->left << 4 | (uint64_t)hex(b);
                if (++c->n_digits > 16) return ERR_MALFORMED;
                at++;
                break;
            }
            if (c->n_digits == 0) return ERR_MALFORMED;
            c->state = SIZE_DONE;
            break;
        case SIZE_DONE:                                  /* white space may stand before an extension only */
            if (b == '\r') c->state = SIZE_LF;
            else if (b == ';') c->state = EXTENSION;
            else return ERR_MALFORMED;
            at++;
            break;
        case EXTENSION: {
            const char *stop = http_scan_value(at, end);
            c->n_aside += (uint32_t)(stop - at);
            at = stop;
            if (c->n_aside > ASIDE_MAX) return ERR_TOO_LARGE;
            if (at == end) break;
            if (*at != '\r') return ERR_MALFORMED;
            at++;
            c->state = SIZE_LF;
            break;
        }
        case SIZE_LF:
            if (b != '\n') return ERR_MALFORMED;
            at++;
            c->state = c->left ? DATA : LINE;
            break;
        case DATA: {
            size_t n = (size_t)(end - at) < c->left ? (size_t)(end - at) : (size_t)c->left;
            *data = str_of(at, n);
            at += n;
            c->left -= n;
            if (c->left == 0) c->state = DATA_CR;
            result = 1;
            break;
        }
        case DATA_CR:
            if (b != '\r') return ERR_MALFORMED;
            at++;
            c->state = DATA_LF;
            break;
        case DATA_LF:
            if (b != '\n') return ERR_MALFORMED;
            at++;
            c->n_digits = 0;
            c->state = SIZE;
            break;
        case LINE:
            if (b == '\r') {
                c->state = LAST_LF;
                at++;
            } else if (http_is(b, HTTP_TOKEN)) c->state = TRAILER;
            else return ERR_MALFORMED;
            break;
        case TRAILER: {
            const char *stop = http_scan_value(at, end);
            c->n_aside += (uint32_t)(stop - at);
            at = stop;
            if (c->n_aside > ASIDE_MAX) return ERR_TOO_LARGE;
            if (at == end) break;
            if (*at != '\r') return ERR_MALFORMED;
            at++;
            c->state = TRAILER_LF;
            break;
        }
        case TRAILER_LF:
            if (b != '\n') return ERR_MALFORMED;
            at++;
            c->state = LINE;
            break;
        case LAST_LF:
            if (b != '\n') return ERR_MALFORMED;
            at++;
            c->state = END;
            break;
        }
    }
    *in = str_of(at, (size_t)(end - at));
    return result;
}

size_t http_chunk_head(char out[HTTP_CHUNK_HEAD_MAX], size_t len) {
    static const char digits[] = "0123456789abcdef";
    size_t n = 0;
    int shift = 60;
    while (shift > 0 && (len >> shift & 15) == 0) shift -= 4;
    for (; shift >= 0; shift -= 4) out[n++] = digits[len >> shift & 15];
    out[n++] = '\r';
    out[n++] = '\n';
    return n;
}
