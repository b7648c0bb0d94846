/* base/mem.h: heap memory. Running out aborts; only sizes chosen by a user's input go through mem_try. */
#pragma once
#include <stddef.h>

void *mem_alloc(size_t size);                    /* uninitialised; aborts when there is none */
void *mem_zero(size_t size);                     /* zeroed; aborts when there is none */
void *mem_resize(void *at, size_t size);         /* as realloc; aborts when there is none */
void *mem_try(size_t size);                      /* uninitialised; NULL when there is none */
void  mem_free(void *at);                        /* NULL is allowed */
void  mem_huge(void *at, size_t size);           /* a hint: megabytes that will all be used; fewer page faults */

#define NEW(type)           ((type *)mem_zero(sizeof(type)))
#define NEW_ARRAY(type, n)  ((type *)mem_zero(sizeof(type) * (n)))

#ifdef BAO_TEST
/* The n-th mem_try from now on (1 = the next) gives NULL, once. 0 switches it off. */
void mem_fail_after(size_t n);
#endif
