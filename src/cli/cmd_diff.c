/* cli/cmd_diff.c: bao pm diff: what changed between two versions of a package, or a version and a folder. */
#include "cli/pm.h"
#include "crypto/digest.h"
#include "data/base64.h"
#include "data/diff.h"
#include "data/json.h"
#include "pkg/package_files.h"
#include "pkg/wanted.h"
#include "sys/file.h"
#include "sys/path.h"

enum { BAR = 40, LOOK_AT = 8000 };   /* BAR: columns of --stat; a NUL in the first LOOK_AT bytes makes a binary */

/* --- the two sides */

struct side {
    str typed, name, version;        /* version: as typed, then as it is; both empty for a folder or tarball */
    str label;
    bool is_path, is_installed;      /* is_installed: the version that the lockfile has */
    str integrity, place;
    struct pkg_files files;
    const struct json *manifest;
};

struct comparing {
    struct pm *p;
    struct side from, to;
    LIST(str) paths;                 /* only these files, and what lies below these folders */
};

static bool is_path(str word) {
    return str_starts(word, STR("./")) || str_starts(word, STR("../")) || str_starts(word, STR("/")) ||
           str_is(word, ".") || str_is(word, "..") || str_ends(word, STR(".tgz")) || str_ends(word, STR(".tar.gz"));
}

/* "axios@1.6.0:lib": what follows the colon is a path in the package. */
static str take_path(struct comparing *c, str word) {
    str left, right;
    if (is_path(word) || !str_split(word, ':', &left, &right)) return word;
    if (right.len) *LIST_ADD(&c->paths) = right;
    return left;
}

static int read_side(struct comparing *c, struct side *s, str word, str default_name) {
    word = take_path(c, word);
    s->typed = word;
    s->is_path = is_path(word);
    if (s->is_path) {
        s->label = word;
        return 0;
    }
    pkg_spec_split(word, &s->name, &s->version);
    bool is_version = default_name.len && (!s->version.len && !str_starts(word, STR("@")));
    if (is_version) {
        s->name = default_name;
        s->version = word;
    }
    if (pkg_name_is_valid(s->name)) return 0;
    return cmd_error("pm diff: \"%.*s\" is no name of a package", STR_FMT(word));
}

static bool read_project(struct pm *p) {
    return p->project.count || pkg_project_read(p->a, p->c->cwd, &p->d, &p->project) == 0;
}

static int find_installed(struct comparing *c, struct side *s) {
    struct pm *p = c->p;
    struct pkg_lock lock;
    pkg_id found = PKG_NONE;
    bool is_there = read_project(p) && file_exists(path_join(p->a, p->project.root, STR("bun.lock")));
    if (is_there && !pm_read_lock(p, &lock)) return 1;
    for (pkg_id i = 0; is_there && i < lock.n_packages && found == PKG_NONE; i++) {
        const struct pkg_package *k = &lock.packages[i];
        bool is_own = k->source == PKG_ROOT || k->source == PKG_WORKSPACE;
        for (size_t e = 0; is_own && e < k->n_edges; e++)
            if (str_eq(k->edges[e].name, s->name)) found = k->edges[e].to;
    }
    for (pkg_id i = 0; is_there && i < lock.n_packages && found == PKG_NONE; i++)
        if (str_eq(lock.packages[i].name, s->name)) found = i;
    if (found == PKG_NONE || lock.packages[found].source != PKG_NPM) {
        int code = cmd_error("pm diff: %.*s is not in this project's lockfile as a release", STR_FMT(s->name));
        cmd_note("two versions can be compared: bao pm diff %.*s@1.0.0 2.0.0", STR_FMT(s->name));
        return code;
    }
    const struct pkg_package *k = &lock.packages[found];
    s->name = k->name;
    s->version = k->version;
    s->integrity = k->integrity;
    s->place = k->place;
    return 0;
}

