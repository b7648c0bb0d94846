#include "data/spdx.h"

static const char *const ids[] = {
#include "gen/spdx_ids.h"
};

bool spdx_is_id(str text) {
    size_t low = 0, high = sizeof ids / sizeof *ids;
    while (low < high) {
        size_t middle = (low + high) / 2;
        int c = str_cmp(text, str_c(ids[middle]));
        if (!c) return true;
        if (c < 0) high = middle;
        else low = middle + 1;
    }
    return false;
}

enum { DEPTH_MOST = 64 };           /* of parentheses: the text is a stranger's */
struct reading {
    str rest;
    bool (*allows)(void *user, str id);
    void *user;
    unsigned depth;
    bool failed;
};

static bool is_id_char(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '-';
}

/* The next word (letters, digits, '.', '-') or one other character; empty at the end. Looked at, not taken. */
static str peek(struct reading *r) {
    while (r->rest.len && r->rest.at[0] == ' ') r->rest = str_from(r->rest, 1);
    size_t n = 0;
    while (n < r->rest.len && is_id_char(r->rest.at[n])) n++;
    return str_upto(r->rest, n || !r->rest.len ? n : 1);
}

static bool take(struct reading *r, const char *word) {
    str next = peek(r);
    if (!str_is(next, word)) return false;
    r->rest = str_from(r->rest, next.len);
    return true;
}

static bool is_ref(str id) {
    if (str_starts(id, STR("LicenseRef-"))) return id.len > 11;
    return false;
}

static bool read_or(struct reading *r);

/* simple ["+"] ["WITH" exception] | "(" expression ")" */
static bool read_one(struct reading *r) {
    if (take(r, "(")) {
        bool ok = ++r->depth <= DEPTH_MOST && read_or(r);
        r->depth--;
        if (!take(r, ")")) r->failed = true;
        return ok;
    }
    str id = peek(r);
    if (str_starts(id, STR("DocumentRef-")) && r->rest.len > id.len && r->rest.at[id.len] == ':') {
        r->rest = str_from(r->rest, id.len + 1);
        id = peek(r);
        if (!is_ref(id)) r->failed = true;
    }
    r->rest = str_from(r->rest, id.len);
    if (!spdx_is_id(id) && !is_ref(id)) r->failed = true;
    if (r->rest.len && r->rest.at[0] == '+') r->rest = str_from(r->rest, 1);
    if (take(r, "WITH")) {
        str exception = peek(r);
        if (!exception.len || !is_id_char(exception.at[0])) r->failed = true;
        r->rest = str_from(r->rest, exception.len);
    }
    return !r->failed && r->allows(r->user, id);
}

static bool read_and(struct reading *r) {
    bool ok = read_one(r);
    while (!r->failed && take(r, "AND")) ok &= read_one(r);
    return ok;
}

static bool read_or(struct reading *r) {
    bool ok = read_and(r);
    while (!r->failed && take(r, "OR")) ok |= read_and(r);
    return ok;
}

bool spdx_satisfies(str expression, bool (*allows)(void *user, str id), void *user) {
    struct reading r = {.rest = expression, .allows = allows, .user = user};
    bool ok = read_or(&r);
    return ok && !r.failed && !peek(&r).len;
}

static bool any(void *user, str id) { return true; }
bool spdx_is_expression(str text) { return spdx_satisfies(text, any, NULL); }
