/* cli/cmd_add.c: bao add, bao remove: package.json is changed in memory, installed by, and written when that went
 * well. */
#include "cli/pm.h"
#include "data/json.h"
#include "data/json_edit.h"
#include "sys/file.h"
#include "sys/path.h"

static const struct pm_usage usage_add = {
    "add", "add [flags] <package>[@<version>]...\n       bao a",
    "Adds packages to package.json and installs them.",
    "  bao add zod                  the latest, as ^4.1.0\n"
    "  bao add zod@next zod4@npm:zod@4\n"
    "  bao add -d typescript        into devDependencies; --optional, --peer likewise\n"
    "  bao add ./local github:user/repo https://host/x.tgz\n"
    "  bao add zod --filter api     in a workspace\n"
    "  bao add --catalog react      in the root's catalog, and \"catalog:\" here\n",
};
static const struct pm_usage usage_remove = {
    "remove", "remove [flags] <package>...\n       bao rm, bao uninstall",
    "Takes packages out of package.json and out of node_modules.",
    "  bao remove ts-node\n  bao remove zod --filter api\n",
};

struct wish {
    str name, typed, spec;           /* spec: what is written into package.json */
    str asks;                        /* the registry's name of it, when a version must be chosen; else empty */
    struct pkg_spec parsed;
};

/* --- what is behind a path, a URL or a repository is only known once it was fetched */

struct fetching {
    struct pm *p;
    str folder, why;
    bool is_done;
};

static void got(void *user, const struct pkg_stored *stored, err e, str why) {
    struct fetching *f = user;
    if (stored) f->folder = arena_str(f->p->a, stored->path);
    else f->why = arena_str(f->p->a, why);
    f->is_done = true;
}

static str name_in(struct pm *p, str folder) {
    struct buf text = {0};
    str name = STR("");
    if (file_read_all(path_join(p->a, folder, STR("package.json")), &text) == 0)
        name = json_text(json_get_c(json_parse(p->a, arena_str(p->a, buf_view(&text)), JSONC, NULL, STR("")), "name"));
    buf_free(&text);
    return name;
}

static int name_of_file(struct pm *p, struct wish *w, str base) {
    str path = path_resolve(p->a, base, w->parsed.text), why = STR("");
    struct buf bytes = {0};
    struct pkg_stored stored;
    err e = pkg_session_open_store(&p->session);
    if (!e) e = file_read_all(path, &bytes);
    if (e) return cmd_error("add: %.*s: %s", STR_FMT(path), err_text(e));
    struct pkg_unpack *u = pkg_unpack_new(p->session.store, STR("package"), STR(""), STR(""));
    e = pkg_unpack_push(u, buf_view(&bytes));
    if (!e) e = pkg_unpack_finish(u, &stored);
    if (e) why = arena_str(p->a, pkg_unpack_why(u));
    else w->name = name_in(p, stored.path);
    pkg_unpack_free(u);
    buf_free(&bytes);
    return e ? cmd_error("add: %.*s: %.*s", STR_FMT(path), STR_FMT(why)) : 0;
}

static int name_by_fetching(struct pm *p, struct wish *w) {
    struct fetching f = {.p = p};
    if (pkg_session_open(&p->session) != 0) return cmd_error("add: %.*s", STR_FMT(p->session.why));
    struct pkg_tarball t = {.name = STR("package"), .url = w->parsed.text};
    if (w->parsed.kind == PKG_SPEC_TARBALL_URL) pkg_fetch_tarball(p->session.fetch, &t, got, &f);
    else pkg_fetch_git(p->session.fetch, &w->parsed, w->parsed.commit, got, &f);
    pkg_session_wait(&p->session, &f.is_done);
    if (!f.folder.len) return cmd_error("add: %.*s: %.*s", STR_FMT(w->typed), STR_FMT(f.why));
    w->name = name_in(p, f.folder);
    return 0;
}

