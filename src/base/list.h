/* base/list.h: growing arrays of any type, and intrusive rings.
 *   struct { int *at; size_t len, cap; } ints = {0};   *LIST_ADD(&ints) = 5;   LIST_FREE(&ints); */
#pragma once
#include "base/mem.h"

#define LIST(type) struct { type *at; size_t len, cap; }
#define LIST_ROOM(l) \
    ((l)->len < (l)->cap ? (void)0 \
                         : (void)((l)->cap = (l)->cap ? (l)->cap * 2 : 8, \
                                  (l)->at = mem_resize((l)->at, (l)->cap * sizeof *(l)->at)))
#define LIST_ADD(l)  (LIST_ROOM(l), &(l)->at[(l)->len++])               /* pointer to the new, uninitialised element */
#define LIST_FREE(l) (mem_free((l)->at), (l)->at = NULL, (l)->len = (l)->cap = 0)

struct ring { struct ring *next, *prev; };                              /* a ring of one is empty */
static inline void ring_init(struct ring *r) { r->next = r->prev = r; }
static inline int ring_is_empty(const struct ring *r) { return r->next == r; }
static inline void ring_add(struct ring *before, struct ring *r) {      /* last in the ring whose head is `before` */
    r->prev = before->prev;
    r->next = before;
    before->prev->next = r;
    before->prev = r;
}
static inline void ring_remove(struct ring *r) {
    r->prev->next = r->next;
    r->next->prev = r->prev;
    ring_init(r);
}
