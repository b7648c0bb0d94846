#include "pkg/wanted.h"

#include "base/buf.h"
#include "sys/file.h"
#include "sys/loop.h"
#include "sys/path.h"

void pkg_wants_init(struct pkg_wants *w, struct arena *a, struct pkg_session *s, str root) {
    *w = (struct pkg_wants){.arena = a, .session = s, .root = root, .verifies = !s->config->no_verify};
}

void pkg_wants_done(struct pkg_wants *w) { map_free(&w->by_key); }

struct got {
    struct pkg_wants *w;
    struct pkg_wanted *wanted;
    struct pkg_plan *plan;          /* of what the plan asked for; else NULL */
    uint32_t ticket;
    struct pkg_spec spec;
};

static void keep_stored(struct arena *a, struct pkg_stored *to, const struct pkg_stored *s) {
    *to = (struct pkg_stored){arena_str(a, s->path), arena_str(a, s->integrity), arena_str(a, s->commit),
                              arena_str(a, s->tag), s->index};
}

static void got_tarball(void *user, const struct pkg_stored *stored, err e, str why) {
    struct got *g = user;
    if (stored) keep_stored(g->w->arena, &g->wanted->stored, stored);
    g->wanted->failed = stored ? 0 : e ? e : ERR_NOT_FOUND;
    g->wanted->why = arena_str(g->w->arena, why);
    g->wanted->is_done = true;
    g->w->n_done++;
}

/* --- a tarball of this disk, at once */

static err unpack_file(struct pkg_wants *w, str path, str name, str integrity, struct pkg_stored *out, str *why) {
    struct buf bytes = {0};
    err e = pkg_session_open_store(w->session);
    if (e) {
        *why = w->session->why;
        return e;
    }
    e = file_read_all(path, &bytes);
    if (e) {
        *why = arena_print(w->arena, "%.*s: %s", STR_FMT(path), err_text(e));
        return e;
    }
    struct pkg_unpack *u = pkg_unpack_new(w->session->store, name, STR(""), integrity);
    e = pkg_unpack_push(u, buf_view(&bytes));
    if (!e) e = pkg_unpack_finish(u, out);
    if (e) *why = arena_str(w->arena, pkg_unpack_why(u));
    pkg_unpack_free(u);
    buf_free(&bytes);
    return e;
}

/* `base` may be relative to the root. */
static str path_from(struct pkg_wants *w, str path, str base) {
    return path_resolve(w->arena, path_resolve(w->arena, w->root, base), path);
}

/* --- what a lockfile names */

static str key_of(struct arena *a, const struct pkg_package *p) {
    return arena_print(a, "%.*s@%.*s %.*s %.*s %.*s", STR_FMT(p->name), STR_FMT(p->version), STR_FMT(p->place),
        STR_FMT(p->commit),
                       STR_FMT(p->integrity));
}

static bool is_url(str s) { return str_starts(s, STR("https://")) || str_starts(s, STR("http://")); }

static void fetch(struct pkg_wants *w, const struct pkg_package *p, struct pkg_wanted *wanted) {
    struct got *g = ARENA_NEW(w->arena, struct got);
    *g = (struct got){.w = w, .wanted = wanted};
    if (pkg_session_open(w->session) != 0) {
        got_tarball(g, NULL, ERR_NOT_FOUND, w->session->why);
        return;
    }
    if (p->source == PKG_GIT || p->source == PKG_GITHUB) {
        bool is_short = p->source == PKG_GITHUB && !str_starts(p->place, STR("github:"));
        str text = is_short ? arena_join(w->arena, STR("github:"), p->place) : p->place;
        pkg_spec_parse(w->arena, p->name, arena_print(w->arena, "%.*s#%.*s", STR_FMT(text), STR_FMT(p->commit)),
                       &g->spec);
        pkg_fetch_git(w->session->fetch, &g->spec, p->commit, got_tarball, g);
        return;
    }
    bool names_tarball = p->source == PKG_TARBALL_URL || (is_url(p->place) && p->place.at[p->place.len - 1] != '/');
    struct pkg_tarball t = {
        .name = p->name,
        .version = p->version,
        .url = names_tarball ? p->place : pkg_tarball_url(w->arena, w->session->config, p->name, p->version),
        .integrity = w->verifies ? p->integrity : STR(""),
    };
    pkg_fetch_tarball(w->session->fetch, &t, got_tarball, g);
}

