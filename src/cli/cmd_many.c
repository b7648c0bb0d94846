/* cli/cmd_many.c: --filter, --workspaces, --parallel, ...: which scripts of which packages, in which order. */
#include "base/diag.h"
#include "cli/many.h"
#include "data/glob.h"
#include "data/json.h"
#include "pkg/filter.h"
#include "sys/file.h"
#include "sys/path.h"

static bool is_parallel(const struct flags *f) { return flags_has(f, "parallel"); }
static bool is_sequential(const struct flags *f) { return flags_has(f, "sequential"); }

/* "-w x", "-ws" */
static bool is_letters(const struct flag *g, const char *typed) {
    return strcmp(g->spec->name, "workspace") == 0 && strcmp(g->typed, typed) == 0;
}

static bool wants_every(const struct flags *f) {         /* each of them must have the script */
    for (size_t i = 0; i < f->list.len; i++)
        if (is_letters(&f->list.at[i], "-ws")) return true;
    return flags_has(f, "workspaces");
}

static bool is_among_packages(const struct flags *f) {
    static const char *const flags[] = {"filter", "workspaces", "workspace", "recursive"};
    for (size_t i = 0; i < sizeof flags / sizeof *flags; i++)
        if (flags_has(f, flags[i])) return true;
    return false;
}

bool many_is_wanted(const struct flags *f) {
    return is_among_packages(f) || is_parallel(f) || is_sequential(f) || flags_has(f, "workspace-root");
}

/* --- the packages */

struct choice {
    struct cmd *c;
    const struct flags *f;
    struct pkg_project project;
    struct pkg_names filters;
    const struct pkg_member **members; size_t count;     /* that are meant, by path */
    str root_word;                   /* what stands behind pnpm's -w: no workspace's name, but the script */
    bool is_root;                    /* only the root is meant */
};

static void print_notes(struct diag *d) {
    struct buf b = {0};
    diag_print(d, &b, cmd_has_colour(2));
    file_write_fd(2, buf_view(&b));
    buf_free(&b);
    diag_free(d);
}

static bool is_named(const struct choice *ch, str value) {
    str path = str_starts(value, STR("./")) ? str_from(value, 2) : value;
    for (size_t i = 0; i < ch->project.count; i++)
        if (str_eq(ch->project.members[i].manifest.name, value) ||
            (path.len && str_eq(ch->project.members[i].path, path)))
            return true;
    return false;
}

static void read_filters(struct choice *ch) {
    ch->filters.at = ARENA_ARRAY(&ch->c->arena, str, ch->f->list.len + 1);
    ch->is_root = flags_has(ch->f, "workspace-root");
    for (size_t i = 0; i < ch->f->list.len; i++) {
        const struct flag *g = &ch->f->list.at[i];
        bool is_workspace = strcmp(g->spec->name, "workspace") == 0;
        if (is_letters(g, "-ws") || (!is_workspace && strcmp(g->spec->name, "filter") != 0)) continue;
        if (is_letters(g, "-w") && g->has_next && !is_named(ch, g->value)) {
            ch->is_root = true;
            ch->root_word = g->value;
        } else {
            ch->filters.at[ch->filters.count++] = g->value;
        }
    }
}

/* What could be meant at all: workspaces; the only package where there are none. */
static bool is_known(const struct choice *ch, const struct pkg_member *m) {
    bool is_only = ch->project.count == 1 && !wants_every(ch->f);
    return m->path.len || is_only || flags_has(ch->f, "include-workspace-root");
}

static void choose(struct choice *ch) {
    const struct pkg_project *p = &ch->project;
    const bool *is_meant = pkg_filter_members(&ch->c->arena, p, &ch->filters);
    bool any = is_among_packages(ch->f) && !ch->is_root;
    ch->members = ARENA_ARRAY(&ch->c->arena, const struct pkg_member *, p->count + 1);
    for (size_t i = 0; i < p->count; i++) {
        const struct pkg_member *m = &p->members[i];
        bool is_here = ch->is_root ? !m->path.len : str_eq(m->path, p->here);
        if (any && !is_known(ch, m)) continue;
        if (any ? is_meant[i] : is_here) ch->members[ch->count++] = m;
    }
}

