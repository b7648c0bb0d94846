#include <stdlib.h>

#include "data/json.h"
#include "data/semver.h"
#include "pkg/plan_parts.h"

bool plan_version_is(const struct pkg_package *package, const struct semver_range *range) {
    struct semver v;
    return range && semver_parse(package->version, SEMVER_LOOSE, &v) && semver_range_has(range, &v, SEMVER_LOOSE);
}

/* --- minimumReleaseAge */

struct age { double least_s, now_s; bool is_off; };

/* "name" frees all of its versions, "name@1.2.3 || 1.2.4" those. */
static bool is_excluded(const struct pkg_plan *p, str name, str version) {
    const struct pkg_names *list = &p->o.config->age_excludes;
    for (size_t i = 0; i < list->count; i++) {
        str s = list->at[i];
        if (str_eq(s, name) && !version.len) return true;
        if (!version.len || !str_starts(s, name) || s.len <= name.len || s.at[name.len] != '@') continue;
        str rest = str_from(s, name.len + 1), part;
        while (str_next(&rest, '|', &part))
            if (str_eq(str_trim(part), version)) return true;
    }
    return false;
}

static int two(const char *s) { return (s[0] - '0') * 10 + s[1] - '0'; }

double pkg_date_seconds(str s) {
    static const char form[] = "dddd-dd-ddTdd:dd:dd";
    if (s.len < sizeof form - 1) return __builtin_nan("");
    for (size_t i = 0; i < sizeof form - 1; i++)
        if (form[i] == 'd' ? s.at[i] < '0' || s.at[i] > '9' : s.at[i] != form[i]) return __builtin_nan("");
    int y = two(s.at) * 100 + two(s.at + 2), m = two(s.at + 5), d = two(s.at + 8);
    if (m < 1 || m > 12 || d < 1 || d > 31) return __builtin_nan("");
    y -= m <= 2;                                         /* days of the civil calendar, years from March */
    long era = y / 400, yoe = y - era * 400, doy = (153 * (m + (m > 2 ? -3 : 9)) + 2) / 5 + d - 1;
    double days = (double)(era * 146097 + yoe * 365 + yoe / 4 - yoe / 100 + doy - 719468), fraction = 0, unit = 0.1;
    for (size_t i = 20; s.at[19] == '.' && s.len > 19 && i < s.len && s.at[i] >= '0' && s.at[i] <= '9'; i++, unit /= 10)
        fraction += unit * (s.at[i] - '0');
    return days * 86400 + two(s.at + 11) * 3600 + two(s.at + 14) * 60 + two(s.at + 17) + fraction;
}

static double came_at(struct pkg_plan *p, struct plan_name *n, const struct pkg_release *r) {
    if (!n->has_times) {
        n->has_times = true;
        n->times = n->packument->time.len ? json_parse(p->a, n->packument->time, JSON_STRICT, NULL, STR("")) : NULL;
    }
    const struct json *t = json_get(n->times, r->version);
    if (!t) return 0;                                    /* unknown: old enough */
    double s = pkg_date_seconds(json_text(t));
    return s == s ? s : __builtin_inf();
}

static bool is_young(struct pkg_plan *p, struct plan_name *n, const struct pkg_release *r, const struct age *age) {
    return !age->is_off && !is_excluded(p, n->text, r->version) && came_at(p, n, r) > age->now_s - age->least_s;
}

/* --- the newest that will do */

static int newest_first(const void *l, const void *r, void *packument) {
    uint32_t a = *(const uint32_t *)l, b = *(const uint32_t *)r;
    const struct pkg_release *list = ((const struct pkg_packument *)packument)->releases;
    int d = semver_cmp(&list[b].semver, &list[a].semver);
    return d ? d : a < b ? 1 : -1;
}