static int find_name(struct pm *p, struct wish *w) {
    str base = p->c->cwd;
    int code = 0;
    switch (w->parsed.kind) {
    case PKG_SPEC_FILE: w->name = name_in(p, path_resolve(p->a, base, w->parsed.text)); break;
    case PKG_SPEC_TARBALL_FILE: code = name_of_file(p, w, base); break;
    case PKG_SPEC_TARBALL_URL: case PKG_SPEC_GIT: case PKG_SPEC_GITHUB: code = name_by_fetching(p, w); break;
    default:
        return cmd_error("add: \"%.*s\" is no package: a name, a path, a URL or a repository is wanted",
                         STR_FMT(w->typed));
    }
    if (!code && !pkg_name_is_valid(w->name))
        code = cmd_error("add: %.*s has no package.json with a name", STR_FMT(w->typed));
    return code;
}

/* --- which version */

static int read_wish(struct pm *p, str typed, struct wish *w) {
    *w = (struct wish){.typed = typed};
    pkg_spec_split(typed, &w->name, &w->spec);
    if (!w->name.len) {
        pkg_spec_parse(p->a, STR("package"), typed, &w->parsed);
        w->spec = typed;
        return find_name(p, w);
    }
    if (!pkg_name_is_valid(w->name)) return cmd_error("add: \"%.*s\" is no name of a package", STR_FMT(w->name));
    if (!w->spec.len && pkg_project_find(&p->project, w->name)) w->spec = STR("workspace:*");
    pkg_spec_parse(p->a, w->name, w->spec.len ? w->spec : STR("latest"), &w->parsed);
    if (w->parsed.kind == PKG_SPEC_BAD)
        return cmd_error("add: %.*s: \"%.*s\" is no version", STR_FMT(w->name), STR_FMT(w->spec));
    bool is_open = w->parsed.kind == PKG_SPEC_TAG ||
                   (w->parsed.is_alias && !w->parsed.tag.len && w->parsed.kind == PKG_SPEC_RANGE &&
                    str_find_char(str_from(w->spec, 5), '@') < 0);
    if (is_open || (pm_has(p, "exact") && w->parsed.kind == PKG_SPEC_RANGE)) w->asks = w->parsed.name;
    return 0;
}

static int choose(struct pm *p, struct wish *w, const struct pkg_packument *k, str why) {
    if (!k) return cmd_error("%.*s", STR_FMT(why));
    if (w->parsed.kind == PKG_SPEC_TAG && !json_get(k->tags, w->parsed.tag))
        return cmd_error("add: %.*s has no version that is tagged \"%.*s\"", STR_FMT(w->asks), STR_FMT(w->parsed.tag));
    const struct pkg_release *r = pm_pick(p, k, &w->parsed);
    if (!r) {
        str latest = json_text(json_get_c(k->tags, "latest"));
        return cmd_error("add: %.*s@%.*s is not in the registry; newest is %.*s", STR_FMT(w->asks), STR_FMT(w->spec),
                         STR_FMT(latest));
    }
    w->spec = arena_print(p->a, "%s%.*s%s%s%.*s", w->parsed.is_alias ? "npm:" : "",
                          STR_FMT(w->parsed.is_alias ? w->asks : STR("")), w->parsed.is_alias ? "@" : "",
                          p->config.exact ? "" : "^", STR_FMT(r->version));
    return 0;
}

static bool has_tag(const struct pkg_packument *k, const struct wish *w) {
    return k && (w->parsed.kind == PKG_SPEC_TAG ? json_get(k->tags, w->parsed.tag) != NULL
                                                : pkg_packument_pick(k, &w->parsed, PKG_PICK_PLAIN) != NULL);
}

static int choose_all(struct pm *p, struct wish *wishes, size_t n) {
    str *names = ARENA_ARRAY(p->a, str, n + 1), *whys = ARENA_ARRAY(p->a, str, n + 1);
    const struct pkg_packument **found = ARENA_ARRAY(p->a, const struct pkg_packument *, n + 1);
    struct wish **asking = ARENA_ARRAY(p->a, struct wish *, n + 1);
    size_t n_asked = 0;
    bool has_all = false;
    for (size_t i = 0; i < n; i++)
        if (wishes[i].asks.len) names[n_asked] = wishes[i].asks, asking[n_asked++] = &wishes[i];
    for (int again = 0; again < 2 && n_asked && !has_all; again++) {
        if (again && !pkg_fetch_doubt(p->session.fetch)) break;          /* it may have come since that was asked */
        if (pkg_session_packuments(&p->session, names, n_asked, p->config.minimum_age_s > 0, found, whys) != 0)
            return cmd_error("add: %.*s", STR_FMT(p->session.why));
        has_all = true;
        for (size_t i = 0; i < n_asked; i++) has_all &= has_tag(found[i], asking[i]);
    }
    int code = 0;
    for (size_t i = 0; i < n_asked; i++)
        if (choose(p, asking[i], found[i], whys[i])) code = 1;
    return code;
}

