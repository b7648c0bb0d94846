/* pkg/git.c: packages out of repositories: by the `git` program into a bare clone that the cache keeps, and from there,
 * as an archive of one commit, into the store; of github the host's own tarball. */
#include <errno.h>

#include "base/buf.h"
#include "data/hash.h"
#include "data/semver.h"
#include "pkg/fetch.h"
#include "pkg/internal.h"
#include "sys/at.h"
#include "sys/env.h"
#include "sys/path.h"
#include "sys/proc.h"

enum { STEP = 1 << 20, MOST_SAID = 1 << 20 };

struct asker {
    struct asker *next;
    pkg_got_tarball done;
    void *user;
};
struct git {
    struct pkg_fetch *fetch;
    struct arena arena;             /* the job's while it runs */
    str url, other_url, ref;        /* other_url: tried when the first cannot be cloned; empty = none */
    char **env;
    const char *program;
    str clone;                      /* absolute folder of the bare clone */
    double most_ms;                 /* of one call of git */
    struct pkg_stored stored;
    bool is_done;
    err failed;
    str why;
    struct asker *askers, **last_asker;
};

bool pkg_is_commit(str text) {
    for (size_t i = 0; i < text.len; i++)
        if (!((text.at[i] >= '0' && text.at[i] <= '9') || (text.at[i] >= 'a' && text.at[i] <= 'f'))) return false;
    return text.len >= 7 && text.len <= 40;
}

/* --- calling git; on a thread */

static err say(struct git *g, err e, const char *what, str detail) {
    if (!g->why.len) g->why = arena_print(&g->arena, "%.*s%s%.*s: %s%s%.*s", STR_FMT(g->url), g->ref.len ? "#" : "",
        STR_FMT(g->ref), what,
                                          detail.len ? ": " : "", STR_FMT(detail));
    return e ? e : ERR_REFUSED;
}

/* `words`: up to a NULL, behind "git". Its output goes to `out` (trimmed) when that is given. */
static err call(struct git *g, const char *const *words, str *out, str *said) {
    char *argv[24] = {(char *)(uintptr_t)g->program, (char *)(uintptr_t) "-c",
                      (char *)(uintptr_t) "protocol.ext.allow=never"};
    size_t n = 3;
    for (size_t i = 0; words[i]; i++) argv[n++] = (char *)(uintptr_t)words[i];
    struct proc_spec spec = {.file = g->program, .argv = argv, .env = g->env, .fds = (int[]){-1, -1, -1}, .n_fds = 3,
        .uid = -1, .gid = -1};
    struct proc_run r = {.takes = {true, true}, .most = MOST_SAID, .timeout_ms = g->most_ms, .kill_signal = 9};
    pid_t pid;
    err e = proc_run(&spec, &r, &pid);
    if (!e && r.is_late) {
        e = ERR_TIMEOUT;
        *said = arena_print(&g->arena, "git took longer than %.0f seconds", g->most_ms / 1000);
    } else if (!e && (r.end.code || r.end.signal)) {
        e = ERR_REFUSED;
        str text = str_trim(buf_view(&r.out[1]));
        *said = arena_str(&g->arena, text.len > 600 ? str_from(text, text.len - 600) : text);
    } else if (e) *said = str_c(err_text(e));
    if (!e && out) *out = arena_str(&g->arena, str_trim(buf_view(&r.out[0])));
    buf_free(&r.out[0]);
    buf_free(&r.out[1]);
    return e;
}

static bool is_folder(str path) { return file_kind(path) == FILE_DIR; }

static err clone_from(struct git *g, str url, str *said) {
    str temp = arena_print(&g->arena, "%.*s.new", STR_FMT(g->clone));
    dir_remove_all(temp);
    const char *words[] = {"clone", "--bare", "--quiet", "--", arena_c(&g->arena, url), temp.at, NULL};
    TRY(call(g, words, NULL, said));
    /* What .gitattributes keeps out of archives is part of a package that is installed from git. */
    dir_make_all(path_join(&g->arena, temp, STR("info")), 0777, NULL);
    TRY(file_write_all(path_join3(&g->arena, temp, STR("info"), STR("attributes")),
        STR("* -export-ignore -export-subst\n"), 0666));
    return file_rename(temp, g->clone);
}

