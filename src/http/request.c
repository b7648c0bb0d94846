#include "http/request.h"

#include "base/arena.h"
#include "http/scan.h"

#define T (HTTP_TOKEN | HTTP_VALUE | HTTP_TARGET)
#define X (T | HTTP_HEX)
#define P (HTTP_VALUE | HTTP_TARGET)                    /* a printable that no token holds */
#define H (HTTP_VALUE | HTTP_TARGET)                    /* above 127 */
#define H8 H, H, H, H, H, H, H, H
const uint8_t http_class[256] = {
    0, 0, 0, 0, 0, 0, 0, 0, 0, HTTP_VALUE, 0, 0, 0, 0, 0, 0,   0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
    HTTP_VALUE, T, P, T, T, T, T, T, P, P, T, T, P, T, T, P,   X, X, X, X, X, X, X, X, X, X, P, P, P, P, P, P,
    P, X, X, X, X, X, X, T, T, T, T, T, T, T, T, T,            T, T, T, T, T, T, T, T, T, T, T, P, P, P, T, T,
    T, X, X, X, X, X, X, T, T, T, T, T, T, T, T, T,            T, T, T, T, T, T, T, T, T, T, T, P, T, P, T, 0,
    H8, H8, H8, H8, H8, H8, H8, H8, H8, H8, H8, H8, H8, H8, H8, H8,
};

static const char *const methods[] = {"GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH", "CONNECT", "TRACE"};

static bool is_nocase(str s, const char *lower, size_t len) {
    if (s.len != len) return false;
    for (size_t i = 0; i < len; i++) {
        char c = s.at[i];
        if (c >= 'A' && c <= 'Z') c = (char)(c | 32);
        if (c != lower[i]) return false;
    }
    return true;
}
#define IS(s, lower) is_nocase(s, lower, sizeof lower - 1)

str http_find(const struct http_header *headers, size_t count, const char *lower_name) {
    size_t len = strlen(lower_name);
    for (size_t i = 0; i < count; i++)
        if (is_nocase(headers[i].name, lower_name, len)) return headers[i].value;
    return (str){0};
}

bool http_list_has(str list, const char *lower_token) {
    str part;
    size_t len = strlen(lower_token);
    while (str_next(&list, ',', &part))
        if (is_nocase(str_trim(part), lower_token, len)) return true;
    return false;
}

static enum http_method verb_of(str m) {
    for (size_t i = 0; i < sizeof methods / sizeof *methods; i++)
        if (str_is(m, methods[i])) return (enum http_method)i;
    return HTTP_OTHER;
}

/* Digits only, at most 18 of them: no sign, no list, no overflow. */
static bool length_of(str s, int64_t *out) {
    if (s.len == 0 || s.len > 18) return false;
    int64_t n = 0;
    for (size_t i = 0; i < s.len; i++) {
        if (s.at[i] < '0' || s.at[i] > '9') return false;
        n = n * 10 + (s.at[i] - '0');
    }
    *out = n;
    return true;
}

struct framing {
    int64_t length;
    int n_hosts;
    bool has_length, has_coding, is_chunked, closes, keeps, upgrades;
    str host, upgrade, expect;
};

static err frame_by(struct framing *f, str name, str value) {
    switch (name.len) {
    case 4:
        if (IS(name, "host")) {
            f->n_hosts++;
            f->host = value;
        }
        return 0;
    case 6:
        if (IS(name, "expect")) f->expect = value;
        return 0;
    case 7:
        if (IS(name, "upgrade")) f->upgrade = value;
        return 0;
    case 10:
        if (IS(name, "connection")) {
            if (http_list_has(value, "close")) f->closes = true;
            if (http_list_has(value, "keep-alive")) f->keeps = true;
            if (http_list_has(value, "upgrade")) f->upgrades = true;
        }
        return 0;
    case 14:
        if (IS(name, "content-length")) {
            if (f->has_length || !length_of(value, &f->length)) return ERR_MALFORMED;
            f->has_length = true;
        }
        return 0;
    case 17:
        if (IS(name, "transfer-encoding")) {
            if (f->has_coding) return ERR_MALFORMED;
            f->has_coding = true;
            if (!IS(value, "chunked")) return http_list_has(value, "chunked") ? ERR_MALFORMED : ERR_REFUSED;
            f->is_chunked = true;
        }
        return 0;
    }
    return 0;
}

