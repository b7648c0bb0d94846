#include "pkg/fetch.h"

#include "http/response.h"
#include "http/server.h"
#include "pkg/test_store.h"
#include "sys/env.h"
#include "sys/loop.h"
#include "sys/path.h"
#include "sys/proc.h"

/* A registry on loopback, on the same loop, that misbehaves by path. */
static struct loop *loop;
static struct http_server *server;
static bool has_stopped;
static unsigned port;
static struct pkg_config config;
static struct pkg_fetch *fetch;
static struct buf tarball;                               /* what it serves */
static int n_requests, n_conditional, n_authorized;
static struct buf seen;                                  /* targets, with "!" when authorized */

static const char
    packument[] = "{\"name\":\"thing\",\"dist-tags\":{\"latest\":\"1.1.0\"},\"versions\":{\"1.0.0\":{\"dist\":{}},"
                  "\"1.1.0\":{\"dist\":{}},\"2.0.0-rc.1+b\":{\"dist\":{}}}}";

static void answer(struct http_conn *c, int status, const char *headers, str body) {
    struct http_response r = {.status = status, .headers = str_c(headers)};
    http_respond(c, &r, body);
}

static void on_request(void *user, struct http_conn *c, const struct http_request *r) {
    bool is_authorized = http_find(r->headers, r->count, "authorization").at != NULL;
    n_requests++;
    n_authorized += is_authorized;
    buf_print(&seen, "%.*s%s ", STR_FMT(r->target), is_authorized ? "!" : "");
    if (str_is(r->target, "/thing")) {
        str etag = http_find(r->headers, r->count, "if-none-match");
        n_conditional += etag.at != NULL;
        if (str_is(etag, "\"one\"")) answer(c, 304, "", STR(""));
        else answer(c, 200, "ETag: \"one\"\r\nCache-Control: max-age=0\r\n", str_c(packument));
    } else if (str_is(r->target, "/fresh") || str_is(r->target, "/@s%2ffresh")) answer(c, 200, "", str_c(packument));
    else if (str_is(r->target, "/flaky") && n_requests < 3) answer(c, 503, "", STR("no"));
    else if (str_is(r->target, "/flaky")) answer(c, 200, "", str_c(packument));
    else if (str_is(r->target, "/late") && n_requests < 2) answer(c, 429, "Retry-After: 1\r\n", STR(""));
    else if (str_is(r->target, "/late")) answer(c, 200, "", str_c(packument));
    else if (str_is(r->target, "/broken")) answer(c, 200, "", STR("{\"name\": \"broken\", \"versions\": "));
    else if (str_is(r->target, "/down")) answer(c, 500, "", STR(""));
    else if (str_is(r->target, "/stall")) {
        struct http_response head = {.status = 200};
        http_respond_begin(c, &head, 100);
        http_respond_write(c, STR("{"));
    } else if (str_is(r->target, "/thing/-/thing-1.0.0.tgz") || str_is(r->target, "/away.tgz")) answer(c, 200, "",
        buf_view(&tarball));
    else if (str_is(r->target, "/half.tgz") && n_requests < 2) {
        struct http_response head = {.status = 200};
        http_respond_begin(c, &head, (int64_t)tarball.len);
        http_respond_write(c, str_upto(buf_view(&tarball), tarball.len / 2));
        http_respond_abort(c);
    } else if (str_is(r->target, "/half.tgz")) answer(c, 200, "", buf_view(&tarball));
    else if (str_is(r->target, "/redirect.tgz"))
        answer(c, 302, arena_print(&arena, "Location: http://localhost:%u/away.tgz\r\n", port).at, STR(""));
    else if (str_is(r->target, "/circle")) answer(c, 302, "Location: /circle\r\n", STR(""));
    else answer(c, 404, "", STR("{}"));
}
static void on_stopped(void *user) {
    (void)user;
    has_stopped = true;
}
static void on_gone(void *user, struct http_conn *c, err why) { (void)user, (void)c, (void)why; }
static const struct http_server_events events = {.request = on_request, .gone = on_gone, .stopped = on_stopped};

static void begin_fetch(void) { fetch = pkg_fetch_new(loop, &config, store); }

static bool no_variable(void *user, str name, str *value) {
    (void)user, (void)name, (void)value;
    return false;
}

