#include "base/arena.h"

#include <stdint.h>
#include <stdio.h>

#include "base/must.h"

struct arena_block {
    struct arena_block *older;
    size_t size;                    /* of `bytes` */
    char bytes[];
};

#if ARENA_GUARD
void __asan_poison_memory_region(void const volatile *at, size_t size);
#else
#define __asan_poison_memory_region(at, size) ((void)0)
#endif

enum { FIRST_BLOCK = 1024 - sizeof(struct arena_block), LARGEST_STEP = 1 << 20 };

void *arena_more(struct arena *a, size_t size) {
    must(size < SIZE_MAX / 2);
    size_t last = a->newest ? a->newest->size : 0;
    size_t want = last ? last * 2 : FIRST_BLOCK;
    if (want > LARGEST_STEP) want = LARGEST_STEP;
    if (want < size) want = size;
    struct arena_block *b = mem_alloc(sizeof *b + want);
    if (a->newest) a->used_before += (size_t)(a->at - a->newest->bytes);
    *b = (struct arena_block){a->newest, want};
    a->newest = b;
    a->at = b->bytes + size;
    a->end = b->bytes + want;
    __asan_poison_memory_region(b->bytes, want);
    return b->bytes;
}

void arena_free(struct arena *a) {
    for (struct arena_block *b = a->newest, *older; b; b = older) {
        older = b->older;
        mem_free(b);
    }
    *a = (struct arena){0};
}

void arena_reset(struct arena *a) {
    struct arena_block *keep = a->newest;
    if (!keep) return;
    for (struct arena_block *b = keep->older, *older; b; b = older) {
        older = b->older;
        mem_free(b);
    }
    keep->older = NULL;
    *a = (struct arena){keep->bytes, keep->bytes + keep->size, keep, 0};
    __asan_poison_memory_region(keep->bytes, keep->size);
}

void arena_back(struct arena *a, struct arena mark) {
    if (!mark.newest && a->newest && !a->newest->older) {
        arena_reset(a);
        return;
    }
    while (a->newest != mark.newest) {
        struct arena_block *b = a->newest;
        a->newest = b->older;
        mem_free(b);
    }
    *a = mark;
    if (a->newest) __asan_poison_memory_region(a->at, (size_t)(a->end - a->at));
}

size_t arena_used(const struct arena *a) {
    return a->used_before + (a->newest ? (size_t)(a->at - a->newest->bytes) : 0);
}

void *arena_zero(struct arena *a, size_t size) {
    void *p = arena_alloc(a, size);
    return size ? memset(p, 0, size) : p;
}

void *arena_grow(struct arena *a, void *at, size_t old_size, size_t size) {
    size_t old = ((old_size + 7) & ~(size_t)7) + ARENA_GUARD, now = ((size + 7) & ~(size_t)7) + ARENA_GUARD;
    if (at && (char *)at + old == a->at && now <= (size_t)(a->end - (char *)at)) {
        a->at = (char *)at + now;
        __asan_poison_memory_region(at, now > old ? now : old);
        ARENA_OPEN(at, size);
        return at;
    }
    void *p = arena_alloc(a, size);
    if (old_size) memcpy(p, at, old_size < size ? old_size : size);
    return p;
}

str arena_str(struct arena *a, str s) {
    char *p = arena_alloc(a, s.len + 1);
    if (s.len) memcpy(p, s.at, s.len);
    p[s.len] = 0;
    return str_of(p, s.len);
}

str arena_join(struct arena *a, str left, str right) {
    char *p = arena_alloc(a, left.len + right.len + 1);
    if (left.len) memcpy(p, left.at, left.len);
    if (right.len) memcpy(p + left.len, right.at, right.len);
    p[left.len + right.len] = 0;
    return str_of(p, left.len + right.len);
}

str arena_vprint(struct arena *a, const char *format, va_list list) {
    va_list again;
    va_copy(again, list);
    int n = vsnprintf(NULL, 0, format, list);
    must(n >= 0);
    char *p = arena_alloc(a, (size_t)n + 1);
    vsnprintf(p, (size_t)n + 1, format, again);
    va_end(again);
    return str_of(p, (size_t)n);
}

str arena_print(struct arena *a, const char *format, ...) {
    va_list list;
    va_start(list, format);
    str s = arena_vprint(a, format, list);
    va_end(list);
    return s;
}
