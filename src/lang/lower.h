/* lang/lower.h: lowering of one file, as its parts share it. Only lower*.c, blank.c and shown.c include it.
 *
 * The tree's marks say what may change; `edits` adds what only lowering knows (text at a place, references into
 * namespaces and enums). Both are walked in one pass, sorted by start; a handler may take over the inside of its span
 * with lower_to. */
#pragma once
#include "base/map.h"
#include "lang/ast.h"
#include "lang/lang.h"
#include "lang/lower_emit.h"

#define NO_REQUEST UINT32_MAX

enum {                                   /* kinds beyond enum mark_kind; node is ... */
    EDIT_AFTER = 64,                     /* text at a place, belongs to what ends there; index into texts */
    EDIT_BEFORE,                         /* text at a place, belongs to what starts there */
    EDIT_DECORATED_KEY, EDIT_DECORATED_CLASS, EDIT_DECORATED_END,   /* standard decorators: index into decorated */
    EDIT_DECORATE,                       /* behind a class: its decorators; the CLASS */
    EDIT_DEFINE,                         /* text instead of a node; index into texts */
    EDIT_LOOP_LEFT, EDIT_LOOP_BODY,      /* what a loop binds, and where it is bound; index into heads */
    EDIT_MOVED,                          /* the same in what is moved: its line ends do not count */
    EDIT_SCOPED,                         /* reference that needs an object in front: index into scoped */
};
struct edit {
    struct mark mark;
    uint32_t other;        /* AFTER: start of the construct; BEFORE: its end: inner ones nest inside outer ones */
    uint32_t order;
};
struct scoped { uint32_t ref; str object; };
/* a namespace's block, its parameter */
struct space { uint32_t start, end, name, identity; nid block; str object; uint32_t parent; };
/* member 0: the class itself */
struct decorated { nid class, member; uint32_t index; str scope, storage, self; bool is_statement, replaces, pauses; };
struct let { nid function; str text; };  /* of an arrow function whose body is an expression */
struct loop_head { nid loop; str names; bool moves; };   /* names declared anew for each turn */
struct lower_enums;

struct place_cursor { uint32_t at, start, line; };
struct export_name { uint32_t index; struct export_name *next; };   /* index into unit exports */

struct lower {
    struct tree *t;
    struct lang_unit *u;
    const struct lang_options *o;
    struct diag *d;
    struct emit e;
    struct arena *a;                     /* scratch, dies with the call */
    const struct mark *marks;
    uint32_t n_marks, i;                 /* the next mark */

    LIST(struct edit) edits;
    LIST(str) texts;
    LIST(struct mark) drops;             /* further spans to erase */
    LIST(struct scoped) scoped;
    LIST(struct space) spaces;           /* by start */
    str *scoped_object;                  /* by symbol: the namespace it is a member of */
    struct lower_enums *enums;
    LIST(struct decorated) decorated;
    LIST(struct let) lets;
    LIST(struct loop_head) heads;

    bool is_esm, is_ts, has_exports;     /* is_esm: imports and exports are lowered */
    bool keeps;                          /* options.keep_modules */
    bool async;                          /* the async context is carried */
    bool top_await;                      /* the file itself awaits: needs the two variables */
    struct export_name **exports_of;     /* by symbol; NULL when the file exports nothing */
    uint32_t *request_of;                /* tree request -> unit request */
    LIST(struct lang_export) exports;
    LIST(struct lang_import) imports;
    LIST(struct lang_call) calls;
    LIST(struct lang_macro) macros;
    LIST(str) cjs_exports, cjs_reexports;
    struct map seen;                     /* names in cjs_exports */
    str hoisted, live;                   /* parts of the head */

    str m, meta, import, slot, ns, s, t1, ctx, dflt;   /* internal names: $m $meta $import $ $s $s $t $C $d */
    str jsx_runtime;                     /* text in front of .jsx( */
    str jsx_factory, jsx_fragment;
    uint32_t jsx_names[2];               /* classic: the first words of both, which keep their imports; 0: none */
    enum lang_jsx jsx;
    str jsx_source;
    str using_scope, using_error, value;   /* $u $e $v */
    str opening, closing;                /* around the body of a file with `using` at its top */
    struct place_cursor place;
    int alias_depth;                     /* types that metadata follows */
    uint32_t type_at;                    /* where the type stands that metadata tells */
    bool plain_lines;                    /* ASCII, and lines end with LF */
    bool older_decorators;               /* some class has experimental ones */
    bool calls_raw;                      /* $C.raw */
    bool failed;
};

