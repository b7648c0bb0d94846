/* data/yaml_parse.c: YAML 1.2.2 chapters 6 to 9: nodes, their properties, collections, documents. What a block node is
 * shows only after its first piece: "a" is a scalar, "a:" begins a mapping where that piece began. */
#include "data/yaml_scan.h"

#include "base/diag.h"
#include "base/must.h"
#include "base/utf8.h"

enum { MOST_DEPTH = 1000, MOST_COPIED = 1000000, SEARCH_UPTO = 16 };

/* Where a block node may begin. */
enum where {
    ON_NEXT_LINE = 0,   /* a collection of several lines; a scalar also in this one */
    IN_LINE = 1,        /* "- - a", "- a: b" */
    AT_COLUMN = 2,      /* a sequence may be as far left as the key it is the value of */
};

enum tag { TAG_NONE, TAG_TEXT, TAG_OTHER, TAG_NUMBER, TAG_BOOL, TAG_NULL };
struct props {
    const char *at;     /* NULL: there are none */
    str anchor;
    enum tag tag;
};

static bool fail_expected(struct yaml_reader *r, const char *what) {
    return yaml_fail(r, r->at < r->end || r->at == r->source.at ? r->at : r->at - 1, "yaml-expected", what);
}

/* --- nodes -------------------------------------------------------------------------------------------------------- */

static struct json *new_node(struct yaml_reader *r, enum json_kind kind, const char *at) {
    struct json *value = ARENA_NEW(r->arena, struct json);
    value->kind = kind;
    value->at = (uint32_t)(at - r->source.at);
    return value;
}

static void end_node(struct yaml_reader *r, struct json *value) { value->end = (uint32_t)(r->at - r->source.at); }

/* Anchors are known from where their node begins: what is inside of it may refer to it. */
static void name_node(struct yaml_reader *r, const struct props *p, struct json *value) {
    if (p->anchor.len) map_put(&r->anchors, p->anchor, value);
}

static struct json *new_scalar(struct yaml_reader *r, const struct props *p, str text, bool is_plain, const char *at) {
    struct json *value = new_node(r, JSON_STRING, at);
    if (is_plain && p->tag != TAG_TEXT && p->tag != TAG_OTHER) {
        yaml_resolve(value, text);
        bool fits = p->tag == TAG_NONE || (p->tag == TAG_NUMBER && value->kind == JSON_NUMBER)
                 || (p->tag == TAG_BOOL && (value->kind == JSON_TRUE || value->kind == JSON_FALSE))
                 || (p->tag == TAG_NULL && value->kind == JSON_NULL);
        if (!fits) value->kind = JSON_STRING;
    }
    if (value->kind == JSON_STRING) value->text = text;
    end_node(r, value);
    name_node(r, p, value);
    return value;
}

static struct json *new_empty(struct yaml_reader *r, const struct props *p) {
    struct json *value = new_node(r, p->tag == TAG_TEXT ? JSON_STRING : JSON_NULL, p->at ? p->at : r->at);
    if (value->kind == JSON_STRING) value->text = STR("");
    end_node(r, value);
    name_node(r, p, value);
    return value;
}

/* --- aliases ------------------------------------------------------------------------------------------------------ */

/* How many nodes a tree has, as long as they are no more than `most`. */
static size_t count_nodes(const struct json *value, size_t most) {
    size_t n = 1;
    if (value->kind < JSON_ARRAY) return n;
    for JSON_EACH(child, value) if ((n += count_nodes(child, most)) > most) break;
    return n;
}

/* Another node for the same value. An unfinished collection (its end is not set) is around the place. */
static bool repeat(struct yaml_reader *r, const char *at, struct json *value, struct json **out) {
    if (json_is_alias(value)) value = value->first;
    if (value->kind >= JSON_ARRAY && !r->is_expanding) {
        *out = new_node(r, JSON_NULL, at);
        (*out)->first = value;
        end_node(r, *out);
        return true;
    }
    if (value->kind >= JSON_ARRAY && !value->end)
        return yaml_fail(r, at, "yaml-cycle", "this alias stands inside of what it refers to");
    r->n_copied += count_nodes(value, MOST_COPIED);
    if (r->n_copied > MOST_COPIED)
        return yaml_fail(r, at, "yaml-aliases", "aliases make this document larger than it may be");
    *out = json_copy(r->arena, value);
    (*out)->key = (str){0};
    return true;
}

