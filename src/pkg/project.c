#include "pkg/project.h"

#include "base/diag.h"
#include "base/list.h"
#include "base/map.h"
#include "data/glob.h"
#include "pkg/pnpm_settings.h"
#include "pkg/yarn_settings.h"
#include <stdlib.h>

#include "sys/dir.h"
#include "sys/file.h"
#include "sys/path.h"

struct finding {
    struct arena *a;
    struct diag *d;
    struct pkg_project *out;
    LIST(struct pkg_member) members;
    LIST(str) found;                        /* relative folders that a pattern names */
    bool is_scan;
};

static bool read_text(struct arena *a, str file, str *text) {
    struct buf b = {0};
    bool is_there = file_read_all(file, &b) == 0;
    *text = is_there ? arena_str(a, buf_view(&b)) : STR("");
    buf_free(&b);
    return is_there;
}

static str plain_pattern(str p) {
    if (p.len && p.at[0] == '!') p = str_from(p, 1);
    while (str_starts(p, STR("./"))) p = str_from(p, 2);
    while (p.len && p.at[p.len - 1] == '/') p.len--;
    return p;
}

/* The last pattern that fits decides. */
static bool patterns_have(const struct pkg_texts *patterns, str path) {
    bool has = false;
    for (size_t i = 0; i < patterns->count; i++) {
        bool takes_away = patterns->at[i].len && patterns->at[i].at[0] == '!';
        if (glob_match(plain_pattern(patterns->at[i]), path)) has = !takes_away;
    }
    return has;
}

static bool is_looked_into(str name) { return name.len && name.at[0] != '.' && !str_is(name, "node_modules"); }

static bool is_folder(struct finding *f, str folder, const struct dir_entry *e) {
    if (e->kind == FILE_DIR) return true;
    return (e->kind == FILE_LINK || e->kind == FILE_UNKNOWN) &&
           file_kind(path_join3(f->a, f->out->root, folder, e->name)) == FILE_DIR;
}

static str below(struct arena *a, str folder, str name) {
    return folder.len ? arena_print(a, "%.*s/%.*s", STR_FMT(folder), STR_FMT(name)) : name;
}

static void find(struct finding *f, str folder, str pattern, int depth) {
    str part, rest;
    str_split(pattern, '/', &part, &rest);
    if (depth > 40) return;                              /* links that lead round */
    if (!pattern.len) {
        *LIST_ADD(&f->found) = folder;
        return;
    }
    if (glob_is_plain(part)) {
        find(f, str_is(part, ".") ? folder : below(f->a, folder, part), rest, depth + 1);
        return;
    }
    bool is_deep = str_is(part, "**");
    struct dir_entry *list;
    size_t n;
    if (is_deep) find(f, folder, rest, depth + 1);
    if (dir_list(f->a, path_join(f->a, f->out->root, folder), &list, &n) != 0) return;
    for (size_t i = 0; i < n; i++) {
        if (!is_looked_into(list[i].name) || !is_folder(f, folder, &list[i])) continue;
        if (is_deep && list[i].kind != FILE_LINK) find(f, below(f->a, folder, list[i].name), pattern, depth + 1);
        else if (!is_deep && glob_match(part, list[i].name))
            find(f, below(f->a, folder, list[i].name), rest, depth + 1);
    }
}

static err add_member(struct finding *f, str path, bool is_named) {
    struct pkg_member m = {.path = path};
    for (size_t i = 0; i < f->members.len; i++)
        if (str_eq(f->members.at[i].path, path)) return 0;
    str file = path_join3(f->a, f->out->root, path, STR("package.json"));
    if (!read_text(f->a, file, &m.source)) {
        if (is_named)
            diag_add(f->d, DIAG_NOTE, "workspace-absent", path, (str){0}, 0, 0,
                     "the workspace is not there and is passed over");
        return 0;
    }
    str shown = below(f->a, path, STR("package.json"));
    if (!pkg_manifest_read(f->a, m.source, shown, f->is_scan && path.len ? NULL : f->d, &m.manifest)) {
        if (!f->is_scan || !path.len) return ERR_MALFORMED;
        diag_add(f->d, DIAG_NOTE, "workspace-unreadable", shown, (str){0}, 0, 0,
                 "no package.json that can be read; the workspace is passed over");
        return 0;
    }
    if (!m.manifest.name.len && path.len && !f->is_scan) {
        diag_add(f->d, DIAG_ERROR, "workspace-name", shown, (str){0}, 0, 0, "a workspace needs a \"name\"");
        return ERR_MALFORMED;
    }
    *LIST_ADD(&f->members) = m;
    return 0;
}

