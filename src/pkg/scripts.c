#include "pkg/scripts.h"

#include "base/buf.h"
#include "data/json.h"
#include "pkg/internal.h"
#include "pkg/place.h"
#include "sys/at.h"
#include "sys/env.h"
#include "sys/path.h"
#include "sys/proc.h"
#include "sys/program.h"

enum { MOST_STAGES = 6, MOST_SAID = 1 << 20, MOST_WORKERS = 64 };

struct stage { const char *event; str command; };
struct task {
    pkg_id id;
    str folder, name, version;      /* folder: absolute */
    size_t place;                   /* index; SIZE_MAX: of the project itself */
    struct stage stages[MOST_STAGES]; size_t n_stages;
    char **envs[MOST_STAGES];       /* of each stage */
    bool *waits_for;                /* by task */
    bool is_begun, is_done, has_failed, is_optional;
    str why;
};
struct scripts {
    struct arena *a;
    const struct pkg_link_input *in;
    struct pkg_scripts_result *out;
    struct pkg_places places;
    LIST(struct task) tasks;
    str shell, path_after, cwd;
    struct thread_lock lock;        /* over the tasks' state, and the arena while workers run */
    struct thread_cond changed;
    size_t n_running;
    bool stops;
};

/* --- who may */

static bool is_listed(str name) {
    size_t from = 0, to = pkg_n_trusted_names;
    while (from < to) {
        size_t middle = from + (to - from) / 2;
        int order = str_cmp(name, str_c(pkg_trusted_names[middle]));
        if (order == 0) return true;
        if (order < 0) to = middle;
        else from = middle + 1;
    }
    return false;
}

bool pkg_scripts_trusts(const struct pkg_lock *l, pkg_id id) {
    const struct pkg_package *p = &l->packages[id];
    if (!l->trusted.is_there) return p->source == PKG_NPM && is_listed(p->name);
    for (size_t i = 0; i < l->trusted.count; i++)
        if (str_eq(l->trusted.at[i], p->name)) return true;
    return false;
}

/* --- environment */

static void add_bins(struct buf *path, str from) {
    for (str at = from;; at = path_dirname(at)) {
        if (!str_is(path_basename(at), "node_modules")) buf_print(path, "%.*s/node_modules/.bin:", STR_FMT(at.len > 1 ?
            at : STR("")));
        if (at.len <= 1) return;
    }
}

static str search_path(void) { return env_or("PATH", "/usr/local/bin:/usr/bin:/bin"); }

/* Most installs run no script, and need no folder with a `node` in it. */
static str path_after(struct scripts *s) {
    str path = search_path(), found;
    if (s->path_after.at) return s->path_after;
    bool has_all = proc_find(s->a, STR("node"), path, &found) && proc_find(s->a, STR("node-gyp"), path, &found);
    str shim = has_all ? STR("") : program_shim(s->a);
    return s->path_after = shim.len ? arena_print(s->a, "%.*s:%.*s", STR_FMT(path), STR_FMT(shim)) : path;
}

static char **make_env(struct scripts *s, const struct task *t, const struct stage *stage) {
    struct buf path = {0};
    add_bins(&path, t->folder);
    buf_add(&path, path_after(s));
    str node = program.exec_path, root = s->in->root;
    proc_find(s->a, STR("node"), buf_view(&path), &node);
    const str ours[][2] = {
        {STR("PATH"), arena_str(s->a, buf_view(&path))},
        {STR("INIT_CWD"), s->cwd},
        {STR("npm_lifecycle_event"), str_c(stage->event)},
        {STR("npm_lifecycle_script"), stage->command},
        {STR("npm_package_name"), t->name},
        {STR("npm_package_version"), t->version},
        {STR("npm_package_json"), path_join(s->a, t->folder, STR("package.json"))},
        {STR("npm_config_local_prefix"), root},
        {STR("npm_config_user_agent"), s->in->config->user_agent},
        {STR("npm_execpath"), program.exec_path},
        {STR("npm_node_execpath"), node},
        {STR("npm_command"), STR("install")},
        {STR("NODE"), node},
        {STR("PWD"), t->folder},
    };
    buf_free(&path);
    return env_with(s->a, ours, sizeof ours / sizeof *ours);
}

/* --- what is to run */

static void add_stage(struct task *t, const struct pkg_manifest *m, const char *event) {
    str command = pkg_manifest_script(m, str_c(event));
    if (command.len) t->stages[t->n_stages++] = (struct stage){event, command};
}

