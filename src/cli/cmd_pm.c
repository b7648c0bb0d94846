/* cli/cmd_pm.c: bao pm <command>: a table of small commands about the project, its lockfile and the cache. */
#include "cli/pm.h"
#include "crypto/digest.h"
#include "data/base64.h"
#include "data/json.h"
#include "data/json_edit.h"
#include "pkg/cache_pack.h"
#include "pkg/inventory.h"
#include "sys/dir.h"
#include "sys/file.h"
#include "sys/path.h"

#include <stdlib.h>
#include <time.h>

static int bin(struct pm *p, size_t from) {
    bool is_global = pm_has(p, "global");
    pm_print("%.*s\n",
             STR_FMT(is_global ? p->config.global_bin : path_join(p->a, p->project.root, STR("node_modules/.bin"))));
    return 0;
}

/* --- hash: over the sorted list of what is locked, as Bun makes it */

static int by_text(const void *a, const void *b) { return str_cmp(*(const str *)a, *(const str *)b); }

static bool hash_text(struct pm *p, struct buf *out) {
    struct pkg_lock l;
    if (!pm_read_lock(p, &l)) return false;
    str *lines = ARENA_ARRAY(p->a, str, l.n_packages + 1);
    for (pkg_id i = 1; i < l.n_packages; i++) lines[i - 1] = pm_label(p->a, &l.packages[i]);
    size_t n = l.n_packages ? l.n_packages - 1 : 0;
    qsort(lines, n, sizeof *lines, by_text);
    buf_lit(out, "\n-- BEGIN SHA512/256(`${alphabetize(name)}@${order(version)}`) --\n");
    for (size_t i = 0; i < n; i++) buf_print(out, "%.*s\n", STR_FMT(lines[i]));
    buf_lit(out, "-- END HASH--\n");
    return true;
}

static int hash_string(struct pm *p, size_t from) {
    struct buf text = {0};
    bool is_there = hash_text(p, &text);
    if (is_there) pm_print("%.*s", STR_FMT(buf_view(&text)));
    buf_free(&text);
    return !is_there;
}

static int hash(struct pm *p, size_t from) {
    struct buf text = {0};
    unsigned char sum[CRYPTO_DIGEST_MOST];
    if (!hash_text(p, &text)) return 1;
    size_t n = crypto_digest("sha512-256", buf_view(&text), sum);
    buf_free(&text);
    if (n != 32) return cmd_error("pm hash: this system's OpenSSL has no sha512-256");
    for (size_t i = 0; i < 32; i++) {
        if (i && i % 8 == 0) pm_print("-");
        pm_print(i / 8 % 2 ? "%02x" : "%02X", sum[i]);
    }
    pm_print("\n");
    return 0;
}

/* --- cache */

static uint64_t size_of(struct arena *a, str folder, size_t *n_files) {
    struct dir_entry *list;
    size_t n;
    uint64_t bytes = 0;
    if (dir_list(a, folder, &list, &n) != 0) return 0;
    for (size_t i = 0; i < n; i++) {
        str path = path_join(a, folder, list[i].name);
        struct file_stat is;
        if (list[i].kind == FILE_DIR) bytes += size_of(a, path, n_files);
        else if (file_lstat(path, &is) == 0) {
            bytes += is.size;
            ++*n_files;
        }
    }
    return bytes;
}

static int cache_rm(struct pm *p) {
    struct arena mine = {0};
    size_t n = 0;
    uint64_t bytes = size_of(&mine, p->config.cache, &n);
    arena_free(&mine);
    if (p->config.dry_run) {
        pm_print("dry run: would delete the cache at %.*s (%zu files, %.1f MB)\n", STR_FMT(p->config.cache), n,
                 (double)bytes / 1e6);
        return 0;
    }
    err e = file_exists(p->config.cache) ? dir_remove_all(p->config.cache) : 0;
    if (e) return cmd_error("pm cache rm: %.*s: %s", STR_FMT(p->config.cache), err_text(e));
    pm_print("Cleared the cache at %.*s (%zu files, %.1f MB)\n", STR_FMT(p->config.cache), n, (double)bytes / 1e6);
    return 0;
}

