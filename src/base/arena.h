/* base/arena.h: memory that is freed all at once. Alignment is 8. A zeroed struct arena is empty and ready.
 * One arena per request, per parsed file, per native call. */
#pragma once
#include <stdarg.h>

#include "base/mem.h"
#include "base/str.h"

struct arena_block;
struct arena {
    char *at, *end;                 /* what is free in the newest block */
    struct arena_block *newest;
    size_t used_before;             /* bytes in the older blocks */
};

void arena_free(struct arena *a);   /* gives all back; empty and ready again after */
void arena_reset(struct arena *a);  /* forgets everything but keeps the largest block for reuse */
size_t arena_used(const struct arena *a);
void arena_back(struct arena *a, struct arena mark);  /* `mark` is a copy of *a from before: forgets what came after */
void *arena_more(struct arena *a, size_t size);          /* slow path of arena_alloc */

/* Under the address sanitizer each piece has a guard behind it, so that an overrun inside of a block is seen as
 * well. */
#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define ARENA_GUARD 8
#endif
#endif
#if defined(__SANITIZE_ADDRESS__) && !defined(ARENA_GUARD)
#define ARENA_GUARD 8
#endif
#ifdef ARENA_GUARD
void __asan_unpoison_memory_region(void const volatile *at, size_t size);
#define ARENA_OPEN(at, size) __asan_unpoison_memory_region(at, size)
#else
#define ARENA_GUARD 0
#define ARENA_OPEN(at, size) ((void)0)
#endif

static inline void *arena_alloc(struct arena *a, size_t size) {           /* uninitialised */
    size_t whole = ((size + 7) & ~(size_t)7) + ARENA_GUARD;
    void *p = a->at;
    if (whole >= (size_t)(a->end - a->at)) p = arena_more(a, whole);       /* >=: never NULL + 0 */
    else a->at += whole;
    ARENA_OPEN(p, size);
    return p;
}
void *arena_zero(struct arena *a, size_t size);
void *arena_grow(struct arena *a, void *at, size_t old_size, size_t size);   /* in place when it was the newest */
str arena_str(struct arena *a, str s);                                       /* a copy, with a NUL after it */
str arena_join(struct arena *a, str left, str right);
str arena_print(struct arena *a, const char *format, ...) __attribute__((format(printf, 2, 3)));
str arena_vprint(struct arena *a, const char *format, va_list list);
static inline const char *arena_c(struct arena *a, str s) { return arena_str(a, s).at; }

#define ARENA_NEW(a, type)          ((type *)arena_zero(a, sizeof(type)))
#define ARENA_ARRAY(a, type, n)     ((type *)arena_zero(a, sizeof(type) * (n)))
