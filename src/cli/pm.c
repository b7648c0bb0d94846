#include "cli/pm.h"

#include <stdarg.h>
#include <time.h>

#include "cli/pm_flags.h"
#include "data/glob.h"
#include "data/json.h"
#include "pkg/filter.h"
#include "sys/dir.h"
#include "sys/env.h"
#include "sys/file.h"
#include "sys/path.h"

/* --- printing */

void pm_print(const char *format, ...) {
    va_list list;
    va_start(list, format);
    vprintf(format, list);
    va_end(list);
}

const char *pm_colour(const char *code) {
    static int on = -1;
    if (on < 0) on = cmd_has_colour(1);
    return !on ? "" : code ? code : "\x1b[0m";
}

str pm_time(const struct pm *p, double ms) {
    return ms < 1000 ? arena_print(p->a, "%.2fms", ms) : arena_print(p->a, "%.2fs", ms / 1000);
}

void pm_title(const struct pm *p) {
    if (pm_is_quiet(p)) return;
    pm_print("%sbao %s %sv" BAO_VERSION "%s\n", pm_colour("\x1b[1m"), p->name, pm_colour("\x1b[0;2m"), pm_colour(0));
}

static void print_diag(struct pm *p) {
    struct buf b = {0};
    diag_print(&p->d, &b, cmd_has_colour(2));
    fflush(stdout);
    file_write_fd(2, buf_view(&b));
    buf_free(&b);
    diag_free(&p->d);
}

/* --- flags */

bool pm_has(const struct pm *p, const char *flag) {
    return flags_has(&p->flags, flag) || flags_has(&p->c->flags, flag);
}

str pm_value(const struct pm *p, const char *flag) {
    str value = flags_value(&p->flags, flag);
    return value.len ? value : flags_value(&p->c->flags, flag);
}

size_t pm_values(const struct pm *p, const char *flag, str *out, size_t most) {
    size_t n = 0;
    for (size_t i = 0; i < p->flags.list.len; i++) {
        if (strcmp(p->flags.list.at[i].spec->name, flag) != 0) continue;
        if (n < most) out[n] = p->flags.list.at[i].value;
        n++;
    }
    return n < most ? n : most;
}

/* --filter and its kin mean a command too when they stand before its name, as pnpm's do. */
static int take_earlier(struct pm *p, const struct flag_spec *specs, size_t n) {
    static const char *const names[] = {"filter", "workspace", "workspaces", "recursive", "workspace-root", "parallel",
                                        "sequential"};
    for (size_t i = 0; i < p->c->flags.list.len; i++) {
        struct flag f = p->c->flags.list.at[i];
        bool is_one = false;
        for (size_t k = 0; k < sizeof names / sizeof *names; k++) is_one |= strcmp(f.spec->name, names[k]) == 0;
        if (!is_one) continue;
        const struct flag_spec *spec = flags_find(specs, n, str_c(f.spec->name));
        if (!spec) return cmd_error("--%s means nothing to `bao %s`", f.spec->name, p->name);
        f.spec = spec;
        *LIST_ADD(&p->flags.list) = f;
    }
    return 0;
}

bool pm_is_quiet(const struct pm *p) { return p->is_ready ? p->config.silent : pm_has(p, "silent"); }

static bool has_word(const char *words, const char *word) {
    str list = str_c(words), one;
    while (words && str_next(&list, ' ', &one))
        if (str_is(one, word)) return true;
    return false;
}

static bool concerns(const struct pm_usage *u, const char *flag) {
    return !u->all_flags || has_word(u->flags, flag) || !has_word(u->all_flags, flag);
}

static void note_idle_flags(const struct pm *p, const struct pm_usage *u) {
    for (size_t i = 0; i < p->flags.list.len; i++)
        if (!concerns(u, p->flags.list.at[i].spec->name))
            cmd_note("--%s means nothing to `bao %s`", p->flags.list.at[i].spec->name, u->name);
}

static void print_help(const struct pm_usage *u, const struct flag_spec *specs, size_t n) {
    pm_print("%sUsage:%s bao %s\n\n%s\n\n%sFlags:%s\n", pm_colour("\x1b[1m"), pm_colour(0), u->usage, u->what,
             pm_colour("\x1b[1m"), pm_colour(0));
    for (size_t i = 0; i < n; i++) {
        const struct flag_spec *f = &specs[i];
        if (!f->help || !concerns(u, f->name)) continue;
        const char *shows = f->shows ? f->shows : "", *gap = f->shows && f->value == FLAG_VALUE ? " " : "";
        int width = f->letter ? printf("  -%c, --%s%s%s", f->letter, f->name, gap, shows)
                              : printf("      --%s%s%s", f->name, gap, shows);
        pm_print("%*s%s\n", width < 44 ? 44 - width : 1, "", f->help);
    }
    if (u->examples) pm_print("\n%sExamples:%s\n%s", pm_colour("\x1b[1m"), pm_colour(0), u->examples);
}

