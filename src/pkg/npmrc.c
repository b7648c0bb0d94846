#include "pkg/npmrc.h"

#include "base/buf.h"
#include "base/diag.h"
#include "data/base64.h"
#include "data/ini.h"
#include "data/url.h"

void pkg_npmrc_init(struct pkg_npmrc *c, struct arena *a, pkg_npmrc_var var, void *user) {
    *c = (struct pkg_npmrc){.arena = a, .var = var, .user = user};
}

void pkg_npmrc_done(struct pkg_npmrc *c) { map_free(&c->values); }

/* An odd number of backslashes before ${ keeps it as text; each pair of them is one. */
static str expand(struct pkg_npmrc *c, str s) {
    if (str_find(s, STR("${")) < 0) return s;
    struct buf out = {0};
    for (size_t i = 0; i < s.len;) {
        size_t slashes = 0;
        while (i + slashes < s.len && s.at[i + slashes] == '\\') slashes++;
        size_t at = i + slashes;
        ptrdiff_t end = at + 1 < s.len && s.at[at] == '$' && s.at[at + 1] == '{' ? str_find_char(str_from(s, at), '}')
                                                                                 : -1;
        str name = end > 2 ? str_cut(s, at + 2, at + (size_t)end) : STR("");
        bool may_be_unset = name.len > 1 && name.at[name.len - 1] == '?';
        if (may_be_unset) name.len--;
        if (!name.len || str_find_char(name, '$') >= 0 || str_find_char(name, '{') >= 0 ||
            str_find_char(name, '?') >= 0) {
            size_t n = slashes ? slashes : 1;
            buf_add(&out, str_cut(s, i, i + n));
            i += n;
            continue;
        }
        buf_add_many(&out, '\\', slashes / 2);
        str whole = str_cut(s, at, at + (size_t)end + 1), value = STR("");
        if (slashes & 1 || !((c->var && c->var(c->user, name, &value)) || may_be_unset)) value = whole;
        buf_add(&out, value);
        i = at + whole.len;
    }
    s = arena_str(c->arena, buf_view(&out));
    buf_free(&out);
    return s;
}

/* "//Host:443/path" as it is compared: the host in lower case, a slash at the end of the path. */
static str host_key(struct arena *a, str key) {
    if (!str_starts(key, STR("//"))) return key;
    size_t colon = key.len;
    while (colon > 2 && key.at[colon - 1] != ':' && key.at[colon - 1] != '/') colon--;
    bool has_name = colon > 2 && key.at[colon - 1] == ':';
    str place = has_name ? str_upto(key, colon - 1) : key, name = has_name ? str_from(key, colon - 1) : STR("");
    ptrdiff_t slash = str_find_char(str_from(place, 2), '/');
    size_t host_end = slash < 0 ? place.len : (size_t)slash + 2;
    /* not printed: it may hold a NUL */
    str out = arena_join(a, place, place.at[place.len - 1] == '/' ? STR("") : STR("/"));
    out = arena_join(a, out, name);
    for (size_t i = 2; i < host_end; i++)
        if (out.at[i] >= 'A' && out.at[i] <= 'Z') ((char *)out.at)[i] |= 0x20;
    return out;
}

static void put(struct pkg_npmrc *c, str key, str value, bool adds) {
    bool is_new;
    void **at = map_at(&c->values, host_key(c->arena, key), &is_new);
    struct pkg_npmrc_value *v = is_new || !adds ? (*at = ARENA_NEW(c->arena, struct pkg_npmrc_value)) : *at;
    v->at = arena_grow(c->arena, v->at, v->count * sizeof(str), (v->count + 1) * sizeof(str));
    v->at[v->count++] = value;
}

void pkg_npmrc_set(struct pkg_npmrc *c, str key, str value) {
    put(c, arena_str(c->arena, key), arena_str(c->arena, value), false);
}

static bool is_credential(str key) {
    return str_is(key, "_authToken") || str_is(key, "_auth") || str_is(key, "_password") || str_is(key, "username");
}

