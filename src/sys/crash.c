#include "sys/crash.h"

#include <execinfo.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static const char *shown_version;
static char alternate_stack[64 * 1024];

/* Only what may be called within a signal handler. */
static void say(const char *text) {
    ssize_t unused = write(2, text, strlen(text));
    (void)unused;
}

static void on_crash(int number, siginfo_t *info, void *context) {
    (void)info;
    (void)context;
    void *frames[64];
    signal(number, SIG_DFL);
    say("bao ");
    say(shown_version);
    say(" crashed: ");
    say(number == SIGSEGV ? "SIGSEGV" : number == SIGBUS ? "SIGBUS" : number == SIGILL ? "SIGILL" : "SIGFPE");
    say(". This is a bug of bao; please report it with these addresses:\n");
    backtrace_symbols_fd(frames, backtrace(frames, 64), 2);
    raise(number);
}

void crash_catch(const char *version) {
    shown_version = version;
    stack_t stack = {.ss_sp = alternate_stack, .ss_size = sizeof alternate_stack};
    struct sigaction action = {.sa_flags = SA_SIGINFO | SA_ONSTACK | SA_NODEFER};
    action.sa_sigaction = on_crash;
    sigemptyset(&action.sa_mask);
    if (sigaltstack(&stack, NULL)) return;
    static const int faults[] = {SIGSEGV, SIGBUS, SIGILL, SIGFPE};
    for (size_t i = 0; i < sizeof faults / sizeof *faults; i++) sigaction(faults[i], &action, NULL);
}