static int read_words(struct pm *p, const struct flag_spec *specs, size_t n) {
    struct cmd *c = p->c;
    str *words = ARENA_ARRAY(p->a, str, (size_t)c->argc + 1);
    const char *shown = arena_print(p->a, "bao %s", p->name).at;
    for (int at = 0; at < c->argc;) {
        int code = flags_read(&p->flags, specs, n, c->argc, c->argv, at, shown);
        if (code) return code;
        at = p->flags.next;
        bool all = p->flags.ended || p->which == PM_X || p->which == PM_CREATE;
        for (bool first = true; at < c->argc && (all || first); first = false)
            words[p->n_words++] = str_c(c->argv[at++]);
    }
    p->words = words;
    return 0;
}

static int bad_value(const char *flag, str value, const char *wants) {
    return cmd_error("--%s=%.*s: %s", flag, STR_FMT(value), wants);
}

static int number_flag(const struct pm *p, const char *flag, unsigned *to) {
    str value = pm_value(p, flag);
    int64_t n;
    if (!value.len) return 0;
    if (!str_to_int(value, &n) || n < 1 || n > 65535) return bad_value(flag, value, "a number from 1 on is wanted");
    *to = (unsigned)n;
    return 0;
}

static void split_names(struct pm *p, const char *flag, struct pkg_names *to) {
    str all[64];
    size_t n = pm_values(p, flag, all, 64);
    if (!n) return;
    *to = (struct pkg_names){0};
    for (size_t i = 0; i < n; i++)
        for (str part; all[i].len && str_next(&all[i], ',', &part);) {
            to->at = arena_grow(p->a, to->at, to->count * sizeof(str), (to->count + 1) * sizeof(str));
            to->at[to->count++] = part;
        }
}

static int read_ca(struct pm *p) {
    str file = pm_value(p, "cafile"), text = pm_value(p, "ca");
    struct buf b = {0};
    if (text.len) p->config.ca = text;
    if (!file.len) return 0;
    err e = file_read_all(path_resolve(p->a, p->c->cwd, file), &b);
    if (!e) p->config.ca = arena_str(p->a, buf_view(&b));
    buf_free(&b);
    return e ? bad_value("cafile", file, err_text(e)) : 0;
}

/* npm's -w has a workspace's name or folder behind it; pnpm's means the root: then the word behind it is a package. */
static void take_root_flag(struct pm *p) {
    bool is_root = pm_has(p, "workspace-root");
    for (size_t i = 0; i < p->flags.list.len; i++) {
        struct flag *f = &p->flags.list.at[i];
        bool is_name = strcmp(f->spec->name, "workspace") != 0 || strcmp(f->typed, "-w") != 0 || !f->has_next;
        str path = str_starts(f->value, STR("./")) ? str_from(f->value, 2) : f->value;
        for (size_t k = 0; k < p->project.count && !is_name; k++)
            is_name = str_eq(p->project.members[k].manifest.name, f->value) ||
                      (path.len && str_eq(p->project.members[k].path, path));
        if (is_name) continue;
        str *words = ARENA_ARRAY(p->a, str, p->n_words + 2);
        words[0] = f->value;
        if (p->n_words) memcpy(words + 1, p->words, p->n_words * sizeof *words);
        p->words = words;
        p->n_words++;
        p->flags.list.at[i--] = p->flags.list.at[--p->flags.list.len];
        is_root = true;
    }
    if (is_root) p->project.here = STR("");
}

