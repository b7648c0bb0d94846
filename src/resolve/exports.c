/* resolve/exports.c: the "exports" and "imports" maps of package.json, as the ES module resolution algorithm reads
 * them. */
#include "data/json.h"
#include "resolve/internal.h"
#include "sys/path.h"

enum found { FOUND, NOTHING, REFUSED, FAILED, BARE };            /* NOTHING: no condition matched; REFUSED: null */

struct target_ask {
    struct ask *k;
    const struct resolve_package *p;
    str key, match;                                              /* the key as written; what its * stands for */
    bool has_match, is_imports;
    str base;                                                    /* "imported from"; empty: not said */
};

static bool is_condition(const struct ask *k, str key) {
    const struct resolve_options *o = &k->r->options;
    if (str_is(key, "default") || str_is(key, "node")) return true;
    if (str_is(key, k->mode == RESOLVE_IMPORT ? "import" : "require")) return true;
    if (str_is(key, "bun") || str_is(key, "bao")) return !o->node_only;
    if (str_is(key, "module-sync")) return o->node_only;
    if (str_is(key, "node-addons")) return !o->no_addons;
    for (size_t i = 0; i < o->n_conditions; i++) if (str_eq(key, o->conditions[i])) return true;
    return false;
}

static int hex(char c) {
    return c >= '0' && c <= '9' ? c - '0' : (c | 32) >= 'a' && (c | 32) <= 'f' ? (c | 32) - 'a' + 10 : -1;
}

/* A part of a target that would leave the package: ".", "..", "node_modules", also when written with %2e and the
 * like. */
static bool has_bad_segment(str s) {
    while (s.len) {
        char part[16];
        size_t n = 0, i = 0;
        for (; i < s.len && s.at[i] != '/' && s.at[i] != '\\'; i++) {
            char c = s.at[i];
            if (c == '%' && i + 2 < s.len && hex(s.at[i + 1]) >= 0 && hex(s.at[i + 2]) >= 0) {
                c = (char)(hex(s.at[i + 1]) * 16 + hex(s.at[i + 2]));
                i += 2;
            }
            if (n < sizeof part) part[n] = c;
            n++;
        }
        str segment = str_of(part, n < sizeof part ? n : sizeof part);
        if (str_is(segment, ".") || str_is(segment, "..") || (n == 12 && str_eq_nocase(segment, STR("node_modules"))))
            return true;
        s = str_from(s, i + 1);
    }
    return false;
}

/* As a text in quotes, whatever it is. */
static str quoted(struct arena *a, const struct json *value) {
    struct buf b = {0};
    bool is_bare = json_is(value, JSON_NUMBER) || json_is(value, JSON_TRUE) || json_is(value, JSON_FALSE);
    if (is_bare) buf_add_char(&b, '"');
    json_write(&b, value, (str){0});
    if (is_bare) buf_add_char(&b, '"');
    str s = arena_str(a, buf_view(&b));
    buf_free(&b);
    return s;
}

static enum found bad_target(struct target_ask *t, const struct json *target) {
    const char *kind = t->is_imports ? "imports" : "exports";
    str text = json_text(target), from = t->base.len ? arena_join(t->k->a, STR(" imported from "), t->base) : (str){0};
    bool is_path = json_is(target, JSON_STRING) ? !text.len || str_starts(text, STR("./"))
                                                : json_is(target, JSON_ARRAY);
    const char *hint = !t->is_imports && !is_path
                     ? "; targets must start with \"./\"" : "";
    if (str_is(t->key, "."))
        fail(t->k, "ERR_INVALID_PACKAGE_TARGET", false,
             "Invalid \"exports\" main target %.*s defined in the package config %.*s%.*s%s",
             STR_FMT(quoted(t->k->a, target)), STR_FMT(t->p->file), STR_FMT(from), hint);
    else
        fail(t->k, "ERR_INVALID_PACKAGE_TARGET", false,
             "Invalid \"%s\" target %.*s defined for '%.*s' in the package config %.*s%.*s%s", kind,
             STR_FMT(quoted(t->k->a, target)), STR_FMT(t->key), STR_FMT(t->p->file), STR_FMT(from), hint);
    return FAILED;
}

