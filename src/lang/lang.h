/* lang/lang.h: what other rooms ask of `lang`: source text in, text that JavaScriptCore can run out, with tables for
 * the linker. Parse, bind and lower in one call; no I/O; any thread.
 *
 * THE TEXT. unit.code is one parenthesised function expression, complete and evaluable as it stands. Every statement is
 * on the line it had in the source (line 1 of the text = line 1 of the source, the head is in front of it).
 *
 *   ES module    (      function ($m,$meta,$import,$0,$1,$s1){"use strict";$m.f=f;      BODY
 *                })
 *     $m       the module's binding object (null prototype, made by the linker). The text assigns its exports to it.
 *     $meta    import.meta; $import(specifier, options) = import(), with .defer and .source. Both are always
 *              there.
 *     $N       binding object of requests[N]; then one $sN for each request with `wants_namespace`, in order of N: the
 *              module namespace object of that request.
 *     lang_wrap() turns it in place, once the graph is known, into `async function` (top-level await), `function*`
 * (member of a cycle: the first next() exports the hoisted functions and stops, the second evaluates) or both. CommonJS
 * (function(exports,require,module,__filename,__dirname){BODY
 *                })
 *     with `,$import` appended when has_import_call and `,$meta` after that when has_import_meta (only then).
 *   script, eval the text itself, no wrapper.
 *   The end `\n})` is on a line of its own. Internal names ($m, $meta, $0, ...) are renamed when the source has such a
 *   name: never look for them by name, only by position.
 *
 * THE REALM must declare, as global lexicals, `const $C = {x: undefined, live, name, ...}` and `const $C_ = $C` (used
 * instead in a file that has a `$C` of its own):
 *   $C.x                     the async context (engine.md 15)
 *   $C.w(value)              what an await is given, right after $C.x was read; not called while that is undefined
 *   $C.r(value)              what an async function returns, for thenables: identity without a context
 *   $C.i(iterable)           what a for await walks over, right after $C.x was read; not called while that is undefined
 *   $C.e(text, ...names)     what a direct eval is given: identity without a context and names. The names of imports,
 *                            each with the expression that it stands for
 *   $C.n, $C.y               of async generators (lower_yield.c); not there until a context is used
 *   $C.v()                  what `eval` names where it is no direct eval
 *   $C.phases()             has .defer and .source, in scripts: import.defer() and import.source()
 *   $C.each(items)          what a for await walks: itself, or an async iterator over what is only iterable
 *   $C.live(m, o)            copies the accessors of o onto m, enumerable and configurable: exports that are reassigned
 *   $C.name(f, text)         defines f.name = text (not enumerable, configurable); gives f: `export default
 *                          function(){}`
 *   $C.stack(o), $C.stackq(o), $C.fix(o)     what `.stack` reads (lower_stack.c)
 *   $C.using(), $C.define(list), $C.decorate(...), $C.param(...), $C.metadata(...)   of `using` and of decorators
 *
 * EXPORTS ON $m. Never reassigned: a data property assigned when the declaration is evaluated (functions: in the head).
 * Reassigned (or the file has a direct eval): an accessor installed in the head. For members of a cycle the linker
 * pre-installs accessors that throw ReferenceError and whose setter defines the data property; not for EXPORT_VAR and
 * EXPORT_FUNCTION (a var is undefined before its turn). Indirect and star exports are the linker's alone: the text does
 * nothing for them. */
#pragma once
#include "base/buf.h"
#include "base/diag.h"
#include "lang/srcmap.h"

enum lang_dialect { LANG_JS, LANG_JSX, LANG_TS, LANG_TSX };
/* DETECT: import/export/import.meta/TLA make ESM, else CJS */
enum lang_goal { LANG_DETECT, LANG_ESM, LANG_CJS, LANG_SCRIPT };
enum lang_jsx { LANG_JSX_AUTOMATIC, LANG_JSX_CLASSIC, LANG_JSX_PRESERVE };
enum lang_cycle { LANG_ACYCLIC, LANG_CYCLIC };

