/* cli/scan.c: the security scanner of bunfig.toml ([install.security] scanner): a module that exports `scanner`, as Bun
 * defines it. It is run as a program of its own, by us, and told in a file what is about to be installed. */
#include "cli/pm.h"
#include "data/json.h"
#include "pkg/audit.h"
#include "sys/dir.h"
#include "sys/env.h"
#include "sys/file.h"
#include "sys/path.h"
#include "sys/proc.h"
#include "sys/program.h"
#include "sys/tty.h"

static const char code[] =
    "const [root, folder, name] = process.argv.slice(-3), fs = await import('node:fs')\n"
    "const end = result => { fs.writeFileSync(`${folder}/out.json`, JSON.stringify(result)); process.exit(0) }\n"
    "process.chdir(root)\n"
    "let scanner\n"
    "try { scanner = (await import(name)).scanner } catch (error) { end({ error: `cannot be loaded: ${error?.message ?? error}` }) }\n"
    "if (typeof scanner?.scan !== 'function') end({ error: 'exports no `scanner` with a function `scan`' })\n"
    "if (scanner.version !== '1') end({ error: `is of version ${scanner.version}; 1 is understood` })\n"
    "try { end({ found: await scanner.scan({ packages: JSON.parse(fs.readFileSync(`${folder}/in.json`, 'utf8')) }) }) }\n"
    "catch (error) { end({ error: `failed: ${error?.message ?? error}` }) }\n";

/* --- what it is told */

/* Without credentials and query. */
static str clean(struct arena *a, str url) {
    ptrdiff_t scheme = str_find(url, STR("://")), query = str_find_char(url, '?');
    if (scheme < 0) return url;
    str rest = str_from(url, (size_t)scheme + 3), hash = STR("");
    if (query >= 0) {
        ptrdiff_t at = str_find_char(str_from(url, (size_t)query), '#');
        hash = at < 0 ? STR("") : str_from(url, (size_t)(query + at));
        rest = str_upto(rest, (size_t)(query - scheme - 3));
    }
    ptrdiff_t slash = str_find_char(rest, '/');
    ptrdiff_t user = str_find_char(slash < 0 ? rest : str_upto(rest, (size_t)slash), '@');
    if (user >= 0) rest = str_from(rest, (size_t)user + 1);
    return arena_print(a, "%.*s%.*s%.*s", (int)scheme + 3, url.at, STR_FMT(rest), STR_FMT(hash));
}

static str version_of(struct arena *a, const struct pkg_package *k) {
    switch (k->source) {
    case PKG_NPM: return k->version;
    case PKG_FOLDER: return arena_print(a, "file:%.*s", STR_FMT(k->place));
    case PKG_LINK: return arena_print(a, "link:%.*s", STR_FMT(k->place));
    case PKG_GIT: return clean(a, arena_print(a, "%.*s#%.*s", STR_FMT(k->place), STR_FMT(k->commit)));
    case PKG_GITHUB: return arena_print(a, "github:%.*s#%.*s", STR_FMT(k->place), STR_FMT(k->commit));
    default: return clean(a, k->place);
    }
}

static str tarball_of(struct pm *p, const struct pkg_package *k) {
    str api = env_or("GITHUB_API_URL", "https://api.github.com");
    if (k->source == PKG_NPM)
        return k->place.len ? k->place : pkg_tarball_url(p->a, &p->config, k->name, k->version);
    if (k->source == PKG_GITHUB)
        return arena_print(p->a, "%.*s/repos/%.*s/tarball/%.*s", STR_FMT(api), STR_FMT(k->place), STR_FMT(k->commit));
    return k->source == PKG_TARBALL_URL || k->source == PKG_TARBALL_FILE ? clean(p->a, k->place) : STR("");
}

static int by_order(const void *a, const void *b) { return pkg_edge_order(a, b); }

