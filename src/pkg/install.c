#include "pkg/install.h"

#include "pkg/engines.h"
#include <errno.h>

#include "base/buf.h"
#include "base/diag.h"
#include "base/list.h"
#include "data/json.h"
#include "pkg/filter.h"
#include "pkg/fresh.h"
#include "pkg/signature.h"
#include "pkg/frozen.h"
#include "pkg/lockb.h"
#include "pkg/migrate_run.h"
#include "pkg/patch.h"
#include "pkg/wanted.h"
#include "pkg/yarn_write.h"
#include "sys/file.h"
#include "sys/dir.h"
#include "sys/loop.h"
#include "sys/os.h"
#include "sys/path.h"
#include "sys/pool.h"

#include <time.h>

/* A file that gets its name when its bytes are on the disk: a loss of power leaves the old one or the new one, none
 * that is empty. */
struct writing {
    struct pool_job job;                 /* .run NULL = none */
    str path, temp;
    err failed;
};

struct install {
    struct arena *a;
    const struct pkg_install_options *o;
    struct pkg_project *project;
    struct pkg_config *config;
    struct pkg_session *session;
    struct diag *d;
    struct pkg_install_result *out;
    struct pkg_wants wants;
    struct pkg_plan *plan;
    str old_text;                        /* of bun.lock; at NULL = there is none */
    str lockb;                           /* path of a bun.lockb that stands in for it; empty = none */
    struct pkg_lock old;
    bool has_old, is_eager;
    struct writing lock;                 /* the disk is waited for while packages are linked */
    bool is_lock_same;
    double began_ms, told_ms;
};

static double now_ms(void) { return (double)loop_clock_ns() / 1e6; }

static str lock_path(struct install *in) { return path_join(in->a, in->project->root, STR("bun.lock")); }

static err say(struct install *in, err e, const char *id, str text) {
    diag_add(in->d, DIAG_ERROR, id, STR(""), (str){0}, 0, 0, "%.*s", STR_FMT(text));
    return e ? e : ERR_REFUSED;
}

/* --- news for people */

static void tell(struct install *in, const char *stage, size_t done, size_t all) {
    if (!in->o->progress) return;
    double now = now_ms();
    if (now - in->told_ms < 100) return;
    in->told_ms = now;
    struct pkg_fetch_news news = {0};
    if (in->session->fetch) pkg_fetch_news(in->session->fetch, &news);
    in->o->progress(in->o->user, stage, done, all, news.longest_s > 1 ? news.longest_url : STR(""));
}

struct ticker {
    struct loop_timer timer;
    struct install *in;
    const char *stage;
};

static void tick(struct loop_timer *t) {
    struct ticker *k = t->user;
    tell(k->in, k->stage, k->in->wants.n_done, k->in->wants.n_asked);
    loop_timer_start(t, 100);
}

/* Runs the loop until `is_done`; false when nothing is left that could ever make it so. */
static bool run_until(struct install *in, const char *stage, bool (*is_done)(struct install *in)) {
    struct ticker k = {.in = in, .stage = stage};
    struct loop *loop = in->session->loop;
    if (is_done(in)) return true;
    if (!loop) return false;
    if (in->o->progress) {
        loop_timer_open(loop, &k.timer);
        k.timer.call = tick;
        k.timer.user = &k;
        loop_timer_ref(&k.timer, false);
        loop_timer_start(&k.timer, 100);
    }
    while (!is_done(in) && loop_is_alive(loop)) loop_run_once(loop, LOOP_WAIT);
    if (in->o->progress) loop_timer_close(&k.timer);
    return is_done(in);
}

/* --- the plan's world */

struct ask {
    struct install *in;
    uint32_t ticket;
};

static void got_packument(void *user, const struct pkg_packument *found, err e, str why) {
    struct ask *k = user;
    if (found) pkg_session_saw(k->in->session, found);
    pkg_plan_packument(k->in->plan, k->ticket, found, why);
}

