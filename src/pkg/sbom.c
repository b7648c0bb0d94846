#include "pkg/sbom.h"

#include <stdlib.h>
#include <time.h>

#include "base/buf.h"
#include "base/list.h"
#include "base/map.h"
#include "data/base64.h"
#include "data/json.h"
#include "data/spdx.h"

struct writing {
    struct arena *a;
    const struct pkg_sbom_options *o;
    LIST(const struct pkg_component *) items;
    struct json **objects;          /* by pkg_id: what stands for a package; NULL = it is not in the bill */
    str *refs;                      /* by pkg_id */
};

/* --- small parts */

/* The root's version is in its package.json only. */
static str version_of(const struct writing *w, pkg_id id) {
    return id ? w->o->lock->packages[id].version : w->o->root->version;
}

static void text(struct writing *w, struct json *object, const char *key, str value) {
    if (value.len) json_set(object, str_c(key), json_new_text(w->a, value));
}
static struct json *child(struct writing *w, struct json *object, const char *key, enum json_kind kind) {
    struct json *j = json_new(w->a, kind);
    json_set(object, str_c(key), j);
    return j;
}
static struct json *element(struct writing *w, struct json *array) {
    struct json *j = json_new(w->a, JSON_OBJECT);
    json_add(array, j);
    return j;
}

/* "2026-11-30T17:00:00Z" */
static str when(struct writing *w) {
    time_t t = (time_t)w->o->now_s;
    struct tm tm;
    char out[32];
    gmtime_r(&t, &tm);
    return arena_str(w->a, str_of(out, strftime(out, sizeof out, "%Y-%m-%dT%H:%M:%SZ", &tm)));
}

/* What a URL's path and query may hold as it is (RFC 3986: unreserved); purl lets '/' and ':' stand in qualifiers
 * too. */
static void percent(struct buf *out, str s, const char *also) {
    for (size_t i = 0; i < s.len; i++) {
        unsigned char c = (unsigned char)s.at[i];
        bool is_plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                        strchr("-._~", c) || strchr(also, c);
        if (is_plain && c) buf_add_char(out, (char)c);
        else buf_print(out, "%%%02X", c);
    }
}

str pkg_sbom_purl(struct arena *a, const struct pkg_package *p) {
    struct buf out = {0};
    buf_lit(&out, "pkg:npm/");
    percent(&out, p->name, "/");
    if (p->version.len) buf_add_char(&out, '@'), percent(&out, p->version, "");
    if (p->source == PKG_GIT || p->source == PKG_GITHUB) {
        buf_lit(&out, "?vcs_url=");
        if (p->source == PKG_GITHUB) percent(&out, STR("git+https://github.com/"), "/:");
        else if (!str_starts(p->place, STR("git"))) percent(&out, STR("git+"), "");
        percent(&out, p->place, "/:");
        if (p->commit.len) percent(&out, STR("@"), ""), percent(&out, p->commit, "");
    } else if (p->source == PKG_TARBALL_URL) {
        buf_lit(&out, "?download_url=");
        percent(&out, p->place, "/:");
    }
    str all = arena_str(a, buf_view(&out));
    buf_free(&out);
    return all;
}

/* Where its bytes came from; empty for what was never fetched. */
static str source_of(struct writing *w, const struct pkg_package *p) {
    if (p->source == PKG_TARBALL_URL) return p->place;
    if (p->source == PKG_GITHUB)
        return arena_print(w->a, "git+https://github.com/%.*s#%.*s", STR_FMT(p->place), STR_FMT(p->commit));
    if (p->source == PKG_GIT) {
        return arena_print(w->a, "%s%.*s#%.*s", str_starts(p->place, STR("git")) ? "" : "git+", STR_FMT(p->place),
                           STR_FMT(p->commit));
    }
    if (p->source != PKG_NPM) return STR("");
    if (p->place.len) return p->place;
    ptrdiff_t slash = str_rfind_char(p->name, '/');
    str base = slash < 0 ? p->name : str_from(p->name, (size_t)slash + 1);
    return arena_print(w->a, "%.*s%.*s/-/%.*s-%.*s.tgz", STR_FMT(w->o->registry), STR_FMT(p->name), STR_FMT(base),
                       STR_FMT(p->version));
}

/* "sha512-<base64>" -> the algorithm's name without a dash, and hex. False when there is none that both formats
 * know. */
