#include "pkg/pack.h"

#include "base/list.h"
#include "base/map.h"
#include "crypto/digest.h"
#include "data/base64.h"
#include "data/glob.h"
#include "data/gzip.h"
#include "data/json.h"
#include "data/json_edit.h"
#include "data/tar.h"
#include "pkg/spec.h"
#include "sys/dir.h"
#include "sys/file.h"
#include "sys/path.h"

#include <stdlib.h>

/* --- rules, as .gitignore writes them */

struct rule { str pattern; bool takes_back, only_folders; };
/* of the file in `folder`, "" = the root */
struct rules { LIST(struct rule) list; str folder; const struct rules *above; };

/* A pattern with a slash inside is relative to its folder; one without fits at any depth. */
static bool add_rule(struct arena *a, struct rules *r, str line, bool is_anchored) {
    struct rule rule = {0};
    line = str_trim(line);
    if (!line.len || line.at[0] == '#') return false;
    if (line.at[0] == '!') rule.takes_back = true, line = str_from(line, 1);
    if (line.len && line.at[0] == '\\') line = str_from(line, 1);
    if (line.len && line.at[line.len - 1] == '/') rule.only_folders = true, line.len--;
    while (str_starts(line, STR("./"))) line = str_from(line, 2), is_anchored = true;
    if (line.len && line.at[0] == '/') line = str_from(line, 1), is_anchored = true;
    if (!line.len) return false;
    bool has_slash = str_find_char(line, '/') >= 0;
    rule.pattern = is_anchored || has_slash ? line : arena_join(a, STR("**/"), line);
    *LIST_ADD(&r->list) = rule;
    return true;
}

static bool fits(const struct rule *r, str path, bool is_folder) {
    if (r->only_folders && !is_folder) return false;
    if (str_starts(r->pattern, STR("**/")) && glob_match(str_from(r->pattern, 3), path)) return true;
    return glob_match(r->pattern, path);
}

/* The last rule that fits decides; rules of folders further in go before those above. */
static bool is_ignored(const struct rules *r, str path, bool is_folder) {
    for (; r; r = r->above) {
        str in = r->folder.len ? str_from(path, r->folder.len + 1) : path;
        for (size_t i = r->list.len; i-- > 0;)
            if (fits(&r->list.at[i], in, is_folder)) return !r->list.at[i].takes_back;
    }
    return false;
}

static bool read_rules(struct arena *a, str root, str folder, struct rules *r) {
    static const char *const names[] = {".npmignore", ".gitignore"};
    struct buf text = {0};
    bool is_there = false;
    for (size_t i = 0; i < 2 && !is_there; i++)
        is_there = file_read_all(path_join3(a, root, folder, str_c(names[i])), &text) == 0;
    if (is_there) {
        str rest = arena_str(a, buf_view(&text)), line;
        while (rest.len && str_next(&rest, '\n', &line)) add_rule(a, r, line, false);
    }
    buf_free(&text);
    return is_there;
}

/* --- what never is in a package, and what always is */

static bool is_never(str path, str name) {
    static const char *const anywhere[] = {".git",   ".svn",          ".hg",          "CVS",           ".DS_Store",
                                           ".npmrc", "npm-debug.log", "node_modules", ".lock-wscript", "config.gypi"};
    static const char *const at_root[] = {"package-lock.json", "yarn.lock", "pnpm-lock.yaml",
                                          "bun.lock",          "bun.lockb", "archived-packages"};
    for (size_t i = 0; i < sizeof anywhere / sizeof *anywhere; i++)
        if (str_is(name, anywhere[i])) return true;
    for (size_t i = 0; i < sizeof at_root / sizeof *at_root; i++)
        if (str_is(path, at_root[i])) return true;
    return str_starts(name, STR("._")) || str_starts(name, STR(".wafpickle-")) || str_ends(name, STR(".orig")) ||
           (str_starts(name, STR(".")) && str_ends(name, STR(".swp")));
}

static bool is_always(str path) {
    static const char *const names[] = {"readme", "license", "licence"};
    if (str_find_char(path, '/') >= 0) return false;
    if (str_is(path, "package.json")) return true;
    for (size_t i = 0; i < 3; i++) {
        size_t n = strlen(names[i]);
        if (path.len >= n && str_eq_nocase(str_upto(path, n), str_c(names[i])) && (path.len == n || path.at[n] == '.'))
            return true;
    }
    return false;
}

struct packing {
    struct arena *a;
    str root;
    const struct pkg_manifest *m;
    struct rules own, ignored;           /* "files"; else what ignore files say */
    bool has_list;
    LIST(struct pkg_pack_file) files;
    struct map seen;
    err failed;
    str why;
};

