/* cli/cmd_run.c: a name or a text -> a running program. */
#include "cli/many.h"

#include "base/buf.h"
#include "data/json.h"
#include "engine/js_realm.h"
#include "rt/rt.h"
#include "sys/env.h"
#include "sys/file.h"
#include "sys/os.h"
#include "sys/path.h"
#include "sys/program.h"

int cmd_enter(struct cmd *c, const struct flags *f) {
    str folder = flags_value(f, "cwd");
    err e = folder.len ? path_enter(folder) : 0;
    if (e) return cmd_error("--cwd=%.*s: %s", STR_FMT(folder), err_text(e));
    e = path_cwd(&c->arena, &c->cwd);
    return e ? cmd_error("the working directory is not there: %s", err_text(e)) : 0;
}

/* process.execArgv: the flags as typed, without those that are only for the command line. */
void cmd_tell_program(struct cmd *c, const struct flags *f, int argc, char **argv) {
    size_t n = f->list.len;
    struct program_flag *flags = ARENA_ARRAY(&c->arena, struct program_flag, n + 1);
    str *typed = ARENA_ARRAY(&c->arena, str, n * 2 + 1);
    size_t n_typed = 0;
    for (size_t i = 0; i < n; i++) {
        const struct flag_spec *spec = f->list.at[i].spec;
        flags[i] = (struct program_flag){spec->name, f->list.at[i].value};
        if (!f->list.at[i].typed) continue;                      /* of NODE_OPTIONS */
        bool is_port = strcmp(spec->name, "port") == 0;          /* Bun.serve looks for --port=number */
        typed[n_typed++] = is_port ? arena_print(&c->arena, "--port=%.*s", STR_FMT(f->list.at[i].value))
                                   : str_c(f->list.at[i].typed);
        if (f->list.at[i].has_next && !is_port) typed[n_typed++] = f->list.at[i].value;
    }
    program.flags = flags;
    program.n_flags = n;
    program.exec_args = typed;
    program.n_exec_args = n_typed;
    str *args = ARENA_ARRAY(&c->arena, str, (size_t)argc + 1);
    for (int i = 0; i < argc; i++) args[i] = str_c(argv[i]);
    program.args = args;
    program.n_args = (size_t)argc;
}

/* --jsc-option name=value */
static int set_engine(const struct flags *f) {
    const char *why;
    for (size_t i = 0; i < f->list.len; i++) {
        str name, value;
        if (strcmp(f->list.at[i].spec->name, "jsc-option") != 0) continue;
        str_split(f->list.at[i].value, '=', &name, &value);
        if (!js_engine_load(&why)) return cmd_error("%s", why);
        if (!js_engine_option(name, value))
            return cmd_error("the engine has no option %.*s of that kind", STR_FMT(name));
    }
    return 0;
}

static int start(struct cmd *c, const struct flags *typed, struct rt_options *o, int argc, char **argv) {
    struct flags all = *typed, *f = &all;
    int code = cmd_node_options(c, f);
    if (code) return code;
    cmd_tell_program(c, f, argc, argv);
    if (flags_has(f, "title")) os_set_title(flags_value(f, "title"));
    code = set_engine(f);
    if (code) return code;
    str *preload = ARENA_ARRAY(&c->arena, str, f->list.len + 1);
    for (size_t i = 0; i < f->list.len; i++)
        if (strcmp(f->list.at[i].spec->name, "preload") == 0) preload[o->n_preload++] = f->list.at[i].value;
    o->preload = preload;
    return rt_main(o);
}

static int run_file(struct cmd *c, const struct flags *f, str file, int argc, char **argv) {
    cmd_load_env(c, f);
    program.script = file;
    struct rt_options o = {.kind = RT_FILE, .entry = file};
    return start(c, f, &o, argc, argv);
}

static int run_text(struct cmd *c, const struct flags *f, enum rt_entry kind, str text, const char *name, int argc,
                    char **argv) {
    cmd_load_env(c, f);
    struct rt_options o = {.kind = kind, .entry = text, .name = path_join(&c->arena, c->cwd, str_c(name))};
    return start(c, f, &o, argc, argv);
}

static int run_stdin(struct cmd *c, const struct flags *f, int argc, char **argv) {
    struct buf text = {0};
    err e = file_read_fd(0, &text);
    if (e) return cmd_error("standard input: %s", err_text(e));
    program.script = STR("-");
    return run_text(c, f, RT_EVAL, arena_str(&c->arena, buf_view(&text)), "[stdin]", argc, argv);
}

static bool find_file(struct cmd *c, str name, str *file);

/* What the package.json of a folder says is its main file. */
static bool find_main(struct cmd *c, str folder, str *file) {
    struct buf text = {0};
    bool found = false;
    if (file_read_all(path_join(&c->arena, folder, STR("package.json")), &text) == 0) {
        const struct json *package = json_parse(&c->arena, arena_str(&c->arena, buf_view(&text)), 0, NULL, folder);
        str main = json_text(json_get_c(package, "main"));
        if (main.len) main = path_resolve(&c->arena, folder, main);
        found = main.len && !str_eq(main, folder) && find_file(c, main, file);
    }
    buf_free(&text);
    return found;
}

