/* pkg/package_files.h: the files of a package as a sorted list, wherever it lies. */
#pragma once
#include "pkg/manifest.h"
#include "pkg/store.h"

struct pkg_files {
    str folder;                     /* absolute */
    struct pkg_file { str path; bool is_program; } *at; size_t count;
};
/* Of an entry of the store; links are left out. */
err pkg_files_stored(struct arena *a, const struct pkg_stored *stored, struct pkg_files *out);
/* Of a folder with a package.json: what would be published. An err, and `why` says of what. */
err pkg_files_folder(struct arena *a, str folder, const struct pkg_manifest *m, struct pkg_files *out, str *why);