static int apply_flags(struct pm *p) {
    struct pkg_config *c = &p->config;
    static const struct { const char *flag; size_t at; } switches[] = {
        {"yarn", offsetof(struct pkg_config, yarn_lock)},
        {"dry-run", offsetof(struct pkg_config, dry_run)}, {"frozen-lockfile", offsetof(struct pkg_config, frozen)},
        {"lockfile-only", offsetof(struct pkg_config, lockfile_only)},
        {"no-save", offsetof(struct pkg_config, no_save)},
        {"exact", offsetof(struct pkg_config, exact)}, {"ignore-scripts", offsetof(struct pkg_config, ignore_scripts)},
        {"foreground-scripts", offsetof(struct pkg_config, foreground_scripts)},
        {"force", offsetof(struct pkg_config, force)}, {"offline", offsetof(struct pkg_config, offline)},
        {"prefer-offline", offsetof(struct pkg_config, prefer_offline)},
        {"no-cache", offsetof(struct pkg_config, no_cache)},
        {"no-verify", offsetof(struct pkg_config, no_verify)},
        {"no-progress", offsetof(struct pkg_config, no_progress)},
        {"silent", offsetof(struct pkg_config, silent)}, {"verbose", offsetof(struct pkg_config, verbose)},
        {"no-summary", offsetof(struct pkg_config, no_summary)}, {"no-bin-links", offsetof(struct pkg_config, no_bins)},
        {"engine-strict", offsetof(struct pkg_config, strict_engines)},
    };
    for (size_t i = 0; i < sizeof switches / sizeof *switches; i++)
        if (pm_has(p, switches[i].flag)) *(bool *)((char *)c + switches[i].at) = true;
    if (pm_has(p, "production") && p->which != PM_UPDATE) {
        c->no_dev = true;
        if (p->which & (PM_INSTALL | PM_ADD | PM_REMOVE)) c->frozen = true;
    }
    if (pm_has(p, "no-frozen-lockfile")) c->frozen = false;
    if (pm_has(p, "no-optional") && p->which == PM_INSTALL) c->no_optional = true;
    if (str_is(pm_value(p, "loglevel"), "silent")) c->silent = true;
    if (pm_has(p, "no-engine-strict") || pm_has(p, "ignore-engines")) c->strict_engines = false;
    if (pm_has(p, "ignore-platform")) c->os = c->cpu = c->libc = "*";
    if (pm_has(p, "use-bundled-ca")) cmd_note_ca();
    if (pm_has(p, "quiet")) c->no_summary = true;
    str all[16], value;
    size_t n = pm_values(p, "omit", all, 16);
    for (size_t i = 0; i < n; i++)
        for (str list = all[i], part; str_next(&list, ',', &part);)
            if (!pkg_config_omit(c, part, true)) return bad_value("omit", part, "dev, optional or peer is wanted");
    for (str list = pm_value(p, "include"), part; str_next(&list, ',', &part);)
        if (!pkg_config_omit(c, part, false)) return bad_value("include", part, "dev, optional or peer is wanted");
    static str all_names = STR_INIT("*");
    if (pm_has(p, "shamefully-hoist")) c->public_hoist_patterns = (struct pkg_names){&all_names, 1};
    c->strict_peers |= pm_has(p, "strict-peer-deps");
    if ((value = pm_value(p, "linker")).len && !pkg_config_linker(c, value))
        return bad_value("linker", value, "hoisted or isolated is wanted");
    if ((value = pm_value(p, "backend")).len && !pkg_config_backend(c, value))
        return bad_value("backend", value, "hardlink, copyfile, clonefile or symlink is wanted");
    if ((value = pm_value(p, "os")).len) c->os = arena_c(p->a, value);
    if ((value = pm_value(p, "cpu")).len) c->cpu = arena_c(p->a, value);
    if ((value = pm_value(p, "libc")).len) c->libc = arena_c(p->a, value);
    if ((value = pm_value(p, "cache-dir")).len) c->cache = path_resolve(p->a, p->c->cwd, value);
    if ((value = pm_value(p, "registry")).len) {
        if (!str_starts(value, STR("http://")) && !str_starts(value, STR("https://")))
            return bad_value("registry", value, "a URL is wanted");
        pkg_config_registry(c, STR(""), value, STR(""), STR(""), STR(""));
        c->registry = pkg_npmrc_registry(&c->npmrc, STR(""), c->registry);
    }
    if ((value = pm_value(p, "minimum-release-age")).len) {
        c->minimum_age_s = pkg_config_seconds(value);
        if (c->minimum_age_s < 0)
            return bad_value("minimum-release-age", value, "seconds, or a text such as 3d, are wanted");
    }
    split_names(p, "minimum-release-age-excludes", &c->age_excludes);
    split_names(p, "filter", &c->filters);
    take_root_flag(p);
    split_names(p, "workspace", &c->filters);
    if (pm_has(p, "recursive")) split_names(p, "filter", &c->filters);
    int code = number_flag(p, "network-concurrency", &c->n_connections);
    if (!code) code = number_flag(p, "concurrent-scripts", &c->n_scripts);
    int64_t ms = 0;
    value = pm_value(p, "network-timeout");
    if (value.len && (!str_to_int(value, &ms) || ms < 1)) return bad_value("network-timeout", value, "milliseconds are wanted");
    if (ms) c->request_s = (double)ms / 1000;
    return code ? code : read_ca(p);
}

