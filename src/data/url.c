/* data/url.c: the parser, one function for each state of the standard in which something is decided, and the writer.
 * Parts that need no change borrow from the input. */
#include "data/url.h"

#include "base/must.h"
#include "data/idna.h"
#include "data/url_chars.h"

static const struct { str name; int32_t port; } special[] = {
    [URL_OTHER] = {{0}, -1},
    [URL_HTTP] = {STR_INIT("http"), 80},
    [URL_HTTPS] = {STR_INIT("https"), 443},
    [URL_WS] = {STR_INIT("ws"), 80},
    [URL_WSS] = {STR_INIT("wss"), 443},
    [URL_FTP] = {STR_INIT("ftp"), 21},
    [URL_FILE] = {STR_INIT("file"), -1},
};

static enum url_scheme kind_of(str scheme) {
    if (scheme.len < 2 || scheme.len > 5) return URL_OTHER;
    for (int kind = URL_HTTP; kind <= URL_FILE; kind++)
        if (str_eq(scheme, special[kind].name)) return (enum url_scheme)kind;
    return URL_OTHER;
}

static bool is_special(const struct url *u) { return u->kind != URL_OTHER; }
static bool has_credentials(const struct url *u) { return u->username.len || u->password.len; }
static bool is_slash(const struct url *u, char c) { return c == '/' || (c == '\\' && is_special(u)); }
static bool takes_credentials(const struct url *u) { return u->has_host && u->host.len && u->kind != URL_FILE; }

static size_t find_of(str s, size_t from, const char *any) {     /* the first of these, or the end */
    while (from < s.len && !(s.at[from] && strchr(any, s.at[from]))) from++;
    return from;
}

static bool is_drive(str s) { return s.len == 2 && url_is_alpha(s.at[0]) && (s.at[1] == ':' || s.at[1] == '|'); }
static bool starts_with_drive(str s) {
    return s.len >= 2 && is_drive(str_upto(s, 2)) &&
           (s.len == 2 || s.at[2] == '/' || s.at[2] == '\\' || s.at[2] == '?' || s.at[2] == '#');
}

/* --- paths: "/a/b", each segment with the slash before it */

static size_t shorter(const struct url *u, str path) {
    if (u->kind == URL_FILE && path.len == 3 && path.at[2] == ':' && url_is_alpha(path.at[1])) return path.len;
    ptrdiff_t slash = str_rfind_char(path, '/');
    return slash < 0 ? 0 : (size_t)slash;
}

/* 1 for ".", 2 for "..", in their escaped forms too; 0 for all else. */
static int dots_of(str s) {
    int n = 0;
    for (size_t i = 0; i < s.len; n++) {
        if (s.at[i] == '.') i++;
        else if (s.len - i >= 3 && s.at[i] == '%' && s.at[i + 1] == '2' && (s.at[i + 2] | 32) == 'e') i += 3;
        else return 0;
        if (n == 2) return 0;
    }
    return n;
}

static bool path_is_plain(const struct url *u, str text) {
    if (u->kind == URL_FILE || !text.len || text.at[0] != '/') return false;
    unsigned all = 0;
    for (size_t i = 0; i < text.len; i++) {
        all |= url_chars[(uint8_t)text.at[i]];
        if (text.at[i] == '/' && i + 1 < text.len && (text.at[i + 1] == '.' || text.at[i + 1] == '%')) return false;
    }
    return !(all & URL_SET_PATH) && !(all & URL_CHAR_BACKSLASH && is_special(u));
}

