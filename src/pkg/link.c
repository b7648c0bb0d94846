#include "pkg/link.h"

#include <errno.h>

#include "base/map.h"
#include "pkg/internal.h"
#include "pkg/place.h"
#include "pkg/scripts.h"
#include "sys/at.h"
#include "sys/loop.h"
#include "sys/os.h"
#include "sys/path.h"

enum { MOST_THREADS = 8 };
#define LOCK "node_modules/.bao.lock"
#define TRASH ".bao.trash-"

struct linking {
    struct arena *a;
    const struct pkg_link_input *in;
    struct pkg_link_result *out;
    struct pkg_places places;
    struct pkg_state state;
    struct pkg_filler filler;
    size_t n_packages;                                   /* of the places: the bins follow them */
    struct map rest;                                     /* paths of what --filter leaves alone */
    bool was_there;                                      /* node_modules */
    const char *trash;                                   /* below the root; NULL until there is one */
    unsigned n_trash;
};

static err say(struct linking *l, err e, const char *what, str path) {
    l->out->why = arena_print(l->a, "\"%.*s\" %s: %s", STR_FMT(path), what, err_text(e));
    return e;
}

static err begin(struct linking *l, struct arena *a, const struct pkg_link_input *in, struct pkg_link_result *out) {
    *l = (struct linking){.a = a, .in = in, .out = out, .places = {.a = a, .in = in}};
    TRY(dir_open(in->root, &l->places.root_fd));
    l->was_there = file_kind_at(l->places.root_fd, "node_modules") != FILE_NONE;
    return 0;
}

static void end(struct linking *l) {
    pkg_state_close(&l->state);
    pkg_places_free(&l->places);
    map_free(&l->rest);
    file_close(l->places.root_fd);
}

static void list_packages(struct pkg_places *p) {
    if (p->in->linker == PKG_LINKER_ISOLATED) pkg_places_isolated(p);
    else pkg_places_hoisted(p);
}

static void list_bins(struct pkg_places *p) {
    if (p->in->config->no_bins) return;
    if (p->in->linker == PKG_LINKER_ISOLATED) pkg_places_isolated_bins(p);
    else pkg_places_hoisted_bins(p);
}

static void find_rest(struct linking *l) {
    struct pkg_link_input all = *l->in;
    struct pkg_places p = {.a = l->a, .in = &all, .root_fd = l->places.root_fd};
    bool is_new;
    if (!l->in->rest || !l->was_there) return;
    all.tree = l->in->rest;
    all.choice = l->in->rest_choice;
    list_packages(&p);
    list_bins(&p);
    for (size_t i = 0; i < p.list.len; i++) *map_at(&l->rest, p.list.at[i].path, &is_new) = l;
    pkg_places_free(&p);
}

static void find_packages(struct linking *l) {
    list_packages(&l->places);
    l->n_packages = l->places.list.len;
    find_rest(l);
}

static void keep_rest(struct linking *l, bool bins) {
    if (l->in->rest) pkg_state_keep(&l->state, &l->places, &l->rest, bins);
}

static bool is_folder_itself(const struct pkg_place *p) {
    return p->kind == PKG_PLACE_ENTRY || p->kind == PKG_PLACE_FOLDER;
}

bool pkg_link_needed(struct arena *a, const struct pkg_link_input *in, bool *needed) {
    struct linking l;
    struct pkg_link_result unused;
    pkg_paths stale = {0};
    if (begin(&l, a, in, &unused) != 0) return true;
    find_packages(&l);
    list_bins(&l.places);
    pkg_state_open(&l.state, l.places.root_fd);
    pkg_state_compare(&l.state, &l.places, 0);
    keep_rest(&l, false);
    keep_rest(&l, true);
    pkg_state_stale(&l.state, &stale);
    bool any = stale.len > 0;
    for (size_t i = 0; i < l.places.list.len; i++) {
        const struct pkg_place *p = &l.places.list.at[i];
        if (p->is_right) continue;
        any = true;
        if (is_folder_itself(p)) needed[p->id] = true;
    }
    if (!any && l.state.is_doubtful) pkg_state_trust(&l.state, l.places.root_fd);
    LIST_FREE(&stale);
    end(&l);
    return any;
}

