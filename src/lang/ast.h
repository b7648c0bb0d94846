/* lang/ast.h: the tree of one source file: nodes, names, scopes, symbols, references and marks, all in flat arrays
 * addressed by 32-bit ids (0 = none). Ids and pointers stay valid until the tree is reset or freed.
 *
 * Two ways to use it. A printer walks nodes. A patcher need not walk at all: `marks` holds, sorted by start, every
 * place of the source that something may want to change (types, JSX, awaits, uses of imports ...); all text between
 * them is copied as it stands. "Has this subtree work to do" is: is there a mark in [node.start, node.end). */
#pragma once
#include "base/arena.h"
#include "base/str.h"
#include "lang/names.h"
#include "lang/scope.h"

typedef uint32_t nid;                   /* index of a node; 0 = there is none */

/* X(kind, what a b c d hold): n node, l first of a list linked by .next, i name id, r ref id, y symbol id,
 * f func id, k class id, m import request id, s source offset, - nothing. */
#define AST_KINDS(X) \
    X(NONE, "----") \
    X(PROGRAM, "l---") /* statements, directives first */ \
    /* expressions */ \
    X(IDENT, "ir--") /* a reference to a variable */ \
    X(THIS, "----") \
    X(SUPER, "----") /* only as object of DOT/INDEX or callee of CALL */ \
    X(NULL, "----") \
    X(TRUE, "----") \
    X(FALSE, "----") \
    X(NUMBER, "----") /* lex_number_value reads it; NF_LEGACY for 017 and 08 */ \
    X(BIGINT, "----") \
    X(STRING, "----")        /* with its quotes; lex_string_value cooks it; NF_ESCAPED when it has a backslash */ \
    X(REGEXP, "s---")        /* a: offset of the flags */ \
    X(TEMPLATE, "l---")      /* TEMPLATE_PART, expr, TEMPLATE_PART, ... */ \
    X(TEMPLATE_PART, "----") /* text without ` ${ } ; may be empty */ \
    X(TAGGED, "nn--")        /* tag, TEMPLATE */ \
    X(ARRAY, "l---")         /* expr, SPREAD, HOLE */ \
    X(HOLE, "----") \
    X(SPREAD, "n---") \
    X(OBJECT, "l---")   /* PROPERTY, SPREAD */ \
    X(PROPERTY, "nn--") /* key, value; op = enum ast_property; also in OBJECT_PATTERN */ \
    X(KEY, "i---")      /* identifier name as key, export name ... : not a reference */ \
    X(COMPUTED, "n---") /* [expr] as key; span includes the brackets */ \
    X(PRIVATE, "i---")  /* #name, the # included; key of a member, or left of `in` */ \
    X(FUNCTION, \
      "nlnf")         /* BINDING or 0, PARAMs, BLOCK (expr when NF_EXPR_BODY), func; all functions, also in methods */ \
    X(CLASS, "nnlk")  /* BINDING or 0, superclass or 0, MEMBERs, class */ \
    X(UNARY, "n---")  /* op = token: + - ! ~ typeof void delete */ \
    X(UPDATE, "n---") /* op = T_INC T_DEC; NF_PREFIX */ \
    X(BINARY, "nn--") /* op = token, logical ones too */ \
    X(SEQUENCE, "l---") \
    X(ASSIGN, "nn--") /* op = token; target may be a pattern */ \
    X(CONDITIONAL, "nnn-") \
    X(CALL, "nln-") /* callee, arguments, TYPE_ARGS; NF_OPTIONAL for f?.() */ \
    X(NEW, "nln-") \
    X(DOT, "nis-")   /* object, property name, its offset; NF_OPTIONAL, NF_PRIVATE (name includes #) */ \
    X(INDEX, "nn--") /* object, expr; NF_OPTIONAL */ \
    X(PAREN, "n---") \
    X(AWAIT, "n---")       /* NF_TAIL */ \
    X(YIELD, "n---")       /* NF_DELEGATE */ \
    X(IMPORT_CALL, "nn--") /* specifier, options; op = enum ast_phase */ \
    X(IMPORT_META, "----") \
    X(NEW_TARGET, "----") \
    X(JSX_ELEMENT, "nlln")    /* tag (0 = fragment), attributes, children, closing tag (0 = self-closing) */ \
    X(JSX_NAME, "i---")       /* lower-case or dashed tag, attribute name */ \
    X(JSX_NAMESPACED, "nn--") /* JSX_NAME : JSX_NAME */ \
    X(JSX_ATTRIBUTE, "nn--")  /* name, value (STRING with JSX rules: NF_JSX, JSX_EXPR, JSX_ELEMENT, 0) */ \
    X(JSX_SPREAD, "n---")     /* {...expr} as attribute or child */ \
    X(JSX_EXPR, "n---")       /* {expr}; 0 = only a comment inside */ \
    X(JSX_TEXT, "----")       /* raw text with entities; lex_jsx_text_value cooks it */ \
    X(TS_AS, "nn--") /* expr as T / expr satisfies T: expr, TYPE (`as const` too); op = NAME_AS or NAME_SATISFIES */ \
    X(TS_ASSERT, "nn--")   /* <T>expr: expr, TYPE */ \
    X(TS_NON_NULL, "n---") /* expr! */ \
    X(TS_INSTANCE, "nn--") /* expr<T>: expr, TYPE_ARGS */ \
    /* binding and assignment patterns (leaves: BINDING in declarations, expressions in assignments) */ \
    X(BINDING, "iy--") \
    X(ARRAY_PATTERN, "l---")  /* target, DEFAULT, REST, HOLE */ \
    X(OBJECT_PATTERN, "l---") /* PROPERTY (value: target or DEFAULT), REST */ \
    X(DEFAULT, "nn--")        /* target, initializer */ \
    X(REST, "n---") \
    X(PARAM, "nnln") /* target, initializer or 0, DECORATORs, TYPE or 0; NF_REST NF_OPTIONAL and modifiers */ \
    /* statements */ \
    X(EMPTY, "----") \
    X(DIRECTIVE, "n---") /* STRING */ \
    X(EXPR, "n---") \
    X(BLOCK, "l---") \
    X(VAR, "l---")        /* DECLARATORs; op = enum ast_var */ \
    X(DECLARATOR, "nnn-") /* target, initializer or 0, TYPE or 0; NF_DEFINITE */ \
    X(IF, "nnn-") \
    X(FOR, "nnnn")    /* init (VAR or expr), test, update, body */ \
    X(FOR_IN, "nnn-") /* left (VAR, pattern, expr), right, body */ \
    X(FOR_OF, "nnn-") /* NF_AWAIT */ \
    X(WHILE, "nn--") \
    X(DO, "nn--") /* body, test */ \
    X(CONTINUE, "i---") \
    X(BREAK, "i---") \
    X(RETURN, "n---") \
    X(WITH, "nn--") \
    X(SWITCH, "nl--") /* CASEs */ \
    X(CASE, "nl--")   /* test (0 = default), statements */ \
    X(LABEL, "in--")  /* name, statement */ \
    X(THROW, "n---") \
    X(TRY, "nnnn") /* BLOCK, catch target or 0, catch BLOCK or 0, finally BLOCK or 0 */ \
    X(DEBUGGER, "----") \
    X(DECORATOR, "n---") /* @expr */ \
    X(MEMBER, \
      "nnln") /* key, value (FUNCTION, initializer, BLOCK of static{}), DECORATORs, TYPE; op = enum ast_member */ \
    /* modules */ \
    X(IMPORT, "lnlm") /* specifiers, STRING, ATTRIBUTEs, request; op = enum ast_phase; NF_TYPE for `import type` */ \
    X(IMPORT_DEFAULT, "n---") /* BINDING */ \
    X(IMPORT_STAR, "n---")    /* BINDING */ \
    X(IMPORT_NAMED, "nn--")   /* imported (KEY, STRING), BINDING; NF_TYPE */ \
    X(ATTRIBUTE, "nn--")      /* key (KEY, STRING), STRING */ \
    X(EXPORT_NAMED, "lnlm")   /* EXPORT_NAMEs, STRING or 0, ATTRIBUTEs, request; NF_TYPE */ \
    X(EXPORT_NAME, "nn--") /* local (IDENT; KEY or STRING when there is a `from`), exported (KEY, STRING); NF_TYPE */ \
    X(EXPORT_DECL, "n---") /* VAR, FUNCTION, CLASS, TS_ENUM, TS_NAMESPACE, TS_IMPORT_EQUALS, TS_ERASED */ \
    X(EXPORT_DEFAULT, \
      "n---")              /* FUNCTION, CLASS or expr; NF_DECLARATION for the first two; TS_ERASED for an interface */ \
    X(EXPORT_STAR, "nnlm") /* exported name (KEY, STRING) or 0, STRING, ATTRIBUTEs, request; NF_TYPE */ \
    /* TypeScript */ \
    X(TYPE, "----")           /* without the colon */ \
    X(TYPE_ARGS, "l---")      /* <T, U> */ \
    X(TS_ERASED, "----")      /* interface, type alias, `declare ...`, overload ...: leaves nothing */ \
    X(TS_ENUM, "nl--")        /* BINDING, TS_ENUM_MEMBERs; NF_CONST NF_DECLARE (declare ones are TS_ERASED) */ \
    X(TS_ENUM_MEMBER, "nn--") /* KEY, STRING, (COMPUTED); initializer or 0 */ \
    X(TS_NAMESPACE, \
      "nn--") /* BINDING, BLOCK or a nested TS_NAMESPACE (for a.b.c); NF_UNINSTANTIATED: only types inside */ \
    X(TS_IMPORT_EQUALS, \
      "nn--") /* BINDING, STRING of require("...") or IDENT/DOT chain; NF_TYPE NF_EXPORT NF_REQUIRE */ \
    X(TS_EXPORT_EQUALS, "n---") /* export = expr */