/* --- lower.c */
/* lang_lower that tells too where stretches of the text were copied from, by place in the text; NULL: nobody asks. */
struct lower_copies { struct emit_sync *at; size_t len, cap; };
bool lower_file(struct lang_unit *u, str file, str source, const struct lang_options *options, struct diag *d,
                struct lower_copies *copies);
uint32_t lower_source_of(const struct lower_copies *c, uint32_t at);    /* the source of a place in the text */
void lower_to(struct lower *l, uint32_t end);             /* copies and patches up to `end` */
void lower_node(struct lower *l, nid id);    /* out of order or in place: cursor goes to its start, ends at its end */
void lower_skip_to(struct lower *l, uint32_t at);         /* drops what is in between (line ends stay) */
void lower_skip_node(struct lower *l, nid id);            /* drops it, and text that belongs to its end */
void lower_moved(struct lower *l, nid id);    /* a node put elsewhere: its line ends do not count; the cursor stays */
void lower_fail(struct lower *l, uint32_t start, uint32_t end, const char *id, const char *text);
void lower_place(struct lower *l, uint32_t at, uint32_t *line, uint32_t *column);   /* in the source, both from 1 */
/* For an entry of the unit's tables: nobody looks at those of a text for reading, which stay 0. */
static inline void lower_place_of_table(struct lower *l, uint32_t at, uint32_t *line, uint32_t *column) {
    if (!l->o->for_reading) lower_place(l, at, line, column);
}
void lower_text_after(struct lower *l, uint32_t at, uint32_t start, str text);
void lower_text_before(struct lower *l, uint32_t at, uint32_t end, str text);
bool lower_starts_statement(const struct lower *l, nid id);   /* is it the first thing of an expression statement */
str lower_name(struct lower *l, uint32_t name);           /* as it may stand in the output */
str lower_key_value(struct lower *l, nid key);            /* KEY or STRING: the text it means */
str lower_quoted(struct lower *l, str text);
uint32_t lower_skip_comment(const struct lower *l, uint32_t at);  /* `at` is where one begins */
uint32_t lower_skip_space(const struct lower *l, uint32_t at);    /* over white space and comments */
str lower_numbered(char *to, str stem, uint32_t n);        /* stem and number, in `to` (32 bytes) */
str lower_fresh(struct lower *l, const char *stem);       /* a name that the file does not contain */
#define NODE(id) (&l->t->nodes.at[id])

/* --- lower_module.c */
void lower_module_tables(struct lower *l);                /* requests, imports, exports; the edits that exports need */
void lower_import(struct lower *l, const struct mark *m);
void lower_export(struct lower *l, const struct mark *m);
void lower_import_ref(struct lower *l, const struct mark *m);
str lower_import_text(struct lower *l, uint32_t symbol, bool whole);
bool lower_put_import(struct lower *l, uint32_t symbol, bool whole);  /* the text of an import; false when it is none */
uint32_t lower_request(struct lower *l, str specifier);
str lower_member(struct lower *l, str object, str name);  /* object.name or object["name"] */
bool lower_exports_type(const struct lower *l, const struct node *n);   /* EXPORT_DEFAULT of what is only a type */
bool lower_is_erased_type(const struct lower *l, str name);   /* an interface or a type alias of the file's top level */
/* what a name means at a place of the source, as a value or as a type; 0: nothing that the file declares */
uint32_t lower_symbol_at(const struct lower *l, str name, uint32_t at, bool as_type);

/* a function or class that takes its name from where it is put */
bool lower_is_anonymous(const struct lower *l, nid id);
bool lower_is_written(const struct lower *l, nid id);     /* assigned to, in a pattern too, counted up or deleted */
bool lower_is_under_new(const struct lower *l, nid id);   /* a call put in its place needs parentheses */
bool lower_is_callee(const struct lower *l, nid id);      /* what is called with the object in front as `this` */
bool lower_word_before(const struct lower *l, uint32_t at, const char *word);

/* --- lower_macro.c */
bool lower_is_macro(const struct lower *l, const struct symbol *s);   /* an import of the type `macro` */
void lower_macro(struct lower *l, const struct mark *m);

/* --- lower_keep.c: files whose imports and exports stay */
/* $b0: what another file may export as a type alone, and only metadata names; it is asked for through a namespace */
str lower_metadata_object(struct lower *l, const struct symbol *s);
bool lower_keeps_import(const struct lower *l, const struct symbol *s);
void lower_keep_edits(struct lower *l);
void lower_kept_import(struct lower *l, const struct mark *m);
bool lower_kept_export(struct lower *l, const struct mark *m);   /* false: as in other files */
void lower_define_edits(struct lower *l);
void lower_define(struct lower *l, const struct mark *m);

/* --- lower_stack.c */
void lower_stack(struct lower *l, const struct mark *m);
void lower_stack_edits(struct lower *l);

