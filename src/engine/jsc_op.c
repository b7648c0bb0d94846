/* engine/jsc_op.c: from the loop into JS: callbacks, and ops that are settled once. */
#include "base/list.h"
#include "base/must.h"
#include "engine/internal.h"

struct js_op {
    struct js_op *next;             /* among the failed or the free */
    js_val done, context;
    const js_val *args;             /* valid until js_op_start */
    size_t n_args;
    js_val kept[4];
    struct { js_val *at; size_t len, cap; } more;
    size_t n_kept;
    struct arena arena;
    const char *syscall;
    str path, dest;
    err failed;
};

/* --- the lock ----------------------------------------------------------------------------------------------------- */

void js_enter(void) {
    struct js_realm *r = js_here;
    if (r->depth++ == 0) jsc.JSLock(r->ctx);
}

void js_leave(void) {
    struct js_realm *r = js_here;
    must(r->depth > 0);
    if (--r->depth == 0) jsc.JSUnlock(r->ctx);
}

void js_drain(void) {
    struct js_realm *r = js_here;
    if (r->inside) {
        js_enter();
        jsc.vm_drain((void *)(uintptr_t)r->group);
        js_leave();
        return;
    }
    unsigned depth = r->depth;      /* jobs run when the outermost lock is given back */
    if (depth == 0) jsc.JSLock(r->ctx);
    jsc.JSUnlock(r->ctx);
    if (depth) jsc.JSLock(r->ctx);
}

void js_settle_all(void) {
    struct js_realm *r = js_here;
    volatile int32_t *f = r->flags;
    /* the outer one goes on until nothing is left; JS is on the stack */
    if (r->settling || r->n_natives || r->is_closed) return;
    r->settling = true;
    r->owes = false;
    js_enter();
    do {
        if (f[JS_FLAG_TICK] || f[JS_FLAG_REJECTION]) r->hooks->run_ticks(r->user);
        js_drain();
        if (f[JS_FLAG_WATCHED] && !f[JS_FLAG_TICK] && !f[JS_FLAG_REJECTION] && r->hooks->watch)
            r->hooks->watch(r->user);
    } while (f[JS_FLAG_TICK] || f[JS_FLAG_REJECTION]);
    js_leave();
    r->settling = false;
}

void js_settle_owed(void) {
    if (js_here->owes) js_settle_all();
}

/* --- callbacks ---------------------------------------------------------------------------------------------------- */

js_val js_context(void) {
    struct js_realm *r = js_here;
    if (!r->flags[JS_FLAG_CONTEXT]) return NULL;
    js_val v = js_get(r->context, "x");
    return v && js_kind(v) != JS_UNDEFINED ? v : NULL;
}

js_val js_callback_in(js_val context, js_val fn, js_val self, size_t n, const js_val args[]) {
    struct js_realm *r = js_here;
    js_val e = NULL, v;
    if (r->is_closed) return NULL;
    js_enter();
    if (context) js_set(r->context, "x", context);
    v = jsc.JSObjectCallAsFunction(r->ctx, OBJ(fn), OBJ(self), n, args, &e);
    if (e) {
        v = NULL;
        r->hooks->uncaught(r->user, e);
    }
    if (r->flags[JS_FLAG_CONTEXT]) js_set(r->context, "x", r->undefined);
    if (!e) js_settle_all();
    else r->owes = true;            /* as in Node: the next callback comes first, or the turn's end */
    js_leave();
    return v;
}

js_val js_callback(js_val fn, js_val self, size_t n, const js_val args[]) {
    return js_callback_in(NULL, fn, self, n, args);
}

/* --- ops ---------------------------------------------------------------------------------------------------------- */

struct js_op *js_op_begin(struct js_call *c, size_t done) { return js_op_begin_as(c, done, NULL); }