static err read_choice(struct choice *ch, bool is_quiet) {
    struct diag d = {0};
    err e = pkg_project_scan(&ch->c->arena, ch->c->cwd, &d, &ch->project);
    if (is_quiet) diag_free(&d);
    else print_notes(&d);
    if (e) return e;
    read_filters(ch);
    choose(ch);
    return 0;
}

bool many_has(struct cmd *c, const struct flags *f, str word) {
    struct choice ch = {.c = c, .f = f};
    if (cmd_enter(c, f) != 0 || read_choice(&ch, true) != 0) return false;
    for (size_t i = 0; i < ch.count; i++)
        if (pkg_manifest_script(&ch.members[i]->manifest, word).len) return true;
    return false;
}

/* `"a", "b"` */
static str quoted(struct choice *ch) {
    struct buf b = {0};
    for (size_t i = 0; i < ch->filters.count; i++)
        buf_print(&b, "%s\"%.*s\"", i ? ", " : "", STR_FMT(ch->filters.at[i]));
    str all = arena_str(&ch->c->arena, buf_view(&b));
    buf_free(&b);
    return all;
}

static int no_package(struct choice *ch) {
    if (flags_has(ch->f, "if-present")) return 0;
    if (!ch->filters.count) return cmd_error("No workspace packages found");
    int code = cmd_error("No workspace packages matched the filter%s %.*s", ch->filters.count > 1 ? "s" : "",
                         STR_FMT(quoted(ch)));
    if (ch->project.count > 1) cmd_note("`bao pm ls` lists the workspaces; ./ and a glob means them by folder");
    return code;
}

static void note_unmatched(struct choice *ch) {
    for (size_t i = 0; i < ch->filters.count; i++) {
        struct pkg_names one = {&ch->filters.at[i], 1};
        const bool *is_meant = pkg_filter_members(&ch->c->arena, &ch->project, &one);
        bool any = str_starts(ch->filters.at[i], STR("!"));
        for (size_t k = 0; k < ch->project.count && !any; k++)
            any = is_meant[k] && is_known(ch, &ch->project.members[k]);
        if (!any) cmd_note("No workspace packages matched the filter \"%.*s\"", STR_FMT(ch->filters.at[i]));
    }
}

static int no_script(struct choice *ch, str name) {
    if (flags_has(ch->f, "if-present")) return 0;
    if (ch->count == 1)
        return cmd_error("Script \"%.*s\" not found in package \"%.*s\"", STR_FMT(name),
                         STR_FMT(ch->members[0]->manifest.name));
    if (!ch->filters.count) return cmd_error("Script \"%.*s\" not found in %zu packages", STR_FMT(name), ch->count);
    return cmd_error("Script \"%.*s\" not found in %zu packages matching %.*s", STR_FMT(name), ch->count,
                     STR_FMT(quoted(ch)));
}

/* --- their scripts */

struct plan {
    struct choice *ch;
    LIST(struct many_task) tasks;
    size_t *first, *last;            /* tasks of each package from..before, by its place in ch->members */
    bool is_labelled;
};

static void add_task(struct plan *p, const struct script_set *set, str package, str script, str shown, str text,
                     size_t before) {
    bool has_package = is_among_packages(p->ch->f);
    str label = has_package ? arena_print(&p->ch->c->arena, "%.*s:%.*s", STR_FMT(package), STR_FMT(shown)) : shown;
    *LIST_ADD(&p->tasks) = (struct many_task){.set = set, .package = package, .script = script, .text = text,
                                              .label = label, .before = before, .pid_fd = -1,
                                              .out = {{.fd = -1}, {.fd = -1}}};
}

/* pre, the script, post: each after the one before it has succeeded */
static void add_chain(struct plan *p, const struct script_set *set, str package, str script, int argc, char **argv) {
    struct arena *a = &p->ch->c->arena;
    const str names[3] = {arena_join(a, STR("pre"), script), script, arena_join(a, STR("post"), script)};
    size_t before = SIZE_MAX;
    for (int i = 0; i < 3; i++) {
        str text = script_text(set, names[i]);
        if (!script_has(set, names[i])) continue;
        add_task(p, set, package, names[i], script, text, before);
        before = p->tasks.len - 1;
        if (i != 1) continue;
        p->tasks.at[before].argc = argc;
        p->tasks.at[before].argv = argv;
    }
}

