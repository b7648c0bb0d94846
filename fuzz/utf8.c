/* Bytes -> UTF-16 -> bytes: what was well-formed comes back, the rest does so after one round. */
#include "base/mem.h"
#include "base/must.h"
#include "base/utf16.h"
#include "base/utf8.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    str text = str_of((const char *)data, size);
    uint16_t *units = mem_alloc(size * 2 + !size);
    size_t n = utf8_to_utf16(text, units);
    must(n <= size);
    must(utf16_well_formed_len(units, n) == n);
    char *back = mem_alloc(n * 3 + 1);
    size_t len = utf8_from_utf16(units, n, back);
    must(len == utf8_len_of_utf16(units, n));
    must(utf8_is_valid(str_of(back, len)));
    size_t valid = utf8_valid_len(text);
    must(valid <= size && len >= valid && (!valid || memcmp(back, data, valid) == 0));
    must((valid == size) == str_eq(str_of(back, len), text));
    mem_free(units);
    mem_free(back);
    units = mem_alloc(size + 2);
    memcpy(units, data, size & ~(size_t)1);
    back = mem_alloc(size / 2 * 3 + 1);
    must(utf8_from_utf16(units, size / 2, back) == utf8_len_of_utf16(units, size / 2));
    mem_free(units);
    mem_free(back);
    return 0;
}
