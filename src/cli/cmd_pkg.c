/* cli/cmd_pkg.c: bao pm pkg, bao pm version: package.json read and changed in place. */
#include "base/list.h"
#include "cli/pm.h"
#include "data/json.h"
#include "data/json_edit.h"
#include "data/semver.h"
#include "sys/env.h"
#include "sys/file.h"
#include "sys/path.h"
#include "sys/proc.h"

/* "a.b[0].c", "keywords[]", "exports[./x].import" -> steps */
static size_t steps_of(struct arena *a, str key, str **out) {
    str *steps = *out = ARENA_ARRAY(a, str, key.len + 1);
    size_t n = 0;
    while (key.len) {
        if (key.at[0] == '[') {
            ptrdiff_t end = str_find_char(key, ']');
            if (end < 0) return 0;
            steps[n++] = str_cut(key, 1, (size_t)end);
            key = str_from(key, (size_t)end + 1);
        } else {
            size_t end = 0;
            while (end < key.len && key.at[end] != '.' && key.at[end] != '[') end++;
            if (!end) return 0;
            steps[n++] = str_upto(key, end);
            key = str_from(key, end);
        }
        if (key.len && key.at[0] == '.') key = str_from(key, 1);
    }
    return n;
}

static const struct json *look(const struct json *j, const str *steps, size_t n) {
    for (size_t i = 0; i < n && j; i++) {
        int64_t at;
        if (json_is(j, JSON_OBJECT)) j = json_get(j, steps[i]);
        else if (json_is(j, JSON_ARRAY) && str_to_int(steps[i], &at) && at >= 0) {
            const struct json *e = j->first;
            while (e && at--) e = e->next;
            j = e;
        } else return NULL;
    }
    return j;
}

static void print_json(const struct json *j) {
    struct buf b = {0};
    json_write(&b, j, STR("  "));
    pm_print("%.*s\n", STR_FMT(buf_view(&b)));
    buf_free(&b);
}

static int get(struct pm *p, size_t from) {
    const struct json *all = pm_here(p)->manifest.json;
    str *steps;
    if (from >= p->n_words) {
        print_json(all);
        return 0;
    }
    bool is_one = from + 1 == p->n_words;
    struct json *out = json_new(p->a, JSON_OBJECT);
    for (size_t i = from; i < p->n_words; i++) {
        size_t n = steps_of(p->a, p->words[i], &steps);
        const struct json *j = n ? look(all, steps, n) : NULL;
        if (j && is_one) print_json(j);
        else if (j) json_set(out, p->words[i], json_copy(p->a, j));
        else if (is_one) pm_print("{}\n");
    }
    if (!is_one) print_json(out);
    return 0;
}

static int save(struct pm *p, str text) { return pm_change(p, pm_here(p), text) ? pm_save(p) : 1; }

static int set(struct pm *p, size_t from) {
    str text = pm_here(p)->source;
    if (from >= p->n_words) return cmd_error("pm pkg set: key=value is wanted");
    for (size_t i = from; i < p->n_words; i++) {
        str key, value, *steps;
        if (!str_split(p->words[i], '=', &key, &value))
            return cmd_error("pm pkg set: \"%.*s\" is no key=value", STR_FMT(p->words[i]));
        size_t n = steps_of(p->a, key, &steps);
        if (!n) return cmd_error("pm pkg set: \"%.*s\" is no key", STR_FMT(key));
        struct buf b = {0};
        if (pm_has(p, "json")) {
            const struct json *j = json_parse(p->a, value, JSON_STRICT, NULL, STR(""));
            if (!j)
                return cmd_error("pm pkg set: the value of %.*s is no JSON; without --json it is kept as a text",
                                 STR_FMT(key));
            str unit = json_indent(text);
            bool has_parts = (j->kind == JSON_OBJECT || j->kind == JSON_ARRAY) && j->count;
            json_write(&b, j, !has_parts ? STR("") : unit.len ? unit : STR("  "));
        } else json_write_text(&b, value);
        /* steps that are numbers or empty ask for an array where nothing is yet */
        str *upto = steps;
        for (size_t k = 1; k < n; k++) {
            int64_t at;
            bool is_index = !steps[k].len || str_to_int(steps[k], &at);
            const struct json *now = json_parse(p->a, text, JSONC, NULL, STR(""));
            if (is_index && !look(now, upto, k)) json_edit_set(p->a, &text, upto, k, STR("[]"), JSON_AT_END);
        }
        bool ok = json_edit_set(p->a, &text, steps, n, arena_str(p->a, buf_view(&b)), JSON_AT_END);
        buf_free(&b);
        if (!ok) return cmd_error("pm pkg set: %.*s leads into what is neither an object nor an array", STR_FMT(key));
    }
    return save(p, text);
}

static int del(struct pm *p, size_t from) {
    str text = pm_here(p)->source, *steps;
    if (from >= p->n_words) return cmd_error("pm pkg delete: which key?");
    for (size_t i = from; i < p->n_words; i++) {
        size_t n = steps_of(p->a, p->words[i], &steps);
        if (n) json_edit_remove(p->a, &text, steps, n);
    }
    return save(p, text);
}

