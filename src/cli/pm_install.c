/* cli/pm_install.c: an install with its progress and what is said when it has ended. */
#include "cli/pm.h"
#include "data/json.h"
#include "data/semver.h"
#include "sys/file.h"
#include "sys/tty.h"

#include <stdlib.h>

/* --- progress, on a terminal only */

static void clear_line(void) { file_write_fd(2, STR("\r\x1b[K")); }

static void show_progress(void *user, const char *stage, size_t done, size_t all, str waiting_for) {
    struct buf b = {0};
    int columns = 80, rows;
    tty_size(2, &columns, &rows);
    buf_print(&b, "\r\x1b[K%s", stage);
    if (all) {
        int width = 20, full = (int)(done * (size_t)width / all);
        buf_lit(&b, " [");
        buf_add_many(&b, '#', (size_t)full);
        buf_add_many(&b, '.', (size_t)(width - full));
        buf_print(&b, "] %zu/%zu", done, all);
    }
    if (waiting_for.len && columns > 60) {
        size_t room = (size_t)columns - 55;
        buf_print(&b, " waits for %.*s", (int)(waiting_for.len < room ? waiting_for.len : room), waiting_for.at);
    }
    file_write_fd(2, buf_view(&b));
    buf_free(&b);
}

/* --- what was installed */

static const struct pkg_edge *edge_to(const struct pkg_package *from, pkg_id id) {
    for (size_t i = 0; i < from->n_edges; i++)
        if (from->edges[i].to == id) return &from->edges[i];
    return NULL;
}

/* The latest version of the registry when it is newer, and the answer was asked for anyway. */
static str newer(struct pm *p, const struct pkg_package *k) {
    const struct pkg_packument *seen = map_get(&p->session.seen, k->name);
    str latest = seen ? json_text(json_get_c(seen->tags, "latest")) : STR("");
    struct semver a, b;
    if (!latest.len || k->source != PKG_NPM || !semver_parse(latest, SEMVER_LOOSE, &a) ||
        !semver_parse(k->version, SEMVER_LOOSE, &b))
        return STR("");
    return semver_cmp(&a, &b) > 0 ? latest : STR("");
}

struct line { str name, version, newer; };
static int by_name(const void *a, const void *b) {
    return str_cmp(((const struct line *)a)->name, ((const struct line *)b)->name);
}

static bool is_named(const struct pm_run *r, str name) {
    for (size_t i = 0; i < r->n_names; i++)
        if (str_eq(r->names[i], name)) return true;
    return false;
}

/* What the root itself declares; what a workspace does is in the number alone. */
static size_t print_added(struct pm *p, const struct pm_run *r, const struct pkg_install_result *out) {
    const struct pkg_lock *l = &out->plan.lock;
    struct line *lines = ARENA_ARRAY(p->a, struct line, out->linked.n_installed + 1);
    size_t n = 0;
    for (size_t i = 0; i < out->linked.n_installed && l->n_packages; i++) {
        const struct pkg_edge *e = edge_to(&l->packages[0], out->linked.installed[i]);
        if (!e || is_named(r, e->name) || l->packages[e->to].source == PKG_WORKSPACE) continue;
        lines[n++] = (struct line){e->name, pm_release(p->a, &l->packages[e->to]), newer(p, &l->packages[e->to])};
    }
    qsort(lines, n, sizeof *lines, by_name);
    for (size_t i = 0; i < n; i++) {
        pm_print("%s+%s %s%.*s%s@%.*s%s", pm_colour("\x1b[32m"), pm_colour(0), pm_colour("\x1b[1m"),
                 STR_FMT(lines[i].name), pm_colour("\x1b[0;2m"), STR_FMT(lines[i].version), pm_colour(0));
        if (lines[i].newer.len)
            pm_print(" %s(%sv%.*s available%s)%s", pm_colour("\x1b[2m"), pm_colour("\x1b[0;34m"),
                     STR_FMT(lines[i].newer), pm_colour("\x1b[0;2m"), pm_colour(0));
        pm_print("\n");
    }
    return n;
}

static size_t print_named(struct pm *p, const struct pm_run *r, const struct pkg_install_result *out) {
    const struct pkg_lock *l = &out->plan.lock;
    size_t n = 0;
    for (size_t k = 0; k < r->n_names; k++) {
        const struct pkg_edge *e = NULL;
        for (size_t w = 0; w < l->n_packages && !e; w++)
            for (size_t i = 0; i < l->packages[w].n_edges && !e && (w == 0 || l->packages[w].source == PKG_WORKSPACE);
                 i++)
                if (str_eq(l->packages[w].edges[i].name, r->names[k]) && l->packages[w].edges[i].to != PKG_NONE)
                    e = &l->packages[w].edges[i];
        if (!e) continue;
        const struct pkg_package *to = &l->packages[e->to];
        pm_print("%s%s%s %s%.*s%s@%.*s%s", pm_colour("\x1b[32m"), r->verb, pm_colour(0), pm_colour("\x1b[1m"),
                 STR_FMT(e->name), pm_colour("\x1b[0;2m"), STR_FMT(pm_release(p->a, to)), pm_colour(0));
        if (to->n_bins) pm_print(" with binaries:\n");
        else pm_print("\n");
        for (size_t i = 0; i < to->n_bins; i++) pm_print(" - %.*s\n", STR_FMT(to->bins[i].name));
        n++;
    }
    return n;
}