enum ast_kind {
#define X(kind, shape) N_##kind,
    AST_KINDS(X)
#undef X
    N_COUNT
};
extern const char ast_shapes[N_COUNT][5];
extern const char *const ast_names[N_COUNT];

/* SHORTHAND: the key is a KEY with the span of the value's identifier */
enum ast_property { PROP_INIT, PROP_SHORTHAND, PROP_METHOD, PROP_GET, PROP_SET };
enum ast_member {
    MEMBER_METHOD,
    MEMBER_CONSTRUCTOR,
    MEMBER_GET,
    MEMBER_SET,
    MEMBER_FIELD,
    MEMBER_ACCESSOR,
    MEMBER_STATIC_BLOCK,
    MEMBER_ERASED
}; /* index signature, overload, abstract or `declare` member: leaves nothing */
enum ast_var { VAR_VAR, VAR_LET, VAR_CONST, VAR_USING, VAR_AWAIT_USING };
enum ast_phase { PHASE_EVALUATION, PHASE_DEFER, PHASE_SOURCE };

enum ast_flag {                         /* node.flags; the same bit may serve different kinds */
    NF_OPTIONAL   = 1 << 0,             /* ?. link; optional parameter or member */
    NF_CHAIN      = 1 << 1,             /* DOT INDEX CALL: inside an optional chain, not its ?. link */
    NF_PRIVATE    = 1 << 2,             /* DOT; MEMBER, PARAM: TypeScript `private` */
    NF_PREFIX     = 1 << 2,
    NF_DELEGATE   = 1 << 2,
    NF_AWAIT      = 1 << 2,
    NF_TAIL       = 1 << 2,             /* AWAIT: returned at once, and nothing of the function can run after it */
    NF_LEGACY     = 1 << 2,             /* NUMBER, STRING with a legacy octal form */
    NF_TYPE       = 1 << 2,             /* type-only import or export */
    NF_CONST      = 1 << 3,
    NF_ESCAPED    = 1 << 3,             /* STRING, IDENT, KEY: the source text has an escape */
    NF_JSX        = 1 << 4,             /* STRING of an attribute: entities, no escapes */
    NF_EXPR_BODY  = 1 << 4,             /* FUNCTION: arrow whose body is an expression */
    NF_DECLARATION= 1 << 5,             /* FUNCTION, CLASS: a statement */
    NF_STATIC     = 1 << 5,             /* MEMBER */
    NF_DECLARE    = 1 << 6,
    NF_DEFINITE   = 1 << 7,             /* x!: T */
    NF_PUBLIC     = 1 << 8, NF_PROTECTED = 1 << 9, NF_READONLY = 1 << 10, NF_OVERRIDE = 1 << 11, NF_ABSTRACT = 1 << 12,
    NF_MODIFIERS  = NF_PRIVATE | NF_PUBLIC | NF_PROTECTED | NF_READONLY | NF_OVERRIDE,
    /* PARAM: any = parameter property */
    NF_REST       = 1 << 13,            /* PARAM; CALL, NEW, ARRAY: has a SPREAD */
    NF_EXPORT     = 1 << 13,            /* TS_IMPORT_EQUALS, TS_ENUM, TS_NAMESPACE: under `export` */
    NF_OLDER      = 1 << 13,            /* CLASS, MEMBER: its decorators are experimental ones; lowering tells */
    NF_REQUIRE    = 1 << 14,
    NF_UNINSTANTIATED = 1 << 14,
    NF_PARENTHESIZED_PATTERN = 1 << 15, /* parser's own */
};

