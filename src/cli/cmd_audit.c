/* cli/cmd_audit.c: bao audit: known vulnerabilities of what is locked; fix mends them; signatures checks what
 * registries signed. */
#include "cli/pm.h"
#include "data/json.h"
#include "data/json_edit.h"
#include "pkg/audit.h"
#include "pkg/inventory.h"
#include "pkg/signature.h"
#include "sys/file.h"
#include "sys/path.h"

static const struct pm_usage usage = {
    "audit",
    "audit [fix|signatures] [flags]",
    "Says what is known to be vulnerable among the packages of bun.lock; exit code 1 when there is something.",
    "  bao audit --audit-level=high --prod\n  bao audit fix              lowest safe versions that package.json allows\n"
    "  bao audit fix --latest     also beyond: the ranges of package.json, catalogs and overrides are rewritten\n"
    "  bao audit --database=advisories.json   without a network: what the registry's bulk endpoint answers, as a file\n"
    "  bao audit signatures       what the registry signed, by its published keys\n",
};

struct audit {
    struct pm *p;
    struct pkg_lock lock;
    bool *wanted;
    struct pkg_advisories known;
    struct pkg_findings found;
};

/* --- what is known */

static bool read_database(struct audit *a, str file) {
    struct pm *p = a->p;
    struct buf text = {0};
    str path = path_resolve(p->a, p->project.root, file);
    err e = file_read_all(path, &text);
    if (e) {
        cmd_error("audit: %.*s: %s", STR_FMT(path), err_text(e));
        return false;
    }
    bool ok = pkg_audit_read(p->a, arena_str(p->a, buf_view(&text)), file, &p->d, &a->known);
    buf_free(&text);
    return ok;
}

static str registry_of(const struct audit *a, pkg_id id) {
    return pkg_npmrc_registry(&a->p->config.npmrc, a->lock.packages[id].name, a->p->config.registry);
}

/* Asks one registry about its packages, which are taken off `left`. */
static bool ask(struct audit *a, str registry, bool *left, struct pkg_advisories *out) {
    struct pm *p = a->p;
    bool *own = ARENA_ARRAY(p->a, bool, a->lock.n_packages + 1);
    for (pkg_id i = 0; i < a->lock.n_packages; i++)
        if (left[i] && str_eq(registry_of(a, i), registry)) own[i] = true, left[i] = false;
    struct buf body = {0};
    struct pkg_reply answer = {0};
    pkg_audit_ask(&body, &a->lock, own);
    str url = arena_print(p->a, "%.*s-/npm/v1/security/advisories/bulk", STR_FMT(registry));
    err e = pkg_session_ask(&p->session, STR("POST"), url,
                            STR("Content-Type: application/json\r\nAccept: application/json\r\n"), buf_view(&body),
                            &answer);
    buf_free(&body);
    if (e || answer.status != 200) {
        if (answer.status) cmd_error("audit: POST %.*s - %d", STR_FMT(url), answer.status);
        else cmd_error("audit: %.*s", STR_FMT(answer.why.len ? answer.why : p->session.why));
        fprintf(stderr, "note: --database=<file> reads advisories from a file instead\n");
        return false;
    }
    return pkg_audit_read(p->a, answer.body, url, &p->d, out);
}

static bool ask_all(struct audit *a) {
    struct pm *p = a->p;
    bool *left = ARENA_ARRAY(p->a, bool, a->lock.n_packages + 1);
    for (pkg_id i = 0; i < a->lock.n_packages; i++) left[i] = a->wanted[i] && a->lock.packages[i].source == PKG_NPM;
    for (pkg_id i = 0; i < a->lock.n_packages; i++) {
        struct pkg_advisories more;
        if (!left[i]) continue;
        if (!ask(a, registry_of(a, i), left, &more)) return false;
        struct pkg_advisory *all = ARENA_ARRAY(p->a, struct pkg_advisory, a->known.count + more.count + 1);
        if (a->known.count) memcpy(all, a->known.at, a->known.count * sizeof *all);
        if (more.count) memcpy(all + a->known.count, more.at, more.count * sizeof *all);
        a->known = (struct pkg_advisories){all, a->known.count + more.count};
    }
    return true;
}

