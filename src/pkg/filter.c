#include "pkg/filter.h"

#include "data/glob.h"
#include "sys/path.h"

struct pattern {
    str base;
    bool takes_away, with_needed, with_users, without_itself;
};

static struct pattern read_pattern(str text) {
    struct pattern p = {0};
    if (text.len && text.at[0] == '!') p.takes_away = true, text = str_from(text, 1);
    if (str_starts(text, STR("..."))) p.with_users = true, text = str_from(text, 3);
    if (p.with_users && text.len && text.at[0] == '^') p.without_itself = true, text = str_from(text, 1);
    if (str_ends(text, STR("..."))) p.with_needed = true, text.len -= 3;
    if (p.with_needed && text.len && text.at[text.len - 1] == '^') p.without_itself = true, text.len--;
    p.base = text;
    return p;
}

static bool is_below(str path, str folder) {
    return !folder.len || str_eq(path, folder) ||
           (str_starts(path, folder) && path.len > folder.len && path.at[folder.len] == '/');
}

static bool is_member(const struct pkg_project *p, str path) {
    for (size_t i = 1; i < p->count; i++)
        if (str_eq(p->members[i].path, path)) return true;
    return false;
}

/* "./x" begins where the command was typed; "./" is the workspace there, or the root. */
static bool folder_fits(struct arena *a, const struct pkg_project *p, const struct pkg_member *m, str pattern) {
    if (!pattern.len) return str_eq(m->path, is_member(p, p->from) ? p->from : STR(""));
    return glob_match(p->from.len ? path_join(a, p->from, pattern) : pattern, m->path.len ? m->path : STR("."));
}

static bool fits(struct arena *a, const struct pkg_project *p, const struct pkg_member *m, str base) {
    if (base.len > 1 && base.at[0] == '{' && base.at[base.len - 1] == '}') {
        str folder = path_resolve(a, path_join(a, p->root, p->from), str_cut(base, 1, base.len - 1));
        if (!is_below(folder, p->root)) return false;
        return is_below(m->path, str_from(folder, folder.len > p->root.len ? p->root.len + 1 : folder.len));
    }
    if (str_starts(base, STR("./")) || str_is(base, "."))
        return folder_fits(a, p, m, str_from(base, base.len > 2 ? 2 : base.len));
    if (str_starts(base, STR("../")) || str_is(base, "..")) return folder_fits(a, p, m, base);
    if (is_member(p, base)) return str_eq(m->path, base);        /* npm's --workspace=packages/x */
    return m->manifest.name.len && (str_is(base, "*") || glob_match(base, m->manifest.name));
}

static bool depends(const struct pkg_member *m, const struct pkg_member *on) {
    return m != on && on->manifest.name.len && pkg_manifest_find(&m->manifest, on->manifest.name) != NULL;
}

/* What is chosen already passes it on, until nothing is added any more. */
static void spread(const struct pkg_project *p, bool *chosen, bool to_users) {
    for (bool more = true; more;) {
        more = false;
        for (size_t i = 0; i < p->count; i++)
            for (size_t k = 0; chosen[i] && k < p->count; k++) {
                const struct pkg_member *from = &p->members[to_users ? k : i], *to = &p->members[to_users ? i : k];
                if (chosen[k] || !depends(from, to)) continue;
                chosen[k] = more = true;
            }
    }
}

static void choose(struct arena *a, const struct pkg_project *p, const struct pattern *by, bool *chosen) {
    bool *itself = ARENA_ARRAY(a, bool, p->count + 1), *users = ARENA_ARRAY(a, bool, p->count + 1);
    for (size_t i = 0; i < p->count; i++) itself[i] = chosen[i] = users[i] = fits(a, p, &p->members[i], by->base);
    if (by->with_needed) spread(p, chosen, false);
    if (by->with_users) spread(p, users, true);
    for (size_t i = 0; i < p->count; i++) {
        chosen[i] |= users[i];
        if (by->without_itself && itself[i]) chosen[i] = false;
    }
}

bool *pkg_filter_members(struct arena *a, const struct pkg_project *p, const struct pkg_names *filters) {
    bool *in = ARENA_ARRAY(a, bool, p->count + 1), *out = ARENA_ARRAY(a, bool, p->count + 1);
    bool *chosen = ARENA_ARRAY(a, bool, p->count + 1), adds = false;
    for (size_t f = 0; f < filters->count; f++) {
        struct pattern by = read_pattern(filters->at[f]);
        choose(a, p, &by, chosen);
        adds |= !by.takes_away;
        for (size_t i = 0; i < p->count; i++) (by.takes_away ? out : in)[i] |= chosen[i];
    }
    for (size_t i = 0; i < p->count; i++) in[i] = (in[i] || !adds) && !out[i];
    return in;
}