/* Path state: the segments of `text`, after those that are there; `text` has no slash before its first segment. */
static void read_segments(struct arena *a, struct url *u, str text) {
    size_t cap = u->path.len + text.len * 3 + 2, len = u->path.len;
    char *path = arena_alloc(a, cap);
    if (len) memcpy(path, u->path.at, len);
    for (size_t at = 0;; at++) {
        size_t end = at;
        while (end < text.len && !is_slash(u, text.at[end])) end++;
        str segment = str_of(text.at + at, end - at);
        bool is_last = end == text.len;
        int dots = dots_of(segment);
        if (dots == 2) {
            len = shorter(u, str_of(path, len));
            if (is_last) path[len++] = '/';
        } else if (dots == 1) {
            if (is_last) path[len++] = '/';
        } else {
            bool is_first = len == 0;
            path[len++] = '/';
            size_t start = len;
            len += url_encode_to(path + len, segment, URL_SET_PATH);
            if (u->kind == URL_FILE && is_first && is_drive(str_of(path + start, len - start))) path[start + 1] = ':';
        }
        if (is_last) break;
        at = end;
    }
    u->path = str_of(path, len);
}

/* Path start state; the path is empty here. */
static void read_path(struct arena *a, struct url *u, str text) {
    if (path_is_plain(u, text)) u->path = text;
    else if (text.len && is_slash(u, text.at[0])) read_segments(a, u, str_from(text, 1));
    else if (text.len || is_special(u)) read_segments(a, u, text);
}

static str encode_opaque(struct arena *a, str text, bool has_more) {
    if (!has_more || !text.len || text.at[text.len - 1] != ' ') return url_encode(a, text, URL_SET_C0);
    return arena_join(a, url_encode(a, str_upto(text, text.len - 1), URL_SET_C0), STR("%20"));
}

/* --- what follows the path */

static void read_query(struct arena *a, struct url *u, str text) {
    u->has_query = true;
    u->query = url_encode(a, text, is_special(u) ? URL_SET_SPECIAL_QUERY : URL_SET_QUERY);
}

/* `rest` is empty or starts with ? or #. */
static void read_tail(struct arena *a, struct url *u, str rest) {
    if (rest.len && rest.at[0] == '?') {
        size_t hash = find_of(rest, 1, "#");
        read_query(a, u, str_of(rest.at + 1, hash - 1));
        rest = str_from(rest, hash);
    }
    if (rest.len) {
        u->has_fragment = true;
        u->fragment = url_encode(a, str_from(rest, 1), URL_SET_FRAGMENT);
    }
}

/* Path state and on: segments go on after those that are there. */
static bool go_on_with_segments(struct arena *a, struct url *u, str rest) {
    size_t end = find_of(rest, 0, "?#");
    read_segments(a, u, str_upto(rest, end));
    read_tail(a, u, str_from(rest, end));
    return true;
}

static bool go_on_with_path(struct arena *a, struct url *u, str rest) {
    size_t end = find_of(rest, 0, "?#");
    read_path(a, u, str_upto(rest, end));
    read_tail(a, u, str_from(rest, end));
    return true;
}

/* --- authority */

/* The digits at the start; false when there are too many. `*is_whole`: nothing else follows. */
static bool read_port(struct url *u, str text, bool *is_whole) {
    uint32_t port = 0;
    size_t i = 0;
    for (; i < text.len && text.at[i] >= '0' && text.at[i] <= '9'; i++) {
        port = port * 10 + (uint32_t)(text.at[i] - '0');
        if (port > 65535) return false;
    }
    *is_whole = i == text.len;
    if (i) u->port = (int32_t)port == special[u->kind].port ? -1 : (int32_t)port;
    return true;
}

static size_t port_colon(str authority) {                   /* or the end */
    bool is_inside = false;
    for (size_t i = 0; i < authority.len; i++) {
        if (authority.at[i] == '[') is_inside = true;
        else if (authority.at[i] == ']') is_inside = false;
        else if (authority.at[i] == ':' && !is_inside) return i;
    }
    return authority.len;
}

static void read_credentials(struct arena *a, struct url *u, str text) {
    str user, password;
    str_split(text, ':', &user, &password);
    u->username = url_encode(a, user, URL_SET_USERINFO);
    u->password = url_encode(a, password, URL_SET_USERINFO);
}

