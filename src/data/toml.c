/* data/toml.c: a line at a time. What may be said again about a table depends on how it came to be; each table and
 * array of ours remembers that behind its json node. */
#include <math.h>

#include "data/toml.h"

#include "base/diag.h"
#include "base/map.h"
#include "base/must.h"
#include "base/utf8.h"

enum origin {
    IMPLICIT,           /* on the way to a header below it */
    HEADER,             /* [a] */
    DOTTED,             /* on the way of a dotted key */
    CLOSED,             /* { } or [ ] as a value */
    TABLES,             /* an array of [[a]] */
};
struct node {
    struct json json;   /* first: a pointer to it is a pointer to the node */
    enum origin origin;
    struct index *index;            /* of a table with many keys */
};
struct index {
    struct map keys;                /* -> struct json */
    struct index *next;
};

struct reader {
    struct arena *arena;
    str source, file;
    const char *at, *end;
    struct diag *diag;
    int depth;
    struct index *indexes;          /* all of them, to be freed */
};

enum { MOST_DEPTH = 500, SEARCH_UPTO = 16 };

static bool fail(struct reader *r, const char *at, const char *id, const char *what) {
    if (r->diag) diag_add(r->diag, DIAG_ERROR, id, r->file, r->source, (size_t)(at - r->source.at), 1, "%s", what);
    return false;
}

static struct node *new_node(struct reader *r, enum json_kind kind, enum origin origin) {
    struct node *n = ARENA_NEW(r->arena, struct node);
    n->json.kind = kind;
    n->json.at = (uint32_t)(r->at - r->source.at);
    n->origin = origin;
    return n;
}

static struct node *node_of(struct json *value) { return (struct node *)value; }

static struct json *find(const struct node *table, str key) {
    return table->index ? map_get(&table->index->keys, key) : json_get(&table->json, key);
}

/* A key that the table does not have yet. */
static void put(struct reader *r, struct node *table, str key, struct json *value) {
    struct json *o = &table->json;
    value->key = key;
    json_append(o, value);
    if (o->count == SEARCH_UPTO + 1) {
        table->index = ARENA_NEW(r->arena, struct index);
        table->index->next = r->indexes;
        r->indexes = table->index;
        for JSON_EACH(member, o) map_put(&table->index->keys, member->key, member);
    } else if (table->index) map_put(&table->index->keys, key, value);
}

static bool is_bare(char c) {
    return (c >= '0' && c <= '9') || ((c | 32) >= 'a' && (c | 32) <= 'z') || c == '_' || c == '-';
}
static bool is_digit(char c) { return c >= '0' && c <= '9'; }
static bool is_at(struct reader *r, char c) { return r->at < r->end && *r->at == c; }
static bool starts(struct reader *r, const char *with) {
    return str_starts(str_of(r->at, (size_t)(r->end - r->at)), str_c(with));
}

static void skip_blank(struct reader *r) {
    while (r->at < r->end && (*r->at == ' ' || *r->at == '\t')) r->at++;
}

static bool skip_comment(struct reader *r) {
    if (!is_at(r, '#')) return true;
    for (; r->at < r->end && *r->at != '\n'; r->at++) {
        bool is_line_end = *r->at == '\r' && r->at + 1 < r->end && r->at[1] == '\n';
        if (((uint8_t)*r->at < 0x20 && *r->at != '\t' && !is_line_end) || *r->at == 0x7f)
            return fail(r, r->at, "toml-control", "control characters are not allowed in a comment");
    }
    return true;
}

static bool take_line_end(struct reader *r) {
    if (is_at(r, '\n')) r->at++;
    else if (starts(r, "\r\n")) r->at += 2;
    else return false;
    return true;
}

/* White space, comments and line ends, as between the elements of an array. */
static bool skip_lines(struct reader *r) {
    do {
        skip_blank(r);
        if (!skip_comment(r)) return false;
    } while (take_line_end(r));
    return true;
}

static bool end_line(struct reader *r) {
    skip_blank(r);
    if (!skip_comment(r)) return false;
    return r->at == r->end || take_line_end(r) || fail(r, r->at, "toml-line", "the line was expected to end here");
}

/* --- strings */

