/* cli/cmd_patch.c: bao patch: a package of node_modules is made ready to be edited; --commit keeps what was changed as
 * a patch. */
#include "cli/pm.h"
#include "data/json.h"
#include "data/json_edit.h"
#include "pkg/wanted.h"
#include "sys/dir.h"
#include "sys/file.h"
#include "sys/os.h"
#include "sys/path.h"
#include "sys/proc.h"

static const struct pm_usage usage = {
    "patch",
    "patch [flags] <package>[@<version>]\n       bao patch --commit <folder>",
    "Makes a package of node_modules ready to be edited; then --commit writes what was changed into patches/ and package.json.",
    "  bao patch jquery\n  bao patch --commit node_modules/jquery\n",
};

/* A copy whose files are no links to the store's. What lies in its node_modules is of others. */
static err copy_tree(struct arena *a, str from, str to) {
    struct dir_entry *list;
    size_t n;
    TRY(dir_make(to, 0777));
    TRY(dir_list(a, from, &list, &n));
    for (size_t i = 0; i < n; i++) {
        str x = path_join(a, from, list[i].name), y = path_join(a, to, list[i].name), target;
        struct file_stat is;
        TRY(file_lstat(x, &is));
        enum file_kind kind = file_kind_of_mode(is.mode);
        if (kind == FILE_DIR && str_is(list[i].name, "node_modules")) continue;
        if (kind == FILE_DIR) TRY(copy_tree(a, x, y));
        else if (kind == FILE_LINK) {
            TRY(file_readlink(a, x, &target));
            TRY(file_symlink(target, y));
        } else if (kind == FILE_REGULAR) TRY(file_copy(x, y, true));
    }
    return 0;
}

static str shown(struct pm *p, str folder) {
    return path_is_inside(folder, p->project.root) ? str_from(folder, p->project.root.len + 1) : folder;
}

/* The folder that is meant by a path, a name, or name@version. */
static int find(struct pm *p, str typed, str *folder, struct pkg_manifest *m) {
    str name, version, base = p->project.root;
    struct buf text = {0};
    pkg_spec_split(typed, &name, &version);
    bool is_path = str_starts(typed, STR("node_modules/")) || str_starts(typed, STR("./")) ||
                   str_starts(typed, STR("/")) || !name.len;
    *folder = is_path ? path_resolve(p->a, p->c->cwd, typed) : path_join3(p->a, base, STR("node_modules"), name);
    str real, file;
    if (file_realpath(p->a, *folder, &real) == 0) *folder = real;
    file = path_join(p->a, *folder, STR("package.json"));
    bool ok = file_read_all(file, &text) == 0 &&
              pkg_manifest_read(p->a, arena_str(p->a, buf_view(&text)), file, &p->d, m);
    buf_free(&text);
    if (!ok) return cmd_error("patch: package %.*s is not in node_modules", STR_FMT(typed));
    if (version.len && !is_path && !semver_satisfies(m->version, version, SEMVER_LOOSE))
        return cmd_error("patch: %.*s is there as %.*s; name the folder of the other version", STR_FMT(name),
                         STR_FMT(m->version));
    return 0;
}

static int prepare(struct pm *p, str typed) {
    str folder;
    struct pkg_manifest m;
    int code = find(p, typed, &folder, &m);
    if (code) return code;
    str temp = arena_print(p->a, "%.*s.%d.tmp", STR_FMT(folder), os_pid()),
        old = arena_print(p->a, "%.*s.%d.old", STR_FMT(folder), os_pid());
    str own = path_join(p->a, folder, STR("node_modules"));
    err e = copy_tree(p->a, folder, temp);
    if (!e && file_exists(own)) e = file_rename(own, path_join(p->a, temp, STR("node_modules")));
    if (!e) e = file_rename(folder, old);
    if (!e) e = file_rename(temp, folder);
    if (!e) e = dir_remove_all(old);
    if (e) {
        dir_remove_all(temp);
        return cmd_error("patch: %.*s: %s", STR_FMT(folder), err_text(e));
    }
    str path = shown(p, folder);
    pm_print(
        "\nTo patch %.*s, edit the following folder:\n\n  %.*s\n\nOnce you're done with your changes, run:\n\n  bao patch "
        "--commit '%.*s'\n",
        STR_FMT(m.name), STR_FMT(path), STR_FMT(path));
    return 0;
}

/* --- commit */

static const struct pkg_package *locked(const struct pkg_lock *l, const struct pkg_manifest *m) {
    for (pkg_id i = 1; i < l->n_packages; i++)
        if (str_eq(l->packages[i].name, m->name) &&
            (str_eq(l->packages[i].version, m->version) || !l->packages[i].version.len))
            return &l->packages[i];
    return NULL;
}