/* A file as named, then with an extension, then what a folder names, then its index. */
static bool find_file(struct cmd *c, str name, str *file) {
    static const char *const ends[] = {".tsx", ".jsx", ".ts", ".mts", ".js", ".mjs", ".cts", ".cjs"};
    str base = path_resolve(&c->arena, c->cwd, name);
    enum file_kind kind = file_kind(base);
    if (kind != FILE_NONE && kind != FILE_DIR) {
        *file = base;
        return true;
    }
    for (int step = 0; step < (kind == FILE_DIR ? 2 : 1); step++) {
        if (step && find_main(c, base, file)) return true;
        for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
            str tried = arena_print(&c->arena, "%.*s%s%s", STR_FMT(base), step ? "/index" : "", ends[i]);
            if (file_kind(tried) == FILE_REGULAR) {
                *file = tried;
                return true;
            }
        }
    }
    return false;
}

static bool is_path(str name) { return path_is_absolute(name) || path_is_dotted(name); }

static bool is_source(str name) {
    static const char *const ends[] = {".ts", ".tsx", ".js", ".jsx", ".mjs", ".cjs", ".mts", ".cts"};
    str end = path_extname(name);
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++)
        if (str_is(end, ends[i])) return true;
    return false;
}

static int not_found(struct cmd *c, const struct flags *f, str name, bool may_be_system) {
    if (flags_has(f, "if-present")) return 0;
    if (is_path(name) || is_source(name) || str_find_char(name, '/') >= 0)
        return cmd_error("Module not found \"%.*s\"", STR_FMT(name));
    int code = may_be_system ? -1 : cmd_other(c, name);
    if (code >= 0) return code;
    script_complain(c);
    code = cmd_error("Script not found \"%.*s\"", STR_FMT(name));
    struct flags_guess guess = {.typed = name};
    struct script_set *scripts = script_find(c);
    if (!may_be_system) cmd_guess(&guess);
    for (const struct json *m = scripts ? script_names(scripts) : NULL; m; m = m->next)
        flags_guess(&guess, arena_c(&c->arena, m->key));
    if (guess.nearest) cmd_note("did you mean `bao %s%s`?", may_be_system ? "run " : "", guess.nearest);
    return code;
}

/* argv[0] is the name. */
static int run_name(struct cmd *c, const struct flags *f, int argc, char **argv, bool may_be_system) {
    str name = str_c(argv[0]), file;
    if (str_is(name, "-")) return run_stdin(c, f, argc - 1, argv + 1);
    bool is_node = str_is(path_basename(program.argv0), "node");
    if (!is_path(name) && !is_node) {
        struct script_set *scripts = script_find(c);
        if (scripts && script_has(scripts, name)) return script_run(c, scripts, name, argc - 1, argv + 1, f);
    }
    if (find_file(c, name, &file)) return run_file(c, f, file, argc - 1, argv + 1);
    if (is_path(name) || is_node) return not_found(c, f, name, may_be_system);
    if (script_find_bin(c, name, &file)) return script_run_bin(c, file, argc - 1, argv + 1, f);
    if (may_be_system && script_find_command(c, name, &file)) return script_run_bin(c, file, argc - 1, argv + 1, f);
    return not_found(c, f, name, may_be_system);
}

/* Values that only a few words are right for. */
static int check_values(const struct flags *f) {
    static const char *const modes[] = {
        "strict", "throw", "warn", "none", "warn-with-error-code", "warn-with-error-codes"};
    str mode = flags_value(f, "unhandled-rejections");
    if (flags_has(f, "use-bundled-ca")) cmd_note_ca();
    if (!flags_has(f, "unhandled-rejections")) return 0;
    for (size_t i = 0; i < sizeof modes / sizeof *modes; i++)
        if (str_is(mode, modes[i])) return 0;
    return cmd_error("--unhandled-rejections must be strict, throw, warn, none or warn-with-error-code, not \"%.*s\"",
                     STR_FMT(mode));
}

static int run_with(struct cmd *c, const struct flags *f, int argc, char **argv, bool may_be_system) {
    str from = STR("");
    if (flags_value(f, "cwd").len && path_cwd(&c->arena, &from) != 0) from = STR("");
    int code = cmd_enter(c, f);
    if (!code) code = check_values(f);
    if (code || cmd_guard(c, f, from, &code)) return code;
    if (many_is_wanted(f)) return cmd_many(c, f, argc, argv);
    bool prints = flags_has(f, "print");
    if (prints || flags_has(f, "eval"))
        return run_text(c, f, prints ? RT_PRINT : RT_EVAL, flags_value(f, prints ? "print" : "eval"), "[eval]", argc,
                        argv);
    return run_name(c, f, argc, argv, may_be_system);
}

int cmd_auto(struct cmd *c) { return run_with(c, &c->flags, c->argc, c->argv, false); }

int cmd_run(struct cmd *c) {
    int code = flags_read(&c->flags, flags_run, flags_n_run, c->argc, c->argv, 0, "bao run");
    if (code) return code;
    if (flags_has(&c->flags, "help")) {
        help_run();
        return 0;
    }
    int next = c->flags.next;
    bool is_text = flags_has(&c->flags, "eval") || flags_has(&c->flags, "print");
    if (next >= c->argc && !is_text && !many_is_wanted(&c->flags)) {
        code = cmd_enter(c, &c->flags);
        if (code) return code;
        struct script_set *scripts = script_find(c);
        if (!scripts) {
            help_run();
            return 0;
        }
        return script_list(c, scripts);
    }
    return run_with(c, &c->flags, c->argc - next, c->argv + next, true);
}
