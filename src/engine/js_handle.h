/* engine/js_handle.h: living C things as JS sees them: numbers. A number is never reused (slot and generation), so a
 * stale one is refused instead of naming a stranger. Tables belong to the thread's realm. */
#pragma once
#include "engine/js.h"

struct js_handle_type {
    const char *name;               /* for messages: "socket" */
    void (*close)(void *thing);     /* called by js_handle_close_all at shutdown; may be NULL */
};

js_val js_handle_make(const struct js_handle_type *type, void *thing);     /* the number, for JS */
double js_handle_number(const struct js_handle_type *type, void *thing);   /* the same, as a double */
void *js_handle(struct js_call *c, size_t i, const struct js_handle_type *type);  /* NULL: closed, or of another type */
void *js_handle_find(double number, const struct js_handle_type *type);
void *js_handle_take(double number, const struct js_handle_type *type);    /* forgets the number; NULL as above */
size_t js_handle_count(void);
void js_handle_close_all(void);                                             /* of this realm, by their types' close */
