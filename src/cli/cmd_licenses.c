/* cli/cmd_licenses.c: bao pm licenses, bao pm sbom: what is installed, by its licence and as a bill of materials. */
#include <time.h>

#include "cli/pm.h"
#include "crypto/digest.h"
#include "data/json.h"
#include "pkg/licenses.h"
#include "pkg/sbom.h"
#include "sys/loop.h"
#include "sys/path.h"

struct installed {
    struct pkg_lock lock;
    struct pkg_inventory inventory;
    bool *wanted;
};

/* What the project needs, or the workspaces that --filter means. */
static void reach(struct pm *p, struct installed *in) {
    const struct pkg_lock *l = &in->lock;
    bool no_dev = pm_has(p, "prod") || p->config.no_dev, *some = ARENA_ARRAY(p->a, bool, l->n_packages + 1);
    struct pkg_member **members;
    if (!p->config.filters.count) {
        pkg_lock_reach(l, PKG_NONE, no_dev, p->config.no_optional, p->config.no_peer, in->wanted);
        return;
    }
    size_t n = pm_members(p, &members);
    for (pkg_id id = 0; id < l->n_packages; id++) {
        const struct pkg_package *k = &l->packages[id];
        bool is_meant = false;
        for (size_t i = 0; i < n; i++)
            is_meant |= members[i]->path.len ? k->source == PKG_WORKSPACE && str_eq(k->place, members[i]->path)
                                             : k->source == PKG_ROOT;
        if (!is_meant) continue;
        pkg_lock_reach(l, id, no_dev, p->config.no_optional, p->config.no_peer, some);
        for (pkg_id to = 0; to < l->n_packages; to++) in->wanted[to] |= some[to];
    }
}

/* What the lockfile has for this machine, by --prod, --dev and --omit. */
static bool open_installed(struct pm *p, struct installed *in) {
    struct pkg_tree tree;
    struct pkg_tree_choice choice = {.os = p->config.os, .cpu = p->config.cpu, .libc = p->config.libc};
    if (!pm_read_lock(p, &in->lock)) return false;
    pkg_tree_make(p->a, &in->lock, &choice, &tree);
    pkg_inventory_make(p->a, p->project.root, &in->lock, &tree, &in->inventory);
    in->wanted = ARENA_ARRAY(p->a, bool, in->lock.n_packages + 1);
    reach(p, in);
    if (pm_has(p, "dev"))
        for (size_t i = 0; i < in->inventory.count; i++)
            if (!in->inventory.items[i].is_dev) in->wanted[in->inventory.items[i].id] = false;
    return true;
}

/* --- licenses */

static void print_json(struct pm *p, const struct installed *in, const struct pkg_licenses *all) {
    struct json *out = json_new(p->a, JSON_OBJECT);
    for (size_t g = 0; g < all->count; g++) {
        struct json *list = json_new(p->a, JSON_ARRAY), *last = NULL;
        json_set(out, all->groups[g].license, list);
        for (size_t i = 0; i < all->groups[g].count; i++) {
            const struct pkg_component *item = all->groups[g].items[i];
            const struct pkg_package *k = &in->lock.packages[item->id];
            bool is_same = last && str_eq(json_text(json_get_c(last, "name")), k->name);
            if (!is_same) {
                json_add(list, last = json_new(p->a, JSON_OBJECT));
                json_set(last, STR("name"), json_new_text(p->a, k->name));
                json_set(last, STR("versions"), json_new(p->a, JSON_ARRAY));
                json_set(last, STR("paths"), json_new(p->a, JSON_ARRAY));
                json_set(last, STR("license"), json_new_text(p->a, all->groups[g].license));
                if (item->author.len) json_set(last, STR("author"), json_new_text(p->a, item->author));
                if (item->description.len) json_set(last, STR("description"), json_new_text(p->a, item->description));
                if (item->homepage.len) json_set(last, STR("homepage"), json_new_text(p->a, item->homepage));
            }
            json_add(json_get_c(last, "versions"), json_new_text(p->a, pm_release(p->a, k)));
            for (size_t n = 0; n < item->n_paths; n++)
                json_add(json_get_c(last, "paths"),
                         json_new_text(p->a, path_join(p->a, p->project.root, item->paths[n])));
        }
    }
    struct buf b = {0};
    json_write(&b, out, STR("  "));
    pm_print("%.*s\n", STR_FMT(buf_view(&b)));
    buf_free(&b);
}

static void print_item(struct pm *p, const struct pkg_package *k, const struct pkg_component *item, bool is_last) {
    const char *faint = pm_colour("\x1b[2m"), *plain = pm_colour(0);
    pm_print("%s%s%s %.*s%s@%.*s%s%s\n", faint, is_last ? "└──" : "├──", plain, STR_FMT(k->name), faint,
             STR_FMT(pm_release(p->a, k)), item->is_dev ? " (dev)" : "", plain);
    const str more[] = {item->author, item->description, item->homepage};
    for (size_t i = 0; pm_has(p, "long") && i < 3; i++)
        if (more[i].len) pm_print("%s%s%s   %.*s\n", faint, is_last ? " " : "│", plain, STR_FMT(more[i]));
}

