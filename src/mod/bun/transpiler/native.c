/* mod/bun/transpiler/native.c: text in, text or tables out. What is wrong with a text comes back as an array of
 * facts. */
#include "base/mem.h"
#include "engine/js_op.h"
#include "lang/lang.h"
#include "sys/pool.h"

enum { MINIFY = 1, TRIM = 2, VERBATIM = 4, LEGACY = 8, METADATA = 16, ASSIGN = 32,
       CLASSIC = 64, PRESERVE = 128, DEV = 256 };           /* transpiler.ts */

struct asked {
    struct lang_options o;
    str file, source;
    bool compact;
};

/* Arguments: source (string or bytes), dialect, flags, factory, fragment, import source, [name, text, ...]. */
static struct asked read_call(struct js_call *c, struct arena *a) {
    uint32_t flags = js_uint(c, 2);
    static const char *const names[] = {"input.js", "input.jsx", "input.ts", "input.tsx"};
    struct asked q = {.compact = flags & MINIFY};
    struct lang_options *o = &q.o;
    o->dialect = (enum lang_dialect)(js_uint(c, 1) & 3);
    q.file = str_c(names[o->dialect]);
    o->keep_modules = true;
    o->decorators = str_c(lang_decorators);
    o->trim_imports = flags & TRIM;
    o->keep_unused_imports = !o->trim_imports;
    o->verbatim_imports = flags & VERBATIM;
    o->legacy_decorators = flags & (LEGACY | METADATA);
    o->decorator_metadata = flags & METADATA;
    o->assign_class_fields = flags & ASSIGN;
    o->jsx = flags & CLASSIC ? LANG_JSX_CLASSIC : flags & PRESERVE ? LANG_JSX_PRESERVE : LANG_JSX_AUTOMATIC;
    o->jsx_dev = flags & DEV;
    o->jsx_factory = arena_str(a, js_str(c, 3));
    o->jsx_fragment = arena_str(a, js_str(c, 4));
    o->jsx_import_source = arena_str(a, js_str(c, 5));
    js_val list = js_arg(c, 6);
    uint32_t n = (uint32_t)js_to_num(js_get(list, "length"));
    struct lang_define *defines = ARENA_ARRAY(a, struct lang_define, n / 2 + 1);
    for (uint32_t i = 0; i + 1 < n; i += 2)
        defines[i / 2] = (struct lang_define){js_to_str(a, js_get_at(list, i)), js_to_str(a, js_get_at(list, i + 1))};
    o->defines = defines;
    o->n_defines = n / 2;
    struct js_bytes b = js_bytes(c, 0);
    q.source = js_is_string(js_arg(c, 0)) ? js_str_wtf8(c, 0) : str_of((const char *)b.at, b.len);
    if (str_starts(q.source, STR("\xef\xbb\xbf"))) q.source = str_from(q.source, 3);
    return q;
}

/* [text, file, line, column, the line, span] */
static js_val wrong(const struct diag *d) {
    const struct diag_message *m = d->first;
    js_val facts[] = {js_make_str(m->text), js_make_str(m->file), js_make_num(m->line), js_make_num(m->column),
                      js_make_str(m->line_text), js_make_num(m->span)};
    return js_make_array(sizeof facts / sizeof *facts, facts);
}

/* Memory to work in: fresh memory is what a small file costs most. */
static struct lang_scratch *scratch_here(void) {
    static _Thread_local struct lang_scratch *scratch;
    return scratch ? scratch : (scratch = lang_scratch_new());
}

NATIVE(transpiler_text) {
    struct asked q = read_call(c, js_arena(c));
    q.o.scratch = scratch_here();
    struct buf out = {0};
    struct diag d = {0};
    bool whole = lang_text(&out, NULL, q.file, q.source, &q.o, q.compact, &d);
    js_val made = whole ? js_make_str_wtf8(buf_view(&out)) : wrong(&d);
    buf_free(&out);
    diag_free(&d);
    return made;
}

