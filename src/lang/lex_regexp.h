/* lang/lex_regexp.h: between lex_regexp.c and its table of names. */
#pragma once
#include "base/str.h"

/* May \p{name} or \p{name=value} stand? *of_strings: it is a property of strings. */
bool lex_regexp_property(str name, str value, bool has_value, bool v, bool *of_strings);