/* --- making room */

/* The lock goes with its holder, also when that is killed. */
err pkg_link_lock(struct arena *a, int root_fd, double most_s, int *fd, str *why) {
    uint64_t from = loop_clock_ns();
    err e = dir_make_at(root_fd, "node_modules");
    if (e && e != -EEXIST) {
        *why = arena_print(a, "\"node_modules\" cannot be made: %s", err_text(e));
        return e;
    }
    while ((e = file_lock_at(root_fd, LOCK, false, fd)) == -EAGAIN || e == -EACCES) {
        double waited_s = (double)(loop_clock_ns() - from) / 1e9;
        if (waited_s > most_s) {
            *why = arena_print(a, "another install has held node_modules/.bao.lock for %.0f seconds", waited_s);
            return ERR_TIMEOUT;
        }
        struct thread_lock lock = {0};
        struct thread_cond never = {0};
        thread_lock(&lock);
        thread_wait_for(&never, &lock, 20);
        thread_unlock(&lock);
    }
    if (e) *why = arena_print(a, "node_modules/.bao.lock cannot be locked: %s", err_text(e));
    return e;
}

/* Empties what interrupted installs left; they are dead, as we have the lock. */
static void remove_old_trash(struct linking *l) {
    struct dir_entry *found;
    size_t n;
    if (dir_list_at(l->a, l->places.root_fd, "node_modules", &found, &n) != 0) return;
    for (size_t i = 0; i < n; i++) {
        const char *path = arena_print(l->a, "node_modules/%.*s", STR_FMT(found[i].name)).at;
        bool is_note = str_starts(found[i].name, STR(".bao.state.")) && str_ends(found[i].name, STR(".tmp"));
        if (str_starts(found[i].name, STR(TRASH))) dir_remove_all_at(l->places.root_fd, path);
        else if (is_note) file_unlink_at(l->places.root_fd, path);
    }
}

static err throw_away(struct linking *l, const char *path, const char **where) {
    if (!l->trash) {
        l->trash = arena_print(l->a, "node_modules/" TRASH "%d", os_pid()).at;
        TRY(dir_make_all_at(l->places.root_fd, l->trash));
    }
    *where = arena_print(l->a, "%s/%u", l->trash, l->n_trash++).at;
    return file_rename_at(l->places.root_fd, path, l->places.root_fd, *where);
}

/* A link where a folder should be would lead what is written out of node_modules. The project's own node_modules may be
 * one. */
static err make_real(struct linking *l, str folder, struct map *seen) {
    bool is_new;
    if (!folder.len || str_is(folder, "node_modules")) return 0;
    void **known = map_at(seen, folder, &is_new);
    *known = l;
    if (!is_new) return 0;
    ptrdiff_t slash = str_rfind_char(folder, '/');
    TRY(make_real(l, slash < 0 ? STR("") : str_upto(folder, (size_t)slash), seen));
    const char *where;
    bool is_ours = str_find(folder, STR("node_modules")) >= 0;
    enum file_kind kind = file_kind_at(l->places.root_fd, arena_c(l->a, folder));
    return !is_ours || kind == FILE_NONE || kind == FILE_DIR ? 0 : throw_away(l, arena_c(l->a, folder), &where);
}

/* Is anything below it that stays? */
static bool has_right_below(const struct linking *l, const struct pkg_place *p) {
    str below = arena_join(l->a, p->path, STR("/node_modules/"));
    for (size_t i = 0; i < l->n_packages; i++)
        if (l->places.list.at[i].is_right && str_starts(l->places.list.at[i].path, below)) return true;
    return false;
}

