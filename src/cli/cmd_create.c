/* cli/cmd_create.c: bao create: a project from a template, which is a folder (of ./.bun-create or ~/.bun-create, or by
 * its path), a repository of GitHub, or a package create-<template> that is run. */
#include "cli/pm.h"
#include "cli/pm_flags.h"
#include "data/json.h"
#include "data/json_edit.h"
#include "sys/dir.h"
#include "sys/env.h"
#include "sys/file.h"
#include "sys/path.h"
#include "sys/proc.h"

#include <errno.h>

static const struct pm_usage usage = {
    "create",
    "create <template> [<folder>] [flags]\n       bao c",
    "Makes a project from a template: a folder of ./.bun-create or ~/.bun-create (BUN_CREATE_DIR), a folder by its path,\n"
    "a repository of GitHub (GITHUB_TOKEN, GITHUB_API_DOMAIN), or the package create-<template>, which is run and gets\n"
    "all that follows its name.",
    "  bao create vite my-app        the package create-vite\n  bao create @scope/app         the package @scope/create-app\n"
    "  bao create user/repo my-app   a repository\n  bao create ./template my-app  a folder\n",
};

/* --- a package */

static int create_by_package(struct pm *p, str typed) {
    struct cmd *c = p->c;
    str name, spec;
    pkg_spec_split(typed, &name, &spec);
    ptrdiff_t slash = str_find_char(name, '/');
    if (!pkg_name_is_valid(name) && !(name.len > 1 && name.at[0] == '@' && slash < 0))
        return cmd_error("create: \"%.*s\" is no template: no folder, no user/repo, no name of a package",
                         STR_FMT(typed));
    if (name.at[0] == '@' && slash < 0) name = arena_join(p->a, name, STR("/create"));
    else if (slash > 0)
        name = arena_print(p->a, "%.*s/create-%.*s", STR_FMT(str_upto(name, (size_t)slash)),
                           STR_FMT(str_from(name, (size_t)slash + 1)));
    else name = arena_join(p->a, STR("create-"), name);
    if (spec.len) name = arena_print(p->a, "%.*s@%.*s", STR_FMT(name), STR_FMT(spec));
    char **argv = ARENA_ARRAY(p->a, char *, p->n_words + 1);
    argv[0] = (char *)(uintptr_t)arena_c(p->a, name);
    for (size_t i = 1; i < p->n_words; i++) argv[i] = (char *)(uintptr_t)p->words[i].at;
    c->argc = (int)p->n_words;
    c->argv = argv;
    return cmd_x(c);
}

/* --- files of a template */

struct copying {
    struct arena *a;
    str from, to;
    bool is_check, is_forced;                /* is_check: only look for what is in the way */
    struct buf in_the_way;                   /* lines */
    size_t n_in_the_way;
};

/* ".gitignore" is not packed into packages: templates have it as "gitignore". */
static str name_there(struct copying *k, str path) {
    bool is_it = str_is(path, "gitignore") && !file_exists(path_join(k->a, k->from, STR(".gitignore")));
    return is_it ? STR(".gitignore") : path;
}

static err copy_one(struct copying *k, str path, enum file_kind kind) {
    str from = path_join(k->a, k->from, path), to = path_join(k->a, k->to, name_there(k, path)), target;
    struct file_stat is;
    bool is_there = file_lstat(to, &is) == 0;
    bool is_fine = is_there && kind == FILE_DIR && file_kind_of_mode(is.mode) == FILE_DIR;
    if (k->is_check) {
        if (is_there && !is_fine && ++k->n_in_the_way <= 20)
            buf_print(&k->in_the_way, "\n  %.*s", STR_FMT(name_there(k, path)));
        return 0;
    }
    if (is_there && !is_fine) {
        if (file_kind_of_mode(is.mode) == FILE_DIR) return -EISDIR;
        TRY(file_unlink(to));                                    /* a link itself, never what it leads to */
    }
    if (kind == FILE_DIR) return is_fine ? 0 : dir_make(to, 0777);
    if (kind == FILE_REGULAR) return file_copy(from, to, true);
    TRY(file_readlink(k->a, from, &target));
    return file_symlink(target, to);
}