/* What was put into the cache longer ago than that. Links share a file's data, so node_modules keep theirs. */
static int cache_prune(struct pm *p) {
    static const char *const groups[] = {"packages", "answers", "patched", "x"};
    str age = pm_value(p, "max-age");
    int64_t days = 30;
    if (age.len && (!str_to_int(age, &days) || days < 0))
        return cmd_error("pm cache prune: --max-age=%.*s: a number of days is wanted", STR_FMT(age));
    struct dir_entry *list;
    size_t n, n_gone = 0;
    int64_t before = (int64_t)time(NULL) - days * 86400;
    for (size_t g = 0; g < sizeof groups / sizeof *groups; g++) {
        str folder = path_join(p->a, p->config.cache, str_c(groups[g]));
        if (dir_list(p->a, folder, &list, &n) != 0) continue;
        for (size_t i = 0; i < n; i++) {
            str path = path_join(p->a, folder, list[i].name);
            struct file_stat is;
            if (file_lstat(path, &is) != 0 || is.mtime.sec >= before) continue;
            n_gone++;
            if (p->config.dry_run) pm_print("would remove %.*s\n", STR_FMT(list[i].name));
            else dir_remove_all(path);
        }
    }
    pm_print("%s %zu entries older than %lld days\n", p->config.dry_run ? "Would remove" : "Removed", n_gone,
             (long long)days);
    return 0;
}

/* The file that is named, or an empty text after saying that none is. */
static str pack_file(struct pm *p, size_t from, const char *what) {
    if (from + 1 == p->n_words) return path_resolve(p->a, p->c->cwd, p->words[from]);
    cmd_error("pm cache %s: one file is wanted", what);
    return STR("");
}

static int cache_pack(struct pm *p, size_t from) {
    struct pkg_cache_pack done;
    struct pkg_lock l;
    str file = pack_file(p, from, "pack");
    if (!file.len) return 1;
    if (pkg_project_read(p->a, p->c->cwd, &p->d, &p->project) != 0)
        return cmd_error("pm cache pack: there is no package.json in %.*s or above it", STR_FMT(p->c->cwd));
    if (!pm_read_lock(p, &l)) return 1;
    if (pkg_session_open_store(&p->session) != 0) return cmd_error("pm cache pack: %.*s", STR_FMT(p->session.why));
    err e = pkg_cache_pack_write(p->a, p->session.store, &l, p->config.dry_run ? STR("") : file, &done);
    if (e) return cmd_error("pm cache pack: %.*s: %s", STR_FMT(file), err_text(e));
    for (size_t i = 0; i < done.absent.count; i++)
        cmd_note("%.*s is not in the cache, and left out", STR_FMT(done.absent.at[i]));
    pm_print("%s %zu packages (%zu files, %.1f MB) into %.*s\n", p->config.dry_run ? "Would pack" : "Packed",
             done.n_packages, done.n_files, (double)done.bytes / 1e6, STR_FMT(p->words[from]));
    return 0;
}

static int cache_unpack(struct pm *p, size_t from) {
    struct pkg_cache_pack done;
    str file = pack_file(p, from, "unpack");
    if (!file.len) return 1;
    if (pkg_session_open_store(&p->session) != 0) return cmd_error("pm cache unpack: %.*s", STR_FMT(p->session.why));
    err e = pkg_cache_pack_read(p->a, p->session.store, file, p->config.dry_run, &done);
    str why = done.why.len ? done.why : str_c(err_text(e));
    if (e) return cmd_error("pm cache unpack: %.*s: %.*s", STR_FMT(file), STR_FMT(why));
    pm_print("%s %zu packages (%zu new, %zu already cached, %.1f MB)\n",
             p->config.dry_run ? "Would unpack" : "Unpacked", done.n_packages, done.n_new, done.n_known,
             (double)done.bytes / 1e6);
    return 0;
}

