/* pkg/install.h: one install from package.json to node_modules: project -> plan -> lock -> fetch -> link -> scripts.
 * Commands that change package.json (add, remove, update) change it in memory, install, and write it only when that
 * went well. */
#pragma once
#include "pkg/config.h"
#include "pkg/plan.h"
#include "pkg/session.h"
#include "pkg/scripts.h"

struct pkg_install_options {
    struct pkg_project *project;
    struct pkg_config *config;
    struct pkg_session *session;             /* what the command asked already is not asked again */
    const str *update; size_t n_update; bool update_all;
    const struct pkg_pin *pins; size_t n_pins;
    bool no_node_modules;                    /* the lockfile only */
    bool needs_plan;                         /* the result is asked for what is locked, also when nothing is to do */
    bool must_migrate;        /* from another program's lockfile, whatever bun.lock says; an error without one */
    /* Asked when all is decided and before anything is written, also when nothing is to do; not 0: the install ends
     * with it, and what is wrong was said. NULL = nobody is asked. */
    err (*permits)(void *user, const struct pkg_lock *l);
    /* Called once when packages are there and the lockfile is written, before the project's own scripts run; not 0: as
     * above. NULL = nothing else is to be written. */
    err (*commit)(void *user);
    /* NULL = quiet; at most ten times a second */
    void (*progress)(void *user, const char *stage, size_t done, size_t all, str waiting_for);
    void *user;
};
struct pkg_install_result {
    struct pkg_plan_result plan;
    struct pkg_link_result linked;
    struct pkg_scripts_result scripts;
    bool wrote_lock, removed_lock, was_up_to_date;
    double took_ms;
    bool checked_only;              /* was_up_to_date, and no more is known than the next two */
    size_t n_installs, n_packages;  /* packages in node_modules; packages in the lockfile, with the root */
    str lock_text;                  /* what bun.lock says now, or would */
};
/* Messages for people go into `d`. 0, or the err of what failed first. */
err pkg_install(struct arena *a, const struct pkg_install_options *o, struct diag *d, struct pkg_install_result *out);

/* The file becomes `text` by one rename: a reader sees the old text or the new one. */
err pkg_write_whole(struct arena *a, str path, str text, uint32_t mode);
/* All of a lockfile into the store, whatever the machine; *n of them. `why` after an error. */
err pkg_fetch_all(struct arena *a, struct pkg_session *s, str root, const struct pkg_lock *l, size_t *n, str *why);