/* Header lines up to the empty one. The place after it, NULL when more must come or *e is set. */
static const char *parse_headers(struct arena *a, const char *at, const char *end, struct http_header **headers,
                                 size_t *count, struct framing *f, const char **head_end, err *e) {
    struct http_header local[64], *list = local;
    size_t n = 0, cap = 64;
    for (;;) {
        if (at == end) return NULL;
        if (*at == '\r') {
            if (at + 1 == end) return NULL;
            if (at[1] != '\n') break;
            *head_end = at;
            if (list == local) {
                list = arena_alloc(a, sizeof *list * (n ? n : 1));
                memcpy(list, local, sizeof *list * n);
            }
            *headers = list;
            *count = n;
            return at + 2;
        }
        const char *name = at;
        at = http_scan_token(at, end);
        if (at == end) return NULL;
        if (*at != ':' || at == name) break;             /* also a folded line, and a space before the colon */
        str key = str_of(name, (size_t)(at - name));
        at++;
        while (at < end && (*at == ' ' || *at == '\t')) at++;
        const char *value = at;
        at = http_scan_value(at, end);
        if (end - at < 2) {
            if (at < end && *at != '\r') break;
            return NULL;
        }
        if (at[0] != '\r' || at[1] != '\n') break;       /* a bare CR or LF, NUL, another control */
        const char *last = at;
        while (last > value && (last[-1] == ' ' || last[-1] == '\t')) last--;
        if (n == cap) {
            if (n >= HTTP_HEADERS_MAX) {
                *e = ERR_TOO_LARGE;
                return NULL;
            }
            struct http_header *more = arena_alloc(a, sizeof *more * cap * 2);
            memcpy(more, list, sizeof *more * n);
            list = more;
            cap *= 2;
        }
        list[n].name = key;
        list[n].value = str_of(value, (size_t)(last - value));
        err bad = frame_by(f, key, list[n].value);
        if (bad && !*e) *e = bad;
        n++;
        at += 2;
    }
    *e = ERR_MALFORMED;
    return NULL;
}

/* HTTP/1.x: 8 bytes. 0 when they are not all there, negative when wrong. */
static int parse_version(const char *at, const char *end, int *minor) {
    static const char want[] = "HTTP/";
    for (int i = 0; i < 5; i++) {
        if (at + i == end) return 0;
        if (at[i] != want[i]) return ERR_MALFORMED;
    }
    if (end - at < 8) return 0;
    if (at[5] < '0' || at[5] > '9' || at[6] != '.' || at[7] < '0' || at[7] > '9') return ERR_MALFORMED;
    if (at[5] != '1') return ERR_UNSUPPORTED;
    *minor = at[7] - '0';
    return 8;
}