static const uint32_t *in_order(struct pkg_plan *p, struct plan_name *n) {
    if (n->newest_first) return n->newest_first;
    size_t count = n->packument->count;
    uint32_t *list = n->newest_first = arena_alloc(p->a, (count + 1) * sizeof *list);
    bool is_sorted = true;
    for (size_t i = 0; i < count; i++) {
        list[i] = (uint32_t)(count - 1 - i);             /* registries list them oldest first, mostly */
        if (i && semver_cmp(&n->packument->releases[list[i - 1]].semver, &n->packument->releases[list[i]].semver) < 0)
            is_sorted = false;
    }
    if (!is_sorted) qsort_r(list, count, sizeof *list, newest_first, (void *)n->packument);
    return list;
}

static const struct pkg_release *tagged(const struct plan_name *n, str tag) {
    str version = json_text(json_get(n->packument->tags, tag));
    return version.len ? pkg_packument_find(n->packument, version) : NULL;
}

static bool does(const struct plan_want *w, const struct pkg_release *r) {
    return w->is_any ? !r->semver.pre.len : semver_range_has(w->spec.range, &r->semver, SEMVER_LOOSE);
}

/* "<2.0.0-0" is what "^1.0.0" ends with: nobody wrote that one. */
static bool names_prerelease(const struct semver_range *range) {
    for (size_t i = 0; i < range->count; i++)
        for (size_t k = 0; k < range->sets[i].count; k++) {
            const struct semver_bound *b = &range->sets[i].bounds[k];
            if (!b->is_any && b->version.pre.len && !(b->op == SEMVER_LT && str_is(b->version.pre, "0"))) return true;
        }
    return false;
}

/* One pass over releases or over prereleases, newest first. What follows on one that is too young must have stood alone
 * for a while: versions that came in quick succession are mended ones. The look back ends a week before the bound. */
static struct plan_pick search(struct pkg_plan *p, struct plan_name *n, const struct plan_want *w, bool prereleases,
                               const struct age *age, bool *was_young, const struct pkg_release **deprecated) {
    const double week = 7 * 86400.0, window = age->least_s < week ? age->least_s : week;
    const struct pkg_release *best = NULL, *before = NULL;
    const uint32_t *order = in_order(p, n);
    for (size_t i = 0; i < n->packument->count; i++) {
        const struct pkg_release *r = &n->packument->releases[order[i]];
        if ((r->semver.pre.len > 0) != prereleases || !does(w, r)) continue;
        if (is_young(p, n, r, age)) { *was_young = true; before = r; continue; }
        if (pkg_release_is_deprecated(r)) {
            if (!*deprecated) *deprecated = r;
            continue;
        }
        if (!before || is_excluded(p, n->text, r->version)) return (struct plan_pick){r, false};
        double came = came_at(p, n, r);
        if (came < age->now_s - (age->least_s + week)) return (struct plan_pick){best ? best : r, false};
        if (came_at(p, n, before) - came >= window) return (struct plan_pick){r, false};
        if (!best) best = r;
        before = r;
    }
    return (struct plan_pick){best, false};
}

/* The tagged one, or when it is too young what came before it in its line. */
static struct plan_pick by_tag(struct pkg_plan *p, struct plan_name *n, const struct plan_want *w,
                               const struct age *age) {
    const struct pkg_release *t = tagged(n, w->spec.tag);
    if (!t && str_is(w->spec.tag, "latest") && n->packument->count) {
        const uint32_t *order = in_order(p, n);
        for (size_t i = 0; i < n->packument->count && !t; i++)
            if (!n->packument->releases[order[i]].semver.pre.len) t = &n->packument->releases[order[i]];
        if (!t) t = &n->packument->releases[order[0]];
        plan_warn(p, "\"latest\" of %.*s is no version of it; %.*s is taken", STR_FMT(n->text), STR_FMT(t->version));
    }
    if (!t || !is_young(p, n, t, age)) return (struct plan_pick){t, false};
    const double week = 7 * 86400.0, window = age->least_s < week ? age->least_s : week;
    const struct pkg_release *best = NULL, *before = t;
    str line = t->semver.pre, rest;
    str_split(line, '.', &line, &rest);
    const uint32_t *order = in_order(p, n);
    for (size_t i = 0; i < n->packument->count; i++) {
        const struct pkg_release *r = &n->packument->releases[order[i]];
        str own = r->semver.pre;
        str_split(own, '.', &own, &rest);
        if ((r->semver.pre.len > 0) != (t->semver.pre.len > 0) || semver_cmp(&r->semver, &t->semver) > 0 ||
            !str_eq(own, line))
            continue;
        if (is_young(p, n, r, age)) { before = r; continue; }
        double came = came_at(p, n, r);
        if (came < age->now_s - (age->least_s + week)) return (struct plan_pick){best ? best : r, false};
        if (came_at(p, n, before) - came >= window) return (struct plan_pick){r, false};
        if (!best) best = r;
        before = r;
    }
    return (struct plan_pick){best, !best};
}