static int no_version(struct side *s, const struct pkg_packument *k) {
    int code = cmd_error("pm diff: no version of %.*s matches %.*s", STR_FMT(s->name), STR_FMT(s->version));
    struct buf b = {0};
    for (size_t i = k->count, n = 0; i-- > 0 && n < 10; n++)
        buf_print(&b, "%s%.*s", n ? ", " : "", STR_FMT(k->releases[i].version));
    cmd_note("recent versions: %.*s", STR_FMT(buf_view(&b)));
    buf_free(&b);
    return code;
}

static int find_release(struct comparing *c, struct side *s) {
    struct pm *p = c->p;
    const struct pkg_packument *k;
    struct pkg_spec spec;
    struct pkg_dist dist;
    str why;
    err e = pkg_session_packuments(&p->session, &s->name, 1, false, &k, &why);
    if (e || !k) return cmd_error("pm diff: %.*s", STR_FMT(e ? p->session.why : why));
    pkg_spec_parse(p->a, s->name, s->version.len ? s->version : STR("latest"), &spec);
    bool can_be = spec.kind == PKG_SPEC_RANGE || spec.kind == PKG_SPEC_TAG;
    const struct pkg_release *r = can_be ? pkg_packument_pick(k, &spec, PKG_PICK_PLAIN) : NULL;
    if (!r) return no_version(s, k);
    if (!pkg_release_dist(p->a, r, &dist))
        return cmd_error("pm diff: the registry names no tarball of %.*s@%.*s", STR_FMT(s->name), STR_FMT(r->version));
    s->version = r->version;
    s->integrity = dist.integrity;
    s->place = dist.tarball;
    return 0;
}

static int unpack(struct comparing *c, struct side *s, str file, struct pkg_stored *out) {
    struct pm *p = c->p;
    struct buf bytes = {0};
    if (pkg_session_open_store(&p->session) != 0) return cmd_error("pm diff: %.*s", STR_FMT(p->session.why));
    err e = file_read_all(file, &bytes);
    if (e) return cmd_error("pm diff: %.*s: %s", STR_FMT(s->typed), err_text(e));
    struct pkg_unpack *u = pkg_unpack_new(p->session.store, STR("tarball"), STR("0.0.0"), STR(""));
    e = pkg_unpack_push(u, buf_view(&bytes));
    if (!e) e = pkg_unpack_finish(u, out);
    int code = e ? cmd_error("pm diff: %.*s: %.*s", STR_FMT(s->typed), STR_FMT(pkg_unpack_why(u))) : 0;
    pkg_unpack_free(u);
    buf_free(&bytes);
    return code;
}

static int list_path(struct comparing *c, struct side *s) {
    struct pm *p = c->p;
    struct buf text = {0};
    struct pkg_manifest m;
    struct pkg_stored stored;
    str at = path_resolve(p->a, p->c->cwd, s->typed), why = STR("");
    if (file_kind(at) == FILE_REGULAR) {
        int code = unpack(c, s, at, &stored);
        return code ? code : pkg_files_stored(p->a, &stored, &s->files) ? cmd_error("pm diff: the store is damaged") : 0;
    }
    str file = path_join(p->a, at, STR("package.json"));
    err e = file_read_all(file, &text);
    if (e) return cmd_error("pm diff: %.*s: %s", STR_FMT(file), err_text(e));
    bool ok = pkg_manifest_read(p->a, arena_str(p->a, buf_view(&text)), file, &p->d, &m);
    buf_free(&text);
    if (!ok) return 1;
    e = pkg_files_folder(p->a, at, &m, &s->files, &why);
    return e ? cmd_error("pm diff: %.*s", STR_FMT(why.len ? why : str_c(err_text(e)))) : 0;
}

