/* cli/cmd_ls.c: bao pm ls, bao why: the lockfile's graph, downwards and upwards. */
#include "cli/pm.h"
#include "data/json.h"
#include "sys/path.h"

#include <stdlib.h>

str pm_release(struct arena *a, const struct pkg_package *k) {
    switch (k->source) {
    case PKG_NPM: return k->version;
    case PKG_WORKSPACE: return arena_join(a, STR("workspace:"), k->place);
    case PKG_LINK: return arena_join(a, STR("link:"), k->place);
    case PKG_GIT: return arena_print(a, "%.*s#%.*s", STR_FMT(k->place), STR_FMT(k->commit));
    case PKG_GITHUB: return arena_print(a, "%.*s#%.*s", STR_FMT(k->place), STR_FMT(str_upto(k->commit, 7)));
    default: return k->place;
    }
}

str pm_label(struct arena *a, const struct pkg_package *k) {
    str place = k->place;
    switch (k->source) {
    case PKG_ROOT: return k->name;
    case PKG_NPM: return arena_print(a, "%.*s@%.*s", STR_FMT(k->name), STR_FMT(k->version));
    case PKG_WORKSPACE: return arena_print(a, "%.*s@workspace:%.*s", STR_FMT(k->name), STR_FMT(place));
    case PKG_FOLDER: return arena_print(a, "%.*s@file:%.*s", STR_FMT(k->name), STR_FMT(place));
    case PKG_LINK: return arena_print(a, "%.*s@link:%.*s", STR_FMT(k->name), STR_FMT(place));
    case PKG_GITHUB:
        if (!str_starts(place, STR("github:"))) place = arena_join(a, STR("github:"), place);
        return arena_print(a, "%.*s@%.*s#%.*s", STR_FMT(k->name), STR_FMT(place),
                           STR_FMT(k->tag.len ? k->tag : k->commit));
    case PKG_GIT: return arena_print(a, "%.*s@%.*s#%.*s", STR_FMT(k->name), STR_FMT(place), STR_FMT(k->commit));
    default: return arena_print(a, "%.*s@%.*s", STR_FMT(k->name), STR_FMT(place));
    }
}

/* --- ls */

struct shown { str name, label; size_t node; };
static int by_name(const void *a, const void *b) {
    return str_cmp(((const struct shown *)a)->name, ((const struct shown *)b)->name);
}

static void print_entry(str prefix, bool is_last, str label) {
    str name = label, version = STR("");
    ptrdiff_t at = label.len ? str_find_char(str_from(label, 1), '@') : -1;
    if (at >= 0) name = str_upto(label, (size_t)at + 1), version = str_from(label, (size_t)at + 1);
    pm_print("%.*s%s %.*s%s%.*s%s\n", STR_FMT(prefix), is_last ? "└──" : "├──", STR_FMT(name), pm_colour("\x1b[2m"),
             STR_FMT(version), pm_colour(0));
}

static str aliased(struct pm *p, str name, const struct pkg_package *k) {
    str label = pm_label(p->a, k);
    return arena_join(p->a, name, str_from(label, k->name.len));
}

static bool is_direct(const struct pkg_lock *l, str name) {
    for (size_t i = 0; i < l->packages[0].n_edges; i++)
        if (str_eq(l->packages[0].edges[i].name, name)) return true;
    for (pkg_id i = 1; i < l->n_packages; i++)
        if (l->packages[i].source == PKG_WORKSPACE && str_eq(l->packages[i].name, name)) return true;
    return false;
}

static size_t node_below(const struct pkg_tree *t, size_t parent, str name) {
    for (size_t i = 1; i < t->count; i++) {
        if (t->nodes[i].parent != parent || t->nodes[i].is_workspace) continue;
        str key = t->nodes[i].key, up = t->nodes[parent].key;
        str last = up.len ? str_from(key, up.len + 1) : key;
        if (str_eq(last, name)) return i;
    }
    return 0;
}

static void print_node(struct pm *p, const struct pkg_lock *l, const struct pkg_tree *t, size_t at, str prefix) {
    const struct pkg_node *n = &t->nodes[at];
    for (size_t i = 0; i < n->n_entries; i++) {
        bool is_last = i + 1 == n->n_entries;
        print_entry(prefix, is_last, aliased(p, n->entries[i].name, &l->packages[n->entries[i].id]));
        size_t below = node_below(t, at, n->entries[i].name);
        if (below) print_node(p, l, t, below, arena_join(p->a, prefix, is_last ? STR("    ") : STR("│   ")));
    }
}

static size_t count_entries(const struct pkg_tree *t) {
    size_t n = 0;
    for (size_t i = 0; i < t->count; i++) n += t->nodes[i].n_entries;
    return n;
}

static bool is_named(const struct pm *p, size_t from, str name) {
    for (size_t i = from; i < p->n_words; i++)
        if (pm_name_fits(p->words[i], name)) return true;
    return false;
}

