#include "pkg/config.h"

#include "base/diag.h"
#include "data/base64.h"
#include "data/toml.h"
#include "data/url.h"
#include "gen/registry.h"
#include "sys/env.h"
#include "sys/file.h"
#include "sys/os.h"
#include "sys/path.h"
#include "sys/thread.h"

#define NOT_THERE "is not there yet (ERR_NOT_IMPLEMENTED)"

struct reading {
    struct arena *a;
    struct diag *d;
    struct pkg_config *c;
    str folder, home;
    str source, file;                   /* of the file that is read */
};

static bool variable(void *user, str name, str *value) { return env_get(arena_c(user, name), value); }

static bool read_file(struct reading *r, str path) {
    struct buf text = {0};
    bool is_there = file_read_all(path, &text) == 0;
    r->file = path;
    r->source = is_there ? arena_str(r->a, buf_view(&text)) : STR("");
    buf_free(&text);
    return is_there;
}

static str with_slash(struct arena *a, str url) {
    return url.len && url.at[url.len - 1] != '/' ? arena_join(a, url, STR("/")) : url;
}

static void add_name(struct arena *a, struct pkg_names *n, str name) {
    n->at = arena_grow(a, n->at, n->count * sizeof(str), (n->count + 1) * sizeof(str));
    n->at[n->count++] = name;
}

static void add_list(struct arena *a, struct pkg_names *n, str list) {
    for (str part; list.len && str_next(&list, ',', &part);)
        if (str_trim(part).len) add_name(a, n, str_trim(part));
}

static double seconds_of(str text) {
    char unit = text.len ? text.at[text.len - 1] : 0;
    double each = unit == 'd' ? 86400 : unit == 'h' ? 3600 : unit == 'm' ? 60 : 1;
    int64_t n;
    if (unit && strchr("dhms", unit)) text.len--;
    return str_to_int(text, &n) && n >= 0 ? (double)n * each : -1;
}

double pkg_config_seconds(str text) { return seconds_of(str_trim(text)); }

bool pkg_config_omit(struct pkg_config *c, str group, bool omit) {
    if (str_is(group, "dev")) c->no_dev = omit;
    else if (str_is(group, "optional")) c->no_optional = omit;
    else if (str_is(group, "peer")) c->no_peer = omit;
    else return false;
    return true;
}

bool pkg_config_linker(struct pkg_config *c, str name) {
    if (str_is(name, "hoisted") || str_is(name, "nested") || str_is(name, "shallow")) c->linker = PKG_LINKER_HOISTED;
    else if (str_is(name, "isolated") || str_is(name, "linked")) c->linker = PKG_LINKER_ISOLATED;
    else return false;
    return true;
}

bool pkg_config_backend(struct pkg_config *c, str name) {
    static const struct { const char *name; enum pkg_backend backend; } all[] = {
        {"hardlink", PKG_BACKEND_HARDLINK}, {"copyfile", PKG_BACKEND_COPY}, {"copy", PKG_BACKEND_COPY},
        {"auto", PKG_BACKEND_HARDLINK}, {"clone", PKG_BACKEND_CLONE}, {"clone-or-copy", PKG_BACKEND_CLONE},
        {"symlink", PKG_BACKEND_SYMLINK},
        {"clonefile", PKG_BACKEND_CLONE}, {"clonefile_each_dir", PKG_BACKEND_CLONE}};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        if (!str_is(name, all[i].name)) continue;
        c->backend = all[i].backend;
        return true;
    }
    return false;
}

/* The key of credentials for a registry: its URL without the scheme. A name and password inside of the URL are taken
 * out. */
void pkg_config_registry(struct pkg_config *c, str scope, str url, str token, str user, str password) {
    struct arena *a = c->arena;
    ptrdiff_t scheme = str_find(url, STR("://"));
    str rest = scheme < 0 ? url : str_from(url, (size_t)scheme + 3),
        before = scheme < 0 ? STR("https") : str_upto(url, (size_t)scheme);
    ptrdiff_t slash = str_find_char(rest, '/'),
              at = str_rfind_char(slash < 0 ? rest : str_upto(rest, (size_t)slash), '@');
    if (at >= 0) {
        if (!user.len) str_split(str_upto(rest, (size_t)at), ':', &user, &password);
        rest = str_from(rest, (size_t)at + 1);
    }
    rest = with_slash(a, rest);
    url = arena_print(a, "%.*s://%.*s", STR_FMT(before), STR_FMT(rest));
    if (scope.len)
        pkg_npmrc_set(&c->npmrc, arena_print(a, "%s%.*s:registry", scope.at[0] == '@' ? "" : "@", STR_FMT(scope)), url);
    else pkg_npmrc_set(&c->npmrc, STR("registry"), url);
    if (token.len) pkg_npmrc_set(&c->npmrc, arena_print(a, "//%.*s:_authToken", STR_FMT(rest)), token);
    if (user.len && password.len) {
        str pair = arena_print(a, "%.*s:%.*s", STR_FMT(user), STR_FMT(password));
        char *to = arena_alloc(a, base64_len(pair.len, BASE64) + 1);
        pkg_npmrc_set(&c->npmrc, arena_print(a, "//%.*s:_auth", STR_FMT(rest)),
                      str_of(to, base64_write(pair, to, BASE64)));
    }
}

