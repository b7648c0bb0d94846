/* data/codepage.h: the single-byte encodings of the Encoding Standard, by the standard's names. */
#pragma once
#include <stddef.h>
#include <stdint.h>

struct codepage {
    const char *name;
    uint16_t units[128];                /* of bytes 0x80 to 0xff; 0xfffd where there is none */
};
extern const struct codepage codepages[];
extern const size_t n_codepages;
