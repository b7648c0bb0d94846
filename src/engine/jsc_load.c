/* engine/jsc_load.c: finds JavaScriptCore on this machine and looks its functions up. */
#include <dlfcn.h>
#include <link.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/uio.h>
#include <unistd.h>

#include "base/must.h"
#include "engine/internal.h"

struct jsc jsc;

static const char *const libraries[] = {
    "libjavascriptcoregtk-4.1.so.0", "libjavascriptcoregtk-6.0.so.1", "libjavascriptcoregtk-4.0.so.18",
};
static char version[64];

static const struct { const char *name; size_t at; } public_names[] = {
#define X(type, name, args) {#name, offsetof(struct jsc, name)},
    JSC_PUBLIC(X)
};
static const struct { const char *name; size_t at; } optional_names[] = {
    JSC_OPTIONAL(X)
#undef X
#define X(type, name, args, symbol) {symbol, offsetof(struct jsc, name)},
    JSC_MANGLED(X)
#undef X
};

/* Start and end of each library of stubs.txt, closed by NULL (tools/stubs.sh). */
struct stub { const char *at, *end; };
extern const struct stub js_stubs[];
enum { MOST_STUBS = 8 };

/* A library that is loaded satisfies every later one that names it. It must be a file to be loaded: it lives in memory.
 * The descriptor stays open for now: two libraries of one path would be taken for one. */
static void *load_stub(const struct stub *s, int *fd) {
    char path[64];
    size_t len = (size_t)(s->end - s->at);
    *fd = memfd_create("bao", MFD_CLOEXEC);
    if (*fd < 0) return NULL;
    snprintf(path, sizeof path, "/proc/self/fd/%d", *fd);
    return write(*fd, s->at, len) == (ssize_t)len ? dlopen(path, RTLD_NOW | RTLD_LOCAL) : NULL;
}

/* What the engine's allocator touches of its two heaps until a first line is printed (2.50). */
static const struct image_ahead heaps[] = {
    {32 << 20, 16 << 20, {{0, 14}, {0x20, 17}, {0x40, 11}, {0x60, 36}, {0x400, 91}}},
    {32 << 20, 16 << 20, {{0, 0x7d}}},
    {0, 0, {{0, 0}}},
};

/* The engine's options.
 *
 * The last compiler takes more time than everything else of a program that runs for seconds (tsc: 3.1 of 5.9 s), and on
 * few processors it takes it from the program. It comes four times later there: tsc 4.1 s, and hot loops find it all
 * the same.
 *
 * The heap may grow to two and a half times what is alive before it is collected again, not to four: a tenth to a third
 * less memory for no more time (tsc, the transpiler).
 *
 * It is first collected at 4 MB, not at 1: what a program has made when its modules are in is nearly all kept, so that
 * a collection then finds nothing (200 modules of TypeScript: 0.92 of the time, zod and rxjs: 0.85; memory at most
 * 1.04). */
enum { BOOLEAN, INTEGER, UNSIGNED, TENTHS };
static const struct option { const char *name; int kind, value; bool for_few; } options[] = {
    {"useTailCalls", BOOLEAN, 0, false},
    {"useSharedArrayBuffer", BOOLEAN, 1, false},
    {"usePollingTraps", BOOLEAN, 1, false},
    {"defaultErrorStackTraceLimit", UNSIGNED, 10, false},
    {"heapGrowthMaxIncrease", TENTHS, 15, false},
    {"smallHeapSize", UNSIGNED, 4 << 20, false},
    {"thresholdForFTLOptimizeAfterWarmUp", INTEGER, 400000, true},
    {"thresholdForFTLOptimizeSoon", INTEGER, 4000, true},
};
enum { N_OPTIONS = sizeof options / sizeof *options, FEW = 4 };

static bool is_for_here(const struct option *o) { return !o->for_few || sysconf(_SC_NPROCESSORS_ONLN) <= FEW; }