/* Every package once, those that are depended on directly first, with what asked for it first. */
static struct json *packages_of(struct pm *p, const struct pkg_lock *l) {
    struct json *list = json_new(p->a, JSON_ARRAY);
    bool *seen = ARENA_ARRAY(p->a, bool, l->n_packages + 1);
    pkg_id *queue = ARENA_ARRAY(p->a, pkg_id, l->n_packages + 1);
    size_t n = 0;
    for (pkg_id i = 0; i < l->n_packages; i++)
        if (l->packages[i].source == PKG_ROOT || l->packages[i].source == PKG_WORKSPACE) seen[queue[n++] = i] = true;
    for (size_t at = 0; at < n; at++) {
        const struct pkg_package *from = &l->packages[queue[at]];
        struct pkg_edge *edges = ARENA_ARRAY(p->a, struct pkg_edge, from->n_edges + 1);
        if (from->n_edges) memcpy(edges, from->edges, from->n_edges * sizeof *edges);
        qsort(edges, from->n_edges, sizeof *edges, by_order);
        for (size_t i = 0; i < from->n_edges; i++) {
            pkg_id id = edges[i].to;
            if (id == PKG_NONE || seen[id]) continue;
            seen[queue[n++] = id] = true;
            struct json *one = json_new(p->a, JSON_OBJECT);
            json_set(one, STR("name"), json_new_text(p->a, l->packages[id].name));
            json_set(one, STR("version"), json_new_text(p->a, version_of(p->a, &l->packages[id])));
            json_set(one, STR("requestedRange"), json_new_text(p->a, clean(p->a, edges[i].spec)));
            json_set(one, STR("tarball"), json_new_text(p->a, tarball_of(p, &l->packages[id])));
            json_add(list, one);
        }
    }
    return list;
}

/* --- where it is */

static const struct pkg_package *locked(const struct pkg_lock *l, str name) {
    for (pkg_id i = 0; i < l->n_packages; i++) {
        const struct pkg_package *k = &l->packages[i];
        if (k->source != PKG_ROOT && k->source != PKG_WORKSPACE) continue;
        for (size_t e = 0; e < k->n_edges; e++)
            if (str_eq(k->edges[e].name, name) && k->edges[e].to != PKG_NONE) return &l->packages[k->edges[e].to];
    }
    return NULL;
}

/* A scanner that nobody installed yet: alone, in the cache, as it is locked. */
static int install_alone(struct pm *p, const struct pkg_package *k, str folder) {
    struct pkg_config config = p->config;
    struct pkg_project project;
    struct pkg_install_result out;
    struct buf text = {0};
    size_t unused;
    config.linker = PKG_LINKER_HOISTED;
    config.ignore_scripts = true;
    config.frozen = config.no_dev = config.no_optional = config.yarn_lock = false;
    config.filters.count = 0;
    struct pkg_install_options options = {.project = &project, .config = &config, .session = &p->session};
    buf_print(&text, "{\"private\":true,\"dependencies\":{\"%.*s\":\"%.*s\"}}\n", STR_FMT(k->name), STR_FMT(k->version));
    err e = dir_make_all(folder, 0777, &unused);
    if (!e) e = pkg_write_whole(p->a, path_join(p->a, folder, STR("package.json")), buf_view(&text), 0644);
    buf_free(&text);
    if (!e) e = pkg_project_read(p->a, folder, &p->d, &project);
    if (!e) e = pkg_install(p->a, &options, &p->d, &out);
    return e ? cmd_error("the security scanner %.*s cannot be installed: %s", STR_FMT(k->name), err_text(e)) : 0;
}

static bool has_module(struct pm *p, str folder, str name) {
    return file_exists(arena_print(p->a, "%.*s/node_modules/%.*s/package.json", STR_FMT(folder), STR_FMT(name)));
}

