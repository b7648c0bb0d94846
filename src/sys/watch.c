#include "sys/watch.h"

#include <uv.h>

#include "base/mem.h"
#include "sys/file.h"
#include "sys/loop.h"

static void on_event(uv_fs_event_t *h, const char *name, int events, int status) {
    struct watch *w = h->data;
    if (w) w->call(w, status < 0 ? status : 0, events & UV_RENAME ? WATCH_RENAME : WATCH_CHANGE, str_c(name));
}
static void free_handle(uv_handle_t *h) { mem_free(h); }

err watch_open(struct loop *l, struct watch *w, str path) {
    char c[4096];
    TRY(file_path_c(path, c));
    uv_fs_event_t *h = NEW(uv_fs_event_t);
    uv_fs_event_init(loop_uv(l), h);
    h->data = w;
    err e = uv_fs_event_start(h, on_event, c, 0);
    if (e) {
        uv_close((uv_handle_t *)h, free_handle);
        return e;
    }
    w->handle = h;
    return 0;
}
void watch_ref(struct watch *w, bool keeps_alive) {
    if (keeps_alive) uv_ref(w->handle);
    else uv_unref(w->handle);
}
void watch_close(struct watch *w) {
    uv_handle_t *h = w->handle;
    if (!h) return;
    w->handle = NULL;
    h->data = NULL;
    uv_close(h, free_handle);
}
