/* data/hash.h: hashes that are no cryptography, as Bun.hash and file formats have them. Little-endian machines. */
#pragma once
#include "base/str.h"

uint64_t hash_wy(str s, uint64_t seed);             /* Wyhash as in Zig's library; Bun.hash */
uint64_t hash_wy_old(str s, uint64_t seed);    /* Wyhash as Zig's library had it before 0.12; Bun's names of folders */
uint32_t hash_crc32(str s, uint32_t before);        /* of ISO 3309; `before` = 0, or that of the text before this one */
uint32_t hash_adler32(str s, uint32_t before);      /* of RFC 1950; `before` = 1 */
uint32_t hash_xx32(str s, uint32_t seed);
uint64_t hash_xx64(str s, uint64_t seed);
uint32_t hash_murmur32v2(str s, uint32_t seed);
uint32_t hash_murmur32v3(str s, uint32_t seed);
uint64_t hash_murmur64v2(str s, uint64_t seed);
