/* data/json_write.c: trees made or changed by hand, and their text. */
#include <math.h>

#include "data/json.h"

#include "base/list.h"
#include "base/map.h"
#include "base/must.h"

struct json *json_new(struct arena *a, enum json_kind kind) {
    struct json *value = ARENA_NEW(a, struct json);
    value->kind = kind;
    return value;
}

struct json *json_new_text(struct arena *a, str text) {
    struct json *value = json_new(a, JSON_STRING);
    value->text = text;
    return value;
}

struct json *json_new_number(struct arena *a, double number) {
    struct json *value = json_new(a, JSON_NUMBER);
    value->number = number;
    return value;
}

static struct json *copy_one(struct arena *a, const struct json *value) {
    struct json *copy = ARENA_NEW(a, struct json);
    *copy = *value;
    copy->next = NULL;
    copy->key = arena_str(a, value->key);
    if (value->kind >= JSON_ARRAY) copy->first = copy->last = NULL, copy->count = 0;
    else if (value->text.at) copy->text = arena_str(a, value->text);
    return copy;
}

struct json *json_copy(struct arena *a, const struct json *value) {
    struct level { const struct json *from; struct json *to; struct level *up; } *level = NULL;
    struct json *root = copy_one(a, value), *to = root;
    const struct json *from = value;
    for (;;) {
        if (from->kind >= JSON_ARRAY && from->first) {
            struct level *deeper = ARENA_NEW(a, struct level);
            *deeper = (struct level){from, to, level};
            level = deeper;
            from = from->first;
        } else {
            while (level && !from->next) from = level->from, level = level->up;
            if (!level) return root;
            from = from->next;
        }
        to = copy_one(a, from);
        json_append(level->to, to);
    }
}

void json_add(struct json *array, struct json *value) {
    must(array->kind == JSON_ARRAY);
    json_append(array, value);
}

void json_set(struct json *object, str key, struct json *value) {
    must(object->kind == JSON_OBJECT);
    value->key = key;
    struct json *before = NULL;
    for JSON_EACH(member, object) {
        if (str_eq(member->key, key)) {
            value->next = member->next;
            if (before) before->next = value;
            else object->first = value;
            if (object->last == member) object->last = value;
            return;
        }
        before = member;
    }
    json_append(object, value);
}

bool json_remove(struct json *object, str key) {
    if (!json_is(object, JSON_OBJECT)) return false;
    struct json *before = NULL;
    bool is_found = false;
    for JSON_EACH(member, object) {
        if (!str_eq(member->key, key)) {
            before = member;
            continue;
        }
        if (before) before->next = member->next;
        else object->first = member->next;
        if (object->last == member) object->last = before;
        object->count--;
        is_found = true;
    }
    return is_found;
}

static int by_key(const void *left, const void *right) {
    const struct json *const *l = left, *const *r = right;
    return str_cmp((*l)->key, (*r)->key);
}

void json_sort_keys(struct json *object) {
    if (!json_is(object, JSON_OBJECT) || object->count < 2) return;
    size_t n = object->count, i = 0;
    struct json **members = mem_alloc(n * sizeof *members);
    for JSON_EACH(member, object) members[i++] = member;
    qsort(members, n, sizeof *members, by_key);
    object->first = object->last = NULL;
    object->count = 0;
    for (i = 0; i < n; i++) json_append(object, members[i]);
    mem_free(members);
}

void json_drop_twins(struct json *object) {
    struct map newest = {0};
    for JSON_EACH(member, object) map_put(&newest, member->key, member);
    if (newest.count < object->count) {
        object->first = object->last = NULL;
        object->count = 0;
        for (struct map_entry *e = map_next(&newest, NULL); e; e = map_next(&newest, e)) json_append(object, e->value);
    }
    map_free(&newest);
}

/* ED A0..BF xx is a surrogate in WTF-8. */
static bool is_surrogate(const unsigned char *p, size_t left) {
    return left >= 3 && p[0] == 0xed && p[1] >= 0xa0 && p[1] < 0xc0 && p[2] >= 0x80 && p[2] < 0xc0;
}

/* What cannot stand in a text as it is, and what a surrogate begins with. */
static const bool is_special[256] = {
    ['"'] = true, ['\\'] = true, [0xed] = true, [0 ... 31] = true,
};

