/* engine/js_op.h: from the loop into JS. An op is short: begun by a native, it holds its callback and pins its bytes
 * until it is settled, once. js_callback is for what happens more than once. Both run ticks and promise jobs after. */
#pragma once
#include "engine/js.h"

struct js_op;

/* Begins an op whose last step is args[done](error, value): error is null or an Error, value undefined on failure.
 * The asynchronous context of the caller travels along. */
struct js_op *js_op_begin(struct js_call *c, size_t done);

/* The same for a resource that async hooks know by `type`, a literal ("FSREQCALLBACK"). */
struct js_op *js_op_begin_as(struct js_call *c, size_t done, const char *type);

/* Memory of an argument, alive and attached until the op is settled. */
struct js_bytes js_op_pin(struct js_op *op, size_t arg);
void js_op_keep(struct js_op *op, js_val v);             /* alive until settled */
str js_op_str(struct js_op *op, size_t arg);             /* js_str that lives until settled */
struct arena *js_op_arena(struct js_op *op);             /* memory that lives until settled */

/* What a failure says: syscall is a literal, path and dest are copied. */
void js_op_named(struct js_op *op, const char *syscall, str path, str dest);

/* Ends the native: `return js_op_start(op, file_read(...))`. When e says that nothing was started, the op is settled
 * with it in the next turn of the loop, never within the call. */
js_val js_op_start(struct js_op *op, err e);

/* Settles from the loop: calls done(null, value) or done(Error, undefined), runs ticks and jobs, and frees the op.
 * value NULL is undefined; js_make_num and its kin make it. */
void js_op_settle(struct js_op *op, err e, js_val value);
void js_op_settle_args(struct js_op *op, size_t n, const js_val args[]);   /* done(...args) */
void js_op_settle_error(struct js_op *op, js_val error);                   /* done(error) */
void js_op_forget(struct js_op *op);                                       /* frees without calling (at shutdown) */

/* From the loop: fn.apply(self, args) in the context `context` (NULL: none), then ticks and promise jobs. What it
 * throws is an uncaught exception (ticks and jobs then wait for the next callback or the turn's end). Returns the
 * value, borrowed until the next call into the engine; NULL when it threw. */
js_val js_callback(js_val fn, js_val self, size_t n, const js_val args[]);
js_val js_callback_in(js_val context, js_val fn, js_val self, size_t n, const js_val args[]);

/* Between these two values can be made and read cheaply from an event of the loop (one lock for all). They nest.
 * js_callback may be called between them; ticks and jobs still run at its end. */
void js_enter(void);
void js_leave(void);

/* The asynchronous context that is current; NULL when none is set. Keep it with js_hold. */
js_val js_context(void);