static bool is_pattern(str word) { return str_find_char(word, '*') >= 0 && str_find_char(word, ' ') < 0; }

static bool is_added(const struct plan *p, const struct script_set *set, str script) {
    for (size_t i = 0; i < p->tasks.len; i++)
        if (p->tasks.at[i].set == set && str_eq(p->tasks.at[i].script, script)) return true;
    return false;
}

/* How many scripts a word means here. pre and post of what is meant run with it. */
static size_t add_word(struct plan *p, const struct script_set *set, str package, str word, int argc, char **argv) {
    size_t n = 0;
    if (!is_pattern(word)) {
        if (!script_has(set, word)) return 0;
        add_chain(p, set, package, word, argc, argv);
        return 1;
    }
    for (const struct json *m = script_names(set); m; m = m->next) {
        str base = str_starts(m->key, STR("pre")) ? str_from(m->key, 3)
                   : str_starts(m->key, STR("post")) ? str_from(m->key, 4) : STR("");
        bool is_hook = base.len && script_has(set, base) && glob_match(word, base);
        if (!json_is(m, JSON_STRING) || is_hook || !glob_match(word, m->key) || is_added(p, set, m->key)) continue;
        add_chain(p, set, package, m->key, 0, NULL);
        n++;
    }
    return n;
}

/* In this package alone a word that is no script is a file to run, or a command of the shell. */
static void add_command(struct plan *p, const struct script_set *set, str word) {
    static const char *const ends[] = {".ts", ".tsx", ".js", ".jsx", ".mjs", ".cjs", ".mts", ".cts"};
    str text = word, end = path_extname(word);
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++)
        if (str_is(end, ends[i]) && str_find_char(word, ' ') < 0)
            text = arena_print(&p->ch->c->arena, "bun run %.*s", STR_FMT(word));
    add_task(p, set, STR(""), word, word, text, SIZE_MAX);
}

static str package_name(struct plan *p, const struct pkg_member *m) {
    if (m->manifest.name.len) return m->manifest.name;
    return m->path.len ? m->path : path_basename(p->ch->project.root);
}

static struct script_set *set_of(struct plan *p, const struct pkg_member *m) {
    str root = p->ch->project.root;
    return script_set_of(p->ch->c, m->path.len ? path_join(&p->ch->c->arena, root, m->path) : root, root,
                         m->manifest.json);
}

/* 0, or a code after saying what is missing. Labelled: each word is a script; else the first, and the rest its
 * arguments. */
static int add_words(struct plan *p, int argc, char **argv) {
    struct choice *ch = p->ch;
    int n_words = p->is_labelled ? argc : 1;
    bool is_here = !is_among_packages(ch->f), every = wants_every(ch->f) && !flags_has(ch->f, "if-present");
    size_t *found = ARENA_ARRAY(&ch->c->arena, size_t, (size_t)n_words);
    for (size_t i = 0; i < ch->count; i++) {
        const struct pkg_member *m = ch->members[i];
        struct script_set *set = set_of(p, m);
        p->first[i] = p->tasks.len;
        for (int w = 0; w < n_words; w++) {
            str word = str_c(argv[w]);
            size_t n = add_word(p, set, package_name(p, m), word, p->is_labelled ? 0 : argc - 1, argv + 1);
            if (!n && every)
                return cmd_error("Missing \"%.*s\" script in package \"%.*s\"", STR_FMT(word),
                                 STR_FMT(package_name(p, m)));
            if (!n && is_here && is_pattern(word))
                return cmd_error("No scripts match pattern \"%.*s\"", STR_FMT(word));
            if (!n && is_here && !ch->is_root) add_command(p, set, word), n = 1;
            found[w] += n;
        }
        p->last[i] = p->tasks.len;
    }
    for (int w = 0; w < n_words; w++)
        if (!found[w] && (!p->tasks.len || p->is_labelled) && !flags_has(ch->f, "if-present"))
            return no_script(ch, str_c(argv[w]));
    return 0;
}

/* --- their order */

static bool needs(const struct pkg_member *m, const struct pkg_member *on) {
    if (m == on || !on->manifest.name.len) return false;
    for (size_t i = 0; i < m->manifest.n_dependencies; i++) {
        const struct pkg_dependency *d = &m->manifest.dependencies[i];
        if (d->group != PKG_PEER && str_eq(d->name, on->manifest.name)) return true;
    }
    return false;
}