/* As npm's: what lies in a folder by name, and with --all what lies below each of them. */
static struct json *json_node(struct pm *p, size_t from, const struct pkg_lock *l, const struct pkg_tree *t,
                              size_t at) {
    struct json *out = json_new(p->a, JSON_OBJECT);
    bool all = pm_has(p, "all"), only_trusted = pm_has(p, "trusted"), is_search = from < p->n_words || only_trusted;
    for (size_t i = 0; i < t->nodes[at].n_entries; i++) {
        const struct pkg_entry *e = &t->nodes[at].entries[i];
        const struct pkg_package *k = &l->packages[e->id];
        bool is_asked = all || only_trusted || is_direct(l, e->name);
        if (from < p->n_words) is_asked = is_named(p, from, k->name);
        if (only_trusted) is_asked &= k->has_install_script && pkg_scripts_trusts(l, e->id);
        struct json *item = json_new(p->a, JSON_OBJECT), *inner = NULL;
        size_t below = all || is_search ? node_below(t, at, e->name) : 0;
        if (below) inner = json_node(p, from, l, t, below);
        if (!is_asked && !(is_search && inner && inner->count)) continue;
        if (k->version.len) json_set(item, STR("version"), json_new_text(p->a, k->version));
        if (k->source != PKG_NPM) json_set(item, STR("resolved"), json_new_text(p->a, pm_release(p->a, k)));
        if (inner && inner->count) json_set(item, STR("dependencies"), inner);
        json_set(out, e->name, item);
    }
    return out;
}

static void print_json(struct pm *p, size_t from, const struct pkg_lock *l, const struct pkg_tree *t) {
    const struct pkg_manifest *root = &p->project.members[0].manifest;
    struct json *out = json_new(p->a, JSON_OBJECT);
    struct buf b = {0};
    if (root->name.len) json_set(out, STR("name"), json_new_text(p->a, root->name));
    if (root->version.len) json_set(out, STR("version"), json_new_text(p->a, root->version));
    json_set(out, STR("dependencies"), json_node(p, from, l, t, 0));
    json_write(&b, out, STR("  "));
    pm_print("%.*s\n", STR_FMT(buf_view(&b)));
    buf_free(&b);
}

int pm_ls(struct pm *p, size_t from) {
    struct pkg_lock l;
    struct pkg_tree t;
    if (!pm_read_lock(p, &l)) return 1;
    struct pkg_tree_choice choice = {
        .os = p->config.os, .cpu = p->config.cpu, .libc = p->config.libc, .no_dev = pm_has(p, "prod")};
    pkg_tree_make(p->a, &l, &choice, &t);
    size_t n_found = 0;
    for (pkg_id i = 1; i < l.n_packages && from < p->n_words; i++) n_found += is_named(p, from, l.packages[i].name);
    if (from < p->n_words && !n_found)
        return cmd_error("pm ls: no package is called \"%.*s\"", STR_FMT(p->words[from]));
    if (pm_has(p, "json")) {
        print_json(p, from, &l, &t);
        return 0;
    }
    pm_print("%.*s node_modules", STR_FMT(p->project.root));
    bool all = pm_has(p, "all"), is_trusted = pm_has(p, "trusted");
    if (all) {
        pm_print("\n");
        print_node(p, &l, &t, 0, STR(""));
        return 0;
    }
    if (from < p->n_words) pm_print("\n");
    else pm_print(" %s(%zu installed)%s\n", pm_colour("\x1b[2m"), count_entries(&t), pm_colour(0));
    struct shown *list = ARENA_ARRAY(p->a, struct shown, l.n_packages + l.packages[0].n_edges + 1);
    size_t n = 0;
    if (from < p->n_words || is_trusted) {
        for (pkg_id i = 1; i < l.n_packages; i++) {
            bool is_asked = from < p->n_words ? is_named(p, from, l.packages[i].name)
                                              : l.packages[i].has_install_script && pkg_scripts_trusts(&l, i);
            if (is_asked) list[n++] = (struct shown){l.packages[i].name, pm_label(p->a, &l.packages[i]), 0};
        }
    } else {
        for (size_t i = 0; i < l.packages[0].n_edges; i++) {
            const struct pkg_edge *e = &l.packages[0].edges[i];
            if (e->to == PKG_NONE || (e->group == PKG_DEV && pm_has(p, "prod"))) continue;
            list[n++] = (struct shown){e->name, aliased(p, e->name, &l.packages[e->to]), 0};
        }
        for (pkg_id i = 1; i < l.n_packages; i++)
            if (l.packages[i].source == PKG_WORKSPACE) {
                bool is_there = false;
                for (size_t k = 0; k < n; k++) is_there |= str_eq(list[k].name, l.packages[i].name);
                if (!is_there) list[n++] = (struct shown){l.packages[i].name, pm_label(p->a, &l.packages[i]), 0};
            }
    }
    qsort(list, n, sizeof *list, by_name);
    for (size_t i = 0; i < n; i++) print_entry(STR(""), i + 1 == n, list[i].label);
    return 0;
}

