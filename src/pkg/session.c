#include "pkg/session.h"

#include "sys/loop.h"

void pkg_session_init(struct pkg_session *s, struct arena *a, const struct pkg_config *c) {
    *s = (struct pkg_session){.arena = a, .config = c};
}

void pkg_session_saw(struct pkg_session *s, const struct pkg_packument *p) {
    map_put(&s->seen, p->name, (void *)(uintptr_t)p);
}

void pkg_session_done(struct pkg_session *s) {
    if (s->fetch) pkg_fetch_free(s->fetch);
    if (s->store) pkg_store_close(s->store);
    if (s->loop) loop_free(s->loop);
    s->fetch = NULL;
    s->store = NULL;
    s->loop = NULL;
    map_free(&s->seen);
}

err pkg_session_open_store(struct pkg_session *s) {
    if (s->store) return 0;
    err e = pkg_store_open(s->arena, s->config->cache, &s->store);
    if (e)
        s->why = arena_print(s->arena, "the cache %.*s cannot be opened: %s", STR_FMT(s->config->cache), err_text(e));
    return e;
}

struct loop *pkg_session_loop(struct pkg_session *s) {
    if (!s->loop) s->loop = loop_new();
    return s->loop;
}

err pkg_session_open(struct pkg_session *s) {
    if (s->fetch) return 0;
    if (!s->config->registry.len) {
        s->why = STR("no registry is configured: write registry=<url> into .npmrc, or give --registry");
        return ERR_NOT_FOUND;
    }
    TRY(pkg_session_open_store(s));
    s->fetch = pkg_fetch_new(pkg_session_loop(s), s->config, s->store);
    return 0;
}

struct asking {
    struct pkg_session *s;
    const struct pkg_packument **found;
    str *why;
    struct pkg_reply *answer;
    size_t *left;
};

static void got_packument(void *user, const struct pkg_packument *found, err e, str why) {
    struct asking *k = user;
    *k->found = found;
    if (found) pkg_session_saw(k->s, found);
    else *k->why = arena_str(k->s->arena, why);
    --*k->left;
}

static void got_answer(void *user, int status, str body, str why) {
    struct asking *k = user;
    *k->answer = (struct pkg_reply){status, arena_str(k->s->arena, body), arena_str(k->s->arena, why)};
    --*k->left;
}

static err wait_for(struct pkg_session *s, const size_t *left) {
    while (*left && loop_is_alive(s->loop)) loop_run_once(s->loop, LOOP_WAIT);
    if (!*left) return 0;
    s->why = STR("an answer never came");
    return ERR_CLOSED;
}

void pkg_session_wait(struct pkg_session *s, const bool *is_done) {
    while (!*is_done && s->loop && loop_is_alive(s->loop)) loop_run_once(s->loop, LOOP_WAIT);
}

err pkg_session_packuments(struct pkg_session *s, const str *names, size_t n, bool full,
                           const struct pkg_packument **found, str *whys) {
    size_t left = n;
    TRY(pkg_session_open(s));
    for (size_t i = 0; i < n; i++) {
        struct asking *k = ARENA_NEW(s->arena, struct asking);
        *k = (struct asking){.s = s, .found = &found[i], .why = &whys[i], .left = &left};
        found[i] = NULL;
        whys[i] = STR("");
        pkg_fetch_packument(s->fetch, names[i], full, got_packument, k);
    }
    return wait_for(s, &left);
}

err pkg_session_ask(struct pkg_session *s, str method, str url, str headers, str body, struct pkg_reply *out) {
    size_t left = 1;
    TRY(pkg_session_open(s));
    struct asking *k = ARENA_NEW(s->arena, struct asking);
    *k = (struct asking){.s = s, .answer = out, .left = &left};
    pkg_fetch_document(s->fetch, method, url, headers, body, got_answer, k);
    return wait_for(s, &left);
}

str pkg_tarball_url(struct arena *a, const struct pkg_config *c, str name, str version) {
    ptrdiff_t slash = name.len && name.at[0] == '@' ? str_find_char(name, '/') : -1, plus = str_find_char(version, '+');
    str base = slash < 0 ? name : str_from(name, (size_t)slash + 1),
        registry = pkg_npmrc_registry(&c->npmrc, name, c->registry);
    if (plus >= 0) version = str_upto(version, (size_t)plus);
    return arena_print(a, "%.*s%.*s/-/%.*s-%.*s.tgz", STR_FMT(registry), STR_FMT(name), STR_FMT(base),
                       STR_FMT(version));
}
