/* cli/script.c: scripts of package.json, and programs that packages bring. The engine is not mapped here. */
#include <errno.h>

#include "base/buf.h"
#include "base/diag.h"
#include "cli/many.h"
#include "data/json.h"
#include "data/toml.h"
#include "sys/dir.h"
#include "sys/env.h"
#include "sys/file.h"
#include "sys/path.h"
#include "sys/proc.h"
#include "sys/program.h"

struct script_set {
    str folder, file, prefix;        /* prefix: of the project that the command was typed in */
    const struct json *package, *scripts;
};

struct script_set *script_set_of(struct cmd *c, str folder, str prefix, const struct json *package) {
    const struct json *scripts = json_get_c(package, "scripts");
    struct script_set *s = ARENA_NEW(&c->arena, struct script_set);
    *s = (struct script_set){arena_str(&c->arena, folder), path_join(&c->arena, folder, STR("package.json")), prefix,
                             package, json_is(scripts, JSON_OBJECT) ? scripts : NULL};
    return s;
}

struct script_set *script_find(struct cmd *c) {
    struct buf text = {0};
    for (str at = c->cwd;; at = path_dirname(at)) {
        str file = path_join(&c->arena, at, STR("package.json"));
        if (file_read_all(file, &text) == 0) {
            const struct json *package = json_parse(&c->arena, arena_str(&c->arena, buf_view(&text)), JSONC, NULL,
                                                    file);
            buf_free(&text);
            return script_set_of(c, at, at, package);
        }
        if (at.len <= 1) return NULL;
    }
}

void script_complain(struct cmd *c) {
    struct buf text = {0};
    struct diag d = {0};
    for (str at = c->cwd;; at = path_dirname(at)) {
        str file = path_join(&c->arena, at, STR("package.json"));
        if (file_read_all(file, &text) == 0) {
            if (!json_parse(&c->arena, buf_view(&text), JSONC, &d, file) && text.len) {
                struct buf said = {0};
                diag_print(&d, &said, cmd_has_colour(2));
                file_write_fd(2, buf_view(&said));
                buf_free(&said);
            }
            break;
        }
        if (at.len <= 1) break;
    }
    diag_free(&d);
    buf_free(&text);
}

static const struct json *script_of(const struct script_set *s, str name) {
    const struct json *script = json_get(s->scripts, name);
    return json_is(script, JSON_STRING) ? script : NULL;
}

str script_text(const struct script_set *s, str name) { return json_text(script_of(s, name)); }

const struct json *script_names(const struct script_set *s) { return s->scripts ? s->scripts->first : NULL; }

bool script_has(const struct script_set *s, str name) { return script_of(s, name) != NULL; }

int script_list(struct cmd *c, const struct script_set *s) {
    struct buf b = {0};
    bool colour = cmd_has_colour(1);
    const char *strong = colour ? "\x1b[1m" : "", *faint = colour ? "\x1b[2m" : "", *plain = colour ? "\x1b[0m" : "";
    uint32_t n = s->scripts ? s->scripts->count : 0;
    if (n == 0) buf_print(&b, "%.*s has no scripts. `bao run --help` says what else can be run.\n", STR_FMT(s->file));
    else buf_print(&b, "%spackage.json scripts (%u found):%s\n", strong, n, plain);
    if (n) for (const struct json *m = s->scripts->first; m; m = m->next) {
        buf_print(&b, "  %s$%s bao run %s%.*s%s\n    %s", faint, plain, strong, STR_FMT(m->key), plain, faint);
        str text = json_text(m);
        for (size_t i = 0; i < text.len; i++) {
            if (text.at[i] == '\n') buf_lit(&b, "\\n");
            else buf_add_char(&b, text.at[i]);
        }
        buf_print(&b, "%s\n\n", plain);
    }
    file_write_fd(1, buf_view(&b));
    buf_free(&b);
    return 0;
}

/* --- what a script finds on its PATH */

static void add_bins(struct buf *path, str from) {
    for (str at = from;; at = path_dirname(at)) {
        if (path->len) buf_add_char(path, ':');
        buf_add(path, at.len > 1 ? at : str_of("", 0));
        buf_lit(path, "/node_modules/.bin");
        if (at.len <= 1) return;
    }
}