static int fetch(struct comparing *c) {
    struct pm *p = c->p;
    struct side *sides[] = {&c->from, &c->to};
    struct pkg_package packages[3] = {{.source = PKG_ROOT}};
    struct pkg_lock lock = {.arena = p->a, .packages = packages, .n_packages = 3};
    struct pkg_wanted *wanted[2] = {0};
    struct pkg_wants wants;
    int code = 0;
    pkg_wants_init(&wants, p->a, &p->session, p->project.root);
    for (int i = 0; i < 2; i++) {
        packages[i + 1] = (struct pkg_package){.name = sides[i]->name, .source = PKG_NPM, .version = sides[i]->version,
                                               .place = sides[i]->place, .integrity = sides[i]->integrity};
        if (!sides[i]->is_path) wanted[i] = pkg_want(&wants, &lock, (pkg_id)i + 1);
    }
    pkg_wants_wait(&wants);
    for (int i = 0; i < 2 && !code; i++) {
        if (!wanted[i]) continue;
        sides[i]->label = arena_print(p->a, "%.*s@%.*s", STR_FMT(sides[i]->name), STR_FMT(sides[i]->version));
        if (wanted[i]->failed || !wanted[i]->stored.path.len)
            code = cmd_error("pm diff: %.*s: %.*s", STR_FMT(sides[i]->label), STR_FMT(wanted[i]->why));
        else if (pkg_files_stored(p->a, &wanted[i]->stored, &sides[i]->files) != 0)
            code = cmd_error("pm diff: the store is damaged; `bao pm cache rm` empties it");
    }
    pkg_wants_done(&wants);
    return code;
}

/* --- what differs */

struct change {
    str path, before, after;
    bool is_new, is_gone, is_binary, was_program, is_program;
    struct diff lines;
};
struct result {
    LIST(struct change) changes;
    LIST(str) notes;
    size_t n_files, n_changed, n_new, n_gone, n_added, n_deleted;
};

static bool is_meant(const struct comparing *c, str path) {
    bool any = !c->paths.len;
    for (size_t i = 0; i < c->paths.len && !any; i++) {
        str only = c->paths.at[i];
        if (str_starts(only, STR("./"))) only = str_from(only, 2);
        while (only.len && only.at[only.len - 1] == '/') only.len--;
        any = str_eq(path, only) || (str_starts(path, only) && path.len > only.len && path.at[only.len] == '/');
    }
    return any;
}

static bool read_bytes(struct comparing *c, const struct side *s, str path, str *out) {
    struct buf b = {0};
    err e = file_read_all(path_join(c->p->a, s->files.folder, path), &b);
    *out = arena_str(c->p->a, buf_view(&b));
    buf_free(&b);
    if (e) cmd_error("pm diff: %.*s of %.*s: %s", STR_FMT(path), STR_FMT(s->label), err_text(e));
    return e == 0;
}

static bool has_nul(str bytes) { return str_find_char(str_upto(bytes, LOOK_AT), 0) >= 0; }

static bool add_change(struct comparing *c, struct result *r, const struct pkg_file *old, const struct pkg_file *new) {
    struct change k = {.path = old ? old->path : new->path, .before = STR(""), .after = STR("")};
    if (!is_meant(c, k.path)) return true;
    r->n_files++;
    if (old && !read_bytes(c, &c->from, k.path, &k.before)) return false;
    if (new && !read_bytes(c, &c->to, k.path, &k.after)) return false;
    k.is_new = !old;
    k.is_gone = !new;
    k.was_program = old && old->is_program;
    k.is_program = new && new->is_program;
    if (old && new && str_eq(k.before, k.after) && k.was_program == k.is_program) return true;
    k.is_binary = has_nul(k.before) || has_nul(k.after);
    if (!k.is_binary) diff_lines(c->p->a, k.before, k.after, &k.lines);
    r->n_new += k.is_new;
    r->n_gone += k.is_gone;
    r->n_changed += old && new;
    r->n_added += k.lines.n_added;
    r->n_deleted += k.lines.n_deleted;
    *LIST_ADD(&r->changes) = k;
    return true;
}

static bool compare(struct comparing *c, struct result *r) {
    const struct pkg_files *x = &c->from.files, *y = &c->to.files;
    for (size_t i = 0, k = 0; i < x->count || k < y->count;) {
        int order = i == x->count ? 1 : k == y->count ? -1 : str_cmp(x->at[i].path, y->at[k].path);
        if (!add_change(c, r, order <= 0 ? &x->at[i] : NULL, order >= 0 ? &y->at[k] : NULL)) return false;
        i += order <= 0;
        k += order >= 0;
    }
    return true;
}