static err copy_folder(struct copying *k, str folder, int depth) {
    struct dir_entry *list;
    size_t n;
    if (depth > 200) return -ELOOP;
    TRY(dir_list(k->a, folder.len ? path_join(k->a, k->from, folder) : k->from, &list, &n));
    for (size_t i = 0; i < n; i++) {
        struct file_stat is;
        str name = list[i].name, path = folder.len ? path_join(k->a, folder, name) : name;
        if (str_is(name, "node_modules") || str_is(name, ".git") || (!depth && str_is(name, ".bun-tag"))) continue;
        TRY(file_lstat(path_join(k->a, k->from, path), &is));
        enum file_kind kind = file_kind_of_mode(is.mode);
        if (kind != FILE_DIR && kind != FILE_REGULAR && kind != FILE_LINK) continue;
        TRY(copy_one(k, path, kind));
        if (kind == FILE_DIR) TRY(copy_folder(k, path, depth + 1));
    }
    return 0;
}

static int copy_template(struct pm *p, str from, str to) {
    struct copying k = {.a = p->a, .from = from, .to = to, .is_forced = pm_has(p, "force"), .is_check = true};
    size_t unused;
    err e = copy_folder(&k, STR(""), 0);
    if (!e && k.n_in_the_way && !k.is_forced) {
        int code = cmd_error("create: %.*s has files of the same names:%.*s", STR_FMT(to),
                             STR_FMT(buf_view(&k.in_the_way)));
        cmd_note("--force writes over them");
        buf_free(&k.in_the_way);
        return code;
    }
    buf_free(&k.in_the_way);
    k.is_check = false;
    if (!e) e = dir_make_all(to, 0777, &unused);
    if (!e) e = copy_folder(&k, STR(""), 0);
    return e ? cmd_error("create: %.*s: %s", STR_FMT(to), err_text(e)) : 0;
}

/* --- what is done in the new folder */

struct tasks { const struct json *before, *after; str start; };

/* The project gets its folder's name, and what only templates have goes. */
static int change_manifest(struct pm *p, str to, struct tasks *tasks) {
    struct buf b = {0};
    str file = path_join(p->a, to, STR("package.json"));
    *tasks = (struct tasks){.start = STR("bao dev")};
    if (file_read_all(file, &b) != 0) return 0;
    str text = arena_str(p->a, buf_view(&b));
    buf_clear(&b);
    const struct json *j = json_parse(p->a, text, JSONC, &p->d, file);
    if (!j) return buf_free(&b), 1;
    const struct json *own = json_get_c(j, "bun-create");
    tasks->before = json_get_c(own, "preinstall");
    tasks->after = json_get_c(own, "postinstall");
    if (json_text(json_get_c(own, "start")).len) tasks->start = json_text(json_get_c(own, "start"));
    json_edit_remove(p->a, &text, (str[]){STR("bun-create")}, 1);
    json_write_text(&b, path_basename(to));
    if (json_get_c(j, "name"))
        json_edit_set(p->a, &text, (str[]){STR("name")}, 1, arena_str(p->a, buf_view(&b)), JSON_AT_END);
    buf_free(&b);
    err e = file_write_all(file, text, 0666);
    return e ? cmd_error("create: %.*s: %s", STR_FMT(file), err_text(e)) : 0;
}

static bool call_git(struct pm *p, str folder, const char *const *words) {
    struct proc_spec spec = {.file = "git", .argv = (char *const *)(uintptr_t)words, .cwd = arena_c(p->a, folder),
                             .fds = (int[]){-1, -1, -1}, .n_fds = 3, .uid = -1, .gid = -1};
    struct proc_run run = {.takes = {true, true}, .most = 1 << 20, .kill_signal = 9, .timeout_ms = 60000};
    pid_t pid;
    bool ok = proc_run(&spec, &run, &pid) == 0 && !run.end.signal && run.end.code == 0;
    buf_free(&run.out[0]);
    buf_free(&run.out[1]);
    return ok;
}

