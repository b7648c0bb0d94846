/* data/json.h: JSON text <-> a tree in an arena that keeps the order of keys, the spelling of numbers and the place of
 * every value, so that a file can be checked, edited and written back. JSONC (comments, trailing commas) by flags. */
#pragma once
#include "base/arena.h"
#include "base/buf.h"

struct diag;

enum json_kind { JSON_NULL, JSON_FALSE, JSON_TRUE, JSON_NUMBER, JSON_STRING, JSON_ARRAY, JSON_OBJECT };
enum json_flags {
    JSON_STRICT = 0,                /* RFC 8259; a byte-order mark at the start is passed over */
    JSON_COMMENTS = 1,              /* line and block comments where white space may be */
    JSON_TRAILING_COMMAS = 2,       /* one comma after the last member or element */
    JSONC = JSON_COMMENTS | JSON_TRAILING_COMMAS,
};

struct json {
    enum json_kind kind;
    uint32_t count;                 /* of children (array, object) */
    uint32_t at, end;               /* of the value in the source; 0, 0 when it was made here */
    uint32_t key_at;                /* of the key's opening quote, for members */
    struct json *next;              /* the next sibling */
    str key;                        /* for members of an object; without escapes */
    union {
        str text;        /* string: without escapes, WTF-8 when it has lone surrogates; number: its spelling */
        struct json *first;         /* array, object */
    };
    union {
        double number;
        struct json *last;          /* array, object */
    };
};

#define JSON_EACH(child, of) \
    (struct json *child = (of)->first; child; child = child->next) /* for JSON_EACH(m, object) */

/* Reads one value. NULL after adding one error to `d` (which may be NULL) about `file`. Strings without escapes borrow
 * from `source`; all else lives in `a`. Sources are at most 4 GiB. Depth is not limited and costs no stack. */
struct json *json_parse(struct arena *a, str source, enum json_flags flags, struct diag *d, str file);

/* Reading: each takes NULL or the wrong kind and gives "nothing" for it, so that look-ups can be chained. */
struct json *json_get(const struct json *object, str key);        /* the last of that name, as JSON.parse has it */
struct json *json_get_c(const struct json *object, const char *key);
str json_text(const struct json *string);                               /* empty when it is no string */
bool json_is(const struct json *value, enum json_kind kind);
bool json_bool(const struct json *value, bool otherwise);

/* Making and changing: keys and texts are borrowed, nodes live in `a`. */
struct json *json_new(struct arena *a, enum json_kind kind);            /* null, booleans, [] and {} */
struct json *json_new_text(struct arena *a, str text);
struct json *json_new_number(struct arena *a, double number);
struct json *json_copy(struct arena *a, const struct json *value);      /* deep, with its texts */
/* As the last of an array, or of an object: then its key is set, and no member has it. */
static inline void json_append(struct json *parent, struct json *value) {
    if (parent->last) parent->last->next = value;
    else parent->first = value;
    parent->last = value;
    value->next = NULL;
    parent->count++;
}
void json_add(struct json *array, struct json *value);                  /* value must be in no tree yet */
void json_set(struct json *object, str key, struct json *value);    /* in the place of the old one, else at the end */
bool json_remove(struct json *object, str key);
void json_sort_keys(struct json *object);                               /* by bytes, not deep */
void json_drop_twins(struct json *object);        /* of each key the last member, in the place of the first; not deep */

/* Writing. `indent` "" = compact, as JSON.stringify(value); otherwise as JSON.stringify(value, null, indent). */
void json_write(struct buf *out, const struct json *value, str indent);
void json_write_text(struct buf *out, str text);                        /* with quotes; lone surrogates as \udXXX */
void json_write_number(struct buf *out, double number);        /* as JavaScript prints it; null when not finite */

/* Other formats than JSON know more: NaN (a number here), and one object at several places: a null whose `first` is
 * that object, which may be around it. json_write writes both as null; this tells the rest, as a JSON array of [path]
 * for NaN and [path, path of the object]; a path is an array that begins with 0 (the root). False when nothing is to be
 * told. Changes the tree: an object that is nowhere in it moves to the first place that stands for it, twins are
 * dropped. */
static inline bool json_is_alias(const struct json *value) { return value->kind == JSON_NULL && value->first; }
bool json_write_fixes(struct buf *out, struct json *root);

/* Lines of one value each as one array. False where a line is anything else, as far as that shows without reading the
 * values: what is written is JSON only when they are. */
bool json_join_lines(struct buf *out, str text);
double json_decimal(str spelling);  /* of "-1.5e3" and the like: [sign] digits [. digits] [e [sign] digits] */
str json_indent(str source);        /* what one level of a written file is indented by; "" when it is on one line */