struct ordering {
    struct plan *p;
    enum { NEW, ENTERED, LEFT } *state;          /* by member of the project */
    bool *reach;                     /* count x count: [i] waits for [k] */
    size_t *sequence, n;             /* members, what is needed first */
};

/* Needs of needs count, also by way of packages that are not meant or have no such script. In a circle the one that
 * was entered first does not wait. */
static void enter(struct ordering *o, size_t i) {
    const struct pkg_project *all = &o->p->ch->project;
    o->state[i] = ENTERED;
    for (size_t k = 0; k < all->count; k++) {
        if (!needs(&all->members[i], &all->members[k])) continue;
        if (o->state[k] == NEW) enter(o, k);
        if (o->state[k] != LEFT) continue;
        o->reach[i * all->count + k] = true;
        for (size_t j = 0; j < all->count; j++) o->reach[i * all->count + j] |= o->reach[k * all->count + j];
    }
    o->reach[i * all->count + i] = false;
    o->state[i] = LEFT;
    o->sequence[o->n++] = i;
}

static void order_packages(struct ordering *o, struct plan *p) {
    struct arena *a = &p->ch->c->arena;
    size_t count = p->ch->project.count;
    *o = (struct ordering){.p = p, .state = arena_zero(a, count * sizeof *o->state),
                           .reach = ARENA_ARRAY(a, bool, count * count), .sequence = ARENA_ARRAY(a, size_t, count)};
    for (size_t i = 0; i < count; i++)
        if (o->state[i] == NEW) enter(o, i);
}

static size_t place_of(const struct choice *ch, size_t member) {
    for (size_t i = 0; i < ch->count; i++)
        if (ch->members[i] == &ch->project.members[member]) return i;
    return SIZE_MAX;
}

/* The tasks in the order in which packages need each other; `before` and `after` follow. */
static void sort_tasks(struct plan *p, const struct ordering *o) {
    struct arena *a = &p->ch->c->arena;
    size_t n = p->tasks.len, at = 0;
    struct many_task *sorted = ARENA_ARRAY(a, struct many_task, n + 1);
    for (size_t s = 0; s < o->n; s++) {
        size_t i = place_of(p->ch, o->sequence[s]);
        if (i == SIZE_MAX) continue;
        size_t moved = at - p->first[i];         /* may wrap round, as the sums below do */
        for (size_t k = p->first[i]; k < p->last[i]; k++) {
            sorted[at] = p->tasks.at[k];
            if (sorted[at].before != SIZE_MAX) sorted[at].before += moved;
            at++;
        }
        p->last[i] += moved;
        p->first[i] += moved;
    }
    if (n) memcpy(p->tasks.at, sorted, n * sizeof *sorted);
}

static void wait_for(struct many_task *t, size_t other) {
    for (size_t i = 0; i < t->n_after; i++)
        if (t->after[i] == other) return;
    t->after[t->n_after++] = other;
}

static void add_waits(struct plan *p, const struct ordering *o) {
    struct choice *ch = p->ch;
    bool in_order = !is_parallel(ch->f) && !is_sequential(ch->f);
    for (size_t i = 0; i < p->tasks.len; i++) {
        struct many_task *t = &p->tasks.at[i];
        t->after = ARENA_ARRAY(&ch->c->arena, size_t, p->tasks.len + 1);
        if (t->before != SIZE_MAX) wait_for(t, t->before);
        if (is_sequential(ch->f) && i) wait_for(t, i - 1);
    }
    for (size_t i = 0; i < ch->count && in_order; i++)
        for (size_t k = 0; k < ch->count; k++) {
            size_t me = (size_t)(ch->members[i] - ch->project.members);
            size_t it = (size_t)(ch->members[k] - ch->project.members);
            if (!o->reach[me * ch->project.count + it]) continue;
            for (size_t t = p->first[i]; t < p->last[i]; t++)
                for (size_t u = p->first[k]; u < p->last[k]; u++) wait_for(&p->tasks.at[t], u);
        }
}

/* --- all of it */

