/* pkg/lockb.c: a header, the packages as eight columns, six arrays (of which three count here), and parts that begin
 * with eight letters each. Numbers are little-endian and stand anywhere; an array is announced by where it begins and
 * ends in the file. A text of up to eight bytes stands for itself, a longer one is a place among the file's texts. */
#include "pkg/lockb.h"

#include "base/buf.h"
#include "base/diag.h"
#include "data/base64.h"
#include "data/semver.h"
#include "pkg/spec.h"
#include "pkg/tree.h"

struct reading {
    struct arena *a;
    struct diag *d;
    str bytes;
    size_t at;
    str texts, lists;               /* of all texts; of the names and paths of bins */
    str edges, targets;             /* of all packages, one behind another */
    bool is_old;                    /* format 2: versions of three 32-bit numbers */
    bool is_wrong;
    struct pkg_lock *out;
    pkg_id *number;                 /* of the file's packages in `out` */
};

enum { SIZE_TEXT = 8, SIZE_SLICE = 8, SIZE_EDGE = 26, SIZE_META = 88, SIZE_BIN = 20, SIZE_SCRIPTS = 49,
       SIZE_LIST_ITEM = 16 };

#define HEADER "#!/usr/bin/env bun\nbun-lockfile-format-v0\n"

static bool wrong(struct reading *r, const char *what) {
    if (!r->is_wrong)
        diag_add(r->d, DIAG_ERROR, "lockb", STR("bun.lockb"), (str){0}, 0, 0,
                 "bun.lockb cannot be read: %s; put back one that Bun wrote, or remove it: then all versions are chosen "
                 "anew", what);
    r->is_wrong = true;
    return false;
}

/* --- numbers, texts, arrays; beyond the end everything is zero and `is_wrong` */

static uint64_t number(struct reading *r, str in, size_t at, size_t size) {
    uint64_t n = 0;
    if (at > in.len || in.len - at < size) return wrong(r, "it ends too soon"), 0;
    for (size_t i = size; i--;) n = n << 8 | (unsigned char)in.at[at + i];
    return n;
}

static uint64_t next_u64(struct reading *r) {
    uint64_t n = number(r, r->bytes, r->at, 8);
    r->at += 8;
    return n;
}

static str text_at(struct reading *r, str in, size_t at) {
    uint64_t bits = number(r, in, at, SIZE_TEXT);
    if (!(bits >> 63)) {
        str own = str_cut(in, at, at + SIZE_TEXT);
        return str_upto(own, strnlen(own.at, own.len));
    }
    size_t from = (uint32_t)bits, len = (uint32_t)(bits >> 32) & 0x7fffffff;
    if (from > r->texts.len || r->texts.len - from < len) return wrong(r, "a text is not in it"), STR("");
    return str_cut(r->texts, from, from + len);
}

/* The array that is announced here, of members of `size` bytes; reading goes on behind it. */
static str next_array(struct reading *r, size_t size) {
    uint64_t from = next_u64(r), to = next_u64(r);
    if (r->is_wrong) return STR("");
    bool fits = from >= r->at && from <= to && to <= r->bytes.len && (to - from) % size == 0;
    if (!fits) return wrong(r, "an array is not in it"), STR("");
    r->at = to;
    return str_cut(r->bytes, from, to);
}

/* The part of an array that a slice (first member, count) means. */
static str part(struct reading *r, str array, size_t size, str slice, size_t at) {
    uint64_t first = number(r, slice, at, 4), count = number(r, slice, at + 4, 4);
    if (first > array.len / size || array.len / size - first < count) return wrong(r, "a list is not in it"), STR("");
    return str_cut(array, first * size, (first + count) * size);
}

/* Does the part of these eight letters come next? */
static bool has_part(struct reading *r, const char *letters) {
    if (r->is_wrong || !str_starts(str_from(r->bytes, r->at), str_c(letters))) return false;
    r->at += 8;
    return true;
}

/* --- what a package is */

