/* cli/cmd_pack.c: bao pm pack, bao publish. */
#include "cli/pm.h"
#include "data/base64.h"
#include "data/gzip.h"
#include "data/json.h"
#include "data/tar.h"
#include "pkg/pack.h"
#include "sys/dir.h"
#include "sys/file.h"
#include "sys/path.h"
#include "sys/proc.h"
#include "sys/program.h"
#include "sys/tty.h"

static str size_text(struct arena *a, uint64_t n) {
    if (n < 1000) return arena_print(a, "%lluB", (unsigned long long)n);
    return n < 1000000 ? arena_print(a, "%.2fKB", (double)n / 1e3) : arena_print(a, "%.2fMB", (double)n / 1e6);
}

int pm_script(struct pm *p, str folder, const struct pkg_manifest *m, const char *name) {
    if (p->config.ignore_scripts || !pkg_manifest_script(m, str_c(name)).len) return 0;
    fflush(stdout);
    char *words[] = {(char *)(uintptr_t)arena_c(p->a, program.exec_path), (char *)(uintptr_t) "run",
                     (char *)(uintptr_t)name, NULL};
    struct proc_spec spec = {.file = words[0], .argv = words, .cwd = arena_c(p->a, folder), .uid = -1, .gid = -1};
    pid_t pid;
    struct proc_end end;
    err e = proc_spawn(&spec, &pid);
    if (!e) e = proc_wait_passing_signals(pid, &end);
    if (e) return cmd_error("%s: the script \"%s\" did not start: %s", p->name, name, err_text(e));
    return end.signal ? 128 + end.signal : end.code;
}

static int gzip_level(const struct pm *p, int *level) {
    str text = pm_value(p, "gzip-level");
    int64_t n = 9;
    if (text.len && (!str_to_int(text, &n) || n < 0 || n > 9))
        return cmd_error("--gzip-level=%.*s: a number from 0 to 9 is wanted", STR_FMT(text));
    *level = (int)n;
    return 0;
}

/* A folder's package: its list, its tarball. Scripts are the caller's. */
static int pack_member(struct pm *p, struct pkg_member *m, struct pkg_pack *k, bool makes) {
    str folder = path_join(p->a, p->project.root, m->path), why = STR("");
    int level = 9;
    *k = (struct pkg_pack){0};
    if (!m->manifest.name.len || !m->manifest.version.len)
        return cmd_error("%s: package.json needs a \"%s\"", p->name, m->manifest.name.len ? "version" : "name");
    if (!pkg_pack_manifest(p->a, &p->project, m, &k->manifest, &why))
        return cmd_error("%s: %.*s", p->name, STR_FMT(why));
    int code = gzip_level(p, &level);
    if (code) return code;
    err e = pkg_pack_list(p->a, folder, &m->manifest, k, &why);
    if (!e && makes) e = pkg_pack_make(p->a, folder, level, k, &why);
    if (e == ERR_NOT_FOUND && why.len) return cmd_error("%s: %.*s", p->name, STR_FMT(why));
    return e ? cmd_error("%s: %.*s: %s", p->name, STR_FMT(why), err_text(e)) : 0;
}

static void print_files(struct pm *p, const struct pkg_pack *k) {
    pm_print("\n");
    for (size_t i = 0; i < k->count; i++)
        if (!k->files[i].is_bundled)
            pm_print("%spacked%s %.*s %.*s\n", pm_colour("\x1b[36m"), pm_colour(0),
                     STR_FMT(size_text(p->a, k->files[i].size)), STR_FMT(k->files[i].path));
    size_t n_bundled = 0;
    for (size_t i = 0; i < k->count; i++) n_bundled += k->files[i].is_bundled;
    if (n_bundled) pm_print("%sbundled%s %zu files of node_modules\n", pm_colour("\x1b[36m"), pm_colour(0), n_bundled);
    pm_print("\n");
}