static err clear_place(struct linking *l, struct pkg_place *p) {
    const char *where;
    enum file_kind kind = file_kind_at(l->places.root_fd, p->path.at);
    if (kind == FILE_NONE) return 0;
    bool keeps = kind == FILE_DIR && is_folder_itself(p) && has_right_below(l, p);
    TRY(throw_away(l, p->path.at, &where));
    if (!keeps) return 0;
    TRY(dir_make_at(l->places.root_fd, p->path.at));
    return file_rename_at(l->places.root_fd, arena_print(l->a, "%s/node_modules", where).at, l->places.root_fd,
                          arena_print(l->a, "%.*s/node_modules", STR_FMT(p->path)).at);
}

static err clear_places(struct linking *l) {
    struct map seen = {0};
    err e = 0;
    remove_old_trash(l);
    for (size_t i = 0; !e && i < l->n_packages; i++) {
        struct pkg_place *p = &l->places.list.at[i];
        if (p->is_right) continue;
        ptrdiff_t slash = str_rfind_char(p->path, '/');
        e = make_real(l, str_upto(p->path, slash < 0 ? 0 : (size_t)slash), &seen);
        if (!e) e = clear_place(l, p);
        if (e) say(l, e, "is in the way", p->path);
    }
    map_free(&seen);
    return e;
}

/* --- filling, on all processors */

/* Noted with what was linked, so that a kill before they ran does not lose them; and known before, as such
 * packages are copied: scripts may write to their files, which must not be the store's. */
static void note_scripts(struct linking *l) {
    if (l->in->config->ignore_scripts) return;
    for (size_t i = 0; i < l->n_packages; i++) {
        struct pkg_place *p = &l->places.list.at[i];
        struct pkg_index_head head = {0};
        struct pkg_index_walk items;
        if (p->is_right || !is_folder_itself(p) || !pkg_scripts_trusts(l->in->lock, p->id)) continue;
        if (p->kind == PKG_PLACE_ENTRY) pkg_index_read(l->in->stored[p->id].index, &head, &items);
        p->needs_scripts = p->kind == PKG_PLACE_FOLDER || head.has_scripts || head.has_gyp;
    }
}

struct shift {
    struct pool_job job;
    struct linking *l;
    uint32_t *order;
    size_t count;
    atomic_size_t *next;
};

static void shift_run(struct pool_job *job) {
    struct shift *s = (struct shift *)job;
    for (;;) {
        size_t i = atomic_fetch_add(s->next, 1);
        if (i >= s->count || atomic_load(&s->l->filler.failed)) return;
        struct pkg_place *p = &s->l->places.list.at[s->order[i]];
        pkg_place_fill(&s->l->filler, p, &s->l->in->stored[p->id]);
    }
}

struct weight { uint32_t place, files; };

static int heavier(const void *a, const void *b) {
    const struct weight *x = a, *y = b;
    if (x->files != y->files) return x->files < y->files ? 1 : -1;
    return x->place < y->place ? -1 : 1;
}

static err fill_places(struct linking *l) {
    struct weight *w = NEW_ARRAY(struct weight, l->n_packages + 1);
    uint32_t *order = NEW_ARRAY(uint32_t, l->n_packages + 1);
    size_t n = 0;
    for (size_t i = 0; i < l->n_packages; i++) {
        const struct pkg_place *p = &l->places.list.at[i];
        struct pkg_index_head head = {0};
        struct pkg_index_walk items;
        if (p->is_right || !is_folder_itself(p)) continue;
        if (p->kind == PKG_PLACE_ENTRY) pkg_index_read(l->in->stored[p->id].index, &head, &items);
        w[n++] = (struct weight){(uint32_t)i, head.n_files};
    }
    qsort(w, n, sizeof *w, heavier);                     /* the largest first: none of them is left for the end */
    for (size_t i = 0; i < n; i++) order[i] = w[i].place;
    struct shift shifts[MOST_THREADS];
    atomic_size_t next = 0;
    unsigned n_shifts = thread_cores() < MOST_THREADS ? thread_cores() : MOST_THREADS;
    if (n < n_shifts) n_shifts = (unsigned)n;
    for (unsigned i = 0; i < n_shifts; i++) {
        shifts[i] = (struct shift){.l = l, .order = order, .count = n, .next = &next, .job.run = shift_run};
        if (i) pool_start(&shifts[i].job);
    }
    if (n_shifts) shift_run(&shifts[0].job);
    for (unsigned i = 1; i < n_shifts; i++) pool_wait(&shifts[i].job);
    mem_free(w);
    mem_free(order);
    if (l->filler.failed) l->out->why = l->filler.why;
    return l->filler.failed;
}

