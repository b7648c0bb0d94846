/* lang/parser.h: the parser's state and the functions its files share. Only lex*.c, parse*.c and bind.c include it. */
#pragma once
#include <setjmp.h>

#include "base/diag.h"
#include "lang/lex.h"
#include "lang/parse.h"

enum token_flag {
    TF_NEWLINE = 1,                     /* a line end stands before it */
    TF_ESCAPED = 2,                     /* IDENT, words, STRING: has a backslash */
    TF_NON_ASCII = 4,
    TF_OCTAL = 8,                       /* legacy octal number or escape, \8 \9 */
    TF_BAD_ESCAPE = 16,                 /* template: cooked value is undefined */
    TF_LEADING_ZERO = 32,               /* 08 09 */
};
struct token_state {
    const char *at;                     /* where the next token is looked for */
    uint32_t start, end, prev_end;
    uint32_t name;                      /* IDENT, words, PRIVATE_NAME */
    uint8_t kind, flags;
};

/* What the grammar's parameters and the surrounding function say. Saved and restored as a whole. */
struct context {
    uint32_t func;
    bool strict, await, yield;          /* `await`, `yield` are operators here */
    bool no_in;                         /* `in` ends the expression */
    bool can_return, can_super_call, can_super_member, can_new_target;
    bool in_field;                      /* field initializer: no `arguments` */
    bool in_static_block;               /* no `arguments`, no `await` even as a name */
    bool in_params_async, in_params_generator;      /* parameters: await / yield expressions are errors */
    bool in_ambient;                    /* declare ...: bodies and initializers may be absent */
    bool in_namespace;                  /* import and export say nothing about the file */
    bool no_conditional_type;           /* `extends` after infer's constraint */
    bool in_conditional;                /* between ? and : (arrow return types are tentative) */
    bool in_decorator;
    uint32_t first_label;               /* labels below are out of reach */
    uint32_t last_await, last_yield;    /* offset + 1 of the newest such expression of this function */
    uint16_t in_loop, in_switch;
};

struct label { uint32_t name, statement; bool is_loop; };         /* statement: where what it labels begins */
struct private_name { uint32_t name, start; uint8_t kind; };        /* kind: 1 get, 2 set, 4 static, 8 other */
struct late_error { uint32_t start, end; const char *id; const char *text; };
struct places { uint32_t *at, len, cap; };      /* offsets, ascending */
struct exported { uint32_t name, start, end; };

/* An expression that may yet become a pattern or must not stay as it is. */
struct cover {
    uint32_t initialized_name;          /* offset+1 of the first `{a = 1}`: an error unless it becomes a pattern */
    uint32_t duplicate_proto;           /* likewise `{__proto__: a, __proto__: b}` */
};

struct parser {
    struct token_state t;
    const char *source, *end;           /* source[len] is 0 and PARSE_PAD bytes behind are readable */
    struct tree *tree;
    const struct parse_options *options;
    struct diag *diag;
    struct context ctx;
    uint32_t scope;                     /* the innermost open one */
    bool is_ts, is_jsx, is_module, is_detect, html_comments, notes_all;
    bool await_is_ambiguous;            /* detecting: parse again as module if it is one */
    bool in_type;                       /* > is never part of >> or >= */
    uint32_t speculating;
    jmp_buf *catch;
    const char *stack_limit;
    struct cover *cover;
    struct late_error strict_error;     /* detecting: the first thing that strict code forbids */
    uint32_t arrow_start;               /* only what begins here may be an arrow function */
    uint32_t paren_item;                /* TypeScript: what begins here may be followed by ? : or , ) */
    nid made_arrow;                     /* the newest arrow function: no operator follows it */
    uint32_t duplicate_param;           /* offset + 1 */
    bool await_used;                    /* detecting: `await` stood where it may be the operator */
    AST_TABLE(struct label) labels;
    AST_TABLE(struct private_name) privates;        /* of the open classes */
    AST_TABLE(struct private_name) private_refs;    /* not yet found */
    AST_TABLE(struct exported) exported;
    AST_TABLE(struct mark) late_marks;
    struct places not_arrows, not_types;        /* where ( and < are known not to begin an arrow, type arguments */
    struct places open_types;           /* the < of the type arguments that are being read */
    uint32_t class_depth, private_base;
    uint32_t param_decorators;          /* how many parameters had some so far */
};