static void print_sums(struct pm *p, const struct pkg_pack *k) {
    pm_print("Total files: %zu\n", k->count);
    if (k->tarball.len) {
        str sum = k->integrity;
        pm_print("Shasum: %s\nIntegrity: %.*s[...]%.*s\n", k->shasum, STR_FMT(str_upto(sum, 20)),
                 STR_FMT(str_from(sum, sum.len - 15)));
    }
    pm_print("Unpacked size: %.*s\n", STR_FMT(size_text(p->a, k->unpacked)));
    if (k->tarball.len) pm_print("Packed size: %.*s\n", STR_FMT(size_text(p->a, k->tarball.len)));
}

/* Scripts may change package.json: it is read again. */
static bool read_again(struct pm *p, struct pkg_member *m) {
    struct buf text = {0};
    err e = file_read_all(path_join3(p->a, p->project.root, m->path, STR("package.json")), &text);
    bool ok = !e && pm_change(p, m, arena_str(p->a, buf_view(&text)));
    buf_free(&text);
    return ok;
}

/* As npm prints it. */
static void print_json(struct pm *p, const struct pkg_pack *k, const struct pkg_manifest *m, str file) {
    struct json *list = json_new(p->a, JSON_ARRAY), *one = json_new(p->a, JSON_OBJECT),
                *files = json_new(p->a, JSON_ARRAY);
    size_t n_bundled = 0;
    for (size_t i = 0; i < k->count; i++) {
        struct json *f = json_new(p->a, JSON_OBJECT);
        n_bundled += k->files[i].is_bundled;
        json_set(f, STR("path"), json_new_text(p->a, k->files[i].path));
        json_set(f, STR("size"), json_new_number(p->a, (double)k->files[i].size));
        json_set(f, STR("mode"), json_new_number(p->a, k->files[i].is_program ? 0755 : 0644));
        json_add(files, f);
    }
    json_set(one, STR("id"), json_new_text(p->a, arena_print(p->a, "%.*s@%.*s", STR_FMT(m->name), STR_FMT(m->version))));
    json_set(one, STR("name"), json_new_text(p->a, m->name));
    json_set(one, STR("version"), json_new_text(p->a, m->version));
    json_set(one, STR("size"), json_new_number(p->a, (double)k->tarball.len));
    json_set(one, STR("unpackedSize"), json_new_number(p->a, (double)k->unpacked));
    json_set(one, STR("shasum"), json_new_text(p->a, str_c(k->shasum)));
    json_set(one, STR("integrity"), json_new_text(p->a, k->integrity));
    json_set(one, STR("filename"), json_new_text(p->a, file));
    json_set(one, STR("files"), files);
    json_set(one, STR("entryCount"), json_new_number(p->a, (double)(k->count - n_bundled)));
    json_add(list, one);
    struct buf b = {0};
    json_write(&b, list, STR("  "));
    pm_print("%.*s\n", STR_FMT(buf_view(&b)));
    buf_free(&b);
}

int pm_pack(struct pm *p, size_t from) {
    struct pkg_member *m = pm_here(p);
    struct pkg_pack k;
    str folder = path_join(p->a, p->project.root, m->path), file = pm_value(p, "filename"),
        to = pm_value(p, "destination");
    bool is_quiet = pm_has(p, "quiet"), as_json = pm_has(p, "json");
    if (file.len && to.len) return cmd_error("pm pack: --filename and --destination do not go together");
    if (!is_quiet && !as_json) pm_title(p);
    int code = pm_script(p, folder, &m->manifest, "prepack");
    if (!code) code = pm_script(p, folder, &m->manifest, "prepare");
    if (!code && !read_again(p, m)) code = 1;
    if (!code) code = pack_member(p, m, &k, !p->config.dry_run || as_json);
    if (code) return code;
    str name = pkg_pack_name(p->a, m->manifest.name, m->manifest.version);
    str path = file.len ? path_resolve(p->a, p->c->cwd, file)
                        : path_join(p->a, to.len ? path_resolve(p->a, p->c->cwd, to) : p->c->cwd, name);
    if (!p->config.dry_run) dir_make_all(path_dirname(path), 0777, NULL);
    err e = p->config.dry_run ? 0 : pkg_write_whole(p->a, path, buf_view(&k.tarball), 0644);
    if (e) code = cmd_error("pm pack: %.*s: %s", STR_FMT(path), err_text(e));
    else if (is_quiet) pm_print("%.*s\n", STR_FMT(file.len || to.len ? path : name));
    else if (as_json) print_json(p, &k, &m->manifest, file.len || to.len ? path : name);
    else {
        print_files(p, &k);
        pm_print("%.*s\n\n", STR_FMT(file.len || to.len ? path : name));
        print_sums(p, &k);
    }
    buf_free(&k.tarball);
    return code ? code : pm_script(p, folder, &m->manifest, "postpack");
}

