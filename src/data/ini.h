/* data/ini.h: key = value text with [sections], as npm's configuration files are written: ; and # begin comments,
 * values may be quoted, "key[] = value" adds to an array. Pure: text in, a list of entries out, in the order they are
 * written. */
#pragma once
#include "base/arena.h"

struct ini_entry {
    str section;                    /* "" before the first [section] */
    str key;                        /* without "[]" */
    str value;                      /* without quotes and escapes; "true" for a key that stands alone */
    bool is_array;                  /* it was written key[] */
    bool is_bare;                   /* there was no "=" */
    uint32_t line;                  /* from 1 */
};
struct ini { struct ini_entry *entries; size_t count; };

/* Every text is readable. Entries live in `a` and may borrow from `source`. */
void ini_read(struct arena *a, str source, struct ini *out);