struct snapshot {
    struct token_state t;
    struct context ctx;
    uint32_t scope, nodes, marks, funcs, classes, requests, scopes, symbols, refs, comments, labels, privates,
        private_refs, exported, late_marks, class_depth, tree_flags;
    struct late_error strict_error;
    bool in_type, await_is_ambiguous;
    struct cover *cover;
    uint32_t arrow_start, made_arrow, paren_item, open_types;
};

/* --- tables */
void parse_table_grow(void **at, uint32_t *cap, size_t size);
#define TABLE_ADD(t) \
    (((t)->len == (t)->cap ? parse_table_grow((void **)&(t)->at, &(t)->cap, sizeof *(t)->at) : (void)0), \
     &(t)->at[(t)->len++])

struct list { nid first, last; };
static inline struct node *parse_node(struct parser *p, nid id) { return &p->tree->nodes.at[id]; }
#define NODE(id) parse_node(p, id)

static inline nid node_new(struct parser *p, enum ast_kind kind, uint32_t start, uint32_t end, uint32_t a, uint32_t b) {
    struct node *n = TABLE_ADD(&p->tree->nodes);
    *n = (struct node){.kind = (uint8_t)kind, .start = start, .end = end, .a = a, .b = b};
    return p->tree->nodes.len - 1;
}
static inline void list_add(struct parser *p, struct list *l, nid id) {
    if (l->last) NODE(l->last)->next = id; else l->first = id;
    l->last = id;
}
static inline uint32_t mark_add(struct parser *p, enum mark_kind kind, uint32_t start, uint32_t end, nid node) {
    struct mark *m = TABLE_ADD(&p->tree->marks);
    *m = (struct mark){start, end, (uint8_t)kind, node};
    return p->tree->marks.len - 1;
}
void mark_add_late(struct parser *p, enum mark_kind kind, uint32_t start, uint32_t end, nid node);
void mark_non_ascii(struct parser *p, uint32_t start, uint32_t end, nid node);

/* --- lex.c */
void lex_start(struct parser *p);
void lex_next(struct parser *p);
void lex_next_in_type(struct parser *p);
void lex_regexp(struct parser *p);              /* the token at t.start, a / or /=, is a regular expression */
void lex_template_continue(struct parser *p);   /* the token is the } that ends ${ */
void lex_split_gt(struct parser *p);            /* the token begins with >: take only that */
void lex_split_lt(struct parser *p);            /* << is < < */
uint32_t lex_flags_start(const struct parser *p);
void lex_jsx_name(struct parser *p);            /* the token is an identifier or word: take its dashes too */
void lex_jsx_attribute_value(struct parser *p); /* lexes the next token where an attribute's value is expected */
bool lex_jsx_text(struct parser *p, uint32_t *start, uint32_t *end);    /* text from t.end on; then the token { or < */
uint32_t lex_peek_char(const struct parser *p); /* first byte after white space and comments; 0 at the end */
/* the token after the present one; false when it is not well-formed */
bool lex_peek(struct parser *p, struct token_state *next);
uint32_t lex_utf8(const char *at, const char *end, size_t *len);        /* code point; len 0 = malformed */
void lex_string(struct parser *p, char quote);
const char *lex_escape(struct parser *p, const char *at, bool is_template);  /* after the backslash; sets token flags */
uint32_t lex_intern_value(struct parser *p, nid string);    /* the name of a STRING's or NUMBER's value */

/* --- parse.c */
_Noreturn void parse_fail(struct parser *p, uint32_t start, uint32_t end, const char *id, const char *format, ...)
    __attribute__((format(printf, 5, 6)));
