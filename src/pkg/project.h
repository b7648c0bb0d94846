/* pkg/project.h: the package.json files that an install starts from: the root's and those of its workspaces. */
#pragma once
#include "base/err.h"
#include "pkg/manifest.h"

struct pkg_member {
    str path;                       /* relative to the root, "/" between parts; "" = the root itself */
    str source;                     /* the text of its package.json */
    struct pkg_manifest manifest;
    bool is_rewritten;              /* what only pnpm or yarn understands is put as all do: to be written */
};
struct pkg_project {
    str root;                       /* absolute folder */
    struct pkg_member *members; size_t count;        /* [0] is the root; workspaces sorted by path */
    str here;                       /* path of the member that the command was typed in; "" = the root */
    str from;                       /* that folder itself, relative to the root */
};

/* Finds the root from `folder` upwards: the nearest package.json, or the one above it whose workspaces name it.
 * Workspaces: globs, `!` takes away, node_modules and dot folders are never looked into. ERR_NOT_FOUND: there is no
 * package.json. Other errors are in `d`: no JSON, two workspaces of one name, a workspace without a name. */
err pkg_project_read(struct arena *a, str folder, struct diag *d, struct pkg_project *out);
/* The same for running scripts, where one bad workspace is no reason to run nothing: those that cannot be read are
 * passed over with a note, names may be absent or there twice. */
err pkg_project_scan(struct arena *a, str folder, struct diag *d, struct pkg_project *out);
const struct pkg_member *pkg_project_find(const struct pkg_project *p, str name);        /* a workspace by name; NULL */
