/* data/json_edit.h: changes inside of a JSON text (JSONC too). What is not changed keeps every byte: order,
 * indentation, comments, line ends. Pure: a text comes in, a new one in the arena comes out. */
#pragma once
#include "base/arena.h"

enum json_place { JSON_AT_END, JSON_SORTED };    /* of a new member: last, or before the first key that is greater */

/* A path is keys from the root; for an array a step is an index ("0"), or "" (or one that it does not reach) for one
 * more element at its end. `value` is JSON text; where it has several lines they are indented as their place asks. What
 * is missing on the way is made as objects. false: the text is no JSON, or a step leads into what is neither object nor
 * array; *text is as it was. */
bool json_edit_set(struct arena *a, str *text, const str *path, size_t n_path, str value, enum json_place place);
/* false: it was not there. */
bool json_edit_remove(struct arena *a, str *text, const str *path, size_t n_path);
