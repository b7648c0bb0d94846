/* tools/clitest.c: runs test/cli/<command>/<case>/: every line of its file `run` is typed in a copy of the folder, and
 * what is printed must be what its file `expect` says. No shell is between: a line is words with quotes, with
 * assignments before and `< file` after them.  build/clitest [--update] [part of a name]... $ line typed standard
 * output, as it is 2> each line of standard error [exit 3] or [signal SIGTERM], when it is not 0 */
#include <stdio.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/list.h"
#include "sys/dir.h"
#include "sys/env.h"
#include "sys/file.h"
#include "sys/path.h"
#include "sys/proc.h"

#include <fcntl.h>
#include <unistd.h>

static struct arena arena;
static str program, root;

static str read_or_empty(str path) {
    struct buf b = {0};
    file_read_all(path, &b);
    str text = arena_str(&arena, buf_view(&b));
    buf_free(&b);
    return text;
}

/* Words of a line; quotes as a shell has them, but nothing is expanded. */
static size_t words_of(str line, char **words) {
    size_t n = 0, i = 0;
    while (i < line.len) {
        if (line.at[i] == ' ') { i++; continue; }
        char *word = arena_alloc(&arena, line.len + 1), quote = 0;
        size_t len = 0;
        for (; i < line.len && (quote || line.at[i] != ' '); i++) {
            char ch = line.at[i];
            if (quote ? ch == quote : ch == '\'' || ch == '"') quote = quote ? 0 : ch;
            else if (ch == '\\' && quote != '\'' && i + 1 < line.len) word[len++] = line.at[++i];
            else word[len++] = ch;
        }
        word[len] = 0;
        words[n++] = word;
    }
    words[n] = NULL;
    return n;
}

static void add_replaced(struct buf *out, str text, str what, str by) {
    for (;;) {
        ptrdiff_t at = what.len ? str_find(text, what) : -1;
        if (at < 0) break;
        buf_add(out, str_upto(text, (size_t)at));
        buf_add(out, by);
        text = str_from(text, (size_t)at + what.len);
    }
    buf_add(out, text);
}

/* What differs from machine to machine is named instead. */
static str named(str text, str folder) {
    const str pairs[][2] = {{folder, STR("<dir>")}, {program, STR("<bao>")}, {STR(BAO_VERSION), STR("<version>")}};
    for (size_t i = 0; i < 3; i++) {
        struct buf b = {0};
        add_replaced(&b, text, pairs[i][0], pairs[i][1]);
        text = arena_str(&arena, buf_view(&b));
        buf_free(&b);
    }
    return text;
}

static void copy_tree(str from, str to) {
    struct dir_entry *list;
    size_t n;
    dir_make_all(to, 0777, NULL);
    if (dir_list(&arena, from, &list, &n) != 0) return;
    for (size_t i = 0; i < n; i++) {
        str a = path_join(&arena, from, list[i].name), b = path_join(&arena, to, list[i].name), target;
        if (list[i].kind == FILE_DIR) copy_tree(a, b);
        else if (list[i].kind == FILE_LINK && file_readlink(&arena, a, &target) == 0) file_symlink(target, b);
        else file_copy(a, b, false);
    }
}

static int open_or(str path, int flags, const char *otherwise) {
    int fd;
    return file_open(path, flags, 0644, &fd) == 0 ? fd : open(otherwise, O_RDWR | O_CLOEXEC);
}

