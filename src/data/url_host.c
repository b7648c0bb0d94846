/* data/url_host.c: characters, percent-encoding and hosts: domains, IPv4, IPv6, opaque ones. */
#include "data/idna.h"
#include "data/url_chars.h"

#define ALL \
    (URL_SET_C0 | URL_SET_FRAGMENT | URL_SET_QUERY | URL_SET_SPECIAL_QUERY | URL_SET_PATH | URL_SET_USERINFO | \
     URL_SET_COMPONENT)
#define FROM_COMPONENT URL_SET_COMPONENT
#define FROM_USERINFO (FROM_COMPONENT | URL_SET_USERINFO)
#define FROM_PATH (FROM_USERINFO | URL_SET_PATH)
#define FROM_QUERY (FROM_PATH | URL_SET_SPECIAL_QUERY | URL_SET_QUERY)
#define NO_HOST (URL_CHAR_FORBIDDEN_HOST | URL_CHAR_FORBIDDEN_DOMAIN)
#define NO_DOMAIN URL_CHAR_FORBIDDEN_DOMAIN

const uint16_t url_chars[256] = {
    [0] = ALL | NO_HOST, [1 ... 8] = ALL | NO_DOMAIN, ['\t'] = ALL | NO_HOST | URL_CHAR_DROPPED,
    ['\n'] = ALL | NO_HOST | URL_CHAR_DROPPED,
    [11 ... 12] = ALL | NO_DOMAIN, ['\r'] = ALL | NO_HOST | URL_CHAR_DROPPED, [14 ... 31] = ALL | NO_DOMAIN,
    [127] = ALL | NO_DOMAIN,
    [128 ... 255] = ALL,
    [' '] = FROM_QUERY | URL_SET_FRAGMENT | NO_HOST, ['"'] = FROM_QUERY | URL_SET_FRAGMENT,
    ['<'] = FROM_QUERY | URL_SET_FRAGMENT | NO_HOST,
    ['>'] = FROM_QUERY | URL_SET_FRAGMENT | NO_HOST, ['#'] = FROM_QUERY | NO_HOST, ['\''] = URL_SET_SPECIAL_QUERY,
    ['`'] = FROM_PATH | URL_SET_FRAGMENT, ['?'] = FROM_PATH | NO_HOST, ['^'] = FROM_PATH | NO_HOST, ['{'] = FROM_PATH,
    ['}'] = FROM_PATH,
    ['/'] = FROM_USERINFO | NO_HOST, [':'] = FROM_USERINFO | NO_HOST, [';'] = FROM_USERINFO, ['='] = FROM_USERINFO,
    ['@'] = FROM_USERINFO | NO_HOST, ['['] = FROM_USERINFO | NO_HOST,
    ['\\'] = FROM_USERINFO | NO_HOST | URL_CHAR_BACKSLASH,
    [']'] = FROM_USERINFO | NO_HOST, ['|'] = FROM_USERINFO | NO_HOST, ['$'] = FROM_COMPONENT,
    ['%'] = FROM_COMPONENT | NO_DOMAIN,
    ['&'] = FROM_COMPONENT, [','] = FROM_COMPONENT, ['+'] = FROM_COMPONENT | URL_CHAR_SCHEME,
    ['-'] = URL_CHAR_SCHEME | URL_CHAR_PLAIN_HOST, ['.'] = URL_CHAR_SCHEME | URL_CHAR_PLAIN_HOST,
    ['0' ... '9'] = URL_CHAR_SCHEME | URL_CHAR_PLAIN_HOST, ['a' ... 'z'] = URL_CHAR_SCHEME | URL_CHAR_PLAIN_HOST,
    ['A' ... 'Z'] = URL_CHAR_SCHEME,
};

/* --- percent-encoding */

size_t url_encode_to(char *to, str text, enum url_set set) {
    char *start = to;
    for (size_t i = 0; i < text.len; i++) {
        uint8_t c = (uint8_t)text.at[i];
        if (url_chars[c] & set) {
            *to++ = '%';
            *to++ = "0123456789ABCDEF"[c >> 4];
            *to++ = "0123456789ABCDEF"[c & 15];
        } else {
            *to++ = (char)c;
        }
    }
    return (size_t)(to - start);
}

str url_encode(struct arena *a, str text, enum url_set set) {
    size_t n = 0;
    for (size_t i = 0; i < text.len; i++) n += (url_chars[(uint8_t)text.at[i]] & set) != 0;
    if (!n) return text;
    char *to = arena_alloc(a, text.len + 2 * n);
    return str_of(to, url_encode_to(to, text, set));
}

