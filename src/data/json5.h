/* data/json5.h: JSON5 (the specification's 1.0.0) -> the tree of data/json.h. Infinities and NaN are numbers. */
#pragma once
#include "data/json.h"

/* Reads one value. NULL after adding one error to `d` (which may be NULL) about `file`. Strings without escapes borrow
 * from `source`; all else lives in `a`. Depth is not limited and costs no stack. Of what may be in a name, characters
 * beyond ASCII that are no white space are all taken for letters. */
struct json *json5_parse(struct arena *a, str source, struct diag *d, str file);
