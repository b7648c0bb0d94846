/* tools/langtool.c: the parser by hand. langtool [--module|--script|--cjs] [--quiet] [--time n]
 *     [--tree|--marks|--free|--print|--compact|--lengths|--round-trip] file...
 * --lengths: in front of each printed text a line `=== <bytes> <file>`.
 * Without more: says which files do not parse, and why. Exit 1 when there is one. "-" reads names from stdin. */
#include <time.h>

#include "base/buf.h"
#include "base/diag.h"
#include "base/mem.h"
#include "lang/ast_same.h"
#include "lang/parse.h"
#include "lang/print.h"

static bool read_file(const char *path, struct buf *out) {
    FILE *f = fopen(path, "rb");
    if (!f) return false;
    buf_clear(out);
    for (;;) {
        char *at = buf_room(out, 1 << 16);
        size_t n = fread(at, 1, 1 << 16, f);
        out->len += n;
        if (n == 0) break;
    }
    fclose(f);
    memset(buf_room(out, PARSE_PAD + 1), 0, PARSE_PAD + 1);
    return true;
}

static double now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* The names that nothing in the file declares, once each. */
static void print_free(const struct tree *t, const char *path) {
    char *seen = mem_zero(t->names.len);
    printf("%s", path);
    for (uint32_t i = 1; i < t->refs.len; i++) {
        const struct ref *r = &t->refs.at[i];
        if (r->symbol || r->flags & REF_DEAD || seen[r->name]) continue;
        seen[r->name] = 1;
        printf(" %.*s", STR_FMT(name_text(&t->names, r->name)));
    }
    printf("\n");
    mem_free(seen);
}

/* Prints the tree, reads that again: the same tree must come of it. */
static bool round_trip(const struct tree *t, const char *path, struct parse_options o, bool compact) {
    static struct tree again;
    struct buf out = {0};
    struct diag d = {0};
    print_tree(t, &(struct print_options){.compact = compact}, &out);
    o.is_padded = false;
    o.goal = t->kind == SOURCE_MODULE ? PARSE_MODULE : t->kind == SOURCE_COMMONJS ? PARSE_COMMONJS : PARSE_SCRIPT;
    uint32_t at = 0;
    bool ok = parse_source(&again, buf_view(&out), &o, &d);
    if (!ok) {
        struct buf text = {0};
        diag_print(&d, &text, false);
        printf("%s: printed wrongly (%d): %.*s\n", path, compact, (int)(text.len < 600 ? text.len : 600), text.at);
        buf_free(&text);
    } else if (!ast_same(t, t->root, &again, again.root, &at)) {
        ok = false;
        printf("%s: printed otherwise (%d) at %u: %.*s\n", path, compact, at, 60, t->source.at + at);
    }
    buf_free(&out);
    diag_free(&d);
    return ok;
}

struct job {
    enum parse_goal goal;
    bool has_goal, tree, marks, quiet, free, round, print, compact, lengths;
    int times;
    size_t bytes, files, failed;
    double seconds, print_seconds;
};

static void run(struct job *j, const char *path) {
    static struct tree t;
    static struct buf text;
    if (!read_file(path, &text)) {
        fprintf(stderr, "langtool: %s cannot be read\n", path);
        j->failed++;
        return;
    }
    struct parse_options o = parse_options_for(str_c(path));
    if (j->has_goal) o.goal = j->goal;
    o.is_padded = true;
    struct diag d = {0};
    double best = 1e9;
    bool ok = false;
    for (int i = 0; i < (j->times ? j->times : 1); i++) {
        diag_free(&d);
        double from = now();
        ok = parse_source(&t, buf_view(&text), &o, &d);
        double took = now() - from;
        if (took < best) best = took;
    }
    j->seconds += best;
    j->bytes += text.len;
    j->files++;
    if (!ok) {
        j->failed++;
        if (!j->quiet) {
            struct buf out = {0};
            diag_print(&d, &out, false);
            fwrite(out.at, 1, out.len, stdout);
            buf_free(&out);
        } else if (j->quiet) printf("%s\n", path);
    } else if (j->tree) {
        struct buf out = {0};
        ast_dump(&t, t.root, &out);
        printf("%.*s\n", (int)out.len, out.at);
        buf_free(&out);
    }
    if (ok && j->round && !(round_trip(&t, path, o, false) && round_trip(&t, path, o, true))) j->failed++;
    if (ok && j->print) {
        struct buf out = {0};
        double from = now();
        print_tree(&t, &(struct print_options){.compact = j->compact}, &out);
        j->print_seconds += now() - from;
        if (j->lengths) printf("=== %zu %s\n", out.len, path);
        if (!j->times) fwrite(out.at, 1, out.len, stdout);
        buf_free(&out);
    }
    if (ok && j->free) print_free(&t, path);
    if (ok && j->marks)
        for (uint32_t i = 0; i < t.marks.len; i++) {
            const struct mark *m = &t.marks.at[i];
            printf("%u..%u kind %u %s: %.*s\n", m->start, m->end, m->kind, ast_names[ast_node(&t, m->node)->kind],
                   (int)(m->end - m->start < 60 ? m->end - m->start : 60), t.source.at + m->start);
        }
    if (ok && j->times == 1)
        printf("%s: %u nodes, %u names, %u symbols, %u refs, %u scopes, %u marks\n", path, t.nodes.len, t.names.len,
               t.symbols.len, t.refs.len, t.scopes.len, t.marks.len);
    diag_free(&d);
}

int main(int argc, char **argv) {
    struct job j = {0};
    for (int i = 1; i < argc; i++) {
        str a = str_c(argv[i]);
        if (str_is(a, "--module")) j.goal = PARSE_MODULE, j.has_goal = true;
        else if (str_is(a, "--script")) j.goal = PARSE_SCRIPT, j.has_goal = true;
        else if (str_is(a, "--cjs")) j.goal = PARSE_COMMONJS, j.has_goal = true;
        else if (str_is(a, "--tree")) j.tree = true;
        else if (str_is(a, "--marks")) j.marks = true;
        else if (str_is(a, "--round-trip")) j.round = true;
        else if (str_is(a, "--print")) j.print = true;
        else if (str_is(a, "--compact")) j.print = j.compact = true;
        else if (str_is(a, "--lengths")) j.lengths = true;
        else if (str_is(a, "--free")) j.free = true;
        else if (str_is(a, "--quiet")) j.quiet = true;
        else if (str_is(a, "--time") && i + 1 < argc) j.times = (int)strtol(argv[++i], NULL, 10);
        else if (str_is(a, "-")) {
            char line[4096];
            while (fgets(line, sizeof line, stdin)) {
                line[strcspn(line, "\n")] = 0;
                run(&j, line);
            }
        } else run(&j, argv[i]);
    }
    if (j.times) printf("%zu files, %.2f MB, %.2f ms: %.1f MB/s\n", j.files, (double)j.bytes / 1e6, j.seconds * 1e3,
                        (double)j.bytes / 1e6 / j.seconds);
    if (j.times && j.print) printf("printed in %.2f ms\n", j.print_seconds * 1e3);
    if (j.files > 1 && !j.quiet) printf("%zu files, %zu failed\n", j.files, j.failed);
    return j.failed ? 1 : 0;
}
