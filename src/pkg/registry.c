#include "pkg/registry.h"

#include "base/list.h"
#include "data/json.h"

/* A walk over JSON text that only finds where values end; what is inside of them is checked by json_parse when it is
 * read. */
struct walk { const char *at, *end; };

static void space(struct walk *w) {
    while (w->at < w->end && (*w->at == ' ' || *w->at == '\n' || *w->at == '\t' || *w->at == '\r')) w->at++;
}

static bool is_next(struct walk *w, char c) {
    space(w);
    if (w->at == w->end || *w->at != c) return false;
    w->at++;
    return true;
}

/* Past a string whose opening quote is at w->at. */
static bool skip_text(struct walk *w) {
    for (const char *p = w->at + 1; (p = memchr(p, '"', (size_t)(w->end - p))) != NULL; p++) {
        const char *slash = p;
        while (slash[-1] == '\\') slash--;               /* ends at the opening quote at the latest */
        if ((p - slash) % 2 == 0) { w->at = p + 1; return true; }
    }
    return false;
}

static bool skip_value(struct walk *w, str *out) {
    space(w);
    const char *from = w->at;
    size_t depth = 0;
    while (w->at < w->end) {
        char c = *w->at;
        if (c == '"') {
            if (!skip_text(w)) return false;
        } else if (c == '{' || c == '[') {
            depth++, w->at++;
        } else if (c == '}' || c == ']') {
            if (!depth) break;
            depth--, w->at++;
        } else if (c == ',' && !depth) {
            break;
        } else {
            w->at++;
            continue;
        }
        if (!depth) break;
    }
    *out = str_trim(str_of(from, (size_t)(w->at - from)));
    return !depth && out->len;
}

/* The next member of an object that was opened, up to its value: 1, 0 at the end, -1 when it is malformed. Keys keep
 * their escapes. */
static int next_key(struct walk *w, bool *is_first, str *key) {
    if (is_next(w, '}')) return 0;
    if (!*is_first && !is_next(w, ',')) return -1;
    *is_first = false;
    space(w);
    const char *from = w->at;
    if (from == w->end || *from != '"' || !skip_text(w)) return -1;
    *key = str_of(from + 1, (size_t)(w->at - from) - 2);
    return is_next(w, ':') ? 1 : -1;
}

static int member(struct walk *w, bool *is_first, str *key, str *value) {
    int more = next_key(w, is_first, key);
    return more <= 0 || skip_value(w, value) ? more : -1;
}

static int oldest_first(const void *l, const void *r, void *releases) {
    uint32_t a = *(const uint32_t *)l, b = *(const uint32_t *)r;
    const struct pkg_release *list = releases;
    int d = semver_cmp(&list[a].semver, &list[b].semver);
    return d ? d : a < b ? -1 : 1;
}

/* By version, and those of one version as they came: registries list them by time, and who plans would sort them. */
static void keep_in_order(struct arena *a, struct pkg_release *list, size_t count, struct pkg_packument *out) {
    bool is_sorted = true;
    out->count = count;
    out->releases = arena_alloc(a, (count + 1) * sizeof *list);
    for (size_t i = 1; i < count && is_sorted; i++)
        is_sorted = semver_cmp(&list[i - 1].semver, &list[i].semver) <= 0;
    if (is_sorted && count) memcpy(out->releases, list, count * sizeof *list);
    if (is_sorted) return;
    uint32_t *order = NEW_ARRAY(uint32_t, count);
    for (size_t i = 0; i < count; i++) order[i] = (uint32_t)i;
    qsort_r(order, count, sizeof *order, oldest_first, list);
    for (size_t i = 0; i < count; i++) out->releases[i] = list[order[i]];
    mem_free(order);
}

/* Read as it is walked over: nearly all of an answer is this. */
static bool read_releases(struct arena *a, struct walk *w, struct pkg_packument *out) {
    LIST(struct pkg_release) list = {0};
    bool is_first = true;
    int more = is_next(w, '{') ? 1 : -1;
    for (str key, value; more > 0 && (more = member(w, &is_first, &key, &value)) > 0;) {
        struct pkg_release r = {.version = key, .text = value};
        if (semver_parse(key, SEMVER_LOOSE, &r.semver) && value.at[0] == '{') *LIST_ADD(&list) = r;
    }
    keep_in_order(a, list.at, list.len, out);
    LIST_FREE(&list);
    return more == 0;
}

