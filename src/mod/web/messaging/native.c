/* mod/web/messaging/native.c: the door of messages between realms: ports over sys/channel, memory that two realms see,
 * and waiting at a place in it. Values were made bytes by serialize.ts. */
#include <math.h>
#include <stdatomic.h>

#include "base/must.h"
#include "base/mem.h"
#include "engine/js_handle.h"
#include "engine/js_op.h"
#include "engine/js_realm.h"
#include "sys/channel.h"
#include "sys/futex.h"
#include "sys/loop.h"

/* --- ports: the thing behind a handle is the port with the function that hears of it */

struct end {
    struct channel_port *port;
    js_val on_ready;                /* held; NULL while nobody listens */
};

static void end_close(void *thing) {
    struct end *e = thing;
    channel_close(e->port);
    js_drop(e->on_ready);
    mem_free(e);
}
static const struct js_handle_type end_type = {.name = "message port", .close = end_close};

static js_val end_new(struct channel_port *p) {
    struct end *e = NEW(struct end);
    e->port = p;
    return js_handle_make(&end_type, e);
}

/* The port of a handle, which is no more: it travels. NULL: there is no such handle. */
static struct channel_port *take_port(double handle) {
    struct end *e = js_handle_take(handle, &end_type);
    if (!e) return NULL;
    struct channel_port *p = e->port;
    channel_detach(p);
    js_drop(e->on_ready);
    mem_free(e);
    return p;
}

NATIVE(messaging_pair) {
    struct channel_port *a, *b;
    channel_pair(&a, &b);
    js_val ends[2];
    ends[0] = end_new(a);
    ends[1] = end_new(b);
    return js_make_array(2, ends);
}

NATIVE(messaging_join) { return end_new(channel_join(js_str(c, 0).at)); }
NATIVE(messaging_park) {
    struct channel_port *p = take_port(js_num(c, 0));
    return js_make_num(p ? (double)channel_park(p) : 0);
}
NATIVE(messaging_claim) {
    struct channel_port *p = channel_claim((uint64_t)js_num(c, 0));
    return p ? end_new(p) : NULL;
}

static void on_ready(struct channel_port *p, void *user) {
    struct end *e = user;
    (void)p;
    if (!e->on_ready) return;
    js_enter();
    js_val fn = e->on_ready, more;                       /* on the stack: it may close its end */
    do more = js_callback(fn, NULL, 0, NULL);
    while (more && js_truthy(more));
    js_leave();
}

NATIVE(messaging_listen) {
    struct end *e = js_handle(c, 0, &end_type);
    if (!e) return NULL;
    must(!e->on_ready);
    e->on_ready = js_hold(js_arg(c, 1));
    channel_attach(e->port, c->loop, on_ready, e, js_bool(c, 2));
    return NULL;
}
NATIVE(messaging_ref) {
    struct end *e = js_handle(c, 0, &end_type);
    if (e) channel_ref(e->port, js_bool(c, 1));
    return NULL;
}
NATIVE(messaging_again) {
    struct end *e = js_handle(c, 0, &end_type);
    if (e) channel_ready(e->port);
    return NULL;
}
NATIVE(messaging_ended) {
    struct end *e = js_handle(c, 0, &end_type);
    return js_make_bool(!e || channel_has_ended(e->port));
}
NATIVE(messaging_close) {
    struct end *e = js_handle_take(js_num(c, 0), &end_type);
    if (e) end_close(e);
    return NULL;
}

/* --- memory */

/* The engine's own SharedArrayBuffer that other realms were shown: it must not be collected while they have it. */
struct kept { struct kept *next; js_val object; _Atomic bool is_over; };
static _Thread_local struct kept *kept;

static void kept_is_over(struct channel_block *b) { atomic_store(&((struct kept *)b->user)->is_over, true); }

static void sweep(void) {
    for (struct kept **at = &kept, *k; (k = *at) != NULL;) {
        if (!atomic_load(&k->is_over)) {
            at = &k->next;
            continue;
        }
        *at = k->next;
        js_drop(k->object);
        mem_free(k);
    }
}

