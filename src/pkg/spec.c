#include "pkg/spec.h"

#include "data/semver.h"

static bool is_name_part(str s) {
    if (!s.len || s.at[0] == '.' || s.at[0] == '_') return false;
    for (size_t i = 0; i < s.len; i++) {
        unsigned char c = (unsigned char)s.at[i];
        bool is_word = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
        if (!is_word && (c >= 0x80 || !c || !strchr("-_.!~*'()", c))) return false;
    }
    return true;
}

bool pkg_name_is_valid(str name) {
    if (name.len > 214 || str_is(name, "node_modules") || str_is(name, "favicon.ico")) return false;
    if (!name.len || name.at[0] != '@') return is_name_part(name);
    str scope, rest;
    return str_split(str_from(name, 1), '/', &scope, &rest) && is_name_part(scope) && is_name_part(rest);
}

void pkg_spec_split(str typed, str *name, str *spec) {
    ptrdiff_t at = typed.len > 1 ? str_find_char(str_from(typed, 1), '@') : -1;
    str left = at < 0 ? typed : str_upto(typed, (size_t)at + 1);
    if (pkg_name_is_valid(left)) *name = left, *spec = at < 0 ? STR("") : str_from(typed, (size_t)at + 2);
    else *name = STR(""), *spec = typed;
}

static bool take(str *s, const char *prefix) {
    str p = str_c(prefix);
    if (s->len < p.len || !str_eq_nocase(str_upto(*s, p.len), p)) return false;
    *s = str_from(*s, p.len);
    return true;
}

static bool is_tarball(str s) {
    return str_ends(s, STR(".tgz")) || str_ends(s, STR(".tar.gz")) || str_ends(s, STR(".tar"));
}

static void commit_off(str *text, str *commit) {
    ptrdiff_t at = str_find_char(*text, '#');
    *commit = at < 0 ? STR("") : str_from(*text, (size_t)at + 1);
    if (at >= 0) *text = str_upto(*text, (size_t)at);
}

/* "user/repo": one slash, no scheme, nothing that looks like a path. */
static bool is_user_repo(str s) {
    str user, repo;
    if (!str_split(s, '/', &user, &repo) || !user.len || !repo.len) return false;
    if (user.at[0] == '.' || user.at[0] == '@' || user.at[0] == '~' || user.at[0] == '-') return false;
    for (size_t i = 0; i < s.len; i++)
        if (s.at[i] == ':' || s.at[i] == ' ' || s.at[i] == '@' || (s.at[i] == '/' && s.at + i != repo.at - 1))
            return false;
    return true;
}

static void set(struct pkg_spec *o, enum pkg_spec_kind kind, str text) { o->kind = kind, o->text = text; }

static void git(struct pkg_spec *o, enum pkg_spec_kind kind, str text) {
    commit_off(&text, &o->commit);
    if (kind == PKG_SPEC_GITHUB && str_ends(text, STR(".git"))) text.len -= 4;
    set(o, text.len ? kind : PKG_SPEC_BAD, text);
}

static bool is_path(str s) {
    return str_is(s, ".") || str_is(s, "..") || str_starts(s, STR("./")) || str_starts(s, STR("../")) ||
           str_starts(s, STR("/")) || str_starts(s, STR("~/"));
}

static void file(struct pkg_spec *o, str s) {
    if (str_starts(s, STR("///"))) s = str_from(s, 2);
    set(o, is_tarball(s) ? PKG_SPEC_TARBALL_FILE : PKG_SPEC_FILE, s);
}

static void range_or_tag(struct arena *a, struct pkg_spec *o, str s) {
    s = str_trim(s);
    o->text = s;
    o->range = semver_range_parse(a, s, SEMVER_LOOSE);
    if (o->range) { o->kind = PKG_SPEC_RANGE; return; }
    o->kind = PKG_SPEC_TAG;
    o->tag = s;
    for (size_t i = 0; i < s.len; i++) {                 /* what a URL would encode is in no tag */
        unsigned char c = (unsigned char)s.at[i];
        if (c <= ' ' || c >= 0x7F || strchr("\"#$%&+,/:;<=>?@[\\]^`{|}", c)) o->kind = PKG_SPEC_BAD;
    }
}

void pkg_spec_parse(struct arena *a, str name, str text, struct pkg_spec *o) {
    *o = (struct pkg_spec){.name = name, .raw = text};
    str s = str_trim(text), whole = s;
    if (take(&s, "workspace:")) { set(o, PKG_SPEC_WORKSPACE, s); return; }
    if (take(&s, "catalog:")) { set(o, PKG_SPEC_CATALOG, str_trim(s)); return; }
    if (take(&s, "link:")) { set(o, PKG_SPEC_LINK, s); return; }
    if (take(&s, "file:")) { file(o, s); return; }
    if (take(&s, "npm:")) {
        str real, rest;
        pkg_spec_split(s, &real, &rest);
        bool is_both = real.len && real.len < s.len;     /* "x@^1 || ^2": what is before the @ is no range */
        if (is_both || (real.len && !semver_range_parse(a, s, SEMVER_LOOSE))) o->name = real, o->is_alias = true;
        else if (str_find_char(s, '/') < 0) rest = s;    /* npm:^1.0.0 is the package itself */
        else { set(o, PKG_SPEC_BAD, whole); return; }
        range_or_tag(a, o, rest);
        return;
    }
    if (take(&s, "github:")) { git(o, PKG_SPEC_GITHUB, s); return; }
    if (take(&s, "git+file:")) { git(o, PKG_SPEC_GIT, str_from(whole, 4)); return; }
    if (take(&s, "git+")) { git(o, PKG_SPEC_GIT, s); return; }
    if (take(&s, "git://") || take(&s, "ssh://") || str_starts(s, STR("git@"))) { git(o, PKG_SPEC_GIT, whole); return; }
    if (take(&s, "gitlab:")) { git(o, PKG_SPEC_GIT, arena_join(a, STR("https://gitlab.com/"), s)); return; }
    if (take(&s, "bitbucket:")) { git(o, PKG_SPEC_GIT, arena_join(a, STR("https://bitbucket.org/"), s)); return; }
    if (take(&s, "gist:")) { git(o, PKG_SPEC_GIT, arena_join(a, STR("https://gist.github.com/"), s)); return; }
    if (take(&s, "https://") || take(&s, "http://")) {
        str place = s, commit;
        commit_off(&place, &commit);
        str rest = place;
        if (take(&rest, "github.com/") && is_user_repo(rest)) { git(o, PKG_SPEC_GITHUB, str_from(s, 11)); return; }
        if (str_ends(place, STR(".git"))) { git(o, PKG_SPEC_GIT, whole); return; }
        set(o, PKG_SPEC_TARBALL_URL, whole);
        return;
    }
    if (is_path(whole)) { file(o, whole); return; }
    range_or_tag(a, o, whole);
    if (o->kind == PKG_SPEC_RANGE) return;
    str place = whole, commit;
    commit_off(&place, &commit);
    if (is_tarball(whole)) file(o, whole);
    else if (is_user_repo(place)) git(o, PKG_SPEC_GITHUB, whole);
}
