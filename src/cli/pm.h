/* cli/pm.h: what the commands of the package manager share: their flags, their project and settings, an install with
 * what is said of it. */
#pragma once
#include "base/diag.h"
#include "cli/cmd.h"
#include "pkg/install.h"

enum pm_command {
    PM_INSTALL = 1 << 0, PM_ADD = 1 << 1, PM_REMOVE = 1 << 2, PM_UPDATE = 1 << 3, PM_OUTDATED = 1 << 4, PM_WHY = 1 << 5,
    PM_INFO = 1 << 6,
    PM_LINK = 1 << 7, PM_PATCH = 1 << 8, PM_PUBLISH = 1 << 9, PM_AUDIT = 1 << 10, PM_DEDUPE = 1 << 11,
    PM_PRUNE = 1 << 12, PM_PM = 1 << 13,
    PM_X = 1 << 14, PM_CREATE = 1 << 15,
};

struct pm {
    struct cmd *c;
    struct arena *a;
    enum pm_command which;
    const char *name;                /* as it is shown: "install" */
    struct flags flags;
    const str *words; size_t n_words;            /* what is no flag */
    struct diag d;
    struct pkg_config config;
    struct pkg_project project;
    struct pkg_session session;
    bool is_ready;                   /* config and session are there */
    bool was_refused;                /* by the scanner or a file that cannot be written: why was said */
};

struct pm_usage {
    const char *name, *usage, *what, *examples;
    /* of `bao pm x`, which share a table: the flags that mean something to it, and to any of them; NULL = all do */
    const char *flags, *all_flags;
};

enum pm_need { PM_NOTHING, PM_CONFIG, PM_PROJECT };
/* Reads flags and words, and what is needed. *ends: leave with the code that is returned (help was asked for, or
 * something is wrong and was said). Flags are allowed behind words; for PM_X they end at the first word. */
int pm_open(struct pm *p, struct cmd *c, enum pm_command which, const struct pm_usage *usage, enum pm_need need,
            bool *ends);
/* What was found wrong or worth a note goes to standard error; the code is passed on. */
int pm_close(struct pm *p, int code);
bool pm_is_quiet(const struct pm *p);            /* --silent */
bool pm_has(const struct pm *p, const char *flag);
str pm_value(const struct pm *p, const char *flag);
size_t pm_values(const struct pm *p, const char *flag, str *out, size_t most);

/* Says `bao <name> v0.1.0`. */
void pm_title(const struct pm *p);
void pm_print(const char *format, ...) __attribute__((format(printf, 1, 2)));   /* to standard output */
const char *pm_colour(const char *code);         /* "\x1b[..m" on a terminal, "" elsewhere; code 0 = plain */
str pm_time(const struct pm *p, double ms);      /* "1.00ms", "2.05s" */

/* The lockfile's graph; false after saying why not. */
bool pm_read_lock(struct pm *p, struct pkg_lock *out);

struct pm_run {
    struct pkg_install_options options;          /* project, config and session are filled in */
    const str *names; size_t n_names;            /* `installed x@1` is said of these */
    const char *verb;                            /* "installed" */
    const str *lines; size_t n_lines;            /* said before the rest: "^ x 1 -> 2" */
    bool has_title;                              /* lines of its own were printed already; names are not said again */
};
/* Installs, says what happened. 0 or an exit code. */
int pm_install(struct pm *p, struct pm_run *r, struct pkg_install_result *out);
/* Lets the security scanner of bunfig.toml look at what is locked. 0 when it finds nothing, or (with `asks`) when a
 * person goes on in spite of warnings; what it found was printed. */
int pm_scan_lock(struct pm *p, const struct pkg_lock *l, bool asks);

/* The text of a member's package.json becomes `text`, in memory: an install goes by it. false after saying why not. */
bool pm_change(struct pm *p, struct pkg_member *m, str text);
/* Writes those that pm_change changed. */
int pm_save(struct pm *p);
struct pkg_member *pm_here(struct pm *p);        /* the member that the command was typed in */
/* Members that --filter names, or only that one. */
size_t pm_members(struct pm *p, struct pkg_member ***out);
/* The release that a range or tag means, by minimumReleaseAge; NULL when there is none. */
const struct pkg_release *pm_pick(struct pm *p, const struct pkg_packument *k, const struct pkg_spec *spec);
/* What a member (or the catalog that it names) says of a dependency lets `version` in from now on, in its style. */
bool pm_raise(struct pm *p, struct pkg_member *m, const struct pkg_dependency *d, str version);
bool pm_range_has(struct pm *p, str range, str version);
str pm_raised(struct pm *p, str range, str version);     /* that range: "~1.0.0" and 2.3.4 -> "~2.3.4" */
int pm_link_global(struct pm *p);                /* programs of global packages into the folder of global programs */
bool pm_name_fits(str pattern, str name);        /* a glob over a package's name */

/* --analyze: p's words are files; the packages that they import and package.json does not name, sorted. 0 or a code. */
int pm_analyze(struct pm *p, const str **names, size_t *n);

/* --- commands of `bao pm`; `from`: the first word behind the command's name */
int pm_ls(struct pm *p, size_t from);
int pm_why(struct pm *p, size_t from);
int pm_pack(struct pm *p, size_t from);
int pm_pkg(struct pm *p, size_t from);
int pm_version(struct pm *p, size_t from);
int pm_info(struct pm *p, size_t from);
int pm_licenses(struct pm *p, size_t from);
int pm_sbom(struct pm *p, size_t from);
int pm_scan(struct pm *p, size_t from);
int pm_diff(struct pm *p, size_t from);
/* As a summary shows it: "1.2.3", "workspace:packages/x", a path, a URL; empty of the root. */
str pm_release(struct arena *a, const struct pkg_package *k);
str pm_label(struct arena *a, const struct pkg_package *k);      /* "x@1.2.3", "x@workspace:packages/x" */
/* Runs a script of a folder's package.json, printed before as `$ ...`; 0 when there is none. */
int pm_script(struct pm *p, str folder, const struct pkg_manifest *m, const char *name);