/* A pattern that fits nothing is mostly one that was mistyped. */
static int check_filters(struct pm *p) {
    const struct pkg_names *f = &p->config.filters;
    const bool *is_meant = pkg_filter_members(p->a, &p->project, f);
    bool any = false, must = (p->which != PM_INSTALL || p->n_words) && p->which != PM_OUTDATED;
    struct buf shown = {0};
    for (size_t k = 0; k < p->project.count; k++) any |= is_meant[k];
    for (size_t i = 0; i < f->count; i++) {
        struct pkg_names one = {&f->at[i], 1};
        const bool *fits = pkg_filter_members(p->a, &p->project, &one);
        bool has = f->at[i].len && f->at[i].at[0] == '!';
        for (size_t k = 0; k < p->project.count && !has; k++) has = fits[k];
        buf_print(&shown, "%s\"%.*s\"", i ? ", " : "", STR_FMT(f->at[i]));
        if (!has && (any || !must)) cmd_note("No workspace packages matched the filter \"%.*s\"", STR_FMT(f->at[i]));
    }
    int code = any || !must ? 0 : cmd_error("No workspace packages matched the filter%s %.*s", f->count > 1 ? "s" : "",
                                            STR_FMT(buf_view(&shown)));
    buf_free(&shown);
    return code;
}

/* --- project and settings */

static int no_package(struct pm *p, enum pm_need need) {
    int code = cmd_error("%s: there is no package.json in %.*s or above it", p->name, STR_FMT(p->c->cwd));
    cmd_note("`bao init` makes one");
    return code;
}

static int make_package(str folder) {
    char room[4096];
    int n = snprintf(room, sizeof room, "%.*s/package.json", STR_FMT(folder));
    str file = str_of(room, (size_t)n);
    if (file_exists(file)) return 0;
    dir_make_all(folder, 0777, NULL);
    err e = file_write_all(file, STR("{}\n"), 0666);
    return e ? cmd_error("%.*s: %s", STR_FMT(file), err_text(e)) : 0;
}

static bool makes_package(const struct pm *p) { return p->which == PM_ADD || (p->which == PM_INSTALL && p->n_words); }

static int find_project(struct pm *p, enum pm_need need, str *folder) {
    bool is_global = pm_has(p, "global");
    *folder = p->c->cwd;
    if (is_global) {
        struct pkg_config c;
        if (!pkg_config_read(p->a, p->c->cwd, &p->d, &c)) return 1;
        *folder = c.global_dir;
        pkg_config_done(&c);
        int code = make_package(*folder);
        if (code) return code;
    }
    if (need != PM_PROJECT && !is_global) return 0;
    err e = pkg_project_read(p->a, *folder, &p->d, &p->project);
    if (e == ERR_NOT_FOUND && makes_package(p)) {
        int code = make_package(*folder);
        if (code) return code;
        e = pkg_project_read(p->a, *folder, &p->d, &p->project);
    }
    if (e == ERR_NOT_FOUND) return no_package(p, need);
    *folder = p->project.root;
    return e ? 1 : 0;
}

int pm_open(struct pm *p, struct cmd *c, enum pm_command which, const struct pm_usage *usage, enum pm_need need,
            bool *ends) {
    const struct flag_spec *specs;
    *p = (struct pm){.c = c, .a = &c->arena, .which = which, .name = usage->name};
    *ends = true;
    size_t n = pm_flags(p->a, which, &specs);
    int code = take_earlier(p, specs, n);
    if (!code) code = read_words(p, specs, n);
    if (code) return code;
    if (pm_has(p, "help")) {
        print_help(usage, specs, n);
        return 0;
    }
    note_idle_flags(p, usage);
    code = cmd_enter(c, flags_value(&p->flags, "cwd").len ? &p->flags : &c->flags);
    if (code) return code;
    *ends = need == PM_NOTHING;
    if (need == PM_NOTHING) {
        *ends = false;
        return 0;
    }
    cmd_load_env(c, pm_has(p, "env-file") && !flags_has(&p->flags, "env-file") ? &c->flags : &p->flags);
    *ends = true;
    str folder;
    code = find_project(p, need, &folder);
    str named = pm_value(p, "config");
    if (named.len) named = path_resolve(p->a, c->cwd, named);
    if (!code && !pkg_config_read_with(p->a, folder, named, &p->d, &p->config)) code = 1;
    if (!code) code = apply_flags(p);
    if (!code && p->config.filters.count && p->project.count) code = check_filters(p);
    if (code) {
        print_diag(p);
        return code;
    }
    pkg_session_init(&p->session, p->a, &p->config);
    p->is_ready = true;
    *ends = false;
    return 0;
}