static str read_name(struct yaml_reader *r) {
    const char *from = ++r->at;
    while (r->at < r->end && !yaml_is_space(r, 0) && !yaml_is_flow(*r->at)) r->at++;
    return str_of(from, (size_t)(r->at - from));
}

static bool read_alias(struct yaml_reader *r, const struct props *p, struct json **out) {
    const char *start = r->at;
    if (p->at) return yaml_fail(r, p->at, "yaml-alias", "an alias has neither anchor nor tag of its own");
    str name = read_name(r);
    struct json *value = map_get(&r->anchors, name);
    if (!name.len || !value) return yaml_fail(r, start, "yaml-alias", "nothing before this has that anchor");
    return repeat(r, start, value, out);
}

/* --- properties --------------------------------------------------------------------------------------------------- */

static bool is_tag_char(char c) {
    return (c >= '0' && c <= '9') || ((c | 32) >= 'a' && (c | 32) <= 'z') || (c && strchr("-#;/?:@&=+$_.~*'()%", c));
}

static enum tag tag_of(str whole) {
    static const struct { const char *name; enum tag tag; } known[] = {
        {"str", TAG_TEXT}, {"int", TAG_NUMBER}, {"float", TAG_NUMBER}, {"bool", TAG_BOOL}, {"null", TAG_NULL},
    };
    str core = STR("tag:yaml.org,2002:");
    if (!str_starts(whole, core)) return TAG_OTHER;
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (str_is(str_from(whole, core.len), known[i].name)) return known[i].tag;
    return TAG_OTHER;
}

static bool read_tag(struct yaml_reader *r, enum tag *tag) {
    const char *start = r->at++;
    if (yaml_peek(r, 0) == '<') {
        const char *from = ++r->at;
        while (r->at < r->end &&
               (is_tag_char(*r->at) || *r->at == '!' || *r->at == ',' || *r->at == '[' || *r->at == ']'))
            r->at++;
        if (r->at == from || yaml_peek(r, 0) != '>')
            return yaml_fail(r, start, "yaml-tag", "this tag is not closed by \">\"");
        *tag = tag_of(str_of(from, (size_t)(r->at++ - from)));
        return true;
    }
    const char *from = r->at;
    while (r->at < r->end && is_tag_char(*r->at)) r->at++;
    str handle = STR("!"), suffix = str_of(from, (size_t)(r->at - from));
    if (yaml_peek(r, 0) == '!') {
        handle = str_of(start, (size_t)(++r->at - start));
        for (from = r->at; r->at < r->end && is_tag_char(*r->at);) r->at++;
        suffix = str_of(from, (size_t)(r->at - from));
        if (!suffix.len) return yaml_fail(r, start, "yaml-tag", "the name of a tag was expected after its handle");
    }
    const str *prefix = map_get(&r->handles, handle);
    if (prefix) *tag = suffix.len ? tag_of(arena_join(r->arena, *prefix, suffix)) : TAG_TEXT;
    else if (handle.len == 1) *tag = suffix.len ? TAG_OTHER : TAG_TEXT;
    else if (handle.len == 2) *tag = tag_of(arena_join(r->arena, STR("tag:yaml.org,2002:"), suffix));
    else return yaml_fail(r, start, "yaml-tag", "no %TAG line declares the handle of this tag");
    return true;
}

/* &anchor and !tag, each at most once, in any order; and the blanks after them. */
static bool read_props(struct yaml_reader *r, struct props *p, bool in_flow) {
    *p = (struct props){0};
    while (r->at < r->end && (*r->at == '&' || *r->at == '!')) {
        const char *start = r->at;
        if (!p->at) p->at = start;
        if (*start == '&') {
            if (p->anchor.len) return yaml_fail(r, start, "yaml-anchor", "a node has one anchor at most");
            p->anchor = read_name(r);
            if (!p->anchor.len)
                return yaml_fail(r, start, "yaml-anchor", "the name of an anchor was expected after \"&\"");
        } else {
            if (p->tag) return yaml_fail(r, start, "yaml-tag", "a node has one tag at most");
            if (!read_tag(r, &p->tag)) return false;
        }
        if (!yaml_is_space(r, 0) && !(in_flow && yaml_is_flow(*r->at)))
            return yaml_fail(r, r->at, "yaml-tag", "this cannot be in the name of an anchor or tag");
        yaml_skip_blanks(r);
    }
    return true;
}

