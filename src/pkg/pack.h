/* pkg/pack.h: which files of a folder are a package's, by npm's rules ("files", .npmignore or .gitignore, what is
 * always in and what never is), and the tarball that registries take. */
#pragma once
#include "base/buf.h"
#include "pkg/project.h"

struct pkg_pack_file {
    str path;                       /* in the package, "/" between parts */
    uint64_t size;
    bool is_program;                /* a bin: mode 755 */
    bool is_bundled;                /* from node_modules */
};
struct pkg_pack {
    struct pkg_pack_file *files; size_t count;       /* package.json first, then sorted; bundled ones last */
    str manifest;                   /* the text of package.json as it goes into the tarball */
    uint64_t unpacked;              /* bytes */
    struct buf tarball;             /* the caller's */
    char shasum[41];                /* sha1, hexadecimal */
    str integrity;                  /* "sha512-..." */
};
/* The list alone. An err, and `why` says of what. */
err pkg_pack_list(struct arena *a, str folder, const struct pkg_manifest *m, struct pkg_pack *out, str *why);
/* The tarball of the list: the same files give the same bytes, whenever and wherever. level: gzip's, 0 to 9. */
err pkg_pack_make(struct arena *a, str folder, int level, struct pkg_pack *p, str *why);
void pkg_pack_sums(struct arena *a, struct pkg_pack *p);                 /* of p->tarball */

/* The text of a member's package.json as others may read it: workspace: and catalog: are replaced by what they stand
 * for. false: something stands for nothing, and `why` says what. */
bool pkg_pack_manifest(struct arena *a, const struct pkg_project *p, const struct pkg_member *m, str *out, str *why);
str pkg_pack_name(struct arena *a, str name, str version);               /* "s-p4-1.0.0.tgz" */
