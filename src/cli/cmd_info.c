/* cli/cmd_info.c: bao info (bao pm view): what the registry says of a package. */
#include "cli/pm.h"
#include "data/json.h"

static const struct pm_usage usage = {
    "info", "info [flags] <package>[@<version>] [<property>]...\n       bao view",
    "Prints what the registry says of a package, or only some of it.",
    "  bao info react\n  bao info react@18.0.0 dist.tarball\n  bao info react version license --json\n",
};

static void print_value(const struct json *j, bool as_json) {
    struct buf b = {0};
    if (!as_json && (j->kind == JSON_STRING || j->kind == JSON_NUMBER)) buf_add(&b, j->text);
    else json_write(&b, j, STR("  "));
    pm_print("%.*s\n", STR_FMT(buf_view(&b)));
    buf_free(&b);
}

/* "dist.tarball", "maintainers.name" (of each), "versions[0]" */
static const struct json *look(struct arena *a, const struct json *j, str path) {
    for (str part; j && path.len && str_next(&path, '.', &part);) {
        ptrdiff_t open = str_find_char(part, '[');
        str name = open < 0 ? part : str_upto(part, (size_t)open);
        if (name.len && json_is(j, JSON_ARRAY)) {
            struct json *each = json_new(a, JSON_ARRAY);
            for JSON_EACH(e, j) if (json_get(e, name)) json_add(each, json_copy(a, json_get(e, name)));
            j = each;
        } else if (name.len) {
            const struct json *next = json_get(j, name);
            if (!next && path.len) {                     /* "dist-tags.latest", "time.1.0.0": the rest may be one key */
                str rest = str_of(part.at, part.len + 1 + path.len);
                next = json_get(j, rest);
                if (next) return next;
            }
            j = next;
        }
        int64_t at;
        if (open >= 0 && j && str_to_int(str_cut(part, (size_t)open + 1, part.len - 1), &at)) {
            const struct json *e = json_is(j, JSON_ARRAY) ? j->first : NULL;
            while (e && at-- > 0) e = e->next;
            j = e;
        }
    }
    return j;
}

static void print_people(const struct json *list) {
    for JSON_EACH(m, list) {
        if (m->kind == JSON_STRING) pm_print("- %.*s\n", STR_FMT(m->text));
        else
            pm_print("- %.*s <%.*s>\n", STR_FMT(json_text(json_get_c(m, "name"))),
                     STR_FMT(json_text(json_get_c(m, "email"))));
    }
}

static void print_all(const struct json *doc, const struct json *v) {
    const struct json *dependencies = json_get_c(v, "dependencies"), *versions = json_get_c(doc, "versions"),
                      *dist = json_get_c(v, "dist");
    const char *strong = pm_colour("\x1b[1m"), *faint = pm_colour("\x1b[2m"), *plain = pm_colour(0);
    str name = json_text(json_get_c(v, "name")), version = json_text(json_get_c(v, "version")),
        license = json_text(json_get_c(v, "license"));
    if (!license.len) license = json_text(json_get_c(json_get_c(v, "license"), "type"));
    pm_print("%s%.*s@%.*s%s | %.*s | deps: %u | versions: %u\n", strong, STR_FMT(name), STR_FMT(version), plain,
             STR_FMT(license.len ? license : STR("no license")), dependencies ? dependencies->count : 0,
             versions ? versions->count : 0);
    str text = json_text(json_get_c(v, "description"));
    if (text.len) pm_print("%.*s\n", STR_FMT(text));
    if ((text = json_text(json_get_c(v, "homepage"))).len) pm_print("%.*s\n", STR_FMT(text));
    if ((text = json_text(json_get_c(v, "deprecated"))).len)
        pm_print("\n%sDEPRECATED%s - %.*s\n", pm_colour("\x1b[31m"), plain, STR_FMT(text));
    const struct json *keywords = json_get_c(v, "keywords"), *bin = json_get_c(v, "bin");
    if (json_is(keywords, JSON_ARRAY) && keywords->count) {
        pm_print("keywords: ");
        for JSON_EACH(k, keywords) pm_print("%.*s%s", STR_FMT(json_text(k)), k->next ? ", " : "\n");
    }
    if (json_is(bin, JSON_OBJECT) && bin->count) {
        pm_print("\nbin:");
        for JSON_EACH(b, bin) pm_print(" %.*s", STR_FMT(b->key));
        pm_print("\n");
    }
    if (dependencies && dependencies->count) {
        pm_print("\n%sdependencies (%u):%s\n", strong, dependencies->count, plain);
        for JSON_EACH(d, dependencies) pm_print("- %.*s: %.*s\n", STR_FMT(d->key), STR_FMT(json_text(d)));
    }
    pm_print("\n%sdist%s\n", strong, plain);
    static const char *const parts[] = {"tarball", "shasum", "integrity"};
    for (size_t i = 0; i < 3; i++)
        if ((text = json_text(json_get_c(dist, parts[i]))).len)
            pm_print(" %s.%s%s: %.*s\n", faint, parts[i], plain, STR_FMT(text));
    const struct json *size = json_get_c(dist, "unpackedSize"), *tags = json_get_c(doc, "dist-tags"),
        *people = json_get_c(doc, "maintainers");
    if (json_is(size, JSON_NUMBER)) pm_print(" %s.unpackedSize%s: %.2f KB\n", faint, plain, size->number / 1024);
    pm_print("\n%sdist-tags:%s\n", strong, plain);
    if (json_is(tags, JSON_OBJECT)) for
            JSON_EACH(t, tags) pm_print("%.*s: %.*s\n", STR_FMT(t->key), STR_FMT(json_text(t)));
    if (json_is(people, JSON_ARRAY) && people->count) {
        pm_print("\n%smaintainers:%s\n", strong, plain);
        print_people(people);
    }
    if ((text = json_text(json_get(json_get_c(doc, "time"), version))).len)
        pm_print("\nPublished: %.*s\n", STR_FMT(text));
}