static int hex_of(char c) {
    return c >= '0' && c <= '9' ? c - '0' : (c | 32) >= 'a' && (c | 32) <= 'f' ? (c | 32) - 'a' + 10 : -1;
}

str url_decode(struct arena *a, str text) {
    if (str_find_char(text, '%') < 0) return text;
    char *to = arena_alloc(a, text.len + 1), *start = to;
    for (size_t i = 0; i < text.len; i++) {
        if (text.at[i] == '%' && text.len - i > 2 && hex_of(text.at[i + 1]) >= 0 && hex_of(text.at[i + 2]) >= 0) {
            *to++ = (char)(hex_of(text.at[i + 1]) << 4 | hex_of(text.at[i + 2]));
            i += 2;
        } else {
            *to++ = text.at[i];
        }
    }
    return str_of(start, (size_t)(to - start));
}

/* --- IPv4 */

/* One part: decimal, 0octal or 0xhex. False when it is none; numbers too large are kept as 2^32. */
static bool number_of(str s, uint64_t *out) {
    unsigned base = 10;
    if (!s.len) return false;
    if (s.len >= 2 && s.at[0] == '0' && (s.at[1] | 32) == 'x') {
        s = str_from(s, 2);
        base = 16;
    } else if (s.len >= 2 && s.at[0] == '0') {
        s = str_from(s, 1);
        base = 8;
    }
    uint64_t n = 0;
    for (size_t i = 0; i < s.len; i++) {
        int digit = hex_of(s.at[i]);
        if (digit < 0 || (unsigned)digit >= base) return false;
        n = n * base + (unsigned)digit;
        if (n > UINT32_MAX) n = (uint64_t)UINT32_MAX + 1;
    }
    *out = n;
    return true;
}

static bool ends_in_number(str host) {
    if (str_ends(host, STR("."))) host.len--;
    ptrdiff_t dot = str_rfind_char(host, '.');
    str last = str_from(host, (size_t)(dot + 1));
    if (!last.len || last.at[0] < '0' || last.at[0] > '9') return false;
    bool is_decimal = true;
    for (size_t i = 0; i < last.len; i++) is_decimal &= last.at[i] >= '0' && last.at[i] <= '9';
    uint64_t n;
    return is_decimal || number_of(last, &n);
}

static bool read_ipv4(struct arena *a, str host, str *out) {
    uint64_t parts[4], ip = 0;
    size_t n = 0;
    if (str_ends(host, STR("."))) host.len--;
    for (bool has_more = true; has_more;) {
        str part;
        has_more = str_split(host, '.', &part, &host);
        if (n == 4 || !number_of(part, &parts[n++])) return false;
    }
    for (size_t i = 0; i + 1 < n; i++) {
        if (parts[i] > 255) return false;
        ip |= parts[i] << (24 - 8 * i);
    }
    if (parts[n - 1] >= (uint64_t)1 << (8 * (5 - n))) return false;
    ip |= parts[n - 1];
    *out = arena_print(a, "%u.%u.%u.%u", (unsigned)(ip >> 24), (unsigned)(ip >> 16 & 255), (unsigned)(ip >> 8 & 255),
                       (unsigned)(ip & 255));
    return true;
}

/* --- IPv6 */

static bool read_ipv4_tail(str s, uint16_t piece[8], int *n_pieces) {
    if (*n_pieces > 6) return false;
    uint32_t bytes[4];
    size_t i = 0;
    for (int part = 0; part < 4; part++) {
        if (part && (i == s.len || s.at[i++] != '.')) return false;
        if (i == s.len || s.at[i] < '0' || s.at[i] > '9') return false;
        bytes[part] = 0;
        for (size_t start = i; i < s.len && s.at[i] >= '0' && s.at[i] <= '9'; i++) {
            if (i > start && bytes[part] == 0) return false;
            bytes[part] = bytes[part] * 10 + (uint32_t)(s.at[i] - '0');
            if (bytes[part] > 255) return false;
        }
    }
    piece[(*n_pieces)++] = (uint16_t)(bytes[0] << 8 | bytes[1]);
    piece[(*n_pieces)++] = (uint16_t)(bytes[2] << 8 | bytes[3]);
    return i == s.len;
}