static bool look(struct audit *a) {
    struct pm *p = a->p;
    str ignored[64], level = pm_value(p, "audit-level"), database = pm_value(p, "database");
    struct pkg_audit_choice choice = {.wanted = a->wanted, .ignored = ignored};
    choice.n_ignored = pm_values(p, "ignore", ignored, 64);
    if (choice.n_ignored > 64) return cmd_error("audit: --ignore is taken 64 times at most"), false;
    bool is_known = !level.len;
    for (int i = 0; i < 5; i++)
        if (str_is(level, pkg_severity_names[i])) choice.least = (enum pkg_severity)i, is_known = true;
    if (!is_known)
        return cmd_error("audit: --audit-level=%.*s: low, moderate, high or critical is wanted", STR_FMT(level)), false;
    if (!pm_read_lock(p, &a->lock)) return false;
    a->wanted = ARENA_ARRAY(p->a, bool, a->lock.n_packages + 1);
    pkg_lock_reach(&a->lock, PKG_NONE, p->config.no_dev, p->config.no_optional, p->config.no_peer, a->wanted);
    if (database.len ? !read_database(a, database) : !ask_all(a)) return false;
    pkg_audit_match(p->a, &a->lock, &a->known, &choice, &a->found);
    return true;
}

/* --- saying it */

static const char *colour_of(enum pkg_severity s) {
    static const char *const codes[5] = {"\x1b[36m", "\x1b[36m", "\x1b[33m", "\x1b[31m", "\x1b[1;31m"};
    return pm_colour(codes[s]);
}

static size_t total(const struct pkg_findings *f) {
    size_t n = 0;
    for (int i = 0; i < 5; i++) n += f->by_severity[i];
    return n;
}

static void print_json(struct audit *a) {
    struct pm *p = a->p;
    struct json *all = json_new(p->a, JSON_OBJECT);
    for (size_t i = 0; i < a->found.count; i++) {
        str name = a->lock.packages[a->found.at[i].id].name;
        struct json *list = json_get(all, name);
        if (!list) json_set(all, name, list = json_new(p->a, JSON_ARRAY));
        for (size_t k = 0; k < a->found.at[i].count; k++) {
            const struct json *id = json_get_c(a->found.at[i].at[k]->json, "id");
            bool is_there = false;
            for
                JSON_EACH(e, list)
                is_there |= id && str_eq(json_get_c(e, "id") ? json_get_c(e, "id")->text : STR(""), id->text);
            if (!is_there) json_add(list, json_copy(p->a, a->found.at[i].at[k]->json));
        }
    }
    struct buf b = {0};
    json_write(&b, all, STR(""));
    pm_print("%.*s\n", STR_FMT(buf_view(&b)));
    buf_free(&b);
}

static void print_findings(struct audit *a) {
    struct pm *p = a->p;
    for (size_t i = 0; i < a->found.count; i++) {
        const struct pkg_finding *f = &a->found.at[i];
        const struct pkg_package *k = &a->lock.packages[f->id];
        str way = pkg_audit_path(p->a, &a->lock, f->id);
        if (!way.len) way = STR("(direct dependency)");
        pm_print("\n%s%.*s@%.*s%s\n", pm_colour("\x1b[1m"), STR_FMT(k->name), STR_FMT(k->version), pm_colour(0));
        pm_print("  %s%.*s%s\n", pm_colour("\x1b[2m"), STR_FMT(way), pm_colour(0));
        for (size_t n = 0; n < f->count; n++) {
            const struct pkg_advisory *v = f->at[n];
            pm_print("  %s%s%s: %.*s (%.*s)%s%.*s\n", colour_of(v->severity), pkg_severity_names[v->severity],
                     pm_colour(0), STR_FMT(v->title), STR_FMT(v->range), v->url.len ? " - " : "", STR_FMT(v->url));
        }
    }
}

