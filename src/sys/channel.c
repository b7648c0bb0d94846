#include "sys/channel.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "base/list.h"
#include "base/mem.h"
#include "base/must.h"
#include "sys/loop.h"

/* One lock for all channels: what is done under it is a few pointers, and workers send thousands of messages a second,
 * not millions. */
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

struct bell {                       /* what wakes a loop; outlives the port until the loop has closed it */
    struct loop_wake wake;
    struct channel_port *port;      /* NULL once the port is detached */
};

struct channel_port {
    struct channel_port *peer;      /* NULL: closed, or one of a group */
    struct group *group;
    struct channel_message *first, **last;
    struct bell *bell;
    channel_ready_fn *ready;
    void *user;
    uint64_t number;                /* while parked */
    bool had_peer;
};

struct group { struct group *next; char *name; LIST(struct channel_port *) members; };
static struct group *groups;
static LIST(struct channel_port *) parked;
static uint64_t last_number;

/* --- memory that travels */

static void release_plain(struct channel_block *b) { free(b->at); }

struct channel_block *channel_block_new(size_t len) {
    void *at = calloc(1, len ? len : 1);
    if (!at) return NULL;
    struct channel_block *b = NEW(struct channel_block);
    b->at = at;
    b->len = len;
    b->holds = 1;
    b->release = release_plain;
    return b;
}

static struct channel_block *shared;                     /* under the lock */

static struct channel_block *share(struct channel_block *b) {
    b->is_shared = true;
    pthread_mutex_lock(&lock);
    b->next = shared;
    shared = b;
    pthread_mutex_unlock(&lock);
    return b;
}

struct channel_block *channel_shared_new(size_t len) {
    struct channel_block *b = channel_block_new(len);
    return b ? share(b) : NULL;
}

struct channel_block *channel_shared_of(void *at, size_t len, void (*release)(struct channel_block *b), void *user) {
    struct channel_block *b = NEW(struct channel_block);
    *b = (struct channel_block){.at = at, .len = len, .holds = 1, .release = release, .user = user};
    return share(b);
}

struct channel_block *channel_shared_find(const void *at) {
    pthread_mutex_lock(&lock);
    struct channel_block *b = shared;
    while (b && b->at != at) b = b->next;
    if (b) channel_block_hold(b);
    pthread_mutex_unlock(&lock);
    return b;
}

struct channel_block *channel_block_hold(struct channel_block *b) {
    atomic_fetch_add(&b->holds, 1);
    return b;
}

void channel_block_drop(struct channel_block *b) {
    if (b->is_shared) pthread_mutex_lock(&lock);         /* nobody finds it between the last drop and its end */
    bool is_last = atomic_fetch_sub(&b->holds, 1) == 1;
    if (b->is_shared) {
        struct channel_block **at = &shared;
        while (is_last && *at != b) at = &(*at)->next;
        if (is_last) *at = b->next;
        pthread_mutex_unlock(&lock);
    }
    if (!is_last) return;
    b->release(b);
    mem_free(b);
}

/* --- messages */

struct channel_message *channel_message_new(size_t len, size_t n_blocks, size_t n_ports) {
    struct channel_message *m = mem_alloc(sizeof *m + len);
    *m = (struct channel_message){.len = len, .n_blocks = n_blocks, .n_ports = n_ports};
    m->blocks = n_blocks ? mem_zero(n_blocks * sizeof *m->blocks) : NULL;
    m->ports = n_ports ? mem_zero(n_ports * sizeof *m->ports) : NULL;
    return m;
}

void channel_message_free(struct channel_message *m) {
    for (size_t i = 0; i < m->n_blocks; i++)
        if (m->blocks[i]) channel_block_drop(m->blocks[i]);
    for (size_t i = 0; i < m->n_ports; i++)
        if (m->ports[i]) channel_close(m->ports[i]);
    mem_free(m->blocks);
    mem_free(m->ports);
    mem_free(m);
}

static struct channel_message *copy_of(const struct channel_message *m) {
    struct channel_message *c = channel_message_new(m->len, m->n_blocks, 0);
    memcpy(c->bytes, m->bytes, m->len);
    for (size_t i = 0; i < m->n_blocks; i++) c->blocks[i] = channel_block_hold(m->blocks[i]);
    return c;
}

/* --- ports */

static struct channel_port *port_new(void) {
    struct channel_port *p = NEW(struct channel_port);
    p->last = &p->first;
    return p;
}

void channel_pair(struct channel_port **a, struct channel_port **b) {
    *a = port_new();
    *b = port_new();
    (*a)->peer = *b;
    (*b)->peer = *a;
    (*a)->had_peer = (*b)->had_peer = true;
}