static void begin(void) {
    struct net_addr where;
    open_store();
    loop = loop_new();
    struct http_server_options o = {.listen = {.host = STR("127.0.0.1")}, .max_body = 1 << 20, .idle_seconds = 30};
    CHECK_INT(http_server_new(loop_uv(loop), &o, &events, NULL, &server), 0);
    http_server_where(server, &where);
    http_server_ref(server, false);
    port = where.port;
    n_requests = n_conditional = n_authorized = 0;
    has_stopped = false;
    config = (struct pkg_config){.arena = &arena, .n_connections = 8, .request_s = 0.3, .total_s = 20};
    pkg_npmrc_init(&config.npmrc, &arena, no_variable, NULL);
    config.registry = arena_print(&arena, "http://127.0.0.1:%u/", port);
    pkg_npmrc_set(&config.npmrc, arena_print(&arena, "//127.0.0.1:%u/:_authToken", port), STR("secret"));
    struct buf tar = {0};
    add_file(&tar, "package/package.json", "{\"name\": \"thing\"}");
    char *zero = mem_zero(300000);                       /* long enough to be unpacked while it comes */
    for (size_t i = 0; i < 299999; i++) zero[i] = (char)('a' + (i * 7919 ^ i >> 3) % 23);
    add_file(&tar, "package/long.txt", zero);
    mem_free(zero);
    tarball = packed(&tar);
    begin_fetch();
}

static void end(void) {
    pkg_fetch_free(fetch);
    http_server_stop(server, true);
    while (!has_stopped) loop_run_once(loop, LOOP_WAIT);
    http_server_free(server);
    for (int i = 0; i < 4; i++) loop_run_once(loop, LOOP_NO_WAIT);
    loop_free(loop);
    buf_free(&tarball);
    buf_free(&seen);
    pkg_npmrc_done(&config.npmrc);
    close_store();
}

struct got {
    bool is_done;
    const struct pkg_packument *found;
    struct pkg_stored stored;
    int status;
    err e;
    str why;
};
static void got_packument(void *user, const struct pkg_packument *found, err e, str why) {
    *(struct got *)user = (struct got){.is_done = true, .found = found, .e = e, .why = arena_str(&arena, why)};
}
static void got_tarball(void *user, const struct pkg_stored *stored, err e, str why) {
    *(struct got *)user = (struct got){.is_done = true, .e = e, .why = arena_str(&arena, why)};
    if (stored) ((struct got *)user)->stored = *stored;
}
static void got_document(void *user, int status, str body, str why) {
    *(struct got *)user = (struct got){
        .is_done = true, .status = status, .why = arena_str(&arena, status ? body : why)};
}

static struct got wait_for(struct got *g) {
    uint64_t from = loop_clock_ns();
    while (!g->is_done && loop_clock_ns() - from < 15000000000u) loop_run_once(loop, LOOP_WAIT);
    CHECK(g->is_done);
    return *g;
}
static struct got ask(const char *name) {
    struct got g = {0};
    pkg_fetch_packument(fetch, str_c(name), false, got_packument, &g);
    return wait_for(&g);
}
static struct got get(const char *path, str integrity) {
    struct got g = {0};
    struct pkg_tarball t = {STR("thing"), STR("1.0.0"), arena_print(&arena, "http://127.0.0.1:%u%s", port, path),
                            integrity};
    pkg_fetch_tarball(fetch, &t, got_tarball, &g);
    return wait_for(&g);
}
static str url(const char *path) { return arena_print(&arena, "http://127.0.0.1:%u%s", port, path); }

TEST(fetch_asks_once_and_again_with_its_etag) {
    begin();
    struct got g = ask("thing");
    CHECK(g.found != NULL);
    CHECK_INT(g.found->count, 3);
    CHECK_INT(ask("thing").found == g.found, 1);
    CHECK_INT(n_requests, 1);
    pkg_fetch_free(fetch);
    begin_fetch();
    g = ask("thing");                                    /* max-age=0: asked, and not sent again */
    CHECK_INT(n_requests, 2);
    CHECK_INT(n_conditional, 1);
    CHECK(g.found != NULL);
    CHECK_INT(g.found->count, 3);
    CHECK_STR(g.found->name, STR("thing"));
    CHECK_STR(g.found->releases[2].semver.pre, STR("rc.1"));
    CHECK_STR(g.found->releases[2].semver.build, STR("b"));
    CHECK_STR(g.found->releases[1].text, STR("{\"dist\":{}}"));
    CHECK_STR(pkg_packument_pick(g.found, &(struct pkg_spec){.kind = PKG_SPEC_TAG, .tag = STR("latest")},
        PKG_PICK_PLAIN)->version, STR("1.1.0"));
    CHECK_INT(n_authorized, 2);
    end();
}