static void print_total(const struct pkg_findings *f) {
    size_t n = total(f);
    bool is_first = true;
    pm_print("\n%s%zu vulnerabilit%s%s (", pm_colour("\x1b[1m"), n, n == 1 ? "y" : "ies", pm_colour(0));
    for (int i = 4; i >= 0; i--) {
        if (!f->by_severity[i]) continue;
        pm_print("%s%s%zu %s%s", is_first ? "" : ", ", colour_of((enum pkg_severity)i), f->by_severity[i],
                 pkg_severity_names[i], pm_colour(0));
        is_first = false;
    }
    pm_print(")\n");
}

static int audit(struct pm *p) {
    struct audit a = {.p = p};
    bool as_json = pm_has(p, "json");
    if (!as_json) pm_title(p);
    if (!look(&a)) return 1;
    size_t n = total(&a.found);
    if (as_json) print_json(&a);
    else if (!n) pm_print("\nNo vulnerabilities found\n");
    else {
        print_findings(&a);
        print_total(&a.found);
        pm_print("\n  bao audit fix           lowest safe versions within their ranges\n"
                 "  bao audit fix --latest  also beyond the ranges of package.json\n");
    }
    if (!as_json && a.found.n_ignored) pm_print("%zu ignored\n", a.found.n_ignored);
    return n > 0;
}

/* --- fix */

static void print_unmended(const struct audit *a, const struct pkg_finding *f) {
    const struct pkg_package *k = &a->lock.packages[f->id];
    pm_print("  %.*s@%.*s  ", STR_FMT(k->name), STR_FMT(k->version));
    for (size_t i = 0; i < f->count; i++)
        pm_print("%s%.*s", i ? ", " : "", STR_FMT(f->at[i]->ghsa.len ? f->at[i]->ghsa : f->at[i]->id));
    pm_print("\n");
}

/* What a key of overrides or resolutions is about, when it is no parent's: "a", "a@^1", and yarn's double star before
 * it. */
static bool is_override_of(str key, str name) {
    str base, range;
    if (str_starts(key, STR("**/"))) key = str_from(key, 3);
    pkg_spec_split(key, &base, &range);
    return str_eq(base.len ? base : key, name);
}

/* An override that keeps the safe version out is rewritten, as a dependency's range is. */
static bool raise_overrides(struct audit *a, str name, str to) {
    static const char *const groups[] = {"overrides", "resolutions"};
    struct pm *p = a->p;
    struct pkg_member *root = &p->project.members[0];
    for (size_t g = 0; g < 2; g++) {
        const struct json *list = json_get_c(root->manifest.json, groups[g]);
        str text = root->source;
        if (!json_is(list, JSON_OBJECT)) continue;
        for JSON_EACH(m, list) {
            bool is_it = m->kind == JSON_STRING && is_override_of(m->key, name) && m->text.at[0] != '$';
            if (!is_it || pm_range_has(p, m->text, to)) continue;
            struct buf value = {0};
            json_write_text(&value, pm_raised(p, m->text, to));
            json_edit_set(p->a, &text, (str[]){str_c(groups[g]), m->key}, 2, arena_str(p->a, buf_view(&value)),
                          JSON_AT_END);
            buf_free(&value);
        }
        if (!str_eq(text, root->source) && !pm_change(p, root, text)) return false;
    }
    return true;
}

/* Where package.json itself keeps the safe version out. */
static bool raise_own(struct audit *a, pkg_id id, str to) {
    struct pm *p = a->p;
    str name = a->lock.packages[id].name;
    for (pkg_id i = 0; i < a->lock.n_packages; i++) {
        const struct pkg_package *k = &a->lock.packages[i];
        if (k->source != PKG_ROOT && k->source != PKG_WORKSPACE) continue;
        for (size_t e = 0; e < k->n_edges; e++) {
            if (k->edges[e].to != id) continue;
            for (size_t m = 0; m < p->project.count; m++) {
                struct pkg_member *member = &p->project.members[m];
                const struct pkg_dependency *d = pkg_manifest_find(&member->manifest, k->edges[e].name);
                bool is_its = str_eq(member->path, k->place) || (k->source == PKG_ROOT && !member->path.len);
                if (is_its && d && !pm_raise(p, member, d, to)) return false;
            }
        }
    }
    return raise_overrides(a, name, to);
}

