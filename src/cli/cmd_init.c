/* cli/cmd_init.c: bao init: the files of a new project; what is there already is never written over. */
#include "base/buf.h"
#include "cli/cmd.h"
#include "cli/pm.h"
#include "data/json.h"
#include "sys/dir.h"
#include "sys/file.h"
#include "sys/path.h"
#include "sys/tty.h"

#define ON(name, letter, help) {name, letter, FLAG_SWITCH, FLAG_READY, NULL, NULL, help}
static const struct flag_spec flags_init[] = {
    ON("yes", 'y', "ask nothing"), ON("minimal", 'm', "package.json and tsconfig.json only"),
    {"react", 'r', FLAG_MAYBE, FLAG_LATER, NULL, NULL, NULL},
    ON("no-install", 0, "install nothing"),
    {"cwd", 0, FLAG_VALUE, FLAG_READY, NULL, "<folder>", "work in this folder"}, ON("help", 'h', "print this"),
};
enum { N_INIT = sizeof flags_init / sizeof *flags_init };

static const char tsconfig[] =
    "{\n  \"compilerOptions\": {\n    // what the runtime has\n    \"lib\": [\"ESNext\"],\n    \"target\": \"ESNext\",\n    "
    "\"module\": \"Preserve\",\n"
    "    \"moduleDetection\": \"force\",\n    \"jsx\": \"react-jsx\",\n    \"allowJs\": true,\n    \"types\": [\"bun\"],\n\n"
    "    // files are run as they are: nothing is emitted\n    \"moduleResolution\": \"bundler\",\n    "
    "\"allowImportingTsExtensions\": true,\n"
    "    \"verbatimModuleSyntax\": true,\n    \"noEmit\": true,\n\n    // strict\n    \"strict\": true,\n    \"skipLibCheck\": true,\n"
    "    \"noFallthroughCasesInSwitch\": true,\n    \"noUncheckedIndexedAccess\": true,\n    \"noImplicitOverride\": true\n  }\n}\n";
static const char ignored[] =
    "node_modules\n\n# made by builds and tests\nout\ndist\ncoverage\n*.tgz\n*.tsbuildinfo\n\n# logs and "
        "caches\nlogs\n*.log\n.cache\n.eslintcache\n\n"
    "# secrets\n.env\n.env.local\n.env.*.local\n\n.DS_Store\n.idea\n";

static void help(void) {
    pm_print(
        "%sUsage:%s bao init [flags] [<folder>]\n\nMakes package.json, tsconfig.json, index.ts, .gitignore and README.md where "
        "they are not\n"
        "there yet, and installs the types.\n\n%sFlags:%s\n",
        pm_colour("\x1b[1m"), pm_colour(0), pm_colour("\x1b[1m"), pm_colour(0));
    for (size_t i = 0; i < N_INIT; i++) {
        const struct flag_spec *f = &flags_init[i];
        if (!f->help) continue;
        int width = f->letter ? printf("  -%c, --%s", f->letter, f->name) : printf("      --%s", f->name);
        if (f->shows) width += printf(" %s", f->shows);
        pm_print("%*s%s\n", width < 32 ? 32 - width : 1, "", f->help);
    }
}

/* A folder's name as a package may be called. */
static str name_of(struct arena *a, str folder) {
    struct buf b = {0};
    str base = path_basename(folder);
    for (size_t i = 0; i < base.len; i++) {
        char c = base.at[i];
        if (c >= 'A' && c <= 'Z') c = (char)(c | 0x20);
        bool is_plain = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' ||
                        (b.len && (c == '.' || c == '_'));
        if (is_plain) buf_add_char(&b, c);
        else if (b.len && b.at[b.len - 1] != '-') buf_add_char(&b, '-');
    }
    str name = b.len ? arena_str(a, buf_view(&b)) : STR("app");
    buf_free(&b);
    return name;
}

static str ask(struct arena *a, const char *what, str otherwise) {
    char line[256] = "";
    fprintf(stderr, "%s (%.*s): ", what, STR_FMT(otherwise));
    fflush(stderr);
    str typed = fgets(line, sizeof line, stdin) ? str_trim(str_c(line)) : STR("");
    return typed.len ? arena_str(a, typed) : otherwise;
}

