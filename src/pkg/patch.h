/* pkg/patch.h: patches of packages: unified diffs as git writes them, applied to a package's files when it is installed
 * (patchedDependencies). A patched package is an entry of the store of its own: others that use the plain one keep
 * it. */
#pragma once
#include "pkg/store.h"

/* One file of a patch. */
enum pkg_patch_kind { PKG_PATCH_CHANGE, PKG_PATCH_NEW, PKG_PATCH_DELETE };
/* text: its lines, as they are */
struct pkg_patch_hunk { uint32_t old_line, old_count, new_line, new_count; str text; };
struct pkg_patch_file {
    enum pkg_patch_kind kind;
    str old_path, new_path;         /* without a/ and b/; never out of the package */
    bool is_program, changes_mode;
    struct pkg_patch_hunk *hunks; size_t count;
};
struct pkg_patch_set { struct pkg_patch_file *files; size_t count; };

/* false, and `why` says what: no diff, a path that leaves the package, a binary. Texts borrow from `text`. Pure. */
bool pkg_patch_read(struct arena *a, str text, struct pkg_patch_set *out, str *why);
/* The text of one file after its hunks; they may have moved by some lines. false: one fits nowhere. Pure. */
bool pkg_patch_apply(struct arena *a, const struct pkg_patch_file *f, str before, str *after, str *why);

/* The entry of a package with the patch in it: found when it was made before, else made. */
err pkg_patch_store(struct arena *a, struct pkg_store *s, str cache, str name, str version,
                    const struct pkg_stored *from, str patch, struct pkg_stored *out, str *why);
