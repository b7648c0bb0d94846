/* pkg/plan_parts.h: the inside of the plan, for plan*.c alone. In four steps, of which none depends on the order of
 * answers: what the project itself declares, one after the other; what follows from it, breadth first, one after the
 * other too (what was locked, what is there, else the best there is); peers, which take what is there, in rounds; and
 * then no version stays that another one covers. So that answers are on their way together all the same, what will
 * probably be chosen is looked at ahead: a guess asks questions, and decides nothing. */
#pragma once
#include "base/buf.h"
#include "base/list.h"
#include "base/map.h"
#include "pkg/config.h"
#include "pkg/plan.h"
#include "pkg/tree.h"

enum plan_state { PLAN_UNASKED, PLAN_ASKED, PLAN_HERE, PLAN_ABSENT };

struct plan_edge { pkg_id package; uint32_t edge; };
typedef LIST(struct plan_edge) plan_edges;

struct plan_name {                  /* a name of a folder, or of a registry's package */
    str text;
    uint32_t number;
    plan_edges waiting;             /* for the answer, to look further ahead */
    enum plan_state state;          /* of its packument */
    const struct pkg_packument *packument;
    str why;                        /* absent */
    uint32_t *newest_first;         /* releases by version, made when first needed */
    const struct json *times;       /* when each version came; read when first needed */
    bool has_times;
    pkg_id member;                  /* the workspace of this name; PKG_NONE */
    LIST(pkg_id) known;             /* npm packages of this name, those that were only guessed among them */
    LIST(pkg_id) present;           /* those that something depends on, as they came */
    LIST(pkg_id) old;               /* those of the old lock, by its numbers */
    uint32_t peers_round;           /* of the round of peers that the next two are of */
    pkg_id peers_best;              /* the newest that a peer of this round has; PKG_NONE */
    enum { PEERS_UNKNOWN, PEERS_AGREE, PEERS_DISAGREE } peers_are;
};

struct plan_want {                  /* name and spec, read once for all that say the same */
    struct plan_name *folder, *real;
    struct pkg_spec spec;
    bool is_any;                    /* any version will do */
    bool is_guessed;                /* what it will probably be was looked at */
};

struct plan_source {                /* what no registry has: asked once */
    struct pkg_spec spec;
    str base;
    enum plan_state state;
    str why;
    struct pkg_elsewhere found;
    pkg_id id;                      /* once it is a package */
};

enum { PLAN_SETTLED = 1, PLAN_FAILED = 2, PLAN_SEEKS = 4 };        /* SEEKS: a peer that nobody above has */
struct plan_package {               /* beside each package of the new lock; its edges are sorted */
    struct plan_want **wants;       /* as declared, by edge */
    pkg_id *old_to;                 /* by edge: number in the old lock, until the package is opened; NULL = none */
    uint8_t *flags;
    bool is_open, is_queued, is_present, is_foreseen;
    bool is_direct;                 /* the project itself declares it */
    bool is_exact;                  /* who brought it wants this version and no other */
    bool is_old;                    /* it was locked before */
    bool is_settled;                /* it was there when the last round of peers began */
    str deprecated, engine;         /* what its manifest says */
};

struct pkg_plan {
    struct arena *a;
    struct pkg_plan_options o;
    struct pkg_world world;
    void *user;
    struct pkg_lock lock;
    LIST(struct plan_package) packages;

    struct map names, wants, sources;
    struct buf key;
    LIST(struct plan_name *) name_list;
    LIST(struct plan_source *) source_list;

    pkg_id *imported;               /* by the old lock's numbers */
    struct pkg_catalog *catalogs; size_t n_catalogs;
    const struct pkg_override *overrides; size_t n_overrides;
    bool overrides_changed, catalogs_changed;

    plan_edges direct; size_t direct_at;
    LIST(pkg_id) queue; size_t queue_at;             /* packages whose dependencies are to be decided */
    uint32_t edge_at;                                /* the next one of queue[queue_at] */
    plan_edges ahead; size_t ahead_at;               /* to look at before it is their turn */
    bool is_spreading, is_running, is_done, has_news;
    plan_edges peers; size_t peers_at;               /* of this round */
    size_t peers_own;                                /* so many of them are the project's */
    uint32_t round;
    bool peers_fit;                                  /* those that something fits have it */
    pkg_id *reached; size_t n_reached;               /* breadth first, when the round began */
    uint32_t n_asked;

    LIST(struct pkg_missing) missing;
    LIST(str) warnings;
    struct map warned;
    struct semver node; bool has_node;
};

