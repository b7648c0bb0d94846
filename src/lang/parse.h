/* lang/parse.h: source text -> tree. Everything is checked: syntax, early errors, declarations, regular expressions.
 *
 *   struct tree t = {0};
 *   if (!parse_source(&t, text, &(struct parse_options){.file = STR("x.ts"), .is_ts = true}, &diag)) ...
 *   ast_reset(&t) and again, or ast_free(&t). */
#pragma once
#include "lang/ast.h"

struct diag;
#define PARSE_PAD 64                    /* bytes that must be readable (any value but the first,
                                                                        which is 0) after a padded source */

enum parse_goal {
    PARSE_DETECT, /* module when it has import/export/import.meta/top-level await, else CommonJS */
    PARSE_MODULE, PARSE_COMMONJS,       /* CommonJS: `return`, `new.target` and `await` as a name at the top level */
    PARSE_SCRIPT,
};
struct parse_options {
    str file;                           /* for messages */
    enum parse_goal goal;
    bool is_ts, is_jsx;        /* .ts: is_ts; .tsx: both; .js .jsx: is_jsx (JSX in .js is allowed as Bun does) */
    bool is_declaration;                /* .d.ts */
    bool is_padded;        /* the source is followed by a NUL and PARSE_PAD readable bytes; otherwise it is copied */
    bool keep_regexps;                  /* do not check the inside of regular expressions */
    bool is_strict;                     /* as if "use strict" stood first */
    bool notes_comments;                /* all of them, also those that mean nothing */
    bool in_function;        /* new.target, return and super.x are allowed at the top level (eval in a function) */
};

/* false: at least one error was added to `d`. `source` is borrowed until the tree is reset, unless it had to be
 * copied. */
bool parse_source(struct tree *t, str source, const struct parse_options *options, struct diag *d);

/* Kind by file name: .ts .mts .cts .tsx .js .mjs .cjs .jsx .d.ts; goal MODULE for .mjs .mts, COMMONJS for .cjs, else
 * DETECT. */
struct parse_options parse_options_for(str file);
