/* pkg/lockb.h: bun.lockb, the binary lockfile that Bun wrote before bun.lock. Formats 2 (until Bun 1.2) and 3, which
 * Bun 1.4 still writes where it is told to. Read only: what it holds goes on as bun.lock. */
#pragma once
#include "pkg/lock.h"

/* The text of bun.lock for what `bytes` hold; false after an error in `d`, which names what is wrong. `trusted`: the
 * root's trustedDependencies, of which the file has hashes only. Pure; the text lives in `a`. It has not been judged:
 * pkg_lock_read does that, for this text as for any other. */
bool pkg_lockb_text(struct arena *a, str bytes, const struct pkg_texts *trusted, struct diag *d, str *text);