/* --- what is worth a second look */

__attribute__((format(printf, 3, 4)))
static void note(struct comparing *c, struct result *r, const char *format, ...) {
    va_list list;
    va_start(list, format);
    *LIST_ADD(&r->notes) = arena_vprint(c->p->a, format, list);
    va_end(list);
}

static str value_text(struct comparing *c, const struct json *j) {
    struct buf b = {0};
    if (j->kind == JSON_STRING) return j->text;
    json_write(&b, j, STR(" "));
    str out = arena_str(c->p->a, buf_view(&b));
    buf_free(&b);
    char *to = (char *)(uintptr_t)out.at;                /* on one line */
    size_t n = 0;
    for (size_t i = 0; i < out.len; i++) {
        bool is_gap = out.at[i] == '\n' || out.at[i] == ' ';
        if (is_gap && n && to[n - 1] == ' ') continue;
        to[n++] = is_gap ? ' ' : out.at[i];
    }
    return str_of(to, n);
}

static void note_scripts(struct comparing *c, struct result *r) {
    static const char *const events[] = {"preinstall", "install", "postinstall", "prepare"};
    for (size_t i = 0; i < 4; i++) {
        str old = json_text(json_get_c(json_get_c(c->from.manifest, "scripts"), events[i]));
        str new = json_text(json_get_c(json_get_c(c->to.manifest, "scripts"), events[i]));
        if (!new.len || str_eq(old, new)) continue;
        note(c, r, "%s script %s: %.*s", events[i], old.len ? "changed" : "added", STR_FMT(new));
    }
}

static void note_dependencies(struct comparing *c, struct result *r, const char *group) {
    const struct json *old = json_get_c(c->from.manifest, group), *new = json_get_c(c->to.manifest, group);
    if (json_is(new, JSON_OBJECT))
        for JSON_EACH(m, new)
            if (!json_get(old, m->key)) note(c, r, "%s added: %.*s@%.*s", group, STR_FMT(m->key), STR_FMT(json_text(m)));
    if (json_is(new, JSON_OBJECT))
        for JSON_EACH(m, new) {
            const struct json *was = json_get(old, m->key);
            if (was && !str_eq(json_text(was), json_text(m)))
                note(c, r, "%s %.*s: %.*s → %.*s", group, STR_FMT(m->key), STR_FMT(json_text(was)),
                     STR_FMT(json_text(m)));
        }
    if (json_is(old, JSON_OBJECT))
        for JSON_EACH(m, old)
            if (!json_get(new, m->key)) note(c, r, "%s removed: %.*s", group, STR_FMT(m->key));
}

static void note_field(struct comparing *c, struct result *r, const char *field) {
    const struct json *old = json_get_c(c->from.manifest, field), *new = json_get_c(c->to.manifest, field);
    if (!old || !new) return;
    str was = value_text(c, old), is = value_text(c, new);
    if (!str_eq(was, is)) note(c, r, "%s changed: %.*s → %.*s", field, STR_FMT(was), STR_FMT(is));
}

static void note_files(struct comparing *c, struct result *r) {
    for (size_t i = 0; i < r->changes.len; i++) {
        const struct change *k = &r->changes.at[i];
        if (k->is_new && k->is_program) note(c, r, "new executable file %.*s (755)", STR_FMT(k->path));
        if (k->is_new && k->is_binary)
            note(c, r, "new binary file %.*s (%zu bytes)", STR_FMT(k->path), k->after.len);
        else if (k->is_new && str_starts(k->after, STR("#!")))
            note(c, r, "new executable-looking file %.*s", STR_FMT(k->path));
        if (!k->is_new && !k->is_gone && k->is_program && !k->was_program)
            note(c, r, "now executable: %.*s (644 → 755)", STR_FMT(k->path));
    }
}

