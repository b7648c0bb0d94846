/* rt/builtin.h: the builtin modules of a realm, made when first asked for. On the realm's thread, from within a native
 * or js_realm_inside. */
#pragma once
#include "base/str.h"
#include "engine/js.h"

/* The binding object of a builtin by its specifier ("node:fs", "internal:errors", "npm:x"): named exports and
 * `default`. Loads it and what it imports when it is new. NULL: it threw (an unknown specifier throws as well). */
js_val rt_builtin(str id);
js_val rt_builtin_at(int face);                  /* the same by number */
int rt_builtin_find(str id);                     /* its number, or -1 */
void rt_builtin_end(void);                       /* the realm of this thread is gone */
js_val rt_builtin_get(str id, const char *name); /* one export; `name` is a literal */