int pm_info(struct pm *p, size_t from) {
    str name = STR(""), version = STR("");
    bool as_json = pm_has(p, "json");
    if (from < p->n_words) pkg_spec_split(p->words[from], &name, &version);
    if (from >= p->n_words) {
        if (pkg_project_read(p->a, p->c->cwd, &p->d, &p->project) != 0)
            return cmd_error("info: which package? `bao info <name>`");
        name = pm_here(p)->manifest.name;
    }
    if (!pkg_name_is_valid(name))
        return cmd_error("info: \"%.*s\" is no name of a package", STR_FMT(from < p->n_words ? p->words[from] : name));
    struct pkg_reply reply;
    struct buf escaped = {0};
    for (size_t i = 0; i < name.len; i++)
        if (name.at[i] == '/') buf_lit(&escaped, "%2f");
        else buf_add_char(&escaped, name.at[i]);
    str url = arena_join(p->a, pkg_npmrc_registry(&p->config.npmrc, name, p->config.registry), buf_view(&escaped));
    buf_free(&escaped);
    if (pkg_session_ask(&p->session, STR("GET"), url, STR("Accept: application/json\r\n"), STR(""), &reply) != 0)
        return cmd_error("info: %.*s", STR_FMT(p->session.why));
    if (reply.status == 404)
        return cmd_error("info: %.*s is not in the registry (GET %.*s - 404)", STR_FMT(name), STR_FMT(url));
    if (reply.status != 200) {
        if (reply.status) return cmd_error("GET %.*s - %d", STR_FMT(url), reply.status);
        return cmd_error("%.*s", STR_FMT(reply.why));
    }
    struct json *doc = json_parse(p->a, reply.body, JSON_STRICT, NULL, STR(""));
    struct pkg_packument k;
    struct pkg_spec spec;
    if (!doc || !pkg_packument_read(p->a, reply.body, &k))
        return cmd_error("info: the answer of %.*s is none that a registry gives", STR_FMT(url));
    pkg_spec_parse(p->a, name, version.len ? version : STR("latest"), &spec);
    bool can_be = spec.kind == PKG_SPEC_RANGE || spec.kind == PKG_SPEC_TAG;
    const struct pkg_release *r = can_be ? pkg_packument_pick(&k, &spec, PKG_PICK_PLAIN) : NULL;
    if (!r) return cmd_error("info: %.*s@%.*s is not in the registry; newest is %.*s", STR_FMT(name), STR_FMT(version),
                             STR_FMT(json_text(json_get_c(k.tags, "latest"))));
    struct json *v = json_get(json_get_c(doc, "versions"), r->version);
    if (from + 1 >= p->n_words) {
        if (as_json) print_value(v, true);
        else print_all(doc, v);
        return 0;
    }
    struct json *versions = json_new(p->a, JSON_ARRAY), *several = json_new(p->a, JSON_OBJECT);
    for JSON_EACH(one, json_get_c(doc, "versions")) json_add(versions, json_new_text(p->a, one->key));
    bool is_one = from + 2 == p->n_words;
    for (size_t i = from + 1; i < p->n_words; i++) {
        const struct json *found = str_is(p->words[i], "versions") ? versions : look(p->a, v, p->words[i]);
        if (!found) found = look(p->a, doc, p->words[i]);
        if (!found && is_one)
            return cmd_error("info: %.*s@%.*s has no %.*s", STR_FMT(name), STR_FMT(r->version), STR_FMT(p->words[i]));
        if (!found) continue;
        if (is_one) print_value(found, as_json);
        else json_set(several, p->words[i], json_copy(p->a, found));
    }
    if (!is_one) print_value(several, true);
    return 0;
}

int cmd_info(struct cmd *c) {
    struct pm p;
    bool ends;
    int code = pm_open(&p, c, PM_INFO, &usage, PM_CONFIG, &ends);
    return ends ? code : pm_close(&p, pm_info(&p, 0));
}
