#include "cli/flags.h"

#include "cli/cmd.h"

const struct flag_spec *flags_find(const struct flag_spec *specs, size_t n, str name) {
    for (size_t i = 0; i < n; i++)
        if (specs[i].name && str_is(name, specs[i].name)) {
            if (specs[i].alias_of) return flags_find(specs, n, str_c(specs[i].alias_of));
            return &specs[i];
        }
    return NULL;
}

static const struct flag_spec *find_letter(const struct flag_spec *specs, size_t n, char letter) {
    for (size_t i = 0; i < n; i++)
        if (specs[i].letter == letter)
            return specs[i].alias_of ? flags_find(specs, n, str_c(specs[i].alias_of)) : &specs[i];
    return NULL;
}

/* Letters that must change to make one of the other; counts up to `most`. */
static size_t distance(str a, str b, size_t most) {
    size_t row[64];
    if (a.len >= 64 || b.len >= 64) return most + 1;
    for (size_t j = 0; j <= b.len; j++) row[j] = j;
    for (size_t i = 1; i <= a.len; i++) {
        size_t diagonal = row[0];
        row[0] = i;
        for (size_t j = 1; j <= b.len; j++) {
            size_t up = row[j], best = diagonal + (a.at[i - 1] != b.at[j - 1]);
            if (up + 1 < best) best = up + 1;
            if (row[j - 1] + 1 < best) best = row[j - 1] + 1;
            row[j] = best;
            diagonal = up;
        }
    }
    return row[b.len];
}

void flags_guess(struct flags_guess *g, const char *name) {
    if (!g->most && !g->nearest) g->most = g->typed.len / 3 + 1;
    size_t d = distance(g->typed, str_c(name), g->most);
    if (d > g->most || d >= g->typed.len) return;
    g->most = d - (d > 0);
    g->nearest = name;
}

static int unknown(const struct flag_spec *specs, size_t n, str name, const char *typed, const char *command) {
    struct flags_guess g = {.typed = name};
    for (size_t i = 0; i < n; i++)
        if (*specs[i].name && specs[i].state != FLAG_LATER) flags_guess(&g, specs[i].name);
    int code = cmd_error("unknown flag %s", typed);
    if (g.nearest) cmd_note("did you mean --%s?", g.nearest);
    else cmd_note("`%s --help` lists the flags", command);
    return code;
}

static int add(struct flags *f, const struct flag_spec *spec, str value, const char *shown, const char *typed,
               bool has_next) {
    if (spec->state == FLAG_LATER) return cmd_later("%s", shown);
    *LIST_ADD(&f->list) = (struct flag){spec, value, typed, has_next};
    return 0;
}

static int read_long(struct flags *f, const struct flag_spec *specs, size_t n, int argc, char **argv, int *i,
                     const char *command) {
    const char *typed = argv[*i];
    str name, value;
    bool has_value = str_split(str_c(typed + 2), '=', &name, &value);
    const struct flag_spec *spec = flags_find(specs, n, name);
    if (!spec) return unknown(specs, n, name, typed, command);
    char shown[64];
    snprintf(shown, sizeof shown, "--%.*s", STR_FMT(name));
    if (spec->value == FLAG_SWITCH && has_value) return cmd_error("%s takes no value", shown);
    if (spec->value == FLAG_VALUE && !has_value) {
        if (*i + 1 >= argc)
            return cmd_error("%s needs a value: %s %s", shown, shown, spec->shows ? spec->shows : "<value>");
        value = str_c(argv[++*i]);
    }
    return add(f, spec, value, shown, typed, spec->value == FLAG_VALUE && !has_value);
}

/* -r is Bun's and Node's --preload, and pnpm's --recursive: that when no module can stand behind it. */
static const struct flag_spec *pnpm_recursive(const struct flag_spec *specs, size_t n, int argc, char **argv, int i) {
    const struct flag_spec *all = flags_find(specs, n, STR("recursive")), *preload = find_letter(specs, n, 'r');
    bool is_last = i + 2 >= argc;    /* with a module only, there would be nothing to run */
    if (!all || !preload || all == preload || strcmp(argv[i], "-r") != 0) return NULL;
    return is_last || argv[i + 1][0] == '-' || strcmp(argv[i + 1], "run") == 0 ? all : NULL;
}