static bool read_escape(struct reader *r, char **to) {
    static const char simple[] = "b\bt\tn\nf\fr\r\"\"\\\\";
    const char *start = r->at++;
    if (r->at == r->end) return fail(r, start, "toml-string", "this string is never closed");
    char c = *r->at++;
    for (size_t i = 0; i + 1 < sizeof simple; i += 2) {
        if (simple[i] != c) continue;
        *(*to)++ = simple[i + 1];
        return true;
    }
    if (c != 'u' && c != 'U') return fail(r, start, "toml-escape", "there is no such escape in TOML");
    uint32_t code = 0;
    for (int left = c == 'u' ? 4 : 8; left > 0; left--, r->at++) {
        char x = r->at < r->end ? *r->at : 0;
        int digit = is_digit(x) ? x - '0' : (x | 32) >= 'a' && (x | 32) <= 'f' ? (x | 32) - 'a' + 10 : -1;
        if (digit < 0 || code > 0x10ffff)
            return fail(r, start, "toml-escape", "hexadecimal digits of a character must follow here");
        code = code << 4 | (uint32_t)digit;
    }
    if (code > 0x10ffff || (code >= 0xd800 && code < 0xe000))
        return fail(r, start, "toml-escape", "this is no Unicode character");
    *to = utf8_put(*to, code);
    return true;
}

/* A backslash at the end of a line: all white space up to the next character goes. */
static bool skip_folded(struct reader *r) {
    const char *p = r->at + 1;
    while (p < r->end && (*p == ' ' || *p == '\t')) p++;
    if (p == r->end || (*p != '\n' && !(*p == '\r' && p + 1 < r->end && p[1] == '\n'))) return false;
    while (p < r->end && (*p == ' ' || *p == '\t' || *p == '\n' || (*p == '\r' && p + 1 < r->end && p[1] == '\n'))) p++;
    r->at = p;
    return true;
}

static bool read_string(struct reader *r, str *out) {       /* at the opening quote */
    const char *start = r->at;
    char quote = *start;
    bool is_basic = quote == '"', is_long = r->end - r->at >= 3 && r->at[1] == quote && r->at[2] == quote;
    r->at += is_long ? 3 : 1;
    if (is_long) take_line_end(r);
    const char *stop = r->at;        /* about where it ends: no text is longer than its spelling */
    while (stop < r->end &&
           !(*stop == quote && (!is_long || (r->end - stop > 2 && stop[1] == quote && stop[2] == quote))) &&
           (is_long || *stop != '\n'))
        stop += *stop == '\\' && is_basic && stop + 1 < r->end ? 2 : 1;
    char *text = arena_alloc(r->arena, (size_t)(stop - r->at) + 8), *to = text;
    for (;;) {
        if (r->at == r->end) return fail(r, start, "toml-string", "this string is never closed");
        char c = *r->at;
        if (c == quote && !is_long) {
            r->at++;
            break;
        }
        if (c == quote) {
            size_t n = 0;
            while (r->at + n < r->end && r->at[n] == quote && n < 5) n++;
            r->at += n;
            for (size_t keep = n < 3 ? n : n - 3; keep > 0; keep--) *to++ = quote;
            if (n >= 3) break;
            continue;
        }
        if (c == '\\' && is_basic) {
            if (is_long && skip_folded(r)) continue;
            if (!read_escape(r, &to)) return false;
            continue;
        }
        if (c == '\n' || (c == '\r' && starts(r, "\r\n"))) {
            if (!is_long) return fail(r, start, "toml-string", "this string is not closed on its line");
        } else if (((uint8_t)c < 0x20 && c != '\t') || c == 0x7f) {
            return fail(r, r->at, "toml-control", "control characters must be escaped");
        }
        *to++ = c;
        r->at++;
    }
    *out = str_of(text, (size_t)(to - text));
    return true;
}

/* --- keys */

static bool read_key(struct reader *r, str *key) {
    skip_blank(r);
    if (is_at(r, '"') || is_at(r, '\'')) {
        if (r->end - r->at >= 3 && r->at[1] == *r->at && r->at[2] == *r->at)
            return fail(r, r->at, "toml-key", "a key cannot be a string of several lines");
        return read_string(r, key);
    }
    const char *start = r->at;
    while (r->at < r->end && is_bare(*r->at)) r->at++;
    *key = str_of(start, (size_t)(r->at - start));
    return r->at > start || fail(r, start, "toml-key", "a key was expected here");
}

