/* cli/cmd_build.c: bao build --no-bundle: files -> text without types, many at once on the pool. The engine is not
 * needed. */
#include "base/list.h"
#include "base/map.h"
#include "cli/cmd.h"
#include "data/base64.h"
#include "lang/lang.h"
#include "load/load.h"
#include "resolve/resolve.h"
#include "sys/dir.h"
#include "sys/file.h"
#include "sys/path.h"
#include "sys/pool.h"

#define ON(name, letter, help)   {name, letter, FLAG_SWITCH, FLAG_READY, NULL, NULL, help}
#define WITH(name, shows, help)  {name, 0, FLAG_VALUE, FLAG_READY, NULL, shows, help}
#define LATER(name, value)       {name, 0, value, FLAG_LATER, NULL, NULL, NULL}

static const struct flag_spec flags_build[] = {
    ON("help", 'h', "show this"),
    ON("no-bundle", 0, "each file by itself: types go, imports stay"),
    WITH("outdir", "<folder>", "where the files go, named as they lie below their common folder"),
    WITH("root", "<folder>", "the folder that files in --outdir are named from, in place of the common one"),
    WITH("outfile", "<file>", "where the text of the one file goes"),
    WITH("tsconfig-override", "<file>", "use this instead of the nearest tsconfig.json"),
    ON("minify-whitespace", 0, "no white space that is not needed"),
    {"sourcemap", 0, FLAG_MAYBE, FLAG_READY, NULL, "[=<kind>]",
     "a source map: linked (also without a kind), external, inline, none"},
    LATER("minify", FLAG_SWITCH), LATER("minify-syntax", FLAG_SWITCH), LATER("minify-identifiers", FLAG_SWITCH),
    LATER("compile", FLAG_SWITCH), LATER("watch", FLAG_SWITCH),
    LATER("splitting", FLAG_SWITCH),
    LATER("format", FLAG_VALUE), LATER("target", FLAG_VALUE), LATER("external", FLAG_VALUE),
    LATER("define", FLAG_VALUE),
    LATER("entry-naming", FLAG_VALUE), LATER("public-path", FLAG_VALUE), LATER("banner", FLAG_VALUE),
    LATER("footer", FLAG_VALUE), LATER("packages", FLAG_VALUE), LATER("production", FLAG_SWITCH),
    LATER("bytecode", FLAG_SWITCH),
};
enum { N_BUILD = sizeof flags_build / sizeof *flags_build };

static void help(void) {
    printf(
        "bao build --no-bundle makes JavaScript of TypeScript and JSX, file by file; to standard output without --outdir\n"
        "and --outfile. Bundling is not there yet.\n\nUsage: bao build --no-bundle [flags] <files>\n\nFlags:\n");
    for (size_t i = 0; i < N_BUILD; i++) {
        const struct flag_spec *f = &flags_build[i];
        if (!f->help) continue;
        int width = f->letter ? printf("  -%c, --%s", f->letter, f->name) : printf("      --%s", f->name);
        if (f->shows) width += printf(" %s", f->shows);
        printf("%*s%s\n", width < 38 ? 38 - width : 1, "", f->help);
    }
}

enum map_kind { MAP_NONE, MAP_LINKED, MAP_EXTERNAL, MAP_INLINE };

struct job {
    struct pool_job job;
    str path, whole_path, to;            /* to: empty for standard output */
    bool compact, whole;
    struct lang_options o;
    enum map_kind map_kind;
    struct buf source, out, map;
    struct diag d;
    err failed;
    str failed_at;
};

static bool dialect_of(str path, struct lang_options *o) {
    static const struct { const char *ext; enum lang_dialect dialect; } all[] = {
        {".ts", LANG_TS}, {".mts", LANG_TS}, {".cts", LANG_TS}, {".tsx", LANG_TSX},
        {".js", LANG_JSX}, {".mjs", LANG_JSX}, {".cjs", LANG_JSX}, {".jsx", LANG_JSX}};
    str ext = path_extname(path);
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        if (!str_is(ext, all[i].ext)) continue;
        o->dialect = all[i].dialect;
        o->goal = str_starts(ext, STR(".m")) ? LANG_ESM : str_is(ext, ".cjs") ? LANG_CJS : LANG_DETECT;
        return true;
    }
    return false;
}