static str version_at(struct reading *r, str resolution) {
    size_t size = r->is_old ? 4 : 8, tags = r->is_old ? 32 : 40;
    str pre = text_at(r, resolution, tags), build = text_at(r, resolution, tags + 16);
    return arena_print(r->a, "%llu.%llu.%llu%s%.*s%s%.*s", (unsigned long long)number(r, resolution, 16, size),
                       (unsigned long long)number(r, resolution, 16 + size, size),
                       (unsigned long long)number(r, resolution, 16 + 2 * size, size), pre.len ? "-" : "", STR_FMT(pre),
                       build.len ? "+" : "", STR_FMT(build));
}

/* Owner, repository, what was asked for, what it was, and a name. */
static void take_repository(struct reading *r, str resolution, struct pkg_package *p) {
    str owner = text_at(r, resolution, 8), repository = text_at(r, resolution, 16);
    str asked = text_at(r, resolution, 24), found = text_at(r, resolution, 32);
    p->tag = found;
    if (p->source == PKG_GITHUB) {
        p->place = arena_print(r->a, "%.*s/%.*s", STR_FMT(owner), STR_FMT(repository));
        p->commit = found.len ? str_from(found, (size_t)(str_rfind_char(found, '-') + 1)) : asked;
        return;
    }
    bool is_url = str_find(repository, STR("://")) >= 0;
    p->place = str_starts(repository, STR("git+")) ? repository
                                                   : arena_join(r->a, is_url ? STR("git+") : STR("git+ssh://"), repository);
    p->commit = found.len ? found : asked;
}

static bool take_resolution(struct reading *r, str resolution, struct pkg_package *p) {
    static const enum pkg_source sources[256] = {
        [1] = PKG_ROOT, [2] = PKG_NPM, [4] = PKG_FOLDER, [8] = PKG_TARBALL_FILE, [16] = PKG_GITHUB, [32] = PKG_GIT,
        [64] = PKG_LINK, [72] = PKG_WORKSPACE, [80] = PKG_TARBALL_URL,
    };
    uint64_t tag = number(r, resolution, 0, 1);
    p->source = sources[tag & 255];
    if (p->source == PKG_ROOT && tag != 1) return wrong(r, "a package comes from nowhere that is known");
    if (p->source == PKG_GITHUB || p->source == PKG_GIT) take_repository(r, resolution, p);
    else if (p->source != PKG_ROOT) p->place = text_at(r, resolution, 8);
    if (p->source != PKG_NPM) return true;
    p->version = version_at(r, resolution);
    if (pkg_url_is_public(p->place)) p->place = STR("");
    struct semver semver;
    return semver_parse(p->version, SEMVER_LOOSE, &semver) || wrong(r, "a version is none");
}

static void take_platforms(struct reading *r, uint64_t bits, const char *const *known, struct pkg_texts *to) {
    size_t n = 0;
    while (known[n]) n++;
    uint64_t all = ((UINT64_C(1) << n) - 1) << 1;
    if ((bits & all) == all) return;
    to->at = ARENA_ARRAY(r->a, str, n + 1);
    for (size_t i = 0; i < n; i++)
        if (bits & (UINT64_C(2) << i)) to->at[to->count++] = str_c(known[i]);
    if (!to->count) to->at[to->count++] = STR("none");
}