static err rewrite(struct finding *f, struct pkg_member *m, str text) {
    m->source = text;
    m->is_rewritten = true;
    return pkg_manifest_read(f->a, text, below(f->a, m->path, STR("package.json")), f->d, &m->manifest) ? 0
                                                                                                       : ERR_MALFORMED;
}

/* Before there is a bun.lock, what pnpm knows of a project counts as if package.json said it. */
static err take_pnpm_settings(struct finding *f) {
    str yaml, lock, text, root = f->out->root;
    struct pkg_member *m = &f->members.at[0];
    bool has_settings = read_text(f->a, path_join(f->a, root, STR("pnpm-workspace.yaml")), &yaml);
    bool is_pnpms = has_settings || file_exists(path_join(f->a, root, STR("pnpm-lock.yaml")));
    if (!is_pnpms || m->manifest.workspaces.is_there || read_text(f->a, path_join(f->a, root, STR("bun.lock")), &lock))
        return 0;
    text = pkg_pnpm_settings(f->a, m->source, yaml, f->d);
    if (!text.len) return f->d && f->d->n_errors ? ERR_MALFORMED : 0;
    return rewrite(f, m, text);
}

/* What yarn alone understands is put as everybody does, in all package.json files; its lockfile knows versions. */
static err take_yarn_settings(struct finding *f) {
    struct pkg_yarn_patches patches = {0};
    str lock = STR(""), text;
    bool speaks = false, was_migrated = file_exists(path_join(f->a, f->out->root, STR("bun.lock")));
    if (!was_migrated) read_text(f->a, path_join(f->a, f->out->root, STR("yarn.lock")), &lock);
    bool is_berry = pkg_yarn_is_berry(lock);
    for (size_t i = 0; i < f->members.len; i++) speaks |= pkg_yarn_speaks(f->members.at[i].source, is_berry);
    if (!speaks) return 0;
    if (was_migrated) read_text(f->a, path_join(f->a, f->out->root, STR("yarn.lock")), &lock);
    if (!pkg_yarn_lock_patches(f->a, lock, f->d, &patches)) return ERR_MALFORMED;
    for (size_t i = 0; i < f->members.len; i++) {
        struct pkg_member *m = &f->members.at[i];
        if (!pkg_yarn_speaks(m->source, is_berry)) continue;
        text = pkg_yarn_settings(f->a, m->source, m->path, is_berry, &patches, f->d);
        if (text.len) TRY(rewrite(f, m, text));
        else if (f->d && f->d->n_errors) return ERR_MALFORMED;
    }
    text = pkg_yarn_add_patches(f->a, f->members.at[0].source, &patches);
    return str_eq(text, f->members.at[0].source) ? 0 : rewrite(f, &f->members.at[0], text);
}

static int by_path(const void *a, const void *b) {
    return str_cmp(((const struct pkg_member *)a)->path, ((const struct pkg_member *)b)->path);
}

static err check_names(struct finding *f) {
    struct map names = {0};
    err e = 0;
    for (size_t i = 0; i < f->members.len && !e; i++) {
        struct pkg_member *m = &f->members.at[i], *before;
        if (!m->manifest.name.len) continue;
        if ((before = map_get(&names, m->manifest.name)) && i) {
            diag_add(f->d, DIAG_ERROR, "workspace-twice", below(f->a, m->path, STR("package.json")), (str){0}, 0, 0,
                     "the workspace \"%.*s\" has the name \"%.*s\" as well", STR_FMT(before->path),
                     STR_FMT(m->manifest.name));
            e = ERR_MALFORMED;
        }
        map_put(&names, m->manifest.name, m);
    }
    map_free(&names);
    return e;
}

