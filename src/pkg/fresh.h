/* pkg/fresh.h: a note in node_modules that says what it was made from and when its folders were last changed. With it
 * an install that has nothing to do knows so without reading the lockfile's graph: by the note and one stat for each
 * folder. */
#pragma once
#include "pkg/config.h"
#include "pkg/project.h"

struct pkg_fresh { size_t n_installs, n_packages; };     /* what the summary says */

/* A sum of all that decides what node_modules should be: package.json files, the lockfile's text, settings, patches. */
uint64_t pkg_fresh_key(struct arena *a, const struct pkg_project *p, const struct pkg_config *c, str lock_text);
/* Is node_modules as it was when it was noted under this key, since the machine was started? (What a loss of power took
 * is looked for by link.h.) Removed, added and renamed entries are seen in the folders of node_modules and in each
 * package's own; changes inside of files are not, as no installer looks for them. */
bool pkg_fresh_is(struct arena *a, const struct pkg_project *p, uint64_t key, struct pkg_fresh *out);
void pkg_fresh_forget(struct arena *a, const struct pkg_project *p);     /* before anything is changed */
void pkg_fresh_note(struct arena *a, const struct pkg_project *p, uint64_t key, const struct pkg_fresh *f);