/* --- mappings ----------------------------------------------------------------------------------------------------- */

/* A mapping being made: members are added at its end; those that a later one replaces go when it is done. */
struct pairs {
    struct json *object;
    struct map index;               /* key -> its newest node; only once there are many */
    bool has_twins;
};

static struct json *pairs_find(struct pairs *p, str key) {
    if (p->object->count > SEARCH_UPTO) return map_get(&p->index, key);
    return json_get(p->object, key);
}

static void pairs_add(struct pairs *p, str key, struct json *value) {
    if (pairs_find(p, key)) p->has_twins = true;
    struct json *o = p->object;
    value->key = key;
    json_append(o, value);
    if (o->count == SEARCH_UPTO + 1) for JSON_EACH(member, o) map_put(&p->index, member->key, member);
    else if (o->count > SEARCH_UPTO) map_put(&p->index, key, value);
}

/* What is still open has no end: see repeat. */
static void end_collection(struct yaml_reader *r, struct json *value) {
    end_node(r, value);
    if (value->last && value->last->end) value->end = value->last->end;
}

static void pairs_done(struct yaml_reader *r, struct pairs *p) {
    if (p->has_twins) json_drop_twins(p->object);
    end_collection(r, p->object);
    map_free(&p->index);
}

static bool merge_one(struct yaml_reader *r, struct pairs *p, const struct json *from, const char *at) {
    if (!from->end) return yaml_fail(r, at, "yaml-cycle", "this mapping cannot be merged into itself");
    for JSON_EACH(member, from) {
        struct json *again;
        if (++r->n_copied > MOST_COPIED)
            return yaml_fail(r, at, "yaml-aliases", "aliases make this document larger than it may be");
        if (pairs_find(p, member->key)) continue;
        str key = member->key;
        if (!repeat(r, at, member, &again)) return false;
        pairs_add(p, key, again);
    }
    return true;
}

static struct json *behind(struct json *value) { return json_is_alias(value) ? value->first : value; }

/* "<<": its members, where there are none of that name yet. *is_merged stays false when the value is nothing to
 * merge. */
static bool merge(struct yaml_reader *r, struct pairs *p, struct json *value, bool *is_merged) {
    const char *at = r->source.at + value->at;
    struct json *from = behind(value);
    *is_merged = from->kind >= JSON_ARRAY;
    if (from->kind == JSON_OBJECT) return merge_one(r, p, from, at);
    if (from->kind == JSON_ARRAY)
        for JSON_EACH(item, from)
            if (behind(item)->kind == JSON_OBJECT && !merge_one(r, p, behind(item), at)) return false;
    return true;
}

static bool pairs_put(struct yaml_reader *r, struct pairs *p, struct json *key, struct json *value) {
    str name;
    bool is_merged = false;
    if (!yaml_key_of(r, key, &name)) return false;
    if (str_is(name, "<<") && key->kind == JSON_STRING && !merge(r, p, value, &is_merged)) return false;
    if (is_merged) return true;
    value->key_at = key->at;
    pairs_add(p, name, value);
    return true;
}

/* --- flow collections --------------------------------------------------------------------------------------------- */

static bool read_flow_node(struct yaml_reader *r, int indent, struct json **out, bool *is_closed);

/* White space in a flow collection. Its lines are indented by more than the block around it; those that begin with a
 * sign, such as the closing bracket, need not. */
static bool skip_in_flow(struct yaml_reader *r, int indent, const char *open) {
    if (!yaml_skip(r)) return false;
    if (yaml_at_document_end(r))
        return yaml_fail(r, open, "yaml-flow",
                         *open == '[' ? "this \"[\" is never closed" : "this \"{\" is never closed");
    if (!yaml_is_fresh(r) || r->spaces > indent || (r->spaces == indent && strchr("]},:", *r->at))) return true;
    return yaml_fail(r, r->at, "yaml-indent", "this line of the collection must be indented further");
}

