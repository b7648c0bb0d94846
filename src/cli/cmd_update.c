/* cli/cmd_update.c: bao update, bao outdated: what a registry has that is newer. */
#include "cli/pm.h"
#include "data/json.h"
#include "data/json_edit.h"
#include "data/semver.h"
#include "sys/file.h"
#include "sys/tty.h"

static const struct pm_usage usage_update = {
    "update", "update [flags] [<package>[@<version>]]...\n       bao up",
    "Takes the newest versions that package.json allows, and writes them there and into bun.lock.",
    "  bao update                   all of them\n"
    "  bao update zod '@types/*'    some; !name leaves one out\n"
    "  bao update --latest          also beyond what package.json allows\n"
    "  bao update -i                choose from a list\n",
};
static const struct pm_usage usage_outdated = {
    "outdated", "outdated [flags] [<pattern>]...",
    "Lists dependencies of which the registry has newer versions.",
    "  bao outdated 'is-*' '!is-even'\n  bao outdated --filter '*'     in all workspaces\n",
};

struct row {
    struct pkg_member *member;
    const struct pkg_dependency *dependency;
    struct pkg_spec spec;
    str declared;                    /* the spec, or what the catalog has for it */
    str catalog;                     /* its name; at NULL = it is none */
    str current;                     /* empty = it is not locked */
    const struct pkg_packument *packument;
    str why, wanted, latest, typed;
};

static bool fits_words(const struct pm *p, str name, str *typed) {
    bool any_positive = false, fits = false;
    for (size_t i = 0; i < p->n_words; i++) {
        str word = p->words[i], base, version;
        bool takes_away = word.len && word.at[0] == '!';
        if (takes_away) word = str_from(word, 1);
        pkg_spec_split(word, &base, &version);
        bool has = pm_name_fits(base.len ? base : word, name);
        if (takes_away && has) return false;
        if (takes_away) continue;
        any_positive = true;
        if (has) fits = true, *typed = version;
    }
    return fits || !any_positive;
}

static bool is_asked(const struct pm *p, enum pkg_group g) {
    if (p->which != PM_UPDATE) return g != PKG_PEER;
    if (pm_has(p, "dev")) return g == PKG_DEV;
    if (pm_has(p, "production")) return g == PKG_DEPENDENCIES || g == PKG_OPTIONAL;
    return g != PKG_PEER && !(g == PKG_OPTIONAL && pm_has(p, "no-optional"));
}

static str in_catalog(const struct pm *p, str catalog, str name) {
    const struct json *root = p->project.members[0].manifest.json, *workspaces = json_get_c(root, "workspaces");
    for (int i = 0; i < 2; i++) {
        const struct json *from = i ? root : workspaces;
        const struct json *list = catalog.len ? json_get(json_get_c(from, "catalogs"), catalog)
                                              : json_get_c(from, "catalog");
        str spec = json_text(json_get(list, name));
        if (spec.len) return spec;
    }
    return STR("");
}

static str locked(const struct pkg_lock *l, const struct pkg_member *m, str name) {
    for (size_t i = 0; i < l->n_packages; i++) {
        const struct pkg_package *k = &l->packages[i];
        if (m->path.len ? k->source != PKG_WORKSPACE || !str_eq(k->place, m->path) : k->source != PKG_ROOT) continue;
        for (size_t e = 0; e < k->n_edges; e++)
            if (str_eq(k->edges[e].name, name) && k->edges[e].to != PKG_NONE)
                return l->packages[k->edges[e].to].version;
    }
    return STR("");
}

static struct row row_of(struct pm *p, struct pkg_member *m, const struct pkg_dependency *d) {
    struct row r = {.member = m, .dependency = d, .declared = d->spec};
    pkg_spec_parse(p->a, d->name, d->spec, &r.spec);
    if (r.spec.kind != PKG_SPEC_CATALOG) return r;
    r.catalog = r.spec.text.at ? r.spec.text : STR("");
    r.declared = in_catalog(p, r.catalog, d->name);
    pkg_spec_parse(p->a, d->name, r.declared, &r.spec);
    return r;
}

static size_t rows_of(struct pm *p, const struct pkg_lock *l, struct row **out) {
    struct pkg_member **members;
    size_t n_members = pm_members(p, &members), n = 0, most = 1;
    for (size_t i = 0; i < n_members; i++) most += members[i]->manifest.n_dependencies;
    struct row *rows = *out = ARENA_ARRAY(p->a, struct row, most);
    for (size_t i = 0; i < n_members; i++)
        for (size_t k = 0; k < members[i]->manifest.n_dependencies; k++) {
            const struct pkg_dependency *d = &members[i]->manifest.dependencies[k];
            str typed = STR("");
            if (!is_asked(p, d->group) || !fits_words(p, d->name, &typed)) continue;
            struct row r = row_of(p, members[i], d);
            r.typed = typed;
            if (r.spec.kind != PKG_SPEC_RANGE && r.spec.kind != PKG_SPEC_TAG) continue;
            if (pkg_project_find(&p->project, d->name) && !r.spec.is_alias) continue;
            r.current = l ? locked(l, members[i], d->name) : STR("");
            rows[n++] = r;
        }
    return n;
}