struct node {
    uint8_t kind;                       /* enum ast_kind */
    uint8_t op;                         /* token or small enum, by kind */
    uint16_t flags;
    uint32_t start, end;                /* bytes of the source, end exclusive */
    nid next;                           /* next sibling of a list */
    uint32_t a, b, c, d;                /* by kind: AST_KINDS */
};

/* What a patcher may have to touch. Sorted by start; spans of different marks nest or are disjoint. */
enum mark_kind {
    MARK_DEAD,          /* parser's own: not in a finished tree */
    MARK_ERASE,         /* blank the span (keep its line ends): types, type arguments, modifiers */
    MARK_ERASE_OPERATOR,    /* `!`, `as T`, `satisfies T`, <T> behind an operand: nothing but line ends is left */
    MARK_ERASE_STATEMENT,   /* a whole statement leaves nothing: TS_ERASED, type-only import/export, overload */
    MARK_ERASE_MEMBER,  /* a class member that leaves nothing (put `;` when the neighbours need it) */
    MARK_ERASE_ARROW,   /* return type of an arrow: the `=>` must stay on the line of `)` */
    MARK_PARAM_PROPERTY,/* node: PARAM (its modifiers are MARK_ERASEd by themselves) */
    MARK_TS_ASSERT,     /* <T>expr: span is `<T>`; a line break inside needs parentheses */
    MARK_REF,    /* IDENT that refers to an import binding; ref = node.b (lang/scope.h REF_ flags say how it is used) */
    MARK_IMPORT,        /* IMPORT, TS_IMPORT_EQUALS */
    MARK_EXPORT,        /* EXPORT_*, TS_EXPORT_EQUALS */
    MARK_IMPORT_CALL, MARK_IMPORT_META,
    MARK_AWAIT,         /* AWAIT */
    MARK_FOR_AWAIT,     /* FOR_OF with NF_AWAIT */
    MARK_YIELD,         /* YIELD in an async generator */
    MARK_TRY,           /* TRY (in a function with await: catch and finally restore the context) */
    MARK_USING,         /* VAR */
    MARK_DECORATOR,     /* DECORATOR */
    MARK_CLASS,         /* CLASS with decorators, accessor members, parameter properties or TS fields that need care */
    MARK_ACCESSOR,      /* MEMBER `accessor x` */
    MARK_ENUM, MARK_NAMESPACE, MARK_JSX,
    MARK_THIS,          /* THIS at the top level of the file (outside every function but arrows) */
    MARK_WRITE_EXPORT,  /* not made by the parser: for passes */
    MARK_STACK,         /* DOT, or PROPERTY of a pattern, that reads `.stack` */
    MARK_EVAL,          /* CALL that may be a direct eval */
    MARK_NON_ASCII,  /* IDENT, KEY, DOT, STRING, TEMPLATE_PART, REGEXP whose source text is not ASCII (node may be 0) */
};
struct mark {
    uint32_t start, end;
    uint8_t kind;
    nid node;
};