static bool is_flow_sign(const struct yaml_reader *r, char sign) {
    return yaml_peek(r, 0) == sign && (yaml_is_space(r, 1) || yaml_is_flow(yaml_peek(r, 1)));
}

/* After a key: ": value" or nothing. `is_closed`: the key ended by itself, so that the value may follow at once. */
static bool read_flow_value(struct yaml_reader *r, int indent, const char *open, bool is_closed, struct json **value,
                            bool *has_colon) {
    struct props none = {0};
    *has_colon = is_flow_sign(r, ':') || (is_closed && *r->at == ':');
    if (!*has_colon) return *value = new_empty(r, &none), true;
    r->at++;
    bool is_closed_too;
    return skip_in_flow(r, indent, open) && read_flow_node(r, indent, value, &is_closed_too) &&
           skip_in_flow(r, indent, open);
}

static bool take_comma(struct yaml_reader *r, const char *open) {
    char closer = *open == '[' ? ']' : '}';
    if (*r->at == closer) return true;
    if (*r->at != ',')
        return fail_expected(r, closer == ']' ? "a comma or \"]\" was expected here"
                                              : "a comma or \"}\" was expected here");
    r->at++;
    return true;
}

static bool read_flow_pair(struct yaml_reader *r, int indent, const char *open, struct pairs *p, bool *is_pair,
                           struct json **key) {
    struct json *value;
    bool is_explicit = is_flow_sign(r, '?'), is_closed, has_colon;
    if (is_explicit) {
        r->at++;
        if (!skip_in_flow(r, indent, open)) return false;
    }
    const char *line = r->line;
    if (!read_flow_node(r, indent, key, &is_closed) || !skip_in_flow(r, indent, open)) return false;
    bool is_elsewhere = r->line != line;
    if (!read_flow_value(r, indent, open, is_closed, &value, &has_colon)) return false;
    if (*open == '[' && has_colon && is_elsewhere && !is_explicit)
        return yaml_fail(r, r->source.at + (*key)->at, "yaml-key", "a key and its colon must be on one line here");
    *is_pair = *open == '{' || is_explicit || has_colon;
    if (!*is_pair) return true;
    if (*open == '[') p->object = new_node(r, JSON_OBJECT, r->source.at + (*key)->at);
    return pairs_put(r, p, *key, value);
}

static bool read_flow(struct yaml_reader *r, int indent, struct json *collection) {
    const char *open = r->at++;
    struct pairs p = {.object = collection};
    bool ok = false;
    for (;;) {
        if (!skip_in_flow(r, indent, open)) break;
        ok = *r->at == (*open == '[' ? ']' : '}');
        if (ok) break;
        struct json *key;
        bool is_pair;
        if (*r->at == ',' || *r->at == ']' || *r->at == '}') {
            fail_expected(r, "a value was expected here");
            break;
        }
        if (!read_flow_pair(r, indent, open, &p, &is_pair, &key)) break;
        if (*open == '[') {
            if (is_pair) pairs_done(r, &p);
            json_add(collection, is_pair ? p.object : key);
            p = (struct pairs){0};
        }
        if (!take_comma(r, open)) break;
    }
    if (ok) r->at++;
    if (*open == '{') pairs_done(r, &p);
    else map_free(&p.index);
    end_node(r, collection);
    return ok;
}

static bool enter(struct yaml_reader *r) {
    return r->depth++ < MOST_DEPTH || yaml_fail(r, r->at, "yaml-depth", "values are nested too deeply");
}

/* A node that begins and ends by itself: alias, flow collection, quoted text. *is_one is false when something else is
 * here. */
static bool read_closed(struct yaml_reader *r, int indent, const struct props *p, struct json **out, bool *is_one) {
    const char *start = r->at;
    str text;
    *is_one = true;
    switch (yaml_peek(r, 0)) {
    case '*': return read_alias(r, p, out);
    case '"': case '\'':
        if (!yaml_read_quoted(r, indent, &text)) return false;
        *out = new_scalar(r, p, text, false, start);
        return true;
    case '[': case '{': {
        *out = new_node(r, *start == '[' ? JSON_ARRAY : JSON_OBJECT, start);
        name_node(r, p, *out);
        bool ok = enter(r) && read_flow(r, indent, *out);
        r->depth--;
        return ok;
    }
    default: return *is_one = false, true;
    }
}

