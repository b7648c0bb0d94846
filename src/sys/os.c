#include "sys/os.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <pwd.h>
#include <sched.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>
#include <uv.h>

#include "base/mem.h"
#include "sys/proc.h"

err os_names(struct arena *a, struct os_names *out) {
    uv_utsname_t u;
    TRY(uv_os_uname(&u));
    *out = (struct os_names){arena_str(a, str_c(u.sysname)), arena_str(a, str_c(u.release)),
                             arena_str(a, str_c(u.version)), arena_str(a, str_c(u.machine))};
    return 0;
}

static err text_by(struct arena *a, int (*get)(char *, size_t *), str *out) {
    char room[4096];
    size_t len = sizeof room;
    TRY(get(room, &len));
    *out = arena_str(a, str_of(room, len));
    return 0;
}
err os_hostname(struct arena *a, str *out) { return text_by(a, uv_os_gethostname, out); }
err os_homedir(struct arena *a, str *out) { return text_by(a, uv_os_homedir, out); }
err os_tmpdir(struct arena *a, str *out) { return text_by(a, uv_os_tmpdir, out); }

err os_user(struct arena *a, struct os_user *out) {
    uv_passwd_t p;
    TRY(uv_os_get_passwd(&p));
    *out = (struct os_user){arena_str(a, str_c(p.username)), arena_str(a, str_c(p.homedir)),
                            arena_str(a, str_c(p.shell)), (long)p.uid, (long)p.gid};
    uv_os_free_passwd(&p);
    return 0;
}

err os_cpus(struct arena *a, struct os_cpu **out, int *count) {
    uv_cpu_info_t *list;
    TRY(uv_cpu_info(&list, count));
    *out = ARENA_ARRAY(a, struct os_cpu, (size_t)*count + 1);
    for (int i = 0; i < *count; i++)
        (*out)[i] = (struct os_cpu){arena_str(a, str_c(list[i].model)), list[i].speed, (double)list[i].cpu_times.user,
                                    (double)list[i].cpu_times.nice, (double)list[i].cpu_times.sys,
                                    (double)list[i].cpu_times.idle,
                                    (double)list[i].cpu_times.irq};
    uv_free_cpu_info(list, *count);
    return 0;
}

static str mac_of(struct arena *a, const char *m) {
    return arena_print(a, "%02x:%02x:%02x:%02x:%02x:%02x", m[0] & 255, m[1] & 255, m[2] & 255, m[3] & 255, m[4] & 255,
                       m[5] & 255);
}

err os_interfaces(struct arena *a, struct os_interface **out, int *count) {
    uv_interface_address_t *list;
    TRY(uv_interface_addresses(&list, count));
    *out = ARENA_ARRAY(a, struct os_interface, (size_t)*count + 1);
    for (int i = 0; i < *count; i++) {
        char address[64] = "", mask[64] = "";
        bool is_six = list[i].address.address4.sin_family == AF_INET6;
        if (is_six) {
            uv_ip6_name(&list[i].address.address6, address, sizeof address);
            uv_ip6_name(&list[i].netmask.netmask6, mask, sizeof mask);
        } else {
            uv_ip4_name(&list[i].address.address4, address, sizeof address);
            uv_ip4_name(&list[i].netmask.netmask4, mask, sizeof mask);
        }
        (*out)[i] = (struct os_interface){arena_str(a, str_c(list[i].name)),
                                          arena_str(a, str_c(address)),
                                          arena_str(a, str_c(mask)),
                                          is_six ? STR("IPv6") : STR("IPv4"),
                                          mac_of(a, list[i].phys_addr),
                                          list[i].is_internal,
                                          is_six ? (long)list[i].address.address6.sin6_scope_id : -1};
    }
    uv_free_interface_addresses(list, *count);
    return 0;
}

double os_total_memory(void) { return (double)uv_get_total_memory(); }
double os_free_memory(void) { return (double)uv_get_free_memory(); }
double os_constrained_memory(void) {
    uint64_t most = uv_get_constrained_memory();
    return most >= UINT64_MAX >> 1 ? 0 : (double)most;
}
double os_available_memory(void) {
    double most = os_constrained_memory(), rss = os_resident_memory();
    return most > 0 ? (most > rss ? most - rss : 0) : os_free_memory();
}
double os_resident_memory(void) {
    size_t rss = 0;
    uv_resident_set_memory(&rss);
    return (double)rss;
}
double os_uptime(void) {
    double up = 0;
    uv_uptime(&up);
    return up;
}

