/* pkg/audit.h: known vulnerabilities of what is locked: what is asked of a registry's bulk endpoint, its answer (or a
 * file of the same form, for machines without a network), and which locked packages it is about. Pure. */
#pragma once
#include "pkg/lock.h"

struct json;

enum pkg_severity {
    PKG_SEVERITY_INFO,
    PKG_SEVERITY_LOW,
    PKG_SEVERITY_MODERATE,
    PKG_SEVERITY_HIGH,
    PKG_SEVERITY_CRITICAL
};
extern const char *const pkg_severity_names[5];

struct pkg_advisory {
    str package, id, ghsa;  /* id: the registry's number as text; ghsa: "GHSA-29mw-wpgm-hmr9" of the URL, else empty */
    str title, url, range;          /* range: vulnerable versions */
    enum pkg_severity severity;     /* HIGH when the answer names none that is known */
    const struct json *json;        /* all that was said of it */
};
struct pkg_advisories { struct pkg_advisory *at; size_t count; };

/* {"name": ["1.0.0", ...], ...} of the packages that are wanted (by pkg_id; NULL = all) and come from a registry,
 * sorted. */
void pkg_audit_ask(struct buf *out, const struct pkg_lock *l, const bool *wanted);
/* {"name": [{id, url, title, severity, vulnerable_versions}, ...]}. false after an error in `d` about `file`. */
bool pkg_audit_read(struct arena *a, str source, str file, struct diag *d, struct pkg_advisories *out);

struct pkg_finding {                /* a locked package with what is known about it */
    pkg_id id;
    const struct pkg_advisory **at; size_t count;
};
struct pkg_findings { struct pkg_finding *at; size_t count; size_t by_severity[5]; size_t n_ignored; };
struct pkg_audit_choice {
    const bool *wanted;             /* by pkg_id; NULL = all */
    enum pkg_severity least;
    const str *ignored; size_t n_ignored;                /* numbers or GHSA names */
};
/* Packages by name, then version; only versions that an advisory's range holds. */
void pkg_audit_match(struct arena *a, const struct pkg_lock *l, const struct pkg_advisories *known,
                     const struct pkg_audit_choice *choice, struct pkg_findings *out);

/* One way from the project to a package: "mkdirp > minimist", with the workspace's name before it when it is not the
 * root; empty for a direct dependency of the root. The shortest; the first by name among those. */
str pkg_audit_path(struct arena *a, const struct pkg_lock *l, pkg_id to);

/* Does what `range` of the project's own says (a dependency, a catalog's entry, an override) let this version in? One
 * version counts as ^version, as it is to be rewritten; with `is_latest` any range does. */
bool pkg_audit_own_accepts(const struct pkg_lock *l, str name, str range, str version, bool is_latest);
/* The lowest of `versions` that is above what is locked, that no advisory is about, and that every package which
 * depends on it accepts; peers of others do not count where the project has it itself. Empty: there is none. */
str pkg_audit_fix(struct arena *a, const struct pkg_lock *l, pkg_id id, const str *versions, size_t n,
                  const struct pkg_advisories *known, bool is_latest);