/* Kind of origin, processors, systems, C libraries, number, manual, checksum, whether scripts run at installs. */
static void take_meta(struct reading *r, str meta, struct pkg_package *p) {
    static const char *const processors[] = {"arm", "arm64", "ia32", "mips", "mipsel", "ppc", "ppc64", "s390", "s390x",
                                             "x32", "x64", NULL};
    static const char *const systems[] = {"aix", "darwin", "freebsd", "linux", "openbsd", "sunos", "win32", "android",
                                          NULL};
    static const char *const libraries[] = {"glibc", "musl", NULL};
    static const struct { const char *name; size_t size; } sums[] = {{"", 0}, {"sha1", 20}, {"sha256", 32}, {"sha384", 48},
                                                                     {"sha512", 64}};
    enum { AT_SUM = 20, AT_SCRIPTS = 85 };
    take_platforms(r, number(r, meta, 2, 2), processors, &p->cpu);
    take_platforms(r, number(r, meta, 4, 2), systems, &p->os);
    uint64_t library = number(r, meta, 6, 1);
    if (library) take_platforms(r, library, libraries, &p->libc);
    uint64_t kind = number(r, meta, AT_SUM, 1);
    if (kind && kind < sizeof sums / sizeof *sums) {
        str sum = str_cut(meta, AT_SUM + 1, AT_SUM + 1 + sums[kind].size);
        char *text = arena_zero(r->a, base64_len(sum.len, BASE64) + 1);
        str said = str_of(text, base64_write(sum, text, BASE64));
        p->integrity = arena_print(r->a, "%s-%.*s", sums[kind].name, STR_FMT(said));
    }
    p->has_install_script = number(r, meta, AT_SCRIPTS, 1) == 2;
}

static void take_bins(struct reading *r, str bin, struct pkg_package *p) {
    enum { NONE, FILE, NAMED_FILE, FOLDER, LIST };
    uint64_t kind = number(r, bin, 0, 1);
    if (kind == FOLDER) p->bin_dir = text_at(r, bin, 4);
    if (kind == FILE || kind == NAMED_FILE) {
        p->bins = ARENA_NEW(r->a, struct pkg_bin);
        if (kind == NAMED_FILE) p->bins->name = text_at(r, bin, 4);
        p->bins->path = text_at(r, bin, kind == FILE ? 4 : 12);
        p->n_bins = 1;
    }
    if (kind != LIST) return;
    str list = part(r, r->lists, SIZE_LIST_ITEM, bin, 4);
    p->bins = ARENA_ARRAY(r->a, struct pkg_bin, list.len / (2 * SIZE_LIST_ITEM) + 1);
    for (size_t at = 0; at + 2 * SIZE_LIST_ITEM <= list.len; at += 2 * SIZE_LIST_ITEM)
        p->bins[p->n_bins++] = (struct pkg_bin){text_at(r, list, at), text_at(r, list, at + SIZE_LIST_ITEM)};
}

/* --- what it depends on: name, its hash, bits, kind of spec, spec */

enum { IS_OPTIONAL = 4, IS_DEV = 8, IS_PEER = 16, IS_WORKSPACE = 32, IS_BUNDLED = 64 };

static void take_edges(struct reading *r, str edges, str targets, size_t n_packages, struct pkg_package *p) {
    size_t n = edges.len / SIZE_EDGE;
    if (targets.len / 4 != n) { wrong(r, "who gets what is not said of each dependency"); return; }
    p->edges = ARENA_ARRAY(r->a, struct pkg_edge, n + 1);
    for (size_t i = 0; i < n && !r->is_wrong; i++) {
        size_t at = i * SIZE_EDGE;
        uint64_t bits = number(r, edges, at + 16, 1), to = number(r, targets, i * 4, 4);
        struct pkg_edge e = {.name = text_at(r, edges, at), .spec = text_at(r, edges, at + 18)};
        if (bits & IS_WORKSPACE) continue;
        if (!pkg_name_is_valid(e.name)) { wrong(r, "a dependency's name is none"); return; }
        e.group = bits & IS_PEER ? PKG_PEER : bits & IS_DEV ? PKG_DEV : bits & IS_OPTIONAL ? PKG_OPTIONAL
                : PKG_DEPENDENCIES;
        e.is_optional_peer = (bits & IS_PEER) && (bits & IS_OPTIONAL);
        e.is_bundled = (bits & IS_BUNDLED) != 0;
        e.to = to < n_packages ? r->number[to] : PKG_NONE;
        e.is_unresolved = e.to == PKG_NONE && e.group == PKG_OPTIONAL;
        p->edges[p->n_edges++] = e;
    }
}