/* --- publish */

static const struct pm_usage usage = {
    "publish", "publish [flags] [<tarball>]",
    "Packs this package, or takes a tarball that is there, and puts it into the registry.",
    "  bao publish --dry-run                what would be published\n"
    "  bao publish --access public --tag next\n"
    "  bao publish --recursive              every workspace whose version is not there yet, dependencies first\n",
};

struct package {
    struct pkg_manifest m;
    struct pkg_pack *k;
    str registry, tag, access;
};

static struct json *text_node(struct arena *a, str text) { return json_new_text(a, text); }

static str body_of(struct pm *p, const struct package *g) {
    struct arena *a = p->a;
    str name = g->m.name, version = g->m.version,
        file = arena_print(a, "%.*s-%.*s.tgz", STR_FMT(name), STR_FMT(version));
    str base = str_from(name, (size_t)(str_rfind_char(name, '/') + 1));
    struct json *doc = json_new(a, JSON_OBJECT), *tags = json_new(a, JSON_OBJECT), *versions = json_new(a, JSON_OBJECT);
    struct json *v = json_copy(a, g->m.json), *dist = json_new(a, JSON_OBJECT), *files = json_new(a, JSON_OBJECT),
        *one = json_new(a, JSON_OBJECT);
    json_set(dist, STR("integrity"), text_node(a, g->k->integrity));
    json_set(dist, STR("shasum"), text_node(a, str_c(g->k->shasum)));
    json_set(dist, STR("tarball"),
             text_node(a, arena_print(a, "%.*s%.*s/-/%.*s-%.*s.tgz", STR_FMT(g->registry), STR_FMT(name), STR_FMT(base),
                                      STR_FMT(version))));
    json_set(v, STR("_id"), text_node(a, arena_print(a, "%.*s@%.*s", STR_FMT(name), STR_FMT(version))));
    json_set(v, STR("_nodeVersion"), text_node(a, STR("26.10.0")));
    json_set(v, STR("dist"), dist);
    json_set(tags, g->tag, text_node(a, version));
    json_set(versions, version, v);
    char *data = arena_alloc(a, base64_len(g->k->tarball.len, BASE64) + 1);
    json_set(one, STR("content_type"), text_node(a, STR("application/octet-stream")));
    json_set(one, STR("data"), text_node(a, str_of(data, base64_write(buf_view(&g->k->tarball), data, BASE64))));
    json_set(one, STR("length"), json_new_number(a, (double)g->k->tarball.len));
    json_set(files, file, one);
    json_set(doc, STR("_id"), text_node(a, name));
    json_set(doc, STR("name"), text_node(a, name));
    json_set(doc, STR("dist-tags"), tags);
    json_set(doc, STR("versions"), versions);
    json_set(doc, STR("access"), g->access.len ? text_node(a, g->access) : json_new(a, JSON_NULL));
    json_set(doc, STR("_attachments"), files);
    struct buf b = {0};
    json_write(&b, doc, STR(""));
    str text = arena_str(a, buf_view(&b));
    buf_free(&b);
    return text;
}

static str escaped(struct arena *a, str name) {
    ptrdiff_t slash = str_find_char(name, '/');
    return slash < 0 ? name : arena_print(a, "%.*s%%2f%.*s", STR_FMT(str_upto(name, (size_t)slash)),
                                          STR_FMT(str_from(name, (size_t)slash + 1)));
}

