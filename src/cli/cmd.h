/* cli/cmd.h: the commands, and what they share. A command gets what follows its name and returns the exit code. */
#pragma once
#include "base/arena.h"
#include "base/str.h"
#include "cli/flags.h"

struct json;

struct cmd {
    struct arena arena;              /* lives as long as the process */
    struct flags flags;              /* typed before the command's name */
    int argc;                        /* of what follows the command's name */
    char **argv;
    char **typed;                    /* all words of this process, without BUN_OPTIONS */
    str cwd;
};

int cmd_run(struct cmd *c);          /* bao run ...; also bao x.ts, -e, -p, - */
int cmd_auto(struct cmd *c);         /* bao <name>: argv[0] is the name */
int cmd_test(struct cmd *c);
int cmd_build(struct cmd *c);
int cmd_install(struct cmd *c);
int cmd_ci(struct cmd *c);
int cmd_add(struct cmd *c);
int cmd_remove(struct cmd *c);
int cmd_update(struct cmd *c);
int cmd_outdated(struct cmd *c);
int cmd_why(struct cmd *c);
int cmd_info(struct cmd *c);
int cmd_link(struct cmd *c);
int cmd_unlink(struct cmd *c);
int cmd_patch(struct cmd *c);
int cmd_publish(struct cmd *c);
int cmd_audit(struct cmd *c);
int cmd_dedupe(struct cmd *c);
int cmd_prune(struct cmd *c);
int cmd_pm(struct cmd *c);
int cmd_x(struct cmd *c);
int cmd_init(struct cmd *c);
int cmd_create(struct cmd *c);
int cmd_help(struct cmd *c);
/* A command as npm, pnpm or yarn call it; argv[0] is `name`. -1: it is none that is known. */
int cmd_other(struct cmd *c, str name);

struct cmd_known {
    const char *name, *alias;
    int (*run)(struct cmd *c);       /* NULL: not there yet */
};
const struct cmd_known *cmd_named(const char *word);             /* by name or alias; NULL: no command */
void cmd_guess(struct flags_guess *g);       /* the names of commands */

/* Messages to standard error, with colours when it is a terminal: "error: ...", "note: ...". */
int cmd_error(const char *format, ...) __attribute__((format(printf, 1, 2)));    /* 1 */
/* "... is not there yet (ERR_NOT_IMPLEMENTED)": 1 */
int cmd_later(const char *format, ...) __attribute__((format(printf, 1, 2)));
void cmd_note(const char *format, ...) __attribute__((format(printf, 1, 2)));
void cmd_note_ca(void);              /* what --use-bundled-ca comes to */
bool cmd_has_colour(int fd);         /* NO_COLOR, FORCE_COLOR, TERM=dumb, terminal */

void help_main(void);
void help_run(void);

/* --- one step each of `run` */
int cmd_enter(struct cmd *c, const struct flags *f);             /* --cwd; fills c->cwd */
void cmd_tell_program(struct cmd *c, const struct flags *f, int argc, char **argv);   /* fills struct program */
/* What Node takes from NODE_OPTIONS, before what was typed: 0, or an exit code after saying what is wrong. */
int cmd_node_options(struct cmd *c, struct flags *f);
void cmd_load_env(struct cmd *c, const struct flags *f);         /* .env files into the environment */
struct script_set;
struct script_set *script_find(struct cmd *c);        /* of the nearest package.json; NULL when there is none */
void script_complain(struct cmd *c);        /* says what is wrong with that package.json, if anything */
/* Those of a package.json that was read; `prefix`: of the project that the command was typed in. */
struct script_set *script_set_of(struct cmd *c, str folder, str prefix, const struct json *package);
bool script_has(const struct script_set *s, str name);
str script_text(const struct script_set *s, str name);           /* empty when absent */
const struct json *script_names(const struct script_set *s);     /* the first member of "scripts"; NULL when none */
/* Is --no-orphans wanted (by [run] of bunfig.toml, too)? Then all of it is done, by another process, and *code is what
 * to leave with. `from`: where --cwd led away from. */
bool cmd_guard(struct cmd *c, const struct flags *f, str from, int *code);
const struct flags *script_flags(struct cmd *c, const struct flags *f);     /* and what bunfig.toml says of [run] */
int script_check_shell(const struct flags *f);                   /* --shell: 0, or a code after refusing it */
int script_run(struct cmd *c, const struct script_set *s, str name, int argc, char **argv, const struct flags *f);
/* A command that stands nowhere in package.json; the name of a script is that script. */
int script_run_text(struct cmd *c, const struct script_set *s, str name, str text, const struct flags *f);
int script_list(struct cmd *c, const struct script_set *s);
int script_run_bin(struct cmd *c, str file, int argc, char **argv, const struct flags *f);
bool script_find_bin(struct cmd *c, str name, str *file);        /* in node_modules/.bin of this folder and all above */
bool script_find_command(struct cmd *c, str name, str *file);    /* on PATH */