struct js_op *js_op_begin_as(struct js_call *c, size_t done, const char *type) {
    struct js_realm *r = c->realm;
    struct js_op *op = r->free_ops;
    if (op) {
        r->free_ops = op->next;
        op->next = NULL;
    } else op = NEW(struct js_op);
    op->args = c->args;
    op->n_args = c->n;
    must(done < c->n);
    js_val fn = c->args[done];
    if (type && r->flags[JS_FLAG_CONTEXT] & 2) fn = r->hooks->trace(r->user, fn, type);
    op->done = js_hold(fn);
    op->context = js_hold(js_context());
    r->n_ops++;
    return op;
}

void js_op_keep(struct js_op *op, js_val v) {
    js_hold(v);
    if (op->n_kept < sizeof op->kept / sizeof *op->kept) op->kept[op->n_kept++] = v;
    else *LIST_ADD(&op->more) = v;
}

struct js_bytes js_op_pin(struct js_op *op, size_t arg) {
    if (arg >= op->n_args) return (struct js_bytes){0};
    js_op_keep(op, op->args[arg]);
    return js_pinned_bytes(op->args[arg]);
}

str js_op_str(struct js_op *op, size_t arg) {
    if (arg >= op->n_args) return STR("");
    enum js_kind k = js_kind(op->args[arg]);
    return k == JS_UNDEFINED || k == JS_NULL ? STR("") : js_to_str(&op->arena, op->args[arg]);
}

struct arena *js_op_arena(struct js_op *op) { return &op->arena; }

void js_op_named(struct js_op *op, const char *syscall, str path, str dest) {
    op->syscall = syscall;
    op->path = path.at ? arena_str(&op->arena, path) : path;
    op->dest = dest.at ? arena_str(&op->arena, dest) : dest;
}

js_val js_op_start(struct js_op *op, err e) {
    struct js_realm *r = js_here;
    op->args = NULL;                /* from here on the caller's arguments are gone */
    op->n_args = 0;
    if (e) {
        op->failed = e;
        *r->last_failed = op;
        r->last_failed = &op->next;
        if (r->hooks->wake) r->hooks->wake(r->user);
    }
    return NULL;
}

static void release(struct js_op *op) {
    struct js_realm *r = js_here;
    js_drop(op->done);
    js_drop(op->context);
    for (size_t i = 0; i < op->n_kept; i++) js_drop(op->kept[i]);
    for (size_t i = 0; i < op->more.len; i++) js_drop(op->more.at[i]);
    LIST_FREE(&op->more);
    arena_free(&op->arena);
    r->n_ops--;
    *op = (struct js_op){.next = r->free_ops};
    r->free_ops = op;
}

void js_op_settle_args(struct js_op *op, size_t n, const js_val args[]) {
    js_val done = op->done, context = op->context;
    js_enter();
    op->done = op->context = NULL;  /* the op is reusable before its callback runs; the two live on the stack */
    js_drop(done);
    js_drop(context);
    release(op);
    js_callback_in(context, done, NULL, n, args);
    js_leave();
}

void js_op_settle_error(struct js_op *op, js_val error) { js_op_settle_args(op, 1, &error); }

void js_op_settle(struct js_op *op, err e, js_val value) {
    js_enter();
    js_val args[2] = {js_make_null(), value ? value : js_here->undefined};
    if (e) args[0] = js_make_system_error(e, op->syscall, op->path, op->dest);
    js_op_settle_args(op, e ? 1 : 2, args);
    js_leave();
}

void js_op_forget(struct js_op *op) { release(op); }

bool js_realm_has_turn(void) { return js_here->failed != NULL; }

void js_realm_turn(void) {
    struct js_realm *r = js_here;
    struct js_op *op = r->failed;
    r->failed = NULL;
    r->last_failed = &r->failed;
    while (op) {
        struct js_op *next = op->next;
        op->next = NULL;
        js_op_settle(op, op->failed, NULL);
        op = next;
    }
}

void js_ops_free(struct js_realm *r) {
    for (struct js_op *op = r->free_ops, *next; op; op = next) {
        next = op->next;
        mem_free(op);
    }
    r->free_ops = NULL;
}