static bool read_authority(struct arena *a, struct url *u, str rest) {
    size_t end = find_of(rest, 0, is_special(u) ? "/\\?#" : "/?#");
    str authority = str_upto(rest, end);
    ptrdiff_t at = str_rfind_char(authority, '@');
    if (at >= 0) {
        read_credentials(a, u, str_upto(authority, (size_t)at));
        authority = str_from(authority, (size_t)at + 1);
        if (!authority.len) return false;
    }
    size_t colon = port_colon(authority);
    str host = str_upto(authority, colon);
    if (!host.len && (colon < authority.len || is_special(u))) return false;
    u->has_host = true;
    if (!url_host_parse(a, host, is_special(u), &u->host)) return false;
    bool is_whole = true;
    if (colon < authority.len && (!read_port(u, str_from(authority, colon + 1), &is_whole) || !is_whole)) return false;
    return go_on_with_path(a, u, str_from(rest, end));
}

static str after_slashes(str s) {
    size_t n = 0;
    while (n < s.len && (s.at[n] == '/' || s.at[n] == '\\')) n++;
    return str_from(s, n);
}

/* --- file */

static bool read_file_host(struct arena *a, struct url *u, str rest) {
    size_t end = find_of(rest, 0, "/\\?#");
    str host = str_upto(rest, end);
    if (is_drive(host)) return go_on_with_segments(a, u, rest);
    if (host.len) {
        if (!url_host_parse(a, host, true, &u->host)) return false;
        if (str_eq(u->host, STR("localhost"))) u->host = STR("");
    }
    return go_on_with_path(a, u, str_from(rest, end));
}

static bool read_file(struct arena *a, struct url *u, const struct url *base, str rest) {
    u->has_host = true;
    bool has_base = base && base->kind == URL_FILE;
    if (rest.len && is_slash(u, rest.at[0])) {
        if (rest.len > 1 && is_slash(u, rest.at[1])) return read_file_host(a, u, str_from(rest, 2));
        rest = str_from(rest, 1);
        if (has_base) {
            u->host = base->host;
            bool base_has_drive = base->path.len >= 3 && base->path.at[0] == '/' && url_is_alpha(base->path.at[1])
                                  && base->path.at[2] == ':' && (base->path.len == 3 || base->path.at[3] == '/');
            if (!starts_with_drive(rest) && base_has_drive) u->path = str_upto(base->path, 3);
        }
        return go_on_with_segments(a, u, rest);
    }
    if (!has_base) return go_on_with_segments(a, u, rest);
    u->host = base->host;
    u->path = base->path;
    if (!rest.len || rest.at[0] == '#') {
        u->query = base->query;
        u->has_query = base->has_query;
    }
    if (!rest.len || rest.at[0] == '?' || rest.at[0] == '#') {
        read_tail(a, u, rest);
        return true;
    }
    u->path = starts_with_drive(rest) ? STR("") : str_upto(u->path, shorter(u, u->path));
    return go_on_with_segments(a, u, rest);
}

/* --- relative */

static void take_authority(struct url *u, const struct url *base) {
    u->username = base->username;
    u->password = base->password;
    u->host = base->host;
    u->has_host = base->has_host;
    u->port = base->port;
}

static bool read_relative(struct arena *a, struct url *u, const struct url *base, str rest) {
    u->scheme = base->scheme;
    u->kind = base->kind;
    if (rest.len && is_slash(u, rest.at[0])) {
        if (rest.len > 1 && is_slash(u, rest.at[1]))
            return read_authority(a, u, is_special(u) ? after_slashes(rest) : str_from(rest, 2));
        take_authority(u, base);
        return go_on_with_segments(a, u, str_from(rest, 1));
    }
    take_authority(u, base);
    u->path = base->path;
    if (!rest.len || rest.at[0] == '#') {
        u->query = base->query;
        u->has_query = base->has_query;
    }
    if (!rest.len || rest.at[0] == '?' || rest.at[0] == '#') {
        read_tail(a, u, rest);
        return true;
    }
    u->path = str_upto(u->path, shorter(u, u->path));
    return go_on_with_segments(a, u, rest);
}

/* --- the whole */