void json_write_text(struct buf *out, str text) {
    buf_add_char(out, '"');
    const unsigned char *p = (const unsigned char *)(text.len ? text.at : ""), *end = p + text.len, *plain = p;
    for (;;) {
        while (p < end && !is_special[*p]) p++;
        if (p == end) break;
        size_t width = 1;
        char escape[8];
        size_t n = 0;
        if (*p == '"' || *p == '\\') {
            escape[n++] = '\\';
            escape[n++] = (char)*p;
        } else if (*p < 0x20) {
            const char *names = "btn\1fr";                  /* \v has none */
            escape[n++] = '\\';
            if (*p >= 8 && *p <= 13 && *p != 11) escape[n++] = names[*p - 8];
            else n += (size_t)snprintf(escape + 1, 7, "u%04x", *p);
        } else if (is_surrogate(p, (size_t)(end - p))) {
            n = (size_t)snprintf(escape, 8, "\\u%04x", 0xd000u | (p[1] & 63u) << 6 | (p[2] & 63u));
            width = 3;
        }
        if (n) {
            buf_add(out, str_of((const char *)plain, (size_t)(p - plain)));
            buf_add(out, str_of(escape, n));
            plain = p + width;
        }
        p += width;
    }
    buf_add(out, str_of((const char *)plain, (size_t)(end - plain)));
    buf_add_char(out, '"');
}

/* ECMA-262 6.1.6.1.20 Number::toString: the shortest digits that read back, laid out by the exponent. */
void json_write_number(struct buf *out, double number) {
    char text[40], digits[24];
    if (!isfinite(number)) {
        buf_lit(out, "null");
        return;
    }
    if (number == 0) {
        buf_add_char(out, '0');
        return;
    }
    int precision = 1;
    for (; precision <= 17; precision++) {
        snprintf(text, sizeof text, "%.*e", precision - 1, number);
        if (strtod(text, NULL) == number) break;
    }
    const char *p = text;
    if (*p == '-') buf_add_char(out, *p++);
    int n = 0;
    for (; *p != 'e'; p++)
        if (*p != '.') digits[n++] = *p;
    int point = (int)strtol(p + 1, NULL, 10) + 1;           /* digits before the decimal point */
    if (point > 21 || point < -5) {
        buf_add_char(out, digits[0]);
        if (n > 1) buf_add_char(out, '.');
        buf_add(out, str_of(digits + 1, (size_t)n - 1));
        buf_print(out, "e%c%d", point > 0 ? '+' : '-', point > 0 ? point - 1 : 1 - point);
    } else if (point <= 0) {
        buf_lit(out, "0.");
        buf_add_many(out, '0', (size_t)-point);
        buf_add(out, str_of(digits, (size_t)n));
    } else if (n <= point) {
        buf_add(out, str_of(digits, (size_t)n));
        buf_add_many(out, '0', (size_t)(point - n));
    } else {
        buf_add(out, str_of(digits, (size_t)point));
        buf_add_char(out, '.');
        buf_add(out, str_of(digits + point, (size_t)(n - point)));
    }
}

static void write_scalar(struct buf *out, const struct json *value) {
    switch (value->kind) {
    case JSON_NULL:   buf_lit(out, "null"); break;
    case JSON_FALSE:  buf_lit(out, "false"); break;
    case JSON_TRUE:   buf_lit(out, "true"); break;
    case JSON_STRING: json_write_text(out, value->text); break;
    case JSON_NUMBER:
        if (value->text.len) buf_add(out, value->text);
        else json_write_number(out, value->number);
        break;
    case JSON_ARRAY:  buf_lit(out, "[]"); break;
    case JSON_OBJECT: buf_lit(out, "{}"); break;
    }
}

static void new_line(struct buf *out, str indent, size_t depth) {
    if (!indent.len) return;
    buf_add_char(out, '\n');
    while (depth--) buf_add(out, indent);
}

void json_write(struct buf *out, const struct json *value, str indent) {
    LIST(const struct json *) parents = {0};
    for (;;) {
        bool is_in_object = parents.len && parents.at[parents.len - 1]->kind == JSON_OBJECT;
        if (is_in_object) {
            json_write_text(out, value->key);
            buf_add(out, indent.len ? STR(": ") : STR(":"));
        }
        if (value->kind >= JSON_ARRAY && value->first) {
            buf_add_char(out, value->kind == JSON_ARRAY ? '[' : '{');
            *LIST_ADD(&parents) = value;
            value = value->first;
        } else {
            write_scalar(out, value);
            while (parents.len && !value->next) {
                value = parents.at[--parents.len];
                new_line(out, indent, parents.len);
                buf_add_char(out, value->kind == JSON_ARRAY ? ']' : '}');
            }
            if (!parents.len) break;
            buf_add_char(out, ',');
            value = value->next;
        }
        new_line(out, indent, parents.len);
    }
    LIST_FREE(&parents);
}

str json_indent(str source) {
    ptrdiff_t open = str_find_char(source, '\n');
    while (open >= 0) {
        size_t at = (size_t)open + 1, n = 0;
        while (at + n < source.len && (source.at[at + n] == ' ' || source.at[at + n] == '\t')) n++;
        if (n) return str_of(source.at + at, n);
        ptrdiff_t next = str_find_char(str_from(source, at), '\n');
        open = next < 0 ? -1 : (ptrdiff_t)at + next;
    }
    return STR("");
}