void pkg_npmrc_add(struct pkg_npmrc *c, str source, str file, struct diag *d) {
    struct ini ini;
    source = arena_str(c->arena, source);
    ini_read(c->arena, source, &ini);
    for (size_t i = 0; i < ini.count; i++) {
        struct ini_entry *e = &ini.entries[i];
        if (e->section.len) continue;                    /* npm reads no sections either */
        str key = expand(c, e->key);
        if (is_credential(key)) {
            if (d) diag_add(d, DIAG_WARNING, "npmrc-auth", file, (str){0}, 0, 0,
                            "line %u: %.*s names no host and is passed over; write //host/:%.*s", e->line, STR_FMT(key),
                            STR_FMT(key));
            continue;
        }
        bool adds = false;                               /* an array of this file replaces that of a weaker one */
        for (size_t n = 0; n < i && e->is_array && !adds; n++)
            adds = ini.entries[n].is_array && str_eq(ini.entries[n].key, e->key);
        put(c, key, expand(c, e->value), adds);
    }
}

bool pkg_npmrc_add_var(struct pkg_npmrc *c, str name, str value) {
    if (!str_eq_nocase(str_upto(name, 11), STR("npm_config_")) || name.len == 11) return false;
    str key = arena_str(c->arena, str_from(name, 11));
    if (!str_starts(key, STR("//"))) {
        char *at = (char *)key.at;
        for (size_t i = 0; i < key.len; i++) {
            if (at[i] == '_' && i) at[i] = '-';          /* a leading one stays: _auth */
            else if (at[i] >= 'A' && at[i] <= 'Z') at[i] |= 0x20;
        }
        if (is_credential(key) || str_is(key, "_authtoken")) return true;
    }
    put(c, key, expand(c, arena_str(c->arena, value)), false);
    return true;
}

const struct pkg_npmrc_value *pkg_npmrc_all(const struct pkg_npmrc *c, str key) { return map_get(&c->values, key); }

str pkg_npmrc_get(const struct pkg_npmrc *c, str key) {
    const struct pkg_npmrc_value *v = map_get(&c->values, key);
    return v ? v->at[v->count - 1] : STR("");
}

bool pkg_npmrc_is(const struct pkg_npmrc *c, str key, bool otherwise) {
    const struct pkg_npmrc_value *v = map_get(&c->values, key);
    if (!v) return otherwise;
    str s = v->at[v->count - 1];
    return !str_is(s, "false") && !str_is(s, "null") && !str_is(s, "0");
}

str pkg_npmrc_registry(const struct pkg_npmrc *c, str package, str otherwise) {
    str found = STR("");
    ptrdiff_t slash = package.len && package.at[0] == '@' ? str_find_char(package, '/') : -1;
    if (slash > 1) {
        str key = arena_join(c->arena, str_upto(package, (size_t)slash), STR(":registry"));
        found = pkg_npmrc_get(c, key);
    }
    if (!found.len) found = pkg_npmrc_get(c, STR("registry"));
    if (!found.len) found = otherwise;
    return found.len && found.at[found.len - 1] != '/' ? arena_join(c->arena, found, STR("/")) : found;
}

static str credential(const struct pkg_npmrc *c, struct arena *a, str place, const char *name) {
    return pkg_npmrc_get(c, arena_print(a, "%.*s:%s", STR_FMT(place), name));
}

static bool is_header_text(str s) {                      /* a value that would break out of its header line is none */
    for (size_t i = 0; i < s.len; i++)
        if ((unsigned char)s.at[i] < ' ' || s.at[i] == 0x7F) return false;
    return s.len > 0;
}

static str authorization_at(const struct pkg_npmrc *c, struct arena *a, str place) {
    str token = credential(c, a, place, "_authToken");
    if (is_header_text(token)) return arena_join(a, STR("Bearer "), token);
    str basic = credential(c, a, place, "_auth");
    if (is_header_text(basic)) return arena_join(a, STR("Basic "), basic);
    str user = credential(c, a, place, "username"), password = credential(c, a, place, "_password");
    if (!user.len || !password.len) return STR("");
    uint8_t *plain = arena_alloc(a, base64_room(password) + 1);
    size_t n = base64_read(password, plain);
    str pair = arena_print(a, "%.*s:%.*s", STR_FMT(user), (int)n, (const char *)plain);
    char *to = arena_alloc(a, base64_len(pair.len, BASE64) + 1);
    return arena_join(a, STR("Basic "), str_of(to, base64_write(pair, to, BASE64)));
}

