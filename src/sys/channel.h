/* sys/channel.h: two ports that belong together, each on a thread's loop: what goes in at one comes out at the other,
 * in order. For messages of workers. A port can be parked, claimed elsewhere, and keeps what waits for it meanwhile.
 * Any thread, unless a function says otherwise. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct loop;
struct channel_port;

/* Memory that goes along with a message. Counted: `release` is called with the last one's drop, on any thread. */
struct channel_block {
    void *at;
    size_t len;
    bool is_shared;                 /* the sender keeps it too */
    _Atomic int holds;
    void (*release)(struct channel_block *b);
    void *user;
    struct channel_block *next;     /* private */
};
struct channel_block *channel_block_new(size_t len);     /* zeroed, held once; NULL when there is no such memory */
/* Memory that several threads see at once: known by its address from then on, until the last one drops it. The second
 * takes memory that is there already; `release` frees it. The third finds either; NULL: it is not shared. Each is held
 * once more. */
struct channel_block *channel_shared_new(size_t len);    /* zeroed; NULL when there is no such memory */
struct channel_block *channel_shared_of(void *at, size_t len, void (*release)(struct channel_block *b), void *user);
struct channel_block *channel_shared_find(const void *at);
struct channel_block *channel_block_hold(struct channel_block *b);
void channel_block_drop(struct channel_block *b);

struct channel_message {            /* one owner */
    struct channel_message *next;   /* private */
    struct channel_block **blocks; size_t n_blocks;      /* each held by the message */
    struct channel_port **ports; size_t n_ports;         /* not attached; owned by the message */
    size_t len;
    uint8_t bytes[];
};
struct channel_message *channel_message_new(size_t len, size_t n_blocks, size_t n_ports);
void channel_message_free(struct channel_message *m);    /* with its blocks and ports */

void channel_pair(struct channel_port **a, struct channel_port **b);
/* All ports of one name hear what any other of them says (BroadcastChannel). */
struct channel_port *channel_join(const char *name);

/* Gives the message away; to how many it goes. Lost when the other side is closed. */
size_t channel_send(struct channel_port *p, struct channel_message *m);
struct channel_message *channel_take(struct channel_port *p); /* the next; NULL: none waits. Of the port's own thread */
bool channel_has_ended(const struct channel_port *p);    /* the other side is closed, and nothing waits */

/* `ready` is called on the loop's thread when something waits or the other side has closed; again after channel_ready.
 * It keeps the loop alive when `keeps_alive`. Of the loop's thread. */
typedef void channel_ready_fn(struct channel_port *p, void *user);
void channel_attach(struct channel_port *p, struct loop *l, channel_ready_fn *ready, void *user, bool keeps_alive);
void channel_ready(struct channel_port *p);              /* calls `ready` again in the next turn */
void channel_ref(struct channel_port *p, bool keeps_alive);
void channel_detach(struct channel_port *p);             /* no more calls; ready to travel */
void channel_close(struct channel_port *p);              /* attached or not; the port is gone */

/* A port's name while no thread has it: a number that is claimed once. 0 is none. */
uint64_t channel_park(struct channel_port *p);           /* not attached */
struct channel_port *channel_claim(uint64_t number);     /* NULL when there is none */