/* --- into package.json */

static str quoted(struct arena *a, str text) {
    struct buf b = {0};
    json_write_text(&b, text);
    text = arena_str(a, buf_view(&b));
    buf_free(&b);
    return text;
}

static const char *group_of(const struct pm *p, const struct pkg_member *m, str name) {
    if (pm_has(p, "dev")) return "devDependencies";
    if (pm_has(p, "optional")) return "optionalDependencies";
    if (pm_has(p, "peer")) return "peerDependencies";
    const struct pkg_dependency *d = pkg_manifest_find(&m->manifest, name);
    return d && !pm_has(p, "save-prod") ? pkg_group_names[d->group] : "dependencies";
}

static void remove_from(struct pm *p, str *text, str name, const char *except) {
    for (int g = 0; g < PKG_GROUPS; g++) {
        str path[2] = {str_c(pkg_group_names[g]), name};
        if (except && strcmp(except, pkg_group_names[g]) == 0) continue;
        if (!json_edit_remove(p->a, text, path, 2)) continue;
        const struct json *left = json_get(json_parse(p->a, *text, JSONC, NULL, STR("")), path[0]);
        if (left && !left->count) json_edit_remove(p->a, text, path, 1);
    }
}

static bool set_catalog(struct pm *p, const struct wish *w, str name) {
    struct pkg_member *root = &p->project.members[0];
    str text = root->source, path[4];
    size_t n = 0;
    if (json_is(json_get_c(root->manifest.json, "workspaces"), JSON_OBJECT)) path[n++] = STR("workspaces");
    path[n++] = name.len ? STR("catalogs") : STR("catalog");
    if (name.len) path[n++] = name;
    path[n++] = w->name;
    return json_edit_set(p->a, &text, path, n, quoted(p->a, w->spec), JSON_SORTED) && pm_change(p, root, text);
}

static bool set_trusted(struct pm *p, str name) {
    struct pkg_member *root = &p->project.members[0];
    str text = root->source, path[2] = {STR("trustedDependencies"), STR("")};
    for (size_t i = 0; i < root->manifest.trusted.count; i++)
        if (str_eq(root->manifest.trusted.at[i], name)) return true;
    struct pkg_package k = {.name = name, .source = PKG_NPM};
    struct pkg_lock as_usual = {.packages = &k, .n_packages = 1};
    if (!root->manifest.trusted.is_there && pkg_scripts_trusts(&as_usual, 0)) return true;
    bool ok = root->manifest.trusted.is_there
                  ? json_edit_set(p->a, &text, path, 2, quoted(p->a, name), JSON_AT_END)
                  : json_edit_set(p->a, &text, path, 1, arena_print(p->a, "[\n  %.*s\n]", STR_FMT(quoted(p->a, name))),
                                  JSON_AT_END);
    return ok && pm_change(p, root, text);
}

static bool add_to(struct pm *p, struct pkg_member *m, const struct wish *w) {
    str text = m->source, spec = w->spec, catalog = pm_value(p, "catalog");
    if (pm_has(p, "catalog")) {
        if (!set_catalog(p, w, catalog)) return false;
        text = m->source;
        spec = arena_join(p->a, STR("catalog:"), catalog);
    } else if (w->parsed.kind == PKG_SPEC_FILE && !str_starts(spec, STR("file:"))) {
        /* A path is typed from here, and kept from where the package.json lies. */
        str folder = path_join(p->a, p->project.root, m->path),
            to = path_relative(p->a, folder, path_resolve(p->a, p->c->cwd, w->parsed.text));
        spec = path_is_dotted(to) ? to : arena_join(p->a, STR("./"), to);
    }
    const char *group = group_of(p, m, w->name);
    str path[2] = {str_c(group), w->name};
    remove_from(p, &text, w->name, group);
    return json_edit_set(p->a, &text, path, 2, quoted(p->a, spec), JSON_SORTED) && pm_change(p, m, text) &&
           (!pm_has(p, "trust") || set_trusted(p, w->name));
}