/* --- bunfig.toml */

static void wrong(struct reading *r, const char *key, const char *what) {
    diag_add(r->d, DIAG_ERROR, "bunfig", r->file, (str){0}, 0, 0, "install.%s %s", key, what);
}

static bool is_bool(const struct json *j) { return json_is(j, JSON_TRUE) || json_is(j, JSON_FALSE); }

static void read_bool(struct reading *r, const struct json *t, const char *key, bool *to, bool is_turned) {
    const struct json *v = json_get_c(t, key);
    if (is_bool(v)) *to = json_bool(v, false) != is_turned;
    else if (v) wrong(r, key, "must be true or false");
}

static str dollar(struct reading *r, const struct json *j) {     /* "$TOKEN" is a variable's value */
    str text = json_text(j), value = STR("");
    if (text.len < 2 || text.at[0] != '$') return text;
    env_get(arena_c(r->a, str_from(text, 1)), &value);
    return arena_str(r->a, value);
}

static void read_registry(struct reading *r, str scope, const struct json *v) {
    if (json_is(v, JSON_STRING)) pkg_config_registry(r->c, scope, dollar(r, v), STR(""), STR(""), STR(""));
    else if (json_is(v, JSON_OBJECT) && json_text(json_get_c(v, "url")).len)
        pkg_config_registry(r->c, scope, dollar(r, json_get_c(v, "url")), dollar(r, json_get_c(v, "token")),
                            dollar(r, json_get_c(v, "username")), dollar(r, json_get_c(v, "password")));
    else
        wrong(r, scope.len ? "scopes" : "registry",
              "must be a URL, or a table with url and token or username and password");
}

static void read_names(struct reading *r, const struct json *t, const char *key, struct pkg_names *to) {
    const struct json *v = json_get_c(t, key);
    if (!v) return;
    *to = (struct pkg_names){0};
    if (json_is(v, JSON_STRING)) add_list(r->a, to, v->text);
    else if (json_is(v, JSON_ARRAY)) for JSON_EACH(e, v) if (e->kind == JSON_STRING) add_name(r->a, to, e->text);
}

static void read_cache(struct reading *r, const struct json *v) {
    if (json_is(v, JSON_STRING)) r->c->cache = path_resolve(r->a, r->folder, v->text);
    if (json_is(v, JSON_FALSE)) r->c->no_cache = true;
    str dir = json_text(json_get_c(v, "dir"));
    if (dir.len) r->c->cache = path_resolve(r->a, r->folder, dir);
    if (json_bool(json_get_c(v, "disable"), false) || json_bool(json_get_c(v, "disableManifest"), false))
        r->c->no_cache = true;
}

static void read_cafile(struct reading *r, str path, const char *key) {
    struct buf text = {0};
    err e = file_read_all(path_resolve(r->a, r->folder, path), &text);
    if (e)
        diag_add(r->d, DIAG_ERROR, "cafile", r->file, (str){0}, 0, 0, "%s \"%.*s\": %s", key, STR_FMT(path),
                 err_text(e));
    else r->c->ca = arena_str(r->a, buf_view(&text));
    buf_free(&text);
}

static void read_keys(struct reading *r, str path, const char *key) {
    struct buf text = {0};
    str file = path_resolve(r->a, r->folder, path);
    err e = file_read_all(file, &text);
    if (e)
        diag_add(r->d, DIAG_ERROR, "registry-keys", r->file, (str){0}, 0, 0, "%s \"%.*s\": %s", key, STR_FMT(path),
                 err_text(e));
    else r->c->keys = arena_str(r->a, buf_view(&text)), r->c->keys_file = file;
    buf_free(&text);
}