static bool read_flow_node(struct yaml_reader *r, int indent, struct json **out, bool *is_closed) {
    struct props p;
    str text;
    if (!read_props(r, &p, true) || (p.at && !yaml_skip(r))) return false;
    const char *start = r->at;
    bool is_alias = yaml_peek(r, 0) == '*', is_one;
    if (!read_closed(r, indent, &p, out, &is_one)) return false;
    *is_closed = is_one && !is_alias;
    if (is_one) return true;
    char c = yaml_peek(r, 0);
    if (r->at == r->end || c == ',' || c == ']' || c == '}' || is_flow_sign(r, ':'))
        return *out = new_empty(r, &p), true;
    if (!yaml_can_start_plain(r, true)) return fail_expected(r, "a value was expected here");
    if (!yaml_read_plain(r, indent, true, &text)) return false;
    *out = new_scalar(r, &p, text, true, start);
    return true;
}

/* --- block collections -------------------------------------------------------------------------------------------- */

static bool read_node(struct yaml_reader *r, int indent, int where, struct json **out);

static bool is_block_sign(const struct yaml_reader *r, char sign) {
    return r->at < r->end && *r->at == sign && yaml_is_space(r, 1);
}

/* After an entry: is another one of the same collection here? False and failed when what is here belongs to none. */
static bool has_next(struct yaml_reader *r, int column) {
    if (!yaml_skip(r) || yaml_at_document_end(r)) return false;
    if (!yaml_is_fresh(r)) return fail_expected(r, "the line was expected to end here");
    if (r->spaces < column) return false;
    if (r->spaces > column)
        return yaml_fail(r, r->at, "yaml-indent", "this line is indented further than what it follows");
    if (yaml_has_tab(r)) return yaml_fail(r, r->at, "yaml-tab", "tabs cannot indent in YAML; use spaces");
    return true;
}

static bool read_sequence(struct yaml_reader *r, int column, struct json *array) {
    struct json *item;
    do {
        r->at++;
        if (!read_node(r, column, IN_LINE, &item)) return false;
        json_add(array, item);
    } while (has_next(r, column) && is_block_sign(r, '-'));
    end_collection(r, array);
    return !r->was_failed;
}

/* "? key" and, maybe, ": value". */
static bool read_explicit(struct yaml_reader *r, int column, struct pairs *p) {
    struct json *key, *value;
    struct props none = {0};
    r->at++;
    if (!read_node(r, column, IN_LINE | AT_COLUMN, &key)) return false;
    bool has_value = has_next(r, column) && is_block_sign(r, ':');
    if (r->was_failed) return false;
    if (has_value) r->at++;
    if (!has_value) value = new_empty(r, &none);
    else if (!read_node(r, column, IN_LINE | AT_COLUMN, &value)) return false;
    return pairs_put(r, p, key, value);
}

/* A key in one line, and up to its colon. */
static bool read_key(struct yaml_reader *r, int column, struct json **key) {
    struct props p;
    str text;
    bool is_one;
    const char *line = r->line;
    if (!read_props(r, &p, false)) return false;
    const char *start = r->at;
    if (is_block_sign(r, '-')) return fail_expected(r, "an item of a sequence cannot be among the keys of a mapping");
    if (is_block_sign(r, ':')) {
        *key = new_empty(r, &p);
        return true;
    }
    if (!read_closed(r, column, &p, key, &is_one)) return false;
    if (!is_one) {
        if (!yaml_can_start_plain(r, false)) return fail_expected(r, "a key was expected here");
        if (!yaml_read_plain(r, column, false, &text)) return false;
        *key = new_scalar(r, &p, text, true, start);
    }
    yaml_skip_blanks(r);
    if (!is_block_sign(r, ':')) return yaml_fail(r, start, "yaml-key", "a colon was expected after this key");
    return r->line == line ||
           yaml_fail(r, start, "yaml-key", "a key must be on one line; an explicit one begins with \"? \"");
}