bool script_find_bin(struct cmd *c, str name, str *file) {
    struct buf path = {0};
    if (str_find_char(name, '/') >= 0) return false;
    add_bins(&path, c->cwd);
    bool found = proc_find(&c->arena, name, buf_view(&path), file);
    buf_free(&path);
    return found;
}

bool script_find_command(struct cmd *c, str name, str *file) {
    return str_find_char(name, '/') < 0 &&
           proc_find(&c->arena, name, env_or("PATH", "/usr/local/bin:/usr/bin:/bin"), file);
}

struct env_changes { LIST(str) flat; };       /* name, value, name, value, ... */

static void change(struct env_changes *e, str name, str value) {
    *LIST_ADD(&e->flat) = name;
    *LIST_ADD(&e->flat) = value;
}

static void change_path(struct cmd *c, struct env_changes *e, str folder, const struct flags *f) {
    struct buf path = {0};
    str before = env_or("PATH", "/usr/local/bin:/usr/bin:/bin"), node = {0}, bun = {0};
    bool wants_bao = f && flags_has(f, "bun");
    add_bins(&path, folder);
    bool has_node = proc_find(&c->arena, STR("node"), before, &node),
         has_bun = proc_find(&c->arena, STR("bun"), before, &bun);
    if (wants_bao) {
        str shim = program_shim(&c->arena);
        if (shim.len) buf_insert(&path, 0, STR(":"));
        buf_insert(&path, 0, shim);
    }
    buf_add_char(&path, ':');
    buf_add(&path, before);
    if (!wants_bao && (!has_node || !has_bun)) {
        str shim = program_shim(&c->arena);
        if (shim.len) buf_add_char(&path, ':');
        buf_add(&path, shim);
    }
    change(e, STR("PATH"), arena_str(&c->arena, buf_view(&path)));
    str node_path = wants_bao || !has_node ? program.exec_path : node;
    change(e, STR("npm_node_execpath"), node_path);
    change(e, STR("NODE"), node_path);
    buf_free(&path);
}

static void change_npm(struct cmd *c, struct env_changes *e, const struct script_set *s) {
    str there;
    change(e, STR("npm_command"), STR("run-script"));
    change(e, STR("npm_execpath"), program.exec_path);
    change(e, STR("npm_package_json"), s->file);
    change(e, STR("npm_config_local_prefix"), s->prefix);
    if (!env_get("npm_config_user_agent", &there))
        change(e, STR("npm_config_user_agent"), STR("bun/1.4.5 npm/? node/v26.10.0 linux x64 bao/" BAO_VERSION));
    if (!env_get("INIT_CWD", &there)) change(e, STR("INIT_CWD"), c->cwd);
    str name = json_text(json_get_c(s->package, "name")), version = json_text(json_get_c(s->package, "version"));
    if (name.len) change(e, STR("npm_package_name"), name);
    if (version.len) change(e, STR("npm_package_version"), version);
    const struct json *config = json_get_c(s->package, "config");
    if (json_is(config, JSON_OBJECT))
        for (const struct json *m = config->first; m; m = m->next)
            if (json_is(m, JSON_STRING) || json_is(m, JSON_NUMBER))
                change(e, arena_print(&c->arena, "npm_package_config_%.*s", STR_FMT(m->key)), m->text);
}

static char **changed(struct cmd *c, struct env_changes *e) {
    char **env = env_with(&c->arena, (const str(*)[2])e->flat.at, e->flat.len / 2);
    LIST_FREE(&e->flat);
    return env;
}

static char **script_env(struct cmd *c, const struct script_set *s, str name, str text, const struct flags *f) {
    struct env_changes e = {0};
    change_path(c, &e, s->folder, f);
    change_npm(c, &e, s);
    change(&e, STR("PWD"), s->folder);
    change(&e, STR("npm_lifecycle_event"), name);
    change(&e, STR("npm_lifecycle_script"), text);
    return changed(c, &e);
}

/* --- running */

