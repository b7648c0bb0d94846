/* cli/cmd_dedupe.c: bao dedupe, bao prune. */
#include "cli/pm.h"
#include "base/map.h"
#include "data/json.h"
#include "pkg/dedupe.h"
#include "pkg/link.h"
#include "sys/dir.h"
#include "sys/file.h"
#include "sys/path.h"

#include <stdlib.h>

static const struct pm_usage usage_dedupe = {
    "dedupe", "dedupe [flags]",
    "Removes versions from bun.lock that others, locked as well, can stand in for; then installs.",
    "  bao dedupe --check      exit code 1 when there are any, for CI\n",
};

static int dedupe(struct pm *p) {
    struct pkg_lock before, after;
    struct pkg_dedupe d;
    if (!pm_read_lock(p, &before)) return 1;
    pkg_dedupe(p->a, &before, &after, &d);
    if (!d.count) {
        if (!pm_is_quiet(p)) pm_print("No duplicates: checked %zu packages in bun.lock\n", before.n_packages);
        return 0;
    }
    if (!pm_is_quiet(p)) {
        pm_print("\n");
        for (size_t i = 0; i < d.count; i++)
            pm_print("- %.*s@%.*s\n", STR_FMT(d.gone[i].name), STR_FMT(d.gone[i].version));
    }
    const char *s = d.count == 1 ? "" : "s";
    if (pm_has(p, "check") || p->config.dry_run) {
        if (!pm_is_quiet(p)) pm_print("%zu duplicate version%s can be removed\n", d.count, s);
        return pm_has(p, "check");
    }
    if (p->config.frozen)
        return cmd_error("dedupe: %zu duplicate version%s can be removed, but lockfile is frozen", d.count, s);
    struct pkg_tree tree;
    struct pkg_tree_choice all = {0};
    struct buf text = {0};
    pkg_tree_make(p->a, &after, &all, &tree);
    pkg_lock_write(&text, &after, &tree);
    err e = pkg_write_whole(p->a, path_join(p->a, p->project.root, STR("bun.lock")), buf_view(&text), 0644);
    buf_free(&text);
    if (e) return cmd_error("dedupe: bun.lock: %s", err_text(e));
    if (!pm_is_quiet(p)) pm_print("%zu duplicate version%s removed\n", d.count, s);
    struct pm_run r = {0};
    struct pkg_install_result out;
    return pm_install(p, &r, &out);
}

int cmd_dedupe(struct cmd *c) {
    struct pm p;
    bool ends;
    int code = pm_open(&p, c, PM_DEDUPE, &usage_dedupe, PM_PROJECT, &ends);
    if (ends) return code;
    pm_title(&p);
    return pm_close(&p, dedupe(&p));
}

/* --- prune */

static const struct pm_usage usage_prune = {
    "prune",
    "prune [flags]",
    "Removes packages from node_modules that bun.lock does not have; with --production also those that only devDependencies need.",
    "  bao prune --production --dry-run\n",
};

struct pruning {
    struct pm *p;
    const struct pkg_lock *lock;
    const struct pkg_tree *tree;
    size_t n_checked, n_gone;
    bool removes;
};

static void take_away(struct pruning *k, str path, str name) {
    struct buf text = {0};
    file_read_all(path_join(k->p->a, path, STR("package.json")), &text);
    str version = json_text(
        json_get_c(json_parse(k->p->a, arena_str(k->p->a, buf_view(&text)), JSONC, NULL, STR("")), "version"));
    buf_free(&text);
    k->n_gone++;
    if (!pm_is_quiet(k->p)) pm_print("- %.*s%s%.*s\n", STR_FMT(name), version.len ? "@" : "", STR_FMT(version));
    if (k->removes) dir_remove_all(path);
}

/* Programs whose package is gone. */
static void sweep_bins(struct pruning *k, str modules) {
    struct dir_entry *list;
    size_t n;
    str folder = path_join(k->p->a, modules, STR(".bin"));
    if (!k->removes || dir_list(k->p->a, folder, &list, &n) != 0) return;
    for (size_t i = 0; i < n; i++) {
        str at = path_join(k->p->a, folder, list[i].name);
        if (list[i].kind == FILE_LINK && !file_exists(at)) file_unlink(at);
    }
}

static bool is_in(const struct pkg_node *n, str name) {
    for (size_t i = 0; i < n->n_entries; i++)
        if (str_eq(n->entries[i].name, name)) return true;
    return false;
}

