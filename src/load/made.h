/* load/made.h: texts that a program made itself and evaluates (eval, new Function, node:vm), lowered: what they were is
 * kept for load_made_find while there is room for it. Of the calling thread. */
#pragma once
#include "lang/lang.h"

/* Where stacks show a text: its name and first line (from 1), and what is added to the columns of that line. */
struct load_made_place { str url; uint32_t line; int32_t columns; };

/* Takes `u`, lowered with `options`, when it says something else than `source` or has a place (NULL: none), and leaves
 * it empty. */
void load_made_keep(str source, const struct lang_options *options, struct lang_unit *u,
                    const struct load_made_place *place);
/* As rt_modules_place and rt_modules_line, for the text that was last evaluated under this name. */
bool load_made_source_place(str url, uint32_t *line, uint32_t *column);
str load_made_source_map(str url);       /* the comment that names its source map; empty: none */
bool load_made_line(str url, uint32_t line, str *text);
/* What the function with this text shows, when it ends at `end` of a text that was kept (UINT32_MAX: anywhere). */
bool load_made_find(str function, uint32_t end, str *shown);
void load_made_forget(void);             /* all: the thread's realm is gone */