struct lang_define { str name, text; };
struct lang_scratch;
struct lang_options {
    enum lang_dialect dialect;
    enum lang_goal goal;
    enum lang_jsx jsx;
    bool jsx_dev;                        /* jsxDEV(type, props, key, isStatic, source, this) of jsx-dev-runtime */
    str jsx_factory, jsx_fragment;       /* empty: React.createElement, React.Fragment */
    str jsx_import_source;               /* empty: react */
    bool legacy_decorators;              /* experimentalDecorators */
    bool decorator_metadata;             /* emitDecoratorMetadata */
    bool assign_class_fields;            /* useDefineForClassFields: false (TypeScript only) */
    bool verbatim_imports;               /* verbatimModuleSyntax: only `type` imports go */
    bool no_async_context;               /* true: awaits stay as they are (builtins that never call users) */
    bool strict;                         /* CJS and script: "use strict" in front (alwaysStrict) */
    bool keep_unused_imports;            /* as verbatim_imports for values, for tools */
    bool keep_modules;       /* for tools: no wrapper, import and export stay, nothing of the realm is used; the
                                tables tell requests, imports, exports and calls all the same */
    bool for_reading;        /* keep_modules: comments go, and lines stay but not columns: there are no shifts */
    bool for_showing;        /* keep_modules: what is JavaScript stays as it is, also what the engine does not read */
    bool trim_imports;                   /* keep_modules: names that nothing uses go in JavaScript too */
    str decorators;                      /* keep_modules: lang_decorators */
    str import_from;         /* scripts of node:vm: import(x) is $C.importFrom(<this>)(x), and eval is that of the
                                global object that they run in; empty: $import(x) */
    const struct lang_define *defines;   /* free names, a or a.b.c, become the text of an expression */
    uint32_t n_defines;
    struct lang_scratch *scratch;    /* memory to work in, one per thread, for many files; NULL: its own for the call */
};

/* The realm's half of standard decorators (mod/internal/decorators.ts) for text that runs elsewhere: a function that
 * puts `define` on what it is given, on one line. Made by tools/strip, so `lang` itself cannot name it. */
extern const char lang_decorators[];
struct lang_scratch *lang_scratch_new(void);
void lang_scratch_free(struct lang_scratch *s);

/* One request for each distinct (specifier, attributes, phase) of static imports and re-exports, in source order. */
enum lang_phase { LANG_EVALUATE, LANG_DEFER, LANG_SOURCE };
struct lang_attribute { str key, value; };
struct lang_request {
    str specifier;                       /* cooked, UTF-8 (a lone surrogate in WTF-8) */
    struct lang_attribute *attributes;
    uint32_t n_attributes;
    enum lang_phase phase;
    bool wants_namespace;                /* the text has a parameter $sN for it */
    bool side_effects_only;              /* import 'x' */
    uint32_t line, column;               /* of the specifier in the source, from 1, UTF-16 units */
};

/* Each imported name that the text reads through $N; the linker checks that it exists. */
struct lang_import {
    uint32_t request;
    str imported;                        /* "default", a name, or any text; empty with is_namespace */
    str local;
    bool is_namespace;                   /* import * as local */
    bool may_be_type;                    /* only the metadata of decorators names it: it need not exist */
    uint32_t line, column;
};

enum lang_export_kind {
    EXPORT_LEXICAL,                      /* let, const, class, default expression: TDZ before its turn */
    EXPORT_VAR,                          /* var, enum, namespace: undefined before its turn */
    EXPORT_FUNCTION,                     /* hoisted: on $m from the head on */
    EXPORT_INDIRECT,                     /* export {imported as name} from request; also of an imported name */
    EXPORT_STAR,                         /* export * from request; name is empty */
    EXPORT_NAMESPACE,                    /* export * as name from request */
};
struct lang_export {
    enum lang_export_kind kind;
    str name;
    str local;                           /* of the first three; empty for an anonymous default */
    str imported;                        /* EXPORT_INDIRECT */
    uint32_t request;                    /* the last three */
    bool is_live;                        /* reassigned: the head installs an accessor */
    uint32_t line, column;
};

/* Literal specifiers of require('x') and import('x'): for prefetching and for bundlers. */
struct lang_call {
    str specifier;
    bool is_import, in_try, is_resolve;  /* is_resolve: require.resolve('x') */
    bool is_statement;                   /* keep_modules: import and export ... from are told here too */
    uint32_t line, column;
};

/* A call of a macro, import {x} from "m" with {type: "macro"}: the text has `$N[K]()` in its place, K its index
 * here. */
struct lang_macro {
    uint32_t request;
    str imported;                        /* "default" or a name */
    str args;                            /* the source between the parentheses: of literals alone */
    uint32_t line, column;
};

/* Where a column of the text is not the column of the source: from (line, column) on, until the next entry or the end
 * of the line, source column = column + delta. Sorted; lines from 1, columns from 0, UTF-16 units. */
struct lang_shift { uint32_t line, column; int32_t delta; };

enum lang_kind { LANG_KIND_ESM, LANG_KIND_CJS, LANG_KIND_SCRIPT };