static bool digest_of(struct writing *w, str integrity, const char **name, str *hex) {
    static const struct { const char *prefix, *name; size_t len; } known[] = {
        {"sha512-", "SHA512", 64}, {"sha384-", "SHA384", 48}, {"sha256-", "SHA256", 32}, {"sha1-", "SHA1", 20},
        {"md5-", "MD5", 16},
    };
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        for (str rest = integrity, one; str_next(&rest, ' ', &one);) {
            if (!str_starts(one, str_c(known[i].prefix))) continue;
            one = str_from(one, strlen(known[i].prefix));
            uint8_t *bytes = arena_alloc(w->a, one.len + 4);
            size_t n = base64_read_strict(one, bytes);
            if (n != known[i].len) continue;
            struct buf out = {0};
            for (size_t k = 0; k < n; k++) buf_print(&out, "%02x", bytes[k]);
            *hex = arena_str(w->a, buf_view(&out));
            *name = known[i].name;
            buf_free(&out);
            return true;
        }
    }
    return false;
}

/* --- CycloneDX 1.6 */

static void cdx_component(struct writing *w, struct json *c, pkg_id id, const char *type,
                          const struct pkg_component *item) {
    const struct pkg_package *p = &w->o->lock->packages[id];
    ptrdiff_t slash = p->name.len && p->name.at[0] == '@' ? str_find_char(p->name, '/') : -1;
    text(w, c, "type", str_c(type));
    text(w, c, "bom-ref", w->refs[id]);
    if (slash > 0) text(w, c, "group", str_upto(p->name, (size_t)slash));
    text(w, c, "name", slash > 0 ? str_from(p->name, (size_t)slash + 1) : p->name);
    text(w, c, "version", version_of(w, id));
    if (!item) {
        struct pkg_package own = *p;
        own.version = version_of(w, id);
        if (p->name.len) text(w, c, "purl", pkg_sbom_purl(w->a, &own));
        return;
    }
    text(w, c, "description", item->description);
    text(w, c, "author", item->author);
    text(w, c, "scope", item->is_dev ? STR("excluded") : item->is_optional ? STR("optional") : STR("required"));
    const char *algorithm;
    str hex;
    if (digest_of(w, p->integrity, &algorithm, &hex)) {
        struct json *hash = element(w, child(w, c, "hashes", JSON_ARRAY));
        text(w, hash, "alg", str_is(str_c(algorithm), "MD5") ? STR("MD5") : arena_print(w->a, "SHA-%s", algorithm + 3));
        text(w, hash, "content", hex);
    }
    if (item->license.len) {
        struct json *one = element(w, child(w, c, "licenses", JSON_ARRAY));
        if (spdx_is_id(item->license)) text(w, child(w, one, "license", JSON_OBJECT), "id", item->license);
        else if (spdx_is_expression(item->license)) text(w, one, "expression", item->license);
        else text(w, child(w, one, "license", JSON_OBJECT), "name", item->license);
    }
    text(w, c, "purl", pkg_sbom_purl(w->a, p));
    str from = source_of(w, p);
    if (from.len || item->homepage.len) {
        struct json *list = child(w, c, "externalReferences", JSON_ARRAY);
        for (int i = 0; i < 2; i++) {
            str url = i ? item->homepage : from;
            if (!url.len) continue;
            struct json *ref = element(w, list);
            text(w, ref, "type", i ? STR("website") : STR("distribution"));
            text(w, ref, "url", url);
        }
    }
    struct json *properties = child(w, c, "properties", JSON_ARRAY);
    for (size_t i = 0; i < item->n_paths; i++) {
        struct json *property = element(w, properties);
        text(w, property, "name", STR("cdx:npm:package:path"));
        text(w, property, "value", item->paths[i]);
    }
    if (item->is_dev) {
        struct json *property = element(w, properties);
        text(w, property, "name", STR("cdx:npm:package:development"));
        text(w, property, "value", STR("true"));
    }
}

static int compare_text(const void *a, const void *b) { return str_cmp(*(const str *)a, *(const str *)b); }

/* The refs of what a package depends on and the bill holds, each once, sorted. */
static size_t refs_of(struct writing *w, pkg_id id, str *out) {
    const struct pkg_package *p = &w->o->lock->packages[id];
    size_t n = 0, kept = 0;
    for (size_t i = 0; i < p->n_edges; i++)
        if (p->edges[i].to != PKG_NONE && w->objects[p->edges[i].to]) out[n++] = w->refs[p->edges[i].to];
    qsort(out, n, sizeof *out, compare_text);
    for (size_t i = 0; i < n; i++)
        if (!i || !str_eq(out[i], out[i - 1])) out[kept++] = out[i];
    return kept;
}