static const struct json *manifest_of(struct comparing *c, const struct side *s) {
    struct buf b = {0};
    const struct json *j = NULL;
    if (file_read_all(path_join(c->p->a, s->files.folder, STR("package.json")), &b) == 0)
        j = json_parse(c->p->a, arena_str(c->p->a, buf_view(&b)), JSONC, NULL, STR(""));
    buf_free(&b);
    return j;
}

static void add_notes(struct comparing *c, struct result *r) {
    static const char *const groups[] = {"dependencies", "optionalDependencies", "peerDependencies"},
                      *const fields[] = {"bin", "engines", "license"};
    if (is_meant(c, STR("package.json"))) {
        c->from.manifest = manifest_of(c, &c->from);
        c->to.manifest = manifest_of(c, &c->to);
        note_scripts(c, r);
        for (size_t i = 0; i < 3; i++) note_dependencies(c, r, groups[i]);
        for (size_t i = 0; i < 3; i++) note_field(c, r, fields[i]);
    }
    note_files(c, r);
}

/* --- printing */

static void sum_of(str bytes, char hex[65]) {
    unsigned char sum[CRYPTO_DIGEST_MOST];
    crypto_digest("sha256", bytes, sum);
    hex_write(str_of((const char *)sum, 32), hex);
    hex[64] = 0;
}

static const char *mode(bool is_program) { return is_program ? "100755" : "100644"; }

static void add_patch(struct buf *b, const struct change *k, size_t context) {
    bool is_mode = !k->is_new && !k->is_gone && k->was_program != k->is_program;
    buf_print(b, "diff --git a/%.*s b/%.*s\n", STR_FMT(k->path), STR_FMT(k->path));
    if (k->is_new) buf_print(b, "new file mode %s\n", mode(k->is_program));
    if (k->is_gone) buf_print(b, "deleted file mode %s\n", mode(k->was_program));
    if (is_mode) buf_print(b, "old mode %s\nnew mode %s\n", mode(k->was_program), mode(k->is_program));
    if (k->is_binary) {
        char before[65] = "none", after[65] = "none";
        if (!k->is_new) sum_of(k->before, before);
        if (!k->is_gone) sum_of(k->after, after);
        buf_print(b, "Binary files differ (%zu → %zu bytes, sha256 %.12s → %.12s)\n", k->before.len, k->after.len,
                  before, after);
    } else if (k->lines.n_added || k->lines.n_deleted) {
        buf_print(b, "--- %s%.*s\n", k->is_new ? "/dev/null" : "a/", STR_FMT(k->is_new ? STR("") : k->path));
        buf_print(b, "+++ %s%.*s\n", k->is_gone ? "/dev/null" : "b/", STR_FMT(k->is_gone ? STR("") : k->path));
        diff_print(&k->lines, context, b);
    }
}

/* On a terminal what goes is red, what comes green. */
static void print_coloured(str text) {
    bool in_hunk = false;
    for (str line; str_next(&text, '\n', &line);) {
        if (str_starts(line, STR("diff "))) in_hunk = false;
        const char *code = str_starts(line, STR("@@")) ? "\x1b[36m" : !in_hunk ? "\x1b[1m" : !line.len ? ""
                           : line.at[0] == '+' ? "\x1b[32m" : line.at[0] == '-' ? "\x1b[31m" : "";
        in_hunk |= str_starts(line, STR("@@"));
        if (text.len || line.len) pm_print("%s%.*s%s\n", pm_colour(code), STR_FMT(line), *code ? pm_colour(0) : "");
    }
}

static void print_patches(const struct result *r, size_t context) {
    for (size_t i = 0; i < r->changes.len; i++) {
        struct buf b = {0};
        add_patch(&b, &r->changes.at[i], context);
        print_coloured(buf_view(&b));
        buf_free(&b);
    }
}

