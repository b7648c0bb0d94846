/* base/must.h: claims that hold in every build. must(x) aborts with file and line when we are wrong. */
#pragma once

_Noreturn void must_failed(const char *claim, const char *file, int line);

#define must(claim) ((claim) ? (void)0 : must_failed(#claim, __FILE__, __LINE__))
