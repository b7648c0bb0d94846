/* data/idna.c: map, normalize, split, check, write: the steps of UTS #46 section 4 over arrays of code points. */
#include "data/idna.h"

#include "base/list.h"
#include "base/utf8.h"
#include "data/idna_table.h"

typedef LIST(uint32_t) points;

static uint32_t start_of(uint32_t row) { return row & 0x1fffff; }

static size_t find_range(const uint32_t *rows, size_t n, uint32_t c) {      /* rows[0] must start at or before c */
    size_t low = 0, high = n;
    while (high - low > 1) {
        size_t middle = (low + high) / 2;
        if (start_of(rows[middle]) <= c) low = middle;
        else high = middle;
    }
    return low;
}

/* --- normalization form C */

static unsigned ccc_of(uint32_t c) {
    if (c < start_of(idna_ccc[0])) return 0;
    return idna_ccc[find_range(idna_ccc, idna_ccc_n, c)] >> 21;
}

enum {
    S_BASE = 0xac00,
    L_BASE = 0x1100,
    V_BASE = 0x1161,
    T_BASE = 0x11a7,
    L_N = 19,
    V_N = 21,
    T_N = 28,
    S_N = L_N * V_N * T_N
};

static void add_decomposed(points *to, uint32_t c) {
    if (c - S_BASE < S_N) {
        uint32_t s = c - S_BASE;
        *LIST_ADD(to) = L_BASE + s / (V_N * T_N);
        *LIST_ADD(to) = V_BASE + s % (V_N * T_N) / T_N;
        if (s % T_N) *LIST_ADD(to) = T_BASE + s % T_N;
        return;
    }
    if (c >= start_of(idna_decomposed[0])) {
        size_t i = find_range(idna_decomposed, idna_decomposed_n, c);
        if (start_of(idna_decomposed[i]) == c) {
            const uint32_t *at = idna_points + idna_decomposed_at[i];
            for (uint32_t n = idna_decomposed[i] >> 24; n--;) *LIST_ADD(to) = *at++;
            return;
        }
    }
    *LIST_ADD(to) = c;
}

static uint32_t compose(uint32_t a, uint32_t b) {           /* 0 when they do not become one */
    if (a - L_BASE < L_N && b - V_BASE < V_N) return S_BASE + ((a - L_BASE) * V_N + (b - V_BASE)) * T_N;
    if (a - S_BASE < S_N && (a - S_BASE) % T_N == 0 && b > T_BASE && b < T_BASE + T_N) return a + (b - T_BASE);
    size_t low = 0, high = idna_composed_n / 3;
    while (low < high) {
        size_t middle = (low + high) / 2;
        const uint32_t *row = idna_composed + 3 * middle;
        if (row[0] == a && row[1] == b) return row[2];
        if (row[0] < a || (row[0] == a && row[1] < b)) low = middle + 1;
        else high = middle;
    }
    return 0;
}

static void normalize(const uint32_t *at, size_t n, points *to) {
    to->len = 0;
    for (size_t i = 0; i < n; i++) add_decomposed(to, at[i]);
    for (size_t i = 1; i < to->len; i++) {                  /* marks go by their class; runs of them are short */
        uint32_t c = to->at[i];
        unsigned ccc = ccc_of(c);
        size_t j = i;
        if (ccc)
            for (; j > 0 && ccc_of(to->at[j - 1]) > ccc; j--) to->at[j] = to->at[j - 1];
        to->at[j] = c;
    }
    size_t starter = SIZE_MAX, len = 0;
    unsigned last_ccc = 0;
    for (size_t i = 0; i < to->len; i++) {
        uint32_t c = to->at[i];
        unsigned ccc = ccc_of(c);
        bool is_blocked = starter == SIZE_MAX || (len != starter + 1 && last_ccc >= ccc);
        uint32_t one = is_blocked ? 0 : compose(to->at[starter], c);
        if (one) {
            to->at[starter] = one;
            continue;
        }
        if (!ccc) starter = len;
        last_ccc = ccc;
        to->at[len++] = c;
    }
    to->len = len;
}

/* --- mapping and status */

static bool is_valid(uint32_t c) {
    size_t i = find_range(idna_map, idna_map_n, c);
    enum idna_kind kind = idna_map[i] >> 21 & 7;
    return kind == IDNA_VALID || (kind == IDNA_ALTERNATE && (c - start_of(idna_map[i])) % 2);
}