static str fill(struct target_ask *t, str target) {
    if (!t->has_match) return target;
    struct buf b = {0};
    for (size_t i = 0; i < target.len; i++) {
        if (target.at[i] == '*') buf_add(&b, t->match);
        else buf_add_char(&b, target.at[i]);
    }
    str s = arena_str(t->k->a, buf_view(&b));
    buf_free(&b);
    return s;
}

static bool is_url(str s) {
    ptrdiff_t at = str_find_char(s, ':');
    return at > 1;
}

static enum found text_target(struct target_ask *t, const struct json *target, str *out) {
    str text = json_text(target);
    if (!str_starts(text, STR("./"))) {
        if (!t->is_imports || str_starts(text, STR("../")) || str_starts(text, STR("/"))) return bad_target(t, target);
        if (is_url(text) && !str_starts(text, STR("node:")) && !str_starts(text, STR("bun:")))
            return bad_target(t, target);
        *out = fill(t, text);
        return BARE;
    }
    if (has_bad_segment(str_from(text, 2))) return bad_target(t, target);
    if (t->has_match && has_bad_segment(t->match)) {
        str request = fill(t, t->key);
        fail(
            t->k, "ERR_INVALID_MODULE_SPECIFIER", true,
            "Invalid module \"%.*s\" request is not a valid match in pattern \"%.*s\" for the \"%s\" resolution of %.*s%s%.*s",
            STR_FMT(request), STR_FMT(t->key), t->is_imports ? "imports" : "exports", STR_FMT(t->p->file),
            t->base.len ? " imported from " : "", STR_FMT(t->base));
        return FAILED;
    }
    *out = path_join(t->k->a, t->p->folder, fill(t, text));
    return FOUND;
}

static bool is_index(str key) {
    if (!key.len || (key.len > 1 && key.at[0] == '0')) return false;
    for (size_t i = 0; i < key.len; i++) if (key.at[i] < '0' || key.at[i] > '9') return false;
    return true;
}

static enum found target_resolve(struct target_ask *t, const struct json *target, str *out) {
    enum found found = NOTHING;
    if (json_is(target, JSON_STRING)) return text_target(t, target, out);
    if (json_is(target, JSON_NULL)) return REFUSED;
    if (json_is(target, JSON_ARRAY)) {
        bool failed = false;
        found = target->count ? NOTHING : REFUSED;
        for JSON_EACH(each, target) {
            found = target_resolve(t, each, out);
            failed = found == FAILED;
            if (failed && str_is(str_c(t->k->why->code), "ERR_INVALID_PACKAGE_TARGET")) continue;
            if (found == NOTHING || found == REFUSED) continue;
            return found;
        }
        return failed ? FAILED : found;
    }
    if (!json_is(target, JSON_OBJECT)) return bad_target(t, target);
    for JSON_EACH(key, target)
        if (is_index(key->key)) {
            fail(t->k, "ERR_INVALID_PACKAGE_CONFIG", false,
                 "Invalid package config %.*s. \"exports\" cannot contain numeric property keys.", STR_FMT(t->p->file));
            return FAILED;
        }
    for JSON_EACH(each, target) {
        if (!is_condition(t->k, each->key)) continue;
        found = target_resolve(t, each, out);
        if (found != NOTHING) return found;
    }
    return NOTHING;
}

static const struct json *entry_of(const struct resolve_package *p, const struct json *map, str key) {
    return map == p->exports && p->by_key.count ? map_get(&p->by_key, key) : json_get(map, key);
}

/* Whether `key` is a better match than `best`: the longer base, then the longer key. */
static bool is_better(str key, str best) {
    if (!best.at) return true;
    ptrdiff_t one = str_find_char(key, '*'), two = str_find_char(best, '*');
    if (one != two) return one > two;
    return key.len > best.len;
}