struct lang_unit {
    struct arena arena;                  /* the tables and every str of them */
    struct buf code;                     /* owned; a NUL follows */
    enum lang_kind kind;
    bool is_ascii;                       /* code is pure ASCII; otherwise it is UTF-8 (WTF-8) */
    bool has_tla;                        /* the wrapper must be async */
    bool has_direct_eval;
    bool has_import_meta, has_import_call;
    bool has_esm_syntax;                 /* an import/export declaration, import.meta or top-level await was seen */
    bool has_cjs_syntax;        /* free uses of require, module, exports, __filename, __dirname or top-level return */
    bool uses_require, uses_filename, uses_dirname, uses_module,
        uses_exports; /* free names; in an ES module the head
takes require, __filename, __dirname from $meta (require, filename, dirname) */
    bool uses_top_this;
    bool has_shebang;
    bool changes_show;                   /* what was changed inside a function left a name with $: lang_shows_change */
    bool names_wasm;                     /* the name WebAssembly occurs: its promises must be seen by the loop */

    struct lang_request *requests;
    struct lang_import *imports;
    struct lang_export *exports;
    struct lang_call *calls;
    struct lang_macro *macros;
    uint32_t n_requests, n_imports, n_exports, n_calls, n_macros;
    str jsx_source;        /* keep_modules: what the text imports for its JSX (react/jsx-runtime); empty: none */
    uint32_t n_namespaces;               /* how many requests want one */

    /* CommonJS: what Node would let `import {x}` take from it (as its lexer of CommonJS sees it). */
    str *cjs_exports;                    /* includes "__esModule" when it is set */
    str *script_names;        /* LANG_SCRIPT: what it declares by var and function: properties of the global object */
    str *cjs_reexports;                  /* specifiers whose names are added */
    uint32_t n_cjs_exports, n_cjs_reexports, n_script_names;
    bool cjs_is_es_module;               /* exports.__esModule is set */

    struct lang_shift *shifts;
    uint32_t n_shifts;
    str source_map;                      /* the file's own //# sourceMappingURL=..., empty when none */

    uint32_t async_at, star_at, yield_at;/* ES module: the slots lang_wrap fills */
};

/* Lowers `source` (its name `file` is for messages). false: it cannot run, d says why (u is empty but must be given to
 * lang_unit_done all the same). `source` may go away after. */
bool lang_lower(struct lang_unit *u, str file, str source, const struct lang_options *options, struct diag *d);
void lang_unit_done(struct lang_unit *u);

/* For tools: the text of a file with keep_modules, printed anew without white space when `compact`. `map`: NULL, or
 * zeroed, for the places that the text came from, as source 0; the names are those of variables. */
struct lang_map { struct srcmap_writer mappings; struct arena arena; const str *names; uint32_t n_names; };
bool lang_text(struct buf *out, struct lang_map *map, str file, str source, const struct lang_options *options,
               bool compact, struct diag *d);
void lang_map_done(struct lang_map *map);

/* ES modules: fixes the wrapper in place. Same length, so the shifts stay true. Plain acyclic modules need no call. */
void lang_wrap(struct lang_unit *u, bool is_async, enum lang_cycle cycle);

/* The place in the source of a place in the text: both lines from 1, columns from 1. */
void lang_source_place(const struct lang_shift *shifts, uint32_t n_shifts, uint32_t line, uint32_t column,
                       uint32_t *source_line, uint32_t *source_column);

/* Types become blanks and nothing else changes; UNSUPPORTED: enums and the like, which have a value. */
enum lang_blanked { LANG_BLANKED, LANG_BLANK_SYNTAX, LANG_BLANK_UNSUPPORTED };
enum lang_blanked lang_blank_types(struct buf *out, str source, struct diag *d);

/* What the functions of a lowered text say of themselves (Function.prototype.toString): their source as it was
 * written; TypeScript with blanks for types; with JSX, or where types have a value, what is left when both are
 * lowered. */
struct lang_shown;
/* Lowers `source` once more, as `u` was. NULL: it gives another text, so it is not what u was made of. */
struct lang_shown *lang_shown_new(str file, str source, const struct lang_options *options, const struct lang_unit *u);
void lang_shown_free(struct lang_shown *s);
/* Of the function or class whose text is u.code[start, end). false: the source has none, lowering made it. */
bool lang_shown_function(const struct lang_shown *s, uint32_t start, uint32_t end, str *text);
str lang_shown_text(const struct lang_shown *s);        /* the whole file */
bool lang_shows_change(str text);        /* has a text names that lowering may have made */