static str ask_password(struct pm *p) {
    char line[64] = "";
    if (!tty_is(0) || !tty_is(2)) return STR("");
    fprintf(stderr, "This registry asks for a one-time password: ");
    fflush(stderr);
    return fgets(line, sizeof line, stdin) ? arena_str(p->a, str_trim(str_c(line))) : STR("");
}

static bool is_there(struct pm *p, const struct package *g, bool *failed) {
    struct pkg_reply reply;
    str url = arena_print(p->a, "%.*s%.*s", STR_FMT(g->registry), STR_FMT(escaped(p->a, g->m.name)));
    *failed = pkg_session_ask(&p->session, STR("GET"), url, STR("Accept: application/json\r\n"), STR(""),
                              &reply) != 0 || (reply.status != 200 && reply.status != 404);
    if (*failed) cmd_error("GET %.*s - %d %.*s", STR_FMT(url), reply.status, STR_FMT(reply.why));
    if (*failed || reply.status != 200) return false;
    return json_get(json_get_c(json_parse(p->a, reply.body, JSON_STRICT, NULL, STR("")), "versions"), g->m.version) !=
           NULL;
}

static int put(struct pm *p, struct package *g) {
    str url = arena_print(p->a, "%.*s%.*s", STR_FMT(g->registry), STR_FMT(escaped(p->a, g->m.name))),
        body = body_of(p, g), otp = pm_value(p, "otp");
    struct pkg_reply reply;
    for (int i = 0; i < 2; i++) {
        str kind = pm_value(p, "auth-type");
        str headers = arena_print(p->a,
                                  "Content-Type: application/json\r\nAccept: application/json\r\nnpm-command: "
                                      "publish\r\nnpm-auth-type: %.*s\r\n%s%.*s%s",
                                  STR_FMT(kind.len ? kind : STR("legacy")), otp.len ? "npm-otp: " : "", STR_FMT(otp),
                                      otp.len ? "\r\n" : "");
        if (pkg_session_ask(&p->session, STR("PUT"), url, headers, body, &reply) != 0)
            return cmd_error("publish: %.*s", STR_FMT(p->session.why));
        bool wants_password = reply.status == 401 &&
                              (str_find(reply.body, STR("otp")) >= 0 || str_find(reply.body, STR("one-time")) >= 0);
        if (!wants_password || i) break;
        otp = ask_password(p);
        if (!otp.len) return cmd_error("publish: the registry asks for a one-time password; give it with --otp");
    }
    if (reply.status == 200 || reply.status == 201) return 0;
    if (!reply.status) return cmd_error("publish: %.*s", STR_FMT(reply.why));
    const struct json *said = json_parse(p->a, reply.body, JSON_STRICT, NULL, STR(""));
    str text = json_text(json_get_c(said, "error"));
    if (!text.len) text = json_text(json_get_c(said, "message"));
    bool is_again = reply.status == 409 || str_find(text, STR("cannot publish over")) >= 0 ||
                    str_find(text, STR("already")) >= 0;
    if (is_again && pm_has(p, "tolerate-republish")) {
        cmd_note("%.*s@%.*s is in the registry already", STR_FMT(g->m.name), STR_FMT(g->m.version));
        return 0;
    }
    return cmd_error("PUT %.*s - %d%s%.*s", STR_FMT(url), reply.status, text.len ? ": " : "", STR_FMT(text));
}

/* The command line goes before publishConfig, that before the environment, that before .npmrc. */
static bool wants_provenance(struct pm *p, const struct json *config) {
    str typed = pm_value(p, "provenance");
    if (pm_has(p, "no-provenance")) return false;
    if (pm_has(p, "provenance")) return !str_is(typed, "false");
    const struct json *said = json_get_c(config, "provenance");
    return said ? json_bool(said, false) : pkg_npmrc_is(&p->config.npmrc, STR("provenance"), false);
}

