/* data/diff.h: which lines of two texts differ: the fewest, by E. W. Myers, "An O(ND) Difference Algorithm and Its
 * Variations" (1986), in linear space. Where texts have next to nothing in common, a whole part counts as changed
 * instead of being searched for long. */
#pragma once
#include "base/arena.h"
#include "base/buf.h"

struct diff_side {
    str *lines; size_t count;       /* with their line feeds */
    bool *is_changed;               /* by line: deleted from the old one, added in the new one */
};
struct diff { struct diff_side from, to; size_t n_deleted, n_added; };

void diff_lines(struct arena *a, str from, str to, struct diff *out);
/* The hunks of a unified diff: "@@ -1,4 +1,5 @@" and lines, `context` of them around each change. */
void diff_print(const struct diff *d, size_t context, struct buf *out);