static struct channel_block *block_of(js_val buffer, bool is_shared) {
    struct js_bytes b = js_to_bytes(buffer);
    if (!is_shared) {
        struct channel_block *block = channel_block_new(b.len);
        if (block && b.len) memcpy(block->at, b.at, b.len);
        return block;
    }
    struct channel_block *block = channel_shared_find(b.at);
    if (block) return block;
    struct kept *k = NEW(struct kept);
    k->object = js_hold(buffer);
    k->next = kept;
    kept = k;
    return channel_shared_of(b.at, b.len, kept_is_over, k);
}

static void release_block(void *at, void *user) {
    (void)at;
    channel_block_drop(user);
}

/* Takes over one hold of the block. */
static js_val buffer_of(struct channel_block *b) { return js_make_buffer_adopt(b->at, b->len, release_block, b); }

NATIVE(messaging_share) {
    struct channel_block *b = channel_shared_new((size_t)js_num(c, 0));
    return b ? buffer_of(b) : js_throw(JS_RANGE_ERROR, NULL, "Array buffer allocation failed");
}

/* --- messages */

static uint32_t count_of(js_val list) { return js_is_object(list) ? (uint32_t)js_to_num(js_get(list, "length")) : 0; }

/* send(port, bytes, length, buffers, are they shared, ports) => to how many */
NATIVE(messaging_send) {
    struct end *e = js_handle(c, 0, &end_type);
    struct js_bytes bytes = js_bytes(c, 1);
    size_t len = js_uint(c, 2);
    js_val buffers = js_arg(c, 3), shared = js_arg(c, 4), ports = js_arg(c, 5);
    sweep();
    must(len <= bytes.len);
    struct channel_message *m = channel_message_new(len, count_of(buffers), count_of(ports));
    if (len) memcpy(m->bytes, bytes.at, len);
    for (uint32_t i = 0; i < m->n_blocks; i++) {
        m->blocks[i] = block_of(js_get_at(buffers, i), js_truthy(js_get_at(shared, i)));
        if (m->blocks[i]) continue;
        channel_message_free(m);
        return js_throw(JS_RANGE_ERROR, NULL, "Array buffer allocation failed");
    }
    for (uint32_t i = 0; i < m->n_ports; i++) m->ports[i] = take_port(js_to_num(js_get_at(ports, i)));
    if (e) return js_make_num((double)channel_send(e->port, m));
    channel_message_free(m);
    return js_make_num(0);
}

/* take(port) => [bytes, buffers, are they shared, ports] */
NATIVE(messaging_take) {
    struct end *e = js_handle(c, 0, &end_type);
    struct channel_message *m = e ? channel_take(e->port) : NULL;
    if (!m) return NULL;
    js_val parts[] = {js_make_bytes_copy(m->bytes, m->len), js_make_array(0, NULL), js_make_array(0, NULL),
                      js_make_array(0, NULL)};
    for (uint32_t i = 0; i < m->n_blocks; i++) {
        js_set_at(parts[2], i, js_make_bool(m->blocks[i]->is_shared));
        js_set_at(parts[1], i, buffer_of(m->blocks[i]));
        m->blocks[i] = NULL;
    }
    for (uint32_t i = 0; i < m->n_ports; i++) {
        js_set_at(parts[3], i, m->ports[i] ? end_new(m->ports[i]) : js_make_null());
        m->ports[i] = NULL;
    }
    channel_message_free(m);
    return js_make_array(4, parts);
}

/* --- Atomics.wait and notify: the index was checked, the view is an Int32Array or a BigInt64Array */

static bool stops(void *user) { return js_realm_is_stopped(); }

/* wait(view, byte offset, bytes of an element, expected, ms) => 0 ok, 1 not-equal, 2 timed-out */
NATIVE(messaging_wait) {
    struct js_bytes b = js_bytes(c, 0);
    size_t at = js_uint(c, 1), size = js_uint(c, 2);
    must(at + size <= b.len);
    return js_make_num(futex_wait(b.at + at, size, js_long(c, 3), js_num(c, 4), stops, NULL));
}
NATIVE(messaging_notify) {
    struct js_bytes b = js_bytes(c, 0);
    double most = js_num(c, 2);
    return js_make_num(futex_notify(b.at + js_uint(c, 1), most < UINT32_MAX ? (unsigned)most : UINT32_MAX));
}