static size_t names_of(struct pm *p, const char *flag, str **out) {
    str given[64];
    size_t n = pm_values(p, flag, given, 64), count = 0;
    *out = ARENA_ARRAY(p->a, str, 512);
    for (size_t i = 0; i < n && i < 64; i++)
        for (str rest = given[i], one; str_next(&rest, ',', &one);)
            if (str_trim(one).len && count < 512) (*out)[count++] = str_trim(one);
    return count;
}

/* Those that the policy does not permit are named; the exit code. */
static int hold_to_policy(struct pm *p, const struct installed *in, const struct pkg_licenses *all) {
    str *allow, *deny;
    struct pkg_license_policy policy = {0};
    policy.n_allow = names_of(p, "allow", &allow);
    policy.n_deny = names_of(p, "deny", &deny);
    policy.allow = allow, policy.deny = deny;
    if (!policy.n_allow && !policy.n_deny) return 0;
    size_t n = 0;
    for (size_t g = 0; g < all->count; g++) {
        if (pkg_license_permits(&policy, all->groups[g].license)) continue;
        for (size_t i = 0; i < all->groups[g].count; i++, n++) {
            const struct pkg_package *k = &in->lock.packages[all->groups[g].items[i]->id];
            fprintf(stderr, "error: %.*s@%.*s: its licence is not permitted: %.*s\n", STR_FMT(k->name),
                    STR_FMT(pm_release(p->a, k)), STR_FMT(all->groups[g].license));
        }
    }
    if (all->n_absent)
        fprintf(stderr, "error: %zu packages are not installed, so their licences are not known\n", all->n_absent);
    return n || all->n_absent ? 1 : 0;
}

int pm_licenses(struct pm *p, size_t from) {
    struct installed in = {0};
    struct pkg_licenses all;
    double began = (double)loop_clock_ns() / 1e6;
    if (!open_installed(p, &in)) return 1;
    pkg_licenses_group(p->a, &in.inventory, in.wanted, &all);
    if (pm_has(p, "json")) print_json(p, &in, &all);
    else {
        pm_title(p);
        for (size_t g = 0; g < all.count; g++) {
            pm_print("\n%s%.*s%s (%zu)\n", pm_colour("\x1b[1m"), STR_FMT(all.groups[g].license), pm_colour(0),
                     all.groups[g].count);
            for (size_t i = 0; i < all.groups[g].count; i++)
                print_item(p, &in.lock.packages[all.groups[g].items[i]->id], all.groups[g].items[i],
                           i + 1 == all.groups[g].count);
        }
        size_t n = all.n_items;
        pm_print("\n%zu package%s across %zu license%s (checked %zu package%s in bun.lock) [%.*s]\n", n,
                 n == 1 ? "" : "s", all.count, all.count == 1 ? "" : "s", n + all.n_absent,
                 n + all.n_absent == 1 ? "" : "s", STR_FMT(pm_time(p, (double)loop_clock_ns() / 1e6 - began)));
    }
    if (all.n_absent) {
        fprintf(stderr,
                "warn: %zu package%s in bun.lock %s not installed and %s skipped\nnote: run 'bao install' first\n",
                all.n_absent, all.n_absent == 1 ? "" : "s", all.n_absent == 1 ? "is" : "are",
                all.n_absent == 1 ? "was" : "were");
    }
    return hold_to_policy(p, &in, &all);
}

/* --- sbom */

/* Version 4 (RFC 9562): 122 random bits. */
static bool uuid(char out[37]) {
    unsigned char b[16];
    if (crypto_random(b, sizeof b)) return false;
    b[6] = (unsigned char)((b[6] & 0x0f) | 0x40);
    b[8] = (unsigned char)((b[8] & 0x3f) | 0x80);
    for (int i = 0, at = 0; i < 16; i++) {
        if (i == 4 || i == 6 || i == 8 || i == 10) out[at++] = '-';
        snprintf(out + at, 3, "%02x", b[i]);
        at += 2;
    }
    return true;
}

int pm_sbom(struct pm *p, size_t from) {
    struct installed in = {0};
    char id[37];
    str format = pm_value(p, "format");
    if (format.len && !str_is(format, "cyclonedx") && !str_is(format, "spdx"))
        return cmd_error("pm sbom: --format=%.*s: cyclonedx or spdx is wanted", STR_FMT(format));
    if (!open_installed(p, &in)) return 1;
    if (!uuid(id))
        return cmd_error("pm sbom: OpenSSL cannot be opened: it gives the random number that names the document");
    struct pkg_sbom_options o = {
        .format = str_is(format, "spdx") ? PKG_SBOM_SPDX : PKG_SBOM_CYCLONEDX, .lock = &in.lock,
        .inventory = &in.inventory,
        .root = &p->project.members[0].manifest, .registry = p->config.registry, .uuid = id,
        .now_s = (double)time(NULL),
        .wanted = in.wanted,
    };
    struct buf out = {0};
    pkg_sbom_write(&out, &o);
    pm_print("%.*s", STR_FMT(buf_view(&out)));
    buf_free(&out);
    return 0;
}
