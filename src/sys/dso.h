/* sys/dso.h: functions of libraries that are only mapped when they are wanted. */
#pragma once

/* The address of a function in ICU's common library, whose names end in its version; NULL when there is no ICU. */
void *dso_icu(const char *name);