static err make_clone(struct git *g) {
    str said = STR(""), other = STR("");
    if (is_folder(g->clone)) return 0;
    err e = clone_from(g, g->url, &said);
    if (e && g->other_url.len) e = clone_from(g, g->other_url, &other);
    return e ? say(g, e, "it cannot be cloned", said) : 0;
}

static err update_clone(struct git *g) {
    str said = STR("");
    const char *words[] = {"-C", g->clone.at, "fetch", "--quiet", "--force", "--tags", "origin",
        "+refs/heads/*:refs/heads/*", NULL};
    const char *by_url[] = {"-C",
                            g->clone.at,
                            "fetch",
                            "--quiet",
                            "--force",
                            "--tags",
                            "--",
                            arena_c(&g->arena, g->url),
                            "+refs/heads/*:refs/heads/*",
                            NULL};
    if (call(g, words, NULL, &said) == 0) return 0;
    err e = call(g, by_url, NULL, &said);
    return e ? say(g, e, "it cannot be fetched", said) : 0;
}

/* The newest tag in the range behind "semver:". */
static str newest_tag(struct git *g, str range) {
    str tags = STR(""), said, best = STR("");
    struct semver_range *r = semver_range_parse(&g->arena, range, SEMVER_LOOSE);
    struct semver best_version;
    const char *words[] = {"-C", g->clone.at, "tag", "--list", NULL};
    if (!r || call(g, words, &tags, &said) != 0) return best;
    for (str tag; tags.len && str_next(&tags, '\n', &tag);) {
        struct semver v;
        if (!semver_parse(tag, SEMVER_LOOSE, &v) || !semver_range_has(r, &v, SEMVER_LOOSE)) continue;
        if (best.len && semver_cmp(&v, &best_version) <= 0) continue;
        best = tag;
        best_version = v;
    }
    return best;
}

static bool find_commit(struct git *g, str *commit) {
    str said, ref = g->ref.len ? g->ref : STR("HEAD");
    if (str_starts(ref, STR("semver:"))) ref = newest_tag(g, str_from(ref, 7));
    if (!ref.len) return false;
    const char *words[] = {"-C", g->clone.at, "rev-parse", "--verify", "--quiet", "--end-of-options",
                           arena_print(&g->arena, "%.*s^{commit}", STR_FMT(ref)).at, NULL};
    return call(g, words, commit, &said) == 0 && pkg_is_commit(*commit);
}

static err archive(struct git *g, str commit) {
    struct pkg_store *s = g->fetch->store;
    char temp[24];
    str said = STR("");
    err e = pkg_store_temp(s, temp);
    if (e) return say(g, e, "the store cannot be written", str_c(err_text(e)));
    str file = arena_print(&g->arena, "%.*s/%.*s/%s/tar", STR_FMT(s->cache), STR_FMT(s->temp_name), temp);
    const char *words[] = {"-C", g->clone.at, "archive", "--format=tar", "--prefix=package/", "-o", file.at,
        arena_c(&g->arena, commit), NULL};
    e = call(g, words, NULL, &said);
    if (e) say(g, e, "its commit cannot be taken out", said);
    struct pkg_unpack *u = pkg_unpack_new_git(s, g->url, commit, commit);
    int fd = -1;
    if (!e) e = file_open(file, 0, 0, &fd);
    char *room = mem_alloc(STEP);
    for (int64_t n; !e && (n = file_read_some(fd, room, STEP)) != 0;) e = n < 0 ? (err)n : pkg_unpack_push(u,
        str_of(room, (size_t)n));
    if (!e) e = pkg_unpack_finish(u, &g->stored);
    if (e && !g->why.len) g->why = pkg_unpack_why(u).len ? arena_str(&g->arena, pkg_unpack_why(u)) : str_c(err_text(e));
    mem_free(room);
    if (fd >= 0) file_close(fd);
    pkg_unpack_free(u);
    dir_remove_all_at(s->temp_fd, temp);
    return e;
}

/* One of us at a time on a clone; the lock is waited for no longer than a call of git. */
static err take_lock(struct git *g, int *fd) {
    str name = arena_print(&g->arena, "git/%.*s.lock", STR_FMT(path_basename(g->clone)));
    struct thread_lock lock = {0};
    struct thread_cond never = {0};
    err e = file_lock_at(g->fetch->store->cache_fd, name.at, false, fd);
    for (double waited = 0; (e == -EAGAIN || e == -EACCES) && waited < g->most_ms; waited += 20) {
        thread_lock(&lock);
        thread_wait_for(&never, &lock, 20);
        thread_unlock(&lock);
        e = file_lock_at(g->fetch->store->cache_fd, name.at, false, fd);
    }
    return e ? say(g, e, "its clone in the cache is in use", str_c(err_text(e))) : 0;
}