static void ask_packument(void *user, str name, struct pkg_plan *p, uint32_t ticket) {
    struct install *in = user;
    if (pkg_session_open(in->session) != 0) {
        pkg_plan_packument(p, ticket, NULL, in->session->why);
        return;
    }
    struct ask *k = ARENA_NEW(in->a, struct ask);
    *k = (struct ask){in, ticket};
    pkg_fetch_packument(in->session->fetch, name, in->config->minimum_age_s > 0, got_packument, k);
}

static void ask_elsewhere(void *user, const struct pkg_spec *spec, str base, struct pkg_plan *p, uint32_t ticket) {
    pkg_want_elsewhere(&((struct install *)user)->wants, spec, base, p, ticket);
}

static bool fits_machine(const struct pkg_config *c, const struct pkg_package *p) {
    return (str_is(str_c(c->os), "*") || pkg_platform_allows(&p->os, str_c(c->os))) &&
           (str_is(str_c(c->cpu), "*") || pkg_platform_allows(&p->cpu, str_c(c->cpu))) &&
           (str_is(str_c(c->libc), "*") || pkg_platform_allows(&p->libc, str_c(c->libc)));
}

static void chosen(void *user, const struct pkg_lock *l, pkg_id id) {
    struct install *in = user;
    const struct pkg_package *p = &l->packages[id];
    if (in->is_eager && p->source == PKG_NPM && fits_machine(in->config, p)) pkg_want(&in->wants, l, id);
}

static bool plan_is_done(struct install *in) { return pkg_plan_is_done(in->plan); }
static bool wants_are_done(struct install *in) { return in->wants.n_done == in->wants.n_asked; }

static err make_plan(struct install *in) {
    static const struct pkg_world world = {ask_packument, ask_elsewhere, chosen};
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    const struct pkg_install_options *o = in->o;
    struct pkg_plan_options options = {
        .project = in->project, .config = in->config, .old = in->has_old ? &in->old : NULL,
        .update = o->update, .n_update = o->n_update, .update_all = o->update_all,
        .pins = o->pins, .n_pins = o->n_pins, .now_s = (double)now.tv_sec,
    };
    struct pkg_plan_result *r = &in->out->plan;
    do { /* what is missing may have been published a minute ago */
        in->plan = pkg_plan_new(in->a, &options, &world, in);
        pkg_plan_start(in->plan);
        if (!run_until(in, "Resolving", plan_is_done)) {
            pkg_plan_free(in->plan);
            return say(in, ERR_CLOSED, "install-lost", STR("resolving waits for an answer that never comes"));
        }
        *r = (struct pkg_plan_result){0};
        pkg_plan_finish(in->plan, r);
        pkg_plan_free(in->plan);
    } while (r->n_missing && in->session->fetch && pkg_fetch_doubt(in->session->fetch));
    for (size_t i = 0; i < r->warnings.count; i++)
        diag_add(in->d, DIAG_WARNING, "install-warning", STR(""), (str){0}, 0, 0, "%.*s", STR_FMT(r->warnings.at[i]));
    for (size_t i = 0; i < r->n_missing; i++) {
        struct pkg_missing *m = &r->missing[i];
        str text = m->why.len ? m->why
                              : arena_print(in->a, "%.*s@%.*s is not to be had", STR_FMT(m->name), STR_FMT(m->spec));
        if (m->by != PKG_NONE && m->by < r->lock.n_packages && r->lock.packages[m->by].source != PKG_ROOT)
            text = arena_print(in->a, "%.*s (%.*s depends on it)", STR_FMT(text),
                               STR_FMT(r->lock.packages[m->by].name));
        say(in, 0, "install-missing", text);
    }
    if (r->n_bad_peers && in->config->strict_peers)
        return say(in, 0, "install-peers", STR("there are peers that do not fit, which strict-peer-deps makes an error"));
    return r->n_missing ? ERR_NOT_FOUND : 0;
}