str pkg_npmrc_authorization(const struct pkg_npmrc *c, struct arena *a, str text) {
    struct url u;
    if (!url_parse(a, text, NULL, &u) || (u.kind != URL_HTTP && u.kind != URL_HTTPS)) return STR("");
    int usual = u.kind == URL_HTTPS ? 443 : 80;
    str host = u.port >= 0 ? arena_print(a, "//%.*s:%d", STR_FMT(u.host), (int)u.port)
                           : arena_join(a, STR("//"), u.host);
    for (size_t end = u.path.len;; end--) {
        if (end && u.path.at[end - 1] != '/') continue;
        str path = end ? str_upto(u.path, end) : STR("/");
        str found = authorization_at(c, a, arena_join(a, host, path));
        if (!found.len && u.port < 0)
            found = authorization_at(c, a, arena_print(a, "%.*s:%d%.*s", STR_FMT(host), usual, STR_FMT(path)));
        if (found.len || end <= 1) return found;
    }
}

static str variable(const struct pkg_npmrc *c, const char *upper, const char *lower) {
    str value = STR("");
    if (c->var && (c->var(c->user, str_c(lower), &value) || c->var(c->user, str_c(upper), &value))) return value;
    return STR("");
}

static bool is_excepted(str list, str host) {
    for (str part; str_next(&list, ',', &part);) {
        part = str_trim(part);
        if (str_is(part, "*")) return true;
        if (str_starts(part, STR("*."))) part = str_from(part, 1);
        str bare = part.len && part.at[0] == '.' ? str_from(part, 1) : part;
        if (!bare.len || host.len < bare.len || !str_eq_nocase(str_from(host, host.len - bare.len), bare)) continue;
        if (host.len == bare.len || host.at[host.len - bare.len - 1] == '.') return true;
    }
    return false;
}

str pkg_npmrc_proxy(const struct pkg_npmrc *c, struct arena *a, str text) {
    struct url u;
    if (!url_parse(a, text, NULL, &u) || (u.kind != URL_HTTP && u.kind != URL_HTTPS)) return STR("");
    str none = pkg_npmrc_get(c, STR("noproxy"));
    if (!none.len) none = pkg_npmrc_get(c, STR("no-proxy"));
    if (!none.len) none = variable(c, "NO_PROXY", "no_proxy");
    if (is_excepted(none, u.host)) return STR("");
    str proxy = STR("");
    if (u.kind == URL_HTTPS) {
        proxy = pkg_npmrc_get(c, STR("https-proxy"));
        if (!proxy.len) proxy = variable(c, "HTTPS_PROXY", "https_proxy");
    }
    if (!proxy.len) proxy = pkg_npmrc_get(c, STR("proxy"));
    if (!proxy.len && u.kind == URL_HTTP) proxy = pkg_npmrc_get(c, STR("http-proxy"));
    if (!proxy.len && u.kind == URL_HTTP) proxy = variable(c, "HTTP_PROXY", "http_proxy");
    return str_is(proxy, "false") || str_is(proxy, "null") ? STR("") : proxy;
}

str pkg_npmrc_ca(const struct pkg_npmrc *c, struct arena *a) {
    const struct pkg_npmrc_value *v = pkg_npmrc_all(c, STR("ca"));
    struct buf out = {0};
    for (size_t i = 0; v && i < v->count; i++) {
        str s = v->at[i];
        if (!s.len || str_is(s, "null")) continue;
        for (size_t n = 0; n < s.len; n++) {
            bool is_line_end = s.at[n] == '\\' && n + 1 < s.len && s.at[n + 1] == 'n';
            buf_add_char(&out, is_line_end ? '\n' : s.at[n]);
            n += is_line_end;
        }
        buf_add_char(&out, '\n');
    }
    str all = arena_str(a, buf_view(&out));
    buf_free(&out);
    return all;
}
