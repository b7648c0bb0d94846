/* base/utf8.h: UTF-8 to and from UTF-16 and Latin-1, by vectors where the processor has them. Malformed UTF-8 is read
 * as the WHATWG has it (each maximal part becomes U+FFFD); lone surrogates are written as U+FFFD. */
#pragma once
#include "base/str.h"

size_t utf8_ascii_len(const char *at, size_t len);                    /* bytes before the first above 0x7f */
static inline bool utf8_is_ascii(str s) { return utf8_ascii_len(s.at, s.len) == s.len; }
size_t utf8_valid_len(str s);                                         /* of the longest prefix that is well-formed */
static inline bool utf8_is_valid(str s) { return utf8_valid_len(s) == s.len; }

size_t utf8_to_utf16(str s, uint16_t *to);        /* needs room for s.len units; how many were written */
size_t utf8_to_latin1(str s, uint8_t *to);        /* needs room for s.len; SIZE_MAX when a character is no Latin-1 */
size_t utf8_from_utf16(const uint16_t *at, size_t n, char *to);       /* needs room for 3 * n bytes */
size_t utf8_from_latin1(const uint8_t *at, size_t n, char *to);       /* needs room for 2 * n bytes */

/* The same, but they stop before the first character that does not fit; *n_read units were taken. */
size_t utf8_from_utf16_some(const uint16_t *at, size_t n, char *to, size_t room, size_t *n_read);
size_t utf8_from_latin1_some(const uint8_t *at, size_t n, char *to, size_t room, size_t *n_read);

size_t utf8_len_of_utf16(const uint16_t *at, size_t n);               /* bytes that utf8_from_utf16 writes */
size_t utf8_len_of_latin1(const uint8_t *at, size_t n);

/* One character, and moves *at behind it; U+FFFD for a malformed part. *at must be before `end`. */
uint32_t utf8_next(const char **at, const char *end);
char *utf8_put(char *to, uint32_t code_point);        /* 1 to 4 bytes; surrogates become three (WTF-8) */