static str plain(struct arena *a, str path) {
    path = path_normalize(a, path);
    return str_starts(path, STR("./")) ? str_from(path, 2) : path;
}

static bool is_bin(const struct packing *k, str path) {
    for (size_t i = 0; i < k->m->n_bins; i++)
        if (str_eq(plain(k->a, k->m->bins[i].path), path)) return true;
    str dir = json_text(json_get_c(json_get_c(k->m->json, "directories"), "bin"));
    return dir.len && path_is_inside(path, plain(k->a, dir));
}

static bool is_main(const struct packing *k, str path) {
    str name = json_text(json_get_c(k->m->json, "main"));
    if (!name.len) return false;
    name = plain(k->a, name);
    return str_eq(name, path) || str_eq(arena_join(k->a, name, STR(".js")), path);
}

static void add_file(struct packing *k, str path, bool is_bundled) {
    struct file_stat is;
    bool is_new;
    void **at = map_at(&k->seen, path, &is_new);
    *at = k;
    if (!is_new || file_stat(path_join(k->a, k->root, path), &is) != 0 || file_kind_of_mode(is.mode) != FILE_REGULAR)
        return;
    *LIST_ADD(&k->files) = (struct pkg_pack_file){path, is.size, is_bin(k, path), is_bundled};
}

static bool is_listed(const struct packing *k, str path, bool is_folder) {
    for (size_t i = k->own.list.len; i-- > 0;)
        if (fits(&k->own.list.at[i], path, is_folder)) return !k->own.list.at[i].takes_back;
    return false;
}

static bool is_taken_back(const struct packing *k, str path, bool is_folder) {
    for (size_t i = k->own.list.len; i-- > 0;)
        if (fits(&k->own.list.at[i], path, is_folder)) return k->own.list.at[i].takes_back;
    return false;
}

static void walk(struct packing *k, str folder, const struct rules *rules, bool is_in) {
    struct dir_entry *list;
    size_t n;
    struct rules here = {.folder = folder, .above = rules};
    err e = dir_list(k->a, path_join(k->a, k->root, folder), &list, &n);
    if (e) {
        k->failed = e;
        k->why = folder;
        return;
    }
    bool has_rules = (!k->has_list || folder.len) && read_rules(k->a, k->root, folder, &here);
    if (has_rules) rules = &here;
    for (size_t i = 0; i < n && !k->failed; i++) {
        str name = list[i].name,
            path = folder.len ? arena_print(k->a, "%.*s/%.*s", STR_FMT(folder), STR_FMT(name)) : name;
        bool is_folder = list[i].kind == FILE_DIR || (list[i].kind == FILE_UNKNOWN && file_kind(path_join(k->a, k->root,
                path)) == FILE_DIR);
        if (list[i].kind == FILE_LINK || is_never(path, name)) continue;
        bool is_wanted = is_always(path) || (!is_folder && (is_main(k, path) || is_bin(k, path)));
        if (k->has_list) {
            bool listed = (is_in && !is_taken_back(k, path, is_folder)) || is_listed(k, path, is_folder);
            if (is_folder) walk(k, path, rules, listed);
            else if (is_wanted || (listed && !is_ignored(rules, path, false))) add_file(k, path, false);
            continue;
        }
        if (is_ignored(rules, path, is_folder) && !is_wanted) {
            /* A main or bin in an ignored folder is in nevertheless. */
            continue;
        }
        if (is_folder) walk(k, path, rules, true);
        else if (!str_is(name, ".npmignore") && !str_is(name, ".gitignore")) add_file(k, path, false);
    }
    LIST_FREE(&here.list);
}

static void add_all(struct packing *k, str folder) {
    struct dir_entry *list;
    size_t n;
    if (dir_list(k->a, path_join(k->a, k->root, folder), &list, &n) != 0) return;
    for (size_t i = 0; i < n; i++) {
        str path = arena_print(k->a, "%.*s/%.*s", STR_FMT(folder), STR_FMT(list[i].name));
        if (list[i].kind == FILE_DIR && !str_is(list[i].name, ".git")) add_all(k, path);
        else if (list[i].kind == FILE_REGULAR) add_file(k, path, true);
    }
}