static int read_number(const struct flags *f, const char *flag, size_t *to) {
    str value = flags_value(f, flag);
    int64_t n;
    if (!flags_has(f, flag)) return 0;
    if (!str_to_int(value, &n) || n < 0 || n > 1000000)
        return cmd_error("Invalid %s: \"%.*s\"; a number is wanted", flag, STR_FMT(value));
    *to = (size_t)n;
    return 0;
}

static int no_word(const struct flags *f) {
    if (is_parallel(f) || is_sequential(f))
        return cmd_error("--parallel/--sequential requires at least one script name");
    int code = cmd_error("--filter, --workspaces and --recursive need the name of a script");
    cmd_note("bao run --filter <pattern> <script>");
    return code;
}

/* pnpm's -w: what is done in the root's folder without it. */
static int run_in_root(struct choice *ch, int argc, char **argv) {
    struct cmd *c = ch->c;
    err e = path_enter(ch->project.root);
    if (e) return cmd_error("%.*s: %s", STR_FMT(ch->project.root), err_text(e));
    c->cwd = ch->project.root;
    struct script_set *set = script_find(c);
    if (set && script_has(set, str_c(argv[0]))) return script_run(c, set, str_c(argv[0]), argc - 1, argv + 1, ch->f);
    return no_script(ch, str_c(argv[0]));
}

static void add_root_word(struct choice *ch, int *argc, char ***argv) {
    if (!ch->root_word.at || str_is(ch->root_word, "run")) return;
    char **words = ARENA_ARRAY(&ch->c->arena, char *, (size_t)*argc + 2);
    words[0] = (char *)(uintptr_t)ch->root_word.at;      /* of argv: ends in NUL */
    memcpy(words + 1, *argv, (size_t)*argc * sizeof *words);
    *argv = words;
    ++*argc;
}

/* Without a package.json there are only commands. */
static void choose_nothing(struct choice *ch) {
    ch->project = (struct pkg_project){.root = ch->c->cwd, .count = 1, .members = ARENA_NEW(&ch->c->arena,
                                                                                           struct pkg_member)};
    read_filters(ch);
    choose(ch);
}

static int plan_and_run(struct many *m, struct choice *ch, int argc, char **argv) {
    struct plan p = {.ch = ch, .is_labelled = m->look == MANY_LABELLED};
    struct ordering order;
    p.first = ARENA_ARRAY(&ch->c->arena, size_t, ch->count + 1);
    p.last = ARENA_ARRAY(&ch->c->arena, size_t, ch->count + 1);
    int code = add_words(&p, argc, argv);
    if (code || !p.tasks.len) return code;
    order_packages(&order, &p);
    sort_tasks(&p, &order);
    add_waits(&p, &order);
    m->tasks = p.tasks.at;
    m->count = p.tasks.len;
    for (size_t i = 0; i < m->count; i++) m->tasks[i].all = m;
    return many_run(m);
}

int cmd_many(struct cmd *c, const struct flags *f, int argc, char **argv) {
    f = script_flags(c, f);
    bool is_labelled = is_parallel(f) || is_sequential(f);
    struct choice ch = {.c = c, .f = f};
    struct many m = {.c = c, .f = f, .most = SIZE_MAX, .look = is_labelled ? MANY_LABELLED : MANY_NAMED};
    m.goes_on = flags_has(f, "no-exit-on-error") || !(is_labelled || flags_has(f, "recursive"));
    m.ends_others = is_parallel(f);
    int code = script_check_shell(f);
    if (!code) code = read_number(f, "elide-lines", &m.elide);
    if (!code) code = read_number(f, "workspace-concurrency", &m.most);
    if (!code && is_parallel(f) && is_sequential(f))
        code = cmd_error("--parallel and --sequential cannot be used together");
    if (code) return code;
    if (!m.most) m.most = SIZE_MAX;
    err e = read_choice(&ch, false);
    if (e && e != ERR_NOT_FOUND) return 1;
    if (e) choose_nothing(&ch);
    add_root_word(&ch, &argc, &argv);
    if (!argc) return no_word(f);
    if (ch.is_root && !is_labelled) return run_in_root(&ch, argc, argv);
    if (!ch.count) return no_package(&ch);
    note_unmatched(&ch);
    if (flags_has(f, "env-file")) cmd_load_env(c, f);
    return plan_and_run(&m, &ch, argc, argv);
}