/* --- Atomics.waitAsync */

struct waiting {
    struct futex_waiter waiter;
    struct loop_wake wake;
    js_val view, done;              /* held */
    double number;
};

static void waiting_end(struct waiting *w) {
    futex_cancel(&w->waiter);
    loop_wake_close(&w->wake);
    js_drop(w->view);
    js_drop(w->done);
    mem_free(w);
}
static void waiting_close(void *thing) { waiting_end(thing); }
static const struct js_handle_type waiting_type = {.name = "waiter", .close = waiting_close};

static void on_woken(struct futex_waiter *f) { loop_wake_send(&((struct waiting *)f)->wake); }

static void is_woken(struct loop_wake *wake) {
    struct waiting *w = wake->user;
    if (!w->waiter.is_woken || !js_handle_take(w->number, &waiting_type)) return;
    js_enter();
    js_val done = w->done;
    waiting_end(w);                                      /* `done` lives on the stack */
    js_callback(done, NULL, 0, NULL);
    js_leave();
}

/* waitAsync(view, byte offset, bytes of an element, expected, done) => the number of what waits; undefined: it is not
 * equal */
NATIVE(messaging_wait_async) {
    struct js_bytes b = js_bytes(c, 0);
    size_t at = js_uint(c, 1), size = js_uint(c, 2);
    must(at + size <= b.len);
    struct waiting *w = NEW(struct waiting);
    w->waiter.woken = on_woken;
    w->wake.call = is_woken;
    w->wake.user = w;
    if (loop_wake_open(c->loop, &w->wake)) {
        mem_free(w);
        return js_throw(JS_ERROR, "EMFILE", "Atomics.waitAsync: too many open files");
    }
    loop_wake_ref(&w->wake, false);
    w->view = js_hold(js_arg(c, 0));
    w->done = js_hold(js_arg(c, 4));
    w->number = js_handle_number(&waiting_type, w);
    if (futex_wait_async(&w->waiter, b.at + at, size, js_long(c, 3)) == FUTEX_OK) return js_make_num(w->number);
    w->waiter.is_woken = true;                           /* it waits nowhere */
    js_handle_take(w->number, &waiting_type);
    waiting_end(w);
    return NULL;
}
/* true: it waited till now, and does no more */
NATIVE(messaging_cancel) {
    struct waiting *w = js_handle_find(js_num(c, 0), &waiting_type);
    if (!w || !futex_cancel(&w->waiter)) return js_make_bool(false);
    w->waiter.is_woken = true;
    js_handle_take(w->number, &waiting_type);
    waiting_end(w);
    return js_make_bool(true);
}

static const struct js_native natives[] = {
    {"pair", messaging_pair, "(): [number, number]"},
    {"join", messaging_join, "(name: string): number"},
    {"park", messaging_park, "(port: number): number"},
    {"claim", messaging_claim, "(number: number): number | undefined"},
    {"listen", messaging_listen, "(port: number, ready: () => void, keepsAlive: boolean): void"},
    {"ref", messaging_ref, "(port: number, keepsAlive: boolean): void"},
    {"again", messaging_again, "(port: number): void"},
    {"ended", messaging_ended, "(port: number): boolean"},
    {"close", messaging_close, "(port: number): void"},
    {"share", messaging_share, "(length: number): ArrayBuffer"},
    {"send", messaging_send,
     "(port: number, bytes: Uint8Array, length: number, buffers: ArrayBuffer[], shared: boolean[], ports: number[]): number"},
    {"take", messaging_take, "(port: number): [Uint8Array, ArrayBuffer[], boolean[], (number | null)[]] | undefined"},
    {"wait", messaging_wait,
     "(view: ArrayBufferView, at: number, size: number, expected: number | bigint, ms: number): number"},
    {"waitAsync", messaging_wait_async,
     "(view: ArrayBufferView, at: number, size: number, expected: number | bigint, done: () => void): number | undefined"},
    {"cancel", messaging_cancel, "(waiter: number): boolean"},
    {"notify", messaging_notify, "(view: ArrayBufferView, at: number, most: number): number"},
};
JS_DOOR(web_messaging, natives)
