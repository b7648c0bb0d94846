/* pkg/migrate_run.c: a project's foreign lockfile from its folder, made whole by what registries say. */
#include "pkg/migrate_run.h"

#include "base/diag.h"
#include "base/list.h"
#include "base/map.h"
#include "data/json.h"
#include "pkg/project.h"
#include "pkg/registry.h"
#include "pkg/session.h"
#include "sys/file.h"
#include "sys/path.h"

static void warn(struct diag *d, str text) {
    diag_add(d, DIAG_WARNING, "migrate", STR(""), (str){0}, 0, 0, "%.*s", STR_FMT(text));
}

/* Asks once for each name. What no registry knows stays as the lockfile has it: versions count more than details. */
static err fill(struct arena *a, struct pkg_session *s, struct diag *d, struct pkg_migration *m) {
    struct map numbers = {0};
    LIST(str) names = {0};
    for (pkg_id i = 0; i < m->lock.n_packages; i++) {
        bool is_new;
        if (!m->is_partial || !m->is_partial[i]) continue;
        void **at = map_at(&numbers, m->lock.packages[i].name, &is_new);
        if (!is_new) continue;
        *LIST_ADD(&names) = m->lock.packages[i].name;
        *at = (void *)(uintptr_t)names.len;
    }
    const struct pkg_packument **found = ARENA_ARRAY(a, const struct pkg_packument *, names.len + 1);
    str *whys = ARENA_ARRAY(a, str, names.len + 1);
    err e = names.len ? pkg_session_packuments(s, names.at, names.len, false, found, whys) : 0;
    for (pkg_id i = 0; i < m->lock.n_packages && !e && names.len; i++) {
        if (!m->is_partial[i]) continue;
        const struct pkg_package *p = &m->lock.packages[i];
        const struct pkg_packument *answer = found[(uintptr_t)map_get(&numbers, p->name) - 1];
        const struct pkg_release *release = answer ? pkg_packument_find(answer, p->version) : NULL;
        const struct json *manifest = release ? json_parse(a, release->text, JSON_STRICT, NULL, STR("")) : NULL;
        if (manifest) pkg_migration_fill(m, i, manifest);
        else
            warn(d, arena_print(a, "%.*s@%.*s, which the lockfile has, is not in the registry", STR_FMT(p->name),
                                STR_FMT(p->version)));
    }
    LIST_FREE(&names);
    map_free(&numbers);
    return e;
}

static bool read_one(struct arena *a, const struct pkg_project *p, str file, str text, struct diag *d,
                     struct pkg_migration *out) {
    struct diag own = {0};
    bool ok = pkg_migrate_read(a, p, file, text, &own, out);
    const struct diag_message *m = own.first;
    str place = m && m->line ? arena_print(a, ":%u:%u", m->line, m->column) : STR("");
    if (!ok)
        warn(d, arena_print(a, "%.*s%.*s cannot be migrated: "
        "%.*s", STR_FMT(file), STR_FMT(place), STR_FMT(m ? m->text : STR("it says nothing that is known"))));
    for (size_t i = 0; ok && i < out->warnings.count; i++) warn(d, out->warnings.at[i]);
    diag_free(&own);
    return ok;
}

err pkg_migrate_project(struct arena *a, struct pkg_session *s, const struct pkg_project *p, struct diag *d,
                        struct pkg_migration *out, str *file) {
    for (const char *const *name = pkg_migrate_files; *name; name++) {
        struct buf text = {0};
        *file = str_c(*name);
        err e = file_read_all(path_join(a, p->root, *file), &text);
        str kept = e ? STR("") : arena_str(a, buf_view(&text));
        buf_free(&text);
        if (!e && read_one(a, p, *file, kept, d, out)) return fill(a, s, d, out);
    }
    return ERR_NOT_FOUND;
}
