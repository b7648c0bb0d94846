/* base/cpu.h: what the processor can. Asked of the dynamic linker, which found it out already: asking the processor
 * anew costs some 20 us in a virtual machine. */
#pragma once
#if defined(__x86_64__) && __has_include(<sys/platform/x86.h>)
#include <sys/platform/x86.h>
#define cpu_has_avx2() CPU_FEATURE_ACTIVE(AVX2)
#elif defined(__x86_64__)
#define cpu_has_avx2() __builtin_cpu_supports("avx2")
#else
#define cpu_has_avx2() 0
#endif
