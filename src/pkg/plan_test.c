#include <stdlib.h>

#include "base/buf.h"
#include "base/diag.h"
#include "base/list.h"
#include "base/test.h"
#include "pkg/config.h"
#include "pkg/plan.h"
#include "pkg/tree.h"

/* A registry in memory whose answers come in any order that a seed makes. */
struct package { const char *name, *versions; };             /* the text of "versions": {...} without its braces */
struct ask { str name; uint32_t ticket; };
static struct {
    struct arena a;
    const struct package *packages;
    size_t n;
    uint32_t seed;                  /* 0: each answer comes at once, from inside the call */
    LIST(struct ask) waiting;
    struct pkg_project project;
    struct pkg_config config;
    struct pkg_plan_options o;
    struct pkg_plan_result r;
    struct diag d;
} w;

static void answer(struct pkg_plan *p, const struct ask *ask) {
    for (size_t i = 0; i < w.n; i++) {
        if (!str_is(ask->name, w.packages[i].name)) continue;
        struct pkg_packument *found = ARENA_NEW(&w.a, struct pkg_packument);
        str text = arena_print(&w.a, "{\"name\":\"%s\",\"versions\":{%s}}", w.packages[i].name, w.packages[i].versions);
        CHECK(pkg_packument_read(&w.a, text, found));
        pkg_plan_packument(p, ask->ticket, found, STR(""));
        return;
    }
    pkg_plan_packument(p, ask->ticket, NULL, arena_print(&w.a, "%.*s is not in the registry", STR_FMT(ask->name)));
}
static void packument(void *user, str name, struct pkg_plan *p, uint32_t ticket) {
    (void)user;
    struct ask ask = {arena_str(&w.a, name), ticket};
    if (w.seed) *LIST_ADD(&w.waiting) = ask;
    else answer(p, &ask);
}
static void elsewhere(void *user, const struct pkg_spec *spec, str base, struct pkg_plan *p, uint32_t ticket) {
    (void)user;
    (void)base;
    struct pkg_elsewhere found = {
        .source = PKG_FOLDER, .place = STR("lib"), .manifest = STR("{\"name\":\"lib\",\"version\":\"4.0.0\"}")};
    bool is_there = str_is(spec->text, "./lib") || str_is(spec->text, "lib");
    pkg_plan_elsewhere(p, ticket, is_there ? &found : NULL, STR("there is no such folder"));
}
static void add_member(const char *path, const char *source) {
    struct pkg_member *m = &w.project.members[w.project.count++];
    *m = (struct pkg_member){.path = str_c(path), .source = str_c(source)};
    CHECK(pkg_manifest_read(&w.a, m->source, STR("package.json"), &w.d, &m->manifest));
}
static void begin(const char *root, const struct package *packages, size_t n) {
    w.packages = packages;
    w.n = n;
    w.config = (struct pkg_config){.links_workspaces = true, .os = "linux", .cpu = "x64", .libc = "glibc"};
    w.project.members = arena_zero(&w.a, 8 * sizeof *w.project.members);
    w.o = (struct pkg_plan_options){.project = &w.project, .config = &w.config, .now_s = 1.7e9};
    add_member("", root);
}
static str decide(uint32_t seed) {
    static const struct pkg_world world = {.packument = packument, .elsewhere = elsewhere};
    struct pkg_tree t;
    struct buf out = {0};
    w.seed = seed;
    struct pkg_plan *p = pkg_plan_new(&w.a, &w.o, &world, NULL);
    pkg_plan_start(p);
    while (w.waiting.len) {
        seed = seed * 1664525 + 1013904223;
        size_t i = (seed >> 8) % w.waiting.len;
        struct ask ask = w.waiting.at[i];
        w.waiting.at[i] = w.waiting.at[--w.waiting.len];
        CHECK(!pkg_plan_is_done(p));
        answer(p, &ask);
    }
    CHECK(pkg_plan_is_done(p));
    pkg_plan_finish(p, &w.r);
    pkg_tree_make(&w.a, &w.r.lock, NULL, &t);
    pkg_lock_write(&out, &w.r.lock, &t);
    pkg_plan_free(p);
    str text = arena_str(&w.a, buf_view(&out));
    buf_free(&out);
    return text;
}
static void end(void) {
    LIST_FREE(&w.waiting);
    w.project.count = 0;
    w.o = (struct pkg_plan_options){0};
    diag_free(&w.d);
    arena_free(&w.a);
}
/* "a@1.0.0 b/c@2.0.0": what lies where, as the keys of bun.lock say it */
static str places(void) {
    struct pkg_tree t;
    struct buf out = {0};
    pkg_tree_make(&w.a, &w.r.lock, NULL, &t);
    for (size_t i = 0; i < t.count; i++)
        for (size_t k = 0; k < t.nodes[i].n_entries; k++) {
            const struct pkg_package *p = &w.r.lock.packages[t.nodes[i].entries[k].id];
            if (p->source == PKG_WORKSPACE) continue;
            if (t.nodes[i].key.len) buf_print(&out, "%.*s/", STR_FMT(t.nodes[i].key));
            buf_print(&out, "%.*s@%.*s ", STR_FMT(t.nodes[i].entries[k].name), STR_FMT(p->version));
        }
    str all = arena_str(&w.a, str_trim(buf_view(&out)));
    buf_free(&out);
    return all;
}
static void gives(const char *root, const struct package *packages, size_t n, const char *want) {
    begin(root, packages, n);
    decide(0);
    CHECK_STR(places(), str_c(want));
    CHECK_INT(w.r.n_missing, 0);
    end();
}
#define GIVES(root, want, ...) do { \
    const struct package list_[] = {__VA_ARGS__}; \
    gives(root, list_, sizeof list_ / sizeof *list_, want); } while (0)
