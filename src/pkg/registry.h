/* pkg/registry.h: a registry's answer for one package (abbreviated or whole), and which version of it is wanted. Only
 * an index of the versions is made; what a version says is read when it was chosen. Pure: the text must live as long as
 * the result. */
#pragma once
#include "data/semver.h"
#include "pkg/spec.h"

struct json;

struct pkg_release {
    str version;                    /* as the answer spells it */
    struct semver semver;
    str text;                       /* its object in the answer, not looked into yet */
};
struct pkg_packument {
    str name;
    struct json *tags;              /* dist-tags; NULL when absent */
    str tags_text;                  /* as they stand in the answer */
    str time;        /* the object that says when each version came, not looked into; empty when absent */
    struct pkg_release *releases;   /* as they are listed; those whose version is none are left out */
    size_t count;
};

/* false: it is no such answer. Nesting costs no stack. */
bool pkg_packument_read(struct arena *a, str source, struct pkg_packument *out);

enum pkg_pick {
    PKG_PICK_PLAIN = 0,             /* the newest that is in the range, the one tagged "latest" before all others */
    PKG_PICK_NOT_DEPRECATED = 1,    /* as npm: a deprecated version only when there is no other */
};
/* NULL when there is none. The spec is a range or a tag. */
const struct pkg_release *pkg_packument_pick(const struct pkg_packument *p, const struct pkg_spec *spec,
                                             enum pkg_pick how);
const struct pkg_release *pkg_packument_find(const struct pkg_packument *p, str version);
bool pkg_release_is_deprecated(const struct pkg_release *r);

struct pkg_dist { str tarball, integrity, shasum, deprecated; };    /* empty when absent; integrity is "sha512-..." */
/* What a chosen release says; pkg_manifest_read of r->text gives the rest. false: no tarball. */
bool pkg_release_dist(struct arena *a, const struct pkg_release *r, struct pkg_dist *out);

/* Seconds since the epoch of "2025-01-31T12:34:56.789Z"; NaN when it is no such date. */
double pkg_date_seconds(str s);