/* What npm corrects as well: names in lower case without white space, versions that are ones, bins that are there. */
static int fix(struct pm *p) {
    struct pkg_member *m = pm_here(p);
    str text = m->source, name = str_trim(m->manifest.name), key;
    struct semver v;
    struct buf b = {0};
    const struct json *bin = json_get_c(m->manifest.json, "bin");
    if (m->manifest.name.len) {
        for (size_t i = 0; i < name.len; i++)
            buf_add_char(&b, name.at[i] >= 'A' && name.at[i] <= 'Z' ? (char)(name.at[i] | 0x20) : name.at[i]);
        key = STR("name");
        if (!str_eq(buf_view(&b), m->manifest.name))
            json_edit_set(p->a, &text, &key, 1, arena_print(p->a, "\"%.*s\"", STR_FMT(buf_view(&b))), JSON_AT_END);
        buf_clear(&b);
    }
    key = STR("version");
    if (m->manifest.version.len && semver_parse(m->manifest.version, SEMVER_LOOSE, &v)) {
        semver_print(&b, &v);
        if (v.build.len) buf_print(&b, "+%.*s", STR_FMT(v.build));
        if (!str_eq(buf_view(&b), m->manifest.version))
            json_edit_set(p->a, &text, &key, 1, arena_print(p->a, "\"%.*s\"", STR_FMT(buf_view(&b))), JSON_AT_END);
    }
    buf_free(&b);
    str folder = path_join(p->a, p->project.root, m->path);
    if (json_is(bin, JSON_STRING) && bin->text.len && !file_exists(path_join(p->a, folder, bin->text)))
        diag_add(&p->d, DIAG_WARNING, "pkg-bin", STR("package.json"), (str){0}, 0, 0, "bin: there is no file \"%.*s\"",
                 STR_FMT(bin->text));
    for (int g = 0; g < PKG_GROUPS; g++) {
        key = str_c(pkg_group_names[g]);
        const struct json *group = json_get(m->manifest.json, key);
        if (group && group->kind != JSON_OBJECT) json_edit_remove(p->a, &text, &key, 1);
    }
    return save(p, text);
}

int pm_pkg(struct pm *p, size_t from) {
    str what = from < p->n_words ? p->words[from] : STR("");
    if (str_is(what, "get")) return get(p, from + 1);
    if (str_is(what, "set")) return set(p, from + 1);
    if (str_is(what, "delete") || str_is(what, "rm")) return del(p, from + 1);
    if (str_is(what, "fix")) return fix(p);
    if (what.len) return cmd_error("pm pkg: \"%.*s\" is not known; get, set, delete and fix are", STR_FMT(what));
    pm_print("%sUsage:%s bao pm pkg get [keys] | set key=value ... [--json] | delete keys | fix\n\n"
             "  bao pm pkg get name version\n  bao pm pkg set scripts.test=\"bao test\" 'keywords[]=cli'\n"
             "  bao pm pkg set config='{\"port\":3000}' --json\n  bao pm pkg delete scripts.test 'files[0]'\n",
             pm_colour("\x1b[1m"), pm_colour(0));
    return 0;
}

/* --- version */

static bool raise_pre(struct arena *a, str pre, str id, str *out) {
    /* "beta.3" -> "beta.4"; another or no id begins at 0 */
    if (pre.len && (!id.len || str_starts(pre, id))) {
        ptrdiff_t dot = str_rfind_char(pre, '.');
        int64_t n;
        str last = dot < 0 ? pre : str_from(pre, (size_t)dot + 1);
        if (str_to_int(last, &n)) {
            *out = arena_print(a, "%.*s%lld", STR_FMT(dot < 0 ? STR("") : str_upto(pre, (size_t)dot + 1)),
                               (long long)n + 1);
            return true;
        }
        *out = arena_join(a, pre, STR(".0"));
        return true;
    }
    *out = id.len ? arena_join(a, id, STR(".0")) : STR("0");
    return true;
}

/* node-semver's inc. */
static str raised(struct arena *a, str version, str how, str id) {
    struct semver v;
    str pre = STR("");
    if (!semver_parse(version, SEMVER_LOOSE, &v)) return STR("");
    bool has_pre = v.pre.len > 0;
    if (str_is(how, "major")) {
        if (!has_pre || v.minor || v.patch) v.major++;
        v.minor = v.patch = 0;
    } else if (str_is(how, "minor")) {
        if (!has_pre || v.patch) v.minor++;
        v.patch = 0;
    } else if (str_is(how, "patch")) {
        if (!has_pre) v.patch++;
    } else if (str_is(how, "premajor")) v.major++, v.minor = v.patch = 0, raise_pre(a, STR(""), id, &pre);
    else if (str_is(how, "preminor")) v.minor++, v.patch = 0, raise_pre(a, STR(""), id, &pre);
    else if (str_is(how, "prepatch")) v.patch++, raise_pre(a, STR(""), id, &pre);
    else if (str_is(how, "prerelease")) {
        if (!has_pre) v.patch++;
        raise_pre(a, v.pre, id, &pre);
    } else {
        struct semver given;
        if (!semver_parse(how, SEMVER_LOOSE, &given)) return STR("");
        v = given;
        pre = given.pre;
    }
    return arena_print(a, "%llu.%llu.%llu%s%.*s", (unsigned long long)v.major, (unsigned long long)v.minor,
                       (unsigned long long)v.patch, pre.len ? "-" : "", STR_FMT(pre));
}

