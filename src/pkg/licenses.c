#include "pkg/licenses.h"

#include <stdlib.h>

#include "base/map.h"
#include "data/spdx.h"

static const str unknown = STR_INIT("Unknown");

static str sort_key(str license) {
    while (license.len && license.at[0] == '(') license = str_from(license, 1);
    return license;
}

static char lower(char c) { return c >= 'A' && c <= 'Z' ? (char)(c | 0x20) : c; }

static int cmp_nocase(str a, str b) {
    size_t i = 0;
    while (i < a.len && i < b.len && lower(a.at[i]) == lower(b.at[i])) i++;
    if (i == a.len || i == b.len) return (a.len > b.len) - (a.len < b.len);
    return (unsigned char)lower(a.at[i]) - (unsigned char)lower(b.at[i]);
}

static int by_license(const void *a, const void *b) {
    str x = ((const struct pkg_license_group *)a)->license, y = ((const struct pkg_license_group *)b)->license;
    bool x_last = str_eq(x, unknown), y_last = str_eq(y, unknown);
    if (x_last != y_last) return x_last - y_last;
    int c = cmp_nocase(sort_key(x), sort_key(y));
    return c ? c : str_cmp(x, y);
}

void pkg_licenses_group(struct arena *a, const struct pkg_inventory *inventory, const bool *wanted,
                        struct pkg_licenses *out) {
    struct map index = {0};
    *out = (struct pkg_licenses){.groups = ARENA_ARRAY(a, struct pkg_license_group, inventory->count + 1)};
    for (size_t i = 0; i < inventory->count; i++) {
        const struct pkg_component *item = &inventory->items[i];
        if (wanted && !wanted[item->id]) continue;
        if (!item->is_there) {
            out->n_absent++;
            continue;
        }
        bool is_new;
        str license = item->license.len ? item->license : unknown;
        void **at = map_at(&index, license, &is_new);
        if (is_new) {
            struct pkg_license_group *g = &out->groups[out->count++];
            *g = (struct pkg_license_group){license, ARENA_ARRAY(a, const struct pkg_component *, inventory->count - i),
                                            0};
            *at = g;
        }
        struct pkg_license_group *g = *at;
        g->items[g->count++] = item;
        out->n_items++;
    }
    map_free(&index);
    qsort(out->groups, out->count, sizeof *out->groups, by_license);
}

static bool has(const str *list, size_t n, str name) {
    for (size_t i = 0; i < n; i++)
        if (str_eq_nocase(list[i], name)) return true;
    return false;
}

static bool allows(void *user, str id) {
    const struct pkg_license_policy *p = user;
    return (!p->n_allow || has(p->allow, p->n_allow, id)) && !has(p->deny, p->n_deny, id);
}

bool pkg_license_permits(const struct pkg_license_policy *p, str license) {
    if (!license.len) license = unknown;
    if (has(p->deny, p->n_deny, license)) return false;
    if (has(p->allow, p->n_allow, license)) return true;
    if (!spdx_is_expression(license)) return !p->n_allow;
    return spdx_satisfies(license, allows, (void *)(uintptr_t)p);
}
