/* pkg/lock.h: what an install decided, as a graph in memory, and as the text of bun.lock. Packages and their
 * dependencies by number; where each lies in node_modules follows from it (tree.h). Readers of other programs'
 * lockfiles fill the same graph. The text: versions 0 to 3 of Bun's lockfile are read; 2 is written, 3 when an
 * override is nested or bound to versions. */
#pragma once
#include "pkg/manifest.h"

struct buf;
struct json;

typedef uint32_t pkg_id;            /* index into pkg_lock.packages; 0 is the root */
#define PKG_NONE UINT32_MAX

enum pkg_source {
    PKG_ROOT,
    PKG_NPM,                        /* from a registry */
    PKG_WORKSPACE,                  /* a folder of this project */
    PKG_FOLDER,                     /* file:, copied (linked file by file) into node_modules */
    PKG_LINK,                       /* link:, a symbolic link to a folder or to what `link` registered */
    PKG_TARBALL_URL, PKG_TARBALL_FILE,
    PKG_GIT, PKG_GITHUB,
};

/* A dependency as the depending package declares it. The root has none for its workspaces: that they are packages says
 * it. */
struct pkg_edge {
    str name;                       /* the key: also the folder's name in node_modules */
    str spec;                       /* as declared; overrides are applied at resolution only */
    enum pkg_group group;
    bool is_optional_peer, is_bundled;
    bool is_new, is_taken_back;     /* of the plan alone: what packageExtensions did just now */
    bool is_unresolved;             /* optional, and could not be had: it is not tried again at every install */
    pkg_id to;                      /* PKG_NONE: not resolved (an optional one that is not there, a peer nobody has) */
};

struct pkg_package {
    str name;                       /* its own, also when it is an alias' target */
    enum pkg_source source;
    str version;                    /* npm, workspace, and what a package.json elsewhere said; empty = none */
    /* workspace, folder, link: path relative to the root; tarball file: path as it was written (pkg_lock_base);
     * tarball: URL; git: as the lockfile has it, without the commit ("git+ssh://..."); github: "user/repo"; npm: URL of
     * the tarball when the lockfile must name it, else empty */
    str place;
    str commit;                     /* git, github: the commit */
    str tag;                        /* git, github: Bun's name for the commit's folder ("owner-repo-0123abc") */
    str integrity;                  /* "sha512-..."; empty when unknown */
    struct pkg_edge *edges; size_t n_edges;          /* any order: who needs one sorts them (pkg_edge_order) */
    struct pkg_texts os, cpu, libc; /* as the manifest says; empty = all */
    /* As written, since the lockfile says them so: a single one without a name is called as the package, and a path may
     * begin with "./" or lead out. pkg_bin_named and pkg_bin_inside say what may be linked. */
    struct pkg_bin *bins; size_t n_bins;
    str bin_dir;                    /* directories.bin, as written; empty = none. Counts only when there are no bins */
    bool has_install_script;
};

struct pkg_catalog { str name; struct pkg_dependency *entries; size_t count; };      /* name "" = the default one */
struct pkg_patch { str package, file; };             /* "name@version" -> path relative to the root */
/* What packageExtensions added: "name@version"; of the dependencies only names are written. is_optional_peer: a peer
 * that was declared and only became optional. */
struct pkg_extension { str package; struct pkg_dependency *dependencies; size_t count; };

struct pkg_lock {
    struct arena *arena;            /* all of it lives here */
    /* Of the text that was read; 3 when there was none: then what is written has the least that says all.
     * config_version 0 or 1 decides the default linker; 1 for what is new. */
    int version, config_version;
    struct pkg_package *packages; size_t n_packages, cap_packages;       /* [0] is the root; workspaces follow it */
    struct pkg_texts trusted;
    struct pkg_patch *patches; size_t n_patches;
    struct pkg_override *overrides; size_t n_overrides;
    struct pkg_catalog *catalogs; size_t n_catalogs;
    struct pkg_extension *extensions; size_t n_extensions;
};

/* The order in which dependencies are decided and placed: dev, optional, plain, peers; by name within. -1, 0, 1. */
int pkg_edge_order(const struct pkg_edge *a, const struct pkg_edge *b);
/* What bin `i` is called in node_modules/.bin; empty: nothing that may be linked. */
str pkg_bin_named(const struct pkg_package *p, size_t i);
/* What a manifest says of the package itself: bin or directories.bin, os, cpu, libc, hasInstallScript. */
void pkg_package_take(struct arena *a, const struct json *manifest, struct pkg_package *to);

/* Is this URL below the registry that is asked when nothing else is configured? The lockfile does not name it then. */
bool pkg_url_is_usual(str url);
/* Or below one where npm and yarn look when nobody configured otherwise: a foreign lockfile need not have named it, and
 * npm itself replaces it by what is configured. */
bool pkg_url_is_public(str url);

void pkg_lock_init(struct pkg_lock *l, struct arena *a);
struct pkg_package *pkg_lock_add(struct pkg_lock *l, pkg_id *id);       /* zeroed; pointers from before are stale */
bool pkg_lock_is_optional(const struct pkg_lock *l, pkg_id id);  /* is it needed, and by optional dependencies alone? */
/* Which packages are reached from the project's own ones, by pkg_id: without the groups that are left out. `from`:
 * PKG_NONE = the root and all workspaces. `reached` has l->n_packages places and is cleared first. */
void pkg_lock_reach(const struct pkg_lock *l, pkg_id from, bool no_dev, bool no_optional, bool no_peer, bool *reached);
/* What the path of a tarball file is relative to: the workspace whose package.json has it, else the root (""). */
str pkg_lock_base(const struct pkg_lock *l, pkg_id id);

/* false after errors in `d`. The result is complete: every edge has its `to`. A package whose `place` is empty is at
 * its registry's usual URL. */
bool pkg_lock_read(struct arena *a, str text, str file, struct diag *d, struct pkg_lock *out);

struct pkg_tree;
/* The text, byte for byte as Bun 1.4 writes it for the same graph; the same graph in any order of answers gives the
 * same text. */
void pkg_lock_write(struct buf *out, const struct pkg_lock *l, const struct pkg_tree *t);
