/* rt/rt.h: a running program: realm, loop, loader, modules. What the process was started as is in sys/program.h. */
#pragma once
#include "base/str.h"

enum rt_entry { RT_FILE, RT_EVAL, RT_PRINT, RT_BUILTIN };
struct rt_options {
    enum rt_entry kind;
    str entry;        /* RT_FILE: absolute path of a file; otherwise the program's text, which borrows for ever */
    str name;        /* of a text: absolute path that its stacks show and its imports start from: "/cwd/[eval]" */
    /* RT_BUILTIN: `entry` is a builtin module; its export `main` gets JSON.parse(name) and {load(path, fresh),
     * onStray(fn)}, and gives a promise of the exit code. */
    const str *preload;              /* specifiers as typed, resolved from the working directory, in order */
    size_t n_preload;
    bool is_small;                   /* garbage is collected early, in small portions */
};

/* Runs it to its end. Returns the exit code, after everything that was written is out; the caller leaves with _exit. */
int rt_main(const struct rt_options *o);
