/* load/load.h: from a file to a unit that can be evaluated: read, choose the loader, lower, resolve what it imports.
 * Units are made by the threads of the pool while the main thread does something else; each file (with its query and
 * type) is one unit, made once, so the result does not depend on who was first. */
#pragma once
#include "base/diag.h"
#include "lang/lang.h"
#include "resolve/resolve.h"
#include "sys/pool.h"
#include "sys/thread.h"

enum load_format {
    LOAD_UNKNOWN,                    /* by the file's name */
    LOAD_SCRIPT,                     /* JavaScript and TypeScript: unit.lang says ES module or CommonJS */
    LOAD_JSON, LOAD_JSONC, LOAD_JSON5, LOAD_TOML, LOAD_YAML, LOAD_TEXT,
    LOAD_WASM, LOAD_ADDON,
    LOAD_PATH,                       /* nothing is read: its value is its path */
};

enum load_target { LOAD_TO_UNIT, LOAD_TO_BUILTIN, LOAD_TO_NOTHING };

/* Where one static import of a unit leads. */
struct load_edge {
    enum load_target to;
    struct load_unit *unit;
    str builtin;                     /* "node:fs" */
    struct resolve_failure why;      /* LOAD_TO_NOTHING */
};

struct loader;
struct load_unit {
    struct pool_job job;             /* private */
    struct loader *loader;
    str key, path, suffix;           /* path is "" for a text without a file */
    str name;                        /* what stacks show: the path, or the file: URL of an ES module */
    str url;                         /* import.meta.url */
    enum load_format format;
    enum lang_goal goal;             /* asked for */
    enum lang_dialect dialect;

    /* From here on: after load_wait. */
    struct arena arena;
    struct diag diag;                /* syntax errors */
    bool failed;                     /* read_error is set, or diag has errors */
    err read_error;
    struct lang_unit lang;           /* LOAD_SCRIPT */
    struct buf text;                 /* the other formats; and the source of a text that was given */
    struct buf fixes;        /* what the JSON made of another format cannot say: json_write_fixes; mostly empty */
    struct load_edge *edges;         /* of lang.requests, as many */
    struct lang_shown *shown;        /* private: made by load_shown */
    bool is_shown;                   /* private: it was asked */
    bool is_taken;                   /* the linker's: it was evaluated as CommonJS */
    void *user;                      /* the linker's */
};

struct load_options {
    struct resolve_options resolve;
    bool jsx_development;
    bool no_prefetch;                /* units do not start what they import (tests) */
};

struct loader *load_new(const struct load_options *options);
void load_free(struct loader *l);                    /* waits for what runs */
struct resolver *load_resolver(struct loader *l);

/* The unit of a file; its making has begun (or ended). `type` is the import attribute, usually empty. */
struct load_unit *load_file(struct loader *l, str path, str suffix, str type, enum resolve_mode mode);

/* A text in place of a file: `name` is absolute ("/cwd/[eval]"), the text borrows until load_wait. Made anew each
 * time. */
struct load_unit *load_text(struct loader *l, str name, str text, enum lang_dialect dialect, enum lang_goal goal);

/* A text that stands for `url` (and for the file `path` when it is not empty), whatever the file says. */
struct load_unit *load_in_place(struct loader *l, str url, str path, str suffix, str text, enum lang_dialect dialect,
                                enum lang_goal goal);

/* The same of bytes that are no script. */
struct load_unit *load_bytes_in_place(struct loader *l, str url, str path, str suffix, str bytes,
                                      enum load_format format);

/* The unit of a file when its making has begun; NULL otherwise. */
struct load_unit *load_find(struct loader *l, str path, str suffix, str type, enum resolve_mode mode);

/* A file anew, whatever is known of it: for `fresh` imports and patched loaders. */
struct load_unit *load_again(struct loader *l, str path, enum resolve_mode mode);

void load_wait(struct load_unit *u);                 /* ready after; runs it here when no thread has begun */
bool load_knows_type(str type);                      /* of an import attribute; "" too */
/* What a tsconfig.json says about how a file is read; `t` may be NULL, the dialect is set. */
void load_follow_tsconfig(const struct resolve_tsconfig *t, struct lang_options *o);

enum load_format load_format_of(str path, str type, enum resolve_mode mode);

/* Forgets a unit of this path, so that the next load_file reads it again (delete require.cache[...]). The unit
 * stays. */
void load_forget(struct loader *l, str path);

/* What the functions of a script say of themselves; made when first asked for. NULL: its source is gone, or another by
 * now. */
const struct lang_shown *load_shown(struct load_unit *u);
