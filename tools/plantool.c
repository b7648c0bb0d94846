/* plantool lock FILE                       reads a bun.lock and writes it anew
 * plantool semver                          of each line (flags, version, version, range; tabs between them) the first
 * version, how it compares, whether the range is one, whether the version satisfies it
 * plantool plan FOLDER ANSWERS [LOCK]      plans the project in FOLDER and prints its bun.lock; ANSWERS holds one file
 * for each package of a registry, "@scope+name.json"; LOCK is what was locked before plantool time FOLDER ANSWERS N the
 * same N times, and how long one took For comparing with other programs: no network, no store. Exit 1 after errors. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/buf.h"
#include "base/diag.h"
#include "data/semver.h"
#include "pkg/config.h"
#include "pkg/plan.h"
#include "pkg/tree.h"
#include "sys/file.h"

struct answer { str text; struct pkg_packument packument; bool is_there; };
struct world { struct arena a; str answers; str root; struct map all; };      /* name -> answer, read once */

static bool read_whole(struct arena *a, const char *path, str *out) {
    FILE *f = fopen(path, "rb");
    if (!f) return false;
    struct buf b = {0};
    size_t n;
    do {
        n = fread(buf_room(&b, 1 << 16), 1, 1 << 16, f);
        b.len += n;
    } while (n);
    fclose(f);
    *out = arena_str(a, buf_view(&b));
    buf_free(&b);
    return true;
}

static void packument(void *user, str name, struct pkg_plan *p, uint32_t ticket) {
    struct world *w = user;
    struct answer *answer = map_get(&w->all, name);
    if (!answer) {
        char *file = (char *)arena_c(&w->a, name);
        for (char *c = file; *c; c++) if (*c == '/') *c = '+';
        answer = ARENA_NEW(&w->a, struct answer);
        const char *path = arena_c(&w->a, arena_print(&w->a, "%.*s/%s.json", STR_FMT(w->answers), file));
        answer->is_there = read_whole(&w->a, path, &answer->text) &&
                           pkg_packument_read(&w->a, answer->text, &answer->packument);
        map_put(&w->all, arena_str(&w->a, name), answer);
    }
    str why = answer->is_there ? STR("") : arena_print(&w->a, "%.*s is not in the registry", STR_FMT(name));
    pkg_plan_packument(p, ticket, answer->is_there ? &answer->packument : NULL, why);
}

static void elsewhere(void *user, const struct pkg_spec *spec, str base, struct pkg_plan *p, uint32_t ticket) {
    struct world *w = user;
    struct pkg_elsewhere e = {.source = spec->kind == PKG_SPEC_LINK ? PKG_LINK : PKG_FOLDER};
    str path = spec->text;
    if (str_starts(path, STR("./"))) path = str_from(path, 2);
    e.place = base.len ? arena_print(&w->a, "%.*s/%.*s", STR_FMT(base), STR_FMT(path)) : path;
    bool is_absolute = path.len && path.at[0] == '/';
    if (is_absolute) e.place = path;
    const char *file = arena_c(&w->a, arena_print(&w->a, "%.*s/%.*s/package.json",
                                                  STR_FMT(is_absolute ? STR("") : w->root), STR_FMT(e.place)));
    bool is_folder = spec->kind == PKG_SPEC_FILE || spec->kind == PKG_SPEC_LINK;
    if (is_folder && read_whole(&w->a, file, &e.manifest)) pkg_plan_elsewhere(p, ticket, &e, STR(""));
    else
        pkg_plan_elsewhere(p, ticket, NULL,
                           arena_print(&w->a, "%.*s: there is no such package here", STR_FMT(spec->raw)));
}

static int say(struct diag *d) {
    struct buf b = {0};
    diag_print(d, &b, false);
    fwrite(b.at, 1, b.len, stderr);
    buf_free(&b);
    return 1;
}

static int rewrite(const char *file) {
    struct arena a = {0};
    struct diag d = {0};
    struct pkg_lock l;
    struct pkg_tree t;
    struct buf out = {0};
    str text;
    if (!read_whole(&a, file, &text)) return perror(file), 1;
    if (!pkg_lock_read(&a, text, str_c(file), &d, &l)) return say(&d);
    pkg_tree_make(&a, &l, NULL, &t);
    pkg_lock_write(&out, &l, &t);
    fwrite(out.at, 1, out.len, stdout);
    return 0;
}

