/* pkg/tree.h: where each package of a lock lies below node_modules when they are hoisted, decided as Bun decides it.
 * Pure. The keys of bun.lock's packages ("a", "b/a") are the paths of this tree. */
#pragma once
#include "pkg/lock.h"

struct pkg_node {                   /* one node_modules folder; nodes[0] is the root's (its path is empty) */
    uint32_t parent;                /* index; nodes[0] has itself */
    str path;                       /* "" for the root's, else "a/node_modules/b": the folder whose node_modules this is, below the
                                     * root's node_modules; of a workspace: "packages/x", below the project (is_workspace) */
    str key;                        /* "" or "a/b": as bun.lock's keys have it */
    bool is_workspace;              /* a folder of a workspace, outside of the root's node_modules */
    pkg_id owner;
    struct pkg_entry { str name; pkg_id id; } *entries; size_t n_entries;        /* sorted by name */
};
struct pkg_tree { struct pkg_node *nodes; size_t count; };

struct pkg_tree_choice {            /* what is left out: nothing for the lockfile's keys, something for node_modules */
    bool no_dev, no_optional, no_peer;
    const char *os, *cpu, *libc;    /* NULL = any; "linux", "x64", "glibc" */
    const bool *wanted_workspaces;  /* by package; NULL = all (--filter) */
};
void pkg_tree_make(struct arena *a, const struct pkg_lock *l, const struct pkg_tree_choice *choice, struct pkg_tree *out);