/* --- the packages: a column each of names, hashes, where from, edges, targets, the rest, bins, and, since Bun 1.0,
 * scripts */

struct columns { str names, resolutions, edges, targets, metas, bins; size_t size_resolution, count; };

static bool read_columns(struct reading *r, struct columns *c) {
    uint64_t count = next_u64(r), align = next_u64(r), fields = next_u64(r), from = next_u64(r), to = next_u64(r);
    c->size_resolution = r->is_old ? 64 : 72;
    const size_t sizes[] = {SIZE_TEXT,  8,         c->size_resolution, SIZE_SLICE,
                            SIZE_SLICE, SIZE_META, SIZE_BIN,           SIZE_SCRIPTS};
    str *const to_fill[] = {&c->names, NULL, &c->resolutions, &c->edges, &c->targets, &c->metas, &c->bins, NULL};
    size_t size = 0;
    for (size_t i = 0; i < fields && i < 8; i++) size += sizes[i];
    bool is_known = align == 8 && (fields == 7 || fields == 8) && from >= r->at && from <= to && to <= r->bytes.len;
    if (r->is_wrong || !is_known || !count || count > r->bytes.len || (to - from) != count * size)
        return wrong(r, "its packages are not what the format says");
    for (size_t i = 0; i < fields; i++) {
        if (to_fill[i]) *to_fill[i] = str_cut(r->bytes, from, from + count * sizes[i]);
        from += count * sizes[i];
    }
    c->count = count;
    r->at = to;
    return true;
}

/* The root, workspaces, all others: the order in which the graph has them. */
static bool add_packages(struct reading *r, const struct columns *c) {
    r->number = ARENA_ARRAY(r->a, pkg_id, c->count + 1);
    for (int turn = 0; turn < 3; turn++)
        for (size_t i = 0; i < c->count && !r->is_wrong; i++) {
            struct pkg_package made = {.name = text_at(r, c->names, i * SIZE_TEXT)};
            size_t at = i * c->size_resolution;
            uint64_t tag = number(r, c->resolutions, at, 1);
            if (turn != (tag == 1 ? 0 : tag == 72 ? 1 : 2)) continue;
            if (!take_resolution(r, str_cut(c->resolutions, at, at + c->size_resolution), &made)) return false;
            if ((tag == 1) != (i == 0)) return wrong(r, "its first package must be the project's, no other may");
            if (i && !pkg_name_is_valid(made.name)) return wrong(r, "a package's name is none");
            *pkg_lock_add(r->out, &r->number[i]) = made;
        }
    return !r->is_wrong;
}

static bool read_packages(struct reading *r) {
    struct columns c;
    if (!read_columns(r, &c)) return false;
    next_array(r, 1);               /* where each package lay */
    next_array(r, 1);
    r->targets = next_array(r, 4);
    r->edges = next_array(r, SIZE_EDGE);
    r->lists = next_array(r, SIZE_LIST_ITEM);
    r->texts = next_array(r, 1);
    if (next_u64(r) != 0) return wrong(r, "its arrays do not end where they should");
    if (!add_packages(r, &c)) return false;
    for (size_t i = 0; i < c.count && !r->is_wrong; i++) {
        struct pkg_package *p = &r->out->packages[r->number[i]];
        str edges = part(r, r->edges, SIZE_EDGE, c.edges, i * SIZE_SLICE);
        str targets = part(r, r->targets, 4, c.targets, i * SIZE_SLICE);
        take_edges(r, edges, targets, c.count, p);
        take_bins(r, str_cut(c.bins, i * SIZE_BIN, (i + 1) * SIZE_BIN), p);
        if (p->source != PKG_ROOT && p->source != PKG_WORKSPACE)
            take_meta(r, str_cut(c.metas, i * SIZE_META, (i + 1) * SIZE_META), p);
    }
    return !r->is_wrong;
}

/* --- the parts at the end */