/* The map of what was made; what is to be told of it goes to the end of the text. */
static void add_map(struct job *j, const struct lang_map *m, str source) {
    struct arena a = {0};
    str name = path_basename(j->to);
    str sources[] = {j->to.len ? path_relative(&a, path_dirname(j->to), j->whole_path) : j->path};
    srcmap_write(&m->mappings, name, STR(""), sources, &source, 1, m->names, m->n_names, &j->map);
    if (j->map_kind == MAP_LINKED || j->map_kind == MAP_INLINE) {
        if (j->out.len && j->out.at[j->out.len - 1] != '\n') buf_lit(&j->out, "\n");
        buf_lit(&j->out, "//# sourceMappingURL=");
    }
    if (j->map_kind == MAP_LINKED) buf_print(&j->out, "%.*s.map\n", STR_FMT(name));
    if (j->map_kind == MAP_INLINE) {
        buf_lit(&j->out, "data:application/json;charset=utf-8;base64,");
        size_t n = base64_len(j->map.len, BASE64);
        base64_write(buf_view(&j->map), buf_room(&j->out, n), BASE64);
        j->out.len += n;
        buf_lit(&j->out, "\n");
        buf_free(&j->map);
    }
    arena_free(&a);
}

static err write_out(struct job *j, str to, struct buf *text) {
    j->failed_at = to;
    err e = file_write_all(to, buf_view(text), 0666);
    buf_free(text);
    return e;
}

static void run(struct pool_job *p) {
    static _Thread_local struct lang_scratch *scratch;       /* fresh memory is what a small file costs most */
    struct job *j = (struct job *)p;
    if (!scratch) scratch = lang_scratch_new();
    j->o.scratch = scratch;
    j->failed_at = j->path;
    j->failed = file_read_all(j->path, &j->source);
    if (j->failed) return;
    str source = buf_view(&j->source);
    if (str_starts(source, STR("\xef\xbb\xbf"))) source = str_from(source, 3);
    struct lang_map map = {0};
    j->whole = lang_text(&j->out, j->map_kind ? &map : NULL, j->path, source, &j->o, j->compact, &j->d);
    if (j->whole && j->map_kind) add_map(j, &map, source);
    lang_map_done(&map);
    buf_free(&j->source);
    if (!j->whole || !j->to.len) return;
    size_t made;
    j->failed_at = j->to;
    j->failed = dir_make_all(path_dirname(j->to), 0777, &made);
    if (!j->failed) j->failed = write_out(j, j->to, &j->out);
    if (j->failed || !j->map.len) return;
    struct buf to = {0};
    buf_print(&to, "%.*s.map", STR_FMT(j->to));
    j->failed = write_out(j, buf_view(&to), &j->map);
    if (j->failed) j->failed_at = j->to;
    buf_free(&to);
}

static int say(struct job *j) {
    if (j->failed) return cmd_error("%.*s: %s", STR_FMT(j->failed_at), err_text(j->failed));
    struct buf text = {0};
    diag_print(&j->d, &text, cmd_has_colour(2));
    file_write_fd(2, buf_view(&text));
    buf_free(&text);
    if (!j->whole) return 1;
    if (!j->to.len) file_write_fd(1, buf_view(&j->out));
    return 0;
}

/* The folder that all files lie in. */
static str common_folder(struct cmd *c, const str *files, size_t n) {
    str folder = path_dirname(path_resolve(&c->arena, c->cwd, files[0]));
    for (size_t i = 1; i < n; i++) {
        str file = path_resolve(&c->arena, c->cwd, files[i]);
        while (!path_is_inside(file, folder)) folder = path_dirname(folder);
    }
    return folder;
}

/* Where a file goes: as it lies below `folder`, and `_.._` for each step out of it. */
static str place_of(struct cmd *c, str outdir, str folder, str path) {
    str below = path_relative(&c->arena, folder, path_resolve(&c->arena, c->cwd, path));
    below = str_upto(below, below.len - path_extname(below).len);
    str to = path_resolve(&c->arena, c->cwd, outdir);
    for (; str_starts(below, STR("../")); below = str_from(below, 3)) to = path_join(&c->arena, to, STR("_.._"));
    return arena_join(&c->arena, path_join(&c->arena, to, below), STR(".js"));
}