/* Versions that were locked before were checked when they came; of the others the registry's answer is at hand. */
static err check_signatures(struct install *in) {
    struct pkg_keys keys;
    const struct pkg_lock *l = &in->out->plan.lock;
    if (!in->config->keys.len) return 0;
    if (!pkg_keys_read(in->a, in->config->keys, in->config->keys_file, in->d, &keys)) return ERR_MALFORMED;
    err failed = 0;
    for (pkg_id i = 0; i < l->n_packages; i++) {
        const struct pkg_package *p = &l->packages[i];
        const struct pkg_packument *seen = p->source == PKG_NPM ? map_get(&in->session->seen, p->name) : NULL;
        const struct pkg_release *r = seen ? pkg_packument_find(seen, p->version) : NULL;
        str why;
        if (!r) continue;
        const struct json *dist = json_get_c(json_parse(in->a, r->text, JSON_STRICT, NULL, STR("")), "dist");
        err e = pkg_signature_check(in->a, &keys, p->name, p->version, p->integrity, json_get_c(dist, "signatures"), 0,
                                    &why);
        if (e) failed = say(in, e, "install-signature", why);
    }
    return failed;
}

/* --- bun.lock */

static err read_old(struct install *in) {
    struct buf text = {0};
    err e = in->o->must_migrate ? ERR_NOT_FOUND : file_read_all(lock_path(in), &text);
    if (!e) in->old_text = arena_str(in->a, buf_view(&text));
    buf_free(&text);
    return 0;
}

/* What npm, yarn or pnpm locked is kept as if it had been ours. */
static err migrate(struct install *in) {
    struct pkg_migration m;
    str file;
    err e = pkg_migrate_project(in->a, in->session, in->project, in->d, &m, &file);
    if (e == ERR_NOT_FOUND && in->o->must_migrate) {
        bool has_lockb = file_exists(path_join(in->a, in->project->root, STR("bun.lockb")));
        return say(in, e, "migrate", has_lockb ? STR("bun.lockb needs no migration: `bao install` makes bun.lock of it")
                                     : STR("there is no lockfile of npm, yarn or pnpm here that could be migrated"));
    }
    if (e == ERR_NOT_FOUND) return 0;
    if (e) return say(in, e, "migrate", in->session->why);
    in->old = m.lock;
    in->has_old = true;
    diag_add(in->d, DIAG_NOTE, "migrate", STR(""), (str){0}, 0, 0, "the versions of %.*s are kept%s", STR_FMT(file),
             in->config->frozen ? "; run `bao install` and commit bun.lock to finish moving" : "");
    return 0;
}

/* What Bun locked before there was bun.lock; NULL in `text` when nothing is there. */
static err read_lockb(struct install *in, str *text) {
    str path = path_join(in->a, in->project->root, STR("bun.lockb"));
    struct buf bytes = {0};
    err e = file_read_all(path, &bytes);
    str all = e ? STR("") : arena_str(in->a, buf_view(&bytes));
    buf_free(&bytes);
    if (e == -ENOENT) return 0;
    if (e) return say(in, e, "lockb", arena_print(in->a, "bun.lockb cannot be read: %s", err_text(e)));
    if (!pkg_lockb_text(in->a, all, &in->project->members[0].manifest.trusted, in->d, text)) return ERR_MALFORMED;
    in->lockb = path;
    return 0;
}

static err parse_old(struct install *in) {
    str text = in->old_text;
    if (!text.at && !in->o->must_migrate) TRY(read_lockb(in, &text));
    if (!text.at) return migrate(in);
    if (!pkg_lock_read(in->a, text, in->lockb.len ? STR("bun.lockb") : STR("bun.lock"), in->d, &in->old))
        return ERR_MALFORMED;
    in->has_old = true;
    return 0;
}

static void note_changes(struct install *in) {
    str text = pkg_frozen_changes(in->a, in->project, &in->old);
    if (text.len) diag_add(in->d, DIAG_NOTE, "frozen-changes", STR(""), (str){0}, 0, 0, "%.*s", STR_FMT(text));
}

