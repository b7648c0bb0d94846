#include "sys/channel.h"

#include <math.h>
#include <stdatomic.h>
#include <string.h>

#include "base/test.h"
#include "sys/futex.h"
#include "sys/loop.h"
#include "sys/thread.h"

static struct channel_message *text(const char *s) {
    struct channel_message *m = channel_message_new(strlen(s), 0, 0);
    memcpy(m->bytes, s, m->len);
    return m;
}

/* Answers each number with its double until the other side closes. */
static void echo_ready(struct channel_port *p, void *user) {
    for (struct channel_message *m; (m = channel_take(p)) != NULL; channel_message_free(m)) {
        int32_t n;
        memcpy(&n, m->bytes, 4);
        n *= 2;
        struct channel_message *back = channel_message_new(4, 0, 0);
        memcpy(back->bytes, &n, 4);
        channel_send(p, back);
    }
    if (channel_has_ended(p)) *(bool *)user = true;
}
static void echo_thread(void *argument) {
    struct channel_port *p = channel_claim(*(uint64_t *)argument);
    struct loop *l = loop_new();
    bool over = false;
    channel_attach(p, l, echo_ready, &over, true);
    while (!over) loop_run_once(l, LOOP_WAIT);
    channel_close(p);
    loop_free(l);
}

struct sum { int64_t total; int n; };
static void sum_ready(struct channel_port *p, void *user) {
    struct sum *s = user;
    for (struct channel_message *m; (m = channel_take(p)) != NULL; channel_message_free(m)) {
        int32_t n;
        memcpy(&n, m->bytes, 4);
        s->total += n;
        s->n++;
    }
}

TEST(channels_carry_messages_between_threads_in_order) {
    enum { N = 20000 };
    struct channel_port *a, *b;
    struct thread t;
    struct sum s = {0};
    channel_pair(&a, &b);
    uint64_t number = channel_park(b);
    CHECK(!channel_claim(number + 1));
    for (int32_t i = 0; i < 10; i++) {                   /* these wait for the thread */
        struct channel_message *m = channel_message_new(4, 0, 0);
        memcpy(m->bytes, &i, 4);
        channel_send(a, m);
    }
    CHECK_INT(thread_start(&t, echo_thread, &number, 0), 0);
    struct loop *l = loop_new();
    channel_attach(a, l, sum_ready, &s, true);
    for (int32_t i = 10; i < N; i++) {
        struct channel_message *m = channel_message_new(4, 0, 0);
        memcpy(m->bytes, &i, 4);
        channel_send(a, m);
    }
    while (s.n < N) loop_run_once(l, LOOP_WAIT);
    CHECK_INT(s.total, (int64_t)N * (N - 1));
    CHECK(!channel_claim(number));
    channel_close(a);
    thread_join(&t);
    loop_free(l);
}

static void no_ready(struct channel_port *p, void *user) { (void)p, (void)user; }

TEST(channels_lose_nothing_while_a_port_travels_and_free_what_is_never_read) {
    struct channel_port *a, *b, *c, *d;
    channel_pair(&a, &b);
    channel_pair(&c, &d);
    channel_send(a, text("first"));
    struct loop *l = loop_new();
    channel_attach(b, l, no_ready, NULL, false);
    channel_detach(b);
    struct channel_message *m = channel_message_new(0, 1, 1);
    m->blocks[0] = channel_block_new(100);
    m->ports[0] = b;
    channel_send(c, m);
    m = channel_take(d);
    b = m->ports[0];
    m->ports[0] = NULL;
    channel_message_free(m);
    m = channel_take(b);
    CHECK_STR(str_of((const char *)m->bytes, m->len), STR("first"));
    channel_message_free(m);
    m = channel_message_new(0, 0, 1);
    m->ports[0] = b;
    channel_send(c, m);                                  /* never read: goes with its port */
    channel_send(a, text("lost"));
    channel_close(c);
    CHECK(!channel_has_ended(d));
    channel_close(d);
    CHECK(channel_has_ended(a));
    channel_send(a, text("nobody"));
    channel_close(a);
    loop_free(l);
}

TEST(channels_of_one_name_hear_each_other_but_not_themselves) {
    struct channel_port *a = channel_join("x"), *b = channel_join("x"), *c = channel_join("x"), *d = channel_join("y");
    channel_send(a, text("hi"));
    CHECK(!channel_take(a) && !channel_take(d));
    struct channel_port *both[] = {b, c};
    for (int i = 0; i < 2; i++) {
        struct channel_message *m = channel_take(both[i]);
        CHECK(m && m->len == 2);
        channel_message_free(m);
    }
    struct channel_port *all[] = {a, b, c, d};
    for (int i = 0; i < 4; i++) channel_close(all[i]);
}

static _Atomic int32_t place;
static void notify_thread(void *argument) {
    (void)argument;
    atomic_store(&place, 1);
    while (!futex_notify(&place, 1)) {}
}
static bool always(void *user) { return ++*(int *)user > 2; }
TEST(futexes_wake_whom_they_are_told_to) {
    struct thread t;
    int asked = 0;
    CHECK_INT(futex_wait(&place, 4, 7, INFINITY, NULL, NULL), FUTEX_NOT_EQUAL);
    CHECK_INT(futex_wait(&place, 4, 0, 1, NULL, NULL), FUTEX_TIMED_OUT);
    CHECK_INT(futex_wait(&place, 4, 0, INFINITY, always, &asked), FUTEX_STOPPED);
    CHECK_INT(futex_notify(&place, 1), 0);
    CHECK_INT(thread_start(&t, notify_thread, NULL, 0), 0);
    enum futex_end end = FUTEX_NOT_EQUAL;
    while (end == FUTEX_NOT_EQUAL) end = futex_wait(&place, 4, atomic_load(&place), INFINITY, NULL, NULL);
    CHECK_INT(end, FUTEX_OK);
    thread_join(&t);
}
