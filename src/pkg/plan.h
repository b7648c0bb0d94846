/* pkg/plan.h: decides which version of which package every dependency gets. Knows no network and no disk: what it
 * needs it asks of a world of functions, and goes on when the answer comes, in any order; the result does not depend
 * on that order. */
#pragma once
#include "pkg/lock.h"
#include "pkg/project.h"
#include "pkg/registry.h"

struct pkg_config;
struct pkg_plan;

/* What the plan asks. An answer may come from inside the call. `text` of failures is a whole sentence that names the
 * package. */
struct pkg_world {
    /* -> pkg_plan_packument */
    void (*packument)(void *user, str name, struct pkg_plan *p, uint32_t ticket);
    /* The package.json of what no registry has: folder, link, tarball, git, github. `base` is the folder that paths
     * are relative to, itself relative to the project: "" = the root's, "packages/x". `place` of the answer is always
     * relative to the project. */
    /* -> pkg_plan_elsewhere */
    void (*elsewhere)(void *user, const struct pkg_spec *spec, str base, struct pkg_plan *p, uint32_t ticket);
    /* News, as soon as this package is chosen (its tarball may be fetched already). Once for each; one that several
     * could share falls away at the end now and then, and ids in the result are others: name and version say which it
     * was. */
    void (*chosen)(void *user, const struct pkg_lock *l, pkg_id id);
};

/* what was found: fields of the future pkg_package, texts in the plan's arena or longer-lived */
struct pkg_elsewhere {
    enum pkg_source source;
    str place, commit, tag, integrity;
    str manifest;                   /* the text of its package.json; empty when it has none (link:) */
};

/* In place of a locked version another one, wherever the range that asks for it has it: how advisories are mended. */
struct pkg_pin { str name, from, to; };

struct pkg_plan_options {
    const struct pkg_project *project;
    const struct pkg_config *config;
    const struct pkg_lock *old;     /* what was locked before: kept wherever it still satisfies; NULL = nothing */
    const str *update; size_t n_update;      /* names that are not kept (`update x`) */
    bool update_all;                         /* nothing is kept (`update`) */
    const struct pkg_pin *pins; size_t n_pins;
    double now_s;                            /* seconds since the epoch, for minimumReleaseAge */
};

struct pkg_plan *pkg_plan_new(struct arena *a, const struct pkg_plan_options *o, const struct pkg_world *world,
                              void *user);
void pkg_plan_start(struct pkg_plan *p);                                 /* asks for what it needs first */
/* NULL: not there, and why */
void pkg_plan_packument(struct pkg_plan *p, uint32_t ticket, const struct pkg_packument *found, str why);
void pkg_plan_elsewhere(struct pkg_plan *p, uint32_t ticket, const struct pkg_elsewhere *found, str why);
bool pkg_plan_is_done(const struct pkg_plan *p);                         /* nothing is asked for any more */

/* a dependency that could not be had, and is not optional */
struct pkg_missing { str name, spec; pkg_id by; str why; };
struct pkg_plan_result {
    struct pkg_lock lock;
    bool is_changed;                /* against `old`: frozen installs refuse it */
    struct pkg_change { char kind; str name, before, after; } *changes; size_t n_changes;        /* '+' '-' '~' */
    struct pkg_missing *missing; size_t n_missing;   /* not empty = the install fails */
    struct { str *at; size_t count; } warnings;            /* peers that conflict, deprecated, ... */
    size_t n_bad_peers;             /* of the warnings */
};
void pkg_plan_finish(struct pkg_plan *p, struct pkg_plan_result *out);   /* after pkg_plan_is_done */
void pkg_plan_free(struct pkg_plan *p);
