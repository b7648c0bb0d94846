/* data/glob.c: a pattern without braces is matched in place, going back to the last star; braces are taken one way
 * after another, spelled out into a buffer. */
#include "data/glob.h"

#include "base/buf.h"
#include "base/utf8.h"

static bool is_glob_char(char c) {
    return c == '*' || c == '?' || c == '[' || c == '{' || c == '\\' || c == '!' || c == '}' || c == ']';
}

bool glob_is_plain(str pattern) {
    for (size_t i = 0; i < pattern.len; i++)
        if (is_glob_char(pattern.at[i])) return false;
    return true;
}

/* --- one segment or a whole pattern without braces */

static const char *skip_char(const char *p, const char *end) {
    utf8_next(&p, end);
    return p;
}

static uint32_t set_char(const char **p, const char *end) {
    if (**p == '\\' && *p + 1 < end) (*p)++;
    return utf8_next(p, end);
}

/* At "[": where the set ends, or NULL when it never does. *is_in tells about `c`. */
static const char *match_set(const char *p, const char *end, uint32_t c, bool *is_in) {
    bool is_not = false, is_first = true;
    *is_in = false;
    if (++p < end && (*p == '^' || *p == '!')) {
        is_not = true;
        p++;
    }
    while (p < end && (*p != ']' || is_first)) {
        is_first = false;
        uint32_t low = set_char(&p, end), high = low;
        if (p + 1 < end && *p == '-' && p[1] != ']') {
            p++;
            high = set_char(&p, end);
        }
        *is_in |= low <= c && c <= high;
    }
    if (p == end) return NULL;
    *is_in ^= is_not;
    return p + 1;
}

/* "**" as a whole segment at `p`: where the next segment starts (or the end); else NULL. */
static const char *globstar(const char *start, const char *p, const char *end) {
    if (end - p < 2 || p[0] != '*' || p[1] != '*' || (p > start && p[-1] != '/')) return NULL;
    while (end - p >= 2 && p[0] == '*' && p[1] == '*') {    /* a run of them is one */
        const char *after = p + 2;
        if (after == end) return end;
        if (*after != '/') return NULL;
        p = after + 1;
    }
    return p;
}

/* The next character of the path against the next of the pattern, which is no star; both move when it fits. */
static bool match_one(const char **p, const char *p_end, const char **s, const char *s_end) {
    const char *pattern = *p, *path = *s;
    uint32_t c = utf8_next(&path, s_end);
    if (*pattern == '?') {
        if (c == '/') return false;
        pattern++;
    } else if (*pattern == '[') {
        bool is_in;
        pattern = match_set(pattern, p_end, c, &is_in);
        if (!pattern || !is_in) return false;
    } else {
        if (*pattern == '\\' && pattern + 1 < p_end) pattern++;
        if (utf8_next(&pattern, p_end) != c) return false;
    }
    *p = pattern;
    *s = path;
    return true;
}

static bool match_plain(str pattern, str path) {
    const char *p = pattern.at, *p_end = p + pattern.len, *s = path.at, *s_end = s + path.len;
    const char *star = NULL, *star_at = NULL, *deep = NULL, *deep_at = NULL;  /* where to go on when it does not fit */
    for (;;) {
        const char *after = p < p_end ? globstar(pattern.at, p, p_end) : NULL;
        if (after) {
            if (after == p_end && p_end[-1] == '*') return true;
            deep = p = after;
            deep_at = s;
            star = NULL;
            continue;
        }
        if (p < p_end && *p == '*') {
            while (p < p_end && *p == '*') p++;
            star = p;
            star_at = s;
            continue;
        }
        if (p == p_end && s == s_end) return true;
        if (p < p_end && s < s_end && match_one(&p, p_end, &s, s_end)) continue;
        if (star && star_at < s_end && *star_at != '/') {
            star_at = skip_char(star_at, s_end);
            p = star;
            s = star_at;
            continue;
        }
        if (!deep) return false;
        while (deep_at < s_end && *deep_at != '/') deep_at++;      /* to the next segment */
        if (deep_at == s_end) return false;
        s = ++deep_at;
        p = deep;
        star = NULL;
    }
}

/* --- braces */

/* The end of the set or escape at `p`, so that what is inside of it is no brace. */
static const char *skip_token(const char *p, const char *end) {
    if (*p == '\\') return end - p > 1 ? p + 2 : end;
    if (*p == '[') {
        bool is_in;
        const char *after = match_set(p, end, 0, &is_in);
        if (after) return after;
    }
    return p + 1;
}

/* At "{": its "}", or NULL. */
static const char *close_of(const char *p, const char *end) {
    int depth = 0;
    while (p < end) {
        if (*p == '{') depth++;
        if (*p == '}' && --depth == 0) return p;
        p = skip_token(p, end);
    }
    return NULL;
}

struct ways {
    str path;
    int left;
};

/* Stars that come to stand beside each other are one: they were no "**" before. */
static void add_part(struct buf *way, str part) {
    bool has_star = way->len && way->at[way->len - 1] == '*' && !(way->len > 1 && way->at[way->len - 2] == '\\');
    while (has_star && part.len && part.at[0] == '*') part = str_from(part, 1);
    buf_add(way, part);
}

static bool match_ways(struct ways *w, str pattern) {
    if (!pattern.len) pattern = STR("");                         /* nothing may be added to a null pointer */
    const char *p = pattern.at, *end = p + pattern.len, *close = NULL;
    while (p < end && !(*p == '{' && (close = close_of(p, end)) != NULL)) p = skip_token(p, end);
    if (!close) return w->left-- > 0 && match_plain(pattern, w->path);
    struct buf way = {0};
    bool is_match = false;
    int depth = 0;
    for (const char *from = p + 1, *q = from; !is_match && w->left > 0 && q <= close;) {
        if (q == close || (*q == ',' && depth == 0)) {
            buf_clear(&way);
            add_part(&way, str_of(pattern.at, (size_t)(p - pattern.at)));
            add_part(&way, str_of(from, (size_t)(q - from)));
            add_part(&way, str_of(close + 1, (size_t)(end - close - 1)));
            is_match = match_ways(w, buf_view(&way));
            from = ++q;
            continue;
        }
        depth += *q == '{' ? 1 : *q == '}' ? -1 : 0;
        q = skip_token(q, close);
    }
    buf_free(&way);
    return is_match;
}

bool glob_match(str pattern, str path) {
    bool is_not = false;
    while (pattern.len && pattern.at[0] == '!') {
        is_not = !is_not;
        pattern = str_from(pattern, 1);
    }
    struct ways w = {.path = path, .left = GLOB_MOST_WAYS};
    return match_ways(&w, pattern) != is_not;
}
