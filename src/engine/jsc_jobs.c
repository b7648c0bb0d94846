/* engine/jsc_jobs.c: queues of promise jobs beside the realm's own.
 *
 * The engine has one queue a VM, and says nowhere which job goes to which queue. But it has queues as objects that know
 * each other: a list node of two words, then what waits, in memory that may be moved. So the contents of two of them
 * change places. */
#include "base/must.h"
#include "engine/internal.h"

enum { WORD = sizeof(void *), NODE = 2 * WORD, MOST = 64 * WORD, LEAST = 4 * WORD, FILL = 0xaa };

struct js_jobs {
    char *own;                      /* the realm's queue */
    size_t len;
    _Alignas(16) char queue[MOST];  /* node and contents */
};

static size_t filled_from(const char *at) {
    size_t n = MOST;
    while (n && (unsigned char)at[n - 1] == FILL) n--;
    return n;
}

static void *word_at(const char *at, size_t i) {
    void *w;
    memcpy(&w, at + i * WORD, sizeof w);
    return w;
}

static bool is_empty(const char *queue, size_t len) {
    for (size_t i = NODE; i < len; i++)
        if (queue[i]) return false;
    return true;
}

/* In a list of a VM's queues with nothing else in it, the one before the new one is the realm's own; others of ours are
 * skipped. */
static char *realm_queue(struct js_jobs *q, void *end) {
    char *at = q->queue;
    for (int i = 0; i < 10000; i++) {
        char *before = word_at(at, 1);
        if (before == end || !before) return at == q->queue ? NULL : at;
        at = before;
    }
    return NULL;
}

struct js_jobs *js_jobs_new(void) {
    if (!jsc.queue_init || !jsc.queue_done || !js_here->inside) return NULL;
    struct js_jobs *q = NEW(struct js_jobs);
    memset(q->queue, FILL, MOST);
    js_enter();
    jsc.queue_init(q->queue, (void *)(uintptr_t)js_here->group);
    q->len = filled_from(q->queue);
    q->own = realm_queue(q, word_at(q->queue, 0));
    js_leave();
    if (q->own && q->len >= LEAST && q->len < MOST && q->len % WORD == 0 && is_empty(q->queue, q->len)) return q;
    js_jobs_free(q);
    return NULL;
}

void js_jobs_swap(struct js_jobs *q) {
    char kept[MOST];
    size_t len = q->len - NODE;
    js_enter();
    memcpy(kept, q->own + NODE, len);
    memcpy(q->own + NODE, q->queue + NODE, len);
    memcpy(q->queue + NODE, kept, len);
    js_leave();
}

void js_jobs_free(struct js_jobs *q) {
    js_enter();
    jsc.queue_done(q->queue);
    js_leave();
    mem_free(q);
}
