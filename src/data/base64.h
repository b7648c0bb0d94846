/* data/base64.h: base64 (RFC 4648, both alphabets) and hexadecimal text. */
#pragma once
#include "base/str.h"

enum base64_kind { BASE64, BASE64_URL };                     /* BASE64_URL: - and _, no padding */

size_t base64_len(size_t n_bytes, enum base64_kind kind);    /* characters that base64_write writes */
size_t base64_write(str bytes, char *to, enum base64_kind kind);

/* Every reader needs room for base64_room(text) bytes and gives how many it wrote. `to` may be `text.at`. */
static inline size_t base64_room(str text) {
    size_t n = text.len;
    for (int i = 0; i < 2 && n && text.at[n - 1] == '='; i++) n--;
    return n / 4 * 3 + n % 4 * 3 / 4;
}

/* As Node's Buffer: both alphabets at once; other characters are passed over; "=" ends the text. */
size_t base64_read(str text, uint8_t *to);

/* As atob (forgiving-base64 decode): white space is passed over, padding may be absent; SIZE_MAX when it is
 * malformed. */
size_t base64_read_strict(str text, uint8_t *to);

void hex_write(str bytes, char *to);                         /* 2 * bytes.len characters, lower case */
size_t hex_read(str text, uint8_t *to);        /* up to the first pair that is none; room for text.len / 2 */
