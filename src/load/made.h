/* load/made.h: texts that a program made itself and evaluates (eval, new Function, node:vm), lowered: what they were is
 * kept for load_made_find while there is room for it. Of the calling thread. */
#pragma once
#include "lang/lang.h"

/* Takes `u`, lowered with `options`, when it says something else than `source`, and leaves it empty. */
void load_made_keep(str source, const struct lang_options *options, struct lang_unit *u);
/* What the function with this text shows, when it ends at `end` of a text that was kept (UINT32_MAX: anywhere). */
bool load_made_find(str function, uint32_t end, str *shown);
void load_made_forget(void);             /* all: the thread's realm is gone */