static str without_controls(struct arena *a, str s) {       /* tabs and line ends are dropped wherever they are */
    unsigned all = 0;
    for (size_t i = 0; i < s.len; i++) all |= url_chars[(uint8_t)s.at[i]];
    if (!(all & URL_CHAR_DROPPED)) return s;
    char *copy = arena_alloc(a, s.len);
    size_t n = 0;
    for (size_t i = 0; i < s.len; i++)
        if (!(url_chars[(uint8_t)s.at[i]] & URL_CHAR_DROPPED)) copy[n++] = s.at[i];
    return str_of(copy, n);
}

/* The scheme before a colon in lower case; empty when there is none. */
static str read_scheme(struct arena *a, str s) {
    if (!s.len || !url_is_alpha(s.at[0])) return STR("");
    size_t n = 0;
    bool has_upper = false;
    for (; n < s.len && url_chars[(uint8_t)s.at[n]] & URL_CHAR_SCHEME; n++)
        has_upper |= s.at[n] >= 'A' && s.at[n] <= 'Z';
    if (n == s.len || s.at[n] != ':') return STR("");
    if (!has_upper) return str_upto(s, n);
    char *lower = arena_alloc(a, n);
    for (size_t i = 0; i < n; i++) lower[i] = url_lower(s.at[i]);
    return str_of(lower, n);
}

bool url_parse(struct arena *a, str s, const struct url *base, struct url *u) {
    while (s.len && (uint8_t)s.at[0] <= ' ') s = str_from(s, 1);
    while (s.len && (uint8_t)s.at[s.len - 1] <= ' ') s.len--;
    s = without_controls(a, s);
    *u = (struct url){.port = -1};
    u->scheme = read_scheme(a, s);
    if (!u->scheme.len) {
        if (!base) return false;
        if (base->has_opaque_path) {
            if (!s.len || s.at[0] != '#') return false;
            *u = *base;
            u->has_fragment = false;
            read_tail(a, u, s);
            return true;
        }
        if (base->kind != URL_FILE) return read_relative(a, u, base, s);
        u->scheme = base->scheme;
        u->kind = URL_FILE;
        return read_file(a, u, base, s);
    }
    str rest = str_from(s, u->scheme.len + 1);
    u->kind = kind_of(u->scheme);
    if (u->kind == URL_FILE) return read_file(a, u, base, rest);
    if (is_special(u)) {
        bool is_relative = base && base->kind == u->kind && !(rest.len > 1 && rest.at[0] == '/' && rest.at[1] == '/');
        return is_relative ? read_relative(a, u, base, rest) : read_authority(a, u, after_slashes(rest));
    }
    if (str_starts(rest, STR("//"))) return read_authority(a, u, str_from(rest, 2));
    if (rest.len && rest.at[0] == '/') return go_on_with_segments(a, u, str_from(rest, 1));
    size_t end = find_of(rest, 0, "?#");
    u->has_opaque_path = true;
    u->path = encode_opaque(a, str_upto(rest, end), end < rest.len);
    read_tail(a, u, str_from(rest, end));
    return true;
}

/* --- writing */

static char *put(char *to, str s) {
    if (s.len) memcpy(to, s.at, s.len);
    return to + s.len;
}