static void follow_tsconfig(struct cmd *c, struct resolver *r, struct job *j) {
    const struct resolve_tsconfig *t = resolve_tsconfig(r, path_resolve(&c->arena, c->cwd, j->path));
    j->o.jsx_dev = t && t->jsx == RESOLVE_JSX_DEV;
    load_follow_tsconfig(t, &j->o);
}

static bool read_map_kind(struct cmd *c, enum map_kind *kind) {
    static const char *const names[] = {"none", "linked", "external", "inline"};
    if (!flags_has(&c->flags, "sourcemap")) return true;
    str value = flags_value(&c->flags, "sourcemap");
    *kind = MAP_LINKED;
    if (!value.len) return true;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (str_is(value, names[i])) return *kind = (enum map_kind)i, true;
    cmd_error("--sourcemap=%.*s: there are linked, external, inline and none", STR_FMT(value));
    return false;
}

static int build(struct cmd *c, const str *files, size_t n) {
    str outdir = flags_value(&c->flags, "outdir"), outfile = flags_value(&c->flags, "outfile");
    if (outfile.len && n > 1) return cmd_error("--outfile is for one file, there are %zu: use --outdir", n);
    enum map_kind map_kind = MAP_NONE;
    if (!read_map_kind(c, &map_kind)) return 1;
    if (!outdir.len && !outfile.len && (map_kind == MAP_LINKED || map_kind == MAP_EXTERNAL))
        return cmd_error("a source map in a file of its own wants --outdir or --outfile; "
                         "--sourcemap=inline puts it into the text");
    str root = flags_value(&c->flags, "root");
    str folder = root.len ? path_resolve(&c->arena, c->cwd, root) : common_folder(c, files, n);
    struct job *jobs = ARENA_ARRAY(&c->arena, struct job, n);
    str tsconfig = flags_value(&c->flags, "tsconfig-override");
    if (tsconfig.len) tsconfig = path_resolve(&c->arena, c->cwd, tsconfig);
    struct resolver *resolver = resolve_new(&(struct resolve_options){.tsconfig = tsconfig});
    struct map places = {0};
    for (size_t i = 0; i < n; i++) {
        struct job *j = &jobs[i];
        j->job.run = run;
        j->path = files[i];
        j->whole_path = path_resolve(&c->arena, c->cwd, j->path);
        j->map_kind = map_kind;
        j->compact = flags_has(&c->flags, "minify-whitespace");
        j->o.keep_modules = true;
        j->o.decorators = str_c(lang_decorators);
        if (!dialect_of(j->path, &j->o))
            return cmd_error("%.*s: only JavaScript and TypeScript can be built", STR_FMT(j->path));
        follow_tsconfig(c, resolver, j);
        if (outfile.len) j->to = path_resolve(&c->arena, c->cwd, outfile);
        else if (outdir.len) j->to = place_of(c, outdir, folder, j->path);
        bool is_new = true;
        void **other = j->to.len ? map_at(&places, j->to, &is_new) : NULL;
        if (!is_new) {
            str first = ((struct job *)*other)->path;
            return cmd_error("%.*s and %.*s would both become %.*s", STR_FMT(first), STR_FMT(j->path), STR_FMT(j->to));
        }
        if (other) *other = j;
    }
    map_free(&places);
    for (size_t i = 0; i < n; i++) pool_start(&jobs[i].job);
    int code = 0;
    for (size_t i = 0; i < n; i++) {
        pool_wait(&jobs[i].job);
        code |= say(&jobs[i]);
    }
    resolve_free(resolver);
    return code;
}

int cmd_build(struct cmd *c) {
    int at = 0;
    size_t n = 0;
    str *files = ARENA_ARRAY(&c->arena, str, (size_t)c->argc + 1);
    do {                                                         /* flags may stand between the files */
        int code = flags_read(&c->flags, flags_build, N_BUILD, c->argc, c->argv, at, "bao build");
        if (code) return code;
        at = c->flags.next;
        if (at < c->argc) files[n++] = str_c(c->argv[at++]);
    } while (at < c->argc);
    if (flags_has(&c->flags, "help")) {
        help();
        return 0;
    }
    if (!flags_has(&c->flags, "no-bundle"))
        return cmd_later("bundling"), cmd_note("`bao build --no-bundle` makes JavaScript file by file"), 1;
    if (!n) return cmd_error("`bao build --no-bundle` wants at least one file");
    int code = cmd_enter(c, &c->flags);
    return code ? code : build(c, files, n);
}