static err get(struct git *g) {
    str commit = STR("");
    char key[PKG_STORE_KEY];
    int lock;
    bool was_there = is_folder(g->clone);
    dir_make_all_at(g->fetch->store->cache_fd, "git");
    TRY(take_lock(g, &lock));
    err e = make_clone(g);
    bool has = !e && pkg_is_commit(g->ref) && find_commit(g, &commit);   /* a commit does not change: no need to ask */
    if (!e && !has && was_there) e = update_clone(g);
    if (!e && !has && !find_commit(g, &commit))
        e = say(g, ERR_NOT_FOUND, "it has no such branch, tag or commit", STR(""));
    if (!e) {
        pkg_store_key_git(g->url, commit, key);
        if (!pkg_store_find_key(g->fetch->store, key, &g->stored)) e = archive(g, commit);
    }
    file_close(lock);
    return e;
}

static void work(struct pkg_job *j) {
    struct git *g = j->user;
    g->failed = get(g);
}

static void worked(struct pkg_job *j) {
    struct git *g = j->user;
    struct asker *first = g->askers;
    g->is_done = true;
    g->askers = NULL;
    for (struct asker *k = first; k; k = k->next) k->done(k->user, g->failed ? NULL : &g->stored, g->failed, g->why);
}

/* --- from outside */

static void fail(struct git *g, err e, str why) {
    g->failed = e;
    g->why = why;
    struct pkg_job j = {.user = g};
    worked(&j);
}

/* No question may stop an install, and no other transport than those that were asked for. */
static char **make_env(struct git *g) {
    static const char *const ours[] = {"GIT_TERMINAL_PROMPT=0", "GIT_ASKPASS=echo"};
    size_t n = 0, count = 0;
    for (char **e = environ; *e; e++) count++;
    char **env = ARENA_ARRAY(&g->arena, char *, count + 5);
    for (char **e = environ; *e; e++) {
        bool is_repository = strncmp(*e, "GIT_DIR=", 8) == 0 || strncmp(*e, "GIT_WORK_TREE=", 14) == 0 || strncmp(*e,
            "GIT_INDEX_FILE=", 15) == 0;
        if (!is_repository) env[n++] = *e;
    }
    for (size_t i = 0; i < 2; i++) env[n++] = (char *)(uintptr_t)ours[i];
    if (!env_is_set("GIT_SSH_COMMAND") && !env_is_set("GIT_SSH"))
        env[n++] = (char *)(uintptr_t) "GIT_SSH_COMMAND=ssh -oBatchMode=yes -oStrictHostKeyChecking=accept-new";
    return env;
}

/* "ssh://git@host:owner/repo" is how lockfiles spell what git knows as "git@host:owner/repo". */
static str without_scheme(str url) {
    str rest = str_from(url, 6);
    ptrdiff_t colon = str_starts(url, STR("ssh://")) ? str_find_char(rest, ':') : -1, slash = str_find_char(rest, '/');
    if (colon <= 0 || (slash >= 0 && slash < colon) || (size_t)colon + 1 >= rest.len) return url;
    char next = rest.at[colon + 1];
    return next >= '0' && next <= '9' ? url : rest;
}

/* The well-known hosts give by https what they give by ssh. */
static str https_instead(struct arena *a, str url) {
    static const char *const hosts[] = {"github.com", "gitlab.com", "bitbucket.org"};
    str rest = url;
    if (str_starts(rest, STR("ssh://"))) rest = str_from(rest, 6);
    else if (str_find(rest, STR("://")) >= 0) return STR("");
    ptrdiff_t at = str_find_char(rest, '@');
    if (at >= 0) rest = str_from(rest, (size_t)at + 1);
    for (size_t i = 0; i < 3; i++) {
        size_t len = strlen(hosts[i]);
        if (!str_starts(rest, str_c(hosts[i])) || rest.len <= len + 1 || (rest.at[len] != ':' && rest.at[len] != '/'))
            continue;
        return arena_print(a, "https://%s/%.*s", hosts[i], STR_FMT(str_from(rest, len + 1)));
    }
    return STR("");
}