str url_write(struct arena *a, const struct url *u, struct url_parts *parts) {
    size_t most = u->scheme.len + u->username.len + u->password.len + u->host.len + u->path.len + u->query.len +
                  u->fragment.len + 24;
    char *href = arena_alloc(a, most), *to = put(href, u->scheme);
    struct url_parts p;
    *to++ = ':';
    p.protocol_end = p.username_end = p.host_start = p.host_end = (uint32_t)(to - href);
    if (u->has_host) {
        to = put(to, STR("//"));
        to = put(to, u->username);
        p.username_end = (uint32_t)(to - href);
        if (u->password.len) {
            *to++ = ':';
            to = put(to, u->password);
        }
        p.host_start = (uint32_t)(to - href);
        if (has_credentials(u)) *to++ = '@';
        to = put(to, u->host);
        p.host_end = (uint32_t)(to - href);
        if (u->port >= 0) {
            char digits[8];
            size_t n = sizeof digits;
            for (int32_t port = u->port; port || n == sizeof digits; port /= 10) digits[--n] = (char)('0' + port % 10);
            digits[--n] = ':';
            to = put(to, str_of(digits + n, sizeof digits - n));
        }
    } else if (!u->has_opaque_path && u->path.len > 1 && u->path.at[0] == '/' && u->path.at[1] == '/') {
        to = put(to, STR("/."));                            /* or the path would be read as a host */
    }
    p.pathname_start = (uint32_t)(to - href);
    to = put(to, u->path);
    p.search_start = (uint32_t)(to - href);
    if (u->has_query) {
        *to++ = '?';
        to = put(to, u->query);
    }
    p.hash_start = (uint32_t)(to - href);
    if (u->has_fragment) {
        *to++ = '#';
        to = put(to, u->fragment);
    }
    must((size_t)(to - href) <= most);
    if (parts) *parts = p;
    return str_of(href, (size_t)(to - href));
}

/* --- setters */

static void set_protocol(struct arena *a, struct url *u, str value) {
    str scheme = read_scheme(a, arena_join(a, value, STR(":")));
    enum url_scheme kind = kind_of(scheme);
    if (!scheme.len || (kind == URL_OTHER) != (u->kind == URL_OTHER)) return;
    if (kind == URL_FILE && (has_credentials(u) || u->port >= 0)) return;
    if (u->kind == URL_FILE && !u->host.len) return;
    u->scheme = scheme;
    u->kind = kind;
    if (u->port == special[kind].port) u->port = -1;
}

static void set_host(struct arena *a, struct url *u, str value, bool is_with_port) {
    if (u->has_opaque_path) return;
    str host, text = str_upto(value, find_of(value, 0, is_special(u) ? "/\\?#" : "/?#"));
    if (u->kind == URL_FILE) {
        if (!text.len) {
            u->host = STR("");
        } else if (url_host_parse(a, text, true, &host)) {
            u->host = str_eq(host, STR("localhost")) ? STR("") : host;
        }
        return;
    }
    size_t colon = port_colon(text);
    bool has_port = colon < text.len, is_whole;
    if (has_port && (colon == 0 || !is_with_port)) return;
    if (colon == 0 && (is_special(u) || has_credentials(u) || u->port >= 0)) return;
    if (!url_host_parse(a, str_upto(text, colon), is_special(u), &host)) return;
    u->host = host;
    u->has_host = true;
    if (has_port) read_port(u, str_from(text, colon + 1), &is_whole);
}

void url_set(struct arena *a, struct url *u, enum url_part part, str value) {
    bool is_whole, is_empty = !value.len;
    if (part != URL_USERNAME && part != URL_PASSWORD) value = without_controls(a, value);
    switch (part) {
    case URL_PROTOCOL: set_protocol(a, u, value); break;
    case URL_HOST:     set_host(a, u, value, true); break;
    case URL_HOSTNAME: set_host(a, u, value, false); break;
    case URL_USERNAME:
        if (takes_credentials(u)) u->username = url_encode(a, value, URL_SET_USERINFO);
        break;
    case URL_PASSWORD:
        if (takes_credentials(u)) u->password = url_encode(a, value, URL_SET_USERINFO);
        break;
    case URL_PORT:
        if (!takes_credentials(u)) break;
        if (is_empty) u->port = -1;
        else read_port(u, value, &is_whole);
        break;
    case URL_PATHNAME:
        if (u->has_opaque_path) break;
        u->path = STR("");
        if (value.len || is_special(u)) read_path(a, u, value);
        else if (!u->has_host) u->path = STR("/");
        break;
    case URL_SEARCH:
        u->has_query = false;
        u->query = STR("");
        if (value.len) read_query(a, u, str_from(value, value.at[0] == '?'));
        break;
    case URL_HASH:
        u->has_fragment = value.len > 0;
        u->fragment = url_encode(a, str_from(value, value.len && value.at[0] == '#'), URL_SET_FRAGMENT);
        break;
    }
}