/* A bundled dependency, and what it needs in turn, as far as it lies beside it. */
static void add_bundled(struct packing *k, str name) {
    bool is_new;
    str folder = arena_join(k->a, STR("node_modules/"), name);
    void **at = map_at(&k->seen, folder, &is_new);
    *at = k;
    if (!is_new || !pkg_name_is_valid(name)) return;
    if (!file_exists(path_join(k->a, k->root, folder))) {
        k->failed = ERR_NOT_FOUND;
        k->why = arena_print(k->a, "the bundled dependency %.*s is not in node_modules", STR_FMT(name));
        return;
    }
    add_all(k, folder);
    struct buf text = {0};
    struct pkg_manifest m;
    file_read_all(path_join3(k->a, k->root, folder, STR("package.json")), &text);
    if (pkg_manifest_read(k->a, arena_str(k->a, buf_view(&text)), STR(""), NULL, &m))
        for (size_t i = 0; i < m.n_dependencies; i++) {
            str dependency = m.dependencies[i].name;
            bool counts = m.dependencies[i].group == PKG_DEPENDENCIES || m.dependencies[i].group == PKG_OPTIONAL;
            bool is_nested = file_exists(
                path_join3(k->a, path_join(k->a, k->root, folder), STR("node_modules"), dependency));
            bool is_there = file_exists(path_join3(k->a, k->root, STR("node_modules"), dependency));
            if (counts && !is_nested && is_there) add_bundled(k, dependency);
        }
    buf_free(&text);
}

static int by_path(const void *x, const void *y) {
    const struct pkg_pack_file *a = x, *b = y;
    if (a->is_bundled != b->is_bundled) return a->is_bundled ? 1 : -1;
    bool a_first = str_is(a->path, "package.json"), b_first = str_is(b->path, "package.json");
    return a_first != b_first ? (a_first ? -1 : 1) : str_cmp(a->path, b->path);
}

err pkg_pack_list(struct arena *a, str folder, const struct pkg_manifest *m, struct pkg_pack *out, str *why) {
    struct packing k = {.a = a, .root = folder, .m = m};
    const struct json *files = json_get_c(m->json, "files");
    k.has_list = json_is(files, JSON_ARRAY);
    if (k.has_list) for JSON_EACH(f, files) {
        str pattern = json_text(f);
        bool takes_back = pattern.len && pattern.at[0] == '!';
        str bare = takes_back ? str_from(pattern, 1) : pattern;
        /* Entries are paths from the root, also without a slash; "*" and "." are all. */
        if (str_is(bare, ".") || str_is(bare, "./")) pattern = STR("**");
        add_rule(a, &k.own, pattern, true);
    }
    walk(&k, STR(""), NULL, !k.has_list);
    for (size_t i = 0; i < m->bundled.count && !k.failed; i++) add_bundled(&k, m->bundled.at[i]);
    if (!k.failed && json_is(json_get_c(m->json, "bundleDependencies"), JSON_TRUE))
        for (size_t i = 0; i < m->n_dependencies && !k.failed; i++)
            if (m->dependencies[i].group == PKG_DEPENDENCIES) add_bundled(&k, m->dependencies[i].name);
    if (k.files.len) qsort(k.files.at, k.files.len, sizeof *k.files.at, by_path);
    out->count = k.files.len;
    out->files = arena_alloc(a, (k.files.len + 1) * sizeof *out->files);
    if (k.files.len) memcpy(out->files, k.files.at, k.files.len * sizeof *out->files);
    out->unpacked = 0;
    for (size_t i = 0; i < out->count; i++) {
        if (str_is(out->files[i].path, "package.json") && out->manifest.len) out->files[i].size = out->manifest.len;
        out->unpacked += out->files[i].size;
    }
    *why = k.why;
    LIST_FREE(&k.files);
    LIST_FREE(&k.own.list);
    map_free(&k.seen);
    return k.failed;
}

/* --- the tarball */

static err add_bytes(void *user, str bytes) {
    buf_add(user, bytes);
    return 0;
}

enum { NPM_TIME = 499162500 };           /* 1985-10-26 08:15 UTC, as npm dates all files */

static err add_entry(struct gzip_writer *g, const struct pkg_pack_file *f, str path, str bytes) {
    struct buf b = {0};
    struct tar_entry e = {
        .kind = TAR_FILE, .path = path, .mode = f->is_program ? 0755 : 0644, .size = bytes.len, .mtime = NPM_TIME};
    tar_write_header(&b, &e);
    err failed = gzip_writer_push(g, buf_view(&b));
    if (!failed) failed = gzip_writer_push(g, bytes);
    buf_clear(&b);
    tar_write_padding(&b, bytes.len);
    if (!failed && b.len) failed = gzip_writer_push(g, buf_view(&b));
    buf_free(&b);
    return failed;
}

void pkg_pack_sums(struct arena *a, struct pkg_pack *p) {
    unsigned char sum[CRYPTO_DIGEST_MOST];
    size_t n = crypto_digest("sha1", buf_view(&p->tarball), sum);
    hex_write(str_of((char *)sum, n), p->shasum);
    p->shasum[40] = 0;
    n = crypto_digest("sha512", buf_view(&p->tarball), sum);
    char *text = arena_alloc(a, base64_len(n, BASE64) + 1);
    p->integrity = arena_join(a, STR("sha512-"), str_of(text, base64_write(str_of((char *)sum, n), text, BASE64)));
}