/* By functions, which bring GObject along: 0.3 ms. */
static void set_options(void) {
    for (const struct option *o = options; o < options + N_OPTIONS; o++) {
        if (!is_for_here(o)) continue;
        if (o->kind == BOOLEAN) jsc.jsc_options_set_boolean(o->name, o->value);
        else if (o->kind == INTEGER) jsc.jsc_options_set_int(o->name, o->value);
        else if (o->kind == TENTHS) jsc.jsc_options_set_double(o->name, o->value / 10.0);
        else jsc.jsc_options_set_uint(o->name, (unsigned)o->value);
    }
}

/* By the environment, which only the engine sees, before the user's own JSC_ variables. */
static void write_options(void) {
    static char texts[N_OPTIONS][64];
    size_t n = 0, at = 0;
    while (environ[n]) n++;
    jsc_environ = mem_zero((n + N_OPTIONS + 1) * sizeof *jsc_environ);
    for (size_t i = 0; i < N_OPTIONS; i++) {
        if (!is_for_here(&options[i])) continue;
        const struct option *o = &options[i];
        bool is_part = o->kind == TENTHS;
        int whole = is_part ? o->value / 10 : o->value, part = is_part ? o->value % 10 : 0;
        snprintf(texts[i], sizeof texts[i], part ? "JSC_%s=%d.%d" : "JSC_%s=%d", o->name, whole, part);
        jsc_environ[at++] = texts[i];
    }
    memcpy(jsc_environ + at, environ, n * sizeof *environ);
}

/* Releases whose options are known to have those names; others would complain of them. */
static bool knows_options(void) { return jsc.jsc_get_major_version() == 2 && jsc.jsc_get_minor_version() == 50; }

/* Brought in by our own hand: linking by the dynamic linker is a third of a hello world's time. False when it must be
 * asked. */
static bool open_image(void) {
    static const char *const lazy[] = {"libatomic.so.", "libgcc_s.so.", "libpcre2-8.so.", "libz.so.", NULL};
    static str absent[MOST_STUBS + 1];
    /* what WebKit's own interface to GLib is made of */
    static const char *const later[] = {"libgobject-2.0.so.", NULL};
    static const struct image_plan plan = {lazy, later, absent, jsc_given, heaps};
    size_t n = 0;
#ifdef BAO_TEST
    return false;                       /* the leak check looks for pointers only in what the dynamic linker loaded */
#endif
    if (getenv("BAO_ENGINE") || getenv("BAO_REAL_LIBS")) return false;
    for (const struct stub *s = js_stubs; s->at && n < MOST_STUBS; s++)
        absent[n++] = str_of(s->at, (size_t)(s->end - s->at));
    return image_open(libraries[0], &plan);
}

static void *open_library(void) {
    void *stubs[MOST_STUBS], *library = NULL;
    const char *wanted = getenv("BAO_ENGINE");          /* another build of the engine: a soname or a path */
    size_t n = 0, n_fds = 0;
    int fds[MOST_STUBS];
    if (!getenv("BAO_REAL_LIBS"))
        for (const struct stub *s = js_stubs; s->at && n_fds < MOST_STUBS; s++) {
            void *stub = load_stub(s, &fds[n_fds++]);
            if (stub) stubs[n++] = stub;
        }
    while (n_fds)
        if (fds[--n_fds] >= 0) close(fds[n_fds]);
    for (;;) {
        if (wanted) library = dlopen(wanted, RTLD_NOW | RTLD_LOCAL);
        for (size_t i = 0; i < sizeof libraries / sizeof *libraries && !library; i++)
            library = dlopen(libraries[i], RTLD_NOW | RTLD_LOCAL);
        if (library || n == 0) return library;
        while (n) dlclose(stubs[--n]);          /* another release may want more of them than they have */
    }
}

/* Linking reads the symbol and relocation tables of 20 libraries, 4 MB of file pages that are hardly looked at again.
 * They are given back at once, so that they do not count at the peak; what is wanted still comes from the page
 * cache. */