static int complete(struct pm *p, struct package *g) {
    const struct json *config = json_get_c(g->m.json, "publishConfig");
    str registry = json_text(json_get_c(config, "registry")), tag = pm_value(p, "tag"), access = pm_value(p, "access");
    g->registry = registry.len && !pm_value(p, "registry").len
                      ? registry
                      : pkg_npmrc_registry(&p->config.npmrc, g->m.name, p->config.registry);
    if (g->registry.len && g->registry.at[g->registry.len - 1] != '/')
        g->registry = arena_join(p->a, g->registry, STR("/"));
    g->tag = tag.len                                    ? tag
             : json_text(json_get_c(config, "tag")).len ? json_text(json_get_c(config, "tag"))
                                                        : STR("latest");
    if (semver_range_parse(p->a, g->tag, SEMVER_LOOSE))
        return cmd_error("publish: the tag \"%.*s\" could be taken for a version or a range", STR_FMT(g->tag));
    g->access = access.len ? access : json_text(json_get_c(config, "access"));
    if (g->access.len && !str_is(g->access, "public") && !str_is(g->access, "restricted"))
        return cmd_error("publish: access \"%.*s\": public or restricted is wanted", STR_FMT(g->access));
    if (str_is(g->access, "restricted") && g->m.name.at[0] != '@')
        return cmd_error("publish: a package without a scope cannot be restricted");
    if (g->m.is_private) return cmd_error("publish: %.*s is \"private\" in its package.json", STR_FMT(g->m.name));
    if (wants_provenance(p, config)) {
        int code = cmd_later("publish: a statement of provenance");
        cmd_note("a service that signs makes it; --no-provenance publishes without one");
        return code;
    }
    if (!p->config.dry_run && !pkg_npmrc_authorization(&p->config.npmrc, p->a, g->registry).len)
        return cmd_error("publish: there are no credentials for %.*s; write //host/:_authToken=<token> into .npmrc",
                         STR_FMT(g->registry));
    return 0;
}

static int send(struct pm *p, struct package *g) {
    int code = complete(p, g);
    if (code) return code;
    pm_print("Tag: %.*s\nAccess: %.*s\nRegistry: %.*s\n", STR_FMT(g->tag),
             STR_FMT(g->access.len ? g->access : STR("default")), STR_FMT(g->registry));
    fflush(stdout);
    if (!p->config.dry_run) code = put(p, g);
    if (!code)
        pm_print("\n %s+ %.*s@%.*s%s%s\n", pm_colour("\x1b[32m"), STR_FMT(g->m.name), STR_FMT(g->m.version),
                 pm_colour(0), p->config.dry_run ? " (dry-run)" : "");
    return code;
}

static int publish_member(struct pm *p, struct pkg_member *m, bool skips) {
    static const char *const before[] = {"prepublishOnly", "prepack", "prepare"}, *const after[] = {"postpack"},
        *const last[] = {"publish", "postpublish"};
    str folder = path_join(p->a, p->project.root, m->path);
    struct pkg_pack k;
    int code = 0;
    if (m->manifest.is_private)
        return cmd_error("publish: %.*s is \"private\" in its package.json", STR_FMT(m->manifest.name));
    if (skips) {
        struct package g = {.m = m->manifest};
        bool failed;
        if ((code = complete(p, &g))) return code;
        if (is_there(p, &g, &failed)) {
            pm_print("%.*s@%.*s is in the registry already\n", STR_FMT(m->manifest.name), STR_FMT(m->manifest.version));
            return 0;
        }
        if (failed) return 1;
    }
    for (size_t i = 0; i < 3 && !code; i++) code = pm_script(p, folder, &m->manifest, before[i]);
    if (!code && !read_again(p, m)) code = 1;
    if (!code) code = pack_member(p, m, &k, true);
    if (code) return code;
    for (size_t i = 0; i < 1 && !code; i++) code = pm_script(p, folder, &m->manifest, after[i]);
    struct package g = {.k = &k};
    if (!code && !pkg_manifest_read(p->a, k.manifest, STR("package.json"), &p->d, &g.m)) code = 1;
    if (!code) {
        print_files(p, &k);
        print_sums(p, &k);
        code = send(p, &g);
    }
    for (size_t i = 0; i < 2 && !code && !p->config.dry_run; i++) code = pm_script(p, folder, &m->manifest, last[i]);
    buf_free(&k.tarball);
    return code;
}

/* --- a tarball that is there */