static int cache(struct pm *p, size_t from) {
    str what = from < p->n_words ? p->words[from] : STR("");
    if (!what.len) pm_print("%.*s\n", STR_FMT(p->config.cache));
    else if (str_is(what, "rm") || str_is(what, "clean") || str_is(what, "clear")) return cache_rm(p);
    else if (str_is(what, "prune")) return cache_prune(p);
    else if (str_is(what, "pack")) return cache_pack(p, from + 1);
    else if (str_is(what, "unpack")) return cache_unpack(p, from + 1);
    else return cmd_error("pm cache: \"%.*s\" is not known; rm, prune, pack and unpack are", STR_FMT(what));
    return 0;
}

/* --- scripts that were blocked */

static struct json *manifest_of(struct pm *p, str folder) {
    struct buf text = {0};
    struct json *j = NULL;
    if (file_read_all(path_join(p->a, folder, STR("package.json")), &text) == 0)
        j = json_parse(p->a, arena_str(p->a, buf_view(&text)), JSONC, NULL, STR(""));
    buf_free(&text);
    return j;
}

static const char *const stages[] = {"preinstall", "install", "postinstall"};

struct blocked { pkg_id id; str folder; const struct json *scripts; };

static size_t find_blocked(struct pm *p, struct pkg_lock *l, struct blocked **out) {
    struct pkg_tree t;
    struct pkg_inventory all;
    struct pkg_tree_choice choice = {.os = p->config.os, .cpu = p->config.cpu, .libc = p->config.libc};
    pkg_tree_make(p->a, l, &choice, &t);
    *out = ARENA_ARRAY(p->a, struct blocked, l->n_packages + 1);
    size_t n = 0;
    pkg_inventory_make(p->a, p->project.root, l, &t, &all);
    for (size_t i = 0; i < all.count; i++) {
        const struct pkg_component *c = &all.items[i];
        const struct pkg_package *k = &l->packages[c->id];
        if (!c->is_there || pkg_scripts_trusts(l, c->id) || (k->source == PKG_NPM && !k->has_install_script)) continue;
        struct blocked b = {.id = c->id, .folder = c->folder};
        b.scripts = json_get_c(manifest_of(p, b.folder), "scripts");
        bool has = false;
        for (size_t s = 0; s < 3; s++) has |= json_text(json_get_c(b.scripts, stages[s])).len > 0;
        has |= !b.scripts && file_exists(path_join(p->a, b.folder, STR("binding.gyp")));
        if (has) (*out)[n++] = b;
    }
    return n;
}

static void print_blocked(struct pm *p, const struct pkg_lock *l, const struct blocked *b, const char *mark) {
    str shown = str_starts(b->folder, p->project.root) ? str_from(b->folder, p->project.root.len + 1) : b->folder;
    pm_print("./%.*s %s@%.*s%s\n", STR_FMT(shown), pm_colour("\x1b[2m"), STR_FMT(pm_release(p->a, &l->packages[b->id])),
             pm_colour(0));
    for (size_t s = 0; s < 3; s++) {
        str text = json_text(json_get_c(b->scripts, stages[s]));
        if (text.len) pm_print(" %s [%s]: %.*s\n", mark, stages[s], STR_FMT(text));
    }
    pm_print("\n");
}

static int untrusted(struct pm *p, size_t from) {
    struct pkg_lock l;
    struct blocked *list;
    if (!pm_read_lock(p, &l)) return 1;
    size_t n = find_blocked(p, &l, &list);
    for (size_t i = 0; i < n; i++) print_blocked(p, &l, &list[i], "»");
    if (n) pm_print("The lifecycle scripts of these dependencies were blocked when they were installed.\n\n"
                    "If you trust them and wish their scripts to run, use `bao pm trust <name>`.\n");
    else
        pm_print(
            "Found 0 untrusted dependencies with scripts.\n\nEither all packages with scripts are in \"trustedDependencies\", "
            "or none has any.\n");
    return 0;
}