static void add_mapped(points *to, uint32_t c) {
    size_t i = find_range(idna_map, idna_map_n, c);
    switch ((enum idna_kind)(idna_map[i] >> 21 & 7)) {
    case IDNA_IGNORED: return;
    case IDNA_MAPPED: {
        const char *at = (const char *)idna_map_text + idna_map_value[i], *end = at + (idna_map[i] >> 24);
        while (at < end) *LIST_ADD(to) = utf8_next(&at, end);
        return;
    }
    case IDNA_DELTA:     c += (uint32_t)idna_map_delta[idna_map_value[i]]; break;
    case IDNA_ALTERNATE: c += (c - start_of(idna_map[i])) % 2 == 0; break;
    case IDNA_VALID:
    case IDNA_DISALLOWED: break;
    }
    *LIST_ADD(to) = c;
}

/* --- labels */

static unsigned class_of(uint32_t c) { return idna_class[find_range(idna_class, idna_class_n, c)] >> 21; }
static enum idna_bidi bidi_of(uint32_t c) { return class_of(c) & 7; }
static enum idna_joining joining_of(uint32_t c) { return class_of(c) >> 3 & 7; }
static bool is_mark(uint32_t c) { return class_of(c) >> 6; }

enum { MOST = 16384 };              /* bytes of a domain: the time of some steps grows with the square */
enum { ZWNJ = 0x200c, ZWJ = 0x200d, VIRAMA = 9 };

/* RFC 5892, appendix A.1 and A.2. */
static bool joiner_is_right(const uint32_t *at, size_t n, size_t i) {
    if (i > 0 && ccc_of(at[i - 1]) == VIRAMA) return true;
    if (at[i] == ZWJ) return false;
    size_t left = i, right = i + 1;
    while (left > 0 && joining_of(at[left - 1]) == JOIN_T) left--;
    while (right < n && joining_of(at[right]) == JOIN_T) right++;
    if (left == 0 || right == n) return false;
    enum idna_joining before = joining_of(at[left - 1]), after = joining_of(at[right]);
    return (before == JOIN_L || before == JOIN_D) && (after == JOIN_R || after == JOIN_D);
}

/* RFC 5893, section 2. */
static bool bidi_is_right(const uint32_t *at, size_t n) {
    unsigned seen = 0;
    enum idna_bidi first = bidi_of(at[0]), last = BIDI_OTHER;
    for (size_t i = 0; i < n; i++) {
        enum idna_bidi b = bidi_of(at[i]);
        seen |= 1u << b;
        if (b != BIDI_NSM) last = b;
    }
    if (seen & 1u << BIDI_FORBIDDEN) return false;
    if (first == BIDI_R)
        return !(seen & 1u << BIDI_L) && (last == BIDI_R || last == BIDI_EN || last == BIDI_AN)
               && !(seen & 1u << BIDI_EN && seen & 1u << BIDI_AN);
    return first == BIDI_L && !(seen & (1u << BIDI_R | 1u << BIDI_AN)) && (last == BIDI_L || last == BIDI_EN);
}

struct label {
    uint32_t *at;
    size_t n;
    str spelling;                   /* of one that came in Punycode; empty for others */
    bool is_wrong;
};

static bool is_ascii(const uint32_t *at, size_t n) {
    uint32_t all = 0;
    for (size_t i = 0; i < n; i++) all |= at[i];
    return all < 0x80;
}

static bool starts_with_xn(const uint32_t *at, size_t n) {
    return n >= 4 && at[0] == 'x' && at[1] == 'n' && at[2] == '-' && at[3] == '-';
}

static bool label_is_valid(const struct label *l, bool is_strict) {
    const uint32_t *at = l->at;
    if (!l->n) return true;
    if (starts_with_xn(at, l->n) || is_mark(at[0])) return false;
    if (is_strict && (at[0] == '-' || at[l->n - 1] == '-' || (l->n >= 4 && at[2] == '-' && at[3] == '-'))) return false;
    for (size_t i = 0; i < l->n; i++) {
        uint32_t c = at[i];
        if (c == '.' || !is_valid(c)) return false;
        if (is_strict && c < 0x80 && !(c >= 'a' && c <= 'z') && !(c >= '0' && c <= '9') && c != '-') return false;
        if ((c == ZWNJ || c == ZWJ) && !joiner_is_right(at, l->n, i)) return false;
    }
    return true;
}

