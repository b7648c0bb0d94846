/* cli/env_files.c: .env files -> environment, in Bun's order. */
#include "base/buf.h"
#include "cli/cmd.h"
#include "data/dotenv.h"
#include "sys/env.h"
#include "sys/file.h"
#include "sys/path.h"
#include "sys/program.h"

static err read_one(struct cmd *c, struct dotenv *d, str name) {
    struct buf text = {0};
    err e = file_read_all(path_resolve(&c->arena, c->cwd, name), &text);
    if (!e) dotenv_read(d, arena_str(&c->arena, buf_view(&text)));
    buf_free(&text);
    return e;
}

static bool look(void *user, str name, str *value) {
    struct arena *a = user;
    return env_get(arena_c(a, name), value);
}

void cmd_load_env(struct cmd *c, const struct flags *f) {
    struct dotenv d = {0};
    bool is_named = flags_has(f, "env-file");
    if (is_named) {
        for (size_t i = 0; i < f->list.len; i++) {
            str name = f->list.at[i].value;
            if (strcmp(f->list.at[i].spec->name, "env-file") != 0) continue;
            err e = read_one(c, &d, name);
            if (e) cmd_note("--env-file=%.*s: %s", STR_FMT(name), err_text(e));
        }
    } else if (!flags_has(f, "no-env-file") && !str_is(path_basename(program.argv0), "node")) {
        str mode = env_or("NODE_ENV", "development");
        if (!str_is(mode, "production") && !str_is(mode, "test")) mode = STR("development");
        read_one(c, &d, STR(".env"));
        read_one(c, &d, arena_print(&c->arena, ".env.%.*s", STR_FMT(mode)));
        if (!str_is(mode, "test")) read_one(c, &d, STR(".env.local"));
        read_one(c, &d, arena_print(&c->arena, ".env.%.*s.local", STR_FMT(mode)));
    }
    dotenv_expand(&d, look, &c->arena);
    str there;
    for (struct map_entry *m = map_next(&d.by_name, NULL); m; m = map_next(&d.by_name, m)) {
        const struct dotenv_entry *e = m->value;
        if (!env_get(arena_c(&c->arena, e->name), &there)) env_set(e->name, e->value);
    }
    dotenv_free(&d);
}
