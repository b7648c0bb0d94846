/* cli/analyze.c: --analyze: the packages that files import, and those that they import, which package.json does not
 * name yet. Files are read and parsed; nothing runs. */
#include <stdlib.h>

#include "base/map.h"
#include "cli/pm.h"
#include "lang/lang.h"
#include "load/load.h"
#include "resolve/resolve.h"
#include "rt/modules/names.h"
#include "sys/file.h"
#include "sys/path.h"

struct analysis {
    struct pm *p;
    struct resolver *resolver;
    struct map seen, names;          /* files; packages */
    LIST(str) todo, found;
    bool failed;
};

/* "@s/x/deep" -> "@s/x" */
static str package_of(str specifier) {
    size_t parts = specifier.len && specifier.at[0] == '@' ? 2 : 1;
    for (size_t i = 0; i < specifier.len; i++)
        if (specifier.at[i] == '/' && --parts == 0) return str_upto(specifier, i);
    return specifier;
}

static bool is_declared(struct pm *p, str name) {
    const struct pkg_manifest *here = &pm_here(p)->manifest, *root = &p->project.members[0].manifest;
    return str_eq(name, here->name) || pkg_manifest_find(here, name) || pkg_manifest_find(root, name) ||
           pkg_project_find(&p->project, name);
}

static bool is_first(struct map *seen, str text) {
    if (map_get(seen, text)) return false;
    map_put(seen, text, seen);
    return true;
}

static void want_file(struct analysis *a, str path) {
    if (is_first(&a->seen, path) && load_format_of(path, STR(""), RESOLVE_IMPORT) == LOAD_SCRIPT) *LIST_ADD(&a->todo) = path;
}

static void take(struct analysis *a, str from, const struct lang_call *call) {
    struct arena *arena = a->p->a;
    struct resolve_result to;
    struct resolve_failure why;
    str builtin, specifier = arena_str(arena, call->specifier);
    enum resolve_mode mode = call->is_import || call->is_statement ? RESOLVE_IMPORT : RESOLVE_REQUIRE;
    bool is_path = path_is_dotted(specifier) || path_is_absolute(specifier);
    if (!specifier.len || rt_module_builtin(specifier, &builtin) || str_find_char(specifier, ':') >= 0) return;
    bool is_there = resolve_specifier(a->resolver, arena, from, specifier, mode, &to, &why);
    if (is_there && to.kind == RESOLVE_BUILTIN) return;
    if (is_there && to.kind == RESOLVE_FILE && !resolve_in_node_modules(to.path)) {
        want_file(a, to.path);       /* its own file, or by way of tsconfig's paths or "imports" */
        return;
    }
    if (is_path || specifier.at[0] == '#') {
        cmd_note("%.*s: %.*s leads nowhere", STR_FMT(from), STR_FMT(specifier));
        return;
    }
    str name = package_of(specifier);
    if (!pkg_name_is_valid(name) || is_declared(a->p, name)) return;
    if (is_first(&a->names, name)) *LIST_ADD(&a->found) = name;
}

static void print_wrong(const struct diag *d) {
    struct buf b = {0};
    diag_print(d, &b, cmd_has_colour(2));
    file_write_fd(2, buf_view(&b));
    buf_free(&b);
}

static void read_file(struct analysis *a, str path) {
    struct buf text = {0};
    struct diag d = {0};
    struct lang_unit u;
    str ext = path_extname(path);
    bool is_ts = str_is(ext, ".ts") || str_is(ext, ".mts") || str_is(ext, ".cts");
    struct lang_options o = {
        .dialect = is_ts ? LANG_TS : str_is(ext, ".tsx") ? LANG_TSX : LANG_JSX,
        .keep_modules = true, .keep_unused_imports = true, .jsx = LANG_JSX_AUTOMATIC,
    };
    load_follow_tsconfig(resolve_tsconfig(a->resolver, path), &o);
    err e = file_read_all(path, &text);
    if (e) {
        cmd_error("%.*s: %s", STR_FMT(path), err_text(e));
        a->failed = true;
        return;
    }
    if (lang_lower(&u, path, buf_view(&text), &o, &d)) {
        for (uint32_t i = 0; i < u.n_calls; i++) take(a, path, &u.calls[i]);
        struct lang_call jsx = {.specifier = u.jsx_source, .is_import = true};
        if (jsx.specifier.len) take(a, path, &jsx);
    } else {
        print_wrong(&d);
        a->failed = true;
    }
    lang_unit_done(&u);
    diag_free(&d);
    buf_free(&text);
}

static int by_text(const void *a, const void *b) { return str_cmp(*(const str *)a, *(const str *)b); }

int pm_analyze(struct pm *p, const str **names, size_t *n) {
    struct resolve_options options = {.builtin = rt_module_builtin};
    struct analysis a = {.p = p, .resolver = resolve_new(&options)};
    for (size_t i = 0; i < p->n_words; i++) {
        struct resolve_result to;
        struct resolve_failure why;
        str path = path_resolve(p->a, p->c->cwd, p->words[i]);
        if (resolve_entry(a.resolver, p->a, path, false, &to, &why) && to.kind == RESOLVE_FILE) {
            want_file(&a, to.path);
            continue;
        }
        cmd_error("%s --analyze: there is no file %.*s", p->name, STR_FMT(p->words[i]));
        a.failed = true;
    }
    while (a.todo.len && !a.failed) read_file(&a, a.todo.at[--a.todo.len]);
    if (a.found.len) qsort(a.found.at, a.found.len, sizeof *a.found.at, by_text);
    str *out = ARENA_ARRAY(p->a, str, a.found.len + 1);
    if (a.found.len) memcpy(out, a.found.at, a.found.len * sizeof *out);
    *names = out;
    *n = a.found.len;
    LIST_FREE(&a.todo);
    LIST_FREE(&a.found);
    map_free(&a.seen);
    map_free(&a.names);
    resolve_free(a.resolver);
    return a.failed;
}
