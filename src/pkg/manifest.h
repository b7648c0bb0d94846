/* pkg/manifest.h: package.json as a struct: what an installer asks of it. Pure: the text comes in, texts borrow from
 * it. */
#pragma once
#include "base/arena.h"

struct diag;
struct json;

enum pkg_group { PKG_DEPENDENCIES, PKG_DEV, PKG_OPTIONAL, PKG_PEER, PKG_GROUPS };
extern const char *const pkg_group_names[PKG_GROUPS];    /* "dependencies", "devDependencies", ... */

struct pkg_dependency {
    str name, spec;
    enum pkg_group group;
    bool is_optional_peer;          /* peerDependenciesMeta says so */
};
struct pkg_bin { str name, path; };                      /* the path stays inside of the package */
struct pkg_script { str name, command; };
struct pkg_override {
    str parent;                     /* "" = wherever; else only below that package */
    str parent_range, name, range;  /* of the declared spec; "" = all of them */
    str spec;                       /* what is taken instead; "$name" is replaced by the root's own spec already */
};
struct pkg_texts { str *at; size_t count; bool is_there; };

struct pkg_manifest {
    str name, version;              /* empty when absent */
    bool is_private;
    /* by group, in the order written */
    struct pkg_dependency *dependencies; size_t n_dependencies;
    struct pkg_bin *bins; size_t n_bins;
    struct pkg_script *scripts; size_t n_scripts;
    struct pkg_override *overrides; size_t n_overrides;        /* "overrides", or else "resolutions", and pnpm's */
    struct pkg_texts os, cpu, libc, workspaces, trusted, bundled;
    struct json *json;              /* all of it, for what is written back */
};

/* false after an error in `d`: no JSON, no object, a dependency with a name that is none or a spec that is no text. */
bool pkg_manifest_read(struct arena *a, str source, str file, struct diag *d, struct pkg_manifest *out);

/* In the root's package.json an optional dependency takes the place of the first of its name in the groups before it;
 * workspaces keep both. */
void pkg_manifest_drop_replaced(struct pkg_manifest *m);
const struct pkg_dependency *pkg_manifest_find(const struct pkg_manifest *m, str name);      /* NULL when absent */
str pkg_manifest_script(const struct pkg_manifest *m, str name);                             /* empty when absent */

/* a text or an array of them; anything else is none */
struct pkg_texts pkg_texts_read(struct arena *a, const struct json *j);
/* A path inside of a package, without "." and doubled slashes; empty when it leads out. For bins and
 * directories.bin. */
str pkg_bin_inside(struct arena *a, str path);

/* Does a list such as ["linux", "!win32"] allow `value`? An empty list allows all. */
bool pkg_platform_allows(const struct pkg_texts *list, str value);