static int diff(struct pm *p, str before, str after, str *out) {
    str temp;
    err e = dir_make_temp(p->a, STR("/tmp/bao-patch-"), &temp);
    if (!e) e = copy_tree(p->a, before, path_join(p->a, temp, STR("a")));
    if (!e) e = copy_tree(p->a, after, path_join(p->a, temp, STR("b")));
    if (e) return cmd_error("patch: %s", err_text(e));
    const char *const words[] = {"git",
                                 "-c",
                                 "core.safecrlf=false",
                                 "diff",
                                 "--no-index",
                                 "--no-prefix",
                                 "--no-renames",
                                 "--no-color",
                                 "--no-ext-diff",
                                 "--full-index",
                                 "a",
                                 "b",
                                 NULL};
    struct proc_spec spec = {.file = "git", .argv = (char *const *)(uintptr_t)words, .cwd = temp.at,
                             .fds = (int[]){-1, -1, -1}, .n_fds = 3, .uid = -1, .gid = -1};
    struct proc_run run = {.takes = {true, true}, .most = 1 << 28, .kill_signal = 9, .timeout_ms = 120000};
    pid_t pid;
    e = proc_run(&spec, &run, &pid);
    *out = arena_str(p->a, buf_view(&run.out[0]));
    int code = 0;
    if (e) code = cmd_error("patch: git, which makes the diff, does not start: %s", err_text(e));
    else if (run.end.signal || run.end.code > 1)
        code = cmd_error("patch: git: %.*s", STR_FMT(str_trim(buf_view(&run.out[1]))));
    buf_free(&run.out[0]);
    buf_free(&run.out[1]);
    dir_remove_all(temp);
    return code;
}

static int commit(struct pm *p, str typed) {
    str folder, text, to = pm_value(p, "patches-dir");
    struct pkg_manifest m;
    struct pkg_lock lock;
    int code = find(p, typed, &folder, &m);
    if (code) return code;
    if (!pm_read_lock(p, &lock)) return 1;
    const struct pkg_package *k = locked(&lock, &m);
    if (!k) return cmd_error("patch: %.*s@%.*s is not in the lockfile", STR_FMT(m.name), STR_FMT(m.version));
    struct pkg_wants wants;
    pkg_wants_init(&wants, p->a, &p->session, p->project.root);
    struct pkg_wanted *w = pkg_want(&wants, &lock, (pkg_id)(k - lock.packages));
    if (!w || pkg_wants_wait(&wants) != 0 || w->failed)
        code = cmd_error("patch: %.*s", STR_FMT(w ? w->why : STR("that kind of package cannot be patched")));
    pkg_wants_done(&wants);
    if (!code) code = diff(p, w->stored.path, folder, &text);
    if (code) return code;
    if (!text.len) {
        pm_print("\nNo changes detected, comparing %.*s to %.*s@%.*s\n", STR_FMT(shown(p, folder)), STR_FMT(m.name),
                 STR_FMT(m.version));
        return 0;
    }
    struct buf name = {0};
    for (size_t i = 0; i < m.name.len; i++)
        if (m.name.at[i] == '/') buf_lit(&name, "%2F");
        else buf_add_char(&name, m.name.at[i]);
    str file = arena_print(p->a, "%.*s/%.*s@%.*s.patch", STR_FMT(to.len ? to : STR("patches")),
                           STR_FMT(buf_view(&name)), STR_FMT(m.version));
    buf_free(&name);
    str path = path_resolve(p->a, p->project.root, file);
    err e = dir_make_all(path_dirname(path), 0777, NULL) ;
    if (!e) e = pkg_write_whole(p->a, path, text, 0644);
    if (e) return cmd_error("patch: %.*s: %s", STR_FMT(path), err_text(e));
    struct pkg_member *root = &p->project.members[0];
    str which = k->version.len ? k->version : k->place;
    str source = root->source,
        steps[2] = {STR("patchedDependencies"), arena_print(p->a, "%.*s@%.*s", STR_FMT(m.name), STR_FMT(which))};
    struct buf value = {0};
    json_write_text(&value, file);
    bool ok = json_edit_set(p->a, &source, steps, 2, arena_str(p->a, buf_view(&value)), JSON_SORTED) &&
              pm_change(p, root, source);
    buf_free(&value);
    struct pm_run r = {0};
    struct pkg_install_result out;
    return ok ? pm_install(p, &r, &out) : 1;
}

int cmd_patch(struct cmd *c) {
    struct pm p;
    bool ends;
    int code = pm_open(&p, c, PM_PATCH, &usage, PM_PROJECT, &ends);
    if (ends) return code;
    pm_title(&p);
    if (p.n_words != 1) code = cmd_error("patch: one package is wanted");
    else if (pm_has(&p, "commit") || pm_value(&p, "patches-dir").len) code = commit(&p, p.words[0]);
    else code = prepare(&p, p.words[0]);
    return pm_close(&p, code);
}
