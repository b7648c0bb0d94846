/* base/utf16.h: arrays of 16-bit units: what strings of the engine are made of. Units have the machine's byte order. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

void utf16_from_latin1(const uint8_t *at, size_t n, uint16_t *to);    /* widens */
void utf16_to_latin1(const uint16_t *at, size_t n, uint8_t *to);      /* the low byte of each */
bool utf16_is_latin1(const uint16_t *at, size_t n);                   /* no unit above 0xff */
bool utf16_is_ascii(const uint16_t *at, size_t n);                    /* no unit above 0x7f */
size_t utf16_well_formed_len(const uint16_t *at, size_t n);           /* units before the first lone surrogate */
void utf16_swap(uint16_t *at, size_t n);                              /* the bytes of each unit */