/* --- links */

/* A workspace's program is run where it lies: whoever may read it may run it. */
static void make_executable(struct linking *l, const struct pkg_place *p) {
    struct file_stat s;
    if (l->in->lock->packages[p->id].source != PKG_WORKSPACE) return;
    const char *file = arena_c(l->a, path_join(l->a, path_dirname(p->path), p->target));
    if (file_stat_at(l->places.root_fd, file, &s) == 0 && (s.mode & 0100) == 0)
        file_set_mode_at(l->places.root_fd, file, (uint32_t)(s.mode & 0777) | 0100 | ((uint32_t)s.mode & 0044) >> 2);
}

static err make_links(struct linking *l, size_t from, size_t to) {
    str made = STR("");
    for (size_t i = from; i < to; i++) {
        struct pkg_place *p = &l->places.list.at[i];
        if (p->is_right || is_folder_itself(p)) continue;
        if (p->kind == PKG_PLACE_BIN && !pkg_place_has_program(&l->places, p)) p->kind = PKG_PLACE_NO_BIN;
        str folder = str_upto(p->path, (size_t)str_rfind_char(p->path, '/'));
        err e = 0;
        if (!str_eq(folder, made)) e = dir_make_all_at(l->places.root_fd, arena_c(l->a, folder));
        made = folder;
        if (!e && (p->kind != PKG_PLACE_LINK || i >= l->n_packages)) {
            const char *where;
            if (l->was_there && file_kind_at(l->places.root_fd, p->path.at) != FILE_NONE)
                e = throw_away(l, p->path.at, &where);
        }
        if (!e && p->kind != PKG_PLACE_NO_BIN)
            e = file_symlink_at(arena_c(l->a, p->target), l->places.root_fd, p->path.at);
        if (e == -EEXIST) {
            e = dir_remove_all_at(l->places.root_fd, p->path.at);
            if (!e) e = file_symlink_at(arena_c(l->a, p->target), l->places.root_fd, p->path.at);
        }
        if (e) return say(l, e, "cannot be linked", p->path);
        if (p->kind == PKG_PLACE_BIN) make_executable(l, p);
    }
    return 0;
}

/* --- what is no longer wanted */

static bool has_real_parents(struct linking *l, str path) {
    for (size_t i = 1; i < path.len; i++) {
        str above = str_upto(path, i);
        if (path.at[i] != '/' || str_is(above, "node_modules") || str_find(above, STR("node_modules")) < 0) continue;
        if (file_kind_at(l->places.root_fd, arena_c(l->a, above)) != FILE_DIR) return false;
    }
    return true;
}

static void remove_stale(struct linking *l, const pkg_paths *stale) {
    for (size_t i = 0; i < stale->len; i++) {
        str path = stale->at[i];
        const char *c = arena_c(l->a, path), *where;
        enum file_kind kind = file_kind_at(l->places.root_fd, c);
        if (!has_real_parents(l, path) || kind == FILE_NONE) continue;
        if (throw_away(l, c, &where) != 0) dir_remove_all_at(l->places.root_fd, c);
        bool is_package = kind == FILE_DIR || l->in->linker != PKG_LINKER_ISOLATED;
        if (is_package && str_find(path, STR("/.bin/")) < 0) l->out->n_removed++;
        for (ptrdiff_t slash = str_rfind_char(path, '/'); slash > 0; slash = str_rfind_char(path, '/')) {
            path = str_upto(path, (size_t)slash);        /* folders that are empty now: a scope, node_modules, .bin */
            if (str_is(path, "node_modules") || str_find(path, STR("node_modules")) < 0) break;
            if (dir_remove_at(l->places.root_fd, arena_c(l->a, path)) != 0) break;
        }
    }
}