static bool trust_in_manifest(struct pm *p, str name) {
    struct pkg_member *root = &p->project.members[0];
    str text = root->source, path[2] = {STR("trustedDependencies"), STR("")};
    for (size_t i = 0; i < root->manifest.trusted.count; i++)
        if (str_eq(root->manifest.trusted.at[i], name)) return true;
    str value = arena_print(p->a, "\"%.*s\"", STR_FMT(name));
    bool ok = root->manifest.trusted.count
                  ? json_edit_set(p->a, &text, path, 2, value, JSON_AT_END)
                  : json_edit_set(p->a, &text, path, 1, arena_print(p->a, "[\n  %.*s\n]", STR_FMT(value)), JSON_AT_END);
    return ok && pm_change(p, root, text);
}

static int trust(struct pm *p, size_t from) {
    struct pkg_lock l;
    struct blocked *list;
    bool all = pm_has(p, "all");
    if (!all && from >= p->n_words) return cmd_error("pm trust: which package? `bao pm trust <name>` or --all");
    if (!pm_read_lock(p, &l)) return 1;
    size_t n = find_blocked(p, &l, &list), n_chosen = 0;
    for (size_t i = 0; i < n; i++) {
        bool is_chosen = all;
        for (size_t k = from; k < p->n_words; k++) is_chosen |= str_eq(p->words[k], l.packages[list[i].id].name);
        if (is_chosen) list[n_chosen++] = list[i];
    }
    for (size_t k = from; k < p->n_words; k++) {
        bool is_there = false;
        for (size_t i = 0; i < n_chosen; i++) is_there |= str_eq(p->words[k], l.packages[list[i].id].name);
        if (!is_there) return cmd_error("pm trust: no script of \"%.*s\" was blocked", STR_FMT(p->words[k]));
    }
    if (!n_chosen) {
        pm_print("Found 0 untrusted dependencies with scripts.\n");
        return 0;
    }
    for (size_t i = 0; i < n_chosen; i++) {
        print_blocked(p, &l, &list[i], p->config.dry_run ? "»" : "✓");
        if (!trust_in_manifest(p, l.packages[list[i].id].name)) return 1;
    }
    if (p->config.dry_run) return 0;
    /* The install notes what is trusted in bun.lock. Scripts run of what is put into node_modules, so these come
     * anew. */
    for (size_t i = 0; i < n_chosen; i++) {
        err e = dir_remove_all(list[i].folder);
        if (e) return cmd_error("pm trust: %.*s: %s", STR_FMT(list[i].folder), err_text(e));
    }
    /* ... in the layout that is there, which flags of an earlier install may have asked for. */
    bool is_isolated = file_exists(path_join(p->a, p->project.root, STR("node_modules/.bun")));
    if (p->config.linker == PKG_LINKER_AUTO) p->config.linker = is_isolated ? PKG_LINKER_ISOLATED : PKG_LINKER_HOISTED;
    struct pm_run r = {.options = {.needs_plan = true}};
    struct pkg_install_result out;
    p->config.silent = true;
    int code = pm_install(p, &r, &out);
    if (!code)
        pm_print(" %zu script%s ran across %zu package%s\n", out.scripts.n_run, out.scripts.n_run == 1 ? "" : "s",
                 n_chosen, n_chosen == 1 ? "" : "s");
    return code;
}

static int default_trusted(struct pm *p, size_t from) {
    pm_print("Default trusted dependencies (%zu):\n", pkg_n_trusted_names);
    for (size_t i = 0; i < pkg_n_trusted_names; i++) pm_print(" - %s\n", pkg_trusted_names[i]);
    return 0;
}

/* --- the registry */

