/* cli/cmd_install.c: bao install, bao ci. */
#include "cli/pm.h"

static const struct pm_usage usage = {
    "install", "install [flags] [packages]\n       bao i",
    "Installs what package.json asks for into node_modules, as bun.lock has it; with packages: adds them (as bao add).",
    "  bao install                        all of it\n"
    "  bao install --production           without devDependencies, bun.lock as it is\n"
    "  bao install --frozen-lockfile      an error when package.json and bun.lock differ\n"
    "  bao install --filter ./apps/web    what one workspace needs\n",
};
static const struct pm_usage usage_ci = {
    "ci", "ci [flags]", "Installs exactly what bun.lock has; an error when package.json asks for something else.", NULL,
};

static int run(struct cmd *c, bool is_ci) {
    struct pm p;
    bool ends;
    int code = pm_open(&p, c, PM_INSTALL, is_ci ? &usage_ci : &usage, PM_PROJECT, &ends);
    if (ends) return code;
    if ((p.n_words || pm_has(&p, "analyze")) && !is_ci) {
        pm_close(&p, 0);
        return cmd_add(c);
    }
    if (is_ci && pm_has(&p, "analyze"))
        return pm_close(&p, cmd_error("ci adds nothing to package.json: `bao install --analyze <files>` does"));
    if (is_ci) p.config.frozen = true;
    pm_title(&p);
    struct pm_run r = {0};
    struct pkg_install_result out;
    return pm_close(&p, pm_install(&p, &r, &out));
}

int cmd_install(struct cmd *c) { return run(c, false); }
int cmd_ci(struct cmd *c) { return run(c, true); }
