/* cli/help.c: what `--help` prints: for a person, with what is there, and with what is not. */
#include "base/buf.h"
#include "cli/cmd.h"
#include "sys/file.h"

static void out(struct buf *b) {
    file_write_fd(1, buf_view(b));
    buf_free(b);
}

static const char *strong, *faint, *plain;
static void colours(void) {
    bool on = cmd_has_colour(1);
    strong = on ? "\x1b[1m" : "";
    faint = on ? "\x1b[2m" : "";
    plain = on ? "\x1b[0m" : "";
}

void help_main(void) {
    struct buf b = {0};
    colours();
    buf_print(&b, "%sBao%s runs JavaScript and TypeScript services. (%s)\n\n", strong, plain, BAO_VERSION);
    buf_print(&b, "%sUsage:%s bao [flags] <file, script or command> [arguments]\n\n", strong, plain);
    buf_print(&b, "  %sbao server.ts%s            run a file: .ts .tsx .mts .cts .js .jsx .mjs .cjs\n", strong, plain);
    buf_print(&b, "  %sbao run dev%s              run a script of package.json; `bao run` lists them\n", strong, plain);
    buf_print(&b,
              "  %sbao -e 'console.log(1)'%s  run a text; -p prints its value; `bao -` reads it from standard input\n",
              strong, plain);
    buf_print(&b, "  %sbao test%s                 run the tests of this folder\n\n", strong, plain);
    buf_print(
        &b,
        "A name is looked for as a command, a script, a file and a program of node_modules/.bin, in this order.\n\n");
    buf_print(&b, "%sFlags:%s\n", strong, plain);
    buf_print(&b, "  -v, --version      print the version\n");
    buf_print(&b, "      --revision     print the version of each part\n");
    buf_print(&b, "  -h, --help         print this\n");
    buf_print(&b, "  and all of %sbao run --help%s\n\n", strong, plain);
    buf_print(&b, "%sPackages:%s (bao <command> --help says more)\n", strong, plain);
    static const char *const commands[][2] = {
        {"install, i", "install what package.json asks for; ci: exactly what bun.lock has"},
        {"add, a", "add packages and install them"}, {"remove, rm", "take packages away"},
        {"update, up", "newer versions, as package.json allows; --latest: all"},
        {"outdated", "what the registry has that is newer"},
        {"why", "why a package is installed"}, {"info", "what the registry says of a package"},
        {"x", "run a package's program; also called baox"},
        {"link, unlink", "a package of this machine instead of a registry's"},
        {"patch", "change an installed package, and keep the change"}, {"publish", "put this package into a registry"},
        {"audit", "what is known to be vulnerable; audit fix mends it"},
        {"dedupe, prune", "fewer versions; nothing that is not locked"},
        {"init, create", "a new project, also from a template"},
        {"pm", "ls, pack, hash, cache, trust, pkg, version, migrate, ..."},
    };
    for (size_t i = 0; i < sizeof commands / sizeof *commands; i++)
        buf_print(&b, "  %-18s %s\n", commands[i][0], commands[i][1]);
    buf_print(&b, "\n%sNot there yet: bundling by build, repl, exec, check, fmt.%s\n", faint, plain);
    out(&b);
}

void help_run(void) {
    struct buf b = {0};
    colours();
    buf_print(&b,
              "%sbao run%s runs a script of package.json, a file, a program of node_modules/.bin, or a command of the\n"
              "system: the first that is found under the name. A name that begins with ./ or / is always a file.\n\n",
              strong, plain);
    buf_print(&b, "%sUsage:%s bao run [flags] <name> [arguments]\n", strong, plain);
    buf_print(&b, "       bao run                  list the scripts\n\n");
    buf_print(&b, "Flags stand before the name; what follows it belongs to the program.\n\n%sFlags:%s\n", strong,
              plain);
    for (size_t i = 0; i < flags_n_run; i++) {
        const struct flag_spec *f = &flags_run[i];
        if (!f->help) continue;
        size_t start = b.len;
        if (f->letter) buf_print(&b, "  -%c, --%s", f->letter, f->name);
        else buf_print(&b, "      --%s", f->name);
        if (f->shows) buf_print(&b, " %s", f->shows);
        size_t width = b.len - start;
        buf_add_many(&b, ' ', width < 38 ? 38 - width : 1);
        buf_print(&b, "%s\n", f->help);
    }
    buf_print(&b, "\n%sExamples:%s\n", strong, plain);
    buf_print(&b,
              "  bao run dev                  the script \"dev\", with \"predev\" before and \"postdev\" after it\n");
    buf_print(&b, "  bao run lint --fix src       the arguments go to the end of the script's command\n");
    buf_print(&b, "  bao run --filter 'web...' build   in web and the workspaces it depends on, those first\n");
    buf_print(&b, "  bao run --parallel 'dev:*'   all scripts of such names at once\n");
    buf_print(&b, "  bao run ./tools/seed.ts 100  a file; process.argv ends with \"100\"\n\n");
    buf_print(
        &b,
        "%s.env files:%s .env, .env.<mode>, .env.local and .env.<mode>.local: the later ones win, and what is set already\n"
        "wins over all. The mode is NODE_ENV: development (default), production or test (which skips .env.local).\n",
        strong, plain);
    out(&b);
}

int cmd_help(struct cmd *c) {
    if (c->argc && strcmp(c->argv[0], "run") == 0) help_run();
    else help_main();
    return 0;
}