static void read_punycode(struct arena *a, struct label *l) {
    char *text = arena_alloc(a, l->n);
    for (size_t i = 0; i < l->n; i++) text[i] = (char)l->at[i];
    l->spelling = str_of(text, l->n);
    uint32_t *at;
    size_t n;
    l->is_wrong = true;
    if (!is_ascii(l->at, l->n) || !idna_punycode_read(a, str_from(l->spelling, 4), &at, &n)) return;
    if (!n || is_ascii(at, n)) return;
    l->at = at;
    l->n = n;
    points again = {0};
    normalize(at, n, &again);
    l->is_wrong = again.len != n || memcmp(again.at, at, n * sizeof *at) != 0;
    LIST_FREE(&again);
}

/* The labels of a domain, mapped, normalized, read from Punycode and checked. */
static struct label *labels_of(struct arena *a, str domain, bool is_strict, size_t *count) {
    points mapped = {0}, normal = {0};
    for (const char *p = domain.at, *end = p + domain.len; p < end;) add_mapped(&mapped, utf8_next(&p, end));
    normalize(mapped.at, mapped.len, &normal);
    size_t n = 1;
    for (size_t i = 0; i < normal.len; i++) n += normal.at[i] == '.';
    struct label *labels = ARENA_ARRAY(a, struct label, n);
    uint32_t *copy = arena_alloc(a, normal.len * sizeof *copy + 1);
    if (normal.len) memcpy(copy, normal.at, normal.len * sizeof *copy);
    bool is_bidi = false;
    size_t at = 0;
    for (size_t i = 0; i < n; i++, at++) {
        size_t end = at;
        while (end < normal.len && copy[end] != '.') end++;
        labels[i] = (struct label){.at = copy + at, .n = end - at};
        if (starts_with_xn(labels[i].at, labels[i].n)) read_punycode(a, &labels[i]);
        for (size_t j = 0; j < labels[i].n; j++) {
            enum idna_bidi b = bidi_of(labels[i].at[j]);
            is_bidi |= b == BIDI_R || b == BIDI_AN;
        }
        at = end;
    }
    for (size_t i = 0; i < n; i++) {
        if (!labels[i].is_wrong) labels[i].is_wrong = !label_is_valid(&labels[i], is_strict);
        if (!labels[i].is_wrong && is_bidi && labels[i].n)
            labels[i].is_wrong = !bidi_is_right(labels[i].at, labels[i].n);
    }
    LIST_FREE(&mapped);
    LIST_FREE(&normal);
    *count = n;
    return labels;
}

bool idna_to_ascii(struct arena *a, str domain, bool is_strict, str *out) {
    size_t n, len = 0;
    if (domain.len > MOST) return false;
    struct label *labels = labels_of(a, domain, is_strict, &n);
    for (size_t i = 0; i < n; i++) {
        struct label *l = &labels[i];
        if (l->is_wrong) return false;
        if (!l->spelling.len) {
            if (is_ascii(l->at, l->n)) {
                char *text = arena_alloc(a, l->n + 1);
                for (size_t j = 0; j < l->n; j++) text[j] = (char)l->at[j];
                l->spelling = str_of(text, l->n);
            } else {
                if (!idna_punycode_write(a, l->at, l->n, &l->spelling)) return false;
                l->spelling = arena_join(a, STR("xn--"), l->spelling);
            }
        }
        bool is_root = i + 1 == n && i > 0;
        if (is_strict && (l->spelling.len > 63 || (!l->spelling.len && !is_root))) return false;
        len += l->spelling.len + 1;
    }
    char *text = arena_alloc(a, len), *to = text;
    for (size_t i = 0; i < n; i++) {
        if (i) *to++ = '.';
        if (labels[i].spelling.len) memcpy(to, labels[i].spelling.at, labels[i].spelling.len);
        to += labels[i].spelling.len;
    }
    *out = str_of(text, (size_t)(to - text));
    return !is_strict || (len > 1 && len - 1 - str_ends(*out, STR(".")) <= 253);
}

bool idna_to_unicode(struct arena *a, str domain, str *out) {
    size_t n, most = 0;
    bool is_right = true;
    *out = domain;
    if (domain.len > MOST) return false;
    struct label *labels = labels_of(a, domain, false, &n);
    for (size_t i = 0; i < n; i++) most += labels[i].spelling.len + labels[i].n * 4 + 1;
    char *text = arena_alloc(a, most), *to = text;
    for (size_t i = 0; i < n; i++) {
        struct label *l = &labels[i];
        if (i) *to++ = '.';
        is_right &= !l->is_wrong;
        if (l->is_wrong && l->spelling.len) {
            memcpy(to, l->spelling.at, l->spelling.len);
            to += l->spelling.len;
        } else {
            for (size_t j = 0; j < l->n; j++) to = utf8_put(to, l->at[j]);
        }
    }
    *out = str_of(text, (size_t)(to - text));
    return is_right;
}