static void run_line(str line, str folder, struct buf *out) {
    char **words = ARENA_ARRAY(&arena, char *, line.len + 2);
    size_t n = words_of(line, words), first = 0;
    LIST(char *) env = {0};
    while (first < n && strchr(words[first], '=') && words[first][0] != '-') *LIST_ADD(&env) = words[first++];
    size_t n_own = env.len;
    for (char **e = environ; *e; e++) {
        static const char *const left_out[] = {
            "npm_", "NODE_ENV=", "INIT_CWD=", "BUN_OPTIONS=", "FORCE_COLOR=", "NO_COLOR="};
        bool is_out = false;
        for (size_t i = 0; i < sizeof left_out / sizeof *left_out; i++)
            is_out |= strncmp(*e, left_out[i], strlen(left_out[i])) == 0;
        for (size_t i = 0; i < n_own; i++) is_out |= strncmp(*e, env.at[i], strcspn(env.at[i], "=") + 1) == 0;
        if (!is_out) *LIST_ADD(&env) = *e;
    }
    *LIST_ADD(&env) = (char *)(uintptr_t)"NO_COLOR=1";
    *LIST_ADD(&env) = NULL;
    int in = -1;
    if (n >= 2 && strcmp(words[n - 2], "<") == 0) {
        in = open_or(path_join(&arena, folder, str_c(words[n - 1])), O_RDONLY, "/dev/null");
        words[n -= 2] = NULL;
    }
    str out_path = arena_print(&arena, "%.*s.out", STR_FMT(folder)),
        err_path = arena_print(&arena, "%.*s.err", STR_FMT(folder));
    enum { NEW = O_CREAT | O_TRUNC | O_WRONLY };
    int fds[3] = {in, open_or(out_path, NEW, "/dev/null"), open_or(err_path, NEW, "/dev/null")};
    bool is_bao = first < n && strcmp(words[first], "bao") == 0;
    struct proc_spec spec = {.file = is_bao ? program.at : words[first],
                             .argv = words + first,
                             .env = env.at,
                             .cwd = folder.at,
                             .fds = fds,
                             .n_fds = 3,
                             .uid = -1,
                             .gid = -1};
    pid_t pid;
    struct proc_end end = {0};
    err e = first < n ? proc_spawn(&spec, &pid) : ERR_NOT_FOUND;
    if (!e) proc_wait(pid, &end);
    for (int i = 0; i < 3; i++) if (fds[i] >= 0) close(fds[i]);
    buf_print(out, "$ %.*s\n", STR_FMT(line));
    if (e) buf_print(out, "[cannot be started: %s]\n", err_text(e));
    str text = named(read_or_empty(out_path), folder), part;
    buf_add(out, text);
    if (text.len && text.at[text.len - 1] != '\n') buf_lit(out, "\n");
    text = named(read_or_empty(err_path), folder);
    if (text.len && text.at[text.len - 1] == '\n') text.len--;
    while (text.len && str_next(&text, '\n', &part)) buf_print(out, "2>%s%.*s\n", part.len ? " " : "", STR_FMT(part));
    if (end.signal) buf_print(out, "[signal %s]\n", proc_signal_name(end.signal));
    else if (end.code) buf_print(out, "[exit %d]\n", end.code);
    file_unlink(out_path);
    file_unlink(err_path);
    LIST_FREE(&env);
}

static void show_difference(str want, str got) {
    str a, b;
    for (int line = 1; want.len || got.len; line++) {
        bool has_a = str_next(&want, '\n', &a), has_b = str_next(&got, '\n', &b);
        if (has_a && has_b && str_eq(a, b)) continue;
        if (has_a) printf("  line %d, wanted: %.*s\n", line, STR_FMT(a));
        if (has_b) printf("  line %d, got:    %.*s\n", line, STR_FMT(b));
        return;
    }
}

static bool run_case(str name, bool is_update) {
    str from = path_join(&arena, root, name), folder, rest = read_or_empty(path_join(&arena, from, STR("run"))), line;
    if (dir_make_temp(&arena, STR("/tmp/bao-cli-"), &folder) != 0) return false;
    copy_tree(from, folder);
    struct buf out = {0};
    while (rest.len && str_next(&rest, '\n', &line))
        if (line.len && line.at[0] != '#') run_line(line, folder, &out);
    str expect = path_join(&arena, from, STR("expect")), want = read_or_empty(expect);
    bool is_same = str_eq(want, buf_view(&out));
    if (!is_same && is_update) file_write_all(expect, buf_view(&out), 0644);
    else if (!is_same) {
        printf("(fail) test/cli/%.*s\n", STR_FMT(name));
        show_difference(want, buf_view(&out));
    }
    buf_free(&out);
    dir_remove_all(folder);
    return is_same || is_update;
}

static int by_name(const void *a, const void *b) {
    return str_cmp(((const struct dir_entry *)a)->name, ((const struct dir_entry *)b)->name);
}

static size_t sorted(str folder, struct dir_entry **list) {
    size_t n = 0;
    if (dir_list(&arena, folder, list, &n) != 0) return 0;
    qsort(*list, n, sizeof **list, by_name);
    return n;
}

static bool is_wanted(str name, int argc, char **argv, int first) {
    for (int i = first; i < argc; i++)
        if (str_find(name, str_c(argv[i])) >= 0) return true;
    return first >= argc;
}

int main(int argc, char **argv) {
    bool is_update = argc > 1 && strcmp(argv[1], "--update") == 0;
    str cwd;
    if (path_cwd(&arena, &cwd) != 0) return 2;
    program = path_resolve(&arena, cwd, env_or("BAO", "build/bao"));
    root = path_resolve(&arena, cwd, STR("test/cli"));
    struct dir_entry *commands, *cases;
    int n_passed = 0, n_failed = 0;
    size_t n = sorted(root, &commands);
    for (size_t i = 0; i < n; i++) {
        if (commands[i].kind != FILE_DIR) continue;
        size_t k = sorted(path_join(&arena, root, commands[i].name), &cases);
        for (size_t j = 0; j < k; j++) {
            str name = path_join(&arena, commands[i].name, cases[j].name);
            if (cases[j].kind != FILE_DIR || !is_wanted(name, argc, argv, is_update ? 2 : 1)) continue;
            run_case(name, is_update) ? n_passed++ : n_failed++;
        }
    }
    printf("%d passed, %d failed\n", n_passed, n_failed);
    return n_failed || !n_passed;
}
