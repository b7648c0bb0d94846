/* rt/modules/modules.h: modules of a running program: ES modules are linked and evaluated here (engine.md 1.4),
 * CommonJS is run by the face rt:modules/cjs; each sees the other. Main thread of a realm. */
#pragma once
#include "engine/js.h"
#include "rt/rt.h"

/* First thing of a program, before the engine is there: threads begin to read and lower the entry and what it
 * imports. */
void rt_modules_begin(const struct rt_options *o);

/* Runs what is preloaded, then the entry. NULL: it threw. undefined: it ended. Otherwise a promise: the entry waits at
 * its top level; rejection is an uncaught error. */
js_val rt_modules_run(const struct rt_options *o);
void rt_modules_end(void);        /* the realm of this thread is gone: so is all that was loaded for it */
bool rt_modules_entry_is_esm(void);        /* after that: its body counts as a job, so jobs come before ticks */
js_val rt_modules_printed(void);                     /* RT_PRINT: the value of the program */

/* From a place in an evaluated text to the source, both from 1. false: `url` is no module's name. */
bool rt_modules_place(str url, uint32_t *line, uint32_t *column);

/* The comment of a module that names its source map; empty: it has none. Lives as long as the realm. */
str rt_modules_source_map(str url);

/* A line of an evaluated text, which lives for ever. */
bool rt_modules_line(str url, uint32_t line, str *text);
