/* resolve/internal.h: the pieces of resolution see each other here. All of them run under the resolver's lock. */
#pragma once
#include "resolve/resolve.h"
#include "sys/thread.h"
#include "sys/view.h"

enum known { KNOWN_NOT, KNOWN_NONE, KNOWN_YES };

struct folder {
    str path, real;                                  /* real: empty until asked for */
    struct folder *parent;
    const struct resolve_package *package;
    const struct resolve_tsconfig *tsconfig;
    enum known package_known, tsconfig_known, kind_known;
    uint32_t package_turn, kind_turn, turn, probes;  /* in which turn it was found out */
    bool has_list;
    struct map names;                                /* name -> file_kind + 1, of this turn */
    struct arena name_arena;
};

struct resolver {
    struct resolve_options options;
    const struct view *view;
    struct arena arena;
    struct map folders;                              /* path -> struct folder */
    struct map answers;                              /* mode, folder, specifier -> struct resolve_result */
    struct map configs;                              /* path -> struct resolve_tsconfig */
    struct thread_lock lock;
    uint32_t turn;
};

/* One question on its way. */
struct ask {
    struct resolver *r;
    struct arena *a;
    str from, specifier;
    struct folder *folder;                           /* of `from` */
    enum resolve_mode mode;
    bool in_modules;                                 /* looking inside node_modules */
    bool is_main;        /* looking for what a package's main means: as Node, also for imports */
    struct resolve_failure *why;
};

/* folder.c */
struct folder *folder_get(struct resolver *r, str path);                     /* absolute, normalized */
bool folder_is_there(struct resolver *r, struct folder *f);
enum file_kind folder_kind(struct resolver *r, struct folder *f, str name);  /* follows links */
str folder_real(struct resolver *r, struct folder *f);
str folder_real_of(struct resolver *r, struct folder *f, str name);          /* of a file in it */
const struct resolve_package *folder_package(struct resolver *r, struct folder *f);
const struct resolve_package *folder_scope(struct resolver *r, struct folder *f);
bool is_module_folder(const struct folder *f);                               /* called node_modules */
str part_dirname(str path);
str part_basename(str path);

/* tsconfig.c */
const struct resolve_tsconfig *folder_tsconfig(struct resolver *r, struct folder *f);

/* exports.c: each gives a path (absolute) in *out, or fills ask->why. */
enum target { TARGET_FOUND, TARGET_FAILED, TARGET_BARE };        /* BARE: *out is a specifier to resolve further */
enum target exports_resolve(struct ask *k, const struct resolve_package *p, str subpath, bool with_base, str *out);
enum target imports_resolve(struct ask *k, const struct resolve_package *p, str name, str *out);

bool fail(struct ask *k, const char *code, bool is_type_error, const char *format, ...)
    __attribute__((format(printf, 4, 5)));                                   /* always false */