/* What a writer left that was killed: "<name>.<process>.tmp" of a process that is no more. */
static void remove_dead_writers(struct arena *a, str path) {
    struct dir_entry *found;
    size_t n;
    int64_t pid;
    str folder = path_dirname(path), begin = arena_join(a, path_basename(path), STR("."));
    if (dir_list(a, folder, &found, &n) != 0) return;
    for (size_t i = 0; i < n; i++) {
        str name = found[i].name;
        if (!str_starts(name, begin) || !str_ends(name, STR(".tmp")) || name.len <= begin.len + 4) continue;
        bool is_pid = str_to_int(str_cut(name, begin.len, name.len - 4), &pid) && pid > 0 && pid < INT32_MAX;
        if (is_pid && os_kill((int)pid, 0) == -ESRCH) file_unlink(path_join(a, folder, name));
    }
}

static void sync_writing(struct pool_job *job) {
    struct writing *w = (struct writing *)job;
    if (!w->failed) w->failed = file_sync(w->temp);
}

static err finish_writing(struct writing *w) {
    if (!w->failed) w->failed = file_rename(w->temp, w->path);
    if (w->failed) file_unlink(w->temp);
    w->job.run = NULL;
    return w->failed;
}

static err begin_writing(struct arena *a, struct writing *w, str path, str text, uint32_t mode) {
    remove_dead_writers(a, path);
    *w = (struct writing){.job.run = sync_writing, .path = path};
    w->temp = arena_print(a, "%.*s.%d.tmp", STR_FMT(path), os_pid());
    w->failed = file_write_all(w->temp, text, mode);
    return w->failed;
}

err pkg_write_whole(struct arena *a, str path, str text, uint32_t mode) {
    struct writing w;
    begin_writing(a, &w, path, text, mode);
    sync_writing(&w.job);
    return finish_writing(&w);
}

static err say_lock(struct install *in, err e) {
    return say(in, e, "lock-write", arena_print(in->a, "bun.lock cannot be written: %s", err_text(e)));
}

/* What failed before it was committed leaves the old lockfile. */
static void drop_writing(struct install *in) {
    if (!in->lock.job.run) return;
    pool_wait(&in->lock.job);
    file_unlink(in->lock.temp);
}

static bool is_patched(struct arena *a, const struct pkg_package *p, const struct pkg_patch *by) {
    if (str_eq(arena_print(a, "%.*s@%.*s", STR_FMT(p->name), STR_FMT(p->version)), by->package)) return true;
    return p->source != PKG_NPM &&
           str_eq(arena_print(a, "%.*s@%.*s", STR_FMT(p->name), STR_FMT(p->place)), by->package);
}

/* Before anything is written: a patch that is not there would be noticed half way only. */
static err check_patches(struct install *in) {
    const struct pkg_lock *l = &in->out->plan.lock;
    for (size_t i = 0; i < l->n_patches; i++) {
        bool is_used = false;
        for (pkg_id id = 1; id < l->n_packages && !is_used; id++)
            is_used = is_patched(in->a, &l->packages[id], &l->patches[i]);
        if (!is_used || file_exists(path_resolve(in->a, in->project->root, l->patches[i].file))) continue;
        return say(in, ERR_NOT_FOUND, "install-patch",
                   arena_print(in->a, "the patch \"%.*s\" of %.*s is not there; without it, remove its entry of "
                               "patchedDependencies from package.json", STR_FMT(l->patches[i].file),
                               STR_FMT(l->patches[i].package)));
    }
    return 0;
}

/* What only pnpm or yarn understood is said as all do from now on. */
static err write_manifests(struct install *in) {
    for (size_t i = 0; i < in->project->count; i++) {
        struct pkg_member *m = &in->project->members[i];
        str shown = m->path.len ? path_join(in->a, m->path, STR("package.json")) : STR("package.json");
        if (!m->is_rewritten) continue;
        err e = pkg_write_whole(in->a, path_join(in->a, in->project->root, shown), m->source, 0644);
        if (e)
            return say(in, e, "manifest-write",
                       arena_print(in->a, "%.*s cannot be written: %s", STR_FMT(shown), err_text(e)));
        m->is_rewritten = false;
        diag_add(in->d, DIAG_NOTE, "manifest-rewritten", STR(""), (str){0}, 0, 0,
                 "%.*s says now as all understand it what only pnpm or yarn did", STR_FMT(shown));
    }
    return 0;
}