enum func_flag {
    FUNC_ASYNC = 1 << 0, FUNC_GENERATOR = 1 << 1, FUNC_ARROW = 1 << 2,
    FUNC_METHOD = 1 << 3, FUNC_GETTER = 1 << 4, FUNC_SETTER = 1 << 5, FUNC_CONSTRUCTOR = 1 << 6, FUNC_DERIVED = 1 << 7,
    FUNC_STRICT = 1 << 8,
    FUNC_USE_STRICT = 1 << 9,           /* has the directive itself */
    FUNC_SIMPLE_PARAMS = 1 << 10,
    FUNC_HAS_THIS = 1 << 11,            /* `this` (or super) used here or in an arrow inside */
    FUNC_HAS_ARGUMENTS = 1 << 12,       /* likewise */
    FUNC_HAS_SUPER_CALL = 1 << 13, FUNC_HAS_SUPER_MEMBER = 1 << 14, FUNC_HAS_NEW_TARGET = 1 << 15,
    FUNC_HAS_EVAL = 1 << 16,            /* a direct eval here or in any function inside */
    FUNC_HAS_AWAIT = 1 << 17,           /* await, for await, await using of its own */
    FUNC_HAS_YIELD = 1 << 18,
    FUNC_FIELD = 1 << 19, /* not a function: a field initializer or static block (has its own `this`, `arguments`) */
    FUNC_HAS_TRY = 1 << 20,
};
struct func {                           /* id 0 is the file itself */
    nid node;                           /* FUNCTION, PROGRAM, MEMBER for FUNC_FIELD */
    uint32_t parent, flags;
    uint32_t scope, body_scope;         /* scope of the parameters (and the body when body_scope is the same) */
    uint32_t params_start, params_end;  /* span of ( ) or of the single identifier of an arrow */
    uint32_t arrow;                     /* offset of => */
    nid return_type;                    /* TYPE or 0 */
    uint32_t first_await;               /* index of the first mark at or after its start: a place to begin a search */
};
struct class_info {
    nid decorators;                     /* list */
    uint32_t scope, body_start, body_end;   /* { and after } */
    nid constructor;                    /* MEMBER or 0 */
    uint8_t is_abstract, has_fields, has_parameter_properties, has_private, has_accessor, has_decorators,
        has_static_block;
};
struct request {                        /* one distinct static import request, in order of appearance */
    nid source;                         /* STRING */
    nid attributes;                     /* list of ATTRIBUTE */
    uint32_t name;                      /* name id of the specifier's value */
    uint8_t phase;
    uint8_t is_type_only;               /* every import/export of it is `type` */
    uint8_t is_bare;                    /* some import of it has no specifiers: `import "x"` */
};

