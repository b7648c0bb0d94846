#include "pkg/engines.h"

#include "base/buf.h"
#include "base/diag.h"
#include "data/json.h"
#include "data/semver.h"
#include "sys/file.h"
#include "sys/path.h"

struct checking {
    struct arena *a;
    struct diag *d;
    struct semver node;
    bool failed;
};

static bool read_node(str user_agent, struct semver *node) {
    ptrdiff_t at = str_find(user_agent, STR("node/v"));
    str text, rest;
    if (at < 0) return false;
    str_split(str_from(user_agent, (size_t)at + 6), ' ', &text, &rest);
    return semver_parse(text, SEMVER_LOOSE, node);
}

static void check(struct checking *c, str label, const struct json *manifest, bool is_optional) {
    str wants = json_text(json_get_c(json_get_c(manifest, "engines"), "node"));
    struct semver_range *range = wants.len ? semver_range_parse(c->a, wants, SEMVER_LOOSE) : NULL;
    if (!range || semver_range_has(range, &c->node, SEMVER_LOOSE | SEMVER_PRERELEASE)) return;
    c->failed |= !is_optional;
    diag_add(c->d, is_optional ? DIAG_WARNING : DIAG_ERROR, "engine-strict", STR(""), (str){0}, 0, 0,
             "%.*s is made for node %.*s; this is %d.%d.%d (engine-strict)", STR_FMT(label), STR_FMT(wants),
             (int)c->node.major, (int)c->node.minor, (int)c->node.patch);
}

err pkg_engines_check(struct arena *a, const struct pkg_project *p, const struct pkg_lock *l,
                      const struct pkg_stored *stored, str user_agent, struct diag *d) {
    struct checking c = {.a = a, .d = d};
    if (!read_node(user_agent, &c.node)) return 0;
    for (size_t i = 0; i < p->count; i++) {
        const struct pkg_member *m = &p->members[i];
        check(&c, m->path.len ? m->path : STR("the project"), m->manifest.json, false);
    }
    for (pkg_id i = 0; i < l->n_packages; i++) {
        const struct pkg_package *k = &l->packages[i];
        struct buf text = {0};
        struct arena mark = *a;
        if (!stored[i].path.len) continue;
        if (file_read_all(path_join(a, stored[i].path, STR("package.json")), &text) == 0)
            check(&c, arena_print(a, "%.*s@%.*s", STR_FMT(k->name), STR_FMT(k->version)),
                  json_parse(a, buf_view(&text), JSONC, NULL, STR("")), pkg_lock_is_optional(l, i));
        buf_free(&text);
        arena_back(a, mark);
    }
    return c.failed ? ERR_REFUSED : 0;
}