static void add_task(struct scripts *s, pkg_id id, str below_root, size_t place, bool prepares) {
    struct buf text = {0};
    struct pkg_manifest m = {0};
    struct task t = {.id = id, .place = place, .folder = below_root.len ? path_join(s->a, s->in->root, below_root) :
        s->in->root};
    if (file_read_all(path_join(s->a, t.folder, STR("package.json")), &text) == 0)
        pkg_manifest_read(s->a, arena_str(s->a, buf_view(&text)), STR("package.json"), NULL, &m);
    buf_free(&text);
    if (!m.json) return;
    t.name = m.name;
    t.version = m.version;
    add_stage(&t, &m, "preinstall");
    add_stage(&t, &m, "install");
    bool replaces_gyp = t.n_stages > 0 || json_is(json_get_c(m.json, "gypfile"), JSON_FALSE);
    if (!replaces_gyp && place != SIZE_MAX && file_exists(path_join(s->a, t.folder, STR("binding.gyp"))))
        t.stages[t.n_stages++] = (struct stage){"install", STR("node-gyp rebuild")};
    add_stage(&t, &m, "postinstall");
    if (prepares) {
        add_stage(&t, &m, "preprepare");
        add_stage(&t, &m, "prepare");
        add_stage(&t, &m, "postprepare");
    }
    for (size_t i = 0; i < t.n_stages; i++) t.envs[i] = make_env(s, &t, &t.stages[i]);
    if (t.n_stages) *LIST_ADD(&s->tasks) = t;
}

static void order_tasks(struct scripts *s) {
    const struct pkg_lock *l = s->in->lock;
    bool *seen = NEW_ARRAY(bool, l->n_packages);
    for (size_t i = 0; i < s->tasks.len; i++) {
        struct task *t = &s->tasks.at[i];
        pkg_lock_reach(l, t->id, false, false, false, seen);
        t->waits_for = ARENA_ARRAY(s->a, bool, s->tasks.len);
        for (size_t k = 0; k < s->tasks.len; k++) t->waits_for[k] = k != i && s->tasks.at[k].id != t->id &&
            seen[s->tasks.at[k].id];
        t->is_optional = pkg_lock_is_optional(l, t->id);
    }
    /* In a circle the first of them does not wait. */
    for (size_t i = 0; i < s->tasks.len; i++)
        for (size_t k = 0; k < i; k++)
            if (s->tasks.at[i].waits_for[k]) s->tasks.at[k].waits_for[i] = false;
    mem_free(seen);
}

/* --- running */

static str end_text(struct scripts *s, const struct proc_end *end) {
    if (end->signal) return arena_print(s->a, "was ended by %s", proc_signal_name(end->signal) ?
        proc_signal_name(end->signal) : "a signal");
    return arena_print(s->a, "exited with %d", end->code);
}

static str said(struct scripts *s, const struct proc_run *r) {
    str out = STR("");
    for (int i = 0; i < 2; i++) {
        str text = str_trim(buf_view(&r->out[i]));
        if (text.len > 8192) text = str_from(text, text.len - 8192);
        if (text.len) out = arena_print(s->a, "%.*s%.*s\n", STR_FMT(out), STR_FMT(text));
    }
    return out;
}

/* Without the lock. */
static bool run_stage(struct scripts *s, struct task *t, size_t i) {
    struct arena mine = {0};
    char *argv[] = {(char *)(uintptr_t)s->shell.at, (char *)(uintptr_t) "-c", (char *)(uintptr_t)arena_c(&mine,
        t->stages[i].command), NULL};
    const char *cwd = arena_c(&mine, t->folder);
    const struct pkg_config *c = s->in->config;
    bool reads = c->foreground_scripts, is_seen = reads || c->verbose;
    struct proc_spec spec = {.file = argv[0], .argv = argv, .env = t->envs[i], .cwd = cwd,
                             .fds = (int[]){reads ? 0 : -1, is_seen ? 1 : -1, is_seen ? 2 : -1}, .n_fds = 3,
                             .uid = -1, .gid = -1};
    struct proc_run r = {.takes = {!is_seen, !is_seen}, .most = MOST_SAID};
    pid_t pid;
    if (is_seen && !c->silent)
        file_write_fd(2, arena_print(&mine, "%.*s %s $ %.*s\n", STR_FMT(t->name), t->stages[i].event,
                                     STR_FMT(t->stages[i].command)));
    err e = proc_run(&spec, &r, &pid);
    bool ok = !e && !r.end.code && !r.end.signal;
    if (!ok) {
        thread_lock(&s->lock);
        if (!s->out->exit_code && !e) s->out->exit_code = r.end.signal ? 128 + r.end.signal : r.end.code;
        str how = e ? arena_print(s->a, "cannot be run: %s", err_text(e)) : r.is_too_much ?
            STR("said more than a megabyte, and was ended")
                                                                                         : end_text(s, &r.end);
        t->why = arena_print(s->a, "%.*s%s script of \"%.*s\" %.*s", STR_FMT(said(s, &r)), t->stages[i].event,
            STR_FMT(t->name), STR_FMT(how));
        thread_unlock(&s->lock);
    }
    buf_free(&r.out[0]);
    buf_free(&r.out[1]);
    arena_free(&mine);
    return ok;
}