/* The folder whose node_modules has it. */
static int find_scanner(struct pm *p, const struct pkg_lock *l, str *base) {
    str name = p->config.scanner;
    *base = p->project.root;
    if (path_is_absolute(name)) {
        if (file_exists(name)) return 0;
        return cmd_error("the security scanner %.*s of bunfig.toml is not there", STR_FMT(name));
    }
    for (str at = p->project.root;; at = path_dirname(at)) {
        *base = at;
        if (has_module(p, at, name)) return 0;
        if (at.len <= 1) break;
    }
    *base = p->c->cwd;
    if (has_module(p, *base, name)) return 0;
    const struct pkg_package *k = pkg_name_is_valid(name) ? locked(l, name) : NULL;
    if (!k || k->source != PKG_NPM) {
        int failed = cmd_error("the security scanner %.*s of bunfig.toml is not installed", STR_FMT(name));
        cmd_note("`bao add --dev %.*s` makes it a dependency", STR_FMT(name));
        return failed;
    }
    str key = arena_print(p->a, "scanner-%.*s@%.*s", STR_FMT(name), STR_FMT(k->version));
    for (size_t i = 0; i < key.len; i++) if (key.at[i] == '/') ((char *)(uintptr_t)key.at)[i] = '+';
    *base = path_join3(p->a, p->config.cache, STR("x"), key);
    return install_alone(p, k, *base);
}

/* --- running it */

static int run(struct pm *p, str base, str folder) {
    str module = p->config.scanner;
    if (path_is_absolute(module)) module = arena_join(p->a, STR("file://"), module);
    const char *const words[] = {"bao", "-e", code, "--", arena_c(p->a, p->project.root), arena_c(p->a, folder),
                                 arena_c(p->a, module), NULL};
    struct proc_spec spec = {.file = arena_c(p->a, program.exec_path), .argv = (char *const *)(uintptr_t)words,
                             .cwd = arena_c(p->a, base), .fds = (int[]){0, 1, 2}, .n_fds = 3, .uid = -1, .gid = -1};
    struct proc_end end;
    pid_t pid;
    err e = proc_spawn(&spec, &pid);
    if (!e) e = proc_wait_passing_signals(pid, &end);
    if (e) return cmd_error("the security scanner does not start: %s", err_text(e));
    if (end.signal) return cmd_error("the security scanner was ended by %s", proc_signal_name(end.signal));
    return end.code ? cmd_error("the security scanner left with exit code %d", end.code) : 0;
}

static int read_result(struct pm *p, str folder, const struct json **found) {
    struct buf text = {0};
    const struct json *result = NULL;
    if (file_read_all(path_join(p->a, folder, STR("out.json")), &text) == 0)
        result = json_parse(p->a, arena_str(p->a, buf_view(&text)), JSON_STRICT, NULL, STR(""));
    buf_free(&text);
    str why = json_text(json_get_c(result, "error"));
    *found = json_get_c(result, "found");
    if (why.len) return cmd_error("the security scanner %.*s %.*s", STR_FMT(p->config.scanner), STR_FMT(why));
    if (!json_is(*found, JSON_ARRAY))
        return cmd_error("the security scanner %.*s gave no list of advisories", STR_FMT(p->config.scanner));
    size_t i = 0;
    for JSON_EACH(one, *found) {
        str level = json_text(json_get_c(one, "level"));
        bool is_good = json_text(json_get_c(one, "package")).len && (str_is(level, "fatal") || str_is(level, "warn"));
        if (!is_good)
            return cmd_error("the security scanner %.*s: advisory %zu has no package, or no level \"fatal\" or \"warn\"",
                             STR_FMT(p->config.scanner), i);
        i++;
    }
    return 0;
}

/* --- what it found */