static int give_back_tables(struct dl_phdr_info *info, size_t size, void *user) {
    const char *name = info->dlpi_name;
    if (!name[0] || strstr(name, "/libc.so") || strstr(name, "/ld-linux") || strstr(name, "vdso") ||
        strstr(name, "/fd/"))
        return 0;
    for (int i = 0; i < info->dlpi_phnum; i++) {
        const ElfW(Phdr) *p = &info->dlpi_phdr[i];
        if (p->p_type != PT_LOAD || p->p_flags != PF_R) continue;
        madvise((void *)((info->dlpi_addr + p->p_vaddr) & ~(uintptr_t)4095), p->p_memsz, MADV_DONTNEED);
        return 0;                               /* they are in the first part */
    }
    return 0;
}

static void put(size_t at, void *address) {
    memcpy((char *)&jsc + at, &address, sizeof address);
}

static void *symbol(void *library, const char *name) { return library ? dlsym(library, name) : image_find(name); }

/* `library` is NULL for images. */
static bool look_up(void *library, const char **why) {
    for (size_t i = 0; i < sizeof public_names / sizeof *public_names; i++) {
        void *address = symbol(library, public_names[i].name);
        if (!address) {
            static char text[160];
            snprintf(text, sizeof text, "the installed JavaScriptCore has no %s: it is too old", public_names[i].name);
            *why = text;
            return false;
        }
        put(public_names[i].at, address);
    }
    for (size_t i = 0; i < sizeof optional_names / sizeof *optional_names; i++)
        put(optional_names[i].at, symbol(library, optional_names[i].name));
    if (!jsc.JSLock || !jsc.JSUnlock || !jsc.JSGlobalContextSetUnhandledRejectionCallback) {
        *why = "the installed JavaScriptCore exports no locks";
        return false;
    }
    /* as with a release that has none of them */
    if (getenv("BAO_ENGINE_PLAIN")) jsc.vm_drain = NULL, jsc.impl_create = NULL, jsc.function_source = NULL;
    if (!jsc.impl_create || !jsc.string_create) jsc.impl_create = NULL;
    if (!jsc.impl_create) jsc.impl_borrow = NULL;
    return true;
}

bool js_engine_load(const char **why) {
    static bool loaded;
    const char *none;
    if (!why) why = &none;
    if (loaded) return true;
    void *library = open_image() ? NULL : open_library();
    if (!library && !image_find("JSEvaluateScript")) {
        *why = "JavaScriptCore is not installed: apt install libjavascriptcoregtk-4.1-0";
        return false;
    }
    if (!look_up(library, why)) return false;
    if (library) dl_iterate_phdr(give_back_tables, NULL);
    else image_trim();
    bool by_environment = !library && knows_options();
    jsc_environ = environ;
    if (by_environment) write_options();
    if (jsc.JSConfigureSignalForGC) jsc.JSConfigureSignalForGC(SIGRTMIN + JSC_GC_SIGNAL);
    /* Its timed full collection asks for a main run loop that only WebKit's browsers set up, and faults. rt collects
     * when idle. */
    if (jsc.JSDisableGCTimer) jsc.JSDisableGCTimer();
    if (!by_environment) set_options();
    snprintf(version, sizeof version, "%u.%u.%u", jsc.jsc_get_major_version(), jsc.jsc_get_minor_version(),
             jsc.jsc_get_micro_version());
    loaded = true;
    return true;
}

str js_engine_version(void) {
    return str_c(version);
}

bool js_engine_option(str name, str value) {
    struct arena a = {0};
    const char *key = arena_c(&a, name), *text = arena_c(&a, value);
    int64_t n;
    bool ok;
    if (str_is(value, "true") || str_is(value, "false")) ok = jsc.jsc_options_set_boolean(key, *text == 't');
    else if (str_to_int(value, &n)) ok = jsc.jsc_options_set_int(key, (int)n);
    else ok = jsc.jsc_options_set_string(key, text);
    arena_free(&a);
    return ok;
}

bool jsc_read(const void *at, void *into, size_t len) {
    struct iovec here = {into, len}, there = {(void *)(uintptr_t)at, len};
    return process_vm_readv(getpid(), &here, 1, &there, 1, 0) == (ssize_t)len;
}
