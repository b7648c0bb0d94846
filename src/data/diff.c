#include "data/diff.h"

#include "base/map.h"
#include "base/mem.h"

enum { MOST_COST = 8000 };          /* steps of one search, in each direction */

struct search {
    const uint32_t *a, *b;           /* lines by number: equal ones have the same */
    bool *a_changed, *b_changed;
    ptrdiff_t *forward, *backward;   /* how far each diagonal was followed, from both ends */
    ptrdiff_t origin;                /* of diagonals in both */
};

/* A point on a shortest way through (a0..a1, b0..b1), whose corners differ; false: it is too far. */
static bool find_middle(struct search *s, ptrdiff_t a0, ptrdiff_t a1, ptrdiff_t b0, ptrdiff_t b1, ptrdiff_t *x,
                        ptrdiff_t *y) {
    ptrdiff_t n = a1 - a0, m = b1 - b0, delta = n - m, most = (n + m + 1) / 2;
    ptrdiff_t *f = s->forward + s->origin, *r = s->backward + s->origin;
    if (most > MOST_COST) most = MOST_COST;
    f[1] = r[1] = 0;
    for (ptrdiff_t d = 0; d <= most; d++) {
        for (ptrdiff_t k = -d; k <= d; k += 2) {
            ptrdiff_t i = k == -d || (k != d && f[k - 1] < f[k + 1]) ? f[k + 1] : f[k - 1] + 1, j = i - k;
            if (i > n || j > m || j < 0) { f[k] = i; continue; }
            while (i < n && j < m && s->a[a0 + i] == s->b[b0 + j]) i++, j++;
            f[k] = i;
            ptrdiff_t c = delta - k;
            if (delta % 2 == 0 || c < -(d - 1) || c > d - 1 || f[k] + r[c] < n) continue;
            *x = a0 + i;
            *y = b0 + j;
            return true;
        }
        for (ptrdiff_t k = -d; k <= d; k += 2) {
            ptrdiff_t i = k == -d || (k != d && r[k - 1] < r[k + 1]) ? r[k + 1] : r[k - 1] + 1, j = i - k;
            if (i > n || j > m || j < 0) { r[k] = i; continue; }
            while (i < n && j < m && s->a[a1 - 1 - i] == s->b[b1 - 1 - j]) i++, j++;
            r[k] = i;
            ptrdiff_t c = delta - k;
            if (delta % 2 != 0 || c < -d || c > d || r[k] + f[c] < n) continue;
            *x = a1 - i;
            *y = b1 - j;
            return true;
        }
    }
    return false;
}

static void compare(struct search *s, ptrdiff_t a0, ptrdiff_t a1, ptrdiff_t b0, ptrdiff_t b1) {
    while (a0 < a1 && b0 < b1 && s->a[a0] == s->b[b0]) a0++, b0++;
    while (a0 < a1 && b0 < b1 && s->a[a1 - 1] == s->b[b1 - 1]) a1--, b1--;
    ptrdiff_t x, y;
    bool is_plain = a0 == a1 || b0 == b1 || !find_middle(s, a0, a1, b0, b1, &x, &y) ||
                    (x == a0 && y == b0) || (x == a1 && y == b1);
    if (is_plain) {
        memset(s->a_changed + a0, true, (size_t)(a1 - a0));
        memset(s->b_changed + b0, true, (size_t)(b1 - b0));
        return;
    }
    compare(s, a0, x, b0, y);
    compare(s, x, a1, y, b1);
}

static void split(struct arena *a, str text, struct diff_side *out) {
    size_t n = 0;
    for (size_t i = 0; i < text.len; i++) n += text.at[i] == '\n';
    out->lines = ARENA_ARRAY(a, str, n + 2);
    out->is_changed = ARENA_ARRAY(a, bool, n + 2);
    out->count = 0;
    while (text.len) {
        ptrdiff_t end = str_find_char(text, '\n');
        size_t len = end < 0 ? text.len : (size_t)end + 1;
        out->lines[out->count++] = str_upto(text, len);
        text = str_from(text, len);
    }
}

