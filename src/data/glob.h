/* data/glob.h: whether a path fits a pattern, as Bun.Glob has it:
 *   ?  one character but /        *  any of them        **  as a whole segment: any number of segments
 *   [a-z] [^a] [!a]  one of a set        {a,b}  either, nested        \x  x itself        a leading ! turns the answer
 * Characters are those of UTF-8. Time is bounded by pattern times path for each way through the braces, of which the
 * first GLOB_MOST_WAYS are tried. */
#pragma once
#include "base/str.h"

enum { GLOB_MOST_WAYS = 10000 };

bool glob_match(str pattern, str path);
bool glob_is_plain(str pattern);        /* no character in it has a meaning */