static void make_lock(struct install *in) {
    struct pkg_tree tree;
    struct buf text = {0};
    pkg_tree_make(in->a, &in->out->plan.lock, NULL, &tree);
    pkg_lock_write(&text, &in->out->plan.lock, &tree);
    in->out->lock_text = arena_str(in->a, buf_view(&text));
    buf_free(&text);
    in->is_lock_same = in->old_text.at && str_eq(in->old_text, in->out->lock_text);
}

static bool writes(const struct install *in) {
    return !in->config->frozen && !in->config->no_save && !in->config->dry_run;
}

static bool locks_nothing(const struct pkg_lock *l) { return l->n_packages <= 1 && !l->packages[0].n_edges; }

/* When all is there to be linked: until then an error leaves no trace. */
static err begin_lock(struct install *in) {
    if (!writes(in) || locks_nothing(&in->out->plan.lock)) return 0;
    if (in->is_lock_same) {
        remove_dead_writers(in->a, lock_path(in));
        return 0;
    }
    err e = begin_writing(in->a, &in->lock, lock_path(in), in->out->lock_text, 0644);
    if (e) {
        in->lock.job.run = NULL;
        file_unlink(in->lock.temp);
        return say_lock(in, e);
    }
    pool_start(&in->lock.job);
    return 0;
}

static str usual_url(void *user, const struct pkg_package *p) {
    struct install *in = user;
    return pkg_tarball_url(in->a, in->config, p->name, p->version);
}

/* --yarn: the same for tools that read nothing else. */
static err write_yarn_lock(struct install *in) {
    const struct pkg_config *c = in->config;
    struct buf text = {0};
    if (!c->yarn_lock || !writes(in)) return 0;
    pkg_yarn_write(in->a, &text, &in->out->plan.lock, usual_url, in);
    err e = pkg_write_whole(in->a, path_join(in->a, in->project->root, STR("yarn.lock")), buf_view(&text), 0644);
    buf_free(&text);
    return e ? say(in, e, "lock-write", arena_print(in->a, "yarn.lock cannot be written: %s", err_text(e))) : 0;
}

/* package.json and the lockfiles become what node_modules is now: when that is there, before the project's own
 * scripts, which see them so. */
static err commit(struct install *in) {
    if (in->lock.job.run) {
        pool_wait(&in->lock.job);
        err e = finish_writing(&in->lock);
        if (e) return say_lock(in, e);
        in->out->wrote_lock = true;
        if (in->lockb.len && file_unlink(in->lockb) == 0)
            diag_add(in->d, DIAG_NOTE, "lockb", STR(""), (str){0}, 0, 0,
                     "bun.lock holds now what bun.lockb did, which is gone");
    }
    if (writes(in) && locks_nothing(&in->out->plan.lock) && !in->is_lock_same)
        in->out->removed_lock = in->old_text.at && file_unlink(lock_path(in)) == 0;
    if (writes(in)) TRY(write_manifests(in));
    TRY(write_yarn_lock(in));
    return in->o->commit ? in->o->commit(in->o->user) : 0;
}

/* --- node_modules */

static const bool *wanted_workspaces(struct install *in) {
    const struct pkg_lock *l = &in->out->plan.lock;
    if (!in->config->filters.count) return NULL;
    bool *wanted = ARENA_ARRAY(in->a, bool, l->n_packages + 1);
    const bool *is_meant = pkg_filter_members(in->a, in->project, &in->config->filters);
    for (size_t i = 0; i < l->n_packages; i++)
        for (size_t m = 0; m < in->project->count; m++) {
            const struct pkg_package *p = &l->packages[i];
            bool is_it = m ? p->source == PKG_WORKSPACE && str_eq(p->place, in->project->members[m].path)
                           : p->source == PKG_ROOT;
            if (is_it) wanted[i] = is_meant[m];
        }
    return wanted;
}

