/* resolve/resolve.h: from a specifier to a file: Node's resolution in full, and Bun's additions (extension search,
 * index files, `.js` that means `.ts`, tsconfig paths). Works over a file view. A resolver remembers folders,
 * package.json and tsconfig files; it has a lock of its own, so that any thread may ask. What it returns lives as long
 * as it does. */
#pragma once
#include "base/arena.h"
#include "base/map.h"
#include "base/str.h"

struct json;
struct view;

enum resolve_mode { RESOLVE_IMPORT, RESOLVE_REQUIRE };

struct resolve_options {
    const struct view *view;                         /* NULL: the disk */
    bool (*builtin)(str specifier, str *id);    /* "fs", "node:fs" -> "node:fs"; false: no such builtin. May be NULL */
    const str *conditions;                           /* beside the usual ones */
    size_t n_conditions;
    bool node_only;                                  /* Node's algorithm without additions */
    bool no_addons;                                  /* the condition `node-addons` does not match */
    bool preserve_symlinks;
    str node_path;                                   /* NODE_PATH */
    str home;                                        /* for ~/.node_modules and ~/.node_libraries; may be empty */
    str tsconfig;                                    /* this file for all, absolute; empty: the nearest */
};

enum resolve_kind { RESOLVE_FILE, RESOLVE_BUILTIN, RESOLVE_DATA };

struct resolve_result {
    enum resolve_kind kind;
    str path;        /* absolute, without links; the builtin's id; the whole data: URL */
    str suffix;                                      /* "?query#hash" of an import: another module of the same file */
};

struct resolve_failure {
    const char *code;                                /* ERR_MODULE_NOT_FOUND, MODULE_NOT_FOUND, ... */
    bool is_type_error;
    str message;                                     /* Node's words */
    str path;                                        /* what was looked for, when it is a file */
    str request_path;                                /* package.json whose "main" is wrong (MODULE_NOT_FOUND) */
};

/* One package.json. Fields that are absent or of a wrong kind are empty. */
struct resolve_package {
    str folder, file;                                /* /p and /p/package.json */
    str name, type, main, module;
    const struct json *root, *exports, *imports;     /* NULL: absent */
    struct map by_key;                               /* of a large "exports" object */
    str bad;                                         /* why it is no JSON object; empty when all is well */
};

enum resolve_jsx { RESOLVE_JSX_UNSET, RESOLVE_JSX_REACT, RESOLVE_JSX_AUTOMATIC, RESOLVE_JSX_DEV, RESOLVE_JSX_PRESERVE };

/* What a tsconfig.json or jsconfig.json says, with all that it extends. */
struct resolve_tsconfig {
    str file, folder;
    str base_url;                                    /* absolute; empty: none */
    const struct json *paths;                        /* NULL: none */
    str paths_folder;                                /* what paths are relative to without baseUrl */
    enum resolve_jsx jsx;
    str jsx_factory, jsx_fragment, jsx_import_source;
    bool legacy_decorators, decorator_metadata, verbatim_imports, assign_class_fields, strict;
};

struct resolver;
struct resolver *resolve_new(const struct resolve_options *options);        /* borrows what options point to */
void resolve_free(struct resolver *r);

/* The file tree may have changed since: what was absent is looked for again. */
void resolve_fresh(struct resolver *r);

/* `from` is the importing file (absolute); results live in the resolver, messages in `a`. */
bool resolve_specifier(struct resolver *r, struct arena *a, str from, str specifier, enum resolve_mode mode,
                       struct resolve_result *out, struct resolve_failure *why);

/* A file named on the command line: `path` as it is, with extensions, or as a folder. */
bool resolve_entry(struct resolver *r, struct arena *a, str path, bool keep_links, struct resolve_result *out,
                   struct resolve_failure *why);

/* The nearest package.json of a file or folder; NULL when there is none up to the root or to node_modules. */
const struct resolve_package *resolve_scope(struct resolver *r, str path);
const struct resolve_tsconfig *resolve_tsconfig(struct resolver *r, str path);   /* NULL when there is none */

/* node_modules folders to look in, nearest first, as Module._nodeModulePaths. */
size_t resolve_node_modules(struct arena *a, str folder, str **out);

bool resolve_in_node_modules(str path);
str resolve_path_to_url(struct arena *a, str path);              /* file:///a%20b */
bool resolve_url_to_path(struct arena *a, str url, str *out);    /* false: not a local file: URL */