/* plan_names.c: tables */
struct plan_name *plan_name_of(struct pkg_plan *p, str text);
struct plan_want *plan_want_of(struct pkg_plan *p, str name, str spec);
struct plan_source *plan_source_of(struct pkg_plan *p, const struct pkg_spec *spec, str base);
void plan_warn(struct pkg_plan *p, const char *format, ...) __attribute__((format(printf, 2, 3)));
bool plan_is_pinned(const struct pkg_plan *p, const struct pkg_package *locked);    /* it is to give way */
bool plan_is_updated(const struct pkg_plan *p, const struct plan_want *w);

/* plan_pick.c: which release */
struct plan_pick { const struct pkg_release *release; bool is_too_young; };
struct plan_pick plan_pick(struct pkg_plan *p, struct plan_name *n, const struct plan_want *w);
bool plan_fits(const struct plan_want *w, str version);      /* of a range */
/* What was locked before and would do, the newest; PKG_NONE. */
pkg_id plan_locked(struct pkg_plan *p, const struct plan_want *w);
/* Of what is there already the newest that does; when `is_to_be_sure` only what is there in any order of answers: the
 * project's own, and what was there before the last round of peers. */
pkg_id plan_present(struct pkg_plan *p, const struct plan_want *w, bool is_to_be_sure);
int plan_compare(str version, str other);                /* -1, 0, 1 */
pkg_id plan_newest(struct pkg_plan *p, const struct plan_name *n);       /* of what is there, whether it does or not */
/* What there is already instead of that release; PKG_NONE: it is added. With NULL for the release, what does whichever
 * release is the best. `is_own`: the project itself asks, or a bundle. */
pkg_id plan_instead(struct pkg_plan *p, const struct plan_want *w, const struct pkg_release *r, bool is_own);
str plan_why_none(struct pkg_plan *p, const struct plan_name *n, const struct plan_want *w, bool is_too_young);
bool plan_version_is(const struct pkg_package *package, const struct semver_range *range);

/* plan_read.c: manifests, releases and old packages as packages of the new lock. A release is present once it was
 * shown. */
void plan_show(struct pkg_plan *p, pkg_id id);
pkg_id plan_add_release(struct pkg_plan *p, struct plan_name *n, const struct pkg_release *r);
pkg_id plan_add_source(struct pkg_plan *p, struct plan_source *s, str name);
pkg_id plan_add_inner_folder(struct pkg_plan *p, pkg_id owner, str name, str place);
pkg_id plan_import(struct pkg_plan *p, pkg_id old);
void plan_open(struct pkg_plan *p, pkg_id package);
void plan_start_project(struct pkg_plan *p);

/* plan_overrides.c: what is taken for what is declared */
const struct plan_want *plan_effective(struct pkg_plan *p, pkg_id owner, const struct pkg_edge *e,
                                       const struct plan_want *w);
bool plan_was_the_same(struct pkg_plan *p, pkg_id owner, const struct pkg_edge *e, const struct plan_want *w);
void plan_read_rules(struct pkg_plan *p);
str plan_catalog(const struct pkg_catalog *catalogs, size_t n, str catalog, str name);  /* empty when it is not there */
bool plan_is_local(const struct pkg_plan *p, pkg_id package);    /* the root or a workspace */

/* plan_extend.c: packageExtensions */
void plan_extend(struct pkg_plan *p, pkg_id package);

/* plan_peers.c: one round of peers after all else is decided */
void plan_peers_begin(struct pkg_plan *p);
bool plan_peers_go_on(struct pkg_plan *p);               /* false: something must be answered first */

/* plan.c, for plan_peers.c */
enum plan_step { PLAN_DONE, PLAN_BLOCKED };
enum plan_step plan_decide(struct pkg_plan *p, struct plan_edge at);
void plan_bind(struct pkg_plan *p, struct plan_edge at, pkg_id to);
void plan_ask(struct pkg_plan *p, struct plan_name *n);
/* A workspace, or what was locked. */
pkg_id plan_known(struct pkg_plan *p, struct plan_edge at, const struct plan_want *now);
bool plan_is_open_edge(struct pkg_plan *p, struct plan_edge at);

/* plan_cover.c: the fewest versions that do */
void plan_cover(struct pkg_plan *p);
/* order may be NULL; breadth first */
bool *plan_reachable(struct pkg_plan *p, struct arena *a, pkg_id *order, size_t *n);

/* plan_report.c */
void plan_report(struct pkg_plan *p, struct pkg_plan_result *out);