static void read_bunfig_install(struct reading *r, const struct json *t) {
    struct pkg_config *c = r->c;
    const struct json *v;
    bool keeps_lock = true;
    read_bool(r, t, "dev", &c->no_dev, true);
    read_bool(r, t, "optional", &c->no_optional, true);
    read_bool(r, t, "peer", &c->no_peer, true);
    if (json_bool(json_get_c(t, "production"), false)) c->no_dev = c->frozen = true;
    read_bool(r, t, "exact", &c->exact, false);
    read_bool(r, t, "ignoreScripts", &c->ignore_scripts, false);
    read_bool(r, t, "saveTextLockfile", &c->save_text, false);
    read_bool(r, t, "frozenLockfile", &c->frozen, false);
    read_bool(r, t, "dryRun", &c->dry_run, false);
    read_bool(r, t, "linkWorkspacePackages", &c->links_workspaces, false);
    read_bool(r, json_get_c(t, "lockfile"), "save", &keeps_lock, false);
    if (!keeps_lock) c->no_save = true;
    if (str_is(json_text(json_get_c(json_get_c(t, "lockfile"), "print")), "yarn")) c->yarn_lock = true;
    if ((v = json_get_c(t, "registry"))) read_registry(r, STR(""), v);
    const struct json *scopes = json_get_c(t, "scopes");
    if (json_is(scopes, JSON_OBJECT)) for JSON_EACH(s, scopes) read_registry(r, s->key, s);
    if ((v = json_get_c(t, "cache"))) read_cache(r, v);
    str text = json_text(json_get_c(t, "cafile"));
    if (text.len) read_cafile(r, text, "install.cafile");
    text = json_text(json_get_c(t, "registryKeys"));
    if (text.len) read_keys(r, text, "install.registryKeys");
    v = json_get_c(t, "ca");
    if (json_is(v, JSON_STRING)) c->ca = v->text;
    if (json_is(v, JSON_ARRAY)) for
            JSON_EACH(e, v) c->ca = arena_print(r->a, "%.*s%.*s\n", STR_FMT(c->ca), STR_FMT(json_text(e)));
    if ((text = json_text(json_get_c(t, "globalDir"))).len) c->global_dir = path_resolve(r->a, r->home, text);
    if ((text = json_text(json_get_c(t, "globalBinDir"))).len) c->global_bin = path_resolve(r->a, r->home, text);
    if ((text = json_text(json_get_c(t, "linker"))).len && !pkg_config_linker(c, text))
        wrong(r, "linker", "is \"hoisted\" or \"isolated\"");
    if ((text = json_text(json_get_c(t, "backend"))).len && !pkg_config_backend(c, text))
        wrong(r, "backend", "is \"hardlink\", \"copyfile\", \"clonefile\" or \"symlink\"");
    if ((text = json_text(json_get_c(t, "logLevel"))).len)
        c->silent = str_is(text, "silent"), c->verbose = str_is(text, "verbose");
    if (json_is(v = json_get_c(t, "concurrentScripts"), JSON_NUMBER) && v->number >= 1)
        c->n_scripts = (unsigned)v->number;
    v = json_get_c(t, "minimumReleaseAge");
    double age = json_is(v, JSON_NUMBER) ? v->number : json_is(v, JSON_STRING) ? pkg_config_seconds(v->text) : 0;
    if (age < 0) wrong(r, "minimumReleaseAge", "is a number of seconds, or a text such as \"3d\"");
    else if (v) c->minimum_age_s = age;
    read_names(r, t, "minimumReleaseAgeExcludes", &c->age_excludes);
    read_names(r, t, "hoistPattern", &c->hoist_patterns);
    read_names(r, t, "publicHoistPattern", &c->public_hoist_patterns);
    if ((text = json_text(json_get_c(json_get_c(t, "security"), "scanner"))).len)
        c->scanner = text.at[0] == '.' ? path_resolve(r->a, path_dirname(r->file), text) : text;
}

static void read_bunfig(struct reading *r, str path) {
    if (!read_file(r, path)) return;
    const struct json *t = toml_parse(r->a, r->source, r->d, path), *install = json_get_c(t, "install");
    if (json_is(install, JSON_OBJECT)) read_bunfig_install(r, install);
}

/* --- what .npmrc and npm_config_ variables say, once all of them were added */

static void read_bool_key(const struct pkg_npmrc *n, const char *key, bool *to) {
    *to = pkg_npmrc_is(n, str_c(key), *to);
}

