/* cli/others.c: what npm, pnpm and yarn call otherwise. Looked at last, when a name is no script, file or program: `bao
 * version` stays the script of that name. */
#include "cli/cmd.h"

static const struct {
    const char *name, *words;        /* what stands in its place; NULL: only `says` */
    int (*run)(struct cmd *c);
    const char *says;
} others[] = {
    {"ls", "ls", cmd_pm, NULL}, {"list", "ls", cmd_pm, NULL}, {"la", "ls --all", cmd_pm, NULL},
    {"ll", "ls --all", cmd_pm, NULL}, {"show", "", cmd_info, NULL}, {"v", "", cmd_info, NULL},
    {"pkg", "pkg", cmd_pm, NULL}, {"version", "version", cmd_pm, NULL}, {"pack", "pack", cmd_pm, NULL},
    {"whoami", "whoami", cmd_pm, NULL}, {"bin", "bin", cmd_pm, NULL}, {"cache", "cache", cmd_pm, NULL},
    {"licenses", "licenses", cmd_pm, NULL}, {"explain", "", cmd_why, NULL}, {"un", "", cmd_remove, NULL},
    {"dlx", "", cmd_x, NULL}, {"import", "migrate", cmd_pm, NULL},
    {"fetch", "fetch", cmd_pm, NULL}, {"sbom", "sbom", cmd_pm, NULL}, {"ddp", "", cmd_dedupe, NULL},
    {"find-dupes", "--dry-run", cmd_dedupe, NULL}, {"patch-commit", "--commit", cmd_patch, NULL},
    {"approve-builds", "trust", cmd_pm, NULL}, {"ignored-builds", "untrusted", cmd_pm, NULL},
    {"install-clean", "", cmd_ci, NULL},
    {"store", NULL, NULL, "`bao pm cache` prints the store's folder; `bao pm cache prune` takes what is old out"},
    {"prefix", NULL, NULL, "`bao pm bin` prints the folder of programs in the project's node_modules"},
    {"root", NULL, NULL, "`bao pm bin` prints the folder of programs in node_modules"},
    {"config", NULL, NULL, "settings are in .npmrc and bunfig.toml"},
    {"set", NULL, NULL, "settings are in .npmrc and bunfig.toml"},
    {"login", NULL, NULL, "write //<registry's host>/:_authToken=<token> into ~/.npmrc"},
    {"adduser", NULL, NULL, "write //<registry's host>/:_authToken=<token> into ~/.npmrc"},
    {"logout", NULL, NULL, "the token is in ~/.npmrc"},
    {"query", NULL, NULL, "`bao pm ls --all --json` and `bao pm sbom` list what is installed"},
    {"rebuild", NULL, NULL, "`bao install --force` makes node_modules anew, with the scripts of what is trusted"},
    {"rb", NULL, NULL, "`bao install --force` makes node_modules anew, with the scripts of what is trusted"},
    {"patch-remove", NULL, NULL, "take its entry of patchedDependencies out of package.json, and install"},
    {"workspace", NULL, NULL, "`bao --cwd <folder> <command>` works in one workspace, --filter <name> in some"},
    {"workspaces", NULL, NULL, "`bao pm ls` lists them; --filter '*' works in all"},
    {"dist-tag", NULL, NULL, "`bao publish --tag <name>` sets one; `bao info <package> dist-tags` prints them"},
    {"deploy", NULL, NULL, "`bao install --production --filter <name>` installs what one workspace needs"},
};
enum { N_OTHERS = sizeof others / sizeof *others };

/* Only a registry's web page does these, or another program. */
static const char *const foreign[] = {"access", "completion", "deprecate", "doctor", "env", "fund", "hook", "org",
                                      "owner", "ping", "plugin", "profile", "search", "setup", "star", "stars", "team",
                                      "token", "unpublish", "unstar"};

int cmd_other(struct cmd *c, str name) {
    for (size_t i = 0; i < N_OTHERS; i++) {
        if (!str_is(name, others[i].name)) continue;
        if (!others[i].run) {
            int code = cmd_error("`%s` is another package manager's command", others[i].name);
            cmd_note("%s", others[i].says);
            return code;
        }
        char **words, **all;
        size_t n = flags_split(&c->arena, str_c(others[i].words), &words);
        all = ARENA_ARRAY(&c->arena, char *, n + (size_t)c->argc + 1);
        memcpy(all, words, n * sizeof *all);
        memcpy(all + n, c->argv + 1, (size_t)(c->argc - 1) * sizeof *all);
        c->argc += (int)n - 1;
        c->argv = all;
        return others[i].run(c);
    }
    for (size_t i = 0; i < sizeof foreign / sizeof *foreign; i++)
        if (str_is(name, foreign[i]))
            return cmd_error("`%s` is another package manager's command, and Bao has none like it", foreign[i]);
    return -1;
}