static int read_letters(struct flags *f, const struct flag_spec *specs, size_t n, int argc, char **argv, int *i,
                        const char *command) {
    const char *typed = argv[*i];
    for (const char *c = typed + 1; *c; c++) {
        const struct flag_spec *spec = find_letter(specs, n, *c), *all = pnpm_recursive(specs, n, argc, argv, *i);
        if (all) spec = all;
        char shown[3] = {'-', *c, 0};
        if (!spec) {
            int code = cmd_error("unknown flag %s", shown);
            cmd_note("`%s --help` lists the flags", command);
            return code;
        }
        str value = {0};
        int before = *i;
        bool takes_rest = spec->value == FLAG_VALUE;
        if (takes_rest && c[1]) value = str_c(c[1] == '=' ? c + 2 : c + 1);
        else if (takes_rest && *i + 1 < argc) value = str_c(argv[++*i]);
        else if (takes_rest)
            return cmd_error("%s needs a value: %s %s", shown, shown, spec->shows ? spec->shows : "<value>");
        int code = add(f, spec, value, shown, typed, *i > before);
        if (code) return code;
        if (takes_rest) break;
    }
    return 0;
}

int flags_read(struct flags *f, const struct flag_spec *specs, size_t n, int argc, char **argv, int from,
               const char *command) {
    int i = from;
    for (; i < argc; i++) {
        const char *a = argv[i];
        if (a[0] != '-' || a[1] == 0) break;
        if (a[1] == '-' && a[2] == 0) {
            f->ended = true;
            i++;
            break;
        }
        int code = a[1] == '-' ? read_long(f, specs, n, argc, argv, &i, command)
                               : read_letters(f, specs, n, argc, argv, &i, command);
        if (code) return code;
    }
    f->next = i;
    return 0;
}

bool flags_has(const struct flags *f, const char *name) {
    for (size_t i = 0; i < f->list.len; i++)
        if (strcmp(f->list.at[i].spec->name, name) == 0) return true;
    return false;
}

str flags_value(const struct flags *f, const char *name) {
    str value = {0};
    for (size_t i = 0; i < f->list.len; i++)
        if (strcmp(f->list.at[i].spec->name, name) == 0) value = f->list.at[i].value;
    return value;
}

size_t flags_split(struct arena *a, str text, char ***words) {
    char **out = ARENA_ARRAY(a, char *, text.len / 2 + 2);
    size_t n = 0, i = 0;
    while (i < text.len) {
        if (text.at[i] == ' ' || text.at[i] == '\t' || text.at[i] == '\n') { i++; continue; }
        char *word = arena_alloc(a, text.len - i + 1), quote = 0;
        size_t len = 0;
        for (; i < text.len; i++) {
            char ch = text.at[i];
            if (quote ? ch == quote : ch == '"' || ch == '\'') quote = quote ? 0 : ch;
            else if (ch == '\\' && quote != '\'' && i + 1 < text.len) word[len++] = text.at[++i];
            else if (!quote && (ch == ' ' || ch == '\t' || ch == '\n')) break;
            else word[len++] = ch;
        }
        word[len] = 0;
        out[n++] = word;
    }
    *words = out;
    return n;
}

#define ON(name, letter, help)              {name, letter, FLAG_SWITCH, FLAG_READY, NULL, NULL, help}
#define WITH(name, letter, shows, help)     {name, letter, FLAG_VALUE, FLAG_READY, NULL, shows, help}
#define ALIAS(name, letter, of)             {name, letter, FLAG_VALUE, FLAG_READY, of, NULL, NULL}
#define LATER(name, letter, value)          {name, letter, value, FLAG_LATER, NULL, NULL, NULL}

