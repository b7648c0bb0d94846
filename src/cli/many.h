/* cli/many.h: scripts of several packages, or several of one, run by one command. cmd_many.c chooses them, many_run.c
 * runs them on a loop, many_view.c shows what they say. */
#pragma once
#include "base/buf.h"
#include "base/list.h"
#include "cli/cmd.h"
#include "sys/loop.h"
#include "sys/proc.h"

enum many_state { MANY_WAITS, MANY_RUNS, MANY_ENDED, MANY_SKIPPED };

struct many;
struct many_stream {                 /* what one of a task's outputs says */
    struct loop_poll poll;
    int fd;                          /* -1: it has ended */
    struct buf part;                 /* of a line whose end has not come */
};
struct many_task {
    struct many *all;
    const struct script_set *set;
    str package, script, text;       /* text: the command. package: its name, or its folder when it has none */
    str label;                       /* "script", "package:script" */
    int argc; char **argv;           /* for the end of the command */
    size_t *after, n_after;          /* tasks that have to end first; `before` is one of them */
    size_t before;                   /* of its own chain (pre, script, post): has to succeed first; SIZE_MAX: none */
    enum many_state state;
    struct proc_end end;
    err failed;                      /* it could not even be started */
    double began_ms, took_ms;
    bool was_asked;                  /* to end, by us */
    /* the run's */
    pid_t pid;
    int pid_fd;
    struct loop_poll ends;
    struct many_stream out[2];
    /* the view's */
    str prefix[2];                   /* of its lines, by output */
    LIST(str) lines;                 /* owned; the newest last */
    size_t n_lines, n_bytes;         /* n_lines: also those that are not kept any more */
};

enum many_look {
    MANY_NAMED,                      /* "package script: line" on standard output; windows on a terminal */
    MANY_LABELLED,                   /* "label | line" on the output it came by */
};
struct many {
    struct cmd *c;
    const struct flags *f;
    enum many_look look;
    struct many_task *tasks; size_t count;
    size_t most;                     /* at a time; SIZE_MAX: no limit */
    bool goes_on;                    /* after a failure */
    bool ends_others;                /* when one fails */
    size_t elide;                    /* lines of each that a window shows; 0: all */
    /* the run's */
    struct loop *loop;
    struct loop_timer patience;      /* until those that were asked to end are ended */
    struct loop_signal signals[3];
    size_t n_running;
    int code;                        /* of the first failure */
    int signal;                      /* that we were sent */
    double signalled_ms;
    bool stops;                      /* nothing more is started */
    /* the view's */
    bool has_windows, has_colour[2];
    size_t label_width, n_rows;      /* n_rows: of the frame that stands on the terminal */
    struct buf out;                  /* not written yet */
    int out_fd;
    struct loop_timer redraw;
    bool is_stale;                   /* a redraw is due */
};

int many_run(struct many *m);        /* until all have ended; the code to leave with */

void many_view_open(struct many *m);
void many_view_line(struct many_task *t, int stream, str line);
void many_view_changed(struct many_task *t);             /* its state */
void many_view_flush(struct many *m);                    /* what was said until now is seen */
void many_view_close(struct many *m);

/* One script as the leader of a session of its own, on these descriptors (-1: /dev/null). */
err script_start(struct cmd *c, const struct script_set *s, str name, str text, int argc, char **argv,
                 const struct flags *f, const int fds[3], pid_t *pid);

bool many_is_wanted(const struct flags *f);              /* a flag says that it is for several scripts */
bool many_has(struct cmd *c, const struct flags *f, str word);       /* what is chosen has a script of that name */
int cmd_many(struct cmd *c, const struct flags *f, int argc, char **argv);
