#include "data/base64.h"
#include "pkg/internal.h"

const char *const pkg_algorithm_names[PKG_ALGORITHMS] = {"sha1", "sha256", "sha384", "sha512"};
static const size_t lengths[PKG_ALGORITHMS] = {20, 32, 48, 64};

static bool read_one(str part, struct pkg_sum *out) {
    str name, value;
    /* options, which none knows */
    if (str_find_char(part, '?') >= 0) part = str_upto(part, (size_t)str_find_char(part, '?'));
    if (part.len == 40 && str_find_char(part, '-') < 0) {
        *out = (struct pkg_sum){.algorithm = PKG_SHA1, .len = 20};
        return hex_read(part, out->bytes) == 20;
    }
    if (!str_split(part, '-', &name, &value)) return false;
    for (int i = 0; i < PKG_ALGORITHMS; i++) {
        if (!str_is(name, pkg_algorithm_names[i])) continue;
        *out = (struct pkg_sum){.algorithm = (enum pkg_algorithm)i, .len = lengths[i]};
        if (base64_room(value) > sizeof out->bytes) return false;
        return base64_read_strict(value, out->bytes) == lengths[i];
    }
    return false;
}

size_t pkg_integrity_read(str text, struct pkg_sum out[PKG_SUMS]) {
    size_t n = 0;
    while (text.len) {
        size_t end = 0;
        while (end < text.len && text.at[end] != ' ' && text.at[end] != '\n' && text.at[end] != '\t' &&
            text.at[end] != '\r') end++;
        struct pkg_sum s;
        if (read_one(str_upto(text, end), &s)) {
            if (n && s.algorithm > out[0].algorithm) n = 0;
            if (n < PKG_SUMS && (!n || s.algorithm == out[0].algorithm)) out[n++] = s;
        }
        text = str_from(text, end + 1);
    }
    return n;
}

str pkg_integrity_write(struct arena *a, const struct pkg_sum *s) {
    char text[96];
    size_t n = base64_write(str_of((const char *)s->bytes, s->len), text, BASE64);
    return arena_print(a, "%s-%.*s", pkg_algorithm_names[s->algorithm], (int)n, text);
}
