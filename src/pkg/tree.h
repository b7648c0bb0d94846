/* pkg/tree.h: where each package of a lock lies below node_modules when they are hoisted, decided as Bun decides it.
 * Pure. The keys of bun.lock's packages ("a", "b/a") are the paths of this tree. */
#pragma once
#include "pkg/lock.h"

struct pkg_node {                   /* one node_modules folder; nodes[0] is the root's (its path is empty) */
    uint32_t parent;                /* index; nodes[0] has itself */
    str path; /* "" for the root's, else "a/node_modules/b": the folder whose node_modules this is, below the
               * root's node_modules; of a workspace and what is below it: "packages/x",
               * "packages/x/node_modules/b", below the project (is_workspace) */
    str key;                        /* "" or "a/b": as bun.lock's keys have it */
    bool is_workspace;              /* in a workspace's folder, outside of the root's node_modules */
    uint32_t depth;                 /* 0 for the root's */
    pkg_id owner;
    /* sorted by name; a bundled one comes with its parent's tarball */
    struct pkg_entry { str name; pkg_id id; bool is_bundled; } *entries; size_t n_entries;
};
struct pkg_tree {
    struct pkg_node *nodes; size_t count;
    str circle;    /* "a@1.0.0 > b@2.0.0 > a@1.0.0": each would need a copy of the next below itself; empty = none */
};

/* What is left out: nothing for the lockfile's keys, something for node_modules. Its place stays free: no choice moves
 * a package. */
struct pkg_tree_choice {
    bool no_dev, no_optional, no_peer;
    const char *os, *cpu, *libc;    /* NULL = any; "linux", "x64", "glibc" */
    const bool *wanted_workspaces;  /* by package; NULL = all (--filter) */
};
/* Does this dependency count, when it means that package? */
bool pkg_tree_chooses(const struct pkg_tree_choice *c, const struct pkg_edge *e, const struct pkg_package *to);
/* Parents come before their children. Unresolved dependencies have no entry. */
void pkg_tree_make(struct arena *a, const struct pkg_lock *l, const struct pkg_tree_choice *choice,
                   struct pkg_tree *out);
/* Sets `to` of optional peers: to what the tree has for them, PKG_NONE when it has nothing. The circle, or empty. */
str pkg_tree_bind_peers(struct arena *a, struct pkg_lock *l);