static struct json *cyclonedx(struct writing *w) {
    const struct pkg_lock *l = w->o->lock;
    struct json *bom = json_new(w->a, JSON_OBJECT);
    text(w, bom, "bomFormat", STR("CycloneDX"));
    text(w, bom, "specVersion", STR("1.6"));
    text(w, bom, "serialNumber", arena_print(w->a, "urn:uuid:%s", w->o->uuid));
    json_set(bom, STR("version"), json_new_number(w->a, 1));
    struct json *meta = child(w, bom, "metadata", JSON_OBJECT);
    text(w, meta, "timestamp", when(w));
    text(w, element(w, child(w, meta, "lifecycles", JSON_ARRAY)), "phase", STR("build"));
    struct json *tool = element(w, child(w, child(w, meta, "tools", JSON_OBJECT), "components", JSON_ARRAY));
    text(w, tool, "type", STR("application"));
    text(w, tool, "name", STR("bao"));
    text(w, tool, "version", STR(BAO_VERSION));
    cdx_component(w, w->objects[0] = child(w, meta, "component", JSON_OBJECT), 0,
                  w->o->is_library ? "library" : "application", NULL);
    struct json *components = child(w, bom, "components", JSON_ARRAY),
                *dependencies = child(w, bom, "dependencies", JSON_ARRAY);
    size_t most = 1;
    for (pkg_id i = 1; i < l->n_packages; i++)
        if (l->packages[i].source == PKG_WORKSPACE)
            cdx_component(w, w->objects[i] = element(w, components), i, "library", NULL);
    for (size_t i = 0; i < w->items.len; i++)
        cdx_component(w, w->objects[w->items.at[i]->id] = element(w, components), w->items.at[i]->id, "library",
                      w->items.at[i]);
    for (pkg_id i = 0; i < l->n_packages; i++)
        if (l->packages[i].n_edges > most) most = l->packages[i].n_edges;
    str *refs = ARENA_ARRAY(w->a, str, most);
    for (pkg_id i = 0; i < l->n_packages; i++) {
        if (!w->objects[i]) continue;
        struct json *d = element(w, dependencies), *on = NULL;
        text(w, d, "ref", w->refs[i]);
        on = child(w, d, "dependsOn", JSON_ARRAY);
        for (size_t k = 0, n = refs_of(w, i, refs); k < n; k++) json_add(on, json_new_text(w->a, refs[k]));
    }
    return bom;
}

/* --- SPDX 2.3 */

/* Letters, digits, '.' and '-' are what an identifier may hold (2.3, 3.2); the package's number keeps two names
 * apart. */
static str spdx_ref(struct writing *w, pkg_id id) {
    const struct pkg_package *p = &w->o->lock->packages[id];
    struct buf out = {0};
    buf_print(&out, "SPDXRef-Package-%.*s-%.*s", STR_FMT(p->name), STR_FMT(version_of(w, id)));
    for (size_t i = 0; i < out.len; i++) {
        char c = out.at[i];
        if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.')) out.at[i] = '-';
    }
    buf_print(&out, "-%u", id);
    str all = arena_str(w->a, buf_view(&out));
    buf_free(&out);
    return all;
}

static void spdx_package(struct writing *w, struct json *c, pkg_id id, const struct pkg_component *item) {
    const struct pkg_package *p = &w->o->lock->packages[id];
    str from = item ? source_of(w, p) : STR(""), hex;
    const char *algorithm;
    text(w, c, "name", p->name.len ? p->name : STR("root"));
    text(w, c, "SPDXID", w->refs[id]);
    text(w, c, "versionInfo", version_of(w, id));
    if (item) text(w, c, "packageFileName", item->paths[0]);
    text(w, c, "primaryPackagePurpose", !id && !w->o->is_library ? STR("APPLICATION") : STR("LIBRARY"));
    text(w, c, "downloadLocation", from.len ? from : STR("NOASSERTION"));
    json_set(c, STR("filesAnalyzed"), json_new(w->a, JSON_FALSE));
    if (item) text(w, c, "homepage", item->homepage), text(w, c, "description", item->description);
    text(w, c, "licenseConcluded", STR("NOASSERTION"));
    text(w, c, "licenseDeclared", item && spdx_is_expression(item->license) ? item->license : STR("NOASSERTION"));
    text(w, c, "copyrightText", STR("NOASSERTION"));
    struct pkg_package own = *p;
    own.version = version_of(w, id);
    if (p->name.len) {
        struct json *ref = element(w, child(w, c, "externalRefs", JSON_ARRAY));
        text(w, ref, "referenceCategory", STR("PACKAGE-MANAGER"));
        text(w, ref, "referenceType", STR("purl"));
        text(w, ref, "referenceLocator", pkg_sbom_purl(w->a, &own));
    }
    if (item && digest_of(w, p->integrity, &algorithm, &hex)) {
        struct json *sum = element(w, child(w, c, "checksums", JSON_ARRAY));
        text(w, sum, "algorithm", str_c(algorithm));
        text(w, sum, "checksumValue", hex);
    }
}