/* --- Punycode, RFC 3492 */

enum { BASE = 36, T_MIN = 1, T_MAX = 26, SKEW = 38, DAMP = 700, FIRST_BIAS = 72, FIRST_N = 0x80 };

static uint32_t adapt(uint32_t delta, uint32_t n, bool is_first) {
    uint32_t k = 0;
    delta = is_first ? delta / DAMP : delta / 2;
    delta += delta / n;
    for (; delta > (BASE - T_MIN) * T_MAX / 2; k += BASE) delta /= BASE - T_MIN;
    return k + (BASE - T_MIN + 1) * delta / (delta + SKEW);
}

static uint32_t threshold(uint32_t k, uint32_t bias) {
    return k <= bias ? T_MIN : k >= bias + T_MAX ? T_MAX : k - bias;
}

bool idna_punycode_write(struct arena *a, const uint32_t *at, size_t n, str *out) {
    LIST(char) text = {0};
    uint32_t next = FIRST_N, delta = 0, bias = FIRST_BIAS, done, basic = 0;
    for (size_t i = 0; i < n; i++)
        if (at[i] < 0x80) *LIST_ADD(&text) = (char)at[i], basic++;
    done = basic;
    if (basic) *LIST_ADD(&text) = '-';
    bool ok = true;
    while (ok && done < n) {
        uint32_t least = UINT32_MAX;
        for (size_t i = 0; i < n; i++)
            if (at[i] >= next && at[i] < least) least = at[i];
        if (least - next > (UINT32_MAX - delta) / (done + 1)) {
            ok = false;
            break;
        }
        delta += (least - next) * (done + 1);
        next = least;
        for (size_t i = 0; i < n; i++) {
            if (at[i] < next) delta++;
            if (at[i] != next) continue;
            uint32_t q = delta;
            for (uint32_t k = BASE;; k += BASE) {
                uint32_t t = threshold(k, bias);
                uint32_t digit = q < t ? q : t + (q - t) % (BASE - t);
                *LIST_ADD(&text) = (char)(digit < 26 ? 'a' + digit : '0' + digit - 26);
                if (q < t) break;
                q = (q - t) / (BASE - t);
            }
            bias = adapt(delta, done + 1, done == basic);
            delta = 0;
            done++;
        }
        delta++;
        next++;
    }
    *out = arena_str(a, str_of(text.at, text.len));
    LIST_FREE(&text);
    return ok;
}

static bool read_punycode_digits(points *to, const char *p, const char *end) {
    uint32_t next = FIRST_N, i = 0, bias = FIRST_BIAS;
    while (p < end) {
        uint32_t before = i, weight = 1;
        for (uint32_t k = BASE;; k += BASE) {
            if (p == end) return false;
            char c = *p++;
            uint32_t digit = c >= '0' && c <= '9' ? (uint32_t)(c - '0' + 26)
                           : (c | 32) >= 'a' && (c | 32) <= 'z' ? (uint32_t)((c | 32) - 'a') : BASE;
            if (digit >= BASE || digit > (UINT32_MAX - i) / weight) return false;
            i += digit * weight;
            uint32_t t = threshold(k, bias);
            if (digit < t) break;
            if (weight > UINT32_MAX / (BASE - t)) return false;
            weight *= BASE - t;
        }
        uint32_t n = (uint32_t)to->len + 1;
        bias = adapt(i - before, n, before == 0);
        if (i / n > 0x10ffff - next) return false;
        next += i / n;
        i %= n;
        if (next >= 0xd800 && next < 0xe000) return false;
        LIST_ADD(to);
        memmove(to->at + i + 1, to->at + i, (to->len - 1 - i) * sizeof *to->at);
        to->at[i++] = next;
    }
    return true;
}

bool idna_punycode_read(struct arena *a, str text, uint32_t **out, size_t *n) {
    points to = {0};
    ptrdiff_t dash = str_rfind_char(text, '-');
    bool ok = dash != 0;
    for (ptrdiff_t i = 0; i < dash; i++) {
        if (text.at[i] & 0x80) ok = false;
        *LIST_ADD(&to) = (uint8_t)text.at[i];
    }
    if (ok) ok = read_punycode_digits(&to, text.at + dash + 1, text.at + text.len);
    *out = arena_alloc(a, to.len * sizeof **out + 1);
    if (to.len) memcpy(*out, to.at, to.len * sizeof **out);
    *n = to.len;
    LIST_FREE(&to);
    return ok;
}
