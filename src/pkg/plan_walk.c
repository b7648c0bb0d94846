#include "data/semver.h"
#include "pkg/plan_parts.h"

static uint64_t slot_key(uint32_t node, const struct plan_name *folder) { return ((uint64_t)node << 32 | folder->number) + 1; }

static size_t slot_at(const struct pkg_plan *p, uint64_t key) {
    size_t at = (key * 0x9e3779b97f4a7c15u >> 20) & (p->n_slots - 1);
    while (p->slots[at].key && p->slots[at].key != key) at = (at + 1) & (p->n_slots - 1);
    return at;
}

uint32_t plan_slot(const struct pkg_plan *p, uint32_t node, const struct plan_name *folder) {
    if (!p->n_slots) return PLAN_NO_NODE;
    size_t at = slot_at(p, slot_key(node, folder));
    return p->slots[at].key ? p->slots[at].node : PLAN_NO_NODE;
}

static void grow(struct pkg_plan *p) {
    size_t n = p->n_slots;
    __typeof__(p->slots) old = p->slots;
    p->n_slots = n ? n * 2 : 1024;
    p->slots = mem_zero(p->n_slots * sizeof *p->slots);
    for (size_t i = 0; i < n; i++)
        if (old[i].key) p->slots[slot_at(p, old[i].key)] = old[i];
    mem_free(old);
}

uint32_t plan_node_add(struct pkg_plan *p, uint32_t parent, const struct plan_name *folder, pkg_id package) {
    uint32_t node = (uint32_t)p->nodes.len;
    *LIST_ADD(&p->nodes) = (struct plan_node){.parent = parent, .folder = folder, .package = package};
    struct plan_package *more = &p->packages.at[package];
    if (more->first_node == PLAN_NO_NODE) more->first_node = node;
    if (!p->is_deciding) *LIST_ADD(&p->queue) = node;    /* later ones are reached by the sweep */
    return node;
}

uint32_t plan_place(struct pkg_plan *p, uint32_t node, const struct plan_name *folder, pkg_id package) {
    uint32_t made = plan_node_add(p, node, folder, package);
    if (++p->n_used * 3 > p->n_slots * 2) grow(p);
    size_t at = slot_at(p, slot_key(node, folder));
    p->slots[at].key = slot_key(node, folder);
    p->slots[at].node = made;
    return made;
}

/* --- looking up the tree: the first of that name ends it, as at run time */

enum fit { FITS, DOES_NOT, IS_OTHER };      /* IS_OTHER: nothing that a range speaks of */

static enum fit fits_range(struct pkg_plan *p, const struct plan_want *w, pkg_id occupant) {
    const struct pkg_package *o = &p->lock.packages[occupant];
    if (o->source == PKG_NPM) {
        if (w->spec.is_alias && !str_eq(o->name, w->real->text)) return IS_OTHER;
        return w->is_any || plan_version_is(o, w->spec.range) ? FITS : DOES_NOT;
    }
    if (o->source != PKG_WORKSPACE || w->spec.is_alias || !p->o.config->links_workspaces || !str_eq(o->name, w->real->text))
        return IS_OTHER;
    return w->is_any || plan_version_is(o, w->spec.range) ? FITS : IS_OTHER;
}

static enum fit fits_exactly(struct pkg_plan *p, pkg_id wanted, pkg_id occupant) {
    if (wanted == occupant) return FITS;
    return p->lock.packages[wanted].source == p->lock.packages[occupant].source ? DOES_NOT : IS_OTHER;
}

static struct plan_walk walk(struct pkg_plan *p, uint32_t start, const struct plan_name *folder, const struct plan_want *range,
                             pkg_id wanted) {
    struct plan_walk w = {.candidate = PLAN_NO_NODE, .occupant = PKG_NONE};
    for (uint32_t n = start;; n = p->nodes.at[n].parent) {
        uint32_t child = plan_slot(p, n, folder);
        if (child != PLAN_NO_NODE) {
            w.occupant = p->nodes.at[child].package;
            enum fit fit = range ? fits_range(p, range, w.occupant)
                           : wanted != PKG_NONE ? fits_exactly(p, wanted, w.occupant)
                           : p->lock.packages[w.occupant].source == PKG_NPM ? DOES_NOT : IS_OTHER;
            w.is = fit == FITS ? PLAN_BOUND : PLAN_CONFLICT;
            w.is_same_kind = fit == DOES_NOT;
            return w;
        }
        w.candidate = n;
        if (!n) { w.is = PLAN_FREE; return w; }
    }
}

struct plan_walk plan_walk_exact(struct pkg_plan *p, uint32_t start, const struct plan_name *folder, pkg_id wanted) {
    return walk(p, start, folder, NULL, wanted);
}
struct plan_walk plan_walk_range(struct pkg_plan *p, uint32_t start, const struct plan_want *w, const struct plan_name *folder) {
    return walk(p, start, folder, w, PKG_NONE);
}
struct plan_walk plan_walk_name(struct pkg_plan *p, uint32_t start, const struct plan_name *folder) {
    return walk(p, start, folder, NULL, PKG_NONE);
}

static bool is_above(const struct pkg_plan *p, uint32_t node, const struct plan_name *folder, pkg_id package) {
    for (;; node = p->nodes.at[node].parent) {
        if (p->nodes.at[node].package == package && p->nodes.at[node].folder == folder) return true;
        if (!node) return false;
    }
}

/* As high as the walk allows. Where even the owner's own folder has another of that name the package gets a node that nothing
 * finds, so that its dependencies are decided; the conflict is seen when the lock's tree is made. */
void plan_place_found(struct pkg_plan *p, struct plan_walk w, uint32_t owner, const struct plan_name *folder, pkg_id package) {
    if (w.is == PLAN_BOUND) return;
    uint32_t at = w.candidate == PLAN_NO_NODE ? owner : w.candidate;
    if (is_above(p, at, folder, package)) return;                /* below itself: a circle, which the lock's tree tells */
    if (plan_slot(p, at, folder) == PLAN_NO_NODE) plan_place(p, at, folder, package);
    else if (p->packages.at[package].first_node == PLAN_NO_NODE) plan_node_add(p, at, folder, package);
}