static int ask(struct pm *p, struct row *rows, size_t n) {
    str *names = ARENA_ARRAY(p->a, str, n + 1), *whys = ARENA_ARRAY(p->a, str, n + 1);
    const struct pkg_packument **found = ARENA_ARRAY(p->a, const struct pkg_packument *, n + 1);
    for (size_t i = 0; i < n; i++) names[i] = rows[i].spec.name;
    if (!n) return 0;
    if (pkg_session_packuments(&p->session, names, n, p->config.minimum_age_s > 0, found, whys) != 0)
        return cmd_error("%s: %.*s", p->name, STR_FMT(p->session.why));
    int code = 0;
    for (size_t i = 0; i < n; i++) {
        struct row *r = &rows[i];
        struct pkg_spec latest = {.kind = PKG_SPEC_TAG,
                                  .name = r->spec.name,
                                  .tag = STR("latest"),
                                  .raw = STR("latest"),
                                  .text = STR("latest")};
        r->packument = found[i];
        r->why = whys[i];
        if (!found[i]) {
            code = cmd_error("%.*s", STR_FMT(whys[i]));
            continue;
        }
        const struct pkg_release *wanted = pm_pick(p, found[i], &r->spec), *newest = pm_pick(p, found[i], &latest);
        r->wanted = wanted ? wanted->version : r->current;
        r->latest = newest ? newest->version : r->wanted;
    }
    return code;
}

/* --- outdated */

static bool is_newer(str a, str b) {
    struct semver x, y;
    return semver_parse(a, SEMVER_LOOSE, &x) && semver_parse(b, SEMVER_LOOSE, &y) && semver_cmp(&x, &y) > 0;
}

static str shown_name(struct pm *p, const struct row *r) {
    static const char *const marks[PKG_GROUPS] = {"", " (dev)", " (optional)", " (peer)"};
    str name = r->dependency->name;
    if (r->spec.is_alias) name = arena_print(p->a, "%.*s@npm:%.*s", STR_FMT(name), STR_FMT(r->spec.name));
    return arena_join(p->a, name, str_c(marks[r->dependency->group]));
}

static void print_line(const size_t *width, size_t n_columns, bool is_edge) {
    size_t all = n_columns - 1;
    for (size_t i = 0; i < n_columns; i++) all += width[i] + 2;
    if (is_edge) {
        pm_print("|");
        for (size_t i = 0; i < all; i++) pm_print("-");
    } else for (size_t i = 0; i < n_columns; i++) {
        pm_print("|");
        for (size_t k = 0; k < width[i] + 2; k++) pm_print("-");
    }
    pm_print("|\n");
}

static void print_table(struct pm *p, struct row *rows, size_t n, bool has_workspaces) {
    enum { MOST = 5 };
    static const char *const titles[MOST] = {"Package", "Current", "Update", "Latest", "Workspace"};
    size_t n_columns = has_workspaces ? 5 : 4, width[MOST];
    for (size_t c = 0; c < MOST; c++) width[c] = strlen(titles[c]);
    for (size_t i = 0; i < n; i++) {
        const str cells[MOST] = {shown_name(p, &rows[i]), rows[i].current, rows[i].wanted, rows[i].latest,
                                 rows[i].member->manifest.name};
        for (size_t c = 0; c < MOST; c++) if (cells[c].len > width[c]) width[c] = cells[c].len;
    }
    print_line(width, n_columns, true);
    for (size_t c = 0; c < n_columns; c++)
        pm_print("| %s%-*s%s ", pm_colour("\x1b[1m"), (int)width[c], titles[c], pm_colour(0));
    pm_print("|\n");
    for (size_t i = 0; i < n; i++) {
        const str cells[MOST] = {shown_name(p, &rows[i]), rows[i].current, rows[i].wanted, rows[i].latest,
                                 rows[i].member->manifest.name};
        print_line(width, n_columns, false);
        for (size_t c = 0; c < n_columns; c++)
            pm_print("| %.*s%*s ", STR_FMT(cells[c]), (int)(width[c] - cells[c].len), "");
        pm_print("|\n");
    }
    print_line(width, n_columns, true);
}

