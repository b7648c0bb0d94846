/* Any bytes as a lockfile of npm (first byte 'n'), yarn ('y') or pnpm ('p'): it is refused with an error, or the graph
 * that comes out is whole: edges lead to packages that are there, names are names. */
#include "base/diag.h"
#include "base/must.h"
#include "data/json.h"
#include "pkg/migrate.h"
#include "pkg/project.h"
#include "pkg/spec.h"
#include "pkg/yarn_settings.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(const struct pkg_migration *m) {
    const struct pkg_lock *l = &m->lock;
    must(l->packages[0].source == PKG_ROOT);
    for (pkg_id i = 0; i < l->n_packages; i++) {
        const struct pkg_package *p = &l->packages[i];
        must(p->source == PKG_ROOT || pkg_name_is_valid(p->name));
        must(p->source != PKG_NPM || p->version.len);
        for (size_t k = 0; k < p->n_edges; k++) must(p->edges[k].to == PKG_NONE || p->edges[k].to < l->n_packages);
    }
}

/* What yarn patches: never a file out of the project. */
static void check_patches(struct arena *a, str text) {
    struct pkg_yarn_patches found;
    struct buf package = {0};
    if (!pkg_yarn_lock_patches(a, text, NULL, &found)) found = (struct pkg_yarn_patches){0};
    buf_lit(&package, "{\"dependencies\":{\"x\":");
    json_write_text(&package, str_upto(text, 400));
    buf_lit(&package, "}}");
    pkg_yarn_settings(a, buf_view(&package), STR("w"), true, &found, NULL);
    for (size_t i = 0; i < found.count; i++) {
        str file = found.at[i].file, part;
        must(file.len && file.at[0] != '/');
        while (str_next(&file, '/', &part)) must(part.len && !str_is(part, ".."));
    }
    buf_free(&package);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static const char *const sources[2] = {
        "{\"name\":\"root\",\"workspaces\":[\"w\"],\"dependencies\":{\"x\":\"^1.0.0\",\"al\":\"npm:real@^1.0.0\"}}",
        "{\"name\":\"w\",\"version\":\"1.0.0\",\"dependencies\":{\"x\":\"^1.0.0\"},\"peerDependencies\":{\"p\":\"*\"}}",
    };
    if (!size) return 0;
    struct arena a = {0};
    struct diag d = {0};
    struct pkg_member members[2] = {{.path = STR("")}, {.path = STR("w")}};
    struct pkg_project project = {.members = members, .count = 2};
    struct pkg_migration out;
    for (int i = 0; i < 2; i++)
        must(pkg_manifest_read(&a, str_c(sources[i]), STR("package.json"), &d, &members[i].manifest));
    str file = data[0] == 'n' ? STR("package-lock.json") : data[0] == 'p' ? STR("pnpm-lock.yaml") : STR("yarn.lock");
    bool ok = pkg_migrate_read(&a, &project, file, str_of((const char *)data + 1, size - 1), &d, &out);
    must(ok || d.n_errors);
    check_patches(&a, str_of((const char *)data + 1, size - 1));
    if (ok) {
        check(&out);
        struct json *manifest = json_parse(&a, STR("{\"dependencies\":{\"x\":\"1\"},\"peerDependencies\":{\"q\":\"1\"},"
        "\"bin\":\"b\"}"), JSON_STRICT, NULL, STR(""));
        for (pkg_id i = 0; i < out.lock.n_packages; i++) if (out.is_partial[i]) pkg_migration_fill(&out, i, manifest);
        check(&out);
    }
    diag_free(&d);
    arena_free(&a);
    return 0;
}