static err find_members(struct finding *f, const struct pkg_texts *patterns) {
    for (size_t i = 0; i < patterns->count; i++) {
        str p = patterns->at[i];
        if (!p.len || p.at[0] == '!') continue;
        f->found.len = 0;
        find(f, STR(""), plain_pattern(p), 0);
        for (size_t k = 0; k < f->found.len; k++) {
            str path = f->found.at[k];
            if (path.len && str_find(path, STR("..")) < 0 && patterns_have(patterns, path))
                TRY(add_member(f, path, glob_is_plain(p)));
        }
    }
    return 0;
}

/* A folder above whose workspaces name `inside`; the folder itself when there is none. */
static str root_of(struct arena *a, str inside) {
    str text;
    for (str at = path_dirname(inside);; at = path_dirname(at)) {
        struct pkg_manifest m;
        str yaml;
        bool has_text = read_text(a, path_join(a, at, STR("package.json")), &text);
        if (has_text && str_find(text, STR("\"workspaces\"")) < 0 &&
            read_text(a, path_join(a, at, STR("pnpm-workspace.yaml")), &yaml))
            text = pkg_pnpm_settings(a, text, yaml, NULL);
        if (has_text && str_find(text, STR("\"workspaces\"")) >= 0 && pkg_manifest_read(a, text, STR(""), NULL, &m) &&
            patterns_have(&m.workspaces, path_relative(a, at, inside)))
            return at;
        if (at.len <= 1) return inside;
    }
}

static err read_project(struct arena *a, str folder, struct diag *d, bool is_scan, struct pkg_project *out) {
    struct finding f = {.a = a, .d = d, .out = out, .is_scan = is_scan};
    str near = folder;
    *out = (struct pkg_project){0};
    while (file_kind(path_join(a, near, STR("package.json"))) != FILE_REGULAR) {
        if (near.len <= 1) return ERR_NOT_FOUND;
        near = path_dirname(near);
    }
    out->root = arena_str(a, root_of(a, near));
    out->here = str_eq(out->root, near) ? STR("") : path_relative(a, out->root, near);
    out->from = str_eq(out->root, folder) ? STR("") : path_relative(a, out->root, folder);
    err e = add_member(&f, STR(""), false);
    if (!e && !f.members.len) e = ERR_NOT_FOUND;
    if (!e) e = take_pnpm_settings(&f);
    if (!e) {
        struct pkg_texts patterns = f.members.at[0].manifest.workspaces;
        e = find_members(&f, &patterns);
    }
    if (!e) e = take_yarn_settings(&f);
    if (!e) {
        pkg_manifest_drop_replaced(&f.members.at[0].manifest);
        qsort(f.members.at + 1, f.members.len - 1, sizeof *f.members.at, by_path);
        if (!is_scan) e = check_names(&f);
    }
    out->count = f.members.len;
    out->members = arena_alloc(a, (f.members.len + 1) * sizeof *out->members);
    if (f.members.len) memcpy(out->members, f.members.at, f.members.len * sizeof *out->members);
    LIST_FREE(&f.members);
    LIST_FREE(&f.found);
    return e;
}

err pkg_project_read(struct arena *a, str folder, struct diag *d, struct pkg_project *out) {
    return read_project(a, folder, d, false, out);
}

err pkg_project_scan(struct arena *a, str folder, struct diag *d, struct pkg_project *out) {
    return read_project(a, folder, d, true, out);
}

const struct pkg_member *pkg_project_find(const struct pkg_project *p, str name) {
    for (size_t i = 1; i < p->count; i++)
        if (str_eq(p->members[i].manifest.name, name)) return &p->members[i];
    return NULL;
}
