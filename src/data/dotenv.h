/* data/dotenv.h: the grammar of .env files as Bun has it.
 *   line  := ['export' ws] name ws? ('=' | ':' ws) value ['#' comment]
 *   value := "text" | 'text' | `text` (may span lines; \n and \r are escapes in "text" only) | anything up to '#' or
 * the line's end $NAME, ${NAME} and ${NAME:-otherwise} are replaced in every kind of value, \$ is a dollar sign. A line
 * that is none of this is passed over. */
#pragma once
#include "base/arena.h"
#include "base/map.h"

struct dotenv_entry {
    str name, value;
};
struct dotenv {                     /* zeroed = empty; entries in order of first appearance */
    struct arena arena;
    struct map by_name;             /* -> struct dotenv_entry */
};
void dotenv_free(struct dotenv *d);

/* Adds what `source` says; a name that is there already gets the new value: read the least important file first. */
void dotenv_read(struct dotenv *d, str source);

/* Replaces the references, once, when all files were read. `look` gives what the real environment has (it wins over
 * the files); it may be NULL. A replaced text is not searched again. */
typedef bool dotenv_look(void *user, str name, str *value);
void dotenv_expand(struct dotenv *d, dotenv_look *look, void *user);

str dotenv_get(const struct dotenv *d, str name, bool *is_found);