static void github(struct pkg_fetch *f, const struct pkg_spec *spec, str commit, pkg_got_tarball done, void *user) {
    str domain = env_or("GITHUB_API_DOMAIN", "api.github.com"), ref = commit.len ? commit : spec->commit;
    str api = env_or("GITHUB_API_URL", arena_join(&f->arena, STR("https://"), domain).at);
    str token = env_or("GITHUB_TOKEN", env_or("GITHUB_ACCESS_TOKEN", "").at);
    char key[PKG_STORE_KEY];
    struct pkg_stored *stored = ARENA_NEW(&f->arena, struct pkg_stored);
    str repository = arena_join(&f->arena, STR("github:"), spec->text);
    pkg_store_key_git(repository, ref, key);
    if (pkg_is_commit(ref) && !f->config->force && pkg_store_find_key(f->store, key, stored)) {
        done(user, stored, 0, STR(""));
        return;
    }
    while (api.len && api.at[api.len - 1] == '/') api.len--;
    str url = arena_print(&f->arena, "%.*s/repos/%.*s/tarball/%.*s", STR_FMT(api), STR_FMT(spec->text), STR_FMT(ref));
    pkg_fetch_github(f, repository, ref, url, token.len ? arena_join(&f->arena, STR("Bearer "), token) : STR(""), done,
                     user);
}

void pkg_fetch_git(struct pkg_fetch *f, const struct pkg_spec *spec, str commit, pkg_got_tarball done, void *user) {
    bool is_new;
    str ref = commit.len ? commit : spec->commit, program;
    if (spec->kind == PKG_SPEC_GITHUB && !str_starts(ref, STR("semver:"))) {
        github(f, spec, commit, done, user);
        return;
    }
    str url = spec->kind == PKG_SPEC_GITHUB ? arena_print(&f->arena, "https://github.com/%.*s.git",
        STR_FMT(spec->text)) : without_scheme(spec->text);
    str name = arena_print(&f->arena, "%.*s#%.*s", STR_FMT(url), STR_FMT(ref));
    void **at = map_at(&f->gits, name, &is_new);
    struct git *g = *at;
    if (is_new) {
        g = *at = NEW(struct git);
        g->last_asker = &g->askers;
    }
    if (g->is_done) {
        done(user, g->failed ? NULL : &g->stored, g->failed, g->why);
        return;
    }
    struct asker *k = *g->last_asker = ARENA_NEW(&f->arena, struct asker);
    *k = (struct asker){NULL, done, user};
    g->last_asker = &k->next;
    if (!is_new) return;
    g->fetch = f;
    g->url = arena_str(&g->arena, url);
    g->ref = arena_str(&g->arena, ref);
    g->other_url = https_instead(&g->arena, g->url);
    g->most_ms = f->config->total_s * 1000;
    g->env = make_env(g);
    g->clone = arena_print(&g->arena, "%.*s/git/%016llx", STR_FMT(f->store->cache),
                           (unsigned long long)hash_xx64(g->url, 0));
    char key[PKG_STORE_KEY];
    pkg_store_key_git(g->url, g->ref, key);
    if (g->ref.len == 40 && pkg_is_commit(g->ref) && !f->config->force && pkg_store_find_key(f->store, key,
        &g->stored)) fail(g, 0, STR(""));
    else if (f->config->offline)
        fail(g, ERR_NOT_FOUND, arena_print(&g->arena, "%.*s is not in the store, and --offline forbids to fetch it",
            STR_FMT(name)));
    else if (!g->url.len || g->url.at[0] == '-' || (g->ref.len && g->ref.at[0] == '-'))
        fail(g, ERR_REFUSED, arena_print(&g->arena, "%.*s is no place of a repository", STR_FMT(name)));
    else if (!proc_find(&g->arena, STR("git"), env_or("PATH", "/usr/local/bin:/usr/bin:/bin"), &program))
        fail(g, ERR_NOT_FOUND, arena_print(&g->arena, "%.*s: the program git is needed for it, and is not installed",
            STR_FMT(name)));
    else {
        g->program = program.at;
        pkg_job_start(f, false, work, worked, NULL, g);
    }
}

void pkg_gits_free(struct pkg_fetch *f) {
    for (struct map_entry *e = map_next(&f->gits, NULL); e; e = map_next(&f->gits, e)) {
        struct git *g = e->value;
        arena_free(&g->arena);
        mem_free(g);
    }
    map_free(&f->gits);
}
