/* cli/flags.h: flags by table. `--name value`, `--name=value`, `-x value`, `-xvalue`, `--no-name` where the table has
 * it. */
#pragma once
#include "base/arena.h"
#include "base/list.h"
#include "base/str.h"

enum flag_value { FLAG_SWITCH, FLAG_VALUE, FLAG_MAYBE };         /* MAYBE: only by "=" */
enum flag_state { FLAG_READY, FLAG_LATER };        /* LATER: known, and refused with a message that says so */
struct flag_spec {
    const char *name;                /* "eval" */
    char letter;                     /* 'e', 0 = none */
    enum flag_value value;
    enum flag_state state;
    const char *alias_of;            /* another flag's name */
    const char *shows;               /* "<code>" in the help; NULL */
    const char *help;                /* one line; NULL = not listed */
};

struct flag {
    const struct flag_spec *spec;    /* never an alias */
    str value;
    const char *typed;               /* the word it began with */
    bool has_next;                   /* its value was the word after that */
};
struct flags {
    LIST(struct flag) list;
    int next;                        /* index of the first argument that was not read */
    bool ended;                      /* a "--" stood before it */
};

/* Reads flags from argv[from] on until the first word that is none (or is "-"), or after "--". Returns 0, or an exit
 * code after saying on standard error what is wrong. */
int flags_read(struct flags *f, const struct flag_spec *specs, size_t n, int argc, char **argv, int from,
               const char *command);
/* of a long name, or of what it is an alias of; NULL */
const struct flag_spec *flags_find(const struct flag_spec *specs, size_t n, str name);
bool flags_has(const struct flags *f, const char *name);
str flags_value(const struct flags *f, const char *name);        /* the last; empty when absent */

/* The name that is nearest to what was typed, of those it is asked about; NULL when none is near. */
struct flags_guess { str typed; const char *nearest; size_t most; };
void flags_guess(struct flags_guess *g, const char *name);

/* "BUN_OPTIONS": words with shell quotes. */
size_t flags_split(struct arena *a, str text, char ***words);

extern const struct flag_spec flags_run[];                       /* what bao and bao run take */
extern const size_t flags_n_run;