_Noreturn void parse_fail_unclosed(struct parser *p, uint32_t open);
_Noreturn void parse_fail_here(struct parser *p, const char *expected);     /* "expected X but found Y" */
void parse_strict_fail(struct parser *p, uint32_t start, uint32_t end, const char *id,
                       const char *text);  /* only if (or once) strict */
void parse_expect(struct parser *p, enum token kind);
void parse_semicolon(struct parser *p);         /* or what stands for it */
void parse_no_type_here(struct parser *p);      /* JavaScript: a colon after a name or parameters was meant as a type */
bool parse_speculate(struct parser *p, bool (*parse)(struct parser *, void *), void *user);
void parse_snapshot(struct parser *p, struct snapshot *s);
void parse_rollback(struct parser *p, const struct snapshot *s);    /* tables only: not the place in the text */
void parse_note_place(struct places *list, uint32_t offset);
bool parse_is_place(const struct places *list, uint32_t offset);
void parse_deep(struct parser *p);
static inline void parse_depth(struct parser *p) {
    if (__builtin_expect((const char *)__builtin_frame_address(0) < p->stack_limit, 0)) parse_deep(p);
}
static inline bool parse_is_strict(const struct parser *p) { return p->ctx.strict || p->is_module; }
static inline bool at_name(const struct parser *p) {                /* IdentifierName: reserved words too */
    return p->t.kind <= T_WITH || p->t.kind == T_IDENT || p->t.kind == T_ESCAPED_WORD;
}
static inline bool at(const struct parser *p, enum token kind) { return p->t.kind == kind; }
static inline bool at_word(const struct parser *p, uint32_t name) {        /* a contextual word, not escaped */
    return p->t.kind == T_IDENT && p->t.name == name && !(p->t.flags & TF_ESCAPED);
}
static inline bool newline_before(const struct parser *p) { return p->t.flags & TF_NEWLINE; }
static inline bool eat(struct parser *p, enum token kind) {
    if (p->t.kind != kind) return false;
    lex_next(p);
    return true;
}
static inline bool eat_word(struct parser *p, uint32_t name) {
    if (!at_word(p, name)) return false;
    lex_next(p);
    return true;
}

/* --- bind.c */
uint32_t scope_open(struct parser *p, enum scope_kind kind, uint32_t start);
void scope_close(struct parser *p, uint32_t end);
uint32_t scope_declare(struct parser *p, enum symbol_kind kind, nid binding, bool is_sloppy_function);
/* no check; in this scope */
uint32_t scope_declare_name(struct parser *p, enum symbol_kind kind, uint32_t name, nid node);
uint32_t ref_add(struct parser *p, nid node, uint32_t start, uint32_t name, uint32_t flags);
bool bind_tree(struct parser *p);
void bind_check_name(struct parser *p, uint32_t name, uint32_t start, uint32_t end);  /* may it name a binding here? */

/* --- parse_expr.c */
nid parse_expression(struct parser *p);
nid parse_assign(struct parser *p);             /* AssignmentExpression; covers are checked */
nid parse_assign_cover(struct parser *p, struct cover *c);      /* covers are the caller's */
nid parse_left_hand_side(struct parser *p);
nid parse_unary(struct parser *p);
nid parse_template(struct parser *p, bool tagged);
nid parse_ident_reference(struct parser *p);
nid parse_ident_at(struct parser *p, const struct token_state *t);
nid parse_call_of(struct parser *p, nid callee, uint32_t start, uint16_t flags, nid arguments);
nid parse_arguments(struct parser *p, uint16_t *flags);         /* after ( is the token; eats ) */
nid parse_subscripts(struct parser *p, nid base, bool no_call);
nid parse_string(struct parser *p);
nid parse_paren(struct parser *p);
nid parse_object(struct parser *p);
nid parse_property_key(struct parser *p);       /* KEY STRING NUMBER BIGINT COMPUTED PRIVATE */
bool parse_starts_expression(const struct parser *p);
bool parse_is_reserved(struct parser *p, uint32_t name);        /* cannot be an identifier here */

