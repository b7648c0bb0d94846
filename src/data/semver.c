#include "data/semver.h"

#include "base/buf.h"
#include "base/list.h"

#include <stdlib.h>

enum { MOST_LEN = 256 };
static const uint64_t MOST = 9007199254740991u;                  /* Number.MAX_SAFE_INTEGER */

static bool is_digit(char c) { return c >= '0' && c <= '9'; }
static bool is_ident(char c) { return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-'; }
static bool is_space(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }
static bool is_x(char c) { return c == 'x' || c == 'X' || c == '*'; }

/* Length of the white space at s[at]: also NBSP, BOM and the Unicode spaces that JavaScript's \s takes. */
static size_t space_at(str s, size_t at) {
    if (at >= s.len) return 0;
    const unsigned char *p = (const unsigned char *)s.at + at;
    size_t left = s.len - at;
    if (is_space((char)p[0])) return 1;
    if (left >= 2 && p[0] == 0xc2 && p[1] == 0xa0) return 2;
    if (left < 3) return 0;
    uint32_t c = (uint32_t)(p[0] & 15) << 12 | (uint32_t)(p[1] & 63) << 6 | (p[2] & 63);
    if (p[0] < 0xe0 || p[0] > 0xef) return 0;
    bool is = c == 0x1680 || (c >= 0x2000 && c <= 0x200a) || c == 0x2028 || c == 0x2029 || c == 0x202f ||
              c == 0x205f || c == 0x3000 || c == 0xfeff;
    return is ? 3 : 0;
}
static str trim(str s) {
    for (size_t k; (k = space_at(s, 0)) != 0;) s = str_from(s, k);
    for (;;) {
        size_t k = s.len && space_at(s, s.len - 1) == 1 ? 1 : s.len >= 2 && space_at(s, s.len - 2) == 2 ? 2
                 : s.len >= 3 && space_at(s, s.len - 3) == 3 ? 3 : 0;
        if (!k) return s;
        s.len -= k;
    }
}

/* --- reading the parts of a version: each returns the bytes taken, 0 = does not match */

static size_t read_number(str s, size_t at, bool loose) {
    size_t i = at;
    while (i < s.len && is_digit(s.at[i])) i++;
    if (!loose && i > at && s.at[at] == '0') return 1;           /* "0" and no more: what follows must fit */
    return i - at;
}

/* One identifier of a prerelease: as much as is one; numeric ones have no leading zero unless loose. */
static size_t read_identifier(str s, size_t at, bool loose) {
    size_t i = at, digits = 0;
    while (i < s.len && is_ident(s.at[i])) i++;
    while (digits < i - at && is_digit(s.at[at + digits])) digits++;
    if (digits == i - at) return read_number(s, at, loose);
    return i - at;
}

static size_t read_identifiers(str s, size_t at, bool loose) {
    size_t n = read_identifier(s, at, loose);
    if (!n) return 0;
    while (at + n < s.len && s.at[at + n] == '.') {
        size_t k = read_identifier(s, at + n + 1, loose);
        if (!k) break;
        n += k + 1;
    }
    return n;
}

static size_t read_build(str s, size_t at) {
    if (at >= s.len || s.at[at] != '+') return 0;
    size_t i = at + 1;
    for (;;) {
        size_t start = i;
        while (i < s.len && is_ident(s.at[i])) i++;
        if (i == start) return start == at + 1 ? 0 : i - 1 - at;
        if (i >= s.len || s.at[i] != '.') return i - at;
        i++;
    }
}

/* How much of the patch number's `n` digits is it, by loose rules: of "1.2.34.5" the 3, for "4.5" is a prerelease then. */
static size_t loose_patch(str s, size_t at, size_t n) {
    bool goes_on = n > 1 && at + n < s.len && s.at[at + n] == '.' && read_identifier(s, at + n + 1, true);
    return goes_on ? n - 1 : n;
}

static bool to_number(str digits, uint64_t *out) {
    uint64_t n = 0;
    for (size_t i = 0; i < digits.len; i++) {
        if (n > MOST / 10) return false;
        n = n * 10 + (uint64_t)(digits.at[i] - '0');
    }
    *out = n;
    return n <= MOST;
}

/* The form of a version, whatever the size of its numbers. */
static bool semver_shape(str text, bool loose, struct semver *out) {
    str s = trim(text);
    size_t at = 0;
    if (loose) {
        for (size_t k; at < s.len && (s.at[at] == 'v' || s.at[at] == '=' || (k = space_at(s, at)) != 0);)
            at += s.at[at] == 'v' || s.at[at] == '=' ? 1 : space_at(s, at);
    } else if (s.len && s.at[0] == 'v') at = 1;
    uint64_t *numbers[] = {&out->major, &out->minor, &out->patch};
    for (int i = 0; i < 3; i++) {
        if (i && (at >= s.len || s.at[at++] != '.')) return false;
        size_t k = read_number(s, at, loose);
        if (!k) return false;
        if (loose && i == 2) k = loose_patch(s, at, k);
        if (!to_number(str_of(s.at + at, k), numbers[i])) *numbers[i] = UINT64_MAX;
        at += k;
    }
    out->pre = out->build = str_of(s.at + s.len, 0);
    size_t dash = at < s.len && s.at[at] == '-' ? 1 : 0;
    if (dash || loose) {
        size_t k = read_identifiers(s, at + dash, loose);
        /* "1.2.3-" : the dash is an identifier */
        if (dash && !k && loose) k = read_identifiers(s, at, loose), dash = 0;
        if (dash && !k) return false;
        out->pre = str_of(s.at + at + dash, k);
        if (k) at += dash + k;
    }
    size_t k = read_build(s, at);
    if (k) out->build = str_of(s.at + at + 1, k - 1);
    return at + k == s.len;
}

bool semver_parse(str text, enum semver_flags flags, struct semver *out) {
    return text.len <= MOST_LEN && semver_shape(text, flags & SEMVER_LOOSE, out) &&
           out->major <= MOST && out->minor <= MOST && out->patch <= MOST;
}

/* --- comparing */

static bool is_numeric(str id) {
    for (size_t i = 0; i < id.len; i++)
        if (!is_digit(id.at[i])) return false;
    return id.len > 0;
}
static int cmp_numeric(str a, str b) {
    while (a.len > 1 && a.at[0] == '0') a = str_from(a, 1);
    while (b.len > 1 && b.at[0] == '0') b = str_from(b, 1);
    if (a.len != b.len) return a.len < b.len ? -1 : 1;
    int d = str_cmp(a, b);
    return (d > 0) - (d < 0);
}
static int cmp_u64(uint64_t a, uint64_t b) { return (a > b) - (a < b); }

static int cmp_pre(str a, str b) {
    if (!a.len || !b.len) return (a.len == 0) - (b.len == 0);
    str x, y;
    for (;;) {
        bool more_a = str_next(&a, '.', &x), more_b = str_next(&b, '.', &y);
        if (!more_a || !more_b) return more_a - more_b;
        bool num_a = is_numeric(x), num_b = is_numeric(y);
        int d = num_a && num_b ? cmp_numeric(x, y) : num_a != num_b ? (num_a ? -1 : 1) : str_cmp(x, y);
        if (d) return d < 0 ? -1 : 1;
    }
}

int semver_cmp(const struct semver *a, const struct semver *b) {
    int d = cmp_u64(a->major, b->major);
    if (!d) d = cmp_u64(a->minor, b->minor);
    if (!d) d = cmp_u64(a->patch, b->patch);
    return d ? d : cmp_pre(a->pre, b->pre);
}

void semver_print(struct buf *out, const struct semver *v) {
    buf_print(out, "%llu.%llu.%llu", (unsigned long long)v->major, (unsigned long long)v->minor,
              (unsigned long long)v->patch);
    str rest = v->pre, id;
    for (char before = '-'; v->pre.len && str_next(&rest, '.', &id); before = '.') {
        while (id.len > 1 && id.at[0] == '0' && is_numeric(id)) id = str_from(id, 1);      /* loose ones */
        buf_print(out, "%c%.*s", before, STR_FMT(id));
    }
}

bool semver_satisfies(str v, str range, enum semver_flags flags) {
    struct arena a = {0};
    struct semver version;
    struct semver_range *r = semver_range_parse(&a, range, flags);
    bool has = r && semver_parse(v, flags, &version) && semver_range_has(r, &version, flags);
    arena_free(&a);
    return has;
}

/* --- ranges. node-semver reads a range by rewriting its text step by step: carets, tildes and x-ranges become plain
 * comparators, which are then read. Odd ranges mean what they mean there only when the steps are the same ones. */

struct partial {
    str part[3];                    /* digits, "x", "X" or "*"; empty when absent */
    str pre;                        /* without '-' */
};

/* "1", "1.x", "=v1.2.3-beta+build": bytes taken, 0 = no match. */
static size_t read_partial(str s, size_t at, bool loose, struct partial *p) {
    size_t i = at;
    *p = (struct partial){0};
    while (i < s.len && (s.at[i] == 'v' || s.at[i] == '=' || s.at[i] == ' ')) i++;
    for (int n = 0; n < 3; n++) {
        size_t from = i + (n > 0);
        if (n && (i >= s.len || s.at[i] != '.')) return i - at;
        size_t k = from < s.len && is_x(s.at[from]) ? 1 : read_number(s, from, loose);
        if (!k) return n ? i - at : 0;
        if (loose && n == 2 && !is_x(s.at[from])) k = loose_patch(s, from, k);
        p->part[n] = str_of(s.at + from, k);
        i = from + k;
    }
    size_t dash = i < s.len && s.at[i] == '-' ? 1 : 0, k = dash || loose ? read_identifiers(s, i + dash, loose) : 0;
    if (dash && !k && loose) k = read_identifiers(s, i, loose), dash = 0;
    if (k) {
        p->pre = str_of(s.at + i + dash, k);
        i += dash + k;
    }
    return i + read_build(s, i) - at;
}

static bool is_wild(str part) { return !part.len || is_x(part.at[0]); }
static bool is_zero(str part) { return str_is(part, "0"); }

struct steps {
    struct arena *a;
    bool loose, with_pre;
    const char *low;                /* what makes a lower bound take prereleases: "-0" or "" */
};

/* The number after `digits`, as text. One past what is safe is refused later, one that JavaScript prints with an
 * exponent is no version at all, as it is there. */
static str next(const struct steps *st, str digits) {
    uint64_t n;
    while (digits.len > 1 && digits.at[0] == '0') digits = str_from(digits, 1);
    if (digits.len > 16 || !to_number(digits, &n)) {
        double big = strtod(arena_c(st->a, digits), NULL);
        if (big < 1e21) return STR("99999999999999999999");
        for (int places = 0;; places++) {           /* the fewest that tell it from others */
            str said = arena_print(st->a, "%.*e", places, big);
            if (places == 16 || strtod(arena_c(st->a, said), NULL) == big) return said;
        }
    }
    return arena_print(st->a, "%llu", (unsigned long long)n + 1);
}

#define S(x) STR_FMT(x)

static str caret(const struct steps *st, str c) {
    struct partial p;
    if (!c.len || c.at[0] != '^' || read_partial(c, 1, st->loose, &p) + 1 != c.len || c.len == 1) return c;
    str M = p.part[0], m = p.part[1], t = p.part[2];
    if (is_wild(M)) return STR("");
    if (is_wild(m)) return arena_print(st->a, ">=%.*s.0.0%s <%.*s.0.0-0", S(M), st->low, S(next(st, M)));
    if (is_wild(t)) {
        if (is_zero(M))
            return arena_print(st->a, ">=%.*s.%.*s.0%s <%.*s.%.*s.0-0", S(M), S(m), st->low, S(M), S(next(st, m)));
        return arena_print(st->a, ">=%.*s.%.*s.0%s <%.*s.0.0-0", S(M), S(m), st->low, S(next(st, M)));
    }
    str from = arena_print(st->a, ">=%.*s.%.*s.%.*s%s%.*s", S(M), S(m), S(t), p.pre.len ? "-" : "", S(p.pre));
    if (!is_zero(M)) return arena_print(st->a, "%.*s <%.*s.0.0-0", S(from), S(next(st, M)));
    if (!is_zero(m)) return arena_print(st->a, "%.*s <%.*s.%.*s.0-0", S(from), S(M), S(next(st, m)));
    return arena_print(st->a, "%.*s <%.*s.%.*s.%.*s-0", S(from), S(M), S(m), S(next(st, t)));
}

static str tilde(const struct steps *st, str c) {
    struct partial p;
    size_t at = c.len > 1 && c.at[0] == '~' ? (c.at[1] == '>' ? 2 : 1) : 0,
           k = at ? read_partial(c, at, st->loose, &p) : 0;
    if (!k || at + k != c.len) return c;
    str M = p.part[0], m = p.part[1], t = p.part[2];
    if (is_wild(M)) return STR("");
    if (is_wild(m)) return arena_print(st->a, ">=%.*s.0.0%s <%.*s.0.0-0", S(M), st->low, S(next(st, M)));
    str to = arena_print(st->a, "<%.*s.%.*s.0-0", S(M), S(next(st, m)));
    if (is_wild(t)) return arena_print(st->a, ">=%.*s.%.*s.0%s %.*s", S(M), S(m), st->low, S(to));
    return arena_print(st->a, ">=%.*s.%.*s.%.*s%s%.*s %.*s", S(M), S(m), S(t), p.pre.len ? "-" : "", S(p.pre), S(to));
}

/* "<", ">", "=", "<=", ">=" or nothing */
static size_t read_op(str s, size_t at) {
    size_t i = at;
    if (i < s.len && (s.at[i] == '<' || s.at[i] == '>')) i++;
    if (i < s.len && s.at[i] == '=') i++;
    return i - at;
}

static str x_range(const struct steps *st, str c) {
    struct partial p;
    str op = str_upto(c, read_op(c, 0));
    size_t k = read_partial(c, op.len, st->loose, &p);
    if (!k || op.len + k != c.len) return c;
    str M = p.part[0], m = p.part[1], t = p.part[2];
    bool xM = is_wild(M), xm = xM || is_wild(m), any = xm || is_wild(t);
    if ((xM && !is_wild(m)) || (is_wild(m) && t.len && !is_wild(t))) return c;
    if (str_is(op, "=") && any) op = STR("");
    if (xM) return str_is(op, ">") || str_is(op, "<") ? STR("<0.0.0-0") : STR("*");
    if (op.len && any) {
        const char *low = st->low;
        if (xm) m = STR("0");
        bool up = str_is(op, ">") || str_is(op, "<=");
        if (up && xm) M = next(st, M);
        else if (up) m = next(st, m);
        if (up) op = str_is(op, ">") ? STR(">=") : STR("<");
        if (str_is(op, "<")) low = "-0";
        return arena_print(st->a, "%.*s%.*s.%.*s.0%s", S(op), S(M), S(m), low);
    }
    if (xm) return arena_print(st->a, ">=%.*s.0.0%s <%.*s.0.0-0", S(M), st->low, S(next(st, M)));
    if (any) return arena_print(st->a, ">=%.*s.%.*s.0%s <%.*s.%.*s.0-0", S(M), S(m), st->low, S(M), S(next(st, m)));
    return c;
}

/* The first "[<>]=? *[*]" goes. */
static str without_star(const struct steps *st, str c) {
    for (size_t i = 0; i < c.len; i++) {
        size_t k = read_op(c, i), j = i + k;
        while (j < c.len && c.at[j] == ' ') j++;
        if (j < c.len && c.at[j] == '*') return arena_join(st->a, str_upto(c, i), str_from(c, j + 1));
    }
    return c;
}

static str hyphen(const struct steps *st, str whole) {
    struct partial f, t;
    str s = trim(whole);
    size_t i = read_partial(s, 0, st->loose, &f), j, k;
    if (!i || !str_starts(str_from(s, i), STR(" - "))) return whole;
    j = i + 3;
    k = read_partial(s, j, st->loose, &t);
    if (!k || j + k != s.len) return whole;     /* space at its ends counts: what a build left behind is any version */
    str from = str_upto(s, i), to = str_from(s, j), *a = f.part, *b = t.part;
    if (is_wild(a[0])) from = STR("");
    else if (is_wild(a[1])) from = arena_print(st->a, ">=%.*s.0.0%s", S(a[0]), st->low);
    else if (is_wild(a[2])) from = arena_print(st->a, ">=%.*s.%.*s.0%s", S(a[0]), S(a[1]), st->low);
    else from = arena_print(st->a, ">=%.*s%s", S(from), f.pre.len ? "" : st->low);
    if (is_wild(b[0])) to = STR("");
    else if (is_wild(b[1])) to = arena_print(st->a, "<%.*s.0.0-0", S(next(st, b[0])));
    else if (is_wild(b[2])) to = arena_print(st->a, "<%.*s.%.*s.0-0", S(b[0]), S(next(st, b[1])));
    else if (t.pre.len) to = arena_print(st->a, "<=%.*s.%.*s.%.*s-%.*s", S(b[0]), S(b[1]), S(b[2]), S(t.pre));
    else if (st->with_pre) to = arena_print(st->a, "<%.*s.%.*s.%.*s-0", S(b[0]), S(b[1]), S(next(st, b[2])));
    else to = arena_print(st->a, "<=%.*s", S(to));
    return trim(arena_print(st->a, "%.*s %.*s", S(from), S(to)));
}

/* "1.2.3-beta" by loose rules, else "1.x" by strict ones: the end of what an operator may be joined to. */
static size_t version_end(str s, size_t at) {
    size_t i = at;
    for (int n = 0; n < 3; n++) {
        size_t k = (n && (i >= s.len || s.at[i] != '.')) ? 0 : read_number(s, i + (n > 0), true);
        struct partial p;
        if (!k) return at + read_partial(s, at, false, &p);
        i += k + (n > 0);
    }
    size_t dash = i < s.len && s.at[i] == '-' ? 1 : 0, k = read_identifiers(s, i + dash, true);
    if (dash && !k) k = read_identifiers(s, i, true), dash = 0;
    if (k) i += dash + k;
    return i + read_build(s, i);
}

/* "> 1.2.3" -> ">1.2.3" */
static str join_operators(const struct steps *st, str s) {
    struct buf out = {0};
    size_t copied = 0;
    for (size_t at = 0; at < s.len;) {
        size_t start = at;
        char c = s.at[at];
        if (c == '<' || c == '>') at++;
        else if (c != 'v' && c != '=' && c != ' ' && !is_digit(c) && !is_x(c)) {
            at++;
            continue;
        }
        while (at < s.len && (s.at[at] == 'v' || s.at[at] == '=' || s.at[at] == ' ')) at++;
        if (at >= s.len || (!is_digit(s.at[at]) && !is_x(s.at[at]))) continue;
        size_t gap = start + (s.at[start] == ' ');
        gap += read_op(s, gap);
        if (gap < s.len && s.at[gap] == ' ') {
            buf_add(&out, str_cut(s, copied, gap));
            copied = gap + 1;
        }
        at = version_end(s, at);
    }
    buf_add(&out, str_from(s, copied));
    str joined = arena_str(st->a, buf_view(&out));
    buf_free(&out);
    return joined;
}

/* "~ 1" -> "~1", "~> 1" -> "~1"; "^ 1" -> "^1" */
static str join_sign(const struct steps *st, str s, char sign) {
    struct buf out = {0};
    for (size_t at = 0; at < s.len;) {
        size_t k = s.at[at] != sign ? 0 : sign == '~' && at + 1 < s.len && s.at[at + 1] == '>' ? 2 : 1, end = at + k;
        if (k && end < s.len && s.at[end] == ' ') end++;        /* one: where a build stood there may be two */
        if (k && end > at + k) {
            buf_add_char(&out, sign);
            at = end;
        } else buf_add_char(&out, s.at[at++]);
    }
    str joined = arena_str(st->a, buf_view(&out));
    buf_free(&out);
    return joined;
}

static str without_builds(const struct steps *st, str s) {
    struct buf out = {0};
    for (size_t at = 0; at < s.len;) {
        size_t k = read_build(s, at);
        if (k) at += k;
        else buf_add_char(&out, s.at[at++]);
    }
    str rest = arena_str(st->a, buf_view(&out));
    buf_free(&out);
    return rest;
}

static str each_word(const struct steps *st, str text, str (*step)(const struct steps *, str)) {
    struct buf out = {0};
    str rest = trim(text), word;
    while (str_next(&rest, ' ', &word)) {
        if (out.len) buf_add_char(&out, ' ');
        buf_add(&out, step(st, word));
        while (rest.len && rest.at[0] == ' ') rest = str_from(rest, 1);
    }
    str all = arena_str(st->a, buf_view(&out));
    buf_free(&out);
    return all;
}

static str plain(const struct steps *st, str c) {
    c = each_word(st, c, caret);
    c = each_word(st, c, tilde);
    c = each_word(st, c, x_range);
    return without_star(st, trim(c));
}

/* One comparator after all steps: 1 read, 0 left out (loose), -1 malformed. */
static int read_bound(const struct steps *st, str c, struct semver_bound *out) {
    *out = (struct semver_bound){.is_any = true};
    if (!c.len || str_is(c, st->with_pre ? ">=0.0.0-0" : ">=0.0.0")) return 1;
    str op = str_upto(c, read_op(c, 0)), v = str_from(c, op.len);
    out->is_any = false;
    out->op = str_is(op, "<") ? SEMVER_LT : str_is(op, "<=") ? SEMVER_LE
            : str_is(op, ">") ? SEMVER_GT : str_is(op, ">=") ? SEMVER_GE : SEMVER_EQ;
    struct semver shape;
    bool safe = semver_parse(v, st->loose ? SEMVER_LOOSE : 0, &out->version);
    if (safe && v.len) return 1;
    return st->loose && !semver_shape(v, true, &shape) ? 0 : -1;
}

static bool is_nothing(const struct semver_bound *b) {
    return !b->is_any && b->op == SEMVER_LT && !b->version.major && !b->version.minor && !b->version.patch &&
           str_is(b->version.pre, "0");
}

/* Every run of white space becomes one space. */
static str one_space(struct arena *a, str s) {
    char *p = arena_alloc(a, s.len + 1);
    size_t n = 0;
    for (size_t at = 0, k; at < s.len; at += k) {
        k = space_at(s, at);
        if (!k) {
            p[n++] = s.at[at];
            k = 1;
        } else if (!n || p[n - 1] != ' ') p[n++] = ' ';
    }
    return str_of(p, n);
}

/* Adds the bounds of "1.2.3", "^1.2.3", "~1.2.3", "<1.2.3" and the like, of a whole version with or without prerelease. */
static bool usual_word(str w, struct semver_bound *b, size_t *count) {
    struct semver v;
    size_t n = w.len && (w.at[0] == '^' || w.at[0] == '~') ? 1 : read_op(w, 0);
    char sign = n ? w.at[0] : '=';
    if (n >= w.len || w.len > MOST_LEN / 2 || !is_digit(w.at[n]) || !is_ident(w.at[w.len - 1])) return false;
    if (!semver_parse(str_from(w, n), 0, &v) || v.build.len) return false;
    if (v.major == MOST || v.minor == MOST || v.patch == MOST) return false;
    if (!v.major && !v.minor && !v.patch && n) return false;         /* may be no bound at all, or nothing */
    bool or_equal = n == 2 || sign == '^' || sign == '~', is_below = sign == '<';
    b += *count;
    b[0] = (struct semver_bound){.op = is_below ? (or_equal ? SEMVER_LE : SEMVER_LT)
                                 : sign == '=' ? SEMVER_EQ : or_equal ? SEMVER_GE : SEMVER_GT, .version = v};
    *count += 1;
    if (sign != '^' && sign != '~') return true;
    b[1] = (struct semver_bound){.op = SEMVER_LT, .version = {.pre = STR("0"), .build = STR("")}};
    struct semver *to = &b[1].version;
    if (sign == '~' || (!v.major && v.minor)) to->major = v.major, to->minor = v.minor + 1;
    else if (v.major) to->major = v.major + 1;
    else to->patch = v.patch + 1;
    *count += 1;
    return true;
}

/* As nearly all are written: what the steps make of them is known. False: they have to be taken. */
static bool read_usual(const struct steps *st, str s, struct semver_set *out) {
    size_t n_words = 1;
    str word;
    for (size_t i = 0; i < s.len; i++) n_words += s.at[i] == ' ';
    out->bounds = ARENA_ARRAY(st->a, struct semver_bound, 2 * n_words + 1);
    out->count = 0;
    while (str_next(&s, ' ', &word))
        if (!usual_word(word, out->bounds, &out->count)) return false;
    return out->count > 0;
}

static bool read_set(const struct steps *st, str s, struct semver_set *out) {
    s = trim(s);
    if (read_usual(st, s, out)) return true;
    s = hyphen(st, without_builds(st, s));
    s = join_sign(st, join_sign(st, join_operators(st, s), '~'), '^');
    LIST(struct semver_bound) bounds = {0};
    int state = 1;
    str rest = s, word, sub;
    struct buf all = {0};
    for (bool first = true; str_next(&rest, ' ', &word); first = false) {
        if (!first) buf_add_char(&all, ' ');
        buf_add(&all, plain(st, word));
    }
    str texts = one_space(st->a, buf_view(&all));      /* what became nothing between others is gone */
    buf_free(&all);
    while (state >= 0 && str_next(&texts, ' ', &sub)) {
        struct semver_bound b;
        state = read_bound(st, sub, &b);
        if (state == 1) *LIST_ADD(&bounds) = b;
    }
    size_t kept = 0;
    bool only = false;
    for (size_t i = 0; state >= 0 && i < bounds.len && !only; i++) {
        if (is_nothing(&bounds.at[i])) {
            bounds.at[0] = bounds.at[i];
            only = true;
        }
    }
    for (size_t i = 0; !only && i < bounds.len; i++)
        if (!bounds.at[i].is_any) bounds.at[kept++] = bounds.at[i];
    if (only || (!kept && bounds.len)) kept = 1;
    out->count = kept;
    out->bounds = ARENA_ARRAY(st->a, struct semver_bound, kept + 1);
    if (kept) memcpy(out->bounds, bounds.at, kept * sizeof *bounds.at);
    LIST_FREE(&bounds);
    return state >= 0;
}

struct semver_range *semver_range_parse(struct arena *a, str text, enum semver_flags flags) {
    struct steps st = {a, flags & SEMVER_LOOSE, flags & SEMVER_PRERELEASE, flags & SEMVER_PRERELEASE ? "-0" : ""};
    struct semver_range *range = ARENA_NEW(a, struct semver_range);
    str s = one_space(a, trim(text));
    size_t most = 1;
    for (size_t i = 0; i + 1 < s.len; i++) most += s.at[i] == '|' && s.at[i + 1] == '|';
    range->sets = ARENA_ARRAY(a, struct semver_set, most);
    for (;;) {
        ptrdiff_t bar = str_find(s, STR("||"));
        if (!read_set(&st, bar < 0 ? s : str_upto(s, (size_t)bar), &range->sets[range->count])) return NULL;
        if (range->sets[range->count].count) range->count++;
        if (bar < 0) break;
        s = str_from(s, (size_t)bar + 2);
    }
    for (size_t i = 0; i < range->count && range->count > 1; i++)      /* "*" alone is all: others add no prerelease */
        if (range->sets[i].count == 1 && range->sets[i].bounds->is_any) {
            range->sets[0] = range->sets[i];
            range->count = 1;
        }
    return range->count ? range : NULL;
}

static bool bound_has(const struct semver_bound *b, const struct semver *v) {
    if (b->is_any) return true;
    int d = semver_cmp(v, &b->version);
    switch (b->op) {
    case SEMVER_EQ: return d == 0;
    case SEMVER_LT: return d < 0;
    case SEMVER_LE: return d <= 0;
    case SEMVER_GT: return d > 0;
    case SEMVER_GE: return d >= 0;
    }
    return false;
}

/* A prerelease counts only where a bound of the set names a prerelease of the same major.minor.patch. */
static bool set_has(const struct semver_set *s, const struct semver *v, enum semver_flags flags) {
    for (size_t i = 0; i < s->count; i++)
        if (!bound_has(&s->bounds[i], v)) return false;
    if (!v->pre.len || (flags & SEMVER_PRERELEASE)) return true;
    for (size_t i = 0; i < s->count; i++) {
        const struct semver_bound *b = &s->bounds[i];
        if (b->is_any || !b->version.pre.len) continue;
        if (b->version.major == v->major && b->version.minor == v->minor && b->version.patch == v->patch) return true;
    }
    return false;
}

bool semver_range_has(const struct semver_range *r, const struct semver *v, enum semver_flags flags) {
    for (size_t i = 0; i < r->count; i++)
        if (set_has(&r->sets[i], v, flags)) return true;
    return false;
}