ptrdiff_t http_request_parse(struct arena *a, str in, struct http_request *out) {
    const char *at = in.at, *end = in.at + (in.len < HTTP_HEAD_MAX ? in.len : HTTP_HEAD_MAX);
    ptrdiff_t more = in.len >= HTTP_HEAD_MAX ? ERR_TOO_LARGE : 0;         /* what "it does not end here" means */
    while (at < end && *at == '\r') {                    /* empty lines before a request are skipped, as the RFC asks */
        if (at + 1 == end) return more;
        if (at[1] != '\n') return ERR_MALFORMED;
        at += 2;
    }
    const char *start = at;
    at = http_scan_token(at, end);
    if (at - start > 32) return ERR_MALFORMED;
    if (at == end) return more;
    if (*at != ' ' || at == start) return ERR_MALFORMED;
    out->method = str_of(start, (size_t)(at - start));
    out->verb = verb_of(out->method);
    const char *target = ++at;
    at = http_scan_target(at, end);
    if (at == end) return more;
    if (*at != ' ' || at == target) return ERR_MALFORMED;
    out->target = str_of(target, (size_t)(at - target));
    at++;
    int took = parse_version(at, end, &out->minor);
    if (took <= 0) return took < 0 ? took : more;
    at += took;
    if (end - at < 2) return at < end && *at != '\r' ? ERR_MALFORMED : more;
    if (at[0] != '\r' || at[1] != '\n') return ERR_MALFORMED;
    at += 2;

    struct framing f = {0};
    err e = 0;
    const char *head_end = NULL;
    at = parse_headers(a, at, end, &out->headers, &out->count, &f, &head_end, &e);
    if (e && e != ERR_REFUSED) return e;
    if (!at) return more;
    if (e) return e;
    out->head = str_of(start, (size_t)(head_end - start));

    if (f.has_coding && (f.has_length || out->minor == 0)) return ERR_MALFORMED;
    if (f.n_hosts > 1 || (f.n_hosts == 0 && out->minor >= 1)) return ERR_MALFORMED;
    char first = out->target.at[0];
    bool is_absolute = out->target.len > 7 &&
                       (IS(str_upto(out->target, 7), "http://") || IS(str_upto(out->target, 8), "https://"));
    if (out->verb == HTTP_CONNECT) {
        if (first == '/') return ERR_MALFORMED;
    } else if (first != '/' && !is_absolute && !(out->verb == HTTP_OPTIONS && str_is(out->target, "*")))
        return ERR_MALFORMED;
    out->length = f.is_chunked ? HTTP_LENGTH_CHUNKED : f.has_length ? f.length : HTTP_LENGTH_NONE;
    out->keeps_alive = out->minor >= 1 ? !f.closes : f.keeps && !f.closes;
    out->expects_continue = out->minor >= 1 && IS(f.expect, "100-continue");
    out->upgrades = out->minor >= 1 && f.upgrades && f.upgrade.len > 0;
    out->host = f.host;
    out->upgrade = f.upgrade;
    return at - in.at;
}

ptrdiff_t http_reply_parse(struct arena *a, str in, struct http_reply *out) {
    enum { REPLY_HEAD_MAX = 256 * 1024 };
    const char *at = in.at, *end = in.at + (in.len < REPLY_HEAD_MAX ? in.len : REPLY_HEAD_MAX);
    ptrdiff_t more = in.len >= REPLY_HEAD_MAX ? ERR_TOO_LARGE : 0;
    int took = parse_version(at, end, &out->minor);
    if (took <= 0) return took < 0 ? took : more;
    at += took;
    if (end - at < 4) return more;
    if (at[0] != ' ') return ERR_MALFORMED;
    out->status = 0;
    for (int i = 1; i <= 3; i++) {
        if (at[i] < '0' || at[i] > '9') return ERR_MALFORMED;
        out->status = out->status * 10 + (at[i] - '0');
    }
    at += 4;
    if (out->status < 100) return ERR_MALFORMED;
    if (at < end && *at == ' ') at++;
    const char *reason = at;
    at = http_scan_value(at, end);
    out->reason = str_of(reason, (size_t)(at - reason));
    if (end - at < 2) return at < end && *at != '\r' ? ERR_MALFORMED : more;
    if (at[0] != '\r' || at[1] != '\n') return ERR_MALFORMED;
    at += 2;
    struct framing f = {0};
    err e = 0;
    const char *head_end = NULL;
    at = parse_headers(a, at, end, &out->headers, &out->count, &f, &head_end, &e);
    if (e) return e;
    if (!at) return more;
    if (f.has_coding && f.has_length) return ERR_MALFORMED;
    out->length = f.is_chunked ? HTTP_LENGTH_CHUNKED : f.has_length ? f.length : HTTP_LENGTH_CLOSE;
    out->keeps_alive = out->minor >= 1 ? !f.closes : f.keeps && !f.closes;
    return at - in.at;
}
