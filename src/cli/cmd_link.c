/* cli/cmd_link.c: bao link, bao unlink, and the programs of global packages. What is linkable is registered as a
 * symbolic link in the folder of global packages: links/<name> -> the package's folder. */
#include "cli/pm.h"
#include "data/json_edit.h"
#include "sys/dir.h"
#include "sys/file.h"
#include "sys/path.h"

static const struct pm_usage usage_link = {
    "link",
    "link [flags] [<package>]...",
    "Without a name: makes the package of this folder linkable. With names: links packages that are linkable into node_modules.",
    "  bao link              here, once\n  bao link my-lib       in the project that uses it; --save also writes \"link:my-lib\" "
    "into package.json\n",
};
static const struct pm_usage usage_unlink = {
    "unlink",
    "unlink [flags] [<package>]...",
    "Without a name: the package of this folder is linkable no longer. With names: takes their links out of node_modules.",
    NULL,
};

static str registered(struct pm *p, str name) { return pkg_config_linked(p->a, &p->config, name); }

/* A symbolic link where nothing or another link is; what is in the way is moved aside by the one that asks. */
static err set_link(str target, str at) {
    dir_make_all(path_dirname(at), 0777, NULL);
    struct file_stat is;
    if (file_lstat(at, &is) == 0) {
        err e = file_kind_of_mode(is.mode) == FILE_DIR ? dir_remove_all(at) : file_unlink(at);
        if (e) return e;
    }
    return file_symlink(target, at);
}

static int link_bins(struct pm *p, const struct pkg_manifest *m, str folder, str into) {
    for (size_t i = 0; i < m->n_bins; i++) {
        str target = path_join(p->a, folder, m->bins[i].path), at = path_join(p->a, into, m->bins[i].name);
        err e = set_link(path_relative(p->a, into, target), at);
        if (e) return cmd_error("%s: %.*s: %s", p->name, STR_FMT(at), err_text(e));
    }
    return 0;
}

static bool read_package(struct pm *p, str folder, struct pkg_manifest *m) {
    struct buf text = {0};
    str file = path_join(p->a, folder, STR("package.json"));
    bool ok = file_read_all(file, &text) == 0 &&
              pkg_manifest_read(p->a, arena_str(p->a, buf_view(&text)), file, &p->d, m);
    buf_free(&text);
    return ok;
}

int pm_link_global(struct pm *p) {
    const struct pkg_manifest *root = &p->project.members[0].manifest;
    str modules = path_join(p->a, p->project.root, STR("node_modules"));
    struct dir_entry *list;
    size_t n;
    /* Links into this folder whose package is gone go as well. */
    if (dir_list(p->a, p->config.global_bin, &list, &n) == 0)
        for (size_t i = 0; i < n; i++) {
            str at = path_join(p->a, p->config.global_bin, list[i].name), to;
            if (file_readlink(p->a, at, &to) != 0 || file_exists(at)) continue;
            if (path_is_inside(path_resolve(p->a, p->config.global_bin, to), modules)) file_unlink(at);
        }
    for (size_t i = 0; i < root->n_dependencies; i++) {
        struct pkg_manifest m;
        str folder = path_join(p->a, modules, root->dependencies[i].name);
        if (!read_package(p, folder, &m)) continue;
        int code = link_bins(p, &m, folder, p->config.global_bin);
        if (code) return code;
    }
    return 0;
}

static int register_here(struct pm *p) {
    struct pkg_member *m = pm_here(p);
    str folder = path_join(p->a, p->project.root, m->path), name = m->manifest.name;
    if (folder.len > 1 && folder.at[folder.len - 1] == '/') folder.len--;
    if (!pkg_name_is_valid(name)) return cmd_error("link: package.json needs a \"name\"");
    err e = set_link(folder, registered(p, name));
    if (e) return cmd_error("link: %.*s: %s", STR_FMT(registered(p, name)), err_text(e));
    int code = link_bins(p, &m->manifest, folder, p->config.global_bin);
    if (code || pm_is_quiet(p)) return code;
    pm_print("Success! Registered \"%.*s\"\n\nTo use %.*s in a project, run:\n  bao link %.*s\n\n"
             "Or add it in dependencies in your package.json file:\n  \"%.*s\": \"link:%.*s\"\n",
             STR_FMT(name), STR_FMT(name), STR_FMT(name), STR_FMT(name), STR_FMT(name));
    return 0;
}

