/* cli/pm_flags.h: which flags a command of the package manager takes. */
#pragma once
#include "cli/pm.h"

size_t pm_flags(struct arena *a, enum pm_command which, const struct flag_spec **out);
