/* pkg/place.h: what node_modules is to hold, as one flat list whatever the linker: folders filled from the store or
 * from elsewhere in the project, and symbolic links. What the last install noted (node_modules/.bao.state) is compared
 * with it. For link.c and its kin. */
#pragma once
#include "base/list.h"
#include "pkg/link.h"
#include "sys/thread.h"

#define PKG_ISOLATED_HOME "node_modules/.bun"
enum pkg_place_kind { PKG_PLACE_ENTRY = 'e', PKG_PLACE_FOLDER = 'f', PKG_PLACE_LINK = 'l', PKG_PLACE_BIN = 'b',
                      PKG_PLACE_NO_BIN = 'n' };         /* a bin whose file is not there */
struct pkg_place {
    /* below the project's folder, NUL after it: "node_modules/a", "packages/x/node_modules/b" */
    str path;
    enum pkg_place_kind kind;
    pkg_id id;
    str target;                     /* of links; of a FOLDER where it is, below the project's folder */
    uint64_t key;                   /* what should be there */
    uint64_t entry;                 /* out of which entry of the store; 0 = that was not asked */
    const struct pkg_bin *bins; size_t n_bins;           /* of a FOLDER: its programs */
    bool is_right;                  /* and it is */
    bool needs_scripts;             /* its scripts are still to run */
    uint64_t ino;                   /* of its package.json (else of itself) as it was linked */
    int64_t changed_s;
    uint32_t changed_ns;
    uint64_t bytes;                 /* of an ENTRY: of its files, when it was filled or its scripts had run */
    bool has_bundle;                /* it brings a node_modules of its own, whose files are counted */
};
struct pkg_places {
    LIST(struct pkg_place) list;
    struct arena *a;
    const struct pkg_link_input *in;
    int root_fd;
    struct pkg_isolated *isolated;  /* place_isolated.c */
};
void pkg_places_free(struct pkg_places *p);
void pkg_place_add(struct pkg_places *p, enum pkg_place_kind kind, str path, pkg_id id, str target);
/* One package, by its source: an entry, a folder, or a link to where a workspace or link: is. */
void pkg_place_package(struct pkg_places *p, str path, pkg_id id);
str pkg_place_link_target(struct pkg_places *p, str folder, str place);  /* of link:, from a folder */
/* The links in <folder>/.bin for a package that lies at `at` (both below the project's folder). `names`: those of this
 * .bin; who comes first has a name. */
struct map;
void pkg_place_bins(struct pkg_places *p, struct map *names, str folder, str at, pkg_id id, str native_at);
/* The package with the real program for this machine, where the bin of `id` only starts it (esbuild); PKG_NONE: there
 * is none. Its bins lead there at once (`native_at`: where that lies; empty = nowhere), and its script, which would do
 * no more, is not run. */
pkg_id pkg_place_native(const struct pkg_places *p, pkg_id id);
bool pkg_place_has_program(const struct pkg_places *p, const struct pkg_place *bin);
/* Packages and links, without bins; then the bins, for which what lies in the folders is looked at. */
void pkg_places_hoisted(struct pkg_places *p);
void pkg_places_hoisted_bins(struct pkg_places *p);
/* place_peers.c: a package wherever it is used with other peers; [0] is the root. A name is an index into `names`. */
struct pkg_peer { uint32_t name; pkg_id id; bool is_otherwise; };        /* is_otherwise: nobody above had it */
struct pkg_had { uint32_t name; pkg_id id; };
struct pkg_use {
    pkg_id id;
    uint32_t name, parent;          /* of the dependency that led here */
    bool is_implied;                /* the root, and its workspaces as they are its own */
    LIST(uint32_t) below;           /* what it depends on */
    LIST(struct pkg_had) had;       /* what those below find under a name */
    LIST(struct pkg_peer) peers;    /* of itself and of those below, from above it; by the packages' names */
};
struct pkg_uses { struct pkg_use *at; size_t len, cap; str *names; };
void pkg_uses_find(struct arena *a, const struct pkg_lock *l, const struct pkg_tree_choice *choice,
                   struct pkg_uses *out);
void pkg_uses_free(struct pkg_uses *u);

void pkg_places_isolated(struct pkg_places *p);
void pkg_places_isolated_bins(struct pkg_places *p);
void pkg_places_isolated_free(struct pkg_isolated *t);
str pkg_place_relative(struct arena *a, str from_folder, str to);        /* both below the project's folder */

/* --- place_state.c */
struct pkg_state {
    str text;                       /* mapped; at NULL = there is none */
    size_t count;
    bool *used;
    /* Written under another start of the machine: that an entry's files are whole is seen by their sizes. */
    bool is_doubtful;
};
err pkg_state_trust(const struct pkg_state *s, int root_fd);     /* all was compared, and is right */
void pkg_state_open(struct pkg_state *s, int root_fd);
void pkg_state_close(struct pkg_state *s);
typedef LIST(str) pkg_paths;
void pkg_state_compare(struct pkg_state *s, struct pkg_places *p, size_t from);  /* sets is_right of places[from...] */
bool pkg_state_needs_scripts(const struct pkg_state *s);
err pkg_state_scripts_ran(const struct pkg_places *p);   /* notes those that do not need them any more */
/* one install at a time in a project */
err pkg_link_lock(struct arena *a, int root_fd, double most_s, int *fd, str *why);
struct map;
/* What was noted as right at one of these paths, or in the isolated linker's store, and was not compared: it is
 * appended as right, and counts as compared. Bins only (`bins`), or all else. */
void pkg_state_keep(struct pkg_state *s, struct pkg_places *p, const struct map *paths, bool bins);
void pkg_state_stale(const struct pkg_state *s, pkg_paths *out);    /* what was placed, and none of what was compared */
/* With `is_done` all of it is noted as right; else only what is right already, and the rest as unknown. */
err pkg_state_write(const struct pkg_places *p, const pkg_paths *also, bool is_done);
void pkg_place_look(struct pkg_place *p, int root_fd);   /* notes what is there now */
void pkg_place_look_in(struct pkg_place *p, int root_fd, int folder_fd); /* the same, its folder being open */

/* --- place_fill.c: any thread */
struct pkg_filler {
    int root_fd;
    struct arena *a;                /* for the message, under lock */
    struct thread_lock lock;
    enum pkg_backend backend;
    _Atomic bool copies;            /* hard links are not possible here */
    _Atomic err failed;             /* the first */
    str why;
};
void pkg_place_fill(struct pkg_filler *f, struct pkg_place *p, const struct pkg_stored *from);