static bool make_repository(struct pm *p, str folder) {
    static const char *const init[] = {"git", "init", "--quiet", NULL}, *const add[] = {"git", "add", "-A", NULL},
                             *const commit[] = {"git", "commit", "--quiet", "-m", "Initial commit (via bao create)",
                                                NULL};
    if (file_exists(path_join(p->a, folder, STR(".git")))) return false;
    return call_git(p, folder, init) && call_git(p, folder, add) && call_git(p, folder, commit);
}

static int run_tasks(struct pm *p, const struct json *tasks, const char *name) {
    struct script_set *set = script_find(p->c);
    struct flags none = {0};
    int code = 0;
    if (!set || !tasks) return 0;
    if (tasks->kind == JSON_STRING) return script_run_text(p->c, set, str_c(name), tasks->text, &none);
    if (json_is(tasks, JSON_ARRAY)) for JSON_EACH(one, tasks)
            if (!code && one->kind == JSON_STRING) code = script_run_text(p->c, set, str_c(name), one->text, &none);
    return code;
}

static int install(struct pm *p, const struct tasks *tasks, bool runs) {
    static char *const no_scripts[] = {(char *)(uintptr_t) "--ignore-scripts", NULL};
    int code = runs ? run_tasks(p, tasks->before, "preinstall") : 0;
    if (code) return code;
    p->c->argc = !runs;
    p->c->argv = (char **)(uintptr_t)no_scripts;
    if (file_exists(STR("package.json"))) code = cmd_install(p->c);
    return code || !runs ? code : run_tasks(p, tasks->after, "postinstall");
}

static int create_from(struct pm *p, str template, str to) {
    struct tasks tasks;
    int code = copy_template(p, template, to);
    if (!code) code = change_manifest(p, to, &tasks);
    if (code) return code;
    bool has_git = !pm_has(p, "no-git") && make_repository(p, to), runs = !pm_has(p, "ignore-scripts");
    err e = path_enter(to);
    if (e) return cmd_error("create: %.*s: %s", STR_FMT(to), err_text(e));
    str before = p->c->cwd;
    p->c->cwd = to;
    if (!pm_has(p, "no-install")) code = install(p, &tasks, runs);
    if (code) return code;
    pm_print("\n%s%.*s is there. To get started, run:\n\n  cd %.*s\n  %.*s\n\n",
             has_git ? "A repository was made. " : "", STR_FMT(path_basename(to)),
             STR_FMT(path_relative(p->a, before, to)), STR_FMT(tasks.start));
    return 0;
}

/* --- where a template is */

static bool find_folder(struct pm *p, str typed, str *folder) {
    str home, places[2] = {path_join(p->a, p->c->cwd, STR(".bun-create")), STR("")}, named;
    bool is_path = typed.at[0] == '/' || str_starts(typed, STR("./")) || str_starts(typed, STR("../"));
    *folder = path_resolve(p->a, p->c->cwd, typed);
    if (is_path) return file_kind(*folder) == FILE_DIR;
    if (env_get("BUN_CREATE_DIR", &named) && named.len) places[1] = path_resolve(p->a, p->c->cwd, named);
    else if (env_get("HOME", &home)) places[1] = path_join(p->a, home, STR(".bun-create"));
    if (!pkg_name_is_valid(typed)) return false;
    for (size_t i = 0; i < 2; i++) {
        *folder = path_join(p->a, places[i], typed);
        if (places[i].len && file_kind(*folder) == FILE_DIR) return true;
    }
    return false;
}