static enum found match_key(struct target_ask *t, const struct json *map, str name, str *out) {
    const struct json *target = entry_of(t->p, map, name);
    if (target && str_find_char(name, '*') < 0 && !str_ends(name, STR("/"))) {
        t->key = name;
        return target_resolve(t, target, out);
    }
    str best = {0};
    const struct json *best_target = NULL;
    for JSON_EACH(each, map) {
        str key = each->key;
        ptrdiff_t star = str_find_char(key, '*');
        if (star < 0 || str_rfind_char(key, '*') != star || name.len < key.len) continue;
        if (!str_starts(name, str_upto(key, (size_t)star)) || !str_ends(name, str_from(key, (size_t)star + 1)))
            continue;
        if (!is_better(key, best)) continue;
        best = key;
        best_target = each;
    }
    if (!best_target) return NOTHING;
    size_t star = (size_t)str_find_char(best, '*');
    t->key = best;
    t->has_match = true;
    t->match = str_cut(name, star, name.len - (best.len - star - 1));
    return target_resolve(t, best_target, out);
}

enum target exports_resolve(struct ask *k, const struct resolve_package *p, str subpath, bool with_base, str *out) {
    struct target_ask t = {.k = k, .p = p, .key = STR("."), .base = with_base ? k->from : (str){0}};
    size_t dotted = 0, plain = 0;
    if (json_is(p->exports, JSON_OBJECT))
        for JSON_EACH(each, p->exports) str_starts(each->key, STR(".")) ? dotted++ : plain++;
    if (dotted && plain) {
        str asked = t.base.len ? arena_print(k->a, " while importing %.*s", STR_FMT(resolve_path_to_url(k->a, t.base)))
                               : STR("");
        fail(
            k, "ERR_INVALID_PACKAGE_CONFIG", false,
            "Invalid package config %.*s%.*s. \"exports\" cannot contain some keys starting "
            "with '.' and some not. The exports object must either be an object of package subpath keys or an object of main entry "
            "condition name keys only.",
            STR_FMT(p->file), STR_FMT(asked));
        return TARGET_FAILED;
    }
    enum found found = NOTHING;
    if (dotted) found = match_key(&t, p->exports, subpath, out);
    else if (str_is(subpath, ".")) found = target_resolve(&t, p->exports, out);
    if (found == FOUND) return TARGET_FOUND;
    if (found == FAILED) return TARGET_FAILED;
    const char *from = t.base.len ? " imported from " : "";
    if (str_is(subpath, "."))
        fail(k, "ERR_PACKAGE_PATH_NOT_EXPORTED", false, "No \"exports\" main defined in %.*s%s%.*s", STR_FMT(p->file),
             from, STR_FMT(t.base));
    else
        fail(k, "ERR_PACKAGE_PATH_NOT_EXPORTED", false,
             "Package subpath '%.*s' is not defined by \"exports\" in %.*s%s%.*s", STR_FMT(subpath), STR_FMT(p->file),
             from, STR_FMT(t.base));
    return TARGET_FAILED;
}

enum target imports_resolve(struct ask *k, const struct resolve_package *p, str name, str *out) {
    if (str_is(name, "#") || (str_starts(name, STR("#/")) && k->r->options.node_only && !p)) {
        fail(k, "ERR_INVALID_MODULE_SPECIFIER", true,
             "Invalid module \"%.*s\" is not a valid internal imports specifier name "
             "imported from %.*s",
             STR_FMT(name), STR_FMT(k->from));
        return TARGET_FAILED;
    }
    if (p && p->imports) {
        struct target_ask t = {.k = k, .p = p, .is_imports = true, .base = k->from};
        enum found found = match_key(&t, p->imports, name, out);
        if (found == FOUND) return TARGET_FOUND;
        if (found == BARE) return TARGET_BARE;
        if (found == FAILED) return TARGET_FAILED;
    }
    fail(k, "ERR_PACKAGE_IMPORT_NOT_DEFINED", true,
         "Package import specifier \"%.*s\" is not defined%s%.*s imported from %.*s", STR_FMT(name),
         p ? " in package " : "", STR_FMT(p ? p->file : (str){0}), STR_FMT(k->from));
    return TARGET_FAILED;
}