static bool is_exact(const struct semver_range *r) {
    return r->count == 1 && r->sets[0].count == 1 && !r->sets[0].bounds[0].is_any &&
           r->sets[0].bounds[0].op == SEMVER_EQ;
}

struct plan_pick plan_pick(struct pkg_plan *p, struct plan_name *n, const struct plan_want *w) {
    struct age age = {p->o.config->minimum_age_s, p->o.now_s,
                      p->o.config->minimum_age_s <= 0 || is_excluded(p, n->text, STR(""))};
    if (w->spec.kind == PKG_SPEC_TAG) return by_tag(p, n, w, &age);
    for (size_t i = 0; i < p->o.n_pins; i++) {
        const struct pkg_release *r = str_eq(p->o.pins[i].name, n->text)
                                          ? pkg_packument_find(n->packument, p->o.pins[i].to)
                                          : NULL;
        if (r && does(w, r)) return (struct plan_pick){r, false};
    }
    bool was_young = false;
    const struct pkg_release *latest = tagged(n, STR("latest"));
    bool is_pre = !w->is_any && names_prerelease(w->spec.range);
    if (is_exact(w->spec.range)) {
        const struct pkg_release *r = pkg_packument_find(n->packument, w->spec.text);
        if (!r || !does(w, r)) r = NULL;
        for (size_t i = 0; i < n->packument->count && !r; i++)
            if (semver_cmp(&n->packument->releases[i].semver, &w->spec.range->sets[0].bounds[0].version) == 0)
                r = &n->packument->releases[i];
        bool young = r && is_young(p, n, r, &age);
        return (struct plan_pick){young ? NULL : r, young};
    }
    /* a range that names a prerelease looks for the newest release, whatever is tagged */
    bool is_its = is_pre && latest && semver_cmp(&w->spec.range->sets[0].bounds[0].version, &latest->semver) == 0;
    const struct pkg_release *deprecated = NULL;         /* taken when nothing else will do */
    if (latest && (w->is_any || does(w, latest)) && (!is_pre || is_its)) {
        if (is_young(p, n, latest, &age)) was_young = true;
        else if (pkg_release_is_deprecated(latest)) deprecated = latest;
        else return (struct plan_pick){latest, false};
    }
    struct plan_pick found = search(p, n, w, false, &age, &was_young, &deprecated);
    if (!found.release && is_pre) found = search(p, n, w, true, &age, &was_young, &deprecated);
    if (!found.release) found.release = deprecated;
    if (!found.release) found.is_too_young = was_young;
    return found;
}

/* --- what is there already */

bool plan_fits(const struct plan_want *w, str version) {
    struct semver v;
    return w->is_any || (semver_parse(version, SEMVER_LOOSE, &v) && semver_range_has(w->spec.range, &v, SEMVER_LOOSE));
}

int plan_compare(str a, str b) {
    struct semver va, vb;
    bool is_a = semver_parse(a, SEMVER_LOOSE, &va), is_b = semver_parse(b, SEMVER_LOOSE, &vb);
    return is_a && is_b ? semver_cmp(&va, &vb) : is_a - is_b;
}