err pkg_pack_make(struct arena *a, str folder, int level, struct pkg_pack *p, str *why) {
    struct gzip_writer g;
    struct buf bytes = {0};
    TRY(gzip_writer_init(&g, GZIP_GZIP, level, add_bytes, &p->tarball));
    err e = 0;
    for (size_t i = 0; i < p->count && !e; i++) {
        const struct pkg_pack_file *f = &p->files[i];
        bool is_manifest = str_is(f->path, "package.json") && p->manifest.len;
        buf_clear(&bytes);
        e = is_manifest ? 0 : file_read_all(path_join(a, folder, f->path), &bytes);
        if (e) *why = f->path;
        else
            e = add_entry(&g, f, arena_join(a, STR("package/"), f->path), is_manifest ? p->manifest : buf_view(&bytes));
    }
    buf_clear(&bytes);
    tar_write_end(&bytes);
    if (!e) e = gzip_writer_push(&g, buf_view(&bytes));
    if (!e) e = gzip_writer_finish(&g);
    gzip_writer_done(&g);
    buf_free(&bytes);
    if (!e) pkg_pack_sums(a, p);
    return e;
}

/* --- package.json */

static str in_catalog(const struct pkg_project *p, str catalog, str name) {
    const struct json *root = p->members[0].manifest.json, *from = json_get_c(root, "workspaces");
    for (int i = 0; i < 2; i++, from = root) {
        const struct json *list = catalog.len ? json_get(json_get_c(from, "catalogs"), catalog)
                                              : json_get_c(from, "catalog");
        str spec = json_text(json_get(list, name));
        if (spec.len) return spec;
    }
    return STR("");
}

static bool replaced(struct arena *a, const struct pkg_project *p, const struct pkg_dependency *d, str *out, str *why) {
    struct pkg_spec spec;
    pkg_spec_parse(a, d->name, d->spec, &spec);
    if (spec.kind == PKG_SPEC_CATALOG) {
        *out = in_catalog(p, spec.text, d->name);
        if (!out->len)
            *why = arena_print(a, "%.*s@%.*s: the catalog has no such entry", STR_FMT(d->name), STR_FMT(d->spec));
        return out->len > 0;
    }
    str text = spec.text, name = d->name, alias, range;
    pkg_spec_split(text, &alias, &range);
    if (alias.len && range.len) name = alias, text = range;
    const struct pkg_member *m = pkg_project_find(p, name);
    bool is_range = text.len && !str_is(text, "*") && !str_is(text, "^") && !str_is(text,
                                                                                    "~") && text.at[0] != '.' &&
                                                                                        str_find_char(text, '/') < 0;
    for (size_t i = 1; i < p->count && !m; i++)
        if (str_eq(p->members[i].path, text)) m = &p->members[i];
    if (is_range) *out = text;
    else if (!m || !m->manifest.version.len) {
        *why = arena_print(a, "%.*s@%.*s: %s", STR_FMT(name), STR_FMT(d->spec),
                           m ? "the workspace has no version" : "there is no such workspace");
        return false;
    } else
        *out = arena_print(a, "%s%.*s",
                           str_is(text, "^")   ? "^"
                           : str_is(text, "~") ? "~"
                                               : "",
                           STR_FMT(m->manifest.version));
    if (!str_eq(name, d->name)) *out = arena_print(a, "npm:%.*s@%.*s", STR_FMT(name), STR_FMT(*out));
    return true;
}

bool pkg_pack_manifest(struct arena *a, const struct pkg_project *p, const struct pkg_member *m, str *out, str *why) {
    *out = m->source;
    for (size_t i = 0; i < m->manifest.n_dependencies; i++) {
        const struct pkg_dependency *d = &m->manifest.dependencies[i];
        str path[2] = {str_c(pkg_group_names[d->group]), d->name}, spec;
        if (!str_starts(d->spec, STR("workspace:")) && !str_starts(d->spec, STR("catalog:"))) continue;
        if (!replaced(a, p, d, &spec, why)) return false;
        json_edit_set(a, out, path, 2, arena_print(a, "\"%.*s\"", STR_FMT(spec)), JSON_SORTED);
    }
    return true;
}

str pkg_pack_name(struct arena *a, str name, str version) {
    if (name.len && name.at[0] == '@') name = str_from(name, 1);
    str text = arena_print(a, "%.*s-%.*s.tgz", STR_FMT(name), STR_FMT(version));
    for (size_t i = 0; i < text.len; i++) if (text.at[i] == '/') ((char *)text.at)[i] = '-';
    return text;
}