/* "a@1.0.0: "; what no registry has may have no version */
static str label_of(struct arena *a, const struct pkg_package *p) {
    return p->version.len ? arena_print(a, "%.*s@%.*s: ", STR_FMT(p->name), STR_FMT(p->version))
                          : arena_join(a, p->name, STR(": "));
}

static const char *or_any(const char *value) { return strcmp(value, "*") == 0 ? NULL : value; }

static err fetch_needed(struct install *in, const bool *needed, const bool *is_in_tree, struct pkg_stored *stored) {
    const struct pkg_lock *l = &in->out->plan.lock;
    struct pkg_wanted **wanted = ARENA_ARRAY(in->a, struct pkg_wanted *, l->n_packages + 1);
    for (pkg_id i = 0; i < l->n_packages; i++)
        if (needed[i] && is_in_tree[i]) wanted[i] = pkg_want(&in->wants, l, i);
    if (!run_until(in, "Downloading", wants_are_done))
        return say(in, ERR_CLOSED, "install-lost", STR("a download never ended"));
    err failed = 0;
    for (pkg_id i = 0; i < l->n_packages; i++) {
        if (!wanted[i]) continue;
        stored[i] = wanted[i]->stored;
        if (!wanted[i]->failed) continue;
        const struct pkg_package *p = &l->packages[i];
        str label = label_of(in->a, p);
        str text = str_starts(wanted[i]->why, label) ? wanted[i]->why : arena_join(in->a, label, wanted[i]->why);
        stored[i] = (struct pkg_stored){0};
        if (pkg_lock_is_optional(l, i))
            diag_add(in->d, DIAG_WARNING, "install-optional", STR(""), (str){0}, 0, 0, "optional %.*s", STR_FMT(text));
        else failed = say(in, wanted[i]->failed, "install-fetch", text);
    }
    return failed;
}

/* What is patched is another entry of the store than what is not. */
static err patch_stored(struct install *in, const bool *is_in_tree, bool *needed, struct pkg_stored *stored) {
    const struct pkg_lock *l = &in->out->plan.lock;
    for (size_t i = 0; i < l->n_patches; i++)
        for (pkg_id id = 1; id < l->n_packages; id++) {
            const struct pkg_package *p = &l->packages[id];
            str label = arena_print(in->a, "%.*s@%.*s", STR_FMT(p->name), STR_FMT(p->version)), why = STR("");
            if (!is_in_tree[id] || !is_patched(in->a, p, &l->patches[i])) continue;
            struct buf text = {0};
            str file = path_resolve(in->a, in->project->root, l->patches[i].file);
            struct pkg_wanted *w = pkg_want(&in->wants, l, id);
            if (!w || pkg_wants_wait(&in->wants) != 0 || w->failed)
                return say(
                    in, ERR_NOT_FOUND, "install-patch",
                    arena_print(in->a, "%.*s: %.*s", STR_FMT(label), STR_FMT(w ? w->why : STR("cannot be patched"))));
            err e = file_read_all(file, &text);
            str patch = arena_str(in->a, buf_view(&text));
            buf_free(&text);
            if (e)
                return say(in, e, "install-patch",
                           arena_print(in->a, "the patch %.*s: %s", STR_FMT(file), err_text(e)));
            e = pkg_patch_store(in->a, in->session->store, in->config->cache, p->name, p->version, &w->stored, patch,
                                &stored[id], &why);
            if (e)
                return say(in, e, "install-patch",
                           arena_print(in->a, "the patch %.*s of %.*s: %.*s", STR_FMT(l->patches[i].file),
                                       STR_FMT(label), STR_FMT(why.len ? why : str_c(err_text(e)))));
            needed[id] = true;
        }
    return 0;
}

static enum pkg_linker choose_linker(struct install *in) {
    if (in->config->linker != PKG_LINKER_AUTO) return in->config->linker;
    return in->project->count > 1 && in->out->plan.lock.config_version >= 1 ? PKG_LINKER_ISOLATED : PKG_LINKER_HOISTED;
}