struct pkg_wanted *pkg_want(struct pkg_wants *w, const struct pkg_lock *l, pkg_id id) {
    const struct pkg_package *p = &l->packages[id];
    if (p->source == PKG_ROOT || p->source == PKG_WORKSPACE || p->source == PKG_FOLDER || p->source == PKG_LINK)
        return NULL;
    bool is_new;
    void **at = map_at(&w->by_key, key_of(w->arena, p), &is_new);
    if (!is_new) return *at;
    struct pkg_wanted *wanted = *at = ARENA_NEW(w->arena, struct pkg_wanted);
    w->n_asked++;
    err e = pkg_session_open_store(w->session);
    if (e) wanted->why = w->session->why;
    if (!e && p->integrity.len && !w->session->config->force &&
        pkg_store_find(w->session->store, p->name, p->version, p->integrity, &wanted->stored)) {
        wanted->is_done = true;
        w->n_done++;
        return wanted;
    }
    if (!e && p->source == PKG_TARBALL_FILE)
        e = unpack_file(w, path_from(w, p->place, pkg_lock_base(l, id)), p->name, p->integrity, &wanted->stored,
                        &wanted->why);
    else if (!e) {
        fetch(w, p, wanted);
        return wanted;
    }
    wanted->failed = e;
    wanted->is_done = true;
    w->n_done++;
    return wanted;
}

err pkg_wants_wait(struct pkg_wants *w) {
    while (w->n_done < w->n_asked && w->session->loop &&
        loop_is_alive(w->session->loop)) loop_run_once(w->session->loop, LOOP_WAIT);
    return w->n_done < w->n_asked ? ERR_CLOSED : 0;
}

/* --- for the plan */

static bool read_manifest(struct arena *a, str folder, str *text) {
    struct buf b = {0};
    bool is_there = file_read_all(path_join(a, folder, STR("package.json")), &b) == 0;
    *text = is_there ? arena_str(a, buf_view(&b)) : STR("");
    buf_free(&b);
    return is_there;
}

static void answer(struct pkg_wants *w, struct pkg_plan *p, uint32_t ticket, const struct pkg_elsewhere *found,
                   str why) {
    pkg_plan_elsewhere(p, ticket, found, why);
}

/* As lockfiles spell the place of a repository: always with "git+", and "host:path" behind "ssh://". */
static str place_of_git(struct arena *a, str url) {
    bool is_scp = str_find(url, STR("://")) < 0 && str_find_char(url, ':') > 0;
    return arena_print(a, "git+%s%.*s", is_scp ? "ssh://" : "", STR_FMT(url));
}

static void got_elsewhere(void *user, const struct pkg_stored *stored, err e, str why) {
    struct got *g = user;
    struct pkg_wants *w = g->w;
    got_tarball(user, stored, e, why);
    if (!stored) {
        answer(w, g->plan, g->ticket, NULL, g->wanted->why);
        return;
    }
    struct pkg_elsewhere found = {
        .source = g->spec.kind == PKG_SPEC_GIT      ? PKG_GIT
                  : g->spec.kind == PKG_SPEC_GITHUB ? PKG_GITHUB
                                                    : PKG_TARBALL_URL,
        .place = g->spec.kind == PKG_SPEC_GIT ? place_of_git(w->arena, g->spec.text) : g->spec.text,
        .commit = g->wanted->stored.commit,
        .tag = g->wanted->stored.tag,
        .integrity = g->wanted->stored.integrity,
    };
    if (!read_manifest(w->arena, g->wanted->stored.path, &found.manifest)) {
        answer(w, g->plan, g->ticket, NULL, arena_print(w->arena, "%.*s has no package.json", STR_FMT(g->spec.raw)));
        return;
    }
    answer(w, g->plan, g->ticket, &found, STR(""));
}