static bool is_plain(char ch) {
    return (ch >= 'a' && ch <= 'z') || (ch >= 'A' && ch <= 'Z') || (ch >= '0' && ch <= '9') ||
           (ch && strchr("_-./:=@%+,", ch));
}

static void add_quoted(struct buf *b, str word) {
    bool plain = word.len > 0;
    for (size_t i = 0; i < word.len && plain; i++) plain = is_plain(word.at[i]);
    if (plain) {
        buf_add(b, word);
        return;
    }
    buf_add_char(b, '"');
    for (size_t i = 0; i < word.len; i++) {
        if (strchr("\"\\$`", word.at[i])) buf_add_char(b, '\\');
        buf_add_char(b, word.at[i]);
    }
    buf_add_char(b, '"');
}

/* `npm run x` in a script is what we are doing: no need to start npm for it. */
static void add_command(struct buf *b, str text) {
    static const char *const replaced[] = {"npm run ", "yarn run ", "pnpm run ", "bun run "};
    bool at_start = true;
    for (size_t i = 0; i < text.len;) {
        bool done = false;
        if (at_start) {
            for (size_t k = 0; k < 4 && !done; k++) {
                if (!str_starts(str_from(text, i), str_c(replaced[k]))) continue;
                add_quoted(b, program.exec_path);
                buf_lit(b, " run ");
                i += strlen(replaced[k]);
                done = true;
            }
        }
        if (done) {
            at_start = false;
            continue;
        }
        char ch = text.at[i++];
        if (ch != ' ') at_start = ch == '&' || ch == '|' || ch == ';' || ch == '(' || ch == '\n';
        buf_add_char(b, ch);
    }
}

/* Words that a shell would not look for on PATH, or that mean something else to it. */
static bool is_shell_word(str word) {
    static const char *const own[] = {
        ".", ":", "[", "alias", "bg", "break", "builtin", "case", "cd", "command", "continue", "coproc", "declare",
        "echo", "enable",
        "eval", "exec", "exit", "export", "false", "fc", "fg", "for", "function", "getopts", "hash", "help", "history",
        "if", "jobs",
        "kill", "let", "local", "logout", "mapfile", "popd", "printf", "pushd", "pwd", "read", "readarray", "readonly",
        "return",
        "select", "set", "shift", "shopt", "source", "test", "time", "times", "trap", "true", "type", "typeset",
        "ulimit",
        "umask", "unalias", "unset", "until", "wait", "while", "{", "}", "!",
    };
    if (str_find_char(word, '=') >= 0) return true;
    for (size_t i = 0; i < sizeof own / sizeof *own; i++)
        if (str_is(word, own[i])) return true;
    return false;
}

/* The words of a command that needs no shell: plain letters and spaces only. NULL when it needs one. */
static char **words_of(struct cmd *c, str text, int argc, char **argv) {
    for (size_t i = 0; i < text.len; i++)
        if (text.at[i] != ' ' && !is_plain(text.at[i])) return NULL;
    char **words = ARENA_ARRAY(&c->arena, char *, text.len / 2 + 2 + (size_t)argc);
    size_t n = 0;
    str part;
    while (str_next(&text, ' ', &part))
        if (part.len) words[n++] = (char *)(uintptr_t)arena_c(&c->arena, part);
    if (n == 0 || is_shell_word(str_c(words[0]))) return NULL;
    for (int i = 0; i < argc; i++) words[n++] = argv[i];
    return words;
}

static char **shell_words(struct cmd *c, str text) {
    static const char *const shells[] = {"bash", "sh", "zsh"};
    char **words = ARENA_ARRAY(&c->arena, char *, 4);
    str path = env_or("PATH", "/usr/local/bin:/usr/bin:/bin"), found = STR("/bin/sh");
    for (size_t i = 0; i < 3; i++)
        if (proc_find(&c->arena, str_c(shells[i]), path, &found)) break;
    words[0] = (char *)(uintptr_t)found.at;
    words[1] = (char *)(uintptr_t)"-c";
    words[2] = (char *)(uintptr_t)arena_c(&c->arena, text);
    return words;
}

