/* base/diag.h: what is wrong with a text that a user wrote. Rooms add messages; cli prints them, in one place. */
#pragma once
#include "base/arena.h"
#include "base/buf.h"

enum diag_level { DIAG_ERROR, DIAG_WARNING, DIAG_NOTE };

struct diag_message {
    struct diag_message *next;
    enum diag_level level;
    str file;                       /* as the user would name it; empty when there is none */
    str line_text;                  /* the source line, without its end; empty when unknown */
    uint32_t line, column;          /* both from 1; column counts UTF-16 units as editors do; 0 = unknown */
    uint32_t span;                  /* bytes that are marked, at least 1 when line is known */
    const char *id;                 /* permanent name such as "parse-expected"; static */
    str text;                       /* whole sentence, lower-case first letter, no final dot */
};
struct diag {
    struct arena arena;
    struct diag_message *first, *last;
    uint32_t n_errors, n_warnings;
    uint32_t most_errors;           /* further ones are counted only; 0 = 100 */
};

void diag_free(struct diag *d);

/* Adds a message about source[at .. at+span). `source` may be empty when there is no text to show. */
void diag_add(struct diag *d, enum diag_level level, const char *id, str file, str source, size_t at, size_t span,
              const char *format, ...) __attribute__((format(printf, 8, 9)));

/* "file:line:column: error: text", the line and a caret. `colour` adds ANSI colours. */
void diag_print(const struct diag *d, struct buf *out, bool colour);

/* Line and column, both from 1, of a byte offset; lines end at LF, CR LF, CR, U+2028, U+2029 (ECMA-262 12.3). */
void diag_place(str source, size_t at, uint32_t *line, uint32_t *column, str *line_text);
