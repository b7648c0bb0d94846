/* rt/modules/names.h: the builtin modules that programs may name. */
#pragma once
#include "base/str.h"

extern const char *const rt_module_names[];          /* as module.builtinModules has them; NULL at the end */
bool rt_module_builtin(str specifier, str *id); /* "fs", "node:fs" -> "node:fs"; "bun:test"; id is static. Any thread */