static bool has_folders(const struct pkg_lock *l) {
    for (size_t i = 0; i < l->n_packages; i++)
        if (l->packages[i].source == PKG_FOLDER || l->packages[i].source == PKG_TARBALL_FILE ||
            l->packages[i].source == PKG_LINK) return true;
    return false;
}

static err say_scripts(struct install *in, err e) {
    return say(in, e, "install-script", in->out->scripts.why.len ? in->out->scripts.why : str_c(err_text(e)));
}

static err make_node_modules(struct install *in) {
    struct pkg_config *c = in->config;
    const struct pkg_lock *l = &in->out->plan.lock;
    struct pkg_tree tree, rest;
    struct pkg_tree_choice choice = {
        .no_dev = c->no_dev, .no_optional = c->no_optional, .no_peer = c->no_peer,
        .os = or_any(c->os), .cpu = or_any(c->cpu), .libc = or_any(c->libc), .wanted_workspaces = wanted_workspaces(in),
    };
    struct pkg_tree_choice rest_choice = choice;
    rest_choice.wanted_workspaces = NULL;
    pkg_tree_make(in->a, l, &choice, &tree);
    if (choice.wanted_workspaces) pkg_tree_make(in->a, l, &rest_choice, &rest);
    bool *is_in_tree = ARENA_ARRAY(in->a, bool, l->n_packages + 1),
         *needed = ARENA_ARRAY(in->a, bool, l->n_packages + 1);
    for (size_t n = 0; n < tree.count; n++)
        for (size_t k = 0; k < tree.nodes[n].n_entries; k++) {
            is_in_tree[tree.nodes[n].entries[k].id] = true;
            in->out->n_installs++;
        }
    struct pkg_stored *stored = ARENA_ARRAY(in->a, struct pkg_stored, l->n_packages + 1);
    struct pkg_link_input link = {
        .root = in->project->root, .lock = l, .tree = &tree, .choice = &choice, .config = c,
        .linker = choose_linker(in), .stored = stored, .rest = choice.wanted_workspaces ? &rest : NULL,
        .rest_choice = &rest_choice,
    };
    uint64_t key = pkg_fresh_key(in->a, in->project, c, in->out->lock_text);
    bool is_needed = pkg_link_needed(in->a, &link, needed) || c->force;
    for (size_t i = 0; i < l->n_packages; i++) is_in_tree[i] |= needed[i];
    if (c->strict_engines) memcpy(needed, is_in_tree, l->n_packages);    /* their manifests are in the store */
    if (c->force) memset(needed, true, l->n_packages);
    if (l->n_patches || c->strict_engines) is_needed = true;
    if (is_needed) {
        pkg_fresh_forget(in->a, in->project);
        TRY(fetch_needed(in, needed, is_in_tree, stored));
        if (c->strict_engines) TRY(pkg_engines_check(in->a, in->project, l, stored, c->user_agent, in->d));
        TRY(patch_stored(in, is_in_tree, needed, stored));
        TRY(begin_lock(in));
        err e = pkg_link_run(in->a, &link, &in->out->linked);
        if (e) return say(in, e, "install-link", in->out->linked.why.len ? in->out->linked.why : str_c(err_text(e)));
    } else {
        in->out->was_up_to_date = true;
        TRY(begin_lock(in));
    }
    struct pkg_scripts_result *ran = &in->out->scripts;
    if (in->o->progress) in->o->progress(in->o->user, "", 0, 0, STR(""));        /* scripts may print */
    err e = c->ignore_scripts ? 0 : pkg_scripts_run(in->a, &link, &in->out->linked, ran);
    if (e) return say_scripts(in, e);
    TRY(commit(in));
    e = c->ignore_scripts ? 0 : pkg_scripts_run_project(in->a, &link, ran);
    if (e) return say_scripts(in, e);
    struct pkg_fresh fresh = {in->out->n_installs, in->out->n_packages};
    if (in->out->lock_text.len && !c->no_save && !has_folders(l)) pkg_fresh_note(in->a, in->project, key, &fresh);
    return 0;
}

/* --- the whole */