static int compare_versions(void) {
    char line[4096];
    while (fgets(line, sizeof line, stdin)) {
        struct arena a = {0};
        struct semver v, w;
        struct buf out = {0};
        str rest = str_c(line), field[4];
        for (int i = 0; i < 4; i++) if (!str_next(&rest, i < 3 ? '\t' : '\n', &field[i])) field[i] = STR("");
        enum semver_flags flags = (enum semver_flags)(field[0].at[0] - '0');
        bool is_version = semver_parse(field[1], flags, &v), is_other = semver_parse(field[2], flags, &w);
        struct semver_range *range = semver_range_parse(&a, field[3], flags);
        if (is_version) semver_print(&out, &v);
        else buf_add_char(&out, '-');
        if (is_version && is_other) buf_print(&out, " %d", semver_cmp(&v, &w));
        else buf_lit(&out, " -");
        printf("%.*s %d %d\n", STR_FMT(buf_view(&out)), range != NULL,
               is_version && range && semver_range_has(range, &v, flags));
        buf_free(&out);
        arena_free(&a);
    }
    return 0;
}

static double now_ms(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static int plan(struct world *w, const struct pkg_project *project, const struct pkg_lock *old, bool is_quiet) {
    struct arena a = {0};
    struct pkg_config config = {
        .links_workspaces = true, .user_agent = STR(""), .os = "linux", .cpu = "x64", .libc = "glibc"};
    const char *age = getenv("PLAN_AGE");
    if (age) config.minimum_age_s = strtod(age, NULL);
    struct pkg_plan_options o = {.project = project,
                                 .config = &config,
                                 .old = old,
                                 .now_s = (double)time(NULL),
                                 .update_all = getenv("PLAN_UPDATE") != NULL};
    struct pkg_world world = {.packument = packument, .elsewhere = elsewhere};
    struct pkg_plan_result r;
    struct pkg_plan *p = pkg_plan_new(&a, &o, &world, w);
    pkg_plan_start(p);
    if (!pkg_plan_is_done(p)) return fprintf(stderr, "the plan waits for an answer\n"), 1;
    pkg_plan_finish(p, &r);
    struct pkg_tree t;
    struct buf out = {0};
    pkg_tree_make(&a, &r.lock, NULL, &t);
    pkg_lock_write(&out, &r.lock, &t);
    if (!is_quiet) {
        for (size_t i = 0; i < r.warnings.count; i++) fprintf(stderr, "warning: %.*s\n", STR_FMT(r.warnings.at[i]));
        for (size_t i = 0; i < r.n_missing; i++)
            fprintf(stderr, "error: %.*s; %.*s wants it\n", STR_FMT(r.missing[i].why),
                    STR_FMT(r.lock.packages[r.missing[i].by].name));
        if (old) for (size_t i = 0; i < r.n_changes; i++)
                fprintf(stderr, "change: %c %.*s %.*s -> %.*s\n", r.changes[i].kind, STR_FMT(r.changes[i].name),
                        STR_FMT(r.changes[i].before), STR_FMT(r.changes[i].after));
        if (!r.n_missing) fwrite(out.at, 1, out.len, stdout);
    }
    pkg_plan_free(p);
    buf_free(&out);
    arena_free(&a);
    return r.n_missing > 0;
}

int main(int argc, char **argv) {
    if (argc == 3 && !strcmp(argv[1], "lock")) return rewrite(argv[2]);
    if (argc == 2 && !strcmp(argv[1], "semver")) return compare_versions();
    if (argc < 4)
        return fprintf(stderr, "usage: plantool lock FILE | semver | plan FOLDER ANSWERS [LOCK] | time FOLDER ANSWERS N\n"), 2;
    struct world w = {.answers = str_c(argv[3]), .root = str_c(argv[2])};
    struct diag d = {0};
    struct pkg_project project;
    struct pkg_lock old;
    str text;
    char *full = realpath(argv[2], NULL);
    if (!full || pkg_project_read(&w.a, str_c(full), &d, &project)) return say(&d);
    if (!strcmp(argv[1], "time")) {
        int n = argc > 4 ? (int)strtol(argv[4], NULL, 10) : 10;
        double best = 1e9;
        for (int i = 0; i < n; i++) {
            double from = now_ms();
            plan(&w, &project, NULL, true);
            double took = now_ms() - from;
            if (took < best) best = took;
        }
        printf("%.3f ms\n", best);
        return 0;
    }
    if (argc > 4) {
        if (!read_whole(&w.a, argv[4], &text)) return perror(argv[4]), 1;
        if (!pkg_lock_read(&w.a, text, str_c(argv[4]), &d, &old)) return say(&d);
    }
    return plan(&w, &project, argc > 4 ? &old : NULL, false);
}
