/* cli/cmd_test.c: finds the test files and hands them, with what was typed, to bun:test/main. */
#include "base/list.h"
#include "base/map.h"
#include "cli/cmd.h"
#include "data/json.h"
#include "rt/rt.h"
#include "sys/dir.h"
#include "sys/env.h"
#include "sys/file.h"
#include "sys/path.h"
#include "sys/program.h"

#define ON(name, letter, help)          {name, letter, FLAG_SWITCH, FLAG_READY, NULL, NULL, help}
#define WITH(name, letter, shows, help) {name, letter, FLAG_VALUE, FLAG_READY, NULL, shows, help}
#define LATER(name, value)              {name, 0, value, FLAG_LATER, NULL, NULL, NULL}

static const struct flag_spec flags_test[] = {
    WITH("timeout", 0, "<ms>", "time that each test has (5000); 0 = no limit"),
    ON("update-snapshots", 'u', "write snapshots anew"),
    WITH("rerun-each", 0, "<n>", "run each file so many times"),
    WITH("retry", 0, "<n>", "try a failed test again, so many times"),
    ON("todo", 0, "run test.todo() too: one that passes is a failure"),
    ON("only", 0, "run only what test.only() and describe.only() mark"),
    ON("pass-with-no-tests", 0, "exit with 0 when there are no tests"),
    ON("concurrent", 0, "treat every test as test.concurrent()"),
    ON("randomize", 0, "run tests in a random order, and tell its seed"),
    WITH("seed", 0, "<n>", "the order of that seed"),
    {"bail", 0, FLAG_MAYBE, FLAG_READY, NULL, "[=<n>]", "stop after so many failures (1)"},
    WITH("test-name-pattern", 't', "<regex>", "run only tests whose full name matches"),
    WITH("reporter", 0, "<name>", "junit (needs --reporter-outfile) or dots"),
    WITH("reporter-outfile", 0, "<file>", "where the report goes"),
    ON("dots", 0, "one dot a test"),
    ON("only-failures", 0, "show failures only"),
    WITH("max-concurrency", 0, "<n>", "how many concurrent tests run at once (20)"),
    WITH("path-ignore-patterns", 0, "<text>", "leave out files whose path contains this"),
    WITH("shard", 0, "<i>/<n>", "run the i-th of n parts of the files"),
    LATER("coverage", FLAG_SWITCH), LATER("coverage-reporter", FLAG_VALUE), LATER("coverage-dir", FLAG_VALUE),
    LATER("changed", FLAG_MAYBE), LATER("isolate", FLAG_SWITCH), LATER("no-isolate", FLAG_SWITCH),
    LATER("parallel", FLAG_MAYBE),
    LATER("parallel-delay", FLAG_VALUE), LATER("timings", FLAG_VALUE), LATER("update-timings", FLAG_SWITCH),
};
enum { N_TEST = sizeof flags_test / sizeof *flags_test };

static void help(const struct flag_spec *specs, size_t n) {
    printf("bao test runs the test files of this folder and those below it: *.test.*, *_test.*, *.spec.*, *_spec.* in\n"
           ".js .jsx .ts .tsx .mjs .cjs .mts .cts; never those in node_modules or in folders that begin with a dot.\n\n"
           "Usage: bao test [flags] [patterns]\n"
           "       A pattern is a part of a path, or a path that begins with ./ or /\n\nFlags:\n");
    for (size_t i = 0; i < n; i++) {
        const struct flag_spec *f = &specs[i];
        if (!f->help) continue;
        int width = f->letter ? printf("  -%c, --%s", f->letter, f->name) : printf("      --%s", f->name);
        if (f->shows) width += printf("%s%s", f->value == FLAG_MAYBE ? "" : " ", f->shows);
        printf("%*s%s\n", width < 38 ? 38 - width : 1, "", f->help);
    }
    printf(
        "\nExamples:\n  bao test                     all tests\n  bao test parser              files with \"parser\" in their path\n"
        "  bao test -t 'adds' ./a.test.ts  tests of one file whose name matches\n");
}

/* --- finding */

struct search {
    struct arena *a;
    str root;
    const struct flags *flags;
    const str *patterns;
    size_t n_patterns, n_seen;
    LIST(str) files;
};

static bool is_test_name(str name) {
    static const char *const ends[] = {".js", ".jsx", ".ts", ".tsx", ".mjs", ".cjs", ".mts", ".cts"};
    static const char *const marks[] = {".test", "_test", ".spec", "_spec"};
    str ext = path_extname(name);
    bool is_source = false;
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) is_source |= str_is(ext, ends[i]);
    if (!is_source) return false;
    str stem = str_upto(name, name.len - ext.len);
    for (size_t i = 0; i < sizeof marks / sizeof *marks; i++)
        if (str_ends(stem, str_c(marks[i]))) return true;
    return false;
}

static bool is_ignored(const struct search *s, str path) {
    for (size_t i = 0; i < s->flags->list.len; i++) {
        const struct flag *f = &s->flags->list.at[i];
        if (strcmp(f->spec->name, "path-ignore-patterns") == 0 && str_find(path, f->value) >= 0) return true;
    }
    return false;
}