struct job {
    struct pool_job job;
    struct js_op *op;
    struct asked q;
    struct buf out;
    struct diag d;
    bool whole;
};

static void job_run(struct pool_job *p) {
    struct job *j = (struct job *)p;
    j->q.o.scratch = scratch_here();
    j->whole = lang_text(&j->out, NULL, j->q.file, j->q.source, &j->q.o, j->q.compact, &j->d);
}

static void job_done(struct pool_job *p) {
    struct job *j = (struct job *)p;
    js_enter();
    js_op_settle(j->op, 0, j->whole ? js_make_str_wtf8(buf_view(&j->out)) : wrong(&j->d));
    js_leave();
    buf_free(&j->out);
    diag_free(&j->d);
    mem_free(j);
}

NATIVE(transpiler_text_later) {
    struct js_op *op = js_op_begin(c, 7);
    struct job *j = NEW(struct job);
    j->job.run = job_run;
    j->job.done = job_done;
    j->op = op;
    j->q = read_call(c, js_op_arena(op));
    j->q.source = arena_str(js_op_arena(op), j->q.source);
    pool_start_on(c->loop, &j->job);
    return js_op_start(op, 0);
}

static int call_cmp(const void *pa, const void *pb) {
    const struct lang_call *a = pa, *b = pb;
    if (a->line != b->line) return a->line < b->line ? -1 : 1;
    return a->column < b->column ? -1 : a->column > b->column;
}

static int name_cmp(const void *pa, const void *pb) {
    return str_cmp(((const struct lang_export *)pa)->name, ((const struct lang_export *)pb)->name);
}

/* [exported names, [kind, specifier, ...] in the order of the source, what JSX imports] */
static js_val tables(struct js_call *c, struct lang_unit *u) {
    static const char *const kinds[] = {"import-statement", "dynamic-import", "require-resolve", "require-call"};
    uint32_t n_names = 0, n_calls = 0;
    js_val exports = js_make_array(0, NULL), list = js_make_array(0, NULL);
    if (u->n_exports) qsort(u->exports, u->n_exports, sizeof *u->exports, name_cmp);
    for (uint32_t i = 0; i < u->n_exports; i++) {
        if (!u->exports[i].name.len || (i && str_eq(u->exports[i].name, u->exports[i - 1].name))) continue;
        js_set_at(exports, n_names++, js_make_str_wtf8(u->exports[i].name));
    }
    if (u->n_calls) qsort(u->calls, u->n_calls, sizeof *u->calls, call_cmp);
    for (uint32_t i = 0; i < u->n_calls; i++) {
        const struct lang_call *k = &u->calls[i];
        js_set_at(list, n_calls++,
                  js_make_str(str_c(kinds[k->is_statement ? 0
                                          : k->is_import  ? 1
                                          : k->is_resolve ? 2
                                                          : 3])));
        js_set_at(list, n_calls++, js_make_str_wtf8(k->specifier));
    }
    js_val parts[] = {exports, list, js_make_str(u->jsx_source)};
    return js_make_array(3, parts);
}

NATIVE(transpiler_scan) {
    struct asked q = read_call(c, js_arena(c));
    struct lang_unit u;
    struct diag d = {0};
    js_val made = lang_lower(&u, q.file, q.source, &q.o, &d) ? tables(c, &u) : wrong(&d);
    lang_unit_done(&u);
    diag_free(&d);
    return made;
}

#define ARGS \
    "code: string | Uint8Array | ArrayBuffer, dialect: number, flags: number, factory: string, fragment: string, " \
    "source: string, defines: string[]"
static const struct js_native natives[] = {
    {"text", transpiler_text, "(" ARGS "): any"},
    {"text_later", transpiler_text_later, "(" ARGS ", done: (error: Error | null, made: any) => void): void"},
    {"scan", transpiler_scan, "(" ARGS "): any"},
};
JS_DOOR(bun_transpiler, natives)
