/* pkg/spec.h: what stands behind a dependency's name in a package.json: "^1.2.0", "next", "npm:other@1", "workspace:*",
 * "file:../x", "github:a/b#tag", a tarball's URL. Pure. */
#pragma once
#include "base/arena.h"

struct semver_range;

enum pkg_spec_kind {
    PKG_SPEC_RANGE,                 /* `range`, and `name` is the registry's name (another one behind npm:) */
    PKG_SPEC_TAG,                   /* `tag` */
    PKG_SPEC_WORKSPACE,             /* `text` = what follows workspace: ("*", "^", "~", a range, a path, name@range) */
    PKG_SPEC_CATALOG,               /* `text` = the catalog's name, empty = the default one */
    PKG_SPEC_FILE,                  /* a folder: `text` = its path as written */
    PKG_SPEC_LINK,                  /* link: `text` = the path or name */
    PKG_SPEC_TARBALL_FILE,          /* `text` = the path */
    PKG_SPEC_TARBALL_URL,           /* `text` = the URL */
    PKG_SPEC_GIT,                   /* `text` = the URL for git, `commit` = what follows # */
    PKG_SPEC_GITHUB,                /* `text` = "user/repo", `commit` */
    PKG_SPEC_BAD,                   /* nothing that is known */
};

struct pkg_spec {
    enum pkg_spec_kind kind;
    bool is_alias;                  /* it was written npm:name@... */
    str name;                       /* of the package that is looked for */
    str text, tag, commit;
    str raw;                        /* as written */
    struct semver_range *range;     /* of PKG_SPEC_RANGE */
};

/* `name` is the key in package.json. Texts borrow from the arguments. */
void pkg_spec_parse(struct arena *a, str name, str text, struct pkg_spec *out);

/* A name that npm takes for installed packages: no path can hide in it. "x", "@scope/x". */
bool pkg_name_is_valid(str name);
/* "name@spec" as typed after `add`: *name is empty when there is none (a path, a URL); *spec is empty when nothing
 * follows. */
void pkg_spec_split(str typed, str *name, str *spec);