struct channel_port *channel_join(const char *name) {
    struct channel_port *p = port_new();
    pthread_mutex_lock(&lock);
    struct group *g = groups;
    while (g && strcmp(g->name, name) != 0) g = g->next;
    if (!g) {
        g = NEW(struct group);
        size_t room = strlen(name) + 1;
        g->name = memcpy(mem_alloc(room), name, room);
        g->next = groups;
        groups = g;
    }
    p->group = g;
    *LIST_ADD(&g->members) = p;
    pthread_mutex_unlock(&lock);
    return p;
}

/* Under the lock. */
static void leave_group(struct channel_port *p) {
    struct group *g = p->group;
    size_t i = 0;
    while (g->members.at[i] != p) i++;
    memmove(&g->members.at[i], &g->members.at[i + 1], (g->members.len - i - 1) * sizeof *g->members.at);
    if (--g->members.len) return;
    struct group **at = &groups;
    while (*at != g) at = &(*at)->next;
    *at = g->next;
    LIST_FREE(&g->members);
    mem_free(g->name);
    mem_free(g);
}

static void ring(struct channel_port *p) {
    if (p->bell) loop_wake_send(&p->bell->wake);
}

static void put(struct channel_port *p, struct channel_message *m) {
    m->next = NULL;
    *p->last = m;
    p->last = &m->next;
    ring(p);
}

size_t channel_send(struct channel_port *p, struct channel_message *m) {
    size_t n = 0;
    pthread_mutex_lock(&lock);
    if (p->peer) {
        put(p->peer, m);
        m = NULL;
        n = 1;
    } else if (p->group) {
        for (size_t i = 0; i < p->group->members.len; i++)
            if (p->group->members.at[i] != p) put(p->group->members.at[i], copy_of(m)), n++;
    }
    pthread_mutex_unlock(&lock);
    if (m) channel_message_free(m);
    return n;
}

struct channel_message *channel_take(struct channel_port *p) {
    pthread_mutex_lock(&lock);
    struct channel_message *m = p->first;
    if (m && !(p->first = m->next)) p->last = &p->first;
    pthread_mutex_unlock(&lock);
    return m;
}

bool channel_has_ended(const struct channel_port *p) {
    pthread_mutex_lock(&lock);
    bool has = p->had_peer && !p->peer && !p->first;
    pthread_mutex_unlock(&lock);
    return has;
}

/* --- on a loop */

static void on_bell(struct loop_wake *w) {
    struct bell *b = w->user;
    if (b->port) b->port->ready(b->port, b->port->user);
}

void channel_attach(struct channel_port *p, struct loop *l, channel_ready_fn *ready, void *user, bool keeps_alive) {
    must(!p->bell);
    struct bell *b = NEW(struct bell);
    b->wake.call = on_bell;
    b->wake.user = b;
    b->port = p;
    must(loop_wake_open(l, &b->wake) == 0);
    loop_wake_ref(&b->wake, keeps_alive);
    pthread_mutex_lock(&lock);
    p->ready = ready;
    p->user = user;
    p->bell = b;
    if (p->first || (p->had_peer && !p->peer)) ring(p);
    pthread_mutex_unlock(&lock);
}

void channel_ready(struct channel_port *p) { ring(p); }
void channel_ref(struct channel_port *p, bool keeps_alive) {
    if (p->bell) loop_wake_ref(&p->bell->wake, keeps_alive);
}

void channel_detach(struct channel_port *p) {
    struct bell *b = p->bell;
    if (!b) return;
    pthread_mutex_lock(&lock);
    p->bell = NULL;                 /* nobody rings it any more */
    pthread_mutex_unlock(&lock);
    b->port = NULL;
    loop_wake_close(&b->wake);
    mem_free(b);
}

void channel_close(struct channel_port *p) {
    channel_detach(p);
    pthread_mutex_lock(&lock);
    if (p->peer) {
        p->peer->peer = NULL;
        ring(p->peer);
    }
    if (p->group) leave_group(p);
    pthread_mutex_unlock(&lock);
    for (struct channel_message *m = p->first, *next; m; m = next) {
        next = m->next;
        channel_message_free(m);
    }
    mem_free(p);
}

/* --- between threads */

uint64_t channel_park(struct channel_port *p) {
    must(!p->bell);
    pthread_mutex_lock(&lock);
    p->number = ++last_number;
    *LIST_ADD(&parked) = p;
    uint64_t number = p->number;
    pthread_mutex_unlock(&lock);
    return number;
}

struct channel_port *channel_claim(uint64_t number) {
    struct channel_port *p = NULL;
    pthread_mutex_lock(&lock);
    for (size_t i = 0; i < parked.len && !p; i++) {
        if (parked.at[i]->number != number) continue;
        p = parked.at[i];
        parked.at[i] = parked.at[--parked.len];
    }
    if (!parked.len) LIST_FREE(&parked);
    pthread_mutex_unlock(&lock);
    return p;
}