static int whoami(struct pm *p, size_t from) {
    str registry = pkg_npmrc_registry(&p->config.npmrc, STR(""), p->config.registry);
    if (!pkg_npmrc_authorization(&p->config.npmrc, p->a, registry).len)
        return cmd_error("pm whoami: there are no credentials for %.*s; write //host/:_authToken=<token> into .npmrc",
                         STR_FMT(registry));
    struct pkg_reply reply;
    str url = arena_join(p->a, registry, STR("-/whoami"));
    if (pkg_session_ask(&p->session, STR("GET"), url, STR("Accept: application/json\r\n"), STR(""), &reply) != 0)
        return cmd_error("pm whoami: %.*s", STR_FMT(p->session.why));
    if (reply.status != 200) {
        if (reply.status) return cmd_error("GET %.*s - %d", STR_FMT(url), reply.status);
        return cmd_error("%.*s", STR_FMT(reply.why));
    }
    str name = json_text(json_get_c(json_parse(p->a, reply.body, JSON_STRICT, NULL, STR("")), "username"));
    if (!name.len) return cmd_error("pm whoami: %.*s names no user", STR_FMT(url));
    pm_print("%.*s\n", STR_FMT(name));
    return 0;
}

static int migrate(struct pm *p, size_t from) {
    str lock = path_join(p->a, p->project.root, STR("bun.lock"));
    if (file_exists(lock) && !p->config.force) {
        int code = cmd_error("pm migrate: bun.lock is there already");
        cmd_note("--force writes it anew");
        return code;
    }
    struct pm_run r = {0};
    struct pkg_install_result out;
    r.options.no_node_modules = p->config.lockfile_only = true;
    r.options.must_migrate = true;
    return pm_install(p, &r, &out);
}

static int fetch(struct pm *p, size_t from) {
    struct pkg_lock l;
    if (!pm_read_lock(p, &l)) return 1;
    size_t n;
    str why;
    err e = pkg_fetch_all(p->a, &p->session, p->project.root, &l, &n, &why);
    if (e) return cmd_error("pm fetch: %.*s", STR_FMT(why));
    pm_print("%zu packages are in the cache\n", n);
    return 0;
}

#define TO_REGISTRY " registry ca cafile network-concurrency cache-dir no-cache offline prefer-offline"
static const struct {
    const char *name, *shows, *help, *flags;
    enum pm_need need;
    int (*run)(struct pm *p, size_t from);
} table[] = {
    {"ls", "[names]", "what is installed: what is depended on directly; --all, --trusted, --prod",
     "all trusted prod global depth top json", PM_PROJECT, pm_ls},
    {"list", NULL, NULL, "all trusted prod global depth top json", PM_PROJECT, pm_ls},
    {"why", "<name>", "why a package is installed", "top depth", PM_PROJECT, pm_why},
    {"bin", "", "the folder of programs; -g: of global ones", "global", PM_PROJECT, bin},
    {"pack", "", "a tarball of this package; --destination, --filename, --gzip-level, --dry-run",
     "dry-run destination filename ignore-scripts gzip-level json", PM_PROJECT, pm_pack},
    {"cache", "[rm|prune|pack|unpack]", "the folder of what was fetched; clear it; what the lockfile needs as one file",
     "dry-run max-age cache-dir", PM_CONFIG, cache},
    {"hash", "", "a sum of what the lockfile has", "", PM_PROJECT, hash},
    {"hash-string", "", "the text that it is the sum of", "", PM_PROJECT, hash_string},
    {"hash-print", NULL, NULL, "", PM_PROJECT, hash},
    {"untrusted", "", "dependencies whose scripts were blocked", "", PM_PROJECT, untrusted},
    {"trust", "<names>", "run their scripts, and trust them from now on; --all", "all dry-run trust", PM_PROJECT, trust},
    {"default-trusted", "", "whose scripts run when package.json has no list of its own", "", PM_NOTHING,
     default_trusted},
    {"pkg", "get|set|delete|fix", "read and change package.json", "json", PM_PROJECT, pm_pkg},
    {"version", "[increment]", "raise the version, commit and tag",
     "dry-run ignore-scripts preid message no-git-tag-version git-tag-version allow-same-version json force", PM_PROJECT,
     pm_version},
    {"view", "<name> [property]", "what the registry says of a package", "json" TO_REGISTRY, PM_CONFIG, pm_info},
    {"whoami", "", "the user of the registry", TO_REGISTRY, PM_CONFIG, whoami},
    {"fetch", "", "everything of the lockfile into the cache", "force no-verify" TO_REGISTRY, PM_PROJECT, fetch},
    {"migrate", "", "bun.lock from another package manager's lockfile", "force" TO_REGISTRY, PM_PROJECT, migrate},
    {"licenses", "", "what is installed by its licence; --allow, --deny: a policy; --json, --long",
     "json prod dev long allow deny filter workspace workspace-root", PM_PROJECT, pm_licenses},
    {"sbom", "", "a bill of materials: --format=cyclonedx (1.6) or spdx (2.3); --prod",
     "format prod dev filter workspace workspace-root", PM_PROJECT, pm_sbom},
    {"scan", "", "the security scanner of bunfig.toml looks at what is locked", TO_REGISTRY, PM_PROJECT, pm_scan},
    {"diff", "[a] [b] [paths]", "what changed from a to b: versions, folders, tarballs; --stat, --name-only, -U <n>",
     "stat name-only unified json no-verify" TO_REGISTRY, PM_CONFIG, pm_diff},
};
enum { N_TABLE = sizeof table / sizeof *table };

