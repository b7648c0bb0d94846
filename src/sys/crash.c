#include "sys/crash.h"

#include <dlfcn.h>
#include <execinfo.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "sys/image.h"

static const char *shown_version;
static char alternate_stack[64 * 1024];

/* Only what may be called within a signal handler. */
static void say(const char *text) {
    ssize_t unused = write(2, text, strlen(text));
    (void)unused;
}

/* The unwinder knows only what the dynamic linker loaded. */
static void tell_unwinder(void) {
    struct image_place p;
    void *library = image_at(0, &p) ? dlopen("libgcc_s.so.1", RTLD_NOW) : NULL;
    void (*add)(const void *) = library ? (void (*)(const void *))dlsym(library, "__register_frame") : NULL;
    for (size_t i = 0; add && image_at(i, &p); i++)
        if (p.frames) add(p.frames);
}

/* Addresses within them are told by number only: where they lie makes names of them. */
static void say_images(void) {
    struct image_place p;
    for (size_t i = 0; image_at(i, &p); i++) {
        char text[20] = "0x";
        for (int digit = 0; digit < 16; digit++)
            text[2 + digit] = "0123456789abcdef"[(uintptr_t)p.at >> (60 - 4 * digit) & 15];
        say(text);
        say(" ");
        say(p.name);
        say("\n");
    }
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
    tell_unwinder();
    backtrace_symbols_fd(frames, backtrace(frames, 64), 2);
    say_images();
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