static bool is_wanted(const struct search *s, str path) {
    str below = str_from(path, s->root.len + 1);
    for (size_t i = 0; i < s->n_patterns; i++) {
        str p = s->patterns[i];
        if (path_is_absolute(p) ? str_eq(p, path) || (str_starts(path, p) && path.at[p.len] == '/')
                                : str_find(below, p) >= 0)
            return true;
    }
    return s->n_patterns == 0;
}

static void search_folder(struct search *s, str folder) {
    struct dir_entry *entries;
    size_t n;
    if (dir_list(s->a, folder, &entries, &n)) return;
    for (size_t i = 0; i < n; i++) {
        str name = entries[i].name;
        if (name.at[0] == '.' || str_is(name, "node_modules")) continue;
        str path = path_join(s->a, folder, name);
        enum file_kind kind = entries[i].kind == FILE_UNKNOWN || entries[i].kind == FILE_LINK ? file_kind(path)
                                                                                              : entries[i].kind;
        if (kind == FILE_DIR && entries[i].kind != FILE_LINK) search_folder(s, path);
        if (kind != FILE_REGULAR || !is_test_name(name) || is_ignored(s, path)) continue;
        s->n_seen++;
        if (is_wanted(s, path)) *LIST_ADD(&s->files) = path;
    }
}

static int by_path(const void *a, const void *b) { return str_cmp(*(const str *)a, *(const str *)b); }

/* A path names its file whatever it is called, and the tests of its folder; other patterns choose among what is
 * found. */
static int find(struct search *s, struct cmd *c, int argc, char **argv) {
    str *patterns = ARENA_ARRAY(s->a, str, (size_t)argc + 1);
    bool searches = argc == 0;
    for (int i = 0; i < argc; i++) {
        str p = str_c(argv[i]);
        if (!path_is_absolute(p) && !path_is_dotted(p)) {
            enum file_kind kind = file_kind(path_resolve(s->a, c->cwd, p));
            searches |= kind != FILE_REGULAR;
            patterns[s->n_patterns++] = p;
            if (kind == FILE_REGULAR) *LIST_ADD(&s->files) = path_resolve(s->a, c->cwd, p);
            continue;
        }
        str path = path_resolve(s->a, c->cwd, p);
        enum file_kind kind = file_kind(path);
        if (kind == FILE_NONE)
            return cmd_error("Test filter \"%s\" had no matches: there is no such file or folder", argv[i]);
        if (kind == FILE_DIR) {
            searches = true;
            patterns[s->n_patterns++] = path;
        } else *LIST_ADD(&s->files) = path;
    }
    s->patterns = patterns;
    if (searches) search_folder(s, s->root);
    qsort(s->files.at, s->files.len, sizeof *s->files.at, by_path);
    size_t kept = 0;
    for (size_t i = 0; i < s->files.len; i++)
        if (!kept || !str_eq(s->files.at[i], s->files.at[kept - 1])) s->files.at[kept++] = s->files.at[i];
    s->files.len = kept;
    return 0;
}

static int take_shard(struct search *s, str shard) {
    str left, right;
    int64_t i, n;
    if (!str_split(shard, '/', &left, &right) || !str_to_int(left, &i) || !str_to_int(right, &n) || n < 1 || i < 1 ||
        i > n)
        return cmd_error("--shard wants <i>/<n> with i from 1 to n, not \"%.*s\"", STR_FMT(shard));
    size_t kept = 0;
    for (size_t f = 0; f < s->files.len; f++)
        if ((int64_t)f % n == i - 1) s->files.at[kept++] = s->files.at[f];
    s->files.len = kept;
    return 0;
}

static int found_none(const struct search *s, int argc, char **argv) {
    if (flags_has(s->flags, "pass-with-no-tests")) return 0;
    if (argc) {
        fprintf(stderr, "The following filters did not match any test files:\n");
        for (int i = 0; i < argc; i++) fprintf(stderr, " %s\n", argv[i]);
        fprintf(stderr, "%zu files were searched\n", s->n_seen);
    } else fprintf(stderr, "No tests found!\n");
    fprintf(
        stderr,
        "\nnote: Tests need \".test\", \"_test\", \".spec\" or \"_spec\" in the filename (ex: \"MyApp.test.ts\")\n");
    return 1;
}

/* --- the plan that bun:test/main reads */

struct plan {
    struct arena *a;
    struct json *json;
    const struct flags *flags;
    int code;
};

static void put_switch(struct plan *p, const char *flag, const char *key) {
    if (flags_has(p->flags, flag)) json_set(p->json, str_c(key), json_new(p->a, JSON_TRUE));
}
static void put_number(struct plan *p, const char *flag, const char *key, int64_t least) {
    str text = flags_value(p->flags, flag);
    int64_t n = 1;
    if (!flags_has(p->flags, flag)) return;
    if (text.len && (!str_to_int(text, &n) || n < least))
        p->code = cmd_error("--%s wants a whole number of at least %lld, not \"%.*s\"", flag, (long long)least,
                            STR_FMT(text));
    json_set(p->json, str_c(key), json_new_number(p->a, (double)n));
}
static void put_text(struct plan *p, const char *flag, const char *key) {
    if (flags_has(p->flags, flag)) json_set(p->json, str_c(key), json_new_text(p->a, flags_value(p->flags, flag)));
}
static struct json *put_list(struct plan *p, const char *key) {
    struct json *list = json_new(p->a, JSON_ARRAY);
    json_set(p->json, str_c(key), list);
    return list;
}