/* --- all of it */

/* Optional packages that could not be had have no entry: they are not placed. */
static void drop_absent(struct linking *l) {
    size_t kept = 0;
    for (size_t i = 0; i < l->places.list.len; i++) {
        const struct pkg_place *p = &l->places.list.at[i];
        if (p->kind == PKG_PLACE_ENTRY && !p->is_right && !l->in->stored[p->id].path.len) continue;
        l->places.list.at[kept++] = *p;
    }
    l->places.list.len = l->n_packages = kept;
}

static void count(struct linking *l) {
    struct pkg_link_result *out = l->out;
    bool *seen = NEW_ARRAY(bool, l->in->lock->n_packages + 1);
    out->installed = ARENA_ARRAY(l->a, pkg_id, l->n_packages + 1);
    for (size_t i = 0; i < l->n_packages; i++) {
        const struct pkg_place *p = &l->places.list.at[i];
        if (p->kind == PKG_PLACE_LINK && l->in->linker == PKG_LINKER_ISOLATED) continue;
        if (p->is_right) out->n_kept++;
        else if (!seen[p->id]) {
            seen[p->id] = true;
            out->installed[out->n_installed++] = p->id;
        }
    }
    mem_free(seen);
}

static err run(struct linking *l) {
    pkg_paths stale = {0};
    pkg_state_open(&l->state, l->places.root_fd);
    pkg_state_compare(&l->state, &l->places, 0);
    for (size_t i = 0; l->in->config->force && i < l->n_packages; i++)   /* everything anew, but what was not given */
        if (l->places.list.at[i].kind == PKG_PLACE_ENTRY &&
            l->in->stored[l->places.list.at[i].id].path.len) l->places.list.at[i].is_right = false;
    keep_rest(l, false);
    drop_absent(l);
    pkg_state_stale(&l->state, &stale);
    err e = pkg_state_write(&l->places, &stale, false);    /* from here on a kill leaves a note of what is not sure */
    if (e) say(l, e, "cannot be written", STR("node_modules/.bao.state"));
    LIST_FREE(&stale);
    if (!e && l->was_there) e = clear_places(l);
    note_scripts(l);
    if (!e) e = fill_places(l);
    if (!e) e = make_links(l, 0, l->n_packages);
    if (!e) {
        list_bins(&l->places);
        pkg_state_compare(&l->state, &l->places, l->n_packages);
        keep_rest(l, true);
        e = make_links(l, l->n_packages, l->places.list.len);
    }
    if (!e) {
        pkg_state_stale(&l->state, &stale);
        remove_stale(l, &stale);
        count(l);
    }
    LIST_FREE(&stale);
    /* before all is noted as right: nobody would look for it afterwards */
    if (l->trash) dir_remove_all_at(l->places.root_fd, l->trash);
    if (e) return e;
    e = pkg_state_write(&l->places, NULL, true);
    if (e) say(l, e, "cannot be written", STR("node_modules/.bao.state"));
    return e;
}

err pkg_link_run(struct arena *a, const struct pkg_link_input *in, struct pkg_link_result *out) {
    struct linking l;
    int lock;
    *out = (struct pkg_link_result){0};
    err e = begin(&l, a, in, out);
    if (e) return say(&l, e, "cannot be opened", in->root);
    l.filler = (struct pkg_filler){.root_fd = l.places.root_fd, .a = a, .backend = in->config->backend};
    find_packages(&l);
    if (l.places.list.len || l.was_there) {
        e = pkg_link_lock(a, l.places.root_fd, in->config->total_s, &lock, &out->why);
        if (!e) {
            e = run(&l);
            file_close(lock);
        }
    }
    end(&l);
    return e;
}
