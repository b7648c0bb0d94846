/* sys/watch.h: changes of a file, or of what a folder holds directly. */
#pragma once
#include "base/err.h"
#include "base/str.h"

struct loop;
enum watch_kind { WATCH_RENAME = 1, WATCH_CHANGE = 2 };
struct watch {
    void *handle;                    /* private */
    void (*call)(struct watch *, err e, enum watch_kind kind, str name);    /* name: of the entry; empty when unknown */
    void *user;
};
err watch_open(struct loop *l, struct watch *w, str path);
void watch_ref(struct watch *w, bool keeps_alive);
void watch_close(struct watch *w);                       /* memory may go at once */