static void print_stat(const struct result *r) {
    size_t width = 0, most = BAR;
    for (size_t i = 0; i < r->changes.len; i++) {
        const struct change *k = &r->changes.at[i];
        if (k->path.len > width) width = k->path.len;
        if (k->lines.n_added + k->lines.n_deleted > most) most = k->lines.n_added + k->lines.n_deleted;
    }
    for (size_t i = 0; i < r->changes.len; i++) {
        const struct change *k = &r->changes.at[i];
        size_t plus = k->lines.n_added, minus = k->lines.n_deleted, all = plus + minus;
        pm_print(" %.*s%*s | ", STR_FMT(k->path), (int)(width - k->path.len), "");
        if (k->is_binary) pm_print("bin   %zu → %zu bytes\n", k->before.len, k->after.len);
        else if (!all && k->was_program != k->is_program)
            pm_print("mode %s → %s\n", mode(k->was_program) + 3, mode(k->is_program) + 3);
        else {
            plus = (plus * BAR + most - 1) / most;       /* a change is never without a sign */
            minus = (minus * BAR + most - 1) / most;
            pm_print("%5zu %s", all, pm_colour("\x1b[32m"));
            for (size_t n = 0; n < plus; n++) pm_print("+");
            pm_print("%s", pm_colour("\x1b[31m"));
            for (size_t n = 0; n < minus; n++) pm_print("-");
            pm_print("%s\n", pm_colour(0));
        }
    }
}

static void print_names(const struct result *r) {
    for (size_t i = 0; i < r->changes.len; i++) {
        const struct change *k = &r->changes.at[i];
        pm_print("%c %.*s\n", k->is_new ? 'A' : k->is_gone ? 'D' : 'M', STR_FMT(k->path));
    }
}

static void json_change(struct buf *b, const struct change *k, size_t context) {
    struct buf patch = {0};
    char sum[65];
    buf_lit(b, "    { \"path\": ");
    json_write_text(b, k->path);
    buf_print(b, ", \"status\": \"%s\", \"binary\": %s, \"sourceMap\": false, \"formattingOnly\": false, \"linesAdded\": %zu, "
              "\"linesRemoved\": %zu, \"bytesBefore\": %zu, \"bytesAfter\": %zu",
              k->is_new ? "added" : k->is_gone ? "deleted" : "modified", k->is_binary ? "true" : "false",
              k->lines.n_added, k->lines.n_deleted, k->before.len, k->after.len);
    if (k->was_program != k->is_program)
        buf_print(b, ", \"modeBefore\": \"%s\", \"modeAfter\": \"%s\"", k->is_new ? "0" : mode(k->was_program) + 3,
                  k->is_gone ? "0" : mode(k->is_program) + 3);
    if (k->is_binary) {
        sum_of(k->before, sum);
        if (!k->is_new) buf_print(b, ", \"sha256Before\": \"%s\"", sum);
        sum_of(k->after, sum);
        if (!k->is_gone) buf_print(b, ", \"sha256After\": \"%s\"", sum);
    } else {
        diff_print(&k->lines, context, &patch);
        buf_lit(b, ", \"patch\": ");
        json_write_text(b, buf_view(&patch));
    }
    buf_lit(b, " }");
    buf_free(&patch);
}

static void print_json(const struct comparing *c, const struct result *r, size_t context) {
    struct buf b = {0};
    buf_lit(&b, "{\n  \"from\": ");
    json_write_text(&b, c->from.label);
    buf_lit(&b, ",\n  \"to\": ");
    json_write_text(&b, c->to.label);
    buf_lit(&b, ",\n  \"files\": [");
    for (size_t i = 0; i < r->changes.len; i++) {
        buf_print(&b, "%s\n", i ? "," : "");
        json_change(&b, &r->changes.at[i], context);
    }
    buf_print(&b, "%s],\n  \"notes\": [", r->changes.len ? "\n  " : "");
    for (size_t i = 0; i < r->notes.len; i++) {
        if (i) buf_lit(&b, ", ");
        json_write_text(&b, r->notes.at[i]);
    }
    buf_print(&b, "],\n  \"totals\": { \"files\": %zu, \"added\": %zu, \"deleted\": %zu, \"linesAdded\": %zu, "
              "\"linesRemoved\": %zu, \"formattingOnly\": 0 }\n}\n",
              r->changes.len, r->n_new, r->n_gone, r->n_added, r->n_deleted);
    pm_print("%.*s", STR_FMT(buf_view(&b)));
    buf_free(&b);
}