static void print_json(struct pm *p, struct row *rows, size_t n) {
    struct json *all = json_new(p->a, JSON_OBJECT);
    for (size_t i = 0; i < n; i++) {
        struct json *one = json_new(p->a, JSON_OBJECT);
        json_set(one, STR("current"), json_new_text(p->a, rows[i].current));
        json_set(one, STR("wanted"), json_new_text(p->a, rows[i].wanted));
        json_set(one, STR("latest"), json_new_text(p->a, rows[i].latest));
        json_set(one, STR("type"), json_new_text(p->a, str_c(pkg_group_names[rows[i].dependency->group])));
        json_set(one, STR("dependent"), json_new_text(p->a, rows[i].member->manifest.name));
        json_set(all, rows[i].dependency->name, one);
    }
    struct buf b = {0};
    json_write(&b, all, STR("  "));
    pm_print("%.*s\n", STR_FMT(buf_view(&b)));
    buf_free(&b);
}

int cmd_outdated(struct cmd *c) {
    struct pm p;
    bool ends;
    struct pkg_lock lock;
    struct row *rows;
    int code = pm_open(&p, c, PM_OUTDATED, &usage_outdated, PM_PROJECT, &ends);
    if (ends) return code;
    if (!pm_read_lock(&p, &lock)) return pm_close(&p, 1);
    size_t n = rows_of(&p, &lock, &rows), n_old = 0;
    code = ask(&p, rows, n);
    for (size_t i = 0; i < n; i++)
        if (rows[i].packument && rows[i].current.len && is_newer(rows[i].latest, rows[i].current))
            rows[n_old++] = rows[i];
    if (pm_has(&p, "json")) print_json(&p, rows, n_old);
    else {
        pm_title(&p);
        if (n_old) print_table(&p, rows, n_old, pm_has(&p, "recursive") || p.config.filters.count);
    }
    return pm_close(&p, code);
}

/* --- update */

/* The range that stands for `version` the way `old` stood for its version: ^ and ~ stay, one version stays one. What is
 * more than that (">=1 <3", "1 || 2", "*") stays as it is unless `anyway`. Empty: leave it. */
static str new_range(struct pm *p, str old, str version, bool anyway) {
    struct semver v;
    str digits = old;
    char sign = old.len ? old.at[0] : 0;
    if (sign == '^' || sign == '~' || sign == '=' || sign == 'v') digits = str_from(old, 1);
    if (semver_parse(digits, SEMVER_LOOSE, &v)) {
        if (p->config.exact) return version;
        if (sign == '^' || sign == '~') return arena_print(p->a, "%c%.*s", sign, STR_FMT(version));
        return anyway ? version : STR("");               /* one version is what was asked for */
    }
    bool is_partial = digits.len && (sign == '^' || sign == '~');
    if (!anyway && !is_partial) return STR("");
    return p->config.exact ? version : arena_print(p->a, "%c%.*s", sign == '~' ? '~' : '^', STR_FMT(version));
}

static str quoted(struct arena *a, str text) { return arena_print(a, "\"%.*s\"", STR_FMT(text)); }

static bool write_range(struct pm *p, struct row *r, str range) {
    struct pkg_member *m = r->catalog.at ? &p->project.members[0] : r->member;
    str text = m->source, path[4];
    size_t n = 0;
    if (r->catalog.at) {
        const struct json *workspaces = json_get_c(m->manifest.json, "workspaces");
        if (json_get_c(workspaces, r->catalog.len ? "catalogs" : "catalog")) path[n++] = STR("workspaces");
        path[n++] = r->catalog.len ? STR("catalogs") : STR("catalog");
        if (r->catalog.len) path[n++] = r->catalog;
    } else path[n++] = str_c(pkg_group_names[r->dependency->group]);
    path[n++] = r->dependency->name;
    if (r->spec.is_alias) range = arena_print(p->a, "npm:%.*s@%.*s", STR_FMT(r->spec.name), STR_FMT(range));
    return json_edit_set(p->a, &text, path, n, quoted(p->a, range), JSON_SORTED) && pm_change(p, m, text);
}

static str range_of(const struct row *r) {               /* what stands behind npm:name@ */
    if (!r->spec.is_alias) return r->declared;
    ptrdiff_t at = str_find_char(str_from(r->declared, 5), '@');
    return at > 0 ? str_from(r->declared, (size_t)at + 6) : STR("");
}

bool pm_range_has(struct pm *p, str range, str version) {
    struct semver v;
    const struct semver_range *r = semver_range_parse(p->a, range, SEMVER_LOOSE);
    return r && semver_parse(version, SEMVER_LOOSE, &v) && semver_range_has(r, &v, 0);
}

bool pm_raise(struct pm *p, struct pkg_member *m, const struct pkg_dependency *d, str version) {
    struct row r = row_of(p, m, d);
    if (pm_range_has(p, range_of(&r), version)) return true;
    return write_range(p, &r, new_range(p, range_of(&r), version, true));
}

