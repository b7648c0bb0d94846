/* rt/faces.h: the builtin modules as tools/embed wrote them into the program: texts, doors, and who needs whom. */
#pragma once
#include "base/str.h"

enum rt_face_kind {
    RT_FACE_ESM,                    /* (function($m,$meta,$import,$0,...){...}) */
    RT_FACE_CJS,                    /* (function(exports,require,module,__filename,__dirname){...}) */
};

struct rt_face {
    const char *id;                 /* "node:fs/promises": its specifier, and the url of its script */
    const char *path;               /* where it came from: "src/mod/node/fs/promises.ts" */
    const char *text;               /* ASCII, immortal, NUL after it */
    uint32_t len;
    uint8_t kind;
    bool uses_meta;                 /* reads import.meta */
    uint16_t n_deps;
    const int16_t *deps;            /* what its $0, $1, ... are: n >= 0 is rt_faces[n], n < 0 is rt_doors[~n] */
};

struct rt_door {
    const char *id;                 /* "node_fs", as JS_DOOR names it */
    const char *folder;             /* "src/mod/node/fs" */
};

extern const struct rt_face rt_faces[];      /* sorted by id */
extern const int rt_n_faces;
extern const struct rt_door rt_doors[];
extern const int rt_n_doors;