static void print_result(const struct comparing *c, const struct result *r, size_t context) {
    str from = c->from.label, to = c->to.label;
    if (pm_has(c->p, "json")) {
        print_json(c, r, context);
        return;
    }
    pm_print("%s%.*s → %.*s%s\n", pm_colour("\x1b[1m"), STR_FMT(from), STR_FMT(to), pm_colour(0));
    if (!r->changes.len) {
        pm_print("No differences (%zu file%s)\n", r->n_files, r->n_files == 1 ? "" : "s");
        return;
    }
    pm_print("\n");
    if (pm_has(c->p, "stat")) print_stat(r);
    else if (pm_has(c->p, "name-only")) print_names(r);
    else print_patches(r, context);
    pm_print("\n%.*s → %.*s\n%zu file%s changed, %zu added, %zu removed  (+%zu -%zu lines)\n", STR_FMT(from),
             STR_FMT(to), r->n_changed, r->n_changed == 1 ? "" : "s", r->n_new, r->n_gone, r->n_added, r->n_deleted);
    for (size_t i = 0; i < r->notes.len; i++) pm_print("  ! %.*s\n", STR_FMT(r->notes.at[i]));
}

/* --- all of it */

/* Which sides are meant: "a" is the installed one and the latest, "a@2" the installed one and that. */
static int read_sides(struct comparing *c, size_t from) {
    struct pm *p = c->p;
    size_t n = p->n_words - from;
    if (n == 0) {
        if (!read_project(p)) return cmd_error("pm diff: which package? `bao pm diff <name>`");
        const struct pkg_member *m = pm_here(p);
        c->from.name = m->manifest.name;
        if (!pkg_name_is_valid(c->from.name)) return cmd_error("pm diff: this project has no name");
        c->to.is_path = true;
        c->to.typed = path_join(p->a, p->project.root, m->path);
        c->to.label = arena_print(p->a, "%.*s (this folder)", STR_FMT(m->manifest.name));
        return find_release(c, &c->from);
    }
    int code = read_side(c, &c->from, p->words[from], STR(""));
    if (code) return code;
    if (n == 1) {
        c->to = c->from;
        if (c->from.is_path) return cmd_error("pm diff: what is %.*s compared with?", STR_FMT(c->from.typed));
        code = find_installed(c, &c->from);
        return code ? code : find_release(c, &c->to);
    }
    code = read_side(c, &c->to, p->words[from + 1], c->from.name);
    for (size_t i = from + 2; i < p->n_words; i++) *LIST_ADD(&c->paths) = p->words[i];
    if (!code && !c->from.is_path) code = c->from.version.len ? find_release(c, &c->from) : find_installed(c, &c->from);
    if (!code && !c->to.is_path) code = find_release(c, &c->to);
    return code;
}

int pm_diff(struct pm *p, size_t from) {
    struct comparing c = {.p = p};
    struct result r = {0};
    int64_t context = 3;
    str said = pm_value(p, "unified");
    if (said.len && (!str_to_int(said, &context) || context < 0 || context > 1000000))
        return cmd_error("pm diff: -U %.*s: a number of lines is wanted", STR_FMT(said));
    int code = read_sides(&c, from);
    if (!code && c.from.is_path) code = list_path(&c, &c.from);
    if (!code && c.to.is_path) code = list_path(&c, &c.to);
    if (!code) code = fetch(&c);
    if (!code && !compare(&c, &r)) code = 1;
    if (!code) {
        add_notes(&c, &r);
        print_result(&c, &r, (size_t)context);
    }
    LIST_FREE(&r.changes);
    LIST_FREE(&r.notes);
    LIST_FREE(&c.paths);
    return code;
}