static const char *all_flags(struct arena *a) {
    struct buf b = {0};
    for (size_t i = 0; i < N_TABLE; i++) buf_print(&b, "%s ", table[i].flags);
    const char *out = arena_c(a, buf_view(&b));
    buf_free(&b);
    return out;
}

static void help(void) {
    pm_print("%sUsage:%s bao pm <command> [flags]\n\nCommands of the package manager.\n\n", pm_colour("\x1b[1m"),
             pm_colour(0));
    for (size_t i = 0; i < N_TABLE; i++) {
        if (!table[i].help) continue;
        int width = printf("  bao pm %s %s", table[i].name, table[i].shows);
        pm_print("%*s%s\n", width < 40 ? 40 - width : 1, "", table[i].help);
    }
}

int cmd_pm(struct cmd *c) {
    int at = -1;
    for (int i = 0; i < c->argc && at < 0; i++)
        if (c->argv[i][0] != '-') at = i;
    if (at < 0) {
        bool is_wrong = c->argc && strcmp(c->argv[0], "--help") != 0 && strcmp(c->argv[0], "-h") != 0;
        help();
        return is_wrong ? cmd_error("pm: which command?") : 0;
    }
    for (size_t i = 0; i < N_TABLE; i++) {
        if (strcmp(c->argv[at], table[i].name) != 0) continue;
        struct pm p;
        bool ends;
        const char *name = arena_print(&c->arena, "pm %s", table[i].name).at;
        struct pm_usage usage = {
            name, arena_print(&c->arena, "%s [flags] %s", name, table[i].shows ? table[i].shows : "").at,
            table[i].help ? arena_print(&c->arena, "Prints or does: %s.", table[i].help).at : "", NULL,
            table[i].flags, all_flags(&c->arena)};
        int code = pm_open(&p, c, PM_PM, &usage, table[i].need, &ends);
        return ends ? code : pm_close(&p, table[i].run(&p, 1));
    }
    struct flags_guess guess = {.typed = str_c(c->argv[at])};
    for (size_t i = 0; i < N_TABLE; i++) flags_guess(&guess, table[i].name);
    int code = cmd_error("pm: \"%s\" is not known", c->argv[at]);
    if (guess.nearest) cmd_note("did you mean `bao pm %s`?", guess.nearest);
    else cmd_note("`bao pm --help` lists the commands");
    return code;
}
