/* rt/modules/module.h: one module as the linker sees it, shared by the files of this folder. */
#pragma once
#include "engine/js.h"
#include "base/list.h"
#include "load/load.h"

enum module_kind { MODULE_ESM, MODULE_CJS, MODULE_BUILTIN, MODULE_VALUE }; /* VALUE: JSON, text, a path: default only */
enum module_status { MODULE_NEW, MODULE_LINKING, MODULE_LINKED, MODULE_EVALUATING, MODULE_WAITING, MODULE_EVALUATED };

struct module {
    enum module_kind kind;
    enum module_status status;
    struct load_unit *unit;          /* NULL: builtin */
    str id;                          /* the builtin's */
    js_val binding;                  /* $m; held */
    js_val loose;        /* CommonJS with __esModule, for importers that read `default` through it; held or NULL */
    js_val namespace, meta;          /* held, NULL until asked for */
    js_val error;                    /* what its evaluation threw; held */
    bool has_error, is_filled;       /* is_filled: the binding of a module that is not ESM has its values */

    /* linking */
    struct module **deps;            /* by request of unit->lang */
    struct module **direct;          /* whose binding $N is: the dependency's, or where all its names come from */
    struct map exports;              /* name -> struct lang_export, without stars */
    struct module *next_in_cycle;    /* ring of the members of its cycle; itself when in none */
    bool in_cycle, is_loose;         /* is_loose: not .mjs, .mts or "type": "module" */
    uint32_t index, low;
    js_val compiled;                 /* of a .wasm file: its WebAssembly.Module; held or NULL */
    struct module *source, *later;   /* stand for it in `import source` and `import defer`; NULL until asked for */
    struct module *deferred;         /* what this one stands for: evaluated when a name of it is asked for */
    struct map forwarded;            /* names of the binding that lead to another module */
    bool forwards_all;

    /* evaluation (ECMA-262 16.2.1.6: cyclic module records) */
    js_val generator;                /* member of a cycle: instantiated; held */
    uint32_t dfs, dfs_low;
    struct module *root;             /* of the cycle: its promise is for all */
    uint64_t async_order;            /* 0: none */
    uint32_t n_pending;
    LIST(struct module *) waiting;   /* modules that wait for this one */
    js_val promise, resolve, reject; /* held */
    uint32_t number;                 /* for JS */
};

/* What an export leads to. */
struct export_target {
    struct module *module;
    str name;
    bool is_namespace;
};
enum export_found { EXPORT_NONE, EXPORT_FOUND, EXPORT_AMBIGUOUS };

extern _Thread_local struct loader *modules_loader;

/* graph.c */
struct module *module_of_unit(struct load_unit *u);
struct module *module_of_builtin(str id);            /* NULL: it threw */
struct module *module_by_number(uint32_t n);
struct module *module_of_object(js_val binding);     /* whose names are those of `binding` */
extern _Thread_local bool modules_hooked;        /* hooks are registered: rt:modules/hooks is asked for every request */
void modules_free_graph(void);                       /* all records of this thread */
void modules_free_names(void);                       /* what stacks show, of this thread */
bool module_link(struct module *m);                  /* false: it threw */
bool module_is_async(struct module *m);              /* it or something it needs waits at its top level */
js_val throw_unit(struct load_unit *u);              /* what is wrong with a unit that failed; NULL */
bool modules_check_type(str type, str url, bool is_builtin);   /* of an import attribute; false: it threw */
js_val error_of_failure(const struct resolve_failure *why);
js_val throw_at(struct load_unit *u, uint32_t line, uint32_t column, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

/* phase.c */
struct module *module_source(struct module *m);      /* NULL: it threw: there is none */
struct module *module_later(struct module *m);       /* NULL: it threw */
struct modules { struct module **at; size_t len, cap; };
js_val module_compiled(struct module *m);            /* the WebAssembly.Module of a .wasm file; NULL: it threw */
void module_async_below(struct module *m, struct modules *out);   /* what must wait before it can run at once; linked */
bool module_run_deferred(struct module *m);          /* false: it threw */

/* export.c */
enum export_found module_export(struct module *m, str name, struct export_target *out);
bool module_forward(struct module *m, str name);     /* the binding has `name` from now on */
bool module_forward_all(struct module *m);
js_val module_namespace(struct module *m);

/* evaluate.c */
bool module_evaluate(struct module *m);              /* false: it threw. When it still waits, m->root->promise says */
bool module_is_waiting(struct module *m);
js_val module_promise(struct module *m);
void module_settled(struct module *m, js_val error); /* from JS: its top level ended; error NULL: well */

/* The functions of rt:modules, by name. */
js_val modules_helper(const char *name);             /* NULL: it threw */
js_val modules_call(const char *name, size_t n, const js_val args[]);
bool modules_fill(struct module *m);                 /* CJS, builtin, value: evaluates and fills the binding */
js_val modules_eval(struct load_unit *u);             /* the text of a unit, which stacks will name */