static void say_command(str text) {
    struct buf b = {0};
    if (cmd_has_colour(2)) buf_print(&b, "\x1b[0m\x1b[2m\x1b[35m$\x1b[0m \x1b[2m\x1b[1m%.*s\x1b[0m\n", STR_FMT(text));
    else buf_print(&b, "$ %.*s\n", STR_FMT(text));
    file_write_fd(2, buf_view(&b));
    buf_free(&b);
}

/* How a script's command is started: without a shell where its words allow it. */
struct command {
    struct proc_spec spec, by_shell;
    str shown;
};

static struct command command_of(struct cmd *c, const struct script_set *s, str name, str text, int argc, char **argv,
                                 const struct flags *f) {
    struct buf line = {0};
    struct command how;
    add_command(&line, text);
    char **words = words_of(c, buf_view(&line), argc, argv);
    for (int i = 0; i < argc; i++) {
        buf_add_char(&line, ' ');
        add_quoted(&line, str_c(argv[i]));
    }
    how.shown = arena_str(&c->arena, buf_view(&line));
    buf_free(&line);
    char **shell = shell_words(c, how.shown);
    how.by_shell = (struct proc_spec){.file = shell[0], .argv = shell, .env = script_env(c, s, name, text, f),
                                      .cwd = s->folder.at, .uid = -1, .gid = -1};
    how.spec = how.by_shell;
    if (words) {
        how.spec.file = words[0];
        how.spec.argv = words;
    }
    return how;
}

/* The shell says what is wrong with a command that cannot be started. */
static err spawn(const struct command *how, pid_t *pid) {
    err e = proc_spawn(&how->spec, pid);
    return e && how->spec.file != how->by_shell.file ? proc_spawn(&how->by_shell, pid) : e;
}

err script_start(struct cmd *c, const struct script_set *s, str name, str text, int argc, char **argv,
                 const struct flags *f, const int fds[3], pid_t *pid) {
    struct command how = command_of(c, s, name, text, argc, argv, f);
    how.spec.fds = how.by_shell.fds = fds;
    how.spec.n_fds = how.by_shell.n_fds = 3;
    how.spec.is_detached = how.by_shell.is_detached = true;
    return spawn(&how, pid);
}

/* One script, to its end. 0, or the code to leave with. */
static int run_one(struct cmd *c, const struct script_set *s, str name, str text, int argc, char **argv,
                   const struct flags *f, bool is_last) {
    bool is_silent = flags_has(f, "silent");
    struct command how = command_of(c, s, name, text, argc, argv, f);
    if (!is_silent) say_command(how.shown);
    if (is_last && is_silent) {      /* nothing is left to say: that program takes our place */
        proc_exec(&how.spec);
        err failed = proc_exec(&how.by_shell);
        return cmd_error("%s: %s", how.by_shell.file, err_text(failed));
    }
    pid_t pid;
    err e = spawn(&how, &pid);
    if (e) return cmd_error("%s: %s", how.by_shell.file, err_text(e));
    struct proc_end end;
    e = proc_wait_passing_signals(pid, &end);
    if (e) return cmd_error("script \"%.*s\" was lost: %s", STR_FMT(name), err_text(e));
    if (end.signal) {
        if (!is_silent && end.signal != proc_signal_number(STR("SIGINT")))
            cmd_error("script \"%.*s\" was terminated by signal %s (%s)", STR_FMT(name), proc_signal_name(end.signal),
                      strsignal(end.signal));
        proc_die_by(end.signal);
    }
    if (end.code && !is_silent) cmd_error("script \"%.*s\" exited with code %d", STR_FMT(name), end.code);
    return end.code;
}

/* [run] of the folder's bunfig.toml: what no flag says. */
static bool names_bun_shell;                                 /* bunfig.toml, and nobody was told yet */