static void folder(struct pkg_wants *w, const struct pkg_spec *spec, str base, struct pkg_plan *p, uint32_t ticket) {
    str path = path_from(w, spec->text, base);
    struct pkg_elsewhere found = {.source = PKG_FOLDER, .place = path_relative(w->arena, w->root, path)};
    if (read_manifest(w->arena, path, &found.manifest)) answer(w, p, ticket, &found, STR(""));
    else
        answer(
            w, p, ticket, NULL,
            arena_print(w->arena, "%.*s: %.*s is no folder with a package.json", STR_FMT(spec->name), STR_FMT(path)));
}

static void file(struct pkg_wants *w, const struct pkg_spec *spec, str base, struct pkg_plan *p, uint32_t ticket) {
    str path = path_from(w, spec->text, base), why = STR("");
    struct pkg_elsewhere found = {.source = PKG_TARBALL_FILE, .place = spec->text};
    struct pkg_stored stored;
    if (unpack_file(w, path, spec->name, STR(""), &stored, &why) != 0) {
        answer(w, p, ticket, NULL, why);
        return;
    }
    found.integrity = arena_str(w->arena, stored.integrity);
    if (read_manifest(w->arena, stored.path, &found.manifest)) answer(w, p, ticket, &found, STR(""));
    else answer(w, p, ticket, NULL, arena_print(w->arena, "%.*s has no package.json", STR_FMT(path)));
}

static bool names_path(str s) {
    return !s.len || path_is_absolute(s) || path_is_dotted(s) || (s.at[0] != '@' && str_find_char(s, '/') > 0);
}

/* A folder by its path, or one that `bao link` registered; the name alone of neither is taken for a path too, as yarn
 * means it. */
static void linked(struct pkg_wants *w, const struct pkg_spec *spec, str base, struct pkg_plan *p, uint32_t ticket) {
    struct arena *a = w->arena;
    str text = spec->text, registered = pkg_config_linked(a, w->session->config, text);
    bool is_path = names_path(text);
    struct pkg_elsewhere found = {.source = PKG_LINK, .place = text};
    str folder = path_from(w, text, base);
    if (!is_path && w->session->config->global_dir.len && file_exists(registered)) folder = registered;
    else if (!path_is_absolute(text)) {
        str place = path_relative(a, w->root, folder);
        found.place = !place.len ? STR(".") : path_is_dotted(place) ? place : arena_join(a, STR("./"), place);
    }
    if (file_kind(folder) == FILE_DIR) {
        read_manifest(a, folder, &found.manifest);
        answer(w, p, ticket, &found, STR(""));
    } else
        answer(w, p, ticket, NULL,
               is_path ? arena_print(a, "%.*s: there is no folder %.*s to link to", STR_FMT(spec->name), STR_FMT(folder))
                       : arena_print(a, "%.*s: no package \"%.*s\" is linked; `bao link` in its folder makes it so",
                                     STR_FMT(spec->name), STR_FMT(text)));
}

void pkg_want_elsewhere(struct pkg_wants *w, const struct pkg_spec *spec, str base, struct pkg_plan *p,
                        uint32_t ticket) {
    if (spec->kind == PKG_SPEC_FILE) folder(w, spec, base, p, ticket);
    else if (spec->kind == PKG_SPEC_TARBALL_FILE) file(w, spec, base, p, ticket);
    else if (spec->kind == PKG_SPEC_LINK) linked(w, spec, base, p, ticket);
    else if (pkg_session_open(w->session) != 0) answer(w, p, ticket, NULL, w->session->why);
    else {
        struct got *g = ARENA_NEW(w->arena, struct got);
        *g = (struct got){
            .w = w, .wanted = ARENA_NEW(w->arena, struct pkg_wanted), .plan = p, .ticket = ticket, .spec = *spec};
        w->n_asked++;
        struct pkg_tarball t = {.name = spec->name, .url = spec->text};
        if (spec->kind == PKG_SPEC_TARBALL_URL) pkg_fetch_tarball(w->session->fetch, &t, got_elsewhere, g);
        else pkg_fetch_git(w->session->fetch, &g->spec, spec->commit, got_elsewhere, g);
    }
}
