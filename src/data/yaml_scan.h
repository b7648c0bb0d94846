/* data/yaml_scan.h: what yaml_parse.c reads with: white space, lines and scalars. Only for data/yaml_*.c. */
#pragma once
#include "base/buf.h"
#include "base/map.h"
#include "data/yaml.h"

struct yaml_reader {
    struct arena *arena;
    str source, file;
    struct diag *diag;
    const char *at, *end;
    const char *line;               /* where the line of `at` starts */
    const char *first;              /* the first of it that is no blank; what is before holds tabs when */
    int spaces;                     /* the leading spaces are fewer than first - line */
    int depth;
    bool was_failed;
    struct buf text;                /* for scalars that are no piece of the source */
    struct map anchors;             /* name -> struct json, of this document */
    struct map handles;             /* of tags: those that %TAG declared */
    bool is_expanding;              /* aliases */
    size_t n_copied;
};

/* false; only the first one counts */
bool yaml_fail(struct yaml_reader *r, const char *at, const char *id, const char *what);
void yaml_start_line(struct yaml_reader *r);                /* at the start of a line */

static inline bool yaml_is_blank(char c) { return c == ' ' || c == '\t'; }
static inline bool yaml_is_break(char c) { return c == '\n' || c == '\r'; }
static inline bool yaml_is_flow(char c) { return c == ',' || c == '[' || c == ']' || c == '{' || c == '}'; }
static inline char yaml_peek(const struct yaml_reader *r, size_t n) {
    return (size_t)(r->end - r->at) > n ? r->at[n] : '\n';
}
/* A blank, a line's end or the text's. */
static inline bool yaml_is_space(const struct yaml_reader *r, size_t n) {
    char c = yaml_peek(r, n);
    return yaml_is_blank(c) || yaml_is_break(c);
}
static inline int yaml_column(const struct yaml_reader *r) { return (int)(r->at - r->line); }
static inline bool yaml_is_fresh(const struct yaml_reader *r) { return r->at == r->first; }
static inline bool yaml_has_tab(const struct yaml_reader *r) { return r->line + r->spaces != r->first; }

bool yaml_at_marker(const struct yaml_reader *r, const char *marker);      /* "---" or "..." */
bool yaml_at_document_end(const struct yaml_reader *r);                    /* one of them, or the end of the text */
void yaml_skip_blanks(struct yaml_reader *r);                              /* in the line */
bool yaml_skip(struct yaml_reader *r);                                     /* blanks, comments and line ends */

/* Scalars. Lines after the first must be indented by more than `indent`. `out` borrows from the source or lives in the
 * arena. */
bool yaml_can_start_plain(const struct yaml_reader *r, bool in_flow);
bool yaml_read_plain(struct yaml_reader *r, int indent, bool in_flow, str *out);
bool yaml_read_quoted(struct yaml_reader *r, int indent, str *out);
bool yaml_read_block(struct yaml_reader *r, int indent, str *out);

/* The core schema: what a plain scalar is. */
void yaml_resolve(struct json *value, str text);
bool yaml_key_of(struct yaml_reader *r, const struct json *key, str *out);      /* String(key) */
