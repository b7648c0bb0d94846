#include "base/buf.h"

#include <stdarg.h>
#include <stdio.h>

#include "base/mem.h"
#include "base/must.h"

void buf_free(struct buf *b) {
    mem_free(b->at);
    *b = (struct buf){0};
}

char *buf_room(struct buf *b, size_t more) {
    size_t need = b->len + more + 1;
    must(need > b->len);
    if (need > b->cap) {
        size_t cap = b->cap ? b->cap * 2 : 64;
        while (cap < need) cap *= 2;
        b->at = mem_resize(b->at, cap);
        b->cap = cap;
    }
    return b->at + b->len;
}

void buf_add(struct buf *b, str s) {
    if (!s.len) return;
    memcpy(buf_room(b, s.len), s.at, s.len);
    b->len += s.len;
}

void buf_add_char(struct buf *b, char c) {
    *buf_room(b, 1) = c;
    b->len++;
}

void buf_add_many(struct buf *b, char c, size_t n) {
    memset(buf_room(b, n), c, n);
    b->len += n;
}

void buf_add_int(struct buf *b, int64_t n) { buf_print(b, "%lld", (long long)n); }

void buf_add_utf8(struct buf *b, uint32_t c) {
    must(c <= 0x10ffff);
    unsigned char *p = (unsigned char *)buf_room(b, 4);
    if (c < 0x80) {
        p[0] = (unsigned char)c;
        b->len += 1;
    } else if (c < 0x800) {
        p[0] = (unsigned char)(0xc0 | c >> 6);
        p[1] = (unsigned char)(0x80 | (c & 63));
        b->len += 2;
    } else if (c < 0x10000) {
        p[0] = (unsigned char)(0xe0 | c >> 12);
        p[1] = (unsigned char)(0x80 | (c >> 6 & 63));
        p[2] = (unsigned char)(0x80 | (c & 63));
        b->len += 3;
    } else {
        p[0] = (unsigned char)(0xf0 | c >> 18);
        p[1] = (unsigned char)(0x80 | (c >> 12 & 63));
        p[2] = (unsigned char)(0x80 | (c >> 6 & 63));
        p[3] = (unsigned char)(0x80 | (c & 63));
        b->len += 4;
    }
}

void buf_print(struct buf *b, const char *format, ...) {
    va_list list, again;
    va_start(list, format);
    va_copy(again, list);
    int n = vsnprintf(NULL, 0, format, list);
    must(n >= 0);
    vsnprintf(buf_room(b, (size_t)n), (size_t)n + 1, format, again);
    b->len += (size_t)n;
    va_end(again);
    va_end(list);
}

void buf_insert(struct buf *b, size_t at, str s) {
    must(at <= b->len);
    buf_room(b, s.len);
    memmove(b->at + at + s.len, b->at + at, b->len - at);
    if (s.len) memcpy(b->at + at, s.at, s.len);
    b->len += s.len;
}

const char *buf_c(struct buf *b) {
    *buf_room(b, 0) = 0;
    return b->at;
}