struct looking { struct buf text; bool is_it, is_found; };
static err begin(void *user, const struct tar_entry *e) {
    struct looking *k = user;
    str name = str_from(e->path, (size_t)(str_find_char(e->path, '/') + 1));
    k->is_it = e->kind == TAR_FILE && !k->is_found && str_is(name, "package.json");
    return k->is_it && e->size > 10000000 ? ERR_TOO_LARGE : 0;
}
static err data(void *user, str bytes) {
    struct looking *k = user;
    if (k->is_it) buf_add(&k->text, bytes);
    return 0;
}
static err end(void *user) {
    struct looking *k = user;
    k->is_found |= k->is_it;
    return 0;
}
static err inflated(void *user, str bytes) { return tar_reader_push(user, bytes); }

static int publish_file(struct pm *p, str typed) {
    static const struct tar_events events = {begin, data, end};
    str path = path_resolve(p->a, p->c->cwd, typed);
    struct pkg_pack k = {0};
    struct looking look = {0};
    struct tar_reader tar;
    struct gzip_reader gzip;
    err e = file_read_all(path, &k.tarball);
    if (e) return cmd_error("publish: %.*s: %s", STR_FMT(path), err_text(e));
    tar_reader_init(&tar, &events, &look);
    e = gzip_reader_init(&gzip, GZIP_GZIP, (uint64_t)1 << 32, inflated, &tar);
    if (!e) e = gzip_reader_push(&gzip, buf_view(&k.tarball));
    if (!e) e = gzip_reader_finish(&gzip);
    if (!e) e = tar_reader_finish(&tar);
    gzip_reader_done(&gzip);
    tar_reader_done(&tar);
    str text = arena_str(p->a, buf_view(&look.text));
    buf_free(&look.text);
    struct package g = {.k = &k};
    int code = 0;
    if (e) code = cmd_error("publish: %.*s: %s", STR_FMT(path), err_text(e));
    else if (!look.is_found) code = cmd_error("publish: %.*s has no package.json", STR_FMT(path));
    else if (!pkg_manifest_read(p->a, text, STR("package.json"), &p->d, &g.m)) code = 1;
    else if (!g.m.name.len || !g.m.version.len)
        code = cmd_error("publish: the package.json of %.*s needs a name and a version", STR_FMT(path));
    if (!code) {
        pkg_pack_sums(p->a, &k);
        code = send(p, &g);
    }
    buf_free(&k.tarball);
    return code;
}

/* Depth first: what a workspace depends on is published before it. */
static int publish_in_order(struct pm *p, struct pkg_member **list, size_t n, size_t at, bool *seen) {
    if (seen[at]) return 0;
    seen[at] = true;
    int code = 0;
    for (size_t i = 0; i < n && !code; i++)
        if (pkg_manifest_find(&list[at]->manifest, list[i]->manifest.name))
            code = publish_in_order(p, list, n, i, seen);
    return code || list[at]->manifest.is_private ? code : publish_member(p, list[at], pm_has(p, "recursive"));
}

static int publish(struct pm *p) {
    struct pkg_member **list;
    if (p->n_words > 1) return cmd_error("publish: one tarball at a time");
    if (p->n_words) return publish_file(p, p->words[0]);
    bool many = pm_has(p, "recursive") || p->config.filters.count;
    if (!many) return publish_member(p, pm_here(p), false);
    size_t n = pm_members(p, &list);
    bool *seen = ARENA_ARRAY(p->a, bool, n + 1);
    int code = 0;
    for (size_t i = 0; i < n && !code; i++) code = publish_in_order(p, list, n, i, seen);
    return code;
}

int cmd_publish(struct cmd *c) {
    struct pm p;
    bool ends, is_file = false;
    for (int i = 0; i < c->argc; i++) is_file |= str_ends(str_c(c->argv[i]), STR(".tgz"));
    int code = pm_open(&p, c, PM_PUBLISH, &usage, is_file ? PM_CONFIG : PM_PROJECT, &ends);
    if (ends) return code;
    pm_title(&p);
    return pm_close(&p, publish(&p));
}