/* 1: it could not be written. What is there stays. */
static int put(struct arena *a, str folder, const char *name, str text, const char *note) {
    str path = path_join(a, folder, str_c(name));
    if (file_exists(path)) return 0;
    err e = file_write_all(path, text, 0666);
    if (e) return cmd_error("init: %.*s: %s", STR_FMT(path), err_text(e));
    pm_print(" + %s%s\n", name, note);
    return 0;
}

static str manifest(struct arena *a, str name, str entry, bool is_minimal) {
    struct buf b = {0};
    buf_lit(&b, "{\n");
    if (!is_minimal) {
        buf_lit(&b, "  \"name\": ");
        json_write_text(&b, name);
        buf_lit(&b, ",\n  \"module\": ");
        json_write_text(&b, entry);
        buf_lit(&b, ",\n  \"type\": \"module\",\n  \"private\": true,\n");
    }
    buf_lit(&b, "  \"devDependencies\": {\n    \"@types/bun\": \"latest\"\n  }");
    if (!is_minimal) buf_lit(&b, ",\n  \"peerDependencies\": {\n    \"typescript\": \"^5 || ^6 || ^7\"\n  }");
    buf_lit(&b, "\n}\n");
    str text = arena_str(a, buf_view(&b));
    buf_free(&b);
    return text;
}

int cmd_init(struct cmd *c) {
    struct flags f = {0};
    struct arena *a = &c->arena;
    int code = flags_read(&f, flags_init, N_INIT, c->argc, c->argv, 0, "bao init");
    if (!code && f.next < c->argc) {
        int at = f.next;
        code = flags_read(&f, flags_init, N_INIT, c->argc, c->argv, at + 1, "bao init");
        if (!code && f.next < c->argc) code = cmd_error("init: one folder at a time");
        f.next = at;
    }
    if (code) return code;
    if (flags_has(&f, "help")) {
        help();
        return 0;
    }
    code = cmd_enter(c, flags_value(&f, "cwd").len ? &f : &c->flags);
    if (code) return code;
    str folder = f.next < c->argc ? path_resolve(a, c->cwd, str_c(c->argv[f.next])) : c->cwd;
    err e = dir_make_all(folder, 0777, NULL);
    if (!e) e = path_enter(folder);
    if (e) return cmd_error("init: %.*s: %s", STR_FMT(folder), err_text(e));
    bool is_minimal = flags_has(&f, "minimal"), has_package = file_exists(path_join(a, folder, STR("package.json")));
    str name = name_of(a, folder), entry = STR("index.ts");
    if (!flags_has(&f, "yes") && !is_minimal && !has_package && tty_is(0) && tty_is(2)) {
        name = ask(a, "package name", name);
        entry = ask(a, "entry point", entry);
    }
    code = put(a, folder, "package.json", manifest(a, name, entry, is_minimal), "");
    if (!code && !is_minimal) code = put(a, folder, ".gitignore", str_c(ignored), "");
    if (!code && !is_minimal) code = put(a, folder, arena_c(a, entry), STR("console.log(\"Hello via Bao!\");\n"), "");
    if (!code) code = put(a, folder, "tsconfig.json", str_c(tsconfig), " (for editors and type checkers)");
    if (!code && !is_minimal)
        code = put(
            a, folder, "README.md",
            arena_print(a, "# %.*s\n\nInstall what it needs, and run it:\n\n```bash\nbao install\nbao run %.*s\n```\n",
                        STR_FMT(name), STR_FMT(entry)),
            "");
    if (code) return code;
    if (!is_minimal) pm_print("\nTo get started, run:\n\n    bao run %.*s\n\n", STR_FMT(entry));
    fflush(stdout);
    if (flags_has(&f, "no-install") || has_package) return 0;
    c->argc = 0;
    if (cmd_install(c) != 0)
        cmd_note("the files are there; `bao install` installs the types when the registry can be reached");
    return 0;
}