static bool is_repository(struct pm *p, str typed, struct pkg_spec *out) {
    static const char *const before[] = {"https://github.com/", "http://github.com/", "github.com/"};
    str rest = typed;
    for (size_t i = 0; i < 3; i++)
        if (str_starts(typed, str_c(before[i]))) rest = str_from(typed, strlen(before[i]));
    while (rest.len && rest.at[rest.len - 1] == '/') rest.len--;
    if (!rest.len || rest.at[0] == '@' || rest.at[0] == '.' || rest.at[0] == '/') return false;
    pkg_spec_parse(p->a, STR("template"), arena_join(p->a, STR("github:"), rest), out);
    str user, repository;
    return out->kind == PKG_SPEC_GITHUB && str_split(out->text, '/', &user, &repository) && user.len &&
           repository.len && str_find_char(repository, '/') < 0;
}

struct got { bool is_done; str path, why; struct arena *a; };

static void got_tarball(void *user, const struct pkg_stored *stored, err e, str why) {
    struct got *g = user;
    g->is_done = true;
    if (stored) g->path = arena_str(g->a, stored->path);
    else g->why = arena_str(g->a, why);
}

static int fetch_repository(struct pm *p, const struct pkg_spec *spec, str *folder) {
    struct got g = {.a = p->a, .why = STR("no answer came")};
    if (!pkg_config_read(p->a, p->c->cwd, &p->d, &p->config)) return 1;
    pkg_session_init(&p->session, p->a, &p->config);
    p->is_ready = true;
    if (pkg_session_open(&p->session) != 0) return cmd_error("create: %.*s", STR_FMT(p->session.why));
    pkg_fetch_git(p->session.fetch, spec, STR(""), got_tarball, &g);
    pkg_session_wait(&p->session, &g.is_done);
    if (!g.path.len) return cmd_error("create: %.*s", STR_FMT(g.why));
    *folder = g.path;
    return 0;
}

/* Flags may stand behind the template, unless a program gets them. */
static int read_rest(struct pm *p, str *name) {
    const struct flag_spec *specs;
    size_t n = pm_flags(p->a, PM_CREATE, &specs), n_words = 0;
    char **argv = ARENA_ARRAY(p->a, char *, p->n_words + 1);
    for (size_t i = 1; i < p->n_words; i++) argv[i - 1] = (char *)(uintptr_t)p->words[i].at;
    int argc = (int)p->n_words - 1;
    for (int at = 0; at < argc;) {
        int code = flags_read(&p->flags, specs, n, argc, argv, at, "bao create");
        if (code) return code;
        at = p->flags.next;
        if (at >= argc) break;
        if (n_words++) return cmd_error("create: one folder at a time");
        *name = str_c(argv[at++]);
    }
    return 0;
}

static bool is_component(str typed) {
    return (str_ends(typed, STR(".tsx")) || str_ends(typed, STR(".jsx"))) && file_kind(typed) == FILE_REGULAR;
}

static int create(struct pm *p) {
    if (!p->n_words) return cmd_error("create: which template? `bao create <template>`");
    str typed = p->words[0], folder, name;
    struct pkg_spec spec;
    bool is_path = typed.len && (typed.at[0] == '/' || typed.at[0] == '.');
    if (is_component(typed)) return cmd_later("create: a project around a component");
    bool is_folder = find_folder(p, typed, &folder);
    if (!is_folder && is_path) return cmd_error("create: there is no folder \"%.*s\"", STR_FMT(typed));
    if (!is_folder && !is_repository(p, typed, &spec)) return create_by_package(p, typed);
    name = path_basename(is_folder ? typed : spec.text);
    int code = read_rest(p, &name);
    if (!code && !is_folder) code = fetch_repository(p, &spec, &folder);
    return code ? code : create_from(p, folder, path_resolve(p->a, p->c->cwd, name));
}

int cmd_create(struct cmd *c) {
    struct pm p;
    bool ends;
    int code = pm_open(&p, c, PM_CREATE, &usage, PM_NOTHING, &ends);
    return ends ? code : pm_close(&p, create(&p));
}