uint32_t os_boot(void) {
    static _Atomic uint32_t known;
    uint32_t boot = known;
    if (boot) return boot;
    char text[64];
    int fd = open("/proc/sys/kernel/random/boot_id", O_RDONLY | O_CLOEXEC);
    ssize_t n = fd < 0 ? 0 : read(fd, text, sizeof text);
    if (fd >= 0) close(fd);
    boot = 2166136261u;                                  /* FNV-1a */
    for (ssize_t i = 0; i < n; i++) boot = (boot ^ (unsigned char)text[i]) * 16777619u;
    boot = n <= 0 ? 1 : boot > 1 ? boot : 2;
    known = boot;
    return boot;
}

void os_load(double out[3]) { uv_loadavg(out); }

unsigned os_parallelism(void) {
    cpu_set_t set;
    if (sched_getaffinity(0, sizeof set, &set) == 0 && CPU_COUNT(&set) > 0) return (unsigned)CPU_COUNT(&set);
    return 1;
}
err os_priority(int pid, int *out) { return uv_os_getpriority(pid, out); }
err os_set_priority(int pid, int priority) { return uv_os_setpriority(pid, priority); }

void os_usage(double out[OS_N_USAGE], bool of_thread) {
    struct rusage u;
    memset(&u, 0, sizeof u);
    getrusage(of_thread ? RUSAGE_THREAD : RUSAGE_SELF, &u);
    const double all[OS_N_USAGE] = {
        (double)u.ru_utime.tv_sec * 1e6 + (double)u.ru_utime.tv_usec,
        (double)u.ru_stime.tv_sec * 1e6 + (double)u.ru_stime.tv_usec,
        (double)u.ru_maxrss, (double)u.ru_ixrss, (double)u.ru_idrss, (double)u.ru_isrss, (double)u.ru_minflt,
        (double)u.ru_majflt,
        (double)u.ru_nswap, (double)u.ru_inblock, (double)u.ru_oublock, (double)u.ru_msgsnd, (double)u.ru_msgrcv,
        (double)u.ru_nsignals, (double)u.ru_nvcsw, (double)u.ru_nivcsw,
    };
    memcpy(out, all, sizeof all);
}

long os_id(enum os_id which) {
    switch (which) {
    case OS_UID: return getuid();
    case OS_EUID: return geteuid();
    case OS_GID: return getgid();
    case OS_EGID: return getegid();
    }
    return -1;
}
err os_set_id(enum os_id which, long id) {
    int failed = -1;
    switch (which) {
    case OS_UID: failed = setuid((uid_t)id); break;
    case OS_EUID: failed = seteuid((uid_t)id); break;
    case OS_GID: failed = setgid((gid_t)id); break;
    case OS_EGID: failed = setegid((gid_t)id); break;
    }
    return failed ? -errno : 0;
}
int os_groups(long *out, int most) {
    gid_t ids[1024];
    int n = getgroups(1024, ids);
    for (int i = 0; i < n && i < most; i++) out[i] = ids[i];
    return n < most ? n : most;
}
err os_set_groups(const long *ids, int n) {
    gid_t list[1024];
    for (int i = 0; i < n && i < 1024; i++) list[i] = (gid_t)ids[i];
    return setgroups((size_t)n, list) == 0 ? 0 : -errno;
}
long os_find_user(const char *name) {
    struct passwd *p = getpwnam(name);
    return p ? (long)p->pw_uid : -1;
}
long os_find_group(const char *name) {
    struct group *g = getgrnam(name);
    return g ? (long)g->gr_gid : -1;
}
int os_pid(void) { return getpid(); }
int os_ppid(void) { return getppid(); }
err os_kill(int pid, int number) { return kill(pid, number) == 0 ? 0 : -errno; }
int os_umask(int mask) {
    if (mask >= 0) return (int)umask((mode_t)mask);
    mode_t before = umask(0);
    umask(before);
    return (int)before;
}
void os_abort(void) {
    signal(SIGABRT, SIG_DFL);
    proc_die_by(SIGABRT);
}

static bool has_kept;
char **os_keep_arguments(int argc, char **argv) {
    has_kept = true;
    return uv_setup_args(argc, argv);
}
err os_title(struct arena *a, str *out) {
    char room[4096];
    if (!has_kept) return -ENOSYS;
    TRY(uv_get_process_title(room, sizeof room));
    *out = arena_str(a, str_c(room));
    return 0;
}
err os_set_title(str title) {
    struct arena a = {0};
    err e = has_kept ? uv_set_process_title(arena_c(&a, title)) : -ENOSYS;
    arena_free(&a);
    return e;
}
