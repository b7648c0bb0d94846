/* sys/env.h: the environment of the process. Main thread only. */
#pragma once
#include "base/arena.h"
#include "base/str.h"

extern char **environ;
bool env_get(const char *name, str *out);                /* borrows until the next change */
str env_or(const char *name, const char *otherwise);
bool env_is_set(const char *name);                       /* there and not empty */
void env_set(str name, str value);
void env_set_default(const char *name, const char *value);  /* unless it is there */
void env_unset(str name);

/* A copy of the environment with changes, for a program that is to be started: `changes` are pairs of name and value,
 * the later of two wins. The texts of what is not changed are borrowed. */
char **env_with(struct arena *a, const str (*changes)[2], size_t n);
unsigned env_uid(void);
