/* engine/js_realm.h: the engine's life: load it, make the thread's realm, evaluate texts, serve its run loop. For rt
 * (and the loader's doors); modules need only js.h and js_op.h. */
#pragma once
#include "engine/js.h"

/* Maps the engine (dlopen) and sets its process-wide options. Once per process; later calls do nothing.
 * On failure *why says what is missing, in a sentence. */
bool js_engine_load(const char **why);
str js_engine_version(void);                             /* "2.50.6", or the soname when unknown */
bool js_engine_option(str name, str value);        /* JSC's own options: --jsc-option name=value; before the realm */

/* Int32Array shared by C and JS (`shared` below). Reading and writing it costs no call. */
enum js_flag {
    JS_FLAG_TICK,                   /* the tick queue is not empty (JS writes) */
    JS_FLAG_REJECTION,              /* rejections wait to be reported (JS writes) */
    JS_FLAG_CONTEXT,        /* 1: an asynchronous context was set in this realm, ever; 2: ids are traced (JS writes) */
    JS_FLAG_IMMEDIATES,             /* immediates that wait */
    JS_FLAG_IMMEDIATES_REF,         /* those that keep the loop alive */
    JS_FLAG_TIMERS_REF,             /* timers that keep the loop alive */
    JS_FLAG_PENDING,                /* other work of JS that keeps the loop alive (WebAssembly.compile ...) */
    JS_FLAG_EXITING,
    JS_FLAG_EXIT_CODE,              /* process.exitCode, when JS_FLAG_HAS_EXIT_CODE */
    JS_FLAG_HAS_EXIT_CODE,
    JS_FLAG_WATCHED,                /* reported rejections that wait for a late handler */
    JS_N_FLAGS = 32,
};

/* News from the engine to the running core. */
struct js_hooks {
    void (*run_ticks)(void *user);                       /* JS_FLAG_TICK is set, nothing of JS is on the stack */
    void (*rejected)(void *user, js_val promise, js_val reason);   /* still unhandled after a drain */
    void (*watch)(void *user);                           /* JS_FLAG_WATCHED is set; after each drain; may be NULL */
    void (*uncaught)(void *user, js_val error);          /* thrown out of a callback */
    /* ids are traced: what an op of that type calls instead */
    js_val (*trace)(void *user, js_val fn, const char *type);
    void (*wake)(void *user);                            /* js_realm_turn wants to be called in the next turn */
};

struct js_realm *js_realm_new(const struct js_hooks *hooks, void *user, struct loop *loop);
void js_realm_close(void);        /* handles are closed; callbacks and ops that end call nothing any more */
void js_realm_free(struct js_realm *r);                  /* everything it made is gone; not needed before _exit */
void js_realm_use_context(js_val object);        /* whose `x` is the asynchronous context from now on; $C until then */
struct js_realm *js_realm_here(void);                    /* of this thread; NULL when there is none */
volatile int32_t *js_flags(void);                        /* of this thread's realm */
js_val js_flags_array(void);                             /* the same memory as an Int32Array */
js_ctx js_realm_ctx(struct js_realm *r);

/* Another global object beside the realm's own (vm.createContext): values pass freely. Returns its globalThis, which
 * lives as long as JS knows it. */
js_val js_realm_another(void);

/* What is read, set, deleted and listed by name in it is that of `names` first (NULL: no more), but for the names of
 * `declared`, an object without a prototype: what scripts declare stands on the global object. JS keeps both alive as
 * long. */
void js_realm_names(js_val global, js_val names, js_val declared);

/* From now on eval and new Function throw an EvalError there; false when this build of the engine cannot. */
bool js_realm_forbid_eval(js_val global, str message);

/* Evaluates a text and returns its value; NULL when it threw (a SyntaxError too). `url` is what stacks show, verbatim.
 * The immortal form keeps a pointer to ASCII text for ever: .rodata, or memory that is never freed. Texts that are not
 * ASCII are copied. `line` is the number of the first line, from 1. */
js_val js_eval_immortal(str text, str url);
js_val js_eval(str text, str url);
js_val js_eval_at(str text, str url, int line);
js_val js_eval_in(js_val global, str text, str url, int line);   /* in another global object; NULL = the realm's */

/* Where a function's text stands in the text that was evaluated: `text` is the same for all functions of one text, as
 * long as one of them lives. A function ends at `end`; the constructor of a class lies within the class. false: it is
 * not known (natives, engines without the shortcut). A class without a constructor has the engine's, elsewhere. Places
 * count in UTF-16 units. */
struct js_place { const void *text; uint32_t start, end; };
bool js_place_of(js_val fn, struct js_place *out);
/* `text` of a function that ends its text but for `)`; NULL when it is not known. The first one of a realm shows
 * whether places may be believed. */
const void *js_text_of_wrapper(js_val fn, size_t len);

/* Runs fn(user) inside one frame of JS, so that promise jobs can be run without leaving the engine (engine.md 14). */
void js_realm_inside(void (*fn)(void *user), void *user);

/* Runs promise jobs until none is left; then rejections have been told to hooks->rejected. Not from within JS. */
void js_drain(void);

/* All ticks and promise jobs, in Node's order, until neither is left. js_callback does it by itself. */
void js_settle_all(void);
void js_settle_owed(void);                               /* at the turn's end: what callbacks that threw have left */

/* What waits for the next turn (failed ops). */
void js_realm_turn(void);
bool js_realm_has_turn(void);

/* The engine's own run loop (GLib), served from ours: the descriptor to poll for reading (-1: none); prepare gives the
 * milliseconds until it wants to be dispatched (-1: not before the descriptor fires, 0: now); dispatch runs it. */
int js_run_loop_fd(void);
int js_run_loop_prepare(void);
void js_run_loop_dispatch(void);

/* Garbage. */
void js_gc(void);                                        /* full, at once */
void js_gc_eden(void);
struct js_memory { size_t heap_used, heap_size, extra, objects; };
struct js_memory js_memory(void);                        /* walks the heap: 1.5 ms and more */

/* Termination of a realm (workers): the check is asked every `ms` while JS runs; true ends it, uncatchably. */
void js_realm_watch(double ms, bool (*check)(void *user), void *user);

bool js_realm_is_stopped(void);          /* the check says so, or a limit that is open has been reached */
void js_realm_stop(void);        /* JS ends as soon as it runs again: for the native that was told to exit */

/* Limits: the JS that a native calls between begin and end is ended, uncatchably, when `ms` have passed (INFINITY:
 * never) or `check` (may be NULL; asked now and then) says so; the native and its callers go on. They nest.
 * js_limit_begin: false when this build of the engine cannot; nothing is open then.
 * js_limit_end tells which one ended it; nothing of it is left pending then. When an outer limit ends it too, the
 * innermost says JS_LIMIT_KEPT, and the native just returns. */
struct js_limit { double until_ms; bool (*check)(void *user); void *user; struct js_limit *outer; };
enum js_limit_end { JS_LIMIT_KEPT, JS_LIMIT_TIME, JS_LIMIT_CHECK };
bool js_limit_begin(struct js_limit *l, double ms, bool (*check)(void *user), void *user);
enum js_limit_end js_limit_end(struct js_limit *l);

/* Promise jobs of their own (microtaskMode of vm contexts). js_jobs_swap: what waits in the queue and what waits in the
 * realm's change places; twice, and everything is as before. js_jobs_new: NULL when this build of the engine cannot. */
struct js_jobs;
struct js_jobs *js_jobs_new(void);
void js_jobs_swap(struct js_jobs *q);
void js_jobs_free(struct js_jobs *q);                    /* what still waits in it is forgotten */