#define V(version, rest) "\"" version "\":{" rest "}"

TEST(plan_takes_the_newest_that_does_and_the_tag_latest_when_it_does) {
    GIVES("{\"dependencies\":{\"a\":\"^1.0.0\",\"b\":\"*\",\"c\":\"~1.1\",\"d\":\"1.0.0\",\"e\":\"^2.0.0-beta.1\"}}",
          "a@1.2.0 b@2.0.0 c@1.1.5 d@1.0.0 e@2.0.0-beta.2", {"a", V("1.0.0", "") "," V("1.2.0", "") "," V("2.0.0", "")},
          {"b", V("1.0.0", "") "," V("2.0.0", "") "," V("3.0.0-rc.1", "")}, {"c", V("1.1.5", "") "," V("1.2.0", "")},
          {"d", V("1.0.0", "") "," V("1.0.1", "")},
          {"e", V("1.0.0", "") "," V("2.0.0-beta.1", "") "," V("2.0.0-beta.2", "")});
}
TEST(plan_takes_what_the_project_has_already) {
    GIVES("{\"dependencies\":{\"a\":\"1\",\"b\":\"1.0.0\"}}", "a@1.0.0 b@1.0.0",
          {"a", V("1.0.0", "\"dependencies\":{\"b\":\"^1\"}")}, {"b", V("1.0.0", "") "," V("1.5.0", "")});
}
TEST(plan_gives_two_who_do_not_agree_one_each) {
    GIVES("{\"dependencies\":{\"a\":\"1\",\"b\":\"1\"}}", "a@1.0.0 b@1.0.0 c@1.0.0 b/c@2.0.0",
          {"a", V("1.0.0", "\"dependencies\":{\"c\":\"1\"}")}, {"b", V("1.0.0", "\"dependencies\":{\"c\":\"2\"}")},
          {"c", V("1.0.0", "") "," V("2.0.0", "")});
}
TEST(plan_decides_breadth_first_what_a_peer_finds) {
    const struct package list[] = {{"x", V("1.0.0", "\"dependencies\":{\"g\":\"<=1.0.2\"}")},
                                   {"a", V("1.0.0", "\"dependencies\":{\"y\":\"1\"}")},
                                   {"y", V("1.0.0", "\"dependencies\":{\"g\":\"<=1.1.2\",\"z\":\"1\"}")},
                                   {"z", V("1.0.0", "\"peerDependencies\":{\"g\":\"^1.1.2\"}")},
                                   {"g", V("1.0.2", "") "," V("1.1.2", "")}};
    begin("{\"dependencies\":{\"a\":\"1\",\"x\":\"1\"}}", list, 5);
    for (uint32_t seed = 0; seed < 8; seed++) {
        decide(seed);
        CHECK_STR(places(), STR("a@1.0.0 g@1.0.2 x@1.0.0 y@1.0.0 z@1.0.0"));
    }
    end();
}
TEST(plan_leads_ranges_to_what_has_to_stay) {
    GIVES("{\"dependencies\":{\"a\":\"1\",\"b\":\"1\",\"c\":\"1\",\"g\":\"1.1.0\"}}",
          "a@1.0.0 b@1.0.0 c@1.0.0 g@1.1.0 a/g@1.3.0 c/g@1.2.0",
          {"a", V("1.0.0", "\"dependencies\":{\"g\":\"1.3.0\"}")},
          {"b", V("1.0.0", "\"dependencies\":{\"g\":\">=1.1.0\"}")},
          {"c", V("1.0.0", "\"dependencies\":{\"g\":\"1.2.0\"}")},
          {"g", V("1.1.0", "") "," V("1.2.0", "") "," V("1.3.0", "")});
}
TEST(plan_ends_in_circles) {
    GIVES("{\"dependencies\":{\"a\":\"1\"}}", "a@1.0.0 b@1.0.0", {"a", V("1.0.0", "\"dependencies\":{\"b\":\"*\"}")},
          {"b", V("1.0.0", "\"dependencies\":{\"a\":\"*\",\"b\":\"1\"}")});
}
TEST(plan_installs_peers_and_warns_of_those_that_do_not_fit) {
    GIVES("{\"dependencies\":{\"a\":\"1\"}}", "a@1.0.0 p@2.0.0",
          {"a",
           V("1.0.0",
             "\"peerDependencies\":{\"p\":\">=1\",\"q\":\"1\"},\"peerDependenciesMeta\":{\"q\":{\"optional\":true}}")},
          {"p", V("1.0.0", "") "," V("2.0.0", "")}, {"q", V("1.0.0", "")});
    const struct package list[] = {{"a", V("1.0.0", "\"peerDependencies\":{\"p\":\"1\"}")},
                                   {"p", V("1.0.0", "") "," V("2.0.0", "")}};
    begin("{\"dependencies\":{\"a\":\"1\",\"p\":\"2\"}}", list, 2);
    decide(0);
    CHECK_STR(places(), STR("a@1.0.0 p@2.0.0"));
    CHECK_INT(w.r.warnings.count, 1);
    CHECK(str_find(w.r.warnings.at[0], STR("p@2.0.0")) >= 0);
    CHECK_INT(w.r.n_missing, 0);
    end();
}
TEST(plan_obeys_overrides) {
    const struct package list[] = {{"a", V("1.0.0", "\"dependencies\":{\"c\":\"^1\"}")},
                                   {"b", V("1.0.0", "\"dependencies\":{\"c\":\"^1\"}")},
                                   {"c", V("1.0.0", "") "," V("1.1.0", "") "," V("2.0.0", "")}};
    gives("{\"dependencies\":{\"a\":\"1\",\"b\":\"1\"},\"overrides\":{\"c\":\"2\"}}", list, 3,
          "a@1.0.0 b@1.0.0 c@2.0.0");
    gives("{\"dependencies\":{\"a\":\"1\",\"b\":\"1\"},\"resolutions\":{\"**/c\":\"1.0.0\"}}", list, 3,
          "a@1.0.0 b@1.0.0 c@1.0.0");
    gives("{\"dependencies\":{\"a\":\"1\",\"b\":\"1\"},\"overrides\":{\"b\":{\"c\":\"2\"}}}", list, 3,
          "a@1.0.0 b@1.0.0 c@1.1.0 b/c@2.0.0");
    gives("{\"dependencies\":{\"a\":\"1\",\"c\":\"1.0.0\"},\"overrides\":{\"c\":\"$c\"}}", list, 3, "a@1.0.0 c@1.0.0");
}
TEST(plan_links_workspaces_and_reads_catalogs) {
    const struct package list[] = {{"x", V("1.0.0", "") "," V("2.0.0", "")},
                                   {"a", V("1.0.0", "\"dependencies\":{\"w\":\"^1\"}")},
                                   {"w", V("1.0.0", "") "," V("2.0.0", "")}};
    begin("{\"name\":\"r\",\"workspaces\":[\"p/*\"],\"catalog\":{\"x\":\"1\"},\"dependencies\":{\"a\":\"1\"}}", list,
          3);
    add_member("p/v", "{\"name\":\"v\",\"dependencies\":{\"w\":\"workspace:^\",\"x\":\"catalog:\"}}");
    add_member("p/w", "{\"name\":\"w\",\"version\":\"1.3.0\"}");
    str text = decide(0);
    CHECK_STR(places(), STR("a@1.0.0 x@1.0.0"));
    CHECK(str_find(text, STR("\"w\": [\"w@workspace:p/w\"]")) >= 0);
    CHECK(str_find(text, STR("\"catalog\": {")) >= 0);
    end();
    begin("{\"name\":\"r\",\"workspaces\":[\"p/*\"]}", list, 3);
    add_member("p/v", "{\"name\":\"v\",\"dependencies\":{\"w\":\"workspace:*\",\"x\":\"catalog:none\"}}");
    decide(0);
    CHECK_INT(w.r.n_missing, 2);
    end();
}
TEST(plan_takes_folders_and_aliases) {
    GIVES("{\"dependencies\":{\"l\":\"file:./lib\",\"y\":\"npm:x@1\"}}", "l@4.0.0 y@1.0.0",
          {"x", V("1.0.0", "") "," V("2.0.0", "")});
}
TEST(plan_says_what_is_not_there_and_what_is) {
    const struct package list[] = {{"a", V("1.0.0", "\"dependencies\":{\"b\":\"^3\"}")},
                                   {"b", V("1.0.0", "") "," V("2.1.0", "")}};
    begin("{\"dependencies\":{\"a\":\"1\",\"gone\":\"1\"},\"optionalDependencies\":{\"lost\":\"1\"}}", list, 2);
    decide(0);
    CHECK_INT(w.r.n_missing, 2);
    for (size_t i = 0; i < w.r.n_missing; i++) {
        const struct pkg_missing *m = &w.r.missing[i];
        if (str_is(m->name, "gone")) {
            CHECK_INT(m->by, 0);
            CHECK_STR(m->why, STR("gone is not in the registry"));
        } else {
            CHECK_STR(w.r.lock.packages[m->by].name, STR("a"));
            CHECK(str_find(m->why, STR("^3")) >= 0 && str_find(m->why, STR("2.1.0")) >= 0);
        }
    }
    end();
}
TEST(plan_keeps_what_was_locked_until_an_update_or_a_change) {
    const struct package before[] = {{"a", V("1.0.0", "\"dependencies\":{\"b\":\"^1\"}")}, {"b", V("1.0.0", "")}};
    const struct package after[] = {
        {"a", V("1.0.0", "\"dependencies\":{\"b\":\"^1\"}") "," V("1.5.0", "\"dependencies\":{\"b\":\"^1\"}")},
        {"b", V("1.0.0", "") "," V("1.1.0", "")}};
    begin("{\"dependencies\":{\"a\":\"^1\"}}", before, 2);
    str text = decide(0);
    struct pkg_lock old;
    CHECK(pkg_lock_read(&w.a, text, STR("bun.lock"), &w.d, &old));
    w.packages = after;
    w.o.old = &old;
    CHECK_STR(decide(0), text);
    CHECK(!w.r.is_changed);
    str name = STR("b");
    w.o.update = &name;
    w.o.n_update = 1;
    decide(0);
    CHECK_STR(places(), STR("a@1.0.0 b@1.1.0"));
    CHECK(w.r.is_changed);
    CHECK_INT(w.r.n_changes, 1);
    CHECK_INT(w.r.changes[0].kind, '~');
    CHECK_STR(w.r.changes[0].before, STR("1.0.0"));
    CHECK_STR(w.r.changes[0].after, STR("1.1.0"));
    w.o.n_update = 0;
    w.o.update_all = true;
    decide(0);
    CHECK_STR(places(), STR("a@1.5.0 b@1.1.0"));
    w.o.update_all = false;
    w.project.count = 0;
    add_member("", "{\"dependencies\":{\"a\":\"1.5.0\"}}");
    decide(0);
    CHECK_STR(places(), STR("a@1.5.0 b@1.0.0"));
    CHECK_INT(w.r.n_changes, 2);                /* what is asked for, and what it comes to */
    w.project.count = 0;
    add_member("", "{}");
    decide(0);
    CHECK_STR(places(), STR(""));
    CHECK_INT(w.r.n_changes, 3);
    for (size_t i = 0; i < 3; i++) CHECK_INT(w.r.changes[i].kind, '-');
    end();
}
TEST(plan_leaves_versions_that_are_too_young) {
    const struct package list[] = {
        {"a",
         V("1.0.0", "") "," V("1.1.0", "") "},\"time\":{\"1.0.0\":\"2020-01-01T00:00:00.000Z\","
                                           "\"1.1.0\":\"2023-11-14T00:00:00.000Z\""}}; /* now: 2023-11-14T22:13:20Z */
    begin("{\"dependencies\":{\"a\":\"^1\"}}", list, 1);
    decide(0);
    CHECK_STR(places(), STR("a@1.1.0"));
    w.config.minimum_age_s = 3 * 86400.0;
    decide(0);
    CHECK_STR(places(), STR("a@1.0.0"));
    str name = STR("a");
    w.config.age_excludes.at = &name;
    w.config.age_excludes.count = 1;
    decide(0);
    CHECK_STR(places(), STR("a@1.1.0"));
    end();
}

