/* pkg/filter.h: --filter: which of a project's packages are meant. A pattern is a glob over names, "./" and a glob over
 * folders below the one the command was typed in, or "{folder}" for all that lies there; "x..." adds what x depends on,
 * "...x" what depends on x, "^" leaves x itself out; "!" before all that takes away. Pure. */
#pragma once
#include "pkg/config.h"
#include "pkg/project.h"

/* By member. All, when no pattern adds any. `here`: folder that {..} begins in, relative to the root. */
bool *pkg_filter_members(struct arena *a, const struct pkg_project *p, const struct pkg_names *filters);