pkg_id plan_locked(struct pkg_plan *p, const struct plan_want *w) {
    pkg_id best = PKG_NONE;
    for (size_t i = 0; i < w->real->old.len; i++) {
        pkg_id id = w->real->old.at[i];
        if (!plan_fits(w, p->o.old->packages[id].version) || plan_is_pinned(p, &p->o.old->packages[id])) continue;
        if (best == PKG_NONE || plan_compare(p->o.old->packages[id].version, p->o.old->packages[best].version) > 0)
            best = id;
    }
    return best == PKG_NONE ? PKG_NONE : plan_import(p, best);
}

static bool is_sure(const struct plan_package *more) { return more->is_direct || more->is_settled; }

pkg_id plan_present(struct pkg_plan *p, const struct plan_want *w, bool is_to_be_sure) {
    pkg_id best = PKG_NONE;
    for (size_t i = 0; i < w->real->present.len; i++) {
        pkg_id id = w->real->present.at[i];
        if (is_to_be_sure && !is_sure(&p->packages.at[id])) continue;
        if (!plan_fits(w, p->lock.packages[id].version)) continue;
        if (best == PKG_NONE || plan_compare(p->lock.packages[id].version, p->lock.packages[best].version) > 0)
            best = id;
    }
    return best;
}

pkg_id plan_newest(struct pkg_plan *p, const struct plan_name *n) {
    pkg_id best = PKG_NONE;
    for (size_t i = 0; i < n->present.len; i++) {
        pkg_id id = n->present.at[i];
        if (best == PKG_NONE || plan_compare(p->lock.packages[id].version, p->lock.packages[best].version) > 0)
            best = id;
    }
    return best;
}

/* What is shared: what came with an exact version or from the lock; with others than the project and bundles also what
 * the project has and what came before this round of peers; else what is no older than the release, or of its major. */
static bool may_share(struct pkg_plan *p, pkg_id id, const struct pkg_release *r, bool is_own) {
    const struct plan_package *more = &p->packages.at[id];
    if (more->is_exact || more->is_old || (!is_own && is_sure(more))) return true;
    struct semver v;
    return r && semver_parse(p->lock.packages[id].version, SEMVER_LOOSE, &v) &&
           (v.major == r->semver.major || semver_cmp(&v, &r->semver) > 0);
}

pkg_id plan_instead(struct pkg_plan *p, const struct plan_want *w, const struct pkg_release *r, bool is_own) {
    pkg_id best = r ? PKG_NONE : plan_present(p, w, false);
    if (!r) return best != PKG_NONE && may_share(p, best, NULL, is_own) ? best : PKG_NONE;
    for (size_t i = 0; i < w->real->present.len; i++) {
        pkg_id id = w->real->present.at[i];
        str version = p->lock.packages[id].version;
        bool is_it = str_eq(version, r->version);
        if (!is_it && (!plan_fits(w, version) || !may_share(p, id, r, is_own))) continue;
        if (best == PKG_NONE || plan_compare(version, p->lock.packages[best].version) > 0) best = id;
    }
    return best;
}

str plan_why_none(struct pkg_plan *p, const struct plan_name *n, const struct plan_want *w, bool is_too_young) {
    if (is_too_young)
        return arena_print(
            p->a, "every version of %.*s that \"%.*s\" allows is younger than the minimum release age of %.0f seconds",
            STR_FMT(n->text), STR_FMT(w->spec.raw), p->o.config->minimum_age_s);
    const struct pkg_release *latest = tagged(n, STR("latest"));
    str newest = latest                ? latest->version
                 : n->packument->count ? n->packument->releases[n->packument->count - 1].version
                                       : STR("");
    if (!newest.len) return arena_print(p->a, "%.*s has no versions in the registry", STR_FMT(n->text));
    return arena_print(p->a, "%.*s@%.*s is not in the registry; newest is %.*s", STR_FMT(n->text),
                       STR_FMT(w->spec.kind == PKG_SPEC_TAG ? w->spec.tag : w->spec.text), STR_FMT(newest));
}