static void read_npmrc(struct reading *r, const struct pkg_npmrc *n) {
    struct pkg_config *c = r->c;
    const struct pkg_npmrc_value *v;
    if (pkg_npmrc_is(n, STR("production"), false)) c->no_dev = true;
    if ((v = pkg_npmrc_all(n, STR("omit"))))
        for (size_t i = 0; i < v->count; i++)
            for (str list = v->at[i], part; list.len && str_next(&list, ',', &part);)
                pkg_config_omit(c, str_trim(part), true);
    if ((v = pkg_npmrc_all(n, STR("include"))))
        for (size_t i = 0; i < v->count; i++) pkg_config_omit(c, v->at[i], false);
    read_bool_key(n, "save-exact", &c->exact);
    read_bool_key(n, "ignore-scripts", &c->ignore_scripts);
    read_bool_key(n, "foreground-scripts", &c->foreground_scripts);
    read_bool_key(n, "dry-run", &c->dry_run);
    read_bool_key(n, "offline", &c->offline);
    read_bool_key(n, "prefer-offline", &c->prefer_offline);
    read_bool_key(n, "strict-peer-deps", &c->strict_peers);
    read_bool_key(n, "strict-peer-dependencies", &c->strict_peers);
    read_bool_key(n, "engine-strict", &c->strict_engines);
    if (!pkg_npmrc_is(n, STR("bin-links"), !c->no_bins)) c->no_bins = true;
    read_bool_key(n, "link-workspace-packages", &c->links_workspaces);
    str text = pkg_npmrc_get(n, STR("cache"));
    if (text.len) c->cache = path_join(r->a, path_resolve(r->a, r->folder, text), STR("bao"));
    text = pkg_npmrc_get(n, STR("node-linker"));
    if (!text.len) text = pkg_npmrc_get(n, STR("install-strategy"));
    if (text.len && !pkg_config_linker(c, text))
        diag_add(r->d, DIAG_WARNING, "npmrc-linker", STR(".npmrc"), (str){0}, 0, 0,
                 "the linker \"%.*s\" is not known here: the usual one is taken", STR_FMT(text));
    if ((v = pkg_npmrc_all(n, STR("hoist-pattern")))) c->hoist_patterns = (struct pkg_names){v->at, v->count};
    if ((v = pkg_npmrc_all(n, STR("public-hoist-pattern"))))
        c->public_hoist_patterns = (struct pkg_names){v->at, v->count};
    if (pkg_npmrc_is(n, STR("shamefully-hoist"), false)) add_name(r->a, &c->public_hoist_patterns, STR("*"));
    text = pkg_npmrc_get(n, STR("cafile"));
    if (text.len) read_cafile(r, text, "cafile");
    text = pkg_npmrc_get(n, STR("registry-keys"));
    if (text.len) read_keys(r, text, "registry-keys");
    str ca = pkg_npmrc_ca(n, r->a);
    if (ca.len) c->ca = ca;
    int64_t number;
    if (str_to_int(pkg_npmrc_get(n, STR("maxsockets")), &number) && number > 0) c->n_connections = (unsigned)number;
    if (str_to_int(pkg_npmrc_get(n, STR("fetch-timeout")), &number) && number > 0) c->request_s = (double)number / 1000;
}

static void read_variables(struct reading *r) {
    struct pkg_config *c = r->c;
    str value, token = STR("");
    int64_t number;
    struct pkg_npmrc only;        /* what the environment says, apart from the files: it goes before bunfig.toml */
    pkg_npmrc_init(&only, r->a, variable, r->a);
    for (char **e = environ; *e; e++) {
        str name, text;
        if ((**e != 'n' && **e != 'N') || !str_split(str_c(*e), '=', &name, &text)) continue;
        if (pkg_npmrc_add_var(&c->npmrc, name, text)) pkg_npmrc_add_var(&only, name, text);
    }
    if (only.values.count) read_npmrc(r, &only);
    pkg_npmrc_done(&only);
    /* BAO_CONFIG_REGISTRY goes before BUN_CONFIG_REGISTRY. */
    #define VAR(name) (env_get("BAO_" name, &value) || env_get("BUN_" name, &value))
    if (VAR("CONFIG_TOKEN")) token = arena_str(r->a, value);
    if (VAR("CONFIG_REGISTRY") && value.len)
        pkg_config_registry(c, STR(""), arena_str(r->a, value), token, STR(""), STR(""));
    else if (token.len)
        pkg_config_registry(c, STR(""), pkg_npmrc_registry(&c->npmrc, STR(""), c->registry), token, STR(""), STR(""));
    if (VAR("INSTALL_CACHE_DIR") && value.len) c->cache = path_resolve(r->a, r->folder, value);
    if (VAR("INSTALL_GLOBAL_DIR") && value.len) c->global_dir = path_resolve(r->a, r->folder, value);
    if (VAR("INSTALL_BIN") && value.len) c->global_bin = path_resolve(r->a, r->folder, value);
    if (VAR("CONFIG_MAX_HTTP_REQUESTS") && str_to_int(value, &number) && number > 0)
        c->n_connections = (unsigned)number;
    if (VAR("CONFIG_SKIP_SAVE_LOCKFILE")) c->no_save = true;
    if (VAR("CONFIG_NO_VERIFY")) c->no_verify = true;
    if (VAR("CONFIG_YARN_LOCKFILE")) c->yarn_lock = true;
    if (VAR("CONFIG_SKIP_INSTALL_PACKAGES")) c->lockfile_only = true;
    #undef VAR
}

