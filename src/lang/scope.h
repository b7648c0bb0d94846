/* lang/scope.h: scopes, symbols and references of one file. Filled while parsing, resolved by bind_tree. */
#pragma once
#include <stdint.h>

enum scope_kind {
    SCOPE_PROGRAM,
    SCOPE_FUNCTION, /* parameters; and the body unless parameters have expressions */
    SCOPE_FUNCTION_BODY,
    SCOPE_FUNCTION_NAME, /* the own name of a function expression */
    SCOPE_BLOCK,
    SCOPE_FOR,
    SCOPE_CATCH,
    SCOPE_SWITCH,
    SCOPE_CLASS,
    SCOPE_CLASS_FIELD,
    SCOPE_WITH,
    SCOPE_NAMESPACE,
    SCOPE_ENUM,
};
enum scope_flag { SCOPE_STRICT = 1, SCOPE_HAS_EVAL = 2, SCOPE_IN_WITH = 4, SCOPE_OPEN = 8 };
struct scope {
    uint32_t parent, func;              /* scope 1 is the file's, scope 0 none; func: index into tree.funcs */
    uint32_t start, end;
    uint32_t first_symbol;              /* linked by symbol.next_in_scope, newest first; 0 = none */
    uint8_t kind, flags;
};

enum symbol_kind {
    SYMBOL_NONE, SYMBOL_VAR, SYMBOL_LET, SYMBOL_CONST, SYMBOL_USING, SYMBOL_CLASS, SYMBOL_FUNCTION, SYMBOL_PARAM,
    SYMBOL_CATCH,
    SYMBOL_FUNCTION_NAME, SYMBOL_CLASS_NAME,    /* the inner name of an expression (or of a class in itself) */
    SYMBOL_IMPORT, SYMBOL_ENUM, SYMBOL_NAMESPACE, SYMBOL_IMPORT_EQUALS,
    SYMBOL_ENUM_MEMBER,                         /* in the SCOPE_ENUM of one declaration; node: its key */
    SYMBOL_ARGUMENTS,        /* never declared: kind of nothing; free `arguments` refs have symbol 0 */
    SYMBOL_VAR_PASSES,                          /* a `var` declared in this block, hoisted out of it: only for checks */
};
enum symbol_flag {
    SYM_EXPORTED = 1 << 0,              /* some export names it */
    /* assigned, updated, deleted, for-in/of target, redeclared with a value: beyond its initializer */
    SYM_REASSIGNED = 1 << 1,
    SYM_USED = 1 << 2,                  /* has a reference from value code (exports by `export {}` count) */
    SYM_CAPTURED = 1 << 3,              /* used from a function other than its own */
    SYM_TYPE_ONLY = 1 << 4,             /* import type ... / import { type x } */
    SYM_STAR = 1 << 5,                  /* import * as x */
    SYM_DEFAULT = 1 << 6,               /* import x from */
    SYM_MERGED = 1 << 7,                /* declared more than once (var, function, enum, namespace) */
    SYM_TOP = 1 << 8,                   /* belongs to the file's own scope */
    SYM_USED_NOT_EXPORT = 1 << 9,       /* has a use other than `export { x }` */
    SYM_HOISTED = 1 << 10,              /* Annex B: the `var` of a function in a block */
    SYM_METADATA = 1 << 12,             /* for passes: only metadata names it; it may be a type */
    SYM_SLOPPY_FUNCTION = 1 << 11,      /* plain function in a block of sloppy code */
};
struct symbol {
    uint32_t name, scope;
    uint32_t node;                      /* the BINDING that declared it first */
    uint32_t decl;        /* IMPORT_NAMED/DEFAULT/STAR for imports, CLASS, FUNCTION ... when known; else 0 */
    uint32_t request;                   /* imports: index into tree.requests */
    uint32_t next_in_scope;
    uint32_t shadowed;                  /* parser and binder: what the name meant outside */
    uint16_t flags;
    uint8_t kind;
};

enum ref_flag {
    REF_WRITE = 1 << 0,                 /* assigned, also by patterns and for-in/of; with REF_READ for += ++ */
    REF_READ = 1 << 1,
    REF_CALL = 1 << 2,                  /* x(...): the callee itself, maybe in parentheses: becomes (0,$0.x)(...) */
    REF_TAG = 1 << 3,                   /* x`...` */
    REF_SHORTHAND = 1 << 4,             /* {x}: becomes {x:$0.x}; also {x = 1} in a pattern */
    REF_EXPORT = 1 << 5,                /* export { x } */
    REF_TYPEOF = 1 << 6,                /* typeof x */
    REF_DELETE = 1 << 7,
    REF_JSX = 1 << 8,                   /* <x.y>, <X>: opening or closing tag */
    REF_NEW = 1 << 9,                   /* new x, new x(...) */
    REF_OPTIONAL_CALL = 1 << 10,        /* x?.(...) */
    REF_OBJECT = 1 << 11,               /* x.y or x[y]: the object */
    REF_DEAD = 1 << 12,                 /* turned out to be a binding: skip it */
    REF_WITH = 1 << 13,                 /* inside `with`: what it means is known only at run time */
    REF_EXTENDS = 1 << 14,
    REF_ENTITY = 1 << 15,               /* import y = x.z; a use only when y is used */
};
struct ref {                            /* in source order */
    uint32_t start, name, node;
    uint32_t symbol;                    /* 0 = free (global) */
    uint32_t flags;
};