static int fix(struct pm *p) {
    struct audit a = {.p = p};
    bool is_latest = pm_has(p, "latest") || pm_has(p, "force");
    p->config.no_cache = true;                           /* what mends them may have been published a minute ago */
    pm_title(p);
    if (!look(&a)) return 1;
    size_t n = a.found.count, n_pins = 0, n_mended = 0, n_all = total(&a.found);
    str *names = ARENA_ARRAY(p->a, str, n + 1), *whys = ARENA_ARRAY(p->a, str, n + 1);
    const struct pkg_packument **found = ARENA_ARRAY(p->a, const struct pkg_packument *, n + 1);
    struct pkg_pin *pins = ARENA_ARRAY(p->a, struct pkg_pin, n + 1);
    bool *is_mended = ARENA_ARRAY(p->a, bool, n + 1);
    for (size_t i = 0; i < n; i++) names[i] = a.lock.packages[a.found.at[i].id].name;
    if (n && pkg_session_packuments(&p->session, names, n, false, found, whys))
        return cmd_error("audit fix: %.*s", STR_FMT(p->session.why));
    for (size_t i = 0; i < n; i++) {
        if (!found[i]) return cmd_error("audit fix: %.*s", STR_FMT(whys[i]));
        str *versions = ARENA_ARRAY(p->a, str, found[i]->count + 1);
        for (size_t k = 0; k < found[i]->count; k++) versions[k] = found[i]->releases[k].version;
        str to = pkg_audit_fix(p->a, &a.lock, a.found.at[i].id, versions, found[i]->count, &a.known, is_latest);
        if (!to.len) continue;
        if (!raise_own(&a, a.found.at[i].id, to)) return 1;
        is_mended[i] = true;
        n_mended += a.found.at[i].count;
        pins[n_pins++] = (struct pkg_pin){names[i], a.lock.packages[a.found.at[i].id].version, to};
    }
    pm_print("\n");
    str *lines = ARENA_ARRAY(p->a, str, n_pins + 1);
    for (size_t i = 0; i < n_pins; i++)
        lines[i] = arena_print(p->a, "^ %.*s %.*s -> %.*s", STR_FMT(pins[i].name), STR_FMT(pins[i].from),
                               STR_FMT(pins[i].to));
    int code = 0;
    if (p->config.dry_run) for (size_t i = 0; i < n_pins; i++) pm_print("%.*s\n", STR_FMT(lines[i]));
    else if (n_pins) {
        struct pm_run r = {
            .options = {.pins = pins, .n_pins = n_pins}, .lines = lines, .n_lines = n_pins, .has_title = true};
        struct pkg_install_result out;
        code = pm_install(p, &r, &out);
    }
    if (n_mended < n_all)
        pm_print("\nno version that the ranges %sallow mends:\n", is_latest ? "of others " : "");
    for (size_t i = 0; i < n; i++)
        if (!is_mended[i]) print_unmended(&a, &a.found.at[i]);
    pm_print("\n%s %zu of %zu vulnerabilities\n", p->config.dry_run ? "Would fix" : "Fixed", code ? 0 : n_mended,
             n_all);
    return code ? code : n_mended < n_all;
}

/* --- signatures */

struct signed_count { size_t good, absent, wrong; };

static bool read_keys(struct pm *p, str registry, struct pkg_keys *out, bool *has_keys) {
    struct pkg_reply answer = {0};
    str url = arena_print(p->a, "%.*s-/npm/v1/keys", STR_FMT(registry));
    err e = pkg_session_ask(&p->session, STR("GET"), url, STR("Accept: application/json\r\n"), (str){0}, &answer);
    *has_keys = answer.status == 200;
    if (answer.status == 404 || answer.status == 400) return true;       /* a registry that signs nothing */
    if (e || !*has_keys) {
        if (answer.status) cmd_error("audit signatures: GET %.*s - %d", STR_FMT(url), answer.status);
        else cmd_error("audit signatures: %.*s", STR_FMT(answer.why));
        return false;
    }
    return pkg_keys_read(p->a, answer.body, url, &p->d, out);
}