static void print_way(struct pm *p, const struct pkg_lock *l, str name) {
    str root = p->project.members[0].manifest.name;
    if (!root.len) root = path_basename(p->project.root);
    for (pkg_id i = 0; i < l->n_packages; i++) {
        const struct pkg_package *k = &l->packages[i];
        if (!str_eq(k->name, name) || k->source == PKG_ROOT || k->source == PKG_WORKSPACE) continue;
        str way = pkg_audit_path(p->a, l, i), part;
        pm_print("    %svia %.*s", pm_colour("\x1b[2m"), STR_FMT(root));
        if (!way.len) pm_print(" › %.*s", STR_FMT(name));
        for (ptrdiff_t at; way.len; way = at < 0 ? STR("") : str_from(way, (size_t)at + 3)) {
            at = str_find(way, STR(" > "));
            part = at < 0 ? way : str_upto(way, (size_t)at);
            pm_print(" › %.*s", STR_FMT(part));
        }
        pm_print("%s\n", pm_colour(0));
        return;
    }
}

static int print_found(struct pm *p, const struct pkg_lock *l, const struct json *found, bool asks) {
    size_t n_fatal = 0, n_warn = 0;
    for JSON_EACH(one, found) {
        bool is_fatal = str_is(json_text(json_get_c(one, "level")), "fatal");
        str name = json_text(json_get_c(one, "package")), text = json_text(json_get_c(one, "description")),
            url = json_text(json_get_c(one, "url"));
        n_fatal += is_fatal, n_warn += !is_fatal;
        pm_print("\n  %s%s%s: %.*s\n", pm_colour(is_fatal ? "\x1b[1;31m" : "\x1b[1;33m"), is_fatal ? "FATAL" : "WARNING",
                 pm_colour(0), STR_FMT(name));
        print_way(p, l, name);
        if (text.len) pm_print("    %.*s\n", STR_FMT(text));
        if (url.len) pm_print("    %.*s\n", STR_FMT(url));
    }
    size_t n = n_fatal + n_warn;
    if (!n) return 0;
    pm_print("\n%zu advisor%s (", n, n == 1 ? "y" : "ies");
    if (n_fatal) pm_print("%zu fatal%s", n_fatal, n_warn ? ", " : "");
    if (n_warn) pm_print("%zu warning%s", n_warn, n_warn == 1 ? "" : "s");
    pm_print(")\n");
    fflush(stdout);
    if (!asks) return 1;
    if (n_fatal) return cmd_error("nothing is installed: the security scanner found what is fatal");
    if (!tty_is(0) || !tty_is(2)) return cmd_error("nothing is installed: there are warnings, and no terminal to ask on");
    char answer[16] = "";
    fprintf(stderr, "Go on in spite of the warnings? [y/N] ");
    fflush(stderr);
    return fgets(answer, sizeof answer, stdin) && (answer[0] == 'y' || answer[0] == 'Y') ? 0 : 1;
}

int pm_scan_lock(struct pm *p, const struct pkg_lock *l, bool asks) {
    struct buf text = {0};
    const struct json *found;
    str base, folder;
    p->was_refused = true;
    int failed = find_scanner(p, l, &base);
    if (failed) return failed;
    err e = dir_make_temp(p->a, path_join(p->a, env_or("TMPDIR", "/tmp"), STR("bao-scan-")), &folder);
    json_write(&text, packages_of(p, l), STR(""));
    if (!e) e = file_write_all(path_join(p->a, folder, STR("in.json")), buf_view(&text), 0600);
    buf_free(&text);
    if (e) return cmd_error("the security scanner cannot be told what is installed: %s", err_text(e));
    failed = run(p, base, folder);
    if (!failed) failed = read_result(p, folder, &found);
    dir_remove_all(folder);
    if (!failed) failed = print_found(p, l, found, asks);
    p->was_refused = failed != 0;
    return failed;
}

int pm_scan(struct pm *p, size_t from) {
    struct pkg_lock l;
    if (!p->config.scanner.len) {
        int failed = cmd_error("pm scan: no security scanner is configured");
        cmd_note("bunfig.toml: [install.security] scanner = \"<package>\"");
        return failed;
    }
    if (!pm_read_lock(p, &l)) return 1;
    int failed = pm_scan_lock(p, &l, false);
    if (!failed) pm_print("No advisories found\n");
    return failed;
}
