/* pkg/inventory.h: what a lock brings to this project, and what each package says of itself in node_modules: for bills
 * of materials, licence lists and audits. Reads files, writes none. */
#pragma once
#include "pkg/tree.h"

struct pkg_component {
    pkg_id id;
    /* folders below the project's root where it lies, sorted; those of the tree when it is not installed */
    str *paths; size_t n_paths;
    bool is_there;                  /* its package.json could be read */
    str folder;                     /* then: absolute, the first of them, without the links of an isolated tree */
    bool is_dev, is_optional;       /* wanted by devDependencies only; by optionalDependencies only */
    str license;        /* as declared: "MIT", "(MIT OR Apache-2.0)" of an old list; empty when it says nothing */
    str author, description, homepage;       /* empty when absent; the author as "Name <mail> (url)" */
};
/* by name, then version; without the root and workspaces */
struct pkg_inventory { struct pkg_component *items; size_t count; };

/* `root`: the project's folder. */
void pkg_inventory_make(struct arena *a, str root, const struct pkg_lock *l, const struct pkg_tree *t,
                        struct pkg_inventory *out);