static void check(struct pm *p, const struct pkg_keys *keys, const struct pkg_package *k,
                  const struct pkg_packument *found, struct signed_count *count) {
    const struct pkg_release *r = found ? pkg_packument_find(found, k->version) : NULL;
    const struct json *dist = r ? json_get_c(json_parse(p->a, r->text, JSON_STRICT, NULL, STR("")), "dist") : NULL;
    str why = STR("");
    str integrity = k->integrity.len ? k->integrity : json_text(json_get_c(dist, "integrity"));
    err e = ERR_NOT_FOUND;
    if (dist)
        e = pkg_signature_check(p->a, keys, k->name, k->version, integrity, json_get_c(dist, "signatures"), 0, &why);
    if (!e) count->good++;
    else if (e == ERR_NOT_FOUND) count->absent++;
    else count->wrong++;
    if (e && why.len)
        pm_print("%s%.*s%s\n", e == ERR_NOT_FOUND ? "" : pm_colour("\x1b[31m"), STR_FMT(why), pm_colour(0));
}

static int signatures(struct pm *p) {
    struct audit a = {.p = p};
    struct signed_count count = {0};
    pm_title(p);
    pm_print("\n");
    if (!pm_read_lock(p, &a.lock)) return 1;
    size_t n = 0, total_n = a.lock.n_packages;
    str *names = ARENA_ARRAY(p->a, str, total_n + 1), *whys = ARENA_ARRAY(p->a, str, total_n + 1);
    pkg_id *ids = ARENA_ARRAY(p->a, pkg_id, total_n + 1);
    const struct pkg_packument **found = ARENA_ARRAY(p->a, const struct pkg_packument *, total_n + 1);
    for (pkg_id i = 0; i < total_n; i++)
        if (a.lock.packages[i].source == PKG_NPM) ids[n] = i, names[n++] = a.lock.packages[i].name;
    if (n && pkg_session_packuments(&p->session, names, n, true, found, whys))
        return cmd_error("audit: %.*s", STR_FMT(p->session.why));
    bool *done = ARENA_ARRAY(p->a, bool, n + 1);
    size_t n_unsigned = 0;
    for (size_t i = 0; i < n; i++) {
        struct pkg_keys keys = {0};
        bool has_keys;
        str registry = registry_of(&a, ids[i]);
        if (done[i]) continue;
        if (!read_keys(p, registry, &keys, &has_keys)) return 1;
        for (size_t k = i; k < n; k++) {
            if (done[k] || !str_eq(registry_of(&a, ids[k]), registry)) continue;
            done[k] = true;
            if (has_keys) check(p, &keys, &a.lock.packages[ids[k]], found[k], &count);
            else n_unsigned++;
        }
    }
    pm_print("%zu package%s with a verified signature\n", count.good, count.good == 1 ? "" : "s");
    if (count.absent) pm_print("%zu without one, or by a key that the registry does not publish\n", count.absent);
    if (n_unsigned) pm_print("%zu of registries that publish no keys\n", n_unsigned);
    if (count.wrong)
        pm_print("%s%zu with a wrong signature: they are not what the registry published%s\n", pm_colour("\x1b[31m"),
                 count.wrong, pm_colour(0));
    return count.wrong || count.absent;
}

int cmd_audit(struct cmd *c) {
    struct pm p;
    bool ends;
    int code = pm_open(&p, c, PM_AUDIT, &usage, PM_PROJECT, &ends);
    if (ends) return code;
    str what = p.n_words ? p.words[0] : STR("");
    if (!what.len) code = audit(&p);
    else if (str_is(what, "fix")) code = fix(&p);
    else if (str_is(what, "signatures")) code = signatures(&p);
    else code = cmd_error("audit: \"%.*s\" is not known; fix and signatures are", STR_FMT(what));
    return pm_close(&p, code);
}