const struct flag_spec flags_run[] = {
    WITH("eval", 'e', "<code>", "run a text instead of a file"),
    WITH("print", 'p', "<code>", "run a text and print the value of its last expression"),
    WITH("preload", 'r', "<module>", "load a module before the program; may be given again"),
    ALIAS("require", 0, "preload"),
    ALIAS("import", 0, "preload"),
    WITH("env-file", 0, "<file>", "read this file instead of the .env files; may be given again"),
    ON("no-env-file", 0, "read no .env files"),
    WITH("cwd", 0, "<folder>", "work in this folder"),
    ON("silent", 0, "do not print a script's command before running it"),
    ON("if-present", 0, "no error when there is no such script or file"),
    WITH("filter", 'F', "<pattern>", "in workspaces: name, ./path, {folder}, x... ...x, !x; may be given again"),
    ON("workspaces", 0, "the script in every workspace"),
    ON("recursive", 0, "the script in every workspace that has it, until one fails; also -r"),
    WITH("workspace", 'w', "<name>", "in this workspace; -w before a script means the root, as pnpm's"),
    ON("workspace-root", 0, NULL),
    ON("include-workspace-root", 0, "the root counts as a workspace"),
    ON("parallel", 0, "several scripts at once, in no order; names may be globs"),
    ON("sequential", 0, "several scripts, one after the other"),
    ON("no-exit-on-error", 0, "of those, a failure does not end the others"),
    ALIAS("no-bail", 0, "no-exit-on-error"),
    WITH("workspace-concurrency", 0, "<number>", "so many scripts at a time at most"),
    WITH("elide-lines", 0, "<number>", "lines that are shown of each script on a terminal (0: all)"),
    ON("stream", 0, NULL),                                       /* of pnpm; it is what is done anyway */
    ON("no-orphans", 0, "end with the process that started it, and what it started with it"),
    ON("bun", 'b', "scripts that call node get bao instead"),
    WITH("shell", 0, "system", "which shell runs scripts"),
    WITH("conditions", 'C', "<name>", "one more condition for package.json \"exports\""),
    ON("preserve-symlinks", 0, "modules keep the path of the link they were found by"),
    ON("preserve-symlinks-main", 0, "so does the program itself"),
    WITH("tsconfig-override", 0, "<file>", "use this instead of the nearest tsconfig.json"),
    ON("no-addons", 0, "refuse native addons"),
    ON("no-macros", 0, "refuse to run macros"),
    WITH("port", 0, "<number>", "default port of Bun.serve"),
    WITH("unhandled-rejections", 0, "<mode>", "strict, throw (default), warn, none or warn-with-error-code"),
    ON("no-warnings", 0, "print no process warnings"),
    ON("no-deprecation", 0, "print no deprecation warnings"),
    ON("throw-deprecation", 0, "a deprecation is an error"),
    ON("trace-warnings", 0, "show where a warning comes from"),
    ON("trace-deprecation", 0, "show where a deprecated thing was used"),
    WITH("disable-warning", 0, "<code>", "silence one warning, by its code or type"),
    WITH("redirect-warnings", 0, "<file>", "write warnings to a file"),
    WITH("title", 0, "<text>", "set the title of the process"),
    ON("expose-gc", 0, "the global gc() collects garbage"),
    {"expose_gc", 0, FLAG_SWITCH, FLAG_READY, "expose-gc", NULL, NULL},
    ON("use-system-ca", 0, NULL),                                /* they are what OpenSSL has, and are trusted anyway */
    ON("use-openssl-ca", 0, NULL),
    ON("use-bundled-ca", 0, NULL),
    ON("enable-source-maps", 0, "stacks show the places of what source maps tell of"),
    ON("no-install", 0, NULL),                                   /* nothing is installed by itself */
    ON("smol", 0, NULL),                                         /* memory is given back when idle anyway */
    ON("prefer-offline", 0, NULL),
    WITH("jsc-option", 0, "<name=value>", "set an option of the engine"),
    ON("help", 'h', "print this"),
    LATER("watch", 0, FLAG_SWITCH), LATER("hot", 0, FLAG_SWITCH), LATER("no-clear-screen", 0, FLAG_SWITCH),
    LATER("watch-kill-signal", 0, FLAG_VALUE), LATER("check", 0, FLAG_SWITCH), LATER("interactive", 0, FLAG_SWITCH),
    LATER("inspect", 0, FLAG_MAYBE), LATER("inspect-wait", 0, FLAG_MAYBE), LATER("inspect-brk", 0, FLAG_MAYBE),
    LATER("cpu-prof", 0, FLAG_SWITCH), LATER("cpu-prof-name", 0, FLAG_VALUE), LATER("cpu-prof-dir", 0, FLAG_VALUE),
    LATER("cpu-prof-md", 0, FLAG_SWITCH), LATER("cpu-prof-interval", 0, FLAG_VALUE), LATER("heap-prof", 0, FLAG_SWITCH),
    LATER("heap-prof-name", 0, FLAG_VALUE), LATER("heap-prof-dir", 0, FLAG_VALUE),
    LATER("heap-prof-md", 0, FLAG_SWITCH),
    LATER("heap-prof-interval", 0, FLAG_VALUE), LATER("install", 0, FLAG_VALUE),
    LATER("", 'i', FLAG_SWITCH), LATER("prefer-latest", 0, FLAG_SWITCH), LATER("fetch-preconnect", 0, FLAG_VALUE),
    LATER("redis-preconnect", 0, FLAG_SWITCH), LATER("sql-preconnect", 0, FLAG_SWITCH), LATER("drop", 0, FLAG_VALUE),
    LATER("feature", 0, FLAG_VALUE), LATER("loader", 'l', FLAG_VALUE),
    LATER("jsx-factory", 0, FLAG_VALUE), LATER("jsx-fragment", 0, FLAG_VALUE),
    LATER("jsx-import-source", 0, FLAG_VALUE),
    LATER("jsx-runtime", 0, FLAG_VALUE), LATER("jsx-side-effects", 0, FLAG_SWITCH), LATER("config", 'c', FLAG_MAYBE),
    LATER("ignore-dce-annotations", 0, FLAG_SWITCH), LATER("insecure-http-parser", 0, FLAG_SWITCH),
    LATER("no-ffi-cc", 0, FLAG_SWITCH),
    LATER("tls-min-v1.0", 0, FLAG_SWITCH), LATER("tls-min-v1.1", 0, FLAG_SWITCH), LATER("tls-min-v1.2", 0, FLAG_SWITCH),
    LATER("tls-min-v1.3", 0, FLAG_SWITCH), LATER("tls-max-v1.2", 0, FLAG_SWITCH), LATER("tls-max-v1.3", 0, FLAG_SWITCH),
    LATER("experimental-http2-fetch", 0, FLAG_SWITCH), LATER("experimental-http3-fetch", 0, FLAG_SWITCH),
    LATER("experimental-stream-iter", 0, FLAG_SWITCH), LATER("cron-title", 0, FLAG_VALUE),
    LATER("cron-period", 0, FLAG_VALUE),
    LATER("main-fields", 0, FLAG_VALUE),
    LATER("extension-order", 0, FLAG_VALUE),
    LATER("console-depth", 0, FLAG_VALUE),
    LATER("dns-result-order", 0, FLAG_VALUE),
    LATER("max-http-header-size", 0, FLAG_VALUE),
    LATER("user-agent", 0, FLAG_VALUE),
    LATER("define", 'd', FLAG_VALUE),
    LATER("zero-fill-buffers", 0, FLAG_SWITCH),
    LATER("trace-uncaught", 0, FLAG_SWITCH),
    LATER("pending-deprecation", 0, FLAG_SWITCH),
    LATER("max-old-space-size", 0, FLAG_VALUE), LATER("test", 0, FLAG_SWITCH), LATER("permission", 0, FLAG_SWITCH),
};
const size_t flags_n_run = sizeof flags_run / sizeof *flags_run;