TEST(fetch_does_not_ask_for_what_is_fresh) {
    begin();
    ask("fresh");
    ask("@s/fresh");
    CHECK_INT(n_requests, 2);
    pkg_fetch_free(fetch);
    config.offline = true;
    begin_fetch();
    struct got g = {0};
    pkg_fetch_packument(fetch, STR("@s/fresh"), false, got_packument, &g);
    CHECK(g.is_done && g.found);                         /* from inside of the call */
    CHECK_INT(n_requests, 2);
    g = ask("absent");
    CHECK_INT(g.e, ERR_NOT_FOUND);
    CHECK(str_find(g.why, STR("--offline")) > 0);
    end();
}

TEST(fetch_tries_again_and_waits_as_long_as_it_is_told) {
    begin();
    CHECK(ask("flaky").found != NULL);
    CHECK_INT(n_requests, 3);
    n_requests = 0;
    uint64_t from = loop_clock_ns();
    CHECK(ask("late").found != NULL);
    CHECK((loop_clock_ns() - from) / 1000000 >= 950);
    end();
}

TEST(fetch_says_what_is_wrong_with_which_url) {
    begin();
    pkg_npmrc_set(&config.npmrc, STR("fetch-retries"), STR("1"));
    pkg_fetch_free(fetch);
    begin_fetch();
    struct got g = ask("absent");
    CHECK_INT(g.e, ERR_NOT_FOUND);
    CHECK_STR(g.why, arena_print(&arena, "GET %.*s - 404", STR_FMT(url("/absent"))));
    CHECK_STR(ask("down").why, arena_print(&arena, "GET %.*s: the answer was 500 Internal Server Error, tried 2 times",
        STR_FMT(url("/down"))));
    g = ask("broken");
    CHECK_INT(g.e, ERR_MALFORMED);
    CHECK(str_find(g.why, STR("is not what a registry says about a package")) > 0);
    CHECK(str_find(ask("circle").why, STR("redirects more than 10 times")) > 0);
    g = get("/absent.tgz", STR(""));
    CHECK_INT(g.e, ERR_NOT_FOUND);
    CHECK_STR(g.why, arena_print(&arena, "thing@1.0.0: GET %.*s - 404 Not Found", STR_FMT(url("/absent.tgz"))));
    struct got d = {0};
    pkg_fetch_document(fetch, STR("POST"), STR("http://user:pass@127.0.0.1:1/x"), STR(""), STR("{}"), got_document, &d);
    wait_for(&d);
    CHECK_INT(d.status, 0);
    CHECK(str_find(d.why, STR("POST http://127.0.0.1:1/x: ")) == 0);
    struct got f = {0};
    pkg_fetch_document(fetch, STR("GET"), STR("ftp://127.0.0.1/x"), STR(""), STR(""), got_document, &f);
    wait_for(&f);
    CHECK(str_find(f.why, STR("this is no http or https URL")) > 0);
    end();
}

TEST(fetch_never_hangs) {
    begin();
    uint64_t from = loop_clock_ns();
    struct got g = ask("stall");
    CHECK_INT(g.e, ERR_TIMEOUT);
    CHECK(str_find(g.why, STR("nothing came for 0.3 seconds, tried 3 times")) > 0);
    CHECK((loop_clock_ns() - from) / 1000000 < 5000);
    pkg_fetch_free(fetch);
    config.request_s = 60;
    config.total_s = 0.5;
    begin_fetch();
    g = ask("stall");
    CHECK_INT(g.e, ERR_TIMEOUT);
    CHECK(str_find(g.why, STR("all of it took longer than 0.5 seconds")) > 0);
    end();
}

TEST(fetch_unpacks_tarballs_and_begins_anew_when_one_breaks_off) {
    begin();
    struct got g = get("/half.tgz", STR(""));
    CHECK_STR(g.why, STR(""));
    CHECK_INT(n_requests, 2);
    CHECK(str_starts(g.stored.integrity, STR("sha512-")));
    struct file_stat s;
    CHECK_INT(file_stat(arena_join(&arena, g.stored.path, STR("/long.txt")), &s), 0);
    CHECK_INT(s.size, 299999);
    get("/thing/-/thing-1.0.0.tgz", g.stored.integrity);
    CHECK_INT(n_requests, 2);                            /* it is in the store */
    struct got wrong = get("/thing/-/thing-1.0.0.tgz",
        STR("sha512-z4PhNX7vuL3xVChQ1m2AB9Yg5AULVxXcg/SpIdNs6c5H0NE8XYXysP+DGNKHfuwvY7kxvUdBeoGlODJ6+SfaPg=="));
    CHECK_INT(wrong.e, ERR_INTEGRITY);
    CHECK_INT(n_requests, 3);
    end();
}