static bool take_dot(struct reader *r) {
    skip_blank(r);
    if (!is_at(r, '.')) return false;
    r->at++;
    return true;
}

static struct node *add(struct reader *r, struct node *table, str key, enum json_kind kind, enum origin origin) {
    struct node *n = new_node(r, kind, origin);
    put(r, table, key, &n->json);
    return n;
}

/* --- values */

static bool read_value(struct reader *r, struct json **out);

static bool read_array(struct reader *r, struct json **out) {
    struct node *array = new_node(r, JSON_ARRAY, CLOSED);
    const char *start = r->at++;
    *out = &array->json;
    for (bool may_follow = true;;) {
        if (!skip_lines(r)) return false;
        if (r->at == r->end) return fail(r, start, "toml-array", "this array is never closed");
        if (is_at(r, ']')) break;
        if (!may_follow) return fail(r, r->at, "toml-array", "a comma or \"]\" was expected here");
        struct json *value;
        if (!read_value(r, &value)) return false;
        json_add(&array->json, value);
        if (!skip_lines(r)) return false;
        may_follow = is_at(r, ',');
        if (may_follow) r->at++;
    }
    r->at++;
    return true;
}

static bool read_pair(struct reader *r, struct node *table);

static bool read_inline(struct reader *r, struct json **out) {
    struct node *table = new_node(r, JSON_OBJECT, DOTTED);
    const char *start = r->at++;
    *out = &table->json;
    skip_blank(r);
    for (bool is_first = true; !is_at(r, '}') || !is_first; is_first = false) {
        if (!read_pair(r, table)) return false;
        skip_blank(r);
        if (is_at(r, '}')) break;
        if (!is_at(r, ','))
            return fail(r, r->at < r->end ? r->at : start, "toml-inline", "a comma or \"}\" was expected here");
        r->at++;
    }
    r->at++;
    table->origin = CLOSED;
    return true;
}

static bool two(const char *p, int low, int high) {
    int n = is_digit(p[0]) && is_digit(p[1]) ? (p[0] - '0') * 10 + p[1] - '0' : -1;
    return n >= low && n <= high;
}

/* 12:34:56.789: how long it is, 0 when it is none. */
static size_t time_len(const char *p, size_t n) {
    if (n < 8 || !two(p, 0, 23) || p[2] != ':' || !two(p + 3, 0, 59) || p[5] != ':' || !two(p + 6, 0, 60)) return 0;
    size_t len = 8;
    if (n > 9 && p[8] == '.' && is_digit(p[9]))
        for (len = 10; len < n && is_digit(p[len]);) len++;
    return len;
}

static int number_at(const char *p, int n) {
    int value = 0;
    while (n--) value = value * 10 + *p++ - '0';
    return value;
}
static bool is_leap(int year) { return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0; }