/* Asked by several before and while a script runs: read once. */
const struct flags *script_flags(struct cmd *c, const struct flags *f) {
    static const struct flags *before, *now;
    if (f == before || f == now) return now;
    before = now = f;
    static const char *const keys[][2] = {
        {"silent", "silent"}, {"bun", "bun"}, {"shell", "shell"}, {"elide-lines", "elide-lines"},
        {"noOrphans", "no-orphans"},
    };
    struct buf text = {0};
    str file = path_join(&c->arena, c->cwd, STR("bunfig.toml"));
    if (file_read_all(file, &text) != 0) return f;
    const struct json *run = json_get_c(
        toml_parse(&c->arena, arena_str(&c->arena, buf_view(&text)), NULL, file), "run");
    buf_free(&text);
    if (!json_is(run, JSON_OBJECT)) return f;
    names_bun_shell = str_is(json_text(json_get_c(run, "shell")), "bun");
    struct flags *all = ARENA_NEW(&c->arena, struct flags);
    for (size_t i = 0; i < f->list.len; i++) *LIST_ADD(&all->list) = f->list.at[i];
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        const struct json *value = json_get_c(run, keys[i][0]);
        bool is_said = json_is(value, JSON_TRUE) || json_is(value, JSON_STRING) || json_is(value, JSON_NUMBER);
        const struct flag_spec *spec = flags_find(flags_run, flags_n_run, str_c(keys[i][1]));
        if (!is_said || flags_has(f, keys[i][1]) || str_is(json_text(value), "bun")) continue;
        *LIST_ADD(&all->list) = (struct flag){.spec = spec, .value = value->text};
    }
    return now = all;
}

int script_check_shell(const struct flags *f) {
    str shell = flags_value(f, "shell");
    if (names_bun_shell && !shell.len)
        cmd_note("shell = bun of bunfig.toml is not read (ERR_NOT_IMPLEMENTED): the system's shell runs scripts");
    names_bun_shell = false;
    if (!shell.len || str_is(shell, "system")) return 0;
    if (str_is(shell, "bun")) return cmd_later("--shell=bun");
    return cmd_error("--shell=%.*s: \"system\" or \"bun\" is wanted", STR_FMT(shell));
}

int script_run(struct cmd *c, const struct script_set *s, str name, int argc, char **argv, const struct flags *f) {
    f = script_flags(c, f);
    int refused = script_check_shell(f);
    if (refused) return refused;
    cmd_load_env(c, f);
    const struct json *before = script_of(s, arena_join(&c->arena, STR("pre"), name));
    const struct json *main = script_of(s, name), *after = script_of(s, arena_join(&c->arena, STR("post"), name));
    if (argc && strcmp(argv[0], "--") == 0) {        /* ends our flags; the script does not see it */
        argc--;
        argv++;
    }
    int code = before ? run_one(c, s, before->key, before->text, 0, NULL, f, false) : 0;
    if (!code) code = run_one(c, s, name, main->text, argc, argv, f, !after);
    if (!code && after) code = run_one(c, s, after->key, after->text, 0, NULL, f, true);
    return code;
}

int script_run_text(struct cmd *c, const struct script_set *s, str name, str text, const struct flags *f) {
    if (script_has(s, text)) return script_run(c, s, text, 0, NULL, f);
    cmd_load_env(c, f);
    return run_one(c, s, name, text, 0, NULL, f, false);
}

/* A program takes our place: its signals and its exit code are its own. */
int script_run_bin(struct cmd *c, str file, int argc, char **argv, const struct flags *f) {
    struct env_changes changes = {0};
    f = script_flags(c, f);
    cmd_load_env(c, f);
    change_path(c, &changes, c->cwd, f);
    char **words = ARENA_ARRAY(&c->arena, char *, (size_t)argc + 3);
    words[0] = (char *)(uintptr_t)arena_c(&c->arena, file);
    memcpy(words + 1, argv, (size_t)argc * sizeof *words);
    struct proc_spec spec = {.file = words[0], .argv = words, .env = changed(c, &changes), .uid = -1, .gid = -1};
    err e = proc_exec(&spec);
    if (e == -ENOEXEC) {
        memmove(words + 2, words + 1, (size_t)argc * sizeof *words);
        words[1] = words[0];
        words[0] = (char *)(uintptr_t)"/bin/sh";
        spec.file = "/bin/sh";
        e = proc_exec(&spec);
    }
    return cmd_error("%.*s: %s", STR_FMT(file), err_text(e));
}