/* `key` has been read up to its colon, or is NULL. */
static bool read_entries(struct yaml_reader *r, int column, struct pairs *p, struct json *key) {
    do {
        struct json *value;
        if (!key && is_block_sign(r, '?')) {
            if (!read_explicit(r, column, p)) return false;
            continue;
        }
        if (!key && !read_key(r, column, &key)) return false;
        r->at++;
        if (!read_node(r, column, AT_COLUMN, &value) || !pairs_put(r, p, key, value)) return false;
        key = NULL;
    } while (has_next(r, column));
    return !r->was_failed;
}

static bool read_mapping(struct yaml_reader *r, int column, struct json *object, struct json *key) {
    struct pairs p = {.object = object};
    bool ok = read_entries(r, column, &p, key);
    pairs_done(r, &p);
    return ok;
}

/* --- block nodes -------------------------------------------------------------------------------------------------- */

/* What is known when the content of a block node is reached. */
struct begin {
    const char *start;              /* of the content with its own properties */
    struct props outer, own;        /* in lines before; in this one */
    bool may_collect;               /* a block collection may begin here */
    bool has_tab;                   /* but a tab is before it */
};

/* What two lines say of one node. */
static bool join_props(struct yaml_reader *r, struct props *p, const struct props *more) {
    if (!more->at) return true;
    if (more->anchor.len && p->anchor.len)
        return yaml_fail(r, more->at, "yaml-anchor", "a node has one anchor at most");
    if (more->tag && p->tag) return yaml_fail(r, more->at, "yaml-tag", "a node has one tag at most");
    if (!p->at) p->at = more->at;
    if (more->anchor.len) p->anchor = more->anchor;
    if (more->tag) p->tag = more->tag;
    return true;
}

static bool is_inside(const struct yaml_reader *r, int indent, int where) {
    if (yaml_at_document_end(r)) return false;
    if (!yaml_is_fresh(r) || r->spaces > indent) return true;
    return (where & AT_COLUMN) && r->spaces == indent && is_block_sign(r, '-');
}

/* Properties, up to the content. *is_empty: there is none. */
static bool read_begin(struct yaml_reader *r, int indent, int where, struct begin *b, bool *is_empty) {
    const char *from = r->at;
    *b = (struct begin){0};
    for (;;) {
        if (!yaml_skip(r)) return false;
        *is_empty = !is_inside(r, indent, where);
        if (*is_empty) return true;
        bool is_fresh = yaml_is_fresh(r);
        b->start = r->at;
        b->has_tab = is_fresh ? yaml_has_tab(r) : memchr(from, '\t', (size_t)(r->at - from)) != NULL;
        b->may_collect = is_fresh || (where & IN_LINE);
        if (!read_props(r, &b->own, false)) return false;
        if (!b->own.at) return true;
        bool is_line_end = r->at == r->end || yaml_is_break(*r->at) || *r->at == '#';
        if (!is_line_end) return true;
        if (!join_props(r, &b->outer, &b->own)) return false;
        b->own = (struct props){0};
        where &= ~IN_LINE;
    }
}

static bool may_collect(struct yaml_reader *r, const struct begin *b, const char *what) {
    if (!b->may_collect) return yaml_fail(r, b->start, "yaml-nested", what);
    return !b->has_tab || yaml_fail(r, b->start, "yaml-tab", "tabs cannot indent in YAML; use spaces");
}

static bool read_collection(struct yaml_reader *r, struct begin *b, struct json *key, struct json **out) {
    bool is_sequence = !key && is_block_sign(r, '-'), is_explicit = !key && !is_sequence && is_block_sign(r, '?');
    if (!may_collect(r, b,
                     is_sequence ? "a sequence cannot begin in this line" : "a mapping cannot begin in this line"))
        return false;
    if (b->own.at && (is_sequence || is_explicit))
        return yaml_fail(r, b->own.at, "yaml-anchor", "the anchor or tag of a collection must be on a line before it");
    *out = new_node(r, is_sequence ? JSON_ARRAY : JSON_OBJECT, b->start);
    name_node(r, &b->outer, *out);
    int column = (int)(b->start - r->line);
    if (!key && !is_sequence && !is_explicit) key = new_empty(r, &b->own);
    bool ok = enter(r) && (is_sequence ? read_sequence(r, column, *out) : read_mapping(r, column, *out, key));
    r->depth--;
    return ok;
}