enum source_kind { SOURCE_SCRIPT, SOURCE_COMMONJS, SOURCE_MODULE };

enum tree_flag {
    TREE_HAS_IMPORT = 1 << 0, TREE_HAS_EXPORT = 1 << 1, TREE_HAS_META = 1 << 2, TREE_HAS_DYNAMIC_IMPORT = 1 << 3,
    TREE_HAS_TLA = 1 << 4, TREE_HAS_EVAL = 1 << 5, TREE_HAS_JSX = 1 << 6, TREE_HAS_TS = 1 << 7, TREE_HAS_USING = 1 << 8,
    TREE_HAS_DECORATORS = 1 << 9, TREE_NON_ASCII = 1 << 10, TREE_HAS_WITH = 1 << 11, 
    TREE_USES_COMMONJS = 1 << 12,       /* exports, module or require is a free variable here */
    TREE_HAS_ASYNC = 1 << 13, TREE_HAS_HASHBANG = 1 << 14, TREE_HAS_ENUM = 1 << 15, TREE_HAS_NAMESPACE = 1 << 16,
    TREE_HAS_EXPORT_EQUALS = 1 << 17,
    TREE_NAMES_EVAL = 1 << 18,          /* a free `eval`, or a member of that name */
    TREE_AWKWARD = 1 << 20,             /* it may hold what the engine does not read: awkward_edits of lower.c */
    TREE_ONLY_SCRIPT = 1 << 19,         /* it says what a module cannot: 010, a name `await`, <!-- */
};

#define AST_TABLE(type) struct { type *at; uint32_t len, cap; }
struct tree {
    str source;                         /* what the offsets count in; without a byte order mark */
    str file;
    enum source_kind kind;
    uint32_t flags;                     /* enum tree_flag */
    nid root;
    AST_TABLE(struct node) nodes;
    AST_TABLE(struct mark) marks;
    AST_TABLE(struct func) funcs;
    AST_TABLE(struct class_info) classes;
    AST_TABLE(struct request) requests;
    AST_TABLE(struct scope) scopes;
    AST_TABLE(struct symbol) symbols;
    AST_TABLE(struct ref) refs;
    /* those that mean something: @jsx..., @license/!, #__PURE__, sourceMappingURL; all if asked */
    AST_TABLE(struct comment) comments;
    struct names names;
    struct arena arena;                 /* decoded text of names with escapes */
    uint32_t hashbang_end;              /* 0 = none */
};
enum comment_kind { COMMENT_PLAIN, COMMENT_JSX_PRAGMA, COMMENT_PURE, COMMENT_LEGAL, COMMENT_SOURCE_MAP };
struct comment { uint32_t start, end; uint8_t kind; };

void ast_free(struct tree *t);
void ast_reset(struct tree *t);         /* forgets the file, keeps the memory for the next */

static inline struct node *ast_node(const struct tree *t, nid id) { return &t->nodes.at[id]; }
static inline str ast_text(const struct tree *t, nid id) {
    const struct node *n = &t->nodes.at[id];
    return str_of(t->source.at + n->start, n->end - n->start);
}
uint32_t ast_mark_at(const struct tree *t, uint32_t offset);         /* index of the first mark whose start >= offset */
/* how many start in [start, end) */
uint32_t ast_marks_in(const struct tree *t, uint32_t start, uint32_t end, uint32_t *first);
struct buf;
void ast_dump(const struct tree *t, nid id, struct buf *out);        /* (KIND:start-end ...), for tests */