static void defaults(struct reading *r) {
    struct pkg_config *c = r->c;
    str base = env_or("BAO_INSTALL", "");
    if (base.len) base = path_resolve(r->a, r->folder, base);
    else base = path_join(r->a, r->home, STR(".bao"));
    str cache = env_or("XDG_CACHE_HOME", "");
    c->registry = STR(PKG_DEFAULT_REGISTRY);
    c->cache = path_is_absolute(cache) ? path_join(r->a, cache, STR("bao"))
                                       : path_join3(r->a, r->home, STR(".cache"), STR("bao"));
    c->global_dir = path_join3(r->a, base, STR("install"), STR("global"));
    c->global_bin = path_join(r->a, base, STR("bin"));
    c->links_workspaces = true;
    c->n_connections = 64;
    c->n_scripts = 2 * thread_cores();
    c->os = "linux";
#if defined(__aarch64__)
    c->cpu = "arm64";
#else
    c->cpu = "x64";
#endif
#if defined(__GLIBC__)
    c->libc = "glibc";
#else
    c->libc = "musl";
#endif
    c->request_s = 60;
    c->total_s = 1800;
    c->user_agent = arena_print(r->a, "bun/1.4.5 npm/? node/v26.10.0 %s %s bao/" BAO_VERSION, c->os, c->cpu);
}

bool pkg_config_read_with(struct arena *a, str folder, str bunfig, struct diag *d, struct pkg_config *out) {
    str home = STR("");
    struct reading r = {.a = a, .d = d, .c = out, .folder = folder};
    uint32_t n_before = d->n_errors;
    *out = (struct pkg_config){.arena = a};
    pkg_npmrc_init(&out->npmrc, a, variable, a);
    os_homedir(a, &home);
    r.home = home.len ? home : STR("/");
    defaults(&r);
    str user = env_or("npm_config_userconfig", ""), global_bunfig = env_or("XDG_CONFIG_HOME", "");
    str own = user.len ? arena_str(a, user) : path_join(a, r.home, STR(".npmrc")),
        project = path_join(a, folder, STR(".npmrc"));
    if (read_file(&r, own)) pkg_npmrc_add(&out->npmrc, r.source, own, d);
    if (!str_eq(own, project) && read_file(&r, project)) pkg_npmrc_add(&out->npmrc, r.source, project, d);
    r.file = project;
    read_npmrc(&r, &out->npmrc);
    if (global_bunfig.len) read_bunfig(&r, path_join(a, global_bunfig, STR(".bunfig.toml")));
    read_bunfig(&r, path_join(a, r.home, STR(".bunfig.toml")));
    if (!bunfig.len) read_bunfig(&r, path_join(a, folder, STR("bunfig.toml")));
    else if (file_exists(bunfig)) read_bunfig(&r, bunfig);
    else diag_add(d, DIAG_ERROR, "bunfig", bunfig, (str){0}, 0, 0, "there is no such file");
    read_variables(&r);
    out->registry = pkg_npmrc_registry(&out->npmrc, STR(""), out->registry);
    return d->n_errors == n_before;
}

bool pkg_config_read(struct arena *a, str folder, struct diag *d, struct pkg_config *out) {
    return pkg_config_read_with(a, folder, STR(""), d, out);
}

void pkg_config_done(struct pkg_config *c) { pkg_npmrc_done(&c->npmrc); }

str pkg_config_linked(struct arena *a, const struct pkg_config *c, str name) {
    return path_join3(a, c->global_dir, STR("links"), name);
}