/* A scalar, an alias or a flow collection; or all of that as the first key of a mapping. A key has the properties of
 * its line, a value also those of the lines before. */
static bool read_piece(struct yaml_reader *r, int indent, struct begin *b, struct json **out) {
    const char *start = r->at, *line = r->line;
    bool is_one, is_alias = *start == '*';
    str text;
    struct props both = b->outer;
    struct json *key = NULL;
    /* A collection is known before it is read: that it is a key and another has that name shows later. */
    bool is_outer = !b->own.anchor.len && (*start == '[' || *start == '{');
    if (!read_closed(r, indent, is_outer ? &b->outer : &b->own, out, &is_one)) return false;
    if (!is_one && !yaml_can_start_plain(r, false)) return fail_expected(r, "a value was expected here");
    if (!is_one && !yaml_read_plain(r, indent, false, &text)) return false;
    const char *end = r->at;
    yaml_skip_blanks(r);
    if (is_block_sign(r, ':')) {
        if (r->line != line)
            return yaml_fail(r, start, "yaml-key", "a key must be on one line; an explicit one begins with \"? \"");
        key = is_one ? *out : new_scalar(r, &b->own, text, true, start);
        return read_collection(r, b, key, out);
    }
    r->at = end;
    if (is_alias && b->outer.at)
        return yaml_fail(r, b->outer.at, "yaml-alias", "an alias has neither anchor nor tag of its own");
    if (!join_props(r, &both, &b->own)) return false;
    if (!is_one) *out = new_scalar(r, &both, text, true, start);
    else name_node(r, &b->outer, *out);
    return true;
}

static bool read_node(struct yaml_reader *r, int indent, int where, struct json **out) {
    struct begin b;
    str text;
    bool is_empty;
    if (!read_begin(r, indent, where, &b, &is_empty)) return false;
    if (is_empty) return *out = new_empty(r, &b.outer), true;
    if (is_block_sign(r, '-') || is_block_sign(r, '?') || is_block_sign(r, ':'))
        return read_collection(r, &b, NULL, out);
    if (*r->at != '|' && *r->at != '>') return read_piece(r, indent, &b, out);
    const char *start = r->at;
    if (!join_props(r, &b.outer, &b.own) || !yaml_read_block(r, indent, &text)) return false;
    *out = new_scalar(r, &b.outer, text, false, start);
    return true;
}

/* --- documents ---------------------------------------------------------------------------------------------------- */

static str take_word(struct yaml_reader *r) {
    yaml_skip_blanks(r);
    const char *from = r->at;
    while (r->at < r->end && !yaml_is_space(r, 0)) r->at++;
    return str_of(from, (size_t)(r->at - from));
}

static bool is_version(str s) {
    str major, minor;
    int64_t n;
    return str_split(s, '.', &major, &minor) && str_to_int(major, &n) && n == 1 && str_to_int(minor, &n);
}

static bool read_tag_directive(struct yaml_reader *r, const char *start) {
    str handle = take_word(r), prefix = take_word(r);
    bool is_handle = handle.len && handle.at[0] == '!' && handle.at[handle.len - 1] == '!';
    if (!is_handle || !prefix.len)
        return yaml_fail(r, start, "yaml-directive", "%TAG is followed by a handle such as !e! and a prefix");
    str *kept = ARENA_NEW(r->arena, str);
    *kept = prefix;
    if (map_get(&r->handles, handle)) return yaml_fail(r, start, "yaml-directive", "this handle was already declared");
    map_put(&r->handles, handle, kept);
    return true;
}