static struct task *next_task(struct scripts *s) {
    for (size_t i = 0; i < s->tasks.len; i++) {
        struct task *t = &s->tasks.at[i];
        bool is_ready = !t->is_begun;
        for (size_t k = 0; is_ready && k < s->tasks.len; k++) is_ready = !t->waits_for[k] || s->tasks.at[k].is_done;
        if (is_ready) return t;
    }
    return NULL;
}

static void work(void *argument) {
    struct scripts *s = argument;
    thread_lock(&s->lock);
    for (;;) {
        struct task *t = s->stops ? NULL : next_task(s);
        if (!t && !s->n_running) break;
        if (!t) {
            thread_wait(&s->changed, &s->lock);
            continue;
        }
        t->is_begun = true;
        s->n_running++;
        thread_unlock(&s->lock);
        bool ok = true;
        for (size_t i = 0; ok && i < t->n_stages; i++) ok = run_stage(s, t, i);
        thread_lock(&s->lock);
        t->is_done = true;
        t->has_failed = !ok;
        s->stops |= !ok && !t->is_optional;
        s->n_running--;
        thread_wake_all(&s->changed);
    }
    thread_wake_all(&s->changed);
    thread_unlock(&s->lock);
}

static err run_all(struct scripts *s) {
    struct thread threads[MOST_WORKERS];
    unsigned most = s->in->config->n_scripts ? s->in->config->n_scripts : 2 * thread_cores(), n = 0;
    if (s->in->config->foreground_scripts) most = 1;
    order_tasks(s);
    while (n + 1 < most && n + 1 < s->tasks.len && n < MOST_WORKERS && thread_start(&threads[n], work, s, 0) == 0) n++;
    work(s);
    for (unsigned i = 0; i < n; i++) thread_join(&threads[i]);
    for (size_t i = 0; i < s->tasks.len; i++) {
        struct task *t = &s->tasks.at[i];
        if (!t->is_done) continue;
        s->out->n_run += t->n_stages;
        if (t->place != SIZE_MAX && (!t->has_failed || t->is_optional)) {
            struct pkg_place *p = &s->places.list.at[t->place];
            p->needs_scripts = false;
            pkg_place_look(p, s->places.root_fd);        /* they may have changed it */
        }
        if (!t->has_failed) continue;
        s->out->n_failed++;
        if (!s->out->why.len) s->out->why = t->why;
    }
    return s->stops ? ERR_REFUSED : 0;
}

/* The project's own: seen by whoever started the install. */
static err run_root(struct scripts *s) {
    s->tasks.len = 0;
    add_task(s, 0, STR(""), SIZE_MAX, true);
    if (!s->tasks.len) return 0;
    struct task *t = &s->tasks.at[0];
    for (size_t i = 0; i < t->n_stages; i++) {
        char *argv[] = {(char *)(uintptr_t)s->shell.at, (char *)(uintptr_t) "-c", (char *)(uintptr_t)arena_c(s->a,
            t->stages[i].command), NULL};
        struct proc_spec spec = {.file = argv[0], .argv = argv, .env = t->envs[i], .cwd = arena_c(s->a, t->folder),
            .uid = -1, .gid = -1};
        struct proc_end end;
        pid_t pid;
        if (!s->in->config->silent) file_write_fd(2, arena_print(s->a, "$ %.*s\n", STR_FMT(t->stages[i].command)));
        err e = proc_spawn(&spec, &pid);
        if (!e) e = proc_wait_passing_signals(pid, &end);
        s->out->n_run++;
        if (!e && !end.code && !end.signal) continue;
        str how = e ? arena_print(s->a, "cannot be run: %s", err_text(e)) : end_text(s, &end);
        s->out->n_failed++;
        s->out->exit_code = e ? 0 : end.signal ? 128 + end.signal : end.code;
        s->out->why = arena_print(s->a, "%s script of the project %.*s", t->stages[i].event, STR_FMT(how));
        return e ? e : ERR_REFUSED;
    }
    return 0;
}

