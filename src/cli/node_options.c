/* cli/node_options.c: NODE_OPTIONS, by which agents are put in front of programs: `--require dd-trace/init`. What Node
 * takes there and Bao has goes before the flags that were typed; what Bao has not is passed over with a note, for the
 * variable is often meant for other programs too (--max-old-space-size). */
#include "base/buf.h"
#include "cli/cmd.h"
#include "sys/env.h"

static bool is_among(const char *const *names, size_t n, str name) {
    for (size_t i = 0; i < n; i++) if (str_is(name, names[i])) return true;
    return false;
}

static bool is_taken(str name) {
    static const char *const names[] = {
        "preload", "conditions", "preserve-symlinks", "preserve-symlinks-main", "no-addons", "unhandled-rejections",
        "no-warnings", "no-deprecation", "throw-deprecation", "trace-warnings", "trace-deprecation", "disable-warning",
        "redirect-warnings", "title", "expose-gc", "enable-source-maps",
    };
    return is_among(names, sizeof names / sizeof *names, name);
}

/* What Node refuses there: it names a program, or ends at once. */
static bool is_refused(str name) {
    static const char *const names[] = {
        "eval", "e", "print", "p", "pe", "check", "c", "help", "h", "version", "v", "interactive", "i", "test", "run",
        "v8-options", "prof-process", "cpu-prof-process", "expose-internals", "",
    };
    return is_among(names, sizeof names / sizeof *names, name);
}

/* "--trace_warnings=x" -> trace-warnings, x */
static bool split_word(struct arena *a, const char *word, str *name, str *value) {
    str text = arena_str(a, str_c(word + 1 + (word[1] == '-')));
    bool has_value = str_split(text, '=', name, value);
    for (size_t i = 0; i < name->len; i++) if (name->at[i] == '_') ((char *)(uintptr_t)name->at)[i] = '-';
    if (word[1] != '-' && str_is(*name, "r")) *name = STR("preload");
    if (word[1] != '-' && str_is(*name, "C")) *name = STR("conditions");
    return has_value;
}

int cmd_node_options(struct cmd *c, struct flags *f) {
    struct flags with = {.next = f->next, .ended = f->ended}, *out = &with;
    str text, none = {0};
    char **words;
    struct buf passed = {0};
    if (!env_get("NODE_OPTIONS", &text) || !text.len) return 0;
    size_t n = flags_split(&c->arena, text, &words);
    for (size_t i = 0; i < n; i++) {
        str name = none, value = none;
        const char *word = words[i];
        if (word[0] != '-') continue;                            /* as Node: what is no flag says nothing */
        bool has_value = split_word(&c->arena, word, &name, &value);
        const struct flag_spec *spec = flags_find(flags_run, flags_n_run, name);
        if (is_refused(name)) {
            cmd_error("%s is not allowed in NODE_OPTIONS", word);
            return 9;
        }
        if (!spec || spec->state != FLAG_READY || !is_taken(str_c(spec->name))) {
            buf_print(&passed, "%s%.*s", passed.len ? ", " : "", (int)strcspn(word, "="), word);
            if (!has_value && i + 1 < n && words[i + 1][0] != '-') i++;
            continue;
        }
        if (spec->value == FLAG_VALUE && !has_value) {
            if (i + 1 == n) {
                cmd_error("NODE_OPTIONS: %s needs a value", word);
                return 9;
            }
            value = str_c(words[++i]);
        }
        *LIST_ADD(&out->list) = (struct flag){.spec = spec, .value = value};
    }
    for (size_t i = 0; i < f->list.len; i++) *LIST_ADD(&out->list) = f->list.at[i];
    *f = with;
    if (passed.len && !flags_has(f, "no-warnings") && !str_is(env_or("NODE_NO_WARNINGS", ""), "1"))
        cmd_note("NODE_OPTIONS: %.*s: not known to Bao, passed over", STR_FMT(buf_view(&passed)));
    buf_free(&passed);
    return 0;
}