static void prune_folder(struct pruning *k, const struct pkg_node *node, str modules, str scope) {
    struct dir_entry *list;
    size_t n;
    str folder = scope.len ? path_join(k->p->a, modules, scope) : modules;
    if (dir_list(k->p->a, folder, &list, &n) != 0) return;
    for (size_t i = 0; i < n; i++) {
        str name = scope.len ? arena_print(k->p->a, "%.*s/%.*s", STR_FMT(scope), STR_FMT(list[i].name)) : list[i].name;
        if (list[i].name.at[0] == '.' || (list[i].kind != FILE_DIR && list[i].kind != FILE_LINK)) continue;
        if (!scope.len && name.at[0] == '@') {
            prune_folder(k, node, modules, name);
            continue;
        }
        k->n_checked++;
        if (!is_in(node, name)) take_away(k, path_join(k->p->a, folder, list[i].name), name);
    }
    if (!scope.len) sweep_bins(k, modules);
}

static str modules_of(struct pruning *k, const struct pkg_node *n) {
    struct arena *a = k->p->a;
    str root = k->p->project.root;
    if (n->is_workspace) return path_join3(a, root, n->path, STR("node_modules"));
    if (!n->path.len) return path_join(a, root, STR("node_modules"));
    return path_join(a, root, arena_print(a, "node_modules/%.*s/node_modules", STR_FMT(n->path)));
}

static void prune_isolated(struct pruning *k, str store) {
    struct dir_entry *list;
    size_t n;
    struct map wanted = {0};
    if (dir_list(k->p->a, store, &list, &n) != 0) return;
    for (size_t i = 0; i < k->tree->count; i++)
        for (size_t e = 0; e < k->tree->nodes[i].n_entries; e++)
            map_put(&wanted, pkg_isolated_name(k->p->a, &k->lock->packages[k->tree->nodes[i].entries[e].id]), k);
    for (size_t i = 0; i < n; i++) {
        if (str_is(list[i].name, "node_modules") || list[i].kind != FILE_DIR) continue;
        k->n_checked++;
        if (map_get(&wanted, list[i].name) || map_get(&wanted, pkg_isolated_without_peers(list[i].name))) continue;
        k->n_gone++;
        if (!pm_is_quiet(k->p)) pm_print("- %.*s\n", STR_FMT(list[i].name));
        if (k->removes) dir_remove_all(path_join(k->p->a, store, list[i].name));
    }
    map_free(&wanted);
}

static int prune(struct pm *p) {
    struct pkg_lock lock;
    struct pkg_tree tree;
    struct pkg_config *c = &p->config;
    if (!pm_read_lock(p, &lock)) return 1;
    #define OR_ANY(value) (strcmp(value, "*") == 0 ? NULL : (value))
    struct pkg_tree_choice choice = {.no_dev = c->no_dev, .no_optional = c->no_optional, .no_peer = c->no_peer,
                                     .os = OR_ANY(c->os), .cpu = OR_ANY(c->cpu), .libc = OR_ANY(c->libc)};
    #undef OR_ANY
    pkg_tree_make(p->a, &lock, &choice, &tree);
    struct pruning k = {.p = p, .lock = &lock, .tree = &tree, .removes = !c->dry_run && !pm_has(p, "check")};
    str store = path_join(p->a, p->project.root, STR("node_modules/.bun"));
    if (!pm_is_quiet(p)) pm_print("\n");
    if (file_exists(store)) prune_isolated(&k, store);
    else
        for (size_t i = 0; i < tree.count; i++)
            prune_folder(&k, &tree.nodes[i], modules_of(&k, &tree.nodes[i]), STR(""));
    const char *s = k.n_gone == 1 ? "" : "s";
    if (pm_is_quiet(p)) return k.n_gone && pm_has(p, "check");
    if (!k.n_gone) pm_print("Done! Checked %zu installed packages (nothing to prune)\n", k.n_checked);
    else
        pm_print("%zu package%s %s (checked %zu installed packages)\n", k.n_gone, s,
                 k.removes ? "removed" : "can be removed", k.n_checked);
    return k.n_gone && pm_has(p, "check");
}

int cmd_prune(struct cmd *c) {
    struct pm p;
    bool ends;
    int code = pm_open(&p, c, PM_PRUNE, &usage_prune, PM_PROJECT, &ends);
    if (ends) return code;
    pm_title(&p);
    return pm_close(&p, prune(&p));
}