/* Scripts of the project's own run at every install. */
static bool has_own_scripts(const struct pkg_project *p) {
    static const char *const names[] = {"preinstall", "install", "postinstall", "preprepare", "prepare", "postprepare"};
    for (size_t i = 0; i < p->count; i++)
        for (size_t k = 0; k < sizeof names / sizeof *names; k++)
            if (pkg_manifest_script(&p->members[i].manifest, str_c(names[k])).len) return true;
    return false;
}

static bool is_fresh(struct install *in) {
    const struct pkg_install_options *o = in->o;
    struct pkg_config *c = in->config;
    struct pkg_fresh fresh;
    if (!in->old_text.at || o->permits || o->update_all || o->n_update || o->n_pins) return false;
    if (o->no_node_modules || o->needs_plan) return false;
    if (c->force || c->lockfile_only || c->dry_run || c->yarn_lock) return false;
    if (!c->ignore_scripts && has_own_scripts(in->project)) return false;
    if (!pkg_fresh_is(in->a, in->project, pkg_fresh_key(in->a, in->project, c, in->old_text), &fresh)) return false;
    in->out->was_up_to_date = in->out->checked_only = true;
    in->out->n_installs = fresh.n_installs;
    in->out->n_packages = fresh.n_packages;
    in->out->lock_text = in->old_text;
    return true;
}

static err run(struct install *in) {
    struct pkg_config *c = in->config;
    TRY(read_old(in));
    if (is_fresh(in)) return in->o->commit ? in->o->commit(in->o->user) : 0;
    TRY(parse_old(in));
    bool stops_early = c->lockfile_only || c->dry_run || in->o->no_node_modules;
    /* When node_modules is there, most of what is chosen is in it: what is not is known once all is chosen. */
    in->is_eager = !stops_early && !file_exists(path_join(in->a, in->project->root, STR("node_modules"))) &&
                   !c->no_dev && !c->no_optional;
    TRY(make_plan(in));
    TRY(check_signatures(in));
    in->out->n_packages = in->out->plan.lock.n_packages;
    if (c->frozen && in->has_old && in->out->plan.is_changed) {
        say(in, 0, "frozen", STR("lockfile had changes, but lockfile is frozen"));
        note_changes(in);
        return ERR_REFUSED;
    }
    TRY(check_patches(in));
    if (in->o->permits && !c->dry_run && !c->lockfile_only) TRY(in->o->permits(in->o->user, &in->out->plan.lock));
    make_lock(in);
    if (!stops_early) return make_node_modules(in);
    TRY(begin_lock(in));
    return commit(in);
}

err pkg_install(struct arena *a, const struct pkg_install_options *o, struct diag *d, struct pkg_install_result *out) {
    struct install in = {
        .a = a, .o = o, .project = o->project, .config = o->config, .session = o->session, .d = d, .out = out,
        .began_ms = now_ms(),
    };
    *out = (struct pkg_install_result){0};
    pkg_wants_init(&in.wants, a, o->session, o->project->root);
    err e = run(&in);
    drop_writing(&in);
    pkg_wants_done(&in.wants);
    out->took_ms = now_ms() - in.began_ms;
    return e;
}

err pkg_fetch_all(struct arena *a, struct pkg_session *s, str root, const struct pkg_lock *l, size_t *n, str *why) {
    struct pkg_wants wants;
    struct pkg_wanted **all = ARENA_ARRAY(a, struct pkg_wanted *, l->n_packages + 1);
    pkg_wants_init(&wants, a, s, root);
    for (pkg_id i = 0; i < l->n_packages; i++) all[i] = pkg_want(&wants, l, i);
    err e = pkg_wants_wait(&wants);
    *why = STR("a download never ended");
    *n = 0;
    for (pkg_id i = 0; i < l->n_packages && !e; i++) {
        if (!all[i]) continue;
        ++*n;
        e = all[i]->failed;
        if (e)
            *why = arena_join(a, label_of(a, &l->packages[i]), all[i]->why);
    }
    pkg_wants_done(&wants);
    return e;
}
