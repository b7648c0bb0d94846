/* sys/path.h: POSIX paths as text: nothing here asks the disk, but path_cwd. Results live in the arena (with a NUL
 * after them) or borrow from the argument. */
#pragma once
#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"

static inline bool path_is_absolute(str p) { return p.len > 0 && p.at[0] == '/'; }

/* "./x", "../x", "." or ".." : what Node calls a relative specifier. */
bool path_is_dotted(str p);

str path_dirname(str p);        /* as node:path: "/a/b/" -> "/a", "a" -> ".", "/" -> "/"; borrows */
str path_basename(str p);                                /* "/a/b/" -> "b"; borrows */
str path_extname(str p);                                 /* ".ts" of "a.d.ts", "" of ".env" and "a"; borrows */
str path_normalize(struct arena *a, str p);              /* as node:path: keeps a trailing slash, "" -> "." */
str path_join(struct arena *a, str left, str right);     /* normalized; an empty side is skipped */
str path_join3(struct arena *a, str one, str two, str three);

/* `p` made absolute against `base` (which is absolute), normalized, without a trailing slash. */
str path_resolve(struct arena *a, str base, str p);
str path_relative(struct arena *a, str from, str to);    /* both absolute */

/* Whether `p` is `folder` or lies in it; both absolute and normalized. */
bool path_is_inside(str p, str folder);

err path_cwd(struct arena *a, str *out);
err path_enter(str folder);                              /* chdir */