str pm_raised(struct pm *p, str range, str version) { return new_range(p, range, version, true); }

static bool confirm(const struct row *r) {
    char answer[16] = "";
    fprintf(stderr, "%.*s %.*s -> %.*s  [y/N] ", STR_FMT(r->dependency->name), STR_FMT(r->current), STR_FMT(r->wanted));
    fflush(stderr);
    return fgets(answer, sizeof answer, stdin) && (answer[0] == 'y' || answer[0] == 'Y');
}

static bool is_locked(const struct pkg_lock *l, str name) {
    str base, version;
    pkg_spec_split(name, &base, &version);
    for (pkg_id i = 0; i < l->n_packages; i++) {
        const struct pkg_package *k = &l->packages[i];
        if (str_eq(k->name, base)) return true;
        for (size_t e = 0; e < k->n_edges; e++)
            if (str_eq(k->edges[e].name, base)) return true;
    }
    return false;
}

static int update(struct pm *p) {
    struct pkg_lock lock = {0};
    struct row *rows;
    bool is_latest = pm_has(p, "latest"), is_interactive = pm_has(p, "interactive"), has_lock;
    str depth = pm_value(p, "depth");
    if (depth.len && !str_is(depth, "0")) return cmd_error("update: --depth=%.*s: only 0 is taken", STR_FMT(depth));
    if (is_interactive && (!tty_is(0) || !tty_is(2))) return cmd_error("update: --interactive needs a terminal");
    has_lock = file_exists(arena_print(p->a, "%.*s/bun.lock", STR_FMT(p->project.root)));
    if (has_lock && !pm_read_lock(p, &lock)) return 1;
    size_t n = rows_of(p, has_lock ? &lock : NULL, &rows), n_names = 0, n_said = 0;
    str *names = ARENA_ARRAY(p->a, str, n + p->n_words + 1), *said = ARENA_ARRAY(p->a, str, n + 1);
    int code = ask(p, rows, n);
    if (code) return code;
    for (size_t i = 0; i < n; i++) {
        struct row *r = &rows[i];
        str to = r->wanted, old = range_of(r);
        if (is_latest && is_newer(r->latest, to)) to = r->latest;
        if (r->typed.len) {
            struct pkg_spec typed;
            pkg_spec_parse(p->a, r->spec.name, r->typed, &typed);
            const struct pkg_release *k = pm_pick(p, r->packument, &typed);
            if (!k)
                return cmd_error("update: %.*s@%.*s is not in the registry; newest is %.*s", STR_FMT(r->spec.name),
                                 STR_FMT(r->typed), STR_FMT(r->latest));
            to = k->version;
        }
        r->wanted = to;
        if (is_interactive && (!is_newer(to, r->current) || !confirm(r))) continue;
        names[n_names++] = r->dependency->name;
        if (r->spec.kind != PKG_SPEC_RANGE) continue;
        str range = new_range(p, old, to, is_latest || r->typed.len);
        if (range.len && !str_eq(range, old) && !write_range(p, r, range)) return 1;
        if (r->current.len && is_newer(to, r->current))
            said[n_said++] = arena_print(p->a, "^ %.*s %.*s -> %.*s", STR_FMT(r->dependency->name), STR_FMT(r->current),
                                         STR_FMT(to));
    }
    /* Names that nothing here depends on are locked somewhere deeper. */
    for (size_t i = 0; i < p->n_words; i++) {
        bool is_plain = p->words[i].len && p->words[i].at[0] != '!' && str_find_char(p->words[i], '*') < 0;
        if (!is_plain || pkg_manifest_find(&pm_here(p)->manifest, p->words[i])) continue;
        if (has_lock && !is_locked(&lock, p->words[i])) {
            code = cmd_error("update: \"%.*s\" is not in bun.lock", STR_FMT(p->words[i]));
            cmd_note("`bao add %.*s` adds it", STR_FMT(p->words[i]));
            return code;
        }
        names[n_names++] = p->words[i];
    }
    struct pkg_install_result out;
    struct pm_run r = {.lines = said, .n_lines = n_said};
    bool all = !p->n_words && !is_interactive && !pm_has(p, "dev") && !pm_has(p, "production") && !depth.len;
    r.options.update = names;
    r.options.n_update = n_names;
    r.options.update_all = all;
    return pm_install(p, &r, &out);
}

int cmd_update(struct cmd *c) {
    struct pm p;
    bool ends;
    int code = pm_open(&p, c, PM_UPDATE, &usage_update, PM_PROJECT, &ends);
    if (ends) return code;
    pm_title(&p);
    return pm_close(&p, update(&p));
}