/* --- parse_pattern.c */
nid parse_binding_target(struct parser *p, enum symbol_kind kind);      /* identifier or pattern */
nid parse_binding_ident(struct parser *p, enum symbol_kind kind);
nid parse_binding_ident_undeclared(struct parser *p);
void parse_to_assignment(struct parser *p, nid id, bool in_pattern);    /* expression -> assignment target or pattern */
nid parse_to_params(struct parser *p, nid first, bool *is_simple);      /* cover items -> PARAM list, declaring */
void parse_check_simple_target(struct parser *p, nid id, const char *what);

/* --- parse_func.c */
enum {
    FN_DECLARATION = 1,
    FN_DEFAULT = 2,
    FN_ASYNC = 4,
    FN_BLOCK_LEVEL = 8,
    FN_SINGLE_STATEMENT = 16,
    FN_DECLARE = 32
};
nid parse_function(struct parser *p, uint32_t start, unsigned how);     /* token: function */
nid parse_method(struct parser *p, uint32_t start, uint32_t func_flags, nid key);   /* token: ( or < */
nid parse_async_paren(struct parser *p, const struct token_state *async);       /* token: the ( after async */
nid parse_arrow_from_ident(struct parser *p, uint32_t start, bool is_async);
/* tentative: token ( or <; fails when it is no arrow */
nid parse_arrow_typed(struct parser *p, uint32_t start, bool is_async);
uint32_t func_open(struct parser *p, nid node, uint32_t flags);
bool parse_body_directives(struct parser *p, struct list *l, bool *strict);     /* true: "use strict" is among them */
nid parse_params(struct parser *p, bool *is_simple);            /* token: (; eats ) */
nid parse_body(struct parser *p, uint32_t func,
               bool is_simple);        /* { ... } in the scope of the parameters; leaves the } as token */
void parse_leave_function(struct parser *p, const struct context *saved);

/* --- parse_class.c */
nid parse_class(struct parser *p, uint32_t start, nid decorators, unsigned how, bool is_abstract);
nid parse_decorators(struct parser *p);

/* --- parse_stmt.c */
nid parse_statement(struct parser *p, unsigned where);
enum { STMT_TOP = 1, STMT_LIST = 2, STMT_LABELLED = 4, STMT_IF = 8 };
nid parse_block(struct parser *p);
void parse_statement_list(struct parser *p, struct list *l, enum token close, unsigned where);
nid parse_var(struct parser *p, uint32_t start, enum ast_var kind, bool in_for);
bool parse_is_let_declaration(struct parser *p);

/* --- parse_module.c */
nid parse_import(struct parser *p);             /* statement; token: import, not followed by ( or . */
nid parse_export(struct parser *p, nid decorators, uint32_t start);
void parse_saw_module(struct parser *p);

/* --- parse_jsx.c */
nid parse_jsx(struct parser *p);                /* token: < */

/* --- parse_ts_type.c */
void parse_type(struct parser *p);
nid parse_type_node(struct parser *p);          /* TYPE */
nid parse_annotation(struct parser *p, uint32_t erase_from);    /* token: the colon; marks erase_from .. end of type */
nid parse_return_annotation(struct parser *p, bool is_arrow);   /* predicates too */
void parse_type_params(struct parser *p, bool erase);           /* token: < */
nid parse_type_args(struct parser *p);          /* token: <, already as type tokens */
nid parse_type_args_in_expression(struct parser *p);            /* tentative; 0 and nothing read when they are none */
void parse_type_parameters_list(struct parser *p, bool is_signature);
void parse_erased_members(struct parser *p);    /* { members of an interface or type literal } */

/* --- parse_ts_decl.c */
nid parse_ts_statement(struct parser *p,
                       unsigned where);       /* a declaration that begins with a contextual word; 0: it is none */
nid parse_ts_enum(struct parser *p, uint32_t start, uint16_t flags);    /* token: enum */
nid parse_ts_import_equals(struct parser *p, uint32_t start, uint16_t flags);   /* token: the name */
nid parse_erased(struct parser *p, const struct snapshot *s, uint32_t start);   /* forgets all since s; TS_ERASED */
nid parse_ts_assert(struct parser *p);          /* <T>expr; token < */