static const char *plural(size_t n) { return n == 1 ? "" : "s"; }

static void print_summary(struct pm *p, const struct pm_run *r, const struct pkg_install_result *out) {
    str took = pm_time(p, out->took_ms);
    const char *strong = pm_colour("\x1b[1m"), *faint = pm_colour("\x1b[2m"), *plain = pm_colour(0);
    size_t n_installed = out->linked.n_installed, n_removed = out->linked.n_removed;
    if (!r->has_title) pm_print("\n");
    if (!r->has_title && print_named(p, r, out)) pm_print("\n");
    for (size_t i = 0; i < r->n_lines; i++) pm_print("%.*s\n", STR_FMT(r->lines[i]));
    if (r->n_lines) pm_print("\n");
    if (n_installed && print_added(p, r, out)) pm_print("\n");
    if (p->config.lockfile_only)
        pm_print("Done! Checked %s%zu package%s%s", strong, out->n_packages, plural(out->n_packages), plain);
    else if (n_installed) pm_print("%s%zu%s package%s installed", strong, n_installed, plain, plural(n_installed));
    else if (n_removed) pm_print("%s%zu%s package%s removed", strong, n_removed, plain, plural(n_removed));
    else if (out->n_packages > 1 && !r->n_names)
        pm_print("Checked %s%zu install%s%s across %zu package%s %s(no changes)%s", strong, out->n_installs,
                 plural(out->n_installs), plain, out->n_packages, plural(out->n_packages), faint, plain);
    else {
        pm_print("%s[%.*s]%s done\n", faint, STR_FMT(took), plain);
        return;
    }
    if (p->config.lockfile_only && !out->wrote_lock) pm_print(" %s(no changes)%s", faint, plain);
    pm_print(" %s[%.*s]%s\n", faint, STR_FMT(took), plain);
    if (n_installed && n_removed) pm_print("Removed: %zu\n", n_removed);
    if (out->scripts.n_blocked)
        pm_print("\nBlocked %zu postinstall%s. Run `bao pm untrusted` for details.\n", out->scripts.n_blocked,
                 plural(out->scripts.n_blocked));
}

static void print_dry(struct pm *p, const struct pm_run *r, const struct pkg_install_result *out) {
    pm_print("\n");
    for (size_t i = 0; i < out->plan.n_changes; i++) {
        const struct pkg_change *c = &out->plan.changes[i];
        if (c->kind == '~') pm_print("~ %.*s %.*s -> %.*s\n", STR_FMT(c->name), STR_FMT(c->before), STR_FMT(c->after));
        else pm_print("%c %.*s@%.*s\n", c->kind, STR_FMT(c->name), STR_FMT(c->kind == '+' ? c->after : c->before));
    }
    if (out->plan.n_changes) pm_print("\n");
    pm_print("%zu change%s, nothing was written (--dry-run) [%.*s]\n", out->plan.n_changes, plural(out->plan.n_changes),
             STR_FMT(pm_time(p, out->took_ms)));
}

static err permits(void *user, const struct pkg_lock *l) {
    struct pm *p = user;
    fflush(stdout);
    return pm_scan_lock(p, l, true) ? ERR_REFUSED : 0;
}

static err save(void *user) {
    struct pm *p = user;
    p->was_refused = pm_save(p) != 0;
    return p->was_refused ? ERR_REFUSED : 0;
}

int pm_install(struct pm *p, struct pm_run *r, struct pkg_install_result *out) {
    bool shows = !p->config.no_progress && !pm_is_quiet(p) && tty_is(2);
    r->options.project = &p->project;
    r->options.config = &p->config;
    r->options.session = &p->session;
    r->options.progress = shows ? show_progress : NULL;
    r->options.user = p;
    r->options.commit = save;
    r->options.permits = p->config.scanner.len ? permits : NULL;
    r->options.needs_plan |= r->n_names > 0;
    if (!r->verb) r->verb = "installed";
    fflush(stdout);
    err e = pkg_install(p->a, &r->options, &p->d, out);
    if (shows) clear_line();
    if (e == ERR_REFUSED && p->config.frozen && !p->was_refused)
        diag_add(&p->d, DIAG_NOTE, "frozen-note", STR(""), (str){0}, 0, 0,
                 "try again %s and commit the new bun.lock",
                 pm_has(p, "frozen-lockfile") ? "without --frozen-lockfile"
                 : p->which == PM_INSTALL && strcmp(p->name, "ci") == 0 ? "by `bao install`" : "with --no-frozen-lockfile");
    if (e && !p->d.n_errors && !p->was_refused) cmd_error("%s: %s", p->name, err_text(e));
    if (e) return out->scripts.exit_code ? out->scripts.exit_code : 1;
    if (pm_is_quiet(p) || p->config.no_summary) return 0;
    if (p->config.dry_run) print_dry(p, r, out);
    else print_summary(p, r, out);
    fflush(stdout);
    if (out->wrote_lock) file_write_fd(2, STR("Saved lockfile\n"));
    if (out->removed_lock) file_write_fd(2, STR("package.json has no dependencies: the lockfile was removed\n"));
    return 0;
}
