/* load/data_url.c */
#include "load/data_url.h"

static int hex(char c) {
    return c >= '0' && c <= '9' ? c - '0' : (c | 32) >= 'a' && (c | 32) <= 'f' ? (c | 32) - 'a' + 10 : -1;
}

static void unescape(str s, struct buf *out) {
    for (size_t i = 0; i < s.len; i++) {
        if (s.at[i] == '%' && i + 2 < s.len && hex(s.at[i + 1]) >= 0 && hex(s.at[i + 2]) >= 0) {
            buf_add_char(out, (char)(hex(s.at[i + 1]) * 16 + hex(s.at[i + 2])));
            i += 2;
        } else buf_add_char(out, s.at[i]);
    }
}

static int base64_digit(char c) {
    if (c >= 'A' && c <= 'Z') return c - 'A';
    if (c >= 'a' && c <= 'z') return c - 'a' + 26;
    if (c >= '0' && c <= '9') return c - '0' + 52;
    return c == '+' || c == '-' ? 62 : c == '/' || c == '_' ? 63 : -1;
}

static void add_base64(str s, struct buf *out) {
    uint32_t bits = 0;
    int n_bits = 0;
    for (size_t i = 0; i < s.len && s.at[i] != '='; i++) {
        int digit = base64_digit(s.at[i]);
        if (digit < 0) continue;
        bits = bits << 6 | (uint32_t)digit;
        n_bits += 6;
        if (n_bits < 8) continue;
        n_bits -= 8;
        buf_add_char(out, (char)(bits >> n_bits));
    }
}

bool data_url_read(str url, struct data_url *out, struct buf *data) {
    str head, body, part;
    if (!str_starts(url, STR("data:")) || !str_split(str_from(url, 5), ',', &head, &body)) return false;
    ptrdiff_t hash = str_find_char(body, '#');
    if (hash >= 0) body = str_upto(body, (size_t)hash);
    bool is_base64 = str_ends(head, STR(";base64"));
    out->type = str_next(&head, ';', &part) ? str_trim(part) : (str){0};
    if (!is_base64) return unescape(body, data), true;
    struct buf plain = {0};
    unescape(body, &plain);
    add_base64(buf_view(&plain), data);
    buf_free(&plain);
    return true;
}