static int make_plan(struct cmd *c, struct search *s, str *text) {
    struct plan p = {&c->arena, json_new(&c->arena, JSON_OBJECT), s->flags, 0};
    struct json *files = put_list(&p, "files"), *preload = put_list(&p, "preload"), *agents = put_list(&p, "agents");
    for (size_t i = 0; i < s->files.len; i++) json_add(files, json_new_text(p.a, s->files.at[i]));
    for (size_t i = 0; i < s->flags->list.len; i++)
        if (strcmp(s->flags->list.at[i].spec->name, "preload") == 0) {
            str name = s->flags->list.at[i].value;
            if (s->flags->list.at[i].typed) json_add(preload, json_new_text(p.a, path_resolve(p.a, c->cwd, name)));
            else json_add(agents, json_new_text(p.a, name));     /* of NODE_OPTIONS: before all, packages too */
        }
    static const char *const switches[][2] = {
        {"update-snapshots", "updateSnapshots"}, {"todo", "todo"}, {"only", "only"},
        {"pass-with-no-tests", "passWithNoTests"},
        {"concurrent", "concurrent"}, {"randomize", "randomize"}, {"dots", "dots"}, {"only-failures", "onlyFailures"},
    };
    for (size_t i = 0; i < sizeof switches / sizeof *switches; i++) put_switch(&p, switches[i][0], switches[i][1]);
    put_number(&p, "timeout", "timeout", 0);
    put_number(&p, "rerun-each", "rerunEach", 1);
    put_number(&p, "retry", "retry", 0);
    put_number(&p, "seed", "seed", 0);
    put_number(&p, "bail", "bail", 1);
    put_number(&p, "max-concurrency", "maxConcurrency", 1);
    put_text(&p, "test-name-pattern", "filter");
    str reporter = flags_value(s->flags, "reporter");
    if (str_is(reporter, "dots")) json_set(p.json, STR("dots"), json_new(p.a, JSON_TRUE));
    else if (str_is(reporter, "junit")) {
        if (!flags_has(s->flags, "reporter-outfile"))
            return cmd_error("--reporter=junit needs --reporter-outfile=<file>");
        put_text(&p, "reporter-outfile", "junit");
    } else if (reporter.len)
        return cmd_error("there is no reporter \"%.*s\": junit and dots are there", STR_FMT(reporter));
    if (cmd_has_colour(2)) json_set(p.json, STR("colours"), json_new(p.a, JSON_TRUE));
    struct buf b = {0};
    json_write(&b, p.json, STR(""));
    *text = arena_str(p.a, buf_view(&b));
    buf_free(&b);
    return p.code;
}

int cmd_test(struct cmd *c) {
    size_t n = N_TEST + flags_n_run;
    struct flag_spec *specs = ARENA_ARRAY(&c->arena, struct flag_spec, n);
    memcpy(specs, flags_test, sizeof flags_test);
    memcpy(specs + N_TEST, flags_run, flags_n_run * sizeof *flags_run);
    int at = 0, n_names = 0;
    char **names = ARENA_ARRAY(&c->arena, char *, (size_t)c->argc + 1);
    do {                                                         /* flags may stand between the patterns */
        int code = flags_read(&c->flags, specs, n, c->argc, c->argv, at, "bao test");
        if (code) return code;
        at = c->flags.next;
        if (at < c->argc) names[n_names++] = c->argv[at++];
    } while (at < c->argc);
    if (flags_has(&c->flags, "help")) {
        help(specs, n);
        return 0;
    }
    int code = cmd_enter(c, &c->flags);
    if (code) return code;
    printf("bao test v%s\n", BAO_VERSION);
    fflush(stdout);
    env_set_default("NODE_ENV", "test");
    env_set_default("TZ", "Etc/UTC");
    struct search s = {.a = &c->arena, .root = c->cwd, .flags = &c->flags};
    code = find(&s, c, n_names, names);
    if (!code && flags_has(&c->flags, "shard")) code = take_shard(&s, flags_value(&c->flags, "shard"));
    if (code) return code;
    if (!s.files.len) return found_none(&s, n_names, names);
    str plan;
    code = cmd_node_options(c, &c->flags);
    if (!code) code = make_plan(c, &s, &plan);
    if (code) return code;
    cmd_load_env(c, &c->flags);
    program.script = s.files.at[0];
    cmd_tell_program(c, &c->flags, 0, NULL);
    struct rt_options o = {.kind = RT_BUILTIN, .entry = STR("bun:test/main"), .name = plan};
    return rt_main(&o);
}
