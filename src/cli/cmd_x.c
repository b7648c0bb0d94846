/* cli/cmd_x.c: bao x (also baox): a package's program, from node_modules or from an install of its own in the cache. */
#include "cli/pm.h"
#include "data/json.h"
#include "sys/dir.h"
#include "sys/file.h"
#include "sys/path.h"

#include <time.h>

static const struct pm_usage usage = {
    "x",
    "x [flags] <package>[@<version>] [arguments of the program]\n       baox",
    "Runs a package's program: the one of node_modules when it is there, else it is installed in the cache first.\n"
    "Flags stand before the package; what follows it belongs to the program.",
    "  bao x prisma migrate\n  bao x -p @angular/cli ng new my-app\n  bao x --bun vite dev        run by bao, not by node\n",
};

enum { FRESH_S = 24 * 3600 };            /* so long "latest" stays what it was */

static bool has_version(str typed) {
    str name, spec;
    pkg_spec_split(typed, &name, &spec);
    return !name.len || spec.len;
}

/* A folder of the cache with a project that depends on what was asked for. */
static int install(struct pm *p, const str *packages, size_t n, str folder) {
    struct buf text = {0};
    struct file_stat is;
    bool is_pinned = true;
    for (size_t i = 0; i < n; i++) {
        str name, spec;
        struct semver v;
        pkg_spec_split(packages[i], &name, &spec);
        is_pinned &= semver_parse(spec, 0, &v);
    }
    str file = path_join(p->a, folder, STR("package.json")), done = path_join(p->a, folder, STR("bun.lock"));
    bool is_there = file_stat(done, &is) == 0 && file_exists(path_join(p->a, folder, STR("node_modules")));
    if (is_there && !p->config.force &&
        (is_pinned || p->config.offline || (int64_t)time(NULL) - is.mtime.sec < FRESH_S))
        return 0;
    buf_lit(&text, "{\n  \"private\": true,\n  \"dependencies\": {");
    for (size_t i = 0; i < n; i++) {
        str name, spec;
        pkg_spec_split(packages[i], &name, &spec);
        if (!pkg_name_is_valid(name)) {
            buf_free(&text);
            return cmd_error("x: \"%.*s\" is no name of a package", STR_FMT(packages[i]));
        }
        buf_print(&text, "%s\n    \"%.*s\": ", i ? "," : "", STR_FMT(name));
        json_write_text(&text, spec.len ? spec : STR("latest"));
    }
    buf_lit(&text, "\n  }");
    if (pm_has(p, "trust")) {
        buf_lit(&text, ",\n  \"trustedDependencies\": [");
        for (size_t i = 0; i < n; i++) {
            str name, spec;
            pkg_spec_split(packages[i], &name, &spec);
            buf_print(&text, "%s\"%.*s\"", i ? ", " : "", STR_FMT(name));
        }
        buf_lit(&text, "]");
    }
    buf_lit(&text, "\n}\n");
    dir_make_all(folder, 0777, NULL);
    err e = pkg_write_whole(p->a, file, buf_view(&text), 0644);
    buf_free(&text);
    if (e) return cmd_error("x: %.*s: %s", STR_FMT(file), err_text(e));
    file_unlink(done);                                   /* "latest" is asked for anew */
    e = pkg_project_read(p->a, folder, &p->d, &p->project);
    if (e) return 1;
    struct pm_run r = {0};
    struct pkg_install_result out;
    p->config.frozen = false;
    p->config.silent = true;
    p->config.linker = PKG_LINKER_HOISTED;
    return pm_install(p, &r, &out);
}

static str base_name(str package) {
    ptrdiff_t slash = str_rfind_char(package, '/');
    return slash < 0 ? package : str_from(package, (size_t)slash + 1);
}

