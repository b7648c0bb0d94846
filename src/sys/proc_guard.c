/* sys/proc_guard.c: a program that leaves nothing behind. Of Linux: who started us may tell us by a signal that it is
 * gone (PR_SET_PDEATHSIG), and what loses its parent below us becomes our child (PR_SET_CHILD_SUBREAPER), so that all
 * descendants are found in /proc until the last is gone, also those that went into sessions of their own. */
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/list.h"
#include "sys/dir.h"
#include "sys/file.h"
#include "sys/proc.h"

enum { MOST_ROUNDS = 400, ROUND_MS = 5 };    /* 2 s: what stays waits for a disk, or is another user's */

struct process { pid_t pid, parent; bool is_ours; };
struct processes { struct process *at; size_t len, cap; };

/* "12 (a name) S 3 ...": a name may have brackets and blanks itself. */
static bool read_process(pid_t pid, struct process *out) {
    char path[64], state;
    struct buf text = {0};
    int parent = 0;
    snprintf(path, sizeof path, "/proc/%d/stat", (int)pid);
    bool is_read = file_read_all(str_c(path), &text) == 0;
    ptrdiff_t end = is_read ? str_rfind_char(buf_view(&text), ')') : -1;
    bool is_good = end > 0 && sscanf(buf_c(&text) + end + 1, " %c %d", &state, &parent) == 2;
    buf_free(&text);
    *out = (struct process){.pid = pid, .parent = parent};
    return is_good && state != 'Z' && state != 'X';
}

static void list_processes(struct processes *all) {
    struct arena a = {0};
    struct dir_entry *found;
    size_t n;
    int64_t pid;
    if (dir_list(&a, STR("/proc"), &found, &n) != 0) n = 0;
    for (size_t i = 0; i < n; i++) {
        struct process p;
        if (str_to_int(found[i].name, &pid) && pid > 0 && read_process((pid_t)pid, &p)) *LIST_ADD(all) = p;
    }
    arena_free(&a);
}

static size_t mark_ours(struct processes *all) {
    size_t n = 0;
    for (bool more = true; more;) {
        more = false;
        for (size_t i = 0; i < all->len; i++) {
            struct process *p = &all->at[i];
            bool is_ours = p->parent == getpid();
            for (size_t k = 0; k < all->len && !is_ours; k++)
                is_ours = all->at[k].is_ours && all->at[k].pid == p->parent;
            if (p->is_ours || !is_ours) continue;
            p->is_ours = more = true;
            n++;
        }
    }
    return n;
}

/* What was killed has had no time to go, and may have started more before: again until nothing is there. */
static void end_descendants(void) {
    const struct timespec round = {.tv_nsec = ROUND_MS * 1000000L};
    for (int i = 0; i < MOST_ROUNDS; i++) {
        struct processes all = {0};
        list_processes(&all);
        size_t n = mark_ours(&all);
        for (size_t k = 0; k < all.len; k++)
            if (all.at[k].is_ours) kill(all.at[k].pid, SIGKILL);
        LIST_FREE(&all);
        while (waitpid(-1, NULL, WNOHANG) > 0) {}
        if (!n) return;
        nanosleep(&round, NULL);
    }
}

static volatile pid_t guarded;
static void parent_is_gone(int unused) {
    (void)unused;
    int saved = errno;
    if (guarded > 0) kill(guarded, SIGKILL);
    errno = saved;
}

err proc_guard(const struct proc_spec *s, struct proc_end *end) {
    struct proc_spec mine = *s;
    pid_t parent = getppid(), pid;
    int gone = SIGRTMIN + 4;                     /* none that anybody sends us for another reason */
    struct sigaction act = {.sa_handler = parent_is_gone};
    mine.dies_with_us = true;
    sigaction(gone, &act, NULL);
    if (prctl(PR_SET_PDEATHSIG, gone) != 0 || prctl(PR_SET_CHILD_SUBREAPER, 1) != 0) return -errno;
    err e = proc_spawn(&mine, &pid);
    if (e) return e;
    guarded = pid;
    if (getppid() != parent) kill(pid, SIGKILL);
    e = proc_wait_passing_signals(pid, end);
    guarded = 0;
    end_descendants();
    return e;
}
