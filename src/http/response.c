#include "http/response.h"

#include <time.h>

#include "http/request.h"

static const struct { int status; const char *reason; } reasons[] = {
    {100, "Continue"}, {101, "Switching Protocols"}, {102, "Processing"}, {103, "Early Hints"}, {200, "OK"},
    {201, "Created"},
    {202, "Accepted"}, {203, "Non-Authoritative Information"}, {204, "No Content"}, {205, "Reset Content"},
    {206, "Partial Content"},
    {207, "Multi-Status"}, {208, "Already Reported"}, {226, "IM Used"}, {300, "Multiple Choices"},
    {301, "Moved Permanently"},
    {302, "Found"}, {303, "See Other"}, {304, "Not Modified"}, {305, "Use Proxy"}, {307, "Temporary Redirect"},
    {308, "Permanent Redirect"}, {400, "Bad Request"}, {401, "Unauthorized"}, {402, "Payment Required"},
    {403, "Forbidden"},
    {404, "Not Found"}, {405, "Method Not Allowed"}, {406, "Not Acceptable"}, {407, "Proxy Authentication Required"},
    {408, "Request Timeout"}, {409, "Conflict"}, {410, "Gone"}, {411, "Length Required"}, {412, "Precondition Failed"},
    {413, "Payload Too Large"}, {414, "URI Too Long"}, {415, "Unsupported Media Type"}, {416, "Range Not Satisfiable"},
    {417, "Expectation Failed"}, {418, "I'm a Teapot"}, {421, "Misdirected Request"}, {422, "Unprocessable Entity"},
    {423, "Locked"},
    {424, "Failed Dependency"}, {425, "Too Early"}, {426, "Upgrade Required"}, {428, "Precondition Required"},
    {429, "Too Many Requests"}, {431, "Request Header Fields Too Large"}, {451, "Unavailable For Legal Reasons"},
    {500, "Internal Server Error"}, {501, "Not Implemented"}, {502, "Bad Gateway"}, {503, "Service Unavailable"},
    {504, "Gateway Timeout"}, {505, "HTTP Version Not Supported"}, {506, "Variant Also Negotiates"},
    {507, "Insufficient Storage"},
    {508, "Loop Detected"}, {509, "Bandwidth Limit Exceeded"}, {510, "Not Extended"},
    {511, "Network Authentication Required"},
};

str http_reason(int status) {
    for (size_t i = 0; i < sizeof reasons / sizeof *reasons; i++)
        if (reasons[i].status == status) return str_c(reasons[i].reason);
    return (str){0};
}

bool http_status_has_body(int status) { return status >= 200 && status != 204 && status != 304; }

static void two(char *at, int n) {
    at[0] = (char)('0' + n / 10);
    at[1] = (char)('0' + n % 10);
}

void http_date_print(char out[29], int64_t unix_seconds) {
    static const char days[] = "SunMonTueWedThuFriSat", months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
    time_t t = (time_t)unix_seconds;
    struct tm tm;
    gmtime_r(&t, &tm);
    memcpy(out, "Sun, 00 Jan 0000 00:00:00 GMT", 29);
    memcpy(out, days + 3 * tm.tm_wday, 3);
    two(out + 5, tm.tm_mday);
    memcpy(out + 8, months + 3 * tm.tm_mon, 3);
    two(out + 12, (tm.tm_year + 1900) / 100);
    two(out + 14, tm.tm_year % 100);
    two(out + 17, tm.tm_hour);
    two(out + 20, tm.tm_min);
    two(out + 23, tm.tm_sec);
}

str http_date_line(void) {
    static _Thread_local char line[38];
    static _Thread_local time_t of;
    struct timespec now;
    clock_gettime(CLOCK_REALTIME_COARSE, &now);
    if (now.tv_sec != of) {
        of = now.tv_sec;
        memcpy(line, "Date: ", 6);
        http_date_print(line + 6, of);
        memcpy(line + 35, "\r\n", 2);
    }
    return str_of(line, 37);
}

static char *put(char *at, str s) {
    if (s.len) memcpy(at, s.at, s.len);
    return at + s.len;
}

static char *put_number(char *at, uint64_t n) {
    char digits[20];
    size_t i = sizeof digits;
    do digits[--i] = (char)('0' + n % 10);
    while (n /= 10);
    return put(at, str_of(digits + i, sizeof digits - i));
}
#define PUT(literal) at = put(at, STR(literal))

void http_response_print(struct buf *out, const struct http_response *r) {
    str reason = r->reason.len ? r->reason : r->status == 200 ? STR("OK") : http_reason(r->status);
    char *start = buf_room(out, r->headers.len + reason.len + 320), *at = start;
    PUT("HTTP/1.1 ");
    at = put_number(at, (uint64_t)r->status);
    *at++ = ' ';
    at = put(at, reason);
    PUT("\r\n");
    at = put(at, r->headers);
    if (!(r->flags & HTTP_HAS_TYPE)) {
        if (r->flags & HTTP_TYPE_TEXT) PUT("Content-Type: text/plain;charset=utf-8\r\n");
        else if (r->flags & HTTP_TYPE_JSON) PUT("Content-Type: application/json;charset=utf-8\r\n");
        else if (r->flags & HTTP_TYPE_BYTES) PUT("Content-Type: application/octet-stream\r\n");
    }
    if (!(r->flags & HTTP_HAS_DATE)) at = put(at, http_date_line());
    if (!(r->flags & HTTP_HAS_CONNECTION)) {
        if (!r->keeps_alive) PUT("Connection: close\r\n");
        else if (r->minor == 0) PUT("Connection: keep-alive\r\n");
    }
    if (http_status_has_body(r->status)) {
        if (r->length >= 0 && !(r->flags & HTTP_HAS_LENGTH)) {
            PUT("Content-Length: ");
            at = put_number(at, (uint64_t)r->length);
            PUT("\r\n");
        } else if (r->length == HTTP_LENGTH_CHUNKED && !(r->flags & HTTP_HAS_CODING))
            PUT("Transfer-Encoding: chunked\r\n");
    }
    PUT("\r\n");
    out->len += (size_t)(at - start);
}