/* The lines that begin with "%". */
static bool read_directives(struct yaml_reader *r, bool *has_some) {
    bool has_version = false;
    *has_some = false;
    while (r->at < r->end && r->at == r->line && *r->at == '%') {
        const char *start = r->at++;
        *has_some = true;
        str name = take_word(r);
        if (str_is(name, "YAML")) {
            if (has_version) return yaml_fail(r, start, "yaml-directive", "a document has one %YAML line at most");
            has_version = true;
            str version = take_word(r);
            if (!version.len || (version.at[0] == '1' && !is_version(version)))
                return yaml_fail(r, start, "yaml-directive", "%YAML is followed by a version such as 1.2");
        } else if (str_is(name, "TAG")) {
            if (!read_tag_directive(r, start)) return false;
        } else {
            while (r->at < r->end && !yaml_is_break(*r->at)) r->at++;       /* of another version: to be ignored */
        }
        const char *line = r->line;
        if (!yaml_skip(r)) return false;
        if (r->line == line && r->at < r->end) return fail_expected(r, "the line was expected to end here");
    }
    return true;
}

static bool is_ended(struct yaml_reader *r) {
    const char *line = r->line;
    return yaml_skip(r) &&
           (r->line != line || r->at == r->end || fail_expected(r, "the line was expected to end here"));
}

/* One document, if there is one more. *is_closed: it ended by "...", so that directives may follow. */
static bool read_document(struct yaml_reader *r, bool is_first, bool *is_closed, struct json **out) {
    bool has_directives = false;
    *out = NULL;
    if (!yaml_skip(r)) return false;
    if (is_first && yaml_at_marker(r, "...")) *is_closed = true, *out = json_new(r->arena, JSON_NULL);
    while (*is_closed && yaml_at_marker(r, "...")) {
        r->at += 3;
        if (!is_ended(r)) return false;
    }
    if (*out) return true;
    if ((is_first || *is_closed) && !read_directives(r, &has_directives)) return false;
    bool is_explicit = yaml_at_marker(r, "---");
    if (r->at == r->end && !has_directives) return true;
    if (has_directives && !is_explicit) return fail_expected(r, "\"---\" was expected after the directives");
    if (!is_explicit && !is_first && !*is_closed) return fail_expected(r, "the document was expected to end here");
    if (is_explicit) r->at += 3;
    if (!read_node(r, -1, ON_NEXT_LINE, out) || !yaml_skip(r)) return false;
    if (!yaml_at_document_end(r)) return fail_expected(r, "this does not belong to the value before it");
    *is_closed = yaml_at_marker(r, "...");
    if (*is_closed) r->at += 3;
    return !*is_closed || is_ended(r);
}

static bool read_stream(struct yaml_reader *r, struct json **out) {
    struct json *documents = new_node(r, JSON_ARRAY, r->at), *document;
    bool is_closed = false;
    for (;;) {
        if (!read_document(r, documents->count == 0, &is_closed, &document)) return false;
        map_free(&r->anchors);
        map_free(&r->handles);
        if (!document) break;
        json_add(documents, document);
    }
    end_node(r, documents);
    *out = documents->count == 1 ? documents->first : documents->count ? documents : json_new(r->arena, JSON_NULL);
    return true;
}

static struct json *read_all(struct arena *a, str source, struct diag *d, str file, bool is_expanding) {
    must(source.len < UINT32_MAX);
    struct yaml_reader r = {.arena = a, .source = source, .file = file, .diag = d, .is_expanding = is_expanding};
    struct json *root = NULL;
    r.at = source.at;
    r.end = source.at + source.len;
    size_t valid = utf8_valid_len(source);
    const char *nul = source.len ? memchr(source.at, 0, source.len) : NULL;
    if (str_starts(source, STR("\xef\xbb\xbf"))) r.at += 3;
    yaml_start_line(&r);
    if (valid < source.len) yaml_fail(&r, source.at + valid, "yaml-utf8", "the text is not UTF-8 from here on");
    else if (nul) yaml_fail(&r, nul, "yaml-control", "a text cannot contain a null character");
    else if (!read_stream(&r, &root)) root = NULL;
    map_free(&r.anchors);
    map_free(&r.handles);
    buf_free(&r.text);
    return root;
}

struct json *yaml_parse(struct arena *a, str source, struct diag *d, str file) {
    return read_all(a, source, d, file, true);
}
struct json *yaml_read(struct arena *a, str source, struct diag *d, str file) {
    return read_all(a, source, d, file, false);
}
