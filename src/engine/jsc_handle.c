/* engine/jsc_handle.c: the table of handle numbers: generation * 2^24 + slot, never given twice. Free slots wait in a
 * queue, so that a generation lasts as long as possible. */
#include "base/must.h"
#include "engine/internal.h"

enum { SLOT_BITS = 24, MOST_SLOTS = 1 << SLOT_BITS, NO_SLOT = -1 };

static struct js_handle_slot *slot_of(double number) {
    struct js_realm *r = js_here;
    if (!(number >= 0 && number < 9007199254740992.0)) return NULL;
    uint64_t n = (uint64_t)number, at = n & (MOST_SLOTS - 1);
    if ((double)n != number || at >= r->n_slots) return NULL;
    struct js_handle_slot *s = &r->slots[at];
    return s->thing && s->generation == n >> SLOT_BITS ? s : NULL;
}

static void grow(struct js_realm *r) {
    size_t n = r->n_slots ? r->n_slots * 2 : 64;
    must(n <= MOST_SLOTS);
    r->slots = mem_resize(r->slots, n * sizeof *r->slots);
    for (size_t i = r->n_slots; i < n; i++)
        r->slots[i] = (struct js_handle_slot){.next = i + 1 < n ? (uint32_t)i + 1 : (uint32_t)NO_SLOT};
    r->first_free = (uint32_t)r->n_slots;
    r->last_free = (uint32_t)n - 1;
    r->n_slots = n;
}

double js_handle_number(const struct js_handle_type *type, void *thing) {
    struct js_realm *r = js_here;
    must(thing);
    if (!r->n_slots || r->first_free == (uint32_t)NO_SLOT) grow(r);
    uint32_t at = r->first_free;
    struct js_handle_slot *s = &r->slots[at];
    r->first_free = s->next;
    s->thing = thing;
    s->type = type;
    r->n_handles++;
    return (double)(((uint64_t)s->generation << SLOT_BITS) + at);
}

js_val js_handle_make(const struct js_handle_type *type, void *thing) {
    return js_make_num(js_handle_number(type, thing));
}

void *js_handle_find(double number, const struct js_handle_type *type) {
    struct js_handle_slot *s = slot_of(number);
    return s && s->type == type ? s->thing : NULL;
}

void *js_handle(struct js_call *c, size_t i, const struct js_handle_type *type) {
    return js_handle_find(js_num(c, i), type);
}

void *js_handle_take(double number, const struct js_handle_type *type) {
    struct js_realm *r = js_here;
    struct js_handle_slot *s = slot_of(number);
    if (!s || s->type != type) return NULL;
    void *thing = s->thing;
    uint32_t at = (uint32_t)(s - r->slots);
    *s = (struct js_handle_slot){.generation = (s->generation + 1) & ((1u << 29) - 1), .next = (uint32_t)NO_SLOT};
    if (r->first_free == (uint32_t)NO_SLOT) r->first_free = at;
    else r->slots[r->last_free].next = at;
    r->last_free = at;
    r->n_handles--;
    return thing;
}

void js_handle_close_all(void) {
    struct js_realm *r = js_here;
    for (size_t i = 0; i < r->n_slots; i++) {
        struct js_handle_slot s = r->slots[i];
        if (!s.thing) continue;
        r->slots[i].thing = NULL;
        r->n_handles--;
        if (s.type->close) s.type->close(s.thing);
    }
}

size_t js_handle_count(void) { return js_here->n_handles; }