static uint32_t *number(struct map *known, const struct diff_side *side) {
    uint32_t *out = NEW_ARRAY(uint32_t, side->count + 1);
    for (size_t i = 0; i < side->count; i++) {
        uintptr_t id = (uintptr_t)map_get(known, side->lines[i]);
        if (!id) map_put(known, side->lines[i], (void *)(id = known->count + 1));
        out[i] = (uint32_t)id;
    }
    return out;
}

void diff_lines(struct arena *a, str from, str to, struct diff *out) {
    struct map known = {0};
    *out = (struct diff){0};
    split(a, from, &out->from);
    split(a, to, &out->to);
    uint32_t *x = number(&known, &out->from), *y = number(&known, &out->to);
    size_t n = out->from.count, m = out->to.count, reach = n + m + 3;
    if (reach > MOST_COST + 3) reach = MOST_COST + 3;
    struct search s = {
        .a = x, .b = y, .a_changed = out->from.is_changed, .b_changed = out->to.is_changed,
        .forward = NEW_ARRAY(ptrdiff_t, 2 * reach + 1), .backward = NEW_ARRAY(ptrdiff_t, 2 * reach + 1),
        .origin = (ptrdiff_t)reach,
    };
    compare(&s, 0, (ptrdiff_t)n, 0, (ptrdiff_t)m);
    for (size_t i = 0; i < n; i++) out->n_deleted += out->from.is_changed[i];
    for (size_t i = 0; i < m; i++) out->n_added += out->to.is_changed[i];
    mem_free(x);
    mem_free(y);
    mem_free(s.forward);
    mem_free(s.backward);
    map_free(&known);
}

/* --- hunks */

static void add_line(struct buf *out, char mark, str line) {
    buf_add_char(out, mark);
    buf_add(out, line);
    if (!str_ends(line, STR("\n"))) buf_lit(out, "\n\\ No newline at end of file\n");
}

/* Lines i..i_end and k..k_end, which begin and end with what is in both (or at an end of a text). */
static void print_hunk(const struct diff *d, size_t i, size_t i_end, size_t k, size_t k_end, struct buf *out) {
    size_t n = i_end - i, m = k_end - k;
    buf_print(out, "@@ -%zu,%zu +%zu,%zu @@\n", i + (n > 0), n, k + (m > 0), m);
    while (i < i_end || k < k_end) {
        if (i < i_end && d->from.is_changed[i]) add_line(out, '-', d->from.lines[i++]);
        else if (k < k_end && d->to.is_changed[k]) add_line(out, '+', d->to.lines[k++]);
        else {
            add_line(out, ' ', d->from.lines[i++]);
            k++;
        }
    }
}

void diff_print(const struct diff *d, size_t context, struct buf *out) {
    size_t i = 0, k = 0, start_i = 0, start_k = 0, same = 0;         /* same: lines in both since the last change */
    bool is_open = false;
    while (i < d->from.count || k < d->to.count) {
        bool changes = (i < d->from.count && d->from.is_changed[i]) || (k < d->to.count && d->to.is_changed[k]);
        if (changes && !is_open) {
            size_t before = same < context ? same : context;
            start_i = i - before;
            start_k = k - before;
            is_open = true;
        }
        if (changes) {
            while (i < d->from.count && d->from.is_changed[i]) i++;
            while (k < d->to.count && d->to.is_changed[k]) k++;
            same = 0;
            continue;
        }
        i++, k++, same++;
        if (is_open && same > 2 * context) {
            print_hunk(d, start_i, i - same + context, start_k, k - same + context, out);
            is_open = false;
        }
    }
    if (!is_open) return;
    size_t over = same > context ? same - context : 0;
    print_hunk(d, start_i, i - over, start_k, k - over, out);
}