TEST(fetch_gives_credentials_to_their_host_only) {
    begin();
    CHECK_STR(get("/redirect.tgz", STR("")).why, STR(""));
    CHECK_STR(buf_view(&seen), STR("/redirect.tgz! /away.tgz "));
    buf_clear(&seen);
    struct got d = {0};
    pkg_fetch_document(fetch, STR("GET"), url("/redirect.tgz"), STR("Accept: x\r\nnpm-otp: 123\r\n"), STR(""),
        got_document, &d);
    CHECK_INT(wait_for(&d).status, 200);
    CHECK_STR(buf_view(&seen), STR("/redirect.tgz! /away.tgz "));
    end();
}

TEST(fetch_is_freed_while_it_runs) {
    begin();
    struct got g[5] = {0};
    struct pkg_tarball t = {STR("thing"), STR("1.0.0"), url("/thing/-/thing-1.0.0.tgz"), STR("")};
    pkg_fetch_packument(fetch, STR("stall"), false, got_packument, &g[0]);
    pkg_fetch_packument(fetch, STR("fresh"), false, got_packument, &g[1]);
    pkg_fetch_document(fetch, STR("GET"), url("/down"), STR(""), STR(""), got_document, &g[2]);
    pkg_fetch_tarball(fetch, &t, got_tarball, &g[3]);
    for (int i = 0; i < 3; i++) loop_run_once(loop, LOOP_NO_WAIT);
    end();
}

static bool git(const char *folder_c, const char *words) {
    str program;
    char *argv[] = {(char *)(uintptr_t)"sh", (char *)(uintptr_t)"-c", (char *)(uintptr_t)words, NULL};
    struct proc_spec spec = {.file = "/bin/sh", .argv = argv, .cwd = folder_c, .fds = (int[]){-1, -1, -1}, .n_fds = 3,
        .uid = -1, .gid = -1};
    struct proc_run r = {.takes = {true, true}, .most = 10000};
    pid_t pid;
    if (!proc_find(&arena, STR("git"), env_or("PATH", ""), &program)) return false;
    CHECK_INT(proc_run(&spec, &r, &pid), 0);
    CHECK_INT(r.end.code, 0);
    buf_free(&r.out[0]);
    buf_free(&r.out[1]);
    return true;
}

static struct got clone(str repository, const char *ref) {
    struct got g = {0};
    struct pkg_spec spec = {.kind = PKG_SPEC_GIT, .name = STR("thing"), .text = repository, .commit = str_c(ref)};
    pkg_fetch_git(fetch, &spec, STR(""), got_tarball, &g);
    return wait_for(&g);
}

TEST(fetch_takes_a_commit_out_of_a_repository) {
    begin();
    str repository = arena_join(&arena, folder, STR("/repository"));
    dir_make_all(repository, 0777, NULL);
    if (git(repository.at,
            "git init -q -b main . && git config user.email a@b && git config user.name a && echo '{}' > package.json && "
            "echo 'hidden export-ignore' > .gitattributes && echo one > hidden && git add . && git commit -qm one && "
            "git tag v1.0.0 && echo two > hidden && git commit -qam two && git tag v1.1.0 && echo three > hidden && "
            "git commit -qam three")) {
        struct buf text = {0};
        struct got g = clone(repository, "semver:^1.0.0");
        CHECK_STR(g.why, STR(""));
        CHECK_INT(g.stored.commit.len, 40);
        CHECK_INT(file_read_all(arena_join(&arena, g.stored.path, STR("/hidden")), &text), 0);
        CHECK_STR(buf_view(&text), STR("two\n"));
        buf_clear(&text);
        CHECK_INT(file_read_all(arena_join(&arena, g.stored.path, STR("/.bun-tag")), &text), 0);
        CHECK_STR(buf_view(&text), g.stored.commit);
        struct got main_one = clone(repository, "");
        CHECK(!str_eq(main_one.stored.commit, g.stored.commit));
        git(repository.at, "echo four > hidden && git commit -qam four");
        pkg_fetch_free(fetch);
        begin_fetch();
        CHECK(!str_eq(clone(repository, "main").stored.commit, main_one.stored.commit));
        config.offline = true;
        CHECK_STR(clone(repository, arena_c(&arena, g.stored.commit)).stored.path, g.stored.path);
        config.offline = false;
        g = clone(repository, "nowhere");
        CHECK_INT(g.e, ERR_NOT_FOUND);
        CHECK(str_find(g.why, STR("it has no such branch, tag or commit")) > 0);
        CHECK_INT(clone(STR("--upload-pack=x"), "").e, ERR_REFUSED);
        CHECK(str_find(clone(arena_join(&arena, folder, STR("/nothing")), "").why, STR("it cannot be cloned")) > 0);
        buf_free(&text);
    }
    end();
}