/* The program that a package means when none is named: its own name's, or its only one. */
static int program_of(struct pm *p, str modules, str package, str *name) {
    struct buf text = {0};
    struct pkg_manifest m = {0};
    str file = path_join3(p->a, modules, package, STR("package.json"));
    bool ok = file_read_all(file, &text) == 0 &&
              pkg_manifest_read(p->a, arena_str(p->a, buf_view(&text)), file, &p->d, &m);
    buf_free(&text);
    if (!ok) return cmd_error("x: %.*s was not installed", STR_FMT(package));
    for (size_t i = 0; i < m.n_bins; i++)
        if (m.n_bins == 1 || str_eq(m.bins[i].name, base_name(package))) {
            *name = m.bins[i].name;
            return 0;
        }
    if (!m.n_bins) return cmd_error("x: %.*s has no program", STR_FMT(package));
    int code = cmd_error("x: %.*s has several programs, and none of its own name", STR_FMT(package));
    struct buf b = {0};
    for (size_t i = 0; i < m.n_bins; i++) buf_print(&b, "%s%.*s", i ? ", " : "", STR_FMT(m.bins[i].name));
    cmd_note("`bao x -p %.*s <program>`: %.*s", STR_FMT(package), STR_FMT(buf_view(&b)));
    buf_free(&b);
    return code;
}

static int run(struct pm *p) {
    if (!p->n_words) return cmd_error("x: which package? `bao x <package>`");
    str packages[16], name = p->words[0], file, spec;
    size_t n = pm_values(p, "package", packages, 16);
    bool names_program = n > 0;
    int argc = (int)p->n_words - 1;
    char **argv = ARENA_ARRAY(p->a, char *, p->n_words + 1);
    for (int i = 0; i < argc; i++) argv[i] = (char *)(uintptr_t)p->words[i + 1].at;
    if (!names_program) {
        if (!has_version(name) && script_find_bin(p->c, base_name(name), &file)) {
            if (name.at[0] != '@') return script_run_bin(p->c, file, argc, argv, &p->flags);
            str real;        /* a scoped package's program, not another's of the same name */
            if (file_realpath(p->a, file, &real) == 0 &&
                str_find(real, arena_print(p->a, "/%.*s/", STR_FMT(name))) >= 0)
                return script_run_bin(p->c, file, argc, argv, &p->flags);
        }
        packages[n++] = str_is(name, "tsc") ? STR("typescript") : name;
    } else if (script_find_bin(p->c, name, &file)) return script_run_bin(p->c, file, argc, argv, &p->flags);
    if (pm_has(p, "no-install"))
        return cmd_error("x: %.*s is not in node_modules, and --no-install was given", STR_FMT(name));
    struct buf key = {0};
    for (size_t i = 0; i < n; i++) buf_print(&key, "%s%.*s", i ? "+" : "", STR_FMT(packages[i]));
    buf_print(&key, "-%08x", (unsigned)str_hash(p->config.registry));
    for (size_t i = 0; i < key.len; i++) if (key.at[i] == '/' || key.at[i] == ':') key.at[i] = '+';
    str folder = path_join3(p->a, p->config.cache, STR("x"), buf_view(&key)),
        modules = path_join(p->a, folder, STR("node_modules"));
    buf_free(&key);
    int code = install(p, packages, n, folder);
    if (code) return code;
    if (names_program) spec = name;
    else if (str_is(name, "tsc")) spec = name;
    else {
        str package, version;
        pkg_spec_split(packages[0], &package, &version);
        if ((code = program_of(p, modules, package, &spec))) return code;
    }
    file = path_join3(p->a, modules, STR(".bin"), spec);
    if (!file_exists(file)) return cmd_error("x: %.*s brings no program \"%.*s\"", STR_FMT(packages[0]), STR_FMT(spec));
    pm_close(p, 0);
    p->is_ready = false;
    return script_run_bin(p->c, file, argc, argv, &p->flags);
}

int cmd_x(struct cmd *c) {
    struct pm p;
    bool ends;
    int code = pm_open(&p, c, PM_X, &usage, PM_CONFIG, &ends);
    return ends ? code : pm_close(&p, run(&p));
}