/* --- lower_chain.c */
void lower_chain_edits(struct lower *l);

/* --- lower_async.c */
void lower_async_edits(struct lower *l);
/* behind the directives */
uint32_t lower_body_start(const struct lower *l, nid list, uint32_t at, const char **separator);
void lower_await(struct lower *l, const struct mark *m);
bool lower_is_read_late(const struct lower *l, nid id);   /* the value of this await or yield must be no variable */

/* --- lower_yield.c */
void lower_yield(struct lower *l, const struct mark *m);
str lower_resumed(struct lower *l);        /* an expression: the context of who resumed an async generator */

/* --- lower_using.c */
void lower_using_edits(struct lower *l);
void lower_using(struct lower *l, const struct mark *m);

/* --- lower_ts.c */
void lower_ts_aliases(struct lower *l);
void lower_ts_edits(struct lower *l);
void lower_ts_done(struct lower *l);
void lower_enum(struct lower *l, const struct mark *m);
void lower_namespace(struct lower *l, const struct mark *m);
void lower_import_equals(struct lower *l, nid id);
void lower_erase(struct lower *l, const struct mark *m);
void lower_erase_arrow(struct lower *l, const struct mark *m);
void lower_ts_assert(struct lower *l, const struct mark *m);
void lower_scoped_ref(struct lower *l, const struct mark *m);

/* --- lower_class.c */
void lower_class_edits(struct lower *l);
uint32_t lower_class_keyword(const struct lower *l, const struct node *n); /* where `class` stands, behind decorators */

/* --- lower_decorator.c */
void lower_older_decorators(struct lower *l);             /* tells which classes have them */
void lower_decorator_types(struct lower *l);
void lower_decorator_edits(struct lower *l);
void lower_decorator(struct lower *l, const struct mark *m);
void lower_decorate(struct lower *l, nid class);
bool lower_is_let_class(const struct lower *l, nid class);    /* let A=class{...} */
void lower_accessor_edits(struct lower *l);
/* the private name behind `accessor x`; empty: a decorated one has its own */
str lower_accessor_storage(struct lower *l, nid member);

/* --- lower_class_decorator.c */
void lower_class_decorator_edits(struct lower *l);
/* the constructor calls lower_given_name for it */
bool lower_gives_field(const struct lower *l, const struct node *member);
str lower_given_name(struct lower *l, nid member);
/* it needs its key twice, and the key is no name */
bool lower_awkward_accessor(const struct lower *l, const struct node *member);
/* it became `let` and more: `export` cannot stand in front */
bool lower_is_defined_class(const struct lower *l, nid class);
/* empty: no decorator can replace the class of this static member */
str lower_replaced_scope(const struct lower *l, nid member);
void lower_decorated_key(struct lower *l, const struct mark *m);
void lower_decorated_class(struct lower *l, const struct mark *m);
void lower_decorated_end(struct lower *l, const struct mark *m);

/* --- lower_replaced_class.c: static members of a class that its decorators may replace */
void lower_replaced_class_edits(struct lower *l, nid class, str scope);
/* the text that names an anonymous class expression; empty: none */
str lower_class_name_text(struct lower *l, nid class);

/* --- lower_around.c */
bool lower_class_pauses(const struct lower *l, nid class);  /* it yields or awaits while it is evaluated */
void lower_declare_around(struct lower *l, nid id, str names);   /* anew for each evaluation of `id` */
str lower_lets_of(struct lower *l, nid function);         /* what its body must begin with */
void lower_lets_edits(struct lower *l);                   /* where lower_async_edits does not */

/* --- lower_loop.c */
/* `names` are declared anew for each turn of the loop that `part` of the head belongs to; false: it runs once */
bool lower_in_loop_head(struct lower *l, nid loop, nid part, str names);
void lower_loop_edits(struct lower *l);
void lower_loop_left(struct lower *l, const struct mark *m);
void lower_loop_body(struct lower *l, const struct mark *m);

/* --- lower_moved.c */
void lower_moved_edits(struct lower *l);                  /* before the pass: all that may be moved, on one line */

/* --- lower_jsx.c */
void lower_jsx_options(struct lower *l);
bool lower_jsx_uses(const struct lower *l, const struct symbol *s);   /* the factories name it */
bool lower_key_after_spread(const struct lower *l, const struct node *n);   /* createElement serves it */
void lower_jsx(struct lower *l, const struct mark *m);

/* --- lower_cjs.c */
void lower_cjs_names(struct lower *l);

/* --- blank.c */
struct parse_options;
enum lang_blanked lower_blank(struct buf *out, str source, const struct parse_options *options, struct diag *d);
