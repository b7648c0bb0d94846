/* rt/source.h: Function.prototype.toString: a function shows its source, not what that was lowered to. */
#pragma once
#include "engine/js.h"

struct load_unit;

/* The function that a text was evaluated to, right after: from now on its functions are known to be of the unit, or of
 * a builtin module. NULL for a script, which gives none: before it is evaluated. */
void rt_source_of_unit(js_val fn, struct load_unit *u);
void rt_source_of_face(js_val fn, int face);
void rt_source_end(void);                /* the realm of this thread is gone */

/* What a function shows whose text for the engine has so many UTF-16 units: false = that; true = as a native; or a
 * text. NULL: this must be told by the text. */
js_val rt_source_by_place(js_val fn, size_t len);
js_val rt_source_by_text(js_val fn, str text);           /* the same of any function; never NULL */