/* git's answer; false when it failed. */
static bool git(struct pm *p, str folder, const char *const *words, str *out) {
    struct proc_spec spec = {.file = "git", .argv = (char *const *)(uintptr_t)words, .cwd = arena_c(p->a, folder),
                             .fds = (int[]){-1, -1, -1}, .n_fds = 3, .uid = -1, .gid = -1};
    struct proc_run run = {.takes = {true, true}, .most = 1 << 20, .kill_signal = 9, .timeout_ms = 30000};
    pid_t pid;
    bool ok = proc_run(&spec, &run, &pid) == 0 && run.end.code == 0 && !run.end.signal;
    if (out) *out = arena_str(p->a, str_trim(buf_view(&run.out[ok ? 0 : 1])));
    buf_free(&run.out[0]);
    buf_free(&run.out[1]);
    return ok;
}

static void print_increments(struct pm *p, str version) {
    static const char *const hows[] = {"patch", "minor", "major", "prerelease"};
    pm_print("Increment:\n");
    for (size_t i = 0; i < 4; i++) {
        str next = raised(p->a, version, str_c(hows[i]), pm_value(p, "preid"));
        pm_print("  %-10s %.*s → %.*s\n", hows[i], STR_FMT(version), STR_FMT(next));
    }
    pm_print("  %-10s the version of the latest tag of git\n  %-10s this version\n\n"
             "Flags: --no-git-tag-version --allow-same-version --message=<text> --preid=<name> --force --dry-run\n",
             "from-git", "1.2.3");
}

int pm_version(struct pm *p, size_t from) {
    struct pkg_member *m = pm_here(p);
    str folder = path_join(p->a, p->project.root, m->path),
        now = m->manifest.version.len ? m->manifest.version : STR("0.0.0");
    if (from >= p->n_words) {
        print_increments(p, m->manifest.version.len ? now : STR("1.0.0"));
        return 0;
    }
    str how = p->words[from], tag;
    bool wants_git = !pm_has(p, "no-git-tag-version") && file_exists(path_join(p->a, folder, STR(".git")));
    if (str_is(how, "from-git")) {
        const char *const words[] = {"git", "describe", "--tags", "--abbrev=0", NULL};
        if (!git(p, folder, words, &tag)) return cmd_error("pm version: git has no tag here");
        how = tag.len && tag.at[0] == 'v' ? str_from(tag, 1) : tag;
    }
    str next = raised(p->a, now, how, pm_value(p, "preid"));
    if (!next.len) return cmd_error("pm version: \"%.*s\" is neither an increment nor a version", STR_FMT(how));
    if (str_eq(next, now) && !pm_has(p, "allow-same-version"))
        return cmd_error("pm version: it is %.*s already", STR_FMT(now));
    if (p->config.dry_run) {
        pm_print("v%.*s\n", STR_FMT(next));
        return 0;
    }
    if (wants_git && !p->config.force) {
        const char *const words[] = {"git", "status", "--porcelain", "--untracked-files=no", NULL};
        str dirty;
        if (git(p, folder, words, &dirty) && dirty.len)
            return cmd_error("pm version: files of git's working tree were changed; commit them first, or --force");
    }
    int code = p->config.ignore_scripts ? 0 : pm_script(p, folder, &m->manifest, "preversion");
    if (code) return code;
    str text = m->source, key = STR("version");
    json_edit_set(p->a, &text, &key, 1, arena_print(p->a, "\"%.*s\"", STR_FMT(next)), JSON_AT_END);
    code = save(p, text);
    if (!code && !p->config.ignore_scripts) code = pm_script(p, folder, &m->manifest, "version");
    if (!code && wants_git) {
        str message = pm_value(p, "message").len ? pm_value(p, "message") : STR("v%s"), said;
        ptrdiff_t at = str_find(message, STR("%s"));
        if (at >= 0)
            message = arena_print(p->a, "%.*s%.*s%.*s", STR_FMT(str_upto(message, (size_t)at)), STR_FMT(next),
                                  STR_FMT(str_from(message, (size_t)at + 2)));
        const char *name = arena_print(p->a, "v%.*s", STR_FMT(next)).at, *about = arena_c(p->a, message);
        const char *const add[] = {"git", "add", "package.json", NULL};
        const char *const commit[] = {"git", "commit", "-m", about, NULL};
        const char *const tagged[] = {"git", "tag", "-a", name, "-m", about, NULL};
        if (!git(p, folder, add, &said) || !git(p, folder, commit, &said) || !git(p, folder, tagged, &said))
            return cmd_error("pm version: git: %.*s", STR_FMT(said));
    }
    if (!code && !p->config.ignore_scripts) code = pm_script(p, folder, &m->manifest, "postversion");
    if (!code) pm_print("v%.*s\n", STR_FMT(next));
    return code;
}