static void relate(struct writing *w, struct json *list, str from, const char *how, str to) {
    struct json *r = element(w, list);
    text(w, r, "spdxElementId", from);
    text(w, r, "relatedSpdxElement", to);
    text(w, r, "relationshipType", str_c(how));
}

static struct json *spdx(struct writing *w) {
    static const char *const backwards[PKG_GROUPS] = {[PKG_DEV] = "DEV_DEPENDENCY_OF",
                                                      [PKG_OPTIONAL] = "OPTIONAL_DEPENDENCY_OF",
                                                      [PKG_PEER] = "PROVIDED_DEPENDENCY_OF"};
    const struct pkg_lock *l = w->o->lock;
    const struct pkg_package *root = &l->packages[0];
    struct json *doc = json_new(w->a, JSON_OBJECT);
    str called = root->name.len ? root->name : STR("root"), version = version_of(w, 0);
    str name = arena_print(w->a, "%.*s%s%.*s", STR_FMT(called), version.len ? "@" : "", STR_FMT(version));
    struct buf space = {0};
    percent(&space, name, "");
    text(w, doc, "spdxVersion", STR("SPDX-2.3"));
    text(w, doc, "dataLicense", STR("CC0-1.0"));
    text(w, doc, "SPDXID", STR("SPDXRef-DOCUMENT"));
    text(w, doc, "name", name);
    text(w, doc, "documentNamespace",
         arena_print(w->a, "http://spdx.org/spdxdocs/%.*s-%s", STR_FMT(buf_view(&space)), w->o->uuid));
    buf_free(&space);
    struct json *info = child(w, doc, "creationInfo", JSON_OBJECT);
    text(w, info, "created", when(w));
    json_add(child(w, info, "creators", JSON_ARRAY), json_new_text(w->a, STR("Tool: bao-" BAO_VERSION)));
    json_add(child(w, doc, "documentDescribes", JSON_ARRAY), json_new_text(w->a, w->refs[0]));
    struct json *packages = child(w, doc, "packages", JSON_ARRAY),
                *relations = child(w, doc, "relationships", JSON_ARRAY);
    for (pkg_id i = 0; i < l->n_packages; i++)
        if (!i || l->packages[i].source == PKG_WORKSPACE)
            spdx_package(w, w->objects[i] = element(w, packages), i, NULL);
    for (size_t i = 0; i < w->items.len; i++)
        spdx_package(w, w->objects[w->items.at[i]->id] = element(w, packages), w->items.at[i]->id, w->items.at[i]);
    relate(w, relations, STR("SPDXRef-DOCUMENT"), "DESCRIBES", w->refs[0]);
    for (pkg_id i = 0; i < l->n_packages; i++) {
        const struct pkg_package *p = &l->packages[i];
        for (size_t k = 0; w->objects[i] && k < p->n_edges; k++) {
            const struct pkg_edge *e = &p->edges[k];
            if (e->to == PKG_NONE || !w->objects[e->to]) continue;
            if (backwards[e->group]) relate(w, relations, w->refs[e->to], backwards[e->group], w->refs[i]);
            else relate(w, relations, w->refs[i], "DEPENDS_ON", w->refs[e->to]);
        }
    }
    return doc;
}

void pkg_sbom_write(struct buf *out, const struct pkg_sbom_options *o) {
    struct arena a = {0};
    struct writing w = {.a = &a, .o = o};
    const struct pkg_lock *l = o->lock;
    w.objects = ARENA_ARRAY(&a, struct json *, l->n_packages);
    w.refs = ARENA_ARRAY(&a, str, l->n_packages);
    struct map refs = {0};
    for (pkg_id i = 0; i < l->n_packages; i++) {
        const struct pkg_package *p = &l->packages[i];
        bool is_new;
        if (o->format == PKG_SBOM_SPDX) w.refs[i] = spdx_ref(&w, i);
        else {
            str which = version_of(&w, i);
            if (!which.len) which = p->commit.len ? p->commit : p->place;
            w.refs[i] = arena_print(&a, "%.*s%s%.*s", STR_FMT(p->name), which.len ? "@" : "", STR_FMT(which));
        }
        void **at = map_at(&refs, w.refs[i], &is_new); /* two packages of one name and version, from different places */
        if (!is_new) w.refs[i] = arena_print(&a, "%.*s#%u", STR_FMT(w.refs[i]), i);
        *at = &w;
    }
    map_free(&refs);
    for (size_t i = 0; i < o->inventory->count; i++)
        if (!o->wanted || o->wanted[o->inventory->items[i].id]) *LIST_ADD(&w.items) = &o->inventory->items[i];
    json_write(out, o->format == PKG_SBOM_SPDX ? spdx(&w) : cyclonedx(&w), STR("  "));
    buf_add_char(out, '\n');
    LIST_FREE(&w.items);
    arena_free(&a);
}