/* --- all of it */

static void find_blocked(struct scripts *s, const struct pkg_link_result *linked) {
    s->out->blocked = ARENA_ARRAY(s->a, pkg_id, linked->n_installed + 1);
    for (size_t i = 0; i < linked->n_installed; i++) {
        pkg_id id = linked->installed[i];
        struct pkg_index_head head;
        struct pkg_index_walk items;
        if (!pkg_index_read(s->in->stored[id].index, &head, &items)) continue;
        if ((head.has_scripts || head.has_gyp) && !pkg_scripts_trusts(s->in->lock,
            id)) s->out->blocked[s->out->n_blocked++] = id;
    }
}

/* Others may have changed the note while scripts ran: only what is known is changed in it. */
static err note_done(struct scripts *s, err failed) {
    int lock;
    err e = pkg_link_lock(s->a, s->places.root_fd, s->in->config->total_s, &lock, &s->out->why);
    if (e) return failed ? failed : e;
    e = pkg_state_scripts_ran(&s->places);
    file_close(lock);
    return failed ? failed : e;
}

/* --filter leaves scripts out with their packages; what is meant may need a workspace that was not named. */
static bool is_meant(const struct scripts *s, pkg_id id) {
    const struct pkg_tree *t = s->in->tree;
    const bool *wanted = s->in->choice ? s->in->choice->wanted_workspaces : NULL;
    bool is = !wanted || wanted[id];
    for (size_t n = 0; n < t->count && id && !is; n++)
        for (size_t k = 0; k < t->nodes[n].n_entries && !is; k++) is = t->nodes[n].entries[k].id == id;
    return is;
}

static err run_packages(struct scripts *s) {
    struct pkg_state state;
    pkg_state_open(&state, s->places.root_fd);
    bool any = pkg_state_needs_scripts(&state);
    if (any) {
        if (s->in->linker == PKG_LINKER_ISOLATED) pkg_places_isolated(&s->places);
        else pkg_places_hoisted(&s->places);
        pkg_state_compare(&state, &s->places, 0);
        for (size_t i = 0; i < s->places.list.len; i++) {
            const struct pkg_place *p = &s->places.list.at[i];
            enum pkg_source source = s->in->lock->packages[p->id].source;
            size_t n_before = s->tasks.len;
            if (!p->needs_scripts) continue;
            if (pkg_place_native(&s->places, p->id) == PKG_NONE)
                add_task(s, p->id, p->path, i, source == PKG_GIT || source == PKG_GITHUB);
            if (s->tasks.len == n_before) s->places.list.at[i].needs_scripts = false;
        }
    }
    pkg_state_close(&state);
    for (pkg_id id = 1; id < s->in->lock->n_packages; id++)
        if (s->in->lock->packages[id].source == PKG_WORKSPACE && is_meant(s, id))
            add_task(s, id, s->in->lock->packages[id].place, SIZE_MAX, true);
    err e = s->tasks.len ? run_all(s) : 0;
    return any ? note_done(s, e) : e;
}

static err begin(struct scripts *s, struct arena *a, const struct pkg_link_input *in, struct pkg_scripts_result *out) {
    static const char *const shells[] = {"bash", "sh", "zsh"};
    *s = (struct scripts){.a = a, .in = in, .out = out, .places = {.a = a, .in = in}, .shell = STR("/bin/sh")};
    TRY(dir_open(in->root, &s->places.root_fd));
    str path = search_path();
    for (size_t i = 0; i < 3; i++)
        if (proc_find(a, str_c(shells[i]), path, &s->shell)) break;
    if (path_cwd(a, &s->cwd) != 0) s->cwd = in->root;
    return 0;
}

static void end(struct scripts *s) {
    pkg_places_free(&s->places);
    LIST_FREE(&s->tasks);
    file_close(s->places.root_fd);
}

err pkg_scripts_run(struct arena *a, const struct pkg_link_input *in, const struct pkg_link_result *linked,
                    struct pkg_scripts_result *out) {
    struct scripts s;
    *out = (struct pkg_scripts_result){0};
    TRY(begin(&s, a, in, out));
    find_blocked(&s, linked);
    err e = run_packages(&s);
    end(&s);
    return e;
}

err pkg_scripts_run_project(struct arena *a, const struct pkg_link_input *in, struct pkg_scripts_result *out) {
    struct scripts s;
    TRY(begin(&s, a, in, out));
    err e = is_meant(&s, 0) ? run_root(&s) : 0;
    end(&s);
    return e;
}