bool pkg_packument_read(struct arena *a, str source, struct pkg_packument *out) {
    *out = (struct pkg_packument){0};
    struct walk w = {source.at, source.at + source.len};
    if (!is_next(&w, '{')) return false;
    bool is_first = true, has_versions = false;
    int more;
    str key, value;
    while ((more = next_key(&w, &is_first, &key)) > 0) {
        if (str_is(key, "versions")) {
            if (!read_releases(a, &w, out)) return false;
            has_versions = true;
            continue;
        }
        if (!skip_value(&w, &value)) return false;
        if (str_is(key, "name")) out->name = json_text(json_parse(a, value, JSON_STRICT, NULL, STR("")));
        else if (str_is(key, "dist-tags")) {
            if (!(out->tags = json_parse(a, value, JSON_STRICT, NULL, STR("")))) return false;
            out->tags_text = value;
        } else if (str_is(key, "time")) out->time = value;
    }
    space(&w);
    return more == 0 && w.at == w.end && has_versions;
}

const struct pkg_release *pkg_packument_find(const struct pkg_packument *p, str version) {
    for (size_t i = p->count; i-- > 0;)
        if (str_eq(p->releases[i].version, version)) return &p->releases[i];
    return NULL;
}

bool pkg_release_is_deprecated(const struct pkg_release *r) {
    struct walk w = {r->text.at, r->text.at + r->text.len};
    bool is_first = true, is = false;
    if (!is_next(&w, '{')) return false;
    for (str key, value; member(&w, &is_first, &key, &value) > 0;)
        if (str_is(key, "deprecated")) is = !str_is(value, "false") && !str_is(value, "\"\"") && !str_is(value, "null");
    return is;
}

const struct pkg_release *pkg_packument_pick(const struct pkg_packument *p, const struct pkg_spec *spec,
                                             enum pkg_pick how) {
    if (spec->kind == PKG_SPEC_TAG) {
        str version = json_text(json_get(p->tags, spec->tag));
        return version.len ? pkg_packument_find(p, version) : NULL;
    }
    if (spec->kind != PKG_SPEC_RANGE) return NULL;
    bool avoids = how & PKG_PICK_NOT_DEPRECATED;
    bool is_any = !spec->text.len || str_is(spec->text, "*");
    str tagged = json_text(json_get_c(p->tags, "latest"));
    const struct pkg_release *latest = tagged.len ? pkg_packument_find(p, tagged) : NULL, *best = NULL;
    if (latest && (is_any || semver_range_has(spec->range, &latest->semver, SEMVER_LOOSE)) &&
        !(avoids && pkg_release_is_deprecated(latest))) return latest;
    bool best_is_deprecated = false;
    for (size_t i = 0; i < p->count; i++) {
        const struct pkg_release *r = &p->releases[i];
        bool is_newer = !best || semver_cmp(&r->semver, &best->semver) > 0;
        if (!is_newer && !best_is_deprecated) continue;
        if (!semver_range_has(spec->range, &r->semver, SEMVER_LOOSE)) continue;
        bool is_deprecated = avoids && pkg_release_is_deprecated(r);
        if (best && best_is_deprecated == is_deprecated ? !is_newer : best && is_deprecated) continue;
        best = r;
        best_is_deprecated = is_deprecated;
    }
    return best;
}

bool pkg_release_dist(struct arena *a, const struct pkg_release *r, struct pkg_dist *out) {
    *out = (struct pkg_dist){0};
    struct json *j = json_parse(a, r->text, JSON_STRICT, NULL, STR("")), *dist = json_get_c(j, "dist");
    out->tarball = json_text(json_get_c(dist, "tarball"));
    out->integrity = json_text(json_get_c(dist, "integrity"));
    out->shasum = json_text(json_get_c(dist, "shasum"));
    out->deprecated = json_text(json_get_c(j, "deprecated"));
    return out->tarball.len > 0;
}