int pm_close(struct pm *p, int code) {
    print_diag(p);
    if (p->is_ready) pkg_session_done(&p->session);
    return code;
}

bool pm_read_lock(struct pm *p, struct pkg_lock *out) {
    struct buf text = {0};
    str path = path_join(p->a, p->project.root, STR("bun.lock"));
    err e = file_read_all(path, &text);
    bool is_read = !e && pkg_lock_read(p->a, arena_str(p->a, buf_view(&text)), STR("bun.lock"), &p->d, out);
    buf_free(&text);
    if (e) cmd_error("%s: there is no lockfile; `bao install` makes bun.lock", p->name);
    return is_read;
}

/* --- members and their texts */

struct pkg_member *pm_here(struct pm *p) {
    for (size_t i = 0; i < p->project.count; i++)
        if (str_eq(p->project.members[i].path, p->project.here)) return &p->project.members[i];
    return &p->project.members[0];
}

bool pm_name_fits(str pattern, str name) { return str_is(pattern, "*") || glob_match(pattern, name); }

size_t pm_members(struct pm *p, struct pkg_member ***out) {
    struct pkg_member **list = *out = ARENA_ARRAY(p->a, struct pkg_member *, p->project.count + 1);
    size_t n = 0;
    if (!p->config.filters.count && !pm_has(p, "recursive")) {
        list[n++] = pm_here(p);
        return n;
    }
    const bool *is_meant = pkg_filter_members(p->a, &p->project, &p->config.filters);
    for (size_t i = 0; i < p->project.count; i++)
        if (is_meant[i]) list[n++] = &p->project.members[i];
    return n;
}

bool pm_change(struct pm *p, struct pkg_member *m, str text) {
    struct pkg_manifest manifest;
    str shown = m->path.len ? path_join(p->a, m->path, STR("package.json")) : STR("package.json");
    if (!pkg_manifest_read(p->a, text, shown, &p->d, &manifest)) return false;
    m->source = text;
    m->manifest = manifest;
    return true;
}

/* Releases older than minimumReleaseAge only; where a tag's own is too young, the highest below it that is not. */
static const struct pkg_release *pick_old(struct pm *p, const struct pkg_packument *k, const struct pkg_spec *spec,
                                          const struct pkg_release *newest) {
    const struct json *times = k->time.len ? json_parse(p->a, k->time, JSON_STRICT, NULL, STR("")) : NULL;
    double least = (double)time(NULL) - p->config.minimum_age_s;
    const struct pkg_release *best = NULL;
    for (size_t i = 0; i < k->count; i++) {
        const struct pkg_release *r = &k->releases[i];
        const struct json *came = json_get(times, r->version);
        if (came && !(pkg_date_seconds(json_text(came)) <= least)) continue;
        if (r == newest) return r;
        bool fits = spec->kind == PKG_SPEC_RANGE
                        ? semver_range_has(spec->range, &r->semver, 0)
                        : (newest->semver.pre.len || !r->semver.pre.len) && semver_cmp(&r->semver, &newest->semver) < 0;
        if (fits && (!best || semver_cmp(&r->semver, &best->semver) > 0)) best = r;
    }
    return best;
}

const struct pkg_release *pm_pick(struct pm *p, const struct pkg_packument *k, const struct pkg_spec *spec) {
    const struct pkg_release *newest = pkg_packument_pick(k, spec, PKG_PICK_PLAIN);
    const struct pkg_names *free_of_it = &p->config.age_excludes;
    bool is_excluded = false;
    for (size_t i = 0; i < free_of_it->count; i++) is_excluded |= str_eq(free_of_it->at[i], spec->name);
    return newest && p->config.minimum_age_s > 0 && !is_excluded ? pick_old(p, k, spec, newest) : newest;
}

int pm_save(struct pm *p) {
    if (p->config.no_save || p->config.dry_run) return 0;
    for (size_t i = 0; i < p->project.count; i++) {
        const struct pkg_member *m = &p->project.members[i];
        str file = path_join3(p->a, p->project.root, m->path, STR("package.json"));
        struct buf now = {0};
        err e = file_read_all(file, &now);
        bool is_same = !e && str_eq(buf_view(&now), m->source);
        buf_free(&now);
        if (is_same) continue;
        struct file_stat is;
        e = pkg_write_whole(p->a, file, m->source, file_stat(file, &is) == 0 ? (uint32_t)(is.mode & 0777) : 0666);
        if (e) return cmd_error("%.*s: %s", STR_FMT(file), err_text(e));
    }
    return 0;
}
