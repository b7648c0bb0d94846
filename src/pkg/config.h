/* pkg/config.h: how to install: .npmrc (user's, then project's), bunfig.toml (global, then project's), environment,
 * flags; what comes later wins. */
#pragma once
#include "pkg/npmrc.h"

enum pkg_linker { PKG_LINKER_AUTO, PKG_LINKER_HOISTED, PKG_LINKER_ISOLATED };
enum pkg_backend { PKG_BACKEND_AUTO, PKG_BACKEND_HARDLINK, PKG_BACKEND_COPY, PKG_BACKEND_SYMLINK, PKG_BACKEND_CLONE };

struct pkg_config {
    struct arena *arena;
    struct pkg_npmrc npmrc;         /* registries by scope, credentials by URL, proxies, ca */
    str registry;                   /* the default one, with a slash at its end */
    str cache;                      /* absolute folder of the store and of cached answers */
    str global_dir, global_bin;
    enum pkg_linker linker;
    enum pkg_backend backend;
    bool no_dev, no_optional, no_peer;               /* --omit, --production */
    bool frozen, dry_run, lockfile_only, no_save, exact, ignore_scripts, force, offline, prefer_offline, no_cache,
        no_verify, no_progress;
    bool silent, verbose, no_summary, save_text, yarn_lock;      /* verbose: scripts of packages print as they run */
    bool foreground_scripts;        /* that, one after the other, with the terminal as their input */
    bool strict_peers;              /* a peer that does not fit is an error */
    bool strict_engines;            /* a package for another version of Node is an error */
    bool no_bins;                   /* nothing in node_modules/.bin */
    bool links_workspaces;          /* a range that a workspace satisfies takes the workspace; true by default */
    unsigned n_connections;         /* 64 by default (BUN_CONFIG_MAX_HTTP_REQUESTS) */
    unsigned n_scripts;             /* at once; twice the processors by default */
    double minimum_age_s;           /* minimumReleaseAge; 0 = none */
    struct pkg_names { str *at; size_t count; } age_excludes, hoist_patterns, public_hoist_patterns, filters;
    /* of packages that are installed: this machine's unless told otherwise; "*" = all */
    const char *os, *cpu, *libc;
    /* The text and name of the file `registry-keys` (bunfig: install.registryKeys): keys as /-/npm/v1/keys answers.
     * Every version that is newly chosen must be signed by one of them. Empty = not checked. */
    str keys, keys_file;
    str scanner;                    /* [install.security] scanner: a package's name or an absolute path; empty = none */
    str ca;                         /* PEM; empty = the system's */
    double request_s, total_s;      /* deadlines of one request without progress, and of all; 60 and 1800 by default */
    str user_agent;
};

/* Reads files and environment below and above `folder`. Flags are set by the caller on the result. false after
 * errors in `d`. */
bool pkg_config_read(struct arena *a, str folder, struct diag *d, struct pkg_config *out);
void pkg_config_done(struct pkg_config *c);
/* Where `link` registers a package of that name. */
str pkg_config_linked(struct arena *a, const struct pkg_config *c, str name);

/* One setting each, as flags say it. false: there is no such value. */
bool pkg_config_omit(struct pkg_config *c, str group, bool omit);        /* "dev", "optional", "peer" */
bool pkg_config_linker(struct pkg_config *c, str name);
bool pkg_config_backend(struct pkg_config *c, str name);
double pkg_config_seconds(str text);        /* "259200", "3d", "12h"; negative: it is none */
/* The registry of a scope ("" = the default one) and what it may be asked with; empty texts = none. */
void pkg_config_registry(struct pkg_config *c, str scope, str url, str token, str user, str password);
/* `bunfig` instead of the project's bunfig.toml (--config); it must be there. */
bool pkg_config_read_with(struct arena *a, str folder, str bunfig, struct diag *d, struct pkg_config *out);