static bool read_ipv6(str s, uint16_t piece[8]) {
    int n = 0, gap = -1;
    size_t i = 0;
    if (s.len && s.at[0] == ':') {
        if (s.len < 2 || s.at[1] != ':') return false;
        i = 2;
        gap = 0;
    }
    while (i < s.len) {
        if (n == 8) return false;
        if (s.at[i] == ':') {
            if (gap >= 0) return false;
            i++;
            gap = n;
            continue;
        }
        size_t start = i;
        unsigned value = 0;
        for (; i < s.len && i - start < 4 && hex_of(s.at[i]) >= 0; i++) value = value << 4 | (unsigned)hex_of(s.at[i]);
        if (i < s.len && s.at[i] == '.') {
            if (i == start || !read_ipv4_tail(str_from(s, start), piece, &n)) return false;
            break;
        }
        if (i < s.len && s.at[i] == ':') {
            if (++i == s.len) return false;
        } else if (i < s.len) {
            return false;
        }
        piece[n++] = (uint16_t)value;
    }
    if (gap < 0) return n == 8;
    if (n == 8) return false;
    int moved = n - gap;
    memmove(piece + 8 - moved, piece + gap, (size_t)moved * sizeof *piece);
    memset(piece + gap, 0, (size_t)(8 - n) * sizeof *piece);
    return true;
}

static str write_ipv6(struct arena *a, const uint16_t piece[8]) {
    int gap = -1, gap_len = 1;                              /* the first longest run of two zeros or more */
    for (int i = 0; i < 8; i++) {
        int n = 0;
        while (i + n < 8 && !piece[i + n]) n++;
        if (n > gap_len) gap = i, gap_len = n;
        i += n;
    }
    char *text = arena_alloc(a, 48);
    size_t len = 0;
    text[len++] = '[';
    for (int i = 0; i < 8; i++) {
        if (i == gap) {
            text[len++] = ':';
            if (i == 0) text[len++] = ':';
            i += gap_len - 1;
            continue;
        }
        len += (size_t)snprintf(text + len, 48 - len, "%x", piece[i]);
        if (i < 7) text[len++] = ':';
    }
    text[len++] = ']';
    return str_of(text, len);
}

/* --- hosts */

bool url_host_parse(struct arena *a, str text, bool is_special, str *out) {
    if (text.len && text.at[0] == '[') {
        uint16_t piece[8] = {0};
        if (text.at[text.len - 1] != ']' || text.len < 2 || !read_ipv6(str_of(text.at + 1, text.len - 2), piece))
            return false;
        *out = write_ipv6(a, piece);
        return true;
    }
    unsigned all = 0;
    if (!is_special) {
        for (size_t i = 0; i < text.len; i++) all |= url_chars[(uint8_t)text.at[i]];
        if (all & URL_CHAR_FORBIDDEN_HOST) return false;
        *out = url_encode(a, text, URL_SET_C0);
        return true;
    }
    bool is_plain = text.len > 0;
    for (size_t i = 0; i < text.len && is_plain; i++) is_plain = url_chars[(uint8_t)text.at[i]] & URL_CHAR_PLAIN_HOST;
    if (is_plain && str_find(text, STR("xn--")) < 0) {
        *out = text;
    } else {
        if (!idna_to_ascii(a, url_decode(a, text), false, out) || !out->len) return false;
        for (size_t i = 0; i < out->len; i++) all |= url_chars[(uint8_t)out->at[i]];
        if (all & URL_CHAR_FORBIDDEN_DOMAIN) return false;
    }
    return !ends_in_number(*out) || read_ipv4(a, *out, out);
}

/* --- file paths */

str url_from_path(struct arena *a, str path) {
    char *to = arena_alloc(a, 7 + 3 * path.len), *start = to;
    memcpy(to, "file://", 7);
    to += 7;
    for (size_t i = 0; i < path.len; i++) {
        bool is_special = path.at[i] == '%' || path.at[i] == '\\' || path.at[i] == '\t' || path.at[i] == '\n' ||
                          path.at[i] == '\r';
        to += url_encode_to(to, str_of(path.at + i, 1),
                            is_special ? (enum url_set)(URL_SET_PATH | URL_SET_COMPONENT) : URL_SET_PATH);
    }
    return str_of(start, (size_t)(to - start));
}

bool url_to_path(struct arena *a, str file_url, str *path) {
    struct url u;
    if (!url_parse(a, file_url, NULL, &u) || u.kind != URL_FILE || u.host.len) return false;
    for (size_t i = 0; i + 2 < u.path.len; i++)
        if (u.path.at[i] == '%' && u.path.at[i + 1] == '2' && (u.path.at[i + 2] | 32) == 'f') return false;
    *path = url_decode(a, u.path);
    return true;
}