/* Fourteen packages that want each other in every way; whoever answers first, the text is the same. */
static uint32_t dice;
static uint32_t roll(uint32_t n) { return (dice = dice * 1664525 + 1013904223) >> 10 ? (dice >> 10) % n : 0; }
static const char *wishes(struct arena *a, const char *group, uint32_t percent) {
    struct buf b = {0};
    static const char *const ranges[] = {"1", "2", "^1.1.0", "*", ">=1", "1.0.0", "latest", "~2.0.0"};
    buf_print(&b, "\"%s\":{", group);
    bool is_first = true;
    for (uint32_t i = 0; i < 14; i++) {
        if (roll(100) >= percent) continue;
        buf_print(&b, "%s\"p%u\":\"%s\"", is_first ? "" : ",", i, ranges[roll(8)]);
        is_first = false;
    }
    buf_print(&b, "}");
    const char *text = arena_c(a, buf_view(&b));
    buf_free(&b);
    return text;
}
TEST(plan_is_the_same_in_whatever_order_answers_come) {
    struct arena own = {0};
    int n_whole = 0;
    for (uint32_t round = 1; round <= 6; round++) {
        struct package list[14];
        dice = round * 77777;
        for (uint32_t i = 0; i < 14; i++) {
            struct buf b = {0};
            static const char *const versions[] = {"1.0.0", "1.1.0", "1.2.3", "2.0.0", "2.0.4"};
            for (uint32_t v = 0; v < 5; v++)
                buf_print(&b, "%s\"%s\":{%s,%s,%s,\"bundleDependencies\":[\"p%u\"]}", v ? "," : "", versions[v],
                          wishes(&own, "dependencies", 10), wishes(&own, "optionalDependencies", 3),
                          wishes(&own, "peerDependencies", 5), (i * 5 + v) % 40);
            list[i] = (struct package){arena_c(&own, arena_print(&own, "p%u", i)), arena_c(&own, buf_view(&b))};
            buf_free(&b);
        }
        const char *root = arena_c(&own, arena_print(&own, "{%s}", wishes(&own, "dependencies", 30)));
        begin(root, list, 14);
        str text = decide(0);
        CHECK(text.len > 500);
        for (uint32_t seed = 1; seed <= 4; seed++) CHECK_STR(decide(round * 1000 + seed), text);
        struct pkg_lock old;
        bool is_whole = w.r.n_missing == 0;              /* no circle without end */
        CHECK(pkg_lock_read(&w.a, text, STR("bun.lock"), &w.d, &old));
        w.o.old = &old;
        str again = decide(round);
        if (is_whole) CHECK_STR(again, text);
        CHECK(!is_whole || !w.r.is_changed);
        n_whole += is_whole;
        end();
        arena_free(&own);
    }
    CHECK(n_whole > 0);
}
TEST(plan_reads_ten_thousand_versions) {
    struct buf b = {0};
    for (unsigned i = 0; i < 10000; i++)
        buf_print(&b, "%s\"%u.%u.%u\":{}", i ? "," : "", i / 2500, i / 50 % 50, i % 50);
    struct arena own = {0};
    const struct package list[] = {{"a", arena_c(&own, buf_view(&b))}};
    buf_free(&b);
    begin("{\"dependencies\":{\"a\":\"~2.7\"}}", list, 1);
    decide(0);
    CHECK_STR(places(), STR("a@2.7.49"));
    w.project.count = 0;
    add_member("", "{\"dependencies\":{\"a\":\"^7\"}}");
    decide(0);
    CHECK_INT(w.r.n_missing, 1);
    CHECK(str_find(w.r.missing[0].why, STR("3.49.49")) >= 0);
    end();
    arena_free(&own);
}