static int link_names(struct pm *p) {
    struct pkg_member *m = pm_here(p);
    str modules = path_join3(p->a, p->project.root, m->path, STR("node_modules")), text = m->source;
    for (size_t i = 0; i < p->n_words; i++) {
        str name = p->words[i], target;
        struct pkg_manifest k;
        if (!pkg_name_is_valid(name) || file_realpath(p->a, registered(p, name), &target) != 0) {
            int code = cmd_error("link: \"%.*s\" is not linkable", STR_FMT(name));
            cmd_note("`bao link` in its folder makes it so; the name is that of its package.json");
            return code;
        }
        if (pm_has(p, "save")) {
            str path[2] = {STR("dependencies"), name};
            if (!json_edit_set(p->a, &text, path, 2, arena_print(p->a, "\"link:%.*s\"", STR_FMT(name)), JSON_SORTED))
                return 1;
            continue;
        }
        err e = set_link(target, path_join(p->a, modules, name));
        if (e) return cmd_error("link: %.*s: %s", STR_FMT(path_join(p->a, modules, name)), err_text(e));
        if (!read_package(p, target, &k)) return 1;
        int code = link_bins(p, &k, path_join(p->a, modules, name), path_join(p->a, modules, STR(".bin")));
        if (code) return code;
        if (!pm_is_quiet(p)) pm_print("\ninstalled %.*s@link:%.*s\n", STR_FMT(name), STR_FMT(name));
    }
    if (!pm_has(p, "save")) return 0;
    struct pm_run r = {.names = p->words, .n_names = p->n_words};
    struct pkg_install_result out;
    return pm_change(p, m, text) ? pm_install(p, &r, &out) : 1;
}

int cmd_link(struct cmd *c) {
    struct pm p;
    bool ends;
    int code = pm_open(&p, c, PM_LINK, &usage_link, PM_PROJECT, &ends);
    if (ends) return code;
    pm_title(&p);
    return pm_close(&p, p.n_words ? link_names(&p) : register_here(&p));
}

static int unlink_here(struct pm *p) {
    struct pkg_member *m = pm_here(p);
    str at = registered(p, m->manifest.name), to;
    struct dir_entry *list;
    size_t n;
    if (!pkg_name_is_valid(m->manifest.name)) return cmd_error("unlink: package.json needs a \"name\"");
    if (file_readlink(p->a, at, &to) != 0) {
        if (!pm_is_quiet(p))
            pm_print("success: package \"%.*s\" is not globally linked, so there is nothing to do.\n",
                     STR_FMT(m->manifest.name));
        return 0;
    }
    err e = file_unlink(at);
    if (e) return cmd_error("unlink: %.*s: %s", STR_FMT(at), err_text(e));
    if (dir_list(p->a, p->config.global_bin, &list, &n) == 0)
        for (size_t i = 0; i < n; i++) {
            str bin = path_join(p->a, p->config.global_bin, list[i].name);
            if (file_readlink(p->a, bin, &to) == 0 &&
                path_is_inside(path_resolve(p->a, p->config.global_bin, to), p->project.root))
                file_unlink(bin);
        }
    pm_print("success: unlinked package \"%.*s\"\n", STR_FMT(m->manifest.name));
    return 0;
}

static int unlink_names(struct pm *p) {
    struct pkg_member *m = pm_here(p);
    str modules = path_join3(p->a, p->project.root, m->path, STR("node_modules")), text = m->source, to;
    for (size_t i = 0; i < p->n_words; i++) {
        str at = path_join(p->a, modules, p->words[i]), path[2] = {STR("dependencies"), p->words[i]};
        const struct pkg_dependency *d = pkg_manifest_find(&m->manifest, p->words[i]);
        if (!pkg_name_is_valid(p->words[i]) || file_readlink(p->a, at, &to) != 0)
            return cmd_error("unlink: \"%.*s\" is no link in node_modules", STR_FMT(p->words[i]));
        file_unlink(at);
        if (d && str_starts(d->spec, STR("link:"))) json_edit_remove(p->a, &text, path, 2);
    }
    if (!pm_change(p, m, text)) return 1;
    /* What the links stood in the place of comes back. */
    struct pm_run r = {0};
    struct pkg_install_result out;
    p->config.force = true;
    return pm_install(p, &r, &out);
}

int cmd_unlink(struct cmd *c) {
    struct pm p;
    bool ends;
    int code = pm_open(&p, c, PM_LINK, &usage_unlink, PM_PROJECT, &ends);
    if (ends) return code;
    pm_title(&p);
    return pm_close(&p, p.n_words ? unlink_names(&p) : unlink_here(&p));
}