static void read_overrides(struct reading *r) {
    next_array(r, 1);
    str list = next_array(r, SIZE_EDGE);
    r->out->overrides = ARENA_ARRAY(r->a, struct pkg_override, list.len / SIZE_EDGE + 1);
    for (size_t at = 0; at < list.len && !r->is_wrong; at += SIZE_EDGE)
        r->out->overrides[r->out->n_overrides++] = (struct pkg_override){.name = text_at(r, list, at),
                                                                         .spec = text_at(r, list, at + 18)};
}

static void read_catalog(struct reading *r, str name) {
    str names = next_array(r, SIZE_TEXT), list = next_array(r, SIZE_EDGE);
    size_t n = list.len / SIZE_EDGE;
    if (names.len / SIZE_TEXT != n) { wrong(r, "a catalog has names without versions"); return; }
    if (!n) return;
    struct pkg_lock *l = r->out;
    l->catalogs = arena_grow(r->a, l->catalogs, l->n_catalogs * sizeof *l->catalogs,
                             (l->n_catalogs + 1) * sizeof *l->catalogs);
    struct pkg_catalog *c = &l->catalogs[l->n_catalogs++];
    *c = (struct pkg_catalog){.name = name, .entries = ARENA_ARRAY(r->a, struct pkg_dependency, n)};
    for (; c->count < n && !r->is_wrong; c->count++)
        c->entries[c->count] = (struct pkg_dependency){.name = text_at(r, names, c->count * SIZE_TEXT),
                                                       .spec = text_at(r, list, c->count * SIZE_EDGE + 18)};
}

static bool read_rest(struct reading *r) {
    if (has_part(r, "wOrKsPaC")) {                  /* versions and paths of workspaces, whose package.json have them */
        for (int i = 0; i < 4; i++) next_array(r, 1);
    }
    if (has_part(r, "tRuStEDd")) next_array(r, 1);
    else has_part(r, "eMpTrUsT");
    if (has_part(r, "oVeRriDs")) read_overrides(r);
    if (has_part(r, "pAtChEdD")) {                  /* package.json has them, by names and not by hashes */
        next_array(r, 1);
        next_array(r, 1);
    }
    if (has_part(r, "cAtAlOgS")) {
        read_catalog(r, STR(""));
        str groups = next_array(r, SIZE_TEXT);
        for (size_t at = 0; at < groups.len && !r->is_wrong; at += SIZE_TEXT) read_catalog(r, text_at(r, groups, at));
    }
    r->out->config_version = 0;
    if (has_part(r, "cNfGvRsN")) r->out->config_version = next_u64(r) != 0;
    return !r->is_wrong;
}

bool pkg_lockb_text(struct arena *a, str bytes, const struct pkg_texts *trusted, struct diag *d, str *text) {
    struct pkg_lock lock;
    struct pkg_tree tree;
    struct reading r = {.a = a, .d = d, .bytes = bytes, .out = &lock, .at = sizeof HEADER - 1};
    if (!str_starts(bytes, STR(HEADER))) return wrong(&r, "it does not begin as one");
    uint64_t format = number(&r, bytes, r.at, 4);
    uint64_t size = number(&r, bytes, r.at + 36, 8);        /* behind a hash of 32 bytes */
    if (r.is_wrong) return false;
    if (format != 2 && format != 3) return wrong(&r, "its format is neither 2 nor 3");
    if (size > bytes.len) return wrong(&r, "it ends too soon");
    r.bytes.len = size;
    r.at += 44;
    r.is_old = format == 2;
    pkg_lock_init(&lock, a);
    if (!read_packages(&r) || !read_rest(&r)) return false;
    lock.trusted = *trusted;
    struct buf out = {0};
    pkg_tree_make(a, &lock, NULL, &tree);      /* bundled ones too */
    pkg_lock_write(&out, &lock, &tree);
    *text = arena_str(a, buf_view(&out));
    buf_free(&out);
    return true;
}