/* --- why */

struct why {
    struct pm *p;
    const struct pkg_lock *l;
    bool *is_open, *was_shown;           /* by package: above us on this path; said already in this tree */
    int64_t most;
    bool is_top;
};

static size_t dependents(const struct why *w, pkg_id id, pkg_id *by, const struct pkg_edge **how) {
    size_t n = 0;
    for (pkg_id i = 0; i < w->l->n_packages; i++)
        for (size_t k = 0; k < w->l->packages[i].n_edges; k++) {
            if (w->l->packages[i].edges[k].to != id) continue;
            by[n] = i;
            how[n++] = &w->l->packages[i].edges[k];
            break;
        }
    return n;
}

struct up { str label; pkg_id by; const struct pkg_edge *how; };
static int by_label(const void *a, const void *b) {
    return str_cmp(((const struct up *)a)->label, ((const struct up *)b)->label);
}

static void print_up(struct why *w, pkg_id id, str prefix, int64_t depth) {
    struct arena *a = w->p->a;
    size_t room = w->l->n_packages + 1;
    pkg_id *by = ARENA_ARRAY(a, pkg_id, room);
    const struct pkg_edge **how = ARENA_ARRAY(a, const struct pkg_edge *, room);
    size_t n = dependents(w, id, by, how);
    struct up *list = ARENA_ARRAY(a, struct up, n + 1);
    for (size_t i = 0; i < n; i++) list[i] = (struct up){pm_label(a, &w->l->packages[by[i]]), by[i], how[i]};
    qsort(list, n, sizeof *list, by_label);
    static const char *const marks[PKG_GROUPS] = {"", "dev ", "optional ", "peer "};
    for (size_t i = 0; i < n; i++) {
        bool is_last = i + 1 == n;
        str more = arena_print(a, "%.*s%s", STR_FMT(prefix), is_last ? "   " : "│  ");
        str label = list[i].label.len ? list[i].label : STR("this project");
        pm_print("%.*s%s %s%.*s %s(requires %.*s)%s\n", STR_FMT(prefix), is_last ? "└─" : "├─",
                 marks[list[i].how->group], STR_FMT(label), pm_colour("\x1b[2m"), STR_FMT(list[i].how->spec),
                 pm_colour(0));
        pkg_id up = list[i].by;
        bool has_more = w->l->packages[up].source != PKG_ROOT && dependents(w, up, by, how) > 0;
        if (w->is_top || !has_more) continue;
        if (depth + 1 >= w->most) pm_print("%.*s└─ (deeper dependencies hidden)\n", STR_FMT(more));
        else if (w->is_open[up]) pm_print("%.*s└─ *circular\n", STR_FMT(more));
        else if (w->was_shown[up]) pm_print("%.*s└─ *deduped\n", STR_FMT(more));
        else {
            w->is_open[up] = w->was_shown[up] = true;
            print_up(w, up, more, depth + 1);
            w->is_open[up] = false;
        }
    }
}

int pm_why(struct pm *p, size_t from) {
    struct pkg_lock l;
    int64_t most = INT64_MAX;
    str depth = pm_value(p, "depth");
    if (from >= p->n_words) return cmd_error("why: which package? `bao why <name>`");
    if (depth.len && (!str_to_int(depth, &most) || most < 1))
        return cmd_error("why: --depth=%.*s: a number from 1 on is wanted", STR_FMT(depth));
    if (!pm_read_lock(p, &l)) return 1;
    size_t n = 0;
    for (pkg_id i = 1; i < l.n_packages; i++) {
        str name, version;
        pkg_spec_split(p->words[from], &name, &version);
        if (!pm_name_fits(name.len ? name : p->words[from], l.packages[i].name)) continue;
        if (version.len && !semver_satisfies(l.packages[i].version, version, 0)) continue;
        struct why w = {.p = p, .l = &l, .most = most, .is_top = pm_has(p, "top")};
        w.is_open = ARENA_ARRAY(p->a, bool, l.n_packages + 1);
        w.was_shown = ARENA_ARRAY(p->a, bool, l.n_packages + 1);
        w.is_open[i] = w.was_shown[i] = true;
        pm_print("%s%.*s%s\n", pm_colour("\x1b[1m"), STR_FMT(pm_label(p->a, &l.packages[i])), pm_colour(0));
        print_up(&w, i, STR("  "), 0);
        pm_print("\n");
        n++;
    }
    return n ? 0 : cmd_error("why: no package \"%.*s\" is in the lockfile", STR_FMT(p->words[from]));
}

static const struct pm_usage usage_why = {
    "why", "why [flags] <package>", "Says why a package is installed: what depends on it, and on that.",
    "  bao why react\n  bao why '@types/*' --depth 2\n",
};

int cmd_why(struct cmd *c) {
    struct pm p;
    bool ends;
    int code = pm_open(&p, c, PM_WHY, &usage_why, PM_PROJECT, &ends);
    return ends ? code : pm_close(&p, pm_why(&p, 0));
}