static int add(struct pm *p) {
    struct wish *wishes = ARENA_ARRAY(p->a, struct wish, p->n_words + 1);
    str *names = ARENA_ARRAY(p->a, str, p->n_words + 1);
    struct pkg_member **members;
    size_t n = 0, n_members = pm_members(p, &members);
    for (size_t i = 0; i < p->n_words; i++) {
        int code = read_wish(p, p->words[i], &wishes[n]);
        if (code) return code;
        if (pm_has(p, "only-missing") && pkg_manifest_find(&members[0]->manifest, wishes[n].name)) continue;
        n++;
    }
    int code = choose_all(p, wishes, n);
    for (size_t i = 0; i < n && !code; i++) {
        names[i] = wishes[i].name;
        for (size_t k = 0; k < n_members && !code; k++)
            if (!add_to(p, members[k], &wishes[i])) code = 1;
    }
    struct pkg_install_result out;
    struct pm_run r = {.names = names, .n_names = n};
    return code ? code : pm_install(p, &r, &out);
}

static int no_words(struct pm *p) {
    if (pm_has(p, "analyze")) return cmd_error("add --analyze: which files? `bao add --analyze src/index.ts`");
    return cmd_error("add: which package? `bao add <package>`");
}

int cmd_add(struct cmd *c) {
    struct pm p;
    bool ends;
    int code = pm_open(&p, c, PM_ADD, &usage_add, PM_PROJECT, &ends);
    if (ends) return code;
    if (!p.n_words) return pm_close(&p, no_words(&p));
    pm_title(&p);
    if (pm_has(&p, "analyze")) code = pm_analyze(&p, &p.words, &p.n_words);
    if (!code) code = add(&p);
    if (!code && pm_has(&p, "global")) code = pm_link_global(&p);
    return pm_close(&p, code);
}

static int take_away(struct pm *p) {
    struct pkg_member **members;
    size_t n_members = pm_members(p, &members), n = 0;
    str *gone = ARENA_ARRAY(p->a, str, p->n_words + 1);
    for (size_t i = 0; i < p->n_words; i++) {
        bool was_there = false;
        for (size_t k = 0; k < n_members; k++) {
            str text = members[k]->source;
            was_there |= pkg_manifest_find(&members[k]->manifest, p->words[i]) != NULL;
            remove_from(p, &text, p->words[i], NULL);
            if (!pm_change(p, members[k], text)) return 1;
        }
        if (was_there) gone[n++] = p->words[i];
        else
            diag_add(&p->d, DIAG_WARNING, "remove-absent", STR(""), (str){0}, 0, 0, "%.*s is no dependency of %.*s",
                     STR_FMT(p->words[i]),
                     STR_FMT(n_members == 1 ? path_join3(p->a, p->project.root, members[0]->path, STR("package.json"))
                                            : STR("any workspace")));
    }
    struct pkg_install_result out;
    if (!pm_is_quiet(p)) pm_print("\n");
    for (size_t i = 0; i < n && !pm_is_quiet(p); i++)
        pm_print("%s-%s %.*s\n", pm_colour("\x1b[31m"), pm_colour(0), STR_FMT(gone[i]));
    struct pm_run r = {.names = gone, .n_names = n, .has_title = true};
    return pm_install(p, &r, &out);
}

int cmd_remove(struct cmd *c) {
    struct pm p;
    bool ends;
    int code = pm_open(&p, c, PM_REMOVE, &usage_remove, PM_PROJECT, &ends);
    if (ends) return code;
    if (!p.n_words) return pm_close(&p, cmd_error("remove: which package? `bao remove <package>`"));
    pm_title(&p);
    code = take_away(&p);
    if (!code && pm_has(&p, "global")) code = pm_link_global(&p);
    return pm_close(&p, code);
}
