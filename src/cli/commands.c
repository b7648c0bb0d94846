/* cli/commands.c: the table of commands. */
#include "cli/cmd.h"

static const struct cmd_known commands[] = {
    {"run", NULL, cmd_run}, {"help", NULL, cmd_help}, {"test", NULL, cmd_test}, {"build", NULL, cmd_build},
    {"install", "i", cmd_install}, {"ci", "clean-install", cmd_ci}, {"add", "a", cmd_add}, {"remove", "rm", cmd_remove},
    {"uninstall", "r", cmd_remove}, {"update", "up", cmd_update}, {"upgrade", NULL, NULL},
    {"outdated", NULL, cmd_outdated},
    {"why", NULL, cmd_why}, {"info", "view", cmd_info}, {"link", NULL, cmd_link}, {"unlink", NULL, cmd_unlink},
    {"patch", NULL, cmd_patch},
    {"publish", NULL, cmd_publish}, {"audit", NULL, cmd_audit}, {"dedupe", NULL, cmd_dedupe},
    {"prune", NULL, cmd_prune},
    {"pm", NULL, cmd_pm},
    {"x", NULL, cmd_x}, {"init", NULL, cmd_init}, {"create", "c", cmd_create}, {"exec", NULL, NULL},
    {"repl", NULL, NULL},
    {"check", NULL, NULL}, {"fmt", NULL, NULL}, {"lint", NULL, NULL},
};
enum { N_COMMANDS = sizeof commands / sizeof *commands };

const struct cmd_known *cmd_named(const char *word) {
    for (size_t i = 0; i < N_COMMANDS; i++) {
        const char *alias = commands[i].alias;
        if (strcmp(word, commands[i].name) == 0 || (alias && strcmp(word, alias) == 0)) return &commands[i];
    }
    return NULL;
}

void cmd_guess(struct flags_guess *g) {
    for (size_t i = 0; i < N_COMMANDS; i++)
        if (commands[i].run) flags_guess(g, commands[i].name);
}