static size_t date_len(const char *p, size_t n) {
    static const int days[] = {31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    if (n < 10 || !two(p, 0, 99) || !two(p + 2, 0, 99) || p[4] != '-' || !two(p + 5, 1, 12) || p[7] != '-') return 0;
    int year = number_at(p, 4), month = number_at(p + 5, 2);
    return two(p + 8, 1, month == 2 && !is_leap(year) ? 28 : days[month - 1]) ? 10 : 0;
}

/* A date, a time or both: how long it is, 0 when it is none of them. */
static size_t moment_len(const char *p, size_t n) {
    size_t len = date_len(p, n);
    if (!len) return time_len(p, n);
    if (n == len || (p[len] != 'T' && p[len] != 't' && p[len] != ' ')) return len;
    size_t time = time_len(p + len + 1, n - len - 1);
    if (!time) return p[len] == ' ' ? len : 0;
    len += 1 + time;
    if (n > len && (p[len] | 32) == 'z') return len + 1;
    if (n > len && (p[len] == '+' || p[len] == '-'))
        return n - len >= 6 && two(p + len + 1, 0, 23) && p[len + 3] == ':' && two(p + len + 4, 0, 59) ? len + 6 : 0;
    return len;
}

/* Digits of `base` with single underscores between them; writes them without. */
static bool read_digits(const char **p, const char *end, int base, char **to) {
    bool was_digit = false;
    for (; *p < end; (*p)++) {
        char c = **p;
        int digit = is_digit(c) ? c - '0' : (c | 32) >= 'a' && (c | 32) <= 'f' ? (c | 32) - 'a' + 10 : 99;
        if (c == '_' && was_digit && *p + 1 < end && (*p)[1] != '_') {
            was_digit = false;
            continue;
        }
        if (digit >= base) break;
        *(*to)++ = c;
        was_digit = true;
    }
    return was_digit;
}

static bool read_number(struct reader *r, struct json *value) {
    const char *start = r->at, *p = start;
    char *text = arena_alloc(r->arena, 80), *to = text, *digits;
    const char *stop = p;
    while (stop < r->end && stop - p < 72 && (is_bare(*stop) || *stop == '+' || *stop == '.')) stop++;
    bool is_signed = p < stop && (*p == '+' || *p == '-');
    if (is_signed && *p++ == '-') *to++ = '-';
    value->kind = JSON_NUMBER;
    str word = str_of(p, (size_t)(stop - p));
    if (str_is(word, "inf") || str_is(word, "nan")) {
        value->number = word.at[0] == 'n' ? (double)NAN : to > text ? -(double)INFINITY : (double)INFINITY;
        if (word.at[0] == 'i') value->text = to > text ? STR("-1e999") : STR("1e999"); /* what JSON reads as the same */
        r->at = stop;
        return true;
    }
    int base = word.len > 2 && p[0] == '0' && !is_signed ? (p[1] == 'x'   ? 16
                                                            : p[1] == 'o' ? 8
                                                            : p[1] == 'b' ? 2
                                                                          : 10)
                                                         : 10;
    if (base != 10) p += 2;
    digits = to;
    bool is_right = read_digits(&p, stop, base, &to), is_float = false;
    if (base == 10) {
        if (to - digits > 1 && *digits == '0') is_right = false;
        if (is_right && p < stop && *p == '.') {
            *to++ = *p++;
            is_float = true;
            is_right = p < stop && is_digit(*p) && read_digits(&p, stop, 10, &to);
        }
        if (is_right && p < stop && (*p | 32) == 'e') {
            *to++ = *p++;
            is_float = true;
            if (p < stop && (*p == '+' || *p == '-')) *to++ = *p++;
            is_right = p < stop && is_digit(*p) && read_digits(&p, stop, 10, &to);
        }
    }
    if (!is_right || p != stop) return fail(r, start, "toml-value", "a value was expected here");
    *to = 0;
    r->at = stop;
    if (is_float) {
        value->number = strtod(text, NULL);
        value->text = str_of(text, (size_t)(to - text));
        return true;
    }
    uint64_t n = 0, limit = text[0] == '-' ? (uint64_t)1 << 63 : INT64_MAX;
    for (const char *d = digits; d < to; d++) {
        uint64_t digit = (uint64_t)(is_digit(*d) ? *d - '0' : (*d | 32) - 'a' + 10);
        if (n > (limit - digit) / (uint64_t)base)
            return fail(r, start, "toml-range", "this integer does not fit into 64 bits");
        n = n * (uint64_t)base + digit;
    }
    value->number = text[0] == '-' ? -(double)n : (double)n;
    value->text = arena_print(r->arena, "%s%llu", text[0] == '-' && n ? "-" : "", (unsigned long long)n);
    return true;
}

static bool read_value(struct reader *r, struct json **out) {
    if (r->at == r->end) return fail(r, r->at, "toml-value", "a value was expected here");
    char c = *r->at;
    if (c == '[' || c == '{') {
        if (r->depth == MOST_DEPTH) return fail(r, r->at, "toml-depth", "values are nested too deeply");
        r->depth++;
        bool ok = c == '[' ? read_array(r, out) : read_inline(r, out);
        r->depth--;
        if (ok) (*out)->end = (uint32_t)(r->at - r->source.at);
        return ok;
    }
    struct json *value = ARENA_NEW(r->arena, struct json);
    *out = value;
    value->at = (uint32_t)(r->at - r->source.at);
    size_t moment = moment_len(r->at, (size_t)(r->end - r->at));
    if (c == '"' || c == '\'') {
        value->kind = JSON_STRING;
        if (!read_string(r, &value->text)) return false;
    } else if (moment) {
        value->kind = JSON_STRING;
        value->text = str_of(r->at, moment);
        r->at += moment;
    } else if (c == 't' || c == 'f') {
        value->kind = c == 't' ? JSON_TRUE : JSON_FALSE;
        if (!starts(r, c == 't' ? "true" : "false")) return fail(r, r->at, "toml-value", "a value was expected here");
        r->at += c == 't' ? 4 : 5;
    } else if (!read_number(r, value)) {
        return false;
    }
    value->end = (uint32_t)(r->at - r->source.at);
    if (r->at < r->end && (is_bare(*r->at) || *r->at == '.' || *r->at == ':'))
        return fail(r, r->at, "toml-value", "this does not belong to the value before it");
    return true;
}

/* key = value, into `table` or what dotted keys make below it. */
static bool read_pair(struct reader *r, struct node *table) {
    str key;
    for (;;) {
        skip_blank(r);
        const char *start = r->at;
        if (!read_key(r, &key)) return false;
        struct json *old = find(table, key);
        if (take_dot(r)) {
            if (!old) old = &add(r, table, key, JSON_OBJECT, DOTTED)->json;
            else if (old->kind != JSON_OBJECT || (node_of(old)->origin != DOTTED && node_of(old)->origin != IMPLICIT))
                return fail(r, start, "toml-again", "this was already defined otherwise");
            table = node_of(old);
            table->origin = DOTTED;
            continue;
        }
        if (old) return fail(r, start, "toml-again", "this key was already given a value");
        if (!is_at(r, '=')) return fail(r, r->at, "toml-equals", "an equals sign was expected after the key");
        r->at++;
        skip_blank(r);
        struct json *value;
        if (!read_value(r, &value)) return false;
        value->key_at = (uint32_t)(start - r->source.at);
        put(r, table, key, value);
        return true;
    }
}

/* [a.b] and [[a.b]]: the table that lines below it go into. */
static bool read_header(struct reader *r, struct node *root, struct node **out) {
    bool is_array = starts(r, "[[");
    r->at += is_array ? 2 : 1;
    struct node *table = root;
    for (;;) {
        str key;
        skip_blank(r);
        const char *start = r->at;
        if (!read_key(r, &key)) return false;
        struct json *old = find(table, key);
        struct node *node = old && old->kind >= JSON_ARRAY ? node_of(old) : NULL;
        bool has_more = take_dot(r), is_tables = node && node->origin == TABLES;
        if (has_more) {
            if (!old) table = add(r, table, key, JSON_OBJECT, IMPLICIT);
            else if (is_tables) table = node_of(old->last);
            else if (node && old->kind == JSON_OBJECT && node->origin != CLOSED) table = node;
            else return fail(r, start, "toml-again", "this is no table that can be added to");
            continue;
        }
        if (is_array) {
            if (!old) node = add(r, table, key, JSON_ARRAY, TABLES);
            else if (!is_tables) return fail(r, start, "toml-again", "this was already defined otherwise");
            table = new_node(r, JSON_OBJECT, HEADER);
            json_add(&node->json, &table->json);
        } else {
            if (!old) table = add(r, table, key, JSON_OBJECT, HEADER);
            else if (node && old->kind == JSON_OBJECT && node->origin == IMPLICIT) table = node;
            else return fail(r, start, "toml-again", "this table was already defined");
            table->origin = HEADER;
        }
        break;
    }
    if (!starts(r, is_array ? "]]" : "]"))
        return fail(r, r->at, "toml-header", "the header of this table is not closed");
    r->at += is_array ? 2 : 1;
    *out = table;
    return true;
}

struct json *toml_parse(struct arena *a, str source, struct diag *d, str file) {
    must(source.len < UINT32_MAX);
    struct reader r = {.arena = a, .source = source, .file = file, .diag = d};
    r.at = source.at;
    r.end = source.at + source.len;
    size_t valid = utf8_valid_len(source);
    if (valid < source.len) return fail(&r, source.at + valid, "toml-utf8", "the file is not UTF-8 from here on"), NULL;
    if (str_starts(source, STR("\xef\xbb\xbf"))) r.at += 3;
    struct node *root = new_node(&r, JSON_OBJECT, HEADER), *table = root;
    bool ok = skip_lines(&r);
    while (ok && r.at < r.end) {
        ok = is_at(&r, '[') ? read_header(&r, root, &table) : read_pair(&r, table);
        ok = ok && end_line(&r) && skip_lines(&r);
    }
    for (struct index *i = r.indexes; i; i = i->next) map_free(&i->keys);
    return ok ? &root->json : NULL;
}
