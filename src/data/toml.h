/* data/toml.h: TOML 1.0 -> the tree of data/json.h. Dates and times are strings as they were written; infinities and
 * NaN are numbers; the spelling of integers is decimal. */
#pragma once
#include "data/json.h"

/* The root table. NULL after adding one error to `d` (which may be NULL) about `file`. Texts borrow from `source` or
 * live in `a`. */
struct json *toml_parse(struct arena *a, str source, struct diag *d, str file);
